//! All promises in one program, a module a file: the library is linked once, and every test of every file shares the cores.
//! `cargo test --test all levers::` runs one file; `tests/tidy.rs` sees to it that no file is left out.

mod analysis;
mod audit;
mod banks;
mod capital;
mod cases;
mod city;
mod cli;
mod common;
mod determinism;
mod docs;
mod first_minutes;
mod history;
mod instruments;
mod levers;
mod mechanisms;
mod plan;
mod products;
mod reach;
mod relief;
mod reports;
mod salib;
mod scenarios;
mod standing;
mod steady;
mod sweeps;
mod tidy;
mod windows;
