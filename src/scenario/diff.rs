//! What differs between two scenarios: the first month, each change, and each change in words.
//!
//! Changes are looked for in the values in force month by month, not in what files say, so a file
//! that repeats its ancestor changes nothing.

use super::Scenario;
use super::document::{Document, Entry, Target};
use super::mistake::{sensible, shown};
use super::pack::path_rows;
use super::zh::{param_zh, path_zh};
use crate::model::params::PARAMS;
use crate::policy::{INSTRUMENTS, Setting, Values};
use crate::units::{Lang, Month, Unit};
use crate::world::{CLASSES, Class, PATHS};

/// A stretch of months in which both scenarios hold one value each, in base units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// `None`: from the start of the run.
    pub from: Option<Month>,
    /// Last month; `None`: to the end of the run.
    pub to: Option<Month>,
    pub ours: f64,
    pub theirs: f64,
    /// The reference changed at `from` while this scenario kept its value.
    pub stays: bool,
}

/// A lender or crop that a path belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: String,
    pub zh: String,
    pub en: String,
}

/// A setting of an instrument that comes: its value then, and those it takes later while it is in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    pub setting: usize,
    pub first: f64,
    pub later: Vec<(Month, f64)>,
}

/// One thing in which a scenario differs from its reference.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// An instrument in force here and not there; with its settings that differ from neutral or change.
    Introduced {
        instrument: usize,
        from: Option<Month>,
        to: Option<Month>,
        values: Vec<Steps>,
    },
    /// An instrument in force there and not here.
    Removed {
        instrument: usize,
        from: Option<Month>,
        to: Option<Month>,
    },
    Setting {
        instrument: usize,
        setting: usize,
        stretches: Vec<Stretch>,
    },
    Param {
        param: usize,
        class: Option<usize>,
        ours: f64,
        theirs: f64,
    },
    /// A path of the environment, with its values in the month in which they are furthest apart.
    Path {
        path: usize,
        row: Option<Row>,
        from: Option<Month>,
        at: Month,
        ours: f64,
        theirs: f64,
    },
    /// Another region pack altogether.
    Region {
        ours: String,
        theirs: String,
    },
}

impl Scenario {
    /// Months before the region's start that the model simulates to warm up.
    fn run_start(&self) -> Month {
        let spin_up = self.params.spin_up;
        let months = if spin_up.is_finite() { spin_up.clamp(0.0, 1200.0).ceil() as i32 } else { 0 };
        self.region.start.plus(-months)
    }

    fn same_pack(&self, other: &Scenario) -> bool {
        let (a, b) = (&*self.region, &*other.region);
        std::ptr::eq(a, b)
            || (a.id == b.id
                && a.start == b.start
                && a.projection == b.projection
                && a.townships == b.townships
                && a.sectors == b.sectors
                && a.lenders == b.lenders
                && a.guarantors == b.guarantors)
    }

    /// First month in which the two may differ, up to `until`: the start of the run where
    /// parameters, the pack or values at the region's start differ (the spin-up holds those), else
    /// the first month in which a policy or path in force differs.
    pub fn first_difference(&self, other: &Scenario, until: Month) -> Option<Month> {
        let start = self.run_start().min(other.run_start());
        if !self.same_pack(other) || self.params != other.params {
            return Some(start);
        }
        let policy = self.policy.first_difference(&other.policy, start, until);
        let (a, b) = (&*self.region, &*other.region);
        let differs = |m: Month| {
            (0..PATHS.len()).any(|i| {
                let (a, b) = (a.paths.get(i), b.paths.get(i));
                a.len() != b.len() || a.iter().zip(b).any(|(a, b)| a.at(m) != b.at(m))
            })
        };
        let same = std::ptr::eq(a, b);
        let paths = if same { None } else { (start.0..=until.0).map(Month).find(|&m| differs(m)) };
        let first = policy.into_iter().chain(paths).min()?;
        Some(if first <= a.start { start } else { first })
    }

