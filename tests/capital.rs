//! Long money: equity funds, bonds, loans over years, where they act and to the fen where it is accounting.
//! Their promises as instruments are in `instruments.rs`; sheets of funds and market are audited every
//! month of every run.

mod common;

use common::{advance, inputs, month, place, record, run, value, with_policy, written};
use puhui::ledger::Reason;
use puhui::metrics::{InstrumentRow, M};
use puhui::model::Simulation;
use puhui::policy::INSTRUMENTS;
use puhui::units::Month;
use puhui::world::{Borrower, Class, NO_LOAN, flag, status};

const THIN: u32 = 20;
const FROM: Month = month(2019, 1);

/// A world without instruments up to the month before [`FROM`], and the same going on with each of `bodies`.
fn forks<const N: usize>(bodies: [&str; N], until: Month) -> [Simulation; N] {
    let base = inputs(&written("").unwrap(), THIN);
    let trunk = run(&base, 0, FROM.plus(-1));
    bodies.map(|body| {
        let other = written(body).unwrap_or_else(|e| panic!("{body}\n{e}"));
        let mut fork = trunk.fork(&with_policy(&base, other.policy));
        advance(&mut fork, until);
        fork
    })
}

fn example(id: &str) -> &'static str {
    INSTRUMENTS[place(id)].spec().example
}

fn flow(sim: &Simulation, years: std::ops::RangeInclusive<i32>, reason: Reason) -> i64 {
    let rows = record(sim).ledger;
    rows.iter().filter(|r| years.contains(&r.year) && r.reason == reason.name()).map(|r| r.fen).sum()
}

fn row(sim: &Simulation, id: &str, year: i32) -> InstrumentRow {
    let rows = record(sim).instruments;
    rows.into_iter().find(|r| r.year == year && r.instrument == id).unwrap()
}

// ──────── Equity funds

#[test]
fn funds_back_the_better_enterprises_and_live_with_what_becomes_of_them() {
    let until = month(2022, 12);
    let more = "hold = \"24 months\"\n";
    let body = format!("{}{more}", example("equity_funds"));
    let [without, with] = forks(["", &body], until);
    let w = with.world();
    let years = |reason| flow(&with, 2019..=2022, reason);
    let (taken, sold, lost) =
        (years(Reason::StakeTaken), years(Reason::StakeSold), years(Reason::StakeLost));
    let held: i64 = w.stakes.iter().map(|s| s.cost).sum();
    println!("{} stakes: taken {taken}, sold {sold}, lost {lost}, held {held}", w.stakes.len());
    assert!(w.stakes.len() > 10 && sold > 0 && lost > 0);
    // Capital is what was set aside, 30% of it the district's; what was paid in is cash or stakes, but for gains and losses.
    let capital = 50_000_000_000;
    assert_eq!(years(Reason::StakeCapital), 15_000_000_000);
    assert_eq!(years(Reason::StakeCapital) + years(Reason::StakeCapitalOthers), capital);
    assert_eq!(w.ledger.stakes_settlement, capital - taken + sold);
    assert_eq!(w.ledger.stakes_cost, held);
    // Who is backed has the mark, and is better than the tech enterprise next door.
    let mut quality = [(0.0, 0.0); 2];
    for class in [Class::Micro, Class::Small] {
        let cohort = &w.cohorts[class.index()];
        for i in (0..cohort.len()).filter(|&i| cohort.is(i, status::LIVE) && cohort.flags[i] & flag::TECH != 0)
        {
            let of = &mut quality[usize::from(cohort.is(i, status::BACKED))];
            *of = (of.0 + f64::from(cohort.quality[i]), of.1 + 1.0);
        }
    }
    assert_eq!(quality[1].1, w.stakes.len() as f64, "the mark ends with the stake");
    let [others, backed] = quality.map(|(sum, n)| sum / n);
    println!("quality {backed:.2} backed, {others:.2} others");
    assert!(backed > others + 0.4);
    // Stakes and what banks make of them: more sales, more credit to the tech enterprises.
    let [jobs, balance] = [M::jobs, M::inclusive_balance]
        .map(|m| [&without, &with].map(|s| value(&record(s), until, m)));
    println!("jobs {jobs:?}, balance {balance:?}");
    assert!(jobs[1] > jobs[0] && balance[1] > balance[0]);
    let r = row(&with, "equity_funds", 2020);
    assert!(r.takers > 0 && r.credit_supported_fen > 0 && r.eligible > r.takers, "{r:?}");
    assert_eq!(r.paid_fen, flow(&with, 2020..=2020, Reason::StakeTaken));
}

