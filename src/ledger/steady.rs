//! Verbs of what steadies income: premiums and claims of crop insurance, hedges; risk shared
//! between banks.
//!
//! Insurers stand outside the district and keep accounts of their own: settlement = equity. Who is insured
//! and what is paid is worked out in the model.

use super::{Ledger, Reason};

impl Ledger {
    /// Money leaves a borrower's deposit, and its home bank, as its expense; the payee is posted beside it.
    pub(super) fn borrower_pays(&mut self, class: usize, home: usize, liquid: &mut i64, fen: i64) {
        assert!(fen >= 0 && *liquid >= fen || fen == 0, "payment of {fen} fen from {liquid} fen");
        let w = self.weight[class];
        *liquid -= fen;
        let c = &mut self.classes[class];
        c.deposits -= fen * w;
        c.equity -= fen * w;
        self.lenders[home].deposits -= fen * w;
        self.lenders[home].settlement -= fen * w;
    }

    /// A premium is paid to the insurer: the grower's own part, and what central, city and district budget
    /// add, through the treasury.
    pub fn insure_crop(
        &mut self,
        class: usize,
        home: usize,
        liquid: &mut i64,
        own: i64,
        [central, city, district]: [i64; 3],
    ) {
        debug_assert!(central >= 0 && city >= 0 && district >= 0);
        let (w, public) = (self.weight[class], central + city + district);
        self.borrower_pays(class, home, liquid, own);
        self.outside_settlement -= public * w;
        self.outside_equity -= public * w;
        self.insurer_settlement += (own + public) * w;
        self.insurer_equity += (own + public) * w;
        self.note(Reason::CropPremium, class, own * w);
        self.note(Reason::CentralBudget, 0, central * w);
        self.note(Reason::CityBudget, 0, city * w);
        self.note(Reason::Budget, 0, district * w);
        self.note(Reason::PremiumSubsidy, 0, public * w);
    }

    /// A month's hedge is settled with the market through the home bank: paid to the borrower, or by it if
    /// negative; what it lacks becomes an unpaid bill of the one who pays in its place.
    pub fn settle_hedge(&mut self, class: usize, home: usize, liquid: &mut i64, fen: i64) {
        let w = self.weight[class];
        if fen >= 0 {
            self.borrower_receives(class, home, liquid, fen);
            self.note(Reason::HedgeGain, class, fen * w);
        } else {
            self.spend(class, home, liquid, -fen, Reason::HedgeLoss);
            self.rest_deposits[home] += fen * w;
            self.rest_equity += fen * w;
            self.lenders[home].deposits += fen * w;
        }
        self.lenders[home].settlement += fen * w;
        self.outside_settlement -= fen * w;
        self.outside_equity -= fen * w;
    }

    /// A hedge's cost is the home bank's income.
    pub fn hedge_fee(&mut self, class: usize, home: usize, liquid: &mut i64, fen: i64) {
        self.borrower_pays(class, home, liquid, fen);
        let w = self.weight[class];
        self.lenders[home].settlement += fen * w;
        self.lenders[home].equity += fen * w;
        self.note(Reason::HedgeFee, class, fen * w);
    }

    /// The lead of a joint loan pays a partner for its risk (weighed fen).
    pub fn joint_fee(&mut self, lead: usize, partner: usize, fen: i64) {
        self.between_lenders(lead, partner, fen);
        self.note(Reason::JointFee, 0, fen);
    }

    /// A partner pays the lead its part of a loss (weighed fen).
    pub fn joint_loss(&mut self, partner: usize, lead: usize, fen: i64) {
        self.between_lenders(partner, lead, fen);
        self.note(Reason::JointLoss, 0, fen);
    }

    fn between_lenders(&mut self, payer: usize, payee: usize, fen: i64) {
        for (l, fen) in [(payer, -fen), (payee, fen)] {
            self.lenders[l].settlement += fen;
            self.lenders[l].equity += fen;
        }
    }

    /// The insurer pays a claim into the grower's deposit; unpaid bills are settled from it first.
    pub fn crop_claim(&mut self, class: usize, home: usize, liquid: &mut i64, fen: i64) {
        debug_assert!(fen >= 0);
        self.borrower_receives(class, home, liquid, fen);
        let w = self.weight[class];
        self.lenders[home].settlement += fen * w;
        self.insurer_settlement -= fen * w;
        self.insurer_equity -= fen * w;
        self.note(Reason::CropClaim, class, fen * w);
    }
}
