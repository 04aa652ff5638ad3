//! Options compared N ways on paired luck: who ranks where, who beats whom, what a wrong choice costs.
//!
//! A draw is one replication under one set of assumptions; every option meets the same draws. What counts as
//! independent is the set where there are several, else the replication. Which outcome is good is said by the
//! caller; ratios of cost and effect are in `frontier`, limits in `proportion`.

use super::bootstrap::{self, Interval};
use super::estimate::{Effect, mean_var, paired};
use super::proportion::{FEWEST, wilson};
use super::student::Level;

/// Outcomes of one indicator, `cells[option][set][replication]`, NaN where missing; more is better.
#[derive(Clone, Debug)]
pub struct Outcomes {
    cells: Vec<Vec<Vec<f64>>>,
}

/// What choosing an option costs against the best one, where the assumptions are known only afterwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Regret {
    pub mean: Interval,
    pub max: f64,
    /// The set in which it is largest.
    pub worst: usize,
}

impl Outcomes {
    /// Of outcomes as they are; `more_is_better` says which way is good.
    pub fn new(mut cells: Vec<Vec<Vec<f64>>>, more_is_better: bool) -> Outcomes {
        if !more_is_better {
            cells.iter_mut().flatten().flatten().for_each(|v| *v = -*v);
        }
        Outcomes { cells }
    }

    pub fn options(&self) -> usize {
        self.cells.len()
    }

    fn sets(&self) -> usize {
        self.cells.first().map_or(0, Vec::len)
    }

    /// Draws of an option that are independent of each other, each with those that are not.
    pub fn clusters(&self, option: usize) -> Vec<Vec<f64>> {
        match &self.cells[option][..] {
            [one] => one.iter().map(|v| vec![*v]).collect(),
            sets => sets.to_vec(),
        }
    }

    /// Mean of each cluster, NaN where a draw is missing: pairs must be of the same draws.
    pub fn means(&self, option: usize) -> Vec<f64> {
        self.clusters(option).iter().map(|c| c.iter().sum::<f64>() / c.len() as f64).collect()
    }

    /// Paired difference of two options.
    pub fn difference(&self, a: usize, b: usize, level: &Level) -> Option<Effect> {
        let pairs: Vec<_> = self.means(a).into_iter().zip(self.means(b)).collect();
        paired(&pairs, level)
    }

    /// How many times more runs two options would need without shared luck, as seen within the sets.
    pub fn pairing(&self, a: usize, b: usize) -> f64 {
        let (mut apart, mut together) = (0.0, 0.0);
        for (x, y) in self.cells[a].iter().zip(&self.cells[b]) {
            let both: Vec<(f64, f64)> =
                x.iter().copied().zip(y.iter().copied()).filter(|(x, y)| (x + y).is_finite()).collect();
            if both.len() < 2 {
                continue;
            }
            apart += mean_var(both.iter().map(|p| p.0)).1 + mean_var(both.iter().map(|p| p.1)).1;
            together += mean_var(both.iter().map(|p| p.0 - p.1)).1;
        }
        if together > 0.0 { apart / together } else { f64::NAN }
    }

    /// Calls `count` with the values of all options in each draw in which every option has one, and the draw's cluster.
    fn each_draw(&self, mut count: impl FnMut(usize, &[f64])) {
        let one = self.sets() == 1;
        for set in 0..self.sets() {
            let draws = self.cells.iter().map(|o| o[set].len()).min().unwrap_or(0);
            for draw in 0..draws {
                let values: Vec<f64> = self.cells.iter().map(|o| o[set][draw]).collect();
                if values.iter().all(|v| v.is_finite()) {
                    count(if one { draw } else { set }, &values);
                }
            }
        }
    }

    /// Shares of draws in which something is true to a degree (a tie is half a win), with intervals.
    fn shares(&self, alpha: f64, n: usize, degrees: impl Fn(&[f64]) -> Vec<f64>) -> Vec<Interval> {
        let mut sums = vec![0.0; n];
        let (mut draws, mut seen) = (0.0, std::collections::BTreeSet::new());
        self.each_draw(|cluster, values| {
            degrees(values).iter().zip(&mut sums).for_each(|(d, s)| *s += d);
            draws += 1.0;
            seen.insert(cluster);
        });
        sums.iter().map(|s| wilson(s / draws, seen.len(), alpha)).collect()
    }

