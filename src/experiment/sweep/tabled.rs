//! Points from a table: which column is which factor, and what its cells say.
//!
//! A column is headed by the name or key of a factor, perhaps with the unit of its numbers in brackets; a name that begins with
//! `#` is a remark. Finding the cells is the business of `table.rs`.

use crate::scenario::{Diagnostics, IllDesigned, Kind as Names, Lever, Mistake, Place, Walk, join};
use crate::units::{Decimal, Unit, UnitError, parse_exact};

use super::levels::{class, fit_for_column, overrides, plausible, switches};
use super::points::Role;
use super::reading::Context;
use super::table::{Cell, Table};
use super::{Factor, Points, Spread};

/// Different values up to which a column is listed, and not a range.
const MOST_LISTED: usize = 64;

/// A column that is a factor.
struct Column {
    place: usize,
    /// Unit in brackets of its header.
    unit: Option<String>,
}

/// The factors of a table and its points; `declared` are those the design names itself, if it names any.
pub(super) fn points(
    bag: &mut Diagnostics,
    table: &Table,
    declared: Vec<Factor>,
    context: &Context<'_>,
) -> Option<(Vec<Factor>, Points)> {
    let before = bag.items.len();
    let place = |cell: &Cell| Place { source: table.source, span: Some(cell.span.clone()) };
    let (mut factors, mut columns): (Vec<Factor>, Vec<Column>) = (Vec::new(), Vec::new());
    let headers: Vec<(usize, &Cell, String, Option<String>)> = table
        .header
        .iter()
        .enumerate()
        .filter(|(_, cell)| !cell.text.starts_with('#') && !cell.text.is_empty())
        .map(|(at, cell)| {
            let (name, unit) = parted(&cell.text);
            (at, cell, name, unit)
        })
        .collect();
    if declared.is_empty() {
        let keys: Vec<String> = headers.iter().map(|(.., name, _)| name.clone()).collect();
        for (at, cell, key, unit) in headers {
            let Some(factor) = bare_factor(bag, table, cell, &key, &keys, context) else { continue };
            if let Some(other) = factors.iter().find(|f| overrides(f, &factor)) {
                let ill = IllDesigned::Overrides { other: other.name.clone() };
                bag.add(place(cell), &key, Mistake::design(ill));
            }
            factors.push(factor);
            columns.push(Column { place: at, unit });
        }
    } else {
        let known: Vec<String> = declared.iter().map(|f| f.name.clone()).collect();
        for (_, cell, name, _) in &headers {
            if !declared.iter().any(|f| f.name == *name || f.key == *name) {
                let (name, known) = (name.clone(), known.clone());
                bag.add(place(cell), "table", Mistake::Unknown { kind: Names::Column, name, known });
            }
        }
        for factor in declared {
            let mut own = headers.iter().filter(|(.., name, _)| *name == factor.name || *name == factor.key);
            let Some((at, _, _, unit)) = own.next() else {
                let at = Place { source: table.source, span: Some(0..0) };
                let name = factor.name.clone();
                bag.add(at, "table", Mistake::Missing { kind: Names::Column, name });
                continue;
            };
            if let Some((_, again, name, _)) = own.next() {
                bag.add(place(again), "table", Mistake::DuplicateRow { id: name.clone() });
            }
            columns.push(Column { place: *at, unit: unit.clone() });
            factors.push(factor);
        }
    }
    if table.rows.is_empty() || factors.is_empty() {
        bag.add(Place { source: table.source, span: None }, "table", Mistake::NoRows);
        return None;
    }
    let values = values(bag, table, &factors, &columns, context);
    if bag.items[before..].iter().any(|d| !d.mistake.is_warning()) {
        return None;
    }
    for (f, factor) in factors.iter_mut().enumerate() {
        let mut own: Vec<Decimal> = values.iter().map(|row| row[f]).collect();
        own.sort();
        own.dedup();
        factor.spread = match (own.len() <= MOST_LISTED, own.first(), own.last()) {
            (false, Some(from), Some(to)) => Spread::Range { from: *from, to: *to, log: false, whole: false },
            _ => Spread::Levels(own),
        };
    }
    let mut out = Points::new(factors.len());
    for (point, row) in values.iter().enumerate() {
        let row =
            row.iter().zip(&factors).map(|(x, f)| (f.spread.place(x.to_f64(), f.lever.unit), x.to_f64()));
        out.push(point, Role::Free, row);
    }
    Some((factors, out))
}

/// A header's name and the unit in its brackets.
fn parted(header: &str) -> (String, Option<String>) {
    let found = header.strip_suffix(']').and_then(|h| h.rsplit_once('['));
    found.map_or((header.to_owned(), None), |(name, unit)| {
        (name.trim().to_owned(), Some(unit.trim().to_owned()))
    })
}

