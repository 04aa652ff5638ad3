//! Charts made of labelled rows: a name at the left, a bar or a point with its interval, the number at the
//! right. Money, refusals and limits look alike because they are drawn here; many panels become pages.
//! Values come in the unit shown; what they mean is decided in `money.rs`, `refusals.rs`, `limits.rs`.

use plotters::style::RGBColor;

use crate::units::Lang;

use super::axis::{Axis, Frame};
use super::canvas::{self, Anchor, Canvas, GRID, INK, MUTED, REFERENCE, text_width, wrap};
use super::error::ReportError;
use super::lang::{Msg, say};
use super::number::number;
use super::sheet::{Figure, Key, LABEL, MARGIN, Sheet, TICK, WIDTH, in_pages};

const ROW: f64 = 30.0;
/// A row whose name takes three lines.
const TALL: f64 = 41.0;
const LINE: f64 = 15.0;
const FOOT: f64 = 32.0;
const NUMBERS: f64 = 100.0;
const GAP: f64 = 26.0;

/// One line of a panel.
pub(super) struct Row {
    pub label: String,
    pub colour: RGBColor,
    pub value: f64,
    /// Ends of the interval or spread; NaN for none.
    pub ends: (f64, f64),
    /// A full dot; a bar pays no heed.
    pub full: bool,
    /// A limit to be marked in this row.
    pub mark: Option<f64>,
    pub text: String,
    pub below: String,
}

/// Rows on one axis.
pub(super) struct Panel {
    pub title: String,
    /// Bars from zero, else points.
    pub bars: bool,
    pub signed: bool,
    pub rows: Vec<Row>,
}

/// What is common to the pages of one chart.
pub(super) struct Chart {
    pub name: &'static str,
    pub title: String,
    pub footer: String,
    pub keys: Vec<(Key, String)>,
    pub columns: usize,
    /// Width of the names.
    pub names: f64,
    pub csv: Vec<Vec<String>>,
}

struct Prepared<'a> {
    panel: &'a Panel,
    axis: Axis,
    title: Vec<String>,
    labels: Vec<Vec<String>>,
    /// Height of every row.
    row: f64,
}

impl Prepared<'_> {
    fn head(&self) -> f64 {
        9.0 + self.title.len() as f64 * LINE
    }
    fn height(&self) -> f64 {
        self.head() + self.panel.rows.len() as f64 * self.row + FOOT
    }
}

/// Whether any panel shows effects: points, not bars of levels.
pub(super) fn has_effects(panels: &[Panel]) -> bool {
    panels.iter().any(|p| !p.bars)
}

/// The key of effects: only the kinds of dots that are drawn.
pub(super) fn keys(panels: &[Panel], lang: Lang) -> Vec<(Key, String)> {
    let points = || panels.iter().filter(|p| !p.bars).flat_map(|p| &p.rows);
    let kinds = [(true, Msg::Settled), (false, Msg::Unsettled)];
    let drawn = kinds.into_iter().filter(|(full, _)| points().any(|r| r.full == *full));
    drawn.map(|(full, words)| (Key::Dot(INK, full), say(lang, words))).collect()
}

/// The pages of a chart: `name`, `name-2` and so on. The table of all stands beside the first.
pub(super) fn figures(chart: Chart, panels: &[Panel], lang: Lang) -> Result<Vec<Figure>, ReportError> {
    let columns = chart.columns.min(panels.len()).max(1);
    let wide = (WIDTH - 2.0 * MARGIN - (columns - 1) as f64 * GAP) / columns as f64;
    let prepared: Vec<Prepared<'_>> = panels
        .iter()
        .map(|panel| {
            let values =
                panel.rows.iter().flat_map(|r| [r.value, r.ends.0, r.ends.1].into_iter().chain(r.mark));
            let labels: Vec<Vec<String>> =
                panel.rows.iter().map(|r| wrap(&r.label, TICK, chart.names - 10.0, 3)).collect();
            Prepared {
                axis: Axis::around(values.chain([0.0]), 3),
                title: wrap(&panel.title, LABEL, wide, 2),
                row: if labels.iter().any(|l| l.len() > 2) { TALL } else { ROW },
                labels,
                panel,
            }
        })
        .collect();
    let pages = in_pages(prepared.chunks(columns), row_height);
    let Chart { name, title, footer, keys, names, csv, .. } = chart;
    let mut out = Vec::new();
    for (i, rows) in pages.iter().enumerate() {
        let mut title = title.clone();
        if pages.len() > 1 {
            title.push_str(&say(lang, Msg::Page(i + 1, pages.len())));
        }
        let sheet = Sheet::new(&title, keys.clone(), &footer);
        let called = if i == 0 { name.to_owned() } else { format!("{name}-{}", i + 1) };
        let height: f64 = rows.iter().map(|r| row_height(r)).sum();
        let svg = canvas::draw(&called, (WIDTH, sheet.height(height)), &title, &footer, |canvas| {
            sheet.paint(canvas, height)?;
            let mut top = sheet.top();
            for row in rows {
                for (column, panel) in row.iter().enumerate() {
                    let left = MARGIN + column as f64 * (wide + GAP);
                    let frame = Frame {
                        left: left + names,
                        top: top + panel.head(),
                        right: left + wide - NUMBERS,
                        bottom: top + panel.height() - FOOT,
                    };
                    paint(canvas, panel, left, left + wide, &frame)?;
                }
                top += row_height(row);
            }
            Ok(())
        })?;
        out.push(Figure { name: called, svg, csv: csv.clone() });
    }
    Ok(out)
}

