//! Additional credit and deadweight: the same borrowers in a scenario's world and in its reference's, under
//! the same luck, at the last month-end.
//!
//! A borrower's credit in excess of what it has in the reference world is additional; the rest of what
//! stands on an instrument's terms would have been lent anyway: deadweight. Who has less than in the
//! reference world was crowded out. `additional.csv` is written from this; money paid is in `flows.rs`.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::metrics::{Credit, ON_TERMS, Payer, metric_index};
use crate::world::{CLASSES, Class};

use super::estimate::{Effect, cost, paired, ratio};
use super::tables::{Sink, Tables, number};

/// Groups of borrowers: everybody, each class, each instrument with loans of its own.
pub const GROUPS: usize = 1 + CLASSES + ON_TERMS.len();

/// What becomes of one group's credit between two worlds. Borrowers are weighed, amounts are fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Borrowers and credit in the scenario's world.
    pub borrowers: i64,
    pub credit: i64,
    /// Of these, borrowers without credit in the reference world, and credit beyond what they have there.
    pub borrowers_gained: i64,
    pub credit_gained: i64,
    /// Borrowers with credit in the reference world only, and credit they or others have less than there.
    /// Zero for instruments: their groups are formed in the scenario's world.
    pub borrowers_lost: i64,
    pub credit_lost: i64,
}

/// One [`Shift`] a group, from two lists in the order of ids.
pub fn shifts(own: &[Credit], reference: &[Credit]) -> Vec<Shift> {
    let mut out = vec![Shift::default(); GROUPS];
    let (mut own, mut reference) = (own.iter().peekable(), reference.iter().peekable());
    loop {
        // The borrower with the lowest id left, in either world or both.
        let (mine, theirs) = match (own.peek(), reference.peek()) {
            (None, None) => return out,
            (Some(_), None) => (own.next(), None),
            (None, Some(_)) => (None, reference.next()),
            (Some(a), Some(b)) => match a.id.cmp(&b.id) {
                Ordering::Less => (own.next(), None),
                Ordering::Greater => (None, reference.next()),
                Ordering::Equal => (own.next(), reference.next()),
            },
        };
        let fen = |c: Option<&Credit>| c.map_or(0, |c| c.fen);
        let more = fen(mine) - fen(theirs);
        if let Some(c) = mine {
            let weight = i64::from(c.weight);
            let on_terms = (0..ON_TERMS.len()).filter(|k| c.terms >> k & 1 == 1).map(|k| 1 + CLASSES + k);
            for g in [0, 1 + usize::from(c.class)].into_iter().chain(on_terms) {
                let s = &mut out[g];
                s.borrowers += weight;
                s.credit += c.fen;
                s.borrowers_gained += if theirs.is_none() { weight } else { 0 };
                s.credit_gained += more.max(0);
            }
        }
        if let Some(c) = theirs {
            for g in [0, 1 + usize::from(c.class)] {
                let s = &mut out[g];
                s.borrowers_lost += if mine.is_none() { i64::from(c.weight) } else { 0 };
                s.credit_lost += (-more).max(0);
            }
        }
    }
}

/// Type and name of a group.
fn group(g: usize) -> [&'static str; 2] {
    match g {
        0 => ["all", "all"],
        g if g <= CLASSES => ["class", Class::from_index(g - 1).id()],
        g => ["instrument", ON_TERMS[g - 1 - CLASSES]],
    }
}

