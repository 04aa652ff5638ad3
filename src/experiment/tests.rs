//! A whole experiment with the toy world: same files on any number of threads, sizes as planned,
//! every table readable.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::execute::{Experiment, Finished};
use super::plan::Plan;
use super::progress::Progress;
use super::repeated::{Rule, Target, alpha};
use super::replicate::Stop;
use super::store::Store;
use super::student::Level;
use super::tables::{TABLES, Tables};
use super::toy::{Toy, ToyInputs, plan};
use crate::units::Month;

fn execute(plan: &Plan<ToyInputs>, rule: Rule, threads: usize) -> Finished {
    let experiment = Experiment::<Toy> { plan, rule, threads, parts: None };
    experiment.run(&Stop::default(), &Progress::hidden()).unwrap()
}

fn write(plan: &Plan<ToyInputs>, finished: &Finished, place: &Path, bom: bool) {
    let store = Store::begin(place, "h", false, bom).unwrap();
    let level = Level::new(finished.verdict.alpha);
    store.tables(&Tables { plan, replications: &finished.replications, level, region: "toy" }).unwrap();
    store.commit().unwrap();
}

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(dir).unwrap().map(|e| e.unwrap());
    entries.map(|e| (e.file_name().into_string().unwrap(), fs::read(e.path()).unwrap())).collect()
}

type Row = BTreeMap<String, String>;

fn rows(bytes: &[u8]) -> Vec<Row> {
    csv::Reader::from_reader(bytes).deserialize().map(Result::unwrap).collect()
}

#[test]
fn same_bytes_on_one_and_two_threads() {
    let home = tempfile::tempdir().unwrap();
    let plan = plan();
    let mut written = Vec::new();
    for threads in [1, 2] {
        let place = home.path().join(threads.to_string());
        write(&plan, &execute(&plan, Rule::Fixed { replications: 7 }, threads), &place, false);
        written.push(files(&place));
    }
    assert_eq!(written[0].len(), TABLES.len());
    assert_eq!(written[0], written[1]);
    for (name, bytes) in &written[0] {
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(!text.contains('\r') && !text.contains("NaN") && !text.contains("inf"), "{name}");
    }
}

