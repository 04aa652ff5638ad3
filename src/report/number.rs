//! How quantities are shown: which scale suits a set of values, and the one function that writes a number.
//!
//! Shares and rates are stored as fractions and shown in %, their differences in percentage points;
//! money is stored in yuan and shown in 亿元/万元 or bn/m yuan.

use crate::units::Lang;

use super::lang::{Msg, say};

/// What sort of quantity a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Money {
        a_year: bool,
    },
    Share,
    /// A difference of shares: percentage points in levels too.
    Points,
    Count(Of),
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// Said by the label, or a plain number.
    Itself,
    Borrowers,
    Cases,
    Jobs,
}

impl Kind {
    /// From the fixed name where the unit alone does not tell, else from the unit.
    pub fn of(name: &str, unit: &str) -> Kind {
        let unit = unit.trim().to_ascii_lowercase();
        match (name, unit.as_str()) {
            ("city_gap", _) | (_, "points" | "pp" | "percentage_points" | "percentage points") => {
                Kind::Points
            }
            ("cost_per_additional_yuan", _) => Kind::Count(Of::Itself),
            ("jobs", _) => Kind::Count(Of::Jobs),
            ("applications" | "approvals", _) => Kind::Count(Of::Cases),
            (name, "count") if !name.is_empty() => Kind::Count(Of::Borrowers),
            (_, u) if u.starts_with("yuan") && !u.contains("per_yuan") && !u.contains("/yuan") => {
                Kind::Money { a_year: u.contains("year") || name == "public_cost" }
            }
            (_, "share" | "rate" | "fraction" | "annual_rate" | "rate_annual" | "ratio") => Kind::Share,
            // Inputs of designs name the time of a rate.
            (_, "rate a year" | "rate a month") => Kind::Share,
            _ => Kind::Count(Of::Itself),
        }
    }
}

const MOST_DECIMALS: usize = 6;

/// A factor from the stored to the shown value, the decimals that suit, and the unit's words ("" for none).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scale {
    pub factor: f64,
    pub decimals: usize,
    pub unit: String,
}

impl Scale {
    /// For levels up to `max` (absolute, stored unit).
    pub fn levels(kind: Kind, max: f64, lang: Lang) -> Scale {
        Self::new(kind, max, lang, Msg::Percent)
    }

    /// For differences up to `max` (absolute, stored unit).
    pub fn differences(kind: Kind, max: f64, lang: Lang) -> Scale {
        Self::new(kind, max, lang, Msg::PercentagePoints)
    }

    fn new(kind: Kind, max: f64, lang: Lang, share: Msg<'_>) -> Scale {
        let max = if max.is_finite() { max.abs() } else { 0.0 };
        let (factor, unit) = match (kind, lang) {
            (Kind::Share, _) => (100.0, say(lang, share)),
            (Kind::Points, _) => (100.0, say(lang, Msg::PercentagePoints)),
            (Kind::Count(Of::Itself), _) => (1.0, String::new()),
            (Kind::Count(Of::Borrowers), _) => (1.0, say(lang, Msg::Borrowers)),
            (Kind::Count(Of::Cases), _) => (1.0, say(lang, Msg::Cases)),
            (Kind::Count(Of::Jobs), _) => (1.0, say(lang, Msg::Jobs)),
            (Kind::Money { .. }, Lang::Zh) if max >= 1e8 => (1e-8, say(lang, Msg::HundredMillionYuan)),
            (Kind::Money { .. }, Lang::Zh) if max >= 1e4 => (1e-4, say(lang, Msg::TenThousandYuan)),
            (Kind::Money { .. }, Lang::En) if max >= 1e9 => (1e-9, say(lang, Msg::BillionYuan)),
            (Kind::Money { .. }, Lang::En) if max >= 1e5 => (1e-6, say(lang, Msg::MillionYuan)),
            (Kind::Money { .. }, _) => (1.0, say(lang, Msg::Yuan)),
        };
        let unit = if kind == (Kind::Money { a_year: true }) { say(lang, Msg::AYear(&unit)) } else { unit };
        let shown = max * factor;
        let decimals = match shown {
            s if s >= 1000.0 => 0,
            s if s >= 10.0 => 1,
            s if s >= 0.1 || s == 0.0 => 2,
            s if s >= 0.01 => 3,
            _ => 4,
        };
        let decimals = if matches!(kind, Kind::Count(_)) && shown >= 50.0 { 0 } else { decimals };
        Scale { factor, decimals, unit }
    }

    /// As fine as it takes for the ends of an interval not to read alike: a small row beside large ones. At most three
    /// digits more; ends that are the same stay so.
    pub fn apart(&self, (low, high): (f64, f64)) -> Scale {
        let more = |n: usize| Scale { decimals: self.decimals + n, ..self.clone() };
        let told = |s: &Scale| s.signed(low) != s.signed(high);
        (0..=3).map(more).find(told).unwrap_or_else(|| self.clone())
    }

