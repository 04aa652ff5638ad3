//! Month zero: who is there, drawn from ids alone, and the books they start with.
//!
//! A borrower's attributes are a function of (seed, replication, id). An id says class, township and
//! serial, so one more borrower in one place changes nobody else's.

use crate::ledger::Reason;
use crate::luck::{Key, Luck, Stream, fill_normal_each, kernel, simd::twin};
use crate::units::{Money, Month};
use crate::world::{
    Anchor, Birth, CLASSES, Class, Cohort, Environment, Fund, Guarantor, GuarantorTier, Lender, LenderKind,
    LoanBook, Market, RateCuts, RefusalTable, Region, WINDOWS, World, flag, status,
};

use super::{Inputs, Params, desk::RATINGS};

/// Serial numbers below this are the opening population, above it entrants.
const ENTRANTS: u32 = 1 << 20;
/// Most entrants of a class in one township and month.
pub const ORDINALS: u32 = 2048;

/// Packs class, township and serial into an id that is never reused.
pub fn id_of(class: Class, township: usize, serial: u32) -> u32 {
    debug_assert!(township < 256 && serial < 1 << 21);
    (class as u32) << 29 | (township as u32) << 21 | serial
}

/// Serial of the `ordinal`-th potential entrant in the `months`-th month of the run.
pub fn entrant_serial(months: u32, ordinal: u32) -> u32 {
    debug_assert!(ordinal < ORDINALS && months < 512);
    ENTRANTS | (months * ORDINALS) | ordinal
}

/// Whether a thinned run keeps this borrower: one in `k` of each class and township, at a drawn offset.
pub fn kept(luck: &Luck, thinning: u32, class: Class, township: usize, serial: u32) -> bool {
    if thinning <= 1 || !thinned(class) {
        return true;
    }
    let offset = luck.key_fixed(Stream::Scale).bits(id_of(class, township, 0)) % thinning;
    serial % thinning == offset
}

/// Classes that `--scale` thins: many and small. The others are few and carry the balances.
pub fn thinned(class: Class) -> bool {
    matches!(class, Class::SelfEmployed | Class::Farm)
}

/// Shares of a class's borrowers by township.
pub fn township_weights(region: &Region, class: Class) -> Vec<f64> {
    region
        .townships
        .iter()
        .map(|t| match class {
            Class::SelfEmployed => t.weight_self_employed,
            Class::Micro | Class::Small => t.weight_enterprise,
            Class::Farm => t.weight_farm,
            Class::Agri => t.weight_agri,
        })
        .collect()
}

/// Draws borrowers' attributes.
pub struct Maker<'a> {
    params: &'a Params,
    /// Cumulative sector weights by class and township.
    sectors: Vec<Vec<f64>>,
    /// Cumulative lender weights for first contact: businesses, rural.
    first: [Vec<f64>; 2],
    home: Vec<f64>,
    region: &'a Region,
    keys: Keys,
}

/// Keys of what is drawn once in a lifetime.
struct Keys {
    sector: Key,
    size: Key,
    quality: Key,
    need: Key,
    attributes: Key,
    returns: Key,
    collateral: [Key; 2],
    wage: [Key; 2],
    cushion: Key,
    awareness: Key,
    lender: [Key; 2],
    cooperative: Key,
    /// By bit of the flag.
    flags: [Key; 6],
}

impl Keys {
    fn new(luck: Luck) -> Keys {
        let key = |s: Stream| luck.key_fixed(s);
        let two = |s: Stream| [key(s), key(s).nth(1)];
        Keys {
            sector: key(Stream::Sector),
            size: key(Stream::Size),
            quality: key(Stream::Quality),
            need: key(Stream::Need),
            attributes: key(Stream::Attributes),
            returns: key(Stream::Return),
            collateral: two(Stream::Collateral),
            wage: two(Stream::Wage),
            cushion: key(Stream::Cushion),
            awareness: key(Stream::Awareness),
            lender: two(Stream::Lender),
            cooperative: key(Stream::Cooperative),
            flags: std::array::from_fn(|bit| key(Stream::Flags).nth(1 << bit)),
        }
    }
}

fn cumulate(weights: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    weights
        .map(|w| {
            sum += w;
            sum
        })
        .collect()
}

/// First place whose cumulative weight exceeds `u` × total. All are looked at: no processor could guess where a
/// search would turn.
#[inline]
pub fn pick(cumulative: &[f64], u: f32) -> usize {
    let x = f64::from(u) * cumulative.last().copied().unwrap_or(0.0);
    let below: u32 = cumulative.iter().map(|&c| u32::from(c <= x)).sum();
    (below as usize).min(cumulative.len().saturating_sub(1))
}

