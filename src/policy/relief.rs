//! What is asked and answered where a payment falls due: the door `relieve`.
//!
//! Asked once a class and month when the desk opens, apart for the trades the plan names as hit; which
//! borrowers of the class are among the shares is a lasting draw of the model. Acts are in `model::relief`.

use crate::world::Class;

/// Whose payments fall due.
#[derive(Clone, Copy, Debug)]
pub struct RelieveAsk {
    pub class: Class,
    /// Its trade is one the plan names as hit by the epidemic.
    pub hit: bool,
}

/// What may be done about them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RelieveAnswer {
    pub renewal: Renewal,
    pub deferral: Deferral,
    pub revolving: Revolving,
    /// Share whose bank keeps their line in spite of limits and price.
    pub keeps: f64,
    pub fees: Fees,
    /// Points off the yearly rate at which interest of inclusive loans falls due.
    pub rate_cut: f64,
}

/// Renewal without finding the principal first.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Renewal {
    /// Share of sound borrowers whose bank offers it to them.
    pub share: f64,
    /// Most roll-overs of one loan.
    pub times: u8,
}

/// A payment may wait.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Deferral {
    /// Share of borrowers that know of it and are granted it when they cannot pay.
    pub share: f64,
    pub months: u8,
    /// Deferrals of one loan.
    pub times: u8,
    /// Share of the interest of these months that stays due.
    pub interest_kept: f64,
}

/// Shares of banks' fees that are waived.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fees {
    pub account: f64,
    /// On payments and settlement.
    pub payment: f64,
}

/// Credit lines from which a borrower draws and which it repays as it needs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Revolving {
    /// Share of new loans on a bank's own account that are offered as a line.
    pub share: f64,
    /// Added to the rate on what is drawn.
    pub charge: f64,
}
