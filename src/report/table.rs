//! The effects against the reference as a table for the terminal. Returns text; nothing is printed here.
//! The verbs of the last column follow the evidence: the interval and the share of runs above zero.
//! Numbers and units are written by `number.rs`, words by `lang.rs`.

use comfy_table::{CellAlignment, ContentArrangement, Table, TableComponent, presets};

use crate::units::Lang;

use super::lang::{Msg, say};
use super::number::{Scale, number};
use super::read::Results;
use super::sheet::{kind, label, period_words};
use super::view::{Effect, View};

/// The effects of the last whole year, outcome by outcome: mean ± half the 95% interval, P(>0), and a verb
/// that follows the evidence. `width` in terminal columns; none for as wide as it needs.
pub fn effects_table(results: &Results, lang: Lang, width: Option<u16>) -> String {
    let view = View::of(results);
    let Some(period) = view.effect_period() else { return say(lang, Msg::NoEffects) };
    let variables = view.headline();
    let mut groups = Vec::new();
    for variable in &variables {
        let effects = view.effects(&variable.name, period);
        if !effects.is_empty() {
            groups.push((variable, effects));
        }
    }
    let several = groups.iter().any(|(_, effects)| effects.len() > 1);
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    // Lines between the rows of one outcome would cut apart what belongs together.
    for line in [TableComponent::HorizontalLines, TableComponent::MiddleIntersections] {
        table.remove_style(line);
    }
    arrange(&mut table, width);
    let mut header = vec![say(lang, Msg::Outcome)];
    header.extend(several.then(|| say(lang, Msg::Scenario)));
    header.extend([Msg::Effect, Msg::Unit, Msg::ProbPositive, Msg::Reading].map(|m| say(lang, m)));
    let numbers = header.len() - 4;
    table.set_header(header);
    for (variable, effects) in &groups {
        let max = effects.iter().map(|e| e.row.effect_mean.abs()).fold(0.0, f64::max);
        let scale = Scale::differences(kind(variable), max, lang);
        for (i, effect) in effects.iter().enumerate() {
            let outcome = label(variable, lang).to_owned();
            let mut row = vec![if i == 0 { outcome } else { String::new() }];
            row.extend(several.then(|| results.manifest.title(&effect.row.scenario_id, lang).to_owned()));
            row.push(amount(effect, &scale));
            row.push(scale.unit.clone());
            row.push(number(effect.row.prob_positive, 2, false));
            row.push(say(lang, reading(effect)));
            table.add_row(row);
        }
    }
    for column in [numbers, numbers + 2] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let own = say(lang, Msg::OwnReferences);
    let reference = view.common_reference().map_or(own.as_str(), |id| results.manifest.title(id, lang));
    let region = results.manifest.region_name(lang);
    let replications = results.manifest.replications;
    let period = &period_words(period, lang);
    let heading = say(lang, Msg::TableHeading { region, period, reference, replications });
    format!("{}\n{table}\n{}", paragraph(&heading, width), paragraph(&say(lang, Msg::TableNote), width))
}

fn arrange(table: &mut Table, width: Option<u16>) {
    table.set_content_arrangement(ContentArrangement::Disabled);
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
}

/// A text broken at the terminal's width; a one-cell table knows how wide hanzi are.
fn paragraph(text: &str, width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).add_row([text]);
    arrange(&mut table, width);
    if let Some(column) = table.column_mut(0) {
        column.set_padding((0, 0));
    }
    table.trim_fmt()
}

fn amount(effect: &Effect<'_>, scale: &Scale) -> String {
    let mean = scale.signed(effect.row.effect_mean);
    let half = if effect.has_interval() { scale.text(effect.half()) } else { number(f64::NAN, 0, false) };
    format!("{mean} ± {half}")
}

/// The verb the evidence allows: plain when the 95% interval leaves out zero, "may" when four runs in five
/// agree on the sign, else uncertain.
fn reading(effect: &Effect<'_>) -> Msg<'static> {
    let row = effect.row;
    if row.effect_mean == 0.0 && row.ci95_low == 0.0 && row.ci95_high == 0.0 {
        return Msg::NoDifference;
    }
    match (effect.is_settled(), row.effect_mean > 0.0) {
        (true, true) => Msg::Increases,
        (true, false) => Msg::Decreases,
        // One pair has no spread: its sign is no evidence.
        _ if !effect.has_interval() => Msg::Uncertain,
        (false, true) if row.prob_positive >= 0.8 => Msg::MayIncrease,
        (false, false) if row.prob_positive <= 0.2 => Msg::MayDecrease,
        _ => Msg::Uncertain,
    }
}
