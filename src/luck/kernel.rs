//! Elementary functions with equal bits on every machine.
//!
//! Only + − × ÷, square root, comparison and bit tricks, no fused multiply-add, no branch: loops
//! over slices vectorise, and SSE2, AVX2 and other processors agree to the last bit (the
//! platform's exp and ln do not). Draws are not made here.
//!
//! Sources: Cephes (exp32, ln32), fdlibm (exp64, ln64), Wichura's AS 241 (norm_inv), Hart as
//! given by West 2005 (norm_cdf64).

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
    let r = (x - n * 0.693_359_4) - n * -2.121_944_4e-4;
    let z = r * r;
    let p01 = 0.5 + 1.666_666_5e-1 * r;
    let p23 = 4.166_579_6e-2 + 8.333_452e-3 * r;
    let p45 = 1.398_2e-3 + 1.987_569_1e-4 * r;
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
    let shift = if small { -23.0 } else { 0.0 };
    // Mantissa into [√½, √2).
    let bits = scaled.to_bits().wrapping_sub(0x3f35_04f3) as i32;
    let e = (bits >> 23) as f32 + shift;
    let m = f32::from_bits(((bits & 0x007f_ffff) as u32).wrapping_add(0x3f35_04f3));
    let f = m - 1.0;
    let z = f * f;
    let z2 = z * z;
    let p01 = 3.333_333e-1 + -2.499_999_4e-1 * f;
    let p23 = 2.000_071_4e-1 + -1.666_805_8e-1 * f;
    let p45 = 1.424_932_3e-1 + -1.242_014e-1 * f;
    let p67 = 1.167_699_9e-1 + -1.151_461e-1 * f;
    let p = (p01 + z * p23) + z2 * ((p45 + z * p67) + z2 * 7.037_683_6e-2);
    let y = f * z * p + e * -2.121_944_4e-4 - 0.5 * z;
    let y = (f + y) + e * 0.693_359_4;
    let y = if x == 0.0 { f32::NEG_INFINITY } else { y };
    let y = if x == f32::INFINITY { x } else { y };
    if x >= 0.0 { y } else { f32::NAN }
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
    (-ln32(tail)).sqrt()
}

/// Second half of [`norm_inv32`] for 1.4e-11 < u < 1 − 1.4e-11.
#[inline(always)]
pub fn norm_inv32_centre_or_tail(u: f32, radius: f32) -> f32 {
    let q = u - 0.5;
    let centre = q.abs() <= 0.425;
    let pick = |c: f32, t: f32| if centre { c } else { t };
    let r = pick(0.180_625 - q * q, radius - 1.6);
    let r2 = r * r;
    let num = (pick(3.387_132_7, 1.423_437_3) + pick(50.434_27, 2.756_815_4) * r)
        + r2 * (pick(159.291_13, 1.306_728_5) + pick(59.109_375, 0.170_238_21) * r);
    let den = (1.0 + pick(17.895_17, 0.737_001_64) * r)
        + r2 * (pick(78.757_76, 0.120_211_33) + pick(67.187_56, 0.0) * r);
    let sign = if q < 0.0 { -1.0 } else { 1.0 };
    pick(q, sign) * num / den
}

/// Inverse of the standard normal CDF for 0 < u < 1; absolute error within 1e-5 (about 2e-6 in
/// fact), never falling in `u` on the cells of [`Key::unit`](crate::luck::Key::unit).
#[inline(always)]
pub fn norm_inv32(u: f32) -> f32 {
    let radius = norm_inv32_radius(u);
    let near = norm_inv32_centre_or_tail(u, radius);
    let r = radius - 5.0;
    let num = 6.657_905 + r * (3.081_226_3 + r * (0.428_682_94 + r * 0.017_337_203));
    let den = 1.0 + r * (0.241_978_94 + r * 0.012_258_202_6);
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

/// Standard normal CDF; absolute error about 1e-15.
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

/// Nearest whole number, ties to even, held within `i32`; NaN gives 0.
#[inline(always)]
pub fn round_half_even_i32(x: f32) -> i32 {
    const TWO_23: f32 = 8_388_608.0;
    let a = x.abs();
    let whole = if a < TWO_23 { (a + TWO_23) - TWO_23 } else { a };
    whole.copysign(x) as i32
}
