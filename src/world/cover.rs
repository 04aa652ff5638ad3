//! Contracts beside the loan register that steady a borrower's income: crop policies of the year.
//! Sparse lists, empty without the instruments that make them. Who takes one and what it pays is in
//! `model::harvest`.

use super::Borrower;

/// A crop policy in force until the end of the year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CropPolicy {
    pub borrower: Borrower,
    /// The borrower's id: its slot may have been given to another since.
    pub id: u32,
    /// Place of its crop among the crops, and its township.
    pub crop: u8,
    pub township: u8,
    /// Fallen prices count as loss, too.
    pub revenue: bool,
    /// Loss from which it pays.
    pub trigger: f32,
    /// Sum insured, fen per agent.
    pub sum: i64,
}
