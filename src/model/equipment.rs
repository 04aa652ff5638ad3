//! Loans for equipment under the window for equipment renewal: who is lent to, and what becomes of the loan.
//!
//! Such a loan stands beside the register and the borrower's working-capital loan, as a lease does (decision 0023), but in
//! a bank's book. What it yields, its security and its end are here; terms are in `policy::equipment_relending`.

use crate::ledger::Reason;
use crate::luck::Stream;
use crate::policy::{Discount, GrantAnswer, Upgrades, place};
use crate::units::{Money, Month, interest_fen, ppm, share_fen};
use crate::world::{Borrower, Class, EquipmentLoan, FILE_BAD, FILE_THICK, LoanState, Window, World, status};

use super::desk::{self, Risk};
use super::{Params, Run, growth, lease, lending, limits};

/// Months behind after which the equipment is sold.
const PATIENCE: u8 = 3;
const WINDOW: usize = Window::Equipment as usize;

/// A lender's offer.
struct Offer {
    lender: usize,
    rate: f64,
    recovery: f64,
    handling: i64,
}

/// Share of all interest on a loan paid off in `months` equal parts that falls due in the first `n`.
fn interest_share(months: i32, n: i32) -> f64 {
    let first = f64::from(n.min(months));
    let all = f64::from(months) * (f64::from(months) + 1.0) / 2.0;
    first * (f64::from(months) - (first - 1.0) / 2.0) / all
}

/// Normal monthly sales that equipment of this price stands for: the owner's return on borrowed money, and what the
/// equipment itself loses by the month.
fn yields(p: &Params, price: f64, return_rate: f64, months: i32) -> f64 {
    price * (p.output_per_return * return_rate / 12.0 + 1.0 / f64::from(months))
        / (1.0 - p.variable_cost_share)
}

/// The month's loans for equipment, in the order of their draws while the quota lasts.
pub fn lend(run: &mut Run) {
    let terms = run.policy.need().upgrades;
    let lends = run.desk.windows.of.iter().any(|x| x[WINDOW].is_some_and(|t| t.lends));
    if terms.share <= 0.0 || !lends {
        return;
    }
    let GrantAnswer { equipment: discount, .. } = run.policy.grant();
    let draws = run.luck.key(Stream::Equipment, run.world.month);
    let mut asking = Vec::new();
    let World { cohorts, book, ledger, upgrades, .. } = &run.world;
    for class in Class::ALL.into_iter().filter(|c| c.is_mse()) {
        let cohort = &cohorts[class.index()];
        for i in 0..cohort.len() {
            let id = cohort.id[i];
            // The rarest first.
            if f64::from(draws.unit(id)) >= terms.share / 12.0
                || !cohort.is(i, status::SEEKING)
                || cohort.details[i].file == FILE_BAD
            {
                continue;
            }
            let loan = book.loans.get(cohort.loan[i] as usize);
            let sound = loan.is_none_or(|l| l.state == LoanState::Performing && l.deferred == 0);
            let b = Borrower::new(class.index(), i);
            if sound && !upgrades.iter().any(|l| l.borrower == b) {
                asking.push((draws.bits2(id, 1), b));
            }
        }
    }
    asking.sort_unstable();
    let pledged: i64 = upgrades.iter().map(|l| l.owed * ledger.weight[l.borrower.class()]).sum();
    let mut room = run.desk.windows.quota(Window::Equipment) - pledged;
    for (_, b) in asking {
        room -= lend_one(run, b, &terms, discount, room);
    }
}

