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
    let contribution = p.output_per_return * f64::from(cohort.details[i].return_rate) * spent / 12.0;
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
    cohort.details[i].loss_unfunded = (f64::from(cohort.details[i].loss_unfunded) * kept).min(1.0) as f32;
    cohort.gap[i] = (f64::from(cohort.gap[i]) * kept).min(1.0) as f32;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Birth, Class, status};

    #[test]
    fn what_is_bought_brings_the_return_and_takes_nothing_else_with_it() {
        let p = Params { variable_cost_share: 0.62, output_per_return: 1.0, ..Params::missing() };
        let mut cohort = Cohort::new(Class::Small, 1);
        let i = cohort.enter(&Birth {
            id: 1,
            sales: 100_000.0,
            quality: 0.0,
            margin: 0.05,
            loss_unfunded: 0.2,
            need: 300_000.0,
            return_rate: 0.18,
            cushion: 0.0,
            collateral: 0.0,
            wage: 0.0,
            event: 0,
            born: crate::units::Month::new(2019, 1),
            reach: 1,
            home: 0,
            sector: 0,
            township: 0,
            flags: 0,
            status: status::LIVE,
        });
        let profit = |c: &Cohort| f64::from(c.sales[i]) * f64::from(c.margin[i]);
        let lost = |c: &Cohort| f64::from(c.sales[i]) * f64::from(c.gap[i]);
        let before = (profit(&cohort), lost(&cohort), cohort.sales[i]);
        // 1m yuan at 18% a year is 15,000 yuan a month.
        let gained = grow(&p, &mut cohort, i, 1e6);
        assert!((profit(&cohort) - before.0 - 15_000.0).abs() < 1.0, "{}", profit(&cohort));
        assert!((lost(&cohort) - before.1).abs() < 1.0);
        shrink(&p, &mut cohort, i, gained);
        assert!((cohort.sales[i] - before.2).abs() < 0.1 && (profit(&cohort) - before.0).abs() < 1.0);
    }
}
