//! Estimates from replications: paired effects, spreads, and the ratio of two effects.
//!
//! An effect is the mean over replications of scenario minus reference under the same luck, with
//! Student's t for its interval. Quantiles are exact, by sorting (type 7 of Hyndman and Fan 1996).
//! The ratio's interval is Fieller's (1954). NaN stands for what is undefined and is written empty.

use super::student::Level;

/// A paired effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    pub n_pairs: usize,
    pub mean: f64,
    pub se: f64,
    pub low: f64,
    pub high: f64,
    /// Share of pairs above zero, ties half.
    pub prob_positive: f64,
    pub pair_corr: f64,
    /// (var scenario + var reference) / var difference: how many times more independent runs
    /// would be needed.
    pub variance_reduction: f64,
}

/// Spread of one level over replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub n: usize,
    pub mean: f64,
    pub sd: f64,
    /// 5, 25, 50, 75 and 95%.
    pub quantiles: [f64; 5],
}

/// Mean and variance (n − 1; NaN for fewer than two values).
pub fn mean_var(values: impl ExactSizeIterator<Item = f64> + Clone) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.clone().sum::<f64>() / n;
    let squares: f64 = values.map(|v| (v - mean) * (v - mean)).sum();
    (mean, if n < 2.0 { f64::NAN } else { squares / (n - 1.0) })
}

fn covariance(pairs: &[(f64, f64)], mean_a: f64, mean_b: f64) -> f64 {
    pairs.iter().map(|(a, b)| (a - mean_a) * (b - mean_b)).sum::<f64>() / (pairs.len() as f64 - 1.0)
}

/// The difference of a pair; below 10⁻¹² of its values it is rounding, and zero.
fn difference(a: f64, b: f64) -> f64 {
    if (a - b).abs() <= 1e-12 * a.abs().max(b.abs()) { 0.0 } else { a - b }
}

/// Effect from pairs (scenario, reference); pairs without both values do not count.
pub fn paired(pairs: &[(f64, f64)], level: &Level) -> Option<Effect> {
    let pairs: Vec<(f64, f64)> =
        pairs.iter().copied().filter(|(a, b)| a.is_finite() && b.is_finite()).collect();
    if pairs.is_empty() {
        return None;
    }
    let n = pairs.len() as f64;
    let (mean, var) = mean_var(pairs.iter().map(|(a, b)| difference(*a, *b)));
    let (mean_a, var_a) = mean_var(pairs.iter().map(|p| p.0));
    let (mean_b, var_b) = mean_var(pairs.iter().map(|p| p.1));
    let score = |(a, b): &(f64, f64)| match difference(*a, *b) {
        d if d > 0.0 => 2,
        d if d < 0.0 => 0,
        _ => 1,
    };
    let score: u32 = pairs.iter().map(score).sum();
    let se = (var / n).sqrt();
    let half = if var == 0.0 { 0.0 } else { level.t(pairs.len() as u32 - 1) * se };
    let defined = |x: f64| if x.is_finite() { x } else { f64::NAN };
    Some(Effect {
        n_pairs: pairs.len(),
        mean,
        se,
        low: mean - half,
        high: mean + half,
        prob_positive: f64::from(score) / (2.0 * n),
        pair_corr: defined(covariance(&pairs, mean_a, mean_b) / (var_a * var_b).sqrt()).clamp(-1.0, 1.0),
        variance_reduction: defined((var_a + var_b) / var),
    })
}

/// Spread of the finite values.
pub fn spread(values: impl Iterator<Item = f64>) -> Option<Spread> {
    let mut sorted: Vec<f64> = values.filter(|v| v.is_finite()).collect();
    if sorted.is_empty() {
        return None;
    }
    let (mean, var) = mean_var(sorted.iter().copied());
    sorted.sort_by(f64::total_cmp);
    let quantiles = [0.05, 0.25, 0.5, 0.75, 0.95].map(|p| quantile(&sorted, p));
    Some(Spread { n: sorted.len(), mean, sd: var.sqrt(), quantiles })
}

