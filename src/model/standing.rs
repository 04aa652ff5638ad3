//! Standings of borrowers: who has one, and what it is worth in this month's applications.
//!
//! Instruments are asked when the desk opens; a borrower's marks are the pack's, and its luck with a standing is
//! one lasting draw, the same in every world. What instruments answer is in `policy::marks`.

use crate::luck::Key;
use crate::metrics::terms_bit;
use crate::policy::{MarkedAnswer, PolicyMonth, STANDINGS, Standing};
use crate::world::{Anchor, Class, Pays, flag, status};

use super::need;

/// Standings with the mark each asks for and the instrument it belongs to.
const KINDS: [(Standing, u16, &str); STANDINGS] = [
    (Standing::Intangible, flag::TECH as u16, "intangible_pledge"),
    (Standing::GreenList, flag::GREEN as u16, "green_matching"),
    (Standing::GreenBranch, flag::GREEN as u16, "green_branches"),
    (Standing::Cooperative, flag::COOPERATIVE as u16, "cooperative_model"),
    (Standing::Backed, BACKED, "equity_funds"),
    (Standing::SupplyChain, flag::ANCHOR_SUPPLIER as u16, "supply_chain_finance"),
];

/// The mark of those in whom a fund holds a stake, above the marks of the pack.
const BACKED: u16 = 1 << 8;

/// A borrower's marks: those of the pack, and what its status adds.
#[inline(always)]
pub fn marks(flags: u8, s: u8) -> u16 {
    u16::from(flags) | if s & status::BACKED != 0 { BACKED } else { 0 }
}

/// The month's answers.
#[derive(Clone, Debug, Default)]
pub struct Standings {
    /// By class.
    of: Vec<MarkedAnswer>,
    /// How anchor firms pay, by sector.
    pays: Vec<Pays>,
    /// Whether a standing means anything to anybody: else nobody needs to look.
    pub any: bool,
}

/// How those with a standing are called on: what it adds to thresholds of their monthly draw.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    mark: u16,
    kind: u32,
    share: f64,
    pub aware: u32,
    pub first: u32,
}

/// What one borrower has to show, of all its standings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown {
    pub noise: f64,
    pub limit: f64,
    /// Over yearly sales, and the part of it that is an anchor firm's promise.
    pub pledge: f64,
    pub tied: f64,
    pub handling: f64,
    /// Which standings, one bit each.
    pub kinds: u8,
}

impl Default for Shown {
    fn default() -> Self {
        Shown { noise: 1.0, limit: 0.0, pledge: 0.0, tied: 0.0, handling: 0.0, kinds: 0 }
    }
}

impl Standings {
    pub fn open(policy: &PolicyMonth, anchors: &[Anchor]) -> Standings {
        let of: Vec<MarkedAnswer> = Class::ALL.into_iter().map(|class| policy.mark(class)).collect();
        let any = of.iter().flat_map(|answer| &answer.by).any(|m| m.speaks());
        Standings { of, pays: anchors.iter().map(|a| a.pays).collect(), any }
    }

    /// Calls on borrowers of a class.
    pub fn calls(&self, class: usize) -> Vec<Call> {
        let of = |(kind, mark, _): (Standing, u16, &str)| {
            let m = &self.of[class].by[kind as usize];
            let calls = m.share > 0.0 && (m.awareness > 0.0 || m.first_visit > 0.0);
            let (aware, first) = (need::threshold(m.awareness), need::threshold(m.first_visit));
            calls.then_some(Call { mark, kind: kind as u32, share: m.share, aware, first })
        };
        KINDS.into_iter().filter_map(of).collect()
    }

    /// What a borrower of a sector with these marks has to show; `luck` is the lasting draw of standings.
    pub fn shown(&self, luck: Key, class: usize, sector: u8, marks: u16, id: u32) -> Shown {
        let mut shown = Shown::default();
        if !self.any || marks == 0 {
            return shown;
        }
        for (kind, mark, _) in KINDS {
            let m = &self.of[class].by[kind as usize];
            if marks & mark != 0 && m.speaks() && f64::from(luck.unit2(id, kind as u32)) < m.share {
                let tied = match self.pays.get(usize::from(sector)) {
                    Some(Pays::InTime) => m.tied,
                    Some(Pays::Late) => m.tied * m.late,
                    _ => 0.0,
                };
                shown.noise *= m.noise;
                shown.limit = shown.limit.max(m.limit);
                shown.pledge += m.pledge + tied;
                shown.tied += tied;
                shown.handling += m.handling;
                shown.kinds |= 1 << kind as u8;
            }
        }
        shown
    }
}

/// What calls add to the thresholds of one borrower: to learn of credit, to apply for a first loan.
pub fn called(calls: &[Call], luck: Key, marks: u16, id: u32) -> [u32; 2] {
    let on = |c: &&Call| marks & c.mark != 0 && f64::from(luck.unit2(id, c.kind)) < c.share;
    calls.iter().filter(on).fold([0, 0], |[a, f], c| [a.saturating_add(c.aware), f.saturating_add(c.first)])
}

/// Instruments behind the standings of a loan, bits of `metrics::ON_TERMS`.
pub fn behind(kinds: u8) -> u32 {
    const BITS: [u32; STANDINGS] = {
        let mut bits = [0; STANDINGS];
        let mut k = 0;
        while k < STANDINGS {
            bits[KINDS[k].0 as usize] = terms_bit(KINDS[k].2);
            k += 1;
        }
        bits
    };
    BITS.iter().enumerate().filter(|(kind, _)| kinds >> kind & 1 == 1).fold(0, |all, (_, bit)| all | bit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luck::{Luck, Stream};
    use crate::policy::Marked;

    #[test]
    fn a_standing_needs_its_mark_and_its_luck() {
        let mut answer = MarkedAnswer::default();
        answer.by[0] = Marked { share: 0.4, noise: 0.8, pledge: 0.1, ..Marked::default() };
        answer.by[5] = Marked { share: 1.0, tied: 0.2, late: 0.5, pledge: 0.1, ..Marked::default() };
        let pays = vec![Pays::InTime, Pays::Late, Pays::Never];
        let standings = Standings { of: vec![answer; 5], pays, any: true };
        let luck = Luck::new(1, 0).key_fixed(Stream::Standing);
        let shown = |flags| {
            (0..10_000).filter(|&id| standings.shown(luck, 1, 0, marks(flags, 0), id).kinds == 1).count()
        };
        assert_eq!(shown(flag::GREEN), 0);
        assert!((3_800..4_200).contains(&shown(flag::TECH)), "{}", shown(flag::TECH));
        // Whom a fund backs is known by its status, not by a flag.
        let backed =
            |s| standings.shown(luck, 1, 0, marks(flag::TECH, s), 7).kinds & 1 << Standing::Backed as u8;
        assert_eq!((backed(status::LIVE), backed(status::BACKED)), (0, 0));
        assert_eq!(behind(1), terms_bit("intangible_pledge"));
        // A promise is worth half while the anchor firm is late, and nothing once it has failed.
        let pledged = [0, 1, 2].map(|sector| {
            let s = standings.shown(luck, 1, sector, marks(flag::ANCHOR_SUPPLIER, 0), 7);
            (s.pledge, s.tied)
        });
        assert_eq!(pledged, [(0.1 + 0.2, 0.2), (0.1 + 0.1, 0.1), (0.1, 0.0)]);
    }
}
