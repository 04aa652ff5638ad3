//! The month: what happens, in which order. [`MONTH`] is the only place where order lives.
//!
//! Each phase is a function of a [`Run`]: the world, the month's policy, the luck. Phases are
//! grouped by file; policies answer through their doors, phases act and post.

mod anchors;
mod bond;
mod cells;
mod close;
mod desk;
mod environment;
mod equipment;
mod equity;
mod farming;
mod fees;
mod genesis;
mod growth;
mod guarantee;
mod harvest;
mod hedge;
mod joint;
mod lease;
mod lending;
mod limits;
mod looks;
mod marks;
mod need;
mod offers;
mod opening;
mod operate;
pub mod params;
mod payers;
mod projects;
mod ration;
mod relief;
mod settle;
mod standing;
mod subsidy;
mod sums;
mod term;
mod trouble;
mod turnover;
mod windows;

use std::sync::Arc;

pub use desk::{BUCKETS, Desk, RATINGS, Risk, Terms};
pub use genesis::{entrant_serial, id_of};
pub use params::{PARAMS, ParamSpec, Params};
pub use windows::{Relief, Windows};

use crate::ledger::{Witness, audit};
use crate::luck::Luck;
use crate::metrics::{Credit, RunRecord, credit};
use crate::policy::{PolicyMonth, PolicySchedule};
use crate::units::Month;
use crate::world::{Region, World};

/// Everything a run depends on besides its luck.
#[derive(Clone, Debug)]
pub struct Inputs {
    pub region: Arc<Region>,
    pub params: Arc<Params>,
    pub policy: Arc<PolicySchedule>,
    /// 1/F of `--scale F`: a thinned borrower stands for this many.
    pub thinning: u32,
    /// Audit after every phase, not only at month-end.
    pub audit_phases: bool,
}

/// One phase of the month.
pub struct Phase {
    pub name: &'static str,
    pub zh: &'static str,
    pub doc: &'static str,
    pub run: fn(&mut Run),
}

/// The month, in order.
pub static MONTH: &[Phase] = &[
    Phase {
        name: "environment",
        zh: "环境",
        run: environment::environment,
        doc: "Demand, macro regime, prices, weather and dated inputs of the month; the month's policy takes force.",
    },
    Phase {
        name: "operate",
        zh: "经营",
        run: operate::operate,
        doc: "Sales limited by working capital and local demand, costs, wages, harvests, drawings, rare cash losses.",
    },
    Phase {
        name: "service",
        zh: "还本付息",
        run: trouble::service,
        doc: "Interest; bullet loans that mature ask for a roll-over or are repaid; arrears are cured where cash allows.",
    },
    Phase {
        name: "classify",
        zh: "风险分类",
        run: trouble::classify,
        doc: "Ninety days past due is non-performing; guarantors and fund pay their claims; bad loans are resolved, recoveries shared, the rest written off.",
    },
    Phase {
        name: "need",
        zh: "融资需求",
        run: need::need,
        doc: "Awareness spreads, further lenders come within reach, borrowers in need decide to apply.",
    },
    Phase {
        name: "route",
        zh: "产品匹配",
        run: lending::route,
        doc: "Every application meets every lender within reach: limits by product, file and collateral, screening on a noisy signal, the break-even quote; the borrower takes the largest surplus or keeps one reason.",
    },
    Phase {
        name: "ration",
        zh: "配给",
        run: ration::ration,
        doc: "The month's queue in drawn order against officers' capacity, capital, allotted quotas, the guarantor's multiple, the fund's multiple and breakers.",
    },
    Phase {
        name: "disburse",
        zh: "放款",
        run: ration::disburse,
        doc: "Loans create deposits; fees and handling are paid; stock is bought; unrenewed loans fall due.",
    },
    Phase {
        name: "settle",
        zh: "结算",
        run: settle::settle,
        doc: "Windows are drawn, rolled over and repaid; funding and running costs; the support tool at quarter-end; fund and guarantors; provisions, tax and profit.",
    },
    Phase {
        name: "turnover",
        zh: "进入退出",
        run: turnover::turnover,
        doc: "Exits by age and distress, entrants from the fixed list, credit files thicken.",
    },
    Phase {
        name: "learn",
        zh: "学习",
        run: turnover::learn,
        doc: "Lenders update the default rate of each rating bucket; once a year the going rate is re-estimated.",
    },
    Phase {
        name: "close",
        zh: "月结",
        run: close::close,
        doc: "Sums of the register, indicators, the year's flows.",
    },
];

