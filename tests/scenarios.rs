//! Every scenario that is shipped loads, runs, differs from the baseline, is named in the README,
//! and moves what it must in the direction theory is sure of.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use crate::common::{self, SEED, advance, first_difference, inputs, month, record, shipped, value};
use puhui::experiment::plan::{Divergence, divergence};
use puhui::ledger::Reason;
use puhui::metrics::{M, RunRecord, columns};
use puhui::model::{Inputs, Simulation};
use puhui::policy::{INSTRUMENTS, QuoteAsk};
use puhui::scenario::{self, FOLDERS, Input, Options, SHIPPED, Scenario};
use puhui::units::Month;
use puhui::world::{Class, LenderKind};

const THIN: u32 = 20;
const REPLICATIONS: u32 = 2;
const UNTIL: Month = Month::new(2024, 12);

/// Ids of the scenario files that come inside the program.
fn ids() -> Vec<&'static str> {
    let stem = |path: &'static str| path.strip_suffix(".toml").filter(|id| !id.contains('/'));
    let mut ids: Vec<&str> =
        SHIPPED.iter().filter_map(|(path, _)| stem(path)).filter(|id| *id != "comparison").collect();
    ids.sort_unstable();
    ids
}

/// Ids of the parts of the plan and of its single measures.
fn parts() -> Vec<String> {
    let library = Options::default().library;
    FOLDERS.iter().flat_map(|f| library.inside(f).ids()).collect()
}

/// Every scenario that is shipped, loaded together.
fn all() -> scenario::Loaded {
    let ids = ids().into_iter().map(str::to_owned).chain(parts());
    let inputs: Vec<Input> = ids.map(Input::Shipped).collect();
    scenario::load(&inputs, &Options::default()).unwrap_or_else(|e| panic!("{e}"))
}

/// The text of a shipped scenario's file.
fn text(id: &str) -> &'static str {
    let stem = |path: &str| path.rsplit('/').next().and_then(|f| f.strip_suffix(".toml")) == Some(id);
    let own = |path: &&str| stem(path) && !path.starts_with("regions/");
    SHIPPED.iter().find(|(path, _)| own(path)).unwrap_or_else(|| panic!("no file {id}")).1
}

/// Runs of every shipped scenario under the same luck; simulated once for all tests.
static RUNS: LazyLock<BTreeMap<&'static str, Vec<RunRecord>>> = LazyLock::new(|| {
    let base = inputs(&shipped("baseline"), THIN);
    let mut forks: Vec<(Month, &str, Inputs)> = ids()
        .into_iter()
        .filter(|id| *id != "baseline")
        .map(|id| {
            let own = inputs(&shipped(id), THIN);
            match divergence(&base, &own, UNTIL) {
                Divergence::At(m) => (m, id, own),
                other => panic!("{id} leaves the baseline {other:?}, not on a date"),
            }
        })
        .collect();
    forks.sort_by_key(|(m, id, _)| (*m, *id));
    let mut all: BTreeMap<&str, Vec<RunRecord>> = BTreeMap::new();
    for replication in 0..REPLICATIONS {
        let mut trunk = Simulation::begin(&base, SEED, replication);
        for (m, id, own) in &forks {
            advance(&mut trunk, m.plus(-1));
            let mut fork = trunk.fork(own);
            advance(&mut fork, UNTIL);
            all.entry(*id).or_default().push(record(&fork));
        }
        advance(&mut trunk, UNTIL);
        all.entry("baseline").or_default().push(record(&trunk));
    }
    all
});

/// Mean over replications of what `f` reads from a scenario's runs.
fn mean(id: &str, f: impl Fn(&RunRecord) -> f64) -> f64 {
    let runs = &RUNS[id];
    runs.iter().map(f).sum::<f64>() / runs.len() as f64
}

fn at(m: M, when: Month) -> impl Fn(&RunRecord) -> f64 {
    move |r| value(r, when, m)
}

fn flow(reasons: &'static [Reason]) -> impl Fn(&RunRecord) -> f64 {
    move |r| {
        let of = |row: &&puhui::metrics::LedgerRow| reasons.iter().any(|x| x.name() == row.reason);
        r.ledger.iter().filter(of).map(|row| row.fen as f64 / 100.0).sum()
    }
}

