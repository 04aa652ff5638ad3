//! Phases 3 and 4: service, maturity, arrears, default; claims, recoveries, write-offs.
//!
//! Default is lack of cash, never the lender's belief: a borrower whose deposit cannot pay falls
//! behind, and ninety days behind is non-performing.

use crate::ledger::{InterestPaid, Reason};
use crate::luck::Stream;
use crate::luck::simd::{prefetch, prefetch_of, prefetch_whole, twin};
use crate::metrics::terms_bit;
use crate::policy::place;
use crate::units::{Month, interest_fen, mul_div_half_even, ppm, share_fen};
use crate::world::{
    CLASSES, Claim, ClaimKind, Class, Cohort, FILE_BAD, Loan, LoanState, NO_LOAN, World, status,
};

use super::close::Borne;
use super::desk::RATINGS;
use super::lending::{self, Application};
use super::{Params, Run, anchors, bond, equipment, guarantee, joint, lease, relief, subsidy, term};

/// Cash below which an owner in arrears draws nothing, yuan: more than anybody has.
pub const NO_DRAWINGS: f32 = 1e12;

/// Interest and maturities of the month; overdue borrowers pay what they can.
pub fn service(run: &mut Run) {
    let month = run.world.month;
    let p = run.inputs.params.clone();
    if month.month() == 1 {
        order_register(&mut run.world);
    }
    run.applications.clear();
    run.unrenewed.clear();
    run.troubled.clear();
    let cut = run.world.rate_cuts.now();
    let mut paid = [InterestPaid::default(); 8];
    let mut slot = 0;
    loop {
        slot = ordinary(run, slot, cut, &mut paid);
        if slot == run.world.book.loans.len() {
            break;
        }
        let loan = &run.world.book.loans[slot];
        let (state, deferred, line, long) = (loan.state, loan.deferred > 0, loan.revolving, loan.long);
        match state {
            LoanState::Performing if deferred && relief::deferred(run, slot as u32) => {}
            LoanState::Performing if long => term::pay(run, slot as u32),
            LoanState::Performing => {
                if line {
                    relief::revolve(run, slot as u32);
                }
                let loan = &run.world.book.loans[slot];
                let spared = if cut { run.world.rate_cuts.spared(loan, 1) } else { 0 };
                let interest = interest_fen(loan.principal, i64::from(loan.rate_ppm)) - spared;
                let (b, matures) = (loan.borrower, loan.maturity <= month);
                let (c, i) = (b.class(), b.slot());
                let liquid = &mut run.world.cohorts[c].liquid[i];
                if *liquid >= interest {
                    *liquid -= interest;
                    paid[c].add(loan.home, loan.lender, interest);
                    if spared > 0 {
                        count_spared(run, slot as u32, spared);
                    }
                    let Run { world, applications, unrenewed, subsidies_due, .. } = &mut *run;
                    let (loan, cohort) = (&world.book.loans[slot], &world.cohorts[c]);
                    if loan.subsidised {
                        subsidies_due.push(subsidy::due(loan, interest));
                    }
                    if matures {
                        mature(cohort.status[i], loan, slot as u32, applications, unrenewed);
                    }
                } else if !relief::defer(run, slot as u32, interest, spared) {
                    run.world.cohorts[c].loan_cash[i] = NO_DRAWINGS;
                    let loan = &mut run.world.book.loans[slot];
                    loan.state = LoanState::Overdue;
                    loan.arrears = 1;
                }
            }
            LoanState::Overdue => {
                run.troubled.push(slot as u32);
                let behind = if long { term::overdue } else { overdue };
                behind(run, &p, slot as u32);
            }
            LoanState::NonPerforming | LoanState::Free => {}
        }
        slot += 1;
    }
    for (c, paid) in paid.iter().enumerate().take(CLASSES) {
        run.world.ledger.interest_of(c, paid);
    }
    subsidy::pay(run);
    lease::rents(run);
    bond::serve(run);
    equipment::due(run);
}

/// What the month's interest asks of the borrowers of a class.
#[derive(Default)]
struct Columns<'a> {
    liquid: &'a mut [i64],
    status: &'a [u8],
    cushion: &'a [f32],
    sector: &'a [u8],
}

twin! {
    /// [`pay_and_no_more`], in the processor's better multiplications.
    fn ordinary, ordinary_plain(run: &mut Run, from: usize, cut: bool, paid: &mut [InterestPaid; 8]) -> usize {
        pay_and_no_more(run, from, cut, paid)
    }
}