/// One loan within `room`, where a lender offers it and its owner wants it; returns what was lent, weighed fen.
fn lend_one(run: &mut Run, b: Borrower, terms: &Upgrades, discount: Discount, room: i64) -> i64 {
    let p = run.inputs.params.clone();
    let (c, i, w) = (b.class(), b.slot(), run.world.weight(b.class()));
    let level = run.world.environment.level;
    let cohort = &run.world.cohorts[c];
    let (id, return_rate) = (cohort.id[i], f64::from(cohort.details[i].return_rate));
    let price = terms.size * 12.0 * f64::from(cohort.sales[i]);
    let fen = Money::yuan((price * level) as i64).fen();
    let own = share_fen(fen, ppm(terms.own_part)) / 100 * 100;
    let amount = fen - own;
    if amount <= 0 || amount * w > room || cohort.liquid[i] < own {
        return 0;
    }
    let Some(offer) = best(run, &p, b, Money(amount).to_yuan(), Money(fen).to_yuan()) else { return 0 };
    // The discount ends before the loan does: over its whole life it is worth less than its points.
    let points = discount.points.min(offer.rate);
    let cost = offer.rate - points * interest_share(terms.months, i32::from(discount.months));
    if cost >= return_rate {
        return 0;
    }
    let l = offer.lender;
    let World { cohorts, ledger, lenders, upgrades, .. } = &mut run.world;
    let cohort = &mut cohorts[c];
    let home = usize::from(cohort.home[i]);
    ledger.disburse(c, home, l, &mut cohort.liquid[i], amount);
    ledger.spend(c, home, &mut cohort.liquid[i], fen, Reason::Equipment);
    ledger.lender_to_rest(l, offer.handling * w, Reason::Handling);
    lenders[l].cases_used += w as f64;
    lenders[l].pledged_new[WINDOW] += amount * w;
    let gained = yields(&p, price, return_rate, terms.months);
    growth::resize(&p, cohort, i, gained);
    upgrades.push(EquipmentLoan {
        borrower: b,
        id,
        home: home as u8,
        lender: l as u8,
        owed: amount,
        rate_ppm: ppm(offer.rate) as u32,
        months_left: terms.months,
        behind: 0,
        discount_ppm: ppm(points) as u32,
        discount_left: discount.months,
        recovery_ppm: ppm(offer.recovery) as u32,
        gained: gained as f32,
    });
    run.journal.helped(place!(Window::Equipment.instrument()), w, amount * w);
    amount * w
}

/// The cheapest offer of the national lenders a borrower knows for `amount` yuan on equipment of this `price`.
fn best(run: &Run, p: &Params, b: Borrower, amount: f64, price: f64) -> Option<Offer> {
    let (c, i, desk) = (b.class(), b.slot(), &run.desk);
    let cohort = &run.world.cohorts[c];
    let (id, file) = (cohort.id[i], usize::from(cohort.details[i].file.min(FILE_THICK)));
    let year = Month::new(run.world.month.year(), 1);
    let (signal, records) = (run.luck.key(Stream::Signal, year), run.luck.key_fixed(Stream::Records));
    let cell = desk.cells.at(c, cohort.township[i]);
    let view = desk.cells.seen(cell, || records.unit(id));
    let beliefs = desk::beliefs(&run.world.market, c, 0);
    let own_bank = run.world.book.loans.get(cohort.loan[i] as usize).map(|l| usize::from(l.lender));
    let going = lending::going_rate(run, desk, c, cohort.details[i].reach.count_ones());
    let lgd = limits::lgd(p, amount, p.collateral_advance * price);
    let mut best: Option<Offer> = None;
    for (l, card) in run.world.region.lenders.iter().enumerate() {
        let lender = &run.world.lenders[l];
        let Some(window) = desk.windows.of[l][WINDOW].filter(|t| t.lends) else { continue };
        let busy = lender.cases_used >= lender.cases_offered;
        let fits = amount >= card.ticket_min.max(p.ticket_min) && amount <= card.ticket_max;
        if cohort.details[i].reach >> l & 1 == 0 || busy || !fits {
            continue;
        }
        let sight = view.sight(l, c, file, own_bank == Some(l));
        let (_, pd) =
            sight.screen(beliefs, f64::from(cohort.details[i].quality), signal.normal2(id, l as u32));
        let terms = &desk.terms[l * crate::world::CLASSES + c];
        let risk = Risk { pd, lgd, bank_share: 1.0 };
        let vat = if amount > p.vat_exempt_limit { 1.0 + p.vat_rate } else { 1.0 };
        let case = terms.case(1.0 / amount, risk, 1.0, vat);
        let saving = window.relief(terms.funding, p.window_take_up) * run.world.market.window_fill[WINDOW];
        let (break_even, neutral) = (case.break_even(terms, saving, terms.support), case.neutral(terms));
        let cap = window.highest(desk.lpr);
        if break_even > cap {
            continue;
        }
        let spread = pd * lgd - run.world.market.expected_loss[c];
        let usual = desk.ceiling.min(going + spread) + p.pass_through * (break_even - neutral);
        let rate = break_even.max(usual).min(cap);
        if best.as_ref().is_none_or(|o| rate < o.rate) {
            let handling = Money::yuan(terms.handling_fixed as i64).fen();
            best = Some(Offer { lender: l, rate, recovery: 1.0 - lgd, handling });
        }
    }
    best
}

