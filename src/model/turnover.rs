//! Phases 10 and 11: exits by age and distress, entrants, credit files; and what lenders learn from a month.
//! Age profile of exits after SAIC 2013. Who may enter is a fixed list by township, class and month,
//! which no policy changes.

use crate::ledger::Reason;
use crate::luck::simd::{prefetch, twin};
use crate::luck::{Key, Stream};
use crate::units::Month;
use crate::world::{
    CLASSES, Class, Cohort, FILE_BAD, FILE_NONE, FILE_THICK, FILE_THIN, LoanState, NO_LOAN, status,
};

use super::desk::{BUCKETS, RATINGS, prior_pd};
use super::{Params, Run, bond, genesis, marks, sums, term, trouble};

/// Borrowers looked at together.
const BLOCK: usize = marks::MOST;

/// Exit hazard by age over the class mean (SAIC 2013: low, rising to year three, then falling).
fn age_factor(p: &Params, months: i32) -> f64 {
    match months / 12 {
        i32::MIN..=0 => p.exit_age_first,
        1 => p.exit_age_second,
        2 => p.exit_age_third,
        3..=6 => p.exit_age_middle,
        _ => p.exit_age_old,
    }
}

twin! {
    /// Marks live borrowers whose yearly turn it is and for whom something may change: a draw below the
    /// highest hazard of the class, or a credit file that has begun.
    wide fn asked_now, asked_now_plain(key: Key, turn: u32, likely: u32, ids: &[u32], states: &[u8], hits: &mut [u8]) {
        let n = hits.len();
        let (ids, states) = (&ids[..n], &states[..n]);
        for i in 0..n {
            let due = ids[i].wrapping_add(turn).is_multiple_of(12);
            let s = states[i];
            let open = (key.bits(ids[i]) < likely) | (s & status::HAD_LOAN != 0);
            hits[i] = u8::from(due & open & (s & status::LIVE != 0));
        }
    }
}

pub fn turnover(run: &mut Run) {
    exits(run);
    entries(run);
}

fn exits(run: &mut Run) {
    let month = run.world.month;
    let p = run.inputs.params.clone();
    run.world.counters.exits_12[(month.month() - 1) as usize] = 0;
    let distressed = std::mem::take(&mut run.distressed);
    for &b in &distressed {
        if run.world.cohorts[b.class()].is(b.slot(), status::LIVE) {
            exit(run, b.class(), b.slot());
        }
    }
    run.distressed = distressed;
    let key = run.luck.key(Stream::Exit, month);
    let turn = month.month() as u32;
    let oldest = [p.exit_age_first, p.exit_age_second, p.exit_age_third, p.exit_age_middle, p.exit_age_old];
    let steepest = oldest.into_iter().fold(0.0, f64::max);
    let mut hits = [0u8; BLOCK];
    let mut room = marks::room();
    let mut asked = Vec::new();
    for c in 0..CLASSES {
        // Each borrower is asked once a year, in a month its id decides.
        let cohort = &run.world.cohorts[c];
        let likely = super::need::threshold(p.exit_rate[c] * steepest + 1e-6);
        asked.clear();
        for start in (0..cohort.len()).step_by(BLOCK) {
            let block = start..(start + BLOCK).min(cohort.len());
            let n = block.len();
            let ids = &cohort.id[block.clone()];
            asked_now(key, turn, likely, ids, &cohort.status[block], &mut hits[..n]);
            asked.extend(marks::places(&hits[..n], &mut room).map(|i| start + i));
        }
        for (n, &i) in asked.iter().enumerate() {
            let cohort = &mut run.world.cohorts[c];
            if let Some(&later) = asked.get(n + 16) {
                prefetch(&cohort.details, later);
            }
            if cohort.is(i, status::HAD_LOAN) {
                let it = &mut cohort.details[i];
                let borrows = || cohort.loan[i] != NO_LOAN;
                if it.file == FILE_THIN {
                    if month.since(it.record_since) >= p.thick_after as i32 && borrows() {
                        it.file = FILE_THICK;
                    }
                } else if it.file == FILE_BAD && month >= it.resume && !borrows() {
                    it.file = FILE_NONE;
                }
            }
            let hazard = p.exit_rate[c] * age_factor(&p, month.since(cohort.details[i].born));
            if f64::from(key.unit(cohort.details[i].id)) < hazard {
                exit(run, c, i);
            }
        }
    }
}

/// A borrower closes: the loan is repaid or turns bad, the rest is taken out or forgiven.
fn exit(run: &mut Run, c: usize, i: usize) {
    let loan = run.world.cohorts[c].loan[i];
    if loan != NO_LOAN {
        sums::recount_loan(run, loan, -1);
        let l = &run.world.book.loans[loan as usize];
        let healthy = l.state != LoanState::NonPerforming;
        if healthy {
            // Stock is sold off at closing.
            let cohort = &mut run.world.cohorts[c];
            let yuan = cohort.details[i].stock as i64;
            let home = cohort.details[i].home as usize;
            cohort.details[i].stock = 0.0;
            run.world.ledger.receive(c, home, &mut cohort.liquid[i], yuan * 100, Reason::StockSold);
        }
        let l = &run.world.book.loans[loan as usize];
        if healthy && run.world.cohorts[c].liquid[i] >= l.principal {
            trouble::repay_all(&mut run.world, loan);
        } else {
            trouble::orphan(run, loan);
        }
        sums::recount_loan(run, loan, 1);
        run.world.cohorts[c].loan[i] = NO_LOAN;
    }
    term::closing(run, c, i);
    bond::closing(run, c, i);
    let world = &mut run.world;
    let w = world.ledger.weight[c];
    let cohort = &mut world.cohorts[c];
    let home = cohort.details[i].home as usize;
    let cash = cohort.liquid[i];
    if cash > 0 {
        world.ledger.spend(c, home, &mut cohort.liquid[i], cash, Reason::ExitPayout);
    } else {
        world.ledger.forgive_bills(c, home, &mut cohort.liquid[i]);
    }
    let towns = world.region.townships.len();
    let place = c * towns + cohort.details[i].township as usize;
    genesis::count(&mut world.census, place, c, cohort.status[i], cohort.details[i].reach, -w);
    cohort.leave(i);
    world.counters.exits[c] += w;
    if Class::from_index(c).is_mse() {
        world.counters.exits_12[(world.month.month() - 1) as usize] += w;
    }
}

