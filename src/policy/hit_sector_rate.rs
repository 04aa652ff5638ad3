//! 对受疫情影响行业的优惠利率与信贷投放: a better price and more volume for retail and wholesale, lodging and catering, transport and
//! logistics, culture and tourism.
//!
//! The trades are the pack's column `hit` (the plan's clause 7). The plan gives no figures: points, limits and whether their
//! cases go first are assumptions.

use super::{Door, Instrument, QuoteAnswer, QuoteAsk, RationAnswer, Scope, Setting, Spec, Values};
use crate::units::Unit;
use crate::world::LenderKind;

pub struct HitSectorRate;

/// What a bank does for borrowers in hit trades.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HitTerms {
    /// Points off the bank's own price of funds.
    pub discount: f64,
    /// Share by which the unsecured limit is higher.
    pub more: f64,
}

pub const DISCOUNT: usize = 0;
pub const MORE: usize = 1;
pub const FIRST: usize = 2;

static SPEC: Spec = Spec {
    id: "hit_sector_rate",
    zh: "受疫情影响行业优惠利率与信贷投放",
    en: "Better price and more volume for hit trades",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, V(3) and IV(2)7: better rates and more credit for trades that the epidemic hit｜永金组发〔2023〕1号 五(三) 对受疫情影响严重的行业及小微企业，实施更优惠的贷款利率和服务收费；四(二)7 合理加大信贷投放",
    scope: Scope::District,
    doors: &[Door::Quote, Door::Ration],
    settings: &[
        Setting {
            key: "discount",
            unit: Unit::Points,
            low: 0.0,
            high: 0.02,
            limit_source: "",
            neutral: 0.0,
            en: "points off the bank's own price of funds for loans to hit trades (assumption)",
            zh: "对受影响行业贷款的内部资金价格优惠（假设）",
        },
        Setting {
            key: "more",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share by which their unsecured limit is higher (assumption)",
            zh: "其信用贷款额度的提高比例（假设）",
        },
        Setting {
            key: "first",
            unit: Unit::Flag,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "their new cases are served before those of other trades where officers are short",
            zh: "信贷人员不足时优先办理其新增申请",
        },
    ],
    mechanism_en: "Borrowers in the trades the plan names as hit, self-employed and enterprises, are quoted with a lower internal price of funds at every bank; as much of it reaches the rate as of any other change of cost, never below break-even, and the bank does without the rest of its margin. Their unsecured limit is higher, so that who was limited by it borrows more. Where officers' cases, or the quota of a branch, are short, their new applications are served first, at the cost of other trades. What the bank believes of them, their cash and their file stay as they are.",
    mechanism_zh: "方案点名的受影响行业中的个体工商户和企业，在各家银行按较低的内部资金价格报价；优惠按与其他成本变化相同的传导比例进入利率，不低于保本利率，银行少收相应利差。信用贷款额度提高，受额度约束者可多借。信贷人员或分支机构额度不足时，其新增申请优先办理，其他行业相应后延。银行对其风险的判断、其现金流和信用档案不变。",
    example: "[policy.hit_sector_rate]\ndiscount = [{ from = \"2019\", value = \"0.5pp\" }]\nmore = \"30%\"\nfirst = true\n",
    check: |_| Ok(()),
};

impl Instrument for HitSectorRate {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        if ask.class.is_mse() && ask.kind != LenderKind::Leasing {
            out.hit = HitTerms { discount: v.get(DISCOUNT), more: v.get(MORE) };
        }
    }

    fn ration(&self, v: &Values, out: &mut RationAnswer) {
        out.hit_first = v.flag(FIRST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn businesses_and_not_farms() {
        let v = Values { enabled: true, values: vec![0.005, 0.3, 1.0] };
        for class in Class::ALL {
            let mut out = QuoteAnswer::default();
            HitSectorRate.quote(&v, &QuoteAsk::of(LenderKind::State, false, class), &mut out);
            let terms = HitTerms { discount: 0.005, more: 0.3 };
            assert_eq!(out.hit, if class.is_mse() { terms } else { HitTerms::default() });
        }
        let mut out = RationAnswer::default();
        HitSectorRate.ration(&v, &mut out);
        assert!(out.hit_first);
    }
}
