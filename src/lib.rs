//! 普惠 Puhui: what inclusive-finance policy does to one region, by parallel Monte Carlo simulation.

pub mod experiment;
pub mod metrics;
pub mod model;
pub mod policy;
pub mod report;
pub mod units;
pub mod world;
