//! What the re-lending windows share: settings of the two general ones and of those for one kind of borrower.
//! Terms after the central bank's description of its structural tools. Drawing and repaying advances
//! is the business of the month's settlement, not of the rule.

use super::{Ceiling, QuoteAsk, Setting, Values, WindowTerms};
use crate::units::{Money, Unit};
use crate::world::LenderKind;

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
        limit_source: "People's Bank of China on structural policy tools: terms of 3 months, 6 months and 1 year｜中国人民银行结构性货币政策工具介绍：期限3个月、6个月、1年",
        neutral: 12.0,
        en: "term of an advance",
        zh: "再贷款期限",
    },
    Setting {
        key: "rollovers",
        unit: Unit::Count,
        low: 0.0,
        high: 2.0,
        limit_source: "People's Bank of China on structural policy tools: two roll-overs｜中国人民银行结构性货币政策工具介绍：可展期两次",
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
pub fn terms(v: &Values) -> Option<WindowTerms> {
    let quota_fen = Money::from_yuan_f64(v.get(QUOTA)).fen();
    (quota_fen > 0).then(|| WindowTerms {
        quota_fen,
        rate: v.get(RATE),
        share: 1.0,
        term_months: v.get(TERM) as i32,
        rollovers: v.get(ROLLOVERS) as u8,
        ceiling: Ceiling::OverLpr(v.get(SPREAD_CAP)),
        asks: 0,
        lends: true,
    })
}

/// Places of the further settings of a window for one kind of borrower.
pub const SHARE: usize = 5;
pub const LENDS: usize = 6;

/// Settings of a window for one kind of borrower: those of the general ones in their order, the share of principal
/// it finances, at most `share` by `law`, and whether loans made now may be pledged.
pub const fn special(share: f64, law: &'static str) -> [Setting; 7] {
    const NOTHING: Setting = Setting {
        key: "",
        unit: Unit::Flag,
        low: 0.0,
        high: 1.0,
        limit_source: "",
        neutral: 0.0,
        en: "",
        zh: "",
    };
    [
        Setting {
            key: "quota",
            unit: Unit::Money,
            high: 1e12,
            en: "the district's quota (share of the national one: assumption)",
            zh: "本区额度（按占全国比重推算：假设）",
            ..NOTHING
        },
        Setting {
            key: "rate",
            unit: Unit::RateAnnual,
            high: 0.10,
            neutral: 0.0175,
            en: "one-year window rate",
            zh: "一年期再贷款利率",
            ..NOTHING
        },
        Setting {
            key: "term",
            unit: Unit::Months,
            low: 3.0,
            high: 12.0,
            limit_source: "People's Bank of China on structural policy tools: a term of 1 year｜中国人民银行结构性货币政策工具介绍：期限1年",
            neutral: 12.0,
            en: "term of an advance",
            zh: "再贷款期限",
        },
        Setting {
            key: "rollovers",
            unit: Unit::Count,
            high: 2.0,
            limit_source: "People's Bank of China on structural policy tools: two roll-overs｜中国人民银行结构性货币政策工具介绍：可展期两次",
            neutral: 2.0,
            en: "roll-overs of an advance",
            zh: "可展期次数",
            ..NOTHING
        },
        Setting {
            key: "spread_cap",
            unit: Unit::Points,
            high: 0.10,
            neutral: 0.10,
            en: "ceiling of the end rate over the one-year LPR (assumption)",
            zh: "终端贷款利率较1年期LPR的加点上限（假设）",
            ..NOTHING
        },
        Setting {
            key: "share",
            unit: Unit::Share,
            high: share,
            limit_source: law,
            neutral: share,
            en: "share of a loan's principal that the window finances",
            zh: "按贷款本金提供资金的比例",
            ..NOTHING
        },
        Setting {
            key: "lends",
            unit: Unit::Flag,
            neutral: 1.0,
            en: "loans made now may be pledged; else only what has been drawn is rolled over",
            zh: "新发放贷款可申请；否则仅已借用部分可展期",
            ..NOTHING
        },
    ]
}

/// A window for borrowers of one nature, as its settings describe it.
pub fn special_terms(v: &Values, asks: u16) -> Option<WindowTerms> {
    let general = terms(v)?;
    Some(WindowTerms { share: v.get(SHARE), asks, lends: v.flag(LENDS), ..general })
}

/// The twenty-one national lenders: policy, large state and joint-stock banks. A bank incorporated in the city is
/// none of them, whatever its kind.
pub fn national(ask: &QuoteAsk) -> bool {
    !ask.local_legal_person
        && matches!(ask.kind, LenderKind::Policy | LenderKind::State | LenderKind::JointStock)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn special_settings_stand_where_they_are_looked_up() {
        let all = special(0.6, "a law");
        let at = |i: usize| all[i].key;
        assert_eq!(["quota", "rate", "term", "rollovers", "spread_cap"], [0, 1, 2, 3, 4].map(at));
        assert!(SETTINGS.iter().zip(&all).all(|(a, b)| a.key == b.key && a.unit == b.unit));
        assert_eq!((at(SHARE), all[SHARE].high, at(LENDS)), ("share", 0.6, "lends"));
        let values = all.iter().map(|s| s.neutral).collect();
        assert_eq!(special_terms(&Values { enabled: true, values }, 1), None);
    }

    #[test]
    fn a_local_legal_person_is_no_national_lender() {
        for kind in LenderKind::ALL {
            assert!(!national(&QuoteAsk::of(kind, true, Class::Small)));
            let one = matches!(kind, LenderKind::Policy | LenderKind::State | LenderKind::JointStock);
            assert_eq!(national(&QuoteAsk::of(kind, false, Class::Small)), one);
        }
    }
}
