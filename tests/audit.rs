//! No fen is lost, doubled or unexplained, and the audit would notice one.

use crate::common::{self, SEED, advance, inputs, month, record, said_in_panic, shipped};
use puhui::ledger::{CLASSES, Reason, Witness, audit};
use puhui::metrics::{Credit, ON_TERMS, Payer, RunRecord, counted, terms_bit};
use puhui::model::{Inputs, Simulation};
use puhui::policy::INSTRUMENTS;
use puhui::units::Month;
use puhui::world::{ClaimKind, Class, LoanState, Window, World, status};

const THIN: u32 = 20;

fn clean(world: &World) {
    assert_eq!(audit(&world.ledger, &world.recount()), [], "in {}", world.month);
}

/// Money paid under reasons of one instrument in one year, from the rows of the flow table.
fn flow(record: &RunRecord, year: i32, reasons: &[Reason]) -> i64 {
    let of = |reason: &str| reasons.iter().any(|r| r.name() == reason);
    record.ledger.iter().filter(|r| r.year == year && of(r.reason)).map(|r| r.fen).sum()
}

#[test]
fn every_fen_is_accounted_for_after_every_phase_of_every_month() {
    // `step` checks after each phase and panics on a residual; month-ends are audited once more here.
    let until = month(2024, 12);
    let phases = |id: &str| Inputs { audit_phases: true, ..inputs(&shipped(id), THIN) };
    let base = phases("baseline");
    let mut trunk = Simulation::begin(&base, SEED, 0);
    advance(&mut trunk, month(2023, 2));
    for id in ["baseline", "fund-10x", "guarantee-fee-05"] {
        let mut sim = trunk.fork(&phases(id));
        let mut had_fund = false;
        while sim.month() <= until {
            sim.step();
            let world = sim.world();
            clean(world);
            assert!(world.ledger.fund_deposit >= 0, "{id} in {}: the fund is below zero", world.month);
            had_fund |= world.ledger.fund_deposit > 0;
        }
        assert_eq!(had_fund, id == "fund-10x", "{id}");
        let record = record(&sim);
        assert_eq!(record.audit_residual_fen, 0);
        assert_eq!(record.audits as usize, record.months(), "{id}: every month is audited");
        payments_are_ledger_rows(id, &record);
    }
}

/// Reasons under which an instrument pays; instruments that are not here pay nothing.
fn reasons_of(instrument: &str) -> &'static [Reason] {
    match instrument {
        "inclusive_support_tool" => &[Reason::Incentive],
        "micro_relending" => &[Reason::AdvanceDrawnMicro],
        "agri_relending" => &[Reason::AdvanceDrawnAgri],
        "tech_relending" => &[Reason::AdvanceDrawnTech],
        "transport_relending" => &[Reason::AdvanceDrawnTransport],
        "carbon_reduction_facility" => &[Reason::AdvanceDrawnCarbon],
        "equipment_relending" => &[Reason::AdvanceDrawnEquipment, Reason::EquipmentDiscount],
        "temporary_rate_cut" => &[Reason::RateCutReimbursed],
        "guarantee_chain" => &[Reason::GuaranteeClaim],
        "risk_compensation_fund" => &[Reason::FundClaim, Reason::FundClaimGuarantor],
        "guarantee_fee_subsidy" => &[Reason::FeeSubsidy],
        "credit_village_subsidy" => &[Reason::VillageSubsidy],
        "green_inclusive_subsidy" => &[Reason::GreenSubsidy],
        "poverty_relief_microcredit" => &[Reason::LiftedSubsidy],
        "fee_waiver" => &[Reason::FeesWaived],
        "demonstration_zone_grant" => &[Reason::CentralAward],
        "project_tools" => &[Reason::ProjectStake],
        "crop_insurance" => &[Reason::PremiumSubsidy],
        "joint_lending" => &[Reason::JointLoss],
        "leasing" => &[Reason::LeaseEquipment],
        "fx_services" => &[Reason::HedgeGain],
        "equity_funds" => &[Reason::StakeTaken],
        "bond_channel" => &[Reason::BondIssued],
        _ => &[],
    }
}