#[test]
fn what_is_shipped_is_what_lies_in_the_folder_and_in_the_comparison() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let listed = |dir: &Path| {
        let mut files: Vec<String> = fs::read_dir(dir)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .filter_map(|f| f.strip_suffix(".toml").map(str::to_owned))
            .filter(|f| f != "comparison")
            .collect();
        files.sort();
        files
    };
    assert_eq!(listed(&dir), ids());
    let inner: Vec<String> = FOLDERS.iter().flat_map(|f| listed(&dir.join(f))).collect();
    assert_eq!(inner, parts());
    let mut distinct: Vec<&str> = ids().into_iter().chain(inner.iter().map(String::as_str)).collect();
    distinct.sort_unstable();
    assert!(distinct.windows(2).all(|w| w[0] != w[1]), "an id names two files");
    let comparison = scenario::shipped(&Options::default()).unwrap_or_else(|e| panic!("{e}"));
    let compared: Vec<&str> = comparison.loaded.scenarios.iter().map(|s| s.id.as_str()).collect();
    assert!(compared.contains(&"baseline") && compared.contains(&"plan"));
    assert!((6..=9).contains(&compared.len()), "the shipped comparison is a choice that runs in minutes");
}

#[test]
fn every_shipped_file_loads_without_a_word() {
    let loaded = all();
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    for s in &loaded.scenarios {
        assert!(!s.title_zh.is_empty() && !s.title_en.is_empty(), "{} has no title", s.id);
        let rooted = s.extends.iter().any(|id| id == "baseline");
        assert!(s.id == "baseline" || rooted, "{} extends {:?}", s.id, s.extends);
    }
}

#[test]
fn every_shipped_scenario_runs_and_differs_from_the_baseline() {
    let base = inputs(&shipped("baseline"), THIN);
    for id in ids() {
        let runs = &RUNS[id];
        assert_eq!(runs.len(), REPLICATIONS as usize);
        for (own, theirs) in runs.iter().zip(&RUNS["baseline"]) {
            let last = own.months() - 1;
            assert_eq!(own.from.plus(last as i32), UNTIL, "{id} ran to the end");
            let finite = |m: &M| value(own, UNTIL, *m).is_finite();
            let main =
                [M::inclusive_balance, M::inclusive_growth_yoy, M::npl_ratio, M::new_loan_rate_ytd, M::jobs];
            assert!(main.iter().all(finite), "{id}");
            assert_eq!(first_difference(&base, own, theirs).is_some(), id != "baseline", "{id}");
        }
    }
}

/// Names of the instruments whose values in force differ anywhere between two scenarios.
fn differing(a: &Scenario, b: &Scenario) -> Vec<&'static str> {
    let months = (month(2019, 1).0..=month(2027, 12).0).map(Month);
    let pairs: Vec<_> = months.map(|m| (a.policy.at(m), b.policy.at(m))).collect();
    let differs = |k: &usize| pairs.iter().any(|(x, y)| x.instruments[*k] != y.instruments[*k]);
    (0..INSTRUMENTS.len()).filter(differs).map(|k| INSTRUMENTS[k].spec().id).collect()
}

/// The instrument of a measure's file, and whether the file takes it away.
fn instrument_of(id: &str) -> (&'static str, bool) {
    let find = |id: &str| INSTRUMENTS.iter().map(|i| i.spec().id).find(|own| *own == id.replace('-', "_"));
    let off = || Some((find(id.strip_suffix("-off")?)?, true));
    find(id).map(|own| (own, false)).or_else(off).unwrap_or_else(|| panic!("{id} is no instrument's"))
}

