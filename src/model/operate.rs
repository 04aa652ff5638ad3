//! Phase 2: a month of business and of farm life, the dense pass over every borrower.
//!
//! Short loops over columns, draws filled block by block, flows rounded once to whole yuan and then
//! exact. Slots that are not alive have zero sales and wages and so no flows.

use crate::ledger::Trade;
use crate::luck::{Stream, fill_bits, fill_normal, kernel, simd::twin};
use crate::world::{Borrower, CLASSES, Class, Cohort, Environment, Region};

use super::{Params, Run, environment, equity, harvest, hedge, need::marked};

/// Borrowers worked on at a time: their columns and buffers together fit the first-level cache.
const BLOCK: usize = 512;

/// Buffers of one block, kept to spare allocations.
#[derive(Clone)]
pub struct Scratch {
    normal: Box<[f32; BLOCK]>,
    factor: Box<[f32; BLOCK]>,
    sd: Box<[f32; BLOCK]>,
    cost_level: Box<[f32; BLOCK]>,
    revenue: Box<[i32; BLOCK]>,
    cost: Box<[i32; BLOCK]>,
    wages: Box<[i32; BLOCK]>,
    drawings: Box<[i32; BLOCK]>,
    bits: Box<[u32; BLOCK]>,
    moved: Box<[i64; BLOCK]>,
    marks: Box<[u8; BLOCK]>,
    look: Lookups,
}

impl Default for Scratch {
    fn default() -> Self {
        let zero = || Box::new([0f32; BLOCK]);
        let none = || Box::new([0i32; BLOCK]);
        Scratch {
            normal: zero(),
            factor: zero(),
            sd: zero(),
            cost_level: zero(),
            revenue: none(),
            cost: none(),
            wages: none(),
            drawings: none(),
            bits: Box::new([0; BLOCK]),
            moved: Box::new([0; BLOCK]),
            marks: Box::new([0; BLOCK]),
            look: Lookups::default(),
        }
    }
}

/// What is the same for every borrower of a class this month.
#[derive(Clone, Copy)]
struct Common {
    rho: f32,
    variable_cost: f32,
    level: f32,
    wage_index: f32,
    draw_rate: f32,
    /// Share of normal income a household lives on; 0 for businesses.
    living_share: f32,
}

twin! {
    /// Flows of a block in whole yuan; `shock` moves by its AR(1).
    fn flows, flows_plain(
        common: Common,
        sales: &[f32], margin: &[f32], gap: &[f32], shock: &mut [f32], cushion: &[f32], loan_cash: &[f32],
        wage: &[f32], normal: &[f32], factor: &[f32], sd: &[f32], cost_level: &[f32], liquid: &[i64],
        revenue: &mut [i32], cost: &mut [i32], wages: &mut [i32], drawings: &mut [i32],
    ) {
        let n = sales.len();
        let (margin, gap, shock) = (&margin[..n], &gap[..n], &mut shock[..n]);
        let (cushion, loan_cash, wage) = (&cushion[..n], &loan_cash[..n], &wage[..n]);
        let (normal, factor, sd) = (&normal[..n], &factor[..n], &sd[..n]);
        let (cost_level, liquid) = (&cost_level[..n], &liquid[..n]);
        let (revenue, cost) = (&mut revenue[..n], &mut cost[..n]);
        let (wages, drawings) = (&mut wages[..n], &mut drawings[..n]);
        let c = common;
        for i in 0..n {
            shock[i] = c.rho * shock[i] + sd[i] * normal[i];
        }
        for i in 0..n {
            let r = sales[i] * factor[i] * kernel::exp32(shock[i]) * (1.0 - gap[i]);
            let fixed = sales[i] * (1.0 - c.variable_cost - margin[i]) * cost_level[i];
            revenue[i] = kernel::round_half_even_i32(r);
            cost[i] = kernel::round_half_even_i32(c.variable_cost * r + fixed);
        }
        for i in 0..n {
            // Owners draw what lies above their cushion; households live on a share of what comes in.
            let w = wage[i] * c.wage_index;
            let cash = (kernel::whole_f64(liquid[i]) * 0.01) as f32;
            let above = cash + (revenue[i] - cost[i]) as f32 - cushion[i] * c.level - loan_cash[i];
            let living = c.living_share * (w + margin[i].max(0.0) * sales[i] * c.level);
            wages[i] = kernel::round_half_even_i32(w);
            drawings[i] = kernel::round_half_even_i32(c.draw_rate * above.max(0.0) + living);
        }
    }
}

twin! {
    /// Marks draws below their thresholds.
    fn below, below_plain(bits: &[u32], thresholds: &[u32], marks: &mut [u8]) {
        let n = marks.len();
        let (bits, thresholds) = (&bits[..n], &thresholds[..n]);
        for i in 0..n {
            marks[i] = u8::from(bits[i] < thresholds[i]);
        }
    }
}

