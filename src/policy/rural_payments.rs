//! 惠农通, rural POS: terminals in villages, whose payments leave a record of farms that take them.
//!
//! Terminals come to one town after the other in the pack's order; a share of the farms there uses
//! them, drawn once and apart from quality. What that is worth to a lender is an assumption.

use super::{CellAsk, Door, Instrument, ReachAnswer, Records, Scope, SeeAnswer, Setting, Spec, Values};
use crate::units::Unit;

pub struct RuralPayments;

pub const COVERAGE: usize = 0;
pub const USE: usize = 1;
pub const NOISE_CUT: usize = 2;
pub const COST_CUT: usize = 3;

static SPEC: Spec = Spec {
    id: "rural_payments",
    zh: "惠农通与乡村支付终端",
    en: "Rural payment terminals",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)5: terminals in villages｜永金组发〔2023〕1号 四(一)5 完善“惠农通”、乡村 POS 终端等自助设备的服务功能，拓展银行卡助农取款服务",
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
            en: "share of towns whose villages have terminals",
            zh: "村级终端已覆盖的镇的比例",
        },
        Setting {
            key: "use",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of farm households and agricultural entities there that take payments over them",
            zh: "当地使用终端收付的农户和新型农业经营主体比例",
        },
        Setting {
            key: "noise_cut",
            unit: Unit::Share,
            low: 0.0,
            high: 0.9,
            limit_source: "",
            neutral: 0.0,
            en: "share of screening noise removed for these without a thick credit file",
            zh: "其中信用档案不厚者甄别误差的下降比例",
        },
        Setting {
            key: "cost_cut",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of the own cost of an application that falls away there for farms and agricultural entities",
            zh: "当地农户和新型农业经营主体申请自付成本的下降比例",
        },
    ],
    mechanism_en: "Farms that take payments over a terminal leave a record: lenders see them with less noise, to the gain of good ones and the loss of bad ones. Papers can be handed in at the village, so that an application costs all farms there less.",
    mechanism_zh: "使用终端收付的农户留下流水，银行判断误差下降，好的受益、差的受损；材料可在村内提交，当地农户申请成本下降。",
    example: "[policy.rural_payments]\ncoverage = [{ from = \"2019\", value = \"50%\" }]\nuse = \"40%\"\nnoise_cut = \"25%\"\ncost_cut = \"30%\"\n",
    check: |_| Ok(()),
};

fn has_terminals(v: &Values, ask: &CellAsk) -> bool {
    ask.class.is_agri() && !ask.urban && ask.within(v.get(COVERAGE))
}

impl Instrument for RuralPayments {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn reach(&self, v: &Values, ask: &CellAsk, out: &mut ReachAnswer) {
        if has_terminals(v, ask) {
            out.cost *= 1.0 - v.get(COST_CUT);
        }
    }

    fn see(&self, v: &Values, ask: &CellAsk, out: &mut SeeAnswer) {
        if has_terminals(v, ask) {
            out.records = Records { share: v.get(USE), noise: 1.0 - v.get(NOISE_CUT), limit: 0.0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn terminals_stand_in_towns_and_record_farms() {
        let v = Values { enabled: true, values: vec![0.5, 0.4, 0.25, 0.3] };
        let answers = |class, urban, order| {
            let ask = CellAsk { class, urban, order, of: 16 };
            let (mut reach, mut see) = (ReachAnswer::default(), SeeAnswer::default());
            RuralPayments.reach(&v, &ask, &mut reach);
            RuralPayments.see(&v, &ask, &mut see);
            (reach.cost, see.records.share, see.records.noise)
        };
        assert_eq!(answers(Class::Farm, false, 8), (0.7, 0.4, 0.75));
        for (class, urban, order) in
            [(Class::Farm, false, 9), (Class::Farm, true, 1), (Class::Small, false, 1)]
        {
            assert_eq!(answers(class, urban, order), (1.0, 0.0, 1.0));
        }
    }
}
