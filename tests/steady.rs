//! What steadies income, and finance beside bank loans: crop policies and the like, to the fen where it is
//! accounting. Their promises as instruments are in `instruments.rs`.

// Fen are written as yuan and two digits of fen.
#![allow(clippy::inconsistent_digit_grouping)]

use crate::common::{advance, inputs, month, place, record, run, value, with_policy, written};
use puhui::ledger::Reason;
use puhui::luck::kernel::exp64;
use puhui::metrics::{InstrumentRow, M};
use puhui::model::{BUCKETS, RATINGS, Simulation};
use puhui::policy::INSTRUMENTS;
use puhui::units::{Month, share_fen};
use puhui::world::{Class, LoanState, NO_LOAN, Product, World, flag, status};

const THIN: u32 = 20;
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

fn example(id: &str) -> &'static str {
    INSTRUMENTS[place(id)].spec().example
}

fn flow(sim: &Simulation, year: i32, reason: Reason) -> i64 {
    record(sim).ledger.iter().filter(|r| r.year == year && r.reason == reason.name()).map(|r| r.fen).sum()
}

fn row(sim: &Simulation, id: &str, year: i32) -> InstrumentRow {
    let rows = record(sim).instruments;
    rows.into_iter().find(|r| r.year == year && r.instrument == id).unwrap()
}

// ──────── Crop insurance

/// Loss of what is insured by a policy, as the world's weather has it.
fn loss(w: &World, p: &puhui::world::CropPolicy) -> f64 {
    let (e, towns) = (&w.environment, w.region.townships.len());
    let price = if p.revenue { e.price[p.crop as usize] } else { 0.0 };
    let loss = 1.0 - exp64(price + e.yields[p.crop as usize * towns + p.township as usize]);
    if loss >= f64::from(p.trigger) { loss } else { 0.0 }
}

#[test]
fn policies_are_paid_for_in_january_and_pay_the_insured_loss_over_the_year() {
    let until = month(2022, 12);
    let sims = forks(example("crop_insurance"), until);
    let (mut premiums, mut claims) = (0, 0);
    for year in 2019..=2022 {
        let of = |reason| flow(&sims[1], year, reason);
        let (own, public) = (of(Reason::CropPremium), of(Reason::PremiumSubsidy));
        let budgets = of(Reason::CentralBudget) + of(Reason::CityBudget) + of(Reason::Budget);
        assert!(own > 0 && public == budgets && of(Reason::CentralBudget) > 0, "{own} {public} {budgets}");
        let r = row(&sims[1], "crop_insurance", year);
        assert_eq!(r.paid_fen, public);
        assert!(0 < r.takers && r.takers < r.eligible, "{} of {}", r.takers, r.eligible);
        let part = own as f64 / (own + public) as f64;
        assert!(part > 0.15 && part < 0.30, "growers pay {part} of it");
        println!(
            "{year}: {} of {}, premium {}, claims {}",
            r.takers,
            r.eligible,
            own + public,
            of(Reason::CropClaim)
        );
        premiums += own + public;
        claims += of(Reason::CropClaim);
        assert_eq!(flow(&sims[0], year, Reason::CropPremium), 0);
    }
    let w = sims[1].world();
    assert_eq!(w.ledger.insurer_equity, premiums - claims);
    assert!(claims > 0);
    // December's claims, worked out again: whole months of the year's loss on the sum insured.
    let crops: Vec<_> = w.region.sectors.iter().filter(|s| s.crop != 0.0).collect();
    let year: i64 = w
        .policies
        .iter()
        .map(|p| {
            let crop = crops[p.crop as usize];
            let seasons = [
                crop.m01, crop.m02, crop.m03, crop.m04, crop.m05, crop.m06, crop.m07, crop.m08, crop.m09,
                crop.m10, crop.m11, crop.m12,
            ];
            let month = |s: f64| share_fen(p.sum, (loss(w, p) * s / 12.0 * 1e6).round_ties_even() as i64);
            seasons.into_iter().map(month).sum::<i64>() * w.ledger.weight[p.borrower.class()]
        })
        .sum();
    let paid = flow(&sims[1], 2022, Reason::CropClaim);
    // Who closes within the year is paid no further.
    assert!(paid <= year && paid as f64 >= 0.9 * year as f64, "{paid} of {year}");
}

#[test]
fn what_is_insured_falls_less_in_a_bad_year() {
    let all = "[policy.crop_insurance]\nuptake = { rice = [{ from = \"2019\", value = \"100%\" }], rapeseed = \"100%\", tea = \"100%\", vegetables = \"100%\", mushrooms = \"100%\" }\ncover = \"80%\"\n";
    let sims = forks(all, month(2023, 12));
    let bills = sims.each_ref().map(|s| {
        let classes = &s.world().ledger.classes;
        [Class::Farm, Class::Agri].map(|c| classes[c.index()].payables)
    });
    println!("unpaid bills of farms and entities {bills:?}");
    assert!(bills[1][0] < bills[0][0] && bills[1][1] < bills[0][1], "{bills:?}");
}

