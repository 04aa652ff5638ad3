//! 供应链金融: loans to suppliers of an anchor firm against receivables, orders, goods, prepayments and policies.
//!
//! Receivables, orders and prepayments are promises of the anchor firm, whose health is in `model::anchors`; goods and
//! policies are not. The plan names the forms and no size: who takes part and what is lent are assumptions.

use super::{Door, Instrument, Marked, MarkedAnswer, Scope, Setting, Spec, Standing, Values};
use crate::units::Unit;
use crate::world::Class;

pub struct SupplyChainFinance;

pub const SHARE: usize = 0;
pub const RECEIVABLE: usize = 1;
pub const ORDER: usize = 2;
pub const PREPAYMENT: usize = 3;
pub const INVENTORY: usize = 4;
pub const POLICY: usize = 5;
pub const LATE: usize = 6;
pub const NOISE_CUT: usize = 7;
pub const HANDLING: usize = 8;

/// What is lent against one form over yearly sales.
const fn form(key: &'static str, en: &'static str, zh: &'static str) -> Setting {
    Setting { key, unit: Unit::Share, low: 0.0, high: 0.5, limit_source: "", neutral: 0.0, en, zh }
}

static SPEC: Spec = Spec {
    id: "supply_chain_finance",
    zh: "供应链金融",
    en: "Supply-chain finance",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(2)6: supply-chain finance on stock, receivables, orders, prepayment and policies｜永金组发〔2023〕1号 四(二)6 大力发展现货、应收账款、预付款类供应链金融服务，做好关单质押贷款、存货融资、订单融资、应收账款质押融资、保单质押融资",
    scope: Scope::District,
    doors: &[Door::See],
    settings: &[
        Setting {
            key: "share",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of an anchor firm's suppliers whose dealings it confirms to banks (assumption)",
            zh: "由核心企业向银行确权、提供交易信息的供应商比例（假设）",
        },
        form(
            "receivable",
            "lent against receivables from the anchor firm over a supplier's yearly sales (assumption)",
            "以对核心企业应收账款质押可贷额占年销售额的比例（假设）",
        ),
        form(
            "order",
            "the same against its orders and customs papers (assumption)",
            "订单、关单融资的相应比例（假设）",
        ),
        form(
            "prepayment",
            "the same against goods paid for in advance that it has yet to deliver (assumption)",
            "预付款融资的相应比例（假设）",
        ),
        form(
            "inventory",
            "the same against goods in store, which anybody would buy (assumption)",
            "存货（现货）融资的相应比例（假设）",
        ),
        form(
            "policy",
            "the same against insurance policies, which pay whatever becomes of the anchor firm (assumption)",
            "保单质押融资的相应比例（假设）",
        ),
        Setting {
            key: "late",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.5,
            en: "part of what is lent on the anchor firm's promises that banks still lend while it pays late (assumption)",
            zh: "核心企业延期付款期间银行仍认可的确权额度比例（假设）",
        },
        Setting {
            key: "noise_cut",
            unit: Unit::Share,
            low: 0.0,
            high: 0.9,
            limit_source: "",
            neutral: 0.0,
            en: "share of screening noise that its record of deliveries and payments removes (assumption)",
            zh: "核心企业的交易与付款记录使甄别误差下降的比例（假设）",
        },
        Setting {
            key: "handling",
            unit: Unit::Money,
            low: 0.0,
            high: 2e4,
            limit_source: "",
            neutral: 0.0,
            en: "what confirming and registering add to the lender's cost of a case (assumption)",
            zh: "确权、登记增加的每笔办理成本（假设）",
        },
    ],
    mechanism_en: "Who supplies an anchor firm is drawn at birth (column `anchor` of the sectors), and whose dealings it confirms once for all, apart from quality. What is lent on its promises (receivables, orders, prepayments) and on goods and policies counts as a pledge: larger amounts are offered and less is expected to be lost. The anchor firm of a sector has a health that luck and demand move month by month, the same in every world. While it pays late, banks lend only part on its promises; when it fails, nothing more is lent on it until another firm has taken its place, so that roll-overs of all its suppliers fail in the same year, and of every loan made on its promises before, the part of the recovery that hung on them is lost. Suppliers also wait for their money, or lose what it owed them, as far as the parameter `anchor_sales` says (0 in the shipped pack). Goods and policies keep their worth.",
    mechanism_zh: "谁是核心企业供应商在进入时按行业表抽定，其中由核心企业确权者由固定抽签决定，与质量无关。以核心企业承诺（应收账款、订单、预付款）和存货、保单可贷的金额计入可抵质押额：可贷额上升，预期损失下降。每个行业的核心企业有逐月变化的强弱状况，由自身运气与行业需求决定，各方案相同。延期付款期间，银行只认可部分确权额度；违约后，在其他企业接替之前不再以其承诺放款，其所有供应商的续贷在同一年内受阻，此前以其承诺发放的贷款中依赖该承诺的回收部分全部落空。供应商货款被拖欠或损失的程度由参数 anchor_sales 决定（随附数据包为0）。存货和保单的价值不受影响。",
    example: "[policy.supply_chain_finance]\nshare = [{ from = \"2019\", value = \"60%\" }]\nreceivable = \"8%\"\norder = \"3%\"\ninventory = \"3%\"\nnoise_cut = \"20%\"\nhandling = \"300元\"\n",
    check: |_| Ok(()),
};

impl Instrument for SupplyChainFinance {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn mark(&self, v: &Values, class: Class, out: &mut MarkedAnswer) {
        if class.is_mse() {
            out.by[Standing::SupplyChain as usize] = Marked {
                share: v.get(SHARE),
                noise: 1.0 - v.get(NOISE_CUT),
                tied: v.get(RECEIVABLE) + v.get(ORDER) + v.get(PREPAYMENT),
                late: v.get(LATE),
                pledge: v.get(INVENTORY) + v.get(POLICY),
                handling: v.get(HANDLING),
                ..Marked::default()
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_are_tied_to_the_anchor_firm_and_goods_and_policies_are_not() {
        let v = Values { enabled: true, values: vec![0.6, 0.08, 0.03, 0.01, 0.04, 0.02, 0.5, 0.2, 300.0] };
        for class in Class::ALL {
            let mut out = MarkedAnswer::default();
            SupplyChainFinance.mark(&v, class, &mut out);
            let m = out.by[Standing::SupplyChain as usize];
            assert_eq!(m.speaks(), class.is_mse());
            let (tied, free) = if class.is_mse() { (0.12, 0.06) } else { (0.0, 0.0) };
            assert!((m.tied - tied).abs() < 1e-12 && (m.pledge - free).abs() < 1e-12, "{m:?}");
        }
        let nobody = Marked { late: 0.5, ..Marked::default() };
        assert!(!nobody.speaks(), "nobody's dealings are confirmed");
    }
}
