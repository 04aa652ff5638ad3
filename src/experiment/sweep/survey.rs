//! What is there of a sweep: every part read and held against the plan, and `runs.csv` rebuilt from them.
//! Parts are read a handful at a time, whatever their number. What is done about damage is for `sweep` and `merge`.
//! Formats are described in docs/sweeps.md.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::error::SweepError;
use super::folder::{PARTS, RUNS, part_path, put};
use super::layout::{PlanFile, Shard};
use super::part::{Column, Damage, Damaged, Part, block_of, read};
use crate::experiment::replicate::Workers;

/// What became of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Missing,
    Damaged,
    /// Whole; so many of its runs failed.
    Whole {
        failed: u32,
    },
}

/// What is there of a sweep.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// By block.
    pub states: Vec<State>,
    /// Parts of the plan that are not what they should be.
    pub damaged: Vec<Damaged>,
    /// Parts that are in no block of the plan.
    pub strays: Vec<Damaged>,
    /// Reason of the first failed run.
    pub first_failure: Option<String>,
}

/// Runs of a plan by what became of them; they sum to the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub planned: u64,
    pub done: u64,
    pub failed: u64,
    /// In blocks that are missing or damaged.
    pub missing: u64,
}

impl Survey {
    /// Blocks that are whole.
    pub fn whole(&self) -> u64 {
        self.states.iter().filter(|s| matches!(s, State::Whole { .. })).count() as u64
    }

    pub fn is_complete(&self) -> bool {
        self.whole() == self.states.len() as u64 && self.strays.is_empty()
    }

    /// Blocks out of `order` that are not whole.
    pub fn wanting(&self, order: &[u64]) -> Vec<u64> {
        let whole = |b: &&u64| matches!(self.states.get(**b as usize), Some(State::Whole { .. }));
        order.iter().filter(|b| !whole(b)).copied().collect()
    }

    /// Runs of a shard's blocks.
    pub fn counts(&self, plan: &PlanFile, shard: Shard) -> Counts {
        let mut out = Counts::default();
        for (block, state) in (0..).zip(&self.states).filter(|(b, _)| shard.has(*b)) {
            let runs = plan.runs_of(block);
            let runs = runs.end - runs.start;
            out.planned += runs;
            match state {
                State::Whole { failed } => {
                    out.failed += u64::from(*failed);
                    out.done += runs - u64::from(*failed);
                }
                State::Missing | State::Damaged => out.missing += runs,
            }
        }
        out
    }
}

/// Parts read at a time.
const HANDFUL: u64 = 32;

/// Reads the part of a block, and holds its rows against the plan.
///
/// # Errors
/// What is wrong with it.
pub fn read_block(dir: &Path, plan: &PlanFile, block: u64, columns: &[Column]) -> Result<Part, Damage> {
    let part = read(&part_path(dir, block), &plan.stamp(block), columns)?;
    if fits(&part, plan, block) { Ok(part) } else { Err(Damage::Changed) }
}

/// Every run of the block has its rows, in order, and none else has.
fn fits(part: &Part, plan: &PlanFile, block: u64) -> bool {
    let (points, replications) = (part.ints("point"), part.ints("replication"));
    let mut next = plan.runs_of(block);
    let mut last = None;
    for (row, run) in part.runs().iter().enumerate() {
        let run = *run as u64;
        if last != Some(run) {
            if next.next() != Some(run) {
                return false;
            }
            last = Some(run);
        }
        let is = plan.run(run);
        if points[row] != Some(is.point as i32) || replications[row] != Some(is.replication as i32) {
            return false;
        }
    }
    next.next().is_none()
}

