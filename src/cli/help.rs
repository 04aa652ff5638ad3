//! `--help` in Chinese. Arguments and their English texts are declared in `args.rs`; here stand the Chinese
//! ones, by the argument's id, and are laid over the declaration at run time. A test finds what is missing.
//! The parser's own fixed words ("Usage:", "[default: …]") are replaced in the rendered text.

use clap::{Arg, Command, CommandFactory};

use crate::units::Lang;

use super::args::Cli;

/// What each command does; the program itself first.
const COMMANDS: &[(&str, &str)] = &[
    (
        "puhui",
        "普惠 puhui：用成对的蒙特卡洛模拟，推演普惠金融政策对一个区县的作用。\n\n不写命令即为比较：第一个文件是对照；不写文件则运行随附的比较。",
    ),
    ("compare", "在同一组随机数下比较方案"),
    ("attribute", "把一揽子政策的效应公平地分解到各项工具"),
    ("run", "模拟一个方案，显示各年水平"),
    ("check", "检查方案文件并说明读懂了什么；不做模拟"),
    ("init", "新建一个起步文件夹：基准和几个带注释的方案"),
    ("schema", "输出方案文件或设计文件的 JSON Schema，供编辑器使用"),
    ("explain", "列出模型的内容"),
    ("report", "写出结果文件夹的报告和图"),
    ("plan", "说明一个设计的含义和所需的时间、内存、磁盘；只做一次短测，不写任何文件"),
    ("sweep", "运行一份批量实验设计：许多参数点，每点多次重复，逐块保存"),
    ("merge", "把各分片的文件夹合为一个批量实验"),
    ("status", "清点批量实验：已完成、失败、缺失、损坏"),
    ("rerun", "重新模拟批量实验或方案比较中的一次，并可写出微观数据"),
    ("reproduce", "重新模拟批量实验或方案比较，与已存的结果核对"),
    ("sensitivity", "说明批量实验的结果取决于哪些输入，有多大把握"),
    ("decide", "比较批量实验或方案比较中的各选项：谁最好，风险与成本如何"),
    ("help", "显示本说明或某个命令的说明"),
];

