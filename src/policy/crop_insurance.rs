//! 农业保险: insurance of tea, vegetables, mushrooms, rice and rapeseed against a bad year, and the policy pledged.
//!
//! Premium split of a Chongqing county (长寿 2024, read) and its rate of 2014 (6% on 300 yuan a mu); what starts a claim and
//! how many take it are assumptions: a trigger of 20% pays out about what the city's loss ratio of 57% (2015) says.

use super::{
    CellAsk, CropCover, Door, Instrument, Scope, SeeAnswer, Setting, Spec, SteadyAnswer, SteadyAsk, Values,
};
use crate::units::{Lang, Unit};

pub struct CropInsurance;

/// Insured crops as the pack names them, in the order of their settings; the first two are staples.
pub const CROPS: [&str; 5] = ["rice", "rapeseed", "tea", "vegetables", "mushrooms"];
const STAPLES: usize = 2;

pub const COVER: usize = 5;
/// Premium rate of staples, of feature crops.
pub const RATE: usize = 6;
pub const TRIGGER: usize = 8;
pub const INSURES: usize = 9;
/// Central, city, district: for staples, then for feature crops.
pub const SPLIT: usize = 10;
pub const PLEDGE: usize = 16;

const CENTRAL: &str = "Cai Jin [2021] No. 130 on central premium subsidies: 45% for crops in the middle and west (recalled, not checked)｜财金〔2021〕130号 中央财政农业保险保费补贴管理办法：中西部种植业中央补贴45%（忆及，未核对）";
const LOCAL: &str = "Regulation on Agricultural Insurance: budgets and growers share the premium, cover is voluntary (shares by each county's scheme)｜农业保险条例：保费由财政与农户分担，农户自愿投保（分担比例见各区县方案）";

static SPEC: Spec = Spec {
    id: "crop_insurance",
    zh: "农业保险（茶叶、蔬菜、食用菌、水稻、油菜）",
    en: "Crop insurance (tea, vegetables, mushrooms, rice, rapeseed)",
    clause: "the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)5: wider insurance of five crops, credit with insurance｜永金组发〔2023〕1号 四(一)5 继续扩大茶叶、蔬菜、食用菌、水稻、油菜等农作物种植保险，探索“信贷+保险+担保+风险补偿”",
    scope: Scope::District,
    doors: &[Door::Steady, Door::See],
    settings: &[
        Setting {
            key: "uptake.rice",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "share of rice growers who take the policy if they can pay their part (assumption)",
            zh: "水稻种植户在付得起自缴保费时的投保比例（假设）",
        },
        Setting {
            key: "uptake.rapeseed",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "the same for rapeseed (assumption)",
            zh: "油菜投保比例（假设）",
        },
        Setting {
            key: "uptake.tea",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "the same for tea (assumption)",
            zh: "茶叶投保比例（假设）",
        },
        Setting {
            key: "uptake.vegetables",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "the same for vegetables (assumption)",
            zh: "蔬菜投保比例（假设）",
        },
        Setting {
            key: "uptake.mushrooms",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "the same for mushrooms (assumption)",
            zh: "食用菌投保比例（假设）",
        },
        Setting {
            key: "cover",
            unit: Unit::Share,
            low: 0.05,
            high: 1.0,
            limit_source: "",
            neutral: 0.5,
            en: "sum insured over a normal year's sales at January's price; full cost of growing is about half to nine tenths of sales (assumption)",
            zh: "保额占正常年景销售额（按1月价格）的比例；完全成本约为销售额的五至九成（假设）",
        },
        Setting {
            key: "rate.staple",
            unit: Unit::Share,
            low: 0.01,
            high: 0.2,
            limit_source: "",
            neutral: 0.06,
            en: "yearly premium over the sum insured, rice and rapeseed (6% on 300 yuan a mu in the pilot of 2014)",
            zh: "水稻、油菜保险费率（2014年试点：每亩保额300元，费率6%）",
        },
        Setting {
            key: "rate.feature",
            unit: Unit::Share,
            low: 0.01,
            high: 0.2,
            limit_source: "",
            neutral: 0.07,
            en: "the same for tea, vegetables and mushrooms (assumption)",
            zh: "茶叶、蔬菜、食用菌保险费率（假设）",
        },
        Setting {
            key: "trigger",
            unit: Unit::Share,
            low: 0.05,
            high: 0.8,
            limit_source: "",
            neutral: 0.2,
            en: "loss over the normal harvest from which the whole loss is paid (assumption)",
            zh: "起赔点：损失率达到后按损失率赔付（假设）",
        },
        Setting {
            key: "insures",
            unit: Unit::Choice(&["yield", "revenue"]),
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "whether a fallen price counts as loss beside a poor harvest (Yongchuan was a pilot of income insurance in 2015)",
            zh: "只保产量，还是收入（产量与价格；永川2015年为收入保险试点）",
        },
        Setting {
            key: "split.staple.central",
            unit: Unit::Share,
            low: 0.0,
            high: 0.45,
            limit_source: CENTRAL,
            neutral: 0.45,
            en: "central budget's part of the premium, rice and rapeseed",
            zh: "水稻、油菜保费中央财政承担比例",
        },
        Setting {
            key: "split.staple.city",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: LOCAL,
            neutral: 0.3,
            en: "the city's part",
            zh: "市级财政承担比例",
        },
        Setting {
            key: "split.staple.district",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: LOCAL,
            neutral: 0.1,
            en: "the district's part; the grower pays the rest",
            zh: "区级财政承担比例，其余由农户自缴",
        },
        Setting {
            key: "split.feature.central",
            unit: Unit::Share,
            low: 0.0,
            high: 0.45,
            limit_source: CENTRAL,
            neutral: 0.0,
            en: "central budget's part of the premium, tea, vegetables and mushrooms",
            zh: "茶叶、蔬菜、食用菌保费中央财政承担比例",
        },
        Setting {
            key: "split.feature.city",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: LOCAL,
            neutral: 0.4,
            en: "the city's part",
            zh: "市级财政承担比例",
        },
        Setting {
            key: "split.feature.district",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: LOCAL,
            neutral: 0.3,
            en: "the district's part; the grower pays the rest",
            zh: "区级财政承担比例，其余由农户自缴",
        },
        Setting {
            key: "pledge",
            unit: Unit::Share,
            low: 0.0,
            high: 1.0,
            limit_source: "",
            neutral: 0.0,
            en: "lent against a policy in force over its sum insured (assumption)",
            zh: "保单可质押融资额占保额的比例（假设）",
        },
    ],
    mechanism_en: "Each January a grower of an insured crop who is among the share and has its part of the premium in cash takes a policy for the year; the budgets pay their parts with it, and the insurer is paid at once. Harvest income comes month by month: where the township's yield (or yield times price) lies below the normal one by the trigger or more, the insurer pays that loss on the sum insured that falls to the month's harvest. A grower's own bad luck against its township is not covered. A policy in force may be pledged: more is lent against it and less is lost in default. Insurers stand outside the district; what they earn is kept apart in the ledger.",
    mechanism_zh: "每年1月，属于投保比例且现金足以支付自缴部分的种植户投保一年，各级财政同时拨付补贴，保费即时付给保险公司。收成按月实现：镇街产量（或产量×价格）低于正常水平达到起赔点时，保险公司按当月收成所对应的保额赔付全部损失。农户相对本镇街的个别损失不在保障之内。有效保单可以质押，可贷额上升、违约损失下降。保险公司在区外，其收支在账上单列。",
    example: "[policy.crop_insurance]\nuptake = { rice = [{ from = \"2019\", value = \"70%\" }], rapeseed = \"50%\", tea = \"50%\", vegetables = \"40%\", mushrooms = \"60%\" }\ncover = \"60%\"\ninsures = \"revenue\"\npledge = \"50%\"\n",
    check: |v| {
        for (k, crops) in [(0, "staple"), (3, "feature")] {
            let public: f64 = (0..3).map(|i| v.get(SPLIT + k + i)).sum();
            if public > 1.0 + 1e-9 {
                let [en, zh] = [Lang::En, Lang::Zh].map(|lang| lang.half(LOCAL));
                return Err(format!(
                    "the budgets' parts of the premium (split.{crops}) come to {0:.1}%, more than 100% of it: {en}; the district's plan, Yong Jin Zu Fa [2023] No. 1, IV(1)5｜各级财政承担的保费比例（split.{crops}）合计 {0:.1}%，超过 100%：{zh}；永金组发〔2023〕1号 四(一)5",
                    public * 100.0
                ));
            }
        }
        Ok(())
    },
};

