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

fn main() {
    // The share of borrowers and the last year may be given, for a quick look: `-- 20 2021`.
    let asked: Vec<u32> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let thinning = asked.first().copied().unwrap_or(1).max(1);
    let last = Month::new(asked.get(1).copied().map_or(2027, |y| y as i32), 12);
    let loaded = load(&[Input::Shipped("baseline".into())], &Options::default()).expect("the baseline loads");
    let s = &loaded.scenarios[0];
    let inputs = Inputs {
        region: Arc::clone(&s.region),
        params: Arc::new(s.params.clone()),
        policy: Arc::new(s.policy.clone()),
        thinning,
        audit_phases: false,
    };
    let begun = Instant::now();
    let mut simulation = Simulation::begin(&inputs, 20230206, 0);
    let set_up = begun.elapsed();

    let mut auditing = Duration::ZERO;
    let mut sampled = 0u32;
    let (mut cpu, mut wall) = (0.0, Duration::ZERO);
    let mut whole_cpu = true;
    let mut months = 0u32;
    while simulation.month() <= last {
        // A year at a time, so that the clock's ticks do not matter; then one audit on its own.
        let (cpu_before, begun) = (cpu_seconds(), Instant::now());
        for _ in 0..12 {
            simulation.step();
            months += 1;
        }
        wall += begun.elapsed();
        match cpu_before.zip(cpu_seconds()) {
            Some((before, after)) => cpu += after - before,
            None => whole_cpu = false,
        }
        let begun = Instant::now();
        let world = simulation.world();
        let findings = audit(&world.ledger, &world.recount());
        auditing += begun.elapsed();
        sampled += 1;
        assert!(findings.is_empty(), "the ledger is sound");
    }
    let seconds = if whole_cpu { cpu } else { wall.as_secs_f64() };
    let agent_months = simulation.record(inputs.region.start).agent_months;
    let share = auditing.as_secs_f64() / f64::from(sampled) * f64::from(months) / wall.as_secs_f64();
    let clock = if whole_cpu { "CPU" } else { "wall" };
    println!("baseline, 1 of {thinning} self-employed and farm households, {months} months, audited monthly");
    println!("population set-up          {:>9.2} s", set_up.as_secs_f64());
    println!(
        "simulation                 {seconds:>9.2} s {clock} ({:.2} s by the clock)",
        wall.as_secs_f64()
    );
    println!("agent-months               {:>9.2} million", agent_months as f64 / 1e6);
    println!(
        "speed                      {:>9.2} million agent-months per core-second",
        agent_months as f64 / 1e6 / seconds
    );
    println!("audit's share of the time  {:>9.1} %", share * 100.0);
}
