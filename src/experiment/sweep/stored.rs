//! What a sweep's folder says of itself: its plan, and the columns of its parts by `design.json`.
//! Scenarios are not loaded for this, so it also works for folders of other versions. Running them again needs the design.
//! Formats are described in docs/sweeps.md.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::FORMAT;
use super::error::SweepError;
use super::folder::stored_plan;
use super::layout::{PlanFile, order};
use super::work::Shape;

#[derive(Deserialize)]
struct Design {
    format: String,
    kind: String,
    factors: Vec<Named>,
    scenarios: Vec<Scenario>,
    indicators: Vec<Named>,
    #[serde(default)]
    every: String,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    unit: String,
}

#[derive(Deserialize)]
struct Scenario {
    id: String,
}

/// The plan of the folder, and what its parts hold.
///
/// # Errors
/// Where the folder is no sweep, or its files make no sense.
pub fn stored(dir: &Path) -> Result<(PlanFile, Shape), SweepError> {
    let mut plan = stored_plan(dir)?;
    let path = dir.join("design.json");
    let unreadable = |why: String| SweepError::Unreadable { path: path.clone(), why };
    let bytes = fs::read(&path).map_err(SweepError::io(&path))?;
    let design: Design = serde_json::from_slice(&bytes).map_err(|e| unreadable(e.to_string()))?;
    if design.format != FORMAT {
        return Err(unreadable(format!("format `{}`", design.format)));
    }
    if design.scenarios.len() as u64 != plan.scenarios {
        return Err(unreadable("its scenarios are not those of plan.json".into()));
    }
    plan.order = order(plan.points, matches!(design.kind.as_str(), "latin_hypercube" | "sobol" | "morris"));
    let pairs = |list: Vec<Named>| list.into_iter().map(|n| (n.name, n.unit)).collect();
    let shape = Shape {
        factors: pairs(design.factors),
        scenarios: design.scenarios.into_iter().map(|s| s.id).collect(),
        indicators: pairs(design.indicators),
        monthly: design.every == "month",
    };
    Ok((plan, shape))
}
