//! 科创引导基金、汽车产业投资基金、专精特新企业孵化基金, 投贷联动: stakes in tech enterprises, seen by their banks.
//!
//! A fund has capital, looks at enterprises with the tech flag of the pack, backs those it thinks good, and sells or writes
//! off its stakes. The plan names the funds and no figure: all sizes are assumptions.

use super::{
    Door, GrantAnswer, Instrument, Marked, MarkedAnswer, Scope, Setting, Spec, StakeCapital, Stakes,
    Standing, SteadyAnswer, SteadyAsk, Values,
};
use crate::units::{Money, Unit};
use crate::world::Class;

pub struct EquityFunds;

pub const CAPITAL: usize = 0;
pub const DISTRICT: usize = 1;
pub const SHARE: usize = 2;
pub const SIZE: usize = 3;
pub const VALUATION: usize = 4;
pub const NOISE: usize = 5;
pub const LEAST: usize = 6;
pub const SPENT: usize = 7;
pub const HOLD: usize = 8;
pub const NOISE_CUT: usize = 9;
pub const LIMIT: usize = 10;

macro_rules! setting {
    ($key:literal $unit:ident $low:literal $high:literal $neutral:literal $en:literal $zh:literal) => {
        Setting {
            key: $key,
            unit: Unit::$unit,
            low: $low,
            high: $high,
            limit_source: "",
            neutral: $neutral,
            en: $en,
            zh: $zh,
        }
    };
}

static SPEC: Spec = Spec {
    id: "equity_funds",
    zh: "股权投资基金与投贷联动",
    en: "Equity funds and loans beside stakes",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)2 and IV(1)3: equity with loans, funds for the car industry and specialised firms｜永金组发〔2023〕1号 四(一)2、3 加强与科创引导基金、风险投资、私募股权等机构合作，创新投贷联动；争取汽车产业投资基金、“专精特新”企业孵化基金倾斜支持",
    scope: Scope::District,
    doors: &[Door::Steady, Door::See, Door::Grant],
    settings: &[
        setting!("capital" Money 0.0 5e9 0.0
            "capital that funds have set aside for the district by now (assumption; the plan names the funds and no sum)"
            "各基金累计投向本区的资金规模（假设；文件仅列基金名称，无金额）"),
        setting!("district" Share 0.0 1.0 0.3
            "part of it paid by the district's budget, the rest by city and private owners (assumption)"
            "其中区级财政出资比例，其余由市级和社会资本出资（假设）"),
        setting!("share" Share 0.0 1.0 0.2
            "share a year of tech enterprises without a stake that a fund looks at (assumption)"
            "尚无基金持股的科技型企业中每年被基金考察的比例（假设）"),
        setting!("size" Number 0.01 2.0 0.15
            "money brought in over the enterprise's yearly sales (assumption)"
            "单笔投资额与企业年销售额之比（假设）"),
        setting!("valuation" Number 0.1 10.0 1.0
            "value of the enterprise before the money over yearly sales (assumption)"
            "投前估值与年销售额之比（假设）"),
        setting!("noise" Number 0.0 5.0 0.5
            "standard deviation of the fund's own signal of quality (assumption; a thick credit file leaves banks about as much)"
            "基金尽职调查对企业质量判断的误差标准差（假设；与信用档案厚实时银行的误差相当）"),
        setting!("least" Number -3.0 3.0 0.5
            "least quality a fund backs, by its own judgement, in spreads of quality (assumption: about one in three looked at)"
            "基金判断可投的最低质量，以质量离散度为单位（假设；约三分之一的被考察企业）"),
        setting!("spent" Share 0.0 1.0 0.7
            "part of the money spent on growing, the rest stays as cash cushion (assumption)"
            "投资款用于扩大经营的比例，其余留作现金缓冲（假设）"),
        setting!("hold" Months 12.0 120.0 60.0
            "months until a stake is sold to other investors at the value of then (assumption)"
            "持股至按届时估值转让给其他投资者的月数（假设）"),
        setting!("noise_cut" Share 0.0 0.9 0.4
            "share of screening noise on backed enterprises that due diligence and audited accounts remove for banks (assumption)"
            "基金持股企业因尽调和审计报表使银行甄别误差下降的比例（假设）"),
        setting!("limit" Number 0.0 5.0 1.5
            "least factor of a bank's unsecured limit for backed enterprises, in place of the credit file's (assumption)"
            "投贷联动：持股企业信用贷款额度系数的下限（替代信用档案系数，假设）"),
    ],
    mechanism_en: "Funds outside the district keep accounts of their own. As far as their cash goes they take stakes in tech enterprises that their own noisy signal shows to be good: the money reaches the enterprise's deposit, part of it is spent and brings sales at the owner's return, the rest raises the cushion that is not drawn. While the stake is held, banks see the enterprise with less noise and lend it more without security. After the holding time the stake is sold at the value of then, for gain or loss; if the enterprise closes, it is written off.",
    mechanism_zh: "基金在区外单独记账。在可用资金内，按自身带误差的判断对质量较好的科技型企业入股：资金进入企业存款，一部分用于扩大经营、按业主回报率带来销售，其余增加不取用的现金缓冲。持股期间银行对该企业甄别误差下降、信用贷款额度提高。持有期满按届时估值转让，盈亏归基金；企业关闭则核销。",
    example: "[policy.equity_funds]\ncapital = [{ from = \"2019\", value = \"5亿元\" }]\nshare = \"50%\"\n",
    check: |_| Ok(()),
};

