//! What designs promise: exact points, numbers of runs that stay, values as written by hand, mistakes at their places.

use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::scenario::{Diagnostics, Options, load};

pub fn write(dir: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn design(text: &str) -> Result<Design, Diagnostics> {
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), "d.toml", text);
    Design::read(&path, &Options::default())
}

const GRID: &str = r#"
schema = "puhui/design/1"
kind = "grid"
scenarios = ["baseline", "plan"]
replications = 3
[[factor]]
key = "policy.guarantee_chain.fee"
name = "fee"
since = "2023-03"
scenarios = "plan"
from = "0.5%"
to = "2%"
step = "0.1%"
[[factor]]
key = "params.premium"
values = ["1%", "2.5%"]
"#;

#[test]
fn a_grid_is_exact_and_numbers_stay() {
    let text = GRID.replace("params.premium", "params.farm_wage_share").replace("2.5%", "20%");
    let d = Arc::new(design(&text).unwrap_or_else(|e| panic!("{e}")));
    assert_eq!(d.points.len(), 32);
    let fees: Vec<f64> = (0..16).map(|i| d.points.values(i * 2)[0]).collect();
    let written: Vec<f64> = (5..=20).map(|i| format!("{i}e-3").parse().unwrap()).collect();
    assert_eq!(fees, written);
    assert_eq!(d.points.places(0), [0.0, 0.0]);
    assert_eq!(d.points.places(31), [1.0, 1.0]);

    let plan = Plan::new(Arc::clone(&d), None);
    assert_eq!((plan.runs(), plan.scenarios(), plan.points()), (192, 2, 32));
    let all: Vec<Run> = (0..plan.runs()).map(|n| plan.run(n).unwrap()).collect();
    for (n, run) in all.iter().enumerate() {
        assert_eq!(plan.number(*run), n as u64);
        assert!(plan.block_runs(plan.block_of(n as u64)).contains(&(n as u64)));
    }
    let mut seen = all.clone();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all.len());
    let covered: u64 = (0..plan.blocks()).map(|b| plan.block_runs(b).count() as u64).sum();
    assert_eq!(covered, plan.runs());
    // Scenarios of a point stand side by side, and the first quarter of a round is spread over the fees.
    assert_eq!(all[0].point, all[1].point);
    let early: Vec<usize> = all[..16].iter().map(|r| r.point / 2).collect();
    for quarter in 0..4 {
        let there = early.iter().filter(|fee| **fee / 4 == quarter).count();
        assert!((2..=6).contains(&there), "{early:?}");
    }
    // More replications change nothing of earlier runs and blocks.
    let more = Plan::new(Arc::clone(&d), Some(7));
    assert_eq!(more.hash, plan.hash);
    assert!((0..plan.runs()).all(|n| more.run(n) == plan.run(n)));
    assert!((0..plan.blocks()).all(|b| more.block_runs(b) == plan.block_runs(b)));
    assert_eq!(plan.run(plan.runs()), None);
    // The fee goes to the plan alone, the premium to both.
    assert_eq!(plan.unmoved, [false, false]);
    let fee = text.rsplit_once("[[factor]]").unwrap().0;
    assert_eq!(Plan::new(Arc::new(design(fee).unwrap()), None).unmoved, [true, false]);
}

#[test]
fn a_factor_is_what_a_file_would_say() {
    let text = GRID.replace("params.premium", "params.farm_wage_share").replace("2.5%", "20%");
    let plan = Plan::new(Arc::new(design(&text).unwrap()), None);
    let dir = tempfile::tempdir().unwrap();
    let by_hand = write(
        dir.path(),
        "plan.toml",
        r#"schema = "puhui/scenario/1"
extends = "base"
title = { zh = "行动方案", en = "The action plan" }
policy.guarantee_chain.fee = [{ from = "2023-03", value = "0.8%" }]
params.farm_wage_share = "20%"
"#,
    );
    std::fs::write(dir.path().join("base.toml"), shipped("plan.toml")).unwrap();
    let hand = load(&[by_hand.into()], &Options::default()).unwrap_or_else(|e| panic!("{e}"));
    let made = plan.scenario(7, 1).unwrap();
    assert_eq!(plan.design.points.values(7), [0.008, 0.2]);
    assert_eq!(made.resolved_toml(), hand.scenarios[0].resolved_toml());
    assert_eq!((&made.policy, &made.params), (&hand.scenarios[0].policy, &hand.scenarios[0].params));
}

