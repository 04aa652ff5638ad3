//! `puhui sensitivity`: indices of every outcome of a sweep, for levels and for effects against the first scenario.
//!
//! Saltelli layouts give Sobol' indices and the split of variance, Morris layouts elementary effects. Effects are differences
//! under the same luck. Tables go into `RUN/sensitivity/` (`docs/sweeps.md`); what they mean is said in `report`.

use std::path::{Path, PathBuf};

use super::write::{Table, about, cell, cells, write};
use super::{ALPHA, AnalysisError, Layout, Outcomes};
use crate::stats::groups::separated;
use crate::stats::{Interval, morris, sobol};

/// Analyses a sweep and writes its tables into `folder`; of all indicators, or of those asked for.
pub fn run(
    dir: &Path,
    folder: &Path,
    year: Option<i32>,
    only: &[String],
) -> Result<Vec<PathBuf>, AnalysisError> {
    let outcomes = Outcomes::read(dir, year)?;
    let wanted = match only {
        [] => (0..outcomes.indicators.len()).collect(),
        only => only.iter().map(|name| outcomes.indicator(name)).collect::<Result<Vec<_>, _>>()?,
    };
    let tables = match outcomes.layout {
        Layout::Saltelli => by_variance(&outcomes, &wanted),
        Layout::Morris => by_steps(&outcomes, &wanted),
        Layout::Free => return Err(AnalysisError::NoLayout(outcomes.kind)),
    };
    write(folder, "sensitivity", &about(&outcomes, "sensitivity"), &tables)
}

/// An outcome looked at: a level of a scenario, or what it adds to the first.
struct Measure<'a> {
    outcomes: &'a Outcomes,
    indicator: usize,
    scenario: usize,
    /// Values by point and replication.
    values: Vec<Vec<f64>>,
    effect: bool,
}

impl Measure<'_> {
    /// The cells that every row begins with.
    fn head(&self) -> Vec<String> {
        let o = self.outcomes;
        let baseline = if self.effect { o.scenarios[0].id.clone() } else { String::new() };
        let i = &o.indicators[self.indicator];
        vec![
            o.scenarios[self.scenario].id.clone(),
            baseline,
            o.year.to_string(),
            i.name.clone(),
            i.unit.clone(),
        ]
    }
}

const HEAD: [&str; 5] = ["scenario_id", "baseline_id", "period", "variable", "unit"];

fn measures<'a>(outcomes: &'a Outcomes, wanted: &[usize]) -> Vec<Measure<'a>> {
    let mut out = Vec::new();
    for &indicator in wanted {
        for scenario in 0..outcomes.scenarios.len() {
            let level = |point| outcomes.at(indicator, scenario, point).to_vec();
            let values: Vec<Vec<f64>> = (0..outcomes.points.len()).map(level).collect();
            if scenario > 0 {
                let less = |(point, values): (usize, &Vec<f64>)| -> Vec<f64> {
                    let base = outcomes.at(indicator, 0, point);
                    values.iter().zip(base).map(|(a, b)| a - b).collect()
                };
                let values = values.iter().enumerate().map(less).collect();
                out.push(Measure { outcomes, indicator, scenario, values, effect: true });
            }
            out.push(Measure { outcomes, indicator, scenario, values, effect: false });
        }
    }
    out
}

/// The place of each item in groups that intervals separate; empty where there is one group only.
fn ranks(items: &[Interval]) -> Vec<String> {
    let groups = separated(items);
    let place = |item: usize| groups.iter().position(|g| g.contains(&item)).map(|p| (p + 1).to_string());
    let rank = |item: usize| if groups.len() < 2 { None } else { place(item) };
    (0..items.len()).map(|item| rank(item).unwrap_or_default()).collect()
}

