//! Re-lending windows for one kind of borrower: who is served, what is drawn against what, to the fen.
//! The two general windows are in `levers.rs`; what every instrument promises is in `instruments.rs`.

// Fen are written as yuan and two digits of fen.
#![allow(clippy::inconsistent_digit_grouping)]

use std::collections::HashMap;

use crate::common::{advance, inputs, month, place, record, run, value, with_policy, written};
use puhui::ledger::Reason;
use puhui::metrics::{InstrumentRow, M};
use puhui::model::Simulation;
use puhui::policy::{INSTRUMENTS, QuoteAsk};
use puhui::units::{Month, mul_div_half_even};
use puhui::world::{Class, Cohort, LenderKind, LoanState, Window, nature, status};

const THIN: u32 = 20;
const FROM: Month = month(2019, 1);

/// Windows for one kind of borrower, and whom they ask for.
const SPECIAL: [(Window, u16, f64); 3] = [
    (Window::Tech, nature::TECH, 0.6),
    (Window::Transport, nature::LOGISTICS, 1.0),
    (Window::Carbon, nature::GREEN, 0.6),
];

fn example(id: &str) -> &'static str {
    INSTRUMENTS[place(id)].spec().example
}

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

fn row(sim: &Simulation, id: &str, year: i32) -> InstrumentRow {
    let rows = record(sim).instruments;
    rows.into_iter().find(|r| r.year == year && r.instrument == id).unwrap()
}

#[test]
fn a_special_window_serves_its_kind_of_borrower_and_of_bank_alone() {
    let until = month(2020, 12);
    for (window, asks, share) in SPECIAL {
        let id = window.instrument();
        let [without, with] = forks(example(id), until);
        let w = with.world();
        let natures = nature::of_sectors(&w.region);
        let mut pledged = vec![0; w.lenders.len()];
        let mut loans = 0;
        for l in w.book.loans.iter().filter(|l| l.state != LoanState::Free && l.window == Some(window)) {
            let (c, i) = (l.borrower.class(), l.borrower.slot());
            pledged[usize::from(l.lender)] += l.principal * w.ledger.weight[c];
            if l.borrower_live {
                let cohort = &w.cohorts[c];
                let own = natures[usize::from(cohort.sector[i])] | u16::from(cohort.flags[i]);
                assert!(own & asks == asks, "{id}: a loan to a borrower of nature {own:b}");
                assert!(Class::from_index(c).is_mse());
            }
            loans += 1;
        }
        let quota = 200_000_000_00;
        let mut drawn = 0;
        for (l, card) in w.region.lenders.iter().enumerate() {
            let held: i64 = w.advances.iter().filter(|a| usize::from(a.lender) == l).map(|a| a.fen).sum();
            let kind = LenderKind::ALL[card.kind as usize];
            let national = matches!(kind, LenderKind::Policy | LenderKind::State | LenderKind::JointStock);
            assert!(
                national && card.local_legal_person == 0.0 || held == 0 && pledged[l] == 0,
                "{id}: {}",
                card.id
            );
            // Of what is pledged, the share and no more; borrowers that close after settlement take theirs along.
            let slack = pledged[l] / 50 + 5_000_000_00;
            assert!(held as f64 <= share * (pledged[l] + slack) as f64, "{id}: {held} on {}", pledged[l]);
            drawn += held;
        }
        assert!(w.advances.iter().all(|a| a.window == window));
        assert!(loans > 5 && drawn > 0 && drawn <= quota, "{id}: {loans} loans, {drawn} fen");
        assert_eq!(w.ledger.central_advances, drawn);
        println!("{id}: {loans} loans, {drawn} fen outstanding");

        // What instruments.csv tells is the ledger's.
        for year in [2019, 2020] {
            let r = row(&with, id, year);
            assert_eq!(r.paid_fen, flow(&with, year, window.drawn()), "{id} in {year}");
            assert_eq!(r.budget_fen, quota);
            assert!(r.eligible > 0 && r.takers > 0 && r.credit_supported_fen > 0, "{r:?}");
            assert!(flow(&with, year, window.interest()) > 0);
            let other = Window::ALL.into_iter().filter(|&o| o != window);
            assert!(other.map(|o| flow(&with, year, o.drawn())).all(|fen| fen == 0));
            assert_eq!(flow(&without, year, window.drawn()), 0);
        }
        let told = value(&record(&with), until, M::special_relending_balance);
        assert_eq!((told * 100.0).round() as i64, drawn);
        assert_eq!(value(&record(&with), until, M::relending_balance), 0.0);
        assert_eq!((value(&record(&with), until, M::special_relending_quota) * 100.0).round() as i64, quota);
    }
}

