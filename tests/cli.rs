//! The command contract: arguments, exit codes, and that nothing foreign is overwritten.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

fn puhui(dir: &Path, line: &str) -> assert_cmd::assert::Assert {
    let mut command = Command::new(env!("CARGO_BIN_EXE_puhui"));
    command.current_dir(dir).args(line.split_whitespace()).assert()
}

fn out(assert: &assert_cmd::assert::Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

fn err(assert: &assert_cmd::assert::Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

#[test]
fn bad_input_ends_with_two_and_says_what_is_meant() {
    let home = tempfile::tempdir().unwrap();
    for (line, word) in [
        ("baseline support-off --scale 0.3", "1/3"),
        ("baseline support-off --replications 0", "replications"),
        ("baseline support-off --from 2025-01 --until 2024-01 --lang en", "2025-01"),
        ("baseline support-off --from 1990-01 --lang en", "1990-01"),
        ("baseline --lang en", "puhui run"),
        ("baseline nowhere.toml --lang en", "nowhere.toml"),
        ("run baseline --precision 0.2pp --lang en", "puhui compare"),
        ("check nowhere.toml --lang en", "nowhere.toml"),
        ("explain weather", "weather"),
        ("--no-such-option", "no-such-option"),
    ] {
        let done = puhui(home.path(), line).code(2);
        assert!(err(&done).contains(word), "{line}: {}", err(&done));
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "bad input leaves nothing behind");
}

#[test]
fn a_folder_of_somebody_elses_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let mine = home.path().join("mine");
    fs::create_dir(&mine).unwrap();
    fs::write(mine.join("thesis.txt"), "years of work").unwrap();
    for force in ["", "--force"] {
        puhui(home.path(), &format!("baseline support-off --replications 1 --out mine {force}")).code(2);
    }
    assert_eq!(fs::read_to_string(mine.join("thesis.txt")).unwrap(), "years of work");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[test]
fn check_says_what_it_understood() {
    let home = tempfile::tempdir().unwrap();
    let done = puhui(home.path(), "check baseline support-1pct --lang en").code(0);
    assert!(out(&done).contains("changes one thing"), "{}", out(&done));
    let done = puhui(home.path(), "check nowhere.toml --format json --lang en").code(2);
    let list: serde_json::Value = serde_json::from_str(&out(&done)).unwrap();
    assert_eq!(list[0]["severity"], "error");
}

#[test]
fn explain_lists_everything_with_its_fields() {
    let home = tempfile::tempdir().unwrap();
    for (what, fields) in [
        ("schedule", vec!["order", "name", "zh", "en"]),
        ("instruments", vec!["id", "clause", "scope", "settings", "mechanism_zh", "example"]),
        ("indicators", vec!["name", "unit", "zh", "en", "headline", "direction", "yearly"]),
        ("parameters", vec!["key", "unit", "low", "high", "used_by", "values"]),
    ] {
        let done = puhui(home.path(), &format!("explain {what} --format json")).code(0);
        let list: serde_json::Value = serde_json::from_str(&out(&done)).unwrap();
        let list = list.as_array().unwrap();
        assert!(list.len() > 5, "{what}");
        assert!(list.iter().all(|item| fields.iter().all(|f| !item[f].is_null())), "{what}");
        for format in ["text", "md"] {
            assert!(
                !out(&puhui(home.path(), &format!("explain {what} --format {format}")).code(0)).is_empty()
            );
        }
    }
}

#[test]
fn help_and_version_are_no_failure() {
    let home = tempfile::tempdir().unwrap();
    for line in ["--help", "--version", "compare --help", "run --help", "check --help", "explain --help"] {
        assert!(!out(&puhui(home.path(), line).code(0)).is_empty(), "{line}");
    }
}

const SMALL: &str = "--replications 2 --scale 1/100 --until 2022-12 --lang en";

fn files(dir: &Path, base: &Path, out: &mut std::collections::BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, base, out),
            false => {
                let name = path.strip_prefix(base).unwrap().to_str().unwrap().replace('\\', "/");
                out.insert(name, fs::read(&path).unwrap());
            }
        }
    }
}

