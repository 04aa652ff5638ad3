//! Fan charts: one outcome over time, a panel for each scenario, with its spread over the runs and the
//! mean of its reference. Also the balance of the guarantee fund. Effects are in `forest.rs`.
//! Bands are quantiles over replications as `summary.csv` has them; what is yes or no in a run has none, but a share
//! of runs with its binomial interval.

use plotters::style::RGBColor;

use crate::stats::proportion::wilson;
use crate::units::Lang;

use super::axis::{Axis, Frame, spread};
use super::canvas::{self, Anchor, Canvas, GRID, INK, MUTED, REFERENCE, text_width, wrap};
use super::error::ReportError;
use super::lang::{Msg, say};
use super::number::{Scale, number};
use super::read::Variable;
use super::sheet::{Figure, Key, LABEL, MARGIN, Sheet, TICK, WIDTH, cell, footer, kind, label, with_unit};
use super::view::{ALPHA, Point, View, When};

const OUTER: f64 = 0.16;
const INNER: f64 = 0.30;
const FUND: &str = "fund_balance";
/// Has been empty by then: yes or no in a run, so its mean is the share of runs.
const EXHAUSTED: &str = "fund_exhausted";
/// From this share of runs on the fund counts as emptied.
const SOME_RUNS: f64 = 0.05;

/// Outcomes that are yes or no in a run.
pub(super) fn is_yes_or_no(variable: &Variable) -> bool {
    variable.name == EXHAUSTED
}

/// The interval of a share of runs.
fn of_runs(point: &Point<'_>) -> (f64, f64) {
    let interval = wilson(point.row.mean, point.row.n.max(0.0) as usize, ALPHA);
    (interval.low, interval.high)
}

/// A scenario's panel.
struct Panel<'a> {
    id: &'a str,
    title: String,
    colour: RGBColor,
    points: Vec<Point<'a>>,
    reference: Option<(&'a str, Vec<Point<'a>>)>,
    /// The month in which it first differs.
    change: Option<&'a str>,
    note: Option<String>,
}

/// The fan charts of all headline outcomes that are not zero throughout.
pub(super) fn figures(view: &View<'_>, lang: Lang) -> Result<Vec<Figure>, ReportError> {
    let mut out = Vec::new();
    for variable in view.headline() {
        let mut panels = panels(view, &variable, lang);
        let fund = variable.name == FUND;
        if fund {
            panels.retain(|p| p.points.iter().any(is_something));
        }
        if is_yes_or_no(&variable) {
            panels.retain(|p| !p.points.is_empty());
        }
        if panels.iter().flat_map(|p| &p.points).any(is_something) {
            let name = if fund { "fund-balance".into() } else { format!("fan-{}", variable.name) };
            out.push(figure(view, &variable, name, &panels, lang)?);
        }
    }
    Ok(out)
}

fn is_something(point: &Point<'_>) -> bool {
    [point.row.mean, point.row.q05, point.row.q95].iter().any(|v| v.is_finite() && *v != 0.0)
}

fn panels<'a>(view: &View<'a>, variable: &Variable, lang: Lang) -> Vec<Panel<'a>> {
    let manifest = &view.results.manifest;
    let mut out = Vec::new();
    for (scenario, colour) in view.scenarios() {
        let is_reference = view.is_ground(scenario);
        let title = manifest.title(&scenario.id, lang);
        let title = if is_reference { say(lang, Msg::IsReference(title)) } else { title.to_owned() };
        let points = points(view, &scenario.id, variable);
        let reference = Some(manifest.reference_of(scenario)).filter(|id| *id != scenario.id);
        let reference = reference.map(|id| (id, self::points(view, id, variable)));
        let reference = reference.filter(|(_, p)| !p.is_empty());
        let note = (variable.name == FUND).then(|| emptied(view, &scenario.id)).flatten();
        let note = note.map(|month| say(lang, Msg::EmptyInSomeRuns(month)));
        let change = scenario.first_change.as_deref().filter(|_| !is_reference);
        out.push(Panel { id: &scenario.id, title, colour, points, reference, change, note });
    }
    out
}

