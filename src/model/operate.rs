//! Phase 2: a month of business and of farm life, the dense pass over every borrower.
//!
//! Short loops over columns, draws filled block by block, flows rounded once to whole yuan and then
//! exact. Slots that are not alive have zero sales and wages and so no flows.

use crate::ledger::Trade;
use crate::luck::{Key, Stream, fill_normal, kernel, simd::twin};
use crate::world::{Borrower, CLASSES, Class, Cohort, Environment, Region};

use super::{Params, Run, anchors, environment, equity, harvest, hedge, marks};

/// Borrowers worked on at a time: their columns and buffers together fit the first-level cache.
const BLOCK: usize = 512;

/// Buffers of one block, kept to spare allocations.
#[derive(Clone)]
pub struct Scratch {
    normal: Box<[f32; BLOCK]>,
    levels: Box<[Levels; BLOCK]>,
    revenue: Box<[i32; BLOCK]>,
    cost: Box<[i32; BLOCK]>,
    wages: Box<[i32; BLOCK]>,
    drawings: Box<[i32; BLOCK]>,
    moved: Box<[i64; BLOCK]>,
    marks: Box<[u8; BLOCK]>,
    look: Option<Lookups>,
}

impl Default for Scratch {
    fn default() -> Self {
        let none = || Box::new([0i32; BLOCK]);
        Scratch {
            normal: Box::new([0.0; BLOCK]),
            levels: Box::new([[0.0; 2]; BLOCK]),
            revenue: none(),
            cost: none(),
            wages: none(),
            drawings: none(),
            moved: Box::new([0; BLOCK]),
            marks: Box::new([0; BLOCK]),
            look: None,
        }
    }
}

/// What is the same for every borrower of a class this month.
#[derive(Clone, Copy)]
struct Common {
    /// Farm households: wages and a living beside the business.
    farm: bool,
    variable_cost: f32,
    level: f32,
    wage_index: f32,
    draw_rate: f32,
    /// Share of normal income a household lives on.
    living_share: f32,
}

twin! {
    /// Shocks of a block move by their AR(1).
    wide fn move_shocks, move_shocks_plain(
        rho: f32, look: &Lookups, sector: &[u8], normal: &[f32], shock: &mut [f32],
    ) {
        let n = shock.len();
        let (sector, normal) = (&sector[..n], &normal[..n]);
        for i in 0..n {
            shock[i] = rho * shock[i] + look.sd[usize::from(sector[i])] * normal[i];
        }
    }
}

twin! {
    /// Flows of a block in whole yuan, and their sums: revenue, cost, wages, drawings. Wages of
    /// businesses are left as they are: zero.
    wide fn flows, flows_plain(
        common: Common, look: &Lookups, sector: &[u8], township: &[u8],
        sales: &[f32], margin: &[f32], gap: &[f32], shock: &[f32], cushion: &[f32], loan_cash: &[f32],
        wage: &[f32], liquid: &[i64], levels: &mut [Levels],
        revenue: &mut [i32], cost: &mut [i32], wages: &mut [i32], drawings: &mut [i32],
    ) -> [i64; 4] {
        let n = sales.len();
        let (sector, township) = (&sector[..n], &township[..n]);
        let (margin, gap, shock) = (&margin[..n], &gap[..n], &shock[..n]);
        let (cushion, loan_cash, wage) = (&cushion[..n], &loan_cash[..n], &wage[..n]);
        let (levels, liquid) = (&mut levels[..n], &liquid[..n]);
        let (revenue, cost) = (&mut revenue[..n], &mut cost[..n]);
        let (wages, drawings) = (&mut wages[..n], &mut drawings[..n]);
        let c = common;
        for i in 0..n {
            levels[i] = look.levels[(usize::from(township[i]) << 8) | usize::from(sector[i])];
        }
        for i in 0..n {
            let [factor, cost_level] = levels[i];
            let r = sales[i] * factor * kernel::exp32(shock[i]) * (1.0 - gap[i]);
            let fixed = sales[i] * (1.0 - c.variable_cost - margin[i]) * cost_level;
            revenue[i] = kernel::round_half_even_i32(r);
            cost[i] = kernel::round_half_even_i32(c.variable_cost * r + fixed);
        }
        // Owners draw what lies above their cushion; households live on a share of what comes in.
        if c.farm {
            for i in 0..n {
                let w = wage[i] * c.wage_index;
                let cash = (kernel::whole_f64(liquid[i]) * 0.01) as f32;
                let above = cash + (revenue[i] - cost[i]) as f32 - cushion[i] * c.level - loan_cash[i];
                let living = c.living_share * (w + margin[i].max(0.0) * sales[i] * c.level);
                wages[i] = kernel::round_half_even_i32(w);
                drawings[i] = kernel::round_half_even_i32(c.draw_rate * above.max(0.0) + living);
            }
        } else {
            for i in 0..n {
                let cash = (kernel::whole_f64(liquid[i]) * 0.01) as f32;
                let above = cash + (revenue[i] - cost[i]) as f32 - cushion[i] * c.level - loan_cash[i];
                drawings[i] = kernel::round_half_even_i32(c.draw_rate * above.max(0.0));
            }
        }
        let mut sums = [0; 4];
        for &yuan in &*revenue {
            sums[0] += i64::from(yuan);
        }
        for &yuan in &*cost {
            sums[1] += i64::from(yuan);
        }
        if c.farm {
            for &yuan in &*wages {
                sums[2] += i64::from(yuan);
            }
        }
        for &yuan in &*drawings {
            sums[3] += i64::from(yuan);
        }
        sums
    }
}

