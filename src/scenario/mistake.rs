//! Every kind of mistake in what the user wrote, and what is said about it in both languages.
//!
//! Where it is and how it is drawn is in `diagnose.rs`, what to do about it in `remedy.rs`.

use super::ill_designed::IllDesigned;
use super::rules::Crossed;
use super::syntax;
use super::zh::choice_zh;
use crate::units::{Lang, Month, ParseMonthError, Unit, UnitError, format_value};

/// What a path leads to instead of a regular file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    Directory,
    Device,
}

/// The encoding of a file that is not UTF-8; offsets are bytes from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Gbk {
        offset: usize,
    },
    /// With a byte-order mark, or by its zeros.
    Utf16 {
        marked: bool,
    },
    Binary,
    Unknown {
        offset: usize,
    },
}

/// What kind of name is unknown or missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Key,
    Instrument,
    Setting,
    Parameter,
    Class,
    Path,
    Column,
    Scenario,
    Region,
    Evidence,
    Interpolation,
    File,
    KeyPath,
    Factor,
    Indicator,
    Word,
}

impl Kind {
    fn word(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Kind::Key => ("键", "key"),
            Kind::Instrument => ("政策工具", "instrument"),
            Kind::Setting => ("政策参数", "setting"),
            Kind::Parameter => ("模型参数", "parameter"),
            Kind::Class => ("主体类别", "borrower class"),
            Kind::Path => ("时间路径", "path"),
            Kind::Column => ("列", "column"),
            Kind::Scenario => ("方案", "scenario"),
            Kind::Region => ("区域包", "region pack"),
            Kind::Evidence => ("证据类别", "class of evidence"),
            Kind::Interpolation => ("插值方式", "interpolation"),
            Kind::File => ("文件", "file"),
            Kind::KeyPath => ("键路径", "key path"),
            Kind::Factor => ("因子", "factor"),
            Kind::Indicator => ("指标", "indicator"),
            Kind::Word => ("写法", "word"),
        };
        lang.pick(zh, en)
    }
}

/// What should stand in a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    Table,
    List,
    Text,
    Bounds,
    Date,
    Value(Unit),
}

impl Expected {
    fn words(self, lang: Lang) -> String {
        let (zh, en) = match self {
            Expected::Table => ("表", "a table"),
            Expected::List => ("列表", "a list"),
            Expected::Text => ("引号内的文字", "a text in quotes"),
            Expected::Bounds => ("[下限, 上限]", "[low, high]"),
            Expected::Date => ("年月，如 \"2022-04\"", "a month such as \"2022-04\""),
            Expected::Value(unit) if lang == Lang::Zh => {
                return zh_expected(unit).trim_start_matches("应写").to_owned();
            }
            Expected::Value(unit) => return unit.expected(),
        };
        lang.pick(zh, en).to_owned()
    }
}

/// TOML's name of a type, in Chinese.
fn zh_type(found: &str) -> &str {
    match found {
        "boolean" => "true/false",
        "integer" => "整数",
        "float" => "小数",
        "string" => "文字",
        "array" => "列表",
        "table" => "表",
        "datetime" => "日期",
        other => other,
    }
}

