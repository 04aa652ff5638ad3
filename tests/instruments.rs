//! What every instrument promises, from the table; and the facts no implementation may miss.

// Fen are written as yuan and two digits of fen.
#![allow(clippy::inconsistent_digit_grouping)]

use std::collections::HashSet;

use crate::common::{
    self, SEED, advance, doom, first_difference, inputs, month, place, record, run, shipped, with_policy,
    written,
};
use puhui::ledger::Reason;
use puhui::metrics::{M, ON_TERMS, counted, terms_bit};
use puhui::model::{Inputs, Simulation};
use puhui::policy::{
    CellAsk, Door, FeeAsk, INSTRUMENTS, InstrumentSchedule, Marked, PolicyMonth, PolicySchedule, QuarterAsk,
    QuoteAnswer, QuoteAsk, RelieveAsk, Spec, SteadyAsk, SubsidyAsk, Timeline,
};
use puhui::units::{Lang, Money, Month, Unit, format_value, mul_div_half_even, ppm, share_fen, split_fen};
use puhui::world::{ClaimKind, Class, LenderKind, LoanState, NO_LOAN, Product, WINDOWS, World};

const THIN: u32 = 20;

/// Where "on, with every setting at its neutral value" still says something (a level of rates, a
/// growth of nothing asked for, a limit far away), the neutral table is the one that is switched off.
const NEUTRAL_IS_OFF: &[&str] = &["policy_rates", "growth_target", "npl_tolerance"];

/// Instruments that speak only beside another: their examples are tried with that one's example.
const BESIDE: &[(&str, &str)] = &[
    ("guarantee_fee_subsidy", "guarantee_chain"),
    ("credit_village_subsidy", "credit_villages"),
    ("demonstration_zone_grant", "risk_compensation_fund"),
    ("agri_credit_products", "agri_relending"),
];

fn beside(id: &str) -> Option<usize> {
    BESIDE.iter().find(|(own, _)| *own == id).map(|(_, other)| place(other))
}

fn specs() -> impl Iterator<Item = (usize, &'static Spec)> {
    INSTRUMENTS.iter().map(|i| i.spec()).enumerate()
}

/// A value as it stands in a scenario.
fn toml(value: f64, unit: Unit) -> String {
    let text = format_value(value, unit);
    if matches!(unit, Unit::Number | Unit::Count | Unit::Flag) { text } else { format!("{text:?}") }
}

fn neutral_world() -> Inputs {
    let scenario = written("").expect("a scenario without instruments");
    assert_eq!(scenario.policy, PolicySchedule::neutral());
    inputs(&scenario, THIN)
}

#[test]
fn a_neutral_table_changes_nothing() {
    let until = month(2020, 12);
    let base = neutral_world();
    let alone = record(&run(&base, 0, until));
    assert!(common::value(&alone, until, M::inclusive_balance) > 0.0, "nobody lends without instruments");
    for (k, spec) in specs() {
        let mut body = format!("[policy.{}]\n", spec.id);
        if NEUTRAL_IS_OFF.contains(&spec.id) {
            body += "enabled = false\n";
        }
        for s in spec.settings {
            body += &format!("{} = {}\n", s.key, toml(s.neutral, s.unit));
        }
        let scenario = written(&body).unwrap_or_else(|e| panic!("{body}\n{e}"));
        let values = &scenario.policy.at(until).instruments[k];
        let neutral: Vec<f64> = spec.settings.iter().map(|s| s.neutral).collect();
        assert!(
            values.values.iter().zip(&neutral).all(|(a, b)| (a - b).abs() <= 1e-12 * b.abs()),
            "{}: neutral values survive being written: {values:?}",
            spec.id
        );
        let with = record(&run(&inputs(&scenario, THIN), 0, until));
        assert_eq!(first_difference(&base, &alone, &with), None, "{}", spec.id);
        assert_eq!(alone.ledger, with.ledger, "{}", spec.id);
        assert_eq!(alone.refusals, with.refusals, "{}", spec.id);
    }
}

