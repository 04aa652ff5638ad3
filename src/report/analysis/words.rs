//! Words of sensitivity and decisions, in both languages, in one match that the compiler checks.
//! Names of indicators, scenarios and inputs come with the tables.
//! Numbers arrive as text, written by `number.rs`.

use crate::units::Lang;

/// Something to say; what varies is carried by the variant.
#[derive(Clone, Copy, Debug)]
pub enum Word<'a> {
    // both
    Facts { year: i32, points: usize, replications: usize, seed: u64, resamples: u32 },
    Missing(usize),
    InBrackets(&'a str),
    Switch(bool),
    More(usize),
    NoForecast,
    Indicator,
    Input,
    Option,
    Of { indicator: &'a str, scenario: &'a str },
    EffectOf { indicator: &'a str, scenario: &'a str, baseline: &'a str },
    // sensitivity
    IndicesTitle,
    IndicesNote,
    TotalIndex,
    FirstIndex,
    Class,
    ClassName(&'a str),
    Rank,
    Total,
    First,
    VarianceTitle,
    VarianceNote,
    PartParameters,
    PartInteractions,
    PartNoise,
    PartClass(&'a str),
    Unknown { what: &'a str },
    Leading { what: &'a str, inputs: &'a str },
    Unordered { what: &'a str },
    Parts { parameters: &'a str, interactions: &'a str },
    NoiseShare(&'a str),
    NoNoise,
    Hangs { share: &'a str },
    NoRank,
    StepsTitle,
    StepsNote,
    Size,
    Spread,
    Floor,
    NotNoticed,
    Noticed { what: &'a str, noticed: usize, of: usize, assumed: usize, names: &'a str },
    Before { first: &'a str, rest: &'a str },
    NoneNoticed { what: &'a str },
    // decide
    BestTitle,
    BestNote,
    PBest,
    PBeatsFirst,
    RegretTitle,
    RegretNote,
    MeanRegret,
    MaxRegret,
    Pairing,
    Best { indicator: &'a str, option: &'a str, p: &'a str },
    NoBest { indicators: &'a str },
    AllAlike { indicators: &'a str },
    MoreLikely,
    RanksTitle,
    RanksNote,
    BeatsTitle,
    BeatsNote,
    NotSure,
    DominatedHeading { criteria: &'a str },
    DominatedBy { option: &'a str, by: &'a str, sure: bool },
    NoneDominated { criteria: &'a str },
    LimitsTitle,
    LimitsNote,
    Decided,
    Asked,
    Limit,
    PKept,
    Judgement,
    Judged(&'a str),
    MeanValue,
    Draws,
    NeedsDraws { limit: &'a str, needed: &'a str },
    FrontierTitle { cost: &'a str, effect: &'a str },
    FrontierNote { reference: &'a str },
    MoreThan { what: &'a str, reference: &'a str },
    Cost,
    Effect,
    Ratio { unit: &'a str, per: &'a str },
    Point,
    Yuan,
    One,
    Standing,
    Stands(&'a str),
    Against(&'a str),
    OnFrontier,
    BoxesHeading { case: &'a str },
    BoxSays { option: &'a str, inside: &'a str, density: &'a str, coverage: &'a str, base: &'a str },
    BoxesTitle { case: &'a str },
    BoxesNote,
    Case,
    NoSuchCase,
    Ranges,
    NoBox { option: &'a str, cases: usize, points: usize },
    NoCase,
    Between { factor: &'a str, low: &'a str, high: &'a str },
    AtLeast { factor: &'a str, low: &'a str },
    AtMost { factor: &'a str, high: &'a str },
    And,
    Sets { sets: usize },
    Claim { indicator: &'a str, claim: &'a str, value: &'a str },
    Wanted(&'a str),
    FewDraws { draws: usize, enough: usize },
    NotKept(&'a str),
}

/// The words.
pub fn word(lang: Lang, w: Word<'_>) -> String {
    let (zh, en) = pair(w);
    if lang == Lang::Zh { zh } else { en }
}

fn both(zh: &str, en: &str) -> (String, String) {
    (zh.to_owned(), en.to_owned())
}

fn pair(w: Word<'_>) -> (String, String) {
    use Word::*;
    match w {
        Facts { year, points, replications, seed, resamples } => (
            format!(
                "{year} 年；{points} 个设计点 × {replications} 次重复，随机种子 {seed}；区间为 95%，自助重抽样 {resamples} 次。"
            ),
            format!(
                "{year}; {points} points × {replications} replications, seed {seed}; 95% intervals, {resamples} resamples."
            ),
        ),
        Missing(n) => (format!("{n} 次运行没有结果。"), format!("Runs without outcome: {n}.")),
        InBrackets(names) => (format!("括号内为：{names}。"), format!("In brackets: {names}.")),
        Switch(on) => {
            if on {
                both("开", "on")
            } else {
                both("关", "off")
            }
        }
        More(n) => (format!("等另外 {n} 个"), format!(" and {n} more")),
        NoForecast => both("情景推演，不是预测。", "A projection, not a forecast."),
        Indicator => both("指标", "Outcome"),
        Input => both("输入", "Input"),
        Option => both("选项", "Option"),
        Of { indicator, scenario } => {
            (format!("{indicator}（{scenario}）"), format!("{indicator} ({scenario})"))
        }
        EffectOf { indicator, scenario, baseline } => (
            format!("{indicator}：{scenario}减{baseline}"),
            format!("{indicator}: {scenario} minus {baseline}"),
        ),

        IndicesTitle => both("结果取决于哪些输入：索博尔指数", "What outcomes hang on: Sobol' indices"),
        IndicesNote => both(
            "点为总效应指数（含与其他输入的相互作用），横线为其区间，竖线为一阶指数（单独作用）；占输入所造成方差的比例，运气已剔除。",
            "Points are total indices (with interplay), bars their intervals, upright marks first-order indices (alone); shares of the variance inputs make, luck taken out.",
        ),
        TotalIndex => both("总效应", "total"),
        FirstIndex => both("一阶", "first order"),
        Class => both("来源", "Class"),
        ClassName(class) => match class {
            "assumption" => both("假设", "assumption"),
            "estimated" => both("估计", "estimated"),
            "literature" => both("文献", "literature"),
            "official" => both("官方", "official"),
            "policy" => both("政策设定", "policy"),
            other => both(other, other),
        },
        Rank => both("名次", "Rank"),
        Total => both("总效应指数", "Total index"),
        First => both("一阶指数", "First order"),
        VarianceTitle => both("方差从哪里来", "Where the variance comes from"),
        VarianceNote => both(
            "单次模拟方差的构成（输入单独作用、相互作用、运气）；按来源分类者为输入所造成方差中至少（点）与至多的份额，横线含两者的区间。低于 0 或高于 100% 的部分只是估计的误差。",
            "Parts of the variance of a single run (inputs alone, interplay, luck); by class: the least (point) and the most of the variance inputs make, bars with the intervals of both. What lies below 0 or above 100% is error of the estimate.",
        ),
        PartParameters => both("各输入单独作用", "inputs alone"),
        PartInteractions => both("输入的相互作用", "interplay of inputs"),
        PartNoise => both("运气", "luck"),
        PartClass(class) => (format!("取决于“{class}”类输入"), format!("hangs on inputs classed {class}")),
        Unknown { what } => (
            format!("以现有运行次数，输入的作用与运气分不开，不列指数的指标：{what}。"),
            format!(
                "With this many runs inputs cannot be told from luck, so that no indices are given, in: {what}."
            ),
        ),
        Leading { what, inputs } => {
            (format!("{what}：主要取决于{inputs}。"), format!("{what}: hangs mainly on {inputs}."))
        }
        Unordered { what } => (
            format!("{what}：各输入的区间相互重叠，排不出名次。"),
            format!("{what}: the intervals of the inputs overlap; they cannot be ranked."),
        ),
        Parts { parameters, interactions } => (
            format!("单次模拟的方差中，各输入单独作用占 {parameters}，相互作用占 {interactions}"),
            format!(
                "Of a single run's variance, inputs alone make {parameters}, their interplay {interactions}"
            ),
        ),
        NoiseShare(noise) => (format!("，运气占 {noise}。"), format!(", luck {noise}.")),
        NoNoise => both(
            "；每点只运行一次，运气混在相互作用里。",
            "; every point was run once, so luck hides in the interplay.",
        ),
        Hangs { share } => (
            format!("输入所造成的方差中，{share}（95% 区间）取决于仅凭假设的输入。"),
            format!(
                "Of the variance inputs make, {share} (95% intervals included) hangs on mere assumptions."
            ),
        ),
        NoRank => both("区间重叠，没有名次", "total, intervals overlap: no rank"),
        StepsTitle => {
            both("哪些输入有作用：莫里斯基本效应", "Which inputs matter: Morris elementary effects")
        }
        StepsNote => both(
            "点为 μ*：输入走完其全部范围时结果变化的平均大小；竖线为仅凭运气也会出现的大小；σ 大则作用弯曲或与其他输入相关。",
            "Points are mu*, the mean size of the change when an input moves through its range; upright marks what luck alone would show; a large sigma means curvature or interplay.",
        ),
        Size => both("μ*", "mu*"),
        Spread => both("σ", "sigma"),
        Floor => both("运气的大小", "luck alone"),
        NotNoticed => both("μ*，不大于运气", "mu*, no more than luck"),
        Noticed { what, noticed, of, assumed, names } => (
            format!(
                "{what}：{of} 个输入中有 {noticed} 个的作用大于运气（其中 {assumed} 个仅凭假设）：{names}。"
            ),
            format!(
                "{what}: {noticed} of {of} inputs {} more than luck would show, {assumed} of them mere assumptions: {names}.",
                if noticed == 1 { "does" } else { "do" }
            ),
        ),
        Before { first, rest } => {
            (format!("{first}最大，其后为{rest}"), format!("{first} most, then {rest}"))
        }
        NoneNoticed { what } => (
            format!("没有一个输入的作用大于运气的指标：{what}。"),
            format!("No input does more than luck would show in: {what}."),
        ),

        BestTitle => {
            both("哪个选项最好：名列第一的概率", "Which option is best: probability of the first place")
        }
        BestNote => both(
            "同一运气、同一组假设下逐次比较；区间为威尔逊区间，独立的份数是假设组数（只有一组时为重复次数）。",
            "Compared draw by draw under the same luck and assumptions; Wilson's intervals, counting sets of assumptions (replications where there is one).",
        ),
        PBeatsFirst => both("胜过首个选项", "P(beats the first)"),
        PBest => both("第一的概率", "P(best)"),
        RegretTitle => both("选错的代价：后悔值", "What a wrong choice costs: regret"),
        RegretNote => both(
            "与每组假设下最好的选项之差：条为各组均值及其区间，竖线为最坏的一组。",
            "Difference to the best option under each set of assumptions: bars are means with intervals, upright marks the worst set.",
        ),
        MeanRegret => both("平均后悔值", "Mean regret"),
        MaxRegret => both("最大后悔值", "Max regret"),
        Pairing => both("同一运气省下", "Saved by pairing"),
        Best { indicator, option, p } => (
            format!("{indicator}：“{option}”胜过其余每一个（概率至少 {p}，95% 区间的下端）。"),
            format!(
                "{indicator}: “{option}” beats every other (with a probability of at least {p}, the low end of the 95% interval)."
            ),
        ),
        NoBest { indicators } => (
            format!("没有一个选项确定胜过其余的指标：{indicators}。"),
            format!("No option surely beats the others in: {indicators}."),
        ),
        AllAlike { indicators } => (
            format!("各选项完全相同的指标：{indicators}。"),
            format!("The options are all alike in: {indicators}."),
        ),
        RanksTitle => both("各选项的名次", "The place of each option"),
        RanksNote => both(
            "行为选项，列为名次：名列该位的概率；区间见 ranks.csv。",
            "Rows are options, columns places: the probability of that place; intervals are in ranks.csv.",
        ),
        BeatsTitle => both("哪个选项胜过哪个", "Which option beats which"),
        BeatsNote => both(
            "行选项胜过列选项（按编号）的概率，同一运气、同一组假设下逐次比较；区间见 beats.csv。",
            "The probability that the option of the row beats that of the column (by number), draw by draw under the same luck and assumptions; intervals are in beats.csv.",
        ),
        MoreLikely => both("区间整个高于一半", "interval above one half"),
        NotSure => both("其余", "others"),
        DominatedHeading { criteria } => (
            format!("哪些选项可以不再考虑（按{criteria}；没有一项更好，至少一项更差）："),
            format!("Options to drop, by {criteria} (better in nothing, worse in something):"),
        ),
        DominatedBy { option, by, sure } => {
            let how = if sure { ("确定", "surely") } else { ("按均值", "on the means") };
            (format!("“{option}”{}劣于{by}。", how.0), format!("“{option}” is {} dominated by {by}.", how.1))
        }
        NoneDominated { criteria } => (
            format!("按{criteria}，没有一个选项在各项上都劣于另一个。"),
            format!("No option is dominated by {criteria}."),
        ),
        LimitsTitle => both("守住限制的概率", "Probability of keeping the limits"),
        LimitsNote => both(
            "区间整个在要求之上为通过，整个在其下为不通过，否则未定；没有写概率的限制按均值判断。",
            "Pass where the interval lies above what is asked, fail where below, else undecided; limits without a probability are judged by the mean.",
        ),
        Decided => both("通过或不通过", "pass or fail"),
        Asked => both("要求的概率", "probability asked"),
        Limit => both("限制", "Limit"),
        PKept => both("守住的概率", "P(kept)"),
        Judgement => both("判断", "Judgement"),
        Judged(j) => match j {
            "pass" => both("通过", "pass"),
            "fail" => both("不通过", "fail"),
            _ => both("未定", "undecided"),
        },
        MeanValue => both("均值", "Mean"),
        Draws => both("抽样", "Draws"),
        NeedsDraws { limit, needed } => (
            format!("“{limit}”至少要 {needed} 份独立抽样（假设组，或只有一组时的重复）才可能通过。"),
            format!(
                "“{limit}” needs at least {needed} independent draws (sets of assumptions, or replications of one) to pass at all."
            ),
        ),
        FrontierTitle { cost, effect } => (
            format!("成本效果前沿：{effect}，按{cost}"),
            format!("Cost-effectiveness frontier: {effect} by {cost}"),
        ),
        FrontierNote { reference } => (
            format!(
                "连线上的选项值得考虑；其余的以同样或更少的花费可由另一选项（被支配）或两个选项的组合（扩展支配）达到。十字线为与“{reference}”之差的 95% 置信区间。"
            ),
            format!(
                "Options on the line are worth considering; the others are beaten by an option (dominated) or a mix of two (extended dominance) at no more cost. Crosses are 95% intervals of the difference to “{reference}”."
            ),
        ),
        MoreThan { what, reference } => {
            (format!("{what}比“{reference}”多"), format!("{what}, more than “{reference}”"))
        }
        Cost => both("成本", "Cost"),
        Effect => both("效果", "Effect"),
        Ratio { unit: "", per } => (format!("每多一{per}的成本"), format!("Cost of one more {per}")),
        Ratio { unit, per } => {
            (format!("每多一{per}的成本（{unit}）"), format!("Cost of one more {per} ({unit})"))
        }
        Point => both("个百分点", "percentage point"),
        Yuan => both("元", "yuan"),
        One => both("个单位", "unit"),
        Standing => both("位置", "Standing"),
        Stands(s) => match s {
            "on" => both("在前沿上", "on the frontier"),
            "dominated" => both("被支配", "dominated"),
            "extended" => both("扩展支配", "extended dominance"),
            _ => both("不明", "unknown"),
        },
        Against(other) => (format!("相对“{other}”"), format!("against “{other}”")),
        OnFrontier => both("在前沿上的比例", "Share on it"),
        BoxesHeading { case } => (
            format!("何时出现 {case}（PRIM，均值按设计点）："),
            format!("When does {case} occur (PRIM, means by point):"),
        ),
        BoxSays { option, inside, density, coverage, base } => (
            format!(
                "“{option}”：当{inside}时，{density} 的点出现此情形（全部点中为 {base}），包含全部此类情形的 {coverage}。"
            ),
            format!(
                "“{option}”: where {inside}, {density} of points are cases ({base} of all points), {coverage} of all cases."
            ),
        ),
        BoxesTitle { case } => (format!("何时出现：{case}"), format!("When does it occur: {case}")),
        BoxesNote => both(
            "每点为一个设计点，运气已取均值；框为 PRIM 找到的范围（两个最要紧的输入，只有一个时另一轴为指标本身）。",
            "A point is a point of the design, luck averaged; frames are the ranges PRIM found (the two inputs that matter most; with one, the outcome itself).",
        ),
        Case => both("出现", "it occurs"),
        NoSuchCase => both("不出现", "it does not"),
        Ranges => both("范围", "ranges"),
        NoBox { option, cases, points } => match cases {
            0 => (
                format!("“{option}”：{points} 个点中从不出现。"),
                format!("“{option}”: never in {points} points."),
            ),
            all if all == points => (
                format!("“{option}”：{points} 个点中全部出现。"),
                format!("“{option}”: at all {points} points."),
            ),
            _ => (
                format!("“{option}”：{points} 个点中出现 {cases} 次，没有一组范围能把这种情形与其他分开。"),
                format!("“{option}”: at {cases} of {points} points; no ranges tell them from the others."),
            ),
        },
        NoCase => both(
            "设计点不足 50 个或没有变化的输入，不寻找情形。",
            "Fewer than 50 points or no varying input: no cases are looked for.",
        ),
        Between { factor, low, high } => {
            (format!("{factor} 在 {low} 与 {high} 之间"), format!("{factor} is between {low} and {high}"))
        }
        AtLeast { factor, low } => (format!("{factor} 高于 {low}"), format!("{factor} is above {low}")),
        AtMost { factor, high } => (format!("{factor} 低于 {high}"), format!("{factor} is below {high}")),
        And => both("、", " and "),
        Claim { indicator, claim, value } => match claim {
            "not" => (format!("{indicator}为 0"), format!("{indicator} is 0")),
            "at_most" => (format!("{indicator}不高于 {value}"), format!("{indicator} at most {value}")),
            "below" => (format!("{indicator}低于 {value}"), format!("{indicator} below {value}")),
            "at_least" => (format!("{indicator}不低于 {value}"), format!("{indicator} at least {value}")),
            _ => (format!("{indicator}高于 {value}"), format!("{indicator} above {value}")),
        },
        Wanted(p) => (format!("，概率至少 {p}"), format!(" with {p}")),
        FewDraws { draws, enough } => (
            format!("只有 {draws} 份独立抽样，不足 {enough} 份：不判断哪个选项更好，也不判断限制是否守住。"),
            format!(
                "Only {draws} independent draws, fewer than {enough}: nothing is concluded on which option is better or whether limits are kept."
            ),
        ),
        NotKept(names) => (
            format!("本次运行没有保存 {names}：用到它们的比较未列出。"),
            format!("The run did not keep {names}: what would use them is left out."),
        ),
        Sets { sets } => (format!("假设组数：{sets}。"), format!("Sets of assumptions: {sets}.")),
    }
}
