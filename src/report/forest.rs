//! Forest plot: for each headline outcome the paired effect of every scenario in one period, with its 95%
//! interval and the number beside it. Many outcomes are broken into pages of A4 proportions.
//! Intervals come from `effects.csv`; none is computed here.

use std::borrow::Cow;

use crate::units::Lang;

use super::axis::{Axis, Frame};
use super::canvas::{self, Anchor, Canvas, GRID, INK, MUTED, REFERENCE, text_width, wrap};
use super::error::ReportError;
use super::evidence::Verdict;
use super::lang::{Msg, say, verdict};
use super::number::{Scale, number};
use super::read::Variable;
use super::sheet::{
    Figure, Key, LABEL, MARGIN, Sheet, TICK, WIDTH, cell, footer, in_pages, kind, label, period_words,
    with_unit,
};
use super::view::{Effect, View};

const GAP: f64 = 26.0;
const ROW: f64 = 30.0;
const HEAD: f64 = 24.0;
const HEAD_LINE: f64 = 15.0;
const FOOT: f64 = 30.0;

/// One outcome with its effects.
struct Panel<'a> {
    variable: Cow<'a, Variable>,
    effects: Vec<Effect<'a>>,
    scale: Scale,
    axis: Axis,
    /// Outcome and unit.
    head: Vec<String>,
    titles: Vec<Vec<String>>,
}

impl Panel<'_> {
    fn height(&self) -> f64 {
        self.effects.len() as f64 * ROW + FOOT
    }
}

/// Height of the heads of a row: the longest outcome decides.
fn head_height(row: &[Panel<'_>]) -> f64 {
    HEAD + (row.iter().map(|p| p.head.len()).max().unwrap_or(1) - 1) as f64 * HEAD_LINE
}

/// The effects of the last whole year: `effects`, and `effects-2` and so on where one page does not hold them.
pub(super) fn figures(view: &View<'_>, lang: Lang) -> Result<Vec<Figure>, ReportError> {
    let Some(period) = view.effect_period() else { return Ok(Vec::new()) };
    let mut panels = Vec::new();
    for variable in view.headline() {
        let effects = view.effects(&variable, period);
        if effects.iter().any(Effect::is_something) {
            panels.push((variable, effects));
        }
    }
    let columns = if panels.len() > 1 { 2 } else { 1 };
    let panels: Vec<_> = panels.into_iter().map(|(v, e)| prepare(view, v, e, columns, lang)).collect();
    // A page is filled row by row; a row is as high as its highest panel.
    let pages = in_pages(panels.chunks(columns), row_height);
    let of = pages.len();
    pages.iter().enumerate().map(|(i, rows)| page(view, period, rows, columns, (i + 1, of), lang)).collect()
}

fn row_height(row: &[Panel<'_>]) -> f64 {
    head_height(row) + row.iter().map(Panel::height).fold(0.0, f64::max)
}

/// The widths of a panel: scenario titles, plot, numbers.
fn widths(columns: usize) -> (f64, f64, f64) {
    let all = (WIDTH - 2.0 * MARGIN - (columns - 1) as f64 * GAP) / columns as f64;
    let (titles, numbers) = if columns == 1 { (200.0, 110.0) } else { (138.0, 92.0) };
    (titles, all - titles - numbers, numbers)
}

fn prepare<'a>(
    view: &View<'a>,
    variable: Cow<'a, Variable>,
    effects: Vec<Effect<'a>>,
    columns: usize,
    lang: Lang,
) -> Panel<'a> {
    let ends = |e: &Effect<'a>| {
        let bounds =
            if e.has_interval() { [e.row.ci95_low, e.row.ci95_high] } else { [e.row.effect_mean; 2] };
        [e.row.effect_mean, bounds[0], bounds[1]]
    };
    let all: Vec<f64> = effects.iter().flat_map(ends).collect();
    // Decimals follow the estimates, not the widest interval.
    let max = effects.iter().map(|e| e.row.effect_mean.abs()).fold(0.0, f64::max);
    let scale = Scale::differences(kind(&variable), max, lang);
    let axis = Axis::around(all.iter().map(|v| v * scale.factor).chain([0.0]), 3);
    let wide = widths(columns).0 - 8.0;
    let titles = effects
        .iter()
        .map(|e| wrap(view.results.manifest.title(&e.row.scenario_id, lang), TICK, wide, 2))
        .collect();
    let title = with_unit(label(&variable, lang), &scale.unit, lang);
    let (a, b, c) = widths(columns);
    let head = wrap(&title, LABEL, a + b + c - text_width(&better(&variable, lang), TICK) - 10.0, 2);
    Panel { variable, effects, scale, axis, head, titles }
}

