//! Rules between two values: what is the least of something may not exceed what is its most.
//!
//! Rules within one instrument that are law (shares that sum to one) are the instrument's own
//! `check`; limits of a single value stand with its declaration. Here are only pairs.

use super::mistake::Mistake;
use crate::model::params::{PARAMS, Params};
use crate::policy::{INSTRUMENTS, PolicySchedule, Values, instrument_index};
use crate::units::{Month, Unit};
use crate::world::{CLASSES, LenderCard};

/// Parameters of which the first may not exceed the second, in any class.
const PARAMS_ORDERED: &[(&str, &str)] = &[
    ("cash_event_min", "cash_event_max"),
    ("lgd_floor", "lgd_unsecured"),
    ("anchor_fails", "anchor_late"),
    ("noise_thick", "noise_thin"),
    ("noise_thin", "noise_none"),
    ("provision_normal", "provision_npl"),
];

/// Settings of one instrument of which the first may not exceed the second while it is in force.
const SETTINGS_ORDERED: &[(&str, &str, &str)] = &[
    ("risk_compensation_fund", "min_ticket", "loan_cap"),
    ("delegated_approval", "days.after", "days.before"),
];

/// Two values the wrong way round.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossed {
    pub low_key: String,
    pub low: f64,
    pub high_key: String,
    pub high: f64,
    pub unit: Unit,
}

/// Pairs of parameters that are crossed, each once.
pub(super) fn crossed_params(params: &Params) -> Vec<Crossed> {
    let one = |&(low_key, high_key): &(&str, &str)| {
        let unit = PARAMS.iter().find(|p| p.key == low_key)?.unit;
        (0..CLASSES).find_map(|class| {
            let (low, high) = (params.get(low_key, class)?, params.get(high_key, class)?);
            let (low_key, high_key) = (low_key.to_owned(), high_key.to_owned());
            (low > high).then_some(Crossed { low_key, low, high_key, high, unit })
        })
    };
    PARAMS_ORDERED.iter().filter_map(one).collect()
}

/// The first pair of settings of an instrument that are crossed while it is in force.
fn crossed_settings(instrument: usize, values: &Values) -> Option<Crossed> {
    let spec = INSTRUMENTS.get(instrument).filter(|_| values.enabled)?.spec();
    let mine = SETTINGS_ORDERED.iter().filter(|(id, ..)| instrument_index(id) == Some(instrument));
    mine.filter_map(|(_, low_key, high_key)| {
        let (l, h) = (spec.setting_index(low_key)?, spec.setting_index(high_key)?);
        let (low, high) = (values.get(l), values.get(h));
        let (low_key, high_key) = ((*low_key).to_owned(), (*high_key).to_owned());
        (low > high).then_some(Crossed { low_key, low, high_key, high, unit: spec.settings[l].unit })
    })
    .next()
}

/// The first month of the run in which a rule across the settings of an instrument is broken, and which.
pub(super) fn broken_rule(policy: &PolicySchedule, instrument: usize, start: Month) -> Option<Mistake> {
    let spec = INSTRUMENTS.get(instrument)?.spec();
    let dated = policy.instruments.get(instrument)?;
    let lines = dated.settings.iter().chain([&dated.enabled]);
    let mut months: Vec<Month> = lines.flat_map(|l| l.0.iter().map(|(m, _)| (*m).max(start))).collect();
    months.sort();
    months.dedup();
    months.into_iter().find_map(|month| {
        let values = policy.of(instrument, month);
        if let Some(crossed) = crossed_settings(instrument, &values) {
            return Some(Mistake::Crossed { crossed, from: Some(month) });
        }
        let why = (spec.check)(&values).err()?;
        Some(Mistake::Rule { zh: spec.zh, en: spec.en, month, why })
    })
}

/// The smallest loan of a lender may not exceed its largest.
pub(super) fn crossed_tickets(lender: &LenderCard) -> Option<Crossed> {
    let (low, high) = (lender.ticket_min, lender.ticket_max);
    let key = |column: &str| format!("{}.{column}", lender.id);
    let (low_key, high_key) = (key("ticket_min"), key("ticket_max"));
    (low > high).then_some(Crossed { low_key, low, high_key, high, unit: Unit::Money })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_of_known_names_and_one_unit() {
        let unit = |key: &str| PARAMS.iter().find(|p| p.key == key).unwrap().unit;
        for (low, high) in PARAMS_ORDERED {
            assert_eq!(unit(low), unit(high), "{low}, {high}");
        }
        for (id, low, high) in SETTINGS_ORDERED {
            let spec = INSTRUMENTS[instrument_index(id).unwrap()].spec();
            let unit = |key| spec.settings[spec.setting_index(key).unwrap()].unit;
            assert_eq!(unit(low), unit(high), "{id}: {low}, {high}");
        }
    }
}
