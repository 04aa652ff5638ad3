//! Loans over several years for equipment: who would invest, what lenders offer, instalments, and the equipment of
//! those who do not pay.
//!
//! Such a loan stands in the register beside the borrower's working loan (decision 0030) and goes bad like any other; only what
//! differs is here. Terms are in `policy::manufacturing_term_loans`; money moves by `ledger::capital`.

use crate::ledger::Reason;
use crate::luck::{Stream, kernel};
use crate::metrics::terms_bit;
use crate::policy::LongTerms;
use crate::units::{Money, Month, interest_fen, ppm};
use crate::world::{
    Borrower, CLASSES, Class, Clauses, Equipment, FILE_BAD, FILE_NONE, FILE_THICK, FILE_THIN, Loan,
    LoanState, Product, Refusal, Relieved, Subsidised, World, status,
};

use super::desk::{self, Desk, Risk};
use super::{Params, Run, growth, lending, limits, sorted, standing, sums, trouble};

/// The instrument behind the loans made here.
const LONG: u32 = terms_bit("manufacturing_term_loans");

/// Classes that may invest.
const INVESTORS: [Class; 2] = [Class::Micro, Class::Small];

/// What the month hands on from need to disbursement.
#[derive(Clone, Debug, Default)]
pub struct Long {
    /// Who has found equipment to buy, and its price, yuan.
    plans: Vec<(Borrower, f64)>,
    offers: Vec<Offer>,
    /// Share of the year's volume that each lender lacks.
    lacking: Vec<f64>,
    /// What this month's queue has left of each lender's allotment (fen) and room for capital.
    pub quota: Vec<i64>,
    pub capital: Vec<f64>,
}

/// What one lender would lend.
#[derive(Clone, Copy, Debug)]
struct Offer {
    borrower: Borrower,
    lender: usize,
    surplus: f64,
    /// Loan, and price of the equipment, yuan.
    amount: f64,
    price: f64,
    months: i32,
    rate: f64,
    all_in: f64,
    recovery: f64,
    bucket: u8,
    handling: f64,
}

/// How much of the year's volume is still lacking, ahead of the calendar by half of what lies ahead as with other
/// targets; smooth at zero. `made` and `book` in fen.
fn lacking(terms: &LongTerms, made: i64, book: i64, month: Month) -> f64 {
    const WIDTH: f64 = 0.1;
    let asked = terms.target * book as f64;
    if asked <= 0.0 {
        return 0.0;
    }
    let elapsed = f64::from(month.month()) / 12.0;
    let gap = elapsed + 0.5 * (1.0 - elapsed) - made as f64 / asked;
    (kernel::softplus64(gap / WIDTH) * WIDTH).min(1.0)
}

/// Most that a monthly `surplus` can carry over `months`: the first month's instalment and interest, yuan.
fn bearable(surplus: f64, months: i32, rate: f64) -> f64 {
    surplus.max(0.0) / (1.0 / f64::from(months) + rate / 12.0)
}

