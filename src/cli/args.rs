//! What may be written on the command line. Every value is checked while parsing, so that a bad
//! one ends with exit code 2 before anything runs.
//! Nothing is read from disk here: files are opened by the commands.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::experiment::repeated::Target;
use crate::experiment::sweep::Shard;
use crate::units::Month;

use super::values::{Scale, target};

/// 普惠 puhui: what inclusive-finance policy does to one district, by paired Monte Carlo simulation.
///
/// Without a command, compares: the first FILE is the reference. Without FILES, the shipped comparison.
#[derive(Debug, Parser)]
#[command(
    name = "puhui",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  puhui\n  puhui baseline support-1pct --replications 24 --lang en\n  puhui check my-plan.toml\n\n\
        Exit codes: 0 done, 1 fault of program or disk, 2 bad input, 3 some runs failed, 75 try again, 130 interrupted"
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub compare: CompareArgs,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compare scenarios under the same luck
    #[command(
        after_help = "Example:\n  puhui compare baseline.toml a.toml b.toml --precision 0.2pp --out results/ab"
    )]
    Compare(CompareArgs),
    /// Share the effect of a package fairly among its instruments
    #[command(
        after_help = "Example:\n  puhui attribute plan --instruments guarantee_chain+guarantee_fee_subsidy,risk_compensation_fund,due_diligence_exemption --scale 1/20"
    )]
    Attribute(AttributeArgs),
    /// Simulate one scenario and show its levels
    #[command(after_help = "Example:\n  puhui run baseline --replications 8 --scale 1/20")]
    Run(RunArgs),
    /// Check scenario files and say what was understood; runs nothing
    #[command(after_help = "Example:\n  puhui check a.toml b.toml --format json")]
    Check(CheckArgs),
    /// Write a folder to start from: the baseline and a few commented scenarios
    #[command(
        after_help = "Example:\n  puhui init my-plans\n  puhui check my-plans\n  puhui compare my-plans --scale 0.05 --replications 4"
    )]
    Init(InitArgs),
    /// Print the JSON Schema of scenario or design files, for editors
    #[command(
        after_help = "Example:\n  puhui schema > puhui.schema.json\n\nTaplo, Even Better TOML: begin a scenario with\n  #:schema ./puhui.schema.json"
    )]
    Schema(SchemaArgs),
    /// List what the model contains
    #[command(after_help = "Example:\n  puhui explain instruments --format json")]
    Explain(ExplainArgs),
    /// Write the report of a results folder, and its charts
    #[command(after_help = "Example:\n  puhui report results/comparison-1a2b3c4d --lang zh,en")]
    Report(ReportArgs),
    /// Tell what a design means and what it takes; a short probe measures this machine, nothing is written
    #[command(
        after_help = "Examples:\n  puhui plan my-design.toml\n  puhui plan my-design.toml --replications 10 --format json"
    )]
    Plan(PlanArgs),
    /// Run a design: many points, each in every replication, kept block by block
    #[command(
        after_help = "Examples:\n  puhui sweep my-design.toml\n  puhui sweep my-design.toml --resume --replications 20\n  puhui sweep my-design.toml --shard 0/4 --out shards/0"
    )]
    Sweep(SweepArgs),
    /// Make one sweep of the folders of its shards
    #[command(
        after_help = "Example:\n  puhui merge shards/0 shards/1 shards/2 shards/3 --out results/my-sweep"
    )]
    Merge(MergeArgs),
    /// Count what is there of a sweep: done, failed, missing, damaged
    #[command(after_help = "Example:\n  puhui status results/my-sweep --shards 4")]
    Status(StatusArgs),
    /// Run one run of a sweep or comparison again, and write its micro-data
    #[command(
        after_help = "Examples:\n  puhui rerun results/my-sweep --run 17 --trace run17.csv\n  puhui rerun results/comparison-1a2b3c4d --run 3 --trace run3.parquet --every month"
    )]
    Rerun(RerunArgs),
    /// Run a sweep or comparison again and compare it with what is stored
    #[command(after_help = "Example:\n  puhui reproduce results/my-sweep --sample 10")]
    Reproduce(ReproduceArgs),
    /// Tell which inputs the outcomes of a sweep hang on, and how surely
    #[command(
        after_help = "Example:\n  puhui sensitivity results/my-sweep --indicators inclusive_balance,npl_ratio"
    )]
    Sensitivity(SensitivityArgs),
    /// Compare the options of a sweep or comparison: who is best, at what risk and cost
    #[command(
        after_help = "Examples:\n  puhui decide results/comparison-1a2b3c4d --limit \"npl_ratio <= 3%\" --limit \"not fund_exhausted with 95%\"\n  puhui decide results/my-sweep --case \"city_gap < 0\" --criteria inclusive_balance,npl_ratio,public_cost"
    )]
    Decide(DecideArgs),
}

