//! Charts and tables from a made-up results folder: everything draws, whatever the results hold.
//!
//! Set `PUHUI_KEEP_CHARTS` to a folder to keep the pictures and look at them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use puhui::luck::kernel;
use puhui::report::{ReportError, Results, draw_charts, effects_table, page};
use puhui::units::Lang;
use serde_json::json;

/// name, unit, zh, en, direction, aggregation, level, growth a year, spread, effect of a scenario at the end
type Outcome = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, [f64; 4]);

/// Seasons: up and down once a year, between -1 and 1.
fn wave(years: f64) -> f64 {
    1.0 - 4.0 * (years.fract() - 0.5).abs()
}

const OUTCOMES: [Outcome; 16] = [
    (
        "inclusive_balance",
        "yuan",
        "普惠小微贷款余额",
        "Inclusive loans outstanding",
        "up",
        "last",
        [9.8e9, 0.11, 0.05, 6.2e8],
    ),
    (
        "inclusive_growth_yoy",
        "share",
        "普惠小微贷款增速",
        "Growth of inclusive loans",
        "up",
        "last",
        [0.18, -0.04, 0.15, 0.012],
    ),
    (
        "city_gap",
        "points",
        "增速与全市之差",
        "Growth minus the city's",
        "up",
        "last",
        [0.004, 0.3, 3.0, 0.006],
    ),
    (
        "agri_balance",
        "yuan",
        "涉农贷款余额",
        "Agricultural loans outstanding",
        "up",
        "last",
        [1.52e10, 0.07, 0.04, 1.1e8],
    ),
    (
        "first_time_borrowers",
        "count",
        "首贷户",
        "First-time borrowers",
        "up",
        "sum",
        [1240.0, 0.03, 0.08, 96.0],
    ),
    ("coverage_share", "share", "信贷覆盖面", "Credit coverage", "up", "last", [0.21, 0.03, 0.03, 0.004]),
    (
        "all_in_cost",
        "rate",
        "综合融资成本",
        "All-in cost of credit",
        "down",
        "mean",
        [0.066, -0.05, 0.02, -0.0016],
    ),
    (
        "new_loan_rate_ytd",
        "rate",
        "新发放贷款利率",
        "Rate on new loans",
        "down",
        "mean",
        [0.049, -0.04, 0.02, -0.0009],
    ),
    (
        "npl_ratio",
        "share",
        "不良率",
        "Non-performing loan ratio",
        "down",
        "last",
        [0.0171, 0.03, 0.18, 0.0007],
    ),
    (
        "fund_balance",
        "yuan",
        "风险补偿基金余额",
        "Risk-compensation fund balance",
        "none",
        "last",
        [6.5e7, -0.2, 0.2, 0.0],
    ),
    ("fund_claims", "yuan", "基金代偿支出", "Fund claims paid", "none", "sum", [4.2e6, 0.1, 0.3, 2.0e6]),
    (
        "relending_balance",
        "yuan",
        "支农支小再贷款使用",
        "Relending in use",
        "none",
        "last",
        [7.4e8, 0.05, 0.1, 9.0e7],
    ),
    ("public_cost", "yuan a year", "财政支出", "Public cost", "down", "sum", [2.1e7, 0.05, 0.1, 1.3e7]),
    (
        "cost_per_additional_yuan",
        "number",
        "每新增一元贷款的成本",
        "Cost per additional yuan lent",
        "down",
        "last",
        [0.021, 0.0, 0.4, 0.004],
    ),
    (
        "survival_share",
        "share",
        "经营主体存活率",
        "Survival of businesses",
        "up",
        "mean",
        [0.87, 0.002, 0.01, 0.002],
    ),
    ("jobs", "count", "就业人数", "Jobs", "up", "last", [118_400.0, 0.01, 0.02, 640.0]),
];

const TITLES: [(&str, &str, &str); 13] = [
    ("baseline", "国家现行政策", "National policy as dated"),
    ("support-1pct", "支持比例保持 1%", "Support ratio stays at 1%"),
    ("npl-5", "不良容忍度提高到 5 个百分点", "NPL tolerance of five points"),
    ("plan", "永川区普惠金融行动计划（全部措施）", "The district plan with all of its measures"),
    ("support-off", "不再给予激励资金", "No incentive payments"),
    ("fee-cut", "担保费降至 0.5%", "Guarantee fee cut to 0.5%"),
    ("fund", "设立风险补偿基金 6500 万元", "Risk-compensation fund of 65 m yuan"),
    ("quota", "支农再贷款额度增加", "Larger relending quota"),
    ("npl-0", "取消不良容忍度", "No NPL tolerance"),
    ("first-loan", "首贷贴息", "Interest subsidy on first loans"),
    ("digital", "信用信息共享", "Shared credit information"),
    ("recession", "经济下行", "Recession"),
    ("plan-late", "行动计划推迟到 2026 年", "The plan postponed to 2026"),
];

