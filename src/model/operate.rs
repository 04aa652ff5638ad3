//! Phase 2: a month of business and of farm life, the dense pass over every borrower.
//!
//! Short loops over columns, draws filled block by block, flows rounded once to whole yuan and then
//! exact. Slots that are not alive have zero sales and wages and so no flows.

use crate::ledger::Trade;
use crate::luck::{Stream, fill_bits, fill_normal, kernel, simd::twin};
use crate::world::{Borrower, Class, Cohort, status};

use super::{Run, environment};

const BLOCK: usize = 1024;

/// Buffers of one block, kept to spare allocations.
#[derive(Clone)]
pub struct Scratch {
    normal: Box<[f32; BLOCK]>,
    factor: Box<[f32; BLOCK]>,
    sd: Box<[f32; BLOCK]>,
    cost_level: Box<[f32; BLOCK]>,
    revenue: Box<[f32; BLOCK]>,
    cost: Box<[f32; BLOCK]>,
    bits: Box<[u32; BLOCK]>,
}

impl Default for Scratch {
    fn default() -> Self {
        let zero = || Box::new([0f32; BLOCK]);
        Scratch {
            normal: zero(),
            factor: zero(),
            sd: zero(),
            cost_level: zero(),
            revenue: zero(),
            cost: zero(),
            bits: Box::new([0; BLOCK]),
        }
    }
}

twin! {
    /// Sales and costs of a block, in whole yuan. `shock` moves by its AR(1).
    fn flows, flows_plain(
        rho: f32, vc: f32,
        sales: &[f32], margin: &[f32], gap: &[f32], shock: &mut [f32],
        normal: &[f32], factor: &[f32], sd: &[f32], cost_level: &[f32],
        revenue: &mut [f32], cost: &mut [f32],
    ) {
        let n = sales.len();
        let (margin, gap, shock) = (&margin[..n], &gap[..n], &mut shock[..n]);
        let (normal, factor, sd, cost_level) = (&normal[..n], &factor[..n], &sd[..n], &cost_level[..n]);
        let (revenue, cost) = (&mut revenue[..n], &mut cost[..n]);
        for i in 0..n {
            shock[i] = rho * shock[i] + sd[i] * normal[i];
        }
        for i in 0..n {
            // Mean-one lognormal: the stationary variance is sd² / (1 − ρ²), here folded into factor.
            let r = sales[i] * factor[i] * kernel::exp32(shock[i]) * (1.0 - gap[i]);
            revenue[i] = r.round_ties_even();
            let fixed = sales[i] * (1.0 - vc - margin[i]);
            cost[i] = (vc * r + fixed * cost_level[i]).round_ties_even();
        }
    }
}

