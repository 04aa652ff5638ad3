//! Chinese names of what the tables of other rooms describe in English only: parameters, paths of the
//! environment, columns of the pack's sheets. `explain` and the schema of scenario files show them.
//! A test keeps the lists complete; what is declared is declared elsewhere, here are only words.

/// Chinese name of a parameter.
pub fn param_zh(key: &str) -> Option<&'static str> {
    find(PARAMS_ZH, key)
}

/// Chinese name of a path, by its key with `.*`.
pub fn path_zh(key: &str) -> Option<&'static str> {
    find(PATHS_ZH, key)
}

/// Chinese name of a column of one of the pack's sheets.
pub fn column_zh(sheet: &str, key: &str) -> Option<&'static str> {
    let (_, columns) = COLUMNS_ZH.iter().find(|(name, _)| *name == sheet)?;
    find(columns, key)
}

/// What a phase of the month does, in Chinese.
pub fn phase_zh(name: &str) -> Option<&'static str> {
    find(PHASES_ZH, name)
}

const PHASES_ZH: &[(&str, &str)] = &[
    ("environment", "当月的需求、宏观状态、价格、天气和按日期给定的输入；当月政策开始生效。"),
    ("operate", "销售受周转资金和本地需求限制；成本、务工收入、收成、提取，以及罕见的现金损失。"),
    ("service", "付息；到期的一次还本贷款申请续贷或归还；现金允许时补清拖欠。"),
    ("classify", "逾期九十天为不良；担保机构和基金支付代偿；处置不良贷款，按比例分配回收款，其余核销。"),
    ("need", "对贷款的知晓逐步扩散，可及的放款机构增多，有需求者决定是否申请。"),
    (
        "route",
        "每份申请面对每家可及的放款机构：产品、征信、抵押决定的上限，带误差的信号下的筛选，保本报价；借款人取剩余最大者，否则记下一个原因。",
    ),
    ("ration", "当月申请按抽定的顺序排队，受信贷员能力、资本、分配额度、担保倍数、基金倍数与熔断限制。"),
    ("disburse", "放款形成存款；支付费用和办理成本；购入存货；未续的贷款到期归还。"),
    (
        "settle",
        "再贷款的借入、展期和归还；资金与运营成本；季末的支持工具；基金与担保机构；拨备、所得税和利润。",
    ),
    ("turnover", "按年龄和困境退出，按固定名单进入，信用记录变厚。"),
    ("learn", "放款机构更新每一评级档的违约率；每年重新估计一次现行利率。"),
    ("close", "贷款登记簿的合计、指标、全年流量。"),
];

/// Chinese name of one of the choices of a setting.
pub fn choice_zh(name: &str) -> Option<&'static str> {
    find(CHOICES_ZH, name)
}

const CHOICES_ZH: &[(&str, &str)] = &[
    ("any", "不限"),
    ("refused_elsewhere", "仅限他行拒贷者"),
    ("banks_choice", "由银行选择"),
    ("previous_quarter_end", "上季末余额"),
    ("high_water_mark", "历史最高余额"),
    ("yield", "产量"),
    ("revenue", "收入（产量与价格）"),
];