/// What each argument means; `command.argument` where a command means something of its own.
const ARGUMENTS: &[(&str, &str)] = &[
    ("files", "方案文件、文件夹或随附方案的编号；第一个是对照"),
    ("check.files", "方案文件、文件夹或随附方案的编号"),
    ("package", "方案文件或随附方案的编号：要分解的一揽子政策"),
    ("against", "与哪个方案比较［默认：方案自己写明的对照，否则 `baseline`］"),
    ("instruments", "要分开的工具（“a,b,c+d”，加号合并）；方案中其余工具合为一项 `rest`，连同它最多八项"),
    ("file", "方案文件或随附方案的编号"),
    ("baseline", "对照方案，代替第一个文件"),
    ("replications", "模拟次数［默认：对照方案中所写］"),
    (
        "precision",
        "一直模拟到效应达到 ± P 为止：增速写百分点（“0.2”或“0.2pp”），其他指标写名称和单位（“npl_ratio=0.1pp,inclusive_balance=1亿元”）",
    ),
    ("max_replications", "--precision 之下最多模拟的次数"),
    ("threads", "线程数［默认：每个处理器一个］；结果与线程数无关"),
    ("seed", "随机种子［默认：对照方案中所写］"),
    ("scale", "模拟的主体所占比例 1/k（“0.05”或“1/20”），每个代表 k 个"),
    ("from", "报告的第一个月［默认：对照方案中所写］"),
    ("until", "模拟的最后一个月；只写年份即该年 12 月［默认：对照方案中所写，否则 2027-12］"),
    ("out", "结果就写在此处［默认：results/<名称>-<散列8位>］"),
    ("force", "重新计算，并替换该处已有的结果"),
    ("init.force", "写入非空文件夹，替换其中的同名文件"),
    ("quiet", "不显示进度和表格，只给出文件夹名"),
    ("lang", "信息、表格和图的语言［默认：系统语言，未知时为中文］"),
    ("init.lang", "注释的语言［默认：系统语言，未知时为中文］"),
    ("report.lang", "语言，多个用逗号分开［默认：系统语言，未知时为中文］"),
    ("audit", "账目多久核对一次"),
    ("format", "输出格式"),
    ("of", "哪种文件"),
    ("design", "设计文件"),
    ("what", "列出什么；不写则给出可选的内容"),
    ("init.dir", "要写入的文件夹，没有则新建"),
    ("report.dir", "结果文件夹"),
    ("plan.replications", "模拟次数［默认：设计中所写］"),
    ("plan.threads", "按多少线程估算时间［默认：每个处理器一个］"),
    ("sensitivity.dir", "批量实验的文件夹，layout = \"saltelli\" 或 kind = \"morris\""),
    ("decide.dir", "批量实验或方案比较的文件夹"),
    ("design", "批量实验的设计文件"),
    ("resume", "从已有处继续：缺失的块、损坏的块、更多的重复"),
    ("sweep.replications", "重复次数［默认：设计文件中所写］；与 --resume 同用时可以比已有的多"),
    ("shard", "只算编号除以 n 余 i 的块，i 从 0 起"),
    ("sweep.quiet", "不显示进度和表格，只给出文件夹名"),
    ("no_store", "只模拟、不保存，用于衡量保存的代价"),
    ("dirs", "同一批量实验各分片的文件夹"),
    ("merge.out", "合并后的文件夹；其中可以已有同一实验的一部分"),
    ("status.dir", "批量实验的文件夹"),
    ("shards", "另按多少个分片分别清点"),
    ("rerun.dir", "批量实验或方案比较的文件夹"),
    ("run", "第几次模拟，编号见 runs.csv"),
    ("trace", "把微观数据写到此处：每期期末的每个主体（.csv 或 .parquet）"),
    ("every", "多久写一次主体数据"),
    ("reproduce.dir", "批量实验或方案比较的文件夹"),
    ("sample", "只核对这么多次模拟，均匀取自全部，按记录的散列比较"),
    ("year", "所看的年份［默认：最后一个完整年份］"),
    ("sensitivity.out", "就写在此处［默认：RUN 中单独的文件夹］"),
    ("decide.out", "就写在此处［默认：RUN 中单独的文件夹］"),
    ("indicators", "指标，多个用逗号分开［默认：保存的全部指标］"),
    ("criteria", "判断一个选项是否劣于另一个所用的指标［默认：inclusive_balance,npl_ratio,public_cost］"),
    (
        "limits",
        "限制：“npl_ratio <= 3%”（看均值）、“not fund_exhausted with 95%”（看概率）；可重复写［默认：这两条］",
    ),
    ("case", "要寻找其出现范围的情形［默认：“city_gap < 0”］"),
    ("cost", "成本效果前沿的成本［默认：public_cost］"),
    ("effect", "成本效果前沿的效果［默认：inclusive_balance］"),
    ("help", "显示说明"),
    ("version", "显示版本"),
];

/// Words that are the same in every help.
const WORDS: &[(&str, &str)] = &[
    ("Usage: ", "用法："),
    ("Commands:", "命令："),
    ("Arguments:", "参数："),
    ("Options:", "选项："),
    ("[OPTIONS]", "[选项]"),
    ("[COMMAND]", "[命令]"),
    ("<COMMAND>", "<命令>"),
    ("[default: ", "[默认："),
    ("[possible values: ", "[可选："),
    ("Possible values:", "可选："),
    ("Examples:", "示例："),
    ("Example:", "示例："),
    (
        "Exit codes: 0 done, 1 fault of program or disk, 2 bad input, 3 some runs failed, 75 try again, 130 interrupted",
        "退出码：0 完成，1 程序或磁盘故障，2 输入有误，3 部分模拟失败，75 稍后再试，130 已中断",
    ),
    (
        "Taplo, Even Better TOML: begin a scenario with",
        "使用 Taplo、Even Better TOML 的编辑器，方案文件首行写",
    ),
];

