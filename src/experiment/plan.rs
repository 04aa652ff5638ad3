//! What is to be simulated: the arms of an experiment, when each leaves the shared history, and
//! which months are recorded.
//!
//! An arm is one scenario, or a hidden helper that holds only the national and city part of a
//! mixed scenario (see `city`). How it is simulated is in `replicate`.

use std::sync::Arc;

use crate::metrics::{Column, METRICS, columns};
use crate::model::Inputs;
use crate::policy::{INSTRUMENTS, PolicySchedule, Scope};
use crate::units::{Lang, Month};
use crate::world::{PATHS, Region};

/// When an arm's history leaves that of its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divergence {
    /// Equal throughout.
    Never,
    /// Equal before this month.
    At(Month),
    /// Another population, parameters or spin-up: nothing is shared.
    Start,
}

/// How the city's path answers an arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CityShift {
    /// No national or city measure differs.
    Zero,
    /// Only national or city measures differ: by its own paired effect.
    Own,
    /// District measures or the environment differ too: by the effect of this hidden arm.
    Helper(usize),
}

/// One history to be simulated in every replication.
#[derive(Clone, Debug)]
pub struct Arm<I = Inputs> {
    pub id: String,
    pub inputs: I,
    /// Place of its reference among the arms; its own place if it has none.
    pub reference: usize,
    /// The arm whose history it shares longest; an earlier one.
    pub source: usize,
    /// From its source.
    pub divergence: Divergence,
    /// First month in which it differs from its own reference, as far as recorded.
    pub first_change: Option<Month>,
    /// The instrument in which alone it differs from its reference.
    pub only_instrument: Option<usize>,
    pub city: CityShift,
    pub hidden: bool,
}

/// Months recorded and reported, and the columns of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Months are recorded from here, so that costs since a change before `from` are counted.
    pub record_from: Month,
    pub from: Month,
    pub until: Month,
    pub columns: Vec<Column>,
}

impl Grid {
    /// Reported months.
    pub fn months(&self) -> impl Iterator<Item = Month> + use<> {
        (self.from.0..=self.until.0).map(Month)
    }
    /// Calendar years reported in full.
    pub fn years(&self) -> impl Iterator<Item = i32> + use<> {
        let (from, until) = (self.from, self.until);
        (from.year()..=until.year()).filter(move |&y| Month::new(y, 1) >= from && Month::new(y, 12) <= until)
    }
    /// Row of `month` among those recorded.
    pub fn row(&self, month: Month) -> usize {
        month.since(self.record_from).max(0) as usize
    }
}

/// A planned experiment. Arms fork from each other where they leave a shared history; the first shares none.
#[derive(Clone, Debug)]
pub struct Plan<I = Inputs> {
    pub arms: Vec<Arm<I>>,
    pub grid: Grid,
    pub seed: u64,
    /// First month of the spin-up.
    pub start: Month,
    /// City-wide response to national and city measures over the district's own.
    pub city_beta: f64,
    /// Whether the same borrowers' credit is compared between worlds (`additional`).
    pub credit: bool,
}

impl<I> Plan<I> {
    /// Bytes of numbers that one replication leaves in memory until the tables are written.
    pub fn bytes_kept(&self) -> u64 {
        let months = self.grid.until.since(self.grid.record_from).max(-1) as u64 + 1;
        let values =
            months * METRICS.len() as u64 + (self.grid.years().count() * self.grid.columns.len()) as u64;
        self.arms.len() as u64 * values * size_of::<f64>() as u64
    }

    /// Months of simulation one replication takes, forks sharing the trunk.
    pub fn month_work(&self) -> u64 {
        let length = |from: Month| (self.grid.until.since(from) + 1).max(0) as u64;
        let one = |arm: &Arm<I>| match arm.divergence {
            Divergence::Never => 0,
            Divergence::At(m) => length(m),
            Divergence::Start => length(self.start),
        };
        length(self.start) + self.arms.iter().skip(1).map(one).sum::<u64>()
    }
}

