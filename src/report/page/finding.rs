//! The finding in three sentences: what happens to lending, what else is well supported, what it costs.
//! Their verbs are those of `evidence.rs`; nothing is said that the table of effects does not hold.
//! A fourth speaks of scenarios that had ended by then. A folder with one scenario gets three sentences on its levels.

use crate::units::Lang;

use crate::report::evidence::{FEWEST_PAIRS, Verdict};
use crate::report::lang::verdict;
use crate::report::number::{Kind, Of, Scale};
use crate::report::read::Variable;
use crate::report::sheet::{kind, label, period_words};
use crate::report::table::why_empty;
use crate::report::view::{Effect, View, When};

/// Outcomes the second sentence may speak of; lending and money have their own.
const OTHERS: [&str; 9] = [
    "inclusive_growth_yoy",
    "city_gap",
    "agri_balance",
    "first_time_borrowers",
    "coverage_share",
    "all_in_cost",
    "npl_ratio",
    "survival_share",
    "jobs",
];
const MOST_OTHERS: usize = 4;

pub(super) fn sentences(view: &View<'_>, lang: Lang) -> Vec<String> {
    match view.effect_period() {
        Some(period) if view.is_all_the_same(period) => vec![why_empty(view, lang)],
        Some(period) => {
            let mut said =
                vec![lending(view, period, lang), others(view, period, lang), money(view, period, lang)];
            said.extend(ended(view, period, lang));
            said
        }
        None if view.results.manifest.scenarios.len() > 1 => vec![why_empty(view, lang)],
        None => levels(view, lang),
    }
}

fn variable(view: &View<'_>, name: &str) -> Option<Variable> {
    view.headline().into_iter().find(|v| v.name == name).map(std::borrow::Cow::into_owned)
}

fn quoted(title: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("“{title}”"),
        Lang::En => format!("“{title}”"),
    }
}

/// "increases by 2.04 (0.78 to 3.30)", with the unit once.
fn clause(view: &View<'_>, variable: &Variable, effect: &Effect<'_>, lang: Lang) -> String {
    let row = effect.row;
    let title = quoted(view.results.manifest.title(&row.scenario_id, lang), lang);
    let scale = Scale::differences(kind(variable), row.effect_mean.abs(), lang);
    let unit = match (scale.unit.as_str(), lang) {
        ("", _) | (_, Lang::Zh) => scale.unit.clone(),
        (unit, Lang::En) => format!(" {unit}"),
    };
    let mean = scale.text(row.effect_mean.abs());
    // An interval that leaves out zero is told in the direction of the verb.
    let (low, high) = match row.effect_mean < 0.0 {
        true => (-row.ci95_high, -row.ci95_low),
        false => (row.ci95_low, row.ci95_high),
    };
    let (low, high) = (scale.text(low), scale.text(high));
    let verb = verdict(lang, effect.verdict);
    match lang {
        Lang::Zh => format!("{title}{verb}{mean}{unit}（95%区间{low}至{high}）"),
        Lang::En => format!("{title} {verb} it by {mean}{unit} (95% interval {low} to {high})"),
    }
}

/// Scenarios of one verdict in a clause: "“A” and “B” may decrease it".
fn group(view: &View<'_>, effects: &[Effect<'_>], wanted: Verdict, lang: Lang) -> Option<String> {
    let found: Vec<&Effect<'_>> = effects.iter().filter(|e| e.verdict == wanted).collect();
    let names: Vec<String> =
        found.iter().map(|e| quoted(view.results.manifest.title(&e.row.scenario_id, lang), lang)).collect();
    let several = names.len() > 1;
    let names = match (lang, names.split_last()?) {
        (Lang::Zh, _) => return Some(format!("{}{}", names.join("、"), verdict(lang, wanted))),
        (Lang::En, (last, [])) => last.clone(),
        (Lang::En, (last, first)) => format!("{} and {last}", first.join(", ")),
    };
    Some(match wanted {
        Verdict::Uncertain => format!("for {names} the direction is uncertain"),
        Verdict::Negligible => format!("under {names} the change is negligible"),
        Verdict::NoDifference if several => format!("{names} make no difference"),
        Verdict::NoDifference => format!("{names} makes no difference"),
        Verdict::TooFew => format!("for {names} there are too few runs to say"),
        _ => format!("{names} {} it", verdict(lang, wanted)),
    })
}