#[test]
fn interest_drawings_and_repayments_of_a_special_window_add_up_to_the_fen() {
    let [_, mut sim] = forks(example("tech_relending"), month(2019, 12));
    let reasons = [Window::Tech.interest(), Window::Tech.drawn(), Window::Tech.repaid()];
    let mut flown = [0; 3];
    for _ in 1..=11 {
        let now = sim.month();
        let held: Vec<(i64, i64)> = sim.world().advances.iter().map(|a| (a.fen, a.rate_ppm)).collect();
        let before: i64 = held.iter().map(|a| a.0).sum();
        let interest: i64 = held.iter().map(|a| mul_div_half_even(a.0, a.1, 12_000_000)).sum();
        sim.step();
        let all = reasons.map(|r| sim.world().ledger.flow(r).fen());
        let [paid, drawn, repaid] = [0, 1, 2].map(|k| all[k] - flown[k]);
        flown = all;
        let after: i64 = sim.world().advances.iter().map(|a| a.fen).sum();
        assert_eq!(paid, interest, "{now}");
        assert_eq!(after, before + drawn - repaid, "{now}");
        assert!(sim.world().advances.iter().all(|a| a.rate_ppm == 17_500 && a.rolls_left <= 2));
    }
    assert!(flown.iter().all(|&fen| fen > 0), "{flown:?}");
}

#[test]
fn a_short_quota_binds_and_a_window_that_no_longer_lends_runs_off() {
    let body = "[policy.transport_relending]\nquota = [{ from = \"2019\", value = \"500万元\" }]\nlends = [{ from = \"2019\", value = true }, { from = \"2020-01\", value = false }]\n";
    let [_, mut sim] = forks(body, month(2019, 12));
    let r = record(&sim);
    let bound = (1..=12).filter(|&m| value(&r, month(2019, m), M::transport_relending_bound) == 1.0).count();
    assert!(bound >= 6, "the quota of 5m yuan bound in {bound} months");
    assert!((1..=12).all(|m| value(&r, month(2019, m), M::special_relending_balance) <= 5e6));
    // From 2020 nothing new is drawn; what is out is rolled over twice at most and then gone.
    let out = sim.world().advances.iter().map(|a| a.fen).sum::<i64>();
    assert!(out > 0);
    advance(&mut sim, month(2022, 12));
    let drawn: i64 = (2020..=2022).map(|y| flow(&sim, y, Window::Transport.drawn())).sum();
    assert_eq!(drawn, 0);
    assert_eq!(sim.world().advances.iter().map(|a| a.fen).sum::<i64>(), 0);
}

#[test]
fn a_local_legal_person_gets_nothing_from_the_windows_of_national_banks() {
    let text = [example("tech_relending"), example("transport_relending")].concat();
    let policy = written(&text).unwrap().policy.at(month(2022, 6));
    for kind in LenderKind::ALL {
        for class in Class::ALL {
            let ask = QuoteAsk {
                kind,
                local_legal_person: true,
                class,
                renewal: false,
                inclusive_growth: 0.2,
                npl_all: 0.015,
                all_loan_growth: 0.11,
                incentive_fill: 1.0,
            };
            assert!(policy.quote(&ask).windows.iter().all(Option::is_none), "{ask:?}");
        }
    }
    // Over a whole run: whoever holds an advance is a national lender.
    let [_, sim] = forks(&text, month(2020, 6));
    let w = sim.world();
    assert!(
        w.region
            .lenders
            .iter()
            .zip(&w.ledger.lenders)
            .all(|(c, l)| c.local_legal_person == 0.0 || l.advances == 0)
    );
    let kinds: Vec<Window> = w.advances.iter().map(|a| a.window).collect();
    assert!(kinds.contains(&Window::Tech) && kinds.contains(&Window::Transport));
}

