//! Interest subsidies: what is asked and answered about them, and the settings two of them share.
//!
//! The treasury pays the borrower part of the interest it has paid; the bank's own terms stay. Asked when
//! the desk opens, for every kind of borrower; paying is the business of `model::subsidy`.

use super::{Setting, Values};
use crate::units::{Money, Unit};
use crate::world::Class;

/// Interest subsidies, each paid under its own reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum SubsidyKind {
    CreditVillage = 0,
    Green = 1,
    /// Part of the interest on a loan of the scheme for those lifted out of poverty.
    Lifted = 2,
}

pub const SUBSIDIES: usize = 3;

/// Who might be subsidised.
#[derive(Clone, Copy, Debug)]
pub struct SubsidyAsk {
    pub class: Class,
    /// Lives where credit villages are rated.
    pub rated: bool,
    pub green: bool,
    pub lifted: bool,
}

/// Terms of one subsidy.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Subsidy {
    /// A year, on the principal up to the cap; never more than the interest.
    pub rate: f64,
    /// Share of the interest, in place of a rate.
    pub share: f64,
    pub cap_yuan: f64,
    /// Most that is paid a year to all, fen.
    pub budget_fen: i64,
    /// Part of it that the city pays.
    pub city_share: f64,
}

/// What all instruments grant a borrower, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SubsidyAnswer {
    pub by: [Subsidy; SUBSIDIES],
}

pub const RATE: usize = 0;
pub const CAP: usize = 1;
pub const BUDGET: usize = 2;
pub const CITY_SHARE: usize = 3;

pub static SETTINGS: &[Setting] = &[
    Setting {
        key: "rate",
        unit: Unit::Points,
        low: 0.0,
        high: 0.05,
        limit_source: "",
        neutral: 0.0,
        en: "points of interest paid for the borrower (assumption: the plan names no rate; 0.5 to 2 points are usual)",
        zh: "贴息点数（假设：文件未定，常见0.5—2个百分点）",
    },
    Setting {
        key: "cap",
        unit: Unit::Money,
        low: 0.0,
        high: 1e8,
        limit_source: "",
        neutral: 1e6,
        en: "principal of one borrower up to which it is paid (assumption)",
        zh: "单户享受贴息的本金上限（假设）",
    },
    Setting {
        key: "budget",
        unit: Unit::Money,
        low: 0.0,
        high: 1e10,
        limit_source: "",
        neutral: 1e8,
        en: "most that is paid a year (assumption)",
        zh: "年度贴息预算（假设）",
    },
    Setting {
        key: "city_share",
        unit: Unit::Share,
        low: 0.0,
        high: 1.0,
        limit_source: "",
        neutral: 0.0,
        en: "part of it that the city's budget pays (assumption)",
        zh: "市级财政承担比例（假设）",
    },
];

/// The subsidy as those settings describe it.
pub fn terms(v: &Values) -> Subsidy {
    Subsidy {
        rate: v.get(RATE),
        share: 0.0,
        cap_yuan: v.get(CAP),
        budget_fen: Money::from_yuan_f64(v.get(BUDGET)).fen(),
        city_share: v.get(CITY_SHARE),
    }
}
