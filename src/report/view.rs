//! What of the results is shown: the district's rows, the headline outcomes in their fixed order, the
//! references, the periods. No drawing and no words.
//! Fan charts, forest plots and the table all look through this, so that they agree.

use std::borrow::Cow;
use std::collections::HashMap;

use plotters::style::RGBColor;

use crate::stats::student;
use crate::units::Lang;

use super::canvas::{REFERENCE, scenario_colour};
use super::evidence::{COST, FEWEST_PAIRS, Verdict};
use super::number::{Kind, Scale};
use super::read::{EffectRow, Results, Scenario, SummaryRow, Variable};

/// Intervals of the results are at 95%.
pub(super) const ALPHA: f64 = 0.05;

/// The order in which outcomes appear everywhere.
const HEADLINE: [&str; 16] = [
    "inclusive_balance",
    "inclusive_growth_yoy",
    "city_gap",
    "agri_balance",
    "first_time_borrowers",
    "coverage_share",
    "all_in_cost",
    "new_loan_rate_ytd",
    "npl_ratio",
    "fund_balance",
    "fund_claims",
    "relending_balance",
    "public_cost",
    "cost_per_additional_yuan",
    "survival_share",
    "jobs",
];

/// The district's part of a results folder.
pub(super) struct View<'a> {
    pub results: &'a Results,
    rows: HashMap<(&'a str, &'a str), Vec<&'a SummaryRow>>,
    effects: Vec<&'a EffectRow>,
}

impl<'a> View<'a> {
    pub fn of(results: &'a Results) -> View<'a> {
        let region = results.manifest.region.id.as_str();
        let whole = |r: &str, kind: &str, id: &str| r == region && kind == "all" && id == "all";
        let mut rows: HashMap<_, Vec<_>> = HashMap::new();
        for row in results.summary.iter().filter(|r| whole(&r.region, &r.group_type, &r.group_id)) {
            rows.entry((row.scenario_id.as_str(), row.variable.as_str())).or_default().push(row);
        }
        let effects =
            results.effects.iter().filter(|r| whole(&r.region, &r.group_type, &r.group_id)).collect();
        View { results, rows, effects }
    }

    /// No district row at all.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The headline outcomes that the results hold, in the fixed order, then any others marked so.
    pub fn headline(&self) -> Vec<Cow<'a, Variable>> {
        let listed = &self.results.manifest.variables;
        let mut out = Vec::new();
        for name in HEADLINE {
            if let Some(variable) = listed.iter().find(|v| v.name == name) {
                out.push(Cow::Borrowed(variable));
            } else if let Some(row) =
                self.rows.values().flatten().filter(|r| r.variable == name).min_by_key(|r| &r.unit)
            {
                let (name, unit) = (name.to_owned(), row.unit.clone());
                out.push(Cow::Owned(Variable { name, unit, ..Variable::default() }));
            }
        }
        let others = listed.iter().filter(|v| v.headline && !HEADLINE.contains(&v.name.as_str()));
        out.extend(others.map(Cow::Borrowed));
        out
    }

    /// The scenarios as drawn: references first, each with its colour.
    pub fn scenarios(&self) -> Vec<(&'a Scenario, RGBColor)> {
        let manifest = &self.results.manifest;
        let (references, others): (Vec<_>, Vec<_>) =
            manifest.scenarios.iter().partition(|s| self.is_ground(s));
        let references = references.into_iter().map(|s| (s, REFERENCE));
        references.chain(others.into_iter().enumerate().map(|(i, s)| (s, scenario_colour(i)))).collect()
    }

    /// Whether any scenario is measured against this one. Alone it is just a scenario.
    pub fn is_reference(&self, id: &str) -> bool {
        let manifest = &self.results.manifest;
        manifest.scenarios.iter().any(|s| s.id != id && manifest.reference_of(s) == id)
    }

    /// A reference that is measured against nothing itself: drawn first, in grey.
    pub fn is_ground(&self, scenario: &Scenario) -> bool {
        self.is_reference(&scenario.id) && self.results.manifest.reference_of(scenario) == scenario.id
    }

