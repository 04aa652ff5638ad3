//! One scenario file, read on its own: names checked, values in base units, nothing resolved.
//!
//! What a file means depends on its ancestors and its region; that is `resolve.rs`.

use toml::de::{DeTable, DeValue};

use super::diagnose::{Diagnostics, Place};
use super::mistake::{Expected, Kind, Mistake};
use super::shipped::Shelf;
use super::walk::{Citation, Dated, Declared, Limits, Node, Walk, join, parse_and_walk};
use crate::model::params::PARAMS;
use crate::policy::INSTRUMENTS;
use crate::units::{Month, Unit};
use crate::world::{Class, PATHS};

/// Schema line of a scenario file.
pub const SCENARIO_SCHEMA: &str = "puhui/scenario/1";

/// What an entry of a file sets; numbers are places in the tables of instruments, parameters, paths.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    Enabled { instrument: usize },
    Setting { instrument: usize, setting: usize },
    Param { param: usize, class: Option<usize> },
    Path { path: usize, row: Option<String> },
}

/// A value for all time, or from its dates on; in base units.
#[derive(Clone, Debug, PartialEq)]
pub enum WrittenValue {
    Always(f64),
    Dated(Vec<Dated>),
}

/// One value or timeline as a file says it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub target: Target,
    /// Dotted key in the file.
    pub key: String,
    pub value: WrittenValue,
    pub source: Option<Citation>,
    pub place: Place,
    /// Line of the key, from 1.
    pub line: usize,
}

/// `[run]` as written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunWritten {
    pub seed: Option<u64>,
    pub replications: Option<u32>,
    pub from: Option<(Month, Place)>,
    pub until: Option<(Month, Place)>,
}

/// A text in both languages; a language that is not written holds the other's text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bilingual {
    pub zh: String,
    pub en: String,
}

/// A name of another file or region, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    pub text: String,
    pub place: Place,
}

/// One scenario file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    pub id: String,
    /// Name of the file in messages.
    pub file: String,
    /// The folder its names are looked up in first; `None` for a text without file.
    pub shelf: Option<Shelf>,
    /// Number of its text among the sources of the diagnostics.
    pub source: usize,
    pub title: Option<Bilingual>,
    pub description: Option<Bilingual>,
    pub extends: Option<Name>,
    /// Files whose settings are laid over the ancestors', in this order, before the file's own.
    pub includes: Vec<Name>,
    pub reference: Option<Name>,
    pub region: Option<Name>,
    /// Document the scenario as a whole rests on.
    pub citation: Option<Citation>,
    pub entries: Vec<Entry>,
    /// Instruments whose table the file has, and where.
    pub mentions: Vec<(usize, Place, Option<Citation>)>,
    pub run: RunWritten,
}

impl Document {
    /// What it extends and includes, in the order in which they are laid, with the key that says so.
    pub(super) fn rests_on(&self) -> impl Iterator<Item = (&'static str, &Name)> {
        let extends = self.extends.iter().map(|name| ("extends", name));
        extends.chain(self.includes.iter().map(|name| ("includes", name)))
    }
}

/// Reads the text of source number `source`; `None` where it is not even a scenario file.
pub(super) fn read_document(
    bag: &mut Diagnostics,
    source: usize,
    id: &str,
    shelf: Option<Shelf>,
) -> Option<Document> {
    let file = bag.sources.get(source).map(|s| s.name.clone()).unwrap_or_default();
    let empty = Document { id: id.to_owned(), file, shelf, source, ..Document::default() };
    parse_and_walk(bag, source, |walk, table| walk.document(table, empty))
}

