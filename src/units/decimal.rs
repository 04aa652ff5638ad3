//! Exact decimals: what a person writes as "0.1%" is a thousandth and nothing near it, and sixteen steps of it end where
//! they should.
//!
//! A whole number times a power of ten. Only what designs need: reading, sums, multiples, whole quotients, order, the
//! nearest double. What has too many digits is no decimal here ([`Decimal::parse`] says so); spellings of units are in `parse`.

use std::cmp::Ordering;
use std::fmt;

/// Most digits and largest power that are kept, so that no sum overflows.
const DIGITS: u32 = 30;
const POWER: i32 = 30;

/// `mantissa × 10^exponent`, without zeros at the end of the mantissa; equal numbers are equal values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantissa: i128,
    exponent: i32,
}

impl Decimal {
    pub const ZERO: Decimal = Decimal { mantissa: 0, exponent: 0 };

    /// A whole number.
    pub const fn whole(n: i64) -> Decimal {
        Decimal { mantissa: n as i128, exponent: 0 }.trimmed()
    }

    const fn trimmed(mut self) -> Decimal {
        if self.mantissa == 0 {
            return Decimal::ZERO;
        }
        while self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.exponent += 1;
        }
        self
    }

    fn kept(self) -> Option<Decimal> {
        let d = self.trimmed();
        let fits = d.mantissa.unsigned_abs() < 10u128.pow(DIGITS) && d.exponent.abs() <= POWER;
        fits.then_some(d)
    }

    /// Reads a plain decimal such as `-1.25` or `2.5e-3`; `None` where it is none or has more than thirty digits.
    pub fn parse(text: &str) -> Option<Decimal> {
        let (number, power) = match text.split_once(['e', 'E']) {
            Some((number, power)) => (number, power.parse::<i32>().ok().filter(|p| p.abs() <= 60)?),
            None => (text, 0),
        };
        let (negative, number) = match number.as_bytes().first()? {
            b'-' => (true, &number[1..]),
            b'+' => (false, &number[1..]),
            _ => (false, number),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || digits.len() > 38 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let mantissa: i128 = digits.parse().ok()?;
        let exponent = power - fraction.len() as i32;
        Decimal { mantissa: if negative { -mantissa } else { mantissa }, exponent }.kept()
    }

    /// The decimal of twelve significant digits nearest to `x`; `None` if that is no decimal here.
    pub fn near(x: f64) -> Option<Decimal> {
        if x == 0.0 { Some(Decimal::ZERO) } else { Decimal::parse(&format!("{x:.11e}")) }
    }

    /// `self × factor × 10^power`.
    pub fn scaled(self, factor: i128, power: i32) -> Option<Decimal> {
        let mantissa = self.mantissa.checked_mul(factor)?;
        Decimal { mantissa, exponent: self.exponent + power }.kept()
    }

    /// Both as whole multiples of one power of ten.
    fn aligned(self, other: Decimal) -> Option<(i128, i128, i32)> {
        let exponent = self.exponent.min(other.exponent);
        let of = |d: Decimal| d.mantissa.checked_mul(10i128.checked_pow((d.exponent - exponent) as u32)?);
        Some((of(self)?, of(other)?, exponent))
    }

    /// The sum; `None` where it has too many digits.
    pub fn plus(self, other: Decimal) -> Option<Decimal> {
        let (a, b, exponent) = self.aligned(other)?;
        Decimal { mantissa: a.checked_add(b)?, exponent }.kept()
    }

    /// The difference; `None` where it has too many digits.
    pub fn minus(self, other: Decimal) -> Option<Decimal> {
        self.plus(Decimal { mantissa: -other.mantissa, ..other })
    }

    /// How often `step` goes into this number, and whether nothing is left over; `None` for a step of zero.
    pub fn divided(self, step: Decimal) -> Option<(i128, bool)> {
        let (a, b, _) = self.aligned(step)?;
        Some((a.checked_div_euclid(b)?, a.checked_rem_euclid(b)? == 0))
    }

    /// The number over a small whole one, where that is a decimal.
    pub fn over(self, n: i128) -> Option<Decimal> {
        // A finite decimal fraction needs no more digits than the divisor has factors.
        let wide = self.mantissa.checked_mul(10i128.pow(7))?;
        (n != 0 && wide % n == 0)
            .then(|| Decimal { mantissa: wide / n, exponent: self.exponent - 7 }.kept())?
    }

    pub fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    pub fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// The double nearest to it.
    pub fn to_f64(self) -> f64 {
        format!("{}e{}", self.mantissa, self.exponent).parse().unwrap_or(f64::NAN)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        match self.aligned(*other) {
            Some((a, b, _)) => a.cmp(&b),
            // So far apart that doubles tell them apart.
            None => self.to_f64().total_cmp(&other.to_f64()),
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.mantissa.unsigned_abs().to_string();
        let sign = if self.mantissa < 0 { "-" } else { "" };
        if self.exponent >= 0 {
            return write!(f, "{sign}{digits}{}", "0".repeat(self.exponent as usize));
        }
        let places = self.exponent.unsigned_abs() as usize;
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = padded.split_at(padded.len() - places);
        write!(f, "{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn what_is_written_is_kept() {
        assert_eq!(d("0.10"), d("1e-1"));
        assert_eq!(d("-0"), Decimal::ZERO);
        assert_eq!(d("1200").to_string(), "1200");
        assert_eq!(d("-0.0025").to_string(), "-0.0025");
        assert_eq!(d("0.1").plus(d("0.2")), Some(d("0.3")));
        assert_eq!(d("0.02").minus(d("0.005")).unwrap().divided(d("0.001")), Some((15, true)));
        assert_eq!(d("1").divided(d("0.3")), Some((3, false)));
        assert_eq!(d("1").divided(Decimal::ZERO), None);
        assert_eq!((d("1").over(4), d("1").over(3)), (Some(d("0.25")), None));
        assert_eq!(d("4.5").scaled(12, 0), Some(d("54")));
        for bad in ["", "-", ".", "1.2.3", "x", "1e", "1e99", "1234567890123456789012345678901234567890"] {
            assert_eq!(Decimal::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn text_and_double_agree(m in -1_000_000_000_000i64..1_000_000_000_000, e in -12i32..6) {
            let written = format!("{m}e{e}");
            let read = d(&written);
            prop_assert_eq!(read.to_f64().to_bits(), written.parse::<f64>().unwrap().abs().copysign(if m < 0 { -1.0 } else { 1.0 }).to_bits());
            prop_assert_eq!(d(&read.to_string()), read);
        }

        #[test]
        fn steps_arrive_exactly(from in -100_000i64..100_000, step in 1i64..5_000, n in 1i64..500, places in 0i32..8) {
            let at = |m: i64| Decimal::whole(m).scaled(1, -places).unwrap();
            let (a, s) = (at(from), at(step));
            let b = at(from + step * n);
            prop_assert_eq!(b.minus(a).unwrap().divided(s), Some((i128::from(n), true)));
            let mut x = a;
            for _ in 0..n {
                x = x.plus(s).unwrap();
            }
            prop_assert_eq!(x, b);
            prop_assert_eq!(a.cmp(&b), Ordering::Less);
        }
    }
}