twin! {
    /// Marks borrowers whose draw lies below their threshold.
    wide fn below, below_plain(key: Key, ids: &[u32], thresholds: &[u32], marks: &mut [u8]) {
        let n = marks.len();
        let (ids, thresholds) = (&ids[..n], &thresholds[..n]);
        for i in 0..n {
            marks[i] = u8::from(key.bits(ids[i]) < thresholds[i]);
        }
    }
}

/// Sums by bank, a byte, so that no index needs a check; four running ones break the chain of dependent
/// additions.
type ByBank = [[i64; 256]; 4];

twin! {
    /// Cash after the month's flows, and what deposits moved by at each bank;
    /// returns what bills moved by, and the part of it by which they grew (fen).
    wide fn post, post_plain(
        revenue: &[i32], cost: &[i32], wages: &[i32], drawings: &[i32], home: &[u8],
        liquid: &mut [i64], moved: &mut [i64], by_bank: &mut ByBank,
    ) -> [i64; 2] {
        let n = liquid.len();
        let (revenue, cost, wages, drawings) = (&revenue[..n], &cost[..n], &wages[..n], &drawings[..n]);
        let (home, moved) = (&home[..n], &mut moved[..n]);
        let (mut bills, mut grown) = (0, 0);
        for i in 0..n {
            let net = revenue[i] + wages[i] - cost[i] - drawings[i];
            let change = i64::from(net) * 100;
            let old = liquid[i];
            let new = old + change;
            let deposit = new.max(0) - old.max(0);
            liquid[i] = new;
            moved[i] = deposit;
            // What the deposit did not take came out of bills, or went into them.
            bills += deposit - change;
            grown += (deposit - change).max(0);
        }
        let ((m, m_left), (h, h_left)) = (moved.as_chunks::<4>(), home.as_chunks::<4>());
        for (m, h) in m.iter().zip(h) {
            by_bank[0][usize::from(h[0])] += m[0];
            by_bank[1][usize::from(h[1])] += m[1];
            by_bank[2][usize::from(h[2])] += m[2];
            by_bank[3][usize::from(h[3])] += m[3];
        }
        for (m, h) in m_left.iter().zip(h_left) {
            by_bank[0][usize::from(*h)] += m;
        }
        [bills, grown]
    }
}

twin! {
    /// Marks who has unpaid bills.
    wide fn strained, strained_plain(liquid: &[i64], marks: &mut [u8]) {
        for (mark, &cash) in marks.iter_mut().zip(liquid) {
            *mark = u8::from(cash < 0);
        }
    }
}

/// This month's lookups. A sector and a township are a byte each, so that no index needs a check.
#[derive(Clone)]
struct Lookups {
    /// Standard deviation of the month's innovation, by sector.
    sd: [f32; 256],
    /// Township × 256 + sector.
    levels: Box<[Levels; 65_536]>,
}

/// Sales over normal sales but for the borrower's own shock and gap; nominal level of normal costs, with
/// the season.
type Levels = [f32; 2];

impl Default for Lookups {
    fn default() -> Self {
        let levels = vec![[0.0; 2]; 65_536].into_boxed_slice().try_into().expect("of that length");
        Lookups { sd: [0.0; 256], levels }
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
        // Townships outside, since borrowers are mostly in their order: one row is looked at for long.
        let column = out.levels.iter_mut().skip(s).step_by(256).take(towns);
        // exp(−σ²/2) keeps the mean of the lognormal shock at one.
        let base = f64::from(e.sector_factor[s]) * kernel::exp64(-0.5 * total * total);
        let season = environment::season(sector, month);
        let relief = 1.0 - p.epidemic_relief * sector.epidemic_loading * e.epidemic;
        let seasonal = (1.0 - p.seasonal_cost + p.seasonal_cost * season) * relief;
        if sector.crop == 0.0 {
            column.for_each(|levels| *levels = [base as f32, (e.level * seasonal) as f32]);
            continue;
        }
        // Crops sell at price × yield of their township; their normal costs follow the farm-gate price.
        let price = region.paths.crop_price[crop].at(dated);
        let demand = region.paths.demand[0].at(dated);
        for (t, levels) in column.enumerate() {
            let luck = kernel::exp64(e.price[crop] + e.yields[crop * towns + t]);
            *levels = [(base * price / demand * luck) as f32, (price * seasonal) as f32];
        }
        crop += 1;
    }
}

