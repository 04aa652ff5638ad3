//! 普惠 Puhui: what inclusive-finance policy does to one region, by parallel Monte Carlo simulation.
//!
//! The rooms and who may use whom are described in `CONTRIBUTING.md` and held by `tests/tidy.rs`.

pub mod cli;
pub mod experiment;
pub mod ledger;
pub mod luck;
pub mod metrics;
pub mod model;
pub mod policy;
pub mod report;
pub mod scenario;
pub mod stats;
pub mod units;
pub mod world;
