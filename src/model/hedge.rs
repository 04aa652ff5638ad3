//! Hedges of exporters: what the exchange rate did to the month's sales is settled with the market.
//!
//! The currency part of a borrower's own deviation of sales is the parameter `currency_share`; who hedges is one
//! lasting draw. Sales themselves are in `operate`; money moves by `ledger::steady`.

use crate::luck::{Stream, kernel};
use crate::policy::{Hedge, place};
use crate::units::Money;
use crate::world::{CLASSES, World, flag, status};

use super::Run;

/// What the market pays for a month's hedge (paid to it if negative) and what the hedge costs, yuan.
///
/// `takings` are the month's sales but for the borrower's own shock; `part` is the currency's part of the
/// log deviation and `sd` its standard deviation, so that a hedge is worth nothing on average.
pub fn settlement(h: &Hedge, takings: f64, part: f64, sd: f64) -> (f64, f64) {
    let hedged = h.ratio * takings;
    let moved = kernel::exp64(part - 0.5 * sd * sd) - 1.0;
    (-hedged * moved, hedged * h.fee)
}

/// Settles the month's hedges.
pub fn settle(run: &mut Run) {
    if !run.desk.steady.hedging {
        return;
    }
    let p = run.inputs.params.clone();
    let luck = run.luck.key_fixed(Stream::Hedge);
    let year_end = run.world.month.is_year_end();
    let World { cohorts, ledger, region, environment: e, .. } = &mut run.world;
    let (mut waived, mut hedgers) = (0, 0);
    for (c, cohort) in cohorts.iter_mut().enumerate() {
        let w = ledger.weight[c];
        for i in 0..cohort.len() {
            if cohort.flags[i] & flag::EXPORTER == 0 || !cohort.is(i, status::LIVE) {
                continue;
            }
            let hedge = run.desk.steady.at(c, cohort.sector[i]).hedge;
            if f64::from(luck.unit(cohort.id[i])) >= hedge.share {
                continue;
            }
            let s = usize::from(cohort.sector[i]);
            let funded = 1.0 - f64::from(cohort.gap[i]);
            let takings = f64::from(cohort.sales[i]) * f64::from(e.sector_factor[s]) * funded;
            let sd = p.currency_share * p.shock_sd * region.sectors[s].volatility;
            let part = p.currency_share * f64::from(cohort.shock[i]);
            let (paid, cost) = settlement(&hedge, takings, part, sd);
            let home = usize::from(cohort.home[i]);
            let fen = |yuan: f64| Money::from_yuan_f64(yuan).fen();
            ledger.settle_hedge(c, home, &mut cohort.liquid[i], fen(paid));
            let own = fen(cost * (1.0 - hedge.waived));
            let affordable = own.min(cohort.liquid[i].max(0));
            ledger.hedge_fee(c, home, &mut cohort.liquid[i], affordable);
            waived += (fen(cost) - own) * w;
            hedgers += w;
        }
    }
    run.journal.forgone(place!("fx_services"), waived);
    if year_end {
        run.journal.helped(place!("fx_services"), hedgers, 0);
    }
}

/// Live exporters, weighed.
pub fn exporters(run: &Run) -> i64 {
    let count = |c: usize| {
        let cohort = &run.world.cohorts[c];
        let exports = |i: &usize| cohort.is(*i, status::LIVE) && cohort.flags[*i] & flag::EXPORTER != 0;
        (0..cohort.len()).filter(exports).count() as i64 * run.world.weight(c)
    };
    if run.desk.steady.hedging { (0..CLASSES).map(count).sum() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hedge_gives_back_what_the_rate_took_and_is_worth_nothing_on_average() {
        let whole = Hedge { share: 1.0, ratio: 1.0, fee: 0.003, waived: 0.0 };
        let (paid, cost) = settlement(&whole, 10_000.0, -0.05, 0.0);
        // Sales fell to exp(−0.05) = 95.123% of normal.
        assert!((paid - 487.71).abs() < 0.01 && (cost - 30.0).abs() < 1e-9, "{paid} {cost}");
        let half = Hedge { ratio: 0.5, ..whole };
        assert!((settlement(&half, 10_000.0, -0.05, 0.0).0 * 2.0 - paid).abs() < 1e-9);
        // Over the normal distribution of the deviation, by the rule of rectangles.
        let sd = 0.06;
        let mean: f64 = (-600..=600)
            .map(|k| f64::from(k) / 100.0)
            .map(|z| kernel::exp64(-0.5 * z * z) * settlement(&whole, 1.0, sd * z, sd).0)
            .sum::<f64>()
            * 0.01
            / (2.0 * std::f64::consts::PI).sqrt();
        assert!(mean.abs() < 1e-6, "{mean}");
    }
}
