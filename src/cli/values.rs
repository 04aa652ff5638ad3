//! Values of options that have a form of their own: the scale and how well effects shall be known.
//! Which option takes them is declared in `args.rs`; what is allowed is said in Chinese in `refusal.rs`.
//! Units are parsed by the same functions as in scenario files.

use std::str::FromStr;

use crate::experiment::repeated::Target;
use crate::metrics::{METRICS, metric_index};
use crate::units::{Unit, parse_value};

/// `--scale`: one borrower of every `thinning` is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    pub thinning: u32,
}

/// The fewest borrowers: one of so many.
pub(super) const THINNEST: f64 = 10_000.0;

impl FromStr for Scale {
    type Err = String;
    fn from_str(text: &str) -> Result<Scale, String> {
        let number = |t: &str| t.trim().parse::<f64>().ok().filter(|v| v.is_finite());
        let share = match text.split_once('/') {
            Some((top, bottom)) => number(top).zip(number(bottom)).map(|(a, b)| a / b),
            None => number(text),
        };
        let share = share
            .filter(|s| *s > 0.0 && *s <= 1.0)
            .ok_or_else(|| "the scale is 1/k with 0 < 1/k ≤ 1, such as 1, 0.5, 0.05 or 1/20".to_owned())?;
        let k = (1.0 / share).round();
        if k > THINNEST {
            return Err(format!("the scale is 1/k with k at most {THINNEST}"));
        }
        // 0.333 is meant as 1/3; 0.3 is not.
        if (share * k - 1.0).abs() > 0.0015 {
            return Err(format!("the scale is 1/k; the nearest is {} (1/{k})", 1.0 / k));
        }
        Ok(Scale { thinning: k as u32 })
    }
}

/// How well an effect shall be known: `P`, on growth, or `NAME=P`.
pub(super) fn target(text: &str) -> Result<Target, String> {
    let Some((name, half)) = text.split_once('=') else { return points(text).map(Target::growth) };
    let name = name.trim();
    let metric = metric_index(name).ok_or_else(|| {
        let near = METRICS.iter().map(|m| (strsim::jaro_winkler(m.name, name), m.name));
        let near = near.max_by(|a, b| a.0.total_cmp(&b.0)).map_or("", |n| n.1);
        format!("there is no indicator `{name}`; the nearest is `{near}`")
    })?;
    let half = match METRICS[metric].unit {
        "share" | "rate" | "points" => points(half)?,
        "yuan" => parse_value(half, Unit::Money).map_err(|e| e.to_string())?,
        _ => parse_value(half, Unit::Number).map_err(|e| e.to_string())?,
    };
    if half > 0.0 { Ok(Target { metric, half }) } else { Err("the precision is above 0".into()) }
}

/// Percentage points, with or without unit, as a fraction.
fn points(text: &str) -> Result<f64, String> {
    let fraction = match text.trim().parse::<f64>() {
        Ok(points) => points / 100.0,
        Err(_) => parse_value(text, Unit::Points).map_err(|e| e.to_string())?,
    };
    match fraction > 0.0 && fraction <= 1.0 {
        true => Ok(fraction),
        false => {
            Err("the precision is a number of percentage points above 0 and up to 100, such as 0.2pp".into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_in_the_units_of_their_indicators() {
        let of = |text: &str| target(text).map(|t| (t.name(), t.half)).unwrap();
        assert_eq!(of("0.2pp"), ("inclusive_growth_yoy", 0.002));
        assert_eq!(of("npl_ratio=0.1pp"), ("npl_ratio", 0.001));
        assert_eq!(of("inclusive_balance = 1.5亿元"), ("inclusive_balance", 1.5e8));
        assert_eq!(of("inclusive_balance=100m CNY"), ("inclusive_balance", 1e8));
        assert_eq!(of("jobs=50"), ("jobs", 50.0));
        assert!(target("npl_rate=1pp").unwrap_err().contains("npl_ratio"));
    }

    #[test]
    fn a_scale_is_one_of_k() {
        assert_eq!(
            "0.3".parse::<Scale>().unwrap_err(),
            "the scale is 1/k; the nearest is 0.3333333333333333 (1/3)"
        );
        assert_eq!("0.3333".parse::<Scale>(), Ok(Scale { thinning: 3 }));
        assert_eq!("1/20".parse::<Scale>(), Ok(Scale { thinning: 20 }));
        assert!((points("0.2").unwrap() - 0.002).abs() < 1e-12);
    }
}