fn folder(dir: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut out = std::collections::BTreeMap::new();
    files(dir, dir, &mut out);
    out.remove("manifest.json").unwrap();
    out
}

#[test]
fn a_comparison_is_the_same_on_any_number_of_threads_and_is_not_run_twice() {
    let home = tempfile::tempdir().unwrap();
    let line = format!("baseline support-off npl-0 guarantee-fee-05 {SMALL}");
    for threads in [1, 2] {
        puhui(home.path(), &format!("{line} --threads {threads} --out t{threads}")).code(0);
    }
    let one = folder(&home.path().join("t1"));
    assert_eq!(one, folder(&home.path().join("t2")));
    for name in ["effects", "summary", "timeseries", "runs", "instruments", "refusals", "ledger"] {
        assert!(one[&format!("{name}.csv")].len() > 100, "{name}");
    }
    let here = home.path().to_str().unwrap();
    for (name, bytes) in &one {
        assert!(!String::from_utf8_lossy(bytes).contains(here), "{name} names a place on this machine");
    }

    let runs = |name: &str| fs::read_to_string(home.path().join(name).join("runs.csv")).unwrap();
    // A fork is the scenario run alone: same hash of the run's series.
    let mark = |table: &str, id: &str| -> Vec<String> {
        table.lines().filter(|l| l.contains(id)).map(|l| l.split(',').next_back().unwrap().into()).collect()
    };
    for id in ["baseline", "support-off", "npl-0", "guarantee-fee-05"] {
        puhui(home.path(), &format!("run {id} {SMALL} --quiet --out alone-{id}")).code(0);
        let (alone, together) = (mark(&runs(&format!("alone-{id}")), id), mark(&runs("t1"), id));
        assert_eq!(alone, together, "{id}");
        assert_eq!(alone.len(), 2);
    }

    // Without --out: results/<reference>-<hash8>; the second time nothing runs.
    puhui(home.path(), &line).code(0);
    let made = || -> Vec<String> {
        let entries = fs::read_dir(home.path().join("results")).unwrap();
        entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    };
    let first = made();
    assert!(first.len() == 1 && first[0].starts_with("baseline-") && first[0].len() == 9 + 8, "{first:?}");
    let manifest = home.path().join("results").join(&first[0]).join("manifest.json");
    let stamp = fs::read(&manifest).unwrap();
    let again = puhui(home.path(), &line).code(0);
    assert!(err(&again).contains("--force") && out(&again).contains(&first[0]));
    assert_eq!(fs::read(&manifest).unwrap(), stamp);
    puhui(home.path(), &format!("{line} --seed 7 --quiet")).code(0);
    assert_eq!(made().len(), 2);
    // Other results in a place asked for are kept unless told otherwise.
    let taken = format!("{line} --seed 7 --quiet --out t1");
    puhui(home.path(), &taken).code(2);
    puhui(home.path(), &format!("{taken} --force")).code(0);
    assert_ne!(folder(&home.path().join("t1")), one);
}

/// Starts a run and waits until at least `parts` of its replications are kept (0: until it works).
#[cfg(unix)]
fn begun(home: &Path, line: &str, parts: usize) -> std::process::Child {
    let child = std::process::Command::new(env!("CARGO_BIN_EXE_puhui"))
        .current_dir(home)
        .args(line.split_whitespace())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let kept = || match work_folders(home).first() {
        None => None,
        Some(work) => fs::read_dir(work.join("parts"))
            .ok()
            .map(|d| d.flatten().filter(|e| e.path().extension().is_some_and(|e| e == "part")).count()),
    };
    while kept().is_none_or(|n| n < parts) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child
}

#[cfg(unix)]
fn work_folders(home: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(home.join("results")).into_iter().flatten().flatten().map(|e| e.path());
    entries.filter(|p| p.to_string_lossy().contains(".partial-")).collect()
}

