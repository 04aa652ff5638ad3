//! 降费: account, payment and settlement fees that banks waive for small borrowers.
//!
//! Fees are part of borrowers' running costs and of what a customer is worth to a bank beside the loan; what
//! is waived is given back month by month at the bank's cost. Levels of fees are the pack's, shares assumed.

use super::{Door, Fees, Instrument, QuoteAnswer, QuoteAsk, RelieveAnswer, RelieveAsk};
use super::{Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct FeeWaiver;

pub const ACCOUNT: usize = 0;
pub const PAYMENT: usize = 1;
pub const PAYMENT_HIT: usize = 2;

macro_rules! waived {
    ($key:literal, $en:literal, $zh:literal) => {
        Setting {
            key: $key,
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: $en,
            zh: $zh,
        }
    };
}

static SPEC: Spec = Spec {
    id: "fee_waiver",
    zh: "账户、支付手续费减免",
    en: "Waiver of account and payment fees",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, V(3): lower fees of payments and accounts｜永金组发〔2023〕1号 五(三) 落实简易开户服务各项措施，降低小微企业和个体工商户支付手续费，对受疫情影响严重的行业及小微企业实施更优惠的服务收费",
    scope: Scope::National,
    doors: &[Door::Relieve, Door::Quote],
    settings: &[
        waived!(
            "account",
            "share of account fees of enterprises and self-employed that is waived (assumption)",
            "小微企业、个体工商户账户类收费的减免比例（假设）"
        ),
        waived!(
            "payment",
            "share of their payment and settlement fees that is waived (assumption)",
            "其支付结算手续费的减免比例（假设）"
        ),
        waived!(
            "payment_hit",
            "the same in hit trades, where it is more (assumption)",
            "受影响行业支付结算手续费的减免比例，高于上项时适用（假设）"
        ),
    ],
    mechanism_en: "Each month every enterprise and self-employed keeps the part of its account fee and of the fees on its takings that its home bank waives: more cash, fewer unpaid bills and defaults. The bank's profit falls by it; and as fees are part of what a customer is worth to it, break-even rates on loans to these classes rise a little, of which borrowers see the policy's pass-through.",
    mechanism_zh: "每月小微企业、个体工商户少付由开户行减免的账户费和按收款额计的手续费，现金增加，欠款与违约减少；银行利润相应下降。手续费是客户综合贡献的一部分，故对这些客户的保本利率略升，按政策传导比例影响报价。",
    example: "[policy.fee_waiver]\naccount = [{ from = \"2019\", value = \"100%\" }]\npayment = [{ from = \"2019\", value = \"30%\" }]\npayment_hit = \"60%\"\n",
    check: |_| Ok(()),
};

impl Instrument for FeeWaiver {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn relieve(&self, v: &Values, ask: &RelieveAsk, out: &mut RelieveAnswer) {
        if ask.class.is_mse() {
            let hit = if ask.hit { v.get(PAYMENT_HIT) } else { 0.0 };
            out.fees = Fees { account: v.get(ACCOUNT), payment: v.get(PAYMENT).max(hit) };
        }
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        if ask.class.is_mse() {
            out.fees_waived = 0.5 * (v.get(ACCOUNT) + v.get(PAYMENT));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn hit_trades_are_waived_more_and_farms_nothing() {
        let v = Values { enabled: true, values: vec![1.0, 0.3, 0.6] };
        let told = |class, hit| {
            let mut out = RelieveAnswer::default();
            FeeWaiver.relieve(&v, &RelieveAsk { class, hit }, &mut out);
            out.fees
        };
        assert_eq!(told(Class::SelfEmployed, true), Fees { account: 1.0, payment: 0.6 });
        assert_eq!(told(Class::Small, false), Fees { account: 1.0, payment: 0.3 });
        assert_eq!(told(Class::Farm, true), Fees::default());
    }
}