pub fn shipped(name: &str) -> &'static str {
    crate::scenario::SHIPPED.iter().find(|(n, _)| *n == name).unwrap().1
}

/// A design of one kind with the given lines and factors.
pub fn of(kind: &str, lines: &str, factors: &[&str]) -> Result<Design, Diagnostics> {
    let factors: String = factors.iter().map(|f| format!("[[factor]]\n{f}\n")).collect();
    design(&format!("schema = \"puhui/design/1\"\nkind = \"{kind}\"\n{lines}\n{factors}"))
}

pub const FEE: &str =
    "key = \"policy.guarantee_chain.fee\"\nsince = \"2023-03\"\nfrom = \"0.5%\"\nto = \"2%\"";
const PASS: &str = "key = \"params.pass_through\"";
pub const LIMIT: &str = "key = \"params.unsecured_limit\"";
const BANKS: &str = "key = \"params.lenders_asked\"\nfrom = 1\nto = 4";

#[test]
fn a_latin_hypercube_has_one_point_in_each_stretch() {
    let d = of("latin_hypercube", "points = 40", &[FEE, PASS, BANKS]).unwrap();
    assert_eq!((d.points.len(), d.layout, d.base), (40, crate::experiment::analysis::Layout::Free, 40));
    for f in 0..3 {
        let mut cells: Vec<usize> = (0..40).map(|p| (d.points.places(p)[f] * 40.0) as usize).collect();
        cells.sort_unstable();
        assert_eq!(cells, (0..40).collect::<Vec<_>>());
    }
    // A parameter without range takes the pack's; whole numbers come equally often.
    assert_eq!(d.factors[1].spread.ends(), (0.5, 0.85));
    for banks in 1..=4 {
        let there = (0..40).filter(|p| d.points.values(*p)[2] == f64::from(banks)).count();
        assert_eq!(there, 10);
    }
    let fees: Vec<f64> = (0..40).map(|p| d.points.values(p)[0]).collect();
    assert!(fees.iter().all(|x| (0.005..=0.02).contains(x)));
    // Places and luck hang on the seed alone, and no two seeds are one.
    let bits = |seed: u64| -> Vec<u64> {
        let lines = format!("points = 5\nseed = {seed}");
        let d = of("latin_hypercube", &lines, &[FEE, PASS]).unwrap();
        (0..5).flat_map(|p| d.points.places(p).iter().map(|u| u.to_bits()).collect::<Vec<_>>()).collect()
    };
    let mut all: Vec<Vec<u64>> = (0..20).map(bits).collect();
    assert_eq!(bits(7), all[7]);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 20);
}

