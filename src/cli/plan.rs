//! `puhui plan D.toml`: what a design means and what it takes, before anything is run.
//!
//! A short probe measures this machine; the figures say what was measured. Reading and reckoning is `experiment::sweep`'s;
//! nothing is written.

use std::path::Path;
use std::sync::Arc;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde_json::json;

use crate::experiment::analysis::Layout;
use crate::experiment::sweep::{
    Design, Estimate, Every, Factor, Kind, Plan, Probe, estimate, probe, runs_fit,
};
use crate::metrics::METRICS;
use crate::scenario::{Mistake, shown};
use crate::units::Lang;

use super::args::{CheckFormat, PlanArgs};
use super::compare::{beyond_inputs, drawn, library, not_too_late};
use super::{Exit, Failure, language, print, width};

/// Values of a factor shown one by one.
const FEW: usize = 6;

/// Runs the command.
pub fn plan(args: &PlanArgs) -> Result<Exit, Failure> {
    let lang = language(args.lang);
    let design = match Design::read(&args.design, &library()) {
        Ok(design) => design,
        Err(diagnostics) if args.format == CheckFormat::Json => {
            let text = serde_json::to_string_pretty(&diagnostics.list(lang)).map_err(Failure::fault)?;
            print(&(text + "\n"));
            return Ok(Exit::BadInput);
        }
        Err(diagnostics) => return Err(Failure::bad_input(drawn(&diagnostics, lang))),
    };
    let replications = args.replications.unwrap_or(design.replications);
    if let Err(ill) = runs_fit(design.points.len(), design.scenarios.len(), replications) {
        let mistake = Mistake::design(ill);
        let help = mistake.help(lang).unwrap_or_default();
        return Err(Failure::bad_input(format!("{}\n{help}", mistake.message(lang))));
    }
    not_too_late(design.scenarios.first(), design.until, lang)?;
    if !design.warnings.is_empty() {
        eprint!("{}", drawn(&design.warnings, lang));
    }
    beyond_inputs(&design.scenarios, design.until, lang);
    let plan = Plan::new(Arc::new(design), args.replications);
    let measured = probe(&plan).map_err(Failure::bad_input)?;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = args.threads.map_or(processors, |n| n as usize);
    let taken = estimate(&plan, &measured, threads);
    match args.format {
        CheckFormat::Json => {
            let text = serde_json::to_string_pretty(&as_json(&plan, &measured, &taken));
            print(&(text.map_err(Failure::fault)? + "\n"));
        }
        CheckFormat::Text => print(&told(&plan, &measured, &taken, &args.design, lang)),
    }
    Ok(Exit::Done)
}

fn as_json(plan: &Plan, probe: &Probe, taken: &Estimate) -> serde_json::Value {
    let design = &plan.design;
    let design_json: serde_json::Value = serde_json::from_str(&design.json()).unwrap_or_default();
    let recorded = serde_json::to_value(&plan.file).unwrap_or_default();
    json!({
        "design": design_json,
        "plan": recorded,
        "measured": {
            "scenario": probe.scenario, "point": probe.point, "months": probe.months, "of_months": probe.of,
            "genesis_seconds": probe.genesis, "month_seconds": probe.month, "world_bytes": probe.world,
        },
        "estimate": {
            "months": taken.months, "starts": taken.starts, "core_seconds": taken.core_seconds,
            "seconds": taken.seconds, "threads": taken.threads, "memory_bytes": taken.memory,
            "disk_bytes": taken.disk,
        },
    })
}