fn payments_are_ledger_rows(id: &str, record: &RunRecord) {
    assert!(record.instruments.iter().any(|r| r.paid_fen > 0), "{id}: nothing was ever paid");
    for row in &record.instruments {
        let paid = flow(record, row.year, reasons_of(row.instrument));
        assert_eq!(row.paid_fen, paid, "{id}: {} in {}", row.instrument, row.year);
    }
}

/// Leases, loans for equipment, loans over several years, bonds, stakes and crop policies: one of each a borrower.
fn nobody_holds_two_of_a_kind(w: &World) {
    let one_each = |kind: &str, mut ids: Vec<u32>| {
        let held = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), held, "somebody holds two {kind} in {}", w.month);
    };
    one_each("leases", w.leases.iter().map(|l| l.id).collect());
    one_each("loans for equipment", w.upgrades.iter().map(|l| l.id).collect());
    one_each("long loans", w.equipment.iter().map(|e| e.id).collect());
    one_each("bonds", w.bonds.iter().map(|b| b.id).collect());
    one_each("stakes", w.stakes.iter().map(|s| s.id).collect());
    one_each("crop policies", w.policies.iter().map(|p| p.id).collect());
}

/// What a borrower keeps from birth to exit stands in columns and in its details.
fn what_is_written_twice_is_the_same(w: &World) {
    for cohort in &w.cohorts {
        for (i, it) in cohort.details.iter().enumerate().filter(|(i, _)| cohort.is(*i, status::LIVE)) {
            let columns = (cohort.id[i], cohort.home[i], cohort.sector[i], cohort.township[i]);
            assert_eq!(
                (it.id, it.home, it.sector, it.township),
                columns,
                "{:?} {i} in {}",
                cohort.class,
                w.month
            );
        }
    }
}

/// Where an instrument supported loans in the last year, somebody owes on its terms; nobody does on the terms of
/// one that never supported any.
fn instruments_have_the_loans_they_supported(credit: &[Credit], record: &RunRecord) {
    let last = record.instruments.iter().map(|r| r.year).max().expect("a year");
    for id in ON_TERMS {
        let owed: i64 = credit.iter().filter(|c| c.terms & terms_bit(id) != 0).map(|c| c.fen).sum();
        let of = record.instruments.iter().filter(|r| r.instrument == id);
        let ever = of.clone().any(|r| r.credit_supported_fen > 0);
        let lately: i64 = of.filter(|r| r.year == last).map(|r| r.credit_supported_fen).sum();
        assert!(owed == 0 || ever, "{id}: {owed} fen owed, nothing ever supported");
        assert!(lately == 0 || owed > 0, "{id}: {lately} fen lent in {last}, {owed} owed");
    }
}

/// With everything on, the costs of all instruments by payer are the payers' money in the ledger.
fn costs_are_ledger_rows(id: &str, record: &RunRecord) {
    let sum = |year: i32, payer: Payer| -> i64 {
        let rows = record.instruments.iter().filter(|r| r.year == year);
        rows.map(|r| r.payers_fen[payer as usize]).sum()
    };
    let years: std::collections::BTreeSet<i32> = record.instruments.iter().map(|r| r.year).collect();
    for year in years {
        for (payer, reasons) in [
            (Payer::CentralBudget, &[Reason::CentralBudget, Reason::CentralAward][..]),
            (Payer::CityBudget, &[Reason::CityBudget]),
            (Payer::DistrictBudget, &[Reason::Budget]),
        ] {
            assert_eq!(sum(year, payer), flow(record, year, reasons), "{id}: {payer:?} in {year}");
        }
        // Claims, less what came back of them.
        let between =
            [Reason::FundClaimGuarantor, Reason::RecoveryGuarantorToFund].map(|r| flow(record, year, &[r]));
        let fund = flow(record, year, &[Reason::FundClaim]) - flow(record, year, &[Reason::RecoveryToFund]);
        assert_eq!(sum(year, Payer::Fund), fund + between[0] - between[1], "{id} in {year}");
        let claims = flow(record, year, &[Reason::GuaranteeClaim]);
        let back = flow(record, year, &[Reason::RecoveryToGuarantor]);
        assert_eq!(sum(year, Payer::Guarantors), claims - back - between[0] + between[1], "{id} in {year}");
        // The central bank pays incentives and forgoes interest on advances.
        assert!(sum(year, Payer::CentralBank) >= flow(record, year, &[Reason::Incentive]), "{id} in {year}");
    }
}

