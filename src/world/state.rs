//! The whole state of a run, and the recount that the audit asks of it.
//! The recount is the second witness: it adds up borrowers and contracts from the columns and never
//! reads a ledger total. Phases that change the state are in `model`.

use std::sync::Arc;

use crate::ledger::{Ledger, Recount, Witness};
use crate::luck::simd::{prefetch, twin};
use crate::units::{Month, share_fen};

use super::{
    Advance, Anchor, Bond, CLASSES, Claim, ClaimKind, Cohort, CropPolicy, Equipment, EquipmentLoan, Fund,
    Guarantor, Lease, Lender, Loan, LoanBook, LoanState, Product, RateCuts, Receivable, RefusalTable, Region,
    Stake, WINDOWS,
};

/// Drawn and dated surroundings of one month.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Macro demand regime, log.
    pub regime: f64,
    /// Log crop prices around their path, by crop sector.
    pub price: Vec<f64>,
    /// Log yields of this year, crop × township.
    pub yields: Vec<f64>,
    /// Sales factor of a sector this month (demand × regime × epidemic × season × crowding).
    pub sector_factor: Vec<f32>,
    /// Crowding alone: share of potential sales that local demand absorbs.
    pub crowding: Vec<f64>,
    /// Slow nominal level: normal costs, needs and cushions move with it.
    pub level: f64,
    pub digital: f64,
    pub wage: f64,
    pub epidemic: f64,
}

/// What lenders believe and charge.
#[derive(Clone, Debug)]
pub struct Market {
    /// Loan-years and defaults observed by class and rating, fading.
    pub exposure: Vec<f64>,
    pub defaults: Vec<f64>,
    /// Yearly PD believed, by class and rating.
    pub pd: Vec<f64>,
    /// Going rate over LPR by class, re-estimated yearly.
    pub segment_spread: [f64; CLASSES],
    /// Mean expected loss of new loans by class (slow).
    pub expected_loss: [f64; CLASSES],
    /// This and last year's sums of neutral break-even over LPR by class, and counts.
    pub break_even_sum: [f64; CLASSES],
    pub break_even_count: [f64; CLASSES],
    pub break_even_last: [f64; CLASSES],
    /// Share of what banks lately wanted to refinance at each window that its quota allowed.
    pub window_fill: [f64; WINDOWS],
    /// Share of the incentives claimed that the support tool's quota lately paid.
    pub incentive_fill: f64,
    /// Mean output gap by sector at the start of the dated history: local demand's yardstick.
    pub gap_reference: Vec<f64>,
    /// Potential and funded output by sector last month, yuan of 2018.
    pub potential: Vec<f64>,
    pub funded: Vec<f64>,
}

/// Sums of the month and the year that indicators read; reset by `close`.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    pub applications: [i64; CLASSES],
    pub approvals: [i64; CLASSES],
    pub first_time: [i64; CLASSES],
    pub first_time_township: Vec<i64>,
    pub entries: [i64; CLASSES],
    pub exits: [i64; CLASSES],
    /// New inclusive loans of the month: fen and fen × ppm rate, all-in ppm.
    pub new_fen: i64,
    pub new_rate: i128,
    pub new_all_in: i128,
    /// The same, year to date.
    pub ytd_fen: i64,
    pub ytd_rate: i128,
    pub ytd_all_in: i128,
    pub npl_flow: i64,
    pub npl_flow_ytd: i64,
    pub balance_sum_ytd: i64,
    pub months_ytd: i64,
    /// Yearly sales of 2018 that present funding allows, by class, yuan.
    pub funded_sales: [f64; CLASSES],
    pub write_offs: i64,
    pub sales_yuan: i64,
    pub displaced_yuan: f64,
    /// Whether a window's quota left something wanted unfilled.
    pub window_bound: [bool; WINDOWS],
    pub exits_12: [i64; 12],
    pub fund_claims: i64,
    pub guarantor_claims: i64,
    pub incentive: i64,
    /// Reimbursed to banks for interest their borrowers were spared.
    pub rate_cut: i64,
    pub recoveries_to_fund_month: i64,
    pub recoveries_to_fund_ytd: i64,
    pub guarantee_fees_month: i64,
    pub guarantee_fees_ytd: i64,
    pub fee_subsidy: i64,
    /// Interest subsidies paid.
    pub subsidies: i64,
    /// Budgets' part of insurance premiums.
    pub premium_subsidies: i64,
    /// The district's part of capital paid into equity funds.
    pub stake_capital: i64,
}

