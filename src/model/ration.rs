//! Phases 7 and 8: the month's queue against what lenders, guarantors and the fund can carry, and
//! the disbursement of what is left.
//! Who is refused here keeps one reason; prices are no longer changed.

use crate::ledger::Reason;
use crate::luck::simd::{prefetch, prefetch_of, prefetch_whole, twin};
use crate::luck::{Stream, kernel};
use crate::metrics::{terms, terms_bit};
use crate::policy::{HitTerms, place};
use crate::units::{Money, ppm, share_fen};
use crate::world::{
    Borrower, CLASSES, Class, Clauses, FILE_NONE, FILE_THIN, LenderKind, Loan, LoanState, NO_LOAN, Product,
    Refusal, Relieved, World, flag, nature, status,
};

use super::desk::{self, Desk};
use super::lending::{self, Application};
use super::offers::{Offer, Others};
use super::{
    Params, Run, environment, equipment, guarantee, harvest, joint, relief, standing, term, trouble,
};

pub fn ration(run: &mut Run) {
    let month = run.world.month;
    let p = run.inputs.params.clone();
    let region = run.world.region.clone();
    let dated = environment::dated(run);
    let years = f64::from(month.since(region.start).max(0)) / 12.0;

    let mut cases = Vec::with_capacity(region.lenders.len());
    let mut quota = Vec::with_capacity(region.lenders.len());
    let mut capital = Vec::with_capacity(region.lenders.len());
    let mut green = Vec::with_capacity(region.lenders.len());
    // Posts outside the branches are manned by whoever has officers, in proportion.
    let mans = |kind: LenderKind| kind != LenderKind::Online;
    let manned = region.lenders.iter().zip(&run.world.lenders).filter(|(_, l)| mans(l.kind));
    let officers: f64 = manned.map(|(card, _)| card.cases_per_month).sum();
    let added = run.desk.ration.cases_added / officers.max(1.0);
    let here = 1.0 - run.desk.ration.officers_away;
    for (l, card) in region.lenders.iter().enumerate() {
        let lender = &mut run.world.lenders[l];
        let growth = kernel::pow64(1.0 + p.capacity_growth, years);
        let offered = card.cases_per_month
            * growth
            * lender.hired
            * (1.0 + p.capacity_digital * run.desk.digital * card.digital)
            * (1.0 + p.target_capacity * lender.shortfall)
            * if mans(lender.kind) { here } else { 1.0 }
            + if mans(lender.kind) { added * card.cases_per_month } else { 0.0 };
        lender.cases_offered = offered;
        let over = (lender.cases_used - offered).max(0.0);
        lender.cases_used = over;
        cases.push(offered - over);
        let desks = if mans(lender.kind) {
            run.desk.ration.green_cases / officers.max(1.0) * card.cases_per_month
        } else {
            0.0
        };
        lender.green_cases_used = (lender.green_cases_used - desks).max(0.0);
        green.push(desks - lender.green_cases_used);
        // Branches from elsewhere lend within what head office allotted for the year, released by month.
        let allotted = lender.book_year_start as f64
            * (1.0 + card.allotted_growth * f64::from(month.month()) / 12.0)
            + Money::from_yuan_f64(card.ticket_max).fen() as f64;
        let bound = !lender.local_legal_person && lender.kind != LenderKind::Online;
        quota.push(if bound { allotted as i64 - lender.book } else { i64::MAX });
        let view = desk::legal_person(&run.world, &region, l, dated);
        // Lending room fades as the capital ratio nears its floor.
        let room = ((view.capital_ratio - card.capital_floor)
            / (p.quota_smooth * card.capital_floor).max(1e-9))
        .clamp(0.0, 1.0);
        capital.push(room);
    }
    // A desk takes its last case whole, however many borrowers it stands for in a thinned run, and
    // has that much less next month.
    for (g, card) in run.world.guarantors.iter_mut().zip(&region.guarantors) {
        g.cases_used = (g.cases_used - g.cases_offered).max(0.0);
        g.cases_offered = card.cases_per_month * kernel::pow64(1.0 + p.guarantor_capacity_growth, years);
    }

    // Renewals first: a desk that is full does not drop its own customers; then in drawn order.
    let queue = run.luck.key(Stream::Queue, month);
    // One word each, which sorts fastest: new, draw, place.
    let place =
        |(k, o): (u64, &Offer)| u64::from(o.renewal == NO_LOAN) << 63 | u64::from(queue.bits(o.id)) << 31 | k;
    let mut order: Vec<u64> = (0..1 << 31).zip(&run.offers).map(place).collect();
    order.sort_unstable();
    let mut order: Vec<(u32, u32)> =
        order.into_iter().map(|word| ((word >> 31) as u32, word as u32 & 0x7fff_ffff)).collect();
    if run.desk.ration.hit_first {
        // Among the new, hit trades go before others.
        let first = order.partition_point(|&(_, k)| run.offers[k as usize].renewal != NO_LOAN);
        let hit = |&(_, k): &(u32, u32)| {
            let b = run.offers[k as usize].borrower;
            let sector = run.world.cohorts[b.class()].sector[b.slot()];
            run.desk.windows.natures[usize::from(sector)] & nature::HIT != 0
        };
        let (hits, others): (Vec<_>, Vec<_>) = order.drain(first..).partition(hit);
        order.extend(hits.into_iter().chain(others));
    }
    let mut offers = std::mem::take(&mut run.offers);
    let refused = cover(run, &p, &mut offers, &order);
    let mut served = vec![false; offers.len()];
    let mut turned_away = vec![0.0; cases.len()];
    let mut away = Vec::new();
    for (n, &(draw, k)) in order.iter().enumerate() {
        // Offers, and the loans they renew, lie anywhere.
        if let Some(later) = order.get(n + 16).and_then(|later| offers.get(later.1 as usize)) {
            prefetch_of(&later.borrower);
            prefetch_of(&later.quote.lender);
        }
        if let Some(later) = order.get(n + 8).and_then(|later| offers.get(later.1 as usize)) {
            run.world.book.expect(later.renewal);
        }
        let o = &offers[k as usize];
        let w = run.world.weight(o.borrower.class());
        let renewal = o.renewal != NO_LOAN;
        if let Some(reason) = refused[k as usize] {
            away.push((k, reason));
            continue;
        }
        let l = o.lender as usize;
        let fen = Money::yuan(o.amount as i64).fen() * w;
        let old = if renewal { run.world.book.loans[o.renewal as usize].principal * w } else { 0 };
        let spared = if o.own_hand { run.desk.ration.delegated.spared } else { 0.0 };
        let load = if renewal { p.handling_renewal } else { 1.0 } * (1.0 - spared) * w as f64;
        let (c, i) = (o.borrower.class(), o.borrower.slot());
        let apart = green[l] > 0.0 && run.world.cohorts[c].flags[i] & flag::GREEN != 0;
        let reason = if cases[l] <= 0.0 && !apart {
            Some(Refusal::Capacity)
        } else if !renewal && f64::from((draw >> 8) as f32) / 16_777_216.0 >= capital[l] {
            Some(Refusal::Capital)
        } else if !renewal && quota[l] < fen {
            Some(Refusal::LendingQuota)
        } else {
            None
        };
        if let Some(reason) = reason {
            if reason == Refusal::Capacity {
                turned_away[l] += load;
            }
            away.push((k, reason));
            continue;
        }
        if apart {
            green[l] -= load;
            run.world.lenders[l].green_cases_used += load;
        } else {
            cases[l] -= load;
            run.world.lenders[l].cases_used += load;
        }
        quota[l] = quota[l].saturating_sub(fen - old);
        served[k as usize] = true;
    }
    for (n, &(k, reason)) in away.iter().enumerate() {
        if let Some(&(later, _)) = away.get(n + 8) {
            expect_refusal(&run.world, offers[later as usize].borrower);
        }
        turn_away(run, &offers[k as usize], reason);
    }
    // The queue has been served; money is paid out in the order of the columns, in which offers came.
    let mut was_served = served.into_iter();
    offers.retain(|_| was_served.next() == Some(true));
    run.offers = offers;
    hire(run, &p, &turned_away);
    (run.long.quota, run.long.capital) = (quota, capital);
}

