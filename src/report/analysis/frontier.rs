//! The cost-effectiveness plane: every option a point, those worth considering joined by a line.
//! Reads places from `frontier.csv`; which option is on the line was decided in `stats`.
//! Both axes are levels; only differences between options mean something, so intervals are of differences to the first.

use serde::Deserialize;

use crate::units::Lang;

use super::super::axis::{Axis, Frame, spread};
use super::super::canvas::{self, Anchor, GRID, INK, MUTED, scenario_colour};
use super::super::error::ReportError;
use super::super::number::{Kind, Scale, number};
use super::super::read::number as cell_number;
use super::super::sheet::{Figure, Key, MARGIN, Sheet, TICK, WIDTH, cell, with_unit};
use super::words::{Word, word};
use super::{About, differences, grid, largest, name, percent, with_ends};

const HEIGHT: f64 = 330.0;
/// Room for names at the right.
const NAMES: f64 = 214.0;

#[derive(Deserialize)]
pub(super) struct Place {
    option: String,
    cost_variable: String,
    #[serde(deserialize_with = "cell_number")]
    cost: f64,
    #[serde(deserialize_with = "cell_number")]
    cost_more: f64,
    #[serde(deserialize_with = "cell_number")]
    cost_more_low: f64,
    #[serde(deserialize_with = "cell_number")]
    cost_more_high: f64,
    effect_variable: String,
    #[serde(deserialize_with = "cell_number")]
    effect: f64,
    #[serde(deserialize_with = "cell_number")]
    effect_more: f64,
    #[serde(deserialize_with = "cell_number")]
    effect_more_low: f64,
    #[serde(deserialize_with = "cell_number")]
    effect_more_high: f64,
    standing: String,
    against: String,
    #[serde(deserialize_with = "cell_number")]
    ratio: f64,
    #[serde(deserialize_with = "cell_number")]
    ratio_low: f64,
    #[serde(deserialize_with = "cell_number")]
    ratio_high: f64,
    #[serde(deserialize_with = "cell_number")]
    share_on_frontier: f64,
}

impl Place {
    /// What it costs and gives more than the first option, with intervals.
    fn more(&self) -> [[f64; 3]; 2] {
        [
            [self.cost_more, self.cost_more_low, self.cost_more_high],
            [self.effect_more, self.effect_more_low, self.effect_more_high],
        ]
    }

    /// Ends of these intervals beside the levels: the first option's level and what is added to it.
    fn ends(&self) -> [(f64, f64); 2] {
        let [cost, effect] = self.more();
        let ends = |level: f64, [more, low, high]: [f64; 3]| (level - more + low, level - more + high);
        [ends(self.cost, cost), ends(self.effect, effect)]
    }
}