    /// Every change against `reference` over the whole run, in the order of the catalogue.
    pub fn changes(&self, reference: &Scenario) -> Vec<Change> {
        let mut out = Vec::new();
        if !self.same_pack(reference) {
            out.push(Change::Region { ours: self.region.id.clone(), theirs: reference.region.id.clone() });
        }
        let start = self.run_start().min(reference.run_start());
        let months: Vec<Month> = (start.0..=self.run.until.0.max(start.0)).map(Month).collect();
        // A scenario touches few things: what is the same throughout is not looked at month by month.
        for i in 0..INSTRUMENTS.len() {
            if self.policy.instruments[i] != reference.policy.instruments[i] {
                let values =
                    |s: &Scenario| -> Vec<Values> { months.iter().map(|&m| s.policy.of(i, m)).collect() };
                instrument_changes(i, &months, &values(self), &values(reference), &mut out);
            }
        }
        let same_params = self.params == reference.params;
        for (p, spec) in PARAMS.iter().enumerate().filter(|_| !same_params) {
            let values = |s: &Scenario| -> Vec<f64> {
                (0..CLASSES).filter_map(|c| s.params.get(spec.key, c)).collect()
            };
            let (ours, theirs) = (values(self), values(reference));
            let all_differ_alike = ours.iter().zip(&theirs).all(|(a, b)| a == &ours[0] && b == &theirs[0]);
            if ours == theirs {
                continue;
            }
            if !spec.per_class || all_differ_alike {
                out.push(Change::Param { param: p, class: None, ours: ours[0], theirs: theirs[0] });
                continue;
            }
            for (c, (&ours, &theirs)) in ours.iter().zip(&theirs).enumerate().filter(|(_, (a, b))| a != b) {
                out.push(Change::Param { param: p, class: Some(c), ours, theirs });
            }
        }
        if std::ptr::eq(&*self.region, &*reference.region) {
            return out;
        }
        let (lenders, crops) = path_rows(&self.region);
        for (p, spec) in PATHS.iter().enumerate() {
            let (a, b) = (self.region.paths.get(p), reference.region.paths.get(p));
            for (row, (a, b)) in a.iter().zip(b).enumerate() {
                let Some(&m) = months.iter().find(|&&m| a.at(m) != b.at(m)) else { continue };
                let ids = if spec.each == Some("crops") { &crops } else { &lenders };
                let row = spec.each.and_then(|_| ids.get(row)).map(|id| self.row(id));
                let from = Some(m).filter(|m| *m > start);
                let gap = |m: Month| (a.at(m) - b.at(m)).abs();
                // The first of the months that are furthest apart.
                let furthest = months.iter().copied().rev().max_by(|&m, &n| gap(m).total_cmp(&gap(n)));
                let at = furthest.unwrap_or(m);
                out.push(Change::Path { path: p, row, from, at, ours: a.at(at), theirs: b.at(at) });
            }
        }
        out
    }

    /// The lender or crop of that id with its names.
    fn row(&self, id: &str) -> Row {
        let lenders = self.region.lenders.iter().map(|l| (&l.id, &l.zh, &l.en));
        let sectors = self.region.sectors.iter().map(|s| (&s.id, &s.zh, &s.en));
        let named = lenders.chain(sectors).find(|(other, ..)| *other == id);
        let (zh, en) = named.map_or_else(Default::default, |(_, zh, en)| (zh.clone(), en.clone()));
        Row { id: id.to_owned(), zh, en }
    }

    /// Each change against `reference` in one sentence.
    pub fn diff_words(&self, reference: &Scenario, lang: Lang) -> Vec<String> {
        self.changes(reference).iter().map(|c| c.words(lang)).collect()
    }

    /// The last month in which the two differ, where all that differs is policy and ends within the run.
    pub fn last_change(&self, reference: &Scenario) -> Option<Month> {
        let lasts =
            |c: &Change| matches!(c, Change::Param { .. } | Change::Path { .. } | Change::Region { .. });
        if self.changes(reference).iter().any(lasts) {
            return None;
        }
        // What is off in both differs in nothing.
        let differ = |a: Values, b: Values| a != b && (a.enabled || b.enabled);
        let differs = |m: Month| {
            (0..INSTRUMENTS.len()).any(|i| differ(self.policy.of(i, m), reference.policy.of(i, m)))
        };
        let (start, until) = (self.region.start, self.run.until);
        let last = (start.0..=until.0).rev().map(Month).find(|&m| differs(m))?;
        (last < until).then_some(last)
    }

