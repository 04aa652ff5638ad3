//! `puhui explain schedule|instruments|indicators|parameters|scenarios`: lists made from the tables of the
//! program itself, as text, Markdown or JSON with all their fields.
//! Nothing is retyped here, so a list cannot disagree with what the program does.

use std::sync::Arc;

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::experiment::manifest::variables;
use crate::metrics::METRICS;
use crate::model::params::PARAMS;
use crate::model::{MONTH, Phase};
use crate::policy::INSTRUMENTS;
use crate::scenario::{
    DEFAULT_REGION, Input, Scenario, Sourced, column_zh, load, load_region, param_zh, path_zh, phase_zh,
};
use crate::units::{Lang, Unit, format_value};
use crate::world::{Class, GuarantorCard, LenderCard, PATHS, Sector, Township};

use super::args::{ExplainArgs, Format, What};
use super::compare::{library, refused};
use super::{Exit, Failure, language, print};

/// Runs the command.
pub fn explain(args: &ExplainArgs) -> Result<Exit, Failure> {
    let lang = language(args.lang);
    let list = match args.what {
        None => choices(),
        Some(What::Instruments) => instruments(),
        Some(What::Indicators) => indicators(),
        Some(What::Parameters) => parameters(),
        Some(What::Schedule) => schedule(),
        Some(What::Scenarios) => scenarios(lang)?,
    };
    let text = match (args.format, args.what) {
        (Format::Json, _) => serde_json::to_string_pretty(&list).map_err(Failure::fault)? + "\n",
        (format, None) => choices_page(&list, lang, format == Format::Md),
        (format, Some(what)) => page(what, &list, lang, format == Format::Md),
    };
    print(&text);
    Ok(Exit::Done)
}

fn unit(unit: Unit) -> Value {
    match unit {
        Unit::Choice(names) => json!({ "name": unit.name(), "choices": names, "write": unit.expected() }),
        _ => json!({ "name": unit.name(), "write": unit.expected() }),
    }
}

fn instruments() -> Value {
    let one = |spec: &crate::policy::Spec| {
        let settings: Vec<Value> = spec
            .settings
            .iter()
            .map(|s| {
                json!({
                    "key": format!("policy.{}.{}", spec.id, s.key), "zh": s.zh, "en": s.en,
                    "unit": unit(s.unit), "low": s.low, "high": s.high, "neutral": s.neutral,
                    "range": range(s.unit, s.low, s.high),
                    "neutral_written": format_value(s.neutral, s.unit),
                    "limit_source_zh": Lang::Zh.half(s.limit_source), "limit_source_en": Lang::En.half(s.limit_source),
                })
            })
            .collect();
        json!({
            "id": spec.id, "zh": spec.zh, "en": spec.en, "scope": spec.scope.name(),
            "clause_zh": Lang::Zh.half(spec.clause), "clause_en": Lang::En.half(spec.clause),
            "doors": spec.doors.iter().map(|d| d.name()).collect::<Vec<_>>(),
            "mechanism_zh": spec.mechanism_zh, "mechanism_en": spec.mechanism_en,
            "example": spec.example, "settings": settings,
        })
    };
    Value::Array(INSTRUMENTS.iter().map(|i| one(i.spec())).collect())
}

fn indicators() -> Value {
    let groups = |name: &str| {
        let found = METRICS.iter().find(|m| m.name == name);
        let flags = found.map_or([false; 3], |m| [m.by_class, m.by_township, m.by_lender]);
        let named = ["class", "township", "lender"].into_iter().zip(flags);
        named.filter(|(_, on)| *on).map(|(name, _)| name).collect::<Vec<_>>()
    };
    let one = |v: crate::experiment::manifest::Variable| {
        json!({
            "name": v.name, "zh": v.zh, "en": v.en, "unit": v.unit, "headline": v.headline,
            "direction": v.direction, "yearly": v.aggregation, "groups": groups(v.name),
        })
    };
    Value::Array(variables().into_iter().map(one).collect())
}

