//! 汇率避险: exporters who hedge the currency part of their sales, with banks bearing part of the first cost.
//!
//! What the exchange rate does to an exporter's sales is a parameter of the pack; how many hedge, how much of it and
//! what it costs are assumptions. Money is settled by `model::hedge`.

use super::{Door, Hedge, Instrument, Scope, Setting, Spec, SteadyAnswer, SteadyAsk, Values};
use crate::units::Unit;

pub struct FxServices;

pub const SHARE: usize = 0;
pub const RATIO: usize = 1;
pub const FEE: usize = 2;
pub const WAIVED: usize = 3;

static SPEC: Spec = Spec {
    id: "fx_services",
    zh: "汇率避险服务（首办）",
    en: "Currency hedging for exporters (first use)",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)1: first use of cross-border renminbi and hedging｜永金组发〔2023〕1号 四(一)1 开展跨境人民币和外汇服务进园区行动，推动更多企业跨境人民币业务、汇率避险服务“首办”突破",
    scope: Scope::District,
    doors: &[Door::Steady],
    settings: &[
        Setting {
            key: "share",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of exporters who hedge (assumption); a larger share adds exporters and takes none away",
            zh: "办理汇率避险的出口主体比例（假设）；比例上升只增加、不替换",
        },
        Setting {
            key: "ratio",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "service handbook on firms' exchange-rate risk, risk neutrality: hedges within the actual exposure (recalled, not checked)｜《“企业汇率风险管理”服务手册》汇率风险中性：套保不超过实际敞口（忆及，未核对）",
            neutral: 0.5,
            en: "part of their currency exposure that is hedged, at most all of it (assumption)",
            zh: "套保占实际汇率敞口的比例，不超过全部敞口（假设）",
        },
        Setting {
            key: "fee",
            unit: Unit::Share,
            low: 0.0,
            high: 0.02,
            limit_source: "",
            neutral: 0.003,
            en: "cost of a hedge over the sales hedged (assumption)",
            zh: "避险成本占套保销售额的比例（假设）",
        },
        Setting {
            key: "waived",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "part of that cost that the home bank bears (assumption)",
            zh: "由开户银行承担的避险成本比例（假设）",
        },
    ],
    mechanism_en: "Of an exporter's deviation from normal sales a part is the exchange rate (parameter `currency_share`). Who is among the share has sold that part forward: month by month the market pays what the rate has taken from the hedged part of sales, or is paid what it has added, so that income is steadier and no higher on average; the cost of the hedge goes to the home bank, less what it bears itself. Cash that is missing for a settlement becomes an unpaid bill. Invoicing in renminbi is not told apart from a hedge.",
    mechanism_zh: "出口主体销售对正常水平的偏离中，一部分来自汇率（参数 currency_share）。属于该比例者把这部分远期卖出：每月汇率使套保部分的销售减少多少，市场即补给多少，增加多少即付出多少，收入更平稳而均值不变；避险成本付给开户银行，银行承担的部分除外。结算时现金不足的部分成为未付账款。以人民币计价与套保不作区分。",
    example: "[policy.fx_services]\nshare = [{ from = \"2019\", value = \"60%\" }]\nratio = \"70%\"\nwaived = \"50%\"\n",
    check: |_| Ok(()),
};

impl Instrument for FxServices {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn steady(&self, v: &Values, ask: &SteadyAsk, out: &mut SteadyAnswer) {
        if !ask.class.is_agri() {
            out.hedge =
                Hedge { share: v.get(SHARE), ratio: v.get(RATIO), fee: v.get(FEE), waived: v.get(WAIVED) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn businesses_may_hedge_and_never_more_than_they_are_exposed_to() {
        assert_eq!(SPEC.settings[RATIO].high, 1.0);
        let v = Values { enabled: true, values: vec![0.6, 0.7, 0.003, 0.5] };
        for class in Class::ALL {
            let mut out = SteadyAnswer::default();
            FxServices.steady(&v, &SteadyAsk { class, sector: "electronics" }, &mut out);
            assert_eq!(out.hedge.share, if class.is_agri() { 0.0 } else { 0.6 });
        }
    }
}