    /// What the program understood, as one line: "changes one thing: …".
    pub fn understood(&self, reference: &Scenario, lang: Lang) -> String {
        let words = self.diff_words(reference, lang);
        let until = self.run.until;
        match (lang, words.len()) {
            (Lang::Zh, 0) if self.id != reference.id => format!("到 {until} 为止与“{}”相同", reference.id),
            (Lang::En, 0) if self.id != reference.id => {
                format!("the same as `{}` up to {until}", reference.id)
            }
            (Lang::Zh, 0) => format!("与“{}”相同", reference.id),
            (Lang::En, 0) => format!("the same as `{}`", reference.id),
            (Lang::Zh, 1) => format!("改变一处：{}", words.join("")),
            (Lang::En, 1) => format!("changes one thing: {}", words.join("")),
            (Lang::Zh, n) => format!("改变 {n} 处：{}", words.join("；")),
            (Lang::En, n) => format!("changes {n} things: {}", words.join("; ")),
        }
    }

    /// What the program understood of a scenario that extends no other.
    pub fn alone(&self, lang: Lang) -> String {
        let months = (self.region.start.0..=self.run.until.0).map(Month);
        let mut on = vec![false; INSTRUMENTS.len()];
        for month in months {
            on.iter_mut().zip(self.policy.at(month).instruments).for_each(|(on, v)| *on |= v.enabled);
        }
        let names: Vec<&str> = INSTRUMENTS
            .iter()
            .zip(on)
            .filter(|(_, on)| *on)
            .map(|(i, _)| lang.pick(i.spec().zh, i.spec().en))
            .collect();
        match (lang, names.len()) {
            (Lang::Zh, 0) => "不继承其他方案；没有启用任何政策工具".into(),
            (Lang::En, 0) => "extends no other; no instrument is in force".into(),
            (Lang::Zh, n) => format!("不继承其他方案；启用 {n} 项政策工具：{}", names.join("、")),
            (Lang::En, n) => format!("extends no other; {n} instruments in force: {}", names.join(", ")),
        }
    }

    /// The youngest layer that says something about `target`, and what it says.
    pub fn said_by(&self, target: &Target) -> Option<(&Document, &Entry)> {
        self.written.layers.iter().rev().find_map(|d| {
            let entry = d.entries.iter().rev().find(|e| e.target == *target)?;
            Some((&**d, entry))
        })
    }
}

fn instrument_changes(i: usize, months: &[Month], ours: &[Values], theirs: &[Values], out: &mut Vec<Change>) {
    let on = |p: &[Values], n: usize| p[n].enabled;
    let date = |n: usize| if n == 0 { None } else { Some(months[n]) };
    let spec = INSTRUMENTS[i].spec();
    let alone = |n: usize| on(ours, n) && !on(theirs, n);
    if let Some(n) = (0..months.len()).find(|&n| alone(n)) {
        let end = (n..months.len()).find(|&k| !alone(k));
        let steps = |setting: usize| {
            let at = |k: usize| ours[k].values[setting];
            let moved = (n + 1..end.unwrap_or(months.len())).filter(|&k| at(k) != at(k - 1));
            Steps { setting, first: at(n), later: moved.map(|k| (months[k], at(k))).collect() }
        };
        let told = |s: &Steps| s.first != spec.settings[s.setting].neutral || !s.later.is_empty();
        let values = (0..spec.settings.len()).map(steps).filter(told).collect();
        let to = end.filter(|&k| !on(ours, k)).map(|k| months[k].plus(-1));
        out.push(Change::Introduced { instrument: i, from: date(n), to, values });
    }
    if let Some(n) = (0..months.len()).find(|&n| !on(ours, n) && on(theirs, n)) {
        let end = (n..months.len()).find(|&k| on(ours, k) || !on(theirs, k));
        out.push(Change::Removed { instrument: i, from: date(n), to: end.map(|k| months[k].plus(-1)) });
    }
    for setting in 0..spec.settings.len() {
        let at = |p: &[Values], n: usize| p[n].values[setting];
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut open = false;
        for (n, month) in months.iter().enumerate() {
            let (a, b) = (at(ours, n), at(theirs, n));
            // Where only one is in force, the instrument itself is the change.
            let differs = a != b && on(ours, n) && on(theirs, n);
            if let Some(last) = stretches.last_mut().filter(|_| open) {
                if differs && last.ours == a && last.theirs == b {
                    continue;
                }
                last.to = Some(month.plus(-1));
            }
            open = differs;
            if differs {
                let stays = n > 0 && at(ours, n - 1) == a && at(theirs, n - 1) != b;
                stretches.push(Stretch { from: date(n), to: None, ours: a, theirs: b, stays });
            }
        }
        if !stretches.is_empty() {
            out.push(Change::Setting { instrument: i, setting, stretches });
        }
    }
}

