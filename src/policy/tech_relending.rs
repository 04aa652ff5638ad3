//! 科技创新再贷款: re-lending to national banks for loans to tech and specialised-and-new firms.
//!
//! The window finances 60% of loans already made, at 1.75%; drawing is the bank's choice. Only the twenty-one national
//! lenders: a local legal-person bank gets nothing. Source: PBOC 2022-04 and 2024-04 (parameters of 2022 recalled).

use super::window::{self, special};
use super::{Door, Instrument, QuoteAnswer, QuoteAsk, Scope, Setting, Spec, Values};
use crate::world::{Window, nature};

pub struct TechRelending;

static SETTINGS: [Setting; 7] = special(
    0.6,
    "re-lending for technology: 60% of a loan's principal (2022-04, recalled)｜科技创新再贷款：按贷款本金的60%提供（2022-04，忆及）",
);

static SPEC: Spec = Spec {
    id: "tech_relending",
    zh: "科技创新再贷款",
    en: "Re-lending for tech and innovation",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, V(1): re-lending for tech and innovation｜永金组发〔2023〕1号 五(一) 用好科技创新再贷款",
    scope: Scope::National,
    doors: &[Door::Quote, Door::Fund],
    settings: &SETTINGS,
    mechanism_en: "National banks (policy, large state, joint-stock) may refinance 60% of eligible loans to tech and specialised-and-new enterprises at the window rate, up to the quota; what this takes off their marginal funding, 60% of the saving as far as they draw, enters the quote to these firms. A loan is pledged at one window at most, the one that saves most. Banks incorporated in the city get nothing.",
    mechanism_zh: "全国性银行（政策性、国有大行、股份制）对科技型、专精特新企业的合格贷款，可在额度内按本金的60%以窗口利率融资；节约的资金成本（60%部分、按提取意愿）计入对这些企业的报价。一笔贷款至多用于一个窗口，取节约最多者。地方法人银行不适用。",
    example: "[policy.tech_relending]\nquota = [{ from = \"2019\", value = \"2亿元\" }]\nrate = \"1.75%\"\n",
    check: |_| Ok(()),
};

impl Instrument for TechRelending {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        if window::national(ask) && ask.class.is_mse() {
            out.windows[Window::Tech as usize] = window::special_terms(v, nature::TECH);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Class, LenderKind};

    #[test]
    fn only_national_lenders_are_served_and_sixty_percent_is_the_most() {
        let v = Values { enabled: true, values: vec![2e8, 0.0175, 12.0, 2.0, 0.1, 0.6, 1.0] };
        for kind in LenderKind::ALL {
            for local in [false, true] {
                for class in Class::ALL {
                    let ask = QuoteAsk::of(kind, local, class);
                    let mut out = QuoteAnswer::default();
                    TechRelending.quote(&v, &ask, &mut out);
                    let told = out.windows[Window::Tech as usize];
                    assert_eq!(told.is_some(), window::national(&ask) && class.is_mse(), "{ask:?}");
                    assert!(told.is_none_or(|t| t.share == 0.6 && t.asks == nature::TECH));
                }
            }
        }
        assert_eq!(SPEC.settings[window::SHARE].high, 0.6);
    }
}
