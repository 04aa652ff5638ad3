//! How far every scenario is from the limits that stop lending: guarantors' and fund's multiples, re-lending
//! quotas, NPL tolerance. Mean at the end of the last whole year with the spread over runs, and the limit.
//! Levels come from `summary.csv`, limits in force from the manifest; rows are drawn in `rows.rs`.

use crate::units::Lang;

use super::canvas::INK;
use super::error::ReportError;
use super::lang::{Msg, say};
use super::number::number;
use super::rows::{self, Chart, Panel, Row};
use super::sheet::{Figure, Key, cell, footer, period_words};
use super::view::View;

/// An indicator, what it is divided by if anything, its limit and how it is shown.
struct Limit {
    variable: &'static str,
    over: Option<&'static str>,
    title: Msg<'static>,
    /// Setting in the manifest that holds the limit; none for a fixed one.
    setting: Option<&'static str>,
    fixed: f64,
    factor: f64,
    unit: Msg<'static>,
    decimals: usize,
}

const LIMITS: [Limit; 4] = [
    Limit {
        variable: "guarantor_leverage",
        over: None,
        title: Msg::LimitGuarantors,
        setting: Some("guarantee_chain.multiple"),
        fixed: f64::NAN,
        factor: 1.0,
        unit: Msg::Times,
        decimals: 2,
    },
    Limit {
        variable: "fund_multiple_used",
        over: None,
        title: Msg::LimitFund,
        setting: Some("risk_compensation_fund.multiple"),
        fixed: f64::NAN,
        factor: 1.0,
        unit: Msg::Times,
        decimals: 2,
    },
    Limit {
        variable: "relending_balance",
        over: Some("relending_quota"),
        title: Msg::LimitQuota,
        setting: None,
        fixed: 100.0,
        factor: 100.0,
        unit: Msg::Percent,
        decimals: 1,
    },
    Limit {
        variable: "npl_headroom",
        over: None,
        title: Msg::LimitNpl,
        setting: None,
        fixed: 0.0,
        factor: 100.0,
        unit: Msg::PercentagePoints,
        decimals: 2,
    },
];

pub(super) fn figures(view: &View<'_>, lang: Lang) -> Result<Vec<Figure>, ReportError> {
    let manifest = &view.results.manifest;
    let Some(period) = view.last_period() else { return Ok(Vec::new()) };
    let names = "scenario_id,period,variable,unit,limit,mean,q05,q95";
    let mut csv = vec![names.split(',').map(str::to_owned).collect::<Vec<_>>()];
    let mut panels = Vec::new();
    for limit in &LIMITS {
        let unit = say(lang, limit.unit);
        let mut found = Vec::new();
        for (scenario, colour) in view.scenarios() {
            let Some(row) = view.row(&scenario.id, limit.variable, period) else { continue };
            let base = limit.over.map_or(1.0, |over| view.level(&scenario.id, over, period));
            let shown = |v: f64| v / base * limit.factor;
            let mark = match limit.setting {
                Some(setting) => scenario.limits.get(setting).copied(),
                None => Some(limit.fixed),
            };
            // Not in force, or nothing to measure: no row.
            let (Some(mark), true) = (mark, shown(row.mean).is_finite()) else { continue };
            let values = [shown(row.mean), shown(row.q05), shown(row.q95)];
            if limit.setting.is_some() && values.iter().all(|v| *v == 0.0) {
                continue;
            }
            let text = |v: f64| number(v, limit.decimals, false);
            let below = if values[1].is_finite() {
                format!("[{}, {}]", text(values[1]), text(values[2]))
            } else {
                String::new()
            };
            let mut cells =
                vec![scenario.id.clone(), period.to_owned(), limit.variable.to_owned(), unit.clone()];
            cells.extend([mark, values[0], values[1], values[2]].map(cell));
            csv.push(cells);
            found.push(Row {
                label: manifest.title(&scenario.id, lang).to_owned(),
                colour,
                value: values[0],
                ends: (values[1], values[2]),
                full: true,
                mark: Some(mark),
                text: text(values[0]),
                below,
            });
        }
        if !found.is_empty() {
            let title = say(lang, Msg::WithUnit(&say(lang, limit.title), &unit));
            panels.push(Panel { title, bars: true, signed: false, rows: found });
        }
    }
    if panels.is_empty() {
        return Ok(Vec::new());
    }
    let chart = Chart {
        name: "limits",
        title: say(lang, Msg::LimitsTitle(&period_words(period, lang))),
        footer: footer(view, lang, &[Msg::LimitsNote]),
        keys: vec![
            (Key::Band(INK, 0.55), say(lang, Msg::Mean)),
            (Key::Line(INK), say(lang, Msg::MostOfRuns)),
            (Key::Upright(INK), say(lang, Msg::LimitMark)),
        ],
        columns: 2,
        names: 156.0,
        csv,
    };
    rows::figures(chart, &panels, lang)
}
