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
fn a_scenario_given_alone_is_compared_with_the_reference_it_names() {
    let home = tempfile::tempdir().unwrap();
    puhui(home.path(), "fund-limit --scale 0.005 --replications 1 --until 2019-12 --quiet --out r").success();
    let effects = fs::read_to_string(home.path().join("r/effects.csv")).unwrap();
    let first = effects.lines().nth(1).unwrap();
    assert!(first.starts_with("fund-limit,recession,"), "{first}");
}

/// Further than the inputs reach is allowed and told, but not to scripts.
#[test]
fn what_lies_beyond_the_inputs_is_said_to_be_assumed() {
    let home = tempfile::tempdir().unwrap();
    let line = "run baseline --scale 1/200 --replications 1";
    for (more, zh, en) in [
        ("--until 2028-02 --out a", "只到 2027-12：此后至 2028-02", "up to 2027-12: from there to 2028-02"),
        ("--until 2028-02 --quiet --out b", "", ""),
        ("--until 2019-12 --out c", "", ""),
    ] {
        for (lang, words, told) in [("zh", zh, "这是假设"), ("en", en, "an assumption")] {
            let done = puhui(home.path(), &format!("{line} {more} --lang {lang}")).code(0);
            assert!(err(&done).contains(words), "{}", err(&done));
            assert_eq!(err(&done).contains(told), !words.is_empty(), "{more}: {}", err(&done));
        }
    }
}

#[test]
fn a_package_is_shared_among_its_instruments() {
    let home = tempfile::tempdir().unwrap();
    let how = "--scale 0.01 --replications 2 --from 2023-01 --until 2023-12 --lang en";
    let told = "guarantee_chain+guarantee_fee_subsidy,risk_compensation_fund";
    let done = puhui(home.path(), &format!("attribute plan --instruments {told} {how} --out r"));
    assert!(out(&done.success()).contains("whole package"));
    let mut sums = std::collections::BTreeMap::new();
    let table = fs::read_to_string(home.path().join("r/attribution.csv")).unwrap();
    for row in csv::Reader::from_reader(table.as_bytes()).records() {
        let row = row.unwrap();
        let Ok(share) = row[4].parse::<f64>() else { continue };
        let (parts, whole, players): &mut (f64, f64, u32) = sums.entry(row[0].to_owned()).or_default();
        if &row[2] == "package" {
            *whole = share;
        } else {
            *parts += share;
            *players += 1;
        }
    }
    let moved = sums.values().filter(|(_, whole, _)| *whole != 0.0).count();
    assert!(moved > 5, "the package moves few outcomes: {sums:?}");
    for (variable, (parts, whole, players)) in &sums {
        let size = parts.abs().max(whole.abs()).max(1e-9);
        assert!((parts - whole).abs() < 1e-6 * size, "{variable}: {parts} is not {whole}");
        assert_eq!(*players, 3, "two told apart and the rest");
    }
    // What stands there is shown again, and drawn anew in the other language.
    puhui(home.path(), &format!("attribute plan --instruments {told} {how} --out r --quiet")).success();
    assert!(out(&puhui(home.path(), "report r --lang zh").success()).contains("整体"));
    for (line, word) in [
        ("attribute baseline", "nothing to attribute"),
        ("attribute plan --instruments guarante_chain", "did you mean `guarantee_chain`"),
        ("attribute plan --instruments guarantee_chain,guarantee_chain", "twice"),
    ] {
        let done = puhui(home.path(), &format!("{line} --lang en")).code(2);
        assert!(err(&done).contains(word), "{line}: {}", err(&done));
    }
}