#[test]
fn saltelli_rows_stand_as_told() {
    for (second, rows) in [(false, 5), (true, 8)] {
        let lines = format!("layout = \"saltelli\"\nbase = 4\nsecond_order = {second}");
        let d = of("sobol", &lines, &[FEE, PASS, LIMIT]).unwrap();
        assert_eq!((d.points.len(), d.base, d.second_order), (4 * rows, 4, second));
        for i in 0..4 {
            let at = |j: usize| d.points.places(i * rows + j);
            let (a, b) = (at(0), at(rows - 1));
            for f in 0..3 {
                for g in 0..3 {
                    assert_eq!(at(1 + f)[g], if f == g { b[g] } else { a[g] });
                    assert!(!second || at(4 + f)[g] == if f == g { a[g] } else { b[g] });
                }
                assert_ne!(a[f], b[f]);
            }
            assert!((0..rows).all(|j| d.points.group(i * rows + j) == i));
        }
        let csv = d.points_csv();
        let roles: Vec<&str> =
            csv.lines().skip(1).take(rows).map(|l| l.splitn(3, ',').nth(2).unwrap()).collect();
        assert!(roles[0].starts_with("A,,") && roles[1].starts_with("AB,guarantee_chain.fee,"), "{roles:?}");
        assert!(roles[rows - 1].starts_with("B,,"), "{roles:?}");
        assert!(csv.starts_with("point,group,role,moved,u.guarantee_chain.fee,u.pass_through,"), "{csv}");
    }
    // Not scrambled, the sequence is the plain one.
    let d = of("sobol", "points = 4\nscramble = false", &[FEE, PASS]).unwrap();
    let places: Vec<f64> = (0..4).flat_map(|p| d.points.places(p).to_vec()).collect();
    assert_eq!(places, [0.0, 0.0, 0.5, 0.5, 0.75, 0.25, 0.25, 0.75]);
    assert_eq!(d.points.values(1)[0], 0.0125);
}

#[test]
fn morris_moves_one_factor_at_a_time_by_one_step() {
    let d = of("morris", "trajectories = 30\nlevels = 6", &[FEE, PASS, LIMIT]).unwrap();
    assert_eq!((d.points.len(), d.base, d.levels), (120, 30, 6));
    let step = 6.0 / 10.0;
    let (mut up, mut first) = (0, [0; 3]);
    for t in 0..30 {
        let mut moved = Vec::new();
        for s in 1..=3 {
            let (a, b) = (d.points.places(t * 4 + s - 1), d.points.places(t * 4 + s));
            let changed: Vec<usize> = (0..3).filter(|f| a[*f] != b[*f]).collect();
            assert_eq!(changed.len(), 1);
            let by = b[changed[0]] - a[changed[0]];
            assert!((by.abs() - step).abs() < 1e-12, "{by}");
            up += usize::from(by > 0.0);
            assert_eq!(d.points.role(t * 4 + s), points::Role::Step(s as u32, Some(changed[0] as u32)));
            moved.push(changed[0]);
        }
        first[moved[0]] += 1;
        moved.sort_unstable();
        assert_eq!(moved, [0, 1, 2]);
        let levels = d.points.places(t * 4).iter().map(|u| u * 5.0);
        assert!(levels.into_iter().all(|l| (l - l.round()).abs() < 1e-9));
    }
    // Both ways and in every order.
    assert!((25..=65).contains(&up) && first.iter().all(|n| *n >= 3), "{up} {first:?}");
}

#[test]
fn lists_levels_and_logarithms_say_what_they_mean() {
    let d = of(
        "zip",
        "",
        &[
            "key = \"policy.micro_relending.quota\"\nvalues = [\"10亿元\", \"12.75亿元\", \"12.75亿元\"]",
            "key = \"params.lgd_unsecured\"\nfrom = \"40%\"\nto = \"90%\"\nlevels = 3",
            "key = \"params.markup_exponent\"\nfrom = 0.25\nto = 1\nlevels = 3\nspacing = \"log\"",
        ],
    )
    .unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(d.points.values(0), [1e9, 0.4, 0.25]);
    assert_eq!(d.points.values(1), [1.275e9, 0.65, 0.5]);
    assert_eq!(d.points.values(2), [1.275e9, 0.9, 1.0]);
    // Switches and choices list themselves; names with dots are the settings' own.
    let d = of(
        "grid",
        "scenarios = [\"baseline\", \"plan\"]",
        &[
            "key = \"policy.risk_compensation_fund.enabled\"\nsince = \"2023-03\"",
            "key = \"policy.risk_compensation_fund.access\"",
            "key = \"policy.risk_compensation_fund.share.credit\"\nvalues = [\"20%\", \"50%\"]",
            "key = \"macro.demand\"\nsince = \"2025-01\"\nvalues = [1.1, 1.2]",
        ],
    )
    .unwrap_or_else(|e| panic!("{e}"));
    let access = d.factors[1].levels().unwrap().len();
    assert_eq!(d.points.len(), 2 * access * 2 * 2);
    assert_eq!(d.factors[2].name, "risk_compensation_fund.share.credit");
    let (off, on) = (d.scenario(0, 0).unwrap(), d.scenario(d.points.len() - 1, 0).unwrap());
    let fund = crate::policy::instrument_index("risk_compensation_fund").unwrap();
    let until = crate::units::Month::new(2026, 1);
    assert!(!off.in_force(fund, until) && on.in_force(fund, until));
    assert_eq!(on.policy.at(until).instruments[fund].values[0], 0.0, "no initial capital in the baseline");
    let class = |i: usize| d.factors[i].class;
    assert_eq!((class(0), class(3)), ("policy", "assumption"));
}

