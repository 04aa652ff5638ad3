//! The results folder: made in a hidden work folder beside its place and renamed when complete, so
//! that a folder with a manifest is always whole.
//!
//! The work folder `.<name>.partial-<hash8>` outlives an interruption, a kill or a full disk with the
//! replications finished so far (`parts`); the same plan finds it again, and nobody else may use it
//! meanwhile (`lock`). A folder that is not ours is never replaced, one of ours only when told to; files
//! in it that the program did not write stay.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::attribution::Attribution;
use super::manifest::{FORMAT, Known, Manifest};
use super::parts::{PartError, Parts};
use super::tables::{Sink, TABLES, Tables};
use crate::units::Lang;

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
    #[error("{} holds files this program did not write under names it needs ({}); move them away, or write elsewhere with --out DIR",
        place.display(), few(files))]
    Others { place: PathBuf, files: Vec<String> },
    #[error("{0} is a file, not a folder; --out names a folder")]
    NoFolder(PathBuf),
    #[error("{} is where a disk is mounted and cannot be replaced as a whole; name a folder inside it, such as {}",
        .0.display(), .0.join("results").display())]
    Mount(PathBuf),
    #[error("{0}: another run of the same plan is at work there; try again when it has ended")]
    Busy(PathBuf),
    #[error(transparent)]
    Part(#[from] PartError),
}

impl StoreError {
    /// The user chose a place that is taken; else the disk is at fault.
    pub fn is_users(&self) -> bool {
        use StoreError::{Foreign, Mount, NoFolder, Occupied, Others};
        matches!(self, Occupied(_) | Foreign(_) | Others { .. } | NoFolder(_) | Mount(_))
    }

    /// The message in either language.
    pub fn message(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.to_string();
        }
        match self {
            StoreError::Io { path, source } | StoreError::Part(PartError { path, source }) => {
                format!("{}：无法读写：{}", path.display(), lang.fault(source))
            }
            StoreError::Table { path, source } => format!("{}：无法写入：{source}", path.display()),
            StoreError::Manifest { path, source } => format!("{}：无法写入：{source}", path.display()),
            StoreError::Occupied(place) => {
                format!("{} 中已有其他结果；--force 覆盖，--out DIR 另存", place.display())
            }
            StoreError::Foreign(place) => {
                format!("{} 已存在且不是本程序的结果，未作改动（--out DIR 另存）", place.display())
            }
            StoreError::Others { place, files } => {
                let (place, files) = (place.display(), few(files));
                format!(
                    "{place} 中有并非本程序写入的文件，与要写入的文件同名（{files}）；请先移走，或用 --out DIR 另存"
                )
            }
            StoreError::NoFolder(file) => {
                format!("{} 是文件，不是文件夹；--out 应给出文件夹", file.display())
            }
            StoreError::Mount(place) => {
                let inside = place.join("results");
                format!(
                    "{} 是挂载点，不能整体替换；请写到其中的文件夹，如 {}",
                    place.display(),
                    inside.display()
                )
            }
            StoreError::Busy(place) => {
                format!("{}：同一方案组正在另一处运行，请待其结束后再试", place.display())
            }
        }
    }

    /// What the disk said, where the disk is at fault.
    pub fn io(&self) -> Option<&io::Error> {
        match self {
            StoreError::Io { source, .. } | StoreError::Part(PartError { source, .. }) => Some(source),
            _ => None,
        }
    }
}

/// The first few of many names.
fn few(files: &[String]) -> String {
    let more = if files.len() > 3 { ", …" } else { "" };
    files.iter().take(3).cloned().collect::<Vec<_>>().join(", ") + more
}

fn io_at(path: &Path) -> impl Fn(io::Error) -> StoreError + '_ {
    move |source| StoreError::Io { path: path.to_owned(), source }
}

