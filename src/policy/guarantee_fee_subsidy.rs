//! 担保降费奖补: public money that makes up to guarantors what a lower fee costs them.
//!
//! Paid each December on what a guarantor newly guaranteed in the year: the rate rises with its share
//! of small tickets, batch business earns a part, a guarantor's total is capped. Guarantors count it
//! as income when they decide whom to accept. Source: 渝财金〔2022〕19号 (Chongqing, 2021 to 2023).

use super::{Door, FeeAsk, FeeSubsidy, Instrument, Scope, Setting, Spec, Values};
use crate::units::{Money, Unit};

pub struct GuaranteeFeeSubsidy;

pub const RATE_BASE: usize = 0;
pub const RATE_80: usize = 1;
pub const RATE_90: usize = 2;
pub const PLUS_SMALL: usize = 3;
pub const PLUS_FIRST: usize = 4;
pub const PLUS_LOW_FEE: usize = 5;
pub const LOW_FEE: usize = 6;
pub const BATCH: usize = 7;
pub const CAP: usize = 8;

macro_rules! rate {
    ($key:literal, $en:literal, $zh:literal) => {
        Setting {
            key: $key,
            unit: Unit::RateAnnual,
            low: 0.0,
            high: 0.03,
            limit_source: "",
            neutral: 0.0,
            en: $en,
            zh: $zh,
        }
    };
}

static SPEC: Spec = Spec {
    id: "guarantee_fee_subsidy",
    zh: "担保降费奖补",
    en: "Subsidy for lower guarantee fees",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(2)6: lower guarantee fees; Yu Cai Jin [2022] No. 19: subsidy for lower fees｜永金组发〔2023〕1号 四(二)6 降低担保费率；渝财金〔2022〕19号 担保降费奖补",
    scope: Scope::City,
    doors: &[Door::Grant],
    settings: &[
        rate!(
            "rate.base",
            "paid on new guarantees where small tickets are below 80% of the book",
            "小微三农占比不足80%的奖补比例"
        ),
        rate!(
            "rate.from_80",
            "paid on new guarantees where small tickets are 80% of the book or more",
            "小微三农占比80%以上的奖补比例"
        ),
        rate!(
            "rate.from_90",
            "paid on new guarantees where small tickets are 90% of the book or more",
            "小微三农占比90%以上的奖补比例"
        ),
        rate!(
            "plus.small",
            "added where small tickets are at least half of the book",
            "小额业务占比50%以上的加成"
        ),
        rate!("plus.first_time", "added for a borrower's first guaranteed loan", "首次担保的加成"),
        rate!("plus.low_fee", "added where the fee is at most `low_fee`", "费率不高于低费率线的加成"),
        Setting {
            key: "low_fee",
            unit: Unit::RateAnnual,
            low: 0.0,
            high: 0.05,
            limit_source: "",
            neutral: 0.01,
            en: "fee at and below which that is added",
            zh: "低费率线",
        },
        Setting {
            key: "batch_factor",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.3,
            en: "part of the subsidy that batch business earns",
            zh: "批量担保业务按比例计补",
        },
        Setting {
            key: "cap",
            unit: Unit::Money,
            low: 0.0,
            high: 1e9,
            limit_source: "",
            neutral: 3e7,
            en: "most one guarantor gets in a year",
            zh: "单家担保机构年度奖补上限",
        },
    ],
    mechanism_en: "Each December a local guarantor is paid a rate on what it newly guaranteed in the year, by its share of small tickets, with additions for small tickets, first guarantees and low fees; batch business earns a part; a cap holds per guarantor. Expected subsidy counts as income where a guarantor decides how much risk it can afford to accept, so a lower fee need not mean fewer guarantees.",
    mechanism_zh: "每年12月按当年新增担保额对原担保机构奖补，比例随小微三农占比提高，小额、首担、低费率另有加成，批量业务折算，单家设上限；担保机构决定可承担风险时将其计入收入，故降费不必少担。",
    example: "[policy.guarantee_fee_subsidy]\nrate.base = [{ from = \"2019\", value = \"1%\" }]\nrate.from_80 = [{ from = \"2019\", value = \"1.2%\" }]\nrate.from_90 = [{ from = \"2019\", value = \"1.3%\" }]\ncap = \"3000万元\"\n",
    check: |_| Ok(()),
};

impl Instrument for GuaranteeFeeSubsidy {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn fee_subsidy(&self, v: &Values, ask: &FeeAsk, out: &mut FeeSubsidy) {
        let tier = match ask.small_share {
            s if s >= 0.9 => RATE_90,
            s if s >= 0.8 => RATE_80,
            _ => RATE_BASE,
        };
        out.rate = v.get(tier);
        if out.rate > 0.0 {
            out.rate += if ask.small_share >= 0.5 { v.get(PLUS_SMALL) } else { 0.0 };
            out.rate += if ask.fee <= v.get(LOW_FEE) { v.get(PLUS_LOW_FEE) } else { 0.0 };
        }
        out.first_time = v.get(PLUS_FIRST);
        out.batch_factor = v.get(BATCH);
        out.cap_fen = Money::from_yuan_f64(v.get(CAP)).fen();
    }
}
