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
