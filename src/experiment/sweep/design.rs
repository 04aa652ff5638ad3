//! A design, read and checked: which scenarios are run at which points, how often, and what is kept.
//!
//! Reading the file is in `read.rs`, what a factor is in `factor.rs`, drawing the points in `points.rs`. Everything here is
//! settled: there is nothing left that could be wrong.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::experiment::analysis::Layout;
use crate::model::Inputs;
use crate::scenario::{Bilingual, Diagnostics, IllDesigned, Laid, Mistake, Options, Pack, Scenario};
use crate::units::{Lang, Month};

use super::{Factor, Points, read};

/// How points come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Every combination of the values.
    Grid,
    /// The first values of all factors, the second values, and so on.
    Zip,
    /// The rows of a table.
    Table,
    LatinHypercube,
    /// Sobol' sequence, plain or in Saltelli's layout.
    Sobol,
    /// Trajectories of Morris.
    Morris,
}

impl Kind {
    pub const ALL: [Kind; 6] =
        [Kind::Grid, Kind::Zip, Kind::Table, Kind::LatinHypercube, Kind::Sobol, Kind::Morris];

    /// Name in files.
    pub const fn id(self) -> &'static str {
        ["grid", "zip", "table", "latin_hypercube", "sobol", "morris"][self as usize]
    }

    /// Whether values are drawn from ranges instead of listed.
    pub const fn draws(self) -> bool {
        matches!(self, Kind::LatinHypercube | Kind::Sobol | Kind::Morris)
    }
}

/// How often outcomes are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Every {
    #[default]
    Year,
    Month,
}

impl Every {
    pub const fn id(self) -> &'static str {
        ["year", "month"][self as usize]
    }
}

/// A file as it was read, to be kept beside the results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Name without folder.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A design file, read and checked.
#[derive(Clone, Debug)]
pub struct Design {
    /// Stem of the file.
    pub id: String,
    pub title: Bilingual,
    pub kind: Kind,
    pub layout: Layout,
    /// Saltelli: base points; Morris: trajectories; else points.
    pub base: usize,
    /// Saltelli only: with B_A rows.
    pub second_order: bool,
    /// Morris only: levels of a factor.
    pub levels: usize,
    pub factors: Vec<Factor>,
    /// The reference first; references that scenarios name themselves are among them.
    pub scenarios: Vec<Scenario>,
    pub pack: Arc<Pack>,
    /// Places of the indicators kept in `METRICS`.
    pub indicators: Vec<usize>,
    pub seed: u64,
    pub replications: u32,
    /// k of a scale of 1/k.
    pub thinning: u32,
    pub from: Month,
    pub until: Month,
    pub every: Every,
    /// Points a block, where the file says so.
    pub block: Option<usize>,
    pub points: Points,
    /// The design file, then its table.
    pub sources: Vec<Source>,
    /// What is no mistake but should be said.
    pub warnings: Diagnostics,
}

impl Design {
    /// Reads a design file. Scenarios are looked for beside it, then among the shipped ones.
    ///
    /// # Errors
    /// All mistakes of the design, its table and its scenarios at once.
    pub fn read(path: &Path, options: &Options) -> Result<Design, Diagnostics> {
        read::read(path, None, options)
    }

    /// Reads the design of a sweep's folder with the scenarios kept there, whatever has become of the files they came from.
    ///
    /// # Errors
    /// All mistakes at once, as of a file.
    pub fn stored(dir: &Path, options: &Options) -> Result<Design, Diagnostics> {
        read::read(&dir.join("design.toml"), Some(dir), options)
    }

    /// Scenario number `scenario` at `point`.
    ///
    /// # Errors
    /// The rule that the point breaks; such a run is a row with this reason.
    pub fn scenario(&self, point: usize, scenario: usize) -> Result<Scenario, Mistake> {
        let values = self.points.values(point);
        let laid: Vec<Laid> = self
            .factors
            .iter()
            .zip(values)
            .filter(|(f, _)| f.applies[scenario])
            .map(|(f, &value)| f.laid(value))
            .collect();
        self.scenarios[scenario].laid_over(&laid)
    }

    /// The points that break a rule of the model, if there are any; of many points an even share is tried.
    pub(super) fn broken(&self) -> Option<IllDesigned> {
        const TRIED: usize = 2000;
        let order = self.points.order(self.kind);
        let tried: Vec<usize> = order.iter().take(TRIED).map(|p| *p as usize).collect();
        let reason = |&p: &usize| {
            let why = (0..self.scenarios.len()).find_map(|s| self.scenario(p, s).err())?;
            Some((p, why))
        };
        let mut found: Vec<(usize, Mistake)> = tried.par_iter().filter_map(reason).collect();
        found.sort_by_key(|(p, _)| *p);
        let (first, why) = found.first()?;
        let (why_zh, why_en) = (why.message(Lang::Zh), why.message(Lang::En));
        Some(IllDesigned::PointsBroken {
            points: found.len(),
            of: tried.len(),
            first: *first,
            why_zh,
            why_en,
        })
    }

    /// What the simulation of that scenario at that point needs.
    ///
    /// # Errors
    /// As [`Design::scenario`].
    pub fn inputs(&self, point: usize, scenario: usize) -> Result<Inputs, Mistake> {
        let s = self.scenario(point, scenario)?;
        Ok(Inputs {
            region: s.region,
            params: Arc::new(s.params),
            policy: Arc::new(s.policy),
            thinning: self.thinning,
            audit_phases: false,
        })
    }

    /// Folder a relative name in the file is looked up in.
    pub(super) fn folder(path: &Path) -> PathBuf {
        path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
    }
}