impl Instrument for CropInsurance {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn steady(&self, v: &Values, ask: &SteadyAsk, out: &mut SteadyAnswer) {
        let Some(crop) = CROPS.iter().position(|c| *c == ask.sector).filter(|_| ask.class.is_agri()) else {
            return;
        };
        let feature = usize::from(crop >= STAPLES);
        out.crop = CropCover {
            uptake: v.get(crop),
            cover: v.get(COVER),
            rate: v.get(RATE + feature),
            trigger: v.get(TRIGGER),
            revenue: v.flag(INSURES),
            public: [0, 1, 2].map(|i| v.get(SPLIT + 3 * feature + i)),
        };
    }

    fn see(&self, v: &Values, ask: &CellAsk, out: &mut SeeAnswer) {
        if ask.class.is_agri() {
            out.policies = v.get(PLEDGE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Class;

    #[test]
    fn growers_of_the_five_crops_are_covered_and_split_as_their_kind() {
        let mut values: Vec<f64> = SPEC.settings.iter().map(|s| s.neutral).collect();
        values[..5].copy_from_slice(&[0.7, 0.5, 0.4, 0.3, 0.6]);
        let v = Values { enabled: true, values };
        let asked = |class, sector| {
            let mut out = SteadyAnswer::default();
            CropInsurance.steady(&v, &SteadyAsk { class, sector }, &mut out);
            out.crop
        };
        let (rice, tea) = (asked(Class::Farm, "rice"), asked(Class::Agri, "tea"));
        assert_eq!((rice.uptake, rice.rate, rice.public), (0.7, 0.06, [0.45, 0.3, 0.1]));
        assert_eq!((tea.uptake, tea.rate, tea.public), (0.4, 0.07, [0.0, 0.4, 0.3]));
        assert_eq!(asked(Class::Micro, "tea"), CropCover::default());
        assert_eq!(asked(Class::Farm, "fruit"), CropCover::default());
        // Growers pay 15% and 30%.
        assert!((1.0 - rice.public.iter().sum::<f64>() - 0.15).abs() < 1e-12);
        assert!((1.0 - tea.public.iter().sum::<f64>() - 0.3).abs() < 1e-12);
    }

    #[test]
    fn budgets_cannot_pay_more_than_the_premium() {
        let mut values: Vec<f64> = SPEC.settings.iter().map(|s| s.neutral).collect();
        assert!((SPEC.check)(&Values { enabled: true, values: values.clone() }).is_ok());
        values[SPLIT + 4] = 0.9;
        let said = (SPEC.check)(&Values { enabled: true, values }).unwrap_err();
        assert!(said.contains("120.0%") && said.contains("四(一)5") && said.contains("IV(1)5"), "{said}");
    }
}
