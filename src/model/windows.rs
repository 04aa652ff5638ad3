//! Re-lending windows: what one takes off a bank's funding when it quotes, and the month of advances.
//!
//! A loan may be pledged at one window at most: the one that saves the bank most among those that are open to it and
//! whose ceiling its rate keeps. Terms are in `policy::window`; money moves by `ledger::windows`.

use crate::luck::kernel;
use crate::policy::{Ceiling, WindowTerms};
use crate::units::{interest_fen, ppm};
use crate::world::{Advance, CLASSES, Class, Cohort, WINDOWS, Window};

use super::desk::{Desk, Terms};
use super::{Params, Run};

/// A window open to a lender's loans of a class.
#[derive(Clone, Copy, Debug)]
pub struct Relief {
    pub window: Window,
    /// Bits of [`nature`](crate::world::nature) a borrower must have.
    pub asks: u16,
    /// What it takes off funding, yearly.
    pub relief: f64,
    /// The same with all the quota free: to tell a full window from a dear one.
    pub free: f64,
    /// Highest rate it allows.
    pub cap: f64,
}

/// Windows by lender, and what they take off funding, as the desk keeps them.
#[derive(Clone, Debug, Default)]
pub struct Windows {
    pub of: Vec<[Option<WindowTerms>; WINDOWS]>,
    /// Of all lenders and classes, the largest relief of each first; `Terms::reliefs` says which.
    reliefs: Vec<Relief>,
    /// By sector: bits of [`nature`](crate::world::nature).
    pub natures: Vec<u16>,
    /// Whether a window asks what a borrower is.
    pub by_nature: bool,
}

impl Windows {
    pub fn new(lenders: usize, natures: Vec<u16>) -> Windows {
        Windows { of: vec![[None; WINDOWS]; lenders], natures, ..Windows::default() }
    }

    /// Takes in what instruments opened to lender `l` for a class; `fill` is the share of what banks lately
    /// wanted to refinance at each window that its quota allowed.
    pub fn open(
        &mut self,
        p: &Params,
        l: usize,
        answer: &[Option<WindowTerms>; WINDOWS],
        terms: &mut Terms,
        lpr: f64,
        fill: &[f64; WINDOWS],
    ) {
        let first = self.reliefs.len();
        for (window, terms_of) in Window::ALL.into_iter().zip(answer) {
            let Some(t) = terms_of else { continue };
            self.of[l][window as usize] = Some(*t);
            // Equipment is bought on loans of its own.
            if !t.lends || window == Window::Equipment {
                continue;
            }
            let free = t.relief(terms.funding, p.window_take_up);
            self.by_nature |= t.asks != 0;
            // Where the quota is short, only that part of a new loan is refinanced that was lately.
            let relief = free * fill[window as usize];
            self.reliefs.push(Relief { window, asks: t.asks, relief, free, cap: t.highest(lpr) });
        }
        let mine = &mut self.reliefs[first..];
        mine.sort_by(|a, b| b.relief.total_cmp(&a.relief));
        terms.reliefs = (first as u16, self.reliefs.len() as u16);
    }

    /// Windows open to loans made on these terms, the largest relief first.
    #[inline(always)]
    pub fn reliefs(&self, terms: &Terms) -> &[Relief] {
        &self.reliefs[usize::from(terms.reliefs.0)..usize::from(terms.reliefs.1)]
    }

    /// What borrower `i` of a cohort is, as far as a window asks.
    #[inline(always)]
    pub fn nature(&self, cohort: &Cohort, i: usize, flags: u8) -> u16 {
        let of_sector = if self.by_nature { self.natures[usize::from(cohort.sector[i])] } else { 0 };
        of_sector | u16::from(flags)
    }

    /// The window that takes most off a loan among those whose ceiling on the end rate it keeps; `offered` is the
    /// rate of the loan with a relief.
    #[inline(always)]
    pub fn best(&self, terms: &Terms, nature: u16, offered: impl Fn(f64) -> f64) -> Option<&Relief> {
        self.reliefs(terms).iter().find(|w| has(nature, w.asks) && offered(w.relief) <= w.cap)
    }

    /// The most that a window would take off with all the quota free.
    pub fn free(&self, terms: &Terms, nature: u16) -> f64 {
        let open = self.reliefs(terms).iter().filter(|w| has(nature, w.asks));
        open.fold(0.0, |most, w| most.max(w.free))
    }