#[test]
fn a_measure_is_its_own_instrument_alone_and_every_instrument_has_one() {
    let loaded = all();
    let by_id = |id: &str| loaded.scenarios.iter().find(|s| s.id == id);
    let measures = Options::default().library.inside("measures").ids();
    for (scenario, against) in loaded.scenarios.iter().zip(&loaded.against) {
        if measures.contains(&scenario.id) {
            let own = instrument_of(&scenario.id).0;
            let reference = against.as_ref().unwrap();
            assert_eq!(differing(scenario, reference), [own], "{}", scenario.id);
        }
    }
    for i in INSTRUMENTS {
        let id = i.spec().id.replace('_', "-");
        assert!(measures.contains(&id) || measures.contains(&format!("{id}-off")), "no measure {id}");
    }
    // The plan is its parts, and nothing that has a measure is left out of it.
    let (plan, baseline) = (by_id("plan").unwrap(), by_id("baseline").unwrap());
    let in_plan = differing(plan, baseline);
    let sections: Vec<&Scenario> =
        Options::default().library.inside("sections").ids().iter().map(|id| by_id(id).unwrap()).collect();
    for id in &measures {
        let (instrument, taken_away) = instrument_of(id);
        assert!(taken_away || in_plan.contains(&instrument), "{id} is not in the plan");
    }
    for (k, instrument) in INSTRUMENTS.iter().enumerate() {
        let id = instrument.spec().id;
        let of_plan = &plan.policy.instruments[k];
        let mut said = sections.iter().filter(|s| differing(s, baseline).contains(&id)).peekable();
        assert_eq!(said.peek().is_some(), in_plan.contains(&id), "{id}");
        assert!(said.all(|s| s.policy.instruments[k] == *of_plan), "{id} is dosed otherwise in a part");
    }
}

#[test]
fn every_part_and_measure_runs_and_differs_from_its_reference() {
    let until = month(2024, 12);
    let loaded = all();
    let base = inputs(&shipped("baseline"), THIN);
    let mut wanted: Vec<(Month, String, Inputs)> = Vec::new();
    for s in loaded.scenarios.iter().filter(|s| parts().contains(&s.id)) {
        let own = inputs(s, THIN);
        let Divergence::At(m) = divergence(&base, &own, until) else { panic!("{}", s.id) };
        assert!(m >= month(2022, 1), "{} begins in {m}", s.id);
        wanted.push((m, s.id.clone(), own));
    }
    wanted.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let mut trunk = Simulation::begin(&base, SEED, 0);
    let mut done: BTreeMap<String, RunRecord> = BTreeMap::new();
    for (m, id, own) in &wanted {
        advance(&mut trunk, m.plus(-1));
        let mut fork = trunk.fork(own);
        advance(&mut fork, until);
        done.insert(id.clone(), record(&fork));
    }
    advance(&mut trunk, until);
    done.insert("baseline".into(), record(&trunk));
    for (id, own) in &done {
        let reference = loaded.scenarios.iter().find(|s| s.id == *id).and_then(|s| s.reference.clone());
        let reference = reference.unwrap_or_else(|| "baseline".into());
        assert_eq!(own.audit_residual_fen, 0, "{id}");
        let changed = first_difference(&base, own, &done[&reference]).is_some();
        assert_eq!(changed, *id != "baseline", "{id} against {reference}");
    }
}

#[test]
fn at_their_multiple_guarantors_refuse_and_a_tenth_of_the_quotas_is_used_up() {
    let refused = |id: &str, reason: &'static str| {
        mean(id, |r| {
            let since = r.refusals.iter().filter(|x| x.year >= 2023 && x.reason == reason);
            since.map(|x| x.count as f64).sum()
        })
    };
    let room = |id: &str| mean(id, at(M::guarantor_room, UNTIL));
    assert!(room("guarantor-limit") < 0.05 * room("baseline"), "{} left", room("guarantor-limit"));
    let (at_limit, free) =
        (refused("guarantor-limit", "guarantor_multiple"), refused("baseline", "guarantor_limit"));
    assert!(at_limit > free && at_limit > 0.0, "{at_limit} refused for want of room, {free} in the baseline");
    // In most months of 2024 the window for small business had taken less than banks wanted.
    for r in &RUNS["quota-limit"] {
        let months = || (month(2024, 1).0..=UNTIL.0).map(Month);
        let bound = months().filter(|&m| value(r, m, M::micro_relending_bound) > 0.0).count();
        assert!(bound >= 8, "the quota bound in {bound} of 12 months");
    }
    let used = |id| {
        let of = |m| mean(id, at(m, UNTIL));
        of(M::relending_balance) / of(M::relending_quota)
    };
    assert!(used("quota-limit") > 0.9, "{}", used("quota-limit"));
}

