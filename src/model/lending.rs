//! Phase 6: applications meet lenders. The one equation of lending lives in [`Terms::break_even`].
//!
//! r·(1 − PD) + support = funding + operating/(L·T) + PD·LGD·share + capital + tax + shadow·PD − volume
//!
//! All terms are yearly rates on the principal. Instruments were asked once per lender, class and
//! month when the [`Desk`] opened; nothing here asks them again.

use std::ops::Deref;

use crate::luck::{Key, Stream, kernel};
use crate::policy::{FundAccess, LossShares, QuoteAnswer, QuoteAsk, RationAnswer, Window};
use crate::units::{Money, Month, ppm};
use crate::world::{
    Borrower, CLASSES, Class, Clauses, Cohort, FILE_BAD, FILE_NONE, FILE_THICK, FILE_THIN, LenderCard,
    LenderKind, Loan, LoanState, NO_LOAN, PRODUCTS, Product, Refusal, Region, World, status,
};

use super::{Params, Run, environment, genesis, guarantee, trouble};

/// Rating buckets a lender sorts scores into.
pub const BUCKETS: usize = 8;
/// Width of a bucket in units of the quality spread; the middle of the scale is zero.
const BUCKET_WIDTH: f64 = 0.5;

/// Score of a bucket's middle, in units of the quality spread.
fn bucket_score(b: usize) -> f64 {
    (b as f64 - (BUCKETS as f64 - 1.0) / 2.0) * BUCKET_WIDTH
}

/// Lenders' prior PD by bucket, yearly.
pub fn prior_pd(p: &Params) -> Vec<f64> {
    (0..BUCKETS)
        .map(|b| {
            (p.pd_prior_mean * kernel::exp64(-p.pd_prior_slope * bucket_score(b) * p.quality_spread)).min(0.5)
        })
        .collect()
}

/// Someone asks for a loan, or for the roll-over of `renewal`.
#[derive(Clone, Copy, Debug)]
pub struct Application {
    pub borrower: Borrower,
    pub renewal: u32,
}

/// What lenders see or know of an applicant, read before any is considered: the columns' cache lines
/// then arrive side by side and not one after the other.
#[derive(Clone, Copy, Debug)]
struct Applicant {
    borrower: Borrower,
    renewal: u32,
    id: u32,
    sales: f32,
    need: f32,
    collateral: f32,
    quality: f32,
    return_rate: f32,
    reach: u16,
    file: u8,
    /// Lender and principal (yuan) of the loan to be rolled over.
    own_lender: usize,
    owed: f64,
}

impl Applicant {
    #[inline(always)]
    fn of(world: &World, application: &Application) -> Applicant {
        let (cohort, i) = (&world.cohorts[application.borrower.class()], application.borrower.slot());
        let old = world.book.loans.get(application.renewal as usize);
        Applicant {
            borrower: application.borrower,
            renewal: application.renewal,
            id: cohort.id[i],
            sales: cohort.sales[i],
            need: cohort.need[i],
            collateral: cohort.collateral[i],
            quality: cohort.quality[i],
            return_rate: cohort.return_rate[i],
            reach: cohort.reach[i],
            file: cohort.file[i],
            own_lender: old.map_or(usize::MAX, |l| l.lender as usize),
            owed: old.map_or(0.0, |l| Money(l.principal).to_yuan()),
        }
    }
}

/// A lender's terms for one borrower and product.
#[derive(Clone, Copy, Debug)]
pub struct Quote {
    /// What the borrower gains by it in a year, yuan.
    pub surplus: f64,
    pub lender: u8,
    pub product: Product,
    pub guarantor: u8,
    /// Guaranteed without case review.
    pub batch: bool,
    pub bucket: u8,
    /// Yuan.
    pub amount: f64,
    pub rate: f64,
    pub all_in: f64,
    pub pd: f64,
    pub recovery: f64,
    pub window_eligible: bool,
    /// Cost of handling the case, yuan.
    pub handling: f64,
}

/// The quote a borrower would take.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    pub id: u32,
    pub borrower: Borrower,
    pub renewal: u32,
    pub quote: Quote,
    /// Second choice without guarantor or fund, if it was feasible.
    pub fallback: Option<Quote>,
}

impl Deref for Offer {
    type Target = Quote;
    fn deref(&self) -> &Quote {
        &self.quote
    }
}

/// The terms of one lender for one class this month.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Marginal funding, yearly.
    pub funding: f64,
    /// What the window takes off funding for an eligible loan, and the highest rate it allows.
    pub window_relief: f64,
    /// The same with all the quota free: to tell a full window from a dear one.
    pub window_relief_free: f64,
    pub window_cap: f64,
    pub handling_rate: f64,
    pub handling_fixed: f64,
    pub capital: f64,
    pub tax: f64,
    /// Officers' price of a bad loan, the share of it they are exempted from, and the supervisors'
    /// rise above it, per unit of PD.
    pub shadow_officer: f64,
    pub exempt: f64,
    pub shadow_limit: f64,
    pub volume: f64,
    pub support: f64,
    pub cross_selling: f64,
    /// Sight of applicants by credit file, strangers and own customers.
    pub sight: [[Sight; 2]; 3],
}