/// payer, payee, reason, yuan
const FLOWS: [(&str, &str, &str, f64); 4] = [
    ("central_bank", "lenders", "support_tool_incentive", 2.4e7),
    ("treasury", "compensation_fund", "fund_paid_in", 6.5e7),
    ("compensation_fund", "lenders", "fund_claim", 5e6),
    ("lenders", "borrowers", "loan_disbursed", 9e10),
];

/// Names of codes as the manifest gives them.
fn labels() -> serde_json::Value {
    let list = [
        ("instrument", "risk_compensation_fund", "6500万元风险补偿基金", "The compensation fund"),
        ("sector", "central_bank", "人民银行", "central bank"),
        ("sector", "lenders", "放款机构", "lenders"),
        ("sector", "treasury", "财政", "treasury"),
        ("sector", "compensation_fund", "风险补偿基金", "compensation fund"),
        ("reason", "support_tool_incentive", "激励资金", "incentive"),
        ("reason", "fund_paid_in", "基金注资", "capital of the fund"),
        ("reason", "fund_claim", "基金补偿", "claims paid by the fund"),
        ("refusal", "collateral", "抵押不足", "collateral too small"),
        ("refusal", "thin_file", "信用记录不足", "credit file too thin"),
        ("payer", "central_bank", "人民银行", "central bank"),
        ("payer", "district_budget", "区级财政", "district budget"),
        ("class", "micro", "微型企业", "micro enterprise"),
        ("class", "farm", "农户", "farm household"),
    ];
    list.iter().map(|(kind, id, zh, en)| json!({"kind": kind, "id": id, "zh": zh, "en": en})).collect()
}

struct Made {
    scenarios: usize,
    replications: u64,
    until: i32,
    /// Changes one row of the summary: period, outcome, its five numbers (mean, q05, q25, q75, q95).
    spoil: fn(&str, &str, &mut [f64; 5]),
    fund: bool,
    bom: bool,
}

impl Default for Made {
    fn default() -> Self {
        Made { scenarios: 4, replications: 200, until: 2027, spoil: |_, _, _| {}, fund: true, bom: false }
    }
}

impl Made {
    fn write(&self, dir: &Path) {
        let scenarios: Vec<_> = TITLES[..self.scenarios]
            .iter()
            .enumerate()
            .map(|(i, (id, zh, en))| {
                let change = (i > 0).then(|| format!("{}-0{}", 2021 + i % 5, 1 + i % 9));
                let changes = json!([{"zh": "支持工具：比例保持 1%", "en": "the support ratio stays 1%", "basis": "永金组发〔2023〕1号 二(一) [official]"}]);
                let limits = json!({"guarantee_chain.multiple": 10.0});
                json!({"id": id, "title_zh": zh, "title_en": en, "baseline_id": "baseline", "first_change": change,
                       "changes": if i > 0 { changes } else { json!([]) }, "limits": limits})
            })
            .collect();
        let variables: Vec<_> = OUTCOMES
            .iter()
            .map(|(name, unit, zh, en, direction, aggregation, _)| {
                json!({"name": name, "unit": unit, "zh": zh, "en": en, "headline": true,
                       "direction": direction, "aggregation": aggregation})
            })
            .collect();
        let manifest = json!({
            "format": "puhui/results/1", "program_version": "0.1.0", "some_later_field": [1, 2],
            "region": {"id": "yongchuan", "zh": "重庆市永川区", "en": "Yongchuan, Chongqing"},
            "seed": 20190101, "replications": self.replications, "from": "2019-01",
            "until": format!("{}-12", self.until), "baseline_id": "baseline",
            "scenarios": scenarios, "variables": variables, "status": "complete", "made": { "command": ["puhui", "compare", "baseline", "my plans"] }, "labels": labels(),
            "parameters": {"classes": {"assumption": 2015, "official": 40}}, "hash": "0123abcd4567",
            "industries": [{"id": "retail", "zh": "零售", "en": "retail"}],
            "townships": [{"id": "north", "zh": "北镇", "en": "North", "east": 0.0, "north": 9.0},
                          {"id": "south", "zh": "南街道", "en": "South", "east": 1.0, "north": -9.0}]
        });
        fs::write(dir.join("manifest.json"), manifest.to_string()).unwrap();
        let bom = if self.bom { "\u{FEFF}" } else { "" };
        fs::write(dir.join("summary.csv"), format!("{bom}{}", self.summary())).unwrap();
        fs::write(dir.join("effects.csv"), format!("{bom}{}", self.effects())).unwrap();
        let mut money =
            "scenario_id,period,payer,payee,reason,mean,diff,diff_ci95_low,diff_ci95_high\n".to_owned();
        let mut refusals =
            "scenario_id,period,group_type,group_id,reason,count,amount,diff_count,diff_count_ci95_low,\
                            diff_count_ci95_high,diff_amount,diff_amount_ci95_low,diff_amount_ci95_high\n"
                .to_owned();
        for (s, (id, _, _)) in TITLES[..self.scenarios].iter().enumerate() {
            let diff = |by: f64| match s {
                0 => ",,".to_owned(),
                _ => format!("{},{},{}", by * s as f64, by * (s as f64 - 0.5), by * (s as f64 + 0.5)),
            };
            for (payer, payee, reason, yuan) in FLOWS {
                writeln!(money, "{id},all,{payer},{payee},{reason},{yuan},{}", diff(yuan / 9.0)).unwrap();
            }
            for (class, share) in [
                ("all,all", 1.0),
                ("class,micro", 0.7),
                ("class,farm", 0.3),
                ("sector,retail", 0.6),
                ("township,north", 0.4),
            ] {
                for (reason, count) in [("collateral", 900.0), ("thin_file", 400.0), ("no_need", 9000.0)] {
                    let (count, d) = (count * share, diff(-30.0 * share));
                    writeln!(
                        refusals,
                        "{id},{},{class},{reason},{count},{},{d},{d}",
                        self.until,
                        count * 1e5
                    )
                    .unwrap();
                }
            }
        }
        fs::write(dir.join("money.csv"), money).unwrap();
        fs::write(dir.join("additional.csv"), self.additional()).unwrap();
        fs::write(dir.join("refusals.csv"), refusals).unwrap();
        let losses =
            "scenario_id,period,bearer,pro_rata,in_time\nbaseline,all,compensation_fund,1234000,987000\n";
        fs::write(dir.join("losses.csv"), losses).unwrap();
        let fund = "scenario_id,runs,paid_in,covered_most,leverage,leverage_ci95_low,leverage_ci95_high,exhausted_runs,probability,probability_ci95_low,probability_ci95_high,first_month,median_month\nbaseline,16,65000000,520000000,8,7.5,8.5,4,0.25,0.1,0.49,2024-09,2025-03\n";
        fs::write(dir.join("fund.csv"), fund).unwrap();
    }

