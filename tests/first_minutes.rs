//! What someone new meets in the first ten minutes: slips on the command line and in files, a run that fails.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

use puhui::experiment::parts::Parts;
use puhui::experiment::replicate::Replication;

fn puhui(dir: &Path, line: &[&str], lang: &str) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_puhui"));
    let done = command.current_dir(dir).args(line).args(["--lang", lang]).assert();
    let output = done.get_output();
    let text = [&output.stdout, &output.stderr].map(|t| String::from_utf8_lossy(t).into_owned());
    (output.status.code().unwrap(), text.concat())
}

/// That a command ends as bad input, says these words in Chinese and English, and leaves nothing behind.
#[track_caller]
fn refused(dir: &Path, line: &[&str], zh: &str, en: &str) {
    let before = fs::read_dir(dir).unwrap().count();
    for (lang, word) in [("zh", zh), ("en", en)] {
        let (code, said) = puhui(dir, line, lang);
        assert_eq!(code, 2, "{line:?}: {said}");
        assert!(said.contains(word), "{line:?} lacks `{word}`: {said}");
    }
    assert_eq!(fs::read_dir(dir).unwrap().count(), before, "{line:?}");
}

#[test]
fn slips_on_the_command_line_name_what_was_meant() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    refused(dir, &["chekc", "x"], "是否想写 puhui check", "did you mean `puhui check`");
    refused(dir, &["nowhere"], "puhui explain scenarios", "puhui explain scenarios");
    refused(dir, &["check", ""], "请检查路径；", "check the path;");
    refused(dir, &["compare", "baseline", "baseline"], "给了两次", "given twice");
    refused(dir, &["compare", "--seed", "-1"], "“-1”", "-1");
    refused(dir, &["compare", "--scale", "1/10000000"], "不超过 10000", "at most 10000");
    // What is near a scenario and no command is not taken for a command.
    assert!(!puhui(dir, &["recesion"], "zh").1.contains("不是命令"));
    // A whole screen of names helps nobody.
    assert!(puhui(dir, &["nowhere"], "en").1.len() < 600);
    fs::create_dir(dir.join("empty")).unwrap();
    refused(dir, &["check", "empty"], "含有 .toml 文件的文件夹", "a folder that holds some");
    fs::write(dir.join("担保费 0.5%.toml"), "schema = \"puhui/scenario/1\"\nextends = \"baseline\"\n")
        .unwrap();
    refused(dir, &["check", "担保费 0.5%.toml"], "改名为“担保费-0-5.toml”", "call it `担保费-0-5.toml`");
}

#[test]
fn a_list_left_open_is_one_mistake_and_is_told_in_chinese() {
    let home = tempfile::tempdir().unwrap();
    let head = "schema = \"puhui/scenario/1\"\nextends = \"baseline\"\n[policy.guarantee_chain]\n";
    let after = "source = { doc = \"x\" }\n\n[policy.npl_tolerance]\ntolerence = \"3pp\"\n\n[polciy.x]\n";
    let open = format!("{head}fee = [{{ from = \"2023-03\", value = \"0.8%\" }}\n{after}");
    fs::write(home.path().join("open.toml"), open).unwrap();
    let (code, said) = puhui(home.path(), &["check", "open.toml"], "zh");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("共 1 处错误") && said.contains("open.toml:4:7"), "{said}");
    assert!(said.contains("列表的括号“[”没有对应的“]”"), "{said}");
    fs::write(home.path().join("twice.toml"), format!("{head}fee = \"1%\"\nfee = \"2%\"\n")).unwrap();
    refused(
        home.path(),
        &["check", "twice.toml"],
        "每个键、每张表只写一次",
        "write each key and each table once",
    );
}

#[test]
fn files_that_are_fine_are_told_beside_one_that_is_not() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(puhui(home.path(), &["init", "mine"], "en").0, 0);
    let bad = home.path().join("mine/npl-tolerance.toml");
    fs::write(&bad, fs::read_to_string(&bad).unwrap().replace("tolerance =", "tolerence =")).unwrap();
    let (code, said) = puhui(home.path(), &["check", "mine"], "en");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("did you mean `tolerance`") && said.contains("1 error(s)"), "{said}");
    assert!(said.contains("guarantee-fee.toml: fine") && said.contains("0.8% instead of 1.5%"), "{said}");
    assert!(!said.contains("npl-tolerance.toml: fine"), "{said}");
    // What rests on a broken file is not called fine.
    let base = home.path().join("mine/baseline.toml");
    fs::write(&base, fs::read_to_string(&base).unwrap().replace("[run]", "[rum]") + "\n[rum]\n").unwrap();
    let (code, said) = puhui(home.path(), &["check", "mine"], "en");
    assert!(code == 2 && !said.contains(": fine"), "{said}");
}

