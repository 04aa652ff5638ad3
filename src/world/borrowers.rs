//! Borrowers of one class as columns. A slot that is not alive has zero sales, so the dense pass
//! needs no branch; ids are never reused though slots are.
//! What a borrower does is in `model`; which attributes it is born with in `model::genesis`.

use crate::units::Month;

use super::{Class, NO_LOAN};

/// A borrower anywhere: class and slot packed into 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Borrower(pub u32);

impl Borrower {
    pub const fn new(class: usize, slot: usize) -> Self {
        Borrower((class as u32) << 29 | slot as u32)
    }
    #[inline(always)]
    pub const fn class(self) -> usize {
        (self.0 >> 29) as usize
    }
    #[inline(always)]
    pub const fn slot(self) -> usize {
        (self.0 & 0x1fff_ffff) as usize
    }
}

/// Bits of `Cohort::status`.
pub mod status {
    pub const LIVE: u8 = 1;
    pub const AWARE: u8 = 2;
    /// Has a productive need for credit.
    pub const NEED: u8 = 4;
    /// Has had a loan before: no longer a first-time borrower.
    pub const HAD_LOAN: u8 = 8;
    /// Does not come back after a refusal for a long time.
    pub const DISCOURAGED: u8 = 16;
    /// Its last application failed; the reason is in `last_refusal`.
    pub const REFUSED: u8 = 32;
    /// The present loan is covered by guarantor or fund, and `event` says what that does to effort.
    pub const COVERED: u8 = 64;
    /// An equity fund holds a stake in it.
    pub const BACKED: u8 = 128;
    /// Live, aware and in need: the three bits an application asks for.
    pub const SEEKING: u8 = LIVE | AWARE | NEED;
}

/// Bits of `Cohort::flags`.
pub mod flag {
    pub const TECH: u8 = 1;
    pub const GREEN: u8 = 2;
    pub const EXPORTER: u8 = 4;
    pub const ANCHOR_SUPPLIER: u8 = 8;
    pub const PARK: u8 = 16;
    pub const LIFTED: u8 = 32;
    pub const COOPERATIVE: u8 = 64;
    /// Has begun a project with a stake and not yet been lent the rest.
    pub const PROJECT: u8 = 128;
}

/// Credit file: none, thin, thick, or spoilt by a default.
pub const FILE_NONE: u8 = 0;
pub const FILE_THIN: u8 = 1;
pub const FILE_THICK: u8 = 2;
pub const FILE_BAD: u8 = 3;

/// What is looked at one borrower at a time: a line of memory each, so that whoever looks waits once.
/// Amounts in yuan at 2018 prices.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct Details {
    /// Latent quality θ.
    pub quality: f32,
    /// Desired working-capital debt; 0 without need.
    pub need: f32,
    /// Yearly return on borrowed working capital.
    pub return_rate: f32,
    /// Pledgeable assets.
    pub collateral: f32,
    /// Share of output lost with no working-capital loan at all.
    pub loss_unfunded: f32,
    /// Stock bought with the loan and not sold yet, yuan of the day.
    pub stock: f32,
    pub born: Month,
    /// No application before this month.
    pub resume: Month,
    /// First month of the present good record, for the credit file.
    pub record_since: Month,
    /// Lenders it can reach, one bit each.
    pub reach: u16,
    pub file: u8,
    pub last_refusal: u8,
    /// What it keeps from birth to exit, as in the columns of the same names.
    pub id: u32,
    pub home: u8,
    pub sector: u8,
    pub township: u8,
}

const _: () = assert!(size_of::<Details>() == 64, "one line of memory");

