//! The bootstrap: intervals by drawing again, with luck that is keyed, so that the same results have
//! the same intervals on any machine.
//!
//! Percentile intervals, expanded for few items as Student's t expands a normal interval (Hesterberg 2015, "What
//! teachers should know about the bootstrap", §5.3). What is drawn again is the caller's: base points,
//! trajectories, assumption sets. Quantiles are `estimate`'s.

use super::estimate::quantile;
use super::student;
use crate::luck::{Luck, Stream, kernel};
use crate::units::Month;

/// Resamples behind every interval.
pub const RESAMPLES: u32 = 1000;

/// An estimate and its interval; NaN where there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl Interval {
    pub const NONE: Interval = Interval { value: f64::NAN, low: f64::NAN, high: f64::NAN };

    /// A value known without doubt.
    pub fn exact(value: f64) -> Interval {
        Interval { value, low: value, high: value }
    }
    pub fn is_bounded(&self) -> bool {
        self.low.is_finite() && self.high.is_finite()
    }
    pub fn contains(&self, truth: f64) -> bool {
        self.low <= truth && truth <= self.high
    }
    /// The same with every number moved by `f`, which must rise.
    pub fn map(self, f: impl Fn(f64) -> f64) -> Interval {
        Interval { value: f(self.value), low: f(self.low), high: f(self.high) }
    }
    /// Wider by a second, independent error of half-width `half` on either side (root of squares).
    pub fn widened(self, half: f64) -> Interval {
        if !(half.is_finite() && self.is_bounded()) {
            return self;
        }
        let side = |d: f64| (d.max(0.0) * d.max(0.0) + half * half).sqrt();
        Interval {
            low: self.value - side(self.value - self.low),
            high: self.value + side(self.high - self.value),
            ..self
        }
    }
}

/// How often each of `n` items is drawn in a resample.
fn counts(luck: &Luck, resample: u32, n: usize, out: &mut [f64]) {
    out.fill(0.0);
    let key = luck.key(Stream::Bootstrap, Month(resample as i32));
    for i in 0..n as u32 {
        let item = (u64::from(key.bits(i)) * n as u64) >> 32;
        out[item as usize] += 1.0;
    }
}

/// Intervals of several statistics of `n` items at level 1 − `alpha`. `statistics` gets the weight of each item
/// (all one for the estimates themselves) and may answer NaN; an interval needs nine resamples in ten.
pub fn intervals(
    seed: u64,
    n: usize,
    alpha: f64,
    mut statistics: impl FnMut(&[f64]) -> Vec<f64>,
) -> Vec<Interval> {
    let mut weights = vec![1.0; n];
    let values = statistics(&weights);
    if n < 2 {
        return values.into_iter().map(|value| Interval { value, ..Interval::NONE }).collect();
    }
    let luck = Luck::new(seed, 0);
    let mut drawn = vec![Vec::with_capacity(RESAMPLES as usize); values.len()];
    for resample in 0..RESAMPLES {
        counts(&luck, resample, n, &mut weights);
        for (drawn, value) in drawn.iter_mut().zip(statistics(&weights)) {
            if value.is_finite() {
                drawn.push(value);
            }
        }
    }
    let tail = tail(alpha, n);
    let pair = values.into_iter().zip(drawn);
    pair.map(|(value, mut drawn)| {
        if !value.is_finite() || drawn.len() * 10 < RESAMPLES as usize * 9 {
            return Interval { value, ..Interval::NONE };
        }
        drawn.sort_by(f64::total_cmp);
        // An estimate outside the middle of its own resamples is bias; its interval still holds it.
        let (low, high) = (quantile(&drawn, tail), quantile(&drawn, 1.0 - tail));
        Interval { value, low: low.min(value), high: high.max(value) }
    })
    .collect()
}

/// Share cut off at either end: that of a normal tail as far out as Student's, whose variance has n − 1.
fn tail(alpha: f64, n: usize) -> f64 {
    let df = (n - 1) as f64;
    let t = student::quantile(alpha, (n - 1).min(100_000) as u32);
    kernel::norm_cdf64(-t * (n as f64 / df).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(values: &[f64], weights: &[f64]) -> f64 {
        let sum: f64 = weights.iter().sum();
        values.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / sum
    }

    #[test]
    fn a_mean_is_covered_as_often_as_promised_even_with_few_items() {
        for (n, trials) in [(5usize, 800u32), (20, 800), (100, 400)] {
            let mut missed = 0;
            for trial in 0..trials {
                let key = Luck::new(11, trial).key_fixed(Stream::Genesis);
                let values: Vec<f64> = (0..n as u32).map(|i| f64::from(key.normal(i))).collect();
                let found = intervals(3, n, 0.05, |w| vec![mean(&values, w)]);
                missed += u32::from(!found[0].contains(0.0));
            }
            let share = f64::from(missed) / f64::from(trials);
            let most = if n == 5 { 0.11 } else { 0.08 };
            assert!((0.02..most).contains(&share), "{n} items: {share} missed");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_interval_and_another_another() {
        let values = [1.0, 4.0, 2.0, 8.0, 5.0, 7.0];
        let of = |seed| intervals(seed, values.len(), 0.05, |w| vec![mean(&values, w)])[0];
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
        assert_eq!(of(1).value, 4.5);
    }

    #[test]
    fn what_is_undefined_has_no_interval() {
        let none = intervals(1, 5, 0.05, |_| vec![f64::NAN])[0];
        assert!(none.value.is_nan() && !none.is_bounded());
        assert!(!intervals(1, 1, 0.05, |_| vec![2.0])[0].is_bounded());
        let seldom = intervals(1, 5, 0.05, |w| vec![if w[0] == 1.0 { 1.0 } else { f64::NAN }])[0];
        assert!(seldom.value == 1.0 && !seldom.is_bounded());
    }

    #[test]
    fn two_errors_add_as_squares() {
        let wide = Interval { value: 1.0, low: -2.0, high: 4.0 }.widened(4.0);
        assert_eq!((wide.low, wide.high), (-4.0, 6.0));
    }
}
