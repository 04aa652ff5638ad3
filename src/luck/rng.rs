//! A generator for one entity, and distributions, in the shape rand and rand_distr expect.
//!
//! For rare paths that need several draws at once; dense passes use [`Key`](super::Key). The
//! generator is Philox4x32-10 (Salmon et al. 2011, passes BigCrush) under the key's 64 bits. The
//! distributions are our own by inverse CDF: one uniform a draw, rising with it, equal bits
//! everywhere, which rand_distr's rejection samplers are not.

use rand::{Rng, TryRng};
use rand_distr::Distribution;
use std::convert::Infallible;

use super::kernel::{exp64, ln64, norm_inv32, norm_inv64};
use super::keys::unit_of_bits;

/// Philox4x32 with ten rounds.
#[inline]
fn philox4x32_10(mut c: [u32; 4], mut k: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let p0 = u64::from(c[0]) * 0xd251_1f53;
        let p1 = u64::from(c[2]) * 0xcd9e_8d57;
        c = [(p1 >> 32) as u32 ^ c[1] ^ k[0], p1 as u32, (p0 >> 32) as u32 ^ c[3] ^ k[1], p0 as u32];
        k = [k[0].wrapping_add(0x9e37_79b9), k[1].wrapping_add(0xbb67_ae85)];
    }
    c
}

/// Generator of one entity under one key; 2^66 draws long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedRng {
    key: [u32; 2],
    id: u32,
    block: u64,
    words: [u32; 4],
    used: u8,
}

impl KeyedRng {
    pub(super) fn new(key: [u32; 2], id: u32) -> Self {
        KeyedRng { key, id, block: 0, words: [0; 4], used: 4 }
    }

    #[inline]
    fn word(&mut self) -> u32 {
        if self.used == 4 {
            self.words = philox4x32_10([self.block as u32, (self.block >> 32) as u32, self.id, 0], self.key);
            self.block = self.block.wrapping_add(1);
            self.used = 0;
        }
        let word = self.words[usize::from(self.used)];
        self.used += 1;
        word
    }
}

impl TryRng for KeyedRng {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word())
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let low = u64::from(self.word());
        Ok(low | u64::from(self.word()) << 32)
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        for chunk in dst.chunks_mut(4) {
            chunk.copy_from_slice(&self.word().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// Uniform in the open interval (0, 1), in the middles of 2^52 equal cells.
#[inline]
pub fn open_unit<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    ((rng.next_u64() >> 12) as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0)
}

/// Normal with mean 0 and standard deviation 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StandardNormal;

/// Normal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
}

/// Log-normal: e^(mu + sigma z).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogNormal {
    /// Mean of the logarithm.
    pub mu: f64,
    /// Standard deviation of the logarithm.
    pub sigma: f64,
}

/// Exponential.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    /// Mean, the inverse of the rate.
    pub mean: f64,
}

impl Normal {
    /// Value below which a share `u` lies, 0 < u < 1.
    #[inline]
    pub fn quantile(&self, u: f64) -> f64 {
        self.mean + self.sd * norm_inv64(u)
    }
}

impl LogNormal {
    /// Value below which a share `u` lies, 0 < u < 1.
    #[inline]
    pub fn quantile(&self, u: f64) -> f64 {
        exp64(self.mu + self.sigma * norm_inv64(u))
    }
}

impl Exponential {
    /// Value below which a share `u` lies, 0 < u < 1.
    #[inline]
    pub fn quantile(&self, u: f64) -> f64 {
        self.mean * -ln64(1.0 - u)
    }
}

impl Distribution<f64> for StandardNormal {
    #[inline]
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        norm_inv64(open_unit(rng))
    }
}

impl Distribution<f32> for StandardNormal {
    #[inline]
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f32 {
        norm_inv32(unit_of_bits(rng.next_u32()))
    }
}

impl Distribution<f64> for Normal {
    #[inline]
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        self.quantile(open_unit(rng))
    }
}

impl Distribution<f64> for LogNormal {
    #[inline]
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        self.quantile(open_unit(rng))
    }
}

impl Distribution<f64> for Exponential {
    #[inline]
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        self.quantile(open_unit(rng))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luck::yard::{ks, moments};
    use crate::luck::{Key, Luck, Stream};
    use rand::RngExt;
    use statrs::distribution::{self, ContinuousCDF};

    fn key() -> Key {
        Luck::new(5, 1).key_fixed(Stream::Recovery)
    }