/// Need: manufacturers meet opportunities to invest; officers of lenders behind their volume tell who did not know.
pub fn plan(run: &mut Run) {
    run.long.plans.clear();
    if run.world.month.month() == 1 {
        run.world.long_year.fill(0);
    }
    if run.desk.long.iter().all(Option::is_none) {
        return;
    }
    let (terms, p) = (run.policy.need().investments, run.inputs.params.clone());
    let (month, level) = (run.world.month, run.world.environment.level);
    let region = run.world.region.clone();
    let desk = &run.desk;
    run.long.lacking = (0..region.lenders.len())
        .map(|l| {
            let book = run.world.lenders[l].book_year_start;
            desk.long[l].map_or(0.0, |t| lacking(&t, run.world.long_year[l], book, month))
        })
        .collect();
    // Over lenders as the push of growth targets is: by what each lacks of its book.
    let books: i64 = run.world.lenders.iter().map(|l| l.book_year_start).sum();
    let push: f64 = (0..region.lenders.len())
        .map(|l| {
            let short = desk.long[l].map_or(0.0, |t| t.target) * run.long.lacking[l];
            short * run.world.lenders[l].book_year_start as f64 / books.max(1) as f64
        })
        .sum();
    let told = (p.reach_target * push).min(1.0);
    let draws = run.luck.key(Stream::Investment, month);
    let paying = sorted(run.world.equipment.iter().map(|e| e.id));
    for class in INVESTORS {
        let c = class.index();
        let World { cohorts, census, ledger, .. } = &mut run.world;
        let (cohort, w) = (&mut cohorts[c], ledger.weight[c]);
        for i in 0..cohort.len() {
            let id = cohort.id[i];
            if region.sectors[usize::from(cohort.sector[i])].manufacturing == 0.0
                || f64::from(draws.unit(id)) >= terms.share / 12.0
                || !cohort.is(i, status::LIVE | status::NEED)
                || cohort.details[i].file == FILE_BAD
                || paying.binary_search(&id).is_ok()
            {
                continue;
            }
            let price = terms.size * 12.0 * f64::from(cohort.sales[i]) * level;
            if Money(cohort.liquid[i]).to_yuan() < terms.own * price {
                continue;
            }
            if !cohort.is(i, status::AWARE) {
                if f64::from(draws.unit2(id, 1)) >= told {
                    continue;
                }
                cohort.status[i] |= status::AWARE;
                census.aware[c] += w;
                census.known += i64::from(cohort.details[i].reach.count_ones()) * w;
            }
            run.long.plans.push((Borrower::new(c, i), price));
        }
    }
}

/// Route: every plan is taken to the lenders in reach that lend over years; the best offer is kept.
pub fn ask(run: &mut Run) {
    run.long.offers.clear();
    let plans = std::mem::take(&mut run.long.plans);
    for &(b, price) in &plans {
        let c = b.class();
        run.world.counters.applications[c] += run.world.weight(c);
        match best(run, b, price) {
            Ok(offer) => run.long.offers.push(offer),
            Err(reason) => refuse(run, b, reason, price),
        }
    }
    run.long.plans = plans;
}

/// A refused plan keeps its reason; the owner's working loan is not touched by it.
fn refuse(run: &mut Run, b: Borrower, reason: Refusal, price: f64) {
    let (c, w) = (b.class(), run.world.weight(b.class()));
    let cohort = &run.world.cohorts[c];
    let (sector, township) = (cohort.sector[b.slot()], cohort.township[b.slot()]);
    run.world.refusals.add(c, sector, township, reason, w, price as i64 * w);
}

