//! Break-even quotes an economist can check by hand: one TOML file each, the working in its comments.
//!
//! A file names the terms of the lender, the risk of the applicant and the rate that must come out.
//! To add a case, add a file to `tests/cases/`.

use std::fs;
use std::path::Path;

use puhui::model::{Risk, Terms};
use serde::Deserialize;

/// What a case file says; rates and shares in percent, money in yuan.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    title: String,
    /// Yuan lent, and whether it renews a loan.
    amount: f64,
    renewal: bool,
    lender: Lender,
    applicant: Applicant,
    expected: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lender {
    funding: f64,
    /// What the re-lending window takes off funding.
    window: f64,
    handling_fixed: f64,
    /// Cost of a renewal over that of a new case.
    handling_renewal: f64,
    handling_rate: f64,
    capital: f64,
    tax: f64,
    /// Price of a bad loan, percent of rate per unit of default probability: officers', supervisors'.
    shadow_officer: f64,
    shadow_limit: f64,
    volume: f64,
    cross_selling: f64,
    support: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Applicant {
    pd: f64,
    lgd: f64,
    bank_share: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// Break-even rate with all instruments, and with all of them neutral.
    break_even: f64,
    neutral: f64,
}

fn rates(case: &Case) -> (f64, f64) {
    let l = &case.lender;
    let terms = Terms {
        funding: l.funding / 100.0,
        handling_rate: l.handling_rate / 100.0,
        handling_fixed: l.handling_fixed,
        capital: l.capital / 100.0,
        tax: l.tax / 100.0,
        shadow_officer: l.shadow_officer / 100.0,
        shadow_limit: l.shadow_limit / 100.0,
        volume: l.volume / 100.0,
        cross_selling: l.cross_selling / 100.0,
        ..Terms::default()
    };
    let a = &case.applicant;
    let risk = Risk { pd: a.pd / 100.0, lgd: a.lgd / 100.0, bank_share: a.bank_share / 100.0 };
    let factor = if case.renewal { l.handling_renewal } else { 1.0 };
    // Renewing adds nothing to the balance and so earns no support.
    let support = if case.renewal { 0.0 } else { l.support / 100.0 };
    let with = terms.break_even(case.amount, risk, l.window / 100.0, factor, support);
    (with, terms.neutral(case.amount, risk, factor))
}

#[test]
fn quotes_worked_by_hand_come_out_to_the_basis_point() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    files.sort();
    assert!(files.len() >= 5, "{files:?}");
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let case: Case = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let (with, neutral) = rates(&case);
        for (name, rate, expected) in
            [("break_even", with, case.expected.break_even), ("neutral", neutral, case.expected.neutral)]
        {
            // Half a basis point either way: the case states two decimals of a percent.
            assert!(
                (rate * 100.0 - expected).abs() <= 0.005 + 1e-9,
                "{} ({}): {name} is {:.4}%, expected {expected}%",
                file.display(),
                case.title,
                rate * 100.0
            );
        }
    }
}

#[test]
fn the_equation_balances() {
    // r·(1 − PD) + support = funding + operating/L + PD·LGD·share + capital + tax + shadow·PD − volume
    let terms = Terms {
        funding: 0.03,
        handling_rate: 0.01,
        handling_fixed: 500.0,
        capital: 0.008,
        tax: 0.003,
        shadow_officer: 0.2,
        shadow_limit: 0.1,
        volume: 0.004,
        cross_selling: 0.001,
        ..Terms::default()
    };
    for pd in [0.0, 0.01, 0.05, 0.3] {
        for bank_share in [0.2, 1.0] {
            let risk = Risk { pd, lgd: 0.6, bank_share };
            let r = terms.break_even(200_000.0, risk, 0.005, 1.0, 0.002);
            let left = r * (1.0 - pd) + 0.002;
            let right = 0.03 - 0.005
                + 500.0 / 200_000.0
                + 0.01
                + pd * 0.6 * bank_share
                + 0.008
                + 0.003
                + 0.3 * pd * bank_share
                - 0.004
                - 0.001;
            assert!((left - right).abs() < 1e-12, "{left} and {right}");
        }
    }
}
