//! The levers against hand calculations, and the tables of `docs/levers.md` that show both.
//!
//! What is written by hand here is arithmetic on numbers of the pack and the baseline, typed again;
//! what is read from runs is what they did. `PUHUI_BLESS=1 cargo test --test all levers::` rewrites the tables.

// Fen are written as yuan and two digits of fen.
#![allow(clippy::inconsistent_digit_grouping)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use crate::common::{
    self, advance, doom, inputs, month, place, record, run, shipped, value, with_policy, written,
};
use puhui::experiment::plan::{Divergence, divergence};
use puhui::ledger::Reason;
use puhui::luck::kernel;
use puhui::metrics::{M, METRICS, columns};
use puhui::model::{Inputs, Risk, Simulation};
use puhui::policy::{FeeAsk, QuoteAsk, Timeline};
use puhui::units::{Money, Month, mul_div_half_even, ppm, share_fen};
use puhui::world::{Advance, CLASSES, ClaimKind, Class, LenderKind, LoanState, Product, Window, World};

const THIN: u32 = 20;

/// Compares a generated block of the document, or rewrites it.
fn told(name: &str, table: &str) {
    static FILE: Mutex<()> = Mutex::new(());
    let _one_at_a_time = FILE.lock().unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/levers.md");
    let text = fs::read_to_string(&path).unwrap();
    let begin = format!("<!-- generated: {name} -->\n");
    let from =
        text.find(&begin).unwrap_or_else(|| panic!("docs/levers.md has no block `{name}`")) + begin.len();
    let to = from + text[from..].find("<!-- end -->").unwrap();
    if std::env::var_os("PUHUI_BLESS").is_some() {
        fs::write(&path, format!("{}{table}{}", &text[..from], &text[to..])).unwrap();
    } else {
        assert_eq!(&text[from..to], table, "docs/levers.md, block `{name}`: PUHUI_BLESS=1 renews it");
    }
}

fn yuan(fen: i64) -> String {
    let (sign, fen) = (if fen < 0 { "−" } else { "" }, fen.abs());
    let whole = (fen / 100).to_string();
    let mut out = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    format!("{sign}{out}.{:02}", fen % 100)
}

fn flow(sim: &Simulation, reason: Reason) -> i64 {
    sim.world().ledger.flow(reason).fen()
}

/// A flow of a whole year, from the journal.
fn year_flow(sim: &Simulation, year: i32, reason: Reason) -> i64 {
    record(sim).ledger.iter().filter(|r| r.year == year && r.reason == reason.name()).map(|r| r.fen).sum()
}

fn is_local_legal_person(w: &World, l: usize) -> bool {
    w.lenders[l].local_legal_person
        && matches!(w.lenders[l].kind, LenderKind::City | LenderKind::Rural | LenderKind::Village)
}

// ──────── Support tool

#[test]
fn every_quarters_incentive_is_the_hand_calculation_to_the_fen() {
    let base = inputs(&shipped("baseline"), THIN);
    let mut sim = run(&base, 0, month(2021, 12));
    let outside =
        |l: usize, m: Month| Money::from_yuan_f64(base.region.paths.outside_inclusive[l].at(m)).fen();
    let mut table = String::from(
        "| quarter | ratio | claimed by the banks | quota left | paid to them | district's share, by hand | in the ledger |\n|---|---|---|---|---|---|---|\n",
    );
    let (mut paid_year, mut ledger_year) = (0, 0);
    let mut note = String::new();
    for q in 0..12 {
        let end = month(2022, 3).plus(3 * q);
        if end.month() == 3 {
            (paid_year, ledger_year) = (0, 0);
        }
        let before: Vec<i64> = sim.world().lenders.iter().map(|l| l.inclusive_quarter_start).collect();
        advance(&mut sim, end.plus(-1));
        // The register as it stands when the quarter is settled: the base of the next quarter, less what
        // a higher single-borrower limit adds to it.
        sim.step();
        let w = sim.world();
        // From January 2024 loans of 10 to 20m count, from the start of the quarter on: no increase.
        let rises_next = end == month(2023, 12);
        let newly_counted = |l: usize| -> i64 {
            let (old, new) = (Money::yuan(10_000_000).fen(), Money::yuan(20_000_000).fen());
            let counts = |x: &&puhui::world::Loan| {
                let business = Class::from_index(x.borrower.class()).is_mse();
                x.state != LoanState::Free
                    && x.lender as usize == l
                    && business
                    && x.principal > old
                    && x.principal <= new
            };
            let fen = |x: &puhui::world::Loan| x.principal * w.ledger.weight[x.borrower.class()];
            if rises_next { w.book.loans.iter().filter(counts).map(fen).sum() } else { 0 }
        };
        let ratio: i64 = if end < month(2022, 4) { 10_000 } else { 20_000 };
        let quota = Money::yuan(if end < month(2023, 7) { 800_000_000 } else { 1_600_000_000 }).fen();
        let mut claims = Vec::new();
        for (l, &start) in before.iter().enumerate() {
            let now = w.lenders[l].inclusive_quarter_start - newly_counted(l);
            let increase = outside(l, end) + now - outside(l, end.plus(-3)) - start;
            let eligible = is_local_legal_person(w, l) && increase > 0;
            let claim = if eligible { mul_div_half_even(increase, ratio, 1_000_000) } else { 0 };
            claims.push((claim, now - start, increase));
        }
        let all: i64 = claims.iter().map(|c| c.0).sum();
        let room = quota - paid_year;
        let granted = all.min(room);
        let mut hand = 0;
        for &(claim, district, increase) in claims.iter().filter(|c| c.0 > 0) {
            let whole = (i128::from(claim) * i128::from(granted) / i128::from(all)) as i64;
            paid_year += whole;
            hand += mul_div_half_even(whole, district.clamp(0, increase), increase);
        }
        let so_far = if end.month() == 12 {
            year_flow(&sim, end.year(), Reason::Incentive)
        } else {
            flow(&sim, Reason::Incentive)
        };
        let model = so_far - ledger_year;
        ledger_year = so_far;
        assert_eq!(hand, model, "{end}");
        if rises_next {
            let local = |l: &usize| is_local_legal_person(w, *l);
            let sum = |of: &dyn Fn(usize) -> i64| (0..w.lenders.len()).filter(local).map(of).sum::<i64>();
            let (base, large) = (sum(&|l| w.lenders[l].inclusive_quarter_start), sum(&newly_counted));
            assert!(large > 0);
            let start = sum(&|l| before[l]);
            note = format!(
                "\nThe end of 2023, sums over the local legal persons, yuan: district books {} at the end of September and {} at the end of December, both with loans up to 10m; loans of 10 to 20m on that day {}, so that the base of 2024Q1 is {}. The increase the tool pays for is the difference of the first two, {}, and no part of it is the new limit.\n",
                yuan(start),
                yuan(base - large),
                yuan(large),
                yuan(base),
                yuan(base - large - start)
            );
        }
        let _ = writeln!(
            table,
            "| {}Q{} | {}% | {} | {} | {} | {} | {} |",
            end.year(),
            end.month() / 3,
            ratio / 10_000,
            yuan(all),
            yuan(room),
            yuan(granted),
            yuan(hand),
            yuan(model)
        );
    }
    // After the tool nothing is paid.
    advance(&mut sim, month(2025, 12));
    assert_eq!(year_flow(&sim, 2025, Reason::Incentive), 0);
    told("incentive", &(table + &note));
}

