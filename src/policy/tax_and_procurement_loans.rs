//! 银税互动, 政采贷: credit on tax records, and on orders of public buyers.
//!
//! Of some enterprises the tax office has a record good enough to lend on: lenders see them better and
//! lend more without security. Some hold a public order, which is pledged. Sizes are assumptions.

use super::{CellAsk, Door, Instrument, Orders, Records, Scope, SeeAnswer, Setting, Spec, Values};
use crate::units::Unit;
use crate::world::Class;

pub struct TaxAndProcurementLoans;

pub const TAX_SHARE: usize = 0;
pub const TAX_NOISE_CUT: usize = 1;
pub const TAX_LIMIT: usize = 2;
pub const ORDER_SHARE: usize = 3;
pub const ORDER_VALUE: usize = 4;

static SPEC: Spec = Spec {
    id: "tax_and_procurement_loans",
    zh: "银税互动、政采贷",
    en: "Tax-data and procurement loans",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)1: procurement and tax-data loans｜永金组发〔2023〕1号 四(一)1 支持采取政采贷、银税互动等模式，加大信用贷款投放",
    scope: Scope::District,
    doors: &[Door::See],
    settings: &[
        Setting {
            key: "tax.share",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of micro and small enterprises whose tax record is shared",
            zh: "纳税信用信息可用的小微企业比例",
        },
        Setting {
            key: "tax.noise_cut",
            unit: Unit::Share,
            low: 0.0,
            high: 0.9,
            limit_source: "",
            neutral: 0.0,
            en: "share of screening noise removed for them without a thick credit file",
            zh: "其中信用档案不厚者甄别误差的下降比例",
        },
        Setting {
            key: "tax.limit",
            unit: Unit::Number,
            low: 0.0,
            high: 5.0,
            limit_source: "",
            neutral: 0.0,
            en: "least factor of their unsecured limit, in place of the credit file's",
            zh: "其信用贷款额度系数的下限（替代信用档案系数）",
        },
        Setting {
            key: "procurement.share",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of micro and small enterprises that hold orders of public buyers",
            zh: "持有政府采购订单的小微企业比例",
        },
        Setting {
            key: "procurement.value",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "what is lent against these orders over yearly sales",
            zh: "政采订单可质押融资额占年销售额的比例",
        },
    ],
    mechanism_en: "Which enterprises have a usable tax record, and which hold public orders, is drawn once for all and apart from quality. Lenders see the first with less noise and lend them more without security; orders of the second are pledged, so that larger amounts are offered and less is lost in default.",
    mechanism_zh: "哪些企业有可用纳税记录、哪些持有政采订单由固定抽签决定，与质量无关。前者甄别误差下降、信用额度提高；后者以订单质押，可贷额上升，违约损失下降。",
    example: "[policy.tax_and_procurement_loans]\ntax = { share = [{ from = \"2019\", value = \"50%\" }], noise_cut = \"30%\", limit = 1.3 }\nprocurement = { share = \"3%\", value = \"10%\" }\n",
    check: |_| Ok(()),
};

impl Instrument for TaxAndProcurementLoans {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn see(&self, v: &Values, ask: &CellAsk, out: &mut SeeAnswer) {
        if matches!(ask.class, Class::Micro | Class::Small) {
            out.records = Records {
                share: v.get(TAX_SHARE),
                noise: 1.0 - v.get(TAX_NOISE_CUT),
                limit: v.get(TAX_LIMIT),
            };
            out.orders = Orders { share: v.get(ORDER_SHARE), value: v.get(ORDER_VALUE) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_enterprises_have_records_and_orders() {
        let v = Values { enabled: true, values: vec![0.5, 0.3, 1.3, 0.03, 0.1] };
        for class in Class::ALL {
            let mut out = SeeAnswer::default();
            TaxAndProcurementLoans.see(&v, &CellAsk { class, urban: true, order: 1, of: 7 }, &mut out);
            let enterprise = matches!(class, Class::Micro | Class::Small);
            let told = (out.records.share, out.records.limit, out.orders.share);
            assert_eq!(told, if enterprise { (0.5, 1.3, 0.03) } else { (0.0, 0.0, 0.0) });
            assert_eq!(out.records.noise, if enterprise { 0.7 } else { 1.0 });
        }
    }
}