#[test]
fn every_example_can_be_written_and_bites() {
    let until = month(2023, 12);
    let base = neutral_world();
    let alone = record(&run(&base, 0, until));
    for (k, spec) in specs() {
        let scenario = written(spec.example).unwrap_or_else(|e| panic!("{}:\n{e}", spec.example));
        for (j, other) in specs() {
            let on = scenario.policy.at(until).instruments[j].enabled;
            assert_eq!(on, j == k, "{}: the example switches {}", spec.id, other.id);
        }
        let mut own = inputs(&scenario, THIN);
        let mut without = None;
        if let Some(other) = beside(spec.id) {
            let ground = written(INSTRUMENTS[other].spec().example).unwrap();
            let mut both = (*own.policy).clone();
            both.instruments[other] = ground.policy.instruments[other].clone();
            own = with_policy(&own, both);
            without = Some(record(&run(&inputs(&ground, THIN), 0, until)));
        }
        let alone = without.as_ref().unwrap_or(&alone);
        // Most bite in their first years; who has not goes on.
        let mut sim = Simulation::begin(&own, SEED, 0);
        let bites = (2019..=2023).any(|year| {
            advance(&mut sim, month(year, 12));
            first_difference(&base, alone, &record(&sim)).is_some()
        });
        assert!(bites, "the example of {} changes nothing", spec.id);
        // Loans tell the instrument they stand on the terms of, and none that is off.
        let on = [Some(k), beside(spec.id)].into_iter().flatten().map(|k| INSTRUMENTS[k].spec().id);
        let on = on.filter(|id| ON_TERMS.contains(id)).fold(0, |bits, id| bits | terms_bit(id));
        for id in ON_TERMS {
            let told = sim.credit().iter().any(|c| c.terms & terms_bit(id) & !on != 0);
            assert!(!told, "{}: a loan on the terms of {id}, which is off", spec.id);
        }
    }
}

/// The example's first values, in force from `from` on.
fn example_from(spec: &Spec, k: usize, from: Month) -> PolicySchedule {
    let scenario = written(spec.example).unwrap();
    let first = |line: &Timeline| Timeline(line.0.first().map(|&(_, v)| (from, v)).into_iter().collect());
    let dated = &scenario.policy.instruments[k];
    let mut policy = PolicySchedule::neutral();
    policy.instruments[k] = InstrumentSchedule {
        enabled: Timeline(vec![(from, 1.0)]),
        settings: dated.settings.iter().map(first).collect(),
    };
    policy
}

#[test]
fn nothing_differs_before_the_first_date() {
    let (from, until) = (month(2020, 6), month(2021, 12));
    let base = neutral_world();
    let alone = record(&run(&base, 0, until));
    for (k, spec) in specs() {
        let mut policy = example_from(spec, k, from);
        let mut without = None;
        if let Some(other) = beside(spec.id) {
            let mut ground = PolicySchedule::neutral();
            let early = example_from(INSTRUMENTS[other].spec(), other, month(2018, 1));
            ground.instruments[other] = early.instruments[other].clone();
            policy.instruments[other] = ground.instruments[other].clone();
            without = Some(record(&run(&with_policy(&base, ground), 0, until)));
        }
        let with = record(&run(&with_policy(&base, policy), 0, until));
        let alone = without.as_ref().unwrap_or(&alone);
        let (at, what) = first_difference(&base, alone, &with).unwrap_or_else(|| panic!("{}", spec.id));
        assert!(at >= from, "{}: {what} in {at}, before {from}", spec.id);
        assert!(at <= from.plus(15), "{}: only in {at} ({what})", spec.id);
    }
}

/// Months in which some instrument asks more of a quote than terms and guarantors go through more code: where it then
/// finds nothing, every quote must be the same.
#[test]
fn quotes_that_are_asked_more_are_the_same_where_there_is_nothing() {
    let until = month(2021, 12);
    let base = inputs(&shipped("baseline"), THIN);
    let plain = run(&base, 0, until);
    let mut policy = (*base.policy).clone();
    // Branches may decide loans of one yuan, which nobody asks for.
    let k = place("delegated_approval");
    policy.instruments[k] = example_from(INSTRUMENTS[k].spec(), k, month(2016, 1)).instruments[k].clone();
    let keys = INSTRUMENTS[k].spec().settings.iter().map(|s| s.key);
    for (setting, _) in
        policy.instruments[k].settings.iter_mut().zip(keys).filter(|(_, key)| key.starts_with("limit."))
    {
        *setting = Timeline(vec![(month(2016, 1), 1.0)]);
    }
    let asked = run(&with_policy(&base, policy), 0, until);
    assert!(asked.desk().special && !plain.desk().special);
    let (plain, asked) = (record(&plain), record(&asked));
    assert_eq!(first_difference(&base, &plain, &asked), None);
    assert_eq!(plain.ledger, asked.ledger);
    assert_eq!(plain.refusals, asked.refusals);
}