/// The points of an outcome; of a fund that can be exhausted only those since there is one.
fn points<'a>(view: &View<'a>, scenario: &str, variable: &Variable) -> Vec<Point<'a>> {
    let mut points = view.points(scenario, variable);
    if is_yes_or_no(variable) {
        let fund = view.points(scenario, &Variable { name: FUND.to_owned(), ..Variable::default() });
        let since = fund.iter().find(|p| p.row.mean > 0.0).map_or(f64::INFINITY, |p| p.when.start());
        points.retain(|p| p.when.start() >= since);
    }
    points
}

/// The first month by which one run in twenty has emptied the fund. The balance at month-ends does not tell: what is
/// recovered within the month fills it again.
fn emptied<'a>(view: &View<'a>, scenario: &str) -> Option<&'a str> {
    let exhausted = Variable { name: EXHAUSTED.to_owned(), ..Variable::default() };
    let points = view.points(scenario, &exhausted);
    points.iter().find(|p| p.row.mean >= SOME_RUNS).map(|p| p.row.period.as_str())
}

/// What is drawn of a point: its mean or share, then the ends of the bands.
fn drawn_of(point: &Point<'_>, yes_or_no: bool) -> Vec<f64> {
    let row = point.row;
    match (yes_or_no, of_runs(point)) {
        (true, (low, high)) => vec![row.mean, low, high],
        (false, _) => vec![row.mean, row.q05, row.q25, row.q75, row.q95],
    }
}

