//! Anchor firms: their health month by month, and what it does to all their suppliers at once.
//!
//! A sector has one. Its strength is its own luck and the sector's demand, the same in every world; where it is low the
//! firm stretches its terms, where it is very low it fails and owes for ever. Lending on its promises is in
//! `policy::supply_chain_finance`.

use crate::ledger::Reason;
use crate::luck::{Stream, kernel};
use crate::units::Money;
use crate::world::{Anchor, Borrower, CLASSES, Class, Cohort, Loan, Pays, Receivable, World, flag, status};

use super::{Params, Run, environment};

/// Where an anchor firm goes from `a`; `own` is its month's luck, `demand` the sector's log demand around its
/// slow level, `void` whether a firm that failed has not been replaced yet.
fn next(p: &Params, a: &Anchor, own: f64, demand: f64, void: bool) -> (f64, Pays) {
    if a.pays == Pays::Never {
        // A successor begins as a firm of normal health.
        return if void { (a.strength, Pays::Never) } else { (0.0, Pays::InTime) };
    }
    let rho = p.anchor_persistence;
    let strength = rho * a.strength + (1.0 - rho * rho).sqrt() * own + (1.0 - rho) * p.anchor_demand * demand;
    let pays = if strength < p.anchor_fails {
        Pays::Never
    } else if strength < p.anchor_late {
        Pays::Late
    } else {
        Pays::InTime
    };
    (strength, pays)
}

/// The month's health of every anchor firm, and what a change of it does to suppliers.
pub fn anchors(run: &mut Run) {
    let month = run.world.month;
    let p = run.inputs.params.clone();
    let luck = run.luck.key(Stream::Anchor, month);
    let dated = environment::dated(run);
    let region = run.world.region.clone();
    let e = &run.world.environment;
    let around = kernel::ln64(region.paths.demand[0].at(dated) / e.level);
    let mut was = Vec::with_capacity(region.sectors.len());
    for (s, sector) in region.sectors.iter().enumerate() {
        let a = &mut run.world.anchors[s];
        was.push(a.pays);
        if sector.anchor <= 0.0 {
            continue;
        }
        let e = &run.world.environment;
        let open = (1.0 - sector.epidemic_loading * e.epidemic).max(0.01);
        let demand = around + sector.macro_loading * e.regime + kernel::ln64(open);
        let void = a.failed.is_some_and(|at| month.since(at) < p.anchor_replaced as i32);
        (a.strength, a.pays) = next(&p, a, f64::from(luck.normal(s as u32)), demand, void);
        if a.pays == Pays::Never && was[s] != Pays::Never {
            a.failed = Some(month);
        }
    }
    let now: Vec<Pays> = run.world.anchors.iter().map(|a| a.pays).collect();
    if was != now {
        pay(&mut run.world, &p, &was, &now);
    }
}

