//! Measures inside banks where they act: what a desk is charged, what it may decide, when a bad loan
//! leaves the book. Their promises as instruments are in `instruments.rs`.

use crate::common::{advance, inputs, month, record, run, value, with_policy, written};
use puhui::metrics::{InstrumentRow, M};
use puhui::model::{Risk, Simulation};
use puhui::units::Month;
use puhui::world::{CLASSES, Class, LenderKind, LoanState};

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

fn row(sim: &Simulation, id: &str, year: i32) -> InstrumentRow {
    let rows = record(sim).instruments;
    rows.into_iter().find(|r| r.year == year && r.instrument == id).unwrap()
}

fn at(sim: &Simulation, year: i32, metric: M) -> f64 {
    value(&record(sim), month(year, 12), metric)
}

/// What the break-even rate of one loan of each lender and class fell by, times the share repaid.
fn fall(sims: &[Simulation; 2], of: impl Fn(&Simulation, usize) -> bool, class: Class) -> Vec<f64> {
    let risk = Risk { pd: 0.02, lgd: 0.6, bank_share: 1.0 };
    let rate = |s: &Simulation, l: usize| {
        s.desk().terms[l * CLASSES + class.index()].break_even(3e5, risk, 0.0, 1.0, 0.0)
    };
    let lenders = 0..sims[0].world().lenders.len();
    let chosen = lenders.filter(|&l| of(&sims[0], l));
    chosen.map(|l| (rate(&sims[0], l) - rate(&sims[1], l)) * (1.0 - risk.pd)).collect()
}

fn all_near(values: &[f64], expected: f64) -> bool {
    !values.is_empty() && values.iter().all(|v| (v - expected).abs() < 1e-9)
}

#[test]
fn a_discount_on_funds_reaches_the_desks_that_get_it() {
    let body = "[policy.transfer_pricing]\ndiscount.branches = [{ from = \"2019\", value = \"1pp\" }]\n";
    // In the first month both worlds have the same history.
    let first = forks(body, FROM);
    let branch = |s: &Simulation, l: usize| {
        let own = &s.world().lenders[l];
        !own.local_legal_person && own.kind != LenderKind::Online
    };
    assert!(all_near(&fall(&first, branch, Class::Micro), 0.01));
    assert!(all_near(&fall(&first, branch, Class::Farm), 0.0));
    assert!(all_near(&fall(&first, |s, l| !branch(s, l), Class::Micro), 0.0));

    let sims = forks(body, month(2020, 12));
    let rates = sims.each_ref().map(|s| at(s, 2019, M::new_loan_rate_ytd));
    let balances = sims.each_ref().map(|s| at(s, 2020, M::inclusive_balance));
    println!("rates {rates:?}, balances {balances:?}");
    assert!(rates[1] < rates[0] && rates[0] - rates[1] < 0.01, "{rates:?}");
    assert!(balances[1] > balances[0], "{balances:?}");
    let told = row(&sims[1], "transfer_pricing", 2020);
    assert!(told.takers > 0 && told.paid_fen == 0);
    // A hundredth of what was lent on these terms, each loan rounded.
    let hand = told.credit_supported_fen / 100;
    let forgone = told.losses_fen[0];
    assert!((hand - forgone).abs() <= told.takers + 1, "{forgone} forgone, {hand} by hand");
    assert_eq!(row(&sims[0], "transfer_pricing", 2020).credit_supported_fen, 0);
}

#[test]
fn capital_that_is_not_charged_need_not_earn() {
    let body = "[policy.economic_capital]\nfactor = [{ from = \"2019\", value = \"25%\" }]\n";
    let first = forks(body, FROM);
    let p = inputs(&written("").unwrap(), THIN).params;
    // Three quarters of 75% × 10.5% × 8% and of the tax of a quarter on that return: 0.63 points.
    let charge = p.risk_weight * p.capital_target * p.capital_hurdle / (1.0 - p.income_tax);
    assert!((0.75 * charge - 0.0063).abs() < 1e-6, "{charge}");
    assert!(all_near(&fall(&first, |_, _| true, Class::Small), 0.75 * charge));
    assert!(all_near(&fall(&first, |_, _| true, Class::Agri), 0.0));

    let sims = forks(body, month(2020, 12));
    let rates = sims.each_ref().map(|s| at(s, 2019, M::new_loan_rate_ytd));
    let balances = sims.each_ref().map(|s| at(s, 2020, M::inclusive_balance));
    println!("rates {rates:?}, balances {balances:?}");
    assert!(rates[1] < rates[0] && rates[0] - rates[1] < 0.75 * charge, "{rates:?}");
    assert!(balances[1] > balances[0], "{balances:?}");
    assert!(row(&sims[1], "economic_capital", 2020).credit_supported_fen > 0);
}

#[test]
fn bad_small_loans_leave_the_book_sooner_and_are_paid_for_by_the_allowance() {
    let body = "[policy.priority_write_off]\nrate = [{ from = \"2019\", value = \"30%\" }]\n";
    // In the first month the same loans are bad; by then three tenths of what would stay are gone.
    let first = forks(body, FROM);
    let bad = |s: &Simulation, mse: bool| -> i64 {
        let of = |l: &&puhui::world::Loan| {
            l.state == LoanState::NonPerforming && Class::from_index(l.borrower.class()).is_mse() == mse
        };
        s.world().book.loans.iter().filter(of).map(|l| s.world().weight(l.borrower.class())).sum()
    };
    let left = first.each_ref().map(|s| bad(s, true));
    println!("bad loans {left:?}");
    assert!(left[1] < left[0] && left[1] as f64 > 0.5 * left[0] as f64, "{left:?}");
    assert_eq!(bad(&first[0], false), bad(&first[1], false), "farms are not small businesses");

    let sims = forks(body, month(2020, 12));
    let ratios = sims.each_ref().map(|s| at(s, 2020, M::npl_ratio));
    assert!(ratios[1] < 0.8 * ratios[0], "{ratios:?}");
    // Only the time moves: the yearly flow of bad loans stays about what it was.
    let flows = sims.each_ref().map(|s| at(s, 2020, M::default_rate));
    assert!((flows[1] / flows[0] - 1.0).abs() < 0.15, "{flows:?}");
    let told = row(&sims[1], "priority_write_off", 2019);
    let written: Vec<f64> = sims
        .iter()
        .map(|s| (1..=12).map(|m| value(&record(s), month(2019, m), M::write_offs)).sum())
        .collect();
    println!("ratios {ratios:?}, default rates {flows:?}, written off {written:?}");
    assert!(told.takers > 0 && told.losses_fen[0] > 0 && told.paid_fen == 0);
    assert!(written[1] > written[0] && told.losses_fen[0] as f64 / 100.0 < written[1]);
}
