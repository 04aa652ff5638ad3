//! `puhui sweep`, `puhui merge` and `puhui status`: a design run, shards made one, what is there counted.
//! Blocks, parts and folders are `experiment::sweep`; words of its errors are there too. Running a stored run again is in
//! `again.rs`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::experiment::Progress;
use crate::experiment::replicate::Workers;
use crate::experiment::sweep::folder::stored_plan;
use crate::experiment::sweep::merge::merge as merged;
use crate::experiment::sweep::stored::stored;
use crate::experiment::sweep::survey::{Counts, Survey, look, rebuild};
use crate::experiment::sweep::{Design, Folder, MAX_RUNS, Plan, PlanFile, Shard, SweepError, Work};
use crate::units::Lang;

use super::args::{MergeArgs, StatusArgs, SweepArgs};
use super::words::{Say, runs_bar, say};
use super::{Exit, Failure, compare, language, print};

/// `puhui sweep D.toml`
pub fn sweep(args: &SweepArgs) -> Result<Exit, Failure> {
    let lang = language(args.lang);
    let failed = |e: SweepError| failed(&e, lang);
    let design = Design::read(&args.design, &compare::library()).map_err(|d| compare::refused(&d, lang))?;
    compare::not_too_late(design.scenarios.first(), design.until, lang)?;
    if !design.warnings.is_empty() && !args.quiet {
        eprint!("{}", compare::drawn(&design.warnings, lang));
    }
    if !args.quiet {
        compare::beyond_inputs(&design.scenarios, design.until, lang);
    }
    let id = design.id.clone();
    let plan = Plan::new(Arc::new(design), args.replications);
    if plan.runs() > MAX_RUNS {
        let (runs, most) = (plan.runs(), MAX_RUNS);
        return Err(Failure::bad_input(say(lang, Say::TooManyRuns { runs, most })));
    }
    let (file, shape) = (plan.file.clone(), plan.shape());
    let shard = args.shard.unwrap_or(Shard::WHOLE);
    let place = args.out.clone().unwrap_or_else(|| default_place(&id, &file, shard));
    let threads = args.threads.map_or(0, |n| n as usize);
    let workers = Workers::new(threads).map_err(Failure::fault)?;
    let stop = compare::interruptible()?;
    compare::silence_runs();
    let work = |file, folder| Work { file, shape: &shape, source: &plan, folder };
    if args.no_store {
        let all = file.blocks_of(shard);
        return work(&file, None)
            .all(&all, &workers, &stop, &bar(args, lang))
            .map_err(failed)
            .map(|()| Exit::Done);
    }
    let columns = shape.columns();
    if !args.resume
        && let Some(stored) = stored_plan(&place).ok().filter(|p| p.differences(&file).is_empty())
    {
        // Looked at without the lock: nothing is written.
        let there = file.with_replications(stored.replications.max(file.replications));
        let survey = look(&place, &there, &columns, &workers);
        let whole = survey.wanting(&there.blocks_of(shard)).is_empty() && survey.strays.is_empty();
        if !whole {
            let (done, blocks) = (survey.whole(), there.blocks);
            let damaged = survey.damaged.into_iter().chain(survey.strays).collect();
            return Err(failed(SweepError::Incomplete { path: place, done, blocks, damaged }));
        }
        eprintln!("{}", say(lang, Say::SweepAgain(&place.display().to_string())));
        return told(&place, &survey.counts(&there, shard), &survey, args.quiet, lang);
    }
    let folder = Folder::begin(&place, &file, args.replications, &plan.files()).map_err(failed)?;
    let survey = look(&place, &folder.plan, &columns, &workers);
    if !survey.strays.is_empty() {
        return Err(failed(SweepError::Damaged(survey.strays)));
    }
    for one in &survey.damaged {
        eprintln!("{}", say(lang, Say::Anew(&one.message(lang))));
    }
    let wanting = survey.wanting(&folder.plan.blocks_of(shard));
    if survey.whole() > 0 && !args.quiet {
        let (done, blocks) = (survey.whole(), folder.plan.blocks);
        eprintln!("{}", say(lang, Say::SweepGoesOn { done, blocks }));
    }
    let done = work(&folder.plan, Some(&folder)).all(&wanting, &workers, &stop, &bar(args, lang));
    // However it ended, what is there is counted.
    let counted = rebuild(&place, &folder.plan, &shape.scenarios, &columns, &workers);
    match (done, counted) {
        (Ok(()), Ok(survey)) => told(&place, &survey.counts(&folder.plan, shard), &survey, args.quiet, lang),
        (Err(SweepError::Interrupted { path, blocks, .. }), counted) => {
            let done = counted.map_or(0, |s| s.whole());
            Err(failed(SweepError::Interrupted { path, done, blocks }))
        }
        (Err(e), counted) => {
            let kept = match counted {
                Ok(s) => s.whole(),
                // The disk that took no part took no table either.
                Err(_) => look(&place, &folder.plan, &columns, &workers).whole(),
            };
            let failure = failed(e);
            let message = format!("{}\n{}", failure.message, say(lang, Say::BlocksKept(kept)));
            Err(Failure { message, ..failure })
        }
        (Ok(()), Err(e)) => Err(failed(e)),
    }
}

