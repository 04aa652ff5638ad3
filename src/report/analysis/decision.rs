//! A decision, told: who is best and how surely, what a wrong choice costs, which options to drop, which limits are kept,
//! what the next yuan buys, and where a plan misses its aim.
//! Reads the tables of `RUN/decide/`; those that are not there (one option, no limit) are left out.

use std::path::Path;

use serde::Deserialize;

use crate::units::Lang;

use super::super::canvas::{INK, scenario_colour};
use super::super::error::ReportError;
use super::super::number::{Kind, Scale, number};
use super::super::read::number as cell_number;
use super::super::rows::{self, Chart, Panel, Row};
use super::super::sheet::{Figure, Key, cell, with_unit};
use super::words::{Word, word};
use super::{
    About, Claim, Named, Shown, differences, finish, grid, grouped, largest, name, names_and_more, percent,
    rows as read, with_ends,
};
use super::{discovery, frontier, matrix};

const WHAT: &str = "decide";
/// Most options named as better than another.
const MOST_NAMED: usize = 3;

#[derive(Deserialize, Clone)]
struct Rank {
    variable: String,
    option: String,
    place: u32,
    #[serde(deserialize_with = "cell_number")]
    probability: f64,
    #[serde(deserialize_with = "cell_number")]
    low: f64,
    #[serde(deserialize_with = "cell_number")]
    high: f64,
}

#[derive(Deserialize, Clone)]
struct Beat {
    variable: String,
    option: String,
    other: String,
    #[serde(deserialize_with = "cell_number")]
    probability: f64,
    #[serde(deserialize_with = "cell_number")]
    low: f64,
    #[serde(deserialize_with = "cell_number")]
    high: f64,
    #[serde(deserialize_with = "cell_number")]
    variance_reduction: f64,
}

#[derive(Deserialize, Clone)]
struct Regret {
    variable: String,
    unit: String,
    option: String,
    #[serde(deserialize_with = "cell_number")]
    mean: f64,
    #[serde(deserialize_with = "cell_number")]
    mean_low: f64,
    #[serde(deserialize_with = "cell_number")]
    mean_high: f64,
    #[serde(deserialize_with = "cell_number")]
    max: f64,
}

#[derive(Deserialize)]
struct Dominated {
    option: String,
    by: String,
    certainty: String,
}

#[derive(Deserialize)]
struct Limit {
    limit: String,
    variable: String,
    unit: String,
    claim: String,
    value: f64,
    option: String,
    #[serde(deserialize_with = "cell_number")]
    wanted: f64,
    judgement: String,
    #[serde(deserialize_with = "cell_number")]
    probability: f64,
    #[serde(deserialize_with = "cell_number")]
    low: f64,
    #[serde(deserialize_with = "cell_number")]
    high: f64,
    #[serde(deserialize_with = "cell_number")]
    mean: f64,
    #[serde(deserialize_with = "cell_number")]
    mean_low: f64,
    #[serde(deserialize_with = "cell_number")]
    mean_high: f64,
    draws: u64,
    draws_needed: String,
}

/// Everything told so far.
struct Told<'a> {
    about: &'a About,
    lang: Lang,
    width: Option<u16>,
    text: Vec<String>,
    figures: Vec<Figure>,
}

/// The finding of a decision's folder, its charts drawn.
pub fn decision(folder: &Path, lang: Lang, width: Option<u16>) -> Result<Shown, ReportError> {
    let about = About::read(folder, WHAT)?;
    let mut told = Told { about: &about, lang, width, text: Vec::new(), figures: Vec::new() };
    if about.draws < about.enough {
        told.text.push(told.say(Word::FewDraws { draws: about.draws, enough: about.enough }));
    }
    if about.options.len() > 1 {
        told.best(&read(folder, "ranks.csv")?, &read(folder, "beats.csv")?, read(folder, "regret.csv")?)?;
        told.dominated(read(folder, "dominated.csv")?);
        let places: Vec<frontier::Place> = read(folder, "frontier.csv")?;
        if !places.is_empty() {
            let (text, figure) = frontier::frontier(&about, &places, lang, width)?;
            told.text.push(text);
            told.figures.push(figure);
        }
    }
    told.limits(&read(folder, "limits.csv")?)?;
    told.boxes(folder)?;
    if !about.not_kept.is_empty() {
        told.text.push(told.say(Word::NotKept(&about.not_kept.join(lang.pick("、", ", ")))));
    }
    let footer = about.footer(lang, Word::Sets { sets: about.sets });
    told.text.push(footer);
    finish(folder, lang, told.text.join("\n"), &told.figures)
}

