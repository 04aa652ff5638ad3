//! What a stored run tells: yearly outcomes of a sweep or a comparison, on which sensitivity and decisions are
//! worked out and written back as tables.
//!
//! [`Outcomes`] is the same for both kinds of folder; `sweep` and `comparison` read them. Estimates are made in
//! `stats`, tables and charts for people in `report`; nothing is simulated here. Layout of the folder: `docs/sweeps.md`.

mod comparison;
mod condition;
pub mod decide;
pub mod sensitivity;
mod sweep;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::experiment::sweep::SweepError;
use crate::units::{Lang, Month};

pub use condition::Condition;

/// 1 − the level of every interval.
pub const ALPHA: f64 = 0.05;

/// Why a folder cannot be analysed.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("{0} exists and holds no analysis of this kind; it is left alone (--out DIR writes elsewhere)")]
    Foreign(PathBuf),
    #[error("{0} is a file, not a folder; --out DIR writes elsewhere")]
    NoFolder(PathBuf),
    #[error("{} cannot be read: {why}", path.display())]
    Unreadable { path: PathBuf, why: String },
    #[error("{} is neither a sweep nor a comparison of puhui: it has no design.json and no manifest.json", .0.display())]
    NoRun(PathBuf),
    #[error("{0}")]
    Sweep(SweepError),
    #[error("sensitivity needs a sweep with layout = \"saltelli\" or kind = \"morris\"; this one is `{0}`")]
    NoLayout(String),
    #[error("no indicator `{name}` was kept{}", meant(near))]
    NoIndicator { name: String, near: Option<String> },
    #[error("`{year}` is no whole year of this run ({})", years(whole))]
    NoYear { year: i32, whole: Vec<i32> },
    #[error("`{text}` is no condition: {why}")]
    BadCondition { text: String, why: String },
    #[error("there is nothing to decide: one option, no limit that applies and no case to look for")]
    NothingToDecide,
}

fn meant(name: &Option<String>) -> String {
    name.as_ref().map_or_else(String::new, |n| format!("; did you mean `{n}`?"))
}

fn years(whole: &[i32]) -> String {
    match (whole.first(), whole.last()) {
        (Some(first), Some(last)) => format!("{first}–{last}"),
        _ => "–".into(),
    }
}

impl AnalysisError {
    /// The message in either language.
    pub fn message(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.to_string();
        }
        match self {
            AnalysisError::Io { path, source } => {
                format!("{}：无法读写：{}", path.display(), lang.fault(source))
            }
            AnalysisError::Write { path, source } => {
                format!("无法写入 {}：{}", path.display(), lang.fault(source))
            }
            AnalysisError::Foreign(path) => {
                format!("{} 已存在且不是这类分析的结果，未作改动（--out DIR 另存）", path.display())
            }
            AnalysisError::NoFolder(path) => {
                format!("{} 是文件，不是文件夹；--out DIR 另存", path.display())
            }
            AnalysisError::Unreadable { path, why } => format!("无法读取 {}：{why}", path.display()),
            AnalysisError::NoRun(path) => format!(
                "{} 既不是 puhui 的批量实验，也不是方案比较：没有 design.json 或 manifest.json",
                path.display()
            ),
            AnalysisError::Sweep(e) => e.message(lang),
            AnalysisError::NoLayout(kind) => format!(
                "敏感性分析需要 layout = \"saltelli\" 或 kind = \"morris\" 的批量实验；此处为 `{kind}`"
            ),
            AnalysisError::NoIndicator { name, near } => {
                let near = near.as_ref().map_or_else(String::new, |n| format!("；是否想写 `{n}`？"));
                format!("没有保存指标 `{name}`{near}")
            }
            AnalysisError::NoYear { year, whole } => {
                format!("`{year}` 不是本次运行的完整年份（{}）", years(whole))
            }
            AnalysisError::BadCondition { text, why } => format!("`{text}` 不是可用的条件：{why}"),
            AnalysisError::NothingToDecide => {
                "没有可决定的：只有一个选项，没有适用的限制，也没有要寻找的情形".into()
            }
        }
    }

    /// What was asked for is at fault, not the program or the disk.
    pub fn is_users(&self) -> bool {
        match self {
            AnalysisError::Io { source, .. } => source.kind() == std::io::ErrorKind::NotFound,
            AnalysisError::Sweep(e) => e.is_users(),
            AnalysisError::Write { .. } => false,
            _ => true,
        }
    }
}

/// How points are arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    Free,
    Saltelli,
    Morris,
}

/// Something with an id and a name in both languages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    pub id: String,
    pub zh: String,
    pub en: String,
}

/// An input of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Factor {
    pub name: String,
    pub unit: String,
    /// Provenance of a parameter, or `policy` for a setting.
    pub class: String,
    #[serde(default)]
    pub zh: String,
    #[serde(default)]
    pub en: String,
    /// Names of its choices, where its values are places among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// Ids of the scenarios it goes to; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scenarios: Vec<String>,
}

impl Factor {
    /// Whether it goes to a scenario.
    pub fn goes_to(&self, scenario: &str) -> bool {
        self.scenarios.is_empty() || self.scenarios.iter().any(|s| s == scenario)
    }
}

/// An outcome kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Indicator {
    pub name: String,
    pub unit: String,
    #[serde(default)]
    pub zh: String,
    #[serde(default)]
    pub en: String,
    #[serde(default)]
    pub direction: String,
    #[serde(default, alias = "aggregation")]
    pub yearly: String,
}

