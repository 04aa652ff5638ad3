//! The part of the page on losses of covered loans: what banks, guarantors, the upper tiers and the fund bear pro
//! rata, and what they have paid in time. Numbers are those of `losses.csv`, all years together.
//! Losses on loans without cover are not in this table.

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
            Lang::Zh => "全部整年合计，均已减去追偿收回部分。“按比例应承担”：已了结的不良贷款最终由谁承担；“已实际支付”：到期内已付的代偿与补偿减去收回。担保机构先全额代偿，数月后才从再担保、国家基金和风险补偿基金收回，贷款了结时才有追偿，故两者不同。银行的部分在了结时核销，两列相同。",
            Lang::En => "All whole years together, both less what recoveries bring back. Pro rata: who bears the loss of loans that have been resolved. Paid in time: claims paid so far less what came back; the local guarantor pays the whole covered share at once, collects from the upper tiers and the fund months later, and recoveries come when a loan is resolved, so the two differ. A bank's part is written off at that moment: both are one.",
        });
    }
}
