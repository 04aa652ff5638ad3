//! `puhui plan`: what it tells of a design, what it refuses, and that it leaves nothing behind. The designs that are shipped,
//! and the one `puhui init` writes, are what they say.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use puhui::experiment::sweep::{Design, Kind, Plan};
use puhui::scenario::Options;
use puhui::units::Lang;

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

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

const SMALL: &str = r#"
schema = "puhui/design/1"
title = { zh = "小设计", en = "A small design" }
kind = "grid"
scenarios = ["baseline", "plan"]
replications = 3
scale = "1/200"
from = "2019-01"
until = "2023-12"
[[factor]]
key = "policy.guarantee_chain.fee"
name = "fee"
since = "2023-03"
scenarios = "plan"
from = "0.5%"
to = "2%"
step = "0.1%"
[[factor]]
key = "params.pass_through"
values = ["55%", "75%"]
"#;

#[test]
fn a_plan_tells_runs_blocks_time_memory_and_disk_and_writes_nothing() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("small.toml"), SMALL).unwrap();
    let told = out(&puhui(home.path(), "plan small.toml --lang en --threads 3").code(0));
    for word in [
        "A small design (small)",
        "32 points × 2 scenarios × 3 replications = 192",
        "0.5% to 2%, 16 values",
        "55%, 75%",
        "2023-03",
        "grid: every combination",
        " of 96 months in",
        "`baseline` at point 0",
        "on 3 threads",
        "puhui sweep small.toml",
    ] {
        assert!(told.contains(word), "{word}: {told}");
    }
    let told = out(&puhui(home.path(), "plan small.toml --lang zh").code(0));
    for word in ["小设计", "32 个点 × 2 个方案 × 3 次重复 = 192 次", "担保", "网格", "个月，用时", "磁盘"]
    {
        assert!(told.contains(word), "{word}: {told}");
    }
    // The command to begin with can be copied from where one stands.
    fs::create_dir(home.path().join("designs")).unwrap();
    fs::write(home.path().join("designs/small.toml"), SMALL).unwrap();
    let told = out(&puhui(home.path(), "plan designs/small.toml --lang en").code(0));
    assert!(
        told.contains(&format!("puhui sweep {}", Path::new("designs").join("small.toml").display())),
        "{told}"
    );
    // An end that no run reaches is refused as it is for a comparison.
    fs::write(home.path().join("late.toml"), SMALL.replace("2023-12", "2150-01")).unwrap();
    for command in ["plan", "sweep"] {
        let said = err(&puhui(home.path(), &format!("{command} late.toml --lang en")).code(2));
        assert!(said.contains("2150-01 is after the last that can be simulated"), "{said}");
    }
    fs::remove_dir_all(home.path().join("designs")).unwrap();
    fs::remove_file(home.path().join("late.toml")).unwrap();
    // Beyond the inputs is allowed, and said.
    let late = SMALL.replace("until = \"2023-12\"", "until = \"2031-12\"");
    for (text, zh, en) in [(SMALL, "", ""), (&late, "2027-12", "2031-12")] {
        fs::write(home.path().join("late.toml"), text).unwrap();
        for (lang, words) in [("zh", "这是假设"), ("en", "an assumption")] {
            let said = err(&puhui(home.path(), &format!("plan late.toml --lang {lang}")).code(0));
            assert_eq!(said.contains(words), !zh.is_empty(), "{said}");
            assert!(said.contains(zh) && said.contains(en), "{said}");
        }
    }
    fs::remove_file(home.path().join("late.toml")).unwrap();
    let json = out(&puhui(home.path(), "plan small.toml --format json --replications 5 --threads 1").code(0));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let count = |key: &str| json["plan"][key].as_u64().unwrap();
    assert_eq!((count("points"), count("scenarios"), count("replications"), count("runs")), (32, 2, 5, 320));
    assert_eq!(count("blocks"), count("points").div_ceil(count("block")) * 5);
    let estimate = |key: &str| json["estimate"][key].as_f64().unwrap();
    // Sixteen fees of the plan share their history up to the month in which the fee is set.
    let months = estimate("months") / 5.0;
    assert!(months < 64.0 * 96.0 && months > 2.0 * 96.0, "{months}");
    assert!(estimate("core_seconds") > 0.0 && estimate("seconds") == estimate("core_seconds"));
    // Eight bytes a value at least.
    let indicators = json["design"]["indicators"].as_array().unwrap().len() as f64;
    assert!(estimate("disk_bytes") > 320.0 * 5.0 * indicators * 8.0);
    assert_eq!(json["design"]["factors"][0]["values"][15], 0.02);
    let there: Vec<_> = fs::read_dir(home.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(there, ["small.toml"]);
}

