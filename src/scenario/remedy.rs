//! What to do about a mistake in a file: the allowed values, the nearest name, the form to write.
//!
//! The mistakes themselves and what they say are in `mistake`; where they stand is in `diagnose`.

use super::mistake::{Encoding, FileKind, Kind, Mistake, shown, zh_expected};
use super::resolve::fit_for_id;
use super::syntax;
use crate::units::{Lang, Unit, UnitError, parse_value};

impl Mistake {
    /// What is allowed or what to do, where there is something to say.
    pub fn help(&self, lang: Lang) -> Option<String> {
        let t = |zh: String, en: String| Some(if lang == Lang::Zh { zh } else { en });
        match self {
            Mistake::FileMissing { name, known } => match nearest(name, known) {
                Some(near) => t(
                    format!("是否想写“{near}”？全部方案见 puhui explain scenarios"),
                    format!("did you mean `{near}`? puhui explain scenarios lists them all"),
                ),
                None if known.is_empty() => t(
                    "请检查路径；随附方案见 puhui explain scenarios".into(),
                    "check the path; puhui explain scenarios lists what is shipped".into(),
                ),
                None => {
                    let some = |between: &str| known.iter().take(8).cloned().collect::<Vec<_>>().join(between);
                    t(
                        format!("请检查路径，或写方案编号，如 {}（全部见 puhui explain scenarios）", some("、")),
                        format!(
                            "check the path, or name a scenario such as {} (puhui explain scenarios lists them all)",
                            some(", ")
                        ),
                    )
                }
            },
            Mistake::Syntax { message } if syntax::is_repeated(message) => t(
                "每个键、每张表只写一次：删去一处，或合并为一处".into(),
                "write each key and each table once: remove one, or join the two".into(),
            ),
            Mistake::Syntax { .. } => t(
                "请检查此处的引号、括号和等号；带单位的数值要加引号，如 ratio = \"2%\"".into(),
                "check quotes, brackets and equals signs here; values with a unit stand in quotes, as in ratio = \"2%\""
                    .into(),
            ),
            Mistake::Rule { .. } | Mistake::Crossed { .. } => t(
                "请一并修改有关的值；未写的值取自上级方案".into(),
                "change the values together; what a file does not say is taken from what it extends".into(),
            ),
            Mistake::NotAFile { what: FileKind::Directory } => t(
                "请给出 .toml 文件，或含有 .toml 文件的文件夹；结果文件夹用 puhui report 查看".into(),
                "name a .toml file, or a folder that holds some; puhui report shows a folder of results".into(),
            ),
            Mistake::NotAFile { .. } => t("请给出一个 .toml 文件".into(), "name a .toml file".into()),
            Mistake::TooLarge { .. } => t(
                "方案文件只需几 KB：请检查是否给错了文件".into(),
                "a scenario takes a few KB: is this the file you meant?".into(),
            ),
            Mistake::Empty => t(
                "至少写：schema = \"puhui/scenario/1\" 和 extends = \"baseline\"".into(),
                "write at least: schema = \"puhui/scenario/1\" and extends = \"baseline\"".into(),
            ),
            Mistake::Encoding(Encoding::Binary) => t("请给出一个 .toml 文件".into(), "name a .toml file".into()),
            Mistake::Encoding(encoding) => {
                let known = match encoding {
                    Encoding::Gbk { .. } => Some("iconv -f GB18030 -t UTF-8"),
                    Encoding::Utf16 { .. } => Some("iconv -f UTF-16 -t UTF-8"),
                    _ => None,
                };
                let zh = known.map_or(String::new(), |command| format!("；命令行：{command}"));
                let en = known.map_or(String::new(), |command| format!(" (or: {command})"));
                t(
                    format!("请在编辑器中另存为 UTF-8（记事本：另存为→编码→UTF-8{zh}）"),
                    format!("save it as UTF-8 in your editor{en}"),
                )
            }
            Mistake::BadId { id } => {
                let near = near_id(id);
                let zh = near.as_ref().map_or_else(String::new, |near| format!("可改名为“{near}.toml”；"));
                let en = near.as_ref().map_or_else(String::new, |near| format!("call it `{near}.toml`: "));
                t(
                    format!("{zh}文件名只用字母、数字、汉字、“-”和“_”"),
                    format!("{en}use only letters, digits, Chinese characters, `-` and `_` in the file name"),
                )
            }
            Mistake::GivenTwice { .. } => t("去掉其中一个".into(), "leave one of them out".into()),
            Mistake::DuplicateId { .. } => t("请改其中一个文件名".into(), "rename one of the files".into()),
            Mistake::OtherSchema { found, .. } if found == "puhui/design/1" => t(
                "这是一个设计文件：用 puhui plan 检查，用 puhui sweep 运行".into(),
                "this is a design: puhui plan checks it, puhui sweep runs it".into(),
            ),
            Mistake::NoSchema { expected } | Mistake::OtherSchema { expected, .. } => t(
                format!("文件开头写：schema = \"{expected}\""),
                format!("begin the file with: schema = \"{expected}\""),
            ),
            Mistake::Unknown { kind, name, known } => match (nearest(name, known), known.len()) {
                (Some(near), _) => t(format!("是否想写“{near}”？"), format!("did you mean `{near}`?")),
                (None, 0) => None,
                (None, 1..=40) => {
                    let folder = *kind == Kind::Region;
                    let zh = if folder { "，或本文件夹内含 region.toml 的文件夹" } else { "" };
                    let en = if folder { ", or a folder inside this one that holds region.toml" } else { "" };
                    t(format!("可用：{}{zh}", known.join("、")), format!("known: {}{en}", known.join(", ")))
                }
                (None, n) => {
                    let list = match kind {
                        Kind::Scenario | Kind::File => " scenarios",
                        Kind::Instrument | Kind::Setting => " instruments",
                        Kind::Parameter | Kind::Class | Kind::Path => " parameters",
                        _ => "",
                    };
                    t(
                        format!("共有 {n} 个可用名称，见 puhui explain{list}"),
                        format!("{n} names are known; puhui explain{list} lists them"),
                    )
                }
            },
            Mistake::Value { error, unit, limits } => {
                Some(of_value(error, *unit, limits.as_deref().copied(), lang))
            }
            Mistake::OutOfRange { unit, low, high, law, .. } => {
                let (low, high) = (shown(*low, *unit, lang), shown(*high, *unit, lang));
                let law = lang.half(law);
                if law.is_empty() {
                    t(format!("允许 {low} 至 {high}"), format!("allowed: {low} to {high}"))
                } else {
                    t(format!("允许 {low} 至 {high}（{law}）"), format!("allowed: {low} to {high} ({law})"))
                }
            }
            Mistake::Implausible { unit, low, high, .. } => {
                let (low, high) = (shown(*low, *unit, lang), shown(*high, *unit, lang));
                t(
                    format!("所写的合理范围是 {low} 至 {high}：改数值或改范围"),
                    format!("its stated range is {low} to {high}: change the value or the range"),
                )
            }
            Mistake::RangeOrder => t("写 [下限, 上限]".into(), "write [low, high]".into()),
            Mistake::UnitDiffers { expected, .. } => {
                t(format!("写 unit = \"{expected}\""), format!("write unit = \"{expected}\""))
            }
            Mistake::NoSource => t(
                "写 source = \"文件名、条款或推算依据\"".into(),
                "write source = \"document, clause or reasoning\"".into(),
            ),
            Mistake::Date { .. } => t(
                "写 2022-04、2022Q2（该季首月）或 2022".into(),
                "write 2022-04, 2022Q2 (its first month) or 2022".into(),
            ),
            Mistake::DateOrder { .. } => t("请按日期先后排列".into(), "put the earlier date first".into()),
            Mistake::DateTwice { .. } => t("每个日期只写一次".into(), "give each date once".into()),
            Mistake::NoDates => t(
                "写 [{ from = \"2022Q2\", value = … }]".into(),
                "write [{ from = \"2022Q2\", value = … }]".into(),
            ),
            Mistake::Period { .. } => t(
                "from 不得早于区域数据起点，until 不得早于 from".into(),
                "`from` must not be before the region's start, nor `until` before `from`".into(),
            ),
            Mistake::ExtendsCycle { .. } => {
                t("请删去其中一个 extends".into(), "remove `extends` from one of them".into())
            }
            Mistake::Leaves { kind: Kind::Region, .. } => t(
                "region 只能用同一文件夹内的文件夹或随附区域包的编号（yongchuan）".into(),
                "name a folder inside this one or the id of a shipped region pack (yongchuan)".into(),
            ),
            Mistake::Leaves { .. } => t(
                "extends 只能用同一文件夹内的文件或随附方案的编号".into(),
                "extend a file of the same folder or the id of a shipped scenario".into(),
            ),
            Mistake::ChangesNothing { first: None, .. } => {
                t("请检查数值是否写对".into(), "check the values".into())
            }
            Mistake::ChangesNothing { first: Some(_), .. } => t(
                "请改日期，或用 [run] until 或 --until 延长模拟".into(),
                "change the date, or let the run go on with `until` under [run] or --until".into(),
            ),
            Mistake::FullWidth { list } => {
                let mut pairs: Vec<(char, char)> = list.iter().map(|(_, found, meant)| (*found, *meant)).collect();
                pairs.sort_unstable();
                pairs.dedup();
                let each = |(found, meant): &(char, char)| match lang {
                    Lang::Zh => format!("“{found}”改为半角 {meant}"),
                    Lang::En => format!("write {meant} for {found}"),
                };
                let all = pairs.iter().map(each).collect::<Vec<_>>().join(lang.pick("，", ", "));
                t(all.clone(), all)
            }
            Mistake::Whole { low, high, .. } => {
                t(format!("允许 {low} 至 {high} 的整数"), format!("allowed: whole numbers from {low} to {high}"))
            }
            Mistake::Design(ill) => ill.help(lang),
            _ => None,
        }
    }
}

