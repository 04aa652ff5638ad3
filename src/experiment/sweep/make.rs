//! From what a design says to its points: whether they are too many, and then drawing them.
//!
//! Nothing is drawn before it is known to fit. Reading the file is in `read.rs`; the samplers are in `draws.rs`.

use crate::experiment::analysis::Layout;
use crate::scenario::{Diagnostics, IllDesigned, Kind as Names, Mistake, NotHere, Place, Smaller};

use super::read::Head;
use super::sobol::MOST_DIMENSIONS;
use super::{Factor, Kind, MAX_POINTS, MAX_RUNS, Points};

/// Levels of a trajectory where nothing is said: Morris's own choice.
const LEVELS: usize = 4;
/// Replications where nothing is said: the fewest that tell noise from inputs.
pub(super) const REPLICATIONS: u32 = 2;

/// The points, and how they are laid out.
pub(super) struct Made {
    pub points: Points,
    pub layout: Layout,
    pub base: usize,
    pub second_order: bool,
    pub levels: usize,
}

/// A number of a design with its place.
type Number = Option<(usize, Place)>;

/// How many points a drawn design has: by its number of points, base points or trajectories.
struct Size {
    count: usize,
    /// Points each of `count` brings.
    each: usize,
    key: &'static str,
    at: Place,
}

/// The points of a design, if they are not too many; those of a table are there already.
pub(super) fn make(
    bag: &mut Diagnostics,
    head: &Head,
    kind: Kind,
    factors: &[Factor],
    tabled: Option<Points>,
    seed: u64,
) -> Option<Made> {
    let k = factors.len();
    let saltelli = kind == Kind::Sobol && head.saltelli;
    let seed_of = head.scramble.then_some(seed);
    let free = |points: Points| {
        Some(Made { base: points.len(), points, layout: Layout::Free, second_order: false, levels: 0 })
    };
    let at = &head.kind_at;
    match kind {
        Kind::Grid => {
            let lengths: Vec<(String, usize)> =
                factors.iter().map(|f| (f.name.clone(), f.levels().map_or(0, <[_]>::len))).collect();
            let points = lengths.iter().fold(1u128, |n, (_, l)| n.saturating_mul(*l as u128));
            fits(bag, points, Smaller::Grid(lengths), at)?;
            free(Points::grid(factors))
        }
        Kind::Zip => {
            let length = |f: &Factor| f.levels().map_or(0, <[_]>::len);
            let (first, expected) = factors.first().map(|f| (f.name.clone(), length(f)))?;
            let mut same = true;
            for factor in factors.iter().filter(|f| length(f) != expected) {
                let (name, first) = (factor.name.clone(), first.clone());
                let ill = IllDesigned::Lengths { name, length: length(factor), first, expected };
                bag.add(at.clone(), "kind", Mistake::design(ill));
                same = false;
            }
            fits(bag, expected as u128, Smaller::Rows, at)?;
            if same { free(Points::zip(factors)) } else { None }
        }
        Kind::Table => {
            let points = tabled?;
            fits(bag, points.len() as u128, Smaller::Rows, at)?;
            free(points)
        }
        Kind::LatinHypercube => {
            let size = size(bag, &head.points, combinations(factors), "points", at)?;
            sized(bag, &size)?;
            free(Points::crossed(factors, |drawn| Points::latin(drawn, size.count, seed)))
        }
        Kind::Sobol => {
            let most = if saltelli { MOST_DIMENSIONS / 2 } else { MOST_DIMENSIONS };
            if k > most {
                let ill = IllDesigned::TooManyFactors { most, kind: kind.id() };
                bag.add(at.clone(), "kind", Mistake::design(ill));
            }
            if !saltelli {
                without(bag, &head.base, "base", "layout = \"saltelli\"");
                without(
                    bag,
                    &head.second_order.clone().map(|(_, at)| (0, at)),
                    "second_order",
                    "layout = \"saltelli\"",
                );
                let size = size(bag, &head.points, combinations(factors), "points", at)?;
                sized(bag, &size)?;
                let points = |drawn: &[Factor]| Points::sobol(drawn, size.count, seed_of);
                return if k <= most { free(Points::crossed(factors, points)) } else { None };
            }
            without(bag, &head.points, "points", "layout = \"free\"");
            if factors.iter().any(|f| f.crossed) {
                without(bag, &Some((0, at.clone())), "crossed", "layout = \"free\"");
                return None;
            }
            let second_order = head.second_order.as_ref().is_some_and(|(on, _)| *on);
            let each = if second_order { 2 * k + 2 } else { k + 2 };
            let size = size(bag, &head.base, each, "base", at)?;
            if !size.count.is_power_of_two() {
                let above = size.count.next_power_of_two();
                let ill = IllDesigned::NotPowerOfTwo { base: size.count, below: above / 2, above };
                bag.add(size.at.clone(), "base", Mistake::design(ill));
                return None;
            }
            sized(bag, &size)?;
            if k > most {
                return None;
            }
            let points = Points::saltelli(factors, size.count, second_order, seed_of);
            Some(Made { points, layout: Layout::Saltelli, base: size.count, second_order, levels: 0 })
        }
        Kind::Morris => {
            let levels = head.levels.as_ref().map_or(LEVELS, |(n, _)| *n);
            if let Some((levels, at)) = head.levels.as_ref().filter(|(n, _)| n % 2 == 1) {
                let ill = IllDesigned::OddLevels { levels: *levels };
                bag.add(at.clone(), "levels", Mistake::design(ill));
                return None;
            }
            let size = size(bag, &head.trajectories, k + 1, "trajectories", at)?;
            sized(bag, &size)?;
            let points = Points::morris(factors, size.count, levels, seed);
            Some(Made { points, layout: Layout::Morris, base: size.count, second_order: false, levels })
        }
    }
}