/// Parts of a quote for one application.
#[derive(Clone, Copy, Debug)]
pub struct Risk {
    pub pd: f64,
    /// Loss given default of the whole loan, and the share of it the bank bears.
    pub lgd: f64,
    pub bank_share: f64,
}

/// What the variants of one quote have in common, yearly: cost before loss, instruments and volume;
/// what one unit of cost adds to the rate.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    common: f64,
    risk: Risk,
    scale: f64,
}

impl Terms {
    /// Rate at which `amount` yuan lent for a year breaks even, yearly.
    ///
    /// `renewal` loans earn no support and cost less to handle (`renewal_factor`).
    pub fn break_even(&self, amount: f64, risk: Risk, window: f64, renewal_factor: f64, support: f64) -> f64 {
        self.case(1.0 / amount, risk, renewal_factor, 1.0).break_even(self, window, support)
    }

    /// The same with every instrument neutral: no window, support, volume, NPL limit, exemption or cover.
    pub fn neutral(&self, amount: f64, risk: Risk, renewal_factor: f64) -> f64 {
        self.case(1.0 / amount, risk, renewal_factor, 1.0).neutral(self)
    }

    /// A quote for one over `1 / per_yuan` yuan; `vat` is what value-added tax multiplies the rate by.
    #[inline(always)]
    fn case(&self, per_yuan: f64, risk: Risk, renewal_factor: f64, vat: f64) -> Case {
        let common = self.funding
            + self.handling_fixed * renewal_factor * per_yuan
            + self.handling_rate
            + self.capital
            + self.tax
            - self.cross_selling;
        Case { common, risk, scale: vat / (1.0 - risk.pd) }
    }
}

impl Case {
    #[inline(always)]
    fn break_even(&self, terms: &Terms, window: f64, support: f64) -> f64 {
        let Risk { pd, lgd, bank_share } = self.risk;
        let shadow = terms.shadow_officer * (1.0 - terms.exempt) + terms.shadow_limit;
        (self.common - window + pd * bank_share * (lgd + shadow) - terms.volume - support) * self.scale
    }

    #[inline(always)]
    fn neutral(&self, terms: &Terms) -> f64 {
        let Risk { pd, lgd, .. } = self.risk;
        (self.common + pd * (lgd + terms.shadow_officer)) * self.scale
    }
}

/// Everything lenders agreed with themselves on the first of the month.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    pub lpr: f64,
    pub ceiling: f64,
    /// Lender × class.
    pub terms: Vec<Terms>,
    /// Products each lender offers, one bit each.
    pub products: Vec<u8>,
    /// Windows by lender: micro, agricultural.
    pub windows: Vec<[Option<Window>; 2]>,
    pub guarantee_fee: f64,
    pub ration: RationAnswer,
    pub shares: [LossShares; PRODUCTS],
    /// Own liability each guarantor may still take on, fen, and the highest yearly default
    /// probability it accepts for reviewed and for batch cases.
    pub guarantor_room: Vec<i64>,
    pub guarantor_cutoff: Vec<[f64; 2]>,
    /// Lowest signal of quality each accepts in review, alone and with the fund behind it.
    pub guarantor_signal: Vec<[f64; 2]>,
    pub fund_room: i64,
    pub digital: f64,
    pub margin_pressure: f64,
    /// Markup by the number of lenders a borrower knows.
    pub markup: [f64; 17],
    /// Weighted shortfall against targets over all lenders.
    pub push: f64,
}

