//! What a region pack says, typed: townships, sectors, lenders, guarantors, dated paths.
//!
//! The columns are declared once, with unit and limits; the loader, `puhui explain parameters` and
//! the ODD follow from the declarations. No value lives here: values and sources are in the pack.

use crate::units::{Month, Unit};

/// Borrower classes, in the order used everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    SelfEmployed = 0,
    Micro = 1,
    Small = 2,
    Farm = 3,
    Agri = 4,
}

pub const CLASSES: usize = 5;

impl Class {
    pub const ALL: [Class; CLASSES] =
        [Class::SelfEmployed, Class::Micro, Class::Small, Class::Farm, Class::Agri];
    pub const fn index(self) -> usize {
        self as usize
    }
    pub const fn from_index(i: usize) -> Class {
        Self::ALL[i]
    }
    /// Name in files and keys.
    pub const fn id(self) -> &'static str {
        ["self_employed", "micro", "small", "farm", "agri"][self as usize]
    }
    pub const fn zh(self) -> &'static str {
        ["个体工商户", "微型企业", "小型企业", "农户", "新型农业经营主体"][self as usize]
    }
    pub const fn en(self) -> &'static str {
        ["self-employed", "micro enterprise", "small enterprise", "farm household", "new agricultural entity"]
            [self as usize]
    }
    /// Counts in the inclusive MSE balance (enterprises and self-employed).
    pub const fn is_mse(self) -> bool {
        matches!(self, Class::SelfEmployed | Class::Micro | Class::Small)
    }
    /// Counts in agricultural loans.
    pub const fn is_agri(self) -> bool {
        matches!(self, Class::Farm | Class::Agri)
    }
}

/// Kinds of lender; law and supervision speak of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum LenderKind {
    Policy = 0,
    State = 1,
    JointStock = 2,
    City = 3,
    Rural = 4,
    Village = 5,
    Online = 6,
    Leasing = 7,
}

pub const LENDER_KINDS: &[&str] =
    &["policy", "state", "joint_stock", "city", "rural", "village", "online", "leasing"];

impl LenderKind {
    pub const ALL: [LenderKind; 8] = [
        LenderKind::Policy,
        LenderKind::State,
        LenderKind::JointStock,
        LenderKind::City,
        LenderKind::Rural,
        LenderKind::Village,
        LenderKind::Online,
        LenderKind::Leasing,
    ];
    pub const fn id(self) -> &'static str {
        LENDER_KINDS[self as usize]
    }
}

/// Tiers of guarantors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum GuarantorTier {
    District = 0,
    CitySme = 1,
    CityAgri = 2,
    Reguarantor = 3,
    National = 4,
}

pub const GUARANTOR_TIERS: &[&str] = &["district", "city_sme", "city_agri", "reguarantor", "national"];

/// Declares one numeric column of a sheet of the pack.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub key: &'static str,
    pub unit: Unit,
    pub low: f64,
    pub high: f64,
    pub en: &'static str,
}

