//! Tables of an analysis and their place: a folder of the run, `sensitivity/` or `decide/`, or one asked for; written beside and renamed,
//! so that nobody reads half a table. What is in them is made in `sensitivity` and `decide`.
//! Numbers are written in full, empty where undefined.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{AnalysisError, Outcomes};
use crate::stats::Interval;

/// Every table that an analysis may write.
const TABLES: [&str; 13] = [
    "indices.csv",
    "variance.csv",
    "effects.csv",
    "options.csv",
    "ranks.csv",
    "beats.csv",
    "regret.csv",
    "dominated.csv",
    "frontier.csv",
    "limits.csv",
    "boxes.csv",
    "peeling.csv",
    "cases.csv",
];

/// A table, header first.
pub struct Table {
    pub name: &'static str,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(name: &'static str, header: &[&str]) -> Table {
        Table { name, rows: vec![header.iter().map(|h| (*h).to_owned()).collect()] }
    }
    pub fn push(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.rows[0].len(), "{}", self.name);
        self.rows.push(cells);
    }
}

/// A number as a cell.
pub fn cell(value: f64) -> String {
    if value.is_finite() { value.to_string() } else { String::new() }
}

/// An interval as three cells.
pub fn cells(i: Interval) -> [String; 3] {
    [cell(i.value), cell(i.low), cell(i.high)]
}

/// What any analysis says of the run it is about.
pub fn about(outcomes: &Outcomes, what: &str) -> Value {
    json!({
        "format": format!("puhui/{what}/1"),
        "source": outcomes.source,
        "kind": outcomes.kind,
        "layout": outcomes.layout,
        "seed": outcomes.seed,
        "year": outcomes.year,
        "points": outcomes.points.len(),
        "replications": outcomes.replications,
        "missing": outcomes.missing,
        "resamples": crate::stats::bootstrap::RESAMPLES,
        "scenarios": outcomes.scenarios,
        "factors": outcomes.factors,
        "indicators": outcomes.indicators.iter().map(|i| json!({
            "name": i.name, "unit": i.unit, "zh": i.zh, "en": i.en, "direction": i.direction,
            "headline": headline(&i.name),
        })).collect::<Vec<_>>(),
    })
}

/// Whether an indicator is shown by default.
pub fn headline(name: &str) -> bool {
    crate::metrics::METRICS.iter().any(|m| m.headline && m.name == name)
}

/// The first thing in a folder that no analysis wrote. Tables of one have names that other results have too.
fn foreign(folder: &Path, what: &str) -> Option<PathBuf> {
    if folder.join(format!("{what}.json")).is_file() {
        return None;
    }
    let ours = |name: &str| {
        let name = name.strip_suffix(".tmp").map_or(name.to_owned(), |stem| format!("{stem}.csv"));
        TABLES.contains(&&*name) || name == "figures" || name.starts_with("finding-")
    };
    let mut entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.find(|e| !ours(&e.file_name().to_string_lossy())).map(|e| e.path())
}

/// Writes all files into `folder` and returns them.
///
/// # Errors
/// Of the disk, and where the folder holds something else, of which nothing is touched.
pub fn write(
    folder: &Path,
    what: &str,
    about: &Value,
    tables: &[Table],
) -> Result<Vec<PathBuf>, AnalysisError> {
    if folder.is_file() {
        return Err(AnalysisError::NoFolder(folder.to_owned()));
    }
    if foreign(folder, what).is_some() {
        return Err(AnalysisError::Foreign(folder.to_owned()));
    }
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| AnalysisError::Write { path, source }
    };
    fs::create_dir_all(folder).map_err(io(folder))?;
    // What an earlier question left must not be taken for an answer to this one.
    for name in TABLES.iter().filter(|name| tables.iter().all(|t| t.name != **name)) {
        match fs::remove_file(folder.join(name)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(io(&folder.join(name))(e)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    let mut put = |name: String, bytes: Vec<u8>| {
        let path = folder.join(name);
        let beside = path.with_extension("tmp");
        fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, &path)).map_err(io(&path))?;
        out.push(path);
        Ok(())
    };
    for table in tables {
        let path = folder.join(table.name);
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in &table.rows {
            writer.write_record(row).map_err(|e| super::unreadable(&path, e))?;
        }
        put(table.name.to_owned(), writer.into_inner().map_err(|e| super::unreadable(&path, e))?)?;
    }
    let mut text = serde_json::to_vec_pretty(about).map_err(|e| super::unreadable(folder, e))?;
    text.push(b'\n');
    put(format!("{what}.json"), text)?;
    Ok(out)
}
