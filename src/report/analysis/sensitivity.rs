//! Sensitivity, told: what each outcome hangs on, as far as intervals part, and how much of it is assumed.
//! Reads `indices.csv` and `variance.csv` (Saltelli) or `effects.csv` (Morris).
//! Charts show main outcomes only; all others are in the tables.

use std::path::Path;

use serde::Deserialize;

use crate::units::Lang;

use super::super::canvas::{INK, scenario_colour};
use super::super::error::ReportError;
use super::super::number::number;
use super::super::read::number as cell_number;
use super::super::rows::{self, Chart, Panel, Row};
use super::super::sheet::{Key, cell};
use super::words::{Word, word};
use super::{
    About, Shown, differences, finish, grid, grouped, largest, name, names_and_more, percent, rows as read,
    with_ends,
};

/// Most inputs a panel shows.
const MOST: usize = 8;

#[derive(Deserialize, Clone)]
struct Index {
    scenario_id: String,
    baseline_id: String,
    variable: String,
    factor: String,
    class: String,
    #[serde(deserialize_with = "cell_number")]
    first: f64,
    #[serde(deserialize_with = "cell_number")]
    total: f64,
    #[serde(deserialize_with = "cell_number")]
    total_low: f64,
    #[serde(deserialize_with = "cell_number")]
    total_high: f64,
    rank: String,
}

#[derive(Deserialize, Clone)]
struct Part {
    scenario_id: String,
    baseline_id: String,
    variable: String,
    part: String,
    #[serde(deserialize_with = "cell_number")]
    share: f64,
    #[serde(deserialize_with = "cell_number")]
    share_low: f64,
    #[serde(deserialize_with = "cell_number")]
    share_high: f64,
    known: bool,
}

#[derive(Deserialize, Clone)]
struct Step {
    scenario_id: String,
    baseline_id: String,
    variable: String,
    unit: String,
    factor: String,
    class: String,
    #[serde(deserialize_with = "cell_number")]
    mu_star: f64,
    #[serde(deserialize_with = "cell_number")]
    mu_star_low: f64,
    #[serde(deserialize_with = "cell_number")]
    mu_star_high: f64,
    #[serde(deserialize_with = "cell_number")]
    sigma: f64,
    #[serde(deserialize_with = "cell_number")]
    noise_floor: f64,
    noticed: bool,
    rank: String,
}

/// Which outcome of which scenario, against which other: in the order of the outcomes.
type Measure = (usize, String, String);

/// The finding of `RUN/sensitivity/`, its charts drawn.
pub fn sensitivity(folder: &Path, lang: Lang, width: Option<u16>) -> Result<Shown, ReportError> {
    const WHAT: &str = "sensitivity";
    let about = About::read(folder, WHAT)?;
    let steps: Vec<Step> = read(folder, "effects.csv")?;
    let indices: Vec<Index> = read(folder, "indices.csv")?;
    let parts: Vec<Part> = read(folder, "variance.csv")?;
    let shown = about.shown();
    let place = |variable: &str| shown.iter().position(|i| i.id == variable);
    let (text, figures) = if steps.is_empty() {
        let measure = |v: &str, s: &str, b: &str| place(v).map(|p| (p, s.to_owned(), b.to_owned()));
        let indices = grouped(indices, |i| measure(&i.variable, &i.scenario_id, &i.baseline_id));
        let parts = grouped(parts, |p| measure(&p.variable, &p.scenario_id, &p.baseline_id));
        by_variance(&about, &main(indices), &main(parts), lang, width)?
    } else {
        let measure =
            |s: &Step| place(&s.variable).map(|p| (p, s.scenario_id.clone(), s.baseline_id.clone()));
        by_steps(&about, &main(grouped(steps, measure)), lang, width)?
    };
    finish(folder, lang, text, &figures)
}

/// Only outcomes that are shown: effects, and levels of the first scenario.
fn main<T>(groups: Vec<(Option<Measure>, Vec<T>)>) -> Vec<(Measure, Vec<T>)> {
    let first = groups.iter().flat_map(|(m, _)| m).find(|m| m.2.is_empty()).map(|m| m.1.clone());
    let wanted = |m: &Measure| !m.2.is_empty() || Some(&m.1) == first.as_ref();
    let mut out: Vec<(Measure, Vec<T>)> =
        groups.into_iter().filter_map(|(m, rows)| Some((m?, rows))).filter(|(m, _)| wanted(m)).collect();
    out.sort_by_key(|(m, _)| m.0);
    out
}

