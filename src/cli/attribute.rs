//! `puhui attribute PACKAGE`: the package's instruments switched on in every combination, and what each brings.
//! Running and keeping results is that of `compare`; shares are made in `experiment::attribution`.
//! The folder's name follows from the hash of the plan, as a comparison's does.

use std::path::PathBuf;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::experiment::attribution::{Attribution, AttributionError, combinations, players};
use crate::experiment::manifest::Made;
use crate::experiment::repeated::Rule;
use crate::experiment::store::{Standing, Store, note_drawn, standing, sweep};
use crate::experiment::student::Level;
use crate::experiment::tables::Tables;
use crate::report;
use crate::scenario::{Input, Scenario, load};
use crate::units::Lang;

use super::args::AttributeArgs;
use super::compare::{self, Chosen, MOST_BYTES, library, refused, stored};
use super::words::{Say, say};
use super::{Exit, Failure, language, note, print, width};

/// `puhui attribute PACKAGE`
pub fn attribute(args: &AttributeArgs) -> Result<Exit, Failure> {
    let lang = language(args.how.lang);
    let options = library();
    let until = |s: &Scenario| args.how.until.unwrap_or(s.run.until);
    let read = |inputs: &[Input]| load(inputs, &options).map_err(|d| refused(&d, lang));
    let package = Input::named(&args.package, &options);
    // What the package says of its reference is known only once it is read.
    let alone = read(std::slice::from_ref(&package))?;
    let against = match (&args.against, alone.references.first(), alone.scenarios.first()) {
        (Some(given), ..) => Input::named(given, &options),
        (None, Some(own), Some(s)) if s.reference.as_deref() == Some(own.id.as_str()) => {
            Input::named(&own.id, &options)
        }
        _ => Input::named("baseline", &options),
    };
    if against == package {
        let same = AttributionError::Same(args.package.clone(), until(&alone.scenarios[0]));
        return Err(Failure::bad_input(same.message(lang)));
    }
    let mut loaded = read(&[against, package])?;
    loaded.references.clear();
    if !loaded.warnings.is_empty() && !args.how.quiet {
        note(&compare::drawn(&loaded.warnings, lang));
    }
    let [reference, package] = &loaded.scenarios[..] else {
        return Err(Failure::bad_input(say(lang, Say::OneScenario)));
    };
    if reference.region.id != package.region.id {
        let apart = crate::experiment::describe::DifferentRegions(reference.id.clone(), package.id.clone());
        return Err(Failure::bad_input(apart.message(lang)));
    }
    let named: Vec<Vec<String>> =
        args.instruments.iter().map(|g| g.split('+').map(|id| id.trim().to_owned()).collect()).collect();
    let players = players(reference, package, &named, until(reference))
        .map_err(|e| Failure::bad_input(e.message(lang)))?;
    let about = json!({
        "format": "puhui/attribution/1",
        "package": package.id,
        "reference": reference.id,
        "players": players.iter().map(|p| json!({ "id": p.id, "zh": p.zh, "en": p.en })).collect::<Vec<_>>(),
    });
    let name = format!("attribute-{}", package.id);
    let mut given = vec![args.package.clone()];
    given.extend(["--against".to_owned(), args.against.clone().unwrap_or_else(|| reference.id.clone())]);
    if !args.instruments.is_empty() {
        given.extend(["--instruments".to_owned(), args.instruments.join(",")]);
    }
    loaded.scenarios = combinations(reference, package, &players);
    let chosen = Chosen { name, loaded, replications: None, seed: None, verb: "attribute", given };

    let request = compare::request(&chosen, &args.how, lang)?;
    if !args.how.quiet {
        compare::beyond_inputs(&request.scenarios, request.until, lang);
    }
    let plan = request.plan().map_err(|e| Failure::bad_input(e.message(lang)))?;
    let replications = match request.rule {
        Rule::Fixed { replications } => replications,
        Rule::Settled { cap, .. } => cap,
    };
    let bytes = plan.bytes_kept().saturating_mul(u64::from(replications));
    if bytes > MOST_BYTES {
        let scenarios = request.scenarios.len();
        return Err(Failure::bad_input(say(lang, Say::TooMuch { scenarios, replications, gb: bytes >> 30 })));
    }
    let (hash, _) = request.hashes();
    let place = match &args.how.out {
        Some(dir) => dir.clone(),
        None => PathBuf::from("results").join(format!("{}-{}", chosen.name, &hash[..8])),
    };
    let there = standing(&place, &hash).map_err(|e| stored(e, lang))?;
    if let (Standing::Same { failed }, false) = (there, args.how.force) {
        sweep(&place);
        note(&say(lang, Say::Again(&place.display().to_string())));
        show(&place, args, lang)?;
        return match failed {
            0 => Ok(Exit::Done),
            n => Err(Failure { exit: Exit::RunsFailed, message: say(lang, Say::FailedBefore(n)) }),
        };
    }
    let stop = compare::interruptible()?;
    let store = Store::begin(&place, &hash, args.how.force, lang == Lang::Zh).map_err(|e| stored(e, lang))?;
    let kept = store.parts().count();
    if kept > 0 && !args.how.quiet {
        note(&say(lang, Say::GoesOn { kept }));
    }
    let begun = Instant::now();
    let finished = compare::simulate(&request, &plan, &store, &stop, &args.how, lang)?;
    let level = || Level::new(finished.verdict.alpha);
    let replications = &finished.replications;
    let tables = Attribution { plan: &plan, replications, players: &players, level: level() };
    let region = request.scenarios.first().map_or("", |s| s.region.id.as_str());
    let all = Tables { plan: &plan, replications, level: level(), region };
    let made = Made {
        finished_unix: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs()),
        seconds: begun.elapsed().as_secs_f64(),
        threads: finished.threads,
        host: compare::host(),
        os: std::env::consts::OS,
        arch: std::env::consts::ARCH,
        command: compare::command(&chosen, &request),
    };
    let manifest = request.manifest(&plan, &chosen.loaded, &finished, made);
    store
        .attribution(&tables, &about)
        .and_then(|()| store.runs(&all))
        .and_then(|()| {
            // Combinations follow from the two ends.
            for scenario in request.scenarios.first().into_iter().chain(request.scenarios.last()) {
                let file = format!("scenarios/{}.resolved.toml", scenario.id);
                store.file(&file, scenario.resolved_toml().as_bytes())?;
            }
            store.manifest(&manifest)
        })
        .map_err(|e| compare::lost_nothing(stored(e, lang), &store, lang))?;
    let place = store.commit().map_err(|e| stored(e, lang))?;
    show(&place, args, lang)?;
    let failed = (manifest.counts.failed, finished.replications.iter().flat_map(|r| &r.runs));
    match failed {
        (0, _) => Ok(Exit::Done),
        (runs, mut all) => {
            let first = all.find_map(|run| run.as_ref().err()).cloned().unwrap_or_default();
            Err(Failure { exit: Exit::RunsFailed, message: say(lang, Say::Failed { runs, first: &first }) })
        }
    }
}

