//! A tiny region pack and scenario folder, generated from the code's declarations: for tests only.

use std::fs;
use std::path::Path;

use crate::model::params::PARAMS;
use crate::units::{Unit, format_value};
use crate::world::{Class, Column, GuarantorCard, LenderCard, PATHS, Sector, Township};

/// A value of the unit as TOML, quoted where it must be.
fn toml_value(value: f64, unit: Unit) -> String {
    let text = format_value(value, unit);
    if matches!(unit, Unit::Number | Unit::Count | Unit::Flag) { text } else { format!("{text:?}") }
}

fn middle(low: f64, high: f64, unit: Unit) -> f64 {
    let mid = (low + high) / 2.0;
    match unit {
        Unit::Flag | Unit::Choice(_) => low,
        Unit::Count => mid.round(),
        _ => mid,
    }
}

pub fn sheet(columns: &[Column], ids: &[&str], value: impl Fn(usize, &Column) -> f64) -> String {
    let mut out = String::from("schema = \"puhui/sheet/1\"\n");
    for c in columns {
        let (low, high) = (toml_value(c.low, c.unit), toml_value(c.high, c.unit));
        let unit = c.unit.name();
        let choice = matches!(c.unit, Unit::Choice(_) | Unit::Flag);
        let range = if choice { String::new() } else { format!("range = [{low}, {high}]\n") };
        let key = c.key;
        out += &format!(
            "[columns.{key:?}]\nunit = {unit:?}\n{range}class = \"assumption\"\nsource = \"test\"\n"
        );
    }
    for (n, id) in ids.iter().enumerate() {
        out += &format!("[[rows]]\nid = {id:?}\nzh = \"{id}中\"\nen = {id:?}\n");
        for c in columns {
            out += &format!("{:?} = {}\n", c.key, toml_value(value(n, c), c.unit));
        }
    }
    out
}

/// All files of the tiny pack: two townships, a trade and a crop, two lenders, one guarantor.
pub fn pack_files() -> Vec<(&'static str, String)> {
    let mid = |c: &Column| middle(c.low, c.high, c.unit);
    let region = "schema = \"puhui/region/1\"\nid = \"yongchuan\"\nname = { zh = \"永川\", en = \"Yongchuan\" }\n\
                  start = \"2019-01\"\nprojection = \"2023-01\"\nnotes = \"generated for tests\"\n";
    let townships =
        sheet(
            Township::COLUMNS,
            &["east", "west"],
            |_, c| {
                if c.key.starts_with("weight.") { 0.5 } else { mid(c) }
            },
        );
    let sectors = sheet(Sector::COLUMNS, &["retail", "tea"], |n, c| match c.key {
        "crop" => n as f64,
        k if k.starts_with("share.") => 0.5,
        _ => mid(c),
    });
    let lenders = sheet(LenderCard::COLUMNS, &["bank_a", "bank_b"], |_, c| mid(c));
    let guarantors = sheet(GuarantorCard::COLUMNS, &["local"], |_, c| mid(c));
    let mut paths = String::from("schema = \"puhui/paths/1\"\n");
    for p in PATHS {
        let rows: &[&str] = match p.each {
            Some("lenders") => &["bank_a", "bank_b"],
            Some(_) => &["tea"],
            None => &[""],
        };
        for row in rows {
            let (low, high) = (toml_value(p.low, p.unit), toml_value(p.high, p.unit));
            let (key, unit) = (p.key.replace('*', row), p.unit.name());
            let kind = if p.unit == Unit::Money { "step" } else { "linear" };
            let (a, b) = (
                toml_value(p.low * 0.6 + p.high * 0.4, p.unit),
                toml_value(middle(p.low, p.high, p.unit), p.unit),
            );
            paths += &format!(
                "[{key:?}]\nunit = {unit:?}\ninterpolation = {kind:?}\nclass = \"assumption\"\nsource = \"test\"\n\
                 range = [{low}, {high}]\nvalues = [{{ from = \"2018-01\", value = {a} }}, {{ from = \"2024-01\", value = {b} }}]\n"
            );
        }
    }
    let mut parameters = String::from("schema = \"puhui/parameters/1\"\n");
    for p in PARAMS {
        let v = toml_value(middle(p.low, p.high, p.unit), p.unit);
        let value = if p.per_class && p.key == "need_share" {
            let all: Vec<String> = Class::ALL.iter().map(|c| format!("{} = {v}", c.id())).collect();
            format!("{{ {} }}", all.join(", "))
        } else {
            v
        };
        let (low, high) = (toml_value(p.low, p.unit), toml_value(p.high, p.unit));
        let (key, unit) = (p.key, p.unit.name());
        parameters += &format!(
            "[{key}]\nunit = {unit:?}\nvalue = {value}\nrange = [{low}, {high}]\nclass = \"assumption\"\nsource = \"test\"\n"
        );
    }
    vec![
        ("region.toml", region.to_owned()),
        ("townships.toml", townships),
        ("sectors.toml", sectors),
        ("lenders.toml", lenders),
        ("guarantors.toml", guarantors),
        ("paths.toml", paths),
        ("parameters.toml", parameters),
    ]
}

/// The tiny baseline: rates, the support tool as dated in law, tolerance, windows and guarantees.
pub const BASELINE: &str = "schema = \"puhui/scenario/1\"
title = { zh = \"基准\", en = \"Baseline\" }
[policy.policy_rates]
lpr_1y = [{ from = \"2019-08\", value = \"4.25%\" }, { from = \"2022-01\", value = \"3.7%\" }]
[policy.inclusive_support_tool]
ratio = [{ from = \"2022-01\", value = \"1%\" }, { from = \"2022Q2\", value = \"2%\" }, { from = \"2025-01\", value = \"0%\" }]
quota = \"8亿元\"
source = { doc = \"中国人民银行 2022-01 通知\", class = \"official\" }
[policy.npl_tolerance]
tolerance = [{ from = \"2018\", value = \"2pp\" }, { from = \"2019-03\", value = \"3pp\" }]
[policy.micro_relending]
quota = \"10亿元\"
[policy.guarantee_chain]
fee = \"1.5%\"
share = { national = \"20%\", reguarantor = \"20%\", local = \"40%\", bank = \"20%\" }
multiple = \"10x\"
";

/// Writes a library folder: the tiny pack, the baseline and the given scenario files.
pub fn write_library(dir: &Path, files: &[(&str, &str)]) {
    let pack = dir.join("regions/yongchuan");
    fs::create_dir_all(&pack).unwrap();
    for (name, text) in pack_files() {
        fs::write(pack.join(name), text).unwrap();
    }
    fs::write(dir.join("baseline.toml"), BASELINE).unwrap();
    for (name, text) in files {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}
