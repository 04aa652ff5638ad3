//! From documents to scenarios: finding files, the chain of `extends`, the region, the rules
//! across settings. How values of a chain are laid over each other is in `overlay.rs`.
//! Reading one file is the business of `document.rs`.

use std::collections::{BTreeMap, HashSet};
use std::path::{Component, Path as FilePath, PathBuf};
use std::sync::Arc;

use super::diagnose::{Diagnostics, Place};
use super::document::{Document, Entry, Name, Target, WrittenValue, read_document};
use super::mistake::{Kind, Mistake};
use super::overlay::{ALWAYS, overlay_path, resolve_policy};
use super::pack::{Pack, path_rows, read_pack};
use super::rules::{broken_rule, crossed_params};
use super::shipped::Shelf;
use super::source::{self, SourceFile};
use super::{Input, Loaded, Options, RunSettings, Scenario, Written};
use crate::model::params::{PARAMS, Params};
use crate::policy::{INSTRUMENTS, PolicySchedule};
use crate::units::Month;
use crate::world::{PATHS, Region};

/// Last month of a run where nothing else is said.
pub const DEFAULT_UNTIL: Month = Month::new(2027, 12);
/// Seed where nothing else is said: the date of the plan.
pub const DEFAULT_SEED: u64 = 20_230_206;
/// Replications where nothing else is said.
pub const DEFAULT_REPLICATIONS: u32 = 24;
/// How far ahead a change is looked for that comes too late for the run.
const LATEST: Month = Month::new(2200, 12);
/// The region pack where nothing else is said.
pub const DEFAULT_REGION: &str = "yongchuan";

/// Identity of a document while loading: its folder and stem, or its number among given texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    File(Shelf, String),
    Text(usize),
}

pub(super) struct Loader<'a> {
    options: &'a Options,
    pub bag: Diagnostics,
    documents: BTreeMap<Key, Option<Arc<Document>>>,
    packs: BTreeMap<Shelf, Option<Arc<Pack>>>,
    /// Texts given without files: id → number.
    texts: BTreeMap<String, usize>,
    regions: Vec<Arc<Region>>,
    /// Ids of folders looked into: with ten thousand files in one, it is read once.
    ids: BTreeMap<Shelf, Arc<Vec<String>>>,
}

impl<'a> Loader<'a> {
    pub fn new(options: &'a Options) -> Self {
        let known = |pack: &Arc<Pack>| {
            let shelf = options.library.inside("regions").inside(&pack.region.id);
            (shelf, Some(Arc::clone(pack)))
        };
        Loader {
            options,
            bag: Diagnostics::default(),
            documents: BTreeMap::new(),
            packs: options.pack.iter().map(known).collect(),
            texts: BTreeMap::new(),
            regions: Vec::new(),
            ids: BTreeMap::new(),
        }
    }

    /// Loads all inputs and the references they name.
    pub fn load(mut self, inputs: &[Input]) -> Result<Loaded, Diagnostics> {
        for (n, input) in inputs.iter().enumerate() {
            if let Input::Text { id, .. } = input {
                self.texts.entry(id.clone()).or_insert(n);
            }
        }
        let keys: Vec<Option<Key>> = inputs.iter().enumerate().map(|(n, i)| self.open_input(n, i)).collect();
        let mut given: BTreeMap<String, String> = BTreeMap::new();
        let mut scenarios: Vec<Scenario> = Vec::new();
        for key in keys.into_iter().flatten() {
            let Some(doc) = self.documents.get(&key).cloned().flatten() else { continue };
            let lower = doc.id.to_lowercase();
            if let Some(first) = given.get(&lower) {
                let (id, first) = (doc.id.clone(), first.clone());
                let mistake = match first == doc.file {
                    true => Mistake::GivenTwice { id },
                    false => Mistake::DuplicateId { id, first },
                };
                self.bag.add_file(doc.source, mistake);
                continue;
            }
            given.insert(lower, doc.file.clone());
            scenarios.extend(self.scenario(&key));
        }
        let mut references: Vec<Scenario> = Vec::new();
        let mut next = 0;
        // A reference may name a reference of its own.
        while let Some(s) = scenarios.iter().chain(&references).nth(next) {
            next += 1;
            let Some(doc) = s.written.layers.last().cloned() else { continue };
            let Some(name) = &doc.reference else { continue };
            let known = |s: &Scenario| Some(s.id.as_str()) == s_reference(&doc);
            if scenarios.iter().any(known) || references.iter().any(known) {
                continue;
            }
            if let Some(key) = self.find("reference", name, &doc) {
                references.extend(self.scenario(&key));
            }
        }
        if self.bag.has_errors() {
            return Err(self.bag.sorted());
        }
        let against = self.against(&scenarios, &references);
        self.warn_unchanged(&scenarios, &against);
        let packs = self.packs.into_values().flatten().collect();
        Ok(Loaded { scenarios, references, against, packs, warnings: self.bag.sorted() })
    }