    /// Fund loans of 200m yuan, of which 50m are additional, in every scenario but the first.
    fn additional(&self) -> String {
        let mut out =
            "scenario_id,baseline_id,period,group_type,group_id,variable,unit,n_pairs,mean,ci95_low,ci95_high\n"
                .to_owned();
        for (id, ..) in &TITLES[1..self.scenarios] {
            for (group, variable, mean) in [
                ("all,all", "credit_gained", 6e7),
                ("all,all", "credit_lost", 1e7),
                ("all,all", "credit_net", 5e7),
                ("all,all", "borrowers_gained", 321.0),
                ("all,all", "borrowers_lost", 21.0),
                ("all,all", "public_cost", 3e6),
                ("all,all", "public_cost_per_net_borrower", 1e4),
                ("payer,central_bank", "cost", -2e6),
                ("payer,district_budget", "cost", 5e6),
                ("instrument,risk_compensation_fund", "credit", 2e8),
                ("instrument,risk_compensation_fund", "credit_gained", 5e7),
                ("instrument,risk_compensation_fund", "credit_deadweight", 1.5e8),
                ("instrument,risk_compensation_fund", "additional_share", 0.25),
            ] {
                writeln!(
                    out,
                    "{id},baseline,2027-12,{group},{variable},,9,{mean},{},{}",
                    mean * 0.9,
                    mean * 1.1
                )
                .unwrap();
            }
        }
        out
    }

    fn summary(&self) -> String {
        let mut out =
            "scenario_id,region,group_type,group_id,period,variable,unit,n,mean,sd,q05,q25,q50,q75,q95\n"
                .to_owned();
        for (s, (id, _, _)) in TITLES[..self.scenarios].iter().enumerate() {
            for outcome in &OUTCOMES {
                for year in 2019..=self.until {
                    for month in 1..=12 {
                        let at = f64::from(year - 2019) + f64::from(month) / 12.0;
                        self.row(&mut out, s, id, outcome, &format!("{year}-{month:02}"), at);
                    }
                    self.row(&mut out, s, id, outcome, &year.to_string(), f64::from(year - 2018));
                }
            }
        }
        for (id, _, _) in &TITLES[..self.scenarios] {
            let year = self.until;
            for (name, mean) in [("guarantor_leverage", 3.2), ("npl_headroom", 0.013)] {
                writeln!(
                    out,
                    "{id},yongchuan,all,all,{year},{name},number,9,{mean},,{mean},{mean},{mean},{mean},{mean}"
                )
                .unwrap();
            }
            for township in ["north", "south"] {
                writeln!(
                    out,
                    "{id},yongchuan,township,{township},{year},coverage_share,share,9,0.41,,0.4,,,,0.42"
                )
                .unwrap();
            }
        }
        writeln!(out, "baseline,yongchuan,sector,farming,2022,inclusive_balance,yuan,9,1,,,,,,").unwrap();
        out
    }

