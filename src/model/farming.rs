//! Loans for agriculture without security, at a price tied to the central bank's window: what a bank offers beside its
//! ordinary products, if it breaks even at that price.
//!
//! Terms are in `policy::agri_credit_products`; the ordinary course of a quote is in `lending`.

use crate::luck::{Key, kernel};
use crate::policy::AgriProduct;
use crate::world::Product;

use super::Params;
use super::cells::Cell;
use super::desk::{Desk, Risk, Terms};
use super::joint;
use super::offers::Quote;

/// Places of the draws among those of standings.
const SERVED: u32 = 32;
const YOUNG: u32 = 33;

/// A bank's terms: what the instrument says, and the rate in force.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tied {
    pub terms: AgriProduct,
    pub rate: f64,
}

/// What is asked for.
pub struct Asked {
    pub class: usize,
    pub id: u32,
    pub flags: u8,
    /// Yuan: need, and what is owed where a loan is rolled over.
    pub need: f64,
    pub owed: f64,
    pub return_rate: f64,
    pub renewal: bool,
    pub pd: f64,
    pub bucket: u8,
    /// What looking costs, yuan.
    pub looking: f64,
}

/// The most that is lent to a borrower, yuan; 0 if nothing is offered. `luck` is the lasting draw of standings.
pub fn cap(m: &AgriProduct, luck: Key, id: u32) -> f64 {
    let among = |draw: u32, share: f64| share > 0.0 && f64::from(luck.unit2(id, draw)) < share;
    let served = if among(SERVED, m.served) { m.limit_yuan } else { 0.0 };
    if among(YOUNG, m.young) { served.max(m.young_limit_yuan) } else { served }
}

/// The bank's offer, with what the borrower gains by it.
pub fn offer(
    p: &Params,
    desk: &Desk,
    lender: usize,
    terms: &Terms,
    cell: &Cell,
    luck: Key,
    a: &Asked,
) -> Option<Quote> {
    let tied = desk.agri[lender * crate::world::CLASSES + a.class]?;
    let most = a.need.min(cap(&tied.terms, luck, a.id));
    let renewal_factor = if a.renewal { p.handling_renewal } else { 1.0 };
    let risk = Risk { pd: a.pd, lgd: p.lgd_unsecured, bank_share: 1.0 };
    if most < p.ticket_min {
        return None;
    }
    let case = terms.case(1.0 / most, risk, renewal_factor, 1.0);
    let support = if a.renewal { 0.0 } else { terms.support } - a.looking / most;
    let window = desk.windows.best(terms, u16::from(a.flags), |_| tied.rate);
    if case.break_even(terms, window.map_or(0.0, |w| w.relief), support) > tied.rate {
        return None;
    }
    let subsidy = desk.subsidies.granted(a.class, cell.rated, a.flags, false, most, tied.rate).worth;
    let bridge = if a.renewal { p.bridge_cost } else { 0.0 };
    let all_in = tied.rate + bridge + cell.application_cost / most - subsidy;
    let worth_it = all_in < a.return_rate || a.renewal && all_in < 2.0 * a.return_rate;
    // As with other loans, a dearer one is asked for in a smaller amount.
    let ratio = a.return_rate / (all_in * p.price_reference);
    let response = kernel::exp32(p.price_slope as f32 * kernel::ln32(ratio as f32));
    let amount = most.min(a.need * f64::from(response).clamp(0.25, 1.5)).max(p.ticket_min);
    if !worth_it || a.renewal && amount < a.owed * p.renewal_cut {
        return None;
    }
    Some(Quote {
        surplus: amount * (a.return_rate - all_in),
        lender: lender as u8,
        product: Product::Unsecured,
        guarantor: 0,
        batch: false,
        bucket: a.bucket,
        amount,
        rate: tied.rate,
        all_in,
        pd: a.pd,
        recovery: 1.0 - p.lgd_unsecured,
        window: window.map(|w| w.window),
        handling: terms.handling_fixed * renewal_factor + a.looking,
        unbridged: false,
        kept: false,
        scheme: false,
        partners: 0,
        led: joint::WHOLE,
        shown: 0,
        tied: 0.0,
        own_hand: false,
        at_window: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luck::{Luck, Stream};

    #[test]
    fn the_young_have_a_cap_of_their_own_where_it_is_higher() {
        let luck = Luck::new(3, 0).key_fixed(Stream::Standing);
        let m = AgriProduct { served: 0.4, limit_yuan: 2e5, young: 0.1, young_limit_yuan: 3e5, over: 0.03 };
        let count = |m: &AgriProduct, yuan: f64| (0..10_000).filter(|&id| cap(m, luck, id) == yuan).count();
        let (young, served, none) = (count(&m, 3e5), count(&m, 2e5), count(&m, 0.0));
        assert!((900..1_100).contains(&young) && (3_400..3_800).contains(&served), "{young} {served}");
        assert_eq!(young + served + none, 10_000);
        // A lower cap for the young takes nothing from anybody.
        let low = AgriProduct { young_limit_yuan: 1e5, ..m };
        assert!(count(&low, 2e5) > 3_800 && count(&low, 3e5) == 0);
    }
}
