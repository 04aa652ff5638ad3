//! Sweeps of toys: parts, folders, interruption, shards, extension, damage.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::SweepError;
use super::folder::{RUNS, stored_plan};
use super::merge::merge;
use super::part::{Cells, Damage, encode, read};
use super::survey::{Counts, look, rebuild};
use super::*;
use crate::experiment::plan::{Arm, Divergence, Grid, Plan};
use crate::experiment::replicate::Workers;
use crate::experiment::toy::{Toy, ToyInputs, arm, plan as toy_plan};
use crate::experiment::{Progress, Stop};
use crate::units::Month;

const POINTS: u64 = 11;
const ORDER: [u32; 11] = [3, 4, 5, 0, 2, 1, 6, 8, 7, 10, 9];

/// Points differ from 2019-07, the second scenario from 2020-04 on; run (1, 4, plan) fails.
struct Toys {
    months: AtomicU64,
    stop_after: u64,
    stop: Stop,
}

impl Toys {
    fn new(stop_after: u64) -> Toys {
        Toys { months: AtomicU64::new(0), stop_after, stop: Stop::default() }
    }
}

impl Origin for Toys {
    type Engine = Toy;
    fn batch(&self, points: &[u64]) -> Batch<ToyInputs> {
        if self.months.fetch_add(1, Ordering::Relaxed) >= self.stop_after {
            self.stop.ask();
        }
        let (early, late) = (Month::new(2019, 7), Month::new(2020, 4));
        let mut arms = Vec::new();
        for &p in points {
            let base = ToyInputs { policy: vec![(early, p as f64 * 0.1)], fails: None };
            let mut plan = base.clone();
            plan.policy.push((late, 1.0 + p as f64));
            plan.fails = (p == 4).then_some((1, Month::new(2020, 6)));
            let source = arms.len();
            let apart = if source == 0 { Divergence::Never } else { Divergence::At(early) };
            arms.push(Arm { reference: source, ..arm("base", base, apart) });
            arms.push(Arm { reference: source, source, ..arm("plan", plan, Divergence::At(late)) });
        }
        let of = toy_plan();
        let grid = Grid { columns: of.grid.columns[..crate::metrics::METRICS.len()].to_vec(), ..of.grid };
        let all = (0..arms.len()).map(Ok).collect();
        Batch { plan: Plan { arms, grid, credit: false, ..of }, arms: all }
    }
    fn values(&self, point: u64) -> Vec<f64> {
        vec![point as f64 * 0.1]
    }
    fn is_unmoved(&self, _: u64) -> bool {
        false
    }
}

fn shape() -> Shape {
    Shape {
        factors: vec![("fund.cover".into(), "share".into())],
        scenarios: vec!["base".into(), "plan".into()],
        indicators: vec![("inclusive_balance".into(), "yuan".into()), ("npl_ratio".into(), "share".into())],
        monthly: false,
    }
}

fn seed(said: &str) -> Vec<Decides> {
    vec![Decides { name: "seed".into(), hash: said.into(), said: said.into() }]
}

fn plan(replications: u32) -> PlanFile {
    let decides = seed("42");
    PlanFile {
        order: ORDER.to_vec(),
        ..PlanFile::new(("plan-hash".into(), decides), (POINTS, 2, replications), 3)
    }
}

fn files() -> Vec<(String, Vec<u8>)> {
    vec![
        ("design.json".into(), b"{}\n".to_vec()),
        ("scenarios/base.toml".into(), b"base\n".to_vec()),
        ("points.csv".into(), b"point\n".to_vec()),
    ]
}

/// Sweeps what is wanting; asks for a stop once `stop_after` blocks were begun.
fn sweep(
    dir: &Path,
    plan: &PlanFile,
    shard: Shard,
    threads: usize,
    stop_after: u64,
) -> Result<u64, SweepError> {
    let folder = Folder::begin(dir, plan, None, &files())?;
    let (shape, workers, toys) = (shape(), Workers::new(threads).unwrap(), Toys::new(stop_after));
    let columns = shape.columns();
    let wanting = look(dir, &folder.plan, &columns, &workers).wanting(&folder.plan.blocks_of(shard));
    let work = Work { file: &folder.plan, shape: &shape, source: &toys, folder: Some(&folder) };
    let done = work.all(&wanting, &workers, &toys.stop, &Progress::hidden());
    rebuild(dir, &folder.plan, &shape.scenarios, &columns, &workers)?;
    done.map(|()| wanting.len() as u64)
}

