//! The region pack: `region.toml`, four sheets, dated paths and parameters → [`Pack`].
//!
//! Values go to `Region` and `Params`, which hold nothing else; where each number comes from goes
//! to the parallel list of [`Sourced`]. A pack is complete or it is refused with all its mistakes.

use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::diagnose::Diagnostics;
use super::mistake::{Kind, Mistake};
use super::rules::{crossed_params, crossed_tickets};
use super::sheet::{Sheet, read_sheet};
use super::shipped::Shelf;
use super::source::SourceFile;
use super::walk::{Declared, Evidence, Limits, Node, Walk, join, parse_and_walk};
use crate::model::params::{PARAMS, ParamSpec, Params};
use crate::units::{Month, Unit};
use crate::world::{
    CLASSES, Class, GuarantorCard, Interpolation, LenderCard, PATHS, Path, PathSpec, Paths, Region, Sector,
    Township,
};

/// Schema line of `region.toml`.
pub const REGION_SCHEMA: &str = "puhui/region/1";
/// Schema line of `paths.toml`.
pub const PATHS_SCHEMA: &str = "puhui/paths/1";
/// Schema line of `parameters.toml`.
pub const PARAMETERS_SCHEMA: &str = "puhui/parameters/1";

/// Where a number comes from and between which plausible ends it lies, in base units.
#[derive(Clone, Debug, PartialEq)]
pub struct Provenance {
    pub class: Evidence,
    pub source: String,
    pub low: f64,
    pub high: f64,
}

/// One number of the pack with its provenance; the key is file stem and dotted place, such as
/// `lenders.cqrcb.ticket_min`, `parameters.need_share.farm` or `paths.demand@2020-01`.
#[derive(Clone, Debug, PartialEq)]
pub struct Sourced {
    pub key: String,
    pub unit: Unit,
    /// In the unit's base.
    pub value: f64,
    pub provenance: Provenance,
    pub note: String,
}

/// A region pack, loaded and checked: values, parameters, and the provenance of every number.
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    pub region: Arc<Region>,
    pub params: Params,
    pub provenance: Vec<Sourced>,
    pub notes: String,
}

/// Names of the paths of a region: `demand`, `outside_npl.cqrcb`, …, each with its declaration
/// and its row.
pub(super) fn path_names(lenders: &[String], crops: &[String]) -> Vec<(String, usize, usize)> {
    let mut names = Vec::new();
    for (i, spec) in PATHS.iter().enumerate() {
        match spec.each {
            None => names.push((spec.key.to_owned(), i, 0)),
            Some(each) => {
                let stem = spec.key.trim_end_matches(".*");
                let ids = if each == "lenders" { lenders } else { crops };
                names.extend(ids.iter().enumerate().map(|(row, id)| (format!("{stem}.{id}"), i, row)));
            }
        }
    }
    names
}

/// Ids of the rows a path may have one entry for: lenders, then crops in the order of sectors.
pub(super) fn path_rows(region: &Region) -> (Vec<String>, Vec<String>) {
    let lenders = region.lenders.iter().map(|l| l.id.clone()).collect();
    let crops = region.sectors.iter().filter(|s| s.crop != 0.0).map(|s| s.id.clone()).collect();
    (lenders, crops)
}

