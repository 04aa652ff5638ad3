//! `puhui compare` and `puhui run`: load, plan, simulate, store, show.
//! The folder's name follows from the hash of the plan: a complete result of the same hash is shown
//! again instead of simulated. Running is `experiment`, drawing is `report`; words are in `words.rs`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::experiment::estimate::spread;
use crate::experiment::manifest::Made;
use crate::experiment::repeated::{Rule, Target};
use crate::experiment::replicate::ReplicateError;
use crate::experiment::store::{Standing, Store, StoreError, note_drawn, standing, sweep};
use crate::experiment::student::Level;
use crate::experiment::tables::Tables;
use crate::experiment::{Experiment, Finished, Plan, Progress, Request, Stop};
use crate::metrics::METRICS;
use crate::model::Simulation;
use crate::report;
use crate::scenario::{Diagnostics, FOLDERS, Input, Loaded, Options, Scenario, Shelf, load, shipped};
use crate::units::{Lang, Month};

use super::args::{AuditArg, CompareArgs, HowArgs, RunArgs};
use super::words::{Say, bar, say};
use super::{Exit, Failure, language, note, print, width};

/// Where scenarios named by id are taken from: `./scenarios` if it holds a comparison, else the
/// copies inside the program.
pub fn library() -> Options {
    let here = Path::new("scenarios");
    match here.join("comparison.toml").is_file() {
        true => Options { library: Shelf::Folder(here.to_owned()), ..Options::default() },
        false => Options::default(),
    }
}

/// What arguments mean: a folder stands for the scenarios in it, its baseline first; so does a shipped one,
/// `sections` or `measures`.
pub fn inputs(arguments: &[String], options: &Options) -> Vec<Input> {
    let mut out = Vec::new();
    for argument in arguments {
        let dir = Path::new(argument);
        let inside = if dir.is_dir() { Shelf::Folder(dir.to_owned()).ids() } else { Vec::new() };
        let (first, rest): (Vec<_>, Vec<_>) = inside.iter().partition(|id| *id == "baseline");
        let found = first.into_iter().chain(rest).filter(|id| *id != "comparison");
        let before = out.len();
        out.extend(found.map(|id| Input::Path(dir.join(format!("{id}.toml")))));
        if let Some(folder) = FOLDERS.iter().find(|f| *f == argument).filter(|_| !dir.exists()) {
            out.extend(options.library.inside(folder).ids().into_iter().map(Input::Shipped));
        }
        if out.len() == before {
            out.push(Input::named(argument, options));
        }
    }
    out
}

/// Diagnostics as a failure.
pub fn refused(diagnostics: &Diagnostics, lang: Lang) -> Failure {
    Failure { exit: Exit::BadInput, message: drawn(diagnostics, lang) }
}

/// Diagnostics as text for stderr.
pub fn drawn(diagnostics: &Diagnostics, lang: Lang) -> String {
    let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    diagnostics.render(lang, usize::from(width().unwrap_or(100)), color)
}

/// What was loaded and what it is called.
pub(super) struct Chosen {
    pub name: String,
    pub loaded: Loaded,
    pub replications: Option<u32>,
    pub seed: Option<u64>,
    /// The command: a run alone has no reference.
    pub verb: &'static str,
    /// Files, folders and ids as they were given, the reference first.
    pub given: Vec<String>,
}

impl Chosen {
    fn alone(&self) -> bool {
        self.verb == "run"
    }
}

/// `puhui [compare] FILES…`
pub fn compare(args: &CompareArgs) -> Result<Exit, Failure> {
    let lang = language(args.how.lang);
    let options = library();
    let mut files = args.files.clone();
    // The reference given apart comes first, once.
    if let Some(baseline) = &args.baseline {
        files.retain(|f| f != baseline);
        files.insert(0, baseline.clone());
    }
    let chosen = if args.files.is_empty() && args.baseline.is_none() {
        if Path::new("baseline.toml").is_file() && !args.how.quiet {
            note(&say(lang, Say::OwnFiles));
        }
        let shipped = shipped(&options).map_err(|d| refused(&d, lang))?;
        Chosen {
            name: "comparison".into(),
            loaded: shipped.loaded,
            replications: Some(shipped.comparison.replications),
            seed: Some(shipped.comparison.seed),
            verb: "compare",
            given: files,
        }
    } else {
        let loaded = load(&inputs(&files, &options), &options).map_err(|d| refused(&d, lang))?;
        let first = loaded.scenarios.first().map_or_else(String::new, |s| s.id.clone());
        let name = folder_name(&files).unwrap_or(first);
        Chosen { name, loaded, replications: None, seed: None, verb: "compare", given: files }
    };
    go(chosen, &args.how, lang)
}

