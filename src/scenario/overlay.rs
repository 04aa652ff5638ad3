//! How the files of a chain are laid over each other.
//!
//! A dated list in a delta keeps its ancestor's timeline before the list's first date and replaces
//! it from that date on; a single value replaces all of it. A file that has an instrument's table
//! switches the instrument on, unless it says `enabled` itself or an ancestor dated `enabled`.

use std::sync::Arc;

use super::document::{Document, Target, WrittenValue};
use crate::policy::{PolicySchedule, Timeline};
use crate::units::Month;
use crate::world::{Interpolation, Path};

/// The date that stands for "from the start of the run, whenever that is".
pub const ALWAYS: Month = Month::new(1900, 1);
/// The policy of a chain of files, oldest first.
pub(super) fn resolve_policy(layers: &[Arc<Document>]) -> PolicySchedule {
    let mut policy = PolicySchedule::neutral();
    for doc in layers {
        for entry in &doc.entries {
            match entry.target {
                Target::Enabled { instrument } => {
                    overlay(&mut policy.instruments[instrument].enabled, &entry.value);
                }
                Target::Setting { instrument, setting } => {
                    overlay(&mut policy.instruments[instrument].settings[setting], &entry.value);
                }
                Target::Param { .. } | Target::Path { .. } => {}
            }
        }
        for (instrument, ..) in &doc.mentions {
            let says = doc.entries.iter().any(|e| e.target == Target::Enabled { instrument: *instrument });
            let enabled = &mut policy.instruments[*instrument].enabled;
            if !says && enabled.0.iter().all(|(_, v)| *v == 0.0) {
                *enabled = Timeline(vec![(ALWAYS, 1.0)]);
            }
        }
    }
    policy
}

/// Lays what a file says over its ancestor's timeline.
pub(super) fn overlay(line: &mut Timeline, value: &WrittenValue) {
    match value {
        WrittenValue::Always(v) => line.0 = vec![(ALWAYS, *v)],
        WrittenValue::Dated(dated) => {
            let first = dated.first().map_or(ALWAYS, |d| d.from);
            line.0.retain(|(from, _)| *from < first);
            line.0.extend(dated.iter().map(|d| (d.from, d.value)));
        }
    }
}

/// The same for a path of the pack. A linear path keeps its months before the first date exactly:
/// the stretch up to it is written out, lest the new values bend it.
pub(super) fn overlay_path(path: &mut Path, value: &WrittenValue) {
    match value {
        WrittenValue::Always(v) => path.points = vec![(ALWAYS, *v)],
        WrittenValue::Dated(dated) => {
            let first = dated.first().map_or(ALWAYS, |d| d.from);
            let kept = path.points.partition_point(|(from, _)| *from < first);
            let mut points = path.points[..kept].to_vec();
            if path.interpolation == Interpolation::Linear
                && let Some(&(last, _)) = points.last()
            {
                points.extend((last.0 + 1..first.0).map(Month).map(|m| (m, path.at(m))));
            }
            points.extend(dated.iter().map(|d| (d.from, d.value)));
            path.points = points;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::walk::Dated;
    use super::*;

    fn dated(list: &[(i32, f64)]) -> WrittenValue {
        let one = |&(year, value): &(i32, f64)| Dated { from: Month::new(year, 1), value, source: None };
        WrittenValue::Dated(list.iter().map(one).collect())
    }

    #[test]
    fn a_linear_path_does_not_bend_before_the_first_new_date() {
        let points = vec![(Month::new(2020, 1), 1.0), (Month::new(2024, 1), 2.0)];
        let old = Path { points, interpolation: Interpolation::Linear };
        let mut new = old.clone();
        overlay_path(&mut new, &dated(&[(2022, 5.0), (2023, 6.0)]));
        for m in (Month::new(2019, 1).0..Month::new(2022, 1).0).map(Month) {
            assert_eq!(new.at(m).to_bits(), old.at(m).to_bits(), "{m}");
        }
        assert_eq!((new.at(Month::new(2022, 7)), new.at(Month::new(2030, 1))), (5.5, 6.0));
        // Nothing of the pack is left where the list begins before the pack.
        overlay_path(&mut new, &dated(&[(2019, 3.0)]));
        assert_eq!(new.points, [(Month::new(2019, 1), 3.0)]);
    }

    #[test]
    fn later_dates_of_the_ancestor_are_dropped() {
        let mut line = Timeline(vec![(Month::new(2019, 1), 1.0), (Month::new(2025, 1), 0.0)]);
        overlay(&mut line, &dated(&[(2022, 2.0)]));
        assert_eq!(line.0, [(Month::new(2019, 1), 1.0), (Month::new(2022, 1), 2.0)]);
        overlay(&mut line, &WrittenValue::Always(3.0));
        assert_eq!(line.0, [(ALWAYS, 3.0)]);
    }
}
