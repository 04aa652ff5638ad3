//! Points drawn from ranges: Latin hypercubes, Sobol' sequences plain and in Saltelli's layout, trajectories of Morris.
//!
//! Every draw is keyed by the design's seed in a stream of its own, so points hang on nothing else and on no machine. Rows
//! stand in SALib's order. Sequences themselves are in `sobol.rs`.

use crate::luck::rng::open_unit;
use crate::luck::{KeyedRng, Luck, Stream};
use crate::units::Month;

use super::points::Role;
use super::sobol::sequence;
use super::{Factor, Points};

/// Samplers; each has a key of its own.
const LATIN: i32 = 1;
const MORRIS: i32 = 2;

fn generator(seed: u64, sampler: i32, id: u32) -> KeyedRng {
    Luck::new(seed, 0).key(Stream::Points, Month(sampler)).rng(id)
}

/// A whole number below `n`.
fn below(rng: &mut KeyedRng, n: usize) -> usize {
    ((open_unit(rng) * n as f64) as usize).min(n.saturating_sub(1))
}

/// The numbers below `n` in any order.
fn shuffled(rng: &mut KeyedRng, n: usize) -> Vec<usize> {
    let mut out: Vec<usize> = (0..n).collect();
    for i in (1..n).rev() {
        out.swap(i, below(rng, i + 1));
    }
    out
}

fn row<'a>(factors: &'a [Factor], places: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
    factors.iter().zip(places).map(|(f, u)| (*u, f.spread.at(*u)))
}

impl Points {
    /// Points drawn for the factors that are not crossed, each with every combination of the values of those that are.
    pub(super) fn crossed(factors: &[Factor], draw: impl FnOnce(&[Factor]) -> Points) -> Points {
        let (listed, drawn): (Vec<Factor>, Vec<Factor>) = factors.iter().cloned().partition(|f| f.crossed);
        let drawn = draw(&drawn);
        if listed.is_empty() {
            return drawn;
        }
        let combinations = Points::grid(&listed);
        let mut out = Points::new(factors.len());
        for point in 0..drawn.len() {
            for combination in 0..combinations.len() {
                let of = |p: &Points, at: usize| -> Vec<(f64, f64)> {
                    p.places(at).iter().copied().zip(p.values(at).iter().copied()).collect()
                };
                let (mut own, mut others) =
                    (of(&combinations, combination).into_iter(), of(&drawn, point).into_iter());
                let row = factors.iter().filter_map(|f| if f.crossed { own.next() } else { others.next() });
                out.push(out.len(), Role::Free, row.collect::<Vec<_>>());
            }
        }
        out
    }

    /// `count` points, one in each of `count` equal stretches of every factor (McKay, Beckman and Conover 1979).
    pub(super) fn latin(factors: &[Factor], count: usize, seed: u64) -> Points {
        let column = |f: u32| -> Vec<f64> {
            let mut rng = generator(seed, LATIN, f);
            let cells = shuffled(&mut rng, count);
            cells.into_iter().map(|c| (c as f64 + open_unit(&mut rng)) / count as f64).collect()
        };
        let columns: Vec<Vec<f64>> = (0..factors.len() as u32).map(column).collect();
        let mut out = Points::new(factors.len());
        for point in 0..count {
            let places: Vec<f64> = columns.iter().map(|c| c[point]).collect();
            out.push(point, Role::Free, row(factors, &places));
        }
        out
    }

    /// The first `count` points of a Sobol' sequence; without a seed not scrambled.
    pub(super) fn sobol(factors: &[Factor], count: usize, seed: Option<u64>) -> Points {
        let mut out = Points::new(factors.len());
        let k = factors.len().max(1);
        for (point, places) in sequence(count, factors.len(), seed).chunks(k).enumerate() {
            out.push(point, Role::Free, row(factors, places));
        }
        out
    }

    /// Saltelli's layout: of each base point A, then A with each factor from B, with `second_order` B with each factor from A,
    /// then B. The first k dimensions are A, the next k are B.
    pub(super) fn saltelli(factors: &[Factor], base: usize, second_order: bool, seed: Option<u64>) -> Points {
        let k = factors.len();
        let mut out = Points::new(k);
        for (i, both) in sequence(base, 2 * k, seed).chunks((2 * k).max(1)).enumerate() {
            let (a, b) = both.split_at(k);
            let mut mixed = |from: &[f64], with: &[f64], f: usize, role: Role| {
                let mut places = from.to_vec();
                places[f] = with[f];
                out.push(i, role, row(factors, &places));
            };
            mixed(a, a, 0, Role::A);
            (0..k).for_each(|f| mixed(a, b, f, Role::Ab(f as u32)));
            if second_order {
                (0..k).for_each(|f| mixed(b, a, f, Role::Ba(f as u32)));
            }
            mixed(b, b, 0, Role::B);
        }
        out
    }

    /// `count` trajectories on an even number of `levels`, each moving every factor once by levels / (2 (levels − 1)) of its
    /// range, up or down, in any order (Morris 1991).
    pub(super) fn morris(factors: &[Factor], count: usize, levels: usize, seed: u64) -> Points {
        let k = factors.len();
        let place = |level: usize| level as f64 / (levels - 1) as f64;
        let mut out = Points::new(k);
        for trajectory in 0..count {
            let mut rng = generator(seed, MORRIS, trajectory as u32);
            // Each level of the lower half has its partner in the upper: a factor stands on one and goes to the other.
            let mut pair = || {
                let low = below(&mut rng, levels / 2);
                let (low, high) = (low, low + levels / 2);
                if below(&mut rng, 2) == 0 { (low, high) } else { (high, low) }
            };
            let ends: Vec<(usize, usize)> = (0..k).map(|_| pair()).collect();
            let mut places: Vec<f64> = ends.iter().map(|(start, _)| place(*start)).collect();
            out.push(trajectory, Role::Step(0, None), row(factors, &places));
            for (step, f) in shuffled(&mut rng, k).into_iter().enumerate() {
                places[f] = place(ends[f].1);
                out.push(trajectory, Role::Step(step as u32 + 1, Some(f as u32)), row(factors, &places));
            }
        }
        out
    }
}