/// A factor of which only the key is known.
fn bare_factor(
    bag: &mut Diagnostics,
    table: &Table,
    cell: &Cell,
    key: &str,
    keys: &[String],
    context: &Context<'_>,
) -> Option<Factor> {
    let place = Place { source: table.source, span: Some(cell.span.clone()) };
    let Some(lever) = Lever::of(key, &context.pack.region) else {
        let known = Lever::keys(&context.pack.region);
        let name = key.to_owned();
        bag.add(place, "table", Mistake::Unknown { kind: Names::KeyPath, name, known });
        return None;
    };
    let name = key.split_once('.').map_or(key, |(_, rest)| rest).to_owned();
    if !fit_for_column(&name) {
        bag.add(place, "table", Mistake::design(IllDesigned::BadName { name: name.clone() }));
    }
    let applies = vec![true; context.scenarios.len()];
    if !keys.iter().any(|k| switches(k, &lever)) {
        let mut walk = Walk { bag, source: table.source };
        walk.switched_on(&cell.span, key, &lever, &applies, context);
    }
    let class = class(&lever, None, context.pack);
    let spread = Spread::Levels(Vec::new());
    Some(Factor { name, key: key.to_owned(), since: None, lever, class, spread, applies, crossed: false })
}

/// Row × factor. What is wrong in a column is said once where it would be the same in every cell.
fn values(
    bag: &mut Diagnostics,
    table: &Table,
    factors: &[Factor],
    columns: &[Column],
    context: &Context<'_>,
) -> Vec<Vec<Decimal>> {
    let mut said = vec![false; factors.len()];
    let mut out = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let whole = Place { source: table.source, span: row.first().map(|c| c.span.clone()) };
        if row.len() > table.header.len() {
            let ill = IllDesigned::ShortRow { cells: row.len(), expected: table.header.len() };
            bag.add(whole.clone(), "table", Mistake::design(ill));
        }
        let mut values = Vec::with_capacity(factors.len());
        for (f, (factor, column)) in factors.iter().zip(columns).enumerate() {
            let cell = row.get(column.place).filter(|c| !c.text.is_empty());
            let Some(cell) = cell else {
                let at = row
                    .get(column.place)
                    .map_or(whole.clone(), |c| Place { source: table.source, span: Some(c.span.clone()) });
                bag.add(at, &join("table", &factor.name), Mistake::design(IllDesigned::EmptyCell));
                continue;
            };
            let place = Place { source: table.source, span: Some(cell.span.clone()) };
            match read(&cell.text, column.unit.as_deref(), factor) {
                Ok(exact) => {
                    let (value, unit) = (exact.to_f64(), factor.lever.unit);
                    let (low, high, law) = (factor.lever.low, factor.lever.high, factor.lever.law);
                    if !(low..=high).contains(&value) {
                        bag.add(place, &factor.key, Mistake::OutOfRange { value, unit, low, high, law });
                    } else if let Some((low, high)) = plausible(&factor.lever, context.pack)
                        && !(low..=high).contains(&value)
                        && !std::mem::replace(&mut said[f], true)
                    {
                        let ill = IllDesigned::Implausible { value, low, high, unit };
                        bag.add(place, &factor.key, Mistake::design(ill));
                    }
                    values.push(exact);
                }
                Err(mistake) => {
                    let same = matches!(mistake, Mistake::Design(_));
                    if !(same && std::mem::replace(&mut said[f], true)) {
                        bag.add(place, &factor.key, mistake);
                    }
                }
            }
        }
        out.push(values);
    }
    out
}

/// A cell with the unit of its column, if it has none itself. `1` stands for the base of the unit: fractions, yuan, months.
fn read(text: &str, unit: Option<&str>, factor: &Factor) -> Result<Decimal, Mistake> {
    let of = factor.lever.unit;
    let bare = Decimal::parse(&text.replace('_', "")).filter(|_| !matches!(of, Unit::Flag | Unit::Choice(_)));
    match (bare, unit) {
        (Some(exact), Some("1")) => Ok(exact),
        (Some(_), Some(unit)) => {
            parse_exact(&format!("{text}{unit}"), of).map_err(|error| Mistake::Value { error, unit: of })
        }
        _ => {
            let text = if of == Unit::Flag { text.to_lowercase() } else { text.to_owned() };
            let text = match (of, text.as_str()) {
                (Unit::Flag, "1") => "true".to_owned(),
                (Unit::Flag, "0") => "false".to_owned(),
                _ => text,
            };
            parse_exact(&text, of).map_err(|error| match error {
                UnitError::BareNumber { .. } => {
                    let column = factor.name.clone();
                    Mistake::design(IllDesigned::NeedsUnit { unit: of, column })
                }
                error => Mistake::Value { error, unit: of },
            })
        }
    }
}
