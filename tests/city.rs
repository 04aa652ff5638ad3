//! The gap to the city moves with district measures only: the city's path answers national and city
//! measures as the district does, times β. With whole worlds, one replication, a thinned population.

use crate::common::{SEED, inputs, month, shipped};
use puhui::experiment::plan::{CityShift, Entry, Plan, plan};
use puhui::experiment::replicate::{Replication, Stop, Workers, replicate};
use puhui::metrics::M;
use puhui::model::Simulation;

const ARMS: [&str; 5] = ["baseline", "npl-0", "exemption", "guarantee-fee-05-subsidy", "plan"];

fn run(beta: f64) -> (Plan, Replication) {
    let entries = ARMS
        .iter()
        .map(|id| {
            let mut inputs = inputs(&shipped(id), 40);
            let mut params = (*inputs.params).clone();
            params.city_beta = beta;
            inputs.params = params.into();
            Entry { id: (*id).into(), inputs, reference: None }
        })
        .collect();
    let plan = plan(entries, SEED, month(2023, 1), month(2024, 12)).unwrap();
    let workers = Workers::new(1).unwrap();
    let mut done = replicate::<Simulation>(&plan, (0, 1), &workers, &Stop::default(), &|_| (), None).unwrap();
    (plan, done.remove(0))
}

#[test]
fn only_district_measures_move_the_gap() {
    for beta in [1.0, 0.5] {
        let (plan, replication) = run(beta);
        let row = plan.grid.row(month(2024, 12));
        let at = |arm: usize, m: M| replication.run(arm).unwrap().month(row, m as usize);
        let effect = |arm: usize, m: M| at(arm, m) - at(0, m);
        let close =
            |a: f64, b: f64, what: &str| assert!((a - b).abs() < 1e-9, "β {beta}, {what}: {a} and {b}");

        // National: the gap keeps what the city does not follow.
        assert_eq!(plan.arms[1].city, CityShift::Own);
        let own = effect(1, M::inclusive_growth_yoy);
        assert!(own.abs() > 1e-4, "no tolerance must move growth: {own}");
        close(effect(1, M::city_gap), (1.0 - beta) * own, "national");

        // District: the city stays where it is to the bit, the gap takes all of the effect.
        assert_eq!(plan.arms[2].city, CityShift::Zero);
        assert_eq!(at(2, M::city_growth).to_bits(), at(0, M::city_growth).to_bits());
        close(effect(2, M::city_gap), effect(2, M::inclusive_growth_yoy), "district");

        // Mixed: the city follows the effect of the national and city part alone, from a hidden arm.
        for arm in [3, 4] {
            let CityShift::Helper(helper) = plan.arms[arm].city else { panic!("{}", plan.arms[arm].id) };
            assert!(plan.arms[helper].hidden);
            let part = effect(helper, M::inclusive_growth_yoy);
            close(effect(arm, M::city_growth), beta * part, "mixed, the city");
            close(
                effect(arm, M::city_gap),
                effect(arm, M::inclusive_growth_yoy) - beta * part,
                "mixed, the gap",
            );
        }
    }
}
