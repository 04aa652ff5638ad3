//! 随借随还: a line from which a borrower draws when it needs money and which it repays when it does not.
//!
//! Interest is due on what is drawn. The part of a loan that is tied up in stock stays drawn; the rest
//! follows season and need. Shares and the charge are assumptions; what is drawn is worked out in `model::relief`.

use super::{Door, Instrument, RelieveAnswer, RelieveAsk, Revolving, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct RevolvingCredit;

pub const SHARE_MSE: usize = 0;
pub const SHARE_AGRI: usize = 1;
pub const CHARGE: usize = 2;

static SPEC: Spec = Spec {
    id: "revolving_credit",
    zh: "随借随还",
    en: "Revolving credit",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(2)7 and V(2): revolving credit｜永金组发〔2023〕1号 四(二)7 与 五(二) 持续推广无还本续贷、随借随还贷款产品",
    scope: Scope::District,
    doors: &[Door::Relieve],
    settings: &[
        Setting {
            key: "share.mse",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of new own-account loans of enterprises and self-employed offered as a line (assumption)",
            zh: "小微企业、个体工商户新发自营贷款中以随借随还方式提供的比例（假设）",
        },
        Setting {
            key: "share.agri",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "the same for farms and agricultural entities (assumption)",
            zh: "农户、新型农业经营主体的相应比例（假设）",
        },
        Setting {
            key: "charge",
            unit: Unit::Points,
            low: 0.0,
            high: 0.05,
            limit_source: "",
            neutral: 0.0,
            en: "added to the rate on what is drawn, for keeping the rest ready (assumption)",
            zh: "对已用部分的加点，补偿备用额度（假设）",
        },
    ],
    mechanism_en: "Unsecured and collateral loans (guarantors and the fund cover loans, not lines) may be made as a line for a year. Each month a borrower repays with cash above what its season asks it to keep, and draws again when cash falls short, between the part tied up in stock and the whole line. It pays interest on what is drawn; the bank lends less on average and earns less. The line taken is counted as funding: who could draw produces like who has drawn. Who would pay more on the charge than it saves takes an ordinary loan.",
    mechanism_zh: "信用、抵押贷款（担保与基金只覆盖普通贷款）可按一年期循环额度发放。每月借款人以超过当季备用的现金还款，现金不足时再提用，用款介于存货占用部分与全额度之间，只对已用部分付息；银行平均余额与利息下降。可随时提用视同资金到位，产出不减；加点超过所省利息者选择普通贷款。",
    example: "[policy.revolving_credit]\nshare = { mse = [{ from = \"2019\", value = \"40%\" }], agri = [{ from = \"2019\", value = \"40%\" }] }\n",
    check: |_| Ok(()),
};

impl Instrument for RevolvingCredit {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn relieve(&self, v: &Values, ask: &RelieveAsk, out: &mut RelieveAnswer) {
        let share = v.get(if ask.class.is_agri() { SHARE_AGRI } else { SHARE_MSE });
        out.revolving = Revolving { share, charge: v.get(CHARGE) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn lines_are_offered_by_class() {
        let v = Values { enabled: true, values: vec![0.4, 0.2, 0.01] };
        for class in Class::ALL {
            let mut out = RelieveAnswer::default();
            RevolvingCredit.relieve(&v, &RelieveAsk { class, hit: true }, &mut out);
            let share = if class.is_agri() { 0.2 } else { 0.4 };
            assert_eq!(out.revolving, Revolving { share, charge: 0.01 });
        }
    }
}