#[test]
fn a_policy_in_force_can_be_pledged() {
    let without = example("crop_insurance").replace("pledge = \"50%\"\n", "");
    let [_, plain] = forks(&without, month(2021, 12));
    let [_, pledged] = forks(example("crop_insurance"), month(2021, 12));
    let carried = [&plain, &pledged].map(|s| row(s, "crop_insurance", 2021).credit_supported_fen);
    let debt = [&plain, &pledged].map(|s| {
        let classes = &s.world().ledger.classes;
        classes[Class::Farm.index()].debt + classes[Class::Agri.index()].debt
    });
    println!("carried {carried:?}, debt {debt:?}");
    assert!(carried[0] == 0 && carried[1] > 0 && debt[1] > debt[0]);
}

#[test]
fn lenders_tell_the_insured_from_the_others() {
    let [without, with] = forks(example("crop_insurance"), month(2021, 12));
    // A loan is rated among the insured only where its borrower's crop can be insured.
    let (w, farm) = (with.world(), Class::Farm.index());
    let rated = |insured: bool| {
        let of = w.book.loans.iter().filter(move |l| {
            l.state != LoanState::Free && l.borrower_live && (usize::from(l.bucket) >= BUCKETS) == insured
        });
        of.map(|l| {
            &*w.region.sectors[usize::from(w.cohorts[l.borrower.class()].sector[l.borrower.slot()])].id
        })
    };
    let crops = ["rice", "rapeseed", "tea", "vegetables", "mushrooms"];
    assert!(rated(true).count() > 20 && rated(true).all(|id| crops.contains(&id)));
    assert!(rated(false).any(|id| crops.contains(&id)), "some take no policy");
    // The insured are believed to fail less; of the others as much is believed as where nobody is insured.
    let believed = |sim: &Simulation, row: usize| {
        let beliefs = &sim.world().market.pd[farm * RATINGS + row * BUCKETS..][..BUCKETS];
        beliefs[2..BUCKETS - 2].iter().sum::<f64>() / (BUCKETS - 4) as f64
    };
    let (before, others, insured) = (believed(&without, 0), believed(&with, 0), believed(&with, 1));
    println!("believed of farms: {before}, beside the insured {others}, of the insured {insured}");
    let unknown = believed(&without, 1);
    assert!((unknown / before - 1.0).abs() < 1e-9, "of insured who are none {unknown} is believed");
    assert!(insured < 0.95 * others && others > 0.9 * before, "{before}, {others}, {insured}");
}

// ──────── Currency

#[test]
fn hedges_take_out_the_currency_part_of_exporters_sales() {
    let until = month(2020, 12);
    let body = "[policy.fx_services]\nshare = [{ from = \"2019\", value = \"100%\" }]\nratio = \"100%\"\n";
    let sims = forks(body, until);
    let of = |reason| flow(&sims[1], 2020, reason);
    let (gain, loss, fee) = (of(Reason::HedgeGain), of(Reason::HedgeLoss), of(Reason::HedgeFee));
    let r = row(&sims[1], "fx_services", 2020);
    println!("{} of {} exporters, paid {gain}, taken {loss}, cost {fee}", r.takers, r.eligible);
    assert!(r.takers > 0 && r.takers <= r.eligible && r.paid_fen == gain);
    // Worth nothing on average: gains and losses are of one size, far above their difference.
    assert!(gain > 0 && loss > 0 && (gain - loss).abs() < gain / 2, "{gain} and {loss}");
    assert_eq!(flow(&sims[0], 2020, Reason::HedgeFee), 0);
    // One more month with and without: to whoever has no loan, the difference is its hedge and what it costs.
    let mut hedged = sims[1].fork(&inputs(&written(body).unwrap(), THIN));
    let base = inputs(&written("").unwrap(), THIN);
    let mut open = hedged.fork(&base);
    let before = hedged.world().clone();
    hedged.step();
    open.step();
    let ((a, b), mut checked) = ((hedged.world(), open.world()), 0);
    for (c, old) in before.cohorts.iter().enumerate() {
        let (x, y) = (&a.cohorts[c], &b.cohorts[c]);
        for i in (0..old.len()).filter(|&i| old.flags[i] & flag::EXPORTER != 0) {
            let quiet = [old, x, y].iter().all(|k| {
                k.id[i] == old.id[i]
                    && k.is(i, status::LIVE)
                    && k.loan[i] == NO_LOAN
                    && k.liquid[i] > 100_000_00
            });
            if !quiet {
                continue;
            }
            let s = old.sector[i] as usize;
            let takings = f64::from(old.sales[i])
                * f64::from(a.environment.sector_factor[s])
                * f64::from(1.0 - old.gap[i]);
            let sd = base.params.currency_share * base.params.shock_sd * a.region.sectors[s].volatility;
            let moved = exp64(base.params.currency_share * f64::from(x.shock[i]) - 0.5 * sd * sd) - 1.0;
            let fen = (-takings * (moved + 0.003) * 100.0).round() as i64;
            assert!(
                (x.liquid[i] - y.liquid[i] - fen).abs() <= 100,
                "{} and {fen}",
                x.liquid[i] - y.liquid[i]
            );
            checked += 1;
        }
    }
    println!("{checked} exporters without a loan");
    assert!(checked > 20, "{checked}");
}

