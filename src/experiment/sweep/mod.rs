//! Sweeps: many points of a design, each in every replication, kept block by block so that none is lost.
//!
//! [`layout`] cuts runs into blocks, [`work`] simulates them, [`part`] is one block as a Parquet file, [`folder`] keeps them,
//! [`survey`] counts what is there, [`merge`] makes one folder of several. What a folder holds is told in `docs/sweeps.md`.
//! Words for people are in `cli`; analysing a finished sweep is in `analysis`.

pub mod error;
pub mod folder;
pub mod layout;
pub mod merge;
pub mod part;
pub mod survey;
#[cfg(test)]
mod tests_store;
pub mod work;

pub use error::SweepError;
pub use folder::Folder;
pub use layout::{PlanFile, Shard};
pub use work::{Batch, Shape, Source, Work};

/// Version of the program, as parts name it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Hash of the sources that decide results (decision 0005).
pub const CODE: &str = env!("PUHUI_CODE");
