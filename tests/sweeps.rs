//! `puhui sweep`, `merge`, `status`, `rerun`, `reproduce` on real runs: nothing is lost to a kill, a full disk or damage; shards,
//! threads and more replications change no byte; what is stored can be run again. Parts of toys are tested in `experiment/sweep`.
//!
//! `PUHUI_KILLS=50` kills as often as the promise says (a few times otherwise). `PUHUI_PYTHON` names the Python that reads the
//! parts; where it or its readers are missing the test says so and passes.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin;

/// 5 fees × 2 scenarios × 4 replications in blocks of two points: 40 runs, 12 blocks.
const DESIGN: &str = r#"
schema = "puhui/design/1"
kind = "grid"
scenarios = ["baseline", "fund-10x"]
replications = 4
scale = "1/500"
from = "2022-01"
until = "2023-12"
block = 2
indicators = ["inclusive_balance", "npl_ratio", "public_cost", "city_gap"]
[[factor]]
key = "policy.guarantee_chain.fee"
name = "fee"
since = "2023-03"
from = "0.5%"
to = "1.5%"
step = "0.25%"
"#;

fn puhui(line: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin("puhui"));
    command.args(line).args(["--lang", "en"]);
    command
}

fn done(line: &[&str]) -> Output {
    puhui(line).output().unwrap()
}

/// Must end with this code; gives what was said.
fn ends(code: i32, line: &[&str]) -> String {
    let out = done(line);
    let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(code), "{line:?}: {said}");
    said
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Every file of a folder by its name in it.
fn bytes(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fn into(dir: &Path, root: &Path, out: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => into(&path, root, out),
                false => {
                    drop(out.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap()))
                }
            }
        }
    }
    let mut out = BTreeMap::new();
    into(dir, dir, &mut out);
    out
}

/// The same but for `runs.csv`, which is rebuilt.
fn parts(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    bytes(&dir.join("timeseries"))
}

struct Home {
    dir: tempfile::TempDir,
    design: PathBuf,
}

impl Home {
    fn new() -> Home {
        Home::of(DESIGN)
    }
    fn of(design: &str) -> Home {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("fees.toml");
        fs::write(&path, design).unwrap();
        Home { dir, design: path }
    }
    /// With a copy of the undisturbed sweep in it.
    fn with_whole(name: &str) -> Home {
        let home = Home::new();
        for (file, bytes) in bytes(&whole().at("whole")) {
            let path = home.at(name).join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        home
    }
    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
    fn sweep(&self, code: i32, out: &str, more: &[&str]) -> String {
        let out = self.at(out);
        ends(code, &[&["sweep", text(&self.design), "--out", text(&out)], more].concat())
    }
}

/// One undisturbed sweep for all tests that only look.
fn whole() -> &'static Home {
    static WHOLE: OnceLock<Home> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let home = Home::new();
        let said = home.sweep(0, "whole", &["--threads", "2"]);
        assert!(said.contains("40 runs planned = 40 done + 0 failed + 0 missing"), "{said}");
        home
    })
}

fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(|r| r.unwrap()).collect()
}

