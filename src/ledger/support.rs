//! Verbs of public support: what budgets, awards, banks and policy banks pay borrowers and guarantors.
//!
//! Balanced like those of `verbs.rs`; `liquid` is a borrower's signed cash. Who is paid how much is worked out
//! in the model.

use super::{Ledger, Reason};

impl Ledger {
    /// The central budget's award reaches the treasury.
    pub fn award(&mut self, fen: i64) {
        self.outside_settlement -= fen;
        self.outside_equity -= fen;
        self.treasury_settlement += fen;
        self.treasury_equity += fen;
        self.award_left += fen;
        self.note(Reason::CentralAward, 0, fen);
    }

    fn out_of_award(&mut self, fen: i64) {
        self.treasury_settlement -= fen;
        self.treasury_equity -= fen;
        self.award_left -= fen;
    }

    /// Part of an award is paid into the fund.
    pub fn award_to_fund(&mut self, fen: i64) {
        self.out_of_award(fen);
        self.credit_fund(fen);
        self.note(Reason::AwardToFund, 0, fen);
    }

    /// The treasury pays a guarantor: `award` out of an award, the city's budget money for the rest.
    pub fn subsidise_guarantor(&mut self, guarantor: usize, fen: i64, award: i64) {
        let bank = self.guarantor_bank[guarantor] as usize;
        self.outside_settlement -= fen - award;
        self.outside_equity -= fen - award;
        self.out_of_award(award);
        self.note(Reason::CityBudget, 0, fen - award);
        self.lenders[bank].settlement += fen;
        self.lenders[bank].deposits += fen;
        self.guarantors[guarantor].deposit += fen;
        self.guarantors[guarantor].equity += fen;
        self.note(Reason::FeeSubsidy, 0, fen);
    }

    /// The budget pays a borrower part of the interest it has just paid: the district's and the city's
    /// part through the treasury, and what an award pays.
    pub fn subsidise_interest(
        &mut self,
        class: usize,
        home: usize,
        liquid: &mut i64,
        [district, city, award]: [i64; 3],
        reason: Reason,
    ) {
        debug_assert!(district >= 0 && city >= 0 && award >= 0);
        let (w, fen) = (self.weight[class], district + city + award);
        self.outside_settlement -= (district + city) * w;
        self.outside_equity -= (district + city) * w;
        self.out_of_award(award * w);
        self.note(Reason::Budget, 0, district * w);
        self.note(Reason::CityBudget, 0, city * w);
        self.borrower_receives(class, home, liquid, fen);
        self.lenders[home].settlement += fen * w;
        self.note(reason, class, fen * w);
    }

    /// The central budget pays a borrower part of the interest it has just paid, through the treasury.
    pub fn discount_interest(&mut self, class: usize, home: usize, liquid: &mut i64, fen: i64) {
        debug_assert!(fen >= 0);
        let w = self.weight[class];
        self.outside_settlement -= fen * w;
        self.outside_equity -= fen * w;
        self.note(Reason::CentralBudget, 0, fen * w);
        self.borrower_receives(class, home, liquid, fen);
        self.lenders[home].settlement += fen * w;
        self.note(Reason::EquipmentDiscount, class, fen * w);
    }

    /// Money from elsewhere reaches a borrower's deposit; unpaid bills are settled from it first.
    pub(super) fn borrower_receives(&mut self, class: usize, home: usize, liquid: &mut i64, fen: i64) {
        let w = self.weight[class];
        let bills = (-*liquid).max(0).min(fen);
        *liquid += fen;
        let c = &mut self.classes[class];
        c.deposits += (fen - bills) * w;
        c.payables -= bills * w;
        c.equity += fen * w;
        self.rest_receivable -= bills * w;
        self.rest_deposits[home] += bills * w;
        self.lenders[home].deposits += fen * w;
        if bills > 0 {
            self.note(Reason::SupplierRepaid, class, bills * w);
        }
    }

    /// Home banks give back fees they waive to a class; by bank, unweighed fen: all, and the part of it that pays
    /// unpaid bills.
    pub fn waive_fees(&mut self, class: usize, waived: &[[i64; 2]]) {
        let w = self.weight[class];
        let (mut all, mut paid_later) = (0, 0);
        for (home, [fen, bills]) in waived.iter().enumerate().map(|(l, parts)| (l, parts.map(|fen| fen * w)))
        {
            debug_assert!(0 <= bills && bills <= fen);
            self.rest_deposits[home] += bills;
            self.lenders[home].deposits += fen;
            self.lenders[home].equity -= fen;
            all += fen;
            paid_later += bills;
        }
        let c = &mut self.classes[class];
        c.deposits += all - paid_later;
        c.payables -= paid_later;
        c.equity += all;
        self.rest_receivable -= paid_later;
        if paid_later > 0 {
            self.note(Reason::SupplierRepaid, class, paid_later);
        }
        self.note(Reason::FeesWaived, class, all);
    }

    /// A policy bank takes a stake in a borrower's project.
    pub fn project_stake(&mut self, class: usize, home: usize, liquid: &mut i64, fen: i64) {
        debug_assert!(fen >= 0);
        self.borrower_receives(class, home, liquid, fen);
        let w = self.weight[class];
        self.outside_settlement -= fen * w;
        self.outside_equity -= fen * w;
        self.lenders[home].settlement += fen * w;
        self.note(Reason::ProjectStake, class, fen * w);
    }
}
