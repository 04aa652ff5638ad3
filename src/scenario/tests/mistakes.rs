//! Every kind of mistake is found, placed and explained; all of them at once.

use std::fs;

use super::{Bench, delta};
use crate::scenario::*;
use crate::units::Lang;

/// The mistakes of one file, as (code, line, key).
fn found(bytes: &[u8]) -> Vec<Listed> {
    let bench = Bench::new(&[]);
    fs::write(bench.path("x.toml"), bytes).unwrap();
    match bench.load(&["x.toml"]) {
        Ok(loaded) => loaded.warnings.list(Lang::En),
        Err(e) => e.list(Lang::En),
    }
}

/// That a delta with this body has exactly one mistake: its code, its line and column, and what
/// message and help together must mention.
#[track_caller]
fn one(body: &str, code: &str, at: (usize, usize), mentions: &[&str]) {
    let list = found(delta(body).as_bytes());
    assert_eq!(list.len(), 1, "{list:#?}");
    let l = &list[0];
    assert_eq!((l.code, l.line, l.column), (code, at.0, at.1), "{l:#?}");
    let said = format!("{} {}", l.message, l.help);
    for m in mentions {
        assert!(said.contains(m), "`{m}` is not in `{said}`");
    }
}

#[test]
fn misspelt_names_get_the_nearest() {
    one("tilte = \"x\"", "unknown-name", (3, 1), &["tilte", "did you mean `title`"]);
    one(
        "[policy.inclusive_suport_tool]\nratio = \"1%\"",
        "unknown-name",
        (3, 9),
        &["did you mean `inclusive_support_tool`"],
    );
    one("[policy.inclusive_support_tool]\nratoi = \"1%\"", "unknown-name", (4, 1), &["did you mean `ratio`"]);
    one(
        "[policy.growth_target]\ntarget.stat = \"1%\"",
        "unknown-name",
        (4, 8),
        &["did you mean `target.state`"],
    );
    one("[policy.npl_tolerance]\nenable = false", "unknown-name", (4, 1), &["did you mean `enabled`"]);
    one("[params]\nneed_shares = \"1%\"", "unknown-name", (4, 1), &["did you mean `need_share`"]);
    one(
        "[params]\nneed_share.farms = \"1%\"",
        "unknown-name",
        (4, 12),
        &["borrower class", "did you mean `farm`"],
    );
    one("[macro]\ndemnad = 1", "unknown-name", (4, 1), &["did you mean `demand`"]);
    one("[macro]\ncrop_price.teas = 1", "unknown-name", (4, 12), &["did you mean `tea`"]);
    one("[macro]\n\"outside_npl.bank_x\" = \"1%\"", "unknown-name", (4, 1), &["did you mean `bank_"]);
    one("region = \"yongchaun\"", "unknown-name", (3, 10), &["did you mean `yongchuan`"]);
    one("reference = \"baselnie\"", "unknown-name", (3, 13), &["did you mean `baseline`"]);
    one("[run]\nseeds = 1", "unknown-name", (4, 1), &["did you mean `seed`"]);
    one(
        "[policy.npl_tolerance]\nsource = { doc = \"x\", class = \"law\" }",
        "unknown-name",
        (4, 31),
        &["official, literature"],
    );
}

