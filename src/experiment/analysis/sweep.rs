//! Outcomes of a sweep's folder: `design.json`, `points.csv` and the Parquet parts (`docs/sweeps.md`).
//!
//! Only the columns and the year wanted are kept. A part of another plan is refused by name; that every part is whole is
//! for the sweep itself to see to. Runs that failed or are not there yet stay missing.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use parquet::column::reader::ColumnReader;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use serde::Deserialize;

use super::{AnalysisError, Cells, Factor, Indicator, Layout, Named, Outcomes, Point};
use super::{read_bytes, unreadable, whole_year};
use crate::units::Month;

#[derive(Deserialize)]
struct Design {
    format: String,
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

#[derive(Deserialize)]
struct Plan {
    hash: String,
    replications: usize,
}

pub fn read(dir: &Path, year: Option<i32>) -> Result<Outcomes, AnalysisError> {
    let json = |name: &str| -> Result<(PathBuf, Vec<u8>), AnalysisError> {
        let path = dir.join(name);
        let bytes = read_bytes(&path)?;
        Ok((path, bytes))
    };
    let (path, bytes) = json("design.json")?;
    let design: Design = serde_json::from_slice(&bytes).map_err(|e| unreadable(&path, e))?;
    if design.format != "puhui/sweep/1" {
        return Err(unreadable(&path, format!("format `{}`", design.format)));
    }
    let month = |text: &str| text.parse::<Month>().map_err(|e| unreadable(&path, e));
    let year = whole_year(month(&design.from)?, month(&design.until)?, year)?;
    let (path, bytes) = json("plan.json")?;
    let plan: Plan = serde_json::from_slice(&bytes).map_err(|e| unreadable(&path, e))?;
    let points = points(&dir.join("points.csv"), &design.factors)?;

    let mut parts: Vec<PathBuf> = std::fs::read_dir(dir.join("timeseries"))
        .map_err(|source| AnalysisError::Io { path: dir.join("timeseries"), source })?
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "parquet"))
        .collect();
    parts.sort();
    let mut cells = Cells::new(design.indicators.len());
    let size = (design.scenarios.len(), points.len(), plan.replications);
    for part in &parts {
        one_part(part, &design, &plan, size, year, &mut cells)?;
    }
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
        replications: plan.replications,
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

fn one_part(
    path: &Path,
    design: &Design,
    plan: &Plan,
    (scenarios, points, replications): (usize, usize, usize),
    year: i32,
    cells: &mut Cells,
) -> Result<(), AnalysisError> {
    let file = File::open(path).map_err(|source| AnalysisError::Io { path: path.to_owned(), source })?;
    let reader = SerializedFileReader::new(file).map_err(|e| unreadable(path, e))?;
    let meta = reader.metadata().file_metadata();
    let kept = meta.key_value_metadata().into_iter().flatten();
    let hash = kept.filter(|kv| kv.key == "puhui.plan").find_map(|kv| kv.value.as_deref());
    if hash != Some(plan.hash.as_str()) {
        return Err(AnalysisError::Foreign(path.to_owned()));
    }
    let columns: Vec<String> = meta.schema_descr().columns().iter().map(|c| c.name().to_owned()).collect();
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(|e| unreadable(path, e))?;
        let read = |name: &str| column(path, group.as_ref(), &columns, name);
        let (point, replication) = (read("point")?.numbers, read("replication")?.numbers);
        let (scenario, years) = (read("scenario")?.texts, read("year")?.numbers);
        let months = if columns.iter().any(|c| c == "month") { read("month")?.numbers } else { Vec::new() };
        let values = design
            .indicators
            .iter()
            .map(|i| read(&i.name).map(|c| c.numbers))
            .collect::<Result<Vec<_>, _>>()?;
        for row in (0..years.len()).filter(|&r| years[r] == f64::from(year)) {
            let known = design.scenarios.iter().position(|s| Some(&s.id) == scenario.get(row));
            let run = (known.unwrap_or(scenarios), point[row] as usize, replication[row] as usize);
            if run.0 >= scenarios || run.1 >= points || run.2 >= replications {
                return Err(unreadable(path, format!("run {run:?} is not of this plan")));
            }
            let month = months.get(row).map_or(0, |m| *m as i32);
            for (i, column) in values.iter().enumerate() {
                cells.add(run, i, month, column[row]);
            }
        }
    }
    Ok(())
}

/// A column, null as NaN or empty.
#[derive(Default)]
struct Column {
    numbers: Vec<f64>,
    texts: Vec<String>,
}

fn column(
    path: &Path,
    group: &dyn RowGroupReader,
    columns: &[String],
    name: &str,
) -> Result<Column, AnalysisError> {
    let place = columns.iter().position(|c| c == name);
    let place = place.ok_or_else(|| unreadable(path, format!("no column `{name}`")))?;
    let rows = group.metadata().num_rows() as usize;
    let mut levels = Vec::new();
    macro_rules! all {
        ($reader:ident) => {{
            let mut values = Vec::new();
            let mut done = 0;
            while done < rows {
                let read = $reader.read_records(rows - done, Some(&mut levels), None, &mut values);
                let (records, _, _) = read.map_err(|e| unreadable(path, e))?;
                if records == 0 {
                    return Err(unreadable(path, format!("column `{name}` ends early")));
                }
                done += records;
            }
            values
        }};
    }
    let reader = group.get_column_reader(place).map_err(|e| unreadable(path, e))?;
    let mut out = Column::default();
    match reader {
        ColumnReader::Int32ColumnReader(mut r) => {
            out.numbers = all!(r).into_iter().map(f64::from).collect();
        }
        ColumnReader::DoubleColumnReader(mut r) => out.numbers = all!(r),
        ColumnReader::ByteArrayColumnReader(mut r) => {
            let text = |b: parquet::data_type::ByteArray| String::from_utf8_lossy(b.data()).into_owned();
            out.texts = all!(r).into_iter().map(text).collect();
        }
        _ => return Err(unreadable(path, format!("column `{name}` is of an unknown type"))),
    }
    // Values are dense; levels tell where nulls stand.
    if !levels.is_empty() && out.texts.is_empty() {
        let mut values = std::mem::take(&mut out.numbers).into_iter();
        out.numbers = levels
            .iter()
            .map(|l| if *l == 0 { f64::NAN } else { values.next().unwrap_or(f64::NAN) })
            .collect();
    }
    Ok(out)
}
