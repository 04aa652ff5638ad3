//! Memory that a finished arm leaves behind.
//!
//! Worlds are some sixty megabytes in columns of many lengths, and the C library keeps what it once grew by: after a
//! few forks its heap is full of gaps. Giving them back lowers the peak of a comparison (figures in
//! `docs/performance.md`); results do not hang on it.

/// Gives freed memory back to the system, where the C library would keep it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn give_back() {
    // SAFETY: may be called at any time by any thread; memory in use is not touched.
    unsafe { libc::malloc_trim(0) };
}

/// Other systems' allocators give back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back() {}
