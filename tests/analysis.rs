//! `puhui sensitivity` and `puhui decide` over a sweep's folder as `docs/sweeps.md` describes it and over a comparison: known
//! outcomes in, known findings out, in both languages; what cannot be analysed is refused by name.

use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;

use assert_cmd::Command;
use puhui::experiment::sweep::folder::{part_path, plan_text};
use puhui::experiment::sweep::part::{Cells, encode};
use puhui::experiment::sweep::{PlanFile, Shape};
use puhui::luck::{Luck, Stream};

/// A point: its group, role, and places of the factors, which run from 0 to 1.
struct Point {
    group: usize,
    role: String,
    x: Vec<f64>,
}

/// A sweep to be written.
struct Sweep<'a> {
    layout: &'a str,
    /// Name and class.
    factors: &'a [(&'a str, &'a str)],
    points: Vec<Point>,
    scenarios: &'a [&'a str],
    replications: usize,
    indicators: &'a [&'a str],
}

const HASH: &str = "5ee9";

impl Sweep<'_> {
    /// Writes the folder; `outcome` gets (point, scenario, replication) and answers each indicator.
    fn write(&self, dir: &Path, outcome: impl Fn(&Point, usize, usize) -> Vec<f64>) {
        let metric = |name: &str| puhui::metrics::METRICS.iter().find(|m| m.name == name).unwrap();
        let json = serde_json::json!({
            "format": "puhui/sweep/1",
            "kind": match self.layout { "saltelli" => "sobol", "morris" => "morris", _ => "latin_hypercube" },
            "layout": self.layout,
            "factors": self.factors.iter().map(|(name, class)| serde_json::json!({
                "name": name, "key": format!("params.{name}"), "unit": "number", "class": class,
                "from": 0.0, "to": 1.0, "zh": format!("参数{name}"), "en": format!("input {name}"),
            })).collect::<Vec<_>>(),
            "scenarios": self.scenarios.iter().map(|id| serde_json::json!({
                "id": id, "titles": { "zh": format!("方案{id}"), "en": format!("scenario {id}") },
            })).collect::<Vec<_>>(),
            "indicators": self.indicators.iter().map(|name| serde_json::json!({
                "name": name, "unit": metric(name).unit, "zh": metric(name).zh, "en": metric(name).en,
                "direction": format!("{:?}", metric(name).direction).to_lowercase(), "yearly": "last",
            })).collect::<Vec<_>>(),
            "seed": 7, "scale": "1/100", "from": "2023-01", "until": "2024-12", "every": "year",
        });
        fs::write(dir.join("design.json"), json.to_string()).unwrap();
        fs::write(dir.join("plan.json"), plan_text(&self.plan()).unwrap()).unwrap();
        let names =
            |kind: &str| self.factors.iter().map(|f| format!(",{kind}.{}", f.0)).collect::<Vec<_>>().concat();
        let mut points = format!("point,group,role,moved{}{}\n", names("u"), names("x"));
        for (n, p) in self.points.iter().enumerate() {
            let x: String = p.x.iter().map(|v| format!(",{v}")).collect();
            points += &format!("{n},{},{},{x}{x}\n", p.group, p.role);
        }
        fs::write(dir.join("points.csv"), points).unwrap();
        fs::create_dir(dir.join("timeseries")).unwrap();
        for block in 0..self.plan().blocks {
            fs::write(part_path(dir, block), self.part(block, &outcome)).unwrap();
        }
    }

    /// One block a replication.
    fn plan(&self) -> PlanFile {
        let points = self.points.len() as u64;
        let of = (HASH.to_owned(), Vec::new());
        PlanFile::new(of, (points, self.scenarios.len() as u64, self.replications as u32), points)
    }

    /// Two years a run, the first without sense; a failed run (NaN) has one row without year or values.
    fn part(&self, block: u64, outcome: &impl Fn(&Point, usize, usize) -> Vec<f64>) -> Vec<u8> {
        let plan = self.plan();
        let unit =
            |name: &str| puhui::metrics::METRICS.iter().find(|m| m.name == name).unwrap().unit.to_owned();
        let shape = Shape {
            factors: self.factors.iter().map(|f| (f.0.to_owned(), "number".to_owned())).collect(),
            scenarios: self.scenarios.iter().map(|s| (*s).to_owned()).collect(),
            indicators: self.indicators.iter().map(|i| ((*i).to_owned(), unit(i))).collect(),
            monthly: false,
        };
        let (mut run, mut point, mut scenario, mut replication) = (vec![], vec![], vec![], vec![]);
        let (mut year, mut reason, mut record) = (vec![], vec![], vec![]);
        let mut x = vec![Vec::new(); self.factors.len()];
        let mut values = vec![Vec::new(); self.indicators.len()];
        for number in plan.runs_of(block) {
            let is = plan.run(number);
            let at = &self.points[is.point as usize];
            let found = outcome(at, is.scenario as usize, is.replication as usize);
            let failed = found.iter().all(|v| v.is_nan());
            for y in if failed { 2024..2025 } else { 2023..2025 } {
                run.push(number as i64);
                point.push(Some(is.point as i32));
                scenario.push(Some(Arc::from(self.scenarios[is.scenario as usize])));
                replication.push(Some(is.replication as i32));
                year.push((!failed).then_some(y));
                reason.push(failed.then(|| Arc::from("made to fail")));
                record.push((!failed).then(|| Arc::from("0")));
                x.iter_mut().zip(&at.x).for_each(|(column, v)| column.push(*v));
                let none = |v: f64| if y == 2023 { -1e6 } else { v };
                values.iter_mut().zip(&found).for_each(|(column, v)| column.push(none(*v)));
            }
        }
        let mut cells = vec![
            Cells::Long(run),
            Cells::Int(point),
            Cells::Text(scenario),
            Cells::Int(replication),
            Cells::Int(year),
            Cells::Text(reason),
            Cells::Text(record),
        ];
        cells.extend(x.into_iter().chain(values).map(Cells::Real));
        encode(&plan.stamp(block), &shape.columns(), &cells).unwrap()
    }
}

