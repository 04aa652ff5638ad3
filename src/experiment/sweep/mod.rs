//! Sweeps: what a design file asks for, how its points are cut into runs, and the runs kept block by block so that none is lost.
//!
//! [`Design`] is the file, read and checked; [`Points`] its points; [`Plan`] numbers the runs, cuts them into blocks and names
//! by hash all that decides results. [`work`] simulates blocks, [`part`] is one as a Parquet file, [`folder`] keeps them,
//! [`survey`] counts what is there, [`merge`] makes one folder of several. Layout of the folder: `docs/sweeps.md`. Words for
//! people are in `cli`; analysing a finished sweep is in `analysis`.

mod design;
mod draws;
pub mod error;
mod factor;
pub mod folder;
pub mod layout;
mod levels;
mod make;
pub mod merge;
mod origin;
pub mod part;
mod plan;
mod points;
mod probe;
mod read;
mod reading;
mod record;
mod schema;
mod sobol;
pub mod stored;
pub mod survey;
mod table;
mod tabled;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_keys;
#[cfg(test)]
mod tests_store;
pub mod work;

pub use design::{Design, Every, Kind, Source};
pub use error::SweepError;
pub use factor::{Factor, Spread};
pub use folder::Folder;
pub use layout::{PlanFile, Shard};
pub use make::runs_fit;
pub use plan::{Decides, Plan, Run};
pub use points::Points;
pub use probe::{Estimate, Probe, estimate, probe};
pub use schema::schema;
pub use work::{Batch, Origin, Shape, Work};

/// Version of the program, as parts name it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Hash of the sources that decide results (decision 0005).
pub const CODE: &str = env!("PUHUI_CODE");
/// Most points of a design.
pub const MAX_POINTS: usize = 100_000;
/// Most runs of a plan.
pub const MAX_RUNS: u64 = 1_000_000;
/// Schema line of a design file.
pub const DESIGN_SCHEMA: &str = "puhui/design/1";
/// Format of a sweep's folder.
pub const FORMAT: &str = "puhui/sweep/1";