/// A file name as it was meant, with hyphens for what it may not hold.
fn near_id(id: &str) -> Option<String> {
    let parts: Vec<&str> = id.split(|c| !fit_for_id(c)).filter(|part| !part.is_empty()).collect();
    (!parts.is_empty() && id.len() <= 100).then(|| parts.join("-"))
}

/// The form and limits a value should have.
fn of_value(error: &UnitError, unit: Unit, limits: Option<(f64, f64)>, lang: Lang) -> String {
    let t = |zh: String, en: String| if lang == Lang::Zh { zh } else { en };
    match error {
        UnitError::BareNumber { remedy } => {
            // What lies outside the limits with any unit is not worth proposing.
            if !proposal(remedy).is_none_or(|text| fits(text, unit, limits)) {
                return t(zh_form(unit, limits), en_form(unit, limits));
            }
            let plain = remedy.split(" for ").next().unwrap_or(remedy);
            let zh = plain.replace("write ", "写 ").replace(" or ", " 或 ");
            let allowed = limits.map_or_else(String::new, |l| allowed(unit, l, lang));
            t(format!("{}：{zh}{allowed}", zh_expected(unit)), format!("{remedy}{allowed}"))
        }
        UnitError::NoChoice { text, choices } => {
            let known: Vec<String> = choices.iter().map(|c| (*c).to_owned()).collect();
            let list = known.join(", ");
            match nearest(text, &known) {
                Some(near) => t(
                    format!("是否想写“{near}”？可选：{list}"),
                    format!("did you mean `{near}`? one of {list}"),
                ),
                None => t(format!("可选：{list}"), format!("one of {list}")),
            }
        }
        _ => t(zh_form(unit, limits), en_form(unit, limits)),
    }
}

