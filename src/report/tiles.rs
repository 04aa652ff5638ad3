//! Coverage by township as a grid of tiles: the reference's level, every other scenario's paired difference.
//! Tiles stand roughly where the townships lie (rows from north to south, each from west to east); it is no
//! map. Numbers are those of `summary.csv` and `effects.csv`.

use plotters::style::RGBColor;

use crate::units::Lang;

use super::canvas::{self, Anchor, Canvas, GRID, INK, MUTED, text_width, wrap};
use super::error::ReportError;
use super::lang::{Msg, say};
use super::number::number;
use super::read::Place;
use super::sheet::{Figure, Key, LABEL, MARGIN, Sheet, TICK, WIDTH, cell, footer, period_words};
use super::view::View;

const VARIABLE: &str = "coverage_share";
const UP: RGBColor = RGBColor(0x00, 0x72, 0xB2);
const DOWN: RGBColor = RGBColor(0xD5, 0x5E, 0x00);
const ACROSS: usize = 5;
const HIGH: f64 = 36.0;
const BETWEEN: f64 = 3.0;
const GAP: f64 = 26.0;
const NAME: f64 = 9.5;

/// A tile's value in percent or points, its interval, and whether it is a difference.
struct Tile {
    value: f64,
    ends: (f64, f64),
}

struct Panel {
    id: String,
    title: Vec<String>,
    /// Differences, else levels.
    difference: bool,
    tiles: Vec<Option<Tile>>,
}

pub(super) fn figures(view: &View<'_>, lang: Lang) -> Result<Vec<Figure>, ReportError> {
    let manifest = &view.results.manifest;
    let Some(period) = view.last_period() else { return Ok(Vec::new()) };
    let rows = grid(&manifest.townships);
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let panels: Vec<Panel> = panels(view, period, lang);
    if panels.iter().all(|p| p.tiles.iter().all(Option::is_none)) {
        return Ok(Vec::new());
    }
    let columns = if panels.len() > 1 { 2 } else { 1 };
    let wide = (WIDTH - 2.0 * MARGIN - GAP) / 2.0;
    let head = 12.0 + panels.iter().map(|p| p.title.len()).max().unwrap_or(1) as f64 * 15.0;
    let each = head + rows.len() as f64 * (HIGH + BETWEEN) + 12.0;
    let height = panels.len().div_ceil(columns) as f64 * each;
    let title = say(lang, Msg::TilesTitle(&period_words(period, lang)));
    let compared = panels.iter().any(|p| p.difference);
    let notes = [Msg::TilesNote, Msg::TilesFrame];
    let footer = footer(view, lang, if compared { &notes } else { &notes[..1] });
    let keys = match compared {
        true => vec![
            (Key::Band(UP, 0.6), say(lang, Msg::TileMore)),
            (Key::Band(DOWN, 0.6), say(lang, Msg::TileLess)),
            (Key::Frame(INK), say(lang, Msg::TileSure)),
        ],
        false => vec![(Key::Band(UP, 0.6), say(lang, Msg::TileLevel))],
    };
    let sheet = Sheet::new(&title, keys, &footer);
    let name = "township-coverage".to_owned();
    // One depth of colour for all differences, one for all levels.
    let span = |difference: bool| {
        let of = panels.iter().filter(|p| p.difference == difference).flat_map(|p| p.tiles.iter().flatten());
        let values = of.map(|t| t.value.abs()).filter(|v| v.is_finite());
        let (low, high) = values.fold((f64::INFINITY, 1e-9), |(l, h), v| (f64::min(l, v), f64::max(h, v)));
        // Levels differ little: palest for the lowest. Differences begin at none.
        (if difference { 0.0 } else { low.min(high) }, high)
    };
    let (level, change) = (span(false), span(true));
    let svg = canvas::draw(&name, (WIDTH, sheet.height(height)), &title, &footer, |canvas| {
        sheet.paint(canvas, height)?;
        for (i, panel) in panels.iter().enumerate() {
            let left = MARGIN + (i % columns) as f64 * (wide + GAP);
            let top = sheet.top() + (i / columns) as f64 * each;
            for (n, line) in panel.title.iter().enumerate() {
                canvas.text(line, (left, top + 14.0 + n as f64 * 15.0), LABEL, INK, Anchor::Left)?;
            }
            let span = if panel.difference { change } else { level };
            let looked_at = panel.tiles.iter().flatten().filter(|t| t.value.is_finite()).count();
            let width = wide / ACROSS as f64;
            for (r, row) in rows.iter().enumerate() {
                for (c, place) in row.iter().enumerate() {
                    let at = (left + c as f64 * width, top + head + r as f64 * (HIGH + BETWEEN));
                    let tile = panel.tiles.get(*place).and_then(Option::as_ref);
                    let place = &manifest.townships[*place];
                    let sure = tile.is_some_and(|t| view.is_sure_among(t.ends, looked_at));
                    let look = Look { difference: panel.difference, sure, span, width: width - BETWEEN };
                    paint(canvas, place.name(lang), tile, &look, at)?;
                }
            }
        }
        Ok(())
    })?;
    Ok(vec![Figure { name, svg, csv: table(view, &panels, period) }])
}

