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
