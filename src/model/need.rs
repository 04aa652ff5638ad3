//! Phase 5: who comes to know that it could borrow, whom it can reach, and who applies.
//!
//! One draw a borrower and month decides all three, at opposite ends of the unit interval, so that
//! a stronger push never takes away anybody's luck.

use crate::luck::simd::{prefetch, twin};
use crate::luck::{Key, Stream};
use crate::world::{Borrower, CLASSES, NO_LOAN, status};

use super::lending::Application;
use super::{Run, bond, lease, marks, projects, standing, term};

const IN_NEED: u8 = status::LIVE | status::NEED;
const AWARE: u8 = status::AWARE;

/// Borrowers looked at together.
const BLOCK: usize = marks::MOST;
/// Of those who meet a further lender.
const TOGETHER: usize = 64;
const NOBODY: u32 = u32::MAX;

twin! {
    /// Marks borrowers whose draw may let them act: learn of credit, apply, or meet a further lender.
    wide fn may_act, may_act_plain(
        draws: Key, apply: u32, aware: u32, reach: u32, ids: &[u32], status: &[u8], loan: &[u32], hits: &mut [u8],
    ) {
        let n = hits.len();
        let (ids, status, loan) = (&ids[..n], &status[..n], &loan[..n]);
        for i in 0..n {
            let (s, u) = (status[i], draws.bits(ids[i]));
            let known = s & AWARE != 0;
            let free = loan[i] == NO_LOAN;
            let below = (known & free & (u < apply)) | (!known & (u < aware));
            hits[i] = u8::from((s & IN_NEED == IN_NEED) & (below | (known & (u > reach))));
        }
    }
}

twin! {
    /// The lender each meets of those it does not know yet, drawn by `weights`; [`NOBODY`] where it knows all.
    fn meet, meet_plain(weights: &[f64], reach: &[u32; TOGETHER], draws: &[f32; TOGETHER], met: &mut [u32; TOGETHER]) {
        let unknown = |reach: u32, l: usize, weight: f64| if reach >> l & 1 == 0 { weight } else { 0.0 };
        let mut all = [0.0; TOGETHER];
        for (l, &weight) in weights.iter().enumerate() {
            for (all, &reach) in all.iter_mut().zip(reach) {
                *all += unknown(reach, l, weight);
            }
        }
        // The first whose cumulative weight exceeds the draw: as many as do not lie before it.
        *met = [0; TOGETHER];
        let mut cumulative = [0.0; TOGETHER];
        for (l, &weight) in weights.iter().enumerate() {
            for a in 0..TOGETHER {
                cumulative[a] += unknown(reach[a], l, weight);
                met[a] += u32::from(cumulative[a] <= f64::from(draws[a]) * all[a]);
            }
        }
        for (met, all) in met.iter_mut().zip(all) {
            *met = if all > 0.0 { (*met).min(weights.len() as u32 - 1) } else { NOBODY };
        }
    }
}

/// A probability as a 32-bit threshold.
pub fn threshold(p: f64) -> u32 {
    (p.clamp(0.0, 1.0) * 4_294_967_295.0) as u32
}