/// Interest and maturities of loans from slot `from` on, up to the first to which more may happen: its slot, or the
/// register's length. Most loans pay and no more; nothing else is looked up for them.
#[inline(always)]
fn pay_and_no_more(run: &mut Run, from: usize, cut: bool, paid: &mut [InterestPaid; 8]) -> usize {
    let Run { world: World { book, cohorts, month, .. }, applications, unrenewed, troubled, .. } = run;
    // Eight, so that three bits need no check.
    let mut of: [Columns; 8] = Default::default();
    for (of, Cohort { liquid, status, cushion, sector, .. }) in of.iter_mut().zip(cohorts) {
        *of = Columns { liquid, status, cushion, sector };
    }
    let loans = &book.loans[..];
    for (slot, loan) in loans.iter().enumerate().skip(from) {
        prefetch(loans, slot + 64);
        let later = loans.get(slot + 24).unwrap_or(loan);
        let cohort = &of[later.borrower.class() & 7];
        prefetch(cohort.liquid, later.borrower.slot());
        if (later.state == LoanState::Overdue) | later.revolving | later.subsidised {
            expect_more(cohort, later);
        }
        let more = loan.deferred
            | u8::from(loan.revolving)
            | u8::from(loan.subsidised)
            | u8::from(loan.long)
            | u8::from(cut);
        if (loan.state != LoanState::Performing) | (more != 0) {
            match loan.state {
                LoanState::NonPerforming => troubled.push(slot as u32),
                LoanState::Free => {}
                LoanState::Performing | LoanState::Overdue => return slot,
            }
            continue;
        }
        let interest = interest_fen(loan.principal, i64::from(loan.rate_ppm));
        let (c, i) = (loan.borrower.class() & 7, loan.borrower.slot());
        let liquid = &mut of[c].liquid[i];
        if *liquid < interest {
            return slot;
        }
        *liquid -= interest;
        paid[c].add(loan.home, loan.lender, interest);
        if loan.maturity <= *month {
            mature(of[c].status[i], loan, slot as u32, applications, unrenewed);
        }
    }
    loans.len()
}

/// What a loan that asks for more than its interest will touch.
fn expect_more(cohort: &Columns, loan: &Loan) {
    if loan.state == LoanState::Overdue || loan.revolving {
        prefetch_of(&loan.clauses.relieved);
    }
    if loan.revolving {
        prefetch(cohort.cushion, loan.borrower.slot());
        prefetch(cohort.sector, loan.borrower.slot());
    }
    if loan.subsidised {
        prefetch_of(&loan.clauses.subsidy);
    }
}

/// A loan has come to its end: who still needs it asks for the roll-over.
fn mature(state: u8, loan: &Loan, slot: u32, asking: &mut Vec<Application>, unrenewed: &mut Vec<u32>) {
    const ASKS: u8 = status::LIVE | status::NEED;
    if state & ASKS == ASKS {
        asking.push(Application { borrower: loan.borrower, renewal: slot });
    } else {
        unrenewed.push(slot);
    }
}

/// A borrower has paid its interest less what a cut spares it: its bank is owed that, and the instrument has
/// served one more borrower if this is the first time.
fn count_spared(run: &mut Run, slot: u32, spared: i64) {
    let World { book, lenders, ledger, rate_cuts, month, .. } = &mut run.world;
    let loan = &mut book.loans[slot as usize];
    let (c, lender) = (loan.borrower.class(), loan.lender as usize);
    let w = ledger.weight[c];
    loan.helped |= const { terms_bit("temporary_rate_cut") };
    lenders[lender].spared += spared * w;
    if rate_cuts.begins(c) || loan.renewals == 0 && loan.start.plus(1) == *month {
        run.journal.helped(place!("temporary_rate_cut"), w, loan.principal * w);
    }
}

/// Once a year the register is put in the order of the borrowers' columns; nothing depends on it but
/// speed.
fn order_register(world: &mut World) {
    let moved = world.book.in_borrower_order();
    for (slot, loan) in (0u32..).zip(&world.book.loans) {
        if loan.borrower_live && !loan.long {
            world.cohorts[loan.borrower.class()].loan[loan.borrower.slot()] = slot;
        }
    }
    for equipment in &mut world.equipment {
        equipment.loan = moved[equipment.loan as usize];
    }
    for claim in &mut world.claims {
        match &mut claim.kind {
            ClaimKind::Guarantor { loan } | ClaimKind::Fund { loan } | ClaimKind::FundGuarantor { loan } => {
                *loan = moved[*loan as usize];
            }
            ClaimKind::Chain { .. } => {}
        }
    }
}

