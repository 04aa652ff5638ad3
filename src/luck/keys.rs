//! Streams, keys and keyed 32-bit draws.
//!
//! A [`Key`] is 64 bits derived by splitmix64 from (seed, replication, stream, month) on the cold
//! path; the hot path mixes the entity id under it with triple32 (a bijection of 32-bit words with
//! the lowest known bias of its kind), which vectorises. Not a cryptographic generator. Sequences
//! of many draws come from [`crate::luck::rng`].

use super::kernel::{norm_inv32_centre_or_tail, norm_inv32_radius};
use super::rng::KeyedRng;
use super::simd::twin;
use crate::units::Month;

macro_rules! streams {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal,)+) => {
        /// What a draw is for. Numbers are explicit, append-only and never reused: a new purpose
        /// takes a new number, so nobody else's luck changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u32)]
        pub enum Stream {
            $($(#[doc = $doc])+ $name = $number,)+
        }
        impl Stream {
            /// Every stream with its name and what it is for.
            pub const ALL: &[(Stream, &str, &str)] =
                &[$((Stream::$name, stringify!($name), concat!($($doc),+).trim_ascii()),)+];
        }
    };
}

streams! {
    /// Lasting attributes of a borrower that have no stream of their own.
    Attributes = 1,
    /// Monthly productivity shock.
    Productivity = 2,
    /// Whether a cash event (illness, lost order, late payer) strikes.
    CashEvent = 3,
    /// Size of the cash event.
    EventSize = 4,
    /// Whether the borrower hears of an offer.
    Awareness = 5,
    /// Whether a need becomes an application.
    Apply = 6,
    /// Whether a lender can be reached.
    Reach = 7,
    /// Noise in what a lender sees of the borrower.
    Signal = 8,
    /// Place in a lender's queue when capacity is short.
    Queue = 9,
    /// Harvest of a farming household.
    Harvest = 10,
    /// Entry of new borrowers.
    Entry = 11,
    /// Exit of a borrower.
    Exit = 12,
    /// Choice among lenders and products.
    Route = 13,
    /// Return on what the loan was used for.
    Return = 14,
    /// Weather of the region.
    Weather = 15,
    /// Macroeconomic shocks of the region.
    Macro = 16,
    /// The population in month zero, where nothing finer is named.
    Genesis = 17,
    /// Recovery after default.
    Recovery = 18,
    /// Wages.
    Wage = 19,
    /// Prices of outputs and inputs.
    Price = 20,
    /// Whether a borrower is discouraged from applying.
    Discouraged = 21,
    /// Non-performing loans that month zero inherits.
    LegacyNpl = 22,
    /// Lasting quality of a borrower.
    Quality = 23,
    /// Size of a borrower's business.
    Size = 24,
    /// Collateral a borrower owns.
    Collateral = 25,
    /// Cash cushion in month zero.
    Cushion = 26,
    /// Need of funds.
    Need = 27,
    /// Yes-or-no attributes of a borrower.
    Flags = 28,
    /// Sector of a borrower.
    Sector = 29,
    /// Home lender of a borrower.
    Lender = 30,
    /// Age of a business.
    Age = 31,
    /// Scale of operation.
    Scale = 32,
    /// Lenders' capacity.
    Capacity = 33,
    /// Resampling in estimates; `month` counts resamples.
    Bootstrap = 34,
}

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
const fn unit_of_bits(bits: u32) -> f32 {
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

    /// Standard normal by inverse CDF of [`Key::unit`], so it rises with it; within ±5.3.
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

/// `norm_inv32` without its far tail, which cells of 2^-23 never reach.
#[inline(always)]
fn normal_of_unit(u: f32) -> f32 {
    norm_inv32_centre_or_tail(u, norm_inv32_radius(u))
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

twin! {
    /// `out[i] = key.normal(ids[i])`; the slices are of one length.
    pub fn fill_normal, fill_normal_plain(key: Key, ids: &[u32], out: &mut [f32]) {
        assert_eq!(ids.len(), out.len());
        // Two short loops: one long dependency chain would not overlap with its neighbours'.
        let mut radius = [0f32; 256];
        for (out, ids) in out.chunks_mut(256).zip(ids.chunks(256)) {
            for ((o, r), &id) in out.iter_mut().zip(&mut radius).zip(ids) {
                let u = key.unit(id);
                *o = u;
                *r = norm_inv32_radius(u);
            }
            for (o, &r) in out.iter_mut().zip(&radius) {
                *o = norm_inv32_centre_or_tail(*o, r);
            }
        }
    }
}
