//! What can be wrong with a design that cannot be wrong with a scenario, and what to do about it, in both languages.
//!
//! They stand among the other mistakes (`mistake.rs`) as `Mistake::Design`; places and drawing are in `diagnose.rs`.
//! Finding them is the business of `experiment::sweep`.

use super::mistake::shown;
use crate::units::{Lang, Month, Unit};

/// One mistake in a design; values are in the base of their unit.
#[derive(Clone, Debug, PartialEq)]
pub enum IllDesigned {
    /// `from` is not below `to`.
    EmptyRange {
        from: f64,
        to: f64,
        unit: Unit,
    },
    /// The step is zero or negative.
    Step {
        step: f64,
        unit: Unit,
    },
    /// The step does not end at `to`; the two ends at which it would.
    Uneven {
        step: f64,
        before: f64,
        after: f64,
        unit: Unit,
    },
    /// The step is so small that one factor alone is too much.
    StepTooSmall {
        factor: String,
        values: u128,
        most: usize,
        levels: usize,
    },
    /// A list of values is empty, or has one twice.
    NoValues,
    ValueTwice {
        value: f64,
        unit: Unit,
    },
    /// What the kind of design needs of a factor and does not find.
    NeedsLevels {
        kind: &'static str,
    },
    NeedsRange {
        kind: &'static str,
    },
    /// Two ways of saying which values a factor takes.
    BothWays {
        one: &'static str,
        other: &'static str,
    },
    /// A key that says nothing here.
    NotHere {
        key: String,
        because: NotHere,
    },
    TooManyPoints {
        points: u128,
        most: usize,
        smaller: Smaller,
    },
    TooManyRuns {
        points: usize,
        scenarios: usize,
        replications: u64,
        most: u64,
    },
    /// Lists taken side by side are of different lengths.
    Lengths {
        name: String,
        length: usize,
        first: String,
        expected: usize,
    },
    /// Saltelli's layout wants a power of two.
    NotPowerOfTwo {
        base: usize,
        below: usize,
        above: usize,
    },
    OddLevels {
        levels: usize,
    },
    /// Two factors set one thing.
    Overrides {
        other: String,
    },
    /// A setting of an instrument that is in force in none of the scenarios it goes to.
    OffEverywhere {
        instrument: &'static str,
        zh: &'static str,
        en: &'static str,
    },
    /// The date is outside the run.
    SinceOutside {
        since: Month,
        from: Month,
        until: Month,
    },
    /// Beyond what is thought plausible: said, not refused.
    Implausible {
        value: f64,
        low: f64,
        high: f64,
        unit: Unit,
    },
    /// A name that cannot head a column.
    BadName {
        name: String,
    },
    /// The table of points.
    NoTable {
        why: String,
    },
    NoSheet {
        sheet: String,
        known: Vec<String>,
    },
    EmptyCell,
    ShortRow {
        cells: usize,
        expected: usize,
    },
    NeedsUnit {
        unit: Unit,
        column: String,
    },
    TooManyFactors {
        most: usize,
        kind: &'static str,
    },
    /// Points at which a rule of the model is broken: their runs will be rows with this reason.
    PointsBroken {
        points: usize,
        of: usize,
        first: usize,
        why_zh: String,
        why_en: String,
    },
    /// A scale that is not 1/k, and the nearest that is.
    Scale {
        text: String,
        nearest: Option<u32>,
    },
    /// A design without a word in it.
    Empty,
    OtherRegion {
        one: String,
        other: String,
    },
}

/// Why a key says nothing where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotHere {
    /// It belongs to designs of these kinds.
    Kinds(&'static [&'static str]),
    /// A parameter has no dates.
    NoDates,
    /// It belongs to the layout `saltelli`.
    Saltelli,
    /// It needs another key.
    Without(&'static str),
    /// Words and switches have no range.
    NoRange,
    /// A logarithm needs a range above zero.
    NotAboveZero,
}

