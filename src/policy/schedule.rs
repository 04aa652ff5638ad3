//! Dated values of all instruments: what the user wrote, resolved, and looked up by month.
//! What a phase gets to see of policy is one `PolicyMonth`, which asks the instruments in the order
//! of the table. Reading scenario files is the business of `scenario`.

use crate::units::Month;

use crate::world::{Class, Product};

use super::{
    CellAsk, ClassifyAnswer, FeeAsk, FeeSubsidy, GrantAnswer, INSTRUMENTS, Incentive, Instrument, LossShares,
    MarkedAnswer, NeedAnswer, QuarterAsk, QuoteAnswer, QuoteAsk, RationAnswer, ReachAnswer, RelieveAnswer,
    RelieveAsk, SeeAnswer, SteadyAnswer, SteadyAsk, SubsidyAnswer, SubsidyAsk, Values,
};

/// A step function of time: sorted `(from, value)`; before the first date the neutral value holds.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Timeline(pub Vec<(Month, f64)>);

impl Timeline {
    /// The value in force in `month`, if any date has come.
    pub fn at(&self, month: Month) -> Option<f64> {
        self.0.iter().rev().find(|(from, _)| *from <= month).map(|&(_, v)| v)
    }
}

/// Dated settings of one instrument, in the order of its spec.
#[derive(Clone, Debug, PartialEq)]
pub struct InstrumentSchedule {
    /// 1 while switched on; a scenario with no table for the instrument leaves it off.
    pub enabled: Timeline,
    pub settings: Vec<Timeline>,
}

/// All instruments over all time, in the order of [`INSTRUMENTS`].
#[derive(Clone, Debug, PartialEq)]
pub struct PolicySchedule {
    pub instruments: Vec<InstrumentSchedule>,
}

/// All instruments in one month.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyMonth {
    pub month: Month,
    pub instruments: Vec<Values>,
}

impl PolicySchedule {
    /// No instrument anywhere.
    pub fn neutral() -> Self {
        let instruments = INSTRUMENTS
            .iter()
            .map(|i| InstrumentSchedule {
                enabled: Timeline::default(),
                settings: vec![Timeline::default(); i.spec().settings.len()],
            })
            .collect();
        PolicySchedule { instruments }
    }

    /// The values in force in `month`; a switched-off instrument has its neutral values.
    pub fn at(&self, month: Month) -> PolicyMonth {
        let each = INSTRUMENTS.iter().zip(&self.instruments);
        let instruments = each.map(|(instrument, dated)| in_force(*instrument, dated, month)).collect();
        PolicyMonth { month, instruments }
    }

    /// The values of one instrument in force in `month`.
    pub fn of(&self, instrument: usize, month: Month) -> Values {
        in_force(INSTRUMENTS[instrument], &self.instruments[instrument], month)
    }

    /// First month in `from..=until` in which the two differ in any value in force.
    pub fn first_difference(&self, other: &Self, from: Month, until: Month) -> Option<Month> {
        (0..self.instruments.len()).filter_map(|i| self.differs(other, i, from, until)).min()
    }

    /// The same for one instrument.
    pub fn differs(&self, other: &Self, instrument: usize, from: Month, until: Month) -> Option<Month> {
        let (a, b) = (&self.instruments[instrument], &other.instruments[instrument]);
        if a == b {
            return None;
        }
        // Values are steps of time: they can part only where one of them has a date.
        let lines = [a, b].into_iter().flat_map(|s| std::iter::once(&s.enabled).chain(&s.settings));
        let dates = lines.flat_map(|line| line.0.iter().map(|(m, _)| *m));
        let mut dates: Vec<Month> = dates.filter(|m| *m > from && *m <= until).collect();
        dates.push(from);
        dates.sort_unstable();
        dates.dedup();
        let of = |dated: &InstrumentSchedule, m| in_force(INSTRUMENTS[instrument], dated, m);
        dates.into_iter().filter(|m| *m <= until).find(|&m| of(a, m) != of(b, m))
    }
}