/// Looks at the place where results of `hash` are to go.
pub fn standing(dir: &Path, hash: &str) -> Result<Standing, StoreError> {
    match fs::read(dir.join(MANIFEST)) {
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
            Err(e) if e.kind() == io::ErrorKind::NotADirectory => Err(StoreError::NoFolder(on_the_way(dir))),
            Err(e) => Err(io_at(dir)(e)),
        },
    }
}

/// The file that stands where a folder is meant: the place itself or one of its parents.
fn on_the_way(dir: &Path) -> PathBuf {
    dir.ancestors().find(|p| p.is_file()).unwrap_or(dir).to_owned()
}

const MANIFEST: &str = "manifest.json";

/// Files under a folder that no manifest of it lists: somebody's own.
fn others(dir: &Path) -> Result<Vec<String>, StoreError> {
    let known = fs::read(dir.join(MANIFEST)).ok().and_then(|b| serde_json::from_slice::<Known>(&b).ok());
    let mut found = Vec::new();
    if dir.is_dir() {
        names_below(dir, "", &mut found)?;
    }
    let ours = |n: &str, k: &Known| n == MANIFEST || k.files.contains_key(n) || k.drawn.contains(n);
    found.retain(|name| !known.as_ref().is_some_and(|known| ours(name, known)));
    found.sort();
    Ok(found)
}

/// Gives a file a second place, under the same name; the first is not touched.
fn also_in(from: &Path, to: &Path, name: &str) -> Result<(), StoreError> {
    let (file, target) = (from.join(name), to.join(name));
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent).map_err(io_at(parent))?;
    }
    // One file under two names where the disk can, a copy elsewhere.
    fs::hard_link(&file, &target).or_else(|_| fs::copy(&file, &target).map(drop)).map_err(io_at(&file))
}

fn names_below(dir: &Path, prefix: &str, out: &mut Vec<String>) -> Result<(), StoreError> {
    for entry in fs::read_dir(dir).map_err(io_at(dir))? {
        let entry = entry.map_err(io_at(dir))?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // A link is a file of its own: what it leads to is not ours to look at.
        match entry.file_type().map_err(io_at(dir))?.is_dir() {
            true => names_below(&entry.path(), &format!("{name}/"), out)?,
            false => out.push(name),
        }
    }
    Ok(())
}

/// Notes in a folder's manifest that these files, drawn from its tables, are the program's own.
pub fn note_drawn(dir: &Path, files: &[PathBuf]) -> Result<(), StoreError> {
    let path = dir.join(MANIFEST);
    let at = |source| StoreError::Manifest { path: path.clone(), source };
    let bytes = fs::read(&path).map_err(io_at(&path))?;
    let mut whole: serde_json::Value = serde_json::from_slice(&bytes).map_err(at)?;
    let known: Known = serde_json::from_slice(&bytes).map_err(at)?;
    let mut drawn = known.drawn.clone();
    let name = |f: &PathBuf| Some(f.strip_prefix(dir).ok()?.to_string_lossy().replace('\\', "/"));
    drawn.extend(files.iter().filter_map(name));
    if drawn == known.drawn {
        return Ok(());
    }
    whole["drawn"] = serde_json::to_value(&drawn).map_err(at)?;
    let mut text = serde_json::to_vec_pretty(&whole).map_err(at)?;
    text.push(b'\n');
    let beside = dir.join(format!("{MANIFEST}.tmp"));
    fs::write(&beside, &text).and_then(|()| fs::rename(&beside, &path)).map_err(io_at(&path))
}

