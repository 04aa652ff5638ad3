//! How long a month, a replication and a comparison take: `cargo bench --bench model`.
//!
//! Speed in agent-months per core-second, the figure to watch, is printed by `benches/speed.rs`.

use std::sync::Arc;

use divan::{Bencher, black_box};
use puhui::experiment::repeated::Rule;
use puhui::experiment::{Experiment, Progress, Request, Stop};
use puhui::model::{Inputs, Simulation};
use puhui::scenario::{Input, Options, load, shipped};
use puhui::units::Month;

fn main() {
    divan::main();
}

/// The shipped baseline, every borrower, audited each month as in every user's run.
fn baseline() -> Inputs {
    let options = Options::default();
    let loaded = load(&[Input::Shipped("baseline".into())], &options).expect("the baseline loads");
    let s = &loaded.scenarios[0];
    Inputs {
        region: Arc::clone(&s.region),
        params: Arc::new(s.params.clone()),
        policy: Arc::new(s.policy.clone()),
        thinning: 1,
        audit_phases: false,
    }
}

fn until(inputs: &Inputs, last: Month) -> Simulation {
    let mut simulation = Simulation::begin(inputs, 20230206, 0);
    while simulation.month() <= last {
        simulation.step();
    }
    simulation
}

/// One month of the full baseline in mid-history.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn month(bencher: Bencher) {
    let start = until(&baseline(), Month::new(2021, 5));
    bencher.with_inputs(|| start.clone()).bench_local_values(|mut simulation| {
        simulation.step();
        simulation
    });
}

/// One replication of the baseline to 2027-12, population and spin-up included.
#[divan::bench(sample_count = 2, sample_size = 1)]
fn replication() -> Simulation {
    until(&black_box(baseline()), Month::new(2027, 12))
}

/// The shipped comparison with two replications of one borrower in twenty, on one thread.
#[divan::bench(sample_count = 2, sample_size = 1)]
fn comparison() -> usize {
    let shipped = shipped(&Options::default()).expect("the comparison loads");
    let scenarios = Request::order(&shipped.loaded).expect("one region");
    let (from, until) = (scenarios[0].run.from, scenarios[0].run.until);
    let rule = Rule::Fixed { replications: 2 };
    let seed = shipped.comparison.seed;
    let request = Request { scenarios, seed, rule, thinning: 20, from, until, audit_phases: false };
    let plan = request.plan().expect("references are known");
    let experiment =
        Experiment::<Simulation> { plan: &plan, rule: request.rule.clone(), threads: 1, parts: None };
    experiment.run(&Stop::default(), &Progress::hidden()).expect("it runs").replications.len()
}
