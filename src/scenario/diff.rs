//! What differs between two scenarios: the first month, and in words.

use super::Scenario;
use crate::units::Month;

impl Scenario {
    /// Months before the region's start that the model simulates to warm up.
    fn run_start(&self) -> Month {
        let spin_up = self.params.spin_up;
        let months = if spin_up.is_finite() { spin_up.clamp(0.0, 1200.0).ceil() as i32 } else { 0 };
        self.region.start.plus(-months)
    }

    /// First month in which the two may differ, up to `until`: the start of the run where
    /// parameters, the pack or values at the region's start differ (the spin-up holds those), else
    /// the first month in which a policy or path in force differs.
    pub fn first_difference(&self, other: &Scenario, until: Month) -> Option<Month> {
        let start = self.run_start().min(other.run_start());
        let (a, b) = (&*self.region, &*other.region);
        let same_pack = std::ptr::eq(a, b)
            || (a.id == b.id
                && a.start == b.start
                && a.townships == b.townships
                && a.sectors == b.sectors
                && a.lenders == b.lenders
                && a.guarantors == b.guarantors);
        if !same_pack || self.params != other.params {
            return Some(start);
        }
        let policy = self.policy.first_difference(&other.policy, start, until);
        let paths = || {
            (start.0..=until.0).map(Month).find(|&m| {
                (0..crate::world::PATHS.len()).any(|i| {
                    let (a, b) = (a.paths.get(i), b.paths.get(i));
                    a.len() != b.len() || a.iter().zip(b).any(|(a, b)| a.at(m) != b.at(m))
                })
            })
        };
        let paths = if std::ptr::eq(a, b) { None } else { paths() };
        let first = policy.into_iter().chain(paths).min()?;
        Some(if first <= a.start { start } else { first })
    }
}