pub fn operate(run: &mut Run) {
    let month = run.world.month;
    let region = run.world.region.clone();
    let p = run.inputs.params.clone();
    let e = run.world.environment.clone();
    let mut look = run.scratch.look.take().unwrap_or_default();
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
    let mut room = marks::room();

    for c in 0..CLASSES {
        let class = Class::from_index(c);
        let farm = class == Class::Farm;
        // A household's crop luck is yearly; a business's sales move every month.
        let draws = !farm || month.month() == 1;
        let common = Common {
            farm,
            variable_cost: p.variable_cost_share as f32,
            level,
            wage_index: e.wage as f32,
            draw_rate: p.drawing_rate as f32,
            living_share: p.farm_living_share as f32,
        };
        let x = &mut run.scratch;
        if !farm {
            x.wages.fill(0);
        }
        let cohort = &mut run.world.cohorts[c];
        let mut trade = Trade { deposits: vec![0; region.lenders.len()], ..Trade::default() };
        let mut by_bank: ByBank = [[0; 256]; 4];
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
            let sector = &sector[block.clone()];
            let sales = &sales[block.clone()];
            let shock = &mut shock[block.clone()];
            let liquid = &mut liquid[block.clone()];
            if draws {
                fill_normal(keys.0, ids, &mut x.normal[..n]);
                move_shocks(p.shock_persistence as f32, &look, sector, &x.normal[..n], shock);
            }
            let sums = flows(
                common,
                &look,
                sector,
                &township[block.clone()],
                sales,
                &margin[block.clone()],
                &gap[block.clone()],
                shock,
                &cushion[block.clone()],
                &loan_cash[block.clone()],
                &wage[block.clone()],
                liquid,
                &mut x.levels[..n],
                &mut x.revenue[..n],
                &mut x.cost[..n],
                &mut x.wages[..n],
                &mut x.drawings[..n],
            );
            let [revenues, costs, wages, drawings] = sums.map(|yuan| yuan * 100);
            trade.sales += revenues;
            trade.costs += costs;
            trade.wages += wages;
            trade.drawings += drawings;

            // Rare losses of cash strike before the month's balance.
            below(keys.1, ids, &event[block.clone()], &mut x.marks[..n]);
            for k in marks::places(&x.marks[..n], &mut room) {
                let months = event_low + event_span * sizes.unit(ids[k]);
                let loss = kernel::round_half_even_i32(months * (sales[k] * level + x.wages[k] as f32));
                trade.losses += i64::from(loss) * 100;
                x.cost[k] += loss;
            }
            let (revenue, cost) = (&x.revenue[..n], &x.cost[..n]);
            let (wages, drawings) = (&x.wages[..n], &x.drawings[..n]);
            let (moved, home) = (&mut x.moved[..n], &home[block]);
            let [bills, grown] = post(revenue, cost, wages, drawings, home, liquid, moved, &mut by_bank);
            trade.payables += bills;
            trade.left_unpaid += grown;
            trade.paid_later += grown - bills;
            if farm {
                continue;
            }
            strained(liquid, &mut x.marks[..n]);
            for k in marks::places(&x.marks[..n], &mut room) {
                let (cash, sales) = (liquid[k], sales[k]);
                if (cash as f32) < distress * sales && sales > 0.0 {
                    run.distressed.push(Borrower::new(c, start + k));
                }
            }
        }
        for (l, bank) in trade.deposits.iter_mut().enumerate() {
            *bank = by_bank.iter().map(|sums| sums[l]).sum();
        }
        if class.is_mse() {
            sales_total += trade.sales / 100 * run.world.ledger.weight[c];
        }
        run.world.ledger.trade(c, &trade);
    }
    run.scratch.look = Some(look);
    harvest::claims(run);
    hedge::settle(run);
    equity::stakes(run);
    anchors::anchors(run);
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
    // A sector is a byte, so that no index needs a check.
    let (mut potential, mut lost) = ([0f64; 256], [0f64; 256]);
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
