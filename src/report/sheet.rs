//! What every chart has around its panels: title, key, footer; and the figure as a set of files.
//! The footer always says how many runs, which seed and that a projection is no forecast. What a
//! panel shows is decided by `fan.rs` and `forest.rs`; style is described in `docs/charts.md`.

use plotters::style::RGBColor;

use crate::units::Lang;

use super::canvas::{Anchor, Canvas, INK, MUTED, text_width, wrap};
use super::error::ReportError;
use super::evidence::FEWEST_PAIRS;
use super::lang::{Msg, say};
use super::number::Kind;
use super::read::Variable;
use super::view::{View, When};

/// Logical width of every chart: at the 16 cm of an A4 text column the smallest text is 6 points.
pub(super) const WIDTH: f64 = 760.0;
pub(super) const MARGIN: f64 = 16.0;
pub(super) const TITLE: f64 = 17.0;
pub(super) const LABEL: f64 = 12.0;
pub(super) const TICK: f64 = 10.5;

/// A chart ready to be written: `name.svg`, `name.png`, `name.csv`.
pub(super) struct Figure {
    pub name: String,
    pub svg: String,
    pub csv: Vec<Vec<String>>,
}

/// A sign of the key and its words.
#[derive(Clone)]
pub(super) enum Key {
    Line(RGBColor),
    Band(RGBColor, f64),
    Dash(RGBColor),
    Dot(RGBColor, bool),
    /// A short upright line: a limit.
    Upright(RGBColor),
    /// An empty box.
    Frame(RGBColor),
}

impl Key {
    /// An upright sign takes less room than a lying one.
    fn width(&self) -> f64 {
        if matches!(self, Key::Dash(_) | Key::Upright(_)) { 6.0 } else { SWATCH }
    }
}

/// Title, key and footer, broken into lines; their heights are known before anything is drawn.
pub(super) struct Sheet {
    title: Vec<String>,
    keys: Vec<(Key, String)>,
    rows: Vec<Vec<usize>>,
    footer: Vec<String>,
}

const SWATCH: f64 = 18.0;
const KEY_GAP: f64 = 14.0;
const KEY_ROW: f64 = 16.0;
const FOOTER_ROW: f64 = 14.0;

impl Sheet {
    pub fn new(title: &str, keys: Vec<(Key, String)>, footer: &str) -> Sheet {
        let mut rows: Vec<Vec<usize>> = Vec::new();
        let mut used = f64::INFINITY;
        for (i, (_, words)) in keys.iter().enumerate() {
            let wide = keys[i].0.width() + 5.0 + text_width(words, TICK) + KEY_GAP;
            if used + wide - KEY_GAP > WIDTH - 2.0 * MARGIN {
                rows.push(Vec::new());
                used = 0.0;
            }
            used += wide;
            if let Some(row) = rows.last_mut() {
                row.push(i);
            }
        }
        Sheet {
            title: wrap(title, TITLE, WIDTH - 2.0 * MARGIN, 2),
            keys,
            rows,
            footer: wrap(footer, TICK, WIDTH - 2.0 * MARGIN, 6),
        }
    }

    /// Where the panels begin.
    pub fn top(&self) -> f64 {
        14.0 + self.title.len() as f64 * 23.0 + self.rows.len() as f64 * KEY_ROW + 8.0
    }

    /// The height of a sheet whose panels take `panels`.
    pub fn height(&self, panels: f64) -> f64 {
        self.top() + panels + 10.0 + self.footer.len() as f64 * FOOTER_ROW + 8.0
    }

