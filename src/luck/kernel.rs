//! Elementary functions with equal bits on every machine.
//!
//! Only + − × ÷, square root, comparison and bit tricks, no fused multiply-add, no branch: loops
//! over slices vectorise, and SSE2, AVX2 and other processors agree to the last bit (the
//! platform's exp and ln do not). Draws are not made here.
//!
//! Sources: Cephes (exp32, ln32), fdlibm (exp64, ln64), Wichura's AS 241 (norm_inv), Hart as
//! given by West 2005 (norm_cdf64).

#![allow(clippy::excessive_precision)] // coefficients as published

/// Adding this to a small `f32` rounds it half-even to a whole number, kept in the low bits.
const MAGIC32: f32 = 12_582_912.0; // 1.5 × 2^23
/// The same for `f64`.
const MAGIC64: f64 = 6_755_399_441_055_744.0; // 1.5 × 2^52

/// 2^k for −126 ≤ k ≤ 127.
#[inline(always)]
fn pow2_32(k: i32) -> f32 {
    f32::from_bits(((k + 127) as u32) << 23)
}

/// 2^k for −1022 ≤ k ≤ 1023, `k` in two's complement.
#[inline(always)]
fn pow2_64(k: u64) -> f64 {
    f64::from_bits(k.wrapping_add(1023) << 52)
}

/// e^x; 0 below −104, infinity above 88.73; relative error about 1e-7.
#[inline(always)]
pub fn exp32(x: f32) -> f32 {
    let x = x.clamp(-105.0, 89.0);
    let t = x * std::f32::consts::LOG2_E + MAGIC32;
    let n = t - MAGIC32;
    let k = t.to_bits().wrapping_sub(MAGIC32.to_bits()) as i32;
    let r = (x - n * 0.693_359_375) - n * -2.121_944_40e-4;
    let z = r * r;
    let p01 = 5.000_000_120_1e-1 + 1.666_666_545_9e-1 * r;
    let p23 = 4.166_579_589_4e-2 + 8.333_451_907_3e-3 * r;
    let p45 = 1.398_199_950_7e-3 + 1.987_569_150_0e-4 * r;
    let p = p01 + z * (p23 + z * p45);
    let y = 1.0 + (r + z * p);
    // In two steps, so that neither leaves the range of exponents.
    let half = k >> 1;
    y * pow2_32(half) * pow2_32(k - half)
}

/// Natural logarithm; −infinity at 0, NaN below; relative error about 1e-7.
#[inline(always)]
pub fn ln32(x: f32) -> f32 {
    let small = x < f32::MIN_POSITIVE;
    let scaled = if small { x * 8_388_608.0 } else { x };
    let y = ln32_of_normal(scaled, if small { -23.0 } else { 0.0 });
    let y = if x == 0.0 { f32::NEG_INFINITY } else { y };
    let y = if x == f32::INFINITY { x } else { y };
    if x >= 0.0 { y } else { f32::NAN }
}

/// ln(x × 2^shift) where `x` is positive, finite and not subnormal.
#[inline(always)]
fn ln32_of_normal(x: f32, shift: f32) -> f32 {
    // Mantissa into [√½, √2).
    let bits = x.to_bits().wrapping_sub(0x3f35_04f3) as i32;
    let e = (bits >> 23) as f32 + shift;
    let m = f32::from_bits(((bits & 0x007f_ffff) as u32).wrapping_add(0x3f35_04f3));
    let f = m - 1.0;
    let z = f * f;
    let z2 = z * z;
    let p01 = 3.333_333_117_4e-1 + -2.499_999_399_3e-1 * f;
    let p23 = 2.000_071_476_5e-1 + -1.666_805_766_5e-1 * f;
    let p45 = 1.424_932_278_7e-1 + -1.242_014_084_6e-1 * f;
    let p67 = 1.167_699_874_0e-1 + -1.151_461_031_0e-1 * f;
    let p = (p01 + z * p23) + z2 * ((p45 + z * p67) + z2 * 7.037_683_629_2e-2);
    let y = f * z * p + e * -2.121_944_40e-4 - 0.5 * z;
    (f + y) + e * 0.693_359_375
}

