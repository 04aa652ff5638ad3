//! Relief where it acts: at maturity, when interest cannot be paid, on what is drawn of a line. Its
//! promises as instruments are in `instruments.rs`.

use std::collections::HashMap;

use crate::common::{advance, inputs, month, place, record, run, value, with_policy, written};
use puhui::ledger::Reason;
use puhui::metrics::M;
use puhui::model::Simulation;
use puhui::policy::INSTRUMENTS;
use puhui::units::{Month, interest_fen};
use puhui::world::{Class, Cohort, FILE_BAD, LoanState, NO_LOAN, Product, flag, status};

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
    let bad = |c: &puhui::world::Cohort, i: usize| c.is(i, status::LIVE) && c.details[i].file == FILE_BAD;
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
    let waits = sims.each_ref().map(|s| value(&record(s), when, M::deferred_balance));
    assert!(waits[0] == 0.0 && waits[1] > 1e6, "{waits:?}");
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

// ──────── Subsidies

/// The same with an instrument in both worlds.
fn forks_beside(ground: &str, body: &str, until: Month) -> [Simulation; 2] {
    let [_, mut trunk] = forks(ground, FROM.plus(-1));
    let base = inputs(&written(ground).unwrap(), THIN);
    let other = written(&format!("{ground}{body}")).unwrap_or_else(|e| panic!("{body}\n{e}"));
    let mut fork = trunk.fork(&with_policy(&base, other.policy));
    advance(&mut trunk, until);
    advance(&mut fork, until);
    [trunk, fork]
}

fn borrowers(sim: &Simulation, of: impl Fn(&Cohort, usize) -> bool) -> f64 {
    let own = |c: &Cohort, i: usize| c.is(i, status::LIVE) && c.loan[i] != NO_LOAN && of(c, i);
    sim.world().cohorts.iter().map(|c| (0..c.len()).filter(|&i| own(c, i)).count()).sum::<usize>() as f64
}

fn row(sim: &Simulation, id: &str, year: i32) -> puhui::metrics::InstrumentRow {
    let rows = record(sim).instruments;
    rows.into_iter().find(|r| r.year == year && r.instrument == id).unwrap()
}

#[test]
fn the_budget_pays_part_of_green_borrowers_interest_and_theirs_alone() {
    let body = |budget: &str| {
        format!(
            "[policy.green_inclusive_subsidy]\nrate = [{{ from = \"2019\", value = \"3pp\" }}]\ncap = \"1000万元\"\nbudget = \"{budget}\"\ncity_share = \"40%\"\n"
        )
    };
    let sims = forks(&body("1亿元"), month(2021, 12));
    let paid = flow(&sims[1], 2021, Reason::GreenSubsidy);
    let green = |c: &Cohort, i: usize| c.flags[i] & flag::GREEN != 0;
    // By hand: three points of what subsidised loans owe, a month; loans of before earn nothing.
    let w = sims[1].world();
    let owed: i64 = w
        .book
        .loans
        .iter()
        .filter(|l| l.subsidised && l.state == LoanState::Performing)
        .map(|l| {
            let c = &w.cohorts[l.borrower.class()];
            assert!(!l.borrower_live || green(c, l.borrower.slot()));
            l.principal * w.ledger.weight[l.borrower.class()]
        })
        .sum();
    let year = 0.03 * owed as f64;
    println!("paid {paid}, three points of the balance at the end {year}");
    assert!((paid as f64 / year - 1.0).abs() < 0.3);
    let city = flow(&sims[1], 2021, Reason::CityBudget);
    assert!((city as f64 / paid as f64 - 0.4).abs() < 1e-3, "{city} of {paid}");
    assert_eq!(row(&sims[1], "green_inclusive_subsidy", 2021).paid_fen, paid);
    let spent: f64 = (1..=12).map(|m| value(&record(&sims[1]), month(2021, m), M::subsidies_paid)).sum();
    assert!((spent - paid as f64 / 100.0).abs() < 1.0, "{spent}");
    let rise = |of: bool| {
        borrowers(&sims[1], |c, i| green(c, i) == of) - borrowers(&sims[0], |c, i| green(c, i) == of)
    };
    let debt = |s: &Simulation| {
        let w = s.world();
        let own = |l: &&puhui::world::Loan| {
            l.borrower_live && green(&w.cohorts[l.borrower.class()], l.borrower.slot())
        };
        w.book.loans.iter().filter(own).map(|l| l.principal).sum::<i64>()
    };
    println!(
        "green {:+}, others {:+}; debt {} and {}",
        rise(true),
        rise(false),
        debt(&sims[0]),
        debt(&sims[1])
    );
    assert!(debt(&sims[1]) > debt(&sims[0]));
    // A budget too small is used up and not exceeded.
    let [_, small] = forks(&body("10万元"), month(2020, 12));
    let paid = flow(&small, 2020, Reason::GreenSubsidy);
    assert!(paid <= 10_000_000 && paid > 9_900_000, "{paid}");
}

