//! What is asked and answered about long money: equity funds, bonds, loans over several years.
//!
//! Answers are filled once a month (terms of a long loan once a lender) and kept by the desk; what follows from them is in
//! `model::equity`, `model::bond` and `model::term`. The rules themselves are in the instruments' own files.

/// Stakes that funds take in tech enterprises.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stakes {
    /// Share a year of tech enterprises that a fund looks at.
    pub share: f64,
    /// Money brought in, and value before it, over yearly sales.
    pub size: f64,
    pub valuation: f64,
    /// Standard deviation of the fund's own signal of quality, and the least it backs, in spreads of quality.
    pub noise: f64,
    pub least: f64,
    /// Part of the money that is spent on growing; the rest stays as cushion.
    pub spent: f64,
    /// Months until a stake is sold.
    pub hold: i32,
}

/// Capital of those funds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StakeCapital {
    /// Should have been paid in by now, fen.
    pub fen: i64,
    /// Part of it that the district's budget pays.
    pub district: f64,
}

/// Bonds that larger firms may issue instead of borrowing from banks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bonds {
    /// Share a year of eligible firms that are made ready to issue.
    pub share: f64,
    /// Smallest issue, yuan.
    pub least_yuan: f64,
    pub tech: bool,
    pub green: bool,
    /// Cost of an issue over its amount, and per issue, yuan.
    pub cost: f64,
    pub cost_yuan: f64,
    /// Coupon over LPR before the premium for expected loss.
    pub over_lpr: f64,
    pub months: i32,
    /// Noise of the rating, and the highest yearly default probability investors buy.
    pub noise: f64,
    pub pd_cap: f64,
    /// What holders get back of a defaulted bond.
    pub recovery: f64,
}

/// Equipment that manufacturers would buy if they could pay for it over years.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Investments {
    /// Share a year of manufacturers with something to invest in.
    pub share: f64,
    /// Price over yearly sales, and the owner's own part of it.
    pub size: f64,
    pub own: f64,
    /// Most of a normal month's surplus that instalment and interest may take.
    pub service: f64,
}

/// Terms of loans over several years at one lender.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LongTerms {
    /// Share of its branches that may make them.
    pub offered: f64,
    pub months: i32,
    /// Price of long over one-year money.
    pub over_1y: f64,
    /// New long loans asked for in a year over the book at its start.
    pub target: f64,
    /// Points given up while the year's whole volume is lacking.
    pub worth: f64,
}