/// Reads a whole pack; mistakes go to `bag`.
pub(super) fn read_pack(shelf: &Shelf, bag: &mut Diagnostics) -> Option<Pack> {
    let mut open = |name: &str| -> Option<usize> {
        let (shown, text) = shelf.read(name);
        match text {
            Ok(text) => Some(bag.source(SourceFile { name: shown, text })),
            Err(unread) => {
                bag.add_unread(shown, unread.of_another_kind());
                None
            }
        }
    };
    let head = open("region.toml");
    if head.is_none() && !shelf.exists() {
        return None; // no pack at all: six more missing files are no news
    }
    let files = ["townships", "sectors", "lenders", "guarantors", "paths", "parameters"]
        .map(|stem| open(&format!("{stem}.toml")));
    let [townships, sectors, lenders, guarantors, paths, parameters] = files;
    let (lenders_at, parameters_at) = (lenders.unwrap_or(0), parameters.unwrap_or(0));
    let head = head.and_then(|s| parse_and_walk(bag, s, read_head));
    let mut sheet = |source: Option<usize>, name: &str, columns, sum: Option<&str>| -> Option<Sheet> {
        parse_and_walk(bag, source?, |walk, table| read_sheet(walk, table, name, columns, sum))
    };
    let townships = sheet(townships, "townships", Township::COLUMNS, Some("weight."));
    let sectors = sheet(sectors, "sectors", Sector::COLUMNS, Some("share."));
    let lenders = sheet(lenders, "lenders", LenderCard::COLUMNS, None);
    let guarantors = sheet(guarantors, "guarantors", GuarantorCard::COLUMNS, None);
    let mut sourced = Vec::new();
    let params = parameters.and_then(|s| parse_and_walk(bag, s, |w, t| read_parameters(w, t, &mut sourced)));
    // Without both sheets nobody knows which paths there should be.
    let (townships, sectors, lenders, guarantors) = match (townships, sectors, lenders, guarantors) {
        (Some(t), Some(s), Some(l), Some(g)) => (t, s, l, g),
        _ => return None,
    };
    let crop = Sector::COLUMNS.iter().position(|c| c.key == "crop")?;
    let lender_ids: Vec<String> = lenders.rows.iter().map(|r| r.id.clone()).collect();
    let crop_ids: Vec<String> =
        sectors.rows.iter().filter(|r| r.values[crop] == 1.0).map(|r| r.id.clone()).collect();
    let names = path_names(&lender_ids, &crop_ids);
    let paths = paths.and_then(|s| parse_and_walk(bag, s, |w, t| read_paths(w, t, &names, &mut sourced)));
    let (head, params, paths) = (head?, params?, paths?);
    if bag.has_errors() {
        return None;
    }
    let mut provenance = Vec::new();
    for s in [&townships, &sectors, &lenders, &guarantors] {
        provenance.extend(s.sourced.iter().cloned());
    }
    provenance.extend(sourced);
    macro_rules! rows {
        ($sheet:ident, $row:ident) => {
            $sheet.rows.into_iter().map(|r| $row::from_row(r.id, r.zh, r.en, &r.values)).collect()
        };
    }
    let region = Region {
        id: head.id,
        zh: head.zh,
        en: head.en,
        fit: head.fit,
        start: head.start,
        projection: head.projection,
        townships: rows!(townships, Township),
        sectors: rows!(sectors, Sector),
        lenders: rows!(lenders, LenderCard),
        guarantors: rows!(guarantors, GuarantorCard),
        paths,
    };
    for crossed in region.lenders.iter().filter_map(crossed_tickets) {
        bag.add_file(lenders_at, Mistake::Crossed { crossed, from: None });
    }
    for crossed in crossed_params(&params) {
        bag.add_file(parameters_at, Mistake::Crossed { crossed, from: None });
    }
    Some(Pack { region: Arc::new(region), params, provenance, notes: head.notes })
}

struct Head {
    id: String,
    zh: String,
    en: String,
    fit: Option<(String, String)>,
    start: Month,
    projection: Month,
    notes: String,
}

fn read_head(walk: &mut Walk<'_>, table: &DeTable<'_>) -> Option<Head> {
    if !walk.schema(table, REGION_SCHEMA) {
        return None;
    }
    walk.known_keys(table, "", Kind::Key, &["schema", "id", "name", "start", "projection", "fit", "notes"]);
    let id = walk.required_string(table, 0..0, "id");
    let name = match table.get("name") {
        Some(node) => walk.table(node, "name").and_then(|t| {
            walk.known_keys(t, "name", Kind::Key, &["zh", "en"]);
            walk.names(t, node.span())
        }),
        None => {
            walk.err(0..0, "name", Mistake::Missing { kind: Kind::Key, name: "name".into() });
            None
        }
    };
    let fit = table.get("fit").and_then(|node| {
        let t = walk.table(node, "fit")?;
        walk.known_keys(t, "fit", Kind::Key, &["zh", "en"]);
        walk.names(t, node.span())
    });
    let mut month = |key: &str| match table.get(key) {
        Some(node) => walk.month(node, key),
        None => {
            walk.err(0..0, key, Mistake::Missing { kind: Kind::Key, name: key.into() });
            None
        }
    };
    let (start, projection) = (month("start"), month("projection"));
    let notes = match table.get("notes").map(|n| (n, n.get_ref())) {
        None => String::new(),
        Some((_, DeValue::Array(list))) => {
            let lines: Vec<String> = list.iter().filter_map(|n| walk.string(n, "notes")).collect();
            lines.join("\n")
        }
        Some((node, _)) => walk.string(node, "notes").unwrap_or_default(),
    };
    let (id, (zh, en), start, projection) = (id?, name?, start?, projection?);
    if projection < start {
        let span = table.get("projection").map_or(0..0, |n| n.span());
        walk.err(span, "projection", Mistake::DateOrder { date: projection, before: start });
    }
    Some(Head { id, zh, en, fit, start, projection, notes })
}

