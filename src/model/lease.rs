//! Leases: who is leased the equipment part of its need, rents, and what becomes of the equipment.
//!
//! Need, and the output that funding brings, are split between lease and loan in one proportion, so that nothing is
//! funded twice. Terms are in `policy::leasing`; money moves by `ledger::leases`.

use crate::ledger::Reason;
use crate::luck::Stream;
use crate::policy::{LeaseTerms, place};
use crate::units::{Money, interest_fen, ppm, share_fen};
use crate::world::{Borrower, CLASSES, Class, FILE_BAD, Lease, NO_LOAN, World, status};

use super::Run;

/// Months behind after which the equipment is taken back.
const PATIENCE: u8 = 3;

/// A month's rent: part of what is owed, and interest on it, fen.
pub fn rent(owed: i64, months_left: i32, rate_ppm: i64) -> [i64; 2] {
    // The last month takes what is left.
    [owed / i64::from(months_left.max(1)), interest_fen(owed, rate_ppm)]
}

/// Leases taken this month.
pub fn begin(run: &mut Run) {
    let terms: LeaseTerms = run.policy.need().lease;
    if terms.share <= 0.0 {
        return;
    }
    let draws = run.luck.key(Stream::Lease, run.world.month);
    let rate = run.desk.lpr + terms.over_lpr;
    let level = run.world.environment.level;
    for c in
        (0..CLASSES).filter(|&c| matches!(Class::from_index(c), Class::Micro | Class::Small | Class::Agri))
    {
        let World { cohorts, ledger, region, leases, .. } = &mut run.world;
        let (cohort, w) = (&mut cohorts[c], ledger.weight[c]);
        for i in 0..cohort.len() {
            // The rarest first.
            if f64::from(draws.unit(cohort.id[i])) >= terms.share / 12.0 {
                continue;
            }
            let works = Class::from_index(c).is_agri()
                || region.sectors[usize::from(cohort.sector[i])].manufacturing != 0.0;
            let wants = works
                && cohort.is(i, status::LIVE | status::NEED)
                && cohort.loan[i] == NO_LOAN
                && cohort.details[i].file != FILE_BAD
                && f64::from(cohort.details[i].return_rate) > rate;
            let need = terms.part * f64::from(cohort.details[i].need);
            let price = Money::yuan((need * level) as i64).fen();
            let down = share_fen(price, ppm(terms.down));
            let b = Borrower::new(c, i);
            if !wants || price == 0 || cohort.liquid[i] < down || leases.iter().any(|l| l.borrower == b) {
                continue;
            }
            let home = usize::from(cohort.home[i]);
            ledger.spend(c, home, &mut cohort.liquid[i], down, Reason::LeaseDown);
            ledger.lease(c, home, price - down);
            let loss = terms.part as f32 * cohort.details[i].loss_unfunded;
            leases.push(Lease {
                borrower: b,
                id: cohort.id[i],
                home: home as u8,
                owed: price - down,
                rate_ppm: ppm(rate) as u32,
                months_left: terms.months,
                behind: 0,
                resale_ppm: ppm(terms.resale) as u32,
                need: need as f32,
                loss,
            });
            cohort.details[i].need -= need as f32;
            cohort.details[i].loss_unfunded -= loss;
            cohort.gap[i] = cohort.details[i].loss_unfunded;
            run.journal.helped(place!("leasing"), w, (price - down) * w);
        }
    }
}

/// Rents of the month; equipment of those who do not pay, or have closed, is taken back.
pub fn rents(run: &mut Run) {
    if run.world.leases.is_empty() {
        return;
    }
    let mut leases = std::mem::take(&mut run.world.leases);
    leases.retain_mut(|l| {
        let World { cohorts, ledger, .. } = &mut run.world;
        let (c, i) = (l.borrower.class(), l.borrower.slot());
        let cohort = &mut cohorts[c];
        let here = cohort.id[i] == l.id && cohort.is(i, status::LIVE);
        let [principal, interest] = rent(l.owed, l.months_left, i64::from(l.rate_ppm));
        if here && cohort.liquid[i] >= principal + interest {
            ledger.lease_rent(c, usize::from(l.home), &mut cohort.liquid[i], principal, interest);
            l.owed -= principal;
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
            ledger.lease_lost(c, usize::from(l.home), l.owed, share_fen(l.owed, i64::from(l.resale_ppm)));
            l.owed = 0;
        }
        if here {
            give_back(&mut run.world, l);
        }
        false
    });
    run.world.leases = leases;
}

/// The equipment is gone or worn out: its output is lost, and the need is there again.
fn give_back(world: &mut World, l: &Lease) {
    let (c, i) = (l.borrower.class(), l.borrower.slot());
    let level = world.environment.level;
    let World { cohorts, book, .. } = world;
    let cohort = &mut cohorts[c];
    cohort.details[i].need += l.need;
    cohort.details[i].loss_unfunded += l.loss;
    let owed = book.loans.get(cohort.loan[i] as usize).map_or(0.0, |l| Money(l.principal).to_yuan());
    let funded = (owed / (f64::from(cohort.details[i].need) * level)).min(1.0);
    cohort.gap[i] = (f64::from(cohort.details[i].loss_unfunded) * (1.0 - funded)) as f32;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_paid_off_to_the_fen() {
        let (mut owed, mut interest) = (10_000_003, 0);
        for left in (1..=36).rev() {
            let [principal, more] = rent(owed, left, 60_000);
            owed -= principal;
            interest += more;
        }
        assert_eq!(owed, 0);
        // On a balance that falls in equal steps: 18.5 months' interest on the whole.
        let whole = 10_000_003.0 * 0.06 / 12.0 * 18.5;
        assert!((interest as f64 / whole - 1.0).abs() < 1e-4, "{interest} and {whole}");
    }
}