    fn row(&self, out: &mut String, s: usize, id: &str, outcome: &Outcome, period: &str, at: f64) {
        let (name, unit, .., [level, growth, spread, effect]) = *outcome;
        let scenario = s as f64;
        let since = (at - 2.2 - scenario % 5.0).max(0.0) / 6.0;
        let mut mean = level * kernel::pow64(1.0 + growth, at) * (1.0 + 0.01 * wave(at));
        mean += effect * since * (1.4 - 0.5 * scenario) * if s == 0 { 0.0 } else { 1.0 };
        let mut half = level.abs() * spread * (0.25 + at / 9.0);
        if name == "fund_balance" || name == "fund_claims" {
            if !self.fund || s < 3 || at < 4.0 {
                (mean, half) = (0.0, 0.0);
            } else if name == "fund_balance" {
                mean = level * (1.0 - (at - 4.0) / 7.0);
                half = level * 0.14 * (at - 4.0);
            }
        }
        if self.replications == 1 {
            half = 0.0;
        }
        let mut v = [mean, mean - half, mean - 0.4 * half, mean + 0.4 * half, mean + half];
        if name == "fund_balance" {
            v.iter_mut().for_each(|x| *x = x.max(0.0));
        }
        (self.spoil)(period, name, &mut v);
        let [mean, q05, q25, q75, q95] = v;
        let n = self.replications;
        writeln!(
            out,
            "{id},yongchuan,all,all,{period},{name},{unit},{n},{mean},,{q05},{q25},{mean},{q75},{q95}"
        )
        .unwrap();
    }

    fn effects(&self) -> String {
        let mut out =
            "scenario_id,baseline_id,region,group_type,group_id,period,variable,unit,n_pairs,effect_mean,\
                       effect_se,ci95_low,ci95_high,prob_positive,pair_corr,variance_reduction\n"
                .to_owned();
        for (s, (id, _, _)) in TITLES[..self.scenarios].iter().enumerate().skip(1) {
            for (o, (name, unit, .., [_, _, _, effect])) in OUTCOMES.iter().enumerate() {
                for year in 2019..=self.until {
                    let mean = effect * (1.4 - 0.5 * s as f64);
                    let half = if self.replications == 1 {
                        f64::NAN
                    } else {
                        effect.abs() * (0.15 + 0.2 * ((s + o) % 4) as f64)
                    };
                    let p = 0.5 + 0.5 * mean / (mean.abs() + half + 1e-12);
                    let n = self.replications;
                    writeln!(
                        out,
                        "{id},baseline,yongchuan,all,all,{year},{name},{unit},{n},{mean},{},{},{},{p},0.9,8.1",
                        half / 1.96,
                        mean - half,
                        mean + half
                    )
                    .unwrap();
                }
            }
        }
        out
    }

    fn made(&self) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        self.write(dir.path());
        dir
    }

    /// Draws in both languages and hands back the folder with the names written.
    fn draw(&self, called: &str) -> (tempfile::TempDir, Vec<String>) {
        let dir = tempfile::tempdir().unwrap();
        self.write(dir.path());
        let zh = draw_charts(dir.path(), Lang::Zh).unwrap();
        let en = draw_charts(dir.path(), Lang::En).unwrap();
        assert_eq!(zh.len(), en.len());
        keep(called, &[&zh[..], &en[..]].concat());
        let names = zh.iter().map(|p| p.file_name().unwrap().to_string_lossy().into_owned()).collect();
        (dir, names)
    }
}

fn keep(called: &str, files: &[PathBuf]) {
    let Some(kept) = std::env::var_os("PUHUI_KEEP_CHARTS") else { return };
    for file in files {
        let lang = file.parent().unwrap().file_name().unwrap();
        let folder = Path::new(&kept).join(called).join(lang);
        fs::create_dir_all(&folder).unwrap();
        fs::copy(file, folder.join(file.file_name().unwrap())).unwrap();
    }
}

fn svg(dir: &Path, lang: &str, name: &str) -> String {
    fs::read_to_string(dir.join("figures").join(lang).join(format!("{name}.svg"))).unwrap()
}

#[test]
fn all_charts_are_drawn_in_both_languages() {
    let (dir, names) = Made::default().draw("four");
    for wanted in ["effects.svg", "effects.png", "effects.csv", "fan-npl_ratio.svg", "fund-balance.png"] {
        assert!(names.iter().any(|n| n == wanted), "{wanted} is missing in {names:?}");
    }
    let zh = svg(dir.path(), "zh", "fan-inclusive_balance");
    for said in [
        "普惠小微贷款余额（亿元）",
        "支持比例保持 1%",
        "20190101",
        "200 次",
        "永川",
        "不是预测",
        "Microsoft YaHei",
    ] {
        assert!(zh.contains(said), "{said} is missing");
    }
    let en = svg(dir.path(), "en", "effects");
    for said in ["2027", "pp)", "not a forecast", "seed 20190101", "National policy as dated"] {
        assert!(en.contains(said), "{said} is missing");
    }
    let png = fs::read(dir.path().join("figures/zh/effects.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG") && png.len() > 20_000);
    let csv = fs::read_to_string(dir.path().join("figures/zh/fan-npl_ratio.csv")).unwrap();
    assert!(csv.starts_with("\u{FEFF}scenario_id,") && csv.contains(",npl_ratio,%,"), "{}", &csv[..200]);
    let left: Vec<_> =
        fs::read_dir(dir.path().join("figures/en")).unwrap().map(|f| f.unwrap().path()).collect();
    assert!(left.iter().all(|p| !p.to_string_lossy().ends_with(".tmp")));
}

