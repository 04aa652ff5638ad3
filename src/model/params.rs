//! Every parameter of the model: key, unit, limits, meaning. Values, ranges and sources are in the
//! region pack (`parameters.toml`); a scenario may override them under `[params]`.
//! No number that could be estimated is typed into the phases.

use crate::units::Unit;
use crate::world::CLASSES;

/// Declares one parameter; `per_class` ones have a value for each borrower class.
#[derive(Debug, Clone, Copy)]
pub struct ParamSpec {
    pub key: &'static str,
    pub unit: Unit,
    pub per_class: bool,
    /// Limits of what makes sense at all, in the unit's base.
    pub low: f64,
    pub high: f64,
    /// Phase or room that uses it.
    pub used_by: &'static str,
    pub en: &'static str,
}

macro_rules! params {
    (@ty one) => { f64 };
    (@ty class) => { [f64; CLASSES] };
    (@is one) => { false };
    (@is class) => { true };
    (@set one $f:expr, $c:expr, $v:expr) => { $f = $v };
    (@set class $f:expr, $c:expr, $v:expr) => { match $c { Some(c) => $f[c] = $v, None => $f = [$v; CLASSES] } };
    (@get one $f:expr, $c:expr) => { $f };
    (@get class $f:expr, $c:expr) => { $f[$c] };
    (@default one) => { f64::NAN };
    (@default class) => { [f64::NAN; CLASSES] };
    ($($shape:ident $name:ident $unit:expr, $low:expr, $high:expr, $used:literal, $en:literal;)*) => {
        /// Every parameter, in the order of [`Params`].
        pub const PARAMS: &[ParamSpec] = &[$(ParamSpec {
            key: stringify!($name), unit: $unit, per_class: params!(@is $shape), low: $low, high: $high,
            used_by: $used, en: $en,
        },)*];
        /// Values of all parameters, in base units.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Params { $(#[doc = $en] pub $name: params!(@ty $shape),)* }
        impl Params {
            /// All values missing (NaN), to be filled by the loader.
            pub fn missing() -> Self {
                Params { $($name: params!(@default $shape),)* }
            }
            /// Sets parameter `key` for one class, or for all where `class` is `None`; `false` if unknown.
            pub fn set(&mut self, key: &str, class: Option<usize>, value: f64) -> bool {
                match key {
                    $(stringify!($name) => { let _ = class; params!(@set $shape self.$name, class, value); true })*
                    _ => false,
                }
            }
            /// Value of parameter `key`; `class` is ignored where there is one value for all.
            pub fn get(&self, key: &str, class: usize) -> Option<f64> {
                match key {
                    $(stringify!($name) => { let _ = class; Some(params!(@get $shape self.$name, class)) })*
                    _ => None,
                }
            }
        }
    };
}