fn asks() -> Vec<QuoteAsk> {
    let mut all = Vec::new();
    for kind in LenderKind::ALL {
        for class in Class::ALL {
            for local_legal_person in [false, true] {
                for renewal in [false, true] {
                    all.push(QuoteAsk {
                        kind,
                        local_legal_person,
                        class,
                        renewal,
                        inclusive_growth: 0.2,
                        npl_all: 0.015,
                        all_loan_growth: 0.11,
                        incentive_fill: 1.0,
                    });
                }
            }
        }
    }
    all
}

fn cells() -> Vec<CellAsk> {
    let mut all = Vec::new();
    for class in Class::ALL {
        for (urban, of) in [(true, 7), (false, 16)] {
            all.extend([1, of].map(|order| CellAsk { class, urban, order, of }));
        }
    }
    all
}

fn quarters() -> Vec<QuarterAsk> {
    let mut all = Vec::new();
    for kind in LenderKind::ALL {
        for local_legal_person in [false, true] {
            all.push(QuarterAsk {
                kind,
                local_legal_person,
                balance_before: 100_000_000_00,
                balance_now: 110_000_000_00,
                high_water: 100_000_000_00,
                paid_this_year: 0,
            });
        }
    }
    all
}

#[test]
fn an_instrument_answers_only_through_the_doors_it_declares() {
    let when = month(2023, 6);
    let silent = PolicySchedule::neutral().at(when);
    let sectors = &neutral_world().region.sectors;
    for (k, spec) in specs() {
        let speaks = example_from(spec, k, when).at(when);
        let mut windows = false;
        let mut quoted = false;
        for ask in asks() {
            let (a, b) = (silent.quote(&ask), speaks.quote(&ask));
            windows |= a.windows != b.windows;
            let rest = |q: &QuoteAnswer| QuoteAnswer { windows: [None; WINDOWS], ..q.clone() };
            quoted |= rest(&a) != rest(&b);
        }
        let paid = quarters().iter().any(|ask| speaks.incentive(ask) != silent.incentive(ask));
        let subsidised = [0.0, 0.85, 1.0].iter().any(|&small_share| {
            let ask = FeeAsk { fee: 0.01, small_share };
            speaks.fee_subsidy(&ask) != silent.fee_subsidy(&ask)
        });
        let interest = Class::ALL.iter().any(|&class| {
            (0..8).any(|kind| {
                let [rated, green, lifted] = [1, 2, 4].map(|bit| kind & bit != 0);
                let ask = SubsidyAsk { class, rated, green, lifted };
                speaks.subsidise(&ask) != silent.subsidise(&ask)
            })
        });
        let granted = interest || subsidised || speaks.grant() != silent.grant();
        let covered = Product::ALL.iter().any(|&p| speaks.indemnify(p) != silent.indemnify(p));
        let relieved = Class::ALL.iter().any(|&class| {
            [false, true].iter().any(|&hit| {
                let ask = RelieveAsk { class, hit };
                speaks.relieve(&ask) != silent.relieve(&ask)
            })
        });
        let steadied = Class::ALL.iter().any(|&class| {
            sectors.iter().any(|s| {
                let ask = SteadyAsk { class, sector: &s.id };
                speaks.steady(&ask) != silent.steady(&ask)
            })
        });
        let mut called = false;
        let mut marked = false;
        for m in Class::ALL.iter().flat_map(|&class| speaks.mark(class).by) {
            called |= m.speaks() && (m.awareness, m.first_visit) != (0.0, 0.0);
            marked |= Marked { awareness: 0.0, first_visit: 0.0, ..m }.speaks();
        }
        let reached = called || cells().iter().any(|ask| speaks.reach(ask) != silent.reach(ask));
        let seen = marked || cells().iter().any(|ask| speaks.see(ask) != silent.see(ask));
        let classified = speaks.classify() != silent.classify();
        let doors = [
            (Door::Reach, reached, reached),
            (Door::See, seen, seen),
            // A window is money for the bank (fund) and a term of its quote.
            (Door::Quote, quoted || windows, quoted),
            (Door::Fund, paid || windows, paid),
            (Door::Relieve, relieved, relieved),
            (Door::Indemnify, covered, covered),
            (Door::Steady, steadied, steadied),
            (Door::Need, speaks.need() != silent.need(), speaks.need() != silent.need()),
            (Door::Ration, speaks.ration() != silent.ration(), speaks.ration() != silent.ration()),
            (Door::Classify, classified, classified),
            (Door::Grant, granted, granted),
        ];
        for (door, answers, must_declare) in doors {
            let declared = spec.doors.contains(&door);
            let name = door.name();
            assert!(!must_declare || declared, "{} answers at `{name}` and does not declare it", spec.id);
            assert!(!declared || answers, "{} declares `{name}` and has nothing to say there", spec.id);
        }
        let windowed = spec.doors.iter().any(|d| matches!(d, Door::Quote | Door::Fund));
        assert!(!windows || windowed, "{} opens a window through no door", spec.id);
        let known = doors.map(|(d, ..)| d);
        assert!(spec.doors.iter().all(|d| known.contains(d)), "{} declares a door nobody opens", spec.id);
    }
}

