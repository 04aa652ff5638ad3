//! Shares of draws: Wilson's score interval, and limits judged by them.
//!
//! Wilson (1927) keeps sense at 0 and 1, where draws that all agree are no proof. `n` is the number of
//! draws that are independent of each other, which may be fewer than were counted.

use super::bootstrap::Interval;
use super::estimate::{Effect, paired};
use super::student::Level;
use crate::luck::kernel;

/// Fewest independent draws for a verdict: five differences of one sign happen by luck once in 16 times, six once in 32.
pub const FEWEST: usize = 6;

/// The normal quantile of a two-sided interval at level 1 − `alpha`.
fn z(alpha: f64) -> f64 {
    -kernel::norm_inv64(alpha / 2.0)
}

/// Interval of a share seen in `n` independent draws.
pub fn wilson(share: f64, n: usize, alpha: f64) -> Interval {
    if n == 0 || !share.is_finite() {
        return Interval::NONE;
    }
    let (n, z2) = (n as f64, z(alpha) * z(alpha));
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = (z2 * (share * (1.0 - share) / n + z2 / (4.0 * n * n))).max(0.0).sqrt() / (1.0 + z2 / n);
    // Exact at the ends, where rounding could make a certain thing fail.
    let low = if share <= 0.0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if share >= 1.0 { 1.0 } else { (middle + half).min(1.0) };
    Interval { value: share, low, high }
}

/// Which side of its limit an outcome shall be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    AtMost,
    Below,
    AtLeast,
    Above,
}

impl Side {
    pub fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Side::AtMost => value <= limit,
            Side::Below => value < limit,
            Side::AtLeast => value >= limit,
            Side::Above => value > limit,
        }
    }
}

/// What may be said of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    Pass,
    Fail,
    /// The interval leaves both open, or there are fewer than `FEWEST` draws.
    Undecided,
}

/// A limit judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    pub judgement: Judgement,
    /// Share of draws that keep the limit.
    pub probability: Interval,
    /// Mean outcome.
    pub mean: Interval,
    /// Draws counted.
    pub draws: usize,
}

/// Judges a limit. `clusters` are independent of each other, the draws within one are not. With `wanted` the
/// probability of keeping the limit must reach it; without, the mean must keep it.
pub fn judge(clusters: &[Vec<f64>], side: Side, limit: f64, wanted: Option<f64>, level: &Level) -> Judged {
    let mut kept = Vec::new();
    let mut means = Vec::new();
    let mut draws = 0;
    for cluster in clusters {
        let known: Vec<f64> = cluster.iter().copied().filter(|v| v.is_finite()).collect();
        if known.is_empty() {
            continue;
        }
        let n = known.len() as f64;
        draws += known.len();
        kept.push(known.iter().filter(|v| side.holds(**v, limit)).count() as f64 / n);
        means.push((known.iter().sum::<f64>() / n, 0.0));
    }
    let share = kept.iter().sum::<f64>() / kept.len() as f64;
    let probability = wilson(share, kept.len(), level.alpha);
    let mean = paired(&means, level).map_or(Interval::NONE, |e| interval(&e));
    let judgement = match wanted {
        _ if kept.len() < FEWEST => Judgement::Undecided,
        Some(wanted) if probability.low >= wanted => Judgement::Pass,
        Some(wanted) if probability.high < wanted => Judgement::Fail,
        Some(_) => Judgement::Undecided,
        None if !mean.is_bounded() => Judgement::Undecided,
        None => match [mean.low, mean.high].map(|end| side.holds(end, limit)) {
            [true, true] => Judgement::Pass,
            [false, false] => Judgement::Fail,
            _ => Judgement::Undecided,
        },
    };
    Judged { judgement, probability, mean, draws }
}

/// The interval of an effect.
pub fn interval(e: &Effect) -> Interval {
    Interval { value: e.mean, low: e.low, high: e.high }
}

/// Fewest independent draws by which a limit can pass at all, every one of them keeping it.
pub fn fewest(wanted: f64, alpha: f64) -> u64 {
    let z2 = z(alpha) * z(alpha);
    (z2 * wanted / (1.0 - wanted) - 1e-9).ceil().max(1.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_by_hand() {
        // 8 of 10 at 95%: Wilson (1927) gives 0.4902 to 0.9433.
        let w = wilson(0.8, 10, 0.05);
        assert!((w.low - 0.4902).abs() < 1e-4 && (w.high - 0.9433).abs() < 1e-4, "{w:?}");
        let all = wilson(1.0, 73, 0.05);
        assert!(all.low >= 0.95 && wilson(1.0, 72, 0.05).low < 0.95 && all.high == 1.0);
        assert_eq!(fewest(0.95, 0.05), 73);
        assert!(!wilson(0.5, 0, 0.05).is_bounded());
    }

    #[test]
    fn limits_pass_fail_or_stay_open() {
        let level = Level::new(0.05);
        let draws = |n: usize, bad: usize| -> Vec<Vec<f64>> {
            (0..n).map(|i| vec![if i < bad { 0.05 } else { 0.02 + 1e-5 * i as f64 }]).collect()
        };
        let of = |n, bad, wanted| judge(&draws(n, bad), Side::AtMost, 0.03, wanted, &level).judgement;
        assert_eq!(of(80, 0, Some(0.95)), Judgement::Pass);
        // All of eight keep it, and still nobody can promise 95%.
        assert_eq!(of(8, 0, Some(0.95)), Judgement::Undecided);
        assert_eq!(of(80, 40, Some(0.95)), Judgement::Fail);
        assert_eq!(of(80, 4, Some(0.95)), Judgement::Undecided);
        assert_eq!(of(8, 0, None), Judgement::Pass);
        assert_eq!(of(8, 8, None), Judgement::Fail);
        assert_eq!(of(8, 2, None), Judgement::Undecided);
        assert_eq!(of(5, 0, None), Judgement::Undecided);
        assert_eq!(judge(&[], Side::AtMost, 0.0, None, &level).judgement, Judgement::Undecided);
        assert!(
            !Side::Below.holds(1.0, 1.0) && Side::AtLeast.holds(1.0, 1.0) && !Side::Above.holds(1.0, 1.0)
        );
    }

    #[test]
    fn draws_of_one_cluster_count_once() {
        let level = Level::new(0.05);
        let one = judge(&[vec![0.0; 1000]], Side::AtMost, 0.0, Some(0.9), &level);
        assert_eq!((one.judgement, one.draws), (Judgement::Undecided, 1000));
    }
}
