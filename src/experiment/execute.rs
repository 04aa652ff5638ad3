//! An experiment from plan to finished replications, by a fixed number or until settled.
//! Replications run in parallel and are gathered in the order of their index, so that the number of
//! threads changes nothing. Stopping rules are in `repeated.rs`, one replication in `replicate.rs`.

use super::parts::Parts;
use super::plan::Plan;
use super::progress::Progress;
use super::repeated::{Rule, Target, Verdict, alpha, look_at, widest};
use super::replicate::{Engine, ReplicateError, Replication, Stop, Workers, replicate};
use super::student::Level;

/// What to run, how often and on how many threads (0 = one per processor).
pub struct Experiment<'a, E: Engine> {
    pub plan: &'a Plan<E::Inputs>,
    pub rule: Rule,
    pub threads: usize,
    /// Where finished replications are kept, and found again after an interruption.
    pub parts: Option<&'a Parts>,
}

/// All replications, in index order, and what the rule came to.
#[derive(Debug)]
pub struct Finished {
    pub replications: Vec<Replication>,
    pub verdict: Verdict,
    /// Targets asked for, with the largest half-width reached.
    pub reached: Vec<(Target, f64)>,
    pub threads: usize,
}

/// Why an experiment did not finish.
pub type ExperimentError = ReplicateError;

impl<E: Engine> Experiment<'_, E> {
    /// Runs to the end, or returns [`ReplicateError::Interrupted`] soon after `stop` is asked.
    pub fn run(&self, stop: &Stop, progress: &Progress) -> Result<Finished, ExperimentError> {
        let workers = Workers::new(self.threads)?;
        let each = self.plan.month_work();
        let tick = |months: u64| progress.tick(months);
        let verdict =
            |n: usize, alpha, looks, settled| Verdict { replications: n as u32, alpha, looks, settled };
        let mut done: Vec<Replication> = Vec::new();
        let extend = |done: &mut Vec<Replication>, to: u32| -> Result<(), ExperimentError> {
            progress.plan(each * u64::from(to), to);
            done.extend(replicate::<E>(
                self.plan,
                (done.len() as u32, to),
                &workers,
                stop,
                &tick,
                self.parts,
            )?);
            Ok(())
        };
        let mut reached: Vec<(Target, f64)> = Vec::new();
        let verdict = match &self.rule {
            Rule::Fixed { replications } => {
                extend(&mut done, *replications)?;
                verdict(done.len(), 0.05, 1, None)
            }
            Rule::Settled { targets, cap } => {
                let cap = *cap;
                let mut look = 1;
                loop {
                    extend(&mut done, look_at(look, cap))?;
                    let level = Level::new(alpha(look));
                    let half = |t: &Target| (*t, widest(self.plan, &done, &level, t.metric));
                    reached = targets.iter().map(half).collect();
                    let settled = reached.iter().all(|(t, half)| *half <= t.half);
                    let last = done.len() as u32 >= cap;
                    if settled || last {
                        break verdict(done.len(), alpha(look), look, Some(settled));
                    }
                    look += 1;
                }
            }
        };
        progress.finish();
        Ok(Finished { replications: done, verdict, reached, threads: workers.threads() })
    }
}
