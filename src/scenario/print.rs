//! A scenario written out again: the resolved file, which loads to the same scenario without any
//! ancestor, and the comparison with its reference as a page.
//! Both are written from the loaded scenario, never from the file's text.

use std::fmt::Write;

use super::document::{Bilingual, SCENARIO_SCHEMA, Target, WrittenValue};
use super::mistake::{sensible, shown};
use super::overlay::ALWAYS;
use super::pack::path_rows;
use super::{Change, Scenario};
use crate::model::params::PARAMS;
use crate::policy::INSTRUMENTS;
use crate::units::{Lang, Month, Unit, format_value, parse_value};
use crate::world::{CLASSES, Class, PATHS};

/// A value as TOML that reads back to the same bits.
fn toml_value(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Number | Unit::Count => return format!("{value}"),
        Unit::Flag => return format!("{}", value != 0.0),
        _ => {}
    }
    let plain = format_value(value, unit);
    if parse_value(&plain, unit) == Ok(value) {
        return quoted(&plain);
    }
    let text = match unit {
        Unit::Share | Unit::RateAnnual | Unit::RateMonthly => format!("{}%", hundredfold(value)),
        Unit::Points => format!("{}pp", hundredfold(value)),
        Unit::Money => format!("{value}元"),
        Unit::Months => format!("{value} months"),
        _ => format!("{value}x"),
    };
    quoted(&text)
}

/// Hundred times a number, as the decimal that reads back as exactly the number over a hundred.
fn hundredfold(value: f64) -> String {
    let text = format!("{value}");
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |t| ("-", t));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let padded = format!("{fraction:0<2}");
    let (moved, rest) = padded.split_at(2);
    let whole = format!("{whole}{moved}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// A text as a TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A key part, quoted unless it is a bare key.
fn key_part(text: &str) -> String {
    let bare = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if bare { text.to_owned() } else { quoted(text) }
}

fn timeline(points: &[(Month, f64)], unit: Unit) -> String {
    match points {
        [(from, value)] if *from == ALWAYS => toml_value(*value, unit),
        _ => {
            let entries: Vec<String> = points
                .iter()
                .map(|(from, v)| format!("{{ from = \"{from}\", value = {} }}", toml_value(*v, unit)))
                .collect();
            format!("[{}]", entries.join(", "))
        }
    }
}

/// A change in words, and the document behind it; empty where the file names none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub words: Bilingual,
    pub basis: Bilingual,
}

impl Scenario {
    /// The scenario as one file without ancestors: every policy, every parameter, the macro paths
    /// that differ from the pack, and how to run. Loading it gives the same values to the bit.
    pub fn resolved_toml(&self) -> String {
        let mut out = String::new();
        self.write_resolved(&mut out);
        out
    }

    fn write_resolved(&self, out: &mut String) {
        let mut line = |text: String| {
            out.push_str(&text);
            out.push('\n');
        };
        line(format!("schema = {}", quoted(SCENARIO_SCHEMA)));
        line(format!("title = {{ zh = {}, en = {} }}", quoted(&self.title_zh), quoted(&self.title_en)));
        if let (Some(zh), Some(en)) = (&self.description_zh, &self.description_en) {
            line(format!("description = {{ zh = {}, en = {} }}", quoted(zh), quoted(en)));
        }
        line(format!("region = {}", quoted(&self.region.id)));
        line(String::new());
        line("[run]".into());
        line(format!("seed = {}", self.run.seed));
        line(format!("replications = {}", self.run.replications));
        line(format!("from = \"{}\"", self.run.from));
        line(format!("until = \"{}\"", self.run.until));
        for (instrument, dated) in INSTRUMENTS.iter().zip(&self.policy.instruments) {
            let spec = instrument.spec();
            if dated.enabled.0.is_empty() && dated.settings.iter().all(|t| t.0.is_empty()) {
                continue;
            }
            line(format!("\n[policy.{}]", spec.id));
            line(format!("enabled = {}", timeline(&dated.enabled.0, Unit::Flag)));
            for (s, t) in spec.settings.iter().zip(&dated.settings).filter(|(_, t)| !t.0.is_empty()) {
                line(format!("{} = {}", s.key, timeline(&t.0, s.unit)));
            }
        }
        line("\n[params]".into());
        for p in PARAMS {
            let value = |c| self.params.get(p.key, c).unwrap_or(f64::NAN);
            if p.per_class {
                for c in 0..CLASSES {
                    let id = Class::from_index(c).id();
                    line(format!("{}.{id} = {}", p.key, toml_value(value(c), p.unit)));
                }
            } else {
                line(format!("{} = {}", p.key, toml_value(value(0), p.unit)));
            }
        }
        let mut paths: Vec<(usize, Option<String>)> = self
            .written
            .layers
            .iter()
            .flat_map(|d| &d.entries)
            .filter_map(|e| match &e.target {
                Target::Path { path, row } => Some((*path, row.clone())),
                _ => None,
            })
            .collect();
        paths.sort();
        paths.dedup();
        if !paths.is_empty() {
            line("\n[macro]".into());
        }
        let (lenders, crops) = path_rows(&self.region);
        for (path, row) in paths {
            let spec = &PATHS[path];
            let ids = if spec.each == Some("crops") { &crops } else { &lenders };
            let number = row.as_ref().map_or(Some(0), |r| ids.iter().position(|id| id == r));
            let Some(found) = number.and_then(|n| self.region.paths.get(path).get(n)) else { continue };
            let stem = spec.key.trim_end_matches(".*");
            let key = row.map_or(stem.to_owned(), |r| format!("{stem}.{}", key_part(&r)));
            line(format!("{key} = {}", timeline(&found.points, spec.unit)));
        }
    }