/// One mistake; values are in the base of their unit.
#[derive(Clone, Debug, PartialEq)]
pub enum Mistake {
    FileMissing {
        name: String,
        known: Vec<String>,
    },
    Unreadable {
        why: String,
    },
    NotAFile {
        what: FileKind,
    },
    TooLarge {
        bytes: u64,
    },
    Empty,
    Encoding(Encoding),
    BadId {
        id: String,
    },
    DuplicateId {
        id: String,
        first: String,
    },
    /// One scenario named twice, not two of one name.
    GivenTwice {
        id: String,
    },
    Syntax {
        message: String,
    },
    NoSchema {
        expected: &'static str,
    },
    OtherSchema {
        found: String,
        expected: &'static str,
    },
    Unknown {
        kind: Kind,
        name: String,
        known: Vec<String>,
    },
    Missing {
        kind: Kind,
        name: String,
    },
    Type {
        expected: Expected,
        found: &'static str,
    },
    /// `limits` are those of the place, where it has any.
    Value {
        error: UnitError,
        unit: Unit,
        limits: Option<Box<(f64, f64)>>,
    },
    OutOfRange {
        value: f64,
        unit: Unit,
        low: f64,
        high: f64,
        law: &'static str,
    },
    Implausible {
        value: f64,
        unit: Unit,
        low: f64,
        high: f64,
    },
    RangeOrder,
    UnitDiffers {
        found: String,
        expected: Unit,
    },
    NoSource,
    SumNotOne {
        column: String,
        sum: f64,
    },
    DuplicateRow {
        id: String,
    },
    NoRows,
    TooManyRows {
        most: usize,
    },
    Date {
        error: ParseMonthError,
    },
    DateOrder {
        date: Month,
        before: Month,
    },
    DateTwice {
        date: Month,
    },
    NoDates,
    Period {
        from: Month,
        until: Month,
    },
    ExtendsCycle {
        chain: Vec<String>,
    },
    /// A path to a scenario or region pack outside the folder of the file that names it.
    Leaves {
        kind: Kind,
        path: String,
    },
    Rule {
        zh: &'static str,
        en: &'static str,
        month: Month,
        why: String,
    },
    Crossed {
        crossed: Crossed,
        from: Option<Month>,
    },
    /// Nothing differs up to the end of the run, perhaps after it.
    ChangesNothing {
        against: String,
        until: Month,
        first: Option<Month>,
    },
    /// Full-width characters where TOML knows half-width ones: column, found, meant.
    FullWidth {
        list: Vec<(usize, char, char)>,
    },
    /// A whole number beyond its limits, which a float would not hold exactly.
    Whole {
        text: String,
        low: u64,
        high: u64,
    },
    TooMany {
        most: usize,
    },
    /// What only a design can be wrong about.
    Design(Box<IllDesigned>),
}

impl Mistake {
    /// A missing file of which no more is known.
    pub(super) fn missing() -> Mistake {
        Mistake::FileMissing { name: String::new(), known: Vec::new() }
    }

    /// A mistake of a design.
    pub fn design(ill: IllDesigned) -> Mistake {
        Mistake::Design(Box::new(ill))
    }

