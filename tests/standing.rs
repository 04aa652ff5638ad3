//! Instruments that pick out borrowers by a mark, where they act: on those with the mark and on nobody
//! else but through them. Their promises as instruments are in `instruments.rs`.

use crate::common::{advance, inputs, month, record, run, with_policy, written};
use puhui::metrics::InstrumentRow;
use puhui::model::Simulation;
use puhui::units::Month;
use puhui::world::{Class, Cohort, NO_LOAN, flag, status};

const THIN: u32 = 10;
const FROM: Month = month(2019, 1);

/// A world without instruments up to the month before [`FROM`], and the same going on with each of `bodies`.
fn forks<const N: usize>(bodies: [&str; N], until: Month) -> [Simulation; N] {
    let base = inputs(&written("").unwrap(), THIN);
    let trunk = run(&base, 0, FROM.plus(-1));
    bodies.map(|body| {
        let other = written(body).unwrap_or_else(|e| panic!("{body}\n{e}"));
        let mut fork = trunk.fork(&with_policy(&base, other.policy));
        advance(&mut fork, until);
        fork
    })
}

/// Borrowers with a loan, and what they owe in yuan.
fn debt(sim: &Simulation, of: impl Fn(&Cohort, usize) -> bool) -> (f64, f64) {
    let w = sim.world();
    let mut sum = (0.0, 0.0);
    for cohort in &w.cohorts {
        for i in (0..cohort.len()).filter(|&i| cohort.loan[i] != NO_LOAN && of(cohort, i)) {
            sum.0 += 1.0;
            sum.1 += w.book.loans[cohort.loan[i] as usize].principal as f64 / 100.0;
        }
    }
    sum
}

fn marked(c: &Cohort, i: usize, bit: u8) -> bool {
    c.flags[i] & bit != 0
}

fn row(sim: &Simulation, id: &str, year: i32) -> InstrumentRow {
    let rows = record(sim).instruments;
    rows.into_iter().find(|r| r.instrument == id && r.year == year).unwrap_or_else(|| panic!("{id} {year}"))
}

/// Rise of what those with the mark owe, and of what the others of the same classes owe.
fn rises(sims: [&Simulation; 2], bit: u8, of: impl Fn(Class) -> bool) -> [f64; 2] {
    [true, false].map(|with| {
        let owed = sims.map(|s| debt(s, |c, i| of(c.class) && marked(c, i, bit) == with).1);
        owed[1] / owed[0] - 1.0
    })
}

fn enterprise(class: Class) -> bool {
    matches!(class, Class::Micro | Class::Small)
}

#[test]
fn intangible_assets_are_lent_on_where_they_are() {
    let body = |more: &str| {
        format!("[policy.intangible_pledge]\nshare = [{{ from = \"2019\", value = \"80%\" }}]\n{more}\n")
    };
    let (pledge, score) = (body("value = \"20%\""), body("limit = 2.5"));
    let [without, pledged, scored] = forks(["", &pledge, &score], month(2020, 12));
    for (what, with) in [("pledged", &pledged), ("scored", &scored)] {
        let [tech, others] = rises([&without, with], flag::TECH, enterprise);
        println!("{what}: tech {tech:+.3}, others {others:+.4}");
        assert!(tech > 0.03 && others.abs() < tech / 4.0, "{what}: tech {tech:+}, others {others:+}");
        let row = row(with, "intangible_pledge", 2020);
        assert!(row.takers > 0 && row.credit_supported_fen > 0, "{what}: {row:?}");
    }
    // What is pledged brings more back; a score does not.
    let back = |sim: &Simulation| {
        let w = sim.world();
        let of = w.book.loans.iter().filter(|l| {
            l.borrower_live && marked(&w.cohorts[l.borrower.class()], l.borrower.slot(), flag::TECH)
        });
        let (sum, n) = of.fold((0.0, 0.0), |(s, n), l| (s + f64::from(l.recovery), n + 1.0));
        sum / n
    };
    println!("recovery {} {} {}", back(&without), back(&pledged), back(&scored));
    assert!(back(&pledged) > back(&without) + 0.01);
}

