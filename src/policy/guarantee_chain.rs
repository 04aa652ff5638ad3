//! 国担/再担保 + 市小微担/市农担 + 区中小担: who bears a guaranteed loan's loss, and in which time.
//!
//! Ninety days after default the local guarantor pays the whole covered share at once; after a lag
//! it collects from re-guarantor and national fund; recoveries go back pro rata. Liability stays
//! within the multiple of net assets. Source: 融资担保公司监督管理条例; MoF notice 2019-02-15.

use super::{
    Door, Instrument, LossShares, QuoteAnswer, QuoteAsk, RationAnswer, Scope, Setting, Spec, Values,
};
use crate::units::{Lang, Unit, ppm};
use crate::world::{LenderKind, Product};

pub struct GuaranteeChain;

pub const FEE: usize = 0;
pub const SHARE_NATIONAL: usize = 1;
pub const SHARE_REGUARANTOR: usize = 2;
pub const SHARE_LOCAL: usize = 3;
pub const SHARE_BANK: usize = 4;
pub const MULTIPLE: usize = 5;
pub const CHAIN_LAG: usize = 6;
pub const PD_CUTOFF: usize = 7;
pub const NATIONAL_FEE: usize = 8;
pub const BATCH_SHARE: usize = 9;
pub const LOAN_CAP: usize = 10;
pub const MULTIPLE_SMALL: usize = 11;
pub const SMALL_SHARE: usize = 12;
pub const SMALL_TICKET: usize = 13;
pub const BATCH_CLAIM_CAP: usize = 14;
pub const PROCESS_DAYS: usize = 15;
/// Partner banks by kind, in the order of [`LenderKind`], from here on.
pub const PARTNER: usize = 16;
pub const PARTNER_KINDS: usize = LenderKind::Leasing as usize;

/// 15 times is for those mainly small and agricultural, who have a setting of their own.
const MULTIPLE_LAW: &str = "rules of the Regulation on Financing Guarantee Companies: at most 10 times net assets; mainly small and agricultural business 15 times (multiple_small)｜融资担保公司监督管理条例配套制度：不超过净资产10倍，小微三农为主者15倍（multiple_small）";
const SHARES_LAW: &str = "Ministry of Finance notice of 2019-02-15: the national fund bears 20%, the bank at least 20%｜财政部2019-02-15通知：国家融资担保基金分担20%，银行不低于20%";

macro_rules! partner {
    ($key:literal, $en:literal, $zh:literal) => {
        Setting {
            key: $key,
            unit: Unit::Flag,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 1.0,
            en: $en,
            zh: $zh,
        }
    };
}

fn check(v: &Values) -> Result<(), String> {
    let sum: f64 = (SHARE_NATIONAL..=SHARE_BANK).map(|i| v.get(i)).sum();
    if v.enabled && (sum - 1.0).abs() > 1e-9 {
        return Err(format!(
            "the loss shares national + reguarantor + local + bank sum to {0:.4}%, not 100% (the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(2)6)｜各方分担比例 national + reguarantor + local + bank 合计 {0:.4}%，应为 100%（{1}）",
            sum * 100.0,
            Lang::Zh.half(SPEC.clause)
        ));
    }
    Ok(())
}