/// The table and the chart.
pub(super) fn frontier(
    about: &About,
    places: &[Place],
    lang: Lang,
    width: Option<u16>,
) -> Result<(String, Figure), ReportError> {
    let unit = |variable: &str, values: &dyn Fn(&Place) -> f64| {
        let unit = about.indicators.iter().find(|i| i.id == variable).map_or("", |i| i.unit.as_str());
        Scale::levels(Kind::of(variable, unit), largest(places.iter().map(values)), lang)
    };
    let (cost_id, effect_id) = (&places[0].cost_variable, &places[0].effect_variable);
    let (cost, effect) = (unit(cost_id, &|p| p.cost), unit(effect_id, &|p| p.effect));
    let cost_name = with_unit(name(&about.indicators, cost_id, lang), &cost.unit, lang);
    let effect_name = with_unit(name(&about.indicators, effect_id, lang), &effect.unit, lang);
    let first = places[0].option.as_str();
    let reference = name(&about.options, first, lang);
    let difference = |variable: &str, place: usize| {
        let unit = about.indicators.iter().find(|i| i.id == variable).map_or("", |i| i.unit.as_str());
        let scale = differences(variable, unit, largest(places.iter().flat_map(|p| p.more()[place])), lang);
        let more = Word::MoreThan { what: name(&about.indicators, variable, lang), reference };
        let header = with_unit(&word(lang, more), &scale.unit, lang);
        (scale, header)
    };
    let (more_cost, more_effect) = (difference(cost_id, 0), difference(effect_id, 1));
    let option = |id: &str| -> String {
        // A mix of two is written with a plus between ids.
        id.split(" + ").map(|one| name(&about.options, one, lang)).collect::<Vec<_>>().join(" + ")
    };
    // Money for one more unit of effect: for shares a percentage point.
    let effect_unit = about.indicators.iter().find(|i| &i.id == effect_id).map_or("", |i| i.unit.as_str());
    let (unit_of, per) = match Kind::of(effect_id, effect_unit) {
        Kind::Share | Kind::Points => (0.01, word(lang, Word::Point)),
        Kind::Money { .. } => (1.0, word(lang, Word::Yuan)),
        Kind::Count(_) if effect.unit.is_empty() => (1.0, word(lang, Word::One)),
        Kind::Count(_) => (1.0, effect.unit.trim_end_matches('s').to_owned()),
    };
    let cost_unit = about.indicators.iter().find(|i| &i.id == cost_id).map_or("", |i| i.unit.as_str());
    let price =
        Scale::levels(Kind::of("", cost_unit), largest(places.iter().map(|p| p.ratio * unit_of)), lang);
    let ratio_name = word(lang, Word::Ratio { unit: &price.unit, per: &per });
    let mut order: Vec<&Place> = places.iter().collect();
    order.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let mut table = Vec::new();
    let drawn = ["cost", "cost_low", "cost_high", "effect", "effect_low", "effect_high"];
    let head = ["option"].into_iter().chain(drawn).chain(["standing", "share_on_frontier"]);
    let mut csv = vec![head.map(str::to_owned).collect::<Vec<_>>()];
    for p in &order {
        let stands = word(lang, Word::Stands(&p.standing));
        let against = if p.against.is_empty() { String::new() } else { option(&p.against) };
        let against = match against.as_str() {
            "" => String::new(),
            other => word(lang, Word::Against(other)),
        };
        let [costs, gives] = p.more();
        let more = |(scale, _): &(Scale, String), [value, low, high]: [f64; 3]| match p.option == first {
            true => "–".to_owned(),
            false => with_ends(value, low, high, |v| scale.signed(v)),
        };
        table.push(vec![
            option(&p.option),
            more(&more_cost, costs),
            more(&more_effect, gives),
            format!("{stands} {against}").trim().to_owned(),
            if p.ratio.is_finite() {
                with_ends(p.ratio, p.ratio_low, p.ratio_high, |v| price.text(v * unit_of))
            } else {
                String::new()
            },
            percent(p.share_on_frontier),
        ]);
        let [(cost_low, cost_high), (effect_low, effect_high)] = p.ends();
        let mut row = vec![p.option.clone()];
        row.extend([p.cost, cost_low, cost_high].map(|v| cell(v * cost.factor)));
        row.extend([p.effect, effect_low, effect_high].map(|v| cell(v * effect.factor)));
        row.extend([p.standing.clone(), cell(p.share_on_frontier)]);
        csv.push(row);
    }
    let header = [Word::Option, Word::Cost, Word::Effect, Word::Standing, Word::Indicator, Word::OnFrontier];
    let mut header: Vec<String> = header.iter().map(|w| word(lang, *w)).collect();
    header[1] = more_cost.1;
    header[2] = more_effect.1;
    header[4] = ratio_name;
    let text = grid(header, table, width);

    let title = word(lang, Word::FrontierTitle { cost: &cost_name, effect: &effect_name });
    let footer = about.footer(lang, Word::FrontierNote { reference });
    let keys = vec![
        (Key::Dot(INK, true), word(lang, Word::Stands("on"))),
        (Key::Dot(INK, false), word(lang, Word::Stands("dominated"))),
    ];
    let sheet = Sheet::new(&title, keys, &footer);
    let known: Vec<&&Place> = order.iter().filter(|p| (p.cost + p.effect).is_finite()).collect();
    let reach = |place: usize, factor: f64, level: fn(&Place) -> f64| {
        let of = move |p: &&Place| [level(p), p.ends()[place].0, p.ends()[place].1].map(|v| v * factor);
        Axis::around(known.iter().flat_map(|p| of(p)), 5)
    };
    let across = reach(0, cost.factor, |p| p.cost);
    let up = reach(1, effect.factor, |p| p.effect);
    let svg = canvas::draw("frontier", (WIDTH, sheet.height(HEIGHT)), &title, &footer, |canvas| {
        sheet.paint(canvas, HEIGHT)?;
        let top = sheet.top() + 16.0;
        let frame =
            Frame { left: MARGIN + 64.0, top, right: WIDTH - MARGIN - NAMES, bottom: top + HEIGHT - 60.0 };
        canvas.text(&effect_name, (MARGIN, top - 8.0), TICK, MUTED, Anchor::Left)?;
        for tick in &up.ticks {
            let y = frame.y(&up, *tick);
            canvas.line(&[(frame.left, y), (frame.right, y)], GRID, 0.8)?;
            let text = number(*tick, up.decimals, false);
            canvas.text(&text, (frame.left - 6.0, y + 3.5), TICK, MUTED, Anchor::Right)?;
        }
        for tick in &across.ticks {
            let x = frame.x(&across, *tick);
            canvas.line(&[(x, frame.top), (x, frame.bottom)], GRID, 0.8)?;
            let text = number(*tick, across.decimals, false);
            canvas.text(&text, (x, frame.bottom + 14.0), TICK, MUTED, Anchor::Middle)?;
        }
        let middle = 0.5 * (frame.left + frame.right);
        canvas.text(&cost_name, (middle, frame.bottom + 32.0), TICK, MUTED, Anchor::Middle)?;
        let at = |p: &Place| (frame.x(&across, p.cost * cost.factor), frame.y(&up, p.effect * effect.factor));
        let line: Vec<(f64, f64)> = known.iter().filter(|p| p.standing == "on").map(|p| at(p)).collect();
        if line.len() > 1 {
            canvas.line(&line, MUTED, 1.4)?;
        }
        let wishes: Vec<f64> = known.iter().map(|p| at(p).1).collect();
        let places = spread(&wishes, 14.0, frame.top, frame.bottom);
        for (p, y) in known.iter().zip(places) {
            let place = about.options.iter().position(|o| o.id == p.option).unwrap_or(0);
            let colour = scenario_colour(place);
            let (x, own) = at(p);
            let on = p.standing == "on";
            canvas.line(&[(x, own), (frame.right + 10.0, y)], GRID, 0.8)?;
            let [(left, right), (low, high)] = p.ends();
            let (left, right) = (frame.x(&across, left * cost.factor), frame.x(&across, right * cost.factor));
            let (low, high) = (frame.y(&up, low * effect.factor), frame.y(&up, high * effect.factor));
            for bar in [[(left, own), (right, own)], [(x, low), (x, high)]] {
                if bar.iter().all(|(x, y)| (x + y).is_finite()) {
                    canvas.line(&bar, colour, 1.4)?;
                }
            }
            canvas.dot((x, own), 4.0, colour, on)?;
            let words = canvas::fit(&option(&p.option), TICK, NAMES - 16.0);
            canvas.text(&words, (frame.right + 14.0, y + 3.5), TICK, INK, Anchor::Left)?;
        }
        Ok(())
    })?;
    Ok((text, Figure { name: "frontier".into(), svg, csv }))
}
