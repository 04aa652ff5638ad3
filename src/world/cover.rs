//! Contracts beside the loan register: crop policies of the year, leases, loans for equipment.
//! Sparse lists, empty without the instruments that make them. Who takes one and what it pays is in
//! `model::harvest`.

use super::Borrower;

/// Equipment leased from outside the district; amounts in fen per agent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lease {
    pub borrower: Borrower,
    /// The borrower's id: its slot may have been given to another since.
    pub id: u32,
    pub home: u8,
    pub owed: i64,
    pub rate_ppm: u32,
    pub months_left: i32,
    /// Months behind with the rent.
    pub behind: u8,
    /// What the equipment brings if taken back, over what is owed.
    pub resale_ppm: u32,
    /// Need of credit the lease stands in for (yuan of 2018), and the output lost without either.
    pub need: f32,
    pub loss: f32,
}

/// A bank's loan for equipment, paid off in equal parts; amounts in fen per agent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EquipmentLoan {
    pub borrower: Borrower,
    /// The borrower's id: its slot may have been given to another since.
    pub id: u32,
    pub home: u8,
    pub lender: u8,
    pub owed: i64,
    pub rate_ppm: u32,
    pub months_left: i32,
    /// Months behind.
    pub behind: u8,
    /// Points of its interest that the budget pays, and months for which it still does.
    pub discount_ppm: u32,
    pub discount_left: u8,
    /// What the equipment brings if sold, over what is owed.
    pub recovery_ppm: u32,
    /// Normal monthly sales it stands for, yuan of 2018.
    pub gained: f32,
}

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