fn whole(dir: &Path, plan: &PlanFile) -> u64 {
    sweep(dir, plan, Shard::WHOLE, 2, u64::MAX).unwrap()
}

/// Every file of a folder by name.
fn bytes(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => out.extend(bytes(&path)),
            false => drop(out.insert(path.clone(), fs::read(&path).unwrap())),
        }
    }
    let under = |(path, b): (PathBuf, Vec<u8>)| (path.strip_prefix(dir).unwrap().to_owned(), b);
    let here = dir.to_owned();
    out.into_iter().map(|(p, b)| if p.starts_with(&here) { under((p, b)) } else { (p, b) }).collect()
}

fn counts(dir: &Path) -> Counts {
    let plan = PlanFile { order: ORDER.to_vec(), ..stored_plan(dir).unwrap() };
    look(dir, &plan, &shape().columns(), &Workers::new(1).unwrap()).counts(&plan, Shard::WHOLE)
}

#[test]
fn the_same_bytes_on_any_number_of_threads_and_after_any_interruption() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    let plan = plan(3);
    assert_eq!(plan.blocks, 12);
    whole(&at("two"), &plan);
    sweep(&at("one"), &plan, Shard::WHOLE, 1, u64::MAX).unwrap();
    let expected = bytes(&at("two"));
    assert_eq!(bytes(&at("one")), expected);
    assert_eq!(expected.len(), 12 + 3 + 3, "parts, files, plan.json, runs.csv, lock");
    for stop_after in 0..12 {
        let dir = at(&format!("cut-{stop_after}"));
        let cut = sweep(&dir, &plan, Shard::WHOLE, 2, stop_after);
        assert!(matches!(cut, Err(SweepError::Interrupted { .. })), "{stop_after}");
        let c = counts(&dir);
        assert_eq!((c.done + c.failed + c.missing, c.planned), (66, 66));
        assert!(c.missing > 0);
        let text = fs::read_to_string(dir.join(RUNS)).unwrap();
        assert_eq!(text.matches(",missing,").count() as u64, c.missing);
        let before = bytes(&dir.join("timeseries"));
        let left = whole(&dir, &plan);
        assert_eq!(left, 12 - before.len() as u64, "what was done is not done again");
        assert_eq!(bytes(&dir), expected, "{stop_after}");
        assert_eq!(whole(&dir, &plan), 0);
    }
}

#[test]
fn a_failed_run_is_a_row_with_its_reason_and_inputs() {
    let home = tempfile::tempdir().unwrap();
    let plan = plan(2);
    whole(home.path(), &plan);
    let c = counts(home.path());
    assert_eq!((c.planned, c.done, c.failed, c.missing), (44, 43, 1, 0));
    // Replication 1, point 4, second scenario; point 4 is run second, in the first block of four.
    let run = (POINTS + 1) * 2 + 1;
    assert_eq!(plan.block_of(run), 4);
    let columns = shape().columns();
    let part = survey::read_block(home.path(), &plan, 4, &columns).unwrap();
    let row = part.runs().iter().position(|r| *r as u64 == run).unwrap();
    assert_eq!(part.runs().iter().filter(|r| **r as u64 == run).count(), 1);
    assert_eq!(part.texts("reason")[row].as_deref(), Some("2020-06: residual of 3 fen in fund"));
    assert_eq!((part.ints("year")[row], part.texts("record")[row].as_deref()), (None, None));
    assert!(part.reals("inclusive_balance")[row].is_nan());
    assert_eq!(part.reals("x.fund.cover")[row], 0.4);
    assert_eq!(part.texts("scenario")[row].as_deref(), Some("plan"));
    // Its neighbour has a row for each of both years, and values that are the toy's own.
    let other = part.runs().iter().position(|r| *r as u64 == run - 1).unwrap();
    assert_eq!(&part.ints("year")[other..other + 2], [Some(2019), Some(2020)]);
    assert!(part.reals("npl_ratio")[other..other + 2].iter().all(|v| v.is_finite()));
    let runs = fs::read_to_string(home.path().join(RUNS)).unwrap();
    assert!(
        runs.contains(&format!("{run},4,4,plan,1,failed,2020-06: residual of 3 fen in fund,\n")),
        "{runs}"
    );
    assert_eq!(runs.lines().count(), 45);
    let survey = look(home.path(), &plan, &columns, &Workers::new(1).unwrap());
    assert!(survey.is_complete() && survey.first_failure.is_some());
}

