//! Experiments: replications of scenarios that share their luck, and what follows from them.
//!
//! [`plan`] says what will be simulated, [`replicate`] does it (history shared by scenarios is
//! simulated once), [`reduce`] keeps what the tables need, [`additional`] compares the same borrowers in two
//! worlds, [`estimate`] forms paired effects, [`attribution`] shares the effect of a package
//! among its instruments, [`repeated`] decides when they are settled, [`parts`] keeps what is finished, [`store`]
//! writes the results folder, [`sweep`] plans runs at many points, [`analysis`] reads a stored run.
//! Nothing here prints; drawing and words for people are in `report` and `cli`.

pub mod additional;
pub mod again;
pub mod analysis;
pub mod attribution;
pub mod city;
pub mod describe;
pub mod execute;
pub mod flows;
pub mod fund;
pub mod labels;
pub mod manifest;
mod memory;
pub mod parts;
pub mod plan;
pub mod progress;
pub mod reduce;
pub mod repeated;
pub mod replicate;
pub mod store;
pub mod sweep;
pub mod tables;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod toy;
pub mod trace;

// What experiments estimate with; the statistics have a room of their own.
pub use crate::stats::{estimate, student};

pub use describe::Request;
pub use execute::{Experiment, ExperimentError, Finished};
pub use plan::{Arm, Grid, Plan};
pub use progress::Progress;
pub use replicate::{Engine, Replication, Stop};