// ──────── Joint lending

#[test]
fn several_banks_lend_more_to_large_applicants_and_share_the_loss() {
    let sims = forks(example("joint_lending"), month(2022, 12));
    let w = sims[1].world();
    let joint: Vec<_> =
        w.book.loans.iter().filter(|l| l.state != LoanState::Free && l.partners != 0).collect();
    assert!(joint.len() > 20, "{}", joint.len());
    for l in &joint {
        assert!(l.partners >> l.lender & 1 == 0 && l.partners.count_ones() <= 3, "{:b}", l.partners);
        assert!((200_000..1_000_000).contains(&l.led), "the lead keeps {}", l.led);
        assert!(matches!(l.product, Product::Unsecured | Product::Collateral));
    }
    let years = |reason| (2019..=2022).map(|y| flow(&sims[1], y, reason)).sum::<i64>();
    let debt = sims.each_ref().map(|s| s.world().ledger.classes[Class::Small.index()].debt);
    let (fees, losses) = (years(Reason::JointFee), years(Reason::JointLoss));
    println!("{} joint loans; small firms owe {debt:?}; fees {fees}, losses {losses}", joint.len());
    assert!(debt[1] > debt[0] && fees > 0 && losses > 0);
    assert!((2019..=2022).all(|y| flow(&sims[0], y, Reason::JointFee) == 0));
    let r = row(&sims[1], "joint_lending", 2022);
    assert!(
        r.takers > 0 && r.credit_supported_fen > 0 && r.paid_fen == flow(&sims[1], 2022, Reason::JointLoss)
    );
}

// ──────── Leasing

#[test]
fn leased_equipment_yields_is_paid_off_and_is_taken_back_from_those_who_do_not_pay() {
    let until = month(2022, 12);
    let sims = forks(example("leasing"), until);
    let years = |reason| (2019..=2022).map(|y| flow(&sims[1], y, reason)).sum::<i64>();
    let (bought, rents, lost) =
        (years(Reason::LeaseEquipment), years(Reason::LeaseRent), years(Reason::LeaseLoss));
    let w = sims[1].world();
    let owed: i64 = w.leases.iter().map(|l| l.owed * w.ledger.weight[l.borrower.class()]).sum();
    println!("{} leases, bought {bought}, rents {rents}, lost {lost}, owed {owed}", w.leases.len());
    assert!(w.leases.len() > 20 && rents > 0 && lost > 0);
    assert_eq!(owed, w.ledger.outside_claims);
    // Nobody leases twice at once, and none beyond its term.
    let mut holders: Vec<_> = w.leases.iter().map(|l| l.borrower).collect();
    holders.sort_unstable();
    holders.dedup();
    assert_eq!(holders.len(), w.leases.len());
    assert!(w.leases.iter().all(|l| (1..=36).contains(&l.months_left) && l.behind < 3));
    let r = row(&sims[1], "leasing", 2020);
    assert!(r.takers > 0 && r.paid_fen == flow(&sims[1], 2020, Reason::LeaseEquipment));
    assert_eq!(r.credit_supported_fen, r.paid_fen);
    let jobs = sims.each_ref().map(|s| value(&record(s), until, M::jobs));
    println!("jobs {jobs:?}");
    assert!(jobs[1] > jobs[0], "{jobs:?}");
}

#[test]
fn all_of_them_together_leave_the_books_clean_after_every_phase() {
    let own = ["crop_insurance", "fx_services", "joint_lending", "leasing"];
    let grounds = ["policy_rates", "guarantee_chain", "payment_deferral"];
    let all: String = own.iter().chain(&grounds).map(|id| example(id)).collect();
    let mut inputs = inputs(&written(&all).unwrap(), THIN);
    inputs.audit_phases = true;
    let sim = run(&inputs, 0, month(2023, 12));
    let rows = record(&sim).instruments;
    for id in own {
        let takers: i64 = rows.iter().filter(|r| r.instrument == id).map(|r| r.takers).sum();
        assert!(takers > 0, "{id} did nothing");
    }
}
