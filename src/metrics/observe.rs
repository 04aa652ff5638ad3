//! One month's indicators, read from the world and the month's sums.
//! Reads and never writes. What an indicator is called, its unit and how its year is formed is in
//! `table.rs`; a value without a line there has no place to go.

use crate::units::Money;
use crate::world::{CLASSES, Class, Window, World};

use super::{Column, M, METRICS};

/// What the indicators read: the world and sums over the register. Money in fen, weighed.
pub struct Snapshot<'a> {
    pub world: &'a World,
    /// Yearly sales per worker by class, yuan.
    pub params_sales_per_worker: [f64; CLASSES],
    pub balance: [i64; CLASSES],
    pub npl: [i64; CLASSES],
    pub overdue: i64,
    pub unsecured: i64,
    pub guaranteed: i64,
    pub state_banks: i64,
    pub deferred: i64,
    pub long: i64,
    /// Borrowers with a balance by class × township.
    pub borrowers: &'a [i64],
    /// Capital ratio of each lender's legal person.
    pub capital_ratio: &'a [f64],
    /// Quotas of the two general windows, and of the others.
    pub relending_quota: [i64; 2],
    /// Liability each local guarantor could still take on at the start of the month.
    pub guarantor_room: &'a [i64],
    /// Rate advantage of advances this month, yuan.
    pub window_advantage: f64,
    pub city_growth: f64,
}

fn share(a: f64, b: f64) -> f64 {
    if b != 0.0 { a / b } else { 0.0 }
}

/// Values of `columns` this month.
pub fn observe(s: &Snapshot, columns: &[Column]) -> Vec<f64> {
    let district: Vec<f64> = (0..METRICS.len()).map(|m| district(s, m)).collect();
    columns
        .iter()
        .map(|c| match c.group_type {
            "class" => Class::ALL
                .iter()
                .position(|k| k.id() == c.group_id)
                .map_or(f64::NAN, |k| by_class(s, c.metric, k)),
            "township" => {
                let t = s.world.region.townships.iter().position(|t| t.id == c.group_id);
                t.map_or(f64::NAN, |t| by_township(s, c.metric, t))
            }
            "lender" => {
                let l = s.world.region.lenders.iter().position(|l| l.id == c.group_id);
                l.map_or(f64::NAN, |l| by_lender(s, c.metric, l))
            }
            _ => district[c.metric],
        })
        .collect()
}

fn mse(f: impl Fn(usize) -> i64) -> i64 {
    Class::ALL.iter().filter(|c| c.is_mse()).map(|c| f(c.index())).sum()
}

fn yuan(fen: i64) -> f64 {
    Money(fen).to_yuan()
}

fn of_class(s: &Snapshot, c: usize, values: &[i64]) -> i64 {
    let towns = s.world.region.townships.len();
    values[c * towns..(c + 1) * towns].iter().sum()
}

/// Advances outstanding from the general windows, or from the others, fen.
fn advances(w: &World, general: bool) -> i64 {
    w.advances.iter().filter(|a| a.window.is_general() == general).map(|a| a.fen).sum()
}

