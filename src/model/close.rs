//! Phase 12: indicators of the month, the year's flows; and the journal of a
//! run that the results are made of.
//! Nothing here moves money or changes behaviour within the month. The register's sums are in `sums`.

use std::sync::OnceLock;

use crate::ledger::{Reason, Sector};
use crate::luck::simd::prefetch;
use crate::metrics::{
    Column, InstrumentRow, LedgerRow, ON_TERMS, Payer, RefusalRow, RunRecord, Snapshot, columns, counted,
    interned, observe,
};
use crate::policy::{INSTRUMENTS, instrument_index, place};
use crate::units::{Month, mul_div_half_even};
use crate::world::{CLASSES, Class, Product, Refusal, RefusalTable, Window, status};

use super::desk::legal_person;
use super::payers::{self, Costs};
use super::sums::Sums;
#[cfg(debug_assertions)]
use super::sums::sums_are_whole;
use super::{Inputs, Run, environment, equity, harvest, hedge, subsidy};

/// What one run leaves behind while it runs.
#[derive(Clone, Debug)]
pub struct Journal {
    columns: Vec<Column>,
    first: Option<Month>,
    series: Vec<f64>,
    ledger: Vec<LedgerRow>,
    refusals: Vec<RefusalRow>,
    instruments: Vec<InstrumentRow>,
    /// Takers, credit and losses of the year by instrument.
    takers: Vec<i64>,
    credit: Vec<i64>,
    losses: Vec<[i64; 5]>,
    /// Costs of the year that several payers share, by instrument.
    payers: Vec<Costs>,
    pub sums: Sums,
    pub agent_months: u64,
    /// Largest residual the audit has found, fen.
    pub audit_residual_fen: i64,
    pub audits: u32,
    /// Incentives paid this year to whole legal persons, fen: measured against the quota.
    pub incentive_legal_year: i64,
    /// Lenders paid an incentive this year, by bit of their place (a pack has at most 16).
    pub incentive_lenders: u32,
}

/// Who bears how much of a resolved loan, recoveries shared out, weighed fen: its bank, guarantors with the fund
/// behind them, the fund.
#[derive(Clone, Copy, Debug)]
pub struct Borne {
    pub bank: i64,
    pub covered: i64,
    pub fund: i64,
}

impl Journal {
    pub fn new(inputs: &Inputs) -> Self {
        let n = INSTRUMENTS.len();
        Journal {
            columns: columns(&inputs.region),
            first: None,
            series: Vec::new(),
            ledger: Vec::new(),
            refusals: Vec::new(),
            instruments: Vec::new(),
            takers: vec![0; n],
            credit: vec![0; n],
            losses: vec![[0; 5]; n],
            payers: vec![Costs::default(); n],
            sums: Sums::default(),
            agent_months: 0,
            audit_residual_fen: 0,
            audits: 0,
            incentive_legal_year: 0,
            incentive_lenders: 0,
        }
    }

