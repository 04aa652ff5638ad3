//! From a design to runs: the scenarios of some points as arms of one plan, paired with their references at the same point.
//! What a point means is in the design; how arms share history in `experiment::plan`.
//! Nothing is simulated or written here: that is `work` and `folder`.

use super::work::{Batch, Origin, Shape};
use super::{Every, Plan};
use crate::experiment::plan::{Entry, plan};
use crate::metrics::METRICS;
use crate::model::{Inputs, Simulation};
use crate::units::Lang;

impl Plan {
    /// What the parts of this plan hold.
    pub fn shape(&self) -> Shape {
        let design = &self.design;
        Shape {
            factors: design
                .factors
                .iter()
                .map(|f| (f.name.clone(), f.lever.unit.name().to_owned()))
                .collect(),
            scenarios: design.scenarios.iter().map(|s| s.id.clone()).collect(),
            indicators: design
                .indicators
                .iter()
                .map(|i| (METRICS[*i].name.to_owned(), METRICS[*i].unit.to_owned()))
                .collect(),
            monthly: design.every == Every::Month,
        }
    }

    /// The files that tell what the sweep is, by name inside its folder; without `plan.json`.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let design = &self.design;
        let mut out = vec![
            ("design.json".to_owned(), design.json().into_bytes()),
            ("points.csv".to_owned(), design.points_csv().into_bytes()),
        ];
        for (n, source) in design.sources.iter().enumerate() {
            // The file itself has one name in every folder; a table keeps its own, by which the file names it.
            let name = if n == 0 { "design.toml".to_owned() } else { source.name.clone() };
            out.push((name, source.bytes.clone()));
        }
        for s in &design.scenarios {
            out.push((format!("scenarios/{}.toml", s.id), s.resolved_toml().into_bytes()));
        }
        out
    }

    /// Place of the scenario that another is compared with.
    fn reference(&self, scenario: usize) -> usize {
        let scenarios = &self.design.scenarios;
        let named = scenarios[scenario].reference.as_ref().filter(|_| scenario > 0);
        named.and_then(|id| scenarios.iter().position(|s| s.id == *id)).unwrap_or(0)
    }
}

impl Origin for Plan {
    type Engine = Simulation;

    fn batch(&self, points: &[u64]) -> Batch<Inputs> {
        let design = &self.design;
        let (mut entries, mut arms) = (Vec::new(), Vec::new());
        for &point in points {
            let of_point: Vec<Result<Inputs, String>> = (0..design.scenarios.len())
                .map(|s| design.inputs(point as usize, s).map_err(|m| m.message(Lang::En)))
                .collect();
            for (s, inputs) in of_point.iter().enumerate() {
                let reference = self.reference(s);
                let id = |s: usize| format!("{}@{point}", design.scenarios[s].id);
                let arm = match (inputs, &of_point[reference]) {
                    (Err(why), _) => Err(why.clone()),
                    (Ok(_), Err(why)) => Err(format!(
                        "its reference `{}` cannot be run here: {why}",
                        design.scenarios[reference].id
                    )),
                    (Ok(inputs), Ok(_)) => {
                        let inputs = inputs.clone();
                        entries.push(Entry { id: id(s), inputs, reference: Some(id(reference)) });
                        Ok(entries.len() - 1)
                    }
                };
                arms.push(arm);
            }
        }
        let planned = plan(entries, design.seed, design.from, design.until);
        match planned {
            Ok(mut plan) => {
                // The same months and columns whatever shares the block: a run's record must not hang on its neighbours.
                plan.grid.record_from = design.from;
                plan.grid.columns.truncate(METRICS.len());
                plan.credit = false;
                Batch { plan, arms }
            }
            // Every reference was put among the entries above.
            Err(unknown) => {
                let arms = arms.into_iter().map(|arm| arm.and(Err(unknown.to_string()))).collect();
                let grid = crate::experiment::Grid {
                    record_from: design.from,
                    from: design.from,
                    until: design.until,
                    columns: Vec::new(),
                };
                let plan = crate::experiment::Plan {
                    arms: Vec::new(),
                    grid,
                    seed: design.seed,
                    start: design.from,
                    city_beta: 0.0,
                    credit: false,
                };
                Batch { plan, arms }
            }
        }
    }

    fn values(&self, point: u64) -> Vec<f64> {
        self.design.points.values(point as usize).to_vec()
    }

    fn is_unmoved(&self, scenario: u64) -> bool {
        self.unmoved[scenario as usize]
    }
}
