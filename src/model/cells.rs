//! What a month holds for a cell (class × township): how its borrowers hear of credit, what asking
//! costs them, and how lenders see them.
//!
//! Instruments are asked once a cell and month when the desk opens; an application looks up its cell.
//! The answers are in `policy`, what a score is worth in `desk`.

use crate::policy::{CellAsk, Orders, PolicyMonth, SeeAnswer};
use crate::world::{CLASSES, Class, FILE_THICK, Region};

use super::Params;
use super::desk::{Sight, Terms};

/// One cell.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// Added to the monthly awareness hazard, and to the rate of first applications.
    pub awareness: f64,
    pub first_visit: f64,
    /// Borrower's own cost of an application, yuan.
    pub application_cost: f64,
    /// Share of those refused who give up.
    pub giving_up: f64,
    pub orders: Orders,
    /// Lent against a crop policy, over its sum insured.
    pub policies: f64,
    /// Among the rated credit villages.
    pub rated: bool,
    /// Share of its borrowers of whom there are records; places of their view and the others'.
    records: f64,
    recorded: u8,
    plain: u8,
}

/// How applicants are seen, by credit file.
#[derive(Clone, Debug)]
pub struct View {
    noise: [f64; 3],
    /// What looking adds to a case, yuan.
    pub handling: [f64; 3],
    /// The unsecured limit's factor by file is at least this.
    pub limit: f64,
    /// Lender × class; by file, strangers and own customers.
    sight: Vec<[[Sight; 2]; 3]>,
}

impl View {
    fn new(p: &Params, terms: &[Terms], see: &SeeAnswer, recorded: bool) -> View {
        let mut noise = see.noise;
        if recorded {
            noise[..usize::from(FILE_THICK)].iter_mut().for_each(|n| *n *= see.records.noise);
        }
        View {
            noise,
            handling: see.handling,
            limit: if recorded { see.records.limit } else { 0.0 },
            sight: terms.iter().map(|t| Sight::by_file(p, t.noise, noise)).collect(),
        }
    }

    #[inline(always)]
    pub fn sight(&self, lender: usize, class: usize, file: usize, own: bool) -> Sight {
        self.sight[lender * CLASSES + class][file][usize::from(own)]
    }
}

/// All cells of a month.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    townships: usize,
    of: Vec<Cell>,
    views: Vec<View>,
    /// Whether townships differ at all: else nobody needs to look where a borrower lives.
    pub differ: bool,
    /// Whether orders or crop policies can be pledged anywhere.
    pub lend_on_paper: bool,
}

impl Cells {
    pub fn open(p: &Params, region: &Region, policy: &PolicyMonth, terms: &[Terms]) -> Cells {
        let mut cells = Cells { townships: region.townships.len(), ..Cells::default() };
        let of = |urban: f64| region.townships.iter().filter(|t| t.urban == urban).count() as u32;
        for class in Class::ALL {
            let mut first = None;
            for t in &region.townships {
                let (urban, order) = (t.urban != 0.0, t.rollout as u32);
                let ask = CellAsk { class, urban, order, of: of(t.urban) };
                let (reach, see) = (policy.reach(&ask), policy.see(&ask));
                cells.differ |= *first.get_or_insert((reach, see)) != (reach, see);
                cells.lend_on_paper |= see.orders.share > 0.0 || see.policies > 0.0;
                let cell = Cell {
                    awareness: reach.awareness,
                    first_visit: reach.first_visit,
                    application_cost: p.application_cost * reach.cost,
                    giving_up: p.discouraged_share * reach.giving_up,
                    orders: see.orders,
                    policies: see.policies,
                    rated: reach.rated,
                    records: see.records.share,
                    plain: cells.view(p, terms, &see, false),
                    recorded: cells.view(p, terms, &see, see.records.share > 0.0),
                };
                cells.of.push(cell);
            }
        }
        cells
    }

    /// Place of a view; cells seen alike share one.
    fn view(&mut self, p: &Params, terms: &[Terms], see: &SeeAnswer, recorded: bool) -> u8 {
        let new = View::new(p, &[], see, recorded);
        let same = |v: &View| (v.noise, v.handling, v.limit) == (new.noise, new.handling, new.limit);
        let at = self.views.iter().position(same).unwrap_or_else(|| {
            self.views.push(View::new(p, terms, see, recorded));
            self.views.len() - 1
        });
        u8::try_from(at).expect("few views")
    }

    #[inline(always)]
    pub fn at(&self, class: usize, township: u8) -> &Cell {
        &self.of[class * self.townships + usize::from(township)]
    }

    /// Whether crop policies of a class can be pledged.
    pub fn pledges(&self, class: usize) -> bool {
        self.at(class, 0).policies > 0.0
    }

    /// How an applicant of the cell is seen; `draw` is its lasting luck with records.
    #[inline(always)]
    pub fn seen(&self, cell: &Cell, draw: impl Fn() -> f32) -> &View {
        let recorded = cell.records > 0.0 && f64::from(draw()) < cell.records;
        &self.views[usize::from(if recorded { cell.recorded } else { cell.plain })]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::desk::prior_pd;

    #[test]
    fn less_noise_brings_belief_nearer_to_quality() {
        let mut p = Params::missing();
        for (key, value) in [
            ("noise_none", 1.6),
            ("noise_thin", 1.1),
            ("noise_thick", 0.6),
            ("noise_own_customer", 0.6),
            ("quality_spread", 0.85),
            ("pd_prior_mean", 0.03),
            ("pd_prior_slope", 1.0),
        ] {
            assert!(p.set(key, None, value));
        }
        let beliefs = prior_pd(&p).try_into().expect("one belief a bucket");
        let terms = [Terms { noise: 1.0, ..Terms::default() }];
        // Mean belief over draws of the signal, for the quality of a good and of a bad borrower.
        let believed = |see: &SeeAnswer, recorded: bool, quality: f64| {
            let sight = View::new(&p, &terms, see, recorded).sight(0, 0, 0, false);
            (-20..=20).map(|k| sight.screen(&beliefs, quality, k as f32 / 10.0).1).sum::<f64>()
        };
        let plain = SeeAnswer::default();
        let mut clear = plain;
        clear.noise[0] = 0.5;
        let mut traced = plain;
        traced.records.noise = 0.5;
        for (see, recorded) in [(clear, false), (traced, true)] {
            assert!(believed(&see, recorded, 1.0) < believed(&plain, false, 1.0));
            assert!(believed(&see, recorded, -1.0) > believed(&plain, false, -1.0));
        }
        assert_eq!(
            believed(&traced, false, 1.0),
            believed(&plain, false, 1.0),
            "only where there are records"
        );
    }
}
