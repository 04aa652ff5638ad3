//! `puhui explain schedule|instruments|indicators|parameters`: lists made from the tables of the
//! program itself, as text, Markdown or JSON with all their fields.
//! Nothing is retyped here, so a list cannot disagree with what the program does.

use serde_json::{Value, json};

use crate::experiment::manifest::variables;
use crate::metrics::METRICS;
use crate::model::params::PARAMS;
use crate::model::{MONTH, Phase};
use crate::policy::INSTRUMENTS;
use crate::scenario::{DEFAULT_REGION, load_region};
use crate::units::{Lang, Unit, format_value};
use crate::world::Class;

use super::args::{ExplainArgs, Format, What};
use super::compare::library;
use super::{Exit, Failure, language, print};

/// Runs the command.
pub fn explain(args: &ExplainArgs) -> Result<Exit, Failure> {
    let lang = language(args.lang);
    let list = match args.what {
        What::Instruments => instruments(),
        What::Indicators => indicators(),
        What::Parameters => parameters(),
        What::Schedule => schedule(),
    };
    let text = match args.format {
        Format::Json => serde_json::to_string_pretty(&list).map_err(Failure::fault)? + "\n",
        Format::Text => page(args.what, &list, lang, false),
        Format::Md => page(args.what, &list, lang, true),
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
                    "neutral_written": format_value(s.neutral, s.unit), "limit_source": s.limit_source,
                })
            })
            .collect();
        json!({
            "id": spec.id, "zh": spec.zh, "en": spec.en, "clause": spec.clause, "scope": spec.scope.name(),
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

fn parameters() -> Value {
    let pack = load_region(DEFAULT_REGION, &library()).ok();
    let values = |key: &str| -> Vec<Value> {
        let Some(pack) = &pack else { return Vec::new() };
        let stem = format!("parameters.{key}");
        let own = |k: &str| k == stem || k.strip_prefix(&stem).is_some_and(|rest| rest.starts_with('.'));
        let found = pack.provenance.iter().filter(|s| own(&s.key));
        found
            .map(|s| {
                json!({
                    "key": s.key, "value": s.value, "low": s.provenance.low, "high": s.provenance.high,
                    "written": format_value(s.value, s.unit), "class": s.provenance.class.id(),
                    "source": s.provenance.source, "note": s.note,
                })
            })
            .collect()
    };
    let one = |p: &crate::model::params::ParamSpec| {
        json!({
            "key": format!("params.{}", p.key), "en": p.en, "unit": unit(p.unit), "low": p.low, "high": p.high,
            "range": range(p.unit, p.low, p.high), "used_by": p.used_by,
            "per_class": if p.per_class { Class::ALL.map(Class::id).to_vec() } else { Vec::new() },
            "values": values(p.key),
        })
    };
    Value::Array(PARAMS.iter().map(one).collect())
}

fn schedule() -> Value {
    let one = |(i, p): (usize, &Phase)| json!({ "order": i + 1, "name": p.name, "zh": p.zh, "en": p.doc });
    Value::Array(MONTH.iter().enumerate().map(one).collect())
}

fn range(unit: Unit, low: f64, high: f64) -> String {
    format!("{} – {}", format_value(low, unit), format_value(high, unit))
}

/// The list for people: one entry a paragraph.
fn page(what: What, list: &Value, lang: Lang, md: bool) -> String {
    let mut out = String::new();
    let text = |v: &Value, key: &str| v[key].as_str().unwrap_or_default().to_owned();
    let named = |v: &Value| match (text(v, "zh"), text(v, "en")) {
        (zh, en) if zh.is_empty() => en,
        (zh, en) => lang.pick(&zh, &en).to_owned(),
    };
    let code = |s: &str| if md { format!("`{s}`") } else { s.to_owned() };
    for item in list.as_array().into_iter().flatten() {
        let words = |key: &str| {
            let list = item[key].as_array().into_iter().flatten();
            list.filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        };
        match what {
            What::Instruments => {
                let (mark, bullet) = if md { ("## ", "- ") } else { ("", "    ") };
                out += &format!("{mark}{}  {}\n", code(&text(item, "id")), named(item));
                let gap = if md { "\n" } else { "  " };
                out += &format!(
                    "{gap}{} · {} · {}\n",
                    text(item, "clause"),
                    text(item, "scope"),
                    words("doors")
                );
                out += &format!(
                    "{gap}{}\n",
                    lang.pick(&text(item, "mechanism_zh"), &text(item, "mechanism_en"))
                );
                if md {
                    out.push('\n');
                }
                for s in item["settings"].as_array().into_iter().flatten() {
                    let key = code(&text(s, "key"));
                    out += &format!("{bullet}{key}: {} [{}]\n", named(s), text(s, "range"));
                }
                if md {
                    out += &format!("\n```toml\n{}\n```\n", text(item, "example").trim());
                }
                out.push('\n');
            }
            What::Indicators => {
                let bullet = if md { "- " } else { "" };
                let star = if item["headline"] == true { " ★" } else { "" };
                out += &format!(
                    "{bullet}{} ({}, {})",
                    code(&text(item, "name")),
                    text(item, "unit"),
                    text(item, "yearly")
                );
                let groups = words("groups");
                let groups = if groups.is_empty() { groups } else { format!(" [{groups}]") };
                out += &format!(": {}{star}{groups}\n", named(item));
            }
            What::Parameters => {
                let bullet = if md { "- " } else { "" };
                out += &format!(
                    "{bullet}{}: {} [{}]\n",
                    code(&text(item, "key")),
                    named(item),
                    text(item, "range")
                );
                for v in item["values"].as_array().into_iter().flatten() {
                    let key = text(v, "key");
                    let (written, class, source) = (text(v, "written"), text(v, "class"), text(v, "source"));
                    out += &format!("  {bullet}{key} = {written} ({class}; {source})\n");
                }
            }
            What::Schedule => {
                let name = format!("{} {}", code(&text(item, "name")), text(item, "zh"));
                out += &format!("{}. {name}: {}\n", item["order"], text(item, "en"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_follow_the_tables() {
        assert_eq!(instruments().as_array().map(Vec::len), Some(INSTRUMENTS.len()));
        assert_eq!(indicators().as_array().map(Vec::len), Some(METRICS.len() + 1));
        assert_eq!(parameters().as_array().map(Vec::len), Some(PARAMS.len()));
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
