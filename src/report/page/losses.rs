//! The part of the page on losses of covered loans: what guarantors, the upper tiers and the fund bear pro rata,
//! and what they have paid in time. Numbers are those of `losses.csv`, all years together.
//! Losses that banks bear themselves are not in this table: see `instruments.csv`.

use crate::units::Lang;

use crate::report::flows::ALL_YEARS;
use crate::report::lang::{Msg, say};
use crate::report::number::{Kind, Scale};

use super::{Page, escaped};

impl Page<'_> {
    pub(super) fn losses(&mut self) {
        let (view, flows, lang) = (self.view, self.flows, self.lang);
        let m = &view.results.manifest;
        let found: Vec<_> = flows.losses.iter().filter(|r| r.period == ALL_YEARS).collect();
        let most = found.iter().map(|r| r.pro_rata.abs().max(r.in_time.abs())).fold(0.0, f64::max);
        if most == 0.0 {
            return;
        }
        let title = lang.pick("担保与基金贷款的损失由谁承担", "Who bears the losses on covered loans");
        self.out.push_str(&format!("<h3>{}</h3>\n", escaped(title)));
        let scale = Scale::levels(Kind::Money { a_year: false }, most, lang);
        let with = |words: &str| say(lang, Msg::WithUnit(words, &scale.unit));
        let header = [
            lang.pick("方案", "Scenario").to_owned(),
            lang.pick("承担者", "Bearer").to_owned(),
            with(lang.pick("按比例应承担", "Pro rata")),
            with(lang.pick("已实际支付", "Paid in time")),
        ];
        let known = |id: &str| view.scenarios().iter().any(|(s, _)| s.id == id);
        let rows: Vec<Vec<String>> = found
            .iter()
            .filter(|r| known(&r.scenario_id) && (r.pro_rata != 0.0 || r.in_time != 0.0))
            .map(|r| {
                let bearer = m.label("sector", &r.bearer, lang).to_owned();
                let amounts = [r.pro_rata, r.in_time].map(|v| scale.text(v));
                let [pro_rata, in_time] = amounts;
                vec![m.title(&r.scenario_id, lang).to_owned(), bearer, pro_rata, in_time]
            })
            .collect();
        self.table(&header, &rows, 2);
        self.note(match lang {
            Lang::Zh => "全部整年合计。“按比例应承担”是已了结不良贷款在追偿分配之前的损失；“已实际支付”是代偿与补偿减去收回部分，担保机构先全额代偿，数月后才从再担保、国家基金和风险补偿基金收回，故两者不同。",
            Lang::En => "All whole years together. Pro rata: losses of loans resolved, before recoveries are shared out. Paid in time: claims less what comes back; the local guarantor pays the whole covered share at once and collects from the upper tiers and the fund months later, so the two differ.",
        });
    }
}
