//! The guarantee chain: what a guarantor may and can afford to accept, its liabilities, and a claim
//! from default to payment.
//!
//! The month's queue is in `ration`; lags, shares and limits are the answers of `policy`.

use crate::policy::{FeeAsk, LossShares};
use crate::units::{mul_div_half_even, ppm, share_fen};
use crate::world::{Claim, ClaimKind, Class, Product, Refusal, Region, World};

use super::desk::Desk;
use super::lending::Applicant;
use super::looks::Looks;
use super::{Run, settle};

/// Own liability each guarantor may still take on, fen: the multiple of its net assets less what it
/// has. Who owes a claim guarantees nothing new.
pub fn room(run: &Run, desk: &Desk) -> Vec<i64> {
    let ration = &desk.ration;
    let one = |(own, a): (&crate::world::Guarantor, &crate::ledger::GuarantorAccounts)| {
        let mainly_small = own.small_share() >= ration.small_share;
        let special = if mainly_small { ration.guarantor_multiple_small } else { 0.0 };
        let most = (a.equity.max(0) as f64 * ration.guarantor_multiple.max(special)) as i64;
        if own.unpaid_claims > 0 { 0 } else { (most - a.liability).max(0) }
    };
    run.world.guarantors.iter().zip(&run.world.ledger.guarantors).map(one).collect()
}

/// Highest default probability each guarantor can afford, reviewed and in batch: what it keeps of fee
/// and subsidy after the upper tiers' fee and its running cost, with the deficit its owner tolerates,
/// pays for the expected loss on its own share. Never above the rule of the chain.
pub fn cutoff(run: &Run, desk: &Desk) -> Vec<[f64; 2]> {
    let ration = &desk.ration;
    let shares = &desk.shares[Product::Guaranteed as usize];
    let local = f64::from(shares.local) / 1e6;
    let upper = f64::from(shares.national + shares.reguarantor) / 1e6;
    let one = |(own, card): (&crate::world::Guarantor, &crate::world::GuarantorCard)| {
        let ask = FeeAsk { fee: desk.guarantee_fee, small_share: own.small_share() };
        let terms = run.policy.fee_subsidy(&ask);
        let cost = ration.chain_fee * upper + card.operating_cost * local;
        // A subsidy whose cap is reached pays nothing more this year.
        let open = settle::subsidy(&terms, own.new_year, own.new_first) < terms.cap_fen;
        let subsidy = if open { terms.rate } else { 0.0 };
        [1.0, terms.batch_factor].map(|factor| {
            let income = desk.guarantee_fee + subsidy * factor - cost + card.deficit;
            let affordable = income.max(0.0) / (local * run.inputs.params.lgd_unsecured).max(1e-9);
            affordable.min(ration.guarantor_pd_cutoff)
        })
    };
    run.world.guarantors.iter().zip(&run.world.region.guarantors).map(one).collect()
}

/// A guarantor that serves the class, has room under its multiple and believes the risk.
#[allow(clippy::too_many_arguments)]
pub fn accept(
    desk: &Desk,
    region: &Region,
    class: Class,
    applicant: &Applicant,
    at: usize,
    bank_pd: f64,
    looks: &Looks,
    shares: &LossShares,
) -> Result<(usize, bool), Refusal> {
    let (id, quality) = (applicant.id, f64::from(applicant.quality));
    // The fund behind the guarantor lets it accept more risk for the same expected loss.
    let behind = shares.fund > 0;
    let mut reason = Refusal::Collateral;
    for (g, card) in region.guarantors.iter().enumerate() {
        let serves = if class.is_agri() { card.serves_rural } else { card.serves_mse };
        if serves == 0.0 {
            continue;
        }
        // Its own case review: another noisy look at quality; batch business takes the bank's word.
        let share = desk.ration.batch_share;
        let batch = share > 0.0 && f64::from(looks.batch(g, id)) < share;
        let accepted = if batch {
            bank_pd * (1.0 - f64::from(shares.fund) / 1e6) <= desk.guarantor_cutoff[g][1]
        } else {
            let signal = quality + card.noise * f64::from(looks.review(g, at));
            signal >= desk.guarantor_signal[g][usize::from(behind)]
        };
        if !accepted {
            reason = Refusal::Collateral;
            continue;
        }
        if desk.guarantor_room[g] <= 0 {
            reason = Refusal::GuarantorMultiple;
            continue;
        }
        return Ok((g, batch));
    }
    Err(reason)
}

