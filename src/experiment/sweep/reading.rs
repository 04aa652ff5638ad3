//! Reading the factors of a design: keys, names, dates, and the values each may take.
//!
//! Lists and ranges are read to the last digit written. What a kind of design makes of them is in `points.rs`; the file as a
//! whole is in `read.rs`.

use std::ops::Range;

use toml::de::DeTable;

use crate::scenario::{
    IllDesigned, Kind as Names, Lever, Mistake, Node, NotHere, Pack, Scenario, Target, Walk, join,
};
use crate::units::{Decimal, Month, Unit};

use super::levels::{between, class, fit_for_column, levelled, overrides, plausible, switches};
use super::{Factor, Kind, MAX_POINTS, Spread};

/// Keys of a factor.
const KEYS: &[&str] =
    &["key", "name", "since", "scenarios", "values", "from", "to", "step", "levels", "spacing", "crossed"];

/// Kinds whose factors say their values in the file.
const LISTED_IN_FILE: &[&str] = &["grid", "zip", "latin_hypercube", "sobol", "morris"];

/// What factors are read against.
pub(super) struct Context<'a> {
    /// `None` where the file's kind is wrong.
    pub kind: Option<Kind>,
    pub scenarios: &'a [Scenario],
    /// Whether the scenarios could be read.
    pub known: bool,
    pub pack: &'a Pack,
    pub until: Month,
}

/// Values proposed where a step makes too many.
const LEVELS: usize = 20;

/// A factor with the places of what it says.
struct Read {
    factor: Factor,
    key_at: Range<usize>,
    name_at: Range<usize>,
}

/// All factors, or none if any is wrong.
pub(super) fn read_factors(
    walk: &mut Walk<'_>,
    table: &DeTable<'_>,
    context: &Context<'_>,
) -> Option<Vec<Factor>> {
    let Some((at, node)) = table.get_key_value("factor") else {
        if context.kind != Some(Kind::Table) {
            walk.err(0..0, "factor", Mistake::Missing { kind: Names::Factor, name: "[[factor]]".into() });
            return None;
        }
        return Some(Vec::new());
    };
    let list = walk.array(node, "factor")?;
    if list.is_empty() {
        walk.err(at.span(), "factor", Mistake::NoRows);
    }
    // A switch among the factors brings its instrument into force.
    let key = |node: &Node<'_>| Some(node.get_ref().as_table()?.get("key")?.get_ref().as_str()?.to_owned());
    let keys: Vec<String> = list.iter().filter_map(key).collect();
    let read: Vec<Option<Read>> = list.iter().map(|node| walk.factor(node, &keys, context)).collect();
    let complete = read.iter().all(Option::is_some);
    let read: Vec<Read> = read.into_iter().flatten().collect();
    walk.apart(&read);
    complete.then(|| read.into_iter().map(|r| r.factor).collect())
}

