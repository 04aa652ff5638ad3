//! Interest subsidies: whom they are granted, and how they are paid.
//!
//! Terms are asked when the desk opens; a loan keeps those it was made under. What is due is collected while
//! loans are serviced and paid at the end of the phase, in proportion where the year's budget no longer suffices.

use crate::ledger::Reason;
use crate::luck::simd::prefetch;
use crate::metrics::Payer;
use crate::policy::{
    Microcredit, PolicyMonth, SUBSIDIES, Subsidy, SubsidyAnswer, SubsidyAsk, SubsidyKind, instrument_index,
};
use crate::units::{Money, interest_fen, mul_div_half_even, ppm};
use crate::world::{Borrower, CLASSES, Class, Loan, Product, Subsidised, World, flag};

use super::Run;
use super::cells::Cell;
use super::desk::Desk;
use super::joint;
use super::offers::Quote;

/// Subsidies with the reason each is paid for and the instrument it belongs to.
pub const KINDS: [(SubsidyKind, Reason, &str); SUBSIDIES] = [
    (SubsidyKind::CreditVillage, Reason::VillageSubsidy, "credit_village_subsidy"),
    (SubsidyKind::Green, Reason::GreenSubsidy, "green_inclusive_subsidy"),
    (SubsidyKind::Lifted, Reason::LiftedSubsidy, "poverty_relief_microcredit"),
];

/// Kinds of borrower of a class: rated village, green, lifted, one bit each.
const KINDS_OF_BORROWER: usize = 8;

/// Terms of the month.
#[derive(Clone, Debug, Default)]
pub struct Subsidies {
    /// Class × kind of borrower; without those whose budget is used up.
    of: Vec<SubsidyAnswer>,
    /// By kind: the year's budget, fen, and the city's part.
    pub budget: [i64; SUBSIDIES],
    city: [f64; SUBSIDIES],
    /// Whether anything is granted to anybody: else nobody needs to look.
    pub any: bool,
}

impl Subsidies {
    /// `paid` is what budgets have paid this year; an award may go on where they are used up.
    pub fn open(policy: &PolicyMonth, paid: &[i64; SUBSIDIES], award: bool) -> Subsidies {
        let mut out = Subsidies::default();
        for class in Class::ALL {
            for kind in 0..KINDS_OF_BORROWER {
                let [rated, green, lifted] = [1, 2, 4].map(|bit| kind & bit != 0);
                let mut answer = policy.subsidise(&SubsidyAsk { class, rated, green, lifted });
                for (k, s) in answer.by.iter_mut().enumerate().filter(|(_, s)| s.rate > 0.0 || s.share > 0.0)
                {
                    (out.budget[k], out.city[k]) = (s.budget_fen, s.city_share);
                    if award || paid[k] < s.budget_fen {
                        out.any = true;
                    } else {
                        *s = Subsidy::default();
                    }
                }
                out.of.push(answer);
            }
        }
        out
    }

    /// What a borrower is granted on a loan of `amount` yuan at `rate`; on a loan of the scheme for those
    /// lifted out of poverty the scheme's own subsidy, else the best of the others.
    pub fn granted(
        &self,
        class: usize,
        rated: bool,
        flags: u8,
        scheme: bool,
        amount: f64,
        rate: f64,
    ) -> Granted {
        if !self.any {
            return Granted { kind: scheme.then_some(SubsidyKind::Lifted), ..Granted::default() };
        }
        let bits = [rated, flags & flag::GREEN != 0, flags & flag::LIFTED != 0];
        let kind = bits.iter().enumerate().fold(0, |k, (i, &on)| k | usize::from(on) << i);
        let answer = &self.of[class * KINDS_OF_BORROWER + kind];
        let mut best = Granted { kind: scheme.then_some(SubsidyKind::Lifted), ..Granted::default() };
        for (kind, ..) in KINDS {
            let s = &answer.by[kind as usize];
            let points = if scheme { s.share * rate } else { s.rate.min(rate) };
            let worth = points * (s.cap_yuan / amount).min(1.0);
            if (kind == SubsidyKind::Lifted) == scheme && worth > best.worth {
                best = Granted { kind: Some(kind), points, cap_yuan: s.cap_yuan, worth };
            }
        }
        best
    }
}

/// A subsidy on one loan.
#[derive(Clone, Copy, Debug, Default)]
pub struct Granted {
    kind: Option<SubsidyKind>,
    points: f64,
    cap_yuan: f64,
    /// A year, per yuan of the loan.
    pub worth: f64,
}

impl Granted {
    /// As the loan keeps it.
    pub fn kept(&self) -> Subsidised {
        Subsidised {
            kind: self.kind.map(|kind| kind as u8),
            points: ppm(self.points) as u32,
            cap: Money::from_yuan_f64(self.cap_yuan).fen(),
        }
    }
}

/// The offer to those lifted out of poverty, but for who makes it and what it believes.
pub fn scheme(desk: &Desk, m: &Microcredit, need: f64, cell: &Cell, flags: u8) -> Quote {
    let (amount, rate) = (need.min(m.limit_yuan), (desk.lpr + m.over_lpr).max(0.0));
    let subsidy = desk.subsidies.granted(Class::Farm.index(), cell.rated, flags, true, amount, rate);
    Quote {
        surplus: 0.0,
        lender: 0,
        product: Product::Unsecured,
        guarantor: 0,
        batch: false,
        bucket: 0,
        amount,
        rate,
        all_in: rate - subsidy.worth + cell.application_cost / amount.max(1.0),
        pd: 0.0,
        recovery: 0.0,
        window: None,
        handling: 0.0,
        unbridged: false,
        kept: false,
        scheme: true,
        partners: 0,
        led: joint::WHOLE,
        shown: 0,
        tied: 0.0,
        own_hand: false,
        at_window: false,
    }
}

