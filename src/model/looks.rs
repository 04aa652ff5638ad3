//! Those who look at an applicant: which lenders it asks, what they and guarantors see of it.
//!
//! For a batch of applicants at once, so that draws are made in vector registers. An opinion lasts a year: asking
//! again next month meets the same one.

use crate::luck::{Key, Luck, Stream, fill_normal, fill_normal_each};
use crate::units::Month;
use crate::world::{GuarantorCard, Region};

use super::lending::Applicant;
use super::limits::shortlist;

/// Applicants looked at together.
pub const TOGETHER: usize = 256;

/// Keys of the year, and the batch looked at.
pub struct Looks {
    /// Of each lender: what it sees, and its place among those asked.
    signals: Vec<Key>,
    places: [Key; 16],
    /// Of each guarantor: whether a case comes in batch, and what its review sees.
    batch: Vec<Key>,
    reviews: Vec<Key>,
    serves: Vec<bool>,
    pub records: Key,
    pub standing: Key,
    /// By applicant: lenders asked, one bit each, and the place of the first one's signal.
    asked: Vec<(u16, u32)>,
    draws: Vec<(Key, u32)>,
    seen: Vec<f32>,
    reviewed: Vec<[f32; TOGETHER]>,
}

impl Looks {
    pub fn new(luck: Luck, month: Month, region: &Region) -> Looks {
        let year = Month::new(month.year(), 1);
        let (signal, screening) = (luck.key(Stream::Signal, year), luck.key(Stream::Capacity, year));
        let (lenders, guarantors) = (region.lenders.len() as u32, region.guarantors.len() as u32);
        let serves = |g: &GuarantorCard| g.serves_mse != 0.0 || g.serves_rural != 0.0;
        Looks {
            signals: (0..lenders).map(|l| signal.nth(l)).collect(),
            places: std::array::from_fn(|l| screening.nth(200 + l as u32)),
            batch: (0..guarantors).map(|g| screening.nth(100 + g)).collect(),
            reviews: (0..guarantors).map(|g| screening.nth(g)).collect(),
            serves: region.guarantors.iter().map(serves).collect(),
            records: luck.key_fixed(Stream::Records),
            standing: luck.key_fixed(Stream::Standing),
            asked: Vec::with_capacity(TOGETHER),
            draws: Vec::new(),
            seen: Vec::new(),
            reviewed: vec![[0.0; TOGETHER]; region.guarantors.len()],
        }
    }

    /// Turns to a batch of at most [`TOGETHER`] applicants. Who knows more than `most` lenders asks that many: its own,
    /// and others in an order drawn for the year.
    #[inline(always)]
    pub fn turn_to(&mut self, applicants: &[Applicant], most: u32) {
        self.asked.clear();
        self.draws.clear();
        let mut ids = [0; TOGETHER];
        for (a, id) in applicants.iter().zip(&mut ids) {
            *id = a.id;
            let mut mask = a.reach;
            if mask.count_ones() > most {
                mask = shortlist(mask, most, a.own_lender, self.places(a.id));
            }
            debug_assert!(mask.count_ones() == most.min(a.reach.count_ones()));
            self.asked.push((mask, self.draws.len() as u32));
            while mask != 0 {
                self.draws.push((self.signals[mask.trailing_zeros() as usize], a.id));
                mask &= mask - 1;
            }
        }
        self.seen.resize(self.draws.len(), 0.0);
        fill_normal_each(&self.draws, &mut self.seen);
        let ids = &ids[..applicants.len()];
        for ((&key, draws), serves) in self.reviews.iter().zip(&mut self.reviewed).zip(&self.serves) {
            if *serves {
                fill_normal(key, ids, &mut draws[..ids.len()]);
            }
        }
    }

    /// Place of each lender among those a borrower asks, the lowest first.
    #[inline(always)]
    fn places(&self, id: u32) -> [u32; 16] {
        let mut places = [0; 16];
        for (place, key) in places.iter_mut().zip(&self.places) {
            *place = key.bits(id);
        }
        places
    }

    /// Lenders asked by the applicant at place `at` of the batch, and what each draws.
    #[inline(always)]
    pub fn lenders(&self, at: usize) -> impl Iterator<Item = (usize, f32)> {
        let (mut mask, first) = self.asked[at];
        self.seen[first as usize..].iter().map_while(move |&draw| {
            let lender = mask.trailing_zeros() as usize;
            mask &= mask.wrapping_sub(1);
            (lender < 16).then_some((lender, draw))
        })
    }

    /// What guarantor `g` draws in its review of the applicant at place `at` of the batch.
    #[inline(always)]
    pub fn review(&self, g: usize, at: usize) -> f32 {
        self.reviewed[g][at % TOGETHER]
    }

    /// Decides whether the case of a borrower comes to guarantor `g` in batch.
    #[inline(always)]
    pub fn batch(&self, g: usize, id: u32) -> f32 {
        self.batch[g].unit(id)
    }
}
