//! The effects against the reference as a table for the terminal. Returns text; nothing is printed here.
//! The verbs of the last column follow the evidence (`evidence.rs`).
//! Numbers and units are written by `number.rs`, words by `lang.rs`.

use comfy_table::{CellAlignment, ContentArrangement, Table, TableComponent, presets};

use crate::units::Lang;

use super::evidence::{FEWEST_PAIRS, Verdict};
use super::lang::{Msg, say, verdict};
use super::number::{Scale, number};
use super::read::Results;
use super::sheet::{kind, label, period_words};
use super::view::{Effect, View};

/// The effects of the last whole year, outcome by outcome: mean ± half the 95% interval, P(>0), and a verb
/// that follows the evidence. `width` in terminal columns; none for as wide as it needs.
pub fn effects_table(results: &Results, lang: Lang, width: Option<u16>) -> String {
    let view = View::of(results);
    let Some(period) = view.effect_period() else { return why_empty(&view, lang) };
    if view.is_all_the_same(period) {
        return why_empty(&view, lang);
    }
    let variables = view.headline();
    let mut groups = Vec::new();
    for variable in &variables {
        let effects = view.effects(variable, period);
        if !effects.is_empty() {
            groups.push((variable, effects));
        }
    }
    let several = groups.iter().any(|(_, effects)| effects.len() > 1);
    let mut table = plain();
    arrange(&mut table, width);
    let mut header = vec![say(lang, Msg::Outcome)];
    header.extend(several.then(|| say(lang, Msg::Scenario)));
    header.extend([Msg::Effect, Msg::Unit, Msg::ProbPositive, Msg::Reading].map(|m| say(lang, m)));
    let numbers = header.len() - 4;
    table.set_header(header);
    for (variable, effects) in &groups {
        let max = effects.iter().map(|e| e.row.effect_mean.abs()).fold(0.0, f64::max);
        let scale = Scale::differences(kind(variable), max, lang);
        // Scenarios that leave an outcome as it is, or for which it does not exist, share its last line.
        let nothing = [Verdict::NoDifference, Verdict::Undefined];
        let (still, mut shown): (Vec<_>, Vec<_>) = effects.iter().partition(|e| nothing.contains(&e.verdict));
        let moved = shown.len();
        shown.extend(still.first());
        for (i, effect) in shown.into_iter().enumerate() {
            let outcome = label(variable, lang).to_owned();
            let mut row = vec![if i == 0 { outcome } else { String::new() }];
            let title = match still.len() {
                n if i == moved && n > 1 && moved == 0 => say(lang, Msg::AllScenarios),
                n if i == moved && n > 1 => say(lang, Msg::OtherScenarios(n)),
                _ => results.manifest.title(&effect.row.scenario_id, lang).to_owned(),
            };
            row.extend(several.then_some(title));
            let scale = effect.scale(&scale, kind(variable), lang);
            row.push(amount(effect, &scale));
            row.push(scale.unit.clone());
            row.push(number(effect.row.prob_positive, 2, false));
            row.push(verdict(lang, effect.verdict));
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
    let only = groups.iter().flat_map(|(_, e)| e).next().filter(|_| !several);
    let ours = only.map_or("", |e| results.manifest.title(&e.row.scenario_id, lang));
    let heading = say(lang, Msg::TableHeading { region, period, ours, theirs: reference, replications });
    let few = groups.iter().flat_map(|(_, e)| e).any(|e| e.row.n_pairs < FEWEST_PAIRS);
    let mut notes = vec![say(lang, Msg::TableNote)];
    notes.extend(few.then(|| say(lang, Msg::FewPairs(FEWEST_PAIRS as u64))));
    let mut saved: Vec<f64> = groups.iter().flat_map(|(_, e)| e).map(|e| e.row.variance_reduction).collect();
    saved.retain(|v| v.is_finite());
    saved.sort_by(f64::total_cmp);
    if let Some(middle) = saved.get(saved.len() / 2) {
        notes.push(say(lang, Msg::PairingSaved(&number(*middle, 1, false))));
    }
    let undefined = groups.iter().flat_map(|(_, e)| e).any(|e| e.verdict == Verdict::Undefined);
    notes.extend(undefined.then(|| say(lang, Msg::CostUndefined)));
    let notes: Vec<String> = notes.iter().map(|n| paragraph(n, width)).collect();
    format!("{}\n{table}\n{}", paragraph(&heading, width), notes.join("\n"))
}

/// Why there is no effect to show.
pub(super) fn why_empty(view: &View<'_>, lang: Lang) -> String {
    let manifest = &view.results.manifest;
    let compared = || manifest.scenarios.iter().filter(|s| manifest.reference_of(s) != s.id);
    if compared().next().is_none() {
        return say(lang, Msg::NoEffects);
    }
    let (from, until) = (manifest.from.as_str(), manifest.until.as_str());
    // Months in `2023-03` form sort as text.
    match compared().filter_map(|s| s.first_change.as_deref()).min() {
        Some(first) if first > until => say(lang, Msg::DifferLater { from, until, first }),
        Some(_) if view.effect_period().is_none() => say(lang, Msg::NoWholePeriod { from, until }),
        Some(_) => say(lang, Msg::NeverDiffer { from, until }),
        None => say(lang, Msg::NeverDiffer { from, until }),
    }
}

/// An empty table in the house's style.
pub(super) fn plain() -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    // Lines between the rows of one outcome would cut apart what belongs together.
    for line in [TableComponent::HorizontalLines, TableComponent::MiddleIntersections] {
        table.remove_style(line);
    }
    table
}

pub(super) fn arrange(table: &mut Table, width: Option<u16>) {
    table.set_content_arrangement(ContentArrangement::Disabled);
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
}

/// A text broken at the terminal's width; a one-cell table knows how wide hanzi are.
pub(super) fn paragraph(text: &str, width: Option<u16>) -> String {
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
    if effect.verdict == Verdict::Priced {
        // Its interval is not symmetric.
        let ends = [effect.row.ci95_low, effect.row.ci95_high].map(|v| scale.text(v));
        return format!("{} [{}, {}]", scale.text(effect.row.effect_mean), ends[0], ends[1]);
    }
    let half = if effect.has_interval() { scale.text(effect.half()) } else { number(f64::NAN, 0, false) };
    if effect.verdict == Verdict::Undefined {
        return mean;
    }
    format!("{mean} ± {half}")
}
