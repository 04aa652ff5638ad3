//! The command line: arguments → one `match` → exit code. The only room that prints.
//!
//! Contract (scripts outside this repository hang on it): `puhui [compare] FILES…`, `run`, `check`,
//! `init`, `schema`, `explain`, `report`, `plan`, `sweep`, `merge`, `status`, `rerun`, `reproduce`, `sensitivity`, `decide`; exit codes 0 done, 1 our fault or the disk's, 2 bad input, 3 some runs failed,
//! 75 try again, 130 interrupted.

mod again;
mod analyse;
mod args;
mod attribute;
mod check;
mod compare;
mod explain;
mod help;
mod init;
mod plan;
mod refusal;
mod report;
mod signals;
mod sweep;
mod values;
mod words;

use std::process::ExitCode;

use clap::FromArgMatches;

use crate::units::Lang;

use args::{Cli, Command};

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done = 0,
    Fault = 1,
    BadInput = 2,
    RunsFailed = 3,
    TryAgain = 75,
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// A message for stderr and how to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub exit: Exit,
    pub message: String,
}

impl Failure {
    fn bad_input(message: impl ToString) -> Failure {
        Failure { exit: Exit::BadInput, message: message.to_string() }
    }
    fn fault(message: impl ToString) -> Failure {
        Failure { exit: Exit::Fault, message: message.to_string() }
    }
}

/// Reads the process's arguments, does what they say, and returns the exit code.
pub fn main() -> ExitCode {
    signals::let_writing_fail();
    let lang = refusal::language_of(std::env::args_os().map(|a| a.to_string_lossy().into_owned()));
    let parsed = help::command(lang).try_get_matches();
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(e) => {
            // Help and version go to stdout and are no failure.
            match (e.use_stderr(), lang) {
                (false, Lang::Zh) => print(&help::in_chinese(&e.render().to_string())),
                (true, Lang::Zh) => note(&refusal::in_chinese(&e)),
                (_, Lang::En) => drop(e.print()),
            }
            return if e.use_stderr() { Exit::BadInput.into() } else { Exit::Done.into() };
        }
    };
    let done = match cli.command {
        None => compare::compare(&cli.compare).map_err(|f| with_command_meant(f, &cli.compare.files, lang)),
        Some(Command::Compare(args)) => compare::compare(&args),
        Some(Command::Attribute(args)) => attribute::attribute(&args),
        Some(Command::Run(args)) => compare::run(&args),
        Some(Command::Check(args)) => check::check(&args),
        Some(Command::Init(args)) => init::init(&args),
        Some(Command::Schema(args)) => schema(args.of),
        Some(Command::Explain(args)) => explain::explain(&args),
        Some(Command::Report(args)) => report::report(&args),
        Some(Command::Plan(args)) => plan::plan(&args),
        Some(Command::Sweep(args)) => sweep::sweep(&args),
        Some(Command::Merge(args)) => sweep::merge(&args),
        Some(Command::Status(args)) => sweep::status(&args),
        Some(Command::Rerun(args)) => again::rerun(&args),
        Some(Command::Reproduce(args)) => again::reproduce(&args),
        Some(Command::Sensitivity(args)) => analyse::sensitivity(&args),
        Some(Command::Decide(args)) => analyse::decide(&args),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => {
            note(&failure.message);
            failure.exit.into()
        }
    }
}

/// What is no command is taken for a file: where there is no such file, the command that may be meant is named.
fn with_command_meant(failure: Failure, files: &[String], lang: Lang) -> Failure {
    let word = files.first().filter(|f| failure.exit == Exit::BadInput && !std::path::Path::new(f).exists());
    let Some((word, meant)) = word.and_then(|w| Some((w, refusal::command_meant(w)?))) else {
        return failure;
    };
    let hint = match lang {
        Lang::Zh => format!("“{word}”不是命令；是否想写 puhui {meant}？"),
        Lang::En => format!("`{word}` is no command; did you mean `puhui {meant}`?"),
    };
    Failure { message: format!("{}\n{hint}", failure.message.trim_end()), ..failure }
}

/// `puhui schema`: what editors complete and check scenario and design files with.
fn schema(of: args::SchemaOf) -> Result<Exit, Failure> {
    let schema = match of {
        args::SchemaOf::Scenario => crate::scenario::schema(),
        args::SchemaOf::Design => {
            let pack = crate::scenario::load_region(crate::scenario::DEFAULT_REGION, &compare::library());
            let keys = pack.map(|p| crate::scenario::Lever::keys(&p.region));
            crate::experiment::sweep::schema(&keys.map_err(Failure::bad_input)?)
        }
    };
    let text = serde_json::to_string_pretty(&schema).map_err(Failure::fault)?;
    print(&(text + "\n"));
    Ok(Exit::Done)
}

/// Writes to stdout. Nobody reads on behind a closed pipe (`| head`), which changes neither the work
/// nor how it ends; a full disk does.
fn print(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    if let Err(e) = out.write_all(text.as_bytes()).and_then(|()| out.flush())
        && e.kind() != std::io::ErrorKind::BrokenPipe
    {
        let lang = refusal::language_of(std::env::args_os().map(|a| a.to_string_lossy().into_owned()));
        note(&format!("{}{}", lang.pick("标准输出：", "stdout: "), lang.fault(&e)));
        std::process::exit(i32::from(Exit::Fault as u8));
    }
}

/// Writes a message to stderr, on lines of its own. Where it cannot be told, there is nobody to tell.
fn note(text: &str) {
    use std::io::Write;
    drop(writeln!(std::io::stderr().lock(), "{}", text.trim_end()));
}

/// The language asked for, else the locale's; Chinese where unknown.
fn language(asked: Option<args::LangArg>) -> Lang {
    match asked {
        Some(args::LangArg::Zh) => Lang::Zh,
        Some(args::LangArg::En) => Lang::En,
        None => of_locale(sys_locale::get_locale().as_deref()),
    }
}

fn of_locale(locale: Option<&str>) -> Lang {
    match locale.unwrap_or("").to_ascii_lowercase().as_str() {
        "" | "c" | "posix" | "c.utf-8" | "c.utf8" | "und" => Lang::Zh,
        l if l.starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}

/// Columns of the terminal, if there is one.
fn width() -> Option<u16> {
    terminal_size::terminal_size().map(|(w, _)| w.0.max(60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_follows_the_locale_and_is_chinese_where_unknown() {
        for (locale, lang) in [
            (None, Lang::Zh),
            (Some("C"), Lang::Zh),
            (Some("zh-CN"), Lang::Zh),
            (Some("zh_TW.UTF-8"), Lang::Zh),
            (Some("en-GB"), Lang::En),
            (Some("fr-FR"), Lang::En),
        ] {
            assert_eq!(of_locale(locale), lang, "{locale:?}");
        }
    }
}
