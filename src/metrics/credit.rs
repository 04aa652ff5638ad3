//! Who owes how much at one month-end, and on which instruments' terms: what two worlds are compared by,
//! borrower by borrower. Read off the loan register; compared in `experiment/additional.rs`.
//! Instruments that move the price of every loan have no loans of their own and are not listed here.

use crate::world::{Borrower, Product, WINDOWS, Window, World};

/// Instruments on whose terms a loan is made, by bit of [`Credit::terms`].
pub const ON_TERMS: [&str; 5 + WINDOWS] = [
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
];

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
    pub terms: u16,
    /// Borrowers it stands for.
    pub weight: u32,
    /// Outstanding principal of all it stands for, fen.
    pub fen: i64,
}

/// Instruments on whose terms a loan stands, as bits of [`ON_TERMS`]; `subsidy` is the kind it has.
pub fn terms(product: Product, window: Option<Window>, subsidy: Option<u8>) -> u16 {
    u16::from(product.is_guaranteed())
        | u16::from(product.is_fund()) << 1
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
                terms: terms(l.product, l.window, l.subsidy.kind),
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
