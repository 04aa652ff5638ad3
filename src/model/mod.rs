//! The month: what happens, in which order.

pub mod params;

use std::sync::Arc;

pub use params::Params;

use crate::metrics::RunRecord;
use crate::policy::PolicySchedule;
use crate::units::Month;
use crate::world::Region;

/// Everything a run depends on besides its luck.
#[derive(Clone, Debug)]
pub struct Inputs {
    pub region: Arc<Region>,
    pub params: Arc<Params>,
    pub policy: Arc<PolicySchedule>,
    /// 1/F of `--scale F`: thinned borrowers stand for this many.
    pub thinning: u32,
}

/// One run in progress; cloning it forks history.
#[derive(Clone)]
pub struct Simulation {
    inputs: Inputs,
    month: Month,
}

impl Simulation {
    /// Month zero: the population at the start of the spin-up, for one (seed, replication).
    pub fn begin(inputs: &Inputs, _seed: u64, _replication: u32) -> Simulation {
        let start = inputs.region.start.plus(-(inputs.params.spin_up as i32));
        Simulation { inputs: inputs.clone(), month: start }
    }
    /// The next month to be simulated.
    pub fn month(&self) -> Month {
        self.month
    }
    /// Simulates one month; audits at its end and panics with month, party, account on a residual.
    pub fn step(&mut self) {
        self.month = self.month.plus(1);
    }
    /// A copy that goes on under other policies and paths (parameters and population must be equal).
    pub fn fork(&self, inputs: &Inputs) -> Simulation {
        Simulation { inputs: inputs.clone(), ..self.clone() }
    }
    /// What has been recorded from `from` on.
    pub fn record(&self, _from: Month) -> RunRecord {
        unimplemented!()
    }
}