    /// Stable name for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Mistake::FileMissing { .. } => "file-missing",
            Mistake::Unreadable { .. } => "file-unreadable",
            Mistake::NotAFile { .. } => "file-not-regular",
            Mistake::TooLarge { .. } => "file-too-large",
            Mistake::Empty => "file-empty",
            Mistake::Encoding(_) => "file-encoding",
            Mistake::BadId { .. } => "bad-id",
            Mistake::DuplicateId { .. } | Mistake::GivenTwice { .. } => "duplicate-id",
            Mistake::Syntax { .. } => "syntax",
            Mistake::NoSchema { .. } | Mistake::OtherSchema { .. } => "schema",
            Mistake::Unknown { .. } => "unknown-name",
            Mistake::Missing { .. } => "missing",
            Mistake::Type { .. } => "wrong-type",
            Mistake::Value { error: UnitError::BareNumber { .. }, .. } => "bare-number",
            Mistake::Value { .. } => "wrong-value",
            Mistake::OutOfRange { .. } | Mistake::Whole { .. } => "out-of-range",
            Mistake::FullWidth { .. } => "full-width",
            Mistake::Implausible { .. } => "outside-plausible-range",
            Mistake::RangeOrder => "range-order",
            Mistake::UnitDiffers { .. } => "wrong-unit",
            Mistake::NoSource => "no-source",
            Mistake::SumNotOne { .. } => "sum-not-one",
            Mistake::DuplicateRow { .. } => "duplicate-row",
            Mistake::NoRows => "no-rows",
            Mistake::TooManyRows { .. } => "too-many-rows",
            Mistake::Date { .. } => "bad-date",
            Mistake::DateOrder { .. } => "date-order",
            Mistake::DateTwice { .. } => "date-twice",
            Mistake::NoDates => "no-dates",
            Mistake::Period { .. } => "period",
            Mistake::ExtendsCycle { .. } => "extends-cycle",
            Mistake::Leaves { kind: Kind::Region, .. } => "region-leaves-folder",
            Mistake::Leaves { .. } => "extends-leaves-folder",
            Mistake::Rule { .. } => "rule",
            Mistake::Crossed { .. } => "crossed",
            Mistake::ChangesNothing { .. } => "changes-nothing",
            Mistake::TooMany { .. } => "too-many",
            Mistake::Design(ill) => ill.code(),
        }
    }

    /// Whether the program may go on.
    pub fn is_warning(&self) -> bool {
        match self {
            Mistake::Design(ill) => ill.is_warning(),
            other => matches!(other, Mistake::ChangesNothing { .. }),
        }
    }

    /// What is wrong, in one line.
    pub fn message(&self, lang: Lang) -> String {
        let t = |zh: String, en: String| if lang == Lang::Zh { zh } else { en };
        match self {
            Mistake::FileMissing { .. } => t("文件不存在".into(), "there is no such file".into()),
            Mistake::Unreadable { why } => t(format!("无法读取：{why}"), format!("cannot be read: {why}")),
            Mistake::NotAFile { what: FileKind::Directory } => {
                t("这是文件夹，不是文件".into(), "this is a folder, not a file".into())
            }
            Mistake::NotAFile { what: FileKind::Device } => t(
                "这是设备或管道，不是普通文件".into(),
                "this is a device or pipe, not a regular file".into(),
            ),
            Mistake::TooLarge { bytes } => t(
                format!("文件有 {bytes} 字节，超过 1 MB 上限"),
                format!("the file has {bytes} bytes, more than the 1 MB allowed"),
            ),
            Mistake::Empty => t("文件是空的".into(), "the file is empty".into()),
            Mistake::Encoding(Encoding::Gbk { .. }) => t(
                "文件是 GBK（GB18030）编码，不是 UTF-8".into(),
                "the file is in GBK (GB18030), not UTF-8".into(),
            ),
            Mistake::Encoding(Encoding::Utf16 { marked: true }) => t(
                "文件是 UTF-16 编码（有其字节序标记），不是 UTF-8".into(),
                "the file is in UTF-16 (it has its byte-order mark), not UTF-8".into(),
            ),
            Mistake::Encoding(Encoding::Utf16 { marked: false }) => t(
                "文件似为 UTF-16 编码，不是 UTF-8".into(),
                "the file seems to be in UTF-16, not UTF-8".into(),
            ),
            Mistake::Encoding(Encoding::Binary) => {
                t("这是二进制文件，不是文本".into(), "this is a binary file, no text".into())
            }
            Mistake::Encoding(Encoding::Unknown { offset }) => t(
                format!("文件不是 UTF-8（第 {} 字节起）", offset + 1),
                format!("the file is not UTF-8 (from byte {})", offset + 1),
            ),
            Mistake::BadId { id } => t(
                format!("文件名“{id}”不能作方案编号"),
                format!("the file name `{id}` cannot serve as a scenario id"),
            ),
            Mistake::DuplicateId { id, first } => t(
                format!("方案编号“{id}”重复：{first} 已使用"),
                format!("the scenario id `{id}` is given twice: {first} has it too"),
            ),
            Mistake::GivenTwice { id } => {
                t(format!("方案“{id}”给了两次"), format!("the scenario `{id}` is given twice"))
            }
            Mistake::Syntax { message } => {
                t(format!("TOML 语法错误：{}", syntax::in_chinese(message)), format!("TOML: {message}"))
            }
            Mistake::NoSchema { .. } => t("缺少 schema 一行".into(), "the line `schema` is missing".into()),
            Mistake::OtherSchema { found, .. } => {
                t(format!("未知的 schema“{found}”"), format!("unknown schema `{found}`"))
            }
            Mistake::Unknown { kind, name, .. } => t(
                format!("未知的{}“{name}”", kind.word(lang)),
                format!("unknown {} `{name}`", kind.word(lang)),
            ),
            Mistake::Missing { kind, name } => {
                t(format!("缺少{}“{name}”", kind.word(lang)), format!("missing {} `{name}`", kind.word(lang)))
            }
            Mistake::Type { expected, found } => {
                let expected = expected.words(lang);
                let zh = format!("此处应为{expected}，却是{}", zh_type(found));
                t(zh, format!("expected {expected}, found {found}"))
            }
            Mistake::Value { error, .. } => value_message(error, lang),
            Mistake::OutOfRange { value, unit, .. } | Mistake::Implausible { value, unit, .. } => t(
                format!("{} 超出范围", shown(*value, *unit, lang)),
                format!("{} is out of range", shown(*value, *unit, lang)),
            ),
            Mistake::RangeOrder => t("范围的上下限颠倒".into(), "the range ends before it begins".into()),
            Mistake::UnitDiffers { found, expected } => t(
                format!("单位应为“{expected}”，却写“{found}”"),
                format!("the unit is `{expected}`, not `{found}`"),
            ),
            Mistake::NoSource => t("没有写明来源".into(), "no source is given".into()),
            Mistake::SumNotOne { column, sum } => t(
                format!("列“{column}”合计 {:.6}%，应为 100%", sum * 100.0),
                format!("the column `{column}` sums to {:.6}%, not 100%", sum * 100.0),
            ),
            Mistake::DuplicateRow { id } => {
                t(format!("编号“{id}”重复"), format!("the id `{id}` is there twice"))
            }
            Mistake::NoRows => t("没有任何内容".into(), "there is nothing in it".into()),
            Mistake::TooManyRows { most } => {
                t(format!("行数过多：最多 {most} 行"), format!("too many rows: at most {most}"))
            }
            Mistake::Date { error } => {
                t(format!("“{}”不是年月", error.0), format!("`{}` is not a month", error.0))
            }
            Mistake::DateOrder { date, before } => t(
                format!("日期顺序颠倒：{date} 写在 {before} 之后"),
                format!("dates are out of order: {date} comes after {before}"),
            ),
            Mistake::DateTwice { date } => t(format!("日期 {date} 重复"), format!("{date} is there twice")),
            Mistake::NoDates => t("列表是空的".into(), "the list is empty".into()),
            Mistake::Period { from, until } => t(
                format!("时段无效：{from} 至 {until}"),
                format!("the period {from} to {until} is not possible"),
            ),
            Mistake::ExtendsCycle { chain } => t(
                format!("extends 或 includes 循环引用：{}", chain.join(" → ")),
                format!("`extends` or `includes` goes in a circle: {}", chain.join(" → ")),
            ),
            Mistake::Leaves { path, .. } => {
                t(format!("“{path}”离开了所在文件夹"), format!("`{path}` leaves the folder of this file"))
            }
            Mistake::Rule { zh, en, month, why } => {
                // An instrument may give its reason in both languages, parted by a full-width bar.
                let (why_en, why_zh) = why.split_once('｜').map_or((&**why, None), |(e, z)| (e, Some(z)));
                let why_zh =
                    why_zh.map_or_else(|| format!("各项设置不能同时成立（{why_en}）"), str::to_owned);
                t(format!("{zh}：自 {month} 起，{why_zh}"), format!("{en}: from {month} on, {why_en}"))
            }
            Mistake::Crossed { crossed: c, from } => {
                let (low, high) = (shown(c.low, c.unit, lang), shown(c.high, c.unit, lang));
                let zh = from.map_or_else(String::new, |m| format!("自 {m} 起，"));
                let en = from.map_or_else(String::new, |m| format!("from {m} on, "));
                t(
                    format!("{zh}下限 {} 为{low}，高于上限 {} 的{high}", c.low_key, c.high_key),
                    format!("{en}`{}` is {low}, above `{}` of {high}", c.low_key, c.high_key),
                )
            }
            Mistake::TooMany { most } => t(
                format!("错误超过 {most} 处，其余不再列出"),
                format!("more than {most} mistakes: the rest is not listed"),
            ),
            Mistake::ChangesNothing { against, until, first } => match first {
                None => t(
                    format!("与“{against}”相比没有任何变化"),
                    format!("this scenario changes nothing against `{against}`"),
                ),
                Some(first) => t(
                    format!("到模拟结束的 {until} 为止与“{against}”相同：第一处变化在 {first}"),
                    format!(
                        "up to {until}, where the run ends, this scenario is the same as `{against}`: its first change comes in {first}"
                    ),
                ),
            },
            Mistake::FullWidth { list } => {
                let each = |(column, found, _): &(usize, char, char)| match lang {
                    // A quotation mark in quotation marks of its own kind cannot be read.
                    Lang::Zh if "“”‘’".contains(*found) => format!("第 {column} 列「{found}」"),
                    Lang::Zh => format!("第 {column} 列“{found}”"),
                    Lang::En => format!("`{found}` in column {column}"),
                };
                let all = list.iter().map(each).collect::<Vec<_>>().join(lang.pick("、", ", "));
                t(format!("{all} 是全角字符"), format!("full-width: {all}"))
            }
            Mistake::Design(ill) => ill.message(lang),
            Mistake::Whole { text, .. } => t(format!("{text} 超出范围"), format!("{text} is out of range")),
        }
    }
}

