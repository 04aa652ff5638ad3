//! Sobol' sequences: direction numbers of Joe and Kuo, scrambled under the seed.
//!
//! Numbers and their licence are in `assets/joe-kuo.txt`. Scrambling is a random linear map of the digits and a digital shift
//! (Matoušek 1998), which keeps every projection as even as it was. Layouts are the business of `draws.rs`.

use crate::luck::{Key, Luck, Stream};
use crate::units::Month;

const DIRECTIONS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/joe-kuo.txt"));
/// Digits of a place in base two.
const BITS: usize = 32;
/// Most dimensions of a sequence.
pub const MOST_DIMENSIONS: usize = 256;

/// Direction numbers of the first `dimensions` dimensions, leading digit first.
fn directions(dimensions: usize) -> Vec<[u32; BITS]> {
    // The first dimension is van der Corput's.
    let mut first = [0u32; BITS];
    (0..BITS).for_each(|j| first[j] = 1 << (31 - j));
    let lines = DIRECTIONS.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty());
    let mut out = vec![first];
    out.extend(lines.take(dimensions.saturating_sub(1)).map(|line| {
        let mut numbers = line.split_whitespace().filter_map(|n| n.parse::<u32>().ok());
        let a = numbers.next().unwrap_or(0);
        let m: Vec<u32> = numbers.collect();
        let s = m.len();
        let mut v = [0u32; BITS];
        m.iter().enumerate().for_each(|(j, m)| v[j] = m << (31 - j));
        for j in s..BITS {
            let terms = (1..s).filter(|k| (a >> (s - 1 - k)) & 1 == 1);
            v[j] = terms.fold(v[j - s] ^ (v[j - s] >> s), |x, k| x ^ v[j - k]);
        }
        v
    }));
    out.truncate(dimensions);
    out
}

/// A lower-triangular map of digits with ones on its diagonal: by digit, what it adds to the digits from its own on.
fn scrambling(key: Key, dimension: u32) -> [u32; BITS] {
    let mut columns = [0u32; BITS];
    for (digit, column) in columns.iter_mut().enumerate() {
        let own = 1u32 << (31 - digit);
        *column = own | (key.bits(dimension * 64 + digit as u32) & (own - 1));
    }
    columns
}

/// `count` points of `dimensions` dimensions, row by row, places from 0 below 1. Without a seed the plain sequence, whose
/// first point is the origin.
pub fn sequence(count: usize, dimensions: usize, seed: Option<u64>) -> Vec<f64> {
    let mut v = directions(dimensions);
    let mut state = vec![0u32; dimensions];
    // Half a cell, so that no scrambled place is an end of the range.
    let mut half = 0.0;
    if let Some(seed) = seed {
        let key = Luck::new(seed, 0).key(Stream::Points, Month(0));
        half = 0.5;
        for (d, numbers) in v.iter_mut().enumerate() {
            let columns = scrambling(key, d as u32);
            for number in numbers.iter_mut() {
                let digits = (0..BITS).filter(|digit| *number >> (31 - digit) & 1 == 1);
                *number = digits.fold(0, |sum, digit| sum ^ columns[digit]);
            }
            state[d] = key.bits(d as u32 * 64 + 63);
        }
    }
    let mut out = Vec::with_capacity(count * dimensions);
    for point in 0..count {
        if point > 0 {
            // Gray code: the next point differs by one direction number.
            let digit = (point - 1).trailing_ones() as usize;
            state.iter_mut().zip(&v).for_each(|(x, v)| *x ^= v[digit]);
        }
        out.extend(state.iter().map(|x| (f64::from(*x) + half) / 4_294_967_296.0));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_points_are_those_known() {
        // The first eight points in five dimensions, as printed by SALib 1.6.0 and SciPy.
        let known = [
            [0.0, 0.0, 0.0, 0.0, 0.0],
            [0.5, 0.5, 0.5, 0.5, 0.5],
            [0.75, 0.25, 0.25, 0.25, 0.75],
            [0.25, 0.75, 0.75, 0.75, 0.25],
            [0.375, 0.375, 0.625, 0.875, 0.375],
            [0.875, 0.875, 0.125, 0.375, 0.875],
            [0.625, 0.125, 0.875, 0.625, 0.625],
            [0.125, 0.625, 0.375, 0.125, 0.125],
        ];
        assert_eq!(sequence(8, 5, None), known.concat());
    }

    #[test]
    fn every_projection_is_even_scrambled_or_not() {
        for seed in [None, Some(1), Some(20_230_206)] {
            let points = sequence(64, MOST_DIMENSIONS, seed);
            for d in 0..MOST_DIMENSIONS {
                // One of 64 points in each 64th of every dimension.
                let column = points.iter().skip(d).step_by(MOST_DIMENSIONS);
                let mut cells: Vec<usize> = column.map(|u| (u * 64.0) as usize).collect();
                cells.sort_unstable();
                assert_eq!(cells, (0..64).collect::<Vec<_>>(), "dimension {d}");
            }
            // The first two are a net: one point in every rectangle of area 1/64.
            let points = sequence(64, 2, seed);
            for (columns, rows) in [(1, 64), (2, 32), (4, 16), (8, 8), (16, 4), (32, 2), (64, 1)] {
                let cell =
                    |p: &[f64]| (p[0] * f64::from(columns)) as usize * 64 + (p[1] * f64::from(rows)) as usize;
                let mut cells: Vec<usize> = points.chunks(2).map(cell).collect();
                cells.sort_unstable();
                cells.dedup();
                assert_eq!(cells.len(), 64, "{columns} × {rows}");
            }
        }
    }

    #[test]
    fn seeds_give_points_of_their_own() {
        let bits = |seed| sequence(4, 3, Some(seed)).into_iter().map(f64::to_bits).collect::<Vec<_>>();
        let mut all: Vec<Vec<u64>> = (0..200).map(bits).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 200);
    }
}
