//! Bonds: who issues instead of, or beside, a bank loan, coupons, and what happens at maturity.
//!
//! Need, and the output that funding brings, go over from bank to bond in one proportion, so that nothing is funded twice.
//! Terms are in `policy::bond_channel`; money moves by `ledger::capital`.

use crate::ledger::Reason;
use crate::luck::{Key, Stream, kernel};
use crate::policy::{Bonds, place};
use crate::units::{Money, interest_fen, ppm, share_fen};
use crate::world::{Bond, Borrower, Class, Cohort, FILE_BAD, LoanState, NO_LOAN, World, flag, status};

use super::lending::{self, Application};
use super::{Params, Run, sorted, trouble};

/// Classes with firms large enough.
const ISSUERS: [Class; 3] = [Class::Micro, Class::Small, Class::Agri];

/// Months behind after which a bond is in default, as with loans.
fn patience(p: &Params) -> u8 {
    p.npl_after as u8
}

/// The rating agencies' view: they stand by what they once thought of a firm.
fn ratings(run: &Run) -> Key {
    run.luck.key_fixed(Stream::Bond)
}

/// Yearly default probability the market believes of a firm.
fn believed(p: &Params, terms: &Bonds, quality: f32, draw: f32) -> f64 {
    let (spread, noise) = (p.quality_spread, terms.noise);
    let signal = f64::from(quality) + noise * f64::from(draw);
    let shrunk = signal * spread * spread / (spread * spread + noise * noise);
    (p.pd_prior_mean * kernel::exp64(-p.pd_prior_slope * shrunk)).min(0.5)
}

/// Coupon at which the market takes a firm's bond, yearly, if it takes it.
fn coupon(p: &Params, terms: &Bonds, lpr: f64, quality: f32, draw: f32) -> Option<f64> {
    let pd = believed(p, terms, quality, draw);
    (pd <= terms.pd_cap).then(|| (lpr + terms.over_lpr + pd * (1.0 - terms.recovery)).max(0.0))
}

fn cost_fen(terms: &Bonds, fen: i64) -> i64 {
    share_fen(fen, ppm(terms.cost)) + Money::from_yuan_f64(terms.cost_yuan).fen()
}

fn eligible(terms: &Bonds, flags: u8) -> bool {
    terms.tech && flags & flag::TECH != 0 || terms.green && flags & flag::GREEN != 0
}

struct Issue {
    borrower: Borrower,
    /// Loan that is repaid with it, or [`NO_LOAN`].
    repays: u32,
    fen: i64,
    rate: f64,
}

/// Bonds issued this month.
pub fn issue(run: &mut Run) {
    let terms = run.policy.need().bonds;
    if terms.share <= 0.0 {
        return;
    }
    let p = run.inputs.params.clone();
    let (month, level) = (run.world.month, run.world.environment.level);
    let (draws, rated) = (run.luck.key(Stream::Bond, month), ratings(run));
    let held = sorted(run.world.bonds.iter().map(|b| b.borrower));
    let issuer = |b: Borrower| ISSUERS.iter().any(|class| class.index() == b.class());
    let rolls_over = |a: &&Application| a.renewal != NO_LOAN && issuer(a.borrower);
    let maturing = sorted(run.applications.iter().filter(rolls_over).map(|a| (a.borrower, a.renewal)));
    let mut issues: Vec<Issue> = Vec::new();
    for class in ISSUERS {
        let (c, world) = (class.index(), &run.world);
        let cohort = &world.cohorts[c];
        for i in (0..cohort.len()).filter(|&i| eligible(&terms, cohort.flags[i])) {
            let need = f64::from(cohort.details[i].need) * level;
            let b = Borrower::new(c, i);
            if need < terms.least_yuan
                || !cohort.is(i, status::LIVE | status::NEED)
                || cohort.details[i].file == FILE_BAD
                || held.binary_search(&b).is_ok()
            {
                continue;
            }
            let loan = world.book.loans.get(cohort.loan[i] as usize);
            let repays = maturing.binary_search_by_key(&b, |m| m.0).map_or(NO_LOAN, |at| maturing[at].1);
            // Who has a loan can leave its bank when it matures, once a year.
            let (chance, rest) = match loan {
                None => (terms.share / 12.0, need),
                Some(_) if repays != NO_LOAN => (terms.share, need),
                Some(l) if l.state == LoanState::Performing && l.deferred == 0 => {
                    (terms.share / 12.0, need - Money(l.principal).to_yuan())
                }
                Some(_) => continue,
            };
            if rest < terms.least_yuan || f64::from(draws.unit(cohort.id[i])) >= chance {
                continue;
            }
            let quality = cohort.details[i].quality;
            let Some(rate) = coupon(&p, &terms, run.desk.lpr, quality, rated.normal(cohort.id[i])) else {
                continue;
            };
            let fen = Money::yuan(rest as i64).fen();
            let yearly = Money(cost_fen(&terms, fen)).to_yuan() / rest * 12.0 / f64::from(terms.months);
            let known = cohort.details[i].reach.count_ones();
            let bank = loan.map_or_else(
                || lending::going_rate(run, &run.desk, c, known),
                |l| f64::from(l.rate_ppm) / 1e6,
            );
            if rate + yearly < bank.min(f64::from(cohort.details[i].return_rate)) {
                issues.push(Issue { borrower: b, repays, fen, rate });
            }
        }
    }
    for one in &issues {
        place(run, &p, &terms, one);
    }
}