#[derive(Debug, Clone, Args)]
pub struct CompareArgs {
    /// Scenario files, folders of them, or ids of shipped scenarios; the first is the reference
    #[arg(value_name = "FILES")]
    pub files: Vec<String>,
    /// Reference scenario, instead of the first file
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<String>,
    #[command(flatten)]
    pub how: HowArgs,
}

#[derive(Debug, Clone, Args)]
pub struct AttributeArgs {
    /// Scenario file or id of a shipped scenario: the package
    #[arg(value_name = "PACKAGE")]
    pub package: String,
    /// What it is compared with [default: the reference it names, else `baseline`]
    #[arg(long, value_name = "FILE")]
    pub against: Option<String>,
    /// Instruments to be told apart ("a,b,c+d": a plus joins); the package's others together are one player, `rest`, of at
    /// most eight
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub instruments: Vec<String>,
    #[command(flatten)]
    pub how: HowArgs,
}

#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    /// Scenario file or id of a shipped scenario
    #[arg(value_name = "FILE")]
    pub file: String,
    #[command(flatten)]
    pub how: HowArgs,
}

#[derive(Debug, Clone, Args)]
pub struct HowArgs {
    /// Number of replications [default: the reference's]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub replications: Option<u32>,
    /// Go on until effects are known to ± P: on growth in percentage points ("0.2" or "0.2pp"), or on any
    /// indicator in its unit ("npl_ratio=0.1pp,inclusive_balance=100m CNY")
    #[arg(long, value_name = "P", value_parser = target, value_delimiter = ',', conflicts_with = "replications")]
    pub precision: Vec<Target>,
    /// Most replications under --precision
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub max_replications: u32,
    /// Threads [default: one per processor]; the results are the same for any number
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub threads: Option<u32>,
    /// Seed of all luck [default: the reference's]
    #[arg(long, value_name = "S", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub seed: Option<u64>,
    /// Share of borrowers simulated, 1/k ("0.05" or "1/20"); each then stands for k
    #[arg(long, value_name = "F", default_value = "1")]
    pub scale: Scale,
    /// First month reported [default: the reference's]
    #[arg(long, value_name = "YYYY-MM")]
    pub from: Option<Month>,
    /// Last month simulated; a year means its December [default: the reference's, else 2027-12]
    #[arg(long, value_name = "YYYY-MM", value_parser = Month::last_of)]
    pub until: Option<Month>,
    /// Write exactly there [default: results/<name>-<hash8>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Run again and replace results that stand there
    #[arg(long)]
    pub force: bool,
    /// No progress, no table; only the folder's name
    #[arg(long)]
    pub quiet: bool,
    /// Language of messages, tables and figures [default: the locale's, else zh]
    #[arg(long, value_enum)]
    pub lang: Option<LangArg>,
    /// How often the ledger is audited
    #[arg(long, value_enum, default_value = "month")]
    pub audit: AuditArg,
}

#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    /// Scenario files, folders of them, or ids of shipped scenarios
    #[arg(value_name = "FILES", required = true)]
    pub files: Vec<String>,
    /// Form of the answer
    #[arg(long, value_enum, default_value = "text")]
    pub format: CheckFormat,
    /// Language of messages [default: the locale's, else zh]
    #[arg(long, value_enum)]
    pub lang: Option<LangArg>,
}

#[derive(Debug, Clone, Args)]
pub struct InitArgs {
    /// Folder to write; made if need be
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Write into a folder that is not empty, replacing files of the same names
    #[arg(long)]
    pub force: bool,
    /// Language of the comments [default: the locale's, else zh]
    #[arg(long, value_enum)]
    pub lang: Option<LangArg>,
}

#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// What to list; without it, the choices
    #[arg(value_enum, value_name = "WHAT")]
    pub what: Option<What>,
    /// Form of the list
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// Language of the list [default: the locale's, else zh]
    #[arg(long, value_enum)]
    pub lang: Option<LangArg>,
}

#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// Results folder
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Languages, with a comma between them [default: the locale's, else zh]
    #[arg(long, value_enum, value_delimiter = ',')]
    pub lang: Vec<LangArg>,
}

