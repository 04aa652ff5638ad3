//! `fund.csv`: how far the compensation fund's capital reaches, and whether and when it runs out.
//!
//! One row for each scenario in which the fund has capital. What the fund pays and gets is in `money.csv`.

use crate::ledger::Reason;
use crate::metrics::metric_index;
use crate::units::{Money, Month};

use super::estimate::paired;
use super::reduce::RunData;
use super::tables::{Sink, Tables, number};
use crate::stats::proportion::wilson;

impl<I> Tables<'_, I> {
    /// Leverage: the most that was covered at a month-end over the capital paid in, mean over replications with its
    /// interval. Exhausted: a claim met less than its due in the fund; share of replications with Wilson's interval,
    /// and the months in which it happened first and by which half of those had come to it.
    pub fn fund(&self, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        out.write_record([
            "scenario_id",
            "runs",
            "paid_in",
            "covered_most",
            "leverage",
            "leverage_ci95_low",
            "leverage_ci95_high",
            "exhausted_runs",
            "probability",
            "probability_ci95_low",
            "probability_ci95_high",
            "first_month",
            "median_month",
        ])?;
        let metric = |name| metric_index(name).expect("an indicator of the table");
        let (covered, empty) = (metric("fund_covered"), metric("fund_exhausted"));
        let months: Vec<(usize, Month)> =
            self.plan.grid.months().map(|m| (self.plan.grid.row(m), m)).collect();
        for (i, arm) in self.arms() {
            let runs = self.done(i);
            let capital: Vec<f64> = runs.iter().map(|r| paid_in(r)).collect();
            if capital.iter().all(|&yuan| yuan == 0.0) {
                continue;
            }
            let n = runs.len();
            let most =
                |r: &&RunData| months.iter().map(|(row, _)| r.month(*row, covered)).fold(0.0, f64::max);
            let most: Vec<f64> = runs.iter().map(most).collect();
            let over: Vec<(f64, f64)> = most.iter().zip(&capital).map(|(m, c)| (m / c, 0.0)).collect();
            let leverage = paired(&over, &self.level).map_or([f64::NAN; 3], |e| [e.mean, e.low, e.high]);
            let when =
                |r: &&RunData| months.iter().find(|(row, _)| r.month(*row, empty) > 0.0).map(|(_, m)| *m);
            let mut ended: Vec<Month> = runs.iter().filter_map(when).collect();
            ended.sort_unstable();
            let share = wilson(ended.len() as f64 / n as f64, n, self.level.alpha);
            let mean = |of: &[f64]| number(of.iter().sum::<f64>() / n as f64);
            let month = |m: Option<&Month>| m.map_or(String::new(), Month::to_string);
            let mut record = vec![arm.id.clone(), n.to_string(), mean(&capital), mean(&most)];
            record.extend(leverage.map(number));
            record.push(ended.len().to_string());
            record.extend([share.value, share.low, share.high].map(number));
            record.extend([month(ended.first()), month(ended.get(ended.len().saturating_sub(1) / 2))]);
            out.write_record(record)?;
        }
        out.flush().map_err(csv::Error::from)
    }
}

/// Capital the fund was given by the end of a run, by the district or out of an award, yuan.
fn paid_in(run: &RunData) -> f64 {
    let rows = run.instruments.iter().filter(|r| r.instrument == "risk_compensation_fund");
    let own = rows.max_by_key(|r| r.year).map_or(0, |r| r.budget_fen);
    let awards = run.ledger.iter().filter(|l| l.reason == Reason::AwardToFund.name());
    Money(own + awards.map(|l| l.fen).sum::<i64>()).to_yuan()
}
