//! What is agreed before money moves: a lender's quote, and the offer a borrower would take.
//!
//! How quotes come about is in `lending`, `farming` and `subsidy`; who is served in `ration`.

use std::ops::Deref;

use crate::world::{Borrower, Product, Window};

/// A lender's terms for one borrower and product.
#[derive(Clone, Copy, Debug)]
pub struct Quote {
    /// What the borrower gains by it in a year, yuan.
    pub surplus: f64,
    pub lender: u8,
    pub product: Product,
    pub guarantor: u8,
    /// Guaranteed without case review.
    pub batch: bool,
    pub bucket: u8,
    /// Yuan.
    pub amount: f64,
    pub rate: f64,
    /// What is paid in a year, over the amount. Time won or lost guides the choice and is no payment.
    pub all_in: f64,
    pub pd: f64,
    pub recovery: f64,
    pub window: Option<Window>,
    /// Cost of handling the case, yuan.
    pub handling: f64,
    /// What relief did for this roll-over: nothing is bridged; it would have been refused or cut.
    pub unbridged: bool,
    pub kept: bool,
    /// On the terms for those lifted out of poverty.
    pub scheme: bool,
    /// Banks beside the lead, one bit each, and the lead's share, in parts per million.
    pub partners: u16,
    pub led: u32,
    /// Standings the borrower had to show.
    pub shown: u8,
    /// Part of the recovery that an anchor firm's promise stands for.
    pub tied: f64,
    /// Decided by the branch, not by head office.
    pub own_hand: bool,
    /// Made for agriculture at the window's price.
    pub at_window: bool,
}

/// The best of some of an applicant's quotes: its surplus, and its place among them. They stay where they were
/// written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Best {
    pub surplus: f64,
    at: usize,
}

impl Best {
    /// Less than any quote.
    pub const NONE: Best = Best { surplus: f64::NEG_INFINITY, at: usize::MAX };

    /// Takes the quote at place `at` if it has the larger surplus.
    #[inline(always)]
    pub fn improve(&mut self, surplus: f64, at: usize) {
        if surplus > self.surplus {
            *self = Best { surplus, at };
        }
    }

    /// The quote itself.
    #[inline(always)]
    pub fn of(self, quotes: &[Quote]) -> Option<&Quote> {
        quotes.get(self.at)
    }
}

/// The quote a borrower would take.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    pub id: u32,
    pub borrower: Borrower,
    pub renewal: u32,
    /// Place of its [`Others`], where guarantor or fund stand behind the quote.
    pub others: u32,
    pub quote: Quote,
}

/// What is taken where guarantor or fund have no room. Apart, as most offers need none.
#[derive(Clone, Copy, Debug)]
pub struct Others {
    /// Where the first is the fund's: the choice without it.
    pub uncovered: Option<Quote>,
    /// The choice without guarantor or fund.
    pub fallback: Option<Quote>,
}

impl Deref for Offer {
    type Target = Quote;
    fn deref(&self) -> &Quote {
        &self.quote
    }
}