fn district(s: &Snapshot, metric: usize) -> f64 {
    let (w, k, ledger) = (s.world, &s.world.counters, &s.world.ledger);
    let balance = mse(|c| s.balance[c]);
    let live_mse = mse(|c| of_class(s, c, &w.census.live));
    let borrowers = mse(|c| of_class(s, c, s.borrowers));
    let history = &w.balance_history;
    let growth =
        history.len().checked_sub(13).map_or(f64::NAN, |i| share(balance as f64, history[i] as f64) - 1.0);
    let inclusive_npl = mse(|c| s.npl[c]);
    let local_guarantors = || (0..w.guarantors.len()).filter(|&g| g != w.reguarantor && g != w.national);
    let bound = |window: Window| f64::from(u8::from(k.window_bound[window as usize]));
    macro_rules! is {
        ($name:ident) => {
            metric == M::$name as usize
        };
    }
    if is!(inclusive_balance) {
        yuan(balance)
    } else if is!(inclusive_growth_yoy) {
        growth
    } else if is!(city_gap) {
        growth - s.city_growth
    } else if is!(city_growth) {
        s.city_growth
    } else if is!(agri_balance) {
        yuan(s.balance[Class::Farm.index()] + s.balance[Class::Agri.index()])
    } else if is!(first_time_borrowers) {
        mse(|c| k.first_time[c]) as f64
    } else if is!(coverage_share) {
        share(borrowers as f64, live_mse as f64)
    } else if is!(all_in_cost) {
        share(k.ytd_all_in as f64, k.ytd_fen as f64 * 1e6)
    } else if is!(new_loan_rate_ytd) {
        share(k.ytd_rate as f64, k.ytd_fen as f64 * 1e6)
    } else if is!(new_loan_rate) {
        share(k.new_rate as f64, k.new_fen as f64 * 1e6)
    } else if is!(npl_ratio) {
        share(inclusive_npl as f64, balance as f64)
    } else if is!(fund_balance) {
        yuan(ledger.fund_deposit)
    } else if is!(fund_claims) {
        yuan(k.fund_claims)
    } else if is!(fund_covered) {
        yuan(ledger.fund_covered)
    } else if is!(fund_exhausted) {
        f64::from(u8::from(w.fund.exhausted.is_some()))
    } else if is!(relending_balance) {
        yuan(advances(w, true))
    } else if is!(relending_quota) {
        yuan(s.relending_quota[0])
    } else if is!(relending_bound) {
        f64::from(u8::from(k.window_bound[0] || k.window_bound[1]))
    } else if is!(micro_relending_bound) {
        f64::from(u8::from(k.window_bound[0]))
    } else if is!(agri_relending_bound) {
        f64::from(u8::from(k.window_bound[1]))
    } else if is!(special_relending_balance) {
        yuan(advances(w, false))
    } else if is!(special_relending_quota) {
        yuan(s.relending_quota[1])
    } else if is!(tech_relending_bound) {
        bound(Window::Tech)
    } else if is!(transport_relending_bound) {
        bound(Window::Transport)
    } else if is!(carbon_reduction_bound) {
        bound(Window::Carbon)
    } else if is!(equipment_relending_bound) {
        bound(Window::Equipment)
    } else if is!(guarantor_room) {
        yuan(s.guarantor_room.iter().sum())
    } else if is!(guarantor_capacity_used) {
        share(
            w.guarantors.iter().map(|g| g.cases_used).sum(),
            w.guarantors.iter().map(|g| g.cases_offered).sum(),
        )
    } else if is!(guarantor_unpaid) {
        yuan(w.guarantors.iter().map(|g| g.unpaid_claims).sum())
    } else if is!(fee_subsidy_paid) {
        yuan(k.fee_subsidy)
    } else if is!(fund_drawn) {
        // Interest and recoveries may lift the balance above what was paid in: then nothing is used.
        (1.0 - share(ledger.fund_deposit as f64, (w.fund.paid_in + w.fund.awarded) as f64)).max(0.0)
            * f64::from(u8::from(w.fund.established))
    } else if is!(public_cost) {
        // What leaves central bank, budgets and compensation fund. Awards and the fund's capital move within.
        let paid = k.incentive
            + k.rate_cut
            + k.fee_subsidy
            + k.subsidies
            + k.premium_subsidies
            + k.stake_capital
            + k.fund_claims;
        yuan(paid - k.recoveries_to_fund_month) + s.window_advantage
    } else if is!(deferred_balance) {
        yuan(s.deferred)
    } else if is!(medium_long_share) {
        share(s.long as f64, balance as f64)
    } else if is!(subsidies_paid) {
        yuan(k.subsidies)
    } else if is!(survival_share) {
        1.0 - share(k.exits_12.iter().sum::<i64>() as f64, live_mse as f64)
    } else if is!(jobs) {
        Class::ALL
            .iter()
            .filter(|c| c.is_mse())
            .map(|c| k.funded_sales[c.index()] / s.params_sales_per_worker[c.index()])
            .sum()
    } else if is!(inclusive_borrowers) {
        borrowers as f64
    } else if is!(borrowers_live) {
        w.census.live.iter().sum::<i64>() as f64
    } else if is!(aware_share) {
        let need: i64 = w.census.need.iter().sum();
        share(w.census.aware.iter().sum::<i64>() as f64, need as f64)
    } else if is!(lenders_known) {
        share(w.census.known as f64, w.census.aware.iter().sum::<i64>() as f64)
    } else if is!(applications) {
        mse(|c| k.applications[c]) as f64
    } else if is!(approvals) {
        mse(|c| k.approvals[c]) as f64
    } else if is!(approval_rate) {
        share(mse(|c| k.approvals[c]) as f64, mse(|c| k.applications[c]) as f64)
    } else if is!(new_loans) {
        yuan(k.new_fen)
    } else if is!(unsecured_share) {
        share(s.unsecured as f64, balance as f64)
    } else if is!(guaranteed_share) {
        share(s.guaranteed as f64, balance as f64)
    } else if is!(state_bank_share) {
        share(s.state_banks as f64, balance as f64)
    } else if is!(npl_balance) {
        yuan(inclusive_npl)
    } else if is!(npl_flow) {
        yuan(k.npl_flow)
    } else if is!(default_rate) {
        let mean = k.balance_sum_ytd as f64 / k.months_ytd.max(1) as f64;
        share(k.npl_flow_ytd as f64, mean) * 12.0 / k.months_ytd.max(1) as f64
    } else if is!(write_offs) {
        yuan(k.write_offs)
    } else if is!(overdue_share) {
        share(s.overdue as f64, balance as f64)
    } else if is!(npl_headroom) {
        w.lenders.iter().map(|l| l.headroom).fold(f64::INFINITY, f64::min)
    } else if is!(target_shortfall) {
        share(w.lenders.iter().map(|l| l.shortfall * l.inclusive as f64).sum(), balance as f64)
    } else if is!(capacity_used) {
        share(w.lenders.iter().map(|l| l.cases_used).sum(), w.lenders.iter().map(|l| l.cases_offered).sum())
    } else if is!(capital_ratio) {
        s.capital_ratio.iter().copied().fold(f64::INFINITY, f64::min)
    } else if is!(bank_profit) {
        yuan(w.lenders.iter().map(|l| l.profit_month).sum())
    } else if is!(incentive_paid) {
        yuan(k.incentive)
    } else if is!(guarantee_balance) {
        yuan(local_guarantors().map(|g| ledger.guarantors[g].liability).sum())
    } else if is!(guarantor_leverage) {
        share(
            local_guarantors().map(|g| ledger.guarantors[g].liability).sum::<i64>() as f64,
            local_guarantors().map(|g| ledger.guarantors[g].equity).sum::<i64>() as f64,
        )
    } else if is!(guarantor_claims) {
        yuan(k.guarantor_claims)
    } else if is!(guarantee_fees) {
        yuan(k.guarantee_fees_month)
    } else if is!(sales) {
        k.sales_yuan as f64
    } else if is!(displaced_sales) {
        k.displaced_yuan
    } else if is!(deposits) {
        yuan(ledger.classes.iter().map(|c| c.deposits).sum())
    } else if is!(exits) {
        mse(|c| k.exits[c]) as f64
    } else if is!(fund_multiple_used) {
        share(ledger.fund_covered as f64, ledger.fund_deposit as f64)
    } else if is!(entries) {
        mse(|c| k.entries[c]) as f64
    } else {
        debug_assert!(false, "indicator {} has no rule", METRICS[metric].name);
        f64::NAN
    }
}

