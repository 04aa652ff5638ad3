//! Tests of the room as a whole, on the tiny library of `testkit`.

mod loading;
mod mistakes;
mod packs;
mod panics;

use super::testkit::write_library;
use super::*;

/// A tiny library in a folder of its own.
struct Bench {
    dir: tempfile::TempDir,
    options: Options,
}

impl Bench {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        write_library(dir.path(), files);
        let options = Options { library: Shelf::Folder(dir.path().to_path_buf()), ..Options::default() };
        Bench { dir, options }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn load(&self, names: &[&str]) -> Result<Loaded, Diagnostics> {
        let inputs: Vec<Input> = names.iter().map(|n| Input::Path(self.path(n))).collect();
        load(&inputs, &self.options)
    }

    /// Scenarios of files that must be right.
    fn good(&self, names: &[&str]) -> Vec<Scenario> {
        self.load(names).unwrap_or_else(|e| panic!("{e}")).scenarios
    }
}

/// A delta of the baseline with this body.
fn delta(body: &str) -> String {
    format!("schema = \"puhui/scenario/1\"\nextends = \"baseline\"\n{body}\n")
}