/// Declares a sheet: a struct with one `f64` per column, and the columns.
macro_rules! sheet {
    ($(#[$meta:meta])* $name:ident { $($field:ident $key:literal $unit:expr, $low:expr, $high:expr, $en:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { pub id: String, pub zh: String, pub en: String, $(pub $field: f64,)* }
        impl $name {
            pub const COLUMNS: &'static [Column] =
                &[$(Column { key: $key, unit: $unit, low: $low, high: $high, en: $en },)*];
            /// Builds a row from values in the order of [`Self::COLUMNS`].
            pub fn from_row(id: String, zh: String, en: String, values: &[f64]) -> Self {
                let mut it = values.iter().copied();
                $(let $field = it.next().unwrap_or(f64::NAN);)*
                $name { id, zh, en, $($field,)* }
            }
        }
    };
}

sheet! {
    /// A township (street or town): where borrowers live and what grows there.
    Township {
        urban "urban" Unit::Flag, 0.0, 1.0, "1 for a street of the seat, 0 for a town";
        weight_self_employed "weight.self_employed" Unit::Share, 0.0, 1.0, "share of the district's self-employed";
        weight_enterprise "weight.enterprise" Unit::Share, 0.0, 1.0, "share of the district's enterprises";
        weight_farm "weight.farm" Unit::Share, 0.0, 1.0, "share of the district's farm households";
        weight_agri "weight.agri" Unit::Share, 0.0, 1.0, "share of the district's new agricultural entities";
        crop_tea "crop.tea" Unit::Number, 0.0, 100.0, "relative weight of tea among its farms";
        crop_vegetables "crop.vegetables" Unit::Number, 0.0, 100.0, "relative weight of vegetables among its farms";
        crop_mushrooms "crop.mushrooms" Unit::Number, 0.0, 100.0, "relative weight of mushrooms among its farms";
        crop_rice "crop.rice" Unit::Number, 0.0, 100.0, "relative weight of rice among its farms";
        crop_rapeseed "crop.rapeseed" Unit::Number, 0.0, 100.0, "relative weight of rapeseed among its farms";
        crop_fruit "crop.fruit" Unit::Number, 0.0, 100.0, "relative weight of fruit among its farms";
        weather_x "weather.x" Unit::Number, -100.0, 100.0, "east-west place in km, for spatially correlated weather";
        weather_y "weather.y" Unit::Number, -100.0, 100.0, "north-south place in km, for spatially correlated weather";
        rollout "rollout" Unit::Count, 1.0, 200.0, "place in which measures come to it, among the streets or among the towns";
    }
}

sheet! {
    /// A sector: who works in it, how its sales move, when its harvest comes.
    Sector {
        share_self_employed "share.self_employed" Unit::Share, 0.0, 1.0, "share of the self-employed";
        share_micro "share.micro" Unit::Share, 0.0, 1.0, "share of micro enterprises";
        share_small "share.small" Unit::Share, 0.0, 1.0, "share of small enterprises";
        share_farm "share.farm" Unit::Share, 0.0, 1.0, "share of farm households (before township crops)";
        share_agri "share.agri" Unit::Share, 0.0, 1.0, "share of new agricultural entities";
        margin "margin" Unit::Number, 0.2, 4.0, "net margin relative to the district's mean";
        volatility "volatility" Unit::Number, 0.2, 4.0, "standard deviation of sales relative to the district's mean";
        macro_loading "macro_loading" Unit::Number, 0.0, 3.0, "sales response to the macro demand regime";
        epidemic_loading "epidemic_loading" Unit::Number, 0.0, 1.0, "share of sales lost in a full epidemic month";
        local_share "local_share" Unit::Share, 0.0, 1.0, "share of sales capped by local demand";
        yield_sd "yield_sd" Unit::Number, 0.0, 1.0, "standard deviation of log yield (crops)";
        tech "tech" Unit::Share, 0.0, 1.0, "share of enterprises flagged tech or specialised-and-new";
        green "green" Unit::Share, 0.0, 1.0, "share flagged green";
        exporter "exporter" Unit::Share, 0.0, 1.0, "share of enterprises flagged exporter";
        anchor "anchor" Unit::Share, 0.0, 1.0, "share of enterprises that supply an anchor firm";
        manufacturing "manufacturing" Unit::Flag, 0.0, 1.0, "1 if manufacturing";
        crop "crop" Unit::Flag, 0.0, 1.0, "1 if a crop: sales come at harvest";
        hit "hit" Unit::Flag, 0.0, 1.0, "1 if named as hit by the epidemic in the plan (clause 7)";
        logistics "logistics" Unit::Flag, 0.0, 1.0, "1 if transport or logistics";
        m01 "season.01" Unit::Number, 0.0, 12.0, "January sales over the mean month";
        m02 "season.02" Unit::Number, 0.0, 12.0, "February sales over the mean month";
        m03 "season.03" Unit::Number, 0.0, 12.0, "March sales over the mean month";
        m04 "season.04" Unit::Number, 0.0, 12.0, "April sales over the mean month";
        m05 "season.05" Unit::Number, 0.0, 12.0, "May sales over the mean month";
        m06 "season.06" Unit::Number, 0.0, 12.0, "June sales over the mean month";
        m07 "season.07" Unit::Number, 0.0, 12.0, "July sales over the mean month";
        m08 "season.08" Unit::Number, 0.0, 12.0, "August sales over the mean month";
        m09 "season.09" Unit::Number, 0.0, 12.0, "September sales over the mean month";
        m10 "season.10" Unit::Number, 0.0, 12.0, "October sales over the mean month";
        m11 "season.11" Unit::Number, 0.0, 12.0, "November sales over the mean month";
        m12 "season.12" Unit::Number, 0.0, 12.0, "December sales over the mean month";
    }
}

sheet! {
    /// A lender: a legal person and its district book.
    LenderCard {
        kind "kind" Unit::Choice(LENDER_KINDS), 0.0, 7.0, "kind of lender";
        local_legal_person "local_legal_person" Unit::Flag, 0.0, 1.0, "1 if incorporated in the city (local legal-person bank)";
        share_mse "share.mse" Unit::Number, 0.0, 100.0, "relative weight as the first known lender of self-employed and enterprises";
        share_rural "share.rural" Unit::Number, 0.0, 100.0, "relative weight as the first known lender of farms and agricultural entities";
        reach_growth "reach_growth" Unit::Number, 0.0, 100.0, "relative weight as a further lender, before digital reach";
        digital "digital" Unit::Number, 0.0, 3.0, "how much of the digital trend reaches its handling, noise and outreach";
        deposit_share "deposit_share" Unit::Number, 0.0, 100.0, "relative weight as home bank of deposits";
        funding_spread "funding_spread" Unit::Points, -0.02, 0.05, "marginal funding over the one-year interbank certificate";
        handling_factor "handling_factor" Unit::Number, 0.1, 3.0, "proportional handling cost relative to the parameter";
        noise_factor "noise_factor" Unit::Number, 0.3, 2.0, "screening noise relative to the parameter";
        cases_per_month "cases_per_month" Unit::Number, 0.0, 1e6, "case capacity of its officers a month in 2018";
        ticket_min "ticket_min" Unit::Money, 0.0, 1e7, "smallest loan it makes";
        ticket_max "ticket_max" Unit::Money, 0.0, 1e9, "largest loan it makes to one borrower";
        unsecured_factor "unsecured_factor" Unit::Number, 0.0, 5.0, "unsecured limit relative to the parameter";
        collateral "collateral" Unit::Flag, 0.0, 1.0, "1 if it lends against collateral";
        guaranteed "guaranteed" Unit::Flag, 0.0, 1.0, "1 if it works with guarantors and the fund";
        allotted_growth "allotted_growth" Unit::RateAnnual, 0.0, 3.0, "yearly growth of the book allotted by head office (branches from elsewhere)";
        capital_ratio "capital_ratio" Unit::Share, 0.0, 0.5, "capital over risk-weighted assets of the legal person, start";
        capital_floor "capital_floor" Unit::Share, 0.0, 0.5, "ratio below which it stops growing";
        payout "payout" Unit::Share, 0.0, 1.0, "share of profit paid out or sent to head office";
    }
}

sheet! {
    /// A guarantor or an upper tier of the chain.
    GuarantorCard {
        tier "tier" Unit::Choice(GUARANTOR_TIERS), 0.0, 4.0, "place in the chain";
        capital "capital" Unit::Money, 0.0, 1e12, "net assets that stand behind the district's business";
        noise "noise" Unit::Number, 0.0, 5.0, "standard deviation of its own signal of quality";
        cases_per_month "cases_per_month" Unit::Number, 0.0, 1e6, "cases it reviews in the district a month";
        serves_mse "serves.mse" Unit::Flag, 0.0, 1.0, "1 if it guarantees self-employed and enterprises";
        serves_rural "serves.rural" Unit::Flag, 0.0, 1.0, "1 if it guarantees farms and agricultural entities";
        operating_cost "operating_cost" Unit::RateAnnual, 0.0, 0.05, "yearly running cost over liabilities";
        deficit "deficit" Unit::RateAnnual, 0.0, 0.05, "yearly deficit over the guaranteed balance that its owner tolerates on a new case";
    }
}

/// How a path moves between its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interpolation {
    Step,
    Linear,
}

