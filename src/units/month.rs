//! Calendar months: the model's clock.
//! A month is a count of months and so a plain number to compare and subtract. Days do not exist;
//! quarter-ends and year-ends are months. Which months a run covers is not decided here.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A calendar month, counted from year 0, so that differences are numbers of months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Month(pub i32);

/// The text was no month: allowed are `2022-04`, `2022Q2` (its first month), `2022` (January)
/// and `2022-04-25` (its month).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a month; write 2022-04, 2022Q2 (its first month) or 2022")]
pub struct ParseMonthError(pub String);

impl Month {
    /// `month` is 1–12.
    pub const fn new(year: i32, month: i32) -> Self {
        Month(year * 12 + month - 1)
    }
    pub const fn year(self) -> i32 {
        self.0.div_euclid(12)
    }
    /// The last month of what a text names, where that is an end: December of a year, the third month of a quarter.
    ///
    /// # Errors
    /// As for the first month (`parse`).
    pub fn last_of(text: &str) -> Result<Self, ParseMonthError> {
        let first: Month = text.parse()?;
        Ok(match text.trim().len() {
            4 => first.plus(11),
            6 => first.plus(2),
            _ => first,
        })
    }
    /// 1–12.
    pub const fn month(self) -> i32 {
        self.0.rem_euclid(12) + 1
    }
    /// 1–4.
    pub const fn quarter(self) -> i32 {
        (self.month() - 1) / 3 + 1
    }
    pub const fn is_quarter_end(self) -> bool {
        self.month() % 3 == 0
    }
    pub const fn is_year_end(self) -> bool {
        self.month() == 12
    }
    pub const fn plus(self, months: i32) -> Self {
        Month(self.0 + months)
    }
    /// Months from `earlier` to `self`.
    pub const fn since(self, earlier: Month) -> i32 {
        self.0 - earlier.0
    }
    /// Year with fraction, mid-month excluded: January is `.0`.
    pub fn as_year(self) -> f64 {
        self.0 as f64 / 12.0
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl FromStr for Month {
    type Err = ParseMonthError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let err = || ParseMonthError(text.to_owned());
        let digits = |s: &str| -> Result<i32, ParseMonthError> {
            if s.is_empty() || !s.bytes().all(|b| b.is_ascii_digit()) {
                return Err(err());
            }
            s.parse().map_err(|_| err())
        };
        let t = text.trim();
        let year = digits(t.get(..4).ok_or_else(err)?)?;
        if !(1900..=2200).contains(&year) {
            return Err(err());
        }
        let rest = t.get(4..).ok_or_else(err)?;
        let month = match rest.as_bytes() {
            [] => 1,
            [b'Q' | b'q', q @ b'1'..=b'4'] => i32::from(q - b'1') * 3 + 1,
            [b'-', _, _] => digits(&rest[1..])?,
            [b'-', _, _, b'-', _, _] => {
                let day = digits(&rest[4..])?;
                if !(1..=31).contains(&day) {
                    return Err(err());
                }
                digits(&rest[1..3])?
            }
            _ => return Err(err()),
        };
        if !(1..=12).contains(&month) {
            return Err(err());
        }
        Ok(Month::new(year, month))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_people_write() {
        assert_eq!("2022-04".parse(), Ok(Month::new(2022, 4)));
        assert_eq!("2022Q2".parse(), Ok(Month::new(2022, 4)));
        assert_eq!("2022".parse(), Ok(Month::new(2022, 1)));
        assert_eq!("2022-04-25".parse(), Ok(Month::new(2022, 4)));
        for bad in ["", "22-04", "2022-13", "2022Q5", "2022-4", "2022/04", "2022-04-40", "二〇二二", "0022"]
        {
            assert!(bad.parse::<Month>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_end_is_the_end_of_what_is_named() {
        let last = |text| Month::last_of(text).unwrap();
        assert_eq!((last("2024"), last("2024Q2")), (Month::new(2024, 12), Month::new(2024, 6)));
        assert_eq!((last("2024-03"), last("2024-03-25")), (Month::new(2024, 3), Month::new(2024, 3)));
        assert!(Month::last_of("2024Q5").is_err());
    }

    #[test]
    fn counts_like_a_calendar() {
        let m = Month::new(2019, 12);
        assert_eq!(m.plus(1), Month::new(2020, 1));
        assert_eq!((m.year(), m.month(), m.quarter()), (2019, 12, 4));
        assert!(m.is_quarter_end() && m.is_year_end());
        assert_eq!(m.to_string(), "2019-12");
    }
}
