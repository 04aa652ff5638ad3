//! What instruments cost in speed: the baseline, the baseline with every other instrument switched on at its neutral
//! values, and the whole plan, run in turn; the least processor time of each counts.
//!
//! `cargo run --release --example cost [-- ROUNDS [THINNING]]`. Processor time (Linux) hardly minds what else the
//! machine does; elsewhere it is the clock's.

use puhui::model::{Inputs, Simulation};
use puhui::policy::{INSTRUMENTS, PolicySchedule, Timeline};
use puhui::scenario::{self, Input, Options};
use puhui::units::Month;

const SEED: u64 = 20_230_206;
const FROM: Month = Month::new(2023, 3);
const UNTIL: Month = Month::new(2024, 12);

/// Instruments whose neutral value still says something: they stay as they are.
const NEUTRAL_IS_OFF: [&str; 3] = ["policy_rates", "growth_target", "npl_tolerance"];

/// Nanoseconds this thread has run.
fn spent(clock: std::time::Instant) -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let on_processor = text.split_whitespace().next().and_then(|t| t.parse().ok());
    on_processor.unwrap_or_else(|| clock.elapsed().as_nanos() as u64)
}

/// The schedule with what is off switched on, saying nothing.
fn asked_in_vain(policy: &PolicySchedule) -> PolicySchedule {
    let mut out = policy.clone();
    for (i, dated) in INSTRUMENTS.iter().zip(&mut out.instruments) {
        if dated.enabled.0.is_empty() && !NEUTRAL_IS_OFF.contains(&i.spec().id) {
            dated.enabled = Timeline(vec![(Month::new(1900, 1), 1.0)]);
        }
    }
    out
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let rounds: u32 = args.next().map_or(Ok(5), |n| n.parse())?;
    let thinning: u32 = args.next().map_or(Ok(1), |n| n.parse())?;
    let ids = ["baseline", "plan"].map(|id| Input::Shipped(id.into()));
    let loaded = scenario::load(&ids, &Options::default())
        .map_err(|d| d.render(puhui::units::Lang::En, 100, false))?;
    let inputs = |policy: PolicySchedule| Inputs {
        region: loaded.scenarios[0].region.clone(),
        params: loaded.scenarios[0].params.clone().into(),
        policy: policy.into(),
        thinning,
        audit_phases: false,
    };
    let base = &loaded.scenarios[0].policy;
    let worlds = [
        ("baseline", inputs(base.clone())),
        ("baseline, every other instrument on at neutral values", inputs(asked_in_vain(base))),
        ("the whole plan", inputs(loaded.scenarios[1].policy.clone())),
    ];
    let mut trunk = Simulation::begin(&worlds[0].1, SEED, 0);
    while trunk.month() < FROM {
        trunk.step();
    }
    let mut least = [u64::MAX; 3];
    let mut agent_months = [0; 3];
    for _ in 0..rounds {
        for (k, (_, own)) in worlds.iter().enumerate() {
            let mut sim = trunk.fork(own);
            let (clock, months) = (std::time::Instant::now(), sim.record(FROM).agent_months);
            let begun = spent(clock);
            while sim.month() <= UNTIL {
                sim.step();
            }
            least[k] = least[k].min(spent(clock) - begun);
            agent_months[k] = sim.record(FROM).agent_months - months;
        }
    }
    println!(
        "{FROM} to {UNTIL}, one borrower in {thinning}, least of {rounds} rounds, one thread, audits on"
    );
    for (k, (name, _)) in worlds.iter().enumerate() {
        let speed = agent_months[k] as f64 / least[k] as f64 * 1e3;
        let more =
            (least[k] as f64 / agent_months[k] as f64) / (least[0] as f64 / agent_months[0] as f64) - 1.0;
        println!("{name}: {speed:.1} million agent-months a second, {:+.1}% time", more * 100.0);
    }
    Ok(())
}
