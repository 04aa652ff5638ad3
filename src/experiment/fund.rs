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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::experiment::plan::Grid;
    use crate::experiment::replicate::{Engine, Replication};
    use crate::experiment::student::Level;
    use crate::experiment::toy::{Toy, ToyInputs, plan};
    use crate::metrics::{InstrumentRow, LedgerRow, RunRecord};

    /// A run in which the fund was given capital in two years and once by an award, all in yuan.
    fn run(
        grid: &Grid,
        given: [i64; 2],
        award: i64,
        covered: &[(Month, f64)],
        empty: Option<Month>,
    ) -> RunData {
        let mut toy = Toy::begin(&ToyInputs::default(), 1, 0);
        while toy.month() <= grid.until {
            toy.step();
        }
        let mut record: RunRecord = toy.record(grid.record_from);
        record.series.fill(0.0);
        let mut put = |month: Month, name: &str, value: f64| {
            record.series[grid.row(month) * record.width + metric_index(name).unwrap()] = value;
        };
        covered.iter().for_each(|&(month, yuan)| put(month, "fund_covered", yuan));
        empty.into_iter().for_each(|month| put(month, "fund_exhausted", 1.0));
        // The budget of a year counts what was given before, too.
        let row = record.instruments[0].clone();
        let years = [(2019, given[0]), (2020, given[0] + given[1])];
        let fund = years.map(|(year, yuan)| InstrumentRow {
            year,
            instrument: "risk_compensation_fund",
            budget_fen: yuan * 100,
            ..row.clone()
        });
        record.instruments.extend(fund);
        let reason = Reason::AwardToFund.name();
        record.ledger.push(LedgerRow { year: 2020, payer: "city", payee: "fund", reason, fen: award * 100 });
        RunData::reduce(record, grid)
    }

    #[test]
    fn leverage_and_exhaustion_are_those_of_the_runs() {
        let plan = plan();
        let (month, none) = (Month::new, || run(&plan.grid, [0, 0], 0, &[], None));
        let of =
            |given, award, covered: &[(Month, f64)], empty| run(&plan.grid, given, award, covered, empty);
        let funded = [
            Ok(of([60, 40], 0, &[(month(2019, 5), 500.0), (month(2020, 12), 300.0)], None)),
            Ok(of([100, 0], 100, &[(month(2020, 2), 600.0)], Some(month(2020, 3)))),
            Ok(of([100, 0], 0, &[(month(2019, 1), 400.0)], Some(month(2019, 11)))),
            Err("it failed".to_owned()),
        ];
        let replications: Vec<Replication> = (0..)
            .zip(funded)
            .map(|(index, funded)| Replication {
                index,
                runs: vec![Ok(none()), funded, Ok(none()), Ok(none()), Ok(none())],
                shifts: vec![Vec::new(); 5],
            })
            .collect();
        let tables =
            Tables { plan: &plan, replications: &replications, level: Level::new(0.05), region: "toy" };
        let mut bytes = Vec::new();
        tables.fund(&mut csv::Writer::from_writer(&mut bytes)).unwrap();
        let rows: Vec<BTreeMap<String, String>> =
            csv::Reader::from_reader(&bytes[..]).deserialize().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 1, "one scenario has a fund: {rows:?}");
        let row = &rows[0];
        let is = |column: &str, expected: f64| {
            let value: f64 = row[column].parse().unwrap();
            assert!((value - expected).abs() < 1e-4, "{column}: {value}, not {expected}");
        };
        assert_eq!((&*row["scenario_id"], &*row["runs"], &*row["exhausted_runs"]), ("late", "3", "2"));
        is("paid_in", 400.0 / 3.0);
        is("covered_most", 500.0);
        // Five, three and four times the capital; Student's t of two degrees of freedom is 4.3027.
        is("leverage", 4.0);
        is("leverage_ci95_low", 4.0 - 4.302_653 / 3f64.sqrt());
        is("leverage_ci95_high", 4.0 + 4.302_653 / 3f64.sqrt());
        // Wilson's interval for two of three.
        is("probability", 2.0 / 3.0);
        is("probability_ci95_low", 0.2077);
        is("probability_ci95_high", 0.9385);
        assert_eq!((&*row["first_month"], &*row["median_month"]), ("2019-11", "2019-11"));
    }
}