fn row_height(row: &[Prepared<'_>]) -> f64 {
    row.iter().map(Prepared::height).fold(0.0, f64::max)
}

fn paint(
    canvas: &Canvas<'_>,
    prepared: &Prepared<'_>,
    left: f64,
    right: f64,
    frame: &Frame,
) -> Result<(), ReportError> {
    let Prepared { panel, axis, title, labels, row: height } = prepared;
    for (i, line) in title.iter().rev().enumerate() {
        canvas.text(line, (left, frame.top - 10.0 - i as f64 * LINE), LABEL, INK, Anchor::Left)?;
    }
    canvas.line(&[(left, frame.top - 4.0), (right, frame.top - 4.0)], GRID, 0.8)?;
    ticks(canvas, panel.signed, axis, frame)?;
    for (i, (row, lines)) in panel.rows.iter().zip(labels).enumerate() {
        let y = frame.top + (i as f64 + 0.5) * height;
        let first = y + 0.36 * TICK - (lines.len() as f64 - 1.0) * 6.2;
        for (n, line) in lines.iter().enumerate() {
            canvas.text(line, (left, first + n as f64 * 12.4), TICK, INK, Anchor::Left)?;
        }
        if row.value.is_finite() {
            shape(canvas, row, panel.bars, axis, frame, y)?;
        }
        if let Some(mark) = row.mark {
            let x = frame.x(axis, mark);
            canvas.line(&[(x, y - 11.0), (x, y + 11.0)], INK, 2.0)?;
        }
        let middle = if row.below.is_empty() { y + 4.0 } else { y - 1.5 };
        canvas.text(&row.text, (right, middle), LABEL, INK, Anchor::Right)?;
        canvas.text(&row.below, (right, y + 10.5), 9.5, MUTED, Anchor::Right)?;
    }
    Ok(())
}

fn shape(
    canvas: &Canvas<'_>,
    row: &Row,
    bars: bool,
    axis: &Axis,
    frame: &Frame,
    y: f64,
) -> Result<(), ReportError> {
    let (zero, x) = (frame.x(axis, 0.0), frame.x(axis, row.value));
    if bars {
        canvas.area(&[(zero, y - 6.0), (x, y - 6.0), (x, y + 6.0), (zero, y + 6.0)], row.colour, 0.55)?;
    }
    if row.ends.0.is_finite() && row.ends.1.is_finite() {
        let ends = [(frame.x(axis, row.ends.0), y), (frame.x(axis, row.ends.1), y)];
        canvas.line(&ends, row.colour, 2.0)?;
    }
    if bars { Ok(()) } else { canvas.dot((x, y), 3.6, row.colour, row.full) }
}

fn ticks(canvas: &Canvas<'_>, signed: bool, axis: &Axis, frame: &Frame) -> Result<(), ReportError> {
    let texts: Vec<String> = axis.ticks.iter().map(|t| number(*t, axis.decimals, signed)).collect();
    let widest = texts.iter().map(|t| text_width(t, TICK)).fold(0.0, f64::max) + 6.0;
    let apart = (frame.right - frame.left) / (axis.ticks.len().max(2) - 1) as f64;
    let every = (widest / apart).ceil().max(1.0) as i64;
    for (tick, text) in axis.ticks.iter().zip(&texts) {
        let x = frame.x(axis, *tick);
        let (colour, width) = if *tick == 0.0 { (REFERENCE, 1.2) } else { (GRID, 0.8) };
        canvas.line(&[(x, frame.top), (x, frame.bottom)], colour, width)?;
        // Counted from zero, so that zero itself is always labelled.
        let nth = (tick / (axis.ticks[1] - axis.ticks[0])).round() as i64;
        if nth % every == 0 {
            canvas.text(text, (x, frame.bottom + 12.0), TICK, MUTED, Anchor::Middle)?;
        }
    }
    Ok(())
}