/// A subsidy on the month's interest of one loan.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    borrower: Borrower,
    home: u8,
    kind: u8,
    /// Per agent.
    fen: i64,
}

/// What a loan's interest of the month has earned, now that it is paid.
pub fn due(loan: &Loan, interest: i64) -> Due {
    let Loan { borrower, home, .. } = *loan;
    let kind = loan.subsidy.kind.unwrap_or_default();
    Due { borrower, home, kind, fen: part(loan.principal, interest, &loan.subsidy) }
}

/// Part of a month's interest that is paid back once it has been paid, fen per agent.
fn part(principal: i64, interest: i64, s: &Subsidised) -> i64 {
    interest_fen(principal.min(s.cap), i64::from(s.points)).min(interest)
}

/// Pays what the month's interest has earned: awards first, then budgets.
pub fn pay(run: &mut Run) {
    let due = std::mem::take(&mut run.subsidies_due);
    let terms = &run.desk.subsidies;
    let World { cohorts, ledger, subsidies_year, awards_paid, counters, .. } = &mut run.world;
    let mut all = [0; SUBSIDIES];
    let mut borne = [[0; 2]; SUBSIDIES];
    for d in &due {
        all[usize::from(d.kind)] += d.fen * ledger.weight[d.borrower.class()];
    }
    // What awards and budgets have for each kind; a subsidy that is no longer in force ends.
    let mut left = ledger.award_left;
    let rooms: [[i64; 2]; SUBSIDIES] = std::array::from_fn(|k| {
        let wanted = if terms.budget[k] > 0 { all[k] } else { 0 };
        let award = wanted.min(left);
        left -= award;
        [award, (wanted - award).min((terms.budget[k] - subsidies_year[k]).max(0))]
    });
    for (n, d) in due.iter().enumerate() {
        if let Some(later) = due.get(n + 16) {
            prefetch(&cohorts[later.borrower.class()].liquid, later.borrower.slot());
        }
        let (c, i, k) = (d.borrower.class(), d.borrower.slot(), usize::from(d.kind));
        // Rounded down, so that neither is exceeded.
        let [award, budget] =
            rooms[k].map(|room| (i128::from(d.fen) * i128::from(room) / i128::from(all[k].max(1))) as i64);
        if award + budget > 0 {
            let (cohort, w) = (&mut cohorts[c], ledger.weight[c]);
            let city = mul_div_half_even(budget, ppm(terms.city[k]), 1_000_000);
            let (home, parts) = (usize::from(d.home), [budget - city, city, award]);
            ledger.subsidise_interest(c, home, &mut cohort.liquid[i], parts, KINDS[k].1);
            subsidies_year[k] += budget * w;
            borne[k] = [borne[k][0] + (budget - city) * w, borne[k][1] + city * w];
            *awards_paid += award * w;
            counters.subsidies += (award + budget) * w;
        }
    }
    for ((.., id), [district, city]) in KINDS.iter().zip(borne) {
        let at = instrument_index(id).expect("an instrument");
        run.journal.borne(at, Payer::DistrictBudget, district);
        run.journal.borne(at, Payer::CityBudget, city);
    }
    run.subsidies_due = due;
    run.subsidies_due.clear();
}

const _: () = assert!(CLASSES * KINDS_OF_BORROWER <= 64, "a small table");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subsidy_is_paid_on_the_cap_and_never_above_the_interest() {
        let two_points = Subsidised { kind: Some(0), points: 20_000, cap: Money::yuan(300_000).fen() };
        let yuan = |y: i64| Money::yuan(y).fen();
        // 2% of 120,000 yuan is 200 yuan a month; of a million only 300,000 count: 500 yuan.
        assert_eq!(part(yuan(120_000), yuan(600), &two_points), yuan(200));
        assert_eq!(part(yuan(1_000_000), yuan(4_000), &two_points), yuan(500));
        assert_eq!(part(yuan(120_000), yuan(150), &two_points), yuan(150));
    }

    #[test]
    fn the_best_subsidy_is_granted_and_the_scheme_has_its_own() {
        let mut s = Subsidies { any: true, of: vec![SubsidyAnswer::default(); 40], ..Subsidies::default() };
        let farm = Class::Farm.index();
        let all = &mut s.of[farm * KINDS_OF_BORROWER + 7].by;
        all[0] = Subsidy { rate: 0.02, cap_yuan: 5e4, ..Subsidy::default() };
        all[1] = Subsidy { rate: 0.015, cap_yuan: 1e6, ..Subsidy::default() };
        all[2] = Subsidy { share: 0.7, cap_yuan: 5e4, ..Subsidy::default() };
        let flags = flag::GREEN | flag::LIFTED;
        let worth = |scheme, amount| s.granted(farm, true, flags, scheme, amount, 0.04);
        assert_eq!(worth(false, 4e4).kind, Some(SubsidyKind::CreditVillage));
        assert_eq!(worth(false, 1e5).kind, Some(SubsidyKind::Green));
        assert!((worth(true, 5e4).worth - 0.028).abs() < 1e-12);
        assert_eq!(s.granted(farm, false, flags, false, 1e5, 0.04).kind, None);
    }
}