fn best(run: &Run, b: Borrower, price: f64) -> Result<Offer, Refusal> {
    let (desk, p, world): (&Desk, &Params, &World) = (&run.desk, &run.inputs.params, &run.world);
    let terms = run.policy.need().investments;
    let (c, i) = (b.class(), b.slot());
    let cohort = &world.cohorts[c];
    let (id, level) = (cohort.id[i], world.environment.level);
    let year = Month::new(world.month.year(), 1);
    let signal = run.luck.key(Stream::Signal, year);
    let branch = run.luck.key_fixed(Stream::Investment);
    let own = world.book.loans.get(cohort.loan[i] as usize);
    let own_lender = own.map_or(usize::MAX, |l| usize::from(l.lender));
    let interest = own.map_or(0, |l| interest_fen(l.principal, i64::from(l.rate_ppm)));
    let surplus =
        f64::from(cohort.sales[i]) * level * f64::from(cohort.margin[i]) - Money(interest).to_yuan();
    let cell = desk.cells.at(c, if desk.cells.differ { cohort.township[i] } else { 0 });
    let view = desk.cells.seen(cell, || run.luck.key_fixed(Stream::Records).unit(id));
    let standings = run.luck.key_fixed(Stream::Standing);
    let marks = standing::marks(cohort.flags[i], cohort.status[i]);
    let shown = desk.standings.shown(standings, c, cohort.sector[i], marks, id);
    let file = usize::from(cohort.details[i].file.min(FILE_THICK));
    let returns = f64::from(cohort.details[i].return_rate);
    let beliefs = desk::beliefs(&world.market, c, 0);
    let going = lending::going_rate(run, desk, c, cohort.details[i].reach.count_ones());
    let mut why = (0, Refusal::Capacity);
    let mut further = |stage: u8, reason: Refusal| {
        if stage > why.0 {
            why = (stage, reason);
        }
    };
    let mut best: Option<Offer> = None;
    for l in (0..desk.long.len()).filter(|&l| cohort.details[i].reach >> l & 1 == 1) {
        let Some(long) = desk.long[l] else { continue };
        // Whether its branch may lend over years is the same in every month and world.
        if f64::from(branch.unit2(id, l as u32)) >= long.offered {
            continue;
        }
        let card = &world.region.lenders[l];
        let years = f64::from(long.months) / 12.0;
        let whole = ((1.0 - terms.own) * price).min(card.ticket_max);
        if whole < card.ticket_min.max(p.ticket_min) {
            further(1, Refusal::Collateral);
            continue;
        }
        let sight = view.sight(l, c, file, l == own_lender).sharper(p, shown.noise);
        let (bucket, pd) =
            sight.screen(beliefs, f64::from(cohort.details[i].quality), signal.normal2(id, l as u32));
        let pledge = p.collateral_advance * whole / (1.0 - terms.own);
        let risk = Risk { pd, lgd: limits::lgd(p, whole, pledge), bank_share: 1.0 };
        // What is paid once is spread over the years and over the principal outstanding on average.
        let outstanding = 0.5 * (1.0 + 1.0 / f64::from(long.months));
        let once = 1.0 / (whole * outstanding * years);
        let vat = if whole > p.vat_exempt_limit { 1.0 + p.vat_rate } else { 1.0 };
        let t = &desk.terms[l * CLASSES + c];
        let case = t.case(once, risk, 1.0, vat);
        let given = t.support + long.worth * run.long.lacking[l];
        let looking = (view.handling[file] + shown.handling) * once;
        let dear = long.over_1y * case.scale;
        let neutral = case.neutral(t) + dear;
        let break_even = case.break_even(t, 0.0, given - looking) + dear;
        let ceiling = desk.ceiling + long.over_1y;
        if break_even > ceiling {
            further(3, if cohort.details[i].file == FILE_NONE { Refusal::ThinFile } else { Refusal::Price });
            continue;
        }
        let usual = going + long.over_1y + pd * risk.lgd - world.market.expected_loss[c];
        let rate = break_even.max(ceiling.min(usual) + p.pass_through * (break_even - neutral));
        let all_in = rate + cell.application_cost * once;
        if all_in >= returns {
            further(4, Refusal::Price);
            continue;
        }
        // A dearer loan is asked for in a smaller amount, and no larger than the business can bear.
        let response = kernel::exp32(
            p.price_slope as f32 * kernel::ln32((returns / (all_in * p.price_reference)) as f32),
        );
        let wanted = whole * f64::from(response).clamp(0.25, 1.0);
        let amount = wanted.min(bearable(terms.service * surplus, long.months, rate)).floor();
        if amount < card.ticket_min.max(p.ticket_min) {
            further(5, Refusal::Price);
            continue;
        }
        let gain = amount * (returns - all_in);
        if best.is_none_or(|o| gain > o.surplus) {
            best = Some(Offer {
                borrower: b,
                lender: l,
                surplus: gain,
                amount,
                price: amount / (1.0 - terms.own),
                months: long.months,
                rate,
                all_in,
                recovery: 1.0 - risk.lgd,
                bucket: bucket as u8,
                handling: t.handling_fixed + view.handling[file] + shown.handling,
            });
        }
    }
    best.ok_or(why.1)
}

