//! Phase 9: the month's accounts of lenders, windows, tool, guarantors and fund.
//! The register is summed first, so that incentives, provisions and limits look at one and the same
//! balance. Rules of the instruments are in `policy`; here their answers are posted.

use crate::ledger::Reason;
use crate::metrics::Payer;
use crate::policy::{FeeAsk, FeeSubsidy, QuarterAsk, place};
use crate::units::{Money, Month, interest_fen, mul_div_half_even, ppm, share_fen};
use crate::world::{CLASSES, World};

use super::{Run, environment, equity, fees, sums, windows};

pub fn settle(run: &mut Run) {
    sums::sum_register(run);
    fees::waive(run);
    lenders_costs(run);
    windows::settle(run);
    if run.world.month.is_quarter_end() {
        support_tool(run);
        reimburse(run);
    }
    award(run);
    equity::capital(run);
    guarantors(run);
    fund(run);
    profit(run);
}

/// Funds at the internal transfer price, running cost of the book.
fn lenders_costs(run: &mut Run) {
    let region = run.world.region.clone();
    let p = run.inputs.params.clone();
    for (l, card) in region.lenders.iter().enumerate() {
        let funding = run.desk.terms[l * CLASSES].funding;
        let world = &mut run.world;
        let own = (world.lenders[l].book - world.ledger.lenders[l].advances).max(0);
        world.ledger.lender_to_outside(l, interest_fen(own, ppm(funding)), Reason::FundingCost);
        let handling = interest_fen(world.lenders[l].book, ppm(p.handling_rate * card.handling_factor));
        world.ledger.lender_to_rest(l, handling, Reason::Handling);
    }
}

/// Quarter-end: the incentive for the legal person's net increase; the district's part of it.
fn support_tool(run: &mut Run) {
    let dated = environment::dated(run);
    let before = dated.plus(-3);
    let region = run.world.region.clone();
    let paid_before = if run.world.month.month() == 3 { 0 } else { run.journal.incentive_legal_year };
    let mut claims = Vec::with_capacity(region.lenders.len());
    let mut room = 0;
    for l in 0..region.lenders.len() {
        let outside = |m: Month| Money::from_yuan_f64(region.paths.outside_inclusive[l].at(m)).fen();
        let lender = &mut run.world.lenders[l];
        let balance_before = outside(before) + lender.inclusive_quarter_start;
        let balance_now = outside(dated) + lender.inclusive;
        let ask = QuarterAsk {
            kind: lender.kind,
            local_legal_person: lender.local_legal_person,
            balance_before,
            balance_now,
            high_water: lender.high_water.max(balance_before),
            paid_this_year: paid_before,
        };
        lender.high_water = ask.high_water.max(balance_now);
        let district = lender.inclusive - lender.inclusive_quarter_start;
        lender.inclusive_quarter_start = lender.inclusive_next;
        let answer = run.policy.incentive(&ask);
        room = room.max(answer.room);
        claims.push((answer.claim, district, balance_now - balance_before));
    }
    // A quarter that claims more than the quota leaves is paid in proportion, to the fen below.
    let all: i64 = claims.iter().map(|c| c.0).sum();
    let granted = all.min(room);
    let mut paid = 0;
    for (l, &(claim, district, increase)) in claims.iter().enumerate() {
        if claim == 0 {
            continue;
        }
        let whole = (i128::from(claim) * i128::from(granted) / i128::from(all)) as i64;
        paid += whole;
        // The district book's share of the payment is its share of the increase.
        let part = mul_div_half_even(whole, district.clamp(0, increase.max(0)), increase.max(1));
        if part > 0 {
            run.world.ledger.incentive(l, part);
            run.world.counters.incentive += part;
            run.journal.incentive_lenders |= 1 << l;
        }
    }
    run.journal.incentive_legal_year = paid_before + paid;
    // Banks expect of the quota what it last paid; a new year brings a new one.
    let filled = if all > 0 { granted as f64 / all as f64 } else { 1.0 };
    run.world.market.incentive_fill = if run.world.month.is_year_end() { 1.0 } else { filled };
}

/// Quarter-end: banks are paid what their borrowers were spared in the quarter before.
fn reimburse(run: &mut Run) {
    let World { lenders, ledger, counters, .. } = &mut run.world;
    for (l, lender) in lenders.iter_mut().enumerate() {
        let due = std::mem::replace(&mut lender.spared_claim, std::mem::take(&mut lender.spared));
        if due > 0 {
            ledger.reimburse_rate_cut(l, due);
            counters.rate_cut += due;
        }
    }
}

/// In June the central budget's award comes; the fund gets its part, the rest waits for subsidies.
fn award(run: &mut Run) {
    let grant = run.policy.grant();
    let world = &mut run.world;
    if world.month.month() == 6 && grant.award > 0 {
        world.ledger.award(grant.award);
        world.awards += grant.award;
        if world.fund.established {
            let part = share_fen(grant.award, ppm(grant.award_to_fund));
            world.ledger.award_to_fund(part);
            world.fund.awarded += part;
        }
    }
}

