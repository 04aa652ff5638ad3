//! `manifest.json`: what was run, by which rule, from which data. The one file of a results folder
//! that may name time, host and threads.
//! Field names and their meaning are part of the results' format; `report` reads them back.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::metrics::{Direction, METRICS, Yearly};
use crate::units::Month;

use super::labels::{Break, Fit, Industry, Label, Place};
use super::tables::COST_PER_ADDITIONAL;

pub const FORMAT: &str = "puhui/results/1";

/// Contents of `manifest.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    pub format: &'static str,
    pub program_version: &'static str,
    /// Hash of the sources that decide results.
    pub code_hash: &'static str,
    /// Hash over everything the results depend on; its first eight digits name the default folder.
    pub hash: String,
    /// Hash over the resolved scenarios alone.
    pub inputs_hash: String,
    pub region: RegionNames,
    pub seed: u64,
    pub seed_rule: &'static str,
    pub replications: u32,
    pub scale: String,
    pub from: Month,
    pub until: Month,
    pub projection_from: Month,
    pub baseline_id: String,
    pub scenarios: Vec<ScenarioEntry>,
    pub variables: Vec<Variable>,
    /// Names of the codes in the tables.
    pub labels: Vec<Label>,
    pub townships: Vec<Place>,
    pub breaks: Vec<Break>,
    /// Sectors of borrowers.
    pub industries: Vec<Industry>,
    /// What the pack was fitted to, where it says so.
    pub fit: Option<Fit>,
    /// Ids of the instruments switched on at any time, by scenario.
    pub instruments_in_force: Vec<InForce>,
    pub parameters: Provenance,
    /// blake3 of every input file.
    pub data: Vec<FileHash>,
    pub counts: Counts,
    pub intervals: Intervals,
    pub status: &'static str,
    /// Clock, host, threads: not part of the results.
    pub made: Made,
}

#[derive(Clone, Debug, Serialize)]
pub struct RegionNames {
    pub id: String,
    pub zh: String,
    pub en: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct ScenarioEntry {
    pub id: String,
    pub title_zh: String,
    pub title_en: String,
    /// Empty for the reference of all.
    pub baseline_id: String,
    pub first_change: Option<Month>,
    /// The last month in which anything differs from its reference, where all of it ends within the run.
    pub last_change: Option<Month>,
    /// What differs from its reference.
    pub changes: Vec<ChangeEntry>,
    /// Multiples in force in the last month by `<instrument>.<setting>`, for distances to limits.
    pub limits: std::collections::BTreeMap<String, f64>,
}

/// One difference in words, and the document behind it.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeEntry {
    pub zh: String,
    pub en: String,
    /// Document, clause and provenance class, as the scenario file gives them.
    pub basis: String,
    /// The same in English, where the file has it.
    pub basis_en: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct InForce {
    pub scenario_id: String,
    pub instruments: Vec<&'static str>,
}

/// How many parameter values there are of each provenance class.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Provenance {
    pub assumptions: usize,
    pub classes: std::collections::BTreeMap<String, usize>,
}

#[derive(Clone, Debug, Serialize)]
pub struct FileHash {
    pub name: String,
    pub blake3: String,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Counts {
    pub planned: usize,
    pub done: usize,
    pub failed: usize,
    /// Hidden runs for the city's answer to mixed scenarios.
    pub helpers: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct Intervals {
    /// `fixed` or `repeated looks`.
    pub rule: &'static str,
    pub alpha: f64,
    pub looks: u32,
    /// Half-width asked for on growth, as a fraction, if one was.
    pub precision: Option<f64>,
    /// All half-widths asked for.
    pub targets: Vec<TargetEntry>,
    /// Whether all were reached.
    pub settled: Option<bool>,
}

/// A half-width asked for, in the indicator's unit, and the largest of its effects.
#[derive(Clone, Debug, Serialize)]
pub struct TargetEntry {
    pub variable: &'static str,
    pub wanted: f64,
    pub reached: Option<f64>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Made {
    pub finished_unix: u64,
    pub seconds: f64,
    pub threads: usize,
    pub host: String,
    pub os: &'static str,
    pub arch: &'static str,
    /// The command that makes these results again in the folder where they were made, word by word.
    pub command: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Variable {
    pub name: &'static str,
    pub unit: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    pub headline: bool,
    pub direction: &'static str,
    pub aggregation: &'static str,
}

/// Every indicator and the variable that exists only as an effect, in the order of the report.
pub fn variables() -> Vec<Variable> {
    let mut out: Vec<Variable> = METRICS
        .iter()
        .map(|m| Variable {
            name: m.name,
            unit: m.unit,
            zh: m.zh,
            en: m.en,
            headline: m.headline,
            direction: match m.direction {
                Direction::Up => "up",
                Direction::Down => "down",
                Direction::None => "none",
            },
            aggregation: match m.yearly {
                Yearly::Last => "last",
                Yearly::Sum => "sum",
                Yearly::Mean => "mean",
            },
        })
        .collect();
    let after_cost = METRICS.iter().position(|m| m.name == "public_cost").map_or(out.len(), |i| i + 1);
    out.insert(
        after_cost,
        Variable {
            name: COST_PER_ADDITIONAL,
            unit: "number",
            zh: "每新增一元贷款的公共支出（元）",
            en: "Public cost per additional yuan of inclusive loans",
            headline: true,
            direction: "down",
            aggregation: "last",
        },
    );
    out
}

/// What is read back from a manifest to know a folder.
#[derive(Clone, Debug, Deserialize)]
pub struct Known {
    #[serde(default)]
    pub format: String,
    #[serde(default)]
    pub hash: String,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub counts: Value,
    /// blake3 of every table and scenario file.
    #[serde(default)]
    pub files: std::collections::BTreeMap<String, String>,
    /// Figures and pages drawn from the tables.
    #[serde(default)]
    pub drawn: std::collections::BTreeSet<String>,
}

impl Known {
    /// Runs that failed when the folder was made.
    pub fn failed(&self) -> u64 {
        self.counts.get("failed").and_then(Value::as_u64).unwrap_or(0)
    }
}
