//! Policies: what an instrument is, the table of all of them, and their values by month.
//!
//! One instrument = one file here and one line in [`INSTRUMENTS`]; scenario keys, checks, help,
//! catalogue and cost by instrument follow from the table. Instruments answer when a phase of the
//! month asks through a door; they never act and keep no memory.

mod long;
mod marks;
mod relief;
mod schedule;
mod spec;
mod steady;
mod subsidy;
pub mod window;

mod agri_credit_products;
mod agri_relending;
mod bond_channel;
mod carbon_reduction_facility;
mod cooperative_model;
mod credit_village_subsidy;
mod credit_villages;
mod crop_insurance;
mod delegated_approval;
mod demonstration_zone_grant;
mod due_diligence_exemption;
mod economic_capital;
mod equipment_relending;
mod equity_funds;
mod fee_waiver;
mod finance_ports;
mod financial_literacy;
mod first_loan_drive;
mod fx_services;
mod green_branches;
mod green_inclusive_subsidy;
mod green_matching;
mod growth_target;
mod guarantee_chain;
mod guarantee_fee_subsidy;
mod hit_sector_rate;
mod inclusive_support_tool;
mod information_sharing;
mod intangible_pledge;
mod joint_lending;
mod leasing;
mod manufacturing_term_loans;
mod micro_relending;
mod no_withdrawal;
mod npl_tolerance;
mod payment_deferral;
mod policy_rates;
mod poverty_relief_microcredit;
mod priority_write_off;
mod project_tools;
mod renewal_without_repayment;
mod revolving_credit;
mod risk_compensation_fund;
mod rural_payments;
mod supply_chain_finance;
mod tax_and_procurement_loans;
mod tech_relending;
mod temporary_rate_cut;
mod transfer_pricing;
mod transport_relending;

pub use agri_credit_products::AgriProduct;
pub use delegated_approval::Delegated;
pub use hit_sector_rate::HitTerms;
pub use long::{Bonds, Investments, LongTerms, StakeCapital, Stakes};
pub use marks::{Marked, MarkedAnswer, STANDINGS, Standing};
pub use relief::{Deferral, Fees, RelieveAnswer, RelieveAsk, Renewal, Revolving};
pub use schedule::{InstrumentSchedule, PolicyMonth, PolicySchedule, Timeline};
pub use spec::{
    Ceiling, CellAsk, ClassifyAnswer, Discount, Door, FeeAsk, FeeSubsidy, FundAccess, GrantAnswer, Incentive,
    Instrument, Joint, LeaseTerms, LossShares, Microcredit, NeedAnswer, Orders, Projects, QuarterAsk,
    QuoteAnswer, QuoteAsk, RationAnswer, ReachAnswer, Records, Scope, SeeAnswer, Setting, Spec, Upgrades,
    Values, WindowTerms,
};
pub use steady::{CropCover, Hedge, SteadyAnswer, SteadyAsk};
pub use subsidy::{SUBSIDIES, Subsidy, SubsidyAnswer, SubsidyAsk, SubsidyKind};

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
    &information_sharing::InformationSharing,
    &first_loan_drive::FirstLoanDrive,
    &credit_villages::CreditVillages,
    &finance_ports::FinancePorts,
    &tax_and_procurement_loans::TaxAndProcurementLoans,
    &rural_payments::RuralPayments,
    &financial_literacy::FinancialLiteracy,
    &renewal_without_repayment::RenewalWithoutRepayment,
    &payment_deferral::PaymentDeferral,
    &revolving_credit::RevolvingCredit,
    &no_withdrawal::NoWithdrawal,
    &credit_village_subsidy::CreditVillageSubsidy,
    &green_inclusive_subsidy::GreenInclusiveSubsidy,
    &poverty_relief_microcredit::PovertyReliefMicrocredit,
    &fee_waiver::FeeWaiver,
    &demonstration_zone_grant::DemonstrationZoneGrant,
    &project_tools::ProjectTools,
    &transfer_pricing::TransferPricing,
    &economic_capital::EconomicCapital,
    &priority_write_off::PriorityWriteOff,
    &crop_insurance::CropInsurance,
    &fx_services::FxServices,
    &joint_lending::JointLending,
    &leasing::Leasing,
    &intangible_pledge::IntangiblePledge,
    &green_matching::GreenMatching,
    &green_branches::GreenBranches,
    &cooperative_model::CooperativeModel,
    &delegated_approval::DelegatedApproval,
    &supply_chain_finance::SupplyChainFinance,
    &agri_credit_products::AgriCreditProducts,
    &hit_sector_rate::HitSectorRate,
    &equity_funds::EquityFunds,
    &bond_channel::BondChannel,
    &manufacturing_term_loans::ManufacturingTermLoans,
    &tech_relending::TechRelending,
    &transport_relending::TransportRelending,
    &carbon_reduction_facility::CarbonReductionFacility,
    &temporary_rate_cut::TemporaryRateCut,
    &equipment_relending::EquipmentRelending,
];

/// Place of an instrument in [`INSTRUMENTS`].
pub fn instrument_index(id: &str) -> Option<usize> {
    INSTRUMENTS.iter().position(|i| i.spec().id == id)
}

/// Place of an instrument named in the code, looked up once.
macro_rules! place {
    ($id:expr) => {{
        static PLACE: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
        *PLACE.get_or_init(|| $crate::policy::instrument_index($id).expect("an instrument of this name"))
    }};
}
pub(crate) use place;
