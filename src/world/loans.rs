//! The loan register: one contract a slot, with everything its later life needs.
//! Slots are reused, a contract's `id` is its borrower's and outlives it. Interest, arrears and
//! claims are worked out by the model; shares of a loss are fixed when the loan is made.

use std::ops::{Deref, DerefMut};

use crate::luck::simd::prefetch_of;
use crate::units::{Month, mul_div_half_even, split_fen};

use super::{Borrower, Window};

pub const NO_LOAN: u32 = u32::MAX;

/// How a loan is secured, and so who bears its loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Product {
    Unsecured = 0,
    Collateral = 1,
    /// Guaranteed by the chain.
    Guaranteed = 2,
    /// 信用贷 of the compensation fund.
    FundCredit = 3,
    /// 增信贷 of the compensation fund.
    FundEnhanced = 4,
    /// 担保贷: the chain, with the fund behind the local guarantor.
    FundGuaranteed = 5,
}

pub const PRODUCTS: usize = 6;

impl Product {
    pub const ALL: [Product; PRODUCTS] = [
        Product::Unsecured,
        Product::Collateral,
        Product::Guaranteed,
        Product::FundCredit,
        Product::FundEnhanced,
        Product::FundGuaranteed,
    ];
    pub const fn is_guaranteed(self) -> bool {
        matches!(self, Product::Guaranteed | Product::FundGuaranteed)
    }
    pub const fn is_fund(self) -> bool {
        matches!(self, Product::FundCredit | Product::FundEnhanced | Product::FundGuaranteed)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum LoanState {
    Free = 0,
    Performing = 1,
    /// Past due, not yet non-performing.
    Overdue = 2,
    NonPerforming = 3,
}

/// One loan contract: what every month looks at. The rest is in its [`Clauses`], read as if they
/// were fields of the loan. Amounts in fen per agent (weighed by class in the ledger).
#[derive(Clone, Debug)]
pub struct Loan {
    pub principal: i64,
    pub clauses: Box<Clauses>,
    pub borrower: Borrower,
    /// Yearly rate in parts per million.
    pub rate_ppm: u32,
    pub maturity: Month,
    /// Loss shares of the chain's upper tiers and of the local guarantor, in parts per million.
    pub share_national: u32,
    pub share_reguarantor: u32,
    pub share_local: u32,
    pub state: LoanState,
    pub product: Product,
    pub lender: u8,
    pub guarantor: u8,
    /// Rating at origination: a bucket, and as many more where a crop policy stood behind the borrower.
    pub bucket: u8,
    /// Months in arrears.
    pub arrears: u8,
    /// Roll-overs so far.
    pub renewals: u8,
    /// Where the borrower is, and the bank of its deposit.
    pub township: u8,
    pub home: u8,
    /// The borrower is still in business (its slot may be reused once it is not).
    pub borrower_live: bool,
    /// The re-lending window it may be pledged at, its rate being under the window's ceiling.
    pub window: Option<Window>,
    /// A claim on fund or guarantor is pending: not resolved before it is settled.
    pub hold: bool,
    /// Months for which payments still wait; 0 where nothing is deferred.
    pub deferred: u8,
    /// A line, of which the principal is what is drawn.
    pub revolving: bool,
    /// The budget pays part of its interest.
    pub subsidised: bool,
    /// Paid off over several years, beside the borrower's own loan.
    pub long: bool,
}

/// What matters at the start and the end of a loan only; apart, so that the monthly passes over the
/// register touch little memory. Two lines of memory, and never parts of three.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct Clauses {
    /// The borrower's id, which outlives its slot.
    pub id: u32,
    pub start: Month,
    /// Share of the loss the fund bears, in parts per million: of the whole, or of the local
    /// guarantor's part for 担保贷.
    pub share_fund: u32,
    /// Guaranteed without case review; a small ticket by the rule of the month it was made.
    pub batch: bool,
    pub small_ticket: bool,
    /// What the guarantor admits of the covered share, and still owes of that, fen per agent.
    pub claim_guarantor: i64,
    pub owed_guarantor: i64,
    /// Paid by guarantor and by fund so far, fen per agent.
    pub paid_guarantor: i64,
    pub paid_fund: i64,
    /// Principal when it became non-performing, fen per agent.
    pub defaulted: i64,
    /// Month it became non-performing.
    pub npl_since: Month,
    /// Share of the defaulted principal that collateral and pursuit bring back.
    pub recovery: f32,
    pub relieved: Relieved,
    pub subsidy: Subsidised,
    /// Part of the recovery that hangs on the promise of an anchor firm, and that firm's sector.
    pub tied: f32,
    pub anchor: u8,
    /// Lenders that bear a loss beside the lead, one bit each, and the lead's share, in parts per million.
    pub partners: u16,
    pub led: u32,
    /// Instruments that helped it come about or stay, bits of `metrics::ON_TERMS`.
    pub helped: u32,
}

const _: () = assert!(size_of::<Clauses>() == 128, "two lines of memory");

/// Interest the budget pays on a loan.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subsidised {
    /// Which subsidy, or the scheme it is made under.
    pub kind: Option<u8>,
    /// Yearly, in parts per million, on the principal up to `cap` fen.
    pub points: u32,
    pub cap: i64,
}

