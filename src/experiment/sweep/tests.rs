//! What designs promise: exact points, numbers of runs that stay, values as written by hand, mistakes at their places.

use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::scenario::{Diagnostics, Options, load};

fn write(dir: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn design(text: &str) -> Result<Design, Diagnostics> {
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), "d.toml", text);
    Design::read(&path, &Options::default())
}

const GRID: &str = r#"
schema = "puhui/design/1"
kind = "grid"
scenarios = ["baseline", "plan"]
replications = 3
[[factor]]
key = "policy.guarantee_chain.fee"
name = "fee"
since = "2023-03"
scenarios = "plan"
from = "0.5%"
to = "2%"
step = "0.1%"
[[factor]]
key = "params.premium"
values = ["1%", "2.5%"]
"#;

#[test]
fn a_grid_is_exact_and_numbers_stay() {
    let text = GRID.replace("params.premium", "params.farm_wage_share").replace("2.5%", "20%");
    let d = Arc::new(design(&text).unwrap_or_else(|e| panic!("{e}")));
    assert_eq!(d.points.len(), 32);
    let fees: Vec<f64> = (0..16).map(|i| d.points.values(i * 2)[0]).collect();
    let written: Vec<f64> = (5..=20).map(|i| format!("{i}e-3").parse().unwrap()).collect();
    assert_eq!(fees, written);
    assert_eq!(d.points.places(0), [0.0, 0.0]);
    assert_eq!(d.points.places(31), [1.0, 1.0]);

    let plan = Plan::new(Arc::clone(&d), None);
    assert_eq!((plan.runs(), plan.scenarios(), plan.points()), (192, 2, 32));
    let all: Vec<Run> = (0..plan.runs()).map(|n| plan.run(n).unwrap()).collect();
    for (n, run) in all.iter().enumerate() {
        assert_eq!(plan.number(*run), n as u64);
        assert!(plan.block_runs(plan.block_of(n as u64)).contains(&(n as u64)));
    }
    let mut seen = all.clone();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all.len());
    let covered: u64 = (0..plan.blocks()).map(|b| plan.block_runs(b).count() as u64).sum();
    assert_eq!(covered, plan.runs());
    // Scenarios of a point stand side by side, and the first quarter of a round is spread over the fees.
    assert_eq!(all[0].point, all[1].point);
    let early: Vec<usize> = all[..16].iter().map(|r| r.point / 2).collect();
    for quarter in 0..4 {
        let there = early.iter().filter(|fee| **fee / 4 == quarter).count();
        assert!((2..=6).contains(&there), "{early:?}");
    }
    // More replications change nothing of earlier runs and blocks.
    let more = Plan::new(Arc::clone(&d), Some(7));
    assert_eq!(more.hash, plan.hash);
    assert!((0..plan.runs()).all(|n| more.run(n) == plan.run(n)));
    assert!((0..plan.blocks()).all(|b| more.block_runs(b) == plan.block_runs(b)));
    assert_eq!(plan.run(plan.runs()), None);
    // The fee goes to the plan alone, so the baseline has two kinds of run.
    assert_eq!((plan.twin(30, 0), plan.twin(31, 0), plan.twin(31, 1)), (0, 1, 31));
}

#[test]
fn a_factor_is_what_a_file_would_say() {
    let text = GRID.replace("params.premium", "params.farm_wage_share").replace("2.5%", "20%");
    let plan = Plan::new(Arc::new(design(&text).unwrap()), None);
    let dir = tempfile::tempdir().unwrap();
    let by_hand = write(
        dir.path(),
        "plan.toml",
        r#"schema = "puhui/scenario/1"
extends = "base"
title = { zh = "行动方案（已建模部分）", en = "The action plan, as far as modelled" }
policy.guarantee_chain.fee = [{ from = "2023-03", value = "0.8%" }]
params.farm_wage_share = "20%"
"#,
    );
    std::fs::write(dir.path().join("base.toml"), shipped("plan.toml")).unwrap();
    let hand = load(&[by_hand.into()], &Options::default()).unwrap_or_else(|e| panic!("{e}"));
    let made = plan.scenario(7, 1).unwrap();
    assert_eq!(plan.design.points.values(7), [0.008, 0.2]);
    assert_eq!(made.resolved_toml(), hand.scenarios[0].resolved_toml());
    assert_eq!((&made.policy, &made.params), (&hand.scenarios[0].policy, &hand.scenarios[0].params));
}

fn shipped(name: &str) -> &'static str {
    crate::scenario::SHIPPED.iter().find(|(n, _)| *n == name).unwrap().1
}
