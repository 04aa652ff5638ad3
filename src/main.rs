//! The program `puhui`; everything is in the library.
//!
//! Nothing else belongs here: what can be tested lives in `puhui::cli`.

fn main() -> std::process::ExitCode {
    puhui::cli::main()
}
