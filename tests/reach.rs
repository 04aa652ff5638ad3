//! Instruments of reach and sight where they act: whom they bring to a desk, in which townships, and
//! what better sight does to good borrowers and to bad ones. Their promises as instruments are in
//! `instruments.rs`.

use crate::common::{advance, inputs, month, run, with_policy, written};
use puhui::model::{Inputs, Simulation};
use puhui::units::Month;
use puhui::world::{Class, Cohort, FILE_BAD, NO_LOAN, status};

const THIN: u32 = 10;
const FROM: Month = month(2019, 1);

/// A world without instruments up to the month before [`FROM`], and the same going on with `body`.
fn forks(body: &str, until: Month) -> [Simulation; 2] {
    let base = inputs(&written("").unwrap(), THIN);
    let mut trunk = run(&base, 0, FROM.plus(-1));
    let other = written(body).unwrap_or_else(|e| panic!("{body}\n{e}"));
    let mut fork = trunk.fork(&with_policy(&base, other.policy));
    advance(&mut trunk, until);
    advance(&mut fork, until);
    [trunk, fork]
}

fn count(sim: &Simulation, of: impl Fn(&Cohort, usize) -> bool) -> f64 {
    let live = |c: &Cohort, i: usize| c.is(i, status::LIVE | status::NEED);
    let counted = |c: &Cohort| (0..c.len()).filter(|&i| live(c, i) && of(c, i)).count();
    sim.world().cohorts.iter().map(counted).sum::<usize>() as f64
}

/// Places, in the pack's list, of the first towns and streets of the roll-out.
fn first(base: &Inputs, streets: f64, towns: f64) -> Vec<bool> {
    let open = |t: &puhui::world::Township| t.rollout <= if t.urban != 0.0 { streets } else { towns };
    base.region.townships.iter().map(open).collect()
}

#[test]
fn the_first_rural_ports_are_those_the_plan_names() {
    let base = inputs(&written("").unwrap(), THIN);
    let open = first(&base, 0.0, 4.0);
    let mut names: Vec<&str> =
        base.region.townships.iter().zip(open).filter(|(_, o)| *o).map(|(t, _)| t.zh.as_str()).collect();
    names.sort_unstable();
    let mut wanted = ["仙龙镇", "何埂镇", "双石镇", "吉安镇"];
    wanted.sort_unstable();
    assert_eq!(names, wanted);
    for urban in [0.0, 1.0] {
        let mut order: Vec<f64> =
            base.region.townships.iter().filter(|t| t.urban == urban).map(|t| t.rollout).collect();
        order.sort_by(f64::total_cmp);
        let places: Vec<f64> = (1..=order.len()).map(|k| k as f64).collect();
        assert_eq!(order, places, "each place is taken once");
    }
}

#[test]
fn better_sight_helps_good_borrowers_and_hurts_bad_ones() {
    let body = "[policy.information_sharing]\ncut = { mse = [{ from = \"2019\", value = \"80%\" }], \
                agri = [{ from = \"2019\", value = \"80%\" }] }\nthin = \"100%\"\n";
    let sims = forks(body, month(2021, 12));
    let funded = |sim: &Simulation, good: bool| {
        count(sim, |c, i| {
            // Half a standard deviation of quality from the mean.
            let q = f64::from(c.details[i].quality);
            c.is(i, status::HAD_LOAN) && if good { q > 0.43 } else { q < -0.43 }
        })
    };
    let [good, bad] = [true, false].map(|g| sims.each_ref().map(|s| funded(s, g)));
    println!("good {good:?}, bad {bad:?}");
    assert!(good[1] > good[0], "good borrowers that ever had a loan: {good:?}");
    assert!(bad[1] < bad[0], "bad borrowers that ever had a loan: {bad:?}");
    let spoilt = sims.each_ref().map(|s| count(s, |c, i| c.details[i].file == FILE_BAD));
    assert!(spoilt[1] < spoilt[0], "borrowers with a spoilt file: {spoilt:?}");
}

#[test]
fn a_query_costs_the_lender_and_is_quoted() {
    let body = |cost: &str| {
        format!(
            "[policy.information_sharing]\ncut.mse = [{{ from = \"2019\", value = \"30%\" }}]\nquery_cost = \"{cost}\"\n"
        )
    };
    let until = month(2020, 12);
    let [_, free] = forks(&body("0元"), until);
    let [_, dear] = forks(&body("2000元"), until);
    let loans = |sim: &Simulation| count(sim, |c, i| c.loan[i] != NO_LOAN);
    assert!(loans(&dear) < loans(&free), "{} and {}", loans(&dear), loans(&free));
}

#[test]
fn calls_bring_first_loans_and_take_hours() {
    let until = month(2020, 12);
    let body = |away: &str| {
        format!(
            "[policy.first_loan_drive]\nvisit = [{{ from = \"2019\", value = \"20%\" }}]\nawareness = {{ mse = \"1%\", agri = \"1%\" }}\nofficers_away = \"{away}\"\n"
        )
    };
    let had = |sim: &Simulation| count(sim, |c, i| c.is(i, status::HAD_LOAN));
    let aware = |sim: &Simulation| count(sim, |c, i| c.is(i, status::AWARE));
    let [without, with] = forks(&body("0%"), until);
    assert!(had(&with) > had(&without), "{} and {}", had(&with), had(&without));
    assert!(aware(&with) > 1.1 * aware(&without));
    let [_, away] = forks(&body("80%"), until);
    assert!(had(&away) < had(&with), "hours spent on calls are missed: {} and {}", had(&away), had(&with));
}

