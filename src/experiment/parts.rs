//! Finished replications on disk, one file each, so that an interrupted experiment loses none.
//!
//! A part is a replication's runs and a seal: the hash of the plan and of these bytes together. What
//! was cut short, damaged or made by another plan has not the right seal and is simulated again.
//! Parts live only until the results are complete; they are no format for others to read.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::replicate::Replication;

const ENDING: &str = "part";
const SEAL: usize = blake3::OUT_LEN;

/// A finished replication could not be kept.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct PartError {
    pub path: PathBuf,
    pub source: io::Error,
}

/// The folder of one plan's parts.
#[derive(Clone, Debug)]
pub struct Parts {
    dir: PathBuf,
    /// Hash of the plan.
    plan: String,
}

impl Parts {
    /// Opens the folder, which is made if need be.
    pub fn open(dir: PathBuf, plan: &str) -> Result<Parts, PartError> {
        fs::create_dir_all(&dir).map_err(|source| PartError { path: dir.clone(), source })?;
        Ok(Parts { dir, plan: plan.to_owned() })
    }

    fn path(&self, index: u32) -> PathBuf {
        self.dir.join(format!("{index:07}.{ENDING}"))
    }

    fn seal(&self, body: &[u8]) -> blake3::Hash {
        blake3::Hasher::new().update(self.plan.as_bytes()).update(body).finalize()
    }

    /// The replication, if it was kept whole by the same plan.
    pub fn read(&self, index: u32) -> Option<Replication> {
        let bytes = fs::read(self.path(index)).ok()?;
        let (body, seal) = bytes.split_at(bytes.len().checked_sub(SEAL)?);
        if self.seal(body).as_bytes() != seal {
            return None;
        }
        postcard::from_bytes(body).ok().filter(|r: &Replication| r.index == index)
    }

    /// Keeps a replication: written beside its place, synced, renamed, so that a part is whole.
    pub fn write(&self, done: &Replication) -> Result<(), PartError> {
        let path = self.path(done.index);
        let beside = path.with_extension("tmp");
        let keep = || -> io::Result<()> {
            let body = postcard::to_stdvec(done).map_err(io::Error::other)?;
            let mut file = File::create(&beside)?;
            file.write_all(&body)?;
            file.write_all(self.seal(&body).as_bytes())?;
            file.sync_all()?;
            fs::rename(&beside, &path)
        };
        keep().map_err(|source| {
            // The first error is the one worth telling.
            let _ = fs::remove_file(&beside);
            PartError { path, source }
        })
    }

    /// How many replications are kept.
    pub fn count(&self) -> usize {
        let part = |p: &Path| p.extension().is_some_and(|e| e == ENDING);
        fs::read_dir(&self.dir).map_or(0, |d| d.flatten().filter(|e| part(&e.path())).count())
    }
}

#[cfg(test)]
mod tests {
    use super::super::replicate::{ReplicateError, Stop, Workers, replicate};
    use super::super::toy::{Toy, plan};
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn an_interrupted_experiment_goes_on_where_it_was() {
        let home = tempfile::tempdir().unwrap();
        let mut plan = plan();
        plan.arms[2].inputs.fails = Some((3, crate::units::Month::new(2020, 2)));
        let workers = Workers::new(1).unwrap();
        let whole = replicate::<Toy>(&plan, (0, 6), &workers, &Stop::default(), &|_| (), None).unwrap();
        let parts = Parts::open(home.path().join("parts"), "plan").unwrap();
        let stop = Stop::default();
        let months = AtomicU64::new(0);
        let each = plan.month_work();
        let tick = |n| {
            if months.fetch_add(n, Ordering::Relaxed) + n > 4 * each + 5 {
                stop.ask();
            }
        };
        let cut = replicate::<Toy>(&plan, (0, 6), &workers, &stop, &tick, Some(&parts));
        assert!(matches!(cut, Err(ReplicateError::Interrupted)));
        assert!((3..6).contains(&parts.count()), "{}", parts.count());
        // One was damaged since, one belongs to another plan: both are made anew.
        let first = parts.path(0);
        let mut bytes = fs::read(&first).unwrap();
        bytes[9] ^= 1;
        fs::write(&first, bytes).unwrap();
        let other = Parts { plan: "other".into(), ..parts.clone() };
        other.write(&whole[1]).unwrap();
        assert!(parts.read(0).is_none() && parts.read(1).is_none() && parts.read(2).is_some());
        fs::write(parts.path(5), b"half").unwrap();

        let months = AtomicU64::new(0);
        let tick = |n| {
            months.fetch_add(n, Ordering::Relaxed);
        };
        let again = replicate::<Toy>(&plan, (0, 6), &workers, &Stop::default(), &tick, Some(&parts)).unwrap();
        assert_eq!(format!("{again:?}"), format!("{whole:?}"));
        assert!(again[3].runs[2].is_err(), "a failed run is kept as failed");
        assert_eq!(parts.count(), 6);
        // Progress counts what was kept before as done.
        assert!(months.into_inner() > 5 * each);
    }

    #[test]
    fn what_cannot_be_kept_ends_the_experiment() {
        let home = tempfile::tempdir().unwrap();
        let parts = Parts::open(home.path().join("parts"), "plan").unwrap();
        fs::remove_dir(&parts.dir).unwrap();
        let workers = Workers::new(1).unwrap();
        let out = replicate::<Toy>(&plan(), (0, 2), &workers, &Stop::default(), &|_| (), Some(&parts));
        assert!(matches!(out, Err(ReplicateError::Kept(_))));
    }
}