/// Values of one instrument in a month; its neutral ones while it is switched off.
fn in_force(instrument: &dyn Instrument, dated: &InstrumentSchedule, month: Month) -> Values {
    let enabled = dated.enabled.at(month).is_some_and(|v| v != 0.0);
    let value = |(s, line): (&super::Setting, &Timeline)| match enabled {
        true => line.at(month).unwrap_or(s.neutral),
        false => s.neutral,
    };
    Values { enabled, values: instrument.spec().settings.iter().zip(&dated.settings).map(value).collect() }
}

/// The doors of a month: every instrument that is switched on is asked in the order of the table.
impl PolicyMonth {
    fn active(&self) -> impl Iterator<Item = (&'static dyn Instrument, &Values)> {
        INSTRUMENTS.iter().copied().zip(&self.instruments).filter(|(_, v)| v.enabled)
    }

    pub fn reach(&self, ask: &CellAsk) -> ReachAnswer {
        let mut out = ReachAnswer::default();
        self.active().for_each(|(i, v)| i.reach(v, ask, &mut out));
        out
    }

    pub fn see(&self, ask: &CellAsk) -> SeeAnswer {
        let mut out = SeeAnswer::default();
        self.active().for_each(|(i, v)| i.see(v, ask, &mut out));
        out
    }

    pub fn mark(&self, class: Class) -> MarkedAnswer {
        let mut out = MarkedAnswer::default();
        self.active().for_each(|(i, v)| i.mark(v, class, &mut out));
        out
    }

    pub fn quote(&self, ask: &QuoteAsk) -> QuoteAnswer {
        let mut out = QuoteAnswer::default();
        self.active().for_each(|(i, v)| i.quote(v, ask, &mut out));
        out
    }

    pub fn incentive(&self, ask: &QuarterAsk) -> Incentive {
        let add = |a: Incentive, b: Incentive| Incentive { claim: a.claim + b.claim, room: a.room + b.room };
        self.active().map(|(i, v)| i.incentive(v, ask)).fold(Incentive::default(), add)
    }

    pub fn fee_subsidy(&self, ask: &FeeAsk) -> FeeSubsidy {
        let mut out = FeeSubsidy::default();
        self.active().for_each(|(i, v)| i.fee_subsidy(v, ask, &mut out));
        out
    }

    pub fn relieve(&self, ask: &RelieveAsk) -> RelieveAnswer {
        let mut out = RelieveAnswer::default();
        self.active().for_each(|(i, v)| i.relieve(v, ask, &mut out));
        out
    }

    pub fn subsidise(&self, ask: &SubsidyAsk) -> SubsidyAnswer {
        let mut out = SubsidyAnswer::default();
        self.active().for_each(|(i, v)| i.subsidise(v, ask, &mut out));
        out
    }

    pub fn steady(&self, ask: &SteadyAsk) -> SteadyAnswer {
        let mut out = SteadyAnswer::default();
        self.active().for_each(|(i, v)| i.steady(v, ask, &mut out));
        out
    }

    pub fn indemnify(&self, product: Product) -> LossShares {
        let mut out = LossShares::default();
        self.active().for_each(|(i, v)| i.indemnify(v, product, &mut out));
        out
    }

    pub fn need(&self) -> NeedAnswer {
        let mut out = NeedAnswer::default();
        self.active().for_each(|(i, v)| i.need(v, &mut out));
        out
    }

    pub fn ration(&self) -> RationAnswer {
        let mut out = RationAnswer::default();
        self.active().for_each(|(i, v)| i.ration(v, &mut out));
        out
    }

    pub fn classify(&self) -> ClassifyAnswer {
        let mut out = ClassifyAnswer::default();
        self.active().for_each(|(i, v)| i.classify(v, &mut out));
        out
    }

    pub fn grant(&self) -> GrantAnswer {
        let mut out = GrantAnswer::default();
        self.active().for_each(|(i, v)| i.grant(v, &mut out));
        out
    }
}
