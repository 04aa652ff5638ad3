//! What money spent on growing brings its owner: sales, with fixed costs and the need of working capital as they were.
//!
//! Used where equipment is bought or capital brought in (`term`, `equity`); projects with works of their own are in
//! `projects`.

use crate::world::Cohort;

use super::Params;

/// Output of `spent` yuan of 2018 at the owner's return, from now on; returns the monthly sales gained.
///
/// As with working capital, the return is the contribution after variable cost (`output_per_return`).
pub fn grow(p: &Params, cohort: &mut Cohort, i: usize, spent: f64) -> f32 {
    let contribution = p.output_per_return * f64::from(cohort.return_rate[i]) * spent / 12.0;
    let gained = contribution / (1.0 - p.variable_cost_share);
    resize(p, cohort, i, gained);
    gained as f32
}

/// What brought `sales` a month is gone.
pub fn shrink(p: &Params, cohort: &mut Cohort, i: usize, sales: f32) {
    resize(p, cohort, i, -f64::from(sales));
}

/// Sales change by `by` a month; fixed cost, and the output lost without a loan, stay what they are in yuan.
pub fn resize(p: &Params, cohort: &mut Cohort, i: usize, by: f64) {
    let sales = f64::from(cohort.sales[i]);
    let new = (sales + by).max(0.01 * sales);
    let fixed = sales * (1.0 - p.variable_cost_share - f64::from(cohort.margin[i]));
    cohort.sales[i] = new as f32;
    cohort.margin[i] = (1.0 - p.variable_cost_share - fixed / new) as f32;
    let kept = sales / new;
    cohort.loss_unfunded[i] = (f64::from(cohort.loss_unfunded[i]) * kept).min(1.0) as f32;
    cohort.gap[i] = (f64::from(cohort.gap[i]) * kept).min(1.0) as f32;
}
