//! Sheets of a region pack: townships, sectors, lenders, guarantors.
//!
//! Columns are declared in `world`; the file gives each its unit, plausible range and source once,
//! and its values row by row. Every value leaves with its provenance.

use toml::de::{DeTable, DeValue};

use super::mistake::{Kind, Mistake};
use super::pack::{Provenance, Sourced};
use super::walk::{Declared, Limits, Node, Walk, join};
use crate::units::Unit;
use crate::world::Column;

/// Schema line of a sheet.
pub const SCHEMA: &str = "puhui/sheet/1";

/// Tolerance of shares that must sum to one down a column.
const SUM_TOLERANCE: f64 = 1e-6;

/// What one sheet says; values in the order of its columns.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub rows: Vec<SheetRow>,
    pub sourced: Vec<Sourced>,
}

#[derive(Debug)]
pub(super) struct SheetRow {
    pub id: String,
    pub zh: String,
    pub en: String,
    pub values: Vec<f64>,
}

// Unit, plausible range, class and source, as columns, parameters and paths all state them.
impl Walk<'_> {
    /// Compares the stated unit with the declared one.
    pub fn unit_is(&mut self, table: &DeTable<'_>, key: &str, unit: Unit, span: std::ops::Range<usize>) {
        match table.get("unit") {
            None => {
                let missing = Mistake::Missing { kind: Kind::Key, name: "unit".into() };
                self.err(span, &join(key, "unit"), missing);
            }
            Some(node) => {
                if let Some(found) = self.string(node, &join(key, "unit"))
                    && found != unit.name()
                {
                    self.err(node.span(), key, Mistake::UnitDiffers { found, expected: unit });
                }
            }
        }
    }

    /// `range`, `class` and `source` of a table; missing ones are mistakes.
    pub fn provenance(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        limits: Limits,
        span: std::ops::Range<usize>,
    ) -> Option<Provenance> {
        let range = match table.get("range") {
            Some(node) => self.range(node, &join(key, "range"), limits),
            // Flags and choices have no plausible range beyond the choices.
            None if matches!(limits.unit, Unit::Flag | Unit::Choice(_)) => Some((limits.low, limits.high)),
            None => {
                let name = "range".to_owned();
                self.err(span.clone(), &join(key, "range"), Mistake::Missing { kind: Kind::Key, name });
                None
            }
        };
        let class_and_source = self.class_and_source(table, key, span);
        let ((low, high), (class, source)) = (range?, class_and_source?);
        Some(Provenance { class, source, low, high })
    }

    pub fn class_and_source(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        span: std::ops::Range<usize>,
    ) -> Option<(super::walk::Evidence, String)> {
        let class = match table.get("class") {
            Some(node) => self.evidence(node, &join(key, "class")),
            None => {
                let name = "class".to_owned();
                self.err(span.clone(), &join(key, "class"), Mistake::Missing { kind: Kind::Key, name });
                None
            }
        };
        let source = match table.get("source") {
            Some(node) => self.string(node, &join(key, "source")).filter(|s| {
                let ok = !s.is_empty();
                if !ok {
                    self.err(node.span(), key, Mistake::NoSource);
                }
                ok
            }),
            None => {
                self.err(span, key, Mistake::NoSource);
                None
            }
        };
        Some((class?, source?))
    }

    /// Notes a value outside the plausible range stated for it.
    pub fn plausible(&mut self, node: &Node<'_>, key: &str, unit: Unit, value: f64, p: &Provenance) {
        if !(p.low..=p.high).contains(&value) {
            self.err(node.span(), key, Mistake::Implausible { value, unit, low: p.low, high: p.high });
        }
    }
}

