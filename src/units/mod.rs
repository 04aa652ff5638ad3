//! Quantities with their units: money in integer fen, shares, yearly rates, months.
//!
//! Everything a user may write with a unit is parsed here ([`parse_value`]) and nowhere else, so that
//! "2%", "6500万元" and "2022Q2" mean one thing in the whole program. No behaviour lives here.

mod decimal;
mod lang;
mod money;
mod month;
mod parse;

pub use decimal::Decimal;
pub use lang::Lang;
pub use money::{Money, interest_fen, mul_div_half_even, share_fen, split_fen};
pub use month::{Month, ParseMonthError};
pub use parse::{Unit, UnitError, format_value, parse_exact, parse_value};

/// Parts per million: shares and yearly rates inside integer money arithmetic.
pub type Ppm = i64;

/// Nearest whole number, ties to even: below 2⁵¹ in size by an addition that leaves no room for more,
/// where the platform's function would be called.
#[inline]
fn whole(x: f64) -> i64 {
    const SHIFT: f64 = 6_755_399_441_055_744.0; // 3 × 2⁵¹
    if x.abs() < 2_251_799_813_685_248.0 { ((x + SHIFT) - SHIFT) as i64 } else { x.round_ties_even() as i64 }
}

/// A share or yearly rate as parts per million, rounded half-even.
#[inline]
pub fn ppm(x: f64) -> Ppm {
    whole(x * 1e6)
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn halves_are_rounded_to_even_at_any_size() {
        for k in 0..54 {
            for x in [0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5].map(|d| (1u64 << k) as f64 + d) {
                for x in [x, -x, x - 0.5, x / 3.0] {
                    assert_eq!(whole(x), x.round_ties_even() as i64, "{x}");
                }
            }
        }
    }
}
