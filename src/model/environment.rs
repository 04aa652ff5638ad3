//! Phase 1: the surroundings of the month, from dated paths and draws that no policy touches.
//! The desk on which lenders quote opens here too, because it asks the month's policy. Nothing is
//! decided for a single borrower; sources of the paths are in the region pack.

use crate::luck::{Stream, kernel};
use crate::units::Month;
use crate::world::Region;

use super::{Desk, Run};

/// Inputs are held at the start of dated history during the spin-up.
pub fn dated(run: &Run) -> Month {
    run.world.month.max(run.world.region.start.plus(-1))
}

pub fn environment(run: &mut Run) {
    let month = run.world.month;
    let dated = dated(run);
    run.policy = run.inputs.policy.at(dated);
    let region = run.world.region.clone();
    let p = run.inputs.params.clone();
    let path = |path: &[crate::world::Path]| path[0].at(dated);
    let e = &mut run.world.environment;

    // Macro regime: one AR(1) for the district.
    let innovation = f64::from(run.luck.key(Stream::Macro, month).normal(0));
    let rho = p.macro_persistence;
    e.regime = rho * e.regime + p.macro_sd * (1.0 - rho * rho).sqrt() * innovation;

    // Yearly draws of crop prices and yields in January (and in the first month).
    if month.month() == 1 || month == run.first_month {
        let year = Month::new(month.year(), 1);
        yearly_draws(run, year);
    }
    let e = &mut run.world.environment;

    e.level = level(&region, dated);
    e.digital = path(&region.paths.digital);
    e.wage = path(&region.paths.wage);
    e.epidemic = path(&region.paths.epidemic);
    let demand = path(&region.paths.demand);
    let market = &mut run.world.market;
    for (s, sector) in region.sectors.iter().enumerate() {
        // Output above what local demand would absorb at the start is shared among neighbours.
        let (potential, funded) = (market.potential[s], market.funded[s]);
        let crowding = if potential > 0.0 && market.gap_reference[s].is_finite() {
            let ratio = funded / (potential * (1.0 - market.gap_reference[s]) * p.demand_slack);
            if ratio > 1.0 { kernel::pow64(ratio, -sector.local_share) } else { 1.0 }
        } else {
            1.0
        };
        e.crowding[s] = crowding;
        let season = season(sector, month.month());
        let epidemic = 1.0 - sector.epidemic_loading * e.epidemic;
        let factor = demand * kernel::exp64(sector.macro_loading * e.regime) * epidemic * season * crowding;
        e.sector_factor[s] = factor as f32;
    }
    run.desk = Desk::open(run);
}

/// Sales of calendar month `m` (1–12) over the mean month.
pub fn season(s: &crate::world::Sector, m: i32) -> f64 {
    [s.m01, s.m02, s.m03, s.m04, s.m05, s.m06, s.m07, s.m08, s.m09, s.m10, s.m11, s.m12][(m - 1) as usize]
}

/// The slow nominal level: the trailing year's mean demand, brought up to date by the last year's
/// growth, so that steady growth leaves no lag and a short slump no trace.
fn level(region: &Region, month: Month) -> f64 {
    let demand = &region.paths.demand[0];
    let mean = |until: Month| -> f64 { (0..12).map(|k| demand.at(until.plus(-k))).sum::<f64>() / 12.0 };
    let (now, before) = (mean(month), mean(month.plus(-12)));
    now * kernel::pow64(now / before, 5.5 / 12.0)
}

fn yearly_draws(run: &mut Run, year: Month) {
    let region = run.world.region.clone();
    let p = &run.inputs.params;
    let n = region.townships.len();
    let crops: Vec<_> = region.sectors.iter().filter(|s| s.crop != 0.0).collect();
    let weather = run.luck.key(Stream::Weather, year);
    let price = run.luck.key(Stream::Price, year);
    // Weather correlates in space as exp(−distance / range): Cholesky of 23 × 23, once a year.
    let root = correlation_root(&region, p.weather_range);
    let e = &mut run.world.environment;
    for (c, crop) in crops.iter().enumerate() {
        e.price[c] = p.price_sd * f64::from(price.normal(c as u32));
        let z: Vec<f64> = (0..n).map(|t| f64::from(weather.normal2(c as u32, t as u32))).collect();
        for t in 0..n {
            let field: f64 = (0..=t).map(|k| root[t * n + k] * z[k]).sum();
            e.yields[c * n + t] = crop.yield_sd * field - 0.5 * crop.yield_sd * crop.yield_sd;
        }
    }
}

fn correlation_root(region: &Region, range: f64) -> Vec<f64> {
    let n = region.townships.len();
    let mut l = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let (a, b) = (&region.townships[i], &region.townships[j]);
            let (dx, dy) = (a.weather_x - b.weather_x, a.weather_y - b.weather_y);
            let distance = (dx * dx + dy * dy).sqrt();
            let dot: f64 = (0..j).map(|k| l[i * n + k] * l[j * n + k]).sum();
            let c = kernel::exp64(-distance / range) - dot;
            l[i * n + j] = if i == j { c.max(1e-12).sqrt() } else { c / l[j * n + j] };
        }
    }
    l
}
