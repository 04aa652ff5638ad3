//! Reading a design file: all its mistakes at once, at their places, with what is allowed and what is near.
//!
//! Places, units and names are the scenario file's own machinery. What one factor may say is in `reading.rs`, what can be
//! wrong and what is said about it in `scenario::ill_designed`. Nothing is written.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::DeTable;

use crate::experiment::describe::Request;
use crate::metrics::METRICS;
use crate::scenario::{
    Bilingual, DEFAULT_REGION, Diagnostics, IllDesigned, Input, Kind as Names, Mistake, NotHere, Options,
    Pack, Place, Scenario, SourceFile, Walk, load, load_region, parse_and_walk, read_text, shipped_design,
};
use crate::units::{Month, Unit};

use super::make::{REPLICATIONS, make, runs_fit};
use super::reading::{Context, read_factors};
use super::{DESIGN_SCHEMA, Design, Every, Kind, MAX_POINTS, Source, table, tabled};

/// What stands for a list of indicators.
const HEADLINE: &str = "headline";
const ALL: &str = "all";

/// Keys of every design.
const KEYS: &[&str] = &[
    "schema",
    "title",
    "description",
    "kind",
    "scenarios",
    "factor",
    "indicators",
    "replications",
    "seed",
    "scale",
    "from",
    "until",
    "every",
    "block",
];

/// Keys of some kinds only.
const KEYS_OF: &[(&str, &[&str])] = &[
    ("points", &["latin_hypercube", "sobol"]),
    ("layout", &["sobol"]),
    ("base", &["sobol"]),
    ("second_order", &["sobol"]),
    ("scramble", &["sobol"]),
    ("trajectories", &["morris"]),
    ("levels", &["morris"]),
    ("table", &["table"]),
    ("sheet", &["table"]),
];

/// What the file says besides its factors; numbers with their places.
#[derive(Default)]
pub(super) struct Head {
    title: Option<Bilingual>,
    pub kind: Option<Kind>,
    scenarios: Vec<(String, Place)>,
    indicators: Vec<usize>,
    replications: Option<(usize, Place)>,
    seed: Option<u64>,
    thinning: u32,
    from: Option<(Month, Place)>,
    until: Option<(Month, Place)>,
    every: Every,
    block: Option<usize>,
    /// Where the whole is said to be too much.
    pub kind_at: Place,
    pub saltelli: bool,
    pub scramble: bool,
    pub points: Option<(usize, Place)>,
    pub base: Option<(usize, Place)>,
    pub second_order: Option<(bool, Place)>,
    pub trajectories: Option<(usize, Place)>,
    pub levels: Option<(usize, Place)>,
    table: Option<(String, Place)>,
    sheet: Option<(String, Place)>,
}

