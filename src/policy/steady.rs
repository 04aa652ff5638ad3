//! What is asked and answered where income is realised: the door `steady`.
//!
//! Asked once a class and sector when the desk opens and kept in a flat table; which borrowers of the cell
//! are among the shares is a lasting draw of the model. Acts are in `model::harvest` and
//! `model::hedge`.

use crate::world::Class;

use super::Stakes;

/// Whose income: a class in a sector, by the sector's name in the pack.
#[derive(Clone, Copy, Debug)]
pub struct SteadyAsk<'a> {
    pub class: Class,
    pub sector: &'a str,
}

/// What may steady it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SteadyAnswer {
    pub crop: CropCover,
    pub hedge: Hedge,
    pub stakes: Stakes,
}

/// Hedging of the currency part of exporters' sales.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hedge {
    /// Share of exporters who hedge, and part of their exposure that is hedged.
    pub share: f64,
    pub ratio: f64,
    /// Cost over the sales hedged, and the part of it the home bank bears.
    pub fee: f64,
    pub waived: f64,
}

/// Insurance of a harvest for a year.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CropCover {
    /// Share of growers who take it if they can pay their part.
    pub uptake: f64,
    /// Sum insured over a normal year's sales, and yearly premium over the sum insured.
    pub cover: f64,
    pub rate: f64,
    /// Loss over the normal harvest from which it is paid, whole.
    pub trigger: f64,
    /// Fallen prices count as loss, too.
    pub revenue: bool,
    /// Parts of the premium that the central, the city's and the district's budget pay.
    pub public: [f64; 3],
}
