//! House rules that a machine can keep: who may use whom, headers, what does not belong in the
//! sources, and that every scenario shipped is named in the README.
//!
//! The allow-lists below are the rules; a change of them wants half a page in `docs/decisions/`.

use std::fs;
use std::path::{Path, PathBuf};

/// Room → rooms below it that it may use. Floors are explained in `CONTRIBUTING.md`.
const MAY_USE: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("luck", &["units"]),
    // Numbers in, numbers out: knows neither model nor files (decision 0020).
    ("stats", &["units", "luck"]),
    ("ledger", &["units"]),
    // The recount reads every borrower: `luck::simd` chooses its machine code (decision 0047).
    ("world", &["units", "luck", "ledger"]),
    ("policy", &["units", "world"]),
    ("metrics", &["units", "ledger", "world"]),
    // The month's last phase has the indicators read (decision 0007).
    ("model", &["units", "luck", "ledger", "world", "policy", "metrics"]),
    // The pack's sheets and paths are declared in `world` (decision 0007).
    ("scenario", &["units", "world", "policy", "model", "metrics"]),
    ("experiment", &["units", "luck", "stats", "ledger", "world", "policy", "metrics", "model", "scenario"]),
    ("report", &["units", "stats"]),
    // `explain` prints the tables of the rooms themselves (decision 0007).
    ("cli", &["units", "world", "policy", "metrics", "model", "scenario", "experiment", "report"]),
    ("main", &["cli"]),
    ("lib", &[]),
];

/// Most lines of a source file, and files that may be longer until they are split, with their cap.
const LINES: usize = 600;
const LONGER: &[(&str, usize)] = &[];

/// Fewest `//!` lines at the top of a file: what lives here, what does not, source.
const HEADER: usize = 3;

/// Files compiled for tests only: a one-line header will do, and `unwrap` is fine.
const FOR_TESTS: &[&str] = &[
    "src/experiment/store/",
    "src/experiment/sweep/tests.rs",
    "src/experiment/sweep/tests_store.rs",
    "src/experiment/sweep/tests_keys.rs",
    "src/experiment/tests.rs",
    "src/experiment/toy.rs",
    "src/scenario/testkit.rs",
    "src/scenario/tests/",
];

/// Words that have no place in anything shipped.
const NOT_SHIPPED: &[&str] = &["TODO", "FIXME", "XXX"];

/// Beginnings of absolute paths of some machine.
const MACHINE_PATHS: &[&str] = &["/home/", "/Users/", "/work/", "/tmp/", "C:\\Users"];

/// Folders and files whose text is guarded beside `src`.
const SHIPPED: &[&str] = &[
    "src",
    "tests",
    "benches",
    "examples",
    "scenarios",
    "docs",
    ".ci",
    "README.md",
    "CONTRIBUTING.md",
    "Cargo.toml",
    "build.rs",
    "results/README.md",
];

struct File {
    name: String,
    text: String,
}

impl File {
    fn for_tests(&self) -> bool {
        FOR_TESTS.iter().any(|t| self.name.starts_with(t))
    }

    /// The part before the tests at the foot, without comments; line numbers stay.
    fn code(&self) -> String {
        let mut out = String::new();
        let mut lines = self.text.lines().peekable();
        while let Some(line) = lines.next() {
            // A module for tests stands at the foot, perhaps behind an `allow`.
            let module = |next: &&str| next.starts_with("#[") || next.contains("mod ") && next.ends_with('{');
            if line == "#[cfg(test)]" && lines.peek().is_some_and(module) {
                break;
            }
            out += without_comment(line);
            out.push('\n');
        }
        out
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn collect(path: &Path, out: &mut Vec<File>) {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path).unwrap().map(|e| e.unwrap().path()).collect();
        entries.sort();
        entries.iter().for_each(|p| collect(p, out));
        return;
    }
    // What is no text (fonts, pictures) is not read.
    let Ok(text) = fs::read_to_string(path) else { return };
    let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
    out.push(File { name, text: text.replace("\r\n", "\n") });
}

fn sources() -> Vec<File> {
    let mut files = Vec::new();
    collect(&root().join("src"), &mut files);
    files.retain(|f| f.name.ends_with(".rs"));
    assert!(files.len() > 50, "the sources were not found");
    files
}

fn room(file: &str) -> &str {
    let inside = file.strip_prefix("src/").unwrap();
    inside.split('/').next().unwrap().trim_end_matches(".rs")
}

fn none(found: Vec<String>) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// Rooms that a line of code names after `crate::`, alone or in braces.
fn used(code: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let line = code[..at].matches('\n').count() + 1;
        let rest = &code[at + "crate::".len()..];
        let word =
            |t: &str| t.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut start = true;
            for (i, c) in list.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => start = true,
                    c if start && !c.is_whitespace() => {
                        out.push((line, word(&list[i..])));
                        start = false;
                    }
                    _ => {}
                }
            }
        } else {
            out.push((line, word(rest)));
        }
    }
    out
}

