//! `puhui check FILES…`: fine, or all mistakes at once with line, column and help.
//! Says what was understood by telling each scenario against its reference or parent. Finding the
//! mistakes is the business of `scenario`; nothing is simulated here.

use std::collections::HashSet;

use crate::scenario::{Diagnostics, Input, Loaded, Scenario, load};
use crate::units::Lang;

use super::args::{CheckArgs, CheckFormat};
use super::compare::{drawn, inputs, library};
use super::words::{Say, say};
use super::{Exit, Failure, language, note, print};

/// One file that is fine: its name, what it is told against, and what was understood.
struct Understood<'a> {
    file: &'a str,
    scenario: &'a Scenario,
    against: Option<&'a str>,
    /// What `compare` of the same files would measure it against; nothing where it is the reference.
    compared: Option<&'a str>,
    words: String,
    /// What it changes without naming a document.
    unsourced: Vec<String>,
    /// There is a warning about it.
    warned: bool,
}

/// What was understood of each file; `first` is the reference of a comparison of all.
fn understood<'a>(
    loaded: &'a Loaded,
    first: Option<&'a str>,
    lang: Lang,
) -> impl Iterator<Item = Understood<'a>> {
    loaded.scenarios.iter().zip(&loaded.against).map(move |(scenario, against)| Understood {
        file: scenario.written.layers.last().map_or("", |leaf| leaf.file.as_str()),
        scenario,
        against: against.as_ref().map(|a| a.id.as_str()),
        compared: scenario.reference.as_deref().or(first).filter(|id| *id != scenario.id),
        words: match against {
            Some(other) => scenario.understood(other, lang),
            None => scenario.alone(lang),
        },
        unsourced: against.as_ref().map_or_else(Vec::new, |other| scenario.unsourced(other, lang)),
        warned: scenario
            .written
            .layers
            .last()
            .is_some_and(|leaf| loaded.warnings.items.iter().any(|w| w.place.source == leaf.source)),
    })
}

/// The inputs in which nothing is wrong.
fn spared(inputs: &[Input], wrong: &Diagnostics) -> Vec<Input> {
    let errors = wrong.items.iter().filter(|d| !d.mistake.is_warning());
    let bad: HashSet<String> = errors.map(|d| wrong.locate(&d.place).0).collect();
    let fine = |i: &&Input| !matches!(i, Input::Path(path) if bad.contains(&path.display().to_string()));
    inputs.iter().filter(fine).cloned().collect()
}

/// Runs the command.
pub fn check(args: &CheckArgs) -> Result<Exit, Failure> {
    let lang = language(args.lang);
    let options = library();
    let inputs = inputs(&args.files, &options);
    let outcome = load(&inputs, &options);
    // Files without a mistake are told beside those that have one, unless they rest on them.
    let rest = outcome.as_ref().err().map(|wrong| spared(&inputs, wrong));
    let spared = rest.as_ref().and_then(|rest| load(rest, &options).ok());
    let (loaded, found) = match (&outcome, &spared) {
        (Ok(loaded), _) => (Some(loaded), vec![&loaded.warnings]),
        (Err(wrong), Some(spared)) => (Some(spared), vec![wrong, &spared.warnings]),
        (Err(wrong), None) => (None, vec![wrong]),
    };
    let same_first = rest.is_none_or(|rest| rest.first() == inputs.first());
    let first = loaded.and_then(|l| l.scenarios.first()).filter(|_| inputs.len() > 1 && same_first);
    let first = first.map(|s| s.id.as_str());
    let exit = if outcome.is_ok() { Exit::Done } else { Exit::BadInput };
    if args.format == CheckFormat::Json {
        let listed = found.iter().flat_map(|d| d.list(lang)).map(|d| {
            serde_json::json!({
                "file": d.file, "line": d.line, "column": d.column, "severity": d.severity,
                "code": d.code, "key": d.key, "message": d.message, "help": d.help,
            })
        });
        let fine = loaded.into_iter().flat_map(|loaded| understood(loaded, first, lang)).map(|u| {
            serde_json::json!({
                "file": u.file, "line": 0, "column": 0, "severity": "info", "code": "understood",
                "key": "", "message": u.words, "help": "", "id": u.scenario.id, "against": u.against,
                "compared_with": u.compared, "unsourced": u.unsourced,
                "title_zh": u.scenario.title_zh, "title_en": u.scenario.title_en,
            })
        });
        let list: Vec<serde_json::Value> = listed.chain(fine).collect();
        let text = serde_json::to_string_pretty(&list).map_err(Failure::fault)?;
        print(&(text + "\n"));
        return Ok(exit);
    }
    for some in found.into_iter().filter(|d| !d.is_empty()) {
        note(&drawn(some, lang));
    }
    for u in loaded.into_iter().flat_map(|loaded| understood(loaded, first, lang)) {
        // A file is told against what it extends, which may be another than `compare` takes.
        let against = match (u.against, u.compared.filter(|id| u.against.is_some_and(|a| a != *id)), lang) {
            (Some(id), None, Lang::Zh) => format!("（对照 {id}）"),
            (Some(id), None, Lang::En) => format!(" (against {id})"),
            (Some(id), Some(other), Lang::Zh) => {
                format!("（与所继承的 {id} 相比；compare 以 {other} 为对照）")
            }
            (Some(id), Some(other), Lang::En) => {
                format!(" (against {id}, which it extends; compare measures it against {other})")
            }
            (None, ..) => String::new(),
        };
        let (id, words) = (&u.scenario.id, &u.words);
        let colon = lang.pick("：", ": ");
        print(&format!(
            "{}\n    {id}{against}{colon}{words}\n",
            say(lang, if u.warned { Say::Warned { file: u.file } } else { Say::Fine { file: u.file } })
        ));
        if !u.unsourced.is_empty() {
            print(&format!("    {}\n", say(lang, Say::Unsourced(&u.unsourced))));
        }
    }
    Ok(exit)
}
