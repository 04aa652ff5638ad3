//! The shape of an instrument: who it is, which doors it speaks through, which settings it has.
//! Doors are typed questions and answers: reach, see, quote, incentive, relieve, indemnify, steady, need, ration,
//! classify, grant, interest and fee subsidy.
//! An instrument answers from its dated values and what it is asked, and keeps no memory.

use crate::units::Unit;
use crate::world::{Class, LenderKind, Product, WINDOWS};

use super::{
    AgriProduct, Bonds, Delegated, HitTerms, Investments, LongTerms, MarkedAnswer, RelieveAnswer, RelieveAsk,
    StakeCapital, SteadyAnswer, SteadyAsk, SubsidyAnswer, SubsidyAsk,
};

/// Where an instrument may speak (catalogue: `docs/instruments.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    Reach,
    See,
    Quote,
    Fund,
    Relieve,
    Indemnify,
    Steady,
    Grant,
    Need,
    Ration,
    Classify,
}

impl Door {
    pub fn name(self) -> &'static str {
        match self {
            Door::Reach => "reach",
            Door::See => "see",
            Door::Quote => "quote",
            Door::Fund => "fund",
            Door::Relieve => "relieve",
            Door::Indemnify => "indemnify",
            Door::Steady => "steady",
            Door::Grant => "grant",
            Door::Need => "need",
            Door::Ration => "ration",
            Door::Classify => "classify",
        }
    }
}

/// Whose measure it is; only district measures move the gap to the city.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    National,
    City,
    District,
}

impl Scope {
    pub fn name(self) -> &'static str {
        match self {
            Scope::National => "national",
            Scope::City => "city",
            Scope::District => "district",
        }
    }
}

/// One dated value of an instrument: `[policy.<id>] key = [{ from, value }]`; `a.b` is a nested key.
#[derive(Debug)]
pub struct Setting {
    pub key: &'static str,
    pub unit: Unit,
    /// Allowed range in the unit's base, both ends included.
    pub low: f64,
    pub high: f64,
    /// The law or document behind the limits, where the limit is law, as `English｜中文` (see [`Lang::half`](crate::units::Lang::half)).
    pub limit_source: &'static str,
    /// Value before the first date and where the scenario is silent.
    pub neutral: f64,
    pub en: &'static str,
    pub zh: &'static str,
}

/// An instrument's card.
#[derive(Debug)]
pub struct Spec {
    pub id: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// Document and clause it comes from, as `English｜中文`.
    pub clause: &'static str,
    pub scope: Scope,
    pub doors: &'static [Door],
    pub settings: &'static [Setting],
    /// One paragraph on the mechanism.
    pub mechanism_en: &'static str,
    pub mechanism_zh: &'static str,
    /// A scenario table that bites.
    pub example: &'static str,
    /// Rules across settings of one month (shares sum to one …); the message names rule and clause.
    pub check: fn(&Values) -> Result<(), String>,
}

impl Spec {
    /// Place of a setting; instruments look theirs up by constant, users by key.
    pub fn setting_index(&self, key: &str) -> Option<usize> {
        self.settings.iter().position(|s| s.key == key)
    }
}

/// The settings of one instrument in one month, in the order of its [`Spec`]; `None` while it is
/// switched off, which is its neutral state.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    pub enabled: bool,
    pub values: Vec<f64>,
}

impl Values {
    /// Setting number `i` of the spec.
    pub fn get(&self, i: usize) -> f64 {
        self.values[i]
    }
    pub fn flag(&self, i: usize) -> bool {
        self.values[i] != 0.0
    }
}

/// A cell of borrowers: a class in a township, with the township's place in the roll-out among the
/// streets or among the towns.
#[derive(Clone, Copy, Debug)]
pub struct CellAsk {
    pub class: Class,
    pub urban: bool,
    /// 1 is the first of `of`.
    pub order: u32,
    pub of: u32,
}

impl CellAsk {
    /// Whether what has come to this share of the townships has come here.
    pub fn within(&self, share: f64) -> bool {
        f64::from(self.order) <= (share * f64::from(self.of)).round()
    }
}

/// How borrowers of a cell hear of credit and get to a desk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReachAnswer {
    /// Added to the monthly hazard of learning that one could borrow.
    pub awareness: f64,
    /// Factor on the borrower's own cost of an application.
    pub cost: f64,
    /// Added to the monthly rate of applying of those who know of credit and never had a loan.
    pub first_visit: f64,
    /// Factor on the share of refused borrowers who give up.
    pub giving_up: f64,
    /// The cell is among the rated credit villages.
    pub rated: bool,
}

