//! Walking a parsed TOML tree: every getter notes its mistake and goes on, so that one pass finds
//! all of them. Values are read by `units::parse_value` and nowhere else.
//! What keys mean is decided by the callers.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnose::{Diagnostics, MOST, Place};
use super::document::Bilingual;
use super::mistake::{Expected, Kind, Mistake};
use super::source::SourceFile;
use super::syntax;
use crate::units::{Decimal, Month, ParseMonthError, Unit, UnitError, parse_exact, parse_value};

pub(crate) type Node<'i> = Spanned<DeValue<'i>>;

/// The strength of the evidence behind a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    Official,
    Literature,
    Estimated,
    Assumption,
}

impl Evidence {
    pub const ALL: [Evidence; 4] =
        [Evidence::Official, Evidence::Literature, Evidence::Estimated, Evidence::Assumption];
    /// Name in files.
    pub const fn id(self) -> &'static str {
        ["official", "literature", "estimated", "assumption"][self as usize]
    }
    pub const fn zh(self) -> &'static str {
        ["官方文件", "文献", "估计", "假设"][self as usize]
    }
}

/// The document or study behind a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Citation {
    pub doc: Bilingual,
    pub clause: Bilingual,
    pub class: Option<Evidence>,
}

/// The limits of a value: its unit, allowed range in base units, and the law behind the range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub unit: Unit,
    pub low: f64,
    pub high: f64,
    pub law: &'static str,
}

impl Limits {
    pub fn new(unit: Unit, low: f64, high: f64) -> Self {
        Limits { unit, low, high, law: "" }
    }
}

/// One source being walked.
pub(crate) struct Walk<'b> {
    pub bag: &'b mut Diagnostics,
    pub source: usize,
}

