//! Runs of a stored sweep or comparison simulated again, one by one or all, and held against what is stored.
//! A run is simulated alone: forks equal scenarios run alone. Its micro-data are written by `trace.rs`; tables of a whole
//! comparison are made as `compare` makes them.

use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use serde::Deserialize;

use super::plan::{Grid, Plan};
use super::reduce::RunData;
use super::repeated::Rule;
use super::replicate::{Stop, Workers};
use super::student::Level;
use super::sweep::survey::read_block;
use super::sweep::work::Origin;
use super::sweep::{self, Design, PlanFile, SweepError, Work};
use super::tables::Tables;
use super::{Experiment, Finished, Progress, Request};
use crate::model::{Inputs, Simulation};
use crate::scenario::{Diagnostics, Input, Options, load};
use crate::units::{Lang, Month};

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The hash of its record.
    Done(String),
    /// The reason.
    Failed(String),
    /// Not there: its block is missing or damaged.
    Missing,
}

impl Outcome {
    /// The hash, or the reason, or nothing.
    pub fn text(&self) -> &str {
        match self {
            Outcome::Done(text) | Outcome::Failed(text) => text,
            Outcome::Missing => "",
        }
    }
}

/// A stored run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub number: u64,
    pub scenario: String,
    /// Of a sweep.
    pub point: Option<u64>,
    pub replication: u32,
    pub outcome: Outcome,
}

/// Why nothing can be run again.
#[derive(Debug)]
pub enum AgainError {
    Sweep(SweepError),
    Scenarios(Box<Diagnostics>),
    /// No run of that number; there are so many.
    NoRun {
        asked: u64,
        runs: u64,
    },
    /// Made by other sources: its runs cannot be the same.
    Differs(Vec<String>),
    /// A folder that cannot be run again, and why, in both languages.
    Unfit(&'static str, &'static str),
    Io(io::Error),
    Interrupted,
    Fault(String),
}

impl From<SweepError> for AgainError {
    fn from(e: SweepError) -> AgainError {
        AgainError::Sweep(e)
    }
}

/// A folder whose runs can be simulated again.
pub enum Folder {
    Sweep { dir: std::path::PathBuf, plan: Box<sweep::Plan>, file: PlanFile },
    Comparison(Box<Comparison>),
}

/// A stored comparison.
pub struct Comparison {
    dir: std::path::PathBuf,
    request: Request,
    plan: Plan,
    manifest: Manifest,
    rows: Vec<Stored>,
}

#[derive(Deserialize)]
struct Manifest {
    program_version: String,
    code_hash: String,
    seed: u64,
    replications: u32,
    scale: String,
    from: String,
    until: String,
    scenarios: Vec<ScenarioEntry>,
    intervals: Intervals,
    files: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct ScenarioEntry {
    id: String,
    baseline_id: String,
}

#[derive(Deserialize)]
struct Intervals {
    alpha: f64,
}

/// One row of a comparison's `runs.csv`.
#[derive(Deserialize)]
struct RunRow {
    run: u64,
    scenario_id: String,
    replicate: u32,
    status: String,
    reason: String,
    series_hash: String,
}

/// What a whole folder came to when it was run again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Runs, and parts or tables, that were held against what is stored.
    pub runs: u64,
    pub files: u64,
    /// What was not equal: a file, and where in it.
    pub differences: Vec<String>,
    /// Runs that are not stored.
    pub missing: u64,
}

impl Folder {
    /// Opens the folder of a sweep or comparison.
    ///
    /// # Errors
    /// Where it cannot be run again by this program.
    pub fn open(dir: &Path, options: &Options) -> Result<Folder, AgainError> {
        if dir.join(sweep::folder::PLAN).is_file() {
            let stored = sweep::folder::stored_plan(dir)?;
            differs(&stored.version, &stored.code)?;
            let design = Design::stored(dir, options).map_err(|d| AgainError::Scenarios(Box::new(d)))?;
            let plan = sweep::Plan::new(std::sync::Arc::new(design), Some(stored.replications));
            let file = plan.file.clone();
            match file.differences(&stored) {
                names if names.is_empty() => {
                    Ok(Folder::Sweep { dir: dir.to_owned(), plan: Box::new(plan), file })
                }
                names => Err(AgainError::Differs(names)),
            }
        } else if dir.join("attribution.json").is_file() {
            Err(AgainError::Unfit(
                "分解（attribute）的文件夹没有保存各组合的方案，不能重新模拟",
                "the folder of an attribution does not keep the scenarios of its combinations and cannot be run again",
            ))
        } else {
            Comparison::open(dir, options).map(|c| Folder::Comparison(Box::new(c)))
        }
    }