/// `puhui merge DIR… --out DIR`
pub fn merge(args: &MergeArgs) -> Result<Exit, Failure> {
    let lang = language(args.lang);
    let failed = |e: SweepError| failed(&e, lang);
    let Some(first) = args.dirs.first() else { return Err(Failure::bad_input("")) };
    let (plan, shape) = stored(first).map_err(failed)?;
    let workers = Workers::new(0).map_err(Failure::fault)?;
    compare::silence_runs();
    let columns = shape.columns();
    let folder = merged(&args.dirs, &args.out, &columns, &plan.order).map_err(failed)?;
    let survey = rebuild(&args.out, &folder.plan, &shape.scenarios, &columns, &workers).map_err(failed)?;
    told(&args.out, &survey.counts(&folder.plan, Shard::WHOLE), &survey, false, lang)
}

/// `puhui status RUN`
pub fn status(args: &StatusArgs) -> Result<Exit, Failure> {
    let lang = language(args.lang);
    let (plan, shape) = stored(&args.dir).map_err(|e| failed(&e, lang))?;
    let workers = Workers::new(0).map_err(Failure::fault)?;
    compare::silence_runs();
    let survey = look(&args.dir, &plan, &shape.columns(), &workers);
    print(&format!("{}\n", say(lang, Say::StatusHead { plan: &plan })));
    for index in 0..args.shards.filter(|n| *n > 1).unwrap_or(0) {
        let of = args.shards.unwrap_or(1);
        let c = survey.counts(&plan, Shard { index, of });
        let shard = format!("{index}/{of}");
        print(&format!("{}\n", say(lang, Say::ShardCounts { shard: &shard, counts: c })));
    }
    told(&args.dir, &survey.counts(&plan, Shard::WHOLE), &survey, false, lang)
}

fn default_place(id: &str, file: &PlanFile, shard: Shard) -> PathBuf {
    let short: String = file.hash.chars().take(8).collect();
    let name = match shard {
        Shard::WHOLE => format!("{id}-{short}"),
        // Shards at work side by side do not get in each other's way.
        Shard { index, of } => format!("{id}-{short}-shard-{index}-of-{of}"),
    };
    PathBuf::from("results").join(name)
}

fn bar(args: &SweepArgs, lang: Lang) -> Progress {
    match args.quiet || !std::io::stderr().is_terminal() {
        true => Progress::hidden(),
        false => Progress::bar(runs_bar(lang)),
    }
}

/// Says what is there, names what is damaged, and ends as that deserves: damage is the disk's fault (1); runs that failed or
/// are missing are told by 3.
fn told(place: &Path, counts: &Counts, survey: &Survey, quiet: bool, lang: Lang) -> Result<Exit, Failure> {
    let name = place.display().to_string();
    match quiet {
        true => print(&format!("{name}\n")),
        false => print(&format!(
            "{}\n{}\n",
            say(lang, Say::SweepCounts { counts: *counts }),
            say(lang, Say::Written(&name))
        )),
    }
    let damaged: Vec<String> = survey.damaged.iter().chain(&survey.strays).map(|d| d.message(lang)).collect();
    if !damaged.is_empty() {
        let message = format!("{}\n{}", damaged.join("\n"), say(lang, Say::Mend));
        return Err(Failure { exit: Exit::Fault, message });
    }
    if counts.missing > 0 {
        let message = say(lang, Say::RunsMissing { runs: counts.missing, dir: &name });
        return Err(Failure { exit: Exit::RunsFailed, message });
    }
    match (&survey.first_failure, counts.failed) {
        (Some(first), runs) if runs > 0 => {
            Err(Failure { exit: Exit::RunsFailed, message: say(lang, Say::FailedOfSweep { runs, first }) })
        }
        _ => Ok(Exit::Done),
    }
}

/// A sweep's error as a failure.
pub(super) fn failed(error: &SweepError, lang: Lang) -> Failure {
    use std::io::ErrorKind::{ResourceBusy, StaleNetworkFileHandle, TimedOut, WouldBlock};
    let passing = [ResourceBusy, StaleNetworkFileHandle, TimedOut, WouldBlock];
    let exit = match error {
        SweepError::Busy(_) => Exit::TryAgain,
        SweepError::Interrupted { .. } => Exit::Interrupted,
        e if e.disk().is_some_and(|io| passing.contains(&io.kind())) => Exit::TryAgain,
        e if e.is_users() => Exit::BadInput,
        _ => Exit::Fault,
    };
    Failure { exit, message: error.message(lang) }
}
