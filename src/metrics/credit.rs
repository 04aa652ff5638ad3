//! Who owes how much at one month-end, and on which instruments' terms: what two worlds are compared by,
//! borrower by borrower. Read off the loan register; compared in `experiment/additional.rs`.
//! Instruments that change no single loan, such as targets, rates and reserves, are not listed here.

use crate::world::{Borrower, Product, WINDOWS, Window, World};

/// Instruments on whose terms a loan stands, by bit of [`Credit::terms`]: those that its product, window and subsidy
/// tell, then those it remembers (`Clauses::helped`).
pub const ON_TERMS: [&str; 25 + WINDOWS] = [
    "guarantee_chain",
    "risk_compensation_fund",
    "micro_relending",
    "agri_relending",
    "tech_relending",
    "transport_relending",
    "carbon_reduction_facility",
    "equipment_relending",
    "credit_village_subsidy",
    "green_inclusive_subsidy",
    "poverty_relief_microcredit",
    "renewal_without_repayment",
    "no_withdrawal",
    "revolving_credit",
    "payment_deferral",
    "temporary_rate_cut",
    "transfer_pricing",
    "economic_capital",
    "joint_lending",
    "delegated_approval",
    "hit_sector_rate",
    "agri_credit_products",
    "crop_insurance",
    "project_tools",
    "manufacturing_term_loans",
    "intangible_pledge",
    "green_matching",
    "green_branches",
    "cooperative_model",
    "equity_funds",
    "supply_chain_finance",
];

/// The bit of an instrument that is in [`ON_TERMS`].
pub const fn terms_bit(id: &str) -> u32 {
    let mut bit = 0;
    while bit < ON_TERMS.len() {
        let (a, b) = (ON_TERMS[bit].as_bytes(), id.as_bytes());
        let mut i = 0;
        while i < a.len() && i < b.len() && a[i] == b[i] {
            i += 1;
        }
        if i == a.len() && i == b.len() {
            return 1 << bit;
        }
        bit += 1;
    }
    panic!("an instrument on whose terms loans stand")
}

/// Places of the first window and the first interest subsidy in [`ON_TERMS`]; the others follow in the order of
/// their kinds.
const WINDOWS_FROM: u8 = 2;
const SUBSIDIES_FROM: u8 = WINDOWS_FROM + WINDOWS as u8;

/// What a borrower owes banks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The borrower's, the same in every world of a replication.
    pub id: u32,
    /// Place of its class in `Class::ALL`.
    pub class: u8,
    /// Bits of [`ON_TERMS`].
    pub terms: u32,
    /// Borrowers it stands for.
    pub weight: u32,
    /// Outstanding principal of all it stands for, fen.
    pub fen: i64,
}

/// What product, window and kind of subsidy tell of the instruments on whose terms a loan stands.
pub fn terms(product: Product, window: Option<Window>, subsidy: Option<u8>) -> u32 {
    u32::from(product.is_guaranteed())
        | u32::from(product.is_fund()) << 1
        | window.map_or(0, |window| 1 << (WINDOWS_FROM + window as u8))
        | subsidy.map_or(0, |kind| 1 << (SUBSIDIES_FROM + kind))
}

/// What borrowers in business owe, in the order of their ids: their own loan, and one over several years or for
/// equipment beside it.
pub fn credit(world: &World) -> Vec<Credit> {
    let mut out: Vec<Credit> = world
        .book
        .loans
        .iter()
        .filter(|l| l.borrower_live && l.principal > 0)
        .map(|l| {
            let b: Borrower = l.borrower;
            let weight = world.ledger.weight[b.class()];
            Credit {
                id: l.id,
                class: b.class() as u8,
                terms: terms(l.product, l.window, l.subsidy.kind) | l.helped,
                weight: weight as u32,
                fen: l.principal * weight,
            }
        })
        .collect();
    out.extend(world.upgrades.iter().map(|l| {
        let (class, weight) = (l.borrower.class(), world.ledger.weight[l.borrower.class()]);
        Credit {
            id: l.id,
            class: class as u8,
            terms: 1 << (WINDOWS_FROM + Window::Equipment as u8),
            weight: weight as u32,
            fen: l.owed * weight,
        }
    }));
    out.sort_unstable_by_key(|c| c.id);
    out.dedup_by(|next, kept| {
        let same = next.id == kept.id;
        if same {
            kept.fen += next.fen;
            kept.terms |= next.terms;
        }
        same
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bit_is_the_place_in_the_list() {
        for (bit, id) in ON_TERMS.into_iter().enumerate() {
            assert_eq!(terms_bit(id), 1 << bit, "{id}");
        }
        assert_eq!(terms(Product::FundGuaranteed, Some(Window::Agri), None), 0b1011);
        assert_eq!(terms(Product::Unsecured, None, Some(2)), terms_bit("poverty_relief_microcredit"));
        for window in Window::ALL {
            assert_eq!(terms(Product::Collateral, Some(window), None), terms_bit(window.instrument()));
        }
    }
}