    fn open_input(&mut self, number: usize, input: &Input) -> Option<Key> {
        match input {
            Input::Path(path) => {
                let dir = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(FilePath::new("."));
                let Some(stem) = path.file_stem().and_then(|s| s.to_str()) else {
                    let name = path.display().to_string();
                    let unread = match source::read(path) {
                        Err(unread) => unread,
                        Ok(_) => Mistake::BadId { id: name.clone() }.into(),
                    };
                    self.bag.add_unread(name, unread);
                    return None;
                };
                let stem = stem.to_owned();
                self.open(Shelf::Folder(dir.to_path_buf()), &stem, Some(path))
            }
            Input::Shipped(id) => {
                let library = self.options.library.clone();
                let holds = |shelf: &Shelf| self.ids_of(shelf).contains(id);
                let shelf = library.with_folders().into_iter().find(holds).unwrap_or(library);
                self.open(shelf, id, None)
            }
            Input::Text { id, text } => {
                let name = format!("{id}.toml");
                let text = match source::decode(text.as_bytes()) {
                    Ok(text) => text,
                    Err(unread) => {
                        self.bag.add_unread(name, unread);
                        return None;
                    }
                };
                let source = self.bag.source(SourceFile { name, text });
                let key = Key::Text(number);
                let doc = read_document(&mut self.bag, source, id, None).map(Arc::new);
                self.documents.insert(key.clone(), doc);
                Some(key)
            }
        }
    }

    /// Reads one file once; `path` where it is not `shelf/id.toml`.
    fn open(&mut self, shelf: Shelf, id: &str, path: Option<&FilePath>) -> Option<Key> {
        let key = Key::File(shelf.clone(), id.to_owned());
        if self.documents.contains_key(&key) {
            return Some(key);
        }
        let (name, text) = match path {
            Some(path) => (path.display().to_string(), source::read(path)),
            None => shelf.read(&format!("{id}.toml")),
        };
        let mut doc = None;
        match text {
            Ok(text) => {
                let source = self.bag.source(SourceFile { name, text });
                if !valid_id(id) {
                    self.bag.add_file(source, Mistake::BadId { id: id.to_owned() });
                }
                doc = read_document(&mut self.bag, source, id, Some(shelf)).map(Arc::new);
            }
            Err(mut unread) => {
                if matches!(unread.mistake, Mistake::FileMissing { .. }) {
                    // Perhaps a scenario beside it, or a shipped one, was meant.
                    let library = self.options.library.with_folders();
                    let mut known: Vec<String> =
                        library.iter().flat_map(|shelf| self.ids_of(shelf).to_vec()).collect();
                    known.extend_from_slice(&self.ids_of(&shelf));
                    known.retain(|k| k != "comparison");
                    // Whole scenarios come before measures and parts of the plan; the first are shown.
                    let mut seen = HashSet::new();
                    known.retain(|k| seen.insert(k.clone()));
                    unread.mistake = Mistake::FileMissing { name: id.to_owned(), known };
                }
                self.bag.add_unread(name, unread);
            }
        }
        self.documents.insert(key.clone(), doc);
        Some(key)
    }

