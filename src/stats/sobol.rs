//! Sobol' indices: which share of an outcome's variance hangs on which input.
//!
//! From an A/B/AB design: first order by Saltelli et al. (2010, Comput. Phys. Commun. 181), total by Jansen (1999),
//! both as SALib forms them. Replications at a point are noise of the dice: squares are formed across different replications only,
//! which takes the noise out of the indices without bias, whether or not points share their luck.
//! Drawing the design is `scenario`'s.

use super::bootstrap::{self, Interval};
use super::student;

/// A base point: the outcomes at A, at AB_1 … AB_k and at B, each by replication.
pub type Row<'a> = Vec<&'a [f64]>;

/// Indices of one input, shares of the variance that the inputs make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Index {
    pub first: Interval,
    pub total: Interval,
}

/// What a group of inputs is good for: at least what its members do alone, at most what the
/// others alone leave over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    pub least: Interval,
    pub most: Interval,
}

/// Shares of the variance of a single run; they add up to one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    pub parameters: Interval,
    pub interactions: Interval,
    /// None where every point was run once: then the dice hide in the interactions.
    pub noise: Option<Interval>,
}

/// What an A/B/AB design tells of one outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Indices {
    pub inputs: Vec<Index>,
    pub split: Split,
    pub groups: Vec<Share>,
    /// Variance made by the inputs.
    pub explained: Interval,
    pub mean: f64,
    /// Base points used, and those left out because a run failed or has no value.
    pub rows: usize,
    pub dropped: usize,
    pub replications: usize,
}

impl Indices {
    /// The inputs make a variance that is surely there; without it shares of it mean nothing.
    pub fn is_known(&self) -> bool {
        self.explained.is_bounded() && self.explained.low > 1e-18 * self.mean * self.mean
    }
}

/// Everything one base point adds to the sums.
struct Terms {
    /// E f_B (f_AB − f_A) and ½ E (f_A − f_AB)², by input.
    first: Vec<f64>,
    total: Vec<f64>,
    square: f64,
    middle: f64,
    /// Variance within a point, mean over A and B.
    within: f64,
}

