//! 经济资本分配: how much capital a bank charges its desk for an inclusive loan.
//!
//! Supervisors' capital is what it is and still limits lending; inside the bank a loan may be charged for less
//! of it. The plan names no figure: the factor is an assumption.

use super::{Door, Instrument, QuoteAnswer, QuoteAsk, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct EconomicCapital;

pub const FACTOR: usize = 0;

static SPEC: Spec = Spec {
    id: "economic_capital",
    zh: "经济资本分配倾斜",
    en: "Allocation of economic capital",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(2)7: economic capital tilted to inclusive loans｜永金组发〔2023〕1号 四(二)7 在经济资本分配等方面对普惠小微信贷投放给予倾斜安排",
    scope: Scope::District,
    doors: &[Door::Quote],
    settings: &[Setting {
        key: "factor",
        unit: Unit::Share,
        low: 0.0,
        high: 1.0,
        limit_source: "",
        neutral: 1.0,
        en: "part of the ordinary capital that an inclusive loan is charged for inside the bank (assumption)",
        zh: "普惠小微贷款占用的经济资本与通常占用之比（假设）",
    }],
    mechanism_en: "The desk is charged for only a part of the capital that a loan to an enterprise or self-employed ties up, and so must earn only that part of the return on it and of the tax on that return: break-even rates fall by what is spared, the same points at every bank, and quotes follow by the policy's pass-through. The capital ratio that limits lending is the supervisors' and does not change.",
    mechanism_zh: "小微企业、个体工商户贷款只按一定比例计收经济资本，经办机构须赚取的资本回报及相应所得税同比例减少，保本利率下降，报价按政策传导比例下降。约束放贷的监管资本充足率不变。",
    example: "[policy.economic_capital]\nfactor = [{ from = \"2019\", value = \"60%\" }]\n",
    check: |_| Ok(()),
};

impl Instrument for EconomicCapital {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        if ask.class.is_mse() {
            out.capital_spared = 1.0 - v.get(FACTOR);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Class, LenderKind};

    #[test]
    fn what_is_not_charged_is_spared() {
        for (factor, class, spared) in
            [(0.75, Class::Small, 0.25), (1.0, Class::Small, 0.0), (0.75, Class::Agri, 0.0)]
        {
            let v = Values { enabled: true, values: vec![factor] };
            let mut out = QuoteAnswer::default();
            EconomicCapital.quote(&v, &QuoteAsk::of(LenderKind::City, true, class), &mut out);
            assert_eq!(out, QuoteAnswer { capital_spared: spared, ..QuoteAnswer::default() });
        }
    }
}