/// What relief has made of a loan.
#[derive(Clone, Copy, Debug, Default)]
pub struct Relieved {
    /// Most that may be drawn of a line, fen per agent.
    pub line: i64,
    /// Interest that waits until a deferral ends, fen per agent, and the part of it that is kept, ppm.
    pub deferred_interest: i64,
    pub interest_kept: u32,
    pub deferrals: u8,
}

impl Deref for Loan {
    type Target = Clauses;
    fn deref(&self) -> &Clauses {
        &self.clauses
    }
}

impl DerefMut for Loan {
    fn deref_mut(&mut self) -> &mut Clauses {
        &mut self.clauses
    }
}

impl Loan {
    /// Share of a loss that the guarantee chain covers, in parts per million.
    pub fn share_chain(&self) -> i64 {
        i64::from(self.share_national) + i64::from(self.share_reguarantor) + i64::from(self.share_local)
    }

    /// Parts of the defaulted principal that fall to national fund, re-guarantor and local guarantor.
    /// Each is rounded by itself; the bank, the last bearer, keeps what is left.
    pub fn chain_parts(&self) -> [i64; 3] {
        let shares = [self.share_national, self.share_reguarantor, self.share_local].map(i64::from);
        let bank = 1_000_000 - self.share_chain();
        let [national, upper, local, _] = split_fen(self.defaulted, [shares[0], shares[1], shares[2], bank]);
        [national, upper, local]
    }

    /// The local guarantor's own part of what it admitted, fen per agent.
    pub fn local_part(&self) -> i64 {
        let parts = self.chain_parts();
        let covered: i64 = parts.iter().sum();
        if self.claim_guarantor >= covered {
            parts[2]
        } else {
            mul_div_half_even(parts[2], self.claim_guarantor, covered)
        }
    }

    /// Cover of guarantor and fund is contingent until the loan turns bad.
    pub fn cover_in_force(&self) -> bool {
        matches!(self.state, LoanState::Performing | LoanState::Overdue)
    }
}

/// All loans; slots are reused, no order matters.
#[derive(Clone, Debug, Default)]
pub struct LoanBook {
    pub loans: Vec<Loan>,
    pub free: Vec<u32>,
    /// Clauses of closed loans, to be written over: kept boxed, as a loan holds them.
    #[allow(clippy::vec_box)]
    spare: Vec<Box<Clauses>>,
}

impl LoanBook {
    // Always inline: a contract is then written where it will be, field by field; copied from the stack
    // in wide words it would wait for its narrow ones to arrive.
    #[inline(always)]
    pub fn add(&mut self, loan: Loan) -> u32 {
        match self.free.pop() {
            Some(slot) => {
                let place = &mut self.loans[slot as usize];
                let Loan { clauses, .. } = std::mem::replace(place, loan);
                self.spare.push(clauses);
                slot
            }
            None => {
                self.loans.push(loan);
                (self.loans.len() - 1) as u32
            }
        }
    }

    /// Tells the processor that a loan will soon be looked at; nothing where there is [`NO_LOAN`].
    #[inline(always)]
    pub fn expect(&self, slot: u32) {
        if let Some(loan) = self.loans.get(slot as usize) {
            prefetch_of(loan);
        }
    }

    /// Clauses on the heap for the loan added next: in the place of the closed loan whose slot it gets,
    /// which a roll-over has just read, or in any that is spare.
    #[inline(always)]
    pub fn clauses(&mut self, clauses: Clauses) -> Box<Clauses> {
        let spare = match (self.free.last(), self.spare.pop()) {
            (Some(&slot), Some(other)) => {
                Some(std::mem::replace(&mut self.loans[slot as usize].clauses, other))
            }
            (_, spare) => spare,
        };
        match spare {
            Some(mut place) => {
                *place = clauses;
                place
            }
            None => Box::new(clauses),
        }
    }

    /// Puts the register in the order of its borrowers' columns, so that monthly passes read forward,
    /// and returns the new slot of each old one ([`NO_LOAN`] where it was free).
    pub fn in_borrower_order(&mut self) -> Vec<u32> {
        let mut order: Vec<u64> = (0u32..)
            .zip(&self.loans)
            .filter(|(_, l)| l.state != LoanState::Free)
            .map(|(slot, l)| u64::from(l.borrower.0) << 32 | u64::from(slot))
            .collect();
        order.sort_unstable();
        let mut moved = vec![NO_LOAN; self.loans.len()];
        let mut old: Vec<Option<Loan>> = std::mem::take(&mut self.loans).into_iter().map(Some).collect();
        // Room for a year's growth, too: growing later would hold two registers at once.
        self.loans.reserve(order.len() + order.len() / 4);
        for (new, key) in (0u32..).zip(order) {
            let slot = key as u32 as usize;
            moved[slot] = new;
            self.loans.extend(old[slot].take());
        }
        self.spare.extend(old.into_iter().flatten().map(|closed| closed.clauses));
        self.free.clear();
        moved
    }

    /// Takes a loan out of the register; its principal must be settled to the fen.
    pub fn close(&mut self, slot: u32) {
        let loan = &mut self.loans[slot as usize];
        assert!(loan.principal == 0, "loan {slot} closed with {} fen outstanding", loan.principal);
        loan.state = LoanState::Free;
        self.free.push(slot);
    }
}
