//! Replications: in each, a history that arms share is simulated once and every arm forks from its source in the month
//! in which it first differs, so that few worlds live at a time in one thread.
//!
//! An arm comes out as if it had been simulated alone. Replications run in parallel and are
//! gathered in index order: the same bytes on any number of threads. A panic inside a run is a
//! failed run with its reason, never a crash; a stop asked for ends everything at the next month.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::metrics::{Credit, RunRecord};
use crate::model::{Inputs, Simulation};
use crate::units::Month;

use super::additional::{Shift, shifts};
use super::city;
use super::memory;
use super::parts::{PartError, Parts};
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
    /// Who owes how much now, in the order of ids.
    fn credit(&self) -> Vec<Credit>;
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
    fn credit(&self) -> Vec<Credit> {
        Simulation::credit(self)
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Replication {
    pub index: u32,
    /// `Err` holds the reason for which the run failed.
    pub runs: Vec<Result<RunData, String>>,
    /// By arm: the same borrowers' credit against the reference's world; empty where a run failed, for
    /// references and for hidden arms.
    pub shifts: Vec<Vec<Shift>>,
}

impl Replication {
    /// The run of `arm`, if it did not fail.
    pub fn run(&self, arm: usize) -> Option<&RunData> {
        self.runs.get(arm).and_then(|r| r.as_ref().ok())
    }
    /// The groups of `arm` against its reference, if neither run failed.
    pub fn shifts(&self, arm: usize) -> Option<&[Shift]> {
        self.shifts.get(arm).map(Vec::as_slice).filter(|s| !s.is_empty())
    }
}

/// Why replications did not come about.
#[derive(Debug, thiserror::Error)]
pub enum ReplicateError {
    #[error("interrupted")]
    Interrupted,
    #[error("cannot start {threads} threads: {source}")]
    Threads { threads: usize, source: rayon::ThreadPoolBuildError },
    #[error(transparent)]
    Kept(#[from] PartError),
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
    /// Does the same on every thread.
    pub fn each(&self, work: impl Fn() + Sync) {
        self.0.broadcast(|_| work());
    }
    /// Does something in the pool, where the parallel iterators of it are.
    pub fn within<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.0.install(work)
    }
}

/// Runs replications `from..to`, calling `tick` with the months of simulation done. With `parts`,
/// each finished replication is kept there, and those kept before are not simulated again.
pub fn replicate<E: Engine>(
    plan: &Plan<E::Inputs>,
    (from, to): (u32, u32),
    workers: &Workers,
    stop: &Stop,
    tick: &(dyn Fn(u64) + Sync),
    parts: Option<&Parts>,
) -> Result<Vec<Replication>, ReplicateError> {
    let one = |index| {
        if let Some(kept) = parts.and_then(|p| p.read(index)) {
            tick(plan.month_work());
            return Ok(kept);
        }
        let done = one::<E>(plan, index, stop, tick, &()).ok_or(ReplicateError::Interrupted)?;
        parts.map_or(Ok(()), |p| p.write(&done))?;
        Ok(done)
    };
    workers.0.install(|| (from..to).into_par_iter().with_max_len(1).map(one).collect())
}

/// Runs of a replication that are known from elsewhere: an arm comes out the same whatever it shares a plan with, so it need not
/// be simulated again. Nothing is known of who owes what: plans with `credit` recall nothing.
pub trait Known {
    /// The run of an arm, without the city's answer.
    fn recall(&self, arm: usize) -> Option<RunData>;
    /// Hears of every run that was simulated.
    fn keep(&self, arm: usize, run: &RunData);
}

impl Known for () {
    fn recall(&self, _: usize) -> Option<RunData> {
        None
    }
    fn keep(&self, _: usize, _: &RunData) {}
}

/// One replication; `None` if a stop was asked for.
pub fn one<E: Engine>(
    plan: &Plan<E::Inputs>,
    index: u32,
    stop: &Stop,
    tick: &(dyn Fn(u64) + Sync),
    known: &dyn Known,
) -> Option<Replication> {
    Worker::<E> { plan, index, stop, tick, known, engine: std::marker::PhantomData }.run()
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
    known: &'a dyn Known,
    engine: std::marker::PhantomData<fn() -> E>,
}

/// What the arms came to so far.
struct Kept {
    runs: Vec<Result<RunData, String>>,
    /// Unknown, or some unknown arm forks from it.
    needed: Vec<bool>,
    owed: Vec<Option<Vec<Credit>>>,
}

impl<E: Engine> Worker<'_, E> {
    /// `None` if a stop was asked for.
    fn run(&self) -> Option<Replication> {
        let arms = &self.plan.arms;
        let recall = |arm| if self.plan.credit { None } else { self.known.recall(arm) };
        let runs: Vec<Result<RunData, String>> =
            (0..arms.len()).map(|arm| recall(arm).ok_or_else(|| "not run".to_owned())).collect();
        let mut needed: Vec<bool> = runs.iter().map(Result::is_err).collect();
        for (arm, a) in arms.iter().enumerate().skip(1).rev() {
            if matches!(a.divergence, Divergence::At(_)) {
                needed[a.source] |= needed[arm];
            }
        }
        let mut kept = Kept { runs, needed, owed: arms.iter().map(|_| None).collect() };
        for (arm, a) in arms.iter().enumerate() {
            if kept.needed[arm] && (arm == 0 || a.divergence == Divergence::Start) {
                let begun = guard(|| Ok(E::begin(&a.inputs, self.plan.seed, self.index)));
                self.grow(arm, begun, &mut kept)?;
            }
        }
        let Kept { mut runs, mut owed, .. } = kept;
        for (arm, a) in arms.iter().enumerate().skip(1) {
            if a.divergence == Divergence::Never {
                runs[arm] = runs[a.source].clone();
                owed[arm] = owed[a.source].clone();
            }
        }
        let against = |(arm, a): (usize, &super::plan::Arm<E::Inputs>)| {
            let pair = if a.reference == arm || a.hidden {
                None
            } else {
                owed[arm].as_ref().zip(owed[a.reference].as_ref())
            };
            pair.map_or_else(Vec::new, |(own, reference)| shifts(own, reference))
        };
        let shifts = arms.iter().enumerate().map(against).collect();
        let mut replication = Replication { index: self.index, runs, shifts };
        city::shift(self.plan, &mut replication);
        Some(replication)
    }

    /// Simulates `arm` to its end, and on the way all that fork from it.
    fn grow(&self, arm: usize, mut sim: Result<E, Halt>, kept: &mut Kept) -> Option<()> {
        let mut forks: Vec<(Month, usize)> = Vec::new();
        for (branch, a) in self.plan.arms.iter().enumerate().skip(1).filter(|(_, a)| a.source == arm) {
            if let Divergence::At(month) = a.divergence
                && kept.needed[branch]
            {
                forks.push((month, branch));
            }
        }
        forks.sort();
        for (month, branch) in forks {
            sim = sim.and_then(|sim| self.advance(sim, month));
            let forked = match &sim {
                Ok(sim) => guard(|| Ok(sim.fork(&self.plan.arms[branch].inputs))),
                // The history up to here is the arm's own: alone it would have failed alike.
                Err(Halt::Failed(reason)) => Err(Halt::Failed(reason.clone())),
                Err(Halt::Stopped) => Err(Halt::Stopped),
            };
            self.grow(branch, forked, kept)?;
            memory::give_back();
        }
        if kept.runs[arm].is_ok() {
            return Some(());
        }
        kept.runs[arm] = match sim.and_then(|sim| self.finish(sim)) {
            Ok((data, credit)) => {
                self.known.keep(arm, &data);
                kept.owed[arm] = credit;
                Ok(data)
            }
            Err(Halt::Failed(reason)) => Err(reason),
            Err(Halt::Stopped) => return None,
        };
        Some(())
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

    fn finish(&self, sim: E) -> Result<(RunData, Option<Vec<Credit>>), Halt> {
        let grid: &Grid = &self.plan.grid;
        let sim = self.advance(sim, grid.until.plus(1))?;
        let credit = |sim: &E| self.plan.credit.then(|| sim.credit());
        guard(|| Ok((RunData::reduce(sim.record(grid.record_from), grid), credit(&sim))))
    }
}

fn guard<T>(work: impl FnOnce() -> Result<T, Halt>) -> Result<T, Halt> {
    // What a panic leaves behind is dropped, so no broken state is seen.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(Halt::Failed(reason(&*panic))))
}

/// What a panic said.
pub(super) fn reason(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "the run ended without a reason".to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::plan::{Arm, CityShift};
    use super::super::toy::{START, Toy, ToyInputs, arm, plan};
    use super::*;
    use std::sync::atomic::AtomicU64;

    fn run(plan: &Plan<ToyInputs>, n: u32, threads: usize) -> Vec<Replication> {
        replicate::<Toy>(plan, (0, n), &Workers::new(threads).unwrap(), &Stop::default(), &|_| (), None)
            .unwrap()
    }

    #[test]
    fn forks_equal_scenarios_run_alone() {
        let plan = plan();
        let together = run(&plan, 3, 1);
        for (i, a) in plan.arms.iter().enumerate() {
            let own = Plan { arms: vec![Arm { reference: 0, ..a.clone() }], ..plan.clone() };
            for (r, alone) in together.iter().zip(run(&own, 3, 1)) {
                assert_eq!(r.run(i), alone.run(0), "{} in replication {}", a.id, r.index);
            }
        }
        let hash = |i: usize| &together[0].run(i).unwrap().hash;
        assert_ne!(hash(0), hash(1));
        assert_eq!(hash(0), hash(4));
    }

    #[test]
    fn threads_change_nothing_and_the_work_is_as_planned() {
        let plan = plan();
        let ticks = AtomicU64::new(0);
        let tick = |n| {
            ticks.fetch_add(n, Ordering::Relaxed);
        };
        let workers = Workers::new(2).unwrap();
        let two = replicate::<Toy>(&plan, (0, 9), &workers, &Stop::default(), &tick, None).unwrap();
        assert_eq!(format!("{two:?}"), format!("{:?}", run(&plan, 9, 1)));
        assert_eq!(ticks.into_inner(), 9 * plan.month_work());
        // Trunk 36 months, then 9 and 18 months of forks, and 36 alone.
        assert_eq!(plan.month_work(), 36 + 9 + 18 + 36);
        // Later replications do not hang on how many went before.
        let rest = replicate::<Toy>(&plan, (4, 6), &workers, &Stop::default(), &|_| (), None).unwrap();
        assert_eq!(format!("{rest:?}"), format!("{:?}", &two[4..6]));
    }

    #[test]
    fn arms_fork_from_the_arm_they_share_most_with() {
        let mut plan = plan();
        let (early, late) = (Month::new(2019, 7), Month::new(2020, 4));
        let both = ToyInputs { policy: vec![(early, -0.2), (late, 0.5)], fails: None };
        let nested = arm("early and late", both.clone(), Divergence::At(late));
        plan.arms.push(Arm { source: 2, ..nested });
        plan.arms.push(Arm { source: 5, ..arm("the same again", both.clone(), Divergence::Never) });
        let mut alone = plan.clone();
        alone.arms = vec![arm("alone", both, Divergence::Never)];
        let (together, own) = (run(&plan, 3, 1), run(&alone, 3, 1));
        for (r, alone) in together.iter().zip(&own) {
            assert_eq!((r.run(5), r.run(6)), (alone.run(0), alone.run(0)));
        }
        // It takes nine months more, not eighteen.
        assert_eq!(plan.month_work(), 36 + 9 + 18 + 36 + 9);
        // What fails before the fork fails all that share it.
        plan.arms[2].inputs.fails = Some((1, Month::new(2019, 12)));
        let failed: Vec<bool> = run(&plan, 2, 1)[1].runs.iter().map(Result::is_err).collect();
        assert_eq!(failed, [false, false, true, false, false, true, true]);
        assert!(together[0].shifts(5).is_some());
        plan.credit = false;
        assert!(run(&plan, 1, 1)[0].shifts(5).is_none());
    }

    #[test]
    fn what_is_known_is_not_simulated_again() {
        use std::cell::RefCell;
        use std::collections::BTreeMap;

        struct Memory(RefCell<BTreeMap<usize, RunData>>, &'static [usize]);
        impl Known for Memory {
            fn recall(&self, arm: usize) -> Option<RunData> {
                self.0.borrow().get(&arm).filter(|_| self.1.contains(&arm)).cloned()
            }
            fn keep(&self, arm: usize, run: &RunData) {
                self.0.borrow_mut().insert(arm, run.clone());
            }
        }
        let plan = Plan { credit: false, ..plan() };
        let ticks = AtomicU64::new(0);
        let tick = |n| {
            ticks.fetch_add(n, Ordering::Relaxed);
        };
        let stop = Stop::default();
        let heard = Memory(RefCell::default(), &[]);
        let fresh = one::<Toy>(&plan, 1, &stop, &tick, &heard).unwrap();
        let all = ticks.swap(0, Ordering::Relaxed);
        // All known: nothing to do. The trunk known: it is simulated up to the last fork only. A fork known: its months fall away.
        for (known, least) in [(&[0, 1, 2, 3, 4][..], 0), (&[0][..], 1), (&[1][..], 1), (&[0, 2][..], 1)] {
            let some = Memory(heard.0.clone(), known);
            let again = one::<Toy>(&plan, 1, &stop, &tick, &some).unwrap();
            assert_eq!(format!("{again:?}"), format!("{fresh:?}"), "{known:?}");
            let took = ticks.swap(0, Ordering::Relaxed);
            assert!(took >= least && took < all, "{known:?}: {took} of {all}");
        }
        // With credit nothing is recalled: who owes what is not known.
        let plan = Plan { credit: true, ..plan };
        one::<Toy>(&plan, 1, &stop, &tick, &Memory(heard.0.clone(), &[0, 1, 2, 3, 4])).unwrap();
        assert_eq!(ticks.into_inner(), all);
    }

    #[test]
    fn a_panic_is_a_failed_run() {
        let mut plan = plan();
        plan.arms[1].inputs.fails = Some((1, Month::new(2020, 6)));
        let done = run(&plan, 3, 2);
        assert_eq!(done[1].runs[1], Err("2020-06: residual of 3 fen in fund".to_owned()));
        assert!(done[1].run(0).is_some() && done[1].run(2).is_some() && done[0].run(1).is_some());
        // If the shared history fails, so does all that hangs on it; the arm run alone does not.
        plan.arms[0].inputs.fails = Some((0, Month::new(2019, 9)));
        let done = run(&plan, 1, 1);
        let failed: Vec<bool> = done[0].runs.iter().map(Result::is_err).collect();
        assert_eq!(failed, [true, true, false, false, true]);
    }

    #[test]
    fn a_stop_ends_it() {
        let stop = Stop::default();
        let tick = |_| stop.ask();
        let out = replicate::<Toy>(&plan(), (0, 50), &Workers::new(2).unwrap(), &stop, &tick, None);
        assert!(matches!(out, Err(ReplicateError::Interrupted)));
    }

    #[test]
    fn the_city_answers_by_beta_times_the_effect() {
        let mut plan = plan();
        let m = Month::new(2020, 1);
        let up = ToyInputs { policy: vec![(m, 2.0)], fails: None };
        let part = ToyInputs { policy: vec![(m, 0.5)], fails: None };
        plan.arms = vec![
            arm("reference", ToyInputs::default(), Divergence::Never),
            Arm { city: CityShift::Own, ..arm("national", up.clone(), Divergence::At(m)) },
            Arm { city: CityShift::Helper(4), ..arm("mixed", up.clone(), Divergence::At(m)) },
            Arm { reference: 1, ..arm("own reference", up, Divergence::Start) },
            Arm { city: CityShift::Own, hidden: true, ..arm("mixed+city", part, Divergence::At(m)) },
        ];
        let done = run(&plan, 2, 1);
        let metric = |name| crate::metrics::metric_index(name).unwrap();
        let (growth, gap, city) = (metric("inclusive_growth_yoy"), metric("city_gap"), metric("city_growth"));
        let row = plan.grid.row(Month::new(2020, 12));
        for r in &done {
            let effect = |arm: usize, m| r.run(arm).unwrap().month(row, m) - r.run(0).unwrap().month(row, m);
            let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} is not {b}");
            assert!(effect(1, growth) > 0.05);
            // β is a half: the gap's effect is half the growth's.
            close(effect(1, gap), 0.5 * effect(1, growth));
            close(effect(1, city), 0.5 * effect(1, growth));
            close(effect(2, gap), effect(2, growth) - 0.5 * effect(4, growth));
            // Without national differences of its own, it has its reference's city.
            close(effect(3, city), effect(1, city));
            // The year is its December.
            close(r.run(1).unwrap().year(1, gap), r.run(1).unwrap().month(row, gap));
        }
        assert_eq!(START.year(), 2018);
    }
}
