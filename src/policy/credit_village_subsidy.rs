//! 信用村贷款贴息: part of the interest of farms and agricultural entities where villages are rated.
//!
//! Paid by the budget to the borrower after it has paid its interest. Where villages are rated is said by
//! `credit_villages`; without it nobody is eligible. The plan names the subsidy and no rate.

use super::{Door, Instrument, Scope, Spec, SubsidyAnswer, SubsidyAsk, SubsidyKind, Values};

pub struct CreditVillageSubsidy;

static SPEC: Spec = Spec {
    id: "credit_village_subsidy",
    zh: "信用村贷款贴息",
    en: "Interest subsidy in credit villages",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, V(4): interest subsidy in credit villages｜永金组发〔2023〕1号 五(四) 实施信用村贷款贴息",
    scope: Scope::District,
    doors: &[Door::Grant],
    settings: super::subsidy::SETTINGS,
    mechanism_en: "Farms and agricultural entities in rated townships (`credit_villages`) count the subsidy in the all-in cost of a new loan, so more of them apply in earnest and for more. Each month, once the interest is paid, the budget pays the borrower its part; when the year's budget is used up, nothing is paid until January and new borrowers do not count on it. The bank's own quote stays.",
    mechanism_zh: "评定镇街（见信用镇、信用村）内的农户、新型农业经营主体按扣除贴息后的综合成本决定是否借、借多少。每月付息后由财政直接补给借款人；年度预算用完即停，至次年1月恢复，其间新借款人不计贴息。银行报价不变。",
    example: "[policy.credit_village_subsidy]\nrate = [{ from = \"2019\", value = \"2pp\" }]\ncap = \"30万元\"\nbudget = \"2000万元\"\n",
    check: |_| Ok(()),
};

impl Instrument for CreditVillageSubsidy {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subsidise(&self, v: &Values, ask: &SubsidyAsk, out: &mut SubsidyAnswer) {
        if ask.rated && ask.class.is_agri() {
            out.by[SubsidyKind::CreditVillage as usize] = super::subsidy::terms(v);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn only_farms_of_rated_villages_are_subsidised() {
        let v = Values { enabled: true, values: vec![0.02, 3e5, 2e7, 0.5] };
        for class in Class::ALL {
            for rated in [false, true] {
                let mut out = SubsidyAnswer::default();
                let ask = SubsidyAsk { class, rated, green: true, lifted: true };
                CreditVillageSubsidy.subsidise(&v, &ask, &mut out);
                let told = out.by[SubsidyKind::CreditVillage as usize];
                let granted = rated && class.is_agri();
                assert_eq!(told.rate, if granted { 0.02 } else { 0.0 });
                assert_eq!(told.budget_fen, if granted { 2_000_000_000 } else { 0 });
            }
        }
    }
}
