//! `puhui decide`: options compared N ways over all assumptions and all luck of a stored run.
//!
//! Options are scenarios, times the combinations of policy settings where a design crosses them with all other inputs; what
//! remains are sets of assumptions. Tables go into `RUN/decide/` (`docs/sweeps.md`); what they mean is said in `report`.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::write::{Table, about, cell, cells, headline, write};
use super::{ALPHA, AnalysisError, Condition, Indicator, Outcomes};
use crate::stats::choice::{self, Dominance};
use crate::stats::frontier::{self, Standing};
use crate::stats::prim::{self, Input, Range};
use crate::stats::proportion::{FEWEST, Judgement, fewest, interval, judge};
use crate::stats::student::Level;
use crate::stats::{Interval, choice::Outcomes as Compared};

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Question {
    pub year: Option<i32>,
    /// Outcomes an option is dominated by; empty for `CRITERIA`.
    pub criteria: Vec<String>,
    /// Conditions as written; empty for `LIMITS`.
    pub limits: Vec<String>,
    /// The case to look for; empty for `CASE`.
    pub case: Option<String>,
    pub cost: Option<String>,
    pub effect: Option<String>,
}

/// What the plan is for, what it risks and what it costs.
const CRITERIA: [&str; 3] = ["inclusive_balance", "npl_ratio", "public_cost"];
const LIMITS: [&str; 2] = ["npl_ratio <= 3%", "not fund_exhausted with 95%"];
/// Growth below the city's.
const CASE: &str = "city_gap < 0";
const COST: &str = "public_cost";
const EFFECT: &str = "inclusive_balance";
/// Fewest points in which a box is looked for.
const FEWEST_POINTS: usize = 50;

/// A choice: a scenario with values of the policy settings that are crossed with everything else.
struct Choice {
    id: String,
    scenario: usize,
    /// Its settings, by factor.
    settings: Vec<(usize, f64)>,
    /// The point of each set of assumptions.
    points: Vec<usize>,
}

/// The options of a run, and the factors that make its sets of assumptions.
fn options(outcomes: &Outcomes) -> (Vec<Choice>, Vec<usize>) {
    let factors = 0..outcomes.factors.len();
    let (settings, others): (Vec<usize>, Vec<usize>) =
        factors.clone().partition(|&f| outcomes.factors[f].class == "policy");
    let points = outcomes.independent();
    let key = |p: usize, of: &[usize]| -> Vec<u64> {
        of.iter().map(|&f| outcomes.points[p].value[f].to_bits()).collect()
    };
    let distinct = |of: &[usize]| {
        let mut keys: Vec<Vec<u64>> = Vec::new();
        points.iter().map(|&p| key(p, of)).for_each(|k| {
            if !keys.contains(&k) {
                keys.push(k);
            }
        });
        keys
    };
    // Few combinations of settings, each with every set: a crossed design. Anything else is a cloud of points.
    let few = if settings.is_empty() { Vec::new() } else { distinct(&settings) };
    let sets = if few.len() > 1 && few.len() <= 64 { distinct(&others) } else { Vec::new() };
    let mut crossed: Vec<Vec<usize>> = Vec::new();
    if !sets.is_empty() && few.len() * sets.len() == points.len() {
        for combination in &few {
            let of: Vec<usize> =
                points.iter().copied().filter(|&p| key(p, &settings) == *combination).collect();
            let find = |set: &Vec<u64>| of.iter().copied().find(|&p| key(p, &others) == *set);
            crossed.push(sets.iter().filter_map(find).collect());
        }
        if crossed.iter().any(|c| c.len() != sets.len()) {
            crossed.clear();
        }
    }
    let is_crossed = !crossed.is_empty();
    if !is_crossed {
        crossed.push(points);
    }
    let mut out = Vec::new();
    for (scenario, named) in outcomes.scenarios.iter().enumerate() {
        // A setting that does not go to the scenario makes no option of it.
        let here: Vec<usize> = settings
            .iter()
            .copied()
            .filter(|&f| is_crossed && outcomes.factors[f].goes_to(&named.id))
            .collect();
        let mut seen: Vec<Vec<u64>> = Vec::new();
        for points in &crossed {
            let combination = key(points[0], &here);
            if seen.contains(&combination) {
                continue;
            }
            seen.push(combination);
            let mut choice = Choice {
                id: named.id.clone(),
                scenario,
                settings: here.iter().map(|&f| (f, outcomes.points[points[0]].value[f])).collect(),
                points: points.clone(),
            };
            for (f, value) in &choice.settings {
                choice.id += &format!("|{}={value}", outcomes.factors[*f].name);
            }
            out.push(choice);
        }
    }
    let inputs = if is_crossed { others } else { factors.collect() };
    (out, inputs)
}

