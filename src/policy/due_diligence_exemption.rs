//! 尽职免责: what a bad loan costs the officer who made it, where procedure was followed.
//!
//! The officer's own price of a bad loan falls by the share of cases exempted, whether or not the
//! bank is near its NPL limit. Published work (Cole, Kanz, Klapper, JF 70, 2015) finds that permissive
//! schemes raise approvals and blunt the rating of risk: both are here. Source: the plan, clause 7.

use super::{Door, Instrument, QuoteAnswer, QuoteAsk, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct DueDiligenceExemption;

pub const COVERAGE: usize = 0;
pub const DRIFT: usize = 1;

static SPEC: Spec = Spec {
    id: "due_diligence_exemption",
    zh: "尽职免责",
    en: "Due-diligence exemption",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(2)7: put due-diligence exemption into practice, publish the three lists (rights to approve, to lend, exemption)｜永金组发〔2023〕1号 四(二)7 推动尽职免责制度落地，公示授权、授信、尽职免责“三张清单”",
    scope: Scope::District,
    doors: &[Door::Quote],
    settings: &[
        Setting {
            key: "coverage",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of the officer's own price of a bad loan that falls away",
            zh: "信贷人员个人不良成本的免除比例",
        },
        Setting {
            key: "drift",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "rise of screening noise at full exemption: less is looked at where nothing is at stake",
            zh: "完全免责时甄别误差的上升幅度",
        },
    ],
    mechanism_en: "At `quote` the bank is told two numbers: the share of an officer's own price of a bad loan that falls away, and the noise that this adds. The price falls also where the bank's NPL limit is far away: riskier applicants are quoted less and fewer are refused. The noise the bank carries into its own screening of every applicant, as officers with less at stake look less closely, so good borrowers gain less than bad ones. The instrument says nothing at `see`: nothing new becomes known of applicants.",
    mechanism_zh: "本工具在 `quote` 入口告知银行两个数：信贷人员对不良贷款的个人成本的免责比例，以及由此增加的甄别误差。个人成本按比例下降，与容忍度是否宽松无关：风险较高者报价下降、拒贷减少。误差由银行带入自身对每个申请人的甄别：人员利害较小，看得较粗，好借款人得益因而小于差借款人。工具不在 `see` 入口作答：申请人的信息并未增加。",
    example: "[policy.due_diligence_exemption]\ncoverage = [{ from = \"2019\", value = \"60%\" }]\ndrift = \"10%\"\n",
    check: |_| Ok(()),
};

impl Instrument for DueDiligenceExemption {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, _ask: &QuoteAsk, out: &mut QuoteAnswer) {
        out.officer_exempt = v.get(COVERAGE);
        out.noise_added = v.get(COVERAGE) * v.get(DRIFT);
    }
}