impl Walk<'_> {
    fn document(&mut self, table: &DeTable<'_>, mut doc: Document) -> Option<Document> {
        if !self.schema(table, SCENARIO_SCHEMA) {
            return None;
        }
        let known = [
            "schema",
            "title",
            "description",
            "extends",
            "includes",
            "reference",
            "region",
            "source",
            "policy",
            "params",
            "macro",
            "run",
        ];
        self.known_keys(table, "", Kind::Key, &known);
        doc.title = table.get("title").and_then(|n| self.bilingual(n, "title"));
        doc.description = table.get("description").and_then(|n| self.bilingual(n, "description"));
        doc.extends = self.name(table, "extends");
        doc.includes = self.list_of_names(table, "includes");
        doc.reference = self.name(table, "reference");
        doc.region = self.name(table, "region");
        doc.citation = table.get("source").and_then(|n| self.citation(n, "source"));
        if let Some(policy) = table.get("policy").and_then(|n| self.table(n, "policy")) {
            let ids: Vec<&str> = INSTRUMENTS.iter().map(|i| i.spec().id).collect();
            self.known_keys(policy, "policy", Kind::Instrument, &ids);
            for (number, id) in ids.iter().enumerate() {
                if let Some((key, node)) = policy.get_key_value(*id) {
                    let place = self.place(key.span());
                    let citation = self.instrument(number, node, &mut doc.entries);
                    doc.mentions.push((number, place, citation));
                }
            }
        }
        if let Some(params) = table.get("params").and_then(|n| self.table(n, "params")) {
            self.params(params, &mut doc.entries);
        }
        if let Some(paths) = table.get("macro").and_then(|n| self.table(n, "macro")) {
            self.paths(paths, &mut doc.entries);
        }
        if let Some(run) = table.get("run").and_then(|n| self.table(n, "run")) {
            doc.run = self.run(run);
        }
        Some(doc)
    }

    fn name(&mut self, table: &DeTable<'_>, key: &str) -> Option<Name> {
        self.named(table.get(key)?, key)
    }

    fn named(&mut self, node: &Node<'_>, key: &str) -> Option<Name> {
        let text = self.string(node, key)?;
        if text.is_empty() {
            self.err(node.span(), key, Mistake::Missing { kind: Kind::Key, name: key.into() });
            return None;
        }
        Some(Name { text, place: self.place(node.span()) })
    }

    /// A list of names, or a single one.
    fn list_of_names(&mut self, table: &DeTable<'_>, key: &str) -> Vec<Name> {
        let Some(node) = table.get(key) else { return Vec::new() };
        if node.get_ref().is_str() {
            return self.name(table, key).into_iter().collect();
        }
        let list = self.array(node, key).unwrap_or_default();
        list.iter().filter_map(|n| self.named(n, key)).collect()
    }

    pub fn bilingual(&mut self, node: &Node<'_>, key: &str) -> Option<Bilingual> {
        if let DeValue::String(s) = node.get_ref() {
            return Some(Bilingual { zh: s.trim().to_owned(), en: s.trim().to_owned() });
        }
        let table = self.table(node, key)?;
        self.known_keys(table, key, Kind::Key, &["zh", "en"]);
        let mut text = |lang: &str| table.get(lang).and_then(|n| self.string(n, &join(key, lang)));
        let (zh, en) = (text("zh"), text("en"));
        match (zh, en) {
            (Some(zh), Some(en)) => Some(Bilingual { zh, en }),
            (Some(one), None) | (None, Some(one)) => Some(Bilingual { zh: one.clone(), en: one }),
            (None, None) => None,
        }
    }

    fn run(&mut self, table: &DeTable<'_>) -> RunWritten {
        self.known_keys(table, "run", Kind::Key, &["seed", "replications", "from", "until"]);
        let mut month = |key: &str, last: bool| {
            let node = table.get(key)?;
            let named = join("run", key);
            let month = if last { self.last_month(node, &named) } else { self.month(node, &named) }?;
            Some((month, self.place(node.span())))
        };
        let (from, until) = (month("from", false), month("until", true));
        let seed = table.get("seed").and_then(|n| self.integer(n, "run.seed", 0, i64::MAX as u64));
        let replications = table
            .get("replications")
            .and_then(|n| self.integer(n, "run.replications", 1, 1_000_000))
            .and_then(|n| u32::try_from(n).ok());
        RunWritten { seed, replications, from, until }
    }

    fn entry(
        &mut self,
        target: Target,
        key: String,
        key_span: std::ops::Range<usize>,
        written: (WrittenValue, Option<Citation>),
    ) -> Entry {
        let line = self.bag.sources.get(self.source).map_or(0, |f| f.line_column(key_span.start).0);
        let (value, source) = written;
        Entry { target, key, value, source, place: self.place(key_span), line }
    }

    /// A single value, `{ value, source }`, or a dated list.
    fn written(
        &mut self,
        node: &Node<'_>,
        key: &str,
        limits: Limits,
    ) -> Option<(WrittenValue, Option<Citation>)> {
        match node.get_ref() {
            DeValue::Array(_) => Some((WrittenValue::Dated(self.dated(node, key, limits)?), None)),
            DeValue::Table(t) => {
                let known = ["value", "source"];
                self.known_keys(t, key, Kind::Key, &known);
                let source = t.get("source").and_then(|n| self.citation(n, &join(key, "source")));
                let all_known = t.keys().all(|k| known.contains(&k.get_ref().as_ref()));
                match t.get("value") {
                    Some(n) => Some((WrittenValue::Always(self.limited(n, key, limits)?), source)),
                    None => {
                        // A name that is wrong explains the value that is missing.
                        if all_known {
                            let missing = Mistake::Missing { kind: Kind::Key, name: "value".into() };
                            self.err(node.span(), key, missing);
                        }
                        None
                    }
                }
            }
            _ => Some((WrittenValue::Always(self.limited(node, key, limits)?), None)),
        }
    }

    fn instrument(&mut self, number: usize, node: &Node<'_>, out: &mut Vec<Entry>) -> Option<Citation> {
        let spec = INSTRUMENTS.get(number)?.spec();
        let path = join("policy", spec.id);
        let table = self.table(node, &path)?;
        if let Some((key, node)) = table.get_key_value("enabled") {
            let full = join(&path, "enabled");
            if let Some(w) = self.written(node, &full, Limits::new(Unit::Flag, 0.0, 1.0)) {
                let entry = self.entry(Target::Enabled { instrument: number }, full, key.span(), w);
                out.push(entry);
            }
        }
        let names: Vec<String> = spec.settings.iter().map(|s| s.key.to_owned()).collect();
        let reserved = ["enabled", "source"];
        let declared = Declared { names: &names, kind: Kind::Setting, reserved: &reserved, path: &path };
        for leaf in self.leaves(table, &declared) {
            let s = &spec.settings[leaf.index];
            let limits = Limits { unit: s.unit, low: s.low, high: s.high, law: s.limit_source };
            let key = join(&path, s.key);
            if let Some(w) = self.written(leaf.node, &key, limits) {
                let target = Target::Setting { instrument: number, setting: leaf.index };
                let entry = self.entry(target, key, leaf.key_span, w);
                out.push(entry);
            }
        }
        table.get("source").and_then(|n| self.citation(n, &join(&path, "source")))
    }

    fn params(&mut self, table: &DeTable<'_>, out: &mut Vec<Entry>) {
        let names: Vec<&str> = PARAMS.iter().map(|p| p.key).collect();
        self.known_keys(table, "params", Kind::Parameter, &names);
        for (param, spec) in PARAMS.iter().enumerate() {
            let Some((key, node)) = table.get_key_value(spec.key) else { continue };
            let full = join("params", spec.key);
            let limits = Limits::new(spec.unit, spec.low, spec.high);
            match node.get_ref() {
                DeValue::Table(t) if spec.per_class && !t.contains_key("value") => {
                    let ids = Class::ALL.map(Class::id);
                    self.known_keys(t, &full, Kind::Class, &ids);
                    for (class, id) in ids.into_iter().enumerate() {
                        let Some((key, n)) = t.get_key_value(id) else { continue };
                        let full = join(&full, id);
                        if let Some(w) = self.constant(n, &full, limits) {
                            let target = Target::Param { param, class: Some(class) };
                            let entry = self.entry(target, full, key.span(), w);
                            out.push(entry);
                        }
                    }
                }
                _ => {
                    if let Some(w) = self.constant(node, &full, limits) {
                        let entry = self.entry(Target::Param { param, class: None }, full, key.span(), w);
                        out.push(entry);
                    }
                }
            }
        }
    }

    /// A value that has no dates.
    fn constant(
        &mut self,
        node: &Node<'_>,
        key: &str,
        limits: Limits,
    ) -> Option<(WrittenValue, Option<Citation>)> {
        if node.get_ref().is_array() {
            let expected = Expected::Value(limits.unit);
            self.err(node.span(), key, Mistake::Type { expected, found: "array" });
            return None;
        }
        self.written(node, key, limits)
    }

    fn paths(&mut self, table: &DeTable<'_>, out: &mut Vec<Entry>) {
        let known: Vec<String> = PATHS.iter().map(|p| p.key.to_owned()).collect();
        for (key, node) in table {
            let name = key.get_ref().as_ref();
            let (stem, row) = name.split_once('.').map_or((name, None), |(stem, row)| (stem, Some(row)));
            let starred = format!("{stem}.*");
            let found = PATHS.iter().position(|p| match p.each {
                None => p.key == name,
                Some(_) => p.key == starred,
            });
            let full = join("macro", name);
            let Some(path) = found else {
                let (kind, name, known) = (Kind::Path, name.to_owned(), known.clone());
                self.err(key.span(), &full, Mistake::Unknown { kind, name, known });
                continue;
            };
            match (PATHS[path].each, row) {
                (Some(_), None) => {
                    let Some(rows) = self.table(node, &full) else { continue };
                    for (row, node) in rows {
                        let full = join(&full, row.get_ref());
                        let row_name = row.get_ref().to_string();
                        self.path(path, Some(row_name), full, row.span(), node, out);
                    }
                }
                _ => self.path(path, row.map(str::to_owned), full, key.span(), node, out),
            }
        }
    }

    fn path(
        &mut self,
        path: usize,
        row: Option<String>,
        key: String,
        span: std::ops::Range<usize>,
        node: &Node<'_>,
        out: &mut Vec<Entry>,
    ) {
        let spec = &PATHS[path];
        if let Some(w) = self.written(node, &key, Limits::new(spec.unit, spec.low, spec.high)) {
            let entry = self.entry(Target::Path { path, row }, key, span, w);
            out.push(entry);
        }
    }
}
