//! What banks offer to some borrowers and not to others: authority of branches, promises of anchor firms, loans tied
//! to the window, hit trades. Where they act, and on nobody else but through them; their promises as instruments
//! are in `instruments.rs`.

use std::sync::Arc;

use crate::common::{advance, inputs, month, record, run, value, with_policy, written};
use puhui::ledger::Reason;
use puhui::metrics::{InstrumentRow, M};
use puhui::model::Simulation;
use puhui::units::Month;
use puhui::world::{Borrower, Class, Loan, LoanState, Pays, Product, Window, World, flag};

const THIN: u32 = 20;
const FROM: Month = month(2019, 1);

/// A world with `ground` up to the month before [`FROM`], and the same going on with each of `bodies` besides.
fn forks<const N: usize>(ground: &str, bodies: [&str; N], until: Month) -> [Simulation; N] {
    let world = |body: &str| written(&format!("{ground}{body}")).unwrap_or_else(|e| panic!("{body}\n{e}"));
    let mut base = inputs(&world(""), THIN);
    let mut params = (*base.params).clone();
    // Suppliers' cash hangs on their anchor firm, too.
    assert!(params.set("anchor_sales", None, 0.4));
    // Desks that are full stay so: what spares them is not what hires.
    assert!(params.set("hiring_most", None, 0.0));
    base.params = Arc::new(params);
    let trunk = run(&base, 0, FROM.plus(-1));
    bodies.map(|body| {
        let mut fork = trunk.fork(&with_policy(&base, world(body).policy));
        advance(&mut fork, until);
        fork
    })
}

fn loans(w: &World) -> impl Iterator<Item = &Loan> {
    w.book.loans.iter().filter(|l| l.state != LoanState::Free && l.borrower_live)
}

fn flags(w: &World, b: Borrower) -> u8 {
    w.cohorts[b.class()].flags[b.slot()]
}

fn sector(w: &World, b: Borrower) -> usize {
    usize::from(w.cohorts[b.class()].sector[b.slot()])
}

fn yearly(sim: &Simulation, year: i32, reason: Reason) -> i64 {
    record(sim).ledger.iter().filter(|r| r.year == year && r.reason == reason.name()).map(|r| r.fen).sum()
}

fn row(sim: &Simulation, id: &str, year: i32) -> InstrumentRow {
    let rows = record(sim).instruments;
    rows.into_iter().find(|r| r.instrument == id && r.year == year).unwrap_or_else(|| panic!("{id} {year}"))
}

/// Weighed mean of a value over loans, and how many there are.
fn mean<'a>(w: &World, of: impl Iterator<Item = &'a Loan>, value: impl Fn(&Loan) -> f64) -> (f64, usize) {
    let (mut sum, mut weight, mut n) = (0.0, 0.0, 0);
    for l in of {
        let k = w.ledger.weight[l.borrower.class()] as f64;
        sum += k * value(l);
        weight += k;
        n += 1;
    }
    (sum / weight, n)
}

// ──────── Anchor firms

/// The sector with most suppliers of its anchor firm.
fn most_tied(w: &World) -> usize {
    (0..w.region.sectors.len())
        .max_by_key(|&s| {
            let at = |c: usize| {
                let cohort = &w.cohorts[c];
                (0..cohort.len())
                    .filter(|&i| {
                        cohort.flags[i] & flag::ANCHOR_SUPPLIER != 0 && usize::from(cohort.sector[i]) == s
                    })
                    .count()
            };
            // Self-employed count too, but enterprises carry the balances.
            [Class::Micro, Class::Small].map(|class| at(class.index())).iter().sum::<usize>()
        })
        .unwrap()
}