/// Product of two means over replications without what the replications' own noise adds to it: the mean
/// of products of *different* replications. A single replication has nothing to take out.
fn cross(u: &[f64], v: &[f64]) -> f64 {
    let n = u.len() as f64;
    let (su, sv): (f64, f64) = (u.iter().sum(), v.iter().sum());
    if u.len() < 2 {
        return su * sv;
    }
    let same: f64 = u.iter().zip(v).map(|(a, b)| a * b).sum();
    (su * sv - same) / (n * (n - 1.0))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// `centre` is the mean of each replication over all points: what luck does to every point alike is no noise
/// of the indices.
fn terms(row: &[Vec<f64>], centre: &[f64]) -> Terms {
    let less = |u: &[f64], v: &[f64]| -> Vec<f64> { u.iter().zip(v).map(|(a, b)| a - b).collect() };
    let k = row.len() - 2;
    let (a, b) = (&row[0], &row[k + 1]);
    let centred = |u: &[f64]| -> Vec<f64> { less(u, centre) };
    let (ca, cb) = (centred(a), centred(b));
    let steps: Vec<Vec<f64>> = (1..=k).map(|i| less(&row[i], a)).collect();
    let within = |u: &[f64]| super::estimate::mean_var(u.iter().copied()).1;
    Terms {
        first: steps.iter().map(|d| cross(&cb, d)).collect(),
        total: steps.iter().map(|d| 0.5 * cross(d, d)).collect(),
        square: 0.5 * (cross(&ca, &ca) + cross(&cb, &cb)),
        middle: 0.5 * (mean(&ca) + mean(&cb)),
        within: 0.5 * (within(a) + within(b)),
    }
}

/// All statistics in one list: first and total by input, parameters, interactions, noise, least and
/// most by group, explained variance.
fn statistics(rows: &[Terms], weights: &[f64], groups: &[Vec<usize>]) -> Vec<f64> {
    let k = rows.first().map_or(0, |r| r.first.len());
    let mut sum = vec![0.0; 2 * k];
    let (mut square, mut middle, mut within, mut n) = (0.0, 0.0, 0.0, 0.0);
    for (row, &w) in rows.iter().zip(weights).filter(|(_, w)| **w != 0.0) {
        for i in 0..k {
            sum[i] += w * row.first[i];
            sum[k + i] += w * row.total[i];
        }
        square += w * row.square;
        middle += w * row.middle;
        within += w * row.within;
        n += w;
    }
    let explained = square / n - (middle / n) * (middle / n);
    let noise = within / n;
    let whole = explained + if noise.is_finite() { noise } else { 0.0 };
    let mut out: Vec<f64> = sum.iter().map(|s| s / n / explained).collect();
    let parameters: f64 = out[..k].iter().sum();
    out.extend([parameters * explained / whole, (1.0 - parameters) * explained / whole, noise / whole]);
    for group in groups {
        let of = |place: usize| group.iter().map(|i| out[place + i]).sum::<f64>();
        let (alone, total) = (of(0), of(k));
        let least = if alone.is_finite() { alone.clamp(0.0, 1.0) } else { f64::NAN };
        let most = total.min(1.0 - (parameters - alone));
        out.extend([least, if most.is_finite() { most.max(least).min(1.0) } else { f64::NAN }]);
    }
    out.push(explained);
    out
}

/// Analyses one outcome; None with fewer than two usable base points or outcomes that never differ. `groups` are
/// lists of inputs. Intervals are at level 1 − `alpha`; they cover the choice of base points, and from three replications
/// on also that of the replications, which all points share.
pub fn analyse(rows: &[Row], groups: &[Vec<usize>], seed: u64, alpha: f64) -> Option<Indices> {
    let planned = rows.len();
    let replications = rows.iter().flatten().map(|y| y.len()).max()?;
    let rows: Vec<Complete> = rows.iter().filter_map(|row| complete(row, replications.min(2))).collect();
    let centres: Vec<f64> = (0..replications)
        .map(|r| {
            let with = rows.iter().filter_map(|(kept, row)| Some((kept.iter().position(|k| *k == r)?, row)));
            let all: Vec<f64> = with.flat_map(|(at, row)| row.iter().map(move |y| y[at])).collect();
            mean(&all)
        })
        .collect();
    let (kept, rows): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let k = rows.first()?.len().checked_sub(2)?;
    if rows.len() < 2 || rows.iter().any(|r| r.len() != k + 2) {
        return None;
    }
    let all = rows.iter().flatten().map(|y| mean(y));
    let centre = all.clone().sum::<f64>() / (rows.len() * (k + 2)) as f64;
    if all.clone().all(|y| (y - centre).abs() <= 1e-12 * centre.abs()) {
        return None;
    }
    let of = |skip: Option<usize>| -> Vec<Terms> {
        let without = |y: &[f64]| -> Vec<f64> {
            y.iter().enumerate().filter(|(r, _)| Some(*r) != skip).map(|(_, v)| *v).collect()
        };
        let one = |(kept, row): (&Vec<usize>, &Vec<Vec<f64>>)| {
            let centre: Vec<f64> = kept.iter().map(|r| centres[*r]).collect();
            terms(&row.iter().map(|y| without(y)).collect::<Vec<_>>(), &without(&centre))
        };
        kept.iter().zip(&rows).map(one).collect()
    };
    let whole = of(None);
    let mut found =
        bootstrap::intervals(seed, rows.len(), alpha, |weights| statistics(&whole, weights, groups));
    // Luck is the same at every point, so more points do not average it out: leave out one replication at a time.
    let least = rows.iter().flatten().map(Vec::len).min().unwrap_or(0);
    if least >= 3 {
        let ones = vec![1.0; rows.len()];
        let left: Vec<Vec<f64>> = (0..least).map(|r| statistics(&of(Some(r)), &ones, groups)).collect();
        let n = least as f64;
        let t = student::quantile(alpha, least as u32 - 1);
        for (place, interval) in found.iter_mut().enumerate() {
            let (_, var) = super::estimate::mean_var(left.iter().map(|l| l[place]));
            // Jackknife: (n − 1)/n times the sum of squares.
            *interval = interval.widened(t * (var * (n - 1.0) * (n - 1.0) / n).sqrt());
        }
    }
    let noise = found[2 * k + 2];
    let share = |g: usize| {
        let clamp = |i: Interval| i.map(|x| x.clamp(0.0, 1.0));
        Share { least: clamp(found[2 * k + 3 + 2 * g]), most: clamp(found[2 * k + 4 + 2 * g]) }
    };
    Some(Indices {
        inputs: (0..k).map(|i| Index { first: found[i], total: found[k + i] }).collect(),
        split: Split {
            parameters: found[2 * k],
            interactions: found[2 * k + 1],
            noise: noise.value.is_finite().then_some(noise),
        },
        groups: (0..groups.len()).map(share).collect(),
        explained: *found.last()?,
        mean: centre,
        rows: rows.len(),
        dropped: planned - rows.len(),
        replications,
    })
}

/// Numbers of the replications kept, and outcomes by point and replication.
type Complete = (Vec<usize>, Vec<Vec<f64>>);

/// The replications that have a value at every point of the row, if there are `fewest`.
fn complete(row: &[&[f64]], fewest: usize) -> Option<Complete> {
    let most = row.iter().map(|y| y.len()).min()?;
    let kept: Vec<usize> = (0..most).filter(|&r| row.iter().all(|y| y[r].is_finite())).collect();
    let outcomes = row.iter().map(|y| kept.iter().map(|&r| y[r]).collect()).collect();
    (kept.len() >= fewest.max(1)).then_some((kept, outcomes))
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "the functions of the literature, compared with tolerance")]
mod tests {
    use super::*;
    use crate::luck::{Luck, Stream};