    /// Places of those on whose terms loans are made, looked up once.
    fn on_terms() -> &'static [usize; ON_TERMS.len()] {
        static PLACES: OnceLock<[usize; ON_TERMS.len()]> = OnceLock::new();
        PLACES.get_or_init(|| ON_TERMS.map(|id| instrument_index(id).expect("an instrument")))
    }

    /// A loan was made on instruments' terms (bits of [`ON_TERMS`]): `weight` borrowers, weighed fen.
    pub fn supported(&mut self, mut terms: u32, weight: i64, fen: i64) {
        let places = Self::on_terms();
        while terms != 0 {
            let at = places[terms.trailing_zeros() as usize];
            terms &= terms - 1;
            self.helped(at, weight, fen);
        }
    }

    /// The instrument at place `at` helped `weight` borrowers with `fen` of credit (both weighed).
    pub fn helped(&mut self, at: usize, weight: i64, fen: i64) {
        self.takers[at] += weight;
        self.credit[at] += fen;
    }

    /// Income that banks do without under an instrument, weighed fen.
    pub fn forgone(&mut self, at: usize, fen: i64) {
        self.losses[at][0] += fen;
        self.borne(at, Payer::Lenders, fen);
    }

    /// Bad loans leave the book under an instrument, weighed fen.
    pub fn written_off(&mut self, at: usize, fen: i64) {
        self.losses[at][0] += fen;
    }

    /// Part of a payment that several share is one payer's, weighed fen.
    pub fn borne(&mut self, at: usize, payer: Payer, fen: i64) {
        self.payers[at][payer as usize] += fen;
    }

    /// A bad loan was resolved: who bears what of it. Each fen stands once: what the fund takes off a
    /// guarantor is in the fund's row, all else of a guaranteed loan in the chain's.
    pub fn losses(&mut self, product: Product, borne: Borne, shares: (u32, u32, u32)) {
        let all = i64::from(shares.0 + shares.1 + shares.2).max(1);
        let national = mul_div_half_even(borne.covered, i64::from(shares.0), all);
        let upper = mul_div_half_even(borne.covered, i64::from(shares.1), all);
        let mut add = |at: usize, row: [i64; 5]| {
            self.losses[at].iter_mut().zip(row).for_each(|(a, b)| *a += b);
        };
        let fund = if product.is_fund() { borne.fund } else { 0 };
        if product.is_guaranteed() {
            let local = borne.covered - national - upper - fund;
            add(place!("guarantee_chain"), [borne.bank, local, upper, national, 0]);
            add(place!("risk_compensation_fund"), [0, 0, 0, 0, fund]);
        } else if product.is_fund() {
            add(place!("risk_compensation_fund"), [borne.bank, 0, 0, 0, fund]);
        }
    }

    /// What has been recorded from `from` on.
    pub fn record(&self, from: Month) -> RunRecord {
        let width = self.columns.len();
        let first = self.first.unwrap_or(from);
        let skip = from.since(first).max(0) as usize;
        RunRecord {
            from: first.plus(skip as i32),
            series: self.series[(skip * width).min(self.series.len())..].to_vec(),
            width,
            ledger: self.ledger.iter().filter(|r| r.year >= from.year()).cloned().collect(),
            refusals: self.refusals.iter().filter(|r| r.year >= from.year()).cloned().collect(),
            instruments: self.instruments.iter().filter(|r| r.year >= from.year()).cloned().collect(),
            agent_months: self.agent_months,
            audit_residual_fen: self.audit_residual_fen,
            audits: self.audits,
        }
    }
}

