//! 不良容忍度: how far the inclusive NPL ratio may exceed the bank's own NPL ratio of all loans
//! before a bad loan costs its officers and supervisors more.
//!
//! Two points before 2019-03, three since (银保监办发〔2019〕48号). Judged on the legal person.

use super::{Door, Instrument, QuoteAnswer, QuoteAsk, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct NplTolerance;

pub const TOLERANCE: usize = 0;

static SPEC: Spec = Spec {
    id: "npl_tolerance",
    zh: "普惠小微不良容忍度",
    en: "NPL tolerance",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(2)7: tolerance of bad inclusive loans; banking regulator, Yin Bao Jian Ban Fa [2019] No. 48｜永金组发〔2023〕1号 四(二)7 落实好普惠小微贷款不良容忍度监管要求；银保监办发〔2019〕48号",
    scope: Scope::National,
    doors: &[Door::Quote],
    settings: &[Setting {
        key: "tolerance",
        unit: Unit::Points,
        low: 0.0,
        high: 0.20,
        limit_source: "",
        neutral: 0.20,
        en: "points by which the inclusive NPL ratio may exceed the bank's NPL ratio of all loans",
        zh: "普惠小微不良率可高于各项贷款不良率的百分点",
    }],
    mechanism_en: "As a bank's expected inclusive NPL ratio nears its own NPL ratio of all loans plus the tolerance, the shadow price of a further bad loan rises smoothly; far below, it is only the officers' own price.",
    mechanism_zh: "普惠不良率预期接近各项贷款不良率加容忍度时，新增不良的影子价格平滑上升；远低于该线时仅为信贷员自身成本。",
    example: "[policy.npl_tolerance]\ntolerance = [{ from = \"2018\", value = \"2pp\" }, { from = \"2019-03\", value = \"3pp\" }]\n",
    check: |_| Ok(()),
};

impl Instrument for NplTolerance {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn quote(&self, v: &Values, ask: &QuoteAsk, out: &mut QuoteAnswer) {
        out.npl_limit = Some(ask.npl_all + v.get(TOLERANCE));
    }
}
