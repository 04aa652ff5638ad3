//! What a plan writes about itself: `design.json`, `plan.json` and `points.csv`, as texts.
//!
//! Their keys and columns are told in `docs/sweeps.md` and read by `experiment::analysis`. Nothing is written to disk here.

use serde_json::{Value, json};

use crate::experiment::analysis::Layout;
use crate::experiment::manifest::variables;
use crate::metrics::METRICS;
use crate::units::Unit;

use super::folder::plan_text;
use super::points::Role;
use super::{Design, FORMAT, Plan, Points};

impl Design {
    /// `design.json`: what the design means.
    pub fn json(&self) -> String {
        let factor = |f: &super::Factor| {
            let (from, to) = f.spread.ends();
            let values: Option<Vec<f64>> = f.levels().map(|l| l.iter().map(|v| v.to_f64()).collect());
            let only: Vec<&str> = self
                .scenarios
                .iter()
                .zip(&f.applies)
                .filter(|(_, a)| **a)
                .map(|(s, _)| s.id.as_str())
                .collect();
            let mut out = json!({
                "name": f.name, "key": f.key, "since": f.since.map(|m| m.to_string()),
                "unit": f.lever.unit.name(), "class": f.class, "from": from, "to": to, "values": values,
                "scenarios": only, "crossed": f.crossed, "zh": f.lever.zh, "en": f.lever.en,
            });
            if let Unit::Choice(names) = f.lever.unit {
                out["choices"] = json!(names);
            }
            out
        };
        let scenario = |s: &crate::scenario::Scenario| json!({ "id": s.id, "titles": { "zh": s.title_zh, "en": s.title_en }, "reference": s.reference });
        let known = variables();
        let indicator = |i: &usize| {
            let name = METRICS[*i].name;
            known.iter().find(|v| v.name == name).map_or(Value::Null, |v| {
                json!({
                    "name": v.name, "unit": v.unit, "zh": v.zh, "en": v.en, "direction": v.direction,
                    "yearly": v.aggregation,
                })
            })
        };
        let whole = json!({
            "format": FORMAT,
            "title": { "zh": self.title.zh, "en": self.title.en },
            "kind": self.kind.id(),
            "layout": self.layout,
            "base": self.base,
            "second_order": self.second_order,
            "levels": (self.layout == Layout::Morris).then_some(self.levels),
            "factors": self.factors.iter().map(factor).collect::<Vec<_>>(),
            "scenarios": self.scenarios.iter().map(scenario).collect::<Vec<_>>(),
            "indicators": self.indicators.iter().map(indicator).collect::<Vec<_>>(),
            "seed": self.seed,
            "scale": if self.thinning == 1 { "1".to_owned() } else { format!("1/{}", self.thinning) },
            "from": self.from.to_string(),
            "until": self.until.to_string(),
            "every": self.every.id(),
            "block": self.block,
        });
        pretty(&whole)
    }

    /// `points.csv`: one row a point.
    pub fn points_csv(&self) -> String {
        let mut out = String::from("point,group,role,moved");
        for kind in ["u", "x"] {
            self.factors.iter().for_each(|f| out += &format!(",{kind}.{}", f.name));
        }
        out.push('\n');
        let points: &Points = &self.points;
        for p in 0..points.len() {
            let (role, moved) = match points.role(p) {
                Role::Free => (String::new(), None),
                Role::A => ("A".into(), None),
                Role::B => ("B".into(), None),
                Role::Ab(f) => ("AB".into(), Some(f)),
                Role::Ba(f) => ("BA".into(), Some(f)),
                Role::Step(s, f) => (s.to_string(), f),
            };
            let moved = moved.map_or("", |f| self.factors[f as usize].name.as_str());
            out += &format!("{p},{},{role},{moved}", points.group(p));
            points.places(p).iter().chain(points.values(p)).for_each(|v| out += &format!(",{v}"));
            out.push('\n');
        }
        out
    }
}

impl Plan {
    /// `plan.json`.
    pub fn json(&self) -> String {
        plan_text(&self.file).map_or_else(|_| String::new(), |t| String::from_utf8_lossy(&t).into_owned())
    }
}

fn pretty(value: &Value) -> String {
    // A value of plain numbers and texts is always written.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