/// One issue: money comes in, cost and the old loan are paid, stock is bought with what is more.
fn place(run: &mut Run, p: &Params, terms: &Bonds, one: &Issue) {
    let (c, i) = (one.borrower.class(), one.borrower.slot());
    let (month, level) = (run.world.month, run.world.environment.level);
    let home = usize::from(run.world.cohorts[c].home[i]);
    let w = run.world.weight(c);
    let world = &mut run.world;
    let owed = world.book.loans.get(one.repays as usize).map_or(0, |l| l.principal);
    let cost = cost_fen(terms, one.fen);
    if world.cohorts[c].liquid[i] + one.fen < owed + cost {
        return;
    }
    let liquid = &mut world.cohorts[c].liquid[i];
    world.ledger.issue_bond(c, home, liquid, one.fen);
    world.ledger.pay_bond_market(c, home, liquid, cost, Reason::BondCost);
    if one.repays != NO_LOAN {
        trouble::repay_all(world, one.repays);
        run.applications.retain(|a| a.renewal != one.repays);
        lending::set_funding(p, &mut world.cohorts[c], i, 0.0, level, 0.0);
    }
    let cohort = &mut world.cohorts[c];
    let stock = share_fen((one.fen - owed).max(0), ppm(p.illiquid_share)) / 100 * 100;
    if stock > 0 {
        world.ledger.spend(c, home, &mut cohort.liquid[i], stock, Reason::StockBought);
        cohort.details[i].stock += (stock / 100) as f32;
    }
    let yuan = Money(one.fen).to_yuan() / level;
    let need = f64::from(cohort.details[i].need).min(yuan);
    let part = need / f64::from(cohort.details[i].need).max(1e-9);
    let loss = (part * f64::from(cohort.details[i].loss_unfunded)) as f32;
    let cushion = ((1.0 - p.illiquid_share) * yuan) as f32;
    cohort.details[i].need -= need as f32;
    cohort.details[i].loss_unfunded -= loss;
    cohort.cushion[i] += cushion;
    // Nothing left to ask a bank for: it comes back when the bond is gone.
    if f64::from(cohort.details[i].need) * level < p.ticket_min {
        cohort.details[i].resume = month.plus(terms.months);
    }
    refund(world, one.borrower);
    world.bonds.push(Bond {
        borrower: one.borrower,
        id: world.cohorts[c].id[i],
        home: home as u8,
        owed: one.fen,
        rate_ppm: ppm(one.rate) as u32,
        issued: month,
        maturity: month.plus(terms.months),
        behind: 0,
        recovery_ppm: ppm(terms.recovery) as u32,
        need: need as f32,
        loss,
        cushion,
    });
    run.journal.helped(place!("bond_channel"), w, one.fen * w);
}

/// Output gap after need, or the output that funding brings, has changed.
fn refund(world: &mut World, b: Borrower) {
    let (c, i) = (b.class(), b.slot());
    let World { cohorts, book, environment, .. } = world;
    let cohort: &mut Cohort = &mut cohorts[c];
    let owed = book.loans.get(cohort.loan[i] as usize).map_or(0.0, |l| Money(l.principal).to_yuan());
    let need = f64::from(cohort.details[i].need) * environment.level;
    let funded = if need > 0.0 { (owed / need).min(1.0) } else { 1.0 };
    cohort.gap[i] = (f64::from(cohort.details[i].loss_unfunded) * (1.0 - funded)) as f32;
}

/// The bond is gone: need, and what is lost without funding, are the owner's again.
fn give_back(world: &mut World, b: &Bond) {
    let (c, i) = (b.borrower.class(), b.borrower.slot());
    let month = world.month;
    let cohort = &mut world.cohorts[c];
    cohort.details[i].need += b.need;
    cohort.details[i].loss_unfunded += b.loss;
    cohort.cushion[i] = (cohort.cushion[i] - b.cushion).max(0.0);
    if cohort.details[i].file != FILE_BAD {
        cohort.details[i].resume = month;
    }
    refund(world, b.borrower);
}

/// Coupons and maturities of the month.
pub fn serve(run: &mut Run) {
    if run.world.bonds.is_empty() {
        return;
    }
    let mut bonds = std::mem::take(&mut run.world.bonds);
    bonds.retain_mut(|b| serve_one(run, b));
    run.world.bonds = bonds;
}