#[test]
fn threads_shards_and_a_second_look_change_nothing() {
    let home = whole();
    let expected = bytes(&home.at("whole"));
    home.sweep(0, "one", &["--threads", "1"]);
    assert_eq!(bytes(&home.at("one")), expected);
    let said = home.sweep(0, "whole", &[]);
    assert!(said.contains("stands there complete"), "{said}");
    for of in [1, 2, 7] {
        let dirs: Vec<PathBuf> = (0..of).map(|i| home.at(&format!("s{i}-{of}"))).collect();
        for (i, dir) in dirs.iter().enumerate() {
            home.sweep(0, text(dir), &["--shard", &format!("{i}/{of}"), "--quiet"]);
        }
        if of == 2 {
            let said = ends(3, &["status", text(&dirs[0]), "--shards", "2"]);
            assert!(said.contains("shard 0/2: 20 planned = 20 done + 0 failed + 0 missing"), "{said}");
            assert!(said.contains("shard 1/2: 20 planned = 0 done + 0 failed + 20 missing"), "{said}");
            let said = ends(3, &["merge", text(&dirs[1]), "--out", text(&home.at("half"))]);
            assert!(said.contains("20 runs are missing"), "{said}");
        }
        let out = home.at(&format!("merged-{of}"));
        let mut line = vec!["merge"];
        line.extend(dirs.iter().map(|d| text(d)));
        line.extend(["--out", text(&out)]);
        ends(0, &line);
        assert_eq!(bytes(&out), expected, "{of} shards");
        ends(0, &["status", text(&out)]);
    }
    let rows = table(&home.at("whole/runs.csv"));
    assert_eq!(rows.len(), 40);
    assert!(rows.iter().all(|r| r["status"] == "done" && r["record"].len() == 16));
    let numbers: Vec<usize> = rows.iter().map(|r| r["run"].parse().unwrap()).collect();
    assert_eq!(numbers, (0..40).collect::<Vec<_>>());
    // Runs of one replication share their luck: a fee that the baseline has anyway changes nothing there.
    let of = |p: &str, s: &str, r: &str| {
        let wanted = |row: &&BTreeMap<String, String>| {
            row["point"] == p && row["scenario"] == s && row["replication"] == r
        };
        rows.iter().find(wanted).unwrap()["record"].clone()
    };
    assert_ne!(of("0", "baseline", "0"), of("0", "baseline", "1"));
    assert_ne!(of("0", "fund-10x", "0"), of("0", "baseline", "0"));
    assert_ne!(of("0", "fund-10x", "0"), of("4", "fund-10x", "0"));
}

#[cfg(unix)]
#[test]
fn a_killed_sweep_resumed_has_the_bytes_of_an_undisturbed_one() {
    let kills: u32 = std::env::var("PUHUI_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    // For the promise two hundred runs in a hundred blocks; a few kills want no more blocks than their moments can tell apart.
    let replications: u32 = if kills > 5 { 20 } else { 8 };
    let design = DESIGN
        .replace("replications = 4", &format!("replications = {replications}"))
        .replace("block = 2", "block = 1");
    let home = Home::of(&design);
    let begun = Instant::now();
    home.sweep(0, "undisturbed", &["--threads", "2"]);
    let length = begun.elapsed();
    let expected = bytes(&home.at("undisturbed"));
    assert_eq!(expected.keys().filter(|k| k.starts_with("timeseries")).count(), 5 * replications as usize);
    let (mut state, mut killed, mut finished, mut folder) = (7u64, 0, 0, 0);
    let mut seen: BTreeMap<usize, u32> = BTreeMap::new();
    while killed < kills {
        let out = home.at(&format!("killed-{folder}"));
        let mut child =
            puhui(&["sweep", text(&home.design), "--resume", "--threads", "2", "--out", text(&out)])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(length.mul_f64((state >> 11) as f64 / (1u64 << 53) as f64 * 0.5));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            child.wait().unwrap();
            killed += 1;
            let there = fs::read_dir(out.join("timeseries")).map_or(0, Iterator::count);
            *seen.entry(there).or_default() += 1;
            if out.join("plan.json").is_file() {
                // Done, failed and missing sum to the plan whenever one looks.
                let status = done(&["status", text(&out)]);
                let said = String::from_utf8_lossy(&status.stdout).into_owned();
                let line = said.lines().find(|l| l.contains("planned =")).unwrap().to_owned();
                let n: Vec<u32> = line.split(' ').filter_map(|w| w.parse().ok()).collect();
                assert_eq!(
                    (n[0], n[1] + n[2] + n[3], n[2]),
                    (10 * replications, 10 * replications, 0),
                    "{line}"
                );
            }
        } else {
            assert_eq!(bytes(&out), expected);
            finished += 1;
            folder += 1;
        }
    }
    let out = home.at(&format!("killed-{folder}"));
    ends(0, &["sweep", text(&home.design), "--resume", "--out", text(&out)]);
    assert_eq!(bytes(&out), expected);
    finished += 1;
    if kills > 5 {
        let _ = writeln!(
            std::io::stderr(),
            "{killed} kills over {finished} sweeps of {length:?}; parts there when killed: {seen:?}"
        );
    }
}

