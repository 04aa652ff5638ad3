//! What good files become.

use std::sync::Arc;

use super::{Bench, delta};
use crate::policy::{INSTRUMENTS, instrument_index};
use crate::scenario::*;
use crate::units::{Lang, Month};

fn value(s: &Scenario, instrument: &str, key: &str, month: &str) -> f64 {
    let i = instrument_index(instrument).unwrap();
    let k = INSTRUMENTS[i].spec().setting_index(key).unwrap();
    s.policy.at(month.parse().unwrap()).instruments[i].values[k]
}

fn on(s: &Scenario, instrument: &str, month: &str) -> bool {
    s.policy.at(month.parse().unwrap()).instruments[instrument_index(instrument).unwrap()].enabled
}

const SUPPORT: &str = "inclusive_support_tool";

#[test]
fn a_dated_delta_keeps_what_was_before_its_first_date() {
    let d = delta("[policy.inclusive_support_tool]\nratio = [{ from = \"2022Q2\", value = \"1%\" }]");
    let bench = Bench::new(&[("d.toml", &d)]);
    let [base, d] = <[Scenario; 2]>::try_from(bench.good(&["baseline.toml", "d.toml"])).unwrap();
    for month in ["2021-12", "2022-01", "2022-03"] {
        assert_eq!(value(&d, SUPPORT, "ratio", month), value(&base, SUPPORT, "ratio", month), "{month}");
    }
    // The ancestor's later dates are gone: 1% also after 2025-01, where the baseline has none.
    assert_eq!(value(&d, SUPPORT, "ratio", "2022-04"), 0.01);
    assert_eq!(value(&d, SUPPORT, "ratio", "2026-01"), 0.01);
    assert_eq!(value(&d, SUPPORT, "quota", "2023-01"), 8e8);
    assert_eq!(d.first_difference(&base, Month::new(2027, 12)), Some(Month::new(2022, 4)));
    assert_eq!(d.first_difference(&base, Month::new(2022, 3)), None);
    assert_eq!(d.extends, ["baseline"]);
    assert!(Arc::ptr_eq(&d.region, &base.region));
}

#[test]
fn a_single_value_replaces_the_timeline_and_a_table_enables() {
    let bare = delta("[policy.inclusive_support_tool]\nratio = \"1%\"");
    let off = delta("[policy.inclusive_support_tool]\nenabled = false");
    let ended = delta(
        "[policy.npl_tolerance]\nenabled = [{ from = \"2018\", value = true }, { from = \"2023-01\", value = false }]",
    );
    let child =
        "schema = \"puhui/scenario/1\"\nextends = \"ended\"\n[policy.npl_tolerance]\ntolerance = \"1pp\"\n";
    let again =
        "schema = \"puhui/scenario/1\"\nextends = \"off\"\n[policy.inclusive_support_tool]\nratio = \"1%\"\n";
    let files = [
        ("bare.toml", bare.as_str()),
        ("off.toml", &off),
        ("ended.toml", &ended),
        ("child.toml", child),
        ("again.toml", again),
    ];
    let bench = Bench::new(&files);
    let s = bench.good(&["baseline.toml", "bare.toml", "off.toml", "child.toml", "again.toml"]);
    let [base, bare, off, child, again] = <[Scenario; 5]>::try_from(s).unwrap();
    assert_eq!(value(&bare, SUPPORT, "ratio", "2019-01"), 0.01);
    // A difference at the region's start is held through the spin-up.
    let start = bare.first_difference(&base, Month::new(2027, 12)).unwrap();
    assert_eq!(start, Month::new(2019, 1).plus(-(base.params.spin_up as i32)));
    assert!(on(&base, SUPPORT, "2019-01") && !on(&off, SUPPORT, "2023-01") && on(&again, SUPPORT, "2023-01"));
    assert_eq!(value(&off, SUPPORT, "quota", "2023-01"), 0.0);
    // A dated ancestor's `enabled` outlives a delta that only changes a value.
    assert!(on(&child, "npl_tolerance", "2022-12") && !on(&child, "npl_tolerance", "2023-01"));
    assert!(!on(&base, "risk_compensation_fund", "2023-05"));
    assert_eq!(child.extends, ["ended", "baseline"]);
}

