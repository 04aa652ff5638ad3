//! The parts of the page below its finding: differences, effects, money, refusals, levels over time,
//! credibility, how to reproduce. Every number is one of the results folder's tables or the manifest.
//! How parts look is in `style.css`; words of charts are in `lang.rs`.

use crate::units::Lang;

use crate::report::evidence::{FEWEST_PAIRS, Verdict};
use crate::report::fan::is_yes_or_no;
use crate::report::flows::MoneyRow;
use crate::report::lang::{Msg, say, verdict};
use crate::report::money::flow_words;
use crate::report::number::{Kind, Scale, number};
use crate::report::read::Variable;
use crate::report::refusals;
use crate::report::sheet::{kind, label, period_words};
use crate::report::table::why_empty;
use crate::report::view::Effect;

use super::{Page, escaped, finding};

/// Fans that the page shows; the others are in `figures/`.
const FANS: [&str; 5] =
    ["fan-inclusive_balance", "fan-inclusive_growth_yoy", "fan-all_in_cost", "fan-npl_ratio", "fund-balance"];

impl Page<'_> {
    fn manifest(&self) -> &crate::report::Manifest {
        &self.view.results.manifest
    }

    pub(super) fn about(&mut self) {
        let m = self.manifest();
        let (n, from, until) = (m.replications, &m.from, &m.until);
        let scenarios = m.scenarios.len();
        let only = m.only().map(|s| m.title(&s.id, self.lang));
        let runs = if n == 1 { "replication" } else { "replications" };
        let mut text = match (self.lang, only) {
            (Lang::Zh, None) => format!(
                "{from} 至 {until}，{scenarios} 个方案，每个方案模拟 {n} 次。本报告是情景推演，不是预测。"
            ),
            (Lang::En, None) => format!(
                "{from} to {until}, {scenarios} scenarios, {n} {runs} each. A projection, not a forecast."
            ),
            (Lang::Zh, Some(title)) => {
                format!("“{title}”，{from} 至 {until}，模拟 {n} 次。本报告是情景推演，不是预测。")
            }
            (Lang::En, Some(title)) => {
                format!("“{title}”, {from} to {until}, {n} {runs}. A projection, not a forecast.")
            }
        };
        if let Some(scale) = m.thinned() {
            text.push_str(self.lang.pick("", " "));
            text.push_str(&say(self.lang, Msg::Scaled(scale)));
        }
        self.out.push_str(&format!("<p class=\"about\">{}</p>\n", escaped(&text)));
    }

    pub(super) fn finding(&mut self) {
        self.heading("主要结论", "Finding");
        self.out.push_str("<div class=\"finding\">\n");
        for sentence in finding::sentences(self.view, self.lang) {
            self.paragraph(&sentence);
        }
        self.out.push_str("</div>\n");
        if self.manifest().only().is_some() {
            return;
        }
        let words = match self.lang {
            Lang::Zh => format!(
                "“增加”“减少”表示 95% 置信区间不含零；“可能”表示五次中至少四次同号；“可忽略”表示整个区间不到参照水平的千分之一（比率不到 0.01 个百分点）；不足 {FEWEST_PAIRS} 对不下判断。"
            ),
            Lang::En => format!(
                "“Increases” and “decreases”: the 95% interval leaves out zero. “May”: four pairs in five agree. “Negligible”: the whole interval is below a thousandth of the reference's level (0.01 percentage points for rates). With fewer than {FEWEST_PAIRS} pairs nothing is concluded."
            ),
        };
        self.note(&words);
    }

    pub(super) fn differences(&mut self) {
        let lang = self.lang;
        let view = self.view;
        let m = &view.results.manifest;
        match m.only() {
            Some(_) => self.heading("方案", "The scenario"),
            None => self.heading("方案有何不同", "What differs between the scenarios"),
        }
        for (scenario, _) in view.scenarios() {
            let title = m.title(&scenario.id, lang);
            let reference = m.reference_of(scenario);
            let alone = reference == scenario.id;
            let heading = if alone { say(lang, Msg::IsReference(title)) } else { title.to_owned() };
            let heading = if view.is_reference(&scenario.id) || !alone { heading } else { title.to_owned() };
            self.out.push_str(&format!(
                "<h3>{} <code>{}</code></h3>\n",
                escaped(&heading),
                escaped(&scenario.id)
            ));
            if alone && m.only().is_some() {
                self.paragraph(lang.pick(
                    "单独模拟，不与其他方案比较；方案全文见结果文件夹 scenarios 目录下的 *.resolved.toml。",
                    "Simulated alone, compared with no other; it is written out in full in scenarios/*.resolved.toml of the results folder.",
                ));
                continue;
            }
            if alone {
                self.paragraph(lang.pick("其他方案与之比较。", "The others are compared with it."));
                continue;
            }
            if scenario.changes.is_empty() {
                self.paragraph(lang.pick("与参照方案没有差别。", "No difference to its reference."));
                continue;
            }
            self.out.push_str("<ul>\n");
            for change in &scenario.changes {
                let words = lang.pick_or(&change.zh, &change.en, "");
                self.out.push_str(&format!("<li>{}", escaped(words)));
                let basis = match change.basis.is_empty() {
                    true => lang.pick("未注明依据", "no document given").to_owned(),
                    false => basis_words(lang.pick_or(&change.basis, &change.basis_en, ""), lang),
                };
                let basis = format!("{}{basis}", lang.pick("依据：", "Basis: "));
                self.out.push_str(&format!("<br><span class=\"basis\">{}</span></li>\n", escaped(&basis)));
            }
            self.out.push_str("</ul>\n");
            if let (Some(first), Some(last)) = (&scenario.first_change, &scenario.last_change) {
                self.note(&match lang {
                    Lang::Zh => format!("只在 {first} 至 {last} 期间与参照方案不同，此后规则相同。"),
                    Lang::En => format!("It differs from its reference from {first} to {last} only; the rules are the same afterwards."),
                });
            }
        }
    }

    /// The headline outcomes of a scenario that is compared with none.
    fn levels(&mut self, scenario: &str) {
        let (view, lang) = (self.view, self.lang);
        self.heading("主要指标", "Headline outcomes");
        let Some(period) = view.last_period() else { return };
        let words = period_words(period, lang);
        self.paragraph(&match lang {
            Lang::Zh => format!("{words}，各次模拟的均值与 5–95% 分位。"),
            Lang::En => format!("{words}, mean and 5–95% of the runs."),
        });
        let header = [Msg::Outcome, Msg::Unit, Msg::Mean, Msg::MostOfRuns].map(|m| say(lang, m));
        let row = |variable: &Variable| {
            let row = view.row(scenario, &variable.name, period).filter(|r| r.mean.is_finite())?;
            let scale = Scale::levels(kind(variable), row.mean.abs(), lang);
            // What is yes or no in a run has no quantiles to speak of.
            let spread = match row.q05.is_finite() && row.q95.is_finite() && !is_yes_or_no(variable) {
                true => format!("[{}, {}]", scale.text(row.q05), scale.text(row.q95)),
                false => number(f64::NAN, 0, false),
            };
            let (name, unit) = (label(variable, lang).to_owned(), scale.unit.clone());
            Some(vec![name, unit, scale.text(row.mean), spread])
        };
        let rows: Vec<Vec<String>> = view.headline().iter().filter_map(|v| row(v)).collect();
        self.table(&header, &rows, 2);
        self.figure(|name| name.starts_with("township"));
        self.figure(|name| name.starts_with("limits"));
    }

    pub(super) fn effects(&mut self) {
        let (view, lang) = (self.view, self.lang);
        if let Some(only) = view.results.manifest.only() {
            return self.levels(&only.id);
        }
        self.heading("政策效应", "Effects");
        let Some(period) = view.effect_period() else {
            return self.paragraph(&why_empty(view, lang));
        };
        let heading = say(lang, Msg::EffectsTitle(&period_words(period, lang)));
        self.paragraph(&heading);
        let header =
            [Msg::Outcome, Msg::Unit, Msg::Reading, Msg::EffectMean, Msg::Interval, Msg::ProbPositive]
                .map(|m| say(lang, m));
        self.out.push_str("<table class=\"effects\">\n<thead><tr>");
        for (i, cell) in header.iter().enumerate() {
            let class = if i >= 3 { " class=\"n\"" } else { "" };
            self.out.push_str(&format!("<th{class}>{}</th>", escaped(cell)));
        }
        self.out.push_str("</tr></thead>\n<tbody>\n");
        let mut notes = (false, false);
        for variable in view.headline() {
            let effects = view.effects(&variable, period);
            notes.0 |= effects.iter().any(|e| e.row.n_pairs < FEWEST_PAIRS);
            notes.1 |= effects.iter().any(|e| e.verdict == Verdict::Undefined);
            let max = effects.iter().map(|e| e.row.effect_mean.abs()).fold(0.0, f64::max);
            let scale = Scale::differences(kind(&variable), max, lang);
            self.out.push_str(&format!(
                "<tr class=\"outcome\" data-variable=\"{}\"><td colspan=\"6\">{}</td></tr>\n",
                escaped(&variable.name),
                escaped(label(&variable, lang))
            ));
            if effects.is_empty() {
                let none = say(lang, Msg::NoData);
                self.out.push_str(&format!("<tr><td colspan=\"6\">{}</td></tr>\n", escaped(&none)));
            }
            for effect in &effects {
                self.effect(effect, &effect.scale(&scale, kind(&variable), lang));
            }
        }
        self.out.push_str("</tbody>\n</table>\n");
        self.note(&say(lang, Msg::EffectIntervals));
        if notes.0 {
            self.note(&say(lang, Msg::FewPairs(FEWEST_PAIRS as u64)));
        }
        if notes.1 {
            self.note(&say(lang, Msg::CostUndefined));
        }
        self.figure(|name| name.starts_with("effects"));
        self.figure(|name| name.starts_with("township"));
        self.figure(|name| name.starts_with("limits"));
    }

    /// A row of the table of effects. The exact numbers stand beside the rounded ones.
    fn effect(&mut self, effect: &Effect<'_>, scale: &Scale) {
        let lang = self.lang;
        let row = effect.row;
        let exact =
            |name: &str, v: f64| if v.is_finite() { format!(" data-{name}=\"{v}\"") } else { String::new() };
        let text = |v: f64| scale.difference(v, effect.is_signed());
        let interval = match (effect.verdict, effect.has_interval()) {
            (Verdict::Undefined, _) => number(f64::NAN, 0, false),
            (_, true) => format!("[{}, {}]", text(row.ci95_low), text(row.ci95_high)),
            (_, false) => say(lang, Msg::NoInterval),
        };
        self.out.push_str(&format!(
            "<tr data-scenario=\"{}\"{}{}{}><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
            escaped(&row.scenario_id),
            exact("mean", row.effect_mean),
            exact("low", row.ci95_low),
            exact("high", row.ci95_high),
            escaped(self.view.results.manifest.title(&row.scenario_id, lang)),
            escaped(&scale.unit),
            escaped(&verdict(lang, effect.verdict)),
            text(row.effect_mean),
            interval,
            number(row.prob_positive, 2, false),
        ));
    }

    pub(super) fn money(&mut self) {
        self.heading("钱到哪里去了", "Where the money went");
        let (view, flows, lang) = (self.view, self.flows, self.lang);
        let m = &view.results.manifest;
        let mut shown = false;
        for (scenario, _) in view.scenarios().into_iter().filter(|(s, _)| m.reference_of(s) == s.id) {
            let rows = flows.policy_money(&scenario.id);
            if rows.is_empty() {
                continue;
            }
            shown = true;
            let title = m.title(&scenario.id, lang);
            self.out.push_str(&format!("<h3>{}</h3>\n", escaped(&say(lang, Msg::MoneyOf(title)))));
            let header = [Msg::Payer, Msg::Payee, Msg::ForWhat].map(|w| say(lang, w));
            let scale = Scale::levels(Kind::Money { a_year: false }, 1e6, lang);
            let amount = say(lang, Msg::WithUnit(&say(lang, Msg::Amount), &scale.unit));
            let header: Vec<String> = header.into_iter().chain([amount]).collect();
            let name = |kind, id| m.label(kind, id, lang).to_owned();
            let rows: Vec<Vec<String>> = rows
                .iter()
                .map(|r| {
                    let (payer, payee) = (name("sector", &r.payer), name("sector", &r.payee));
                    vec![payer, payee, name("reason", &r.reason), scale.text(r.mean)]
                })
                .collect();
            self.table(&header, &rows, 1);
        }
        if !shown {
            return self.paragraph(lang.pick(
                "结果中没有资金流量表（money.csv）。",
                "The results hold no table of flows (money.csv).",
            ));
        }
        let largest = m.scenarios.iter().filter(|s| m.reference_of(s) != s.id).filter_map(|s| {
            let mut rows = flows.policy_money(&s.id);
            rows.retain(|r| r.diff.is_finite() && r.diff_ci95_low != r.diff_ci95_high);
            let looked_at = rows.len();
            let ends = |r: &MoneyRow| (r.diff_ci95_low, r.diff_ci95_high);
            let sure = rows.into_iter().filter(|r| view.is_sure_among(ends(r), looked_at));
            sure.max_by(|a, b| a.diff.abs().total_cmp(&b.diff.abs()))
        });
        let scale = |v: f64| Scale::differences(Kind::Money { a_year: false }, v.abs(), lang);
        let items: Vec<String> = largest
            .map(|r| {
                let (title, flow) = (m.title(&r.scenario_id, lang), flow_words(view, r, lang));
                let scale = scale(r.diff);
                let (diff, unit) = (scale.signed(r.diff), &scale.unit);
                match lang {
                    Lang::Zh => format!("“{title}”变化最大且方向确定的一项：{flow}，{diff} {unit}。"),
                    Lang::En => format!("“{title}”, largest sure change: {flow}, {diff} {unit}."),
                }
            })
            .collect();
        self.list(&items);
        self.note(&say(lang, Msg::MoneyNote));
        self.figure(|name| name.starts_with("money"));
        self.figure(|name| name.starts_with("payers"));
        self.losses();
        self.fund();
    }

    pub(super) fn refusals(&mut self) {
        self.heading("谁没有得到贷款，为什么", "Who was refused, and why");
        let (view, flows, lang) = (self.view, self.flows, self.lang);
        let m = &view.results.manifest;
        let Some(period) = refusals::period(flows) else {
            return self
                .paragraph(lang.pick("结果中没有拒贷原因表。", "The results hold no table of refusals."));
        };
        let classes: Vec<&str> =
            m.labels.iter().filter(|l| l.kind == "class").map(|l| l.id.as_str()).collect();
        for (scenario, _) in view.scenarios().into_iter().filter(|(s, _)| m.reference_of(s) == s.id) {
            let all = flows.refused(&scenario.id, period);
            let mut header = vec![say(lang, Msg::Reason)];
            header.extend(classes.iter().map(|c| m.label("class", c, lang).to_owned()));
            header.push(say(lang, Msg::Total));
            let count = |class: &str, reason: &str| {
                let found = flows.refusals.iter().find(|r| {
                    r.scenario_id == scenario.id
                        && r.period == period
                        && r.group_type == "class"
                        && r.group_id == class
                        && r.reason == reason
                });
                number(found.map_or(0.0, |r| r.count), 0, false)
            };
            let rows: Vec<Vec<String>> = all
                .iter()
                .filter(|r| r.count >= 0.5)
                .map(|r| {
                    let mut cells = vec![m.label("refusal", &r.reason, lang).to_owned()];
                    cells.extend(classes.iter().map(|c| count(c, &r.reason)));
                    cells.push(number(r.count, 0, false));
                    cells
                })
                .collect();
            let title = say(lang, Msg::RefusedIn(m.title(&scenario.id, lang)));
            let title = match lang {
                Lang::Zh => format!("{title}（{}）", period_words(period, lang)),
                Lang::En => format!("{title} ({})", period_words(period, lang)),
            };
            self.out.push_str(&format!("<h3>{}</h3>\n", escaped(&title)));
            self.table(&header, &rows, classes.len() + 1);
        }
        self.constraints(period);
        self.note(&say(lang, Msg::RefusalsNote));
        self.figure(|name| name.starts_with("refusals"));
    }

    pub(super) fn over_time(&mut self) {
        self.heading("逐月走势", "Over time");
        self.figure(|name| FANS.contains(&name));
        self.note(self.lang.pick(
            "其余指标的图见结果文件夹 figures 目录。",
            "Charts of the other outcomes are in the folder “figures” of the results.",
        ));
    }

    pub(super) fn credibility(&mut self) {
        self.heading("可信程度", "How far to trust this");
        let lang = self.lang;
        let m = &self.view.results.manifest;
        let mut items = Vec::new();
        let all: u64 = m.parameters.classes.values().sum();
        let of = |class: &str| m.parameters.classes.get(class).copied().unwrap_or(0);
        let (assumed, official) = (of("assumption"), of("official"));
        let (literature, estimated) = (of("literature"), of("estimated"));
        items.push(match lang {
            Lang::Zh => format!("地区数据共 {all} 个数值：假设 {assumed} 个，官方 {official} 个，文献 {literature} 个，估计 {estimated} 个。置信区间只反映随机性，不反映假设的错误。"),
            Lang::En => format!("The region's pack holds {all} numbers: {assumed} assumptions, {official} official, {literature} from the literature, {estimated} estimated. Intervals cover luck only, not wrong assumptions."),
        });
        items.push(match &m.fit {
            Some(fit) => lang.pick_or(&fit.zh, &fit.en, "").to_owned(),
            None => lang
                .pick(
                    "该地区数据没有说明与历史的拟合情况，基准方案是否再现历史未知。",
                    "The pack says nothing about its fit to history: whether the baseline reproduces it is unknown.",
                )
                .to_owned(),
        });
        let (projection, n, seed) = (&m.projection_from, m.replications, m.seed);
        items.push(match lang {
            Lang::Zh => format!("自 {projection} 起，需求、工资、价格等按既定路径推演，不是观测值。"),
            Lang::En => format!("From {projection} on, demand, wages, prices and the like follow stated paths; they are not observations."),
        });
        let settled = match (m.intervals.precision, m.intervals.settled) {
            (Some(p), Some(true)) => {
                let p = number(p * 100.0, 2, false);
                match lang {
                    Lang::Zh => format!("，达到要求的精度（±{p} 个百分点）"),
                    Lang::En => format!("; the precision asked for (±{p} pp) was reached"),
                }
            }
            (None, Some(true)) => {
                lang.pick("，达到要求的精度", "; the precision asked for was reached").to_owned()
            }
            (_, Some(false)) => {
                lang.pick("，未达到要求的精度", "; the precision asked for was not reached").to_owned()
            }
            _ => String::new(),
        };
        items.push(match (lang, m.only()) {
            (Lang::Zh, None) => {
                format!("每个方案模拟 {n} 次，随机种子 {seed}，各方案使用同一组随机数{settled}。")
            }
            (Lang::En, None) => {
                format!("{n} replications of each scenario with seed {seed}, under the same luck{settled}.")
            }
            (Lang::Zh, Some(_)) => format!("模拟 {n} 次，随机种子 {seed}{settled}。"),
            (Lang::En, Some(_)) => format!("Replications: {n}, seed {seed}{settled}."),
        });
        if let Some(scale) = m.thinned() {
            items.push(match lang {
                Lang::Zh => format!("个体工商户和农户只模拟了 {scale}，每户代表多户；结果比全量模拟粗略。"),
                Lang::En => format!("Of self-employed and farm households only {scale} were simulated, each standing for several: coarser than the full number."),
            });
        }
        if m.counts.failed > 0 {
            items.push(match lang {
                Lang::Zh => format!("{} 次模拟失败，其配对未计入（见 runs.csv）。", m.counts.failed),
                Lang::En => {
                    format!("{} runs failed and their pairs are left out (see runs.csv).", m.counts.failed)
                }
            });
        }
        self.list(&items);
    }

    pub(super) fn reproduce(&mut self) {
        self.heading("如何复现", "How to reproduce");
        let lang = self.lang;
        let m = &self.view.results.manifest;
        let command: Vec<String> = m.made.command.iter().map(|word| quoted(word)).collect();
        match command.is_empty() {
            true => self.paragraph(lang.pick(
                "结果中没有记录所用的命令。",
                "The results do not say by which command they were made.",
            )),
            false => {
                self.out.push_str(&format!("<pre>{}</pre>\n", escaped(&command.join(" "))));
                self.paragraph(lang.pick(
                    "在当时运行的文件夹中执行，方案文件须未改动；方案全文见结果文件夹 scenarios 目录下的 *.resolved.toml。同一版本、同一命令得到逐字节相同的数据表，与线程数无关。",
                    "To be run in the folder where it was run, with the scenario files as they were; each scenario is written out in full in scenarios/*.resolved.toml of the results folder. The same version and command give the same tables byte for byte, on any number of threads.",
                ));
            }
        }
        let header = [lang.pick("项目", "item").to_owned(), lang.pick("内容", "value").to_owned()];
        let rows = [
            (lang.pick("程序版本", "version"), &m.program_version),
            (lang.pick("结果散列", "hash of the result"), &m.hash),
            (lang.pick("方案散列", "hash of the scenarios"), &m.inputs_hash),
            (lang.pick("程序散列", "hash of the code"), &m.code_hash),
        ];
        let mut rows: Vec<Vec<String>> =
            rows.iter().map(|(a, b)| vec![(*a).to_owned(), (*b).clone()]).collect();
        for (name, hash) in m.files.iter().filter(|(name, _)| name.ends_with(".csv")) {
            rows.push(vec![name.clone(), hash.clone()]);
        }
        self.out.push_str("<div class=\"hashes\">\n");
        self.table(&header, &rows, 0);
        self.out.push_str("</div>\n");
    }
}

/// A word of a command as shells of all systems take it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./\\:=+,@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("\"{word}\"") }
}

/// The class of provenance at the end of a basis, in words.
fn basis_words(basis: &str, lang: Lang) -> String {
    let names = [
        ("[assumption]", "［假设］"),
        ("[official]", "［官方］"),
        ("[literature]", "［文献］"),
        ("[estimated]", "［估计］"),
    ];
    match lang {
        Lang::En if basis.chars().any(is_han) => format!("{basis} (in Chinese)"),
        Lang::En => basis.to_owned(),
        Lang::Zh => names.iter().fold(basis.to_owned(), |text, (id, zh)| text.replace(id, zh)),
    }
}

fn is_han(c: char) -> bool {
    ('\u{3400}'..='\u{9FFF}').contains(&c)
}
