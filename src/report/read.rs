//! The results folder as the report sees it: `manifest.json`, `summary.csv`, `effects.csv`.
//!
//! Read tolerantly: unknown fields and columns are ignored, a BOM is accepted, an empty or `NaN` cell is
//! NaN. Nothing is computed here; the model and its types are not known to this room.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::units::Lang;

use super::error::ReportError;

const FORMAT: &str = "puhui/results/1";

/// A results folder, read.
#[derive(Debug, Clone)]
pub struct Results {
    pub manifest: Manifest,
    pub effects: Vec<EffectRow>,
    pub summary: Vec<SummaryRow>,
}

/// `manifest.json`: what was run.
#[derive(Debug, Clone, Deserialize)]
pub struct Manifest {
    #[serde(default)]
    pub format: String,
    #[serde(default)]
    pub program_version: String,
    #[serde(default)]
    pub region: Region,
    #[serde(default)]
    pub seed: u64,
    #[serde(default)]
    pub replications: u64,
    /// First month reported, `2019-01`.
    #[serde(default)]
    pub from: String,
    /// Last month reported, `2027-12`.
    #[serde(default)]
    pub until: String,
    /// First month that is projected and not compared with history.
    #[serde(default = "projection_from")]
    pub projection_from: String,
    #[serde(default)]
    pub baseline_id: String,
    #[serde(default)]
    pub scenarios: Vec<Scenario>,
    #[serde(default)]
    pub variables: Vec<Variable>,
    /// Names of the codes in the tables.
    #[serde(default)]
    pub labels: Vec<Label>,
    #[serde(default)]
    pub townships: Vec<Place>,
    /// Where the definition of the inclusive balance changes, in both languages.
    #[serde(default)]
    pub breaks: Vec<Fit>,
    /// Sectors of borrowers.
    #[serde(default)]
    pub industries: Vec<Label>,
    /// What the region's pack was fitted to, in both languages.
    #[serde(default)]
    pub fit: Option<Fit>,
    #[serde(default)]
    pub parameters: Parameters,
    #[serde(default)]
    pub intervals: Intervals,
    #[serde(default)]
    pub counts: Counts,
    /// One borrower of so many is simulated: `1` or `1/20`.
    #[serde(default)]
    pub scale: String,
    #[serde(default)]
    pub hash: String,
    #[serde(default)]
    pub code_hash: String,
    #[serde(default)]
    pub inputs_hash: String,
    /// blake3 of every table, by name.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub made: Made,
}

/// How the folder came about.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Made {
    /// The command that makes it again, word by word.
    #[serde(default)]
    pub command: Vec<String>,
}

/// A code and its names.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Label {
    #[serde(default)]
    pub kind: String,
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub zh: String,
    #[serde(default)]
    pub en: String,
}

/// A township, kilometres east and north of the seat.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Place {
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub zh: String,
    #[serde(default)]
    pub en: String,
    #[serde(default)]
    pub east: f64,
    #[serde(default)]
    pub north: f64,
}

impl Place {
    /// Its name without the word for town or street, which a tile has no room for.
    pub fn name(&self, lang: Lang) -> &str {
        let name = lang.pick_or(&self.zh, &self.en, &self.id);
        let short = name.strip_suffix("街道").or_else(|| name.strip_suffix('镇')).unwrap_or(name);
        if short.chars().count() < 2 { name } else { short }
    }
}

/// A statement in both languages.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Fit {
    #[serde(default)]
    pub zh: String,
    #[serde(default)]
    pub en: String,
}

/// How many numbers of the pack are of each class of provenance.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Parameters {
    #[serde(default)]
    pub classes: BTreeMap<String, u64>,
}

/// By which rule the number of replications came about.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Intervals {
    #[serde(default)]
    pub precision: Option<f64>,
    #[serde(default)]
    pub settled: Option<bool>,
}

/// Runs planned and failed.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Counts {
    #[serde(default)]
    pub planned: u64,
    #[serde(default)]
    pub failed: u64,
}

fn projection_from() -> String {
    "2023-01".to_owned()
}

/// The district simulated.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Region {
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub zh: String,
    #[serde(default)]
    pub en: String,
}

/// One scenario of the run.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Scenario {
    pub id: String,
    #[serde(default)]
    pub title_zh: String,
    #[serde(default)]
    pub title_en: String,
    /// Its own reference; empty means the manifest's.
    #[serde(default, deserialize_with = "text_or_null")]
    pub baseline_id: String,
    /// The month in which it first differs from its reference.
    #[serde(default)]
    pub first_change: Option<String>,
    /// The last month in which anything differs, where all of it ends within the run.
    #[serde(default)]
    pub last_change: Option<String>,
    /// What differs from the reference, in words.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// Multiples in force in the last month, by `<instrument>.<setting>`.
    #[serde(default)]
    pub limits: BTreeMap<String, f64>,
}