/// A dated input of the environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    pub points: Vec<(Month, f64)>,
    pub interpolation: Interpolation,
}

impl Path {
    /// Value in `month`; held flat before the first and after the last date.
    pub fn at(&self, month: Month) -> f64 {
        let next = self.points.partition_point(|(from, _)| *from <= month);
        match (next.checked_sub(1).map(|i| self.points[i]), self.points.get(next)) {
            (None, Some(&(_, v))) => v,
            (Some((_, v)), None) => v,
            (Some((m0, v0)), Some(&(m1, v1))) => match self.interpolation {
                Interpolation::Step => v0,
                Interpolation::Linear => {
                    v0 + (v1 - v0) * f64::from(month.since(m0)) / f64::from(m1.since(m0))
                }
            },
            (None, None) => f64::NAN,
        }
    }
}

/// Declares the macro paths a pack must have; `.*` stands for every row of a sheet.
#[derive(Debug, Clone, Copy)]
pub struct PathSpec {
    pub key: &'static str,
    /// For `prefix.*` keys: the sheet whose ids complete the key (`lenders`, `crops`).
    pub each: Option<&'static str>,
    pub unit: Unit,
    pub low: f64,
    pub high: f64,
    pub en: &'static str,
}

macro_rules! paths {
    ($($name:ident $key:literal $each:expr, $unit:expr, $low:expr, $high:expr, $en:literal;)*) => {
        /// Every dated path of the environment, in the order of [`Paths`].
        pub const PATHS: &[PathSpec] =
            &[$(PathSpec { key: $key, each: $each, unit: $unit, low: $low, high: $high, en: $en },)*];
        /// The dated environment; a path with `each` has one entry per row of that sheet, else one.
        #[derive(Clone, Debug, PartialEq, Default)]
        pub struct Paths { $(pub $name: Vec<Path>,)* }
        impl Paths {
            /// Path number `i` of [`PATHS`], to be filled by the loader.
            pub fn slot(&mut self, i: usize) -> Option<&mut Vec<Path>> {
                let mut n = 0;
                $(if n == i { return Some(&mut self.$name); } n += 1;)*
                let _ = n;
                None
            }
            /// Path number `i` of [`PATHS`].
            pub fn get(&self, i: usize) -> &[Path] {
                let mut n = 0;
                $(if n == i { return &self.$name; } n += 1;)*
                let _ = n;
                &[]
            }
        }
    };
}

