//! What each instrument of a package brings: a table and a chart from the folder of an attribution.
//! Reads `manifest.json`, `attribution.json`, `attribution.csv`, `interactions.csv`; numbers are only shown here.
//! The last whole year is shown; all years are in the tables.

use std::fs;
use std::path::Path;

use comfy_table::CellAlignment;
use serde::Deserialize;

use crate::units::Lang;

use super::analysis::Shown;
use super::canvas::{INK, scenario_colour};
use super::error::ReportError;
use super::evidence::FEWEST_PAIRS;
use super::lang::{Msg, say};
use super::number::{Kind, Scale, number};
use super::read::{Manifest, Results, Variable, number as cell_number, optional_table};
use super::rows::{self, Chart, Panel, Row};
use super::sheet::{Figure, Key, cell, footer, label, with_unit};
use super::table::{arrange, paragraph, plain};
use super::view::View;

/// Stands for all players together.
const PACKAGE: &str = "package";
/// Interactions told at most.
const MOST_INTERACTIONS: usize = 8;

/// `attribution.json`: who was told apart.
#[derive(Deserialize)]
struct About {
    package: String,
    reference: String,
    players: Vec<Player>,
}

#[derive(Deserialize)]
struct Player {
    id: String,
    #[serde(default)]
    zh: String,
    #[serde(default)]
    en: String,
}

#[derive(Deserialize)]
struct Share {
    variable: String,
    period: String,
    player: String,
    #[serde(deserialize_with = "cell_number")]
    n_pairs: f64,
    #[serde(deserialize_with = "cell_number")]
    share: f64,
    #[serde(deserialize_with = "cell_number")]
    share_ci95_low: f64,
    #[serde(deserialize_with = "cell_number")]
    share_ci95_high: f64,
    #[serde(deserialize_with = "cell_number")]
    of_package: f64,
    #[serde(deserialize_with = "cell_number")]
    alone: f64,
    #[serde(deserialize_with = "cell_number")]
    last: f64,
}

#[derive(Deserialize)]
struct Interaction {
    variable: String,
    period: String,
    player: String,
    with: String,
    #[serde(deserialize_with = "cell_number")]
    interaction: f64,
    #[serde(deserialize_with = "cell_number")]
    ci95_low: f64,
    #[serde(deserialize_with = "cell_number")]
    ci95_high: f64,
}

impl About {
    fn name<'a>(&'a self, id: &'a str, lang: Lang) -> &'a str {
        let player = self.players.iter().find(|p| p.id == id);
        player.map_or(id, |p| lang.pick_or(&p.zh, &p.en, id))
    }
}

/// An outcome that the package moves, with the shares of the last year.
struct Outcome<'a> {
    variable: &'a Variable,
    scale: Scale,
    rows: Vec<&'a Share>,
}

impl Share {
    fn has_interval(&self) -> bool {
        self.share_ci95_low.is_finite() && self.share_ci95_high.is_finite()
    }
    /// Whether there are enough pairs and zero lies outside the interval.
    fn is_settled(&self) -> bool {
        let apart = self.share_ci95_low > 0.0 || self.share_ci95_high < 0.0;
        self.n_pairs >= FEWEST_PAIRS && apart
    }
}

/// Draws the chart into `figures/{zh|en}` and says what was found.
pub fn attribution(dir: &Path, lang: Lang, width: Option<u16>) -> Result<Shown, ReportError> {
    let manifest = Manifest::read(dir)?;
    let path = dir.join("attribution.json");
    let bytes = fs::read(&path).map_err(|source| ReportError::Read { path: path.clone(), source })?;
    let about: About =
        serde_json::from_slice(&bytes).map_err(|source| ReportError::Manifest { path, source })?;
    let shares: Vec<Share> = optional_table(&dir.join("attribution.csv"))?;
    let interactions: Vec<Interaction> = optional_table(&dir.join("interactions.csv"))?;
    let results = Results { manifest, effects: Vec::new(), summary: Vec::new() };
    let manifest = &results.manifest;
    let view = View::of(&results);
    let Some(period) = shares.iter().map(|s| s.period.as_str()).max() else {
        let (from, until) = (manifest.from.as_str(), manifest.until.as_str());
        return Ok(Shown { text: say(lang, Msg::NoWholePeriod { from, until }), files: Vec::new() });
    };
    let outcomes: Vec<Outcome<'_>> = manifest
        .variables
        .iter()
        .filter(|v| v.headline)
        .filter_map(|v| Outcome::of(v, &shares, period, lang))
        .collect();
    let figures = figures(&view, &about, &outcomes, period, lang)?;
    let files = super::write_figures(&dir.join("figures").join(lang.code()), &figures, lang)?;
    let text = text(&view, &about, &outcomes, &interactions, period, lang, width);
    Ok(Shown { text, files })
}