/// One difference in words, and the document behind it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Change {
    #[serde(default)]
    pub zh: String,
    #[serde(default)]
    pub en: String,
    #[serde(default)]
    pub basis: String,
    #[serde(default)]
    pub basis_en: String,
}

/// One outcome: its name in the tables, unit and labels.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Variable {
    pub name: String,
    #[serde(default)]
    pub unit: String,
    #[serde(default)]
    pub zh: String,
    #[serde(default)]
    pub en: String,
    #[serde(default)]
    pub headline: bool,
    /// `up`, `down` or `none`: which way is the better one.
    #[serde(default, deserialize_with = "text_or_null")]
    pub direction: String,
    /// How months become a year: `sum` marks a yearly flow.
    #[serde(default, deserialize_with = "text_or_null")]
    pub aggregation: String,
}

/// A row of `summary.csv`: the spread over replications of one level.
#[derive(Debug, Clone, Deserialize)]
pub struct SummaryRow {
    pub scenario_id: String,
    pub region: String,
    pub group_type: String,
    pub group_id: String,
    pub period: String,
    pub variable: String,
    pub unit: String,
    #[serde(deserialize_with = "number")]
    pub n: f64,
    #[serde(deserialize_with = "number")]
    pub mean: f64,
    #[serde(default = "nan", deserialize_with = "number")]
    pub sd: f64,
    #[serde(default = "nan", deserialize_with = "number")]
    pub q05: f64,
    #[serde(default = "nan", deserialize_with = "number")]
    pub q25: f64,
    #[serde(default = "nan", deserialize_with = "number")]
    pub q50: f64,
    #[serde(default = "nan", deserialize_with = "number")]
    pub q75: f64,
    #[serde(default = "nan", deserialize_with = "number")]
    pub q95: f64,
}

/// A row of `effects.csv`: the paired difference of a scenario and its reference.
#[derive(Debug, Clone, Deserialize)]
pub struct EffectRow {
    pub scenario_id: String,
    pub baseline_id: String,
    pub region: String,
    pub group_type: String,
    pub group_id: String,
    pub period: String,
    pub variable: String,
    pub unit: String,
    #[serde(deserialize_with = "number")]
    pub n_pairs: f64,
    #[serde(deserialize_with = "number")]
    pub effect_mean: f64,
    #[serde(default = "nan", deserialize_with = "number")]
    pub effect_se: f64,
    #[serde(default = "nan", deserialize_with = "number")]
    pub ci95_low: f64,
    #[serde(default = "nan", deserialize_with = "number")]
    pub ci95_high: f64,
    #[serde(default = "nan", deserialize_with = "number")]
    pub prob_positive: f64,
    #[serde(default = "nan", deserialize_with = "number")]
    pub pair_corr: f64,
    #[serde(default = "nan", deserialize_with = "number")]
    pub variance_reduction: f64,
}

impl Results {
    /// Reads a results folder. A missing `effects.csv` is an empty one: a run of one scenario has no effects.
    pub fn read(dir: &Path) -> Result<Results, ReportError> {
        Self::read_where(dir, |_| true)
    }

    /// As [`Results::read`], keeping only the summary rows wanted: groups can be most of a large file.
    pub(super) fn read_where(dir: &Path, keep: impl Fn(&SummaryRow) -> bool) -> Result<Results, ReportError> {
        let manifest = Manifest::read(dir)?;
        let summary = table(&dir.join("summary.csv"), keep)?;
        let effects = optional_table(&dir.join("effects.csv"))?;
        Ok(Results { manifest, effects, summary })
    }
}