/// Where the entrant after the next will be written: a line of memory in each column.
fn expect(c: &Cohort) {
    let Some(&slot) = c.free.len().checked_sub(2).and_then(|at| c.free.get(at)) else { return };
    let slot = slot as usize;
    macro_rules! of {
        ($($column:ident),*) => { $(prefetch(&c.$column, slot);)* };
    }
    of!(details, id, sales, margin, shock, gap, cushion, loan_cash, wage, liquid, event, loan);
    of!(home, sector, township, flags, status);
}

fn entries(run: &mut Run) {
    let month = run.world.month;
    let p = run.inputs.params.clone();
    let region = run.world.region.clone();
    let level = run.world.environment.level;
    let months = month.since(run.first_month) as u32;
    let opened = month >= region.start;
    let towns = region.townships.len();
    let maker = genesis::Maker::new(&region, &p, run.luck);
    let fraction = run.luck.key(Stream::Entry, month);
    for class in Class::ALL {
        let c = class.index();
        // During the spin-up entrants only replace exits. The reference population grows by the path
        // alone, so that who may enter never hangs on policy.
        let rate = p.net_entry[c] * region.paths.net_entry[0].at(month);
        let growth = if opened { rate } else { 0.0 };
        let path = run.world.census.reference[c];
        run.world.census.reference[c] *= 1.0 + growth / 12.0;
        let in_need: i64 = run.world.census.need[c * towns..(c + 1) * towns].iter().sum();
        let aware_share = run.world.census.aware[c] as f64 / in_need.max(1) as f64;
        for (t, weight) in genesis::township_weights(&region, class).into_iter().enumerate() {
            let expected = p.population[c] * weight * path * (p.exit_rate[c] + growth).max(0.0) / 12.0;
            let whole = expected.floor();
            let chance = f64::from(fraction.unit(genesis::id_of(class, t, 0)));
            let n = whole as u32 + u32::from(chance < expected - whole);
            for ordinal in 0..n.min(genesis::ORDINALS) {
                let serial = genesis::entrant_serial(months, ordinal);
                if !genesis::kept(&run.luck, run.inputs.thinning, class, t, serial) {
                    continue;
                }
                let id = genesis::id_of(class, t, serial);
                expect(&run.world.cohorts[c]);
                let birth = maker.birth(class, t, id, month, Some(aware_share));
                let cash = maker.opening_cash(&birth, level);
                let world = &mut run.world;
                let w = world.ledger.weight[c];
                let cohort = &mut world.cohorts[c];
                let slot = cohort.enter(&birth);
                let home = birth.home as usize;
                world.ledger.receive(c, home, &mut cohort.liquid[slot], cash, Reason::EntryCapital);
                genesis::count(&mut world.census, c * towns + t, c, birth.status, birth.reach, w);
                world.counters.entries[c] += w;
            }
        }
    }
}

/// Lenders count loans and defaults by rating; in December the going rate follows costs.
pub fn learn(run: &mut Run) {
    let month = run.world.month;
    let p = run.inputs.params.clone();
    let market = &mut run.world.market;
    let fade = 1.0 - 1.0 / p.pd_memory;
    // A thinned borrower's experience counts for all it stands for.
    let seen = &run.journal.sums.seen;
    let prior = prior_pd(&p);
    for k in 0..CLASSES * RATINGS {
        let (class, rating) = (k / RATINGS, k % RATINGS);
        market.exposure[k] = market.exposure[k] * fade + seen[class][rating] as f64 / 12.0;
        // The insured are taken for as risky as the others until more is known of them.
        let prior = if rating < BUCKETS { prior[rating] } else { market.pd[k - BUCKETS] };
        // Defaults of the month were added as they happened.
        market.pd[k] =
            (p.pd_prior_weight * prior + market.defaults[k]) / (p.pd_prior_weight + market.exposure[k]);
        market.defaults[k] *= fade;
    }
    if month.is_year_end() {
        re_estimate(run, month, &p);
    }
}

/// Once a year the segment's going rate moves with the break-even of the market, instruments aside.
fn re_estimate(run: &mut Run, _month: Month, p: &Params) {
    let market = &mut run.world.market;
    for c in 0..CLASSES {
        let mean = market.break_even_sum[c] / market.break_even_count[c];
        if mean.is_finite() {
            if market.break_even_last[c].is_finite() {
                market.segment_spread[c] += p.anchor_adjust * (mean - market.break_even_last[c]);
            }
            market.break_even_last[c] = mean;
        }
        market.break_even_sum[c] = 0.0;
        market.break_even_count[c] = 0.0;
    }
}