/// "from 2022-04 to 2024-12" in either language; empty for the whole run.
fn period(from: Option<Month>, to: Option<Month>, lang: Lang) -> String {
    match (lang, from, to) {
        (_, None, None) => String::new(),
        (Lang::Zh, Some(f), None) => format!("自{f}起"),
        (Lang::Zh, None, Some(t)) => format!("至{t}止"),
        (Lang::Zh, Some(f), Some(t)) if f == t => format!("在{f}当月"),
        (Lang::Zh, Some(f), Some(t)) => format!("在{f}至{t}"),
        (Lang::En, Some(f), None) => format!(" from {f}"),
        (Lang::En, None, Some(t)) => format!(" until {t}"),
        (Lang::En, Some(f), Some(t)) => format!(" from {f} to {t}"),
    }
}

impl Change {
    /// Whose change it is: instrument, parameter or path, in words.
    pub fn subject(&self, lang: Lang) -> String {
        match self {
            Change::Introduced { instrument, .. }
            | Change::Removed { instrument, .. }
            | Change::Setting { instrument, .. } => {
                let spec = INSTRUMENTS[*instrument].spec();
                lang.pick(spec.zh, spec.en).to_owned()
            }
            Change::Param { param, class, .. } => {
                let class = class.map(Class::from_index);
                let class = class.map_or(String::new(), |c| match lang {
                    Lang::Zh => format!("（{}）", c.zh()),
                    Lang::En => format!(" ({})", c.en()),
                });
                let spec = &PARAMS[*param];
                let name = lang.pick_or(param_zh(spec.key).unwrap_or_default(), spec.en, spec.key);
                format!("{} {name}{class}", lang.pick("模型参数", "parameter"))
            }
            Change::Path { path, row, .. } => {
                let spec = &PATHS[*path];
                let name = lang.pick_or(path_zh(spec.key).unwrap_or_default(), spec.en, spec.key);
                let row = row.as_ref().map(|r| lang.pick_or(&r.zh, &r.en, &r.id));
                match (lang, row) {
                    (_, None) => name.to_owned(),
                    (Lang::Zh, Some(row)) => format!("{name}（{row}）"),
                    (Lang::En, Some(row)) => format!("{name} ({row})"),
                }
            }
            Change::Region { .. } => lang.pick("区域包", "region pack").to_owned(),
        }
    }