#[test]
fn when_an_anchor_firm_fails_the_security_of_all_its_suppliers_fails_with_it() {
    let body = "[policy.supply_chain_finance]\nshare = [{ from = \"2019\", value = \"100%\" }]\nreceivable = \"20%\"\ninventory = \"5%\"\n";
    let [with] = forks("", [body], month(2020, 12));
    let s = most_tied(with.world());
    let mut failing = with.clone();
    let mut sound = with;
    // The same luck but for one firm, which is doomed in one world and in good health in the other.
    failing.world_mut().anchors[s].strength = -40.0;
    sound.world_mut().anchors[s].strength = 3.0;
    let tied: Vec<(u32, Month)> = loans(failing.world())
        .filter(|l| l.tied > 0.0 && usize::from(l.anchor) == s)
        .map(|l| (l.id, l.start))
        .collect();
    assert!(tied.len() > 20, "{} loans on the firm's promise", tied.len());
    failing.step();
    sound.step();
    assert_eq!(failing.world().anchors[s].pays, Pays::Never);
    assert_eq!(sound.world().anchors[s].pays, Pays::InTime);
    let unpaid = |sim: &Simulation| sim.world().ledger.flow(Reason::AnchorUnpaid).fen();
    assert!(unpaid(&failing) > unpaid(&sound));
    // Once banks know, from the next month on, nothing new is lent on that firm's promise.
    for _ in 0..11 {
        failing.step();
        sound.step();
    }
    let made = |sim: &Simulation| {
        loans(sim.world())
            .filter(|l| l.tied > 0.0 && usize::from(l.anchor) == s && l.start >= month(2021, 2))
            .count()
    };
    assert!(made(&sound) > 10 && made(&failing) == 0, "{} and {}", made(&sound), made(&failing));
    advance(&mut failing, month(2023, 12));
    advance(&mut sound, month(2023, 12));
    // Banks lose on loans made before, and only in that world (but for firms that fail in both).
    let lost = |sim: &Simulation| -> i64 {
        (2021..=2023).map(|y| row(sim, "supply_chain_finance", y).losses_fen[0]).sum()
    };
    println!("{}: lost {} and {}", failing.world().region.sectors[s].id, lost(&failing), lost(&sound));
    assert!(lost(&failing) > lost(&sound), "{} and {}", lost(&failing), lost(&sound));
}

#[test]
fn late_anchor_firms_make_up_for_what_they_owe_and_suppliers_alone_notice() {
    let [mut sim] = forks("", [""], month(2019, 12));
    let s = most_tied(sim.world());
    for a in &mut sim.world_mut().anchors {
        a.strength = 3.0;
    }
    sim.step();
    assert!(sim.world().receivables.is_empty(), "sound firms owe nothing");
    sim.world_mut().anchors[s].strength = -2.0;
    let before = sim.world().ledger.flow(Reason::AnchorLate).fen();
    sim.step();
    let w = sim.world();
    assert_eq!(w.anchors[s].pays, Pays::Late);
    let late = w.ledger.flow(Reason::AnchorLate).fen() - before;
    let owed: i64 = w.receivables.iter().map(|r| r.fen * w.ledger.weight[r.borrower.class()]).sum();
    assert!(late > 0 && late == owed, "{late} and {owed}");
    for r in &w.receivables {
        let told = (flags(w, r.borrower) & flag::ANCHOR_SUPPLIER != 0, sector(w, r.borrower));
        assert_eq!(told, (true, s), "only suppliers of that firm wait");
    }
    sim.world_mut().anchors[s].strength = 3.0;
    let before = sim.world().ledger.flow(Reason::AnchorPaid).fen();
    sim.step();
    let paid = sim.world().ledger.flow(Reason::AnchorPaid).fen() - before;
    // A few of them may have closed meanwhile.
    assert!(paid > owed / 10 * 9 && paid <= owed, "{paid} of {owed}");
    assert!(sim.world().receivables.is_empty());
}

#[test]
fn suppliers_are_lent_to_on_promises_and_others_are_not() {
    let body = "[policy.supply_chain_finance]\nshare = [{ from = \"2019\", value = \"100%\" }]\nreceivable = \"15%\"\ninventory = \"5%\"\nnoise_cut = \"20%\"\n";
    let [without, with] = forks("", ["", body], month(2020, 12));
    let debt = |sim: &Simulation, supplier: bool| -> f64 {
        let w = sim.world();
        let of = loans(w).filter(|l| Class::from_index(l.borrower.class()).is_mse());
        of.filter(|l| (flags(w, l.borrower) & flag::ANCHOR_SUPPLIER != 0) == supplier)
            .map(|l| (l.principal * w.ledger.weight[l.borrower.class()]) as f64)
            .sum()
    };
    let [own, others] = [true, false].map(|s| debt(&with, s) / debt(&without, s) - 1.0);
    println!("suppliers {own:+.3}, others {others:+.4}");
    assert!(own > 0.03 && others.abs() < own / 4.0, "suppliers {own:+}, others {others:+}");
    let r = row(&with, "supply_chain_finance", 2020);
    assert!(r.takers > 0 && r.credit_supported_fen > 0, "{r:?}");
    assert!(loans(with.world()).filter(|l| l.tied > 0.0).all(|l| l.product != Product::Unsecured));
}

// ──────── Authority of branches