impl<'a> Outcome<'a> {
    /// Shares of one outcome, the package last; none where nothing moves it.
    fn of(variable: &'a Variable, shares: &'a [Share], period: &str, lang: Lang) -> Option<Outcome<'a>> {
        let rows: Vec<&Share> =
            shares.iter().filter(|s| s.variable == variable.name && s.period == period).collect();
        let moves = |s: &&&Share| s.share != 0.0 || s.alone != 0.0 || s.last != 0.0;
        rows.iter().find(moves)?;
        let max = rows.iter().map(|s| s.share.abs()).fold(0.0, f64::max);
        let scale = Scale::differences(Kind::of(&variable.name, &variable.unit), max, lang);
        Some(Outcome { variable, scale, rows })
    }
}

fn figures(
    view: &View<'_>,
    about: &About,
    outcomes: &[Outcome<'_>],
    period: &str,
    lang: Lang,
) -> Result<Vec<Figure>, ReportError> {
    if outcomes.is_empty() {
        return Ok(Vec::new());
    }
    let colour = |id: &str| about.players.iter().position(|p| p.id == id).map_or(INK, scenario_colour);
    let panel = |o: &Outcome<'_>| {
        let row = |s: &&Share| Row {
            label: name(about, &s.player, lang),
            colour: colour(&s.player),
            value: s.share * o.scale.factor,
            ends: (s.share_ci95_low * o.scale.factor, s.share_ci95_high * o.scale.factor),
            full: s.is_settled(),
            // Where it alone would stand: the distance is what it does with the others.
            mark: (s.player != PACKAGE).then_some(s.alone * o.scale.factor).filter(|v| v.is_finite()),
            text: o.scale.signed(s.share),
            below: match s.of_package.is_finite() && s.player != PACKAGE {
                true => format!("{}%", number(100.0 * s.of_package, 0, false)),
                false => String::new(),
            },
        };
        Panel {
            title: with_unit(label(o.variable, lang), &o.scale.unit, lang),
            bars: false,
            signed: true,
            rows: o.rows.iter().map(row).collect(),
        }
    };
    let panels: Vec<Panel> = outcomes.iter().map(panel).collect();
    let chart = Chart {
        name: "attribution",
        title: say(lang, Msg::AttributionTitle { package: title(view, about, lang), period }),
        footer: footer(view, lang, &[Msg::AttributionNote]),
        keys: vec![
            (Key::Dot(INK, true), say(lang, Msg::Settled)),
            (Key::Dot(INK, false), say(lang, Msg::Unsettled)),
            (Key::Upright(INK), say(lang, Msg::Alone)),
        ],
        columns: 2,
        names: 165.0,
        csv: csv(about, outcomes, lang),
    };
    rows::figures(chart, &panels, lang)
}

fn title<'a>(view: &View<'a>, about: &'a About, lang: Lang) -> &'a str {
    view.results.manifest.title(&about.package, lang)
}

/// A player's name, or that of all.
fn name(about: &About, id: &str, lang: Lang) -> String {
    if id == PACKAGE { say(lang, Msg::WholePackage) } else { about.name(id, lang).to_owned() }
}