impl Default for ReachAnswer {
    fn default() -> Self {
        ReachAnswer { awareness: 0.0, cost: 1.0, first_visit: 0.0, giving_up: 1.0, rated: false }
    }
}

/// How lenders see applicants of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeeAnswer {
    /// Factors on screening noise without file, with a thin and with a thick one.
    pub noise: [f64; 3],
    /// What looking adds to a case, yuan, by the same files.
    pub handling: [f64; 3],
    pub records: Records,
    pub orders: Orders,
    /// Lent against a crop policy in force, over its sum insured.
    pub policies: f64,
}

impl Default for SeeAnswer {
    fn default() -> Self {
        let records = Records { share: 0.0, noise: 1.0, limit: 0.0 };
        SeeAnswer { noise: [1.0; 3], handling: [0.0; 3], records, orders: Orders::default(), policies: 0.0 }
    }
}

/// Records of what a borrower pays or is paid: for some of a cell, and always the same ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Records {
    pub share: f64,
    /// Factor on screening noise where the credit file is not thick.
    pub noise: f64,
    /// The unsecured limit's factor by credit file is at least this.
    pub limit: f64,
}

/// Orders of public buyers that can be pledged: their share of borrowers, and what is lent against
/// them over yearly sales.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Orders {
    pub share: f64,
    pub value: f64,
}

/// Who quotes, and what for. Shares and rates are fractions, yearly where they are rates.
#[derive(Clone, Copy, Debug)]
pub struct QuoteAsk {
    pub kind: LenderKind,
    pub local_legal_person: bool,
    pub class: Class,
    pub renewal: bool,
    /// Yearly growth of the legal person's inclusive balance.
    pub inclusive_growth: f64,
    /// NPL ratio of all loans of the legal person.
    pub npl_all: f64,
    /// Yearly growth of all loans of the legal person.
    pub all_loan_growth: f64,
    /// Share of the incentives lately claimed that the tool's quota paid.
    pub incentive_fill: f64,
}

impl QuoteAsk {
    /// A bank with nothing to tell but who it is.
    #[cfg(test)]
    pub fn of(kind: LenderKind, local_legal_person: bool, class: Class) -> QuoteAsk {
        QuoteAsk {
            kind,
            local_legal_person,
            class,
            renewal: false,
            inclusive_growth: 0.0,
            npl_all: 0.0,
            all_loan_growth: 0.0,
            incentive_fill: 1.0,
        }
    }
}

/// What instruments say to a quoting bank. `None` = nothing said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuoteAnswer {
    /// Anchor of loan rates.
    pub lpr_1y: Option<f64>,
    /// Added to marginal funding.
    pub deposit_adjustment: f64,
    pub reserve_ratio: Option<f64>,
    /// Paid to the bank per yuan and year.
    pub support: f64,
    /// Inclusive NPL ratio from which a bad loan costs more.
    pub npl_limit: Option<f64>,
    /// Yearly growth asked of the inclusive balance.
    pub growth_target: Option<f64>,
    /// Re-lending windows open to this bank for this class, in the order of [`Window`](crate::world::Window).
    pub windows: [Option<WindowTerms>; WINDOWS],
    /// Yearly fee the borrower pays for a guarantee.
    pub guarantee_fee: Option<f64>,
    /// Share of officers' own price of a bad loan that falls away, and the noise this adds to screening.
    pub officer_exempt: f64,
    pub noise_added: f64,
    /// A loan this bank makes to a household lifted out of poverty on terms that are not its own.
    pub microcredit: Option<Microcredit>,
    /// A loan for agriculture without security, at a price tied to this bank's window.
    pub agri: Option<AgriProduct>,
    /// What is different for borrowers in trades the plan names as hit.
    pub hit: HitTerms,
    /// Share of the fees a customer pays beside the loan that falls away.
    pub fees_waived: f64,
    /// Points that the bank's own price of funds for the loan is lowered by.
    pub transfer_discount: f64,
    /// Share of the capital charge that falls away inside the bank.
    pub capital_spared: f64,
    /// Loans over several years to manufacturers.
    pub long: Option<LongTerms>,
}

/// Terms of small loans to those lifted out of poverty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Microcredit {
    /// Share of eligible households that are taken on.
    pub served: f64,
    pub limit_yuan: f64,
    pub tenor_months: i32,
    pub over_lpr: f64,
    /// Renewals of one loan on these terms.
    pub renewals: u8,
}