/// One bond; says whether it goes on.
fn serve_one(run: &mut Run, b: &mut Bond) -> bool {
    let p = run.inputs.params.clone();
    let month = run.world.month;
    let (c, i, home) = (b.borrower.class(), b.borrower.slot(), usize::from(b.home));
    let interest = interest_fen(b.owed, i64::from(b.rate_ppm)) * (i64::from(b.behind) + 1);
    let matured = b.maturity <= month;
    if matured && renew(run, &p, b, interest) {
        return true;
    }
    if matured {
        trouble::sell_stock(run, c, i, p.stock_sale_rate);
    }
    let world = &mut run.world;
    let liquid = &mut world.cohorts[c].liquid[i];
    let due = interest + if matured { b.owed } else { 0 };
    if *liquid >= due {
        world.ledger.pay_bond_market(c, home, liquid, interest, Reason::BondCoupon);
        b.behind = 0;
        if matured {
            world.ledger.repay_bond(c, home, liquid, b.owed);
            give_back(world, b);
        }
        return !matured;
    }
    if matured && *liquid > 0 {
        let paid = (*liquid).min(b.owed - 1);
        world.ledger.repay_bond(c, home, liquid, paid);
        b.owed -= paid;
    }
    b.behind += 1;
    if b.behind < patience(&p) {
        return true;
    }
    world.ledger.lose_bond(c, home, b.owed, share_fen(b.owed, i64::from(b.recovery_ppm)));
    let cohort = &mut world.cohorts[c];
    cohort.details[i].file = FILE_BAD;
    cohort.details[i].resume = month.plus(p.spoilt_file as i32);
    give_back(world, b);
    false
}

/// A matured bond is issued anew if investors still buy and the cost can be paid.
fn renew(run: &mut Run, p: &Params, b: &mut Bond, interest: i64) -> bool {
    let terms = run.policy.need().bonds;
    let (c, i, month) = (b.borrower.class(), b.borrower.slot(), run.world.month);
    let rated = ratings(run);
    let cohort = &mut run.world.cohorts[c];
    let cost = cost_fen(&terms, b.owed);
    let wanted = terms.share > 0.0
        && b.behind == 0
        && cohort.details[i].file != FILE_BAD
        && Money(b.owed).to_yuan() >= terms.least_yuan
        && cohort.liquid[i] >= cost + interest;
    let draw = rated.normal(b.id);
    let found = coupon(p, &terms, run.desk.lpr, cohort.details[i].quality, draw);
    let Some(rate) = found.filter(|_| wanted) else { return false };
    let (ledger, home) = (&mut run.world.ledger, usize::from(b.home));
    let liquid = &mut cohort.liquid[i];
    ledger.pay_bond_market(c, home, liquid, interest, Reason::BondCoupon);
    ledger.issue_bond(c, home, liquid, b.owed);
    ledger.repay_bond(c, home, liquid, b.owed);
    ledger.pay_bond_market(c, home, liquid, cost, Reason::BondCost);
    b.rate_ppm = ppm(rate) as u32;
    b.issued = month;
    b.maturity = month.plus(terms.months);
    if cohort.details[i].resume >= month {
        cohort.details[i].resume = b.maturity;
    }
    let w = run.world.weight(c);
    run.journal.helped(place!("bond_channel"), w, b.owed * w);
    true
}

/// A firm closes: holders get what cash there is, and what its assets bring on the rest.
pub fn closing(run: &mut Run, c: usize, i: usize) {
    if run.world.bonds.is_empty() {
        return;
    }
    let own = Borrower::new(c, i);
    let World { bonds, ledger, cohorts, .. } = &mut run.world;
    bonds.retain(|b| {
        if b.borrower != own {
            return true;
        }
        let (home, liquid) = (usize::from(b.home), &mut cohorts[c].liquid[i]);
        let paid = (*liquid).clamp(0, b.owed);
        ledger.repay_bond(c, home, liquid, paid);
        let rest = b.owed - paid;
        ledger.lose_bond(c, home, rest, share_fen(rest, i64::from(b.recovery_ppm)));
        false
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_issue() {
        let mut terms = Bonds { tech: true, ..Bonds::default() };
        assert!(eligible(&terms, flag::TECH) && !eligible(&terms, flag::GREEN) && !eligible(&terms, 0));
        terms.green = true;
        assert!(eligible(&terms, flag::GREEN));
    }

    #[test]
    fn the_cost_of_an_issue_comes_out_to_the_fen() {
        // 0.9% of 30m yuan and 300,000 yuan.
        let terms = Bonds { cost: 0.009, cost_yuan: 300_000.0, ..Bonds::default() };
        assert_eq!(cost_fen(&terms, Money::yuan(30_000_000).fen()), Money::yuan(570_000).fen());
    }
}