#[test]
fn a_room_uses_only_rooms_below_it() {
    let mut found = Vec::new();
    for file in sources() {
        let own = room(&file.name);
        let Some((_, allowed)) = MAY_USE.iter().find(|(r, _)| *r == own) else {
            found.push(format!("{}: room `{own}` has no line in MAY_USE (tests/tidy.rs)", file.name));
            continue;
        };
        for (line, other) in used(&file.text.lines().map(without_comment).collect::<Vec<_>>().join("\n")) {
            let known = MAY_USE.iter().any(|(r, _)| *r == other);
            if known && other != own && !allowed.contains(&other.as_str()) && !file.for_tests() {
                found.push(format!(
                    "{}:{line}: room `{own}` uses room `{other}`; it may use {allowed:?} (tests/tidy.rs)",
                    file.name
                ));
            }
        }
    }
    none(found);
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with("//") { "" } else { line }
}

#[test]
fn the_finder_of_rooms_sees_all_ways_to_name_one() {
    let code = "use crate::units::Month;\nuse crate::{luck::Key, world::{Loan, Class}, policy};\nlet x = crate::ledger::audit(a);";
    let names: Vec<String> = used(code).into_iter().map(|(line, name)| format!("{line}{name}")).collect();
    assert_eq!(names, ["1units", "2luck", "2world", "2policy", "3ledger"]);
}

#[test]
fn the_allow_list_has_no_cycle() {
    // Every room stands in the list after the rooms it uses, metrics aside, which is read by model.
    for (i, (room, below)) in MAY_USE.iter().enumerate() {
        for other in *below {
            let at = MAY_USE.iter().position(|(r, _)| r == other).expect(other);
            assert!(at < i || *room == "main", "`{room}` may use `{other}`, which stands above it");
        }
    }
}

#[test]
fn files_say_what_lives_in_them() {
    let mut found = Vec::new();
    for file in sources() {
        let lines = file.text.lines().take_while(|l| l.starts_with("//!")).count();
        let wanted = if file.for_tests() { 1 } else { HEADER };
        if lines < wanted {
            found.push(format!(
                "{}: {lines} header lines, {wanted} wanted (what lives here, what does not, source)",
                file.name
            ));
        }
    }
    none(found);
}

#[test]
fn files_stay_readable_in_one_sitting() {
    let mut found = Vec::new();
    for file in sources() {
        let lines = file.text.lines().count();
        let most = LONGER.iter().find(|(f, _)| *f == file.name).map_or(LINES, |(_, most)| *most);
        if lines > most {
            found.push(format!("{}: {lines} lines, at most {most}", file.name));
        }
    }
    none(found);
}

#[test]
fn nothing_panics_by_unwrap() {
    let mut found = Vec::new();
    for file in sources().iter().filter(|f| !f.for_tests()) {
        for (n, line) in file.code().lines().enumerate() {
            if line.contains(".unwrap()") {
                found.push(format!("{}:{}: {}", file.name, n + 1, line.trim()));
            }
        }
    }
    none(found);
}

#[test]
fn nothing_prints_below_the_command_line() {
    let mut found = Vec::new();
    for file in sources().iter().filter(|f| room(&f.name) != "cli" && !f.for_tests()) {
        for (n, line) in file.code().lines().enumerate() {
            if ["print!(", "println!(", "dbg!("].iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{}: {}", file.name, n + 1, line.trim()));
            }
        }
    }
    none(found);
}

#[test]
fn nothing_shipped_names_a_machine_or_leaves_work_open() {
    let mut files = Vec::new();
    SHIPPED.iter().map(|p| root().join(p)).filter(|p| p.exists()).for_each(|p| collect(&p, &mut files));
    let mut found = Vec::new();
    for file in files.iter().filter(|f| f.name != "tests/tidy.rs") {
        for (n, line) in file.text.lines().enumerate() {
            let word = |w: &&&str| line.split(|c: char| !c.is_ascii_alphanumeric()).any(|t| t == **w);
            let path = |p: &&&str| line.contains(**p);
            if let Some(bad) = NOT_SHIPPED.iter().find(word).or(MACHINE_PATHS.iter().find(path)) {
                found.push(format!("{}:{}: `{bad}` in: {}", file.name, n + 1, line.trim()));
            }
        }
    }
    none(found);
}

#[test]
fn the_readme_names_every_scenario_shipped() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let mut files = Vec::new();
    collect(&root().join("scenarios"), &mut files);
    let mut found = Vec::new();
    for file in &files {
        let Some(name) = file.name.strip_prefix("scenarios/") else { continue };
        if name.ends_with(".toml") && !name.contains('/') && !readme.contains(&format!("`{name}`")) {
            found.push(format!("README.md does not name `{name}`"));
        }
    }
    none(found);
}

#[test]
fn no_file_of_tests_is_left_out() {
    let all = fs::read_to_string(root().join("tests/all.rs")).unwrap();
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join("tests")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(module) = name.strip_suffix(".rs").filter(|m| *m != "all") else { continue };
        if !all.lines().any(|line| line == format!("mod {module};")) {
            found.push(format!(
                "tests/{name} is compiled by nobody: `mod {module};` is missing in tests/all.rs"
            ));
        }
    }
    none(found);
}