#[test]
fn damage_is_refused_by_name_and_mended_by_resume() {
    let home = Home::with_whole("x");
    let expected = bytes(&home.at("x"));
    let part = |b: u32| home.at("x").join(format!("timeseries/part-{b:07}.parquet"));
    let good = fs::read(part(1)).unwrap();
    let mut changed = fs::read(part(2)).unwrap();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let middle = good.len() / 2;
    fs::write(part(1), &good[..middle]).unwrap();
    fs::write(part(2), &changed).unwrap();
    fs::write(part(3), &good).unwrap();
    fs::remove_file(part(4)).unwrap();
    // A part of another plan: the same design with another seed.
    let other = Home::of(&format!("seed = 5\n{DESIGN}"));
    other.sweep(0, "y", &["--shard", "5/12"]);
    fs::copy(other.at("y/timeseries/part-0000005.parquet"), part(5)).unwrap();
    let named = [
        "part-0000001.parquet is cut short",
        "part-0000002.parquet was changed",
        "part-0000003.parquet holds block 1",
        "part-0000005.parquet belongs to another plan",
    ];
    let said = ends(1, &["status", text(&home.at("x"))]);
    assert!(named.iter().all(|n| said.contains(n)), "{said}");
    let said = home.sweep(2, "x", &[]);
    assert!(named.iter().all(|n| said.contains(n)) && said.contains("--resume"), "{said}");
    let said = ends(2, &["decide", text(&home.at("x"))]);
    assert!(said.contains("part-0000001.parquet is cut short"), "{said}");
    let said = ends(2, &["merge", text(&home.at("x")), "--out", text(&home.at("m"))]);
    assert!(named.iter().all(|n| said.contains(n)), "{said}");
    let said = home.sweep(0, "x", &["--resume"]);
    assert!(named.iter().all(|n| said.contains(n)) && said.contains("computed anew"), "{said}");
    assert_eq!(bytes(&home.at("x")), expected);
    // What is in no block is not touched, and is in the way.
    let stray = part(77);
    fs::copy(part(0), &stray).unwrap();
    let said = home.sweep(2, "x", &["--resume"]);
    assert!(said.contains("part-0000077.parquet belongs to no block"), "{said}");
    assert!(stray.is_file());
}

#[test]
fn more_replications_keep_the_earlier_ones_and_other_plans_are_refused() {
    let home = Home::new();
    home.sweep(0, "x", &["--replications", "2"]);
    let before = parts(&home.at("x"));
    let said = home.sweep(2, "x", &[]);
    assert!(said.contains("--resume"), "{said}");
    home.sweep(0, "x", &["--resume"]);
    let after = parts(&home.at("x"));
    assert!(before.len() == 6 && before.iter().all(|(name, b)| after[name] == *b));
    assert_eq!(bytes(&home.at("x")), bytes(&whole().at("whole")));
    let said = home.sweep(2, "x", &["--resume", "--replications", "3"]);
    assert!(said.contains("has 4 replications and cannot shrink to 3"), "{said}");
    for (was, is, name) in [
        ("1.5%", "1.75%", "factor fee"),
        ("\"1/500\"", "\"1/400\"", "scale (1/500 → 1/400)"),
        ("block = 2", "block = 3", "block (2 → 3)"),
        ("\"npl_ratio\", ", "", "indicators"),
    ] {
        fs::write(&home.design, DESIGN.replace(was, is)).unwrap();
        let said = home.sweep(2, "x", &["--resume"]);
        assert!(said.contains("belongs to another plan") && said.contains(name), "{name}: {said}");
    }
    // Another program: its parts may hold anything.
    fs::write(&home.design, DESIGN).unwrap();
    let path = home.at("x/plan.json");
    let plan: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let code = plan["code"].as_str().unwrap().to_owned();
    let old = fs::read_to_string(&path).unwrap().replace(&code, "0123456789abcdef");
    fs::write(&path, old).unwrap();
    let said = home.sweep(2, "x", &["--resume"]);
    assert!(said.contains("code (0123456789abcdef → "), "{said}");
    let said = ends(2, &["reproduce", text(&home.at("x"))]);
    assert!(said.contains("code (0123456789abcdef -> "), "{said}");
}