    fn ids_of(&mut self, shelf: &Shelf) -> Arc<Vec<String>> {
        if let Some(known) = self.ids.get(shelf) {
            return Arc::clone(known);
        }
        let ids = Arc::new(shelf.ids());
        self.ids.insert(shelf.clone(), Arc::clone(&ids));
        ids
    }

    /// The document a name in another document means: same folder, given texts, then the library.
    fn find(&mut self, key: &str, name: &Name, from: &Document) -> Option<Key> {
        let text = name.text.as_str();
        let looks_like_path = text.contains(['/', '\\']) || text.ends_with(".toml");
        if looks_like_path {
            return self.find_path(key, name, from);
        }
        if let Some(&n) = self.texts.get(text)
            && from.shelf.is_none()
        {
            return Some(Key::Text(n));
        }
        let shelves = from.shelf.iter().flat_map(Shelf::around);
        let shelves: Vec<Shelf> = shelves.chain(self.options.library.with_folders()).collect();
        let mut known = Vec::new();
        for shelf in shelves {
            let ids = self.ids_of(&shelf);
            // Sorted, as `ids` returns them.
            if ids.binary_search_by(|i| i.as_str().cmp(text)).is_ok() {
                return self.open(shelf, text, None);
            }
            known.push(ids);
        }
        let mut known: Vec<String> = known.iter().flat_map(|ids| ids.iter().cloned()).collect();
        known.extend(self.texts.keys().cloned());
        known.retain(|k| *k != from.id && k != "comparison");
        known.sort();
        known.dedup();
        let mistake = Mistake::Unknown { kind: Kind::Scenario, name: text.to_owned(), known };
        self.bag.add(name.place.clone(), key, mistake);
        None
    }

    fn find_path(&mut self, key: &str, name: &Name, from: &Document) -> Option<Key> {
        let text = name.text.replace('\\', "/");
        let relative = PathBuf::from(&text);
        let leaves = Mistake::Leaves { kind: Kind::Scenario, path: name.text.clone() };
        let shelf = match &from.shelf {
            Some(shelf) if stays_inside(&text) => shelf.clone(),
            _ => {
                self.bag.add(name.place.clone(), key, leaves);
                return None;
            }
        };
        let stem = relative.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_owned();
        let folders: Vec<&str> = relative
            .parent()
            .into_iter()
            .flat_map(FilePath::components)
            .filter_map(|c| if let Component::Normal(n) = c { n.to_str() } else { None })
            .collect();
        let target = folders.into_iter().fold(shelf.clone(), |s, f| s.inside(f));
        if let (Shelf::Folder(dir), Shelf::Folder(at)) = (&shelf, &target) {
            // A symbolic link may lead out although the text does not.
            let file = at.join(format!("{stem}.toml"));
            if let (Ok(dir), Ok(file)) = (dir.canonicalize(), file.canonicalize())
                && !file.starts_with(dir)
            {
                self.bag.add(name.place.clone(), key, leaves);
                return None;
            }
        }
        if !target.ids().contains(&stem) {
            let mistake = Mistake::Unknown { kind: Kind::File, name: name.text.clone(), known: target.ids() };
            self.bag.add(name.place.clone(), key, mistake);
            return None;
        }
        self.open(target, &stem, None)
    }