/// Outcomes of an indicator by option, set and replication, as they are.
fn by_option(outcomes: &Outcomes, options: &[Choice], indicator: usize) -> Vec<Vec<Vec<f64>>> {
    let of = |o: &Choice| o.points.iter().map(|&p| outcomes.at(indicator, o.scenario, p).to_vec()).collect();
    options.iter().map(of).collect()
}

fn compared(outcomes: &Outcomes, options: &[Choice], indicator: usize) -> Compared {
    let up = outcomes.indicators[indicator].direction != "down";
    Compared::new(by_option(outcomes, options, indicator), up)
}

/// Answers and writes the tables into `folder`.
pub fn run(dir: &Path, folder: &Path, question: &Question) -> Result<Vec<PathBuf>, AnalysisError> {
    let outcomes = Outcomes::read(dir, question.year)?;
    let (options, inputs) = options(&outcomes);
    let level = Level::new(ALPHA);
    let mut tables = vec![listed(&outcomes, &options)];
    if options.len() > 1 {
        tables.extend(ranked(&outcomes, &options, &level));
        tables.push(dominated(&outcomes, &options, question, &level)?);
        tables.extend(on_frontier(&outcomes, &options, question, &level)?);
    }
    let limits = limits(&outcomes, &options, question, &level)?;
    let boxes = boxes(&outcomes, &options, &inputs, question)?;
    if options.len() < 2 && limits.rows.len() < 2 && boxes.is_none() {
        return Err(AnalysisError::NothingToDecide);
    }
    tables.push(limits);
    let mut about = about(&outcomes, "decide");
    about["options"] = options.iter().map(|o| named(&outcomes, o)).collect::<Vec<_>>().into();
    about["criteria"] = criteria(&outcomes, question)?
        .into_iter()
        .map(|c| outcomes.indicators[c].name.clone())
        .collect::<Vec<_>>()
        .into();
    about["draws"] = independent(&outcomes, &options).into();
    about["enough"] = FEWEST.into();
    about["not_kept"] = not_kept(&outcomes, question).into();
    about["sets"] = options.first().map_or(0, |o| o.points.len()).into();
    if let Some((case, boxes)) = boxes {
        about["case"] = case.parts(&outcomes);
        tables.extend(boxes);
    }
    write(folder, "decide", &about, &tables)
}

/// An option as the JSON names it: the scenario's titles, and the settings by name.
fn named(outcomes: &Outcomes, option: &Choice) -> serde_json::Value {
    let scenario = &outcomes.scenarios[option.scenario];
    let settings: Vec<(&str, f64)> =
        option.settings.iter().map(|(f, v)| (outcomes.factors[*f].name.as_str(), *v)).collect();
    json!({
        "id": option.id, "scenario": scenario.id, "zh": scenario.zh, "en": scenario.en, "settings": settings,
    })
}

/// Outcomes by which an option may be dominated. What was not kept cannot be asked for by default.
fn criteria(outcomes: &Outcomes, question: &Question) -> Result<Vec<usize>, AnalysisError> {
    match &question.criteria[..] {
        [] => Ok(CRITERIA.iter().filter_map(|c| outcomes.indicator(c).ok()).collect()),
        asked => asked.iter().map(|c| outcomes.indicator(c)).collect(),
    }
}

/// Draws independent of each other: sets of assumptions, or replications where there is one.
fn independent(outcomes: &Outcomes, options: &[Choice]) -> usize {
    match options.first().map_or(0, |o| o.points.len()) {
        1 => outcomes.replications,
        sets => sets,
    }
}