#[test]
fn a_run_that_cannot_be_is_a_row_with_reason_and_inputs() {
    // The least loss may not exceed that of unsecured loans.
    let design = DESIGN.split("[[factor]]").next().unwrap().replace("replications = 4", "replications = 2")
        + "[[factor]]\nkey = \"params.lgd_floor\"\nname = \"floor\"\nvalues = [\"10%\", \"90%\"]\n";
    let home = Home::of(&design);
    let said = home.sweep(3, "x", &[]);
    assert!(said.contains("8 runs planned = 4 done + 4 failed + 0 missing"), "{said}");
    assert!(said.contains("lgd_floor") && said.contains("4 runs failed"), "{said}");
    let rows = table(&home.at("x/runs.csv"));
    let failed: Vec<_> = rows.iter().filter(|r| r["status"] == "failed").collect();
    assert!(
        failed.len() == 4 && failed.iter().all(|r| r["point"] == "1" && r["reason"].contains("lgd_floor"))
    );
    ends(3, &["status", text(&home.at("x"))]);
    // Again: the same, and no less failed.
    home.sweep(3, "x", &[]);
    let run = failed[0]["run"].clone();
    let said = ends(0, &["rerun", text(&home.at("x")), "--run", &run]);
    assert!(said.contains("the same record as stored") && said.contains("lgd_floor"), "{said}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_or_busy_sweep_and_a_full_disk_lose_nothing() {
    let design = DESIGN.replace("replications = 4", "replications = 400").replace("block = 2", "block = 1");
    let home = Home::of(&design);
    let out = home.at("x");
    let child = puhui(&["sweep", text(&home.design), "--out", text(&out)])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while fs::read_dir(out.join("timeseries")).map_or(0, Iterator::count) < 3 {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(20));
    }
    let said = home.sweep(75, "x", &["--resume"]);
    assert!(said.contains("another sweep is at work there"), "{said}");
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(130), "{said}");
    assert!(said.contains("interrupted;") && said.contains("--resume"), "{said}");
    let rows = table(&out.join("runs.csv"));
    let of = |status: &str| rows.iter().filter(|r| r["status"] == status).count();
    assert_eq!((rows.len(), of("done") + of("missing")), (4000, 4000));
    assert!(of("done") >= 6 && of("missing") > 0);
    assert!(
        !rows.is_empty()
            && fs::read_dir(&out).unwrap().all(|e| e.unwrap().path().extension() != Some("tmp".as_ref()))
    );

    // A disk that takes no file of more than a kilobyte: the files that tell what the sweep is are there already.
    let home = Home::new();
    home.sweep(0, "x", &["--shard", "0/6"]);
    let before = parts(&home.at("x"));
    let line = format!(
        "ulimit -f 1; exec {} sweep {} --out {} --resume --lang en",
        text(&cargo_bin("puhui")),
        text(&home.design),
        text(&home.at("x"))
    );
    let ended = Command::new("bash").args(["-c", &line]).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("part-0000") && said.contains("2 finished blocks are kept"), "{said}");
    assert_eq!(parts(&home.at("x")), before);
    home.sweep(0, "x", &["--resume"]);
    assert_eq!(bytes(&home.at("x")), bytes(&whole().at("whole")));
}