#[test]
fn bad_input_ends_with_two_and_says_what_is_meant() {
    let home = tempfile::tempdir().unwrap();
    for (line, word) in [
        ("baseline support-off --scale 0.3", "1/3"),
        ("baseline support-off --replications 0", "replications"),
        ("baseline support-off --from 2025-01 --until 2024-01 --lang en", "2025-01"),
        ("baseline support-off --from 1990-01 --lang en", "1990-01"),
        ("baseline support-off --until 2150-01 --lang en", "2119-01"),
        ("baseline support-off --replications 1000000 --lang en", "GB of memory"),
        ("baseline support-off --precision 1e300 --lang en", "0.2pp"),
        ("baseline support-off --seed 9223372036854775808 --lang en", "9223372036854775807"),
        ("baseline support-off --scale nan --lang en", "1/20"),
        ("baseline support-off --scale nan --lang zh", "写 1/k"),
        ("baseline suport-1pct --lang en", "did you mean `support-1pct`"),
        ("check recesion.toml --lang zh", "是否想写“recession”"),
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

/// What `check` says about a file of these bytes, as text and as a list.
fn checked(bytes: &[u8], lang: &str) -> (i32, String, Vec<serde_json::Value>) {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("x.toml"), bytes).unwrap();
    let text = puhui(home.path(), &format!("check x.toml --lang {lang}"));
    let code = text.get_output().status.code().unwrap();
    let list = puhui(home.path(), &format!("check x.toml --lang {lang} --format json")).code(code);
    let list: serde_json::Value = serde_json::from_str(&out(&list)).unwrap();
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "check writes nothing");
    (code, out(&text) + &err(&text), list.as_array().unwrap().clone())
}

fn delta(body: &str) -> String {
    format!("schema = \"puhui/scenario/1\"\nextends = \"baseline\"\n{body}\n")
}