/// What is said about one wrong line in an instrument's table.
fn refusal(id: &str, line: &str) -> puhui::scenario::Listed {
    let mistakes =
        written(&format!("[policy.{id}]\n{line}\n")).expect_err(&format!("{id}: `{line}` is accepted"));
    let list = mistakes.list(Lang::En);
    assert_eq!(list.len(), 1, "{id}: {line}: {list:?}");
    list.into_iter().next().unwrap()
}

#[test]
fn bad_settings_are_refused_with_file_line_key_and_range() {
    for (_, spec) in specs() {
        for s in spec.settings {
            let wrong: Vec<String> = match s.unit {
                Unit::Choice(_) | Unit::Flag => vec!["\"perhaps\"".into()],
                _ => {
                    let span = if s.high > s.low { s.high - s.low } else { 1.0 };
                    let below = s.low - span;
                    let mut both = vec![toml(s.high + span, s.unit)];
                    both.extend((s.low > 0.0 || below < 0.0).then(|| toml(below, s.unit)));
                    both
                }
            };
            for value in wrong {
                let l = refusal(spec.id, &format!("{} = {value}", s.key));
                let key = format!("policy.{}.{}", spec.id, s.key);
                assert!(l.file.contains("test"), "{l:?}");
                // Three lines of head, the table's name, then the setting.
                assert_eq!((l.line, l.severity), (5, "error"), "{l:?}");
                assert!(l.column > s.key.len(), "{l:?}");
                assert_eq!(l.key, key, "{l:?}");
                let said = format!("{} {}", l.message, l.help);
                let allowed: Vec<String> = match s.unit {
                    Unit::Choice(names) => names.iter().map(|n| (*n).to_owned()).collect(),
                    Unit::Flag => vec!["true or false".into()],
                    _ => vec![format_value(s.low, s.unit), format_value(s.high, s.unit)],
                };
                let told = allowed.iter().all(|a| said.contains(a));
                assert!(
                    told || said.contains("yuan") || said.contains("CNY"),
                    "{key} = {value}: `{said}` lacks {allowed:?}"
                );
                assert!(said.contains(Lang::En.half(s.limit_source)), "{key}: `{said}` lacks its law");
            }
        }
    }
}

#[test]
fn loss_shares_must_make_a_whole_and_the_multiple_has_a_law() {
    let l = refusal(
        "guarantee_chain",
        "share = { national = \"20%\", reguarantor = \"20%\", local = \"40%\", bank = \"30%\" }",
    );
    let said = format!("{} {}", l.message, l.help);
    assert!(said.contains("110") && said.contains("100%"), "{said}");
    assert!(said.contains("Yong Jin Zu Fa [2023] No. 1, IV(2)6"), "the clause is not named: {said}");
    // Above ten is for the small and agricultural, who have a setting of their own.
    for (key, beyond, most) in [("multiple", "10.5x", "10x"), ("multiple_small", "15.5x", "15x")] {
        let l = refusal("guarantee_chain", &format!("{key} = \"{beyond}\""));
        let said = format!("{} {}", l.message, l.help);
        assert!(said.contains(&format!("0x to {most}")), "{said}");
        assert!(said.contains("Regulation on Financing Guarantee Companies"), "{said}");
        let allowed = format!("[policy.guarantee_chain]\n{key} = \"{most}\"\n");
        written(&allowed).unwrap_or_else(|e| panic!("{key} = {most}: {e}"));
    }
}

