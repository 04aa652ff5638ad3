//! The table of indicators.
//! Name, unit, labels, direction, how a year follows from its months, and by which groups: declared
//! once, for results, charts, manifest, `explain` and the ODD. Values are computed in `observe.rs`.

/// Which way is better for borrowers and the public, where that is clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
    None,
}

/// How a year's value follows from its months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Yearly {
    /// The December value (stocks, and rates that accumulate over the year).
    Last,
    /// The sum of the months (flows).
    Sum,
    /// The plain mean of the months.
    Mean,
}

/// One indicator. `unit` is one of yuan, share, rate, points, count, number; shares, rates and
/// points are fractions.
#[derive(Debug)]
pub struct Metric {
    pub name: &'static str,
    pub unit: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    pub headline: bool,
    pub direction: Direction,
    pub yearly: Yearly,
    pub by_class: bool,
    pub by_township: bool,
    pub by_lender: bool,
}

macro_rules! metrics {
    ($($name:ident $unit:literal $zh:literal $en:literal $headline:literal $dir:ident $yearly:ident [$($group:ident)*];)*) => {
        /// Places of the indicators in [`METRICS`].
        #[allow(non_camel_case_types, missing_docs)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum M { $($name,)* }
        /// Every indicator, headline ones in the order of the report.
        pub static METRICS: &[Metric] = &[$({
            #[allow(unused_mut)]
            let mut m = Metric {
                name: stringify!($name), unit: $unit, zh: $zh, en: $en, headline: $headline,
                direction: Direction::$dir, yearly: Yearly::$yearly,
                by_class: false, by_township: false, by_lender: false,
            };
            $(m.$group = true;)*
            m
        },)*];
    };
}

