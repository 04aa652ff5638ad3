//! Phase 5: who comes to know that it could borrow, whom it can reach, and who applies.
//!
//! One draw a borrower and month decides all three, at opposite ends of the unit interval, so that
//! a stronger push never takes away anybody's luck.

use crate::luck::{Stream, fill_bits};
use crate::world::{CLASSES, NO_LOAN, status};

use super::lending::Application;
use super::{Run, genesis};

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
    let reach = threshold(p.reach_rate * total / base.max(1e-9));
    let apply = threshold(p.apply_rate);

    let mut bits = vec![0u32; 1024];
    for c in 0..CLASSES {
        let w = run.world.weight(c);
        let cohort = &mut run.world.cohorts[c];
        let aware: Vec<u32> = (0..towns)
            .map(|t| {
                let neighbours = run.world.neighbours[c * towns + t];
                let hazard = p.aware_factor[c]
                    * (push + p.awareness_digital * digital + p.awareness_contagion * neighbours);
                threshold(hazard)
            })
            .collect();
        for start in (0..cohort.len()).step_by(1024) {
            let end = (start + 1024).min(cohort.len());
            fill_bits(draws, &cohort.id[start..end], &mut bits[..end - start]);
            for i in start..end {
                let s = cohort.status[i];
                if s & (status::LIVE | status::NEED) != status::LIVE | status::NEED {
                    continue;
                }
                let u = bits[i - start];
                if s & status::AWARE == 0 {
                    if u < aware[cohort.township[i] as usize] {
                        cohort.status[i] |= status::AWARE;
                        run.world.census.aware[c] += w;
                        run.world.census.known += i64::from(cohort.reach[i].count_ones()) * w;
                    }
                    continue;
                }
                if u > u32::MAX - reach {
                    let unknown: Vec<f64> = weights
                        .iter()
                        .enumerate()
                        .scan(0.0, |sum, (l, w)| {
                            *sum += if cohort.reach[i] >> l & 1 == 0 { *w } else { 0.0 };
                            Some(*sum)
                        })
                        .collect();
                    if unknown.last().is_some_and(|&w| w > 0.0) {
                        cohort.reach[i] |= 1 << genesis::pick(&unknown, which.unit(cohort.id[i]));
                        run.world.census.known += w;
                    }
                }
                if cohort.loan[i] == NO_LOAN && u < apply && month >= cohort.resume[i] {
                    cohort.status[i] &= !status::DISCOURAGED;
                    run.applications
                        .push(Application { borrower: crate::world::Borrower::new(c, i), renewal: NO_LOAN });
                }
            }
        }
    }
}