/// Looks at every part of the folder; `visit` sees each block in order, with its rows where it is whole.
///
/// # Errors
/// Of `visit`.
pub fn survey(
    dir: &Path,
    plan: &PlanFile,
    columns: &[Column],
    workers: &Workers,
    visit: &mut (dyn FnMut(u64, Option<&Part>) -> io::Result<()> + Send),
) -> io::Result<Survey> {
    let mut out = Survey { strays: strays(dir, plan), ..Survey::default() };
    let mut first = 0;
    while first < plan.blocks {
        let handful: Vec<u64> = (first..(first + HANDFUL).min(plan.blocks)).collect();
        let one = |block: &u64| match part_path(dir, *block).exists() {
            true => Some(read_block(dir, plan, *block, columns)),
            false => None,
        };
        let parts: Vec<_> = workers.within(|| handful.par_iter().map(one).collect());
        for (block, found) in handful.into_iter().zip(parts) {
            let (state, part) = match found {
                None => (State::Missing, None),
                Some(Ok(part)) => {
                    let mut failed = part.texts("reason").iter().flatten();
                    let reason = failed.next();
                    if out.first_failure.is_none() {
                        out.first_failure = reason.map(|r| r.to_string());
                    }
                    let failed = reason.map_or(0, |_| 1 + failed.count() as u32);
                    (State::Whole { failed }, Some(part))
                }
                Some(Err(damage)) => {
                    out.damaged.push(Damaged { path: part_path(dir, block), damage });
                    (State::Damaged, None)
                }
            };
            visit(block, part.as_ref())?;
            out.states.push(state);
        }
        first += HANDFUL;
    }
    Ok(out)
}

/// Looks, and does nothing with what is seen.
pub fn look(dir: &Path, plan: &PlanFile, columns: &[Column], workers: &Workers) -> Survey {
    survey(dir, plan, columns, workers, &mut |_, _| Ok(())).unwrap_or_default()
}

/// Parts whose number is in no block of the plan.
pub(super) fn strays(dir: &Path, plan: &PlanFile) -> Vec<Damaged> {
    let entries = fs::read_dir(dir.join(PARTS)).into_iter().flatten().flatten();
    let parquet = |p: &PathBuf| p.extension().is_some_and(|e| e == "parquet");
    let of_plan = |p: &PathBuf| {
        block_of(p).is_some_and(|b| b < plan.blocks && part_path(dir, b).file_name() == p.file_name())
    };
    let mut out: Vec<Damaged> = entries
        .map(|e| e.path())
        .filter(|p| parquet(p) && !of_plan(p))
        .map(|path| Damaged { path, damage: Damage::Stray })
        .collect();
    out.sort_by(|a, b| a.path.cmp(&b.path));
    out
}

/// Rebuilds `runs.csv`: one row a planned run.
///
/// # Errors
/// Of the disk.
pub fn rebuild(
    dir: &Path,
    plan: &PlanFile,
    scenarios: &[String],
    columns: &[Column],
    workers: &Workers,
) -> Result<Survey, SweepError> {
    let mut found = Survey::default();
    put(&dir.join(RUNS), |file| {
        let mut out = BufWriter::new(file);
        out.write_all(b"run,block,point,scenario,replication,status,reason,record\n")?;
        found = survey(dir, plan, columns, workers, &mut |block, part| {
            let mut rows = csv::WriterBuilder::new().has_headers(false).from_writer(&mut out);
            one_block(&mut rows, plan, block, part, scenarios).map_err(io::Error::other)?;
            rows.flush()
        })?;
        out.flush()
    })?;
    Ok(found)
}

fn one_block(
    out: &mut csv::Writer<impl Write>,
    plan: &PlanFile,
    block: u64,
    part: Option<&Part>,
    scenarios: &[String],
) -> Result<(), csv::Error> {
    let mut at = 0;
    for run in plan.runs_of(block) {
        let is = plan.run(run);
        let (mut status, mut reason, mut record) = ("missing", "", "");
        if let Some(part) = part {
            let of = |name: &str| part.texts(name)[at].as_deref();
            (reason, record) = (of("reason").unwrap_or(""), of("record").unwrap_or(""));
            status = if reason.is_empty() { "done" } else { "failed" };
            at += part.runs()[at..].iter().take_while(|r| **r as u64 == run).count();
        }
        let scenario = scenarios.get(is.scenario as usize).map_or("", String::as_str);
        let [run, block, point, replication] =
            [run, block, is.point, u64::from(is.replication)].map(|n| n.to_string());
        out.write_record([&run, &block, &point, scenario, &replication, status, reason, record])?;
    }
    Ok(())
}
