//! Who owes how much at one month-end, and on which instruments' terms: what two worlds are compared by,
//! borrower by borrower. Read off the loan register; compared in `experiment/additional.rs`.
//! Instruments that move the price of every loan have no loans of their own and are not listed here.

use crate::world::{Borrower, Class, Product, World};

/// Instruments on whose terms a loan is made, by bit of [`Credit::terms`].
pub const ON_TERMS: [&str; 7] = [
    "guarantee_chain",
    "risk_compensation_fund",
    "micro_relending",
    "agri_relending",
    "credit_village_subsidy",
    "green_inclusive_subsidy",
    "poverty_relief_microcredit",
];

/// Place of the first interest subsidy in [`ON_TERMS`]; the others follow in the order of their kinds.
const SUBSIDIES_FROM: u8 = 4;

/// What a borrower owes banks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The borrower's, the same in every world of a replication.
    pub id: u32,
    /// Place of its class in [`Class::ALL`].
    pub class: u8,
    /// Bits of [`ON_TERMS`].
    pub terms: u8,
    /// Borrowers it stands for.
    pub weight: u32,
    /// Outstanding principal of all it stands for, fen.
    pub fen: i64,
}

/// Instruments on whose terms a loan stands, as bits of [`ON_TERMS`]; `subsidy` is the kind it has.
pub fn terms(product: Product, window_eligible: bool, class: Class, subsidy: Option<u8>) -> u8 {
    let window = if class.is_agri() { 3 } else { 2 };
    u8::from(product.is_guaranteed())
        | u8::from(product.is_fund()) << 1
        | u8::from(window_eligible) << window
        | subsidy.map_or(0, |kind| 1 << (SUBSIDIES_FROM + kind))
}

/// What borrowers in business owe, in the order of their ids: their own loan, and one over several years beside it.
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
                terms: terms(l.product, l.window_eligible, Class::from_index(b.class()), l.subsidy.kind),
                weight: weight as u32,
                fen: l.principal * weight,
            }
        })
        .collect();
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
