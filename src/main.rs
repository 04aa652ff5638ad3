//! The program `puhui`; everything is in the library.

fn main() -> std::process::ExitCode {
    puhui::cli::main()
}
