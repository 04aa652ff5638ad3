//! `puhui rerun` and `puhui reproduce`: one run, some runs or everything simulated again and held against what is stored.
//! The work is in `experiment::again`, micro-data in `experiment::trace`; here are arguments and words.
//! Exit codes are those of the README: 3 where a stored run came out otherwise.

use std::io::IsTerminal;
use std::path::Path;

use crate::experiment::Progress;
use crate::experiment::again::{AgainError, Folder, Outcome, Verdict};
use crate::experiment::replicate::Workers;
use crate::experiment::trace::Trace;
use crate::units::Lang;

use super::args::{EveryArg, ReproduceArgs, RerunArgs};
use super::words::{Say, runs_bar, say};
use super::{Exit, Failure, compare, language, print, sweep};

/// `puhui rerun RUN --run K`
pub fn rerun(args: &RerunArgs) -> Result<Exit, Failure> {
    let lang = language(args.lang);
    let failed = |e| failed(e, &args.dir, lang);
    let folder = Folder::open(&args.dir, &compare::library()).map_err(failed)?;
    let stored = folder.stored(args.run).map_err(failed)?;
    let mut trace = match &args.trace {
        None => None,
        Some(path) => Some(Trace::begin(path).map_err(|e| unwritable(path, &e, lang))?),
    };
    let again = folder.simulate(args.run, &mut |sim, month| match &mut trace {
        Some(trace) if args.every == EveryArg::Month || month.month() == 12 => trace.write(sim),
        _ => Ok(()),
    });
    let again = again.map_err(|e| match (e, &args.trace) {
        (AgainError::Io(e), Some(path)) => unwritable(path, &e, lang),
        (e, _) => failed(e),
    })?;
    print(&format!("{}\n", say(lang, Say::RunIs { run: &stored })));
    if let Some(trace) = trace {
        let path = trace.path().to_owned();
        trace.finish().map_err(|e| unwritable(&path, &e, lang))?;
        print(&format!("{}\n", say(lang, Say::Traced(&path.display().to_string()))));
    }
    match (&stored.outcome, again) {
        (Outcome::Missing, again) => {
            print(&format!("{}\n", say(lang, Say::NotStored(again.text()))));
            Ok(Exit::Done)
        }
        (was, again) if *was == again => {
            print(&format!("{}\n", say(lang, Say::SameRecord(again.text()))));
            Ok(Exit::Done)
        }
        (was, again) => {
            let message = say(lang, Say::OtherRecord { was: was.text(), is: again.text() });
            Err(Failure { exit: Exit::RunsFailed, message })
        }
    }
}

/// `puhui reproduce RUN`
pub fn reproduce(args: &ReproduceArgs) -> Result<Exit, Failure> {
    let lang = language(args.lang);
    let failed = |e| failed(e, &args.dir, lang);
    let folder = Folder::open(&args.dir, &compare::library()).map_err(failed)?;
    let workers = Workers::new(args.threads.map_or(0, |n| n as usize)).map_err(Failure::fault)?;
    let stop = compare::interruptible()?;
    compare::silence_runs();
    let progress = match std::io::stderr().is_terminal() {
        true => Progress::bar(runs_bar(lang)),
        false => Progress::hidden(),
    };
    let verdict = match args.sample {
        Some(n) => folder.sample(n, &workers, &stop, &progress),
        None => folder.all(&workers, &stop, &progress),
    };
    let Verdict { runs, files, differences, missing } = verdict.map_err(failed)?;
    print(&format!("{}\n", say(lang, Say::Compared { runs, files, missing })));
    if differences.is_empty() {
        print(&format!("{}\n", say(lang, Say::Reproduced)));
        return Ok(Exit::Done);
    }
    let message = format!("{}\n{}", say(lang, Say::NotReproduced(differences.len())), differences.join("\n"));
    Err(Failure { exit: Exit::RunsFailed, message })
}

fn unwritable(path: &Path, error: &std::io::Error, lang: Lang) -> Failure {
    let (path, why) = (path.display().to_string(), lang.fault(error));
    Failure::fault(say(lang, Say::CannotWrite { path: &path, why: &why }))
}

fn failed(error: AgainError, dir: &Path, lang: Lang) -> Failure {
    match error {
        AgainError::Sweep(e) => sweep::failed(&e, lang),
        AgainError::Scenarios(d) => compare::refused(&d, lang),
        AgainError::NoRun { asked, runs } => Failure::bad_input(say(lang, Say::NoRun { asked, runs })),
        AgainError::Differs(names) => {
            let dir = dir.display().to_string();
            Failure::bad_input(say(lang, Say::OtherProgram { dir: &dir, names: &names.join("; ") }))
        }
        AgainError::Unfit(zh, en) => Failure::bad_input(lang.pick(zh, en)),
        AgainError::Io(e) => Failure::fault(e),
        AgainError::Interrupted => Failure { exit: Exit::Interrupted, message: say(lang, Say::Stopped) },
        AgainError::Fault(why) => Failure::fault(why),
    }
}