fn join(parts: &[String], lang: Lang) -> String {
    parts.join(lang.pick("；", "; "))
}

fn lending(view: &View<'_>, period: &str, lang: Lang) -> String {
    let manifest = &view.results.manifest;
    let when = period_words(period, lang);
    let reference = match view.common_reference() {
        Some(id) => quoted(manifest.title(id, lang), lang),
        None => lang.pick("各自的参照方案", "each scenario's own reference").to_owned(),
    };
    let Some(balance) = variable(view, "inclusive_balance") else { return String::new() };
    let effects = view.effects(&balance, period);
    let mut parts: Vec<String> =
        effects.iter().filter(|e| e.verdict.is_settled()).map(|e| clause(view, &balance, e, lang)).collect();
    let rest = [
        Verdict::MayIncrease,
        Verdict::MayDecrease,
        Verdict::Uncertain,
        Verdict::Negligible,
        Verdict::NoDifference,
        Verdict::TooFew,
    ];
    parts.extend(rest.iter().filter_map(|v| group(view, &effects, *v, lang)));
    let name = label(&balance, lang);
    match lang {
        Lang::Zh => format!("与{reference}相比，{when}末{name}的变化是：{}。", join(&parts, lang)),
        Lang::En => {
            format!("{name} at the end of {when}, compared with {reference}: {}.", join(&parts, lang))
        }
    }
}

/// Of the scenarios whose changes had all ended before the period: why it shows little of them, and what the last
/// year in force showed of lending.
fn ended(view: &View<'_>, period: &str, lang: Lang) -> Option<String> {
    let start = When::parse(period)?.start();
    let balance = variable(view, "inclusive_balance")?;
    let (when, name) = (period_words(period, lang), label(&balance, lang));
    let mut parts = Vec::new();
    for (scenario, _) in view.scenarios() {
        let Some(last) = scenario.last_change.as_deref() else { continue };
        let Some(month @ When::Month(year, _)) = When::parse(last) else { continue };
        if month.end() > start + 1e-6 {
            continue;
        }
        let title = quoted(view.results.manifest.title(&scenario.id, lang), lang);
        let mut then = view.effects(&balance, &year.to_string());
        then.retain(|e| e.row.scenario_id == scenario.id);
        let effect = match then.first() {
            Some(e) if e.verdict.is_settled() => Some(clause(view, &balance, e, lang)),
            Some(e) => group(view, &then, e.verdict, lang),
            None => None,
        };
        parts.push(match (lang, effect) {
            (Lang::Zh, None) => format!("{title}的变动到 {last} 已全部结束"),
            (Lang::En, None) => format!("all changes of {title} ended in {last}"),
            (Lang::Zh, Some(effect)) => {
                format!("{title}的变动到 {last} 已全部结束，其最后一年（{year} 年）末{name}：{effect}")
            }
            (Lang::En, Some(effect)) => format!(
                "all changes of {title} ended in {last}; {name} at the end of {year}, its last year: {effect}"
            ),
        });
    }
    if parts.is_empty() {
        return None;
    }
    Some(match lang {
        Lang::Zh => format!("{when}只见余波的方案：{}。", join(&parts, lang)),
        Lang::En => format!("Scenarios of which {when} shows only the aftermath: {}.", join(&parts, lang)),
    })
}