fn quote_ask(kind: LenderKind, class: Class) -> QuoteAsk {
    QuoteAsk {
        kind,
        local_legal_person: true,
        class,
        renewal: false,
        inclusive_growth: 0.2,
        npl_all: 0.015,
        all_loan_growth: 0.1,
        incentive_fill: 1.0,
    }
}

#[test]
fn a_yuan_is_worth_what_it_leaves_when_the_tool_ends() {
    let policy = |when| shipped("baseline").policy.at(when);
    let ask = quote_ask(LenderKind::Rural, Class::Micro);
    let worth = |when: Month, ask: &QuoteAsk| policy(when).quote(ask).support;
    // 2022-01: 1%, growth 20% a year: 0.2 ÷ 0.22 = 0.909; 18 of 54 months: a third repaid before the end;
    // 1% × 0.909 × (1 − 0.333 × 0.909) ÷ 4.5 years = 0.1408% a year.
    assert!((worth(month(2022, 1), &ask) - 0.001_407_98).abs() < 1e-7, "{}", worth(month(2022, 1), &ask));
    // 2022-07: 2%, 12 of 54 months: 2% × 0.909 × (1 − 0.222 × 0.909) ÷ 4.5 = 0.3224% a year.
    assert!((worth(month(2022, 7), &ask) - 0.003_224_17).abs() < 1e-7, "{}", worth(month(2022, 7), &ask));
    assert_eq!(worth(month(2021, 12), &ask), 0.0);
    assert_eq!(worth(month(2025, 1), &ask), 0.0);
    assert_eq!(worth(month(2022, 7), &QuoteAsk { renewal: true, ..ask }), 0.0);
    assert_eq!(worth(month(2022, 7), &QuoteAsk { inclusive_growth: -0.1, ..ask }), 0.0);
    // A quota that pays half is worth half.
    let half = QuoteAsk { incentive_fill: 0.5, ..ask };
    assert!((worth(month(2022, 7), &half) * 2.0 - worth(month(2022, 7), &ask)).abs() < 1e-15);
}

#[test]
fn a_short_quota_is_shared_in_proportion_and_lowers_what_a_yuan_is_worth() {
    let mut scenario = shipped("baseline");
    scenario.policy.instruments[place("inclusive_support_tool")].settings[1] =
        Timeline(vec![(month(2022, 1), 1e7)]);
    let mut sim = run(&inputs(&scenario, THIN), 0, month(2022, 3));
    let fill = sim.world().market.incentive_fill;
    assert!(0.0 < fill && fill < 0.5, "{fill}");
    sim.step();
    let support = sim.desk().terms[7 * CLASSES].support;
    let full = run(&inputs(&shipped("baseline"), THIN), 0, month(2022, 4)).desk().terms[7 * CLASSES].support;
    assert!(support > 0.0 && support < 0.5 * full, "{support} and {full}");
    // Once it is used up, nothing more is paid that year; the next year's is new.
    advance(&mut sim, month(2022, 12));
    assert!(year_flow(&sim, 2022, Reason::Incentive) <= Money::yuan(10_000_000).fen());
    assert_eq!(sim.world().market.incentive_fill, 1.0);
}

// ──────── Rates, targets

#[test]
fn rates_and_reserves_move_funding_by_type_of_bank() {
    let base = inputs(&shipped("baseline"), THIN);
    let funding = |edit: &[(usize, f64)]| -> Vec<f64> {
        let mut policy = (*base.policy).clone();
        for &(setting, v) in edit {
            policy.instruments[place("policy_rates")].settings[setting] = Timeline(vec![(month(2022, 7), v)]);
        }
        let sim = run(&with_policy(&base, policy), 0, month(2022, 7));
        (0..sim.world().lenders.len()).map(|l| sim.desk().terms[l * CLASSES].funding).collect()
    };
    let spec = puhui::policy::INSTRUMENTS[place("policy_rates")].spec();
    let at = |key: &str| spec.setting_index(key).unwrap();
    let plain = funding(&[]);
    let small = funding(&[(at("rrr_small"), 0.0), (at("lpr_1y"), 0.037), (at("rrr_large"), 0.1125)]);
    let large = |l: usize| {
        let kind = LenderKind::ALL[base.region.lenders[l].kind as usize];
        matches!(kind, LenderKind::Policy | LenderKind::State | LenderKind::JointStock)
    };
    for (l, reserves_free) in small.iter().enumerate() {
        // Without reserves marginal funding is the raw cost: 2.25% + spread + 0.05% − 0.10%.
        let raw = 0.0225 + base.region.lenders[l].funding_spread + 0.0005 - 0.001;
        if !large(l) {
            assert!((reserves_free - raw).abs() < 1e-12, "{l}: {reserves_free} and {raw}");
        }
    }
    let adjusted = funding(&[(at("deposit_adjustment.small"), -0.004)]);
    for (l, (before, after)) in plain.iter().zip(&adjusted).enumerate() {
        let moved = before - after;
        let hand = if large(l) { 0.0 } else { 0.003 / (1.0 - 0.0725) };
        assert!((moved - hand).abs() < 1e-9, "{l}: {moved} and {hand}");
    }
}

#[test]
fn a_growth_target_pushes_the_kind_of_lender_it_is_set_for() {
    let base = inputs(&shipped("baseline"), THIN);
    let spec = puhui::policy::INSTRUMENTS[place("growth_target")].spec();
    let mut policy = (*base.policy).clone();
    let state =
        &mut policy.instruments[place("growth_target")].settings[spec.setting_index("target.state").unwrap()];
    state.0.retain(|(from, _)| *from < month(2022, 1));
    state.0.push((month(2022, 1), 0.6));
    let (with, without) =
        (run(&with_policy(&base, policy), 0, month(2022, 12)), run(&base, 0, month(2022, 12)));
    let of = |sim: &Simulation, state: bool| -> (f64, f64) {
        let lenders = sim.world().lenders.iter().filter(|l| (l.kind == LenderKind::State) == state);
        lenders.fold((0.0, 0.0), |(a, b), l| (a + l.inclusive as f64, b + l.shortfall))
    };
    // More credit where more is asked, and the others, of whom nothing more is asked, do not gain by it.
    assert!(of(&with, true).0 > 1.005 * of(&without, true).0);
    assert!(of(&with, true).1 > of(&without, true).1);
    assert!(of(&with, false).0 < 1.01 * of(&without, false).0);
}

// ──────── Windows

