//! The month.
pub mod params;
