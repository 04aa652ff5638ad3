//! Keys and keyed 32-bit draws.
//!
//! A [`Key`] is 64 bits derived by splitmix64 from (seed, replication, stream, month) on the cold
//! path; the hot path mixes the entity id under it with triple32 (a bijection of 32-bit words with
//! the lowest known bias of its kind), which vectorises. Not a cryptographic generator. Sequences
//! of many draws come from [`crate::luck::rng`].

use super::kernel::{norm_inv32_centre_or_tail, norm_inv32_radius};
use super::rng::KeyedRng;
use super::simd::twin;
use super::streams::Stream;
use crate::units::Month;

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Finaliser of splitmix64 (Steele, Lea and Flood 2014): a bijection of 64-bit words.
#[inline]
const fn splitmix64(x: u64) -> u64 {
    let mut z = x.wrapping_add(GOLDEN);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// triple32 (hash-prospector) with a key before each of the first two rounds.
#[inline(always)]
const fn mix32(id: u32, a: u32, b: u32) -> u32 {
    let mut x = id ^ a;
    x = (x ^ (x >> 17)).wrapping_mul(0xed5a_d4bb);
    x = x.wrapping_add(b);
    x = (x ^ (x >> 11)).wrapping_mul(0xac4c_1b51);
    x = (x ^ (x >> 15)).wrapping_mul(0x3184_8bab);
    x ^ (x >> 14)
}

/// Upper 23 bits as the middle of their cell: k + 1/2 over 2^23, exact in `f32`, never 0 or 1.
/// (24 bits and a half would need 25 bits of mantissa and round up to 1.)
#[inline(always)]
pub(super) const fn unit_of_bits(bits: u32) -> f32 {
    ((bits >> 9) as i32 as f32 + 0.5) * (1.0 / 8_388_608.0)
}

/// The luck of one replication under one seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Luck {
    seed: u64,
    replication: u32,
    root: u64,
}

impl Luck {
    /// Luck of replication number `replication` under `seed`.
    pub fn new(seed: u64, replication: u32) -> Luck {
        Luck { seed, replication, root: splitmix64(splitmix64(seed) ^ u64::from(replication)) }
    }

    /// The seed it was made of.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The replication it was made of.
    pub fn replication(&self) -> u32 {
        self.replication
    }

    /// Key of `stream` in `month`.
    pub fn key(&self, stream: Stream, month: Month) -> Key {
        self.derive(stream, month.0 as u32)
    }

    /// Key of `stream` for what is drawn once in a lifetime: independent of every month's key.
    pub fn key_fixed(&self, stream: Stream) -> Key {
        // No calendar month of a scenario comes near this one.
        self.derive(stream, i32::MIN as u32)
    }

    fn derive(&self, stream: Stream, month: u32) -> Key {
        let word = splitmix64(self.root ^ (u64::from(stream as u32) << 32 | u64::from(month)));
        Key { a: word as u32, b: (word >> 32) as u32 }
    }
}

/// Key of one stream in one month: maps an entity id to its draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    a: u32,
    b: u32,
}

impl Key {
    /// 32 even bits; under one key no two ids share them.
    #[inline(always)]
    pub fn bits(self, id: u32) -> u32 {
        mix32(id, self.a, self.b)
    }

    /// 32 even bits for the `ordinal`-th of several draws of one entity (say, per lender);
    /// every ordinal is independent of [`Key::bits`] too.
    #[inline(always)]
    pub fn bits2(self, id: u32, ordinal: u32) -> u32 {
        self.nth(ordinal).bits(id)
    }

    /// The key behind the `ordinal`-th draws, for whole slices under one ordinal.
    #[inline(always)]
    pub fn nth(self, ordinal: u32) -> Key {
        Key { a: mix32(ordinal, self.b, self.a), b: mix32(ordinal, !self.a, self.b) }
    }

    /// Uniform in the open interval (0, 1), in the middles of 2^23 equal cells.
    #[inline(always)]
    pub fn unit(self, id: u32) -> f32 {
        unit_of_bits(self.bits(id))
    }