fn value_message(error: &UnitError, lang: Lang) -> String {
    if lang == Lang::En {
        return match error {
            UnitError::BareNumber { .. } => "a bare number where a unit is needed".into(),
            UnitError::NotAValue { text, .. } => format!("`{text}` has not the form or unit needed here"),
            other => other.to_string(),
        };
    }
    match error {
        UnitError::BareNumber { .. } => "数字缺少单位".into(),
        UnitError::NotAValue { text, .. } => format!("“{text}”不是所需的数值"),
        UnitError::NotFinite { text } => format!("“{text}”不是有限的数"),
        UnitError::NoChoice { text, .. } => format!("“{text}”不在可选项之中"),
    }
}

pub(super) fn zh_expected(unit: Unit) -> String {
    match unit {
        Unit::Share => "应写比例，如 \"2%\"".into(),
        Unit::RateAnnual => "应写年利率或年增速，如 \"3.85%\"".into(),
        Unit::RateMonthly => "应写月率，如 \"0.5%\"".into(),
        Unit::Points => "应写百分点，如 \"3个百分点\" 或 \"3pp\"".into(),
        Unit::Money => "应写金额，如 \"6500万元\" 或 \"1.5亿元\"".into(),
        Unit::Months => "应写期限，如 \"6个月\" 或 \"3年\"".into(),
        Unit::Multiple => "应写倍数，如 \"10倍\"".into(),
        Unit::Number => "应写不带单位的数".into(),
        Unit::Count => "应写整数".into(),
        Unit::Flag => "应写 true 或 false".into(),
        Unit::Choice(names) => format!("可选：{}", names.join("、")),
    }
}