#[test]
fn credit_villages_interest_is_subsidised_where_they_are() {
    let ground = "[policy.credit_villages]\ncoverage = [{ from = \"2018\", value = \"50%\" }]\n";
    let body = "[policy.credit_village_subsidy]\nrate = [{ from = \"2019\", value = \"3pp\" }]\n";
    let sims = forks_beside(ground, body, month(2021, 12));
    assert!(flow(&sims[1], 2021, Reason::VillageSubsidy) > 0);
    let w = sims[1].world();
    let rated = |t: u8| {
        let t = &w.region.townships[usize::from(t)];
        t.rollout <= if t.urban != 0.0 { 4.0 } else { 8.0 }
    };
    for l in w.book.loans.iter().filter(|l| l.subsidised && l.state != LoanState::Free) {
        assert!(rated(l.township) && l.borrower.class() >= 3);
    }
    let farms = |s: &Simulation| borrowers(s, |c, i| c.class.is_agri() && rated(c.township[i]));
    let [without, with] = sims.each_ref().map(farms);
    println!("farms with a loan {without} and {with}");
    assert!(with > without);
    let [_, alone] = forks(body, month(2020, 12));
    assert_eq!(flow(&alone, 2020, Reason::VillageSubsidy), 0, "no credit village, no subsidy");
}

#[test]
fn those_lifted_out_of_poverty_borrow_within_the_rules() {
    let body = "[policy.poverty_relief_microcredit]\nserved = [{ from = \"2019\", value = \"100%\" }]\nsubsidy = \"100%\"\n";
    let sims = forks(body, month(2021, 12));
    let w = sims[1].world();
    let mut seen = 0;
    for l in
        w.book.loans.iter().filter(|l| l.subsidised && l.state == LoanState::Performing && l.borrower_live)
    {
        let c = &w.cohorts[l.borrower.class()];
        assert!(c.flags[l.borrower.slot()] & flag::LIFTED != 0 && c.class == Class::Farm);
        assert!(
            l.principal <= 5_000_000 && l.maturity.since(l.start) == 36 && l.product == Product::Unsecured
        );
        assert!(f64::from(l.rate_ppm) <= 1e6 * sims[1].desk().lpr.max(0.0435) + 1.0);
        assert_eq!(l.subsidy.points, l.rate_ppm, "the budget pays all of it");
        seen += 1;
    }
    let lifted = |s: &Simulation| borrowers(s, |c, i| c.flags[i] & flag::LIFTED != 0);
    let [without, with] = sims.each_ref().map(lifted);
    println!("{seen} loans; lifted households with a loan {without} and {with}");
    assert!(seen > 20 && with > without);
    let r = row(&sims[1], "poverty_relief_microcredit", 2021);
    assert!(r.paid_fen > 0 && r.takers > 0);
}

#[test]
fn waived_fees_are_the_banks_loss_and_the_borrowers_cash() {
    let body = "[policy.fee_waiver]\naccount = [{ from = \"2019\", value = \"100%\" }]\n";
    let sims = forks(body, FROM);
    let p = inputs(&written("").unwrap(), THIN).params;
    // By hand: a twelfth of the year's account fee from everybody of the three classes.
    let w = sims[1].world();
    let hand: i64 = (0..3)
        .map(|c| {
            let fen = (p.account_fee[c] * 100.0 / 12.0).round_ties_even() as i64;
            // Turnover comes after settlement: the living of today less entries, with exits.
            fen * w.ledger.weight[c] * i64::from(w.cohorts[c].live)
        })
        .sum();
    let paid = w.ledger.flow(Reason::FeesWaived).fen();
    assert!((paid as f64 / hand as f64 - 1.0).abs() < 0.02, "{paid} and {hand}");
    let profit = |s: &Simulation| s.world().lenders.iter().map(|l| l.profit_month).sum::<i64>();
    let lost = profit(&sims[0]) - profit(&sims[1]);
    assert!((lost as f64 / paid as f64 - 1.0).abs() < 0.05, "{lost} of profit, {paid} waived");
    let sims = forks(
        "[policy.fee_waiver]\naccount = [{ from = \"2019\", value = \"100%\" }]\npayment = \"100%\"\n",
        month(2021, 12),
    );
    let bills = sims.each_ref().map(|s| s.world().ledger.rest_receivable);
    println!("unpaid bills {bills:?}");
    assert!(bills[1] < bills[0], "cash pays bills: {bills:?}");
}