#[test]
fn a_windows_drawings_and_interest_are_the_hand_calculation_to_the_fen() {
    let base = inputs(&shipped("baseline"), THIN);
    let mut sim = run(&base, 0, month(2021, 12));
    let mut table = String::from(
        "| month | outstanding before | interest by hand | in the ledger | drawn | repaid | outstanding after | pledged | quota |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    let micro = |a: &&Advance| a.window == Window::Micro;
    let reasons = [Reason::AdvanceInterestMicro, Reason::AdvanceDrawnMicro, Reason::AdvanceRepaidMicro];
    let mut flown = [0; 3];
    for m in 1..=11 {
        let held: Vec<(i64, i64)> =
            sim.world().advances.iter().filter(micro).map(|a| (a.fen, a.rate_ppm)).collect();
        let before: i64 = held.iter().map(|a| a.0).sum();
        // A twelfth of a year's interest on every advance, half-even to the fen.
        let interest: i64 = held.iter().map(|a| mul_div_half_even(a.0, a.1, 12_000_000)).sum();
        sim.step();
        let now = reasons.map(|r| flow(&sim, r));
        let [paid, drawn, repaid] = [0, 1, 2].map(|k| now[k] - flown[k]);
        flown = now;
        let after: i64 = sim.world().advances.iter().filter(micro).map(|a| a.fen).sum();
        assert_eq!(paid, interest, "2022-{m:02}");
        assert_eq!(after, before + drawn - repaid, "2022-{m:02}");
        let quota = Money::yuan(975_000_000).fen();
        assert!(after <= quota);
        let pledged: i64 = sim.world().lenders.iter().map(|l| l.pledged[0]).sum();
        let _ = writeln!(
            table,
            "| 2022-{m:02} | {} | {} | {} | {} | {} | {} | {} | {} |",
            yuan(before),
            yuan(interest),
            yuan(paid),
            yuan(drawn),
            yuan(repaid),
            yuan(after),
            yuan(pledged),
            yuan(quota)
        );
    }
    told("window", &table);
}

#[test]
fn an_advance_is_pledged_rolled_over_twice_at_most_and_within_the_quota() {
    let base = inputs(&shipped("relending-minus-50"), THIN);
    let mut sim = run(&base, 0, month(2018, 12));
    let mut age: std::collections::BTreeMap<(u8, Window), i32> = std::collections::BTreeMap::new();
    let mut most_rolls = 0;
    while sim.month() <= month(2025, 12) {
        let now = sim.month();
        let before = sim.world().advances.clone();
        let old = [Window::Micro, Window::Agri].map(|w| sim.desk().windows.quota(w));
        sim.step();
        let w = sim.world();
        for window in [Window::Micro, Window::Agri] {
            let k = window as usize;
            let total: i64 = w.advances.iter().filter(|a| a.window == window).map(|a| a.fen).sum();
            let held: i64 = before.iter().filter(|a| a.window == window).map(|a| a.fen).sum();
            let quota = sim.desk().windows.quota(window);
            // A smaller quota draws down what falls due; nothing is added above it.
            assert!(total <= quota.max(held), "{now}: {total} over {quota}");
            assert!(old[k] == quota || total <= quota.max(held), "{now}");
            for (l, lender) in w.lenders.iter().enumerate() {
                let own: i64 = w
                    .advances
                    .iter()
                    .filter(|a| a.window == window && a.lender as usize == l)
                    .map(|a| a.fen)
                    .sum();
                // Borrowers that close between settlement and month-end take their pledge along.
                let slack = lender.pledged[k] / 50 + Money::yuan(5_000_000).fen();
                assert!(
                    own <= lender.pledged[k] + slack,
                    "{now}: lender {l} owes {own} on {}",
                    lender.pledged[k]
                );
            }
        }
        for a in &w.advances {
            assert!(a.rolls_left <= 2 && a.due > now && a.due <= now.plus(12), "{a:?} in {now}");
            most_rolls = most_rolls.max(2 - a.rolls_left);
            *age.entry((a.lender, a.window)).or_default() += 1;
        }
    }
    assert_eq!(most_rolls, 2, "no advance was ever rolled over twice");
}

// ──────── Guarantee chain

/// A guaranteed loan of at least `fen` to an enterprise, which no thinning weighs.
fn guaranteed(world: &World, fen: i64) -> usize {
    let fits = |l: &puhui::world::Loan| {
        l.product == Product::Guaranteed
            && l.state == LoanState::Performing
            && l.principal > fen
            && l.maturity > world.month.plus(2)
            && world.ledger.weight[l.borrower.class()] == 1
    };
    world.book.loans.iter().position(fits).expect("a guaranteed loan of an enterprise")
}

/// The contract of a borrower from a date, wherever it stands in the register now.
fn contract(world: &World, (id, start): (u32, Month)) -> Option<&puhui::world::Loan> {
    world.book.loans.iter().find(|l| l.state != LoanState::Free && l.id == id && l.start == start)
}

/// The same run where from now on no owner helps out a business that is past due.
fn unhelped(sim: &Simulation, base: &Inputs) -> Simulation {
    let mut params = (*base.params).clone();
    assert!(params.set("cure_rate", None, 0.0));
    sim.fork(&Inputs { params: std::sync::Arc::new(params), ..base.clone() })
}

#[test]
fn one_guaranteed_loss_goes_through_the_chain_month_by_month() {
    let base = inputs(&shipped("baseline"), THIN);
    let mut sim = unhelped(&run(&base, 0, month(2021, 12)), &base);
    let fen = 500_003_00;
    let slot = guaranteed(sim.world(), fen);
    doom(sim.world_mut(), slot, fen, base.params.npl_after as u8 + 1);
    let start = sim.month();
    let (guarantor, recovery, key) = {
        let l = &sim.world().book.loans[slot];
        (l.guarantor, f64::from(l.recovery), (l.id, l.start))
    };
    // 500,003.00 yuan at 20/20/40/20.
    let [national, upper, local, bank] = [100_000_60, 100_000_60, 200_001_20, 100_000_60];
    let mut table = String::from(
        "| month | what happens | left in the bank's book | paid by the local guarantor so far | still due from re-guarantor and national fund |\n|---|---|---|---|---|\n",
    );
    let mut row = |m: Month, what: &str, left: i64, paid: i64, due: i64| {
        let _ = writeln!(table, "| {m} | {what} | {} | {} | {} |", yuan(left), yuan(paid), yuan(due));
    };
    row(start.plus(-1), "the borrower is three months behind", fen, 0, 0);
    let mut collected = false;
    for k in 0..36 {
        sim.step();
        let now = start.plus(k);
        let w = sim.world();
        let is = contract(w, key);
        let due: i64 = w
            .claims
            .iter()
            .filter(|c| {
                matches!(c.kind, ClaimKind::Chain { .. }) && c.guarantor == guarantor && c.fen == upper
            })
            .map(|c| c.fen)
            .sum();
        if k == 0 {
            let l = is.unwrap();
            assert_eq!(l.state, LoanState::NonPerforming);
            assert_eq!((l.principal, l.paid_guarantor), (bank, national + upper + local));
            assert_eq!(due, national + upper);
            row(
                now,
                "non-performing: the local guarantor pays the whole covered share",
                l.principal,
                l.paid_guarantor,
                due,
            );
        } else if k == 6 {
            assert_eq!(due, 0, "both upper tiers have paid after six months");
            collected = true;
            row(now, "both upper tiers pay their 20%", bank, national + upper + local, due);
        } else if k < 6 {
            assert_eq!(due, national + upper, "{now}");
        }
        let gone = is.is_none();
        if gone && k > 0 {
            let back = share_fen(fen, ppm(recovery));
            let to_guarantor = mul_div_half_even(back, 400_002_40, fen);
            row(
                now,
                &format!(
                    "resolved: {} recovered, {} of it to the guarantor, who passes a quarter to each upper tier; the bank writes the rest off",
                    yuan(back),
                    yuan(to_guarantor)
                ),
                0,
                400_002_40,
                due,
            );
            if collected || k >= 6 {
                break;
            }
        }
        if gone && collected {
            break;
        }
    }
    assert!(collected);
    told("chain", &table);
}

#[test]
fn a_guarantor_without_cash_owes_guarantees_nothing_new_and_pays_when_it_can() {
    // A lag of two years since mid-2020: no upper tier pays it in the months looked at first.
    let base = chain_with(&[("chain_lag", 24.0)], month(2020, 6));
    let mut sim = unhelped(&run(&base, 0, month(2021, 12)), &base);
    let fen = 300_000_00;
    let slot = guaranteed(sim.world(), fen);
    let (g, key) = {
        let l = &sim.world().book.loans[slot];
        (l.guarantor as usize, (l.id, l.start))
    };
    doom(sim.world_mut(), slot, fen, base.params.npl_after as u8 + 1);
    // Nothing is left in its account but a thousand yuan.
    let deposit = sim.world().ledger.guarantors[g].deposit;
    sim.world_mut().ledger.guarantor_cost(g, deposit - 1_000_00);
    sim.step();
    let l = contract(sim.world(), key).unwrap();
    assert_eq!(l.claim_guarantor, 240_000_00);
    assert!(l.owed_guarantor > 0 && l.paid_guarantor < 240_000_00, "it paid {}", l.paid_guarantor);
    assert_eq!(l.principal, fen - l.paid_guarantor, "the bank keeps what is owed in its book");
    assert!(sim.world().guarantors[g].unpaid_claims >= l.owed_guarantor);
    let made = |sim: &Simulation, m: Month| {
        let new = |l: &&puhui::world::Loan| {
            l.start == m
                && l.product.is_guaranteed()
                && l.guarantor as usize == g
                && l.state != LoanState::Free
        };
        sim.world().book.loans.iter().filter(new).filter(|l| l.renewals == 0).count()
    };
    let next = sim.month();
    sim.step();
    assert_eq!(sim.desk().guarantor_room[g], 0);
    assert_eq!(made(&sim, next), 0, "it guaranteed new loans while owing");
    // Fees of renewals, then the upper tiers' shares: in the end the claim is paid in full.
    let mut paid = false;
    for _ in 0..36 {
        sim.step();
        paid |= contract(sim.world(), key).is_none_or(|l| l.owed_guarantor == 0);
    }
    assert!(paid, "the claim was never paid in full");
    assert!(sim.world().guarantors.iter().all(|g| g.unpaid_claims >= 0));
    assert!(sim.world().ledger.guarantors.iter().all(|g| g.deposit >= 0));
}

fn chain_with(edit: &[(&str, f64)], from: Month) -> Inputs {
    let mut scenario = shipped("baseline");
    let k = place("guarantee_chain");
    let spec = puhui::policy::INSTRUMENTS[k].spec();
    for &(key, v) in edit {
        let line = &mut scenario.policy.instruments[k].settings[spec.setting_index(key).unwrap()];
        line.0.retain(|(m, _)| *m < from);
        line.0.push((from, v));
    }
    inputs(&scenario, THIN)
}

#[test]
fn batch_business_needs_no_desk_and_stops_paying_at_its_cap() {
    let from = month(2020, 1);
    let cap = 0.002;
    let mut sim =
        run(&chain_with(&[("batch_share", 1.0), ("batch_claim_cap", cap)], from), 0, month(2019, 12));
    let mut cut = 0;
    while sim.month() <= month(2022, 12) {
        let now = sim.month();
        sim.step();
        let w = sim.world();
        for l in w.book.loans.iter().filter(|l| l.state != LoanState::Free && l.product.is_guaranteed()) {
            assert!(l.start < from || l.batch, "a case of {} was reviewed", l.start);
            let covered: i64 = l.chain_parts().iter().sum();
            if l.batch && l.state == LoanState::NonPerforming && l.claim_guarantor < covered {
                cut += 1;
                assert_eq!(
                    l.principal + l.paid_guarantor + l.paid_fund,
                    l.defaulted,
                    "the bank bears what is not paid"
                );
            }
        }
        if now > from.plus(24) {
            assert!(w.guarantors.iter().all(|g| g.cases_used == 0.0), "{now}: a desk worked on batch cases");
        }
        // The balance kept beside the register is what the register says.
        for (k, g) in w.guarantors.iter().enumerate() {
            let own = |f: &dyn Fn(&puhui::world::Loan) -> bool| -> i64 {
                w.book
                    .loans
                    .iter()
                    .filter(|l| {
                        l.product.is_guaranteed() && l.cover_in_force() && l.guarantor as usize == k && f(l)
                    })
                    .map(|l| l.principal * w.ledger.weight[l.borrower.class()])
                    .sum()
            };
            assert_eq!(g.balance, own(&|_| true), "{now}");
            assert_eq!(g.balance_batch, own(&|l| l.batch), "{now}");
            assert_eq!(g.balance_small, own(&|l| l.small_ticket), "{now}");
        }
    }
    assert!(cut > 0, "the cap never mattered");
}

#[test]
fn the_multiple_is_ten_and_fifteen_where_the_book_is_mainly_small() {
    let base = inputs(&shipped("baseline"), THIN);
    let mut sim = run(&base, 0, month(2020, 6));
    let mut seen = [false; 2];
    while sim.month() <= month(2023, 12) {
        let before = sim.world().clone();
        sim.step();
        for (g, state) in before.guarantors.iter().enumerate().take(3) {
            let a = &before.ledger.guarantors[g];
            let small = state.balance_small as f64 >= 0.8 * state.balance as f64;
            // The desk opens after the month's claims are foreseen, before they are paid.
            let most = a.equity * if small { 15 } else { 10 };
            assert_eq!(sim.desk().guarantor_room[g], (most - a.liability).max(0), "{} {g}", before.month);
            seen[usize::from(small)] = true;
        }
    }
    assert!(seen[1], "no book was ever mainly small");
}

#[test]
fn only_partner_banks_make_guaranteed_loans_and_waiting_costs() {
    let from = month(2020, 1);
    let sim = run(&chain_with(&[("partner.state", 0.0)], from), 0, month(2021, 6));
    let w = sim.world();
    let by_state = |l: &&puhui::world::Loan| {
        l.product.is_guaranteed() && l.start >= from && w.lenders[l.lender as usize].kind == LenderKind::State
    };
    assert_eq!(w.book.loans.iter().filter(by_state).count(), 0);
    // A case that takes half a year is taken by fewer, where desks have time for all.
    let made = |days: f64| {
        let mut base = chain_with(&[("process_days", days)], from);
        let mut region = (*base.region).clone();
        region.guarantors.iter_mut().for_each(|g| g.cases_per_month = 1e6);
        base.region = region.into();
        let sim = run(&base, 0, month(2020, 6));
        let new = |l: &&puhui::world::Loan| l.product.is_guaranteed() && l.start >= from && l.renewals == 0;
        sim.world().book.loans.iter().filter(new).count()
    };
    let (slow, fast) = (made(180.0), made(0.0));
    assert!(slow * 10 < fast * 9, "{slow} and {fast}");
}

#[test]
fn a_guarantor_accepts_what_its_income_pays_for() {
    let when = month(2023, 6);
    let cutoff = |id: &str| run(&inputs(&shipped(id), THIN), 0, when).desk().guarantor_cutoff[0];
    // Fee − 0.3% × 40% to the upper tiers − 0.7% × 40% running cost + 0.5% tolerated, over 40% × 70% lost.
    let hand = |fee: f64, subsidy: f64| ((fee - 0.0012 - 0.0028 + 0.005 + subsidy) / 0.28).min(0.035);
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} and {b}");
    close(cutoff("baseline")[0], hand(0.015, 0.0));
    close(cutoff("guarantee-fee-08")[0], hand(0.008, 0.0));
    close(cutoff("guarantee-fee-05")[0], hand(0.005, 0.0));
    assert!(hand(0.005, 0.0) < 0.022 && hand(0.015, 0.0) == 0.035);
    close(cutoff("guarantee-fee-05-subsidy")[0], 0.035);
    let mut table = String::from(
        "| fee | subsidy | kept and tolerated | ÷ 28% = highest PD affordable | with the chain's rule of 3.5% | model |\n|---|---|---|---|---|---|\n",
    );
    for (id, fee, subsidy, words) in [
        ("baseline", 0.015, 0.0, "–"),
        ("guarantee-fee-08", 0.008, 0.0, "–"),
        ("guarantee-fee-05", 0.005, 0.0, "–"),
        ("guarantee-fee-05-subsidy", 0.005, 0.017, "1.7% (1.3 + 0.2 + 0.2)"),
    ] {
        let kept = fee - 0.0012 - 0.0028 + 0.005 + subsidy;
        let _ = writeln!(
            table,
            "| {:.1}% | {words} | {:.2}% | {:.1}% | {:.1}% | {:.1}% |",
            fee * 100.0,
            kept * 100.0,
            kept / 0.28 * 100.0,
            hand(fee, subsidy) * 100.0,
            cutoff(id)[0] * 100.0
        );
    }
    told("guarantors", &table);
    // The subsidy's rates: 1.3% from 90% small tickets, +0.2% for half, +0.2% for a fee up to 1%.
    let policy = shipped("guarantee-fee-08-subsidy").policy.at(when);
    let rate = |fee: f64, small_share: f64| policy.fee_subsidy(&FeeAsk { fee, small_share }).rate;
    close(rate(0.008, 0.95), 0.017);
    close(rate(0.008, 0.85), 0.016);
    close(rate(0.015, 0.60), 0.012);
    close(rate(0.015, 0.40), 0.010);
}

