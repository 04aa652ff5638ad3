//! The work of a sweep: blocks simulated in parallel, each put down as a part the moment it is finished.
//! As many blocks live at a time as there are threads, so memory does not grow with the number of runs.
//! How a block is cut is in `layout.rs`, how arms share history in `replicate`, the folder in `folder.rs`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::error::SweepError;
use super::folder::Folder;
use super::layout::PlanFile;
use super::part::{Cells, Column, columns, encode};
use crate::experiment::plan::Plan;
use crate::experiment::progress::Progress;
use crate::experiment::reduce::RunData;
use crate::experiment::replicate::{Engine, Known, Replication, Stop, Workers, one};
use crate::metrics::metric_index;

/// Some points, ready to be simulated in any replication.
#[derive(Clone, Debug)]
pub struct Batch<I> {
    pub plan: Plan<I>,
    /// All scenarios of the first point, then those of the next: the place of their arm, or why there can be none.
    pub arms: Vec<Result<usize, String>>,
}

/// Where the runs of a sweep come from: a design resolved, or a toy in tests.
pub trait Origin: Sync {
    type Engine: Engine;
    /// The runs of some points.
    fn batch(&self, points: &[u64]) -> Batch<<Self::Engine as Engine>::Inputs>;
    /// Values of the factors at a point, in the bases of their units.
    fn values(&self, point: u64) -> Vec<f64>;
    /// Whether a scenario is the same at all points.
    fn is_unmoved(&self, scenario: u64) -> bool;
}

/// Runs of scenarios that no point moves, by replication and scenario: simulated once, not once a block. Those of replications
/// that are over are forgotten, so that memory does not grow.
#[derive(Default)]
struct Unmoved(Mutex<BTreeMap<(u32, u64), Arc<RunData>>>);

/// What [`Unmoved`] knows of the arms of a block.
struct OfBlock<'a> {
    unmoved: &'a Unmoved,
    replication: u32,
    /// By arm: its scenario, if no point moves it.
    scenarios: Vec<Option<u64>>,
}

impl OfBlock<'_> {
    fn key(&self, arm: usize) -> Option<(u32, u64)> {
        self.scenarios.get(arm).copied().flatten().map(|scenario| (self.replication, scenario))
    }
}

impl Known for OfBlock<'_> {
    fn recall(&self, arm: usize) -> Option<RunData> {
        let key = self.key(arm)?;
        let known = self.unmoved.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.map(|run| RunData::clone(&run))
    }
    fn keep(&self, arm: usize, run: &RunData) {
        let Some(key) = self.key(arm) else { return };
        let mut known = self.unmoved.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Blocks come in the order of replications; a thread that lags behind simulates its own.
        known.retain(|(replication, _), _| *replication + 1 >= key.0);
        known.entry(key).or_insert_with(|| Arc::new(run.clone()));
    }
}

/// What every part of a sweep holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// Name and unit of each factor.
    pub factors: Vec<(String, String)>,
    /// Ids of the scenarios.
    pub scenarios: Vec<String>,
    /// Name and unit of each indicator kept.
    pub indicators: Vec<(String, String)>,
    /// One row a month instead of a year.
    pub monthly: bool,
}

impl Shape {
    /// The columns of its parts.
    pub fn columns(&self) -> Vec<Column> {
        columns(&self.factors, &self.indicators, self.monthly)
    }
}