    /// P(option is at place k), by option and place; options that tie share their places.
    pub fn ranks(&self, alpha: f64) -> Vec<Vec<Interval>> {
        let n = self.options();
        let places = self.shares(alpha, n * n, |values| {
            let mut out = vec![0.0; n * n];
            for (option, v) in values.iter().enumerate() {
                let above = values.iter().filter(|o| *o > v).count();
                let level = values.iter().filter(|o| *o == v).count();
                (above..above + level).for_each(|place| out[option * n + place] = 1.0 / level as f64);
            }
            out
        });
        places.chunks(n).map(<[Interval]>::to_vec).collect()
    }

    /// P(row beats column); a tie is half a win.
    pub fn beats(&self, alpha: f64) -> Vec<Vec<Interval>> {
        let n = self.options();
        let wins = self.shares(alpha, n * n, |values| {
            let win = |a: f64, b: f64| if a > b { 1.0 } else { f64::from(u8::from(a == b)) * 0.5 };
            values.iter().flat_map(|a| values.iter().map(|b| win(*a, *b))).collect()
        });
        wins.chunks(n).map(<[Interval]>::to_vec).collect()
    }

    /// Regret of each option over the sets in which every option has a value. With one set: of its mean over luck.
    pub fn regret(&self, seed: u64, alpha: f64) -> Vec<Regret> {
        let n = self.options();
        let means: Vec<Vec<f64>> = (0..n).map(|o| self.means(o)).collect();
        let clusters = means.first().map_or(0, Vec::len);
        let known: Vec<usize> = (0..clusters).filter(|&c| means.iter().all(|m| m[c].is_finite())).collect();
        if known.is_empty() {
            let none = Regret { mean: Interval::NONE, max: f64::NAN, worst: 0 };
            return vec![none; n];
        }
        let alone = self.sets() == 1;
        // One set has one state of the world, met with different luck: the best is the best on average.
        let average = |weights: &[f64]| -> Vec<f64> {
            let all: f64 = weights.iter().sum();
            let of = |m: &Vec<f64>| known.iter().zip(weights).map(|(&c, w)| w * m[c]).sum::<f64>() / all;
            means.iter().map(of).collect()
        };
        let best = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::NEG_INFINITY, f64::max);
        let lost = |o: usize, c: usize| best(&mut means.iter().map(|m| m[c])) - means[o][c];
        let found = bootstrap::intervals(seed, known.len(), alpha, |weights| match alone {
            true => {
                let values = average(weights);
                let top = best(&mut values.iter().copied());
                values.iter().map(|v| top - v).collect()
            }
            false => {
                let all: f64 = weights.iter().sum();
                let of = |o| known.iter().zip(weights).map(|(&c, w)| w * lost(o, c)).sum::<f64>() / all;
                (0..n).map(of).collect()
            }
        });
        let regret = |(o, mean): (usize, Interval)| {
            if alone {
                return Regret { mean, max: mean.value, worst: 0 };
            }
            let worst = known.iter().copied().max_by(|&a, &b| lost(o, a).total_cmp(&lost(o, b))).unwrap_or(0);
            Regret { mean, max: lost(o, worst), worst }
        };
        found.into_iter().enumerate().map(regret).collect()
    }
}

/// How sure it is that one option is no worse in anything and better in something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dominance {
    No,
    /// On the means only.
    OnMeans,
    /// By every paired interval, from at least `FEWEST` pairs: a claim of "all" holds at the level of each (intersection-union test).
    Sure,
}