    /// Uniform in (0, 1): the `ordinal`-th of several draws of one entity.
    #[inline(always)]
    pub fn unit2(self, id: u32, ordinal: u32) -> f32 {
        unit_of_bits(self.bits2(id, ordinal))
    }

    /// Standard normal by inverse CDF of [`Key::unit`], so it rises with it; within ±5.3. For more
    /// than a few ids, [`fill_normal`] costs a quarter.
    #[inline(always)]
    pub fn normal(self, id: u32) -> f32 {
        normal_of_unit(self.unit(id))
    }

    /// Standard normal: the `ordinal`-th of several draws of one entity.
    #[inline(always)]
    pub fn normal2(self, id: u32, ordinal: u32) -> f32 {
        normal_of_unit(self.unit2(id, ordinal))
    }

    /// A generator of its own for one entity, for as many draws as needed.
    pub fn rng(self, id: u32) -> KeyedRng {
        KeyedRng::new([self.a, self.b], id)
    }
}

/// `norm_inv32` without its far tail, which cells of 2^-23 never reach. The branch spares most
/// scalar draws a logarithm; loops that should vectorise use `fill_normal` or `norm_inv32`.
#[inline(always)]
fn normal_of_unit(u: f32) -> f32 {
    let radius = if (u - 0.5).abs() <= 0.425 { 0.0 } else { norm_inv32_radius(u) };
    norm_inv32_centre_or_tail(u, radius)
}

twin! {
    /// `out[i] = key.bits(ids[i])`; the slices are of one length.
    pub fn fill_bits, fill_bits_plain(key: Key, ids: &[u32], out: &mut [u32]) {
        assert_eq!(ids.len(), out.len());
        for (o, &id) in out.iter_mut().zip(ids) {
            *o = key.bits(id);
        }
    }
}

twin! {
    /// `out[i] = key.unit(ids[i])`; the slices are of one length.
    pub fn fill_unit, fill_unit_plain(key: Key, ids: &[u32], out: &mut [f32]) {
        assert_eq!(ids.len(), out.len());
        for (o, &id) in out.iter_mut().zip(ids) {
            *o = key.unit(id);
        }
    }
}

/// Turns uniforms into standard normals.
#[inline(always)]
fn to_normals(out: &mut [f32]) {
    // Two short loops: one long dependency chain would not overlap with its neighbours'.
    let mut radius = [0f32; 64];
    for out in out.chunks_mut(64) {
        for (r, &u) in radius.iter_mut().zip(&*out) {
            *r = norm_inv32_radius(u);
        }
        for (o, &r) in out.iter_mut().zip(&radius) {
            *o = norm_inv32_centre_or_tail(*o, r);
        }
    }
}

twin! {
    /// `out[i] = key.normal(ids[i])`; the slices are of one length.
    pub wide fn fill_normal, fill_normal_plain(key: Key, ids: &[u32], out: &mut [f32]) {
        fill_unit_plain(key, ids, out);
        to_normals(out);
    }
}