impl Desk {
    pub fn open(run: &mut Run) -> Desk {
        let dated = environment::dated(run);
        let region = run.world.region.clone();
        let p = run.inputs.params.clone();
        let month = run.world.month;
        let digital = run.world.environment.digital;
        let ncd = region.paths.ncd_1y[0].at(dated);
        let ration = run.policy.ration();
        let mut desk = Desk {
            ration,
            digital,
            margin_pressure: region.paths.margin_pressure[0].at(dated),
            markup: std::array::from_fn(|known| {
                p.markup * kernel::pow64((known as f64).max(1.0), -p.markup_exponent)
            }),
            terms: vec![Terms::default(); region.lenders.len() * CLASSES],
            windows: vec![[None; 2]; region.lenders.len()],
            ..Desk::default()
        };
        for product in Product::ALL {
            desk.shares[product as usize] = run.policy.indemnify(product);
        }
        let total_book: i64 = run.world.lenders.iter().map(|l| l.inclusive).sum();
        for (l, card) in region.lenders.iter().enumerate() {
            let view = legal_person(&run.world, &region, l, dated);
            for class in Class::ALL {
                let ask = QuoteAsk {
                    kind: run.world.lenders[l].kind,
                    local_legal_person: run.world.lenders[l].local_legal_person,
                    class,
                    renewal: false,
                    inclusive_growth: view.inclusive_growth,
                    npl_all: view.npl_all,
                    all_loan_growth: view.all_loan_growth,
                    incentive_fill: run.world.market.incentive_fill,
                };
                let answer = run.policy.quote(&ask);
                let t = terms(&p, card, &answer, digital, ncd, &view);
                if class == Class::SelfEmployed {
                    desk.lpr = answer.lpr_1y.unwrap_or(ncd);
                    desk.guarantee_fee = answer.guarantee_fee.unwrap_or(0.0);
                    let lender = &mut run.world.lenders[l];
                    lender.headroom = answer.npl_limit.map_or(1.0, |limit| limit - view.inclusive_npl);
                    lender.shortfall = shortfall(lender, answer.growth_target, month);
                    desk.push += lender.shortfall * lender.inclusive as f64 / total_book.max(1) as f64;
                }
                let slot = &mut desk.terms[l * CLASSES + class.index()];
                *slot = t;
                slot.volume = run.world.lenders[l].shortfall
                    * volume_value(&p, ask.kind)
                    * 0.01
                    * f64::from(u8::from(class.is_mse()));
                for (w, window) in answer.windows.iter().enumerate() {
                    if let Some(window) = window {
                        desk.windows[l][w] = Some(*window);
                        let saving = slot.funding - window.rate;
                        let pull = kernel::logistic64(saving / p.window_take_up);
                        slot.window_relief_free = (saving * pull).max(0.0);
                        // Where the quota is short, only that part of a new loan is refinanced that was lately.
                        slot.window_relief = slot.window_relief_free * run.world.market.window_fill[w];
                        slot.window_cap = window.spread_cap;
                    }
                }
            }
        }
        desk.products = region.lenders.iter().map(|card| products(card, &desk.ration)).collect();
        desk.ceiling = desk.lpr + p.rate_ceiling;
        desk.guarantor_room = guarantee::room(run, &desk);
        desk.guarantor_cutoff = guarantee::cutoff(run, &desk);
        desk.guarantor_signal = lowest_signals(&p, &region, &desk);
        let fund = &run.world.fund;
        desk.fund_room = ((fund.balance_month_end as f64 * ration.fund_multiple) as i64
            - run.world.ledger.fund_covered)
            .max(0);
        desk
    }
}

/// Products a lender offers under the chain's and the fund's rules of the month, one bit each.
fn products(card: &LenderCard, ration: &RationAnswer) -> u8 {
    let partner = card.guaranteed != 0.0 && ration.partners >> card.kind as u16 & 1 == 1;
    let offers = |product: Product| {
        !(product.is_guaranteed() && !(ration.chain_open && partner)
            || product.is_fund() && !(ration.fund_open && card.guaranteed != 0.0)
            || product == Product::Collateral && card.collateral == 0.0)
    };
    Product::ALL.into_iter().filter(|&product| offers(product)).fold(0, |bits, p| bits | 1 << p as u8)
}

/// A lender as supervisors see it: district book and outside book together.
pub struct LegalPerson {
    pub inclusive_growth: f64,
    pub inclusive_npl: f64,
    pub npl_all: f64,
    pub all_loan_growth: f64,
    pub capital_ratio: f64,
}

pub fn legal_person(world: &World, region: &Region, l: usize, dated: Month) -> LegalPerson {
    let (lender, card, paths) = (&world.lenders[l], &region.lenders[l], &region.paths);
    let outside = paths.outside_balance[l].at(dated);
    let outside_inclusive = paths.outside_inclusive[l].at(dated);
    let before =
        paths.outside_inclusive[l].at(dated.plus(-12)) + Money(lender.inclusive_year_start).to_yuan();
    let book = Money(lender.book).to_yuan();
    let inclusive = Money(lender.inclusive).to_yuan();
    let bad_all = outside * paths.outside_npl[l].at(dated) + Money(lender.book_npl).to_yuan();
    let bad =
        outside_inclusive * paths.outside_inclusive_npl[l].at(dated) + Money(lender.inclusive_npl).to_yuan();
    let total = outside + book;
    // The outside book carries its own capital; the district's profit and growth move the ratio.
    let opening = outside + Money(lender.book_year_start).to_yuan();
    let capital = card.capital_ratio * opening + Money(lender.retained).to_yuan();
    LegalPerson {
        inclusive_growth: if before > 0.0 { (outside_inclusive + inclusive) / before - 1.0 } else { 0.0 },
        inclusive_npl: if outside_inclusive + inclusive > 0.0 {
            bad / (outside_inclusive + inclusive)
        } else {
            0.0
        },
        npl_all: if total > 0.0 { bad_all / total } else { 0.0 },
        all_loan_growth: paths.all_loan_growth[l].at(dated),
        capital_ratio: if total > 0.0 { capital / total } else { card.capital_ratio },
    }
}

/// How far the inclusive book lags the year's path to the target, over the year-start balance.
fn shortfall(lender: &crate::world::Lender, target: Option<f64>, month: Month) -> f64 {
    let (Some(target), true) = (target, lender.inclusive_year_start > 0) else { return 0.0 };
    let elapsed = f64::from(month.month()) / 12.0;
    let growth = lender.inclusive as f64 / lender.inclusive_year_start as f64 - 1.0;
    // Where the whole year's target still lies ahead, lenders work on a share of it from January.
    let gap = target * elapsed - growth + target * (1.0 - elapsed) * 0.5;
    // Smooth at zero: a lender slightly ahead of its path still pushes a little.
    kernel::softplus64(gap / 0.02) * 0.02
}

