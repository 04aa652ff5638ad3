//! How a sweep is cut: runs into blocks, blocks into shards.
//! `plan.json` holds it beside the hash of all that decides results. What a point means is in the design.
//!
//! A block lies within one replication, so that more replications only append blocks: earlier parts keep number and bytes.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Decides;
use super::part::Stamp;

/// `plan.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFile {
    /// Hash of all that decides results but for the number of replications.
    pub hash: String,
    pub version: String,
    pub code: String,
    pub points: u64,
    pub scenarios: u64,
    pub replications: u32,
    pub runs: u64,
    /// Points a block.
    pub block: u64,
    pub blocks: u64,
    /// Each thing that decides results, by name.
    #[serde(default)]
    pub decides: Vec<Decides>,
    /// Points in the order of running; empty where that is their own. It follows from the design.
    #[serde(skip)]
    pub order: Vec<u32>,
}

/// One run of a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    pub replication: u32,
    pub point: u64,
    pub scenario: u64,
}

impl PlanFile {
    /// With counts that follow from the rest.
    pub fn new(
        (hash, decides): (String, Vec<Decides>),
        (points, scenarios, replications): (u64, u64, u32),
        block: u64,
    ) -> PlanFile {
        let block = block.max(1);
        let (version, code) = (super::VERSION.to_owned(), super::CODE.to_owned());
        let runs = points * scenarios * u64::from(replications);
        let blocks = points.div_ceil(block) * u64::from(replications);
        let order = Vec::new();
        PlanFile { hash, version, code, points, scenarios, replications, runs, block, blocks, decides, order }
    }

    /// The same with another number of replications.
    pub fn with_replications(&self, replications: u32) -> PlanFile {
        let (version, code) = (self.version.clone(), self.code.clone());
        let of = (self.hash.clone(), self.decides.clone());
        let new = PlanFile::new(of, (self.points, self.scenarios, replications), self.block);
        PlanFile { version, code, order: self.order.clone(), ..new }
    }

    /// Whether the counts follow from each other; a file edited by hand may not.
    pub fn is_sound(&self) -> bool {
        self.block > 0
            && self.points > 0
            && self.scenarios > 0
            // Points are INT32 in the parts.
            && self.points.checked_mul(self.scenarios).is_some_and(|n| n <= i32::MAX as u64)
            && *self == self.with_replications(self.replications)
    }

    /// Blocks of one replication.
    pub fn blocks_each(&self) -> u64 {
        self.points.div_ceil(self.block.max(1)).max(1)
    }

    /// The replication a block lies in.
    pub fn replication(&self, block: u64) -> u32 {
        (block / self.blocks_each()) as u32
    }

    /// Places of a block's points in the order of running.
    fn places(&self, block: u64) -> Range<u64> {
        let first = block % self.blocks_each() * self.block;
        first..(first + self.block).min(self.points)
    }

    fn point_at(&self, place: u64) -> u64 {
        self.order.get(place as usize).map_or(place, |p| u64::from(*p))
    }

    /// The points of a block, in the order of running.
    pub fn points_of(&self, block: u64) -> Vec<u64> {
        self.places(block).map(|place| self.point_at(place)).collect()
    }

    /// The runs of a block: all scenarios of its points, in order.
    pub fn runs_of(&self, block: u64) -> Range<u64> {
        let before = u64::from(self.replication(block)) * self.points;
        let places = self.places(block);
        (before + places.start) * self.scenarios..(before + places.end) * self.scenarios
    }

    /// What the run of a number is.
    pub fn run(&self, run: u64) -> Run {
        let cell = run / self.scenarios;
        Run {
            replication: (cell / self.points) as u32,
            point: self.point_at(cell % self.points),
            scenario: run % self.scenarios,
        }
    }

    /// The block of a run.
    pub fn block_of(&self, run: u64) -> u64 {
        let cell = run / self.scenarios;
        cell / self.points * self.blocks_each() + cell % self.points / self.block.max(1)
    }

    /// What the part of a block says of itself.
    pub fn stamp(&self, block: u64) -> Stamp {
        Stamp {
            plan: self.hash.clone(),
            version: self.version.clone(),
            code: self.code.clone(),
            block,
            runs: self.runs_of(block),
        }
    }

    /// What decides results and differs in `other`, by name; empty where the plans are one.
    pub fn differences(&self, other: &PlanFile) -> Vec<String> {
        let find = |plan: &PlanFile, name: &str| plan.decides.iter().find(|d| d.name == name).cloned();
        let mut names: Vec<&str> = self.decides.iter().map(|d| d.name.as_str()).collect();
        names.extend(other.decides.iter().map(|d| d.name.as_str()).filter(|n| find(self, n).is_none()));
        let mut out: Vec<String> = names
            .into_iter()
            .filter_map(|name| {
                let (was, is) = (find(self, name), find(other, name));
                let hash = |d: &Option<Decides>| d.as_ref().map(|d| d.hash.clone());
                let said = |d: Option<Decides>| d.map_or_else(String::new, |d| d.said);
                let differs = hash(&was) != hash(&is);
                let (was, is) = (said(was), said(is));
                // What is too long to say, or said alike, has its name alone.
                let words = if was == is { name.to_owned() } else { format!("{name} ({was} → {is})") };
                differs.then_some(words)
            })
            .collect();
        for (name, was, is) in [
            ("version", &self.version, &other.version),
            ("code", &self.code, &other.code),
            ("points", &self.points.to_string(), &other.points.to_string()),
            ("scenarios", &self.scenarios.to_string(), &other.scenarios.to_string()),
            ("block", &self.block.to_string(), &other.block.to_string()),
        ] {
            let told = out.iter().any(|o| o == name || o.starts_with(&format!("{name} (")));
            if was != is && !told {
                out.push(format!("{name} ({was} → {is})"));
            }
        }
        if out.is_empty() && self.hash != other.hash {
            out.push("hash".to_owned());
        }
        out
    }