#[test]
fn a_bad_design_is_refused_with_every_mistake_and_exit_2() {
    let home = tempfile::tempdir().unwrap();
    let bad = SMALL
        .replace("guarantee_chain.fee", "guarantee_chain.fees")
        .replace("values = [\"55%\"", "values = [\"155%\"")
        .replace("replications = 3", "replications = 0");
    fs::write(home.path().join("bad.toml"), bad).unwrap();
    let said = err(&puhui(home.path(), "plan bad.toml --lang en").code(2));
    for word in [
        "bad.toml:6:16",
        "bad.toml:11:7",
        "did you mean `policy.guarantee_chain.fee`",
        "bad.toml:20:11",
        "allowed: 0% to 100%",
        "3 error(s)",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let said = err(&puhui(home.path(), "plan bad.toml --lang zh").code(2));
    assert!(said.contains("是否想写“policy.guarantee_chain.fee”") && said.contains("3 处错误"), "{said}");
    let list = out(&puhui(home.path(), "plan bad.toml --lang en --format json").code(2));
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 3);
    // Nothing at all is told what a design needs, not what a scenario does.
    fs::write(home.path().join("empty.toml"), "\n").unwrap();
    for (lang, word) in [("zh", "文件是空的"), ("en", "the file is empty")] {
        let said = err(&puhui(home.path(), &format!("plan empty.toml --lang {lang}")).code(2));
        assert!(said.contains(word) && said.contains("[[factor]]") && !said.contains("scenario/1"), "{said}");
    }
    // Other than a design: no file, a scenario, GBK; with BOM and CRLF it is one.
    assert!(err(&puhui(home.path(), "plan none.toml --lang en").code(2)).contains("levers"));
    fs::write(home.path().join("s.toml"), "schema = \"puhui/scenario/1\"\nextends = \"baseline\"\n").unwrap();
    assert!(err(&puhui(home.path(), "plan s.toml --lang en").code(2)).contains("puhui/design/1"));
    fs::write(home.path().join("small.toml"), SMALL).unwrap();
    assert!(err(&puhui(home.path(), "check small.toml --lang en").code(2)).contains("puhui plan"));
    fs::write(home.path().join("gbk.toml"), b"schema = \"puhui/design/1\"\ntitle = \"\xd3\xc0\xb4\xa8\"\n")
        .unwrap();
    assert!(err(&puhui(home.path(), "plan gbk.toml --lang en").code(2)).contains("GBK"));
    let marked = format!("\u{FEFF}{}", SMALL.replace('\n', "\r\n"));
    fs::write(home.path().join("bom.toml"), marked).unwrap();
    puhui(home.path(), "plan bom.toml --lang en").code(0);
    // More runs than allowed by the command line alone.
    let said = err(&puhui(home.path(), "plan small.toml --replications 999999 --lang en").code(2));
    assert!(said.contains("replications = 15625 or less"), "{said}");
    assert!(!home.path().join("results").exists());
}

