//! 普惠小微贷款阶段性减息: a point off the interest of inclusive loans for a quarter, reimbursed to the bank.
//!
//! Interest of existing and new loans of enterprises and self-employed falls due at the lower rate; the central bank pays
//! each bank what its borrowers were spared, at the end of the next quarter. Source: PBOC and others, 2022-11.

use super::{Door, Instrument, RelieveAnswer, RelieveAsk, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct TemporaryRateCut;

pub const POINTS: usize = 0;

static SPEC: Spec = Spec {
    id: "temporary_rate_cut",
    zh: "普惠小微贷款阶段性减息",
    en: "Temporary rate cut on inclusive loans",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, V(3): temporary rate cut on inclusive loans｜永金组发〔2023〕1号 五(三) 贯彻落实好普惠小微贷款阶段性减息政策",
    scope: Scope::National,
    doors: &[Door::Relieve],
    settings: &[Setting {
        key: "points",
        unit: Unit::Points,
        low: 0.0,
        high: 0.01,
        limit_source: "People's Bank of China and others, 2022-11: one point off in the fourth quarter of 2022 (recalled)｜人民银行等2022-11：2022年第四季度按1个百分点减息（忆及）",
        neutral: 0.0,
        en: "points a year off the interest of inclusive MSE loans while it lasts",
        zh: "普惠小微贷款利率阶段性下调点数（年化）",
    }],
    mechanism_en: "Interest of inclusive loans (enterprises and self-employed, up to the single-borrower limit) falls due at the contract rate less the points, month by month; arrears are charged each month at its own rate, and deferred interest waits at the lower one. Contract rates, quotes and demand stay: it was announced in the middle of its quarter. What borrowers were spared is added up by bank to the fen and paid to it by the central bank at the end of the following quarter.",
    mechanism_zh: "普惠小微贷款（企业和个体工商户，单户限额以内）应付利息按合同利率减去规定点数逐月计收；欠息按各月当时利率计，延期利息按减息后计。合同利率、银行报价和融资需求不变（政策在季中公布）。借款人少付的利息按银行逐笔累计到分，于下一季末由人民银行全额补给银行。",
    example: "[policy.temporary_rate_cut]\npoints = [{ from = \"2022-10\", value = \"1pp\" }, { from = \"2023-01\", value = \"0pp\" }]\n",
    check: |_| Ok(()),
};

impl Instrument for TemporaryRateCut {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn relieve(&self, v: &Values, ask: &RelieveAsk, out: &mut RelieveAnswer) {
        if ask.class.is_mse() {
            out.rate_cut = v.get(POINTS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn inclusive_classes_alone_and_a_point_at_most() {
        let v = Values { enabled: true, values: vec![0.01] };
        for class in Class::ALL {
            for hit in [false, true] {
                let mut out = RelieveAnswer::default();
                TemporaryRateCut.relieve(&v, &RelieveAsk { class, hit }, &mut out);
                assert_eq!(out.rate_cut, if class.is_mse() { 0.01 } else { 0.0 });
            }
        }
        assert_eq!(SPEC.settings[POINTS].high, 0.01);
    }
}