/// Headcounts, kept up to date as borrowers come, go and learn; weighed where the class is.
#[derive(Clone, Debug, Default)]
pub struct Census {
    /// Live borrowers by class × township.
    pub live: Vec<i64>,
    /// Live borrowers in need, and those of them that are aware, by class × township and class.
    pub need: Vec<i64>,
    pub aware: [i64; CLASSES],
    /// Reference population over the opening one, by class: the path net entry alone would take.
    pub reference: [f64; CLASSES],
    /// Lenders known, summed over aware borrowers in need.
    pub known: i64,
}

/// Everything a run is made of.
#[derive(Clone, Debug)]
pub struct World {
    pub region: Arc<Region>,
    pub month: Month,
    pub cohorts: Vec<Cohort>,
    pub book: LoanBook,
    pub lenders: Vec<Lender>,
    pub guarantors: Vec<Guarantor>,
    /// Places of the upper tiers among the guarantors.
    pub reguarantor: usize,
    pub national: usize,
    pub fund: Fund,
    pub advances: Vec<Advance>,
    pub claims: Vec<Claim>,
    pub rate_cuts: RateCuts,
    pub ledger: Ledger,
    pub environment: Environment,
    pub market: Market,
    pub counters: Counters,
    pub refusals: RefusalTable,
    pub census: Census,
    /// Share of borrowers in need that have a loan, by class × township, last month-end.
    pub neighbours: Vec<f64>,
    /// Crop policies of the year, in the order of their holders.
    pub policies: Vec<CropPolicy>,
    /// Equipment on lease, oldest contracts first.
    pub leases: Vec<Lease>,
    /// Anchor firms, by sector, and what late ones owe their suppliers.
    pub anchors: Vec<Anchor>,
    pub receivables: Vec<Receivable>,
    /// Loans for equipment beside the register, oldest first.
    pub upgrades: Vec<EquipmentLoan>,
    /// Equipment bought with loans over years, stakes of equity funds, bonds: oldest contracts first.
    pub equipment: Vec<Equipment>,
    pub stakes: Vec<Stake>,
    pub bonds: Vec<Bond>,
    /// Loans over years made this year by lender, and capital paid into equity funds so far, weighed fen.
    pub long_year: Vec<i64>,
    pub stake_capital: i64,
    /// Stakes in projects paid this year, fen.
    pub stakes_year: i64,
    /// Awards received so far, and subsidies paid out of them, fen.
    pub awards: i64,
    pub awards_paid: i64,
    /// Interest subsidies paid this year out of budgets, by kind, fen.
    pub subsidies_year: [i64; 3],
    /// Inclusive balance at each past month-end, fen, newest last.
    pub balance_history: Vec<i64>,
}

impl World {
    pub fn weight(&self, class: usize) -> i64 {
        self.ledger.weight[class]
    }

    /// Live agents (not weighed): what the machine works on.
    pub fn agents(&self) -> u64 {
        self.cohorts.iter().map(|c| u64::from(c.live)).sum()
    }
}

twin! {
    /// Adds the deposits of a class by home bank, fen; returns deposits less unpaid bills.
    wide fn deposits, deposits_plain(liquid: &[i64], home: &[u8], by_bank: &mut [[i64; 256]; 4]) -> i64 {
        // Four running sums by bank break the chain of dependent additions; a bank is a byte, so that no
        // index needs a check.
        let mut whole = 0;
        let mut deposit = [0i64; 512];
        for (liquid, home) in liquid.chunks(512).zip(home.chunks(512)) {
            let deposit = &mut deposit[..liquid.len()];
            for (deposit, &cash) in deposit.iter_mut().zip(liquid) {
                *deposit = cash.max(0);
                whole += cash;
            }
            let ((fours, left), (homes, homes_left)) = (deposit.as_chunks::<4>(), home.as_chunks::<4>());
            for (four, home) in fours.iter().zip(homes) {
                by_bank[0][usize::from(home[0])] += four[0];
                by_bank[1][usize::from(home[1])] += four[1];
                by_bank[2][usize::from(home[2])] += four[2];
                by_bank[3][usize::from(home[3])] += four[3];
            }
            for (&last, &home) in left.iter().zip(homes_left) {
                by_bank[0][usize::from(home)] += last;
            }
        }
        whole
    }
}

