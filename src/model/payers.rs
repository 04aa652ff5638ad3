//! Who pays for an instrument: the year's cost by payer, read off the flows of the ledger and, where several
//! budgets share a payment, kept as it is made.
//!
//! Nothing here moves money. What is paid out of a central award is counted once, with the award; capital of
//! the fund is the district's when it is paid in, and the fund's claims are the fund's. Claims are counted less what
//! comes back of them. Awards and capital count here when they are appropriated; the indicator `public_cost` counts
//! money when it leaves the public sector, so that the two add up to different sums.

use crate::ledger::Reason;
use crate::metrics::Payer;
use crate::world::WINDOWS;

use super::Run;

/// Costs of one instrument by [`Payer`], fen.
pub type Costs = [i64; Payer::ALL.len()];

/// What guarantors and the fund pay for losses, and get back of it.
const GUARANTORS_PAY: &[Reason] = &[Reason::GuaranteeClaim, Reason::RecoveryGuarantorToFund];
const GUARANTORS_GET: &[Reason] = &[Reason::FundClaimGuarantor, Reason::RecoveryToGuarantor];
const FUND_PAYS: &[Reason] = &[Reason::FundClaim, Reason::FundClaimGuarantor];
const FUND_GETS: &[Reason] = &[Reason::RecoveryToFund, Reason::RecoveryGuarantorToFund];

/// Adds to `kept`, what was kept of the year's shared payments, what one payer bears alone.
pub fn costs(run: &Run, id: &str, kept: Costs) -> Costs {
    let flow = |r: Reason| run.world.ledger.flow(r).fen();
    let sum = |reasons: &[Reason]| reasons.iter().map(|&r| flow(r)).sum::<i64>();
    let net = |pays: &[Reason], gets: &[Reason]| sum(pays) - sum(gets);
    let alone: &[(Payer, i64)] = match id {
        "inclusive_support_tool" => &[(Payer::CentralBank, flow(Reason::Incentive))],
        "demonstration_zone_grant" => &[(Payer::CentralBudget, flow(Reason::CentralAward))],
        "equity_funds" => &[(Payer::DistrictBudget, flow(Reason::StakeCapital))],
        "temporary_rate_cut" => &[(Payer::CentralBank, flow(Reason::RateCutReimbursed))],
        "equipment_relending" => &[(Payer::CentralBudget, flow(Reason::EquipmentDiscount))],
        "fee_waiver" => &[(Payer::Lenders, flow(Reason::FeesWaived))],
        // Guarantors of all tiers together, so that what one passes to another is nobody's cost.
        "guarantee_chain" => &[(Payer::Guarantors, net(GUARANTORS_PAY, GUARANTORS_GET))],
        "risk_compensation_fund" => &[
            (Payer::DistrictBudget, net(&[Reason::FundPaidIn, Reason::FundReplenished], &[])),
            (Payer::Fund, net(FUND_PAYS, FUND_GETS)),
        ],
        _ => &[],
    };
    let mut out = kept;
    alone.iter().for_each(|&(payer, fen)| out[payer as usize] += fen);
    out
}

/// What the windows forgo this month, fen: what is lent out times its rate advantage over the interbank
/// certificate `ncd`; by [`Window`](crate::world::Window).
pub fn window_advantages(run: &Run, ncd: f64) -> [f64; WINDOWS] {
    let mut out = [0.0; WINDOWS];
    for a in &run.world.advances {
        out[a.window as usize] += a.fen as f64 * (ncd - a.rate_ppm as f64 / 1e6).max(0.0) / 12.0;
    }
    out
}