impl Walk<'_> {
    pub fn place(&self, span: Range<usize>) -> Place {
        Place { source: self.source, span: Some(span) }
    }

    pub fn err(&mut self, span: Range<usize>, key: &str, mistake: Mistake) {
        self.bag.add(self.place(span), key, mistake);
    }

    fn type_err<T>(&mut self, node: &Node<'_>, key: &str, expected: Expected) -> Option<T> {
        let found = node.get_ref().type_str();
        self.err(node.span(), key, Mistake::Type { expected, found });
        None
    }

    pub fn table<'t, 'i>(&mut self, node: &'t Node<'i>, key: &str) -> Option<&'t DeTable<'i>> {
        match node.get_ref() {
            DeValue::Table(t) => Some(t),
            _ => self.type_err(node, key, Expected::Table),
        }
    }

    pub fn array<'t, 'i>(&mut self, node: &'t Node<'i>, key: &str) -> Option<&'t [Node<'i>]> {
        match node.get_ref() {
            DeValue::Array(a) => Some(a),
            _ => self.type_err(node, key, Expected::List),
        }
    }

    pub fn string(&mut self, node: &Node<'_>, key: &str) -> Option<String> {
        match node.get_ref() {
            DeValue::String(s) => Some(s.trim().to_owned()),
            _ => self.type_err(node, key, Expected::Text),
        }
    }

    /// A text that must be there and not be empty.
    pub fn required_string(&mut self, table: &DeTable<'_>, span: Range<usize>, name: &str) -> Option<String> {
        match table.get(name) {
            Some(node) => match self.string(node, name) {
                Some(s) if s.is_empty() => {
                    self.err(node.span(), name, Mistake::Missing { kind: Kind::Key, name: name.into() });
                    None
                }
                other => other,
            },
            None => {
                self.err(span, name, Mistake::Missing { kind: Kind::Key, name: name.into() });
                None
            }
        }
    }

    /// `zh` and `en` of a named thing.
    pub fn names(&mut self, table: &DeTable<'_>, span: Range<usize>) -> Option<(String, String)> {
        let (zh, en) =
            (self.required_string(table, span.clone(), "zh"), self.required_string(table, span, "en"));
        Some((zh?, en?))
    }

    /// A whole number in `low..=high`, without unit.
    pub fn integer(&mut self, node: &Node<'_>, key: &str, low: u64, high: u64) -> Option<u64> {
        let limits = Limits::new(Unit::Count, low as f64, high as f64);
        // Read exactly: a seed above 2^53 would lose digits as a float.
        if let DeValue::Integer(i) = node.get_ref() {
            let read = u64::from_str_radix(i.as_str(), i.radix()).ok();
            let found = read.filter(|n| (low..=high).contains(n));
            if found.is_none() {
                self.err(node.span(), key, Mistake::Whole { text: i.to_string(), low, high });
            }
            return found;
        }
        self.limited(node, key, limits).map(|x| x as u64)
    }

    /// A value of `unit` in its base, without limits.
    pub fn value(&mut self, node: &Node<'_>, key: &str, unit: Unit) -> Option<f64> {
        self.read(node, key, unit, None, parse_value)
    }

    /// A value of `unit` to the last digit written; bare numbers only where the unit has no spelling.
    pub fn exact(&mut self, node: &Node<'_>, key: &str, unit: Unit) -> Option<Decimal> {
        self.read(node, key, unit, None, parse_exact)
    }

    /// What is no value is told the limits it should keep.
    fn read<T>(
        &mut self,
        node: &Node<'_>,
        key: &str,
        unit: Unit,
        limits: Option<(f64, f64)>,
        parse: fn(&str, Unit) -> Result<T, UnitError>,
    ) -> Option<T> {
        let text = match (node.get_ref(), unit) {
            (DeValue::String(s), _) => s.to_string(),
            (DeValue::Boolean(b), Unit::Flag) => b.to_string(),
            (DeValue::Integer(i), Unit::Flag) if i.as_str() == "0" => "false".to_owned(),
            (DeValue::Integer(i), Unit::Flag) if i.as_str() == "1" => "true".to_owned(),
            (DeValue::Integer(i), _) => match i64::from_str_radix(i.as_str(), i.radix()) {
                Ok(n) => n.to_string(),
                Err(_) => i.to_string(),
            },
            (DeValue::Float(x), _) => x.as_str().to_owned(),
            (_, unit) => {
                return self.type_err(node, key, Expected::Value(unit));
            }
        };
        let not_finite =
            matches!(node.get_ref(), DeValue::Float(_)) && !text.parse().is_ok_and(f64::is_finite);
        let read = if not_finite { Err(UnitError::NotFinite { text }) } else { parse(&text, unit) };
        match read {
            Ok(v) => Some(v),
            Err(error) => {
                self.err_or_full_width(
                    node.span(),
                    key,
                    Mistake::Value { error, unit, limits: limits.map(Box::new) },
                );
                None
            }
        }
    }

    /// A value that cannot be read for its full-width characters is told so, at the first of them.
    fn err_or_full_width(&mut self, span: Range<usize>, key: &str, mistake: Mistake) {
        let found =
            self.bag.sources.get(self.source).and_then(|file| full_width(file, file.clamp(&span), false));
        match found {
            Some((at, list)) => self.err(at, key, Mistake::FullWidth { list }),
            None => self.err(span, key, mistake),
        }
    }

    /// A value within its limits.
    pub fn limited(&mut self, node: &Node<'_>, key: &str, limits: Limits) -> Option<f64> {
        let Limits { unit, low, high, law } = limits;
        let value = self.read(node, key, unit, Some((low, high)), parse_value)?;
        if (low..=high).contains(&value) {
            return Some(value);
        }
        self.err(node.span(), key, Mistake::OutOfRange { value, unit, low, high, law });
        None
    }

    /// `[low, high]` within the limits.
    pub fn range(&mut self, node: &Node<'_>, key: &str, limits: Limits) -> Option<(f64, f64)> {
        let list = self.array(node, key)?;
        let [low, high] = list else {
            return self.type_err(node, key, Expected::Bounds);
        };
        let (low, high) = (self.limited(low, key, limits), self.limited(high, key, limits));
        let (low, high) = (low?, high?);
        if low > high {
            self.err(node.span(), key, Mistake::RangeOrder);
            return None;
        }
        Some((low, high))
    }

    /// A month: text, a TOML date, or a bare year.
    pub fn month(&mut self, node: &Node<'_>, key: &str) -> Option<Month> {
        self.month_by(node, key, str::parse)
    }

    /// The month in which what is named ends: December of a year.
    pub fn last_month(&mut self, node: &Node<'_>, key: &str) -> Option<Month> {
        self.month_by(node, key, Month::last_of)
    }

    fn month_by(
        &mut self,
        node: &Node<'_>,
        key: &str,
        read: fn(&str) -> Result<Month, ParseMonthError>,
    ) -> Option<Month> {
        let text = match node.get_ref() {
            DeValue::String(s) => s.to_string(),
            DeValue::Integer(i) => i.to_string(),
            DeValue::Datetime(d) if d.date.is_some() => d.to_string().chars().take(10).collect(),
            _ => return self.type_err(node, key, Expected::Date),
        };
        match read(&text) {
            Ok(m) => Some(m),
            Err(error @ ParseMonthError(_)) => {
                self.err_or_full_width(node.span(), key, Mistake::Date { error });
                None
            }
        }
    }

    /// Notes every key of `table` that is not known.
    pub fn known_keys(&mut self, table: &DeTable<'_>, prefix: &str, kind: Kind, known: &[&str]) {
        for (key, _) in table.iter().filter(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
            let full = join(prefix, key.get_ref());
            let known = known.iter().map(|k| (*k).to_owned()).collect();
            self.err(key.span(), &full, Mistake::Unknown { kind, name: key.get_ref().to_string(), known });
        }
    }

    /// Whether the file says it is what is expected; says so where it does not.
    pub fn schema(&mut self, table: &DeTable<'_>, expected: &'static str) -> bool {
        let Some(node) = table.get("schema") else {
            self.err(0..0, "schema", Mistake::NoSchema { expected });
            return true;
        };
        let Some(found) = self.string(node, "schema") else { return true };
        if found == expected {
            return true;
        }
        self.err(node.span(), "schema", Mistake::OtherSchema { found, expected });
        false
    }

    pub fn evidence(&mut self, node: &Node<'_>, key: &str) -> Option<Evidence> {
        let name = self.string(node, key)?;
        let found = Evidence::ALL.into_iter().find(|e| e.id() == name);
        if found.is_none() {
            let known = Evidence::ALL.iter().map(|e| e.id().to_owned()).collect();
            self.err(node.span(), key, Mistake::Unknown { kind: Kind::Evidence, name, known });
        }
        found
    }

    /// `source = "..."` or `source = { doc, clause, class }`; texts may be given in both languages.
    pub fn citation(&mut self, node: &Node<'_>, key: &str) -> Option<Citation> {
        if let DeValue::String(_) = node.get_ref() {
            return Some(Citation { doc: self.bilingual(node, key)?, ..Citation::default() });
        }
        let table = self.table(node, key)?;
        self.known_keys(table, key, Kind::Key, &["doc", "clause", "class"]);
        let mut text = |name: &str| {
            let found = table.get(name).and_then(|n| self.bilingual(n, &join(key, name)));
            found.unwrap_or_default()
        };
        let (doc, clause) = (text("doc"), text("clause"));
        let class = table.get("class").and_then(|n| self.evidence(n, &join(key, "class")));
        Some(Citation { doc, clause, class })
    }
}

