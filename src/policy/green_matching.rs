//! 长江绿融通: green enterprises are put on a list that goes to the lenders, who call on them and see more of them.
//!
//! Acts on borrowers with the green flag of the pack. The plan asks for the list and the matching and names no
//! size: how many are listed, how many calls follow and what the system tells are assumptions.

use super::{Door, Instrument, Marked, MarkedAnswer, Scope, Setting, Spec, Standing, Values};
use crate::units::Unit;
use crate::world::Class;

pub struct GreenMatching;

pub const LISTED: usize = 0;
pub const AWARENESS: usize = 1;
pub const VISIT: usize = 2;
pub const NOISE_CUT: usize = 3;

static SPEC: Spec = Spec {
    id: "green_matching",
    zh: "绿色融资对接（长江绿融通）",
    en: "Matching of green borrowers and lenders",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)4: match green borrowers and lenders｜永金组发〔2023〕1号 四(一)4 建立绿色企业（项目）库，依托“长江绿融通”搭建绿色融资对接机制",
    scope: Scope::District,
    doors: &[Door::Reach, Door::See],
    settings: &[
        Setting {
            key: "listed",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of green self-employed and enterprises that are on the list (assumption)",
            zh: "绿色个体工商户和企业入库比例（假设）",
        },
        Setting {
            key: "awareness",
            unit: Unit::RateMonthly,
            low: 0.0,
            high: 0.2,
            limit_source: "",
            neutral: 0.0,
            en: "added monthly hazard of learning of credit for those listed (assumption)",
            zh: "入库主体每月新增知晓率（假设）",
        },
        Setting {
            key: "visit",
            unit: Unit::RateMonthly,
            low: 0.0,
            high: 0.5,
            limit_source: "",
            neutral: 0.0,
            en: "added monthly rate of applying of those listed who know of credit and never had a loan (assumption)",
            zh: "入库、已知晓但从未贷款者每月新增申请率（假设）",
        },
        Setting {
            key: "noise_cut",
            unit: Unit::Share,
            low: 0.0,
            high: 0.9,
            limit_source: "",
            neutral: 0.0,
            en: "share of screening noise that the system's data remove for those listed (assumption)",
            zh: "系统数据使入库主体甄别误差下降的比例（假设）",
        },
    ],
    mechanism_en: "Which green borrowers are listed is drawn once for all and apart from quality. Lenders call on those listed: they learn of credit sooner, and who never had a loan applies sooner. What the system knows of them lessens the noise of the lenders' signal: good ones are quoted less, bad ones more or not at all. No price is set, and others are touched only as they compete for the same officers.",
    mechanism_zh: "哪些绿色主体入库由固定抽签决定，与质量无关。银行主动对接入库主体：知晓更快，从未贷款者更早申请；系统数据使甄别误差下降：好的报价下降，差的报价上升或被拒。不规定价格；其他主体仅因争用同一批信贷人员而受影响。",
    example: "[policy.green_matching]\nlisted = [{ from = \"2019\", value = \"60%\" }]\nawareness = \"3%\"\nvisit = \"10%\"\nnoise_cut = \"30%\"\n",
    check: |_| Ok(()),
};

impl Instrument for GreenMatching {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn mark(&self, v: &Values, class: Class, out: &mut MarkedAnswer) {
        if class.is_mse() {
            out.by[Standing::GreenList as usize] = Marked {
                share: v.get(LISTED),
                awareness: v.get(AWARENESS),
                first_visit: v.get(VISIT),
                noise: 1.0 - v.get(NOISE_CUT),
                ..Marked::default()
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_of_businesses() {
        let v = Values { enabled: true, values: vec![0.6, 0.03, 0.1, 0.3] };
        for class in Class::ALL {
            let mut out = MarkedAnswer::default();
            GreenMatching.mark(&v, class, &mut out);
            let m = out.by[Standing::GreenList as usize];
            assert_eq!((m.awareness, m.first_visit), if class.is_mse() { (0.03, 0.1) } else { (0.0, 0.0) });
            assert_eq!(m.noise, if class.is_mse() { 0.7 } else { 1.0 });
        }
    }
}