#[derive(Debug, Clone, Args)]
pub struct SweepArgs {
    /// Design file
    #[arg(value_name = "DESIGN")]
    pub design: PathBuf,
    /// Go on with what is there: missing blocks, damaged parts, more replications
    #[arg(long)]
    pub resume: bool,
    /// Number of replications [default: the design's]; with --resume it may be more than are there
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub replications: Option<u32>,
    /// Do only the blocks b with b mod n = i, counted from 0
    #[arg(long, value_name = "i/n")]
    pub shard: Option<Shard>,
    /// Write exactly there [default: results/<name>-<hash8>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Threads [default: one per processor]; the results are the same for any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub threads: Option<u32>,
    /// No progress, no table; only the folder's name
    #[arg(long)]
    pub quiet: bool,
    /// Simulate and keep nothing, to measure what keeping costs
    #[arg(long, hide = true, conflicts_with = "resume")]
    pub no_store: bool,
    /// Language of messages, tables and figures [default: the locale's, else zh]
    #[arg(long, value_enum)]
    pub lang: Option<LangArg>,
}

#[derive(Debug, Clone, Args)]
pub struct MergeArgs {
    /// Folders of shards of one sweep
    #[arg(value_name = "DIRS", required = true)]
    pub dirs: Vec<PathBuf>,
    /// Folder of the whole; it may hold a part of the same sweep already
    #[arg(long, value_name = "DIR", required = true)]
    pub out: PathBuf,
    /// Language of messages [default: the locale's, else zh]
    #[arg(long, value_enum)]
    pub lang: Option<LangArg>,
}

#[derive(Debug, Clone, Args)]
pub struct StatusArgs {
    /// Folder of a sweep
    #[arg(value_name = "RUN")]
    pub dir: PathBuf,
    /// Count by shard too, of so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub shards: Option<u64>,
    /// Language of messages [default: the locale's, else zh]
    #[arg(long, value_enum)]
    pub lang: Option<LangArg>,
}

#[derive(Debug, Clone, Args)]
pub struct RerunArgs {
    /// Folder of a sweep or of a comparison
    #[arg(value_name = "RUN")]
    pub dir: PathBuf,
    /// Number of the run, as in runs.csv
    #[arg(long, value_name = "K")]
    pub run: u64,
    /// Write its micro-data there: every borrower at every period's end (.csv or .parquet)
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// How often borrowers are written
    #[arg(long, value_enum, default_value = "year")]
    pub every: EveryArg,
    /// Language of messages [default: the locale's, else zh]
    #[arg(long, value_enum)]
    pub lang: Option<LangArg>,
}

#[derive(Debug, Clone, Args)]
pub struct ReproduceArgs {
    /// Folder of a sweep or of a comparison
    #[arg(value_name = "RUN")]
    pub dir: PathBuf,
    /// Only so many runs, spread over all; they are compared by their records
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub sample: Option<u64>,
    /// Threads [default: one per processor]; the results are the same for any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub threads: Option<u32>,
    /// Language of messages [default: the locale's, else zh]
    #[arg(long, value_enum)]
    pub lang: Option<LangArg>,
}

#[derive(Debug, Clone, Args)]
pub struct SchemaArgs {
    /// Kind of file
    #[arg(value_enum, value_name = "FILE", default_value = "scenario")]
    pub of: SchemaOf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    Scenario,
    Design,
}

#[derive(Debug, Clone, Args)]
pub struct PlanArgs {
    /// Design file
    #[arg(value_name = "DESIGN")]
    pub design: PathBuf,
    /// Number of replications [default: the design's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub replications: Option<u32>,
    /// Threads the time is reckoned for [default: one per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub threads: Option<u32>,
    /// Form of the answer
    #[arg(long, value_enum, default_value = "text")]
    pub format: CheckFormat,
    /// Language of messages [default: the locale's, else zh]
    #[arg(long, value_enum)]
    pub lang: Option<LangArg>,
}

#[derive(Debug, Clone, Args)]
pub struct SensitivityArgs {
    /// Folder of a sweep with layout = "saltelli" or kind = "morris"
    #[arg(value_name = "RUN")]
    pub dir: PathBuf,
    /// Year looked at [default: the last whole one]
    #[arg(long, value_name = "YYYY")]
    pub year: Option<i32>,
    /// Indicators, with commas between them [default: all that were kept]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub indicators: Vec<String>,
    /// Write exactly here [default: a folder of its own inside RUN]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Language of tables and figures [default: the locale's, else zh]
    #[arg(long, value_enum)]
    pub lang: Option<LangArg>,
}

