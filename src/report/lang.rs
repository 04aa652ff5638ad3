//! Every word the charts and the effects table say, in both languages, in one match that the compiler checks.
//!
//! Labels of outcomes and titles of scenarios are not here: they come with the results (`manifest.json`).

use crate::units::Lang;

/// Something to say; what varies is carried by the variant.
#[derive(Clone, Copy, Debug)]
pub(super) enum Msg<'a> {
    // units
    HundredMillionYuan,
    TenThousandYuan,
    BillionYuan,
    MillionYuan,
    Yuan,
    AYear(&'a str),
    Percent,
    PercentagePoints,
    Count,
    WithUnit(&'a str, &'a str),
    // fan charts
    Mean,
    HalfOfRuns,
    MostOfRuns,
    ReferenceMean,
    Reference,
    ProjectionFrom(&'a str),
    FirstDiffers,
    IsReference(&'a str),
    AxisNotFromZero,
    YearlyValues,
    EmptyInSomeRuns(&'a str),
    NoData,
    // effects
    Year(i32),
    Month(i32, i32),
    EffectsTitle(&'a str),
    Page(usize, usize),
    HigherIsBetter,
    LowerIsBetter,
    Settled,
    Unsettled,
    NoInterval,
    // footer
    FanIntervals,
    EffectIntervals,
    OneReplication,
    RunFacts { region: &'a str, replications: u64, seed: u64, reference: &'a str },
    OwnReferences,
    NotAForecast,
    Incomplete,
    // table
    TableHeading { region: &'a str, period: &'a str, reference: &'a str, replications: u64 },
    NoEffects,
    Outcome,
    Scenario,
    Effect,
    Unit,
    ProbPositive,
    Reading,
    Increases,
    Decreases,
    MayIncrease,
    MayDecrease,
    Uncertain,
    NoDifference,
    TableNote,
}

/// The words of a message in a language.
pub(super) fn say(lang: Lang, msg: Msg<'_>) -> String {
    use Lang::{En, Zh};
    use Msg::*;
    match (lang, msg) {
        (Zh, HundredMillionYuan) => "亿元".into(),
        (En, HundredMillionYuan) => "100 m yuan".into(),
        (Zh, TenThousandYuan) => "万元".into(),
        (En, TenThousandYuan) => "10,000 yuan".into(),
        (Zh, BillionYuan) => "十亿元".into(),
        (En, BillionYuan) => "bn yuan".into(),
        (Zh, MillionYuan) => "百万元".into(),
        (En, MillionYuan) => "m yuan".into(),
        (Zh, Yuan) => "元".into(),
        (En, Yuan) => "yuan".into(),
        (Zh, AYear(unit)) => format!("{unit}/年"),
        (En, AYear(unit)) => format!("{unit} a year"),
        (Zh | En, Percent) => "%".into(),
        (Zh, PercentagePoints) => "个百分点".into(),
        (En, PercentagePoints) => "pp".into(),
        (Zh | En, Count) => String::new(),
        (Zh, WithUnit(label, unit)) => format!("{label}（{unit}）"),
        (En, WithUnit(label, unit)) => format!("{label} ({unit})"),

        (Zh, Mean) => "均值".into(),
        (En, Mean) => "mean".into(),
        (Zh, HalfOfRuns) => "25–75%".into(),
        (En, HalfOfRuns) => "25–75%".into(),
        (Zh, MostOfRuns) => "5–95%".into(),
        (En, MostOfRuns) => "5–95%".into(),
        (Zh, ReferenceMean) => "参照方案均值".into(),
        (En, ReferenceMean) => "reference mean".into(),
        (Zh, Reference) => "参照".into(),
        (En, Reference) => "ref.".into(),
        (Zh, ProjectionFrom(month)) => format!("{month} 起为推演"),
        (En, ProjectionFrom(month)) => format!("projection from {month}"),
        (Zh, FirstDiffers) => "方案与参照开始不同".into(),
        (En, FirstDiffers) => "scenario first differs".into(),
        (Zh, IsReference(title)) => format!("{title}（参照）"),
        (En, IsReference(title)) => format!("{title} (reference)"),
        (Zh, AxisNotFromZero) => "纵轴不从零开始。".into(),
        (En, AxisNotFromZero) => "The vertical axis does not start at zero.".into(),
        (Zh, YearlyValues) => "点为全年值。".into(),
        (En, YearlyValues) => "Points are values for a whole year.".into(),
        (Zh, EmptyInSomeRuns(month)) => format!("{month} 起至少 5% 的模拟中基金用尽"),
        (En, EmptyInSomeRuns(month)) => format!("empty in at least 5% of runs from {month}"),
        (Zh, NoData) => "无数据".into(),
        (En, NoData) => "no data".into(),

        (Zh, EffectsTitle(period)) => format!("{period}政策效应：各方案与参照之差"),
        (En, EffectsTitle(period)) => format!("Policy effects in {period}: scenario minus reference"),
        (Zh, Year(year)) => format!("{year} 年"),
        (En, Year(year)) => year.to_string(),
        (Zh, Month(year, month)) => format!("{year} 年 {month} 月"),
        (En, Month(year, month)) => format!("{year}-{month:02}"),
        (Zh, Page(page, of)) => format!("（{page}/{of}）"),
        (En, Page(page, of)) => format!(" ({page}/{of})"),
        (Zh, HigherIsBetter) => "越高越好".into(),
        (En, HigherIsBetter) => "higher is better".into(),
        (Zh, LowerIsBetter) => "越低越好".into(),
        (En, LowerIsBetter) => "lower is better".into(),
        (Zh, Settled) => "区间不含零".into(),
        (En, Settled) => "interval excludes zero".into(),
        (Zh, Unsettled) => "区间含零，方向不确定".into(),
        (En, Unsettled) => "interval includes zero, direction uncertain".into(),
        (Zh, NoInterval) => "无区间".into(),
        (En, NoInterval) => "no interval".into(),

        (Zh, FanIntervals) => "色带为各次模拟的分位数：浅色 5–95%，深色 25–75%。".into(),
        (En, FanIntervals) => "Bands are quantiles over the runs: light 5–95%, dark 25–75%.".into(),
        (Zh, EffectIntervals) => {
            "点为成对差的均值，横线为该均值的 95% 置信区间（同一随机数下方案减参照）。".into()
        }
        (En, EffectIntervals) => {
            "Points are means of paired differences (same luck), bars their 95% confidence intervals.".into()
        }
        (Zh, OneReplication) => "只有一次模拟，无法给出区间。".into(),
        (En, OneReplication) => "A single run: no interval can be given.".into(),
        (Zh, RunFacts { region, replications, seed, reference }) => {
            format!("地区：{region}。模拟 {replications} 次，随机种子 {seed}。参照方案：{reference}。")
        }
        (En, RunFacts { region, replications, seed, reference }) => {
            format!("Region: {region}. Replications: {replications}, seed {seed}. Reference: {reference}.")
        }
        (Zh, OwnReferences) => "各方案各有参照（见 manifest.json）".into(),
        (En, OwnReferences) => "each scenario's own (see manifest.json)".into(),
        (Zh, NotAForecast) => "本图为情景推演，不是预测；假设见 manifest.json。".into(),
        (En, NotAForecast) => "A projection, not a forecast; assumptions in manifest.json.".into(),
        (Zh, Incomplete) => "结果尚不完整。".into(),
        (En, Incomplete) => "The results are incomplete.".into(),

        (Zh, TableHeading { region, period, reference, replications }) => {
            format!("{region}，{period}，与“{reference}”相比（{replications} 次模拟）")
        }
        (En, TableHeading { region, period, reference, replications }) => {
            format!("{region}, {period}, against “{reference}” ({replications} replications)")
        }
        (Zh, NoEffects) => "没有可比较的方案。".into(),
        (En, NoEffects) => "There is nothing to compare.".into(),
        (Zh, Outcome) => "指标".into(),
        (En, Outcome) => "Outcome".into(),
        (Zh, Scenario) => "方案".into(),
        (En, Scenario) => "Scenario".into(),
        (Zh, Effect) => "效应 ±".into(),
        (En, Effect) => "Effect ±".into(),
        (Zh, Unit) => "单位".into(),
        (En, Unit) => "unit".into(),
        (Zh | En, ProbPositive) => "P(>0)".into(),
        (Zh, Reading) => "判断".into(),
        (En, Reading) => "Reading".into(),
        (Zh, Increases) => "增加".into(),
        (En, Increases) => "increases".into(),
        (Zh, Decreases) => "减少".into(),
        (En, Decreases) => "decreases".into(),
        (Zh, MayIncrease) => "可能增加".into(),
        (En, MayIncrease) => "may increase".into(),
        (Zh, MayDecrease) => "可能减少".into(),
        (En, MayDecrease) => "may decrease".into(),
        (Zh, Uncertain) => "方向不确定".into(),
        (En, Uncertain) => "uncertain".into(),
        (Zh, NoDifference) => "无差别".into(),
        (En, NoDifference) => "no difference".into(),
        (Zh, TableNote) => "± 为 95% 置信区间的半宽；P(>0) 为差值大于零的模拟所占比例。情景推演，不是预测。".into(),
        (En, TableNote) => "± is half the 95% confidence interval; P(>0) the share of runs with a positive difference. A projection, not a forecast.".into(),
    }
}
