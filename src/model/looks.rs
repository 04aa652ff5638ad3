//! Those who look at an applicant: which lenders it asks, what they and guarantors see of it.
//!
//! For a batch of applicants at once, so that draws are made in vector registers. An opinion lasts a year: asking
//! again next month meets the same one.

use crate::luck::keys::fill_bits_plain;
use crate::luck::{Key, Luck, Stream, fill_normal, fill_normal_each, simd::twin};
use crate::units::Month;
use crate::world::{GuarantorCard, Region};

use super::lending::Applicant;

/// Applicants looked at together.
pub const TOGETHER: usize = 256;

/// A number for each applicant of a batch.
type Batch<T> = [T; TOGETHER];

twin! {
    /// Lenders each applicant asks, one bit each: of those in its reach `most`, its own first and then those with the
    /// lowest draws; of draws that are equal but for their last five bits the first lender. Who reaches fewer asks all.
    fn shortlists, shortlists_plain(
        keys: &[Key], most: u32, ids: &Batch<u32>, reach: &Batch<u32>, own: &Batch<u32>,
        places: &mut Places, asked: &mut Batch<u32>,
    ) {
        // Each place says whose it is, so that all applicants go through the same steps in vector registers.
        let lenders = keys.len().min(16);
        let mut draws = [0; TOGETHER];
        for ((l, &key), places) in (0..16).zip(keys).zip(&mut *places) {
            fill_bits_plain(key, ids, &mut draws);
            for a in 0..TOGETHER {
                let drawn = (draws[a] >> 1 | 16) & !15;
                let place = if own[a] == l { l } else { drawn | l };
                places[a] = if reach[a] >> l & 1 == 1 { place as i32 } else { i32::MAX };
            }
        }
        *asked = [0; TOGETHER];
        let mut last = [-1; TOGETHER];
        for _ in 0..most {
            let mut next = [i32::MAX; TOGETHER];
            for places in &places[..lenders] {
                for a in 0..TOGETHER {
                    let place = if places[a] > last[a] { places[a] } else { i32::MAX };
                    next[a] = next[a].min(place);
                }
            }
            for a in 0..TOGETHER {
                asked[a] |= if next[a] == i32::MAX { 0 } else { 1 << (next[a] & 15) };
            }
            last = next;
        }
    }
}

/// Room for the place of each lender among those an applicant may ask.
type Places = [Batch<i32>; 16];

/// Keys of the year, and the batch looked at.
pub struct Looks {
    /// Of each lender: what it sees, and its place among those asked.
    signals: Vec<Key>,
    places: Vec<Key>,
    /// Of each guarantor: whether a case comes in batch, and what its review sees.
    batch: Vec<Key>,
    reviews: Vec<Key>,
    serves: Vec<bool>,
    pub records: Key,
    pub standing: Key,
    /// By applicant: lenders asked, one bit each, and the place of the first one's signal.
    asked: Vec<(u16, u32)>,
    ranks: Box<Places>,
    draws: (Vec<Key>, Vec<u32>),
    seen: Vec<f32>,
    reviewed: Vec<Batch<f32>>,
}

impl Looks {
    pub fn new(luck: Luck, month: Month, region: &Region) -> Looks {
        let year = Month::new(month.year(), 1);
        let (signal, screening) = (luck.key(Stream::Signal, year), luck.key(Stream::Capacity, year));
        let (lenders, guarantors) = (region.lenders.len() as u32, region.guarantors.len() as u32);
        let serves = |g: &GuarantorCard| g.serves_mse != 0.0 || g.serves_rural != 0.0;
        Looks {
            signals: (0..lenders).map(|l| signal.nth(l)).collect(),
            places: (0..lenders).map(|l| screening.nth(200 + l)).collect(),
            batch: (0..guarantors).map(|g| screening.nth(100 + g)).collect(),
            reviews: (0..guarantors).map(|g| screening.nth(g)).collect(),
            serves: region.guarantors.iter().map(serves).collect(),
            records: luck.key_fixed(Stream::Records),
            standing: luck.key_fixed(Stream::Standing),
            asked: Vec::with_capacity(TOGETHER),
            ranks: Box::new([[0; TOGETHER]; 16]),
            draws: Default::default(),
            seen: Vec::new(),
            reviewed: vec![[0.0; TOGETHER]; region.guarantors.len()],
        }
    }

    /// Turns to a batch of at most [`TOGETHER`] applicants. Who knows more than `most` lenders asks that many: its own,
    /// and others in an order drawn for the year.
    pub fn turn_to(&mut self, applicants: &[Applicant], most: u32) {
        let (mut ids, mut reach, mut own) = ([0; TOGETHER], [0; TOGETHER], [0; TOGETHER]);
        for (k, a) in applicants.iter().enumerate().take(TOGETHER) {
            (ids[k], reach[k], own[k]) = (a.id, u32::from(a.reach), a.own_lender as u32);
        }
        let mut asked = [0; TOGETHER];
        shortlists(&self.places, most, &ids, &reach, &own, &mut self.ranks, &mut asked);
        self.asked.clear();
        self.draws.0.clear();
        self.draws.1.clear();
        for (&id, mut mask) in ids[..applicants.len()].iter().zip(asked) {
            self.asked.push((mask as u16, self.draws.1.len() as u32));
            while mask != 0 {
                self.draws.0.push(self.signals[mask.trailing_zeros() as usize]);
                self.draws.1.push(id);
                mask &= mask - 1;
            }
        }
        let (keys, of) = &self.draws;
        self.seen.resize(of.len(), 0.0);
        fill_normal_each(keys, of, &mut self.seen);
        let ids = &ids[..applicants.len()];
        for ((&key, draws), serves) in self.reviews.iter().zip(&mut self.reviewed).zip(&self.serves) {
            if *serves {
                fill_normal(key, ids, &mut draws[..ids.len()]);
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_lender_and_the_lowest_draws_are_asked() {
        let luck = Luck::new(1, 0);
        for (lenders, most) in [(11, 3), (16, 2), (5, 5), (1, 3)] {
            let keys: Vec<Key> = (0..lenders).map(|l| luck.key_fixed(Stream::Capacity).nth(l)).collect();
            let ids: Batch<u32> = std::array::from_fn(|a| a as u32);
            let reach = ids.map(|id| luck.key_fixed(Stream::Reach).bits(id) & ((1 << lenders) - 1));
            let own = ids.map(|id| if id % 5 == 0 { u32::MAX } else { id % lenders });
            let (mut asked, mut plain) = ([0; TOGETHER], [0; TOGETHER]);
            let mut ranks = Box::new([[0; TOGETHER]; 16]);
            shortlists(&keys, most, &ids, &reach, &own, &mut ranks, &mut asked);
            shortlists_plain(&keys, most, &ids, &reach, &own, &mut ranks, &mut plain);
            assert_eq!(asked, plain);
            for a in 0..TOGETHER {
                let mut order: Vec<u32> = (0..lenders).filter(|l| reach[a] >> l & 1 == 1).collect();
                order.sort_by_key(|&l| if l == own[a] { 0 } else { keys[l as usize].bits(ids[a]) | 1 });
                let expected = order.iter().take(most as usize).fold(0, |bits, l| bits | 1 << l);
                assert_eq!(asked[a], expected, "{a} of {lenders}");
            }
        }
    }
}
