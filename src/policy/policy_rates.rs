//! 政策利率: loan prime rate, deposit-rate adjustment and reserve requirements.
//!
//! LPR anchors the going rate of loans; deposit-rate adjustment and reserves shift lenders'
//! marginal funding by type of bank. Source: PBOC/NIFC announcements as dated in the baseline.

use super::{Door, Instrument, QuoteAnswer, QuoteAsk, Scope, Setting, Spec, Values};
use crate::units::Unit;
use crate::world::LenderKind;

pub struct PolicyRates;

pub const LPR_1Y: usize = 0;
pub const DEPOSIT_LARGE: usize = 1;
pub const RRR_LARGE: usize = 2;
pub const RRR_SMALL: usize = 3;
pub const DEPOSIT_SMALL: usize = 4;

static SPEC: Spec = Spec {
    id: "policy_rates",
    zh: "政策利率与存款准备金",
    en: "Policy rates and reserve requirements",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, V(3): reform of the LPR and market-based deposit rates｜永金组发〔2023〕1号 五(三) LPR 改革效能与存款利率市场化调整机制",
    scope: Scope::National,
    doors: &[Door::Quote],
    settings: &[
        Setting {
            key: "lpr_1y",
            unit: Unit::RateAnnual,
            low: 0.0,
            high: 0.10,
            limit_source: "",
            neutral: 0.0431,
            en: "one-year loan prime rate",
            zh: "1年期贷款市场报价利率",
        },
        Setting {
            key: "deposit_adjustment.large",
            unit: Unit::Points,
            low: -0.03,
            high: 0.03,
            limit_source: "",
            neutral: 0.0,
            en: "cumulative change of funding cost of large and joint-stock banks from the deposit-rate adjustment mechanism",
            zh: "存款利率市场化调整机制对大型与股份制银行资金成本的累计影响",
        },
        Setting {
            key: "rrr_large",
            unit: Unit::Share,
            low: 0.0,
            high: 0.25,
            limit_source: "",
            neutral: 0.145,
            en: "required reserves of large and joint-stock banks",
            zh: "大型与股份制银行存款准备金率",
        },
        Setting {
            key: "rrr_small",
            unit: Unit::Share,
            low: 0.0,
            high: 0.25,
            limit_source: "",
            neutral: 0.115,
            en: "required reserves of city, rural and village banks",
            zh: "中小银行存款准备金率",
        },
        Setting {
            key: "deposit_adjustment.small",
            unit: Unit::Points,
            low: -0.03,
            high: 0.03,
            limit_source: "",
            neutral: 0.0,
            en: "cumulative change of funding cost of city, rural, village and online banks from the deposit-rate adjustment mechanism",
            zh: "存款利率市场化调整机制对中小银行资金成本的累计影响",
        },
    ],
    mechanism_en: "The one-year LPR is the anchor of every lender's going rate; reserves gross up the marginal cost of funds and the deposit-rate adjustment shifts it, each by type of bank.",
    mechanism_zh: "1年期LPR是各贷款机构定价的锚；准备金率放大边际资金成本，存款利率调整机制直接移动资金成本，均分大型与中小银行。",
    example: "[policy.policy_rates]\nlpr_1y = [{ from = \"2019-08\", value = \"4.25%\" }, { from = \"2023-06\", value = \"3.55%\" }]\n",
    check: |_| Ok(()),
};

impl Instrument for PolicyRates {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        out.lpr_1y = Some(v.get(LPR_1Y));
        let large = matches!(ask.kind, LenderKind::Policy | LenderKind::State | LenderKind::JointStock);
        let (reserve, deposits) = if large { (RRR_LARGE, DEPOSIT_LARGE) } else { (RRR_SMALL, DEPOSIT_SMALL) };
        out.reserve_ratio = Some(v.get(reserve));
        out.deposit_adjustment += v.get(deposits);
    }
}
