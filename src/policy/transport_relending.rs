//! 交通物流专项再贷款: re-lending for loans to road freight, couriers and logistics.
//!
//! The window finances the whole of loans already made, at 1.75%; drawing is the bank's choice. At first the seven
//! large lenders. Source: PBOC 2022-05, prolonged to 2023-12 (existence verified, parameters recalled).

use super::window::{self, special};
use super::{Door, Instrument, QuoteAnswer, QuoteAsk, Scope, Setting, Spec, Values};
use crate::units::Unit;
use crate::world::{LenderKind, Window, nature};

pub struct TransportRelending;

pub const JOINT_STOCK: usize = 7;

static SETTINGS: [Setting; 8] = {
    let [a, b, c, d, e, f, g] = special(
        1.0,
        "special re-lending for transport and logistics: 100% of a loan's principal (2022-05, recalled)｜交通物流专项再贷款：按贷款本金的100%提供（2022-05，忆及）",
    );
    let wider = Setting {
        key: "joint_stock",
        unit: Unit::Flag,
        low: 0.0,
        high: 1.0,
        limit_source: "",
        neutral: 0.0,
        en: "joint-stock banks too, beside the seven large lenders of the start (recalled: widened later)",
        zh: "除最初的7家大型机构外，股份制银行亦适用（忆及：后来扩围）",
    };
    [a, b, c, d, e, f, g, wider]
};

static SPEC: Spec = Spec {
    id: "transport_relending",
    zh: "交通物流专项再贷款",
    en: "Re-lending for transport and logistics",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, V(1): re-lending for transport and logistics｜永金组发〔2023〕1号 五(一) 用好交通物流专项再贷款",
    scope: Scope::National,
    doors: &[Door::Quote, Door::Fund],
    settings: &SETTINGS,
    mechanism_en: "The large national lenders may refinance eligible loans to businesses in transport and logistics whole at the window rate, up to the quota; the saving over their marginal funding, as far as they draw, enters the quote to these borrowers. A loan is pledged at one window at most, the one that saves most.",
    mechanism_zh: "大型全国性机构对物流运输业经营主体的合格贷款，可在额度内按本金全额以窗口利率融资；低于边际资金成本的节约额按提取意愿计入对其报价。一笔贷款至多用于一个窗口，取节约最多者。",
    example: "[policy.transport_relending]\nquota = [{ from = \"2019\", value = \"2亿元\" }]\nrate = \"1.75%\"\n",
    check: |_| Ok(()),
};

impl Instrument for TransportRelending {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        let large = ask.kind != LenderKind::JointStock || v.flag(JOINT_STOCK);
        if window::national(ask) && large && ask.class.is_mse() {
            out.windows[Window::Transport as usize] = window::special_terms(v, nature::LOGISTICS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn only_logistics_and_only_the_large_lenders_until_it_is_widened() {
        for wider in [0.0, 1.0] {
            let v = Values { enabled: true, values: vec![2e8, 0.0175, 12.0, 2.0, 0.1, 1.0, 1.0, wider] };
            for kind in LenderKind::ALL {
                let told = |local, class| {
                    let mut out = QuoteAnswer::default();
                    TransportRelending.quote(&v, &QuoteAsk::of(kind, local, class), &mut out);
                    out.windows[Window::Transport as usize]
                };
                let large = matches!(kind, LenderKind::Policy | LenderKind::State)
                    || kind == LenderKind::JointStock && wider == 1.0;
                assert_eq!(told(false, Class::SelfEmployed).is_some(), large, "{kind:?}");
                assert!(
                    told(false, Class::Micro).is_none_or(|t| t.share == 1.0 && t.asks == nature::LOGISTICS)
                );
                assert_eq!(told(true, Class::Micro), None);
                assert_eq!(told(false, Class::Farm), None);
            }
        }
        assert_eq!(SPEC.settings[JOINT_STOCK].key, "joint_stock");
    }
}