fn page(
    view: &View<'_>,
    period: &str,
    rows: &[&[Panel<'_>]],
    columns: usize,
    (number, of): (usize, usize),
    lang: Lang,
) -> Result<Figure, ReportError> {
    let name = if number == 1 { "effects".to_owned() } else { format!("effects-{number}") };
    let mut title = say(lang, Msg::EffectsTitle(&period_words(period, lang)));
    if of > 1 {
        title.push_str(&say(lang, Msg::Page(number, of)));
    }
    let effects = || rows.iter().flat_map(|r| r.iter()).flat_map(|p| &p.effects);
    let mut keys = Vec::new();
    if effects().any(Effect::is_sure) {
        keys.push((Key::Dot(INK, true), say(lang, Msg::Settled)));
    }
    if effects().any(|e| e.has_interval() && !e.is_sure()) {
        keys.push((Key::Dot(INK, false), say(lang, Msg::Unsettled)));
    }
    let footer = footer(view, lang, &[Msg::EffectIntervals]);
    let sheet = Sheet::new(&title, keys, &footer);
    let height: f64 = rows.iter().map(|r| row_height(r)).sum();
    let svg = canvas::draw(&name, (WIDTH, sheet.height(height)), &title, &footer, |canvas| {
        sheet.paint(canvas, height)?;
        let (titles, plot, numbers) = widths(columns);
        let mut top = sheet.top();
        for row in rows {
            for (column, panel) in row.iter().enumerate() {
                let left = MARGIN + column as f64 * (titles + plot + numbers + GAP);
                let (head, height) = (head_height(row), panel.height());
                let bottom = top + head + height - FOOT;
                let frame =
                    Frame { left: left + titles, top: top + head, right: left + titles + plot, bottom };
                paint(canvas, panel, left, left + titles + plot + numbers, &frame, lang)?;
            }
            top += row_height(row);
        }
        Ok(())
    })?;
    Ok(Figure { name, svg, csv: table(view, rows, lang) })
}

fn paint(
    canvas: &Canvas<'_>,
    panel: &Panel<'_>,
    left: f64,
    right: f64,
    frame: &Frame,
    lang: Lang,
) -> Result<(), ReportError> {
    let Panel { variable, scale, axis, .. } = panel;
    let title_y = frame.top - 10.0;
    for (i, line) in panel.head.iter().rev().enumerate() {
        canvas.text(line, (left, title_y - i as f64 * HEAD_LINE), LABEL, INK, Anchor::Left)?;
    }
    canvas.text(&better(variable, lang), (right, title_y), TICK, MUTED, Anchor::Right)?;
    canvas.line(&[(left, frame.top - 4.0), (right, frame.top - 4.0)], GRID, 0.8)?;

    let signed = panel.effects.iter().all(Effect::is_signed);
    let texts: Vec<String> = axis.ticks.iter().map(|t| number(*t, axis.decimals, signed)).collect();
    let widest = texts.iter().map(|t| text_width(t, TICK)).fold(0.0, f64::max) + 6.0;
    let apart = (frame.right - frame.left) / (axis.ticks.len().max(2) - 1) as f64;
    let every = (widest / apart).ceil().max(1.0) as i64;
    for (tick, text) in axis.ticks.iter().zip(&texts) {
        let x = frame.x(axis, *tick);
        let is_zero = *tick == 0.0;
        canvas.line(&[(x, frame.top), (x, frame.bottom)], if is_zero { REFERENCE } else { GRID }, {
            if is_zero { 1.2 } else { 0.8 }
        })?;
        // Counted from zero, so that zero itself is always labelled.
        let nth = (tick / (axis.ticks[1] - axis.ticks[0])).round() as i64;
        if nth % every == 0 {
            canvas.text(text, (x, frame.bottom + 12.0), TICK, MUTED, Anchor::Middle)?;
        }
    }
    for (i, (effect, titles)) in panel.effects.iter().zip(&panel.titles).enumerate() {
        let y = frame.top + (i as f64 + 0.5) * ROW;
        lines(canvas, titles, left, y, INK)?;
        if effect.verdict == Verdict::Undefined {
            canvas.text(&verdict(lang, effect.verdict), (right, y + 3.5), TICK, MUTED, Anchor::Right)?;
            continue;
        }
        if effect.has_interval() {
            let (low, high) = (effect.row.ci95_low * scale.factor, effect.row.ci95_high * scale.factor);
            canvas.line(&[(frame.x(axis, low), y), (frame.x(axis, high), y)], effect.colour, 2.0)?;
        }
        let x = frame.x(axis, effect.row.effect_mean * scale.factor);
        canvas.dot((x, y), 3.6, effect.colour, effect.is_sure())?;
        // The unit stands above all rows: a sure effect that would read as zero gets decimals.
        let scale = match effect.verdict.is_settled() {
            true => scale.clone().telling(effect.row.effect_mean).telling(effect.half()),
            false => scale.clone(),
        };
        let text = |v: f64| scale.difference(v, signed);
        let interval = if effect.has_interval() {
            format!("[{}, {}]", text(effect.row.ci95_low), text(effect.row.ci95_high))
        } else {
            say(lang, Msg::NoInterval)
        };
        canvas.text(&text(effect.row.effect_mean), (right, y - 1.5), LABEL, INK, Anchor::Right)?;
        canvas.text(&interval, (right, y + 10.5), 9.5, MUTED, Anchor::Right)?;
    }
    Ok(())
}

fn better(variable: &Variable, lang: Lang) -> String {
    match variable.direction.as_str() {
        "up" => say(lang, Msg::HigherIsBetter),
        "down" => say(lang, Msg::LowerIsBetter),
        _ => String::new(),
    }
}

/// One or two lines of text around the middle `y`.
fn lines(
    canvas: &Canvas<'_>,
    texts: &[String],
    x: f64,
    y: f64,
    colour: plotters::style::RGBColor,
) -> Result<(), ReportError> {
    let first = y + 0.36 * TICK - (texts.len() as f64 - 1.0) * 6.2;
    for (i, text) in texts.iter().enumerate() {
        canvas.text(text, (x, first + i as f64 * 12.4), TICK, colour, Anchor::Left)?;
    }
    Ok(())
}

fn table(view: &View<'_>, rows: &[&[Panel<'_>]], lang: Lang) -> Vec<Vec<String>> {
    let names = "scenario_id,scenario,baseline_id,period,variable,label,unit,n_pairs,effect_mean,ci95_low,ci95_high,prob_positive,reading";
    let mut out = vec![names.split(',').map(str::to_owned).collect::<Vec<_>>()];
    for panel in rows.iter().flat_map(|r| r.iter()) {
        for effect in &panel.effects {
            let row = effect.row;
            let factor = panel.scale.factor;
            out.push(vec![
                row.scenario_id.clone(),
                view.results.manifest.title(&row.scenario_id, lang).to_owned(),
                row.baseline_id.clone(),
                row.period.clone(),
                row.variable.clone(),
                label(&panel.variable, lang).to_owned(),
                panel.scale.unit.clone(),
                cell(row.n_pairs),
                cell(row.effect_mean * factor),
                cell(row.ci95_low * factor),
                cell(row.ci95_high * factor),
                cell(row.prob_positive),
                verdict(lang, effect.verdict),
            ]);
        }
    }
    out
}
