//! Fees that banks waive: account fees and fees on takings, given back to small borrowers by their home bank.
//!
//! Fees as such are part of borrowers' costs in `operate`; only what is waived moves here. Levels are
//! parameters, shares come through the door `relieve`.

use crate::units::Money;
use crate::world::{Class, World};

use super::Run;

/// A month's waived fees; nothing is done where nothing is waived.
pub fn waive(run: &mut Run) {
    let p = run.inputs.params.clone();
    let World { cohorts, ledger, environment, region, .. } = &mut run.world;
    for class in Class::ALL {
        let c = class.index();
        let terms = |s: usize| run.desk.relief.at(c, s as u8).fees;
        let account: Vec<f64> =
            (0..region.sectors.len()).map(|s| p.account_fee[c] / 12.0 * terms(s).account).collect();
        // On takings of a borrower at its normal sales, with the month's demand and season.
        let payment: Vec<f64> = (0..region.sectors.len())
            .map(|s| p.payment_fee[c] * terms(s).payment * f64::from(environment.sector_factor[s]))
            .collect();
        if account.iter().chain(&payment).all(|fee| *fee == 0.0) {
            continue;
        }
        let cohort = &mut cohorts[c];
        // Posted once a bank: nearly everybody is given something.
        let mut waived = vec![[0; 2]; region.lenders.len()];
        for i in 0..cohort.len() {
            let s = usize::from(cohort.sector[i]);
            if cohort.sales[i] > 0.0 {
                let takings = f64::from(cohort.sales[i]) * (1.0 - f64::from(cohort.gap[i]));
                let fen = Money::from_yuan_f64(account[s] + payment[s] * takings).fen();
                let liquid = &mut cohort.liquid[i];
                let bank = &mut waived[usize::from(cohort.home[i])];
                bank[0] += fen;
                bank[1] += (-*liquid).max(0).min(fen);
                *liquid += fen;
            }
        }
        ledger.waive_fees(c, &waived);
    }
}