    /// With so many decimals that a value other than zero does not read as zero; as it is where six do not do.
    pub fn telling(self, value: f64) -> Scale {
        let mut finer = self.clone();
        while finer.hides(value) && finer.decimals < MOST_DECIMALS {
            finer.decimals += 1;
        }
        if finer.hides(value) { self } else { finer }
    }

    /// The value is not zero but would read so.
    pub fn hides(&self, value: f64) -> bool {
        value != 0.0 && value.is_finite() && !self.text(value).bytes().any(|b| (b'1'..=b'9').contains(&b))
    }

    /// A stored value as written.
    pub fn text(&self, value: f64) -> String {
        number(value * self.factor, self.decimals, false)
    }

    /// A stored difference as written, with its sign; a price without.
    pub fn difference(&self, value: f64, signed: bool) -> String {
        number(value * self.factor, self.decimals, signed)
    }

    /// A stored difference as written, with its sign.
    pub fn signed(&self, value: f64) -> String {
        number(value * self.factor, self.decimals, true)
    }
}

/// The one place where numbers become text: `1,234.5`, a true minus sign, `–` for no value.
/// What rounds to zero carries no sign; what is absurdly large is written with its power of ten.
pub(super) fn number(value: f64, decimals: usize, plus: bool) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let huge = value.abs() >= 1e12;
    let digits = if huge { format!("{:.2e}", value.abs()) } else { format!("{:.decimals$}", value.abs()) };
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut out = String::new();
    if digits.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        if value < 0.0 {
            out.push('−');
        } else if plus {
            out.push('+');
        }
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_one_way() {
        assert_eq!(number(1234567.891, 1, false), "1,234,567.9");
        assert_eq!(number(-0.004, 2, true), "0.00");
        assert_eq!(number(-12.5, 1, true), "−12.5");
        assert_eq!(number(999.96, 1, true), "+1,000.0");
        assert_eq!(number(f64::NAN, 2, true), "–");
        assert_eq!(number(-2.5e300, 0, true), "−2.50e300");
    }

    #[test]
    fn money_takes_the_units_of_the_language() {
        let money = Kind::of("inclusive_balance", "yuan");
        assert_eq!(Scale::levels(money, 1.5e10, Lang::Zh).unit, "亿元");
        assert_eq!(Scale::levels(money, 1.5e10, Lang::En).unit, "bn yuan");
        assert_eq!(Scale::levels(money, 6.5e7, Lang::Zh).text(6.5e7), "6,500");
        assert_eq!(Scale::levels(money, 6.5e7, Lang::En).text(6.5e7), "65.0");
        assert_eq!(Scale::levels(Kind::of("public_cost", "yuan a year"), 2e8, Lang::Zh).unit, "亿元/年");
    }

    #[test]
    fn the_ends_of_an_interval_do_not_read_alike() {
        let scale = Scale::differences(Kind::Money { a_year: false }, 2.3e9, Lang::En);
        assert_eq!((scale.signed(5.8e7), scale.signed(6.2e7)), ("+0.06".into(), "+0.06".into()));
        let fine = scale.apart((5.8e7, 6.2e7));
        assert_eq!((fine.signed(5.8e7), fine.signed(6.2e7)), ("+0.058".into(), "+0.062".into()));
        for same in [(5.8e7, 5.8e7), (5.8e7, 5.9e8), (f64::NAN, f64::NAN), (5.8e7, 5.8e7 + 1.0)] {
            assert_eq!(scale.apart(same), scale, "{same:?}");
        }
    }

    #[test]
    fn what_is_not_zero_need_not_read_so() {
        let scale = Scale::levels(Kind::of("inclusive_balance", "yuan"), 4.1e10, Lang::En);
        assert_eq!(scale.text(3e6), "0.0");
        assert!(scale.hides(3e6) && !scale.hides(0.0) && !scale.hides(f64::NAN) && !scale.hides(3e9));
        assert_eq!(scale.clone().telling(3e6).text(3e6), "0.003");
        assert_eq!(scale.clone().telling(0.0), scale);
        assert_eq!(scale.clone().telling(1.0), scale, "a yuan among billions is no number to show");
        assert_eq!(scale.clone().telling(f64::NAN), scale);
    }

    #[test]
    fn counts_say_what_they_count() {
        let unit = |name: &str, lang| Scale::levels(Kind::of(name, "count"), 5.0, lang).unit;
        assert_eq!(unit("jobs", Lang::Zh), "人");
        assert_eq!(unit("first_time_borrowers", Lang::Zh), "户");
        assert_eq!(unit("approvals", Lang::En), "cases");
        assert_eq!(Scale::levels(Kind::of("lenders_known", "number"), 5.0, Lang::En).unit, "");
    }

    #[test]
    fn differences_of_shares_are_points() {
        let share = Kind::of("npl_ratio", "share");
        assert_eq!(Scale::levels(share, 0.02, Lang::Zh).unit, "%");
        assert_eq!(Scale::differences(share, 0.002, Lang::Zh).unit, "个百分点");
        assert_eq!(Scale::differences(share, 0.002, Lang::En).signed(-0.0012), "−0.12");
        assert_eq!(Scale::levels(Kind::of("city_gap", "share"), 0.02, Lang::En).unit, "pp");
    }
}