/// Type-7 quantile of sorted values.
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let place = p * (sorted.len() as f64 - 1.0);
    let below = place.floor() as usize;
    match (sorted.get(below), sorted.get(below + 1)) {
        (Some(&low), Some(&high)) => low + (place - below as f64) * (high - low),
        (Some(&last), None) => last,
        _ => f64::NAN,
    }
}

/// Ratio of the means of pairs (numerator, denominator) with Fieller's interval, which is NaN
/// where unbounded (the denominator's sign is not settled). Standard error by the delta method.
pub fn ratio(pairs: &[(f64, f64)], level: &Level) -> Option<Effect> {
    let pairs: Vec<(f64, f64)> =
        pairs.iter().copied().filter(|(a, b)| a.is_finite() && b.is_finite()).collect();
    let n = pairs.len() as f64;
    if pairs.is_empty() {
        return None;
    }
    let (top, var_top) = mean_var(pairs.iter().map(|p| p.0));
    let (bottom, var_bottom) = mean_var(pairs.iter().map(|p| p.1));
    if bottom == 0.0 {
        return None;
    }
    let ratio = top / bottom;
    let (vt, vb, vtb) = (var_top / n, var_bottom / n, covariance(&pairs, top, bottom) / n);
    let t = level.t(pairs.len() as u32 - 1);
    let (a, b, c) = (bottom * bottom - t * t * vb, bottom * top - t * t * vtb, top * top - t * t * vt);
    let root = (b * b - a * c).max(0.0).sqrt();
    let bounded = pairs.len() > 1 && a > 0.0;
    let delta = (vt - 2.0 * ratio * vtb + ratio * ratio * vb).max(0.0);
    Some(Effect {
        n_pairs: pairs.len(),
        mean: ratio,
        se: if pairs.len() > 1 { delta.sqrt() / bottom.abs() } else { f64::NAN },
        low: if bounded { (b - root) / a } else { f64::NAN },
        high: if bounded { (b + root) / a } else { f64::NAN },
        prob_positive: f64::NAN,
        pair_corr: f64::NAN,
        variance_reduction: f64::NAN,
    })
}