impl Instrument for EquityFunds {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn steady(&self, v: &Values, ask: &SteadyAsk, out: &mut SteadyAnswer) {
        if v.get(CAPITAL) > 0.0 && matches!(ask.class, Class::Micro | Class::Small) {
            out.stakes = Stakes {
                share: v.get(SHARE),
                size: v.get(SIZE),
                valuation: v.get(VALUATION),
                noise: v.get(NOISE),
                least: v.get(LEAST),
                spent: v.get(SPENT),
                hold: v.get(HOLD) as i32,
            };
        }
    }

    fn mark(&self, v: &Values, class: Class, out: &mut MarkedAnswer) {
        if v.get(CAPITAL) > 0.0 && matches!(class, Class::Micro | Class::Small) {
            out.by[Standing::Backed as usize] = Marked {
                share: 1.0,
                noise: 1.0 - v.get(NOISE_CUT),
                limit: v.get(LIMIT),
                ..Marked::default()
            };
        }
    }

    fn grant(&self, v: &Values, out: &mut GrantAnswer) {
        out.stakes =
            StakeCapital { fen: Money::from_yuan_f64(v.get(CAPITAL)).fen(), district: v.get(DISTRICT) };
        if out.stakes.fen == 0 {
            out.stakes = StakeCapital::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_capital_a_fund_says_nothing() {
        let mut v = Values { enabled: true, values: SPEC.settings.iter().map(|s| s.neutral).collect() };
        let ask = SteadyAsk { class: Class::Small, sector: "electronics" };
        let said = |v: &Values| {
            let (mut steady, mut mark, mut grant) = Default::default();
            EquityFunds.steady(v, &ask, &mut steady);
            EquityFunds.mark(v, Class::Small, &mut mark);
            EquityFunds.grant(v, &mut grant);
            (steady, mark, grant)
        };
        assert_eq!(said(&v), Default::default());
        v.values[CAPITAL] = 1e8;
        let (steady, mark, grant) = said(&v);
        assert_eq!((steady.stakes.size, steady.stakes.hold), (0.15, 60));
        assert_eq!(mark.by[Standing::Backed as usize].noise, 0.6);
        assert_eq!((grant.stakes.fen, grant.stakes.district), (10_000_000_000, 0.3));
        // Nobody but enterprises is backed.
        let mut farm = SteadyAnswer::default();
        EquityFunds.steady(&v, &SteadyAsk { class: Class::Farm, sector: "tea" }, &mut farm);
        assert_eq!(farm, SteadyAnswer::default());
    }
}
