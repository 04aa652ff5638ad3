//! The results folder: written beside its place under a hidden name and renamed when complete, so
//! that a folder with a manifest is always whole. A folder that is not ours is never replaced; one
//! of ours only when told to.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::manifest::{FORMAT, Known, Manifest};
use super::tables::{Sink, Tables};

/// What stands where results are to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing, or an empty folder.
    Free,
    /// A complete result of the same hash; so many of its runs failed.
    Same { failed: u64 },
    /// Results of ours with another hash, or not complete.
    Other { hash: String, complete: bool },
    /// Something else.
    Foreign,
}

/// Why results could not be stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("{path}: {source}")]
    Table { path: PathBuf, source: csv::Error },
    #[error("{path}: {source}")]
    Manifest { path: PathBuf, source: serde_json::Error },
    #[error("{0} holds other results; --force replaces them, --out DIR writes elsewhere")]
    Occupied(PathBuf),
    #[error("{0} exists and holds no results of this program; it is left alone (--out DIR writes elsewhere)")]
    Foreign(PathBuf),
}

impl StoreError {
    /// The user chose a place that is taken; else the disk is at fault.
    pub fn is_users(&self) -> bool {
        matches!(self, StoreError::Occupied(_) | StoreError::Foreign(_))
    }
}

fn io_at(path: &Path) -> impl Fn(io::Error) -> StoreError + '_ {
    move |source| StoreError::Io { path: path.to_owned(), source }
}

/// Looks at the place where results of `hash` are to go.
pub fn standing(dir: &Path, hash: &str) -> Result<Standing, StoreError> {
    match fs::read(dir.join("manifest.json")) {
        Ok(bytes) => Ok(match serde_json::from_slice::<Known>(&bytes) {
            Ok(known) if known.format == FORMAT => {
                let complete = known.status == "complete";
                // What was damaged since is not complete any more, and is made anew.
                let complete = complete && intact(dir, &known.files);
                match complete && known.hash == hash {
                    true => Standing::Same { failed: known.failed() },
                    false => Standing::Other { hash: known.hash, complete },
                }
            }
            _ => Standing::Foreign,
        }),
        Err(_) => match fs::read_dir(dir) {
            Ok(mut entries) => Ok(if entries.next().is_none() { Standing::Free } else { Standing::Foreign }),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Standing::Free),
            Err(e) => Err(io_at(dir)(e)),
        },
    }
}

/// blake3 of every table and scenario file in a results folder, by name relative to it.
fn hashes(dir: &Path) -> Result<BTreeMap<String, String>, StoreError> {
    let mut out = BTreeMap::new();
    for folder in ["", "scenarios"] {
        let place = dir.join(folder);
        let Ok(entries) = fs::read_dir(&place) else { continue };
        for entry in entries {
            let path = entry.map_err(io_at(&place))?.path();
            if path.is_file() && path.file_name().is_some_and(|n| n != "manifest.json") {
                let bytes = fs::read(&path).map_err(io_at(&path))?;
                let name = path.strip_prefix(dir).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                out.insert(name, blake3::hash(&bytes).to_hex().to_string());
            }
        }
    }
    Ok(out)
}

/// Whether every file the manifest lists still has its hash.
fn intact(dir: &Path, files: &BTreeMap<String, String>) -> bool {
    files.iter().all(|(name, hash)| {
        fs::read(dir.join(name)).is_ok_and(|bytes| blake3::hash(&bytes).to_hex().as_str() == hash)
    })
}

/// A results folder being written; dropped without [`Store::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Store {
    partial: tempfile::TempDir,
    place: PathBuf,
    /// CSVs begin with a byte-order mark, for spreadsheets in Chinese locales.
    bom: bool,
}

impl Store {
    /// Begins results that will stand at `place`. Complete results there need `force`.
    pub fn begin(place: &Path, hash: &str, force: bool, bom: bool) -> Result<Store, StoreError> {
        match standing(place, hash)? {
            Standing::Foreign => return Err(StoreError::Foreign(place.to_owned())),
            Standing::Same { .. } | Standing::Other { complete: true, .. } if !force => {
                return Err(StoreError::Occupied(place.to_owned()));
            }
            _ => {}
        }
        let parent = parent_of(place);
        fs::create_dir_all(&parent).map_err(io_at(&parent))?;
        let name = place.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let partial = tempfile::Builder::new()
            .prefix(&format!(".{name}.partial-"))
            .tempdir_in(&parent)
            .map_err(io_at(&parent))?;
        Ok(Store { partial, place: place.to_owned(), bom })
    }

    /// The folder as it is being written.
    pub fn path(&self) -> &Path {
        self.partial.path()
    }

    /// Writes one file, synced; `name` may contain folders.
    pub fn file(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.write(name, |out| out.write_all(bytes))
    }