/// Every number of the region pack: parameters, columns of the sheets, dated paths; each declaration
/// with all its values and where they come from.
fn parameters() -> Value {
    let pack = load_region(DEFAULT_REGION, &library()).ok();
    let numbers = pack.as_ref().map_or(&[][..], |p| &p.provenance);
    let values = |own: &dyn Fn(&str) -> bool| -> Vec<Value> {
        let one = |s: &Sourced| {
            let (low, high) = (s.provenance.low, s.provenance.high);
            json!({
                "key": s.key, "unit": s.unit.name(), "value": s.value, "written": format_value(s.value, s.unit),
                "low": low, "high": high, "range": range(s.unit, low, high),
                "class": s.provenance.class.id(), "source": s.provenance.source, "note": s.note,
            })
        };
        numbers.iter().filter(|s| own(&s.key)).map(one).collect()
    };
    let mut list = Vec::new();
    for p in PARAMS {
        let stem = format!("parameters.{}", p.key);
        let own =
            |k: &str| k.strip_prefix(&stem).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        list.push(json!({
            "key": format!("params.{}", p.key), "sheet": "parameters", "zh": param_zh(p.key), "en": p.en, "unit": unit(p.unit),
            "low": p.low, "high": p.high, "range": range(p.unit, p.low, p.high), "used_by": p.used_by,
            "per_class": if p.per_class { Class::ALL.map(Class::id).to_vec() } else { Vec::new() },
            "values": values(&own),
        }));
    }
    let sheets = [
        ("townships", Township::COLUMNS),
        ("sectors", Sector::COLUMNS),
        ("lenders", LenderCard::COLUMNS),
        ("guarantors", GuarantorCard::COLUMNS),
    ];
    for (sheet, columns) in sheets {
        for c in columns {
            // `<sheet>.<row>.<column>`; neither sheets nor rows have dots in their names.
            let own = |k: &str| {
                let row = k.strip_prefix(sheet).and_then(|rest| rest.strip_prefix('.'));
                row.and_then(|rest| rest.split_once('.')).is_some_and(|(_, column)| column == c.key)
            };
            list.push(json!({
                "key": format!("{sheet}.*.{}", c.key), "sheet": sheet, "zh": column_zh(sheet, c.key), "en": c.en, "unit": unit(c.unit),
                "low": c.low, "high": c.high, "range": range(c.unit, c.low, c.high), "used_by": "region",
                "per_class": [], "values": values(&own),
            }));
        }
    }
    for p in PATHS {
        let stem = format!("paths.{}", p.key.trim_end_matches('*'));
        let own = |k: &str| match p.each {
            Some(_) => k.starts_with(&stem),
            None => k.strip_prefix(&stem).is_some_and(|rest| rest.starts_with('@')),
        };
        list.push(json!({
            "key": format!("paths.{}", p.key), "sheet": "paths", "zh": path_zh(p.key), "en": p.en, "unit": unit(p.unit),
            "low": p.low, "high": p.high, "range": range(p.unit, p.low, p.high), "used_by": "environment",
            "per_class": [], "values": values(&own),
        }));
    }
    Value::Array(list)
}

/// What can be listed.
fn choices() -> Value {
    let one = |what: &What| {
        let (zh, en) = match what {
            What::Schedule => ("每月依次发生什么", "what happens in a month, in order"),
            What::Instruments => {
                ("政策工具、参数及其允许范围", "policy instruments, their settings and allowed ranges")
            }
            What::Indicators => ("结果指标", "indicators of the results"),
            What::Parameters => {
                ("地区数据的全部数值及来源", "every number of the region's pack, with its source")
            }
            What::Scenarios => ("随附的方案及其改变", "scenarios shipped and what each changes"),
        };
        let name = what.to_possible_value().map_or_else(String::new, |v| v.get_name().to_owned());
        json!({ "name": name, "zh": zh, "en": en })
    };
    Value::Array(What::value_variants().iter().map(one).collect())
}

fn choices_page(list: &Value, lang: Lang, md: bool) -> String {
    let items = list.as_array().into_iter().flatten();
    let command = |item: &Value| format!("puhui explain {}", text(item, "name"));
    if md {
        let head = [lang.pick("命令", "command"), lang.pick("列出", "lists")];
        return table(&head, items.map(|item| vec![code(&command(item)), named(item, lang)]));
    }
    items.map(|item| format!("{:<27}  {}\n", command(item), named(item, lang))).collect()
}

/// The scenarios of the library, told against their own reference or what they extend.
fn scenarios(lang: Lang) -> Result<Value, Failure> {
    let options = library();
    let inputs: Vec<Input> = options.library.scenario_ids().into_iter().map(Input::Shipped).collect();
    let loaded = load(&inputs, &options).map_err(|d| refused(&d, lang))?;
    let one = |(s, against): (&Scenario, &Option<Arc<Scenario>>)| {
        let words = |lang| match against {
            Some(other) => s.diff_words(other, lang),
            None => vec![s.alone(lang)],
        };
        json!({
            "id": s.id, "zh": s.title_zh, "en": s.title_en, "extends": s.extends.first(),
            "reference": s.reference, "against": against.as_ref().map(|a| a.id.as_str()),
            "changes_zh": words(Lang::Zh), "changes_en": words(Lang::En),
        })
    };
    Ok(Value::Array(loaded.scenarios.iter().zip(&loaded.against).map(one).collect()))
}