/// e^x; 0 below −745.2, infinity above 709.8; relative error within 1 unit in the last place.
#[inline(always)]
pub fn exp64(x: f64) -> f64 {
    let x = x.clamp(-750.0, 711.0);
    let t = x * std::f64::consts::LOG2_E + MAGIC64;
    let n = t - MAGIC64;
    let k = t.to_bits().wrapping_sub(MAGIC64.to_bits());
    let hi = x - n * 6.931_471_803_691_238_164_90e-1;
    let lo = n * 1.908_214_929_270_587_700_02e-10;
    let r = hi - lo;
    let z = r * r;
    let p = 4.138_136_797_057_238_460_39e-8;
    let p = -1.653_390_220_546_525_153_90e-6 + z * p;
    let p = 6.613_756_321_437_934_361_17e-5 + z * p;
    let p = -2.777_777_777_701_559_338_42e-3 + z * p;
    let p = 1.666_666_666_666_660_190_37e-1 + z * p;
    let c = r - z * p;
    let y = 1.0 + ((r * c / (2.0 - c) - lo) + hi);
    // A logical shift of a positive number: AVX2 has no arithmetic one for 64 bits.
    let half = (k.wrapping_add(2048) >> 1).wrapping_sub(1024);
    y * pow2_64(half) * pow2_64(k.wrapping_sub(half))
}

/// Natural logarithm; −infinity at 0, NaN below; within 1 unit in the last place.
#[inline(always)]
pub fn ln64(x: f64) -> f64 {
    const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    const TWO_52: u64 = 0x4330_0000_0000_0000;
    let small = x < f64::MIN_POSITIVE;
    let scaled = if small { x * 18_014_398_509_481_984.0 } else { x };
    let shift = if small { 1023.0 + 54.0 } else { 1023.0 };
    let bits = scaled.to_bits().wrapping_add(ONE - SQRT_HALF);
    // Exponent to float through the bits of 2^52 + exponent, which every vector unit can do.
    let e = (f64::from_bits((bits >> 52) | TWO_52) - 4_503_599_627_370_496.0) - shift;
    let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff).wrapping_add(SQRT_HALF));
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let t1 = w
        * (3.999_999_999_940_941_908e-1
            + w * (2.222_219_843_214_978_396e-1 + w * 1.531_383_769_920_937_332e-1));
    let t2 = z
        * (6.666_666_666_666_735_130e-1
            + w * (2.857_142_874_366_239_149e-1
                + w * (1.818_357_216_161_805_012e-1 + w * 1.479_819_860_511_658_591e-1)));
    let r = t1 + t2;
    let h = 0.5 * f * f;
    let y = e * 6.931_471_803_691_238_164_90e-1
        - ((h - (s * (h + r) + e * 1.908_214_929_270_587_700_02e-10)) - f);
    let y = if x == 0.0 { f64::NEG_INFINITY } else { y };
    let y = if x == f64::INFINITY { x } else { y };
    if x >= 0.0 { y } else { f64::NAN }
}

/// ln(1 + t) without loss for small `t` > −1.
#[inline(always)]
pub fn ln_1p64(t: f64) -> f64 {
    let u = 1.0 + t;
    ln64(u) + (t - (u - 1.0)) / u
}

/// x^y for x ≥ 0, NaN below; relative error about 1e-16 × (1 + |y ln x|); anything to the 0 is 1.
#[inline(always)]
pub fn pow64(x: f64, y: f64) -> f64 {
    let p = exp64(y * ln64(x));
    if y == 0.0 || x == 1.0 { 1.0 } else { p }
}

/// x^n by repeated squaring, for compounding over whole periods.
#[inline]
pub fn powi64(x: f64, n: i32) -> f64 {
    let (mut base, mut left, mut y) = (x, n.unsigned_abs(), 1.0);
    while left > 0 {
        if left & 1 == 1 {
            y *= base;
        }
        base *= base;
        left >>= 1;
    }
    if n < 0 { 1.0 / y } else { y }
}

/// √(−ln(min(u, 1−u))): first half of [`norm_inv32`], for loops cut in two.
#[inline(always)]
pub fn norm_inv32_radius(u: f32) -> f32 {
    let v = 1.0 - u;
    let tail = if u < v { u } else { v };
    (-ln32_of_normal(tail, 0.0)).sqrt()
}

