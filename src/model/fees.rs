//! Fees that banks waive: account fees and fees on takings, given back to small borrowers by their home bank.
//!
//! Fees as such are part of borrowers' costs in `operate`; only what is waived moves here. Levels are
//! parameters, shares come through the door `relieve`.

use crate::luck::{kernel, simd::twin};
use crate::world::{Class, World};

use super::Run;

/// Borrowers worked on at a time.
const BLOCK: usize = 512;

/// Yuan by sector, a byte, so that no index needs a check.
type BySector = [f64; 256];

twin! {
    /// Gives a block back its month's fees, fen: a fixed amount and a part of its takings, by sector; slots without
    /// sales get nothing. Returns what of it pays unpaid bills, in all.
    fn give_back, give_back_plain(
        account: &BySector, payment: &BySector, sector: &[u8], sales: &[f32], gap: &[f32],
        liquid: &mut [i64], given: &mut [i64], bills: &mut [i64],
    ) -> i64 {
        let n = liquid.len();
        let (sector, sales, gap) = (&sector[..n], &sales[..n], &gap[..n]);
        let (given, bills) = (&mut given[..n], &mut bills[..n]);
        let mut paid_later = 0;
        for i in 0..n {
            let takings = f64::from(sales[i]) * (1.0 - f64::from(gap[i]));
            let s = usize::from(sector[i]);
            let yuan = if sales[i] > 0.0 { account[s] + payment[s] * takings } else { 0.0 };
            given[i] = kernel::round_half_even_i64(yuan * 100.0);
        }
        for i in 0..n {
            bills[i] = (-liquid[i]).max(0).min(given[i]);
            liquid[i] += given[i];
            paid_later += bills[i];
        }
        paid_later
    }
}

/// A month's waived fees; nothing is done where nothing is waived.
pub fn waive(run: &mut Run) {
    let p = run.inputs.params.clone();
    let World { cohorts, ledger, environment, region, .. } = &mut run.world;
    for class in Class::ALL {
        let c = class.index();
        let terms = |s: usize| run.desk.relief.at(c, s as u8).fees;
        let (mut account, mut payment): (BySector, BySector) = ([0.0; 256], [0.0; 256]);
        for s in 0..region.sectors.len() {
            account[s] = p.account_fee[c] / 12.0 * terms(s).account;
            // On takings of a borrower at its normal sales, with the month's demand and season.
            payment[s] = p.payment_fee[c] * terms(s).payment * f64::from(environment.sector_factor[s]);
        }
        if account.iter().chain(&payment).all(|fee| *fee == 0.0) {
            continue;
        }
        let cohort = &mut cohorts[c];
        // Posted once a bank: nearly everybody is given something.
        let mut waived = [[0; 2]; 256];
        let (mut given, mut bills) = ([0; BLOCK], [0; BLOCK]);
        for start in (0..cohort.len()).step_by(BLOCK) {
            let block = start..(start + BLOCK).min(cohort.len());
            let (sector, home) = (&cohort.sector[block.clone()], &cohort.home[block.clone()]);
            let (sales, gap) = (&cohort.sales[block.clone()], &cohort.gap[block.clone()]);
            let liquid = &mut cohort.liquid[block];
            let paid_later =
                give_back(&account, &payment, sector, sales, gap, liquid, &mut given, &mut bills);
            for (&home, &fen) in home.iter().zip(&given) {
                waived[usize::from(home)][0] += fen;
            }
            if paid_later > 0 {
                for (&home, &fen) in home.iter().zip(&bills) {
                    waived[usize::from(home)][1] += fen;
                }
            }
        }
        ledger.waive_fees(c, &waived[..region.lenders.len()]);
    }
}
