//! Conditions on an outcome as the user writes them: `npl_ratio <= 3%`, `fund_balance > 0 with 95%`, `not fund_exhausted with 95%`.
//!
//! Values carry the indicator's unit, as in scenario files. With a probability the share of draws that keep the condition must
//! reach it; without, the mean outcome must keep it. Judging is `stats::proportion`'s.

use super::{AnalysisError, Outcomes};
use crate::stats::proportion::Side;
use crate::units::{Unit, parse_value};

/// A condition on an indicator.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub text: String,
    pub indicator: usize,
    pub side: Side,
    pub limit: f64,
    /// Probability with which it must be kept.
    pub wanted: Option<f64>,
}

impl Condition {
    /// Its parts for whoever words it in another language: what must hold of which indicator.
    pub fn parts(&self, outcomes: &Outcomes) -> serde_json::Value {
        let indicator = &outcomes.indicators[self.indicator];
        serde_json::json!({
            "text": self.text, "variable": indicator.name, "unit": indicator.unit, "claim": self.claim(),
            "value": self.limit, "wanted": self.wanted,
        })
    }

    /// `not` of an event, else the side on which the outcome must be.
    pub fn claim(&self) -> &'static str {
        match self.side {
            _ if self.text.starts_with("not ") => "not",
            Side::AtMost => "at_most",
            Side::Below => "below",
            Side::AtLeast => "at_least",
            Side::Above => "above",
        }
    }

    /// Understands `text`; indicators are those of `outcomes`.
    pub fn parse(text: &str, outcomes: &Outcomes) -> Result<Condition, AnalysisError> {
        let bad = |why: &str| AnalysisError::BadCondition { text: text.to_owned(), why: why.to_owned() };
        let (claim, wanted) = match text.split_once(" with ") {
            None => (text.trim(), None),
            Some((claim, share)) => {
                let share = parse_value(share.trim(), Unit::Share).map_err(|e| bad(&e.to_string()))?;
                if !(0.0..1.0).contains(&share) {
                    return Err(bad("the probability is below 100%"));
                }
                (claim.trim(), Some(share))
            }
        };
        // What is written first must not hide a longer sign.
        let signs = [("<=", Side::AtMost), ("≤", Side::AtMost), (">=", Side::AtLeast), ("≥", Side::AtLeast)];
        let short = [("<", Side::Below), (">", Side::Above)];
        if let Some(name) = claim.strip_prefix("not ") {
            let indicator = outcomes.indicator(name.trim())?;
            return Ok(Condition {
                text: text.trim().into(),
                indicator,
                side: Side::AtMost,
                limit: 0.0,
                wanted,
            });
        }
        for (sign, side) in signs.into_iter().chain(short) {
            let Some((name, value)) = claim.split_once(sign) else { continue };
            let indicator = outcomes.indicator(name.trim())?;
            let unit = match outcomes.indicators[indicator].unit.as_str() {
                "yuan" => Unit::Money,
                "share" | "rate" => Unit::Share,
                "points" => Unit::Points,
                _ => Unit::Number,
            };
            let value = value.trim();
            // Zero is zero in every unit.
            let limit = match value.parse::<f64>() {
                Ok(0.0) => 0.0,
                _ => parse_value(value, unit).map_err(|e| bad(&e.to_string()))?,
            };
            return Ok(Condition { text: text.trim().into(), indicator, side, limit, wanted });
        }
        Err(bad("write `npl_ratio <= 3%`, `fund_balance > 0 with 95%` or `not fund_exhausted with 95%`"))
    }
}