#[test]
fn the_same_results_give_the_same_bytes() {
    let (one, names) = Made::default().draw("same");
    let (two, _) = Made::default().draw("same");
    for name in names.iter().filter(|n| n.ends_with(".svg") || n.ends_with(".csv")) {
        for lang in ["zh", "en"] {
            let read = |d: &Path| fs::read(d.join("figures").join(lang).join(name)).unwrap();
            assert_eq!(read(one.path()), read(two.path()), "{lang}/{name}");
        }
    }
}

#[test]
fn a_single_scenario_has_fans_and_no_effects() {
    let (dir, names) = Made { scenarios: 1, fund: false, bom: true, ..Made::default() }.draw("one");
    assert!(names.contains(&"fan-jobs.svg".to_owned()) && !names.contains(&"effects.svg".to_owned()));
    assert!(!names.iter().any(|n| n.starts_with("fund-balance") || n.starts_with("fan-fund")), "{names:?}");
    let results = Results::read(dir.path()).unwrap();
    assert_eq!(effects_table(&results, Lang::En, None), "There is nothing to compare.");
    fs::remove_file(dir.path().join("effects.csv")).unwrap();
    draw_charts(dir.path(), Lang::Zh).unwrap();
    // Nothing is compared, and nothing says that it were.
    assert!(
        !svg(dir.path(), "en", "money").contains("interval")
            && svg(dir.path(), "en", "money").contains("Scenario: ")
    );
    let html = page(dir.path(), Lang::En).unwrap();
    for said in ["comparison", "1 scenarios", "The others are compared", "nothing to compare"] {
        assert!(!html.contains(said), "{said}");
    }
    assert!(html.contains("3. Headline outcomes") && html.contains("Simulated alone"));
}