#[test]
fn tables_say_the_same_in_csv_and_xlsx() {
    let dir = tempfile::tempdir().unwrap();
    let read = |csv: &[u8], lines: &str| {
        std::fs::write(dir.path().join("p.csv"), csv).unwrap();
        let text = format!("schema = \"puhui/design/1\"\nkind = \"table\"\ntable = \"p.csv\"\n{lines}");
        Design::read(&write(dir.path(), "d.toml", &text), &Options::default())
    };
    let d = read(
        "\u{FEFF}policy.guarantee_chain.fee [%],params.lenders_asked,#说明\r\n0.5,3,低\r\n1.25,4,\r\n"
            .as_bytes(),
        "",
    )
    .unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((d.points.values(0), d.points.values(1)), (&[0.005, 3.0][..], &[0.0125, 4.0][..]));
    assert_eq!(d.sources.len(), 2);
    let named = "[[factor]]\nkey = \"policy.guarantee_chain.fee\"\nname = \"fee\"\nsince = \"2023-03\"\n";
    let own = read(b"fee\n0.5%\n1.25%\n", named).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(own.points.values(1), [0.0125]);
    // (file, bytes) → code, place
    for (csv, lines, code, place) in [
        (&b"fee\n0.5%\n\xd3\xc0\xb4\xa8\n"[..], named, "file-encoding", (3, 1)),
        (b"fees\n0.5%\n", named, "unknown-name", (1, 1)),
        (b"fee\n0.5\n0.6\n", named, "needs-unit", (2, 1)),
        (b"fee,#\n0.5%,a\n,b\n", named, "empty-cell", (3, 1)),
        (b"fee\n0.5%\n 90%\n", named, "out-of-range", (3, 1)),
        (b"fee\n0.5%,1,2\n", named, "short-row", (2, 1)),
        (b"fee\n", named, "no-rows", (0, 0)),
        (b"policy.guarantee_chain.fees\n1%\n", "", "unknown-name", (1, 1)),
        (b"params.pass_through,params.pass_through\n60%,60%\n", "", "factor-overrides", (1, 21)),
    ] {
        let list = read(csv, lines).unwrap_err().list(crate::units::Lang::En);
        let there =
            list.iter().any(|l| l.code == code && (l.line, l.column) == place && l.file.contains("p.csv"));
        assert!(there, "{code}: {list:?}");
    }
}

