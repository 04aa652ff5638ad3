//! 普惠 Puhui: what inclusive-finance policy does to one region, by parallel Monte Carlo simulation.

pub mod report;
pub mod units;
