//! `puhui report DIR`: the page and the charts of a results folder, in one or both languages.
//! A folder that is damaged, incomplete or not ours is the user's mistake (exit 2), a full disk is not (1).
//! What the page says is decided in `report`; nothing is simulated here.

use crate::experiment::store::note_drawn;
use crate::report::{self, ReportError};
use crate::units::Lang;

use super::args::{LangArg, ReportArgs};
use super::words::{Say, say};
use super::{Exit, Failure, language, print, width};

/// Writes the report in the languages asked for and names the pages.
pub fn report(args: &ReportArgs) -> Result<Exit, Failure> {
    let asked: Vec<Option<LangArg>> = match args.lang.as_slice() {
        [] => vec![None],
        langs => langs.iter().copied().map(Some).collect(),
    };
    let mut done: Vec<Lang> = Vec::new();
    for lang in asked.into_iter().map(language) {
        if done.contains(&lang) {
            continue;
        }
        done.push(lang);
        if args.dir.join("attribution.json").is_file() {
            let shown = report::attribution(&args.dir, lang, width()).map_err(|e| failure(&e, lang))?;
            note_drawn(&args.dir, &shown.files).map_err(|e| Failure::fault(e.message(lang)))?;
            print(&format!("{}\n", shown.text));
            continue;
        }
        // The page first: it is the stricter reader.
        let page = report::write_page(&args.dir, lang).map_err(|e| failure(&e, lang))?;
        let mut files = report::draw_charts(&args.dir, lang).map_err(|e| failure(&e, lang))?;
        files.push(page.clone());
        // What the program wrote itself, --force may replace.
        note_drawn(&args.dir, &files).map_err(|e| Failure::fault(e.message(lang)))?;
        print(&format!("{}\n", say(lang, Say::Report(&page.display().to_string()))));
    }
    Ok(Exit::Done)
}

fn failure(error: &ReportError, lang: Lang) -> Failure {
    let message = error.message(lang);
    if error.is_users() { Failure::bad_input(message) } else { Failure::fault(message) }
}
