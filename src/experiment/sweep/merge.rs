//! Folders of shards made into one, as if the whole sweep had been run in it.
//! What is damaged or contradicts itself is refused by name; whether parts are what the model says is for `reproduce`.
//! Decision 0024: a sweep is its parts.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::SweepError;
use super::folder::{Folder, LOCK, PLAN, RUNS, part_path, stored_plan};
use super::layout::PlanFile;
use super::part::{Column, Damage, Damaged};
use super::survey::read_block;

/// Puts all parts of `from` into `out`; files beside the parts are taken from the first folder. `order` is that of the points.
///
/// # Errors
/// [`SweepError::Differs`], [`SweepError::Damaged`], [`SweepError::Contradiction`], and others of folders.
pub fn merge(from: &[PathBuf], out: &Path, columns: &[Column], order: &[u32]) -> Result<Folder, SweepError> {
    let plans: Vec<PlanFile> = from.iter().map(|dir| stored_plan(dir)).collect::<Result<_, _>>()?;
    let Some((first, plan)) = from.first().zip(plans.first()) else {
        return Err(SweepError::NoSweep(out.to_owned()));
    };
    for (dir, other) in from.iter().zip(&plans) {
        let names = plan.differences(other);
        if !names.is_empty() {
            return Err(SweepError::Differs { path: dir.clone(), names });
        }
    }
    let replications = plans.iter().map(|p| p.replications).max().unwrap_or(plan.replications);
    let plan = PlanFile { order: order.to_vec(), ..plan.with_replications(replications) };
    let folder = Folder::begin(out, &plan, None, &beside(first)?)?;
    // What stands there already counts as one of them.
    let mut sources: Vec<&Path> = vec![out];
    sources.extend(from.iter().map(PathBuf::as_path).filter(|d| *d != out));
    let mut damaged = Vec::new();
    for block in 0..folder.plan.blocks {
        let mut kept: Option<(PathBuf, Vec<u8>)> = None;
        for path in sources.iter().map(|dir| part_path(dir, block)).filter(|p| p.exists()) {
            let dir = path.parent().and_then(Path::parent).unwrap_or(out);
            if let Err(damage) = read_block(dir, &folder.plan, block, columns) {
                damaged.push(Damaged { path, damage });
                continue;
            }
            let bytes = fs::read(&path).map_err(SweepError::io(&path))?;
            match &kept {
                Some((first, there)) if *there != bytes => {
                    return Err(SweepError::Contradiction { first: first.clone(), second: path });
                }
                Some(_) => {}
                None => kept = Some((path, bytes)),
            }
        }
        if let Some((path, bytes)) = kept
            && path != folder.part(block)
        {
            folder.put_part(block, &bytes)?;
        }
    }
    let foreign = |d: &Damaged| d.damage == Damage::Stray;
    damaged.extend(from.iter().flat_map(|dir| super::survey::strays(dir, &folder.plan)).filter(foreign));
    if damaged.is_empty() { Ok(folder) } else { Err(SweepError::Damaged(damaged)) }
}

/// The files that tell what the sweep is, by name.
fn beside(dir: &Path) -> Result<Vec<(String, Vec<u8>)>, SweepError> {
    let mut out = Vec::new();
    for place in ["", "scenarios"] {
        let folder = dir.join(place);
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.map_err(SweepError::io(&folder))?.path();
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let made_here = [PLAN, RUNS, LOCK].contains(&name.as_str()) || name.ends_with(".tmp");
            if path.is_file() && !made_here {
                let bytes = fs::read(&path).map_err(SweepError::io(&path))?;
                out.push((if place.is_empty() { name } else { format!("{place}/{name}") }, bytes));
            }
        }
    }
    out.sort();
    Ok(out)
}