/// blake3 of every table and scenario file in a results folder, by name relative to it.
fn hashes(dir: &Path) -> Result<BTreeMap<String, String>, StoreError> {
    let mut out = BTreeMap::new();
    for folder in ["", "scenarios"] {
        let place = dir.join(folder);
        let Ok(entries) = fs::read_dir(&place) else { continue };
        for entry in entries {
            let path = entry.map_err(io_at(&place))?.path();
            if path.is_file() && path.file_name().is_some_and(|n| n != MANIFEST) {
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

/// A results folder being made; dropped without [`Store::commit`], it leaves its finished
/// replications in the work folder, and where there are none, nothing.
#[derive(Debug)]
pub struct Store {
    work: PathBuf,
    parts: Parts,
    /// Held while this run is at work; the system lets go of it however the run ends.
    lock: Option<File>,
    place: PathBuf,
    /// Folders around the place that were not there before, the innermost first.
    made: Vec<PathBuf>,
    /// CSVs begin with a byte-order mark, for spreadsheets in Chinese locales.
    bom: bool,
}

/// The work folder of results of `hash` that will stand at `place`.
fn work_folder(place: &Path, hash: &str) -> PathBuf {
    let short: String = hash.chars().take(8).collect();
    parent_of(place).join(format!("{}{short}", work_prefix(place)))
}

fn work_prefix(place: &Path) -> String {
    let name = place.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    format!(".{name}.partial-")
}

/// Takes the lock of a folder; `None` where somebody else has it.
pub(super) fn take(work: &Path) -> io::Result<Option<File>> {
    let file = File::create(work.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        // A disk without locks: better unguarded than not at all.
        Err(TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => Ok(Some(file)),
        Err(TryLockError::Error(e)) => Err(e),
    }
}

/// Removes work folders that no run is using, once complete results stand at `place`.
pub fn sweep(place: &Path) {
    let prefix = work_prefix(place);
    for entry in fs::read_dir(parent_of(place)).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(&prefix);
        if ours && matches!(take(&entry.path()), Ok(Some(_))) {
            // What is left over does no harm but take room.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn remove(dir: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(dir) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(io_at(dir)(e)),
        _ => Ok(()),
    }
}

impl Store {
    /// Begins results that will stand at `place`, or goes on where a run of the same `hash` ended.
    /// Complete results there need `force`.
    pub fn begin(place: &Path, hash: &str, force: bool, bom: bool) -> Result<Store, StoreError> {
        // `.` has no name to put a folder beside; its whole path has.
        let whole = match place.file_name() {
            Some(_) => place.to_owned(),
            None => place.canonicalize().map_err(io_at(place))?,
        };
        let place = whole.as_path();
        let work = work_folder(place, hash);
        // A run killed between moving the old results away and the new ones in.
        let old = work.join("old");
        if old.is_dir() && !place.exists() {
            fs::rename(&old, place).map_err(io_at(place))?;
        }
        Store::may_replace(place, hash, force)?;
        if is_mount(place) {
            return Err(StoreError::Mount(place.to_owned()));
        }
        let above = place.ancestors().skip(1).filter(|p| !p.as_os_str().is_empty());
        let made: Vec<PathBuf> = above.take_while(|p| !p.exists()).map(Path::to_owned).collect();
        fs::create_dir_all(&work).map_err(io_at(&work))?;
        let lock = take(&work).map_err(io_at(&work))?;
        let lock = Some(lock.ok_or_else(|| StoreError::Busy(place.to_owned()))?);
        let parts = Parts::open(work.join("parts"), hash)?;
        let store = Store { work, parts, lock, place: place.to_owned(), made, bom };
        remove(&store.path())?;
        fs::create_dir(store.path()).map_err(io_at(&store.path()))?;
        Ok(store)
    }

    fn may_replace(place: &Path, hash: &str, force: bool) -> Result<(), StoreError> {
        match standing(place, hash)? {
            Standing::Foreign => Err(StoreError::Foreign(place.to_owned())),
            Standing::Same { .. } | Standing::Other { complete: true, .. } if !force => {
                Err(StoreError::Occupied(place.to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// Where finished replications are kept.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The folder that outlives an interruption.
    pub fn work(&self) -> &Path {
        &self.work
    }

    /// The folder as it is being written.
    pub fn path(&self) -> PathBuf {
        self.work.join("result")
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
        TABLES.iter().try_for_each(|name| self.table(name, |out| tables.write(name, out)))
    }

    /// Writes `runs.csv` alone.
    pub fn runs<I>(&self, tables: &Tables<'_, I>) -> Result<(), StoreError> {
        self.table("runs.csv", |out| tables.runs(out))
    }

    /// Writes the tables of an attribution, and who its players are.
    pub fn attribution(&self, a: &Attribution<'_>, about: &serde_json::Value) -> Result<(), StoreError> {
        self.table("attribution.csv", |out| a.shares(out))?;
        self.table("interactions.csv", |out| a.interactions(out))?;
        self.table("combinations.csv", |out| a.combinations(out))?;
        let path = self.path().join("attribution.json");
        let text =
            serde_json::to_vec_pretty(about).map_err(|source| StoreError::Manifest { path, source })?;
        self.file("attribution.json", &text)
    }

    /// Writes `manifest.json`.
    pub fn manifest(&self, manifest: &Manifest) -> Result<(), StoreError> {
        let path = self.path().join(MANIFEST);
        let at = |source| StoreError::Manifest { path: path.clone(), source };
        let mut whole = serde_json::to_value(manifest).map_err(at)?;
        whole["files"] = serde_json::to_value(hashes(&self.path())?).map_err(at)?;
        let mut text = serde_json::to_vec_pretty(&whole).map_err(at)?;
        text.push(b'\n');
        self.file(MANIFEST, &text)
    }

    /// Puts the folder in its place, replacing what [`Store::begin`] allowed to be replaced, and
    /// removes the parts. Files the program did not write stay where they are.
    pub fn commit(mut self) -> Result<PathBuf, StoreError> {
        let place = self.place.clone();
        let (parent, result, old) = (parent_of(&place), self.path(), self.work.join("old"));
        // Hours have passed since the place was looked at.
        let own = others(&place)?;
        let taken = |name: &&String| result.join(name).symlink_metadata().is_ok();
        let files: Vec<String> = own.iter().filter(taken).cloned().collect();
        if !files.is_empty() {
            return Err(StoreError::Others { place, files });
        }
        // Before anything is moved, so that they are nowhere missing however this ends.
        for name in &own {
            also_in(&place, &result, name)?;
        }
        let at = io_at(&place);
        remove(&old)?;
        // An empty folder may stand there; rename over it is not portable.
        let replaces = place.exists();
        if replaces {
            fs::rename(&place, &old).map_err(&at)?;
        }
        if let Err(e) = fs::rename(&result, &place) {
            if replaces {
                fs::rename(&old, &place).map_err(&at)?;
            }
            return Err(at(e));
        }
        #[cfg(unix)]
        File::open(&parent).and_then(|d| d.sync_all()).map_err(io_at(&parent))?;
        drop(at);
        // Not everywhere can a folder be removed while its lock is open.
        self.lock = None;
        sweep(&place);
        Ok(place)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // Leftovers cost room, not results.
        let _ = fs::remove_dir_all(self.path());
        if self.lock.is_some() && self.parts.count() == 0 {
            self.lock = None;
            let _ = fs::remove_dir_all(&self.work);
            // Only empty folders can be removed so: what somebody else has put there meanwhile stays.
            let _ = self.made.iter().try_for_each(fs::remove_dir);
        }
    }
}

/// Whether a disk is mounted at this very place, so that nothing else can be put there.
fn is_mount(place: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let disk = |p: &Path| p.symlink_metadata().map(|m| m.dev()).ok();
        let above = parent_of(place).canonicalize().unwrap_or_default();
        disk(place).zip(disk(&above)).is_some_and(|(here, above)| here != above)
    }
    #[cfg(not(unix))]
    {
        let _ = place;
        false
    }
}

fn parent_of(place: &Path) -> PathBuf {
    match place.parent() {
        Some(p) if !p.as_os_str().is_empty() => p.to_owned(),
        _ => PathBuf::from("."),
    }
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
mod tests;