#[test]
fn mistakes_are_told_at_their_places_with_what_is_allowed() {
    let with = |line: &str| format!("key = \"policy.guarantee_chain.fee\"\n{line}");
    let range = |rest: &str| with(&format!("from = \"0.5%\"\nto = \"2%\"\n{rest}"));
    let fee = range("step = \"0.1%\"");
    // Kind, lines, factors; code, line, column, words of message and help.
    type Case<'a> = (&'a str, &'a str, Vec<String>, &'a str, (usize, usize), &'a str);
    let cases: Vec<Case<'_>> = vec![
        ("grid", "", vec![], "missing", (1, 1), "[[factor]]"),
        ("gird", "", vec![fee.clone()], "unknown-name", (2, 8), "did you mean `grid`"),
        (
            "grid",
            "",
            vec!["key = \"policy.guarantee_chain.fees\"".into()],
            "unknown-name",
            (5, 7),
            "policy.guarantee_chain.fee",
        ),
        (
            "grid",
            "",
            vec!["key = \"param.need_share.farm\"".into()],
            "unknown-name",
            (5, 7),
            "params.need_share.farm",
        ),
        ("grid", "", vec!["values = [1]".into()], "missing", (4, 1), "key"),
        ("grid", "", vec![with("from = \"2%\"\nto = \"2%\"\nstep = \"1%\"")], "empty-range", (7, 6), "below"),
        (
            "grid",
            "",
            vec![with("from = \"2%\"\nto = \"1%\"\nstep = \"1%\"")],
            "empty-range",
            (7, 6),
            "2% to 1%",
        ),
        ("grid", "", vec![range("step = \"0%\"")], "step-not-positive", (8, 8), "above zero"),
        ("grid", "", vec![range("step = \"-0.1%\"")], "step-not-positive", (8, 8), "above zero"),
        ("grid", "", vec![range("step = \"0.4%\"")], "step-uneven", (8, 8), "1.7% or 2.1%"),
        ("grid", "", vec![range("step = 0.1")], "bare-number", (8, 8), "0.1%"),
        (
            "grid",
            "",
            vec![range("name = \"fee\"\nstep = \"0.00001%\"")],
            "too-many-points",
            (9, 8),
            "factor `fee` is too small: it alone has 150001 values",
        ),
        ("grid", "", vec![range("step = \"0.1%\"\nlevels = 3")], "both-ways", (9, 1), "two ways"),
        ("grid", "", vec![range("values = [\"1%\"]")], "both-ways", (6, 1), "two ways"),
        ("grid", "", vec![range("")], "needs-levels", (5, 7), "step"),
        ("grid", "", vec![with("values = [\"1%\", \"90%\"]")], "out-of-range", (6, 17), "allowed"),
        ("grid", "", vec![with("values = [\"1%\", \"1.0%\"]")], "value-twice", (6, 17), "1%"),
        ("grid", "", vec![with("values = []")], "no-values", (6, 10), "values"),
        ("grid", "", vec![with("value = [\"1%\"]")], "unknown-name", (6, 1), "values"),
        ("grid", "", vec![fee.clone(), fee.clone()], "factor-overrides", (10, 7), "guarantee_chain.fee"),
        (
            "grid",
            "",
            vec![fee.clone(), format!("name = \"a,b\"\n{PASS}\nvalues = [\"60%\"]")],
            "bad-name",
            (10, 8),
            "letters",
        ),
        ("grid", "", vec![format!("{fee}\nsince = \"2031-01\"")], "since-outside", (9, 9), "2027-12"),
        (
            "grid",
            "",
            vec![format!("{PASS}\nsince = \"2023-01\"\nvalues = [\"60%\"]")],
            "not-here",
            (6, 1),
            "no dates",
        ),
        (
            "grid",
            "",
            vec!["key = \"policy.risk_compensation_fund.multiple\"\nvalues = [\"5x\"]".into()],
            "instrument-off",
            (5, 7),
            "policy.risk_compensation_fund.enabled",
        ),
        ("grid", "scenarios = [\"basline\"]", vec![fee.clone()], "unknown-name", (3, 14), "baseline"),
        (
            "grid",
            "scenarios = [\"baseline\", \"baseline\"]",
            vec![fee.clone()],
            "duplicate-row",
            (3, 26),
            "baseline",
        ),
        ("grid", "indicators = [\"npl_rate\"]", vec![fee.clone()], "unknown-name", (3, 15), "npl_ratio"),
        ("grid", "scale = 0.3", vec![fee.clone()], "scale", (3, 9), "1/3"),
        ("grid", "until = \"2018-01\"", vec![fee.clone()], "period", (3, 9), "from"),
        (
            "grid",
            "replications = 100000",
            vec![fee.clone()],
            "too-many-runs",
            (3, 16),
            "replications = 62500",
        ),
        ("grid", "points = 3", vec![fee.clone()], "not-here", (3, 1), "latin_hypercube"),
        (
            "zip",
            "",
            vec![fee.clone(), format!("{PASS}\nvalues = [\"60%\"]")],
            "lengths-differ",
            (2, 8),
            "1 values",
        ),
        ("latin_hypercube", "", vec![FEE.into()], "missing", (2, 8), "points"),
        (
            "latin_hypercube",
            "points = 200000",
            vec![FEE.into()],
            "too-many-points",
            (3, 10),
            "points = 100000",
        ),
        (
            "latin_hypercube",
            "points = 9",
            vec!["key = \"policy.guarantee_chain.fee\"".into()],
            "needs-range",
            (5, 7),
            "from",
        ),
        (
            "sobol",
            "layout = \"saltelli\"\nbase = 100",
            vec![FEE.into()],
            "not-power-of-two",
            (4, 8),
            "64 or 128",
        ),
        (
            "sobol",
            "layout = \"saltelli\"\npoints = 64\nbase = 64",
            vec![FEE.into()],
            "not-here",
            (4, 10),
            "free",
        ),
        ("sobol", "base = 64\npoints = 64", vec![FEE.into()], "not-here", (3, 8), "saltelli"),
        (
            "sobol",
            "layout = \"saltelli\"\nbase = 65536",
            vec![FEE.into()],
            "too-many-points",
            (4, 8),
            "base = 32768",
        ),
        ("morris", "trajectories = 9\nlevels = 5", vec![FEE.into()], "odd-levels", (4, 10), "levels = 6"),
        (
            "morris",
            "trajectories = 9",
            vec![format!("{PASS}\nspacing = \"log\"")],
            "not-here",
            (6, 1),
            "from",
        ),
        ("table", "", vec![], "missing", (2, 8), "table"),
        ("table", "table = \"no.csv\"", vec![], "table-unreadable", (3, 9), "no.csv"),
    ];
    for (kind, lines, factors, code, place, word) in cases {
        let factors: Vec<&str> = factors.iter().map(String::as_str).collect();
        let found = of(kind, lines, &factors).map(|_| ()).unwrap_err();
        let list = found.list(crate::units::Lang::En);
        let said = |l: &crate::scenario::Listed| format!("{} {}", l.message, l.help);
        let there =
            list.iter().any(|l| l.code == code && (l.line, l.column) == place && said(l).contains(word));
        assert!(there, "{kind} {code} {place:?} {word}: {list:#?}");
        // The same in Chinese, in no English words.
        for l in found.list(crate::units::Lang::Zh) {
            assert!(l.message.chars().any(|c| c > '\u{3400}'), "{}", l.message);
        }
    }
    // All at once.
    let all = of("grid", "scale = 3\nuntil = \"x\"", &[&range("step = \"0%\""), "key = \"params.none\""])
        .unwrap_err();
    let codes: Vec<&str> = all.list(crate::units::Lang::En).into_iter().map(|l| l.code).collect();
    assert_eq!(codes, ["scale", "bad-date", "step-not-positive", "unknown-name"]);
    // A grid that is too large says which factor has how many values.
    let fine = "key = \"policy.guarantee_chain.fee\"\nfrom = \"0%\"\nto = \"2%\"\nstep = \"0.01%\"";
    let many = [
        fine.to_owned(),
        format!("{PASS}\nfrom = \"50%\"\nto = \"85%\"\nlevels = 100"),
        format!("{LIMIT}\nfrom = \"10%\"\nto = \"20%\"\nlevels = 10"),
    ];
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let said = of("grid", "", &many).unwrap_err().to_string();
    assert!(said.contains("201000 points") && said.contains("guarantee_chain.fee 201 × "), "{said}");
}

