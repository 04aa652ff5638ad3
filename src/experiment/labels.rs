//! What the codes in the tables are called, in both languages: sectors, reasons money moves for,
//! reasons of refusal, classes, townships. Written into the manifest, so that charts and pages need
//! nothing but the results folder. English of the ledger's reasons is theirs (`ledger::reasons`).

use serde::Serialize;

use crate::ledger::{Reason, Sector};
use crate::metrics::ON_TERMS;
use crate::policy::{INSTRUMENTS, instrument_index};
use crate::units::{Month, Unit, format_value};
use crate::world::{Class, Region};

/// A code and its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Label {
    /// `sector`, `reason`, `refusal`, `class`, `payer` or `instrument`.
    pub kind: &'static str,
    pub id: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

/// A township and where it lies, kilometres east and north of the seat.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Place {
    pub id: String,
    pub zh: String,
    pub en: String,
    pub east: f64,
    pub north: f64,
}

/// A sector of borrowers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Industry {
    pub id: String,
    pub zh: String,
    pub en: String,
}

pub fn industries(region: &Region) -> Vec<Industry> {
    let one = |s: &crate::world::Sector| Industry { id: s.id.clone(), zh: s.zh.clone(), en: s.en.clone() };
    region.sectors.iter().map(one).collect()
}

/// What a pack's numbers were fitted to, for the page's part on credibility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fit {
    pub zh: String,
    pub en: String,
}

/// The fit as the pack tells it; a pack may say nothing.
pub fn fit(region: &Region) -> Option<Fit> {
    region.fit.clone().map(|(zh, en)| Fit { zh, en })
}

/// Where the definition of an outcome changes within a run, told with the charts that show the step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Break {
    pub zh: String,
    pub en: String,
}

/// Months of a run in which the single-borrower limit of inclusive loans moves.
pub fn breaks(region: &Region, from: Month, until: Month) -> Vec<Break> {
    let limit = |month: Month| region.paths.inclusive_limit[0].at(month);
    let moved = (1..=until.since(from)).map(|k| from.plus(k)).filter(|m| limit(*m) != limit(m.plus(-1)));
    let told = |month: Month| {
        let (before, after) = (limit(month.plus(-1)), limit(month));
        let zh = |yuan: f64| format_value(yuan, Unit::Money);
        Break {
            zh: format!(
                "{month} 起计入普惠口径的单户授信上限由{}改为{}，余额随之跳变，同比增速按可比口径计算。",
                zh(before),
                zh(after)
            ),
            en: format!(
                "From {month} on loans up to {}m yuan to one borrower count as inclusive instead of {}m: the balance steps, yearly growth is on a comparable basis.",
                after / 1e6,
                before / 1e6
            ),
        }
    };
    moved.map(told).collect()
}

pub fn places(region: &Region) -> Vec<Place> {
    let place = |t: &crate::world::Township| Place {
        id: t.id.clone(),
        zh: t.zh.clone(),
        en: t.en.clone(),
        east: t.weather_x,
        north: t.weather_y,
    };
    region.townships.iter().map(place).collect()
}

pub fn labels() -> Vec<Label> {
    let mut out = Vec::new();
    for (id, zh, en) in SECTORS {
        out.push(Label { kind: "sector", id, zh, en });
    }
    for class in Class::ALL {
        out.push(Label { kind: "class", id: class.id(), zh: class.zh(), en: class.en() });
    }
    for &reason in Reason::ALL {
        let zh = REASONS_ZH.iter().find(|(id, _)| *id == reason.name()).map_or("", |(_, zh)| zh);
        out.push(Label { kind: "reason", id: reason.name(), zh, en: reason.en() });
    }
    for (id, zh, en) in REFUSALS {
        out.push(Label { kind: "refusal", id, zh, en });
    }
    for (id, zh, en) in PAYERS {
        out.push(Label { kind: "payer", id, zh, en });
    }
    for spec in ON_TERMS.iter().filter_map(|id| INSTRUMENTS.get(instrument_index(id)?)).map(|i| i.spec()) {
        out.push(Label { kind: "instrument", id: spec.id, zh: spec.zh, en: spec.en });
    }
    out
}

const SECTORS: [(&str, &str, &str); 12] = [
    ("borrowers", "借款人", "borrowers"),
    ("lenders", "放款机构", "lenders"),
    ("guarantors", "担保机构", "guarantors"),
    ("upper_guarantors", "再担保与国家基金", "re-guarantor and national fund"),
    ("compensation_fund", "风险补偿基金", "compensation fund"),
    ("treasury", "财政", "treasury"),
    ("insurers", "保险公司", "insurers"),
    ("equity_funds", "股权投资基金", "equity funds"),
    ("bond_market", "债券市场", "bond market"),
    ("central_bank", "人民银行", "central bank"),
    ("head_offices", "区外总部与股东", "head offices and owners outside"),
    ("rest_of_economy", "其他经济部门", "rest of the economy"),
];