fn saltelli(k: usize, n: u32) -> Vec<Point> {
    let key = Luck::new(3, 0).key_fixed(Stream::Genesis);
    let mut out = Vec::new();
    for j in 0..n {
        let [a, b] =
            [0, 1].map(|m| (0..k as u32).map(|i| f64::from(key.unit2(j, 2 * i + m))).collect::<Vec<_>>());
        let mut put = |role: &str, x: Vec<f64>| out.push(Point { group: j as usize, role: role.into(), x });
        put("A", a.clone());
        for i in 0..k {
            let mut x = a.clone();
            x[i] = b[i];
            put("AB", x);
        }
        put("B", b);
    }
    out
}

fn free(k: usize, n: u32) -> Vec<Point> {
    let key = Luck::new(4, 0).key_fixed(Stream::Genesis);
    let x = |p| (0..k as u32).map(|i| f64::from(key.unit2(p, i))).collect();
    (0..n).map(|p| Point { group: p as usize, role: String::new(), x: x(p) }).collect()
}

fn dice(r: usize, id: u32) -> f64 {
    f64::from(Luck::new(9, r as u32).key_fixed(Stream::Productivity).normal(id))
}

fn puhui(line: &[&str]) -> Output {
    Command::cargo_bin("puhui").unwrap().args(line).output().unwrap()
}

/// Runs and returns what was said; must end well.
fn said(line: &[&str]) -> String {
    let done = puhui(line);
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{line:?}: {errors}");
    String::from_utf8(done.stdout).unwrap()
}

/// A table as rows of (column → cell).
fn table(path: &Path) -> Vec<std::collections::HashMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(|r| r.unwrap()).collect()
}

fn number(row: &std::collections::HashMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap_or(f64::NAN)
}