/// What a scenario brings to a plan.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: String,
    pub inputs: Inputs,
    /// Id of its own reference, if another than the first scenario.
    pub reference: Option<String>,
}

/// A scenario names a reference that is not among the scenarios.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("scenario `{id}` is compared with `{reference}`, which is not among the scenarios")]
pub struct UnknownReference {
    pub id: String,
    pub reference: String,
}

impl UnknownReference {
    /// The message in either language.
    pub fn message(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => format!("方案 `{}` 的对照 `{}` 不在所给方案之中", self.id, self.reference),
            Lang::En => self.to_string(),
        }
    }
}

/// Plans the experiment whose first entry is the reference of all that name no other.
pub fn plan(entries: Vec<Entry>, seed: u64, from: Month, until: Month) -> Result<Plan, UnknownReference> {
    let place = |entry: &Entry| match &entry.reference {
        None => Ok(0),
        Some(id) => entries
            .iter()
            .position(|e| &e.id == id)
            .ok_or_else(|| UnknownReference { id: entry.id.clone(), reference: id.clone() }),
    };
    let references = entries.iter().map(place).collect::<Result<Vec<_>, _>>()?;
    let mut arms: Vec<Arm> = Vec::with_capacity(entries.len());
    let mut helpers: Vec<Arm> = Vec::new();
    let Some(trunk) = entries.first().map(|e| e.inputs.clone()) else {
        let grid = Grid { record_from: from, from, until, columns: Vec::new() };
        return Ok(Plan { arms, grid, seed, start: from, city_beta: 0.0, credit: true });
    };
    let visible = entries.len();
    for (at, entry) in entries.iter().enumerate() {
        let reference = if at == 0 { 0 } else { references[at] };
        let base = &entries[reference].inputs;
        let apart = divergence(base, &entry.inputs, until);
        let changed = changed_instruments(&base.policy, &entry.inputs.policy, start(base), until);
        let pure = same_but_policy(base, &entry.inputs, until);
        let wide: Vec<usize> = changed.iter().copied().filter(|&i| is_wide(i)).collect();
        let city = if wide.is_empty() {
            CityShift::Zero
        } else if pure && wide.len() == changed.len() {
            CityShift::Own
        } else {
            let inputs = with_policies(base, &entry.inputs.policy, &wide);
            // A scenario may already be just that part.
            let is_it = |(place, e): (usize, &Entry)| {
                place > 0
                    && references[place] == reference
                    && e.inputs.policy == inputs.policy
                    && same_but_policy(&inputs, &e.inputs, until)
            };
            let known = entries.iter().enumerate().position(is_it);
            let known = known.or_else(|| {
                let same = |h: &Arm| {
                    h.reference == reference
                        && h.inputs.policy == inputs.policy
                        && same_but_policy(&inputs, &h.inputs, until)
                };
                helpers.iter().position(same).map(|place| visible + place)
            });
            let id = format!("{}+city", entry.id);
            let helper = || Arm {
                id,
                source: 0,
                divergence: Divergence::Start,
                inputs,
                reference,
                first_change: None,
                only_instrument: None,
                city: CityShift::Own,
                hidden: true,
            };
            CityShift::Helper(known.unwrap_or_else(|| {
                helpers.push(helper());
                visible + helpers.len() - 1
            }))
        };
        arms.push(Arm {
            id: entry.id.clone(),
            inputs: entry.inputs.clone(),
            reference,
            source: 0,
            divergence: Divergence::Start,
            first_change: match apart {
                Divergence::Never => None,
                Divergence::At(m) => Some(m),
                Divergence::Start => Some(base.region.start),
            },
            only_instrument: match changed[..] {
                [one] if pure => Some(one),
                _ => None,
            },
            city,
            hidden: false,
        });
    }
    arms.append(&mut helpers);
    share(&mut arms, until);
    let earliest = arms.iter().filter_map(|a| a.first_change).min().unwrap_or(from);
    let record_from = from.min(earliest.max(trunk.region.start));
    let grid = Grid { record_from, from, until, columns: columns(&trunk.region) };
    Ok(Plan { arms, grid, seed, start: start(&trunk), city_beta: trunk.params.city_beta, credit: true })
}