/// What results of one folder of scenarios are called: as the folder, not as the baseline that every
/// folder has.
fn folder_name(files: &[String]) -> Option<String> {
    let [one] = files else { return None };
    let dir = Path::new(one);
    let whole = if dir.is_dir() { dir.canonicalize().ok()? } else { return None };
    whole.file_name().map(|name| name.to_string_lossy().into_owned())
}

/// `puhui run FILE`
pub fn run(args: &RunArgs) -> Result<Exit, Failure> {
    let lang = language(args.how.lang);
    if !args.how.precision.is_empty() {
        return Err(Failure::bad_input(say(lang, Say::PrecisionOfOne)));
    }
    let options = library();
    let mut loaded = load(&[Input::named(&args.file, &options)], &options).map_err(|d| refused(&d, lang))?;
    loaded.references.clear();
    let name = loaded.scenarios.first().map_or_else(String::new, |s| s.id.clone());
    let given = vec![args.file.clone()];
    go(Chosen { name, loaded, replications: None, seed: None, verb: "run", given }, &args.how, lang)
}

fn go(chosen: Chosen, how: &HowArgs, lang: Lang) -> Result<Exit, Failure> {
    if !chosen.loaded.warnings.is_empty() && !how.quiet {
        note(&drawn(&chosen.loaded.warnings, lang));
    }
    let request = request(&chosen, how, lang)?;
    if !how.quiet {
        beyond_inputs(&request.scenarios, request.until, lang);
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
    let place = match &how.out {
        Some(dir) => dir.clone(),
        None => PathBuf::from("results").join(format!("{}-{}", chosen.name, &hash[..8])),
    };
    if let (Standing::Same { failed }, false) =
        (standing(&place, &hash).map_err(|e| stored(e, lang))?, how.force)
    {
        sweep(&place);
        note(&say(lang, Say::Again(&place.display().to_string())));
        show(&place, how, lang, chosen.alone());
        return match failed {
            0 => Ok(Exit::Done),
            n => Err(Failure { exit: Exit::RunsFailed, message: say(lang, Say::FailedBefore(n)) }),
        };
    }
    let stop = interruptible()?;
    // Taken places are refused before hours of work, not after.
    let store = Store::begin(&place, &hash, how.force, lang == Lang::Zh).map_err(|e| stored(e, lang))?;
    let kept = store.parts().count();
    if kept > 0 && !how.quiet {
        note(&say(lang, Say::GoesOn { kept }));
    }
    let begun = Instant::now();
    let finished = simulate(&request, &plan, &store, &stop, how, lang)?;
    let failed = write(&store, &request, &plan, &chosen, &finished, begun, lang)
        .map_err(|failure| lost_nothing(failure, &store, lang))?;
    figures(&store.path(), how, lang);
    let place = store.commit().map_err(|e| stored(e, lang))?;
    if !how.quiet {
        let replications = finished.verdict.replications;
        match finished.verdict.settled {
            Some(true) => note(&say(lang, Say::Settled { replications })),
            Some(false) => note(&say(lang, Say::NotSettled { replications })),
            None => {}
        }
    }
    // Last, so that the last line names the report.
    show(&place, how, lang, chosen.alone());
    match failed {
        None => Ok(Exit::Done),
        Some((runs, first)) => {
            Err(Failure { exit: Exit::RunsFailed, message: say(lang, Say::Failed { runs, first: &first }) })
        }
    }
}

/// Says where a run goes on beyond its inputs. Longer horizons are allowed, as a question of their own; nobody shall take
/// them for data.
pub(super) fn beyond_inputs<'a>(scenarios: impl IntoIterator<Item = &'a Scenario>, until: Month, lang: Lang) {
    let last = scenarios.into_iter().filter_map(Scenario::inputs_until).min();
    if let Some(last) = last.filter(|last| *last < until) {
        let (last, until) = (&*last.to_string(), &*until.to_string());
        note(&say(lang, Say::HeldFlat { last, until }));
    }
}