#[test]
fn nested_and_quoted_keys_params_and_run() {
    let d = delta(
        "title = \"测试\"\n[policy.growth_target]\ntarget.state = [{ from = 2020-06-15, value = \"30%\" }]\n\
         \"target.city\" = \"5%\"\n[policy.growth_target.target]\nvillage = { value = \"1%\", source = \"x\" }\n\
         [params]\nneed_share.farm = \"30%\"\ntenor = \"24个月\"\n[run]\nseed = 7\nreplications = 3\nuntil = \"2024-06\"",
    );
    // TOML itself forbids reopening a dotted key as a table: that file is an error.
    let bench = Bench::new(&[("d.toml", &d)]);
    assert!(bench.load(&["d.toml"]).is_err());
    let d = d.replace("[policy.growth_target.target]\nvillage", "target.village");
    let bench = Bench::new(&[("d.toml", &d)]);
    let s = bench.good(&["d.toml"]).remove(0);
    assert_eq!(value(&s, "growth_target", "target.state", "2020-06"), 0.3);
    assert_eq!(value(&s, "growth_target", "target.city", "2019-01"), 0.05);
    assert_eq!(value(&s, "growth_target", "target.village", "2019-01"), 0.01);
    assert_eq!((s.params.need_share[3], s.params.need_share[0]), (0.3, 0.5));
    assert_eq!((s.params.tenor, s.title_zh.as_str()), (24.0, "测试"));
    assert_eq!((s.run.seed, s.run.replications, s.run.until), (7, 3, Month::new(2024, 6)));
}

#[test]
fn macro_paths_change_from_their_date_on_and_not_before() {
    let body = "[macro]\ndemand = [{ from = \"2023-01\", value = 0.9 }]\ncrop_price.tea = 1.5\n\"outside_npl.bank_a\" = \"3%\"";
    let (m, n) = (delta(body), delta(body));
    let bench = Bench::new(&[("m.toml", &m), ("n.toml", &n)]);
    let [base, m, n] = <[Scenario; 3]>::try_from(bench.good(&["baseline.toml", "m.toml", "n.toml"])).unwrap();
    for month in (Month::new(2016, 1).0..Month::new(2023, 1).0).map(Month) {
        assert_eq!(
            m.region.paths.demand[0].at(month).to_bits(),
            base.region.paths.demand[0].at(month).to_bits()
        );
    }
    assert_eq!(m.region.paths.demand[0].at(Month::new(2025, 1)), 0.9);
    assert_eq!(m.region.paths.crop_price[0].at(Month::new(2020, 1)), 1.5);
    assert_eq!(m.region.paths.outside_npl[0].at(Month::new(2020, 1)), 0.03);
    assert!(Arc::ptr_eq(&m.region, &n.region), "equal regions are one allocation");
    let only = delta("[macro]\ndemand = [{ from = \"2023-01\", value = 0.9 }]");
    let bench = Bench::new(&[("only.toml", &only)]);
    let [base, only] = <[Scenario; 2]>::try_from(bench.good(&["baseline.toml", "only.toml"])).unwrap();
    assert_eq!(only.first_difference(&base, Month::new(2027, 12)), Some(Month::new(2023, 1)));
}

#[test]
fn changes_are_put_into_words() {
    let one = delta(
        "[policy.inclusive_support_tool]\nratio = [{ from = \"2022Q2\", value = \"1%\" }, { from = \"2025-01\", value = \"0%\" }]",
    );
    let fund = delta(
        "[policy.risk_compensation_fund]\nenabled = [{ from = \"2023-03\", value = true }]\ninitial = \"6500万元\"\nmultiple = \"10x\"\n[params]\nneed_share.farm = \"30%\"",
    );
    let bench = Bench::new(&[("one.toml", &one), ("fund.toml", &fund)]);
    let [base, one, fund] =
        <[Scenario; 3]>::try_from(bench.good(&["baseline.toml", "one.toml", "fund.toml"])).unwrap();
    assert_eq!(
        one.understood(&base, Lang::En),
        "changes one thing: Inclusive MSE loan support tool, incentive as a share of the quarter's net increase: stays 1% instead of 2% from 2022-04 to 2024-12"
    );
    assert_eq!(
        one.understood(&base, Lang::Zh),
        "改变一处：普惠小微贷款支持工具：激励资金占季度净增额的比例在2022-04至2024-12保持1%（对照为2%）"
    );
    let ends = [&one, &fund, &base].map(|s| s.last_change(&base).map(|m| m.to_string()));
    assert_eq!(ends, [Some("2024-12".to_owned()), None, None], "the fund lasts; no change has no last month");
    let words = fund.diff_words(&base, Lang::En);
    assert_eq!(
        words,
        [
            "The 65m yuan risk compensation fund is introduced from 2023-03 (paid in by the district treasury in the month the fund starts: 65m CNY; covered balances over the fund's balance at last month-end: 10x)",
            "parameter share with a productive need for credit (farm household): 30% instead of 50%"
        ]
    );
    let back = base.diff_words(&fund, Lang::Zh);
    assert_eq!(back[0], "6500万元风险补偿基金：自2023-03起停用");
    let md = fund.diff_md(&base, Lang::Zh);
    assert!(
        md.contains("| risk_compensation_fund.initial | 6500万元 | – |") && md.contains("fund.toml:5"),
        "{md}"
    );
}