/// How many arms may fork from one another in a chain; one world more than that lives in a thread at a time.
const DEEPEST: u32 = 3;

/// Finds for every arm the earlier arm that it shares the longest history with. Of equals it is the first, so an arm
/// always leaves its source after that has left its own.
fn share(arms: &mut [Arm], until: Month) {
    let rank = |d: Divergence| match d {
        Divergence::Start => None,
        Divergence::At(m) => Some((0, m)),
        Divergence::Never => Some((1, until)),
    };
    let mut depths = vec![0; arms.len()];
    for arm in 1..arms.len() {
        let (before, rest) = arms.split_at_mut(arm);
        let own = &mut rest[0];
        for (source, other) in before.iter().enumerate() {
            // What equals another throughout is no world of its own.
            if depths[source] >= DEEPEST || other.divergence == Divergence::Never && source > 0 {
                continue;
            }
            let apart = divergence(&other.inputs, &own.inputs, until);
            if rank(apart) > rank(own.divergence) {
                (own.source, own.divergence) = (source, apart);
            }
        }
        if own.divergence != Divergence::Start {
            depths[arm] = depths[own.source] + 1;
        }
    }
}

/// First month of the spin-up.
pub fn start(inputs: &Inputs) -> Month {
    inputs.region.start.plus(-(inputs.params.spin_up as i32))
}

/// When `other` leaves the history of `base`. A difference in or before the first dated month
/// reaches back into the spin-up, which holds that month's inputs, so nothing is shared then.
pub fn divergence(base: &Inputs, other: &Inputs, until: Month) -> Divergence {
    if !Arc::ptr_eq(&base.params, &other.params) && base.params != other.params
        || base.thinning != other.thinning
        || !same_district(&base.region, &other.region)
    {
        return Divergence::Start;
    }
    let policy = base.policy.first_difference(&other.policy, start(base), until);
    let paths = paths_differ(&base.region, &other.region, until);
    match policy.into_iter().chain(paths).min() {
        None => Divergence::Never,
        Some(m) if m <= base.region.start => Divergence::Start,
        Some(m) => Divergence::At(m),
    }
}

fn same_but_policy(base: &Inputs, other: &Inputs, until: Month) -> bool {
    base.params == other.params
        && base.thinning == other.thinning
        && same_district(&base.region, &other.region)
        && paths_differ(&base.region, &other.region, until).is_none()
}

/// Equal in everything but the dated paths.
fn same_district(a: &Arc<Region>, b: &Arc<Region>) -> bool {
    Arc::ptr_eq(a, b)
        || (a.id == b.id
            && a.start == b.start
            && a.townships == b.townships
            && a.sectors == b.sectors
            && a.lenders == b.lenders
            && a.guarantors == b.guarantors)
}

/// First month in which any dated path differs.
fn paths_differ(a: &Arc<Region>, b: &Arc<Region>, until: Month) -> Option<Month> {
    if Arc::ptr_eq(a, b) || a.paths == b.paths {
        return None;
    }
    let differ = |m: Month| {
        (0..PATHS.len()).any(|i| {
            let (x, y) = (a.paths.get(i), b.paths.get(i));
            x.len() != y.len() || x.iter().zip(y).any(|(p, q)| p.at(m).to_bits() != q.at(m).to_bits())
        })
    };
    (a.start.0..=until.0).map(Month).find(|&m| differ(m))
}

/// Instruments whose values in force differ in any month.
pub fn changed_instruments(a: &PolicySchedule, b: &PolicySchedule, from: Month, until: Month) -> Vec<usize> {
    (0..INSTRUMENTS.len()).filter(|&i| a.differs(b, i, from, until).is_some()).collect()
}

fn is_wide(instrument: usize) -> bool {
    INSTRUMENTS[instrument].spec().scope != Scope::District
}

