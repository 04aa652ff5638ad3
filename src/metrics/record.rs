//! What one run leaves behind: monthly indicators, ledger flows, refusals, instruments.
//! Filled by the model's journal and handed to `experiment`; it is dropped once it is reduced.
//! Files and columns of a results folder are not decided here.

use crate::units::Month;
use crate::world::{Class, Region};

use super::METRICS;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    pub year: i32,
    pub payer: &'static str,
    pub payee: &'static str,
    pub reason: &'static str,
    pub fen: i64,
}

/// Loans refused, or not sought though needed, in one year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalRow {
    pub year: i32,
    pub class: &'static str,
    pub reason: &'static str,
    /// Refusals in the year; for the unsought reasons, borrowers at year-end.
    pub count: i64,
    /// Amount refused or not sought, yuan.
    pub amount_yuan: i64,
}

/// What one instrument did in one year.
#[derive(Clone, Debug, PartialEq)]
pub struct InstrumentRow {
    pub year: i32,
    pub instrument: &'static str,
    /// Loans or lenders that could use it, and those that did.
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