/// The rows of a block.
pub fn rows<S: Origin>(
    shape: &Shape,
    file: &PlanFile,
    block: u64,
    source: &S,
    batch: &Batch<<S::Engine as Engine>::Inputs>,
    done: &Replication,
) -> Vec<Cells> {
    let plan = &batch.plan;
    let names: Vec<Arc<str>> = shape.scenarios.iter().map(|s| Arc::from(s.as_str())).collect();
    let (mut run, mut point, mut scenario, mut replication) = (vec![], vec![], vec![], vec![]);
    let (mut year, mut month, mut reason, mut record) = (vec![], vec![], vec![], vec![]);
    let mut x = vec![Vec::new(); shape.factors.len()];
    let mut values = vec![Vec::new(); shape.indicators.len()];
    let metrics: Vec<usize> =
        shape.indicators.iter().map(|(name, _)| metric_index(name).unwrap_or(usize::MAX)).collect();
    let years: Vec<i32> = plan.grid.years().collect();
    let places: BTreeMap<u64, Vec<f64>> =
        file.points_of(block).into_iter().map(|p| (p, source.values(p))).collect();
    for (number, arm) in file.runs_of(block).zip(&batch.arms) {
        let is = file.run(number);
        let outcome = arm.as_ref().and_then(|arm| done.runs[*arm].as_ref());
        let mut row = |when: Option<(i32, i32)>, failed: Option<Arc<str>>, hash: Option<Arc<str>>| {
            run.push(number as i64);
            point.push(Some(is.point as i32));
            scenario.push(names.get(is.scenario as usize).cloned());
            replication.push(Some(is.replication as i32));
            year.push(when.map(|w| w.0));
            month.push(when.map(|w| w.1));
            reason.push(failed);
            record.push(hash);
            for (column, value) in x.iter_mut().zip(&places[&is.point]) {
                column.push(*value);
            }
        };
        match outcome {
            Err(why) => {
                row(None, Some(Arc::from(why.as_str())), None);
                values.iter_mut().for_each(|v| v.push(f64::NAN));
            }
            Ok(data) if shape.monthly => {
                let hash: Arc<str> = Arc::from(data.hash.as_str());
                for m in plan.grid.months() {
                    row(Some((m.year(), m.month())), None, Some(Arc::clone(&hash)));
                    let at = plan.grid.row(m);
                    for (column, metric) in values.iter_mut().zip(&metrics) {
                        column.push(data.month(at, *metric));
                    }
                }
            }
            Ok(data) => {
                let hash: Arc<str> = Arc::from(data.hash.as_str());
                for (y, in_year) in years.iter().enumerate() {
                    row(Some((*in_year, 12)), None, Some(Arc::clone(&hash)));
                    for (column, metric) in values.iter_mut().zip(&metrics) {
                        column.push(data.year(y, *metric));
                    }
                }
            }
        }
    }
    let mut out = vec![
        Cells::Long(run),
        Cells::Int(point),
        Cells::Text(scenario),
        Cells::Int(replication),
        Cells::Int(year),
    ];
    if shape.monthly {
        out.push(Cells::Int(month));
    }
    out.extend([Cells::Text(reason), Cells::Text(record)]);
    out.extend(x.into_iter().chain(values).map(Cells::Real));
    out
}

/// What is done with the rows of a finished block.
pub type Keep<'a> = dyn Fn(u64, Vec<Cells>) -> Result<(), SweepError> + Sync + 'a;

/// Everything but the blocks to be done.
pub struct Work<'a, S: Origin> {
    pub file: &'a PlanFile,
    pub shape: &'a Shape,
    pub source: &'a S,
    /// Where parts go; without it nothing is kept, which is how the store's own cost is measured.
    pub folder: Option<&'a Folder>,
}

/// Months of simulation still to be done, by what the blocks seen so far took.
#[derive(Default)]
struct Estimate {
    runs: u64,
    months: u64,
}

