//! Outcomes of a sweep's folder: `design.json`, `points.csv` and the Parquet parts (`docs/sweeps.md`).
//!
//! Only the year wanted is kept. A part that is damaged or of another plan is refused by name. Runs that failed or are not
//! there yet stay missing.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::{AnalysisError, Cells, Factor, Indicator, Layout, Named, Outcomes, Point};
use super::{read_bytes, unreadable, whole_year};
use crate::experiment::sweep::folder::part_path;
use crate::experiment::sweep::part::{Damaged, Part};
use crate::experiment::sweep::stored::stored;
use crate::experiment::sweep::survey::read_block;
use crate::experiment::sweep::{PlanFile, SweepError};
use crate::units::Month;

#[derive(Deserialize)]
struct Design {
    kind: String,
    layout: Layout,
    factors: Vec<Factor>,
    scenarios: Vec<Scenario>,
    indicators: Vec<Indicator>,
    seed: u64,
    from: String,
    until: String,
}

#[derive(Deserialize)]
struct Scenario {
    id: String,
    #[serde(default)]
    titles: BTreeMap<String, String>,
}

pub fn read(dir: &Path, year: Option<i32>) -> Result<Outcomes, AnalysisError> {
    let path = dir.join("design.json");
    let design: Design = serde_json::from_slice(&read_bytes(&path)?).map_err(|e| unreadable(&path, e))?;
    let (plan, shape) = stored(dir).map_err(AnalysisError::Sweep)?;
    let month = |text: &str| text.parse::<Month>().map_err(|e| unreadable(&path, e));
    let year = whole_year(month(&design.from)?, month(&design.until)?, year)?;
    let points = points(&dir.join("points.csv"), &design.factors)?;

    let columns = shape.columns();
    let mut cells = Cells::new(design.indicators.len());
    let replications = plan.replications as usize;
    for block in 0..plan.blocks {
        let path = part_path(dir, block);
        if path.exists() {
            let part = read_block(dir, &plan, block, &columns).map_err(|damage| {
                AnalysisError::Sweep(SweepError::Damaged(vec![Damaged { path, damage }]))
            })?;
            one_part(&part, &plan, &design, year, &mut cells);
        }
    }
    let size = (design.scenarios.len(), points.len(), replications);
    let (values, missing) = cells.finish(&design.indicators, size);
    let title = |s: &Scenario, lang: &str| s.titles.get(lang).cloned().unwrap_or_else(|| s.id.clone());
    Ok(Outcomes {
        source: "sweep",
        layout: design.layout,
        kind: design.kind,
        seed: design.seed,
        year,
        scenarios: design
            .scenarios
            .iter()
            .map(|s| Named { id: s.id.clone(), zh: title(s, "zh"), en: title(s, "en") })
            .collect(),
        factors: design.factors,
        points,
        indicators: design.indicators,
        replications,
        missing,
        values,
    })
}

fn points(path: &Path, factors: &[Factor]) -> Result<Vec<Point>, AnalysisError> {
    let mut reader = csv::Reader::from_path(path).map_err(|e| unreadable(path, e))?;
    let headers = reader.headers().map_err(|e| unreadable(path, e))?.clone();
    let place = |name: &str| {
        let found = headers.iter().position(|h| h.trim_start_matches('\u{FEFF}') == name);
        found.ok_or_else(|| unreadable(path, format!("no column `{name}`")))
    };
    let (group, role) = (place("group")?, place("role")?);
    let columns = |kind: &str| -> Result<Vec<usize>, AnalysisError> {
        factors.iter().map(|f| place(&format!("{kind}.{}", f.name))).collect()
    };
    let (u, x) = (columns("u")?, columns("x")?);
    let mut out = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|e| unreadable(path, e))?;
        let number = |c: &usize| row[*c].parse::<f64>().unwrap_or(f64::NAN);
        out.push(Point {
            group: row[group].parse().map_err(|_| unreadable(path, format!("group `{}`", &row[group])))?,
            role: row[role].to_owned(),
            place: u.iter().map(number).collect(),
            value: x.iter().map(number).collect(),
        });
    }
    Ok(out)
}

/// The rows of one year.
fn one_part(part: &Part, plan: &PlanFile, design: &Design, year: i32, cells: &mut Cells) {
    let (years, months) = (part.ints("year"), part.ints("month"));
    let values: Vec<&[f64]> = design.indicators.iter().map(|i| part.reals(&i.name)).collect();
    for (row, run) in part.runs().iter().enumerate().filter(|(row, _)| years[*row] == Some(year)) {
        let is = plan.run(*run as u64);
        let run = (is.scenario as usize, is.point as usize, is.replication as usize);
        let month = months.get(row).copied().flatten().unwrap_or(0);
        for (i, column) in values.iter().enumerate() {
            cells.add(run, i, month, column[row]);
        }
    }
}