impl<I> Tables<'_, I> {
    /// `additional.csv`: means over replications with intervals, at the last month reported.
    pub fn additional_credit(&self, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        out.write_record([
            "scenario_id",
            "baseline_id",
            "period",
            "group_type",
            "group_id",
            "variable",
            "unit",
            "n_pairs",
            "mean",
            "ci95_low",
            "ci95_high",
        ])?;
        let period = self.plan.grid.until.to_string();
        for (i, arm, reference) in self.compared() {
            let found: Vec<&[Shift]> = self.replications.iter().filter_map(|r| r.shifts(i)).collect();
            for g in 0..GROUPS {
                let of = |f: fn(&Shift) -> i64, per: f64| -> Vec<f64> {
                    found.iter().map(|s| f(&s[g]) as f64 / per).collect()
                };
                if of(|s| s.borrowers + s.borrowers_lost, 1.0).iter().all(|n| *n == 0.0) {
                    continue;
                }
                let mut row = |name: &str, unit: &str, effect: Option<Effect>| {
                    let Some(e) = effect else { return Ok(()) };
                    let [kind, id] = group(g);
                    let key = [&*arm.id, &*reference.id, &*period, kind, id, name, unit];
                    let pairs = e.n_pairs.to_string();
                    let rest = [e.mean, e.low, e.high].map(number);
                    out.write_record(
                        key.into_iter().chain([pairs.as_str()]).chain(rest.iter().map(String::as_str)),
                    )
                };
                let mean = |values: Vec<f64>| {
                    paired(&values.into_iter().map(|v| (v, 0.0)).collect::<Vec<_>>(), &self.level)
                };
                let yuan = 100.0;
                row("borrowers", "borrowers", mean(of(|s| s.borrowers, 1.0)))?;
                row("borrowers_gained", "borrowers", mean(of(|s| s.borrowers_gained, 1.0)))?;
                row("credit", "yuan", mean(of(|s| s.credit, yuan)))?;
                row("credit_gained", "yuan", mean(of(|s| s.credit_gained, yuan)))?;
                if g <= CLASSES {
                    row("borrowers_lost", "borrowers", mean(of(|s| s.borrowers_lost, 1.0)))?;
                    row("credit_lost", "yuan", mean(of(|s| s.credit_lost, yuan)))?;
                    let net = of(|s| s.borrowers_gained - s.borrowers_lost, 1.0);
                    row("borrowers_net", "borrowers", mean(net.clone()))?;
                    let net_credit = of(|s| s.credit_gained - s.credit_lost, yuan);
                    row("credit_net", "yuan", mean(net_credit.clone()))?;
                    if g == 0 {
                        let paid = self.public_cost(i);
                        let per = |gain: &[f64]| -> Vec<(f64, f64)> {
                            paid.iter().copied().zip(gain.iter().copied()).collect()
                        };
                        row("public_cost", "yuan", mean(paid.clone()))?;
                        row("public_cost_per_net_borrower", "yuan", cost(&per(&net), &self.level))?;
                        row("public_cost_per_net_yuan", "number", cost(&per(&net_credit), &self.level))?;
                    }
                } else {
                    row("credit_deadweight", "yuan", mean(of(|s| s.credit - s.credit_gained, yuan)))?;
                    let parts: Vec<(f64, f64)> =
                        of(|s| s.credit_gained, yuan).into_iter().zip(of(|s| s.credit, yuan)).collect();
                    row("additional_share", "share", ratio(&parts, &self.level))?;
                }
            }
        }
        self.costs_by_payer(out)?;
        out.flush().map_err(csv::Error::from)
    }

    /// Costs of all instruments by payer beyond the reference's, over the years reported.
    fn costs_by_payer(&self, out: &mut Sink<'_>) -> Result<(), csv::Error> {
        let period = self.plan.grid.until.to_string();
        for (i, arm, reference) in self.compared() {
            for payer in Payer::ALL {
                let of = |run: &super::reduce::RunData| -> f64 {
                    run.instruments.iter().map(|r| r.payers_fen[payer as usize]).sum::<i64>() as f64 / 100.0
                };
                let pairs = self.pairs(i, of);
                if pairs.iter().all(|(own, other)| own == other || own.is_nan() || other.is_nan()) {
                    continue;
                }
                let Some(e) = paired(&pairs, &self.level) else { continue };
                let key = [&*arm.id, &*reference.id, &*period, "payer", payer.name(), "cost", "yuan"];
                let pairs = e.n_pairs.to_string();
                let rest = [e.mean, e.low, e.high].map(number);
                out.write_record(
                    key.into_iter().chain([pairs.as_str()]).chain(rest.iter().map(String::as_str)),
                )?;
            }
        }
        Ok(())
    }

    /// Public cost beyond the reference's since the first change, yuan, of replications that have both.
    fn public_cost(&self, arm: usize) -> Vec<f64> {
        let Some(metric) = metric_index("public_cost") else { return Vec::new() };
        let grid = &self.plan.grid;
        let since = self.plan.arms[arm].first_change.unwrap_or(grid.from).max(grid.record_from);
        let rows = grid.row(since)..=grid.row(grid.until);
        let of = |run: &super::reduce::RunData| rows.clone().map(|row| run.month(row, metric)).sum::<f64>();
        let reference = self.plan.arms[arm].reference;
        let both = |r: &super::Replication| {
            r.shifts(arm)?;
            Some(of(r.run(arm)?) - of(r.run(reference)?))
        };
        self.replications.iter().filter_map(both).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loan(id: u32, class: usize, terms: u32, weight: u32, yuan: i64) -> Credit {
        Credit { id, class: class as u8, terms, weight, fen: yuan * 100 }
    }

    #[test]
    fn gains_and_losses_are_the_same_borrowers() {
        // 1 keeps its loan, 2 gets more under the chain, 3 is new with the fund, 4 loses part, 5 all.
        let reference =
            [loan(1, 0, 1, 1, 100), loan(2, 0, 0, 1, 50), loan(4, 1, 0, 1, 80), loan(5, 1, 0, 20, 60)];
        let own = [loan(1, 0, 1, 1, 100), loan(2, 0, 1, 1, 70), loan(3, 2, 2, 1, 30), loan(4, 1, 0, 1, 10)];
        let found = shifts(&own, &reference);
        let all = Shift {
            borrowers: 4,
            credit: 21_000,
            borrowers_gained: 1,
            credit_gained: 5_000,
            borrowers_lost: 20,
            credit_lost: 13_000,
        };
        assert_eq!(found[0], all);
        // The difference of the sums is gained less lost.
        let sum = |list: &[Credit]| list.iter().map(|c| c.fen).sum::<i64>();
        assert_eq!(all.credit_gained - all.credit_lost, sum(&own) - sum(&reference));
        let chain = found[1 + CLASSES];
        assert_eq!((chain.borrowers, chain.credit, chain.credit_gained), (2, 17_000, 2_000));
        assert_eq!((chain.borrowers_gained, chain.credit_lost), (0, 0));
        let fund = found[2 + CLASSES];
        assert_eq!((fund.credit, fund.credit_gained, fund.borrowers_gained), (3_000, 3_000, 1));
        // Classes add up to all.
        for f in [|s: &Shift| s.credit_gained, |s: &Shift| s.credit_lost, |s: &Shift| s.borrowers_lost] {
            assert_eq!(found[1..=CLASSES].iter().map(f).sum::<i64>(), f(&all));
        }
        // A world compared with itself has nothing to tell but its size.
        let same = shifts(&own, &own);
        assert!(same.iter().all(|s| s.credit_gained == 0 && s.credit_lost == 0 && s.borrowers_lost == 0));
    }
}