pub fn need(run: &mut Run) {
    let month = run.world.month;
    let p = run.inputs.params.clone();
    let region = run.world.region.clone();
    let digital = run.world.environment.digital;
    let towns = region.townships.len();
    let push = p.awareness_push * run.desk.push * (0.4 + 0.6 * digital);
    let draws = run.luck.key(Stream::Awareness, month);
    let which = run.luck.key(Stream::Reach, month);
    let standings = run.luck.key_fixed(Stream::Standing);

    // Lenders' pull on borrowers who already borrow somewhere: size, digital reach, target.
    let weights: Vec<f64> = region
        .lenders
        .iter()
        .zip(&run.world.lenders)
        .map(|(card, l)| {
            card.reach_growth
                * (1.0 + p.reach_digital * digital * card.digital)
                * (1.0 + p.reach_target * l.shortfall)
        })
        .collect();
    let total: f64 = weights.iter().sum();
    let base: f64 = region.lenders.iter().map(|l| l.reach_growth).sum();
    let reach_at = threshold(p.reach_rate * total / base.max(1e-9));
    let apply = threshold(p.apply_rate);

    let mut hits = [0u8; BLOCK];
    let mut meeting: Vec<u32> = Vec::new();
    let mut room = marks::room();
    for c in 0..CLASSES {
        let w = run.world.weight(c);
        let cohort = &mut run.world.cohorts[c];
        let mut aware = [0u32; 256];
        let mut first = [0u32; 256];
        for (t, threshold_at) in aware.iter_mut().enumerate().take(towns) {
            let cell = run.desk.cells.at(c, t as u8);
            let neighbours = run.world.neighbours[c * towns + t];
            let hazard = p.aware_factor[c]
                * (push + p.awareness_digital * digital + p.awareness_contagion * neighbours);
            *threshold_at = threshold(hazard + cell.awareness);
            first[t] = threshold(p.apply_rate + cell.first_visit);
        }
        let calls = run.desk.standings.calls(c);
        let with =
            |most: u32, of: fn(&standing::Call) -> u32| calls.iter().map(of).fold(most, u32::saturating_add);
        let aware_most = with(aware.iter().copied().max().unwrap_or(0), |c| c.aware);
        let apply_most = with(first.iter().copied().fold(apply, u32::max), |c| c.first);
        let mut learned = 0;
        let mut known = 0;
        for start in (0..cohort.len()).step_by(BLOCK) {
            let block = start..(start + BLOCK).min(cohort.len());
            let crate::world::Cohort { id, status, details, loan, flags, .. } = &mut *cohort;
            let (ids, status) = (&id[block.clone()], &mut status[block.clone()]);
            let (details, loan) = (&mut details[block.clone()], &loan[block.clone()]);
            let flags = &flags[block.clone()];
            let hits = &mut hits[..ids.len()];
            may_act(draws, apply_most, aware_most, u32::MAX - reach_at, ids, status, loan, hits);
            let asked = marks::places(hits, &mut room);
            for i in asked.clone() {
                prefetch(details, i);
            }
            for i in asked {
                let (s, u, it, has) = (&mut status[i], draws.bits(ids[i]), &mut details[i], loan[i]);
                let town = it.township;
                let more = if calls.is_empty() {
                    [0; 2]
                } else {
                    standing::called(&calls, standings, standing::marks(flags[i], *s), ids[i])
                };
                if *s & AWARE == 0 {
                    if u < aware[town as usize].saturating_add(more[0]) {
                        *s |= AWARE;
                        learned += w;
                        known += i64::from(it.reach.count_ones()) * w;
                    }
                    continue;
                }
                if u > u32::MAX - reach_at {
                    meeting.push((start + i) as u32);
                }
                // Whom officers call on first, who never had a loan, comes sooner.
                let rate = if *s & status::HAD_LOAN == 0 {
                    first[town as usize].saturating_add(more[1])
                } else {
                    apply
                };
                if u < rate && has == NO_LOAN && month >= it.resume {
                    *s &= !status::DISCOURAGED;
                    run.applications
                        .push(Application { borrower: Borrower::new(c, start + i), renewal: NO_LOAN });
                }
            }
        }
        for some in meeting.chunks(TOGETHER) {
            let (mut reach, mut draws, mut met) = ([0; TOGETHER], [0.0; TOGETHER], [0; TOGETHER]);
            for ((&i, reach), draw) in some.iter().zip(&mut reach).zip(&mut draws) {
                *reach = u32::from(cohort.details[i as usize].reach);
                *draw = which.unit(cohort.id[i as usize]);
            }
            meet(&weights, &reach, &draws, &mut met);
            for (&i, l) in some.iter().zip(met).filter(|(_, l)| *l != NOBODY) {
                cohort.details[i as usize].reach |= 1 << l;
                known += w;
            }
        }
        meeting.clear();
        run.world.census.aware[c] += learned;
        run.world.census.known += known;
    }
    projects::begin(run);
    lease::begin(run);
    bond::issue(run);
    term::plan(run);
}
