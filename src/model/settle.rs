//! Phase 9: the month's accounts of lenders, windows, tool, guarantors and fund.
//! The register is summed first, so that incentives, provisions and limits look at one and the same
//! balance. Rules of the instruments are in `policy`; here their answers are posted.

use crate::ledger::Reason;
use crate::luck::kernel;
use crate::policy::QuarterAsk;
use crate::units::{Money, Month, interest_fen, ppm, share_fen};
use crate::world::{Advance, CLASSES, Class};

use super::{Run, close, environment, lending};

pub fn settle(run: &mut Run) {
    close::sum_register(run);
    lenders_costs(run);
    windows(run);
    if run.world.month.is_quarter_end() {
        support_tool(run);
    }
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

/// Interest, roll-overs, repayments and new advances of the two windows.
fn windows(run: &mut Run) {
    let month = run.world.month;
    let p = run.inputs.params.clone();
    let world = &mut run.world;

    let mut advances = std::mem::take(&mut world.advances);
    for a in &advances {
        world.ledger.advance_interest(a.lender as usize, interest_fen(a.fen, a.rate_ppm), a.agri);
    }

    // What each bank would hold: pledged loans × its wish, which rises smoothly with the saving.
    let mut bound = false;
    for agri in [false, true] {
        let w = usize::from(agri);
        let class = if agri { Class::Agri } else { Class::SelfEmployed };
        let wish = |l: usize, desk: &lending::Desk, pledged: i64| -> i64 {
            desk.windows[l][w].map_or(0, |window| {
                let saving = desk.terms[l * CLASSES + class.index()].funding - window.rate;
                (pledged as f64 * kernel::logistic64(saving / p.window_take_up)) as i64
            })
        };
        let wishes: Vec<i64> =
            (0..world.lenders.len()).map(|l| wish(l, &run.desk, world.lenders[l].pledged[w])).collect();
        let quota = run.desk.windows.iter().filter_map(|x| x[w]).map(|x| x.quota_fen).max().unwrap_or(0);
        let mut outstanding: Vec<i64> = vec![0; world.lenders.len()];
        for a in advances.iter().filter(|a| a.agri == agri) {
            outstanding[a.lender as usize] += a.fen;
        }

        // Advances that fall due are rolled over while wanted and allowed, else repaid.
        for a in advances.iter_mut().filter(|a| a.agri == agri && a.due <= month) {
            let l = a.lender as usize;
            let window = run.desk.windows[l][w];
            let keep = match window {
                Some(window) if a.rolls_left > 0 && window.quota_fen > 0 => {
                    a.due = month.plus(window.term_months);
                    a.rolls_left -= 1;
                    a.rate_ppm = ppm(window.rate);
                    a.fen.min((wishes[l] - (outstanding[l] - a.fen)).max(0))
                }
                _ => 0,
            };
            let repaid = a.fen - keep;
            if repaid > 0 {
                world.ledger.repay_advance(l, repaid, agri);
                outstanding[l] -= repaid;
                a.fen = keep;
            }
        }
        advances.retain(|a| a.fen > 0);

        // New advances share what is left of the quota in proportion to what is still wanted.
        // Only this month's loans can be newly refinanced: lend first, borrow after.
        let wanted: Vec<i64> = (0..world.lenders.len())
            .map(|l| {
                let fresh = std::mem::take(&mut world.lenders[l].pledged_new[w]);
                wish(l, &run.desk, fresh).min((wishes[l] - outstanding[l]).max(0))
            })
            .collect();
        let total: i64 = wanted.iter().sum();
        let room = (quota - outstanding.iter().sum::<i64>()).max(0);
        if total > room && quota > 0 {
            bound = true;
        }
        let granted = total.min(room);
        if quota > 0 {
            // Half a month's memory: banks expect to refinance what they lately could.
            let filled =
                if total > 0 { granted as f64 / total as f64 } else { f64::from(u8::from(room > 0)) };
            world.market.window_fill[w] = 0.5 * (world.market.window_fill[w] + filled);
        } else {
            world.market.window_fill[w] = 0.0;
        }
        for (l, &want) in wanted.iter().enumerate() {
            let Some(window) = run.desk.windows[l][w] else { continue };
            let share = if total > 0 { want as f64 / total as f64 } else { 0.0 };
            // Whole yuan, never above what is left.
            let fen = (granted as f64 * share) as i64 / 100 * 100;
            if fen > 0 {
                world.ledger.draw_advance(l, fen, agri);
                advances.push(Advance {
                    lender: l as u8,
                    agri,
                    fen,
                    rate_ppm: ppm(window.rate),
                    due: month.plus(window.term_months),
                    rolls_left: window.rollovers,
                });
            }
        }
    }
    world.advances = advances;
    world.counters.window_bound = bound;
}

/// Quarter-end: the incentive for the legal person's net increase; the district's part of it.
fn support_tool(run: &mut Run) {
    let dated = environment::dated(run);
    let before = dated.plus(-3);
    let region = run.world.region.clone();
    let mut paid_year = if run.world.month.month() == 3 { 0 } else { run.journal.incentive_legal_year };
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
            paid_this_year: paid_year,
        };
        lender.high_water = ask.high_water.max(balance_now);
        let district = lender.inclusive - lender.inclusive_quarter_start;
        lender.inclusive_quarter_start = lender.inclusive_next;
        let whole = run.policy.incentive(&ask);
        paid_year += whole;
        let increase = balance_now - balance_before;
        if whole > 0 && increase > 0 {
            // The district book's share of the payment is its share of the increase.
            let part = crate::units::mul_div_half_even(whole, district.clamp(0, increase), increase);
            if part > 0 {
                run.world.ledger.incentive(l, part);
                run.world.counters.incentive += part;
            }
        }
    }
    run.journal.incentive_legal_year = paid_year;
}

fn guarantors(run: &mut Run) {
    let region = run.world.region.clone();
    for (g, card) in region.guarantors.iter().enumerate() {
        let a = &run.world.ledger.guarantors[g];
        let cost = interest_fen(a.liability, ppm(card.operating_cost)).min(a.deposit.max(0));
        run.world.ledger.guarantor_cost(g, cost);
    }
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
    let used = world.fund.paid_in - world.ledger.fund_deposit;
    world.fund.stopped = world.fund.established
        && (paid as f64 > ration.breaker_pool * covered.max(1) as f64
            || used as f64 > ration.breaker_used * world.fund.paid_in as f64);
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
