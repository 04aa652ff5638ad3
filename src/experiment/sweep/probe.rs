//! What a plan will take on this machine: one run simulated and measured, the rest reckoned from it.
//!
//! Clock and memory are read here and nowhere else in experiments; no result hangs on them. How arms of a block share history
//! is in `experiment::plan`. Nothing is written.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::experiment::plan::{Entry, plan as planned, start};
use crate::metrics::METRICS;
use crate::model::Simulation;

use super::{Every, Plan};

/// How long the probe simulates at most; the rest of the run is then reckoned from the months it did.
const LONGEST: Duration = Duration::from_secs(4);
/// Blocks looked at to see how much history their arms share.
const BLOCKS_SEEN: usize = 5;
/// Bytes of a part beside its values: what Parquet says about each column, and about the file.
const BYTES_A_COLUMN: u64 = 330;
const BYTES_A_PART: u64 = 1_500;
/// Bytes of a row for what repeats along a column and is kept by dictionary.
const BYTES_A_ROW: u64 = 12;

/// What was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// Id of the scenario simulated, and the point.
    pub scenario: String,
    pub point: usize,
    /// Months simulated, and months of a whole run.
    pub months: u32,
    pub of: u32,
    /// Seconds for the population of month zero, and for a month.
    pub genesis: f64,
    pub month: f64,
    /// Bytes of one simulated district; unknown where the system does not tell.
    pub world: Option<u64>,
    /// Bytes of the program without it.
    pub base: Option<u64>,
}

/// What the whole plan takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Months of simulation, history that runs share counted once.
    pub months: u64,
    /// Populations of month zero.
    pub starts: u64,
    /// Seconds of one core, and by the clock on so many threads.
    pub core_seconds: f64,
    pub seconds: f64,
    pub threads: usize,
    /// Bytes in memory at a time, and on disk in the end.
    pub memory: Option<u64>,
    pub disk: u64,
}

/// Simulates the first run of the plan that can be run, for at most a few seconds.
///
/// # Errors
/// Why there is none: the rule its points break, or what ended the run.
pub fn probe(plan: &Plan) -> Result<Probe, String> {
    let design = &plan.design;
    let mut why = String::from("the plan has no runs");
    let mut found = None;
    for number in 0..plan.round() {
        let Some(run) = plan.run(number) else { break };
        match design.inputs(run.point, run.scenario) {
            Ok(inputs) => {
                found = Some((run, inputs));
                break;
            }
            Err(mistake) => why = mistake.message(crate::units::Lang::En),
        }
    }
    let (run, inputs) = found.ok_or(why)?;
    let of = (design.until.since(start(&inputs)) + 1).max(1) as u32;
    let base = resident();
    let measured = catch_unwind(AssertUnwindSafe(|| {
        let begun = Instant::now();
        let mut simulation = Simulation::begin(&inputs, design.seed, run.replication);
        let genesis = begun.elapsed();
        let begun = Instant::now();
        let mut months = 0;
        while months < of && (months == 0 || begun.elapsed() < LONGEST) {
            simulation.step();
            months += 1;
        }
        (genesis.as_secs_f64(), begun.elapsed().as_secs_f64(), months, resident())
    }));
    let (genesis, stepped, months, after) =
        measured.map_err(|_| "the run that was to be measured failed".to_owned())?;
    let world = after.zip(base).map(|(a, b)| a.saturating_sub(b));
    let scenario = design.scenarios[run.scenario].id.clone();
    let month = stepped / f64::from(months);
    Ok(Probe { scenario, point: run.point, months, of, genesis, month, world, base })
}

/// Reckons the whole plan from a probe.
pub fn estimate(plan: &Plan, probe: &Probe, threads: usize) -> Estimate {
    let (months, starts) = work(plan);
    let core_seconds = months as f64 * probe.month + starts as f64 * probe.genesis;
    // A block is one thread's.
    let busy = threads.clamp(1, plan.blocks().max(1));
    // While one run goes on, the history it will fork from is kept beside it.
    let worlds = 2 * busy as u64;
    Estimate {
        months,
        starts,
        core_seconds,
        seconds: core_seconds / busy as f64,
        threads: busy,
        memory: probe.base.zip(probe.world).map(|(base, world)| base + worlds * world),
        disk: disk(plan),
    }
}

/// Months to be simulated and populations to be drawn, from a few blocks evenly over a replication.
fn work(plan: &Plan) -> (u64, u64) {
    let design = &plan.design;
    let a_round = (plan.blocks() / plan.replications.max(1) as usize).max(1);
    let seen = BLOCKS_SEEN.min(a_round);
    let (mut months, mut starts, mut runs) = (0u64, 0u64, 0u64);
    for n in 0..seen {
        let block = n * a_round / seen;
        let mut entries: Vec<Entry> = Vec::new();
        for run in plan.block_runs(block).filter_map(|number| plan.run(number)) {
            let reference = design.scenarios[run.scenario]
                .reference
                .clone()
                .unwrap_or_else(|| design.scenarios.first().map_or_else(String::new, |s| s.id.clone()));
            let id = |s: &str| format!("{s}@{}", run.point);
            let Ok(inputs) = design.inputs(run.point, run.scenario) else { continue };
            entries.push(Entry {
                id: id(&design.scenarios[run.scenario].id),
                inputs,
                reference: Some(id(&reference)),
            });
            runs += 1;
        }
        // A run whose reference breaks a rule is not simulated either.
        let ids: Vec<String> = entries.iter().map(|e| e.id.clone()).collect();
        entries.retain(|e| e.reference.as_ref().is_none_or(|r| ids.contains(r)));
        let length = |inputs: &crate::model::Inputs| (design.until.since(start(inputs)) + 1).max(0) as u64;
        let whole = entries.first().map_or(0, |e| length(&e.inputs));
        if entries.is_empty() {
            continue;
        }
        if let Ok(planned) = planned(entries, design.seed, design.from, design.until) {
            months += planned.month_work();
            let alone =
                |a: &&crate::experiment::Arm| a.divergence == crate::experiment::plan::Divergence::Start;
            starts += u64::from(whole > 0) + planned.arms.iter().skip(1).filter(alone).count() as u64;
        }
    }
    let scale = |n: u64| (u128::from(n) * u128::from(plan.runs())).div_ceil(u128::from(runs.max(1))) as u64;
    (scale(months), scale(starts))
}

/// Bytes of the parts: outcomes as they are, for no two are alike, what repeats by dictionary.
fn disk(plan: &Plan) -> u64 {
    let design = &plan.design;
    let years = (design.from.year()..=design.until.year()).filter(|y| {
        crate::units::Month::new(*y, 1) >= design.from && crate::units::Month::new(*y, 12) <= design.until
    });
    let rows = match design.every {
        Every::Year => years.count() as u64,
        Every::Month => (design.until.since(design.from) + 1).max(0) as u64,
    };
    let indicators = design.indicators.len().min(METRICS.len()) as u64;
    let columns = 8 + design.factors.len() as u64 + indicators;
    let values = plan.runs() * rows * (indicators * 8 + BYTES_A_ROW);
    values
        + plan.blocks() as u64 * (BYTES_A_PART + BYTES_A_COLUMN * columns)
        + design.points_csv().len() as u64
}

/// Bytes of the program in memory, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