#[test]
fn shipped_designs_are_what_they_say() {
    let library = puhui::scenario::Shelf::Folder(root().join("scenarios"));
    let options = Options { library, ..Options::default() };
    for (name, kind, points, runs) in [
        ("levers", Kind::Grid, 4 * 3 * 3, 4 * 3 * 3 * 2 * 8),
        ("assumptions", Kind::Morris, 20 * 15, 20 * 15 * 2 * 2),
        ("interplay", Kind::Sobol, 256 * 8, 256 * 8 * 2 * 2),
    ] {
        let path = root().join("scenarios/designs").join(format!("{name}.toml"));
        let design = Design::read(&path, &options).unwrap_or_else(|e| panic!("{e}"));
        assert!(design.warnings.is_empty(), "{}", design.warnings);
        assert!(!design.title.zh.is_empty() && design.title.zh != design.title.en);
        assert_eq!((design.kind, design.points.len()), (kind, points), "{name}");
        assert_eq!(Plan::new(std::sync::Arc::new(design), None).runs(), runs, "{name}");
    }
    // By id, from anywhere; what is near is said.
    let home = tempfile::tempdir().unwrap();
    let told = out(&puhui(home.path(), "plan levers --lang en --threads 2").code(0));
    assert!(told.contains("36 points × 2 scenarios × 8 replications = 576"), "{told}");
    assert!(err(&puhui(home.path(), "plan lever --lang en").code(2)).contains("did you mean `levers`"));
    let listed = fs::read_dir(root().join("scenarios/designs")).unwrap().count();
    assert_eq!(listed, 3, "each shipped design is checked above");
}

#[test]
fn the_design_of_a_new_folder_can_be_planned() {
    for lang in ["zh", "en"] {
        let home = tempfile::tempdir().unwrap();
        puhui(home.path(), &format!("init mine --lang {lang}")).code(0);
        let done = puhui(home.path(), &format!("plan mine/designs/guarantee-fee.toml --lang {lang}")).code(0);
        assert!(err(&done).is_empty(), "{}", err(&done));
        assert!(out(&done).contains("4 ") && out(&done).contains("0.5%"), "{}", out(&done));
    }
}

#[test]
fn a_table_may_be_a_sheet() {
    let dir = tempfile::tempdir().unwrap();
    fs::copy(root().join("tests/data/points.xlsx"), dir.path().join("points.xlsx")).unwrap();
    let read = |lines: &str| {
        let path = dir.path().join("d.toml");
        let text = format!("schema = \"puhui/design/1\"\nkind = \"table\"\ntable = \"points.xlsx\"\n{lines}");
        fs::write(&path, text).unwrap();
        Design::read(&path, &Options::default())
    };
    let design = read("").unwrap_or_else(|e| panic!("{e}"));
    let rows: Vec<&[f64]> = (0..3).map(|p| design.points.values(p)).collect();
    assert_eq!(rows, [[0.005, 3.0], [0.0125, 4.0], [0.015, 2.0]]);
    // A mistake stands where the sheet has it: fourth row.
    let list = read("sheet = \"wrong\"\n").unwrap_err().list(Lang::En);
    assert_eq!((list[0].code, list[0].line), ("out-of-range", 4), "{list:?}");
    assert!(list[0].file.contains("points.xlsx [wrong]"), "{}", list[0].file);
    let list = read("sheet = \"Sheet1\"\n").unwrap_err().list(Lang::En);
    assert!(list[0].code == "no-sheet" && list[0].help.contains("点表"), "{list:?}");
}

