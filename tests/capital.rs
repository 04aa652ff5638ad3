//! Long money: equity funds, bonds, loans over years, where they act and to the fen where it is accounting.
//! Their promises as instruments are in `instruments.rs`; sheets of funds and market are audited every
//! month of every run.

use std::collections::HashSet;

use crate::common::{advance, inputs, month, place, record, run, value, with_policy, written};
use puhui::ledger::Reason;
use puhui::metrics::{InstrumentRow, M};
use puhui::model::Simulation;
use puhui::policy::INSTRUMENTS;
use puhui::units::Month;
use puhui::world::{Borrower, Class, Loan, LoanState, NO_LOAN, Product, flag, status};

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
    let (taken, sold, lost) = (years(Reason::StakeTaken), years(Reason::StakeSold), years(Reason::StakeLost));
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
        for i in
            (0..cohort.len()).filter(|&i| cohort.is(i, status::LIVE) && cohort.flags[i] & flag::TECH != 0)
        {
            let of = &mut quality[usize::from(cohort.is(i, status::BACKED))];
            *of = (of.0 + f64::from(cohort.details[i].quality), of.1 + 1.0);
        }
    }
    // Enterprises that closed this month are written off in the next.
    let open = w.stakes.iter().filter(|s| w.cohorts[s.borrower.class()].id[s.borrower.slot()] == s.id);
    let open = open.filter(|s| w.cohorts[s.borrower.class()].is(s.borrower.slot(), status::LIVE)).count();
    assert_eq!(quality[1].1, open as f64, "the mark ends with the stake");
    let [others, backed] = quality.map(|(sum, n)| sum / n);
    println!("quality {backed:.2} backed, {others:.2} others");
    assert!(backed > others + 0.4);
    // Stakes and what banks make of them: more sales, more credit to the tech enterprises.
    let [jobs, balance] =
        [M::jobs, M::inclusive_balance].map(|m| [&without, &with].map(|s| value(&record(s), until, m)));
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
    let body = example("bond_channel").replace("60%", "100%") + "months = \"18 months\"\n";
    let [without, with] = forks(["", &body], until);
    let w = with.world();
    let years = |reason| flow(&with, 2019..=2022, reason);
    let (issued, repaid, lost) =
        (years(Reason::BondIssued), years(Reason::BondRepaid), years(Reason::BondLoss));
    let owed: i64 = w.bonds.iter().map(|b| b.owed * w.ledger.weight[b.borrower.class()]).sum();
    println!("{} bonds: issued {issued}, repaid {repaid}, lost {lost}, owed {owed}", w.bonds.len());
    assert!(w.bonds.len() > 20 && repaid > 0);
    // What is rated well enough seldom defaults.
    assert!(lost * 10 < issued, "{lost} fen lost");
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

// ──────── Loans over several years

const TERM: &str = "[policy.manufacturing_term_loans]\noffered = [{ from = \"2019\", value = \"100%\" }]\n";

/// Long loans in the register, with what the borrower's class weighs.
fn long(sim: &Simulation) -> Vec<&Loan> {
    sim.world().book.loans.iter().filter(|l| l.state != LoanState::Free && l.long).collect()
}

#[test]
fn manufacturers_invest_over_years_and_pay_off_part_by_part() {
    let until = month(2022, 12);
    let [without, with] = forks(["", example("manufacturing_term_loans")], until);
    let w = with.world();
    let loans = long(&with);
    let years = |reason| flow(&with, 2019..=2022, reason);
    let (lent, repaid, bought) =
        (years(Reason::LentLong), years(Reason::RepaidLong), years(Reason::Equipment));
    println!("{} long loans: lent {lent}, repaid {repaid}, equipment {bought}", loans.len());
    assert!(loans.len() > 50 && repaid > 0 && long(&without).is_empty());
    // The owner's part is three tenths of the price, up to a yuan a purchase.
    let own = (bought - lent) as f64 / bought as f64;
    assert!((own - 0.3).abs() < 1e-4, "{own}");
    let mut beside = 0;
    for l in &loans {
        let (cohort, i) = (&w.cohorts[l.borrower.class()], l.borrower.slot());
        let sector = &w.region.sectors[usize::from(cohort.sector[i])];
        assert_eq!(l.product, Product::Collateral);
        assert_eq!(l.start.plus(48), l.maturity, "nothing is rolled over");
        let equipment = w.equipment.iter().filter(|e| w.book.loans[e.loan as usize].id == l.id);
        assert_eq!(equipment.count(), 1, "one long loan a borrower, with its equipment");
        if l.borrower_live {
            assert!(sector.manufacturing != 0.0 && cohort.id[i] == l.id);
            let own = cohort.loan[i];
            assert!(own == NO_LOAN || !w.book.loans[own as usize].long, "never in the place of its own loan");
            beside += usize::from(own != NO_LOAN);
        }
    }
    assert!(beside > loans.len() / 3, "{beside} of {} beside a working loan", loans.len());
    // What was lent is repaid, owed, recovered or lost.
    let total: i64 = loans.iter().map(|l| l.principal * w.ledger.weight[l.borrower.class()]).sum();
    let lost = lent - repaid - total;
    assert!(lost >= 0, "{lost} fen lost or recovered");
    // Owners invest and sell more; what lenders made is counted.
    let jobs = [&without, &with].map(|s| value(&record(s), until, M::jobs));
    let share = value(&record(&with), until, M::medium_long_share);
    println!("jobs {jobs:?}, share {share:.4}, lost {lost}");
    assert!(jobs[1] > jobs[0] && share > 0.0);
    let r = row(&with, "manufacturing_term_loans", 2020);
    assert!(r.takers > 0 && r.credit_supported_fen == flow(&with, 2020..=2020, Reason::LentLong), "{r:?}");
}

