//! A scenario with some values laid over it, as a file that extends it would: what a point of a design does.
//!
//! The rules across settings and between parameters are checked again; limits of single values are for who names them.
//! How values lie over each other is in `overlay.rs`; which points there are is the business of `experiment`.

use std::sync::Arc;

use super::diagnose::Place;
use super::document::{Document, Entry, Target, WrittenValue};
use super::mistake::{Kind, Mistake};
use super::overlay::{overlay, overlay_path};
use super::pack::{path_names, path_rows};
use super::rules::{broken_rule, crossed_params};
use super::walk::Dated;
use super::zh::{param_zh, path_zh};
use super::{Citation, Scenario};
use crate::model::params::PARAMS;
use crate::policy::INSTRUMENTS;
use crate::units::{Month, Unit};
use crate::world::{Class, PATHS, Region};

/// One value and where it goes, in the base of its unit; from `since` on, else for all time.
#[derive(Clone, Debug, PartialEq)]
pub struct Laid {
    pub target: Target,
    /// Dotted key, for messages.
    pub key: String,
    pub since: Option<Month>,
    pub value: f64,
}

impl Laid {
    fn entry(&self) -> Entry {
        let value = match self.since {
            None => WrittenValue::Always(self.value),
            Some(from) => WrittenValue::Dated(vec![Dated { from, value: self.value, source: None }]),
        };
        let (target, key) = (self.target.clone(), self.key.clone());
        Entry { target, key, value, source: None::<Citation>, place: Place::default(), line: 0 }
    }
}

/// The row of a path that belongs to a lender or crop, by its id.
pub fn path_row(region: &Region, path: usize, row: Option<&str>) -> Option<usize> {
    let (lenders, crops) = path_rows(region);
    let ids = if PATHS[path].each == Some("crops") { crops } else { lenders };
    row.map_or(Some(0), |row| ids.iter().position(|id| id == row))
}

impl Scenario {
    /// Whether an instrument is in force in any month up to `until`.
    pub fn in_force(&self, instrument: usize, until: Month) -> bool {
        let line = &self.policy.instruments[instrument].enabled.0;
        line.iter().any(|(from, on)| *from <= until && *on != 0.0)
    }

    /// The scenario with the values laid over it, the same to the bit as the scenario of a file that extends this one and
    /// says them. Settings of an instrument that is off stay as they are: a value alone switches nothing on.
    ///
    /// # Errors
    /// The first rule that is broken, or a path of a lender or crop that the region does not have.
    pub fn laid_over(&self, values: &[Laid]) -> Result<Scenario, Mistake> {
        let mut out = self.clone();
        let mut layer = Document { id: self.id.clone(), ..Document::default() };
        // Switches first: a setting counts where its instrument is in force.
        let (switches, rest): (Vec<&Laid>, Vec<&Laid>) =
            values.iter().partition(|l| matches!(l.target, Target::Enabled { .. }));
        let mut touched: Vec<usize> = Vec::new();
        for laid in switches.into_iter().chain(rest) {
            let entry = laid.entry();
            match &laid.target {
                Target::Enabled { instrument } => {
                    overlay(&mut out.policy.instruments[*instrument].enabled, &entry.value);
                    touched.push(*instrument);
                }
                Target::Setting { instrument, setting } => {
                    let line = &mut out.policy.instruments[*instrument];
                    if line.enabled.0.iter().all(|(_, on)| *on == 0.0) {
                        continue;
                    }
                    overlay(&mut line.settings[*setting], &entry.value);
                    touched.push(*instrument);
                }
                Target::Param { param, class } => {
                    out.params.set(PARAMS[*param].key, *class, laid.value);
                }
                Target::Path { path, row } => {
                    let found = path_row(&out.region, *path, row.as_deref());
                    let region = Arc::make_mut(&mut out.region);
                    let line = found.and_then(|n| region.paths.slot(*path).and_then(|rows| rows.get_mut(n)));
                    let Some(line) = line else {
                        let name = row.clone().unwrap_or_default();
                        return Err(Mistake::Unknown { kind: Kind::Path, name, known: Vec::new() });
                    };
                    overlay_path(line, &entry.value);
                }
            }
            layer.entries.push(entry);
        }
        touched.sort_unstable();
        touched.dedup();
        let broken = touched.into_iter().find_map(|i| broken_rule(&out.policy, i, out.region.start));
        if let Some(broken) = broken {
            return Err(broken);
        }
        if let Some(crossed) = crossed_params(&out.params).into_iter().next() {
            return Err(Mistake::Crossed { crossed, from: None });
        }
        out.written.layers.push(Arc::new(layer));
        Ok(out)
    }
}