/// Second half of [`norm_inv32`] for 1.4e-11 < u < 1 − 1.4e-11.
#[inline(always)]
pub fn norm_inv32_centre_or_tail(u: f32, radius: f32) -> f32 {
    let q = u - 0.5;
    let centre = q.abs() <= 0.425;
    let pick = |c: f32, t: f32| if centre { c } else { t };
    let r = pick(0.180_625 - q * q, radius - 1.6);
    let r2 = r * r;
    let num = (pick(3.387_132_717_9, 1.423_437_277_7) + pick(50.434_271_938, 2.756_815_390_0) * r)
        + r2 * (pick(159.291_132_02, 1.306_728_481_6) + pick(59.109_374_720, 0.170_238_211_03) * r);
    let den = (1.0 + pick(17.895_169_469, 0.737_001_642_50) * r)
        + r2 * (pick(78.757_757_664, 0.120_211_329_75) + pick(67.187_563_600, 0.0) * r);
    let sign = if q < 0.0 { -1.0 } else { 1.0 };
    pick(q, sign) * num / den
}

/// Inverse of the standard normal CDF for 1.2e-38 ≤ u < 1 (finite at 0 and 1: ±13); absolute error
/// within 1e-5 (1.5e-6 on draws), never falling in `u` on the cells of [`Key::unit`](crate::luck::Key::unit).
#[inline(always)]
pub fn norm_inv32(u: f32) -> f32 {
    let radius = norm_inv32_radius(u);
    let near = norm_inv32_centre_or_tail(u, radius);
    let r = radius - 5.0;
    let num = 6.657_905_115_0 + r * (3.081_226_386_0 + r * (0.428_682_943_37 + r * 0.017_337_203_997));
    let den = 1.0 + r * (0.241_978_942_25 + r * 0.012_258_202_635);
    let far = if u < 0.5 { -num / den } else { num / den };
    if radius <= 5.0 { near } else { far }
}

/// Inverse of the standard normal CDF for 0 < u < 1; relative error about 1e-15.
#[inline(always)]
pub fn norm_inv64(u: f64) -> f64 {
    const A: [f64; 8] = [
        3.387_132_872_796_366_608,
        1.331_416_678_917_843_774_5e2,
        1.971_590_950_306_551_442_7e3,
        1.373_169_376_550_946_112_5e4,
        4.592_195_393_154_987_145_7e4,
        6.726_577_092_700_870_085_3e4,
        3.343_057_558_358_812_810_5e4,
        2.509_080_928_730_122_672_7e3,
    ];
    const B: [f64; 8] = [
        1.0,
        4.231_333_070_160_091_125_2e1,
        6.871_870_074_920_579_083e2,
        5.394_196_021_424_751_107_7e3,
        2.121_379_430_158_659_586_7e4,
        3.930_789_580_009_271_061e4,
        2.872_908_573_572_194_267_4e4,
        5.226_495_278_852_854_561e3,
    ];
    const C: [f64; 8] = [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_9,
        5.769_497_221_460_691_405_5,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        2.417_807_251_774_506_117_7e-1,
        2.272_384_498_926_918_458_33e-2,
        7.745_450_142_783_414_076_4e-4,
    ];
    const D: [f64; 8] = [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_4,
        6.897_673_349_851_000_045_5e-1,
        1.481_039_764_274_800_745_9e-1,
        1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946e-4,
        1.050_750_071_644_416_843_24e-9,
    ];
    const E: [f64; 8] = [
        6.657_904_643_501_103_777_2,
        5.463_784_911_164_114_369_9,
        1.784_826_539_917_291_335_8,
        2.965_605_718_285_048_912_3e-1,
        2.653_218_952_657_612_309_3e-2,
        1.242_660_947_388_078_438_6e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ];
    const F: [f64; 8] = [
        1.0,
        5.998_322_065_558_879_376_9e-1,
        1.369_298_809_227_358_053_1e-1,
        1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591e-4,
        1.846_318_317_510_054_681_8e-5,
        1.421_511_758_316_445_888_7e-7,
        2.044_263_103_389_939_785_64e-15,
    ];
    let q = u - 0.5;
    let v = 1.0 - u;
    let radius = (-ln64(if u < v { u } else { v })).sqrt();
    let centre = q.abs() <= 0.425;
    let near = radius <= 5.0;
    let pick = |c: f64, t: f64, f: f64| {
        if centre {
            c
        } else if near {
            t
        } else {
            f
        }
    };
    let r = pick(0.180_625 - q * q, radius - 1.6, radius - 5.0);
    let (mut num, mut den) = (pick(A[7], C[7], E[7]), pick(B[7], D[7], F[7]));
    for i in (0..7).rev() {
        num = num * r + pick(A[i], C[i], E[i]);
        den = den * r + pick(B[i], D[i], F[i]);
    }
    let sign = if q < 0.0 { -1.0 } else { 1.0 };
    pick(q, sign, sign) * num / den
}

