//! Outcomes of a comparison's folder: `manifest.json` and `timeseries.csv`, whose months become years as the
//! manifest says. Every scenario is an option at one and the same point; there are no factors.
//! A folder damaged since it was written is for `report` to refuse; here only what is missing counts.

use std::path::Path;

use serde::Deserialize;

use super::{
    AnalysisError, Cells, Indicator, Layout, Named, Outcomes, Point, read_bytes, unreadable, whole_year,
};
use crate::units::Month;

#[derive(Deserialize)]
struct Manifest {
    format: String,
    seed: u64,
    replications: usize,
    from: String,
    until: String,
    scenarios: Vec<Scenario>,
    variables: Vec<Indicator>,
}

#[derive(Deserialize)]
struct Scenario {
    id: String,
    title_zh: String,
    title_en: String,
}

pub fn read(dir: &Path, year: Option<i32>) -> Result<Outcomes, AnalysisError> {
    let path = dir.join("manifest.json");
    let manifest: Manifest = serde_json::from_slice(&read_bytes(&path)?).map_err(|e| unreadable(&path, e))?;
    if manifest.format != super::super::manifest::FORMAT {
        return Err(unreadable(&path, format!("format `{}`", manifest.format)));
    }
    let month = |text: &str| text.parse::<Month>().map_err(|e| unreadable(&path, e));
    let year = whole_year(month(&manifest.from)?, month(&manifest.until)?, year)?;

    let path = dir.join("timeseries.csv");
    let mut reader = csv::ReaderBuilder::new().from_path(&path).map_err(|e| unreadable(&path, e))?;
    let headers = reader.headers().map_err(|e| unreadable(&path, e))?.clone();
    let place = |name: &str| {
        // A BOM may stand before the first name.
        let found = headers.iter().position(|h| h.trim_start_matches('\u{FEFF}') == name);
        found.ok_or_else(|| unreadable(&path, format!("no column `{name}`")))
    };
    let [scenario, replicate, kind, period, variable, value] =
        ["scenario_id", "replicate", "group_type", "period", "variable", "value"].map(place);
    let (scenario, replicate, kind) = (scenario?, replicate?, kind?);
    let (period, variable, value) = (period?, variable?, value?);
    let mut cells = Cells::new(manifest.variables.len());
    let mut kept = vec![false; manifest.variables.len()];
    let prefix = format!("{year}-");
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row).map_err(|e| unreadable(&path, e))? {
        let Some(month) = row[period].strip_prefix(&prefix).and_then(|m| m.parse().ok()) else { continue };
        let scenario = manifest.scenarios.iter().position(|s| s.id == row[scenario]);
        let indicator = manifest.variables.iter().position(|v| v.name == row[variable]);
        let (Some(scenario), Some(indicator), "all") = (scenario, indicator, &row[kind]) else { continue };
        let Ok(replication) = row[replicate].parse::<usize>() else { continue };
        if replication < manifest.replications {
            kept[indicator] = true;
            let value = row[value].parse().unwrap_or(f64::NAN);
            cells.add((scenario, 0, replication), indicator, month, value);
        }
    }
    let size = (manifest.scenarios.len(), 1, manifest.replications);
    let (values, missing) = cells.finish(&manifest.variables, size);
    let name = |s: Scenario| Named { id: s.id, zh: s.title_zh, en: s.title_en };
    let block = size.0 * size.2;
    Ok(Outcomes {
        source: "comparison",
        layout: Layout::Free,
        kind: "comparison".into(),
        seed: manifest.seed,
        year,
        scenarios: manifest.scenarios.into_iter().map(name).collect(),
        factors: Vec::new(),
        points: vec![Point { group: 0, role: String::new(), place: Vec::new(), value: Vec::new() }],
        values: (0..kept.len())
            .filter(|i| kept[*i])
            .flat_map(|i| values[i * block..(i + 1) * block].iter().copied())
            .collect(),
        indicators: manifest.variables.into_iter().zip(&kept).filter(|(_, k)| **k).map(|(v, _)| v).collect(),
        replications: size.2,
        missing,
    })
}