#[test]
fn branches_that_decide_themselves_bridge_for_fewer_days_and_serve_more_cases() {
    let days = "[policy.delegated_approval]\nlimit = { elsewhere = [{ from = \"2019\", value = \"2000万元\" }], city = [{ from = \"2019\", value = \"2000万元\" }] }\ndays = { before = 20, after = 5 }\n";
    let [without, quick] = forks("", ["", days], month(2020, 12));
    let bridge = |sim: &Simulation| yearly(sim, 2020, Reason::BridgeCost) as f64;
    let repaid = |sim: &Simulation| yearly(sim, 2020, Reason::Repaid) as f64;
    let per_repaid = |sim: &Simulation| bridge(sim) / repaid(sim);
    println!("bridge cost over repaid: {} and {}", per_repaid(&without), per_repaid(&quick));
    assert!(per_repaid(&quick) < 0.8 * per_repaid(&without), "{} and {}", bridge(&without), bridge(&quick));
    let r = row(&quick, "delegated_approval", 2020);
    assert!(r.takers > 0 && r.credit_supported_fen > 0, "{r:?}");

    // Officers are away four days in five, so that desks are full: time spared is loans made.
    let full =
        "[policy.first_loan_drive]\nvisit = [{ from = \"2019\", value = \"1%\" }]\nofficers_away = \"80%\"\n";
    let spared = days.replace("after = 5", "after = 20") + "spared = \"50%\"\n";
    let [crowded, eased] = forks(full, ["", &spared], month(2020, 12));
    let made = |sim: &Simulation, local: bool| {
        let w = sim.world();
        let mine = |l: &&Loan| {
            let k = w.lenders[usize::from(l.lender)].kind;
            Class::from_index(l.borrower.class()).is_mse()
                && (k == puhui::world::LenderKind::Village || k == puhui::world::LenderKind::Online) == local
        };
        loans(w).filter(mine).count() as f64
    };
    let rise = |local| made(&eased, local) / made(&crowded, local) - 1.0;
    println!("loans of branches {:+.3}, of banks with nobody to ask {:+.3}", rise(false), rise(true));
    assert!(rise(false) > 0.05 && rise(true) < rise(false), "{} and {}", rise(false), rise(true));
}

#[test]
fn time_that_is_saved_is_no_payment() {
    // Without subsidies nobody pays less than the interest, however much sooner the branch decides.
    let days = "[policy.delegated_approval]\nlimit = { elsewhere = [{ from = \"2019\", value = \"2000万元\" }], city = [{ from = \"2019\", value = \"2000万元\" }] }\ndays = { before = 90, after = 0 }\n";
    let [_, quick] = forks("", ["", days], month(2019, 12));
    let r = record(&quick);
    for m in (1..=12).map(|k| month(2019, k)) {
        let (paid, rate) = (value(&r, m, M::all_in_cost), value(&r, m, M::new_loan_rate_ytd));
        assert!(rate > 0.0 && paid > rate, "{m}: {paid} paid all in, {rate} in interest");
    }
}

// ──────── Loans tied to the window

#[test]
fn loans_tied_to_the_window_bear_its_rate_and_keep_their_cap() {
    let ground = "[policy.agri_relending]\nquota = \"20亿元\"\nrate = [{ from = \"2018\", value = \"2.25%\" }]\nspread_cap = \"4pp\"\n";
    let body = "[policy.agri_credit_products]\nserved = { farm = [{ from = \"2019\", value = \"100%\" }], agri = [{ from = \"2019\", value = \"100%\" }] }\nlimit = { farm = \"20万元\", agri = \"100万元\" }\nover = \"4pp\"\n";
    let [without, with] = forks(ground, ["", body], month(2020, 12));
    let (w, lpr) = (with.world(), with.desk().lpr);
    // Made this year at 6.25% to the ppm, unsecured, by a bank that has the window.
    let tied: Vec<&Loan> = loans(w)
        .filter(|l| l.rate_ppm == 62_500 && l.start >= month(2020, 1) && l.product == Product::Unsecured)
        .filter(|l| Class::from_index(l.borrower.class()).is_agri())
        .collect();
    assert!(tied.len() > 20, "{}", tied.len());
    for l in &tied {
        let class = Class::from_index(l.borrower.class());
        let most = if class == Class::Farm { 20_000_000 } else { 100_000_000 };
        assert!(l.principal <= most, "{class:?} owes {} fen", l.principal);
        assert_eq!(l.window == Some(Window::Agri), 0.0625 <= lpr + 0.04);
        let open = with.desk().windows.of[usize::from(l.lender)][Window::Agri as usize];
        assert!(open.is_some(), "by a bank with the window");
    }
    let owed = |sim: &Simulation, agri: bool| -> f64 {
        let w = sim.world();
        loans(w)
            .filter(|l| Class::from_index(l.borrower.class()).is_agri() == agri)
            .map(|l| (l.principal * w.ledger.weight[l.borrower.class()]) as f64)
            .sum()
    };
    let [agri, others] = [true, false].map(|a| owed(&with, a) / owed(&without, a) - 1.0);
    println!("agriculture {agri:+.3}, others {others:+.4}; {} loans tied", tied.len());
    assert!(agri > 0.01 && others.abs() < agri / 2.0, "agriculture {agri:+}, others {others:+}");
    let r = row(&with, "agri_credit_products", 2020);
    assert!(r.takers > 0 && r.credit_supported_fen > 0, "{r:?}");
    // Without a window there is no such loan.
    let [alone] = forks("", [body], month(2019, 12));
    assert_eq!(row(&alone, "agri_credit_products", 2019).takers, 0);
}

