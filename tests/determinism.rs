//! The same question gives the same bytes, and nobody's luck hangs on anybody else.
//!
//! The golden hash of a small run stands in `tests/data/golden.txt`; after a change that is meant
//! to move results, `PUHUI_BLESS=1 cargo test --test all determinism::` writes the new one.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::common::{SEED, advance, first_difference, inputs, month, record, run, shipped};
use puhui::experiment::plan::{Divergence, Entry, plan};
use puhui::experiment::replicate::{Workers, replicate};
use puhui::experiment::{Plan, Replication, Stop};
use puhui::luck::keys::{fill_bits_plain, fill_normal_plain, fill_unit_plain};
use puhui::luck::{Luck, Stream, fill_bits, fill_normal, fill_unit};
use puhui::model::{Inputs, Simulation};
use puhui::units::Month;
use puhui::world::{Class, Cohort, World, status};

const THIN: u32 = 50;
const FROM: Month = Month::new(2022, 1);
const UNTIL: Month = Month::new(2023, 12);
const IDS: [&str; 6] =
    ["baseline", "support-off", "support-1pct", "relending-plus-50", "fund-10x", "guarantee-fee-05"];

fn compared(ids: &[&str]) -> Plan {
    let entry =
        |id: &&str| Entry { id: (*id).to_owned(), inputs: inputs(&shipped(id), THIN), reference: None };
    plan(ids.iter().map(entry).collect(), SEED, FROM, UNTIL).unwrap()
}

fn replicated(plan: &Plan, range: (u32, u32), threads: usize) -> Vec<Replication> {
    replicate::<Simulation>(plan, range, &Workers::new(threads).unwrap(), &Stop::default(), &|_| (), None)
        .unwrap()
}

#[test]
fn replications_do_not_hang_on_threads_or_on_each_other() {
    let plan = compared(&IDS);
    let four = replicated(&plan, (0, 4), 2);
    assert!(four.iter().all(|r| r.runs.iter().all(Result::is_ok)));
    let words = |r: &[Replication]| r.iter().map(|r| format!("{r:?}")).collect::<Vec<_>>();
    // Fewer, on one thread, or only one of them: the same bytes.
    assert_eq!(words(&four)[..2], words(&replicated(&plan, (0, 2), 1)));
    assert_eq!(words(&four)[3..], words(&replicated(&plan, (3, 4), 1)));
    assert_ne!(four[0].run(0), four[1].run(0), "replications differ");
    // A scenario in a comparison is the scenario run alone.
    for (i, id) in IDS.iter().enumerate() {
        let mut alone = compared(&[id]);
        // As far back as the comparison records.
        alone.grid = plan.grid.clone();
        let alone = replicated(&alone, (0, 1), 1);
        let hash = |r: &Replication, arm: usize| r.run(arm).unwrap().hash.clone();
        assert_eq!(hash(&four[0], i), hash(&alone[0], 0), "{id}");
    }
}

#[test]
fn scenarios_agree_exactly_until_they_differ() {
    let base = inputs(&shipped("baseline"), THIN);
    let trunk = run(&base, 1, UNTIL);
    let own = record(&trunk);
    for id in &IDS[1..] {
        let other = inputs(&shipped(id), THIN);
        let Divergence::At(m) = puhui::experiment::plan::divergence(&base, &other, UNTIL) else {
            panic!("{id} has no first date")
        };
        let alone = record(&run(&other, 1, UNTIL));
        let (at, what) =
            first_difference(&base, &own, &alone).unwrap_or_else(|| panic!("{id} changes nothing"));
        assert!(at >= m, "{id} differs in {at}, before {m}: {what}");
        // Forking on any earlier day gives the same history.
        let mut early = Simulation::begin(&base, SEED, 1);
        advance(&mut early, m.plus(-7));
        let mut fork = early.fork(&other);
        advance(&mut fork, UNTIL);
        let fork = record(&fork);
        assert_eq!(first_difference(&base, &alone, &fork), None, "{id}");
        assert_eq!((&alone.ledger, &alone.refusals), (&fork.ledger, &fork.refusals), "{id}");
        assert_eq!(alone.instruments, fork.instruments, "{id}");
    }
}

#[test]
fn auditing_more_often_changes_nothing() {
    let base = inputs(&shipped("fund-10x"), THIN);
    let often = Inputs { audit_phases: true, ..base.clone() };
    let (a, b) = (record(&run(&base, 0, month(2019, 12))), record(&run(&often, 0, month(2019, 12))));
    assert_eq!(first_difference(&base, &a, &b), None);
    assert_eq!((&a.ledger, &a.refusals), (&b.ledger, &b.refusals));
    assert_eq!((a.instruments, a.audits), (b.instruments, b.audits));
}

/// Slots of live borrowers by id.
fn live(cohort: &Cohort) -> HashMap<u32, usize> {
    (0..cohort.len()).filter(|&i| cohort.is(i, status::LIVE)).map(|i| (cohort.id[i], i)).collect()
}

/// What chance alone gave a borrower, so far.
fn luck_of(c: &Cohort, i: usize) -> ([u32; 10], [u8; 4], Month) {
    let bits = [
        c.sales[i],
        c.details[i].quality,
        c.margin[i],
        c.shock[i],
        c.details[i].loss_unfunded,
        c.details[i].need,
        c.details[i].return_rate,
        c.cushion[i],
        c.details[i].collateral,
        c.wage[i],
    ]
    .map(f32::to_bits);
    (bits, [c.home[i], c.sector[i], c.township[i], c.flags[i]], c.details[i].born)
}