    /// The quota of one window, fen.
    pub fn quota(&self, window: Window) -> i64 {
        self.of.iter().filter_map(|x| x[window as usize]).map(|x| x.quota_fen).max().unwrap_or(0)
    }
}

/// Whether a borrower of this nature has all that is asked.
#[inline(always)]
fn has(nature: u16, asks: u16) -> bool {
    nature & asks == asks
}

impl WindowTerms {
    /// What a window takes off the marginal cost of a loan it may finance, yearly: of the share it finances, the
    /// saving, as far as the bank cares to draw.
    pub fn relief(&self, funding: f64, take_up: f64) -> f64 {
        let saving = funding - self.rate;
        self.share * (saving * kernel::logistic64(saving / take_up)).max(0.0)
    }

    /// Highest rate of a loan that may be pledged.
    pub fn highest(&self, lpr: f64) -> f64 {
        match self.ceiling {
            Ceiling::OverLpr(spread) => lpr + spread,
            Ceiling::Rate(rate) => rate,
        }
    }
}

/// Interest, calls, roll-overs, repayments and new advances of all windows.
pub fn settle(run: &mut Run) {
    let mut advances = std::mem::take(&mut run.world.advances);
    for a in &advances {
        let interest = interest_fen(a.fen, a.rate_ppm);
        run.world.ledger.advance_interest(a.lender as usize, interest, a.window);
    }
    for window in Window::ALL {
        run.world.counters.window_bound[window as usize] = month(run, window, &mut advances);
    }
    run.world.advances = advances;
}