const PAYERS: [(&str, &str, &str); 7] = [
    ("central_bank", "人民银行", "central bank"),
    ("central_budget", "中央财政", "central budget"),
    ("city_budget", "市级财政", "city budget"),
    ("district_budget", "区级财政", "district budget"),
    ("fund", "风险补偿基金", "compensation fund"),
    ("guarantors", "担保机构", "guarantors"),
    ("lenders", "放款机构", "lenders"),
];

const REASONS_ZH: &[(&str, &str)] = &[
    ("sales", "经营收入与农产品销售"),
    ("wages", "农户务工收入"),
    ("costs", "进货、租金与工资支出"),
    ("drawings", "业主取用与家庭生活"),
    ("cash_loss", "坏账、事故、疾病等意外损失"),
    ("supplier_credit", "拖欠的货款"),
    ("supplier_repaid", "补付的货款"),
    ("stock_bought", "用贷款购入的存货"),
    ("stock_sold", "不续贷时变卖的存货"),
    ("entry_capital", "新设主体的自有资金"),
    ("exit_payout", "退出时取走的资金"),
    ("bills_forgiven", "关闭主体被核销的货款"),
    ("loan_disbursed", "发放贷款"),
    ("principal_repaid", "归还本金"),
    ("interest", "贷款利息"),
    ("bridge_cost", "续贷过桥成本"),
    ("application_cost", "申请贷款的自付成本"),
    ("guarantee_fee", "担保费"),
    ("chain_fee", "向再担保和国家基金缴纳的费用"),
    ("guarantee_claim", "担保机构代偿"),
    ("chain_share", "再担保和国家基金分担的代偿"),
    ("fund_claim", "基金对银行的补偿"),
    ("fund_claim_guarantor", "基金对担保机构的补偿"),
    ("recovery", "处置抵押物和清收"),
    ("recovery_to_guarantor", "返还担保机构的追偿款"),
    ("recovery_to_upper", "返还再担保和国家基金的追偿款"),
    ("recovery_to_fund", "返还基金的追偿款"),
    ("recovery_guarantor_to_fund", "担保机构返还基金的追偿款"),
    ("written_off", "核销的本金（无现金）"),
    ("handling", "办理与管理成本"),
    ("funding_cost", "按内部转移价的资金成本"),
    ("support_tool_incentive", "普惠小微贷款支持工具激励资金"),
    ("micro_relending_drawn", "借入支小再贷款"),
    ("agri_relending_drawn", "借入支农再贷款"),
    ("micro_relending_repaid", "归还支小再贷款"),
    ("agri_relending_repaid", "归还支农再贷款"),
    ("micro_relending_interest", "支小再贷款利息"),
    ("agri_relending_interest", "支农再贷款利息"),
    ("income_tax", "放款机构所得税"),
    ("profit_remitted", "上缴总部或分配的利润"),
    ("guarantor_cost", "担保机构运营成本"),
    ("guarantor_capital", "担保机构股东出资"),
    ("budget_transfer", "拨给本区的预算资金"),
    ("fund_paid_in", "基金注资"),
    ("fund_replenished", "基金年度补充"),
    ("fund_interest", "基金存款利息"),
    ("equipment_loan_discount", "中央财政设备贷款贴息"),
    ("temporary_rate_cut_reimbursed", "补给银行的阶段性减息资金"),
    ("tech_relending_drawn", "借入科技创新再贷款"),
    ("tech_relending_repaid", "归还科技创新再贷款"),
    ("tech_relending_interest", "科技创新再贷款利息"),
    ("transport_relending_drawn", "借入交通物流专项再贷款"),
    ("transport_relending_repaid", "归还交通物流专项再贷款"),
    ("transport_relending_interest", "交通物流专项再贷款利息"),
    ("carbon_reduction_drawn", "借入碳减排支持工具资金"),
    ("carbon_reduction_repaid", "归还碳减排支持工具资金"),
    ("carbon_reduction_interest", "碳减排支持工具资金利息"),
    ("equipment_relending_drawn", "借入设备更新改造专项再贷款"),
    ("equipment_relending_repaid", "归还设备更新改造专项再贷款"),
    ("equipment_relending_interest", "设备更新改造专项再贷款利息"),
    ("opening_deposit", "期初存款"),
    // Measures beside the first eight.
    ("guarantee_fee_subsidy", "担保费补贴"),
    ("city_budget_transfer", "经本区拨付的市级贴息资金"),
    ("credit_village_subsidy", "信用村贷款贴息"),
    ("green_inclusive_subsidy", "普惠小微绿色贷款贴息"),
    ("poverty_relief_subsidy", "脱贫人口小额信贷贴息"),
    ("fees_waived", "银行减免的账户与支付手续费"),
    ("demonstration_zone_award", "中央财政示范区奖补资金"),
    ("award_to_fund", "奖补资金注入基金"),
    ("project_stake", "政策性、开发性金融工具项目注资"),
    ("project_spending", "以注资和自有资金支付的项目建设支出"),
    ("central_budget_transfer", "经本区拨付的中央财政保费补贴与贴息资金"),
    ("crop_premium", "农户自缴的农业保险保费"),
    ("crop_premium_subsidy", "财政承担的农业保险保费"),
    ("crop_insurance_claim", "农业保险赔付"),
    ("hedge_gain", "汇率避险结算：补给出口主体"),
    ("hedge_loss", "汇率避险结算：出口主体付出"),
    ("hedge_fee", "付给开户银行的避险成本"),
    ("joint_lending_fee", "牵头行付给参加行的风险费用"),
    ("joint_lending_loss", "参加行分担的联合贷款损失"),
    ("lease_equipment", "租赁公司购入的设备"),
    ("lease_down_payment", "承租人支付的设备首付"),
    ("lease_rent", "设备租金"),
    ("lease_resale", "收回租赁设备的变现"),
    ("lease_loss", "租赁公司承担的租金损失（无现金）"),
    ("anchor_paid_late", "核心企业延期支付的货款"),
    ("anchor_caught_up", "核心企业补付的货款"),
    ("anchor_unpaid", "核心企业违约未付的货款"),
    ("equity_fund_capital", "区级财政对股权基金的出资"),
    ("equity_fund_capital_others", "其他出资人对股权基金的出资"),
    ("equity_stake", "股权基金对科技型企业的投资"),
    ("equity_spending", "以股权资金支付的扩大经营支出"),
    ("equity_stake_sold", "转让股权收回的资金"),
    ("equity_stake_lost", "按成本核销的股权（无现金）"),
    ("bond_issued", "发行科创票据与绿色债券"),
    ("bond_issue_cost", "债券承销、评级等发行费用"),
    ("bond_coupon", "债券利息"),
    ("bond_repaid", "归还债券本金"),
    ("bond_recovery", "违约债券回收"),
    ("bond_loss", "债券持有人承担的损失（无现金）"),
    ("term_loan_disbursed", "发放制造业中长期贷款"),
    ("term_loan_repaid", "归还制造业中长期贷款本金"),
    ("equipment_bought", "以中长期贷款、设备贷款和自有资金购入的设备"),
];