fn volume_value(p: &Params, kind: LenderKind) -> f64 {
    if kind == LenderKind::State { p.volume_value_state } else { p.volume_value_other }
}

fn terms(
    p: &Params,
    card: &LenderCard,
    answer: &QuoteAnswer,
    digital: f64,
    ncd: f64,
    view: &LegalPerson,
) -> Terms {
    let reach = (digital * card.digital).min(1.0);
    let reserve = answer.reserve_ratio.unwrap_or(0.0);
    let raw = ncd + card.funding_spread + p.liquidity_charge + answer.deposit_adjustment;
    let capital = p.risk_weight * p.capital_target * p.capital_hurdle;
    let shadow_limit = answer.npl_limit.map_or(0.0, |limit| {
        p.shadow_slope * kernel::softplus64((view.inclusive_npl - limit) / p.shadow_width)
    });
    Terms {
        // Reserves earn less than they cost: the gross-up of marginal funding.
        funding: (raw - reserve * p.reserve_yield) / (1.0 - reserve),
        handling_rate: p.handling_rate * card.handling_factor,
        handling_fixed: p.handling_fixed * (1.0 - p.handling_digital_cut * reach),
        capital,
        tax: capital * p.income_tax / (1.0 - p.income_tax),
        shadow_officer: p.shadow_officer,
        shadow_limit,
        support: answer.support,
        cross_selling: p.cross_selling,
        exempt: answer.officer_exempt,
        sight: Sight::of(
            p,
            card.noise_factor * (1.0 - p.noise_digital_cut * reach) * (1.0 + answer.noise_added),
        ),
        ..Terms::default()
    }
}

/// How well a lender sees an applicant: the noise of its signal, and how its score follows from quality
/// and noise, in buckets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sight {
    noise: f64,
    scale: f64,
}

impl Sight {
    /// By credit file (none, thin, thick) and for strangers and own customers.
    fn of(p: &Params, lender_noise: f64) -> [[Sight; 2]; 3] {
        [p.noise_none, p.noise_thin, p.noise_thick].map(|base| {
            [1.0, p.noise_own_customer].map(|own| {
                let noise = base * lender_noise * own;
                let spread = p.quality_spread;
                let weight = spread * spread / (spread * spread + noise * noise);
                Sight { noise, scale: weight / (spread * BUCKET_WIDTH) }
            })
        })
    }

    /// What a lender makes of an applicant: score bucket and PD, interpolated between buckets.
    #[inline(always)]
    fn screen(self, pd: &[f64; BUCKETS], quality: f64, draw: f32) -> (usize, f64) {
        const LAST: f64 = BUCKETS as f64 - 1.0;
        let score = self.scale * (quality + self.noise * f64::from(draw));
        let place = (score + LAST / 2.0).clamp(0.0, LAST);
        let low = (place as usize).min(BUCKETS - 2);
        let t = place - low as f64;
        ((place + 0.5) as usize, pd[low] * (1.0 - t) + pd[low + 1] * t)
    }
}

/// Limits and cover of one borrower, the same for all lenders but for their own factors.
struct Limits {
    unsecured: f64,
    collateral: f64,
    need: f64,
}

fn limits(p: &Params, a: &Applicant, level: f64, digital: f64) -> Limits {
    let file = match a.file {
        FILE_NONE => p.unsecured_none,
        FILE_THIN => p.unsecured_thin,
        _ => p.unsecured_thick,
    };
    let income = f64::from(a.sales) * 12.0 * level;
    let farm = a.borrower.class() == Class::Farm.index();
    let class = if farm { p.farm_unsecured_factor } else { 1.0 };
    Limits {
        unsecured: p.unsecured_limit * income * (1.0 + digital) * file * class,
        collateral: p.collateral_advance * f64::from(a.collateral) * level,
        need: f64::from(a.need) * level,
    }
}

/// Loss given default, falling from unsecured to the floor as collateral covers the loan.
fn lgd(p: &Params, amount: f64, collateral_limit: f64) -> f64 {
    let cover = if amount > 0.0 { (collateral_limit / amount).min(1.0) } else { 0.0 };
    p.lgd_unsecured + (p.lgd_floor - p.lgd_unsecured) * cover
}

/// Going rate before risk and instruments: anchor, segment, markup by the number of lenders known.
fn going_rate(run: &Run, desk: &Desk, class: usize, known: u32) -> f64 {
    let markup = desk.markup[known.min(16) as usize];
    desk.lpr + run.world.market.segment_spread[class] + markup - desk.margin_pressure
}

/// A reason and how far the application got before it.
fn further(best: &mut (u8, Refusal), stage: u8, reason: Refusal) {
    if stage > best.0 {
        *best = (stage, reason);
    }
}

/// Applicants read before they are considered.
const TOGETHER: usize = 256;