#[cfg(unix)]
fn signal(child: &std::process::Child, name: &str) {
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn what_an_interruption_or_a_kill_leaves_is_finished_to_the_same_bytes() {
    let home = tempfile::tempdir().unwrap();
    let line = "baseline support-off --replications 40 --scale 1/100 --until 2022-12 --lang en --threads 2";
    puhui(home.path(), &format!("{line} --quiet --out whole")).code(0);
    let whole = folder(&home.path().join("whole"));

    // Killed outright, at some moment.
    let mut child = begun(home.path(), line, 3);
    signal(&child, "-KILL");
    child.wait().unwrap();
    assert_eq!(work_folders(home.path()).len(), 1);
    // Then interrupted by hand, having gone on.
    let child = begun(home.path(), line, 9);
    signal(&child, "-INT");
    let done = child.wait_with_output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(130), "{said}");
    assert!(said.contains("goes on where it was") && said.contains("the same command goes on"), "{said}");
    // Half a part, as a failing disk leaves it.
    let part = work_folders(home.path())[0].join("parts/0000000.part");
    let bytes = fs::read(&part).unwrap();
    fs::write(&part, &bytes[..bytes.len() / 2]).unwrap();
    // While it is at work, nobody else may be.
    let first = begun(home.path(), line, 10);
    let second = puhui(home.path(), line).code(75);
    assert!(err(&second).contains("at work there"), "{}", err(&second));
    let done = first.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(0));
    let made: Vec<_> =
        fs::read_dir(home.path().join("results")).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(made.len(), 1, "nothing is left over: {made:?}");
    assert_eq!(folder(&made[0]), whole);
}

#[cfg(unix)]
#[test]
fn an_interrupt_before_anything_is_done_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let child = begun(home.path(), "baseline support-off --replications 4 --threads 1 --lang en", 0);
    signal(&child, "-INT");
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(130));
    assert!(String::from_utf8(done.stderr).unwrap().contains("nothing was written"));
    assert_eq!(fs::read_dir(home.path().join("results")).unwrap().count(), 0);
}

#[test]
fn force_replaces_what_the_program_wrote_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let line = format!("baseline support-off {SMALL} --out r");
    puhui(home.path(), &line).code(0);
    // Figures of another language are the program's own too.
    puhui(home.path(), &line.replace("--lang en", "--lang zh")).code(0);
    assert!(home.path().join("r/figures/zh").is_dir() && home.path().join("r/figures/en").is_dir());
    puhui(home.path(), &format!("{line} --force")).code(0);
    let mine = home.path().join("r/figures/thesis.txt");
    fs::write(&mine, "years of work").unwrap();
    let before = folder(&home.path().join("r"));
    let refused = puhui(home.path(), &format!("{line} --force")).code(2);
    assert!(err(&refused).contains("figures/thesis.txt"), "{}", err(&refused));
    assert_eq!(folder(&home.path().join("r")), before);
}

#[cfg(unix)]
#[test]
fn a_disk_that_refuses_is_said_and_nothing_stands_half_written() {
    let home = tempfile::tempdir().unwrap();
    // Files of at most 512 bytes, as if the disk were full.
    let script = format!(
        "trap '' XFSZ; ulimit -f 1; exec {} baseline support-off {SMALL} --quiet",
        env!("CARGO_BIN_EXE_puhui")
    );
    let run = Command::new("sh").current_dir(home.path()).args(["-c", &script]).assert().code(1);
    assert!(err(&run).contains("results/.baseline-") && err(&run).contains("same command"), "{}", err(&run));
    assert_eq!(fs::read_dir(home.path().join("results")).unwrap().count(), 0);
    // A place in which no folder can be made, and a screen that takes nothing.
    fs::write(home.path().join("file"), "x").unwrap();
    let run = puhui(home.path(), &format!("baseline support-off {SMALL} --out file/r")).code(1);
    assert!(err(&run).contains("file"), "{}", err(&run));
    let line = format!("exec {} explain indicators > /dev/full", env!("CARGO_BIN_EXE_puhui"));
    if Path::new("/dev/full").exists() {
        Command::new("sh").current_dir(home.path()).args(["-c", &line]).assert().code(1);
    }
}
