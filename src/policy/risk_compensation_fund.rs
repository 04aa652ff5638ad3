//! 6500万元风险补偿基金: the district's pool behind 信用贷, 增信贷 and 担保贷.
//!
//! Balance = initial + replenished + interest − paid + recovered, never below zero. Covered
//! balances stay within multiple × last month-end's balance; a breaker stops new cover.
//! The plan states 65m yuan and three products; shares and caps are assumptions with ranges.

use super::{
    Door, FundAccess, GrantAnswer, Instrument, LossShares, RationAnswer, Scope, Setting, Spec, Values,
};
use crate::units::{Money, Unit, ppm};
use crate::world::Product;

pub struct RiskCompensationFund;

pub const INITIAL: usize = 0;
pub const SHARE_CREDIT: usize = 1;
pub const SHARE_ENHANCED: usize = 2;
pub const SHARE_GUARANTEED: usize = 3;
pub const MULTIPLE: usize = 4;
pub const LOAN_CAP: usize = 5;
pub const MIN_TICKET: usize = 6;
pub const RATE_CAP: usize = 7;
pub const CLAIM_LAG: usize = 8;
pub const INTEREST: usize = 9;
pub const ACCESS: usize = 10;
pub const BREAKER_POOL: usize = 11;
pub const BREAKER_BANK: usize = 12;
pub const BREAKER_USED: usize = 13;
pub const REPLENISHMENT: usize = 14;

static SPEC: Spec = Spec {
    id: "risk_compensation_fund",
    zh: "6500万元风险补偿基金",
    en: "The 65m yuan risk compensation fund",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(2)6 and V(4): risk compensation fund of 65m yuan from fiscal money｜永金组发〔2023〕1号 四(二)6 与 五(四) 财政资金统筹设立的6500万元风险补偿基金",
    scope: Scope::District,
    doors: &[Door::Ration, Door::Indemnify, Door::Grant],
    settings: &[
        Setting {
            key: "initial",
            unit: Unit::Money,
            low: 0.0,
            high: 1e10,
            limit_source: "",
            neutral: 0.0,
            en: "paid in by the district treasury in the month the fund starts",
            zh: "设立时财政注资",
        },
        Setting {
            key: "share.credit",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "fund's share of a loss on a credit loan (unsecured)",
            zh: "信用贷基金分担比例",
        },
        Setting {
            key: "share.enhanced",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "fund's share of a loss on an enhanced loan (short of collateral)",
            zh: "增信贷基金分担比例",
        },
        Setting {
            key: "share.guaranteed",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "fund's share of the local guarantor's loss on a guaranteed loan",
            zh: "担保贷中对原担保机构损失的分担比例",
        },
        Setting {
            key: "multiple",
            unit: Unit::Multiple,
            low: 0.0,
            high: 30.0,
            limit_source: "",
            neutral: 0.0,
            en: "covered balances over the fund's balance at last month-end",
            zh: "覆盖贷款余额对上月末基金余额的倍数",
        },
        Setting {
            key: "loan_cap",
            unit: Unit::Money,
            low: 0.0,
            high: 1e8,
            limit_source: "",
            neutral: 5e6,
            en: "largest covered loan",
            zh: "单户贷款上限",
        },
        Setting {
            key: "min_ticket",
            unit: Unit::Money,
            low: 0.0,
            high: 1e7,
            limit_source: "",
            neutral: 0.0,
            en: "smallest covered loan",
            zh: "单户贷款下限",
        },
        Setting {
            key: "rate_cap",
            unit: Unit::Points,
            low: 0.0,
            high: 0.20,
            limit_source: "",
            neutral: 0.20,
            en: "ceiling of a covered loan's rate over the one-year LPR",
            zh: "覆盖贷款利率较LPR加点上限",
        },
        Setting {
            key: "claim_lag",
            unit: Unit::Months,
            low: 0.0,
            high: 36.0,
            limit_source: "",
            neutral: 6.0,
            en: "months from non-performing to the fund's payment",
            zh: "不良认定至基金代偿的时滞",
        },
        Setting {
            key: "interest",
            unit: Unit::RateAnnual,
            low: 0.0,
            high: 0.10,
            limit_source: "",
            neutral: 0.0,
            en: "interest the fund earns on its balance",
            zh: "基金存款利率",
        },
        Setting {
            key: "access",
            unit: Unit::Choice(&["any", "refused_elsewhere", "banks_choice"]),
            low: 0.0,
            high: 2.0,
            limit_source: "",
            neutral: 0.0,
            en: "who may use it",
            zh: "准入规则",
        },
        Setting {
            key: "breaker.pool",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 1.0,
            en: "new cover stops while paid claims of twelve months exceed this share of covered balances",
            zh: "全池熔断线（12个月代偿率）",
        },
        Setting {
            key: "breaker.bank",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 1.0,
            en: "new cover at a bank stops while paid claims of twelve months exceed this share of its covered balances",
            zh: "单家银行熔断线",
        },
        Setting {
            key: "breaker.used",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 1.0,
            en: "new cover stops once this share of the paid-in capital is used",
            zh: "基金使用比例熔断线",
        },
        Setting {
            key: "replenishment",
            unit: Unit::Money,
            low: 0.0,
            high: 1e9,
            limit_source: "",
            neutral: 0.0,
            en: "yearly top-up by the district treasury, at most back to the paid-in capital",
            zh: "年度财政补充上限",
        },
    ],
    mechanism_en: "Three covered products; a bank books only its own share of the loss. Any eligible borrower may use them, or only who is refused elsewhere, or whom the bank puts there because it believes them riskier than usual. New cover stays within multiple × last month-end's balance and stops when a breaker trips (covered loans then run off with one renewal). Claims are paid after the lag, never beyond the balance; recoveries return in the same shares.",
    mechanism_zh: "三类产品分担损失；准入可为任何合格者、仅他行拒贷者，或由银行自选（选入其认为风险高于同类者）；新增覆盖不超过上月末余额×倍数，触发熔断即停止新增（存量允许一次续贷后退出）；代偿经时滞支付且不超过余额，追偿款按同比例返还。",
    example: "[policy.risk_compensation_fund]\ninitial = [{ from = \"2023-03\", value = \"6500万元\" }]\nmultiple = \"10x\"\nshare = { credit = \"50%\", enhanced = \"30%\", guaranteed = \"50%\" }\n",
    check: |_| Ok(()),
};

