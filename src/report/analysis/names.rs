//! Names as charts and sentences carry them: as short as they can be and still be told apart.
//! Whole names stay in the JSON and the tables of the analysis, from which these are made.
//! Where two would become alike, both keep their whole name.

use std::collections::BTreeMap;

use crate::units::Lang;

use super::super::number::{Kind, Scale, number};
use super::words::{Word, word};
use super::{About, Named};

impl About {
    /// Shortens all names once they are read.
    pub(super) fn short_names(mut self) -> About {
        // A scenario's title says after its colon what is in it, a setting's before it whose it is.
        shorten(&mut self.scenarios, |name| split(name).map(|(head, _)| head));
        shorten(&mut self.options, |name| split(name).map(|(head, _)| head));
        let mut settings: Vec<Named> = Vec::new();
        let (policy, others) =
            std::mem::take(&mut self.factors).into_iter().partition(|f| f.class == "policy");
        settings.extend::<Vec<Named>>(policy);
        shorten(&mut settings, |name| split(name).map(|(_, tail)| tail));
        settings.extend::<Vec<Named>>(others);
        self.factors = settings;
        let options: Vec<(String, String)> = self.options.iter().map(|o| self.option_name(o)).collect();
        for (option, (zh, en)) in self.options.iter_mut().zip(options) {
            (option.zh, option.en) = (zh, en);
        }
        self
    }

    /// An option in both languages: its scenario, and the values of its settings in brackets.
    fn option_name(&self, option: &Named) -> (String, String) {
        if option.settings.is_empty() {
            return (option.zh.clone(), option.en.clone());
        }
        let alike = self.brackets_alike();
        let value = |(f, v): &(String, f64), lang: Lang| match alike {
            true => self.setting(f, *v, lang),
            false => format!("{f} {}", self.setting(f, *v, lang)),
        };
        let in_brackets = |lang: Lang| {
            let values: Vec<String> = option.settings.iter().map(|s| value(s, lang)).collect();
            let scenario = super::name(&self.scenarios, &option.scenario, lang);
            match lang {
                Lang::Zh => format!("{scenario}（{}）", values.join("，")),
                Lang::En => format!("{scenario} ({})", values.join(", ")),
            }
        };
        (in_brackets(Lang::Zh), in_brackets(Lang::En))
    }

    /// Whether every option with settings has the same ones; then their values say enough.
    fn brackets_alike(&self) -> bool {
        let names = |o: &Named| o.settings.iter().map(|s| s.0.clone()).collect::<Vec<_>>();
        let mut all = self.options.iter().map(names).filter(|n| !n.is_empty());
        let first = all.next();
        all.all(|n| Some(n) == first)
    }

    /// What the brackets of options hold; empty where there are none.
    pub(super) fn brackets(&self, lang: Lang) -> String {
        let alike = self.brackets_alike();
        let mut names: Vec<String> = Vec::new();
        for (factor, _) in self.options.iter().flat_map(|o| &o.settings) {
            let name = super::name(&self.factors, factor, lang);
            let said = if alike { name.to_owned() } else { format!("{factor} = {name}") };
            if !names.contains(&said) {
                names.push(said);
            }
        }
        match names.is_empty() {
            true => String::new(),
            false => word(lang, Word::InBrackets(&names.join(lang.pick("，", "; ")))),
        }
    }

    /// A value of an input, exactly and with its unit.
    pub(super) fn setting(&self, factor: &str, value: f64, lang: Lang) -> String {
        let of = self.factors.iter().find(|f| f.id == factor);
        let unit = of.map_or("", |f| f.unit.as_str());
        match unit {
            "flag" => word(lang, Word::Switch(value != 0.0)),
            "choice" => {
                let name = of.and_then(|f| f.choices.get(value as usize));
                name.cloned().unwrap_or_else(|| exact(value))
            }
            "multiple" => exact(value) + lang.pick("倍", "x"),
            "months" => exact(value) + lang.pick("个月", " months"),
            _ => {
                let scale = Scale::levels(Kind::of("", unit), value.abs(), lang);
                let space = if scale.unit.is_empty() || scale.unit == "%" { "" } else { " " };
                exact(value * scale.factor) + space + &scale.unit
            }
        }
    }
}

/// The shortest decimal within nine digits: what a unit's factor adds to the last bits is not shown.
fn exact(value: f64) -> String {
    let text = number(value, 6, false);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// What stands before and after the first colon.
fn split(name: &str) -> Option<(&str, &str)> {
    let (head, tail) = name.split_once('：').or_else(|| name.split_once(": "))?;
    let (head, tail) = (head.trim(), tail.trim());
    (!head.is_empty() && !tail.is_empty()).then_some((head, tail))
}

fn shorten(list: &mut [Named], short: impl Fn(&str) -> Option<&str>) {
    let short = |name: &str| short(name).unwrap_or(name).to_owned();
    for of in [(|n: &mut Named| &mut n.zh) as fn(&mut Named) -> &mut String, |n| &mut n.en] {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for one in list.iter_mut() {
            *seen.entry(short(of(one))).or_default() += 1;
        }
        for one in list.iter_mut() {
            let name = short(of(one));
            if seen[&name] == 1 {
                *of(one) = name;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(id: &str, zh: &str, en: &str) -> Named {
        Named { id: id.into(), zh: zh.into(), en: en.into(), ..Named::default() }
    }

    #[test]
    fn names_are_short_where_they_stay_apart() {
        let mut list = [
            named("a", "基准：甲", "Base: one"),
            named("b", "方案", "Plan: two"),
            named("c", "基准：乙", "x"),
        ];
        shorten(&mut list, |n| split(n).map(|(head, _)| head));
        let names: Vec<(&str, &str)> = list.iter().map(|n| (n.zh.as_str(), n.en.as_str())).collect();
        assert_eq!(names, [("基准：甲", "Base"), ("方案", "Plan"), ("基准：乙", "x")]);
    }

    #[test]
    fn values_are_exact_and_have_units() {
        let factor = |id: &str, unit: &str| Named { unit: unit.into(), ..named(id, "", "") };
        let about = About {
            factors: vec![
                factor("fee", "rate a year"),
                factor("multiple", "multiple"),
                factor("on", "flag"),
                factor("cap", "yuan"),
                Named { choices: vec!["plain".into(), "tiered".into()], ..factor("kind", "choice") },
            ],
            ..About::default()
        };
        let both = |f: &str, v: f64| (about.setting(f, v, Lang::Zh), about.setting(f, v, Lang::En));
        let pair = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
        assert_eq!(both("fee", 0.0385), pair("3.85%", "3.85%"));
        assert_eq!(both("multiple", 12.5), pair("12.5倍", "12.5x"));
        assert_eq!(both("on", 1.0), pair("开", "on"));
        assert_eq!(both("cap", 65e6), pair("6,500 万元", "65 m yuan"));
        assert_eq!(both("kind", 1.0), pair("tiered", "tiered"));
    }
}
