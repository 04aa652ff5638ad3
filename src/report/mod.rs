//! The report room: charts and tables drawn from a results folder alone.
//!
//! Reads `manifest.json`, `summary.csv`, `effects.csv`, `money.csv`, `refusals.csv`, `additional.csv`; writes `figures/{zh|en}/<name>.{svg,png,csv}`.
//! It never uses the model, so that anyone can redraw without rerunning. The same results give the same
//! SVG bytes (hash the SVG, not the PNG). Style: `docs/charts.md`.

mod analysis;
mod attribution;
mod axis;
mod canvas;
mod error;
mod evidence;
mod fan;
mod flows;
mod forest;
mod lang;
mod limits;
mod money;
mod number;
mod page;
mod payers;
mod read;
mod refusals;
mod rows;
mod sheet;
mod table;
mod tiles;
mod view;

use std::fs;
use std::path::{Path, PathBuf};

use crate::units::Lang;

pub use analysis::{Shown, decision, sensitivity};
pub use attribution::attribution;
pub use error::ReportError;
pub use page::{file_name as page_name, page, write_page};
pub use read::{EffectRow, Manifest, Region, Results, Scenario, SummaryRow, Variable};
pub use table::effects_table;

/// Draws all charts of a results folder into `figures/{zh|en}` and returns the files written, in order:
/// the effects, then the outcomes over time. Charts with nothing to show (no second scenario, no fund) are
/// left out. Each file appears whole or not at all.
pub fn draw_charts(dir: &Path, lang: Lang) -> Result<Vec<PathBuf>, ReportError> {
    let results = Results::read_where(dir, is_drawn)?;
    let flows = flows::Flows::read(dir)?;
    let view = view::View::of(&results);
    if view.is_empty() {
        let region = results.manifest.region.id.clone();
        return Err(ReportError::NothingToDraw { path: dir.join("summary.csv"), region });
    }
    let figures = figures(&view, &flows, lang)?;

    write_figures(&dir.join("figures").join(lang.code()), &figures, lang)
}

/// Writes each chart as SVG, PNG and the table of what it shows.
fn write_figures(folder: &Path, figures: &[sheet::Figure], lang: Lang) -> Result<Vec<PathBuf>, ReportError> {
    fs::create_dir_all(folder).map_err(|source| ReportError::Write { path: folder.to_owned(), source })?;
    let mut written = Vec::new();
    for figure in figures {
        let png = canvas::png(&figure.name, &figure.svg)?;
        let csv = csv_bytes(figure, lang)?;
        for (ending, bytes) in [("svg", figure.svg.as_bytes()), ("png", &png), ("csv", &csv)] {
            let path = folder.join(format!("{}.{ending}", figure.name));
            write_whole(&path, bytes).map_err(|source| ReportError::Write { path: path.clone(), source })?;
            written.push(path);
        }
    }
    Ok(written)
}

/// Rows of `summary.csv` that a chart shows: the district's, and coverage by township.
fn is_drawn(row: &SummaryRow) -> bool {
    row.group_type == "all" || row.group_type == "township" && row.variable == "coverage_share"
}

/// All charts, in order: effects, money, payers, refusals, townships, limits, outcomes over time.
fn figures(
    view: &view::View<'_>,
    flows: &flows::Flows,
    lang: Lang,
) -> Result<Vec<sheet::Figure>, ReportError> {
    let mut out = forest::figures(view, lang)?;
    out.extend(money::figures(view, flows, lang)?);
    out.extend(payers::figures(view, flows, lang)?);
    out.extend(refusals::figures(view, flows, lang)?);
    out.extend(tiles::figures(view, lang)?);
    out.extend(limits::figures(view, lang)?);
    out.extend(fan::figures(view, lang)?);
    Ok(out)
}

/// The table of what is drawn. In Chinese with a BOM, without which Excel reads it as GBK.
fn csv_bytes(figure: &sheet::Figure, lang: Lang) -> Result<Vec<u8>, ReportError> {
    let failed = |reason: String| ReportError::Draw { chart: figure.name.clone(), reason };
    let start = if lang == Lang::Zh { "\u{FEFF}".as_bytes().to_vec() } else { Vec::new() };
    let mut writer = csv::Writer::from_writer(start);
    for row in &figure.csv {
        writer.write_record(row).map_err(|e| failed(e.to_string()))?;
    }
    writer.into_inner().map_err(|e| failed(e.to_string()))
}

/// Writes beside the target and renames, so that no reader ever sees half a file.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = PathBuf::from(beside);
    let done = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if done.is_err() {
        // The first error is the one worth telling; a leftover is harmless.
        let _ = fs::remove_file(&beside);
    }
    done
}
