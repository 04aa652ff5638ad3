//! The yearly tables of a results folder: instruments, refusals, money, the ledger.
//!
//! A row a run does not have counts as zero in the means. Amounts are yuan; the
//! ledger alone stays in whole fen, run by run.

use std::collections::{BTreeMap, BTreeSet};

use crate::ledger::Reason;
use crate::metrics::{InstrumentRow, Payer, counted, metric_index};
use crate::units::Month;

use super::estimate::{mean_var, paired};
use super::labels::sector_of;
use super::reduce::RunData;
use super::tables::{Sink, Tables, number};

impl<I> Tables<'_, I> {
    pub(super) fn done(&self, arm: usize) -> Vec<&RunData> {
        self.replications.iter().filter_map(|r| r.run(arm)).collect()
    }

    /// `instruments.csv`: means over replications, empty where nothing is counted. `credit_additional` is the paired effect on the
    /// inclusive balance at year-end, where the scenario changes this instrument and nothing else.
    pub fn instruments(&self, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        out.write_record([
            "scenario_id",
            "period",
            "instrument",
            "eligible",
            "takers",
            "budget",
            "paid",
            "credit_supported",
            "credit_additional",
            "loss_bank",
            "loss_local_guarantor",
            "loss_reguarantor",
            "loss_national",
            "loss_fund",
            "cost_central_bank",
            "cost_central_budget",
            "cost_city_budget",
            "cost_district_budget",
            "cost_fund",
            "cost_guarantors",
            "cost_lenders",
            "take_up",
        ])?;
        for (i, arm) in self.arms() {
            let runs = self.done(i);
            let mut sums: BTreeMap<(i32, &str), [f64; COLUMNS]> = BTreeMap::new();
            for row in runs.iter().flat_map(|r| &r.instruments) {
                let sum = sums.entry((row.year, row.instrument)).or_default();
                sum.iter_mut().zip(values(row)).for_each(|(s, v)| *s += v);
            }
            for ((year, instrument), sum) in sums {
                let known = counted(instrument);
                let mut mean = sum.map(|s| number(s / runs.len() as f64));
                for (column, known) in
                    [(ELIGIBLE, known.eligible), (TAKERS, known.takers), (CREDIT, known.credit)]
                {
                    if !known {
                        mean[column].clear();
                    }
                }
                let only = arm.only_instrument.map(|at| crate::policy::INSTRUMENTS[at].spec().id);
                let additional = match only == Some(instrument) && arm.reference != i {
                    true => self.additional(i, year),
                    false => String::new(),
                };
                let mut record = vec![arm.id.clone(), year.to_string(), instrument.to_owned()];
                record.extend_from_slice(&mean[..5]);
                record.push(additional);
                record.extend_from_slice(&mean[5..]);
                let whole = known.take_up && sum[TAKERS] <= sum[ELIGIBLE];
                let take_up = if whole { sum[TAKERS] / sum[ELIGIBLE] } else { f64::NAN };
                record.push(number(take_up));
                out.write_record(record)?;
            }
        }
        out.flush().map_err(csv::Error::from)
    }

    fn additional(&self, arm: usize, year: i32) -> String {
        let end = Month::new(year, 12);
        match metric_index("inclusive_balance") {
            Some(balance) if end <= self.plan.grid.until && end >= self.plan.grid.record_from => {
                let row = self.plan.grid.row(end);
                let effect = paired(&self.pairs(arm, |run| run.month(row, balance)), &self.level);
                effect.map_or_else(String::new, |e| number(e.mean))
            }
            _ => String::new(),
        }
    }

    /// `refusals.csv`: mean count and amount, and their paired differences to the reference, by class, sector
    /// and township, and for all together.
    pub fn refusals(&self, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        out.write_record([
            "scenario_id",
            "period",
            "group_type",
            "group_id",
            "reason",
            "count",
            "amount",
            "diff_count",
            "diff_count_ci95_low",
            "diff_count_ci95_high",
            "diff_amount",
            "diff_amount_ci95_low",
            "diff_amount_ci95_high",
        ])?;
        // Totals first, then the groups.
        type Key = (i32, bool, &'static str, &'static str, &'static str);
        let known = |run: &RunData| -> BTreeMap<Key, (f64, f64)> {
            let mut of: BTreeMap<Key, (f64, f64)> = BTreeMap::new();
            for r in &run.refusals {
                let own = (r.year, true, r.group_type, r.group, r.reason);
                let all = (r.group_type == "class").then_some((r.year, false, "all", "all", r.reason));
                for key in [own].into_iter().chain(all) {
                    let sum = of.entry(key).or_default();
                    *sum = (sum.0 + r.count as f64, sum.1 + r.amount_yuan as f64);
                }
            }
            of
        };
        for (i, arm) in self.arms() {
            let table = |at: usize| -> Vec<Option<BTreeMap<Key, (f64, f64)>>> {
                self.replications.iter().map(|r| r.run(at).map(known)).collect()
            };
            let (own, base) = (table(i), table(arm.reference));
            let keys: BTreeSet<Key> =
                own.iter().chain(&base).flatten().flat_map(|t| t.keys().copied()).collect();
            for key in keys {
                let pick = |t: &Option<BTreeMap<Key, (f64, f64)>>| match t {
                    None => (f64::NAN, f64::NAN),
                    Some(t) => t.get(&key).copied().unwrap_or_default(),
                };
                let (mine, theirs): (Vec<_>, Vec<_>) =
                    own.iter().zip(&base).map(|(a, b)| (pick(a), pick(b))).unzip();
                let mean = |v: Vec<f64>| mean_var(v.into_iter()).0;
                let finite = |f: fn(&(f64, f64)) -> f64| -> Vec<f64> {
                    mine.iter().map(f).filter(|v| v.is_finite()).collect()
                };
                let (year, _, group_type, group, reason) = key;
                let mut record = vec![arm.id.clone(), year.to_string()];
                record.extend([group_type, group, reason].map(str::to_owned));
                record.extend([mean(finite(|v| v.0)), mean(finite(|v| v.1))].map(number));
                for f in [|v: &(f64, f64)| v.0, |v: &(f64, f64)| v.1] {
                    let pairs: Vec<_> = mine.iter().zip(&theirs).map(|(a, b)| (f(a), f(b))).collect();
                    let effect = paired(&pairs, &self.level).filter(|_| arm.reference != i);
                    let cells = effect.map_or([f64::NAN; 3], |e| [e.mean, e.low, e.high]);
                    record.extend(cells.map(number));
                }
                out.write_record(record)?;
            }
        }
        out.flush().map_err(csv::Error::from)
    }

    /// `money.csv`: the ledger's flows between sectors, borrowers as one: mean over replications and paired
    /// difference to the reference, by year and over all years reported (`all`).
    pub fn money(&self, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        out.write_record([
            "scenario_id",
            "period",
            "payer",
            "payee",
            "reason",
            "mean",
            "diff",
            "diff_ci95_low",
            "diff_ci95_high",
        ])?;
        // Year zero stands for all years, so that it comes first.
        type Key = (i32, &'static str, &'static str, &'static str);
        let flows = |run: &RunData| -> BTreeMap<Key, i64> {
            let mut of = BTreeMap::new();
            for l in &run.ledger {
                for year in [l.year, 0] {
                    *of.entry((year, sector_of(l.payer), sector_of(l.payee), l.reason)).or_default() += l.fen;
                }
            }
            of
        };
        for (i, arm) in self.arms() {
            let table = |at: usize| -> Vec<Option<BTreeMap<Key, i64>>> {
                self.replications.iter().map(|r| r.run(at).map(flows)).collect()
            };
            let (own, base) = (table(i), table(arm.reference));
            let keys: BTreeSet<Key> =
                own.iter().chain(&base).flatten().flat_map(|t| t.keys().copied()).collect();
            for key in keys {
                let pick = |t: &Option<BTreeMap<Key, i64>>| {
                    t.as_ref().map_or(f64::NAN, |t| t.get(&key).copied().unwrap_or(0) as f64 / 100.0)
                };
                let pairs: Vec<_> = own.iter().zip(&base).map(|(a, b)| (pick(a), pick(b))).collect();
                let values: Vec<f64> = pairs.iter().map(|p| p.0).filter(|v| v.is_finite()).collect();
                let effect = paired(&pairs, &self.level).filter(|_| arm.reference != i);
                let (year, payer, payee, reason) = key;
                let period = if year == 0 { "all".to_owned() } else { year.to_string() };
                let mut record = vec![arm.id.clone(), period, payer.into(), payee.into(), reason.into()];
                record.push(number(mean_var(values.into_iter()).0));
                record.extend(effect.map_or([f64::NAN; 3], |e| [e.mean, e.low, e.high]).map(number));
                out.write_record(record)?;
            }
        }
        out.flush().map_err(csv::Error::from)
    }

    /// `losses.csv`: who bears the losses on covered loans, mean over replications, by year and over all years
    /// reported (`all`): pro rata, of loans resolved, and in time, as money moves; both less what comes back.
    pub fn losses(&self, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        out.write_record(["scenario_id", "period", "bearer", "pro_rata", "in_time"])?;
        for (i, arm) in self.arms() {
            let runs = self.done(i);
            let mut sums: BTreeMap<(i32, usize), [f64; 2]> = BTreeMap::new();
            // Year zero stands for all years, so that it comes first.
            let mut add = |year: i32, bearer: usize, column: usize, fen: i64| {
                for year in [year, 0] {
                    sums.entry((year, bearer)).or_default()[column] += fen as f64 / 100.0 / runs.len() as f64;
                }
            };
            for row in runs.iter().flat_map(|r| &r.instruments) {
                let [bank, local, re, national, fund] = row.losses_fen;
                if !["guarantee_chain", "risk_compensation_fund"].contains(&row.instrument) {
                    continue;
                }
                // A bank loses its part when the loan is resolved: both ways of counting are one.
                for (bearer, column, fen) in
                    [(0, 0, bank), (0, 1, bank), (1, 0, local), (2, 0, re + national), (3, 0, fund)]
                {
                    add(row.year, bearer, column, fen);
                }
            }
            for l in runs.iter().flat_map(|r| &r.ledger) {
                for (reason, bearer, sign) in PAID_FOR_LOSSES {
                    if l.reason == reason.name() {
                        add(l.year, *bearer, 1, sign * l.fen);
                    }
                }
            }
            for ((year, bearer), [pro_rata, in_time]) in sums {
                let period = if year == 0 { "all".to_owned() } else { year.to_string() };
                out.write_record([&*arm.id, &period, BEARERS[bearer], &number(pro_rata), &number(in_time)])?;
            }
        }
        out.flush().map_err(csv::Error::from)
    }

    /// `ledger.csv`: money between sectors, run by run, fen.
    pub fn ledger(&self, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        out.write_record(["scenario_id", "replicate", "year", "payer", "payee", "reason", "fen"])?;
        for (i, arm) in self.arms() {
            for r in self.replications {
                let Some(run) = r.run(i) else { continue };
                let replicate = r.index.to_string();
                let mut rows: Vec<_> = run.ledger.iter().collect();
                rows.sort_by_key(|l| (l.year, l.payer, l.payee, l.reason));
                for l in rows {
                    let (year, fen) = (l.year.to_string(), l.fen.to_string());
                    out.write_record([&*arm.id, &replicate, &year, l.payer, l.payee, l.reason, &fen])?;
                }
            }
        }
        out.flush().map_err(csv::Error::from)
    }
}

/// Who bears losses on covered loans, named as sectors are.
const BEARERS: [&str; 4] = ["lenders", "guarantors", "upper_guarantors", "compensation_fund"];

/// Reasons by which bearers pay for losses (1) or are paid back (−1).
const PAID_FOR_LOSSES: &[(Reason, usize, i64)] = &[
    (Reason::GuaranteeClaim, 1, 1),
    (Reason::ChainShare, 1, -1),
    (Reason::FundClaimGuarantor, 1, -1),
    (Reason::RecoveryToGuarantor, 1, -1),
    (Reason::RecoveryToUpper, 1, 1),
    (Reason::RecoveryGuarantorToFund, 1, 1),
    (Reason::ChainShare, 2, 1),
    (Reason::RecoveryToUpper, 2, -1),
    (Reason::FundClaim, 3, 1),
    (Reason::FundClaimGuarantor, 3, 1),
    (Reason::RecoveryToFund, 3, -1),
    (Reason::RecoveryGuarantorToFund, 3, -1),
];

/// Counts, then yuan, in the order of the columns.
fn values(row: &InstrumentRow) -> [f64; COLUMNS] {
    let counts = [row.eligible as f64, row.takers as f64];
    let money = [row.budget_fen, row.paid_fen, row.credit_supported_fen];
    let money = money.iter().chain(&row.losses_fen).chain(&row.payers_fen).map(|&fen| fen as f64 / 100.0);
    let mut out = [0.0; COLUMNS];
    out.iter_mut().zip(counts.into_iter().chain(money)).for_each(|(slot, v)| *slot = v);
    out
}

/// Places of three of them.
const ELIGIBLE: usize = 0;
const TAKERS: usize = 1;
const CREDIT: usize = 4;
/// Counts, money, losses by bearer, costs by payer.
const COLUMNS: usize = 5 + 5 + Payer::ALL.len();