#[test]
fn a_saltelli_sweep_tells_what_outcomes_hang_on() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path();
    let sweep = Sweep {
        layout: "saltelli",
        factors: &[("alpha", "assumption"), ("beta", "literature"), ("gamma", "assumption")],
        points: saltelli(3, 300),
        scenarios: &["base", "plan"],
        replications: 4,
        indicators: &["inclusive_balance", "npl_ratio", "jobs"],
    };
    // Balance: variances 16, 4, 0 over 12 (indices 0.8, 0.2, 0), luck of variance 20/12 · 1 shared by all points; the plan adds
    // gamma alone; the NPL ratio is luck of each run's own; jobs never differ.
    sweep.write(dir, |p, s, r| {
        if p.group == 5 && r == 1 && s == 1 && p.role == "B" {
            return vec![f64::NAN; 3];
        }
        let luck = (20.0f64 / 12.0).sqrt() * dice(r, 0);
        let balance = 4.0 * p.x[0] + 2.0 * p.x[1] + luck + if s == 1 { 1.0 + p.x[2] } else { 0.0 };
        let id = (p.x.iter().sum::<f64>() * 1e6) as u32;
        vec![1e9 * (10.0 + balance), 0.03 + 0.001 * dice(r, id), 500.0]
    });
    let run = dir.to_str().unwrap();
    let english = said(&["sensitivity", run, "--lang", "en"]);
    let chinese = said(&["sensitivity", run, "--lang", "zh"]);
    assert!(english.contains("hangs mainly on input alpha"), "{english}");
    assert!(english.contains("scenario plan minus scenario base: hangs mainly on input gamma"), "{english}");
    let unknown = english.lines().find(|l| l.starts_with("With this many runs")).unwrap();
    assert!(unknown.contains("NPL ratio of inclusive loans (scenario base)"), "{english}");
    assert!(chinese.contains("主要取决于“参数alpha”") && chinese.contains("仅凭假设的输入"), "{chinese}");
    assert!(english.contains("Runs without outcome: 1."), "{english}");

    let indices = table(&dir.join("sensitivity/indices.csv"));
    let of = |factor: &str, baseline: &str| {
        let wanted = |r: &&std::collections::HashMap<String, String>| {
            r["factor"] == factor && r["baseline_id"] == baseline && r["variable"] == "inclusive_balance"
        };
        indices.iter().find(|r| wanted(r) && (baseline.is_empty() || r["scenario_id"] == "plan")).unwrap()
    };
    for (factor, truth) in [("alpha", 0.8), ("beta", 0.2), ("gamma", 0.0)] {
        let row = of(factor, "");
        assert!(number(row, "total_low") <= truth && truth <= number(row, "total_high"), "{row:?}");
    }
    assert!((number(of("gamma", "base"), "total") - 1.0).abs() < 0.2);
    assert_eq!((of("alpha", "")["rank"].as_str(), of("beta", "")["rank"].as_str()), ("1", "2"));
    assert!(indices.iter().all(|r| r["variable"] != "jobs"), "what never differs has no indices");
    let variance = table(&dir.join("sensitivity/variance.csv"));
    let part = |variable: &str, part: &str| {
        let wanted = |r: &&std::collections::HashMap<String, String>| {
            r["variable"] == variable && r["part"] == part && r["scenario_id"] == "base"
        };
        variance.iter().find(wanted).unwrap()
    };
    assert_eq!(part("npl_ratio", "noise")["known"], "false");
    let assumed =
        (part("inclusive_balance", "assumption:least"), part("inclusive_balance", "assumption:most"));
    for end in [assumed.0, assumed.1] {
        assert!(number(end, "share_low") <= 0.8 && 0.8 <= number(end, "share_high"), "{end:?}");
    }
    for lang in ["zh", "en"] {
        for name in ["indices", "variance"] {
            for ending in ["svg", "png", "csv"] {
                let file = dir.join(format!("sensitivity/figures/{lang}/{name}.{ending}"));
                assert!(fs::metadata(&file).unwrap().len() > 100, "{}", file.display());
            }
        }
    }
    // The same folder, the same bytes.
    let before = fs::read(dir.join("sensitivity/indices.csv")).unwrap();
    said(&["sensitivity", run, "--lang", "en"]);
    assert_eq!(before, fs::read(dir.join("sensitivity/indices.csv")).unwrap());
    keep(dir, "sensitivity");
}

