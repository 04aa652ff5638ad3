//! Contracts of long money beside or behind the loan register: equipment on long loans, stakes of equity funds, bonds.
//!
//! Sparse lists, empty without the instruments that make them. What happens to them is in `model::term`, `model::equity` and
//! `model::bond`.

use crate::units::Month;

use super::Borrower;

/// Equipment behind a loan over several years, which stands in the register beside the borrower's own loan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Equipment {
    pub borrower: Borrower,
    /// The borrower's id: its slot may have been given to another since.
    pub id: u32,
    /// Place of the loan in the register.
    pub loan: u32,
    /// Monthly sales the equipment brings, yuan of 2018.
    pub sales: f32,
}

/// A fund's stake in an enterprise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stake {
    pub borrower: Borrower,
    pub id: u32,
    pub bought: Month,
    /// What it cost, weighed fen, and the part of the enterprise it is.
    pub cost: i64,
    pub part: f32,
    /// Value of an enterprise over its yearly sales, as agreed.
    pub valuation: f32,
    /// To be sold from this month on.
    pub until: Month,
    /// Cushion it brought, yuan of 2018.
    pub cushion: f32,
}

/// A bond of one issuer; amounts in fen per agent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bond {
    pub borrower: Borrower,
    pub id: u32,
    pub home: u8,
    pub owed: i64,
    pub rate_ppm: u32,
    pub issued: Month,
    pub maturity: Month,
    /// Months behind with coupon or principal.
    pub behind: u8,
    pub recovery_ppm: u32,
    /// Need of credit the bond stands in for and the output lost without it, and cash kept of it (yuan of 2018).
    pub need: f32,
    pub loss: f32,
    pub cushion: f32,
}