    /// A/B/AB outcomes of `f` at `n` even random base points with `replications` of noise; noise gets (point's id, replication).
    fn design(
        f: impl Fn(&[f64]) -> f64,
        noise: impl Fn(&[f64], u32, u32) -> f64,
        (k, n, replications): (usize, u32, u32),
        seed: u64,
    ) -> Vec<Vec<Vec<f64>>> {
        let key = Luck::new(seed, 0).key_fixed(Stream::Genesis);
        let point = |j: u32, which: u32| -> Vec<f64> {
            (0..k as u32).map(|i| f64::from(key.unit2(j, 2 * i + which))).collect()
        };
        let mut id = 0;
        let mut run = |x: &[f64]| -> Vec<f64> {
            id += 1;
            (0..replications).map(|r| f(x) + noise(x, id, r)).collect()
        };
        (0..n)
            .map(|j| {
                let (a, b) = (point(j, 0), point(j, 1));
                let mut row = vec![run(&a)];
                for i in 0..k {
                    let mut ab = a.clone();
                    ab[i] = b[i];
                    row.push(run(&ab));
                }
                row.push(run(&b));
                row
            })
            .collect()
    }

    fn analysed(rows: &[Vec<Vec<f64>>], groups: &[Vec<usize>]) -> Indices {
        let rows: Vec<Row> = rows.iter().map(|r| r.iter().map(Vec::as_slice).collect()).collect();
        analyse(&rows, groups, 5, 0.05).unwrap()
    }

    fn quiet(_: &[f64], _: u32, _: u32) -> f64 {
        0.0
    }

    fn ishigami(x: &[f64]) -> f64 {
        let [a, b, c] = [0, 1, 2].map(|i| (2.0 * x[i] - 1.0) * std::f64::consts::PI);
        a.sin() + 7.0 * b.sin() * b.sin() + 0.1 * c * c * c * c * a.sin()
    }
    const ISHIGAMI: [(f64, f64); 3] = [(0.313_905, 0.557_589), (0.442_411, 0.442_411), (0.0, 0.243_684)];