pub fn operate(run: &mut Run) {
    let month = run.world.month;
    let region = run.world.region.clone();
    let p = run.inputs.params.clone();
    let e = run.world.environment.clone();
    run.distressed.clear();

    // Lookups by sector: volatility, this month's factor, season of costs.
    let innovation = (1.0 - p.shock_persistence * p.shock_persistence).sqrt();
    let sd: Vec<f32> =
        region.sectors.iter().map(|s| (p.shock_sd * s.volatility * innovation) as f32).collect();
    // exp(−σ²/2) keeps the mean of a lognormal at one.
    let mean_one: Vec<f64> = region
        .sectors
        .iter()
        .map(|s| {
            let total = p.shock_sd * s.volatility;
            kernel::exp64(-0.5 * total * total)
        })
        .collect();
    // Normal costs follow the slow nominal level, those of crops the farm-gate price of their path.
    let dated = environment::dated(run);
    let mut crop = 0;
    let cost_level: Vec<f32> = region
        .sectors
        .iter()
        .map(|s| {
            let level = if s.crop != 0.0 { region.paths.crop_price[crop].at(dated) } else { e.level };
            crop += usize::from(s.crop != 0.0);
            let season = environment::season(s, month.month());
            (level * (1.0 - p.seasonal_cost + p.seasonal_cost * season)) as f32
        })
        .collect();
    let (n_sectors, n_towns) = (region.sectors.len(), region.townships.len());
    // Crops sell at price × yield of their township.
    let mut by_place = vec![0f32; n_sectors * n_towns];
    let mut crop = 0;
    for (s, sector) in region.sectors.iter().enumerate() {
        for t in 0..n_towns {
            let base = f64::from(e.sector_factor[s]) * mean_one[s];
            by_place[s * n_towns + t] = if sector.crop != 0.0 {
                let path = region.paths.crop_price[crop].at(dated) / region.paths.demand[0].at(dated);
                (base * path * kernel::exp64(e.price[crop] + e.yields[crop * n_towns + t])) as f32
            } else {
                base as f32
            };
        }
        crop += usize::from(sector.crop != 0.0);
    }

    let keys = (run.luck.key(Stream::Productivity, month), run.luck.key(Stream::CashEvent, month));
    let sizes = run.luck.key(Stream::EventSize, month);
    let mut funded = vec![0i64; n_sectors];
    let mut potential = vec![0f64; n_sectors];
    let mut unfunded_sum = vec![0f64; n_sectors];
    let mut sales_total = 0i64;
    let mut displaced = 0.0;
    let scratch = &mut run.scratch;
    let (rho, vc, level) = (p.shock_persistence as f32, p.variable_cost_share as f32, e.level as f32);
    let (draw_rate, living_share) = (p.drawing_rate as f32, p.farm_living_share as f32);
    let wage_index = e.wage as f32;
    let distress = -(p.distress_months as f32) * level * 100.0;
    let (event_low, event_span) = (p.cash_event_min as f32, (p.cash_event_max - p.cash_event_min) as f32);

    for cohort in &mut run.world.cohorts {
        let class = cohort.class;
        let c = class.index();
        let farm = class == Class::Farm;
        let mut trade = Trade { deposits: vec![0; region.lenders.len()], ..Trade::default() };
        let mut by_bank = [[0i64; 2]; 16];
        // A household's crop luck is yearly; a business's sales move every month.
        let draws = !farm || month.month() == 1;
        let Cohort {
            id,
            sales,
            margin,
            shock,
            gap,
            cushion,
            loan_cash,
            wage,
            liquid,
            event,
            home,
            sector,
            township,
            status: live,
            ..
        } = cohort;
        for start in (0..id.len()).step_by(BLOCK) {
            let end = (start + BLOCK).min(id.len());
            let n = end - start;
            let block = start..end;
            let ids = &id[block.clone()];
            if draws {
                fill_normal(keys.0, ids, &mut scratch.normal[..n]);
            } else {
                scratch.normal[..n].fill(0.0);
            }
            fill_bits(keys.1, ids, &mut scratch.bits[..n]);
            for (k, (&s, &t)) in sector[block.clone()].iter().zip(&township[block.clone()]).enumerate() {
                let s = s as usize;
                scratch.factor[k] = by_place[s * n_towns + t as usize];
                scratch.sd[k] = sd[s];
                scratch.cost_level[k] = cost_level[s];
            }
            // Without a draw the shock stays as it is.
            let rho = if draws { rho } else { 1.0 };
            flows(
                rho,
                vc,
                &sales[block.clone()],
                &margin[block.clone()],
                &gap[block.clone()],
                &mut shock[block.clone()],
                &scratch.normal[..n],
                &scratch.factor[..n],
                &scratch.sd[..n],
                &scratch.cost_level[..n],
                &mut scratch.revenue[..n],
                &mut scratch.cost[..n],
            );
            for k in 0..n {
                let i = start + k;
                let revenue = scratch.revenue[k] as i64;
                let cost = scratch.cost[k] as i64;
                let old = liquid[i];
                let wages = if farm { (wage[i] * wage_index) as i64 } else { 0 };
                let cash = old as f32 * 0.01;
                // Owners draw what lies above their cushion; households live on a share of what comes in.
                let keep = cushion[i] * level + loan_cash[i];
                let above = (cash + (revenue - cost) as f32 - keep).max(0.0);
                let living = if farm {
                    let income = wages as f32 + margin[i].max(0.0) * sales[i] * level;
                    income * living_share
                } else {
                    0.0
                };
                let drawings = (draw_rate * above + living) as i64;
                let mut loss = 0;
                if scratch.bits[k] < event[i] {
                    let months = event_low + event_span * sizes.unit(id[i]);
                    loss = (months * (sales[i] * level + wages as f32)) as i64;
                }
                let net = revenue + wages - cost - drawings - loss;
                let new = old + net * 100;
                liquid[i] = new;
                let bills = (-new).max(0) - (-old).max(0);
                by_bank[(home[i] & 15) as usize][k & 1] += new.max(0) - old.max(0);
                trade.payables += bills;
                trade.left_unpaid += bills.max(0);
                trade.paid_later += (-bills).max(0);
                trade.sales += revenue;
                trade.costs += cost;
                trade.drawings += drawings;
                trade.wages += wages;
                trade.losses += loss;
                if new < 0 && (new as f32) < distress * sales[i] && !farm && live[i] & status::LIVE != 0 {
                    run.distressed.push(Borrower::new(c, i));
                }
                let s = sector[i] as usize;
                funded[s] += revenue;
            }
        }
        // Potential and funded output, for local demand and jobs; summed in slot order.
        let w = run.world.ledger.weight[c];
        let mut funded_class = 0.0;
        for (i, &s) in sector.iter().enumerate() {
            let s = s as usize;
            let normal = f64::from(sales[i]) * w as f64;
            potential[s] += normal;
            let lost = normal * f64::from(gap[i]);
            unfunded_sum[s] += lost;
            funded_class += normal - lost;
        }
        run.world.counters.funded_sales[c] = funded_class * 12.0;
        for (bank, sums) in trade.deposits.iter_mut().zip(&by_bank) {
            *bank = sums[0] + sums[1];
        }
        for yuan in
            [&mut trade.sales, &mut trade.costs, &mut trade.drawings, &mut trade.wages, &mut trade.losses]
        {
            *yuan *= 100;
        }
        if class.is_mse() {
            sales_total += trade.sales / 100 * w;
        }
        run.world.ledger.trade(c, &trade);
    }

    for s in 0..n_sectors {
        let market = &mut run.world.market;
        market.potential[s] = potential[s];
        market.funded[s] = potential[s] - unfunded_sum[s];
        let crowd = e.crowding[s];
        displaced += funded[s] as f64 / crowd * (1.0 - crowd);
        if month == region.start && potential[s] > 0.0 {
            market.gap_reference[s] = unfunded_sum[s] / potential[s];
        }
    }
    run.world.counters.sales_yuan = sales_total;
    run.world.counters.displaced_yuan = displaced;
}