impl Instrument for RiskCompensationFund {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn indemnify(&self, v: &Values, product: Product, out: &mut LossShares) {
        let share = match product {
            Product::FundCredit => v.get(SHARE_CREDIT),
            Product::FundEnhanced => v.get(SHARE_ENHANCED),
            Product::FundGuaranteed => v.get(SHARE_GUARANTEED),
            _ => return,
        };
        out.fund = ppm(share) as u32;
        out.fund_lag_months = v.get(CLAIM_LAG) as i32;
    }

    fn ration(&self, v: &Values, out: &mut RationAnswer) {
        out.fund_open = v.get(INITIAL) > 0.0 && v.get(MULTIPLE) > 0.0;
        out.fund_multiple = v.get(MULTIPLE);
        out.fund_cap_yuan = v.get(LOAN_CAP);
        out.fund_min_yuan = v.get(MIN_TICKET);
        out.fund_rate_cap = v.get(RATE_CAP);
        out.fund_access = match v.get(ACCESS) as usize {
            0 => FundAccess::Any,
            1 => FundAccess::RefusedElsewhere,
            _ => FundAccess::BanksChoice,
        };
        out.breaker_pool = v.get(BREAKER_POOL);
        out.breaker_lender = v.get(BREAKER_BANK);
        out.breaker_used = v.get(BREAKER_USED);
    }

    fn grant(&self, v: &Values, out: &mut GrantAnswer) {
        out.fund_capital += Money::from_yuan_f64(v.get(INITIAL)).fen();
        out.fund_replenishment += Money::from_yuan_f64(v.get(REPLENISHMENT)).fen();
        out.fund_interest = v.get(INTEREST);
    }
}
