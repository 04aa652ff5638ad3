//! Gives the program a hash of the sources that decide its results, so that results of other code
//! are never taken for its own. Same sources, same hash, on every machine (line ends aside).

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms whose code changes results; how they are shown does not.
const ROOMS: [&str; 10] =
    ["experiment", "ledger", "luck", "metrics", "model", "policy", "scenario", "stats", "units", "world"];

fn main() {
    let mut files = Vec::new();
    for room in ROOMS {
        println!("cargo:rerun-if-changed=src/{room}");
        collect(&Path::new("src").join(room), &mut files);
    }
    files.sort();
    // FNV-1a, 64 bits: it tells versions apart, it guards against nobody.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut eat = |bytes: &[u8]| {
        for byte in bytes.iter().filter(|b| **b != b'\r') {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for file in &files {
        eat(file.to_string_lossy().replace('\\', "/").as_bytes());
        eat(&fs::read(file).unwrap_or_default());
    }
    println!("cargo:rustc-env=PUHUI_CODE={hash:016x}");
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}