fn by_class(s: &Snapshot, metric: usize, c: usize) -> f64 {
    let (w, k) = (s.world, &s.world.counters);
    match metric {
        m if m == M::inclusive_balance as usize => yuan(s.balance[c]),
        m if m == M::npl_ratio as usize => share(s.npl[c] as f64, s.balance[c] as f64),
        m if m == M::first_time_borrowers as usize => k.first_time[c] as f64,
        m if m == M::coverage_share as usize => {
            share(of_class(s, c, s.borrowers) as f64, of_class(s, c, &w.census.live) as f64)
        }
        m if m == M::inclusive_borrowers as usize => of_class(s, c, s.borrowers) as f64,
        m if m == M::borrowers_live as usize => of_class(s, c, &w.census.live) as f64,
        m if m == M::aware_share as usize => {
            share(w.census.aware[c] as f64, of_class(s, c, &w.census.need) as f64)
        }
        m if m == M::applications as usize => k.applications[c] as f64,
        m if m == M::approvals as usize => k.approvals[c] as f64,
        m if m == M::exits as usize => k.exits[c] as f64,
        m if m == M::entries as usize => k.entries[c] as f64,
        _ => f64::NAN,
    }
}

fn by_township(s: &Snapshot, metric: usize, t: usize) -> f64 {
    let w = s.world;
    let towns = w.region.townships.len();
    let borrowers = mse(|c| s.borrowers[c * towns + t]);
    let live = mse(|c| w.census.live[c * towns + t]);
    match metric {
        m if m == M::inclusive_borrowers as usize => borrowers as f64,
        m if m == M::coverage_share as usize => share(borrowers as f64, live as f64),
        m if m == M::first_time_borrowers as usize => w.counters.first_time_township[t] as f64,
        _ => f64::NAN,
    }
}

fn by_lender(s: &Snapshot, metric: usize, l: usize) -> f64 {
    let lender = &s.world.lenders[l];
    match metric {
        m if m == M::inclusive_balance as usize => yuan(lender.inclusive),
        m if m == M::npl_ratio as usize => share(lender.inclusive_npl as f64, lender.inclusive as f64),
        m if m == M::npl_headroom as usize => lender.headroom,
        m if m == M::target_shortfall as usize => lender.shortfall,
        m if m == M::capacity_used as usize => share(lender.cases_used, lender.cases_offered),
        m if m == M::capital_ratio as usize => s.capital_ratio[l],
        m if m == M::bank_profit as usize => yuan(lender.profit_month),
        _ => f64::NAN,
    }
}