fn title(about: &About, measure: &Measure, lang: Lang) -> String {
    let shown = about.shown();
    let indicator = lang.pick_or(&shown[measure.0].zh, &shown[measure.0].en, &shown[measure.0].id);
    let scenario = name(&about.scenarios, &measure.1, lang);
    match measure.2.as_str() {
        "" => word(lang, Word::Of { indicator, scenario }),
        id => word(lang, Word::EffectOf { indicator, scenario, baseline: name(&about.scenarios, id, lang) }),
    }
}

type Drawn = (String, Vec<super::super::sheet::Figure>);

fn by_variance(
    about: &About,
    indices: &[(Measure, Vec<Index>)],
    parts: &[(Measure, Vec<Part>)],
    lang: Lang,
    width: Option<u16>,
) -> Result<Drawn, ReportError> {
    let mut text: Vec<String> = Vec::new();
    let (mut panels, mut split, mut table) = (Vec::new(), Vec::new(), Vec::new());
    let (mut csv, mut csv_split) = (Vec::new(), Vec::new());
    let mut unknown: Vec<String> = Vec::new();
    for (measure, indices) in indices {
        let Some((_, parts)) = parts.iter().find(|(m, _)| m == measure) else { continue };
        let what = title(about, measure, lang);
        if !parts.iter().all(|p| p.known) {
            unknown.push(what);
            continue;
        }
        text.push(sentence(about, &what, indices, parts, lang));
        let mut order: Vec<&Index> = indices.iter().collect();
        order.sort_by(|a, b| b.total.total_cmp(&a.total));
        let two = |v: f64| number(v, 2, false);
        for (n, i) in order.iter().take(MOST).enumerate() {
            let input = name(&about.factors, &i.factor, lang);
            table.push(vec![
                if n == 0 { what.clone() } else { String::new() },
                input.to_owned(),
                word(lang, Word::ClassName(&i.class)),
                with_ends(i.total, i.total_low, i.total_high, two),
                two(i.first),
                i.rank.clone(),
            ]);
            csv.push(
                [what.clone(), i.factor.clone()]
                    .into_iter()
                    .chain([i.total, i.total_low, i.total_high, i.first].map(cell))
                    .collect::<Vec<_>>(),
            );
        }
        let row = |i: &&Index| Row {
            label: name(&about.factors, &i.factor, lang).to_owned(),
            colour: class_colour(&i.class),
            value: i.total,
            ends: (i.total_low, i.total_high),
            full: !i.rank.is_empty(),
            mark: Some(i.first),
            text: two(i.total),
            below: word(lang, Word::ClassName(&i.class)),
        };
        let rows = order.iter().take(MOST).map(row).collect();
        panels.push(Panel { title: what.clone(), bars: false, signed: false, rows });
        split.push(split_panel(&what, parts, lang, &mut csv_split));
    }
    if !unknown.is_empty() {
        let what = unknown.join(lang.pick("、", "; "));
        text.push(word(lang, Word::Unknown { what: &what }));
    }
    let header = [Word::Indicator, Word::Input, Word::Class, Word::Total, Word::First, Word::Rank];
    text.push(grid(header.map(|w| word(lang, w)).to_vec(), table, width));
    text.push(about.footer(lang, Word::IndicesNote));
    let head = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    csv.insert(0, head(&["outcome", "factor", "total", "total_low", "total_high", "first"]));
    csv_split.insert(0, head(&["outcome", "part", "share", "share_low", "share_high"]));
    let mut figures = Vec::new();
    if !panels.is_empty() {
        let chart = Chart {
            name: "indices",
            title: word(lang, Word::IndicesTitle),
            footer: about.footer(lang, Word::IndicesNote),
            keys: vec![
                (Key::Dot(INK, true), word(lang, Word::TotalIndex)),
                (Key::Dot(INK, false), word(lang, Word::NoRank)),
                (Key::Upright(INK), word(lang, Word::FirstIndex)),
            ],
            columns: 2,
            names: 150.0,
            csv,
        };
        figures.extend(rows::figures(chart, &panels, lang)?);
        let chart = Chart {
            name: "variance",
            title: word(lang, Word::VarianceTitle),
            footer: about.footer(lang, Word::VarianceNote),
            keys: Vec::new(),
            columns: 2,
            names: 130.0,
            csv: csv_split,
        };
        figures.extend(rows::figures(chart, &split, lang)?);
    }
    Ok((text.join("\n"), figures))
}

/// The classes of inputs keep their colours in all panels.
fn class_colour(class: &str) -> plotters::style::RGBColor {
    let place =
        ["official", "assumption", "literature", "policy", "estimated"].iter().position(|c| *c == class);
    scenario_colour(place.unwrap_or(5))
}

