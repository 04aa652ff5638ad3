//! Elementary effects of Morris (1991, Technometrics 33): which inputs matter at all, for few runs.
//!
//! mu is the mean effect of moving an input by its whole range, mu* the mean of its sizes (Campolongo, Cariboni and
//! Saltelli 2007), sigma the spread over places: curvature or interplay. Noise of the dice makes sizes look larger than they
//! are, so the size that dice alone would show is told beside mu*. Drawing trajectories is `scenario`'s.

use super::bootstrap::{self, Interval};
use super::estimate::mean_var;

/// Where a trajectory stands (places 0 to 1 in the inputs' ranges) and what came out, by replication.
#[derive(Clone, Debug)]
pub struct Point<'a> {
    pub place: Vec<f64>,
    pub outcomes: &'a [f64],
}

/// What an input does to an outcome, over its whole range, in the outcome's unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    pub mu: Interval,
    pub mu_star: Interval,
    pub sigma: Interval,
    /// The mu* that noise alone would show; NaN with a single replication.
    pub floor: f64,
    /// Elementary effects behind it.
    pub n: usize,
}

impl Effect {
    /// More than noise would show.
    pub fn is_noticed(&self) -> bool {
        self.mu_star.is_bounded() && self.mu_star.low > if self.floor.is_finite() { self.floor } else { 0.0 }
    }
}

/// The elementary effects of one trajectory by input, each by replication; inputs never moved or without outcome are None.
fn elementary(trajectory: &[Point], inputs: usize) -> Vec<Option<Vec<f64>>> {
    let mut out = vec![None; inputs];
    for step in trajectory.windows(2) {
        let (from, to) = (&step[0], &step[1]);
        let moved = |i: &usize| from.place[*i] != to.place[*i];
        let Some(input) = (0..inputs).find(moved) else { continue };
        let by = to.place[input] - from.place[input];
        let effects: Vec<f64> = from.outcomes.iter().zip(to.outcomes).map(|(a, b)| (b - a) / by).collect();
        let known: Vec<f64> = effects.into_iter().filter(|e| e.is_finite()).collect();
        if !known.is_empty() {
            out[input] = Some(known);
        }
    }
    out
}

/// Effects of all inputs; intervals at level 1 − `alpha` by drawing trajectories again.
pub fn analyse(trajectories: &[Vec<Point>], inputs: usize, seed: u64, alpha: f64) -> Vec<Effect> {
    let effects: Vec<_> = trajectories.iter().map(|t| elementary(t, inputs)).collect();
    (0..inputs)
        .map(|input| {
            let of: Vec<&Vec<f64>> = effects.iter().filter_map(|t| t[input].as_ref()).collect();
            let means: Vec<f64> = of.iter().map(|e| e.iter().sum::<f64>() / e.len() as f64).collect();
            // Variance of each mean over replications: what noise leaves in an effect.
            let noises: Vec<f64> = of
                .iter()
                .map(|e| if e.len() < 2 { f64::NAN } else { mean_var(e.iter().copied()).1 / e.len() as f64 })
                .collect();
            let found = bootstrap::intervals(seed, means.len(), alpha, |w| statistics(&means, &noises, w));
            let noise = noises.iter().filter(|n| n.is_finite()).sum::<f64>()
                / noises.iter().filter(|n| n.is_finite()).count() as f64;
            let [mu, mu_star, sigma] = found[..] else { return NOTHING };
            // E|N(0, s²)| = s √(2/π).
            let floor = (noise * std::f64::consts::FRAC_2_PI).sqrt();
            Effect { mu, mu_star, sigma, floor, n: means.len() }
        })
        .collect()
}

const NOTHING: Effect =
    Effect { mu: Interval::NONE, mu_star: Interval::NONE, sigma: Interval::NONE, floor: f64::NAN, n: 0 };

/// mu, mu* and sigma, the last without what noise adds to it.
fn statistics(means: &[f64], noises: &[f64], weights: &[f64]) -> Vec<f64> {
    let n: f64 = weights.iter().sum();
    let sum = |f: &dyn Fn(usize) -> f64| (0..means.len()).map(|i| weights[i] * f(i)).sum::<f64>();
    let mu = sum(&|i| means[i]) / n;
    let spread = sum(&|i| (means[i] - mu) * (means[i] - mu)) / (n - 1.0);
    let noise = sum(&|i| if noises[i].is_finite() { noises[i] } else { 0.0 }) / n;
    vec![mu, sum(&|i| means[i].abs()) / n, (spread - noise).max(0.0).sqrt()]
}

#[cfg(test)]
mod tests {
    use super::super::groups::separated;
    use super::*;
    use crate::luck::{Key, Luck, Stream};

    const K: usize = 20;

    /// The function of Morris (1991) with 20 inputs; the coefficients he leaves to chance are standard normal.
    fn morris(x: &[f64], key: Key) -> f64 {
        let w: Vec<f64> = (0..K)
            .map(|i| 2.0 * (if [2, 4, 6].contains(&i) { 1.1 * x[i] / (x[i] + 0.1) } else { x[i] } - 0.5))
            .collect();
        let chance = |i: usize, j: usize| f64::from(key.normal2(i as u32, j as u32));
        let mut y = chance(K, K);
        for i in 0..K {
            y += w[i] * if i < 10 { 20.0 } else { chance(i, K) };
            for j in 0..i {
                y += w[i] * w[j] * if i < 6 { -15.0 } else { chance(i, j) };
                for l in 0..j {
                    y += if i < 5 { -10.0 * w[i] * w[j] * w[l] } else { 0.0 };
                    for s in 0..l {
                        y += if i < 4 { 5.0 * w[i] * w[j] * w[l] * w[s] } else { 0.0 };
                    }
                }
            }
        }
        y
    }

