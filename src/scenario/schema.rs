//! JSON Schema (draft 2020-12) of the scenario file, made from the tables of instruments, parameters
//! and paths, so that an editor completes keys, shows ranges and finds a misspelt name.
//!
//! The loader is the judge: it also knows ranges of values with units, dates out of order and rules
//! across settings, which a schema of texts cannot say. They stand in the descriptions.

use serde_json::{Map, Value, json};

use super::document::SCENARIO_SCHEMA;
use super::walk::Evidence;
use super::zh::{param_zh, path_zh};
use crate::model::params::PARAMS;
use crate::policy::{INSTRUMENTS, Setting, Spec};
use crate::units::{Lang, Unit, format_value};
use crate::world::{Class, PATHS};

/// What a key holds: its words and limits.
struct Held<'a> {
    zh: &'a str,
    en: &'a str,
    unit: Unit,
    low: f64,
    high: f64,
    /// The law behind the limits, or empty.
    law: &'a str,
}

impl Held<'_> {
    fn description(&self) -> String {
        let range = match self.unit {
            Unit::Flag | Unit::Choice(_) => String::new(),
            unit => {
                let (low, high) = (format_value(self.low, unit), format_value(self.high, unit));
                format!("\n允许 allowed: {low} – {high}")
            }
        };
        let law = if self.law.is_empty() { String::new() } else { format!("（{}）", self.law) };
        format!("{}\n{}{range}{law}\n写法 write: {}", self.zh, self.en, self.unit.expected())
    }

    /// A single value as it is written.
    fn value(&self) -> Value {
        let text = |ending: &str| json!({ "type": "string", "pattern": format!("^\\s*[-+.0-9][-+.,_0-9eE]*\\s*({ending})\\s*$") });
        match self.unit {
            Unit::Share | Unit::RateAnnual | Unit::RateMonthly => text("%|％"),
            Unit::Points => text("个百分点|百分点|points?|pp|基点|bp"),
            Unit::Money => text("亿元|万元|千元|元|(([bB][nN]|[mM]|[kK]) )?([cC][nN][yY]|yuan)"),
            Unit::Months => text("个月|月|年|months?|years?"),
            Unit::Multiple => text("x|倍|×"),
            Unit::Number => json!({ "type": "number", "minimum": self.low, "maximum": self.high }),
            Unit::Count => json!({ "type": "integer", "minimum": self.low, "maximum": self.high }),
            Unit::Flag => json!({ "type": "boolean" }),
            Unit::Choice(names) => json!({ "enum": names }),
        }
    }

    /// A value, or one with its source.
    fn constant(&self) -> Vec<Value> {
        vec![self.value(), object(json!({ "value": self.value(), "source": local("source") }), &["value"])]
    }

    /// A value for all time, or from dates on.
    fn dated(&self) -> Vec<Value> {
        let entry = json!({
            "from": local("month"), "value": self.value(), "source": local("source"),
            "class": local("class"), "note": { "type": "string" },
        });
        let list = json!({ "type": "array", "minItems": 1, "items": object(entry, &["from", "value"]) });
        self.constant().into_iter().chain([list]).collect()
    }

    fn key(&self, forms: Vec<Value>) -> Value {
        json!({ "description": self.description(), "anyOf": forms })
    }
}

fn local(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// An object that has these keys and no others.
fn object(properties: Value, required: &[&str]) -> Value {
    let mut out = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        out["required"] = json!(required);
    }
    out
}

/// Puts the schema of a dotted key into an object, as nested tables and as a quoted key.
fn put(object: &mut Value, key: &str, schema: Value) {
    let Some((head, rest)) = key.split_once('.') else {
        object["properties"][key] = schema;
        return;
    };
    let quoted = format!("^{}$", key.replace('.', "\\."));
    object["patternProperties"][quoted] = schema.clone();
    let inner = &mut object["properties"][head];
    if inner.is_null() {
        *inner = json!({ "type": "object", "properties": {}, "additionalProperties": false });
    }
    put(inner, rest, schema);
}

fn setting(s: &Setting) -> Value {
    let held = Held { zh: s.zh, en: s.en, unit: s.unit, low: s.low, high: s.high, law: s.limit_source };
    let mut out = held.key(held.dated());
    let neutral = format_value(s.neutral, s.unit);
    out["description"] = json!(format!("{}\n未写时 where silent: {neutral}", held.description()));
    out
}

fn instrument(spec: &Spec) -> Value {
    let on = Held {
        zh: "是否启用；写了本表即启用",
        en: "whether it is in force; having the table switches it on",
        unit: Unit::Flag,
        low: 0.0,
        high: 1.0,
        law: "",
    };
    let mut out = object(json!({ "enabled": on.key(on.dated()), "source": local("source") }), &[]);
    out["description"] = json!(format!(
        "{}\n{}\n{}\n{}\n{}\n{}",
        spec.zh,
        spec.en,
        spec.mechanism_zh,
        spec.mechanism_en,
        Lang::Zh.half(spec.clause),
        Lang::En.half(spec.clause)
    ));
    for s in spec.settings {
        put(&mut out, s.key, setting(s));
    }
    out
}

