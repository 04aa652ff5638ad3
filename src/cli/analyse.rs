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
    let folder = args.out.clone().unwrap_or_else(|| args.dir.join("sensitivity"));
    let files = run(&args.dir, &folder, args.year, &args.indicators).map_err(|e| failed(&e, lang))?;
    told(&args.dir, &folder, files, report::sensitivity(&folder, lang, width()), lang)
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
    let folder = args.out.clone().unwrap_or_else(|| args.dir.join("decide"));
    let files = decided(&args.dir, &folder, &question).map_err(|e| failed(&e, lang))?;
    told(&args.dir, &folder, files, report::decision(&folder, lang, width()), lang)
}

fn told(
    run: &Path,
    folder: &Path,
    mut files: Vec<PathBuf>,
    shown: Result<Shown, ReportError>,
    lang: Lang,
) -> Result<Exit, Failure> {
    let shown = shown.map_err(|e| match e.is_users() {
        true => Failure::bad_input(e.message(lang)),
        false => Failure::fault(e.message(lang)),
    })?;
    files.extend(shown.files);
    // What the program wrote itself among results, --force may replace.
    if folder.starts_with(run) && run.join("manifest.json").is_file() {
        note_drawn(run, &files).map_err(|e| Failure::fault(e.message(lang)))?;
    }
    let place = folder.display().to_string();
    print(&format!("{}\n{}\n", shown.text, say(lang, Say::Analysed { dir: &place, count: files.len() })));
    Ok(Exit::Done)
}

fn failed(error: &AnalysisError, lang: Lang) -> Failure {
    let message = error.message(lang);
    match error {
        // Stored runs are often kept where nobody may write.
        AnalysisError::Write { .. } => {
            Failure::fault(message + lang.pick("；可用 --out DIR 另存", "; --out DIR writes elsewhere"))
        }
        e if e.is_users() => Failure::bad_input(message),
        _ => Failure::fault(message),
    }
}