// ──────── Bonds

#[test]
fn bonds_take_large_good_firms_off_the_banks_books() {
    let until = month(2022, 12);
    let body = format!("{}months = \"18 months\"\n", example("bond_channel"));
    let [without, with] = forks(["", &body], until);
    let w = with.world();
    let years = |reason| flow(&with, 2019..=2022, reason);
    let (issued, repaid, lost) =
        (years(Reason::BondIssued), years(Reason::BondRepaid), years(Reason::BondLoss));
    let owed: i64 = w.bonds.iter().map(|b| b.owed * w.ledger.weight[b.borrower.class()]).sum();
    println!("{} bonds: issued {issued}, repaid {repaid}, lost {lost}, owed {owed}", w.bonds.len());
    assert!(w.bonds.len() > 20 && repaid > 0);
    assert_eq!(owed, issued - repaid - lost - years(Reason::BondRecovery));
    for b in &w.bonds {
        let (cohort, i) = (&w.cohorts[b.borrower.class()], b.borrower.slot());
        assert!(cohort.flags[i] & (flag::TECH | flag::GREEN) != 0, "issued without the mark");
        let least = if b.issued.plus(18) == b.maturity { 300_000_000 } else { 0 };
        assert!(b.owed >= least || b.behind > 0, "{} fen issued", b.owed);
    }
    let mut issuers: Vec<Borrower> = w.bonds.iter().map(|b| b.borrower).collect();
    issuers.sort_unstable();
    issuers.dedup();
    assert_eq!(issuers.len(), w.bonds.len(), "one bond an issuer");
    // Banks lose what the market takes over; some loans stay beside a bond.
    let debt = [&without, &with].map(|s| s.world().ledger.classes[Class::Small.index()].debt);
    let beside = w.bonds.iter().filter(|b| w.cohorts[b.borrower.class()].loan[b.borrower.slot()] != NO_LOAN);
    println!("small firms owe banks {debt:?}; {} bonds beside a loan", beside.count());
    assert!(debt[1] < debt[0]);
    let r = row(&with, "bond_channel", 2020);
    assert!(r.takers > 0 && r.paid_fen == flow(&with, 2020..=2020, Reason::BondIssued), "{r:?}");
    assert_eq!(r.credit_supported_fen, r.paid_fen);
    // A dear market is nobody's alternative.
    let dear = format!("{}over_lpr = \"5pp\"\n", example("bond_channel"));
    let [dear] = forks([dear.as_str()], month(2020, 12));
    assert!(dear.world().bonds.len() * 10 < w.bonds.len(), "{} dear bonds", dear.world().bonds.len());
}

#[test]
fn all_of_them_together_leave_the_books_clean_after_every_phase() {
    let own = ["equity_funds", "bond_channel"];
    let grounds = ["policy_rates", "growth_target", "guarantee_chain", "payment_deferral", "leasing"];
    let all: String = own.iter().chain(&grounds).map(|id| example(id)).collect();
    let mut inputs = inputs(&written(&all).unwrap(), THIN);
    inputs.audit_phases = true;
    let sim = run(&inputs, 0, month(2023, 12));
    let rows = record(&sim).instruments;
    for id in own {
        let takers: i64 = rows.iter().filter(|r| r.instrument == id).map(|r| r.takers).sum();
        assert!(takers > 0, "{id} did nothing");
    }
}
