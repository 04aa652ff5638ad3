//! Holds the model against published effects: each row is an experiment under paired luck, the model's effect
//! with its interval, the published one and a verdict. Writes `docs/effects.md`, or another file that is named.
//!
//! `cargo run --release --example effects [-- FILE [REPLICATIONS [THINNING]]]`. Nothing here tunes anything: a miss
//! is written down as a miss with the reason.

mod rows;
mod signs;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::process::Command;

use puhui::metrics::{Credit, M, RunRecord, terms_bit};
use puhui::model::{Inputs, Simulation};
use puhui::policy::QuarterAsk;
use puhui::scenario::{self, Input, Options, Scenario};
use puhui::stats::estimate::{Effect, paired, ratio};
use puhui::stats::student::Level;
use puhui::units::Month;
use puhui::world::{Class, LenderKind, LoanState};
use rayon::prelude::*;

use verdict::{Expect, Row, Show, totals};

const SEED: u64 = 20_230_206;
/// Measures begin with the plan and are read in the last year of the run.
const UNTIL: Month = Month::new(2025, 12);
const READ: Month = Month::new(2024, 12);

const TENTH: &str = "bank's share 10%";

/// Worlds beside the baseline: name, and what its scenario says below the head.
const WORLDS: &[(&str, &str)] = &[
    ("chain off", "includes = [\"guarantee-chain-off\"]"),
    // Below what the law lets a bank keep: see `bank_keeps_a_tenth`.
    (TENTH, ""),
    ("cutoff 8%", "[policy.guarantee_chain]\npd_cutoff = [{ from = \"2023-03\", value = \"8%\" }]"),
    (
        "no re-guarantee",
        "[policy.guarantee_chain]\nshare.national = [{ from = \"2023-03\", value = \"0%\" }]\nshare.reguarantor = [{ from = \"2023-03\", value = \"0%\" }]\nshare.local = [{ from = \"2023-03\", value = \"80%\" }]",
    ),
    ("fund", "includes = [\"risk-compensation-fund\"]"),
    (
        "reserves of small banks",
        "[policy.policy_rates]\nrrr_small = [{ from = \"2023-03\", value = \"6%\" }, { from = \"2023-04\", value = \"5.75%\" }, { from = \"2023-09\", value = \"5.5%\" }, { from = \"2024-02\", value = \"5%\" }, { from = \"2024-10\", value = \"4.5%\" }, { from = \"2025-05\", value = \"4%\" }]",
    ),
    (
        "reserves of large banks",
        "[policy.policy_rates]\nrrr_large = [{ from = \"2023-03\", value = \"10%\" }, { from = \"2023-04\", value = \"9.75%\" }, { from = \"2023-09\", value = \"9.5%\" }, { from = \"2024-02\", value = \"9%\" }, { from = \"2024-10\", value = \"8.5%\" }, { from = \"2025-05\", value = \"8%\" }]",
    ),
    (
        "internal price",
        "[policy.transfer_pricing]\nenabled = [{ from = \"2023-03\", value = true }]\ndiscount.branches = \"0.5pp\"\ndiscount.local = \"0.5pp\"",
    ),
    (
        "LPR",
        "[policy.policy_rates]\nlpr_1y = [{ from = \"2023-03\", value = \"3.15%\" }, { from = \"2023-07\", value = \"3.05%\" }, { from = \"2023-09\", value = \"2.95%\" }, { from = \"2024-08\", value = \"2.85%\" }, { from = \"2024-11\", value = \"2.60%\" }, { from = \"2025-06\", value = \"2.50%\" }]",
    ),
    ("information", "includes = [\"information-sharing\"]"),
    (
        "deferral",
        "[policy.payment_deferral]\nshare.mse = [{ from = \"2023-03\", value = \"60%\" }, { from = \"2024-01\", value = \"0%\" }]\nshare.agri = [{ from = \"2023-03\", value = \"60%\" }, { from = \"2024-01\", value = \"0%\" }]\nmonths = \"6 months\"",
    ),
    ("exemption", "includes = [\"due-diligence-exemption\"]"),
    ("insurance", "includes = [\"crop-insurance\"]"),
    ("villages", "includes = [\"credit-villages\"]"),
    ("re-lending", "includes = [\"micro-relending\", \"agri-relending\"]"),
    ("subsidy", "includes = [\"green-inclusive-subsidy\"]"),
    ("ports", "includes = [\"finance-ports\"]"),
    ("tool off", "includes = [\"support-off\"]"),
];

/// What is read of a world.
struct Seen {
    record: RunRecord,
    /// Who owes how much in the last month.
    credit: Vec<Credit>,
    /// Defaults and loan-years of enterprises' loans since the plan: own account, guaranteed.
    defaults: [(f64, f64); 2],
    /// Fen owed by farms and agricultural entities in the last month, by sector.
    owed: Vec<f64>,
}

type Worlds = BTreeMap<&'static str, Seen>;

