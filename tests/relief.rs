//! Relief where it acts: at maturity, when interest cannot be paid, on what is drawn of a line. Its
//! promises as instruments are in `instruments.rs`.

mod common;

use std::collections::HashMap;

use common::{advance, inputs, month, record, run, value, with_policy, written};
use puhui::ledger::Reason;
use puhui::metrics::M;
use puhui::model::Simulation;
use puhui::units::{Month, interest_fen};
use puhui::world::{FILE_BAD, LoanState, status};

const THIN: u32 = 10;
const FROM: Month = month(2019, 1);

/// A world without instruments up to the month before [`FROM`], and the same going on with `body`.
fn forks(body: &str, until: Month) -> [Simulation; 2] {
    let base = inputs(&written("").unwrap(), THIN);
    let mut trunk = run(&base, 0, FROM.plus(-1));
    let other = written(body).unwrap_or_else(|e| panic!("{body}\n{e}"));
    let mut fork = trunk.fork(&with_policy(&base, other.policy));
    advance(&mut trunk, until);
    advance(&mut fork, until);
    [trunk, fork]
}

fn flow(sim: &Simulation, year: i32, reason: Reason) -> i64 {
    record(sim).ledger.iter().filter(|r| r.year == year && r.reason == reason.name()).map(|r| r.fen).sum()
}

fn spoilt(sim: &Simulation) -> usize {
    let bad = |c: &puhui::world::Cohort, i: usize| c.is(i, status::LIVE) && c.file[i] == FILE_BAD;
    sim.world().cohorts.iter().map(|c| (0..c.len()).filter(|&i| bad(c, i)).count()).sum()
}

fn npl(sim: &Simulation, at: Month) -> f64 {
    value(&record(sim), at, M::npl_ratio)
}

#[test]
fn renewal_without_repayment_saves_the_bridge_and_the_cliff() {
    let body = "[policy.renewal_without_repayment]\nshare = { mse = [{ from = \"2019\", value = \"100%\" }], agri = \"100%\" }\ntimes = 20\n";
    let sims = forks(body, month(2020, 12));
    let [without, with] = sims.each_ref().map(|s| flow(s, 2020, Reason::BridgeCost));
    println!("bridge cost {without} and {with}");
    assert!(with > 0 && with < without / 2, "who changes bank still bridges: {without} and {with}");
    // Own bank and security: nothing of the old amount has to be found.
    let [without, with] = sims.each_ref().map(|sim| {
        let mut sim =
            sim.fork(&inputs(&written(if std::ptr::eq(sim, &sims[0]) { "" } else { body }).unwrap(), THIN));
        let (mut same, mut less) = (0, 0);
        for _ in 0..6 {
            let of = |s: &Simulation| -> HashMap<u32, _> {
                let loans = s.world().book.loans.iter().filter(|l| l.state == LoanState::Performing);
                loans.map(|l| (l.id, (l.lender, l.product, l.principal, l.start))).collect()
            };
            let (before, now) = (of(&sim), sim.month());
            sim.step();
            for (id, (lender, product, principal, start)) in of(&sim) {
                if let Some(old) =
                    before.get(&id).filter(|old| start == now && (old.0, old.1) == (lender, product))
                {
                    same += 1;
                    less += usize::from(principal < old.2);
                }
            }
        }
        (less, same)
    });
    println!("less {without:?} and {with:?}");
    assert!(without.0 > 20 && with.0 * 10 < without.0, "cut at the roll-over: {without:?} and {with:?}");
    let row = record(&sims[1]).instruments;
    let row = row.iter().find(|r| r.year == 2020 && r.instrument == "renewal_without_repayment").unwrap();
    assert!(row.takers > 0 && row.credit_supported_fen > 0);
}

#[test]
fn a_deferred_loan_is_not_past_due_and_the_risk_returns() {
    let body = "[policy.payment_deferral]\nshare = { mse = [{ from = \"2019\", value = \"100%\" }, { from = \"2020\", value = \"0%\" }], agri = [{ from = \"2019\", value = \"100%\" }, { from = \"2020\", value = \"0%\" }] }\nmonths = \"12 months\"\n";
    let mut sims = forks(body, month(2019, 10));
    let waiting = |s: &Simulation| {
        let loans = &s.world().book.loans;
        for l in loans.iter().filter(|l| l.deferred > 0) {
            assert_eq!((l.state, l.arrears), (LoanState::Performing, 0));
        }
        loans.iter().filter(|l| l.deferred > 0).count()
    };
    assert!(waiting(&sims[1]) > 20 && waiting(&sims[0]) == 0, "{}", waiting(&sims[1]));
    let when = month(2019, 10);
    let hidden = [npl(&sims[0], when), npl(&sims[1], when)];
    assert!(hidden[1] < 0.9 * hidden[0], "bad loans seen while it lasts: {hidden:?}");
    let early = sims.each_ref().map(spoilt);
    sims.iter_mut().for_each(|s| advance(s, month(2022, 6)));
    assert_eq!(waiting(&sims[1]), 0, "the window closed long ago");
    let late = sims.each_ref().map(spoilt);
    println!("spoilt files {early:?}, then {late:?}; npl {hidden:?}");
    let (less, end) = (early[0] - early[1], late[0].saturating_sub(late[1]));
    assert!(less > 0 && end < less, "defaults are moved more than removed: {less} fewer, later {end} fewer");
}

