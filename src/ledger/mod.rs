//! Money: who holds what, the only verbs that move it, and the flows by reason.
//!
//! Amounts are integer fen and every verb balances in every party it touches: what one account
//! gives another takes, and assets less liabilities move with equity. Borrowers' own accounts
//! (`liquid`, loan principal) live in the world's columns; a verb gets the one it moves. Postings of
//! a thinned class are weighed, so that public amounts stay in real yuan.

mod audit;
mod capital;
mod leases;
mod reasons;
mod steady;
mod support;
mod verbs;
mod windows;

pub use audit::{Finding, Recount, Witness, audit};
pub use reasons::{Reason, Sector};
pub use verbs::{InterestPaid, Trade};
pub use windows::{WINDOWS, Window};

use crate::units::Money;

/// Number of borrower classes the ledger keeps apart.
pub const CLASSES: usize = 5;

/// A lender's balance sheet: `loans − allowance + settlement = deposits + advances + equity`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LenderAccounts {
    pub loans: i64,
    /// Provisions against loans (positive = set aside).
    pub allowance: i64,
    /// Balance in the payment system; negative = borrowed from head office or the interbank market.
    pub settlement: i64,
    pub deposits: i64,
    pub advances: i64,
    pub equity: i64,
}

/// A guarantor's balance sheet: `deposit + receivable = payable + equity`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuarantorAccounts {
    pub deposit: i64,
    /// Shares of paid claims still to be collected from the upper tiers.
    pub receivable: i64,
    /// Shares of claims owed to lower tiers.
    pub payable: i64,
    pub equity: i64,
    /// Contingent liability: this tier's share of guaranteed balances (off balance sheet).
    pub liability: i64,
}

/// One borrower class as a sector: `deposits − payables − debt − owed outside − bonds = equity`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassAccounts {
    pub deposits: i64,
    /// Unpaid bills owed to the rest of the economy.
    pub payables: i64,
    pub debt: i64,
    /// Owed on leases to lessors outside the district.
    pub owed_outside: i64,
    /// Owed on bonds.
    pub bonds: i64,
    pub equity: i64,
}

/// All accounts of a run and the flows since the year began.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    pub lenders: Vec<LenderAccounts>,
    pub guarantors: Vec<GuarantorAccounts>,
    /// Lender at which each guarantor keeps its deposit.
    pub guarantor_bank: Vec<u8>,
    pub classes: [ClassAccounts; CLASSES],
    /// Borrowers one agent of the class stands for.
    pub weight: [i64; CLASSES],
    /// Rest of economy: deposits by lender, bills owed to it, equity.
    pub rest_deposits: Vec<i64>,
    pub rest_receivable: i64,
    pub rest_equity: i64,
    /// Central bank: `advances = settlement + equity`.
    pub central_advances: i64,
    pub central_settlement: i64,
    pub central_equity: i64,
    /// Head offices, interbank market, lessors: `settlement + claims = equity`.
    pub outside_settlement: i64,
    /// Owed to lessors by borrowers.
    pub outside_claims: i64,
    pub outside_equity: i64,
    /// District treasury, banking with the central bank: `settlement = equity`.
    pub treasury_settlement: i64,
    pub treasury_equity: i64,
    /// Of its money, what is left of awards and kept for subsidies.
    pub award_left: i64,
    /// Insurers of crops, banking outside the district: `settlement = equity`.
    pub insurer_settlement: i64,
    pub insurer_equity: i64,
    /// Equity funds, banking outside the district: `settlement + stakes at cost = equity`.
    pub stakes_settlement: i64,
    pub stakes_cost: i64,
    pub stakes_equity: i64,
    /// Bond market outside the district: `settlement + claims = equity`.
    pub bonds_settlement: i64,
    pub bonds_claims: i64,
    pub bonds_equity: i64,
    /// Compensation fund, banking with `fund_bank`: `deposit = equity`.
    pub fund_deposit: i64,
    pub fund_equity: i64,
    pub fund_bank: usize,
    /// Balances the fund covers (off balance sheet).
    pub fund_covered: i64,
    /// Flows since January by reason; borrower reasons by class, others in slot 0.
    pub flows: Vec<[i64; CLASSES]>,
}

impl Ledger {
    /// Empty books for `lenders` lenders and `guarantors` guarantors.
    pub fn new(lenders: usize, guarantors: usize, weight: [i64; CLASSES]) -> Self {
        assert!(lenders > 0, "a region needs at least one lender");
        Ledger {
            lenders: vec![LenderAccounts::default(); lenders],
            guarantors: vec![GuarantorAccounts::default(); guarantors],
            guarantor_bank: vec![0; guarantors],
            classes: Default::default(),
            weight,
            rest_deposits: vec![0; lenders],
            rest_receivable: 0,
            rest_equity: 0,
            central_advances: 0,
            central_settlement: 0,
            central_equity: 0,
            outside_settlement: 0,
            outside_claims: 0,
            outside_equity: 0,
            treasury_settlement: 0,
            treasury_equity: 0,
            award_left: 0,
            insurer_settlement: 0,
            insurer_equity: 0,
            stakes_settlement: 0,
            stakes_cost: 0,
            stakes_equity: 0,
            bonds_settlement: 0,
            bonds_claims: 0,
            bonds_equity: 0,
            fund_deposit: 0,
            fund_equity: 0,
            fund_bank: 0,
            fund_covered: 0,
            flows: vec![[0; CLASSES]; Reason::ALL.len()],
        }
    }

    /// Flow of a reason since January, all classes.
    pub fn flow(&self, reason: Reason) -> Money {
        Money(self.flows[reason as usize].iter().sum())
    }

    /// Starts a new year's flows and hands over the old ones.
    pub fn take_flows(&mut self) -> Vec<[i64; CLASSES]> {
        std::mem::replace(&mut self.flows, vec![[0; CLASSES]; Reason::ALL.len()])
    }

    fn note(&mut self, reason: Reason, class: usize, fen: i64) {
        self.flows[reason as usize][class] += fen;
    }
}
