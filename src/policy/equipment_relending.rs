//! 设备更新改造专项再贷款 with the fiscal discount: loans for equipment at 3.2% at most, of which the budget pays 2.5 points.
//!
//! National lenders alone: a local legal-person bank gets nothing. The window finances the whole of the principal at
//! 1.75%; the central budget pays the borrower 2.5 points for two years, so that it pays 0.7% at most. Loans of
//! 2022-09 to 2022-12. Source: People's Bank of China and Ministry of Finance 2022-09; "two years" recalled.

use super::window::{self, special};
use super::{
    Ceiling, Discount, Door, GrantAnswer, Instrument, NeedAnswer, QuoteAnswer, QuoteAsk, Scope, Setting,
    Spec, Upgrades, Values, WindowTerms,
};
use crate::units::Unit;
use crate::world::Window;

pub struct EquipmentRelending;

pub const RATE_CAP: usize = window::SPREAD_CAP;
pub const DISCOUNT: usize = 7;
pub const DISCOUNT_MONTHS: usize = 8;
pub const DEMAND: usize = 9;
pub const SIZE: usize = 10;
pub const OWN_PART: usize = 11;
pub const MONTHS: usize = 12;

static SETTINGS: [Setting; 13] = {
    let [quota, rate, term, rollovers, _, share, lends] = special(
        1.0,
        "special re-lending for equipment renewal: 100% of a loan's principal (2022-09)｜设备更新改造专项再贷款：按贷款本金的100%提供（2022-09）",
    );
    [
        quota,
        rate,
        term,
        rollovers,
        Setting {
            key: "rate_cap",
            unit: Unit::RateAnnual,
            low: 0.0,
            high: 0.032,
            limit_source: "special re-lending for equipment renewal: loan rate at most 3.2% (2022-09)｜设备更新改造专项再贷款：贷款利率不高于3.2%（2022-09）",
            neutral: 0.032,
            en: "highest rate of a loan for equipment that may be pledged",
            zh: "可申请再贷款的设备贷款最高利率",
        },
        share,
        lends,
        Setting {
            key: "discount",
            unit: Unit::Points,
            low: 0.0,
            high: 0.025,
            limit_source: "the district's plan, Yong Jin Zu Fa [2023] No. 1, V(1): interest subsidy of 2.5% from the central budget｜永金组发〔2023〕1号 五(一) 中央财政贴息2.5%",
            neutral: 0.025,
            en: "points of interest that the central budget pays for the borrower",
            zh: "中央财政贴息点数",
        },
        Setting {
            key: "discount_months",
            unit: Unit::Months,
            low: 0.0,
            high: 24.0,
            limit_source: "interest subsidy for two years (2022-09, recalled)｜财政贴息期限2年（2022-09，忆及）",
            neutral: 24.0,
            en: "months for which it does",
            zh: "贴息期限",
        },
        Setting {
            key: "demand",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share a year of enterprises and self-employed in need that have equipment to renew and would ask (assumption)",
            zh: "有融资需求的企业、个体户中每年有设备需更新并提出申请的比例（假设）",
        },
        Setting {
            key: "size",
            unit: Unit::Share,
            low: 0.01,
            high: 3.0,
            limit_source: "",
            neutral: 0.15,
            en: "price of the equipment over yearly sales (assumption)",
            zh: "设备价款占年销售额的比例（假设）",
        },
        Setting {
            key: "own_part",
            unit: Unit::Share,
            low: 0.0,
            high: 0.9,
            limit_source: "",
            neutral: 0.2,
            en: "part of it that the owner pays (assumption)",
            zh: "自有资金占设备价款的比例（假设）",
        },
        Setting {
            key: "months",
            unit: Unit::Months,
            low: 12.0,
            high: 120.0,
            limit_source: "",
            neutral: 36.0,
            en: "months over which the loan is paid off and the equipment wears out (assumption)",
            zh: "贷款等额还本期限，亦为设备使用年限（假设）",
        },
    ]
};

