//! What the two re-lending windows share: their settings and the arithmetic of a window.
//! Terms after the central bank's description of its structural tools. Drawing and repaying advances
//! is the business of the month's settlement, not of the rule.

use super::{Setting, Values, Window};
use crate::units::{Money, Unit};

pub const QUOTA: usize = 0;
pub const RATE: usize = 1;
pub const TERM: usize = 2;
pub const ROLLOVERS: usize = 3;
pub const SPREAD_CAP: usize = 4;

pub static SETTINGS: &[Setting] = &[
    Setting {
        key: "quota",
        unit: Unit::Money,
        low: 0.0,
        high: 1e12,
        limit_source: "",
        neutral: 0.0,
        en: "the district's quota (share of the city's use: assumption)",
        zh: "本区额度（按全市用量占比推算：假设）",
    },
    Setting {
        key: "rate",
        unit: Unit::RateAnnual,
        low: 0.0,
        high: 0.10,
        limit_source: "",
        neutral: 0.0275,
        en: "one-year window rate",
        zh: "一年期再贷款利率",
    },
    Setting {
        key: "term",
        unit: Unit::Months,
        low: 3.0,
        high: 12.0,
        limit_source: "中国人民银行结构性货币政策工具介绍：期限3个月、6个月、1年",
        neutral: 12.0,
        en: "term of an advance",
        zh: "再贷款期限",
    },
    Setting {
        key: "rollovers",
        unit: Unit::Count,
        low: 0.0,
        high: 2.0,
        limit_source: "中国人民银行结构性货币政策工具介绍：可展期两次",
        neutral: 2.0,
        en: "roll-overs of an advance",
        zh: "可展期次数",
    },
    Setting {
        key: "spread_cap",
        unit: Unit::Points,
        low: 0.0,
        high: 0.10,
        limit_source: "",
        neutral: 0.10,
        en: "ceiling of the end rate over the one-year LPR",
        zh: "终端贷款利率较1年期LPR的加点上限",
    },
];

/// The window as its settings describe it; without a quota there is none.
pub fn terms(v: &Values) -> Option<Window> {
    let quota_fen = Money::from_yuan_f64(v.get(QUOTA)).fen();
    (quota_fen > 0).then(|| Window {
        quota_fen,
        rate: v.get(RATE),
        term_months: v.get(TERM) as i32,
        rollovers: v.get(ROLLOVERS) as u8,
        spread_cap: v.get(SPREAD_CAP),
    })
}
