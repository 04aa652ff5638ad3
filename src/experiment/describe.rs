//! From loaded scenarios to a plan and its hash, and from a finished experiment to its manifest.
//! The hash names a result by what decides it: resolved scenarios, pack, seed, replications, months,
//! scale and the sources of the deciding rooms (`build.rs`). Clock, host and threads are not in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::Inputs;
use crate::policy::INSTRUMENTS;
use crate::scenario::{Loaded, Note, Scenario};
use crate::units::{Lang, Month, Unit};

use super::execute::Finished;
use super::labels;
use super::manifest::{
    ChangeEntry, Counts, FORMAT, FileHash, InForce, Intervals, Made, Manifest, Provenance, RegionNames,
    ScenarioEntry, TargetEntry, variables,
};
use super::plan::{Entry, Plan, UnknownReference, plan};
use super::repeated::{Rule, Target};
use super::store::hash_parts;

/// Hash of the sources that decide results (`build.rs`).
const CODE: &str = env!("PUHUI_CODE");

const SEED_RULE: &str = "every draw is a function of (seed, replication, stream, month, entity); \
    scenarios of one replication share all of them";

/// What the user asked for, settled: scenarios in order, the reference first.
#[derive(Clone, Debug)]
pub struct Request {
    pub scenarios: Vec<Scenario>,
    pub seed: u64,
    pub rule: Rule,
    /// k of `--scale 1/k`.
    pub thinning: u32,
    pub from: Month,
    pub until: Month,
    /// Audit after every phase; it changes no result.
    pub audit_phases: bool,
}

/// The scenarios are not about one region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` and `{1}` are about different regions and cannot be compared")]
pub struct DifferentRegions(pub String, pub String);

impl DifferentRegions {
    /// The message in either language.
    pub fn message(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => format!("`{}` 与 `{}` 属于不同区域，不能比较", self.0, self.1),
            Lang::En => self.to_string(),
        }
    }
}

impl Request {
    /// The scenarios loaded, the reference of all first; references that scenarios name themselves
    /// follow.
    pub fn order(loaded: &Loaded) -> Result<Vec<Scenario>, DifferentRegions> {
        let mut scenarios: Vec<Scenario> = loaded.scenarios.clone();
        // A scenario given alone is compared with the reference it names, not the other way round.
        if let ([one], [reference]) = (&loaded.scenarios[..], &loaded.references[..])
            && one.reference.as_deref() == Some(reference.id.as_str())
        {
            return Ok(vec![reference.clone(), one.clone()]);
        }
        for extra in &loaded.references {
            if !scenarios.iter().any(|s| s.id == extra.id) {
                scenarios.push(extra.clone());
            }
        }
        let differs = |s: &Scenario| scenarios.first().is_some_and(|first| first.region.id != s.region.id);
        if let Some(at) = scenarios.iter().position(differs) {
            return Err(DifferentRegions(scenarios[0].id.clone(), scenarios[at].id.clone()));
        }
        Ok(scenarios)
    }

    /// Plans the runs.
    pub fn plan(&self) -> Result<Plan, UnknownReference> {
        let entry = |(i, s): (usize, &Scenario)| Entry {
            id: s.id.clone(),
            inputs: Inputs {
                region: Arc::clone(&s.region),
                params: Arc::new(s.params.clone()),
                policy: Arc::new(s.policy.clone()),
                thinning: self.thinning,
                audit_phases: self.audit_phases,
            },
            reference: s.reference.clone().filter(|r| i > 0 && *r != s.id),
        };
        plan(self.scenarios.iter().enumerate().map(entry).collect(), self.seed, self.from, self.until)
    }

    /// Hash of everything the results depend on, and of the resolved scenarios alone. Places of
    /// files, languages, threads and the machine are not in it.
    pub fn hashes(&self) -> (String, String) {
        let mut parts = Vec::new();
        for s in &self.scenarios {
            parts.push(format!("{} {} {} {:?}", s.id, s.title_zh, s.title_en, s.reference));
            parts.push(format!("{:?} {:?} {:?}", s.region, s.params, s.policy));
        }
        let inputs = hash_parts(parts.iter().map(String::as_str));
        let how = format!(
            "{FORMAT} {} {CODE} seed {} {:?} 1/{} {} {} {}",
            env!("CARGO_PKG_VERSION"),
            self.seed,
            self.rule,
            self.thinning,
            self.from,
            self.until,
            // Who asks for more audits wants them done, though results are the same.
            if self.audit_phases { "phases" } else { "" }
        );
        (hash_parts([how.as_str(), inputs.as_str()]), inputs)
    }

