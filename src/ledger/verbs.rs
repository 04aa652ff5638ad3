//! The verbs. Each is one balanced event; nothing but these and those of `support.rs`,
//! `steady.rs`, `leases.rs`, `capital.rs` and `windows.rs` writes an account.
//!
//! `liquid` is a borrower's signed cash: a deposit at its home bank where positive, unpaid bills to
//! the rest of the economy where negative. Amounts are per agent and weighed here.

use super::{Ledger, Reason};

/// Flows of one class in a month's dense pass, per lender where the deposit sits, unweighed fen.
#[derive(Clone, Debug, Default)]
pub struct Trade {
    /// Change of deposits by home bank.
    pub deposits: Vec<i64>,
    /// Change of unpaid bills.
    pub payables: i64,
    /// Gross flows: sales, wages, costs, drawings, cash losses, bills left unpaid, bills paid.
    pub sales: i64,
    pub wages: i64,
    pub costs: i64,
    pub drawings: i64,
    pub losses: i64,
    pub left_unpaid: i64,
    pub paid_later: i64,
}

/// A month's interest from the deposits of one class, unweighed fen: by home bank of the deposit and by
/// lender. A bank is a byte, so that no index needs a check.
#[derive(Clone, Copy, Debug)]
pub struct InterestPaid {
    home: [i64; 256],
    lender: [i64; 256],
}

impl Default for InterestPaid {
    fn default() -> Self {
        InterestPaid { home: [0; 256], lender: [0; 256] }
    }
}

impl InterestPaid {
    /// One payment, already taken from the borrower's liquid.
    #[inline(always)]
    pub fn add(&mut self, home: u8, lender: u8, fen: i64) {
        debug_assert!(fen >= 0);
        self.home[usize::from(home)] += fen;
        self.lender[usize::from(lender)] += fen;
    }
}

impl Ledger {
    /// Posts a month's interest of a whole class, already taken from the borrowers' liquid: what
    /// [`Self::pay_interest`] does for one.
    pub fn interest_of(&mut self, class: usize, paid: &InterestPaid) {
        let w = self.weight[class];
        let mut all = 0;
        for (a, (&home, &lender)) in self.lenders.iter_mut().zip(paid.home.iter().zip(&paid.lender)) {
            a.deposits -= home * w;
            a.settlement += (lender - home) * w;
            a.equity += lender * w;
            all += home * w;
        }
        self.classes[class].deposits -= all;
        self.classes[class].equity -= all;
        self.note(Reason::Interest, class, all);
    }

    /// Deposit part of a signed cash balance.
    fn deposit(liquid: i64) -> i64 {
        liquid.max(0)
    }

    /// Moves a borrower's liquid by `delta` against the rest of the economy, for `reason`.
    fn against_rest(&mut self, class: usize, home: usize, liquid: &mut i64, delta: i64, reason: Reason) {
        let w = self.weight[class];
        let (old, new) = (*liquid, *liquid + delta);
        let d = (Self::deposit(new) - Self::deposit(old)) * w;
        let bills = ((-new).max(0) - (-old).max(0)) * w;
        *liquid = new;
        let c = &mut self.classes[class];
        c.deposits += d;
        c.payables += bills;
        c.equity += delta * w;
        self.rest_deposits[home] -= d;
        self.rest_receivable += bills;
        self.rest_equity -= delta * w;
        self.note(reason, class, delta.abs() * w);
        let (unpaid, paid) = (bills.max(0), (-bills).max(0));
        if unpaid > 0 {
            self.note(Reason::SupplierCredit, class, unpaid);
        } else if paid > 0 {
            self.note(Reason::SupplierRepaid, class, paid);
        }
    }

    /// The rest of the economy pays a borrower.
    pub fn receive(&mut self, class: usize, home: usize, liquid: &mut i64, fen: i64, reason: Reason) {
        debug_assert!(fen >= 0);
        self.against_rest(class, home, liquid, fen, reason);
    }

    /// A borrower pays the rest of the economy; what it lacks becomes an unpaid bill.
    pub fn spend(&mut self, class: usize, home: usize, liquid: &mut i64, fen: i64, reason: Reason) {
        debug_assert!(fen >= 0);
        self.against_rest(class, home, liquid, -fen, reason);
    }