pub fn route(run: &mut Run) {
    let mut desk = std::mem::take(&mut run.desk);
    let mut applications = std::mem::take(&mut run.applications);
    // In the order of the columns: memory is read forward.
    applications.sort_unstable_by_key(|a| a.borrower);
    let (p, region) = (run.inputs.params.clone(), run.world.region.clone());
    run.offers.clear();
    // One signal a year and lender: asking again next month meets the same opinion.
    let year = Month::new(run.world.month.year(), 1);
    let signal = run.luck.key(Stream::Signal, year);
    let screening = run.luck.key(Stream::Capacity, year);
    let mut applicants = Vec::with_capacity(TOGETHER);
    for some in applications.chunks(TOGETHER) {
        applicants.clear();
        applicants.extend(some.iter().map(|application| Applicant::of(&run.world, application)));
        for (application, applicant) in some.iter().zip(&applicants) {
            match consider(run, &p, &region, &desk, applicant, signal, screening) {
                Ok(offer) => run.offers.push(offer),
                Err(reason) => refuse(run, application, reason),
            }
        }
    }
    for application in &applications {
        let c = application.borrower.class();
        run.world.counters.applications[c] += run.world.weight(c);
    }
    run.applications = applications;
    std::mem::swap(&mut run.desk, &mut desk);
}