/// Places by row from north to south, each row from west to east.
fn grid(places: &[Place]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| places[*b].north.total_cmp(&places[*a].north));
    let mut rows: Vec<Vec<usize>> = Vec::new();
    let wanted = places.len().div_ceil(ACROSS);
    for i in 0..wanted {
        // Rows of nearly equal length.
        let (from, to) = (i * places.len() / wanted, (i + 1) * places.len() / wanted);
        let mut row = order[from..to].to_vec();
        row.sort_by(|a, b| places[*a].east.total_cmp(&places[*b].east));
        rows.push(row);
    }
    rows
}

fn panels(view: &View<'_>, period: &str, lang: Lang) -> Vec<Panel> {
    let results = view.results;
    let manifest = &results.manifest;
    let wide = (WIDTH - 2.0 * MARGIN - GAP) / 2.0;
    let mut out = Vec::new();
    for (scenario, _) in view.scenarios() {
        let difference = manifest.reference_of(scenario) != scenario.id;
        let tile = |place: &Place| {
            if difference {
                let row = results.effects.iter().find(|e| {
                    e.scenario_id == scenario.id
                        && e.group_type == "township"
                        && e.group_id == place.id
                        && e.variable == VARIABLE
                        && e.period == period
                })?;
                let ends = (row.ci95_low * 100.0, row.ci95_high * 100.0);
                Some(Tile { value: row.effect_mean * 100.0, ends })
            } else {
                let row = results.summary.iter().find(|r| {
                    r.scenario_id == scenario.id
                        && r.group_type == "township"
                        && r.group_id == place.id
                        && r.variable == VARIABLE
                        && r.period == period
                })?;
                Some(Tile { value: row.mean * 100.0, ends: (row.q05 * 100.0, row.q95 * 100.0) })
            }
        };
        // A long title is shortened, not the unit after it.
        let mut title = manifest.title(&scenario.id, lang).to_owned();
        let lines = |title: &str| {
            let words = if difference { Msg::TilesMore(title) } else { Msg::TilesOf(title) };
            wrap(&say(lang, words), LABEL, wide, 9)
        };
        while lines(&title).len() > 2 && !title.is_empty() {
            title.truncate(title.trim_end_matches('…').len());
            title.pop();
            title.push('…');
        }
        out.push(Panel {
            id: scenario.id.clone(),
            title: lines(&title),
            difference,
            tiles: manifest.townships.iter().map(tile).collect(),
        });
    }
    out
}

/// How the tiles of a panel look.
struct Look {
    difference: bool,
    /// The direction is known, for all tiles of the panel at once.
    sure: bool,
    /// Values of the palest and the deepest colour.
    span: (f64, f64),
    width: f64,
}

fn paint(
    canvas: &Canvas<'_>,
    name: &str,
    tile: Option<&Tile>,
    look: &Look,
    (x, y): (f64, f64),
) -> Result<(), ReportError> {
    let width = look.width;
    let corners = [(x, y), (x + width, y), (x + width, y + HIGH), (x, y + HIGH), (x, y)];
    canvas.area(&corners[..4], GRID, 0.35)?;
    let tile = tile.filter(|t| t.value.is_finite());
    if let Some(tile) = tile {
        let colour = if tile.value < 0.0 { DOWN } else { UP };
        let share = (tile.value.abs() - look.span.0) / (look.span.1 - look.span.0).max(1e-9);
        // Never so deep that the text on it cannot be read.
        let palest = if look.difference { 0.0 } else { 0.08 };
        canvas.area(&corners[..4], colour, palest + (0.6 - palest) * share.clamp(0.0, 1.0))?;
        if look.difference && look.sure {
            canvas.line(&corners, INK, 1.4)?;
        }
    }
    let middle = x + width / 2.0;
    // A long name is written smaller rather than cut.
    let size = NAME * ((width - 3.0) / text_width(name, NAME).max(1.0)).min(1.0);
    canvas.text(name, (middle, y + 14.0), size, INK, Anchor::Middle)?;
    match tile {
        Some(tile) => {
            let text = number(tile.value, if look.difference { 2 } else { 1 }, look.difference);
            canvas.text(&text, (middle, y + 29.0), LABEL, INK, Anchor::Middle)
        }
        None => canvas.text("–", (middle, y + 29.0), TICK, MUTED, Anchor::Middle),
    }
}

fn table(view: &View<'_>, panels: &[Panel], period: &str) -> Vec<Vec<String>> {
    let names = "scenario_id,period,township,measure,value,low,high";
    let mut out = vec![names.split(',').map(str::to_owned).collect::<Vec<_>>()];
    for panel in panels {
        for (place, tile) in view.results.manifest.townships.iter().zip(&panel.tiles) {
            let Some(tile) = tile else { continue };
            let measure = if panel.difference { "difference_pp" } else { "level_percent" };
            let mut cells = vec![panel.id.clone(), period.to_owned(), place.id.clone(), measure.to_owned()];
            cells.extend([tile.value, tile.ends.0, tile.ends.1].map(cell));
            out.push(cells);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_stand_where_townships_lie() {
        let place = |id: &str, east, north| Place { id: id.into(), east, north, ..Place::default() };
        let places = [
            place("south", 0.0, -9.0),
            place("north-east", 5.0, 8.0),
            place("north-west", -5.0, 9.0),
            place("middle", 0.0, 0.0),
            place("south-east", 3.0, -8.0),
            place("east", 4.0, 1.0),
        ];
        assert_eq!(grid(&places), [vec![2, 5, 1], vec![3, 0, 4]]);
        assert!(grid(&[]).is_empty());
    }
}