/// A number that a kind of design cannot do without.
fn size(bag: &mut Diagnostics, number: &Number, each: usize, key: &'static str, at: &Place) -> Option<Size> {
    match number {
        Some((count, at)) => Some(Size { count: *count, each, key, at: at.clone() }),
        None => {
            bag.add(at.clone(), key, Mistake::Missing { kind: Names::Key, name: key.into() });
            None
        }
    }
}

/// Combinations of the values that meet every point drawn.
fn combinations(factors: &[Factor]) -> usize {
    let crossed = factors.iter().filter(|f| f.crossed).filter_map(|f| f.levels());
    crossed.fold(1, |n: usize, l| n.saturating_mul(l.len()))
}

fn sized(bag: &mut Diagnostics, size: &Size) -> Option<()> {
    let fit = MAX_POINTS / size.each.max(1);
    // Base points come in powers of two.
    let largest = if size.key == "base" { (fit + 1).next_power_of_two() / 2 } else { fit };
    let smaller = Smaller::Key { key: size.key, largest };
    fits(bag, size.count as u128 * size.each as u128, smaller, &size.at)
}

fn fits(bag: &mut Diagnostics, points: u128, smaller: Smaller, at: &Place) -> Option<()> {
    if points <= MAX_POINTS as u128 {
        return Some(());
    }
    let ill = IllDesigned::TooManyPoints { points, most: MAX_POINTS, smaller };
    bag.add(at.clone(), "points", Mistake::design(ill));
    None
}

/// Says of a key that it goes together with another.
fn without(bag: &mut Diagnostics, number: &Number, key: &str, needs: &'static str) {
    if let Some((_, at)) = number {
        let ill = IllDesigned::NotHere { key: key.to_owned(), because: NotHere::Without(needs) };
        bag.add(at.clone(), key, Mistake::design(ill));
    }
}

/// Whether so many runs are allowed.
///
/// # Errors
/// How many there would be, and what to do.
pub fn runs_fit(points: usize, scenarios: usize, replications: u32) -> Result<(), IllDesigned> {
    let (most, replications) = (MAX_RUNS, u64::from(replications));
    if points as u64 * scenarios as u64 * replications <= most {
        return Ok(());
    }
    Err(IllDesigned::TooManyRuns { points, scenarios, replications, most })
}