#[test]
fn what_cannot_be_run_is_said_and_what_is_implausible_too() {
    let d = of(
        "grid",
        "scenarios = \"plan\"",
        &["key = \"policy.risk_compensation_fund.min_ticket\"\nvalues = [\"0元\", \"600万元\"]"],
    )
    .unwrap_or_else(|e| panic!("{e}"));
    let said: Vec<&str> = d.warnings.items.iter().map(|d| d.mistake.code()).collect();
    assert_eq!(said, ["points-broken"], "{}", d.warnings);
    assert!(d.scenario(0, 0).is_ok() && d.scenario(1, 0).is_err());
    let d = of("grid", "", &["key = \"params.pass_through\"\nvalues = [\"20%\"]"]).unwrap();
    let said: Vec<&str> = d.warnings.items.iter().map(|d| d.mistake.code()).collect();
    assert_eq!(said, ["beyond-plausible"]);
}

#[test]
fn the_hash_names_what_differs() {
    let plan = |lines: &str, factors: &[&str]| {
        Plan::new(Arc::new(of("latin_hypercube", lines, factors).unwrap_or_else(|e| panic!("{e}"))), None)
    };
    let first = plan("points = 6", &[FEE, PASS]);
    assert!(first.file.differences(&plan("points = 6\nreplications = 9", &[FEE, PASS]).file).is_empty());
    for (lines, factors, names) in [
        ("points = 6\nseed = 1", [FEE, PASS], &["seed", "points"][..]),
        ("points = 6\nscale = 0.5", [FEE, PASS], &["scale"]),
        ("points = 6\nuntil = \"2026-12\"", [FEE, PASS], &["months"]),
        ("points = 6\nevery = \"month\"", [FEE, PASS], &["every"]),
        ("points = 6\nindicators = \"jobs\"", [FEE, PASS], &["indicators"]),
        (
            "points = 6\nscenarios = \"npl-0\"",
            [FEE, PASS],
            &["scenarios", "scenario baseline", "scenario npl-0"],
        ),
    ] {
        let other = plan(lines, &factors);
        let found = first.file.differences(&other.file);
        let found: Vec<&str> = found.iter().map(|d| d.split(" (").next().unwrap()).collect();
        assert_eq!(found, names, "{lines}");
        assert_ne!(other.hash, first.hash);
    }
    let seed = plan("points = 6\nseed = 1", &[FEE, PASS]);
    assert_eq!(first.file.differences(&seed.file)[0], "seed (20230206 → 1)");
    let back: PlanFile = serde_json::from_str(&first.json()).unwrap();
    assert_eq!(PlanFile { order: first.file.order.clone(), ..back }, first.file);
}

