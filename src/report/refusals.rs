//! Why loans were refused or not sought, in the last whole year: the reference's numbers as bars, every other
//! scenario's paired differences as points with 95% intervals. Borrowers without need are left out.
//! Numbers are those of `refusals.csv`; how rows are drawn is in `rows.rs`.

use crate::units::Lang;

use super::error::ReportError;
use super::flows::{Flows, RefusalRow};
use super::lang::{Msg, say};
use super::number::{Kind, Of, Scale};
use super::rows::{self, Chart, Panel, Row};
use super::sheet::{Figure, cell, footer, period_words};
use super::view::{View, When};

const MOST_DIFFERENCES: usize = 6;

/// The last year with refusals.
pub(super) fn period(flows: &Flows) -> Option<&str> {
    let years = flows.refusals.iter().map(|r| r.period.as_str());
    years.filter(|p| matches!(When::parse(p), Some(When::Year(_)))).max()
}

pub(super) fn figures(view: &View<'_>, flows: &Flows, lang: Lang) -> Result<Vec<Figure>, ReportError> {
    let manifest = &view.results.manifest;
    let Some(year) = period(flows) else { return Ok(Vec::new()) };
    let mut panels = Vec::new();
    for (scenario, colour) in view.scenarios() {
        let title = manifest.title(&scenario.id, lang);
        let mut found = flows.refused(&scenario.id, year);
        let alone = manifest.reference_of(scenario) == scenario.id;
        if alone {
            found.retain(|r| r.count >= 0.5);
        } else {
            found.retain(|r| {
                r.diff_count.is_finite() && (r.diff_count != 0.0 || r.diff_count_ci95_low != 0.0)
            });
            found.sort_by(|a, b| b.diff_count.abs().total_cmp(&a.diff_count.abs()));
            found.truncate(MOST_DIFFERENCES);
        }
        if found.is_empty() {
            continue;
        }
        let value = |r: &RefusalRow| if alone { r.count } else { r.diff_count };
        let max = found.iter().map(|r| value(r).abs()).fold(0.0, f64::max);
        let scale = Scale::levels(Kind::Count(Of::Itself), max, lang);
        let row = |r: &&RefusalRow| {
            let (low, high) = (r.diff_count_ci95_low, r.diff_count_ci95_high);
            let ends = if alone { (f64::NAN, f64::NAN) } else { (low, high) };
            Row {
                label: manifest.label("refusal", &r.reason, lang).to_owned(),
                colour,
                value: value(r),
                ends,
                full: view.is_sure(ends),
                mark: None,
                text: if alone { scale.text(r.count) } else { scale.signed(r.diff_count) },
                below: match ends.0.is_finite() {
                    true => format!("[{}, {}]", scale.signed(ends.0), scale.signed(ends.1)),
                    false => String::new(),
                },
            }
        };
        let words = if alone { Msg::RefusedIn(title) } else { Msg::RefusedMore(title) };
        panels.push(Panel {
            title: say(lang, words),
            bars: alone,
            signed: !alone,
            rows: found.iter().map(row).collect(),
        });
    }
    if panels.is_empty() {
        return Ok(Vec::new());
    }
    let notes = match rows::has_effects(&panels) {
        true => vec![Msg::EffectIntervals, Msg::RefusalsNote, Msg::LargestRefusals],
        false => vec![Msg::RefusalsNote],
    };
    let chart = Chart {
        name: "refusals",
        title: say(lang, Msg::RefusalsTitle(&period_words(year, lang))),
        footer: footer(view, lang, &notes),
        keys: rows::keys(&panels, lang),
        columns: 2,
        names: 128.0,
        csv: table(view, flows, year, lang),
    };
    rows::figures(chart, &panels, lang)
}

fn table(view: &View<'_>, flows: &Flows, year: &str, lang: Lang) -> Vec<Vec<String>> {
    let names = "scenario_id,period,reason,label,count,amount_yuan,diff_count,diff_ci95_low,diff_ci95_high";
    let mut out = vec![names.split(',').map(str::to_owned).collect::<Vec<_>>()];
    let manifest = &view.results.manifest;
    for scenario in &manifest.scenarios {
        for r in flows.refused(&scenario.id, year) {
            let mut cells = vec![r.scenario_id.clone(), r.period.clone(), r.reason.clone()];
            cells.push(manifest.label("refusal", &r.reason, lang).to_owned());
            let numbers = [r.count, r.amount, r.diff_count, r.diff_count_ci95_low, r.diff_count_ci95_high];
            cells.extend(numbers.map(cell));
            out.push(cells);
        }
    }
    out
}