/// All borrowers of one class. Columns are what whole months go through; the rest is in `details`.
/// Money columns: `liquid` in fen, amounts in yuan of 2018 (`f32`).
#[derive(Clone, Debug)]
pub struct Cohort {
    pub class: Class,
    pub details: Vec<Details>,
    pub id: Vec<u32>,
    /// Normal monthly sales at 2018 prices, yuan; 0 if not alive.
    pub sales: Vec<f32>,
    /// Net margin of normal sales.
    pub margin: Vec<f32>,
    /// Log deviation of sales from normal.
    pub shock: Vec<f32>,
    /// Share of output lost at the present loan.
    pub gap: Vec<f32>,
    /// Cash the owner keeps before drawing, yuan at 2018 prices.
    pub cushion: Vec<f32>,
    /// Loan money kept liquid, yuan: not drawn by the owner.
    pub loan_cash: Vec<f32>,
    /// Monthly off-farm wage at 2018 prices, yuan (farm households).
    pub wage: Vec<f32>,
    /// Signed cash, fen: deposit where positive, unpaid bills where negative.
    pub liquid: Vec<i64>,
    /// Threshold of this month's cash-loss draw (probability × 2³²).
    pub event: Vec<u32>,
    /// Index into the register, or [`NO_LOAN`].
    pub loan: Vec<u32>,
    pub home: Vec<u8>,
    pub sector: Vec<u8>,
    pub township: Vec<u8>,
    pub flags: Vec<u8>,
    pub status: Vec<u8>,
    /// Slots free for entrants.
    pub free: Vec<u32>,
    /// Live borrowers.
    pub live: u32,
}

/// Attributes of a borrower that enters, drawn from its id alone.
#[derive(Clone, Debug)]
pub struct Birth {
    pub id: u32,
    pub sales: f32,
    pub quality: f32,
    pub margin: f32,
    pub loss_unfunded: f32,
    pub need: f32,
    pub return_rate: f32,
    pub cushion: f32,
    pub collateral: f32,
    pub wage: f32,
    pub event: u32,
    pub born: Month,
    pub reach: u16,
    pub home: u8,
    pub sector: u8,
    pub township: u8,
    pub flags: u8,
    pub status: u8,
}

impl Cohort {
    pub fn new(class: Class, capacity: usize) -> Self {
        macro_rules! cohort { ($($col:ident),*) => {
            Cohort { class, $($col: Vec::with_capacity(capacity),)* free: Vec::new(), live: 0 }
        } }
        cohort!(
            details, id, sales, margin, shock, gap, cushion, loan_cash, wage, liquid, event, loan, home,
            sector, township, flags, status
        )
    }

    /// Number of slots, alive or not.
    pub fn len(&self) -> usize {
        self.id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    #[inline(always)]
    pub fn is(&self, slot: usize, bits: u8) -> bool {
        self.status[slot] & bits == bits
    }

    /// Puts a borrower into a free slot, or a new one; it has no cash and no loan yet.
    pub fn enter(&mut self, b: &Birth) -> usize {
        self.live += 1;
        macro_rules! put { ($slot:expr, $($col:ident: $v:expr),* $(,)?) => {
            match $slot {
                Some(s) => { $(self.$col[s] = $v;)* s }
                None => { $(self.$col.push($v);)* self.id.len() - 1 }
            }
        } }
        let slot = self.free.pop().map(|s| s as usize);
        let details = Details {
            quality: b.quality,
            need: b.need,
            return_rate: b.return_rate,
            collateral: b.collateral,
            loss_unfunded: b.loss_unfunded,
            stock: 0.0,
            born: b.born,
            resume: b.born,
            record_since: b.born,
            reach: b.reach,
            file: FILE_NONE,
            last_refusal: 0,
            id: b.id,
            home: b.home,
            sector: b.sector,
            township: b.township,
        };
        put!(slot,
            details: details, id: b.id, sales: b.sales, margin: b.margin, shock: 0.0, gap: b.loss_unfunded,
            cushion: b.cushion, loan_cash: 0.0, wage: b.wage, liquid: 0, event: b.event, loan: NO_LOAN,
            home: b.home, sector: b.sector, township: b.township, flags: b.flags, status: b.status,
        )
    }

    /// Empties a slot. Cash must be settled and the loan taken away first.
    pub fn leave(&mut self, slot: usize) {
        assert!(self.is(slot, status::LIVE), "slot {slot} is not alive");
        assert!(self.liquid[slot] == 0 && self.loan[slot] == NO_LOAN, "slot {slot} leaves unsettled");
        self.live -= 1;
        self.status[slot] = 0;
        self.sales[slot] = 0.0;
        self.wage[slot] = 0.0;
        self.details[slot].need = 0.0;
        self.gap[slot] = 0.0;
        self.cushion[slot] = 0.0;
        self.loan_cash[slot] = 0.0;
        self.details[slot].stock = 0.0;
        self.event[slot] = 0;
        self.free.push(slot as u32);
    }
}