/// Banks add officers where cases are turned away: as many as were lately missing, after the time it takes to
/// find and train them, and no more in a year than can be led. Nobody is dismissed where desks are idle.
fn hire(run: &mut Run, p: &Params, turned_away: &[f64]) {
    for (lender, cases) in run.world.lenders.iter_mut().zip(turned_away) {
        let share = cases / lender.cases_offered.max(1.0);
        lender.turned_away += (share - lender.turned_away) / p.hiring_months.max(1.0);
        lender.hired *= 1.0 + lender.turned_away.min(p.hiring_most) / 12.0;
    }
}

/// Fund and guarantors decide before the officers do: whom they have no room for takes its next
/// choice, or is refused for the reason returned. The fund takes renewals first, then the others as drawn;
/// who misses it may still be guaranteed. A guarantor's desk serves its own customers first,
/// then those whose own security finds no other offer, which is what it is there for, then the rest;
/// among these a case's chance is by its amount, since it costs the same work and the fee is by the yuan.
fn cover(run: &mut Run, p: &Params, offers: &mut [Offer], order: &[(u32, u32)]) -> Vec<Option<Refusal>> {
    let mut refused = vec![None; offers.len()];
    assert!(offers.len() < 1 << 30, "places take thirty bits");
    if run.desk.ration.fund_open {
        under_the_fund(run, offers, order, &mut refused);
    }
    let mut guarantor_room = run.desk.guarantor_room.clone();
    let others = &run.others;
    let customer = |o: &Offer| {
        let old = run.world.book.loans.get(o.renewal as usize);
        old.is_some_and(|old| old.product.is_guaranteed() && old.guarantor == o.guarantor)
    };
    // One word each, which sorts fastest: whether it is new, has another offer, its draw, its place. Gathered in the order
    // of the columns.
    let key = run.luck.key(Stream::Queue, run.world.month);
    let mut queue: Vec<u64> = (0u64..)
        .zip(&*offers)
        .zip(&refused)
        .filter(|((_, o), refused)| refused.is_none() && o.product.is_guaranteed())
        .map(|((k, o), _)| {
            let after =
                u64::from(!customer(o)) << 1 | u64::from(others[o.others as usize].fallback.is_some());
            after << 62 | u64::from(by_amount(key.bits(o.id), o.amount)) << 30 | k
        })
        .collect();
    queue.sort_unstable();
    let place = |word: u64| word as usize & ((1 << 30) - 1);
    for (n, &word) in queue.iter().enumerate() {
        if let Some(&later) = queue.get(n + 8) {
            prefetch(offers, place(later));
        }
        if let Some(&later) = queue.get(n + 4) {
            prefetch_whole(others.get(offers[place(later)].others as usize));
        }
        let (new, k) = (word >> 63 == 1, place(word));
        let o = &mut offers[k];
        let w = run.world.weight(o.borrower.class());
        let fen = Money::yuan(o.amount as i64).fen() * w;
        // What the loan adds to the guarantor's own liability.
        let own = |fen: i64, share: u32| share_fen(fen, i64::from(share));
        let old = run.world.book.loans.get(o.renewal as usize);
        let old_local = old
            .filter(|old| old.product.is_guaranteed() && old.guarantor == o.guarantor)
            .map_or(0, |old| own(old.principal, old.share_local) * w);
        let local = own(fen, run.desk.shares[o.product as usize].local) - old_local;
        let g = o.guarantor as usize;
        let state = &run.world.guarantors[g];
        let no_room = local > 0 && guarantor_room[g] < local;
        let no_desk = !o.batch && state.cases_used >= state.cases_offered;
        if no_room || no_desk {
            match others[o.others as usize].fallback {
                Some(quote) => o.quote = quote,
                None if no_room => refused[k] = Some(Refusal::GuarantorMultiple),
                None => refused[k] = Some(Refusal::Capacity),
            }
            continue;
        }
        guarantor_room[g] -= local;
        if !o.batch {
            let load = if new { 1.0 } else { p.handling_renewal };
            run.world.guarantors[g].cases_used += load * w as f64;
        }
    }
    refused
}