/// A point of the design.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub group: usize,
    /// `A`, `AB`, `BA`, `B`, the step of a trajectory, or empty.
    pub role: String,
    /// Places of the factors in their ranges, 0 to 1, and their values.
    pub place: Vec<f64>,
    pub value: Vec<f64>,
}

/// Outcomes of one whole year of a stored run.
#[derive(Clone, Debug)]
pub struct Outcomes {
    /// `sweep` or `comparison`.
    pub source: &'static str,
    pub layout: Layout,
    pub kind: String,
    pub seed: u64,
    pub year: i32,
    pub scenarios: Vec<Named>,
    pub factors: Vec<Factor>,
    pub points: Vec<Point>,
    pub indicators: Vec<Indicator>,
    pub replications: usize,
    /// Runs without outcome: failed, or not yet done.
    pub missing: usize,
    /// By indicator, scenario, point, replication.
    values: Vec<f64>,
}

impl Outcomes {
    /// Reads the folder of a sweep or a comparison; `year` is the last whole one if none is asked for.
    pub fn read(dir: &Path, year: Option<i32>) -> Result<Outcomes, AnalysisError> {
        if dir.join("design.json").is_file() {
            sweep::read(dir, year)
        } else if dir.join("manifest.json").is_file() {
            comparison::read(dir, year)
        } else {
            Err(AnalysisError::NoRun(dir.to_owned()))
        }
    }

    /// Outcomes of a point by replication, NaN where missing.
    pub fn at(&self, indicator: usize, scenario: usize, point: usize) -> &[f64] {
        let row = (indicator * self.scenarios.len() + scenario) * self.points.len() + point;
        &self.values[row * self.replications..(row + 1) * self.replications]
    }

    /// The place of an indicator, or the nearest name.
    pub fn indicator(&self, name: &str) -> Result<usize, AnalysisError> {
        self.indicators.iter().position(|i| i.name == name).ok_or_else(|| {
            let near = self.indicators.iter().max_by(|a, b| {
                let alike = |i: &Indicator| strsim::jaro_winkler(&i.name, name);
                alike(a).total_cmp(&alike(b))
            });
            let near = near.filter(|i| strsim::jaro_winkler(&i.name, name) > 0.75);
            AnalysisError::NoIndicator { name: name.to_owned(), near: near.map(|i| i.name.clone()) }
        })
    }

    /// Points that are drawn independently of each other: all of a free design, A and B of Saltelli's, the first of each
    /// trajectory.
    pub fn independent(&self) -> Vec<usize> {
        let wanted = |p: &usize| match self.layout {
            Layout::Free => true,
            Layout::Saltelli => ["A", "B"].contains(&self.points[*p].role.as_str()),
            Layout::Morris => self.points[*p].role == "0",
        };
        (0..self.points.len()).filter(wanted).collect()
    }
}

/// Collects values by (scenario, point, replication) and indicator until all are known.
struct Cells {
    indicators: usize,
    /// Sums over the year's months, and the last one, with how many were seen.
    runs: BTreeMap<(usize, usize, usize), Vec<Cell>>,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    sum: f64,
    last: f64,
    latest: i32,
    months: u32,
}

impl Cells {
    fn new(indicators: usize) -> Cells {
        Cells { indicators, runs: BTreeMap::new() }
    }

    /// `month` is 0 for a value of the whole year.
    fn add(&mut self, run: (usize, usize, usize), indicator: usize, month: i32, value: f64) {
        let row = self.runs.entry(run).or_insert_with(|| vec![Cell::default(); self.indicators]);
        let cell = &mut row[indicator];
        cell.sum += value;
        cell.months += 1;
        if month >= cell.latest {
            (cell.latest, cell.last) = (month, value);
        }
    }

    /// Values in the order of [`Outcomes`], and how many runs have none.
    fn finish(
        self,
        indicators: &[Indicator],
        (scenarios, points, replications): (usize, usize, usize),
    ) -> (Vec<f64>, usize) {
        let mut values = vec![f64::NAN; indicators.len() * scenarios * points * replications];
        for (&(scenario, point, replication), row) in &self.runs {
            for (i, (cell, indicator)) in row.iter().zip(indicators).enumerate() {
                let value = match indicator.yearly.as_str() {
                    _ if cell.months == 0 => f64::NAN,
                    "sum" => cell.sum,
                    "mean" => cell.sum / f64::from(cell.months),
                    _ => cell.last,
                };
                values[((i * scenarios + scenario) * points + point) * replications + replication] = value;
            }
        }
        (values, scenarios * points * replications - self.runs.len())
    }
}

/// The whole years between two months, and the one asked for or the last.
fn whole_year(from: Month, until: Month, asked: Option<i32>) -> Result<i32, AnalysisError> {
    let first = if from.month() == 1 { from.year() } else { from.year() + 1 };
    let last = if until.month() == 12 { until.year() } else { until.year() - 1 };
    let whole: Vec<i32> = (first..=last).collect();
    let year = asked.or(whole.last().copied()).unwrap_or(until.year());
    if whole.contains(&year) { Ok(year) } else { Err(AnalysisError::NoYear { year, whole }) }
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, AnalysisError> {
    std::fs::read(path).map_err(|source| AnalysisError::Io { path: path.to_owned(), source })
}

fn unreadable(path: &Path, why: impl ToString) -> AnalysisError {
    AnalysisError::Unreadable { path: path.to_owned(), why: why.to_string() }
}