twin! {
    /// e to the power of each.
    fn exp_each, exp_each_plain(powers: &mut [f64; 8]) {
        for x in powers {
            *x = kernel::exp64(*x);
        }
    }
}

impl<'a> Maker<'a> {
    pub fn new(region: &'a Region, params: &'a Params, luck: Luck) -> Self {
        let crop_weight = |sector: &str, t: usize| {
            let t = &region.townships[t];
            match sector {
                "tea" => t.crop_tea,
                "vegetables" => t.crop_vegetables,
                "mushrooms" => t.crop_mushrooms,
                "rice" => t.crop_rice,
                "rapeseed" => t.crop_rapeseed,
                "fruit" => t.crop_fruit,
                _ => 1.0,
            }
        };
        let mut sectors = Vec::new();
        for class in Class::ALL {
            for t in 0..region.townships.len() {
                sectors.push(cumulate(region.sectors.iter().map(|s| {
                    let share = match class {
                        Class::SelfEmployed => s.share_self_employed,
                        Class::Micro => s.share_micro,
                        Class::Small => s.share_small,
                        Class::Farm => s.share_farm,
                        Class::Agri => s.share_agri,
                    };
                    if s.crop != 0.0 { share * crop_weight(&s.id, t) } else { share }
                })));
            }
        }
        Maker {
            params,
            sectors,
            first: [
                cumulate(region.lenders.iter().map(|l| l.share_mse)),
                cumulate(region.lenders.iter().map(|l| l.share_rural)),
            ],
            home: cumulate(region.lenders.iter().map(|l| l.deposit_share)),
            region,
            keys: Keys::new(luck),
        }
    }

    /// Everything about borrower `id` of `class` in `township` that is fixed at its birth.
    ///
    /// An entrant is as likely to know of credit as its class is now (`aware_share`); the opening
    /// population as the pack says.
    pub fn birth(&self, class: Class, township: usize, id: u32, born: Month, entrant: Option<f64>) -> Birth {
        let p = self.params;
        let c = class.index();
        let keys = &self.keys;
        let unit = |key: Key| key.unit(id);
        let [pledge, pledges] = keys.collateral;
        let [wages, works] = keys.wage;

        // Draws and powers side by side, whether each is asked for or not; the last fills the register.
        let mut normal = [0.0; 8];
        let asked = [
            keys.size,
            keys.quality,
            keys.attributes,
            keys.returns,
            pledge,
            wages,
            keys.cushion,
            keys.cushion,
        ];
        fill_normal_each(&asked, &[id; 8], &mut normal);
        let [size, quality, need, returns, pledge, wage, cushion, _] = normal.map(f64::from);
        let quality = quality * p.quality_spread;
        let mut powers = [
            p.sales_sd[c] * size,
            p.debt_ratio_sd * need,
            p.return_sd * returns,
            p.collateral_sd * pledge,
            p.farm_wage_sd * wage,
            p.cushion_sd * cushion,
            -p.cash_event_quality * quality,
            0.0,
        ];
        exp_each(&mut powers);
        let [sales, need, returns, pledge, wage, cushion, events, _] = powers;

        let sector_at = pick(&self.sectors[c * self.region.townships.len() + township], unit(keys.sector));
        let sector = &self.region.sectors[sector_at];
        let size = if entrant.is_some() { p.entrant_size[c] } else { 1.0 };
        let sales = p.sales_median[c] * sales * size / 12.0;
        let margin = (p.margin_base + p.margin_quality * quality) * sector.margin;
        let has_need = f64::from(unit(keys.need)) < p.need_share[c];
        let need = if has_need { p.debt_ratio[c] * need * 12.0 * sales } else { 0.0 };
        let return_rate = p.return_median * returns;
        // Output that the loan's return stands for, over the contribution margin.
        let loss = p.output_per_return * return_rate * need / (12.0 * (1.0 - p.variable_cost_share) * sales);
        let owns = f64::from(unit(pledges)) < p.collateral_share[c];
        let collateral = if owns { p.collateral_ratio[c] * pledge * 12.0 * sales } else { 0.0 };
        let earns = class == Class::Farm && f64::from(unit(works)) < p.farm_wage_share;
        let wage = if earns { p.farm_wage_median * wage } else { 0.0 };
        let aware = f64::from(unit(keys.awareness)) < entrant.unwrap_or(p.aware_initial[c]);
        let flag_unit = |bit: u8| keys.flags[bit.trailing_zeros() as usize].unit(id);
        let mut flags = 0;
        for (bit, share) in [
            (flag::TECH, sector.tech),
            (flag::GREEN, sector.green),
            (flag::EXPORTER, sector.exporter),
            (flag::ANCHOR_SUPPLIER, sector.anchor),
        ] {
            if !class.is_agri() && f64::from(flag_unit(bit)) < share {
                flags |= bit;
            }
        }
        let lifted = flag_unit(flag::LIFTED);
        if class == Class::Farm && f64::from(lifted) < p.lifted_share {
            flags |= flag::LIFTED;
        }
        if class.is_agri() && f64::from(unit(keys.cooperative)) < p.cooperative_share {
            flags |= flag::COOPERATIVE;
        }
        let first = pick(&self.first[usize::from(class.is_agri())], unit(keys.lender[0]));
        Birth {
            id,
            sales: sales as f32,
            quality: quality as f32,
            margin: margin as f32,
            loss_unfunded: loss.min(0.5) as f32,
            need: need as f32,
            return_rate: return_rate as f32,
            cushion: (p.cushion_median * cushion * sales) as f32,
            collateral: collateral as f32,
            wage: wage as f32,
            event: threshold_of_event(p, events, 0.0),
            born,
            reach: 1 << first,
            home: pick(&self.home, keys.lender[1].unit(id)) as u8,
            sector: sector_at as u8,
            township: township as u8,
            flags,
            status: status::LIVE
                | if has_need { status::NEED } else { 0 }
                | if aware { status::AWARE } else { 0 },
        }
    }

