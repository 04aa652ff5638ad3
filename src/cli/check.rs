//! `puhui check FILES…`: fine, or all mistakes at once with line, column and help.
//! Says what was understood by telling each scenario against its reference or parent. Finding the
//! mistakes is the business of `scenario`; nothing is simulated here.

use std::path::Path;

use crate::scenario::{Input, Loaded, Options, Scenario, load};

use super::args::{CheckArgs, CheckFormat};
use super::compare::{drawn, library};
use super::words::{Say, say};
use super::{Exit, Failure, language, print};

/// What a scenario is told against: its own reference, else its parent.
fn base(file: &str, scenario: &Scenario, loaded: &Loaded, options: &Options) -> Option<Scenario> {
    if let Some(id) = &scenario.reference {
        return loaded.scenarios.iter().chain(&loaded.references).find(|s| &s.id == id).cloned();
    }
    let parent = scenario.extends.first()?;
    let beside = Path::new(file).with_file_name(format!("{parent}.toml"));
    let input = match Path::new(file).is_file() && beside.is_file() {
        true => Input::Path(beside),
        false => Input::Shipped(parent.clone()),
    };
    load(&[input], options).ok()?.scenarios.into_iter().next()
}

/// Runs the command.
pub fn check(args: &CheckArgs) -> Result<Exit, Failure> {
    let lang = language(args.lang);
    let options = library();
    let inputs: Vec<Input> = args.files.iter().map(|f| Input::named(f, &options)).collect();
    let outcome = load(&inputs, &options);
    let diagnostics = match &outcome {
        Ok(loaded) => &loaded.warnings,
        Err(diagnostics) => diagnostics,
    };
    let exit = if outcome.is_ok() { Exit::Done } else { Exit::BadInput };
    if args.format == CheckFormat::Json {
        let list: Vec<_> = diagnostics
            .list(lang)
            .into_iter()
            .map(|d| {
                serde_json::json!({
                    "file": d.file, "line": d.line, "column": d.column, "severity": d.severity,
                    "code": d.code, "key": d.key, "message": d.message, "help": d.help,
                })
            })
            .collect();
        let text = serde_json::to_string_pretty(&list).map_err(Failure::fault)?;
        print(&(text + "\n"));
        return Ok(exit);
    }
    if !diagnostics.is_empty() {
        eprint!("{}", drawn(diagnostics, lang));
    }
    if let Ok(loaded) = &outcome {
        for (file, scenario) in args.files.iter().zip(&loaded.scenarios) {
            print(&format!("{}\n", say(lang, Say::Fine { file })));
            if let Some(base) = base(file, scenario, loaded, &options) {
                let understood = scenario.understood(&base, lang);
                let (own, base) = (scenario, &base.id);
                let against = lang.pick("对照", "against");
                print(&format!("    {} ({against} {base}): {understood}\n", own.id));
            }
        }
    }
    Ok(exit)
}