/// Two parts of a dotted key.
pub(crate) fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") }
}

/// Parses a text, walks what could be parsed, and keeps what is news: mistakes on a line with a
/// syntax error, and missing keys of a broken file, are only its shadow.
pub(crate) fn parse_and_walk<T>(
    bag: &mut Diagnostics,
    source: usize,
    walk: impl FnOnce(&mut Walk<'_>, &DeTable<'_>) -> Option<T>,
) -> Option<T> {
    let file = bag.sources.get(source)?.clone();
    let (mut tree, mut errors) = DeTable::parse_recoverable(&file.text);
    let line_of = |span: &Range<usize>| file.line_column(span.start).0;
    // What is left once full-width characters are taken for the half-width ones that were meant is news.
    let mut broken_lines = Vec::new();
    let halved;
    if !errors.is_empty() {
        let lines = errors.iter().take(MOST).map(|e| line_of(&e.span().unwrap_or(0..0)));
        let mut text = file.text.clone();
        for line in lines.collect::<BTreeSet<_>>() {
            let Some((at, list)) = full_width(&file, line_span(&file.text, line), true) else { continue };
            bag.add(Place { source, span: Some(at) }, "", Mistake::FullWidth { list });
            text.replace_range(
                line_span(&file.text, line),
                &halved_line(&file.text[line_span(&file.text, line)]),
            );
            broken_lines.push(line);
        }
        if !broken_lines.is_empty() {
            halved = text;
            (tree, errors) = DeTable::parse_recoverable(&halved);
            errors.retain(|e| !broken_lines.contains(&line_of(&e.span().unwrap_or(0..0))));
        }
    }
    let complaints = errors.iter().map(|e| {
        let message = e.message().lines().collect::<Vec<_>>().join("; ");
        (e.span().unwrap_or(0..0), message)
    });
    let told = syntax::worth_telling(&file.text, complaints.collect());
    for (span, message) in told.complaints.into_iter().take(MOST) {
        broken_lines.push(line_of(&span));
        bag.add(Place { source, span: Some(span) }, "", Mistake::Syntax { message });
    }
    if broken_lines.is_empty() {
        return walk(&mut Walk { bag, source }, tree.get_ref());
    }
    let silent = told.silent_from.map_or(usize::MAX, |at| line_of(&(at..at)));
    let is_broken = |line: usize| line >= silent || broken_lines.contains(&line);
    // What stands under a table's broken name was put under another.
    let lines: Vec<&str> = file.text.lines().collect();
    let heads =
        |line: usize| lines.get(line.saturating_sub(1)).is_some_and(|l| l.trim_start().starts_with('['));
    let orphan = |line: usize| {
        let head = (1..=line).rev().find(|&n| heads(n));
        head.is_some_and(is_broken)
    };
    let mut found = Diagnostics { sources: bag.sources.clone(), items: Vec::new() };
    let _ = walk(&mut Walk { bag: &mut found, source }, tree.get_ref());
    for d in found.items {
        let line = d.place.span.as_ref().map(line_of);
        let shadow = match (&d.mistake, line) {
            (
                Mistake::Missing { .. }
                | Mistake::NoSchema { .. }
                | Mistake::NoRows
                | Mistake::SumNotOne { .. },
                _,
            ) => true,
            (_, Some(line)) => is_broken(line) || orphan(line),
            _ => false,
        };
        if !shadow {
            bag.add(d.place, &d.key, d.mistake);
        }
    }
    None
}