#[test]
fn later_values_of_what_comes_are_told_with_their_months() {
    let cut = delta(
        "[policy.temporary_rate_cut]\nenabled = [{ from = \"2023-04\", value = true }, { from = \"2024-01\", value = false }]\npoints = [{ from = \"2023-04\", value = \"1pp\" }, { from = \"2023-07\", value = \"0pp\" }]",
    );
    let stairs: Vec<String> =
        (3..=8).map(|m| format!("{{ from = \"2023-{m:02}\", value = \"{m}%\" }}")).collect();
    let stairs = delta(&format!(
        "[policy.credit_villages]\nenabled = [{{ from = \"2023-03\", value = true }}]\ncoverage = [{}]",
        stairs.join(", ")
    ));
    let bench = Bench::new(&[("cut.toml", &cut), ("stairs.toml", &stairs)]);
    let [base, cut, stairs] =
        <[Scenario; 3]>::try_from(bench.good(&["baseline.toml", "cut.toml", "stairs.toml"])).unwrap();
    let words = |s: &Scenario, lang| s.diff_words(&base, lang).join("\n");
    let told = words(&cut, Lang::En);
    assert!(told.contains("is introduced from 2023-04 to 2023-12 ("), "{told}");
    assert!(told.ends_with(": 1pp, 0pp from 2023-07)"), "{told}");
    let told = words(&cut, Lang::Zh);
    assert!(
        told.contains("在2023-04至2023-12启用") && told.contains("1个百分点、2023-07起0个百分点"),
        "{told}"
    );
    let told = words(&stairs, Lang::En);
    assert!(
        told.contains(": 3%, 4% from 2023-04, 5% from 2023-05, 6% from 2023-06, and 2 more steps"),
        "{told}"
    );
}

#[test]
fn the_resolved_file_loads_to_the_same_scenario() {
    let d = delta(
        "title = { zh = \"引号\\\"与\\\\\", en = \"x\" }\n[policy.policy_rates]\nlpr_1y = [{ from = \"2022-01\", value = \"3.7%\" }, { from = \"2023-06\", value = \"3.55%\" }]\n\
         [policy.inclusive_support_tool]\nquota = \"187.52百万元\"\nincrement_base = \"high_water_mark\"\n[params]\nsales_sd = 1.1\n\
         [macro]\ndemand = [{ from = \"2023-01\", value = 0.9 }]\noutside_npl.bank_b = [{ from = \"2021\", value = \"2.1%\" }]",
    )
    .replace("187.52百万元", "1.8752亿元");
    let bench = Bench::new(&[("d.toml", &d)]);
    let s = bench.good(&["d.toml"]).remove(0);
    let text = s.resolved_toml();
    let input = [Input::Text { id: "d".into(), text: text.clone() }];
    let back = load(&input, &bench.options).unwrap_or_else(|e| panic!("{e}\n{text}")).scenarios.remove(0);
    assert_eq!(back.resolved_toml(), text);
    assert_eq!(
        (&back.policy, &back.params, &back.region, back.run),
        (&s.policy, &s.params, &s.region, s.run)
    );
    assert_eq!(back.title_zh, "引号\"与\\");
}