/// The fund's room, in the order of the month's queue. Room kept for a case that no guarantor then takes
/// stays free until next month.
fn under_the_fund(run: &Run, offers: &mut [Offer], order: &[(u32, u32)], refused: &mut [Option<Refusal>]) {
    let mut room = run.desk.fund_room;
    let (state, others) = (&run.world.fund, &run.others);
    for &(.., k) in order {
        let o = &mut offers[k as usize];
        if !o.product.is_fund() {
            continue;
        }
        let w = run.world.weight(o.borrower.class());
        let old = run.world.book.loans.get(o.renewal as usize);
        let old_covered = old.filter(|old| old.product.is_fund()).map_or(0, |old| old.principal);
        if old_covered > 0 {
            // A covered loan that is renewed has its cover; it grows only by what the fund has room for.
            let stopped = state.stopped || state.stopped_lender[o.lender as usize];
            let more = if stopped { 0 } else { room.max(0) / w };
            let amount = o.amount.min(((old_covered + more) / 100) as f64);
            let left = o.surplus * amount / o.amount;
            if let Some(quote) = others[o.others as usize].uncovered.filter(|q| q.surplus > left) {
                o.quote = quote;
                continue;
            }
            o.quote.amount = amount;
        }
        let more = Money::yuan(o.amount as i64).fen() * w - old_covered * w;
        if more <= room.max(0) {
            room -= more;
            continue;
        }
        let Others { uncovered, fallback } = others[o.others as usize];
        match uncovered.or(fallback) {
            Some(quote) => o.quote = quote,
            None => refused[k as usize] = Some(Refusal::FundBreaker),
        }
    }
}

