//! Policies: what an instrument is, the table of all of them, and their values by month.
//!
//! One instrument = one file here and one line in [`INSTRUMENTS`]; scenario keys, checks, help,
//! catalogue and cost by instrument follow from the table. Instruments answer when a phase of the
//! month asks through a door; they never act and keep no memory.

mod schedule;
mod spec;
pub mod window;

mod agri_relending;
mod due_diligence_exemption;
mod growth_target;
mod guarantee_chain;
mod guarantee_fee_subsidy;
mod inclusive_support_tool;
mod micro_relending;
mod npl_tolerance;
mod policy_rates;
mod risk_compensation_fund;

pub use schedule::{InstrumentSchedule, PolicyMonth, PolicySchedule, Timeline};
pub use spec::{
    Door, FeeAsk, FeeSubsidy, FundAccess, GrantAnswer, Incentive, Instrument, LossShares, QuarterAsk,
    QuoteAnswer, QuoteAsk, RationAnswer, Scope, Setting, Spec, Values, Window,
};

/// Every instrument, in the order of the catalogue. To add one: a file and a line.
pub static INSTRUMENTS: &[&dyn Instrument] = &[
    &policy_rates::PolicyRates,
    &growth_target::GrowthTarget,
    &inclusive_support_tool::InclusiveSupportTool,
    &micro_relending::MicroRelending,
    &agri_relending::AgriRelending,
    &guarantee_chain::GuaranteeChain,
    &risk_compensation_fund::RiskCompensationFund,
    &npl_tolerance::NplTolerance,
    &due_diligence_exemption::DueDiligenceExemption,
    &guarantee_fee_subsidy::GuaranteeFeeSubsidy,
];

/// Place of an instrument in [`INSTRUMENTS`].
pub fn instrument_index(id: &str) -> Option<usize> {
    INSTRUMENTS.iter().position(|i| i.spec().id == id)
}
