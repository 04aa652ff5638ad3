//! Signs that would discredit the model, by reasoning of this project and no paper: the effect must stay on its side
//! of a limit. Published effects are in `rows.rs`.
//! Source: the list of tests kept beside the published effects.

use super::rows::scaled;
use super::*;

pub fn signs(lab: &Lab, rows: &mut Vec<Row>) {
    let b = "baseline";
    let read = |m: M| move |s: &Seen| at(s, m, READ);
    let mut row = |no, lever, experiment, published, expect, show, effect, why, note| {
        rows.push(Row { no, lever, experiment, published, expect, show, effect, why, note });
    };
    use Expect::{Above, Below};
    use Show::{Number, Percent, Points};

    row(
        "D1",
        "Default and cover",
        "change of guaranteed loans' yearly defaults over that of their cover, bank's share 20% to 10%",
        "one for one would discredit; here half of it",
        Below(0.5),
        Number,
        lab.effect_of(|w| (default_rate(&w["bank's share 10%"], true) - default_rate(&w[b], true)) / 0.1),
        "",
        "",
    );
    row(
        "D2",
        "Pass-through",
        "internal price half a point lower: fall of the mean rate of new loans over it",
        "one would discredit",
        Below(1.0),
        Number,
        lab.effect("internal price", b, read(M::new_loan_rate_ytd)).map(|e| scaled(e, -200.0)),
        "",
        "above break-even the parameter `pass_through` (70%) keeps it below one",
    );
    row(
        "D3",
        "Deferral and lifetime default",
        "deferral in 2023: new bad loans of 2023 to 2025 together",
        "a strong fall would discredit; here 10%",
        Above(-0.1),
        Percent,
        lab.relative("deferral", b, |s| sum(s, M::npl_flow, Month::new(2023, 3), UNTIL)),
        "",
        "",
    );
    for (no, y) in [("D4a", 2022), ("D4b", 2023), ("D4c", 2024)] {
        let growth = move |s: &Seen| at(s, M::inclusive_growth_yoy, Month::new(y, 12));
        let effect = lab.effect(b, "tool off", growth);
        let experiment = ["2022", "2023", "2024"][(y - 2022) as usize];
        row(
            no,
            "Support tool alone: yearly growth",
            experiment,
            "more than 3pp would discredit",
            Below(0.03),
            Points,
            effect,
            "",
            "",
        );
    }
    row(
        "D5",
        "Insurance and other crops",
        "insurance as shipped: owed by growers of crops that are not insured, end of 2025",
        "a rise would discredit; here 1%",
        Below(0.01),
        Percent,
        lab.relative("insurance", b, |s| owed(s, lab, false)),
        "it falls by selection: lenders rate the insured apart, and those who remain without a policy are riskier, the ones who cannot pay the premium and growers of fruit, the riskiest crop, whose rating they share",
        "",
    );
}