    /// Blocks of a shard, replication by replication: whatever was done when a sweep is stopped is whole replications and an
    /// even share of the next.
    pub fn blocks_of(&self, shard: Shard) -> Vec<u64> {
        (0..self.blocks).filter(|b| shard.has(*b)).collect()
    }
}

/// In which order points are run: drawn ones as they come, since any number of them from the start is even; listed ones by
/// multiples of the golden section, so that any number from the start is spread over the list.
pub fn order(points: u64, drawn: bool) -> Vec<u32> {
    let mut order: Vec<u32> = (0..points as u32).collect();
    if !drawn {
        order.sort_by_key(|i| u64::from(*i).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    }
    order
}

/// Part `index` of `of` equal parts of the work; counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    pub index: u64,
    pub of: u64,
}

impl Shard {
    pub const WHOLE: Shard = Shard { index: 0, of: 1 };

    /// Whether a block is this shard's.
    pub fn has(self, block: u64) -> bool {
        block % self.of == self.index
    }
}

impl std::str::FromStr for Shard {
    type Err = String;
    fn from_str(text: &str) -> Result<Shard, String> {
        let parts =
            text.split_once('/').and_then(|(i, n)| Some((i.trim().parse().ok()?, n.trim().parse().ok()?)));
        match parts {
            Some((index, of)) if index < of && of <= 100_000 => Ok(Shard { index, of }),
            _ => Err("a shard is i/n with i from 0 to n − 1, such as 0/4".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(points: u64, scenarios: u64, replications: u32, block: u64) -> PlanFile {
        PlanFile::new(("h".into(), Vec::new()), (points, scenarios, replications), block)
    }

    #[test]
    fn blocks_cover_all_runs_once_and_more_replications_only_append() {
        for (points, scenarios, replications, block) in
            [(1, 1, 1, 1), (7, 3, 4, 2), (8, 2, 3, 4), (5, 1, 2, 100)]
        {
            let plan = plan(points, scenarios, replications, block);
            let runs: Vec<u64> = (0..plan.blocks).flat_map(|b| plan.runs_of(b)).collect();
            assert_eq!(runs, (0..plan.runs).collect::<Vec<_>>());
            for b in 0..plan.blocks {
                for run in plan.runs_of(b) {
                    let r = plan.run(run);
                    assert_eq!((plan.block_of(run), r.replication), (b, plan.replication(b)));
                    assert!(plan.points_of(b).contains(&r.point) && r.scenario < scenarios);
                }
            }
            let more = plan.with_replications(replications + 3);
            assert!(plan.is_sound() && more.is_sound() && more.differences(&plan).is_empty());
            assert!((0..plan.blocks).all(|b| plan.stamp(b) == more.stamp(b)));
        }
    }

    #[test]
    fn shards_share_the_blocks() {
        let plan = plan(37, 2, 5, 4);
        for of in [1, 2, 7] {
            let mut all: Vec<u64> = (0..of).flat_map(|index| plan.blocks_of(Shard { index, of })).collect();
            all.sort_unstable();
            assert_eq!(all, (0..plan.blocks).collect::<Vec<_>>());
        }
    }

    #[test]
    fn points_may_be_run_in_another_order() {
        let plan = PlanFile { order: vec![2, 0, 3, 1, 4], ..plan(5, 2, 2, 2) };
        assert_eq!(
            (plan.points_of(0), plan.points_of(2), plan.points_of(4)),
            (vec![2, 0], vec![4], vec![3, 1])
        );
        let seen: Vec<u64> = plan.runs_of(4).map(|r| plan.run(r).point).collect();
        assert_eq!(seen, [3, 3, 1, 1]);
        let seen: Vec<u64> = (0..plan.runs).map(|r| plan.block_of(r)).collect();
        assert!((0..plan.blocks).all(|b| plan.runs_of(b).all(|r| seen[r as usize] == b)));
    }

    #[test]
    fn shards_are_counted_from_zero() {
        assert_eq!("0/2".parse(), Ok(Shard { index: 0, of: 2 }));
        assert!(["2/2", "1", "-1/2", "0/0", "a/b", ""].iter().all(|t| t.parse::<Shard>().is_err()));
    }

    #[test]
    fn differences_are_named() {
        let decides =
            |name: &str, said: &str| Decides { name: name.into(), hash: said.into(), said: said.into() };
        let base =
            PlanFile { decides: vec![decides("seed", "1"), decides("kind", "grid")], ..plan(3, 1, 1, 1) };
        let mut other = PlanFile { hash: "i".into(), ..base.clone() };
        assert_eq!(base.differences(&other), ["hash"]);
        other.decides[0] = decides("seed", "9");
        other.decides.push(decides("scale", "1/2"));
        other.code = "x".into();
        let code = format!("code ({} → x)", base.code);
        assert_eq!(base.differences(&other), ["seed (1 → 9)", "scale ( → 1/2)", code.as_str()]);
        assert!(!PlanFile { runs: 4, ..base }.is_sound());
    }
}
