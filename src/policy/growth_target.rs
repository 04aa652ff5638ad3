//! 两增/信贷规模/绩效: yearly growth targets for inclusive loans by type of lender.
//!
//! Only the target is answered here. A lender behind its year's path values volume (`model::desk`), sends officers out
//! (`model::need`) and adds capacity (`model::ration`). Where no number is published the stated rule applies: not below
//! the bank's own all-loan growth.

use super::{Door, Instrument, QuoteAnswer, QuoteAsk, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct GrowthTarget;

/// Targets are stored by lender kind in this order from index 0.
pub const FLOOR_ALL_LOANS: usize = 7;

macro_rules! target {
    ($key:literal, $en:literal, $zh:literal) => {
        Setting {
            key: $key,
            unit: Unit::RateAnnual,
            low: -0.5,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: $en,
            zh: $zh,
        }
    };
}

static SPEC: Spec = Spec {
    id: "growth_target",
    zh: "普惠信贷增长目标（两增）",
    en: "Growth targets for inclusive loans",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(2)7: credit plans and appraisal tilted; growth of inclusive loans asked by the banking regulator｜永金组发〔2023〕1号 四(二)7 信贷规模、绩效考核倾斜；银保监会两增两控/两增要求",
    scope: Scope::National,
    doors: &[Door::Quote],
    settings: &[
        target!("target.policy", "yearly growth asked of policy banks", "政策性银行年增速目标"),
        target!("target.state", "yearly growth asked of large national banks", "大型银行年增速目标"),
        target!("target.joint_stock", "yearly growth asked of joint-stock banks", "股份制银行年增速目标"),
        target!("target.city", "yearly growth asked of city commercial banks", "城市商业银行年增速目标"),
        target!("target.rural", "yearly growth asked of rural commercial banks", "农村商业银行年增速目标"),
        target!("target.village", "yearly growth asked of village banks", "村镇银行年增速目标"),
        target!("target.online", "yearly growth asked of online banks", "互联网银行年增速目标"),
        Setting {
            key: "floor_all_loans",
            unit: Unit::Flag,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "the target is never below the bank's own all-loan growth",
            zh: "目标不低于本行各项贷款增速",
        },
    ],
    mechanism_en: "At `quote` the instrument answers one number, the growth asked of a lender. The rest is the lender's own doing: each month it compares its book with the year's path and, smoothly in the shortfall, gives up margin on loans to enterprises and self-employed (value of volume), sends officers out while needs arise (borrowers learn of credit, and of this lender, sooner) and adds case capacity when the queue is served. The instrument itself says nothing at `reach` or `ration`.",
    mechanism_zh: "本工具在 `quote` 入口只回答一个数：对该机构要求的年增速。其余由机构自行完成：逐月把余额与年度序时进度相比，随缺口平滑地让出小微企业、个体工商户贷款的利差（规模价值），在需求形成时派人上门（借款人更早知晓信贷、更早接触该机构），在受理排队时增配办理能力。工具本身不在 `reach`、`ration` 入口作答。",
    example: "[policy.growth_target]\ntarget.state = [{ from = \"2019\", value = \"30%\" }]\nfloor_all_loans = true\n",
    check: |_| Ok(()),
};

impl Instrument for GrowthTarget {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        let kind = ask.kind as usize;
        if kind >= FLOOR_ALL_LOANS {
            return; // leasing companies have no such target
        }
        let published = v.get(kind);
        let floor = if v.flag(FLOOR_ALL_LOANS) { ask.all_loan_growth } else { published };
        out.growth_target = Some(published.max(floor));
    }
}
