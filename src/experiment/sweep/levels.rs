//! Small questions about a factor: evenly or logarithmically spaced values, what is plausible, what it rests on, whether two
//! factors are in each other's way.
//!
//! Reading the file that asks them is in `reading.rs`; values and places are in `factor.rs`.

use crate::luck::kernel::{exp64, ln64};
use crate::scenario::{Evidence, Lever, Pack, Target};
use crate::units::{Decimal, Month, Unit};
use crate::world::{Class, PATHS};

use super::{Factor, Spread};

/// Whole numbers of a range up to which each is a level of its own.
const MOST_WHOLE: i128 = 10_000;
/// Longest name of a factor, in bytes.
const LONGEST: usize = 100;

/// A range; of what is counted, its whole numbers.
pub(super) fn between(from: Decimal, to: Decimal, log: bool, unit: Unit) -> Spread {
    let whole = unit == Unit::Count;
    let one = Decimal::whole(1);
    if whole
        && !log
        && let Some((count, true)) = to.minus(from).and_then(|way| way.divided(one))
        && count <= MOST_WHOLE
    {
        let at = |i: i128| from.plus(Decimal::whole(i as i64));
        return Spread::Levels((0..=count).filter_map(at).collect());
    }
    Spread::Range { from, to, log, whole }
}

/// So many values from one end to the other, both included: exact where they are decimals, else the nearest decimals of
/// twelve digits.
pub(super) fn levelled(from: Decimal, to: Decimal, count: i128, log: bool, unit: Unit) -> Vec<Decimal> {
    let (a, b) = (from.to_f64(), to.to_f64());
    let exact = |i: i128| to.minus(from)?.scaled(i, 0)?.over(count - 1).and_then(|way| from.plus(way));
    let near = |i: i128| {
        let u = i as f64 / (count - 1) as f64;
        let x = if log { exp64(ln64(a) + u * (ln64(b) - ln64(a))) } else { a + u * (b - a) };
        Decimal::near(if unit == Unit::Count { x.round() } else { x })
    };
    let one = |i: i128| match i {
        0 => Some(from),
        i if i == count - 1 => Some(to),
        i if log || unit == Unit::Count => near(i),
        i => exact(i).or_else(|| near(i)),
    };
    let mut out: Vec<Decimal> = (0..count).filter_map(one).collect();
    // Whole numbers may meet.
    out.dedup();
    out
}

/// Whether a key switches the instrument of a lever.
pub(super) fn switches(key: &str, lever: &Lever) -> bool {
    let Target::Setting { instrument, .. } = lever.target else { return false };
    key == format!("policy.{}.enabled", crate::policy::INSTRUMENTS[instrument].spec().id)
}

/// Heads a column in every tool: letters, digits, Chinese characters, `-`, `_`, `.`.
pub(super) fn fit_for_column(name: &str) -> bool {
    let fits = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') || ('\u{3400}'..='\u{9FFF}').contains(&c)
    };
    !name.is_empty() && name.len() <= LONGEST && name.chars().all(fits)
}

/// Key of a parameter's number in the pack; of one value for all classes there is none.
fn pack_key(lever: &Lever) -> Option<String> {
    let Target::Param { param, class } = &lever.target else { return None };
    let spec = &crate::model::params::PARAMS[*param];
    match (spec.per_class, class) {
        (false, _) => Some(format!("parameters.{}", spec.key)),
        (true, Some(c)) => Some(format!("parameters.{}.{}", spec.key, Class::ALL[*c].id())),
        (true, None) => None,
    }
}

/// The range in which the pack thinks a parameter's value plausible.
pub(super) fn plausible(lever: &Lever, pack: &Pack) -> Option<(f64, f64)> {
    let key = pack_key(lever)?;
    let found = pack.provenance.iter().find(|s| s.key == key)?;
    Some((found.provenance.low, found.provenance.high))
}

/// The class of the evidence behind what a factor sets: that of the pack's number; `policy` for a setting.
pub(super) fn class(lever: &Lever, since: Option<Month>, pack: &Pack) -> &'static str {
    let of = |keep: &dyn Fn(&str) -> bool| {
        let classes = pack.provenance.iter().filter(|s| keep(&s.key)).map(|s| s.provenance.class);
        // The weakest counts: what one number of several is assumed, is assumed.
        classes.max_by_key(|c| *c as usize).unwrap_or(Evidence::Assumption).id()
    };
    match &lever.target {
        Target::Enabled { .. } | Target::Setting { .. } => "policy",
        Target::Param { param, .. } => {
            let all = format!("parameters.{}.", crate::model::params::PARAMS[*param].key);
            match pack_key(lever) {
                Some(key) => of(&|k| k == key),
                None => of(&|k| k.starts_with(&all)),
            }
        }
        Target::Path { path, row } => {
            let name = PATHS[*path].key.replace('*', row.as_deref().unwrap_or_default());
            let start = format!("paths.{name}@");
            let dated = |k: &str| k.strip_prefix(&start).and_then(|m| m.parse::<Month>().ok());
            // From the date on, what was there is replaced.
            let last =
                pack.provenance.iter().filter_map(|s| dated(&s.key)).filter(|m| Some(*m) <= since).max();
            of(&|k| dated(k).is_some_and(|m| last.is_none_or(|last| m >= last)))
        }
    }
}

/// Whether two factors set one thing in one scenario.
pub(super) fn overrides(one: &Factor, other: &Factor) -> bool {
    let together = one.applies.iter().zip(&other.applies).any(|(a, b)| *a && *b);
    let same = match (&one.lever.target, &other.lever.target) {
        (Target::Param { param: a, class: x }, Target::Param { param: b, class: y }) => {
            a == b && (x == y || x.is_none() || y.is_none())
        }
        (a, b) => a == b,
    };
    // Without scenarios nobody knows where they go.
    same && (together || one.applies.is_empty())
}