/// Reads a sheet whose columns starting with `sum_prefix` must each sum to one.
pub(super) fn read_sheet(
    walk: &mut Walk<'_>,
    table: &DeTable<'_>,
    name: &str,
    columns: &'static [Column],
    sum_prefix: Option<&str>,
) -> Option<Sheet> {
    if !walk.schema(table, SCHEMA) {
        return None;
    }
    walk.known_keys(table, "", Kind::Key, &["schema", "columns", "rows", "notes"]);
    let names: Vec<String> = columns.iter().map(|c| c.key.to_owned()).collect();
    let provenances = read_columns(walk, table, &names, columns);
    let rows = match table.get("rows") {
        Some(node) => walk.array(node, "rows")?,
        None => &[],
    };
    if rows.is_empty() {
        walk.err(0..0, "rows", Mistake::NoRows);
    }
    // A borrower keeps the lenders it knows as 16 bits, and sector, township and guarantor as a byte.
    let most = if name == "lenders" { 16 } else { usize::from(u8::MAX) };
    if let Some(first) = rows.get(most) {
        walk.err(first.span(), "rows", Mistake::TooManyRows { most });
    }
    let mut sheet = Sheet::default();
    let mut complete = true;
    for (n, node) in rows.iter().enumerate() {
        let Some(row) = walk.table(node, "rows") else { continue };
        let id = walk.required_string(row, node.span(), "id").unwrap_or_else(|| format!("row{}", n + 1));
        if sheet.rows.iter().any(|r| r.id == id) {
            let span = row.get("id").map_or(node.span(), |n| n.span());
            walk.err(span, "id", Mistake::DuplicateRow { id: id.clone() });
        }
        let (zh, en) = walk.names(row, node.span()).unwrap_or_default();
        let declared =
            Declared { names: &names, kind: Kind::Column, reserved: &["id", "zh", "en", "note"], path: &id };
        let leaves = walk.leaves(row, &declared);
        let mut values = vec![f64::NAN; columns.len()];
        let mut seen = vec![false; columns.len()];
        for leaf in leaves {
            seen[leaf.index] = true;
            let column = &columns[leaf.index];
            let key = join(&id, column.key);
            let known = provenances[leaf.index].as_ref();
            if let Some((value, own)) = read_cell(walk, leaf.node, &key, column, known) {
                values[leaf.index] = value;
                let provenance = own.or_else(|| known.cloned());
                sheet.sourced.extend(provenance.map(|provenance| Sourced {
                    key: format!("{name}.{key}"),
                    unit: column.unit,
                    value,
                    provenance,
                    note: String::new(),
                }));
            }
        }
        for (column, _) in columns.iter().zip(&seen).filter(|(_, seen)| !**seen) {
            let name = column.key.to_owned();
            walk.err(node.span(), &join(&id, column.key), Mistake::Missing { kind: Kind::Column, name });
            complete = false;
        }
        complete &= values.iter().all(|v| v.is_finite());
        sheet.rows.push(SheetRow { id, zh, en, values });
    }
    if complete
        && !sheet.rows.is_empty()
        && let Some(prefix) = sum_prefix
    {
        for (i, column) in columns.iter().enumerate().filter(|(_, c)| c.key.starts_with(prefix)) {
            let sum: f64 = sheet.rows.iter().map(|r| r.values[i]).sum();
            if (sum - 1.0).abs() > SUM_TOLERANCE {
                let span = table.get("rows").map_or(0..0, |n| n.span());
                walk.err(span, column.key, Mistake::SumNotOne { column: column.key.into(), sum });
            }
        }
    }
    Some(sheet)
}

fn read_columns(
    walk: &mut Walk<'_>,
    table: &DeTable<'_>,
    names: &[String],
    columns: &'static [Column],
) -> Vec<Option<Provenance>> {
    let mut out = vec![None; columns.len()];
    let Some(node) = table.get("columns") else {
        walk.err(0..0, "columns", Mistake::Missing { kind: Kind::Key, name: "columns".into() });
        return out;
    };
    let Some(declared) = walk.table(node, "columns") else { return out };
    let leaves =
        walk.leaves(declared, &Declared { names, kind: Kind::Column, reserved: &[], path: "columns" });
    let mut seen = vec![false; columns.len()];
    for leaf in leaves {
        seen[leaf.index] = true;
        let column = &columns[leaf.index];
        let key = join("columns", column.key);
        let Some(t) = walk.table(leaf.node, &key) else { continue };
        walk.known_keys(t, &key, Kind::Key, &["unit", "range", "class", "source", "note"]);
        walk.unit_is(t, &key, column.unit, leaf.key_span.clone());
        let limits = Limits::new(column.unit, column.low, column.high);
        out[leaf.index] = walk.provenance(t, &key, limits, leaf.key_span);
    }
    for (column, _) in columns.iter().zip(&seen).filter(|(_, seen)| !**seen) {
        let name = column.key.to_owned();
        walk.err(node.span(), &join("columns", column.key), Mistake::Missing { kind: Kind::Column, name });
    }
    out
}

/// A cell: a value, or `{ value, range?, class, source, note? }` with its own provenance.
fn read_cell(
    walk: &mut Walk<'_>,
    node: &Node<'_>,
    key: &str,
    column: &Column,
    of_column: Option<&Provenance>,
) -> Option<(f64, Option<Provenance>)> {
    let limits = Limits::new(column.unit, column.low, column.high);
    let DeValue::Table(own) = node.get_ref() else {
        let value = walk.limited(node, key, limits)?;
        if let Some(p) = of_column {
            walk.plausible(node, key, column.unit, value, p);
        }
        return Some((value, None));
    };
    walk.known_keys(own, key, Kind::Key, &["value", "range", "class", "source", "note"]);
    let (class, source) = walk.class_and_source(own, key, node.span())?;
    let Some(value_node) = own.get("value") else {
        walk.err(node.span(), key, Mistake::Missing { kind: Kind::Key, name: "value".into() });
        return None;
    };
    let value = walk.limited(value_node, key, limits)?;
    let (low, high) = match (own.get("range"), of_column) {
        (Some(r), _) => walk.range(r, &join(key, "range"), limits)?,
        (None, Some(p)) => (p.low, p.high),
        (None, None) => return Some((value, None)),
    };
    let provenance = Provenance { class, source, low, high };
    walk.plausible(value_node, key, column.unit, value, &provenance);
    Some((value, Some(provenance)))
}
