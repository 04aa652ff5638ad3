//! `puhui sensitivity RUN` and `puhui decide RUN`: what a stored run tells.
//! Tables are made by `experiment::analysis`, words and charts by `report`; nothing is simulated.
//! A folder or condition that is wrong is the user's mistake (exit 2), a full disk is not (1).

use std::path::{Path, PathBuf};

use crate::experiment::analysis::{
    AnalysisError, decide::Question, decide::run as decided, sensitivity::run,
};
use crate::experiment::store::note_drawn;
use crate::report::{self, ReportError, Shown};
use crate::units::Lang;

use super::args::{DecideArgs, SensitivityArgs};
use super::words::{Say, say};
use super::{Exit, Failure, language, print, width};

/// `puhui sensitivity RUN`
pub fn sensitivity(args: &SensitivityArgs) -> Result<Exit, Failure> {
    let lang = language(args.lang);
    let files = run(&args.dir, args.year, &args.indicators).map_err(|e| failed(&e, lang))?;
    let shown = report::sensitivity(&args.dir, lang, width());
    told(&args.dir, "sensitivity", files, shown, lang)
}

/// `puhui decide RUN`
pub fn decide(args: &DecideArgs) -> Result<Exit, Failure> {
    let lang = language(args.lang);
    let question = Question {
        year: args.year,
        criteria: args.criteria.clone(),
        limits: args.limits.clone(),
        case: args.case.clone(),
        cost: args.cost.clone(),
        effect: args.effect.clone(),
    };
    let files = decided(&args.dir, &question).map_err(|e| failed(&e, lang))?;
    let shown = report::decision(&args.dir, lang, width());
    told(&args.dir, "decide", files, shown, lang)
}

fn told(
    dir: &Path,
    what: &str,
    mut files: Vec<PathBuf>,
    shown: Result<Shown, ReportError>,
    lang: Lang,
) -> Result<Exit, Failure> {
    let shown = shown.map_err(|e| match e.is_users() {
        true => Failure::bad_input(e.message(lang)),
        false => Failure::fault(e.message(lang)),
    })?;
    files.extend(shown.files);
    // What the program wrote itself, --force may replace.
    if dir.join("manifest.json").is_file() {
        note_drawn(dir, &files).map_err(|e| Failure::fault(e.message(lang)))?;
    }
    let place = dir.join(what).display().to_string();
    print(&format!("{}\n{}\n", shown.text, say(lang, Say::Analysed { dir: &place, count: files.len() })));
    Ok(Exit::Done)
}

fn failed(error: &AnalysisError, lang: Lang) -> Failure {
    let message = error.message(lang);
    if error.is_users() { Failure::bad_input(message) } else { Failure::fault(message) }
}