/// A month in arrears: stock is sold, family may help, whatever cash there is pays.
fn overdue(run: &mut Run, p: &Params, slot: u32) {
    let month = run.world.month;
    let help = run.luck.key(Stream::Recovery, month);
    let loan = &run.world.book.loans[slot as usize];
    let (c, i) = (loan.borrower.class(), loan.borrower.slot());
    let lender = loan.lender as usize;
    let interest = interest_fen(loan.principal, i64::from(loan.rate_ppm));
    let matured = loan.maturity <= month;
    let arrears = i64::from(loan.arrears) + 1;
    let principal = loan.principal;
    if !loan.borrower_live {
        run.world.book.loans[slot as usize].arrears = loan.arrears.saturating_add(1);
        return;
    }
    // What was deferred is past due with the rest.
    let spared = run.world.rate_cuts.spared(loan, arrears);
    let interest_due = interest * arrears - spared + loan.relieved.deferred_interest;
    let due = interest_due + if matured { principal } else { 0 };
    let (home, id) = (loan.home as usize, run.world.cohorts[c].details[i].id);
    if matured {
        sell_stock(run, c, i, p.stock_sale_rate);
    }
    if run.world.cohorts[c].liquid[i] < due && f64::from(help.unit(id)) < p.cure_rate {
        let lack = due - run.world.cohorts[c].liquid[i];
        let liquid = &mut run.world.cohorts[c].liquid[i];
        run.world.ledger.receive(c, home, liquid, lack, Reason::EntryCapital);
    }
    let world = &mut run.world;
    let liquid = &mut world.cohorts[c].liquid[i];
    if *liquid >= due {
        world.ledger.pay_interest(c, home, lender, liquid, interest_due);
        world.lenders[lender].spared += spared * world.ledger.weight[c];
        world.book.loans[slot as usize].relieved.deferred_interest = 0;
        if matured {
            repay_all(world, slot);
            let level = world.environment.level;
            lending::set_funding(p, &mut world.cohorts[c], i, 0.0, level, 0.0);
        } else {
            let loan = &mut world.book.loans[slot as usize];
            loan.state = LoanState::Performing;
            loan.arrears = 0;
            let cash = (1.0 - p.illiquid_share) * crate::units::Money(loan.principal).to_yuan();
            world.cohorts[c].loan_cash[i] = cash as f32;
        }
    } else {
        // A matured loan is paid down with what there is; the rest stays overdue.
        if matured && *liquid > 0 {
            let loan = &mut world.book.loans[slot as usize];
            let (product, covered) = (loan.product, loan.lender as usize);
            let pay = (*liquid).min(loan.principal - 1);
            let w = world.ledger.weight[c];
            let before = loan.principal;
            world.ledger.repay(c, home, lender, liquid, &mut loan.principal, pay);
            let after = loan.principal;
            if product.is_fund() {
                world.ledger.fund_covered -= pay * w;
                world.fund.covered[covered] -= pay * w;
            }
            if product.is_guaranteed() {
                guarantee::move_liability(world, slot, before, after);
            }
        }
        let loan = &mut run.world.book.loans[slot as usize];
        loan.arrears = loan.arrears.saturating_add(1);
    }
}

pub fn sell_stock(run: &mut Run, c: usize, i: usize, share: f64) {
    let cohort = &mut run.world.cohorts[c];
    let yuan = (f64::from(cohort.details[i].stock) * share) as i64;
    if yuan > 0 {
        let home = cohort.details[i].home as usize;
        cohort.details[i].stock -= yuan as f32;
        run.world.ledger.receive(c, home, &mut cohort.liquid[i], yuan * 100, Reason::StockSold);
    }
}

/// Cover of fund and guarantor ends with `principal` still outstanding.
fn release_cover(world: &mut World, slot: u32, principal: i64) {
    let loan = &world.book.loans[slot as usize];
    let w = world.ledger.weight[loan.borrower.class()];
    if loan.product.is_fund() && loan.cover_in_force() {
        let lender = loan.lender as usize;
        world.ledger.fund_covered -= principal * w;
        world.fund.covered[lender] -= principal * w;
    }
    let loan = &world.book.loans[slot as usize];
    if loan.product.is_guaranteed() && loan.cover_in_force() {
        guarantee::move_liability(world, slot, principal, 0);
    }
}

