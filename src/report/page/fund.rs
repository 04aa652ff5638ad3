//! The part of the page on the compensation fund: how far its capital reaches, and whether and when it runs out.
//! Numbers are those of `fund.csv`; nothing is shown where no scenario has a fund.
//! What the fund pays is in the parts on money and losses.

use crate::units::Lang;

use crate::report::number::{Kind, Scale};

use super::{Page, escaped};

impl Page<'_> {
    pub(super) fn fund(&mut self) {
        let (view, flows, lang) = (self.view, self.flows, self.lang);
        let known = |id: &str| view.scenarios().iter().any(|(s, _)| s.id == id);
        let found: Vec<_> = flows.fund.iter().filter(|r| known(&r.scenario_id)).collect();
        if found.is_empty() {
            return;
        }
        let title = lang.pick("风险补偿基金：杠杆与耗尽", "The compensation fund: leverage and exhaustion");
        self.out.push_str(&format!("<h3>{}</h3>\n", escaped(title)));
        let capital = found.iter().map(|r| r.paid_in).fold(0.0, f64::max);
        let scale = Scale::levels(Kind::Money { a_year: false }, capital, lang);
        let with =
            |words: &str| format!("{words}{}{}{}", lang.pick("（", " ("), scale.unit, lang.pick("）", ")"));
        let header = [
            lang.pick("方案", "Scenario").to_owned(),
            with(lang.pick("注资", "Paid in")),
            with(lang.pick("同时担保余额最高", "Most covered at a time")),
            lang.pick("杠杆（倍）", "Leverage (times)").to_owned(),
            lang.pick("耗尽的重复次数", "Replications exhausted").to_owned(),
            lang.pick("耗尽概率（%）", "Probability of exhaustion (%)").to_owned(),
            lang.pick("最早", "First in").to_owned(),
            lang.pick("其中一半不晚于", "Half of those by").to_owned(),
        ];
        let rows: Vec<Vec<String>> = found
            .iter()
            .map(|r| {
                // Months do not break at their hyphen.
                let month =
                    |m: &String| if m.is_empty() { "–".to_owned() } else { m.replace('-', "\u{2011}") };
                let interval = |v: [f64; 3], digits: usize| {
                    let [value, low, high] = v.map(|x| format!("{x:.digits$}"));
                    match lang {
                        _ if !v[1].is_finite() => value,
                        Lang::Zh => format!("{value}［{low}，{high}］"),
                        Lang::En => format!("{value} [{low}, {high}]"),
                    }
                };
                let percent =
                    [r.probability, r.probability_ci95_low, r.probability_ci95_high].map(|p| p * 100.0);
                vec![
                    view.results.manifest.title(&r.scenario_id, lang).to_owned(),
                    scale.text(r.paid_in),
                    scale.text(r.covered_most),
                    interval([r.leverage, r.leverage_ci95_low, r.leverage_ci95_high], 1),
                    format!("{} / {}", r.exhausted_runs, r.runs),
                    interval(percent, 0),
                    month(&r.first_month),
                    month(&r.median_month),
                ]
            })
            .collect();
        self.table(&header, &rows, 7);
        self.note(match lang {
            Lang::Zh => "杠杆：月末担保余额的最高值与已注入资本（含奖补注入）之比，为各次重复的平均及其 95% 区间。耗尽：至少一笔应付补偿未能足额支付；概率按重复次数计，区间为 Wilson 95% 区间，重复次数少时区间宽。",
            Lang::En => "Leverage: the most that was covered at a month-end over the capital paid in (awards included), mean over replications with its 95% interval. Exhausted: at least one claim was not paid in full; the probability is the share of replications with Wilson's 95% interval, which is wide where replications are few.",
        });
    }
}
