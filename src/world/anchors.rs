//! Anchor firms: one a sector, as its suppliers know it, and what late ones owe suppliers.
//!
//! They are no borrowers of the district and have no books. How they fare, and what that does to suppliers, is in
//! `model::anchors`.

use crate::units::Month;

use super::Borrower;

/// How an anchor firm pays its suppliers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pays {
    #[default]
    InTime,
    Late,
    /// It has failed, and nobody has taken its place yet.
    Never,
}

/// The anchor firm of a sector.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Anchor {
    /// Its health in standard deviations of a firm of its kind; 0 is normal.
    pub strength: f64,
    pub pays: Pays,
    /// Month of its last failure.
    pub failed: Option<Month>,
}

/// What a late anchor firm owes a supplier, fen per agent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Receivable {
    pub borrower: Borrower,
    /// The borrower's id: its slot may have been given to another since.
    pub id: u32,
    pub sector: u8,
    pub fen: i64,
}