#[test]
fn demand_for_long_money_falls_with_its_price_and_rises_with_its_tenor() {
    let until = month(2020, 12);
    let bodies = ["", "over_1y = \"3pp\"\n", "months = \"24 months\"\n", "months = \"60 months\"\n"]
        .map(|more| format!("{TERM}{more}"));
    let sims = forks(bodies.each_ref().map(String::as_str), until);
    let lent = sims.each_ref().map(|s| flow(s, 2019..=2020, Reason::LentLong) as f64 / 1e8);
    println!(
        "lent in m yuan: as it is {}, dear {}, 24 months {}, 60 months {}",
        lent[0], lent[1], lent[2], lent[3]
    );
    assert!(lent[1] < 0.9 * lent[0], "three points dearer");
    assert!(lent[2] < 0.8 * lent[0] && lent[3] > 1.05 * lent[0], "over two, four and five years");
}

#[test]
fn a_volume_target_works_through_margin_officers_and_outreach() {
    let until = month(2020, 12);
    let bodies = ["", "target = \"5%\"\n"].map(|more| format!("{TERM}{more}"));
    let sims = forks(bodies.each_ref().map(String::as_str), until);
    let lent = sims.each_ref().map(|s| flow(s, 2019..=2020, Reason::LentLong) as f64 / 1e8);
    let rate = sims.each_ref().map(|s| {
        let (sum, n) = long(s).iter().fold((0.0, 0.0), |(sum, n), l| (sum + f64::from(l.rate_ppm), n + 1.0));
        sum / n
    });
    println!("lent {lent:?} m yuan at {rate:?} ppm");
    assert!(lent[1] > lent[0] && rate[1] < rate[0] - 1_000.0);
    // A target without branches that may lend is no target.
    let none = "[policy.manufacturing_term_loans]\ntarget = [{ from = \"2019\", value = \"5%\" }]\n";
    let [idle] = forks([none], month(2019, 12));
    assert!(long(&idle).is_empty());
}

#[test]
fn who_cannot_pay_goes_the_way_of_every_bad_loan_and_loses_the_equipment() {
    let base = inputs(&written(TERM).unwrap(), THIN);
    let mut sim = run(&base, 0, month(2020, 12));
    // Every investor's cash is gone, again and again.
    let victims: Vec<(Borrower, u32)> = long(&sim).iter().map(|l| (l.borrower, l.id)).collect();
    let sales = |sim: &Simulation, b: Borrower| sim.world().cohorts[b.class()].sales[b.slot()];
    let before: Vec<f32> = victims.iter().map(|&(b, _)| sales(&sim, b)).collect();
    let (mut bad, mut gone) = (HashSet::new(), 0);
    for _ in 0..30 {
        let world = sim.world_mut();
        for &(b, id) in &victims {
            let (c, i) = (b.class(), b.slot());
            if world.cohorts[c].id[i] == id && world.cohorts[c].liquid[i] > 0 {
                let home = usize::from(world.cohorts[c].home[i]);
                let liquid = &mut world.cohorts[c].liquid[i];
                let all = *liquid;
                world.ledger.spend(c, home, liquid, all, Reason::CashLoss);
            }
        }
        sim.step();
        bad.extend(long(&sim).iter().filter(|l| l.state == LoanState::NonPerforming).map(|l| l.id));
    }
    let w = sim.world();
    let written = long(&sim).iter().map(|l| l.id).collect::<HashSet<_>>();
    for (k, &(b, id)) in victims.iter().enumerate() {
        let (c, i) = (b.class(), b.slot());
        if w.cohorts[c].id[i] == id && bad.contains(&id) && !written.contains(&id) {
            assert!(w.cohorts[c].sales[i] < before[k], "the equipment is gone and sales are not");
            gone += 1;
        }
    }
    println!("{} of {} went bad, {gone} lost their equipment and went on", bad.len(), victims.len());
    assert!(bad.len() > victims.len() / 2 && gone > 0);
    assert!(w.equipment.iter().all(|e| w.book.loans[e.loan as usize].long));
    let lost: i64 = record(&sim)
        .instruments
        .iter()
        .filter(|r| r.instrument == "manufacturing_term_loans")
        .map(|r| r.losses_fen[0])
        .sum();
    assert!(lost > 0);
}

#[test]
fn all_of_them_together_leave_the_books_clean_after_every_phase() {
    let own = ["equity_funds", "bond_channel", "manufacturing_term_loans"];
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
