//! The folder of a sweep: begun, locked, gone on with, and its parts put down one by one.
//! Every file is written under a temporary name, synced and renamed, so that what has its name is whole. `plan.json` comes
//! last: a folder without it holds no sweep yet. Counting what is there is in `survey.rs`.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::SweepError;
use super::layout::PlanFile;
use super::part::file_name;
use crate::experiment::store::take;

pub const PLAN: &str = "plan.json";
pub const PARTS: &str = "timeseries";
pub const RUNS: &str = "runs.csv";
pub const LOCK: &str = "lock";
const BESIDE: &str = "tmp";

/// A sweep's folder, held by this process.
#[derive(Debug)]
pub struct Folder {
    dir: PathBuf,
    pub plan: PlanFile,
    /// Held while this process is at work; the system lets go of it however that ends.
    _lock: File,
}

/// Reads `plan.json`.
///
/// # Errors
/// Where there is none, or none that makes sense.
pub fn stored_plan(dir: &Path) -> Result<PlanFile, SweepError> {
    let path = dir.join(PLAN);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound || e.kind() == io::ErrorKind::NotADirectory => {
            return Err(SweepError::NoSweep(dir.to_owned()));
        }
        Err(e) => return Err(SweepError::io(&path)(e)),
    };
    let plan: PlanFile = serde_json::from_slice(&bytes)
        .map_err(|e| SweepError::Unreadable { path: path.clone(), why: e.to_string() })?;
    match plan.is_sound() {
        true => Ok(plan),
        false => Err(SweepError::Unreadable { path, why: "its counts do not fit each other".into() }),
    }
}

/// `plan.json` as it is written.
pub fn plan_text(plan: &PlanFile) -> Result<Vec<u8>, SweepError> {
    let mut text = serde_json::to_vec_pretty(plan).map_err(|e| SweepError::Format(e.to_string()))?;
    text.push(b'\n');
    Ok(text)
}

impl Folder {
    /// Begins a sweep at `dir`, or goes on with one of the same plan; `files` are written beside `plan.json`.
    /// `asked` is the number of replications somebody asked for in so many words: it may be more than are stored.
    ///
    /// # Errors
    /// [`SweepError::Differs`] with what differs where another plan stands there, [`SweepError::Busy`] where somebody is
    /// at work, and others.
    pub fn begin(
        dir: &Path,
        plan: &PlanFile,
        asked: Option<u32>,
        files: &[(String, Vec<u8>)],
    ) -> Result<Folder, SweepError> {
        if dir.is_file() {
            return Err(SweepError::NoFolder(dir.to_owned()));
        }
        let stored = match stored_plan(dir) {
            Ok(stored) => Some(stored),
            Err(SweepError::NoSweep(_)) => {
                may_begin(dir, files)?;
                None
            }
            Err(e) => return Err(e),
        };
        let plan = match &stored {
            None => plan.clone(),
            Some(stored) => agreed(dir, stored, plan, asked)?,
        };
        fs::create_dir_all(dir.join(PARTS)).map_err(SweepError::io(dir))?;
        let lock = take(dir).map_err(SweepError::io(dir))?;
        let lock = lock.ok_or_else(|| SweepError::Busy(dir.to_owned()))?;
        // Somebody may have gone on with it between the look and the lock.
        let plan = match stored_plan(dir) {
            Ok(now) => agreed(dir, &now, &plan, asked)?,
            Err(_) => plan,
        };
        let folder = Folder { dir: dir.to_owned(), plan, _lock: lock };
        folder.tidy()?;
        for (name, bytes) in files {
            folder.keep(name, bytes)?;
        }
        folder.keep(PLAN, &plan_text(&folder.plan)?)?;
        Ok(folder)
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where a block's part stands.
    pub fn part(&self, block: u64) -> PathBuf {
        part_path(&self.dir, block)
    }

    /// Puts a finished block down.
    ///
    /// # Errors
    /// Of the disk; what was written of it is taken away, earlier parts stay.
    pub fn put_part(&self, block: u64, bytes: &[u8]) -> Result<(), SweepError> {
        put(&self.part(block), |file| file.write_all(bytes))
    }

    /// Writes a file unless it is there with the same bytes.
    pub fn keep(&self, name: &str, bytes: &[u8]) -> Result<(), SweepError> {
        let path = self.dir.join(name);
        if fs::read(&path).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(SweepError::io(parent))?;
        }
        put(&path, |file| file.write_all(bytes))
    }

    /// Removes what an earlier process left half-written, and `runs.csv`, which would not be true any more.
    fn tidy(&self) -> Result<(), SweepError> {
        for place in [self.dir.clone(), self.dir.join(PARTS), self.dir.join("scenarios")] {
            for entry in fs::read_dir(&place).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.extension().is_some_and(|e| e == BESIDE) {
                    fs::remove_file(&path).map_err(SweepError::io(&path))?;
                }
            }
        }
        let runs = self.dir.join(RUNS);
        match fs::remove_file(&runs) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(SweepError::io(&runs)(e)),
            _ => Ok(()),
        }
    }
}

/// Where the part of a block stands in a folder.
pub fn part_path(dir: &Path, block: u64) -> PathBuf {
    dir.join(PARTS).join(file_name(block))
}

/// The plan to go on with, if the stored one and this are one but for the number of replications.
fn agreed(
    dir: &Path,
    stored: &PlanFile,
    plan: &PlanFile,
    asked: Option<u32>,
) -> Result<PlanFile, SweepError> {
    let names = stored.differences(plan);
    if !names.is_empty() {
        return Err(SweepError::Differs { path: dir.to_owned(), names });
    }
    match asked {
        Some(asked) if asked < stored.replications => {
            Err(SweepError::Fewer { path: dir.to_owned(), stored: stored.replications, asked })
        }
        // This one knows the order of its points.
        _ => Ok(plan.with_replications(plan.replications.max(stored.replications))),
    }
}

/// Whether a folder without `plan.json` holds nothing but what a sweep begins with.
fn may_begin(dir: &Path, files: &[(String, Vec<u8>)]) -> Result<(), SweepError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => {
            return Err(SweepError::NoFolder(dir.to_owned()));
        }
        Err(e) => return Err(SweepError::io(dir)(e)),
    };
    for entry in entries {
        let name = entry.map_err(SweepError::io(dir))?.file_name();
        let name = name.to_string_lossy();
        let name = name.strip_suffix(&format!(".{BESIDE}")).unwrap_or(&name);
        let of_files = files.iter().any(|(f, _)| f.split('/').next() == Some(name));
        if !of_files && ![LOCK, PARTS, PLAN].contains(&name) {
            return Err(SweepError::Foreign(dir.to_owned()));
        }
    }
    Ok(())
}

/// Writes a file beside its place, synced, and renames it, so that what has its name is whole.
///
/// # Errors
/// Of the disk; nothing is left beside.
pub fn put(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), SweepError> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{BESIDE}"));
    let beside = PathBuf::from(name);
    let write = || -> io::Result<()> {
        let mut file = File::create(&beside)?;
        fill(&mut file)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        #[cfg(unix)]
        if let Some(parent) = path.parent() {
            File::open(parent)?.sync_all()?;
        }
        Ok(())
    };
    write().map_err(|source| {
        // The first error is the one worth telling.
        let _ = fs::remove_file(&beside);
        SweepError::Io { path: path.to_owned(), source }
    })
}