#[test]
fn values_say_what_is_allowed() {
    let tool = |s: &str| format!("[policy.inclusive_support_tool]\n{s}");
    one(&tool("ratio = 0.02"), "bare-number", (4, 9), &["\"0.02%\" for 0.02 percent"]);
    one(&tool("ratio = \"2万元\""), "wrong-value", (4, 9), &["a share such as \"2%\""]);
    one(&tool("ratio = \"20%\""), "out-of-range", (4, 9), &["20% is out of range", "0% to 5%"]);
    one(&tool("ratio = [{ from = \"2022\", value = \"20%\" }]"), "out-of-range", (4, 35), &["0% to 5%"]);
    one(&tool("ratio = true"), "wrong-type", (4, 9), &["boolean"]);
    one(&tool("ratio = nan"), "wrong-value", (4, 9), &["not a finite number"]);
    one(&tool("ratio = -inf"), "wrong-value", (4, 9), &["not a finite number"]);
    one(
        &tool("increment_base = \"high_water\""),
        "wrong-value",
        (4, 18),
        &["did you mean `high_water_mark`"],
    );
    one("[params]\nsales_sd = 1e300", "out-of-range", (4, 12), &["0.1 to 2"]);
    one("[params]\nneed_share = \"1e300%\"", "out-of-range", (4, 14), &["0% to 100%"]);
    one("[params]\nneed_share = \"1e999%\"", "wrong-value", (4, 14), &["finite"]);
    one("[params]\nneed_share = [\"1%\"]", "wrong-type", (4, 14), &["array"]);
    one("[params]\ntenor.farm = \"1%\"", "unknown-name", (4, 7), &["farm", "value"]);
    one("policy = 3", "wrong-type", (3, 10), &["a table"]);
    one("[policy.growth_target]\nfloor_all_loans = \"perhaps\"", "wrong-value", (4, 19), &["true or false"]);
    one("[run]\nreplications = 0", "out-of-range", (4, 16), &["1 to 1000000"]);
    one("[run]\nreplications = 2.5", "wrong-value", (4, 16), &["whole number"]);
    one("[run]\nuntil = \"2018-01\"", "period", (4, 9), &["2019-01 to 2018-01"]);
    let law = "[policy.guarantee_chain]\nmultiple = \"20x\"";
    one(law, "out-of-range", (4, 12), &["0x to 10x", "Regulation on Financing Guarantee Companies"]);
}

#[test]
fn dates_are_checked() {
    let dated = |list: &str| format!("[policy.inclusive_support_tool]\nratio = [{list}]");
    let v = "value = \"1%\"";
    one(&dated(&format!("{{ from = \"2022Q5\", {v} }}")), "bad-date", (4, 19), &["2022Q5", "2022Q2"]);
    one(
        &dated(&format!("{{ from = \"2022\", {v} }}, {{ from = \"2021\", {v} }}")),
        "date-order",
        (4, 52),
        &["2021-01", "2022-01"],
    );
    one(
        &dated(&format!("{{ from = \"2022Q2\", {v} }}, {{ from = \"2022-04\", {v} }}")),
        "date-twice",
        (4, 54),
        &["2022-04"],
    );
    one(&dated(""), "no-dates", (4, 9), &[]);
    one(&dated(&format!("{{ {v} }}")), "missing", (4, 10), &["`from`"]);
    one(&dated("{ from = \"2022\" }"), "missing", (4, 10), &["`value`"]);
    one(
        &dated(&format!("{{ form = \"2022\", from = \"2022\", {v} }}")),
        "unknown-name",
        (4, 12),
        &["did you mean `from`"],
    );
}

#[test]
fn rules_across_settings_name_the_first_month() {
    let body = "[policy.guarantee_chain]\nshare.bank = [{ from = \"2023-05\", value = \"30%\" }]";
    one(body, "rule", (3, 9), &["2023-05", "110.0000%"]);
}

#[test]
fn ancestors_are_looked_for_and_circles_found() {
    let file = |e: &str| format!("schema = \"puhui/scenario/1\"\nextends = \"{e}\"\n");
    for (extends, code) in [
        ("nobody", "unknown-name"),
        ("../baseline.toml", "extends-leaves-folder"),
        ("/etc/passwd", "extends-leaves-folder"),
        ("C:\\\\x.toml", "extends-leaves-folder"),
        ("sub/none.toml", "unknown-name"),
        ("x", "extends-cycle"),
    ] {
        let list = found(file(extends).as_bytes());
        assert_eq!((list.len(), list[0].code, list[0].line, list[0].column), (1, code, 2, 11), "{list:#?}");
    }
    let bench = Bench::new(&[("a.toml", &file("b")), ("b.toml", &file("c")), ("c.toml", &file("a"))]);
    let list = bench.load(&["a.toml"]).unwrap_err().list(Lang::En);
    assert!(list.len() == 1 && list[0].message.contains("a → b → c → a"), "{list:#?}");
    if cfg!(unix) {
        let bench = Bench::new(&[("x.toml", &file("link.toml"))]);
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("o.toml"), file("baseline")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(outside.path().join("o.toml"), bench.path("link.toml")).unwrap();
        assert_eq!(bench.load(&["x.toml"]).unwrap_err().list(Lang::En)[0].code, "extends-leaves-folder");
    }
}

