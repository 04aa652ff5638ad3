//! The cost-effectiveness frontier: which options are worth their cost, and what the next yuan buys.
//!
//! An option is off the frontier if another gives as much for less (dominated) or a mix of two others does
//! (extended dominance). Ratios are incremental, each against the option before it on the frontier, with Fieller's
//! interval (`estimate::ratio`). Method: Drummond et al., "Methods for the Economic Evaluation of Health Care Programmes", ch. 4.

use super::bootstrap::{self, Interval};
use super::estimate::{paired, ratio};
use super::student::Level;

/// Where an option stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    /// On the frontier; what one more unit of effect costs against the option before it, None for the first.
    On { step: Option<(usize, Interval)> },
    /// This one gives at least as much for no more.
    Dominated { by: usize },
    /// A mix of these two gives more for the same.
    Extended { between: (usize, usize) },
    /// Cost or effect is unknown.
    Unknown,
}

/// An option on the plane of cost and effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub cost: Interval,
    pub effect: Interval,
    /// What it costs and gives more than the first option, on the same draws: the levels' own intervals are mostly of
    /// luck that options share.
    pub cost_more: Interval,
    pub effect_more: Interval,
    pub standing: Standing,
    /// Share of resamples in which it is on the frontier.
    pub on_frontier: f64,
}

/// What keeps an option off; None on the frontier.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Off {
    By(usize),
    Between(usize, usize),
}

/// The frontier of means, in rising cost, and why others are off it.
fn frontier(cost: &[f64], effect: &[f64]) -> (Vec<usize>, Vec<Option<Off>>) {
    let mut off = vec![None; cost.len()];
    let mut order: Vec<usize> = (0..cost.len()).filter(|&i| (cost[i] + effect[i]).is_finite()).collect();
    order.sort_by(|&a, &b| cost[a].total_cmp(&cost[b]).then(effect[b].total_cmp(&effect[a])).then(a.cmp(&b)));
    let mut hull: Vec<usize> = Vec::new();
    for next in order {
        if let Some(&last) = hull.last()
            && effect[next] <= effect[last]
        {
            off[next] = Some(Off::By(last));
            continue;
        }
        let slope = |a: usize, b: usize| (cost[b] - cost[a]) / (effect[b] - effect[a]);
        while let [.., before, last] = hull[..] {
            if slope(before, last) < slope(last, next) {
                break;
            }
            hull.pop();
            off[last] = Some(Off::Between(before, next));
        }
        hull.push(next);
    }
    (hull, off)
}

/// The mean of paired differences with its interval.
fn mean(pairs: Vec<(f64, f64)>, level: &Level) -> Interval {
    paired(&pairs, level).map_or(Interval::NONE, |e| Interval { value: e.mean, low: e.low, high: e.high })
}

