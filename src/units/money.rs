//! Money: integer fen (1 yuan = 100 fen) and the few integer operations contracts need.
//! Rounding is half-even and parts of a split sum to the whole. Who owns the money is the ledger's
//! business; parsing "6500万元" is in `parse.rs`.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::Serialize;

use super::{Ppm, whole};

/// An amount of money in fen. Exact in any order of addition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Money(pub i64);

impl Money {
    pub const ZERO: Money = Money(0);

    /// Whole yuan.
    pub const fn yuan(yuan: i64) -> Self {
        Money(yuan * 100)
    }

    /// Nearest fen to an amount in yuan, half-even; for inputs, never for balances.
    #[inline]
    pub fn from_yuan_f64(yuan: f64) -> Self {
        Money(whole(yuan * 100.0))
    }

    pub const fn fen(self) -> i64 {
        self.0
    }

    /// Yuan as a float, for behaviour and indicators; never posted back unrounded.
    pub fn to_yuan(self) -> f64 {
        self.0 as f64 / 100.0
    }

    pub fn max(self, other: Self) -> Self {
        Money(self.0.max(other.0))
    }

    pub fn min(self, other: Self) -> Self {
        Money(self.0.min(other.0))
    }

    pub fn is_positive(self) -> bool {
        self.0 > 0
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02} yuan", fen / 100, fen % 100)
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, rhs: Self) -> Self {
        Money(self.0 + rhs.0)
    }
}
impl Sub for Money {
    type Output = Money;
    fn sub(self, rhs: Self) -> Self {
        Money(self.0 - rhs.0)
    }
}
impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Self {
        Money(-self.0)
    }
}
impl AddAssign for Money {
    fn add_assign(&mut self, rhs: Self) {
        self.0 += rhs.0;
    }
}
impl SubAssign for Money {
    fn sub_assign(&mut self, rhs: Self) {
        self.0 -= rhs.0;
    }
}
impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(iter: I) -> Self {
        Money(iter.map(|m| m.0).sum())
    }
}

/// `product / d` rounded half-even.
#[inline(always)]
fn half_even(product: u64, d: u64) -> i64 {
    let (q, r) = (product / d, product % d);
    // r < d, so d − r compares 2r with d without overflow.
    (q + u64::from(r > d - r || (r == d - r && q & 1 == 1))) as i64
}

/// `a * b / d` in integers, rounded half-even; `d > 0`.
#[inline]
pub fn mul_div_half_even(a: i64, b: i64, d: i64) -> i64 {
    debug_assert!(d > 0);
    // The common case is not negative and fits 64 bits, where division is many times cheaper.
    match a.checked_mul(b) {
        Some(product) if product >= 0 => half_even(product as u64, d as u64),
        _ => mul_div_wide(a, b, d),
    }
}

#[cold]
fn mul_div_wide(a: i64, b: i64, d: i64) -> i64 {
    let product = a as i128 * b as i128;
    let d = d as i128;
    let (q, r) = (product.div_euclid(d), product.rem_euclid(d));
    let up = match (2 * r).cmp(&d) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Greater => 1,
        std::cmp::Ordering::Equal => q & 1,
    };
    (q + up) as i64
}

/// One month's interest on `principal` fen at a yearly rate in parts per million, half-even.
#[inline]
pub fn interest_fen(principal: i64, rate_annual_ppm: Ppm) -> i64 {
    mul_div_half_even(principal, rate_annual_ppm, 12_000_000)
}

/// `amount × share`, half-even, share in parts per million.
#[inline]
pub fn share_fen(amount: i64, share_ppm: Ppm) -> i64 {
    mul_div_half_even(amount, share_ppm, 1_000_000)
}

/// Splits `amount` by shares in parts per million; each part but the last is rounded half-even and
/// the last bearer takes what is left, so the parts always sum to `amount`.
pub fn split_fen<const N: usize>(amount: i64, shares_ppm: [Ppm; N]) -> [i64; N] {
    let mut parts = [0; N];
    let mut left = amount;
    for i in 0..N.saturating_sub(1) {
        parts[i] = share_fen(amount, shares_ppm[i]);
        left -= parts[i];
    }
    if let Some(last) = parts.last_mut() {
        *last = left;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interest_is_half_even_and_exact() {
        // 100 yuan at 12%: exactly 1 yuan a month.
        assert_eq!(interest_fen(10_000, 120_000), 100);
        // 0.5 fen rounds to even 0, 1.5 fen to even 2.
        assert_eq!(interest_fen(50, 120_000), 0);
        assert_eq!(interest_fen(150, 120_000), 2);
        assert_eq!(interest_fen(-150, 120_000), -2);
        // A sum that does not fit i64 on the way still does not overflow.
        assert_eq!(interest_fen(i64::MAX / 1000, 120_000), mul_div_half_even(i64::MAX / 1000, 1, 100));
    }

    #[test]
    fn both_ways_to_divide_agree() {
        for a in [-101, -3, -1, 0, 1, 3, 5, 7, 1_000_003] {
            for (b, d) in [(1, 2), (1, 4), (3, 7), (1, 3), (250_000, 1_000_000), (i64::MAX / 4, i64::MAX / 2)]
            {
                let wide = (a as i128 * b as i128, d as i128);
                let (q, r) = (wide.0.div_euclid(wide.1), wide.0.rem_euclid(wide.1));
                let expected = q + i128::from(2 * r > wide.1 || (2 * r == wide.1 && q & 1 == 1));
                assert_eq!(i128::from(mul_div_half_even(a, b, d)), expected, "{a} × {b} / {d}");
            }
        }
    }

    #[test]
    fn loss_shares_sum_to_the_loss() {
        assert_eq!(split_fen(100, [200_000, 200_000, 400_000, 200_000]), [20, 20, 40, 20]);
        let odd = split_fen(101, [200_000, 200_000, 400_000, 200_000]);
        assert_eq!(odd, [20, 20, 40, 21]);
        assert_eq!(odd.iter().sum::<i64>(), 101);
    }

    #[test]
    fn published_incentives_come_out_exactly() {
        // 18.752bn yuan at 1% = 187.52m; 21.9bn at 2% = 438m (data: series.csv).
        assert_eq!(share_fen(Money::yuan(18_752_000_000).0, 10_000), Money::yuan(187_520_000).0);
        assert_eq!(share_fen(Money::yuan(21_900_000_000).0, 20_000), Money::yuan(438_000_000).0);
    }
}