const REFUSALS: [(&str, &str, &str); 13] = [
    ("no_need", "没有贷款需求", "no need of a loan"),
    ("unaware", "有需求但不知道能贷", "in need but unaware"),
    ("discouraged", "被拒后不再申请", "discouraged by a refusal"),
    ("price", "嫌利率高或成本高", "too dear for the borrower"),
    ("thin_file", "信用记录不足", "credit file too thin"),
    ("collateral", "抵押或保证不足", "collateral too small"),
    ("capacity", "信贷员办理能力不足", "no officer free"),
    ("capital", "银行资本约束", "lender's capital"),
    ("lending_quota", "银行信贷额度用尽", "lender's quota used up"),
    ("window_quota", "再贷款额度用尽", "re-lending quota used up"),
    ("npl_cap", "超过不良容忍度", "NPL limit reached"),
    ("guarantor_multiple", "担保倍数用尽", "guarantor's multiple used up"),
    ("fund_breaker", "基金额度用尽或熔断", "fund full or stopped"),
];

/// Name of a borrower class or sector with all classes as one.
pub fn sector_of(id: &'static str) -> &'static str {
    if Class::ALL.iter().any(|c| c.id() == id) { Sector::Borrowers.name() } else { id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Payer;
    use crate::world::Refusal;

    #[test]
    fn every_code_has_a_name_in_both_languages() {
        for label in labels() {
            assert!(!label.zh.is_empty(), "no Chinese name for {} `{}` (labels.rs)", label.kind, label.id);
            assert!(!label.en.is_empty(), "no English name for {} `{}`", label.kind, label.id);
        }
        for refusal in Refusal::ALL.into_iter().skip(1) {
            assert!(REFUSALS.iter().any(|(id, ..)| *id == refusal.name()), "{}", refusal.name());
        }
        assert!(Payer::ALL.map(Payer::name) == PAYERS.map(|(id, ..)| id));
        for &reason in Reason::ALL {
            for sector in [reason.payer(), reason.payee()] {
                assert!(SECTORS.iter().any(|(id, ..)| *id == sector.name()), "{}", sector.name());
            }
        }
    }

    #[test]
    fn a_step_in_the_limit_of_inclusive_loans_is_told() {
        use crate::scenario::{Input, Options, load};
        let mut loaded = load(&[Input::Shipped("baseline".into())], &Options::default()).unwrap();
        let region = loaded.scenarios.remove(0).region;
        let all = (Month::new(2019, 1), Month::new(2025, 12));
        let told = breaks(&region, all.0, all.1);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].zh.contains("2024-01") && told[0].zh.contains("2000万元"), "{told:?}");
        assert!(breaks(&region, Month::new(2024, 1), all.1).is_empty());
    }

    #[test]
    fn classes_are_borrowers() {
        assert_eq!((sector_of("farm"), sector_of("treasury")), ("borrowers", "treasury"));
    }
}