// ──────── Fund

/// Claims on the fund that arise from loans turning bad in its first twelve months, yuan, and the mean
/// covered balance and yearly default rate of the time.
fn first_year(replication: u32) -> [f64; 3] {
    let base = inputs(&shipped("fund-10x"), THIN);
    let mut sim = run(&base, replication, month(2023, 2));
    let (mut claims, mut covered, mut rate) = (0, 0.0, 0.0);
    for k in 0..12 {
        let now = month(2023, 3).plus(k);
        sim.step();
        let w = sim.world();
        let arisen = |c: &&puhui::world::Claim| {
            matches!(c.kind, ClaimKind::Fund { .. } | ClaimKind::FundGuarantor { .. }) && c.due == now.plus(6)
        };
        claims += w.claims.iter().filter(arisen).map(|c| c.fen).sum::<i64>();
        covered += w.ledger.fund_covered as f64 / 100.0 / 12.0;
        if now == month(2023, 12) {
            rate = value(&record(&sim), now, M::default_rate);
        }
    }
    [claims as f64 / 100.0, covered, rate]
}

#[test]
fn the_funds_first_year_claim_is_within_half_of_the_hand_calculation() {
    let runs: Vec<[f64; 3]> = std::thread::scope(|s| {
        let half = s.spawn(|| (0..4).map(first_year).collect::<Vec<_>>());
        let rest: Vec<_> = (4..8).map(first_year).collect();
        half.join().unwrap().into_iter().chain(rest).collect()
    });
    let mean = |k: usize| runs.iter().map(|r| r[k]).sum::<f64>() / runs.len() as f64;
    let (model, covered, rate) = (mean(0), mean(1), mean(2));
    // By hand: 650m covered at once; bad loans 2% a year as in the history of 2021 and 2022; a new loan
    // cannot be bad in its first four months (one to fall behind, three in arrears), eight of twelve are
    // left; the fund's share about 45% (50% of 信用贷, 30% of 增信贷, 50% of 40% of 担保贷).
    let hand = 650e6 * 0.02 * 8.0 / 12.0 * 0.45;
    let short = |y: f64| yuan(y as i64 * 100).trim_end_matches(".00").to_owned();
    let table = format!(
        "| | by hand | model, mean of 8 runs at 1/20 |\n|---|---|---|\n| mean covered balance, yuan | 650,000,000 | {} |\n| default rate a year | 2.00% | {:.2}% (all inclusive loans, 2023) |\n| claims arising in the first twelve months, yuan | {} | {} |\n",
        short(covered),
        rate * 100.0,
        short(hand),
        short(model)
    );
    told("fund", &table);
    assert!((0.5 * hand..=1.5 * hand).contains(&model), "{model:.0} and by hand {hand:.0}");
}