    /// Posts a month's trade of a whole class, already applied to the borrowers' liquid.
    pub fn trade(&mut self, class: usize, t: &Trade) {
        let w = self.weight[class];
        let mut moved = 0;
        for (l, &d) in t.deposits.iter().enumerate() {
            self.rest_deposits[l] -= d * w;
            moved += d;
        }
        let net = t.sales + t.wages - t.costs - t.drawings - t.losses;
        debug_assert_eq!(moved - t.payables, net, "trade of class {class} does not add up");
        let c = &mut self.classes[class];
        c.deposits += moved * w;
        c.payables += t.payables * w;
        c.equity += net * w;
        self.rest_receivable += t.payables * w;
        self.rest_equity -= net * w;
        for (reason, fen) in [
            (Reason::Sales, t.sales),
            (Reason::Wages, t.wages),
            (Reason::Costs, t.costs),
            (Reason::Drawings, t.drawings),
            (Reason::CashLoss, t.losses),
            (Reason::SupplierCredit, t.left_unpaid),
            (Reason::SupplierRepaid, t.paid_later),
        ] {
            self.note(reason, class, fen * w);
        }
    }

    /// A borrower's deposit pays a bank: deposit falls at home, settlement moves to `lender`.
    fn deposit_to_lender(&mut self, class: usize, home: usize, lender: usize, liquid: &mut i64, fen: i64) {
        assert!(fen == 0 || (*liquid >= fen && fen > 0), "payment of {fen} fen from {liquid} fen");
        let w = self.weight[class];
        *liquid -= fen;
        self.classes[class].deposits -= fen * w;
        self.lenders[home].deposits -= fen * w;
        self.lenders[home].settlement -= fen * w;
        self.lenders[lender].settlement += fen * w;
    }

    /// A loan is disbursed: the deposit is created at the borrower's home bank. Unpaid bills are
    /// settled from it first.
    pub fn disburse(&mut self, class: usize, home: usize, lender: usize, liquid: &mut i64, fen: i64) {
        self.lend(class, home, lender, liquid, fen, Reason::Lent);
    }

    pub(super) fn lend(
        &mut self,
        class: usize,
        home: usize,
        lender: usize,
        liquid: &mut i64,
        fen: i64,
        reason: Reason,
    ) {
        debug_assert!(fen > 0);
        let w = self.weight[class];
        let bills = (-*liquid).max(0).min(fen);
        *liquid += fen;
        let c = &mut self.classes[class];
        c.debt += fen * w;
        c.deposits += (fen - bills) * w;
        c.payables -= bills * w;
        self.rest_receivable -= bills * w;
        self.rest_deposits[home] += bills * w;
        self.lenders[home].deposits += fen * w;
        self.lenders[home].settlement += fen * w;
        self.lenders[lender].settlement -= fen * w;
        self.lenders[lender].loans += fen * w;
        self.note(reason, class, fen * w);
        if bills > 0 {
            self.note(Reason::SupplierRepaid, class, bills * w);
        }
    }

