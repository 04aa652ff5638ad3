//! Sweeps: many points of a design, each in every replication, kept block by block so that none is lost.
//!
//! [`layout`] cuts runs into blocks, [`part`] is one block as a Parquet file. What a folder holds is told in `docs/sweeps.md`.
//! Words for people are in `cli`; analysing a finished sweep is in `analysis`.

pub mod layout;
pub mod part;

/// Version of the program, as parts name it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Hash of the sources that decide results (decision 0005).
pub const CODE: &str = env!("PUHUI_CODE");
