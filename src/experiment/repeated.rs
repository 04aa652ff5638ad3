//! Stopping when the effects asked for are settled, with intervals that stay valid although one
//! looked several times.
//!
//! Looks come after 16, 32, 64 … replications in index order. Look k spends
//! α_k = 0.05 · 6 / (π² k²); the α_k sum to 0.05, so by the union bound all intervals of all looks
//! hold together with 95% for each effect, whatever made the run stop.

use crate::metrics::{METRICS, metric_index};
use crate::units::Month;

use super::estimate::paired;
use super::plan::Plan;
use super::replicate::Replication;
use super::student::Level;

/// How well the effects on an indicator shall be known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// Place in [`METRICS`].
    pub metric: usize,
    /// Largest half-width of an interval, in the indicator's unit (fractions, yuan).
    pub half: f64,
}

impl Target {
    /// On the indicator that `--precision` without a name is about.
    pub fn growth(half: f64) -> Target {
        Target { metric: metric_index("inclusive_growth_yoy").unwrap_or(0), half }
    }
    pub fn name(&self) -> &'static str {
        METRICS[self.metric].name
    }
}

/// How many replications, and when to stop.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    Fixed {
        replications: u32,
    },
    /// Until every target is met, or `cap`.
    Settled {
        targets: Vec<Target>,
        cap: u32,
    },
}

/// What the rule came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    pub replications: u32,
    /// Level of the intervals reported.
    pub alpha: f64,
    pub looks: u32,
    /// `None` for a fixed number.
    pub settled: Option<bool>,
}

const FIRST_LOOK: u32 = 16;

/// Level of the k-th look, k ≥ 1.
pub fn alpha(look: u32) -> f64 {
    let pi = std::f64::consts::PI;
    0.05 * 6.0 / (pi * pi * f64::from(look) * f64::from(look))
}

/// Replications to have done at the k-th look, k ≥ 1.
pub fn look_at(look: u32, cap: u32) -> u32 {
    FIRST_LOOK.checked_shl(look - 1).filter(|n| *n < cap && *n >= FIRST_LOOK).unwrap_or(cap)
}

/// Largest half-width of the effects on an indicator, over all arms shown and all full years
/// from the first change on (the last month where no year is full). Infinite while any is undefined.
pub fn widest<I>(plan: &Plan<I>, done: &[Replication], level: &Level, metric: usize) -> f64 {
    let mut widest: f64 = 0.0;
    for (arm, a) in plan.arms.iter().enumerate() {
        let Some(change) = a.first_change.filter(|_| !a.hidden && a.reference != arm) else { continue };
        let mut measured = false;
        for (y, year) in plan.grid.years().enumerate() {
            if Month::new(year, 12) < change {
                continue;
            }
            let value = |r: &Replication, arm| r.run(arm).map_or(f64::NAN, |run| run.year(y, metric));
            let pairs: Vec<_> = done.iter().map(|r| (value(r, arm), value(r, a.reference))).collect();
            // A year that has no growth in any run (the first of history) can never settle.
            if pairs.iter().all(|(x, z)| x.is_nan() && z.is_nan()) {
                continue;
            }
            widest = widest.max(half_width(&pairs, level));
            measured = true;
        }
        // Reported months that make no full year: the last of them stands for the year.
        if !measured && change <= plan.grid.until {
            let row = plan.grid.row(plan.grid.until);
            let value = |r: &Replication, arm| r.run(arm).map_or(f64::NAN, |run| run.month(row, metric));
            let pairs: Vec<_> = done.iter().map(|r| (value(r, arm), value(r, a.reference))).collect();
            widest = widest.max(half_width(&pairs, level));
        }
    }
    widest
}

fn half_width(pairs: &[(f64, f64)], level: &Level) -> f64 {
    let half = paired(pairs, level).map_or(f64::INFINITY, |e| 0.5 * (e.high - e.low));
    if half.is_nan() { f64::INFINITY } else { half }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_double_up_to_the_cap_and_spend_five_percent() {
        let looks: Vec<u32> = (1..=8).map(|k| look_at(k, 1000)).collect();
        assert_eq!(looks, [16, 32, 64, 128, 256, 512, 1000, 1000]);
        assert_eq!((look_at(1, 8), look_at(40, 1000)), (8, 1000));
        let spent: f64 = (1..100_000).map(alpha).sum();
        assert!((0.0499..0.05).contains(&spent), "{spent}");
    }

    /// Approximately normal: twelve uniforms, from a generator of four lines.
    fn normal(state: &mut u64) -> f64 {
        let mut sum = -6.0;
        for _ in 0..12 {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            sum += (*state >> 11) as f64 / (1u64 << 53) as f64;
        }
        sum
    }

    #[test]
    fn intervals_cover_although_the_run_stops_where_it_likes() {
        // Effect 0.1, standard deviation 1; stops at half-width 0.2 or at 512.
        let levels: Vec<Level> = (1..=6).map(|k| Level::new(alpha(k))).collect();
        let plain = Level::new(0.05);
        let (mut state, trials) = (7u64, 4000);
        let (mut missed, mut missed_any_plain) = (0, 0);
        for _ in 0..trials {
            let mut pairs: Vec<(f64, f64)> = Vec::new();
            let mut plain_missed = false;
            for (k, level) in (1u32..).zip(&levels) {
                while pairs.len() < look_at(k, 512) as usize {
                    pairs.push((0.1 + normal(&mut state), 0.0));
                }
                let naive = paired(&pairs, &plain).unwrap();
                plain_missed |= naive.low > 0.1 || naive.high < 0.1;
                let e = paired(&pairs, level).unwrap();
                if 0.5 * (e.high - e.low) <= 0.2 || k == 6 {
                    missed += i32::from(e.low > 0.1 || e.high < 0.1);
                    break;
                }
            }
            missed_any_plain += i32::from(plain_missed);
        }
        let share = |n: i32| f64::from(n) / f64::from(trials);
        assert!(share(missed) < 0.05, "{}", share(missed));
        // The reason for all this: plain 95% intervals, looked at as often, miss more than 5%.
        assert!(share(missed_any_plain) > 0.08, "{}", share(missed_any_plain));
    }
}
