//! 普惠 Puhui: what inclusive-finance policy does to one region, by parallel Monte Carlo simulation.

pub mod model;
pub mod policy;
pub mod scenario;
pub mod units;
pub mod world;
