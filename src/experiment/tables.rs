//! The statistical tables of a results folder: effects, summary, time series, runs.
//!
//! Tidy and snake_case; numbers are the shortest text of the value rounded to 12 significant
//! digits; what is undefined is empty. Nothing of the clock, machine, threads or paths is in here.

use std::io::Write;

use crate::metrics::{Column, METRICS, metric_index};
use crate::units::Month;

use super::estimate::{Effect, cost, paired, spread};
use super::plan::{Arm, Plan};
use super::replicate::Replication;
use super::student::Level;

/// Name of the variable that exists only as an effect.
pub const COST_PER_ADDITIONAL: &str = "cost_per_additional_yuan";

/// District columns of the time series besides the headline ones.
const MORE_SERIES: [&str; 14] = [
    "inclusive_borrowers",
    "applications",
    "approvals",
    "approval_rate",
    "new_loans",
    "new_loan_rate",
    "unsecured_share",
    "guaranteed_share",
    "npl_balance",
    "npl_flow",
    "default_rate",
    "overdue_share",
    "guarantee_balance",
    "city_growth",
];

/// Everything the tables are made from.
pub struct Tables<'a, I> {
    pub plan: &'a Plan<I>,
    pub replications: &'a [Replication],
    pub level: Level,
    pub region: &'a str,
}

/// Every table, by the name of its file.
pub const TABLES: [&str; 11] = [
    "effects.csv",
    "summary.csv",
    "timeseries.csv",
    "runs.csv",
    "instruments.csv",
    "additional.csv",
    "refusals.csv",
    "losses.csv",
    "fund.csv",
    "money.csv",
    "ledger.csv",
];

/// Where a table is written.
pub type Sink<'a> = csv::Writer<&'a mut dyn Write>;

/// A number as text: 12 significant digits, shortest form, empty where undefined.
pub fn number(x: f64) -> String {
    if !x.is_finite() {
        return String::new();
    }
    let rounded: f64 = format!("{x:.11e}").parse().unwrap_or(x);
    // No "-0".
    if rounded == 0.0 { "0".into() } else { rounded.to_string() }
}

impl<'a, I> Tables<'a, I> {
    /// Arms shown, with their places.
    pub fn arms(&self) -> impl Iterator<Item = (usize, &'a Arm<I>)> + use<'a, I> {
        self.plan.arms.iter().enumerate().filter(|(_, a)| !a.hidden)
    }
    /// Arms that have a reference, with its arm.
    pub fn compared(&self) -> impl Iterator<Item = (usize, &'a Arm<I>, &'a Arm<I>)> + use<'a, I> {
        let arms = &self.plan.arms;
        self.arms().filter(|(i, a)| a.reference != *i).map(move |(i, a)| (i, a, &arms[a.reference]))
    }
    /// Pairs (arm, reference) over replications; NaN where a run failed.
    pub fn pairs(&self, arm: usize, value: impl Fn(&super::reduce::RunData) -> f64) -> Vec<(f64, f64)> {
        let reference = self.plan.arms[arm].reference;
        let at = |r: &Replication, i| r.run(i).map_or(f64::NAN, &value);
        self.replications.iter().map(|r| (at(r, arm), at(r, reference))).collect()
    }

    /// Writes the table of a name in [`TABLES`].
    pub fn write(&self, name: &str, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        match name {
            "effects.csv" => self.effects(out),
            "summary.csv" => self.summary(out),
            "timeseries.csv" => self.timeseries(out),
            "runs.csv" => self.runs(out),
            "instruments.csv" => self.instruments(out),
            "additional.csv" => self.additional_credit(out),
            "refusals.csv" => self.refusals(out),
            "losses.csv" => self.losses(out),
            "fund.csv" => self.fund(out),
            "money.csv" => self.money(out),
            _ => self.ledger(out),
        }
    }

    /// All tables as bytes, by name; `bom` as in the results folder.
    pub fn all(&self, bom: bool) -> Result<Vec<(String, Vec<u8>)>, csv::Error> {
        let one = |name: &&str| {
            let mut bytes = if bom { "\u{FEFF}".as_bytes().to_vec() } else { Vec::new() };
            let sink: &mut dyn Write = &mut bytes;
            self.write(name, &mut csv::Writer::from_writer(sink))?;
            Ok(((*name).to_owned(), bytes))
        };
        TABLES.iter().map(one).collect()
    }

