//! A world of one number for the tests of this room: its month is its own past, luck keyed by
//! (seed, replication, month), and a dated policy.

use std::sync::Arc;

use crate::metrics::{
    Column, Credit, InstrumentRow, LedgerRow, METRICS, Payer, RefusalRow, RunRecord, metric_index,
};
use crate::model::{Inputs, Params};
use crate::policy::{PolicySchedule, Timeline, instrument_index};
use crate::units::Month;
use crate::world::{Paths, Region};

use super::plan::{Arm, CityShift, Divergence, Grid, Plan};
use super::replicate::Engine;

/// Policy from a month on; `fails` panics in that month.
#[derive(Clone, Debug, Default)]
pub struct ToyInputs {
    pub policy: Vec<(Month, f64)>,
    pub fails: Option<(u32, Month)>,
}

#[derive(Clone, Debug)]
pub struct Toy {
    inputs: ToyInputs,
    seed: u64,
    replication: u32,
    month: Month,
    value: f64,
    history: Vec<(Month, f64)>,
}

pub const START: Month = Month::new(2018, 1);

impl Engine for Toy {
    type Inputs = ToyInputs;
    fn begin(inputs: &ToyInputs, seed: u64, replication: u32) -> Toy {
        Toy { inputs: inputs.clone(), seed, replication, month: START, value: 10.0, history: Vec::new() }
    }
    fn month(&self) -> Month {
        self.month
    }
    fn step(&mut self) {
        if self.inputs.fails == Some((self.replication, self.month)) {
            panic!("{}: residual of 3 fen in fund", self.month);
        }
        let mut z = self.seed ^ (u64::from(self.replication) << 32) ^ self.month.0 as u64;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let luck = ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64 - 0.5;
        let policy = self.inputs.policy.iter().rev().find(|(from, _)| *from <= self.month);
        self.value = 0.9 * self.value + 1.0 + luck * (1.0 + 0.1 * self.value) + policy.map_or(0.0, |p| p.1);
        self.history.push((self.month, self.value));
        self.month = self.month.plus(1);
    }
    fn fork(&self, inputs: &ToyInputs) -> Toy {
        Toy { inputs: inputs.clone(), ..self.clone() }
    }
    fn record(&self, from: Month) -> RunRecord {
        let width = columns().len();
        let growth = metric_index("inclusive_growth_yoy").unwrap();
        let city = metric_index("city_growth").unwrap();
        let gap = metric_index("city_gap").unwrap();
        let mut series = Vec::new();
        for (_, value) in self.history.iter().filter(|(m, _)| *m >= from) {
            for c in 0..width {
                series.push(match c {
                    c if c == growth => value / 100.0,
                    c if c == city => 0.1,
                    c if c == gap => value / 100.0 - 0.1,
                    _ => value * (c + 1) as f64,
                });
            }
        }
        let fen = (self.value * 100.0) as i64;
        RunRecord {
            from,
            series,
            width,
            ledger: vec![LedgerRow { year: 2020, payer: "fund", payee: "bank", reason: "claim", fen }],
            refusals: vec![RefusalRow {
                year: 2020,
                group_type: "class",
                group: "micro",
                reason: "collateral",
                count: fen,
                amount_yuan: 10 * fen,
            }],
            // One that is used by name, and one that nobody is.
            instruments: ["inclusive_support_tool", "policy_rates"]
                .map(|instrument| InstrumentRow {
                    year: 2020,
                    instrument,
                    eligible: 4,
                    takers: 0,
                    budget_fen: 0,
                    paid_fen: 0,
                    credit_supported_fen: 0,
                    losses_fen: [0; 5],
                    payers_fen: [0; Payer::ALL.len()],
                })
                .to_vec(),
            agent_months: self.history.len() as u64,
            audit_residual_fen: 0,
            audits: self.history.len() as u32,
        }
    }
    /// One borrower that owes the world's number.
    fn credit(&self) -> Vec<Credit> {
        vec![Credit { id: 1, class: 0, terms: 0, weight: 1, fen: (self.value * 1e6) as i64 }]
    }
}

fn columns() -> Vec<Column> {
    let mut out: Vec<Column> = (0..METRICS.len())
        .map(|metric| Column { metric, group_type: "all", group_id: "all".into() })
        .collect();
    out.push(Column { metric: 0, group_type: "class", group_id: "micro".into() });
    out
}

pub fn arm(id: &str, inputs: ToyInputs, divergence: Divergence) -> Arm<ToyInputs> {
    Arm {
        id: id.into(),
        inputs,
        reference: 0,
        source: 0,
        divergence,
        first_change: match divergence {
            Divergence::Never => None,
            Divergence::At(m) => Some(m),
            Divergence::Start => Some(START),
        },
        only_instrument: None,
        city: CityShift::Zero,
        hidden: false,
    }
}

/// Reference, a change in 2020-04, one in 2019-07, one from the start, one that changes nothing.
pub fn plan() -> Plan<ToyInputs> {
    let change = |month: Month, value| ToyInputs { policy: vec![(month, value)], fails: None };
    let (late, early) = (Month::new(2020, 4), Month::new(2019, 7));
    let arms = vec![
        arm("reference", ToyInputs::default(), Divergence::Never),
        arm("late", change(late, 0.5), Divergence::At(late)),
        arm("early", change(early, -0.2), Divergence::At(early)),
        arm("start", change(START, 1.0), Divergence::Start),
        arm("same", ToyInputs::default(), Divergence::Never),
    ];
    let from = Month::new(2019, 1);
    let grid = Grid { record_from: from, from, until: Month::new(2020, 12), columns: columns() };
    Plan { arms, grid, seed: 42, start: START, city_beta: 0.5, credit: true }
}

/// Real inputs of a region without anything in it; every parameter 0 but β = 0.5.
pub fn inputs() -> Inputs {
    let mut params = Params::missing();
    for p in crate::model::params::PARAMS {
        assert!(params.set(p.key, None, if p.key == "city_beta" { 0.5 } else { 0.0 }));
    }
    let region = Region {
        fit: None,
        id: "toy".into(),
        zh: "玩具".into(),
        en: "Toy".into(),
        start: START,
        projection: Month::new(2023, 1),
        townships: Vec::new(),
        sectors: Vec::new(),
        lenders: Vec::new(),
        guarantors: Vec::new(),
        paths: Paths::default(),
    };
    Inputs {
        region: Arc::new(region),
        params: Arc::new(params),
        policy: Arc::new(PolicySchedule::neutral()),
        thinning: 1,
        audit_phases: false,
    }
}

/// `base` with one setting of one instrument at `value` from `month` on.
pub fn with(base: &Inputs, instrument: &str, setting: usize, month: Month, value: f64) -> Inputs {
    let mut policy = (*base.policy).clone();
    let i = instrument_index(instrument).unwrap();
    policy.instruments[i].enabled = Timeline(vec![(START, 1.0)]);
    let line = &mut policy.instruments[i].settings[setting].0;
    line.retain(|(from, _)| *from < month);
    line.push((month, value));
    Inputs { policy: Arc::new(policy), ..base.clone() }
}
