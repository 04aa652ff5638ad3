//! 碳减排支持工具: central-bank money for green loans at about the LPR.
//!
//! The facility finances 60% of loans already made, at 1.75%; drawing is the bank's choice. The national lenders, from
//! 2023 some local ones. Source: PBOC 2021-11-08, prolonged to 2024 and to 2027 (verified).

use super::window::{self, special};
use super::{Door, Instrument, QuoteAnswer, QuoteAsk, Scope, Setting, Spec, Values};
use crate::units::Unit;
use crate::world::{LenderKind, Window, nature};

pub struct CarbonReductionFacility;

pub const LOCAL_BANKS: usize = 7;

static SETTINGS: [Setting; 8] = {
    let [a, b, c, d, e, f, g] = special(
        0.6,
        "carbon-reduction facility: 60% of a loan's principal (People's Bank of China, 2021-11-08)｜碳减排支持工具：按贷款本金的60%提供（人民银行2021-11-08）",
    );
    let local = Setting {
        key: "local_banks",
        unit: Unit::Flag,
        low: 0.0,
        high: 1.0,
        limit_source: "",
        neutral: 0.0,
        en: "city and rural commercial banks of the city too (some local banks since 2023; which ones: assumption)",
        zh: "全市城商行、农商行亦适用（2023年起纳入部分地方法人银行；具体名单：假设）",
    };
    [a, b, c, d, e, f, g, local]
};

static SPEC: Spec = Spec {
    id: "carbon_reduction_facility",
    zh: "碳减排支持工具",
    en: "Carbon reduction facility",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, V(1): carbon reduction facility｜永金组发〔2023〕1号 五(一) 用好碳减排支持工具",
    scope: Scope::National,
    doors: &[Door::Quote, Door::Fund],
    settings: &SETTINGS,
    mechanism_en: "National banks, and local ones where the setting says so, may refinance 60% of eligible loans to green enterprises at the window rate, up to the quota; 60% of the saving over marginal funding, as far as they draw, enters the quote to these firms. The facility asks for an end rate of about the LPR: `spread_cap` says how far above counts. A loan is pledged at one window at most, the one that saves most.",
    mechanism_zh: "全国性银行（及设定纳入的地方法人银行）对绿色企业的合格贷款，可在额度内按本金的60%以窗口利率融资；60%部分的节约额按提取意愿计入报价。工具要求贷款利率与同期LPR大致持平，spread_cap规定可高出多少。一笔贷款至多用于一个窗口，取节约最多者。",
    example: "[policy.carbon_reduction_facility]\nquota = [{ from = \"2019\", value = \"2亿元\" }]\nrate = \"1.75%\"\n",
    check: |_| Ok(()),
};

impl Instrument for CarbonReductionFacility {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        let local = ask.local_legal_person && matches!(ask.kind, LenderKind::City | LenderKind::Rural);
        let served = window::national(ask) || local && v.flag(LOCAL_BANKS);
        if served && ask.class.is_mse() {
            out.windows[Window::Carbon as usize] = window::special_terms(v, nature::GREEN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn green_loans_of_national_lenders_and_of_local_ones_once_they_are_let_in() {
        for local_banks in [0.0, 1.0] {
            let v =
                Values { enabled: true, values: vec![2e8, 0.0175, 12.0, 2.0, 0.01, 0.6, 1.0, local_banks] };
            for kind in LenderKind::ALL {
                let told = |local, class| {
                    let mut out = QuoteAnswer::default();
                    CarbonReductionFacility.quote(&v, &QuoteAsk::of(kind, local, class), &mut out);
                    out.windows[Window::Carbon as usize]
                };
                let national = window::national(&QuoteAsk::of(kind, false, Class::Small));
                assert_eq!(told(false, Class::Small).is_some(), national);
                let let_in = matches!(kind, LenderKind::City | LenderKind::Rural) && local_banks == 1.0;
                assert_eq!(told(true, Class::Small).is_some(), let_in, "{kind:?}");
                assert!(told(false, Class::Small).is_none_or(|t| t.share == 0.6 && t.asks == nature::GREEN));
            }
        }
        assert_eq!(SPEC.settings[LOCAL_BANKS].key, "local_banks");
    }
}
