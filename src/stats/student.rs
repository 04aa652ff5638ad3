//! Student's t: tail probability and quantile for whole degrees of freedom.
//!
//! Only `+ − × ÷ √` are used, so the last bit does not depend on the machine. The tail is the
//! incomplete beta function by continued fraction (Numerical Recipes §6.4, modified Lentz);
//! the oracle in the tests is statrs.

use std::cell::Cell;

/// P(|T| > t) for `df` ≥ 1 degrees of freedom.
pub fn two_sided_tail(t: f64, df: u32) -> f64 {
    if t.is_nan() || df == 0 {
        return f64::NAN;
    }
    let (n, t2) = (f64::from(df), t * t);
    if t2.is_infinite() {
        return 0.0;
    }
    let (x, y) = (n / (n + t2), t2 / (n + t2));
    // x^(n/2) · y^(1/2) / B(n/2, 1/2)
    let front = half_power(x, df) * y.sqrt() * inverse_beta(df);
    if x < (0.5 * n + 1.0) / (0.5 * n + 2.5) {
        front * fraction(0.5 * n, 0.5, x) / (0.5 * n)
    } else {
        1.0 - front * fraction(0.5, 0.5 * n, y) / 0.5
    }
}

/// The t with P(|T| > t) = `alpha`, 0 < `alpha` < 1; NaN for no degrees of freedom.
pub fn quantile(alpha: f64, df: u32) -> f64 {
    if df == 0 || !(alpha > 0.0 && alpha < 1.0) {
        return f64::NAN;
    }
    let (mut low, mut high) = (0.0, 2.0);
    while two_sided_tail(high, df) > alpha {
        low = high;
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if two_sided_tail(middle, df) > alpha {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// How many times wider an interval at level 1 − `alpha` must be to hold for `looked_at` quantities at once: the
/// ratio of their t (Bonferroni's inequality; Dunn 1961, JASA 56). NaN for no degrees of freedom.
pub fn widening(alpha: f64, df: u32, looked_at: usize) -> f64 {
    quantile(alpha / looked_at.max(1) as f64, df) / quantile(alpha, df)
}

/// Quantiles at one level, remembering the last one asked for: nearly every row has the same
/// number of pairs.
#[derive(Debug)]
pub struct Level {
    pub alpha: f64,
    last: Cell<(u32, f64)>,
}

impl Level {
    pub fn new(alpha: f64) -> Level {
        Level { alpha, last: Cell::new((0, f64::NAN)) }
    }
    /// Quantile for `df` degrees of freedom.
    pub fn t(&self, df: u32) -> f64 {
        let (known, t) = self.last.get();
        if known == df {
            return t;
        }
        let t = quantile(self.alpha, df);
        self.last.set((df, t));
        t
    }
}

/// x^(n/2).
fn half_power(x: f64, n: u32) -> f64 {
    let (mut base, mut left, mut out) = (x.sqrt(), n, 1.0);
    while left > 0 {
        if left & 1 == 1 {
            out *= base;
        }
        base *= base;
        left >>= 1;
    }
    out
}

/// 1 / B(n/2, 1/2), by the recursion of the gamma function in steps of one.
fn inverse_beta(n: u32) -> f64 {
    let mut out = if n % 2 == 1 { std::f64::consts::FRAC_1_PI } else { 0.5 };
    let mut k = if n % 2 == 1 { 1 } else { 2 };
    while k < n {
        out *= f64::from(k + 1) / f64::from(k);
        k += 2;
    }
    out
}

fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..500 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, StudentsT};

    #[test]
    fn quantiles_agree_with_the_tables() {
        // Two-sided 5%: tables give 12.706, 2.776, 2.069, 1.962 (df 1, 4, 23, 1000).
        for (df, t) in [(1, 12.706_204_736_4), (4, 2.776_445_105_2), (23, 2.068_657_610_4)] {
            assert!((quantile(0.05, df) - t).abs() < 1e-9, "{df}: {}", quantile(0.05, df));
        }
        assert!((quantile(0.05, 1000) - 1.962).abs() < 1e-3);
        assert!(quantile(0.05, 0).is_nan());
    }

    #[test]
    fn many_intervals_are_wider_than_one() {
        // Two-sided tables, df 15: 2.1314 at 5%, 3.2860 at 0.5%.
        assert!((widening(0.05, 15, 10) - 3.2860 / 2.1314).abs() < 1e-3, "{}", widening(0.05, 15, 10));
        assert_eq!(widening(0.05, 15, 1), 1.0);
        assert_eq!(widening(0.05, 15, 0), 1.0);
        assert!(widening(0.05, 7, 200) > widening(0.05, 15, 200));
        assert!(widening(0.05, 0, 10).is_nan());
    }

    #[test]
    fn quantiles_agree_with_statrs() {
        for df in [1, 2, 3, 5, 15, 23, 31, 63, 127, 1023, 5000] {
            let oracle = StudentsT::new(0.0, 1.0, f64::from(df)).unwrap();
            for alpha in [0.5, 0.1, 0.05, 0.030_396, 0.01, 0.001, 1e-5] {
                let t = quantile(alpha, df);
                let tail = 2.0 * oracle.sf(t);
                assert!((tail / alpha - 1.0).abs() < 1e-9, "df {df}, alpha {alpha}: {tail}");
            }
        }
    }

    #[test]
    fn a_level_remembers_only_the_right_quantile() {
        let level = Level::new(0.05);
        assert_eq!(level.t(4), quantile(0.05, 4));
        assert_eq!(level.t(23), quantile(0.05, 23));
        assert_eq!(level.t(4), quantile(0.05, 4));
    }
}