/// Standard normal CDF; absolute error about 1e-15, relative error up to 1e-8 in the tail below −4.
#[inline(always)]
pub fn norm_cdf64(x: f64) -> f64 {
    const N: [f64; 7] = [
        220.206_867_912_376,
        221.213_596_169_931,
        112.079_291_497_871,
        33.912_866_078_383,
        6.373_962_203_531_65,
        0.700_383_064_443_688,
        3.526_249_659_989_11e-2,
    ];
    const D: [f64; 8] = [
        440.413_735_824_752,
        793.826_512_519_948,
        637.333_633_378_831,
        296.564_248_779_674,
        86.780_732_202_946_1,
        16.064_177_579_207,
        1.755_667_163_182_64,
        8.838_834_764_831_84e-2,
    ];
    let z = x.abs();
    let e = exp64(-0.5 * z * z);
    let (mut num, mut den) = (N[6], D[7]);
    for i in (0..6).rev() {
        num = num * z + N[i];
    }
    for i in (0..7).rev() {
        den = den * z + D[i];
    }
    let near = e * num / den;
    let tail = z + 1.0 / (z + 2.0 / (z + 3.0 / (z + 4.0 / (z + 0.65))));
    let far = e / (tail * 2.506_628_274_631_000_5);
    let below = if z < 7.071_067_811_865_47 { near } else { far };
    let below = if z > 38.6 { 0.0 } else { below };
    if x > 0.0 { 1.0 - below } else { below }
}

/// 1 / (1 + e^−x).
#[inline(always)]
pub fn logistic32(x: f32) -> f32 {
    1.0 / (1.0 + exp32(-x))
}

/// 1 / (1 + e^−x).
#[inline(always)]
pub fn logistic64(x: f64) -> f64 {
    1.0 / (1.0 + exp64(-x))
}

/// ln(1 + e^x) without overflow.
#[inline(always)]
pub fn softplus32(x: f32) -> f32 {
    let t = exp32(-x.abs());
    let u = 1.0 + t;
    (if x > 0.0 { x } else { 0.0 }) + (ln32(u) + (t - (u - 1.0)) / u)
}

/// ln(1 + e^x) without overflow.
#[inline(always)]
pub fn softplus64(x: f64) -> f64 {
    (if x > 0.0 { x } else { 0.0 }) + ln_1p64(exp64(-x.abs()))
}

/// Nearest whole number, ties to even, held within ±2,147,483,520 (the largest `f32` in `i32`); NaN
/// gives 0. Written without `as`, whose saturation the compiler takes lane by lane.
#[inline(always)]
pub fn round_half_even_i32(x: f32) -> i32 {
    const MOST: f32 = 2_147_483_520.0;
    // One instruction where there is SSE4.1; exact everywhere.
    let whole = x.round_ties_even();
    let held = if whole < MOST { whole } else { MOST };
    let held = if held > -MOST { held } else { -MOST };
    let held = if x.is_nan() { 0.0 } else { held };
    // SAFETY: not NaN and within `i32` by the lines above.
    unsafe { held.to_int_unchecked() }
}

