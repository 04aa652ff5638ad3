//! 金融知识普及: lessons in villages on what credit is, who gives it, and what to do after a refusal.
//!
//! They come to one town after the other in the pack's order and speak to all who live there. Uptake
//! of insurance is not part of it here. Sizes are assumptions: the plan gives none.

use super::{CellAsk, Door, Instrument, ReachAnswer, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct FinancialLiteracy;

pub const COVERAGE: usize = 0;
pub const AWARENESS: usize = 1;
pub const GIVING_UP_CUT: usize = 2;

static SPEC: Spec = Spec {
    id: "financial_literacy",
    zh: "金融知识普及",
    en: "Financial literacy",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(3)8: financial knowledge in the countryside｜永金组发〔2023〕1号 四(三)8 提升农村地区金融知识普及水平，落实好农村金融消费权益保护工作",
    scope: Scope::District,
    doors: &[Door::Reach],
    settings: &[
        Setting {
            key: "coverage",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of towns with lessons",
            zh: "开展宣讲的镇的比例",
        },
        Setting {
            key: "awareness",
            unit: Unit::RateMonthly,
            low: 0.0,
            high: 0.2,
            limit_source: "",
            neutral: 0.0,
            en: "added monthly hazard of learning of credit there",
            zh: "当地每月新增知晓率",
        },
        Setting {
            key: "giving_up_cut",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "fall of the share of refused borrowers there who give up",
            zh: "当地被拒后放弃申请者比例的下降幅度",
        },
    ],
    mechanism_en: "Where there are lessons, borrowers learn of credit sooner, and fewer of those refused give up: they ask again when the usual wait is over. Whether a lender then says yes is its own affair. Lessons move nothing else: uptake of insurance is a setting of `crop_insurance`, and no product but credit is taken up more.",
    mechanism_zh: "开展宣讲的镇，借款人更早知晓信贷，被拒后放弃者减少，等待期满再申请；能否获贷仍由银行判断。宣讲不改变其他行为：参保率由 `crop_insurance` 的参数设定，信贷以外的产品不因宣讲而更多使用。",
    example: "[policy.financial_literacy]\ncoverage = [{ from = \"2019\", value = \"50%\" }]\nawareness = \"0.5%\"\ngiving_up_cut = \"40%\"\n",
    check: |_| Ok(()),
};

impl Instrument for FinancialLiteracy {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn reach(&self, v: &Values, ask: &CellAsk, out: &mut ReachAnswer) {
        if !ask.urban && ask.within(v.get(COVERAGE)) {
            out.awareness += v.get(AWARENESS);
            out.giving_up *= 1.0 - v.get(GIVING_UP_CUT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn lessons_are_held_in_towns() {
        let v = Values { enabled: true, values: vec![0.5, 0.005, 0.4] };
        let given = |urban, order| {
            let mut out = ReachAnswer::default();
            FinancialLiteracy.reach(&v, &CellAsk { class: Class::Farm, urban, order, of: 16 }, &mut out);
            (out.awareness, out.giving_up)
        };
        assert_eq!(given(false, 8), (0.005, 0.6));
        assert_eq!([given(false, 9), given(true, 1)], [(0.0, 1.0); 2]);
    }
}
