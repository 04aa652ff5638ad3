//! What is lent to a borrower at most, what is lost if it fails, and which lenders it asks.
//!
//! The same for all lenders but for their own factors; how an application meets them is in `lending`.

use crate::luck::kernel::lesser64;
use crate::world::{Class, FILE_NONE, FILE_THIN};

use super::Params;
use super::lending::Applicant;

/// Limits and cover of one borrower.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub unsecured: f64,
    pub collateral: f64,
    pub need: f64,
}

/// `least` is what records at hand make of the credit file's factor, at least; `orders` what is lent
/// against orders, over yearly sales.
#[inline]
pub fn limits(p: &Params, a: &Applicant, level: f64, digital: f64, least: f64, orders: f64) -> Limits {
    let file: f64 = match a.file {
        FILE_NONE => p.unsecured_none,
        FILE_THIN => p.unsecured_thin,
        _ => p.unsecured_thick,
    };
    let income = f64::from(a.sales) * 12.0 * level;
    let farm = a.borrower.class() == Class::Farm.index();
    let class = if farm { p.farm_unsecured_factor } else { 1.0 };
    Limits {
        unsecured: p.unsecured_limit * income * (1.0 + digital) * file.max(least) * class,
        collateral: p.collateral_advance * f64::from(a.collateral) * level + orders * income,
        need: f64::from(a.need) * level,
    }
}

/// Loss given default, falling from unsecured to the floor as collateral covers the loan.
#[inline]
pub fn lgd(p: &Params, amount: f64, collateral_limit: f64) -> f64 {
    let cover = if amount > 0.0 { lesser64(collateral_limit / amount, 1.0) } else { 0.0 };
    p.lgd_unsecured + (p.lgd_floor - p.lgd_unsecured) * cover
}

/// Keeps `n` of the lenders in `mask`, which has at least as many: the own lender and those with the lowest
/// draws; of draws that are equal but for their last four bits the first.
#[inline(always)]
pub fn shortlist(mask: u16, n: u32, own: usize, draws: [u32; 16]) -> u16 {
    // All lenders alike, and each place says whose it is, so that the loops stay in vector registers.
    let mut places = draws;
    for (l, place) in places.iter_mut().enumerate() {
        let drawn = if l == own { 0 } else { (*place | 16) & !15 };
        *place = if mask >> l & 1 == 1 { drawn | l as u32 } else { u32::MAX };
    }
    let mut kept = 0;
    for _ in 0..n {
        let lowest = places.iter().fold(u32::MAX, |low, &p| low.min(p));
        kept |= 1 << (lowest & 15);
        for place in &mut places {
            *place = if *place == lowest { u32::MAX } else { *place };
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luck::{Luck, Stream};

    #[test]
    fn the_own_lender_and_the_lowest_draws_are_asked() {
        let key = Luck::new(1, 0).key_fixed(Stream::Capacity);
        for id in 0..2_000 {
            // Draws with many equals now and then, and the highest there is.
            let draws = std::array::from_fn(|l| match id % 3 {
                0 => key.bits2(id, l as u32),
                1 => key.bits2(id, l as u32) % 64,
                _ => u32::MAX - key.bits2(id, l as u32) % 40,
            });
            let mask = key.bits(id) as u16 | 0b111;
            let own = if id % 5 == 0 { usize::MAX } else { (id % 16) as usize };
            let mut order: Vec<usize> = (0..16).filter(|l| mask >> l & 1 == 1).collect();
            order.sort_by_key(|&l| if l == own { 0 } else { draws[l] >> 4 | 1 });
            let n = 1 + id % 3;
            let expected = order.iter().take(n as usize).fold(0, |bits, l| bits | 1 << l);
            assert_eq!(shortlist(mask, n, own, draws), expected, "{id}");
        }
    }
}