impl<S: Origin> Work<'_, S> {
    /// Simulates one block; `None` if a stop was asked for.
    pub fn block(&self, block: u64, stop: &Stop, tick: &(dyn Fn(u64) + Sync)) -> Option<Vec<Cells>> {
        let batch = self.source.batch(&self.file.points_of(block));
        self.simulate(block, &batch, &Unmoved::default(), stop, tick)
    }

    fn simulate(
        &self,
        block: u64,
        batch: &Batch<<S::Engine as Engine>::Inputs>,
        unmoved: &Unmoved,
        stop: &Stop,
        tick: &(dyn Fn(u64) + Sync),
    ) -> Option<Vec<Cells>> {
        let replication = self.file.replication(block);
        let mut scenarios = vec![None; batch.plan.arms.len()];
        for (arm, scenario) in batch.arms.iter().zip((0..self.file.scenarios).cycle()) {
            if let Ok(arm) = arm
                && self.source.is_unmoved(scenario)
            {
                scenarios[*arm] = Some(scenario);
            }
        }
        let known = OfBlock { unmoved, replication, scenarios };
        let done = one::<S::Engine>(&batch.plan, replication, stop, tick, &known)?;
        Some(rows(self.shape, self.file, block, self.source, batch, &done))
    }

    /// Does all `blocks`, in order, on the threads there are, and puts them down as parts.
    ///
    /// # Errors
    /// [`SweepError::Interrupted`] after a stop, or what kept a part from being written; finished parts stay.
    pub fn all(
        &self,
        blocks: &[u64],
        workers: &Workers,
        stop: &Stop,
        progress: &Progress,
    ) -> Result<(), SweepError> {
        let columns = self.shape.columns();
        self.each(blocks, workers, stop, progress, &|block, cells| {
            let Some(folder) = self.folder else { return Ok(()) };
            let bytes = encode(&self.file.stamp(block), &columns, &cells)
                .map_err(|e| SweepError::Format(e.to_string()))?;
            folder.put_part(block, &bytes)
        })
    }

    /// The same with something else done with the rows of each block as it is finished.
    ///
    /// # Errors
    /// As [`Work::all`], or those of `keep`.
    pub fn each(
        &self,
        blocks: &[u64],
        workers: &Workers,
        stop: &Stop,
        progress: &Progress,
        keep: &Keep<'_>,
    ) -> Result<(), SweepError> {
        let next = AtomicUsize::new(0);
        let finished = AtomicU64::new(0);
        let failed: Mutex<Option<SweepError>> = Mutex::new(None);
        let halt = Stop::default();
        let total: u64 = blocks.iter().map(|b| runs(&self.file.runs_of(*b))).sum();
        let seen = Mutex::new(Estimate::default());
        let unmoved = Unmoved::default();
        let fail = |e: SweepError| {
            failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(e);
            halt.ask();
        };
        let one = |block: u64| -> Result<(), SweepError> {
            let batch = self.source.batch(&self.file.points_of(block));
            let months = batch.plan.month_work();
            {
                let mut e = seen.lock().unwrap_or_else(PoisonError::into_inner);
                e.runs += runs(&self.file.runs_of(block));
                e.months += months;
                let rest = (total - e.runs) as f64 * (e.months as f64 / e.runs.max(1) as f64);
                progress.length(e.months + rest as u64);
            }
            let ticked = AtomicU64::new(0);
            let tick = |n| {
                ticked.fetch_add(n, Ordering::Relaxed);
                progress.tick(n);
            };
            let Some(cells) = self.simulate(block, &batch, &unmoved, stop, &tick) else { return Ok(()) };
            keep(block, cells)?;
            // A run that failed or was known took less than was planned.
            progress.tick(months.saturating_sub(ticked.into_inner()));
            let runs_of = runs(&self.file.runs_of(block));
            let runs_done = finished.fetch_add(runs_of, Ordering::Relaxed) + runs_of;
            progress.say(&format!("{runs_done}/{total}"));
            Ok(())
        };
        progress.say(&format!("0/{total}"));
        workers.each(|| {
            while !stop.asked() && !halt.asked() {
                let Some(&block) = blocks.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
                // A panic outside the runs (which keep their own) must not look like a finished sweep.
                let done = catch_unwind(AssertUnwindSafe(|| one(block)));
                match done {
                    Ok(Ok(())) => {}
                    Ok(Err(e)) => fail(e),
                    Err(_) => fail(SweepError::Format(format!("block {block}"))),
                }
            }
        });
        progress.finish();
        match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(e) => Err(e),
            None if stop.asked() && finished.into_inner() < total => Err(SweepError::Interrupted {
                path: self.folder.map_or_else(Default::default, |f| f.dir().to_owned()),
                done: 0,
                blocks: self.file.blocks,
            }),
            None => Ok(()),
        }
    }
}

fn runs(range: &Range<u64>) -> u64 {
    range.end - range.start
}