    /// The differences from `reference` as a Markdown page: sentences, then a table with the
    /// document behind each value and the line that says it.
    pub fn diff_md(&self, reference: &Scenario, lang: Lang) -> String {
        let (own, other) = match lang {
            Lang::Zh => (&self.title_zh, &reference.title_zh),
            Lang::En => (&self.title_en, &reference.title_en),
        };
        let against = lang.pick("对照", "against");
        let mut out = format!("# {own}\n\n{against}: {other} (`{}`)\n\n", reference.id);
        let changes = self.changes(reference);
        if changes.is_empty() {
            out.push_str(lang.pick("没有差别。\n", "No difference.\n"));
            return out;
        }
        for change in &changes {
            let _ = writeln!(out, "- {}", change.words(lang));
        }
        out.push_str(lang.pick(
            "\n| 项目 | 本方案 | 对照 | 依据 | 出处 |\n|---|---|---|---|---|\n",
            "\n| item | here | reference | basis | written in |\n|---|---|---|---|---|\n",
        ));
        for change in &changes {
            for row in self.diff_rows(reference, change, lang) {
                let cells: Vec<String> =
                    row.iter().map(|c| c.replace('|', "\\|").replace('\n', " ")).collect();
                let _ = writeln!(out, "| {} |", cells.join(" | "));
            }
        }
        out
    }

    /// Each change against `reference` in words, and the document behind it.
    pub fn change_notes(&self, reference: &Scenario) -> Vec<Note> {
        let note = |change: &Change| {
            let basis = |lang| {
                let rows = self.diff_rows(reference, change, lang);
                rows.into_iter().map(|[.., basis, _]| basis).find(|b| !b.is_empty()).unwrap_or_default()
            };
            let both =
                |words: &dyn Fn(Lang) -> String| Bilingual { zh: words(Lang::Zh), en: words(Lang::En) };
            Note { words: both(&|lang| change.words(lang)), basis: both(&basis) }
        };
        self.changes(reference).iter().map(note).collect()
    }

    /// What is changed against `reference` without a document behind it, in words; a region pack has its own sources.
    pub fn unsourced(&self, reference: &Scenario, lang: Lang) -> Vec<String> {
        let bare = |change: &&Change| {
            !matches!(change, Change::Region { .. })
                && self.diff_rows(reference, change, lang).iter().any(|[.., basis, _]| basis.is_empty())
        };
        let mut out: Vec<String> =
            self.changes(reference).iter().filter(bare).map(|c| c.subject(lang)).collect();
        out.dedup();
        out
    }

