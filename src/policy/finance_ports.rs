//! “1+5+N” 金融服务港湾, “1+2+N 普惠金融到村”: posts where borrowers hear of credit and apply nearby.
//!
//! Ports open in the pack's order, streets and towns apart; the plan names the first rural ones. Each
//! brings officers' cases. What a port does to awareness and cost the plan does not say: assumptions.

use super::{CellAsk, Door, Instrument, RationAnswer, ReachAnswer, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct FinancePorts;

pub const STREETS: usize = 0;
pub const TOWNS: usize = 1;
pub const AWARENESS: usize = 2;
pub const COST_CUT: usize = 3;
pub const CASES: usize = 4;

static SPEC: Spec = Spec {
    id: "finance_ports",
    zh: "金融服务港湾",
    en: "Finance ports",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(3)8: finance ports; the first towns are Xianlong, Hegeng, Shuangshi, Jian｜永金组发〔2023〕1号 四(三)8 建设打通城乡的“1+5+N”金融服务港湾，“1+2+N 普惠金融到村”，首批仙龙镇、何埂镇、双石镇、吉安镇",
    scope: Scope::District,
    doors: &[Door::Reach, Door::Ration],
    settings: &[
        Setting {
            key: "streets",
            unit: Unit::Count,
            low: 0.0,
            high: 200.0,
            limit_source: "",
            neutral: 0.0,
            en: "streets that have a port",
            zh: "设有港湾的街道数",
        },
        Setting {
            key: "towns",
            unit: Unit::Count,
            low: 0.0,
            high: 200.0,
            limit_source: "",
            neutral: 0.0,
            en: "towns that have a port",
            zh: "设有港湾的镇数",
        },
        Setting {
            key: "awareness",
            unit: Unit::RateMonthly,
            low: 0.0,
            high: 0.2,
            limit_source: "",
            neutral: 0.0,
            en: "added monthly hazard of learning of credit where there is a port",
            zh: "设有港湾处每月新增知晓率",
        },
        Setting {
            key: "cost_cut",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of the borrower's own cost of an application that falls away there",
            zh: "设有港湾处申请自付成本的下降比例",
        },
        Setting {
            key: "cases",
            unit: Unit::Number,
            low: 0.0,
            high: 500.0,
            limit_source: "",
            neutral: 0.0,
            en: "cases a month that a port adds to officers' capacity",
            zh: "每个港湾每月增加的办理件数",
        },
    ],
    mechanism_en: "Where there is a port, borrowers of all classes learn of credit sooner and spend less on an application. Its staff add cases to the capacity of the banks, shared as their officers are.",
    mechanism_zh: "设有港湾的镇街，各类主体更早知晓信贷、申请成本更低；港湾人员按各行信贷员比例增加办理能力。",
    example: "[policy.finance_ports]\nstreets = [{ from = \"2019\", value = 2 }]\ntowns = [{ from = \"2019\", value = 4 }]\nawareness = \"1%\"\ncost_cut = \"30%\"\ncases = 10\n",
    check: |_| Ok(()),
};

impl Instrument for FinancePorts {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn reach(&self, v: &Values, ask: &CellAsk, out: &mut ReachAnswer) {
        if f64::from(ask.order) <= v.get(if ask.urban { STREETS } else { TOWNS }) {
            out.awareness += v.get(AWARENESS);
            out.cost *= 1.0 - v.get(COST_CUT);
        }
    }

    fn ration(&self, v: &Values, out: &mut RationAnswer) {
        out.cases_added += (v.get(STREETS) + v.get(TOWNS)) * v.get(CASES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn ports_open_in_order_and_bring_officers() {
        let v = Values { enabled: true, values: vec![1.0, 4.0, 0.01, 0.3, 10.0] };
        let opened = |urban, order| {
            let mut out = ReachAnswer::default();
            FinancePorts.reach(&v, &CellAsk { class: Class::Farm, urban, order, of: 16 }, &mut out);
            out != ReachAnswer::default()
        };
        assert_eq!([1, 2].map(|k| opened(true, k)), [true, false]);
        assert_eq!([1, 4, 5].map(|k| opened(false, k)), [true, true, false]);
        let mut out = RationAnswer::default();
        FinancePorts.ration(&v, &mut out);
        assert_eq!(out.cases_added, 50.0);
    }
}