twin! {
    /// Cash after the month's flows, what the deposit moved by (fen), and who has or had unpaid bills.
    fn post, post_plain(
        revenue: &[i32], cost: &[i32], wages: &[i32], drawings: &[i32],
        liquid: &mut [i64], moved: &mut [i64], strained: &mut [u8],
    ) {
        let n = liquid.len();
        let (revenue, cost, wages, drawings) = (&revenue[..n], &cost[..n], &wages[..n], &drawings[..n]);
        let (moved, strained) = (&mut moved[..n], &mut strained[..n]);
        for i in 0..n {
            let net = revenue[i] + wages[i] - cost[i] - drawings[i];
            let old = liquid[i];
            let new = old + i64::from(net) * 100;
            liquid[i] = new;
            moved[i] = new.max(0) - old.max(0);
            strained[i] = u8::from((new | old) < 0);
        }
    }
}

/// This month's lookups. A sector and a township are a byte each, so that no index needs a check.
#[derive(Clone)]
struct Lookups {
    /// Standard deviation of the month's innovation, by sector.
    sd: [f32; 256],
    /// Nominal level of normal costs, with the season, by sector.
    cost_level: [f32; 256],
    /// Sales over normal sales but for the borrower's own shock and gap: sector × 256 + township.
    factor: Box<[f32; 65_536]>,
}

impl Default for Lookups {
    fn default() -> Self {
        let factor = vec![0.0; 65_536].into_boxed_slice().try_into().expect("of that length");
        Lookups { sd: [0.0; 256], cost_level: [0.0; 256], factor }
    }
}

fn look_up(out: &mut Lookups, region: &Region, p: &Params, e: &Environment, run: &Run) {
    let dated = environment::dated(run);
    let month = run.world.month.month();
    let innovation = (1.0 - p.shock_persistence * p.shock_persistence).sqrt();
    let towns = region.townships.len();
    let mut crop = 0;
    for (s, sector) in region.sectors.iter().enumerate() {
        let total = p.shock_sd * sector.volatility;
        out.sd[s] = (total * innovation) as f32;
        let row = &mut out.factor[s * 256..][..towns];
        // exp(−σ²/2) keeps the mean of the lognormal shock at one.
        let base = f64::from(e.sector_factor[s]) * kernel::exp64(-0.5 * total * total);
        let season = environment::season(sector, month);
        let relief = 1.0 - p.epidemic_relief * sector.epidemic_loading * e.epidemic;
        let seasonal = (1.0 - p.seasonal_cost + p.seasonal_cost * season) * relief;
        if sector.crop == 0.0 {
            out.cost_level[s] = (e.level * seasonal) as f32;
            row.fill(base as f32);
            continue;
        }
        // Crops sell at price × yield of their township; their normal costs follow the farm-gate price.
        let price = region.paths.crop_price[crop].at(dated);
        out.cost_level[s] = (price * seasonal) as f32;
        let demand = region.paths.demand[0].at(dated);
        for (t, factor) in row.iter_mut().enumerate() {
            let luck = kernel::exp64(e.price[crop] + e.yields[crop * towns + t]);
            *factor = (base * price / demand * luck) as f32;
        }
        crop += 1;
    }
}