metrics! {
    inclusive_balance "yuan" "普惠小微贷款余额" "Inclusive MSE loan balance" true Up Last [by_class by_lender];
    inclusive_growth_yoy "share" "普惠小微贷款同比增速" "Yearly growth of inclusive MSE loans" true Up Last [];
    city_gap "points" "与全市增速之差" "Growth gap to the city" true Up Last [];
    agri_balance "yuan" "涉农贷款余额" "Agricultural loan balance" true Up Last [];
    first_time_borrowers "count" "首贷户（当年新增）" "First-time borrowers" true Up Sum [by_class by_township];
    coverage_share "share" "覆盖面（有贷户占比）" "Coverage: borrowers over eligible" true Up Last [by_class by_township];
    all_in_cost "rate" "综合融资成本（当年累计）" "All-in cost of new loans, year to date" true Down Last [];
    new_loan_rate_ytd "rate" "新发放贷款平均利率（当年累计）" "Mean rate of new inclusive loans, year to date" true Down Last [];
    npl_ratio "share" "普惠小微不良率" "NPL ratio of inclusive loans" true Down Last [by_class by_lender];
    fund_balance "yuan" "风险补偿基金余额" "Compensation fund balance" true None Last [];
    fund_claims "yuan" "风险补偿基金代偿" "Compensation fund claims paid" true Down Sum [];
    relending_balance "yuan" "支农支小再贷款余额" "Re-lending outstanding" true None Last [];
    public_cost "yuan" "财政与央行支出" "Public cost" true Down Sum [];
    survival_share "share" "经营主体一年存活率" "One-year survival of businesses" true Up Last [];
    jobs "count" "经营主体就业" "Jobs in businesses" true Up Last [];
    inclusive_borrowers "count" "普惠小微有贷户数" "Inclusive borrowers with a balance" false Up Last [by_class by_township];
    borrowers_live "count" "经营主体与农户数" "Live businesses and households" false None Last [by_class];
    aware_share "share" "知晓率（有需求者）" "Awareness among those in need" false Up Last [by_class];
    lenders_known "number" "可触达机构数" "Lenders known per aware borrower" false Up Last [];
    applications "count" "贷款申请" "Applications" false None Sum [by_class];
    approvals "count" "获批笔数" "Approvals" false Up Sum [by_class];
    approval_rate "share" "获批率" "Approval rate" false Up Mean [];
    new_loans "yuan" "新发放普惠小微贷款" "New inclusive loans" false Up Sum [];
    new_loan_rate "rate" "当月新发放利率" "Rate of the month's new inclusive loans" false Down Mean [];
    unsecured_share "share" "信用贷款占比" "Unsecured share of inclusive balance" false Up Last [];
    guaranteed_share "share" "担保贷款占比" "Guaranteed share of inclusive balance" false None Last [];
    state_bank_share "share" "大型银行份额" "Large banks' share of inclusive balance" false None Last [];
    npl_balance "yuan" "不良余额" "Non-performing inclusive balance" false Down Last [];
    npl_flow "yuan" "新增不良" "New non-performing inclusive loans" false Down Sum [];
    default_rate "rate" "年化违约率（当年累计）" "Yearly default rate of inclusive loans, year to date" false Down Last [];
    write_offs "yuan" "核销" "Write-offs" false Down Sum [];
    overdue_share "share" "逾期率" "Overdue share of inclusive balance" false Down Last [];
    npl_headroom "points" "距不良容忍上限" "Distance to the NPL limit" false None Last [by_lender];
    target_shortfall "points" "落后增长目标" "Shortfall against the growth target" false None Last [by_lender];
    capacity_used "share" "办理能力使用率" "Case capacity used" false None Mean [by_lender];
    capital_ratio "share" "资本充足率（法人）" "Capital ratio (legal person)" false None Last [by_lender];
    bank_profit "yuan" "本区贷款利润" "Lenders' profit on the district book" false None Sum [by_lender];
    incentive_paid "yuan" "支持工具激励资金（本区）" "Support-tool incentive, district share" false None Sum [];
    relending_quota "yuan" "再贷款额度" "Re-lending quota" false None Last [];
    relending_bound "share" "再贷款额度用尽月份占比" "Months in which the re-lending quota bound" false None Mean [];
    guarantee_balance "yuan" "担保责任余额" "Guarantee liability" false None Last [];
    guarantor_leverage "number" "担保放大倍数" "Guarantee liability over net assets" false None Last [];
    guarantor_claims "yuan" "担保代偿" "Guarantor claims paid" false Down Sum [];
    guarantee_fees "yuan" "担保费收入" "Guarantee fees" false None Sum [];
    fund_covered "yuan" "基金覆盖贷款余额" "Balance covered by the fund" false None Last [];
    fund_exhausted "share" "基金已耗尽的概率" "Probability that the fund has been exhausted" true Down Last [];
    sales "yuan" "经营主体销售额" "Sales of businesses" false Up Sum [];
    displaced_sales "yuan" "被挤占的销售额" "Sales displaced by local demand" false None Sum [];
    deposits "yuan" "借款人存款" "Borrowers' deposits" false None Last [];
    exits "count" "退出户数" "Exits" false Down Sum [by_class];
    entries "count" "新设户数" "Entries" false Up Sum [by_class];
    city_growth "share" "全市普惠小微增速（路径）" "City's yearly growth (path)" false None Last [];
    micro_relending_bound "share" "支小再贷款额度用尽月份占比" "Months in which the quota for small business bound" false None Mean [];
    agri_relending_bound "share" "支农再贷款额度用尽月份占比" "Months in which the quota for agriculture bound" false None Mean [];
    guarantor_room "yuan" "担保机构剩余担保额度" "Liability guarantors may still take on" false None Last [];
    guarantor_capacity_used "share" "担保机构办理能力使用率" "Guarantors' case capacity used" false None Mean [];
    guarantor_unpaid "yuan" "担保机构未付代偿" "Claims guarantors could not yet pay" false Down Last [];
    fee_subsidy_paid "yuan" "担保降费补助" "Fee subsidy paid to guarantors" false None Sum [];
    fund_drawn "share" "基金使用比例" "Share of the fund's paid-in capital used" true None Last [];
    fund_multiple_used "number" "基金放大倍数（已用）" "Balance covered over the fund's balance" false None Last [];
    deferred_balance "yuan" "延期还本付息贷款余额" "Inclusive loans whose payments wait" false None Last [];
    subsidies_paid "yuan" "贷款贴息支出" "Interest subsidies paid" false None Sum [];
    medium_long_share "share" "制造业中长期贷款占普惠小微贷款余额" "Medium- and long-term loans to manufacturers in the inclusive balance" false None Last [];
    special_relending_balance "yuan" "专项再贷款余额" "Special re-lending outstanding" false None Last [];
    special_relending_quota "yuan" "专项再贷款额度" "Special re-lending quotas" false None Last [];
    tech_relending_bound "share" "科技创新再贷款额度用尽月份占比" "Months in which the quota for tech firms bound" false None Mean [];
    transport_relending_bound "share" "交通物流再贷款额度用尽月份占比" "Months in which the quota for transport bound" false None Mean [];
    carbon_reduction_bound "share" "碳减排支持工具额度用尽月份占比" "Months in which the quota for carbon reduction bound" false None Mean [];
    equipment_relending_bound "share" "设备更新再贷款额度用尽月份占比" "Months in which the quota for equipment bound" false None Mean [];
}

/// Place of an indicator in [`METRICS`].
pub fn metric_index(name: &str) -> Option<usize> {
    METRICS.iter().position(|m| m.name == name)
}