fn others(view: &View<'_>, period: &str, lang: Lang) -> String {
    // Of each outcome the scenario that moves it most surely; the others stand in the table.
    let mut found: Vec<(f64, String)> = Vec::new();
    let (mut few, mut settled) = (true, 0);
    for name in OTHERS {
        let Some(variable) = variable(view, name) else { continue };
        let effects = view.effects(&variable, period);
        few &= effects.iter().all(|e| e.row.n_pairs < FEWEST_PAIRS);
        settled += effects.iter().filter(|e| e.verdict.is_settled()).count();
        let sure = |e: &&Effect<'_>| e.row.effect_mean.abs() / e.half().max(f64::MIN_POSITIVE);
        let clear = effects.iter().filter(|e| e.verdict.is_settled());
        if let Some(effect) = clear.max_by(|a, b| sure(a).total_cmp(&sure(b))) {
            let (name, words) = (label(&variable, lang), clause(view, &variable, effect, lang));
            found.push((sure(&effect), format!("{name}{}{words}", lang.pick("：", ": "))));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best: Vec<String> = found.into_iter().take(MOST_OTHERS).map(|(_, words)| words).collect();
    let more = settled - best.len();
    match (lang, best.is_empty()) {
        (Lang::Zh, true) if few => format!("配对不足 {FEWEST_PAIRS} 次，其他主要指标一律不下判断。"),
        (Lang::En, true) if few => format!(
            "With fewer than {FEWEST_PAIRS} pairs nothing is concluded on the other headline outcomes."
        ),
        (Lang::Zh, true) => "其他主要指标的变化方向均不确定或可忽略。".into(),
        (Lang::En, true) => {
            "For all other headline outcomes the direction is uncertain or the change negligible.".into()
        }
        (Lang::Zh, false) => format!(
            "其他主要指标中证据最充分的是：{}{}。",
            join(&best, lang),
            if more > 0 { format!("；另有 {more} 项见效应表") } else { String::new() }
        ),
        (Lang::En, false) => format!(
            "Best supported among the other headline outcomes: {}{}.",
            join(&best, lang),
            if more > 0 { format!("; {more} more are in the table of effects") } else { String::new() }
        ),
    }
}

fn money(view: &View<'_>, period: &str, lang: Lang) -> String {
    let when = period_words(period, lang);
    let mut parts = Vec::new();
    if let Some(cost) = variable(view, "public_cost") {
        let effects = view.effects(&cost, period);
        parts.extend(effects.iter().filter(|e| e.verdict.is_settled()).map(|e| clause(view, &cost, e, lang)));
    }
    if parts.is_empty() {
        parts.push(lang.pick("没有一个方案确定改变公共支出", "no scenario surely changes it").to_owned());
    }
    let mut priced = Vec::new();
    if let Some(ratio) = variable(view, "cost_per_additional_yuan") {
        for e in view.effects(&ratio, period).iter().filter(|e| e.row.effect_mean.is_finite()) {
            let title = quoted(view.results.manifest.title(&e.row.scenario_id, lang), lang);
            let scale = Scale::levels(Kind::Count(Of::Itself), e.row.effect_mean.abs(), lang);
            let [mean, low, high] =
                [e.row.effect_mean, e.row.ci95_low, e.row.ci95_high].map(|v| scale.text(v));
            priced.push(match lang {
                Lang::Zh => format!("{title}每新增一元贷款累计花费 {mean} 元（95%区间{low}至{high}）"),
                Lang::En => format!("{title} has spent {mean} yuan for each additional yuan of loans (95% interval {low} to {high})"),
            });
        }
    }
    if priced.is_empty() {
        priced.push(
            lang.pick(
                "没有一个方案既确定增加贷款又增加支出，因此不给出每新增一元贷款的成本",
                "no scenario both surely adds loans and costs more, so no cost per additional yuan is given",
            )
            .to_owned(),
        );
    }
    parts.extend(priced);
    match lang {
        Lang::Zh => format!("{when}财政与央行支出方面：{}。", join(&parts, lang)),
        Lang::En => format!("Public cost in {when}: {}.", join(&parts, lang)),
    }
}

fn levels(view: &View<'_>, lang: Lang) -> Vec<String> {
    let Some(period) = view.last_period() else { return Vec::new() };
    let Some((scenario, _)) = view.scenarios().into_iter().next() else { return Vec::new() };
    let title = quoted(view.results.manifest.title(&scenario.id, lang), lang);
    let when = period_words(period, lang);
    let mut out = Vec::new();
    for name in ["inclusive_balance", "inclusive_growth_yoy", "npl_ratio"] {
        let Some(variable) = variable(view, name) else { continue };
        let Some(row) = view.row(&scenario.id, name, period).filter(|r| r.mean.is_finite()) else { continue };
        let scale = Scale::levels(kind(&variable), row.mean.abs(), lang);
        let [mean, low, high] = [row.mean, row.q05, row.q95].map(|v| scale.text(v));
        let (name, unit) = (label(&variable, lang), &scale.unit);
        out.push(match lang {
            Lang::Zh => format!("{title}下，{when}{name}均值为 {mean}{unit}（各次模拟 5–95% 在 {low} 至 {high} 之间）。"),
            Lang::En => format!("Under {title}, {name} is {mean} {unit} on average in {when} (5–95% of runs: {low} to {high})."),
        });
    }
    out
}