#[test]
fn a_fund_too_small_to_matter_takes_nothing_from_anybody() {
    let at = month(2024, 12);
    let mut scenario = shipped("fund-10x");
    let fund = &mut scenario.policy.instruments[place("risk_compensation_fund")];
    let spec = puhui::policy::INSTRUMENTS[place("risk_compensation_fund")].spec();
    // Room for three million yuan: enough that everybody asks for it, and hardly anybody gets it.
    fund.settings[spec.setting_index("multiple").unwrap()].0 = vec![(month(2023, 3), 0.05)];
    let of = |inputs: &Inputs| {
        let r = record(&run(inputs, 0, at));
        [M::inclusive_borrowers, M::inclusive_balance, M::guarantee_balance].map(|m| value(&r, at, m))
    };
    let (small, none) = std::thread::scope(|s| {
        let small = s.spawn(|| of(&inputs(&scenario, THIN)));
        let none = of(&inputs(&shipped("baseline"), THIN));
        (small.join().unwrap(), none)
    });
    // Who misses the fund has what he would have had without it.
    for (k, most) in [0.003, 0.006, 0.03].into_iter().enumerate() {
        assert!((small[k] / none[k] - 1.0).abs() < most, "{small:?} with it, {none:?} without");
    }
}

#[test]
fn the_limit_scenario_may_exhaust_the_fund_and_the_breaker_makes_it_rarer() {
    const REPLICATIONS: u32 = 16;
    let [open, breaker] = ["fund-limit", "fund-limit-breaker"].map(|id| inputs(&shipped(id), 10));
    let until = month(2027, 12);
    let Divergence::At(first) = divergence(&open, &breaker, until) else { panic!("they part on a date") };
    // The history both share is simulated once.
    let outcomes = |replication: u32| {
        let trunk = run(&open, replication, first.plus(-1));
        [&open, &breaker].map(|inputs| {
            let mut sim = trunk.fork(inputs);
            advance(&mut sim, until);
            (sim.world().fund.exhausted.is_some(), 1.0 - sim.world().ledger.fund_deposit as f64 / 65e8)
        })
    };
    let all: Vec<[(bool, f64); 2]> = std::thread::scope(|s| {
        let half = s.spawn(|| (0..REPLICATIONS / 2).map(outcomes).collect::<Vec<_>>());
        let rest: Vec<_> = (REPLICATIONS / 2..REPLICATIONS).map(outcomes).collect();
        half.join().unwrap().into_iter().chain(rest).collect()
    });
    let [(open, drawn), (with_breaker, less)] = [0, 1].map(|k| {
        let n = all.len() as f64;
        (all.iter().filter(|x| x[k].0).count() as f64 / n, all.iter().map(|x| x[k].1).sum::<f64>() / n)
    });
    let row = |what: &str, share: f64, drawn: f64| {
        let n = (share * f64::from(REPLICATIONS)).round();
        format!("| {what} | {n} of {REPLICATIONS} ({:.0}%) | {:.0}% |\n", share * 100.0, drawn * 100.0)
    };
    let head =
        "| limit scenario, at 1/10 | exhausted by the end of 2027 in | capital used, mean |\n|---|---|---|\n";
    told(
        "limit",
        &(head.to_owned()
            + &row("no breaker", open, drawn)
            + &row("breakers at 8% and half used", with_breaker, less)),
    );
    assert!(0.05 < open && open < 0.95, "exhausted in {open} of the runs");
    assert!(with_breaker < open && less < drawn, "{with_breaker} of {open}, drawn {less} of {drawn}");
}

