//! 信用镇、信用村: where villages are rated, farms have something like a credit file before a first loan.
//!
//! Rating comes to one township after the other, in the pack's order, streets and towns apart. Lenders
//! see farms there with less noise, farms hear of credit and bring fewer papers. Sizes are assumptions.

use super::{CellAsk, Door, Instrument, ReachAnswer, Scope, SeeAnswer, Setting, Spec, Values};
use crate::units::Unit;
use crate::world::{FILE_NONE, FILE_THIN};

pub struct CreditVillages;

pub const COVERAGE: usize = 0;
pub const NOISE_CUT: usize = 1;
pub const THIN: usize = 2;
pub const AWARENESS: usize = 3;
pub const COST_CUT: usize = 4;

static SPEC: Spec = Spec {
    id: "credit_villages",
    zh: "信用镇、信用村",
    en: "Credit villages",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(3)9: credit townships and villages｜永金组发〔2023〕1号 四(三)9 推进农村信用体系建设，加快布局农村信用镇（街道）、信用村",
    scope: Scope::District,
    doors: &[Door::Reach, Door::See],
    settings: &[
        Setting {
            key: "coverage",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of townships rated",
            zh: "已评定镇街的比例",
        },
        Setting {
            key: "noise_cut",
            unit: Unit::Share,
            low: 0.0,
            high: 0.9,
            limit_source: "",
            neutral: 0.0,
            en: "share of screening noise removed there for farms and agricultural entities without a credit file",
            zh: "评定镇街内无信用档案的农户和新型农业经营主体甄别误差的下降比例",
        },
        Setting {
            key: "thin",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.5,
            en: "part of that cut which a borrower with a thin file still gets",
            zh: "薄档案借款人所得降幅占无档案降幅的比例",
        },
        Setting {
            key: "awareness",
            unit: Unit::RateMonthly,
            low: 0.0,
            high: 0.2,
            limit_source: "",
            neutral: 0.0,
            en: "added monthly hazard of learning of credit there",
            zh: "评定镇街内每月新增知晓率",
        },
        Setting {
            key: "cost_cut",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of the borrower's own cost of an application that falls away there",
            zh: "评定镇街内申请自付成本的下降比例",
        },
    ],
    mechanism_en: "In rated townships lenders see farms and agricultural entities with less noise where there is no file or a thin one: good ones are quoted less, bad ones more or not at all. They also hear of credit sooner and bring fewer papers. Elsewhere and for others nothing changes.",
    mechanism_zh: "评定镇街内，银行对无档案或薄档案的农户、新型农业经营主体判断误差下降：好的报价下降，差的报价上升或被拒；知晓更快、材料更少。其他镇街和主体不变。",
    example: "[policy.credit_villages]\ncoverage = [{ from = \"2019\", value = \"25%\" }, { from = \"2021\", value = \"60%\" }]\nnoise_cut = \"30%\"\nawareness = \"1%\"\ncost_cut = \"50%\"\n",
    check: |_| Ok(()),
};

fn rated(v: &Values, ask: &CellAsk) -> bool {
    ask.class.is_agri() && ask.within(v.get(COVERAGE))
}

impl Instrument for CreditVillages {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn reach(&self, v: &Values, ask: &CellAsk, out: &mut ReachAnswer) {
        if rated(v, ask) {
            out.rated = true;
            out.awareness += v.get(AWARENESS);
            out.cost *= 1.0 - v.get(COST_CUT);
        }
    }

    fn see(&self, v: &Values, ask: &CellAsk, out: &mut SeeAnswer) {
        if rated(v, ask) {
            out.noise[usize::from(FILE_NONE)] *= 1.0 - v.get(NOISE_CUT);
            out.noise[usize::from(FILE_THIN)] *= 1.0 - v.get(NOISE_CUT) * v.get(THIN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn a_quarter_of_sixteen_towns_is_four_and_only_farms_are_rated() {
        let v = Values { enabled: true, values: vec![0.25, 0.3, 0.5, 0.01, 0.5] };
        let noise = |class, order| {
            let mut out = SeeAnswer::default();
            CreditVillages.see(&v, &CellAsk { class, urban: false, order, of: 16 }, &mut out);
            out.noise
        };
        assert_eq!(noise(Class::Farm, 4), [0.7, 0.85, 1.0]);
        assert_eq!(noise(Class::Farm, 5), [1.0; 3]);
        assert_eq!(noise(Class::Micro, 1), [1.0; 3]);
        let mut out = ReachAnswer::default();
        CreditVillages.reach(&v, &CellAsk { class: Class::Agri, urban: true, order: 2, of: 7 }, &mut out);
        assert_eq!(out, ReachAnswer { awareness: 0.01, cost: 0.5, rated: true, ..ReachAnswer::default() });
    }
}