pub fn close(run: &mut Run) {
    #[cfg(debug_assertions)]
    sums_are_whole(run);
    let month = run.world.month;
    run.journal.agent_months += run.world.agents();
    let towns = run.world.region.townships.len();

    // Neighbours' example: borrowers among those in need, by place.
    for k in 0..CLASSES * towns {
        let need = run.world.census.need[k].max(1) as f64;
        run.world.neighbours[k] = run.journal.sums.borrowers[k] as f64 / need;
    }

    let mse: i64 =
        Class::ALL.iter().filter(|c| c.is_mse()).map(|c| run.journal.sums.balance[c.index()]).sum();
    run.world.balance_history.push(run.journal.sums.comparable);
    let k = &mut run.world.counters;
    if month.month() == 1 {
        (k.ytd_fen, k.ytd_rate, k.ytd_all_in) = (0, 0, 0);
        (k.npl_flow_ytd, k.balance_sum_ytd, k.months_ytd) = (0, 0, 0);
    }
    k.ytd_fen += k.new_fen;
    k.ytd_rate += k.new_rate;
    k.ytd_all_in += k.new_all_in;
    k.npl_flow_ytd += k.npl_flow;
    k.balance_sum_ytd += mse;
    k.months_ytd += 1;

    // Flows of the month: the year's so far less what the months before had seen.
    let recovered = year_flow(run, &[Reason::RecoveryToFund, Reason::RecoveryGuarantorToFund]);
    let fees = year_flow(run, &[Reason::GuaranteeFee]);
    let k = &mut run.world.counters;
    k.recoveries_to_fund_month = recovered - k.recoveries_to_fund_ytd;
    k.guarantee_fees_month = fees - k.guarantee_fees_ytd;
    (k.recoveries_to_fund_ytd, k.guarantee_fees_ytd) =
        if month.is_year_end() { (0, 0) } else { (recovered, fees) };

    let dated = environment::dated(run);
    let region = run.world.region.clone();
    let ratios: Vec<f64> = (0..region.lenders.len())
        .map(|l| legal_person(&run.world, &region, l, dated).capital_ratio)
        .collect();
    let advantages = payers::window_advantages(run, region.paths.ncd_1y[0].at(dated));
    for (window, fen) in Window::ALL.into_iter().zip(advantages) {
        let at = instrument_index(window.instrument()).expect("an instrument");
        run.journal.borne(at, Payer::CentralBank, fen as i64);
    }
    let upper = [run.world.reguarantor, run.world.national];
    let room: Vec<i64> = run
        .desk
        .guarantor_room
        .iter()
        .enumerate()
        .filter(|(g, _)| !upper.contains(g))
        .map(|(_, &r)| r)
        .collect();
    let snapshot = Snapshot {
        world: &run.world,
        params_sales_per_worker: run.inputs.params.sales_per_worker,
        balance: run.journal.sums.balance,
        npl: run.journal.sums.npl,
        overdue: run.journal.sums.overdue,
        deferred: run.journal.sums.deferred,
        long: run.journal.sums.long,
        unsecured: run.journal.sums.unsecured,
        guaranteed: run.journal.sums.guaranteed,
        state_banks: run.journal.sums.state_banks,
        borrowers: &run.journal.sums.borrowers,
        capital_ratio: &ratios,
        relending_quota: [true, false].map(|general| quota(run, general)),
        guarantor_room: &room,
        window_advantage: advantages.iter().sum::<f64>() / 100.0,
        city_growth: region.paths.city_growth[0].at(dated),
    };
    let row = observe(&snapshot, &run.journal.columns);
    run.journal.first.get_or_insert(month);
    run.journal.series.extend_from_slice(&row);
    debug_assert_eq!(row.len(), run.journal.columns.len());

    if month.is_year_end() {
        end_year(run);
    }
    reset_month(run);
}

/// Quotas of the general or of the other windows together, fen.
fn quota(run: &Run, general: bool) -> i64 {
    let windows = Window::ALL.into_iter().filter(|w| w.is_general() == general);
    windows.map(|w| run.desk.windows.quota(w)).sum()
}

/// Flow since January of some reasons, fen.
fn year_flow(run: &Run, reasons: &[Reason]) -> i64 {
    reasons.iter().map(|&r| run.world.ledger.flow(r).fen()).sum()
}

/// The year's flows, refusals and instruments go into the journal.
fn end_year(run: &mut Run) {
    let year = run.world.month.year();
    instruments(run, year);
    let flows = run.world.ledger.take_flows();
    for &reason in Reason::ALL {
        for (c, &fen) in flows[reason as usize].iter().enumerate() {
            if fen == 0 {
                continue;
            }
            let sector = |s: Sector| match s {
                Sector::Borrowers => Class::from_index(c).id(),
                other => other.name(),
            };
            run.journal.ledger.push(LedgerRow {
                year,
                payer: sector(reason.payer()),
                payee: sector(reason.payee()),
                reason: reason.name(),
                fen,
            });
        }
    }
    refusals(run, year);
    for l in &mut run.world.lenders {
        l.inclusive_year_start = l.inclusive_next;
        l.book_year_start = l.book;
    }
}