#[test]
fn matching_calls_on_green_borrowers_and_on_nobody_else() {
    let body = "[policy.green_matching]\nlisted = [{ from = \"2019\", value = \"100%\" }]\nawareness = \"4%\"\nvisit = \"20%\"\n";
    let [without, with] = forks(["", body], month(2020, 12));
    let count = |sim: &Simulation, green: bool, bit: u8| -> f64 {
        let of = |c: &Cohort| {
            (0..c.len())
                .filter(|&i| c.is(i, status::LIVE | status::NEED | bit) && c.class.is_mse())
                .filter(|&i| marked(c, i, flag::GREEN) == green)
                .count()
        };
        sim.world().cohorts.iter().map(of).sum::<usize>() as f64
    };
    for bit in [status::AWARE, status::HAD_LOAN] {
        let rise = |green| count(&with, green, bit) / count(&without, green, bit) - 1.0;
        let (own, others) = (rise(true), rise(false));
        println!("bit {bit}: green {own:+.3}, others {others:+.4}");
        assert!(own > 0.03 && others.abs() < own / 4.0, "bit {bit}: green {own:+}, others {others:+}");
    }
    assert!(row(&with, "green_matching", 2020).takers > 0);
}

#[test]
fn green_branches_serve_green_borrowers_where_desks_are_full() {
    // Officers are away four days in five, so that many cases wait.
    let full =
        "[policy.first_loan_drive]\nvisit = [{ from = \"2019\", value = \"1%\" }]\nofficers_away = \"80%\"\n";
    let desks = format!(
        "{full}[policy.green_branches]\nbranches = [{{ from = \"2019\", value = 5 }}]\ncases = 200\n"
    );
    let [without, with] = forks([full, &desks], month(2020, 12));
    let loans = |sim: &Simulation, green: bool| {
        debt(sim, |c, i| c.class.is_mse() && marked(c, i, flag::GREEN) == green).0
    };
    let rise = |green| loans(&with, green) / loans(&without, green) - 1.0;
    println!("loans: green {:+.3}, others {:+.3}", rise(true), rise(false));
    assert!(rise(true) > 0.05 && rise(true) > rise(false), "{} and {}", rise(true), rise(false));
    let used: f64 = with.world().lenders.iter().map(|l| l.green_cases_used).sum();
    assert!(used > 0.0);

    let pledge = "[policy.green_branches]\nbranches = [{ from = \"2019\", value = 1 }]\nserved = \"100%\"\nvalue = \"20%\"\n";
    let [without, with] = forks(["", pledge], month(2020, 12));
    let [green, others] = rises([&without, &with], flag::GREEN, Class::is_mse);
    println!("pledge: green {green:+.3}, others {others:+.4}");
    assert!(green > 0.03 && others.abs() < green / 4.0, "green {green:+}, others {others:+}");
}

#[test]
fn cooperatives_bring_their_members_to_the_bank_and_back_them() {
    let calls =
        "[policy.cooperative_model]\nshare = [{ from = \"2019\", value = \"100%\" }]\nawareness = \"5%\"\n";
    let backs =
        "[policy.cooperative_model]\nshare = [{ from = \"2019\", value = \"100%\" }]\nbacking = \"40%\"\n";
    let [without, called, backed] = forks(["", calls, backs], month(2020, 12));
    let aware = |sim: &Simulation, member: bool| -> f64 {
        let of = |c: &Cohort| {
            (0..c.len())
                .filter(|&i| c.is(i, status::SEEKING) && c.class.is_agri())
                .filter(|&i| marked(c, i, flag::COOPERATIVE) == member)
                .count()
        };
        sim.world().cohorts.iter().map(of).sum::<usize>() as f64
    };
    let rise = |member| aware(&called, member) / aware(&without, member) - 1.0;
    println!("aware: members {:+.3}, others {:+.4}", rise(true), rise(false));
    assert!(rise(true) > 0.03 && rise(false).abs() < rise(true) / 4.0, "{} {}", rise(true), rise(false));
    let [members, others] = rises([&without, &backed], flag::COOPERATIVE, Class::is_agri);
    println!("backed: members {members:+.3}, others {others:+.4}");
    assert!(members > 0.03 && others.abs() < members / 4.0, "members {members:+}, others {others:+}");
    assert!(row(&backed, "cooperative_model", 2020).credit_supported_fen > 0);
}