#[test]
fn what_was_deferred_is_paid_to_the_fen() {
    let body = |kept: &str| {
        format!(
            "[policy.payment_deferral]\nshare.mse = [{{ from = \"2019\", value = \"100%\" }}]\nmonths = \"3 months\"\ninterest_kept = \"{kept}\"\n"
        )
    };
    let mut checked = 0;
    for (kept, part) in [("100%", 1.0), ("0%", 0.0)] {
        let [_, mut sim] = forks(&body(kept), FROM.plus(3));
        for l in sim.world().book.loans.iter().filter(|l| l.deferred == 2 && l.relieved.deferrals == 1) {
            let month = interest_fen(l.principal, i64::from(l.rate_ppm));
            // The month that could not be paid, and one more; a matured loan had paid its month.
            let part = |months: i64| (month as f64 * part) as i64 * months;
            let waits = l.relieved.deferred_interest;
            assert!(waits == part(2) || waits == part(1) && l.maturity < sim.month(), "{waits} of {month}");
            checked += 1;
        }
        sim.step();
    }
    assert!(checked > 5, "{checked}");
}

#[test]
fn a_line_costs_interest_on_what_is_drawn() {
    let body = "[policy.revolving_credit]\nshare = { mse = [{ from = \"2019\", value = \"100%\" }], agri = \"100%\" }\n";
    let sims = forks(body, month(2020, 12));
    let world = sims[1].world();
    let lines: Vec<_> =
        world.book.loans.iter().filter(|l| l.revolving && l.state == LoanState::Performing).collect();
    assert!(lines.len() > 200, "{}", lines.len());
    let tied = inputs(&written("").unwrap(), THIN).params.illiquid_share;
    for l in &lines {
        let drawn = l.principal as f64 / l.relieved.line as f64;
        assert!(drawn <= 1.0 && drawn > tied - 0.01, "{drawn} drawn");
    }
    let drawn = lines.iter().map(|l| l.principal).sum::<i64>() as f64;
    let share = drawn / lines.iter().map(|l| l.relieved.line).sum::<i64>() as f64;
    println!("drawn {share}");
    assert!(share > tied && share < 0.98, "{share} drawn");
    let [without, with] = sims.each_ref().map(|s| flow(s, 2020, Reason::Interest));
    assert!(with < without, "{with} and {without}");
    let [without, with] = sims.each_ref().map(|s| flow(s, 2020, Reason::Sales));
    assert!(with as f64 > 0.995 * without as f64, "a line funds like a loan: {with} and {without}");
}

#[test]
fn the_undertaking_keeps_lines_that_would_be_cut() {
    let body =
        "[policy.no_withdrawal]\nshare = { hit = [{ from = \"2019\", value = \"100%\" }], other = \"0%\" }\n";
    let sims = forks(body, month(2021, 12));
    let row = record(&sims[1]).instruments;
    let row = row.iter().find(|r| r.year == 2020 && r.instrument == "no_withdrawal").unwrap();
    println!("kept {} borrowers, {} fen", row.takers, row.credit_supported_fen);
    assert!(row.takers > 0);
    let hit: Vec<bool> = sims[0].world().region.sectors.iter().map(|s| s.hit != 0.0).collect();
    let lines = |s: &Simulation, of: bool| {
        let w = s.world();
        let fen = |l: &puhui::world::Loan| l.principal * w.ledger.weight[l.borrower.class()];
        let own = |l: &&puhui::world::Loan| {
            let c = &w.cohorts[l.borrower.class()];
            l.state == LoanState::Performing
                && l.borrower_live
                && hit[c.sector[l.borrower.slot()] as usize] == of
        };
        w.book.loans.iter().filter(own).map(fen).sum::<i64>() as f64
    };
    let rise = |of| lines(&sims[1], of) / lines(&sims[0], of) - 1.0;
    println!("hit {:+.4}, others {:+.4}", rise(true), rise(false));
    assert!(rise(true) > 0.0 && rise(true) > rise(false));
}