#[test]
fn the_national_fund_bears_at_most_and_the_bank_at_least_a_fifth_of_a_loss() {
    let split = |national: u32, reguarantor: u32, local: u32, bank: u32| {
        written(&format!(
            "[policy.guarantee_chain]\nshare = {{ national = \"{national}%\", reguarantor = \"{reguarantor}%\", local = \"{local}%\", bank = \"{bank}%\" }}\n"
        ))
    };
    let said = |list: Vec<puhui::scenario::Listed>| -> Vec<(String, String)> {
        list.into_iter().map(|l| (l.key, format!("{} {}", l.message, l.help))).collect()
    };
    assert!(split(20, 20, 40, 20).is_ok() && split(0, 0, 0, 100).is_ok());
    for (shares, keys) in [
        ((30, 20, 45, 5), &["national", "bank"][..]),
        ((21, 20, 39, 20), &["national"]),
        ((20, 20, 41, 19), &["bank"]),
    ] {
        let mistakes = split(shares.0, shares.1, shares.2, shares.3).expect_err("beyond the law");
        for (lang, law) in
            [(Lang::En, "Ministry of Finance notice of 2019-02-15"), (Lang::Zh, "财政部2019-02-15通知")]
        {
            let list = said(mistakes.list(lang));
            let wanted: Vec<String> =
                keys.iter().map(|k| format!("policy.guarantee_chain.share.{k}")).collect();
            assert_eq!(list.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>(), wanted, "{list:?}");
            assert!(list.iter().all(|(_, said)| said.contains(law)), "{list:?}");
        }
    }
}

#[test]
fn clauses_and_laws_are_named_in_both_languages() {
    let hanzi = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let mut laws = 0;
    for (_, spec) in specs() {
        let [zh, en] = [Lang::Zh, Lang::En].map(|lang| lang.half(spec.clause));
        assert!(hanzi(zh) && !hanzi(en), "{}: {}", spec.id, spec.clause);
        for s in spec.settings.iter().filter(|s| !s.limit_source.is_empty()) {
            let [zh, en] = [Lang::Zh, Lang::En].map(|lang| lang.half(s.limit_source));
            assert!(hanzi(zh) && !hanzi(en), "{}.{}: {}", spec.id, s.key, s.limit_source);
            laws += 1;
        }
    }
    assert!(laws > 20, "{laws} laws");
}

#[test]
fn a_loan_above_the_limit_of_the_poverty_relief_scheme_is_refused_with_its_rule() {
    for (line, limit) in
        [("limit = \"6万元\"", "50"), ("tenor = \"48 months\"", "36"), ("over_lpr = \"1pp\"", "0")]
    {
        let l = refusal("poverty_relief_microcredit", line);
        let said = format!("{} {}", l.message, l.help);
        assert!(said.contains("Yin Bao Jian Fa [2021] No. 6") && said.contains(limit), "{said}");
    }
}

// ──────── Facts

fn only(body: &str, when: Month) -> PolicyMonth {
    written(body).unwrap_or_else(|e| panic!("{e}")).policy.at(when)
}

fn tool(ratio: &str, quota: &str) -> PolicyMonth {
    only(
        &format!("[policy.inclusive_support_tool]\nratio = \"{ratio}\"\nquota = \"{quota}\"\n"),
        month(2022, 6),
    )
}

/// What one bank is paid that claims alone.
fn paid(policy: &PolicyMonth, ask: &QuarterAsk) -> i64 {
    let answer = policy.incentive(ask);
    answer.claim.min(answer.room)
}

const RURAL: QuarterAsk = QuarterAsk {
    kind: LenderKind::Rural,
    local_legal_person: true,
    balance_before: 100_000_000_000_00,
    balance_now: 0,
    high_water: 0,
    paid_this_year: 0,
};

fn grows(yuan: i64) -> QuarterAsk {
    QuarterAsk { balance_now: RURAL.balance_before + Money::yuan(yuan).fen(), ..RURAL }
}

#[test]
fn the_published_incentives_come_out_to_the_fen() {
    let yuan = |y: i64| Money::yuan(y).fen();
    assert_eq!(paid(&tool("1%", "100亿元"), &grows(18_752_000_000)), yuan(187_520_000));
    assert_eq!(paid(&tool("2%", "100亿元"), &grows(21_900_000_000)), yuan(438_000_000));
    // A fall pays nothing, nor does standing still.
    assert_eq!(paid(&tool("2%", "100亿元"), &grows(-1)), 0);
    assert_eq!(paid(&tool("2%", "100亿元"), &grows(0)), 0);
    // Above the quota nothing is paid; up to it the rest is.
    let full = QuarterAsk { paid_this_year: yuan(800_000_000), ..grows(1_000_000_000) };
    assert_eq!(paid(&tool("2%", "8亿元"), &full), 0);
    let nearly = QuarterAsk { paid_this_year: yuan(800_000_000) - 7, ..grows(1_000_000_000) };
    assert_eq!(paid(&tool("2%", "8亿元"), &nearly), 7);
}

#[test]
fn a_fall_pays_nothing_before_the_old_level_is_passed_where_the_high_water_mark_counts() {
    let body = "[policy.inclusive_support_tool]\nratio = \"2%\"\nquota = \"8亿元\"\nincrement_base = \"high_water_mark\"\n";
    let ask = QuarterAsk { high_water: RURAL.balance_before + Money::yuan(500_000).fen(), ..grows(600_000) };
    assert_eq!(paid(&only(body, month(2022, 6)), &ask), Money::yuan(2_000).fen());
}

