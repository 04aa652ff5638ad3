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

/// A share or yearly rate as parts per million, rounded half-even.
pub fn ppm(x: f64) -> Ppm {
    (x * 1e6).round_ties_even() as i64
}