#[test]
fn an_emptied_fund_is_told_by_the_share_of_runs() {
    let dir = Made::default().made();
    let path = dir.path().join("summary.csv");
    let mut summary = fs::read_to_string(&path).unwrap();
    for (month, share) in [("2024-08", 0.04), ("2024-09", 0.06), ("2024-10", 0.25)] {
        writeln!(summary, "plan,yongchuan,all,all,{month},fund_exhausted,share,200,{share},,0,0,0,0.4,1")
            .unwrap();
    }
    fs::write(&path, summary).unwrap();
    let path = dir.path().join("manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let exhausted = json!({"name": "fund_exhausted", "unit": "share", "zh": "基金已耗尽的概率", "en": "Fund exhausted", "headline": true});
    manifest["variables"].as_array_mut().unwrap().push(exhausted);
    fs::write(&path, manifest.to_string()).unwrap();
    keep("emptied", &draw_charts(dir.path(), Lang::En).unwrap());
    let balance = svg(dir.path(), "en", "fund-balance");
    assert!(
        balance.contains("emptied in at least 5% of runs by 2024-09"),
        "not by its balance at month-ends"
    );
    let share = svg(dir.path(), "en", "fan-fund_exhausted");
    assert!(share.contains("share of runs") && share.contains("Wilson") && !share.contains("25–75%"));
    let csv = fs::read_to_string(dir.path().join("figures/en/fan-fund_exhausted.csv")).unwrap();
    // Wilson at 50 of 200: 19.5% to 31.4%.
    assert!(csv.contains(",share,ci95_low,ci95_high,") && csv.contains(",25,19.5"), "{csv}");
}

#[test]
fn a_scenario_that_ended_before_the_year_shown_says_so() {
    let dir = Made::default().made();
    let path = dir.path().join("manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    manifest["scenarios"][1]["last_change"] = json!("2024-12");
    manifest["scale"] = json!("1/20");
    fs::write(&path, manifest.to_string()).unwrap();
    let html = page(dir.path(), Lang::En).unwrap();
    assert!(html.contains("all changes of “Support ratio stays at 1%” ended in 2024-12; Inclusive loans outstanding at the end of 2024, its last year: “Support ratio stays at 1%” increases it by 558.0 m yuan"), "no aftermath");
    assert!(html.contains("It differs from its reference from 2022-02 to 2024-12 only"));
    assert!(page(dir.path(), Lang::Zh).unwrap().contains("只模拟 1/20 的个体工商户和农户"));
}

#[test]
fn a_single_replication_says_so() {
    let (dir, _) = Made { replications: 1, scenarios: 2, ..Made::default() }.draw("once");
    assert!(svg(dir.path(), "zh", "fan-jobs").contains("只有一次模拟"));
    assert!(svg(dir.path(), "en", "effects").contains("no interval"));
}

#[test]
fn missing_negative_and_constant_values_draw() {
    let spoil: fn(&str, &str, &mut [f64; 5]) = |period, name, v| match name {
        "inclusive_growth_yoy" if period < "2020-01" => *v = [f64::NAN; 5],
        "npl_ratio" if period.starts_with("2023") => *v = [f64::NAN; 5],
        "coverage_share" => *v = [0.2; 5],
        "jobs" => *v = [f64::NAN; 5],
        "all_in_cost" => v[1..].fill(f64::NAN),
        "city_gap" => v.iter_mut().for_each(|x| *x = -x.abs()),
        "agri_balance" => v[4] = f64::INFINITY,
        "survival_share" => *v = [1e300; 5],
        _ => {}
    };
    let (dir, names) = Made { spoil, ..Made::default() }.draw("spoiled");
    assert!(!names.contains(&"fan-jobs.svg".to_owned()), "nothing to show: no chart");
    for lang in ["zh", "en"] {
        for name in names.iter().filter_map(|n| n.strip_suffix(".svg")) {
            let text = svg(dir.path(), lang, name);
            assert!(!text.contains("NaN") && !text.contains("inf"), "{lang}/{name}");
        }
    }
}

#[test]
fn twelve_scenarios_and_a_short_run_draw() {
    let (_dir, names) = Made { scenarios: 13, ..Made::default() }.draw("twelve");
    assert!(names.contains(&"effects-2.svg".to_owned()), "{names:?}");
    Made { scenarios: 2, until: 2019, ..Made::default() }.draw("short");
}

#[test]
fn an_empty_or_foreign_folder_is_a_clear_error() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(draw_charts(dir.path(), Lang::Zh), Err(ReportError::NoResults { .. })));
    Made::default().write(dir.path());
    fs::write(dir.path().join("summary.csv"), Made::default().summary().lines().next().unwrap()).unwrap();
    assert!(matches!(draw_charts(dir.path(), Lang::Zh), Err(ReportError::NothingToDraw { .. })));
    fs::write(dir.path().join("manifest.json"), r#"{"format":"puhui/results/9"}"#).unwrap();
    assert!(matches!(draw_charts(dir.path(), Lang::Zh), Err(ReportError::Format { .. })));
}

#[test]
fn the_table_fits_the_terminal_in_chinese_too() {
    let dir = tempfile::tempdir().unwrap();
    Made::default().write(dir.path());
    let results = Results::read(dir.path()).unwrap();
    for (lang, width) in [(Lang::Zh, 80), (Lang::En, 80), (Lang::Zh, 60), (Lang::En, 120)] {
        let table = effects_table(&results, lang, Some(width));
        if std::env::var_os("PUHUI_KEEP_CHARTS").is_some() {
            println!("{table}\n");
        }
        let columns = |line: &str| -> usize { line.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum() };
        assert!(table.lines().all(|l| columns(l) <= usize::from(width)), "{table}");
        assert!(table.contains("P(>0)"));
    }
    let zh = effects_table(&results, Lang::Zh, None);
    for said in ["亿元", "个百分点", "增加", "方向不确定", "国家现行政策"] {
        assert!(zh.contains(said), "{said} is missing:\n{zh}");
    }
}

fn is_wide(c: char) -> bool {
    ('\u{2E80}'..='\u{FFEF}').contains(&c)
}

/// Attributes of all tags that begin so: `<tr data-scenario="a" data-mean="1">` → name, value.
fn attributes(line: &str) -> Vec<(&str, &str)> {
    let tag = line.split('>').next().unwrap();
    let mut out = Vec::new();
    for piece in tag.split(" data-").skip(1) {
        let (name, rest) = piece.split_once("=\"").unwrap();
        out.push((name, rest.split('"').next().unwrap()));
    }
    out
}

#[test]
fn the_page_holds_every_headline_outcome_with_the_numbers_of_the_table() {
    let dir = Made::default().made();
    let results = Results::read(dir.path()).unwrap();
    for lang in [Lang::Zh, Lang::En] {
        let html = page(dir.path(), lang).unwrap();
        let table = html.split("<table class=\"effects\">").nth(1).unwrap().split("</table>").next().unwrap();
        let mut seen = Vec::new();
        let mut rows = 0;
        for line in table.lines().filter(|l| l.starts_with("<tr")) {
            let data = attributes(line);
            let get = |name: &str| data.iter().find(|(n, _)| *n == name).map(|(_, v)| *v);
            if let Some(variable) = get("variable") {
                seen.push(variable);
            } else if let Some(scenario) = get("scenario") {
                let variable = seen.last().unwrap();
                let row = results
                    .effects
                    .iter()
                    .find(|e| e.scenario_id == scenario && e.variable == *variable && e.period == "2027")
                    .unwrap();
                for (name, value) in
                    [("mean", row.effect_mean), ("low", row.ci95_low), ("high", row.ci95_high)]
                {
                    assert_eq!(
                        get(name).unwrap().parse::<f64>().unwrap(),
                        value,
                        "{variable} {scenario} {name}"
                    );
                }
                rows += 1;
            }
        }
        let wanted: Vec<&str> = OUTCOMES.iter().map(|o| o.0).collect();
        assert_eq!(seen, wanted, "all headline outcomes in the order of the report");
        assert_eq!(rows, wanted.len() * 3);
        // And as a reader sees it: 6.2e8 × 0.9 yuan, in 亿元 or m yuan.
        assert!(
            html.contains(lang.pick("+5.58", "+558.0")),
            "{lang:?}: the effect of support-1pct on lending"
        );
    }
}

#[test]
fn the_page_is_one_file_and_says_all_it_should() {
    let dir = Made::default().made();
    for (lang, said) in [
        (
            Lang::Zh,
            [
                "一、主要结论",
                "二、方案有何不同",
                "永金组发〔2023〕1号 二(一) ［官方］",
                "三、政策效应",
                "人民银行",
                "新获贷款 321 户，失去贷款 21 户",
                "25.0［22.5，27.5］",
                "抵押不足",
                "按行业：约束在哪里（国家现行政策",
                "零售“抵押不足”−18［−9，−27］",
                "谁来付钱：自变动之月至",
                "担保与基金贷款的损失由谁承担",
                "8.0［7.5，8.5］",
                "4 / 16",
                "25［10，49］",
                "假设 2015 个",
                "20190101",
                "0123abcd4567",
                "puhui compare baseline &quot;my plans&quot;",
                "不是预测",
            ],
        ),
        (
            Lang::En,
            [
                "1. Finding",
                "2. What differs",
                "永金组发〔2023〕1号 二(一) [official]",
                "3. Effects",
                "central bank",
                "321 borrowers gained a loan, 21 lost one",
                "25.0 [22.5, 27.5]",
                "collateral too small",
                "By township: which constraint binds",
                "North, collateral too small: −12 [−6, −18]",
                "Who pays: since the first change until",
                "Who bears the losses on covered loans",
                "8.0 [7.5, 8.5]",
                "4 / 16",
                "25 [10, 49]",
                "2015 assumptions",
                "20190101",
                "0123abcd4567",
                "puhui compare baseline &quot;my plans&quot;",
                "not a forecast",
            ],
        ),
    ] {
        let html = page(dir.path(), lang).unwrap();
        for words in said {
            assert!(html.contains(words), "{lang:?}: {words} is missing");
        }
        for outside in ["src=", "href=", "url(", "@import", "<script", "<link", "https:"] {
            assert!(!html.contains(outside), "{lang:?}: {outside}");
        }
        assert_eq!(html.matches("<svg").count(), html.matches("</svg>").count());
        assert!(html.matches("<figure>").count() >= 7, "{}", html.matches("<figure>").count());
        let finding = html.split("<div class=\"finding\">").nth(1).unwrap().split("</div>").next().unwrap();
        assert_eq!(finding.matches("<p>").count(), 3, "three sentences: {finding}");
        // Lists of scenarios are parts of the sentence: "“A” and “B” may decrease it".
        assert!(!finding.contains(": may ") && !finding.contains("changes so"), "{finding}");
        assert_eq!(page(dir.path(), lang).unwrap(), html, "the same bytes");
    }
}

#[test]
fn the_chinese_page_has_no_untranslated_key() {
    let dir = Made::default().made();
    let html = page(dir.path(), Lang::Zh).unwrap();
    // What a reader sees: no tags, no code, no style.
    let mut text = String::new();
    let mut rest = html.split("</style>").nth(1).unwrap();
    while let Some((before, after)) = rest.split_once('<') {
        text += before;
        let (tag, after) = after.split_once('>').unwrap();
        rest = match tag.split(' ').next().unwrap() {
            "code" => after.split_once("</code>").unwrap().1,
            "pre" => after.split_once("</pre>").unwrap().1,
            _ => after,
        };
        text.push(' ');
    }
    let keys: Vec<&str> = text
        .split(|c: char| !(c.is_ascii_lowercase() || c == '_'))
        .filter(|w| w.trim_matches('_').contains('_'))
        .collect();
    assert!(keys.is_empty(), "{keys:?}");
}

#[test]
fn two_runs_allow_no_conclusion() {
    let dir = Made { replications: 2, ..Made::default() }.made();
    let results = Results::read(dir.path()).unwrap();
    let table = effects_table(&results, Lang::Zh, None);
    assert!(table.contains("重复太少") && !table.contains(" 增加 "), "{table}");
    let html = page(dir.path(), Lang::En).unwrap();
    let finding = html.split("<div class=\"finding\">").nth(1).unwrap().split("</div>").next().unwrap();
    assert!(finding.contains("too few runs") && !finding.contains("creases"), "{finding}");
}

#[test]
fn scenarios_of_one_title_are_told_apart() {
    let dir = Made::default().made();
    let path = dir.path().join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("不良容忍度提高到 5 个百分点", "支持比例保持 1%")).unwrap();
    let html = page(dir.path(), Lang::Zh).unwrap();
    assert!(html.contains("支持比例保持 1% [support-1pct]") && html.contains("支持比例保持 1% [npl-5]"));
    assert!(html.contains(">国家现行政策"), "a title of its own stays as it is");
}