#[test]
fn a_national_banks_branch_gets_nothing_from_tool_and_windows() {
    let when = month(2022, 6);
    let text = "[policy.inclusive_support_tool]\nratio = \"2%\"\nquota = \"8亿元\"\n\
                [policy.micro_relending]\nquota = \"10亿元\"\n[policy.agri_relending]\nquota = \"10亿元\"\n";
    let policy = only(text, when);
    let national = |kind| matches!(kind, LenderKind::Policy | LenderKind::State | LenderKind::JointStock);
    for ask in asks() {
        let answer = policy.quote(&ask);
        let gets = answer.support != 0.0 || answer.windows != [None; WINDOWS];
        assert!(!(gets && (national(ask.kind) || !ask.local_legal_person)), "{ask:?}: {answer:?}");
        assert!(!(answer.support != 0.0 && ask.renewal), "a renewal adds nothing: {ask:?}");
        if ask.kind == LenderKind::Rural && ask.local_legal_person {
            assert_eq!(answer.windows[0].is_some(), ask.class.is_mse());
            assert_eq!(answer.windows[1].is_some(), ask.class.is_agri());
            assert_eq!(answer.support > 0.0, ask.class.is_mse() && !ask.renewal);
        }
    }
    for ask in quarters() {
        let pays = paid(&policy, &ask) > 0;
        assert!(!(pays && (national(ask.kind) || !ask.local_legal_person)), "{ask:?}");
    }
    // The same over a whole run: nobody else's account is touched.
    let sim = run(&inputs(&shipped("baseline"), THIN), 0, month(2022, 11));
    assert!(sim.world().ledger.flow(Reason::Incentive).is_positive());
    for (l, card) in sim.world().region.lenders.iter().enumerate() {
        let kind = LenderKind::ALL[card.kind as usize];
        if national(kind) || card.local_legal_person == 0.0 {
            assert!(sim.world().ledger.lenders[l].advances == 0, "{} holds an advance", card.id);
        }
    }
}