    /// The document after everything it rests on, oldest first: its ancestors, then what it includes. A file
    /// reached twice counts where it is reached first. `None` where one is missing or in a circle.
    fn chain(&mut self, key: &Key) -> Option<Vec<Arc<Document>>> {
        let mut done: Vec<(Key, Arc<Document>)> = Vec::new();
        let mut open: Vec<(Key, Arc<Document>, usize)> = vec![(key.clone(), self.document(key)?, 0)];
        while let Some((_, doc, next)) = open.last_mut() {
            let doc = Arc::clone(doc);
            let Some((said, name)) = doc.rests_on().nth(*next) else {
                done.extend(open.pop().map(|(key, doc, _)| (key, doc)));
                continue;
            };
            *next += 1;
            let other = self.find(said, name, &doc)?;
            if done.iter().any(|(k, _)| *k == other) {
                continue;
            }
            if let Some(again) = open.iter().position(|(k, ..)| *k == other) {
                let mut ids: Vec<String> = open.iter().map(|(_, d, _)| d.id.clone()).collect();
                ids.extend(ids.get(again).cloned());
                self.bag.add(name.place.clone(), said, Mistake::ExtendsCycle { chain: ids });
                return None;
            }
            let found = self.document(&other)?;
            open.push((other, found, 0));
        }
        Some(done.into_iter().map(|(_, doc)| doc).collect())
    }

    fn document(&self, key: &Key) -> Option<Arc<Document>> {
        self.documents.get(key).cloned().flatten()
    }

    /// Ids of what a document extends, parent first; the chain has no circle.
    fn ancestors(&mut self, leaf: &Document) -> Vec<String> {
        let mut ids = Vec::new();
        let mut next = leaf.extends.clone().and_then(|name| self.find("extends", &name, leaf));
        while let Some(doc) = next.and_then(|key| self.document(&key)) {
            ids.push(doc.id.clone());
            next = doc.extends.as_ref().and_then(|name| self.find("extends", name, &doc));
        }
        ids
    }

    fn pack(&mut self, layers: &[Arc<Document>]) -> Option<Arc<Pack>> {
        let said = layers.iter().rev().find_map(|d| d.region.as_ref().map(|r| (r.clone(), d.clone())));
        let (shelf, place) = match said {
            None => (self.options.library.inside("regions").inside(DEFAULT_REGION), None),
            Some((name, doc)) => {
                let shelf = region_shelf(&name.text, doc.shelf.as_ref(), &self.options.library);
                if leaves(&name.text, doc.shelf.as_ref(), &shelf) {
                    let mistake = Mistake::Leaves { kind: Kind::Region, path: name.text };
                    self.bag.add(name.place, "region", mistake);
                    return None;
                }
                (shelf, Some((name, doc)))
            }
        };
        if let Some(known) = self.packs.get(&shelf) {
            return known.clone();
        }
        let there = match &shelf {
            Shelf::Folder(dir) => dir.join("region.toml").exists(),
            shelf => shelf.exists(),
        };
        let pack = if there {
            let mut bag = Diagnostics::default();
            let pack = read_pack(&shelf, &mut bag).map(Arc::new);
            self.bag.absorb(bag);
            pack
        } else {
            let name = place.as_ref().map_or(DEFAULT_REGION.to_owned(), |(n, _)| n.text.clone());
            let at = place.map(|(n, _)| n.place).unwrap_or_default();
            let known = vec![DEFAULT_REGION.to_owned()];
            self.bag.add(at, "region", Mistake::Unknown { kind: Kind::Region, name, known });
            None
        };
        self.packs.insert(shelf, pack.clone());
        pack
    }