/// Contingent liabilities of the chain follow a guaranteed principal from `before` to `after`.
pub fn move_liability(world: &mut World, slot: u32, before: i64, after: i64) {
    let loan = &world.book.loans[slot as usize];
    let w = world.ledger.weight[loan.borrower.class()];
    let (g, by) = (&mut world.guarantors[loan.guarantor as usize], (after - before) * w);
    g.balance += by;
    g.balance_small += if loan.small_ticket { by } else { 0 };
    g.balance_batch += if loan.batch { by } else { 0 };
    let shares = [loan.share_local, loan.share_reguarantor, loan.share_national];
    for (tier, share) in world.tiers(loan.guarantor as usize).into_iter().zip(shares) {
        let share = i64::from(share);
        world.ledger.guarantors[tier].liability += (share_fen(after, share) - share_fen(before, share)) * w;
    }
}

/// A guaranteed loan turned bad: what the guarantor admits, and its payment as far as its cash goes.
pub fn claim(run: &mut Run, slot: u32, batch_before: i64) {
    let month = run.world.month;
    let cap = ppm(run.desk.ration.batch_claim_cap);
    let world = &mut run.world;
    let loan = &mut world.book.loans[slot as usize];
    let w = world.ledger.weight[loan.borrower.class()];
    let mut claim: i64 = loan.chain_parts().iter().sum();
    let g = &mut world.guarantors[loan.guarantor as usize];
    if loan.batch {
        // Batch cover pays up to the cap of the partnership; beyond it the bank bears the loss.
        let left = share_fen(batch_before, cap) - g.batch_claims.iter().sum::<i64>();
        claim = claim.min(left.max(0) / w);
        g.batch_claims[(month.month() - 1) as usize] += claim * w;
    }
    (loan.claim_guarantor, loan.owed_guarantor) = (claim, claim);
    g.unpaid_claims += claim * w;
    let guarantor = loan.guarantor;
    pay(run, slot);
    let owed = run.world.book.loans[slot as usize].owed_guarantor;
    if owed > 0 {
        let kind = ClaimKind::Guarantor { loan: slot };
        run.world.claims.push(Claim { kind, guarantor, fen: owed * w, due: month.plus(1) });
    }
}

/// The local guarantor pays what it owes on a loan as far as its deposit goes, and has claims on the
/// upper tiers for their shares of what it paid.
pub fn pay(run: &mut Run, slot: u32) {
    let month = run.world.month;
    let world = &mut run.world;
    let loan = &mut world.book.loans[slot as usize];
    let (c, lender, guarantor) = (loan.borrower.class(), loan.lender as usize, loan.guarantor as usize);
    let w = world.ledger.weight[c];
    let lag = run.desk.shares[loan.product as usize].chain_lag_months.max(1);
    let pay = loan.owed_guarantor.min(world.ledger.guarantors[guarantor].deposit.max(0) / w);
    if pay == 0 {
        return;
    }
    let (before, after) = (loan.paid_guarantor, loan.paid_guarantor + pay);
    loan.paid_guarantor = after;
    loan.owed_guarantor -= pay;
    let [national, upper, local] = loan.chain_parts();
    let whole = national + upper + local;
    world.ledger.guarantee_claim(c, lender, guarantor, &mut loan.principal, pay);
    world.guarantors[guarantor].unpaid_claims -= pay * w;
    world.counters.guarantor_claims += pay * w;
    for (tier, part) in [(world.reguarantor, upper), (world.national, national)] {
        // Differences of running totals: several payments add up to the share of one.
        let due = |paid: i64| mul_div_half_even(paid, part, whole);
        let fen = (due(after) - due(before)) * w;
        if fen > 0 && tier != guarantor {
            world.ledger.chain_due(guarantor, tier, fen);
            let kind = ClaimKind::Chain { upper: tier as u8 };
            world.claims.push(Claim { kind, guarantor: guarantor as u8, fen, due: month.plus(lag) });
        }
    }
}
