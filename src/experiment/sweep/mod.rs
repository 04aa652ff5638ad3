//! Sweeps: what a design file asks for, the points it means, and how they are cut into runs.
//!
//! [`Design`] is the file, read and checked; [`Points`] its points; [`Plan`] numbers the runs, cuts them into blocks and names
//! by hash all that decides results. Layout of the folder: `docs/sweeps.md`. Nothing is simulated or written here.

mod design;
mod draws;
mod factor;
mod levels;
mod make;
mod plan;
mod points;
mod probe;
mod read;
mod reading;
mod record;
mod schema;
mod sobol;
mod table;
mod tabled;
#[cfg(test)]
mod tests;

pub use design::{Design, Every, Kind, Source};
pub use factor::{Factor, Spread};
pub use make::runs_fit;
pub use plan::{Decides, Difference, Plan, Recorded, Run};
pub use points::Points;
pub use probe::{Estimate, Probe, estimate, probe};
pub use schema::schema;

/// Most points of a design.
pub const MAX_POINTS: usize = 100_000;
/// Most runs of a plan.
pub const MAX_RUNS: u64 = 1_000_000;
/// Schema line of a design file.
pub const DESIGN_SCHEMA: &str = "puhui/design/1";
/// Format of a sweep's folder.
pub const FORMAT: &str = "puhui/sweep/1";