#[test]
fn the_plan_in_the_recession_meets_the_recession_it_is_compared_with() {
    let (one, other) = (shipped("plan-recession"), shipped("recession"));
    for m in (0..108).map(|k| month(2019, 1).plus(k)) {
        assert_eq!(one.region.paths.demand[0].at(m), other.region.paths.demand[0].at(m), "{m}");
    }
}

#[test]
fn a_bank_that_chooses_puts_riskier_borrowers_under_the_fund() {
    let bad = |access: f64| -> f64 {
        let mut greedy = common::greedy_fund();
        let mut policy = (*greedy.policy).clone();
        let k = place("risk_compensation_fund");
        let spec = puhui::policy::INSTRUMENTS[k].spec();
        policy.instruments[k].settings[spec.setting_index("access").unwrap()] =
            Timeline(vec![(month(2023, 3), access)]);
        greedy = with_policy(&greedy, policy);
        let sim = run(&greedy, 0, month(2024, 6));
        let w = sim.world();
        let covered = w.book.loans.iter().filter(|l| l.product.is_fund() && l.start.year() >= 2023);
        let (n, bucket) = covered.fold((0.0, 0.0), |(n, b), l| (n + 1.0, b + f64::from(l.bucket)));
        assert!(n > 20.0, "too few covered loans: {n}");
        bucket / n
    };
    // A lower rating bucket is a higher default probability.
    let (any, chosen) = (bad(0.0), bad(2.0));
    assert!(chosen < any, "mean bucket {chosen} where the bank chooses, {any} for any");
}

// ──────── Tolerance and exemption

/// An indicator of each lender at the end of a year, in the order of the pack.
fn by_lender(sim: &Simulation, base: &Inputs, at: Month, metric: &str) -> Vec<f64> {
    let (r, names) = (record(sim), columns(&base.region));
    let row = at.since(r.from) as usize * r.width;
    let of = |id: &str| {
        let is = |c: &puhui::metrics::Column| {
            METRICS[c.metric].name == metric && c.group_type == "lender" && c.group_id == id
        };
        names.iter().position(is).map(|k| r.series[row + k]).unwrap()
    };
    base.region.lenders.iter().map(|l| of(&l.id)).collect()
}

#[test]
fn five_points_of_tolerance_are_slack_where_three_are_and_none_is_not() {
    let at = month(2024, 12);
    let limits = |id: &str| {
        let base = inputs(&shipped(id), THIN);
        let runs = [0, 1].map(|r| by_lender(&run(&base, r, at), &base, at, "npl_headroom"));
        runs[0].iter().zip(&runs[1]).map(|(a, b)| (a + b) / 2.0).collect::<Vec<f64>>()
    };
    let (three, (five, none)) = std::thread::scope(|s| {
        let three = s.spawn(|| limits("baseline"));
        let others = (limits("npl-5"), limits("npl-0"));
        (three.join().unwrap(), others)
    });
    let region = shipped("baseline").region;
    let mut table = String::from("| bank | tolerance 3 points | 5 points | none |\n|---|---|---|---|\n");
    let points = |x: f64| format!("{}{:.1}", if x < 0.0 { "−" } else { "+" }, x.abs() * 100.0);
    for (l, card) in region.lenders.iter().enumerate() {
        // Whom no limit is set for stands a whole unit from it.
        if three[l] >= 1.0 {
            continue;
        }
        let _ = writeln!(
            table,
            "| {} · {} | {} | {} | {} |",
            card.zh,
            card.en,
            points(three[l]),
            points(five[l]),
            points(none[l])
        );
    }
    assert!(three.iter().all(|x| *x > 0.0), "{three:?}");
    assert!(three.iter().zip(&five).all(|(a, b)| *a >= 1.0 || (b - a - 0.02).abs() < 0.003));
    let above = none.iter().filter(|x| **x < 0.0).count();
    assert!(above * 2 > none.iter().filter(|x| **x < 1.0).count(), "{none:?}");
    told("tolerance", &table);
}

#[test]
fn half_the_quota_binds_in_more_months() {
    let years = 2022..=2025;
    let bound = |id: &str| -> Vec<[f64; 2]> {
        let r = record(&run(&inputs(&shipped(id), THIN), 0, month(2025, 12)));
        let share = |year: i32, m: M| (1..=12).map(|k| value(&r, month(year, k), m)).sum::<f64>() / 12.0;
        years
            .clone()
            .map(|y| [M::micro_relending_bound, M::agri_relending_bound].map(|m| share(y, m)))
            .collect()
    };
    let (whole, half) = std::thread::scope(|s| {
        let whole = s.spawn(|| bound("baseline"));
        let half = bound("relending-minus-50");
        (whole.join().unwrap(), half)
    });
    let mut table = String::from(
        "| year | small business, baseline | halved | agriculture, baseline | halved |\n|---|---|---|---|---|\n",
    );
    for ((year, a), b) in years.clone().zip(&whole).zip(&half) {
        let [a0, a1, b0, b1] = [a[0], a[1], b[0], b[1]].map(|x| format!("{:.0}%", x * 100.0));
        let _ = writeln!(table, "| {year} | {a0} | {b0} | {a1} | {b1} |");
    }
    assert_eq!(whole[0], half[0], "the halved quotas begin in 2023");
    let after = |x: &[[f64; 2]], k: usize| x[1..].iter().map(|y| y[k]).sum::<f64>();
    assert!(after(&half, 0) > 0.0 && after(&half, 0) >= after(&whole, 0));
    assert!(after(&half, 1) > after(&whole, 1));
    told("quota", &table);
}