#[derive(Debug, Clone, Args)]
pub struct DecideArgs {
    /// Folder of a sweep or of a comparison
    #[arg(value_name = "RUN")]
    pub dir: PathBuf,
    /// Year looked at [default: the last whole one]
    #[arg(long, value_name = "YYYY")]
    pub year: Option<i32>,
    /// Indicators by which one option may dominate another [default: inclusive_balance,npl_ratio,public_cost]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub criteria: Vec<String>,
    /// A limit: "npl_ratio <= 3%" (the mean), "not fund_exhausted with 95%" (the probability); may be repeated [default: these two]
    #[arg(long = "limit", value_name = "CONDITION")]
    pub limits: Vec<String>,
    /// The case whose place among the inputs is looked for [default: "city_gap < 0"]
    #[arg(long, value_name = "CONDITION")]
    pub case: Option<String>,
    /// Cost of the frontier [default: public_cost]
    #[arg(long, value_name = "NAME")]
    pub cost: Option<String>,
    /// Effect of the frontier [default: inclusive_balance]
    #[arg(long, value_name = "NAME")]
    pub effect: Option<String>,
    /// Write exactly here [default: a folder of its own inside RUN]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Language of tables and figures [default: the locale's, else zh]
    #[arg(long, value_enum)]
    pub lang: Option<LangArg>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LangArg {
    Zh,
    En,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EveryArg {
    Year,
    Month,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuditArg {
    Month,
    Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
    Md,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    Schedule,
    Instruments,
    Indicators,
    Parameters,
    Scenarios,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_contract_parses() {
        Cli::command().debug_assert();
        assert!(parse("puhui").unwrap().compare.files.is_empty());
        let bare = parse("puhui a.toml b.toml --seed 3 --scale 0.05 --from 2022-04 --quiet").unwrap();
        assert!(bare.command.is_none());
        assert_eq!(bare.compare.files, ["a.toml", "b.toml"]);
        assert_eq!(bare.compare.how.scale.thinning, 20);
        assert_eq!(bare.compare.how.from, Some(Month::new(2022, 4)));
        for line in [
            "puhui compare a b --baseline c --replications 4 --threads 2 --until 2025-12 --out d --force --lang zh",
            "puhui compare a b --precision 0.2 --max-replications 64 --audit phase",
            "puhui run a.toml --precision 0.2pp",
            "puhui attribute plan --against baseline --instruments a,b,c+d --scale 1/20",
            "puhui compare a b --precision 0.2pp,npl_ratio=0.1pp,inclusive_balance=1亿元,jobs=50",
            "puhui check a b --format json",
            "puhui explain parameters --format md --lang en",
            "puhui report results/x --lang zh,en",
            "puhui schema",
            "puhui schema design",
            "puhui plan d.toml --replications 10 --threads 4 --format json --lang en",
            "puhui sweep d.toml --resume --replications 3 --shard 1/4 --out x --threads 2 --quiet --lang en",
            "puhui sweep d.toml --no-store",
            "puhui merge a b --out c --lang zh",
            "puhui status results/x --shards 4",
            "puhui rerun results/x --run 17 --trace a.parquet --every month",
            "puhui reproduce results/x --sample 10 --threads 1",
            "puhui sensitivity results/x --year 2026 --indicators npl_ratio,jobs --out y --lang zh",
            "puhui decide results/x --limit a --limit b --case c --cost d --effect e --criteria f,g --out y",
        ] {
            assert!(parse(line).unwrap().command.is_some(), "{line}");
        }
    }

    #[test]
    fn bad_values_are_refused_by_name() {
        for line in [
            "puhui a --replications 0",
            "puhui a --threads 0",
            "puhui a --scale 0",
            "puhui a --scale 2",
            "puhui a --from 2022-13",
            "puhui a --precision -1",
            "puhui a --precision npl_rate=0.1pp",
            "puhui a --precision inclusive_balance=3",
            "puhui a --precision jobs=0",
            "puhui a --precision nan",
            "puhui a --precision 0.1 --replications 3",
            "puhui a --lang de",
            "puhui check",
            "puhui explain weather",
        ] {
            let error = parse(line).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{line}");
        }
    }

    #[test]
    fn every_help_has_an_example() {
        let mut command = Cli::command();
        let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
        assert!(command.render_help().to_string().contains("Example"));
        for name in names {
            let sub = command.find_subcommand_mut(&name).unwrap();
            assert!(sub.render_help().to_string().contains("Example"), "{name}");
        }
    }
}