/// `file` is the design's, as the user named it.
fn told(plan: &Plan, probe: &Probe, taken: &Estimate, file: &Path, lang: Lang) -> String {
    let (design, file) = (&plan.design, file.display());
    let t = |zh: String, en: String| if lang == Lang::Zh { zh } else { en };
    let title = lang.pick(&design.title.zh, &design.title.en);
    let named = if title.is_empty() { design.id.clone() } else { format!("{title} ({})", design.id) };
    let mut out = format!("{named}\n\n{}\n\n", factors(&design.factors, design, lang));
    let (points, scenarios, replications) = (plan.points(), plan.scenarios(), plan.replications);
    let ids: Vec<&str> = design.scenarios.iter().map(|s| s.id.as_str()).collect();
    let runs = plan.runs();
    let indicators = match design.indicators.len() {
        n if n == METRICS.len() => t("全部指标".into(), "all indicators".into()),
        n => t(format!("{n} 个指标"), format!("{n} indicators")),
    };
    let every = match design.every {
        Every::Year => lang.pick("每年", "yearly"),
        Every::Month => lang.pick("每月", "monthly"),
    };
    let memory = taken.memory.map_or(lang.pick("本系统不提供", "not told by this system").to_owned(), size);
    let (measured, whole) = (probe.months, probe.of);
    let seconds = probe.genesis + probe.month * f64::from(measured);
    let lines = [
        (t("设计".into(), "design".into()), layout(design, lang)),
        (
            t("模拟".into(), "runs".into()),
            t(
                format!("{points} 个点 × {scenarios} 个方案 × {replications} 次重复 = {runs} 次"),
                format!("{points} points × {scenarios} scenarios × {replications} replications = {runs}"),
            ),
        ),
        (t("方案".into(), "scenarios".into()), ids.join(lang.pick("、", ", "))),
        (
            t("时段".into(), "months".into()),
            t(
                format!(
                    "{} 至 {}，{every}保存 {indicators}；比例 1/{}",
                    design.from, design.until, design.thinning
                ),
                format!(
                    "{} to {}, {indicators} kept {every}; scale 1/{}",
                    design.from, design.until, design.thinning
                ),
            ),
        ),
        (
            t("分块".into(), "blocks".into()),
            t(
                format!("{} 块，每块至多 {} 个点，中断至多损失正在计算的几块", plan.blocks(), plan.block),
                format!(
                    "{} of up to {} points each; an interruption loses at most those at work",
                    plan.blocks(),
                    plan.block
                ),
            ),
        ),
        (
            t("实测".into(), "measured".into()),
            t(
                format!(
                    "{} 的第 {} 点，{measured}/{whole} 个月，用时 {seconds:.1} 秒（单线程，此刻）",
                    probe.scenario, probe.point
                ),
                format!(
                    "`{}` at point {}, {measured} of {whole} months in {seconds:.1} s (one thread, as busy as the machine is now)",
                    probe.scenario, probe.point
                ),
            ),
        ),
        (
            t("用时".into(), "time".into()),
            t(
                format!(
                    "{} 个线程约 {}（单核 {}；共享的历史只算一次）",
                    taken.threads,
                    clock(taken.seconds, lang),
                    clock(taken.core_seconds, lang)
                ),
                format!(
                    "about {} on {} threads ({} of one core; shared history once)",
                    clock(taken.seconds, lang),
                    taken.threads,
                    clock(taken.core_seconds, lang)
                ),
            ),
        ),
        (
            t("内存".into(), "memory".into()),
            t(format!("约 {memory}，与模拟次数无关"), format!("about {memory}, however many runs there are")),
        ),
        (
            t("磁盘".into(), "disk".into()),
            t(format!("至多约 {}", size(taken.disk)), format!("up to about {}", size(taken.disk))),
        ),
        (t("散列".into(), "hash".into()), plan.hash.chars().take(16).collect()),
    ];
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width().unwrap_or(100));
    for (head, text) in lines {
        table.add_row(vec![head, text]);
    }
    out += &table.to_string();
    out += "\n\n";
    out += &t(
        format!("没有运行或写入任何东西；开始：puhui sweep {file}\n"),
        format!("nothing was run or written; to begin: puhui sweep {file}\n"),
    );
    out
}