#[test]
fn files_that_cannot_be_read_say_why() {
    assert_eq!(found(b"")[0].code, "file-empty");
    let gbk = found(b"title = \"\xd3\xc0\xb4\xa8\"\n");
    assert!(gbk[0].code == "file-encoding" && gbk[0].message.contains("GBK"), "{gbk:?}");
    assert!(found(b"\xFF\xFEs\0")[0].message.contains("UTF-16"));
    assert!(found(&vec![b'#'; 2_000_000])[0].message.contains("2000000"));
    assert_eq!(found(b"schema = \"puhui/region/1\"\n")[0].code, "schema");
    assert_eq!(found(b"title = \"x\"\n")[0].code, "schema");
    let bench = Bench::new(&[]);
    for (name, code) in [("none.toml", "file-missing"), ("regions", "file-not-regular")] {
        assert_eq!(bench.load(&[name]).unwrap_err().list(Lang::En)[0].code, code);
    }
    if cfg!(unix) {
        for device in ["/dev/zero", "/"] {
            let e = load(&[Input::Path(device.into())], &bench.options).unwrap_err();
            assert_eq!(e.list(Lang::En)[0].code, "file-not-regular", "{device}");
        }
    }
    fs::write(bench.path("a b.toml"), delta("")).unwrap();
    assert_eq!(bench.load(&["a b.toml"]).unwrap_err().list(Lang::En)[0].code, "bad-id");
    let twice = bench.load(&["baseline.toml", "./baseline.toml"]).unwrap_err().list(Lang::En);
    assert!(twice.iter().any(|l| l.code == "duplicate-id"), "{twice:?}");
}

#[test]
fn all_mistakes_of_all_files_come_at_once_in_order() {
    let a =
        delta("titel = \"x\"\n[policy.inclusive_support_tool]\nratio = 2\nquota = \"9%\"\n[params]\nfoo = 1");
    let b = delta("[policy.npl_tolerance\ntolerance = \"3\"\n[run]\nseed = \"x\"\nsede = 1");
    let bench = Bench::new(&[("a.toml", &a), ("b.toml", &b)]);
    let e = bench.load(&["a.toml", "missing.toml", "b.toml"]).unwrap_err();
    let seen: Vec<(String, usize, &str)> = e
        .list(Lang::En)
        .into_iter()
        .map(|l| (l.file.rsplit('/').next().unwrap().to_owned(), l.line, l.code))
        .collect();
    let expect = [
        ("a.toml", 3, "unknown-name"),
        ("a.toml", 5, "bare-number"),
        ("a.toml", 6, "wrong-value"),
        ("a.toml", 8, "unknown-name"),
        ("missing.toml", 0, "file-missing"),
        ("b.toml", 3, "syntax"),
    ];
    for (n, (file, line, code)) in expect.into_iter().enumerate() {
        assert_eq!(seen[n], (file.to_owned(), line, code), "{e}");
    }
    // The rest of a broken file is read too.
    assert!(seen.iter().any(|s| s.0 == "b.toml" && s.1 == 7 && s.2 == "unknown-name"), "{e}");
}

#[test]
fn mistakes_are_drawn_with_their_line_in_both_languages() {
    let bench = Bench::new(&[("x.toml", &delta("[policy.inclusive_support_tool]\nratio = 2"))]);
    let e = bench.load(&["x.toml"]).unwrap_err();
    let zh = e.render(Lang::Zh, 100, false);
    assert!(zh.contains("数字缺少单位") && zh.contains("ratio = 2") && zh.contains("x.toml:4:9"), "{zh}");
    assert!(!zh.contains('\u{1b}'), "no colour codes");
    let en = e.render(Lang::En, 100, true);
    assert!(en.contains("a bare number") && en.contains('\u{1b}'), "{en}");
    assert!(e.to_string().contains(":4:9: error[bare-number] policy.inclusive_support_tool.ratio:"), "{e}");
}