/// A real disk of its own that fills up in the middle, in namespaces that need no privileges.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named_and_the_sweep_goes_on_when_there_is_room() {
    let home = Home::new();
    let expected = bytes(&whole().at("whole"));
    let blocks_of = |len: usize| len.div_ceil(4096) * 4;
    let needed: usize = expected.values().map(|b| blocks_of(b.len())).sum();
    let (disk, before, after) = (home.at("disk"), home.at("before"), home.at("after"));
    fs::create_dir(&disk).unwrap();
    let sweep = format!(
        "{} sweep {} --out {}/x --resume --lang en",
        text(&cargo_bin("puhui")),
        text(&home.design),
        text(&disk)
    );
    let script = format!(
        "mount -t tmpfs -o size={size}k none {disk} || exit 77
         {sweep}; full=$?; cp -r {disk}/x {before}
         mount -o remount,size=64m {disk} || exit 77
         {sweep}; room=$?; cp -r {disk}/x {after}; exit $((10 * full + room))",
        size = needed * 7 / 10,
        disk = text(&disk),
        before = text(&before),
        after = text(&after),
    );
    let Ok(out) =
        Command::new("unshare").args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]).output()
    else {
        return notice("no disk to fill: `unshare` cannot be started");
    };
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    if out.status.code() == Some(77) || said.contains("unshare:") {
        return notice(&format!("no disk to fill: {}", said.trim()));
    }
    assert_eq!(out.status.code(), Some(10), "1 when full, 0 with room: {said}");
    assert!(said.contains("part-0000") && said.contains("No space left on device"), "{said}");
    assert!(said.contains("make room") && said.contains("finished blocks are kept"), "{said}");
    let kept = parts(&before);
    assert!(!kept.is_empty() && kept.len() < 12, "{}", kept.len());
    assert!(kept.iter().all(|(name, b)| parts(&whole().at("whole"))[name] == *b), "what is kept is whole");
    assert_eq!(bytes(&after), expected);
}

/// Scenarios that no point moves are simulated once a replication and handed from block to block; their runs alone are the same.
#[test]
fn what_no_point_moves_is_simulated_once_and_is_the_same_run() {
    let moved =
        DESIGN.replace("since =", "scenarios = \"fund-10x\"\nsince =").replace("block = 2", "block = 1");
    let home = Home::of(&moved.replace("replications = 4", "replications = 2"));
    home.sweep(0, "one", &["--threads", "1"]);
    home.sweep(0, "two", &["--threads", "2"]);
    assert_eq!(bytes(&home.at("one")), bytes(&home.at("two")));
    let rows = table(&home.at("one/runs.csv"));
    for run in ["0", "8", "9", "18"] {
        let said = ends(0, &["rerun", text(&home.at("one")), "--run", run]);
        assert!(said.contains("the same record as stored"), "{said}");
    }
    let records = |scenario: &str, r: &str| -> std::collections::BTreeSet<String> {
        let of = |row: &&BTreeMap<String, String>| row["scenario"] == scenario && row["replication"] == r;
        rows.iter().filter(of).map(|row| row["record"].clone()).collect()
    };
    assert_eq!((records("baseline", "0").len(), records("fund-10x", "0").len()), (1, 5));
    assert_ne!(records("baseline", "0"), records("baseline", "1"));
}

#[test]
fn stored_runs_can_be_run_again_and_traced() {
    let home = whole();
    let run = home.at("whole");
    let csv = home.at("trace.csv");
    let said = ends(0, &["rerun", text(&run), "--run", "13", "--trace", text(&csv)]);
    assert!(said.contains("the same record as stored"), "{said}");
    let rows = table(&csv);
    assert!(rows.iter().all(|r| r["month"] == "2022-12" || r["month"] == "2023-12"));
    // The micro-data add up to the indicator: one borrower of 500 stands for 500.
    let number = |r: &BTreeMap<String, String>, c: &str| r[c].parse::<f64>().unwrap_or(0.0);
    let total: f64 = rows
        .iter()
        .filter(|r| r["month"] == "2023-12" && !r["loan"].is_empty())
        .map(|r| number(r, "weight"))
        .sum();
    assert!(total > 1000.0, "{total}");
    assert!(rows.iter().filter(|r| !r["loan"].is_empty()).all(|r| {
        let rate = number(r, "rate");
        (0.0..0.3).contains(&rate) && !r["lender"].is_empty() && !r["product"].is_empty()
    }));
    let parquet = home.at("trace.parquet");
    ends(0, &["rerun", text(&run), "--run", "13", "--trace", text(&parquet), "--every", "month"]);
    assert_eq!(&fs::read(&parquet).unwrap()[..4], b"PAR1");
    let said = ends(2, &["rerun", text(&run), "--run", "40"]);
    assert!(said.contains("there is no run 40; they are numbered from 0 to 39"), "{said}");
    let said = ends(0, &["reproduce", text(&run)]);
    assert!(said.contains("40 runs and 12 files compared") && said.contains("all the same"), "{said}");
    let said = ends(0, &["reproduce", text(&run), "--sample", "3"]);
    assert!(said.contains("3 runs and 0 files compared"), "{said}");
    // A part that is whole and says something else: only running it again can tell.
    use puhui::experiment::sweep::part::{Cells, encode};
    use puhui::experiment::sweep::{stored::stored, survey::read_block};
    let forged = Home::with_whole("x");
    let dir = forged.at("x");
    let (plan, shape) = stored(&dir).unwrap();
    let columns = shape.columns();
    let mut part = read_block(&dir, &plan, 2, &columns).unwrap();
    let at = columns.iter().position(|c| c.name == "npl_ratio").unwrap();
    let Cells::Real(values) = &mut part.cells[at] else { panic!() };
    values[1] += 0.01;
    fs::write(
        dir.join("timeseries/part-0000002.parquet"),
        encode(&part.stamp, &columns, &part.cells).unwrap(),
    )
    .unwrap();
    ends(0, &["status", text(&dir)]);
    let said = ends(3, &["reproduce", text(&dir)]);
    assert!(said.contains("part-0000002.parquet: run ") && said.contains("`npl_ratio`"), "{said}");
}

