//! Statistics: pure functions from numbers to estimates with intervals.
//!
//! [`estimate`] has paired effects and quantiles, [`student`] Student's t, [`bootstrap`] resampling by
//! keyed luck, [`proportion`] shares of draws, [`sobol`] and [`morris`] what an outcome hangs on, [`groups`]
//! rankings as far as they are known, [`choice`] options compared N ways, [`frontier`] cost against
//! effect, [`prim`] where in the space of inputs a case occurs, [`shapley`] fair shares of a joint effect.
//! Nothing here knows the model, a file or a word for people; see `experiment` and `report`.

pub mod bootstrap;
pub mod choice;
pub mod estimate;
pub mod frontier;
pub mod groups;
pub mod morris;
pub mod prim;
pub mod proportion;
pub mod shapley;
pub mod sobol;
pub mod student;

pub use bootstrap::Interval;