#[test]
fn an_exemption_takes_its_share_off_the_officers_price() {
    let when = month(2023, 6);
    let terms = |id: &str| {
        let sim = run(&inputs(&shipped(id), THIN), 0, when);
        sim.desk().terms.clone()
    };
    let (base, exempt) = (terms("baseline"), terms("exemption"));
    let risk = Risk { pd: 0.03, lgd: 0.7, bank_share: 1.0 };
    // 10% more noise at full exemption, 6% at 60%.
    let answer = shipped("exemption").policy.at(when).quote(&quote_ask(LenderKind::Rural, Class::Micro));
    assert!((answer.noise_added - 0.06).abs() < 1e-12);
    for (a, b) in base.iter().zip(&exempt) {
        // 60% of 0.04 × 3%, over 1 − 3%: 7.4 basis points.
        let mut same = b.clone();
        same.exempt = 0.0;
        let saved = same.break_even(2e5, risk, 0.0, 1.0, 0.0) - b.break_even(2e5, risk, 0.0, 1.0, 0.0);
        assert!((saved - 0.6 * 0.04 * 0.03 / 0.97).abs() < 1e-12);
        assert_eq!((a.exempt, b.exempt), (0.0, 0.6));
    }
}

// ──────── Five applications

struct Applied {
    what: &'static str,
    lender: usize,
    class: Class,
    amount: f64,
    renewal: bool,
    risk: Risk,
    /// By hand from the pack, July 2022, percent: marginal funding, proportional handling; yuan: fixed handling.
    funding: f64,
    handling_rate: f64,
    handling_fixed: f64,
    volume_slope: f64,
}

#[test]
fn five_break_evens_come_out_to_the_basis_point() {
    let base = inputs(&shipped("baseline"), THIN);
    let mut sim = run(&base, 0, month(2022, 6));
    let before = sim.world().clone();
    sim.step();
    let w = sim.world();
    let when = month(2022, 7);
    let place_of = |id: &str| base.region.lenders.iter().position(|l| l.id == id).unwrap();
    // Funding: (2.25% certificate + spread + 0.05% − 0.10% − reserves × 1.62%) ÷ (1 − reserves);
    // reserves 11.25% (large), 7.25% (others). Fixed handling: 800 × (1 − 0.75 × 0.80 × the bank's digital).
    let cases = [
        Applied {
            what: "大型银行一，微型企业 50 万元信用，新增 · large bank 1, micro enterprise, 500,000 unsecured, new",
            lender: place_of("state_1"),
            class: Class::Micro,
            amount: 5e5,
            renewal: false,
            risk: Risk { pd: 0.02, lgd: 0.7, bank_share: 1.0 },
            funding: (1.90 - 0.1125 * 1.62) / 0.8875,
            handling_rate: 0.6 * 0.85,
            handling_fixed: 800.0 * (1.0 - 0.75 * 0.80 * 1.1),
            volume_slope: 1.0,
        },
        Applied {
            what: "重庆农商行，个体户 10 万元信用，新增 · CQRCB, self-employed, 100,000 unsecured, new",
            lender: place_of("cqrcb"),
            class: Class::SelfEmployed,
            amount: 1e5,
            renewal: false,
            risk: Risk { pd: 0.03, lgd: 0.7, bank_share: 1.0 },
            funding: (2.50 - 0.0725 * 1.62) / 0.9275,
            handling_rate: 0.6 * 1.1,
            handling_fixed: 800.0 * (1.0 - 0.75 * 0.80 * 0.7),
            volume_slope: 0.4,
        },
        Applied {
            what: "同一户续贷 · the same, a renewal",
            lender: place_of("cqrcb"),
            class: Class::SelfEmployed,
            amount: 1e5,
            renewal: true,
            risk: Risk { pd: 0.03, lgd: 0.7, bank_share: 1.0 },
            funding: (2.50 - 0.0725 * 1.62) / 0.9275,
            handling_rate: 0.6 * 1.1,
            handling_fixed: 800.0 * (1.0 - 0.75 * 0.80 * 0.7),
            volume_slope: 0.4,
        },
        Applied {
            what: "重庆银行，小型企业 300 万元担保，银行分担 20% · Bank of Chongqing, small enterprise, 3m guaranteed, bank bears 20%",
            lender: place_of("cqbank"),
            class: Class::Small,
            amount: 3e6,
            renewal: false,
            risk: Risk { pd: 0.03, lgd: 0.7, bank_share: 0.2 },
            funding: (2.55 - 0.0725 * 1.62) / 0.9275,
            handling_rate: 0.6 * 1.05,
            handling_fixed: 800.0 * (1.0 - 0.75 * 0.80 * 0.8),
            volume_slope: 0.4,
        },
        Applied {
            what: "村镇银行，新型农业主体 30 万元足额抵押 · village bank, agricultural entity, 300,000 fully secured",
            lender: place_of("village"),
            class: Class::Agri,
            amount: 3e5,
            renewal: false,
            risk: Risk { pd: 0.025, lgd: 0.2, bank_share: 1.0 },
            funding: (3.10 - 0.0725 * 1.62) / 0.9275,
            handling_rate: 0.6 * 1.2,
            handling_fixed: 800.0 * (1.0 - 0.75 * 0.80 * 0.3),
            volume_slope: 0.0,
        },
    ];
    let mut table = String::from(
        "| application | funding | window | handling | expected loss | capital, tax | officer, limit | volume | cross-selling | support | break-even by hand | model |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for a in &cases {
        let (l, Risk { pd, lgd, bank_share }) = (a.lender, a.risk);
        let lender = &before.lenders[l];
        let outside = |m: Month| base.region.paths.outside_inclusive[l].at(m);
        let old = outside(when.plus(-12)) + lender.inclusive_year_start as f64 / 100.0;
        let growth = (outside(when) + lender.inclusive as f64 / 100.0) / old - 1.0;
        let local = is_local_legal_person(w, l);
        // Window at 2.00%: saving × logistic(saving ÷ 0.3 points) × what the quota lately filled.
        let saving = a.funding - 2.0;
        let agri = usize::from(a.class.is_agri());
        let window = if local && !(agri == 1 && lender.kind == LenderKind::City) {
            (saving * kernel::logistic64(saving / 0.3)).max(0.0) * before.market.window_fill[agri]
        } else {
            0.0
        };
        let handling =
            a.handling_rate + 100.0 * a.handling_fixed * if a.renewal { 0.6 } else { 1.0 } / a.amount;
        let loss = 100.0 * pd * lgd * bank_share;
        let capital = 100.0 * 0.75 * 0.105 * 0.08 * (1.0 + 0.25 / 0.75);
        let limit = 0.12 * kernel::softplus64(-w.lenders[l].headroom / 0.008);
        let shadow = 100.0 * (0.04 + limit) * pd * bank_share;
        let volume = w.lenders[l].shortfall * a.volume_slope;
        let rises = growth.max(0.0) / (growth.max(0.0) + 0.02);
        let support = if local && a.class.is_mse() && !a.renewal {
            2.0 * rises * (1.0 - 12.0 / 54.0 * rises) * before.market.incentive_fill * 12.0 / 54.0
        } else {
            0.0
        };
        let sum = a.funding - window + handling + loss + capital + shadow - volume - 0.2 - support;
        let hand = sum / (1.0 - pd);
        let terms = &sim.desk().terms[l * CLASSES + a.class.index()];
        let paid = if a.renewal { 0.0 } else { terms.support };
        let relief = sim.desk().windows.reliefs(terms).first().map_or(0.0, |w| w.relief);
        let factor = if a.renewal { 0.6 } else { 1.0 };
        let model = 100.0 * terms.break_even(a.amount, a.risk, relief, factor, paid);
        let _ = writeln!(
            table,
            "| {} | {:.3} | −{window:.3} | {handling:.3} | {loss:.3} | {capital:.3} | {shadow:.3} | −{volume:.3} | −0.200 | −{support:.3} | {hand:.3}% | {model:.3}% |",
            a.what, a.funding
        );
        assert!((hand - model).abs() < 0.005, "{}: by hand {hand:.4}%, model {model:.4}%", a.what);
    }
    told("break-even", &table);
}