impl Walk<'_> {
    fn ill(&mut self, span: Range<usize>, key: &str, ill: IllDesigned) {
        self.err(span, key, Mistake::design(ill));
    }

    fn factor(&mut self, node: &Node<'_>, keys: &[String], context: &Context<'_>) -> Option<Read> {
        let table = self.table(node, "factor")?;
        self.known_keys(table, "factor", Names::Key, KEYS);
        let key = self.required_string(table, node.span(), "key")?;
        let key_at = table.get("key").map_or(node.span(), |n| n.span());
        let Some(lever) = Lever::of(&key, &context.pack.region) else {
            let known = Lever::keys(&context.pack.region);
            self.err(key_at, "key", Mistake::Unknown { kind: Names::KeyPath, name: key, known });
            return None;
        };
        let rest = key.split_once('.').map_or(key.as_str(), |(_, rest)| rest);
        let name = match table.get("name") {
            Some(n) => self.string(n, "name")?,
            None => rest.to_owned(),
        };
        let name_at = table.get("name").map_or(key_at.clone(), |n| n.span());
        if !fit_for_column(&name) {
            self.ill(name_at.clone(), "name", IllDesigned::BadName { name: name.clone() });
        }
        let since = self.since(table, &lever, context);
        let applies = self.applies(table, context);
        if !keys.iter().any(|k| switches(k, &lever)) {
            self.switched_on(&key_at, &key, &lever, &applies, context);
        }
        let spread = self.spread(table, &key, &key_at, &lever, context);
        let class = class(&lever, since, context.pack);
        let spread = spread?;
        let crossed = self.crossed(table, &spread, &key_at, context);
        let factor = Factor { name, key, since, lever, class, spread, applies, crossed };
        Some(Read { factor, key_at, name_at })
    }

    fn since(&mut self, table: &DeTable<'_>, lever: &Lever, context: &Context<'_>) -> Option<Month> {
        let (at, node) = table.get_key_value("since")?;
        if matches!(lever.target, Target::Param { .. }) {
            let because = NotHere::NoDates;
            self.ill(at.span(), "since", IllDesigned::NotHere { key: "since".into(), because });
            return None;
        }
        let since = self.month(node, "since")?;
        let (from, until) = (context.pack.region.start, context.until);
        if context.known && (since < from || since > until) {
            self.ill(node.span(), "since", IllDesigned::SinceOutside { since, from, until });
        }
        Some(since)
    }

    /// By scenario, whether the factor goes there.
    fn applies(&mut self, table: &DeTable<'_>, context: &Context<'_>) -> Vec<bool> {
        let Some(names) = self.texts(table, "scenarios") else { return vec![true; context.scenarios.len()] };
        let mut out = vec![false; context.scenarios.len()];
        for (name, place) in names {
            let stem = name.rsplit(['/', '\\']).next().unwrap_or(&name).trim_end_matches(".toml");
            match context.scenarios.iter().position(|s| s.id == stem) {
                Some(found) => out[found] = true,
                None if context.known => {
                    let known = context.scenarios.iter().map(|s| s.id.clone()).collect();
                    self.bag.add(place, "scenarios", Mistake::Unknown { kind: Names::Scenario, name, known });
                }
                None => {}
            }
        }
        out
    }

    /// A setting counts only where its instrument is in force.
    pub(super) fn switched_on(
        &mut self,
        at: &Range<usize>,
        key: &str,
        lever: &Lever,
        applies: &[bool],
        context: &Context<'_>,
    ) {
        let Target::Setting { instrument, .. } = lever.target else { return };
        let spec = crate::policy::INSTRUMENTS[instrument].spec();
        let on = |(s, applies): (&Scenario, &bool)| *applies && s.in_force(instrument, context.until);
        if context.known && !context.scenarios.iter().zip(applies).any(on) {
            let ill = IllDesigned::OffEverywhere { instrument: spec.id, zh: spec.zh, en: spec.en };
            self.ill(at.clone(), key, ill);
        }
    }

    /// Whether its values, which then are listed, meet every point that the others draw.
    fn crossed(
        &mut self,
        table: &DeTable<'_>,
        spread: &Spread,
        at: &Range<usize>,
        context: &Context<'_>,
    ) -> bool {
        let Some((key, node)) = table.get_key_value("crossed") else { return false };
        if self.value(node, "crossed", Unit::Flag) != Some(1.0) {
            return false;
        }
        if !matches!(context.kind, Some(Kind::LatinHypercube | Kind::Sobol)) {
            let because = NotHere::Kinds(&["latin_hypercube", "sobol"]);
            self.ill(key.span(), "crossed", IllDesigned::NotHere { key: "crossed".into(), because });
        } else if matches!(spread, Spread::Range { .. }) {
            self.ill(at.clone(), "crossed", IllDesigned::NeedsLevels { kind: "crossed" });
        }
        true
    }

    /// Which values the factor may take.
    fn spread(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        at: &Range<usize>,
        lever: &Lever,
        context: &Context<'_>,
    ) -> Option<Spread> {
        let has = |k: &str| table.contains_key(k);
        let ranged = ["from", "to", "step", "levels", "spacing"];
        if context.kind == Some(Kind::Table) {
            // The table says which values there are.
            for other in ["values"].into_iter().chain(ranged).filter(|k| has(k)) {
                let span = table.get_key_value(other).map_or(at.clone(), |(k, _)| k.span());
                let because = NotHere::Kinds(LISTED_IN_FILE);
                self.ill(span, other, IllDesigned::NotHere { key: other.into(), because });
            }
            return Some(Spread::Levels(Vec::new()));
        }
        if let Some(node) = table.get("values") {
            if let Some(other) = ranged.into_iter().find(|k| has(k)) {
                let span = table.get_key_value(other).map_or(at.clone(), |(k, _)| k.span());
                self.ill(span, other, IllDesigned::BothWays { one: "values", other });
            }
            return self.values(node, lever, context);
        }
        let listed = match lever.unit {
            Unit::Flag => Some(2),
            Unit::Choice(names) => Some(names.len()),
            _ => None,
        };
        if let Some(count) = listed {
            if let Some(other) = ranged.into_iter().find(|k| has(k)) {
                let span = table.get_key_value(other).map_or(at.clone(), |(k, _)| k.span());
                let because = NotHere::NoRange;
                self.ill(span, other, IllDesigned::NotHere { key: other.into(), because });
                return None;
            }
            return Some(Spread::Levels((0..count as i64).map(Decimal::whole).collect()));
        }
        let kind = context.kind?;
        if !has("from") && !has("to") {
            if let Some(key) = ["step", "levels", "spacing"].into_iter().find(|k| has(k)) {
                let span = table.get_key_value(key).map_or(at.clone(), |(k, _)| k.span());
                let because = NotHere::Without("from, to");
                self.ill(span, key, IllDesigned::NotHere { key: key.into(), because });
                return None;
            }
            // A parameter has a plausible range to draw from.
            let range = plausible(lever, context.pack).filter(|_| kind.draws());
            if let Some((from, to)) = range.and_then(|(a, b)| Decimal::near(a).zip(Decimal::near(b)))
                && from < to
            {
                return Some(between(from, to, false, lever.unit));
            }
            let ill = match kind.draws() {
                true => IllDesigned::NeedsRange { kind: kind.id() },
                false => IllDesigned::NeedsLevels { kind: kind.id() },
            };
            self.ill(at.clone(), key, ill);
            return None;
        }
        let end = |walk: &mut Self, name: &'static str| match table.get(name) {
            Some(node) => Some((walk.allowed(node, name, lever, context)?, node.span())),
            None => {
                let missing = Mistake::Missing { kind: Names::Key, name: name.into() };
                walk.err(at.clone(), name, missing);
                None
            }
        };
        let (from, to) = (end(self, "from"), end(self, "to"));
        let ((from, _), (to, to_at)) = (from?, to?);
        if from >= to {
            let (from, to, unit) = (from.to_f64(), to.to_f64(), lever.unit);
            self.ill(to_at, "to", IllDesigned::EmptyRange { from, to, unit });
            return None;
        }
        let log = self.word(table, "spacing", &["linear", "log"]) == Some(1);
        if log && (from.is_negative() || from.is_zero()) {
            let span = table.get("spacing").map_or(at.clone(), |n| n.span());
            let because = NotHere::NotAboveZero;
            self.ill(span, "spacing", IllDesigned::NotHere { key: "spacing".into(), because });
            return None;
        }
        if let Some(node) = table.get("step") {
            if let Some(other) = ["levels", "spacing"].into_iter().find(|k| has(k)) {
                let span = table.get_key_value(other).map_or(at.clone(), |(k, _)| k.span());
                self.ill(span, other, IllDesigned::BothWays { one: "step", other });
                return None;
            }
            let name = table.get("name").and_then(|n| n.get_ref().as_str()).unwrap_or(key);
            return self.stepped(node, name, lever, (from, to)).map(Spread::Levels);
        }
        if let Some(node) = table.get("levels") {
            let count = self.integer(node, "levels", 2, MAX_POINTS as u64)? as i128;
            return Some(Spread::Levels(levelled(from, to, count, log, lever.unit)));
        }
        if !kind.draws() {
            self.ill(at.clone(), key, IllDesigned::NeedsLevels { kind: kind.id() });
            return None;
        }
        Some(between(from, to, log, lever.unit))
    }

    /// A value to the last digit, within what is legal; what is implausible is said.
    fn allowed(
        &mut self,
        node: &Node<'_>,
        key: &str,
        lever: &Lever,
        context: &Context<'_>,
    ) -> Option<Decimal> {
        let exact = self.exact(node, key, lever.unit)?;
        let (value, unit) = (exact.to_f64(), lever.unit);
        let (low, high, law) = (lever.low, lever.high, lever.law);
        if !(low..=high).contains(&value) {
            self.err(node.span(), key, Mistake::OutOfRange { value, unit, low, high, law });
            return None;
        }
        if let Some((low, high)) = plausible(lever, context.pack)
            && !(low..=high).contains(&value)
        {
            self.ill(node.span(), key, IllDesigned::Implausible { value, low, high, unit });
        }
        Some(exact)
    }

    fn values(&mut self, node: &Node<'_>, lever: &Lever, context: &Context<'_>) -> Option<Spread> {
        let list = self.array(node, "values")?;
        if list.is_empty() {
            self.ill(node.span(), "values", IllDesigned::NoValues);
            return None;
        }
        let mut out: Vec<Decimal> = Vec::with_capacity(list.len());
        let mut complete = true;
        for item in list {
            let Some(value) = self.allowed(item, "values", lever, context) else {
                complete = false;
                continue;
            };
            // Side by side a value may well come twice.
            if out.contains(&value) && context.kind != Some(Kind::Zip) {
                let (value, unit) = (value.to_f64(), lever.unit);
                self.ill(item.span(), "values", IllDesigned::ValueTwice { value, unit });
                complete = false;
            }
            out.push(value);
        }
        complete.then_some(Spread::Levels(out))
    }

    /// From `from` to `to` in equal steps, both included.
    fn stepped(
        &mut self,
        node: &Node<'_>,
        factor: &str,
        lever: &Lever,
        (from, to): (Decimal, Decimal),
    ) -> Option<Vec<Decimal>> {
        let (step, unit) = (self.exact(node, "step", lever.unit)?, lever.unit);
        if step.is_zero() || step.is_negative() {
            self.ill(node.span(), "step", IllDesigned::Step { step: step.to_f64(), unit });
            return None;
        }
        // A step with too many digits for a decimal fits far too often.
        let exact = to.minus(from).and_then(|way| way.divided(step));
        let roughly = ((to.to_f64() - from.to_f64()) / step.to_f64()) as i128;
        let (count, even) = exact.unwrap_or((roughly.max(MAX_POINTS as i128), true));
        if count >= MAX_POINTS as i128 {
            let (factor, values) = (factor.to_owned(), count as u128 + 1);
            let ill = IllDesigned::StepTooSmall { factor, values, most: MAX_POINTS, levels: LEVELS };
            self.ill(node.span(), "step", ill);
            return None;
        }
        let at = |i: i128| step.scaled(i, 0).and_then(|way| from.plus(way));
        if !even {
            let end = |i| at(i).map_or(f64::NAN, Decimal::to_f64);
            let (before, after) = (end(count), end(count + 1));
            self.ill(node.span(), "step", IllDesigned::Uneven { step: step.to_f64(), before, after, unit });
            return None;
        }
        (0..=count).map(at).collect()
    }

    /// No two factors of one name, none that sets what another sets.
    fn apart(&mut self, read: &[Read]) {
        for (i, one) in read.iter().enumerate() {
            let earlier = &read[..i];
            if earlier.iter().any(|o| o.factor.name == one.factor.name) {
                let id = one.factor.name.clone();
                self.err(one.name_at.clone(), "name", Mistake::DuplicateRow { id });
            }
            if let Some(other) = earlier.iter().find(|o| overrides(&o.factor, &one.factor)) {
                let ill = IllDesigned::Overrides { other: other.factor.name.clone() };
                self.ill(one.key_at.clone(), &join("factor", "key"), ill);
            }
        }
    }
}
