//! 绿色专营分支机构, 绿色权益质押: desks for green borrowers alone, whose officers know the trade and take green rights
//! (emission, energy and water rights, expected feed-in income) in pledge.
//!
//! Acts on borrowers with the green flag of the pack. The plan asks for such branches and pledges and names no
//! size: all numbers are assumptions.

use super::{Door, Instrument, Marked, MarkedAnswer, RationAnswer, Scope, Setting, Spec, Standing, Values};
use crate::units::Unit;
use crate::world::Class;

pub struct GreenBranches;

pub const BRANCHES: usize = 0;
pub const CASES: usize = 1;
pub const SERVED: usize = 2;
pub const NOISE_CUT: usize = 3;
pub const VALUE: usize = 4;

static SPEC: Spec = Spec {
    id: "green_branches",
    zh: "绿色专营机构、绿色权益质押",
    en: "Green branches and pledge of green rights",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)4: green branches, new kinds of green security｜永金组发〔2023〕1号 四(一)4 鼓励设立绿色专营分支机构，支持绿色权益交易，推广绿色信贷抵押担保方式创新",
    scope: Scope::District,
    doors: &[Door::See, Door::Ration],
    settings: &[
        Setting {
            key: "branches",
            unit: Unit::Count,
            low: 0.0,
            high: 20.0,
            limit_source: "",
            neutral: 0.0,
            en: "green branches open in the district",
            zh: "本区绿色专营机构数",
        },
        Setting {
            key: "cases",
            unit: Unit::Count,
            low: 0.0,
            high: 500.0,
            limit_source: "",
            neutral: 0.0,
            en: "cases a month that each of them handles, of green borrowers only (assumption)",
            zh: "每家专营机构每月办理的绿色业务笔数（假设）",
        },
        Setting {
            key: "served",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of green self-employed and enterprises that their officers know, once a branch is open (assumption)",
            zh: "设立后专营机构熟悉的绿色个体工商户和企业比例（假设）",
        },
        Setting {
            key: "noise_cut",
            unit: Unit::Share,
            low: 0.0,
            high: 0.9,
            limit_source: "",
            neutral: 0.0,
            en: "share of screening noise removed for them (assumption)",
            zh: "其甄别误差下降的比例（假设）",
        },
        Setting {
            key: "value",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "what is lent against their green rights over yearly sales (assumption)",
            zh: "其绿色权益质押可贷额占年销售额的比例（假设）",
        },
    ],
    mechanism_en: "Each branch adds case capacity that only green borrowers can use, so that they do not wait behind others; branches belong to lenders with officers in proportion to these. Which green borrowers the officers know is drawn once for all: these are seen with less noise, and what is lent against their green rights adds to what can be pledged. Without a branch nothing happens.",
    mechanism_zh: "每家专营机构增加只供绿色主体使用的办理能力，使其不与他人排队；机构按信贷人员数分属有网点的银行。专营人员熟悉哪些绿色主体由固定抽签决定：其甄别误差下降，绿色权益可质押额计入可抵质押额。未设机构则无作用。",
    example: "[policy.green_branches]\nbranches = [{ from = \"2019\", value = 2 }]\ncases = 30\nserved = \"60%\"\nnoise_cut = \"30%\"\nvalue = \"10%\"\n",
    check: |_| Ok(()),
};

impl Instrument for GreenBranches {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn mark(&self, v: &Values, class: Class, out: &mut MarkedAnswer) {
        if class.is_mse() && v.get(BRANCHES) > 0.0 {
            out.by[Standing::GreenBranch as usize] = Marked {
                share: v.get(SERVED),
                noise: 1.0 - v.get(NOISE_CUT),
                pledge: v.get(VALUE),
                ..Marked::default()
            };
        }
    }

    fn ration(&self, v: &Values, out: &mut RationAnswer) {
        out.green_cases += v.get(BRANCHES) * v.get(CASES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_branches_of_thirty_cases_are_sixty_and_none_does_nothing() {
        for branches in [2.0, 0.0] {
            let v = Values { enabled: true, values: vec![branches, 30.0, 0.6, 0.3, 0.1] };
            let (mut ration, mut marked) = (RationAnswer::default(), MarkedAnswer::default());
            GreenBranches.ration(&v, &mut ration);
            GreenBranches.mark(&v, Class::Micro, &mut marked);
            assert_eq!(ration.green_cases, branches * 30.0);
            assert_eq!(marked.by[Standing::GreenBranch as usize].speaks(), branches > 0.0);
        }
    }
}
