//! A factor does what a line of a scenario file does, whatever it sets; a place and its value belong together.

use super::tests::{FEE, LIMIT, of, shipped, write};
use crate::scenario::{Options, load};

#[test]
fn every_kind_of_key_is_what_a_file_would_say() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("base.toml"), shipped("plan.toml")).unwrap();
    // Key, since, value as written in a design, the same in a file.
    let cases = [
        ("params.need_share.farm", "", "\"31%\"", "params.need_share.farm = \"31%\""),
        ("params.need_share", "", "\"31%\"", "params.need_share = \"31%\""),
        ("macro.demand", "2025-01", "1.5", "macro.demand = [{ from = \"2025-01\", value = 1.5 }]"),
        ("macro.demand", "", "1.5", "macro.demand = 1.5"),
        (
            "macro.outside_npl.cqrcb",
            "2024-04",
            "\"1.25%\"",
            "macro.\"outside_npl.cqrcb\" = [{ from = \"2024-04\", value = \"1.25%\" }]",
        ),
        (
            "policy.risk_compensation_fund.enabled",
            "2025-01",
            "false",
            "policy.risk_compensation_fund.enabled = [{ from = \"2025-01\", value = false }]",
        ),
        (
            "policy.risk_compensation_fund.share.credit",
            "2024-01",
            "\"33.3%\"",
            "policy.risk_compensation_fund.share.credit = [{ from = \"2024-01\", value = \"33.3%\" }]",
        ),
        (
            "policy.risk_compensation_fund.access",
            "",
            "\"refused_elsewhere\"",
            "policy.risk_compensation_fund.access = \"refused_elsewhere\"",
        ),
        (
            "policy.micro_relending.quota",
            "2024-06",
            "\"20亿元\"",
            "policy.micro_relending.quota = [{ from = \"2024-06\", value = \"20亿元\" }]",
        ),
    ];
    for (key, since, value, line) in cases {
        let since = if since.is_empty() { String::new() } else { format!("since = \"{since}\"") };
        let factor = format!("key = \"{key}\"\n{since}\nvalues = [{value}]");
        let design = of("grid", "scenarios = \"plan\"", &[&factor]).unwrap_or_else(|e| panic!("{key}: {e}"));
        let made = design.scenario(0, 0).unwrap_or_else(|e| panic!("{key}: {e:?}"));
        let title = "title = { zh = \"行动方案\", en = \"The action plan\" }";
        let text = format!("schema = \"puhui/scenario/1\"\nextends = \"base\"\n{title}\n{line}\n");
        let path = write(dir.path(), "plan.toml", &text);
        let hand = load(&[path.into()], &Options::default()).unwrap_or_else(|e| panic!("{key}: {e}"));
        let hand = &hand.scenarios[0];
        assert_eq!(made.resolved_toml(), hand.resolved_toml(), "{key}");
        assert_eq!((&made.policy, &made.params, &made.region), (&hand.policy, &hand.params, &hand.region));
        // Read back, the resolved file is the same scenario once more.
        let path = write(dir.path(), "again.toml", &made.resolved_toml());
        let again = load(&[path.into()], &Options::default()).unwrap_or_else(|e| panic!("{key}: {e}"));
        assert_eq!(again.scenarios[0].policy, made.policy, "{key}");
        assert_eq!((&again.scenarios[0].params, &again.scenarios[0].region), (&made.params, &made.region));
    }
}

#[test]
fn a_place_and_its_value_belong_together() {
    let d = of(
        "latin_hypercube",
        "points = 64",
        &[FEE, "key = \"params.markup_exponent\"\nfrom = 0.25\nto = 1\nspacing = \"log\"", LIMIT],
    )
    .unwrap();
    for p in 0..64 {
        for (f, factor) in d.factors.iter().enumerate() {
            let (u, x) = (d.points.places(p)[f], d.points.values(p)[f]);
            assert!((factor.spread.place(x, factor.lever.unit) - u).abs() < 1e-9, "{} {u} {x}", factor.name);
            let (a, b) = factor.spread.ends();
            assert!((a..=b).contains(&x));
            assert_eq!((factor.spread.at(0.0), factor.spread.at(1.0)), (a, b));
        }
    }
    // Half of the places lie below the geometric mean.
    assert_eq!((0..64).filter(|p| d.points.values(*p)[1] < 0.5).count(), 32);
}
