//! JSON Schema (draft 2020-12) of the design file, so that an editor completes keys and shows what they mean.
//!
//! The reader (`read.rs`) is the judge: it also knows units, ranges and what goes with what. The scenario file's schema is
//! `scenario`'s.

use serde_json::{Value, json};

use crate::metrics::METRICS;

use super::{DESIGN_SCHEMA, Kind, MAX_POINTS};

/// The schema of a design file whose factors may have these keys.
pub fn schema(keys: &[String]) -> Value {
    let kinds: Vec<&str> = Kind::ALL.iter().map(|k| k.id()).collect();
    let mut indicators: Vec<&str> = vec!["headline", "all"];
    indicators.extend(METRICS.iter().map(|m| m.name));
    let text = json!({ "type": "string", "minLength": 1 });
    let one_or_more =
        |item: Value| json!({ "anyOf": [item, { "type": "array", "minItems": 1, "items": item }] });
    let both = json!({
        "anyOf": [
            { "type": "string" },
            {
                "type": "object", "additionalProperties": false,
                "properties": { "zh": { "type": "string" }, "en": { "type": "string" } },
            },
        ]
    });
    let month = json!({ "anyOf": [
        { "type": "string", "pattern": "^\\s*[0-9]{4}([qQ][1-4]|-[0-9]{2}(-[0-9]{2})?)?\\s*$" },
        { "type": "integer", "minimum": 1900, "maximum": 2200 },
    ] });
    let value = json!({ "type": ["string", "number", "boolean"] });
    let whole = |low: u64, high: u64| json!({ "type": "integer", "minimum": low, "maximum": high });
    let with = |mut schema: Value, zh: &str, en: &str| {
        schema["description"] = json!(format!("{zh}\n{en}"));
        schema
    };
    let factor = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["key"],
        "properties": {
            "key": with(json!({ "enum": keys }), "键路径，与方案文件相同", "dotted key, as in a scenario file"),
            "name": with(text.clone(), "列名", "heads its columns"),
            "since": with(month.clone(), "从何时起；不写则全程", "from when on; without it for all time"),
            "scenarios": with(one_or_more(text.clone()), "用于哪些方案；不写则全部", "scenarios it goes to; without it all"),
            "values": with(
                json!({ "type": "array", "minItems": 1, "items": value }), "逐一列明的取值", "values one by one"
            ),
            "from": with(value.clone(), "范围的下端", "lower end of its range"),
            "to": with(value.clone(), "范围的上端", "upper end of its range"),
            "step": with(value.clone(), "步长，须正好走到 to", "step, which must end at `to`"),
            "levels": with(whole(2, MAX_POINTS as u64), "等分的取值数", "number of values from end to end"),
            "crossed": with(
                json!({ "type": "boolean" }),
                "每个取值都与抽出的每个点组合（latin_hypercube、sobol）",
                "each value meets every point drawn (latin_hypercube, sobol)",
            ),
            "spacing": with(json!({ "enum": ["linear", "log"] }), "间距", "spacing"),
        },
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "puhui design · 普惠设计文件",
        "type": "object",
        "additionalProperties": false,
        "required": ["schema", "kind"],
        "properties": {
            "schema": { "const": DESIGN_SCHEMA },
            "title": with(both.clone(), "标题", "title"),
            "description": with(both, "说明", "description"),
            "kind": with(
                json!({ "enum": kinds }),
                "网格、逐个配对、点表、拉丁超立方、Sobol' 序列、Morris 轨迹",
                "every combination, side by side, rows of a table, or drawn",
            ),
            "scenarios": with(
                one_or_more(text.clone()), "方案文件或编号，第一个是对照", "files or ids; the first is the reference"
            ),
            "factor": with(json!({ "type": "array", "items": factor }), "因子", "factors"),
            "indicators": with(one_or_more(json!({ "enum": indicators })), "保存的指标", "indicators kept"),
            "replications": with(whole(1, 1_000_000), "每个点重复几次", "runs of each point"),
            "seed": with(json!({ "type": "integer", "minimum": 0 }), "随机种子", "seed of luck and of points drawn"),
            "scale": with(json!({ "type": ["string", "number"] }), "比例 1/k", "scale, 1/k"),
            "from": with(month.clone(), "报告的第一个月", "first month reported"),
            "until": with(month, "模拟的最后一个月", "last month simulated"),
            "every": with(json!({ "enum": ["year", "month"] }), "多久保存一次", "how often outcomes are kept"),
            "block": with(whole(1, MAX_POINTS as u64), "每块几个点", "points a block"),
            "points": with(whole(1, MAX_POINTS as u64), "点数", "number of points (latin_hypercube, sobol)"),
            "layout": with(json!({ "enum": ["free", "saltelli"] }), "排列（sobol）", "layout (sobol)"),
            "base": with(whole(1, MAX_POINTS as u64), "基点数，2 的幂", "base points, a power of two (saltelli)"),
            "second_order": with(json!({ "type": "boolean" }), "二阶指数", "rows for second-order indices (saltelli)"),
            "scramble": with(json!({ "type": "boolean" }), "打乱（默认）", "scramble, as by default (sobol)"),
            "trajectories": with(whole(1, MAX_POINTS as u64), "轨迹数", "trajectories (morris)"),
            "levels": with(whole(2, 1000), "水平数，偶数", "levels, even (morris)"),
            "table": with(text.clone(), "CSV 或 XLSX 文件", "CSV or XLSX file (table)"),
            "sheet": with(text, "工作表", "sheet of an XLSX (table)"),
        },
    })
}
