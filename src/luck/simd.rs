//! One body, two machine codes: a plain build and an AVX2 build of the same slice function.
//!
//! [`twin!`](crate::luck::simd::twin) writes both and chooses once by what the processor can do.
//! The plain one is the oracle in tests: as no fused multiply-add is enabled and LLVM never
//! reorders float arithmetic, both give equal bits. Everything the body calls must be
//! `#[inline(always)]`, or it is compiled without AVX2. No intrinsics live here.

#[cfg(target_arch = "x86_64")]
use std::sync::OnceLock;

/// Whether the AVX2 twins run on this processor (asked once).
#[inline]
pub fn has_avx2() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        static HAS: OnceLock<bool> = OnceLock::new();
        *HAS.get_or_init(|| std::is_x86_feature_detected!("avx2"))
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        false
    }
}

/// Defines `fn name(..)` that runs an AVX2 build of the body where it can, and `fn plain_name(..)`,
/// the portable body itself.
///
/// ```
/// puhui::luck::simd::twin! {
///     /// Adds one to each.
///     pub fn add_one, add_one_plain(xs: &mut [f32]) {
///         for x in xs { *x += 1.0 }
///     }
/// }
/// # let mut v = [1.0; 5]; add_one(&mut v); assert_eq!(v, [2.0; 5]);
/// ```
#[macro_export]
#[doc(hidden)]
macro_rules! __luck_twin {
    ($(#[$meta:meta])* $vis:vis fn $name:ident, $plain:ident
        ($($arg:ident : $ty:ty),* $(,)?) $(-> $ret:ty)? $body:block) => {
        #[doc = concat!("Portable twin of [`", stringify!($name), "`]: same bits.")]
        #[inline(always)]
        #[allow(clippy::too_many_arguments)]
        $vis fn $plain($($arg: $ty),*) $(-> $ret)? $body

        $(#[$meta])*
        #[allow(clippy::too_many_arguments)]
        $vis fn $name($($arg: $ty),*) $(-> $ret)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                #[allow(clippy::too_many_arguments)]
                fn avx2($($arg: $ty),*) $(-> $ret)? {
                    $plain($($arg),*)
                }
                if $crate::luck::simd::has_avx2() {
                    // SAFETY: the processor has AVX2.
                    return unsafe { avx2($($arg),*) };
                }
            }
            $plain($($arg),*)
        }
    };
}
pub use crate::__luck_twin as twin;