    const G: [f64; 8] = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
    fn g(x: &[f64]) -> f64 {
        x.iter().zip(G).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product()
    }
    /// V_i = 1/(3 (1 + a_i)²); V = Π (1 + V_i) − 1; T_i = V_i Π_{j≠i} (1 + V_j) / V.
    fn g_truth() -> Vec<(f64, f64)> {
        let v: Vec<f64> = G.iter().map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a))).collect();
        let all: f64 = v.iter().map(|v| 1.0 + v).product();
        v.iter().map(|v| (v / (all - 1.0), v * all / (1.0 + v) / (all - 1.0))).collect()
    }

    #[test]
    fn analytic_indices_are_covered_as_often_as_promised() {
        let cases = [(ishigami as fn(&[f64]) -> f64, ISHIGAMI.to_vec()), (g, g_truth())];
        for (f, truth) in cases {
            let (mut missed, mut asked) = (0, 0);
            for seed in 0..60 {
                let found = analysed(&design(f, quiet, (truth.len(), 400, 1), seed), &[]);
                for (index, (first, total)) in found.inputs.iter().zip(&truth) {
                    missed +=
                        u32::from(!index.first.contains(*first)) + u32::from(!index.total.contains(*total));
                    asked += 2;
                }
            }
            let share = f64::from(missed) / f64::from(asked);
            assert!((0.015..0.085).contains(&share), "{share} of intervals missed");
        }
    }

    #[test]
    fn indices_of_a_large_design_are_close() {
        let found = analysed(&design(ishigami, quiet, (3, 8192, 1), 1), &[vec![2], vec![0, 1, 2]]);
        for (index, (first, total)) in found.inputs.iter().zip(ISHIGAMI) {
            assert!((index.first.value - first).abs() < 0.04, "{index:?}, not {first}");
            assert!((index.total.value - total).abs() < 0.04, "{index:?}, not {total}");
        }
        // The third input does nothing alone and 0.244 with the first.
        let [third, all] = &found.groups[..] else { panic!() };
        assert!(third.least.contains(0.0) && third.most.contains(0.243_684), "{third:?}");
        assert!((all.most.value - 1.0).abs() < 1e-9 && (all.least.value - 0.756).abs() < 0.04);
        assert!(found.split.noise.is_none() && found.split.interactions.contains(0.243_684));
    }

    fn dice(id: u32, r: u32) -> f64 {
        f64::from(Luck::new(77, r).key_fixed(Stream::Productivity).normal(id))
    }

    #[test]
    fn noise_is_told_apart_and_taken_out() {
        // y = x₁ + ½ x₂ + noise of sd 1: variance of the inputs 1/12 + 1/48, indices 0.8 and 0.2; noise 1.
        let f = |x: &[f64]| x[0] + 0.5 * x[1];
        let own = |_: &[f64], id, r| dice(id, r);
        let shared = |_: &[f64], _: u32, r| dice(0, r);
        let mixed = |x: &[f64], _: u32, r| 2.0 * x[0] * dice(0, r);
        let explained = 1.0 / 12.0 + 1.0 / 48.0;
        let noisy = analysed(&design(f, own, (2, 4000, 4), 3), &[]);
        assert!((noisy.explained.value / explained - 1.0).abs() < 0.35, "{:?}", noisy.explained);
        let noise = noisy.split.noise.unwrap();
        assert!((noise.value - 1.0 / (1.0 + explained)).abs() < 0.05, "{noise:?}");
        assert!(noisy.inputs[0].total.contains(0.8) && noisy.inputs[1].total.contains(0.2));
        // Luck that all points share cancels in differences: the indices are exact but for the base points.
        let paired = analysed(&design(f, shared, (2, 1000, 4), 3), &[]);
        assert!(paired.inputs[0].total.contains(0.8) && paired.inputs[1].total.contains(0.2), "{paired:?}");
        assert!((paired.explained.value / explained - 1.0).abs() < 0.1 && paired.is_known());
        // Without correction the total indices of single runs would be near 1 each.
        let naive = analysed(&design(f, own, (2, 1000, 1), 3), &[]);
        assert!(naive.inputs[1].total.value > 0.7, "{naive:?}");
        // Luck that acts through an input: only intervals that know of shared luck are wide enough.
        let mut missed = 0;
        for seed in 0..40 {
            let luck = |x: &[f64], _: u32, r: u32| mixed(x, 0, r + 100 * seed);
            let found = analysed(&design(f, luck, (2, 256, 6), u64::from(seed)), &[]);
            missed += u32::from(!found.inputs[0].total.contains(0.8));
        }
        assert!(missed <= 6, "{missed} of 40 missed");
        assert!(noisy.is_known() && noisy.replications == 4);
    }

    #[test]
    fn noise_alone_is_no_finding() {
        let found = analysed(&design(|_| 0.0, |_, id, r| dice(id, r), (3, 200, 2), 9), &[]);
        assert!(!found.is_known(), "{found:?}");
        let same = design(|_| 4.0, quiet, (3, 20, 2), 9);
        let rows: Vec<Row> = same.iter().map(|r| r.iter().map(Vec::as_slice).collect()).collect();
        assert_eq!(analyse(&rows, &[], 1, 0.05), None);
    }

    #[test]
    fn a_failed_run_costs_its_replication_and_only_without_others_its_row() {
        let mut rows = design(|x| x[0], quiet, (2, 50, 3), 4);
        rows[7][1][0] = f64::NAN;
        rows[9][0][0] = f64::NAN;
        rows[9][2][2] = f64::NAN;
        let found = analysed(&rows, &[]);
        assert_eq!((found.rows, found.dropped), (49, 1));
    }
}