    fn scenario(&mut self, key: &Key) -> Option<Scenario> {
        let layers = self.chain(key)?;
        let leaf = layers.last()?.clone();
        let policy = resolve_policy(&layers);
        let pack = self.pack(&layers);
        self.check_rules(&policy, &layers, pack.as_ref().map_or(ALWAYS, |p| p.region.start));
        let pack = pack?;
        let mut params = pack.params.clone();
        let mut region = pack.region.clone();
        let mut run = RunSettings {
            seed: DEFAULT_SEED,
            replications: DEFAULT_REPLICATIONS,
            from: region.start,
            until: DEFAULT_UNTIL,
        };
        for doc in &layers {
            for entry in &doc.entries {
                self.apply(entry, &mut params, &mut region);
            }
            run.seed = doc.run.seed.unwrap_or(run.seed);
            run.replications = doc.run.replications.unwrap_or(run.replications);
            run.from = doc.run.from.as_ref().map_or(run.from, |(m, _)| *m);
            run.until = doc.run.until.as_ref().map_or(run.until, |(m, _)| *m);
        }
        if run.from < region.start || run.until < run.from {
            let written = layers.iter().rev().find_map(|d| d.run.until.clone().or(d.run.from.clone()));
            let place = written.map_or(Place { source: leaf.source, span: None }, |(_, place)| place);
            self.bag.add(place, "run", Mistake::Period { from: run.from, until: run.until });
        }
        self.check_params(&params, &layers);
        if let Some(same) = self.regions.iter().find(|r| Arc::ptr_eq(r, &region) || ***r == *region) {
            region = same.clone();
        } else {
            self.regions.push(region.clone());
        }
        let title = leaf.title.clone();
        Some(Scenario {
            id: leaf.id.clone(),
            title_zh: title.as_ref().map_or(leaf.id.clone(), |t| t.zh.clone()),
            title_en: title.as_ref().map_or(leaf.id.clone(), |t| t.en.clone()),
            description_zh: leaf.description.as_ref().map(|t| t.zh.clone()),
            description_en: leaf.description.as_ref().map(|t| t.en.clone()),
            extends: self.ancestors(&leaf),
            reference: s_reference(&leaf).map(str::to_owned),
            region,
            policy,
            params,
            run,
            written: Written { layers },
        })
    }

    /// Lays an entry on parameters and paths; the policy is resolved by itself.
    fn apply(&mut self, entry: &Entry, params: &mut Params, region: &mut Arc<Region>) {
        match &entry.target {
            Target::Enabled { .. } | Target::Setting { .. } => {}
            Target::Param { param, class } => {
                if let WrittenValue::Always(value) = entry.value {
                    params.set(PARAMS[*param].key, *class, value);
                }
            }
            Target::Path { path, row } => {
                let (lenders, crops) = path_rows(region);
                let ids = if PATHS[*path].each == Some("crops") { crops } else { lenders };
                let number = row.as_ref().map_or(Some(0), |row| ids.iter().position(|id| id == row));
                let Some(number) = number else {
                    let name = row.clone().unwrap_or_default();
                    let mistake = Mistake::Unknown { kind: Kind::Path, name, known: ids };
                    self.bag.add(entry.place.clone(), &entry.key, mistake);
                    return;
                };
                let region = Arc::make_mut(region);
                if let Some(line) = region.paths.slot(*path).and_then(|rows| rows.get_mut(number)) {
                    overlay_path(line, &entry.value);
                }
            }
        }
    }

    /// Rules across settings, in the first month in which one is broken.
    fn check_rules(&mut self, policy: &PolicySchedule, layers: &[Arc<Document>], start: Month) {
        for (i, instrument) in INSTRUMENTS.iter().enumerate() {
            let spec = instrument.spec();
            let Some(broken) = broken_rule(policy, i, start) else { continue };
            // A value that was refused is missing here: a rule across it would speak of values nobody wrote.
            let settings = format!("policy.{}.", spec.id);
            if layers.iter().any(|d| self.bag.has_error_in(d.source, &settings)) {
                continue;
            }
            let place = layers.iter().rev().find_map(|d| d.mentions.iter().find(|(n, ..)| *n == i));
            let place = place.map(|(_, place, _)| place.clone()).unwrap_or_default();
            self.bag.add(place, &format!("policy.{}", spec.id), broken);
        }
    }

    /// Rules between parameters, told where the youngest file says one of them.
    fn check_params(&mut self, params: &Params, layers: &[Arc<Document>]) {
        for crossed in crossed_params(params) {
            let concerns = |e: &&Entry| match e.target {
                Target::Param { param, .. } => {
                    [&crossed.low_key, &crossed.high_key].contains(&&PARAMS[param].key.to_owned())
                }
                _ => false,
            };
            let entry = layers.iter().rev().find_map(|d| d.entries.iter().rev().find(concerns));
            // Where no file says so, it is the pack's own mistake and told there.
            if let Some((place, key)) = entry.map(|e| (e.place.clone(), e.key.clone())) {
                self.bag.add(place, &key, Mistake::Crossed { crossed, from: None });
            }
        }
    }