params! {
    // Population and business
    one spin_up Unit::Months, 0.0, 120.0, "genesis", "months simulated before the start with inputs held";
    class population Unit::Count, 0.0, 1e8, "genesis", "live borrowers at the start";
    class net_entry Unit::RateAnnual, -0.2, 0.3, "turnover", "net growth of the number of borrowers a year";
    class exit_rate Unit::RateAnnual, 0.0, 0.5, "turnover", "exits a year at mean age";
    one exit_age_first Unit::Number, 0.0, 3.0, "turnover", "exit hazard in the first year over the class mean";
    one exit_age_second Unit::Number, 0.0, 3.0, "turnover", "the same in the second year";
    one exit_age_third Unit::Number, 0.0, 3.0, "turnover", "the same in the third year";
    one exit_age_middle Unit::Number, 0.0, 3.0, "turnover", "the same in years four to seven";
    one exit_age_old Unit::Number, 0.0, 3.0, "turnover", "the same from the eighth year";
    class sales_median Unit::Money, 1e3, 1e9, "genesis", "median yearly sales";
    class sales_sd Unit::Number, 0.1, 2.0, "genesis", "standard deviation of log yearly sales";
    class entrant_size Unit::Number, 0.05, 2.0, "turnover", "entrants' sales over the class median";
    one quality_spread Unit::Number, 0.1, 3.0, "genesis", "standard deviation of latent quality";
    one variable_cost_share Unit::Share, 0.1, 0.95, "operate", "variable cost over sales";
    one margin_base Unit::Share, -0.1, 0.4, "operate", "net margin of a borrower of mean quality before owner's drawings";
    one margin_quality Unit::Share, 0.0, 0.3, "operate", "change of margin per unit of quality";
    one shock_sd Unit::Number, 0.01, 1.0, "operate", "standard deviation of log sales around normal (stationary)";
    one shock_persistence Unit::Number, 0.0, 0.999, "operate", "monthly persistence of log sales";
    one anchor_persistence Unit::Number, 0.0, 0.999, "operate", "monthly persistence of an anchor firm's strength";
    one anchor_demand Unit::Number, 0.0, 50.0, "operate", "standard deviations of strength per unit of log demand in its sector, held";
    one anchor_late Unit::Number, -6.0, 0.0, "operate", "strength below which an anchor firm pays late";
    one anchor_fails Unit::Number, -8.0, 0.0, "operate", "strength below which it fails";
    one anchor_sales Unit::Share, 0.0, 1.0, "operate", "share of a supplier's sales that goes to its anchor firm";
    one anchor_delay Unit::Months, 0.0, 12.0, "operate", "months of these sales that are paid for late";
    one anchor_credit Unit::Months, 0.0, 12.0, "operate", "months of these sales that a failed firm never pays for";
    one anchor_replaced Unit::Months, 1.0, 120.0, "operate", "months until another firm has taken the place of one that failed";
    one currency_share Unit::Share, 0.0, 1.0, "operate", "share of an exporter's log deviation of sales that is the exchange rate";
    one seasonal_cost Unit::Share, 0.0, 1.0, "operate", "share of fixed cost that moves with the season";
    one epidemic_relief Unit::Share, 0.0, 1.0, "operate", "share of sales lost to the epidemic that is matched by lower costs (rent, social insurance, tax, leave)";
    one cash_event_rate Unit::RateAnnual, 0.0, 0.5, "operate", "rare cash-loss events a year at mean quality";
    one cash_event_quality Unit::Number, 0.0, 4.0, "operate", "fall of the log event rate per unit of quality";
    one cash_event_min Unit::Months, 0.0, 24.0, "operate", "smallest loss in months of sales";
    one cash_event_max Unit::Months, 0.1, 48.0, "operate", "largest loss in months of sales";
    one cover_effort Unit::Number, 0.0, 5.0, "operate", "rise of the event rate per unit of cover (less effort and monitoring)";
    one cushion_median Unit::Months, 0.1, 24.0, "genesis", "owner's normal cash in months of sales";
    one cushion_sd Unit::Number, 0.0, 2.0, "genesis", "standard deviation of its logarithm";
    one drawing_rate Unit::RateMonthly, 0.0, 1.0, "operate", "share of cash above the cushion drawn by the owner a month";
    one demand_slack Unit::Number, 0.5, 2.0, "operate", "local demand over the sector's output at the start";
    one macro_sd Unit::Number, 0.0, 0.3, "environment", "standard deviation of the macro demand regime (log)";
    one macro_persistence Unit::Number, 0.0, 0.999, "environment", "monthly persistence of the macro demand regime";
    one price_sd Unit::Number, 0.0, 1.0, "environment", "yearly standard deviation of log crop prices";
    one weather_range Unit::Number, 0.1, 500.0, "environment", "km over which weather correlates (1/e)";
    one farm_wage_median Unit::Money, 1e2, 1e5, "operate", "median monthly off-farm wage of a farm household that has one";
    one farm_wage_sd Unit::Number, 0.0, 2.0, "genesis", "standard deviation of its logarithm";
    one farm_wage_share Unit::Share, 0.0, 1.0, "genesis", "share of farm households with off-farm wages";
    one lifted_share Unit::Share, 0.0, 1.0, "genesis", "share of farm households lifted out of poverty";
    one cooperative_share Unit::Share, 0.0, 1.0, "genesis", "share of farm households and agricultural businesses in a cooperative or under contract with a firm";
    one farm_living_share Unit::Share, 0.0, 1.2, "operate", "share of a farm household's normal income that it lives on";
    class account_fee Unit::Money, 0.0, 1e4, "settle", "account fees of a year, part of running costs";
    class payment_fee Unit::Share, 0.0, 0.05, "settle", "fees on takings over sales, part of running costs";
    class sales_per_worker Unit::Money, 1e3, 1e7, "metrics", "yearly sales per worker";
    // Credit need
    class need_share Unit::Share, 0.0, 1.0, "genesis", "share with a productive need for credit";
    class debt_ratio Unit::Number, 0.01, 3.0, "genesis", "median desired debt over yearly sales";
    one debt_ratio_sd Unit::Number, 0.0, 2.0, "genesis", "standard deviation of its logarithm";
    one return_median Unit::RateAnnual, 0.01, 1.0, "genesis", "median yearly return on borrowed working capital";
    one return_sd Unit::Number, 0.0, 2.0, "genesis", "standard deviation of its logarithm";
    one output_per_return Unit::Number, 0.0, 3.0, "operate", "share of that return realised as output where funded";
    one illiquid_share Unit::Share, 0.0, 1.0, "service", "share of a loan tied up in stock that cannot be sold at once";
    class aware_initial Unit::Share, 0.0, 1.0, "genesis", "share that knows it could borrow, at the start of the spin-up";
    class aware_factor Unit::Number, 0.0, 5.0, "need", "speed of awareness relative to the self-employed";
    class initial_debt_share Unit::Share, 0.0, 1.0, "genesis", "share of aware borrowers with need that have a loan at the start of the spin-up";
    one awareness_push Unit::RateMonthly, 0.0, 2.0, "need", "awareness hazard per unit of lenders' weighted target shortfall";
    one awareness_digital Unit::RateMonthly, 0.0, 0.1, "need", "awareness hazard at full digital reach";
    one awareness_contagion Unit::RateMonthly, 0.0, 0.5, "need", "awareness hazard where all neighbours borrow";
    one reach_rate Unit::RateMonthly, 0.0, 1.0, "need", "hazard of coming to know a further lender";
    one reach_digital Unit::Number, 0.0, 10.0, "need", "its rise with digital reach";
    one reach_target Unit::Number, 0.0, 10.0, "need", "its rise with the lender's target shortfall";
    one apply_rate Unit::RateMonthly, 0.0, 1.0, "need", "hazard of applying for an aware borrower in need";
    one cooldown Unit::Months, 0.0, 60.0, "need", "months without new application after a refusal";
    one discouraged_share Unit::Share, 0.0, 1.0, "need", "share of refused borrowers who do not come back for three years";
    one lenders_asked Unit::Count, 1.0, 16.0, "route", "most lenders one application is taken to";
    one price_slope Unit::Number, 0.0, 5.0, "need", "elasticity of the amount asked to the all-in cost over the return";
    one price_reference Unit::Number, 0.5, 10.0, "need", "return over all-in cost at which the amount asked is the whole need";
    one application_cost Unit::Money, 0.0, 1e5, "need", "borrower's own cost of one application (time, papers)";
    // Lending
    one noise_none Unit::Number, 0.0, 10.0, "screen", "signal noise without a credit file";
    one noise_thin Unit::Number, 0.0, 10.0, "screen", "signal noise with a thin file";
    one noise_thick Unit::Number, 0.0, 10.0, "screen", "signal noise with a thick file";
    one noise_digital_cut Unit::Share, 0.0, 1.0, "screen", "share of noise removed at full digital reach";
    one noise_own_customer Unit::Number, 0.0, 1.0, "screen", "noise on an own customer relative to a stranger";
    one pd_prior_mean Unit::RateAnnual, 0.0001, 0.3, "screen", "lenders' prior yearly default probability";
    one pd_prior_slope Unit::Number, 0.0, 5.0, "screen", "prior fall of log PD per unit of the score";
    one pd_prior_weight Unit::Number, 1.0, 1e6, "screen", "loan-years the prior counts for in each bucket";
    one pd_memory Unit::Months, 1.0, 600.0, "screen", "months over which observed defaults fade";
    one lgd_unsecured Unit::Share, 0.0, 1.0, "screen", "loss given default without collateral";
    one lgd_floor Unit::Share, 0.0, 1.0, "screen", "least loss given default with full collateral";
    class collateral_share Unit::Share, 0.0, 1.0, "genesis", "share with pledgeable assets";
    class collateral_ratio Unit::Number, 0.0, 5.0, "genesis", "median pledgeable assets over yearly sales";
    one collateral_sd Unit::Number, 0.0, 2.0, "genesis", "standard deviation of its logarithm";
    one collateral_advance Unit::Share, 0.0, 1.0, "route", "loan over collateral value";
    one unsecured_limit Unit::Share, 0.0, 2.0, "route", "unsecured limit over yearly sales, before digital reach and file";
    one unsecured_none Unit::Number, 0.0, 5.0, "route", "factor without a credit file";
    one unsecured_thin Unit::Number, 0.0, 5.0, "route", "factor with a thin file";
    one unsecured_thick Unit::Number, 0.0, 5.0, "route", "factor with a thick file";
    one farm_unsecured_factor Unit::Number, 0.0, 20.0, "route", "factor for farm households, who borrow against household income";
    one fund_limit_factor Unit::Number, 0.0, 10.0, "route", "limit of 信用贷 and 增信贷 over the bank's own unsecured limit";
    one ticket_min Unit::Money, 0.0, 1e6, "route", "smallest amount worth an application";
    one handling_fixed Unit::Money, 0.0, 1e5, "quote", "fixed cost of one case";
    one handling_rate Unit::RateAnnual, 0.0, 0.1, "quote", "yearly proportional cost of a loan";
    one handling_digital_cut Unit::Share, 0.0, 1.0, "quote", "share of the fixed cost removed at full digital reach";
    one handling_renewal Unit::Share, 0.0, 1.0, "quote", "cost of a renewal over that of a new case";
    one liquidity_charge Unit::Points, 0.0, 0.05, "quote", "liquidity charge on marginal funding";
    one reserve_yield Unit::RateAnnual, 0.0, 0.05, "quote", "yield of required reserves";
    one risk_weight Unit::Share, 0.0, 2.0, "quote", "risk weight of inclusive loans";
    one capital_target Unit::Share, 0.0, 0.3, "quote", "capital held against risk-weighted assets";
    one capital_hurdle Unit::RateAnnual, 0.0, 0.5, "quote", "return on capital above funding cost";
    one income_tax Unit::Share, 0.0, 0.5, "quote", "income tax on the margin";
    one vat_rate Unit::Share, 0.0, 0.2, "quote", "value-added tax on interest of loans above the exempt limit";
    one vat_exempt_limit Unit::Money, 0.0, 1e9, "quote", "credit up to which interest is exempt";
    class segment_spread Unit::Points, -0.05, 0.15, "quote", "going rate over LPR before the markup, at the start";
    one anchor_adjust Unit::Share, 0.0, 1.0, "quote", "share of the gap to observed break-even closed in a year's re-estimation of the segment spread";
    one markup Unit::Points, 0.0, 0.2, "quote", "markup at one known lender";
    one markup_exponent Unit::Number, 0.0, 5.0, "quote", "how fast the markup falls with the number of lenders known";
    one pass_through Unit::Share, 0.0, 1.0, "quote", "share of instruments' change of break-even that reaches the borrower";
    one rate_ceiling Unit::Points, 0.0, 0.4, "quote", "highest rate over LPR a lender may charge";
    one volume_value_state Unit::Number, 0.0, 5.0, "quote", "points of rate given up per unit of yearly target shortfall, large national banks";
    one volume_value_other Unit::Number, 0.0, 5.0, "quote", "the same for other lenders";
    one cross_selling Unit::Points, 0.0, 0.05, "quote", "worth of a customer's other business, a year";
    one fee_worth Unit::Share, 0.0, 1.0, "quote", "share of that worth that is fees";
    one shadow_officer Unit::Number, 0.0, 2.0, "quote", "officers' own price of a bad loan, rate per unit of PD";
    one shadow_slope Unit::Number, 0.0, 5.0, "quote", "supervisors' price of a bad loan at the NPL limit, rate per unit of PD and width";
    one shadow_width Unit::Points, 0.0001, 0.1, "quote", "width over which that price rises";
    one quota_smooth Unit::Share, 0.001, 1.0, "quote", "share of headroom over which a window's or capital's pull fades";
    one window_take_up Unit::Points, 0.0001, 0.05, "settle", "spread over which a bank's use of a window rises from none to full";
    one target_capacity Unit::Number, 0.0, 10.0, "ration", "rise of case capacity per unit of target shortfall";
    one capacity_growth Unit::RateAnnual, -0.5, 2.0, "ration", "yearly growth of case capacity";
    one hiring_most Unit::RateAnnual, 0.0, 2.0, "ration", "most officers a lender adds in a year, over those it has, where cases are turned away";
    one hiring_months Unit::Months, 1.0, 60.0, "ration", "months over which cases turned away bring officers";
    one guarantor_capacity_growth Unit::RateAnnual, -0.5, 2.0, "ration", "yearly growth of guarantors' case capacity";
    one capacity_digital Unit::Number, 0.0, 20.0, "ration", "rise of case capacity at full digital reach";
    one expected_loss_memory Unit::Count, 1.0, 1e7, "disburse", "new loans over which the market's mean expected loss fades";
    one tenor Unit::Months, 1.0, 60.0, "disburse", "tenor of a working-capital loan";
    // Trouble
    one bridge_cost Unit::Share, 0.0, 0.1, "service", "cost of finding the principal at a renewal, over the principal";
    one renewal_cut Unit::Share, 0.0, 1.0, "service", "least share of the old loan that must be granted for a roll-over to succeed";
    one npl_after Unit::Months, 1.0, 12.0, "classify", "months in arrears until non-performing (90 days)";
    one npl_resolution Unit::RateMonthly, 0.0, 1.0, "classify", "share of non-performing loans resolved a month";
    one legacy_npl Unit::Share, 0.0, 0.2, "genesis", "non-performing share of the balance at the start of the spin-up";
    one stock_sale_rate Unit::RateMonthly, 0.0, 1.0, "service", "share of the stock behind an overdue loan that can be sold a month";
    one thick_after Unit::Months, 0.0, 120.0, "turnover", "months of good record until a credit file is thick";
    one spoilt_file Unit::Months, 0.0, 240.0, "turnover", "months without credit after a default";
    one cure_rate Unit::RateMonthly, 0.0, 1.0, "service", "chance a month that family or stock sales clear arrears";
    one distress_months Unit::Months, 0.5, 60.0, "turnover", "unpaid bills in months of sales at which a business closes";
    one recovery_lag Unit::Months, 0.0, 60.0, "classify", "months from non-performing to the first recovery";
    one provision_normal Unit::Share, 0.0, 0.1, "classify", "general provision on performing loans";
    one provision_npl Unit::Share, 0.0, 1.0, "classify", "provision on non-performing loans before recovery";
    one city_beta Unit::Number, 0.0, 3.0, "metrics", "city-wide response to national measures over the district's own";
}
