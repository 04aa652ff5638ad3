//! Signals that would end the program without a word.
//! Ctrl-C is heard in `compare.rs`; a closed pipe is an error of writing already, as the standard library has it.
//! Source: setrlimit(2): beyond RLIMIT_FSIZE comes SIGXFSZ; where that is ignored, writing fails with EFBIG.

/// Makes a file beyond what the system allows (`ulimit -f`) an error of writing, told as a full disk is.
#[cfg(unix)]
pub fn let_writing_fail() {
    // SAFETY: ignoring a signal runs no code of ours, and nobody else in this process handles this one.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
}

/// Other systems have no such signal.
#[cfg(not(unix))]
pub fn let_writing_fail() {}
