//! PRIM: the patient rule induction method, which finds boxes in the space of inputs where a case
//! (a plan that misses its aim) is frequent.
//!
//! Peeling and pasting by Friedman and Fisher (1999, Stat. Comput. 9) with their gain per point removed; coverage, density
//! and quasi-p-values by Bryant and Lempert (2010, Technol. Forecast. Soc. Change 77). A quasi-p-value ignores that limits were
//! searched for: it screens, it proves nothing. What a case is, and words for boxes, are the caller's.

use crate::luck::kernel::{exp64, ln64};

/// Share of a box taken off or put on in one step.
const PATIENCE: f64 = 0.05;
/// Smallest box, as a share of all points.
const FEWEST: f64 = 0.05;
/// A box with this share of cases is wanted.
const DENSE: f64 = 0.8;
/// A limit is kept if its quasi-p-value is below.
const SCREEN: f64 = 0.05;
/// Most boxes looked for.
const BOXES: usize = 3;

/// Values of one input at all points.
#[derive(Clone, Debug)]
pub enum Input {
    Number(Vec<f64>),
    /// Codes without order, from 0.
    Category(Vec<usize>),
}

/// What a box says of one input.
#[derive(Clone, Debug, PartialEq)]
pub enum Range {
    /// Ends included; infinite where open.
    Between(f64, f64),
    Among(Vec<usize>),
}

/// A limit of a box.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    pub input: usize,
    pub range: Range,
    pub quasi_p: f64,
}

/// How a box did when it was this small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Share of all cases inside.
    pub coverage: f64,
    /// Share of cases among the points inside.
    pub density: f64,
    /// Share of all points inside.
    pub mass: f64,
    pub limits: usize,
}

/// A box and the path that led to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub limits: Vec<Limit>,
    pub at: Step,
    /// Points and cases inside.
    pub points: usize,
    pub cases: usize,
    pub path: Vec<Step>,
}

struct Search<'a> {
    inputs: &'a [Input],
    cases: &'a [bool],
    /// Points not in an earlier box.
    open: Vec<bool>,
    all_cases: usize,
}

/// A range for each input.
type Limits = Vec<Option<Range>>;

fn holds(range: &Option<Range>, input: &Input, point: usize) -> bool {
    match (range, input) {
        (None, _) => true,
        (Some(Range::Between(low, high)), Input::Number(v)) => *low <= v[point] && v[point] <= *high,
        (Some(Range::Among(codes)), Input::Category(v)) => codes.contains(&v[point]),
        _ => false,
    }
}