/// Places of all options from `costs[option][draw]` and `effects[option][draw]`, which share their draws.
pub fn places(costs: &[Vec<f64>], effects: &[Vec<f64>], seed: u64, level: &Level) -> Vec<Place> {
    let options = costs.len();
    let known =
        |values: &[Vec<f64>], d: usize| values.iter().all(|v| v.get(d).is_some_and(|x| x.is_finite()));
    let most = costs.first().map_or(0, Vec::len);
    let draws: Vec<usize> = (0..most).filter(|&d| known(costs, d) && known(effects, d)).collect();
    let means = |values: &[Vec<f64>], weights: &[f64]| -> Vec<f64> {
        let all: f64 = weights.iter().sum();
        let of = |v: &Vec<f64>| draws.iter().zip(weights).map(|(&d, w)| w * v[d]).sum::<f64>() / all;
        values.iter().map(of).collect()
    };
    let ones = vec![1.0; draws.len()];
    let (cost, effect) = (means(costs, &ones), means(effects, &ones));
    let (hull, off) = frontier(&cost, &effect);
    let mut on = vec![0.0; options];
    let mut counted = 0.0;
    // Not the interval is wanted here but how often each option stands on the frontier of a resample.
    bootstrap::intervals(seed, draws.len(), level.alpha, |weights| {
        let (hull, _) = frontier(&means(costs, weights), &means(effects, weights));
        hull.iter().for_each(|&o| on[o] += 1.0);
        counted += 1.0;
        Vec::new()
    });
    let step = |option: usize| {
        let place = hull.iter().position(|&o| o == option)?;
        let before = hull[place.checked_sub(1)?];
        let more = |v: &[Vec<f64>], d: usize| v[option][d] - v[before][d];
        let pairs: Vec<_> = draws.iter().map(|&d| (more(costs, d), more(effects, d))).collect();
        let found = ratio(&pairs, level)?;
        Some((before, Interval { value: found.mean, low: found.low, high: found.high }))
    };
    let level_of = |v: &[f64]| mean(draws.iter().map(|&d| (v[d], 0.0)).collect(), level);
    let more = |v: &[Vec<f64>], o: usize| mean(draws.iter().map(|&d| (v[o][d], v[0][d])).collect(), level);
    (0..options)
        .map(|o| Place {
            cost: level_of(&costs[o]),
            effect: level_of(&effects[o]),
            cost_more: more(costs, o),
            effect_more: more(effects, o),
            standing: match off[o] {
                Some(Off::By(by)) => Standing::Dominated { by },
                Some(Off::Between(a, b)) => Standing::Extended { between: (a, b) },
                None if hull.contains(&o) => Standing::On { step: step(o) },
                None => Standing::Unknown,
            },
            on_frontier: on[o] / counted,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frontier_by_hand() {
        // Costs 0, 10, 20, 30, 45; effects 0, 2, 3, 6, 5: the last is dominated by the fourth. Ratios 5, 10, 3.3: the
        // third is off by mixing; then 5 and 5 would tie, which is off too.
        let cost = [0.0, 10.0, 20.0, 30.0, 45.0];
        let effect = [0.0, 2.0, 3.0, 6.0, 5.0];
        let (hull, off) = frontier(&cost, &effect);
        assert_eq!(hull, [0, 3]);
        assert_eq!(off[4], Some(Off::By(3)));
        assert_eq!((off[2], off[1]), (Some(Off::Between(1, 3)), Some(Off::Between(0, 3))));
        let (hull, off) = frontier(&[0.0, 10.0, 30.0, 5.0], &[0.0, 4.0, 6.0, f64::NAN]);
        assert_eq!((hull, off), (vec![0, 1, 2], vec![None; 4]));
        // A measure that saves money and helps leaves the reference behind.
        assert_eq!(frontier(&[0.0, -1.0], &[0.0, 1.0]).0, [1]);
        // Twins: one stands for both.
        assert_eq!(frontier(&[1.0, 1.0], &[1.0, 1.0]).1[1], Some(Off::By(0)));
    }

    #[test]
    fn ratios_have_intervals_and_places_their_odds() {
        let n = 12;
        let draw =
            |base: f64, by: f64| -> Vec<f64> { (0..n).map(|d| base + by * f64::from(d % 4)).collect() };
        let costs = [draw(0.0, 0.0), draw(10.0, 0.1), draw(30.0, 0.2)];
        let effects = [draw(0.0, 1.0), draw(5.0, 1.2), draw(6.0, 1.1)];
        let found = places(&costs, &effects, 1, &Level::new(0.05));
        let steps: Vec<_> = found
            .iter()
            .map(|p| match p.standing {
                Standing::On { step } => step,
                _ => panic!("{p:?}"),
            })
            .collect();
        assert_eq!(steps[0], None);
        let (before, icer) = steps[1].unwrap();
        assert_eq!(before, 0);
        assert!((icer.value - 10.15 / 5.3).abs() < 1e-9 && icer.contains(icer.value), "{icer:?}");
        assert!(steps[2].unwrap().1.value > icer.value);
        assert!(found.iter().all(|p| p.on_frontier == 1.0));
        // Three rounds of 0, 1, 2, 3 steps: variance 15/11; t of 11 degrees of freedom is 2.201. The first option's effect
        // moves by 1 a step and the second's by 1.2, so that their difference moves by 0.2 only.
        let half = |by: f64| 2.200_985 * by * (15.0f64 / 11.0 / 12.0).sqrt();
        let near = |i: Interval, value: f64, by: f64| {
            let wanted = [value, value - half(by), value + half(by)];
            [i.value, i.low, i.high].iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-5)
        };
        assert!(near(found[1].effect, 6.8, 1.2), "{:?}", found[1].effect);
        assert!(near(found[1].effect_more, 5.3, 0.2), "{:?}", found[1].effect_more);
        assert!(near(found[2].cost_more, 30.3, 0.2) && near(found[0].cost_more, 0.0, 0.0));
    }
}
