//! Mechanisms of the month that no instrument switches: each is disturbed or given another parameter,
//! and must show where it acts. What instruments do is in `instruments.rs` and `levers.rs`.

use std::sync::Arc;

use crate::common::{inputs, month, record, run, shipped, value};
use puhui::ledger::Reason;
use puhui::luck::kernel::powi64;
use puhui::metrics::M;
use puhui::model::{Inputs, Simulation};
use puhui::world::{Class, NO_LOAN, World, status};

const THIN: u32 = 40;

fn baseline() -> Inputs {
    inputs(&shipped("baseline"), THIN)
}

/// The same with one parameter at another value for all classes.
fn with(base: &Inputs, parameter: &str, value: f64) -> Inputs {
    let mut params = (*base.params).clone();
    assert!(params.set(parameter, None, value), "{parameter}");
    Inputs { params: Arc::new(params), ..base.clone() }
}

fn count(world: &World, bits: u8) -> usize {
    world.cohorts.iter().flat_map(|c| &c.status).filter(|&&s| s & bits == bits).count()
}

/// Opens unpaid bills of so many months' sales at a live business without a loan; returns its id.
fn burden(sim: &mut Simulation, skip: usize, months: f64) -> u32 {
    let c = Class::Micro.index();
    let world = sim.world_mut();
    let cohort = &mut world.cohorts[c];
    let i = (0..cohort.len())
        .filter(|&i| cohort.is(i, status::LIVE) && cohort.loan[i] == NO_LOAN && cohort.margin[i] > 0.05)
        .nth(skip)
        .expect("a micro enterprise without a loan");
    let (home, id) = (cohort.home[i] as usize, cohort.id[i]);
    let bills = (f64::from(cohort.sales[i]) * months * 100.0) as i64 + cohort.liquid[i].max(0);
    world.ledger.spend(c, home, &mut cohort.liquid[i], bills, Reason::ApplicationCost);
    id
}

#[test]
fn a_business_closes_where_its_unpaid_bills_pass_the_limit() {
    let base = baseline();
    let mut sim = run(&base, 0, month(2021, 6));
    let limit = base.params.distress_months;
    let drowned: Vec<u32> = (0..5).map(|k| burden(&mut sim, k * 7, limit * 4.0)).collect();
    let afloat: Vec<u32> = (0..5).map(|k| burden(&mut sim, 100 + k * 7, limit * 0.2)).collect();
    sim.step();
    let there = |id: &u32| sim.world().cohorts[Class::Micro.index()].id.contains(id);
    let live = |id: &u32| {
        let cohort = &sim.world().cohorts[Class::Micro.index()];
        there(id) && cohort.id.iter().position(|x| x == id).is_some_and(|i| cohort.is(i, status::LIVE))
    };
    assert!(!drowned.iter().any(live), "a business lives on with bills of {} months", limit * 4.0);
    assert!(afloat.iter().filter(|id| live(id)).count() >= 4, "small bills close nobody");
}

#[test]
fn some_of_the_refused_give_up_and_none_where_nobody_does() {
    let base = baseline();
    let end = month(2020, 12);
    let given_up = |share: f64| {
        let sim = run(&with(&base, "discouraged_share", share), 0, end);
        (count(sim.world(), status::DISCOURAGED), count(sim.world(), status::REFUSED))
    };
    let (none, refused) = given_up(0.0);
    let (half, _) = given_up(0.5);
    assert!(refused > 100, "too few refusals to test with: {refused}");
    assert_eq!(none, 0);
    assert!(half > refused / 10, "{half} of {refused} gave up");
}

#[test]
fn awareness_spreads_where_neighbours_borrow() {
    // Off in the shipped pack (its value is 0): the mechanism is there for packs with data on it.
    let base = baseline();
    let end = month(2020, 12);
    let unaware = |rate: f64| {
        let sim = run(&with(&base, "awareness_contagion", rate), 0, end);
        count(sim.world(), status::LIVE | status::NEED) - count(sim.world(), status::SEEKING)
    };
    let (alone, shown) = (unaware(0.0), unaware(0.06));
    assert!((shown as f64) < alone as f64 * 0.97, "{alone} unaware alone, {shown} with neighbours' example");
}

#[test]
fn full_desks_hire_within_bounds_and_idle_ones_do_not() {
    let planned = with(&baseline(), "capacity_growth", 0.0);
    let (begun, end) = (planned.region.start, month(2021, 12));
    let hired = |most: f64| {
        let sim = run(&with(&planned, "hiring_most", most), 0, end);
        let made = value(&record(&sim), end, M::inclusive_borrowers);
        (sim.world().lenders.iter().map(|l| l.hired).collect::<Vec<_>>(), made)
    };
    let ((none, few), (some, more)) = (hired(0.0), hired(0.3));
    assert!(none.iter().all(|&h| h == 1.0), "{none:?}");
    // The spin-up is three years, too, in which desks may fill.
    let most = powi64(1.0 + 0.3 / 12.0, end.since(begun) + 37);
    assert!(some.iter().any(|&h| h > 1.1) && some.iter().all(|&h| h <= most), "{some:?}, at most {most}");
    assert!(some.contains(&1.0), "idle desks hired: {some:?}");
    assert!(more > few, "{more} borrowers with more officers, {few} without");
}

#[test]
fn output_beyond_local_demand_crowds_out_sales() {
    // The more output is funded above what local demand would absorb, the less each seller sells.
    let base = baseline();
    let end = month(2021, 12);
    let crowding = |slack: f64| {
        let sim = run(&with(&base, "demand_slack", slack), 0, end);
        let e = &sim.world().environment;
        e.crowding.iter().sum::<f64>() / e.crowding.len() as f64
    };
    let (tight, loose) = (crowding(0.9), crowding(1.5));
    assert_eq!(loose, 1.0, "ample demand crowds nobody out");
    assert!(tight < 0.99, "crowding {tight} where demand is short by a tenth");
}