impl Search<'_> {
    fn inside(&self, limits: &Limits) -> Vec<usize> {
        let holds = |p: &usize| limits.iter().zip(self.inputs).all(|(r, i)| holds(r, i, *p));
        (0..self.cases.len()).filter(|p| self.open[*p]).filter(holds).collect()
    }

    fn count(&self, points: &[usize]) -> usize {
        points.iter().filter(|p| self.cases[**p]).count()
    }

    fn density(&self, points: &[usize]) -> f64 {
        self.count(points) as f64 / points.len() as f64
    }

    fn step(&self, limits: &Limits) -> Step {
        let inside = self.inside(limits);
        let cases = self.count(&inside) as f64;
        Step {
            coverage: cases / self.all_cases as f64,
            density: cases / inside.len() as f64,
            mass: inside.len() as f64 / self.cases.len() as f64,
            limits: limits.iter().flatten().count(),
        }
    }

    /// Boxes with a little taken off one side of one input.
    fn peels(&self, limits: &Limits, inside: &[usize]) -> Vec<Limits> {
        let mut out = Vec::new();
        for (place, input) in self.inputs.iter().enumerate() {
            let mut with = |range: Range| {
                let mut next = limits.clone();
                next[place] = Some(range);
                out.push(next);
            };
            match input {
                Input::Number(values) => {
                    let sorted = sorted(inside.iter().map(|&p| values[p]));
                    let (low, high) = ends(&limits[place]);
                    // Ties go together: a step is then larger than asked, on a grid a whole level.
                    let off = ((sorted.len() as f64 * PATIENCE).ceil() as usize).clamp(1, sorted.len());
                    let cut = sorted[off - 1];
                    if let Some(&kept) = sorted.iter().find(|v| **v > cut) {
                        with(Range::Between(0.5 * (cut + kept), high));
                    }
                    let cut = sorted[sorted.len() - off];
                    if let Some(&kept) = sorted.iter().rev().find(|v| **v < cut) {
                        with(Range::Between(low, 0.5 * (cut + kept)));
                    }
                }
                Input::Category(values) => {
                    let mut present: Vec<usize> = inside.iter().map(|&p| values[p]).collect();
                    present.sort_unstable();
                    present.dedup();
                    for gone in present.iter().filter(|_| present.len() > 1) {
                        with(Range::Among(present.iter().copied().filter(|c| c != gone).collect()));
                    }
                }
            }
        }
        out
    }

    /// Takes off, step by step, what raises the density most for each point lost.
    fn peel(&self) -> Vec<Limits> {
        let mut path = vec![vec![None; self.inputs.len()]];
        while let Some(limits) = path.last() {
            let inside = self.inside(limits);
            let density = self.density(&inside);
            if density >= 1.0 {
                break;
            }
            let gain = |next: &Limits| {
                let left = self.inside(next);
                let enough =
                    left.len() as f64 >= FEWEST * self.cases.len() as f64 && left.len() < inside.len();
                enough.then(|| (self.density(&left) - density) / (inside.len() - left.len()) as f64)
            };
            let best = self
                .peels(limits, &inside)
                .into_iter()
                .filter_map(|next| Some((gain(&next)?, next)))
                // Of equals the first: the order of inputs decides, not chance.
                .fold(None, |best: Option<(f64, Limits)>, (g, next)| match best {
                    Some((b, _)) if b >= g => best,
                    _ => Some((g, next)),
                });
            let Some((_, next)) = best else { break };
            path.push(next);
        }
        path
    }

    /// Puts points back at any side while the box does not get thinner.
    fn paste(&self, mut limits: Limits) -> Limits {
        loop {
            let inside = self.inside(&limits);
            let density = self.density(&inside);
            let more = ((inside.len() as f64 * PATIENCE).ceil() as usize).max(1);
            let mut best: Option<(f64, usize, Limits)> = None;
            for next in self.pastes(&limits, more) {
                let points = self.inside(&next);
                let reached = self.density(&points);
                let better = best.as_ref().is_none_or(|(d, n, _)| (reached, points.len()) > (*d, *n));
                if points.len() > inside.len() && reached >= density && better {
                    best = Some((reached, points.len(), next));
                }
            }
            match best {
                Some((_, _, next)) => limits = next,
                None => return limits,
            }
        }
    }

    fn pastes(&self, limits: &Limits, more: usize) -> Vec<Limits> {
        let mut out = Vec::new();
        for (place, input) in self.inputs.iter().enumerate() {
            let mut free = limits.clone();
            free[place] = None;
            let reach = self.inside(&free);
            match (&limits[place], input) {
                (Some(Range::Between(low, high)), Input::Number(values)) => {
                    let below = sorted(reach.iter().map(|&p| values[p]).filter(|v| v < low));
                    let above = sorted(reach.iter().map(|&p| values[p]).filter(|v| v > high));
                    if !below.is_empty() {
                        let end = below
                            .len()
                            .checked_sub(more + 1)
                            .map_or(f64::NEG_INFINITY, |i| 0.5 * (below[i] + below[i + 1]));
                        free[place] = Some(Range::Between(end, *high));
                        out.push(free.clone());
                    }
                    if !above.is_empty() {
                        let end = above.get(more).map_or(f64::INFINITY, |v| 0.5 * (v + above[more - 1]));
                        free[place] = Some(Range::Between(*low, end));
                        out.push(free.clone());
                    }
                }
                (Some(Range::Among(codes)), Input::Category(values)) => {
                    let mut absent: Vec<usize> =
                        reach.iter().map(|&p| values[p]).filter(|c| !codes.contains(c)).collect();
                    absent.sort_unstable();
                    absent.dedup();
                    for code in absent {
                        let mut codes = codes.clone();
                        codes.push(code);
                        codes.sort_unstable();
                        free[place] = Some(Range::Among(codes));
                        out.push(free.clone());
                    }
                }
                _ => {}
            }
        }
        out
    }

    /// Chance of so many cases in the box if the limit on `place` did nothing.
    fn quasi_p(&self, limits: &Limits, place: usize) -> f64 {
        let mut without = limits.clone();
        without[place] = None;
        let (inside, outside) = (self.inside(limits), self.inside(&without));
        binomial_tail(inside.len(), self.count(&inside), self.density(&outside))
    }

    /// Drops limits that may be chance, the weakest first.
    fn screen(&self, mut limits: Limits) -> Limits {
        loop {
            let weakest = (0..limits.len())
                .filter(|&i| limits[i].is_some())
                .map(|i| (self.quasi_p(&limits, i), i))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            match weakest {
                Some((p, i)) if p >= SCREEN => limits[i] = None,
                _ => return limits,
            }
        }
    }

    fn found(&self) -> Option<Found> {
        let peeled = self.peel();
        let path: Vec<Step> = peeled.iter().map(|l| self.step(l)).collect();
        // Of the dense boxes, or of all where none is, that which serves coverage and density best together.
        let balance = |s: &Step| 2.0 * s.coverage * s.density / (s.coverage + s.density);
        let dense = path.iter().any(|s| s.density >= DENSE);
        let wanted = path.iter().enumerate().filter(|(_, s)| !dense || s.density >= DENSE);
        let (best, _) =
            wanted.fold((0, 0.0), |best, (i, s)| if balance(s) > best.1 { (i, balance(s)) } else { best });
        let limits = self.screen(self.paste(peeled[best].clone()));
        let inside = self.inside(&limits);
        let limit = |(i, range): (usize, &Option<Range>)| {
            let range = range.clone()?;
            Some(Limit { input: i, range, quasi_p: self.quasi_p(&limits, i) })
        };
        let named: Vec<Limit> = limits.iter().enumerate().filter_map(limit).collect();
        (!named.is_empty()).then(|| Found {
            at: self.step(&limits),
            points: inside.len(),
            cases: self.count(&inside),
            limits: named,
            path,
        })
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut out: Vec<f64> = values.collect();
    out.sort_by(f64::total_cmp);
    out
}