#[test]
fn tables_say_what_the_runs_say() {
    let home = tempfile::tempdir().unwrap();
    let mut plan = plan();
    plan.arms[2].inputs.fails = Some((3, Month::new(2020, 2)));
    let finished = execute(&plan, Rule::Fixed { replications: 5 }, 2);
    let place = home.path().join("out");
    write(&plan, &finished, &place, true);
    let all = files(&place);
    assert!(all.values().all(|b| b.starts_with(b"\xEF\xBB\xBF")));
    let table = |name: &str| rows(all[name].strip_prefix(b"\xEF\xBB\xBF").unwrap());

    let effects = table("effects.csv");
    let find = |scenario: &str, period: &str, variable: &str, group: &str| {
        let key =
            [("scenario_id", scenario), ("period", period), ("variable", variable), ("group_id", group)];
        let hits: Vec<&Row> = effects.iter().filter(|r| key.iter().all(|(k, v)| r[*k] == *v)).collect();
        assert!(hits.len() <= 1);
        hits.first().map(|r| (*r).clone())
    };
    // Policy +0.5 a month from 2020-04 with memory 0.9: 0.5·(1 − 0.9⁹)/0.1 after nine months, times
    // the luck that multiplies the state; the same in the class column.
    let late = find("late", "2020", "inclusive_balance", "all").unwrap();
    assert!((late["effect_mean"].parse::<f64>().unwrap() - 3.06).abs() < 0.6, "{late:?}");
    assert_eq!((&*late["n_pairs"], &*late["prob_positive"], &*late["baseline_id"]), ("5", "1", "reference"));
    assert!(find("late", "2020", "inclusive_balance", "micro").is_some());
    // Nothing before the change; months only for headline indicators.
    assert!(find("late", "2019", "inclusive_balance", "all").is_none());
    assert!(find("late", "2020-03", "inclusive_balance", "all").is_none());
    assert!(find("late", "2020-04", "inclusive_balance", "all").is_some());
    assert!(find("late", "2020-04", "deposits", "all").is_none());
    // A failed run takes its pair with it.
    assert_eq!(find("early", "2020", "jobs", "all").unwrap()["n_pairs"], "4");
    // A scenario that changes nothing has no effect, exactly.
    let same = find("same", "2020", "jobs", "all").unwrap();
    assert_eq!((&*same["effect_mean"], &*same["ci95_high"], &*same["prob_positive"]), ("0", "0", "0.5"));
    let cost = find("late", "2020", "cost_per_additional_yuan", "all").unwrap();
    assert!(cost["effect_mean"].parse::<f64>().unwrap() > 0.0 && !cost["ci95_low"].is_empty());

    // One borrower that owes the world's number: what it owes more is gained, what less is lost.
    let additional = table("additional.csv");
    let of = |scenario: &str, variable: &str| -> Row {
        let hit =
            |r: &&Row| r["scenario_id"] == scenario && r["variable"] == variable && r["group_id"] == "all";
        additional.iter().find(hit).cloned().unwrap()
    };
    let value = |row: &Row| row["mean"].parse::<f64>().unwrap();
    assert!(
        (value(&of("late", "credit_gained")) - 1e4 * late["effect_mean"].parse::<f64>().unwrap()).abs()
            < 300.0
    );
    assert_eq!((value(&of("late", "credit_lost")), value(&of("late", "borrowers_gained"))), (0.0, 0.0));
    assert!(value(&of("early", "credit_net")) < 0.0);
    assert_eq!((&*of("early", "credit_net")["n_pairs"], value(&of("same", "credit_net"))), ("4", 0.0));

    let runs = table("runs.csv");
    assert_eq!(runs.len(), 25);
    let failed: Vec<&Row> = runs.iter().filter(|r| r["status"] == "failed").collect();
    assert_eq!(failed.len(), 1);
    assert_eq!((&*failed[0]["scenario_id"], &*failed[0]["replicate"]), ("early", "3"));
    assert!(failed[0]["reason"].contains("residual of 3 fen"));

    let series = table("timeseries.csv");
    let variables = 17 + 14;
    assert_eq!(series.len(), 24 * 24 * variables);
    let summary = table("summary.csv");
    let reference = summary.iter().filter(|r| r["scenario_id"] == "reference").count();
    let width = crate::metrics::METRICS.len();
    assert_eq!(reference, 24 * width + 2 * (width + 1));
    assert_eq!(table("ledger.csv").len(), 24);
    // Nobody was paid by the tool; who takes a rate is not known.
    let instruments = table("instruments.csv");
    let told = |id: &str| -> Vec<String> {
        let row = instruments.iter().find(|r| r["scenario_id"] == "late" && r["instrument"] == id).unwrap();
        ["eligible", "takers", "credit_supported", "take_up", "paid"].map(|c| row[c].clone()).to_vec()
    };
    assert_eq!(told("inclusive_support_tool"), ["4", "0", "0", "0", "0"]);
    assert_eq!(told("policy_rates"), ["", "", "", "", "0"]);
    // Every row stands for its class and again for all classes.
    let (all, refusals): (Vec<Row>, Vec<Row>) =
        table("refusals.csv").into_iter().partition(|r| r["group_type"] == "all");
    assert_eq!((all.len(), refusals.len()), (5, 5));
    assert_eq!(refusals[0]["diff_count"], "");
    assert!(!refusals[1]["diff_count_ci95_low"].is_empty());
}

#[test]
fn a_run_stops_when_settled_and_says_at_which_level() {
    let plan = plan();
    let easy = execute(&plan, Rule::Settled { targets: vec![Target::growth(1.0)], cap: 1000 }, 2).verdict;
    assert_eq!((easy.replications, easy.looks, easy.settled), (16, 1, Some(true)));
    assert_eq!(easy.alpha, alpha(1));
    // One target is met at the first look, the other never: both must be, and each is told.
    let balance = crate::metrics::metric_index("inclusive_balance").unwrap();
    let targets = vec![Target { metric: balance, half: 1e18 }, Target::growth(1e-9)];
    let finished = execute(&plan, Rule::Settled { targets: targets.clone(), cap: 40 }, 2);
    let hard = finished.verdict;
    assert_eq!((hard.replications, hard.looks, hard.settled), (40, 3, Some(false)));
    assert_eq!(finished.reached.iter().map(|r| r.0).collect::<Vec<_>>(), targets);
    assert!(finished.reached[0].1 <= 1e18 && finished.reached[1].1 > 1e-9);
    let fixed = execute(&plan, Rule::Fixed { replications: 3 }, 1).verdict;
    assert_eq!((fixed.alpha, fixed.settled), (0.05, None));
    // Whatever the rule, the first replications are the same runs.
    let few = execute(&plan, Rule::Fixed { replications: 2 }, 1);
    let many = execute(&plan, Rule::Fixed { replications: 5 }, 2);
    assert_eq!(format!("{:?}", few.replications), format!("{:?}", &many.replications[..2]));
}