    /// Number of runs.
    pub fn runs(&self) -> u64 {
        match self {
            Folder::Sweep { file, .. } => file.runs,
            Folder::Comparison(c) => c.rows.len() as u64,
        }
    }

    /// What is stored of a run.
    ///
    /// # Errors
    /// Where there is no run of that number.
    pub fn stored(&self, number: u64) -> Result<Stored, AgainError> {
        let none = || AgainError::NoRun { asked: number, runs: self.runs() };
        match self {
            Folder::Comparison(c) => c.rows.iter().find(|r| r.number == number).cloned().ok_or_else(none),
            Folder::Sweep { dir, plan, file } => {
                if number >= file.runs {
                    return Err(none());
                }
                let is = file.run(number);
                let part = read_block(dir, file, file.block_of(number), &plan.shape().columns()).ok();
                let row = part.as_ref().and_then(|p| p.runs().iter().position(|r| *r as u64 == number));
                let outcome = part.as_ref().zip(row).map(|(part, row)| {
                    let of = |name: &str| part.texts(name)[row].as_deref().map(str::to_owned);
                    match of("reason") {
                        Some(reason) => Outcome::Failed(reason),
                        None => Outcome::Done(of("record").unwrap_or_default()),
                    }
                });
                Ok(Stored {
                    number,
                    scenario: plan.design.scenarios[is.scenario as usize].id.clone(),
                    point: Some(is.point),
                    replication: is.replication,
                    outcome: outcome.unwrap_or(Outcome::Missing),
                })
            }
        }
    }

    /// Simulates a run again; `visit` sees the world at the end of every reported month.
    ///
    /// # Errors
    /// Of `visit`, or where there is no such run.
    pub fn simulate(
        &self,
        number: u64,
        visit: &mut dyn FnMut(&Simulation, Month) -> io::Result<()>,
    ) -> Result<Outcome, AgainError> {
        let is = self.stored(number)?;
        match self {
            Folder::Sweep { plan, file, .. } => {
                let run = file.run(number);
                let batch = plan.batch(&[run.point]);
                match &batch.arms[run.scenario as usize] {
                    Err(reason) => Ok(Outcome::Failed(reason.clone())),
                    Ok(arm) => {
                        let inputs = &batch.plan.arms[*arm].inputs;
                        one(inputs, batch.plan.seed, is.replication, &batch.plan.grid, visit)
                    }
                }
            }
            Folder::Comparison(c) => {
                let arm = c.plan.arms.iter().find(|a| a.id == is.scenario && !a.hidden);
                let arm = arm.ok_or(AgainError::NoRun { asked: number, runs: self.runs() })?;
                one(&arm.inputs, c.plan.seed, is.replication, &c.plan.grid, visit)
            }
        }
    }

    /// Simulates `sample` runs spread over all and compares their records.
    ///
    /// # Errors
    /// As [`Folder::simulate`].
    pub fn sample(
        &self,
        sample: u64,
        workers: &Workers,
        stop: &Stop,
        progress: &Progress,
    ) -> Result<Verdict, AgainError> {
        use rayon::prelude::*;
        let (runs, sample) = (self.runs(), sample.min(self.runs()).max(1));
        let numbers: Vec<u64> = (0..sample).map(|i| i * runs / sample).collect();
        progress.length(sample);
        let one = |number: &u64| -> Result<Option<String>, AgainError> {
            if stop.asked() {
                return Err(AgainError::Interrupted);
            }
            let stored = self.stored(*number)?;
            if stored.outcome == Outcome::Missing {
                return Ok(None);
            }
            let again = self.simulate(*number, &mut |_, _| Ok(()))?;
            progress.tick(1);
            let same = again == stored.outcome;
            let (was, is) = (stored.outcome.text(), again.text());
            Ok(Some(if same { String::new() } else { format!("run {number}: {was} -> {is}") }))
        };
        let found: Vec<Option<String>> =
            workers.within(|| numbers.par_iter().map(one).collect::<Result<_, _>>())?;
        progress.finish();
        let mut out = Verdict { runs: sample, ..Verdict::default() };
        for one in found {
            match one {
                None => out.missing += 1,
                Some(text) if text.is_empty() => {}
                Some(text) => out.differences.push(text),
            }
        }
        out.runs -= out.missing;
        Ok(out)
    }