#[test]
fn with_everything_on_each_instruments_payments_are_the_ledgers_to_the_fen() {
    let base = inputs(&shipped("baseline"), THIN);
    let plan = shipped("plan");
    let mut trunk = Simulation::begin(&base, SEED, 1);
    advance(&mut trunk, month(2023, 2));
    let mut sim = trunk.fork(&inputs(&plan, THIN));
    while sim.month() <= month(2025, 12) {
        sim.step();
        nobody_holds_two_of_a_kind(sim.world());
    }
    what_is_written_twice_is_the_same(sim.world());
    let record = record(&sim);
    payments_are_ledger_rows("plan", &record);
    costs_are_ledger_rows("plan", &record);
    instruments_have_the_loans_they_supported(&sim.credit(), &record);
    for r in &record.instruments {
        assert!(counted(r.instrument).eligible || r.eligible == 0, "{}: shown as not counted", r.instrument);
    }
    // Whatever pays at all has paid.
    for (k, i) in INSTRUMENTS.iter().enumerate() {
        let id = i.spec().id;
        let on = plan.policy.at(month(2024, 6)).instruments[k].enabled;
        let paid: i64 = record.instruments.iter().filter(|r| r.instrument == id).map(|r| r.paid_fen).sum();
        let rare = ["joint_lending", "bond_channel"].contains(&id);
        assert!(!on || rare || reasons_of(id).is_empty() || paid > 0, "{id} never paid");
    }
}

/// One fen too many in one account.
type Hook = Box<dyn Fn(&mut World)>;

/// Every kind of account with a hook that disturbs it, and the party the audit must name.
fn accounts(world: &World) -> Vec<(String, String, Hook)> {
    let mut all: Vec<(String, String, Hook)> = Vec::new();
    let mut add = |account: &str, party: &str, hook: Hook| all.push((account.into(), party.into(), hook));
    macro_rules! fields {
        ($party:literal, $of:ident, $n:expr, $($field:ident)*) => { $(for k in 0..$n {
            let party = format!(concat!($party, " {}"), k);
            add(stringify!($of.$field), &party, Box::new(move |w| w.ledger.$of[k].$field += 1));
        })* };
    }
    let (lenders, guarantors) = (world.lenders.len(), world.guarantors.len());
    fields!("lender", lenders, lenders, loans allowance settlement deposits advances equity);
    fields!("guarantor", guarantors, guarantors, deposit receivable payable equity liability);
    fields!("borrower class", classes, CLASSES, deposits payables debt equity);
    macro_rules! single {
        ($($party:literal $field:ident;)*) => {
            $(add(stringify!($field), $party, Box::new(|w| w.ledger.$field += 1));)*
        };
    }
    single! {
        "rest of economy" rest_receivable;
        "rest of economy" rest_equity;
        "central bank" central_advances;
        "central bank" central_settlement;
        "central bank" central_equity;
        "head offices" outside_settlement;
        "head offices" outside_equity;
        "treasury" treasury_settlement;
        "treasury" treasury_equity;
        "compensation fund" fund_deposit;
        "compensation fund" fund_equity;
        "compensation fund" fund_covered;
    }
    for l in 0..lenders {
        add("rest_deposits", &format!("lender {l}"), Box::new(move |w| w.ledger.rest_deposits[l] += 1));
        add("fund.covered", &format!("lender {l}"), Box::new(move |w| w.fund.covered[l] += 1));
    }
    for window in [Window::Micro, Window::Agri] {
        let k = world.advances.iter().position(|a| a.window == window).expect("an advance of each window");
        let party = format!("lender {}", world.advances[k].lender);
        add("advances", &party, Box::new(move |w| w.advances[k].fen += 1));
    }
    for class in Class::ALL {
        let c = class.index();
        let party = format!("borrower class {c}");
        let cohort = &world.cohorts[c];
        let rich = (0..cohort.len()).find(|&i| cohort.liquid[i] > 0).expect("a deposit in each class");
        add("liquid", &party, Box::new(move |w| w.cohorts[c].liquid[rich] += 1));
        if let Some(poor) = (0..cohort.len()).find(|&i| cohort.liquid[i] < 0) {
            add("unpaid bills", &party, Box::new(move |w| w.cohorts[c].liquid[poor] -= 1));
        }
        let of_class = |s: LoanState| {
            let loans = &world.book.loans;
            loans.iter().position(move |l| l.state == s && l.borrower.class() == c)
        };
        for state in [LoanState::Performing, LoanState::Overdue, LoanState::NonPerforming] {
            if let Some(k) = of_class(state) {
                add("principal", &party, Box::new(move |w| w.book.loans[k].principal += 1));
            }
        }
    }
    type IsKind = fn(&ClaimKind) -> bool;
    let kinds: [(&str, IsKind); 3] = [
        ("chain claim", |k| matches!(k, ClaimKind::Chain { .. })),
        ("fund claim", |k| matches!(k, ClaimKind::Fund { .. })),
        ("fund claim of a guarantor", |k| matches!(k, ClaimKind::FundGuarantor { .. })),
    ];
    for (name, is) in kinds {
        // One that falls due this month would be paid, wrong fen and all, before the month's end.
        if let Some(k) = world.claims.iter().position(|c| is(&c.kind) && c.due > world.month) {
            let party = if name == "chain claim" {
                format!("guarantor {}", world.claims[k].guarantor)
            } else {
                "compensation fund".into()
            };
            add(name, &party, Box::new(move |w| w.claims[k].fen += 1));
        }
    }
    all
}