    /// The change as one sentence.
    pub fn words(&self, lang: Lang) -> String {
        let subject = self.subject(lang);
        match self {
            Change::Introduced { instrument, from, to, values } => {
                let settings = INSTRUMENTS[*instrument].spec().settings;
                let list: Vec<String> = values.iter().map(|v| v.words(&settings[v.setting], lang)).collect();
                let when = period(*from, *to, lang);
                match (lang, list.is_empty()) {
                    (Lang::Zh, true) => format!("{subject}：{when}启用"),
                    (Lang::Zh, false) => format!("{subject}：{when}启用（{}）", list.join("，")),
                    (Lang::En, true) => format!("{subject} is introduced{when}"),
                    (Lang::En, false) => format!("{subject} is introduced{when} ({})", list.join("; ")),
                }
            }
            Change::Removed { from, to, .. } => {
                let when = period(*from, *to, lang);
                match lang {
                    Lang::Zh => format!("{subject}：{when}停用"),
                    Lang::En => format!("{subject} is switched off{when}"),
                }
            }
            Change::Setting { instrument, setting, stretches } => {
                let s = &INSTRUMENTS[*instrument].spec().settings[*setting];
                let mut parts: Vec<String> =
                    stretches.iter().take(MOST_STEPS).map(|t| t.words(s.unit, lang)).collect();
                parts.extend(more_steps(stretches.len(), lang));
                match lang {
                    Lang::Zh => format!("{subject}：{}{}", s.zh, parts.join("，")),
                    Lang::En => format!("{subject}, {}: {}", s.en, parts.join(", ")),
                }
            }
            Change::Param { param, ours, theirs, .. } => {
                let unit = PARAMS[*param].unit;
                let (ours, theirs) = (shown(*ours, unit, lang), shown(*theirs, unit, lang));
                match lang {
                    Lang::Zh => format!("{subject}：{ours}（对照为{theirs}）"),
                    Lang::En => format!("{subject}: {ours} instead of {theirs}"),
                }
            }
            Change::Path { path, from, at, ours, theirs, .. } => {
                let unit = PATHS[*path].unit;
                let (ours, theirs) = (sensible(*ours, unit, lang), sensible(*theirs, unit, lang));
                let when = period(*from, None, lang);
                match lang {
                    Lang::Zh => format!("{subject}：{when}不同，相差最大的{at}为{ours}（对照为{theirs}）"),
                    Lang::En => format!(
                        "{subject}: another path{when}, furthest apart in {at}: {ours} instead of {theirs}"
                    ),
                }
            }
            Change::Region { ours, theirs } => match lang {
                Lang::Zh => format!("{subject}：{ours}（对照为{theirs}）"),
                Lang::En => format!("{subject}: {ours} instead of {theirs}"),
            },
        }
    }
}

/// Most steps of a setting that a sentence tells.
const MOST_STEPS: usize = 3;

/// How many steps a sentence leaves out, of `all`.
fn more_steps(all: usize, lang: Lang) -> Option<String> {
    let more = all.checked_sub(MOST_STEPS).filter(|n| *n > 0)?;
    Some(match lang {
        Lang::Zh => format!("另有 {more} 段"),
        Lang::En => format!("and {more} more steps"),
    })
}

impl Steps {
    fn words(&self, s: &Setting, lang: Lang) -> String {
        let later = self.later.iter().take(MOST_STEPS).map(|(from, v)| {
            let value = shown(*v, s.unit, lang);
            match lang {
                Lang::Zh => format!("{from}起{value}"),
                Lang::En => format!("{value} from {from}"),
            }
        });
        let first = std::iter::once(shown(self.first, s.unit, lang));
        let parts: Vec<String> = first.chain(later).chain(more_steps(self.later.len(), lang)).collect();
        match lang {
            Lang::Zh => format!("{} {}", s.zh, parts.join("、")),
            Lang::En => format!("{}: {}", s.en, parts.join(", ")),
        }
    }
}

impl Stretch {
    fn words(&self, unit: Unit, lang: Lang) -> String {
        let (ours, theirs) = (shown(self.ours, unit, lang), shown(self.theirs, unit, lang));
        let when = period(self.from, self.to, lang);
        match (lang, self.stays) {
            (Lang::Zh, true) => format!("{when}保持{ours}（对照为{theirs}）"),
            (Lang::Zh, false) => format!("{when}为{ours}（对照为{theirs}）"),
            (Lang::En, true) => format!("stays {ours} instead of {theirs}{when}"),
            (Lang::En, false) => format!("{ours} instead of {theirs}{when}"),
        }
    }
}