    fn diff_rows(&self, reference: &Scenario, change: &Change, lang: Lang) -> Vec<[String; 5]> {
        let setting_row = |instrument: usize, setting: usize| {
            let spec = INSTRUMENTS[instrument].spec();
            let s = &spec.settings[setting];
            let (basis, at) = self.basis(&Target::Setting { instrument, setting }, Some(instrument), lang);
            let line = |x: &Scenario| {
                let t = &x.policy.instruments[instrument].settings[setting].0;
                let steps: Vec<String> = t
                    .iter()
                    .map(|(from, v)| match *from == ALWAYS {
                        true => shown(*v, s.unit, lang),
                        false => format!("{from}: {}", shown(*v, s.unit, lang)),
                    })
                    .collect();
                if steps.is_empty() { "–".to_owned() } else { steps.join("; ") }
            };
            [format!("{}.{}", spec.id, s.key), line(self), line(reference), basis, at]
        };
        let simple = |key: String, ours: String, theirs: String, target: Target| {
            let (basis, at) = self.basis(&target, None, lang);
            vec![[key, ours, theirs, basis, at]]
        };
        match change {
            Change::Setting { instrument, setting, .. } => vec![setting_row(*instrument, *setting)],
            Change::Introduced { instrument, values, .. } if !values.is_empty() => {
                values.iter().map(|v| setting_row(*instrument, v.setting)).collect()
            }
            Change::Introduced { instrument, .. } | Change::Removed { instrument, .. } => {
                let target = Target::Enabled { instrument: *instrument };
                let (basis, at) = self.basis(&target, Some(*instrument), lang);
                let key = format!("{}.enabled", INSTRUMENTS[*instrument].spec().id);
                let on = matches!(change, Change::Introduced { .. });
                vec![[key, on.to_string(), (!on).to_string(), basis, at]]
            }
            Change::Param { param, class, ours, theirs } => {
                let spec = &PARAMS[*param];
                let class_id = class.map(|c| Class::from_index(c).id());
                let key = class_id.map_or(spec.key.to_owned(), |c| format!("{}.{c}", spec.key));
                let own = Target::Param { param: *param, class: *class };
                let target = if self.said_by(&own).is_some() {
                    own
                } else {
                    Target::Param { param: *param, class: None }
                };
                let text = |v: f64| shown(v, spec.unit, lang);
                simple(format!("params.{key}"), text(*ours), text(*theirs), target)
            }
            Change::Path { path, row, at, ours, theirs, .. } => {
                let spec = &PATHS[*path];
                let key = spec.key.replace('*', row.as_ref().map_or("*", |r| &r.id));
                let row = row.as_ref().map(|r| r.id.clone());
                let text = |v: f64| format!("{at}: {}", sensible(v, spec.unit, lang));
                let target = Target::Path { path: *path, row };
                simple(format!("macro.{key}"), text(*ours), text(*theirs), target)
            }
            Change::Region { ours, theirs } => {
                vec![["region".into(), ours.clone(), theirs.clone(), String::new(), String::new()]]
            }
        }
    }

    /// The document behind a value and where the value is written.
    fn basis(&self, target: &Target, instrument: Option<usize>, lang: Lang) -> (String, String) {
        let Some((doc, entry)) = self.said_by(target) else { return Default::default() };
        let dated = match &entry.value {
            WrittenValue::Dated(list) => list.iter().rev().find_map(|d| d.source.clone()),
            WrittenValue::Always(_) => None,
        };
        let mention = doc.mentions.iter().find(|(i, ..)| Some(*i) == instrument);
        let citation = entry.source.clone().or(dated);
        let citation = citation.or_else(|| mention.and_then(|(.., c)| c.clone())).or(doc.citation.clone());
        let basis = citation.map_or(String::new(), |c| {
            let class = c.class.map_or(String::new(), |e| format!("[{}]", e.id()));
            let (doc, clause) = (lang.pick(&c.doc.zh, &c.doc.en), lang.pick(&c.clause.zh, &c.clause.en));
            let parts: Vec<&str> = [doc, clause].into_iter().filter(|s| !s.is_empty() && *s != "-").collect();
            format!("{} {class}", parts.join(lang.pick("；", "; "))).trim().to_owned()
        });
        (basis, format!("{}.toml:{}", doc.id, entry.line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_printed_so_that_it_reads_back_to_the_bit() {
        let units = [Unit::Share, Unit::Points, Unit::Money, Unit::Months, Unit::Multiple];
        for unit in units {
            for value in [0.1 + 0.2, 1.0 / 3.0, -2.0 / 7.0, 1e-7 / 3.0, 12_345.678_901_234, 0.07, 1e11 / 3.0]
            {
                let text = toml_value(value, unit);
                assert_eq!(parse_value(text.trim_matches('"'), unit), Ok(value), "{text}");
            }
        }
        assert_eq!(
            (hundredfold(0.5), hundredfold(12.345), hundredfold(-0.001)),
            ("50".into(), "1234.5".into(), "-0.1".into())
        );
    }
}