#[test]
fn a_morris_sweep_tells_which_inputs_matter() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path();
    let names: Vec<String> = (0..6).map(|i| format!("p{i}")).collect();
    let factors: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), "assumption")).collect();
    let key = Luck::new(5, 0).key_fixed(Stream::Genesis);
    let mut points = Vec::new();
    for t in 0..20u32 {
        let key = key.nth(t);
        let mut order: Vec<usize> = (0..6).collect();
        order.sort_by_key(|&i| key.bits(100 + i as u32));
        let mut x: Vec<f64> = (0..6u32).map(|i| f64::from(key.bits(i) % 4) / 3.0).collect();
        let mut put = |role: usize, x: &[f64]| {
            points.push(Point { group: t as usize, role: role.to_string(), x: x.to_vec() });
        };
        put(0, &x);
        for (s, i) in order.into_iter().enumerate() {
            x[i] += if x[i] < 0.5 { 2.0 / 3.0 } else { -2.0 / 3.0 };
            put(s + 1, &x);
        }
    }
    let sweep = Sweep {
        layout: "morris",
        factors: &factors,
        points,
        scenarios: &["base"],
        replications: 3,
        indicators: &["npl_ratio"],
    };
    sweep.write(dir, |p, _, r| {
        let id =
            p.x.iter().fold(p.group as u32, |h, v| h.wrapping_mul(31).wrapping_add((v * 3.0).round() as u32));
        vec![0.03 + 0.02 * p.x[0] + 0.008 * p.x[1] + 0.0005 * dice(r, id)]
    });
    let run = dir.to_str().unwrap();
    let english = said(&["sensitivity", run, "--lang", "en"]);
    assert!(
        english.contains(
            "2 of 6 inputs do more than luck would show, 2 of them mere assumptions: input p0 most, then input p1."
        ),
        "{english}"
    );
    assert!(said(&["sensitivity", run, "--lang", "zh"]).contains("6 个输入中有 2 个"));
    let effects = table(&dir.join("sensitivity/effects.csv"));
    assert!(
        number(&effects[0], "mu_low") <= 0.02 && number(&effects[0], "mu_high") >= 0.02,
        "{:?}",
        effects[0]
    );
    assert_eq!(
        (effects[0]["rank"].as_str(), effects[1]["rank"].as_str(), effects[2]["rank"].as_str()),
        ("1", "2", "")
    );
    assert!(dir.join("sensitivity/figures/zh/elementary-effects.svg").is_file());
    keep(dir, "morris");
}

