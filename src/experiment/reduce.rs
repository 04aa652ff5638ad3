//! What is kept of a run once it is over: monthly values of the district, yearly values of all
//! columns, and the yearly tables. A run's own record (a quarter of a megabyte) is dropped.
//! Estimates over replications are made from this in `estimate.rs` and `tables.rs`.

use serde::{Deserialize, Serialize};

use crate::metrics::{InstrumentRow, LedgerRow, METRICS, RefusalRow, RunRecord, Yearly};

use super::plan::Grid;

/// One run, reduced to what the tables of an experiment need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunData {
    /// Recorded months × indicators of the district.
    monthly: Vec<f64>,
    /// Years reported in full × all columns.
    yearly: Vec<f64>,
    columns: usize,
    pub ledger: Vec<LedgerRow>,
    pub refusals: Vec<RefusalRow>,
    pub instruments: Vec<InstrumentRow>,
    pub months: u32,
    pub agent_months: u64,
    pub audit_residual_fen: i64,
    pub audits: u32,
    /// 16 hexadecimal digits of a hash over the full series and the yearly tables.
    pub hash: String,
}

impl RunData {
    /// Reduces a record that begins at `grid.record_from`.
    pub fn reduce(record: RunRecord, grid: &Grid) -> RunData {
        let district = METRICS.len().min(record.width);
        let mut monthly = Vec::with_capacity(record.months() * METRICS.len());
        for month in 0..record.months() {
            monthly.extend(
                (0..METRICS.len()).map(|c| if c < district { record.value(month, c) } else { f64::NAN }),
            );
        }
        let mut yearly = Vec::new();
        for year in grid.years() {
            let first = grid.row(crate::units::Month::new(year, 1));
            for (c, column) in grid.columns.iter().enumerate() {
                let values = (first..first + 12).map(|m| match c < record.width && m < record.months() {
                    true => record.value(m, c),
                    false => f64::NAN,
                });
                yearly.push(year_value(METRICS[column.metric].yearly, values));
            }
        }
        let hash = hash(&record);
        let (from, until) = (grid.from.year(), grid.until.year());
        let reported = |year: i32| (from..=until).contains(&year);
        let RunRecord { mut ledger, mut refusals, mut instruments, .. } = record;
        ledger.retain(|r| reported(r.year));
        refusals.retain(|r| reported(r.year));
        instruments.retain(|r| reported(r.year));
        RunData {
            monthly,
            yearly,
            columns: grid.columns.len(),
            ledger,
            refusals,
            instruments,
            months: grid.until.since(grid.from).max(-1) as u32 + 1,
            agent_months: record.agent_months,
            audit_residual_fen: record.audit_residual_fen,
            audits: record.audits,
            hash,
        }
    }

    /// District value of indicator `metric` in recorded month number `row`.
    pub fn month(&self, row: usize, metric: usize) -> f64 {
        self.monthly.get(row * METRICS.len() + metric).copied().unwrap_or(f64::NAN)
    }
    /// Value of `column` in the `year`-th year reported in full.
    pub fn year(&self, year: usize, column: usize) -> f64 {
        self.yearly.get(year * self.columns + column).copied().unwrap_or(f64::NAN)
    }
    /// Number of recorded months.
    pub fn rows(&self) -> usize {
        self.monthly.len() / METRICS.len()
    }
    /// Rewrites a district indicator month by month, and its December values by year.
    pub(super) fn rewrite(&mut self, metric: usize, grid: &Grid, new: impl Fn(usize, f64) -> f64) {
        for row in 0..self.rows() {
            let at = row * METRICS.len() + metric;
            self.monthly[at] = new(row, self.monthly[at]);
        }
        for (y, year) in grid.years().enumerate() {
            let value = self.month(grid.row(crate::units::Month::new(year, 12)), metric);
            if let Some(slot) = self.yearly.get_mut(y * self.columns + metric) {
                *slot = value;
            }
        }
    }
}

/// A year's value from its twelve months. Months without value do not count in a mean; a sum or
/// a December value needs its months.
pub fn year_value(rule: Yearly, months: impl Iterator<Item = f64>) -> f64 {
    match rule {
        Yearly::Last => months.last().unwrap_or(f64::NAN),
        Yearly::Sum => months.sum(),
        Yearly::Mean => {
            let (mut n, mut sum) = (0u32, 0.0);
            for v in months.filter(|v| v.is_finite()) {
                n += 1;
                sum += v;
            }
            if n == 0 { f64::NAN } else { sum / f64::from(n) }
        }
    }
}

fn hash(record: &RunRecord) -> String {
    let mut h = blake3::Hasher::new();
    for v in &record.series {
        // One NaN is as good as another.
        let bits = if v.is_nan() { f64::NAN.to_bits() & !(1 << 63) } else { v.to_bits() };
        h.update(&bits.to_le_bytes());
    }
    let tables = format!("{:?}{:?}{:?}", record.ledger, record.refusals, record.instruments);
    h.update(tables.as_bytes());
    h.finalize().to_hex()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_follow_their_rule() {
        let months = || (1..=12).map(f64::from);
        assert_eq!(year_value(Yearly::Last, months()), 12.0);
        assert_eq!(year_value(Yearly::Sum, months()), 78.0);
        assert_eq!(year_value(Yearly::Mean, months()), 6.5);
        let holes = || (1..=12).map(|m| if m < 12 { f64::NAN } else { 3.0 });
        assert_eq!(year_value(Yearly::Mean, holes()), 3.0);
        assert!(year_value(Yearly::Sum, holes()).is_nan());
    }
}
