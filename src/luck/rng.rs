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
        norm_inv32(((rng.next_u32() >> 9) as f32 + 0.5) * (1.0 / 8_388_608.0))
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