/// A run of the fund in which everything the audit looks at exists at once.
fn busy_world() -> Simulation {
    let greedy = common::greedy_fund();
    let mut sim = common::run(&greedy, 0, month(2023, 9));
    let ready = |w: &World| {
        let has = |f: fn(&ClaimKind) -> bool| w.claims.iter().any(|c| f(&c.kind));
        has(|k| matches!(k, ClaimKind::Chain { .. }))
            && w.claims.iter().any(|c| matches!(c.kind, ClaimKind::Fund { .. }) && c.due > w.month)
            && [Window::Micro, Window::Agri].iter().all(|&o| w.advances.iter().any(|a| a.window == o))
    };
    while !ready(sim.world()) {
        assert!(sim.month() < month(2027, 1), "no month with claims of every kind");
        sim.step();
    }
    sim
}

#[test]
fn one_wrong_fen_anywhere_is_noticed_at_once() {
    let sim = busy_world();
    clean(sim.world());
    let when: Month = sim.month();
    let all = accounts(sim.world());
    for kind in ["principal", "chain claim", "fund claim", "unpaid bills", "advances"] {
        assert!(all.iter().any(|(account, ..)| account == kind), "{kind} is not tried");
    }
    let mut silent = Vec::new();
    for (account, party, disturb) in &all {
        let mut bad = sim.clone();
        disturb(bad.world_mut());
        let found = audit(&bad.world().ledger, &bad.world().recount());
        if !found.iter().any(|f| f.party == *party && f.residual_fen != 0) {
            silent.push(format!("{account} of {party}: {found:?}"));
            continue;
        }
        let names: Vec<&str> = found.iter().map(|f| f.account).collect();
        let said = said_in_panic(|| bad.step());
        // The end of a month's run names month and party; a phase may trip over the fen before that.
        let told = said.contains(&when.to_string()) && said.contains(party) && said.contains("fen");
        if !told || !names.iter().any(|n| said.contains(n)) {
            silent.push(format!("{account} of {party}: the step said `{said}`"));
        }
    }
    assert!(silent.is_empty(), "{} of {} unnoticed:\n{}", silent.len(), all.len(), silent.join("\n"));
}

#[test]
fn the_phase_that_lost_a_fen_is_named() {
    let base = inputs(&shipped("baseline"), 100);
    let mut sim = Simulation::begin(&Inputs { audit_phases: true, ..base }, SEED, 0);
    sim.step();
    let when = sim.month();
    sim.world_mut().ledger.lenders[0].equity += 1;
    let said = said_in_panic(|| sim.step());
    assert_eq!(
        said,
        format!(
            "ledger audit failed in {when} after environment: lender 0, account balance sheet: residual -1 fen"
        )
    );
}