/// The kind of design in words.
fn layout(design: &Design, lang: Lang) -> String {
    let (n, levels) = (design.base, design.levels);
    match (design.kind, design.layout, lang) {
        (Kind::Grid, _, Lang::Zh) => "网格：全部组合".into(),
        (Kind::Grid, _, Lang::En) => "grid: every combination".into(),
        (Kind::Zip, _, Lang::Zh) => "逐个配对".into(),
        (Kind::Zip, _, Lang::En) => "values side by side".into(),
        (Kind::Table, _, Lang::Zh) => "点表".into(),
        (Kind::Table, _, Lang::En) => "a table of points".into(),
        (Kind::LatinHypercube, _, Lang::Zh) => "拉丁超立方抽样".into(),
        (Kind::LatinHypercube, _, Lang::En) => "Latin hypercube".into(),
        (Kind::Sobol, Layout::Saltelli, Lang::Zh) => format!("Sobol' 序列，Saltelli 排列，{n} 个基点"),
        (Kind::Sobol, Layout::Saltelli, Lang::En) => {
            format!("Sobol' sequence in Saltelli's layout, {n} base points")
        }
        (Kind::Sobol, _, Lang::Zh) => "Sobol' 序列".into(),
        (Kind::Sobol, _, Lang::En) => "Sobol' sequence".into(),
        (Kind::Morris, _, Lang::Zh) => format!("Morris 轨迹：{n} 条，{levels} 个水平"),
        (Kind::Morris, _, Lang::En) => format!("Morris: {n} trajectories on {levels} levels"),
    }
}

fn factors(list: &[Factor], design: &Design, lang: Lang) -> String {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width().unwrap_or(100));
    let header = match lang {
        Lang::Zh => ["因子", "含义", "取值", "类别", "用于"],
        Lang::En => ["factor", "meaning", "values", "class", "goes to"],
    };
    table.set_header(header);
    for f in list {
        let unit = f.lever.unit;
        let show = |x: f64| shown(x, unit, lang);
        let (from, to) = f.spread.ends();
        let values = match f.levels() {
            Some(l) if l.len() <= FEW => {
                l.iter().map(|v| show(v.to_f64())).collect::<Vec<_>>().join(lang.pick("、", ", "))
            }
            Some(l) => match lang {
                Lang::Zh => format!("{} 至 {}，{} 个", show(from), show(to), l.len()),
                Lang::En => format!("{} to {}, {} values", show(from), show(to), l.len()),
            },
            None => match lang {
                Lang::Zh => format!("{} 至 {}", show(from), show(to)),
                Lang::En => format!("{} to {}", show(from), show(to)),
            },
        };
        let since = f.since.map_or_else(String::new, |m| match lang {
            Lang::Zh => format!("（自 {m} 起）"),
            Lang::En => format!(" (from {m} on)"),
        });
        let scenarios: Vec<&str> = design
            .scenarios
            .iter()
            .zip(&f.applies)
            .filter(|(_, applies)| **applies)
            .map(|(s, _)| s.id.as_str())
            .collect();
        let to_all = scenarios.len() == design.scenarios.len();
        let scenarios = if to_all {
            lang.pick("全部", "all").to_owned()
        } else {
            scenarios.join(lang.pick("、", ", "))
        };
        let class = match (lang, f.class) {
            (Lang::Zh, "official") => "官方文件",
            (Lang::Zh, "literature") => "文献",
            (Lang::Zh, "estimated") => "估计",
            (Lang::Zh, "assumption") => "假设",
            (Lang::Zh, _) => "政策",
            (Lang::En, class) => class,
        };
        let meaning = format!("{}{since}", lang.pick(&f.lever.zh, &f.lever.en));
        table.add_row(vec![f.name.clone(), meaning, values, class.to_owned(), scenarios]);
    }
    if let Some(column) = table.column_mut(2) {
        column.set_cell_alignment(CellAlignment::Left);
    }
    table.to_string()
}

/// Bytes in words.
fn size(bytes: u64) -> String {
    match bytes as f64 {
        b if b >= 1e9 => format!("{:.1} GB", b / 1e9),
        b if b >= 1e6 => format!("{:.0} MB", b / 1e6),
        b => format!("{:.0} KB", (b / 1e3).max(1.0)),
    }
}

/// Seconds in words.
fn clock(seconds: f64, lang: Lang) -> String {
    let (value, zh, en) = match seconds {
        s if s < 90.0 => (s.max(1.0), "秒", "s"),
        s if s < 5400.0 => (s / 60.0, "分钟", "min"),
        s if s < 172_800.0 => (s / 3600.0, "小时", "h"),
        s => (s / 86_400.0, "天", "days"),
    };
    let digits = usize::from(value < 10.0 && seconds >= 90.0);
    format!("{value:.digits$} {}", lang.pick(zh, en))
}