    /// Simulates everything and compares it with the stored parts or tables.
    ///
    /// # Errors
    /// As [`Folder::simulate`].
    pub fn all(&self, workers: &Workers, stop: &Stop, progress: &Progress) -> Result<Verdict, AgainError> {
        match self {
            Folder::Sweep { dir, plan, file } => {
                let shape = plan.shape();
                let columns = shape.columns();
                let work = Work { file, shape: &shape, source: &**plan, folder: None };
                let found = std::sync::Mutex::new(Verdict::default());
                let blocks: Vec<u64> = (0..file.blocks).collect();
                work.each(&blocks, workers, stop, progress, &|block, cells| {
                    let runs = file.runs_of(block);
                    let runs = runs.end - runs.start;
                    let mut v = found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    match read_block(dir, file, block, &columns) {
                        Err(_) => v.missing += runs,
                        Ok(part) => {
                            (v.runs, v.files) = (v.runs + runs, v.files + 1);
                            if let Some(what) = first_difference(&part, &cells) {
                                v.differences.push(format!("{}: {what}", sweep::part::file_name(block)));
                            }
                        }
                    }
                    Ok(())
                })?;
                let mut v = found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
                v.differences.sort();
                Ok(v)
            }
            Folder::Comparison(c) => c.all(workers.threads(), stop, progress),
        }
    }
}

/// Where a stored part and the rows computed again part first.
fn first_difference(part: &sweep::part::Part, cells: &[sweep::part::Cells]) -> Option<String> {
    let runs = part.runs();
    for (column, (was, is)) in part.columns.iter().zip(part.cells.iter().zip(cells)) {
        let rows = was.len().max(is.len());
        if was.len() != is.len() {
            return Some(format!("{} rows, now {}", was.len(), is.len()));
        }
        if let Some(row) = (0..rows).find(|row| was.text(*row) != is.text(*row)) {
            let (name, was, is) = (&column.name, was.text(row), is.text(row));
            return Some(format!("run {}, `{name}`: {was} -> {is}", runs.get(row).copied().unwrap_or(-1)));
        }
    }
    None
}

/// One run alone.
fn one(
    inputs: &Inputs,
    seed: u64,
    replication: u32,
    grid: &Grid,
    visit: &mut dyn FnMut(&Simulation, Month) -> io::Result<()>,
) -> Result<Outcome, AgainError> {
    let run = || -> io::Result<String> {
        let mut sim = Simulation::begin(inputs, seed, replication);
        while sim.month() <= grid.until {
            let month = sim.month();
            sim.step();
            if month >= grid.from {
                visit(&sim, month)?;
            }
        }
        Ok(RunData::reduce(sim.record(grid.record_from), grid).hash)
    };
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(hash)) => Ok(Outcome::Done(hash)),
        Ok(Err(e)) => Err(AgainError::Io(e)),
        Err(panic) => Ok(Outcome::Failed(super::replicate::reason(&*panic))),
    }
}

fn differs(version: &str, code: &str) -> Result<(), AgainError> {
    let mut names = Vec::new();
    if version != sweep::VERSION {
        names.push(format!("version ({version} -> {})", sweep::VERSION));
    }
    if code != sweep::CODE {
        names.push(format!("code ({code} -> {})", sweep::CODE));
    }
    if names.is_empty() { Ok(()) } else { Err(AgainError::Differs(names)) }
}