/// The year's refusals, and the loans not sought: where borrowers stand at year-end.
fn refusals(run: &mut Run, year: i32) {
    const SEEKING: u8 = status::SEEKING;
    let region = run.world.region.clone();
    let empty = RefusalTable::empty(region.sectors.len(), region.townships.len());
    let mut table = std::mem::replace(&mut run.world.refusals, empty);
    for c in 0..CLASSES {
        let w = run.world.weight(c);
        let level = run.world.environment.level;
        let cohort = &run.world.cohorts[c];
        for i in 0..cohort.len() {
            if cohort.status.get(i + 24).is_some_and(|s| s & SEEKING == status::LIVE | status::NEED) {
                prefetch(&cohort.details, i + 24);
            }
            let s = cohort.status[i];
            if s & status::LIVE == 0 || cohort.loan[i] != crate::world::NO_LOAN {
                continue;
            }
            let reason = if s & status::NEED == 0 {
                Refusal::NoNeed
            } else if s & status::AWARE == 0 {
                Refusal::Unaware
            } else if s & status::DISCOURAGED != 0 {
                Refusal::Discouraged
            } else {
                continue;
            };
            // Most need nothing: their details are not looked at.
            let need = if reason == Refusal::NoNeed { 0.0 } else { cohort.details[i].need };
            let yuan = (f64::from(need) * level) as i64 * w;
            table.add(c, cohort.sector[i], cohort.township[i], reason, w, yuan);
        }
    }
    let classes = Class::ALL.iter().zip(&table.class).map(|(c, t)| ("class", c.id(), t));
    let sectors = region.sectors.iter().zip(&table.sector).map(|(s, t)| ("sector", interned(&s.id), t));
    let towns = region.townships.iter().zip(&table.township).map(|(s, t)| ("township", interned(&s.id), t));
    for (group_type, group, reasons) in classes.chain(sectors).chain(towns) {
        for reason in Refusal::ALL.into_iter().skip(1) {
            let (count, amount_yuan) = reasons[reason as usize];
            // Most sectors and townships know most reasons from hearsay.
            if count != 0 || group_type == "class" {
                let reason = reason.name();
                run.journal.refusals.push(RefusalRow { year, group_type, group, reason, count, amount_yuan });
            }
        }
    }
}