/// Place in a queue in which being first is as likely as the amount is large: an exponential draw over
/// the amount, in units that keep loans of a hundred to a hundred million yuan apart.
fn by_amount(draw: u32, amount: f64) -> u32 {
    let u = (f64::from(draw) + 0.5) / 4_294_967_296.0;
    let place = -kernel::ln64(u) / amount.max(1.0);
    // Monotone in the exponential variable, so that order is kept in 32 bits.
    (place / (place + 1e-6) * f64::from(u32::MAX)) as u32
}

fn turn_away(run: &mut Run, o: &Offer, reason: Refusal) {
    let (c, i) = (o.borrower.class(), o.borrower.slot());
    let giving_up = run.desk.cells.at(c, run.world.cohorts[c].details[i].township).giving_up;
    lending::refuse(run, &Application { borrower: o.borrower, renewal: o.renewal }, reason, giving_up);
}

/// What a refusal will touch.
#[inline(always)]
pub fn expect_refusal(world: &World, borrower: Borrower) {
    let (cohort, i) = (&world.cohorts[borrower.class()], borrower.slot());
    prefetch(&cohort.details, i);
    prefetch(&cohort.status, i);
}

/// What the disbursal of an offer will touch: a line of memory in each of many columns.
fn expect(world: &World, o: &Offer) {
    let (c, i) = (&world.cohorts[o.borrower.class()], o.borrower.slot());
    prefetch_whole(world.book.loans.get(o.renewal as usize).map(|old| &*old.clauses));
    trouble::expect_funding(c, i);
    prefetch(&c.flags, i);
}

const HIT: u32 = terms_bit("hit_sector_rate");
const PROJECTS: u32 = terms_bit("project_tools");
const CROPS: u32 = terms_bit("crop_insurance");
const WITHOUT_TAKERS: u32 = PROJECTS | CROPS | terms_bit("equity_funds");

/// Instruments behind a loan that is about to be made, beside those its product, window and subsidy tell:
/// bits of `metrics::ON_TERMS`.
#[inline(always)]
fn behind(world: &World, desk: &Desk, o: &Offer, line: bool) -> u32 {
    let (c, i) = (o.borrower.class(), o.borrower.slot());
    let (cohort, terms) = (&world.cohorts[c], &desk.terms[o.lender as usize * CLASSES + c]);
    let is_hit = desk.windows.natures[usize::from(cohort.details[i].sector)] & nature::HIT != 0;
    let pledged = o.product == Product::Collateral && desk.cells.pledges(c);
    let one = |bit: u32, applies: bool| if applies { bit } else { 0 };
    one(const { terms_bit("renewal_without_repayment") }, o.unbridged && !o.scheme)
        | one(const { terms_bit("no_withdrawal") }, o.kept)
        | one(const { terms_bit("revolving_credit") }, line)
        | one(const { terms_bit("transfer_pricing") }, terms.transfer_discount > 0.0)
        | one(const { terms_bit("economic_capital") }, terms.capital_spared > 0.0)
        | one(const { terms_bit("joint_lending") }, o.partners != 0)
        | one(const { terms_bit("delegated_approval") }, o.own_hand)
        | one(const { terms_bit("agri_credit_products") }, o.at_window)
        | one(HIT, is_hit && terms.hit != HitTerms::default())
        | one(CROPS, pledged && harvest::sum_insured(world, o.borrower, o.id) > 0.0)
        | one(PROJECTS, cohort.flags[i] & flag::PROJECT != 0)
        | standing::behind(o.shown)
}

twin! {
    /// Phase 8: money is paid out for every offer that was served.
    pub fn disburse, disburse_plain(run: &mut Run) {
        pay_out(run);
    }
}