/// Best offer over all lenders in reach and all products, or the reason there is none.
fn consider(
    run: &mut Run,
    p: &Params,
    region: &Region,
    desk: &Desk,
    applicant: &Applicant,
    signal: Key,
    screening: Key,
) -> Result<Offer, Refusal> {
    let (c, file, id) = (applicant.borrower.class(), applicant.file, applicant.id);
    let class = Class::from_index(c);
    if file == FILE_BAD {
        return Err(Refusal::ThinFile);
    }
    let level = run.world.environment.level;
    let lim = limits(p, applicant, level, desk.digital);
    let known = applicant.reach.count_ones();
    let going = going_rate(run, desk, c, known);
    let renewal = applicant.renewal != NO_LOAN;
    let renewal_factor = if renewal { p.handling_renewal } else { 1.0 };
    let (own_lender, owed) = (applicant.own_lender, applicant.owed);
    let (return_rate, quality) = (f64::from(applicant.return_rate), f64::from(applicant.quality));
    let beliefs: &[f64; BUCKETS] =
        run.world.market.pd[c * BUCKETS..][..BUCKETS].try_into().expect("a row of beliefs");
    let expected_loss = run.world.market.expected_loss[c];
    let mut best: Option<Quote> = None;
    let mut plain: Option<Quote> = None;
    let mut why = (0, Refusal::Collateral);
    let mut quoted = (0.0, 0.0);
    let ration = &desk.ration;

    let mut guarantors: [Option<Result<(usize, bool), Refusal>>; 2] = [None; 2];

    // Who knows many lenders asks a few: its own, and others in an order drawn for the year.
    let mut mask = applicant.reach;
    let asked = p.lenders_asked as u32;
    if known > asked {
        mask = shortlist(mask, asked, own_lender, |l| screening.bits2(id, 200 + l));
    }
    debug_assert!(mask.count_ones() == asked.min(known));
    while mask != 0 {
        let l = mask.trailing_zeros() as usize;
        mask &= mask - 1;
        let card = &region.lenders[l];
        let terms = &desk.terms[l * CLASSES + c];
        // Screening costs draws: only where some product fits.
        let mut screened = None;
        let mut products = desk.products[l];
        while products != 0 {
            let product = Product::ALL[products.trailing_zeros() as usize];
            products &= products - 1;
            let guaranteed = product.is_guaranteed();
            let fund = product.is_fund();
            let limit = match product {
                Product::Unsecured => lim.unsecured * card.unsecured_factor,
                Product::Collateral => lim.collateral,
                Product::Guaranteed => ration.guarantee_cap_yuan,
                Product::FundCredit => (lim.unsecured * p.fund_limit_factor).min(ration.fund_cap_yuan),
                Product::FundEnhanced => {
                    if lim.collateral <= 0.0 {
                        continue;
                    }
                    (lim.collateral + lim.unsecured * p.fund_limit_factor).min(ration.fund_cap_yuan)
                }
                Product::FundGuaranteed => ration.guarantee_cap_yuan.min(ration.fund_cap_yuan),
            };
            let mut amount = lim.need.min(limit).min(card.ticket_max);
            if amount < card.ticket_min.max(p.ticket_min) {
                let thin = product == Product::Unsecured && file != FILE_THICK;
                further(&mut why, 1, if thin { Refusal::ThinFile } else { Refusal::Collateral });
                continue;
            }
            let (bucket, pd) = *screened.get_or_insert_with(|| {
                let sight = terms.sight[usize::from(file.min(FILE_THICK))][usize::from(l == own_lender)];
                sight.screen(beliefs, quality, signal.normal2(id, l as u32))
            });
            let shares = &desk.shares[product as usize];
            let guarantor = if guaranteed {
                // Asked once an application: a guarantor does not change its mind with the bank.
                let asked = &mut guarantors[usize::from(fund)];
                let answer = *asked.get_or_insert_with(|| {
                    guarantor_for(desk, region, class, applicant, pd, screening, shares)
                });
                match answer {
                    Ok(found) => found,
                    Err(reason) => {
                        further(&mut why, 2, reason);
                        continue;
                    }
                }
            } else {
                (0, false)
            };
            let (guarantor, batch) = guarantor;
            let covered = if guaranteed {
                let covered = f64::from(shares.national + shares.reguarantor + shares.local) / 1e6;
                // Beyond the claim cap of batch business the bank bears the loss.
                if batch { covered.min(ration.batch_claim_cap / pd) } else { covered }
            } else {
                f64::from(shares.fund) / 1e6
            };
            let risk = Risk {
                pd,
                lgd: if product == Product::Unsecured {
                    p.lgd_unsecured
                } else {
                    lgd(p, amount, lim.collateral)
                },
                bank_share: 1.0 - covered,
            };
            let support = if renewal { 0.0 } else { terms.support };
            // Interest on large loans bears value-added tax, which the borrower pays in the rate.
            let vat = if amount > p.vat_exempt_limit { 1.0 + p.vat_rate } else { 1.0 };
            let per_yuan = 1.0 / amount;
            let case = terms.case(per_yuan, risk, renewal_factor, vat);
            let no_window = case.break_even(terms, 0.0, support);
            let neutral = case.neutral(terms);
            let spread = pd * risk.lgd - expected_loss;
            let offered = |break_even: f64| {
                break_even.max(desk.ceiling.min(going + spread) + p.pass_through * (break_even - neutral))
            };
            // The window refinances only loans below its ceiling on the end rate.
            let with_window = no_window - terms.window_relief * case.scale;
            let window = terms.window_cap > 0.0 && offered(with_window) <= desk.lpr + terms.window_cap;
            let break_even = if window { with_window } else { no_window };
            let rate = offered(break_even);
            if break_even > desk.ceiling {
                let limit_part = terms.shadow_limit * pd * risk.bank_share / (1.0 - pd);
                let free = terms.window_relief_free / (1.0 - pd);
                let reason = if break_even - limit_part <= desk.ceiling {
                    Refusal::NplCap
                } else if break_even - free <= desk.ceiling {
                    Refusal::WindowQuota
                } else if file == FILE_NONE {
                    Refusal::ThinFile
                } else {
                    Refusal::Price
                };
                further(&mut why, 3, reason);
                continue;
            }
            if fund && rate > desk.lpr + ration.fund_rate_cap {
                further(&mut why, 4, Refusal::Price);
                continue;
            }
            let fee = if guaranteed { desk.guarantee_fee } else { 0.0 };
            let bridge = if renewal { p.bridge_cost } else { 0.0 };
            // A project that waits for the guarantor's review earns nothing meanwhile.
            let wait =
                if guaranteed && !batch && !renewal { ration.guarantee_wait * return_rate } else { 0.0 };
            let all_in = rate + fee + bridge + wait + p.application_cost * per_yuan;
            if all_in >= return_rate && !renewal || all_in >= 2.0 * return_rate {
                further(&mut why, 5, Refusal::Price);
                continue;
            }
            quoted.0 += neutral - desk.lpr;
            quoted.1 += 1.0;
            // What cannot beat the best at its full amount is not worked out further.
            let most = amount * (return_rate - all_in);
            let to_beat = if guaranteed || fund { &best } else { &plain };
            if to_beat.as_ref().is_some_and(|q| most <= q.surplus) {
                continue;
            }
            // A dearer loan is asked for in a smaller amount.
            let ratio = return_rate / (all_in * p.price_reference);
            let response = kernel::exp32(p.price_slope as f32 * kernel::ln32(ratio as f32));
            let asked = lim.need * f64::from(response).clamp(0.25, 1.5);
            amount = amount.min(asked).max(card.ticket_min.max(p.ticket_min));
            if renewal && amount < owed * p.renewal_cut {
                further(
                    &mut why,
                    4,
                    if product == Product::Collateral { Refusal::Collateral } else { Refusal::ThinFile },
                );
                continue;
            }
            if fund {
                let fen = (amount * 100.0) as i64 * run.world.weight(c);
                let stopped = run.world.fund.stopped || run.world.fund.stopped_lender[l];
                // A covered loan may be renewed once after the breaker; else new cover needs room.
                let run_off = renewal && {
                    let old = &run.world.book.loans[applicant.renewal as usize];
                    old.product == product && old.renewals == 0
                };
                if (!run_off && (stopped || fen > desk.fund_room)) || amount < ration.fund_min_yuan {
                    further(&mut why, 6, Refusal::FundBreaker);
                    continue;
                }
            }
            let surplus = amount * (return_rate - all_in);
            let quote = Quote {
                surplus,
                lender: l as u8,
                product,
                guarantor: guarantor as u8,
                batch,
                bucket: bucket as u8,
                amount,
                rate,
                all_in,
                pd,
                recovery: 1.0 - risk.lgd,
                window_eligible: window,
                handling: terms.handling_fixed * renewal_factor,
            };
            if !guaranteed && !fund && plain.is_none_or(|q| surplus > q.surplus) {
                plain = Some(quote);
            }
            let wanted_there = match ration.fund_access {
                FundAccess::Any => true,
                FundAccess::RefusedElsewhere => plain.is_none(),
                FundAccess::BanksChoice => spread > 0.0,
            };
            if fund && !wanted_there {
                continue;
            }
            if best.is_none_or(|q| surplus > q.surplus) {
                best = Some(quote);
            }
        }
    }
    if !renewal && class.is_mse() {
        run.world.market.break_even_sum[c] += quoted.0;
        run.world.market.break_even_count[c] += quoted.1;
    }
    match best {
        Some(quote) => {
            Ok(Offer { id, borrower: applicant.borrower, renewal: applicant.renewal, quote, fallback: plain })
        }
        None => Err(why.1),
    }
}