/// Disburse: in drawn order, with what officers, capital and allotment the month's queue has left, and the officers
/// that lenders behind their volume set aside.
pub fn grant(run: &mut Run) {
    if run.long.offers.is_empty() {
        return;
    }
    let p = run.inputs.params.clone();
    let mut offers = std::mem::take(&mut run.long.offers);
    let draws = run.luck.key(Stream::Investment, run.world.month);
    let id = |run: &Run, o: &Offer| run.world.cohorts[o.borrower.class()].id[o.borrower.slot()];
    offers.sort_by_cached_key(|o| (draws.bits2(id(run, o), 2), o.borrower));
    let mut aside: Vec<f64> = run
        .world
        .region
        .lenders
        .iter()
        .enumerate()
        .map(|(l, card)| {
            let short = run.desk.long[l].map_or(0.0, |t| t.target) * run.long.lacking[l];
            card.cases_per_month * p.target_capacity * short
        })
        .collect();
    for o in &offers {
        let (c, i, l) = (o.borrower.class(), o.borrower.slot(), o.lender);
        let w = run.world.weight(c);
        let fen = Money::yuan(o.amount as i64).fen();
        let lender = &mut run.world.lenders[l];
        let free = aside[l] > 0.0;
        let reason = if !free && lender.cases_used >= lender.cases_offered {
            Some(Refusal::Capacity)
        } else if f64::from(draws.unit2(run.world.cohorts[c].id[i], 3)) >= run.long.capital[l] {
            Some(Refusal::Capital)
        } else if run.long.quota[l] < fen * w {
            Some(Refusal::LendingQuota)
        } else {
            None
        };
        if let Some(reason) = reason {
            refuse(run, o.borrower, reason, o.price);
            continue;
        }
        if free {
            aside[l] -= w as f64;
        } else {
            lender.cases_used += w as f64;
        }
        run.long.quota[l] = run.long.quota[l].saturating_sub(fen * w);
        pay_out(run, &p, o, fen);
    }
    run.long.offers = offers;
}

/// The loan is paid out and the equipment bought.
fn pay_out(run: &mut Run, p: &Params, o: &Offer, amount: i64) {
    let (c, i) = (o.borrower.class(), o.borrower.slot());
    let (month, level) = (run.world.month, run.world.environment.level);
    let cell = run.desk.cells.at(c, run.world.cohorts[c].township[i]);
    let application = Money::from_yuan_f64(cell.application_cost).fen();
    let price = Money::yuan(o.price as i64).fen();
    let world = &mut run.world;
    let (cohort, w) = (&mut world.cohorts[c], world.ledger.weight[c]);
    let home = usize::from(cohort.home[i]);
    let liquid = &mut cohort.liquid[i];
    // Cash for the owner's part may have gone this month.
    if *liquid + amount < price + application {
        return;
    }
    world.ledger.lend_long(c, home, o.lender, liquid, amount);
    world.ledger.spend(c, home, liquid, application, Reason::ApplicationCost);
    world.ledger.spend(c, home, liquid, price, Reason::Equipment);
    let handling = Money::yuan(o.handling as i64).fen() * w;
    world.ledger.lender_to_rest(o.lender, handling, Reason::Handling);
    let sales = growth::grow(p, cohort, i, Money(price).to_yuan() / level);
    let rate_ppm = ppm(o.rate);
    let clauses = world.book.clauses(Clauses {
        id: cohort.id[i],
        start: month,
        share_fund: 0,
        batch: false,
        small_ticket: false,
        claim_guarantor: 0,
        owed_guarantor: 0,
        paid_guarantor: 0,
        paid_fund: 0,
        defaulted: 0,
        npl_since: month,
        recovery: o.recovery as f32,
        tied: 0.0,
        anchor: 0,
        relieved: Relieved::default(),
        subsidy: Subsidised::default(),
        partners: 0,
        led: 1_000_000,
        helped: LONG,
    });
    let slot = world.book.add(Loan {
        principal: amount,
        clauses,
        borrower: o.borrower,
        rate_ppm: rate_ppm as u32,
        maturity: month.plus(o.months),
        share_national: 0,
        share_reguarantor: 0,
        share_local: 0,
        state: LoanState::Performing,
        product: Product::Collateral,
        lender: o.lender as u8,
        guarantor: 0,
        bucket: o.bucket,
        arrears: 0,
        renewals: 0,
        township: cohort.township[i],
        home: home as u8,
        borrower_live: true,
        window: None,
        hold: false,
        deferred: 0,
        revolving: false,
        subsidised: false,
        long: true,
    });
    world.equipment.push(Equipment { borrower: o.borrower, id: cohort.id[i], loan: slot, sales });
    world.long_year[o.lender] += amount * w;
    if cohort.details[i].file == FILE_NONE {
        cohort.details[i].file = FILE_THIN;
        cohort.details[i].record_since = month;
    }
    if !cohort.is(i, status::HAD_LOAN) {
        cohort.status[i] |= status::HAD_LOAN;
        world.counters.first_time[c] += w;
        world.counters.first_time_township[usize::from(cohort.township[i])] += w;
    }
    let k = &mut world.counters;
    k.approvals[c] += w;
    k.new_fen += amount * w;
    k.new_rate += i128::from(amount * w) * i128::from(rate_ppm);
    k.new_all_in += i128::from(amount * w) * i128::from(ppm(o.all_in));
    run.journal.supported(LONG, w, amount * w);
}