fn find(list: &[(&str, &'static str)], key: &str) -> Option<&'static str> {
    list.iter().find(|(k, _)| *k == key).map(|(_, zh)| *zh)
}

const PARAMS_ZH: &[(&str, &str)] = &[
    ("spin_up", "预热期长度"),
    ("population", "期初存续主体数"),
    ("net_entry", "主体数量年净增长率"),
    ("exit_rate", "平均年龄下的年退出率"),
    ("exit_age_first", "第一年退出率与类均值之比"),
    ("exit_age_second", "第二年退出率与类均值之比"),
    ("exit_age_third", "第三年退出率与类均值之比"),
    ("exit_age_middle", "第四至七年退出率与类均值之比"),
    ("exit_age_old", "第八年起退出率与类均值之比"),
    ("sales_median", "年销售额中位数"),
    ("sales_sd", "年销售额对数的标准差"),
    ("entrant_size", "新进入者规模相对中位数"),
    ("quality_spread", "潜在经营质量的标准差"),
    ("variable_cost_share", "变动成本占销售额"),
    ("margin_base", "平均质量下的净利率（提款前）"),
    ("margin_quality", "每单位质量的利润率变化"),
    ("shock_sd", "销售额对数波动（平稳标准差）"),
    ("shock_persistence", "销售额对数的月度惯性"),
    ("anchor_persistence", "核心企业强弱状况的月度惯性"),
    ("anchor_demand", "行业需求（对数）持续变动一单位时核心企业强弱变动的标准差数"),
    ("anchor_late", "核心企业开始延期付款的强弱门槛"),
    ("anchor_fails", "核心企业违约的强弱门槛"),
    ("anchor_sales", "供应商销往核心企业的销售占比"),
    ("anchor_delay", "延期付款涉及的销售月数"),
    ("anchor_credit", "违约后不再支付的销售月数"),
    ("anchor_replaced", "违约的核心企业被其他企业接替所需月数"),
    ("currency_share", "出口主体销售（对数）偏离中来自汇率的比例"),
    ("seasonal_cost", "固定成本中随季节变动的比例"),
    ("epidemic_relief", "疫情销售损失中由成本下降抵消的比例（减租、社保与税费缓减、放假）"),
    ("cash_event_rate", "罕见现金损失事件年发生率"),
    ("cash_event_quality", "质量对事件率（对数）的降低"),
    ("cash_event_min", "最小损失（月销售额）"),
    ("cash_event_max", "最大损失（月销售额）"),
    ("cover_effort", "分担覆盖使事件率上升的幅度（道德风险）"),
    ("cushion_median", "现金缓冲中位数（月销售额）"),
    ("cushion_sd", "现金缓冲对数的标准差"),
    ("drawing_rate", "超出缓冲的现金每月提取比例"),
    ("demand_slack", "本地需求相对期初产出的余量"),
    ("macro_sd", "宏观需求状态的标准差"),
    ("macro_persistence", "宏观需求状态的月度惯性"),
    ("price_sd", "农产品价格对数的年标准差"),
    ("weather_range", "天气相关的空间距离（公里）"),
    ("farm_wage_median", "农户务工月工资中位数"),
    ("farm_wage_sd", "务工工资对数的标准差"),
    ("farm_wage_share", "有务工收入的农户占比"),
    ("account_fee", "账户类年收费"),
    ("payment_fee", "收款与结算手续费占销售额的比例"),
    ("fee_worth", "综合贡献中手续费的占比"),
    ("lifted_share", "脱贫户占农户的比例"),
    ("cooperative_share", "加入合作社或与公司签约的农户、农业经营主体比例"),
    ("farm_living_share", "农户收入用于生活的比例"),
    ("sales_per_worker", "每个就业者的年销售额"),
    ("need_share", "有生产性信贷需求的占比"),
    ("debt_ratio", "意愿负债与年销售额之比的中位数"),
    ("debt_ratio_sd", "意愿负债比对数的标准差"),
    ("return_median", "流动资金年回报率中位数"),
    ("return_sd", "回报率对数的标准差"),
    ("output_per_return", "回报中表现为产出的比例"),
    ("illiquid_share", "贷款中占压为存货的比例"),
    ("aware_initial", "预热期初的知晓率"),
    ("aware_factor", "知晓速度（相对个体户）"),
    ("initial_debt_share", "期初知晓且有需求者中的有贷占比"),
    ("awareness_push", "目标缺口带来的知晓率（走访）"),
    ("awareness_digital", "数字化带来的知晓率"),
    ("awareness_contagion", "邻里示范带来的知晓率"),
    ("reach_rate", "新识一家机构的月概率"),
    ("reach_digital", "数字化对新识机构概率的放大"),
    ("reach_target", "目标缺口对新识机构概率的放大"),
    ("apply_rate", "有需求且知晓者的月申请概率"),
    ("cooldown", "被拒后的冷却期"),
    ("discouraged_share", "被拒后三年不再申请者占比"),
    ("lenders_asked", "一次申请最多询问的机构数"),
    ("price_slope", "申请额对综合成本的弹性"),
    ("price_reference", "收益与综合成本之比达到此值时按全部需求申请"),
    ("application_cost", "借款人一次申请的自身成本"),
    ("noise_none", "无信用档案时的信号噪声"),
    ("noise_thin", "薄档案时的信号噪声"),
    ("noise_thick", "厚档案时的信号噪声"),
    ("noise_digital_cut", "数字化可消除的噪声比例"),
    ("noise_own_customer", "本行客户的噪声倍数"),
    ("pd_prior_mean", "机构先验的年违约概率"),
    ("pd_prior_slope", "评分对违约概率（对数）的先验斜率"),
    ("pd_prior_weight", "先验的权重（贷款年数）"),
    ("pd_memory", "违约经验的记忆长度"),
    ("lgd_unsecured", "无抵押违约损失率"),
    ("lgd_floor", "足额抵押违约损失率下限"),
    ("collateral_share", "有可抵押资产者占比"),
    ("collateral_ratio", "可抵押资产与年销售额之比的中位数"),
    ("collateral_sd", "可抵押资产比对数的标准差"),
    ("collateral_advance", "抵押率"),
    ("unsecured_limit", "信用额度占年销售额"),
    ("unsecured_none", "无档案时的额度倍数"),
    ("unsecured_thin", "薄档案时的额度倍数"),
    ("unsecured_thick", "厚档案时的额度倍数"),
    ("farm_unsecured_factor", "农户的额度倍数"),
    ("fund_limit_factor", "信用贷、增信贷额度与银行自有信用额度之比"),
    ("ticket_min", "值得申请的最小金额"),
    ("handling_fixed", "单笔固定办理成本"),
    ("handling_rate", "按余额计的年管理成本"),
    ("handling_digital_cut", "数字化可消除的固定成本比例"),
    ("handling_renewal", "续贷成本相对新贷"),
    ("liquidity_charge", "流动性溢价"),
    ("reserve_yield", "法定准备金利率"),
    ("risk_weight", "普惠贷款风险权重"),
    ("capital_target", "资本占风险加权资产"),
    ("capital_hurdle", "资本的超额回报要求"),
    ("income_tax", "企业所得税率"),
    ("vat_rate", "增值税率"),
    ("vat_exempt_limit", "利息免税的授信上限"),
    ("segment_spread", "各类主体较LPR的基础加点"),
    ("anchor_adjust", "基础加点每年向保本水平的调整"),
    ("markup", "仅识一家机构时的加成"),
    ("markup_exponent", "加成随机构数下降的指数"),
    ("pass_through", "政策对利率的传导比例"),
    ("rate_ceiling", "较LPR的利率上限"),
    ("volume_value_state", "大型银行每单位缺口让利"),
    ("volume_value_other", "其他机构每单位缺口让利"),
    ("cross_selling", "综合贡献的年价值"),
    ("shadow_officer", "信贷员对不良的自身价格"),
    ("shadow_slope", "监管对不良的价格斜率"),
    ("shadow_width", "监管对不良的价格上升的宽度"),
    ("quota_smooth", "额度将尽时作用减退的区间"),
    ("window_take_up", "再贷款由不用到全用的利差"),
    ("target_capacity", "目标缺口带来的产能提升"),
    ("capacity_growth", "办理能力年增长"),
    ("hiring_most", "因办理能力不足而拒贷时每年最多增员比例"),
    ("hiring_months", "从拒贷到增员到岗的月数"),
    ("guarantor_capacity_growth", "担保机构办理能力年增长"),
    ("capacity_digital", "数字化带来的产能提升"),
    ("expected_loss_memory", "市场平均预期损失的记忆长度（新发放笔数）"),
    ("tenor", "流动资金贷款期限"),
    ("bridge_cost", "续贷过桥成本"),
    ("renewal_cut", "续贷成功所需的最低比例"),
    ("npl_after", "逾期几个月计入不良"),
    ("npl_resolution", "不良每月处置比例"),
    ("legacy_npl", "预热期初的不良存量"),
    ("stock_sale_rate", "逾期后每月可变现存货比例"),
    ("thick_after", "信用记录由薄变厚所需月数"),
    ("spoilt_file", "违约后不能借款的月数"),
    ("cure_rate", "逾期每月自愈概率"),
    ("distress_months", "停业的欠款界限（月销售额）"),
    ("recovery_lag", "不良至首次回收的时滞"),
    ("provision_normal", "正常贷款拨备"),
    ("provision_npl", "不良贷款拨备"),
    ("city_beta", "国家措施对全市与本区影响之比"),
];

const PATHS_ZH: &[(&str, &str)] = &[
    ("demand", "名义需求指数，2018 年为 1"),
    ("epidemic", "疫情月的强度，完全停摆为 1"),
    ("digital", "信贷数字化程度：成本、信号噪声、信用额度、知晓率"),
    ("margin_pressure", "监管与竞争要求的让利幅度"),
    ("net_entry", "经营主体净进入，相对参数"),
    ("wage", "务工工资指数，2018 年为 1"),
    ("ncd_1y", "一年期同业存单利率：银行边际资金成本"),
    ("city_growth", "全市普惠小微贷款余额同比增速"),
    ("inclusive_limit", "计入普惠口径的单户授信上限"),
    ("all_loan_growth.*", "法人各项贷款同比增速"),
    ("outside_balance.*", "法人区外贷款余额"),
    ("outside_inclusive.*", "法人区外普惠小微贷款余额"),
    ("outside_npl.*", "法人区外各项贷款不良率"),
    ("outside_inclusive_npl.*", "法人区外普惠贷款不良率"),
    ("crop_price.*", "农产品收购价指数，2018 年为 1"),
];

type Names = &'static [(&'static str, &'static str)];

const COLUMNS_ZH: &[(&str, Names)] = &[
    (
        "townships",
        &[
            ("urban", "街道为 1，镇为 0"),
            ("weight.self_employed", "占全区个体工商户的比例"),
            ("weight.enterprise", "占全区企业的比例"),
            ("weight.farm", "占全区农户的比例"),
            ("weight.agri", "占全区新型农业经营主体的比例"),
            ("crop.tea", "农户种茶的相对权重"),
            ("crop.vegetables", "农户种菜的相对权重"),
            ("crop.mushrooms", "农户种食用菌的相对权重"),
            ("crop.rice", "农户种水稻的相对权重"),
            ("crop.rapeseed", "农户种油菜的相对权重"),
            ("crop.fruit", "农户种水果的相对权重"),
            ("weather.x", "东西方向位置（公里），用于天气的空间相关"),
            ("weather.y", "南北方向位置（公里），用于天气的空间相关"),
            ("rollout", "措施推开的先后次序（街道、镇分别排序）"),
        ],
    ),
    (
        "sectors",
        &[
            ("share.self_employed", "占个体工商户的比例"),
            ("share.micro", "占微型企业的比例"),
            ("share.small", "占小型企业的比例"),
            ("share.farm", "占农户的比例（镇街作物权重之前）"),
            ("share.agri", "占新型农业经营主体的比例"),
            ("margin", "净利率，相对全区均值"),
            ("volatility", "销售额标准差，相对全区均值"),
            ("macro_loading", "销售额对宏观需求状态的反应"),
            ("epidemic_loading", "完全停摆月份损失的销售额比例"),
            ("local_share", "受本地需求限制的销售额比例"),
            ("yield_sd", "单产对数的标准差（作物）"),
            ("tech", "科技型、专精特新企业占比"),
            ("green", "绿色企业占比"),
            ("exporter", "出口企业占比"),
            ("anchor", "为链主企业配套的企业占比"),
            ("manufacturing", "制造业为 1"),
            ("crop", "作物为 1：收获时才有销售"),
            ("hit", "方案第七条点名的受疫情影响行业为 1"),
            ("logistics", "物流运输业为 1"),
            ("season.01", "1 月销售额与月均之比"),
            ("season.02", "2 月销售额与月均之比"),
            ("season.03", "3 月销售额与月均之比"),
            ("season.04", "4 月销售额与月均之比"),
            ("season.05", "5 月销售额与月均之比"),
            ("season.06", "6 月销售额与月均之比"),
            ("season.07", "7 月销售额与月均之比"),
            ("season.08", "8 月销售额与月均之比"),
            ("season.09", "9 月销售额与月均之比"),
            ("season.10", "10 月销售额与月均之比"),
            ("season.11", "11 月销售额与月均之比"),
            ("season.12", "12 月销售额与月均之比"),
        ],
    ),
    (
        "lenders",
        &[
            ("kind", "机构类型"),
            ("local_legal_person", "在全市注册的地方法人银行为 1"),
            ("share.mse", "成为个体户和企业第一家已知机构的相对权重"),
            ("share.rural", "成为农户和农业主体第一家已知机构的相对权重"),
            ("reach_growth", "成为后来认识的机构的相对权重（数字化之前）"),
            ("digital", "数字化趋势惠及其办理、噪声与触达的程度"),
            ("deposit_share", "成为开户行的相对权重"),
            ("funding_spread", "边际资金成本较一年期同业存单的加点"),
            ("handling_factor", "比例办理成本，相对参数"),
            ("noise_factor", "筛选噪声，相对参数"),
            ("cases_per_month", "2018 年每月可办理笔数"),
            ("ticket_min", "最小单笔贷款"),
            ("ticket_max", "单户贷款上限"),
            ("unsecured_factor", "信用额度，相对参数"),
            ("collateral", "接受抵押为 1"),
            ("guaranteed", "与担保机构和基金合作为 1"),
            ("allotted_growth", "总行分配的年增速（外地银行分支机构）"),
            ("capital_ratio", "法人期初资本充足率"),
            ("capital_floor", "低于此资本充足率即停止增长"),
            ("payout", "利润分配或上缴总行的比例"),
        ],
    ),
    (
        "guarantors",
        &[
            ("tier", "在担保链中的层级"),
            ("capital", "支撑本区业务的净资产"),
            ("noise", "自身质量信号的标准差"),
            ("cases_per_month", "每月可评审的本区笔数"),
            ("serves.mse", "担保个体户和企业为 1"),
            ("serves.rural", "担保农户和农业主体为 1"),
            ("operating_cost", "年运营成本占担保责任余额"),
            ("deficit", "所有者对一笔新业务容忍的年亏损占担保余额的比例"),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MONTH;
    use crate::model::params::PARAMS;
    use crate::policy::INSTRUMENTS;
    use crate::units::Unit;
    use crate::world::{GuarantorCard, LenderCard, PATHS, Sector, Township};

    #[test]
    fn everything_declared_has_a_chinese_name_and_nothing_else_has() {
        let none = |missing: Vec<&str>| assert!(missing.is_empty(), "not in src/scenario/zh.rs: {missing:?}");
        none(PARAMS.iter().map(|p| p.key).filter(|k| param_zh(k).is_none()).collect());
        let settings = INSTRUMENTS.iter().flat_map(|i| i.spec().settings);
        let choices = settings.flat_map(|s| if let Unit::Choice(names) = s.unit { names } else { &[] });
        none(choices.copied().filter(|name| choice_zh(name).is_none()).collect());
        none(MONTH.iter().map(|p| p.name).filter(|name| phase_zh(name).is_none()).collect());
        assert_eq!(PHASES_ZH.len(), MONTH.len());
        none(PATHS.iter().map(|p| p.key).filter(|k| path_zh(k).is_none()).collect());
        assert_eq!((PARAMS_ZH.len(), PATHS_ZH.len()), (PARAMS.len(), PATHS.len()));
        let sheets = [
            ("townships", Township::COLUMNS),
            ("sectors", Sector::COLUMNS),
            ("lenders", LenderCard::COLUMNS),
            ("guarantors", GuarantorCard::COLUMNS),
        ];
        for (sheet, columns) in sheets {
            none(columns.iter().map(|c| c.key).filter(|k| column_zh(sheet, k).is_none()).collect());
        }
    }
}