/// Reads the design at `path`; `stored` is the folder of a sweep whose scenarios and references count instead of those the
/// file names.
pub(super) fn read(path: &Path, stored: Option<&Path>, options: &Options) -> Result<Design, Diagnostics> {
    let mut bag = Diagnostics::default();
    let name = path.display().to_string();
    // Where there is no such file, perhaps a shipped design is meant.
    let shipped = match path.exists() || stored.is_some() {
        true => None,
        false => Some(shipped_design(&name, options)),
    };
    let (name, text) = match (shipped, read_text(path)) {
        (Some(Ok(shipped)), _) => shipped,
        (_, Ok(text)) => (name, text),
        (Some(Err(known)), Err(_)) => {
            let missing = Mistake::FileMissing { name: name.clone(), known };
            bag.add_unread(name, missing.into());
            return Err(bag);
        }
        (None, Err(mut unread)) => {
            if unread.mistake == Mistake::Empty {
                unread.mistake = Mistake::design(IllDesigned::Empty);
            }
            bag.add_unread(name, unread);
            return Err(bag);
        }
    };
    let bytes = std::fs::read(path).unwrap_or_else(|_| text.clone().into_bytes());
    let source = bag.source(SourceFile { name, text });
    let Some(head) = parse_and_walk(&mut bag, source, |walk, table| walk.head(table)) else {
        return Err(bag.sorted());
    };
    let found = scenarios(&mut bag, &head, path, stored, options);
    // Without scenarios the keys are still checked, against the shipped region.
    let pack = match &found {
        Some((_, pack)) => Some(Arc::clone(pack)),
        None => load_region(DEFAULT_REGION, options).ok().map(Arc::new),
    };
    let Some(pack) = pack else { return Err(bag.sorted()) };
    let none = Vec::new();
    let scenarios = found.as_ref().map_or(&none, |(s, _)| s);
    let (from, until) = period(&head, scenarios, &pack);
    if from < pack.region.start || until < from {
        let at = head.until.as_ref().or(head.from.as_ref()).map_or(head.kind_at.clone(), |(_, p)| p.clone());
        bag.add(at, "until", Mistake::Period { from, until });
    }
    let context = Context { kind: head.kind, scenarios, known: found.is_some(), pack: &pack, until };
    let factors = parse_and_walk(&mut bag, source, |walk, table| Some(read_factors(walk, table, &context)));
    let (Some(kind), Some(factors)) = (head.kind, factors.flatten()) else { return Err(bag.sorted()) };
    let leaf = |name: &Path| name.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let mut sources = vec![Source { name: leaf(path), bytes }];
    let (mut factors, mut tabled) = (factors, None);
    if kind == Kind::Table {
        let read = head.table.as_ref().and_then(|(name, at)| {
            // In a sweep's folder the table stands beside the design.
            let of = Path::new(name);
            let file =
                Design::folder(path).join(if stored.is_some() { Path::new(of.file_name()?) } else { of });
            let table = table::read(&mut bag, &file, head.sheet.as_ref(), at)?;
            sources.push(Source { name: leaf(&file), bytes: table.bytes.clone() });
            tabled::points(&mut bag, &table, std::mem::take(&mut factors), &context)
        });
        let Some((own, points)) = read else { return Err(bag.sorted()) };
        (factors, tabled) = (own, Some(points));
    }
    if found.is_none() {
        return Err(bag.sorted());
    }
    let scenarios = scenarios.clone();
    let first = scenarios.first().map(|s| s.run);
    let seed = head.seed.or(first.map(|r| r.seed)).unwrap_or_default();
    let made = make(&mut bag, &head, kind, &factors, tabled, seed);
    let (replications, at) = match &head.replications {
        Some((n, place)) => (*n as u32, place.clone()),
        None => (REPLICATIONS, head.kind_at.clone()),
    };
    let points = made.as_ref().map_or(0, |m| m.points.len());
    if let Err(ill) = runs_fit(points, scenarios.len(), replications) {
        bag.add(at, "replications", Mistake::design(ill));
    }
    let Some(made) = made.filter(|_| !bag.has_errors()) else { return Err(bag.sorted()) };
    let mut design = Design {
        id: path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned()),
        title: head.title.unwrap_or_default(),
        kind,
        layout: made.layout,
        base: made.base,
        second_order: made.second_order,
        levels: made.levels,
        factors,
        pack,
        indicators: head.indicators,
        seed,
        replications,
        thinning: head.thinning,
        from,
        until,
        every: head.every,
        block: head.block,
        points: made.points,
        scenarios,
        sources,
        warnings: Diagnostics::default(),
    };
    if let Some(ill) = design.broken() {
        bag.add(head.kind_at.clone(), "factor", Mistake::design(ill));
        if bag.has_errors() {
            return Err(bag.sorted());
        }
    }
    design.warnings = bag.sorted();
    Ok(design)
}

/// The months simulated: as the design says, else as its first scenario does.
fn period(head: &Head, scenarios: &[Scenario], pack: &Pack) -> (Month, Month) {
    let first = scenarios.first().map(|s| s.run);
    let from = head.from.as_ref().map(|(m, _)| *m).or(first.map(|r| r.from));
    let until = head.until.as_ref().map(|(m, _)| *m).or(first.map(|r| r.until));
    let from = from.unwrap_or(pack.region.start);
    (from, until.unwrap_or(from))
}

/// The scenarios named, with the references they name themselves, and their pack.
fn scenarios(
    bag: &mut Diagnostics,
    head: &Head,
    path: &Path,
    stored: Option<&Path>,
    options: &Options,
) -> Option<(Vec<Scenario>, Arc<Pack>)> {
    let kept = stored.and_then(kept_scenarios);
    if let (Some(dir), Some(kept)) = (stored, &kept) {
        let inputs: Vec<Input> = kept
            .iter()
            .map(|(id, _)| Input::Path(dir.join("scenarios").join(format!("{id}.toml"))))
            .collect();
        return match load(&inputs, options) {
            Ok(loaded) => {
                let mut scenarios = loaded.scenarios;
                for (s, (_, reference)) in scenarios.iter_mut().zip(kept) {
                    s.reference = reference.clone();
                }
                Some((scenarios, Arc::clone(loaded.packs.first()?)))
            }
            Err(more) => {
                bag.absorb(more);
                None
            }
        };
    }
    let folder = Design::folder(path);
    let mut inputs = Vec::new();
    for (name, place) in &head.scenarios {
        match named(name, &folder, options) {
            Some(input) => inputs.push(input),
            None => {
                let known = options.library.scenario_ids();
                let name = name.clone();
                bag.add(place.clone(), "scenarios", Mistake::Unknown { kind: Names::Scenario, name, known });
            }
        }
    }
    if inputs.len() < head.scenarios.len() {
        return None;
    }
    let loaded = match load(&inputs, options) {
        Ok(loaded) => loaded,
        Err(more) => {
            bag.absorb(more);
            return None;
        }
    };
    let pack = Arc::clone(loaded.packs.first()?);
    match Request::order(&loaded) {
        Ok(scenarios) => Some((scenarios, pack)),
        Err(differs) => {
            let ill = IllDesigned::OtherRegion { one: differs.0, other: differs.1 };
            let at = head.scenarios.first().map(|(_, place)| place.clone()).unwrap_or_default();
            bag.add(at, "scenarios", Mistake::design(ill));
            None
        }
    }
}

