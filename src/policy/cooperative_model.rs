//! 银行+合作社, 公司+农户: lenders come to members through their cooperative, or through the firm that has farmers under
//! contract, which knows their records and backs their loans.
//!
//! Acts on farm households and agricultural businesses with the cooperative flag of the pack. The plan names the
//! models and no size: how many take part, what records tell and what is backed are assumptions.

use super::{Door, Instrument, Marked, MarkedAnswer, Scope, Setting, Spec, Standing, Values};
use crate::units::Unit;
use crate::world::Class;

pub struct CooperativeModel;

pub const SHARE: usize = 0;
pub const AWARENESS: usize = 1;
pub const NOISE_CUT: usize = 2;
pub const BACKING: usize = 3;

static SPEC: Spec = Spec {
    id: "cooperative_model",
    zh: "“银行+合作社”“公司+农户”模式",
    en: "Lending through cooperatives and contracting firms",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)5: bank and cooperative, firm and farmers｜永金组发〔2023〕1号 四(一)5 通过“银行+合作社”“公司+农业经济组织+农户”等模式，加大对新型农业经营主体等的信贷支持力度",
    scope: Scope::District,
    doors: &[Door::Reach, Door::See],
    settings: &[
        Setting {
            key: "share",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of members and contract farmers whose cooperative or firm works with a bank (assumption)",
            zh: "社员、签约农户中所在合作社或公司与银行合作的比例（假设）",
        },
        Setting {
            key: "awareness",
            unit: Unit::RateMonthly,
            low: 0.0,
            high: 0.2,
            limit_source: "",
            neutral: 0.0,
            en: "added monthly hazard of learning of credit for them (assumption)",
            zh: "上述主体每月新增知晓率（假设）",
        },
        Setting {
            key: "noise_cut",
            unit: Unit::Share,
            low: 0.0,
            high: 0.9,
            limit_source: "",
            neutral: 0.0,
            en: "share of screening noise that deliveries and inputs on the cooperative's books remove (assumption)",
            zh: "合作社或公司的交易记录使甄别误差下降的比例（假设）",
        },
        Setting {
            key: "backing",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "what is lent against the cooperative's or firm's backing over yearly sales: pay for deliveries is kept back (assumption)",
            zh: "以合作社或公司支持（货款代扣）可贷额占年销售额的比例（假设）",
        },
    ],
    mechanism_en: "Who is a member or under contract is drawn at birth (`cooperative_share`), and whose cooperative or firm works with a bank once for all; both apart from quality. They learn of credit sooner and are seen with less noise; what the cooperative or firm keeps back of the pay for deliveries counts as a pledge, so that larger amounts are offered and less is lost in default. Recoveries on it come without cost to a cooperative that is an actor of its own: none is modelled, and its failure does not spread to members. Others are touched only as they compete for the same officers.",
    mechanism_zh: "谁是社员或签约农户在进入时抽定（`cooperative_share`），其合作社或公司是否与银行合作由固定抽签决定，均与质量无关。上述主体知晓更快、甄别误差更小；从货款中代扣的支持计入可抵质押额：可贷额上升、违约损失下降。合作社或公司本身未作为主体建模，不承担代扣成本，其失败也不传导到社员。其他主体仅因争用同一批信贷人员而受影响。",
    example: "[policy.cooperative_model]\nshare = [{ from = \"2019\", value = \"50%\" }]\nawareness = \"3%\"\nnoise_cut = \"30%\"\nbacking = \"15%\"\n",
    check: |_| Ok(()),
};

impl Instrument for CooperativeModel {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn mark(&self, v: &Values, class: Class, out: &mut MarkedAnswer) {
        if class.is_agri() {
            out.by[Standing::Cooperative as usize] = Marked {
                share: v.get(SHARE),
                awareness: v.get(AWARENESS),
                noise: 1.0 - v.get(NOISE_CUT),
                pledge: v.get(BACKING),
                ..Marked::default()
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cooperatives_are_of_those_who_farm() {
        let v = Values { enabled: true, values: vec![0.5, 0.03, 0.3, 0.15] };
        for class in Class::ALL {
            let mut out = MarkedAnswer::default();
            CooperativeModel.mark(&v, class, &mut out);
            let m = out.by[Standing::Cooperative as usize];
            let farms = matches!(class, Class::Farm | Class::Agri);
            assert_eq!(m.speaks(), farms);
            assert_eq!((m.awareness, m.pledge), if farms { (0.03, 0.15) } else { (0.0, 0.0) });
            assert_eq!(m.noise, if farms { 0.7 } else { 1.0 });
        }
    }
}