fn instruments(run: &mut Run, year: i32) {
    let flow = |r: Reason| run.world.ledger.flow(r).fen();
    let eligible = |f: &dyn Fn(usize) -> bool| (0..run.world.lenders.len()).filter(|&l| f(l)).count() as i64;
    let j = &run.journal;
    let rows: Vec<InstrumentRow> = INSTRUMENTS
        .iter()
        .enumerate()
        .map(|(k, instrument)| {
            let mut row = InstrumentRow {
                year,
                instrument: instrument.spec().id,
                eligible: 0,
                takers: j.takers[k],
                budget_fen: 0,
                paid_fen: 0,
                credit_supported_fen: j.credit[k],
                losses_fen: j.losses[k],
                payers_fen: payers::costs(run, instrument.spec().id, j.payers[k]),
            };
            match row.instrument {
                "inclusive_support_tool" => {
                    row.eligible = eligible(&|l| run.world.lenders[l].local_legal_person);
                    row.paid_fen = flow(Reason::Incentive);
                    let taker = |l: usize| j.incentive_lenders >> l & 1 == 1;
                    row.takers = eligible(&taker);
                    let takers = run.world.lenders.iter().enumerate().filter(|&(l, _)| taker(l));
                    row.credit_supported_fen =
                        takers.map(|(_, l)| (l.inclusive - l.inclusive_year_start).max(0)).sum();
                }
                id if Window::ALL.iter().any(|w| w.instrument() == id) => {
                    for &w in Window::ALL.iter().filter(|w| w.instrument() == id) {
                        row.eligible = eligible(&|l| run.desk.windows.of[l][w as usize].is_some());
                        row.budget_fen = run.desk.windows.quota(w);
                        row.paid_fen = flow(w.drawn());
                        if w == Window::Equipment {
                            row.paid_fen += flow(Reason::EquipmentDiscount);
                        }
                    }
                }
                "demonstration_zone_grant" => {
                    row.budget_fen = run.policy.grant().award;
                    row.paid_fen = flow(Reason::CentralAward);
                }
                "temporary_rate_cut" => {
                    row.eligible = run.world.lenders.len() as i64;
                    row.paid_fen = flow(Reason::RateCutReimbursed);
                }
                "project_tools" => {
                    row.budget_fen = run.policy.need().projects.quota_fen;
                    row.paid_fen = flow(Reason::ProjectStake);
                }
                "crop_insurance" => {
                    row.eligible = harvest::growers(run);
                    row.paid_fen = flow(Reason::PremiumSubsidy);
                }
                "joint_lending" => row.paid_fen = flow(Reason::JointLoss),
                "equity_funds" => {
                    row.eligible = if run.world.stake_capital > 0 { equity::eligible(run) } else { 0 };
                    row.budget_fen = run.world.stake_capital;
                    row.paid_fen = flow(Reason::StakeTaken);
                }
                "bond_channel" => row.paid_fen = flow(Reason::BondIssued),
                "leasing" => row.paid_fen = flow(Reason::LeaseEquipment),
                "fx_services" => {
                    row.eligible = hedge::exporters(run);
                    row.paid_fen = flow(Reason::HedgeGain);
                }
                "fee_waiver" => {
                    row.paid_fen = flow(Reason::FeesWaived);
                    row.losses_fen[0] = row.paid_fen;
                    let live = run.world.census.live.chunks(run.world.region.townships.len());
                    let mse = Class::ALL.iter().zip(live).filter(|(class, _)| class.is_mse());
                    row.eligible = mse.flat_map(|(_, towns)| towns).sum();
                }
                "guarantee_chain" => row.paid_fen = flow(Reason::GuaranteeClaim),
                "guarantee_fee_subsidy" => {
                    let local = |g: &usize| *g != run.world.reguarantor && *g != run.world.national;
                    row.eligible = (0..run.world.guarantors.len()).filter(local).count() as i64;
                    row.paid_fen = flow(Reason::FeeSubsidy);
                    let chain = place!("guarantee_chain");
                    if row.paid_fen > 0 {
                        (row.takers, row.credit_supported_fen) = (j.takers[chain], j.credit[chain]);
                    }
                }
                id if subsidy::KINDS.iter().any(|k| k.2 == id) => {
                    for (kind, reason, _) in subsidy::KINDS.iter().filter(|k| k.2 == id) {
                        row.paid_fen = flow(*reason);
                        row.budget_fen = run.desk.subsidies.budget[*kind as usize];
                    }
                }
                "risk_compensation_fund" => {
                    row.budget_fen = run.world.fund.paid_in;
                    row.paid_fen = flow(Reason::FundClaim) + flow(Reason::FundClaimGuarantor);
                }
                _ => {}
            }
            let known = counted(row.instrument);
            debug_assert!(known.takers || row.takers == 0, "{}: takers nobody reads", row.instrument);
            debug_assert!(
                known.credit || row.credit_supported_fen == 0,
                "{}: credit nobody reads",
                row.instrument
            );
            row
        })
        .collect();
    let j = &mut run.journal;
    j.instruments.extend(rows);
    j.takers.fill(0);
    j.credit.fill(0);
    j.losses.fill([0; 5]);
    j.payers.fill(Costs::default());
    j.incentive_lenders = 0;
}

fn reset_month(run: &mut Run) {
    let k = &mut run.world.counters;
    k.applications = [0; CLASSES];
    k.approvals = [0; CLASSES];
    k.first_time = [0; CLASSES];
    k.first_time_township.fill(0);
    k.entries = [0; CLASSES];
    k.exits = [0; CLASSES];
    (k.new_fen, k.new_rate, k.new_all_in) = (0, 0, 0);
    (k.npl_flow, k.write_offs) = (0, 0);
    (k.fund_claims, k.guarantor_claims, k.incentive, k.fee_subsidy, k.subsidies) = (0, 0, 0, 0, 0);
    (k.premium_subsidies, k.rate_cut, k.stake_capital) = (0, 0, 0);
}
