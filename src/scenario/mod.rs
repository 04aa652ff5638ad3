//! What the user wrote → what is allowed → [`Scenario`].
//!
//! [`load`] reads any number of files at once and answers with scenarios or with *all* mistakes of
//! all files; [`load_region`] reads a region pack; [`shipped`] is what comes inside the program.
//! Nothing here simulates and nothing prints.
//!
//! How a delta changes its ancestor: a single value replaces the whole timeline of a setting; a
//! dated list keeps the ancestor's timeline before the list's first date and replaces everything
//! from that date on. Having an instrument's table switches it on unless `enabled` says otherwise.

mod diagnose;
mod diff;
mod document;
mod ill_designed;
mod mistake;
mod overlay;
mod pack;
mod print;
mod remedy;
mod resolve;
mod rules;
mod schema;
mod sheet;
mod shipped;
mod source;
mod syntax;
#[cfg(test)]
mod testkit;
#[cfg(test)]
mod tests;
mod vary;
mod walk;
mod zh;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::params::Params;
use crate::policy::PolicySchedule;
use crate::units::Month;
use crate::world::Region;

pub use diagnose::{Diagnostic, Diagnostics, Listed, Place};
pub use diff::{Change, Row, Steps, Stretch};
pub use document::{Bilingual, Document, Entry, Name, RunWritten, SCENARIO_SCHEMA, Target, WrittenValue};
pub use ill_designed::{IllDesigned, NotHere, Smaller};
pub use mistake::shown;
pub use mistake::{Encoding, Expected, FileKind, Kind, Mistake};
pub use overlay::ALWAYS;
pub use pack::{PARAMETERS_SCHEMA, PATHS_SCHEMA, Pack, Provenance, REGION_SCHEMA, Sourced};
pub use print::Note;
pub use resolve::{DEFAULT_REGION, DEFAULT_REPLICATIONS, DEFAULT_SEED, DEFAULT_UNTIL};
pub use rules::Crossed;
pub use schema::schema;
pub use sheet::SCHEMA as SHEET_SCHEMA;
pub use shipped::{COMPARISON_SCHEMA, Comparison, FOLDERS, SHIPPED, Shelf, Shipped, shipped, shipped_design};
pub use source::{MAX_BYTES, SourceFile, decode, read as read_text};
pub use vary::{Laid, Lever};
pub use walk::{Citation, Dated, Evidence};
// What reads a design: the same places, names and units as of a scenario.
pub(crate) use walk::{Node, Walk, join, parse_and_walk};
pub use zh::{choice_zh, column_zh, param_zh, path_zh, phase_zh};

/// How to run: months both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunSettings {
    pub seed: u64,
    pub replications: u32,
    /// First month reported.
    pub from: Month,
    /// Last month simulated.
    pub until: Month,
}

/// What a scenario's file, its ancestors and what they include say, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    pub layers: Vec<Arc<Document>>,
}

/// A scenario, resolved and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Stem of its file.
    pub id: String,
    pub title_zh: String,
    pub title_en: String,
    pub description_zh: Option<String>,
    pub description_en: Option<String>,
    /// Ids of its ancestors, parent first.
    pub extends: Vec<String>,
    /// Id of its own reference scenario, where it names one.
    pub reference: Option<String>,
    /// The pack's values with this scenario's macro paths; equal regions are one allocation.
    pub region: Arc<Region>,
    pub policy: PolicySchedule,
    pub params: Params,
    pub run: RunSettings,
    pub written: Written,
}

impl Scenario {
    /// The last month for which any path of the environment says something; after it all keep their last value.
    pub fn inputs_until(&self) -> Option<Month> {
        let paths = (0..crate::world::PATHS.len()).flat_map(|i| self.region.paths.get(i));
        paths.filter_map(|path| path.points.last()).map(|(month, _)| *month).max()
    }
}

/// One thing to load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    Path(PathBuf),
    /// A scenario of the library by its id.
    Shipped(String),
    /// A text without file; `id` stands for the stem.
    Text {
        id: String,
        text: String,
    },
}

impl Input {
    /// What a user's argument means: a file if there is one of that name, else a shipped id, else
    /// the file that is missing.
    pub fn named(argument: &str, options: &Options) -> Input {
        let exists = Path::new(argument).exists();
        if !exists && options.library.scenario_ids().iter().any(|id| id == argument) {
            return Input::Shipped(argument.to_owned());
        }
        Input::Path(PathBuf::from(argument))
    }
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        Input::Path(path)
    }
}

/// How to load.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Where shipped scenarios and packs are taken from; by default from inside the program.
    pub library: Shelf,
    /// A pack of the library that is loaded already, for who loads many scenarios one by one. Its
    /// files are then not among the sources of what is loaded.
    pub pack: Option<Arc<Pack>>,
}

/// What was loaded.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// One scenario per input, in the order of inputs.
    pub scenarios: Vec<Scenario>,
    /// Scenarios named as `reference` that were not among the inputs.
    pub references: Vec<Scenario>,
    /// What each scenario is told against: its own reference, else its parent.
    pub against: Vec<Option<Arc<Scenario>>>,
    /// The packs in use, with the provenance of their numbers.
    pub packs: Vec<Arc<Pack>>,
    pub warnings: Diagnostics,
}

/// Reads scenario files with their ancestors, references and region packs.
///
/// # Errors
/// All mistakes of all files at once.
pub fn load(inputs: &[Input], options: &Options) -> Result<Loaded, Diagnostics> {
    resolve::Loader::new(options).load(inputs)
}

/// Reads a region pack: one that is shipped by its id, or a folder.
///
/// # Errors
/// All mistakes of all files of the pack at once.
pub fn load_region(id_or_dir: &str, options: &Options) -> Result<Pack, Diagnostics> {
    let named = resolve::region_shelf(id_or_dir, None, &options.library);
    let folder = Shelf::Folder(PathBuf::from(id_or_dir));
    let shelf = if !named.exists() && folder.exists() { folder } else { named };
    let mut bag = Diagnostics::default();
    match pack::read_pack(&shelf, &mut bag) {
        Some(pack) if !bag.has_errors() => Ok(pack),
        _ => Err(bag.sorted()),
    }
}
