//! What every lender and guarantor has agreed with itself on the first of the month: terms, limits,
//! sight. The one equation of lending lives in [`Terms::break_even`].
//!
//! r·(1 − PD) + support = funding − discount + operating/(L·T) + PD·LGD·share + (capital + tax)·charged
//!                        + shadow·PD − volume
//!
//! All terms are yearly rates on the principal. Instruments are asked once per lender, class and month
//! when the [`Desk`] opens; how an application meets it is in `lending`.

use crate::luck::kernel;
use crate::policy::{HitTerms, LongTerms, LossShares, Microcredit, QuoteAnswer, QuoteAsk, RationAnswer};
use crate::units::{Money, Month};
use crate::world::{
    CLASSES, Class, LenderCard, LenderKind, Market, PRODUCTS, Product, Region, Window, World, nature,
};

use super::cells::Cells;
use super::farming::Tied;
use super::harvest::Steady;
use super::relief::Relief;
use super::standing::Standings;
use super::subsidy::Subsidies;
use super::windows::Windows;
use super::{Params, Run, environment, guarantee};

/// Rating buckets a lender sorts scores into.
pub const BUCKETS: usize = 8;
/// Ratings of a class: its buckets, and the same once more for borrowers with a crop policy. Lenders see the
/// policy: that the insured fail less says nothing of the others.
pub const RATINGS: usize = 2 * BUCKETS;
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

/// What lenders believe of a class by bucket, from rating `row` on.
#[inline(always)]
pub fn beliefs(market: &Market, class: usize, row: u8) -> &[f64; BUCKETS] {
    market.pd[class * RATINGS + usize::from(row)..][..BUCKETS].try_into().expect("a row of beliefs")
}

/// The terms of one lender for one class this month.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Marginal funding, yearly.
    pub funding: f64,
    /// Place of the windows open to these loans among the desk's.
    pub reliefs: (u16, u16),
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
    /// Of that, what waived fees take away.
    pub fees_forgone: f64,
    /// What the bank's own price of funds is lowered by, and capital and tax it does not charge.
    pub transfer_discount: f64,
    pub capital_spared: f64,
    /// Screening noise relative to the parameters.
    pub noise: f64,
    /// What is different for borrowers in hit trades.
    pub hit: HitTerms,
    /// Loan up to which the branch decides itself where that is new, yuan.
    pub own_hand: f64,
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
    pub scale: f64,
}

impl Terms {
    /// Rate at which `amount` yuan lent for a year breaks even, yearly.
    ///
    /// `renewal` loans earn no support and cost less to handle (`renewal_factor`).
    pub fn break_even(&self, amount: f64, risk: Risk, window: f64, renewal_factor: f64, support: f64) -> f64 {
        self.case(1.0 / amount, risk, renewal_factor, 1.0).break_even(self, window, support)
    }

    /// The same with every instrument neutral: no window, support, volume, NPL limit, exemption,
    /// cover or favour inside the bank.
    pub fn neutral(&self, amount: f64, risk: Risk, renewal_factor: f64) -> f64 {
        self.case(1.0 / amount, risk, renewal_factor, 1.0).neutral(self)
    }