fn inputs(s: &Scenario, thinning: u32) -> Inputs {
    Inputs {
        region: s.region.clone(),
        params: s.params.clone().into(),
        policy: s.policy.clone().into(),
        thinning,
        audit_phases: false,
    }
}

/// Goes on to the end and reads.
fn finish(mut sim: Simulation) -> Seen {
    let mut defaults = [(0.0, 0.0); 2];
    let mut bad: BTreeSet<(u32, Month)> = BTreeSet::new();
    let class = |l: &puhui::world::Loan| Class::from_index(l.borrower.class());
    while sim.month() <= UNTIL {
        sim.step();
        if sim.month() <= Month::new(2023, 3) {
            continue;
        }
        for l in &sim.world().book.loans {
            if !matches!(class(l), Class::Micro | Class::Small) || l.product.is_fund() {
                continue;
            }
            let (n, years) = &mut defaults[usize::from(l.product.is_guaranteed())];
            match l.state {
                LoanState::Performing => *years += 1.0 / 12.0,
                LoanState::NonPerforming if bad.insert((l.id, l.start)) => *n += 1.0,
                _ => {}
            }
        }
    }
    let world = sim.world();
    let mut owed = vec![0.0; world.region.sectors.len()];
    for l in world.book.loans.iter().filter(|l| l.state != LoanState::Free && class(l).is_agri()) {
        let sector = world.cohorts[l.borrower.class()].sector[l.borrower.slot()];
        owed[usize::from(sector)] += (l.principal * world.ledger.weight[l.borrower.class()]) as f64;
    }
    Seen { record: sim.record(Month::new(2019, 1)), credit: sim.credit(), defaults, owed }
}

