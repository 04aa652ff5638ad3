//! State of the simulated region; no behaviour.

mod region;

pub use region::*;
