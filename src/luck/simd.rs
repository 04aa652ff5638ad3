//! One body, several machine codes: a plain build, an AVX2 build and where it pays an AVX-512 build of the same
//! slice function.
//!
//! [`twin!`](crate::luck::simd::twin) writes them and chooses once by what the processor can do.
//! The plain one is the oracle in tests: as float arithmetic is never contracted or reordered by LLVM,
//! all give equal bits. Everything the body calls must be
//! `#[inline(always)]`, or it is compiled without them. The only intrinsic here is the prefetch.

#[cfg(target_arch = "x86_64")]
use std::sync::OnceLock;

/// Asks a processor once for all of these.
macro_rules! has {
    ($(#[$meta:meta])* $name:ident: $($feature:tt),*) => {
        $(#[$meta])*
        #[inline]
        pub fn $name() -> bool {
            #[cfg(target_arch = "x86_64")]
            {
                static HAS: OnceLock<bool> = OnceLock::new();
                *HAS.get_or_init(|| $(std::is_x86_feature_detected!($feature))&&*)
            }
            #[cfg(not(target_arch = "x86_64"))]
            {
                false
            }
        }
    };
}

has! {
    /// Whether the AVX2 builds run on this processor.
    has_avx2: "avx2", "bmi1", "bmi2", "lzcnt", "popcnt"
}
has! {
    /// Whether the AVX-512 builds run on this processor.
    has_avx512: "avx512f", "avx512vl", "avx512bw", "avx512dq", "avx2", "bmi1", "bmi2", "lzcnt", "popcnt"
}

/// Tells the processor that this place of a column will soon be read or written, so that the waits for several
/// places overlap. Changes nothing but time; does nothing where there is no such instruction. Beyond the end,
/// too, nothing is read that the program could see.
#[inline(always)]
pub fn prefetch<T>(column: &[T], at: usize) {
    fetch(column.as_ptr().wrapping_add(at).cast());
}

/// The same for one thing.
#[inline(always)]
pub fn prefetch_of<T>(thing: &T) {
    fetch(std::ptr::from_ref(thing).cast());
}

/// The same for every line of memory of something large.
#[inline(always)]
pub fn prefetch_whole<T>(place: Option<&T>) {
    if let Some(place) = place {
        for at in (0..size_of::<T>()).step_by(64) {
            fetch(std::ptr::from_ref(place).cast::<i8>().wrapping_add(at));
        }
    }
}

#[inline(always)]
fn fetch(line: *const i8) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: SSE is part of x86-64, and a prefetch reads nothing that the program can see.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = line;
}

/// Defines `fn name(..)` that runs an AVX2 build of the body where it can, and `fn plain_name(..)`,
/// the portable body itself. `wide fn name(..)` has an AVX-512 build besides: for passes over all borrowers,
/// which gain a fifth to a half by it; what jumps about gains nothing.
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
        $crate::__luck_twin!(@plain $vis $name, $plain ($($arg: $ty),*) $(-> $ret)? $body);

        $(#[$meta])*
        #[allow(clippy::too_many_arguments)]
        $vis fn $name($($arg: $ty),*) $(-> $ret)? {
            $crate::__luck_twin!(@code avx2, has_avx2, "avx2,bmi1,bmi2,lzcnt,popcnt",
                $plain ($($arg: $ty),*) $(-> $ret)?);
            $plain($($arg),*)
        }
    };
    ($(#[$meta:meta])* $vis:vis wide fn $name:ident, $plain:ident
        ($($arg:ident : $ty:ty),* $(,)?) $(-> $ret:ty)? $body:block) => {
        $crate::__luck_twin!(@plain $vis $name, $plain ($($arg: $ty),*) $(-> $ret)? $body);

        $(#[$meta])*
        #[allow(clippy::too_many_arguments)]
        $vis fn $name($($arg: $ty),*) $(-> $ret)? {
            $crate::__luck_twin!(@code avx512, has_avx512,
                "avx512f,avx512vl,avx512bw,avx512dq,avx2,bmi1,bmi2,lzcnt,popcnt",
                $plain ($($arg: $ty),*) $(-> $ret)?);
            $crate::__luck_twin!(@code avx2, has_avx2, "avx2,bmi1,bmi2,lzcnt,popcnt",
                $plain ($($arg: $ty),*) $(-> $ret)?);
            $plain($($arg),*)
        }
    };
    (@plain $vis:vis $name:ident, $plain:ident ($($arg:ident : $ty:ty),*) $(-> $ret:ty)? $body:block) => {
        #[doc = concat!("Portable twin of [`", stringify!($name), "`]: same bits.")]
        #[inline(always)]
        #[allow(clippy::too_many_arguments)]
        $vis fn $plain($($arg: $ty),*) $(-> $ret)? $body
    };
    (@code $code:ident, $has:ident, $features:literal,
        $plain:ident ($($arg:ident : $ty:ty),*) $(-> $ret:ty)?) => {
        #[cfg(target_arch = "x86_64")]
        {
            #[target_feature(enable = $features)]
            #[allow(clippy::too_many_arguments)]
            fn $code($($arg: $ty),*) $(-> $ret)? {
                $plain($($arg),*)
            }
            if $crate::luck::simd::$has() {
                // SAFETY: the processor has what this code uses.
                return unsafe { $code($($arg),*) };
            }
        }
    };
}
pub use crate::__luck_twin as twin;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luck::kernel;

    twin! {
        /// A block as the model writes them: several functions, integers, and a result.
        fn block, block_plain(xs: &[f32], out: &mut [f32], rounded: &mut [i32]) -> i64 {
            let mut sum = 0;
            for ((o, n), &x) in out.iter_mut().zip(&mut *rounded).zip(xs) {
                *o = kernel::softplus32(kernel::exp32(x * 0.1) + kernel::ln32(x.abs()) * kernel::logistic32(x));
                *n = kernel::round_half_even_i32(*o * 100.0);
            }
            for &n in &*rounded {
                sum += i64::from(n);
            }
            sum
        }
    }

    twin! {
        /// The same where the processor has wider registers.
        wide fn block_wide, block_wide_plain(xs: &[f32], out: &mut [f32], rounded: &mut [i32]) -> i64 {
            block_plain(xs, out, rounded)
        }
    }

    twin! {
        fn block64, block64_plain(xs: &[f64], out: &mut [f64]) {
            for (o, &x) in out.iter_mut().zip(xs) {
                *o = kernel::exp64(x * 0.1)
                    + kernel::norm_inv64(kernel::norm_cdf64(x * 0.2))
                    + kernel::softplus64(x)
                    + kernel::pow64(x.abs(), 1.3);
            }
        }
    }

    #[test]
    fn twins_have_equal_bits() {
        for n in [0, 1, 3, 4, 5, 7, 8, 9, 17, 100, 1023, 10_007] {
            let xs: Vec<f32> = (0..n).map(|i| ((i * 7919 % 20_011) as f32 - 10_005.0) * 0.003).collect();
            let (mut a, mut b) = (vec![0.0; n], vec![0.0; n]);
            let (mut i, mut j) = (vec![0; n], vec![0; n]);
            assert_eq!(block(&xs, &mut a, &mut i), block_plain(&xs, &mut b, &mut j));
            assert_eq!(i, j);
            assert!(a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits()), "length {n}");
            let (mut wide, mut whole) = (vec![0.0; n], vec![0; n]);
            assert_eq!(
                block_wide(&xs, &mut wide, &mut whole),
                block_wide_plain(&xs, &mut b, &mut j),
                "length {n}"
            );
            assert_eq!(whole, i);
            assert!(a.iter().zip(&wide).all(|(a, b)| a.to_bits() == b.to_bits()), "length {n}");
            let xs: Vec<f64> = xs.iter().map(|&x| x.into()).collect();
            let (mut a, mut b) = (vec![0.0; n], vec![0.0; n]);
            block64(&xs, &mut a);
            block64_plain(&xs, &mut b);
            assert!(a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits()), "length {n}");
        }
    }
}