fn replicate(base: &Inputs, forks: &[(Month, &'static str, Inputs)], replication: u32) -> Worlds {
    let mut trunk = Simulation::begin(base, SEED, replication);
    let mut out = Worlds::new();
    for (month, name, own) in forks {
        while trunk.month() < *month {
            trunk.step();
        }
        out.insert(name, finish(trunk.fork(own)));
    }
    // Defaults are counted from the plan on, whenever a fork began.
    out.insert("baseline", finish(trunk));
    out
}

// ──────── Readings of one world

fn at(s: &Seen, m: M, when: Month) -> f64 {
    s.record.value(when.since(s.record.from) as usize, m as usize)
}

/// Sum over the months of a span, both included.
fn sum(s: &Seen, m: M, from: Month, until: Month) -> f64 {
    (from.0..=until.0).map(|k| at(s, m, Month(k))).sum()
}

/// Guaranteed inclusive loans, yuan: the loans themselves, whoever bears how much of them.
fn guaranteed(s: &Seen, when: Month) -> f64 {
    at(s, M::guaranteed_share, when) * at(s, M::inclusive_balance, when)
}

fn default_rate(s: &Seen, guaranteed: bool) -> f64 {
    let (n, years) = s.defaults[usize::from(guaranteed)];
    n / years
}

/// Owed by agricultural borrowers whose sector is (not) among the insured crops.
fn owed(s: &Seen, lab: &Lab, insured: bool) -> f64 {
    const INSURED: [&str; 5] = ["rice", "rapeseed", "tea", "vegetables", "mushrooms"];
    let sectors = lab.base.region.sectors.iter().zip(&s.owed);
    sectors.filter(|(x, _)| x.crop != 0.0 && INSURED.contains(&&*x.id) == insured).map(|(_, fen)| fen).sum()
}

/// Of the credit and of the borrowers on the terms of one bit, what is not there without it.
fn additional(with: &Seen, without: &Seen, terms: u32) -> [(f64, f64); 2] {
    let other: BTreeMap<u32, i64> = without.credit.iter().map(|c| (c.id, c.fen)).collect();
    let mut out = [(0.0, 0.0); 2];
    for c in with.credit.iter().filter(|c| c.terms & terms != 0) {
        let there = other.get(&c.id).copied().unwrap_or(0);
        out[0].0 += (c.fen - there).max(0) as f64;
        out[0].1 += c.fen as f64;
        out[1].0 += if there == 0 { f64::from(c.weight) } else { 0.0 };
        out[1].1 += f64::from(c.weight);
    }
    out
}

const CHAIN: u32 = terms_bit("guarantee_chain");
const FUND: u32 = terms_bit("risk_compensation_fund");

// ──────── The laboratory

struct Lab {
    base: Inputs,
    runs: Vec<Worlds>,
    level: Level,
}

impl Lab {
    /// Paired difference of a reading between two worlds.
    fn effect(&self, with: &str, without: &str, f: impl Fn(&Seen) -> f64) -> Option<Effect> {
        let pairs: Vec<(f64, f64)> = self.runs.iter().map(|w| (f(&w[with]), f(&w[without]))).collect();
        paired(&pairs, &self.level)
    }

    /// The same over the level of the second world: a share.
    fn relative(&self, with: &str, without: &str, f: impl Fn(&Seen) -> f64) -> Option<Effect> {
        self.effect_of(|w| f(&w[with]) / f(&w[without]) - 1.0)
    }

    /// A number that each replication gives.
    fn effect_of(&self, f: impl Fn(&Worlds) -> f64) -> Option<Effect> {
        paired(&self.runs.iter().map(|w| (f(w), 0.0)).collect::<Vec<_>>(), &self.level)
    }

    /// A ratio of two sums over replications.
    fn ratio_of(&self, f: impl Fn(&Worlds) -> (f64, f64)) -> Option<Effect> {
        ratio(&self.runs.iter().map(f).collect::<Vec<_>>(), &self.level)
    }
}

/// The commit whose figures these are, and whether files that decide them differ from it.
fn program() -> String {
    let git = |args: &[&str]| {
        let done = Command::new("git").args(args).output().ok().filter(|o| o.status.success())?;
        Some(String::from_utf8_lossy(&done.stdout).trim().to_owned())
    };
    let Some(commit) = git(&["log", "-1", "--date=short", "--format=%h of %ad"]) else {
        return "an unknown commit".into();
    };
    let same =
        git(&["status", "--porcelain", "--", "src", "scenarios", "examples"]).is_some_and(|s| s.is_empty());
    format!("commit {commit}{}", if same { "" } else { " with changes" })
}

/// A published elasticity is measured with a share that scenario files may not hold, so it is set past their checks:
/// the local guarantor takes over half of the bank's fifth.
fn bank_keeps_a_tenth(s: &mut Scenario) -> Result<(), Box<dyn std::error::Error>> {
    let chain = puhui::policy::instrument_index("guarantee_chain").ok_or("no guarantee chain")?;
    let spec = puhui::policy::INSTRUMENTS[chain].spec();
    for (key, share) in [("share.bank", 0.1), ("share.local", 0.5)] {
        let at = spec.setting_index(key).ok_or(key)?;
        s.policy.instruments[chain].settings[at].0.push((Month::new(2023, 3), share));
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let file = args.next().unwrap_or_else(|| "docs/effects.md".into());
    let replications: u32 = args.next().map_or(Ok(24), |n| n.parse())?;
    let thinning: u32 = args.next().map_or(Ok(20), |n| n.parse())?;

    let mut wanted = vec![Input::Shipped("baseline".into())];
    for (name, body) in WORLDS {
        let id = name.replace([' ', '\'', '%'], "-");
        let text = format!("schema = \"puhui/scenario/1\"\nextends = \"baseline\"\n{body}\n");
        wanted.push(Input::Text { id, text });
    }
    let mut loaded = scenario::load(&wanted, &Options::default())
        .map_err(|d| d.render(puhui::units::Lang::En, 100, false))?;
    let (base_world, worlds) = loaded.scenarios.split_first_mut().ok_or("no baseline")?;
    let base = inputs(base_world, thinning);
    let mut forks: Vec<(Month, &'static str, Inputs)> = Vec::new();
    for ((name, _), s) in WORLDS.iter().zip(worlds) {
        if *name == TENTH {
            bank_keeps_a_tenth(s)?;
        }
        let first = s.policy.first_difference(&base_world.policy, base.region.start, UNTIL);
        forks.push((first.ok_or("a world like the baseline")?, name, inputs(s, thinning)));
    }
    forks.sort_by_key(|(m, name, _)| (*m, *name));
    let runs: Vec<Worlds> = (0..replications).into_par_iter().map(|r| replicate(&base, &forks, r)).collect();
    let lab = Lab { base, runs, level: Level::new(0.05) };
    let rows = rows::rows(&lab);

    let mut out = String::from(rows::HEAD);
    writeln!(
        out,
        "Made by `cargo run --release --example effects`: seed {SEED}, one borrower in {thinning}, {replications} replications \
         under paired luck, measures from 2023-03 on read at {READ} unless a row says otherwise; brackets are 95% intervals.\n"
    )?;
    writeln!(out, "Figures are those of {}.\n", program())?;
    writeln!(out, "{}\n\n{}\n", totals(&rows, false), totals(&rows, true))?;
    let parts = [
        ("Published effects", "", false),
        ("Signs that would discredit the model", "Reasoning of this project, no paper's.\n\n", true),
    ];
    for (title, words, discredit) in parts {
        writeln!(
            out,
            "## {title}\n\n{words}| # | lever | experiment | model | published | asked | verdict | why, if not; what is left out |\n|---|---|---|---|---|---|---|---|"
        )?;
        for r in rows.iter().filter(|r| r.discredits() == discredit) {
            writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} | {} | {} |",
                r.no,
                r.lever,
                r.experiment,
                r.value(),
                r.published,
                r.asked(),
                r.judged(),
                r.remark()
            )?;
        }
        out.push('\n');
    }
    out.pop();
    std::fs::write(&file, &out)?;
    println!("{out}");
    Ok(())
}