#[test]
fn a_guaranteed_loss_is_borne_to_the_fen_from_default_to_recovery() {
    let body = "share = { national = \"20%\", reguarantor = \"20%\", local = \"40%\", bank = \"20%\" }\nchain_lag = \"6 months\"\n";
    let mut scenario = shipped("baseline");
    let chain = written(&format!("[policy.guarantee_chain]\n{body}")).unwrap();
    let k = place("guarantee_chain");
    for (line, new) in
        scenario.policy.instruments[k].settings.iter_mut().zip(&chain.policy.instruments[k].settings)
    {
        if !new.0.is_empty() {
            *line = new.clone();
        }
    }
    let shares = [200_000, 200_000, 400_000, 200_000];
    assert_eq!(split_fen(100, shares), [20, 20, 40, 20]);
    assert_eq!(split_fen(101, shares), [20, 20, 40, 21]);

    let base = inputs(&scenario, THIN);
    let arrears = base.params.npl_after as u8 + 1;
    let mut sim = run(&base, 0, month(2020, 12));
    // A few loans of 100, 101 and other odd fen are sent on their way.
    let world = sim.world_mut();
    let fit = |w: &World, s: usize| {
        let l = &w.book.loans[s];
        let odd = l.product == Product::Guaranteed && l.principal > 1_000_007;
        odd && l.state == LoanState::Performing && l.maturity > w.month
    };
    let slots: Vec<usize> = (0..world.book.loans.len()).filter(|&s| fit(world, s)).take(12).collect();
    assert!(slots.len() == 12, "too few guaranteed loans to test with: {}", slots.len());
    for (n, &slot) in slots.iter().enumerate() {
        doom(world, slot, [100, 101, 102, 103, 104, 1_000_007][n % 6], arrears);
    }

    let (mut defaults, mut odd, mut resolved, mut collected) = (0, 0, 0, 0);
    while sim.month() <= month(2023, 6) {
        let now = sim.month();
        let before: Vec<_> = sim.world().book.loans.clone();
        let old = &sim.world().ledger;
        let flows = |l: &puhui::ledger::Ledger| {
            [Reason::ChainShare, Reason::RecoveryToGuarantor, Reason::RecoveryToUpper]
                .map(|r| l.flow(r).fen())
        };
        let flown = if now.month() == 1 { [0; 3] } else { flows(old) };
        let due: i64 = sim
            .world()
            .claims
            .iter()
            .filter(|c| matches!(c.kind, ClaimKind::Chain { .. }) && c.due <= now)
            .map(|c| c.fen)
            .sum();
        sim.step();
        let world = sim.world();
        assert!(world.guarantors.iter().all(|g| g.unpaid_claims == 0), "guarantors could not pay in {now}");

        // Loans that went bad this month: who owes what.
        let mut expected: Vec<(u8, i64)> = Vec::new();
        let mut returned = [0; 2];
        // A contract is known by its borrower and start; its slot may change with the year.
        let there: HashSet<_> =
            world.book.loans.iter().filter(|l| l.state != LoanState::Free).map(|l| (l.id, l.start)).collect();
        for was in &before {
            if was.product != Product::Guaranteed || was.state == LoanState::Free {
                continue;
            }
            let w = world.ledger.weight[was.borrower.class()];
            let gone = !there.contains(&(was.id, was.start));
            if was.state == LoanState::NonPerforming && gone && was.paid_guarantor > 0 {
                let back = share_fen(was.defaulted, ppm(f64::from(was.recovery)));
                let part = mul_div_half_even(back, was.paid_guarantor, was.defaulted);
                returned[0] += part * w;
                returned[1] += 2 * mul_div_half_even(part, 200_000, 800_000) * w;
                resolved += 1;
            }
        }
        let turned = |l: &&puhui::world::Loan| {
            l.state == LoanState::NonPerforming && l.npl_since == now && l.product == Product::Guaranteed
        };
        for is in world.book.loans.iter().filter(turned) {
            let w = world.ledger.weight[is.borrower.class()];
            let [national, upper, local, bank] = split_fen(is.defaulted, shares);
            assert_eq!(is.principal, bank, "the bank keeps its share of {} fen, {now}", is.defaulted);
            assert_eq!(
                is.paid_guarantor,
                national + upper + local,
                "the local guarantor pays the rest at once"
            );
            expected.extend([(world.reguarantor as u8, upper * w), (world.national as u8, national * w)]);
            defaults += 1;
            odd += usize::from(is.defaulted % 100 != 0);
        }
        let mut raised: Vec<(u8, i64)> = world
            .claims
            .iter()
            .filter_map(|c| match c.kind {
                ClaimKind::Chain { upper } if c.due == now.plus(6) => Some((upper, c.fen)),
                _ => None,
            })
            .collect();
        expected.retain(|(_, fen)| *fen > 0);
        expected.sort_unstable();
        raised.sort_unstable();
        assert_eq!(raised, expected, "claims on the upper tiers raised in {now}");
        assert!(world.claims.iter().all(|c| c.due > now), "a claim is late in {now}");
        if now.month() != 12 {
            let after = flows(&world.ledger);
            assert_eq!(after[0] - flown[0], due, "upper tiers pay after the lag, {now}");
            assert_eq!(
                [after[1] - flown[1], after[2] - flown[2]],
                returned,
                "recoveries go back pro rata, {now}"
            );
        }
        collected += usize::from(due > 0);
    }
    assert!(
        defaults >= 12 && odd >= 10 && collected > 0 && resolved > 5,
        "{defaults} {odd} {collected} {resolved}"
    );
    // Once recoveries are shared out everybody has borne the share that was agreed.
    let rows = record(&sim).instruments;
    let of_chain = rows.iter().filter(|r| r.instrument == "guarantee_chain");
    let borne = of_chain.fold([0; 5], |sum: [i64; 5], r| std::array::from_fn(|k| sum[k] + r.losses_fen[k]));
    let whole: i64 = borne.iter().sum();
    for (fen, share) in borne.into_iter().zip([0.2, 0.4, 0.2, 0.2, 0.0]) {
        assert!((fen as f64 / whole as f64 - share).abs() < 1e-4, "{borne:?} fen of bank, tiers and fund");
    }
}

