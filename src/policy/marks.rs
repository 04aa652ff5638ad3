//! Standings: what some borrowers with a mark of the pack (tech, green, supplier of an anchor firm, …) have to show
//! to lenders, and how they are called on.
//!
//! Asked once a class and month when the desk opens. Who among those with the mark has a standing, and what
//! it does to an application, is the business of `model::standing`.

/// Standings, by what gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Standing {
    /// Patents and the like that can be pledged, or a score of knowledge or business value.
    Intangible = 0,
    /// A place on the list of green borrowers that goes to lenders.
    GreenList = 1,
    /// Known to the officers of a green branch.
    GreenBranch = 2,
    /// Records and backing of a cooperative, or of the firm that has farmers under contract.
    Cooperative = 3,
    /// An equity fund holds a stake in it.
    Backed = 4,
}

pub const STANDINGS: usize = 5;

/// What a standing is worth to those who have it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Marked {
    /// Share of those with the mark who have it: always the same ones.
    pub share: f64,
    /// Factor on screening noise.
    pub noise: f64,
    /// The unsecured limit's factor by credit file is at least this.
    pub limit: f64,
    /// What is lent against it, over yearly sales.
    pub pledge: f64,
    /// What looking adds to a case, yuan.
    pub handling: f64,
    /// Added to the monthly hazard of learning of credit, and to the rate of first applications.
    pub awareness: f64,
    pub first_visit: f64,
}

impl Default for Marked {
    fn default() -> Self {
        Marked {
            share: 0.0,
            noise: 1.0,
            limit: 0.0,
            pledge: 0.0,
            handling: 0.0,
            awareness: 0.0,
            first_visit: 0.0,
        }
    }
}

impl Marked {
    /// Whether it means anything to anybody.
    pub fn speaks(&self) -> bool {
        self.share > 0.0 && Marked { share: 0.0, ..*self } != Marked::default()
    }
}

/// All standings of a class.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MarkedAnswer {
    pub by: [Marked; STANDINGS],
}