/// Guarantors' running cost; in December the subsidy on what they newly guaranteed.
fn guarantors(run: &mut Run) {
    let region = run.world.region.clone();
    let month = run.world.month;
    for (g, card) in region.guarantors.iter().enumerate() {
        let a = &run.world.ledger.guarantors[g];
        let cost = interest_fen(a.liability, ppm(card.operating_cost)).min(a.deposit.max(0));
        run.world.ledger.guarantor_cost(g, cost);
        // Batch claims of the coming month replace those of a year ago.
        run.world.guarantors[g].batch_claims[month.plus(1).month() as usize - 1] = 0;
        if month.is_year_end() {
            let state = &mut run.world.guarantors[g];
            let (amounts, first) =
                (std::mem::take(&mut state.new_year), std::mem::take(&mut state.new_first));
            let ask = FeeAsk { fee: run.desk.guarantee_fee, small_share: state.small_share() };
            let paid = subsidy(&run.policy.fee_subsidy(&ask), amounts, first);
            if paid > 0 {
                let award = paid.min(run.world.ledger.award_left);
                run.world.ledger.subsidise_guarantor(g, paid, award);
                run.world.awards_paid += award;
                run.world.counters.fee_subsidy += paid;
                run.journal.borne(place!("guarantee_fee_subsidy"), Payer::CityBudget, paid - award);
            }
        }
    }
}

/// Subsidy on a year's new guarantees (reviewed, in batch) and the first-time part of them, fen.
pub fn subsidy(terms: &FeeSubsidy, amounts: [i64; 2], first: [i64; 2]) -> i64 {
    let on = |k: usize, factor: f64| {
        share_fen(amounts[k], ppm(terms.rate * factor)) + share_fen(first[k], ppm(terms.first_time * factor))
    };
    (on(0, 1.0) + on(1, terms.batch_factor)).min(terms.cap_fen)
}

/// The fund: capital and replenishment from the treasury, interest, breakers, month-end balance.
fn fund(run: &mut Run) {
    let grant = run.policy.grant();
    let month = run.world.month;
    let world = &mut run.world;
    let fresh = grant.fund_capital - world.fund.paid_in;
    if fresh > 0 {
        world.ledger.pay_into_fund(fresh, Reason::FundPaidIn);
        world.fund.paid_in += fresh;
        world.fund.established = true;
    }
    if month.month() == 1 && world.fund.established {
        let lack = (world.fund.paid_in - world.ledger.fund_deposit).max(0).min(grant.fund_replenishment);
        if lack > 0 {
            world.ledger.pay_into_fund(lack, Reason::FundReplenished);
        }
    }
    let interest = interest_fen(world.ledger.fund_deposit, ppm(grant.fund_interest));
    world.ledger.fund_interest(interest);

    let ration = run.desk.ration;
    let paid: i64 = world.fund.claims.iter().flatten().sum();
    let covered = world.ledger.fund_covered;
    let used = world.fund.paid_in + world.fund.awarded - world.ledger.fund_deposit;
    world.fund.stopped = world.fund.established
        && (paid as f64 > ration.breaker_pool * covered.max(1) as f64
            || used as f64 > ration.breaker_used * (world.fund.paid_in + world.fund.awarded) as f64);
    for l in 0..world.lenders.len() {
        let paid: i64 = world.fund.claims[l].iter().sum();
        world.fund.stopped_lender[l] =
            paid > 0 && paid as f64 > ration.breaker_lender * world.fund.covered[l].max(1) as f64;
        // Claims of the coming month replace those of a year ago.
        world.fund.claims[l][month.plus(1).month() as usize - 1] = 0;
    }
    world.fund.balance_month_end = world.ledger.fund_deposit;
}

/// Provisions to their targets; tax and pay-out of a quarter's profit.
fn profit(run: &mut Run) {
    let region = run.world.region.clone();
    let p = run.inputs.params.clone();
    let quarter = run.world.month.is_quarter_end();
    for (l, card) in region.lenders.iter().enumerate() {
        let world = &mut run.world;
        let lender = &world.lenders[l];
        let target = share_fen(lender.book - lender.book_npl, ppm(p.provision_normal))
            + share_fen(lender.book_npl, ppm(p.provision_npl));
        let change = target - world.ledger.lenders[l].allowance;
        world.ledger.provision(l, change);
        let profit = world.ledger.lenders[l].equity - world.lenders[l].equity_month_start;
        world.lenders[l].profit_month = profit;
        world.lenders[l].profit_quarter += profit;
        if quarter {
            let earned = std::mem::take(&mut world.lenders[l].profit_quarter);
            let mut kept = earned;
            if earned > 0 {
                let tax = share_fen(earned, ppm(p.income_tax));
                world.ledger.pay_tax(l, tax);
                let out = share_fen(earned - tax, ppm(card.payout));
                world.ledger.lender_to_outside(l, out, Reason::Dividend);
                kept = earned - tax - out;
            }
            world.lenders[l].retained += kept;
        }
        world.lenders[l].equity_month_start = world.ledger.lenders[l].equity;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fee_subsidy_comes_out_to_the_fen() {
        let terms = FeeSubsidy { rate: 0.017, first_time: 0.002, batch_factor: 0.3, cap_fen: 3_000_000_000 };
        let yuan = |y: i64| Money::yuan(y).fen();
        // 1.7% of 100m reviewed and 0.2% of the 10m of it that are first guarantees.
        assert_eq!(subsidy(&terms, [yuan(100_000_000), 0], [yuan(10_000_000), 0]), yuan(1_720_000));
        // Batch business earns 30% of both.
        assert_eq!(subsidy(&terms, [0, yuan(100_000_000)], [0, yuan(10_000_000)]), yuan(516_000));
        // The cap holds, and nothing is paid for nothing.
        assert_eq!(subsidy(&terms, [yuan(9_000_000_000), 0], [0, 0]), yuan(30_000_000));
        assert_eq!(subsidy(&terms, [0, 0], [0, 0]), 0);
    }
}
