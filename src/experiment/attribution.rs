//! Fair attribution of a package: its instruments are switched on in every combination, and each gets its
//! Shapley share of what all bring about together (`stats::shapley`), replication by replication under the same
//! luck, so that shares have paired intervals and add up to the package's effect.
//!
//! A player is an instrument whose values differ between reference and package, several of them joined, or all
//! that differs besides instruments. Running and storing the combinations is an ordinary experiment.

use crate::metrics::{METRICS, Metric};
use crate::policy::INSTRUMENTS;
use crate::scenario::Scenario;
use crate::stats::shapley::{interactions, shares};
use crate::units::{Lang, Month};

use super::estimate::{Effect, paired};
use super::plan::{Plan, changed_instruments};
use super::replicate::Replication;
use super::student::Level;
use super::tables::{Sink, number};

/// Most players: 2⁸ combinations.
pub const MOST: usize = 8;
/// Id of the player that is all that differs besides instruments.
pub const ENVIRONMENT: &str = "environment";
/// Id of the player that joins the instruments not named.
pub const REST: &str = "rest";
/// Stands for all players in the tables.
pub const PACKAGE: &str = "package";

/// One who contributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Player {
    /// Ids of its instruments joined by `+`, [`REST`] or [`ENVIRONMENT`].
    pub id: String,
    pub zh: String,
    pub en: String,
    /// Places in [`INSTRUMENTS`].
    pub instruments: Vec<usize>,
    /// Whether paths, parameters and pack are the package's.
    pub environment: bool,
}

/// Why a package cannot be attributed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttributionError {
    #[error("`{0}` does not differ from its reference up to {1}: there is nothing to attribute")]
    Same(String, Month),
    #[error("{} instruments differ ({}), more than {MOST}; name those to be told apart with --instruments a,b,c+d: a plus joins, and the others together are one player, `{REST}`, of the {MOST}", .0.len(), .0.join(", "))]
    TooMany(Vec<&'static str>),
    #[error("{} players, more than {MOST}: the instruments not named are together one of them (`{REST}`), and so is what differs besides (`{ENVIRONMENT}`); join some with a plus: a,b,c+d", .0)]
    TooManyNamed(usize),
    #[error("`{id}` is no instrument that differs between package and reference{}; those that do: {}", meant(.near), .differ.join(", "))]
    Unknown { id: String, near: Option<&'static str>, differ: Vec<&'static str> },
    #[error("`{0}` is named twice")]
    Twice(String),
}

fn meant(near: &Option<&'static str>) -> String {
    near.map_or_else(String::new, |n| format!("; did you mean `{n}`?"))
}

impl AttributionError {
    /// The message in either language.
    pub fn message(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.to_string();
        }
        match self {
            AttributionError::Same(id, until) => {
                format!("截至 {until}，`{id}` 与对照没有差别，没有可以分解的效应")
            }
            AttributionError::TooMany(ids) => format!(
                "有差别的工具共 {} 个（{}），超过 {MOST} 个；请用 --instruments a,b,c+d 指明要分开的工具：加号合并，其余工具合为一项 `{REST}`，连同它最多 {MOST} 项",
                ids.len(),
                ids.join("、")
            ),
            AttributionError::TooManyNamed(n) => {
                format!(
                    "共 {n} 项，超过 {MOST} 项：未写明的工具合为其中一项（`{REST}`），工具以外的差别也算一项（`{ENVIRONMENT}`）；请用加号合并一些：a,b,c+d"
                )
            }
            AttributionError::Unknown { id, near, differ } => {
                let near = near.map_or_else(String::new, |n| format!("；是否想写 `{n}`？"));
                format!("`{id}` 不是方案与对照之间有差别的工具{near}；有差别的是：{}", differ.join("、"))
            }
            AttributionError::Twice(id) => format!("`{id}` 写了两次"),
        }
    }
}