#[test]
fn every_file_that_is_fine_has_a_line_of_what_was_understood() {
    let home = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(home.path().join(name), text).unwrap();
    fs::create_dir(home.path().join("parts")).unwrap();
    put("parts/low.toml", &delta("[policy.guarantee_chain]\nfee = \"0.8%\""));
    put(
        "own.toml",
        "schema = \"puhui/scenario/1\"\nextends = \"parts/low.toml\"\n[policy.npl_tolerance]\ntolerance = \"1pp\"\n",
    );
    put(
        "next.toml",
        "\u{FEFF}schema = \"puhui/scenario/1\"\r\nextends = \"own\"\r\n[policy.npl_tolerance]\r\ntolerance = \"0pp\"\r\n",
    );
    for lang in ["zh", "en"] {
        let done = puhui(home.path(), &format!("check own.toml next.toml baseline --lang {lang}")).code(0);
        let said = out(&done);
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 8, "{said}");
        assert!(lines[1].contains("low") && lines[1].contains("1"), "{said}");
        assert!(lines[4].contains("own") && lines[4].contains("0"), "{said}");
        assert!(lines[7].contains(if lang == "zh" { "不继承" } else { "extends no other" }), "{said}");
        let word = if lang == "zh" { "改变一处" } else { "changes one thing" };
        assert!(lines[1].contains(word) && lines[4].contains(word), "{said}");
        // As the report will: a change without a document behind it is told.
        let word = if lang == "zh" {
            "“未注明依据”：普惠小微不良容忍度"
        } else {
            "no source is given"
        };
        assert!(lines[2].contains(word) && lines[5].contains(word), "{said}");
    }
    put("next.toml", &delta("[policy.npl_tolerance]\nsource = \"my question\"\ntolerance = \"0pp\""));
    let done = puhui(home.path(), "check next.toml --lang en").code(0);
    assert_eq!(out(&done).lines().count(), 2, "{}", out(&done));
    put(
        "next.toml",
        "schema = \"puhui/scenario/1\"\nextends = \"own\"\n[policy.npl_tolerance]\ntolerance = \"0pp\"\n",
    );
    let done = puhui(home.path(), "check . --format json --lang en").code(0);
    let list: serde_json::Value = serde_json::from_str(&out(&done)).unwrap();
    let codes: Vec<&str> = list.as_array().unwrap().iter().map(|l| l["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["understood", "understood"]);
    assert_eq!(list[0]["unsourced"].as_array().map(Vec::len), Some(1));
    assert_eq!((&list[0]["id"], &list[0]["against"]), (&"next".into(), &"own".into()));
}

#[test]
fn bad_files_are_refused_in_both_languages_with_their_place() {
    let tool = |line: &str| delta(&format!("[policy.inclusive_support_tool]\n{line}"));
    let gbk = [b"schema = \"puhui/scenario/1\"\ntitle = \"".as_slice(), b"\xd3\xc0\xb4\xa8\"\n"].concat();
    let utf16: Vec<u8> = delta("# 永川").encode_utf16().flat_map(u16::to_be_bytes).collect();
    let latin = [delta("# ").as_bytes(), b"na\xefve\xff"].concat();
    let crossed = "[params]\ncash_event_min = \"20 months\"\ncash_event_max = \"10 months\"";
    let fund = "[policy.risk_compensation_fund]\nmin_ticket = \"600万元\"\nloan_cap = \"500万元\"";
    let shares = "[policy.guarantee_chain]\nshare.bank = \"30%\"";
    // Bytes, code, line and column, a word of the message in either language.
    type Case<'a> = (Vec<u8>, &'a str, (u64, u64), &'a str, &'a str);
    let cases: Vec<Case<'_>> = vec![
        (gbk, "file-encoding", (2, 10), "GBK", "GBK"),
        (latin, "file-encoding", (4, 3), "UTF-8", "UTF-8"),
        (b"\xFF\xFEs\0".to_vec(), "file-encoding", (1, 1), "iconv -f UTF-16", "iconv -f UTF-16"),
        (b"\xd3\xc0\0\x01\x02".to_vec(), "file-encoding", (1, 1), "二进制", "binary"),
        (tool("ratio ＝ \"1%\"").into(), "full-width", (4, 7), "第 7 列“＝”", "`＝` in column 7"),
        (tool("ratio = “1%”").into(), "full-width", (4, 9), "第 9 列「“」、第 12 列「”」", "`“` in column 9"),
        (tool("ratio = “1%”").into(), "full-width", (4, 9), "改为半角 \"", "write \" for “"),
        (tool("ratio = \"１%\"").into(), "full-width", (4, 10), "“１”改为半角 1", "write 1 for １"),
        (
            tool("ratio = [{ from = \"２０２２\", value = \"1%\" }]").into(),
            "full-width",
            (4, 20),
            "第 20 列“２”",
            "write 0 for ０",
        ),
        (
            tool("ratio = [｛ from = \"2022\"， value = \"1%\" }]").into(),
            "full-width",
            (4, 10),
            "第 25 列“，”",
            "write { for ｛",
        ),
        (delta("[policy.npl_tolerance\ntolerance = \"1pp\"").into(), "syntax", (3, 22), "语法", "unclosed"),
        (
            delta("[run]\nseed = 9223372036854775807000").into(),
            "out-of-range",
            (4, 8),
            "9223372036854775807 ",
            "to 9223372036854775807",
        ),
        (b"".to_vec(), "file-empty", (0, 0), "空", "empty"),
        (tool("ratio = nan").into(), "wrong-value", (4, 9), "不是有限的数", "not a finite number"),
        (tool("ratio = 1e300").into(), "bare-number", (4, 9), "缺少单位", "bare number"),
        (tool("ratio = \"2元\"").into(), "wrong-value", (4, 9), "允许 0% 至 5%", "allowed: 0% to 5%"),
        (
            tool("ratio = 2").into(),
            "bare-number",
            (4, 9),
            "\"2%\"；允许 0% 至 5%",
            "\"2%\" for 2 percent; allowed: 0%",
        ),
        (tool("ratio = 7").into(), "bare-number", (4, 9), "如 \"2%\"；允许 0% 至 5%", "such as"),
        (utf16, "file-encoding", (1, 1), "UTF-16", "UTF-16"),
        (tool("ratio = \"1e300%\"").into(), "out-of-range", (4, 9), "允许", "allowed"),
        (tool("ratio = [1").into(), "syntax", (4, 9), "没有对应的“]”", "unclosed"),
        (tool("ratio = [1]").into(), "wrong-type", (4, 10), "此处应为表，却是整数", "expected a table"),
        (tool("ratio = true").into(), "wrong-type", (4, 9), "却是true/false", "found boolean"),
        (delta(crossed).into(), "crossed", (5, 1), "高于上限 cash_event_max", "above `cash_event_max`"),
        (delta(fund).into(), "crossed", (3, 9), "高于上限 loan_cap", "above `loan_cap`"),
        (delta(shares).into(), "rule", (3, 9), "应为 100%", "sum to"),
        (delta("extends = \"baseline\"").into(), "syntax", (3, 1), "语法", "TOML"),
        // Columns count characters, before which many bytes may stand; a quote left open is told as such.
        (
            delta("title = { zh = \"担保费减半\", en = 3 }").into(),
            "wrong-type",
            (3, 30),
            "却是整数",
            "found integer",
        ),
        (
            tool("source = { doc = \"担保, class = \"assumption\" }").into(),
            "syntax",
            (4, 18),
            "这个引号没有对应的右引号",
            "this quote is not closed",
        ),
    ];
    for (bytes, code, place, zh, en) in cases {
        for (lang, word) in [("zh", zh), ("en", en)] {
            let (exit, said, list) = checked(&bytes, lang);
            assert_eq!(exit, 2, "{said}");
            assert_eq!(list.len(), 1, "one mistake is told once: {said}");
            let first = &list[0];
            assert_eq!(first["code"], code, "{said}");
            assert_eq!(
                (first["line"].as_u64(), first["column"].as_u64()),
                (Some(place.0), Some(place.1)),
                "{first}"
            );
            let message = format!("{}{}", first["message"], first["help"]);
            assert!(said.contains(word) || message.contains(word), "{code} {lang}: {said}");
            assert!(place.0 == 0 || said.contains(&format!("x.toml:{}:{}", place.0, place.1)), "{said}");
        }
    }
    let (exit, said, _) =
        checked(&[b"\xEF\xBB\xBF", tool("ratio = \"1%\"").replace('\n', "\r\n").as_bytes()].concat(), "en");
    assert_eq!(exit, 0, "byte-order mark and CRLF are accepted: {said}");
}

