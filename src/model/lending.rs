//! Phase 6: applications meet lenders. What lenders agreed on beforehand is in `desk`.
//!
//! Every application is quoted by the lenders it asks for every product they offer; the borrower takes
//! the largest surplus or keeps one reason. Instruments were asked when the desk opened.

use crate::luck::kernel::{greater64, lesser64};
use crate::luck::simd::{prefetch, twin};
use crate::luck::{Stream, kernel};
use crate::policy::{FundAccess, HitTerms};
use crate::units::Money;
use crate::world::{
    Borrower, CLASSES, Class, Cohort, FILE_BAD, FILE_NONE, FILE_THICK, NO_LOAN, Product, Refusal, Region,
    World, flag, nature, status,
};

use super::cells::{Cell, View};
use super::desk::{self, Desk, Risk};
use super::farming::{self, Asked};
use super::limits::{lgd, limits};
use super::looks::{Looks, TOGETHER};
use super::offers::{Best, Offer, Others, Quote};
use super::relief::{self, Favour, OnOffer};
use super::standing::Shown;
use super::{Params, Run, genesis, guarantee, harvest, joint, ration, standing, subsidy, term};

/// Someone asks for a loan, or for the roll-over of `renewal`.
#[derive(Clone, Copy, Debug)]
pub struct Application {
    pub borrower: Borrower,
    pub renewal: u32,
}

/// What lenders see or know of an applicant, read before any is considered: the columns' cache lines
/// then arrive side by side and not one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Applicant {
    pub borrower: Borrower,
    pub renewal: u32,
    pub id: u32,
    pub sales: f32,
    pub need: f32,
    pub collateral: f32,
    pub quality: f32,
    return_rate: f32,
    pub reach: u16,
    pub file: u8,
    /// The first where townships do not differ.
    township: u8,
    /// Lender and principal (yuan) of the loan to be rolled over.
    pub own_lender: usize,
    owed: f64,
}

impl Applicant {
    #[inline(always)]
    pub fn of(world: &World, application: &Application, townships_differ: bool) -> Applicant {
        let (cohort, i) = (&world.cohorts[application.borrower.class()], application.borrower.slot());
        let it = &cohort.details[i];
        let old = world.book.loans.get(application.renewal as usize);
        Applicant {
            borrower: application.borrower,
            renewal: application.renewal,
            id: it.id,
            sales: cohort.sales[i],
            need: it.need,
            collateral: it.collateral,
            quality: it.quality,
            return_rate: it.return_rate,
            reach: it.reach,
            file: it.file,
            township: if townships_differ { it.township } else { 0 },
            own_lender: old.map_or(usize::MAX, |l| l.lender as usize),
            owed: old.map_or(0.0, |l| Money(l.principal).to_yuan()),
        }
    }
}

/// What reading an applicant will touch.
#[inline(always)]
fn expect(world: &World, application: Option<&Application>) {
    let Some(application) = application else { return };
    let (cohort, i) = (&world.cohorts[application.borrower.class()], application.borrower.slot());
    prefetch(&cohort.details, i);
    prefetch(&cohort.sales, i);
    world.book.expect(application.renewal);
}

/// Going rate before risk and instruments: anchor, segment, markup by the number of lenders known.
pub fn going_rate(run: &Run, desk: &Desk, class: usize, known: u32) -> f64 {
    let markup = desk.markup[known.min(16) as usize];
    desk.lpr + run.world.market.segment_spread[class] + markup - desk.margin_pressure
}

/// A reason and how far the application got before it.
fn further(best: &mut (u8, Refusal), stage: u8, reason: Refusal) {
    if stage > best.0 {
        *best = (stage, reason);
    }
}