impl Comparison {
    fn open(dir: &Path, options: &Options) -> Result<Comparison, AgainError> {
        let unreadable = |path: &Path, why: String| {
            AgainError::Sweep(SweepError::Unreadable { path: path.to_owned(), why })
        };
        let path = dir.join("manifest.json");
        let bytes = fs::read(&path).map_err(|_| AgainError::Sweep(SweepError::NoSweep(dir.to_owned())))?;
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|e| unreadable(&path, e.to_string()))?;
        differs(&manifest.program_version, &manifest.code_hash)?;
        let mut inputs = Vec::new();
        for s in &manifest.scenarios {
            let path = dir.join("scenarios").join(format!("{}.resolved.toml", s.id));
            let text = fs::read_to_string(&path).map_err(|e| unreadable(&path, e.to_string()))?;
            inputs.push(Input::Text { id: s.id.clone(), text });
        }
        let loaded = load(&inputs, options).map_err(|d| AgainError::Scenarios(Box::new(d)))?;
        let mut scenarios = loaded.scenarios;
        let first = manifest.scenarios.first().map_or("", |s| s.id.as_str());
        for (scenario, entry) in scenarios.iter_mut().zip(&manifest.scenarios) {
            let own = !entry.baseline_id.is_empty() && entry.baseline_id != first;
            scenario.reference = own.then(|| entry.baseline_id.clone());
        }
        let thinning = match manifest.scale.split_once('/') {
            None => 1,
            Some((_, k)) => {
                k.parse().map_err(|_| unreadable(&path, format!("scale `{}`", manifest.scale)))?
            }
        };
        let month = |text: &str| text.parse::<Month>().map_err(|e| unreadable(&path, e.to_string()));
        let request = Request {
            scenarios,
            seed: manifest.seed,
            rule: Rule::Fixed { replications: manifest.replications },
            thinning,
            from: month(&manifest.from)?,
            until: month(&manifest.until)?,
            audit_phases: false,
        };
        let plan = request.plan().map_err(|e| AgainError::Fault(e.message(Lang::En)))?;
        let path = dir.join("runs.csv");
        let text = fs::read_to_string(&path).map_err(|e| unreadable(&path, e.to_string()))?;
        let mut rows = Vec::new();
        for row in csv::Reader::from_reader(text.trim_start_matches('\u{FEFF}').as_bytes()).deserialize() {
            let row: RunRow = row.map_err(|e| unreadable(&path, e.to_string()))?;
            rows.push(Stored {
                number: row.run,
                scenario: row.scenario_id,
                point: None,
                replication: row.replicate,
                outcome: match row.status.as_str() {
                    "done" => Outcome::Done(row.series_hash),
                    _ => Outcome::Failed(row.reason),
                },
            });
        }
        Ok(Comparison { dir: dir.to_owned(), request, plan, manifest, rows })
    }

    /// Everything again, and every table byte for byte.
    fn all(&self, threads: usize, stop: &Stop, progress: &Progress) -> Result<Verdict, AgainError> {
        let experiment = Experiment::<Simulation> {
            plan: &self.plan,
            rule: self.request.rule.clone(),
            threads,
            parts: None,
        };
        let finished: Finished = experiment.run(stop, progress).map_err(|e| match e {
            super::ExperimentError::Interrupted => AgainError::Interrupted,
            other => AgainError::Fault(other.to_string()),
        })?;
        let region = self.request.scenarios.first().map_or("", |s| s.region.id.as_str());
        let level = Level::new(self.manifest.intervals.alpha);
        let tables = Tables { plan: &self.plan, replications: &finished.replications, level, region };
        let bom = fs::read(self.dir.join("runs.csv")).is_ok_and(|b| b.starts_with("\u{FEFF}".as_bytes()));
        let mut out = Verdict { runs: self.rows.len() as u64, ..Verdict::default() };
        let again = tables.all(bom).map_err(|e| AgainError::Fault(e.to_string()))?;
        let resolved = self.request.scenarios.iter();
        let resolved =
            resolved.map(|s| (format!("scenarios/{}.resolved.toml", s.id), s.resolved_toml().into_bytes()));
        for (name, bytes) in again.into_iter().chain(resolved) {
            out.files += 1;
            let there = fs::read(self.dir.join(&name)).unwrap_or_default();
            let listed = self.manifest.files.get(&name);
            let changed = listed.is_some_and(|h| blake3::hash(&there).to_hex().as_str() != h);
            if changed {
                out.differences.push(format!("{name}: changed since it was written"));
            } else if there != bytes {
                out.differences.push(format!("{name}: {}", first_line(&there, &bytes)));
            }
        }
        Ok(out)
    }
}

/// The first line in which two texts part.
fn first_line(was: &[u8], is: &[u8]) -> String {
    let (was, is) = (String::from_utf8_lossy(was), String::from_utf8_lossy(is));
    let (mut a, mut b) = (was.lines(), is.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (a.next(), b.next()) {
            (None, None) => return "line ends".into(),
            (x, y) if x == y => {}
            (x, y) => {
                let (x, y) = (x.unwrap_or(""), y.unwrap_or(""));
                return format!("line {number}: {x} -> {y}");
            }
        }
    }
}