#[test]
fn what_the_law_does_not_allow_is_refused_with_the_clause_named() {
    let table = |id: &str, line: &str| delta(&format!("[policy.{id}]\n{line}"));
    let shares = "share = { national = \"20%\", reguarantor = \"20%\", local = \"40%\", bank = \"30%\" }";
    for (id, line, key, zh, en) in [
        (
            "inclusive_support_tool",
            "national_branches = true",
            "policy.inclusive_support_tool",
            "五(一)",
            "V(1)",
        ),
        (
            "inclusive_support_tool",
            "national_branches = true",
            "policy.inclusive_support_tool",
            "中国人民银行 2022-01 通知",
            "People's Bank of China, notice of 2022-01",
        ),
        (
            "poverty_relief_microcredit",
            "limit = \"6万元\"",
            "policy.poverty_relief_microcredit.limit",
            "银保监发〔2021〕6号",
            "Yin Bao Jian Fa [2021] No. 6",
        ),
        (
            "guarantee_chain",
            shares,
            "policy.guarantee_chain",
            "永金组发〔2023〕1号 四(二)6",
            "Yong Jin Zu Fa [2023] No. 1, IV(2)6",
        ),
        (
            "guarantee_chain",
            "multiple = \"12x\"",
            "policy.guarantee_chain.multiple",
            "融资担保公司监督管理条例",
            "Regulation on Financing Guarantee Companies",
        ),
    ] {
        for (lang, clause) in [("zh", zh), ("en", en)] {
            let (exit, said, list) = checked(table(id, line).as_bytes(), lang);
            assert_eq!((exit, list.len()), (2, 1), "{said}");
            assert_eq!(list[0]["key"], key, "{said}");
            let told = format!("{}{}", list[0]["message"], list[0]["help"]);
            assert!(told.contains(clause), "{lang}: {told}");
            assert!(said.contains("x.toml:"), "{said}");
        }
    }
}

#[test]
fn a_change_after_the_end_is_said_once_and_the_same_everywhere() {
    let late = delta("[policy.npl_tolerance]\ntolerance = [{ from = \"2030-01\", value = \"1pp\" }]");
    for (lang, warning, line) in [
        ("zh", "第一处变化在 2030-01", "到 2027-12 为止与“baseline”相同"),
        ("en", "its first change comes in 2030-01", "the same as `baseline` up to 2027-12"),
    ] {
        let (exit, said, list) = checked(late.as_bytes(), lang);
        assert_eq!(exit, 0, "{said}");
        assert!(said.contains(line), "{said}");
        assert!(list[0]["message"].as_str().unwrap().contains(warning), "{}", list[0]);
        assert!(!said.contains("x.toml: fine") && !said.contains("没有问题"), "{said}");
        assert_eq!(list[0]["code"], "changes-nothing");
    }
}