paths! {
    demand "demand" None, Unit::Number, 0.2, 5.0, "nominal demand index, 2018 = 1";
    epidemic "epidemic" None, Unit::Number, 0.0, 1.0, "share of a full epidemic month";
    digital "digital" None, Unit::Number, 0.0, 1.0, "digital reach of lending: cost, noise, unsecured limits, awareness";
    margin_pressure "margin_pressure" None, Unit::Points, -0.05, 0.05, "fall of lenders' markups asked by supervisors and competition";
    net_entry "net_entry" None, Unit::Number, -2.0, 2.0, "net entry of businesses relative to the parameter";
    wage "wage" None, Unit::Number, 0.2, 5.0, "off-farm wage index, 2018 = 1";
    ncd_1y "ncd_1y" None, Unit::RateAnnual, 0.0, 0.2, "one-year interbank certificate: marginal bank funding";
    city_growth "city_growth" None, Unit::RateAnnual, -0.5, 1.0, "yearly growth of the city's inclusive MSE balance";
    inclusive_limit "inclusive_limit" None, Unit::Money, 1e6, 1e9, "largest single-borrower credit that counts as inclusive";
    all_loan_growth "all_loan_growth.*" Some("lenders"), Unit::RateAnnual, -0.5, 1.0, "yearly growth of all loans of the legal person";
    outside_balance "outside_balance.*" Some("lenders"), Unit::Money, 0.0, 1e14, "loans of the legal person outside the district";
    outside_inclusive "outside_inclusive.*" Some("lenders"), Unit::Money, 0.0, 1e13, "inclusive MSE loans of the legal person outside the district";
    outside_npl "outside_npl.*" Some("lenders"), Unit::Share, 0.0, 0.5, "NPL ratio of all loans of the legal person outside the district";
    outside_inclusive_npl "outside_inclusive_npl.*" Some("lenders"), Unit::Share, 0.0, 0.5, "NPL ratio of its inclusive loans outside the district";
    crop_price "crop_price.*" Some("crops"), Unit::Number, 0.1, 10.0, "farm-gate price index, 2018 = 1";
}

/// One row of a list of dated opening or yearly population counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// Live borrowers at the start of the first reported year, by class.
    pub opening: [f64; CLASSES],
    /// Net entry a year, by class.
    pub net_entry: [f64; CLASSES],
}

/// A region pack, loaded and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    pub id: String,
    pub zh: String,
    pub en: String,
    /// What its numbers were fitted to, in Chinese and English; for the reader, nothing is computed from it.
    pub fit: Option<(String, String)>,
    /// First month of dated history; the spin-up runs before it with inputs held at its start.
    pub start: Month,
    /// First month of the projection: from here on paths are stated, not observed.
    pub projection: Month,
    pub townships: Vec<Township>,
    pub sectors: Vec<Sector>,
    pub lenders: Vec<LenderCard>,
    pub guarantors: Vec<GuarantorCard>,
    pub paths: Paths,
}
