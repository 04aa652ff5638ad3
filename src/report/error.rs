//! What can go wrong between a results folder and a picture. Nothing is printed here.
//! Messages name the file, so that a reader knows which part of a results folder is at fault.
//! Mistakes in scenario files are told elsewhere, in `scenario`.

use std::path::PathBuf;

/// Why a results folder could not be read or its charts not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{} is no results manifest: {source}", path.display())]
    Manifest { path: PathBuf, source: serde_json::Error },
    #[error("{} has format `{found}`; this program reads `{expected}`", path.display())]
    Format { path: PathBuf, found: String, expected: &'static str },
    #[error("{} cannot be read as a table: {source}", path.display())]
    Table { path: PathBuf, source: csv::Error },
    #[error("{} holds no district row (group `all`) of a headline outcome for region `{region}`", path.display())]
    NothingToDraw { path: PathBuf, region: String },
    #[error("the bundled font cannot be used")]
    Font,
    #[error("chart {chart}: {reason}")]
    Draw { chart: String, reason: String },
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
}
