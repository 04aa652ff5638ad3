//! 制造业中长期贷款: equipment loans over three to five years, paid off in equal monthly parts, with a volume asked of
//! banks.
//!
//! The plan asks banks to make more of them and gives no number: target, shares and sizes are assumptions. The price of
//! long money is the five-year over the one-year LPR (0.60–0.65 points in 2019–2022, published monthly).

use super::{
    Door, Instrument, Investments, LongTerms, NeedAnswer, QuoteAnswer, QuoteAsk, Scope, Setting, Spec, Values,
};
use crate::units::Unit;
use crate::world::LenderKind;

pub struct ManufacturingTermLoans;

pub const OFFERED: usize = 0;
pub const MONTHS: usize = 1;
pub const OVER_1Y: usize = 2;
pub const TARGET: usize = 3;
pub const WORTH: usize = 4;
pub const INVESTING: usize = 5;
pub const SIZE: usize = 6;
pub const OWN: usize = 7;
pub const SERVICE: usize = 8;

macro_rules! setting {
    ($key:literal $unit:ident $low:literal $high:literal $neutral:literal $law:literal $en:literal $zh:literal) => {
        Setting {
            key: $key,
            unit: Unit::$unit,
            low: $low,
            high: $high,
            limit_source: $law,
            neutral: $neutral,
            en: $en,
            zh: $zh,
        }
    };
}

static SPEC: Spec = Spec {
    id: "manufacturing_term_loans",
    zh: "制造业中长期贷款",
    en: "Medium- and long-term loans to manufacturers",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)2: term loans to manufacturers｜永金组发〔2023〕1号 四(一)2 鼓励金融机构持续加大制造业中长期贷款；五(二) 提供中长期贷款",
    scope: Scope::District,
    doors: &[Door::Quote, Door::Need],
    settings: &[
        setting!("offered" Share 0.0 1.0 0.0 ""
            "share of bank branches allowed to lend to manufacturers over years (assumption)"
            "获准办理制造业中长期贷款的网点比例（假设）"),
        setting!("months" Months 13.0 60.0 48.0 "General Rules for Loans: medium-term is over one and up to five years｜贷款通则：一年以上五年以下为中期贷款"
            "months over which a loan is paid off in equal parts (catalogue of the plan: three to five years; 48 assumed)"
            "按月等额还本的期限（三至五年，假设48个月）"),
        setting!("over_1y" Points 0.0 0.03 0.006 ""
            "price of long over one-year money (five-year less one-year LPR: 0.60-0.65 points in 2019-2022)"
            "长期资金较一年期的加点（5年期与1年期LPR之差，2019—2022年为0.60—0.65个百分点）"),
        setting!("target" Share 0.0 0.2 0.0 ""
            "new long loans asked of a bank in a year over its district book at the year's start (assumption)"
            "要求银行当年新增制造业中长期贷款占年初本区贷款余额的比例（假设）"),
        setting!("worth" Points 0.0 0.03 0.005 ""
            "points of rate a bank gives up while the year's whole volume is lacking (assumption)"
            "全年任务尚未完成时银行愿让出的利率（随缺口减少，假设）"),
        setting!("investing" Share 0.0 0.5 0.1 ""
            "share a year of manufacturers with equipment to buy that pays back over years (assumption)"
            "每年有设备投资机会的制造企业比例（假设）"),
        setting!("size" Number 0.01 1.0 0.15 ""
            "price of the equipment over yearly sales (assumption)"
            "设备投资额与年销售额之比（假设）"),
        setting!("own" Share 0.2 0.8 0.3 "Guo Fa [2015] No. 51: capital of fixed-asset projects at least 20%｜国发〔2015〕51号：固定资产投资项目资本金比例最低20%"
            "owner's own part of the price (assumption, above the least capital of projects)"
            "自有资金比例（假设，不低于项目最低资本金比例）"),
        setting!("service" Share 0.1 1.0 0.6 ""
            "most of a normal month's surplus that instalment and interest may take (assumption)"
            "月还本付息占正常月份经营结余的上限（假设）"),
    ],
    mechanism_en: "Manufacturers in need meet opportunities to buy equipment that one-year money cannot pay for; who meets one, and when, is drawn alike in every world. Where a bank in reach lends over years, it quotes as for any loan, with one-off costs spread over the years and the dearer long funds; the loan stands beside the working loan in the register, secured by the equipment, and is paid off in equal monthly parts, so nothing has to be rolled over. How much a firm can borrow follows from what instalment and interest leave of its monthly surplus: more months, more loan. A dearer loan is asked for in a smaller amount or not at all. The equipment brings sales at the owner's return from the start. At `quote` a bank is told the terms and the volume asked of it, at `need` owners meet their opportunities; the instrument itself tells nobody and adds no officers. The bank does, once it is behind its year's volume: it gives up margin, its officers tell owners who did not know of credit, and it finds officers for these loans beside its ordinary capacity. Who falls behind goes the way of every bad loan, and the equipment is lost.",
    mechanism_zh: "有融资需求的制造企业会遇到一年期资金无法支撑的设备投资机会；谁、何时遇到由固定抽签决定，各方案相同。可及银行办理中长期贷款时，按普通贷款同一公式报价，一次性成本按年分摊并计入较贵的长期资金；该贷款与流动资金贷款并存于登记簿，以设备抵押，按月等额还本，无需续贷。可贷额取决于月还本付息占经营结余的上限：期限越长可贷越多；利率越高需求越小。设备自投入起按业主回报率带来销售。工具在 `quote` 入口告知银行条件与任务量，在 `need` 入口给出投资机会，本身不上门、不增人；落后于全年任务的银行据此自行让利、派人告知不了解信贷的业主，并在日常办理能力之外为此类贷款安排人员。逾期与其他不良贷款同一路径处置，设备随之失去。",
    example: "[policy.manufacturing_term_loans]\noffered = [{ from = \"2019\", value = \"80%\" }]\ntarget = \"3%\"\ninvesting = \"20%\"\n",
    check: |_| Ok(()),
};

impl Instrument for ManufacturingTermLoans {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        let lends = !matches!(ask.kind, LenderKind::Online | LenderKind::Leasing);
        if lends && v.get(OFFERED) > 0.0 {
            out.long = Some(LongTerms {
                offered: v.get(OFFERED),
                months: v.get(MONTHS) as i32,
                over_1y: v.get(OVER_1Y),
                target: v.get(TARGET),
                worth: v.get(WORTH),
            });
        }
    }

    fn need(&self, v: &Values, out: &mut NeedAnswer) {
        if v.get(OFFERED) > 0.0 {
            out.investments = Investments {
                share: v.get(INVESTING),
                size: v.get(SIZE),
                own: v.get(OWN),
                service: v.get(SERVICE),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn who_may_not_lend_long_says_nothing() {
        let mut v = Values { enabled: true, values: SPEC.settings.iter().map(|s| s.neutral).collect() };
        let said = |v: &Values, kind| {
            let (mut quote, mut need) = Default::default();
            ManufacturingTermLoans.quote(v, &QuoteAsk::of(kind, true, Class::Small), &mut quote);
            ManufacturingTermLoans.need(v, &mut need);
            (quote, need)
        };
        assert_eq!(said(&v, LenderKind::State), Default::default());
        v.values[OFFERED] = 0.5;
        let (quote, need) = said(&v, LenderKind::State);
        assert_eq!(quote.long.map(|t| (t.offered, t.months)), Some((0.5, 48)));
        assert_eq!((need.investments.share, need.investments.own), (0.1, 0.3));
        assert_eq!(said(&v, LenderKind::Online).0, QuoteAnswer::default());
    }
}