#[test]
fn a_table_of_one_scenario_says_which() {
    let home = tempfile::tempdir().unwrap();
    let how = ["--scale", "0.005", "--replications", "2", "--until", "2023-12", "--out", "r"];
    let line = [&["compare", "guarantee-fee-08", "guarantee-fee-05"], &how[..]].concat();
    let (code, said) = puhui(home.path(), &line, "zh");
    assert_eq!(code, 0, "{said}");
    let heading = said.lines().find(|l| l.contains("相比（2 次模拟）")).unwrap();
    let (ours, theirs) = heading.split_once('与').unwrap();
    assert!(ours.contains("0.5%") && theirs.contains("0.8%"), "{heading}");
}

/// A run that failed is told, left out of every pair, and ends with 3; so does showing the results again.
#[test]
fn runs_that_fail_end_with_three_and_cost_only_themselves() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let how = ["--scale", "0.005", "--replications", "3", "--until", "2022-12", "--quiet", "--out", "r"];
    let line = [&["compare", "baseline", "support-off"], &how[..]].concat();
    assert_eq!(puhui(dir, &line, "en").0, 0);
    let effects = |dir: &Path| -> Vec<String> {
        let rows = fs::read_to_string(dir.join("r/effects.csv")).unwrap();
        let mut read = csv::Reader::from_reader(rows.as_bytes());
        let pairs = read.headers().unwrap().iter().position(|h| h == "n_pairs").unwrap();
        read.records().map(|r| r.unwrap()[pairs].to_owned()).collect()
    };
    assert!(effects(dir).iter().all(|n| n == "3"));
    let manifest: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(dir.join("r/manifest.json")).unwrap()).unwrap();
    let hash = manifest["hash"].as_str().unwrap().to_owned();
    fs::remove_dir_all(dir.join("r")).unwrap();

    // Interrupted after a replication in which one run failed: as the program itself would have kept it.
    let parts = Parts::open(dir.join(format!(".r.partial-{}", &hash[..8])).join("parts"), &hash).unwrap();
    let failed = vec![Err("the audit found a fen too much".to_owned()); 2];
    parts.write(&Replication { index: 1, runs: failed, shifts: vec![Vec::new(); 2] }).unwrap();
    for again in ["1 of 3", "shown again"] {
        let (code, said) = puhui(dir, &line, "en");
        assert_eq!(code, 3, "{again}: {said}");
        assert!(said.contains("2 runs failed") || said.contains("2 of its runs failed"), "{again}: {said}");
    }
    assert!(effects(dir).iter().all(|n| n == "2"), "its pair is left out, the others are not");
    let runs = fs::read_to_string(dir.join("r/runs.csv")).unwrap();
    assert_eq!(runs.matches("the audit found a fen too much").count(), 2, "{runs}");
    let page = fs::read_to_string(dir.join("r/report-en.html"));
    assert!(page.is_ok_and(|p| p.contains("failed")), "the report tells it too");

    // Without pairs there is nothing to conclude, and that is said.
    let (code, said) = puhui(dir, &[&line[..], &["--force"]].concat(), "zh");
    assert_eq!(code, 0, "computed anew, nothing fails: {said}");
}

/// A stored run that comes out otherwise ends with 3.
#[test]
fn a_stored_run_that_comes_out_otherwise_ends_with_three() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let how = ["--scale", "0.005", "--replications", "2", "--until", "2019-12", "--quiet", "--out", "r"];
    assert_eq!(puhui(dir, &[&["compare", "baseline", "recession"], &how[..]].concat(), "en").0, 0);
    assert_eq!(puhui(dir, &["reproduce", "r"], "en").0, 0);
    let table = dir.join("r/ledger.csv");
    let text = fs::read_to_string(&table).unwrap();
    fs::write(&table, text.replacen('1', "2", 1)).unwrap();
    let (code, said) = puhui(dir, &["reproduce", "r"], "zh");
    assert!(code == 3 && said.contains("ledger.csv"), "{code}: {said}");
}
