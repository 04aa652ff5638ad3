//! 普惠小微绿色贷款贴息: part of the interest of green small borrowers.
//!
//! Paid by the budget to the borrower after it has paid its interest. Which enterprises are green is a flag
//! of the pack's sectors (an assumption); the plan names the subsidy and no rate.

use super::{Door, Instrument, Scope, Spec, SubsidyAnswer, SubsidyAsk, SubsidyKind, Values};

pub struct GreenInclusiveSubsidy;

static SPEC: Spec = Spec {
    id: "green_inclusive_subsidy",
    zh: "普惠小微绿色贷款贴息",
    en: "Interest subsidy for green small borrowers",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, V(4): interest subsidy on green small loans｜永金组发〔2023〕1号 五(四) 实施普惠小微绿色贷款贴息",
    scope: Scope::District,
    doors: &[Door::Grant],
    settings: super::subsidy::SETTINGS,
    mechanism_en: "Enterprises and self-employed with the green flag count the subsidy in the all-in cost of a new loan, which they ask for more often and in larger amounts. Each month, once the interest is paid, the budget pays the borrower its part, up to the year's budget. The bank's own quote stays.",
    mechanism_zh: "带绿色标识的小微企业、个体工商户按扣除贴息后的综合成本决定是否借、借多少；每月付息后由财政直接补给借款人，以年度预算为限。银行报价不变。",
    example: "[policy.green_inclusive_subsidy]\nrate = [{ from = \"2019\", value = \"2pp\" }]\ncap = \"300万元\"\nbudget = \"3000万元\"\n",
    check: |_| Ok(()),
};

impl Instrument for GreenInclusiveSubsidy {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subsidise(&self, v: &Values, ask: &SubsidyAsk, out: &mut SubsidyAnswer) {
        if ask.green && ask.class.is_mse() {
            out.by[SubsidyKind::Green as usize] = super::subsidy::terms(v);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn only_green_small_borrowers_are_subsidised() {
        let v = Values { enabled: true, values: vec![0.01, 3e6, 3e7, 0.0] };
        for class in Class::ALL {
            for green in [false, true] {
                let mut out = SubsidyAnswer::default();
                let ask = SubsidyAsk { class, rated: true, green, lifted: true };
                GreenInclusiveSubsidy.subsidise(&v, &ask, &mut out);
                let granted = green && class.is_mse();
                assert_eq!(out.by[SubsidyKind::Green as usize].rate, if granted { 0.01 } else { 0.0 });
            }
        }
    }
}