#[test]
fn comparisons_can_be_run_again_too() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("c");
    let compare = [
        "compare",
        "baseline",
        "fund-10x",
        "--scale",
        "1/500",
        "--replications",
        "2",
        "--until",
        "2023-12",
        "--quiet",
    ];
    ends(0, &[&compare[..], &["--out", text(&dir)]].concat());
    let said = ends(0, &["reproduce", text(&dir)]);
    assert!(said.contains("4 runs and 13 files compared") && said.contains("all the same"), "{said}");
    ends(0, &["reproduce", text(&dir), "--sample", "2"]);
    let said = ends(0, &["rerun", text(&dir), "--run", "3"]);
    assert!(
        said.contains("scenario `fund-10x`, replication 1") && said.contains("the same record"),
        "{said}"
    );
    let runs = fs::read_to_string(dir.join("runs.csv")).unwrap();
    let hash = runs.lines().nth(4).unwrap().rsplit(',').next().unwrap().to_owned();
    fs::write(dir.join("runs.csv"), runs.replace(&hash, "0000000000000000")).unwrap();
    let said = ends(3, &["rerun", text(&dir), "--run", "3"]);
    assert!(said.contains("then 0000000000000000"), "{said}");
    let said = ends(3, &["reproduce", text(&dir)]);
    assert!(said.contains("runs.csv: changed since it was written"), "{said}");
}

#[test]
fn the_parts_open_in_other_peoples_readers() {
    let python = std::env::var("PUHUI_PYTHON").unwrap_or_else(|_| "python3".into());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sweeps.py");
    let dir = whole().at("whole");
    let Ok(out) = Command::new(&python).args([script, text(&dir)]).output() else {
        return skipped(&format!("`{python}` cannot be started"));
    };
    if out.status.code() == Some(77) {
        return skipped(String::from_utf8_lossy(&out.stderr).trim());
    }
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    use puhui::experiment::sweep::{stored::stored, survey::read_block};
    let (plan, shape) = stored(&dir).unwrap();
    let columns = shape.columns();
    let (mut rows, mut sum) = (0, 0.0);
    for block in 0..plan.blocks {
        let part = read_block(&dir, &plan, block, &columns).unwrap();
        rows += part.runs().len();
        sum += part.reals("inclusive_balance").iter().sum::<f64>();
    }
    assert_eq!(rows, 80, "40 runs, two years");
    for line in String::from_utf8(out.stdout).unwrap().lines() {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(&words[1..4], ["80", "40", "0"], "{line}");
        let theirs: f64 = words[4].parse().unwrap();
        assert!((theirs / sum - 1.0).abs() < 1e-12, "{line}, ours {sum}");
    }
}

fn skipped(why: &str) {
    notice(&format!("no other reader of Parquet ({why})"));
}

/// Told past the test harness, which hides what passing tests print.
fn notice(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}