    /// `effects.csv`: years of all columns and months of the headline ones, from the first change.
    pub fn effects(&self, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        out.write_record([
            "scenario_id",
            "baseline_id",
            "region",
            "group_type",
            "group_id",
            "period",
            "variable",
            "unit",
            "n_pairs",
            "effect_mean",
            "effect_se",
            "ci95_low",
            "ci95_high",
            "prob_positive",
            "pair_corr",
            "variance_reduction",
        ])?;
        for (i, arm, reference) in self.compared() {
            let key = [arm.id.as_str(), reference.id.as_str(), self.region];
            let since = arm.first_change.unwrap_or(self.plan.grid.from);
            let years = || self.plan.grid.years().enumerate().filter(|(_, y)| Month::new(*y, 12) >= since);
            for (metric, m) in METRICS.iter().enumerate().filter(|(_, m)| m.headline) {
                for month in self.plan.grid.months().filter(|m| *m >= since) {
                    let row = self.plan.grid.row(month);
                    let effect = paired(&self.pairs(i, |run| run.month(row, metric)), &self.level);
                    let name = [&*month.to_string(), m.name, m.unit];
                    effect_row(out, key, ["all", "all"], name, effect)?;
                }
            }
            for (y, year) in years() {
                let year = year.to_string();
                for (c, Column { metric, group_type, group_id }) in self.plan.grid.columns.iter().enumerate()
                {
                    let m = &METRICS[*metric];
                    let effect = paired(&self.pairs(i, |run| run.year(y, c)), &self.level);
                    effect_row(out, key, [group_type, group_id], [&year, m.name, m.unit], effect)?;
                }
            }
            if arm.first_change.is_some() {
                for (_, year) in years() {
                    let effect = cost(&self.cost_and_credit(i, since, year), &self.level);
                    let name = [&*year.to_string(), COST_PER_ADDITIONAL, "number"];
                    effect_row(out, key, ["all", "all"], name, effect)?;
                }
            }
        }
        out.flush().map_err(csv::Error::from)
    }

    /// Per replication: additional public cost since the change, and additional balance at year-end.
    fn cost_and_credit(&self, arm: usize, since: Month, year: i32) -> Vec<(f64, f64)> {
        let (Some(cost), Some(balance)) = (metric_index("public_cost"), metric_index("inclusive_balance"))
        else {
            return Vec::new();
        };
        let end = self.plan.grid.row(Month::new(year, 12));
        let first = self.plan.grid.row(since);
        let spent = self.pairs(arm, |run| (first..=end).map(|row| run.month(row, cost)).sum());
        let lent = self.pairs(arm, |run| run.month(end, balance));
        spent.iter().zip(&lent).map(|((a, b), (x, y))| (a - b, x - y)).collect()
    }

    /// `summary.csv`: months and years of the district, years of the groups.
    pub fn summary(&self, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        out.write_record([
            "scenario_id",
            "region",
            "group_type",
            "group_id",
            "period",
            "variable",
            "unit",
            "n",
            "mean",
            "sd",
            "q05",
            "q25",
            "q50",
            "q75",
            "q95",
        ])?;
        for (i, arm) in self.arms() {
            let runs: Vec<_> = self.replications.iter().filter_map(|r| r.run(i)).collect();
            let mut row = |group: [&str; 2], name: [&str; 3], s: Option<super::estimate::Spread>| {
                let Some(s) = s else { return Ok(()) };
                let mut record = vec![arm.id.as_str(), self.region, group[0], group[1]];
                record.extend(name);
                let mut numbers = vec![s.n.to_string(), number(s.mean), number(s.sd)];
                numbers.extend(s.quantiles.map(number));
                record.extend(numbers.iter().map(String::as_str));
                out.write_record(record)
            };
            for (metric, m) in METRICS.iter().enumerate() {
                for month in self.plan.grid.months() {
                    let at = self.plan.grid.row(month);
                    let s = spread(runs.iter().map(|r| r.month(at, metric)));
                    row(["all", "all"], [&*month.to_string(), m.name, m.unit], s)?;
                }
            }
            for (y, year) in self.plan.grid.years().enumerate() {
                for (c, Column { metric, group_type, group_id }) in self.plan.grid.columns.iter().enumerate()
                {
                    let m = &METRICS[*metric];
                    let s = spread(runs.iter().map(|r| r.year(y, c)));
                    row([group_type, group_id], [&*year.to_string(), m.name, m.unit], s)?;
                }
            }
        }
        out.flush().map_err(csv::Error::from)
    }

