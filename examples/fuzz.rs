//! Mutates the shipped scenario files and loads them: whatever stands in a file, the answer is a
//! scenario or a list of mistakes, never a panic and never a long wait.
//!
//! `cargo run --release --example fuzz -- 1000000 [SEED]` on the stable compiler; case n of a seed is
//! always the same text, and `-- case N [SEED]` prints it. `fuzz/` has the same for `cargo fuzz`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use puhui::scenario::{DEFAULT_REGION, Input, Options, SHIPPED, load, load_region};
use puhui::units::Lang;
use rayon::prelude::*;

/// Longer than this for one file is a fault too.
const LONGEST: Duration = Duration::from_secs(5);

/// What mistakes are made of: numbers at the edge, units, brackets, names out of place.
const WORDS: &[&str] = &[
    "nan",
    "-inf",
    "1e300",
    "\"1e300%\"",
    "\"1e999%\"",
    "-0",
    "9223372036854775808",
    "0x7fffffff",
    "\"\"",
    "\"%\"",
    "\"2%\"",
    "\"3pp\"",
    "\"6500万元\"",
    "\"12 months\"",
    "\"15x\"",
    "true",
    "2022-04-25",
    "\"2022Q4\"",
    "\"9999\"",
    "\"1900-01\"",
    "[",
    "]",
    "{",
    "}",
    "[[",
    "]]",
    "=",
    ".",
    ",",
    "\n",
    "\"\"\"",
    "'''",
    "#",
    "\u{FEFF}",
    "\u{0}",
    "é",
    "永川",
    "\u{10FFFF}",
    "schema",
    "extends",
    "reference",
    "region",
    "\"baseline\"",
    "\"x\"",
    "\"../x.toml\"",
    "enabled",
    "value",
    "from",
    "source",
    "class",
    "[policy.",
    "[params]",
    "[macro]",
    "[run]",
    "seed",
    "until",
    "share",
    "share.bank",
    "crop_price.tea",
    "\"outside_npl.x\"",
    "need_share.farm",
    "replications",
];

/// SplitMix64: four lines, the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides.max(1) as u64) as usize
    }
}

fn scenarios() -> Vec<&'static str> {
    let own = |(path, text): &(&str, &'static str)| (!path.contains('/')).then_some(*text);
    SHIPPED.iter().filter_map(own).collect()
}

/// The text of case `n`.
fn case(seed: u64, n: u64) -> String {
    let mut dice = Dice(seed ^ n.wrapping_mul(0xd134_2543_de82_ef95));
    let texts = scenarios();
    let mut bytes = texts[dice.roll(texts.len())].as_bytes().to_vec();
    // Of the long baseline a few whole lines will do: short files are loaded faster.
    if bytes.len() > 4000 && dice.roll(4) > 0 {
        let lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').collect();
        let at = dice.roll(lines.len());
        let end = (at + 1 + dice.roll(30)).min(lines.len());
        let head = b"schema = \"puhui/scenario/1\"\nextends = \"baseline\"\n".to_vec();
        bytes = [head, lines[at..end].join(&b'\n')].concat();
    }
    for _ in 0..=dice.roll(4) {
        let (at, length) = (dice.roll(bytes.len() + 1), dice.roll(40));
        let end = (at + length).min(bytes.len());
        match dice.roll(8) {
            0 => bytes.insert(at, dice.roll(256) as u8),
            1 if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let again = bytes[at..end].to_vec();
                let to = dice.roll(bytes.len() + 1);
                bytes.splice(to..to, again);
            }
            4 => drop(bytes.splice(at..at, WORDS[dice.roll(WORDS.len())].bytes())),
            5 => {
                // A value replaced: what stands after an equals sign.
                if let Some(eq) = bytes[at..].iter().position(|b| *b == b'=').map(|k| at + k + 1) {
                    let stop =
                        bytes[eq..].iter().position(|b| b",}\n".contains(b)).map_or(bytes.len(), |k| eq + k);
                    bytes.splice(eq..stop, WORDS[dice.roll(WORDS.len())].bytes());
                }
            }
            6 => {
                let other = texts[dice.roll(texts.len())].as_bytes();
                let from = dice.roll(other.len());
                let part = &other[from..(from + dice.roll(300)).min(other.len())];
                bytes.splice(at..at, part.iter().copied());
            }
            _ => bytes.splice(at..at, b"\n".iter().copied()).for_each(drop),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Loads a text and says everything there is to say about it; whether it was a scenario.
fn answer(text: String, options: &Options) -> bool {
    match load(&[Input::Text { id: "x".into(), text }], options) {
        Ok(loaded) => {
            let against = loaded.against.iter().flatten().zip(&loaded.scenarios);
            for (other, s) in against {
                assert!(!s.understood(other, Lang::Zh).is_empty() && !s.diff_md(other, Lang::En).is_empty());
            }
            assert!(!loaded.scenarios[0].resolved_toml().is_empty());
            true
        }
        Err(mistakes) => {
            assert!(mistakes.has_errors());
            for lang in [Lang::Zh, Lang::En] {
                assert!(mistakes.list(lang).iter().all(|m| !m.message.is_empty()));
                assert!(!mistakes.render(lang, 80, false).is_empty());
            }
            false
        }
    }
}

fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |n: usize, default| arguments.get(n).and_then(|a| a.parse().ok()).unwrap_or(default);
    if arguments.first().is_some_and(|a| a == "case") {
        print!("{}", case(number(2, 1), number(1, 0)));
        return std::process::ExitCode::SUCCESS;
    }
    let (cases, seed) = (number(0, 10_000_u64), number(1, 1_u64));
    // Parsed once: the pack is not what is mutated.
    let pack = load_region(DEFAULT_REGION, &Options::default()).expect("the shipped pack");
    let options = Options { pack: Some(Arc::new(pack)), ..Options::default() };
    let (good, bad) = (AtomicU64::new(0), AtomicU64::new(0));
    let begun = Instant::now();
    (0..cases).into_par_iter().for_each(|n| {
        let text = case(seed, n);
        let one = Instant::now();
        match catch_unwind(AssertUnwindSafe(|| answer(text, &options))) {
            Ok(fine) => {
                good.fetch_add(u64::from(fine), Ordering::Relaxed);
            }
            Err(_) => {
                bad.fetch_add(1, Ordering::Relaxed);
                eprintln!("case {n} of seed {seed} panics");
            }
        }
        if one.elapsed() > LONGEST {
            bad.fetch_add(1, Ordering::Relaxed);
            eprintln!("case {n} of seed {seed} took {:?}", one.elapsed());
        }
    });
    let (good, bad) = (good.into_inner(), bad.into_inner());
    println!("{cases} cases of seed {seed}: {good} scenarios, {bad} faults, {:?}", begun.elapsed());
    if bad == 0 { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}