    /// The reference all scenarios share, if they do.
    pub fn common_reference(&self) -> Option<&'a str> {
        let manifest = &self.results.manifest;
        let mut used = manifest.scenarios.iter().map(|s| manifest.reference_of(s)).collect::<Vec<_>>();
        // A second reference is measured against the first or itself; only what others use counts.
        used.retain(|id| self.is_reference(id));
        used.sort_unstable();
        used.dedup();
        match used[..] {
            [] => Some(manifest.baseline_id.as_str()),
            [one] => Some(one),
            _ => None,
        }
    }

    /// The points of an outcome: whole years for yearly flows, else months where there are any.
    pub fn points(&self, scenario: &str, variable: &Variable) -> Vec<Point<'a>> {
        let Some(rows) = self.rows.get(&(scenario, variable.name.as_str())) else { return Vec::new() };
        let mut months = Vec::new();
        let mut years = Vec::new();
        for row in rows {
            match When::parse(&row.period) {
                Some(when @ When::Month(..)) => months.push(Point { when, row }),
                Some(when @ When::Year(_)) => years.push(Point { when, row }),
                None => {}
            }
        }
        let whole: Vec<_> = years.iter().filter(|p| self.is_whole(p.when)).copied().collect();
        let years = if whole.is_empty() { years } else { whole };
        let yearly = variable.aggregation == "sum" && !years.is_empty() || months.is_empty();
        let mut points = if yearly { years } else { months };
        points.sort_by(|a, b| a.when.middle().total_cmp(&b.when.middle()));
        points
    }

    fn is_whole(&self, when: When) -> bool {
        let When::Year(year) = when else { return true };
        let manifest = &self.results.manifest;
        let begins = When::parse(&manifest.from).is_none_or(|w| w.start() <= f64::from(year) + 1e-6);
        let ends = When::parse(&manifest.until).is_none_or(|w| w.end() >= f64::from(year + 1) - 1e-6);
        begins && ends
    }

    /// The period whose effects are shown: the last whole year, else the last period there is.
    pub fn effect_period(&self) -> Option<&'a str> {
        let dated = || self.effects.iter().filter_map(|e| When::parse(&e.period).map(|w| (w, &e.period)));
        let last = |wanted: &dyn Fn(When) -> bool| {
            dated().filter(|(w, _)| wanted(*w)).max_by(|a, b| a.0.end().total_cmp(&b.0.end()))
        };
        last(&|w| matches!(w, When::Year(_)) && self.is_whole(w))
            .or_else(|| last(&|_| true))
            .map(|(_, period)| period.as_str())
    }

    /// The effects of an outcome in a period, in the order and colours of [`View::scenarios`].
    pub fn effects(&self, variable: &Variable, period: &str) -> Vec<Effect<'a>> {
        let mut out = Vec::new();
        for (scenario, colour) in self.scenarios() {
            let found = self.effects.iter().find(|e| {
                e.scenario_id == scenario.id
                    && e.baseline_id != e.scenario_id
                    && e.variable == variable.name
                    && e.period == period
            });
            out.extend(found.map(|row| {
                let level = self.level(&row.baseline_id, &variable.name, period);
                let verdict = Verdict::of(row, Kind::of(&variable.name, &variable.unit), level);
                Effect { row, colour, verdict }
            }));
        }
        out
    }

    /// The interval lies on one side of zero, and comes from enough pairs to say so.
    pub fn is_sure(&self, (low, high): (f64, f64)) -> bool {
        self.results.manifest.replications as f64 >= FEWEST_PAIRS && (low > 0.0 || high < 0.0)
    }

    /// As [`View::is_sure`] for the interval of one of so many quantities looked at: it must leave out zero when
    /// widened to hold for all of them at once, or the surest of many would be luck.
    pub fn is_sure_among(&self, (low, high): (f64, f64), looked_at: usize) -> bool {
        let df = self.results.manifest.replications.saturating_sub(1) as u32;
        let half = (high - low).abs() / 2.0 * student::widening(ALPHA, df, looked_at);
        let middle = (low + high) / 2.0;
        self.is_sure((middle - half, middle + half))
    }

    /// There are effects and every one is nought: the scenarios do not differ in the period.
    pub fn is_all_the_same(&self, period: &str) -> bool {
        let effects: Vec<_> = self.headline().iter().flat_map(|v| self.effects(v, period)).collect();
        effects.iter().all(|e| !e.is_something())
    }

    /// The row of an outcome in a period.
    pub fn row(&self, scenario: &str, variable: &str, period: &str) -> Option<&'a SummaryRow> {
        self.rows.get(&(scenario, variable))?.iter().find(|r| r.period == period).copied()
    }

    /// The last whole year with levels, else the last period.
    pub fn last_period(&self) -> Option<&'a str> {
        let dated = || {
            let rows = self.rows.values().flatten();
            rows.filter_map(|r| When::parse(&r.period).map(|w| (w, r.period.as_str())))
        };
        let last = |years: bool| {
            let wanted = dated().filter(|(w, _)| !years || matches!(w, When::Year(_)) && self.is_whole(*w));
            wanted.max_by(|a, b| a.0.end().total_cmp(&b.0.end())).map(|(_, period)| period)
        };
        last(true).or_else(|| last(false))
    }

    /// The mean level of an outcome in a period; NaN where the results have none.
    pub fn level(&self, scenario: &str, variable: &str, period: &str) -> f64 {
        self.row(scenario, variable, period).map_or(f64::NAN, |r| r.mean)
    }
}

