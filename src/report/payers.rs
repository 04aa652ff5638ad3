//! Who pays: what each scenario costs central bank, budgets, fund, guarantors and lenders beyond its reference,
//! since its first change. Points with 95% intervals of the paired means.
//! Numbers are those of `additional.csv`; how rows are drawn is in `rows.rs`.

use crate::units::Lang;

use super::error::ReportError;
use super::flows::{AdditionalRow, Flows};
use super::lang::{Msg, say};
use super::number::{Kind, Scale};
use super::rows::{self, Chart, Panel, Row};
use super::sheet::{Figure, cell, footer, with_unit};
use super::view::View;

/// Costs by payer of a scenario, in the order of the file.
fn costs<'a>(flows: &'a Flows, scenario: &str) -> Vec<&'a AdditionalRow> {
    let own = |r: &&AdditionalRow| {
        r.scenario_id == scenario && r.group_type == "payer" && (r.mean != 0.0 || r.ci95_low != 0.0)
    };
    flows.additional.iter().filter(own).collect()
}

pub(super) fn figures(view: &View<'_>, flows: &Flows, lang: Lang) -> Result<Vec<Figure>, ReportError> {
    let manifest = &view.results.manifest;
    let mut panels = Vec::new();
    for (scenario, colour) in view.scenarios() {
        let found = costs(flows, &scenario.id);
        if found.is_empty() {
            continue;
        }
        let most = found.iter().map(|r| r.mean.abs()).fold(0.0, f64::max);
        let scale = Scale::differences(Kind::Money { a_year: false }, most, lang);
        let row = |r: &&AdditionalRow| {
            let ends = (r.ci95_low, r.ci95_high);
            let written = scale.apart(ends);
            Row {
                label: manifest.label("payer", &r.group_id, lang).to_owned(),
                colour,
                value: r.mean * scale.factor,
                ends: (ends.0 * scale.factor, ends.1 * scale.factor),
                full: view.is_sure(ends),
                mark: None,
                text: written.signed(r.mean),
                below: match ends.0.is_finite() {
                    true => format!("[{}, {}]", written.signed(ends.0), written.signed(ends.1)),
                    false => String::new(),
                },
            }
        };
        panels.push(Panel {
            title: with_unit(manifest.title(&scenario.id, lang), &scale.unit, lang),
            bars: false,
            signed: true,
            rows: found.iter().map(row).collect(),
        });
    }
    if panels.is_empty() {
        return Ok(Vec::new());
    }
    let chart = Chart {
        name: "payers",
        title: say(lang, Msg::PayersTitle(&manifest.until)),
        footer: footer(view, lang, &[Msg::EffectIntervals, Msg::PayersNote]),
        keys: rows::keys(&panels, lang),
        columns: 2,
        names: 128.0,
        csv: table(view, flows, lang),
    };
    rows::figures(chart, &panels, lang)
}

fn table(view: &View<'_>, flows: &Flows, lang: Lang) -> Vec<Vec<String>> {
    let names = "scenario_id,payer,label,cost_yuan,ci95_low,ci95_high";
    let mut out = vec![names.split(',').map(str::to_owned).collect::<Vec<_>>()];
    let manifest = &view.results.manifest;
    for scenario in &manifest.scenarios {
        for r in costs(flows, &scenario.id) {
            let mut cells = vec![r.scenario_id.clone(), r.group_id.clone()];
            cells.push(manifest.label("payer", &r.group_id, lang).to_owned());
            cells.extend([r.mean, r.ci95_low, r.ci95_high].map(cell));
            out.push(cells);
        }
    }
    out
}
