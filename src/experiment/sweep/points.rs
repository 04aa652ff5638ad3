//! The points of a design: values, places, and what each point is in its layout.
//!
//! Row by row as `points.csv` has them. Which values a factor may take is in `factor.rs`; the order in which points are run
//! is the business of `plan.rs`.

use super::layout::order;
use super::{Factor, Kind};

/// All points, by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Points {
    factors: usize,
    /// Point × factor: places 0 to 1, and values in the base of their unit.
    places: Vec<f64>,
    values: Vec<f64>,
    groups: Vec<u32>,
    roles: Vec<Role>,
}

/// What a point is in its layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Free,
    A,
    B,
    /// A with this factor from B.
    Ab(u32),
    /// B with this factor from A.
    Ba(u32),
    /// Step of a trajectory, and the factor that was moved to get there.
    Step(u32, Option<u32>),
}

impl Points {
    pub(super) fn new(factors: usize) -> Points {
        Points { factors, ..Points::default() }
    }

    /// Adds a point by its values.
    pub(super) fn push(&mut self, group: usize, role: Role, row: impl IntoIterator<Item = (f64, f64)>) {
        for (place, value) in row {
            self.places.push(place);
            self.values.push(value);
        }
        self.groups.push(group as u32);
        self.roles.push(role);
    }

    pub fn len(&self) -> usize {
        self.groups.len()
    }

    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Values of a point by factor, in the base of their unit.
    pub fn values(&self, point: usize) -> &[f64] {
        &self.values[point * self.factors..(point + 1) * self.factors]
    }

    /// Places of a point by factor, 0 to 1.
    pub fn places(&self, point: usize) -> &[f64] {
        &self.places[point * self.factors..(point + 1) * self.factors]
    }

    pub fn group(&self, point: usize) -> usize {
        self.groups[point] as usize
    }

    pub fn role(&self, point: usize) -> Role {
        self.roles[point]
    }

    /// Every combination of the values, the last factor fastest.
    pub(super) fn grid(factors: &[Factor]) -> Points {
        let levels: Vec<&[_]> = factors.iter().map(|f| f.levels().unwrap_or(&[])).collect();
        let count: usize = levels.iter().map(|l| l.len()).product();
        let mut out = Points::new(factors.len());
        for point in 0..count {
            let mut rest = point;
            let mut row = vec![(0.0, 0.0); factors.len()];
            for (f, factor) in factors.iter().enumerate().rev() {
                let x = levels[f][rest % levels[f].len()].to_f64();
                rest /= levels[f].len();
                row[f] = (factor.spread.place(x, factor.lever.unit), x);
            }
            out.push(point, Role::Free, row);
        }
        out
    }

    /// The values side by side.
    pub(super) fn zip(factors: &[Factor]) -> Points {
        let count = factors.iter().filter_map(|f| f.levels()).map(<[_]>::len).min().unwrap_or(0);
        let mut out = Points::new(factors.len());
        for point in 0..count {
            let row = factors.iter().map(|f| {
                let x = f.levels().map_or(f64::NAN, |l| l[point].to_f64());
                (f.spread.place(x, f.lever.unit), x)
            });
            out.push(point, Role::Free, row);
        }
        out
    }

    /// In which order points are run.
    pub(super) fn order(&self, kind: Kind) -> Vec<u32> {
        order(self.len() as u64, kind.draws())
    }
}