#[test]
fn the_schema_takes_every_shipped_scenario_and_no_misspelt_key() {
    let schema = scenario::schema();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let json = |text: &str| serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap();
    let takes = |text: &str| validator.is_valid(&json(text));
    for id in ids().into_iter().map(str::to_owned).chain(parts()) {
        let errors: Vec<String> = validator.iter_errors(&json(text(&id))).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{id}: {errors:?}");
    }
    // What the loader makes of them, every key written out, is taken too.
    for id in ids() {
        assert!(takes(&shipped(id).resolved_toml()), "{id}");
    }
    // Every instrument's own example.
    for i in puhui::policy::INSTRUMENTS {
        assert!(takes(&format!("schema = \"puhui/scenario/1\"\n{}", i.spec().example)), "{}", i.spec().id);
    }
    let delta = |body: &str| format!("schema = \"puhui/scenario/1\"\nextends = \"baseline\"\n{body}\n");
    for good in [
        "[policy.guarantee_chain]\nfee = \"0.75%\"\n\"share.bank\" = \"20%\"\nloan_cap = \"65m CNY\"",
        "[params]\nneed_share = { farm = \"30%\" }\ntenor = { value = \"24个月\", source = \"x\" }",
        "[macro]\ndemand = [{ from = 2023, value = 0.9 }]\ncrop_price.tea = 1.5\n\"outside_npl.x\" = \"2%\"",
        "[run]\nseed = 3\nuntil = \"2024-06\"",
    ] {
        assert!(takes(&delta(good)), "{good}");
    }
    for bad in [
        "tilte = \"x\"",
        "[policy.guarantee_chian]\nfee = \"1%\"",
        "[policy.guarantee_chain]\nfees = \"1%\"",
        "[policy.guarantee_chain]\nfee = 0.01",
        "[policy.guarantee_chain]\nfee = \"1万元\"",
        "[policy.guarantee_chain]\nshare.banks = \"20%\"",
        "[policy.guarantee_chain]\nfee = [{ form = \"2023\", value = \"1%\" }]",
        "[policy.inclusive_support_tool]\nincrement_base = \"high_water\"",
        "[params]\nneed_share = { farms = \"30%\" }",
        "[params]\nsales_sd = 1e300",
        "[macro]\ndemnad = 1",
        "[run]\nreplications = 0",
    ] {
        assert!(!takes(&delta(bad)), "{bad}");
    }
    assert!(!takes("title = \"no schema line\""));
}

#[test]
fn every_shipped_scenario_is_named_in_the_readme() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    // The README is checked as soon as there is one.
    let Ok(text) = fs::read_to_string(readme) else { return };
    for id in ids() {
        assert!(text.contains(id), "README.md does not name `{id}`");
    }
}

/// Inclusive balance of local legal-person banks, yuan.
fn local_balance(region: &puhui::world::Region, r: &RunRecord, when: Month) -> f64 {
    let columns = columns(region);
    let local = |id: &str| region.lenders.iter().any(|l| l.id == id && l.local_legal_person != 0.0);
    let row = when.since(r.from) as usize;
    columns
        .iter()
        .enumerate()
        .filter(|(_, c)| {
            c.group_type == "lender" && c.metric == M::inclusive_balance as usize && local(&c.group_id)
        })
        .map(|(k, _)| r.value(row, k))
        .sum()
}

#[test]
fn without_the_tool_local_banks_lend_no_more() {
    let region = shipped("baseline").region;
    for when in [month(2022, 12), UNTIL] {
        let local = |id| mean(id, |r| local_balance(&region, r, when));
        let (off, one, on) = (local("support-off"), local("support-1pct"), local("baseline"));
        // Small scale leaves some noise: an offer that shifts a borrower shifts what follows.
        assert!(off <= on * 1.002, "{when}: {off:.0} without, {on:.0} with the tool");
        assert!(off <= one * 1.004 && one <= on * 1.004, "{when}: {off:.0}, {one:.0}, {on:.0}");
    }
    // More than three points of growth a year would discredit the model.
    for year in 2022..=2024 {
        let growth = |id| mean(id, at(M::inclusive_growth_yoy, month(year, 12)));
        let effect = growth("baseline") - growth("support-off");
        assert!(effect.abs() < 0.03, "{effect} in {year}");
    }
    let paid = |id| mean(id, flow(&[Reason::Incentive]));
    let (off, one, on) = (paid("support-off"), paid("support-1pct"), paid("baseline"));
    assert!(off == 0.0 && 0.0 < one && one < on, "incentive paid: {off}, {one}, {on}");
}