impl Witness for World {
    fn recount(&self) -> Recount {
        let mut r = Recount::new(self.lenders.len(), self.guarantors.len());
        for (class, cohort) in self.cohorts.iter().enumerate() {
            let w = self.ledger.weight[class];
            let mut by_bank = [[0; 256]; 4];
            let whole = deposits(&cohort.liquid, &cohort.home, &mut by_bank);
            for (l, bank) in r.borrower_deposits.iter_mut().enumerate() {
                let sum: i64 = by_bank.iter().map(|part| part[l]).sum();
                *bank += sum * w;
                r.class_deposits[class] += sum * w;
            }
            r.class_payables[class] += r.class_deposits[class] - whole * w;
        }
        // Owed by class and lender: a byte each, so that no index needs a check.
        let mut owed = [0i64; 8 << 8];
        let loans = &self.book.loans[..];
        for (first, some) in (0..).step_by(64).zip(loans.chunks(64)) {
            // Loans with more to look up, a bit each: no guess of the processor stops the next.
            let mut more = 0u64;
            for (k, loan) in some.iter().enumerate() {
                prefetch(loans, first + k + 32);
                // A closed loan has nothing outstanding.
                owed[(loan.borrower.class() & 7) << 8 | usize::from(loan.lender)] += loan.principal;
                let beyond = (loan.product as u8 > Product::Collateral as u8) | loan.hold;
                more |= u64::from(beyond & (loan.state != LoanState::Free)) << k;
            }
            while more != 0 {
                self.recount_cover(&some[more.trailing_zeros() as usize], &mut r);
                more &= more - 1;
            }
        }
        for (class, &w) in self.ledger.weight.iter().enumerate() {
            for (lender, owed) in r.loans.iter_mut().zip(&owed[class << 8..]) {
                *lender += owed * w;
                r.class_debt[class] += owed * w;
            }
        }
        for l in &self.leases {
            let class = l.borrower.class();
            r.class_owed_outside[class] += l.owed * self.ledger.weight[class];
        }
        for l in &self.upgrades {
            let class = l.borrower.class();
            let fen = l.owed * self.ledger.weight[class];
            r.loans[usize::from(l.lender)] += fen;
            r.class_debt[class] += fen;
        }
        for b in &self.bonds {
            let class = b.borrower.class();
            r.class_bonds[class] += b.owed * self.ledger.weight[class];
        }
        r.stakes_cost = self.stakes.iter().map(|s| s.cost).sum();
        for a in &self.advances {
            r.advances[a.lender as usize] += a.fen;
        }
        for c in &self.claims {
            match c.kind {
                ClaimKind::Chain { upper } => {
                    r.guarantor_receivable[c.guarantor as usize] += c.fen;
                    r.guarantor_payable[upper as usize] += c.fen;
                }
                // Owed for lack of cash: the loan stays in the lender's book until it is paid.
                ClaimKind::Guarantor { .. } => {}
                ClaimKind::Fund { .. } | ClaimKind::FundGuarantor { .. } => r.fund_claims += c.fen,
            }
        }
        r.award_left = self.awards - self.fund.awarded - self.awards_paid;
        r.fund_covered_kept.clone_from(&self.fund.covered);
        r
    }
}

impl World {
    /// What guarantors and the fund stand for in a loan.
    #[inline(always)]
    fn recount_cover(&self, loan: &Loan, r: &mut Recount) {
        let w = self.ledger.weight[loan.borrower.class()];
        if loan.product.is_guaranteed() && loan.cover_in_force() {
            for (tier, share) in self.tiers(loan.guarantor as usize).into_iter().zip([
                loan.share_local,
                loan.share_reguarantor,
                loan.share_national,
            ]) {
                r.guarantor_liability[tier] += share_fen(loan.principal, i64::from(share)) * w;
            }
        }
        if loan.product.is_fund() && loan.cover_in_force() {
            r.fund_covered[loan.lender as usize] += loan.principal * w;
        }
        if loan.hold {
            // What the contract promised when it turned bad: of the loss, or of the local part of it.
            let base = if loan.product.is_guaranteed() { loan.local_part() } else { loan.defaulted };
            r.fund_claims_due += share_fen(base, i64::from(loan.share_fund)) * w;
        }
    }

    /// The local guarantor and the two upper tiers behind it.
    pub fn tiers(&self, guarantor: usize) -> [usize; 3] {
        [guarantor, self.reguarantor, self.national]
    }
}
