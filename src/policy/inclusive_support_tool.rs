//! 普惠小微贷款支持工具: the central bank pays local legal-person banks a share of the *net
//! increase* of their inclusive MSE balance, quarterly; never for the stock, never for a fall.
//!
//! Source: PBOC notice 2022-01; 2% from 2022Q2; not offered after 2024.

use super::{Door, Instrument, QuarterAsk, QuoteAnswer, QuoteAsk, Scope, Setting, Spec, Values};
use crate::units::{Money, Unit, ppm, share_fen};
use crate::world::LenderKind;

pub struct InclusiveSupportTool;

pub const RATIO: usize = 0;
pub const QUOTA: usize = 1;
pub const EXPECTED_LIFE: usize = 2;
pub const INCREMENT_BASE: usize = 3;

pub const BASE_HIGH_WATER: f64 = 1.0;

static SPEC: Spec = Spec {
    id: "inclusive_support_tool",
    zh: "普惠小微贷款支持工具",
    en: "Inclusive MSE loan support tool",
    clause: "永金组发〔2023〕1号 五(一) 支持资金比例从1%提高至2%；中国人民银行 2022-01 通知",
    scope: Scope::National,
    doors: &[Door::Quote, Door::Fund],
    settings: &[
        Setting {
            key: "ratio",
            unit: Unit::Share,
            low: 0.0,
            high: 0.05,
            limit_source: "",
            neutral: 0.0,
            en: "incentive as a share of the quarter's net increase",
            zh: "激励资金占季度净增额的比例",
        },
        Setting {
            key: "quota",
            unit: Unit::Money,
            low: 0.0,
            high: 1e12,
            limit_source: "",
            neutral: 0.0,
            en: "most that is paid in a calendar year to the legal persons of the pack",
            zh: "区域包内法人机构每年激励资金上限",
        },
        Setting {
            key: "expected_life",
            unit: Unit::Months,
            low: 1.0,
            high: 120.0,
            limit_source: "",
            neutral: 54.0,
            en: "months over which a bank spreads a one-off incentive when it quotes (life of the relationship)",
            zh: "银行报价时摊销一次性激励的期限",
        },
        Setting {
            key: "increment_base",
            unit: Unit::Choice(&["previous_quarter_end", "high_water_mark"]),
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "what the increase is measured from",
            zh: "净增额的计算基数",
        },
    ],
    mechanism_en: "Each quarter-end a local legal-person bank receives ratio × the net increase of its whole inclusive balance (district book + outside book), up to the quota; the district book's share is its share of the increase. A quoting bank values a new yuan at ratio × the chance that it still adds to the balance, spread over the relationship; a renewal is worth nothing.",
    mechanism_zh: "季末地方法人银行按全行普惠小微余额净增额×比例获得激励（不超过额度）；报价时仅对新增余额、按存续概率与关系期限摊销计值，续贷不计。",
    example: "[policy.inclusive_support_tool]\nratio = [{ from = \"2022-01\", value = \"1%\" }, { from = \"2022Q2\", value = \"2%\" }, { from = \"2025-01\", value = \"0%\" }]\nquota = \"8亿元\"\n",
    check: |_| Ok(()),
};

/// Local legal-person banks: city, rural and village banks incorporated in the city.
fn eligible(kind: LenderKind, local_legal_person: bool) -> bool {
    local_legal_person && matches!(kind, LenderKind::City | LenderKind::Rural | LenderKind::Village)
}

/// Yearly growth at which a bank counts on half the incentive of a new yuan.
const GROWTH_HALF: f64 = 0.02;

impl Instrument for InclusiveSupportTool {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        // Renewing an existing balance adds nothing to it.
        if ask.renewal || !ask.class.is_mse() || !eligible(ask.kind, ask.local_legal_person) {
            return;
        }
        // A yuan earns only in a quarter in which the whole balance rises: the slower the bank grows,
        // the less surely.
        let growth = ask.inclusive_growth.max(0.0);
        let still_adds = growth / (growth + GROWTH_HALF);
        out.support += v.get(RATIO) * still_adds * 12.0 / v.get(EXPECTED_LIFE);
    }

    fn incentive(&self, v: &Values, ask: &QuarterAsk) -> i64 {
        if !eligible(ask.kind, ask.local_legal_person) {
            return 0;
        }
        let base = if v.get(INCREMENT_BASE) == BASE_HIGH_WATER { ask.high_water } else { ask.balance_before };
        let increase = (ask.balance_now - base).max(0);
        let room = (Money::from_yuan_f64(v.get(QUOTA)).fen() - ask.paid_this_year).max(0);
        share_fen(increase, ppm(v.get(RATIO))).min(room)
    }
}
