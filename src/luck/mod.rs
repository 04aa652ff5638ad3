//! Luck: every random draw, as a pure function of (seed, replication, stream, month, entity id).
//!
//! No draw depends on call order, threads or what else was drawn, so two policies meet the same
//! luck. [`keys`] names the streams and mixes 32-bit draws, [`rng`] feeds rand's distributions on
//! rare paths, [`kernel`] has the elementary functions (equal bits on every machine), [`simd`]
//! chooses the AVX2 twin of a slice function. What a draw means for a borrower is not decided here.
//!
//! Sources: triple32 of Wellons' hash-prospector; Philox of Salmon et al. (SC11, "Parallel random
//! numbers: as easy as 1, 2, 3"); inverse normal of Wichura (AS 241, 1988).

pub mod kernel;
pub mod keys;
pub mod rng;
pub mod simd;

pub use keys::{Key, Luck, Stream, fill_bits, fill_normal, fill_unit};
pub use rng::{Exponential, KeyedRng, LogNormal, Normal, StandardNormal};