/// From the sheet to stored runs and back, by the command line alone.
#[test]
fn a_sheet_is_planned_swept_and_reproduced() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    fs::copy(root().join("tests/data/points.xlsx"), dir.join("points.xlsx")).unwrap();
    let text = "schema = \"puhui/design/1\"\nkind = \"table\"\ntable = \"points.xlsx\"\nreplications = 2\n\
                scale = \"1/200\"\nfrom = \"2019-01\"\nuntil = \"2019-12\"\n";
    fs::write(dir.join("d.toml"), text).unwrap();
    let told = out(&puhui(dir, "plan d.toml --lang en --format json").code(0));
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((told["plan"]["points"].as_u64(), told["plan"]["runs"].as_u64()), (Some(3), Some(6)));
    puhui(dir, "sweep d.toml --out x --quiet").code(0);
    let rows = |name: &str| -> Vec<Vec<String>> {
        let mut read = csv::Reader::from_path(dir.join("x").join(name)).unwrap();
        let head: Vec<String> = read.headers().unwrap().iter().map(str::to_owned).collect();
        let keep = |n: usize| head[n].starts_with("x.") || head[n] == "status";
        let row = |r: csv::StringRecord| (0..r.len()).filter(|n| keep(*n)).map(|n| r[n].to_owned()).collect();
        read.records().map(|r| row(r.unwrap())).collect()
    };
    assert_eq!(rows("points.csv"), [["0.005", "3"], ["0.0125", "4"], ["0.015", "2"]]);
    let runs = rows("runs.csv");
    assert!(runs.len() == 6 && runs.iter().all(|r| r.contains(&"done".to_owned())), "{runs:?}");
    // The sheet is kept with the runs: they can be made again without the one they came from.
    fs::remove_file(dir.join("points.xlsx")).unwrap();
    assert!(out(&puhui(dir, "reproduce x --lang en").code(0)).contains("all the same"));
    // What is no sheet is said to be none.
    for (bytes, name, word) in [
        (&b"PK not a sheet"[..], "points.xlsx", "cannot be read"),
        (b" \n", "empty.csv", "there is nothing in it"),
    ] {
        fs::write(dir.join(name), bytes).unwrap();
        fs::write(dir.join("e.toml"), text.replace("points.xlsx", name)).unwrap();
        let said = err(&puhui(dir, "sweep e.toml --lang en").code(2));
        assert!(said.contains(word) && !said.contains("puhui/scenario/1"), "{said}");
    }
    assert!(!dir.join("results").exists());
}

#[test]
fn a_sweeps_folder_tells_its_plan_again() {
    let home = tempfile::tempdir().unwrap();
    let run = home.path().join("run");
    fs::create_dir_all(run.join("scenarios")).unwrap();
    fs::write(
        home.path().join("own.toml"),
        "schema = \"puhui/scenario/1\"\nextends = \"plan\"\nreference = \"npl-0\"\n",
    )
    .unwrap();
    fs::write(
        home.path().join("d.toml"),
        SMALL.replace("\"plan\"]", "\"own\"]").replace("scenarios = \"plan\"", "scenarios = \"own\""),
    )
    .unwrap();
    let design =
        Design::read(&home.path().join("d.toml"), &Options::default()).unwrap_or_else(|e| panic!("{e}"));
    let ids: Vec<&str> = design.scenarios.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["baseline", "own", "npl-0"], "a reference comes along");
    fs::write(run.join("design.toml"), &design.sources[0].bytes).unwrap();
    fs::write(run.join("design.json"), design.json()).unwrap();
    for s in &design.scenarios {
        fs::write(run.join(format!("scenarios/{}.toml", s.id)), s.resolved_toml()).unwrap();
    }
    let plan = Plan::new(std::sync::Arc::new(design), None);
    // Whatever becomes of the files it was made of.
    fs::remove_file(home.path().join("own.toml")).unwrap();
    let again = Design::stored(&run, &Options::default()).unwrap_or_else(|e| panic!("{e}"));
    let again = Plan::new(std::sync::Arc::new(again), None);
    assert!(again.file.differences(&plan.file).is_empty());
    assert_eq!((&again.hash, again.runs()), (&plan.hash, plan.runs()));
}

#[test]
fn the_schema_takes_every_shipped_design_and_no_misspelt_key() {
    let home = tempfile::tempdir().unwrap();
    let text = out(&puhui(home.path(), "schema design").code(0));
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let read = |text: &str| serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap();
    let mut files: Vec<PathBuf> =
        fs::read_dir(root().join("scenarios/designs")).unwrap().map(|e| e.unwrap().path()).collect();
    files.extend(["zh", "en"].map(|l| root().join(format!("assets/starter/{l}/designs/guarantee-fee.toml"))));
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let errors: Vec<String> = validator.iter_errors(&read(&text)).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", file.display());
        for (right, wrong) in
            [("kind", "kinds"), ("key = \"", "key = \"x."), ("replications = ", "replications = -")]
        {
            assert!(!validator.is_valid(&read(&text.replacen(right, wrong, 1))), "{wrong}");
        }
    }
}
