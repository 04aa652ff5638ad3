//! What several promises need: shipped and written scenarios as inputs, runs, and their columns.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::{Arc, Once};

use puhui::ledger::Reason;
use puhui::metrics::{M, RunRecord, columns};
use puhui::model::{Inputs, Simulation};
use puhui::policy::{INSTRUMENTS, PolicySchedule};
use puhui::scenario::{self, Diagnostics, Input, Options, Scenario};
use puhui::units::{Month, share_fen};
use puhui::world::{LoanState, World};

/// The date of the plan, as in the shipped comparison.
pub const SEED: u64 = 20_230_206;

pub const fn month(year: i32, month: i32) -> Month {
    Month::new(year, month)
}

/// A shipped scenario.
pub fn shipped(id: &str) -> Scenario {
    let loaded = scenario::load(&[Input::Shipped(id.into())], &Options::default());
    loaded.unwrap_or_else(|e| panic!("{id}: {e}")).scenarios.remove(0)
}

/// A scenario without any instrument but what `body` says.
pub fn written(body: &str) -> Result<Scenario, Diagnostics> {
    let head =
        "schema = \"puhui/scenario/1\"\ntitle = { zh = \"试\", en = \"Test\" }\nregion = \"yongchuan\"\n";
    let input = Input::Text { id: "test".into(), text: format!("{head}{body}") };
    scenario::load(&[input], &Options::default()).map(|mut l| l.scenarios.remove(0))
}

pub fn inputs(scenario: &Scenario, thinning: u32) -> Inputs {
    Inputs {
        region: Arc::clone(&scenario.region),
        params: Arc::new(scenario.params.clone()),
        policy: Arc::new(scenario.policy.clone()),
        thinning,
        audit_phases: false,
    }
}

pub fn with_policy(inputs: &Inputs, policy: PolicySchedule) -> Inputs {
    Inputs { policy: Arc::new(policy), ..inputs.clone() }
}

/// Simulates up to and including `until`.
pub fn advance(sim: &mut Simulation, until: Month) {
    while sim.month() <= until {
        sim.step();
    }
}

/// A run from the spin-up to `until`, included.
pub fn run(inputs: &Inputs, replication: u32, until: Month) -> Simulation {
    let mut sim = Simulation::begin(inputs, SEED, replication);
    advance(&mut sim, until);
    sim
}

/// Everything a run recorded since its first month.
pub fn record(sim: &Simulation) -> RunRecord {
    sim.record(Month::new(1900, 1))
}

/// The district's value of an indicator in a month.
pub fn value(record: &RunRecord, at: Month, metric: M) -> f64 {
    record.value(at.since(record.from) as usize, metric as usize)
}

/// First month and column in which two records differ by a bit, as words.
pub fn first_difference(inputs: &Inputs, a: &RunRecord, b: &RunRecord) -> Option<(Month, String)> {
    assert_eq!((a.from, a.width), (b.from, b.width));
    let names = columns(&inputs.region);
    let at = a.series.iter().zip(&b.series).position(|(x, y)| x.to_bits() != y.to_bits())?;
    let c = &names[at % a.width];
    let name = format!("{} {} {}", puhui::metrics::METRICS[c.metric].name, c.group_type, c.group_id);
    Some((a.from.plus((at / a.width) as i32), format!("{name}: {} and {}", a.series[at], b.series[at])))
}

/// Place of an instrument.
pub fn place(id: &str) -> usize {
    INSTRUMENTS.iter().position(|i| i.spec().id == id).unwrap_or_else(|| panic!("no instrument {id}"))
}

/// What the panic of `work` says, shown to nobody; empty without one. Panics of other tests are told as ever.
pub fn said_in_panic(work: impl FnOnce()) -> String {
    thread_local!(static QUIET: Cell<bool> = const { Cell::new(false) });
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                usual(panic)
            }
        }));
    });
    QUIET.set(true);
    let ended = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    let Err(panic) = ended else { return String::new() };
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap()
}

/// The shipped fund from the start of history, with terms that make everybody want it.
pub fn greedy_fund() -> Inputs {
    let mut scenario = shipped("fund-10x");
    let fund = &mut scenario.policy.instruments[place("risk_compensation_fund")];
    fund.enabled.0 = vec![(month(2023, 3), 1.0)];
    let spec = INSTRUMENTS[place("risk_compensation_fund")].spec();
    for (key, value) in [
        ("share.credit", 0.8),
        ("share.enhanced", 0.8),
        ("rate_cap", 0.2),
        ("breaker.pool", 1.0),
        ("breaker.bank", 1.0),
        ("breaker.used", 1.0),
    ] {
        fund.settings[spec.setting_index(key).unwrap()].0 = vec![(month(2023, 3), value)];
    }
    let mut params = scenario.params.clone();
    assert!(params.set("fund_limit_factor", None, params.fund_limit_factor.max(1.5)));
    scenario.params = params;
    inputs(&scenario, 20)
}

/// Turns a guaranteed loan of the register into one of `fen` fen that is about to go bad, and its
/// borrower into one that cannot help it; every account is moved along.
pub fn doom(world: &mut World, slot: usize, fen: i64, arrears: u8) {
    let loan = &mut world.book.loans[slot];
    let (c, i) = (loan.borrower.class(), loan.borrower.slot());
    let (w, lender, before) = (world.ledger.weight[c], loan.lender as usize, loan.principal);
    let cohort = &mut world.cohorts[c];
    let (home, liquid) = (cohort.home[i] as usize, &mut cohort.liquid[i]);
    let pay = before - fen;
    world.ledger.receive(c, home, liquid, pay + (-*liquid).max(0), Reason::EntryCapital);
    world.ledger.repay(c, home, lender, liquid, &mut loan.principal, pay);
    let broke = *liquid + 20_000;
    world.ledger.spend(c, home, liquid, broke, Reason::CashLoss);
    cohort.details[i].stock = 0.0;
    cohort.sales[i] = 0.0;
    cohort.wage[i] = 0.0;
    loan.state = LoanState::Overdue;
    loan.arrears = arrears;
    // Nobody lets it wait once more.
    loan.relieved.deferrals = u8::MAX;
    loan.maturity = world.month.plus(24);
    let (batch, small) = (loan.batch, loan.small_ticket);
    let tiers = [
        (loan.guarantor as usize, loan.share_local),
        (world.reguarantor, loan.share_reguarantor),
        (world.national, loan.share_national),
    ];
    let g = &mut world.guarantors[tiers[0].0];
    g.balance -= pay * w;
    g.balance_batch -= if batch { pay * w } else { 0 };
    g.balance_small -= if small { pay * w } else { 0 };
    for (tier, share) in tiers {
        let share = i64::from(share);
        world.ledger.guarantors[tier].liability += (share_fen(fen, share) - share_fen(before, share)) * w;
    }
}
