//! Runs and blocks of a design, and the hash of all that decides results.
//!
//! A run is (replication, point, scenario). Runs are numbered replication by replication, and within one in the order of the
//! plan, scenarios of a point side by side: what a stopped sweep has done is whole replications and an even share of the
//! next. More replications change no number of an earlier run, nor a block.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::experiment::store::hash_parts;
use crate::metrics::METRICS;
use crate::scenario::{Mistake, Scenario};

use super::layout::PlanFile;
use super::{Design, FORMAT};

/// Hash of the sources that decide results (`build.rs`).
const CODE: &str = env!("PUHUI_CODE");
/// Runs of a block where the design says nothing.
const RUNS_A_BLOCK: usize = 32;
/// Blocks of a replication above which blocks grow instead.
const MOST_BLOCKS: usize = 1000;

/// A run of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Run {
    pub replication: u32,
    pub point: usize,
    pub scenario: usize,
}

/// One thing that decides results: its name, its hash, and the thing itself where it is short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decides {
    pub name: String,
    pub hash: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub said: String,
}

/// How a design is cut into runs.
#[derive(Clone, Debug)]
pub struct Plan {
    pub design: Arc<Design>,
    pub replications: u32,
    /// Points a block.
    pub block: usize,
    /// Names results: two plans of one hash have equal runs under equal numbers. Replications are not in it.
    pub hash: String,
    pub decides: Vec<Decides>,
    /// `plan.json`, which cuts runs into blocks.
    pub file: PlanFile,
    /// Place of a point in the order of running.
    place: Vec<u32>,
    /// By scenario: the same at all points, so that under the same luck all its runs are one.
    pub unmoved: Vec<bool>,
}

impl Plan {
    /// Plans a design; `replications` instead of its own.
    pub fn new(design: Arc<Design>, replications: Option<u32>) -> Plan {
        let points = design.points.len();
        let scenarios = design.scenarios.len().max(1);
        let block = design.block.unwrap_or_else(|| {
            let few = (RUNS_A_BLOCK / scenarios).max(1);
            few.max(points.div_ceil(MOST_BLOCKS))
        });
        let block = block.clamp(1, points.max(1));
        let order = design.points.order(design.kind);
        let mut place = vec![0; order.len()];
        for (at, point) in order.iter().enumerate() {
            place[*point as usize] = at as u32;
        }
        let decides = decides(&design, block);
        let hash = hash_parts(decides.iter().flat_map(|d| [d.name.as_str(), d.hash.as_str()]));
        let replications = replications.unwrap_or(design.replications);
        let counts = (points as u64, design.scenarios.len() as u64, replications);
        let file = PlanFile::new((hash.clone(), decides.clone()), counts, block as u64);
        let file = PlanFile { order, ..file };
        let unmoved = (0..design.scenarios.len()).map(|s| is_unmoved(&design, s)).collect();
        Plan { design, replications, block, hash, decides, file, place, unmoved }
    }

    pub fn points(&self) -> usize {
        self.design.points.len()
    }

    pub fn scenarios(&self) -> usize {
        self.design.scenarios.len()
    }

    /// Runs of a replication.
    pub fn round(&self) -> u64 {
        (self.points() * self.scenarios()) as u64
    }

    pub fn runs(&self) -> u64 {
        self.file.runs
    }

    pub fn blocks(&self) -> usize {
        self.file.blocks as usize
    }

    /// The runs of a block, by number.
    pub fn block_runs(&self, block: usize) -> Range<u64> {
        self.file.runs_of(block as u64)
    }

    /// The block a run belongs to.
    pub fn block_of(&self, number: u64) -> usize {
        self.file.block_of(number) as usize
    }

    /// Run number `number`; `None` beyond the plan.
    pub fn run(&self, number: u64) -> Option<Run> {
        (number < self.runs()).then(|| {
            let is = self.file.run(number);
            Run { replication: is.replication, point: is.point as usize, scenario: is.scenario as usize }
        })
    }

    /// The number of a run.
    pub fn number(&self, run: Run) -> u64 {
        let within = self.place[run.point] as usize * self.scenarios() + run.scenario;
        u64::from(run.replication) * self.round() + within as u64
    }

    /// Scenario number `scenario` at `point`, resolved.
    ///
    /// # Errors
    /// The rule that the point breaks; its run is a row with this reason.
    pub fn scenario(&self, point: usize, scenario: usize) -> Result<Scenario, Mistake> {
        self.design.scenario(point, scenario)
    }
}

fn is_unmoved(design: &Design, scenario: usize) -> bool {
    let moves = |f: usize| {
        let at = |p: usize| design.points.values(p)[f].to_bits();
        design.factors[f].applies[scenario] && (1..design.points.len()).any(|p| at(p) != at(0))
    };
    !(0..design.factors.len()).any(moves)
}

/// All that decides results, by name. Replications, titles, languages, threads, shards and places of files do not.
fn decides(design: &Design, block: usize) -> Vec<Decides> {
    let mut out = Vec::new();
    let mut add = |name: &str, said: String, parts: &[String]| {
        let hash = hash_parts([said.as_str()].into_iter().chain(parts.iter().map(String::as_str)));
        out.push(Decides { name: name.to_owned(), hash, said });
    };
    add("format", FORMAT.into(), &[]);
    add("version", env!("CARGO_PKG_VERSION").into(), &[]);
    add("code", CODE.into(), &[]);
    add("seed", design.seed.to_string(), &[]);
    add("scale", format!("1/{}", design.thinning), &[]);
    add("months", format!("{}..{}", design.from, design.until), &[]);
    add("every", design.every.id().into(), &[]);
    let layout = format!("{} {:?} {}", design.kind.id(), design.layout, design.base).to_lowercase();
    add("kind", layout, &[design.second_order.to_string(), design.levels.to_string()]);
    let names: Vec<&str> = design.indicators.iter().map(|i| METRICS[*i].name).collect();
    add("indicators", names.join(" "), &[]);
    add("block", block.to_string(), &[]);
    let ids: Vec<&str> = design.scenarios.iter().map(|s| s.id.as_str()).collect();
    add("scenarios", ids.join(" "), &[]);
    for factor in &design.factors {
        let since = factor.since.map_or_else(String::new, |m| format!(" since {m}"));
        let (from, to) = factor.spread.ends();
        let said = format!("{}{since} {from}..{to}", factor.key);
        add(&format!("factor {}", factor.name), said, &[format!("{:?} {:?}", factor.spread, factor.applies)]);
    }
    let points = &design.points;
    let row = |p: usize| format!("{:?} {} {:?}", points.values(p), points.group(p), points.role(p));
    let rows: Vec<String> = (0..points.len()).map(row).collect();
    add("points", points.len().to_string(), &rows);
    // All scenarios have one pack; paths they lay over it are their own.
    add(
        "region",
        design.pack.region.id.clone(),
        &[format!("{:?} {:?}", design.pack.region, design.pack.params)],
    );
    for s in &design.scenarios {
        let parts = [format!("{:?} {:?} {:?}", s.region, s.params, s.policy)];
        add(&format!("scenario {}", s.id), s.reference.clone().unwrap_or_default(), &parts);
    }
    out
}