#[test]
fn an_empty_comparison_says_why() {
    let dir = Made { scenarios: 2, until: 2020, ..Made::default() }.made();
    let header = Made::default().effects().lines().next().unwrap().to_owned();
    fs::write(dir.path().join("effects.csv"), header).unwrap();
    let table = effects_table(&Results::read(dir.path()).unwrap(), Lang::En, None);
    assert!(table.contains("2022-02") && table.contains("--until"), "{table}");
    assert!(page(dir.path(), Lang::Zh).unwrap().contains("最早从 2022-02 起才不同"));
    // Rows of zeros are as empty as none.
    let (head, row) = (
        "scenario_id,baseline_id,region,group_type,group_id,period,variable,unit,n_pairs,effect_mean,\
                        effect_se,ci95_low,ci95_high,prob_positive",
        "0,0,0,0,0.5",
    );
    let key = "support-1pct,baseline,yongchuan,all,all,2020,jobs,count,9";
    fs::write(dir.path().join("effects.csv"), format!("{head}\n{key},{row}\n")).unwrap();
    let table = effects_table(&Results::read(dir.path()).unwrap(), Lang::En, None);
    assert!(table.contains("2022-02") && table.contains("--until"), "{table}");
    let html = page(dir.path(), Lang::Zh).unwrap();
    let finding = html.split("<div class=\"finding\">").nth(1).unwrap().split("</div>").next().unwrap();
    assert!(finding.contains("最早从 2022-02 起才不同"), "{finding}");
}

