//! Stakes of equity funds: capital, whom a fund backs, what the money does, and what becomes of a stake.
//!
//! Funds judge by a signal of their own; banks learn of a stake by the standing `Backed` (`standing`). Terms are in
//! `policy::equity_funds`, money moves by `ledger::capital`.

use crate::ledger::Reason;
use crate::luck::{Stream, kernel};
use crate::policy::place;
use crate::units::{Money, ppm, share_fen};
use crate::world::{Borrower, Class, FILE_BAD, Stake, World, flag, status};

use super::{Run, growth};

/// Classes a fund may back.
const BACKED: [Class; 2] = [Class::Micro, Class::Small];

/// Owners pay in what funds should have been given by now.
pub fn capital(run: &mut Run) {
    let grant = run.policy.grant().stakes;
    let fresh = grant.fen - run.world.stake_capital;
    if fresh > 0 {
        let district = share_fen(fresh, ppm(grant.district));
        run.world.ledger.stake_capital(district, fresh - district);
        run.world.counters.stake_capital += district;
        run.world.stake_capital += fresh;
    }
}

/// Old stakes are sold or written off; new ones are taken as far as the funds' cash goes.
pub fn stakes(run: &mut Run) {
    if !run.world.stakes.is_empty() {
        part_with(run);
    }
    if run.desk.steady.backing {
        back(run);
    }
}

/// Value of an enterprise at what it sells now, yuan.
fn value(world: &World, b: Borrower, over_sales: f32) -> f64 {
    let (cohort, i) = (&world.cohorts[b.class()], b.slot());
    let sells = f64::from(cohort.sales[i] * (1.0 - cohort.gap[i])) * world.environment.level;
    f64::from(over_sales) * 12.0 * sells * kernel::exp64(f64::from(cohort.shock[i]))
}

fn part_with(run: &mut Run) {
    let month = run.world.month;
    let mut stakes = std::mem::take(&mut run.world.stakes);
    stakes.retain(|s| {
        let (c, i) = (s.borrower.class(), s.borrower.slot());
        let world = &mut run.world;
        if world.cohorts[c].id[i] != s.id || !world.cohorts[c].is(i, status::LIVE) {
            world.ledger.lose_stake(c, s.cost);
            return false;
        }
        if s.until > month {
            return true;
        }
        let price = f64::from(s.part) * value(world, s.borrower, s.valuation);
        let weighed = Money::yuan(price as i64).fen() * world.ledger.weight[c];
        world.ledger.sell_stake(s.cost, weighed);
        let cohort = &mut world.cohorts[c];
        cohort.status[i] &= !status::BACKED;
        cohort.cushion[i] = (cohort.cushion[i] - s.cushion).max(0.0);
        false
    });
    run.world.stakes = stakes;
}

fn back(run: &mut Run) {
    let (p, month) = (run.inputs.params.clone(), run.world.month);
    let draws = run.luck.key(Stream::Stake, month);
    let mut looked_at: Vec<(u32, Borrower)> = Vec::new();
    for class in BACKED {
        let cohort = &run.world.cohorts[class.index()];
        for i in (0..cohort.len()).filter(|&i| cohort.flags[i] & flag::TECH != 0) {
            let terms = &run.desk.steady.at(class.index(), cohort.sector[i]).stakes;
            let id = cohort.id[i];
            // The rarest first.
            if f64::from(draws.unit(id)) >= terms.share / 12.0
                || !cohort.is(i, status::LIVE)
                || cohort.is(i, status::BACKED)
                || cohort.details[i].file == FILE_BAD
            {
                continue;
            }
            // The fund's belief: its signal shrunk to the mean, in spreads of quality.
            let (spread, noise) = (p.quality_spread, terms.noise);
            let signal = f64::from(cohort.details[i].quality) + noise * f64::from(draws.normal2(id, 1));
            let belief = signal * spread / (spread * spread + noise * noise);
            if belief >= terms.least {
                looked_at.push((draws.bits2(id, 2), Borrower::new(class.index(), i)));
            }
        }
    }
    looked_at.sort_unstable();
    for (_, b) in looked_at {
        take(run, b);
    }
}

/// One stake, if the funds have the money.
fn take(run: &mut Run, b: Borrower) {
    let (p, month) = (run.inputs.params.clone(), run.world.month);
    let (c, i, level) = (b.class(), b.slot(), run.world.environment.level);
    let terms = run.desk.steady.at(c, run.world.cohorts[c].sector[i]).stakes;
    let before = value(&run.world, b, terms.valuation as f32);
    let World { cohorts, ledger, stakes, census, .. } = &mut run.world;
    let (cohort, w) = (&mut cohorts[c], ledger.weight[c]);
    let yuan = (terms.size * 12.0 * f64::from(cohort.sales[i]) * level) as i64;
    let fen = Money::yuan(yuan).fen();
    if fen <= 0 || fen * w > ledger.stakes_settlement {
        return;
    }
    let home = usize::from(cohort.home[i]);
    ledger.take_stake(c, home, &mut cohort.liquid[i], fen);
    let spent = share_fen(fen, ppm(terms.spent)) / 100 * 100;
    ledger.spend(c, home, &mut cohort.liquid[i], spent, Reason::StakeSpending);
    growth::grow(&p, cohort, i, Money(spent).to_yuan() / level);
    let cushion = (Money(fen - spent).to_yuan() / level) as f32;
    cohort.cushion[i] += cushion;
    // A fund introduces the owner to its banks, too.
    if !cohort.is(i, status::AWARE) && cohort.is(i, status::NEED) {
        census.aware[c] += w;
        census.known += i64::from(cohort.details[i].reach.count_ones()) * w;
    }
    cohort.status[i] |= status::BACKED | status::AWARE;
    stakes.push(Stake {
        borrower: b,
        id: cohort.id[i],
        bought: month,
        cost: fen * w,
        part: (yuan as f64 / (before + yuan as f64)) as f32,
        valuation: terms.valuation as f32,
        until: month.plus(terms.hold),
        cushion,
    });
    run.journal.helped(place!("equity_funds"), w, 0);
}

/// Live enterprises a fund may look at, weighed.
pub fn eligible(run: &Run) -> i64 {
    let tech = |c: Class| {
        let cohort = &run.world.cohorts[c.index()];
        let n = (0..cohort.len())
            .filter(|&i| cohort.flags[i] & flag::TECH != 0 && cohort.is(i, status::LIVE))
            .count();
        n as i64 * run.world.weight(c.index())
    };
    BACKED.into_iter().map(tech).sum()
}