/// Suppliers of anchor firms that have begun to pay late, caught up, or failed.
fn pay(world: &mut World, p: &Params, was: &[Pays], now: &[Pays]) {
    // What was late is paid at once, or never.
    let mut owed = std::mem::take(&mut world.receivables);
    owed.retain(|r| {
        let s = usize::from(r.sector);
        if now[s] == Pays::InTime {
            let (c, i) = (r.borrower.class(), r.borrower.slot());
            let cohort = &mut world.cohorts[c];
            if cohort.id[i] == r.id && cohort.is(i, status::LIVE) {
                let home = usize::from(cohort.home[i]);
                world.ledger.receive(c, home, &mut cohort.liquid[i], r.fen, Reason::AnchorPaid);
            }
        }
        now[s] == Pays::Late
    });
    // Months of deliveries that are not paid for now, by sector.
    let unpaid: Vec<f64> = was
        .iter()
        .zip(now)
        .map(|(was, now)| match (was, now) {
            (Pays::InTime, Pays::Late) => p.anchor_delay,
            (Pays::InTime | Pays::Late, Pays::Never) => p.anchor_credit,
            _ => 0.0,
        })
        .collect();
    if unpaid.iter().all(|&months| months == 0.0) {
        world.receivables = owed;
        return;
    }
    let World { cohorts, ledger, environment: e, .. } = world;
    for c in (0..CLASSES).filter(|&c| !Class::from_index(c).is_agri()) {
        let Cohort { flags, status, sector, sales, home, liquid, id, .. } = &mut cohorts[c];
        let supplies = |(_, flags): &(usize, &u8)| *flags & flag::ANCHOR_SUPPLIER != 0;
        for (i, _) in flags.iter().enumerate().filter(supplies) {
            let s = usize::from(sector[i]);
            if unpaid[s] == 0.0 || status[i] & status::LIVE == 0 {
                continue;
            }
            let deliveries = p.anchor_sales * f64::from(sales[i]) * e.level;
            let fen = Money::yuan((unpaid[s] * deliveries) as i64).fen();
            let (home, late) = (usize::from(home[i]), now[s] == Pays::Late);
            let reason = if late { Reason::AnchorLate } else { Reason::AnchorUnpaid };
            ledger.spend(c, home, &mut liquid[i], fen, reason);
            if late {
                let (borrower, id) = (Borrower::new(c, i), id[i]);
                owed.push(Receivable { borrower, id, sector: s as u8, fen });
            }
        }
    }
    world.receivables = owed;
}

/// Whether the anchor firm whose promise secures part of a loan has failed since the loan was made.
pub fn broken(world: &World, loan: &Loan) -> bool {
    let anchor = world.anchors.get(usize::from(loan.anchor));
    loan.tied > 0.0 && anchor.and_then(|a| a.failed).is_some_and(|at| at >= loan.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params() -> Params {
        let mut p = Params::missing();
        for (key, value) in [
            ("anchor_persistence", 0.9),
            ("anchor_demand", 10.0),
            ("anchor_late", -1.3),
            ("anchor_fails", -2.7),
        ] {
            assert!(p.set(key, None, value));
        }
        p
    }

    #[test]
    fn health_is_luck_and_demand() {
        let p = params();
        let at = |strength| Anchor { strength, ..Anchor::default() };
        assert_eq!(next(&p, &at(0.0), 0.0, 0.0, false), (0.0, Pays::InTime));
        let (strength, pays) = next(&p, &at(-1.5), 0.0, 0.0, false);
        assert!((strength + 1.35).abs() < 1e-12 && pays == Pays::Late);
        assert_eq!(next(&p, &at(-3.5), 0.0, 0.0, false).1, Pays::Never);
        // Demand 14% low for two years pulls a firm of normal luck to about −1.4.
        let mut a = at(0.0);
        for _ in 0..24 {
            (a.strength, a.pays) = next(&p, &a, 0.0, -0.14, false);
        }
        assert!((a.strength + 1.29).abs() < 0.01, "{}", a.strength);
    }

    #[test]
    fn who_has_failed_is_replaced_in_the_end() {
        let p = params();
        let gone = Anchor { strength: -3.0, pays: Pays::Never, failed: Some(crate::units::Month(10)) };
        assert_eq!(next(&p, &gone, 3.0, 0.0, true), (-3.0, Pays::Never));
        assert_eq!(next(&p, &gone, 3.0, 0.0, false), (0.0, Pays::InTime));
    }

    #[test]
    fn one_anchor_in_ten_is_late_and_one_in_sixty_fails_a_year() {
        // A stationary firm over 100,000 months, with the pack's thresholds.
        let p = params();
        let luck = crate::luck::Luck::new(7, 0).key_fixed(Stream::Anchor);
        let (mut a, mut late, mut failed) = (Anchor::default(), 0, 0);
        for k in 0..100_000 {
            (a.strength, a.pays) = next(&p, &a, f64::from(luck.normal(k)), 0.0, false);
            late += usize::from(a.pays == Pays::Late);
            failed += usize::from(a.pays == Pays::Never);
        }
        let (late, failed) = (late as f64 / 1e5, failed as f64 / 1e5 * 12.0);
        assert!((0.07..0.12).contains(&late) && (0.008..0.03).contains(&failed), "{late} {failed}");
    }
}