    fn write(
        &self,
        name: &str,
        fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<(), StoreError> {
        let path = self.path().join(name);
        let at = io_at(&path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(&at)?;
        }
        let mut out = BufWriter::with_capacity(1 << 16, File::create(&path).map_err(&at)?);
        fill(&mut out).map_err(&at)?;
        out.into_inner().map_err(|e| at(e.into_error()))?.sync_all().map_err(&at)
    }

    fn table(
        &self,
        name: &str,
        fill: impl FnOnce(&mut Sink<'_>) -> Result<(), csv::Error>,
    ) -> Result<(), StoreError> {
        let path = self.path().join(name);
        let mut failed = None;
        self.write(name, |out| {
            if self.bom {
                out.write_all("\u{FEFF}".as_bytes())?;
            }
            let sink: &mut dyn Write = out;
            failed = fill(&mut csv::Writer::from_writer(sink)).err();
            Ok(())
        })?;
        failed.map_or(Ok(()), |source| Err(StoreError::Table { path, source }))
    }

    /// Writes every table.
    pub fn tables<I>(&self, tables: &Tables<'_, I>) -> Result<(), StoreError> {
        self.table("effects.csv", |out| tables.effects(out))?;
        self.table("summary.csv", |out| tables.summary(out))?;
        self.table("timeseries.csv", |out| tables.timeseries(out))?;
        self.table("runs.csv", |out| tables.runs(out))?;
        self.table("instruments.csv", |out| tables.instruments(out))?;
        self.table("refusals.csv", |out| tables.refusals(out))?;
        self.table("money.csv", |out| tables.money(out))?;
        self.table("ledger.csv", |out| tables.ledger(out))
    }

    /// Writes `manifest.json`.
    pub fn manifest(&self, manifest: &Manifest) -> Result<(), StoreError> {
        let path = self.path().join("manifest.json");
        let at = |source| StoreError::Manifest { path: path.clone(), source };
        let mut whole = serde_json::to_value(manifest).map_err(at)?;
        whole["files"] = serde_json::to_value(hashes(self.path())?).map_err(at)?;
        let mut text = serde_json::to_vec_pretty(&whole).map_err(at)?;
        text.push(b'\n');
        self.file("manifest.json", &text)
    }

    /// Puts the folder in its place, replacing what [`Store::begin`] allowed to be replaced.
    pub fn commit(self) -> Result<PathBuf, StoreError> {
        let Store { partial, place, .. } = self;
        let parent = parent_of(&place);
        let at = io_at(&place);
        readable(partial.path()).map_err(&at)?;
        // An empty folder may stand there; rename over it is not portable.
        let old = match place.exists() {
            true => {
                let aside = tempfile::Builder::new().prefix(".replaced-").tempdir_in(&parent).map_err(&at)?;
                fs::rename(&place, aside.path().join("old")).map_err(&at)?;
                Some(aside)
            }
            false => None,
        };
        if let Err(e) = fs::rename(partial.path(), &place) {
            if let Some(aside) = &old {
                fs::rename(aside.path().join("old"), &place).map_err(&at)?;
            }
            return Err(at(e));
        }
        // Its folder has moved; there is nothing left to remove.
        let _ = partial.keep();
        #[cfg(unix)]
        File::open(&parent).and_then(|d| d.sync_all()).map_err(io_at(&parent))?;
        drop(at);
        Ok(place)
    }
}

fn parent_of(place: &Path) -> PathBuf {
    match place.parent() {
        Some(p) if !p.as_os_str().is_empty() => p.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Temporary folders are private to the user; results are not.
#[cfg(unix)]
fn readable(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn readable(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Hash over parts in order, each with its length, as 64 hexadecimal digits.
pub fn hash_parts<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut h = blake3::Hasher::new();
    for part in parts {
        h.update(&(part.len() as u64).to_le_bytes());
        h.update(part.as_bytes());
    }
    h.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(hash: &str, status: &str) -> String {
        format!(
            "{{\"format\":\"{FORMAT}\",\"hash\":\"{hash}\",\"status\":\"{status}\",\"counts\":{{\"failed\":2}}}}"
        )
    }

    fn names(dir: &Path) -> Vec<String> {
        fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn nothing_is_left_of_what_was_not_committed() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("out");
        let store = Store::begin(&place, "h", false, false).unwrap();
        store.file("scenarios/a.toml", b"x").unwrap();
        assert!(!place.exists());
        drop(store);
        assert!(names(home.path()).is_empty());
    }

    #[test]
    fn results_appear_whole_and_are_replaced_only_when_told() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("deep/er/out");
        let write = |hash: &str, force| -> Result<PathBuf, StoreError> {
            let store = Store::begin(&place, hash, force, true)?;
            store.file("manifest.json", manifest(hash, "complete").as_bytes())?;
            store.commit()
        };
        write("one", false).unwrap();
        assert_eq!(standing(&place, "one").unwrap(), Standing::Same { failed: 2 });
        assert!(matches!(write("two", false), Err(StoreError::Occupied(_))));
        assert!(matches!(write("one", false), Err(StoreError::Occupied(_))));
        write("two", true).unwrap();
        assert_eq!(standing(&place, "two").unwrap(), Standing::Same { failed: 2 });
        assert_eq!(names(place.parent().unwrap()), ["out"]);
    }

    #[test]
    fn an_incomplete_result_is_redone_and_a_foreign_folder_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("out");
        fs::create_dir(&place).unwrap();
        assert_eq!(standing(&place, "h").unwrap(), Standing::Free);
        fs::write(place.join("manifest.json"), manifest("h", "running")).unwrap();
        Store::begin(&place, "h", false, false).unwrap();
        fs::write(place.join("manifest.json"), "my own").unwrap();
        for force in [false, true] {
            assert!(matches!(Store::begin(&place, "h", force, false), Err(StoreError::Foreign(_))));
        }
    }

    #[test]
    fn hashes_tell_parts_apart_and_stay() {
        assert_ne!(hash_parts(["ab", "c"]), hash_parts(["a", "bc"]));
        assert_eq!(&hash_parts(["puhui", "1"])[..8], &hash_parts(["puhui", "1"])[..8]);
    }
}
