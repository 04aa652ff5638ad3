//! 渝快助农贷, 富民贷, 再贷款+, 乡村振兴青年贷: loans without security to farm households and agricultural entities, up to a cap, at a
//! price tied to the central bank's window.
//!
//! Offered by banks that have an agricultural window, to whom they believe good enough for that price. Loans funded by
//! re-lending bore 5.19% at a window rate of 2.25% in one part of the city (2021-10, read); shares and caps are assumptions.

use super::{Door, Instrument, QuoteAnswer, QuoteAsk, Scope, Setting, Spec, Values};
use crate::units::Unit;
use crate::world::Class;

pub struct AgriCreditProducts;

/// Terms of such a loan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgriProduct {
    /// Share of borrowers of the class to whom it is offered, and the cap of one loan, yuan.
    pub served: f64,
    pub limit_yuan: f64,
    /// Share of the class that is young, and its cap.
    pub young: f64,
    pub young_limit_yuan: f64,
    /// Over the window's rate.
    pub over: f64,
}

pub const SERVED_FARM: usize = 0;
pub const SERVED_AGRI: usize = 1;
pub const LIMIT_FARM: usize = 2;
pub const LIMIT_AGRI: usize = 3;
pub const YOUNG_SHARE: usize = 4;
pub const YOUNG_LIMIT: usize = 5;
pub const OVER: usize = 6;

/// A share of borrowers, none unless it is set.
const fn share(key: &'static str, en: &'static str, zh: &'static str) -> Setting {
    Setting { key, unit: Unit::Share, low: 0.0, high: 1.0, limit_source: "", neutral: 0.0, en, zh }
}

/// The cap of one loan.
const fn cap(key: &'static str, high: f64, neutral: f64, en: &'static str, zh: &'static str) -> Setting {
    Setting { key, unit: Unit::Money, low: 0.0, high, limit_source: "", neutral, en, zh }
}

static SPEC: Spec = Spec {
    id: "agri_credit_products",
    zh: "渝快助农贷、富民贷、再贷款+、乡村振兴青年贷",
    en: "Unsecured loans for agriculture tied to re-lending",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)5 and IV(3)8: credit products for agriculture｜永金组发〔2023〕1号 四(一)5 创新推广“再贷款+”系列及“乡村振兴青年贷”等产品；四(三)8 推广好“渝快助农贷”“富民贷”等助农信贷产品",
    scope: Scope::City,
    doors: &[Door::Quote],
    settings: &[
        share(
            "served.farm",
            "share of farm households to whom unsecured farm credit (Yukuai Zhunong Dai, Fumin Dai) is offered (assumption)",
            "可获“渝快助农贷”“富民贷”的农户比例（假设）",
        ),
        share(
            "served.agri",
            "share of agricultural entities to whom loans of the re-lending-plus series are offered (assumption)",
            "可获“再贷款+”系列贷款的新型农业经营主体比例（假设）",
        ),
        cap(
            "limit.farm",
            5e5,
            2e5,
            "cap of one loan to a farm household (assumption; 200,000 yuan of Fumin Dai is recalled)",
            "农户单户上限（假设；富民贷20万元为忆及）",
        ),
        cap(
            "limit.agri",
            1e7,
            1e6,
            "cap of one loan to an agricultural entity (assumption)",
            "新型农业经营主体单户上限（假设）",
        ),
        share(
            "young.share",
            "share of farm households and entities with a young head, all of whom are offered the young farmers' loan (assumption)",
            "可获“乡村振兴青年贷”的青年农户和主体比例（假设）",
        ),
        cap(
            "young.limit",
            2e6,
            3e5,
            "cap of one loan to them, where it is higher (assumption)",
            "“乡村振兴青年贷”单户上限，高于其他上限时适用（假设）",
        ),
        Setting {
            key: "over",
            unit: Unit::Points,
            low: 0.0,
            high: 0.06,
            limit_source: "",
            neutral: 0.03,
            en: "rate of the loan over the rate of the agricultural window (2.9 points observed in Qianjiang, 2021-10)",
            zh: "贷款利率较支农再贷款利率的加点（黔江2021年10月实际约2.9个百分点）",
        },
    ],
    mechanism_en: "A bank with an agricultural window offers those among the share, beside its ordinary products, a loan without security up to the cap, whatever their credit file and sales: the cap stands in for the unsecured limit. Its price is the window's rate plus the stated points and moves with it, not with the going rate. The bank refinances the loan at the window as far as the quota goes, and makes it only if it breaks even at that price, so that the good get it and others are referred to ordinary products; without a window, or once its quota is full and its own funds are too dear, there is no such loan. Who is among the shares is drawn once for all, apart from quality.",
    mechanism_zh: "有支农再贷款额度的银行，除一般产品外，向属于该比例者提供不超过上限的免抵押贷款，不论征信档案和销售规模，上限替代信用贷款额度。价格为支农再贷款利率加规定点数，随再贷款利率变动，与市场通行利率无关。银行在额度内以该贷款向人民银行融资，且仅在该价格下能保本时发放，因此信用好的获贷，其余转向一般产品；没有再贷款，或额度用尽而自有资金过贵时，不提供该产品。谁属于该比例由固定抽签决定，与质量无关。",
    example: "[policy.agri_credit_products]\nserved = { farm = [{ from = \"2019\", value = \"40%\" }], agri = [{ from = \"2019\", value = \"40%\" }] }\nlimit = { farm = \"20万元\", agri = \"100万元\" }\nyoung = { share = \"10%\", limit = \"30万元\" }\nover = \"4pp\"\n",
    check: |_| Ok(()),
};

impl Instrument for AgriCreditProducts {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        let (served, limit) = match ask.class {
            Class::Farm => (SERVED_FARM, LIMIT_FARM),
            Class::Agri => (SERVED_AGRI, LIMIT_AGRI),
            _ => return,
        };
        if v.get(served) > 0.0 || v.get(YOUNG_SHARE) > 0.0 {
            out.agri = Some(AgriProduct {
                served: v.get(served),
                limit_yuan: v.get(limit),
                young: v.get(YOUNG_SHARE),
                young_limit_yuan: v.get(YOUNG_LIMIT),
                over: v.get(OVER),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::LenderKind;

    #[test]
    fn farms_and_agricultural_entities_have_caps_of_their_own() {
        let v = Values { enabled: true, values: vec![0.4, 0.3, 2e5, 1e6, 0.1, 3e5, 0.029] };
        for class in Class::ALL {
            let mut out = QuoteAnswer::default();
            AgriCreditProducts.quote(&v, &QuoteAsk::of(LenderKind::Rural, true, class), &mut out);
            let terms = out.agri.map(|a| (a.served, a.limit_yuan));
            match class {
                Class::Farm => assert_eq!(terms, Some((0.4, 2e5))),
                Class::Agri => assert_eq!(terms, Some((0.3, 1e6))),
                _ => assert_eq!(terms, None),
            }
            // 2.25% at the window and 2.9 points above: the 5.15% observed.
            assert!(out.agri.is_none_or(|a| (a.over + 0.0225 - 0.0515).abs() < 1e-12));
        }
    }
}
