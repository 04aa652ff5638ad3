//! Money, refusals and additional credit as the report sees them: `money.csv`, `refusals.csv`, `additional.csv`, and which of their rows are shown.
//! Older folders lack the files; then there is nothing to show. Means and intervals are those of the files.
//! Drawn by `money.rs` and `refusals.rs`, written out by `page`.

use std::path::Path;

use serde::Deserialize;

use super::error::ReportError;
use super::read::{number, optional_table};

/// A row of `money.csv`: what one sector paid another for one reason, yuan.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct MoneyRow {
    pub scenario_id: String,
    pub period: String,
    pub payer: String,
    pub payee: String,
    pub reason: String,
    #[serde(deserialize_with = "number")]
    pub mean: f64,
    #[serde(deserialize_with = "number")]
    pub diff: f64,
    #[serde(deserialize_with = "number")]
    pub diff_ci95_low: f64,
    #[serde(deserialize_with = "number")]
    pub diff_ci95_high: f64,
}

/// A row of `additional.csv`: credit or borrowers of a group against the reference's world.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct AdditionalRow {
    pub scenario_id: String,
    pub group_type: String,
    pub group_id: String,
    pub variable: String,
    #[serde(deserialize_with = "number")]
    pub mean: f64,
    #[serde(deserialize_with = "number")]
    pub ci95_low: f64,
    #[serde(deserialize_with = "number")]
    pub ci95_high: f64,
}

/// A row of `refusals.csv`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct RefusalRow {
    pub scenario_id: String,
    pub period: String,
    pub group_type: String,
    pub group_id: String,
    pub reason: String,
    #[serde(deserialize_with = "number")]
    pub count: f64,
    #[serde(deserialize_with = "number")]
    pub amount: f64,
    #[serde(deserialize_with = "number")]
    pub diff_count: f64,
    #[serde(deserialize_with = "number")]
    pub diff_count_ci95_low: f64,
    #[serde(deserialize_with = "number")]
    pub diff_count_ci95_high: f64,
}

impl RefusalRow {
    /// Borrowers without need are no refusal.
    pub fn no_need(&self) -> bool {
        self.reason == "no_need"
    }
}

/// A row of `losses.csv`, yuan.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct LossRow {
    pub scenario_id: String,
    pub period: String,
    pub bearer: String,
    #[serde(deserialize_with = "number")]
    pub pro_rata: f64,
    #[serde(deserialize_with = "number")]
    pub in_time: f64,
}

/// A row of `fund.csv`: amounts in yuan, months as text.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct FundRow {
    pub scenario_id: String,
    pub runs: u32,
    #[serde(deserialize_with = "number")]
    pub paid_in: f64,
    #[serde(deserialize_with = "number")]
    pub covered_most: f64,
    #[serde(deserialize_with = "number")]
    pub leverage: f64,
    #[serde(deserialize_with = "number")]
    pub leverage_ci95_low: f64,
    #[serde(deserialize_with = "number")]
    pub leverage_ci95_high: f64,
    pub exhausted_runs: u32,
    #[serde(deserialize_with = "number")]
    pub probability: f64,
    #[serde(deserialize_with = "number")]
    pub probability_ci95_low: f64,
    #[serde(deserialize_with = "number")]
    pub probability_ci95_high: f64,
    pub first_month: String,
    pub median_month: String,
}

/// The tables.
#[derive(Debug, Clone, Default)]
pub(super) struct Flows {
    pub money: Vec<MoneyRow>,
    pub refusals: Vec<RefusalRow>,
    pub additional: Vec<AdditionalRow>,
    pub losses: Vec<LossRow>,
    pub fund: Vec<FundRow>,
}

/// The period of `money.csv` that adds up all years reported.
pub(super) const ALL_YEARS: &str = "all";

/// Sectors whose money is public or carries policy; flows among others (sales, wages, loans) are not policy's.
const POLICY: [&str; 5] = ["treasury", "central_bank", "compensation_fund", "guarantors", "upper_guarantors"];

impl Flows {
    pub fn read(dir: &Path) -> Result<Flows, ReportError> {
        Ok(Flows {
            money: optional_table(&dir.join("money.csv"))?,
            refusals: optional_table(&dir.join("refusals.csv"))?,
            additional: optional_table(&dir.join("additional.csv"))?,
            losses: optional_table(&dir.join("losses.csv"))?,
            fund: optional_table(&dir.join("fund.csv"))?,
        })
    }

    /// Policy money of a scenario over all years: what treasury, central bank, fund and guarantors paid or
    /// got, largest first.
    pub fn policy_money(&self, scenario: &str) -> Vec<&MoneyRow> {
        let policy = |sector: &String| POLICY.contains(&sector.as_str());
        let mut rows: Vec<&MoneyRow> = self
            .money
            .iter()
            .filter(|r| r.scenario_id == scenario && r.period == ALL_YEARS)
            .filter(|r| policy(&r.payer) || policy(&r.payee))
            .collect();
        rows.sort_by(|a, b| b.mean.abs().total_cmp(&a.mean.abs()));
        rows
    }

    /// Refusals of a scenario in a period, all classes together, most frequent first.
    pub fn refused(&self, scenario: &str, period: &str) -> Vec<&RefusalRow> {
        let mut rows: Vec<&RefusalRow> = self
            .refusals
            .iter()
            .filter(|r| {
                r.scenario_id == scenario && r.period == period && r.group_type == "all" && !r.no_need()
            })
            .collect();
        rows.sort_by(|a, b| b.count.total_cmp(&a.count));
        rows
    }
}