/// Terms of a central-bank window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WindowTerms {
    pub quota_fen: i64,
    pub rate: f64,
    /// Part of a loan's principal that it finances.
    pub share: f64,
    pub term_months: i32,
    pub rollovers: u8,
    pub ceiling: Ceiling,
    /// Bits of [`nature`](crate::world::nature) a borrower must have.
    pub asks: u16,
    /// Loans made now may be pledged; else only what has been drawn goes on.
    pub lends: bool,
}

/// Highest rate at which a loan may be pledged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ceiling {
    /// Over the one-year LPR.
    OverLpr(f64),
    Rate(f64),
}

/// A quarter closes at a bank: its legal person's inclusive balance then and now, fen.
#[derive(Clone, Copy, Debug)]
pub struct QuarterAsk {
    pub kind: LenderKind,
    pub local_legal_person: bool,
    pub balance_before: i64,
    pub balance_now: i64,
    pub high_water: i64,
    /// Incentives already paid this calendar year to all banks, fen.
    pub paid_this_year: i64,
}

/// What a bank may claim for its quarter, and what the quota leaves for all, fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Incentive {
    pub claim: i64,
    pub room: i64,
}

/// A guarantor weighs its fee income: its book and the fee of the month.
#[derive(Clone, Copy, Debug)]
pub struct FeeAsk {
    pub fee: f64,
    /// Share of its guaranteed balance in small tickets (小微、三农).
    pub small_share: f64,
}

/// Yearly subsidy per yuan newly guaranteed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FeeSubsidy {
    /// For a case reviewed by the guarantor.
    pub rate: f64,
    /// Added where it is the borrower's first guaranteed loan.
    pub first_time: f64,
    /// Part of both that batch business earns.
    pub batch_factor: f64,
    /// Most that one guarantor gets in a year, fen.
    pub cap_fen: i64,
}

/// Who bears a loss, in parts per million; the bank bears the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LossShares {
    pub national: u32,
    pub reguarantor: u32,
    pub local: u32,
    /// Of the whole loss, or of the local guarantor's part for 担保贷.
    pub fund: u32,
    pub chain_lag_months: i32,
    pub fund_lag_months: i32,
}

impl LossShares {
    /// Share of a loss that others than the bank bear at once: the chain where it guarantees, else the fund.
    #[inline]
    pub fn covered(&self, guaranteed: bool) -> f64 {
        let ppm = if guaranteed { self.national + self.reguarantor + self.local } else { self.fund };
        f64::from(ppm) / 1e6
    }
}

/// Who may bring a loan under the fund.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FundAccess {
    /// Any eligible borrower that gains by it.
    #[default]
    Any,
    /// Only who has no other offer.
    RefusedElsewhere,
    /// Whom the bank puts there: those it believes riskier than its usual loan of the class.
    BanksChoice,
}

/// Limits of guarantees and of the fund.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RationAnswer {
    /// The chain guarantees at all.
    pub chain_open: bool,
    pub guarantor_multiple: f64,
    /// Multiple of a guarantor whose book is mainly small tickets: at least `small_share` of it in
    /// loans up to `small_ticket_yuan`.
    pub guarantor_multiple_small: f64,
    pub small_share: f64,
    pub small_ticket_yuan: f64,
    pub guarantor_pd_cutoff: f64,
    pub guarantee_cap_yuan: f64,
    pub batch_share: f64,
    /// Claims of twelve months over the batch balance at which batch cover stops paying.
    pub batch_claim_cap: f64,
    pub chain_fee: f64,
    /// Share of officers' case capacity spent on visits, and cases a month that posts outside the
    /// branches add to it.
    pub officers_away: f64,
    pub cases_added: f64,
    /// Cases a month of desks for green borrowers alone.
    pub green_cases: f64,
    /// Part of a year a reviewed case takes.
    pub guarantee_wait: f64,
    /// Kinds of bank that work with the guarantors, one bit each.
    pub partners: u16,
    /// The fund covers at all.
    pub fund_open: bool,
    pub fund_multiple: f64,
    pub fund_cap_yuan: f64,
    pub fund_min_yuan: f64,
    pub fund_rate_cap: f64,
    pub fund_access: FundAccess,
    pub breaker_pool: f64,
    pub breaker_lender: f64,
    pub breaker_used: f64,
    pub joint: Joint,
    pub delegated: Delegated,
    /// New cases of trades named as hit are served before others.
    pub hit_first: bool,
}

/// Several banks lend side by side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Joint {
    /// Most banks beside the lead.
    pub partners: u32,
    /// Need from which an applicant is large, yuan.
    pub least_yuan: f64,
    /// Least share of the lead.
    pub lead: f64,
    pub tech_only: bool,
}