/// The command line with its texts in a language.
pub fn command(lang: Lang) -> Command {
    let mut command = Cli::command();
    if lang == Lang::En {
        return command;
    }
    // The parser adds `--help`, `--version` and `help` when it builds; they want words too.
    command.build();
    translated(command)
}

fn translated(mut command: Command) -> Command {
    let name = command.get_name().to_owned();
    if let Some(about) = find(COMMANDS, &name) {
        let first = about.lines().next().unwrap_or(about).to_owned();
        command = command.about(first).long_about(about);
    }
    // Before the parser breaks it into lines.
    if let Some(after) = command.get_after_help().map(|text| in_chinese(&text.to_string())) {
        command = command.after_help(after);
    }
    command = command.mut_args(|arg: Arg| match argument(&name, arg.get_id().as_str()) {
        Some(text) => arg.help(text).long_help(text),
        None => arg,
    });
    command.mut_subcommands(translated)
}

fn argument(command: &str, id: &str) -> Option<&'static str> {
    find(ARGUMENTS, &format!("{command}.{id}")).or_else(|| find(ARGUMENTS, id))
}

fn find(list: &[(&str, &'static str)], key: &str) -> Option<&'static str> {
    list.iter().find(|(k, _)| *k == key).map(|(_, text)| *text)
}

/// A rendered help with its fixed words in Chinese.
pub fn in_chinese(rendered: &str) -> String {
    WORDS.iter().fold(rendered.to_owned(), |text, (en, zh)| text.replace(en, zh))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_argument_has_a_chinese_text_and_no_other_has() {
        let mut whole = Cli::command();
        whole.build();
        let mut used = Vec::new();
        let mut missing = Vec::new();
        for command in std::iter::once(&whole).chain(whole.get_subcommands()) {
            let name = command.get_name();
            missing.extend(find(COMMANDS, name).is_none().then(|| name.to_owned()));
            used.push(name.to_owned());
            for id in command.get_arguments().map(|a| a.get_id().as_str()) {
                let own = format!("{name}.{id}");
                missing.extend(argument(name, id).is_none().then(|| own.clone()));
                used.extend([own, id.to_owned()]);
            }
        }
        assert!(missing.is_empty(), "no Chinese text in src/cli/help.rs: {missing:?}");
        let stale: Vec<&str> = COMMANDS.iter().chain(ARGUMENTS).map(|(key, _)| *key).collect();
        let stale: Vec<&str> = stale.into_iter().filter(|key| !used.iter().any(|u| u == key)).collect();
        assert!(stale.is_empty(), "{stale:?}");
    }

    #[test]
    fn help_is_in_one_language() {
        let names: Vec<String> = Cli::command().get_subcommands().map(|c| c.get_name().to_owned()).collect();
        for name in std::iter::once("puhui").chain(names.iter().map(String::as_str)) {
            let of = |lang| {
                let mut whole = command(lang);
                let found =
                    if name == "puhui" { &mut whole } else { whole.find_subcommand_mut(name).unwrap() };
                [found.render_help().to_string(), found.render_long_help().to_string()]
            };
            for text in of(Lang::Zh).map(|text| in_chinese(&text)) {
                for line in text.lines().filter(|l| !l.trim_start().starts_with("puhui")) {
                    // Names, values and file endings are no sentences.
                    let words = line.split(|c: char| !c.is_ascii_alphabetic());
                    let english = words.filter(|w| w.len() > 1 && w.chars().all(|c| c.is_ascii_lowercase()));
                    let english: Vec<&str> = english.collect();
                    let known = |w: &&&str| ["the", "of", "and", "for", "print", "is", "in"].contains(*w);
                    assert!(!english.iter().any(|w| known(&w)), "{name}: {line}");
                    assert!(!line.contains("Usage") && !line.contains("default:"), "{name}: {line}");
                }
                assert!(text.contains("示例"), "{name}: {text}");
            }
            for text in of(Lang::En) {
                let han = |c: char| ('\u{3400}'..='\u{9FFF}').contains(&c);
                assert!(!text.replace("普惠 puhui", "").contains(han), "{name}: {text}");
            }
        }
    }
}