#[test]
fn what_is_no_scenario_file_is_said_to_be_none() {
    let home = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(home.path().join(name), text).unwrap();
    let file = fs::File::create(home.path().join("huge.toml")).unwrap();
    file.set_len(100_000_000).unwrap();
    fs::create_dir(home.path().join("empty")).unwrap();
    let out_of = |path: &str| format!("schema = \"puhui/scenario/1\"\nextends = \"{path}\"\n");
    put("up.toml", &out_of("../secret.toml"));
    put("root.toml", &out_of("/etc/passwd"));
    put("BASELINE.toml", &delta(""));
    for (name, region) in [("away", "../.."), ("rooted", "/etc"), ("bare", "empty"), ("slash", "empty/")] {
        put(&format!("{name}.toml"), &delta(&format!("region = \"{region}\"")));
    }
    let mut cases = vec![
        ("away.toml", "leaves the folder"),
        ("rooted.toml", "leaves the folder"),
        ("bare.toml", "unknown region pack"),
        ("slash.toml", "unknown region pack"),
        ("huge.toml", "100000000"),
        ("empty", "folder"),
        ("up.toml", "leaves the folder"),
        ("root.toml", "leaves the folder"),
        ("baseline BASELINE.toml", "given twice"),
        ("nowhere/x.toml", "no such file"),
    ];
    if cfg!(unix) {
        cases.extend([("/dev/zero", "device"), ("/dev/null", "device"), ("/dev/stdin", "device")]);
        let pipe = home.path().join("pipe.toml");
        assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
        cases.push(("pipe.toml", "pipe"));
    }
    for (files, word) in cases {
        for command in ["check", "compare baseline"] {
            let done = puhui(home.path(), &format!("{command} {files} --lang en")).code(2);
            assert!(err(&done).contains(word), "{command} {files}: {}", err(&done));
        }
    }
    assert!(!home.path().join("results").exists());
}

/// Nobody reads on behind `| head`; that is no crash, and what was wrong stays wrong.
#[test]
fn a_closed_pipe_changes_nothing_of_how_it_ends() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("bad.toml"), delta("[policy.nothing]")).unwrap();
    for (line, code) in [("check bad.toml", 2), ("baseline bad.toml", 2), ("explain parameters", 0)] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_puhui"))
            .current_dir(home.path())
            .args(line.split_whitespace())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop((child.stdout.take(), child.stderr.take()));
        assert_eq!(child.wait().unwrap().code(), Some(code), "{line}");
    }
}

#[test]
fn ten_thousand_scenarios_are_answered() {
    let home = tempfile::tempdir().unwrap();
    for n in 0..10_000 {
        let text = delta(&format!("[params]\nneed_share.farm = \"{}%\"", 30.0 + f64::from(n) / 1000.0));
        fs::write(home.path().join(format!("s{n}.toml")), text).unwrap();
    }
    let begun = std::time::Instant::now();
    let done = puhui(home.path(), "check . --lang en").code(0);
    assert_eq!(out(&done).lines().count(), 30_000, "fine, what was understood, and that no source is given");
    let done = puhui(home.path(), "compare . --lang en --replications 16").code(2);
    assert!(err(&done).contains("10000 scenarios") && err(&done).contains("GB of memory"), "{}", err(&done));
    assert!(begun.elapsed().as_secs() < 240, "{:?}", begun.elapsed());
    assert!(!home.path().join("results").exists());
}

