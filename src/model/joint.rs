//! Joint loans: what several banks lend side by side, and how they share a loss.
//!
//! A loan stands in the lead's book whole; partners have an undertaking for their parts (`Clauses::partners`).
//! Who counts as large is asked in `policy::joint_lending`; the ordinary course of a quote is in `lending`.

use crate::ledger::Ledger;
use crate::policy::Joint;
use crate::units::{mul_div_half_even, ppm};
use crate::world::{Loan, Product, Region, flag};

use super::desk::Desk;
use super::limits::Limits;

/// Whether an applicant counts as large enough.
pub fn large(joint: &Joint, need: f64, flags: u8) -> bool {
    joint.partners > 0 && need >= joint.least_yuan && (!joint.tech_only || flags & flag::TECH != 0)
}

/// Most that `lead` and partners among the lenders of `reach` would lend together, and the partners, one bit
/// each; `own` is what the lead would lend alone.
#[cold]
#[inline(never)]
pub fn together(
    desk: &Desk,
    region: &Region,
    lim: &Limits,
    reach: u16,
    lead: usize,
    product: Product,
    own: f64,
) -> (f64, u16) {
    let joint = &desk.ration.joint;
    let plain = matches!(product, Product::Unsecured | Product::Collateral);
    if !plain || own <= 0.0 || own >= lim.need {
        return (own, 0);
    }
    let mut rooms: Vec<(usize, f64)> = (0..region.lenders.len())
        .filter(|&l| l != lead && reach >> l & 1 == 1 && desk.products[l] >> product as u8 & 1 == 1)
        .map(|l| {
            let card = &region.lenders[l];
            let limit = match product {
                Product::Unsecured => lim.unsecured * card.unsecured_factor,
                _ => lim.collateral,
            };
            (l, limit.min(card.ticket_max))
        })
        .filter(|(_, room)| *room > 0.0)
        .collect();
    // The roomiest first; lenders of one room in the order of the table.
    rooms.sort_by(|a, b| b.1.total_cmp(&a.1));
    rooms.truncate(joint.partners as usize);
    let all: f64 = own + rooms.iter().map(|r| r.1).sum::<f64>();
    // One pledge counts once, however many lend against it.
    let security = if product == Product::Collateral { lim.collateral } else { f64::INFINITY };
    let most = all.min(own / joint.lead).min(security).min(lim.need);
    if most <= own {
        return (own, 0);
    }
    (most, rooms.iter().fold(0, |bits, (l, _)| bits | 1 << l))
}

/// Parts of `fen` that fall to the partners in all, where the lead keeps `led` parts per million.
fn partners_part(fen: i64, led: u32) -> i64 {
    mul_div_half_even(fen, 1_000_000 - i64::from(led), 1_000_000)
}

/// Pays partners for the loss expected on their parts of a new loan (weighed fen).
pub fn pay_partners(ledger: &mut Ledger, lead: usize, partners: u16, led: u32, expected_loss: i64) {
    share_out(partners, partners_part(expected_loss, led), |l, fen| ledger.joint_fee(lead, l, fen));
}

/// Partners bear their parts of what was written off on a loan (weighed fen).
pub fn share_loss(ledger: &mut Ledger, loan: &Loan, lost: i64) {
    let lead = usize::from(loan.lender);
    share_out(loan.partners, partners_part(lost, loan.led), |l, fen| ledger.joint_loss(l, lead, fen));
}

/// Equal parts among the partners; what does not divide falls to the first.
fn share_out(partners: u16, fen: i64, mut pay: impl FnMut(usize, i64)) {
    let n = i64::from(partners.count_ones());
    let mut rest = if n > 0 { fen % n } else { 0 };
    for l in (0..16).filter(|l| partners >> l & 1 == 1) {
        pay(l, fen / n + std::mem::take(&mut rest));
    }
}

/// Share of a loan without partners that its lead keeps, in parts per million.
pub const WHOLE: u32 = 1_000_000;

/// Share of a loan that its lead keeps, in parts per million.
pub fn led(own: f64, amount: f64) -> u32 {
    ppm((own / amount).min(1.0)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_shared_to_the_fen() {
        // The lead keeps 40% of a loss of 1,000.01 yuan; three partners share the rest.
        let mut paid = Vec::new();
        share_out(0b1011, partners_part(100_001, 400_000), |l, fen| paid.push((l, fen)));
        assert_eq!(paid, [(0, 20_001), (1, 20_000), (3, 20_000)]);
        assert_eq!(led(4e6, 1e7), 400_000);
        assert_eq!(led(4e6, 3e6), 1_000_000);
        share_out(0, 0, |_, _| panic!("nobody to pay"));
    }

    #[test]
    fn who_is_large() {
        let joint = Joint { partners: 3, least_yuan: 3e6, lead: 0.2, tech_only: true };
        assert!(large(&joint, 3e6, flag::TECH) && !large(&joint, 3e6, 0) && !large(&joint, 2e6, flag::TECH));
        assert!(!large(&Joint::default(), 3e6, flag::TECH));
    }
}