#[test]
fn borrowers_a_window_is_for_pay_less_and_the_others_nothing_more() {
    let body = example("transport_relending").replace("2亿元", "100亿元");
    let sims = forks(&body, month(2020, 12));
    // New loans of the last year by national banks to logistics and to everybody else.
    let mean = |sim: &Simulation, logistics: bool| {
        let w = sim.world();
        let natures = nature::of_sectors(&w.region);
        let (mut sum, mut fen) = (0.0, 0.0);
        for l in w.book.loans.iter().filter(|l| l.state == LoanState::Performing && l.borrower_live) {
            let cohort = &w.cohorts[l.borrower.class()];
            let is = natures[usize::from(cohort.sector[l.borrower.slot()])] & nature::LOGISTICS != 0;
            let state = w.lenders[usize::from(l.lender)].kind == LenderKind::State;
            if is == logistics && state && cohort.class.is_mse() {
                sum += l.principal as f64 * f64::from(l.rate_ppm);
                fen += l.principal as f64;
            }
        }
        sum / fen / 1e4
    };
    let cut = |logistics| mean(&sims[0], logistics) - mean(&sims[1], logistics);
    println!("cheaper by {:.3} points in logistics, {:.3} elsewhere", cut(true), cut(false));
    assert!(cut(true) > 0.1 && cut(false).abs() < 0.05);
}

// ──────── Temporary rate cut

#[test]
fn what_borrowers_are_spared_is_what_the_central_bank_pays_the_banks_to_the_fen() {
    // A world of its own, with deferral so that some interest waits.
    let ground = example("payment_deferral");
    let cut = "[policy.temporary_rate_cut]\npoints = [{ from = \"2019\", value = \"1pp\" }, { from = \"2019-04\", value = \"0pp\" }]\n";
    let base = inputs(&written(ground).unwrap(), THIN);
    let mut without = run(&base, 0, FROM.plus(-1));
    let both = written(&format!("{ground}{cut}")).unwrap();
    let mut with = without.fork(&with_policy(&base, both.policy));

    let owed = |s: &Simulation| -> i64 { s.world().lenders.iter().map(|l| l.spared + l.spared_claim).sum() };
    let paid = |s: &Simulation| s.world().ledger.flow(Reason::RateCutReimbursed).fen();
    // January, before the two worlds have moved apart: interest falls by what banks are owed for it. Who pays at the
    // lower rate only is in one ledger and not in the other; who waits is in neither, its part is owed all the same.
    let late = |s: &Simulation| -> Vec<(u32, i64)> {
        let bad = |l: &&puhui::world::Loan| l.state == LoanState::Overdue || l.deferred > 0;
        let mut all: Vec<_> =
            s.world().book.loans.iter().filter(bad).map(|l| (l.id, l.relieved.deferred_interest)).collect();
        all.sort_unstable();
        all
    };
    without.step();
    with.step();
    let ids = |s: &Simulation| late(s).into_iter().map(|x| x.0).collect::<Vec<_>>();
    assert_eq!(ids(&without), ids(&with), "somebody could pay only at the lower rate: choose another month");
    let interest = |s: &Simulation| s.world().ledger.flow(Reason::Interest).fen();
    let waits = |s: &Simulation| -> i64 {
        let w = s.world();
        let waiting = w.book.loans.iter().filter(|l| l.state != LoanState::Free);
        waiting.map(|l| l.relieved.deferred_interest * w.ledger.weight[l.borrower.class()]).sum()
    };
    let spared = interest(&without) + waits(&without) - interest(&with) - waits(&with);
    assert!(spared > 0);
    assert_eq!(owed(&with), spared, "January");
    assert!(owed(&without) == 0 && paid(&with) == 0);

    // A point a year on what paid in January: about a twelfth of a hundredth of the sound inclusive balance.
    let balance = value(&record(&with), FROM, M::inclusive_balance);
    let part = spared as f64 / 100.0 / (balance * 0.01 / 12.0);
    assert!(part > 0.85 && part < 1.02, "{part} of the balance was cut");

    // Nothing is paid within the quarter; at the end of the next all of it is, and what is paid late after that.
    advance(&mut with, month(2019, 5));
    assert_eq!(paid(&with), 0);
    let first: i64 = with.world().lenders.iter().map(|l| l.spared_claim).sum();
    assert!(first > 2 * spared && first < 4 * spared, "{first} in the quarter, {spared} in its first month");
    with.step();
    assert_eq!(paid(&with), first, "June pays what the first quarter cost");
    let r = record(&with);
    let told = value(&r, month(2019, 6), M::public_cost);
    assert!(told >= first as f64 / 100.0, "{told}");
    advance(&mut with, month(2019, 12));
    let year = row(&with, "temporary_rate_cut", 2019);
    assert_eq!(year.paid_fen, flow(&with, 2019, Reason::RateCutReimbursed));
    assert!(year.paid_fen >= first && year.takers > 0 && year.credit_supported_fen > 0, "{year:?}");
    advance(&mut with, month(2020, 12));
    assert_eq!(owed(&with), 0, "arrears of the cut are long settled");
}