/// What paying off a loan will touch.
fn expect_repayment(world: &World, loan: &Loan) {
    prefetch_whole(Some(&*loan.clauses));
    expect_funding(&world.cohorts[loan.borrower.class()], loan.borrower.slot());
}

/// What changes with a borrower's funding, whether a loan is made or paid off: a line of memory in each column.
pub fn expect_funding(c: &Cohort, i: usize) {
    prefetch(&c.details, i);
    prefetch(&c.liquid, i);
    prefetch(&c.gap, i);
    prefetch(&c.loan_cash, i);
    prefetch(&c.loan, i);
    prefetch(&c.status, i);
}

/// Repays a loan in full from the borrower's deposit and takes it out of the register.
pub fn repay_all(world: &mut World, slot: u32) {
    let loan = &world.book.loans[slot as usize];
    let (c, i, lender, principal) =
        (loan.borrower.class(), loan.borrower.slot(), loan.lender as usize, loan.principal);
    release_cover(world, slot, principal);
    let loan = &mut world.book.loans[slot as usize];
    let cohort = &mut world.cohorts[c];
    let home = loan.home as usize;
    world.ledger.repay(c, home, lender, &mut cohort.liquid[i], &mut loan.principal, principal);
    let waited = loan.relieved.deferred_interest.min(cohort.liquid[i]);
    world.ledger.pay_interest(c, home, lender, &mut cohort.liquid[i], waited);
    cohort.loan[i] = NO_LOAN;
    world.book.close(slot);
}

/// Matured loans that found no roll-over fall due at once.
pub fn cliff(run: &mut Run) {
    let p = run.inputs.params.clone();
    let slots = std::mem::take(&mut run.unrenewed);
    for (n, &slot) in slots.iter().enumerate() {
        if let Some(&later) = slots.get(n + 16) {
            prefetch(&run.world.book.loans, later as usize);
        }
        if let Some(&later) = slots.get(n + 8) {
            expect_repayment(&run.world, &run.world.book.loans[later as usize]);
        }
        let loan = &run.world.book.loans[slot as usize];
        if loan.state != LoanState::Performing {
            continue;
        }
        let (c, i, principal) = (loan.borrower.class(), loan.borrower.slot(), loan.principal);
        sell_stock(run, c, i, p.stock_sale_rate);
        if run.world.cohorts[c].liquid[i] >= principal {
            repay_all(&mut run.world, slot);
            // Stock that outlives the loan is the owner's; what was borrowed is no longer funded.
            let level = run.world.environment.level;
            lending::set_funding(&p, &mut run.world.cohorts[c], i, 0.0, level, 0.0);
        } else if !relief::defer(run, slot, 0, 0) {
            run.world.cohorts[c].loan_cash[i] = NO_DRAWINGS;
            let loan = &mut run.world.book.loans[slot as usize];
            loan.state = LoanState::Overdue;
            loan.arrears = 1;
        }
    }
    run.unrenewed = slots;
}

/// A loan becomes non-performing: counted, its borrower's file spoilt, claims raised.
pub fn turn_bad(run: &mut Run, slot: u32) {
    let month = run.world.month;
    // Contingent cover ends here and becomes claims.
    let g = run.world.book.loans[slot as usize].guarantor as usize;
    let batch_before = run.world.guarantors.get(g).map_or(0, |g| g.balance_batch);
    let outstanding = run.world.book.loans[slot as usize].principal;
    release_cover(&mut run.world, slot, outstanding);
    let loan = &mut run.world.book.loans[slot as usize];
    let (c, i) = (loan.borrower.class(), loan.borrower.slot());
    (loan.state, loan.deferred) = (LoanState::NonPerforming, 0);
    loan.npl_since = month;
    loan.defaulted = loan.principal;
    let (rating, principal, guarantor) = (loan.bucket as usize, loan.principal, loan.guarantor);
    let (live, product) = (loan.borrower_live, loan.product);
    let share_fund = i64::from(loan.share_fund);
    let w = run.world.weight(c);
    if live {
        let cohort = &mut run.world.cohorts[c];
        cohort.details[i].file = FILE_BAD;
        cohort.details[i].resume = month.plus(run.inputs.params.spoilt_file as i32);
    }
    if Class::from_index(c).is_mse() {
        run.world.counters.npl_flow += principal * w;
    }
    run.world.market.defaults[c * RATINGS + rating.min(RATINGS - 1)] += w as f64;

    if product.is_guaranteed() {
        guarantee::claim(run, slot, batch_before);
    }
    if product.is_fund() && share_fund > 0 {
        let due = month.plus(run.desk.shares[product as usize].fund_lag_months.max(1));
        let loan = &mut run.world.book.loans[slot as usize];
        let (kind, base) = if product.is_guaranteed() {
            // The fund repays its share of the local guarantor's part.
            (ClaimKind::FundGuarantor { loan: slot }, loan.local_part())
        } else {
            (ClaimKind::Fund { loan: slot }, principal)
        };
        let fen = share_fen(base, share_fund) * w;
        if fen > 0 {
            loan.hold = true;
            run.world.claims.push(Claim { kind, guarantor, fen, due });
        }
    }
}

