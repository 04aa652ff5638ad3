//! Opening loans of month zero, so that a run begins with a register of all ages.
//! Spread over lenders' first customers, ages and maturities; a share of them is bad from the start.
//! Who is there is drawn in `genesis`; later loans are made in `ration`.

use crate::luck::Stream;
use crate::units::{Money, ppm};
use crate::world::{
    Borrower, CLASSES, Clauses, FILE_THIN, Loan, LoanState, NO_LOAN, Product, Relieved, Subsidised, status,
};

use super::desk::{BUCKETS, Risk};
use super::lending::{Applicant, Application, going_rate, set_funding};
use super::limits::{lgd, limits};
use super::{Run, environment, trouble};

/// Opening loans of month zero: spread over lenders' first customers, ages and maturities.
pub fn opening_loans(run: &mut Run) {
    let p = run.inputs.params.clone();
    let region = run.world.region.clone();
    environment::environment(run);
    let desk = std::mem::take(&mut run.desk);
    let start = run.world.month;
    let (pick, spread_key) = (run.luck.key_fixed(Stream::Genesis), run.luck.key_fixed(Stream::LegacyNpl));
    for c in 0..CLASSES {
        for i in 0..run.world.cohorts[c].len() {
            let cohort = &run.world.cohorts[c];
            let id = cohort.id[i];
            if !cohort.is(i, status::SEEKING) || f64::from(pick.unit(id)) >= p.initial_debt_share[c] {
                continue;
            }
            let l = cohort.details[i].reach.trailing_zeros() as usize;
            let card = &region.lenders[l];
            let asking = Application { borrower: Borrower::new(c, i), renewal: NO_LOAN };
            let lim = limits(&p, &Applicant::of(&run.world, &asking, false), 1.0, desk.digital, 0.0, 0.0);
            let secured = card.collateral != 0.0 && lim.collateral > lim.unsecured;
            let limit = if secured { lim.collateral } else { lim.unsecured * card.unsecured_factor };
            let amount = lim.need.min(limit).min(card.ticket_max);
            if amount < card.ticket_min.max(p.ticket_min) {
                continue;
            }
            let fen = Money::yuan(amount as i64).fen();
            let rate = going_rate(run, &desk, c, 1);
            // Nobody holds on to a loan that costs more than it earns, or that no lender would make.
            let terms = &desk.terms[l * CLASSES + c];
            let risk = Risk { pd: p.pd_prior_mean, lgd: p.lgd_unsecured, bank_share: 1.0 };
            let break_even = terms.break_even(amount, risk, 0.0, p.handling_renewal, 0.0);
            let rate = rate.max(break_even);
            if rate > desk.ceiling || rate + p.bridge_cost >= f64::from(cohort.details[i].return_rate) {
                continue;
            }
            // Fixed assets and stock already stand against the loan: only its illiquid part is gone.
            let age = (pick.nth(1).unit(id) * 12.0) as i32;
            let product = if secured { Product::Collateral } else { Product::Unsecured };
            run.world.ledger.opening_loan(c, l, fen);
            let lgd = lgd(&p, amount, if secured { lim.collateral } else { 0.0 });
            let slot = run.world.book.add(Loan {
                principal: fen,
                clauses: Box::new(Clauses {
                    id,
                    start: start.plus(-age),
                    share_fund: 0,
                    batch: false,
                    small_ticket: true,
                    claim_guarantor: 0,
                    owed_guarantor: 0,
                    paid_guarantor: 0,
                    paid_fund: 0,
                    defaulted: 0,
                    npl_since: start,
                    recovery: (1.0 - lgd) as f32,
                    tied: 0.0,
                    anchor: 0,
                    relieved: Relieved::default(),
                    subsidy: Subsidised::default(),
                    partners: 0,
                    led: 1_000_000,
                    helped: 0,
                }),
                borrower: Borrower::new(c, i),
                rate_ppm: ppm(rate) as u32,
                maturity: start.plus(p.tenor as i32 - age),
                share_national: 0,
                share_reguarantor: 0,
                share_local: 0,
                state: LoanState::Performing,
                product,
                lender: l as u8,
                guarantor: 0,
                bucket: (BUCKETS / 2) as u8,
                arrears: 0,
                renewals: 0,
                township: run.world.cohorts[c].township[i],
                home: run.world.cohorts[c].home[i],
                borrower_live: true,
                window: None,
                hold: false,
                deferred: 0,
                revolving: false,
                subsidised: false,
                long: false,
            });
            let level = run.world.environment.level;
            let cohort = &mut run.world.cohorts[c];
            cohort.loan[i] = slot;
            cohort.status[i] |= status::HAD_LOAN;
            cohort.details[i].file = FILE_THIN;
            cohort.details[i].stock = (p.illiquid_share * amount) as f32;
            set_funding(&p, cohort, i, amount, level, 0.0);
            if f64::from(spread_key.unit(id)) < p.legacy_npl {
                trouble::turn_bad(run, slot);
            }
        }
    }
    super::sums::sum_register(run);
    for lender in &mut run.world.lenders {
        lender.inclusive_year_start = lender.inclusive_next;
        lender.inclusive_quarter_start = lender.inclusive_next;
        lender.book_year_start = lender.book;
    }
    run.desk = desk;
}