twin! {
    /// `out[i] = keys[i].normal(ids[i])`; the slices are of one length.
    pub fn fill_normal_each, fill_normal_each_plain(keys: &[Key], ids: &[u32], out: &mut [f32]) {
        assert!(keys.len() == out.len() && ids.len() == out.len());
        for ((o, key), &id) in out.iter_mut().zip(keys).zip(ids) {
            *o = key.unit(id);
        }
        to_normals(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luck::yard::{ks, moments};
    use statrs::distribution::{ContinuousCDF, Normal};
    use std::collections::BTreeSet;

    const SEED: u64 = 20_220_401;

    fn month(i: u32) -> Month {
        Month::new(2019, 1).plus(i as i32)
    }

    #[test]
    fn stream_numbers_are_unique_and_told() {
        let numbers: BTreeSet<u32> = Stream::ALL.iter().map(|(s, ..)| *s as u32).collect();
        assert_eq!(numbers.len(), Stream::ALL.len());
        assert!(Stream::ALL.is_sorted_by_key(|(s, ..)| *s as u32), "append, do not insert");
        assert!(!numbers.contains(&0));
        assert!(Stream::ALL.iter().all(|(s, name, doc)| format!("{s:?}") == *name && doc.len() > 3));
    }

    const WINDOWS: [u32; 5] = [26, 20, 13, 7, 0];

    /// Chi-square of `pairs` pairs on 64 × 64 cells in one window of bits, as a standard normal.
    fn chi_square(pairs: u32, shift: u32, pair: impl Fn(u32) -> (u32, u32)) -> f64 {
        let mut cells = [0u32; 4096];
        for i in 0..pairs {
            let (x, y) = pair(i);
            cells[((x >> shift & 63) << 6 | y >> shift & 63) as usize] += 1;
        }
        let expected = f64::from(pairs) / 4096.0;
        let chi: f64 = cells.iter().map(|&c| (f64::from(c) - expected) * (f64::from(c) - expected)).sum();
        (chi / expected - 4095.0) / (2.0 * 4095f64).sqrt()
    }

    /// The `i`-th number whose bit `k` is 0: with its bit `k` set, a pair that comes once only.
    fn without_bit(i: u32, k: u32) -> u32 {
        (i >> k).checked_shl(k + 1).unwrap_or(0) | (i & ((1 << k) - 1))
    }

    fn screen(what: &str, pair: impl Fn(u32) -> (u32, u32)) {
        for shift in WINDOWS {
            let z = chi_square(1 << 19, shift, &pair);
            println!("{what}, bits from {shift}: z = {z:.2}");
            assert!(z.abs() < 4.0, "{what}, bits from {shift}: z = {z}");
        }
    }

    /// Over many keys the screen's z must itself look standard normal, not merely be small once.
    fn screen_many<F: Fn(u32) -> (u32, u32)>(what: &str, pair_under: impl Fn(u32) -> F) {
        let mut zs = Vec::new();
        for r in 0..40 {
            let pair = pair_under(r);
            zs.extend(WINDOWS.map(|shift| chi_square(1 << 18, shift, &pair)));
        }
        let [mean, var, ..] = moments(&zs);
        let most = zs.iter().fold(0.0, |m: f64, z| m.max(z.abs()));
        println!("{what}: mean {mean:.2}, sd {:.2}, largest {most:.2}", var.sqrt());
        assert!(mean.abs() < 0.3 && (var.sqrt() - 1.0).abs() < 0.2 && most < 4.5, "{what}");
    }

    #[test]
    #[ignore = "long: run it when the mixing changes"]
    fn the_screen_over_many_keys() {
        let fixed = |r| Luck::new(SEED, r).key_fixed(Stream::Size);
        for k in 0..32 {
            screen_many(&format!("id, id + 2^{k}"), |r| {
                move |i| (fixed(r).bits(without_bit(i, k)), fixed(r).bits(without_bit(i, k) | 1 << k))
            });
        }
        // Few ids, many keys: the pair differs in the key only.
        screen_many("month, month + 1", |r| {
            let key = move |m| Luck::new(SEED, r).key(Stream::Apply, month(m));
            move |i| (key(i >> 8 << 1).bits(i & 255), key(i >> 8 << 1 | 1).bits(i & 255))
        });
        screen_many("replication, replication + 1", |r| {
            let key = move |n| Luck::new(r.into(), n).key(Stream::Apply, month(1));
            move |i| (key(i >> 8 << 1).bits(i & 255), key(i >> 8 << 1 | 1).bits(i & 255))
        });
        screen_many("stream, next stream", |r| {
            let key = move |s: u32, m| Luck::new(SEED, r).key(Stream::ALL[s as usize].0, month(m));
            move |i| (key(i & 30, i >> 8).bits(i & 255), key(i & 30 | 1, i >> 8).bits(i & 255))
        });
        screen_many("ordinal, ordinal + 1", |r| {
            move |i| (fixed(r).bits2(i >> 4, i << 1 & 31), fixed(r).bits2(i >> 4, (i << 1 & 31) | 1))
        });
        screen_many("one id, ordinal, ordinal + 1", |r| {
            move |i| (fixed(r).bits2(r, 2 * i), fixed(r).bits2(r, 2 * i + 1))
        });
    }

    #[test]
    fn neighbours_are_independent() {
        let luck = Luck::new(SEED, 3);
        let key = luck.key(Stream::Productivity, month(0));
        screen("id, id + 1", |i| (key.bits(2 * i), key.bits(2 * i + 1)));
        for gap in [6, 10, 16, 24, 31] {
            screen("id, id + 2^k", |i| {
                (key.bits(without_bit(i, gap)), key.bits(without_bit(i, gap) | 1 << gap))
            });
        }
        let keys: Vec<Key> = (0..513).map(|m| luck.key(Stream::Apply, month(m))).collect();
        screen("month, month + 1", |i| {
            (keys[(i >> 10) as usize].bits(i & 1023), keys[(i >> 10) as usize + 1].bits(i & 1023))
        });
        let keys: Vec<Key> = (0..513)
            .map(|i| luck.key(Stream::ALL[i % Stream::ALL.len()].0, month((i / Stream::ALL.len()) as u32)))
            .collect();
        screen("stream, next stream", |i| {
            (keys[(i >> 10) as usize].bits(i & 1023), keys[(i >> 10) as usize + 1].bits(i & 1023))
        });
        let keys: Vec<Key> = (0..513).map(|r| Luck::new(SEED, r).key(Stream::Apply, month(7))).collect();
        screen("replication, replication + 1", |i| {
            (keys[(i >> 10) as usize].bits(i & 1023), keys[(i >> 10) as usize + 1].bits(i & 1023))
        });
        let keys: Vec<Key> = (0..513).map(|s| Luck::new(s, 0).key_fixed(Stream::Size)).collect();
        screen("seed, seed + 1", |i| {
            (keys[(i >> 10) as usize].bits(i & 1023), keys[(i >> 10) as usize + 1].bits(i & 1023))
        });
        screen("ordinal, ordinal + 1", |i| (key.bits2(i >> 6, i & 63), key.bits2(i >> 6, (i & 63) + 1)));
        screen("draw, its first ordinal", |i| (key.bits(i), key.bits2(i, 0)));
        screen("ordinal and id swapped", |i| (key.bits2(2 * i, 2 * i + 1), key.bits2(2 * i + 1, 2 * i)));
    }

    #[test]
    fn one_entity_over_months_is_independent() {
        let luck = Luck::new(SEED, 0);
        let draws: Vec<u32> = (0..1 << 19).map(|m| luck.key(Stream::CashEvent, Month(m)).bits(17)).collect();
        screen("one id, month and next", |i| (draws[i as usize], draws[(i as usize + 1) % draws.len()]));
    }

    #[test]
    fn every_part_of_the_key_matters() {
        let luck = Luck::new(SEED, 0);
        let mut keys = BTreeSet::new();
        let mut n = 0;
        for seed in 0..6 {
            for replication in 0..20 {
                let luck = Luck::new(seed, replication);
                for (stream, ..) in Stream::ALL {
                    for m in 0..24 {
                        let k = luck.key(*stream, month(m));
                        keys.insert((k.a, k.b));
                        n += 1;
                    }
                    let k = luck.key_fixed(*stream);
                    keys.insert((k.a, k.b));
                    n += 1;
                }
            }
        }
        assert_eq!(keys.len(), n);
        let key = luck.key(Stream::Queue, month(1));
        let mut bits: Vec<u32> = (0..1 << 20).map(|id| key.bits(id)).collect();
        bits.sort_unstable();
        bits.dedup();
        assert_eq!(bits.len(), 1 << 20, "a key is a bijection of ids");
    }

    #[test]
    fn units_are_open_and_even() {
        assert_eq!(unit_of_bits(0), 0.5f32 / 8_388_608.0);
        assert_eq!(unit_of_bits(u32::MAX), 1.0 - 0.5 / 8_388_608.0);
        assert!(unit_of_bits(0) > 0.0 && unit_of_bits(u32::MAX) < 1.0);
        assert_eq!(unit_of_bits(0x8000_0000) - 0.5, 0.5 - unit_of_bits(0x7fff_ffff), "symmetric");
        let key = Luck::new(SEED, 1).key_fixed(Stream::Quality);
        let us: Vec<f64> = (0..1_000_000).map(|id| key.unit(id).into()).collect();
        let [mean, var, skew, kurtosis] = moments(&us);
        assert!((mean - 0.5).abs() < 1e-3 && (var * 12.0 - 1.0).abs() < 3e-3, "{mean} {var}");
        assert!(skew.abs() < 6e-3 && (kurtosis - 1.8).abs() < 6e-3, "{skew} {kurtosis}");
        assert!(ks(us, |u| u) < 2.0);
    }

    #[test]
    fn normals_are_normal() {
        let key = Luck::new(SEED, 1).key(Stream::Return, month(5));
        let zs: Vec<f64> = (0..1_000_000).map(|id| key.normal(id).into()).collect();
        let [mean, var, skew, kurtosis] = moments(&zs);
        assert!(mean.abs() < 4e-3 && (var - 1.0).abs() < 6e-3, "{mean} {var}");
        assert!(skew.abs() < 1e-2 && (kurtosis - 3.0).abs() < 2e-2, "{skew} {kurtosis}");
        let std = Normal::standard();
        assert!(ks(zs, |z| std.cdf(z)) < 2.0);
        let over_lenders = (0..200_000).map(|i| key.normal2(i / 20, i % 20).into());
        assert!(ks(over_lenders, |z| std.cdf(z)) < 2.0);
        for id in 0..10_000 {
            assert_eq!(key.normal(id), crate::luck::kernel::norm_inv32(key.unit(id)));
        }
    }

    #[test]
    fn slices_have_the_bits_of_scalars() {
        let key = Luck::new(SEED, 2).key(Stream::Signal, month(9));
        for n in [0, 1, 3, 7, 8, 9, 15, 31, 33, 255, 256, 257, 511, 1000, 1027] {
            let ids: Vec<u32> = (0..n).map(|i| i * 2_654_435 + i % 5).collect();
            let (mut bits, mut plain_bits) = (vec![0; ids.len()], vec![0; ids.len()]);
            fill_bits(key, &ids, &mut bits);
            fill_bits_plain(key, &ids, &mut plain_bits);
            assert_eq!(bits, plain_bits);
            assert_eq!(bits, ids.iter().map(|&id| key.bits(id)).collect::<Vec<_>>());
            let (mut x, mut y) = (vec![0.0; ids.len()], vec![0.0; ids.len()]);
            fill_unit(key, &ids, &mut x);
            fill_unit_plain(key, &ids, &mut y);
            assert!(x.iter().zip(&y).all(|(x, y)| x.to_bits() == y.to_bits()));
            assert_eq!(x, ids.iter().map(|&id| key.unit(id)).collect::<Vec<_>>());
            fill_normal(key, &ids, &mut x);
            fill_normal_plain(key, &ids, &mut y);
            assert!(x.iter().zip(&y).all(|(x, y)| x.to_bits() == y.to_bits()));
            assert_eq!(x, ids.iter().map(|&id| key.normal(id)).collect::<Vec<_>>());
            let keys: Vec<Key> = ids.iter().map(|&id| key.nth(id % 3)).collect();
            fill_normal_each(&keys, &ids, &mut x);
            fill_normal_each_plain(&keys, &ids, &mut y);
            assert!(x.iter().zip(&y).all(|(x, y)| x.to_bits() == y.to_bits()));
            assert_eq!(x, keys.iter().zip(&ids).map(|(key, &id)| key.normal(id)).collect::<Vec<_>>());
        }
    }

    #[test]
    #[should_panic(expected = "left == right")]
    fn slices_of_two_lengths_are_refused() {
        fill_unit(Luck::new(1, 0).key_fixed(Stream::Age), &[1, 2], &mut [0.0]);
    }

    #[test]
    fn luck_is_that_committed() {
        // From the splitmix64 reference: next() of state 0.
        assert_eq!(splitmix64(0), 0xe220_a839_7b1d_cdaf);
        let key = Luck::new(20_220_401, 7).key(Stream::Apply, Month::new(2022, 4));
        let fixed = Luck::new(20_220_401, 7).key_fixed(Stream::Apply);
        // Worked out apart, in Python.
        assert_eq!(key, Key { a: 0x36d0_80c7, b: 0x434a_673d });
        assert_eq!(fixed, Key { a: 0x162a_d7e1, b: 0x8c8c_59ba });
        for (id, bits, unit, fixed_bits, bits2) in [
            (0, 0x8803_26c5, 0.531_298_100_948_333_7, 0x2fc8_c1f6, 0x0a0a_7ba8),
            (1, 0xbe5d_7044, 0.743_613_302_707_672_1, 0x2f78_3282, 0xd6f7_a0b8),
            (2, 0x38a3_6097, 0.221_242_964_267_730_7, 0xa553_bd2c, 0x0a6b_72cf),
            (1000, 0xcb4e_9dcb, 0.794_168_293_476_104_7, 0x4a6d_6467, 0x699c_561e),
            (u32::MAX, 0xe4dd_42d0, 0.894_001_185_894_012_5, 0xefaf_e20a, 0x5c2f_09ac),
        ] {
            assert_eq!((key.bits(id), fixed.bits(id), key.bits2(id, 3)), (bits, fixed_bits, bits2), "{id}");
            assert_eq!(f64::from(key.unit(id)), unit, "{id}");
        }
        assert_eq!(
            [0, 1, 2].map(|id| key.normal(id).to_bits()),
            [1_033_950_744, 1_059_557_114, 3_208_944_585]
        );
    }

    /// `cargo test --release --lib luck::keys -- --ignored --nocapture` prints nanoseconds a draw.
    #[test]
    #[ignore = "a measurement"]
    fn what_a_draw_costs() {
        let key = Luck::new(1, 1).key_fixed(Stream::Size);
        let ids: Vec<u32> = (0..4096).collect();
        let (mut bits, mut x) = (vec![0u32; 4096], vec![0f32; 4096]);
        let mut time = |what: &str, run: &mut dyn FnMut(&mut [u32], &mut [f32])| {
            let mut best = f64::INFINITY;
            for _ in 0..3000 {
                let start = std::time::Instant::now();
                run(&mut bits, &mut x);
                std::hint::black_box((&mut bits, &mut x));
                best = best.min(start.elapsed().as_nanos() as f64 / 4096.0);
            }
            println!("{what}: {best:.2} ns");
        };
        time("fill_bits", &mut |b, _| fill_bits(key, &ids, b));
        time("fill_bits_plain", &mut |b, _| fill_bits_plain(key, &ids, b));
        time("fill_unit", &mut |_, x| fill_unit(key, &ids, x));
        time("fill_unit_plain", &mut |_, x| fill_unit_plain(key, &ids, x));
        time("fill_normal", &mut |_, x| fill_normal(key, &ids, x));
        time("fill_normal_plain", &mut |_, x| fill_normal_plain(key, &ids, x));
        // One by one, as rare paths draw.
        time("unit", &mut |_, x| {
            for (x, &id) in x.iter_mut().zip(&ids) {
                *x = key.unit(std::hint::black_box(id));
            }
        });
        time("unit2", &mut |_, x| {
            for (x, &id) in x.iter_mut().zip(&ids) {
                *x = key.unit2(id, std::hint::black_box(id));
            }
        });
        time("normal", &mut |_, x| {
            for (x, &id) in x.iter_mut().zip(&ids) {
                *x = key.normal(std::hint::black_box(id));
            }
        });
        time("rng, first word", &mut |b, _| {
            for (b, &id) in b.iter_mut().zip(&ids) {
                *b = rand::Rng::next_u32(&mut key.rng(std::hint::black_box(id)));
            }
        });
    }
}