#[test]
fn a_fund_of_65m_at_ten_times_covers_at_most_650m() {
    let mut greedy = common::greedy_fund();
    let mut policy = (*greedy.policy).clone();
    let (k, spec) = specs().find(|(_, s)| s.id == "risk_compensation_fund").unwrap();
    for (key, value) in [("initial", 65e6), ("multiple", 10.0), ("interest", 0.0)] {
        policy.instruments[k].settings[spec.setting_index(key).unwrap()] =
            Timeline(vec![(month(2023, 3), value)]);
    }
    greedy = with_policy(&greedy, policy);
    let mut sim = Simulation::begin(&greedy, SEED, 0);
    advance(&mut sim, month(2023, 2));
    let (cap, mut most) = (Money::yuan(650_000_000).fen(), 0);
    let mut renewed = 0;
    while sim.month() <= month(2026, 12) {
        let now = sim.month();
        let (base, before) = (sim.world().ledger.fund_deposit, sim.world().ledger.fund_covered);
        sim.step();
        let world = sim.world();
        let covered = world.ledger.fund_covered;
        let weighed: i64 = world
            .book
            .loans
            .iter()
            .filter(|l| l.state != LoanState::Free && l.product.is_fund() && l.cover_in_force())
            .map(|l| l.principal * world.ledger.weight[l.borrower.class()])
            .sum();
        renewed += world
            .book
            .loans
            .iter()
            .filter(|l| l.product.is_fund() && l.start == now && l.renewals > 0)
            .count();
        assert_eq!(covered, weighed, "{now}: covered balances are weighed");
        // Losses may leave old cover above the multiple; nothing new is added on top of it.
        let limit = (10 * base).max(before);
        assert!(covered <= limit, "{now}: {covered} fen covered, limit {limit}, ten times {base} fen");
        assert!(covered <= cap, "{now}: {covered} fen covered");
        most = most.max(covered);
        assert!(world.fund.covered.iter().sum::<i64>() == covered);
    }
    assert!(most as f64 > 0.9 * cap as f64, "the multiple never mattered: {most} fen at most");
    assert!(renewed > 0, "no covered loan came from a renewal");
    assert!(sim.world().cohorts.iter().any(|c| c.loan.iter().any(|&l| l != NO_LOAN)));
}

#[test]
fn an_empty_window_is_no_window() {
    let text = |quota: &str| {
        format!(
            "[policy.micro_relending]\nquota = \"{quota}\"\n[policy.agri_relending]\nquota = \"{quota}\"\n"
        )
    };
    for ask in asks() {
        let answer = only(&text("0元"), month(2022, 6)).quote(&ask);
        assert_eq!(answer.windows, [None; WINDOWS], "a window without quota speaks to {ask:?}");
    }
}

#[test]
fn takers_are_counted_in_borrowers_not_in_agents() {
    let mut sim = run(&inputs(&shipped("baseline"), THIN), 0, month(2019, 12));
    let mut made = 0;
    for _ in 0..12 {
        let now = sim.month();
        sim.step();
        let world = sim.world();
        let new = |l: &&puhui::world::Loan| l.start == now && l.product.is_guaranteed();
        made +=
            world.book.loans.iter().filter(new).map(|l| world.ledger.weight[l.borrower.class()]).sum::<i64>();
    }
    let rows = record(&sim).instruments;
    let row = rows.iter().find(|r| r.year == 2020 && r.instrument == "guarantee_chain").unwrap();
    // A loan repaid in the month it was made (its borrower closed) is counted and gone.
    assert!(
        made <= row.takers && row.takers < made + made / 50 + 2 * i64::from(THIN),
        "{} of {made}",
        row.takers
    );
}

#[test]
fn instruments_that_act_on_everybody_have_no_takers() {
    let silent: Vec<&str> = specs().map(|(_, spec)| spec.id).filter(|id| !counted(id).takers).collect();
    let wanted = [
        "policy_rates",
        "growth_target",
        "npl_tolerance",
        "due_diligence_exemption",
        "information_sharing",
        "first_loan_drive",
        "credit_villages",
        "finance_ports",
        "tax_and_procurement_loans",
        "rural_payments",
        "financial_literacy",
        "fee_waiver",
        "demonstration_zone_grant",
    ];
    assert_eq!(silent, wanted);
    assert!(specs().all(|(_, spec)| counted(spec.id).takers || !counted(spec.id).take_up));
}

#[test]
fn takers_of_the_support_tool_are_the_lenders_it_paid() {
    let sim = run(&inputs(&shipped("baseline"), THIN), 0, month(2025, 12));
    let rows = record(&sim).instruments;
    let of = |year: i32| {
        rows.iter().find(|r| r.year == year && r.instrument == "inclusive_support_tool").unwrap().clone()
    };
    for year in 2022..=2024 {
        let r = of(year);
        assert!(r.paid_fen > 0 && 0 < r.takers && r.takers <= r.eligible, "{r:?}");
        assert!(r.credit_supported_fen > 0, "{r:?}");
    }
    // Not offered any more: the books of local banks still grow, but nobody is paid.
    let ended = of(2025);
    assert!(ended.eligible > 0, "{ended:?}");
    assert_eq!((ended.paid_fen, ended.takers, ended.credit_supported_fen), (0, 0, 0), "{ended:?}");
}