#[test]
fn damaged_unfinished_and_foreign_folders_have_no_page() {
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(page(empty.path(), Lang::Zh), Err(ReportError::NoResults { .. })));
    let dir = Made::default().made();
    let path = dir.path().join("manifest.json");
    let good: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let with = |key: &str, value: serde_json::Value| {
        let mut changed = good.clone();
        changed[key] = value;
        fs::write(&path, changed.to_string()).unwrap();
        let error = page(dir.path(), Lang::En).unwrap_err();
        assert!(error.is_users(), "{error}");
        error
    };
    assert!(matches!(with("status", json!("running")), ReportError::Unfinished { .. }));
    assert!(matches!(with("files", json!({"effects.csv": "00"})), ReportError::Altered { .. }));
    assert!(matches!(with("files", json!({"gone.csv": "00"})), ReportError::Read { .. }));
    assert!(matches!(with("format", json!("other")), ReportError::Format { .. }));
    fs::write(&path, "{").unwrap();
    assert!(matches!(page(dir.path(), Lang::En), Err(ReportError::Manifest { .. })));
}

/// The README's pictures are the program's own: `.ci/sample` makes them by the command the README names.
#[test]
fn the_sample_in_the_readme_is_small_and_says_how_it_is_made() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let (readme, script) = (read("README.md").replace('\n', " "), read(".ci/sample"));
    let pictures: Vec<&str> = readme
        .split("](")
        .skip(1)
        .map(|p| p.split(')').next().unwrap())
        .filter(|p| p.ends_with(".png"))
        .collect();
    assert!(pictures.len() >= 2, "the README shows pictures");
    let mut bytes = 0;
    for picture in pictures {
        assert!(picture.starts_with("results/sample/figures/"), "{picture} is not the program's");
        let png = fs::read(root.join(picture)).unwrap_or_else(|e| panic!("{picture}: {e}; run .ci/sample"));
        assert!(png.starts_with(b"\x89PNG"), "{picture}");
        bytes += png.len();
    }
    assert!(bytes < 2_000_000, "{bytes} bytes");
    for command in script.lines().filter_map(|l| l.strip_prefix("puhui ")) {
        let command = command.trim_end_matches(" --quiet");
        assert!(readme.contains(command), "the README does not name `puhui {command}`");
    }
}

#[test]
fn the_command_writes_both_languages_and_refuses_what_is_no_result() {
    let dir = Made::default().made();
    let run = |folder: &Path, langs: &str| {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_puhui"));
        command.arg("report").arg(folder).args(["--lang", langs]).assert()
    };
    let done = run(dir.path(), "zh,en").code(0);
    let said = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    for (name, lang) in [("report-zh.html", Lang::Zh), ("report-en.html", Lang::En)] {
        assert!(said.contains(name), "{said}");
        let written = fs::read_to_string(dir.path().join(name)).unwrap();
        assert_eq!(written, page(dir.path(), lang).unwrap());
    }
    assert!(dir.path().join("figures/en/money.svg").is_file());
    let empty = tempfile::tempdir().unwrap();
    for folder in [empty.path().to_owned(), empty.path().join("gone"), dir.path().join("summary.csv")] {
        let failed = run(&folder, "zh").code(2);
        let said = String::from_utf8(failed.get_output().stderr.clone()).unwrap();
        assert!(said.contains("不是 puhui 的结果文件夹"), "{said}");
    }
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0, "nothing is left behind");
}