#[test]
fn without_tolerance_the_balance_falls() {
    let balance = |id| mean(id, at(M::inclusive_balance, UNTIL));
    let (none, base) = (balance("npl-0"), balance("baseline"));
    assert!(none < base, "{none:.0} without tolerance, {base:.0} with it");
    let headroom = |id| mean(id, at(M::npl_headroom, month(2023, 3)));
    // In its first month exactly the tolerance is gone.
    let gone = headroom("baseline") - headroom("npl-0");
    assert!((gone - 0.03).abs() < 1e-9, "{gone}");
}

#[test]
fn from_three_to_five_points_is_slack_and_the_distance_says_so() {
    let region = shipped("baseline").region;
    for r in &RUNS["baseline"] {
        // Every lender stands more than a width of the smooth rise below its limit.
        let row = UNTIL.since(r.from) as usize;
        for (k, c) in columns(&region).iter().enumerate() {
            if c.group_type == "lender" && c.metric == M::npl_headroom as usize {
                assert!(r.value(row, k) > 0.008, "{} is {} from its limit", c.group_id, r.value(row, k));
            }
        }
    }
    let balance = |id| mean(id, at(M::inclusive_balance, UNTIL));
    let (base, five, none) = (balance("baseline"), balance("npl-5"), balance("npl-0"));
    assert!((five / base - 1.0).abs() < 0.005, "{five:.0} at five points, {base:.0} at three");
    assert!((five - base).abs() < 0.5 * (base - none), "{none:.0}, {base:.0}, {five:.0}");
}

#[test]
fn a_halved_quota_binds_in_more_months() {
    let bound =
        |id, m: M| mean(id, move |r| (month(2023, 1).0..=UNTIL.0).map(|k| value(r, Month(k), m)).sum());
    assert!(bound("relending-minus-50", M::relending_bound) > bound("baseline", M::relending_bound));
    assert!(bound("relending-minus-50", M::relending_bound) > 0.0);
    let either = bound("relending-minus-50", M::micro_relending_bound);
    assert!(either <= bound("relending-minus-50", M::relending_bound));
    let held = |id| mean(id, advances);
    assert!(held("relending-minus-50") < 0.8 * held("baseline"));
}

#[test]
fn a_lower_fee_alone_is_lost_income_and_the_subsidy_makes_it_good() {
    let cover = |id| mean(id, at(M::guarantor_room, UNTIL));
    let paid = |id| mean(id, flow(&[Reason::FeeSubsidy]));
    assert!(paid("guarantee-fee-05") == 0.0 && paid("guarantee-fee-05-subsidy") > 0.0);
    assert!(cover("guarantee-fee-05") < cover("guarantee-fee-05-subsidy"));
}

/// Sum of outstanding re-lending over the months since the quotas differ, yuan.
fn advances(r: &RunRecord) -> f64 {
    (month(2023, 1).0..=UNTIL.0).map(|m| value(r, Month(m), M::relending_balance)).sum()
}

#[test]
fn more_relending_quota_is_drawn_where_it_binds() {
    let quota = |id| mean(id, at(M::relending_quota, UNTIL));
    assert!((quota("relending-plus-50") / quota("baseline") - 1.5).abs() < 1e-9);
    for (more, base) in RUNS["relending-plus-50"].iter().zip(&RUNS["baseline"]) {
        let bound = (month(2023, 1).0..=UNTIL.0).any(|m| value(base, Month(m), M::relending_bound) > 0.0);
        let (with, without) = (advances(more), advances(base));
        assert!(
            with > without || (!bound && with == without),
            "{with} drawn, {without} before, bound: {bound}"
        );
        for r in [more, base] {
            for m in (month(2019, 1).0..=UNTIL.0).map(Month) {
                // The shipped quotas only rise.
                assert!(value(r, m, M::relending_balance) <= value(r, m, M::relending_quota) + 0.01, "{m}");
            }
        }
    }
    // A tenth of the quotas binds: half as much again is drawn in full.
    let tenth = |id: &str| {
        let mut s = shipped(id);
        for window in ["micro_relending", "agri_relending"] {
            let quota = &mut s.policy.instruments[common::place(window)].settings[0];
            quota.0.iter_mut().for_each(|(_, v)| *v *= 0.1);
        }
        record(&common::run(&inputs(&s, THIN), 0, UNTIL))
    };
    let (more, base) = (tenth("relending-plus-50"), tenth("baseline"));
    assert!((month(2023, 1).0..=UNTIL.0).any(|m| value(&base, Month(m), M::relending_bound) > 0.0));
    assert!(advances(&more) > 1.3 * advances(&base), "{} and {}", advances(&more), advances(&base));
    let drawn = flow(&[Reason::AdvanceDrawnMicro, Reason::AdvanceDrawnAgri]);
    assert!(drawn(&more) > drawn(&base));
}

