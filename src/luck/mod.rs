//! Luck: every random draw, as a pure function of (seed, replication, stream, month, entity id).
//!
//! No draw depends on call order, threads or what else was drawn, so two policies meet the same
//! luck. [`streams`] says what is drawn, [`keys`] mixes 32-bit draws, [`rng`] feeds rand's distributions on
//! rare paths, [`kernel`] has the elementary functions (equal bits on every machine), [`simd`]
//! chooses the AVX2 twin of a slice function. What a draw means for a borrower is not decided here.
//!
//! Sources: triple32 of Wellons' hash-prospector; Philox of Salmon et al. (SC11, "Parallel random
//! numbers: as easy as 1, 2, 3"); inverse normal of Wichura (AS 241, 1988).

pub mod kernel;
pub mod keys;
pub mod rng;
pub mod simd;
pub mod streams;

pub use keys::{Key, Luck, fill_bits, fill_normal, fill_normal_each, fill_unit};
pub use rng::{Exponential, KeyedRng, LogNormal, Normal, StandardNormal};
pub use streams::Stream;

/// Yardsticks of the tests of this room.
#[cfg(test)]
mod yard {
    /// Kolmogorov–Smirnov distance of a sample from `cdf`, times √n: above 2 about once in 1500.
    pub fn ks(sample: impl IntoIterator<Item = f64>, cdf: impl Fn(f64) -> f64) -> f64 {
        let mut xs: Vec<f64> = sample.into_iter().collect();
        xs.sort_by(f64::total_cmp);
        let n = xs.len() as f64;
        let gap = |(i, &x): (usize, &f64)| (cdf(x) - i as f64 / n).max((i + 1) as f64 / n - cdf(x));
        xs.iter().enumerate().map(gap).fold(0.0, f64::max) * n.sqrt()
    }

    /// Mean, variance, skewness and kurtosis.
    pub fn moments(xs: &[f64]) -> [f64; 4] {
        let n = xs.len() as f64;
        let mean = xs.iter().sum::<f64>() / n;
        let central = |p: usize| {
            xs.iter().map(|x| [1.0; 4].iter().take(p).fold(1.0, |y, _| y * (x - mean))).sum::<f64>() / n
        };
        let var = central(2);
        [mean, var, central(3) / (var * var.sqrt()), central(4) / (var * var)]
    }
}