/// Keeps `n` of the lenders in `mask`: the own lender and those with the lowest draws.
fn shortlist(mut mask: u16, n: u32, own: usize, draw: impl Fn(u32) -> u32) -> u16 {
    let mut drawn = [0u64; 16];
    let mut k = 0;
    while mask != 0 {
        let l = mask.trailing_zeros();
        mask &= mask - 1;
        let place = if l as usize == own { 0 } else { draw(l) | 1 };
        drawn[k] = u64::from(place) << 4 | u64::from(l);
        k += 1;
    }
    drawn[..k].sort_unstable();
    drawn[..k].iter().take(n as usize).fold(0, |kept, d| kept | 1 << (d & 15))
}

/// A guarantor that serves the class, has room under its multiple and believes the risk.
#[allow(clippy::too_many_arguments)]
fn guarantor_for(
    desk: &Desk,
    region: &Region,
    class: Class,
    applicant: &Applicant,
    bank_pd: f64,
    screening: Key,
    shares: &LossShares,
) -> Result<(usize, bool), Refusal> {
    let (id, quality) = (applicant.id, f64::from(applicant.quality));
    // The fund behind the guarantor lets it accept more risk for the same expected loss.
    let behind = shares.fund > 0;
    let mut reason = Refusal::Collateral;
    for (g, card) in region.guarantors.iter().enumerate() {
        let serves = if class.is_agri() { card.serves_rural } else { card.serves_mse };
        if serves == 0.0 {
            continue;
        }
        // Its own case review: another noisy look at quality; batch business takes the bank's word.
        let batch = f64::from(screening.unit2(id, 100 + g as u32)) < desk.ration.batch_share;
        let accepted = if batch {
            bank_pd * (1.0 - f64::from(shares.fund) / 1e6) <= desk.guarantor_cutoff[g][1]
        } else {
            let signal = quality + card.noise * f64::from(screening.normal2(id, g as u32));
            signal >= desk.guarantor_signal[g][usize::from(behind)]
        };
        if !accepted {
            reason = Refusal::Collateral;
            continue;
        }
        if desk.guarantor_room[g] <= 0 {
            reason = Refusal::GuarantorMultiple;
            continue;
        }
        return Ok((g, batch));
    }
    Err(reason)
}

/// Lowest signal of quality each guarantor accepts in review, alone and with the fund behind it: where
/// the PD it expects, prior mean × exp(−slope × shrunk signal), meets its cutoff.
fn lowest_signals(p: &Params, region: &Region, desk: &Desk) -> Vec<[f64; 2]> {
    let behind = desk.shares[Product::FundGuaranteed as usize].fund;
    let one = |(card, cutoff): (&crate::world::GuarantorCard, &[f64; 2])| {
        let spread = p.quality_spread;
        let weight = spread * spread / (spread * spread + card.noise * card.noise);
        [0, behind].map(|fund| {
            let kept = 1.0 - f64::from(fund) / 1e6;
            if cutoff[0] <= 0.0 && kept > 0.0 {
                return f64::INFINITY;
            }
            kernel::ln64(p.pd_prior_mean * kept / cutoff[0]) / (p.pd_prior_slope * weight)
        })
    };
    region.guarantors.iter().zip(&desk.guarantor_cutoff).map(one).collect()
}

/// Keeps the one reason of a failed application and what follows from it.
pub fn refuse(run: &mut Run, application: &Application, reason: Refusal) {
    let (c, i) = (application.borrower.class(), application.borrower.slot());
    let month = run.world.month;
    let weight = run.world.weight(c);
    let p = &run.inputs.params;
    let level = run.world.environment.level;
    let cohort = &mut run.world.cohorts[c];
    let amount = f64::from(cohort.need[i]) * level;
    let entry = &mut run.world.refusals[c][reason as usize];
    entry.0 += weight;
    entry.1 += amount as i64 * weight;
    cohort.last_refusal[i] = reason as u8;
    cohort.status[i] |= status::REFUSED;
    // A full desk is tried again next month; a no for other reasons hurts longer.
    let crowded_out = matches!(
        reason,
        Refusal::Capacity | Refusal::LendingQuota | Refusal::Capital | Refusal::GuarantorMultiple
    );
    let wait = if crowded_out { 1 } else { p.cooldown as i32 };
    cohort.resume[i] = month.plus(wait);
    let gives_up =
        f64::from(run.luck.key(Stream::Discouraged, month).unit(cohort.id[i])) < p.discouraged_share;
    if !crowded_out && gives_up && application.renewal == NO_LOAN {
        cohort.status[i] |= status::DISCOURAGED;
        cohort.resume[i] = month.plus(36);
    }
    if application.renewal != NO_LOAN {
        run.unrenewed.push(application.renewal);
    }
}