/// Who contributes to what sets `package` apart from `reference`. `named` are the players told apart, each a
/// list of instruments; empty for every instrument by itself.
pub fn players(
    reference: &Scenario,
    package: &Scenario,
    named: &[Vec<String>],
    until: Month,
) -> Result<Vec<Player>, AttributionError> {
    let start = reference.region.start.plus(-(reference.params.spin_up as i32));
    let differ = changed_instruments(&reference.policy, &package.policy, start, until);
    let environment = reference.region != package.region || reference.params != package.params;
    let ids = |places: &[usize]| -> Vec<&'static str> {
        places.iter().map(|&i| INSTRUMENTS[i].spec().id).collect()
    };
    if differ.is_empty() && !environment {
        return Err(AttributionError::Same(package.id.clone(), until));
    }
    let mut out: Vec<Player> = Vec::new();
    let mut left = differ.clone();
    for group in named {
        let mut places = Vec::new();
        for id in group {
            let known = ids(&differ);
            let Some(at) = known.iter().position(|k| k == id) else {
                let near = known
                    .iter()
                    .copied()
                    .max_by(|a, b| strsim::jaro_winkler(a, id).total_cmp(&strsim::jaro_winkler(b, id)));
                let near = near.filter(|n| strsim::jaro_winkler(n, id) > 0.75);
                return Err(AttributionError::Unknown { id: id.clone(), near, differ: known });
            };
            if !left.contains(&differ[at]) {
                return Err(AttributionError::Twice(id.clone()));
            }
            left.retain(|&i| i != differ[at]);
            places.push(differ[at]);
        }
        out.push(player(places, None));
    }
    match named.is_empty() {
        true => out.extend(left.into_iter().map(|i| player(vec![i], None))),
        false if !left.is_empty() => out.push(player(left, Some((REST, "其余工具", "other instruments")))),
        false => {}
    }
    if environment {
        let names = Some((ENVIRONMENT, "环境与参数", "environment and parameters"));
        out.push(Player { environment: true, ..player(Vec::new(), names) });
    }
    match out.len() {
        n if n <= MOST => Ok(out),
        _ if named.is_empty() => Err(AttributionError::TooMany(ids(&differ))),
        n => Err(AttributionError::TooManyNamed(n)),
    }
}

fn player(instruments: Vec<usize>, names: Option<(&str, &str, &str)>) -> Player {
    let joined = |of: fn(usize) -> &'static str, by: &str| {
        instruments.iter().map(|&i| of(i)).collect::<Vec<_>>().join(by)
    };
    let (id, zh, en) = match names {
        Some((id, zh, en)) => (id.to_owned(), zh.to_owned(), en.to_owned()),
        None => (
            joined(|i| INSTRUMENTS[i].spec().id, "+"),
            joined(|i| INSTRUMENTS[i].spec().zh, "＋"),
            joined(|i| INSTRUMENTS[i].spec().en, " + "),
        ),
    };
    Player { id, zh, en, instruments, environment: false }
}

/// Every combination of players as a scenario: place `s` has those whose bits are set in `s`; the first is the
/// reference, the last the package.
pub fn combinations(reference: &Scenario, package: &Scenario, players: &[Player]) -> Vec<Scenario> {
    let all = (1usize << players.len()) - 1;
    let one = |s: usize| {
        let of = || players.iter().enumerate().filter(move |(i, _)| s >> i & 1 == 1).map(|(_, p)| p);
        let mut mixed = if s == all { package.clone() } else { reference.clone() };
        mixed.reference = None;
        if s != 0 && s != all {
            for &i in of().flat_map(|p| &p.instruments) {
                mixed.policy.instruments[i] = package.policy.instruments[i].clone();
            }
            if of().any(|p| p.environment) {
                mixed.region = package.region.clone();
                mixed.params = package.params.clone();
            }
            let joined = |name: fn(&Player) -> &str, by: &str| of().map(name).collect::<Vec<_>>().join(by);
            mixed.id = format!("{}:{}", package.id, joined(|p| &p.id, ","));
            mixed.title_zh = joined(|p| &p.zh, "、");
            mixed.title_en = joined(|p| &p.en, ", ");
        }
        mixed
    };
    (0..=all).map(one).collect()
}

/// The tables of an attribution; arms of the plan are the combinations in their order.
pub struct Attribution<'a> {
    pub plan: &'a Plan,
    pub replications: &'a [Replication],
    pub players: &'a [Player],
    pub level: Level,
}