/// One window's month; says whether its quota left something wanted unfilled.
fn month(run: &mut Run, window: Window, advances: &mut Vec<Advance>) -> bool {
    let month = run.world.month;
    let take_up = run.inputs.params.window_take_up;
    let w = window as usize;
    let (desk, world): (&Desk, _) = (&run.desk, &mut run.world);
    let lenders = world.lenders.len();
    let open = desk.windows.of.iter().any(|x| x[w].is_some());
    if !open && advances.iter().all(|a| a.window != window) {
        world.market.window_fill[w] = 0.0;
        return false;
    }
    // What may be held against what is pledged, and what a bank would hold: its wish rises smoothly with
    // the saving over its marginal funding.
    let class = if window == Window::Agri { Class::Agri } else { Class::SelfEmployed };
    let backed = |l: usize, pledged: i64| {
        (pledged as f64 * desk.windows.of[l][w].map_or(1.0, |terms| terms.share)) as i64
    };
    let wish = |l: usize, pledged: i64| -> i64 {
        desk.windows.of[l][w].map_or(0, |terms| {
            let saving = desk.terms[l * CLASSES + class.index()].funding - terms.rate;
            (backed(l, pledged) as f64 * kernel::logistic64(saving / take_up)) as i64
        })
    };
    let wishes: Vec<i64> = (0..lenders).map(|l| wish(l, world.lenders[l].pledged[w])).collect();
    let quota = desk.windows.quota(window);
    let mut held: Vec<i64> = vec![0; lenders];
    for a in advances.iter().filter(|a| a.window == window) {
        held[a.lender as usize] += a.fen;
    }
    let mut total: i64 = held.iter().sum();
    let mut short = 0;

    for a in advances.iter_mut().filter(|a| a.window == window) {
        let l = a.lender as usize;
        // What is no longer pledged is called, oldest advances first.
        let called = (held[l] - backed(l, world.lenders[l].pledged[w])).clamp(0, a.fen);
        let mut keep = a.fen - called;
        if a.due <= month {
            // Due, it is rolled over while wanted, allowed and within the quota, else repaid.
            keep = match desk.windows.of[l][w] {
                Some(terms) if a.rolls_left > 0 => {
                    a.due = month.plus(terms.term_months);
                    a.rolls_left -= 1;
                    a.rate_ppm = ppm(terms.rate);
                    let wanted = keep.min((wishes[l] - (held[l] - a.fen)).max(0));
                    let allowed = wanted.min((quota - (total - a.fen)).max(0));
                    short += wanted - allowed;
                    allowed
                }
                _ => 0,
            };
        }
        let repaid = a.fen - keep;
        if repaid > 0 {
            world.ledger.repay_advance(l, repaid, window);
            held[l] -= repaid;
            total -= repaid;
            a.fen = keep;
        }
    }
    advances.retain(|a| a.fen > 0);

    // New advances share what is left of the quota in proportion to what is still wanted. Only this
    // month's loans can be newly refinanced: lend first, borrow after.
    let wanted: Vec<i64> = (0..lenders)
        .map(|l| {
            let fresh = std::mem::take(&mut world.lenders[l].pledged_new[w]);
            wish(l, fresh).min((wishes[l] - held[l]).max(0))
        })
        .collect();
    let all: i64 = wanted.iter().sum();
    let room = (quota - total).max(0);
    let granted = all.min(room);
    short += if quota > 0 { all - granted } else { 0 };
    world.market.window_fill[w] = if quota > 0 {
        // Half a month's memory: banks expect to refinance what they lately could.
        let filled = if all > 0 { granted as f64 / all as f64 } else { f64::from(u8::from(room > 0)) };
        0.5 * (world.market.window_fill[w] + filled)
    } else {
        0.0
    };
    for (l, &want) in wanted.iter().enumerate() {
        let Some(terms) = desk.windows.of[l][w] else { continue };
        let share = if all > 0 { want as f64 / all as f64 } else { 0.0 };
        // Whole yuan, never above what is left.
        let fen = (granted as f64 * share) as i64 / 100 * 100;
        if fen > 0 {
            world.ledger.draw_advance(l, fen, window);
            advances.push(Advance {
                lender: l as u8,
                window,
                fen,
                rate_ppm: ppm(terms.rate),
                due: month.plus(terms.term_months),
                rolls_left: terms.rollovers,
            });
        }
    }
    short > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::nature;

    fn terms(share: f64, rate: f64) -> WindowTerms {
        WindowTerms {
            quota_fen: 1,
            rate,
            share,
            term_months: 12,
            rollovers: 2,
            ceiling: Ceiling::OverLpr(0.01),
            asks: 0,
            lends: true,
        }
    }

    #[test]
    fn a_window_for_part_of_the_principal_blends_marginal_funding() {
        // Funding of 2.75% and a window at 1.75% for 60%: 0.6 points where everything wanted is drawn.
        assert!((terms(0.6, 0.0175).relief(0.0275, 1e-4) - 0.006).abs() < 1e-12);
        assert!((terms(1.0, 0.0175).relief(0.0275, 1e-4) - 0.010).abs() < 1e-12);
        // A dearer window takes nothing off.
        assert_eq!(terms(0.6, 0.03).relief(0.0275, 0.003), 0.0);
    }

    #[test]
    fn the_window_that_saves_most_comes_first_and_natures_are_asked_whole() {
        let mut windows = Windows::new(1, vec![nature::LOGISTICS]);
        let mut answer = [None; WINDOWS];
        answer[Window::Tech as usize] = Some(WindowTerms { asks: nature::TECH, ..terms(0.6, 0.0175) });
        answer[Window::Transport as usize] =
            Some(WindowTerms { asks: nature::LOGISTICS, ..terms(1.0, 0.0175) });
        answer[Window::Carbon as usize] = Some(WindowTerms { lends: false, ..terms(0.6, 0.0175) });
        let mut params = Params::missing();
        params.window_take_up = 0.003;
        let mut mine = Terms { funding: 0.0275, ..Terms::default() };
        windows.open(&params, 0, &answer, &mut mine, 0.0365, &[1.0; WINDOWS]);
        let order: Vec<Window> = windows.reliefs(&mine).iter().map(|r| r.window).collect();
        assert_eq!(order, [Window::Transport, Window::Tech]);
        assert!(windows.by_nature && windows.of[0][Window::Carbon as usize].is_some());
        assert!((windows.reliefs(&mine)[0].cap - 0.0465).abs() < 1e-12);
        assert!(
            has(nature::LOGISTICS | nature::HIT, nature::LOGISTICS) && !has(nature::HIT, nature::LOGISTICS)
        );
        assert!(has(0, 0));
        // The same with its quota used up: what is left of the other is then worth more.
        let mut full = [1.0; WINDOWS];
        full[Window::Transport as usize] = 0.0;
        let mut windows = Windows::new(1, Vec::new());
        windows.open(&params, 0, &answer, &mut mine, 0.0365, &full);
        assert_eq!(windows.reliefs(&mine)[0].window, Window::Tech);
    }
}