/// The half-width character that is meant by a full-width one.
fn half_width(c: char) -> Option<char> {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0),
        '\u{3000}' => Some(' '),
        '“' | '”' => Some('"'),
        '‘' | '’' => Some('\''),
        '、' => Some(','),
        '。' => Some('.'),
        '【' => Some('['),
        '】' => Some(']'),
        '−' => Some('-'),
        _ => None,
    }
}

/// A full-width character: where it stands (column of the line, or byte of the text), itself, and what to write instead.
type WideChar = (usize, char, char);

/// The full-width characters of a stretch on one line, and where the first stands; of a whole line only
/// those outside texts and comments.
fn full_width(
    file: &SourceFile,
    span: Range<usize>,
    whole_line: bool,
) -> Option<(Range<usize>, Vec<WideChar>)> {
    let mut found = Vec::new();
    for (at, c, half) in wide_chars(&file.text[span.clone()], whole_line) {
        let at = span.start + at;
        found.push((at..at + c.len_utf8(), (file.line_column(at).1, c, half)));
    }
    let first = found.first()?.0.clone();
    Some((first, found.into_iter().map(|(_, one)| one).take(6).collect()))
}

fn wide_chars(text: &str, outside: bool) -> Vec<WideChar> {
    let mut quote = None;
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '#') if outside => break,
            (None, '"' | '\'') if outside => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, _) => found.extend(half_width(c).map(|half| (at, c, half))),
        }
    }
    found
}

/// A line with half-width characters, padded so that every byte keeps its place.
fn halved_line(line: &str) -> String {
    let wide = wide_chars(line, true);
    let one = |(at, c): (usize, char)| match wide.iter().find(|(a, ..)| *a == at) {
        Some((_, _, half)) => format!("{half:<width$}", width = c.len_utf8()),
        None => c.to_string(),
    };
    line.char_indices().map(one).collect()
}

/// Bytes of a line, counted from 1, without its end.
fn line_span(text: &str, line: usize) -> Range<usize> {
    let start = match line {
        0 | 1 => 0,
        n => text.match_indices('\n').nth(n - 2).map_or(text.len(), |(at, _)| at + 1),
    };
    start..text[start..].find('\n').map_or(text.len(), |n| start + n)
}

/// One declared key found in a table.
pub(crate) struct Leaf<'t, 'i> {
    /// Its place in the list of declared keys.
    pub index: usize,
    pub key_span: Range<usize>,
    pub node: &'t Node<'i>,
}

