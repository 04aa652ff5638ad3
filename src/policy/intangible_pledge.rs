//! 知识产权质押, 知识价值信用贷款, 商业价值信用贷款: patents and marks are pledged, and a score of knowledge or business
//! value stands in for the credit file.
//!
//! Acts on enterprises with the tech flag of the pack. The plan names the products and no size: how many have
//! something to pledge, what is lent against it and what a score tells are assumptions.

use super::{Door, Instrument, Marked, MarkedAnswer, Scope, Setting, Spec, Standing, Values};
use crate::units::Unit;
use crate::world::Class;

pub struct IntangiblePledge;

pub const SHARE: usize = 0;
pub const VALUE: usize = 1;
pub const NOISE_CUT: usize = 2;
pub const LIMIT: usize = 3;
pub const APPRAISAL: usize = 4;

static SPEC: Spec = Spec {
    id: "intangible_pledge",
    zh: "知识产权质押、知识价值与商业价值信用贷款",
    en: "Loans on intangible assets",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)3: pledge of intellectual property, loans on knowledge and business value｜永金组发〔2023〕1号 四(一)3 推动知识产权质押贷款运用，加大知识价值信用贷款、商业价值信用贷款推广力度",
    scope: Scope::District,
    doors: &[Door::See],
    settings: &[
        Setting {
            key: "share",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of tech and specialised enterprises whose intangible assets are appraised and scored (assumption)",
            zh: "科技型、专精特新企业中无形资产已评估、已评分的比例（假设）",
        },
        Setting {
            key: "value",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "what is lent against the pledged rights over yearly sales, after the lender's haircut (assumption)",
            zh: "知识产权质押可贷额占年销售额的比例（已扣折扣，假设）",
        },
        Setting {
            key: "noise_cut",
            unit: Unit::Share,
            low: 0.0,
            high: 0.9,
            limit_source: "",
            neutral: 0.0,
            en: "share of screening noise that a score of knowledge or business value removes (assumption)",
            zh: "知识价值、商业价值评分使甄别误差下降的比例（假设）",
        },
        Setting {
            key: "limit",
            unit: Unit::Number,
            low: 0.0,
            high: 5.0,
            limit_source: "",
            neutral: 0.0,
            en: "least factor of the unsecured limit of those scored, in place of the credit file's (assumption)",
            zh: "已评分企业信用贷款额度系数的下限（替代信用档案系数，假设）",
        },
        Setting {
            key: "appraisal",
            unit: Unit::Money,
            low: 0.0,
            high: 2e4,
            limit_source: "",
            neutral: 0.0,
            en: "what appraisal and registration add to the lender's cost of a case (assumption)",
            zh: "评估、登记增加的每笔办理成本（假设）",
        },
    ],
    mechanism_en: "Which tech enterprises have rights worth pledging and a score is drawn once for all and apart from quality. Lenders add what is lent against the rights to what can be pledged, so that larger amounts are offered and less is lost in default; they see the scored with less noise and lend them more without security. Appraisal costs enter the quote. Others are untouched.",
    mechanism_zh: "哪些科技型企业有可质押的知识产权并有评分由固定抽签决定，与质量无关。质押物价值计入可抵质押额：可贷额上升、违约损失下降；评分使甄别误差下降、信用额度提高。评估成本计入报价。其他主体不变。",
    example: "[policy.intangible_pledge]\nshare = [{ from = \"2019\", value = \"40%\" }]\nvalue = \"10%\"\nnoise_cut = \"30%\"\nlimit = 1.5\nappraisal = \"2000元\"\n",
    check: |_| Ok(()),
};

impl Instrument for IntangiblePledge {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn mark(&self, v: &Values, class: Class, out: &mut MarkedAnswer) {
        if matches!(class, Class::Micro | Class::Small) {
            out.by[Standing::Intangible as usize] = Marked {
                share: v.get(SHARE),
                noise: 1.0 - v.get(NOISE_CUT),
                limit: v.get(LIMIT),
                pledge: v.get(VALUE),
                handling: v.get(APPRAISAL),
                ..Marked::default()
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_enterprises_pledge_what_cannot_be_touched() {
        let v = Values { enabled: true, values: vec![0.4, 0.1, 0.3, 1.5, 2_000.0] };
        for class in Class::ALL {
            let mut out = MarkedAnswer::default();
            IntangiblePledge.mark(&v, class, &mut out);
            let m = out.by[Standing::Intangible as usize];
            let enterprise = matches!(class, Class::Micro | Class::Small);
            assert_eq!(m.speaks(), enterprise);
            assert_eq!((m.pledge, m.limit), if enterprise { (0.1, 1.5) } else { (0.0, 0.0) });
            assert_eq!(m.noise, if enterprise { 0.7 } else { 1.0 });
        }
        // Rights that nobody has are worth nothing, and so are rights worth nothing.
        assert!(!Marked { share: 0.0, pledge: 0.1, ..Marked::default() }.speaks());
        assert!(!Marked { share: 1.0, ..Marked::default() }.speaks());
    }
}