fn ends(range: &Option<Range>) -> (f64, f64) {
    match range {
        Some(Range::Between(low, high)) => (*low, *high),
        _ => (f64::NEG_INFINITY, f64::INFINITY),
    }
}

/// Boxes in which `cases` are frequent, the best first; each next one among the points outside those before it.
/// None where no input tells cases from others, or all or no points are cases.
pub fn discover(inputs: &[Input], cases: &[bool]) -> Vec<Found> {
    let all_cases = cases.iter().filter(|c| **c).count();
    let mut search = Search { inputs, cases, open: vec![true; cases.len()], all_cases };
    let mut out: Vec<Found> = Vec::new();
    while out.len() < BOXES {
        let open: Vec<usize> = (0..cases.len()).filter(|p| search.open[*p]).collect();
        let left = search.count(&open);
        if left == 0 || left == open.len() {
            break;
        }
        let Some(found) = search.found() else { break };
        for p in open {
            let inside = found.limits.iter().all(|l| holds(&Some(l.range.clone()), &inputs[l.input], p));
            search.open[p] &= !inside;
        }
        out.push(found);
    }
    out
}

/// P(at least `k` of `n` successes) where each has chance `p`.
fn binomial_tail(n: usize, k: usize, p: f64) -> f64 {
    if k == 0 || p >= 1.0 {
        return 1.0;
    }
    if p <= 0.0 {
        return 0.0;
    }
    let odds = ln64(p) - ln64(1.0 - p);
    let mut term = n as f64 * ln64(1.0 - p);
    let mut sum = 0.0;
    for i in 0..=n {
        if i >= k {
            sum += exp64(term);
        }
        term += ln64((n - i).max(1) as f64) - ln64((i + 1) as f64) + odds;
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luck::{Luck, Stream};

    fn cube(n: u32, k: u32, seed: u64) -> Vec<Vec<f64>> {
        let key = Luck::new(seed, 0).key_fixed(Stream::Genesis);
        (0..k).map(|i| (0..n).map(|p| f64::from(key.unit2(p, i))).collect()).collect()
    }

    #[test]
    fn a_known_box_is_found() {
        let x = cube(1500, 4, 1);
        let cases: Vec<bool> = (0..1500).map(|p| x[0][p] < 0.4 && x[2][p] > 0.6).collect();
        let inputs: Vec<Input> = x.into_iter().map(Input::Number).collect();
        let found = discover(&inputs, &cases);
        let best = &found[0];
        assert!(best.at.coverage > 0.93 && best.at.density > 0.93, "{:?}", best.at);
        assert_eq!(best.limits.iter().map(|l| l.input).collect::<Vec<_>>(), [0, 2], "{:?}", best.limits);
        let Range::Between(low, high) = best.limits[0].range else { panic!() };
        assert!(low == f64::NEG_INFINITY && (high - 0.4).abs() < 0.03, "{high}");
        let Range::Between(low, high) = best.limits[1].range else { panic!() };
        assert!(high == f64::INFINITY && (low - 0.6).abs() < 0.03, "{low}");
        assert!(best.limits.iter().all(|l| l.quasi_p < 1e-6));
        assert!(best.path.windows(2).all(|w| w[1].mass < w[0].mass));
    }

    #[test]
    fn two_boxes_are_found_one_after_the_other() {
        let x = cube(2000, 3, 2);
        let inside = |p: usize| x[0][p] < 0.4 && x[1][p] < 0.4 || x[2][p] > 0.9;
        let cases: Vec<bool> = (0..2000).map(inside).collect();
        let inputs: Vec<Input> = x.iter().cloned().map(Input::Number).collect();
        let found = discover(&inputs, &cases);
        assert!(found.len() >= 2);
        let covered: f64 = found.iter().map(|f| f.at.coverage).sum();
        assert!(covered > 0.85, "{covered}");
        assert!(found[..2].iter().all(|f| f.at.density > 0.8), "{:?}", found[0].path.last());
    }

    #[test]
    fn chance_is_seldom_a_box_of_note() {
        let mut strong = 0;
        for seed in 0..20 {
            let x = cube(300, 3, seed);
            let coin = Luck::new(seed, 9).key_fixed(Stream::Genesis);
            let cases: Vec<bool> = (0..300).map(|p| coin.unit(p) < 0.3).collect();
            let inputs: Vec<Input> = x.into_iter().map(Input::Number).collect();
            strong += usize::from(discover(&inputs, &cases).iter().any(|f| f.at.density > 0.75));
        }
        assert!(strong <= 2, "{strong}");
        let all = [Input::Number(vec![1.0, 2.0])];
        assert!(discover(&all, &[true, true]).is_empty() && discover(&all, &[false, false]).is_empty());
    }

    #[test]
    fn grids_and_categories_peel_by_levels() {
        // Levels 0 to 4 of a number, three kinds; cases: kind 2 at level 3 and 4.
        let points: Vec<(f64, usize)> = (0..300).map(|i| (f64::from(i % 5), (i as usize / 5) % 3)).collect();
        let cases: Vec<bool> = points.iter().map(|(v, c)| *v >= 3.0 && *c == 2).collect();
        let inputs = [
            Input::Number(points.iter().map(|p| p.0).collect()),
            Input::Category(points.iter().map(|p| p.1).collect()),
        ];
        let found = discover(&inputs, &cases);
        assert_eq!((found[0].at.coverage, found[0].at.density), (1.0, 1.0));
        assert_eq!(found[0].limits[0].range, Range::Between(2.5, f64::INFINITY));
        assert_eq!(found[0].limits[1].range, Range::Among(vec![2]));
    }

    #[test]
    fn binomial_tails_by_hand() {
        assert!((binomial_tail(3, 2, 0.5) - 0.5).abs() < 1e-12);
        assert!((binomial_tail(10, 10, 0.5) - 1.0 / 1024.0).abs() < 1e-12);
        assert!((binomial_tail(5, 1, 0.2) - (1.0 - 0.32768)).abs() < 1e-12);
        assert_eq!(binomial_tail(5, 0, 0.2), 1.0);
        assert!(binomial_tail(2000, 2000, 0.1) < 1e-200);
    }
}
