//! What a year's row of an instrument can tell: who may use it, takers, credit on its terms, take-up.
//! Counting happens where things happen (`model/`); what is not counted is unknown, not zero. Instruments that
//! act on everybody, such as rates, targets and records, help nobody by name and have none of the last three.

use super::ON_TERMS;
use crate::world::Window;

/// Beside those on whose terms loans stand: credit of another kind, or followed by credit.
const WITH_CREDIT: [&str; 4] = ["inclusive_support_tool", "guarantee_fee_subsidy", "bond_channel", "leasing"];
/// Takers without new credit.
const WITHOUT_CREDIT: [&str; 2] = ["priority_write_off", "fx_services"];
/// Beside windows: lenders, guarantors or borrowers who may use it are counted.
const ELIGIBLE: [&str; 7] = [
    "inclusive_support_tool",
    "temporary_rate_cut",
    "crop_insurance",
    "equity_funds",
    "fx_services",
    "fee_waiver",
    "guarantee_fee_subsidy",
];
/// Those eligible and takers count the same: lenders of the tool, borrowers of the others.
const TAKE_UP: [&str; 4] = ["inclusive_support_tool", "crop_insurance", "fx_services", "equity_funds"];

/// Which columns of its yearly row an instrument fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub eligible: bool,
    pub takers: bool,
    pub credit: bool,
    pub take_up: bool,
}

pub fn counted(instrument: &str) -> Counted {
    let credit = ON_TERMS.contains(&instrument) || WITH_CREDIT.contains(&instrument);
    let is_window = Window::ALL.iter().any(|w| w.instrument() == instrument);
    Counted {
        eligible: is_window || ELIGIBLE.contains(&instrument),
        takers: credit || WITHOUT_CREDIT.contains(&instrument),
        credit,
        take_up: TAKE_UP.contains(&instrument),
    }
}
