//! 联合授信、银团贷款: banks that a large applicant knows lend side by side, each within its own limit.
//!
//! The lead pays out the loan; partners bear their shares of a loss for a fee. The lead's least share is a rule
//! (recalled); which applicants count as large and how many banks take part are assumptions.

use super::{Door, Instrument, Joint, RationAnswer, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct JointLending;

pub const BANKS: usize = 0;
pub const LEAST: usize = 1;
pub const LEAD: usize = 2;
pub const TECH_ONLY: usize = 3;

const RULE: &str = "guidelines on syndicated loans (2011): a sole lead keeps at least 20% in principle; 15% in the rules of 2024 (recalled, not checked)｜银团贷款业务指引（2011）：单家牵头行承贷份额原则上不少于20%；2024年管理办法为15%（忆及，未核对）";

static SPEC: Spec = Spec {
    id: "joint_lending",
    zh: "联合授信、银团贷款",
    en: "Joint lending by several banks",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)3: joint and syndicated loans for tech enterprises｜永金组发〔2023〕1号 四(一)3 鼓励和推动成渝两地金融机构通过联合授信、银团贷款等方式支持科技型企业发展",
    scope: Scope::District,
    doors: &[Door::Ration],
    settings: &[
        Setting {
            key: "banks",
            unit: Unit::Count,
            low: 1.0,
            high: 10.0,
            limit_source: "",
            neutral: 1.0,
            en: "most banks that lend side by side, the lead included; 1 is none beside it (assumption)",
            zh: "共同放款的银行家数上限（含牵头行），1为无联合（假设）",
        },
        Setting {
            key: "least",
            unit: Unit::Money,
            low: 0.0,
            high: 1e9,
            limit_source: "",
            neutral: 3e6,
            en: "need of credit from which an applicant counts as large (assumption)",
            zh: "视为大额的融资需求下限（假设）",
        },
        Setting {
            key: "lead_share",
            unit: Unit::Share,
            low: 0.15,
            high: 1.0,
            limit_source: RULE,
            neutral: 0.2,
            en: "least share of the loan that the lead keeps",
            zh: "牵头行最低承贷份额",
        },
        Setting {
            key: "tech_only",
            unit: Unit::Flag,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 1.0,
            en: "only for tech and specialised-and-new enterprises",
            zh: "仅限科技型、专精特新企业",
        },
    ],
    mechanism_en: "A large applicant that needs more than a bank's own limit is offered the sum of the limits of that bank and of the others it knows that make such loans, up to the number of banks and to what the lead's least share allows; collateral is pledged once and counts once, so there only the single-borrower limits add up. The lead pays the loan out on its own terms and pays its partners the loss it expects on their parts; when the loan is written off, each bears its part.",
    mechanism_zh: "大额申请人的需求超过一家银行自身限额时，由该行牵头，联合申请人认识的其他办理同类贷款的银行，按各行限额之和放款，受家数上限和牵头行最低份额约束；抵押物只抵押一次、只计一次，此时相加的只是各行单户限额。牵头行按自身条件放款，并按预期损失向参加行支付其份额的费用；贷款核销时各行按份额承担损失。",
    example: "[policy.joint_lending]\nbanks = [{ from = \"2019\", value = 4 }]\nleast = \"100万元\"\ntech_only = false\n",
    check: |_| Ok(()),
};

impl Instrument for JointLending {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn ration(&self, v: &Values, out: &mut RationAnswer) {
        out.joint = Joint {
            partners: v.get(BANKS) as u32 - 1,
            least_yuan: v.get(LEAST),
            lead: v.get(LEAD),
            tech_only: v.flag(TECH_ONLY),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_banks_are_a_lead_and_three_partners() {
        let v = Values { enabled: true, values: vec![4.0, 3e6, 0.2, 1.0] };
        let mut out = RationAnswer::default();
        JointLending.ration(&v, &mut out);
        assert_eq!(out.joint, Joint { partners: 3, least_yuan: 3e6, lead: 0.2, tech_only: true });
        assert_eq!(SPEC.settings[LEAD].low, 0.15);
    }
}