    #[test]
    fn philox_gives_the_known_answers() {
        // kat_vectors of Random123.
        assert_eq!(philox4x32_10([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            philox4x32_10([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox4x32_10([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn a_generator_depends_on_its_key_and_entity_only() {
        let mut a = key().rng(9);
        let words: Vec<u32> = (0..40).map(|_| a.next_u32()).collect();
        let mut b = key().rng(9);
        let mut bytes = [0u8; 160];
        b.fill_bytes(&mut bytes);
        let from_bytes: Vec<u32> = bytes.as_chunks::<4>().0.iter().map(|c| u32::from_le_bytes(*c)).collect();
        assert_eq!(words, from_bytes);
        assert_eq!(key().rng(9).next_u64(), u64::from(words[0]) | u64::from(words[1]) << 32);
        assert_ne!(key().rng(10).next_u32(), words[0]);
        let mut sorted = words.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), words.len());
    }

    #[test]
    fn words_are_even_over_draws_and_entities() {
        let mut one = key().rng(1);
        assert!(ks((0..200_000).map(|_| open_unit(&mut one)), |u| u) < 2.0);
        assert!(ks((0..200_000).map(|id| open_unit(&mut key().rng(id))), |u| u) < 2.0);
        let dice: Vec<f64> = (0..200_000).map(|_| f64::from(one.random_range(1..=6u32))).collect();
        assert!((moments(&dice)[0] - 3.5).abs() < 0.02);
    }

    /// Draws of ours and of rand_distr's, both against the CDF of statrs.
    fn compare(
        what: &str,
        ours: impl Distribution<f64>,
        theirs: impl Distribution<f64>,
        truth: impl ContinuousCDF<f64, f64>,
    ) {
        let (mut a, mut b) = (key().rng(2), key().rng(3));
        let x: Vec<f64> = (0..300_000).map(|_| ours.sample(&mut a)).collect();
        let y: Vec<f64> = (0..300_000).map(|_| theirs.sample(&mut b)).collect();
        let ([mx, vx, ..], [my, vy, ..]) = (moments(&x), moments(&y));
        let sd = vy.sqrt();
        assert!((mx - my).abs() < 0.01 * sd && (vx / vy - 1.0).abs() < 0.05, "{what}: {mx} {my} {vx} {vy}");
        let (kx, ky) = (ks(x, |v| truth.cdf(v)), ks(y, |v| truth.cdf(v)));
        println!("{what}: KS ours {kx:.2}, rand_distr's {ky:.2}");
        assert!(kx < 2.0 && ky < 2.0, "{what}: {kx} {ky}");
    }

    #[test]
    fn distributions_agree_with_rand_distr_and_statrs() {
        compare(
            "standard normal",
            StandardNormal,
            rand_distr::StandardNormal,
            distribution::Normal::standard(),
        );
        compare(
            "normal",
            Normal { mean: -2.0, sd: 3.0 },
            rand_distr::Normal::new(-2.0, 3.0).unwrap(),
            distribution::Normal::new(-2.0, 3.0).unwrap(),
        );
        compare(
            "log-normal",
            LogNormal { mu: 0.3, sigma: 0.5 },
            rand_distr::LogNormal::new(0.3, 0.5).unwrap(),
            distribution::LogNormal::new(0.3, 0.5).unwrap(),
        );
        compare(
            "exponential",
            Exponential { mean: 4.0 },
            rand_distr::Exp::new(0.25).unwrap(),
            distribution::Exp::new(0.25).unwrap(),
        );
    }

    #[test]
    fn single_precision_normals_are_normal() {
        let mut rng = key().rng(4);
        let std = distribution::Normal::standard();
        let zs = (0..300_000).map(|_| f64::from(rng.sample::<f32, _>(StandardNormal)));
        assert!(ks(zs, |z| std.cdf(z)) < 2.0);
    }

    #[test]
    fn draws_are_those_committed() {
        let mut rng = Luck::new(20_220_401, 7).key_fixed(Stream::Bootstrap).rng(42);
        // Worked out apart, in Python.
        let words = [
            0x8fb2_230b,
            0xb8e6_707d,
            0xc5db_1915,
            0xd11b_662a,
            0xf25b_91d9,
            0x5dbe_f9c6,
            0x2daa_f114,
            0x4734_afd7,
        ];
        assert_eq!(words, std::array::from_fn(|_| rng.next_u32()));
        let u = ((u64::from(words[5]) << 32 | u64::from(words[4])) >> 12) as f64 + 0.5;
        let mut rng = Luck::new(20_220_401, 7).key_fixed(Stream::Bootstrap).rng(42);
        (0..4).for_each(|_| _ = rng.next_u32());
        let z: f64 = StandardNormal.sample(&mut rng);
        assert_eq!(z, norm_inv64(u / 4_503_599_627_370_496.0));
    }
}
