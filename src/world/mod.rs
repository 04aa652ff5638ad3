//! State of the simulated region: borrowers as columns, the loan register, lenders, guarantors,
//! fund, advances and claims. No behaviour beyond keeping itself consistent.
//! `region` declares what a region pack must hold.

mod anchors;
mod borrowers;
mod capital;
mod cover;
mod cuts;
mod lenders;
mod loans;
mod region;
mod state;

pub mod nature;

pub use crate::ledger::{WINDOWS, Window};

pub use anchors::{Anchor, Pays, Receivable};
pub use borrowers::{Birth, Borrower, Cohort, FILE_BAD, FILE_NONE, FILE_THICK, FILE_THIN, flag, status};
pub use capital::{Bond, Equipment, Stake};
pub use cover::{CropPolicy, EquipmentLoan, Lease};
pub use cuts::RateCuts;
pub use lenders::{Advance, Claim, ClaimKind, Fund, Guarantor, Lender, Reasons, Refusal, RefusalTable};
pub use loans::{Clauses, Loan, LoanBook, LoanState, NO_LOAN, PRODUCTS, Product, Relieved, Subsidised};
pub use region::*;
pub use state::{Census, Counters, Environment, Market, World};
