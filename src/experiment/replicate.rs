//! Replications: in each, the trunk is simulated once and every arm forks from it in the month in
//! which it first differs, so that at most two worlds live at a time in one thread.
//!
//! An arm comes out as if it had been simulated alone. Replications run in parallel and are
//! gathered in index order: the same bytes on any number of threads. A panic inside a run is a
//! failed run with its reason, never a crash; a stop asked for ends everything at the next month.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::metrics::RunRecord;
use crate::model::{Inputs, Simulation};
use crate::units::Month;

use super::city;
use super::plan::{Divergence, Grid, Plan};
use super::reduce::RunData;

/// What can be replicated: [`Simulation`], or a toy in tests.
pub trait Engine: Sized + Send {
    type Inputs: Sync;
    fn begin(inputs: &Self::Inputs, seed: u64, replication: u32) -> Self;
    fn month(&self) -> Month;
    fn step(&mut self);
    fn fork(&self, inputs: &Self::Inputs) -> Self;
    fn record(&self, from: Month) -> RunRecord;
}

impl Engine for Simulation {
    type Inputs = Inputs;
    fn begin(inputs: &Inputs, seed: u64, replication: u32) -> Self {
        Simulation::begin(inputs, seed, replication)
    }
    fn month(&self) -> Month {
        Simulation::month(self)
    }
    fn step(&mut self) {
        Simulation::step(self);
    }
    fn fork(&self, inputs: &Inputs) -> Self {
        Simulation::fork(self, inputs)
    }
    fn record(&self, from: Month) -> RunRecord {
        Simulation::record(self, from)
    }
}

/// Asks running replications to stop; shared with whoever hears Ctrl-C.
#[derive(Debug, Default)]
pub struct Stop(AtomicBool);

impl Stop {
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// One replication: the outcome of every arm, in the order of the plan.
#[derive(Clone, Debug)]
pub struct Replication {
    pub index: u32,
    /// `Err` holds the reason for which the run failed.
    pub runs: Vec<Result<RunData, String>>,
}

impl Replication {
    /// The run of `arm`, if it did not fail.
    pub fn run(&self, arm: usize) -> Option<&RunData> {
        self.runs.get(arm).and_then(|r| r.as_ref().ok())
    }
}

/// Why replications did not come about.
#[derive(Debug, thiserror::Error)]
pub enum ReplicateError {
    #[error("interrupted")]
    Interrupted,
    #[error("cannot start {threads} threads: {source}")]
    Threads { threads: usize, source: rayon::ThreadPoolBuildError },
}

/// Threads of one experiment.
pub struct Workers(rayon::ThreadPool);

impl Workers {
    /// `threads` = 0 takes one per processor.
    pub fn new(threads: usize) -> Result<Workers, ReplicateError> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.map(Workers).map_err(|source| ReplicateError::Threads { threads, source })
    }
    pub fn threads(&self) -> usize {
        self.0.current_num_threads()
    }
}

/// Runs replications `from..to`, calling `tick` with the months of simulation done.
pub fn replicate<E: Engine>(
    plan: &Plan<E::Inputs>,
    (from, to): (u32, u32),
    workers: &Workers,
    stop: &Stop,
    tick: &(dyn Fn(u64) + Sync),
) -> Result<Vec<Replication>, ReplicateError> {
    let one = |index| Worker::<E> { plan, index, stop, tick, engine: std::marker::PhantomData }.run();
    let done: Option<Vec<Replication>> =
        workers.0.install(|| (from..to).into_par_iter().with_max_len(1).map(one).collect());
    done.filter(|_| !stop.asked()).ok_or(ReplicateError::Interrupted)
}

enum Halt {
    Stopped,
    Failed(String),
}

struct Worker<'a, E: Engine> {
    plan: &'a Plan<E::Inputs>,
    index: u32,
    stop: &'a Stop,
    tick: &'a (dyn Fn(u64) + Sync),
    engine: std::marker::PhantomData<fn() -> E>,
}

impl<E: Engine> Worker<'_, E> {
    /// `None` if a stop was asked for.
    fn run(&self) -> Option<Replication> {
        let mut runs: Vec<Result<RunData, String>> =
            self.plan.arms.iter().map(|_| Err("not run".to_owned())).collect();
        let mut keep = |arm: usize, outcome: Result<RunData, Halt>| match outcome {
            Ok(data) => Some(runs[arm] = Ok(data)),
            Err(Halt::Failed(reason)) => Some(runs[arm] = Err(reason)),
            Err(Halt::Stopped) => None,
        };
        let mut forks: Vec<(Month, usize)> = Vec::new();
        for (arm, a) in self.plan.arms.iter().enumerate().skip(1) {
            if let Divergence::At(month) = a.divergence {
                forks.push((month, arm));
            }
        }
        forks.sort();
        if let Some(first) = self.plan.arms.first() {
            let mut trunk = guard(|| Ok(E::begin(&first.inputs, self.plan.seed, self.index)));
            for (month, arm) in forks {
                trunk = trunk.and_then(|sim| self.advance(sim, month));
                let outcome = match &trunk {
                    Ok(sim) => {
                        guard(|| Ok(sim.fork(&self.plan.arms[arm].inputs))).and_then(|sim| self.finish(sim))
                    }
                    // The history up to here is the arm's own: alone it would have failed alike.
                    Err(Halt::Failed(reason)) => Err(Halt::Failed(reason.clone())),
                    Err(Halt::Stopped) => Err(Halt::Stopped),
                };
                keep(arm, outcome)?;
            }
            keep(0, trunk.and_then(|sim| self.finish(sim)))?;
        }
        for (arm, a) in self.plan.arms.iter().enumerate().skip(1) {
            if a.divergence == Divergence::Start {
                let alone = guard(|| Ok(E::begin(&a.inputs, self.plan.seed, self.index)));
                match alone.and_then(|sim| self.finish(sim)) {
                    Ok(data) => runs[arm] = Ok(data),
                    Err(Halt::Failed(reason)) => runs[arm] = Err(reason),
                    Err(Halt::Stopped) => return None,
                }
            }
        }
        for (arm, a) in self.plan.arms.iter().enumerate().skip(1) {
            if a.divergence == Divergence::Never {
                runs[arm] = runs[0].clone();
            }
        }
        let mut replication = Replication { index: self.index, runs };
        city::shift(self.plan, &mut replication);
        Some(replication)
    }

    /// Simulates up to the beginning of `month`.
    fn advance(&self, mut sim: E, month: Month) -> Result<E, Halt> {
        guard(|| {
            while sim.month() < month {
                if self.stop.asked() {
                    return Err(Halt::Stopped);
                }
                sim.step();
                (self.tick)(1);
            }
            Ok(sim)
        })
    }

    fn finish(&self, sim: E) -> Result<RunData, Halt> {
        let grid: &Grid = &self.plan.grid;
        let sim = self.advance(sim, grid.until.plus(1))?;
        guard(|| Ok(RunData::reduce(sim.record(grid.record_from), grid)))
    }
}

fn guard<T>(work: impl FnOnce() -> Result<T, Halt>) -> Result<T, Halt> {
    // What a panic leaves behind is dropped, so no broken state is seen.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<&str>()
            .map(|s| (*s).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "the run ended without a reason".to_owned());
        Err(Halt::Failed(text))
    })
}