/// How a design becomes smaller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Smaller {
    /// Factors of a grid and how many values each has.
    Grid(Vec<(String, usize)>),
    /// Points a unit of `key` brings, and the largest that fits.
    Key {
        key: &'static str,
        largest: usize,
    },
    Rows,
}

impl IllDesigned {
    /// Stable name for scripts.
    pub fn code(&self) -> &'static str {
        use IllDesigned::*;
        match self {
            EmptyRange { .. } => "empty-range",
            Step { .. } => "step-not-positive",
            Uneven { .. } => "step-uneven",
            StepTooSmall { .. } => "too-many-points",
            Empty => "file-empty",
            NoValues => "no-values",
            ValueTwice { .. } => "value-twice",
            NeedsLevels { .. } => "needs-levels",
            NeedsRange { .. } => "needs-range",
            BothWays { .. } => "both-ways",
            NotHere { .. } => "not-here",
            TooManyPoints { .. } => "too-many-points",
            TooManyRuns { .. } => "too-many-runs",
            Lengths { .. } => "lengths-differ",
            NotPowerOfTwo { .. } => "not-power-of-two",
            OddLevels { .. } => "odd-levels",
            Overrides { .. } => "factor-overrides",
            OffEverywhere { .. } => "instrument-off",
            SinceOutside { .. } => "since-outside",
            Implausible { .. } => "beyond-plausible",
            BadName { .. } => "bad-name",
            NoTable { .. } => "table-unreadable",
            NoSheet { .. } => "no-sheet",
            EmptyCell => "empty-cell",
            ShortRow { .. } => "short-row",
            NeedsUnit { .. } => "needs-unit",
            TooManyFactors { .. } => "too-many-factors",
            PointsBroken { .. } => "points-broken",
            Scale { .. } => "scale",
            OtherRegion { .. } => "other-region",
        }
    }

    /// Whether the program may go on.
    pub fn is_warning(&self) -> bool {
        match self {
            IllDesigned::Implausible { .. } => true,
            // Where nothing can be simulated there is nothing to go on with.
            IllDesigned::PointsBroken { points, of, .. } => points < of,
            _ => false,
        }
    }

    /// What is wrong, in one line.
    pub fn message(&self, lang: Lang) -> String {
        use IllDesigned::*;
        let t = |zh: String, en: String| if lang == Lang::Zh { zh } else { en };
        let v = |value: &f64, unit: &Unit| shown(*value, *unit, lang);
        match self {
            EmptyRange { from, to, unit } => {
                let (from, to) = (v(from, unit), v(to, unit));
                t(format!("范围为空：从 {from} 到 {to}"), format!("the range from {from} to {to} is empty"))
            }
            Step { step, unit } => {
                let step = v(step, unit);
                t(format!("步长 {step} 不大于零"), format!("a step of {step} is not above zero"))
            }
            Uneven { step, unit, .. } => {
                let step = v(step, unit);
                t(format!("步长 {step} 不能正好走到 to"), format!("steps of {step} do not end at `to`"))
            }
            StepTooSmall { factor, values, most, .. } => t(
                format!("因子“{factor}”的步长过小：单它就有 {values} 个取值，超过 {most} 个点的上限"),
                format!(
                    "the step of the factor `{factor}` is too small: it alone has {values} values, more than the {most} points allowed"
                ),
            ),
            Empty => t("文件是空的".into(), "the file is empty".into()),
            NoValues => t("没有任何取值".into(), "there are no values".into()),
            ValueTwice { value, unit } => {
                let value = v(value, unit);
                t(format!("取值 {value} 重复"), format!("{value} is there twice"))
            }
            NeedsLevels { kind } => t(
                format!("{kind} 需要逐一列明的取值"),
                format!("a design of kind `{kind}` needs values one by one"),
            ),
            NeedsRange { kind } => t(
                format!("{kind} 需要取值范围"),
                format!("a design of kind `{kind}` needs the range of this factor"),
            ),
            BothWays { one, other } => t(
                format!("{one} 与 {other} 不能同时写"),
                format!("`{one}` and `{other}` are two ways of saying it"),
            ),
            NotHere { key, .. } => t(format!("“{key}”在此处不起作用"), format!("`{key}` says nothing here")),
            TooManyPoints { points, most, .. } => t(
                format!("设计有 {points} 个点，超过 {most} 个上限"),
                format!("the design has {points} points, more than the {most} allowed"),
            ),
            TooManyRuns { points, scenarios, replications, most } => {
                let runs = *points as u128 * *scenarios as u128 * u128::from(*replications);
                t(
                    format!(
                        "{points} 个点 × {scenarios} 个方案 × {replications} 次 = {runs} 次模拟，超过 {most} 上限"
                    ),
                    format!(
                        "{points} points × {scenarios} scenarios × {replications} replications are {runs} runs, more than the {most} allowed"
                    ),
                )
            }
            Lengths { name, length, first, expected } => t(
                format!("“{name}”有 {length} 个取值，“{first}”有 {expected} 个：逐个配对需要一样多"),
                format!(
                    "`{name}` has {length} values and `{first}` has {expected}: side by side they must be as many"
                ),
            ),
            NotPowerOfTwo { base, .. } => t(
                format!("{base} 不是 2 的幂：Sobol' 点只有到 2 的幂处才均匀"),
                format!("{base} is no power of two: Sobol' points are even only in powers of two"),
            ),
            OddLevels { levels } => t(
                format!("levels = {levels}：轨迹需要偶数个水平"),
                format!("levels = {levels}: trajectories need an even number of levels"),
            ),
            Overrides { other } => t(
                format!("与因子“{other}”设定同一个量"),
                format!("this factor sets what the factor `{other}` sets"),
            ),
            OffEverywhere { zh, en, .. } => t(
                format!("“{zh}”在所有相关方案中都没有启用，此因子不起作用"),
                format!("`{en}` is in force in none of the scenarios, so this factor would change nothing"),
            ),
            SinceOutside { since, from, until } => t(
                format!("{since} 不在模拟时段 {from} 至 {until} 之内"),
                format!("{since} is outside the run, {from} to {until}"),
            ),
            Implausible { value, unit, .. } => {
                let value = v(value, unit);
                t(
                    format!("{value} 超出区域包所写的合理范围"),
                    format!("{value} is beyond the range that the region pack thinks plausible"),
                )
            }
            BadName { name } => t(format!("“{name}”不能作列名"), format!("`{name}` cannot head a column")),
            NoTable { why } => {
                t(format!("无法读取点表：{why}"), format!("the table of points cannot be read: {why}"))
            }
            NoSheet { sheet, .. } => {
                t(format!("没有工作表“{sheet}”"), format!("there is no sheet `{sheet}`"))
            }
            EmptyCell => t("单元格是空的".into(), "the cell is empty".into()),
            ShortRow { cells, expected } => t(
                format!("本行有 {cells} 格，表头有 {expected} 格"),
                format!("this row has {cells} cells, the header {expected}"),
            ),
            NeedsUnit { .. } => t("数字缺少单位".into(), "a bare number where a unit is needed".into()),
            TooManyFactors { most, kind } => t(
                format!("{kind} 最多 {most} 个因子"),
                format!("a design of kind `{kind}` has at most {most} factors"),
            ),
            PointsBroken { points, of, first, why_zh, why_en } => t(
                format!("{of} 个点中有 {points} 个违反规则（首个为第 {first} 点：{why_zh}）"),
                format!("{points} of {of} points break a rule (the first is point {first}: {why_en})"),
            ),
            Scale { text, .. } => {
                t(format!("“{text}”不是可用的比例"), format!("`{text}` is not a scale that can be run"))
            }
            OtherRegion { one, other } => t(
                format!("“{one}”与“{other}”属于不同区域，不能放在一起"),
                format!("`{one}` and `{other}` are about different regions and cannot stand together"),
            ),
        }
    }

    /// What is allowed or what to do.
    pub fn help(&self, lang: Lang) -> Option<String> {
        use IllDesigned::*;
        let t = |zh: String, en: String| Some(if lang == Lang::Zh { zh } else { en });
        let v = |value: &f64, unit: &Unit| shown(*value, *unit, lang);
        let s = |zh: &str, en: &str| Some(lang.pick(zh, en).to_owned());
        match self {
            EmptyRange { .. } => s("from 须小于 to", "`from` must be below `to`"),
            Step { .. } => s("步长须大于零，从 from 走向 to", "the step leads from `from` up to `to`"),
            Uneven { before, after, unit, .. } => {
                let (before, after) = (v(before, unit), v(after, unit));
                t(
                    format!("改为 to = {before} 或 {after}，或换一个步长"),
                    format!("end at {before} or {after}, or take another step"),
                )
            }
            StepTooSmall { levels, .. } => t(
                format!("加大 step，或改写 levels = {levels}"),
                format!("take a larger step, or levels = {levels} instead of it"),
            ),
            Empty => s(
                "至少写 schema = \"puhui/design/1\"、kind、scenarios 和一个 [[factor]]；样例见 puhui init 写出的 designs/",
                "write at least schema = \"puhui/design/1\", `kind`, `scenarios` and one [[factor]]; puhui init writes one to start from, in designs/",
            ),
            NoValues => s("写 values = [ … ]", "write values = [ … ]"),
            ValueTwice { .. } => s("每个取值只写一次", "give each value once"),
            NeedsLevels { .. } => s(
                "写 values = [ … ]，或 from、to 与 step，或 from、to 与 levels",
                "write values = [ … ], or `from`, `to` and `step`, or `from`, `to` and `levels`",
            ),
            NeedsRange { .. } => s(
                "写 from 与 to，或 values = [ … ]；有合理范围的模型参数可以都不写",
                "write `from` and `to`, or values = [ … ]; a parameter with a plausible range may do without",
            ),
            BothWays { .. } => s("只留其中一种", "keep one of them"),
            NotHere { because, .. } => match because {
                self::NotHere::Kinds(kinds) => t(
                    format!("它属于 kind = {}", quoted(kinds, " 或 ")),
                    format!("it belongs to kind = {}", quoted(kinds, " or ")),
                ),
                self::NotHere::NoDates => s("模型参数没有日期", "parameters of the model have no dates"),
                self::NotHere::Saltelli => {
                    s("它属于 layout = \"saltelli\"", "it belongs to layout = \"saltelli\"")
                }
                self::NotHere::Without(key) => {
                    t(format!("它要与 {key} 同写"), format!("it goes together with `{key}`"))
                }
                self::NotHere::NoRange => s(
                    "开关和选项没有范围：写 values = [ … ]，或不写而取全部",
                    "switches and choices have no range: write values = [ … ], or nothing for all of them",
                ),
                self::NotHere::NotAboveZero => {
                    s("对数间距要求 from 大于零", "spacing by logarithms needs `from` above zero")
                }
            },
            TooManyPoints { most, smaller, .. } => match smaller {
                Smaller::Grid(factors) => {
                    let each: Vec<String> = factors.iter().map(|(n, k)| format!("{n} {k}")).collect();
                    let each = each.join(" × ");
                    t(
                        format!(
                            "各因子的取值数：{each}；请减少取值，或改用 kind = \"latin_hypercube\" 并写 points = {most} 以内"
                        ),
                        format!(
                            "values by factor: {each}; take fewer, or kind = \"latin_hypercube\" with up to {most} points"
                        ),
                    )
                }
                Smaller::Key { key, largest } => {
                    t(format!("写 {key} = {largest} 或更小"), format!("write {key} = {largest} or less"))
                }
                Smaller::Rows => s("请把表分成几份", "part the table into several"),
            },
            TooManyRuns { points, scenarios, most, .. } => {
                let fits = *most / (*points as u64 * *scenarios as u64).max(1);
                match fits {
                    0 => s(
                        "即使 replications = 1 也放不下：请减少点或方案",
                        "not even replications = 1 fits: take fewer points or scenarios",
                    ),
                    n => t(
                        format!("写 replications = {n} 或更小，或减少点"),
                        format!("write replications = {n} or less, or take fewer points"),
                    ),
                }
            }
            Lengths { .. } => s(
                "补齐或删减取值；要全部组合则写 kind = \"grid\"",
                "add or drop values; for every combination write kind = \"grid\"",
            ),
            NotPowerOfTwo { below, above, .. } => {
                t(format!("写 {below} 或 {above}"), format!("write {below} or {above}"))
            }
            OddLevels { levels } => {
                let even = (levels + 1).max(2) / 2 * 2;
                t(format!("写 levels = {even}"), format!("write levels = {even}"))
            }
            Overrides { .. } => s("只留其中一个", "keep one of them"),
            OffEverywhere { instrument, .. } => t(
                format!("把启用它的方案写入 scenarios，或加一个因子 policy.{instrument}.enabled"),
                format!(
                    "name a scenario under `scenarios` in which it is in force, or add a factor policy.{instrument}.enabled"
                ),
            ),
            SinceOutside { .. } => s(
                "改日期；不写 since 则全程适用",
                "change the date; without `since` the value holds throughout",
            ),
            Implausible { low, high, unit, .. } => {
                let (low, high) = (v(low, unit), v(high, unit));
                t(format!("合理范围：{low} 至 {high}"), format!("plausible: {low} to {high}"))
            }
            BadName { .. } => s(
                "只用字母、数字、汉字、“-”“_”和“.”，最多 100 字节",
                "use letters, digits, Chinese characters, `-`, `_` and `.`, up to 100 bytes",
            ),
            NoTable { .. } => s(
                "给出 UTF-8 的 .csv 或 .xlsx 文件，第一行是列名",
                "name a .csv in UTF-8 or an .xlsx whose first row holds the names of the columns",
            ),
            NoSheet { known, .. } => {
                t(format!("现有：{}", known.join("、")), format!("there are: {}", known.join(", ")))
            }
            EmptyCell => s("每个点都要写明每个因子的值", "each point gives each factor a value"),
            ShortRow { .. } => s("请补齐或删除多余的逗号", "add what is missing, or drop commas"),
            NeedsUnit { unit, column } => {
                let sign = match unit {
                    Unit::Share | Unit::RateAnnual | Unit::RateMonthly => "%",
                    Unit::Points => "pp",
                    Unit::Money => "万元",
                    Unit::Months => "months",
                    _ => "x",
                };
                t(
                    format!("把单位写进列名，如“{column} [{sign}]”，或写进每个单元格"),
                    format!(
                        "write the unit into the name of the column, as `{column} [{sign}]`, or into each cell"
                    ),
                )
            }
            TooManyFactors { .. } => s(
                "减少因子，或改用 kind = \"latin_hypercube\"",
                "take fewer factors, or kind = \"latin_hypercube\"",
            ),
            PointsBroken { .. } => s(
                "这些点不会模拟，只记下原因；要避免就收窄范围",
                "they are not simulated but kept as rows with this reason; narrow the ranges to avoid it",
            ),
            Scale { nearest, .. } => {
                let (zh, en) = nearest.map_or_else(Default::default, |k| {
                    (format!("，最接近的是 1/{k}"), format!("; the nearest is 1/{k}"))
                });
                t(
                    format!("写 1/k，如 1、0.05 或 \"1/20\"{zh}"),
                    format!("write 1/k, such as 1, 0.05 or \"1/20\"{en}"),
                )
            }
            OtherRegion { .. } => s("每个区域单独做设计", "make a design for each region"),
        }
    }
}

fn quoted(list: &[&str], between: &str) -> String {
    list.iter().map(|k| format!("\"{k}\"")).collect::<Vec<_>>().join(between)
}
