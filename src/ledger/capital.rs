//! Verbs of long money: stakes of equity funds, bonds, loans paid off over years.
//!
//! Funds and bond market stand outside the district with accounts of their own (settlement + stakes = equity, settlement +
//! claims = equity). Stakes are kept at cost until they are sold or written off. Who gets how much is worked out in the model.

use super::{Ledger, Reason};

impl Ledger {
    /// Owners pay capital into the equity funds, the district's budget part of it through the treasury.
    pub fn stake_capital(&mut self, district: i64, others: i64) {
        debug_assert!(district >= 0 && others >= 0);
        self.outside_settlement -= district + others;
        self.outside_equity -= district + others;
        self.stakes_settlement += district + others;
        self.stakes_equity += district + others;
        self.note(Reason::Budget, 0, district);
        self.note(Reason::StakeCapital, 0, district);
        self.note(Reason::StakeCapitalOthers, 0, others);
    }

    /// A fund takes a stake in a borrower, whose money is its own to keep.
    pub fn take_stake(&mut self, class: usize, home: usize, liquid: &mut i64, fen: i64) {
        debug_assert!(fen >= 0);
        self.borrower_receives(class, home, liquid, fen);
        let w = self.weight[class];
        self.lenders[home].settlement += fen * w;
        self.stakes_settlement -= fen * w;
        self.stakes_cost += fen * w;
        self.note(Reason::StakeTaken, class, fen * w);
    }

    /// A stake that cost `cost` is sold to investors outside the district for `price` (weighed fen).
    pub fn sell_stake(&mut self, cost: i64, price: i64) {
        debug_assert!(price >= 0);
        self.outside_settlement -= price;
        self.outside_equity -= price;
        self.stakes_settlement += price;
        self.stakes_cost -= cost;
        self.stakes_equity += price - cost;
        self.note(Reason::StakeSold, 0, price);
    }

    /// A stake is worth nothing any more (weighed fen).
    pub fn lose_stake(&mut self, class: usize, cost: i64) {
        self.stakes_cost -= cost;
        self.stakes_equity -= cost;
        self.note(Reason::StakeLost, class, cost);
    }

    /// The bond market pays an issue into the issuer's deposit.
    pub fn issue_bond(&mut self, class: usize, home: usize, liquid: &mut i64, fen: i64) {
        debug_assert!(fen > 0);
        self.borrower_receives(class, home, liquid, fen);
        let w = self.weight[class];
        self.lenders[home].settlement += fen * w;
        self.classes[class].bonds += fen * w;
        self.classes[class].equity -= fen * w;
        self.bonds_settlement -= fen * w;
        self.bonds_claims += fen * w;
        self.note(Reason::BondIssued, class, fen * w);
    }

    /// The issuer pays the market: coupon, or cost of an issue.
    pub fn pay_bond_market(&mut self, class: usize, home: usize, liquid: &mut i64, fen: i64, reason: Reason) {
        self.borrower_pays(class, home, liquid, fen);
        let w = self.weight[class];
        self.bonds_settlement += fen * w;
        self.bonds_equity += fen * w;
        self.note(reason, class, fen * w);
    }

    /// Principal of a bond is repaid.
    pub fn repay_bond(&mut self, class: usize, home: usize, liquid: &mut i64, fen: i64) {
        self.borrower_pays(class, home, liquid, fen);
        let w = self.weight[class];
        self.classes[class].bonds -= fen * w;
        self.classes[class].equity += fen * w;
        self.bonds_settlement += fen * w;
        self.bonds_claims -= fen * w;
        self.note(Reason::BondRepaid, class, fen * w);
    }

