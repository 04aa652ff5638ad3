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
/// draws; of equals the first.
#[inline(always)]
pub fn shortlist(mask: u16, n: u32, own: usize, draws: [u32; 16]) -> u16 {
    let mut left = mask;
    // All lenders alike, so that the loops run in vector registers.
    let mut places: [u32; 16] = std::array::from_fn(|l| {
        let place = if l == own { 0 } else { draws[l] | 1 };
        if mask >> l & 1 == 1 { place } else { u32::MAX }
    });
    for _ in 0..n {
        let lowest = places.iter().fold(u32::MAX, |low, &p| low.min(p));
        let at = (0..16).fold(0u16, |bits, l| bits | u16::from(places[l] == lowest) << l) & left;
        let first = at & at.wrapping_neg();
        left &= !first;
        places[first.trailing_zeros() as usize & 15] = u32::MAX;
    }
    mask & !left
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
                1 => key.bits2(id, l as u32) % 4,
                _ => u32::MAX - key.bits2(id, l as u32) % 3,
            });
            let mask = key.bits(id) as u16 | 0b111;
            let own = if id % 5 == 0 { usize::MAX } else { (id % 16) as usize };
            let mut order: Vec<usize> = (0..16).filter(|l| mask >> l & 1 == 1).collect();
            order.sort_by_key(|&l| if l == own { 0 } else { draws[l] | 1 });
            let n = 1 + id % 3;
            let expected = order.iter().take(n as usize).fold(0, |bits, l| bits | 1 << l);
            assert_eq!(shortlist(mask, n, own, draws), expected, "{id}");
        }
    }
}