fn sentence(about: &About, what: &str, indices: &[Index], parts: &[Part], lang: Lang) -> String {
    let mut first: Vec<&Index> = indices.iter().filter(|i| i.rank == "1").collect();
    first.sort_by(|a, b| b.total.total_cmp(&a.total));
    let names: Vec<String> = first
        .iter()
        .map(|i| {
            let share = within(i.total_low, i.total_high);
            let input = name(&about.factors, &i.factor, lang);
            match lang {
                Lang::Zh => format!("“{input}”（{share}）"),
                Lang::En => format!("{input} ({share})"),
            }
        })
        .collect();
    let mut out = match names.is_empty() {
        true => word(lang, Word::Unordered { what }),
        false => word(lang, Word::Leading { what, inputs: &names.join(&word(lang, Word::And)) }),
    };
    let share = |part: &str| -> String {
        parts.iter().find(|p| p.part == part && p.share.is_finite()).map_or_else(String::new, |p| {
            let (value, ends) = (percent(p.share.clamp(0.0, 1.0)), within(p.share_low, p.share_high));
            match lang {
                Lang::Zh => format!("{value}（{ends}）"),
                Lang::En => format!("{value} ({ends})"),
            }
        })
    };
    let (parameters, interactions) = (share("parameters"), share("interactions"));
    out += lang.pick("", " ");
    out += &word(lang, Word::Parts { parameters: &parameters, interactions: &interactions });
    out += &match share("noise") {
        noise if noise.is_empty() => word(lang, Word::NoNoise),
        noise => word(lang, Word::NoiseShare(&noise)),
    };
    // What is at least so must hold at the low end, what is at most so at the high one.
    let end = |part: &str, of: fn(&Part) -> f64| parts.iter().find(|p| p.part == part).map_or(f64::NAN, of);
    let (least, most) = (end("assumption:least", |p| p.share_low), end("assumption:most", |p| p.share_high));
    if least.is_finite() {
        out += lang.pick("", " ");
        out += &word(lang, Word::Hangs { share: &within(least, most) });
    }
    out
}

/// Ends of an interval as shares of a whole: what an estimate adds below nothing or above all is its own noise.
fn within(low: f64, high: f64) -> String {
    format!("{}–{}", percent(low.clamp(0.0, 1.0)), percent(high.clamp(0.0, 1.0)))
}

fn split_panel(what: &str, parts: &[Part], lang: Lang, csv: &mut Vec<Vec<String>>) -> Panel {
    let mut rows = Vec::new();
    let plain = |p: &Part, label: String, colour| Row {
        label,
        colour: scenario_colour(colour),
        value: 100.0 * p.share,
        ends: (100.0 * p.share_low, 100.0 * p.share_high),
        full: true,
        mark: None,
        text: percent(p.share),
        below: match p.share_low.is_finite() && p.share_high.is_finite() {
            true => format!("{}–{}", percent(p.share_low), percent(p.share_high)),
            false => String::new(),
        },
    };
    for p in parts {
        csv.push(
            [what.to_owned(), p.part.clone()]
                .into_iter()
                .chain([p.share, p.share_low, p.share_high].map(cell))
                .collect(),
        );
        match p.part.as_str() {
            "parameters" => rows.push(plain(p, word(lang, Word::PartParameters), 0)),
            "interactions" => rows.push(plain(p, word(lang, Word::PartInteractions), 2)),
            "noise" if p.share.is_finite() => rows.push(plain(p, word(lang, Word::PartNoise), 1)),
            other => {
                let Some(class) = other.strip_suffix(":least") else { continue };
                let most = parts.iter().find(|m| m.part == format!("{class}:most")).unwrap_or(p);
                let class_name = word(lang, Word::ClassName(class));
                rows.push(Row {
                    label: word(lang, Word::PartClass(&class_name)),
                    colour: class_colour(class),
                    value: 100.0 * p.share,
                    ends: (100.0 * p.share_low, 100.0 * most.share_high),
                    full: false,
                    mark: None,
                    text: within(p.share_low, most.share_high),
                    below: String::new(),
                });
            }
        }
    }
    Panel { title: format!("{what} (%)"), bars: false, signed: false, rows }
}