#[test]
fn levers_are_crossed_with_what_is_drawn() {
    let lever = "key = \"policy.guarantee_chain.fee\"\nvalues = [\"0.5%\", \"1%\"]\ncrossed = true";
    let switch = "key = \"policy.npl_tolerance.enabled\"\ncrossed = true";
    for kind in ["latin_hypercube", "sobol"] {
        let alone = of(kind, "points = 8", &[PASS, LIMIT]).unwrap();
        let d = of(kind, "points = 8", &[PASS, lever, LIMIT, switch]).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(d.points.len(), 32);
        for p in 0..32 {
            let (x, drawn) = (d.points.values(p), alone.points.values(p / 4));
            assert_eq!([x[0], x[2]], drawn);
            assert_eq!([x[1], x[3]], [[0.005, 0.0], [0.005, 1.0], [0.01, 0.0], [0.01, 1.0]][p % 4]);
            assert_eq!(d.points.group(p), p);
        }
    }
    for (kind, lines, factor, code) in [
        ("grid", "", lever.to_owned(), "not-here"),
        ("latin_hypercube", "points = 8", format!("{FEE}\ncrossed = true"), "needs-levels"),
        ("sobol", "layout = \"saltelli\"\nbase = 8", lever.to_owned(), "not-here"),
        ("latin_hypercube", "points = 60000", lever.to_owned(), "too-many-points"),
    ] {
        let list = of(kind, lines, &[PASS, &factor]).unwrap_err().list(crate::units::Lang::En);
        assert!(list.iter().any(|l| l.code == code), "{kind}: {list:?}");
    }
}