fn drawn_values<'p>(panels: &'p [Panel<'_>], yes_or_no: bool) -> impl Iterator<Item = f64> + 'p {
    let own = panels.iter().flat_map(|p| &p.points);
    let own = own.flat_map(move |p| drawn_of(p, yes_or_no));
    let reference = panels.iter().filter_map(|p| p.reference.as_ref()).flat_map(|(_, points)| points);
    own.chain(reference.map(|p| p.row.mean))
}

/// Sizes shared by all panels of a chart.
struct Layout {
    columns: usize,
    plot: (f64, f64),
    left: f64,
    ends: f64,
    head: f64,
    titles: Vec<Vec<String>>,
    notes: Vec<Vec<String>>,
}

const GAP: f64 = 14.0;
const LINE: f64 = 15.0;
const BELOW: f64 = 26.0;

impl Layout {
    fn new(panels: &[Panel<'_>], tick_width: f64, end_width: f64) -> Layout {
        let columns = match panels.len() {
            0 | 1 => 1,
            2..=4 => 2,
            _ => 3,
        };
        let left = tick_width + 6.0;
        let ends = end_width + 7.0;
        let free = WIDTH - 2.0 * MARGIN - left - columns as f64 * ends - (columns - 1) as f64 * GAP;
        let plot = (free / columns as f64, [280.0, 190.0, 140.0][columns - 1]);
        let wide = plot.0 + ends;
        let titles: Vec<_> = panels.iter().map(|p| wrap(&p.title, LABEL, wide, 2)).collect();
        let notes: Vec<_> =
            panels.iter().map(|p| p.note.as_ref().map_or(Vec::new(), |n| wrap(n, TICK, wide, 3))).collect();
        let lines = titles.iter().zip(&notes).map(|(t, n)| t.len() + n.len()).max().unwrap_or(1);
        // The last strip is for the date above the dashed line.
        let head = lines as f64 * LINE + 18.0;
        Layout { columns, plot, left, ends, head, titles, notes }
    }

    fn row_height(&self) -> f64 {
        self.head + self.plot.1 + BELOW
    }

    fn height(&self, panels: usize) -> f64 {
        panels.div_ceil(self.columns) as f64 * self.row_height()
    }

    fn frame(&self, index: usize, top: f64) -> Frame {
        let (row, column) = (index / self.columns, index % self.columns);
        let left = MARGIN + self.left + column as f64 * (self.plot.0 + self.ends + GAP);
        let top = top + row as f64 * self.row_height() + self.head;
        Frame { left, top, right: left + self.plot.0, bottom: top + self.plot.1 }
    }
}

fn figure(
    view: &View<'_>,
    variable: &Variable,
    name: String,
    panels: &[Panel<'_>],
    lang: Lang,
) -> Result<Figure, ReportError> {
    let yes_or_no = is_yes_or_no(variable);
    let values: Vec<f64> = drawn_values(panels, yes_or_no).filter(|v| v.is_finite()).collect();
    let max = values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let scale = Scale::levels(kind(variable), max, lang);
    let shown: Vec<f64> = values.iter().map(|v| v * scale.factor).collect();
    let (low, high) = shown.iter().fold((f64::INFINITY, 0f64), |(l, h), v| (l.min(*v), h.max(*v)));
    // Zero is shown where it costs little of the picture, and always for the fund: empty is the point.
    let with_zero = name == "fund-balance" || (low >= 0.0 && low < 0.25 * high);
    let axis = Axis::around(shown.iter().copied().chain(with_zero.then_some(0.0)), 4);
    let time = time_axis(panels);
    let ticks: Vec<String> = axis.ticks.iter().map(|t| number(*t, axis.decimals, false)).collect();
    let widest = |texts: &[String]| texts.iter().map(|t| text_width(t, TICK)).fold(0.0, f64::max);
    let ends: Vec<String> = panels.iter().flat_map(|p| end_labels(p, &scale, lang)).map(|l| l.1).collect();
    let layout = Layout::new(panels, widest(&ticks), widest(&ends));

    let projection = &view.results.manifest.projection_from;
    let projected = When::parse(projection).map(When::start).filter(|x| *x > time.0 && *x < time.1);
    let yearly = panels.iter().flat_map(|p| &p.points).any(|p| matches!(p.when, When::Year(_)));
    let title = with_unit(label(variable, lang), &scale.unit, lang);
    let mut said = vec![if yes_or_no { Msg::ShareIntervals } else { Msg::FanIntervals }];
    said.extend(yearly.then_some(Msg::YearlyValues));
    said.extend((axis.low > 0.0).then_some(Msg::AxisNotFromZero));
    if variable.name == "inclusive_balance" {
        said.extend(view.results.manifest.breaks.iter().map(|b| Msg::Given(lang.pick(&b.zh, &b.en))));
    }
    let footer = footer(view, lang, &said);
    let keys = keys(panels, yes_or_no, projected.map(|_| projection.as_str()), lang);
    let sheet = Sheet::new(&title, keys, &footer);
    let height = layout.height(panels.len());
    let svg = canvas::draw(&name, (WIDTH, sheet.height(height)), &title, &footer, |canvas| {
        sheet.paint(canvas, height)?;
        for (i, panel) in panels.iter().enumerate() {
            let frame = layout.frame(i, sheet.top());
            let left_edge = i % layout.columns == 0;
            head(canvas, &layout, i, panel, &frame)?;
            grid(canvas, &frame, &axis, &ticks, left_edge)?;
            years(canvas, &frame, time, panels)?;
            if let Some(x) = projected {
                let x = frame.left + (x - time.0) / (time.1 - time.0) * (frame.right - frame.left);
                canvas.dashed(x, frame.top, frame.bottom, REFERENCE)?;
            }
            let plot = Plot { frame, axis: &axis, time, scale: &scale, yes_or_no };
            plot.paint(canvas, panel, lang)?;
        }
        Ok(())
    })?;
    let csv = table(view, variable, panels, &scale, lang);
    Ok(Figure { name, svg, csv })
}

/// From the first to the last period drawn, in years.
fn time_axis(panels: &[Panel<'_>]) -> (f64, f64) {
    let points = || panels.iter().flat_map(|p| &p.points);
    let start = points().map(|p| p.when.start()).fold(f64::INFINITY, f64::min);
    let end = points().map(|p| p.when.end()).fold(f64::NEG_INFINITY, f64::max);
    if start < end { (start, end) } else { (0.0, 1.0) }
}

fn keys(panels: &[Panel<'_>], yes_or_no: bool, projection: Option<&str>, lang: Lang) -> Vec<(Key, String)> {
    let several = panels.len() > 1;
    // In several panels the sign stands for all scenarios, so it wears no scenario's colour.
    let colour = if several { INK } else { panels.first().map_or(INK, |p| p.colour) };
    let (mut keys, reference) = match yes_or_no {
        true => (
            vec![
                (Key::Line(colour), say(lang, Msg::ShareOfRuns)),
                (Key::Band(colour, OUTER), say(lang, Msg::Interval)),
            ],
            Msg::ReferenceShare,
        ),
        false => (
            vec![
                (Key::Line(colour), say(lang, Msg::Mean)),
                (Key::Band(colour, 0.42), say(lang, Msg::HalfOfRuns)),
                (Key::Band(colour, OUTER), say(lang, Msg::MostOfRuns)),
            ],
            Msg::ReferenceMean,
        ),
    };
    if panels.iter().any(|p| p.reference.is_some()) {
        keys.push((Key::Line(REFERENCE), say(lang, reference)));
    }
    if let Some(month) = projection {
        keys.push((Key::Dash(REFERENCE), say(lang, Msg::ProjectionFrom(month))));
    }
    if panels.iter().any(|p| p.change.is_some()) {
        keys.push((Key::Dash(colour), say(lang, Msg::FirstDiffers)));
    }
    keys
}

fn head(
    canvas: &Canvas<'_>,
    layout: &Layout,
    index: usize,
    panel: &Panel<'_>,
    frame: &Frame,
) -> Result<(), ReportError> {
    let mut y = frame.top - layout.head;
    let colour = if panel.colour == REFERENCE { MUTED } else { INK };
    for line in &layout.titles[index] {
        y += LINE;
        canvas.text(line, (frame.left, y - 3.0), LABEL, colour, Anchor::Left)?;
    }
    for line in &layout.notes[index] {
        y += LINE;
        canvas.text(line, (frame.left, y - 3.0), TICK, MUTED, Anchor::Left)?;
    }
    Ok(())
}

fn grid(
    canvas: &Canvas<'_>,
    frame: &Frame,
    axis: &Axis,
    ticks: &[String],
    labels: bool,
) -> Result<(), ReportError> {
    for (value, text) in axis.ticks.iter().zip(ticks) {
        let y = frame.y(axis, *value);
        let colour = if *value == 0.0 { REFERENCE } else { GRID };
        canvas.line(&[(frame.left, y), (frame.right, y)], colour, 0.8)?;
        if labels {
            canvas.text(text, (frame.left - 6.0, y + 0.36 * TICK), TICK, MUTED, Anchor::Right)?;
        }
    }
    Ok(())
}

/// Years stand under the middle of their twelve months; a run shorter than that shows its ends.
fn years(
    canvas: &Canvas<'_>,
    frame: &Frame,
    time: (f64, f64),
    panels: &[Panel<'_>],
) -> Result<(), ReportError> {
    let place = |x: f64| frame.left + (x - time.0) / (time.1 - time.0) * (frame.right - frame.left);
    let y = frame.bottom + 15.0;
    if time.1 - time.0 < 1.5 {
        let points = || panels.iter().flat_map(|p| &p.points);
        let first = points().min_by(|a, b| a.when.middle().total_cmp(&b.when.middle()));
        let last = points().max_by(|a, b| a.when.middle().total_cmp(&b.when.middle()));
        if let (Some(first), Some(last)) = (first, last) {
            canvas.text(&first.row.period, (frame.left, y), TICK, MUTED, Anchor::Left)?;
            if last.row.period != first.row.period {
                canvas.text(&last.row.period, (frame.right, y), TICK, MUTED, Anchor::Right)?;
            }
        }
        return Ok(());
    }
    let one = (frame.right - frame.left) / (time.1 - time.0);
    let step = (32.0 / one).ceil().max(1.0) as i32;
    let (first, last) = ((time.0 + 1e-6).floor() as i32, (time.1 - 1e-6).floor() as i32);
    for year in first..=last {
        let start = f64::from(year);
        if start >= time.0 - 1e-6 {
            let x = place(start);
            canvas.line(&[(x, frame.bottom), (x, frame.bottom + 4.0)], REFERENCE, 0.8)?;
        }
        // Counted back from the last year: the latest is always labelled.
        let middle = (start.max(time.0) + (start + 1.0).min(time.1)) / 2.0;
        let whole = (start + 1.0).min(time.1) - start.max(time.0) > 0.4;
        if (last - year) % step == 0 && whole {
            canvas.text(&year.to_string(), (place(middle), y), TICK, MUTED, Anchor::Middle)?;
        }
    }
    canvas.line(&[(frame.right, frame.bottom), (frame.right, frame.bottom + 4.0)], REFERENCE, 0.8)
}

/// The values at the right end: the scenario's own, and the reference's. Value in the stored unit.
fn end_labels(panel: &Panel<'_>, scale: &Scale, lang: Lang) -> Vec<(f64, String, RGBColor)> {
    let last = |points: &[Point<'_>]| points.iter().rev().map(|p| p.row.mean).find(|v| v.is_finite());
    let mut out = Vec::new();
    if let Some(value) = last(&panel.points) {
        out.push((value, scale.text(value), darker(panel.colour)));
    }
    if let Some(value) = panel.reference.as_ref().and_then(|(_, points)| last(points)) {
        out.push((value, format!("{} {}", say(lang, Msg::Reference), scale.text(value)), MUTED));
    }
    out
}

/// Text needs more contrast on white than a line does.
fn darker(colour: RGBColor) -> RGBColor {
    let shade = |c: u8| (f64::from(c) * 0.72) as u8;
    RGBColor(shade(colour.0), shade(colour.1), shade(colour.2))
}

struct Plot<'a> {
    frame: Frame,
    axis: &'a Axis,
    time: (f64, f64),
    scale: &'a Scale,
    yes_or_no: bool,
}

impl Plot<'_> {
    fn x(&self, when: f64) -> f64 {
        self.frame.left
            + (when - self.time.0) / (self.time.1 - self.time.0) * (self.frame.right - self.frame.left)
    }

    fn y(&self, stored: f64) -> f64 {
        self.frame.y(self.axis, stored * self.scale.factor)
    }

    fn paint(&self, canvas: &Canvas<'_>, panel: &Panel<'_>, lang: Lang) -> Result<(), ReportError> {
        let frame = &self.frame;
        if !panel.points.iter().any(|p| p.row.mean.is_finite()) {
            let middle = ((frame.left + frame.right) / 2.0, (frame.top + frame.bottom) / 2.0);
            return canvas.text(&say(lang, Msg::NoData), middle, LABEL, MUTED, Anchor::Middle);
        }
        if self.yes_or_no {
            self.band(canvas, panel, OUTER, of_runs)?;
        } else {
            self.band(canvas, panel, OUTER, |p| (p.row.q05, p.row.q95))?;
            self.band(canvas, panel, INNER, |p| (p.row.q25, p.row.q75))?;
        }
        if let Some((_, points)) = &panel.reference {
            self.mean(canvas, points, REFERENCE, 1.6)?;
        }
        self.mean(canvas, &panel.points, panel.colour, 2.0)?;
        if let Some((month, when)) = panel.change.and_then(|m| Some((m, When::parse(m)?.start())))
            && when >= self.time.0
            && when < self.time.1
        {
            let x = self.x(when);
            let colour = darker(panel.colour);
            canvas.dashed(x, frame.top - 2.0, frame.bottom, colour)?;
            // Held within the panel: the text is wider than a change in the first year leaves room for.
            let half = text_width(month, TICK) / 2.0;
            let x = x.clamp(frame.left + half, (frame.right - half).max(frame.left + half));
            canvas.text(month, (x, frame.top - 5.0), TICK, colour, Anchor::Middle)?;
        }
        let labels = end_labels(panel, self.scale, lang);
        let wishes: Vec<f64> = labels.iter().map(|l| self.y(l.0)).collect();
        let places = spread(&wishes, 12.5, frame.top, frame.bottom);
        for ((_, text, colour), y) in labels.iter().zip(places) {
            canvas.text(text, (frame.right + 5.0, y + 0.36 * TICK), TICK, *colour, Anchor::Left)?;
        }
        Ok(())
    }

    /// The area between two quantiles, interrupted where they are missing.
    fn band(
        &self,
        canvas: &Canvas<'_>,
        panel: &Panel<'_>,
        alpha: f64,
        bounds: impl Fn(&Point<'_>) -> (f64, f64),
    ) -> Result<(), ReportError> {
        let there = |p: &Point<'_>| bounds(p).0.is_finite() && bounds(p).1.is_finite();
        for run in panel.points.chunk_by(|a, b| there(a) == there(b)).filter(|r| r.len() > 1 && there(&r[0]))
        {
            let upper = run.iter().map(|p| (self.x(p.when.middle()), self.y(bounds(p).1)));
            let lower = run.iter().rev().map(|p| (self.x(p.when.middle()), self.y(bounds(p).0)));
            canvas.area(&upper.chain(lower).collect::<Vec<_>>(), panel.colour, alpha)?;
        }
        Ok(())
    }

    /// The line of means, interrupted where they are missing; whole years and lone points get a dot.
    fn mean(
        &self,
        canvas: &Canvas<'_>,
        points: &[Point<'_>],
        colour: RGBColor,
        width: f64,
    ) -> Result<(), ReportError> {
        let there = |p: &Point<'_>| p.row.mean.is_finite();
        for run in points.chunk_by(|a, b| there(a) == there(b)).filter(|r| there(&r[0])) {
            let line: Vec<_> = run.iter().map(|p| (self.x(p.when.middle()), self.y(p.row.mean))).collect();
            if line.len() > 1 {
                canvas.line(&line, colour, width)?;
            }
            for (place, point) in line.iter().zip(run) {
                if line.len() == 1 || matches!(point.when, When::Year(_)) {
                    canvas.dot(*place, width, colour, true)?;
                }
            }
        }
        Ok(())
    }
}

fn table(
    view: &View<'_>,
    variable: &Variable,
    panels: &[Panel<'_>],
    scale: &Scale,
    lang: Lang,
) -> Vec<Vec<String>> {
    let yes_or_no = is_yes_or_no(variable);
    let drawn = if yes_or_no { "share,ci95_low,ci95_high" } else { "mean,q05,q25,q75,q95" };
    let theirs = if yes_or_no { "reference_share" } else { "reference_mean" };
    let names = format!("scenario_id,scenario,period,variable,unit,{drawn},reference_id,{theirs}");
    let mut out = vec![names.split(',').map(str::to_owned).collect::<Vec<_>>()];
    for panel in panels {
        for point in &panel.points {
            let row = point.row;
            let reference = panel.reference.as_ref();
            let same = reference.and_then(|(_, points)| points.iter().find(|p| p.when == point.when));
            let mut cells = vec![
                panel.id.to_owned(),
                view.results.manifest.title(panel.id, lang).to_owned(),
                row.period.clone(),
                variable.name.clone(),
                scale.unit.clone(),
            ];
            cells.extend(drawn_of(point, yes_or_no).iter().map(|v| cell(v * scale.factor)));
            cells.push(reference.map_or(String::new(), |(id, _)| (*id).to_owned()));
            cells.push(same.map_or(String::new(), |p| cell(p.row.mean * scale.factor)));
            out.push(cells);
        }
    }
    out
}