/// A run in progress: state, inputs in force, and what the phases hand on within a month.
#[derive(Clone)]
pub struct Run {
    pub inputs: Inputs,
    pub luck: Luck,
    pub world: World,
    pub policy: PolicyMonth,
    /// Terms on which each lender quotes this month.
    pub desk: Desk,
    /// This month's applications and accepted offers.
    pub applications: Vec<lending::Application>,
    pub offers: Vec<offers::Offer>,
    pub others: Vec<offers::Others>,
    /// Loans found overdue or bad when they were serviced.
    pub troubled: Vec<u32>,
    /// Subsidies that interest earned this month.
    pub subsidies_due: Vec<subsidy::Due>,
    /// Loans that matured and were not rolled over.
    pub unrenewed: Vec<u32>,
    /// Plans and offers of loans over several years.
    pub long: term::Long,
    /// Businesses whose unpaid bills passed the limit.
    pub distressed: Vec<crate::world::Borrower>,
    pub scratch: operate::Scratch,
    pub journal: close::Journal,
    pub first_month: Month,
}

/// One run; cloning it forks history.
#[derive(Clone)]
pub struct Simulation {
    run: Run,
}

impl Simulation {
    /// Month zero: the population at the start of the spin-up, for one (seed, replication).
    pub fn begin(inputs: &Inputs, seed: u64, replication: u32) -> Simulation {
        let start = inputs.region.start.plus(-(inputs.params.spin_up as i32));
        let luck = Luck::new(seed, replication);
        let world = genesis::world(inputs, luck, start);
        let policy = inputs.policy.at(start);
        let mut run = Run {
            inputs: inputs.clone(),
            luck,
            world,
            policy,
            desk: Desk::default(),
            applications: Vec::new(),
            offers: Vec::new(),
            others: Vec::new(),
            troubled: Vec::new(),
            unrenewed: Vec::new(),
            subsidies_due: Vec::new(),
            long: term::Long::default(),
            distressed: Vec::new(),
            scratch: operate::Scratch::default(),
            journal: close::Journal::new(inputs),
            first_month: start,
        };
        opening::opening_loans(&mut run);
        run.check("month zero");
        Simulation { run }
    }

    /// The next month to be simulated.
    pub fn month(&self) -> Month {
        self.run.world.month
    }

    /// Simulates one month and audits it.
    ///
    /// # Panics
    /// On a ledger residual, naming month, phase, party and account: that is a bug of ours.
    pub fn step(&mut self) {
        let run = &mut self.run;
        for phase in MONTH {
            (phase.run)(run);
            if run.inputs.audit_phases {
                run.check(phase.name);
            }
        }
        if !run.inputs.audit_phases {
            run.check("close");
        }
        run.journal.audits += 1;
        run.world.month = run.world.month.plus(1);
    }

    /// A copy that goes on under other policies and paths. Parameters, population and thinning must
    /// be those it began with.
    pub fn fork(&self, inputs: &Inputs) -> Simulation {
        let mut fork = self.clone();
        fork.run.world.region = inputs.region.clone();
        fork.run.inputs = inputs.clone();
        fork
    }

    /// What has been recorded from `from` on.
    pub fn record(&self, from: Month) -> RunRecord {
        self.run.journal.record(from)
    }

    /// Who owes how much now, in the order of ids.
    pub fn credit(&self) -> Vec<Credit> {
        credit(&self.run.world)
    }

    /// The state, to look at.
    pub fn world(&self) -> &World {
        &self.run.world
    }

    /// Terms on which lenders and guarantors decided in the last month, to look at.
    pub fn desk(&self) -> &Desk {
        &self.run.desk
    }

    /// The state, to disturb: for tests of the audit and of luck.
    pub fn world_mut(&mut self) -> &mut World {
        &mut self.run.world
    }
}

/// A few things in order, to be looked up by halving.
fn sorted<T: Ord>(of: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = of.collect();
    all.sort_unstable();
    all
}

impl Run {
    fn check(&mut self, phase: &str) {
        let findings = audit(&self.world.ledger, &self.world.recount());
        for finding in &findings {
            let worst = &mut self.journal.audit_residual_fen;
            *worst = (*worst).max(finding.residual_fen.abs());
        }
        if findings.is_empty() {
            return;
        }
        let list: Vec<String> = findings.iter().map(ToString::to_string).collect();
        panic!("ledger audit failed in {} after {phase}: {}", self.world.month, list.join("; "));
    }
}