#[inline(always)]
fn pay_out(run: &mut Run) {
    let p = run.inputs.params.clone();
    let level = run.world.environment.level;
    let offers = std::mem::take(&mut run.offers);
    for (n, o) in offers.iter().enumerate() {
        prefetch(&offers, n + 24);
        if let Some(later) = offers.get(n + 12) {
            run.world.book.expect(later.renewal);
        }
        if let Some(later) = offers.get(n + 6) {
            expect(&run.world, later);
        }
        let (c, i) = (o.borrower.class(), o.borrower.slot());
        let w = run.world.weight(c);
        let amount = Money::yuan(o.amount as i64).fen();
        let it = run.world.cohorts[c].details[i];
        let home = it.home as usize;
        let renewal = o.renewal != NO_LOAN;
        // The old principal is repaid from the new loan and own cash, bridged for some days.
        let mut renewals = 0;
        let mut old_principal = 0;
        if renewal {
            let old = &run.world.book.loans[o.renewal as usize];
            let cash = run.world.cohorts[c].liquid[i];
            if cash.max(0) + (amount - (-cash).max(0)) < old.principal {
                run.unrenewed.push(o.renewal);
                continue;
            }
            renewals = old.renewals.saturating_add(1);
            old_principal = old.principal;
        }
        let world = &mut run.world;
        let cohort = &mut world.cohorts[c];
        let liquid = &mut cohort.liquid[i];
        world.ledger.disburse(c, home, o.lender as usize, liquid, amount);
        if renewal {
            let old_slot = o.renewal;
            trouble::repay_all(world, old_slot);
            if !o.unbridged {
                let days = if o.own_hand { run.desk.ration.delegated.bridge } else { 1.0 };
                let cost = share_fen(old_principal, ppm(p.bridge_cost * days));
                world.ledger.spend(c, home, &mut world.cohorts[c].liquid[i], cost, Reason::BridgeCost);
            }
        }
        let shares = run.desk.shares[o.product as usize];
        if o.product.is_guaranteed() {
            let fee = share_fen(amount, ppm(run.desk.guarantee_fee));
            let liquid = &mut world.cohorts[c].liquid[i];
            let fee = fee.min((*liquid).max(0));
            world.ledger.pay_fee(c, home, o.guarantor as usize, liquid, fee);
            let upper = ppm(run.desk.ration.chain_fee);
            for (tier, share) in [(world.reguarantor, shares.reguarantor), (world.national, shares.national)]
            {
                let part = share_fen(share_fen(amount, i64::from(share)), upper) * w;
                let g = o.guarantor as usize;
                let part = part.min(world.ledger.guarantors[g].deposit.max(0));
                world.ledger.guarantor_to_upper(g, tier, part, Reason::ChainFee);
            }
            let first = !world.cohorts[c].is(i, status::HAD_LOAN);
            let g = &mut world.guarantors[o.guarantor as usize];
            g.new_year[usize::from(o.batch)] += amount * w;
            g.new_first[usize::from(o.batch)] += if first { amount * w } else { 0 };
        }
        let cell = run.desk.cells.at(c, it.township);
        let application = Money::from_yuan_f64(cell.application_cost).fen();
        let liquid = &mut world.cohorts[c].liquid[i];
        world.ledger.spend(c, home, liquid, application, Reason::ApplicationCost);
        // New stock for what the loan grew by.
        let grown = (amount - old_principal).max(0);
        let stock = share_fen(grown, ppm(p.illiquid_share)) / 100 * 100;
        if stock > 0 {
            world.ledger.spend(c, home, &mut world.cohorts[c].liquid[i], stock, Reason::StockBought);
            world.cohorts[c].details[i].stock += (stock / 100) as f32;
        }
        if o.product.is_fund() {
            world.ledger.fund_covered += amount * w;
            world.fund.covered[o.lender as usize] += amount * w;
        }
        world.ledger.lender_to_rest(
            o.lender as usize,
            Money::yuan(o.handling as i64).fen() * w,
            Reason::Handling,
        );
        if o.partners != 0 {
            let expected = share_fen(amount, ppm(o.pd * (1.0 - o.recovery))) * w;
            joint::pay_partners(&mut world.ledger, o.lender as usize, o.partners, o.led, expected);
        }
        let month = world.month;
        let covered = shares.covered(o.product.is_guaranteed());
        let charge = relief::line(&run.desk, &p, run.luck, &world.cohorts[c], i, o);
        let rate_ppm = ppm(o.rate + charge.unwrap_or(0.0));
        let cohort = &world.cohorts[c];
        let granted = run.desk.subsidies.granted(c, cell.rated, cohort.flags[i], o.scheme, o.amount, o.rate);
        let tenor = match run.desk.microcredit[o.lender as usize] {
            Some(terms) if o.scheme => terms.tenor_months,
            _ => p.tenor as i32,
        };
        let helped = behind(world, &run.desk, o, charge.is_some());
        let relieved = Relieved { line: if charge.is_some() { amount } else { 0 }, ..Relieved::default() };
        let clauses = world.book.clauses(Clauses {
            id: it.id,
            start: month,
            share_fund: shares.fund,
            batch: o.batch,
            small_ticket: o.amount <= run.desk.ration.small_ticket_yuan,
            claim_guarantor: 0,
            owed_guarantor: 0,
            paid_guarantor: 0,
            paid_fund: 0,
            defaulted: 0,
            npl_since: month,
            recovery: o.recovery as f32,
            tied: o.tied as f32,
            anchor: it.sector,
            relieved,
            subsidy: granted.kept(),
            partners: o.partners,
            led: o.led,
            helped,
        });
        let slot = world.book.add(Loan {
            principal: amount,
            clauses,
            borrower: o.borrower,
            rate_ppm: rate_ppm as u32,
            maturity: month.plus(tenor),
            share_national: shares.national,
            share_reguarantor: shares.reguarantor,
            share_local: shares.local,
            state: LoanState::Performing,
            product: o.product,
            lender: o.lender,
            guarantor: o.guarantor,
            bucket: o.bucket,
            arrears: 0,
            renewals,
            township: it.township,
            home: home as u8,
            borrower_live: true,
            window: o.window,
            hold: false,
            deferred: 0,
            revolving: charge.is_some(),
            subsidised: granted.worth > 0.0,
            long: false,
        });
        if o.product.is_guaranteed() {
            guarantee::move_liability(world, slot, 0, amount);
        }
        let cohort = &mut world.cohorts[c];
        cohort.loan[i] = slot;
        cohort.status[i] &= !(status::REFUSED | status::DISCOURAGED);
        if cohort.details[i].file == FILE_NONE {
            cohort.details[i].file = FILE_THIN;
            cohort.details[i].record_since = month;
        }
        if !cohort.is(i, status::HAD_LOAN) {
            cohort.status[i] |= status::HAD_LOAN;
            world.counters.first_time[c] += w;
            world.counters.first_time_township[it.township as usize] += w;
        }
        lending::set_funding(&p, cohort, i, Money(amount).to_yuan(), level, covered);
        world.counters.approvals[c] += w;
        if let Some(window) = o.window {
            world.lenders[o.lender as usize].pledged_new[window as usize] += amount * w;
        }
        let class = Class::from_index(c);
        if class.is_mse() {
            let all_in = ppm(o.all_in + charge.unwrap_or(0.0));
            let k = &mut world.counters;
            k.new_fen += amount * w;
            k.new_rate += i128::from(amount * w) * i128::from(rate_ppm);
            k.new_all_in += i128::from(amount * w) * i128::from(all_in);
        }
        let made_under = terms(o.product, o.window, granted.kept().kind) | helped;
        run.journal.supported(made_under & !WITHOUT_TAKERS, w, amount * w);
        let terms = &run.desk.terms[o.lender as usize * CLASSES + c];
        let hit = if helped & HIT != 0 { terms.hit } else { HitTerms::default() };
        // A year of the loan at the lower price of funds.
        for (at, points) in
            [(place!("transfer_pricing"), terms.transfer_discount), (place!("hit_sector_rate"), hit.discount)]
        {
            if points > 0.0 {
                run.journal.forgone(at, share_fen(amount * w, ppm(points)));
            }
        }
        // Takers of these are counted where they are taken on, not by their loans.
        run.journal.supported(helped & WITHOUT_TAKERS & !PROJECTS, 0, amount * w);
        if helped & PROJECTS != 0 {
            run.world.cohorts[c].flags[i] &= !flag::PROJECT;
            run.journal.supported(PROJECTS, 0, grown * w);
        }
        // The market's yardstick of expected loss moves slowly with the loans made; a crop policy moves no one else's.
        if usize::from(o.bucket) < desk::BUCKETS {
            let el = &mut run.world.market.expected_loss[c];
            *el += (w as f64 / p.expected_loss_memory).min(0.5) * (o.pd * (1.0 - o.recovery) - *el);
        }
        debug_assert!(
            c < CLASSES
                && !matches!(o.product, Product::Guaranteed if o.guarantor as usize >= run.world.guarantors.len())
        );
    }
    run.offers = offers;
    term::grant(run);
    equipment::lend(run);
    trouble::cliff(run);
    run.applications.clear();
}