/// Opening loans of month zero: spread over lenders' first customers, ages and maturities.
pub fn opening_loans(run: &mut Run) {
    let p = run.inputs.params.clone();
    let region = run.world.region.clone();
    environment::environment(run);
    let desk = std::mem::take(&mut run.desk);
    let start = run.world.month;
    let (pick, spread_key) = (run.luck.key_fixed(Stream::Genesis), run.luck.key_fixed(Stream::LegacyNpl));
    for c in 0..CLASSES {
        for i in 0..run.world.cohorts[c].len() {
            let cohort = &run.world.cohorts[c];
            let id = cohort.id[i];
            if !cohort.is(i, status::SEEKING) || f64::from(pick.unit(id)) >= p.initial_debt_share[c] {
                continue;
            }
            let l = cohort.reach[i].trailing_zeros() as usize;
            let card = &region.lenders[l];
            let asking = Application { borrower: Borrower::new(c, i), renewal: NO_LOAN };
            let lim = limits(&p, &Applicant::of(&run.world, &asking), 1.0, desk.digital);
            let secured = card.collateral != 0.0 && lim.collateral > lim.unsecured;
            let limit = if secured { lim.collateral } else { lim.unsecured * card.unsecured_factor };
            let amount = lim.need.min(limit).min(card.ticket_max);
            if amount < card.ticket_min.max(p.ticket_min) {
                continue;
            }
            let fen = Money::yuan(amount as i64).fen();
            let rate = going_rate(run, &desk, c, 1);
            // Nobody holds on to a loan that costs more than it earns, or that no lender would make.
            let terms = &desk.terms[l * CLASSES + c];
            let risk = Risk { pd: p.pd_prior_mean, lgd: p.lgd_unsecured, bank_share: 1.0 };
            let break_even = terms.break_even(amount, risk, 0.0, p.handling_renewal, 0.0);
            let rate = rate.max(break_even);
            if rate > desk.ceiling || rate + p.bridge_cost >= f64::from(cohort.return_rate[i]) {
                continue;
            }
            // Fixed assets and stock already stand against the loan: only its illiquid part is gone.
            let age = (pick.nth(1).unit(id) * 12.0) as i32;
            let product = if secured { Product::Collateral } else { Product::Unsecured };
            run.world.ledger.opening_loan(c, l, fen);
            let lgd = lgd(&p, amount, if secured { lim.collateral } else { 0.0 });
            let slot = run.world.book.add(Loan {
                principal: fen,
                clauses: Box::new(Clauses {
                    id,
                    start: start.plus(-age),
                    share_fund: 0,
                    batch: false,
                    small_ticket: true,
                    claim_guarantor: 0,
                    owed_guarantor: 0,
                    paid_guarantor: 0,
                    paid_fund: 0,
                    defaulted: 0,
                    npl_since: start,
                    recovery: (1.0 - lgd) as f32,
                }),
                borrower: Borrower::new(c, i),
                rate_ppm: ppm(rate) as u32,
                maturity: start.plus(p.tenor as i32 - age),
                share_national: 0,
                share_reguarantor: 0,
                share_local: 0,
                state: LoanState::Performing,
                product,
                lender: l as u8,
                guarantor: 0,
                bucket: (BUCKETS / 2) as u8,
                arrears: 0,
                renewals: 0,
                township: run.world.cohorts[c].township[i],
                home: run.world.cohorts[c].home[i],
                borrower_live: true,
                window_eligible: false,
                hold: false,
            });
            let level = run.world.environment.level;
            let cohort = &mut run.world.cohorts[c];
            cohort.loan[i] = slot;
            cohort.status[i] |= status::HAD_LOAN;
            cohort.file[i] = FILE_THIN;
            cohort.stock[i] = (p.illiquid_share * amount) as f32;
            set_funding(&p, cohort, i, amount, level, 0.0);
            if f64::from(spread_key.unit(id)) < p.legacy_npl {
                trouble::turn_bad(run, slot);
            }
        }
    }
    super::close::sum_register(run);
    for lender in &mut run.world.lenders {
        lender.inclusive_year_start = lender.inclusive_next;
        lender.inclusive_quarter_start = lender.inclusive_next;
        lender.book_year_start = lender.book;
    }
    run.desk = desk;
}

/// A borrower's output and risk after its loan changed to `principal` yuan.
pub fn set_funding(p: &Params, cohort: &mut Cohort, i: usize, principal: f64, level: f64, cover: f64) {
    let need = f64::from(cohort.need[i]) * level;
    let funded = if need > 0.0 { (principal / need).min(1.0) } else { 1.0 };
    cohort.gap[i] = (f64::from(cohort.loss_unfunded[i]) * (1.0 - funded)) as f32;
    cohort.loan_cash[i] = ((1.0 - p.illiquid_share) * principal) as f32;
    // Only cover changes the risk of a cash loss.
    if cover > 0.0 || cohort.status[i] & status::COVERED != 0 {
        cohort.event[i] = genesis::event_threshold(p, f64::from(cohort.quality[i]), cover);
        let covered = if cover > 0.0 { status::COVERED } else { 0 };
        cohort.status[i] = cohort.status[i] & !status::COVERED | covered;
    }
}