#[test]
fn a_cut_only_touches_inclusive_loans_and_leaves_contract_rates_alone() {
    let cut = "[policy.temporary_rate_cut]\npoints = [{ from = \"2019\", value = \"1pp\" }]\n";
    let [without, with] = forks(cut, FROM);
    let (a, b) = (without.world(), with.world());
    let flows =
        |w: &puhui::world::World, class: Class| w.ledger.flows[Reason::Interest as usize][class.index()];
    for class in Class::ALL {
        let less = flows(a, class) - flows(b, class);
        assert_eq!(less > 0, class.is_mse(), "{class:?}: {less}");
        assert!(less >= 0);
    }
    let rates = |w: &puhui::world::World| -> Vec<(u32, u32)> {
        let mut all: Vec<_> =
            w.book.loans.iter().filter(|l| l.state != LoanState::Free).map(|l| (l.id, l.rate_ppm)).collect();
        all.sort_unstable();
        all
    };
    assert_eq!(rates(a), rates(b));
}

// ──────── Loans for equipment

#[test]
fn an_equipment_loan_at_the_cap_costs_its_borrower_seven_tenths_of_a_point() {
    let until = month(2019, 12);
    let [without, mut with] = forks(example("equipment_relending"), until);
    let w = with.world();
    assert!(without.world().upgrades.is_empty() && w.upgrades.len() > 7, "{} loans", w.upgrades.len());
    let national = |l: usize| {
        let card = &w.region.lenders[l];
        let kind = LenderKind::ALL[card.kind as usize];
        card.local_legal_person == 0.0
            && matches!(kind, LenderKind::Policy | LenderKind::State | LenderKind::JointStock)
    };
    let mut capped = 0;
    for e in &w.upgrades {
        assert!(national(usize::from(e.lender)), "{e:?}");
        assert!(e.rate_ppm <= 32_000 && e.discount_ppm == 25_000 && e.discount_left <= 24, "{e:?}");
        assert!((1..=36).contains(&e.months_left) && e.behind < 3 && e.gained > 0.0);
        capped += usize::from(e.rate_ppm == 32_000);
    }
    assert!(capped > 0, "none at the cap");

    // A month of those that pay: interest at 3.2%, a discount of 2.5 points, 0.7 left, each to the fen.
    let before = w.upgrades.clone();
    let weight = w.ledger.weight;
    let flown = |s: &Simulation| s.world().ledger.flow(Reason::EquipmentDiscount).fen();
    with.step();
    let after = &with.world().upgrades;
    let mut discount = 0;
    for was in &before {
        let paid = after.iter().find(|e| e.id == was.id && e.behind == 0);
        if let Some(is) = paid.filter(|is| is.months_left == was.months_left - 1) {
            let interest = mul_div_half_even(was.owed, i64::from(was.rate_ppm), 12_000_000);
            let fen = mul_div_half_even(was.owed, 25_000, 12_000_000);
            let own = mul_div_half_even(was.owed, i64::from(was.rate_ppm) - 25_000, 12_000_000);
            assert!((interest - fen - own).abs() <= 1, "{was:?}");
            assert_eq!(
                (is.discount_left, was.owed - is.owed),
                (was.discount_left - 1, was.owed / i64::from(was.months_left))
            );
            discount += fen * weight[was.borrower.class()];
        }
    }
    assert!(discount > 0);
    assert_eq!(flown(&with), discount, "January's discounts");
}