#[test]
fn the_written_example_of_a_subsidy_needs_the_chain_to_speak() {
    // Beside no chain the subsidy has nobody to pay.
    let spec = puhui::policy::INSTRUMENTS[place("guarantee_fee_subsidy")].spec();
    let sim = run(&inputs(&written(spec.example).unwrap(), THIN), 0, month(2019, 12));
    assert_eq!(year_flow(&sim, 2019, Reason::FeeSubsidy), 0);
    // Beside one it is paid in December, from the budget, and counts as public cost.
    let sim = run(&inputs(&shipped("guarantee-fee-08-subsidy"), THIN), 0, month(2023, 12));
    let paid = year_flow(&sim, 2023, Reason::FeeSubsidy);
    assert!(paid > 0 && year_flow(&sim, 2022, Reason::FeeSubsidy) == 0);
    let r = record(&sim);
    assert!((value(&r, month(2023, 12), M::fee_subsidy_paid) - paid as f64 / 100.0).abs() < 0.01);
    assert!(value(&r, month(2023, 12), M::public_cost) >= paid as f64 / 100.0);
}

// ──────── Effects

/// Rows of a table of results in `dir`.
fn rows_of(dir: &str, file: &str) -> Vec<Vec<(String, String)>> {
    let text = fs::read_to_string(Path::new(dir).join(file)).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
    let head = reader.headers().unwrap().clone();
    let pairs =
        |r: csv::StringRecord| head.iter().zip(r.iter()).map(|(h, v)| (h.to_owned(), v.to_owned())).collect();
    reader.records().map(|r| pairs(r.unwrap())).collect()
}

/// The table of effects from the folder `.ci/levers` made.
fn effects_of(dir: &str) -> String {
    let get = |row: &[(String, String)], key: &str| row.iter().find(|(k, _)| k == key).unwrap().1.clone();
    let whole = |row: &Vec<(String, String)>| get(row, "group_type") == "all";
    let effects: Vec<_> = rows_of(dir, "effects.csv").into_iter().filter(whole).collect();
    let shown = [
        ("2024", "inclusive_balance", 1e-6, 0),
        ("2027", "inclusive_balance", 1e-6, 0),
        ("2027", "coverage_share", 100.0, 2),
        ("2027", "all_in_cost", 100.0, 2),
        ("2027", "public_cost", 1e-6, 1),
    ];
    let sign = |x: f64, digits: usize| {
        let text = format!("{:.digits$}", x.abs());
        let zero = text.bytes().all(|b| matches!(b, b'0' | b'.'));
        let grouped = match text.len() {
            n if digits == 0 && n > 3 => format!("{},{}", &text[..n - 3], &text[n - 3..]),
            _ => text,
        };
        format!(
            "{}{grouped}",
            if zero {
                ""
            } else if x < 0.0 {
                "−"
            } else {
                "+"
            }
        )
    };
    let mut out = String::new();
    for id in ["baseline", "recession"] {
        let level = |period: &str, variable: &str| -> f64 {
            let is = |r: &&Vec<(String, String)>| {
                whole(r)
                    && get(r, "scenario_id") == id
                    && get(r, "period") == period
                    && get(r, "variable") == variable
            };
            get(rows_of(dir, "summary.csv").iter().find(is).unwrap(), "mean").parse().unwrap()
        };
        let of = |k: usize| level(shown[k].0, shown[k].1) * shown[k].2;
        let _ = writeln!(
            out,
            "`{id}`: balance {:.0}m yuan at the end of 2024 and {:.0}m at the end of 2027; then coverage {:.1}%, all-in cost {:.2}%, public cost {:.1}m yuan a year.\n",
            of(0),
            of(1),
            of(2),
            of(3),
            of(4)
        );
    }
    out.push_str(
        "| scenario | reference | balance, end of 2024, m yuan | balance, end of 2027, m yuan | coverage 2027, points | all-in cost 2027, points | public cost 2027, m yuan |\n|---|---|---|---|---|---|---|\n",
    );
    let mut told: Vec<(String, String)> = Vec::new();
    for r in &effects {
        let pair = (get(r, "scenario_id"), get(r, "baseline_id"));
        if !told.contains(&pair) {
            told.push(pair);
        }
    }
    for (id, reference) in told {
        let _ = write!(out, "| `{id}` | `{reference}` |");
        for (period, variable, factor, digits) in shown {
            let is = |r: &&Vec<(String, String)>| {
                get(r, "scenario_id") == id && get(r, "period") == period && get(r, "variable") == variable
            };
            let row = effects.iter().find(is).unwrap();
            let [mean, low, high] = ["effect_mean", "ci95_low", "ci95_high"]
                .map(|k| sign(get(row, k).parse::<f64>().unwrap() * factor, digits));
            let _ = write!(out, " {mean} ({low} to {high}) |");
        }
        out.push('\n');
    }
    out
}

#[test]
fn the_table_of_effects_has_every_shipped_scenario_against_its_reference() {
    if let (Some(dir), true) = (std::env::var_os("PUHUI_LEVERS"), std::env::var_os("PUHUI_BLESS").is_some()) {
        told("effects", &effects_of(dir.to_str().unwrap()));
    }
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/levers.md")).unwrap();
    let block =
        text.split("<!-- generated: effects -->").nth(1).unwrap().split("<!-- end -->").next().unwrap();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(id) = name.strip_suffix(".toml").filter(|id| !["baseline", "comparison"].contains(id))
        else {
            continue;
        };
        let reference = shipped(id).reference.unwrap_or_else(|| "baseline".into());
        assert!(
            block.contains(&format!("| `{id}` | `{reference}` |")),
            "{id} against {reference}: .ci/levers renews the table"
        );
    }
}