static SPEC: Spec = Spec {
    id: "guarantee_chain",
    zh: "三级担保联动体系",
    en: "Three-tier guarantee chain",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(2)6: national fund or re-guarantor, city guarantors and the district's work as a chain of three; lower fees｜永金组发〔2023〕1号 四(二)6 国担基金/再担保+市小微担/市农担+区中小担三级担保联动，降低担保费率",
    scope: Scope::District,
    doors: &[Door::Quote, Door::Ration, Door::Indemnify],
    settings: &[
        Setting {
            key: "fee",
            unit: Unit::RateAnnual,
            low: 0.0,
            high: 0.05,
            limit_source: "",
            neutral: 0.0,
            en: "yearly guarantee fee the borrower pays on the guaranteed loan",
            zh: "借款人年化担保费率",
        },
        Setting {
            key: "share.national",
            unit: Unit::Share,
            low: 0.0,
            high: 0.2,
            limit_source: SHARES_LAW,
            neutral: 0.0,
            en: "loss share of the national financing guarantee fund",
            zh: "国家融资担保基金分担比例",
        },
        Setting {
            key: "share.reguarantor",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "loss share of the city re-guarantor",
            zh: "再担保机构分担比例",
        },
        Setting {
            key: "share.local",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "loss share of the local guarantor",
            zh: "原担保机构分担比例",
        },
        Setting {
            key: "share.bank",
            unit: Unit::Share,
            low: 0.2,
            high: 1.0,
            limit_source: SHARES_LAW,
            neutral: 1.0,
            en: "loss share of the bank",
            zh: "银行分担比例",
        },
        Setting {
            key: "multiple",
            unit: Unit::Multiple,
            low: 0.0,
            high: 10.0,
            limit_source: MULTIPLE_LAW,
            neutral: 0.0,
            en: "largest guarantee liability over net assets",
            zh: "担保责任余额与净资产的倍数上限",
        },
        Setting {
            key: "chain_lag",
            unit: Unit::Months,
            low: 0.0,
            high: 36.0,
            limit_source: "",
            neutral: 6.0,
            en: "months until the local guarantor collects from the upper tiers",
            zh: "向上级分担机构追偿的时滞",
        },
        Setting {
            key: "pd_cutoff",
            unit: Unit::Share,
            low: 0.0,
            high: 0.5,
            limit_source: "",
            neutral: 0.035,
            en: "highest yearly default probability a guarantor accepts",
            zh: "担保准入违约概率上限",
        },
        Setting {
            key: "national_fee",
            unit: Unit::RateAnnual,
            low: 0.0,
            high: 0.02,
            limit_source: "",
            neutral: 0.003,
            en: "yearly fee the local guarantor passes to the upper tiers on their share",
            zh: "国担与再担保收费（按其责任份额）",
        },
        Setting {
            key: "batch_share",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of cases guaranteed in batch, without case review",
            zh: "批量担保（总对总）业务占比",
        },
        Setting {
            key: "loan_cap",
            unit: Unit::Money,
            low: 0.0,
            high: 5e7,
            limit_source: "",
            neutral: 1e7,
            en: "largest loan that may be guaranteed",
            zh: "单户担保贷款上限",
        },
        Setting {
            key: "multiple_small",
            unit: Unit::Multiple,
            low: 0.0,
            high: 15.0,
            limit_source: MULTIPLE_LAW,
            neutral: 0.0,
            en: "largest guarantee liability over net assets of a guarantor whose book is mainly small tickets, where that is higher",
            zh: "小微三农为主的担保机构的倍数上限（高于一般上限时适用）",
        },
        Setting {
            key: "small_share",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.8,
            en: "share of small tickets from which a book counts as mainly small",
            zh: "小微三农为主的占比标准",
        },
        Setting {
            key: "small_ticket",
            unit: Unit::Money,
            low: 0.0,
            high: 1e7,
            limit_source: "",
            neutral: 5e6,
            en: "largest loan that counts as a small ticket",
            zh: "小额业务单户上限",
        },
        Setting {
            key: "batch_claim_cap",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 1.0,
            en: "claims of twelve months over the batch balance beyond which batch cover pays nothing",
            zh: "批量担保代偿上限（12个月代偿率）",
        },
        Setting {
            key: "process_days",
            unit: Unit::Count,
            low: 0.0,
            high: 180.0,
            limit_source: "",
            neutral: 0.0,
            en: "days a reviewed case takes, during which the borrower's project waits; batch cases do not wait",
            zh: "逐笔审核办理天数（批量业务即时）",
        },
        partner!("partner.policy", "policy banks work with the guarantors", "政策性银行为合作银行"),
        partner!("partner.state", "large national banks work with the guarantors", "大型银行为合作银行"),
        partner!("partner.joint_stock", "joint-stock banks work with the guarantors", "股份制银行为合作银行"),
        partner!("partner.city", "city commercial banks work with the guarantors", "城市商业银行为合作银行"),
        partner!(
            "partner.rural",
            "rural commercial banks work with the guarantors",
            "农村商业银行为合作银行"
        ),
        partner!("partner.village", "village banks work with the guarantors", "村镇银行为合作银行"),
        partner!("partner.online", "online banks work with the guarantors", "互联网银行为合作银行"),
    ],
    mechanism_en: "A guaranteed loan costs the borrower the fee and the bank only its own share of the loss. Default → 90 days → the local guarantor pays the covered share at once from its deposits; what it lacks stays owed, oldest first, and it guarantees nothing new until paid → after the lag it collects the upper tiers' shares, as far as their deposits go → recoveries are shared pro rata. Batch business skips the case review and stops paying at its claim cap. A guarantor accepts risk only as far as fee and subsidy, with the deficit its owner tolerates, pay for the expected loss it keeps; new guarantees stop at the multiple of net assets.",
    mechanism_zh: "担保贷款由借款人付费、银行只承担自身份额；违约90日后原担保机构即时全额代偿，存款不足部分挂账、先到先付，清偿前不再新保；经时滞向上级追回（以其存款为限），追偿款按比例返还；批量业务不逐笔审核，代偿达上限即停付；担保机构以保费、奖补及出资人可承受亏损覆盖其预期损失，责任余额不超过净资产倍数。",
    example: "[policy.guarantee_chain]\nfee = [{ from = \"2019\", value = \"1.5%\" }, { from = \"2023-03\", value = \"0.5%\" }]\nshare = { national = \"20%\", reguarantor = \"20%\", local = \"40%\", bank = \"20%\" }\nmultiple = \"10x\"\n",
    check,
};

impl Instrument for GuaranteeChain {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, _ask: &QuoteAsk, out: &mut QuoteAnswer) {
        out.guarantee_fee = Some(v.get(FEE));
    }

    fn indemnify(&self, v: &Values, product: Product, out: &mut LossShares) {
        if product.is_guaranteed() {
            out.national = ppm(v.get(SHARE_NATIONAL)) as u32;
            out.reguarantor = ppm(v.get(SHARE_REGUARANTOR)) as u32;
            out.local = ppm(v.get(SHARE_LOCAL)) as u32;
            out.chain_lag_months = v.get(CHAIN_LAG) as i32;
        }
    }

    fn ration(&self, v: &Values, out: &mut RationAnswer) {
        out.chain_open = v.get(MULTIPLE) > 0.0 && v.get(SHARE_BANK) < 1.0;
        out.guarantor_multiple = v.get(MULTIPLE);
        out.guarantor_multiple_small = v.get(MULTIPLE_SMALL);
        out.small_share = v.get(SMALL_SHARE);
        out.small_ticket_yuan = v.get(SMALL_TICKET);
        out.batch_claim_cap = v.get(BATCH_CLAIM_CAP);
        out.guarantee_wait = v.get(PROCESS_DAYS) / 365.0;
        out.partners = (0..PARTNER_KINDS).map(|k| u16::from(v.flag(PARTNER + k)) << k).sum();
        out.guarantor_pd_cutoff = v.get(PD_CUTOFF);
        out.guarantee_cap_yuan = v.get(LOAN_CAP);
        out.batch_share = v.get(BATCH_SHARE);
        out.chain_fee = v.get(NATIONAL_FEE);
    }
}