fn csv(about: &About, outcomes: &[Outcome<'_>], lang: Lang) -> Vec<Vec<String>> {
    let head = "outcome,player,share,ci95_low,ci95_high,of_package,alone,last,unit";
    let mut out = vec![head.split(',').map(str::to_owned).collect::<Vec<_>>()];
    for o in outcomes {
        for s in &o.rows {
            let mut row = vec![label(o.variable, lang).to_owned(), name(about, &s.player, lang)];
            let shown = [s.share, s.share_ci95_low, s.share_ci95_high].map(|v| cell(v * o.scale.factor));
            row.extend(shown);
            row.push(cell(s.of_package));
            row.extend([s.alone, s.last].map(|v| cell(v * o.scale.factor)));
            row.push(o.scale.unit.clone());
            out.push(row);
        }
    }
    out
}

fn text(
    view: &View<'_>,
    about: &About,
    outcomes: &[Outcome<'_>],
    interactions: &[Interaction],
    period: &str,
    lang: Lang,
    width: Option<u16>,
) -> String {
    let manifest = &view.results.manifest;
    let mut table = plain();
    arrange(&mut table, width);
    let header =
        [Msg::Outcome, Msg::Unit, Msg::Instrument, Msg::Share, Msg::OfPackage, Msg::Alone, Msg::AsLast];
    table.set_header(header.map(|m| say(lang, m)));
    for o in outcomes {
        for (n, s) in o.rows.iter().enumerate() {
            let first = |text: &str| if n == 0 { text.to_owned() } else { String::new() };
            let half = (s.share_ci95_high - s.share_ci95_low) / 2.0;
            let half = if s.has_interval() { o.scale.text(half) } else { number(f64::NAN, 0, false) };
            let part = if s.of_package.is_finite() { 100.0 * s.of_package } else { f64::NAN };
            let whole = s.player == PACKAGE;
            let also = |v: f64| if whole { String::new() } else { o.scale.signed(v) };
            table.add_row([
                first(label(o.variable, lang)),
                first(&o.scale.unit),
                name(about, &s.player, lang),
                format!("{} ± {half}", o.scale.signed(s.share)),
                number(part, 0, false),
                also(s.alone),
                also(s.last),
            ]);
        }
    }
    for column in 3..=6 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let heading = say(
        lang,
        Msg::AttributionHeading {
            package: title(view, about, lang),
            reference: manifest.title(&about.reference, lang),
            period,
            replications: manifest.replications,
        },
    );
    let mut notes = vec![say(lang, Msg::AttributionNote)];
    let told = together(about, outcomes, interactions, period, lang);
    notes.push(match told.is_empty() {
        true => say(lang, Msg::NoInteraction),
        false => say(lang, Msg::Interactions) + &told.join(lang.pick("；", "; ")) + lang.pick("。", "."),
    });
    if outcomes.iter().flat_map(|o| &o.rows).any(|s| s.n_pairs < FEWEST_PAIRS) {
        notes.push(say(lang, Msg::FewPairs(FEWEST_PAIRS as u64)));
    }
    let notes: Vec<String> = notes.iter().map(|n| paragraph(n, width)).collect();
    format!("{}\n{table}\n{}", paragraph(&heading, width), notes.join("\n"))
}

/// Interactions whose interval excludes zero, largest against the package's own effect first.
fn together(
    about: &About,
    outcomes: &[Outcome<'_>],
    interactions: &[Interaction],
    period: &str,
    lang: Lang,
) -> Vec<String> {
    let mut found: Vec<(f64, String)> = Vec::new();
    for o in outcomes.iter().filter(|o| o.rows.iter().all(|s| s.n_pairs >= FEWEST_PAIRS)) {
        let size = o.rows.iter().map(|s| s.share.abs()).fold(0.0, f64::max);
        let own = |i: &&Interaction| i.variable == o.variable.name && i.period == period;
        for i in interactions.iter().filter(own).filter(|i| i.ci95_low > 0.0 || i.ci95_high < 0.0) {
            let pair = [&i.player, &i.with].map(|id| name(about, id, lang));
            let amount = format!("{} {}", o.scale.signed(i.interaction), o.scale.unit);
            let what = label(o.variable, lang);
            let words = match lang {
                Lang::Zh => format!("{what}：{}与{} {amount}", pair[0], pair[1]),
                Lang::En => format!("{what}: {} with {} {amount}", pair[0], pair[1]),
            };
            found.push((i.interaction.abs() / size, words));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().take(MOST_INTERACTIONS).map(|(_, words)| words).collect()
}