#[test]
fn loans_for_equipment_are_refinanced_paid_off_and_lost_and_the_books_hold() {
    let mut base = inputs(&written(example("equipment_relending")).unwrap(), THIN);
    base.audit_phases = true;
    let mut sim = run(&base, 0, month(2019, 12));
    let held: i64 = sim.world().advances.iter().map(|a| a.fen).sum();
    let owed = |s: &Simulation| -> i64 {
        let w = s.world();
        w.upgrades.iter().map(|e| e.owed * w.ledger.weight[e.borrower.class()]).sum()
    };
    assert!(held > 0 && held <= owed(&sim) && owed(&sim) <= 300_000_000_00, "{held} on {}", owed(&sim));
    assert!(sim.world().advances.iter().all(|a| a.window == Window::Equipment));
    let credit = sim.credit();
    assert!(credit.windows(2).all(|c| c[0].id < c[1].id), "a borrower is told twice");
    for year in [2019, 2020] {
        advance(&mut sim, month(year, 12));
        let r = row(&sim, "equipment_relending", year);
        let paid =
            flow(&sim, year, Reason::AdvanceDrawnEquipment) + flow(&sim, year, Reason::EquipmentDiscount);
        assert_eq!(r.paid_fen, paid);
        assert!(r.takers > 0 && r.credit_supported_fen > 0 && r.eligible > 0, "{r:?}");
        let central = flow(&sim, year, Reason::CentralBudget);
        assert_eq!(central, flow(&sim, year, Reason::EquipmentDiscount));
        assert!(flow(&sim, year, Reason::Equipment) >= r.credit_supported_fen);
        let subsidies: f64 = (1..=12).map(|m| value(&record(&sim), month(year, m), M::subsidies_paid)).sum();
        assert!((subsidies * 100.0 - central as f64).abs() < 1.0);
    }
    advance(&mut sim, month(2024, 12));
    let rows = record(&sim).instruments;
    let lost: i64 =
        rows.iter().filter(|r| r.instrument == "equipment_relending").map(|r| r.losses_fen[0]).sum();
    assert!(lost > 0, "no bank ever lost on one");
    assert!(sim.world().upgrades.iter().all(|e| e.owed > 0));
}

#[test]
fn equipment_pays_its_owner_and_its_output_goes_with_it() {
    // Lent in 2019 alone, over a year.
    let body = example("equipment_relending").replace(
        "demand = [{ from = \"2019\", value = \"40%\" }]",
        "demand = [{ from = \"2019\", value = \"100%\" }, { from = \"2020-01\", value = \"0%\" }]\nmonths = \"12 months\"",
    );
    let mut sims = forks(&body, month(2019, 12));
    let sales = |s: &Simulation| -> HashMap<u32, f64> {
        let live = |c: &Cohort| -> Vec<(u32, f64)> {
            let here = (0..c.len()).filter(|&i| c.is(i, status::LIVE));
            here.map(|i| (c.id[i], f64::from(c.sales[i]))).collect()
        };
        s.world().cohorts.iter().flat_map(live).collect()
    };
    let loans = sims[1].world().upgrades.clone();
    assert!(loans.len() > 15, "{} loans", loans.len());
    // The same business in both worlds: its sales differ by what the equipment stands for.
    let both = [sales(&sims[0]), sales(&sims[1])];
    for e in &loans {
        let (Some(plain), Some(more)) = (both[0].get(&e.id), both[1].get(&e.id)) else { continue };
        assert!((more - plain - f64::from(e.gained)).abs() < 1e-5 * more, "{plain} {more} {e:?}");
        assert!(e.gained > 0.0);
    }
    for s in &mut sims {
        advance(s, month(2021, 6));
    }
    assert!(sims[1].world().upgrades.is_empty());
    let both = [sales(&sims[0]), sales(&sims[1])];
    let mut back = 0;
    for e in &loans {
        let (Some(plain), Some(after)) = (both[0].get(&e.id), both[1].get(&e.id)) else { continue };
        assert!((after / plain - 1.0).abs() < 1e-5, "{plain} {after} {e:?}");
        back += 1;
    }
    assert!(back > 10, "{back} are still there");
}
