//! 不抽贷、断贷、压贷: banks that gave the undertaking renew what hit trades owe, up to the old amount.
//!
//! Without it a bank cuts or refuses a renewal where limits, beliefs or its NPL limit have turned against a
//! borrower. Which trades are hit is the pack's; the share of banks' customers it covers is an assumption.

use super::{Door, Instrument, RelieveAnswer, RelieveAsk, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct NoWithdrawal;

pub const SHARE_HIT: usize = 0;
pub const SHARE_OTHER: usize = 1;

static SPEC: Spec = Spec {
    id: "no_withdrawal",
    zh: "不抽贷断贷压贷",
    en: "No withdrawal of credit",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(2)7: no withdrawal from hit trades｜永金组发〔2023〕1号 四(二)7 对受疫情影响较大的批发零售、住宿餐饮、物流运输、文化旅游等行业，不盲目抽贷、断贷、压贷",
    scope: Scope::District,
    doors: &[Door::Relieve],
    settings: &[
        Setting {
            key: "share.hit",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of borrowers in hit trades whose bank keeps the undertaking (assumption)",
            zh: "受影响行业中银行履行承诺的借款人比例（假设）",
        },
        Setting {
            key: "share.other",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "the same in all other trades (assumption)",
            zh: "其他行业的相应比例（假设）",
        },
    ],
    mechanism_en: "At maturity a borrower that has paid its interest is renewed by its own bank on the same security up to the old amount, even where the bank's limit has fallen below it or the break-even rate stands above the ceiling; the rate is the quoted one, at most the ceiling. The bank bears the expected loss it would have refused. Guarantors decide for themselves; borrowers past due are not covered.",
    mechanism_zh: "到期且已付息的借款人，即使银行核定额度下降或保本利率高于上限，仍由本行按原担保方式续贷至原额度，利率不高于上限，由银行承担本应拒贷的预期损失。担保机构自主决定；已逾期者不适用。",
    example: "[policy.no_withdrawal]\nshare.hit = [{ from = \"2020-02\", value = \"90%\" }]\n",
    check: |_| Ok(()),
};

impl Instrument for NoWithdrawal {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn relieve(&self, v: &Values, ask: &RelieveAsk, out: &mut RelieveAnswer) {
        out.keeps = v.get(if ask.hit { SHARE_HIT } else { SHARE_OTHER });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn hit_trades_have_their_own_share() {
        let v = Values { enabled: true, values: vec![0.9, 0.1] };
        for (hit, share) in [(true, 0.9), (false, 0.1)] {
            let mut out = RelieveAnswer::default();
            NoWithdrawal.relieve(&v, &RelieveAsk { class: Class::Micro, hit }, &mut out);
            assert_eq!(out, RelieveAnswer { keeps: share, ..Default::default() });
        }
    }
}
