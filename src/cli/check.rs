//! `puhui check FILES…`: fine, or all mistakes at once with line, column and help.

use crate::scenario::{Input, load};

use super::args::{CheckArgs, CheckFormat};
use super::compare::{drawn, library};
use super::words::{Say, say};
use super::{Exit, Failure, language, print};

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
    if outcome.is_ok() {
        for file in &args.files {
            print(&format!("{}\n", say(lang, Say::Fine { file })));
        }
    }
    Ok(exit)
}
