//! 普惠小微贷款支持工具: the central bank pays local legal-person banks a share of the *net
//! increase* of their inclusive MSE balance, quarterly; never for the stock, never for a fall.
//!
//! A quoting bank counts what a yuan adds now less what its repayment takes from a later increase.
//! Source: PBOC notice 2022-01; 2% from 2022Q2; not offered after 2024.

use super::{Door, Incentive, Instrument, QuarterAsk, QuoteAnswer, QuoteAsk, Scope, Setting, Spec, Values};
use crate::units::{Lang, Money, Unit, ppm, share_fen};
use crate::world::LenderKind;

pub struct InclusiveSupportTool;

pub const RATIO: usize = 0;
pub const QUOTA: usize = 1;
pub const EXPECTED_LIFE: usize = 2;
pub const INCREMENT_BASE: usize = 3;
pub const HORIZON: usize = 4;
pub const GROWTH_HALF: usize = 5;

pub const NATIONAL_BRANCHES: usize = 6;

pub const BASE_HIGH_WATER: f64 = 1.0;

/// Who may be paid.
const LAW: &str = "People's Bank of China, notice of 2022-01: the support tool is for local legal-person banks｜中国人民银行 2022-01 通知：普惠小微贷款支持工具面向地方法人银行";

fn check(v: &Values) -> Result<(), String> {
    if !v.flag(NATIONAL_BRANCHES) {
        return Ok(());
    }
    let [en, zh] = [Lang::En, Lang::Zh].map(|lang| lang.half(LAW));
    Err(format!(
        "branches of national banks (national_branches) may not use the tool, which is for local legal-person banks: {en}; the district's plan, Yong Jin Zu Fa [2023] No. 1, V(1)｜全国性银行分支机构（national_branches）不得使用该工具：{zh}；永金组发〔2023〕1号 五(一) 激励地方法人机构"
    ))
}

static SPEC: Spec = Spec {
    id: "inclusive_support_tool",
    zh: "普惠小微贷款支持工具",
    en: "Inclusive MSE loan support tool",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, V(1): support raised from 1% to 2%; People's Bank of China, notice of 2022-01｜永金组发〔2023〕1号 五(一) 支持资金比例从1%提高至2%；中国人民银行 2022-01 通知",
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
        Setting {
            key: "horizon",
            unit: Unit::Months,
            low: 0.0,
            high: 120.0,
            limit_source: "",
            neutral: 0.0,
            en: "months for which banks expect the tool to go on: a balance repaid within them lowers a later increase",
            zh: "银行预期工具延续的月数（其间收回的贷款会减少以后的净增额）",
        },
        Setting {
            key: "growth_half",
            unit: Unit::RateAnnual,
            low: 0.0,
            high: 0.20,
            limit_source: "",
            neutral: 0.02,
            en: "yearly growth of the whole balance at which a bank counts on half the incentive of a new yuan",
            zh: "银行对新增一元激励计一半价值时的年增速",
        },
        Setting {
            key: "national_branches",
            unit: Unit::Flag,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "branches of national banks are paid as well; the notice rules it out, so only false is accepted",
            zh: "全国性银行分支机构也可获得；通知不允许，只能为 false",
        },
    ],
    mechanism_en: "Each quarter-end a local legal-person bank receives ratio × the net increase of its whole inclusive balance (district book + outside book), up to the year's quota, which claims of a quarter share in proportion; the district book's share is its share of the increase. A quoting bank values a new yuan at ratio × the chance that the quarter's balance rises, less the chance that the yuan is repaid while the tool still runs and takes as much from a later increase, spread over the relationship and scaled by what the quota lately paid; a renewal is worth nothing.",
    mechanism_zh: "季末地方法人银行按全行普惠小微余额净增额×比例获得激励（不超过年度额度，超出时按比例分配）；报价时对新增一元按当季净增概率计值，扣除工具期内收回而减少以后净增额的部分，按关系期限摊销并随额度满足程度折减；续贷不计。",
    example: "[policy.inclusive_support_tool]\nratio = [{ from = \"2022-01\", value = \"1%\" }, { from = \"2022Q2\", value = \"2%\" }, { from = \"2025-01\", value = \"0%\" }]\nquota = \"8亿元\"\n",
    check,
};

/// Local legal-person banks: city, rural and village banks incorporated in the city.
fn eligible(kind: LenderKind, local_legal_person: bool) -> bool {
    local_legal_person && matches!(kind, LenderKind::City | LenderKind::Rural | LenderKind::Village)
}

impl Instrument for InclusiveSupportTool {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        // Renewing an existing balance adds nothing to it.
        if ask.renewal || !ask.class.is_mse() || !eligible(ask.kind, ask.local_legal_person) {
            return;
        }
        let life = v.get(EXPECTED_LIFE);
        // A yuan earns only in a quarter in which the whole balance rises: the slower the bank grows,
        // the less surely.
        let growth = ask.inclusive_growth.max(0.0);
        let rises = growth / (growth + v.get(GROWTH_HALF)).max(f64::MIN_POSITIVE);
        // Repaid before the tool ends, it takes as much from the increase of that quarter: what is
        // left is the chance that the balance is still higher at the end.
        let repaid_before = (v.get(HORIZON) / life).min(1.0);
        let value = v.get(RATIO) * rises * (1.0 - repaid_before * rises);
        out.support += value * ask.incentive_fill * 12.0 / life;
    }

    fn incentive(&self, v: &Values, ask: &QuarterAsk) -> Incentive {
        if !eligible(ask.kind, ask.local_legal_person) {
            return Incentive::default();
        }
        let base = if v.get(INCREMENT_BASE) == BASE_HIGH_WATER { ask.high_water } else { ask.balance_before };
        let increase = (ask.balance_now - base).max(0);
        let room = (Money::from_yuan_f64(v.get(QUOTA)).fen() - ask.paid_this_year).max(0);
        Incentive { claim: share_fen(increase, ppm(v.get(RATIO))), room }
    }
}