/// A cost per unit gained, from pairs (cost, gain): the ratio of the means where gain and cost are surely above
/// zero. Else there is no such cost (two negative numbers have a ratio all the same),
/// and mean and interval are NaN; the number of pairs is told.
pub fn cost(pairs: &[(f64, f64)], level: &Level) -> Option<Effect> {
    let zero = |v: f64| (v, 0.0);
    let gain = paired(&pairs.iter().map(|p| zero(p.1)).collect::<Vec<_>>(), level)?;
    let paid = paired(&pairs.iter().map(|p| zero(p.0)).collect::<Vec<_>>(), level)?;
    match ratio(pairs, level) {
        Some(ratio) if gain.low > 0.0 && paid.low > 0.0 => Some(ratio),
        _ => {
            let none = f64::NAN;
            Some(Effect {
                mean: none,
                se: none,
                low: none,
                high: none,
                prob_positive: none,
                pair_corr: none,
                variance_reduction: none,
                ..gain
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9 * b.abs().max(1.0), "{a} is not {b}");
    }

    #[test]
    fn effect_by_hand() {
        // Differences 1, 2, 0, 1: mean 1, variance 2/3, se √(1/6); t(0.05, 3) = 3.182446305.
        let e = paired(&[(2.0, 1.0), (4.0, 2.0), (3.0, 3.0), (5.0, 4.0)], &Level::new(0.05)).unwrap();
        assert_eq!(e.n_pairs, 4);
        close(e.mean, 1.0);
        close(e.se, (1.0f64 / 6.0).sqrt());
        close(e.high, 1.0 + 3.182_446_305_284 * (1.0f64 / 6.0).sqrt());
        close(e.low + e.high, 2.0);
        // Three above zero, one tie.
        close(e.prob_positive, 0.875);
        // Both have variance 5/3; covariance of 2,4,3,5 and 1,2,3,4 is 4/3.
        close(e.pair_corr, 0.8);
        close(e.variance_reduction, (10.0 / 3.0) / (2.0 / 3.0));
    }

    #[test]
    fn undefined_is_not_invented() {
        let level = Level::new(0.05);
        assert_eq!(paired(&[], &level), None);
        assert_eq!(paired(&[(f64::NAN, 1.0)], &level), None);
        let one = paired(&[(2.0, 1.0), (1.0, f64::NAN)], &level).unwrap();
        assert_eq!((one.n_pairs, one.mean), (1, 1.0));
        assert!(one.se.is_nan() && one.low.is_nan() && one.pair_corr.is_nan());
        let same = paired(&[(2.0, 1.0), (3.0, 2.0)], &level).unwrap();
        assert_eq!((same.low, same.high, same.pair_corr), (1.0, 1.0, 1.0));
        assert!(same.variance_reduction.is_nan());
        let still = paired(&[(1.0, 1.0), (1.0, 1.0)], &level).unwrap();
        assert_eq!(still.prob_positive, 0.5);
        let rounding = paired(&[(0.1 + 0.2, 0.3), (0.3, 0.1 + 0.2), (0.1 + 0.2, 0.3)], &level).unwrap();
        assert_eq!((rounding.mean, rounding.prob_positive), (0.0, 0.5));
        assert!(still.pair_corr.is_nan());
    }

    #[test]
    fn quantiles_by_hand() {
        let s = spread([4.0, 1.0, f64::NAN, 3.0, 2.0].into_iter()).unwrap();
        assert_eq!(s.n, 4);
        close(s.mean, 2.5);
        close(s.sd, (5.0f64 / 3.0).sqrt());
        for (got, want) in s.quantiles.iter().zip([1.15, 1.75, 2.5, 3.25, 3.85]) {
            close(*got, want);
        }
        assert_eq!(quantile(&[7.0], 0.95), 7.0);
    }

    #[test]
    fn fieller_by_hand() {
        // Means 2 and 4, variances of the means 1/3 and 1/3, covariance 0; t(0.05, 2) = 4.3026527.
        let pairs = [(1.0, 4.0), (2.0, 3.0), (3.0, 4.0), (2.0, 5.0)];
        let r = ratio(&pairs, &Level::new(0.05)).unwrap();
        let (t2, v) = (3.182_446_305_284f64 * 3.182_446_305_284, (2.0 / 3.0) / 4.0);
        let (a, b, c) = (16.0 - t2 * v, 8.0, 4.0 - t2 * v);
        close(r.mean, 0.5);
        close(r.low, (b - (b * b - a * c).sqrt()) / a);
        close(r.high, (b + (b * b - a * c).sqrt()) / a);
        // A denominator that may be zero bounds nothing.
        let open = ratio(&[(1.0, -1.0), (2.0, 3.0)], &Level::new(0.05)).unwrap();
        assert!(open.low.is_nan() && open.high.is_nan());
        assert_eq!(ratio(&[(1.0, 0.0)], &Level::new(0.05)), None);
    }

    #[test]
    fn only_a_sure_gain_that_costs_has_a_cost() {
        let level = Level::new(0.05);
        let of = |pairs: &[(f64, f64)]| cost(pairs, &level).unwrap();
        let paid = of(&[(1.0, 4.0), (2.0, 5.0), (1.5, 4.5), (1.2, 4.0)]);
        close(paid.mean, 5.7 / 17.5);
        assert!(paid.low > 0.0 && paid.high < 1.0);
        // Less lent and less spent is no price of lending; nor is a gain or a cost that may be none, nor a saving.
        for none in [
            [(-1.0, -4.0), (-2.0, -5.0), (-1.5, -4.5)],
            [(1.0, 4.0), (2.0, -5.0), (1.0, 3.0)],
            [(-1.0, 4.0), (-2.0, 5.0), (-1.5, 4.5)],
            [(1.0, 4.0), (-0.5, 5.0), (0.2, 4.5)],
        ] {
            let e = of(&none);
            assert!(e.mean.is_nan() && e.low.is_nan() && e.n_pairs == 3, "{none:?}");
        }
    }
}