fn read_parameters(walk: &mut Walk<'_>, table: &DeTable<'_>, out: &mut Vec<Sourced>) -> Option<Params> {
    if !walk.schema(table, PARAMETERS_SCHEMA) {
        return None;
    }
    let names: Vec<String> = PARAMS.iter().map(|p| p.key.to_owned()).collect();
    let declared =
        Declared { names: &names, kind: Kind::Parameter, reserved: &["schema", "notes"], path: "" };
    let mut params = Params::missing();
    let mut seen = vec![false; PARAMS.len()];
    for leaf in walk.leaves(table, &declared) {
        seen[leaf.index] = true;
        let spec = &PARAMS[leaf.index];
        let key = spec.key;
        let Some(t) = walk.table(leaf.node, key) else { continue };
        walk.known_keys(t, key, Kind::Key, &["unit", "value", "range", "class", "source", "note"]);
        walk.unit_is(t, key, spec.unit, leaf.key_span.clone());
        let cited = walk.class_and_source(t, key, leaf.key_span.clone());
        let note = t.get("note").and_then(|n| walk.string(n, key)).unwrap_or_default();
        let limits = Limits::new(spec.unit, spec.low, spec.high);
        let values =
            per_class(walk, t, spec, "value", leaf.key_span.clone(), |w, n, k| w.limited(n, k, limits));
        let ranges =
            per_class(walk, t, spec, "range", leaf.key_span.clone(), |w, n, k| w.range(n, k, limits));
        let (Some(values), Some(ranges), Some((class, source))) = (values, ranges, cited) else { continue };
        let span_node = t.get("value").unwrap_or(leaf.node);
        for c in 0..if spec.per_class { CLASSES } else { 1 } {
            let (Some(value), Some((low, high))) = (values[c], ranges[c]) else { continue };
            params.set(key, Some(c), value);
            let provenance = Provenance { class, source: source.clone(), low, high };
            let key = if spec.per_class { join(key, Class::from_index(c).id()) } else { key.to_owned() };
            walk.plausible(span_node, &key, spec.unit, value, &provenance);
            let note = note.clone();
            out.push(Sourced { key: join("parameters", &key), unit: spec.unit, value, provenance, note });
        }
    }
    for (spec, _) in PARAMS.iter().zip(&seen).filter(|(_, seen)| !**seen) {
        walk.err(0..0, spec.key, Mistake::Missing { kind: Kind::Parameter, name: spec.key.into() });
    }
    Some(params)
}

/// Something of a parameter for all classes at once or for each by name; `None` where all is lost.
fn per_class<T: Copy>(
    walk: &mut Walk<'_>,
    table: &DeTable<'_>,
    spec: &ParamSpec,
    name: &str,
    span: std::ops::Range<usize>,
    mut read: impl FnMut(&mut Walk<'_>, &Node<'_>, &str) -> Option<T>,
) -> Option<[Option<T>; CLASSES]> {
    let key = join(spec.key, name);
    let Some(node) = table.get(name) else {
        walk.err(span, &key, Mistake::Missing { kind: Kind::Key, name: name.into() });
        return None;
    };
    match node.get_ref() {
        DeValue::Table(t) if spec.per_class => {
            let ids = Class::ALL.map(Class::id);
            walk.known_keys(t, &key, Kind::Class, &ids);
            let mut out = [None; CLASSES];
            for (slot, id) in out.iter_mut().zip(ids) {
                match t.get(id) {
                    Some(n) => *slot = read(walk, n, &join(&key, id)),
                    None => {
                        let missing = Mistake::Missing { kind: Kind::Class, name: id.into() };
                        walk.err(node.span(), &join(&key, id), missing);
                    }
                }
            }
            Some(out)
        }
        _ => Some([read(walk, node, &key); CLASSES]),
    }
}

