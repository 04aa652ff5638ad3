//! 首贷: officers call on borrowers that never had a loan, who else wait until they hear of credit.
//!
//! A call tells a borrower that it could borrow, or brings an application of one who knew. The hours
//! are taken from the branches' case capacity. The plan gives no size: all numbers are assumptions.

use super::{CellAsk, Door, Instrument, RationAnswer, ReachAnswer, Scope, Setting, Spec, Values};
use crate::units::Unit;

pub struct FirstLoanDrive;

pub const AWARENESS_MSE: usize = 0;
pub const AWARENESS_AGRI: usize = 1;
pub const VISIT: usize = 2;
pub const OFFICERS_AWAY: usize = 3;

static SPEC: Spec = Spec {
    id: "first_loan_drive",
    zh: "首贷拓展",
    en: "First-loan drive",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)1: call on customers, raise the share of first loans｜永金组发〔2023〕1号 四(一)1 金融机构要主动上门服务，提升首贷占比",
    scope: Scope::District,
    doors: &[Door::Reach, Door::Ration],
    settings: &[
        Setting {
            key: "awareness.mse",
            unit: Unit::RateMonthly,
            low: 0.0,
            high: 0.2,
            limit_source: "",
            neutral: 0.0,
            en: "added monthly hazard of learning of credit, self-employed and enterprises",
            zh: "个体工商户和企业每月新增知晓率",
        },
        Setting {
            key: "awareness.agri",
            unit: Unit::RateMonthly,
            low: 0.0,
            high: 0.2,
            limit_source: "",
            neutral: 0.0,
            en: "the same for farm households and agricultural entities",
            zh: "农户和新型农业经营主体每月新增知晓率",
        },
        Setting {
            key: "visit",
            unit: Unit::RateMonthly,
            low: 0.0,
            high: 0.5,
            limit_source: "",
            neutral: 0.0,
            en: "added monthly rate of applying of those who know of credit and never had a loan",
            zh: "知晓而从未贷款者每月新增申请率",
        },
        Setting {
            key: "officers_away",
            unit: Unit::Share,
            low: 0.0,
            high: 0.9,
            limit_source: "",
            neutral: 0.0,
            en: "share of officers' case capacity spent on calls",
            zh: "走访占用信贷员办理能力的比例",
        },
    ],
    mechanism_en: "Officers call on borrowers without a loan so far: the unaware learn of credit sooner, those who know apply sooner. Where a first loan is refused or dear nothing more follows. The hours are missing at the desk, so others may wait.",
    mechanism_zh: "信贷员走访从未贷款者：不知晓者更早知晓，知晓者更早申请；报价过高或被拒则到此为止。走访占用柜面办理能力，其他客户可能等待。",
    example: "[policy.first_loan_drive]\nawareness = { mse = [{ from = \"2019\", value = \"1%\" }], agri = \"0.5%\" }\nvisit = \"5%\"\nofficers_away = \"3%\"\n",
    check: |_| Ok(()),
};

impl Instrument for FirstLoanDrive {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn reach(&self, v: &Values, ask: &CellAsk, out: &mut ReachAnswer) {
        out.awareness += v.get(if ask.class.is_agri() { AWARENESS_AGRI } else { AWARENESS_MSE });
        out.first_visit += v.get(VISIT);
    }

    fn ration(&self, v: &Values, out: &mut RationAnswer) {
        out.officers_away = 1.0 - (1.0 - out.officers_away) * (1.0 - v.get(OFFICERS_AWAY));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn calls_reach_both_kinds_and_cost_hours() {
        let v = Values { enabled: true, values: vec![0.01, 0.005, 0.05, 0.1] };
        for (class, awareness) in [(Class::Small, 0.01), (Class::Agri, 0.005)] {
            let mut out = ReachAnswer::default();
            FirstLoanDrive.reach(&v, &CellAsk { class, urban: true, order: 1, of: 7 }, &mut out);
            assert_eq!(out, ReachAnswer { awareness, first_visit: 0.05, ..ReachAnswer::default() });
        }
        let mut out = RationAnswer::default();
        FirstLoanDrive.ration(&v, &mut out);
        FirstLoanDrive.ration(&v, &mut out);
        assert!((out.officers_away - 0.19).abs() < 1e-12, "hours once spent are not spent again");
    }
}
