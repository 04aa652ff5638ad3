//! A factor: what it sets, which values it may take, and what a place in its range means.
//!
//! Listed values are exact decimals; a range is cut by a place between 0 and 1. Reading a factor is in `read.rs`.

use crate::luck::kernel::{exp64, ln64};
use crate::scenario::{Laid, Lever};
use crate::units::{Decimal, Month, Unit};

/// Which values a factor may take, in the base of its unit.
#[derive(Clone, Debug, PartialEq)]
pub enum Spread {
    /// One of these.
    Levels(Vec<Decimal>),
    /// Anything between; by its logarithm with `log`, in whole numbers with `whole`.
    Range { from: Decimal, to: Decimal, log: bool, whole: bool },
}

impl Spread {
    /// The least and the largest value.
    pub fn ends(&self) -> (f64, f64) {
        match self {
            Spread::Levels(values) => {
                let ends = values.iter().min().zip(values.iter().max());
                ends.map_or((f64::NAN, f64::NAN), |(a, b)| (a.to_f64(), b.to_f64()))
            }
            Spread::Range { from, to, .. } => (from.to_f64(), to.to_f64()),
        }
    }

    /// The value at place `u`, 0 to 1, of the range. Levels share the places evenly.
    pub fn at(&self, u: f64) -> f64 {
        match self {
            Spread::Levels(values) => {
                let cell = (u * values.len() as f64) as usize;
                values.get(cell.min(values.len().saturating_sub(1))).map_or(f64::NAN, |v| v.to_f64())
            }
            Spread::Range { from, to, log, whole } => {
                let (a, b) = (from.to_f64(), to.to_f64());
                // The ends themselves, not what rounding makes of them.
                if u <= 0.0 {
                    return a;
                }
                if u >= 1.0 {
                    return b;
                }
                if *whole {
                    return (a + (u * (b - a + 1.0)).floor()).min(b);
                }
                let x = if *log { exp64(ln64(a) + u * (ln64(b) - ln64(a))) } else { a + u * (b - a) };
                x.clamp(a, b)
            }
        }
    }

    /// The place of a value: its share of the way from the least to the largest; a half where there is but one. Of choices
    /// and switches the place in the list.
    pub fn place(&self, x: f64, unit: Unit) -> f64 {
        if let (Spread::Levels(values), Unit::Choice(_) | Unit::Flag) = (self, unit) {
            let at = values.iter().position(|v| v.to_f64() == x).unwrap_or(0);
            return if values.len() < 2 { 0.5 } else { at as f64 / (values.len() - 1) as f64 };
        }
        let (a, b) = self.ends();
        let (a, b, x) = match self {
            Spread::Range { log: true, .. } => (ln64(a), ln64(b), ln64(x)),
            _ => (a, b, x),
        };
        if b > a { ((x - a) / (b - a)).clamp(0.0, 1.0) } else { 0.5 }
    }
}

/// A factor of a design.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// Heads its columns.
    pub name: String,
    /// Dotted key.
    pub key: String,
    /// From this month on; `None`: for all time.
    pub since: Option<Month>,
    pub lever: Lever,
    /// Class of the evidence behind a parameter or path; `policy` for a setting.
    pub class: &'static str,
    pub spread: Spread,
    /// By scenario: whether it goes there.
    pub applies: Vec<bool>,
    /// Among drawn factors: each of its values meets every point drawn.
    pub crossed: bool,
}

impl Factor {
    /// What it lays over a scenario at a value.
    pub fn laid(&self, value: f64) -> Laid {
        Laid { target: self.lever.target.clone(), key: self.key.clone(), since: self.since, value }
    }

    /// The values it may take, where they are listed.
    pub fn levels(&self) -> Option<&[Decimal]> {
        match &self.spread {
            Spread::Levels(values) => Some(values),
            Spread::Range { .. } => None,
        }
    }
}