    /// Principal is repaid from the deposit.
    pub fn repay(
        &mut self,
        class: usize,
        home: usize,
        lender: usize,
        liquid: &mut i64,
        principal: &mut i64,
        fen: i64,
    ) {
        self.pay_back(class, home, lender, liquid, principal, fen, Reason::Repaid);
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn pay_back(
        &mut self,
        class: usize,
        home: usize,
        lender: usize,
        liquid: &mut i64,
        principal: &mut i64,
        fen: i64,
        reason: Reason,
    ) {
        assert!(*principal >= fen, "repayment of {fen} fen on {principal} fen");
        self.deposit_to_lender(class, home, lender, liquid, fen);
        let w = self.weight[class];
        *principal -= fen;
        self.classes[class].debt -= fen * w;
        self.lenders[lender].loans -= fen * w;
        self.note(reason, class, fen * w);
    }

    /// Interest is paid from the deposit and is the lender's income.
    pub fn pay_interest(&mut self, class: usize, home: usize, lender: usize, liquid: &mut i64, fen: i64) {
        self.deposit_to_lender(class, home, lender, liquid, fen);
        let w = self.weight[class];
        self.classes[class].equity -= fen * w;
        self.lenders[lender].equity += fen * w;
        self.note(Reason::Interest, class, fen * w);
    }

    /// A guarantee fee is paid from the deposit to the guarantor's bank.
    pub fn pay_fee(&mut self, class: usize, home: usize, guarantor: usize, liquid: &mut i64, fen: i64) {
        let bank = self.guarantor_bank[guarantor] as usize;
        self.deposit_to_lender(class, home, bank, liquid, fen);
        let w = self.weight[class];
        self.lenders[bank].deposits += fen * w;
        self.classes[class].equity -= fen * w;
        self.guarantors[guarantor].deposit += fen * w;
        self.guarantors[guarantor].equity += fen * w;
        self.note(Reason::GuaranteeFee, class, fen * w);
    }

    /// Opening loan of month zero: as if disbursed long ago and spent.
    pub fn opening_loan(&mut self, class: usize, lender: usize, fen: i64) {
        let w = self.weight[class];
        self.classes[class].debt += fen * w;
        self.classes[class].equity -= fen * w;
        self.lenders[lender].loans += fen * w;
        // The money went to the rest of the economy long ago, into deposits at the same lender.
        self.lenders[lender].deposits += fen * w;
        self.rest_deposits[lender] += fen * w;
        self.rest_equity += fen * w;
    }

    /// Rest-of-economy deposits that stand behind borrowers' money at the start.
    pub fn opening_rest_deposit(&mut self, lender: usize, fen: i64) {
        self.rest_deposits[lender] += fen;
        self.rest_equity += fen;
        self.outside_to_deposit(lender, fen);
    }

    /// Owners' capital of a guarantor, paid into its bank.
    pub fn guarantor_capital(&mut self, guarantor: usize, fen: i64) {
        self.outside_to_deposit(self.guarantor_bank[guarantor] as usize, fen);
        self.guarantors[guarantor].deposit += fen;
        self.guarantors[guarantor].equity += fen;
        self.note(Reason::GuarantorCapital, 0, fen);
    }

    fn outside_to_deposit(&mut self, bank: usize, fen: i64) {
        self.outside_settlement -= fen;
        self.outside_equity -= fen;
        self.lenders[bank].settlement += fen;
        self.lenders[bank].deposits += fen;
    }

    /// A lender pays the rest of the economy at its own counter (costs).
    pub fn lender_to_rest(&mut self, lender: usize, fen: i64, reason: Reason) {
        self.lenders[lender].deposits += fen;
        self.lenders[lender].equity -= fen;
        self.rest_deposits[lender] += fen;
        self.rest_equity += fen;
        self.note(reason, 0, fen);
    }

    /// A lender pays head office or the interbank market (funding cost, profit).
    pub fn lender_to_outside(&mut self, lender: usize, fen: i64, reason: Reason) {
        self.lenders[lender].settlement -= fen;
        self.lenders[lender].equity -= fen;
        self.outside_settlement += fen;
        self.outside_equity += fen;
        self.note(reason, 0, fen);
    }

    /// A lender pays tax to the treasury.
    pub fn pay_tax(&mut self, lender: usize, fen: i64) {
        self.lenders[lender].settlement -= fen;
        self.lenders[lender].equity -= fen;
        self.treasury_settlement += fen;
        self.treasury_equity += fen;
        self.note(Reason::Tax, 0, fen);
    }

    /// Sets provisions aside (or releases them, `fen < 0`).
    pub fn provision(&mut self, lender: usize, fen: i64) {
        self.lenders[lender].allowance += fen;
        self.lenders[lender].equity -= fen;
    }

    /// Writes principal off against the allowance; the borrower's debt is gone.
    pub fn write_off(&mut self, class: usize, lender: usize, principal: &mut i64, fen: i64) {
        assert!(*principal >= fen && fen >= 0);
        let w = self.weight[class];
        *principal -= fen;
        self.lenders[lender].loans -= fen * w;
        self.lenders[lender].allowance -= fen * w;
        self.classes[class].debt -= fen * w;
        self.classes[class].equity += fen * w;
        self.note(Reason::WrittenOff, class, fen * w);
    }

    /// Collateral is sold to the rest of the economy; the proceeds reduce the principal.
    pub fn recover(&mut self, class: usize, lender: usize, principal: &mut i64, fen: i64) {
        assert!(*principal >= fen && fen >= 0);
        let w = self.weight[class];
        *principal -= fen;
        self.rest_to_lender(lender, fen * w);
        self.lenders[lender].loans -= fen * w;
        self.classes[class].debt -= fen * w;
        self.classes[class].equity += fen * w;
        self.note(Reason::Recovery, class, fen * w);
    }

    /// Recoveries on a part of the debt that guarantor or fund has already paid: collected by the
    /// lender and handed on by [`Self::recovery_to_guarantor`] or [`Self::recovery_to_fund`] in the same breath.
    pub fn recover_for_others(&mut self, class: usize, lender: usize, fen: i64) {
        let w = self.weight[class];
        self.rest_to_lender(lender, fen * w);
        self.lenders[lender].equity += fen * w;
        self.note(Reason::Recovery, class, fen * w);
    }

    fn rest_to_lender(&mut self, lender: usize, fen: i64) {
        self.rest_deposits[lender] -= fen;
        self.rest_equity -= fen;
        self.lenders[lender].deposits -= fen;
    }

    /// The local guarantor pays a claim; the lender's loan falls by it.
    pub fn guarantee_claim(
        &mut self,
        class: usize,
        lender: usize,
        guarantor: usize,
        principal: &mut i64,
        fen: i64,
    ) {
        assert!(*principal >= fen && fen >= 0);
        let w = self.weight[class];
        *principal -= fen;
        let bank = self.guarantor_bank[guarantor] as usize;
        self.lenders[bank].deposits -= fen * w;
        self.lenders[bank].settlement -= fen * w;
        self.lenders[lender].settlement += fen * w;
        self.lenders[lender].loans -= fen * w;
        self.guarantors[guarantor].deposit -= fen * w;
        self.guarantors[guarantor].equity -= fen * w;
        self.classes[class].debt -= fen * w;
        self.classes[class].equity += fen * w;
        self.note(Reason::GuaranteeClaim, 0, fen * w);
    }

    /// An upper tier owes the local guarantor its share of a paid claim (weighed fen).
    pub fn chain_due(&mut self, guarantor: usize, upper: usize, fen: i64) {
        self.guarantors[guarantor].receivable += fen;
        self.guarantors[guarantor].equity += fen;
        self.guarantors[upper].payable += fen;
        self.guarantors[upper].equity -= fen;
    }

    /// An upper tier pays what it owes (weighed fen).
    pub fn chain_collect(&mut self, guarantor: usize, upper: usize, fen: i64) {
        self.guarantors[guarantor].receivable -= fen;
        self.guarantors[upper].payable -= fen;
        self.between_guarantors(upper, guarantor, fen);
        self.note(Reason::ChainShare, 0, fen);
    }

    /// A guarantor pays another (fees up, recoveries up; weighed fen).
    pub fn guarantor_to_upper(&mut self, guarantor: usize, upper: usize, fen: i64, reason: Reason) {
        self.between_guarantors(guarantor, upper, fen);
        self.guarantors[guarantor].equity -= fen;
        self.guarantors[upper].equity += fen;
        self.note(reason, 0, fen);
    }

    fn between_guarantors(&mut self, payer: usize, payee: usize, fen: i64) {
        let (a, b) = (self.guarantor_bank[payer] as usize, self.guarantor_bank[payee] as usize);
        self.guarantors[payer].deposit -= fen;
        self.guarantors[payee].deposit += fen;
        self.lenders[a].deposits -= fen;
        self.lenders[a].settlement -= fen;
        self.lenders[b].deposits += fen;
        self.lenders[b].settlement += fen;
    }

    /// A guarantor's running cost (weighed fen).
    pub fn guarantor_cost(&mut self, guarantor: usize, fen: i64) {
        let bank = self.guarantor_bank[guarantor] as usize;
        self.guarantors[guarantor].deposit -= fen;
        self.guarantors[guarantor].equity -= fen;
        self.rest_deposits[bank] += fen;
        self.rest_equity += fen;
        self.note(Reason::GuarantorCost, 0, fen);
    }

    /// The lender hands recoveries on to a guarantor (weighed fen).
    pub fn recovery_to_guarantor(&mut self, lender: usize, guarantor: usize, fen: i64) {
        let bank = self.guarantor_bank[guarantor] as usize;
        self.lenders[lender].settlement -= fen;
        self.lenders[lender].equity -= fen;
        self.lenders[bank].settlement += fen;
        self.lenders[bank].deposits += fen;
        self.guarantors[guarantor].deposit += fen;
        self.guarantors[guarantor].equity += fen;
        self.note(Reason::RecoveryToGuarantor, 0, fen);
    }

    /// The lender returns recoveries to the fund (weighed fen).
    pub fn recovery_to_fund(&mut self, lender: usize, fen: i64) {
        self.lenders[lender].settlement -= fen;
        self.lenders[lender].equity -= fen;
        self.credit_fund(fen);
        self.note(Reason::RecoveryToFund, 0, fen);
    }

    /// A guarantor returns recoveries to the fund (weighed fen).
    pub fn recovery_guarantor_to_fund(&mut self, guarantor: usize, fen: i64) {
        let bank = self.guarantor_bank[guarantor] as usize;
        self.guarantors[guarantor].deposit -= fen;
        self.guarantors[guarantor].equity -= fen;
        self.lenders[bank].deposits -= fen;
        self.lenders[bank].settlement -= fen;
        self.credit_fund(fen);
        self.note(Reason::RecoveryGuarantorToFund, 0, fen);
    }

    pub(super) fn credit_fund(&mut self, fen: i64) {
        let bank = self.fund_bank;
        self.lenders[bank].settlement += fen;
        self.lenders[bank].deposits += fen;
        self.fund_deposit += fen;
        self.fund_equity += fen;
    }

    fn out_of_fund(&mut self, fen: i64) {
        assert!(
            self.fund_deposit >= fen,
            "the fund would fall below zero: {fen} of {} fen",
            self.fund_deposit
        );
        let bank = self.fund_bank;
        self.lenders[bank].settlement -= fen;
        self.lenders[bank].deposits -= fen;
        self.fund_deposit -= fen;
        self.fund_equity -= fen;
    }

    /// The fund compensates a lender: its loan falls by the payment (per agent), if the fund can.
    pub fn fund_claim(&mut self, class: usize, lender: usize, principal: &mut i64, fen: i64) {
        assert!(*principal >= fen && fen >= 0);
        let w = self.weight[class];
        *principal -= fen;
        self.out_of_fund(fen * w);
        self.lenders[lender].settlement += fen * w;
        self.lenders[lender].loans -= fen * w;
        self.classes[class].debt -= fen * w;
        self.classes[class].equity += fen * w;
        self.note(Reason::FundClaim, 0, fen * w);
    }

    /// The fund compensates a guarantor (weighed fen).
    pub fn fund_claim_guarantor(&mut self, guarantor: usize, fen: i64) {
        self.out_of_fund(fen);
        let bank = self.guarantor_bank[guarantor] as usize;
        self.lenders[bank].settlement += fen;
        self.lenders[bank].deposits += fen;
        self.guarantors[guarantor].deposit += fen;
        self.guarantors[guarantor].equity += fen;
        self.note(Reason::FundClaimGuarantor, 0, fen);
    }

    /// The treasury pays capital or a replenishment into the fund, drawing budget money for it.
    pub fn pay_into_fund(&mut self, fen: i64, reason: Reason) {
        self.outside_settlement -= fen;
        self.outside_equity -= fen;
        self.treasury_equity += fen;
        self.note(Reason::Budget, 0, fen);
        self.treasury_equity -= fen;
        self.credit_fund(fen);
        self.note(reason, 0, fen);
    }

    /// The fund's bank pays interest on its deposit.
    pub fn fund_interest(&mut self, fen: i64) {
        let bank = self.fund_bank;
        self.lenders[bank].equity -= fen;
        self.lenders[bank].deposits += fen;
        self.fund_deposit += fen;
        self.fund_equity += fen;
        self.note(Reason::FundInterest, 0, fen);
    }

    /// The central bank pays an incentive to a lender.
    pub fn incentive(&mut self, lender: usize, fen: i64) {
        self.lenders[lender].settlement += fen;
        self.lenders[lender].equity += fen;
        self.central_settlement += fen;
        self.central_equity -= fen;
        self.note(Reason::Incentive, 0, fen);
    }

    /// Suppliers give up the bills of a closed business; its liquid returns to zero.
    pub fn forgive_bills(&mut self, class: usize, home: usize, liquid: &mut i64) {
        if *liquid < 0 {
            let owed = -*liquid;
            self.against_rest(class, home, liquid, owed, Reason::BillsForgiven);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interest_of_a_class_is_that_of_each() {
        let opened = || {
            let mut books = Ledger::new(3, 1, [1, 2, 3, 4, 5]);
            let mut cash = [0; 3];
            for (home, liquid) in cash.iter_mut().enumerate() {
                books.receive(3, home, liquid, 10_000, Reason::Sales);
            }
            (books, cash)
        };
        let ((mut one, mut cash), (mut all, _)) = (opened(), opened());
        let mut paid = InterestPaid::default();
        for (home, lender, fen) in [(0, 1, 70), (1, 1, 5), (2, 0, 0), (0, 2, 901)] {
            one.pay_interest(3, home, lender, &mut cash[home], fen);
            paid.add(home as u8, lender as u8, fen);
        }
        all.interest_of(3, &paid);
        assert_eq!(one, all);
    }
}
