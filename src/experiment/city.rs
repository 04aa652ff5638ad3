//! The city's path answers national and city measures, so that only district measures move the gap.
//!
//! The published city growth already contains the reference's national measures. An arm that
//! changes some shifts it by β (`city_beta`) times the district's own paired effect of that
//! national and city part, replication by replication: own effect `e` gives a gap effect of
//! `(1 − β)·e`. A mixed arm takes `e` from a hidden helper that holds only that part.

use crate::metrics::metric_index;

use super::plan::{CityShift, Plan};
use super::replicate::Replication;

/// Shifts `city_growth` and `city_gap` of every run of a replication.
pub fn shift<I>(plan: &Plan<I>, replication: &mut Replication) {
    let (Some(growth), Some(gap), Some(city)) =
        (metric_index("inclusive_growth_yoy"), metric_index("city_gap"), metric_index("city_growth"))
    else {
        return;
    };
    let shifts: Vec<Option<Vec<f64>>> =
        (0..plan.arms.len()).map(|arm| arm_shift(plan, replication, arm, growth, plan.arms.len())).collect();
    for (arm, by) in shifts.into_iter().enumerate() {
        let Some(Ok(run)) = replication.runs.get_mut(arm) else { continue };
        // Without the runs it needs, the city's answer is unknown.
        let by = |row: usize| by.as_ref().map_or(f64::NAN, |b| b.get(row).copied().unwrap_or(f64::NAN));
        run.rewrite(city, &plan.grid, |row, v| v + by(row));
        run.rewrite(gap, &plan.grid, |row, v| v - by(row));
    }
}

/// Monthly shift of the city's growth under `arm`: its reference's, plus β times the effect.
fn arm_shift<I>(
    plan: &Plan<I>,
    replication: &Replication,
    arm: usize,
    growth: usize,
    depth: usize,
) -> Option<Vec<f64>> {
    let own = &plan.arms[arm];
    let rows = replication.run(arm)?.rows();
    let mut shift = match own.reference == arm || depth == 0 {
        true => vec![0.0; rows],
        false => arm_shift(plan, replication, own.reference, growth, depth - 1)?,
    };
    let source = match own.city {
        CityShift::Zero => return Some(shift),
        CityShift::Own => replication.run(arm)?,
        CityShift::Helper(helper) => replication.run(helper)?,
    };
    let reference = replication.run(own.reference)?;
    for (row, by) in shift.iter_mut().enumerate() {
        let effect = source.month(row, growth) - reference.month(row, growth);
        // A month without growth (the first year) has no effect either.
        if effect.is_finite() {
            *by += plan.city_beta * effect;
        }
    }
    Some(shift)
}