pub fn classify(run: &mut Run) {
    let month = run.world.month;
    let p = run.inputs.params.clone();
    pay_claims(run, month);
    let first = run.policy.classify().write_off;
    let draws = run.luck.key(Stream::Recovery, month).nth(1);
    let troubled = std::mem::take(&mut run.troubled);
    for (n, &slot) in troubled.iter().enumerate() {
        if let Some(&later) = troubled.get(n + 16) {
            prefetch(&run.world.book.loans, later as usize);
        }
        if let Some(&later) = troubled.get(n + 8) {
            prefetch_of(&run.world.book.loans[later as usize].clauses.npl_since);
        }
        let loan = &run.world.book.loans[slot as usize];
        match loan.state {
            LoanState::Overdue if f64::from(loan.arrears) >= p.npl_after + 1.0 => turn_bad(run, slot),
            LoanState::NonPerforming if !loan.hold && loan.owed_guarantor == 0 => {
                let old_enough = month.since(loan.npl_since) >= p.recovery_lag as i32;
                // The same draw, so that a loan goes no later than it would without priority.
                let (draw, class) = (f64::from(draws.unit(loan.id)), loan.borrower.class());
                let mse = Class::from_index(class).is_mse();
                let sooner = if mse { (1.0 - p.npl_resolution) * first } else { 0.0 };
                if old_enough && draw < p.npl_resolution + sooner {
                    let written_off = resolve(run, slot);
                    if draw >= p.npl_resolution {
                        run.journal.helped(place!("priority_write_off"), run.world.weight(class), 0);
                        run.journal.written_off(place!("priority_write_off"), written_off);
                    }
                }
            }
            _ => {}
        }
    }
    run.troubled = troubled;
}

/// Claims that fall due: upper tiers pay the guarantor, the fund pays banks and guarantors.
fn pay_claims(run: &mut Run, month: Month) {
    let mut pending = std::mem::take(&mut run.world.claims);
    pending.retain_mut(|claim| {
        if claim.due > month {
            return true;
        }
        if let ClaimKind::Guarantor { loan } = claim.kind {
            guarantee::pay(run, loan);
            let l = &run.world.book.loans[loan as usize];
            claim.fen = l.owed_guarantor * run.world.ledger.weight[l.borrower.class()];
            claim.due = month.plus(1);
            return claim.fen > 0;
        }
        let world = &mut run.world;
        match claim.kind {
            ClaimKind::Guarantor { .. } => {}
            ClaimKind::Chain { upper } => {
                // An upper tier, too, pays as far as its deposit goes; the rest stays due.
                let pay = claim.fen.min(world.ledger.guarantors[upper as usize].deposit.max(0));
                world.ledger.chain_collect(claim.guarantor as usize, upper as usize, pay);
                claim.fen -= pay;
                return claim.fen > 0;
            }
            ClaimKind::Fund { loan } => {
                let l = &mut world.book.loans[loan as usize];
                let (c, lender) = (l.borrower.class(), l.lender as usize);
                let w = world.ledger.weight[c];
                let pay = (claim.fen / w).min(world.ledger.fund_deposit / w).min(l.principal);
                l.hold = false;
                if pay * w < claim.fen {
                    world.fund.exhausted.get_or_insert(month);
                }
                if pay > 0 {
                    let l = &mut world.book.loans[loan as usize];
                    l.paid_fund = pay;
                    world.ledger.fund_claim(c, lender, &mut l.principal, pay);
                    world.fund.claims[lender][(month.month() - 1) as usize] += pay * w;
                    world.counters.fund_claims += pay * w;
                }
            }
            ClaimKind::FundGuarantor { loan } => {
                let l = &mut world.book.loans[loan as usize];
                l.hold = false;
                let (c, lender) = (l.borrower.class(), l.lender as usize);
                let w = world.ledger.weight[c];
                let pay = (claim.fen / w).min(world.ledger.fund_deposit / w) * w;
                if pay < claim.fen {
                    world.fund.exhausted.get_or_insert(month);
                }
                if pay > 0 {
                    world.book.loans[loan as usize].paid_fund = pay / w;
                    world.ledger.fund_claim_guarantor(claim.guarantor as usize, pay);
                    world.fund.claims[lender][(month.month() - 1) as usize] += pay;
                    world.counters.fund_claims += pay;
                }
            }
        }
        false
    });
    pending.append(&mut run.world.claims);
    run.world.claims = pending;
}