/// Refuses an end that no run reaches in a lifetime.
pub(super) fn not_too_late(first: Option<&Scenario>, until: Month, lang: Lang) -> Result<(), Failure> {
    match first.map(|s| s.region.start.plus(MOST_MONTHS)) {
        Some(last) if until > last => {
            let (until, last) = (&*until.to_string(), &*last.to_string());
            Err(Failure::bad_input(say(lang, Say::TooLate { until, last })))
        }
        _ => Ok(()),
    }
}

/// Settles what the options leave open and refuses what makes no sense.
pub(super) fn request(chosen: &Chosen, how: &HowArgs, lang: Lang) -> Result<Request, Failure> {
    let scenarios = Request::order(&chosen.loaded).map_err(|e| Failure::bad_input(e.message(lang)))?;
    let Some(first) = scenarios.first() else {
        return Err(Failure::bad_input(say(lang, Say::NoScenario)));
    };
    if scenarios.len() < 2 && !chosen.alone() {
        return Err(Failure::bad_input(say(lang, Say::OneScenario)));
    }
    let mut ids = std::collections::BTreeSet::new();
    if let Some(twice) = scenarios.iter().find(|s| !ids.insert(s.id.as_str())) {
        return Err(Failure::bad_input(say(lang, Say::TwoOfOneName(&twice.id))));
    }
    let (from, until) = (how.from.unwrap_or(first.run.from), how.until.unwrap_or(first.run.until));
    if from > until {
        let (from, until) = (&*from.to_string(), &*until.to_string());
        return Err(Failure::bad_input(say(lang, Say::Months { from, until })));
    }
    not_too_late(Some(first), until, lang)?;
    if from < first.region.start {
        let (from, start) = (&*from.to_string(), &*first.region.start.to_string());
        return Err(Failure::bad_input(say(lang, Say::BeforeStart { from, start })));
    }
    let rule = match how.precision.is_empty() {
        false => Rule::Settled { targets: how.precision.clone(), cap: how.max_replications },
        true => Rule::Fixed {
            replications: how.replications.or(chosen.replications).unwrap_or(first.run.replications).max(1),
        },
    };
    let seed = how.seed.or(chosen.seed).unwrap_or(first.run.seed);
    let audit_phases = how.audit == AuditArg::Phase;
    Ok(Request { seed, rule, thinning: how.scale.thinning, from, until, audit_phases, scenarios })
}

/// The command that makes the same results again: what was given, and what was settled from it. Threads,
/// language and place change no number and are left to whoever repeats it.
pub(super) fn command(chosen: &Chosen, request: &Request) -> Vec<String> {
    let mut words = vec!["puhui".to_owned(), chosen.verb.to_owned()];
    words.extend(chosen.given.iter().cloned());
    let mut option = |name: &str, value: String| words.extend([format!("--{name}"), value]);
    match &request.rule {
        Rule::Fixed { replications } => option("replications", replications.to_string()),
        Rule::Settled { targets, cap } => {
            option("precision", targets.iter().map(in_words).collect::<Vec<_>>().join(","));
            option("max-replications", cap.to_string());
        }
    }
    option("seed", request.seed.to_string());
    if request.thinning != 1 {
        option("scale", format!("1/{}", request.thinning));
    }
    option("from", request.from.to_string());
    option("until", request.until.to_string());
    if request.audit_phases {
        option("audit", "phase".into());
    }
    words
}

/// A target as `--precision` reads it back.
fn in_words(target: &Target) -> String {
    let half = match METRICS[target.metric].unit {
        "share" | "rate" | "points" => format!("{}pp", in_points(target.half)),
        "yuan" => format!("{}元", target.half),
        _ => target.half.to_string(),
    };
    // Growth is what is meant where nothing is named.
    if target.metric == Target::growth(0.0).metric { half } else { format!("{}={half}", target.name()) }
}

/// A fraction in percentage points, as the shortest decimal that is read back as the same fraction.
fn in_points(fraction: f64) -> String {
    let same = |text: &String| text.parse::<f64>().is_ok_and(|points| points / 100.0 == fraction);
    let short = (0..=17).map(|digits| format!("{:.digits$}", fraction * 100.0)).find(same);
    short.unwrap_or_else(|| (fraction * 100.0).to_string())
}

/// Months beyond the region's first that may be simulated: a mistyped year is no plan.
const MOST_MONTHS: i32 = 12 * 100;