#[test]
fn credit_villages_reach_farms_where_they_are_and_nobody_else() {
    let body = "[policy.credit_villages]\ncoverage = [{ from = \"2019\", value = \"25%\" }]\nnoise_cut = \"50%\"\nawareness = \"2%\"\ncost_cut = \"50%\"\n";
    let sims = forks(body, month(2020, 12));
    // A quarter of 7 streets is 2, of 16 towns 4.
    let rated = first(&inputs(&written("").unwrap(), THIN), 2.0, 4.0);
    let aware = |sim: &Simulation, inside: bool, agri: bool| {
        count(sim, |c, i| {
            c.is(i, status::AWARE) && rated[c.township[i] as usize] == inside && c.class.is_agri() == agri
        })
    };
    let rise = |inside, agri| aware(&sims[1], inside, agri) / aware(&sims[0], inside, agri) - 1.0;
    let own = rise(true, true);
    assert!(own > 0.1, "{own}");
    for (inside, agri) in [(true, false), (false, true), (false, false)] {
        let other = rise(inside, agri).abs();
        assert!(other < own / 20.0, "{other} elsewhere, {own} where it is");
    }
}

#[test]
fn ports_reach_their_townships_and_man_desks() {
    let body = "[policy.finance_ports]\nstreets = [{ from = \"2019\", value = 1 }]\ntowns = [{ from = \"2019\", value = 4 }]\nawareness = \"2%\"\ncost_cut = \"50%\"\ncases = 40\n";
    let offered = |sim: &Simulation| sim.world().lenders.iter().map(|l| l.cases_offered).sum::<f64>();
    let sims = forks(body, FROM);
    let more = offered(&sims[1]) - offered(&sims[0]);
    assert!((more - 200.0).abs() < 1e-6, "five ports of 40 cases bring {more}");
    let sims = forks(body, month(2020, 12));
    let open = first(&inputs(&written("").unwrap(), THIN), 1.0, 4.0);
    let aware = |sim: &Simulation, inside: bool| {
        count(sim, |c, i| c.is(i, status::AWARE) && open[c.township[i] as usize] == inside)
    };
    let [own, other] = [true, false].map(|inside| aware(&sims[1], inside) / aware(&sims[0], inside) - 1.0);
    assert!(own > 0.1 && other.abs() < own / 20.0, "{own} where ports are, {other} elsewhere");
}

#[test]
fn terminals_record_farms_to_the_gain_of_good_ones() {
    let body = "[policy.rural_payments]\ncoverage = [{ from = \"2019\", value = \"100%\" }]\nuse = \"100%\"\nnoise_cut = \"80%\"\n";
    let sims = forks(body, month(2021, 12));
    let urban: Vec<bool> = sims[0].world().region.townships.iter().map(|t| t.urban != 0.0).collect();
    let funded = |sim: &Simulation, good: bool| {
        count(sim, |c, i| {
            let own = c.class.is_agri() && !urban[c.township[i] as usize] && c.is(i, status::HAD_LOAN);
            own && (c.details[i].quality > 0.0) == good
        })
    };
    let [good, bad] = [true, false].map(|g| funded(&sims[1], g) - funded(&sims[0], g));
    assert!(good > bad, "good farms {good:+}, bad farms {bad:+}");
}

#[test]
fn lessons_reach_towns_and_keep_the_refused_from_giving_up() {
    let body = |cut: &str| {
        format!(
            "[policy.financial_literacy]\ncoverage = [{{ from = \"2019\", value = \"100%\" }}]\ngiving_up_cut = \"{cut}\"\n"
        )
    };
    let [without, with] = forks(&body("100%"), month(2021, 12));
    let urban: Vec<bool> = without.world().region.townships.iter().map(|t| t.urban != 0.0).collect();
    let gave_up = |sim: &Simulation, towns: bool| {
        count(sim, |c, i| c.is(i, status::DISCOURAGED) && urban[c.township[i] as usize] != towns)
    };
    // Who gave up before stays away for three years.
    let towns = [&without, &with].map(|s| gave_up(s, true));
    assert!(towns[1] < towns[0] / 2.0, "{towns:?}");
    let streets = [&without, &with].map(|s| gave_up(s, false));
    assert!((streets[1] / streets[0] - 1.0).abs() < 0.05, "{streets:?}");
}

#[test]
fn records_and_orders_help_enterprises_that_have_them() {
    let until = month(2020, 12);
    let own = |sim: &Simulation| {
        count(sim, |c, i| matches!(c.class, Class::Micro | Class::Small) && c.loan[i] != NO_LOAN)
    };
    for settings in [
        "tax = { share = [{ from = \"2019\", value = \"60%\" }], limit = 2.0 }",
        "procurement = { share = [{ from = \"2019\", value = \"30%\" }], value = \"20%\" }",
    ] {
        let [without, with] = forks(&format!("[policy.tax_and_procurement_loans]\n{settings}\n"), until);
        assert!(own(&with) > own(&without), "{settings}: {} and {}", own(&with), own(&without));
    }
}