#[test]
fn the_fund_covers_loans_within_its_multiple() {
    for r in &RUNS["fund-10x"] {
        assert!(value(r, UNTIL, M::fund_covered) > 0.0 && value(r, UNTIL, M::fund_balance) > 0.0);
        assert!(value(r, month(2023, 2), M::fund_balance) == 0.0);
        for m in (month(2023, 4).0..=UNTIL.0).map(Month) {
            let most =
                (10.0 * value(r, m.plus(-1), M::fund_balance)).max(value(r, m.plus(-1), M::fund_covered));
            let covered = value(r, m, M::fund_covered);
            assert!(covered <= most + 0.01, "{m}: {covered} over {most}");
        }
    }
    assert!(RUNS["baseline"].iter().all(|r| value(r, UNTIL, M::fund_covered) == 0.0));
}

#[test]
fn a_lower_fee_earns_guarantors_less() {
    let fees =
        |id| mean(id, |r| (month(2023, 3).0..=UNTIL.0).map(|m| value(r, Month(m), M::guarantee_fees)).sum());
    let (cut, base) = (fees("guarantee-fee-05"), fees("baseline"));
    // A third of the price: more business makes up for part of it at most.
    assert!(0.0 < cut && cut < base, "{cut:.0} after the cut, {base:.0} before");
    let rate = |s: &Scenario| {
        let ask = QuoteAsk {
            kind: LenderKind::Rural,
            local_legal_person: true,
            class: Class::Micro,
            renewal: false,
            inclusive_growth: 0.1,
            npl_all: 0.01,
            all_loan_growth: 0.1,
            incentive_fill: 1.0,
        };
        s.policy.at(UNTIL).quote(&ask).guarantee_fee.unwrap()
    };
    assert!(rate(&shipped("guarantee-fee-05")) < rate(&shipped("baseline")));
}

#[test]
fn the_wrong_month_is_no_part_of_a_fork() {
    let base = inputs(&shipped("baseline"), THIN);
    for id in ids().into_iter().filter(|id| *id != "baseline") {
        let Divergence::At(m) = divergence(&base, &inputs(&shipped(id), THIN), UNTIL) else { panic!("{id}") };
        for (own, theirs) in RUNS[id].iter().zip(&RUNS["baseline"]) {
            let (first, what) = first_difference(&base, own, theirs).unwrap();
            assert!(first >= m, "{id}: {what} in {first}, before {m}");
            // The tool first bites where a quarter's incentive or a quote is due, the others at once.
            assert!(first <= m.plus(3), "{id} starts in {m} and shows in {first}");
        }
    }
}

/// Whoever reads the English page is told sources in English, whoever reads the Chinese one in Chinese.
#[test]
fn every_change_of_a_shipped_scenario_has_a_source_in_both_languages() {
    let loaded = all();
    let han = |text: &str| text.chars().any(|c| ('\u{3400}'..='\u{9FFF}').contains(&c));
    for (scenario, against) in loaded.scenarios.iter().zip(&loaded.against) {
        let Some(reference) = against else { continue };
        for note in scenario.change_notes(reference) {
            assert!(!note.basis.zh.is_empty(), "{}: {}", scenario.id, note.words.zh);
            assert!(!han(&note.words.en) && !han(&note.basis.en), "{}: {note:?}", scenario.id);
        }
    }
}

/// The same words mean the first month where something begins and the last where a run ends.
#[test]
fn a_run_until_a_year_ends_in_its_december() {
    for (written, from, until) in [
        ("from = \"2020\"\nuntil = \"2024\"", month(2020, 1), month(2024, 12)),
        ("from = 2020\nuntil = 2024", month(2020, 1), month(2024, 12)),
        ("from = \"2020Q2\"\nuntil = \"2024Q2\"", month(2020, 4), month(2024, 6)),
        ("from = \"2020-03\"\nuntil = \"2024-03\"", month(2020, 3), month(2024, 3)),
    ] {
        let run = common::written(&format!("[run]\n{written}")).unwrap().run;
        assert_eq!((run.from, run.until), (from, until), "{written}");
    }
}