/// Draws and shows what stands in the folder.
fn show(dir: &std::path::Path, args: &AttributeArgs, lang: Lang) -> Result<(), Failure> {
    let name = dir.display().to_string();
    let shown = report::attribution(dir, lang, width()).map_err(|e| match e.is_users() {
        true => Failure::bad_input(e.message(lang)),
        false => Failure::fault(e.message(lang)),
    })?;
    note_drawn(dir, &shown.files).map_err(|e| Failure::fault(e.message(lang)))?;
    match args.how.quiet {
        true => print(&format!("{name}\n")),
        false => print(&format!("{}\n{}\n", shown.text, say(lang, Say::Written(&name)))),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::cli::args::{Cli, Command};
    use crate::experiment::attribution::REST;

    /// The players that the example of the help makes of the shipped plan, with more instruments named.
    fn example(more: &str) -> Result<Vec<String>, AttributionError> {
        let cli = Cli::command();
        let help = cli.find_subcommand("attribute").unwrap().get_after_help().unwrap().to_string();
        let line =
            help.lines().map(str::trim).find(|l| l.starts_with("puhui attribute ")).expect("an example");
        let line = line.replace(" --scale", &format!("{more} --scale"));
        let Some(Command::Attribute(args)) = Cli::try_parse_from(line.split_whitespace()).unwrap().command
        else {
            panic!("{line}");
        };
        let options = library();
        let named = |id: &str| Input::named(id, &options);
        let loaded = load(&[named("baseline"), named(&args.package)], &options).unwrap();
        let [reference, package] = &loaded.scenarios[..] else { panic!("two scenarios") };
        let groups: Vec<Vec<String>> =
            args.instruments.iter().map(|g| g.split('+').map(str::to_owned).collect()).collect();
        let made = players(reference, package, &groups, reference.run.until)?;
        Ok(made.into_iter().map(|p| p.id).collect())
    }

    #[test]
    fn the_example_of_the_help_works_and_the_rest_is_one_of_the_eight() {
        let few = example("").unwrap();
        assert!(few.len() > 2 && few.last().unwrap() == REST, "{few:?}");
        let more = ",finance_ports,credit_villages,leasing,first_loan_drive";
        assert_eq!(example(more).unwrap().len(), 8);
        let refused = example(&format!("{more},crop_insurance")).unwrap_err();
        for lang in [Lang::Zh, Lang::En] {
            assert!(refused.message(lang).contains("`rest`"), "{}", refused.message(lang));
        }
    }
}
