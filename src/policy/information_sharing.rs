//! 信息共享: data platforms (信易贷·渝惠融, 渝快融, 渝企金服; the district's market for farm products and
//! technology with data of land, facilities and crops) that show lenders whom they have no file of.
//!
//! Less noise moves the signal towards quality: it helps good borrowers and hurts bad ones. A query
//! costs the lender money a case. The plan gives no size: all numbers are assumptions (clause 9).

use super::{CellAsk, Door, Instrument, Scope, SeeAnswer, Setting, Spec, Values};
use crate::units::Unit;
use crate::world::{FILE_NONE, FILE_THIN};

pub struct InformationSharing;

pub const CUT_MSE: usize = 0;
pub const CUT_AGRI: usize = 1;
pub const THIN: usize = 2;
pub const QUERY_COST: usize = 3;

static SPEC: Spec = Spec {
    id: "information_sharing",
    zh: "信息共享平台",
    en: "Sharing of information",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(3)9: sharing of information｜永金组发〔2023〕1号 四(三)9 加强信息共享互通：信易贷·渝惠融、渝快融、渝企金服、永川区农业产品技术交易平台",
    scope: Scope::District,
    doors: &[Door::See],
    settings: &[
        Setting {
            key: "cut.mse",
            unit: Unit::Share,
            low: 0.0,
            high: 0.9,
            limit_source: "",
            neutral: 0.0,
            en: "share of screening noise removed for self-employed and enterprises without a credit file",
            zh: "无信用档案的个体工商户和企业甄别误差的下降比例",
        },
        Setting {
            key: "cut.agri",
            unit: Unit::Share,
            low: 0.0,
            high: 0.9,
            limit_source: "",
            neutral: 0.0,
            en: "the same for farm households and agricultural entities",
            zh: "无信用档案的农户和新型农业经营主体甄别误差的下降比例",
        },
        Setting {
            key: "thin",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.5,
            en: "part of that cut which a borrower with a thin file still gets",
            zh: "薄档案借款人所得降幅占无档案降幅的比例",
        },
        Setting {
            key: "query_cost",
            unit: Unit::Money,
            low: 0.0,
            high: 2000.0,
            limit_source: "",
            neutral: 0.0,
            en: "what a query adds to the lender's cost of a case",
            zh: "每笔查询增加的办理成本",
        },
    ],
    mechanism_en: "Lenders' signal of an applicant without a credit file, or with a thin one, loses part of its noise, so that the score follows quality more closely: good borrowers are quoted less, bad ones more or not at all. Every such case costs a query, which enters the quote.",
    mechanism_zh: "银行对无档案或薄档案申请人的判断误差下降，评分更接近真实质量：好借款人报价下降，差借款人报价上升或被拒。每笔查询有成本，计入报价。",
    example: "[policy.information_sharing]\ncut = { mse = [{ from = \"2019\", value = \"30%\" }], agri = [{ from = \"2019\", value = \"20%\" }] }\nquery_cost = \"20元\"\n",
    check: |_| Ok(()),
};

impl Instrument for InformationSharing {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn see(&self, v: &Values, ask: &CellAsk, out: &mut SeeAnswer) {
        let cut = v.get(if ask.class.is_agri() { CUT_AGRI } else { CUT_MSE });
        for (file, part) in [(FILE_NONE, 1.0), (FILE_THIN, v.get(THIN))] {
            let file = usize::from(file);
            out.noise[file] *= 1.0 - cut * part;
            out.handling[file] += v.get(QUERY_COST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn the_cut_is_by_class_and_file() {
        let v = Values { enabled: true, values: vec![0.3, 0.2, 0.5, 20.0] };
        let answer = |class| {
            let mut out = SeeAnswer::default();
            InformationSharing.see(&v, &CellAsk { class, urban: true, order: 1, of: 7 }, &mut out);
            out
        };
        assert_eq!(answer(Class::Micro).noise, [0.7, 0.85, 1.0]);
        assert_eq!(answer(Class::Farm).noise, [0.8, 0.9, 1.0]);
        assert_eq!(answer(Class::Farm).handling, [20.0, 20.0, 0.0]);
    }
}