fn read_paths(
    walk: &mut Walk<'_>,
    table: &DeTable<'_>,
    names: &[(String, usize, usize)],
    out: &mut Vec<Sourced>,
) -> Option<Paths> {
    if !walk.schema(table, PATHS_SCHEMA) {
        return None;
    }
    let plain: Vec<String> = names.iter().map(|(name, ..)| name.clone()).collect();
    let declared = Declared { names: &plain, kind: Kind::Path, reserved: &["schema", "notes"], path: "" };
    let mut found: Vec<Option<Path>> = vec![None; names.len()];
    let mut seen = vec![false; names.len()];
    for leaf in walk.leaves(table, &declared) {
        seen[leaf.index] = true;
        let (name, spec, _) = &names[leaf.index];
        if let Some(t) = walk.table(leaf.node, name) {
            found[leaf.index] = read_path(walk, t, name, &PATHS[*spec], leaf.key_span, out);
        }
    }
    for (name, _) in plain.iter().zip(&seen).filter(|(_, seen)| !**seen) {
        walk.err(0..0, name, Mistake::Missing { kind: Kind::Path, name: name.clone() });
    }
    let mut paths = Paths::default();
    for ((_, spec, _), path) in names.iter().zip(found) {
        // Names run through the rows of each declaration in order, so pushing keeps the order.
        if let (Some(slot), Some(path)) = (paths.slot(*spec), path) {
            slot.push(path);
        }
    }
    Some(paths)
}

fn read_path(
    walk: &mut Walk<'_>,
    table: &DeTable<'_>,
    name: &str,
    spec: &PathSpec,
    span: std::ops::Range<usize>,
    out: &mut Vec<Sourced>,
) -> Option<Path> {
    let known = ["unit", "interpolation", "class", "source", "range", "values", "note"];
    walk.known_keys(table, name, Kind::Key, &known);
    walk.unit_is(table, name, spec.unit, span.clone());
    let limits = Limits::new(spec.unit, spec.low, spec.high);
    let provenance = walk.provenance(table, name, limits, span.clone());
    let interpolation = match table.get("interpolation") {
        None => {
            let missing = Mistake::Missing { kind: Kind::Key, name: "interpolation".into() };
            walk.err(span.clone(), name, missing);
            None
        }
        Some(node) => match walk.string(node, name)?.as_str() {
            "linear" => Some(Interpolation::Linear),
            "step" => Some(Interpolation::Step),
            other => {
                let known = vec!["linear".to_owned(), "step".to_owned()];
                let name_ = other.to_owned();
                walk.err(
                    node.span(),
                    name,
                    Mistake::Unknown { kind: Kind::Interpolation, name: name_, known },
                );
                None
            }
        },
    };
    let note = table.get("note").and_then(|n| walk.string(n, name)).unwrap_or_default();
    let Some(values) = table.get("values") else {
        walk.err(span, name, Mistake::Missing { kind: Kind::Key, name: "values".into() });
        return None;
    };
    let dated = walk.dated(values, &join(name, "values"), limits)?;
    let provenance = provenance?;
    for point in &dated {
        let mut p = provenance.clone();
        if let Some(own) = &point.source {
            p.class = own.class.unwrap_or(p.class);
            p.source = if own.doc.zh.is_empty() { p.source } else { own.doc.zh.clone() };
        }
        let key = format!("paths.{name}@{}", point.from);
        walk.plausible(values, &key, spec.unit, point.value, &p);
        out.push(Sourced { key, unit: spec.unit, value: point.value, provenance: p, note: note.clone() });
    }
    let points = dated.iter().map(|d| (d.from, d.value)).collect();
    Some(Path { points, interpolation: interpolation? })
}