impl Told<'_> {
    fn say(&self, w: Word<'_>) -> String {
        word(self.lang, w)
    }
    fn option<'a>(&'a self, id: &'a str) -> &'a str {
        name(&self.about.options, id, self.lang)
    }
    fn indicator<'a>(&'a self, id: &'a str) -> &'a str {
        name(&self.about.indicators, id, self.lang)
    }
    fn list(&self, names: &[String]) -> String {
        names.join(self.lang.pick("、", "; "))
    }
    fn header(&self, words: &[Word<'_>]) -> Vec<String> {
        words.iter().map(|w| self.say(*w)).collect()
    }
    fn colour(&self, option: &str) -> plotters::style::RGBColor {
        scenario_colour(self.about.options.iter().position(|o| o.id == option).unwrap_or(0))
    }

    /// P(first place), regret and the sentence that follows.
    fn best(&mut self, ranks: &[Rank], beats: &[Beat], regrets: Vec<Regret>) -> Result<(), ReportError> {
        let mut table = Vec::new();
        let (mut open, mut alike) = (Vec::new(), Vec::new());
        let reference = self.about.options.first().map_or("", |o| o.id.as_str());
        let (mut panels, mut costs) = (Vec::new(), Vec::new());
        let (mut csv, mut csv_costs) = (Vec::new(), Vec::new());
        let (mut places, mut duels) = (Vec::new(), Vec::new());
        for (variable, regrets) in grouped(regrets, |r| r.variable.clone()) {
            let indicator = self.indicator(&variable).to_owned();
            let first = |option: &str| {
                ranks.iter().find(|r| r.variable == variable && r.option == option && r.place == 1)
            };
            let against = |option: &str| -> Vec<&Beat> {
                beats.iter().filter(|b| b.variable == variable && b.option == option).collect()
            };
            if regrets.iter().all(|r| r.max == 0.0) && regrets.iter().all(|r| r.mean == 0.0) {
                alike.push(indicator);
                continue;
            }
            // Better than chance against each other option, by the low end.
            let enough = self.about.draws >= self.about.enough;
            let winner = regrets.iter().find(|r| enough && against(&r.option).iter().all(|b| b.low > 0.5));
            match winner {
                Some(w) => {
                    let least = against(&w.option).iter().map(|b| b.low).fold(1.0, f64::min);
                    let (option, p) = (self.option(&w.option), percent(least));
                    self.text.push(self.say(Word::Best { indicator: &indicator, option, p: &p }));
                }
                None => open.push(indicator.clone()),
            }
            let max = largest(regrets.iter().map(|r| r.max));
            let scale = differences(&variable, &regrets[0].unit, max, self.lang);
            let titled = with_unit(&indicator, &scale.unit, self.lang);
            let (mut best, mut lost) = (Vec::new(), Vec::new());
            for (n, r) in regrets.iter().enumerate() {
                let option = self.option(&r.option).to_owned();
                let Some(p) = first(&r.option) else { continue };
                let saved: Vec<f64> = against(&r.option)
                    .iter()
                    .map(|b| b.variance_reduction)
                    .filter(|v| v.is_finite())
                    .collect();
                let least = saved.iter().copied().fold(f64::INFINITY, f64::min);
                table.push(vec![
                    if n == 0 { titled.clone() } else { String::new() },
                    option.clone(),
                    with_ends(p.probability, p.low, p.high, |v| number(v, 2, false)),
                    against(&r.option).iter().find(|b| b.other == reference).map_or_else(String::new, |b| {
                        with_ends(b.probability, b.low, b.high, |v| number(v, 2, false))
                    }),
                    with_ends(r.mean, r.mean_low, r.mean_high, |v| scale.text(v)),
                    scale.text(r.max),
                    if least.is_finite() { format!("× {}", number(least, 1, false)) } else { "–".into() },
                ]);
                let line = |values: [f64; 3]| -> Vec<String> {
                    [indicator.clone(), r.option.clone()].into_iter().chain(values.map(cell)).collect()
                };
                csv.push(line([p.probability, p.low, p.high]));
                let mut costly = line([r.mean, r.mean_low, r.mean_high].map(|v| v * scale.factor));
                costly.extend([cell(r.max * scale.factor), scale.unit.clone()]);
                csv_costs.push(costly);
                best.push(Row {
                    label: option.clone(),
                    colour: self.colour(&r.option),
                    value: p.probability,
                    ends: (p.low, p.high),
                    full: p.low > 0.5,
                    mark: None,
                    text: number(p.probability, 2, false),
                    below: String::new(),
                });
                lost.push(Row {
                    label: option,
                    colour: self.colour(&r.option),
                    value: r.mean * scale.factor,
                    ends: (r.mean_low * scale.factor, r.mean_high * scale.factor),
                    full: true,
                    mark: Some(r.max * scale.factor).filter(|m| m.is_finite()),
                    text: scale.text(r.mean),
                    below: String::new(),
                });
            }
            places.push(self.matrix(&indicator, |a, b| {
                let is = |r: &&Rank| r.variable == variable && r.option == a.id && r.place as usize == b + 1;
                ranks.iter().find(is).map_or(f64::NAN, |r| r.probability)
            }));
            duels.push(self.matrix(&indicator, |a, b| {
                let other = &self.about.options[b].id;
                against(&a.id).iter().find(|d| d.other == *other).map_or(f64::NAN, |d| d.probability)
            }));
            panels.push(Panel { title: indicator, bars: false, signed: false, rows: best });
            costs.push(Panel { title: titled, bars: true, signed: false, rows: lost });
        }
        let (open, alike) = (self.list(&open), self.list(&alike));
        if !open.is_empty() {
            self.text.push(self.say(Word::NoBest { indicators: &open }));
        }
        if !alike.is_empty() {
            self.text.push(self.say(Word::AllAlike { indicators: &alike }));
        }
        if table.is_empty() {
            return Ok(());
        }
        let header = [
            Word::Indicator,
            Word::Option,
            Word::PBest,
            Word::PBeatsFirst,
            Word::MeanRegret,
            Word::MaxRegret,
            Word::Pairing,
        ];
        self.text.push(grid(self.header(&header), table, self.width));
        let head = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        csv.insert(0, head(&["outcome", "option", "p_best", "low", "high"]));
        csv_costs.insert(0, head(&["outcome", "option", "mean", "mean_low", "mean_high", "max", "unit"]));
        let keys = vec![
            (Key::Dot(INK, true), self.say(Word::MoreLikely)),
            (Key::Dot(INK, false), self.say(Word::NotSure)),
        ];
        let best = ("best", Word::BestTitle, Word::BestNote, csv, panels, keys);
        let keys = vec![(Key::Upright(INK), self.say(Word::MaxRegret))];
        let regret = ("regret", Word::RegretTitle, Word::RegretNote, csv_costs, costs, keys);
        for (name, title, note, csv, panels, keys) in [best, regret] {
            self.chart(name, title, note, csv, &panels, keys)?;
        }
        if self.about.options.len() <= matrix::MOST {
            for (name, title, note, panels) in [
                ("ranks", Word::RanksTitle, Word::RanksNote, places),
                ("beats", Word::BeatsTitle, Word::BeatsNote, duels),
            ] {
                let (title, footer) = (self.say(title), self.about.footer(self.lang, note));
                self.figures.extend(matrix::figures(name, (&title, &footer), &panels, self.lang)?);
            }
        }
        Ok(())
    }

    /// Options by number, with a probability for each and each column.
    fn matrix(&self, title: &str, cell: impl Fn(&Named, usize) -> f64) -> matrix::Matrix {
        let options = &self.about.options;
        let name = |(n, o): (usize, &Named)| format!("{} {}", n + 1, self.option(&o.id));
        let row = |o: &Named| (0..options.len()).map(|column| cell(o, column)).collect();
        matrix::Matrix {
            title: title.to_owned(),
            rows: options.iter().enumerate().map(name).collect(),
            columns: (1..=options.len()).map(|n| n.to_string()).collect(),
            cells: options.iter().map(row).collect(),
        }
    }

    fn chart(
        &mut self,
        name: &'static str,
        title: Word<'_>,
        note: Word<'_>,
        csv: Vec<Vec<String>>,
        panels: &[Panel],
        keys: Vec<(Key, String)>,
    ) -> Result<(), ReportError> {
        if panels.is_empty() {
            return Ok(());
        }
        let (title, footer) = (self.say(title), self.about.footer(self.lang, note));
        let chart = Chart { name, title, footer, keys, columns: 2, names: 120.0, csv };
        self.figures.extend(rows::figures(chart, panels, self.lang)?);
        Ok(())
    }

    /// One line an option, however many dominate it.
    fn dominated(&mut self, rows: Vec<Dominated>) {
        if self.about.criteria.is_empty() {
            return;
        }
        let criteria: Vec<String> =
            self.about.criteria.iter().map(|c| self.indicator(c).to_owned()).collect();
        let criteria = self.list(&criteria);
        if rows.is_empty() {
            self.text.push(self.say(Word::NoneDominated { criteria: &criteria }));
            return;
        }
        self.text.push(self.say(Word::DominatedHeading { criteria: &criteria }));
        for ((option, certainty), by) in grouped(rows, |d| (d.option.clone(), d.certainty.clone())) {
            let quoted = |d: &Dominated| format!("“{}”", self.option(&d.by));
            let names: Vec<String> = by.iter().take(MOST_NAMED).map(quoted).collect();
            let by = names_and_more(&names, by.len(), self.lang);
            let (option, sure) = (self.option(&option), certainty == "sure");
            self.text.push(self.say(Word::DominatedBy { option, by: &by, sure }));
        }
    }

    fn limits(&mut self, limits: &[Limit]) -> Result<(), ReportError> {
        if limits.is_empty() {
            return Ok(());
        }
        let (mut table, mut csv, mut panels): (Vec<Vec<String>>, _, Vec<Panel>) =
            (Vec::new(), Vec::new(), Vec::new());
        let mut told: Vec<&str> = Vec::new();
        for l in limits {
            let seen = told.contains(&l.limit.as_str());
            let claim = Claim {
                text: l.limit.clone(),
                variable: l.variable.clone(),
                unit: l.unit.clone(),
                claim: l.claim.clone(),
                value: l.value,
                wanted: l.wanted.is_finite().then_some(l.wanted),
            };
            let said = self.about.claim(&claim, self.lang);
            if !seen {
                told.push(&l.limit);
                let open = limits.iter().any(|o| o.limit == l.limit && o.judgement == "undecided");
                if open && !l.draws_needed.is_empty() {
                    let needs = Word::NeedsDraws { limit: &said, needed: &l.draws_needed };
                    self.text.push(self.say(needs));
                }
                panels.push(Panel { title: said.clone(), bars: false, signed: false, rows: Vec::new() });
            }
            let scale = Scale::levels(Kind::of(&l.variable, &l.unit), l.mean, self.lang);
            let p = with_ends(l.probability, l.low, l.high, |v| number(v, 2, false));
            table.push(vec![
                if seen { String::new() } else { said },
                self.option(&l.option).to_owned(),
                self.say(Word::Judged(&l.judgement)),
                p,
                format!("{} {}", with_ends(l.mean, l.mean_low, l.mean_high, |v| scale.text(v)), scale.unit),
                l.draws.to_string(),
            ]);
            csv.push(
                [l.limit.clone(), l.option.clone(), l.judgement.clone()]
                    .into_iter()
                    .chain([l.probability, l.low, l.high, l.wanted].map(cell))
                    .collect::<Vec<_>>(),
            );
            let row = Row {
                label: self.option(&l.option).to_owned(),
                colour: self.colour(&l.option),
                value: l.probability,
                ends: (l.low, l.high),
                full: l.judgement != "undecided",
                mark: l.wanted.is_finite().then_some(l.wanted),
                text: number(l.probability, 2, false),
                below: self.say(Word::Judged(&l.judgement)),
            };
            if let Some(panel) = panels.last_mut() {
                panel.rows.push(row);
            }
        }
        let header = [Word::Limit, Word::Option, Word::Judgement, Word::PKept, Word::MeanValue, Word::Draws];
        self.text.push(grid(self.header(&header), table, self.width));
        let head = ["limit", "option", "judgement", "probability", "low", "high", "wanted"];
        csv.insert(0, head.map(str::to_owned).to_vec());
        let keys = vec![
            (Key::Dot(INK, true), self.say(Word::Decided)),
            (Key::Dot(INK, false), self.say(Word::Judged("undecided"))),
            (Key::Upright(INK), self.say(Word::Asked)),
        ];
        self.chart("limits", Word::LimitsTitle, Word::LimitsNote, csv, &panels, keys)
    }

    /// Why no case is looked for, or where they are.
    fn boxes(&mut self, folder: &Path) -> Result<(), ReportError> {
        let Some(case) = &self.about.case else {
            // What was not kept is said below.
            if !self.about.not_kept.iter().any(|name| name == "city_gap") {
                self.text.push(self.say(Word::NoCase));
            }
            return Ok(());
        };
        let (boxes, cases) = (read(folder, "boxes.csv")?, read(folder, "cases.csv")?);
        let (text, figures) = discovery::discovery(self.about, case, boxes, cases, self.lang)?;
        self.text.extend(text);
        self.figures.extend(figures);
        Ok(())
    }
}