    /// `timeseries.csv`: each replication's months, headline columns and some more of the district.
    pub fn timeseries(&self, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        out.write_record([
            "scenario_id",
            "replicate",
            "region",
            "group_type",
            "group_id",
            "period",
            "variable",
            "unit",
            "value",
        ])?;
        let shown: Vec<usize> = (0..METRICS.len())
            .filter(|&m| METRICS[m].headline || MORE_SERIES.contains(&METRICS[m].name))
            .collect();
        let months: Vec<(usize, String)> =
            self.plan.grid.months().map(|m| (self.plan.grid.row(m), m.to_string())).collect();
        for (i, arm) in self.arms() {
            for r in self.replications {
                let Some(run) = r.run(i) else { continue };
                let replicate = r.index.to_string();
                for &metric in &shown {
                    let m = &METRICS[metric];
                    for (row, period) in &months {
                        let value = number(run.month(*row, metric));
                        out.write_record([
                            &arm.id,
                            &replicate,
                            self.region,
                            "all",
                            "all",
                            period,
                            m.name,
                            m.unit,
                            &value,
                        ])?;
                    }
                }
            }
        }
        out.flush().map_err(csv::Error::from)
    }

    /// `runs.csv`: one row a run.
    pub fn runs(&self, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        out.write_record([
            "run",
            "scenario_id",
            "replicate",
            "seed",
            "status",
            "reason",
            "months",
            "agent_months",
            "audit_residual_fen",
            "audits",
            "series_hash",
        ])?;
        let seed = self.plan.seed.to_string();
        let mut run = 0u64;
        for (i, arm) in self.arms() {
            for r in self.replications {
                let head = [run.to_string(), arm.id.clone(), r.index.to_string(), seed.clone()];
                run += 1;
                let tail = match &r.runs[i] {
                    Ok(d) => [
                        "done".into(),
                        String::new(),
                        d.months.to_string(),
                        d.agent_months.to_string(),
                        d.audit_residual_fen.to_string(),
                        d.audits.to_string(),
                        d.hash.clone(),
                    ],
                    Err(reason) => {
                        let mut tail: [String; 7] = Default::default();
                        tail[0] = "failed".into();
                        tail[1] = reason.clone();
                        tail
                    }
                };
                out.write_record(head.iter().chain(&tail))?;
            }
        }
        out.flush().map_err(csv::Error::from)
    }
}

fn effect_row(
    out: &mut Sink<'_>,
    key: [&str; 3],
    group: [&str; 2],
    name: [&str; 3],
    effect: Option<Effect>,
) -> Result<(), csv::Error> {
    let Some(e) = effect else { return Ok(()) };
    let rest = [e.mean, e.se, e.low, e.high, e.prob_positive, e.pair_corr, e.variance_reduction].map(number);
    let pairs = e.n_pairs.to_string();
    let fields = key.iter().chain(&group).chain(&name).copied();
    out.write_record(fields.chain([pairs.as_str()]).chain(rest.iter().map(String::as_str)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_the_same_everywhere() {
        for (x, text) in [
            (0.1 + 0.2, "0.3"),
            (-0.0, "0"),
            (1e10 / 3.0, "3333333333.33"),
            (65_000_000.0, "65000000"),
            (f64::NAN, ""),
            (f64::INFINITY, ""),
            (-1.5e-9, "-0.0000000015"),
        ] {
            assert_eq!(number(x), text);
        }
    }
}
