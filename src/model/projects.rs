//! Projects that a policy bank's stake sets going: who begins one, and what it does to its owner's need.
//!
//! Who has a project is drawn by borrower and month; what a project yields follows from the owner's return on
//! borrowed capital, as in `genesis`. The loan that follows is applied for like any other.

use crate::ledger::Reason;
use crate::luck::Stream;
use crate::policy::place;
use crate::units::Money;
use crate::world::{Borrower, Class, FILE_BAD, LoanState, NO_LOAN, World, flag, status};

use super::lending::Application;
use super::{Run, sorted};

/// Begins the month's projects, in the order of their draws while the quota lasts.
pub fn begin(run: &mut Run) {
    let terms = run.policy.need().projects;
    let month = run.world.month;
    if month.month() == 1 {
        run.world.stakes_year = 0;
    }
    let draws = run.luck.key(Stream::Project, month);
    let mut begun: Vec<(u32, Borrower)> = Vec::new();
    for (class, share) in [(Class::Small, terms.share_small), (Class::Agri, terms.share_agri)] {
        if share <= 0.0 {
            continue;
        }
        let World { cohorts, book, region, .. } = &run.world;
        let cohort = &cohorts[class.index()];
        for i in 0..cohort.len() {
            let carries =
                class.is_agri() || region.sectors[usize::from(cohort.sector[i])].manufacturing != 0.0;
            if !carries || !cohort.is(i, status::LIVE | status::NEED) || cohort.details[i].file == FILE_BAD {
                continue;
            }
            // Who has a loan can take a larger one when it matures, once a year.
            let chance = match book.loans.get(cohort.loan[i] as usize) {
                None => share / 12.0,
                Some(l) if l.state == LoanState::Performing && l.deferred == 0 && l.maturity <= month => {
                    share
                }
                Some(_) => continue,
            };
            if f64::from(draws.unit(cohort.id[i])) < chance {
                begun.push((draws.bits2(cohort.id[i], 1), Borrower::new(class.index(), i)));
            }
        }
    }
    if begun.is_empty() {
        return;
    }
    begun.sort_unstable();
    let may_begin = |b: &Borrower| [Class::Small, Class::Agri].map(Class::index).contains(&b.class());
    let asking = sorted(run.applications.iter().map(|a| a.borrower).filter(may_begin));
    for (_, b) in begun {
        if begin_one(run, b) && asking.binary_search(&b).is_err() {
            run.applications.push(Application { borrower: b, renewal: NO_LOAN });
        }
    }
}

/// One project; says whether it begins.
fn begin_one(run: &mut Run, b: Borrower) -> bool {
    let (terms, p) = (run.policy.need().projects, run.inputs.params.clone());
    let (c, i, month) = (b.class(), b.slot(), run.world.month);
    let level = run.world.environment.level;
    let World { cohorts, ledger, book, census, stakes_year, .. } = &mut run.world;
    let (cohort, w) = (&mut cohorts[c], ledger.weight[c]);
    let sales = f64::from(cohort.sales[i]);
    let investment = terms.size * 12.0 * sales * level;
    let yuan = |x: f64| Money::yuan(x as i64).fen();
    let (capital, stake) = (yuan(terms.capital * investment), yuan(terms.stake * terms.capital * investment));
    if stake == 0 || cohort.liquid[i] < capital - stake || *stakes_year + stake * w > terms.quota_fen {
        return false;
    }
    *stakes_year += stake * w;
    let home = usize::from(cohort.home[i]);
    ledger.project_stake(c, home, &mut cohort.liquid[i], stake);
    ledger.spend(c, home, &mut cohort.liquid[i], capital, Reason::ProjectSpending);

    // Works are pledged as they are built; the loan for the rest is needed on top of working capital.
    let extra = (1.0 - terms.capital) * investment / level;
    cohort.details[i].collateral += (investment / level) as f32;
    // Output the loan stands for comes with the loan: without it all is as it was, fixed costs included.
    let loss = f64::from(cohort.details[i].loss_unfunded);
    let gained = p.output_per_return * f64::from(cohort.details[i].return_rate) * extra
        / (12.0 * (1.0 - p.variable_cost_share));
    let fixed = sales * (1.0 - p.variable_cost_share - f64::from(cohort.margin[i]));
    let new = sales + gained;
    cohort.sales[i] = new as f32;
    cohort.margin[i] = (1.0 - p.variable_cost_share - fixed / new) as f32;
    let loss = (sales * loss + gained) / new;
    cohort.details[i].loss_unfunded = loss as f32;
    cohort.details[i].need += extra as f32;
    let owed = book.loans.get(cohort.loan[i] as usize).map_or(0.0, |l| Money(l.principal).to_yuan());
    let funded = (owed / (f64::from(cohort.details[i].need) * level)).min(1.0);
    cohort.gap[i] = (loss * (1.0 - funded)) as f32;

    // Whoever brings a stake has told the owner of credit, too.
    if !cohort.is(i, status::AWARE) {
        census.aware[c] += w;
        census.known += i64::from(cohort.details[i].reach.count_ones()) * w;
    }
    cohort.status[i] = cohort.status[i] & !status::DISCOURAGED | status::AWARE;
    cohort.details[i].resume = month;
    cohort.flags[i] |= flag::PROJECT;
    run.journal.helped(place!("project_tools"), w, 0);
    true
}