#[test]
fn the_centres_award_feeds_the_fund_and_pays_subsidies_before_the_district() {
    let subsidy = "[policy.green_inclusive_subsidy]\nrate = [{ from = \"2018\", value = \"3pp\" }]\ncap = \"1000万元\"\nbudget = \"10万元\"\n";
    let fund = "[policy.risk_compensation_fund]\ninitial = [{ from = \"2018\", value = \"1000万元\" }]\nmultiple = \"10x\"\n";
    let award = "[policy.demonstration_zone_grant]\naward = [{ from = \"2019\", value = \"1000万元\" }]\nto_fund = \"60%\"\n";
    let sims = forks_beside(&format!("{subsidy}{fund}"), award, month(2019, 12));
    let paid = |reason| sims.each_ref().map(|s| flow(s, 2019, reason));
    assert_eq!(paid(Reason::CentralAward), [0, 1_000_000_000]);
    assert_eq!(paid(Reason::AwardToFund), [0, 600_000_000]);
    let deposits = sims.each_ref().map(|s| s.world().ledger.fund_deposit);
    assert_eq!(deposits[1] - deposits[0], 600_000_000);
    let (green, budget) = (paid(Reason::GreenSubsidy), sims[1].world().subsidies_year[1]);
    let ledger = &sims[1].world().ledger;
    // The budget was used up early in the year; from July on the award pays.
    assert!(green[0] <= 10_000_000 && green[1] > green[0], "{green:?}");
    assert_eq!(green[1], budget + sims[1].world().awards_paid);
    assert_eq!(ledger.award_left, 400_000_000 - sims[1].world().awards_paid);
}

// ──────── Projects

#[test]
fn stakes_begin_projects_and_loans_follow() {
    let body = |quota: &str| {
        format!(
            "[policy.project_tools]\nshare = {{ small = [{{ from = \"2019\", value = \"40%\" }}], agri = [{{ from = \"2019\", value = \"40%\" }}] }}\nquota = \"{quota}\"\n"
        )
    };
    let sims = forks(&body("100亿元"), month(2020, 12));
    let (paid, r) = (flow(&sims[1], 2020, Reason::ProjectStake), row(&sims[1], "project_tools", 2020));
    assert!(paid > 0 && r.paid_fen == paid && r.takers > 0);
    println!("{} projects, stakes {paid}, loans that follow {}", r.takers, r.credit_supported_fen);
    assert!(r.credit_supported_fen > paid, "loans follow stakes");
    // A stake is half of a fifth; owners pay as much.
    let spent = flow(&sims[1], 2020, Reason::ProjectSpending);
    assert!((spent as f64 / paid as f64 - 2.0).abs() < 0.01, "{spent} spent, {paid} of stakes");
    let of = |s: &Simulation, m: M| value(&record(s), month(2020, 12), m);
    for m in [M::jobs, M::agri_balance] {
        let [without, with] = sims.each_ref().map(|s| of(s, m));
        println!("{without} and {with}");
        assert!(with > without);
    }
    let [_, small] = forks(&body("300万元"), month(2020, 12));
    let paid = flow(&small, 2020, Reason::ProjectStake);
    assert!(paid > 0 && paid <= 300_000_000, "{paid}");
}

#[test]
fn all_of_them_together_leave_the_books_clean_after_every_phase() {
    let grounds = ["credit_villages", "risk_compensation_fund", "guarantee_chain", "policy_rates"];
    let own = [
        "renewal_without_repayment",
        "payment_deferral",
        "revolving_credit",
        "no_withdrawal",
        "credit_village_subsidy",
        "green_inclusive_subsidy",
        "poverty_relief_microcredit",
        "fee_waiver",
        "demonstration_zone_grant",
        "project_tools",
    ];
    let all: String = grounds.iter().chain(&own).map(|id| INSTRUMENTS[place(id)].spec().example).collect();
    let mut inputs = inputs(&written(&all).unwrap(), 20);
    inputs.audit_phases = true;
    let sim = run(&inputs, 0, month(2024, 12));
    for id in own {
        let rows = record(&sim).instruments;
        let of = |f: fn(&puhui::metrics::InstrumentRow) -> i64| {
            rows.iter().filter(|r| r.instrument == id).map(f).sum::<i64>()
        };
        let (takers, paid) = (of(|r| r.takers), of(|r| r.paid_fen));
        println!("{id}: {takers} takers, {paid} fen paid, {} fen of credit", of(|r| r.credit_supported_fen));
        assert!(takers > 0 || paid > 0, "{id} did nothing");
    }
}