    /// A bond defaults: assets sold to the rest of the economy bring `back`, holders bear the rest.
    pub fn lose_bond(&mut self, class: usize, home: usize, owed: i64, back: i64) {
        debug_assert!((0..=owed).contains(&back));
        let w = self.weight[class];
        let (owed, back) = (owed * w, back * w);
        self.classes[class].bonds -= owed;
        self.classes[class].equity += owed;
        self.bonds_claims -= owed;
        self.bonds_settlement += back;
        self.bonds_equity -= owed - back;
        self.lenders[home].settlement -= back;
        self.lenders[home].deposits -= back;
        self.rest_deposits[home] -= back;
        self.rest_equity -= back;
        self.note(Reason::BondRecovery, 0, back);
        self.note(Reason::BondLoss, class, owed - back);
    }

    /// A loan over several years is paid out, as [`Ledger::disburse`] does.
    pub fn lend_long(&mut self, class: usize, home: usize, lender: usize, liquid: &mut i64, fen: i64) {
        self.lend(class, home, lender, liquid, fen, Reason::LentLong);
    }

    /// Part of its principal is paid off, as [`Ledger::repay`] does.
    pub fn repay_long(
        &mut self,
        class: usize,
        home: usize,
        lender: usize,
        liquid: &mut i64,
        principal: &mut i64,
        fen: i64,
    ) {
        self.pay_back(class, home, lender, liquid, principal, fen, Reason::RepaidLong);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sheets of funds, market and one class, all of which must be zero.
    fn sheets(l: &Ledger) -> [i64; 4] {
        let a = &l.classes[2];
        let bank = &l.lenders[0];
        [
            l.stakes_settlement + l.stakes_cost - l.stakes_equity,
            l.bonds_settlement + l.bonds_claims - l.bonds_equity,
            a.deposits - a.payables - a.debt - a.owed_outside - a.bonds - a.equity,
            bank.loans - bank.allowance + bank.settlement - bank.deposits - bank.advances - bank.equity,
        ]
    }

    #[test]
    fn a_stake_is_taken_sold_and_lost_to_the_fen() {
        let mut l = Ledger::new(1, 0, [1, 1, 3, 1, 1]);
        l.stake_capital(3_000, 7_000);
        let mut liquid = -100;
        l.take_stake(2, 0, &mut liquid, 1_000);
        // Three borrowers each got 1,000; bills of 100 were settled from it.
        assert_eq!((liquid, l.stakes_settlement, l.stakes_cost), (900, 7_000, 3_000));
        assert_eq!(l.classes[2].equity, 3_000);
        l.sell_stake(2_000, 2_600);
        l.lose_stake(2, 1_000);
        assert_eq!((l.stakes_settlement, l.stakes_cost, l.stakes_equity), (9_600, 0, 9_600));
        assert_eq!(sheets(&l)[0], 0);
        assert_eq!(l.flow(Reason::Budget).fen(), 3_000);
    }

    #[test]
    fn a_bond_is_issued_served_repaid_and_lost_to_the_fen() {
        let mut l = Ledger::new(1, 0, [1, 1, 2, 1, 1]);
        let mut liquid = 0;
        l.issue_bond(2, 0, &mut liquid, 10_000);
        l.pay_bond_market(2, 0, &mut liquid, 90, Reason::BondCost);
        l.pay_bond_market(2, 0, &mut liquid, 40, Reason::BondCoupon);
        l.repay_bond(2, 0, &mut liquid, 4_000);
        assert_eq!((liquid, l.classes[2].bonds, l.bonds_claims), (5_870, 12_000, 12_000));
        assert_eq!(sheets(&l), [0; 4]);
        l.lose_bond(2, 0, 6_000, 1_800);
        assert_eq!((l.classes[2].bonds, l.bonds_claims, l.bonds_equity), (0, 0, 2 * 130 - 2 * 4_200));
        assert_eq!(sheets(&l), [0; 4]);
        let flows = [Reason::BondIssued, Reason::BondRepaid, Reason::BondRecovery, Reason::BondLoss];
        assert_eq!(flows.map(|r| l.flow(r).fen()), [20_000, 8_000, 3_600, 8_400]);
    }
}