/// Part of the principal that falls due with `missed` months left unpaid, fen: equal parts of what is owed over
/// the months it was to be owed; all of it once the last month has come.
fn instalment(owed: i64, left: i32, missed: i64) -> i64 {
    let left = i64::from(left.max(0)) + 1;
    (owed * (missed + 1) / (left + missed)).min(owed)
}

/// Service: a month of a sound loan.
pub fn pay(run: &mut Run, slot: u32) {
    let month = run.world.month;
    let World { book, cohorts, ledger, lenders, rate_cuts, .. } = &mut run.world;
    let loan = &mut book.loans[slot as usize];
    let (c, i, lender) = (loan.borrower.class(), loan.borrower.slot(), usize::from(loan.lender));
    let spared = rate_cuts.spared(loan, 1);
    let interest = interest_fen(loan.principal, i64::from(loan.rate_ppm)) - spared;
    let due = instalment(loan.principal, loan.maturity.since(month), 0);
    let (home, liquid) = (usize::from(loan.home), &mut cohorts[c].liquid[i]);
    if *liquid >= interest + due {
        ledger.pay_interest(c, home, lender, liquid, interest);
        lenders[lender].spared += spared * ledger.weight[c];
        ledger.repay_long(c, home, lender, liquid, &mut loan.principal, due);
        if loan.principal == 0 {
            done(&mut run.world, slot);
        }
    } else if !super::relief::defer(run, slot, interest, spared) {
        run.world.cohorts[c].loan_cash[i] = trouble::NO_DRAWINGS;
        let loan = &mut run.world.book.loans[slot as usize];
        (loan.state, loan.arrears) = (LoanState::Overdue, 1);
    }
}

/// Service: a month in arrears; family may help, and what was missed is paid once cash allows.
pub fn overdue(run: &mut Run, p: &Params, slot: u32) {
    let month = run.world.month;
    let help = run.luck.key(Stream::Recovery, month).nth(2);
    let World { book, cohorts, ledger, lenders, rate_cuts, .. } = &mut run.world;
    let loan = &mut book.loans[slot as usize];
    if !loan.borrower_live {
        loan.arrears = loan.arrears.saturating_add(1);
        return;
    }
    let (c, i, lender) = (loan.borrower.class(), loan.borrower.slot(), usize::from(loan.lender));
    let missed = i64::from(loan.arrears);
    let spared = rate_cuts.spared(loan, missed + 1);
    let interest = interest_fen(loan.principal, i64::from(loan.rate_ppm)) * (missed + 1) - spared
        + loan.relieved.deferred_interest;
    let due = instalment(loan.principal, loan.maturity.since(month), missed);
    let home = usize::from(cohorts[c].home[i]);
    let id = cohorts[c].id[i];
    let liquid = &mut cohorts[c].liquid[i];
    if *liquid < interest + due && f64::from(help.unit(id)) < p.cure_rate {
        let lack = interest + due - *liquid;
        ledger.receive(c, home, liquid, lack, Reason::EntryCapital);
    }
    if *liquid < interest + due {
        loan.arrears = loan.arrears.saturating_add(1);
        return;
    }
    ledger.pay_interest(c, home, lender, liquid, interest);
    lenders[lender].spared += spared * ledger.weight[c];
    ledger.repay_long(c, home, lender, liquid, &mut loan.principal, due);
    loan.relieved.deferred_interest = 0;
    (loan.state, loan.arrears) = (LoanState::Performing, 0);
    let owes = book.loans[slot as usize].principal;
    let working = book.loans.get(cohorts[c].loan[i] as usize).map_or(0.0, |l| Money(l.principal).to_yuan());
    cohorts[c].loan_cash[i] = ((1.0 - p.illiquid_share) * working) as f32;
    if owes == 0 {
        done(&mut run.world, slot);
    }
}