impl Attribution<'_> {
    /// District indicators told: the headline ones.
    fn outcomes() -> impl Iterator<Item = (usize, &'static Metric)> {
        METRICS.iter().enumerate().filter(|(_, m)| m.headline)
    }

    /// Years reported in full from the first difference on.
    fn years(&self) -> impl Iterator<Item = (usize, i32)> {
        let first = self.plan.arms.iter().filter_map(|a| a.first_change).min();
        let from = first.map_or(i32::MAX, |m| m.year());
        self.plan.grid.years().enumerate().filter(move |(_, year)| *year >= from)
    }

    /// Worth of every combination in each replication.
    fn worths(&self, metric: usize, year: usize) -> Vec<Vec<f64>> {
        let combinations = 1usize << self.players.len();
        let of = |r: &Replication| {
            (0..combinations).map(|s| r.run(s).map_or(f64::NAN, |run| run.year(year, metric))).collect()
        };
        self.replications.iter().map(of).collect()
    }

    /// Mean over replications of what `of` makes of a table of worths.
    fn estimate(&self, worths: &[Vec<f64>], of: impl Fn(&[f64]) -> f64) -> Option<Effect> {
        let pairs: Vec<(f64, f64)> = worths.iter().map(|w| (of(w), 0.0)).collect();
        paired(&pairs, &self.level)
    }

    /// `attribution.csv`: by outcome, year and player its share, its effect alone and as the last to join; the
    /// package itself as the last player.
    pub fn shares(&self, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        out.write_record([
            "variable",
            "period",
            "player",
            "n_pairs",
            "share",
            "share_se",
            "share_ci95_low",
            "share_ci95_high",
            "of_package",
            "alone",
            "alone_ci95_low",
            "alone_ci95_high",
            "last",
            "last_ci95_low",
            "last_ci95_high",
        ])?;
        for (metric, m) in Self::outcomes() {
            for (y, year) in self.years() {
                let worths = self.worths(metric, y);
                let all = (1usize << self.players.len()) - 1;
                let Some(package) = self.estimate(&worths, |w| w[all] - w[0]) else { continue };
                let settled = package.low > 0.0 || package.high < 0.0;
                for place in 0..=self.players.len() {
                    let player = self.players.get(place);
                    let bit = 1usize << place;
                    let [share, alone, last] = match player {
                        None => [Some(package); 3],
                        Some(_) => [
                            self.estimate(&worths, |w| shares(w)[place]),
                            self.estimate(&worths, |w| w[bit] - w[0]),
                            self.estimate(&worths, |w| w[all] - w[all & !bit]),
                        ],
                    };
                    let Some(share) = share else { continue };
                    let ends =
                        |e: Option<Effect>| e.map_or([f64::NAN; 3], |e| [e.mean, e.low, e.high]).map(number);
                    let part = if settled { share.mean / package.mean } else { f64::NAN };
                    let mut row = vec![
                        m.name.to_owned(),
                        year.to_string(),
                        player.map_or(PACKAGE, |p| p.id.as_str()).to_owned(),
                        share.n_pairs.to_string(),
                    ];
                    row.extend([share.mean, share.se, share.low, share.high, part].map(number));
                    row.extend(ends(alone).into_iter().chain(ends(last)));
                    out.write_record(row)?;
                }
            }
        }
        out.flush().map_err(Into::into)
    }

    /// `interactions.csv`: what two players do only together.
    pub fn interactions(&self, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        out.write_record([
            "variable",
            "period",
            "player",
            "with",
            "interaction",
            "se",
            "ci95_low",
            "ci95_high",
        ])?;
        if self.players.len() < 2 {
            return out.flush().map_err(Into::into);
        }
        for (metric, m) in Self::outcomes() {
            for (y, year) in self.years() {
                let tables: Vec<_> = self.worths(metric, y).iter().map(|w| interactions(w)).collect();
                let Some(first) = tables.first() else { continue };
                for (place, &(i, j, _)) in first.iter().enumerate() {
                    let pairs: Vec<(f64, f64)> = tables.iter().map(|t| (t[place].2, 0.0)).collect();
                    let Some(e) = paired(&pairs, &self.level) else { continue };
                    let ids = [i, j].map(|p| self.players[p].id.clone());
                    let mut row = vec![m.name.to_owned(), year.to_string()];
                    row.extend(ids.into_iter().chain([e.mean, e.se, e.low, e.high].map(number)));
                    out.write_record(row)?;
                }
            }
        }
        out.flush().map_err(Into::into)
    }

    /// `combinations.csv`: the effect of every combination against the reference.
    pub fn combinations(&self, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        out.write_record(["variable", "period", "players", "effect", "se", "ci95_low", "ci95_high"])?;
        for (metric, m) in Self::outcomes() {
            for (y, year) in self.years() {
                let worths = self.worths(metric, y);
                for s in 1..1usize << self.players.len() {
                    let Some(e) = self.estimate(&worths, |w| w[s] - w[0]) else { continue };
                    let of = self.players.iter().enumerate().filter(|(i, _)| s >> i & 1 == 1);
                    let ids: Vec<&str> = of.map(|(_, p)| p.id.as_str()).collect();
                    let mut row = vec![m.name.to_owned(), year.to_string(), ids.join(",")];
                    row.extend([e.mean, e.se, e.low, e.high].map(number));
                    out.write_record(row)?;
                }
            }
        }
        out.flush().map_err(Into::into)
    }
}
