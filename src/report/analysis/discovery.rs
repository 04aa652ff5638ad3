//! Where a plan misses its aim: the points of a design as cases or not, and the ranges of inputs that hold the cases.
//! Reads `boxes.csv` and `cases.csv`; which ranges tell cases apart was decided in `stats::prim`.
//! A chart shows the two inputs that matter most, or one input and the outcome; other ranges are in words and tables.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::units::Lang;

use super::super::axis::{Axis, Frame};
use super::super::canvas::{self, Anchor, Canvas, GRID, INK, MUTED, REFERENCE, scenario_colour};
use super::super::error::ReportError;
use super::super::lang::{Msg, say};
use super::super::number::{Kind, Scale, number};
use super::super::read::number as cell_number;
use super::super::sheet::{Figure, Key, LABEL, MARGIN, Sheet, TICK, WIDTH, cell, in_pages, with_unit};
use super::words::{Word, word};
use super::{About, Claim, grouped, largest, name, percent};

const HEIGHT: f64 = 262.0;
const GAP: f64 = 34.0;
/// Room for the numbers at the left of a panel.
const NUMBERS: f64 = 44.0;

#[derive(Deserialize)]
pub(super) struct InBox {
    option: String,
    #[serde(rename = "box")]
    number: u32,
    factor: String,
    unit: String,
    #[serde(deserialize_with = "cell_number")]
    low: f64,
    #[serde(deserialize_with = "cell_number")]
    high: f64,
    #[serde(deserialize_with = "cell_number")]
    quasi_p: f64,
    coverage: f64,
    density: f64,
    base_rate: f64,
}

/// A row of `cases.csv`: its columns hang on the design.
pub(super) type Seen = BTreeMap<String, String>;

fn value(row: &Seen, column: &str) -> f64 {
    row.get(column).and_then(|v| v.parse().ok()).unwrap_or(f64::NAN)
}

fn is_case(row: &Seen) -> bool {
    row.get("case").is_some_and(|c| c == "1")
}

/// What is said of every option, and the chart where ranges were found.
pub(super) fn discovery(
    about: &About,
    case: &Claim,
    limits: Vec<InBox>,
    seen: Vec<Seen>,
    lang: Lang,
) -> Result<(Vec<String>, Vec<Figure>), ReportError> {
    let said = about.claim(case, lang);
    let mut text = vec![word(lang, Word::BoxesHeading { case: &said })];
    let boxes = grouped(limits, |l| (l.option.clone(), l.number));
    let mut panels = Vec::new();
    for (id, seen) in grouped(seen, |s| s.get("option").cloned().unwrap_or_default()) {
        let option = name(&about.options, &id, lang);
        let cases = seen.iter().filter(|s| is_case(s)).count();
        let of_option: Vec<&Vec<InBox>> = boxes.iter().filter(|b| b.0.0 == id).map(|b| &b.1).collect();
        for limits in &of_option {
            let inside: Vec<String> = limits.iter().map(|l| range(about, l, lang)).collect();
            let one = &limits[0];
            let says = Word::BoxSays {
                option,
                inside: &inside.join(&word(lang, Word::And)),
                density: &percent(one.density),
                coverage: &percent(one.coverage),
                base: &percent(one.base_rate),
            };
            text.push(word(lang, says));
        }
        match of_option.first() {
            None => text.push(word(lang, Word::NoBox { option, cases, points: seen.len() })),
            Some(limits) => panels.push(panel(about, case, option, limits, &seen, lang)),
        }
    }
    if panels.is_empty() {
        return Ok((text, Vec::new()));
    }
    let title = word(lang, Word::BoxesTitle { case: &said });
    let footer = about.footer(lang, Word::BoxesNote);
    Ok((text, figures(&panels, &title, &footer, lang)?))
}

fn range(about: &About, l: &InBox, lang: Lang) -> String {
    let factor = name(&about.factors, &l.factor, lang);
    let scale = Scale::levels(Kind::of(&l.factor, &l.unit), largest([l.low, l.high].into_iter()), lang);
    let write = |v: f64| format!("{}{}", scale.text(v), scale.unit);
    let (low, high) = (&write(l.low), &write(l.high));
    let said = match (l.low.is_finite(), l.high.is_finite()) {
        (true, true) => Word::Between { factor, low, high },
        (true, false) => Word::AtLeast { factor, low },
        _ => Word::AtMost { factor, high },
    };
    word(lang, said)
}

/// One side of a panel: values as shown, ends of the range.
struct Side {
    label: String,
    values: Vec<f64>,
    ends: (f64, f64),
    axis: Axis,
}

struct Panel {
    option: String,
    across: Side,
    up: Side,
    cases: Vec<bool>,
}

fn side(variable: &str, unit: &str, label: &str, values: Vec<f64>, ends: (f64, f64), lang: Lang) -> Side {
    let scale = Scale::levels(Kind::of(variable, unit), largest(values.iter().copied()), lang);
    let values: Vec<f64> = values.into_iter().map(|v| v * scale.factor).collect();
    Side {
        label: with_unit(label, &scale.unit, lang),
        ends: (ends.0 * scale.factor, ends.1 * scale.factor),
        axis: Axis::around(values.iter().copied(), 4),
        values,
    }
}