/// The end of a bad loan: what came back is shared pro rata, the rest is written off and returned, weighed fen.
fn resolve(run: &mut Run, slot: u32) -> i64 {
    let world = &mut run.world;
    let loan = &world.book.loans[slot as usize];
    let (c, i, lender, guarantor) =
        (loan.borrower.class(), loan.borrower.slot(), loan.lender as usize, loan.guarantor as usize);
    let w = world.ledger.weight[c];
    let (defaulted, paid_g, paid_f) = (loan.defaulted.max(1), loan.paid_guarantor, loan.paid_fund);
    let fund_of_guarantor = loan.product.is_guaranteed() && paid_f > 0;
    // The promise of an anchor firm that has failed since brings nothing.
    let lost = if anchors::broken(world, loan) { loan.tied } else { 0.0 };
    let recovered = share_fen(defaulted, ppm(f64::from(loan.recovery - lost)));
    if lost > 0.0 {
        run.journal.forgone(place!("supply_chain_finance"), share_fen(defaulted, ppm(f64::from(lost))) * w);
    }
    let (live, principal, product) = (loan.borrower_live, loan.principal, loan.product);
    let shares = (loan.share_national, loan.share_reguarantor, loan.share_local);

    // Bank's own part first in the register, then what guarantor and fund have paid for.
    let to_guarantor = mul_div_half_even(recovered, paid_g, defaulted);
    let back_to_fund = mul_div_half_even(recovered, paid_f, defaulted);
    let to_fund = if fund_of_guarantor { 0 } else { back_to_fund };
    let to_bank = (recovered - to_guarantor - to_fund).min(principal);
    let loan = &mut world.book.loans[slot as usize];
    world.ledger.recover(c, lender, &mut loan.principal, to_bank);
    if to_guarantor > 0 {
        world.ledger.recover_for_others(c, lender, to_guarantor);
        world.ledger.recovery_to_guarantor(lender, guarantor, to_guarantor * w);
        let all = i64::from(shares.0 + shares.1 + shares.2).max(1);
        for (upper, share) in [(world.reguarantor, shares.1), (world.national, shares.0)] {
            let fen = mul_div_half_even(to_guarantor, i64::from(share), all) * w;
            if fen > 0 && upper != guarantor {
                world.ledger.guarantor_to_upper(guarantor, upper, fen, Reason::RecoveryToUpper);
            }
        }
        if fund_of_guarantor {
            world.ledger.recovery_guarantor_to_fund(guarantor, back_to_fund * w);
        }
    }
    if to_fund > 0 {
        world.ledger.recover_for_others(c, lender, to_fund);
        world.ledger.recovery_to_fund(lender, to_fund * w);
    }
    let loan = &mut world.book.loans[slot as usize];
    let rest = loan.principal;
    world.ledger.write_off(c, lender, &mut loan.principal, rest);
    joint::share_loss(&mut world.ledger, loan, rest * w);
    if Class::from_index(c).is_mse() {
        world.counters.write_offs += rest * w;
    }
    let long = loan.long;
    world.book.close(slot);
    // What each bears in the end: what it has paid, less its part of what came back.
    let borne =
        Borne { bank: rest * w, covered: (paid_g - to_guarantor) * w, fund: (paid_f - back_to_fund) * w };
    run.journal.losses(product, borne, shares);
    if long {
        run.journal.forgone(place!("manufacturing_term_loans"), rest * w);
        term::taken_back(run, slot);
    } else if live {
        let cohort = &mut run.world.cohorts[c];
        cohort.loan[i] = NO_LOAN;
        let level = run.world.environment.level;
        lending::set_funding(&run.inputs.params, cohort, i, 0.0, level, 0.0);
    }
    rest * w
}

/// A borrower closes with a loan: the loan is bad at once and outlives it.
pub fn orphan(run: &mut Run, slot: u32) {
    let loan = &mut run.world.book.loans[slot as usize];
    loan.borrower_live = false;
    if loan.state != LoanState::NonPerforming {
        turn_bad(run, slot);
    }
}