/// One period of one scenario and outcome.
#[derive(Clone, Copy)]
pub(super) struct Point<'a> {
    pub when: When,
    pub row: &'a SummaryRow,
}

/// An effect and the colour of its scenario.
pub(super) struct Effect<'a> {
    pub row: &'a EffectRow,
    pub colour: RGBColor,
    pub verdict: Verdict,
}

impl Effect<'_> {
    /// Half the 95% interval; zero where there is none.
    pub fn half(&self) -> f64 {
        let half = (self.row.ci95_high - self.row.ci95_low) / 2.0;
        if half.is_finite() { half } else { 0.0 }
    }

    /// The interval is on one side of zero and the effect is large enough to name: a full dot. A price too.
    pub fn is_sure(&self) -> bool {
        let priced = self.verdict == Verdict::Priced && (self.row.ci95_low > 0.0 || self.row.ci95_high < 0.0);
        self.verdict.is_settled() || priced
    }

    /// A price carries no sign: it is no change.
    pub fn is_signed(&self) -> bool {
        self.row.variable != COST
    }

    /// A scale on which this effect does not read as zero though a direction is said of it; else the one given, which
    /// all scenarios share.
    pub fn scale(&self, shared: &Scale, kind: Kind, lang: Lang) -> Scale {
        let told = [Verdict::Increases, Verdict::Decreases, Verdict::MayIncrease, Verdict::MayDecrease];
        match told.contains(&self.verdict) {
            true if shared.hides(self.row.effect_mean) => {
                Scale::differences(kind, self.row.effect_mean.abs(), lang)
            }
            true => shared.clone().telling(self.half()),
            false => shared.clone(),
        }
    }

    pub fn has_interval(&self) -> bool {
        self.row.ci95_low.is_finite() && self.row.ci95_high.is_finite()
    }

    /// There is something to draw: a value, and not the same in every pair.
    pub fn is_something(&self) -> bool {
        !matches!(self.verdict, Verdict::Undefined | Verdict::NoDifference)
    }
}

/// A period as a place in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum When {
    Year(i32),
    /// Year and month 1–12.
    Month(i32, i32),
}

impl When {
    pub fn parse(text: &str) -> Option<When> {
        let text = text.trim();
        match text.split_once('-') {
            None => text.parse().ok().map(When::Year),
            Some((year, month)) => {
                let month = month.parse().ok().filter(|m| (1..=12).contains(m))?;
                Some(When::Month(year.parse().ok()?, month))
            }
        }
    }

    /// Years with fraction.
    pub fn start(self) -> f64 {
        match self {
            When::Year(year) => f64::from(year),
            When::Month(year, month) => f64::from(year) + f64::from(month - 1) / 12.0,
        }
    }

    pub fn end(self) -> f64 {
        match self {
            When::Year(year) => f64::from(year + 1),
            When::Month(..) => self.start() + 1.0 / 12.0,
        }
    }

    pub fn middle(self) -> f64 {
        (self.start() + self.end()) / 2.0
    }
}