/// What a scenario extends and is told against.
fn relation(item: &Value, lang: Lang) -> String {
    match (item["extends"].as_str(), item["against"].as_str(), lang) {
        (None, ..) => String::new(),
        (Some(parent), Some(other), Lang::Zh) if parent != other => {
            format!("继承 {parent}，对照 {other}")
        }
        (Some(parent), Some(other), Lang::En) if parent != other => {
            format!("extends {parent}, compared with {other}")
        }
        (Some(parent), _, Lang::Zh) => format!("继承 {parent}"),
        (Some(parent), _, Lang::En) => format!("extends {parent}"),
    }
}

fn changes_of(item: &Value, lang: Lang) -> Vec<String> {
    let list = each(item, lang.pick("changes_zh", "changes_en"));
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn scenario_text(item: &Value, lang: Lang) -> String {
    let mut out = format!("{}  {} · {}\n", text(item, "id"), text(item, "zh"), text(item, "en"));
    let relation = relation(item, lang);
    if !relation.is_empty() {
        out += &format!("  {relation}\n");
    }
    out += &changes_of(item, lang).iter().map(|c| format!("  - {c}\n")).collect::<String>();
    out + "\n"
}

fn scenario_row(item: &Value, lang: Lang) -> Vec<String> {
    let (id, changes) = (code(&text(item, "id")), changes_of(item, lang).join(lang.pick("；", "; ")));
    vec![id, text(item, "zh"), text(item, "en"), relation(item, lang), changes]
}

fn schedule() -> Value {
    let one = |(i, p): (usize, &Phase)| {
        let does = phase_zh(p.name).unwrap_or_default();
        json!({ "order": i + 1, "name": p.name, "zh": p.zh, "en": p.doc, "does_zh": does, "does_en": p.doc })
    };
    Value::Array(MONTH.iter().enumerate().map(one).collect())
}

fn range(unit: Unit, low: f64, high: f64) -> String {
    format!("{} – {}", format_value(low, unit), format_value(high, unit))
}

/// The list for people: text with one entry a paragraph, or Markdown with tables.
fn page(what: What, list: &Value, lang: Lang, md: bool) -> String {
    let items = list.as_array().map_or(&[][..], Vec::as_slice);
    match (what, md) {
        (What::Instruments, false) => items.iter().map(|i| instrument_text(i, lang)).collect(),
        (What::Instruments, true) => items.iter().map(|i| instrument_md(i, lang)).collect(),
        (What::Indicators, false) => items.iter().map(|i| indicator_text(i, lang)).collect(),
        (What::Indicators, true) => {
            let head = match lang {
                Lang::Zh => ["指标", "单位", "方向", "年度值", "分组", "含义"],
                Lang::En => ["indicator", "unit", "better", "a year is", "by", "meaning"],
            };
            table(&head, items.iter().map(|i| indicator_row(i, lang)))
        }
        (What::Parameters, false) => items.iter().map(|i| parameter_text(i, lang)).collect(),
        (What::Parameters, true) => {
            let head = match lang {
                Lang::Zh => ["键", "含义", "单位", "取值", "合理范围", "证据类别", "来源"],
                Lang::En => ["key", "meaning", "unit", "value", "range", "class", "source"],
            };
            table(&head, items.iter().flat_map(|i| parameter_rows(i, lang)))
        }
        (What::Schedule, false) => {
            let one = |p: &Value| {
                let (zh, does) = (text(p, "zh"), text(p, lang.pick("does_zh", "does_en")));
                let title = match lang {
                    Lang::Zh => format!("{zh}（{}）：", text(p, "name")),
                    Lang::En => format!("{}: ", text(p, "name")),
                };
                format!("{}. {title}{does}\n", p["order"])
            };
            items.iter().map(one).collect()
        }
        (What::Schedule, true) => {
            let one = |p: &Value| {
                let does = text(p, lang.pick("does_zh", "does_en"));
                vec![p["order"].to_string(), code(&text(p, "name")), text(p, "zh"), does]
            };
            let head = match lang {
                Lang::Zh => ["#", "环节", "阶段", "内容"],
                Lang::En => ["#", "phase", "阶段", "what happens"],
            };
            table(&head, items.iter().map(one))
        }
        (What::Scenarios, false) => items.iter().map(|i| scenario_text(i, lang)).collect(),
        (What::Scenarios, true) => {
            let head = match lang {
                Lang::Zh => ["编号", "中文名称", "英文名称", "关系", "改变"],
                Lang::En => ["id", "Chinese title", "English title", "relation", "what it changes"],
            };
            table(&head, items.iter().map(|i| scenario_row(i, lang)))
        }
    }
}

fn text(v: &Value, key: &str) -> String {
    v[key].as_str().unwrap_or_default().to_owned()
}

/// The name in this language; English where there is no Chinese.
fn named(v: &Value, lang: Lang) -> String {
    lang.pick_or(&text(v, "zh"), &text(v, "en"), "").to_owned()
}

fn words(v: &Value, key: &str) -> String {
    let list = v[key].as_array().into_iter().flatten();
    list.filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
}

fn each<'a>(v: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    v[key].as_array().into_iter().flatten()
}