/// What a name under `scenarios` means: a file beside the design, else a shipped id.
fn named(name: &str, folder: &Path, options: &Options) -> Option<Input> {
    let file = |path: PathBuf| path.is_file().then_some(Input::Path(path));
    if name.ends_with(".toml") || name.contains(['/', '\\']) {
        return file(folder.join(name));
    }
    let beside = file(folder.join(format!("{name}.toml")));
    beside.or_else(|| {
        let shipped = options.library.scenario_ids().iter().any(|id| id == name);
        shipped.then(|| Input::Shipped(name.to_owned()))
    })
}

/// Ids and references of the scenarios of a sweep's folder.
fn kept_scenarios(dir: &Path) -> Option<Vec<(String, Option<String>)>> {
    let text = std::fs::read_to_string(dir.join("design.json")).ok()?;
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    let one = |s: &serde_json::Value| {
        let text = |key: &str| s.get(key)?.as_str().map(str::to_owned);
        Some((text("id")?, text("reference")))
    };
    json.get("scenarios")?.as_array()?.iter().map(one).collect()
}

impl Walk<'_> {
    fn head(&mut self, table: &DeTable<'_>) -> Option<Head> {
        if !self.schema(table, DESIGN_SCHEMA) {
            return None;
        }
        let mut known = KEYS.to_vec();
        known.extend(KEYS_OF.iter().map(|(key, _)| *key));
        self.known_keys(table, "", Names::Key, &known);
        let mut head = Head { thinning: 1, ..Head::default() };
        head.title = table.get("title").and_then(|n| self.bilingual(n, "title"));
        let _ = table.get("description").and_then(|n| self.bilingual(n, "description"));
        head.kind_at = self.place(table.get("kind").map_or(0..0, |n| n.span()));
        head.kind = match table.get("kind") {
            Some(_) => {
                let ids: Vec<&str> = Kind::ALL.iter().map(|k| k.id()).collect();
                self.word(table, "kind", &ids).map(|at| Kind::ALL[at])
            }
            None => {
                self.err(0..0, "kind", Mistake::Missing { kind: Names::Key, name: "kind".into() });
                None
            }
        };
        if let Some(kind) = head.kind {
            for (key, kinds) in KEYS_OF.iter().filter(|(_, kinds)| !kinds.contains(&kind.id())) {
                if let Some((at, _)) = table.get_key_value(*key) {
                    let ill = IllDesigned::NotHere { key: (*key).to_owned(), because: NotHere::Kinds(kinds) };
                    self.err(at.span(), key, Mistake::design(ill));
                }
            }
        }
        head.scenarios = self.scenario_names(table);
        head.indicators = self.indicators(table);
        let mut number = |key: &str, low: u64, high: u64| {
            let node = table.get(key)?;
            Some((self.integer(node, key, low, high)? as usize, self.place(node.span())))
        };
        head.replications = number("replications", 1, 1_000_000);
        head.points = number("points", 1, u64::from(u32::MAX));
        head.base = number("base", 1, u64::from(u32::MAX));
        head.trajectories = number("trajectories", 1, u64::from(u32::MAX));
        head.levels = number("levels", 2, 1000);
        head.block = number("block", 1, MAX_POINTS as u64).map(|(n, _)| n);
        head.seed = table.get("seed").and_then(|n| self.integer(n, "seed", 0, i64::MAX as u64));
        head.thinning = table.get("scale").and_then(|n| self.scale(n)).unwrap_or(1);
        let mut month = |key: &str| {
            let node = table.get(key)?;
            let month = self.month(node, key)?;
            Some((month, self.place(node.span())))
        };
        (head.from, head.until) = (month("from"), month("until"));
        if self.word(table, "every", &["year", "month"]) == Some(1) {
            head.every = Every::Month;
        }
        head.saltelli = self.word(table, "layout", &["free", "saltelli"]) == Some(1);
        head.scramble = self.flag(table, "scramble").is_none_or(|(on, _)| on);
        head.second_order = self.flag(table, "second_order");
        let mut text = |key: &str| {
            let node = table.get(key)?;
            Some((self.string(node, key)?, self.place(node.span())))
        };
        (head.table, head.sheet) = (text("table"), text("sheet"));
        if head.kind == Some(Kind::Table) && !table.contains_key("table") {
            let span = table.get("kind").map_or(0..0, |n| n.span());
            self.err(span, "table", Mistake::Missing { kind: Names::Key, name: "table".into() });
        }
        Some(head)
    }

    fn flag(&mut self, table: &DeTable<'_>, key: &str) -> Option<(bool, Place)> {
        let node = table.get(key)?;
        let on = self.value(node, key, Unit::Flag)?;
        Some((on != 0.0, self.place(node.span())))
    }

    /// One of the words allowed, by its place.
    pub(super) fn word(&mut self, table: &DeTable<'_>, key: &str, known: &[&str]) -> Option<usize> {
        let node = table.get(key)?;
        let name = self.string(node, key)?;
        let found = known.iter().position(|k| *k == name);
        if found.is_none() {
            let known = known.iter().map(|k| (*k).to_owned()).collect();
            self.err(node.span(), key, Mistake::Unknown { kind: Names::Word, name, known });
        }
        found
    }

    /// A text, or a list of texts, each with its place.
    pub(super) fn texts(&mut self, table: &DeTable<'_>, key: &str) -> Option<Vec<(String, Place)>> {
        let node = table.get(key)?;
        if !node.get_ref().is_array() {
            let text = self.string(node, key)?;
            return Some(vec![(text, self.place(node.span()))]);
        }
        let list = self.array(node, key)?;
        if list.is_empty() {
            self.err(node.span(), key, Mistake::NoRows);
        }
        let each = list.iter().filter_map(|n| Some((self.string(n, key)?, self.place(n.span()))));
        Some(each.collect())
    }

    fn scenario_names(&mut self, table: &DeTable<'_>) -> Vec<(String, Place)> {
        let names = self.texts(table, "scenarios");
        let names = names.unwrap_or_else(|| vec![("baseline".to_owned(), self.place(0..0))]);
        for (i, (name, place)) in names.iter().enumerate() {
            if names[..i].iter().any(|(other, _)| other == name) {
                self.bag.add(place.clone(), "scenarios", Mistake::DuplicateRow { id: name.clone() });
            }
        }
        names
    }

    fn indicators(&mut self, table: &DeTable<'_>) -> Vec<usize> {
        let headline = || (0..METRICS.len()).filter(|i| METRICS[*i].headline).collect::<Vec<_>>();
        let Some(names) = self.texts(table, "indicators") else { return headline() };
        let mut out: Vec<usize> = Vec::new();
        for (name, place) in names {
            let found = METRICS.iter().position(|m| m.name == name);
            match (name.as_str(), found) {
                (HEADLINE, _) => out.extend(headline()),
                (ALL, _) => out.extend(0..METRICS.len()),
                (_, Some(i)) => out.push(i),
                (_, None) => {
                    let mut known: Vec<String> = METRICS.iter().map(|m| m.name.to_owned()).collect();
                    known.extend([HEADLINE.to_owned(), ALL.to_owned()]);
                    self.bag.add(
                        place,
                        "indicators",
                        Mistake::Unknown { kind: Names::Indicator, name, known },
                    );
                }
            }
        }
        // In the order of the table, each once.
        out.sort_unstable();
        out.dedup();
        out
    }

    /// k of 1/k, as on the command line.
    fn scale(&mut self, node: &crate::scenario::Node<'_>) -> Option<u32> {
        let text = match node.get_ref() {
            toml::de::DeValue::String(s) => s.trim().to_owned(),
            toml::de::DeValue::Integer(i) => i.as_str().to_owned(),
            toml::de::DeValue::Float(x) => x.as_str().to_owned(),
            _ => String::new(),
        };
        let number = |t: &str| t.trim().parse::<f64>().ok().filter(|v| v.is_finite());
        let share = match text.split_once('/') {
            Some((top, bottom)) => number(top).zip(number(bottom)).map(|(a, b)| a / b),
            None => number(&text),
        };
        let k = share.filter(|s| *s > 0.0 && *s <= 1.0).map(|s| (1.0 / s).round().min(10_000.0));
        // 0.333 is meant as 1/3; 0.3 is not.
        let found = share.zip(k).filter(|(s, k)| (s * k - 1.0).abs() <= 0.0015).map(|(_, k)| k as u32);
        if found.is_none() {
            let nearest = k.map(|k| k as u32);
            self.err(node.span(), "scale", Mistake::design(IllDesigned::Scale { text, nearest }));
        }
        found
    }
}
