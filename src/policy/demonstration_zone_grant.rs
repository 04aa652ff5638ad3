//! 普惠金融发展示范区奖补: the central budget's yearly award to a demonstration zone.
//!
//! Part of it is paid into the compensation fund, the rest pays interest and guarantee fee subsidies before the
//! district's own budget does. That it exists is in the plan's first clause; amount and split are assumptions.

use super::{Door, GrantAnswer, Instrument, Scope, Setting, Spec, Values};
use crate::units::{Money, Unit};

pub struct DemonstrationZoneGrant;

pub const AWARD: usize = 0;
pub const TO_FUND: usize = 1;

static SPEC: Spec = Spec {
    id: "demonstration_zone_grant",
    zh: "普惠金融示范区奖补",
    en: "Award to the demonstration zone",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, I: the demonstration zone leads; award of the central budget to demonstration zones of inclusive finance｜永金组发〔2023〕1号 一 发挥永川区普惠金融发展示范区引领作用；中央财政支持普惠金融发展示范区奖补",
    scope: Scope::National,
    doors: &[Door::Grant],
    settings: &[
        Setting {
            key: "award",
            unit: Unit::Money,
            low: 0.0,
            high: 1e9,
            limit_source: "",
            neutral: 0.0,
            en: "paid to the district treasury each June (assumption)",
            zh: "每年6月拨付区财政的奖补资金（假设）",
        },
        Setting {
            key: "to_fund",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.5,
            en: "part of it paid into the compensation fund where there is one (assumption)",
            zh: "其中注入风险补偿基金的比例（有基金时；假设）",
        },
    ],
    mechanism_en: "Each June the central budget pays the award to the district treasury. The fund's part raises its balance and, by the multiple, what it may cover. The rest is kept apart and pays interest subsidies and the guarantors' fee subsidy first, beside their budgets: the district spends less of its own, and a subsidy whose budget is used up goes on while the award lasts. Without fund or subsidies the money is only kept.",
    mechanism_zh: "每年6月中央财政将奖补资金拨付区财政。注入基金部分增加基金余额，并按倍数扩大可覆盖贷款；其余专户留存，先于区级预算支付贷款贴息和担保奖补：区级少支出，预算用完的贴息在奖补资金用完前可继续。没有基金或贴息时资金只是留存。",
    example: "[policy.demonstration_zone_grant]\naward = [{ from = \"2019\", value = \"3000万元\" }]\nto_fund = \"50%\"\n",
    check: |_| Ok(()),
};

impl Instrument for DemonstrationZoneGrant {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn grant(&self, v: &Values, out: &mut GrantAnswer) {
        out.award = Money::from_yuan_f64(v.get(AWARD)).fen();
        out.award_to_fund = v.get(TO_FUND);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_award_is_told_to_the_fen() {
        let v = Values { enabled: true, values: vec![3e7, 0.5] };
        let mut out = GrantAnswer::default();
        DemonstrationZoneGrant.grant(&v, &mut out);
        assert_eq!((out.award, out.award_to_fund), (3_000_000_000, 0.5));
    }
}