/// `base` with the listed instruments as in `policy`.
fn with_policies(base: &Inputs, policy: &PolicySchedule, which: &[usize]) -> Inputs {
    let mut mixed = (*base.policy).clone();
    for &i in which {
        mixed.instruments[i] = policy.instruments[i].clone();
    }
    Inputs { policy: Arc::new(mixed), ..base.clone() }
}

#[cfg(test)]
mod tests {
    use super::super::toy::{START, inputs, with};
    use super::*;

    const UNTIL: Month = Month::new(2020, 12);
    const FROM: Month = Month::new(2019, 1);

    fn entry(id: &str, inputs: Inputs, reference: Option<&str>) -> Entry {
        Entry { id: id.into(), inputs, reference: reference.map(Into::into) }
    }

    #[test]
    fn history_is_shared_up_to_the_first_difference() {
        let base = with(&inputs(), "npl_tolerance", 0, START, 0.01);
        let m = Month::new(2019, 5);
        let other = with(&base, "npl_tolerance", 0, m, 0.03);
        assert_eq!(divergence(&base, &base.clone(), UNTIL), Divergence::Never);
        assert_eq!(divergence(&base, &other, UNTIL), Divergence::At(m));
        assert_eq!(divergence(&base, &other, Month::new(2019, 4)), Divergence::Never);
        let thin = Inputs { thinning: 10, ..base.clone() };
        assert_eq!(divergence(&base, &thin, UNTIL), Divergence::Start);
        // The spin-up holds the first month's inputs.
        let at_start = with(&base, "npl_tolerance", 0, START, 0.03);
        assert_eq!(divergence(&base, &at_start, UNTIL), Divergence::Start);
    }

    #[test]
    fn mixed_scenarios_bring_a_helper_with_their_national_part() {
        let m = Month::new(2019, 5);
        let base = with(&with(&inputs(), "npl_tolerance", 0, START, 0.0), "guarantee_chain", 0, START, 0.0);
        let national = with(&base, "npl_tolerance", 0, m, 0.03);
        let district = with(&base, "guarantee_chain", 0, m, 0.01);
        let mixed = with(&national, "guarantee_chain", 0, Month::new(2019, 3), 0.01);
        let apart = |fee| with(&with(&base, "npl_tolerance", 0, m, 0.04), "guarantee_chain", 0, m, fee);
        let entries = vec![
            entry("base", base.clone(), None),
            entry("national", national, None),
            entry("district", district, None),
            entry("mixed", mixed.clone(), None),
            entry("mixed-again", mixed, Some("national")),
            entry("apart", apart(0.01), None),
            entry("apart-too", apart(0.02), None),
        ];
        let plan = plan(entries, 1, Month::new(2019, 6), UNTIL).unwrap();
        let city: Vec<CityShift> = plan.arms.iter().map(|a| a.city).collect();
        use CityShift::{Helper, Own, Zero};
        // The national part of one is a scenario of its own, two others share a helper.
        assert_eq!(city, [Zero, Own, Zero, Helper(1), Zero, Helper(7), Helper(7), Own]);
        assert!(plan.arms[7].hidden && plan.arms.len() == 8);
        assert_eq!(plan.arms[7].divergence, Divergence::At(m));
        assert_eq!(plan.arms[4].reference, 1);
        assert_eq!(plan.arms[4].first_change, Some(Month::new(2019, 3)));
        assert_eq!(plan.arms[1].only_instrument, crate::policy::instrument_index("npl_tolerance"));
        assert_eq!(plan.arms[3].only_instrument, None);
        // Costs before the first reported month are recorded too.
        assert_eq!(plan.grid.record_from, Month::new(2019, 3));
    }

    #[test]
    fn years_are_reported_only_in_full_and_references_must_be_there() {
        let months = |from, until| Grid { record_from: from, from, until, columns: Vec::new() };
        let years: Vec<i32> = months(FROM.plus(1), Month::new(2022, 11)).years().collect();
        assert_eq!(years, [2020, 2021]);
        let lost = vec![entry("a", inputs(), None), entry("b", inputs(), Some("c"))];
        assert!(plan(lost, 1, FROM, UNTIL).is_err());
    }
}