#[test]
fn shards_merged_are_one_sweep() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: String| home.path().join(name);
    let plan = plan(3);
    whole(&at("whole".into()), &plan);
    let columns = shape().columns();
    let workers = Workers::new(1).unwrap();
    for of in [1, 2, 7] {
        let dirs: Vec<PathBuf> = (0..of).map(|i| at(format!("shard-{i}-{of}"))).collect();
        for (index, dir) in (0..).zip(&dirs) {
            sweep(dir, &plan, Shard { index, of }, 1, u64::MAX).unwrap();
        }
        let out = at(format!("merged-{of}"));
        let folder = merge(&dirs, &out, &columns, &ORDER).unwrap();
        rebuild(&out, &folder.plan, &shape().scenarios, &columns, &workers).unwrap();
        drop(folder);
        assert_eq!(bytes(&out), bytes(&at("whole".into())), "{of}");
        // Once more, into what stands there: nothing changes.
        drop(merge(&dirs, &out, &columns, &ORDER).unwrap());
        rebuild(&out, &plan, &shape().scenarios, &columns, &workers).unwrap();
        assert_eq!(bytes(&out), bytes(&at("whole".into())), "{of}");
    }
    // Two parts of one block that say different things: neither is taken for the truth.
    let (one, other) = (at("shard-0-2".into()), at("shard-0-7".into()));
    let path = other.join("timeseries/part-0000000.parquet");
    let part = survey::read_block(&other, &plan, 0, &columns).unwrap();
    let mut cells = part.cells.clone();
    let Some(Cells::Real(values)) = cells.last_mut() else { panic!() };
    values[0] += 1.0;
    fs::write(&path, encode(&part.stamp, &columns, &cells).unwrap()).unwrap();
    let both = [one.clone(), other];
    assert!(matches!(merge(&both, &at("x".into()), &columns, &ORDER), Err(SweepError::Contradiction { .. })));
    // Another plan.
    let strange = at("strange".into());
    let of_seed = PlanFile { decides: seed("43"), hash: "b".into(), ..plan };
    whole(&strange, &of_seed);
    match merge(&[one, strange], &at("y".into()), &columns, &ORDER) {
        Err(SweepError::Differs { names, .. }) => assert_eq!(names, ["seed (42 → 43)"]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn more_replications_keep_the_earlier_bytes() {
    let home = tempfile::tempdir().unwrap();
    let (grown, straight) = (home.path().join("grown"), home.path().join("straight"));
    whole(&grown, &plan(2));
    let before = bytes(&grown.join("timeseries"));
    assert_eq!(whole(&grown, &plan(5)), 12);
    let after = bytes(&grown.join("timeseries"));
    assert!(before.iter().all(|(name, b)| after[name] == *b));
    whole(&straight, &plan(5));
    assert_eq!(bytes(&grown), bytes(&straight));
    // What is stored is not thrown away: fewer is refused where it was said, and else nothing shrinks.
    match Folder::begin(&grown, &plan(3), Some(3), &files()) {
        Err(SweepError::Fewer { stored: 5, asked: 3, .. }) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(Folder::begin(&grown, &plan(3), None, &files()).unwrap().plan.replications, 5);
    let other = PlanFile { code: "other".into(), ..plan(5) };
    match Folder::begin(&grown, &other, None, &files()) {
        Err(SweepError::Differs { names, .. }) => assert_eq!(names, [format!("code ({CODE} → other)")]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn folders_of_others_are_left_alone_and_one_works_at_a_time() {
    let home = tempfile::tempdir().unwrap();
    let own = home.path().join("own");
    fs::create_dir(&own).unwrap();
    fs::write(own.join("thesis.txt"), "mine").unwrap();
    assert!(matches!(Folder::begin(&own, &plan(1), None, &files()), Err(SweepError::Foreign(_))));
    assert_eq!(bytes(&own).len(), 1);
    let file = own.join("thesis.txt");
    assert!(matches!(Folder::begin(&file, &plan(1), None, &files()), Err(SweepError::NoFolder(_))));
    let dir = home.path().join("sweep");
    let held = Folder::begin(&dir, &plan(1), None, &files()).unwrap();
    assert!(matches!(Folder::begin(&dir, &plan(1), None, &files()), Err(SweepError::Busy(_))));
    drop(held);
    // Killed before `plan.json` was there, and with a file half-written.
    fs::remove_file(dir.join("plan.json")).unwrap();
    fs::write(dir.join("plan.json.tmp"), "{").unwrap();
    fs::write(dir.join("timeseries/part-0000001.parquet.tmp"), "PAR1").unwrap();
    whole(&dir, &plan(1));
    let fresh = home.path().join("fresh");
    whole(&fresh, &plan(1));
    assert_eq!(bytes(&dir), bytes(&fresh));
}

/// A part of the toys, in a folder of its own.
fn part(dir: &Path) -> (PathBuf, PlanFile) {
    let plan = plan(2);
    whole(dir, &plan);
    (super::folder::part_path(dir, 5), plan)
}

#[test]
fn damage_is_told_apart_and_computed_anew() {
    let home = tempfile::tempdir().unwrap();
    let (path, plan) = part(home.path());
    let expected = bytes(home.path());
    let good = fs::read(&path).unwrap();
    let columns = shape().columns();
    let found = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        read(&path, &plan.stamp(5), &columns).map(|_| ()).unwrap_err()
    };
    let part = { read(&path, &plan.stamp(5), &columns).unwrap() };
    for length in [0, 3, 5, 100, good.len() - 1, good.len() - 9] {
        assert_eq!(found(&good[..length]), Damage::Truncated, "{length}");
    }
    let mut zeros = good.clone();
    zeros[good.len() / 2..].fill(0);
    assert!(matches!(found(&zeros), Damage::Torn(_)));
    let mut cut = good[..good.len() / 3].to_vec();
    cut.extend_from_slice(&good[good.len() - 8..]);
    assert!(matches!(found(&cut), Damage::Torn(_)), "{:?}", found(&cut));
    assert_eq!(found(b"run,point\n0,0\n1,1\n"), Damage::NoParquet);
    let as_stamp = |stamp: part::Stamp| encode(&stamp, &columns, &part.cells).unwrap();
    let foreign = part::Stamp { plan: "another".into(), ..part.stamp.clone() };
    assert_eq!(found(&as_stamp(foreign)), Damage::ForeignPlan("another".into()));
    let old = part::Stamp { version: "0.0.9".into(), ..part.stamp.clone() };
    assert!(matches!(found(&as_stamp(old)), Damage::ForeignProgram { version, .. } if version == "0.0.9"));
    let wrong = fs::read(super::folder::part_path(home.path(), 6)).unwrap();
    assert_eq!(found(&wrong), Damage::WrongBlock(6));
    // Rows of another run under the right name and a right seal.
    let mut cells = part.cells.clone();
    let Cells::Long(runs) = &mut cells[0] else { panic!() };
    *runs.last_mut().unwrap() += 1;
    fs::write(&path, encode(&part.stamp, &columns, &cells).unwrap()).unwrap();
    assert_eq!(survey::read_block(home.path(), &plan, 5, &columns).unwrap_err(), Damage::Changed);
    // No byte may change unnoticed.
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x11;
        fs::write(&path, &bad).unwrap();
        assert!(read(&path, &plan.stamp(5), &columns).is_err(), "byte {at} of {}", good.len());
    }
    // Refused by name, computed anew, and the others not touched.
    let workers = Workers::new(1).unwrap();
    let survey = look(home.path(), &plan, &columns, &workers);
    assert_eq!((survey.damaged.len(), survey.whole()), (1, 7));
    assert_eq!(survey.damaged[0].path, path);
    assert_eq!(survey.counts(&plan, Shard::WHOLE).missing, 6);
    assert_eq!(whole(home.path(), &plan), 1);
    assert_eq!(bytes(home.path()), expected);
    // What is in no block is named and not touched.
    fs::copy(&path, home.path().join("timeseries/part-0000099.parquet")).unwrap();
    let survey = look(home.path(), &plan, &columns, &workers);
    assert!(!survey.is_complete());
    assert_eq!(survey.strays[0].damage, Damage::Stray);
}
