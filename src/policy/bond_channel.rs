//! 科创票据、绿色债券: larger tech and green firms borrow from the bond market instead of, or beside, their bank.
//!
//! The market is a party outside the district with a view of its own on each issuer. Costs, sizes and spreads are
//! assumptions; registration rules of the interbank market ask for no collateral.

use super::{Bonds, Door, Instrument, NeedAnswer, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct BondChannel;

pub const SHARE: usize = 0;
pub const LEAST: usize = 1;
pub const TECH: usize = 2;
pub const GREEN: usize = 3;
pub const COST: usize = 4;
pub const COST_FIXED: usize = 5;
pub const OVER_LPR: usize = 6;
pub const MONTHS: usize = 7;
pub const NOISE: usize = 8;
pub const PD_CAP: usize = 9;
pub const RECOVERY: usize = 10;

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
    id: "bond_channel",
    zh: "科创票据与绿色债券",
    en: "Tech notes and green bonds",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)3 and IV(1)4: tech notes and green debt｜永金组发〔2023〕1号 四(一)3 支持企业发行科创票据；四(一)4 加大绿色债券、碳中和债券项目库储备培育，支持符合条件的企业发行绿色债务融资工具",
    scope: Scope::District,
    doors: &[Door::Need],
    settings: &[
        setting!("share" Share 0.0 1.0 0.0
            "share a year of eligible firms that the project pool makes ready to issue (assumption)"
            "符合条件的企业中每年经项目库培育可发行的比例（假设）"),
        setting!("least" Money 1e6 1e9 1e7
            "smallest issue (assumption: several firms' notes issued together)"
            "最低发行规模（假设；多家企业集合发行）"),
        setting!("tech" Flag 0.0 1.0 1.0
            "firms with the tech flag may issue tech notes"
            "科技型企业可发行科创票据"),
        setting!("green" Flag 0.0 1.0 1.0
            "firms with the green flag may issue green bonds"
            "绿色企业可发行绿色债券"),
        setting!("cost" Share 0.0 0.05 0.009
            "cost of an issue over its amount: underwriting of about 0.3% a year over three years (recalled)"
            "发行费用占发行额比例（承销费约每年0.3%、三年合计，忆及）"),
        setting!("cost_fixed" Money 0.0 5e6 3e5
            "rating, audit and legal opinion of an issue (assumption)"
            "评级、审计、法律意见等固定费用（假设）"),
        setting!("over_lpr" Points -0.03 0.05 -0.005
            "coupon over the one-year LPR before the premium for expected loss (assumption: best-rated three-year notes yielded about 3% in 2022)"
            "票面利率较1年期LPR的加点，未含预期损失溢价（假设；2022年最优评级三年期票据约3%）"),
        setting!("months" Months 9.0 60.0 36.0
            "months to maturity (assumption)"
            "期限（假设）"),
        setting!("noise" Number 0.0 5.0 0.6
            "standard deviation of the rating's signal of quality (assumption)"
            "评级对企业质量判断的误差标准差（假设）"),
        setting!("pd_cap" RateAnnual 0.0 0.2 0.02
            "highest yearly default probability at which investors buy (assumption)"
            "投资者可接受的最高年违约概率（假设）"),
        setting!("recovery" Share 0.0 1.0 0.3
            "what holders get back of a defaulted bond (assumption; unsecured)"
            "违约债券的回收率（无担保，假设）"),
    ],
    mechanism_en: "A firm with the flag whose need reaches the smallest issue, made ready by the project pool, is rated by the market on a noisy signal. If investors would buy and coupon and cost of the issue come to less than its bank's rate, it issues: without a loan or at its loan's maturity it borrows its whole need and repays the bank, whose book falls; between maturities it adds what the bank left unmet, if that alone is large enough. Coupons fall due monthly, the principal at the end: issued anew if investors still buy, else paid from cash and stock within three months, or lost to the holders.",
    mechanism_zh: "资金需求达到最低发行规模、带有科技或绿色标识并经项目库培育的企业，由市场按带误差的信号评级。投资者愿意购买且票息与发行费用低于银行利率时发行：无贷款或贷款到期时按全部需求发债并归还银行贷款，银行贷款余额相应下降；贷款未到期时，若未满足部分本身达到规模则补充发行。票息按月支付，本金到期一次归还：投资者仍愿购买则续发，否则三个月内以现金和存货偿还，不足部分由持有人承担。",
    example: "[policy.bond_channel]\nshare = [{ from = \"2019\", value = \"60%\" }]\nleast = \"300万元\"\ncost_fixed = \"5万元\"\n",
    check: |_| Ok(()),
};

impl Instrument for BondChannel {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn need(&self, v: &Values, out: &mut NeedAnswer) {
        if v.get(SHARE) <= 0.0 {
            return;
        }
        out.bonds = Bonds {
            share: v.get(SHARE),
            least_yuan: v.get(LEAST),
            tech: v.flag(TECH),
            green: v.flag(GREEN),
            cost: v.get(COST),
            cost_yuan: v.get(COST_FIXED),
            over_lpr: v.get(OVER_LPR),
            months: v.get(MONTHS) as i32,
            noise: v.get(NOISE),
            pd_cap: v.get(PD_CAP),
            recovery: v.get(RECOVERY),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_made_ready_means_no_bonds() {
        let mut v = Values { enabled: true, values: SPEC.settings.iter().map(|s| s.neutral).collect() };
        let mut out = NeedAnswer::default();
        BondChannel.need(&v, &mut out);
        assert_eq!(out, NeedAnswer::default());
        v.values[SHARE] = 0.5;
        BondChannel.need(&v, &mut out);
        assert_eq!((out.bonds.least_yuan, out.bonds.months, out.bonds.tech), (1e7, 36, true));
    }
}