/// Inputs as the design lists them; where intervals part them, those of the first rank apart from the rest.
fn leading(about: &About, noticed: &[&Step], lang: Lang) -> String {
    const MOST_NAMED: usize = 8;
    let quoted = |s: &&Step| match lang {
        Lang::Zh => format!("“{}”", name(&about.factors, &s.factor, lang)),
        Lang::En => name(&about.factors, &s.factor, lang).to_owned(),
    };
    let list = |of: &[&Step]| {
        let names: Vec<String> = of.iter().take(MOST_NAMED).map(quoted).collect();
        names_and_more(&names, of.len(), lang)
    };
    let (first, rest): (Vec<&Step>, Vec<&Step>) = noticed.iter().partition(|s| s.rank == "1");
    match first.is_empty() || rest.is_empty() {
        true => list(noticed),
        false => word(lang, Word::Before { first: &list(&first), rest: &list(&rest) }),
    }
}

fn by_steps(
    about: &About,
    steps: &[(Measure, Vec<Step>)],
    lang: Lang,
    width: Option<u16>,
) -> Result<Drawn, ReportError> {
    let (mut text, mut panels, mut table, mut csv) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut silent = Vec::new();
    for (measure, steps) in steps {
        let what = title(about, measure, lang);
        let noticed: Vec<&Step> = steps.iter().filter(|s| s.noticed).collect();
        let assumed = noticed.iter().filter(|s| s.class == "assumption").count();
        if noticed.is_empty() {
            silent.push(what);
            continue;
        }
        let mut order: Vec<&Step> = steps.iter().collect();
        order.sort_by(|a, b| b.mu_star.total_cmp(&a.mu_star));
        let names = leading(about, &noticed, lang);
        let (n, of) = (noticed.len(), steps.len());
        text.push(word(lang, Word::Noticed { what: &what, noticed: n, of, assumed, names: &names }));
        order.truncate(MOST);
        let first = order[0];
        let max = largest(order.iter().map(|s| s.mu_star_high));
        let scale = differences(&first.variable, &first.unit, max, lang);
        let titled = super::super::sheet::with_unit(&what, &scale.unit, lang);
        let mut rows = Vec::new();
        for (n, s) in order.iter().enumerate() {
            let input = name(&about.factors, &s.factor, lang).to_owned();
            let size = with_ends(s.mu_star, s.mu_star_low, s.mu_star_high, |v| scale.text(v));
            table.push(vec![
                if n == 0 { titled.clone() } else { String::new() },
                input.clone(),
                word(lang, Word::ClassName(&s.class)),
                size,
                scale.text(s.sigma),
                scale.text(s.noise_floor),
                s.rank.clone(),
            ]);
            let shown = [s.mu_star, s.mu_star_low, s.mu_star_high, s.sigma, s.noise_floor];
            csv.push(
                [what.clone(), s.factor.clone()]
                    .into_iter()
                    .chain(shown.map(|v| cell(v * scale.factor)))
                    .chain([scale.unit.clone()])
                    .collect::<Vec<_>>(),
            );
            rows.push(Row {
                label: input,
                colour: class_colour(&s.class),
                value: s.mu_star * scale.factor,
                ends: (s.mu_star_low * scale.factor, s.mu_star_high * scale.factor),
                full: s.noticed,
                mark: s.noise_floor.is_finite().then_some(s.noise_floor * scale.factor),
                text: scale.text(s.mu_star),
                below: format!("{} {}", word(lang, Word::Spread), scale.text(s.sigma)),
            });
        }
        panels.push(Panel { title: titled, bars: false, signed: false, rows });
    }
    if !silent.is_empty() {
        let what = silent.join(lang.pick("、", "; "));
        text.push(word(lang, Word::NoneNoticed { what: &what }));
    }
    let header =
        [Word::Indicator, Word::Input, Word::Class, Word::Size, Word::Spread, Word::Floor, Word::Rank];
    text.push(grid(header.map(|w| word(lang, w)).to_vec(), table, width));
    text.push(about.footer(lang, Word::StepsNote));
    let head =
        ["outcome", "factor", "mu_star", "mu_star_low", "mu_star_high", "sigma", "noise_floor", "unit"];
    csv.insert(0, head.map(str::to_owned).to_vec());
    let chart = Chart {
        name: "elementary-effects",
        title: word(lang, Word::StepsTitle),
        footer: about.footer(lang, Word::StepsNote),
        keys: vec![
            (Key::Dot(INK, true), word(lang, Word::Size)),
            (Key::Dot(INK, false), word(lang, Word::NotNoticed)),
            (Key::Upright(INK), word(lang, Word::Floor)),
        ],
        columns: 2,
        names: 150.0,
        csv,
    };
    let figures = if panels.is_empty() { Vec::new() } else { rows::figures(chart, &panels, lang)? };
    Ok((text.join("\n"), figures))
}