/// Which names a table may hold, dotted names being nested tables or quoted keys alike.
pub(crate) struct Declared<'a> {
    pub names: &'a [String],
    pub kind: Kind,
    /// Top-level keys with a meaning of their own, read elsewhere.
    pub reserved: &'a [&'a str],
    /// Key of the table, for messages.
    pub path: &'a str,
}

impl Walk<'_> {
    /// All declared keys of a table in the order of their declaration; unknown ones are mistakes.
    pub fn leaves<'t, 'i>(&mut self, table: &'t DeTable<'i>, declared: &Declared<'_>) -> Vec<Leaf<'t, 'i>> {
        let mut found = Vec::new();
        self.collect(table, "", declared, &mut found);
        // Stable, so that of a key given twice the first in the tree stays first.
        found.sort_by_key(|l| l.index);
        for pair in found.windows(2) {
            if pair[0].index == pair[1].index {
                let id = declared.names[pair[1].index].clone();
                let key = join(declared.path, &id);
                self.err(pair[1].key_span.clone(), &key, Mistake::DuplicateRow { id });
            }
        }
        found.dedup_by_key(|l| l.index);
        found
    }

    fn collect<'t, 'i>(
        &mut self,
        table: &'t DeTable<'i>,
        prefix: &str,
        declared: &Declared<'_>,
        found: &mut Vec<Leaf<'t, 'i>>,
    ) {
        for (key, node) in table {
            if prefix.is_empty() && declared.reserved.contains(&key.get_ref().as_ref()) {
                continue;
            }
            let name = join(prefix, key.get_ref());
            let full = join(declared.path, &name);
            if let Some(index) = declared.names.iter().position(|n| *n == name) {
                found.push(Leaf { index, key_span: key.span(), node });
            } else if declared.names.iter().any(|n| n.starts_with(&name) && n[name.len()..].starts_with('.'))
            {
                if let Some(inner) = self.table(node, &full) {
                    self.collect(inner, &name, declared, found);
                }
            } else {
                let mut known = declared.names.to_vec();
                if prefix.is_empty() {
                    known.extend(declared.reserved.iter().map(|r| (*r).to_owned()));
                }
                self.err(key.span(), &full, Mistake::Unknown { kind: declared.kind, name, known });
            }
        }
    }
}

/// A value from a month on, in the base of its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Dated {
    pub from: Month,
    pub value: f64,
    pub source: Option<Citation>,
}

impl Walk<'_> {
    /// `[{ from, value, source? }]` in the order of time, no date twice; `None` if any is wrong.
    pub fn dated(&mut self, node: &Node<'_>, key: &str, limits: Limits) -> Option<Vec<Dated>> {
        let list = self.array(node, key)?;
        if list.is_empty() {
            self.err(node.span(), key, Mistake::NoDates);
            return None;
        }
        let mut out: Vec<Dated> = Vec::with_capacity(list.len());
        let mut complete = true;
        for entry in list {
            let dated = self.dated_entry(entry, key, limits, out.last().map(|d| d.from));
            complete &= dated.is_some();
            out.extend(dated);
        }
        complete.then_some(out)
    }

    fn dated_entry(
        &mut self,
        node: &Node<'_>,
        key: &str,
        limits: Limits,
        before: Option<Month>,
    ) -> Option<Dated> {
        let table = self.table(node, key)?;
        self.known_keys(table, key, Kind::Key, &["from", "value", "source", "class", "note"]);
        let from = match table.get("from") {
            Some(n) => self.month(n, &join(key, "from")).inspect(|&date| match before {
                Some(b) if b == date => self.err(n.span(), key, Mistake::DateTwice { date }),
                Some(before) if before > date => {
                    self.err(n.span(), key, Mistake::DateOrder { date, before });
                }
                _ => {}
            }),
            None => {
                self.err(node.span(), key, Mistake::Missing { kind: Kind::Key, name: "from".into() });
                None
            }
        };
        let value = match table.get("value") {
            Some(n) => self.limited(n, key, limits),
            None => {
                self.err(node.span(), key, Mistake::Missing { kind: Kind::Key, name: "value".into() });
                None
            }
        };
        let mut source = table.get("source").and_then(|n| self.citation(n, &join(key, "source")));
        if let Some(class) = table.get("class").and_then(|n| self.evidence(n, &join(key, "class"))) {
            source.get_or_insert_default().class = Some(class);
        }
        Some(Dated { from: from?, value: value?, source })
    }
}