    /// A quote for one over `1 / per_yuan` yuan; `vat` is what value-added tax multiplies the rate by.
    #[inline(always)]
    pub fn case(&self, per_yuan: f64, risk: Risk, renewal_factor: f64, vat: f64) -> Case {
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
    pub fn break_even(&self, terms: &Terms, window: f64, support: f64) -> f64 {
        let Risk { pd, lgd, bank_share } = self.risk;
        let shadow = terms.shadow_officer * (1.0 - terms.exempt) + terms.shadow_limit;
        (self.common - window + pd * bank_share * (lgd + shadow) - terms.volume + terms.fees_forgone
            - terms.transfer_discount
            - terms.capital_spared
            - support)
            * self.scale
    }

    #[inline(always)]
    pub fn neutral(&self, terms: &Terms) -> f64 {
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
    pub windows: Windows,
    pub guarantee_fee: f64,
    pub ration: RationAnswer,
    pub shares: [LossShares; PRODUCTS],
    /// By product, what of a loss others than the bank bear at once.
    pub covered: [f64; PRODUCTS],
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
    /// What the month holds for each class in each township.
    pub cells: Cells,
    /// What may be done where payments fall due.
    pub relief: Relief,
    pub subsidies: Subsidies,
    /// What steadies income, by class and sector.
    pub steady: Steady,
    /// What borrowers with a mark have to show.
    pub standings: Standings,
    /// By lender: terms for those lifted out of poverty.
    pub microcredit: Vec<Option<Microcredit>>,
    /// Loans for agriculture tied to the window, lender × class; empty where no bank makes any.
    pub agri: Vec<Option<Tied>>,
    /// By lender: terms of loans over several years.
    pub long: Vec<Option<LongTerms>>,
    /// Whether flags or sectors of borrowers matter to anybody.
    pub flagged: bool,
    /// Whether any instrument does more than move terms, products or guarantors: else quotes need not ask.
    pub special: bool,
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
            windows: Windows::new(region.lenders.len(), nature::of_sectors(&region)),
            ..Desk::default()
        };
        for product in Product::ALL {
            let shares = run.policy.indemnify(product);
            desk.shares[product as usize] = shares;
            desk.covered[product as usize] = shares.covered(product.is_guaranteed());
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
                if class == Class::Small {
                    desk.long.push(answer.long);
                }
                if class == Class::Farm {
                    desk.microcredit.push(answer.microcredit);
                }
                if let (Some(terms), Some(window)) = (answer.agri, answer.windows[Window::Agri as usize]) {
                    desk.agri.resize(region.lenders.len() * CLASSES, None);
                    let rate = window.rate + terms.over;
                    desk.agri[l * CLASSES + class.index()] = Some(Tied { terms, rate });
                }
                let slot = &mut desk.terms[l * CLASSES + class.index()];
                *slot = t;
                if class.is_mse() {
                    slot.own_hand = desk.ration.delegated.limit(ask.kind, ask.local_legal_person);
                }
                slot.volume = run.world.lenders[l].shortfall
                    * volume_value(&p, ask.kind)
                    * 0.01
                    * f64::from(u8::from(class.is_mse()));
                let (lpr, fill) = (desk.lpr, &run.world.market.window_fill);
                desk.windows.open(&p, l, &answer.windows, slot, lpr, fill);
            }
        }
        desk.cells = Cells::open(&p, &region, &run.policy, &desk.terms);
        if month.month() == 1 {
            run.world.subsidies_year = Default::default();
        }
        desk.subsidies =
            Subsidies::open(&run.policy, &run.world.subsidies_year, run.world.ledger.award_left > 0);
        desk.steady = Steady::open(&region, &run.policy);
        desk.standings = Standings::open(&run.policy, &run.world.anchors);
        desk.flagged = desk.standings.any
            || desk.ration.joint.partners > 0
            || desk.subsidies.any
            || !desk.agri.is_empty()
            || desk.terms.iter().any(|t| t.hit != HitTerms::default())
            || desk.windows.by_nature
            || desk.microcredit.iter().any(Option::is_some);
        desk.relief = Relief::open(&region, &run.policy, month);
        let limit = Money::from_yuan_f64(region.paths.inclusive_limit[0].at(dated)).fen();
        run.world.rate_cuts.turn(desk.relief.rate_cut(), limit);
        desk.products = region.lenders.iter().map(|card| products(card, &desk.ration)).collect();
        desk.ceiling = desk.lpr + p.rate_ceiling;
        desk.special = desk.flagged
            || desk.ration.fund_open
            || desk.relief.renewing
            || desk.steady.insuring
            || desk.cells.lend_on_paper
            || desk.terms.iter().any(|t| t.own_hand > 0.0);
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
    let tax = capital * p.income_tax / (1.0 - p.income_tax);
    let shadow_limit = answer.npl_limit.map_or(0.0, |limit| {
        p.shadow_slope * kernel::softplus64((view.inclusive_npl - limit) / p.shadow_width)
    });
    Terms {
        // Reserves earn less than they cost: the gross-up of marginal funding.
        funding: (raw - reserve * p.reserve_yield) / (1.0 - reserve),
        handling_rate: p.handling_rate * card.handling_factor,
        handling_fixed: p.handling_fixed * (1.0 - p.handling_digital_cut * reach),
        capital,
        tax,
        shadow_officer: p.shadow_officer,
        shadow_limit,
        support: answer.support,
        cross_selling: p.cross_selling,
        fees_forgone: p.cross_selling * p.fee_worth * answer.fees_waived,
        transfer_discount: answer.transfer_discount,
        capital_spared: (capital + tax) * answer.capital_spared,
        hit: answer.hit,
        exempt: answer.officer_exempt,
        noise: card.noise_factor * (1.0 - p.noise_digital_cut * reach) * (1.0 + answer.noise_added),
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
    /// By credit file (none, thin, thick) and for strangers and own customers; `factor` is what
    /// instruments make of the noise by file.
    pub fn by_file(p: &Params, lender_noise: f64, factor: [f64; 3]) -> [[Sight; 2]; 3] {
        let base = [p.noise_none, p.noise_thin, p.noise_thick];
        std::array::from_fn(|file| {
            [1.0, p.noise_own_customer].map(|own| {
                let noise = base[file] * lender_noise * own * factor[file];
                let spread = p.quality_spread;
                let weight = spread * spread / (spread * spread + noise * noise);
                Sight { noise, scale: weight / (spread * BUCKET_WIDTH) }
            })
        })
    }

    /// The same with `factor` times the noise.
    #[inline(always)]
    pub fn sharper(self, p: &Params, factor: f64) -> Sight {
        if factor == 1.0 {
            return self;
        }
        let (noise, spread) = (self.noise * factor, p.quality_spread);
        Sight { noise, scale: spread / ((spread * spread + noise * noise) * BUCKET_WIDTH) }
    }

    /// What a lender makes of an applicant: score bucket and PD, interpolated between buckets.
    #[inline(always)]
    pub fn screen(self, pd: &[f64; BUCKETS], quality: f64, draw: f32) -> (usize, f64) {
        const LAST: f64 = BUCKETS as f64 - 1.0;
        let score = self.scale * (quality + self.noise * f64::from(draw));
        let place = (score + LAST / 2.0).clamp(0.0, LAST);
        // By way of 32 bits, which is the shortest.
        let low = (place as i32 as usize).min(BUCKETS - 2);
        let t = place - low as f64;
        ((place + 0.5) as i32 as usize, pd[low] * (1.0 - t) + pd[low + 1] * t)
    }
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