/// Indicators that defaults ask for and the run did not keep: what hangs on them is left out, and that is said.
fn not_kept(outcomes: &Outcomes, question: &Question) -> Vec<&'static str> {
    let mut wanted: Vec<&str> = Vec::new();
    if question.criteria.is_empty() {
        wanted.extend(CRITERIA);
    }
    if question.limits.is_empty() {
        wanted.extend(["npl_ratio", "fund_exhausted"]);
    }
    let alone = [(&question.case, "city_gap"), (&question.cost, COST), (&question.effect, EFFECT)];
    wanted.extend(alone.into_iter().filter(|(asked, _)| asked.is_none()).map(|(_, default)| default));
    wanted.retain(|name| outcomes.indicator(name).is_err());
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

fn listed(outcomes: &Outcomes, options: &[Choice]) -> Table {
    let mut table = Table::new("options.csv", &["option", "scenario_id", "sets", "draws"]);
    for o in options {
        let draws = o.points.len() * outcomes.replications;
        let scenario = outcomes.scenarios[o.scenario].id.clone();
        table.push(vec![o.id.clone(), scenario, o.points.len().to_string(), draws.to_string()]);
    }
    table
}

/// Headline outcomes of which more or less is better.
fn judged(indicators: &[Indicator]) -> Vec<usize> {
    let wanted = |i: &usize| {
        headline(&indicators[*i].name) && ["up", "down"].contains(&indicators[*i].direction.as_str())
    };
    (0..indicators.len()).filter(wanted).collect()
}

/// Ranking matrix, who beats whom, regret.
fn ranked(outcomes: &Outcomes, options: &[Choice], level: &Level) -> Vec<Table> {
    let mut ranks = Table::new("ranks.csv", &["variable", "option", "place", "probability", "low", "high"]);
    let mut beats = Table::new(
        "beats.csv",
        &[
            "variable",
            "unit",
            "option",
            "other",
            "probability",
            "low",
            "high",
            "difference",
            "difference_low",
            "difference_high",
            "variance_reduction",
        ],
    );
    let mut regrets = Table::new(
        "regret.csv",
        &["variable", "unit", "option", "mean", "mean_low", "mean_high", "max", "worst_point"],
    );
    for i in judged(&outcomes.indicators) {
        let indicator = &outcomes.indicators[i];
        let table = compared(outcomes, options, i);
        let id = |o: usize| options[o].id.clone();
        for (o, places) in table.ranks(ALPHA).into_iter().enumerate() {
            for (place, p) in places.into_iter().enumerate() {
                let mut row = vec![indicator.name.clone(), id(o), (place + 1).to_string()];
                row.extend(cells(p));
                ranks.push(row);
            }
        }
        let sign = if indicator.direction == "down" { -1.0 } else { 1.0 };
        for (a, row_of) in table.beats(ALPHA).into_iter().enumerate() {
            for (b, p) in row_of.into_iter().enumerate().filter(|(b, _)| *b != a) {
                let mut row = vec![indicator.name.clone(), indicator.unit.clone(), id(a), id(b)];
                row.extend(cells(p));
                // As it is, not turned so that more is better.
                let d = table.difference(a, b, level).map_or(Interval::NONE, |e| interval(&e));
                let ends = if sign < 0.0 { (d.high, d.low) } else { (d.low, d.high) };
                row.extend([sign * d.value, sign * ends.0, sign * ends.1, table.pairing(a, b)].map(cell));
                beats.push(row);
            }
        }
        for (o, regret) in table.regret(outcomes.seed, ALPHA).into_iter().enumerate() {
            let mut row = vec![indicator.name.clone(), indicator.unit.clone(), id(o)];
            row.extend(cells(regret.mean));
            let worst = options[o].points.get(regret.worst).map_or(String::new(), ToString::to_string);
            row.extend([cell(regret.max), worst]);
            regrets.push(row);
        }
    }
    vec![ranks, beats, regrets]
}

fn dominated(
    outcomes: &Outcomes,
    options: &[Choice],
    question: &Question,
    level: &Level,
) -> Result<Table, AnalysisError> {
    let mut table = Table::new("dominated.csv", &["option", "by", "certainty", "criteria"]);
    let criteria = criteria(outcomes, question)?;
    let names: Vec<&str> = criteria.iter().map(|c| outcomes.indicators[*c].name.as_str()).collect();
    let of: Vec<Compared> = criteria.iter().map(|c| compared(outcomes, options, *c)).collect();
    for b in 0..options.len() {
        for a in (0..options.len()).filter(|a| *a != b && !of.is_empty()) {
            let certainty = match choice::dominates(&of, a, b, level) {
                Dominance::No => continue,
                Dominance::OnMeans => "on_means",
                Dominance::Sure => "sure",
            };
            let (b, a) = (options[b].id.clone(), options[a].id.clone());
            table.push(vec![b, a, certainty.into(), names.join(" ")]);
        }
    }
    Ok(table)
}

