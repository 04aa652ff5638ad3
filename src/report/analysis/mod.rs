//! What an analysis found, for people: tables for the terminal with a sentence each, and charts.
//!
//! Reads the folder of the analysis alone (`RUN/sensitivity/`, `RUN/decide/` or where else it was written: tables and a JSON
//! about the run), as charts of results read results alone.
//! Estimates are made elsewhere; words are in `words.rs`.

mod decision;
mod discovery;
mod frontier;
mod matrix;
mod names;
mod sensitivity;
mod words;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::units::Lang;

use super::error::ReportError;
use super::number::{Kind, Scale, number};
use super::read::optional_table;
use super::sheet::Figure;
use words::{Word, word};

pub use decision::decision;
pub use sensitivity::sensitivity;

/// What was found, in words and tables, and the files drawn.
pub struct Shown {
    pub text: String,
    pub files: Vec<PathBuf>,
}

/// The JSON beside the tables: the run they are about.
#[derive(Deserialize, Default)]
struct About {
    #[serde(default)]
    seed: u64,
    year: i32,
    #[serde(default)]
    points: usize,
    #[serde(default)]
    replications: usize,
    #[serde(default)]
    missing: usize,
    #[serde(default)]
    sets: usize,
    #[serde(default)]
    resamples: u32,
    #[serde(default)]
    case: Option<Claim>,
    /// Draws independent of each other, and how many a verdict needs.
    #[serde(default)]
    draws: usize,
    #[serde(default)]
    enough: usize,
    /// Indicators a default asked for and the run did not keep.
    #[serde(default)]
    not_kept: Vec<String>,
    /// Outcomes by which one option may dominate another.
    #[serde(default)]
    criteria: Vec<String>,
    #[serde(default)]
    scenarios: Vec<Named>,
    #[serde(default)]
    factors: Vec<Named>,
    #[serde(default)]
    indicators: Vec<Named>,
    #[serde(default)]
    options: Vec<Named>,
}

/// A condition on an outcome, as written and in its parts.
#[derive(Deserialize, Clone)]
struct Claim {
    text: String,
    variable: String,
    unit: String,
    claim: String,
    value: f64,
    wanted: Option<f64>,
}

/// Anything with a name in both languages.
#[derive(Deserialize, Default)]
struct Named {
    #[serde(alias = "name")]
    id: String,
    #[serde(default)]
    zh: String,
    #[serde(default)]
    en: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    headline: bool,
    /// Of an input: what its number is known from, and the names of its choices.
    #[serde(default)]
    class: String,
    #[serde(default)]
    choices: Vec<String>,
    /// Of an option: its scenario, and the values of the settings that make it.
    #[serde(default)]
    scenario: String,
    #[serde(default)]
    settings: Vec<(String, f64)>,
}

fn name<'a>(list: &'a [Named], id: &'a str, lang: Lang) -> &'a str {
    list.iter().find(|n| n.id == id).map_or(id, |n| lang.pick_or(&n.zh, &n.en, id))
}

impl About {
    fn read(folder: &Path, what: &str) -> Result<About, ReportError> {
        let path = folder.join(format!("{what}.json"));
        let bytes = fs::read(&path).map_err(|source| ReportError::Read { path: path.clone(), source })?;
        let about: About =
            serde_json::from_slice(&bytes).map_err(|source| ReportError::Manifest { path, source })?;
        Ok(about.short_names())
    }

    /// Indicators in the order of the report, the main ones unless there are none.
    fn shown(&self) -> Vec<&Named> {
        let main: Vec<&Named> = self.indicators.iter().filter(|i| i.headline).collect();
        if main.is_empty() { self.indicators.iter().collect() } else { main }
    }

    /// A condition in words: in English as it was written, which is how it would be written again.
    fn claim(&self, c: &Claim, lang: Lang) -> String {
        if lang == Lang::En {
            return c.text.clone();
        }
        let indicator = name(&self.indicators, &c.variable, lang);
        let scale = Scale::levels(Kind::of(&c.variable, &c.unit), c.value, lang);
        let value =
            if c.value == 0.0 { "0".into() } else { format!("{}{}", scale.text(c.value), scale.unit) };
        let claim = word(lang, Word::Claim { indicator, claim: &c.claim, value: &value });
        match c.wanted {
            Some(p) => claim + &word(lang, Word::Wanted(&percent(p))),
            None => claim,
        }
    }

    /// The last lines of a chart or a table.
    fn footer(&self, lang: Lang, first: Word<'_>) -> String {
        let facts = Word::Facts {
            year: self.year,
            points: self.points,
            replications: self.replications,
            seed: self.seed,
            resamples: self.resamples,
        };
        let mut said = vec![word(lang, first), self.brackets(lang), word(lang, facts)];
        said.retain(|s| !s.is_empty());
        if self.missing > 0 {
            said.push(word(lang, Word::Missing(self.missing)));
        }
        said.push(word(lang, Word::NoForecast));
        said.join(lang.pick("", " "))
    }
}

fn rows<T: DeserializeOwned>(folder: &Path, table: &str) -> Result<Vec<T>, ReportError> {
    optional_table(&folder.join(table))
}

/// Writes charts into `figures/{zh|en}`, and the words beside the tables.
fn finish(folder: &Path, lang: Lang, text: String, figures: &[Figure]) -> Result<Shown, ReportError> {
    let mut files = super::write_figures(&folder.join("figures").join(lang.code()), figures, lang)?;
    let path = folder.join(format!("finding-{}.txt", lang.code()));
    super::write_whole(&path, format!("{text}\n").as_bytes())
        .map_err(|source| ReportError::Write { path: path.clone(), source })?;
    files.push(path);
    Ok(Shown { text, files })
}

/// A table for the terminal.
fn grid(header: Vec<String>, rows: Vec<Vec<String>>, width: Option<u16>) -> String {
    let mut table = super::table::plain();
    super::table::arrange(&mut table, width);
    table.set_header(header);
    table.add_rows(rows);
    table.to_string()
}

/// The first names of a list of `all`.
fn names_and_more(names: &[String], all: usize, lang: Lang) -> String {
    let said = names.join(lang.pick("、", "; "));
    match all - names.len() {
        0 => said,
        more => said + &word(lang, Word::More(more)),
    }
}

/// A share in whole per cent.
fn percent(share: f64) -> String {
    if share.is_finite() { format!("{}%", number(100.0 * share, 0, false)) } else { number(share, 0, false) }
}

/// `0.42 [0.31, 0.55]`.
fn with_ends(value: f64, low: f64, high: f64, write: impl Fn(f64) -> String) -> String {
    if low.is_finite() && high.is_finite() {
        format!("{} [{}, {}]", write(value), write(low), write(high))
    } else {
        write(value)
    }
}

/// How an indicator's differences up to `max` are written.
fn differences(variable: &str, unit: &str, max: f64, lang: Lang) -> Scale {
    Scale::differences(Kind::of(variable, unit), max, lang)
}

/// The largest of many sizes.
fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.filter(|v| v.is_finite()).fold(0.0, |m, v| m.max(v.abs()))
}

/// Rows by a key, keys in the order they come.
fn grouped<T, K: Ord + Clone>(rows: Vec<T>, key: impl Fn(&T) -> K) -> Vec<(K, Vec<T>)> {
    let mut places: BTreeMap<K, usize> = BTreeMap::new();
    let mut out: Vec<(K, Vec<T>)> = Vec::new();
    for row in rows {
        let key = key(&row);
        let place = *places.entry(key.clone()).or_insert(out.len());
        if place == out.len() {
            out.push((key, Vec::new()));
        }
        out[place].1.push(row);
    }
    out
}
