//! 授权审批: head offices delegate approval of smaller loans to the branch, so that a case needs fewer days and less of
//! officers' time.
//!
//! Who delegates is told apart by where head office is; banks that decide in the district, and online lenders, have
//! nobody to ask. The plan gives no figures: limits, days and time spared are assumptions.

use super::{Door, Instrument, RationAnswer, Scope, Setting, Spec, Values};
use crate::units::Unit;
use crate::world::LenderKind;

pub struct DelegatedApproval;

/// What branches decide themselves, and what that saves.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Delegated {
    /// Loan up to which a branch decides, yuan: head office outside the city, in the city.
    elsewhere_yuan: f64,
    city_yuan: f64,
    /// Time by which a decision comes sooner, in years.
    pub years_saved: f64,
    /// Days for which a roll-over is still bridged, over those before.
    pub bridge: f64,
    /// Part of officers' work on a case that is spared.
    pub spared: f64,
}

impl Delegated {
    /// Loan up to which a branch of such a bank decides, yuan; 0 where there is no head office to ask.
    pub fn limit(&self, kind: LenderKind, local_legal_person: bool) -> f64 {
        match kind {
            LenderKind::Village | LenderKind::Online | LenderKind::Leasing => 0.0,
            _ if local_legal_person => self.city_yuan,
            _ => self.elsewhere_yuan,
        }
    }
}

pub const LIMIT_ELSEWHERE: usize = 0;
pub const LIMIT_CITY: usize = 1;
pub const DAYS_BEFORE: usize = 2;
pub const DAYS_AFTER: usize = 3;
pub const SPARED: usize = 4;

static SPEC: Spec = Spec {
    id: "delegated_approval",
    zh: "授权审批",
    en: "Approval delegated to branches",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(2)7: approval rights in favour of inclusive loans｜永金组发〔2023〕1号 四(二)7 在授权审批等方面对普惠小微信贷投放给予倾斜安排",
    scope: Scope::District,
    doors: &[Door::Ration],
    settings: &[
        Setting {
            key: "limit.elsewhere",
            unit: Unit::Money,
            low: 0.0,
            high: 2e7,
            limit_source: "",
            neutral: 0.0,
            en: "loan up to which branches of banks with head office outside the city approve themselves (assumption)",
            zh: "总行在市外的银行分支机构自行审批的单笔上限（假设）",
        },
        Setting {
            key: "limit.city",
            unit: Unit::Money,
            low: 0.0,
            high: 2e7,
            limit_source: "",
            neutral: 0.0,
            en: "the same for branches of city and rural commercial banks with head office in the city (assumption)",
            zh: "总行在市内的城商行、农商行分支机构自行审批的单笔上限（假设）",
        },
        Setting {
            key: "days.before",
            unit: Unit::Count,
            low: 1.0,
            high: 90.0,
            limit_source: "",
            neutral: 20.0,
            en: "days a case takes that goes to head office (assumption)",
            zh: "上报审批时每笔办理天数（假设）",
        },
        Setting {
            key: "days.after",
            unit: Unit::Count,
            low: 0.0,
            high: 90.0,
            limit_source: "",
            neutral: 5.0,
            en: "days a case takes that the branch approves (assumption)",
            zh: "分支机构自行审批时每笔办理天数（假设）",
        },
        Setting {
            key: "spared",
            unit: Unit::Share,
            low: 0.0,
            high: 0.8,
            limit_source: "",
            neutral: 0.0,
            en: "part of officers' work on a case that reporting to head office takes (assumption)",
            zh: "上报审批占信贷人员每笔工作量的比例（假设）",
        },
    ],
    mechanism_en: "A loan to a self-employed borrower or an enterprise that is within the branch's own authority is decided in fewer days. For a new loan the days saved are days on which the money earns its return: the borrower, who compares offers, takes days ÷ 365 × return off their cost. The indicator of all-in cost counts payments only, so that it does not fall by time. For a roll-over the old principal is bridged for fewer days, so that the cost of the bridge falls in proportion, in the quote and in the ledger. Officers spend less of their capacity on the case, so that more cases are served in a month. What a bank believes and at which price it breaks even do not change, and the branch judges as head office would. Applies to branches only: village banks and online lenders decide for themselves already.",
    mechanism_zh: "个体工商户和企业的贷款在分支机构权限内时办理天数减少：借款人比较报价时，新发放贷款提前到位的天数按“天数÷365×资金回报率”折减；综合成本指标只计实际支付，不因时间缩短而下降；续贷的过桥天数缩短，过桥成本按比例下降并记入账本。信贷人员每笔工作量减少，每月可办更多笔。银行的风险判断和保本利率不变，分支机构与总行的判断标准相同。村镇银行、线上银行本已自行决定，不适用。",
    example: "[policy.delegated_approval]\nlimit = { elsewhere = [{ from = \"2019\", value = \"300万元\" }], city = [{ from = \"2019\", value = \"300万元\" }] }\ndays = { before = 20, after = 5 }\nspared = \"30%\"\n",
    check: |_| Ok(()),
};

impl Instrument for DelegatedApproval {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn ration(&self, v: &Values, out: &mut RationAnswer) {
        out.delegated = Delegated {
            elsewhere_yuan: v.get(LIMIT_ELSEWHERE),
            city_yuan: v.get(LIMIT_CITY),
            years_saved: (v.get(DAYS_BEFORE) - v.get(DAYS_AFTER)) / 365.0,
            bridge: v.get(DAYS_AFTER) / v.get(DAYS_BEFORE),
            spared: v.get(SPARED),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(values: [f64; 5]) -> Delegated {
        let mut out = RationAnswer::default();
        DelegatedApproval.ration(&Values { enabled: true, values: values.to_vec() }, &mut out);
        out.delegated
    }

    #[test]
    fn fifteen_days_at_a_return_of_eighteen_percent() {
        let d = terms([3e6, 1e6, 20.0, 5.0, 0.3]);
        // 15 ÷ 365 × 18% = 0.74 points; a bridge of 5 days costs a quarter of one of 20.
        assert!((d.years_saved * 0.18 - 0.007_397).abs() < 1e-6 && d.bridge == 0.25);
        // A desk of 70 cases serves 100.
        assert!((70.0 / (1.0 - d.spared) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn who_has_a_head_office_to_ask() {
        let d = terms([3e6, 1e6, 20.0, 5.0, 0.3]);
        let own = |kind, local| d.limit(kind, local);
        assert_eq!(own(LenderKind::State, false), 3e6);
        assert_eq!(own(LenderKind::City, false), 3e6);
        assert_eq!(own(LenderKind::Rural, true), 1e6);
        assert_eq!(own(LenderKind::Village, true), 0.0);
        assert_eq!(own(LenderKind::Online, false), 0.0);
    }
}
