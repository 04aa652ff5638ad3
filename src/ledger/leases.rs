//! Verbs of leasing: a lessor outside the district buys equipment, is paid rent, takes it back.
//!
//! What lessees owe is a claim of the outside on their class, recounted by the audit from the contracts. Who
//! leases what is worked out in the model; amounts are per agent and weighed here.

use super::{Ledger, Reason};

impl Ledger {
    /// A lessor buys equipment from the rest of the economy for a borrower, who owes its price.
    pub fn lease(&mut self, class: usize, home: usize, fen: i64) {
        let fen = fen * self.weight[class];
        self.outside_settlement -= fen;
        self.outside_claims += fen;
        self.lenders[home].settlement += fen;
        self.lenders[home].deposits += fen;
        self.rest_deposits[home] += fen;
        self.rest_equity += fen;
        self.classes[class].owed_outside += fen;
        self.classes[class].equity -= fen;
        self.note(Reason::LeaseEquipment, 0, fen);
    }

    /// Rent: a part of the price and interest.
    pub fn lease_rent(&mut self, class: usize, home: usize, liquid: &mut i64, principal: i64, interest: i64) {
        self.borrower_pays(class, home, liquid, principal + interest);
        let w = self.weight[class];
        self.classes[class].owed_outside -= principal * w;
        self.classes[class].equity += principal * w;
        self.outside_settlement += (principal + interest) * w;
        self.outside_claims -= principal * w;
        self.outside_equity += interest * w;
        self.note(Reason::LeaseRent, class, (principal + interest) * w);
    }

    /// Equipment is taken back and sold to the rest of the economy; the lessor bears what is lacking.
    pub fn lease_lost(&mut self, class: usize, home: usize, owed: i64, resale: i64) {
        let w = self.weight[class];
        let (owed, resale) = (owed * w, resale * w);
        self.classes[class].owed_outside -= owed;
        self.classes[class].equity += owed;
        self.outside_claims -= owed;
        self.outside_settlement += resale;
        self.outside_equity -= owed - resale;
        self.lenders[home].settlement -= resale;
        self.lenders[home].deposits -= resale;
        self.rest_deposits[home] -= resale;
        self.rest_equity -= resale;
        self.note(Reason::LeaseResale, 0, resale);
        self.note(Reason::LeaseLoss, class, owed - resale);
    }
}
