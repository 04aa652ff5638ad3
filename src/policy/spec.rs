//! The shape of an instrument: who it is, which doors it speaks through, which settings it has.

use crate::units::Unit;

/// Where an instrument may speak (catalogue: `docs/instruments.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    Reach,
    See,
    Quote,
    Fund,
    Relieve,
    Indemnify,
    Steady,
    Grant,
    Need,
    Ration,
    Classify,
}

impl Door {
    pub fn name(self) -> &'static str {
        match self {
            Door::Reach => "reach",
            Door::See => "see",
            Door::Quote => "quote",
            Door::Fund => "fund",
            Door::Relieve => "relieve",
            Door::Indemnify => "indemnify",
            Door::Steady => "steady",
            Door::Grant => "grant",
            Door::Need => "need",
            Door::Ration => "ration",
            Door::Classify => "classify",
        }
    }
}

/// Whose measure it is; only district measures move the gap to the city.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    National,
    City,
    District,
}

impl Scope {
    pub fn name(self) -> &'static str {
        match self {
            Scope::National => "national",
            Scope::City => "city",
            Scope::District => "district",
        }
    }
}

/// One dated value of an instrument: `[policy.<id>] key = [{ from, value }]`; `a.b` is a nested key.
#[derive(Debug)]
pub struct Setting {
    pub key: &'static str,
    pub unit: Unit,
    /// Allowed range in the unit's base, both ends included.
    pub low: f64,
    pub high: f64,
    /// The law or document behind the limits, where the limit is law.
    pub limit_source: &'static str,
    /// Value before the first date and where the scenario is silent.
    pub neutral: f64,
    pub en: &'static str,
    pub zh: &'static str,
}

/// An instrument's card.
#[derive(Debug)]
pub struct Spec {
    pub id: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// Document and clause it comes from.
    pub clause: &'static str,
    pub scope: Scope,
    pub doors: &'static [Door],
    pub settings: &'static [Setting],
    /// One paragraph on the mechanism.
    pub mechanism_en: &'static str,
    pub mechanism_zh: &'static str,
    /// A scenario table that bites.
    pub example: &'static str,
    /// Rules across settings of one month (shares sum to one …); the message names rule and clause.
    pub check: fn(&Values) -> Result<(), String>,
}

impl Spec {
    /// Place of a setting; instruments look theirs up by constant, users by key.
    pub fn setting_index(&self, key: &str) -> Option<usize> {
        self.settings.iter().position(|s| s.key == key)
    }
}

/// The settings of one instrument in one month, in the order of its [`Spec`]; `None` while it is
/// switched off, which is its neutral state.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    pub enabled: bool,
    pub values: Vec<f64>,
}

impl Values {
    /// Setting number `i` of the spec.
    pub fn get(&self, i: usize) -> f64 {
        self.values[i]
    }
    pub fn flag(&self, i: usize) -> bool {
        self.values[i] != 0.0
    }
}

/// An instrument. Doors it does not declare keep their default, which is to say nothing.
pub trait Instrument: Sync {
    fn spec(&self) -> &'static Spec;
}