impl Manifest {
    /// Reads the manifest of a results folder and makes sure that its tables are as they were written.
    pub(super) fn read(dir: &Path) -> Result<Manifest, ReportError> {
        let path = dir.join("manifest.json");
        let bytes = fs::read(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                ReportError::NoResults { path: dir.to_owned() }
            }
            _ => ReportError::Read { path: path.clone(), source },
        })?;
        let mut manifest: Manifest = serde_json::from_slice(without_bom(&bytes))
            .map_err(|source| ReportError::Manifest { path: path.clone(), source })?;
        if manifest.format != FORMAT {
            return Err(ReportError::Format { path, found: manifest.format, expected: FORMAT });
        }
        manifest.tell_titles_apart();
        unchanged(dir, &manifest.files)?;
        Ok(manifest)
    }

    /// Scenarios of one title are told apart by their ids.
    fn tell_titles_apart(&mut self) {
        let title_in: [fn(&mut Scenario) -> &mut String; 2] = [|s| &mut s.title_zh, |s| &mut s.title_en];
        for title in title_in {
            let titles: Vec<String> = self.scenarios.iter_mut().map(|s| title(s).clone()).collect();
            let alike = |t: &String| !t.is_empty() && titles.iter().filter(|other| *other == t).count() > 1;
            for (scenario, own) in self.scenarios.iter_mut().zip(&titles).filter(|(_, t)| alike(t)) {
                let id = scenario.id.clone();
                *title(scenario) = format!("{own} [{id}]");
            }
        }
    }

    /// The one scenario of a run that compares nothing.
    pub fn only(&self) -> Option<&Scenario> {
        match &self.scenarios[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The share of small borrowers simulated, as `1/20`; none where each is.
    pub fn thinned(&self) -> Option<&str> {
        Some(self.scale.as_str()).filter(|s| !s.is_empty() && *s != "1")
    }

    /// The scenario of that id, if the manifest lists it.
    pub fn scenario(&self, id: &str) -> Option<&Scenario> {
        self.scenarios.iter().find(|s| s.id == id)
    }

    /// The reference of a scenario: its own, or the manifest's.
    pub fn reference_of<'a>(&'a self, scenario: &'a Scenario) -> &'a str {
        if scenario.baseline_id.is_empty() { &self.baseline_id } else { &scenario.baseline_id }
    }

    /// The title of a scenario in a language; its id where none is given.
    pub fn title<'a>(&'a self, id: &'a str, lang: Lang) -> &'a str {
        self.scenario(id).map_or(id, |s| lang.pick_or(&s.title_zh, &s.title_en, id))
    }

    /// The name of a code in a language; the code where the results give none.
    pub fn label<'a>(&'a self, kind: &str, id: &'a str, lang: Lang) -> &'a str {
        let found = self.labels.iter().find(|l| l.kind == kind && l.id == id);
        found.map_or(id, |l| lang.pick_or(&l.zh, &l.en, id))
    }

    /// The name of a group of borrowers of a kind that the tables know: `sector` or `township`.
    pub fn group<'a>(&'a self, kind: &str, id: &'a str, lang: Lang) -> &'a str {
        let industry = self.industries.iter().map(|i| (&i.id, &i.zh, &i.en));
        let township = self.townships.iter().map(|t| (&t.id, &t.zh, &t.en));
        let mut known = industry.filter(|_| kind == "sector").chain(township.filter(|_| kind == "township"));
        known.find(|(own, ..)| *own == id).map_or(id, |(_, zh, en)| lang.pick_or(zh, en, id))
    }

    /// The name of the district in a language.
    pub fn region_name(&self, lang: Lang) -> &str {
        lang.pick_or(&self.region.zh, &self.region.en, &self.region.id)
    }
}

/// Whether every table the manifest lists is still what it was: a report of altered numbers is none.
fn unchanged(dir: &Path, files: &BTreeMap<String, String>) -> Result<(), ReportError> {
    for (name, hash) in files.iter().filter(|(name, _)| name.ends_with(".csv")) {
        let path = dir.join(name);
        let bytes = fs::read(&path).map_err(|source| ReportError::Read { path: path.clone(), source })?;
        if blake3::hash(&bytes).to_hex().as_str() != hash {
            return Err(ReportError::Altered { path });
        }
    }
    Ok(())
}

/// A table that need not be there: a missing one is empty.
pub(super) fn optional_table<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, ReportError> {
    match table(path, |_: &T| true) {
        Err(ReportError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        other => other,
    }
}

fn table<T: DeserializeOwned>(path: &Path, keep: impl Fn(&T) -> bool) -> Result<Vec<T>, ReportError> {
    let bytes = fs::read(path).map_err(|source| ReportError::Read { path: path.to_owned(), source })?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(without_bom(&bytes));
    let mut rows = Vec::new();
    for row in reader.deserialize() {
        let row: T = row.map_err(|source| ReportError::Table { path: path.to_owned(), source })?;
        if keep(&row) {
            rows.push(row);
        }
    }
    Ok(rows)
}

fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

fn nan() -> f64 {
    f64::NAN
}

/// An empty cell and the usual words for "no value" are NaN, not errors.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.trim() {
        "" | "NA" | "NaN" | "nan" | "null" => Ok(f64::NAN),
        other => {
            other.parse().map_err(|_| serde::de::Error::custom(format_args!("`{other}` is not a number")))
        }
    }
}

fn text_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.unwrap_or_default())
}