static SPEC: Spec = Spec {
    id: "equipment_relending",
    zh: "设备更新改造专项再贷款及财政贴息",
    en: "Re-lending for equipment renewal, with the fiscal discount",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, V(1): re-lending for equipment renewal, central discount of 2.5%｜永金组发〔2023〕1号 五(一) 争取设备更新改造专项再贷款支持，落实好中央财政贴息2.5%政策",
    scope: Scope::National,
    doors: &[Door::Need, Door::Quote, Door::Fund, Door::Grant],
    settings: &SETTINGS,
    mechanism_en: "An enterprise or self-employed in need with equipment to renew and its own part in cash asks the national lenders it knows. A lender makes the loan if it breaks even at the capped rate, with funding at the window for as much as it cares to draw, and while officers and quota have room. The loan stands beside the borrower's working-capital loan, with the equipment as security, and is paid off in equal parts. The equipment yields the owner's return on borrowed money and its own wear until then. For two years the central budget pays the borrower 2.5 points of the interest it has paid. Three months behind, the equipment is sold, the bank bears the loss and the credit file is spoilt. A local legal-person bank gets nothing.",
    mechanism_zh: "有融资需求、有设备需更新且有自筹资金的企业、个体户，向其已知的全国性银行申请。银行在按意愿使用窗口资金后，于利率上限处能够保本、信贷员与额度尚有余力时发放。该贷款独立于流动资金贷款，以设备为抵押，按月等额还本；其间设备带来业主资金回报与折旧相应的产出。两年内由中央财政按借款人已付利息补贴2.5个百分点。拖欠三个月即处置设备，损失由银行承担，信用记录受损。地方法人银行不适用。",
    example: "[policy.equipment_relending]\nquota = [{ from = \"2019\", value = \"3亿元\" }]\nrate = \"1.75%\"\ndemand = [{ from = \"2019\", value = \"40%\" }]\n",
    check: |_| Ok(()),
};

impl Instrument for EquipmentRelending {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        if window::national(ask) && ask.class.is_mse() {
            let ceiling = Ceiling::Rate(v.get(RATE_CAP));
            out.windows[Window::Equipment as usize] =
                window::special_terms(v, 0).map(|t| WindowTerms { ceiling, ..t });
        }
    }

    fn need(&self, v: &Values, out: &mut NeedAnswer) {
        out.upgrades = Upgrades {
            share: v.get(DEMAND),
            size: v.get(SIZE),
            own_part: v.get(OWN_PART),
            months: v.get(MONTHS) as i32,
        };
    }

    fn grant(&self, v: &Values, out: &mut GrantAnswer) {
        out.equipment = Discount { points: v.get(DISCOUNT), months: v.get(DISCOUNT_MONTHS) as u8 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Class, LenderKind};

    fn values() -> Values {
        let values = vec![3e8, 0.0175, 12.0, 2.0, 0.032, 1.0, 1.0, 0.025, 24.0, 0.4, 0.15, 0.2, 36.0];
        Values { enabled: true, values }
    }

    #[test]
    fn a_local_legal_person_gets_nothing_and_a_national_lender_lends_at_the_cap_at_most() {
        for kind in LenderKind::ALL {
            for local in [false, true] {
                let ask = QuoteAsk::of(kind, local, Class::Micro);
                let mut out = QuoteAnswer::default();
                EquipmentRelending.quote(&values(), &ask, &mut out);
                let told = out.windows[Window::Equipment as usize];
                assert_eq!(told.is_some(), window::national(&ask), "{ask:?}");
                assert!(told.is_none_or(|t| t.ceiling == Ceiling::Rate(0.032) && t.share == 1.0));
            }
        }
    }

    #[test]
    fn a_loan_at_the_cap_costs_its_borrower_seven_tenths_of_a_point_for_two_years() {
        let (mut grant, mut need) = (GrantAnswer::default(), NeedAnswer::default());
        EquipmentRelending.grant(&values(), &mut grant);
        EquipmentRelending.need(&values(), &mut need);
        assert!((0.032 - grant.equipment.points - 0.007).abs() < 1e-12);
        assert_eq!((grant.equipment.months, need.upgrades.months), (24, 36));
        let keys: Vec<_> = [RATE_CAP, DISCOUNT, DISCOUNT_MONTHS, DEMAND, SIZE, OWN_PART, MONTHS]
            .map(|k| SPEC.settings[k].key)
            .into();
        let named = ["rate_cap", "discount", "discount_months", "demand", "size", "own_part", "months"];
        assert_eq!(keys, named);
        assert_eq!((SPEC.settings[RATE_CAP].high, SPEC.settings[DISCOUNT].high), (0.032, 0.025));
    }
}
