//! Prints yearly outcomes of the shipped baseline (or of the scenarios named) for a few replications.
use puhui::metrics::{M, METRICS};
use puhui::model::{Inputs, Simulation};
use puhui::scenario::{self, Input, Options};
use puhui::units::Month;
use std::sync::Arc;

fn main() {
    let options =
        Options { library: puhui::scenario::Shelf::Folder("scenarios".into()), ..Options::default() };
    let args: Vec<String> = std::env::args().skip(1).collect();
    let reps: u32 = args.first().and_then(|a| a.parse().ok()).unwrap_or(1);
    let (sets, names): (Vec<String>, Vec<String>) =
        args.iter().skip(1).cloned().partition(|a| a.contains('='));
    let names = if names.is_empty() { vec!["baseline".to_owned()] } else { names };
    let inputs: Vec<Input> = names.iter().map(|n| Input::named(n, &options)).collect();
    let loaded = match scenario::load(&inputs, &options) {
        Ok(l) => l,
        Err(e) => {
            println!("{}", e.render(puhui::units::Lang::En, 100, false));
            return;
        }
    };
    for s in &loaded.scenarios {
        let mut params = s.params.clone();
        for set in &sets {
            let (k, v) = set.split_once('=').unwrap();
            let (k, class) = match k.split_once('.') {
                Some((k, c)) => (k, puhui::world::Class::ALL.iter().position(|x| x.id() == c)),
                None => (k, None),
            };
            let v = match v.strip_prefix('x') {
                Some(f) => f.parse::<f64>().unwrap() * params.get(k, class.unwrap_or(0)).unwrap(),
                None => v.parse().unwrap(),
            };
            assert!(params.set(k, class, v), "{k}");
        }
        let inputs = Inputs {
            region: s.region.clone(),
            params: Arc::new(params),
            policy: Arc::new(s.policy.clone()),
            thinning: 1,
            audit_phases: false,
        };
        for rep in 0..reps {
            let t = std::time::Instant::now();
            let mut sim = Simulation::begin(&inputs, 20230206, rep);
            let t1 = std::time::Instant::now();
            let last: i32 = std::env::var("END").ok().and_then(|y| y.parse().ok()).unwrap_or(2027);
            let end = Month::new(last, 12);
            while sim.month() <= end {
                sim.step();
            }
            let dt = t1.elapsed().as_secs_f64();
            let r = sim.record(s.region.start);
            println!(
                "{} rep {rep}: genesis {:.2}s run {:.2}s, {:.1}M agent-months/s, agents {}",
                s.id,
                (t1 - t).as_secs_f64(),
                dt,
                r.agent_months as f64 / dt / 1e6,
                sim.world().agents()
            );
            let show = [
                M::inclusive_balance,
                M::inclusive_growth_yoy,
                M::inclusive_borrowers,
                M::coverage_share,
                M::new_loan_rate_ytd,
                M::npl_ratio,
                M::default_rate,
                M::aware_share,
                M::lenders_known,
                M::approval_rate,
                M::capacity_used,
                M::unsecured_share,
                M::guaranteed_share,
                M::state_bank_share,
                M::agri_balance,
                M::guarantor_leverage,
                M::relending_balance,
                M::relending_bound,
                M::survival_share,
                M::jobs,
                M::borrowers_live,
                M::npl_headroom,
                M::target_shortfall,
                M::overdue_share,
                M::fund_balance,
                M::fund_covered,
            ];
            print!("{:>22}", "");
            for y in 2019..=last {
                print!("{y:>9}");
            }
            println!();
            for m in show {
                print!("{:>22}", METRICS[m as usize].name);
                for y in 2019..=last {
                    let v = r.value((Month::new(y, 12).since(r.from)) as usize, m as usize);
                    if v.abs() > 1e6 {
                        print!("{:>8.2}m", v / 1e6)
                    } else if v.abs() > 100.0 {
                        print!("{v:>9.0}")
                    } else {
                        print!("{v:>9.4}")
                    }
                }
                println!();
            }
            let cols = puhui::metrics::columns(&s.region);
            for (k, c) in cols.iter().enumerate() {
                let n = METRICS[c.metric].name;
                if (c.group_type == "lender"
                    && (n == "inclusive_balance" || n == "npl_ratio" || n == "capacity_used"))
                    || (c.group_type == "class"
                        && [
                            "inclusive_balance",
                            "npl_ratio",
                            "inclusive_borrowers",
                            "borrowers_live",
                            "aware_share",
                        ]
                        .contains(&n))
                {
                    print!("{:>10}{:>12}", &n[..8], c.group_id);
                    for y in 2019..=last {
                        let v = r.value((Month::new(y, 12).since(r.from)) as usize, k);
                        if v.abs() > 1e6 {
                            print!("{:>8.2}m", v / 1e6)
                        } else if v.abs() > 100.0 {
                            print!("{v:>9.0}")
                        } else {
                            print!("{v:>9.4}")
                        }
                    }
                    println!();
                }
            }
            for y in [2019, 2022] {
                for row in
                    r.refusals.iter().filter(|x| x.year == y && x.count > 0 && x.group == "self_employed")
                {
                    print!("{}:{} ", row.reason, row.count);
                }
                println!();
            }
        }
    }
}