/// Parts, interest and discounts of the month; equipment of those who do not pay, or have closed, is sold.
pub fn due(run: &mut Run) {
    if run.world.upgrades.is_empty() {
        return;
    }
    let p = run.inputs.params.clone();
    let mut loans = std::mem::take(&mut run.world.upgrades);
    loans.retain_mut(|l| {
        let month = run.world.month;
        let World { cohorts, ledger, counters, .. } = &mut run.world;
        let (c, i) = (l.borrower.class(), l.borrower.slot());
        let (cohort, w, home, lender) =
            (&mut cohorts[c], ledger.weight[c], usize::from(l.home), usize::from(l.lender));
        let here = cohort.id[i] == l.id && cohort.is(i, status::LIVE);
        let [principal, interest] = lease::rent(l.owed, l.months_left, i64::from(l.rate_ppm));
        if here && cohort.liquid[i] >= principal + interest {
            let liquid = &mut cohort.liquid[i];
            ledger.pay_interest(c, home, lender, liquid, interest);
            if l.discount_left > 0 {
                let fen = interest_fen(l.owed, i64::from(l.discount_ppm)).min(interest);
                ledger.discount_interest(c, home, liquid, fen);
                counters.subsidies += fen * w;
                l.discount_left -= 1;
            }
            ledger.repay(c, home, lender, liquid, &mut l.owed, principal);
            l.months_left -= 1;
            l.behind = 0;
            if l.months_left > 0 {
                return true;
            }
        } else {
            l.behind += 1;
            if here && l.behind < PATIENCE {
                return true;
            }
            let back = share_fen(l.owed, i64::from(l.recovery_ppm));
            let lost = l.owed - back;
            counters.npl_flow += l.owed * w;
            counters.write_offs += lost * w;
            ledger.recover(c, lender, &mut l.owed, back);
            ledger.write_off(c, lender, &mut l.owed, lost);
            if here {
                cohort.details[i].file = FILE_BAD;
                cohort.details[i].resume = month.plus(p.spoilt_file as i32);
            }
            run.journal.forgone(place!(Window::Equipment.instrument()), lost * w);
        }
        if here {
            growth::shrink(&p, &mut run.world.cohorts[c], i, l.gained);
        }
        false
    });
    run.world.upgrades = loans;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_discount_for_two_of_three_years_is_worth_most_of_its_points() {
        // Of 36 equal parts: interest in months 1 to 24 is (36 + 13) × 24 / (37 × 36).
        assert!((interest_share(36, 24) - 49.0 * 24.0 / (37.0 * 36.0)).abs() < 1e-12);
        assert!((interest_share(24, 24) - 1.0).abs() < 1e-12 && (interest_share(12, 24) - 1.0).abs() < 1e-12);
        assert_eq!(interest_share(36, 0), 0.0);
    }

    #[test]
    fn interest_at_the_cap_less_the_discount_is_seven_tenths_of_a_point_to_the_fen() {
        for owed in [10_000_000, 12_345_678, 99_999_999] {
            let [_, interest] = lease::rent(owed, 36, 32_000);
            let net = interest - interest_fen(owed, 25_000);
            assert!((net - interest_fen(owed, 7_000)).abs() <= 1, "{net} on {owed}");
        }
        // A round sum has no fen to round: 120,000 yuan cost 70 yuan a month.
        let owed = Money::yuan(120_000).fen();
        let [_, interest] = lease::rent(owed, 36, 32_000);
        assert_eq!(interest, Money::yuan(320).fen());
        assert_eq!(interest - interest_fen(owed, 25_000), Money::yuan(70).fen());
    }
}