twin! {
    /// The month's applications, in the order of the columns. Twice, because quotes are most of a month's
    /// work and AVX2's scalar instructions do more in one.
    pub fn route, route_plain(run: &mut Run) {
        let mut desk = std::mem::take(&mut run.desk);
        let mut applications = std::mem::take(&mut run.applications);
        // In the order of the columns: memory is read forward. Roll-overs and new ones come in that order each,
        // which a stable sort makes use of.
        applications.sort_by_key(|a| a.borrower);
        let (p, region) = (run.inputs.params.clone(), run.world.region.clone());
        run.offers.clear();
        run.others.clear();
        let mut looks = Looks::new(run.luck, run.world.month, &region);
        let mut applicants = Vec::with_capacity(TOGETHER);
        let mut quotes = Vec::new();
        for some in applications.chunks(TOGETHER) {
            applicants.clear();
            for (n, application) in some.iter().enumerate() {
                expect(&run.world, some.get(n + 16));
                applicants.push(Applicant::of(&run.world, application, desk.cells.differ));
            }
            for application in some {
                ration::expect_refusal(&run.world, application.borrower);
            }
            looks.turn_to(&applicants, p.lenders_asked as u32);
            let setting = Setting { p: &p, region: &region, desk: &desk, looks: &looks };
            for (at, (application, applicant)) in some.iter().zip(&applicants).enumerate() {
                let at = (at, applicant);
                let found = match (applicant.renewal != NO_LOAN, desk.special) {
                    (false, false) => consider::<false, false>(run, &setting, at, &mut quotes),
                    (false, true) => consider::<false, true>(run, &setting, at, &mut quotes),
                    (true, false) => consider::<true, false>(run, &setting, at, &mut quotes),
                    (true, true) => consider::<true, true>(run, &setting, at, &mut quotes),
                };
                match found {
                    Ok(offer) => run.offers.push(offer),
                    Err(reason) => {
                        let giving_up = desk.cells.at(applicant.borrower.class(), applicant.township).giving_up;
                        refuse(run, application, reason, giving_up);
                    }
                }
            }
        }
        for application in &applications {
            let c = application.borrower.class();
            run.world.counters.applications[c] += run.world.weight(c);
        }
        run.applications = applications;
        std::mem::swap(&mut run.desk, &mut desk);
        term::ask(run);
    }
}

/// What is the same for every applicant of a batch.
struct Setting<'a> {
    p: &'a Params,
    region: &'a Region,
    desk: &'a Desk,
    looks: &'a Looks,
}

