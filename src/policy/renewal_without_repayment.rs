//! 无还本续贷: at maturity a sound borrower renews without finding the principal first.
//!
//! Off, the principal is bridged for some days at a cost and a shortfall of the new loan has to be found
//! in cash. The bank's own judgement stays. Rules: 银监发〔2014〕36号, 金规〔2024〕97号 (recalled); shares assumed.

use super::{Door, Instrument, RelieveAnswer, RelieveAsk, Renewal, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct RenewalWithoutRepayment;

pub const SHARE_MSE: usize = 0;
pub const SHARE_AGRI: usize = 1;
pub const TIMES: usize = 2;

static SPEC: Spec = Spec {
    id: "renewal_without_repayment",
    zh: "无还本续贷",
    en: "Renewal without repayment",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(2)7 and V(2): renewal without repayment｜永金组发〔2023〕1号 五(二) 加大无还本续贷政策落实力度；四(二)7 推广随借随还、无还本续贷",
    scope: Scope::National,
    doors: &[Door::Relieve],
    settings: &[
        Setting {
            key: "share.mse",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of sound enterprises and self-employed to whom their bank offers it (assumption; a leaflet raises it)",
            zh: "向经营正常的小微企业、个体工商户提供无还本续贷的比例（假设；明白卡可提高）",
        },
        Setting {
            key: "share.agri",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "the same for farms and agricultural entities (assumption)",
            zh: "向经营正常的农户、新型农业经营主体提供的比例（假设）",
        },
        Setting {
            key: "times",
            unit: Unit::Count,
            low: 0.0,
            high: 20.0,
            limit_source: "",
            neutral: 3.0,
            en: "roll-overs of one loan after which the principal has to be found once more (assumption)",
            zh: "同一笔贷款可连续无还本续贷的次数（假设）",
        },
    ],
    mechanism_en: "A borrower whose loan matures, who has paid its interest and leaves no bills unpaid, renews at its own bank on the same security for at least the old amount, if the bank would grant enough of it to call it a renewal: no bridge cost, no shortfall to be found in cash. What the bank believes of it, and its price, stay. Weak borrowers who would have failed at the cliff live on, and may fail later.",
    mechanism_zh: "贷款到期时已付息且无欠款的借款人，如本行愿按原担保方式续贷，则按不低于原额度续贷：不付过桥成本，不需自筹差额。银行的风险判断与定价不变；原会在到期时断裂的弱主体得以延续，也可能以后违约。",
    example: "[policy.renewal_without_repayment]\nshare = { mse = [{ from = \"2019\", value = \"60%\" }], agri = [{ from = \"2019\", value = \"30%\" }] }\ntimes = 5\n",
    check: |_| Ok(()),
};

impl Instrument for RenewalWithoutRepayment {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn relieve(&self, v: &Values, ask: &RelieveAsk, out: &mut RelieveAnswer) {
        let share = v.get(if ask.class.is_agri() { SHARE_AGRI } else { SHARE_MSE });
        out.renewal = Renewal { share, times: v.get(TIMES) as u8 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn each_class_has_its_share() {
        let v = Values { enabled: true, values: vec![0.6, 0.3, 5.0] };
        for class in Class::ALL {
            let mut out = RelieveAnswer::default();
            RenewalWithoutRepayment.relieve(&v, &RelieveAsk { class, hit: false }, &mut out);
            let share = if class.is_agri() { 0.3 } else { 0.6 };
            assert_eq!(out, RelieveAnswer { renewal: Renewal { share, times: 5 }, ..Default::default() });
        }
    }
}
