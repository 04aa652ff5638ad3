//! 延期还本付息: a borrower that cannot pay may pay later, and its loan is not past due meanwhile.
//!
//! Rounds of 2020, 2021 and 2022Q4 let due payments wait about half a year at the normal rate, without
//! penalty or downgrade (China Banking News 2020-12, 2021-08; MNI 2022-11). Shares are assumptions.

use super::{Deferral, Door, Instrument, RelieveAnswer, RelieveAsk, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct PaymentDeferral;

pub const SHARE_MSE: usize = 0;
pub const SHARE_AGRI: usize = 1;
pub const HIT_ONLY: usize = 2;
pub const MONTHS: usize = 3;
pub const TIMES: usize = 4;
pub const INTEREST_KEPT: usize = 5;

static SPEC: Spec = Spec {
    id: "payment_deferral",
    zh: "延期还本付息",
    en: "Deferral of principal and interest",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, V(2): payment deferral｜永金组发〔2023〕1号 五(二) 落实好延期还本付息要求，应延尽延；持续宣传延期还本付息政策明白卡",
    scope: Scope::National,
    doors: &[Door::Relieve],
    settings: &[
        Setting {
            key: "share.mse",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of enterprises and self-employed that know of it (leaflets) and are granted it when they cannot pay; zero closes the window (assumption)",
            zh: "知晓政策（明白卡）并在无力支付时获准延期的小微企业、个体工商户比例；零即窗口关闭（假设）",
        },
        Setting {
            key: "share.agri",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "the same for farms and agricultural entities (assumption)",
            zh: "农户、新型农业经营主体的相应比例（假设）",
        },
        Setting {
            key: "hit_only",
            unit: Unit::Flag,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "only trades the plan names as hit",
            zh: "仅限受疫情影响较大的行业",
        },
        Setting {
            key: "months",
            unit: Unit::Months,
            low: 1.0,
            high: 24.0,
            limit_source: "",
            neutral: 6.0,
            en: "how long a payment may wait",
            zh: "延期月数",
        },
        Setting {
            key: "times",
            unit: Unit::Count,
            low: 1.0,
            high: 6.0,
            limit_source: "",
            neutral: 1.0,
            en: "deferrals of one loan",
            zh: "同一笔贷款可延期次数",
        },
        Setting {
            key: "interest_kept",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 1.0,
            en: "share of the interest of these months that stays due; the rest is waived at the bank's cost",
            zh: "延期期间仍需补付的利息比例，其余由银行免收",
        },
    ],
    mechanism_en: "A borrower whose cash cannot pay interest, or the principal of a matured loan that found no roll-over, is granted months in which nothing is due. The loan stays performing: it counts neither as overdue nor as bad, and lenders learn nothing from it. When the months are over, the interest kept and the principal, if it has matured, fall due at once: who can pay goes on, who cannot falls behind then. Default is moved more than removed.",
    mechanism_zh: "无力付息、或到期未能续贷而无力还本的借款人可延期若干月，其间不需支付；贷款仍列正常，不计逾期、不良，银行也无从察觉。期满时应补利息及已到期本金一并到期：付得出的恢复正常，付不出的此时逾期。违约多为推迟而非消除。",
    example: "[policy.payment_deferral]\nshare = { mse = [{ from = \"2020-02\", value = \"60%\" }], agri = [{ from = \"2020-02\", value = \"30%\" }] }\nmonths = \"6 months\"\n",
    check: |_| Ok(()),
};

impl Instrument for PaymentDeferral {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn relieve(&self, v: &Values, ask: &RelieveAsk, out: &mut RelieveAnswer) {
        if v.flag(HIT_ONLY) && !ask.hit {
            return;
        }
        out.deferral = Deferral {
            share: v.get(if ask.class.is_agri() { SHARE_AGRI } else { SHARE_MSE }),
            months: v.get(MONTHS) as u8,
            times: v.get(TIMES) as u8,
            interest_kept: v.get(INTEREST_KEPT),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn only_hit_trades_where_it_says_so() {
        let v = |hit_only| Values { enabled: true, values: vec![0.6, 0.3, hit_only, 6.0, 1.0, 0.5] };
        let told = |hit_only, hit, class| {
            let mut out = RelieveAnswer::default();
            PaymentDeferral.relieve(&v(hit_only), &RelieveAsk { class, hit }, &mut out);
            out.deferral
        };
        let wide = Deferral { share: 0.6, months: 6, times: 1, interest_kept: 0.5 };
        assert_eq!(told(0.0, false, Class::Micro), wide);
        assert_eq!(told(1.0, true, Class::Small), wide);
        assert_eq!(told(1.0, false, Class::Micro), Deferral::default());
        assert_eq!(told(0.0, false, Class::Farm), Deferral { share: 0.3, ..wide });
    }
}
