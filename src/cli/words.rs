//! What the command line says, in both languages.
//! One variant per message, one match per language pair, so that the compiler finds what is missing.
//! Words of charts and tables are in `report`, of mistakes in scenario files in `scenario`.

use crate::experiment::again::Stored;
use crate::experiment::sweep::PlanFile;
use crate::experiment::sweep::survey::Counts;
use crate::units::Lang;

/// Something to say.
#[derive(Clone, Copy, Debug)]
pub enum Say<'a> {
    Planned { scenarios: usize, replications: u32, months: u64 },
    Again(&'a str),
    Written(&'a str),
    Figures { dir: &'a str, count: usize },
    NoFigures(&'a str),
    Report(&'a str),
    Failed { runs: usize, first: &'a str },
    FailedBefore(u64),
    Interrupted { kept: usize, dir: &'a str },
    GoesOn { kept: usize },
    Kept(usize),
    NotSettled { replications: u32 },
    Settled { replications: u32 },
    Fine { file: &'a str },
    Warned { file: &'a str },
    Unsourced(&'a [String]),
    HeldFlat { last: &'a str, until: &'a str },
    NotEmpty(&'a str),
    NoFolder(&'a str),
    CannotWrite { path: &'a str, why: &'a str },
    Begun { dir: &'a str, names: &'a str },
    OwnFiles,
    NoScenario,
    Months { from: &'a str, until: &'a str },
    BeforeStart { from: &'a str, start: &'a str },
    TooLate { until: &'a str, last: &'a str },
    TooMuch { scenarios: usize, replications: u32, gb: u64 },
    OneScenario,
    PrecisionOfOne,
    TwoOfOneName(&'a str),
    Analysed { dir: &'a str, count: usize },
    TooManyRuns { runs: u64, most: u64 },
    SweepAgain(&'a str),
    SweepGoesOn { done: u64, blocks: u64 },
    SweepCounts { counts: Counts },
    ShardCounts { shard: &'a str, counts: Counts },
    StatusHead { plan: &'a PlanFile },
    Anew(&'a str),
    BlocksKept(u64),
    Mend,
    RunsMissing { runs: u64, dir: &'a str },
    FailedOfSweep { runs: u64, first: &'a str },
    RunIs { run: &'a Stored },
    Traced(&'a str),
    NotStored(&'a str),
    SameRecord(&'a str),
    OtherRecord { was: &'a str, is: &'a str },
    NoRun { asked: u64, runs: u64 },
    OtherProgram { dir: &'a str, names: &'a str },
    Compared { runs: u64, files: u64, missing: u64 },
    Reproduced,
    NotReproduced(usize),
    Stopped,
}

/// Template of the progress bar.
pub fn bar(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "{bar:32} {percent:>3}%  每方案 {msg} 次重复  已用 {elapsed}  剩余 {eta}",
        Lang::En => "{bar:32} {percent:>3}%  {msg} replications  {elapsed} gone  {eta} left",
    }
}

/// Template of a sweep's progress bar.
pub fn runs_bar(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "{bar:32} {percent:>3}%  已完成 {msg} 次模拟  已用 {elapsed}  剩余 {eta}",
        Lang::En => "{bar:32} {percent:>3}%  {msg} runs  {elapsed} gone  {eta} left",
    }
}

/// The words.
pub fn say(lang: Lang, what: Say<'_>) -> String {
    use Lang::{En, Zh};
    match (what, lang) {
        (Say::Planned { scenarios, replications, months }, Zh) => {
            format!("{scenarios} 个方案 × {replications} 次重复（共享历史后每次重复 {months} 个月）")
        }
        (Say::Planned { scenarios, replications, months }, En) => format!(
            "{scenarios} scenarios × {replications} replications ({months} months each, shared history once)"
        ),
        (Say::Again(dir), Zh) => format!("同样的结果已经存在，直接显示：{dir}（重新计算请加 --force）"),
        (Say::Again(dir), En) => {
            format!("the same results stand there already and are shown again: {dir} (--force runs anew)")
        }
        (Say::Written(dir), Zh) => format!("结果：{dir}"),
        (Say::Written(dir), En) => format!("results: {dir}"),
        (Say::Figures { dir, count }, Zh) => format!("图表：{dir}（{count} 个文件）"),
        (Say::Figures { dir, count }, En) => format!("figures: {dir} ({count} files)"),
        (Say::Report(path), Zh) => format!("报告：{path}"),
        (Say::Report(path), En) => format!("report: {path}"),
        (Say::NoFigures(why), Zh) => format!("未绘图：{why}"),
        (Say::NoFigures(why), En) => format!("no figures: {why}"),
        (Say::Failed { runs, first }, Zh) => {
            format!("{runs} 次模拟失败，其配对未计入估计（见 runs.csv）；第一次的原因：{first}")
        }
        (Say::Failed { runs, first }, En) => {
            format!("{runs} runs failed and their pairs are left out (see runs.csv); the first: {first}")
        }
        (Say::FailedBefore(n), Zh) => format!("其中 {n} 次模拟当时失败（见 runs.csv）"),
        (Say::FailedBefore(n), En) => format!("{n} of its runs failed when it was made (see runs.csv)"),
        (Say::Interrupted { kept: 0, .. }, Zh) => "已中断；尚无完成的重复，未写入任何结果".into(),
        (Say::Interrupted { kept: 0, .. }, En) => {
            "interrupted; no replication was finished and nothing was written".into()
        }
        (Say::Interrupted { kept, dir }, Zh) => {
            format!("已中断；完成的 {kept} 次重复保存在 {dir}，再次运行同一命令即从此处继续")
        }
        (Say::Interrupted { kept, dir }, En) => {
            format!(
                "interrupted; {kept} finished replications are kept in {dir}: the same command goes on from there"
            )
        }
        (Say::GoesOn { kept }, Zh) => format!("从上次中断处继续：已有 {kept} 次重复"),
        (Say::GoesOn { kept }, En) => {
            format!("goes on where it was interrupted: {kept} replications are there")
        }
        (Say::Kept(0), Zh) => "尚无完成的重复，没有写入任何结果；排除故障后再次运行同一命令".into(),
        (Say::Kept(0), En) => "no replication was finished and nothing was written; run the same command once the fault is mended".into(),
        (Say::Kept(kept), Zh) => {
            format!("已完成的 {kept} 次重复没有丢失；排除故障后再次运行同一命令即可继续")
        }
        (Say::Kept(kept), En) => {
            format!(
                "{kept} finished replications are kept; the same command goes on once the fault is mended"
            )
        }
        (Say::NotSettled { replications }, Zh) => {
            format!("{replications} 次重复后仍未达到要求的精度；区间照实给出")
        }
        (Say::NotSettled { replications }, En) => {
            format!(
                "the precision asked for was not reached in {replications} replications; intervals are as they are"
            )
        }
        (Say::Settled { replications }, Zh) => format!("{replications} 次重复后达到要求的精度"),
        (Say::Settled { replications }, En) => format!("settled after {replications} replications"),
        (Say::Unsourced(what), Zh) => {
            format!("没有写 source，报告将注明“未注明依据”：{}", few(what, "、"))
        }
        (Say::Unsourced(what), En) => {
            format!("no source is given, and the report will say so: {}", few(what, ", "))
        }
        (Say::HeldFlat { last, until }, Zh) => {
            format!("输入数据只到 {last}：此后至 {until}，各条路径与政策保持最后的值不变，这是假设")
        }
        (Say::HeldFlat { last, until }, En) => format!(
            "inputs are stated up to {last}: from there to {until} every path and policy keeps its last value, an assumption"
        ),
        (Say::Fine { file }, Zh) => format!("{file}：没有问题"),
        (Say::Fine { file }, En) => format!("{file}: fine"),
        (Say::Warned { file }, Zh) => format!("{file}：可以运行，但请看上面的提醒"),
        (Say::Warned { file }, En) => format!("{file}: can be run, but see the warning above"),
        (Say::NotEmpty(dir), Zh) => {
            format!("{dir} 不是空文件夹，未作改动；--force 会写入并替换其中的同名文件")
        }
        (Say::NotEmpty(dir), En) => format!(
            "{dir} is not empty and is left alone; --force writes into it and replaces files of the same names"
        ),
        (Say::NoFolder(dir), Zh) => format!("{dir} 不是文件夹"),
        (Say::NoFolder(dir), En) => format!("{dir} is no folder"),
        (Say::CannotWrite { path, why }, Zh) => format!("{path}：无法写入：{why}"),
        (Say::CannotWrite { path, why }, En) => format!("{path}: {why}"),
        (Say::Begun { dir, names }, Zh) => format!(
            "已写入 {dir}：{names}\n接下来：\n  用任意文本编辑器修改一个数值，例如 {dir}/guarantee-fee.toml 中的 fee\n  \
             puhui check {dir}\n  puhui compare {dir} --scale 0.05 --replications 4    （先看大概；去掉这两项即为完整比较）"
        ),
        (Say::Begun { dir, names }, En) => format!(
            "written to {dir}: {names}\nnext:\n  change a value in any text editor, such as `fee` in {dir}/guarantee-fee.toml\n  \
             puhui check {dir}\n  puhui compare {dir} --scale 0.05 --replications 4    (a first look; without the two options, all of it)"
        ),
        (Say::OwnFiles, Zh) => {
            "此处有 baseline.toml，但运行的是随附的比较；比较本文件夹的方案请用：puhui compare .".into()
        }
        (Say::OwnFiles, En) => {
            "baseline.toml stands here, but this is the shipped comparison; to compare these files: puhui compare ."
                .into()
        }
        (Say::NoScenario, Zh) => "没有可运行的方案".into(),
        (Say::NoScenario, En) => "there is no scenario to run".into(),
        (Say::Months { from, until }, Zh) => format!("起始月 {from} 晚于结束月 {until}"),
        (Say::Months { from, until }, En) => format!("--from {from} is after --until {until}"),
        (Say::BeforeStart { from, start }, Zh) => format!("起始月 {from} 早于地区数据的第一个月 {start}"),
        (Say::BeforeStart { from, start }, En) => {
            format!("--from {from} is before the region's first month {start}")
        }
        (Say::TooLate { until, last }, Zh) => format!("结束月 {until} 晚于最后可模拟的月份 {last}"),
        (Say::TooLate { until, last }, En) => {
            format!("the last month {until} is after the last that can be simulated, {last}")
        }
        (Say::TooMuch { scenarios, replications, gb }, Zh) => format!(
            "{scenarios} 个方案 × {replications} 次重复的结果约需 {gb} GB 内存：请减少方案、重复次数（--replications、--max-replications）或月份"
        ),
        (Say::TooMuch { scenarios, replications, gb }, En) => format!(
            "results of {scenarios} scenarios × {replications} replications take about {gb} GB of memory: fewer scenarios, replications (--replications, --max-replications) or months, please"
        ),
        (Say::OneScenario, Zh) => "只有一个方案，没有可比较的（单独模拟请用 puhui run）".into(),
        (Say::OneScenario, En) => "one scenario alone compares with nothing (puhui run simulates one)".into(),
        (Say::PrecisionOfOne, Zh) => "--precision 针对效果；单个方案没有效果（请用 puhui compare）".into(),
        (Say::PrecisionOfOne, En) => {
            "--precision is about effects; one scenario has none (use puhui compare)".into()
        }
        (Say::Analysed { dir, count }, Zh) => format!("表与图（{count} 个文件）：{dir}"),
        (Say::Analysed { dir, count }, En) => format!("tables and charts ({count} files): {dir}"),
        (Say::TooManyRuns { runs, most }, Zh) => {
            format!("共 {runs} 次模拟，超过上限 {most} 次：请减少点、方案或重复次数（--replications）")
        }
        (Say::TooManyRuns { runs, most }, En) => format!(
            "{runs} runs are more than the {most} allowed: fewer points, scenarios or replications (--replications), please"
        ),
        (Say::SweepAgain(dir), Zh) => format!("同样的批量实验已经完成：{dir}"),
        (Say::SweepAgain(dir), En) => format!("the same sweep stands there complete: {dir}"),
        (Say::SweepGoesOn { done, blocks }, Zh) => format!("从上次中断处继续：{blocks} 块中已有 {done} 块"),
        (Say::SweepGoesOn { done, blocks }, En) => {
            format!("goes on where it was: {done} of {blocks} blocks are there")
        }
        (Say::SweepCounts { counts: c }, Zh) => {
            format!("计划 {} 次模拟 = 完成 {} + 失败 {} + 缺失 {}", c.planned, c.done, c.failed, c.missing)
        }
        (Say::SweepCounts { counts: c }, En) => {
            format!("{} runs planned = {} done + {} failed + {} missing", c.planned, c.done, c.failed, c.missing)
        }
        (Say::ShardCounts { shard, counts: c }, Zh) => format!(
            "分片 {shard}：计划 {} = 完成 {} + 失败 {} + 缺失 {}",
            c.planned, c.done, c.failed, c.missing
        ),
        (Say::ShardCounts { shard, counts: c }, En) => format!(
            "shard {shard}: {} planned = {} done + {} failed + {} missing",
            c.planned, c.done, c.failed, c.missing
        ),
        (Say::StatusHead { plan: p }, Zh) => format!(
            "{} 个点 × {} 个方案 × {} 次重复，共 {} 块；程序 {}（{}）",
            p.points, p.scenarios, p.replications, p.blocks, p.version, p.code
        ),
        (Say::StatusHead { plan: p }, En) => format!(
            "{} points × {} scenarios × {} replications in {} blocks; program {} ({})",
            p.points, p.scenarios, p.replications, p.blocks, p.version, p.code
        ),
        (Say::Anew(what), Zh) => format!("重新计算：{what}"),
        (Say::Anew(what), En) => format!("computed anew: {what}"),
        (Say::BlocksKept(n), Zh) => format!("已完成的 {n} 块没有丢失；排除故障后加 --resume 即可继续"),
        (Say::BlocksKept(n), En) => {
            format!("{n} finished blocks are kept; --resume goes on once the fault is mended")
        }
        (Say::Mend, Zh) => "`puhui sweep 设计文件 --resume` 重新计算损坏的块；不属于计划的文件请移走".into(),
        (Say::Mend, En) => {
            "`puhui sweep DESIGN --resume` computes damaged blocks anew; move away what is in no block".into()
        }
        (Say::RunsMissing { runs, dir }, Zh) => {
            format!("尚缺 {runs} 次模拟；补齐：puhui sweep 设计文件 --resume --out {dir}")
        },
        (Say::RunsMissing { runs, dir }, En) => {
            format!("{runs} runs are missing; to do them: puhui sweep DESIGN --resume --out {dir}")
        },
        (Say::FailedOfSweep { runs, first }, Zh) => {
            format!("{runs} 次模拟失败，原因与输入已记录（见 runs.csv）；第一次的原因：{first}")
        }
        (Say::FailedOfSweep { runs, first }, En) => {
            format!("{runs} runs failed; their reasons and inputs are kept (see runs.csv); the first: {first}")
        }
        (Say::RunIs { run: r }, Zh) => {
            let point = r.point.map_or_else(String::new, |p| format!("第 {p} 点，"));
            format!("第 {} 次模拟：{point}方案 `{}`，第 {} 次重复", r.number, r.scenario, r.replication)
        }
        (Say::RunIs { run: r }, En) => {
            let point = r.point.map_or_else(String::new, |p| format!("point {p}, "));
            format!("run {}: {point}scenario `{}`, replication {}", r.number, r.scenario, r.replication)
        }
        (Say::Traced(path), Zh) => format!("微观数据：{path}"),
        (Say::Traced(path), En) => format!("micro-data: {path}"),
        (Say::NotStored(is), Zh) => format!("这次模拟没有存下来的结果可以核对；重新模拟的记录：{is}"),
        (Say::NotStored(is), En) => format!("nothing is stored of this run to compare with; its record now: {is}"),
        (Say::SameRecord(is), Zh) => format!("与存下来的记录相同：{is}"),
        (Say::SameRecord(is), En) => format!("the same record as stored: {is}"),
        (Say::OtherRecord { was, is }, Zh) => format!("与存下来的记录不同：当时 {was}，现在 {is}"),
        (Say::OtherRecord { was, is }, En) => format!("another record than stored: then {was}, now {is}"),
        (Say::NoRun { asked, runs }, Zh) => format!("没有第 {asked} 次模拟；编号从 0 到 {}", runs.saturating_sub(1)),
        (Say::NoRun { asked, runs }, En) => {
            format!("there is no run {asked}; they are numbered from 0 to {}", runs.saturating_sub(1))
        }
        (Say::OtherProgram { dir, names }, Zh) => {
            format!("{dir} 不能由本程序重现，不同之处：{names}；请用当时的版本")
        }
        (Say::OtherProgram { dir, names }, En) => {
            format!("{dir} cannot be made again by this program; what differs: {names}. Use the version it was made with")
        }
        (Say::Compared { runs, files, missing }, Zh) => {
            format!("核对了 {runs} 次模拟、{files} 个文件；没有存下来的 {missing} 次")
        }
        (Say::Compared { runs, files, missing }, En) => {
            format!("{runs} runs and {files} files compared; {missing} runs are not stored")
        }
        (Say::Reproduced, Zh) => "全部相同".into(),
        (Say::Reproduced, En) => "all the same".into(),
        (Say::NotReproduced(n), Zh) => format!("{n} 处不同："),
        (Say::NotReproduced(n), En) => format!("{n} differences:"),
        (Say::Stopped, Zh) => "已中断".into(),
        (Say::Stopped, En) => "interrupted".into(),
        (Say::TwoOfOneName(id), Zh) => format!("有两个不同的方案都叫 `{id}`；请给文件改名"),
        (Say::TwoOfOneName(id), En) => format!("two different scenarios are called `{id}`; rename one file"),
    }
}

/// The first three names of a list.
fn few(names: &[String], between: &str) -> String {
    let more = if names.len() > 3 { format!("{between}…") } else { String::new() };
    names.iter().take(3).cloned().collect::<Vec<_>>().join(between) + &more
}
