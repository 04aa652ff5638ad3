//! The second witness: every account recounted from the contracts, every sheet balanced.
//!
//! The ledger's totals are moved by verbs; a [`Recount`] is summed afresh from the borrowers' own
//! columns, the loan register, the advances and the claims. Nothing here is defined as a residual,
//! so a missing or doubled fen anywhere shows.

use super::{CLASSES, Ledger};

/// Totals summed from contracts, weighed, in fen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recount {
    /// Loan principal by lender, from the register.
    pub loans: Vec<i64>,
    /// Borrowers' deposits by home bank, from their own columns.
    pub borrower_deposits: Vec<i64>,
    pub class_deposits: [i64; CLASSES],
    pub class_payables: [i64; CLASSES],
    pub class_debt: [i64; CLASSES],
    /// Owed on leases, from the contracts.
    pub class_owed_outside: [i64; CLASSES],
    /// Owed on bonds, and what stakes held by funds cost, from the contracts.
    pub class_bonds: [i64; CLASSES],
    pub stakes_cost: i64,
    /// Advances by lender, from the list of advances.
    pub advances: Vec<i64>,
    /// By guarantor: contingent liability from the register, claims to collect and to pay from the
    /// list of claims.
    pub guarantor_liability: Vec<i64>,
    pub guarantor_receivable: Vec<i64>,
    pub guarantor_payable: Vec<i64>,
    /// Covered balances by lender, from the register and as the fund keeps them.
    pub fund_covered: Vec<i64>,
    pub fund_covered_kept: Vec<i64>,
    /// Claims the fund has yet to pay, from the list of claims, and what the contracts on hold for
    /// them say.
    pub fund_claims: i64,
    pub fund_claims_due: i64,
    /// Awards received less what was paid from them.
    pub award_left: i64,
}

impl Recount {
    pub fn new(lenders: usize, guarantors: usize) -> Self {
        Recount {
            loans: vec![0; lenders],
            borrower_deposits: vec![0; lenders],
            class_deposits: [0; CLASSES],
            class_payables: [0; CLASSES],
            class_debt: [0; CLASSES],
            class_owed_outside: [0; CLASSES],
            class_bonds: [0; CLASSES],
            stakes_cost: 0,
            advances: vec![0; lenders],
            guarantor_liability: vec![0; guarantors],
            guarantor_receivable: vec![0; guarantors],
            guarantor_payable: vec![0; guarantors],
            fund_covered: vec![0; lenders],
            fund_covered_kept: vec![0; lenders],
            fund_claims: 0,
            fund_claims_due: 0,
            award_left: 0,
        }
    }
}

/// Who can be asked for a recount.
pub trait Witness {
    fn recount(&self) -> Recount;
}

/// One account that does not agree: ledger less recount, or assets less liabilities and equity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub party: String,
    pub account: &'static str,
    pub residual_fen: i64,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, account {}: residual {} fen", self.party, self.account, self.residual_fen)
    }
}

/// Checks every account against the recount and every balance sheet in itself.
pub fn audit(l: &Ledger, r: &Recount) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut check = |party: &dyn Fn() -> String, account: &'static str, residual_fen: i64| {
        if residual_fen != 0 {
            findings.push(Finding { party: party(), account, residual_fen });
        }
    };

    for (i, a) in l.lenders.iter().enumerate() {
        let name = || format!("lender {i}");
        check(&name, "loans", a.loans - r.loans[i]);
        check(&name, "advances", a.advances - r.advances[i]);
        let guarantors: i64 = l
            .guarantors
            .iter()
            .zip(&l.guarantor_bank)
            .filter(|(_, bank)| **bank as usize == i)
            .map(|(g, _)| g.deposit)
            .sum();
        let fund = if l.fund_bank == i { l.fund_deposit } else { 0 };
        let held = r.borrower_deposits[i] + l.rest_deposits[i] + guarantors + fund;
        check(&name, "deposits", a.deposits - held);
        let sheet = a.loans - a.allowance + a.settlement - a.deposits - a.advances - a.equity;
        check(&name, "balance sheet", sheet);
        check(&name, "covered by the fund", r.fund_covered_kept[i] - r.fund_covered[i]);
    }
    for (i, g) in l.guarantors.iter().enumerate() {
        let name = || format!("guarantor {i}");
        check(&name, "liability", g.liability - r.guarantor_liability[i]);
        check(&name, "receivable", g.receivable - r.guarantor_receivable[i]);
        check(&name, "payable", g.payable - r.guarantor_payable[i]);
        check(&name, "balance sheet", g.deposit + g.receivable - g.payable - g.equity);
    }
    for c in 0..CLASSES {
        let name = || format!("borrower class {c}");
        let a = &l.classes[c];
        check(&name, "deposits", a.deposits - r.class_deposits[c]);
        check(&name, "payables", a.payables - r.class_payables[c]);
        check(&name, "debt", a.debt - r.class_debt[c]);
        check(&name, "owed on leases", a.owed_outside - r.class_owed_outside[c]);
        check(&name, "bonds", a.bonds - r.class_bonds[c]);
        check(&name, "balance sheet", a.deposits - a.payables - a.debt - a.owed_outside - a.bonds - a.equity);
    }
    let rest = || "rest of economy".to_owned();
    check(&rest, "receivable", l.rest_receivable - r.class_payables.iter().sum::<i64>());
    check(&rest, "balance sheet", l.rest_deposits.iter().sum::<i64>() + l.rest_receivable - l.rest_equity);
    let central = || "central bank".to_owned();
    check(&central, "advances", l.central_advances - r.advances.iter().sum::<i64>());
    check(
        &central,
        "settlement",
        l.central_settlement
            - l.lenders.iter().map(|a| a.settlement).sum::<i64>()
            - l.outside_settlement
            - l.treasury_settlement
            - l.insurer_settlement
            - l.stakes_settlement
            - l.bonds_settlement,
    );
    check(&central, "balance sheet", l.central_advances - l.central_settlement - l.central_equity);
    check(
        &|| "head offices".to_owned(),
        "balance sheet",
        l.outside_settlement + l.outside_claims - l.outside_equity,
    );
    let owed: i64 = l.classes.iter().map(|c| c.owed_outside).sum();
    check(&|| "head offices".to_owned(), "leases", l.outside_claims - owed);
    check(&|| "treasury".to_owned(), "balance sheet", l.treasury_settlement - l.treasury_equity);
    check(&|| "treasury".to_owned(), "awards", l.award_left - r.award_left);
    check(&|| "treasury".to_owned(), "awards below zero", l.award_left.min(0));
    check(&|| "insurers".to_owned(), "balance sheet", l.insurer_settlement - l.insurer_equity);
    let stakes = || "equity funds".to_owned();
    check(&stakes, "stakes", l.stakes_cost - r.stakes_cost);
    check(&stakes, "balance sheet", l.stakes_settlement + l.stakes_cost - l.stakes_equity);
    let bonds = || "bond market".to_owned();
    check(&bonds, "claims", l.bonds_claims - r.class_bonds.iter().sum::<i64>());
    check(&bonds, "balance sheet", l.bonds_settlement + l.bonds_claims - l.bonds_equity);
    let fund = || "compensation fund".to_owned();
    check(&fund, "balance sheet", l.fund_deposit - l.fund_equity);
    check(&fund, "covered balance", l.fund_covered - r.fund_covered.iter().sum::<i64>());
    check(&fund, "claims to pay", r.fund_claims - r.fund_claims_due);
    check(&fund, "deposit below zero", l.fund_deposit.min(0));
    findings
}
