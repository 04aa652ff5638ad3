//! 支小再贷款: central-bank re-lending for micro and small business loans.
//!
//! The window refinances loans already made and pledged, up to the quota; drawing is the bank's
//! choice where the window is cheaper than its marginal funding. One-year advances, two roll-overs,
//! a ceiling on the end rate. Source: PBOC "Introduction to structural monetary policy instruments".

use super::{Door, Instrument, QuoteAnswer, QuoteAsk, Scope, Spec, Values};
use crate::world::{LenderKind, Window};

pub struct MicroRelending;

static SPEC: Spec = Spec {
    id: "micro_relending",
    zh: "支小再贷款",
    en: "Re-lending for micro and small business",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, V(1): make full use of re-lending for agriculture and small business｜永金组发〔2023〕1号 五(一) 用好用足人民银行支农支小再贷款",
    scope: Scope::National,
    doors: &[Door::Quote, Door::Fund],
    settings: super::window::SETTINGS,
    mechanism_en: "City, rural, village and private banks may refinance eligible MSE loans at the window rate up to the quota; where that beats their marginal funding they draw, and the saving enters the quoted funding cost of further eligible loans.",
    mechanism_zh: "城商行、农商行、村镇银行、民营银行可在额度内以合格小微贷款质押按窗口利率融资；低于边际资金成本时提取，节约额进入后续合格贷款的资金成本。",
    example: "[policy.micro_relending]\nquota = \"10亿元\"\nrate = [{ from = \"2021-12\", value = \"2%\" }]\nspread_cap = \"3pp\"\n",
    check: |_| Ok(()),
};

impl Instrument for MicroRelending {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        // City, rural, village and private banks of the city only; a national bank's branch gets nothing.
        let eligible = matches!(
            ask.kind,
            LenderKind::City | LenderKind::Rural | LenderKind::Village | LenderKind::Online
        );
        if ask.local_legal_person && eligible && ask.class.is_mse() {
            out.windows[Window::Micro as usize] = super::window::terms(v);
        }
    }
}
