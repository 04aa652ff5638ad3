//! Where the money went: flows from and to treasury, central bank, fund and guarantors over all years. The
//! reference's amounts as bars, every other scenario's paired differences as points with 95% intervals.
//! Numbers are those of `money.csv`; how rows are drawn is in `rows.rs`.

use crate::units::Lang;

use super::error::ReportError;
use super::flows::{Flows, MoneyRow};
use super::lang::{Msg, say};
use super::number::{Kind, Scale};
use super::rows::{self, Chart, Panel, Row};
use super::sheet::{Figure, cell, footer, with_unit};
use super::view::View;

const MOST_LEVELS: usize = 12;
const MOST_DIFFERENCES: usize = 6;
const MONEY: Kind = Kind::Money { a_year: false };

pub(super) fn figures(view: &View<'_>, flows: &Flows, lang: Lang) -> Result<Vec<Figure>, ReportError> {
    let manifest = &view.results.manifest;
    let mut panels = Vec::new();
    for (scenario, colour) in view.scenarios() {
        let title = manifest.title(&scenario.id, lang);
        let mut found = flows.policy_money(&scenario.id);
        let alone = manifest.reference_of(scenario) == scenario.id;
        if alone {
            found.truncate(MOST_LEVELS);
        } else {
            found.retain(|r| r.diff.is_finite() && (r.diff != 0.0 || r.diff_ci95_low != 0.0));
            found.sort_by(|a, b| b.diff.abs().total_cmp(&a.diff.abs()));
            found.truncate(MOST_DIFFERENCES);
        }
        if found.is_empty() {
            continue;
        }
        let value = |r: &MoneyRow| if alone { r.mean } else { r.diff };
        let max = found.iter().map(|r| value(r).abs()).fold(0.0, f64::max);
        let scale =
            if alone { Scale::levels(MONEY, max, lang) } else { Scale::differences(MONEY, max, lang) };
        let row = |r: &&MoneyRow| {
            let ends = if alone { (f64::NAN, f64::NAN) } else { (r.diff_ci95_low, r.diff_ci95_high) };
            let settled = view.is_sure(ends);
            let written = scale.apart(ends);
            Row {
                label: flow_words(view, r, lang),
                colour,
                value: value(r) * scale.factor,
                ends: (ends.0 * scale.factor, ends.1 * scale.factor),
                full: settled,
                mark: None,
                text: if alone { written.text(r.mean) } else { written.signed(r.diff) },
                below: match ends.0.is_finite() {
                    true => format!("[{}, {}]", written.signed(ends.0), written.signed(ends.1)),
                    false => String::new(),
                },
            }
        };
        let words = if alone { Msg::MoneyOf(title) } else { Msg::MoneyMore(title) };
        panels.push(Panel {
            title: with_unit(&say(lang, words), &scale.unit, lang),
            bars: alone,
            signed: !alone,
            rows: found.iter().map(row).collect(),
        });
    }
    if panels.is_empty() {
        return Ok(Vec::new());
    }
    let (from, until) = (manifest.from.as_str(), manifest.until.as_str());
    let mut notes = vec![Msg::MoneyNote];
    if rows::has_effects(&panels) {
        notes.insert(0, Msg::EffectIntervals);
    }
    let chart = Chart {
        name: "money",
        title: say(lang, Msg::MoneyTitle { from, until }),
        footer: footer(view, lang, &notes),
        keys: rows::keys(&panels, lang),
        columns: 1,
        names: 300.0,
        csv: table(view, flows, lang),
    };
    rows::figures(chart, &panels, lang)
}

/// "central bank → lenders: incentive".
pub(super) fn flow_words(view: &View<'_>, row: &MoneyRow, lang: Lang) -> String {
    let manifest = &view.results.manifest;
    let name = |kind, id| manifest.label(kind, id, lang);
    let (payer, payee) = (name("sector", &row.payer), name("sector", &row.payee));
    say(lang, Msg::Flow { payer, payee, reason: name("reason", &row.reason) })
}

fn table(view: &View<'_>, flows: &Flows, lang: Lang) -> Vec<Vec<String>> {
    let names = "scenario_id,payer,payee,reason,label,mean_yuan,diff_yuan,diff_ci95_low,diff_ci95_high";
    let mut out = vec![names.split(',').map(str::to_owned).collect::<Vec<_>>()];
    for scenario in &view.results.manifest.scenarios {
        for r in flows.policy_money(&scenario.id) {
            let mut cells = vec![r.scenario_id.clone(), r.payer.clone(), r.payee.clone(), r.reason.clone()];
            cells.push(flow_words(view, r, lang));
            cells.extend([r.mean, r.diff, r.diff_ci95_low, r.diff_ci95_high].map(cell));
            out.push(cells);
        }
    }
    out
}