#[test]
fn references_are_loaded_and_unchanged_files_warned_of() {
    let recession = delta("[macro]\ndemand = [{ from = \"2023-01\", value = 0.8 }]");
    let plan = "schema = \"puhui/scenario/1\"\nextends = \"recession\"\nreference = \"recession\"\n[policy.guarantee_chain]\nfee = \"0.5%\"\n";
    let same = delta("[policy.npl_tolerance]\ntolerance = [{ from = \"2019-03\", value = \"3pp\" }]");
    let bench = Bench::new(&[("recession.toml", &recession), ("plan.toml", plan), ("same.toml", &same)]);
    let loaded = bench.load(&["plan.toml", "same.toml"]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(loaded.references.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["recession"]);
    assert_eq!(loaded.scenarios[0].reference.as_deref(), Some("recession"));
    let warned = loaded.warnings.list(Lang::En);
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert_eq!((warned[0].code, warned[0].severity), ("changes-nothing", "warning"));
    assert!(warned[0].file.ends_with("same.toml"));
}

#[test]
fn shipped_ids_texts_and_subfolders_can_be_extended() {
    let bench = Bench::new(&[]);
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::create_dir(elsewhere.path().join("parts")).unwrap();
    let part = delta("[params]\ntenor = \"18 months\"");
    std::fs::write(elsewhere.path().join("parts/short.toml"), part).unwrap();
    let mine = "\u{FEFF}schema = \"puhui/scenario/1\"\r\nextends = \"parts/short.toml\"\r\n[params]\r\ntenor = \"24 months\"\r\n";
    std::fs::write(elsewhere.path().join("我的方案.toml"), mine).unwrap();
    let inputs = [
        Input::Path(elsewhere.path().join("我的方案.toml")),
        Input::named("baseline", &bench.options),
        Input::Text { id: "typed".into(), text: delta("[params]\ntenor = \"6 months\"") },
    ];
    let s = load(&inputs, &bench.options).unwrap_or_else(|e| panic!("{e}")).scenarios;
    assert_eq!((s[0].id.as_str(), s[0].params.tenor), ("我的方案", 24.0));
    assert_eq!(s[0].extends, ["short", "baseline"]);
    assert_eq!((s[1].id.as_str(), s[2].params.tenor), ("baseline", 6.0));
}

#[test]
fn what_is_included_is_laid_over_the_ancestors_and_under_the_file() {
    let tolerance = |from: &str, value: &str| {
        delta(&format!("[policy.npl_tolerance]\ntolerance = [{{ from = \"{from}\", value = \"{value}\" }}]"))
    };
    let head = "schema = \"puhui/scenario/1\"\nextends = \"baseline\"\n";
    let package = format!("{head}includes = [\"b\", \"inner\"]\n[params]\ntenor = \"24 months\"\n");
    let bench = Bench::new(&[
        ("a.toml", &delta("[params]\ntenor = \"6 months\"\n[policy.guarantee_chain]\nfee = \"0.6%\"")),
        ("b.toml", &tolerance("2024-01", "1pp")),
        ("inner.toml", &format!("{head}includes = \"a\"\n[policy.guarantee_chain]\nfee = \"0.7%\"\n")),
        ("package.toml", &package),
        ("measures/late.toml", &tolerance("2025-01", "0pp")),
        ("mixed.toml", &format!("{head}includes = [\"late\", \"b\"]\n")),
        ("circle.toml", &format!("{head}includes = [\"round\"]\n")),
        ("round.toml", &format!("{head}includes = [\"circle\"]\n")),
        ("wrong.toml", &format!("{head}includes = [\"b\", \"bb\"]\n")),
    ]);
    let s = bench.good(&["package.toml", "mixed.toml", "baseline.toml"]);
    let place = |id| crate::policy::instrument_index(id).unwrap();
    let (chain, npl) = (place("guarantee_chain"), place("npl_tolerance"));
    let in_2026 = |s: &Scenario, k: usize| s.policy.at(Month::new(2026, 1)).instruments[k].get(0);
    // The file has the last word, then what it includes, then what that includes.
    assert_eq!(s[0].params.tenor, 24.0);
    assert_eq!((in_2026(&s[0], chain), in_2026(&s[0], npl)), (0.007, 0.01));
    assert_eq!(s[0].extends, ["baseline"], "what is included is no ancestor");
    assert_eq!(s[0].written.layers.len(), 5);
    // The later of two lists replaces from its first date on; a folder of measures is found by the id alone.
    assert_eq!(in_2026(&s[1], npl), 0.01);
    assert!((in_2026(&s[2], chain) - 0.007).abs() > 1e-9, "the baseline stays as it is");
    let said = |file: &str| bench.load(&[file]).unwrap_err().list(Lang::En);
    let circle = said("circle.toml");
    assert_eq!((circle[0].code, circle[0].key.as_str()), ("extends-cycle", "includes"));
    assert!(circle[0].message.contains("circle → round → circle"), "{circle:?}");
    let wrong = said("wrong.toml");
    assert_eq!((wrong[0].code, wrong[0].line, wrong.len()), ("unknown-name", 3, 1), "{wrong:?}");
}