fn on_frontier(
    outcomes: &Outcomes,
    options: &[Choice],
    question: &Question,
    level: &Level,
) -> Result<Option<Table>, AnalysisError> {
    let find = |asked: &Option<String>, default: &str| match asked {
        Some(name) => outcomes.indicator(name).map(Some),
        None => Ok(outcomes.indicator(default).ok()),
    };
    let (Some(cost), Some(effect)) = (find(&question.cost, COST)?, find(&question.effect, EFFECT)?) else {
        return Ok(None);
    };
    let means = |indicator: usize, up: bool| -> Vec<Vec<f64>> {
        let table = Compared::new(by_option(outcomes, options, indicator), up);
        (0..options.len()).map(|o| table.means(o)).collect()
    };
    // Less of what should be low is more effect.
    let up = outcomes.indicators[effect].direction != "down";
    let places = frontier::places(&means(cost, true), &means(effect, up), outcomes.seed, level);
    let mut table = Table::new(
        "frontier.csv",
        &[
            "option",
            "cost_variable",
            "cost",
            "cost_low",
            "cost_high",
            "cost_more",
            "cost_more_low",
            "cost_more_high",
            "effect_variable",
            "effect",
            "effect_low",
            "effect_high",
            "effect_more",
            "effect_more_low",
            "effect_more_high",
            "standing",
            "against",
            "ratio",
            "ratio_low",
            "ratio_high",
            "share_on_frontier",
        ],
    );
    let id = |o: usize| options[o].id.clone();
    for (o, place) in places.iter().enumerate() {
        let (standing, against, ratio) = match place.standing {
            Standing::On { step: Some((before, ratio)) } => ("on", id(before), ratio),
            Standing::On { step: None } => ("on", String::new(), Interval::NONE),
            Standing::Dominated { by } => ("dominated", id(by), Interval::NONE),
            Standing::Extended { between: (a, b) } => {
                ("extended", format!("{} + {}", id(a), id(b)), Interval::NONE)
            }
            Standing::Unknown => ("unknown", String::new(), Interval::NONE),
        };
        let as_is = |i: Interval| match up {
            true => i,
            false => Interval { value: 0.0 - i.value, low: 0.0 - i.high, high: 0.0 - i.low },
        };
        let mut row = vec![id(o), outcomes.indicators[cost].name.clone()];
        row.extend(cells(place.cost).into_iter().chain(cells(place.cost_more)));
        row.push(outcomes.indicators[effect].name.clone());
        row.extend([place.effect, place.effect_more].map(as_is).map(cells).into_iter().flatten());
        row.extend([standing.to_owned(), against]);
        row.extend(cells(ratio).into_iter().chain([cell(place.on_frontier)]));
        table.push(row);
    }
    Ok(Some(table))
}

fn limits(
    outcomes: &Outcomes,
    options: &[Choice],
    question: &Question,
    level: &Level,
) -> Result<Table, AnalysisError> {
    let conditions = match &question.limits[..] {
        [] => LIMITS.iter().filter_map(|l| Condition::parse(l, outcomes).ok()).collect(),
        asked => asked.iter().map(|l| Condition::parse(l, outcomes)).collect::<Result<Vec<_>, _>>()?,
    };
    let mut table = Table::new(
        "limits.csv",
        &[
            "limit",
            "variable",
            "unit",
            "claim",
            "value",
            "option",
            "wanted",
            "judgement",
            "probability",
            "low",
            "high",
            "mean",
            "mean_low",
            "mean_high",
            "draws",
            "draws_needed",
        ],
    );
    for c in &conditions {
        let indicator = &outcomes.indicators[c.indicator];
        let table_of = Compared::new(by_option(outcomes, options, c.indicator), true);
        for (o, option) in options.iter().enumerate() {
            let found = judge(&table_of.clusters(o), c.side, c.limit, c.wanted, level);
            let judgement = match found.judgement {
                Judgement::Pass => "pass",
                Judgement::Fail => "fail",
                Judgement::Undecided => "undecided",
            };
            let mut row = vec![c.text.clone(), indicator.name.clone(), indicator.unit.clone()];
            row.extend([c.claim().to_owned(), cell(c.limit)]);
            row.extend([option.id.clone(), cell(c.wanted.unwrap_or(f64::NAN)), judgement.to_owned()]);
            row.extend(cells(found.probability).into_iter().chain(cells(found.mean)));
            row.push(found.draws.to_string());
            row.push(c.wanted.map_or_else(String::new, |w| fewest(w, ALPHA).to_string()));
            table.push(row);
        }
    }
    Ok(table)
}

