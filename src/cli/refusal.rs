//! A command line that cannot be understood, said in Chinese; in English the parser says it itself.
//! Which values are allowed is declared in `args.rs`; here are only words.
//! Nothing is parsed here but `--lang`, which must be known before the rest is.

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::units::Lang;

use super::args::Cli;
use super::of_locale;
use super::values::THINNEST;

/// The language asked for by arguments that may be wrong otherwise, else the locale's.
pub fn language_of(arguments: impl Iterator<Item = String>) -> Lang {
    let mut asked = None;
    let mut next = false;
    for a in arguments {
        let value = if next { Some(a.as_str()) } else { a.strip_prefix("--lang=") };
        match value {
            Some("zh") => asked = Some(Lang::Zh),
            Some("en") => asked = Some(Lang::En),
            _ => {}
        }
        next = a == "--lang";
    }
    asked.unwrap_or_else(|| of_locale(sys_locale::get_locale().as_deref()))
}

/// The command that differs from `word` by a slip of one or two letters.
pub fn command_meant(word: &str) -> Option<String> {
    let command = Cli::command();
    let near = command.get_subcommands().map(|c| (strsim::osa_distance(word, c.get_name()), c.get_name()));
    near.filter(|(slips, name)| *slips <= 2 && slips * 2 < name.len()).min().map(|(_, name)| name.to_owned())
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(s)) => s.clone(),
        Some(ContextValue::Strings(list)) => list.join("、"),
        Some(ContextValue::StyledStr(s)) => s.to_string(),
        Some(ContextValue::StyledStrs(list)) => {
            list.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
        }
        _ => String::new(),
    }
}

/// What an option takes, where the parser only knows it in English.
fn allowed(argument: &str, value: &str) -> String {
    let near = value.trim().parse::<f64>().ok().filter(|v| *v > 0.0 && *v < 1.0);
    let near = near.map(|v| (1.0 / v).round()).filter(|k| *k <= THINNEST);
    match near {
        Some(k) if argument.starts_with("--scale") => format!("写 1/k，最接近的是 1/{k}"),
        _ => form(argument).to_owned(),
    }
}

fn form(argument: &str) -> &'static str {
    let name = argument.trim_start_matches('-').split([' ', '=', '<']).next().unwrap_or("");
    match name {
        "scale" => "写 1/k（k 不超过 10000），如 1、0.5、0.05 或 1/20",
        "precision" => {
            "写百分点数，大于 0、不超过 100，如 0.2 或 0.2pp；或“指标=精度”，如 npl_ratio=0.1pp,inclusive_balance=1亿元"
        }
        "from" | "until" => "写年月，如 2022-04、2022Q2 或 2022",
        "replications" => "写 1 至 1000000 的整数",
        "max-replications" => "写 2 至 1000000 的整数",
        "threads" => "写 1 至 4096 的整数",
        "seed" => "写 0 至 9223372036854775807 的整数",
        "year" => "写年份，如 2026",
        "shard" => "写 i/n，i 从 0 到 n−1，如 0/4",
        "shards" | "sample" => "写不小于 1 的整数",
        _ => "",
    }
}

/// The message in Chinese.
pub fn in_chinese(error: &clap::Error) -> String {
    let of = |kind| context(error, kind);
    let (argument, value) = (of(ContextKind::InvalidArg), of(ContextKind::InvalidValue));
    let meant = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let meant = meant.map(of).into_iter().find(|s| !s.is_empty());
    let meant = meant.map_or_else(String::new, |s| format!("；是否想写“{s}”？"));
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("未知的选项或参数“{argument}”{meant}"),
        ErrorKind::InvalidSubcommand => {
            format!("未知的命令“{}”{meant}", of(ContextKind::InvalidSubcommand))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("选项“{argument}”缺少值"),
        ErrorKind::InvalidValue => {
            format!("“{value}”不能用于“{argument}”；可选：{}{meant}", of(ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => match allowed(&argument, &value).as_str() {
            "" => format!("“{value}”不能用于“{argument}”"),
            how => format!("“{value}”不能用于“{argument}”：{how}"),
        },
        ErrorKind::MissingRequiredArgument => format!("缺少“{argument}”"),
        ErrorKind::ArgumentConflict => {
            let prior = of(ContextKind::PriorArg);
            match prior.is_empty() {
                true => format!("“{argument}”不能与其他选项同用"),
                false => format!("“{argument}”不能与“{prior}”同用"),
            }
        }
        ErrorKind::InvalidUtf8 => "参数不是 UTF-8 文字".to_owned(),
        _ => format!("命令行有误：{error}"),
    };
    format!("{what}\n用法与示例见 puhui --help")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn said(line: &str) -> String {
        in_chinese(&Cli::try_parse_from(line.split(' ')).unwrap_err())
    }

    #[test]
    fn mistakes_are_said_in_chinese() {
        for (line, words) in [
            ("puhui a b --replication 3", vec!["--replication", "是否想写“--replications”"]),
            ("puhui a b --scale 0.3", vec!["0.3", "1/3"]),
            ("puhui a b --scale 0.0000001", vec!["不超过 10000"]),
            ("puhui a b --seed -1", vec!["“-1”", "--seed", "写 0 至"]),
            ("puhui a b --until 2022-13", vec!["2022-13", "2022-04"]),
            ("puhui a b --replications 0", vec!["--replications", "1 至 1000000"]),
            ("puhui a b --lang de", vec!["“de”", "zh、en"]),
            ("puhui explain weather", vec!["weather", "schedule、instruments"]),
            ("puhui check", vec!["缺少", "FILES"]),
            ("puhui a b --seed", vec!["--seed", "缺少值"]),
            ("puhui a b --precision 1 --replications 2", vec!["不能与", "--replications"]),
        ] {
            let text = said(line);
            assert!(words.iter().all(|w| text.contains(w)), "{line}: {text}");
            assert!(text.contains("puhui --help"), "{line}: {text}");
        }
    }

    #[test]
    fn the_language_is_found_among_wrong_arguments() {
        let of = |line: &str| language_of(line.split(' ').map(str::to_owned));
        assert_eq!(of("puhui --nope --lang en"), Lang::En);
        assert_eq!(of("puhui --lang=en --nope"), Lang::En);
        assert_eq!(of("puhui --nope --lang zh"), Lang::Zh);
    }
}