fn header(more: &[&'static str]) -> Vec<&'static str> {
    HEAD.iter().chain(more).copied().collect()
}

/// Classes of the factors in a fixed order, with their members.
fn classes(outcomes: &Outcomes) -> Vec<(String, Vec<usize>)> {
    let mut names: Vec<String> = outcomes.factors.iter().map(|f| f.class.clone()).collect();
    names.sort();
    names.dedup();
    let members = |class: &str| -> Vec<usize> {
        (0..outcomes.factors.len()).filter(|&f| outcomes.factors[f].class == class).collect()
    };
    names.into_iter().map(|c| (c.clone(), members(&c))).collect()
}

fn by_variance(outcomes: &Outcomes, wanted: &[usize]) -> Vec<Table> {
    let mut indices = Table::new(
        "indices.csv",
        &header(&[
            "factor",
            "class",
            "first",
            "first_low",
            "first_high",
            "total",
            "total_low",
            "total_high",
            "rank",
        ]),
    );
    let mut variance = Table::new(
        "variance.csv",
        &header(&["part", "share", "share_low", "share_high", "known", "points", "dropped"]),
    );
    let classes = classes(outcomes);
    let members: Vec<Vec<usize>> = classes.iter().map(|c| c.1.clone()).collect();
    let bases = outcomes.points.iter().map(|p| p.group + 1).max().unwrap_or(0);
    for measure in measures(outcomes, wanted) {
        let mut rows: Vec<sobol::Row> = vec![Vec::new(); bases];
        // A, then AB in the order of factors, then B: as they stand; BA is not needed here.
        for (point, values) in outcomes.points.iter().zip(&measure.values).filter(|(p, _)| p.role != "BA") {
            rows[point.group].push(values);
        }
        rows.retain(|r| r.len() == outcomes.factors.len() + 2);
        let Some(found) = sobol::analyse(&rows, &members, outcomes.seed, ALPHA) else { continue };
        let known = found.is_known();
        let totals: Vec<Interval> = found.inputs.iter().map(|i| i.total).collect();
        let ranks = if known { ranks(&totals) } else { vec![String::new(); totals.len()] };
        for ((factor, index), rank) in outcomes.factors.iter().zip(&found.inputs).zip(ranks) {
            let mut row = measure.head();
            row.extend([factor.name.clone(), factor.class.clone()]);
            row.extend(cells(index.first).into_iter().chain(cells(index.total)).chain([rank]));
            indices.push(row);
        }
        let mut part = |name: String, share: Interval| {
            let mut row = measure.head();
            row.push(name);
            row.extend(cells(share));
            row.extend([known.to_string(), found.rows.to_string(), found.dropped.to_string()]);
            variance.push(row);
        };
        part("parameters".into(), found.split.parameters);
        part("interactions".into(), found.split.interactions);
        part("noise".into(), found.split.noise.unwrap_or(Interval::NONE));
        for ((class, _), share) in classes.iter().zip(&found.groups) {
            part(format!("{class}:least"), share.least);
            part(format!("{class}:most"), share.most);
        }
    }
    vec![indices, variance]
}

fn by_steps(outcomes: &Outcomes, wanted: &[usize]) -> Vec<Table> {
    let mut table = Table::new(
        "effects.csv",
        &header(&[
            "factor",
            "class",
            "mu",
            "mu_low",
            "mu_high",
            "mu_star",
            "mu_star_low",
            "mu_star_high",
            "sigma",
            "noise_floor",
            "noticed",
            "rank",
            "n",
        ]),
    );
    let groups = outcomes.points.iter().map(|p| p.group + 1).max().unwrap_or(0);
    for measure in measures(outcomes, wanted) {
        let mut trajectories: Vec<Vec<morris::Point>> = vec![Vec::new(); groups];
        for (point, values) in outcomes.points.iter().zip(&measure.values) {
            trajectories[point.group].push(morris::Point { place: point.place.clone(), outcomes: values });
        }
        let found = morris::analyse(&trajectories, outcomes.factors.len(), outcomes.seed, ALPHA);
        if found.iter().all(|e| !e.mu_star.is_bounded() || e.mu_star.high == 0.0) {
            continue;
        }
        // Inputs that noise could have made have no place in an order.
        let ranked: Vec<Interval> =
            found.iter().map(|e| if e.is_noticed() { e.mu_star } else { Interval::NONE }).collect();
        for ((factor, effect), rank) in outcomes.factors.iter().zip(&found).zip(ranks(&ranked)) {
            let mut row = measure.head();
            row.extend([factor.name.clone(), factor.class.clone()]);
            row.extend(cells(effect.mu).into_iter().chain(cells(effect.mu_star)));
            row.extend([cell(effect.sigma.value), cell(effect.floor), effect.is_noticed().to_string(), rank]);
            row.push(effect.n.to_string());
            table.push(row);
        }
    }
    vec![table]
}