    /// What each scenario is told against: its own reference, else its parent.
    fn against(&mut self, scenarios: &[Scenario], references: &[Scenario]) -> Vec<Option<Arc<Scenario>>> {
        let mut known: BTreeMap<Key, Option<Arc<Scenario>>> = BTreeMap::new();
        let mut named: BTreeMap<&str, Arc<Scenario>> = BTreeMap::new();
        let mut one = |s: &Scenario| {
            let leaf = s.written.layers.last()?;
            if let Some(id) = &s.reference {
                let other = scenarios.iter().chain(references).find(|o| o.id == *id)?;
                return Some(named.entry(&other.id).or_insert_with(|| Arc::new(other.clone())).clone());
            }
            // An ancestor need not be among the given files.
            let key = self.find("extends", leaf.extends.as_ref()?, leaf)?;
            if !known.contains_key(&key) {
                let parent = self.scenario(&key).map(Arc::new);
                known.insert(key.clone(), parent);
            }
            known.get(&key).cloned().flatten()
        };
        scenarios.iter().map(&mut one).collect()
    }

    fn warn_unchanged(&mut self, scenarios: &[Scenario], against: &[Option<Arc<Scenario>>]) {
        for (s, other) in scenarios.iter().zip(against) {
            if let (Some(other), Some(leaf)) = (other, s.written.layers.last())
                && s.id != other.id
                && s.first_difference(other, s.run.until).is_none()
            {
                let (against, until) = (other.id.clone(), s.run.until);
                let first = s.first_difference(other, LATEST);
                self.bag.add_file(leaf.source, Mistake::ChangesNothing { against, until, first });
            }
        }
    }
}

/// The id a document's own reference resolves to.
fn s_reference(doc: &Document) -> Option<&str> {
    let text = doc.reference.as_ref()?.text.as_str();
    let stem = text.rsplit(['/', '\\']).next().unwrap_or(text);
    Some(stem.strip_suffix(".toml").unwrap_or(stem))
}

/// Letters, digits, Chinese characters, `-` and `_`: fit for file names and columns everywhere.
fn valid_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 100 && id.chars().all(fit_for_id)
}

/// Whether a character may stand in an id.
pub(super) fn fit_for_id(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_' || ('\u{3400}'..='\u{9FFF}').contains(&c)
}

/// Whether a relative path stays in its folder, as far as its text says.
fn stays_inside(path: &str) -> bool {
    let path = path.replace('\\', "/");
    let drive = path.as_bytes().get(1) == Some(&b':');
    !drive && FilePath::new(&path).components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir))
}

/// Whether a region's name leads out of the folder of the file that names it, by its text or by a link.
fn leaves(name: &str, from: Option<&Shelf>, to: &Shelf) -> bool {
    let outside = match (from, to) {
        (Some(Shelf::Folder(dir)), Shelf::Folder(to)) if to.starts_with(dir) => {
            matches!((dir.canonicalize(), to.canonicalize()), (Ok(dir), Ok(to)) if !to.starts_with(&dir))
        }
        _ => false,
    };
    !stays_inside(name) || outside
}

/// Where a region's name leads: a folder if it looks like one, else a pack id.
pub(super) fn region_shelf(name: &str, from: Option<&Shelf>, library: &Shelf) -> Shelf {
    let path = FilePath::new(name);
    let looks_like_path = name.contains(['/', '\\']) || name.starts_with('.');
    match from {
        Some(Shelf::Folder(dir)) if looks_like_path => Shelf::Folder(dir.join(path)),
        Some(Shelf::Folder(dir)) => {
            let near = [dir.join("regions").join(name), dir.join(name)];
            match near.into_iter().find(|p| p.join("region.toml").is_file()) {
                Some(found) => Shelf::Folder(found),
                None => library.inside("regions").inside(name),
            }
        }
        _ if looks_like_path => Shelf::Folder(path.to_path_buf()),
        _ => library.inside("regions").inside(name),
    }
}
