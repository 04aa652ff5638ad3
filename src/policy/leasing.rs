//! 融资租赁: equipment that a lessor buys and owns until the rents are paid, instead of a loan for it.
//!
//! The asset is the security, so neither collateral nor a credit file is asked for. Shares, terms and the part of
//! need that is equipment are assumptions; what resale brings follows the regulatory loss on other physical assets.

use super::{Door, Instrument, LeaseTerms, NeedAnswer, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct Leasing;

pub const SHARE: usize = 0;
pub const PART: usize = 1;
pub const DOWN: usize = 2;
pub const OVER_LPR: usize = 3;
pub const MONTHS: usize = 4;
pub const RESALE: usize = 5;

static SPEC: Spec = Spec {
    id: "leasing",
    zh: "融资租赁",
    en: "Equipment leasing",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)2: equity with loans, leasing｜永金组发〔2023〕1号 四(一)2 加强与金融租赁公司开展合作，创新投贷联动、融资租赁等金融服务",
    scope: Scope::District,
    doors: &[Door::Need],
    settings: &[
        Setting {
            key: "share",
            unit: Unit::Share,
            low: 0.0,
            high: 0.5,
            limit_source: "",
            neutral: 0.0,
            en: "share a year of manufacturers and agricultural entities in need and without a loan to whom a lease is offered (assumption)",
            zh: "有融资需求而无贷款的制造企业、新型农业经营主体中每年获租赁方案的比例（假设）",
        },
        Setting {
            key: "part",
            unit: Unit::Share,
            low: 0.05,
            high: 0.9,
            limit_source: "",
            neutral: 0.4,
            en: "part of their need of credit that is equipment (assumption)",
            zh: "融资需求中设备所占比例（假设）",
        },
        Setting {
            key: "down",
            unit: Unit::Share,
            low: 0.0,
            high: 0.5,
            limit_source: "",
            neutral: 0.2,
            en: "paid by the lessee at once, over the price (assumption)",
            zh: "首付占设备价款的比例（假设）",
        },
        Setting {
            key: "over_lpr",
            unit: Unit::Points,
            low: 0.0,
            high: 0.2,
            limit_source: "",
            neutral: 0.03,
            en: "rate of the lease over the one-year LPR (assumption)",
            zh: "租赁利率较1年期LPR的加点（假设）",
        },
        Setting {
            key: "months",
            unit: Unit::Months,
            low: 6.0,
            high: 60.0,
            limit_source: "",
            neutral: 36.0,
            en: "months over which the price is paid off (assumption)",
            zh: "租期（假设）",
        },
        Setting {
            key: "resale",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.75,
            en: "what equipment taken back brings over what is owed (loss of 25% on other physical collateral, Basel foundation approach, recalled)",
            zh: "收回设备变现占未付租金本金的比例（巴塞尔初级法其他实物抵押损失率25%，忆及）",
        },
    ],
    mechanism_en: "A manufacturer or agricultural entity in need, without a loan, whose return covers the rate and whose cash pays the down payment, is leased the equipment part of its need: a lessor outside the district buys it. The output it stands for comes at once and the need of bank credit falls by it. Rent, an equal part of the price and interest on the rest, falls due monthly; three months behind, the equipment is taken back and sold, its output is gone and the need is there again. So it is when the lease ends and the equipment is worn out.",
    mechanism_zh: "有融资需求而无贷款的制造企业、新型农业经营主体，其资金回报率高于租赁利率、现金足以支付首付时，需求中的设备部分由区外租赁公司购入并出租：相应产出立即形成，银行融资需求随之减少。租金按月等额归还价款并按余额付息；拖欠三个月即收回设备变卖，产出消失、需求恢复；租期届满设备报废时亦同。",
    example: "[policy.leasing]\nshare = [{ from = \"2019\", value = \"30%\" }]\npart = \"50%\"\n",
    check: |_| Ok(()),
};

impl Instrument for Leasing {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn need(&self, v: &Values, out: &mut NeedAnswer) {
        out.lease = LeaseTerms {
            share: v.get(SHARE),
            part: v.get(PART),
            down: v.get(DOWN),
            over_lpr: v.get(OVER_LPR),
            months: v.get(MONTHS) as i32,
            resale: v.get(RESALE),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_come_through_and_silence_leases_nothing() {
        let v = Values { enabled: true, values: vec![0.3, 0.5, 0.2, 0.03, 36.0, 0.75] };
        let mut out = NeedAnswer::default();
        assert_eq!(out.lease.share, 0.0);
        Leasing.need(&v, &mut out);
        assert_eq!((out.lease.months, out.lease.part, out.lease.resale), (36, 0.5, 0.75));
    }
}