/// A loan is paid off: the equipment is the owner's.
fn done(world: &mut World, slot: u32) {
    world.book.close(slot);
    world.equipment.retain(|e| e.loan != slot);
}

/// A bad loan has come to its end: the equipment was sold, its output is gone.
pub fn taken_back(run: &mut Run, slot: u32) {
    let Some(k) = run.world.equipment.iter().position(|e| e.loan == slot) else { return };
    let e = run.world.equipment.remove(k);
    let (c, i) = (e.borrower.class(), e.borrower.slot());
    let cohort = &mut run.world.cohorts[c];
    if cohort.id[i] == e.id && cohort.is(i, status::LIVE) {
        growth::shrink(&run.inputs.params, cohort, i, e.sales);
    }
}

/// A borrower closes: its long loan is repaid from what there is, or turns bad at once.
pub fn closing(run: &mut Run, c: usize, i: usize) {
    if !INVESTORS.iter().any(|class| class.index() == c) {
        return;
    }
    let (own, id) = (Borrower::new(c, i), run.world.cohorts[c].id[i]);
    let Some(slot) = run.world.equipment.iter().find(|e| e.borrower == own && e.id == id).map(|e| e.loan)
    else {
        return;
    };
    sums::recount_loan(run, slot, -1);
    let World { book, cohorts, ledger, .. } = &mut run.world;
    let loan = &mut book.loans[slot as usize];
    let (lender, home, owed) = (usize::from(loan.lender), usize::from(loan.home), loan.principal);
    let liquid = &mut cohorts[c].liquid[i];
    if loan.state != LoanState::NonPerforming && *liquid >= owed {
        ledger.repay_long(c, home, lender, liquid, &mut loan.principal, owed);
        done(&mut run.world, slot);
    } else {
        trouble::orphan(run, slot);
    }
    sums::recount_loan(run, slot, 1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loan_is_paid_off_in_equal_parts_to_the_fen() {
        // 1m yuan and one fen over 48 months.
        let (mut owed, mut parts) = (100_000_001, Vec::new());
        for left in (0..48).rev() {
            let part = instalment(owed, left, 0);
            owed -= part;
            parts.push(part);
        }
        assert_eq!(owed, 0);
        assert!(parts.iter().all(|p| (2_083_333..=2_083_334).contains(p)), "{parts:?}");
        // Two months missed of ten left: three parts of twelve fall due at the third.
        assert_eq!(instalment(1_200, 9, 2), 300);
        assert_eq!(instalment(1_200, -4, 5), 1_200);
    }

    #[test]
    fn more_months_bear_more_debt() {
        let [short, long] = [12, 60].map(|months| bearable(10_000.0, months, 0.05));
        // 10,000 yuan a month over one and five years at 5%.
        assert!((short - 10_000.0 / (1.0 / 12.0 + 0.05 / 12.0)).abs() < 1e-6);
        assert!(long / short > 4.0 && long / short < 5.0);
        assert_eq!(bearable(-5.0, 36, 0.05), 0.0);
    }

    #[test]
    fn what_lacks_of_a_volume_falls_to_nothing() {
        let terms = LongTerms { offered: 1.0, months: 48, over_1y: 0.006, target: 0.01, worth: 0.005 };
        let june = Month::new(2023, 6);
        let of = |made| lacking(&terms, made, 1_000_000, june);
        assert!(
            of(0) > 0.7 && of(5_000) < 0.3 && of(12_000) < 0.01,
            "{} {} {}",
            of(0),
            of(5_000),
            of(12_000)
        );
        assert_eq!(lacking(&LongTerms { target: 0.0, ..terms }, 0, 1_000_000, june), 0.0);
    }
}