/// Best offer over all lenders in reach and all products, or the reason there is none. New loans and
/// roll-overs are two machine codes: most of what a roll-over needs a new loan can do without. So are months in which
/// some instrument asks more of a quote than terms and guarantors (`Desk::special`). `quotes` is room for those it
/// gets.
#[inline(always)]
fn consider<const RENEWAL: bool, const SPECIAL: bool>(
    run: &mut Run,
    setting: &Setting,
    (at, applicant): (usize, &Applicant),
    quotes: &mut Vec<Quote>,
) -> Result<Offer, Refusal> {
    let Setting { p, region, desk, looks } = *setting;
    quotes.clear();
    let (c, file, id) = (applicant.borrower.class(), applicant.file, applicant.id);
    let class = Class::from_index(c);
    if file == FILE_BAD {
        return Err(Refusal::ThinFile);
    }
    let level = run.world.environment.level;
    let cell: &Cell = desk.cells.at(c, applicant.township);
    let view: &View = desk.cells.seen(cell, || looks.records.unit(id));
    let ordered =
        SPECIAL && cell.orders.share > 0.0 && f64::from(looks.records.unit2(id, 1)) < cell.orders.share;
    let mut orders = if ordered { cell.orders.value } else { 0.0 };
    let (row, sum) = if SPECIAL { harvest::row(run, desk, applicant.borrower, id) } else { (0, 0.0) };
    if sum > 0.0 {
        orders += cell.policies * sum / (f64::from(applicant.sales) * 12.0 * level);
    }
    let (flags, marks, nature, sector) = if SPECIAL && desk.flagged {
        let (cohort, i) = (&run.world.cohorts[c], applicant.borrower.slot());
        let (flags, sector) = (cohort.flags[i], cohort.details[i].sector);
        let nature = desk.windows.natures[usize::from(sector)] | u16::from(flags);
        (flags, standing::marks(flags, cohort.status[i]), nature, sector)
    } else {
        (0, 0, 0, 0)
    };
    let shown =
        if SPECIAL { desk.standings.shown(looks.standing, c, sector, marks, id) } else { Shown::default() };
    let least = view.limit.max(shown.limit);
    let lim = limits(p, applicant, level, desk.digital, least, orders + shown.pledge);
    let known = applicant.reach.count_ones();
    let going = going_rate(run, desk, c, known);
    let renewal = RENEWAL;
    let renewal_factor = if renewal { p.handling_renewal } else { 1.0 };
    let looking = (view.handling[usize::from(file.min(FILE_THICK))] + shown.handling) * renewal_factor;
    let (own_lender, owed) = (applicant.own_lender, applicant.owed);
    let (return_rate, quality) = (f64::from(applicant.return_rate), f64::from(applicant.quality));
    let beliefs = desk::beliefs(&run.world.market, c, row);
    let expected_loss = run.world.market.expected_loss[c];
    let favour = if SPECIAL && renewal { Favour::of(run, desk, applicant) } else { Favour::default() };
    let large = SPECIAL && joint::large(&desk.ration.joint, lim.need, flags);
    let lifted = SPECIAL && class == Class::Farm && flags & flag::LIFTED != 0;
    // The best of all, of all but the fund's (kept where there is a fund), and of the bank's own.
    let (mut best, mut beside, mut plain) = (Best::NONE, Best::NONE, Best::NONE);
    let mut why = (0, Refusal::Collateral);
    let mut quoted = (0.0, 0.0);
    let ration = &desk.ration;

    let mut guarantors: [Option<Result<(usize, bool), Refusal>>; 2] = [None; 2];

    for (l, signal) in looks.lenders(at) {
        let card = &region.lenders[l];
        let terms = &desk.terms[l * CLASSES + c];
        let hit = if SPECIAL && nature & nature::HIT != 0 { terms.hit } else { HitTerms::default() };
        let smallest = greater64(card.ticket_min, p.ticket_min);
        // Screening costs draws: only where some product fits.
        let mut screened = None;
        let screen = || {
            let sight = view.sight(l, c, usize::from(file.min(FILE_THICK)), l == own_lender);
            sight.sharper(p, shown.noise).screen(beliefs, quality, signal)
        };
        let mut products = desk.products[l];
        while products != 0 {
            let product = Product::ALL[products.trailing_zeros() as usize];
            products &= products - 1;
            let guaranteed = product.is_guaranteed();
            let fund = SPECIAL && product.is_fund();
            if !SPECIAL && product.is_fund() {
                continue;
            }
            let limit = match product {
                Product::Unsecured => lim.unsecured * card.unsecured_factor * (1.0 + hit.more),
                Product::Collateral => lim.collateral,
                Product::Guaranteed => ration.guarantee_cap_yuan,
                Product::FundCredit => lesser64(lim.unsecured * p.fund_limit_factor, ration.fund_cap_yuan),
                Product::FundEnhanced => {
                    if lim.collateral <= 0.0 {
                        continue;
                    }
                    lesser64(lim.collateral + lim.unsecured * p.fund_limit_factor, ration.fund_cap_yuan)
                }
                Product::FundGuaranteed => lesser64(ration.guarantee_cap_yuan, ration.fund_cap_yuan),
            };
            let OnOffer { renews, keeps, least } =
                if SPECIAL && renewal { favour.on(l, product) } else { OnOffer::default() };
            let own = lesser64(lesser64(lim.need, limit), card.ticket_max);
            let (granted, partners) = match large {
                true => joint::together(desk, region, &lim, applicant.reach, l, product, own),
                false => (own, 0),
            };
            let mut amount = if keeps { greater64(granted, least) } else { granted };
            if amount < smallest {
                let thin = product == Product::Unsecured && file != FILE_THICK;
                further(&mut why, 1, if thin { Refusal::ThinFile } else { Refusal::Collateral });
                continue;
            }
            let (bucket, pd) = match screened {
                Some(seen) => seen,
                None => screen(),
            };
            screened = Some((bucket, pd));
            let shares = &desk.shares[product as usize];
            let guarantor = if guaranteed {
                // Asked once an application: a guarantor does not change its mind with the bank.
                let asked = &mut guarantors[usize::from(fund)];
                let answer = *asked.get_or_insert_with(|| {
                    guarantee::accept(desk, region, class, applicant, at, pd, looks, shares)
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
            let covered = desk.covered[product as usize];
            // Beyond the claim cap of batch business the bank bears the loss.
            let covered = if batch { lesser64(covered, ration.batch_claim_cap / pd) } else { covered };
            let risk = Risk {
                pd,
                lgd: if product == Product::Unsecured {
                    p.lgd_unsecured
                } else {
                    lgd(p, amount, lim.collateral)
                },
                bank_share: 1.0 - covered,
            };
            // What of the recovery hangs on an anchor firm's promise.
            let tied = shown.tied * f64::from(applicant.sales) * 12.0 * level;
            let tied = if tied > 0.0 && product != Product::Unsecured {
                lgd(p, amount, lim.collateral - tied) - risk.lgd
            } else {
                0.0
            };
            // Interest on large loans bears value-added tax, which the borrower pays in the rate.
            let vat = if amount > p.vat_exempt_limit { 1.0 + p.vat_rate } else { 1.0 };
            let per_yuan = 1.0 / amount;
            // Support less what instruments make looking cost.
            let support = if renewal { 0.0 } else { terms.support } + hit.discount - looking * per_yuan;
            let case = terms.case(per_yuan, risk, renewal_factor, vat);
            let no_window = case.break_even(terms, 0.0, support);
            let neutral = case.neutral(terms);
            let spread = pd * risk.lgd - expected_loss;
            let offered = |break_even: f64| {
                let going = lesser64(desk.ceiling, going + spread);
                greater64(break_even, going + p.pass_through * (break_even - neutral))
            };
            let with = |relief: f64| no_window - relief * case.scale;
            let found = desk.windows.best(terms, nature, |relief| offered(with(relief)));
            let (window, break_even) =
                found.map_or((None, no_window), |found| (Some(found.window), with(found.relief)));
            let rate = if keeps { lesser64(offered(break_even), desk.ceiling) } else { offered(break_even) };
            if break_even > desk.ceiling && !keeps {
                let limit_part = terms.shadow_limit * pd * risk.bank_share / (1.0 - pd);
                let free = desk.windows.free(terms, nature) / (1.0 - pd);
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
            let mut bridge = if renewal && !renews { p.bridge_cost } else { 0.0 };
            // A project that waits for the guarantor's review earns nothing meanwhile.
            let mut wait =
                if guaranteed && !batch && !renewal { ration.guarantee_wait * return_rate } else { 0.0 };
            // Where the branch decides itself, it waits less than is usual, or is bridged for fewer days.
            let own_hand = SPECIAL && amount <= terms.own_hand;
            if own_hand {
                bridge *= ration.delegated.bridge;
                wait -= if renewal { 0.0 } else { ration.delegated.years_saved * return_rate };
            }
            let subsidy = if SPECIAL {
                desk.subsidies.granted(c, cell.rated, flags, false, amount, rate).worth
            } else {
                0.0
            };
            let all_in = rate + fee + bridge + wait + cell.application_cost * per_yuan - subsidy;
            if all_in >= return_rate && !renewal || all_in >= 2.0 * return_rate {
                further(&mut why, 5, Refusal::Price);
                continue;
            }
            quoted.0 += neutral - desk.lpr;
            quoted.1 += 1.0;
            // What cannot beat the best at its full amount is not worked out further.
            let most = greater64(amount, least) * (return_rate - all_in);
            let to_beat = match (fund, guaranteed) {
                (false, false) => plain,
                (false, true) if SPECIAL && ration.fund_open => beside,
                _ => best,
            };
            if most <= to_beat.surplus {
                continue;
            }
            // A loan dearer than the reference is asked for in a smaller amount.
            let dear = all_in * p.price_reference;
            if dear > return_rate || amount > lim.need {
                let ratio = return_rate / greater64(dear, 1e-6);
                let response = kernel::exp32(p.price_slope as f32 * kernel::ln32(ratio as f32));
                let asked = lim.need * f64::from(response).clamp(0.25, 1.5);
                amount = greater64(lesser64(amount, asked), smallest);
            }
            let cut = amount < owed * p.renewal_cut;
            if renewal && cut && !keeps {
                further(
                    &mut why,
                    4,
                    if product == Product::Collateral { Refusal::Collateral } else { Refusal::ThinFile },
                );
                continue;
            }
            // Own bank and security: the old amount is rolled over whole.
            amount = greater64(amount, least);
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
            let place = quotes.len();
            quotes.push(Quote {
                surplus,
                lender: l as u8,
                product,
                guarantor: guarantor as u8,
                batch,
                bucket: row + bucket as u8,
                amount,
                rate,
                all_in: all_in - wait,
                pd,
                recovery: 1.0 - risk.lgd,
                window,
                handling: terms.handling_fixed * renewal_factor + looking,
                unbridged: renews,
                scheme: false,
                partners: if amount > own { partners } else { 0 },
                led: if partners == 0 { joint::WHOLE } else { joint::led(own, amount) },
                shown: shown.kinds,
                tied,
                own_hand,
                at_window: false,
                kept: keeps && (cut || granted < owed * p.renewal_cut || break_even > desk.ceiling),
            });
            if !guaranteed && !fund {
                plain.improve(surplus, place);
            }
            if SPECIAL && ration.fund_open && !fund {
                beside.improve(surplus, place);
            }
            let wanted_there = match ration.fund_access {
                FundAccess::Any => true,
                FundAccess::RefusedElsewhere => beside == Best::NONE,
                FundAccess::BanksChoice => spread > 0.0,
            };
            if fund && !wanted_there {
                continue;
            }
            best.improve(surplus, place);
        }
        // Beside its own products: loans for agriculture at the window's price.
        if SPECIAL && !desk.agri.is_empty() && class.is_agri() {
            let (bucket, pd) = *screened.get_or_insert_with(screen);
            let (bucket, need) = (row + bucket as u8, lim.need);
            let asked = Asked { class: c, id, flags, need, owed, return_rate, renewal, pd, bucket, looking };
            if let Some(quote) = farming::offer(p, desk, l, terms, cell, looks.standing, &asked) {
                plain.improve(quote.surplus, quotes.len());
                best.improve(quote.surplus, quotes.len());
                quotes.push(quote);
            }
        }
        // Beside its own products: what the bank lends to those lifted out of poverty, break-even or not.
        if lifted && let Some(m) = desk.microcredit[l] {
            let (bucket, pd) = *screened.get_or_insert_with(screen);
            let stays = renewal && l == own_lender;
            let quote = Quote {
                lender: l as u8,
                bucket: row + bucket as u8,
                pd,
                recovery: 1.0 - p.lgd_unsecured,
                handling: terms.handling_fixed * renewal_factor + looking,
                unbridged: stays,
                ..subsidy::scheme(desk, &m, lim.need, cell, flags)
            };
            let cost = quote.all_in + if renewal && !stays { p.bridge_cost } else { 0.0 };
            let surplus = quote.amount * (return_rate - cost);
            let enough = quote.amount >= p.ticket_min && quote.amount >= owed * p.renewal_cut;
            let again = run.world.book.loans.get(applicant.renewal as usize).map_or(0, |old| old.renewals);
            let offered = enough && again <= m.renewals && relief::served(run.luck, id, m.served);
            if offered && (cost < return_rate || renewal && cost < 2.0 * return_rate) {
                plain.improve(surplus, quotes.len());
                best.improve(surplus, quotes.len());
                quotes.push(Quote { surplus, all_in: cost, ..quote });
            }
        }
    }
    if !renewal && class.is_mse() {
        run.world.market.break_even_sum[c] += quoted.0;
        run.world.market.break_even_count[c] += quoted.1;
    }
    let mut quote = best.of(quotes).ok_or(why.1)?;
    let mut uncovered = None;
    if SPECIAL && quote.product.is_fund() {
        // Whether one is refused elsewhere is known when all have been asked.
        let other = if beside.surplus >= plain.surplus { beside } else { plain }.of(quotes);
        match (other, ration.fund_access) {
            (Some(other), FundAccess::RefusedElsewhere) => quote = other,
            (other, _) => uncovered = other,
        }
    }
    let others = run.others.len() as u32;
    if quote.product.is_guaranteed() || SPECIAL && quote.product.is_fund() {
        run.others.push(Others { uncovered: uncovered.copied(), fallback: plain.of(quotes).copied() });
    }
    let (borrower, renewal) = (applicant.borrower, applicant.renewal);
    Ok(Offer { id, borrower, renewal, others, quote: *quote })
}

/// Keeps the one reason of a failed application and what follows from it.
/// `giving_up` is the share of those refused in its cell who give up.
pub fn refuse(run: &mut Run, application: &Application, reason: Refusal, giving_up: f64) {
    let (c, i) = (application.borrower.class(), application.borrower.slot());
    let month = run.world.month;
    let weight = run.world.weight(c);
    let p = &run.inputs.params;
    let level = run.world.environment.level;
    let cohort = &mut run.world.cohorts[c];
    let it = &mut cohort.details[i];
    let amount = f64::from(it.need) * level;
    let (sector, township) = (it.sector, it.township);
    run.world.refusals.add(c, sector, township, reason, weight, amount as i64 * weight);
    it.last_refusal = reason as u8;
    cohort.status[i] |= status::REFUSED;
    // A full desk is tried again next month; a no for other reasons hurts longer.
    let crowded_out = matches!(
        reason,
        Refusal::Capacity | Refusal::LendingQuota | Refusal::Capital | Refusal::GuarantorMultiple
    );
    let wait = if crowded_out { 1 } else { p.cooldown as i32 };
    it.resume = month.plus(wait);
    let gives_up = f64::from(run.luck.key(Stream::Discouraged, month).unit(it.id)) < giving_up;
    if !crowded_out && gives_up && application.renewal == NO_LOAN {
        cohort.status[i] |= status::DISCOURAGED;
        it.resume = month.plus(36);
    }
    if application.renewal != NO_LOAN {
        run.unrenewed.push(application.renewal);
    }
}

/// A borrower's output and risk after its loan changed to `principal` yuan.
pub fn set_funding(p: &Params, cohort: &mut Cohort, i: usize, principal: f64, level: f64, cover: f64) {
    let need = f64::from(cohort.details[i].need) * level;
    let funded = if need > 0.0 { (principal / need).min(1.0) } else { 1.0 };
    cohort.gap[i] = (f64::from(cohort.details[i].loss_unfunded) * (1.0 - funded)) as f32;
    cohort.loan_cash[i] = ((1.0 - p.illiquid_share) * principal) as f32;
    // Only cover changes the risk of a cash loss.
    if cover > 0.0 || cohort.status[i] & status::COVERED != 0 {
        cohort.event[i] = genesis::event_threshold(p, f64::from(cohort.details[i].quality), cover);
        let covered = if cover > 0.0 { status::COVERED } else { 0 };
        cohort.status[i] = cohort.status[i] & !status::COVERED | covered;
    }
}