fn code(s: &str) -> String {
    format!("`{s}`")
}

/// A Markdown table; bars and line ends inside cells are escaped.
fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|h| (*h).to_owned()).collect();
    let mut out = line(&head) + &line(&vec!["---".to_owned(); head.len()]);
    for row in rows {
        let cells: Vec<String> =
            row.iter().map(|c| c.replace('|', "\\|").replace(['\r', '\n'], " ")).collect();
        out += &line(&cells);
    }
    out
}

/// Whose measure it is.
fn scope(item: &Value, lang: Lang) -> String {
    match (lang, text(item, "scope").as_str()) {
        (Lang::Zh, "national") => "国家措施".into(),
        (Lang::Zh, "city") => "市级措施".into(),
        (Lang::Zh, "district") => "区级措施".into(),
        (_, other) => other.into(),
    }
}

fn instrument_text(item: &Value, lang: Lang) -> String {
    let mut out = format!("{}  {}\n", text(item, "id"), named(item, lang));
    let doors: Vec<String> =
        each(item, "doors").filter_map(Value::as_str).map(|d| in_words(d, lang)).collect();
    let (scope, doors) = (scope(item, lang), doors.join(lang.pick("、", ", ")));
    let clause = lang.pick("clause_zh", "clause_en");
    out += &format!("  {} · {scope} · {}{doors}\n", text(item, clause), lang.pick("作用入口：", "doors: "));
    out += &format!("  {}\n", lang.pick(&text(item, "mechanism_zh"), &text(item, "mechanism_en")));
    for s in each(item, "settings") {
        out += &format!("    {}: {} [{}]\n", text(s, "key"), named(s, lang), text(s, "range"));
    }
    out + "\n"
}

fn instrument_md(item: &Value, lang: Lang) -> String {
    let mut out = format!("## {} {}\n\n", code(&text(item, "id")), named(item, lang));
    let (scope, doors) = (scope(item, lang), words(item, "doors"));
    let clause = text(item, lang.pick("clause_zh", "clause_en"));
    out += &format!("{clause} · {scope} · {}: {doors}\n\n", lang.pick("作用入口", "doors"));
    out += &format!("{}\n\n", lang.pick(&text(item, "mechanism_zh"), &text(item, "mechanism_en")));
    let head = match lang {
        Lang::Zh => ["参数键", "含义", "单位", "允许范围", "中性值", "限值依据"],
        Lang::En => ["key", "meaning", "unit", "allowed", "neutral", "limit from"],
    };
    let row = |s: &Value| {
        let unit = match s["unit"]["choices"].is_array() {
            true => words(&s["unit"], "choices"),
            false => text(&s["unit"], "name"),
        };
        let (allowed, neutral) = (text(s, "range"), text(s, "neutral_written"));
        let law = text(s, lang.pick("limit_source_zh", "limit_source_en"));
        vec![code(&text(s, "key")), named(s, lang), unit, allowed, neutral, law]
    };
    out += &table(&head, each(item, "settings").map(row));
    out + &format!("\n```toml\n{}\n```\n\n", text(item, "example").trim())
}

fn indicator_text(item: &Value, lang: Lang) -> String {
    let star = if item["headline"] == true { " ★" } else { "" };
    let mut said: Vec<String> = ["unit", "yearly", "direction"]
        .into_iter()
        .filter_map(|key| Some(in_words(&text(item, key), lang)).filter(|w| !w.is_empty()))
        .collect();
    let by: Vec<String> = each(item, "groups").filter_map(Value::as_str).map(|g| in_words(g, lang)).collect();
    if !by.is_empty() {
        said.push(format!("{}{}", lang.pick("分", "by "), by.join(lang.pick("、", ", "))));
    }
    let said = said.join(lang.pick("，", ", "));
    format!("{}{star}  {}\n    {said}\n", named(item, lang), text(item, "name"))
}