    /// Trajectories on four levels, with steps of 2/3 in an order by chance.
    fn trajectories(n: u32, seed: u64) -> Vec<Vec<Vec<f64>>> {
        let key = Luck::new(seed, 0).key_fixed(Stream::Genesis);
        (0..n)
            .map(|t| {
                let key = key.nth(t);
                let mut order: Vec<usize> = (0..K).collect();
                order.sort_by_key(|&i| key.bits(100 + i as u32));
                let mut at: Vec<f64> = (0..K as u32).map(|i| f64::from(key.bits(i) % 4) / 3.0).collect();
                let mut out = vec![at.clone()];
                for i in order {
                    at[i] += if at[i] < 0.5 { 2.0 / 3.0 } else { -2.0 / 3.0 };
                    out.push(at.clone());
                }
                out
            })
            .collect()
    }

    fn analysed(n: u32, seed: u64, outcomes: impl Fn(&[f64]) -> Vec<f64>) -> Vec<Effect> {
        let places = trajectories(n, seed);
        let made: Vec<Vec<Vec<f64>>> =
            places.iter().map(|t| t.iter().map(|x| outcomes(x)).collect()).collect();
        let point = |(place, outcomes): (&Vec<f64>, &'_ Vec<f64>)| (place.clone(), outcomes.clone());
        let owned: Vec<Vec<(Vec<f64>, Vec<f64>)>> =
            places.iter().zip(&made).map(|(p, m)| p.iter().zip(m).map(point).collect()).collect();
        let points: Vec<Vec<Point>> = owned
            .iter()
            .map(|t| t.iter().map(|(p, o)| Point { place: p.clone(), outcomes: o }).collect())
            .collect();
        analyse(&points, K, 1, 0.05)
    }

    #[test]
    fn the_inputs_of_morris_are_told_apart() {
        for seed in 0..5 {
            let chance = Luck::new(seed, 1).key_fixed(Stream::Genesis);
            let effects = analysed(24, seed, |x| vec![morris(x, chance)]);
            // Ten inputs matter and ten do not; 8 to 10 act straight, 1 to 7 bent or together.
            let ranks = separated(&effects.iter().map(|e| e.mu_star).collect::<Vec<_>>());
            let (mut upper, mut left): (Vec<usize>, _) = (Vec::new(), ranks.iter());
            while upper.len() < 10 {
                upper.extend(left.next().unwrap());
            }
            upper.sort_unstable();
            assert_eq!(upper, (0..10).collect::<Vec<_>>(), "seed {seed}");
            for straight in [7, 8, 9] {
                let e = effects[straight];
                assert!(e.mu.low > 20.0 && e.sigma.value < 0.35 * e.mu_star.value, "seed {seed}: {e:?}");
            }
            for bent in [0, 1, 2, 3, 4] {
                let e = effects[bent];
                assert!(e.sigma.value > 0.7 * e.mu_star.value, "seed {seed}: {e:?}");
            }
        }
    }

    #[test]
    fn effects_by_hand() {
        // Two trajectories of y = 3 x₁ + x₂ x₂ in three places, inputs beyond the second never moved.
        let (y, at) = ([0.0, 1.5, 1.75], [[0.0, 0.0], [0.5, 0.0], [0.5, 0.5]]);
        let back = ([4.0, 1.0, 0.0], [[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]);
        let rows = [(y, at), back];
        let outcomes: Vec<Vec<[f64; 1]>> = rows.iter().map(|(y, _)| y.map(|v| [v]).to_vec()).collect();
        let trajectories: Vec<Vec<Point>> = rows
            .iter()
            .zip(&outcomes)
            .map(|((_, at), o)| {
                at.iter().zip(o).map(|(p, o)| Point { place: p.to_vec(), outcomes: o }).collect()
            })
            .collect();
        let effects = analyse(&trajectories, 2, 1, 0.05);
        assert_eq!((effects[0].mu.value, effects[0].sigma.value, effects[0].n), (3.0, 0.0, 2));
        assert_eq!((effects[1].mu.value, effects[1].mu_star.value), (0.75, 0.75));
        assert!(effects[0].floor.is_nan());
    }

    #[test]
    fn noise_is_not_taken_for_an_effect() {
        // Only the first input acts, by 5; noise of sd 1 of its own at every point.
        let noisy = |x: &[f64]| -> Vec<f64> {
            let id = x.iter().fold(0u32, |h, v| h.wrapping_mul(31).wrapping_add((v * 3.0).round() as u32));
            (0..4u32)
                .map(|r| {
                    let key = Luck::new(3, r).key_fixed(Stream::Productivity);
                    5.0 * x[0] + f64::from(key.normal(id))
                })
                .collect()
        };
        let effects = analysed(20, 2, noisy);
        assert!(effects[0].is_noticed() && effects[0].mu.contains(5.0), "{:?}", effects[0]);
        let wrong = effects[1..].iter().filter(|e| e.is_noticed()).count();
        assert!(wrong <= 2, "{wrong} of 19");
        // An effect's noise: √(2 · 1/4) over 2/3, its mean size √(2/π) of that.
        let floor = (0.5f64).sqrt() * 1.5 * (2.0 / std::f64::consts::PI).sqrt();
        assert!((effects[1].floor / floor - 1.0).abs() < 0.2, "{} {floor}", effects[1].floor);
        assert!(effects[0].sigma.value < 0.7, "{:?}", effects[0].sigma);
    }
}