/// Where in the space of inputs the case occurs: its words; the boxes, how each came to be, and the points they are about.
fn boxes(
    outcomes: &Outcomes,
    options: &[Choice],
    inputs: &[usize],
    question: &Question,
) -> Result<Option<(Condition, [Table; 3])>, AnalysisError> {
    let case = match &question.case {
        Some(text) => Condition::parse(text, outcomes)?,
        None => match Condition::parse(CASE, outcomes) {
            Ok(case) => case,
            Err(_) => return Ok(None),
        },
    };
    let mut table = Table::new(
        "boxes.csv",
        &[
            "option",
            "box",
            "factor",
            "unit",
            "low",
            "high",
            "quasi_p",
            "coverage",
            "density",
            "mass",
            "points",
            "cases",
            "base_rate",
        ],
    );
    let mut steps =
        Table::new("peeling.csv", &["option", "box", "step", "coverage", "density", "mass", "limits"]);
    let inputs_of: Vec<String> = inputs.iter().map(|&f| format!("x.{}", outcomes.factors[f].name)).collect();
    let head: Vec<&str> = ["option", "point", "case", "value"]
        .into_iter()
        .chain(inputs_of.iter().map(String::as_str))
        .collect();
    let mut seen = Table::new("cases.csv", &head);
    let mut looked = false;
    for option in options {
        let mean = |p: usize| {
            let values = outcomes.at(case.indicator, option.scenario, p);
            values.iter().sum::<f64>() / values.len() as f64
        };
        // Luck is averaged out first: replications of a point are no points of their own.
        let known: Vec<usize> = option.points.iter().copied().filter(|&p| mean(p).is_finite()).collect();
        if known.len() < FEWEST_POINTS || inputs.is_empty() {
            continue;
        }
        looked = true;
        let cases: Vec<bool> = known.iter().map(|&p| case.side.holds(mean(p), case.limit)).collect();
        for (&p, case) in known.iter().zip(&cases) {
            let mut row = vec![option.id.clone(), p.to_string(), u8::from(*case).to_string(), cell(mean(p))];
            row.extend(inputs.iter().map(|&f| cell(outcomes.points[p].value[f])));
            seen.push(row);
        }
        let columns: Vec<Input> = inputs
            .iter()
            .map(|&f| Input::Number(known.iter().map(|&p| outcomes.points[p].value[f]).collect()))
            .collect();
        let rate = cases.iter().filter(|c| **c).count() as f64 / cases.len() as f64;
        for (n, found) in prim::discover(&columns, &cases).into_iter().enumerate() {
            let number = (n + 1).to_string();
            for limit in &found.limits {
                let factor = &outcomes.factors[inputs[limit.input]];
                let Range::Between(low, high) = limit.range else { continue };
                let mut row =
                    vec![option.id.clone(), number.clone(), factor.name.clone(), factor.unit.clone()];
                row.extend([low, high, limit.quasi_p].map(cell));
                row.extend([found.at.coverage, found.at.density, found.at.mass].map(cell));
                row.extend([found.points.to_string(), found.cases.to_string(), cell(rate)]);
                table.push(row);
            }
            for (i, s) in found.path.iter().enumerate() {
                let mut row = vec![option.id.clone(), number.clone(), i.to_string()];
                row.extend([s.coverage, s.density, s.mass].map(cell));
                row.push(s.limits.to_string());
                steps.push(row);
            }
        }
    }
    Ok(looked.then_some((case, [table, steps, seen])))
}