pub fn operate(run: &mut Run) {
    let month = run.world.month;
    let region = run.world.region.clone();
    let p = run.inputs.params.clone();
    let e = run.world.environment.clone();
    let mut look = std::mem::take(&mut run.scratch.look);
    look_up(&mut look, &region, &p, &e, run);
    run.distressed.clear();
    harvest::insure(run);

    let keys = (run.luck.key(Stream::Productivity, month), run.luck.key(Stream::CashEvent, month));
    let sizes = run.luck.key(Stream::EventSize, month);
    let level = e.level as f32;
    // Unpaid bills beyond this many fen per yuan of monthly sales close a business.
    let distress = -(p.distress_months as f32) * level * 100.0;
    let (event_low, event_span) = (p.cash_event_min as f32, (p.cash_event_max - p.cash_event_min) as f32);
    let mut sales_total = 0;

    for c in 0..CLASSES {
        let class = Class::from_index(c);
        let farm = class == Class::Farm;
        // A household's crop luck is yearly; a business's sales move every month.
        let draws = !farm || month.month() == 1;
        let common = Common {
            rho: if draws { p.shock_persistence as f32 } else { 1.0 },
            variable_cost: p.variable_cost_share as f32,
            level,
            wage_index: if farm { e.wage as f32 } else { 0.0 },
            draw_rate: p.drawing_rate as f32,
            living_share: if farm { p.farm_living_share as f32 } else { 0.0 },
        };
        let x = &mut run.scratch;
        let cohort = &mut run.world.cohorts[c];
        let mut trade = Trade { deposits: vec![0; region.lenders.len()], ..Trade::default() };
        let mut by_bank = [[0i64; 4]; 16];
        for start in (0..cohort.len()).step_by(BLOCK) {
            let block = start..(start + BLOCK).min(cohort.len());
            let n = block.len();
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
                ..
            } = &mut *cohort;
            let ids = &id[block.clone()];
            let (sector, township) = (&sector[block.clone()], &township[block.clone()]);
            let sales = &sales[block.clone()];
            let liquid = &mut liquid[block.clone()];
            if draws {
                fill_normal(keys.0, ids, &mut x.normal[..n]);
                for (sd, &s) in x.sd.iter_mut().zip(sector) {
                    *sd = look.sd[s as usize];
                }
            } else {
                x.normal[..n].fill(0.0);
            }
            fill_bits(keys.1, ids, &mut x.bits[..n]);
            let levels = x.factor.iter_mut().zip(x.cost_level.iter_mut());
            for ((factor, cost), (&s, &t)) in levels.zip(sector.iter().zip(township)) {
                *factor = look.factor[(usize::from(s) << 8) | usize::from(t)];
                *cost = look.cost_level[usize::from(s)];
            }
            flows(
                common,
                sales,
                &margin[block.clone()],
                &gap[block.clone()],
                &mut shock[block.clone()],
                &cushion[block.clone()],
                &loan_cash[block.clone()],
                &wage[block.clone()],
                &x.normal[..n],
                &x.factor[..n],
                &x.sd[..n],
                &x.cost_level[..n],
                liquid,
                &mut x.revenue[..n],
                &mut x.cost[..n],
                &mut x.wages[..n],
                &mut x.drawings[..n],
            );
            let sum = |v: &[i32]| v.iter().map(|&yuan| i64::from(yuan)).sum::<i64>() * 100;
            trade.sales += sum(&x.revenue[..n]);
            trade.costs += sum(&x.cost[..n]);
            trade.wages += sum(&x.wages[..n]);
            trade.drawings += sum(&x.drawings[..n]);

            // Rare losses of cash strike before the month's balance.
            below(&x.bits[..n], &event[block.clone()], &mut x.marks[..n]);
            for k in marked(&x.marks[..n]) {
                let months = event_low + event_span * sizes.unit(ids[k]);
                let loss = kernel::round_half_even_i32(months * (sales[k] * level + x.wages[k] as f32));
                trade.losses += i64::from(loss) * 100;
                x.cost[k] += loss;
            }
            let (revenue, cost) = (&x.revenue[..n], &x.cost[..n]);
            let (wages, drawings) = (&x.wages[..n], &x.drawings[..n]);
            post(revenue, cost, wages, drawings, liquid, &mut x.moved[..n], &mut x.marks[..n]);
            // Four running sums by bank break the chain of dependent additions.
            for (k, (&moved, &home)) in x.moved[..n].iter().zip(&home[block]).enumerate() {
                by_bank[usize::from(home & 15)][k & 3] += moved;
            }
            for k in marked(&x.marks[..n]) {
                let new = liquid[k];
                let net = revenue[k] + wages[k] - cost[k] - drawings[k];
                let old = new - i64::from(net) * 100;
                let bills = (-new).max(0) - (-old).max(0);
                trade.payables += bills;
                trade.left_unpaid += bills.max(0);
                trade.paid_later += (-bills).max(0);
                if new < 0 && (new as f32) < distress * sales[k] && sales[k] > 0.0 && !farm {
                    run.distressed.push(Borrower::new(c, start + k));
                }
            }
        }
        for (bank, sums) in trade.deposits.iter_mut().zip(&by_bank) {
            *bank = sums.iter().sum();
        }
        if class.is_mse() {
            sales_total += trade.sales / 100 * run.world.ledger.weight[c];
        }
        run.world.ledger.trade(c, &trade);
    }
    run.scratch.look = look;
    harvest::claims(run);
    hedge::settle(run);
    equity::stakes(run);
    run.world.counters.sales_yuan = sales_total;
    if month.month() % 3 == 1 || month == run.first_month {
        take_stock(run);
    }
    let market = &run.world.market;
    run.world.counters.displaced_yuan = (0..region.sectors.len())
        .map(|s| market.funded[s] * f64::from(e.sector_factor[s]) * (1.0 / e.crowding[s] - 1.0))
        .sum();
}

/// Each quarter: potential and funded output by sector and class, for local demand and jobs.
fn take_stock(run: &mut Run) {
    let n = run.world.region.sectors.len();
    let mut potential = vec![0f64; n];
    let mut lost = vec![0f64; n];
    for cohort in &run.world.cohorts {
        let c = cohort.class.index();
        let w = run.world.ledger.weight[c] as f64;
        let mut funded = 0.0;
        for ((&sales, &gap), &s) in cohort.sales.iter().zip(&cohort.gap).zip(&cohort.sector) {
            let normal = f64::from(sales) * w;
            let unfunded = normal * f64::from(gap);
            potential[s as usize] += normal;
            lost[s as usize] += unfunded;
            funded += normal - unfunded;
        }
        run.world.counters.funded_sales[c] = funded * 12.0;
    }
    let start = run.world.region.start;
    let market = &mut run.world.market;
    for s in 0..n {
        market.potential[s] = potential[s];
        market.funded[s] = potential[s] - lost[s];
        if run.world.month == start && potential[s] > 0.0 {
            market.gap_reference[s] = lost[s] / potential[s];
        }
    }
}
