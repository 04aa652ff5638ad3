//! Matrices of probabilities: which place an option takes, and which option beats which, one panel an outcome.
//! The number stands in every cell and its shade says the same; intervals are in `ranks.csv` and `beats.csv`.
//! What the probabilities are was worked out in `stats::choice`.

use crate::units::Lang;

use super::super::canvas::{self, Anchor, Canvas, GRID, INK, MUTED, scenario_colour, wrap};
use super::super::error::ReportError;
use super::super::lang::{Msg, say};
use super::super::number::number;
use super::super::sheet::{Figure, LABEL, MARGIN, Sheet, TICK, WIDTH, cell, in_pages};

/// Most options whose matrix can be read.
pub(super) const MOST: usize = 16;
const ROW: f64 = 30.0;
const HEAD: f64 = 44.0;
const FOOT: f64 = 16.0;
const GAP: f64 = 26.0;
const NAMES: f64 = 150.0;

/// One outcome: probabilities by row (option) and column, NaN where there is none.
pub(super) struct Matrix {
    pub title: String,
    pub rows: Vec<String>,
    pub columns: Vec<String>,
    pub cells: Vec<Vec<f64>>,
}

impl Matrix {
    fn height(&self) -> f64 {
        HEAD + self.rows.len() as f64 * ROW + FOOT
    }
}

/// The pages of a chart of matrices.
pub(super) fn figures(
    name: &str,
    (title, footer): (&str, &str),
    panels: &[Matrix],
    lang: Lang,
) -> Result<Vec<Figure>, ReportError> {
    let many = panels.iter().any(|p| p.columns.len() > 6);
    let columns = if many { 1 } else { 2 };
    let wide = (WIDTH - 2.0 * MARGIN - (columns - 1) as f64 * GAP) / columns as f64;
    let mut csv = vec![["outcome", "option", "column", "probability"].map(str::to_owned).to_vec()];
    for p in panels {
        for (row, cells) in p.rows.iter().zip(&p.cells) {
            for (column, value) in p.columns.iter().zip(cells).filter(|(_, v)| v.is_finite()) {
                csv.push(vec![p.title.clone(), row.clone(), column.clone(), cell(*value)]);
            }
        }
    }
    let height_of = |row: &[Matrix]| row.iter().map(Matrix::height).fold(0.0, f64::max);
    let pages = in_pages(panels.chunks(columns), height_of);
    let mut out = Vec::new();
    for (i, rows) in pages.iter().enumerate() {
        let page = if pages.len() > 1 { say(lang, Msg::Page(i + 1, pages.len())) } else { String::new() };
        let title = format!("{title}{page}");
        let sheet = Sheet::new(&title, Vec::new(), footer);
        let called = if i == 0 { name.to_owned() } else { format!("{name}-{}", i + 1) };
        let height: f64 = rows.iter().map(|r| height_of(r)).sum();
        let svg = canvas::draw(&called, (WIDTH, sheet.height(height)), &title, footer, |canvas| {
            sheet.paint(canvas, height)?;
            let mut top = sheet.top();
            for row in rows {
                for (column, panel) in row.iter().enumerate() {
                    paint(canvas, panel, (MARGIN + column as f64 * (wide + GAP), top), wide)?;
                }
                top += height_of(row);
            }
            Ok(())
        })?;
        out.push(Figure { name: called, svg, csv: csv.clone() });
    }
    Ok(out)
}

fn paint(canvas: &Canvas<'_>, panel: &Matrix, (left, top): (f64, f64), wide: f64) -> Result<(), ReportError> {
    canvas.text(&wrap(&panel.title, LABEL, wide, 1)[0], (left, top + 12.0), LABEL, INK, Anchor::Left)?;
    canvas.line(&[(left, top + 18.0), (left + wide, top + 18.0)], GRID, 0.8)?;
    let width = ((wide - NAMES) / panel.columns.len().max(1) as f64).min(64.0);
    let edge = |column: usize| left + NAMES + column as f64 * width;
    for (n, column) in panel.columns.iter().enumerate() {
        canvas.text(column, (edge(n) + width / 2.0, top + HEAD - 10.0), TICK, MUTED, Anchor::Middle)?;
    }
    for (r, (name, cells)) in panel.rows.iter().zip(&panel.cells).enumerate() {
        let y = top + HEAD + r as f64 * ROW - 4.0;
        let lines = wrap(name, TICK, NAMES - 10.0, 2);
        let first = y + ROW / 2.0 + 0.36 * TICK - (lines.len() as f64 - 1.0) * 6.2;
        for (n, line) in lines.iter().enumerate() {
            canvas.text(line, (left, first + n as f64 * 12.4), TICK, INK, Anchor::Left)?;
        }
        for (c, value) in cells.iter().enumerate().filter(|(_, v)| v.is_finite()) {
            let (a, b) = (edge(c) + 1.0, edge(c) + width - 1.0);
            let outline = [(a, y + 1.0), (b, y + 1.0), (b, y + ROW - 1.0), (a, y + ROW - 1.0)];
            canvas.area(&outline, GRID, 0.5)?;
            // Never so dark that the number cannot be read.
            canvas.area(&outline, scenario_colour(0), 0.6 * value.clamp(0.0, 1.0))?;
            let at = ((a + b) / 2.0, y + ROW / 2.0 + 3.8);
            canvas.text(&number(*value, 2, false), at, TICK, INK, Anchor::Middle)?;
        }
    }
    Ok(())
}
