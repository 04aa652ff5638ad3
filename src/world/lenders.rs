//! Lenders, guarantors, the fund, advances and claims as state.
//! Balances that money moves through are in the ledger; here is what lenders remember beside them.
//! What they decide is in `model::lending`.

use crate::units::Month;

use super::{CLASSES, LenderKind, WINDOWS, Window};

/// A lender's running state beside its ledger accounts.
#[derive(Clone, Debug)]
pub struct Lender {
    pub kind: LenderKind,
    pub local_legal_person: bool,
    /// Inclusive balance at the start of the year and quarter, fen (weighed).
    pub inclusive_year_start: i64,
    pub inclusive_quarter_start: i64,
    pub book_year_start: i64,
    /// Highest quarter-end legal-person inclusive balance so far, fen.
    pub high_water: i64,
    /// Sums of the register at last month-end, fen (weighed).
    pub inclusive: i64,
    /// The same under the single-borrower limit of the next month: the base of growth from then on.
    pub inclusive_next: i64,
    pub inclusive_npl: i64,
    pub book: i64,
    pub book_npl: i64,
    /// Loans pledgeable at each window at last month-end, fen.
    pub pledged: [i64; WINDOWS],
    /// The same, made this month: only what has been lent can be refinanced.
    pub pledged_new: [i64; WINDOWS],
    /// Interest its borrowers were spared by a cut: this quarter, and to be reimbursed at the end of it, fen.
    pub spared: i64,
    pub spared_claim: i64,
    /// District profit retained since the start, fen.
    pub retained: i64,
    /// Cases used and offered this month.
    pub cases_used: f64,
    pub cases_offered: f64,
    /// Officers over those planned, and the share of its capacity lately asked for in vain.
    pub hired: f64,
    pub turned_away: f64,
    /// Cases used this month at its desks for green borrowers alone.
    pub green_cases_used: f64,
    /// Shortfall against the target path, as a fraction of the year-start balance (≥ 0).
    pub shortfall: f64,
    /// Distance from expected inclusive NPL ratio to the limit (positive = slack).
    pub headroom: f64,
    /// Income of this month before provisions, fen, for profit.
    pub equity_month_start: i64,
    pub profit_month: i64,
    pub profit_quarter: i64,
}

/// A guarantor's running state.
#[derive(Clone, Debug, Default)]
pub struct Guarantor {
    /// Cases reviewed this month, and what its desk can review.
    pub cases_used: f64,
    pub cases_offered: f64,
    /// Claims it still owes for lack of deposits, fen.
    pub unpaid_claims: i64,
    /// Principal of the loans it guarantees, and of those in small tickets and in batch, fen.
    pub balance: i64,
    pub balance_small: i64,
    pub balance_batch: i64,
    /// Claims on batch business in each of the last twelve months, fen.
    pub batch_claims: [i64; 12],
    /// Newly guaranteed this year: reviewed and in batch, and for first-time borrowers of each, fen.
    pub new_year: [i64; 2],
    pub new_first: [i64; 2],
}

impl Guarantor {
    /// Share of small tickets in its book; an empty book counts as all small.
    pub fn small_share(&self) -> f64 {
        if self.balance > 0 { self.balance_small as f64 / self.balance as f64 } else { 1.0 }
    }
}

/// The compensation fund's running state.
#[derive(Clone, Debug, Default)]
pub struct Fund {
    pub established: bool,
    /// Paid in so far, fen.
    pub paid_in: i64,
    /// Paid in out of awards so far, fen.
    pub awarded: i64,
    /// Balance at last month-end, fen: base of the multiple.
    pub balance_month_end: i64,
    /// Claims paid in each of the last twelve months, by lender, fen.
    pub claims: Vec<[i64; 12]>,
    /// Covered balance by lender, fen.
    pub covered: Vec<i64>,
    /// New cover is stopped, for the pool and by lender.
    pub stopped: bool,
    pub stopped_lender: Vec<bool>,
    /// Month in which a claim could not be paid in full.
    pub exhausted: Option<Month>,
}

/// An advance of a central-bank window.
#[derive(Clone, Debug)]
pub struct Advance {
    pub lender: u8,
    pub window: Window,
    pub fen: i64,
    pub rate_ppm: i64,
    pub due: Month,
    pub rolls_left: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// The local guarantor still owes the lender of a loan.
    Guarantor { loan: u32 },
    /// An upper tier owes the local guarantor.
    Chain { upper: u8 },
    /// The fund is asked to compensate the lender of a loan.
    Fund { loan: u32 },
    /// The fund is asked to compensate the local guarantor.
    FundGuarantor { loan: u32 },
}

/// A payment due at a later month.
#[derive(Clone, Debug)]
pub struct Claim {
    pub kind: ClaimKind,
    pub guarantor: u8,
    /// Weighed fen.
    pub fen: i64,
    pub due: Month,
}

/// Why a needed loan was not made; each refused or unsought loan keeps one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Refusal {
    None = 0,
    NoNeed = 1,
    Unaware = 2,
    Discouraged = 3,
    Price = 4,
    ThinFile = 5,
    Collateral = 6,
    Capacity = 7,
    Capital = 8,
    LendingQuota = 9,
    WindowQuota = 10,
    NplCap = 11,
    GuarantorMultiple = 12,
    FundBreaker = 13,
}

impl Refusal {
    pub const ALL: [Refusal; 14] = [
        Refusal::None,
        Refusal::NoNeed,
        Refusal::Unaware,
        Refusal::Discouraged,
        Refusal::Price,
        Refusal::ThinFile,
        Refusal::Collateral,
        Refusal::Capacity,
        Refusal::Capital,
        Refusal::LendingQuota,
        Refusal::WindowQuota,
        Refusal::NplCap,
        Refusal::GuarantorMultiple,
        Refusal::FundBreaker,
    ];
    pub fn name(self) -> &'static str {
        [
            "none",
            "no_need",
            "unaware",
            "discouraged",
            "price",
            "thin_file",
            "collateral",
            "capacity",
            "capital",
            "lending_quota",
            "window_quota",
            "npl_cap",
            "guarantor_multiple",
            "fund_breaker",
        ][self as usize]
    }
}

/// Borrowers and amounts (yuan, both weighed) by reason.
pub type Reasons = [(i64, i64); 14];

/// Loans refused since January, each counted under its class, its sector and its township.
#[derive(Clone, Debug)]
pub struct RefusalTable {
    pub class: [Reasons; CLASSES],
    /// In the order of the region's sheets.
    pub sector: Vec<Reasons>,
    pub township: Vec<Reasons>,
}

impl RefusalTable {
    pub fn empty(sectors: usize, townships: usize) -> Self {
        let none = Reasons::default();
        RefusalTable { class: [none; CLASSES], sector: vec![none; sectors], township: vec![none; townships] }
    }

    /// Counts `count` borrowers of a cell who go without `yuan` for this reason.
    pub fn add(&mut self, class: usize, sector: u8, township: u8, reason: Refusal, count: i64, yuan: i64) {
        let by = [
            &mut self.class[class],
            &mut self.sector[usize::from(sector)],
            &mut self.township[usize::from(township)],
        ];
        for table in by {
            let entry = &mut table[reason as usize];
            *entry = (entry.0 + count, entry.1 + yuan);
        }
    }
}