fn panel(about: &About, case: &Claim, option: &str, limits: &[InBox], seen: &[Seen], lang: Lang) -> Panel {
    let mut order: Vec<&InBox> = limits.iter().collect();
    order.sort_by(|a, b| a.quasi_p.total_cmp(&b.quasi_p));
    let of = |l: &InBox| {
        let values = seen.iter().map(|s| value(s, &format!("x.{}", l.factor))).collect();
        let label = name(&about.factors, &l.factor, lang);
        side(&l.factor, &l.unit, label, values, (l.low, l.high), lang)
    };
    let up = match order.get(1) {
        Some(second) => of(second),
        None => {
            let values = seen.iter().map(|s| value(s, "value")).collect();
            let label = name(&about.indicators, &case.variable, lang);
            side(&case.variable, &case.unit, label, values, (f64::NEG_INFINITY, f64::INFINITY), lang)
        }
    };
    let cases = seen.iter().map(is_case).collect();
    Panel { option: option.to_owned(), across: of(order[0]), up, cases }
}

fn figures(panels: &[Panel], title: &str, footer: &str, lang: Lang) -> Result<Vec<Figure>, ReportError> {
    let (case, other) = (scenario_colour(1), scenario_colour(0));
    let keys = vec![
        (Key::Dot(case, true), word(lang, Word::Case)),
        (Key::Dot(other, false), word(lang, Word::NoSuchCase)),
        (Key::Frame(INK), word(lang, Word::Ranges)),
    ];
    let mut csv = vec![["option", "x", "y", "x_label", "y_label", "case"].map(str::to_owned).to_vec()];
    for p in panels {
        for ((x, y), case) in p.across.values.iter().zip(&p.up.values).zip(&p.cases) {
            let (across, up) = (p.across.label.clone(), p.up.label.clone());
            csv.push(vec![p.option.clone(), cell(*x), cell(*y), across, up, u8::from(*case).to_string()]);
        }
    }
    let wide = (WIDTH - 2.0 * MARGIN - GAP) / 2.0;
    let pages = in_pages(panels.chunks(2), |_| HEIGHT);
    let mut out = Vec::new();
    for (i, rows) in pages.iter().enumerate() {
        let page = if pages.len() > 1 { say(lang, Msg::Page(i + 1, pages.len())) } else { String::new() };
        let title = format!("{title}{page}");
        let sheet = Sheet::new(&title, keys.clone(), footer);
        let called = if i == 0 { "boxes".to_owned() } else { format!("boxes-{}", i + 1) };
        let height = rows.len() as f64 * HEIGHT;
        let svg = canvas::draw(&called, (WIDTH, sheet.height(height)), &title, footer, |canvas| {
            sheet.paint(canvas, height)?;
            for (row, panels) in rows.iter().enumerate() {
                for (column, panel) in panels.iter().enumerate() {
                    let left = MARGIN + column as f64 * (wide + GAP);
                    let top = sheet.top() + row as f64 * HEIGHT;
                    paint(canvas, panel, (left, top), wide, (case, other))?;
                }
            }
            Ok(())
        })?;
        out.push(Figure { name: called, svg, csv: csv.clone() });
    }
    Ok(out)
}

type Colour = plotters::style::RGBColor;

fn paint(
    canvas: &Canvas<'_>,
    panel: &Panel,
    (left, top): (f64, f64),
    wide: f64,
    (case, other): (Colour, Colour),
) -> Result<(), ReportError> {
    let Panel { option, across, up, cases } = panel;
    let frame =
        Frame { left: left + NUMBERS, top: top + 40.0, right: left + wide, bottom: top + HEIGHT - 48.0 };
    let line = |text: &str, size| canvas::wrap(text, size, wide, 1).remove(0);
    canvas.text(&line(option, LABEL), (left, top + 12.0), LABEL, INK, Anchor::Left)?;
    canvas.text(&line(&up.label, TICK), (left, top + 30.0), TICK, MUTED, Anchor::Left)?;
    for tick in &up.axis.ticks {
        let y = frame.y(&up.axis, *tick);
        canvas.line(&[(frame.left, y), (frame.right, y)], GRID, 0.8)?;
        let text = number(*tick, up.axis.decimals, false);
        canvas.text(&text, (frame.left - 6.0, y + 3.5), TICK, MUTED, Anchor::Right)?;
    }
    for tick in &across.axis.ticks {
        let x = frame.x(&across.axis, *tick);
        canvas.line(&[(x, frame.top), (x, frame.bottom)], GRID, 0.8)?;
        let text = number(*tick, across.axis.decimals, false);
        canvas.text(&text, (x, frame.bottom + 14.0), TICK, MUTED, Anchor::Middle)?;
    }
    let middle = 0.5 * (frame.left + frame.right);
    let below = canvas::wrap(&across.label, TICK, frame.right - frame.left, 1).remove(0);
    canvas.text(&below, (middle, frame.bottom + 30.0), TICK, MUTED, Anchor::Middle)?;
    // Open ends reach to the edge.
    let x = [across.ends.0.max(across.axis.low), across.ends.1.min(across.axis.high)];
    let y = [up.ends.0.max(up.axis.low), up.ends.1.min(up.axis.high)];
    let [x, y] = [x.map(|v| frame.x(&across.axis, v)), y.map(|v| frame.y(&up.axis, v))];
    let outline = [(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])];
    canvas.area(&outline, REFERENCE, 0.14)?;
    for (n, is_case) in cases.iter().enumerate() {
        let at = (frame.x(&across.axis, across.values[n]), frame.y(&up.axis, up.values[n]));
        if at.0.is_finite() && at.1.is_finite() {
            canvas.dot(at, 2.8, if *is_case { case } else { other }, *is_case)?;
        }
    }
    canvas.line(&[outline[0], outline[1], outline[2], outline[3], outline[0]], INK, 1.2)
}