    pub fn paint(&self, canvas: &Canvas<'_>, panels: f64) -> Result<(), ReportError> {
        let mut y = 10.0;
        for line in &self.title {
            y += 23.0;
            canvas.text(line, (MARGIN, y - 3.0), TITLE, INK, Anchor::Left)?;
        }
        for row in &self.rows {
            y += KEY_ROW;
            let mut x = MARGIN;
            for (key, words) in row.iter().map(|i| &self.keys[*i]) {
                let middle = y - 3.5;
                match *key {
                    Key::Line(colour) => canvas.line(&[(x, middle), (x + SWATCH, middle)], colour, 2.0)?,
                    Key::Band(colour, alpha) => {
                        let (top, bottom) = (middle - 5.0, middle + 5.0);
                        let right = x + SWATCH;
                        canvas.area(
                            &[(x, top), (right, top), (right, bottom), (x, bottom)],
                            colour,
                            alpha,
                        )?;
                    }
                    Key::Dash(colour) => {
                        canvas.dashed(x + key.width() / 2.0, middle - 6.0, middle + 6.0, colour)?
                    }
                    Key::Upright(colour) => {
                        let x = x + key.width() / 2.0;
                        canvas.line(&[(x, middle - 6.0), (x, middle + 6.0)], colour, 2.0)?;
                    }
                    Key::Frame(colour) => {
                        let (top, bottom, right) = (middle - 5.0, middle + 5.0, x + SWATCH);
                        let corners = [(x, top), (right, top), (right, bottom), (x, bottom), (x, top)];
                        canvas.line(&corners, colour, 1.4)?;
                    }
                    Key::Dot(colour, full) => {
                        canvas.line(&[(x, middle), (x + SWATCH, middle)], colour, 1.6)?;
                        canvas.dot((x + SWATCH / 2.0, middle), 3.5, colour, full)?;
                    }
                }
                x += key.width() + 5.0;
                canvas.text(words, (x, y), TICK, MUTED, Anchor::Left)?;
                x += text_width(words, TICK) + KEY_GAP;
            }
        }
        let mut y = self.top() + panels + 10.0;
        for line in &self.footer {
            y += FOOTER_ROW;
            canvas.text(line, (MARGIN, y - 3.0), TICK, MUTED, Anchor::Left)?;
        }
        Ok(())
    }
}

/// The footer: what the intervals mean, then the facts of the run, then that this is no forecast.
pub(super) fn footer(view: &View<'_>, lang: Lang, first: &[Msg<'_>]) -> String {
    let manifest = &view.results.manifest;
    let mut said: Vec<String> = first.iter().map(|m| say(lang, *m)).collect();
    if manifest.replications == 1 {
        said.push(say(lang, Msg::OneReplication));
    } else if (manifest.replications as f64) < FEWEST_PAIRS {
        said.push(say(lang, Msg::FewPairs(FEWEST_PAIRS as u64)));
    }
    let own = say(lang, Msg::OwnReferences);
    let reference = view.common_reference().map_or(own.as_str(), |id| manifest.title(id, lang));
    let (region, replications, seed) = (manifest.region_name(lang), manifest.replications, manifest.seed);
    said.push(say(lang, Msg::RunFacts { region, replications, seed }));
    said.push(say(
        lang,
        if manifest.only().is_some() { Msg::Only(reference) } else { Msg::Against(reference) },
    ));
    said.extend(manifest.thinned().map(|scale| say(lang, Msg::Scaled(scale))));
    said.push(say(lang, Msg::NotAForecast));
    if manifest.status != "complete" {
        said.push(say(lang, Msg::Incomplete));
    }
    said.join(if lang == Lang::Zh { "" } else { " " })
}

/// Height of what stands on one page: with title and footer about that of A4 at [`WIDTH`].
const PAGE: f64 = 940.0;

/// Fills pages row by row.
pub(super) fn in_pages<R: Copy>(rows: impl Iterator<Item = R>, height: impl Fn(R) -> f64) -> Vec<Vec<R>> {
    let mut pages: Vec<Vec<R>> = Vec::new();
    let mut used = f64::INFINITY;
    for row in rows {
        let height = height(row);
        if used + height > PAGE {
            pages.push(Vec::new());
            used = 0.0;
        }
        used += height;
        if let Some(page) = pages.last_mut() {
            page.push(row);
        }
    }
    pages
}

/// A period in words.
pub(super) fn period_words(period: &str, lang: Lang) -> String {
    match When::parse(period) {
        Some(When::Year(year)) => say(lang, Msg::Year(year)),
        Some(When::Month(year, month)) => say(lang, Msg::Month(year, month)),
        None => period.to_owned(),
    }
}

/// The label of an outcome; its name where the results give none.
pub(super) fn label(variable: &Variable, lang: Lang) -> &str {
    lang.pick_or(&variable.zh, &variable.en, &variable.name)
}

/// A label with its unit, if it has one.
pub(super) fn with_unit(label: &str, unit: &str, lang: Lang) -> String {
    if unit.is_empty() { label.to_owned() } else { say(lang, Msg::WithUnit(label, unit)) }
}

/// The kind of an outcome.
pub(super) fn kind(variable: &Variable) -> Kind {
    Kind::of(&variable.name, &variable.unit)
}

/// A cell of the table beside a chart: the shown value without the noise of scaling, empty for none.
pub(super) fn cell(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    // Ten significant digits: 0.07 × 100 shall read 7, not 7.000000000000001.
    format!("{value:.9e}").parse::<f64>().map_or_else(|_| String::new(), |v| v.to_string())
}
