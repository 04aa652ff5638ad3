//! 优先核销小微不良: bad loans of small businesses are written off before others wait their turn.
//!
//! What is recovered and who bears the loss does not change, only when. The plan names no figure: the rate is an
//! assumption.

use super::{ClassifyAnswer, Door, Instrument, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct PriorityWriteOff;

pub const RATE: usize = 0;

static SPEC: Spec = Spec {
    id: "priority_write_off",
    zh: "优先安排小微不良核销",
    en: "Priority write-off of bad small loans",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(2)7: write bad small loans off first｜永金组发〔2023〕1号 四(二)7 优先安排小微企业不良贷款核销",
    scope: Scope::District,
    doors: &[Door::Classify],
    settings: &[Setting {
        key: "rate",
        unit: Unit::RateMonthly,
        low: 0.0,
        high: 0.5,
        limit_source: "",
        neutral: 0.0,
        en: "share a month of bad loans of enterprises and self-employed, past the time of recovery, written off beside those whose turn it is (assumption)",
        zh: "清收期已过的小微企业、个体工商户不良贷款中，每月在正常处置之外优先核销的比例（假设）",
    }],
    mechanism_en: "Once claims are paid and the time of recovery is over, a bad loan of an enterprise or self-employed is resolved sooner: what collateral brings is shared as ever, the rest leaves the book against the allowance. The NPL ratio falls, and with it the price of a further bad loan where a bank is near its limit; provisions held against the loan are used, and its borrower owes nothing. The loss on a loan is the same, borne earlier.",
    mechanism_zh: "代偿到位、清收期满后，小微企业、个体工商户的不良贷款更早处置：抵押物回收款照常分配，其余以拨备核销出账。不良率下降，接近容忍度上限的银行新增不良的影子价格随之下降；相应拨备被使用，借款人债务了结。单笔损失不变，只是提前承担。",
    example: "[policy.priority_write_off]\nrate = [{ from = \"2019\", value = \"15%\" }]\n",
    check: |_| Ok(()),
};

impl Instrument for PriorityWriteOff {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn classify(&self, v: &Values, out: &mut ClassifyAnswer) {
        out.write_off = v.get(RATE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_what_it_says() {
        let mut out = ClassifyAnswer::default();
        PriorityWriteOff.classify(&Values { enabled: true, values: vec![0.15] }, &mut out);
        assert_eq!(out, ClassifyAnswer { write_off: 0.15 });
    }
}
