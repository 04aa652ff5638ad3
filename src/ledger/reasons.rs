//! Why money moves: one line per reason, with who pays and who is paid.
//! The table behind `ledger.csv` and the cost of every instrument. How a posting balances is in
//! `verbs.rs`; a reason alone moves nothing.

/// Sectors of the flow table; borrower sectors are named by class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sector {
    Borrowers,
    Lenders,
    Guarantors,
    UpperGuarantors,
    Fund,
    Treasury,
    Insurers,
    EquityFunds,
    BondMarket,
    CentralBank,
    Outside,
    Rest,
}

impl Sector {
    pub fn name(self) -> &'static str {
        match self {
            Sector::Borrowers => "borrowers",
            Sector::Lenders => "lenders",
            Sector::Guarantors => "guarantors",
            Sector::UpperGuarantors => "upper_guarantors",
            Sector::Fund => "compensation_fund",
            Sector::Treasury => "treasury",
            Sector::Insurers => "insurers",
            Sector::EquityFunds => "equity_funds",
            Sector::BondMarket => "bond_market",
            Sector::CentralBank => "central_bank",
            Sector::Outside => "head_offices",
            Sector::Rest => "rest_of_economy",
        }
    }
}

macro_rules! reasons {
    ($($name:ident $text:literal $payer:ident $payee:ident $en:literal;)*) => {
        /// Every reason money moves for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(usize)]
        pub enum Reason { $(#[doc = $en] $name,)* }
        impl Reason {
            pub const ALL: &'static [Reason] = &[$(Reason::$name,)*];
            /// Name in `ledger.csv`.
            pub fn name(self) -> &'static str { match self { $(Reason::$name => $text,)* } }
            pub fn payer(self) -> Sector { match self { $(Reason::$name => Sector::$payer,)* } }
            pub fn payee(self) -> Sector { match self { $(Reason::$name => Sector::$payee,)* } }
            pub fn en(self) -> &'static str { match self { $(Reason::$name => $en,)* } }
        }
    };
}

reasons! {
    Sales "sales" Rest Borrowers "sales of businesses, harvests of farms";
    Wages "wages" Rest Borrowers "off-farm wages of farm households";
    Costs "costs" Borrowers Rest "inputs, rent and wages paid";
    Drawings "drawings" Borrowers Rest "owners' drawings and household living";
    CashLoss "cash_loss" Borrowers Rest "rare losses of cash: a bad debt, an accident, an illness";
    SupplierCredit "supplier_credit" Rest Borrowers "bills left unpaid";
    SupplierRepaid "supplier_repaid" Borrowers Rest "unpaid bills paid later";
    StockBought "stock_bought" Borrowers Rest "stock bought with borrowed working capital";
    StockSold "stock_sold" Rest Borrowers "stock sold to repay a loan that is not renewed";
    EntryCapital "entry_capital" Rest Borrowers "owners' money brought in at entry";
    ExitPayout "exit_payout" Borrowers Rest "money taken out at exit";
    BillsForgiven "bills_forgiven" Rest Borrowers "bills of a closed business written off by its suppliers";
    Lent "loan_disbursed" Lenders Borrowers "loans disbursed";
    Repaid "principal_repaid" Borrowers Lenders "principal repaid";
    Interest "interest" Borrowers Lenders "interest on loans";
    BridgeCost "bridge_cost" Borrowers Rest "cost of finding the principal at a renewal";
    ApplicationCost "application_cost" Borrowers Rest "borrowers' own cost of applying";
    GuaranteeFee "guarantee_fee" Borrowers Guarantors "guarantee fees";
    ChainFee "chain_fee" Guarantors UpperGuarantors "fees passed to re-guarantor and national fund";
    GuaranteeClaim "guarantee_claim" Guarantors Lenders "claims paid by the local guarantor";
    ChainShare "chain_share" UpperGuarantors Guarantors "shares of claims collected from the upper tiers";
    FundClaim "fund_claim" Fund Lenders "compensation paid to banks";
    FundClaimGuarantor "fund_claim_guarantor" Fund Guarantors "compensation paid to guarantors";
    Recovery "recovery" Rest Lenders "collateral sold and debts recovered after default";
    RecoveryToGuarantor "recovery_to_guarantor" Lenders Guarantors "recoveries passed on to the local guarantor";
    RecoveryToUpper "recovery_to_upper" Guarantors UpperGuarantors "recoveries passed on to the upper tiers";
    RecoveryToFund "recovery_to_fund" Lenders Fund "recoveries returned to the fund";
    RecoveryGuarantorToFund "recovery_guarantor_to_fund" Guarantors Fund "recoveries returned to the fund by guarantors";
    WrittenOff "written_off" Lenders Borrowers "principal written off against the allowance (no cash)";
    Handling "handling" Lenders Rest "cost of handling cases and accounts";
    FundingCost "funding_cost" Lenders Outside "cost of funds at the internal transfer price";
    Incentive "support_tool_incentive" CentralBank Lenders "incentive of the inclusive support tool";
    AdvanceDrawnMicro "micro_relending_drawn" CentralBank Lenders "advances drawn from the micro and small window";
    AdvanceDrawnAgri "agri_relending_drawn" CentralBank Lenders "advances drawn from the agricultural window";
    AdvanceRepaidMicro "micro_relending_repaid" Lenders CentralBank "advances repaid to the micro and small window";
    AdvanceRepaidAgri "agri_relending_repaid" Lenders CentralBank "advances repaid to the agricultural window";
    AdvanceInterestMicro "micro_relending_interest" Lenders CentralBank "interest on advances of the micro and small window";
    AdvanceInterestAgri "agri_relending_interest" Lenders CentralBank "interest on advances of the agricultural window";
    Tax "income_tax" Lenders Treasury "tax on lenders' profit on the district book";
    Dividend "profit_remitted" Lenders Outside "profit paid out or sent to head office";
    GuarantorCost "guarantor_cost" Guarantors Rest "guarantors' running cost";
    GuarantorCapital "guarantor_capital" Outside Guarantors "owners' capital of guarantors";
    Budget "budget_transfer" Outside Treasury "budget money made available to the district";
    FundPaidIn "fund_paid_in" Treasury Fund "capital of the compensation fund";
    FundReplenished "fund_replenished" Treasury Fund "yearly replenishment of the fund";
    FundInterest "fund_interest" Lenders Fund "interest on the fund's deposit";
    FeeSubsidy "guarantee_fee_subsidy" Treasury Guarantors "subsidy paid to guarantors for lower fees";
    CityBudget "city_budget_transfer" Outside Treasury "city budget money for subsidies, passed on through the district";
    VillageSubsidy "credit_village_subsidy" Treasury Borrowers "interest subsidy in credit villages";
    GreenSubsidy "green_inclusive_subsidy" Treasury Borrowers "interest subsidy for green small borrowers";
    LiftedSubsidy "poverty_relief_subsidy" Treasury Borrowers "interest subsidy for people lifted out of poverty";
    FeesWaived "fees_waived" Lenders Borrowers "account and payment fees waived by banks";
    CentralAward "demonstration_zone_award" Outside Treasury "the central budget's award to the demonstration zone";
    AwardToFund "award_to_fund" Treasury Fund "part of the award paid into the fund";
    ProjectStake "project_stake" Outside Borrowers "stakes of policy finance tools in projects";
    ProjectSpending "project_spending" Borrowers Rest "works of projects paid from stakes and own capital";
    CentralBudget "central_budget_transfer" Outside Treasury "central budget money for premiums and discounts, passed on through the district";
    CropPremium "crop_premium" Borrowers Insurers "growers' own part of crop insurance premiums";
    PremiumSubsidy "crop_premium_subsidy" Treasury Insurers "budgets' part of crop insurance premiums";
    CropClaim "crop_insurance_claim" Insurers Borrowers "crop insurance claims paid";
    HedgeGain "hedge_gain" Outside Borrowers "settled on hedges: what the exchange rate took from exporters' sales";
    HedgeLoss "hedge_loss" Borrowers Outside "settled on hedges: what the exchange rate added to exporters' sales";
    HedgeFee "hedge_fee" Borrowers Lenders "cost of hedges paid to home banks";
    JointFee "joint_lending_fee" Lenders Lenders "paid to partners in joint loans for the loss they may bear";
    JointLoss "joint_lending_loss" Lenders Lenders "partners' parts of losses on joint loans";
    LeaseEquipment "lease_equipment" Outside Rest "equipment bought by lessors";
    LeaseDown "lease_down_payment" Borrowers Rest "lessees' own part of the price of equipment";
    LeaseRent "lease_rent" Borrowers Outside "rents of leased equipment";
    LeaseResale "lease_resale" Rest Outside "leased equipment taken back and sold";
    LeaseLoss "lease_loss" Outside Borrowers "owed on leases and lost by lessors (no cash)";
    AnchorLate "anchor_paid_late" Borrowers Rest "deliveries to anchor firms that are paid for late";
    AnchorPaid "anchor_caught_up" Rest Borrowers "late payments that anchor firms have made up for";
    AnchorUnpaid "anchor_unpaid" Borrowers Rest "deliveries that failed anchor firms never pay for";
    StakeCapital "equity_fund_capital" Treasury EquityFunds "the district's part of equity funds' capital";
    StakeCapitalOthers "equity_fund_capital_others" Outside EquityFunds "other owners' part of equity funds' capital";
    StakeTaken "equity_stake" EquityFunds Borrowers "stakes of equity funds in tech enterprises";
    StakeSpending "equity_spending" Borrowers Rest "growth paid from equity funds' money";
    StakeSold "equity_stake_sold" Outside EquityFunds "stakes sold to other investors";
    StakeLost "equity_stake_lost" EquityFunds Borrowers "stakes written off at cost (no cash)";
    BondIssued "bond_issued" BondMarket Borrowers "tech notes and green bonds issued";
    BondCost "bond_issue_cost" Borrowers BondMarket "underwriting, rating and other cost of issues";
    BondCoupon "bond_coupon" Borrowers BondMarket "coupons of bonds";
    BondRepaid "bond_repaid" Borrowers BondMarket "principal of bonds repaid";
    BondRecovery "bond_recovery" Rest BondMarket "recovered on defaulted bonds";
    BondLoss "bond_loss" BondMarket Borrowers "owed on bonds and lost by their holders (no cash)";
    LentLong "term_loan_disbursed" Lenders Borrowers "loans over several years disbursed to manufacturers";
    RepaidLong "term_loan_repaid" Borrowers Lenders "principal of those loans paid off";
    Equipment "equipment_bought" Borrowers Rest "equipment bought with loans for it and own money";
    AdvanceDrawnTech "tech_relending_drawn" CentralBank Lenders "advances drawn from the window for tech and innovation";
    AdvanceRepaidTech "tech_relending_repaid" Lenders CentralBank "advances repaid to the window for tech and innovation";
    AdvanceInterestTech "tech_relending_interest" Lenders CentralBank "interest on advances of the window for tech and innovation";
    AdvanceDrawnTransport "transport_relending_drawn" CentralBank Lenders "advances drawn from the window for transport and logistics";
    AdvanceRepaidTransport "transport_relending_repaid" Lenders CentralBank "advances repaid to the window for transport and logistics";
    AdvanceInterestTransport "transport_relending_interest" Lenders CentralBank "interest on advances of the window for transport and logistics";
    AdvanceDrawnCarbon "carbon_reduction_drawn" CentralBank Lenders "advances drawn from the carbon reduction facility";
    AdvanceRepaidCarbon "carbon_reduction_repaid" Lenders CentralBank "advances repaid to the carbon reduction facility";
    AdvanceInterestCarbon "carbon_reduction_interest" Lenders CentralBank "interest on advances of the carbon reduction facility";
    AdvanceDrawnEquipment "equipment_relending_drawn" CentralBank Lenders "advances drawn from the window for equipment renewal";
    AdvanceRepaidEquipment "equipment_relending_repaid" Lenders CentralBank "advances repaid to the window for equipment renewal";
    AdvanceInterestEquipment "equipment_relending_interest" Lenders CentralBank "interest on advances of the window for equipment renewal";
    RateCutReimbursed "temporary_rate_cut_reimbursed" CentralBank Lenders "interest spared by the temporary rate cut, reimbursed to banks";
    EquipmentDiscount "equipment_loan_discount" Treasury Borrowers "central budget's discount on interest of loans for equipment";
    OpeningDeposit "opening_deposit" Rest Borrowers "balances at the start of the run";
}