/// Memory that results may take until they are written.
pub(super) const MOST_BYTES: u64 = 8 << 30;

/// Hears Ctrl-C from here on.
pub(super) fn interruptible() -> Result<Arc<Stop>, Failure> {
    let stop = Arc::new(Stop::default());
    let heard = Arc::clone(&stop);
    // A second Ctrl-C does not wait for the month to end.
    let handler = move || {
        if heard.asked() {
            std::process::exit(i32::from(Exit::Interrupted as u8));
        }
        heard.ask();
    };
    ctrlc::set_handler(handler).map_err(Failure::fault)?;
    Ok(stop)
}

pub(super) fn simulate(
    request: &Request,
    plan: &Plan,
    store: &Store,
    stop: &Stop,
    how: &HowArgs,
    lang: Lang,
) -> Result<Finished, Failure> {
    silence_runs();
    let progress = match how.quiet || !std::io::stderr().is_terminal() {
        true => Progress::hidden(),
        false => {
            let replications = match request.rule {
                Rule::Fixed { replications } => replications,
                Rule::Settled { cap, .. } => cap,
            };
            let scenarios = request.scenarios.len();
            note(&say(lang, Say::Planned { scenarios, replications, months: plan.month_work() }));
            Progress::bar(bar(lang))
        }
    };
    let threads = how.threads.map_or(0, |n| n as usize);
    let experiment =
        Experiment::<Simulation> { plan, rule: request.rule.clone(), threads, parts: Some(store.parts()) };
    experiment.run(stop, &progress).map_err(|e| match e {
        ReplicateError::Interrupted => {
            let (kept, dir) = (store.parts().count(), &*store.work().display().to_string());
            Failure { exit: Exit::Interrupted, message: say(lang, Say::Interrupted { kept, dir }) }
        }
        ReplicateError::Kept(e) => lost_nothing(stored(e.into(), lang), store, lang),
        other => Failure::fault(other),
    })
}

/// A run that panics is reported as a failed run, not as a crash of the program.
pub(super) fn silence_runs() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if rayon::current_thread_index().is_none() {
            usual(info);
        }
    }));
}

/// Writes all files but figures; returns the number of failed runs and the first one's reason.
fn write(
    store: &Store,
    request: &Request,
    plan: &Plan,
    chosen: &Chosen,
    finished: &Finished,
    begun: Instant,
    lang: Lang,
) -> Result<Option<(usize, String)>, Failure> {
    let region = request.scenarios.first().map_or("", |s| s.region.id.as_str());
    let level = Level::new(finished.verdict.alpha);
    let tables = Tables { plan, replications: &finished.replications, level, region };
    let stored = |e| stored(e, lang);
    store.tables(&tables).map_err(stored)?;
    for (scenario, arm) in request.scenarios.iter().zip(&plan.arms) {
        let name = |ending: &str| format!("scenarios/{}.{ending}", scenario.id);
        store.file(&name("resolved.toml"), scenario.resolved_toml().as_bytes()).map_err(stored)?;
        if let Some(reference) = request.scenarios.get(arm.reference).filter(|r| r.id != scenario.id) {
            let page = scenario.diff_md(reference, lang);
            store.file(&name("diff.md"), page.as_bytes()).map_err(stored)?;
        }
    }
    // Last, since it lists the others with their hashes.
    let made = Made {
        finished_unix: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs()),
        seconds: begun.elapsed().as_secs_f64(),
        threads: finished.threads,
        host: host(),
        os: std::env::consts::OS,
        arch: std::env::consts::ARCH,
        command: command(chosen, request),
    };
    let manifest = request.manifest(plan, &chosen.loaded, finished, made);
    store.manifest(&manifest).map_err(stored)?;
    let shown = |r: &crate::experiment::Replication| -> Vec<String> {
        let visible = plan.arms.iter().zip(&r.runs).filter(|(a, _)| !a.hidden);
        visible.filter_map(|(_, run)| run.as_ref().err().cloned()).collect()
    };
    let reasons: Vec<String> = finished.replications.iter().flat_map(shown).collect();
    Ok(reasons.first().cloned().map(|first| (reasons.len(), first)))
}

pub(super) fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .map_or_else(String::new, |h| h.trim().to_owned())
}