/// Whether option `a` dominates `b` by these criteria.
pub fn dominates(criteria: &[Outcomes], a: usize, b: usize, level: &Level) -> Dominance {
    let differences: Option<Vec<Effect>> = criteria.iter().map(|c| c.difference(a, b, level)).collect();
    let Some(differences) = differences else { return Dominance::No };
    let enough = differences.iter().all(|e| e.n_pairs >= FEWEST);
    let by = |end: fn(&Effect) -> f64| {
        differences.iter().all(|e| end(e) >= 0.0) && differences.iter().any(|e| end(e) > 0.0)
    };
    match (by(|e| e.low), by(|e| e.mean)) {
        (true, _) if enough => Dominance::Sure,
        (_, true) => Dominance::OnMeans,
        _ => Dominance::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_set(options: &[&[f64]]) -> Outcomes {
        Outcomes::new(options.iter().map(|o| vec![o.to_vec()]).collect(), true)
    }

    #[test]
    fn ranks_and_wins_by_hand() {
        // Draw by draw: a>b>c, a=b>c, b>a>c, c missing (not counted for ranks).
        let table = one_set(&[&[3.0, 2.0, 1.0, 9.0], &[2.0, 2.0, 2.0, 1.0], &[1.0, 0.0, 0.0, f64::NAN]]);
        let value = |m: &[Vec<Interval>]| -> Vec<Vec<f64>> {
            m.iter().map(|r| r.iter().map(|i| i.value).collect()).collect()
        };
        let ranks = table.ranks(0.05);
        assert_eq!(value(&ranks), [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]);
        assert_eq!(ranks[2][2], wilson(1.0, 3, 0.05));
        let beats = table.beats(0.05);
        assert_eq!(value(&beats), [[0.5, 0.5, 1.0], [0.5, 0.5, 1.0], [0.0, 0.0, 0.5]]);
        // Less is better: the same draws, upside down.
        let down = Outcomes::new(vec![vec![vec![1.0, 1.0]], vec![vec![2.0, 2.0]]], false);
        assert_eq!(down.beats(0.05)[0][1].value, 1.0);
    }

    #[test]
    fn replications_of_one_set_are_not_counted_as_independent() {
        let sets = |n: usize| vec![vec![1.0; 50]; n];
        let table = Outcomes::new(vec![sets(4), vec![vec![0.0; 50]; 4]], true);
        assert_eq!(table.beats(0.05)[0][1], wilson(1.0, 4, 0.05));
    }

    #[test]
    fn regret_by_hand() {
        // Means by set: a 10, 4; b 8, 8; c 0, 9. Best 10, 9.
        let cells = vec![
            vec![vec![9.0, 11.0], vec![4.0, 4.0]],
            vec![vec![8.0, 8.0], vec![7.0, 9.0]],
            vec![vec![0.0, 0.0], vec![9.0, 9.0]],
        ];
        let regret = Outcomes::new(cells, true).regret(1, 0.05);
        let short: Vec<_> = regret.iter().map(|r| (r.mean.value, r.max, r.worst)).collect();
        assert_eq!(short, [(2.5, 5.0, 1), (1.5, 2.0, 0), (5.0, 10.0, 0)]);
        assert!(regret.iter().all(|r| r.mean.contains(r.mean.value)));
        // One set: regret of the mean, none for the best.
        let one = one_set(&[&[1.0, 5.0], &[2.0, 2.0]]).regret(1, 0.05);
        assert_eq!((one[0].max, one[1].max), (0.0, 1.0));
    }

    #[test]
    fn pairing_is_what_shared_luck_saves() {
        // Luck of variance 5/3 shared, differences of variance 1/3.
        let table = one_set(&[&[1.0, 2.0, 3.0, 4.0], &[0.0, 2.0, 2.0, 4.0]]);
        assert!((table.pairing(0, 1) - (5.0 / 3.0 + 8.0 / 3.0) / (1.0 / 3.0)).abs() < 1e-9);
        assert!(one_set(&[&[1.0, 2.0], &[1.0, 2.0]]).pairing(0, 1).is_nan());
    }

    #[test]
    fn dominance_by_hand() {
        let level = Level::new(0.05);
        let draws = |n: usize| {
            let twice = |three: [f64; 3]| three.iter().copied().cycle().take(n).collect::<Vec<_>>();
            let [a, b, c] = [[1.0, 1.1, 0.9], [2.0, 2.2, 1.9], [2.0, 0.0, 1.3]].map(twice);
            let thrift = [5.0, 5.0, 4.0].map(|cost| vec![vec![cost; n]]).to_vec();
            [one_set(&[&a, &b, &c]), Outcomes::new(thrift, false)]
        };
        let both = draws(6);
        let of = |a, b| dominates(&both, a, b, &level);
        assert_eq!((of(1, 0), of(0, 1)), (Dominance::Sure, Dominance::No));
        // The same on three draws is too little to be sure.
        assert_eq!(dominates(&draws(3), 1, 0, &level), Dominance::OnMeans);
        // More on average, cheaper, but not surely more.
        assert_eq!((of(2, 0), of(2, 1), of(1, 2)), (Dominance::OnMeans, Dominance::No, Dominance::No));
        assert_eq!(of(0, 0), Dominance::No);
    }
}