    /// Owner's money at birth: the cushion, at the price level of the month.
    pub fn opening_cash(&self, b: &Birth, level: f64) -> i64 {
        Money::yuan((f64::from(b.cushion) * level).round_ties_even() as i64).fen()
    }
}

/// Monthly chance of a cash loss as a 32-bit threshold; cover lowers effort and monitoring.
pub fn event_threshold(p: &Params, quality: f64, cover: f64) -> u32 {
    threshold_of_event(p, kernel::exp64(-p.cash_event_quality * quality), cover)
}

/// The same, `factor` being what quality makes of the rate.
fn threshold_of_event(p: &Params, factor: f64, cover: f64) -> u32 {
    let yearly = p.cash_event_rate * factor * (1.0 + p.cover_effort * cover);
    ((yearly / 12.0).min(0.5) * 4_294_967_296.0) as u32
}

/// The world at the start of the spin-up: population, lenders, guarantors, empty register.
pub fn world(inputs: &Inputs, luck: Luck, start: Month) -> World {
    let (region, p) = (&inputs.region, &*inputs.params);
    let k = inputs.thinning.max(1);
    let mut weight = [1i64; CLASSES];
    for class in Class::ALL {
        if thinned(class) {
            weight[class.index()] = i64::from(k);
        }
    }
    let mut ledger = crate::ledger::Ledger::new(region.lenders.len(), region.guarantors.len(), weight);
    let maker = Maker::new(region, p, luck);
    let mut cohorts = Vec::with_capacity(CLASSES);
    for class in Class::ALL {
        let c = class.index();
        let expected = p.population[c] / if thinned(class) { f64::from(k) } else { 1.0 };
        let mut cohort = Cohort::new(class, (expected * 1.15) as usize);
        for (t, w) in township_weights(region, class).into_iter().enumerate() {
            let n = (p.population[c] * w).round_ties_even() as u32;
            for serial in 0..n {
                if !kept(&luck, k, class, t, serial) {
                    continue;
                }
                let id = id_of(class, t, serial);
                // Ages spread evenly over fifteen years, so that exits by age start in the middle.
                let age = (luck.key_fixed(Stream::Age).unit(id) * 180.0) as i32;
                let birth = maker.birth(class, t, id, start.plus(-age), None);
                let slot = cohort.enter(&birth);
                let cash = maker.opening_cash(&birth, 1.0);
                let home = birth.home as usize;
                ledger.receive(c, home, &mut cohort.liquid[slot], cash, Reason::OpeningDeposit);
            }
        }
        cohorts.push(cohort);
    }

    // The rest of the economy holds several months of the district's sales at every bank.
    let monthly_sales: f64 = cohorts
        .iter()
        .map(|c| c.sales.iter().map(|&s| f64::from(s)).sum::<f64>() * weight[c.class.index()] as f64)
        .sum();
    let deposit_total: f64 = region.lenders.iter().map(|l| l.deposit_share).sum();
    let rest_months = 24.0;
    for (i, l) in region.lenders.iter().enumerate() {
        let fen = Money::from_yuan_f64(monthly_sales * rest_months * l.deposit_share / deposit_total);
        ledger.opening_rest_deposit(i, fen.fen());
    }
    let place = |tier: GuarantorTier| region.guarantors.iter().position(|g| g.tier as usize == tier as usize);
    let biggest = region
        .lenders
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.deposit_share.total_cmp(&b.1.deposit_share))
        .map_or(0, |(i, _)| i);
    ledger.fund_bank = biggest;
    for (g, card) in region.guarantors.iter().enumerate() {
        ledger.guarantor_bank[g] = biggest as u8;
        ledger.guarantor_capital(g, Money::from_yuan_f64(card.capital).fen());
    }

    let lenders: Vec<Lender> = region
        .lenders
        .iter()
        .map(|l| Lender {
            kind: LenderKind::ALL[l.kind as usize],
            local_legal_person: l.local_legal_person != 0.0,
            inclusive_year_start: 0,
            inclusive_quarter_start: 0,
            book_year_start: 0,
            high_water: 0,
            inclusive: 0,
            inclusive_next: 0,
            inclusive_npl: 0,
            book: 0,
            book_npl: 0,
            pledged: [0; WINDOWS],
            pledged_new: [0; WINDOWS],
            spared: 0,
            spared_claim: 0,
            retained: 0,
            cases_used: 0.0,
            cases_offered: 0.0,
            hired: 1.0,
            turned_away: 0.0,
            green_cases_used: 0.0,
            shortfall: 0.0,
            headroom: 0.0,
            equity_month_start: 0,
            profit_month: 0,
            profit_quarter: 0,
        })
        .collect();
    let n = region.sectors.len();
    let crops = region.sectors.iter().filter(|s| s.crop != 0.0).count();
    let prior = super::desk::prior_pd(p);
    World {
        region: region.clone(),
        month: start,
        book: LoanBook::default(),
        fund: Fund {
            claims: vec![[0; 12]; lenders.len()],
            covered: vec![0; lenders.len()],
            stopped_lender: vec![false; lenders.len()],
            ..Fund::default()
        },
        lenders,
        anchors: vec![Anchor::default(); n],
        receivables: Vec::new(),
        guarantors: vec![Guarantor::default(); region.guarantors.len()],
        reguarantor: place(GuarantorTier::Reguarantor).unwrap_or(0),
        national: place(GuarantorTier::National).unwrap_or(0),
        advances: Vec::new(),
        claims: Vec::new(),
        rate_cuts: RateCuts::default(),
        ledger,
        environment: Environment {
            price: vec![0.0; crops],
            yields: vec![0.0; crops * region.townships.len()],
            sector_factor: vec![1.0; n],
            crowding: vec![1.0; n],
            level: 1.0,
            ..Environment::default()
        },
        market: Market {
            exposure: vec![0.0; CLASSES * RATINGS],
            defaults: vec![0.0; CLASSES * RATINGS],
            pd: prior.repeat(CLASSES * RATINGS / prior.len()),
            segment_spread: p.segment_spread,
            expected_loss: [p.pd_prior_mean * p.lgd_unsecured * 0.7; CLASSES],
            break_even_sum: [0.0; CLASSES],
            break_even_count: [0.0; CLASSES],
            break_even_last: [f64::NAN; CLASSES],
            window_fill: [0.0; WINDOWS],
            incentive_fill: 1.0,
            gap_reference: vec![f64::NAN; n],
            potential: vec![0.0; n],
            funded: vec![0.0; n],
        },
        counters: crate::world::Counters {
            first_time_township: vec![0; region.townships.len()],
            ..Default::default()
        },
        refusals: RefusalTable::empty(region.sectors.len(), region.townships.len()),
        census: census(&cohorts, &weight, region.townships.len()),
        neighbours: vec![0.0; CLASSES * region.townships.len()],
        policies: Vec::new(),
        leases: Vec::new(),
        upgrades: Vec::new(),
        equipment: Vec::new(),
        stakes: Vec::new(),
        bonds: Vec::new(),
        long_year: vec![0; region.lenders.len()],
        stake_capital: 0,
        stakes_year: 0,
        awards: 0,
        awards_paid: 0,
        subsidies_year: [0; 3],
        balance_history: Vec::new(),
        cohorts,
    }
}

/// Headcounts of the opening population.
fn census(cohorts: &[Cohort], weight: &[i64; CLASSES], towns: usize) -> crate::world::Census {
    let mut census = crate::world::Census {
        live: vec![0; CLASSES * towns],
        need: vec![0; CLASSES * towns],
        reference: [1.0; CLASSES],
        ..Default::default()
    };
    for cohort in cohorts {
        let c = cohort.class.index();
        for i in 0..cohort.len() {
            let t = cohort.township[i] as usize;
            count(&mut census, c * towns + t, c, cohort.status[i], cohort.details[i].reach, weight[c]);
        }
    }
    census
}

/// Adds a borrower to the headcounts (or takes it off, with a negative weight).
pub fn count(census: &mut crate::world::Census, place: usize, c: usize, s: u8, reach: u16, w: i64) {
    census.live[place] += w;
    if s & status::NEED != 0 {
        census.need[place] += w;
        if s & status::AWARE != 0 {
            census.aware[c] += w;
            census.known += i64::from(reach.count_ones()) * w;
        }
    }
}
