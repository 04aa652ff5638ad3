//! What one run leaves behind: monthly indicators, ledger flows, refusals, instruments.
//! Filled by the model's journal and handed to `experiment`; it is dropped once it is reduced.
//! Files and columns of a results folder are not decided here.

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde::{Deserialize, Deserializer, Serialize};

use crate::units::Month;
use crate::world::{Class, Region};

use super::METRICS;

/// A name out of one of the program's own tables.
pub type Name = &'static str;

/// A name read back from a kept run.
fn known<'de, D: Deserializer<'de>>(from: D) -> Result<Name, D::Error> {
    Ok(interned(&String::deserialize(from)?))
}

/// The one copy of a name that is kept for good. Names are a few dozen, ids of a region's sheets included.
pub fn interned(name: &str) -> Name {
    static KNOWN: Mutex<BTreeSet<Name>> = Mutex::new(BTreeSet::new());
    let mut known = KNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(found) = known.get(name) {
        return found;
    }
    let name: Name = Box::leak(name.to_owned().into_boxed_str());
    known.insert(name);
    name
}

/// One column of a run's monthly series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Place in [`METRICS`].
    pub metric: usize,
    /// `all`, `class`, `township` or `lender`.
    pub group_type: &'static str,
    pub group_id: String,
}

/// Every column of a run in `region`: the district's indicators first, in the order of
/// [`METRICS`], then the groups.
pub fn columns(region: &Region) -> Vec<Column> {
    let all = |metric| Column { metric, group_type: "all", group_id: "all".into() };
    let mut out: Vec<Column> = (0..METRICS.len()).map(all).collect();
    for (metric, m) in METRICS.iter().enumerate() {
        if m.by_class {
            out.extend(Class::ALL.iter().map(|c| Column {
                metric,
                group_type: "class",
                group_id: c.id().into(),
            }));
        }
        if m.by_township {
            out.extend(region.townships.iter().map(|t| Column {
                metric,
                group_type: "township",
                group_id: t.id.clone(),
            }));
        }
        if m.by_lender {
            out.extend(region.lenders.iter().map(|l| Column {
                metric,
                group_type: "lender",
                group_id: l.id.clone(),
            }));
        }
    }
    out
}

/// Money that moved between two sectors for one reason in one year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    pub year: i32,
    #[serde(deserialize_with = "known")]
    pub payer: Name,
    #[serde(deserialize_with = "known")]
    pub payee: Name,
    #[serde(deserialize_with = "known")]
    pub reason: Name,
    pub fen: i64,
}

/// Loans refused, or not sought though needed, in one year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalRow {
    pub year: i32,
    /// `class`, `sector` or `township`; every refusal stands once under each.
    #[serde(deserialize_with = "known")]
    pub group_type: Name,
    #[serde(deserialize_with = "known")]
    pub group: Name,
    #[serde(deserialize_with = "known")]
    pub reason: Name,
    /// Refusals in the year; for the unsought reasons, borrowers at year-end.
    pub count: i64,
    /// Amount refused or not sought, yuan.
    pub amount_yuan: i64,
}

/// Whose money an instrument costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Payer {
    /// Incentives, and the rate advantage of what it lends.
    CentralBank,
    CentralBudget,
    CityBudget,
    DistrictBudget,
    Fund,
    Guarantors,
    /// Income that lenders do without.
    Lenders,
}

impl Payer {
    pub const ALL: [Payer; 7] = [
        Payer::CentralBank,
        Payer::CentralBudget,
        Payer::CityBudget,
        Payer::DistrictBudget,
        Payer::Fund,
        Payer::Guarantors,
        Payer::Lenders,
    ];
    /// Name in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Payer::CentralBank => "central_bank",
            Payer::CentralBudget => "central_budget",
            Payer::CityBudget => "city_budget",
            Payer::DistrictBudget => "district_budget",
            Payer::Fund => "fund",
            Payer::Guarantors => "guarantors",
            Payer::Lenders => "lenders",
        }
    }
}

/// What one instrument did in one year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstrumentRow {
    pub year: i32,
    #[serde(deserialize_with = "known")]
    pub instrument: Name,
    /// Borrowers or lenders that could use it, and those that did, where [`counted`](super::counted()).
    pub eligible: i64,
    pub takers: i64,
    /// Quota or money set aside, fen.
    pub budget_fen: i64,
    /// Paid under the instrument's own reasons, fen.
    pub paid_fen: i64,
    /// New credit on its terms, fen.
    pub credit_supported_fen: i64,
    /// Losses by bearer, fen: bank, local guarantor, re-guarantor, national fund, compensation fund.
    pub losses_fen: [i64; 5],
    /// What it cost, by [`Payer`], fen. What is paid out of an award is the award's.
    pub payers_fen: [i64; Payer::ALL.len()],
}

/// Everything a run reports.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRecord {
    /// First month recorded.
    pub from: Month,
    /// Months × columns of [`columns`], row by row.
    pub series: Vec<f64>,
    pub width: usize,
    pub ledger: Vec<LedgerRow>,
    pub refusals: Vec<RefusalRow>,
    pub instruments: Vec<InstrumentRow>,
    /// Live borrowers × months simulated, spin-up included.
    pub agent_months: u64,
    /// Largest ledger residual found by the audit over all months, fen (0 in a sound run).
    pub audit_residual_fen: i64,
    /// Month-ends audited.
    pub audits: u32,
}

impl RunRecord {
    /// Number of months recorded.
    pub fn months(&self) -> usize {
        self.series.len() / self.width.max(1)
    }
    /// Value of `column` in the `month`-th month recorded.
    pub fn value(&self, month: usize, column: usize) -> f64 {
        self.series[month * self.width + column]
    }
}
