//! What is asked of a row's figure, and what the answer is called: one range a row, which the table shows, against
//! the whole interval. Which rows there are is in `rows.rs` and `signs.rs`.
//! Ranges come from what is published; "here" in a row marks a limit of this project where no size is published.

use puhui::stats::estimate::Effect;

/// What is asked of the whole interval.
#[derive(Clone, Copy)]
pub enum Expect {
    /// Above (true) or below zero.
    Sign(bool),
    Band(f64, f64),
    /// Within this of zero.
    Nothing(f64),
    Below(f64),
    Above(f64),
    /// Cannot be asked of this model.
    Untestable,
    /// Could be asked; no experiment was made.
    Untried,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Fine,
    /// What would discredit is not there, but a sure effect the other way is.
    Beside,
    Miss,
    Open,
    Aside,
}

#[derive(Clone, Copy)]
pub enum Show {
    Percent,
    Points,
    Number,
}

pub struct Row {
    pub no: &'static str,
    pub lever: &'static str,
    pub experiment: &'static str,
    pub published: &'static str,
    pub expect: Expect,
    pub show: Show,
    pub effect: Option<Effect>,
    /// Why it does not come out, or cannot be asked.
    pub why: &'static str,
    /// What the row leaves out of the published finding; told whatever the verdict.
    pub note: &'static str,
}

impl Expect {
    fn range(self) -> Option<(f64, f64)> {
        const ALL: f64 = f64::INFINITY;
        match self {
            // No effect at all has no sign.
            Expect::Sign(true) => Some((f64::MIN_POSITIVE, ALL)),
            Expect::Sign(false) => Some((-ALL, -f64::MIN_POSITIVE)),
            // An exact figure is met as far as arithmetic goes.
            Expect::Band(low, high) => Some((low - 1e-9, high + 1e-9)),
            Expect::Nothing(width) => Some((-width, width)),
            Expect::Below(limit) => Some((-ALL, limit)),
            Expect::Above(limit) => Some((limit, ALL)),
            Expect::Untestable | Expect::Untried => None,
        }
    }
}

impl Row {
    /// Whether the row is a sign against the model, not a published effect.
    pub fn discredits(&self) -> bool {
        self.no.starts_with('D')
    }

    /// Whether the test could hardly have failed.
    pub fn weak(&self) -> bool {
        self.note.starts_with("weak:")
    }

    pub fn verdict(&self) -> (&'static str, Outcome) {
        use Outcome::{Aside, Beside, Fine, Miss, Open};
        let Some((low, high)) = self.expect.range() else {
            let untestable = matches!(self.expect, Expect::Untestable);
            return (if untestable { "not testable here" } else { "not tried here" }, Aside);
        };
        let Some(e) = self.effect else { return ("**miss**: no value", Miss) };
        if !e.low.is_finite() || !e.high.is_finite() {
            return ("open: no interval", Open);
        }
        let inside = low <= e.low && e.high <= high;
        let outside = e.high < low || e.low > high;
        let sure = e.low > 0.0 || e.high < 0.0;
        if self.discredits() {
            return match self.expect {
                Expect::Below(limit) if inside && e.high < 0.0 && e.mean < -limit => {
                    ("not discredited; a sure fall instead", Beside)
                }
                Expect::Above(limit) if inside && e.low > 0.0 && e.mean > -limit => {
                    ("not discredited; a sure rise instead", Beside)
                }
                _ if inside => ("not discredited", Fine),
                _ if outside => ("**discredited**", Miss),
                _ => ("open: the interval reaches the limit", Open),
            };
        }
        match self.expect {
            Expect::Sign(_) if inside => ("sign right", Fine),
            Expect::Band(low, high) if inside && low == high => ("exact", Fine),
            Expect::Band(..) if inside => ("within band", Fine),
            Expect::Nothing(_) if inside => ("as published: about nothing", Fine),
            _ if inside => ("as published", Fine),
            Expect::Band(low, high) if outside && sure && (e.mean > 0.0) == (low + high > 0.0) => {
                ("**miss**: sign right, size outside the band", Miss)
            }
            _ if outside => ("**miss**", Miss),
            Expect::Sign(_) => ("open: the interval holds zero", Open),
            _ => ("open: the interval reaches the limit", Open),
        }
    }

    /// The verdict as the table says it.
    pub fn judged(&self) -> String {
        let (text, outcome) = self.verdict();
        let weak = outcome == Outcome::Fine && self.weak();
        format!("{text}{}", if weak { ", by a weak test" } else { "" })
    }

    pub fn value(&self) -> String {
        let Some(e) = self.effect else { return "–".into() };
        let text = |v: f64| match self.show {
            Show::Percent => format!("{:.2}%", v * 100.0),
            Show::Points => format!("{:+.3}pp", v * 100.0),
            Show::Number => format!("{v:.2}"),
        };
        match e.low.is_finite() {
            true => format!("{} [{}, {}]", text(e.mean), text(e.low), text(e.high)),
            false => text(e.mean),
        }
    }

    /// The range in words: nothing is judged by what the table does not show.
    pub fn asked(&self) -> String {
        let plain = |v: f64| {
            let digits = format!("{v:.3}");
            digits.trim_end_matches('0').trim_end_matches('.').to_owned()
        };
        let text = |v: f64| match self.show {
            Show::Percent => plain(v * 100.0) + "%",
            Show::Points => plain(v * 100.0) + "pp",
            Show::Number => plain(v),
        };
        match self.expect {
            Expect::Sign(true) => "above zero".into(),
            Expect::Sign(false) => "below zero".into(),
            Expect::Band(low, high) if low == high => format!("exactly {}", text(low)),
            Expect::Band(low, high) => format!("{} to {}", text(low), text(high)),
            Expect::Nothing(width) => format!("within {} of zero", text(width)),
            Expect::Below(0.0) => "not above zero".into(),
            Expect::Above(0.0) => "not below zero".into(),
            Expect::Below(limit) => format!("below {}", text(limit)),
            Expect::Above(limit) => format!("above {}", text(limit)),
            Expect::Untestable | Expect::Untried => "–".into(),
        }
    }

    /// The last column: the reason where it is not as published, then what the row leaves out.
    pub fn remark(&self) -> String {
        let why = if self.verdict().1 == Outcome::Fine { "" } else { self.why };
        let parts: Vec<&str> = [why, self.note].into_iter().filter(|s| !s.is_empty()).collect();
        parts.join("; ")
    }
}

/// How many rows came out how.
pub fn totals(rows: &[Row], discredit: bool) -> String {
    let count =
        |of: &dyn Fn(&Row) -> bool| rows.iter().filter(|r| r.discredits() == discredit && of(r)).count();
    let came = |outcome| count(&move |r| r.verdict().1 == outcome);
    let all = count(&|_| true);
    let (fine, beside, miss) = (came(Outcome::Fine), came(Outcome::Beside), came(Outcome::Miss));
    let (open, aside) = (came(Outcome::Open), came(Outcome::Aside));
    if discredit {
        return format!(
            "{all} signs that would discredit: {} absent ({beside} with a sure effect the other way), {miss} present, {open} open.",
            fine + beside
        );
    }
    let weak = count(&|r| r.verdict().1 == Outcome::Fine && r.weak());
    format!(
        "{all} rows of published effects: {fine} as published ({weak} by a weak test), {miss} missed, {open} open, {aside} not tested."
    )
}