pub(super) fn stored(error: StoreError, lang: Lang) -> Failure {
    use std::io::ErrorKind::{ResourceBusy, StaleNetworkFileHandle, TimedOut, WouldBlock};
    let passing = [ResourceBusy, StaleNetworkFileHandle, TimedOut, WouldBlock];
    let exit = match &error {
        e if e.is_users() => Exit::BadInput,
        StoreError::Busy(_) => Exit::TryAgain,
        e if e.io().is_some_and(|io| passing.contains(&io.kind())) => Exit::TryAgain,
        _ => Exit::Fault,
    };
    Failure { exit, message: error.message(lang) }
}

/// A failure that says what it did not cost.
pub(super) fn lost_nothing(failure: Failure, store: &Store, lang: Lang) -> Failure {
    let message = format!("{}\n{}", failure.message, say(lang, Say::Kept(store.parts().count())));
    Failure { message, ..failure }
}

/// Draws the figures; results without figures are still results.
fn figures(dir: &Path, how: &HowArgs, lang: Lang) {
    let drawn = report::draw_charts(dir, lang).and_then(|mut files| {
        files.push(report::write_page(dir, lang)?);
        Ok(files)
    });
    let drawn = drawn.map_err(|e| e.message(lang));
    let noted = drawn.and_then(|files| note_drawn(dir, &files).map_err(|e| e.message(lang)));
    if let Err(why) = noted
        && !how.quiet
    {
        note(&say(lang, Say::NoFigures(&why)));
    }
}

/// Shows what stands in a results folder.
fn show(dir: &Path, how: &HowArgs, lang: Lang, alone: bool) {
    let name = dir.display().to_string();
    if how.quiet {
        print(&format!("{name}\n"));
        return;
    }
    let drawn = dir.join("figures").join(lang.code());
    let page = dir.join(report::page_name(lang));
    if !drawn.is_dir() || !page.is_file() {
        figures(dir, how, lang);
    }
    match report::Results::read(dir) {
        Ok(results) if alone => print(&(levels(&results, lang) + "\n")),
        Ok(results) => print(&(report::effects_table(&results, lang, width()) + "\n")),
        Err(e) => note(&e.to_string()),
    }
    print(&format!("{}\n", say(lang, Say::Written(&name))));
    let count = std::fs::read_dir(&drawn).map_or(0, Iterator::count);
    if count > 0 {
        print(&format!("{}\n", say(lang, Say::Figures { dir: &drawn.display().to_string(), count })));
    }
    if page.is_file() {
        print(&format!("{}\n", say(lang, Say::Report(&page.display().to_string()))));
    }
}

/// Yearly means of the headline indicators.
fn levels(results: &report::Results, lang: Lang) -> String {
    let rows: Vec<_> =
        results.summary.iter().filter(|r| r.group_type == "all" && r.period.len() == 4).collect();
    let mut years: Vec<&str> = rows.iter().map(|r| r.period.as_str()).collect();
    years.sort_unstable();
    years.dedup();
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    let mut header = vec![lang.pick("指标", "Indicator").to_owned(), lang.pick("单位", "Unit").to_owned()];
    header.extend(years.iter().map(|y| (*y).to_owned()));
    table.set_header(header);
    for v in results.manifest.variables.iter().filter(|v| v.headline) {
        let value = |year: &str| {
            let row = rows.iter().find(|r| r.variable == v.name && r.period == year);
            spread(row.map(|r| r.mean).into_iter()).map_or_else(String::new, |s| level(&v.unit, s.mean))
        };
        let cells: Vec<String> = years.iter().map(|y| value(y)).collect();
        if cells.iter().any(|c| !c.is_empty()) {
            let unit = match v.unit.as_str() {
                "yuan" => lang.pick("亿元", "CNY 100m"),
                "share" | "rate" | "points" => "%",
                "count" => lang.pick("个", "count"),
                _ => "",
            };
            let mut line = vec![lang.pick(&v.zh, &v.en).to_owned(), unit.to_owned()];
            line.extend(cells);
            table.add_row(line);
        }
    }
    table.to_string()
}

fn level(unit: &str, value: f64) -> String {
    match unit {
        "yuan" => format!("{:.2}", value / 1e8),
        "share" | "rate" | "points" => format!("{:.2}", value * 100.0),
        "count" => format!("{value:.0}"),
        _ => format!("{value:.2}"),
    }
}