#[test]
fn a_decision_over_assumptions_says_what_is_known_and_no_more() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path();
    let sweep = Sweep {
        layout: "free",
        factors: &[("alpha", "assumption"), ("beta", "assumption")],
        points: free(2, 200),
        scenarios: &["base", "plan", "waste"],
        replications: 2,
        indicators: &["inclusive_balance", "city_gap", "npl_ratio", "public_cost", "fund_exhausted"],
    };
    // The plan misses the city's growth where alpha < 0.4 and beta > 0.6; waste costs more and gives less.
    sweep.write(dir, |p, s, r| {
        let luck = 0.3 * dice(r, 1);
        let balance = 10.0 + p.x[0] + luck + [0.0, 1.0, 0.5][s];
        let missed = s == 1 && p.x[0] < 0.4 && p.x[1] > 0.6;
        let gap = if missed { -0.01 } else { 0.02 };
        let npl = [0.025, 0.028, 0.035][s] + 0.001 * p.x[1];
        vec![1e9 * balance, gap, npl, 1e6 * [0.0, 50.0, 80.0][s], f64::from(u8::from(s == 2 && p.x[1] > 0.5))]
    });
    let run = dir.to_str().unwrap();
    let english = said(&["decide", run, "--lang", "en"]);
    for words in [
        "Inclusive MSE loan balance: “scenario plan” beats every other",
        "“scenario waste” is surely dominated by “scenario plan”",
        "input alpha is below 0.4",
        "input beta is above 0.6",
        "fail",
        "pass",
    ] {
        assert!(english.contains(words), "no `{words}` in:\n{english}");
    }
    let chinese = said(&["decide", run, "--lang", "zh"]);
    for words in ["“方案plan”胜过其余每一个", "“方案waste”确定劣于“方案plan”", "参数alpha 低于 0.4", "不通过"]
    {
        assert!(chinese.contains(words), "no `{words}` in:\n{chinese}");
    }
    let limits = table(&dir.join("decide/limits.csv"));
    let judged: Vec<(&str, &str)> =
        limits.iter().map(|r| (r["option"].as_str(), r["judgement"].as_str())).collect();
    assert_eq!(
        judged,
        [
            ("base", "pass"),
            ("plan", "pass"),
            ("waste", "fail"),
            ("base", "pass"),
            ("plan", "pass"),
            ("waste", "fail")
        ]
    );
    let places = table(&dir.join("decide/frontier.csv"));
    let plan = places.iter().find(|p| p["option"] == "plan").unwrap();
    // 50 million for a billion more.
    assert_eq!((plan["standing"].as_str(), plan["against"].as_str()), ("on", "base"));
    assert!((number(plan, "ratio") - 0.05).abs() < 1e-9, "{plan:?}");
    assert_eq!(places.iter().find(|p| p["option"] == "waste").unwrap()["standing"], "dominated");
    // Levels move with the assumptions; what an option adds does not, and is known to the fen.
    for (column, value) in [("cost_more", 5e7), ("effect_more", 1e9)] {
        for end in ["", "_low", "_high"] {
            assert!((number(plan, &format!("{column}{end}")) - value).abs() < 1.0, "{column}{end}: {plan:?}");
        }
    }
    let (low, level, high) =
        (number(plan, "effect_low"), number(plan, "effect"), number(plan, "effect_high"));
    // A uniform input of a billion: standard deviation 289m, over 200 points 20m, and 1.97 of them either way.
    assert!(low < level && level < high && (high - low - 8e7).abs() < 1e7, "{plan:?}");
    assert!(
        english.contains("more than “scenario base”") && english.contains("+1.00 [+1.00, +1.00]"),
        "{english}"
    );
    assert!(chinese.contains("比“方案base”多"), "{chinese}");
    let drawn = table(&dir.join("decide/figures/zh/frontier.csv"));
    assert!(drawn.iter().all(|r| !r["cost_low"].is_empty() && !r["effect_high"].is_empty()), "{drawn:?}");
    let chart = fs::read_to_string(dir.join("decide/figures/en/frontier.svg")).unwrap();
    assert!(chart.contains("Crosses are 95%"), "the footer says what is drawn");
    let regret = table(&dir.join("decide/regret.csv"));
    let of = |option: &str| {
        regret.iter().find(|r| r["option"] == option && r["variable"] == "inclusive_balance").unwrap()
    };
    assert!((number(of("base"), "max") - 1e9).abs() < 1.0 && number(of("plan"), "max") == 0.0);
    for name in ["best", "ranks", "beats", "regret", "limits", "frontier", "boxes"] {
        assert!(dir.join(format!("decide/figures/zh/{name}.svg")).is_file(), "{name}");
    }
    let cases = table(&dir.join("decide/cases.csv"));
    assert_eq!(cases.len(), 3 * 200);
    let missed = |c: &std::collections::HashMap<String, String>| {
        c["option"] == "plan" && number(c, "x.alpha") < 0.4 && number(c, "x.beta") > 0.6
    };
    assert!(cases.iter().all(|c| (c["case"] == "1") == missed(c)));
    assert!(english.contains("“scenario base”: never in 200 points."), "{english}");
    keep(dir, "decide");
    // Another question leaves nothing of the first behind.
    said(&["decide", run, "--case", "npl_ratio > 50%", "--lang", "en"]);
    let boxes = table(&dir.join("decide/boxes.csv"));
    assert!(boxes.is_empty(), "{boxes:?}");
}

#[test]
fn crossed_settings_are_options_and_a_cloud_of_them_is_not() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path();
    // Two fees, each under sixty sets of assumptions.
    let mut points = Vec::new();
    for (n, p) in free(1, 60).into_iter().enumerate() {
        for fee in [0.0, 1.0] {
            points.push(Point { group: 2 * n + fee as usize, role: String::new(), x: vec![fee, p.x[0]] });
        }
    }
    let sweep = Sweep {
        layout: "free",
        factors: &[("fee", "policy"), ("alpha", "assumption")],
        points,
        scenarios: &["plan"],
        replications: 2,
        indicators: &["inclusive_balance", "npl_ratio"],
    };
    sweep.write(dir, |p, _, r| vec![1e9 * (5.0 - p.x[0] + p.x[1] + dice(r, 1)), 0.02]);
    let english = said(&["decide", dir.to_str().unwrap(), "--lang", "en"]);
    assert!(english.contains("“scenario plan (0)” beats every other"), "{english}");
    let options = table(&dir.join("decide/options.csv"));
    assert_eq!(options.iter().map(|o| o["sets"].as_str()).collect::<Vec<_>>(), ["60", "60"]);
}

