//! The shipped baseline against what is known of 2019 to 2022 (`tests/data/history.csv`).
//!
//! Means over a few replications with every borrower: a thinned run is noisier and its guarantors'
//! few cases are lumpier. Published numbers are read from the file; only tolerances stand here.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use crate::common::{inputs, month, record, run, shipped, value};
use puhui::metrics::{M, RunRecord};
use puhui::units::Month;

const THIN: u32 = 1;
const REPLICATIONS: u32 = 4;

static RUNS: LazyLock<Vec<RunRecord>> = LazyLock::new(|| {
    let base = inputs(&shipped("baseline"), THIN);
    let one = |r| record(&run(&base, r, month(2022, 12)));
    std::thread::scope(|s| {
        let half = s.spawn(|| (0..REPLICATIONS / 2).map(one).collect::<Vec<_>>());
        let rest: Vec<_> = (REPLICATIONS / 2..REPLICATIONS).map(one).collect();
        half.join().unwrap().into_iter().chain(rest).collect()
    })
});

fn mean(metric: M, when: Month) -> f64 {
    RUNS.iter().map(|r| value(r, when, metric)).sum::<f64>() / RUNS.len() as f64
}

/// Published values in percent by (series, period).
fn published() -> BTreeMap<(String, String), f64> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/history.csv");
    let mut out = BTreeMap::new();
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        assert_eq!(&row[4], "percent");
        out.insert((row[0].to_owned(), row[2].to_owned()), row[3].parse().unwrap());
    }
    out
}

/// Compares simulated with published percentages and tells all at once.
fn close(metric: M, series: &str, within: f64, dates: &[(&str, Month)]) {
    let known = published();
    let mut lines = Vec::new();
    let mut off = false;
    for &(period, when) in dates {
        let target = known[&(series.to_owned(), period.to_owned())];
        let ours = 100.0 * mean(metric, when);
        let far = (ours - target).abs().partial_cmp(&within).is_none_or(|o| o.is_gt());
        off |= far;
        lines.push(format!(
            "{when}: {ours:.2}, published {target:.2}{}",
            if far { "  <- too far" } else { "" }
        ));
    }
    assert!(!off, "{series} within {within} points:\n{}", lines.join("\n"));
}

const DECEMBERS: [Month; 4] = [month(2019, 12), month(2020, 12), month(2021, 12), month(2022, 12)];

#[test]
fn the_balance_grew_as_published() {
    let dates = [
        ("2019Q4", DECEMBERS[0]),
        ("2020Q4", DECEMBERS[1]),
        ("2021Q4", DECEMBERS[2]),
        ("2022Q4", DECEMBERS[3]),
    ];
    close(M::inclusive_growth_yoy, "pboc_mse_yoy", 5.0, &dates);
}

#[test]
fn growth_was_highest_in_2020_or_2021() {
    let growth = DECEMBERS.map(|m| mean(M::inclusive_growth_yoy, m));
    let most = growth.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    assert!(most == growth[1] || most == growth[2], "{growth:?}");
}

#[test]
fn bad_loans_were_as_published_and_fell() {
    let dates = [("2019Q4", DECEMBERS[0]), ("2020Q4", DECEMBERS[1]), ("2022-04", month(2022, 4))];
    close(M::npl_ratio, "nfra_mse_npl", 1.0, &dates);
    let fall = mean(M::npl_ratio, DECEMBERS[0]) - mean(M::npl_ratio, month(2022, 4));
    assert!(fall >= 0.003, "the ratio fell by {:.2} points", 100.0 * fall);
}

#[test]
fn new_loans_became_cheaper_as_published() {
    let dates = [
        ("2019", DECEMBERS[0]),
        ("2020-11", month(2020, 11)),
        ("2021", DECEMBERS[2]),
        ("2022", DECEMBERS[3]),
    ];
    close(M::new_loan_rate_ytd, "nfra_mse_rate_new", 0.5, &dates);
    let rates = DECEMBERS.map(|m| mean(M::new_loan_rate_ytd, m));
    assert!(rates.windows(2).all(|w| w[1] < w[0]), "{rates:?}");
}

#[test]
fn the_district_has_its_size() {
    let when = month(2022, 3);
    let (balance, borrowers) = (mean(M::inclusive_balance, when), mean(M::inclusive_borrowers, when));
    assert!((13e9..=19e9).contains(&balance), "inclusive balance in {when}: {:.2}bn yuan", balance / 1e9);
    assert!((35e3..=55e3).contains(&borrowers), "borrowers in {when}: {borrowers:.0}");
}