// ──────── Hit trades

#[test]
fn hit_trades_pay_less_and_borrow_more() {
    let price = "[policy.hit_sector_rate]\ndiscount = [{ from = \"2019\", value = \"1pp\" }]\n";
    let volume = "[policy.hit_sector_rate]\nmore = [{ from = \"2019\", value = \"50%\" }]\n";
    let [without, cheaper, larger] = forks("", ["", price, volume], month(2020, 12));
    let of = |sim: &Simulation, hit: bool, value: fn(&Loan) -> f64| {
        let w = sim.world();
        let mine = |l: &&Loan| {
            Class::from_index(l.borrower.class()).is_mse()
                && l.start >= month(2020, 1)
                && (w.region.sectors[sector(w, l.borrower)].hit != 0.0) == hit
        };
        mean(w, loans(w).filter(mine), value).0
    };
    let rate: fn(&Loan) -> f64 = |l| f64::from(l.rate_ppm) / 1e6;
    let [hit, others] = [true, false].map(|h| of(&cheaper, h, rate) - of(&without, h, rate));
    println!("rates: hit {hit:+.5}, others {others:+.5}");
    // Part of a point of cost reaches the rate; others' rates move only with who borrows.
    assert!((-0.0101..-0.0015).contains(&hit) && others.abs() < hit.abs() / 3.0, "{hit} and {others}");
    let lent = |sim: &Simulation, hit: bool| -> f64 {
        let w = sim.world();
        let of = loans(w).filter(|l| {
            l.product == Product::Unsecured
                && Class::from_index(l.borrower.class()).is_mse()
                && (w.region.sectors[sector(w, l.borrower)].hit != 0.0) == hit
        });
        of.map(|l| (l.principal * w.ledger.weight[l.borrower.class()]) as f64).sum()
    };
    let [hit, others] = [true, false].map(|h| lent(&larger, h) / lent(&without, h) - 1.0);
    println!("unsecured: hit {hit:+.3}, others {others:+.3}");
    // Who borrows there meets the same officers, so that others may get a little less.
    assert!(hit > 0.03 && others < hit / 4.0, "{hit} and {others}");
    let r = row(&cheaper, "hit_sector_rate", 2020);
    // A point of a year's loans is what banks do without.
    let point = r.credit_supported_fen as f64 * 0.01;
    assert!(r.takers > 0 && (r.losses_fen[0] as f64 / point - 1.0).abs() < 1e-3, "{r:?}");
}

#[test]
fn hit_trades_go_first_where_desks_are_full() {
    let full =
        "[policy.first_loan_drive]\nvisit = [{ from = \"2019\", value = \"1%\" }]\nofficers_away = \"80%\"\n";
    let first = "[policy.hit_sector_rate]\nfirst = [{ from = \"2019\", value = true }]\n";
    let [without, with] = forks(full, ["", first], month(2020, 12));
    let count = |sim: &Simulation, hit: bool| {
        let w = sim.world();
        let mine = |l: &&Loan| {
            Class::from_index(l.borrower.class()).is_mse()
                && (w.region.sectors[sector(w, l.borrower)].hit != 0.0) == hit
        };
        loans(w).filter(mine).count() as f64
    };
    let [hit, others] = [true, false].map(|h| count(&with, h) / count(&without, h) - 1.0);
    println!("loans: hit {hit:+.3}, others {others:+.3}");
    assert!(hit > 0.01 && others < 0.0, "{hit} and {others}");
}