#[test]
fn a_new_folder_can_be_started_from() {
    for lang in ["zh", "en"] {
        let home = tempfile::tempdir().unwrap();
        let done = puhui(home.path(), &format!("init plans/mine --lang {lang}")).code(0);
        assert!(out(&done).contains("puhui check plans/mine"), "{}", out(&done));
        let dir = home.path().join("plans/mine");
        let names: Vec<String> =
            fs::read_dir(&dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        let names: Vec<String> = names.into_iter().filter(|n| n != "designs").collect();
        assert!(
            names.len() >= 5 && names.iter().all(|n| n.ends_with(".toml") && !n.starts_with('.')),
            "{names:?}"
        );
        let done = puhui(&dir, &format!("check . --lang {lang}")).code(0);
        assert!(err(&done).is_empty(), "no warnings: {}", err(&done));
        assert_eq!(out(&done).lines().count(), 2 * names.len());
        // A folder with something in it is left alone; --force replaces only files of the same names.
        let own = "my notes";
        fs::write(dir.join("notes.txt"), own).unwrap();
        fs::write(dir.join("package.toml"), own).unwrap();
        assert!(!err(&puhui(home.path(), &format!("init plans/mine --lang {lang}")).code(2)).is_empty());
        assert_eq!(fs::read_to_string(dir.join("package.toml")).unwrap(), own);
        puhui(home.path(), &format!("init plans/mine --lang {lang} --force")).code(0);
        assert_ne!(fs::read_to_string(dir.join("package.toml")).unwrap(), own);
        assert_eq!(fs::read_to_string(dir.join("notes.txt")).unwrap(), own);
        fs::write(home.path().join("file"), own).unwrap();
        puhui(home.path(), &format!("init file --lang {lang} --force")).code(2);
        assert_eq!(fs::read_to_string(home.path().join("file")).unwrap(), own);
        let run =
            puhui(&dir, &format!("compare . --lang {lang} --replications 2 --scale 1/100 --until 2023-12"))
                .code(0);
        assert!(out(&run).contains("results/mine-"), "{}", out(&run));
    }
}

#[test]
fn explain_lists_everything_with_its_fields() {
    let home = tempfile::tempdir().unwrap();
    for (what, fields) in [
        ("schedule", vec!["order", "name", "zh", "en"]),
        ("instruments", vec!["id", "clause_zh", "clause_en", "scope", "settings", "mechanism_zh", "example"]),
        ("indicators", vec!["name", "unit", "zh", "en", "headline", "direction", "yearly"]),
        ("parameters", vec!["key", "zh", "en", "unit", "low", "high", "used_by", "values"]),
        ("scenarios", vec!["id", "zh", "en", "changes_zh", "changes_en"]),
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
fn explain_tells_what_it_can_list_and_which_scenarios_there_are() {
    let home = tempfile::tempdir().unwrap();
    let said = out(&puhui(home.path(), "explain indicators --lang zh").code(0));
    assert!(said.contains("比例，年末值，越低越好，分主体类别、放款机构"), "{said}");
    let said = out(&puhui(home.path(), "explain instruments --lang zh").code(0));
    assert!(said.contains("作用入口：定价、资金") && !said.contains("indemnify"), "{said}");
    for (lang, word) in [("zh", "随附的方案"), ("en", "scenarios shipped")] {
        let said = out(&puhui(home.path(), &format!("explain --lang {lang}")).code(0));
        assert!(said.contains(word) && said.contains("puhui explain parameters"), "{said}");
    }
    let list: serde_json::Value =
        serde_json::from_str(&out(&puhui(home.path(), "explain scenarios --format json").code(0))).unwrap();
    let item = |id: &str| list.as_array().unwrap().iter().find(|s| s["id"] == id).unwrap();
    let limit = item("fund-limit");
    assert_eq!(
        (limit["extends"].as_str(), limit["against"].as_str()),
        (Some("recession"), Some("recession"))
    );
    assert_eq!(item("support-1pct")["changes_en"].as_array().unwrap().len(), 1);
    assert!(list.as_array().unwrap().iter().all(|s| s["id"] != "comparison"));
    for (lang, phase) in [("zh", "逾期九十天为不良"), ("en", "Ninety days past due")] {
        for format in ["text", "md"] {
            let said = out(&puhui(home.path(), &format!("explain schedule --format {format} --lang {lang}")));
            assert_eq!(said.matches(phase).count(), 1, "{said}");
        }
    }
}

#[test]
fn an_unknown_scenario_is_answered_with_those_there_are() {
    let home = tempfile::tempdir().unwrap();
    for command in ["run", "check", "compare baseline"] {
        for lang in ["zh", "en"] {
            let far = err(&puhui(home.path(), &format!("{command} qqq --lang {lang}")).code(2));
            assert!(
                far.contains("baseline")
                    && far.contains("fund-10x")
                    && far.contains("puhui explain scenarios"),
                "{far}"
            );
            let near = err(&puhui(home.path(), &format!("{command} recesion --lang {lang}")).code(2));
            assert!(near.contains("recession") && near.contains("puhui explain scenarios"), "{near}");
        }
    }
}

#[test]
fn check_says_which_reference_it_uses_and_which_compare_would() {
    let home = tempfile::tempdir().unwrap();
    puhui(home.path(), "init my --lang en").code(0);
    let said = out(&puhui(home.path(), "check my --lang en").code(0));
    assert!(
        said.contains(
            "package (against compensation-fund, which it extends; compare measures it against baseline)"
        ),
        "{said}"
    );
    assert!(said.contains("guarantee-fee (against baseline): "), "{said}");
    let said = out(&puhui(home.path(), "check recession --lang zh").code(0));
    // Plain names, and no more digits than say something.
    assert!(said.contains("名义需求指数") && !said.contains("demand"), "{said}");
    let number = said.split("对照为").nth(1).unwrap().split('）').next().unwrap();
    assert!(number.len() <= 5, "{number}");
}

#[test]
fn help_and_version_are_no_failure() {
    let home = tempfile::tempdir().unwrap();
    for line in [
        "--help",
        "--version",
        "compare --help",
        "run --help",
        "check --help",
        "init --help",
        "schema --help",
        "explain --help",
    ] {
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
    while kept(home).is_none_or(|n| n < parts) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child
}

/// Parts of unfinished work in `home`, if there is any.
#[cfg(unix)]
fn kept(home: &Path) -> Option<usize> {
    let parts = fs::read_dir(work_folders(home).first()?.join("parts")).ok()?;
    Some(parts.flatten().filter(|e| e.path().extension().is_some_and(|e| e == "part")).count())
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
    // While it is at work, nobody else may be: it has added a part, so the folder is its own, and holds still.
    let first = begun(home.path(), line, kept(home.path()).unwrap() + 1);
    signal(&first, "-STOP");
    let second = puhui(home.path(), line).code(75);
    signal(&first, "-CONT");
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
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
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
    if cfg!(unix) {
        let here = home.path().join("here");
        fs::create_dir(&here).unwrap();
        puhui(&here, &line.replace("--out r", "--out . --quiet")).code(0);
        assert!(here.join("manifest.json").is_file());
        fs::remove_dir_all(&here).unwrap();
    }
    let own = ["r/figures/thesis.txt", "r/scenarios/mine.toml", "r/notes/table.csv"];
    fs::create_dir(home.path().join("r/notes")).unwrap();
    for name in own {
        fs::write(home.path().join(name), "years of work").unwrap();
    }
    let before = folder(&home.path().join("r"));
    // Files of one's own do not keep a complete result from being shown, nor from being made anew.
    let shown = puhui(home.path(), &line).code(0);
    assert!(err(&shown).contains("shown again") && out(&shown).contains("P(>0)"), "{}", err(&shown));
    // A table altered since is made anew, with --force as `report` says or without.
    let table = home.path().join("r/effects.csv");
    for force in ["--force", ""] {
        fs::write(&table, "saved by a spreadsheet").unwrap();
        let told = puhui(home.path(), "report r --lang en").code(2);
        assert!(err(&told).contains("--force"), "{}", err(&told));
        puhui(home.path(), &format!("{line} {force}")).code(0);
        puhui(home.path(), "report r --lang en").code(0);
        let after = folder(&home.path().join("r"));
        assert_eq!(after["effects.csv"], before["effects.csv"]);
        for name in own {
            assert_eq!(fs::read_to_string(home.path().join(name)).unwrap(), "years of work");
        }
    }
}

/// The command a page gives for its own results.
fn command_of(page: &Path) -> String {
    let html = fs::read_to_string(page).unwrap();
    let command = html.split("<pre>").nth(1).unwrap().split("</pre>").next().unwrap();
    command.replace("&quot;", "\"").replace("&amp;", "&")
}

#[test]
fn the_command_a_page_gives_makes_the_same_results() {
    let home = tempfile::tempdir().unwrap();
    puhui(home.path(), "init mine --lang en").code(0);
    // A baseline of one's own must not be taken for the shipped one, nor one's own fee cut for any.
    let base = home.path().join("mine/baseline.toml");
    let own = fs::read_to_string(&base).unwrap().replacen("fee = \"1.5%\"", "fee = \"1.4%\"", 1);
    assert!(own.contains("fee = \"1.4%\""));
    fs::write(&base, own).unwrap();
    fs::create_dir(home.path().join("with space")).unwrap();
    fs::copy(home.path().join("mine/npl-tolerance.toml"), home.path().join("with space/npl.toml")).unwrap();
    let how = ["--scale", "1/100", "--until", "2022-12", "--lang", "en", "--seed", "5"];
    let fixed = [&how[..], &["--replications", "2"]].concat();
    let settled = [&how[..], &["--precision", "0.3", "--max-replications", "17"]].concat();
    let cases: [(&[&str], &[&str]); 4] = [
        (&["compare", "mine"], &fixed),
        (&["mine/guarantee-fee.toml", "support-off", "--baseline", "mine/baseline.toml"], &settled),
        (&["compare", "baseline", "with space/npl.toml"], &fixed),
        (&["run", "mine/package.toml"], &fixed),
    ];
    for (n, (files, how)) in cases.into_iter().enumerate() {
        let place = format!("r{n}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_puhui"));
        let args = [files, how, &["--out", &place]].concat();
        command.current_dir(home.path()).args(args).assert().code(0);
        let told = command_of(&home.path().join(&place).join("report-en.html"));
        // What it says, in a shell, into the same place: the very same results stand there already.
        let rest = told.strip_prefix("puhui ").unwrap_or_else(|| panic!("{told}"));
        let mut words: Vec<String> = Vec::new();
        for (i, part) in rest.split('"').enumerate() {
            match i % 2 {
                0 => words.extend(part.split_whitespace().map(str::to_owned)),
                _ => words.push(part.to_owned()),
            }
        }
        let mut again = Command::new(env!("CARGO_BIN_EXE_puhui"));
        let again = again.current_dir(home.path()).args(&words).args(["--lang", "en", "--out", &place]);
        let again = again.assert().code(0);
        assert!(err(&again).contains("shown again"), "{told}: {}", err(&again));
    }
}

#[cfg(unix)]
#[test]
fn a_disk_that_refuses_is_said_and_nothing_stands_half_written() {
    let home = tempfile::tempdir().unwrap();
    // Files of at most 512 bytes, as if the disk were full.
    let script =
        format!("ulimit -f 1; exec {} baseline support-off {SMALL} --quiet", env!("CARGO_BIN_EXE_puhui"));
    let run = Command::new("sh").current_dir(home.path()).args(["-c", &script]).assert().code(1);
    assert!(err(&run).contains("results/.baseline-") && err(&run).contains("same command"), "{}", err(&run));
    let zh = script.replace("--lang en", "--lang zh");
    let run = Command::new("sh").current_dir(home.path()).args(["-c", &zh]).assert();
    assert!(err(&run.code(1)).contains("超过允许的文件大小"));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    // A place in which no folder can be made, and a screen that takes nothing.
    fs::write(home.path().join("file"), "x").unwrap();
    for place in ["file/r", "file"] {
        let run = puhui(home.path(), &format!("baseline support-off {SMALL} --out {place}")).code(2);
        assert!(err(&run).starts_with("file is a file, not a folder"), "{}", err(&run));
    }
    let line = format!("exec {} explain indicators > /dev/full", env!("CARGO_BIN_EXE_puhui"));
    if Path::new("/dev/full").exists() {
        Command::new("sh").current_dir(home.path()).args(["-c", &line]).assert().code(1);
    }
}
