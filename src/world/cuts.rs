//! Points off the interest of inclusive loans, by month: what of a loan's interest its borrower is spared.
//!
//! Every place that works out interest asks here, so that there is one rate. Which months a cut is in force for is in
//! `policy`; who is reimbursed for it and when in `model::settle`.

use crate::units::interest_fen;

use super::{CLASSES, Class, Loan};

/// Months of the past that arrears may reach back to.
const MONTHS: usize = 12;

/// Cuts in force this month and before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateCuts {
    /// By month, this one first, and class: points off the yearly rate, in parts per million.
    of: [[u32; CLASSES]; MONTHS],
    /// Largest principal that is inclusive this month, fen.
    limit: i64,
    /// Whether there was a cut in any of these months: else nobody needs to look.
    pub any: bool,
}

impl RateCuts {
    /// A month begins with these cuts, by class, in parts per million.
    pub fn turn(&mut self, cut: [u32; CLASSES], limit: i64) {
        self.of.rotate_right(1);
        (self.of[0], self.limit) = (cut, limit);
        self.any = self.of.iter().flatten().any(|&c| c > 0);
    }

    /// Whether there is a cut this month.
    pub fn now(&self) -> bool {
        self.of[0].iter().any(|&c| c > 0)
    }

    /// Whether a cut began this month, for a class.
    pub fn begins(&self, class: usize) -> bool {
        self.of[0][class] > 0 && self.of[1][class] == 0
    }

    /// What a borrower is spared of the interest of this month and the `months - 1` before it, fen per agent.
    pub fn spared(&self, loan: &Loan, months: i64) -> i64 {
        let class = loan.borrower.class();
        if !self.any || !Class::from_index(class).is_mse() || loan.principal > self.limit {
            return 0;
        }
        let rate = i64::from(loan.rate_ppm);
        let whole = interest_fen(loan.principal, rate);
        let of = |cut: &[u32; CLASSES]| match cut[class] {
            0 => 0,
            cut => whole - interest_fen(loan.principal, (rate - i64::from(cut)).max(0)),
        };
        self.of.iter().take(months.max(0) as usize).map(of).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Money, Month};
    use crate::world::{Borrower, Clauses, LoanState, Product, Relieved, Subsidised};

    fn loan(class: Class, yuan: i64, rate_ppm: u32) -> Loan {
        let start = Month::new(2022, 1);
        Loan {
            principal: Money::yuan(yuan).fen(),
            clauses: Box::new(Clauses {
                id: 1,
                start,
                share_fund: 0,
                batch: false,
                small_ticket: true,
                claim_guarantor: 0,
                owed_guarantor: 0,
                paid_guarantor: 0,
                paid_fund: 0,
                defaulted: 0,
                npl_since: start,
                recovery: 0.0,
                relieved: Relieved::default(),
                subsidy: Subsidised::default(),
                partners: 0,
                led: 1_000_000,
                helped: 0,
                tied: 0.0,
                anchor: 0,
            }),
            borrower: Borrower::new(class.index(), 0),
            rate_ppm,
            maturity: start.plus(12),
            share_national: 0,
            share_reguarantor: 0,
            share_local: 0,
            state: LoanState::Performing,
            product: Product::Unsecured,
            lender: 0,
            guarantor: 0,
            bucket: 0,
            arrears: 0,
            renewals: 0,
            township: 0,
            home: 0,
            borrower_live: true,
            window: None,
            hold: false,
            deferred: 0,
            revolving: false,
            long: false,
            subsidised: false,
        }
    }

    #[test]
    fn a_point_a_year_on_inclusive_loans_and_nothing_on_others() {
        let mut cuts = RateCuts::default();
        let limit = Money::yuan(10_000_000).fen();
        let all = [10_000; CLASSES];
        cuts.turn(all, limit);
        // 1% a year of 120,000 yuan is 100 yuan a month.
        assert_eq!(cuts.spared(&loan(Class::Micro, 120_000, 50_000), 1), Money::yuan(100).fen());
        assert_eq!(cuts.spared(&loan(Class::Farm, 120_000, 50_000), 1), 0);
        assert_eq!(cuts.spared(&loan(Class::Small, 10_000_001, 50_000), 1), 0);
        // Never more than the interest.
        assert_eq!(cuts.spared(&loan(Class::Micro, 120_000, 6_000), 1), Money::yuan(60).fen());
        // Arrears: each month at its own rate. The cut began this month and is over in the third.
        assert_eq!(cuts.spared(&loan(Class::Micro, 120_000, 50_000), 3), Money::yuan(100).fen());
        assert!(cuts.begins(Class::Micro.index()));
        cuts.turn(all, limit);
        assert!(!cuts.begins(Class::Micro.index()));
        cuts.turn([0; CLASSES], limit);
        assert_eq!(cuts.spared(&loan(Class::Micro, 120_000, 50_000), 1), 0);
        assert_eq!(cuts.spared(&loan(Class::Micro, 120_000, 50_000), 2), Money::yuan(100).fen());
        assert_eq!(cuts.spared(&loan(Class::Micro, 120_000, 50_000), 9), Money::yuan(200).fen());
        (0..MONTHS).for_each(|_| cuts.turn([0; CLASSES], limit));
        assert!(!cuts.any);
    }
}