#[test]
fn a_comparison_is_decided_too_and_force_may_replace_it() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("results");
    let run = out.to_str().unwrap();
    let compare = [
        "compare",
        "baseline",
        "support-off",
        "--scale",
        "0.005",
        "--replications",
        "3",
        "--from",
        "2019-01",
        "--until",
        "2022-12",
        "--quiet",
        "--lang",
        "en",
        "--out",
        run,
    ];
    said(&compare);
    let english = said(&["decide", run, "--lang", "en"]);
    assert!(english.contains("Sets of assumptions: 1.") && english.contains("P(best)"), "{english}");
    assert!(english.contains("needs at least 73 independent draws"), "{english}");
    let judged = table(&out.join("decide/limits.csv"));
    assert!(judged.iter().any(|r| r["judgement"] == "undecided"), "three replications promise no 95%");
    // What decide wrote is the program's own.
    said(&[&compare[..], &["--force"]].concat());
    let refused = puhui(&["sensitivity", run, "--lang", "en"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("layout = \"saltelli\""));
}

/// Answers may go elsewhere, for a run that nobody may write to; what stands there is not overwritten.
#[test]
fn an_analysis_can_be_written_elsewhere_and_spares_what_it_did_not_write() {
    let place = tempfile::tempdir().unwrap();
    let (run, out) = (place.path().join("run"), place.path().join("answers/first"));
    fs::create_dir(&run).unwrap();
    let sweep = Sweep {
        layout: "saltelli",
        factors: &[("alpha", "assumption")],
        points: saltelli(1, 60),
        scenarios: &["base", "plan"],
        replications: 2,
        indicators: &["npl_ratio"],
    };
    sweep.write(&run, |p, s, r| vec![0.02 + 0.001 * p.x[0] + 0.001 * s as f64 + 1e-5 * dice(r, 1)]);
    let names = |dir: &Path| {
        let mut names: Vec<_> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let (before, text) = (names(&run), run.to_str().unwrap());
    for what in ["decide", "sensitivity"] {
        let to = out.with_file_name(what);
        let line = [what, text, "--out", to.to_str().unwrap(), "--lang", "en"];
        let elsewhere = said(&line);
        assert!(elsewhere.contains(to.to_str().unwrap()), "{elsewhere}");
        assert!(to.join(format!("{what}.json")).is_file() && to.join("figures/en").is_dir());
        assert_eq!(names(&run), before, "nothing is written into the run");
        said(&line);
    }
    // Another analysis, results and a file are left alone.
    fs::create_dir(place.path().join("results")).unwrap();
    fs::write(place.path().join("results/effects.csv"), "hours of work").unwrap();
    fs::write(place.path().join("results/manifest.json"), "{}").unwrap();
    let results = place.path().join("results");
    let other = out.with_file_name("sensitivity");
    for (to, zh, en) in [
        (&results, "未作改动", "left alone"),
        (&other, "未作改动", "left alone"),
        (&results.join("effects.csv"), "是文件", "is a file"),
    ] {
        for (lang, word) in [("zh", zh), ("en", en)] {
            let done = puhui(&["decide", text, "--out", to.to_str().unwrap(), "--lang", lang]);
            let errors = String::from_utf8_lossy(&done.stderr).into_owned();
            assert!(done.status.code() == Some(2) && errors.contains(word), "{errors}");
        }
    }
    assert_eq!(fs::read_to_string(results.join("effects.csv")).unwrap(), "hours of work");
    refuses_to_write(&run);
}

/// A run on a disk that takes nothing, in namespaces that need no privileges: the way out is named.
#[cfg(target_os = "linux")]
fn refuses_to_write(run: &Path) {
    let (run, puhui) = (run.to_str().unwrap(), env!("CARGO_BIN_EXE_puhui"));
    let script = format!(
        "mount --bind {run} {run} && mount -o remount,bind,ro {run} || exit 77
         {puhui} decide {run} --lang zh; {puhui} decide {run} --lang en"
    );
    let done = std::process::Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
        .output();
    let Ok(done) = done else { return eprintln!("not tried: `unshare` cannot be started") };
    let errors = String::from_utf8_lossy(&done.stderr).into_owned();
    if done.status.code() == Some(77) || errors.contains("unshare:") {
        return eprintln!("not tried: {errors}");
    }
    assert_eq!(done.status.code(), Some(1), "{errors}");
    assert!(errors.contains("只读") && errors.contains("可用 --out DIR 另存"), "{errors}");
    assert!(errors.contains("--out DIR writes elsewhere"), "{errors}");
}

#[cfg(not(target_os = "linux"))]
fn refuses_to_write(_: &Path) {}

#[test]
fn what_cannot_be_analysed_is_refused_by_name() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path();
    let run = dir.to_str().unwrap();
    let refused = |line: &[&str], zh: &str, en: &str| {
        for (lang, words) in [("zh", zh), ("en", en)] {
            let done = puhui(&[line, &["--lang", lang]].concat());
            let errors = String::from_utf8_lossy(&done.stderr).into_owned();
            assert_eq!(done.status.code(), Some(2), "{line:?}: {errors}");
            assert!(errors.contains(words), "{line:?}: {errors}");
        }
    };
    refused(&["decide", run], "既不是 puhui 的批量实验", "neither a sweep nor a comparison");
    let sweep = Sweep {
        layout: "free",
        factors: &[("alpha", "assumption")],
        points: free(1, 60),
        scenarios: &["base", "plan"],
        replications: 1,
        indicators: &["npl_ratio"],
    };
    sweep.write(dir, |p, s, _| vec![0.02 + 0.001 * p.x[0] + 0.001 * s as f64]);
    refused(&["sensitivity", run], "敏感性分析需要", "sensitivity needs a sweep");
    refused(&["decide", run, "--year", "2031"], "不是本次运行的完整年份（2023–2024）", "no whole year");
    refused(
        &["decide", run, "--limit", "npl_rate <= 3%"],
        "是否想写 `npl_ratio`",
        "did you mean `npl_ratio`",
    );
    refused(&["decide", run, "--limit", "npl_ratio <= 3"], "不是可用的条件", "is no condition");
    refused(&["decide", run, "--limit", "npl_ratio = 3%"], "不是可用的条件", "is no condition");
    refused(&["decide", run, "--case", "npl_ratio <= 3% with 100%"], "不是可用的条件", "below 100%");
    refused(&["decide", run, "--cost", "gold"], "没有保存指标 `gold`", "no indicator `gold`");
    // A part of another plan is named.
    let part = dir.join("timeseries/part-0000000.parquet");
    let plan = sweep.plan();
    let other = PlanFile { hash: "other".into(), ..plan.clone() };
    fs::write(dir.join("plan.json"), plan_text(&other).unwrap()).unwrap();
    refused(
        &["decide", run],
        "part-0000000.parquet：属于另一个计划（5ee9）",
        "part-0000000.parquet belongs to another plan",
    );
    fs::write(dir.join("plan.json"), plan_text(&plan).unwrap()).unwrap();
    let bytes = fs::read(&part).unwrap();
    fs::write(&part, &bytes[..bytes.len() / 2]).unwrap();
    refused(&["decide", run], "part-0000000.parquet：不完整", "part-0000000.parquet is cut short");
}

/// Keeps what was drawn for people to look at.
fn keep(dir: &Path, name: &str) {
    let Some(place) = std::env::var_os("PUHUI_KEEP_CHARTS") else { return };
    for what in ["sensitivity", "decide"] {
        for lang in ["zh", "en"] {
            let Ok(files) = fs::read_dir(dir.join(what).join("figures").join(lang)) else { continue };
            let to = Path::new(&place).join(name).join(lang);
            fs::create_dir_all(&to).unwrap();
            for file in files {
                let file = file.unwrap();
                fs::copy(file.path(), to.join(file.file_name())).unwrap();
            }
        }
    }
}