/// Borrowers in both worlds have the same luck; returns how many there are in only one.
fn same_luck(a: &World, b: &World) -> usize {
    let mut alone = 0;
    for class in Class::ALL {
        let (x, y) = (&a.cohorts[class.index()], &b.cohorts[class.index()]);
        let (in_x, in_y) = (live(x), live(y));
        assert!(in_x.len() > 20);
        for (id, &i) in &in_x {
            match in_y.get(id) {
                Some(&j) => assert_eq!(luck_of(x, i), luck_of(y, j), "{} {id} in {}", class.id(), a.month),
                None => alone += 1,
            }
        }
        alone += in_y.keys().filter(|id| !in_x.contains_key(id)).count();
    }
    alone
}

#[test]
fn one_more_farm_changes_nobody_elses_luck() {
    let base = inputs(&shipped("baseline"), THIN);
    let begin = |i: &Inputs| Simulation::begin(i, SEED, 3);
    let mut without = begin(&base);
    // A thinned run keeps one farm in fifty: look for a township in which the next one is kept.
    let mut with = None;
    for town in 0..base.region.townships.len() {
        let mut region = (*base.region).clone();
        region.townships[town].weight_farm +=
            f64::from(THIN) * 0.02 / base.params.population[Class::Farm.index()];
        let sim = begin(&Inputs { region: Arc::new(region), ..base.clone() });
        if sim.world().agents() == without.world().agents() + 1 {
            with = Some(sim);
            break;
        }
    }
    let mut with = with.expect("one more farm somewhere");
    assert_eq!(same_luck(without.world(), with.world()), 1);
    for _ in 0..30 {
        without.step();
        with.step();
        // The economy is one: a few may fail or survive by what the other farm does, no more.
        let (apart, all) = (same_luck(without.world(), with.world()), without.world().agents());
        assert!(apart as u64 <= 1 + all / 500, "{apart} of {all} borrowers live in one world only");
    }
}

#[test]
fn policy_changes_nobodys_luck() {
    let (base, other) = (inputs(&shipped("baseline"), THIN), inputs(&shipped("npl-0"), THIN));
    let mut a = Simulation::begin(&base, SEED, 0);
    advance(&mut a, month(2023, 2));
    let mut b = a.fork(&other);
    for _ in 0..12 {
        a.step();
        b.step();
        let (apart, all) = (same_luck(a.world(), b.world()), a.world().agents());
        assert!(apart as u64 <= all / 50, "{apart} of {all} borrowers live in one world only");
    }
}

#[test]
fn the_avx2_build_of_every_draw_is_the_plain_one() {
    let luck = Luck::new(SEED, 7);
    let ids: Vec<u32> = (0..5003u32).map(|i| i.wrapping_mul(2_654_435_761)).collect();
    let bits = |xs: &[f32]| xs.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    for m in 0..24 {
        let key = luck.key(Stream::Productivity, month(2019, 1).plus(m));
        let (mut a, mut b) = (vec![0u32; ids.len()], vec![1u32; ids.len()]);
        fill_bits(key, &ids, &mut a);
        fill_bits_plain(key, &ids, &mut b);
        assert_eq!(a, b);
        let (mut a, mut b) = (vec![0f32; ids.len()], vec![1f32; ids.len()]);
        fill_unit(key, &ids, &mut a);
        fill_unit_plain(key, &ids, &mut b);
        assert_eq!(bits(&a), bits(&b));
        fill_normal(key, &ids, &mut a);
        fill_normal_plain(key, &ids, &mut b);
        assert_eq!(bits(&a), bits(&b));
    }
}

fn files(dir: &Path, base: &Path, out: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, base, out);
        } else {
            let name = path.strip_prefix(base).unwrap().to_str().unwrap().replace('\\', "/");
            out.insert(name, fs::read(&path).unwrap());
        }
    }
}

/// All files of a comparison but the manifest, which holds times.
fn folder(home: &Path, name: &str, line: &str) -> BTreeMap<String, Vec<u8>> {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_puhui"));
    let line = format!(
        "baseline fund-10x --replications 2 --scale 1/100 --until 2023-12 --quiet --out {name} {line}"
    );
    command.current_dir(home).args(line.split_whitespace()).assert().code(0);
    let mut out = BTreeMap::new();
    files(&home.join(name), &home.join(name), &mut out);
    out.remove("manifest.json").expect("a manifest");
    out
}

#[test]
fn a_results_folder_is_the_same_on_any_threads_and_any_day() {
    let home = tempfile::tempdir().unwrap();
    let one = folder(home.path(), "one", "--threads 1");
    assert!(one.len() > 5);
    assert_eq!(one, folder(home.path(), "two", "--threads 2"));
    assert_eq!(one, folder(home.path(), "again", "--threads 2"));
    assert_ne!(one, folder(home.path(), "other", "--threads 2 --seed 8"), "the seed matters");
}

#[test]
fn the_golden_run_is_what_it_was() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden.txt");
    let sim = run(&inputs(&shipped("fund-10x"), 100), 0, UNTIL);
    let r = record(&sim);
    let mut hash = blake3::Hasher::new();
    // Every not-a-number is the same one.
    for x in &r.series {
        hash.update(&if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() }.to_le_bytes());
    }
    hash.update(format!("{:?}{:?}{:?}", r.ledger, r.refusals, r.instruments).as_bytes());
    let line =
        format!("fund-10x, 1/100, seed {SEED}, {} months: {}\n", r.months(), &hash.finalize().to_hex()[..32]);
    if std::env::var_os("PUHUI_BLESS").is_some() {
        fs::write(&path, &line).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let hint =
        "results changed; if they were meant to, run: PUHUI_BLESS=1 cargo test --test all determinism::";
    assert_eq!(kept, line, "{hint}");
}