/// What banks do with loans that have gone bad.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClassifyAnswer {
    /// Share a month of bad inclusive loans that are written off beside those whose turn it is.
    pub write_off: f64,
}

/// Public money to be paid this month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GrantAnswer {
    /// Capital the fund should have been paid in by now, fen.
    pub fund_capital: i64,
    /// Most that is paid back into it a year, fen.
    pub fund_replenishment: i64,
    /// Yearly interest on its deposit.
    pub fund_interest: f64,
    /// Award of the central budget a year, fen, and the part of it that goes to the fund.
    pub award: i64,
    pub award_to_fund: f64,
    /// Capital of equity funds.
    pub stakes: StakeCapital,
    /// What the central budget pays of interest on loans for equipment.
    pub equipment: Discount,
}

/// Part of a borrower's interest that a budget pays.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Discount {
    /// A year; never more than the interest.
    pub points: f64,
    pub months: u8,
}

/// Demand for credit that would not be there without an instrument.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NeedAnswer {
    pub projects: Projects,
    pub lease: LeaseTerms,
    pub bonds: Bonds,
    pub investments: Investments,
    pub upgrades: Upgrades,
}

/// Equipment to be renewed on a loan of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Upgrades {
    /// Share a year of enterprises and self-employed in need who would renew theirs.
    pub share: f64,
    /// Price over yearly sales, and the part of it that the owner pays.
    pub size: f64,
    pub own_part: f64,
    /// Months over which the loan is paid off and the equipment wears out.
    pub months: i32,
}

/// Equipment leased instead of bought on credit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LeaseTerms {
    /// Share a year of those in need and without a loan who are offered a lease.
    pub share: f64,
    /// Part of their need that is equipment, and of its price that is paid at once.
    pub part: f64,
    pub down: f64,
    pub over_lpr: f64,
    pub months: i32,
    /// What equipment taken back brings over what is owed.
    pub resale: f64,
}

/// Projects in which a policy bank takes a stake.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Projects {
    /// Share a year of those who may carry one: small manufacturers, agricultural entities.
    pub share_small: f64,
    pub share_agri: f64,
    /// Investment over yearly sales, the part of it that is capital, the part of that the stake fills.
    pub size: f64,
    pub capital: f64,
    pub stake: f64,
    /// Stakes a year, fen.
    pub quota_fen: i64,
}

/// An instrument. Doors it does not declare keep their default, which is to say nothing.
pub trait Instrument: Sync {
    fn spec(&self) -> &'static Spec;
    /// The month begins: who hears of credit, and what it takes to ask for it.
    fn reach(&self, _v: &Values, _ask: &CellAsk, _out: &mut ReachAnswer) {}
    /// The desk opens: what lenders see of applicants.
    fn see(&self, _v: &Values, _ask: &CellAsk, _out: &mut SeeAnswer) {}
    /// The desk opens: what borrowers with a mark have to show.
    fn mark(&self, _v: &Values, _class: Class, _out: &mut MarkedAnswer) {}
    /// A loan is priced, or a bank weighs how much to lend.
    fn quote(&self, _v: &Values, _ask: &QuoteAsk, _out: &mut QuoteAnswer) {}
    /// A quarter closes: incentive in fen for the legal person's increase.
    fn incentive(&self, _v: &Values, _ask: &QuarterAsk) -> Incentive {
        Incentive::default()
    }
    /// A guarantor weighs its income, or the year's subsidy is paid to it.
    fn fee_subsidy(&self, _v: &Values, _ask: &FeeAsk, _out: &mut FeeSubsidy) {}
    /// Payments fall due: what may be done about them.
    fn relieve(&self, _v: &Values, _ask: &RelieveAsk, _out: &mut RelieveAnswer) {}
    /// The desk opens: whose interest the budget pays in part.
    fn subsidise(&self, _v: &Values, _ask: &SubsidyAsk, _out: &mut SubsidyAnswer) {}
    /// The desk opens: what may steady income when it is realised.
    fn steady(&self, _v: &Values, _ask: &SteadyAsk, _out: &mut SteadyAnswer) {}
    /// A covered loan is made: who will bear its loss.
    fn indemnify(&self, _v: &Values, _product: Product, _out: &mut LossShares) {}
    /// Borrowers form their demand.
    fn need(&self, _v: &Values, _out: &mut NeedAnswer) {}
    /// A month's queue is served.
    fn ration(&self, _v: &Values, _out: &mut RationAnswer) {}
    /// Bad loans are looked through.
    fn classify(&self, _v: &Values, _out: &mut ClassifyAnswer) {}
    /// Public money is paid.
    fn grant(&self, _v: &Values, _out: &mut GrantAnswer) {}
}
