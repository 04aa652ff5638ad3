//! What an estimate allows one to say: the one place where numbers become verbs.
//! The table, the forest plot and the page all ask here, so that no two of them disagree.
//! Intervals come from `effects.csv`; none is computed here. Rules: `docs/charts.md`, "Verbs".

use super::number::Kind;
use super::read::EffectRow;

/// Fewest pairs for a verdict: five differences of one sign happen by luck once in 16 times, six once in 32.
pub(super) const FEWEST_PAIRS: f64 = 6.0;
/// The outcome that exists only as an effect.
pub(super) const COST: &str = "cost_per_additional_yuan";
/// A difference below this share of the reference's level is dust, whatever its sign.
const DUST_OF_LEVEL: f64 = 1e-3;
/// The same for shares and rates: a hundredth of a percentage point.
const DUST_OF_SHARE: f64 = 1e-4;

/// What may be said of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Increases,
    Decreases,
    MayIncrease,
    MayDecrease,
    Uncertain,
    /// The whole interval is too close to zero to matter.
    Negligible,
    /// Equal in every pair.
    NoDifference,
    /// Too few pairs to say anything.
    TooFew,
    /// A cost per additional yuan: a price, not a change.
    Priced,
    /// The quantity does not exist here: a cost per additional yuan where lending does not surely rise.
    Undefined,
}

impl Verdict {
    /// Plain when the 95% interval leaves out zero, "may" when four pairs in five agree on the sign, else
    /// uncertain. `level` is the reference's own value, NaN where unknown.
    pub fn of(row: &EffectRow, kind: Kind, level: f64) -> Verdict {
        let price = row.variable == COST;
        let interval = row.ci95_low.is_finite() && row.ci95_high.is_finite();
        let largest = row.ci95_low.abs().max(row.ci95_high.abs());
        let dust = match kind {
            Kind::Share | Kind::Points => DUST_OF_SHARE,
            Kind::Money { .. } | Kind::Count(_) => level.abs() * DUST_OF_LEVEL,
        };
        let up = row.effect_mean > 0.0;
        if !row.effect_mean.is_finite() {
            Verdict::Undefined
        } else if row.effect_mean == 0.0 && (!interval || largest == 0.0) {
            Verdict::NoDifference
        } else if !interval || row.n_pairs < FEWEST_PAIRS {
            Verdict::TooFew
        } else if price {
            Verdict::Priced
        } else if largest <= dust {
            Verdict::Negligible
        } else if row.ci95_low > 0.0 || row.ci95_high < 0.0 {
            if up { Verdict::Increases } else { Verdict::Decreases }
        } else if up && row.prob_positive >= 0.8 {
            Verdict::MayIncrease
        } else if !up && row.prob_positive <= 0.2 {
            Verdict::MayDecrease
        } else {
            Verdict::Uncertain
        }
    }

    /// The direction is known and large enough to name: a full dot.
    pub fn is_settled(self) -> bool {
        matches!(self, Verdict::Increases | Verdict::Decreases)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(n: f64, mean: f64, half: f64, p: f64) -> EffectRow {
        let text = format!(
            "scenario_id,baseline_id,region,group_type,group_id,period,variable,unit,n_pairs,effect_mean,ci95_low,ci95_high,prob_positive\n\
             a,b,r,all,all,2027,v,u,{n},{mean},{},{},{p}\n",
            mean - half,
            mean + half
        );
        csv::Reader::from_reader(text.as_bytes()).deserialize().next().unwrap().unwrap()
    }

    #[test]
    fn verbs_follow_the_evidence() {
        let money = Kind::Money { a_year: false };
        let of = |n, mean, half, p| Verdict::of(&row(n, mean, half, p), money, 1000.0);
        assert_eq!(of(16.0, 10.0, 4.0, 1.0), Verdict::Increases);
        assert_eq!(of(16.0, -10.0, 4.0, 0.0), Verdict::Decreases);
        assert_eq!(of(16.0, 10.0, 12.0, 0.85), Verdict::MayIncrease);
        assert_eq!(of(16.0, -10.0, 12.0, 0.2), Verdict::MayDecrease);
        assert_eq!(of(16.0, 10.0, 12.0, 0.7), Verdict::Uncertain);
        // Two pairs say nothing, however far from zero; neither does dust, however certain.
        assert_eq!(of(2.0, 10.0, 0.1, 1.0), Verdict::TooFew);
        assert_eq!(of(5.0, 10.0, 0.1, 1.0), Verdict::TooFew);
        assert_eq!(of(16.0, 0.5, 0.1, 1.0), Verdict::Negligible);
        assert_eq!(of(16.0, 0.0, 0.0, 0.5), Verdict::NoDifference);
        assert_eq!(of(16.0, f64::NAN, 0.0, 0.5), Verdict::Undefined);
        // A level nobody knows makes nothing negligible.
        assert_eq!(Verdict::of(&row(16.0, 0.5, 0.1, 1.0), money, f64::NAN), Verdict::Increases);
        assert_eq!(Verdict::of(&row(16.0, 5e-5, 4e-5, 1.0), Kind::Share, 0.9), Verdict::Negligible);
        assert_eq!(Verdict::of(&row(16.0, 5e-4, 4e-5, 1.0), Kind::Share, 0.9), Verdict::Increases);
    }
}