    /// The manifest of the finished experiment.
    pub fn manifest(&self, plan: &Plan, loaded: &Loaded, finished: &Finished, made: Made) -> Manifest {
        let (hash, inputs_hash) = self.hashes();
        let region = self.scenarios.first().map(|s| Arc::clone(&s.region));
        let text = |f: fn(&crate::world::Region) -> &String| {
            region.as_ref().map_or_else(String::new, |r| f(r).clone())
        };
        let reference = plan.arms.first().map_or_else(String::new, |a| a.id.clone());
        let entries = self.scenarios.iter().zip(&plan.arms).enumerate().map(|(i, (s, arm))| ScenarioEntry {
            id: s.id.clone(),
            title_zh: s.title_zh.clone(),
            title_en: s.title_en.clone(),
            baseline_id: if i == 0 { String::new() } else { plan.arms[arm.reference].id.clone() },
            first_change: arm.first_change,
            last_change: self.scenarios.get(arm.reference).and_then(|r| s.last_change(r)),
            changes: self.scenarios.get(arm.reference).map_or_else(Vec::new, |r| changes(s, r)),
            limits: limits(s, self.until),
        });
        let repeated = matches!(self.rule, Rule::Settled { .. });
        let growth = Target::growth(0.0).metric;
        let target = |(t, reached): &(Target, f64)| TargetEntry {
            variable: t.name(),
            wanted: t.half,
            reached: reached.is_finite().then_some(*reached),
        };
        let verdict = finished.verdict;
        Manifest {
            format: FORMAT,
            program_version: env!("CARGO_PKG_VERSION"),
            code_hash: CODE,
            hash,
            inputs_hash,
            region: RegionNames { id: text(|r| &r.id), zh: text(|r| &r.zh), en: text(|r| &r.en) },
            seed: self.seed,
            seed_rule: SEED_RULE,
            replications: verdict.replications,
            scale: if self.thinning == 1 { "1".into() } else { format!("1/{}", self.thinning) },
            from: self.from,
            until: self.until,
            projection_from: region.as_ref().map_or(self.from, |r| r.projection),
            baseline_id: reference,
            scenarios: entries.collect(),
            variables: variables(),
            labels: labels::labels(),
            townships: region.as_ref().map_or_else(Vec::new, |r| labels::places(r)),
            breaks: region.as_ref().map_or_else(Vec::new, |r| labels::breaks(r, self.from, self.until)),
            industries: region.as_ref().map_or_else(Vec::new, |r| labels::industries(r)),
            fit: region.as_ref().and_then(|r| labels::fit(r)),
            instruments_in_force: self.scenarios.iter().map(|s| in_force(s, self.from, self.until)).collect(),
            parameters: provenance(loaded),
            data: data(loaded),
            counts: counts(plan, finished),
            intervals: Intervals {
                rule: if repeated { "repeated looks" } else { "fixed" },
                alpha: verdict.alpha,
                looks: verdict.looks,
                precision: finished.reached.iter().find(|(t, _)| t.metric == growth).map(|(t, _)| t.half),
                targets: finished.reached.iter().map(target).collect(),
                settled: verdict.settled,
            },
            status: "complete",
            made,
        }
    }
}

fn changes(scenario: &Scenario, reference: &Scenario) -> Vec<ChangeEntry> {
    let notes = scenario.change_notes(reference);
    let entry =
        |n: Note| ChangeEntry { zh: n.words.zh, en: n.words.en, basis: n.basis.zh, basis_en: n.basis.en };
    notes.into_iter().map(entry).collect()
}

fn limits(scenario: &Scenario, at: Month) -> BTreeMap<String, f64> {
    let values = scenario.policy.at(at).instruments;
    let mut out = BTreeMap::new();
    for (instrument, v) in INSTRUMENTS.iter().zip(values).filter(|(_, v)| v.enabled) {
        let spec = instrument.spec();
        for (setting, value) in spec.settings.iter().zip(v.values) {
            if setting.unit == Unit::Multiple {
                out.insert(format!("{}.{}", spec.id, setting.key), value);
            }
        }
    }
    out
}

fn in_force(scenario: &Scenario, from: Month, until: Month) -> InForce {
    let mut on = vec![false; INSTRUMENTS.len()];
    for month in (from.0..=until.0).map(Month) {
        let values = scenario.policy.at(month).instruments;
        on.iter_mut().zip(values).for_each(|(flag, v)| *flag |= v.enabled);
    }
    let instruments = INSTRUMENTS.iter().zip(on).filter(|(_, on)| *on).map(|(i, _)| i.spec().id).collect();
    InForce { scenario_id: scenario.id.clone(), instruments }
}

fn provenance(loaded: &Loaded) -> Provenance {
    let mut classes: BTreeMap<String, usize> = BTreeMap::new();
    for sourced in loaded.packs.iter().flat_map(|p| &p.provenance) {
        *classes.entry(sourced.provenance.class.id().to_owned()).or_default() += 1;
    }
    Provenance { assumptions: classes.get("assumption").copied().unwrap_or(0), classes }
}

fn data(loaded: &Loaded) -> Vec<FileHash> {
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    let sources = loaded.warnings.sources.iter();
    sources.map(|s| FileHash { name: s.name.clone(), blake3: hash(&s.text) }).collect()
}

fn counts(plan: &Plan, finished: &Finished) -> Counts {
    let shown = plan.arms.iter().filter(|a| !a.hidden).count();
    let n = finished.replications.len();
    let done = |r: &super::Replication| {
        plan.arms.iter().zip(&r.runs).filter(|(a, run)| !a.hidden && run.is_ok()).count()
    };
    let done = finished.replications.iter().map(done).sum();
    Counts { planned: shown * n, done, failed: shown * n - done, helpers: (plan.arms.len() - shown) * n }
}