/// What a dotted key means: what it sets, and its unit and limits.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    pub target: Target,
    pub unit: Unit,
    /// Legal range in base units, and the law behind it.
    pub low: f64,
    pub high: f64,
    pub law: &'static str,
    pub zh: String,
    pub en: String,
}

impl Lever {
    /// The lever of a dotted key such as `policy.guarantee_chain.fee`, `policy.guarantee_chain.enabled`,
    /// `params.need_share.farm`, `macro.demand` or `macro.outside_npl.cqrcb`; `None` if there is none.
    pub fn of(key: &str, region: &Region) -> Option<Lever> {
        let (room, rest) = key.split_once('.')?;
        match room {
            "policy" => Lever::policy(rest),
            "params" => Lever::param(rest),
            "macro" => Lever::path(rest, region),
            _ => None,
        }
    }

    fn policy(rest: &str) -> Option<Lever> {
        let (id, setting) = rest.split_once('.')?;
        let instrument = INSTRUMENTS.iter().position(|i| i.spec().id == id)?;
        let spec = INSTRUMENTS[instrument].spec();
        if setting == "enabled" {
            return Some(Lever {
                target: Target::Enabled { instrument },
                unit: Unit::Flag,
                low: 0.0,
                high: 1.0,
                law: "",
                zh: format!("{}：启用", spec.zh),
                en: format!("{}: in force", spec.en),
            });
        }
        let place = spec.setting_index(setting)?;
        let s = &spec.settings[place];
        Some(Lever {
            target: Target::Setting { instrument, setting: place },
            unit: s.unit,
            low: s.low,
            high: s.high,
            law: s.limit_source,
            zh: format!("{}：{}", spec.zh, s.zh),
            en: format!("{}: {}", spec.en, s.en),
        })
    }

    fn param(rest: &str) -> Option<Lever> {
        let (name, class) = rest.split_once('.').map_or((rest, None), |(name, class)| (name, Some(class)));
        let param = PARAMS.iter().position(|p| p.key == name)?;
        let p = &PARAMS[param];
        let class = match class {
            None => None,
            Some(id) if p.per_class => Some(Class::ALL.iter().position(|c| c.id() == id)?),
            Some(_) => return None,
        };
        let named = class.map(|c| Class::ALL[c]);
        let zh = param_zh(p.key).unwrap_or(p.key);
        Some(Lever {
            target: Target::Param { param, class },
            unit: p.unit,
            low: p.low,
            high: p.high,
            law: "",
            zh: named.map_or(zh.to_owned(), |c| format!("{zh}（{}）", c.zh())),
            en: named.map_or(p.en.to_owned(), |c| format!("{} ({})", p.en, c.en())),
        })
    }

    fn path(rest: &str, region: &Region) -> Option<Lever> {
        let (stem, row) = rest.split_once('.').map_or((rest, None), |(stem, row)| (stem, Some(row)));
        let starred = format!("{stem}.*");
        let path = PATHS.iter().position(|p| match (p.each, row) {
            (None, None) => p.key == stem,
            (Some(_), Some(_)) => p.key == starred,
            _ => false,
        })?;
        path_row(region, path, row)?;
        let p = &PATHS[path];
        let zh = path_zh(p.key).unwrap_or(p.key);
        let of = |name: &str| row.map_or(name.to_owned(), |row| format!("{name} ({row})"));
        Some(Lever {
            target: Target::Path { path, row: row.map(str::to_owned) },
            unit: p.unit,
            low: p.low,
            high: p.high,
            law: "",
            zh: of(zh),
            en: of(p.en),
        })
    }

    /// Every dotted key of the model and a region, in the order of the tables.
    pub fn keys(region: &Region) -> Vec<String> {
        let mut keys = Vec::new();
        for spec in INSTRUMENTS.iter().map(|i| i.spec()) {
            keys.push(format!("policy.{}.enabled", spec.id));
            keys.extend(spec.settings.iter().map(|s| format!("policy.{}.{}", spec.id, s.key)));
        }
        for p in PARAMS {
            keys.push(format!("params.{}", p.key));
            if p.per_class {
                keys.extend(Class::ALL.iter().map(|c| format!("params.{}.{}", p.key, c.id())));
            }
        }
        let (lenders, crops) = path_rows(region);
        let names = path_names(&lenders, &crops);
        keys.extend(names.into_iter().map(|(name, ..)| format!("macro.{name}")));
        keys
    }
}
