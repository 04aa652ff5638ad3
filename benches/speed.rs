//! Prints million agent-months per core-second of one replication of the shipped baseline, and the
//! audit's share of the time: `cargo bench --bench speed`.
//!
//! Counted are live borrowers × months ÷ CPU seconds, spin-up included, population set-up excluded,
//! audit on, one thread. CPU time is the process's own on Linux, elsewhere the clock's.

use std::sync::Arc;
use std::time::{Duration, Instant};

use puhui::ledger::{Witness, audit};
use puhui::model::{Inputs, Simulation};
use puhui::scenario::{Input, Options, load};
use puhui::units::Month;

/// Ticks of `/proc/self/stat` a second, fixed by Linux for all its users.
const TICKS: f64 = 100.0;

/// CPU seconds of this process so far, user and system.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name in brackets may hold blanks; the state follows it, then numbers.
    let numbers: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |i: usize| numbers.get(i)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS)
}

/// What one replication took.
struct Measured {
    set_up: Duration,
    seconds: f64,
    /// The same by the clock.
    wall: Duration,
    agent_months: u64,
    months: u32,
    /// Of all the time, if each month's audit takes as long as those that were timed alone.
    audit_share: f64,
}

impl Measured {
    /// Million agent-months per core-second.
    fn speed(&self) -> f64 {
        self.agent_months as f64 / 1e6 / self.seconds
    }
}

fn measure(inputs: &Inputs, last: Month) -> Measured {
    let begun = Instant::now();
    let mut simulation = Simulation::begin(inputs, 20230206, 0);
    let set_up = begun.elapsed();

    let mut auditing = Duration::ZERO;
    let mut sampled = 0u32;
    let (mut cpu, mut wall) = (Some(0.0), Duration::ZERO);
    let mut months = 0u32;
    while simulation.month() <= last {
        // A year at a time, so that the clock's ticks do not matter; then one audit on its own.
        let (cpu_before, begun) = (cpu_seconds(), Instant::now());
        for _ in 0..12 {
            simulation.step();
            months += 1;
        }
        wall += begun.elapsed();
        let took = cpu_before.zip(cpu_seconds()).map(|(before, after)| after - before);
        cpu = cpu.zip(took).map(|(sum, took)| sum + took);
        let begun = Instant::now();
        let world = simulation.world();
        let findings = audit(&world.ledger, &world.recount());
        auditing += begun.elapsed();
        sampled += 1;
        assert!(findings.is_empty(), "the ledger is sound");
    }
    Measured {
        set_up,
        seconds: cpu.unwrap_or(wall.as_secs_f64()),
        wall,
        agent_months: simulation.record(inputs.region.start).agent_months,
        months,
        audit_share: auditing.as_secs_f64() / f64::from(sampled) * f64::from(months) / wall.as_secs_f64(),
    }
}

fn main() {
    // The share of borrowers, the last year and how often may be given, for a quick look: `-- 20 2021 1`.
    let asked: Vec<u32> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let asked = |k: usize, usual: u32| asked.get(k).copied().unwrap_or(usual).max(1);
    let (thinning, year, times) = (asked(0, 1), asked(1, 2027), asked(2, 5));
    let loaded = load(&[Input::Shipped("baseline".into())], &Options::default()).expect("the baseline loads");
    let s = &loaded.scenarios[0];
    let inputs = Inputs {
        region: Arc::clone(&s.region),
        params: Arc::new(s.params.clone()),
        policy: Arc::new(s.policy.clone()),
        thinning,
        audit_phases: false,
    };
    // The same work each time: what differs is the machine.
    let mut all: Vec<Measured> = (0..times).map(|_| measure(&inputs, Month::new(year as i32, 12))).collect();
    println!(
        "baseline, 1 of {thinning} self-employed and farm households, {} months, audited monthly",
        all[0].months
    );
    println!(
        "{times} times the same replication, {:.2} million agent-months, one thread; set-up of {:.2} s not counted",
        all[0].agent_months as f64 / 1e6,
        all[0].set_up.as_secs_f64()
    );
    let clock = if cpu_seconds().is_some() { "CPU" } else { "wall" };
    for m in &all {
        println!(
            "{:>8.2} s {clock} {:>8.2} s by the clock {:>8.2} million agent-months per core-second, audit {:.1}%",
            m.seconds,
            m.wall.as_secs_f64(),
            m.speed(),
            100.0 * m.audit_share
        );
    }
    all.sort_by(|a, b| a.speed().total_cmp(&b.speed()));
    let (lowest, median, best) = (&all[0], &all[all.len() / 2], &all[all.len() - 1]);
    println!(
        "speed {:>8.2} median, {:.2} best, {:.2} lowest, million agent-months per core-second",
        median.speed(),
        best.speed(),
        lowest.speed()
    );
}
