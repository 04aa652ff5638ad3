//! 政策性开发性金融工具: equity-like stakes of policy banks in projects, on which banks' loans follow.
//!
//! A stake fills part of the capital a project must have; with it an owner can begin, and needs a loan for the
//! rest. Half of the capital at most (rules of 2022, recalled); how many projects and how large are assumptions.

use super::{Door, Instrument, NeedAnswer, Projects, Scope, Setting, Spec, Values};
use crate::units::{Money, Unit};

pub struct ProjectTools;

pub const SHARE_SMALL: usize = 0;
pub const SHARE_AGRI: usize = 1;
pub const SIZE: usize = 2;
pub const CAPITAL: usize = 3;
pub const STAKE: usize = 4;
pub const QUOTA: usize = 5;

static SPEC: Spec = Spec {
    id: "project_tools",
    zh: "政策性、开发性金融工具",
    en: "Policy finance tools for projects",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, V(1): policy finance tools with bank loans to follow｜永金组发〔2023〕1号 五(一) 用好政策性、开发性金融工具，引导金融机构及时跟进配套融资",
    scope: Scope::National,
    doors: &[Door::Need],
    settings: &[
        Setting {
            key: "share.small",
            unit: Unit::Share,
            low: 0.0,
            high: 0.5,
            limit_source: "",
            neutral: 0.0,
            en: "share of small manufacturers in need of credit that have a project a stake is offered to in a year (assumption)",
            zh: "有融资需求的小型制造企业中每年有项目可获注资的比例（假设）",
        },
        Setting {
            key: "share.agri",
            unit: Unit::Share,
            low: 0.0,
            high: 0.5,
            limit_source: "",
            neutral: 0.0,
            en: "the same for agricultural entities (assumption)",
            zh: "新型农业经营主体的相应比例（假设）",
        },
        Setting {
            key: "size",
            unit: Unit::Share,
            low: 0.01,
            high: 3.0,
            limit_source: "",
            neutral: 0.3,
            en: "investment of a project over its owner's yearly sales (assumption)",
            zh: "项目投资占年销售额的比例（假设）",
        },
        Setting {
            key: "capital",
            unit: Unit::Share,
            low: 0.15,
            high: 1.0,
            limit_source: "Guo Fa [2019] No. 26 on the capital of fixed-asset projects: 20% as a rule, at most 5 points less｜国发〔2019〕26号 固定资产投资项目资本金：一般20%，可下调不超过5个百分点",
            neutral: 0.2,
            en: "share of it that must be capital before banks lend the rest",
            zh: "项目资本金比例",
        },
        Setting {
            key: "stake",
            unit: Unit::Share,
            low: 0.0,
            high: 0.5,
            limit_source: "financing tools of policy banks, 2022: at most 50% of a project's capital｜2022年政策性、开发性金融工具：投入不超过项目资本金的50%",
            neutral: 0.5,
            en: "part of that capital that the stake fills",
            zh: "金融工具占项目资本金的比例",
        },
        Setting {
            key: "quota",
            unit: Unit::Money,
            low: 0.0,
            high: 1e11,
            limit_source: "",
            neutral: 1e8,
            en: "stakes a year in the district (assumption)",
            zh: "本区年度投放额度（假设）",
        },
    ],
    mechanism_en: "A small manufacturer or agricultural entity with a project and no running loan, or one that matures this month, is paid the stake if its own cash fills the rest of the capital. Both are spent on works, which can be pledged; the rest of the investment is a new need of credit for which it applies at once. Once that is lent, the project yields what borrowed capital yields its owner; until then it yields nothing. Stakes are no loans, bear no interest here and are not paid back within the years simulated. Owners who lack their own part, and projects beyond the quota, do not begin.",
    mechanism_zh: "有项目且无存续贷款（或贷款当月到期）的小型制造企业、新型农业经营主体，自有资金能补足其余资本金时获得注资；资本金用于建设，形成可抵押资产，其余投资成为新增融资需求并立即申请贷款。贷款到位后项目按其资金回报率产出，到位前无产出。注资不是贷款，不计息，模拟期内不退出。自有资金不足或超出额度的项目不启动。",
    example: "[policy.project_tools]\nshare = { small = [{ from = \"2019\", value = \"15%\" }], agri = [{ from = \"2019\", value = \"10%\" }] }\nquota = \"5亿元\"\n",
    check: |_| Ok(()),
};

impl Instrument for ProjectTools {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn need(&self, v: &Values, out: &mut NeedAnswer) {
        out.projects = Projects {
            share_small: v.get(SHARE_SMALL),
            share_agri: v.get(SHARE_AGRI),
            size: v.get(SIZE),
            capital: v.get(CAPITAL),
            stake: v.get(STAKE),
            quota_fen: Money::from_yuan_f64(v.get(QUOTA)).fen(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stake_is_half_of_the_capital_at_most() {
        assert_eq!((SPEC.settings[STAKE].high, SPEC.settings[CAPITAL].low), (0.5, 0.15));
        let v = Values { enabled: true, values: vec![0.15, 0.1, 0.3, 0.2, 0.5, 5e8] };
        let mut out = NeedAnswer::default();
        ProjectTools.need(&v, &mut out);
        assert_eq!((out.projects.capital, out.projects.stake), (0.2, 0.5));
        assert_eq!(out.projects.quota_fen, 50_000_000_000);
    }
}
