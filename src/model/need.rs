//! Phase 5: who comes to know that it could borrow, whom it can reach, and who applies.
//!
//! One draw a borrower and month decides all three, at opposite ends of the unit interval, so that
//! a stronger push never takes away anybody's luck.

use crate::luck::{Stream, fill_bits};
use crate::world::{Borrower, CLASSES, NO_LOAN, status};

use super::lending::Application;
use super::{Run, genesis};

const IN_NEED: u8 = status::LIVE | status::NEED;

/// A probability as a 32-bit threshold.
fn threshold(p: f64) -> u32 {
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

    let mut bits = vec![0u32; 1024];
    for c in 0..CLASSES {
        let w = run.world.weight(c);
        let cohort = &mut run.world.cohorts[c];
        let mut aware = [0u32; 256];
        for (t, threshold_at) in aware.iter_mut().enumerate().take(towns) {
            let neighbours = run.world.neighbours[c * towns + t];
            let hazard = p.aware_factor[c]
                * (push + p.awareness_digital * digital + p.awareness_contagion * neighbours);
            *threshold_at = threshold(hazard);
        }
        let mut learned = 0;
        let mut known = 0;
        for start in (0..cohort.len()).step_by(1024) {
            let block = start..(start + 1024).min(cohort.len());
            let crate::world::Cohort { id, status, township, reach, loan, resume, .. } = &mut *cohort;
            let (ids, status) = (&id[block.clone()], &mut status[block.clone()]);
            let (township, reach) = (&township[block.clone()], &mut reach[block.clone()]);
            let (loan, resume) = (&loan[block.clone()], &resume[block.clone()]);
            let bits = &mut bits[..ids.len()];
            fill_bits(draws, ids, bits);
            let columns = status.iter_mut().zip(&*bits).zip(township).zip(loan);
            for (i, (((s, &u), &town), &has)) in columns.enumerate() {
                // Without branches first: few have anything to decide this month.
                let known_to = *s & status::AWARE != 0;
                let below = u < if known_to { apply } else { aware[town as usize] };
                let acts = (below & !(known_to & (has != NO_LOAN))) | (known_to & (u > u32::MAX - reach_at));
                if !(acts & (*s & IN_NEED == IN_NEED)) {
                    continue;
                }
                if *s & status::AWARE == 0 {
                    if u < aware[town as usize] {
                        *s |= status::AWARE;
                        learned += w;
                        known += i64::from(reach[i].count_ones()) * w;
                    }
                    continue;
                }
                if u > u32::MAX - reach_at {
                    // Weights of the lenders it does not know yet, cumulated.
                    let mut unknown = [0.0; 16];
                    let mut sum = 0.0;
                    for (l, weight) in weights.iter().enumerate() {
                        sum += if reach[i] >> l & 1 == 0 { *weight } else { 0.0 };
                        unknown[l] = sum;
                    }
                    if sum > 0.0 {
                        reach[i] |= 1 << genesis::pick(&unknown[..weights.len()], which.unit(ids[i]));
                        known += w;
                    }
                }
                if u < apply && has == NO_LOAN && month >= resume[i] {
                    *s &= !status::DISCOURAGED;
                    run.applications
                        .push(Application { borrower: Borrower::new(c, start + i), renewal: NO_LOAN });
                }
            }
        }
        run.world.census.aware[c] += learned;
        run.world.census.known += known;
    }
}
