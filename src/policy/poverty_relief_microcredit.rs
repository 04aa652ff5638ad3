//! 脱贫人口小额信贷: small loans without security to farm households lifted out of poverty, at LPR or less.
//!
//! Up to 50,000 yuan and three years, no collateral, interest paid by the budget in whole or in part, renewed
//! or extended where sound (银保监发〔2021〕6号, recalled; county rules as collected). Who serves how many is assumed.

use super::{
    Door, Instrument, Microcredit, QuoteAnswer, QuoteAsk, Scope, Setting, Spec, Subsidy, SubsidyAnswer,
    SubsidyAsk, SubsidyKind, Values,
};
use crate::units::{Money, Unit};
use crate::world::{Class, LenderKind};

pub struct PovertyReliefMicrocredit;

pub const SERVED: usize = 0;
pub const LIMIT: usize = 1;
pub const TENOR: usize = 2;
pub const OVER_LPR: usize = 3;
pub const SUBSIDY: usize = 4;
pub const BUDGET: usize = 5;
pub const CITY_SHARE: usize = 6;
pub const RENEWALS: usize = 7;

const RULES: &str = "Yin Bao Jian Fa [2021] No. 6 on microcredit for those lifted out of poverty: up to 50,000 yuan, up to 3 years, without guarantee or security, at most the LPR｜银保监发〔2021〕6号 脱贫人口小额信贷：5万元（含）以下、3年期（含）以内、免担保免抵押、不高于LPR";

static SPEC: Spec = Spec {
    id: "poverty_relief_microcredit",
    zh: "脱贫人口小额信贷",
    en: "Microcredit for people lifted out of poverty",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)5: renewal and extension of small loans to those lifted out of poverty｜永金组发〔2023〕1号 四(一)5 做好脱贫人口小额信贷质量监测和续贷展期管理，确保应贷尽贷",
    scope: Scope::National,
    doors: &[Door::Quote, Door::Grant],
    settings: &[
        Setting {
            key: "served",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of eligible households whom rural, village and large national banks take on at these terms (assumption)",
            zh: "农商行、村镇银行和国有大行按此条件受理的合格农户比例（假设）",
        },
        Setting {
            key: "limit",
            unit: Unit::Money,
            low: 0.0,
            high: 5e4,
            limit_source: RULES,
            neutral: 5e4,
            en: "largest loan",
            zh: "单户额度上限",
        },
        Setting {
            key: "tenor",
            unit: Unit::Months,
            low: 1.0,
            high: 36.0,
            limit_source: RULES,
            neutral: 36.0,
            en: "term of the loan",
            zh: "期限",
        },
        Setting {
            key: "over_lpr",
            unit: Unit::Points,
            low: -0.05,
            high: 0.0,
            limit_source: RULES,
            neutral: 0.0,
            en: "rate over the one-year LPR",
            zh: "利率较1年期LPR的加点（不高于0）",
        },
        Setting {
            key: "subsidy",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of the interest the budget pays (one county: all to 2023, 70% in 2024 and 2025)",
            zh: "财政贴息占利息的比例（某县：2023年底前全额，2024—2025年70%）",
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
        Setting {
            key: "renewals",
            unit: Unit::Count,
            low: 0.0,
            high: 3.0,
            limit_source: "",
            neutral: 1.0,
            en: "renewals or extensions of one loan on these terms, without repayment first (assumption)",
            zh: "按此条件可续贷或展期的次数，无需先还本（假设）",
        },
    ],
    mechanism_en: "A farm household with the flag of those lifted out of poverty, whose file is not spoilt, is offered up to the limit without security at LPR less the discount, beside whatever banks would quote; the bank does not ask whether that breaks even, and its loss on it stands in its profit. The household counts the subsidy in its cost and takes the offer with the largest gain. Interest it has paid is paid back in part each month while the year's budget lasts. At maturity it may renew on the same terms, own bank, without finding the principal.",
    mechanism_zh: "有脱贫标识、征信未受损的农户，除一般报价外可按不高于LPR的利率、在额度内免抵押获贷；银行不以保本为条件，亏损计入利润。农户按扣除贴息后的成本选择收益最大者；每月付息后在年度预算内返还贴息；到期可按原条件在本行续贷或展期，无需先还本。",
    example: "[policy.poverty_relief_microcredit]\nserved = [{ from = \"2019\", value = \"80%\" }]\nlimit = \"5万元\"\ntenor = \"36 months\"\nsubsidy = [{ from = \"2019\", value = \"100%\" }, { from = \"2024\", value = \"70%\" }]\n",
    check: |_| Ok(()),
};

impl Instrument for PovertyReliefMicrocredit {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        let serves = matches!(ask.kind, LenderKind::Rural | LenderKind::Village | LenderKind::State);
        if serves && ask.class == Class::Farm && v.get(SERVED) > 0.0 {
            out.microcredit = Some(Microcredit {
                served: v.get(SERVED),
                limit_yuan: v.get(LIMIT),
                tenor_months: v.get(TENOR) as i32,
                over_lpr: v.get(OVER_LPR),
                renewals: v.get(RENEWALS) as u8,
            });
        }
    }

    fn subsidise(&self, v: &Values, ask: &SubsidyAsk, out: &mut SubsidyAnswer) {
        if ask.lifted && ask.class == Class::Farm {
            out.by[SubsidyKind::Lifted as usize] = Subsidy {
                rate: 0.0,
                share: v.get(SUBSIDY),
                cap_yuan: v.get(LIMIT),
                budget_fen: Money::from_yuan_f64(v.get(BUDGET)).fen(),
                city_share: v.get(CITY_SHARE),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn farms_lifted_out_of_poverty_and_nobody_else() {
        let v = Values { enabled: true, values: vec![0.8, 5e4, 36.0, 0.0, 0.7, 1e7, 0.5, 1.0] };
        for class in Class::ALL {
            for lifted in [false, true] {
                let mut out = SubsidyAnswer::default();
                let ask = SubsidyAsk { class, rated: true, green: true, lifted };
                PovertyReliefMicrocredit.subsidise(&v, &ask, &mut out);
                let granted = lifted && class == Class::Farm;
                assert_eq!(out.by[SubsidyKind::Lifted as usize].share, if granted { 0.7 } else { 0.0 });
            }
        }
        assert_eq!(SPEC.settings[LIMIT].high, 50_000.0);
        assert_eq!(SPEC.settings[TENOR].high, 36.0);
    }
}