fn params() -> Value {
    let mut all = Map::new();
    for p in PARAMS {
        let zh = param_zh(p.key).unwrap_or(p.en);
        let held = Held { zh, en: p.en, unit: p.unit, low: p.low, high: p.high, law: "" };
        let mut forms = held.constant();
        if p.per_class {
            let one = |c: &Class| (c.id().to_owned(), json!({ "anyOf": held.constant() }));
            let classes: Map<String, Value> = Class::ALL.iter().map(one).collect();
            forms.push(object(Value::Object(classes), &[]));
        }
        all.insert(p.key.to_owned(), held.key(forms));
    }
    object(Value::Object(all), &[])
}

fn paths() -> Value {
    let mut out = object(json!({}), &[]);
    for p in PATHS {
        let zh = path_zh(p.key).unwrap_or(p.en);
        let held = Held { zh, en: p.en, unit: p.unit, low: p.low, high: p.high, law: "" };
        let one = held.key(held.dated());
        match p.key.strip_suffix(".*") {
            None => out["properties"][p.key] = one,
            Some(stem) => {
                // Rows are the region's: any name may stand there.
                out["patternProperties"][format!("^{stem}\\..+$")] = one.clone();
                let description = held.description();
                out["properties"][stem] =
                    json!({ "type": "object", "description": description, "additionalProperties": one });
            }
        }
    }
    out
}

fn described(mut schema: Value, zh: &str, en: &str) -> Value {
    schema["description"] = json!(format!("{zh}\n{en}"));
    schema
}

/// The schema of a scenario file.
pub fn schema() -> Value {
    let text = || json!({ "type": "string", "minLength": 1 });
    let classes = Evidence::ALL.map(Evidence::id);
    let instruments: Map<String, Value> =
        INSTRUMENTS.iter().map(|i| (i.spec().id.to_owned(), instrument(i.spec()))).collect();
    let run = object(
        json!({
            "seed": described(json!({ "type": "integer", "minimum": 0 }), "随机种子", "seed of all luck"),
            "replications": described(
                json!({ "type": "integer", "minimum": 1, "maximum": 1_000_000 }), "重复次数", "replications"
            ),
            "from": described(local("month"), "报告的第一个月", "first month reported"),
            "until": described(local("month"), "模拟的最后一个月", "last month simulated"),
        }),
        &[],
    );
    let properties = json!({
        "schema": { "const": SCENARIO_SCHEMA },
        "title": described(local("bilingual"), "标题", "title"),
        "description": described(local("bilingual"), "说明", "description"),
        "extends": described(
            text(), "上级方案：编号或同一文件夹中的文件", "what it extends: an id, or a file of the same folder"
        ),
        "includes": described(
            json!({ "anyOf": [text(), { "type": "array", "items": text() }] }),
            "并入的方案：编号或同一文件夹中的文件，依次叠加在上级方案之上",
            "scenarios laid over the one extended, in this order: ids, or files of the same folder",
        ),
        "reference": described(
            text(), "对照方案，若不是比较中的第一个", "its own reference, if not the first of the comparison"
        ),
        "region": described(text(), "区域包：编号或文件夹", "region pack: an id or a folder"),
        "source": described(local("source"), "依据", "what the scenario rests on"),
        "policy": described(object(Value::Object(instruments), &[]), "政策工具", "instruments"),
        "params": described(params(), "模型参数", "parameters of the model"),
        "macro": described(paths(), "外部环境路径", "paths of the environment"),
        "run": described(run, "如何运行", "how to run"),
    });
    let mut out = object(properties, &["schema"]);
    out["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    out["title"] = json!("puhui scenario · 普惠方案文件");
    out["$defs"] = json!({
        "month": described(
            json!({ "anyOf": [
                { "type": "string", "pattern": "^\\s*[0-9]{4}([qQ][1-4]|-[0-9]{2}(-[0-9]{2})?)?\\s*$" },
                { "type": "integer", "minimum": 1900, "maximum": 2200 },
            ] }),
            "年月：2022-04、2022Q2（该季首月）或 2022",
            "a month: 2022-04, 2022Q2 (its first month) or 2022",
        ),
        "class": described(
            json!({ "enum": classes }), "证据类别", "class of evidence"
        ),
        "source": described(
            json!({ "anyOf": [
                { "type": "string" },
                object(json!({ "doc": local("bilingual"), "clause": local("bilingual"), "class": local("class") }), &[]),
            ] }),
            "来源：文件、条款、证据类别",
            "source: document, clause, class of evidence",
        ),
        "bilingual": {
            "anyOf": [
                { "type": "string" },
                object(json!({ "zh": { "type": "string" }, "en": { "type": "string" } }), &[]),
            ]
        },
    });
    out
}