/// A fixed word of the tables in the reader's language.
fn in_words(word: &str, lang: Lang) -> String {
    let (zh, en) = match word {
        "yuan" => ("元", "yuan"),
        "share" => ("比例", "a share"),
        "rate" => ("年率", "a yearly rate"),
        "points" => ("百分点", "percentage points"),
        "count" => ("数量", "a count"),
        "number" => ("数", "a number"),
        "last" => ("年末值", "at the end of a year"),
        "sum" => ("全年合计", "summed over a year"),
        "mean" => ("全年平均", "mean of a year"),
        "up" => ("越高越好", "higher is better"),
        "down" => ("越低越好", "lower is better"),
        "none" => ("", ""),
        "class" => ("主体类别", "class of borrower"),
        "township" => ("镇街", "township"),
        "lender" => ("放款机构", "lender"),
        "reach" => ("触达", "reach"),
        "see" => ("甄别", "see"),
        "quote" => ("定价", "quote"),
        "fund" => ("资金", "fund"),
        "relieve" => ("纾困", "relieve"),
        "indemnify" => ("风险分担", "indemnify"),
        "steady" => ("稳定收入", "steady"),
        "grant" => ("财政补助", "grant"),
        "need" => ("融资需求", "need"),
        "ration" => ("额度与能力", "ration"),
        "classify" => ("风险分类", "classify"),
        other => (other, other),
    };
    lang.pick(zh, en).to_owned()
}

fn indicator_row(item: &Value, lang: Lang) -> Vec<String> {
    let star = if item["headline"] == true { " ★" } else { "" };
    vec![
        code(&text(item, "name")),
        text(item, "unit"),
        text(item, "direction"),
        text(item, "yearly"),
        words(item, "groups"),
        named(item, lang) + star,
    ]
}

fn parameter_text(item: &Value, lang: Lang) -> String {
    let (unit, range) = (text(&item["unit"], "name"), text(item, "range"));
    let mut out = format!("{} ({unit}): {} [{range}]\n", text(item, "key"), named(item, lang));
    for v in each(item, "values") {
        let (key, written, range) = (text(v, "key"), text(v, "written"), text(v, "range"));
        out += &format!("  {key} = {written} [{range}] ({}; {})\n", text(v, "class"), text(v, "source"));
    }
    out
}

fn parameter_rows(item: &Value, lang: Lang) -> Vec<Vec<String>> {
    let row = |v: &Value| {
        let cell = |key: &str| text(v, key);
        vec![
            code(&cell("key")),
            named(item, lang),
            cell("unit"),
            cell("written"),
            cell("range"),
            cell("class"),
            cell("source"),
        ]
    };
    each(item, "values").map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_the_pack_is_listed_once() {
        let list = parameters();
        let listed: Vec<String> = list
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|item| each(item, "values").map(|v| text(v, "key")).collect::<Vec<_>>())
            .collect();
        let pack = load_region(DEFAULT_REGION, &library()).unwrap();
        let mut wanted: Vec<&str> = pack.provenance.iter().map(|s| s.key.as_str()).collect();
        let mut found: Vec<&str> = listed.iter().map(String::as_str).collect();
        wanted.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, wanted);
        let (plain, md) =
            (page(What::Parameters, &list, Lang::En, false), page(What::Parameters, &list, Lang::En, true));
        for s in &pack.provenance {
            let source = s.provenance.source.replace('|', "\\|");
            assert!(plain.contains(&s.key) && md.contains(&format!("`{}`", s.key)) && md.contains(&source));
        }
    }

    #[test]
    fn lists_follow_the_tables() {
        assert_eq!(instruments().as_array().map(Vec::len), Some(INSTRUMENTS.len()));
        assert_eq!(indicators().as_array().map(Vec::len), Some(METRICS.len() + 1));
        for lang in [Lang::Zh, Lang::En] {
            for md in [false, true] {
                let text = page(What::Instruments, &instruments(), lang, md);
                assert!(INSTRUMENTS.iter().all(|i| text.contains(i.spec().id)));
                let text = page(What::Indicators, &indicators(), lang, md);
                assert!(METRICS.iter().all(|m| text.contains(m.name)));
            }
        }
    }
}