/// The lesser of two numbers, neither NaN: one instruction, where `f64::min` must think of NaN.
#[inline(always)]
pub fn lesser64(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The greater of two numbers, neither NaN.
#[inline(always)]
pub fn greater64(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// Nearest whole number to one below 2⁵¹ in size, ties to even; vectorises without AVX-512.
#[inline(always)]
pub fn round_half_even_i64(x: f64) -> i64 {
    debug_assert!(x.abs() < (1u64 << 51) as f64);
    ((x + MAGIC64).to_bits() as i64).wrapping_sub(MAGIC64.to_bits() as i64)
}

/// A whole number below 2⁵¹ in size as `f64`, exactly: one addition, which vectorises without AVX-512.
#[inline(always)]
pub fn whole_f64(x: i64) -> f64 {
    debug_assert!(x.unsigned_abs() < 1 << 51);
    f64::from_bits((MAGIC64.to_bits() as i64).wrapping_add(x) as u64) - MAGIC64
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)] // the platform's functions are the oracle here
mod tests {
    use super::*;
    use statrs::distribution::{Continuous, ContinuousCDF, Normal};

    fn grid(from: f64, to: f64, n: usize) -> impl Iterator<Item = f64> {
        (0..=n).map(move |i| from + (to - from) * i as f64 / n as f64)
    }

    /// Largest relative error of `ours` against `truth`.
    fn worst(xs: impl Iterator<Item = f64>, ours: impl Fn(f64) -> f64, truth: impl Fn(f64) -> f64) -> f64 {
        xs.map(|x| {
            let t = truth(x);
            if t == 0.0 { ours(x).abs() } else { ((ours(x) - t) / t).abs() }
        })
        .fold(0.0, f64::max)
    }

    /// Prints what was measured (`--nocapture`) and holds it under `limit`.
    fn within(what: &str, measured: f64, limit: f64) {
        println!("{what}: {measured:.2e}");
        assert!(measured <= limit, "{what}: {measured:e} > {limit:e}");
    }

    #[test]
    fn exp_and_ln_are_accurate() {
        let f32s = |from: f64, to: f64| grid(from, to, 400_000).map(|x| f64::from(x as f32));
        within("exp32", worst(f32s(-87.0, 88.5), |x| exp32(x as f32).into(), f64::exp), 1.2e-7);
        let magnitudes = || grid(-126.0, 127.0, 400_000).map(|e| f64::from(e.exp2() as f32));
        within("ln32", worst(magnitudes(), |x| ln32(x as f32).into(), f64::ln), 1.2e-7);
        within("ln32 near 1", worst(f32s(0.5, 2.0), |x| ln32(x as f32).into(), f64::ln), 1.2e-7);
        within("exp64", worst(grid(-700.0, 709.0, 400_000), exp64, f64::exp), 3.4e-16);
        let magnitudes = || grid(-1020.0, 1020.0, 400_000).map(f64::exp2);
        within("ln64", worst(magnitudes(), ln64, f64::ln), 3.4e-16);
        within("ln64 near 1", worst(grid(0.5, 2.0, 400_000), ln64, f64::ln), 3.4e-16);
        within("ln_1p64", worst(grid(-36.0, 36.0, 100_000).map(f64::exp), ln_1p64, f64::ln_1p), 5e-16);
    }

    #[test]
    fn powers_are_accurate() {
        for x in [0.03, 0.9, 1.0, 1.0435, 7.0] {
            within("pow64", worst(grid(-8.0, 8.0, 10_000), |y| pow64(x, y), |y| x.powf(y)), 1e-14);
            for n in -360..=360 {
                let (p, t) = (powi64(x, n), x.powi(n));
                assert!(p == t || ((p - t) / t).abs() < 1e-13 || t.is_subnormal(), "{x}^{n}: {p} {t}");
            }
        }
        assert_eq!([pow64(0.0, 2.0), pow64(0.0, 0.0), pow64(0.0, -1.0)], [0.0, 1.0, f64::INFINITY]);
        assert!(pow64(-1.0, 0.5).is_nan());
        assert_eq!((powi64(2.0, 10), powi64(2.0, -2), powi64(5.0, 0)), (1024.0, 0.25, 1.0));
        assert_eq!(powi64(1.0, i32::MIN), 1.0);
    }

    #[test]
    fn edges_are_as_mathematics_has_them() {
        assert_eq!([exp32(0.0), exp32(-200.0), exp32(f32::NEG_INFINITY)], [1.0, 0.0, 0.0]);
        assert_eq!([exp32(89.0), exp32(f32::INFINITY)], [f32::INFINITY; 2]);
        assert_eq!([exp64(0.0), exp64(-800.0), exp64(f64::NEG_INFINITY)], [1.0, 0.0, 0.0]);
        assert_eq!([exp64(711.0), exp64(f64::INFINITY)], [f64::INFINITY; 2]);
        assert_eq!([ln32(1.0), ln32(0.0), ln32(f32::INFINITY)], [0.0, f32::NEG_INFINITY, f32::INFINITY]);
        assert_eq!([ln64(1.0), ln64(0.0), ln64(f64::INFINITY)], [0.0, f64::NEG_INFINITY, f64::INFINITY]);
        for nan in [f64::NAN, -1.0, f64::NEG_INFINITY] {
            assert!(ln64(nan).is_nan() && ln32(nan as f32).is_nan());
        }
        assert!(exp64(f64::NAN).is_nan() && exp32(f32::NAN).is_nan());
        assert!((ln64(5e-324) - -744.440_071_921_381_3).abs() < 1e-12);
        assert!((ln32(1e-45) - -103.278_93).abs() < 1e-4);
        assert!(exp32(-100.0) > 0.0 && exp64(-740.0) > 0.0, "subnormal results");
        assert_eq!([norm_cdf64(-50.0), norm_cdf64(50.0), norm_cdf64(f64::INFINITY)], [0.0, 1.0, 1.0]);
        assert!((norm_cdf64(0.0) - 0.5).abs() < 1e-15);
        assert_eq!([norm_inv32(0.5), norm_inv64(0.5) as f32], [0.0, 0.0]);
    }

    #[test]
    fn inverse_normal_is_accurate_and_never_falls() {
        let std = Normal::standard();
        // Every cell a draw can fall into.
        let (mut last, mut error) = (f32::NEG_INFINITY, 0f64);
        for k in 0..1 << 23 {
            let u = (k as f32 + 0.5) / 8_388_608.0;
            let z = norm_inv32(u);
            assert!(z >= last, "falls at {u}: {last} -> {z}");
            assert_eq!(z, norm_inv32_centre_or_tail(u, norm_inv32_radius(u)));
            error = error.max((f64::from(z) - norm_inv64(f64::from(u))).abs());
            last = z;
        }
        within("norm_inv32 (absolute)", error, 1e-5);
        // Beyond the cells, down to the least normal float.
        for e in grid(-37.9, -7.0, 3_000) {
            let u = 10f64.powf(e) as f32;
            let error = f64::from(norm_inv32(u)) - norm_inv64(u.into());
            assert!(error.abs() < 1e-5, "{u}: {error}");
        }
        // The oracle of the oracle: statrs, refined by one Newton step on its CDF.
        let truth = |u: f64| {
            let z = std.inverse_cdf(u);
            z - (std.cdf(z) - u) / std.pdf(z)
        };
        let us = || grid(1e-4, 0.9999, 20_000).chain(grid(-15.0, -4.0, 500).map(|e| 10f64.powf(e)));
        let error = us().map(|u| (norm_inv64(u) - truth(u)).abs()).fold(0.0, f64::max);
        within("norm_inv64 (absolute; mostly the error of statrs)", error, 1e-9);
        // From mpmath with 40 digits.
        for (u, z) in [
            (1e-300, -37.047_096_299_361_2),
            (1e-20, -9.262_340_089_798_407),
            (1e-12, -7.034_483_825_301_132),
            (1e-6, -4.753_424_308_822_899),
            (0.001, -3.090_232_306_167_813_5),
            (0.07, -1.475_791_028_179_170_6),
            (0.2, -0.841_621_233_572_914_2),
            (0.4, -0.253_347_103_135_799_7),
            (0.75, 0.674_489_750_196_081_7),
            (0.999, 3.090_232_306_167_813),
        ] {
            assert!((norm_inv64(u) / z - 1.0).abs() < 2e-15, "{u}: {}", norm_inv64(u) / z - 1.0);
        }
        let mut last = f64::NEG_INFINITY;
        for u in grid(1e-9, 1.0 - 1e-9, 2_000_000) {
            assert!(norm_inv64(u) >= last, "falls at {u}");
            last = norm_inv64(u);
        }
    }

    #[test]
    fn normal_cdf_is_accurate_and_inverts() {
        let std = Normal::standard();
        let error = grid(-9.0, 9.0, 50_000).map(|x| (norm_cdf64(x) - std.cdf(x)).abs()).fold(0.0, f64::max);
        within("norm_cdf64 (absolute; the error of statrs)", error, 5e-11);
        // From the C library's erfc.
        for (x, p) in [
            (-8.0, 6.220_960_574_271_819e-16),
            (-5.0, 2.866_515_718_791_946e-7),
            (-3.2, 0.000_687_137_937_915_848_5),
            (-1.5, 0.066_807_201_268_858_09),
            (-0.3, 0.382_088_577_811_047_4),
            (0.7, 0.758_036_347_776_927),
            (4.0, 0.999_968_328_758_166_9),
        ] {
            let limit = if x < -4.0 { 1e-8 } else { 1e-13 };
            assert!((norm_cdf64(x) / p - 1.0).abs() < limit, "{x}: {:e}", norm_cdf64(x) / p - 1.0);
            assert!((norm_cdf64(x) - p).abs() < 1e-15, "{x}");
        }
        let back = grid(-6.0, 4.0, 50_000).map(|x| (norm_inv64(norm_cdf64(x)) - x).abs()).fold(0.0, f64::max);
        within("norm_inv64(norm_cdf64(x)) - x", back, 1e-9);
    }

    #[test]
    fn logistic_and_softplus_are_accurate() {
        let f32s = || grid(-80.0, 80.0, 100_000).map(|x| f64::from(x as f32));
        let (l, s) = (|x: f64| 1.0 / (1.0 + (-x).exp()), |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p());
        within("logistic32", worst(f32s(), |x| logistic32(x as f32).into(), l), 3e-7);
        within("softplus32", worst(f32s(), |x| softplus32(x as f32).into(), s), 3e-7);
        within("logistic64", worst(grid(-700.0, 700.0, 100_000), logistic64, l), 6e-16);
        within("softplus64", worst(grid(-700.0, 700.0, 100_000), softplus64, s), 6e-16);
    }

    #[test]
    fn rounds_half_to_even() {
        let special = [0.5, 1.5, 2.5, -0.5, -1.5, 8_388_607.5, 8_388_609.0, 2e9, 3e9, -3e9, 0.499_999_97];
        let edges = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0, f32::MIN_POSITIVE];
        const MOST: i32 = 2_147_483_520;
        for x in special.into_iter().chain(edges).chain(grid(-9.0, 9.0, 1_000).map(|x| x as f32)) {
            assert_eq!(round_half_even_i32(x), (x.round_ties_even() as i32).clamp(-MOST, MOST), "{x}");
        }
    }

    #[test]
    fn whole_numbers_are_exact() {
        for x in grid(-3.0, 3.0, 24).chain(grid(-2.2517e15, 2.2517e15, 9_999)) {
            assert_eq!(round_half_even_i64(x), x.round_ties_even() as i64, "{x}");
        }
        for x in [0, 1, -1, 99, -12_345_678_901, (1 << 51) - 1, 1 - (1 << 51)] {
            assert_eq!(whole_f64(x), x as f64);
        }
    }

    #[test]
    fn bits_are_those_committed() {
        // FNV-1a over the results: fails if any function changes by a bit, on any machine.
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        let mut add = |bits: u64| hash = (hash ^ bits).wrapping_mul(0x100_0000_01b3);
        for i in 0..20_000 {
            let u = (f64::from(i) + 0.5) / 20_000.0;
            let x = (u - 0.5) * 180.0;
            for y in [exp64(x), ln64(u), ln_1p64(u), pow64(u, x), powi64(u, i % 99 - 50), norm_inv64(u)] {
                add(y.to_bits());
            }
            for y in [norm_cdf64(x * 0.1), logistic64(x), softplus64(x)] {
                add(y.to_bits());
            }
            let (u, x) = (u as f32, x as f32);
            for y in [exp32(x), ln32(u), norm_inv32(u), logistic32(x), softplus32(x)] {
                add(y.to_bits().into());
            }
            add(round_half_even_i32(x) as u32 as u64);
        }
        assert_eq!(hash, 0xcd71_f44c_776d_818e, "{hash:#x}");
    }
}