/// The first text in quotes of a proposal such as `write "2%" for 2 percent`.
fn proposal(remedy: &str) -> Option<&str> {
    remedy.split('"').nth(1)
}

fn fits(text: &str, unit: Unit, limits: Option<(f64, f64)>) -> bool {
    let (low, high) = limits.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    parse_value(text, unit).is_ok_and(|value| (low..=high).contains(&value))
}

/// The limits of a place, to follow what should stand there.
fn allowed(unit: Unit, (low, high): (f64, f64), lang: Lang) -> String {
    if matches!(unit, Unit::Flag | Unit::Choice(_)) {
        return String::new();
    }
    let (low, high) = (shown(low, unit, lang), shown(high, unit, lang));
    match lang {
        Lang::Zh => format!("；允许 {low} 至 {high}"),
        Lang::En => format!("; allowed: {low} to {high}"),
    }
}

fn zh_form(unit: Unit, limits: Option<(f64, f64)>) -> String {
    zh_expected(unit) + &limits.map_or_else(String::new, |l| allowed(unit, l, Lang::Zh))
}

fn en_form(unit: Unit, limits: Option<(f64, f64)>) -> String {
    format!("write {}", unit.expected()) + &limits.map_or_else(String::new, |l| allowed(unit, l, Lang::En))
}

/// The known name most like `name`, if any is like it.
fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let name = name.to_lowercase();
    known
        .iter()
        .map(|k| (strsim::jaro_winkler(&name, &k.to_lowercase()), k))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| k.as_str())
}
