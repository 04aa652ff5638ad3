//! 内部资金转移定价: what a bank's treasury charges its desk for the funds of an inclusive loan.
//!
//! The desk prices by what it is charged, so a discount lowers its break-even rate; treasury bears it, and for
//! the legal person as a whole nothing is paid. The plan names no figure: discounts are assumptions.

use super::{Door, Instrument, QuoteAnswer, QuoteAsk, Scope, Setting, Spec, Values};
use crate::units::Unit;
use crate::world::LenderKind;

pub struct TransferPricing;

pub const BRANCHES: usize = 0;
pub const LOCAL: usize = 1;

macro_rules! discount {
    ($key:literal, $en:literal, $zh:literal) => {
        Setting {
            key: $key,
            unit: Unit::Points,
            low: 0.0,
            high: 0.02,
            limit_source: "",
            neutral: 0.0,
            en: $en,
            zh: $zh,
        }
    };
}

static SPEC: Spec = Spec {
    id: "transfer_pricing",
    zh: "内部资金转移定价优惠",
    en: "Discount on the internal price of funds",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(2)7: transfer prices tilted to inclusive loans｜永金组发〔2023〕1号 四(二)7 在内部资金转移定价等方面对普惠小微信贷投放给予倾斜安排",
    scope: Scope::District,
    doors: &[Door::Quote],
    settings: &[
        discount!(
            "discount.branches",
            "points off the internal price of funds at branches of banks from elsewhere (assumption; 0.5 points is what large banks were asked for around 2020, recalled, not fetched)",
            "外地法人银行分支机构内部资金转移价格优惠（假设；2020年前后对大型银行的要求约0.5个百分点，凭记忆，未核原文）"
        ),
        discount!(
            "discount.local",
            "the same at banks that are legal persons of the city (assumption)",
            "本市法人银行的相应优惠（假设）"
        ),
    ],
    mechanism_en: "A bank's treasury charges its desk less for the funds of loans to enterprises and self-employed. The desk's break-even rate falls by the discount over the share repaid, so that fewer cases stand above the ceiling, and quotes follow by the policy's pass-through. Treasury earns less by as much; nothing is paid between legal persons, so nothing is posted, and the year's discount on the loans made is reported as income forgone. Online banks have no branch desk and are left out.",
    mechanism_zh: "银行司库对小微企业、个体工商户贷款向经办机构少计资金成本，保本利率按优惠下降，超过利率上限而被拒者减少，报价按政策传导比例下降。司库相应少收，法人之间不发生支付，故不记账；当年新发放贷款的优惠额列为银行少得的收入。互联网银行没有分支机构，不适用。",
    example: "[policy.transfer_pricing]\ndiscount.branches = [{ from = \"2019\", value = \"0.5pp\" }]\ndiscount.local = [{ from = \"2020\", value = \"0.25pp\" }]\n",
    check: |_| Ok(()),
};

impl Instrument for TransferPricing {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        if ask.class.is_mse() && ask.kind != LenderKind::Online {
            out.transfer_discount = v.get(if ask.local_legal_person { LOCAL } else { BRANCHES });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn branches_and_local_banks_have_their_own_discount_and_farms_none() {
        let v = Values { enabled: true, values: vec![0.005, 0.0025] };
        let told = |kind, local_legal_person, class| {
            let mut out = QuoteAnswer::default();
            TransferPricing.quote(&v, &QuoteAsk::of(kind, local_legal_person, class), &mut out);
            out.transfer_discount
        };
        assert_eq!(told(LenderKind::State, false, Class::Micro), 0.005);
        assert_eq!(told(LenderKind::Rural, true, Class::SelfEmployed), 0.0025);
        assert_eq!(told(LenderKind::State, false, Class::Farm), 0.0);
        assert_eq!(told(LenderKind::Online, false, Class::Micro), 0.0);
    }
}