/// A value with its unit in words of the language.
pub fn shown(value: f64, unit: Unit, lang: Lang) -> String {
    let text = format_value(value, unit);
    match (lang, unit) {
        (Lang::En, Unit::Money) => {
            let (scale, name) = match value.abs() {
                v if v >= 1e9 => (1e9, "bn CNY"),
                v if v >= 1e6 => (1e6, "m CNY"),
                _ => (1.0, " CNY"),
            };
            format!("{}{name}", format_value(value / scale, Unit::Number))
        }
        (Lang::Zh, Unit::Points) => text.replace("pp", "个百分点"),
        (Lang::Zh, Unit::Months) => text.replace(" months", "个月"),
        (Lang::Zh, Unit::Multiple) => text.replace('x', "倍"),
        (Lang::Zh, Unit::Flag) => if value != 0.0 { "是" } else { "否" }.to_owned(),
        (Lang::En, Unit::Flag) => if value != 0.0 { "yes" } else { "no" }.to_owned(),
        (Lang::Zh, Unit::Choice(_)) => choice_zh(&text).map_or(text, str::to_owned),
        (Lang::En, Unit::Choice(_)) => text.replace('_', " "),
        _ => text,
    }
}

/// As [`shown`], to four significant digits: between the dates of a path values are interpolated, and
/// their last digits say nothing.
pub(super) fn sensible(value: f64, unit: Unit, lang: Lang) -> String {
    let rounded = format!("{value:.3e}").parse().unwrap_or(value);
    shown(rounded, unit, lang)
}
