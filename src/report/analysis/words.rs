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
    Hangs { least: &'a str, most: &'a str },
    StepsTitle,
    StepsNote,
    Size,
    Spread,
    Floor,
    Noticed { what: &'a str, noticed: usize, of: usize, assumed: usize },
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
    DominatedBy { option: &'a str, by: &'a str, sure: bool },
    NoneDominated,
    LimitsTitle,
    LimitsNote,
    Limit,
    PKept,
    Judgement,
    Judged(&'a str),
    MeanValue,
    Draws,
    NeedsDraws { limit: &'a str, needed: &'a str },
    FrontierTitle { cost: &'a str, effect: &'a str },
    FrontierNote,
    Cost,
    Effect,
    Ratio,
    Standing,
    Stands(&'a str),
    Against(&'a str),
    OnFrontier,
    BoxesHeading { case: &'a str },
    BoxSays { option: &'a str, inside: &'a str, density: &'a str, coverage: &'a str, base: &'a str },
    NoBox,
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
            "单次模拟方差的构成（输入单独作用、相互作用、运气）；按来源分类者为输入所造成方差中至少（点）与至多的份额，横线含两者的区间。",
            "Parts of the variance of a single run (inputs alone, interplay, luck); by class: the least (point) and the most of the variance inputs make, bars with the intervals of both.",
        ),
        PartParameters => both("各输入单独作用", "inputs alone"),
        PartInteractions => both("输入的相互作用", "interplay of inputs"),
        PartNoise => both("运气", "luck"),
        PartClass(class) => (format!("取决于“{class}”类输入"), format!("hangs on inputs classed {class}")),
        Unknown { what } => (
            format!("{what}：以现有运行次数，输入的作用与运气分不开，不列指数。"),
            format!("{what}: with this many runs the inputs cannot be told from luck; no indices are given."),
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
        Hangs { least, most } => (
            format!("输入所造成的方差中，{least} 至 {most}（含 95% 区间）取决于仅凭假设的输入。"),
            format!(
                "Of the variance inputs make, {least} to {most} (95% intervals included) hangs on mere assumptions."
            ),
        ),
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
        Noticed { what, noticed, of, assumed } => (
            format!("{what}：{of} 个输入中有 {noticed} 个的作用大于运气，其中 {assumed} 个仅凭假设。"),
            format!(
                "{what}: {noticed} of {of} inputs do more than luck would show, {assumed} of them mere assumptions."
            ),
        ),
        NoneNoticed { what } => (
            format!("{what}：没有一个输入的作用大于运气。"),
            format!("{what}: no input does more than luck would show."),
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
        DominatedBy { option, by, sure } => {
            let how = if sure { ("确定", "surely") } else { ("按均值", "on the means") };
            (
                format!("“{option}”{}劣于“{by}”：没有一项更好，至少一项更差。", how.0),
                format!(
                    "“{option}” is {} dominated by “{by}”: better in nothing, worse in something.",
                    how.1
                ),
            )
        }
        NoneDominated => both("没有一个选项在各项上都劣于另一个。", "No option is dominated."),
        LimitsTitle => both("守住限制的概率", "Probability of keeping the limits"),
        LimitsNote => both(
            "区间整个在要求之上为通过，整个在其下为不通过，否则未定；没有写概率的限制按均值判断。",
            "Pass where the interval lies above what is asked, fail where below, else undecided; limits without a probability are judged by the mean.",
        ),
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
        FrontierNote => both(
            "连线上的选项值得考虑；其余的以同样或更少的花费可由另一选项（被支配）或两个选项的组合（扩展支配）达到。",
            "Options on the line are worth considering; the others are beaten by an option (dominated) or a mix of two (extended dominance) at no more cost.",
        ),
        Cost => both("成本", "Cost"),
        Effect => both("效果", "Effect"),
        Ratio => both("每增一单位效果的成本", "Cost per unit more"),
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
        NoBox => both("找不到一组范围能把这种情形与其他分开。", "No ranges tell the cases from the others."),
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
            "not" => (format!("不发生“{indicator}”"), format!("not “{indicator}”")),
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
