//! The part of the page on what public money adds: credit and borrowers there would not have been.
//! Numbers are those of `additional.csv`, which compares each borrower with itself in the reference's
//! world; nothing is computed here but a sum's complement.

use crate::units::Lang;

use crate::report::flows::AdditionalRow;
use crate::report::number::{Kind, Scale, number};

use super::{Page, escaped};

impl Page<'_> {
    pub(super) fn additional(&mut self) {
        if self.flows.additional.is_empty() {
            return;
        }
        self.heading("公共资金带来了多少新增", "What public money added");
        let (view, flows, lang) = (self.view, self.flows, self.lang);
        let m = &view.results.manifest;
        for (scenario, _) in view.scenarios().into_iter().filter(|(s, _)| m.reference_of(s) != s.id) {
            let of = |kind: &str, group: &str, variable: &str| {
                flows.additional.iter().find(|r| {
                    r.scenario_id == scenario.id
                        && r.group_type == kind
                        && r.group_id == group
                        && r.variable == variable
                })
            };
            let Some(net) = of("all", "all", "credit_net") else { continue };
            let title = escaped(m.title(&scenario.id, lang));
            self.out.push_str(&format!("<h3>{title}</h3>\n"));
            let all = |variable| of("all", "all", variable);
            let mut items = Vec::new();
            if let (Some(gained), Some(lost), Some(more), Some(fewer)) =
                (all("credit_gained"), all("credit_lost"), all("borrowers_gained"), all("borrowers_lost"))
            {
                let most = gained.mean.abs().max(lost.mean.abs()).max(net.mean.abs());
                let scale = Scale::differences(Kind::Money { a_year: false }, most, lang);
                let unit = &scale.unit;
                let (gained, lost) = (scale.text(gained.mean), scale.text(lost.mean));
                let (net, ends) = (scale.signed(net.mean), ends(net, |v| scale.signed(v), lang));
                let (more, fewer) = (number(more.mean, 0, false), number(fewer.mean, 0, false));
                items.push(match lang {
                    Lang::Zh => format!("同一借款人相比：多得贷款合计 {gained} {unit}，少得合计 {lost} {unit}，净额 {net} {unit}{ends}；新获贷款 {more} 户，失去贷款 {fewer} 户。"),
                    Lang::En => format!("Same borrowers compared: {gained} {unit} more in all, {lost} {unit} less in all, net {net} {unit}{ends}; {more} borrowers gained a loan, {fewer} lost one."),
                });
            }
            if let (Some(paid), Some(per)) = (all("public_cost"), all("public_cost_per_net_borrower")) {
                let scale = Scale::differences(Kind::Money { a_year: false }, paid.mean.abs(), lang);
                let paid = format!(
                    "{} {}{}",
                    scale.signed(paid.mean),
                    scale.unit,
                    ends(paid, |v| scale.signed(v), lang)
                );
                let each = if per.mean.is_finite() {
                    let ends = ends(per, |v| number(v, 0, false), lang);
                    match lang {
                        Lang::Zh => format!("每净增一户 {} 元{ends}", number(per.mean, 0, false)),
                        Lang::En => {
                            format!("{} yuan{ends} per borrower added, net", number(per.mean, 0, false))
                        }
                    }
                } else {
                    lang.pick(
                        "未能确定户数净增或成本为正，故不计每户成本",
                        "no cost per borrower: it is not sure that borrowers were added, or nothing was paid more",
                    )
                    .to_owned()
                };
                items.push(match lang {
                    Lang::Zh => format!("公共成本变化 {paid}；{each}。"),
                    Lang::En => format!("Public cost changes by {paid}; {each}."),
                });
            }
            self.list(&items);
            let instruments: Vec<&AdditionalRow> = flows
                .additional
                .iter()
                .filter(|r| {
                    r.scenario_id == scenario.id && r.group_type == "instrument" && r.variable == "credit"
                })
                .filter(|r| r.mean != 0.0)
                .collect();
            let header = [
                lang.pick("政策工具", "Instrument"),
                lang.pick("单位", "Unit"),
                lang.pick("按其条件的贷款余额", "Credit"),
                lang.pick("其中新增", "Additional"),
                lang.pick("其中原本就有", "Deadweight"),
                lang.pick("新增占比 %", "Additional, %"),
            ];
            let rows: Vec<Vec<String>> = instruments
                .iter()
                .map(|r| {
                    let id = r.group_id.as_str();
                    let cell = |variable| of("instrument", id, variable).map_or(f64::NAN, |r| r.mean);
                    let parts = [cell("credit_gained"), cell("credit_deadweight")];
                    // Amounts of instruments differ a thousandfold: each row has its unit.
                    let scale = Scale::levels(Kind::Money { a_year: false }, r.mean, lang);
                    let scale = parts.into_iter().fold(scale, Scale::telling);
                    let percent = |v: f64| number(v * 100.0, 1, false);
                    let share = of("instrument", id, "additional_share").filter(|s| tells(r, s));
                    vec![
                        m.label("instrument", id, lang).to_owned(),
                        scale.unit.clone(),
                        scale.text(r.mean),
                        scale.text(parts[0]),
                        scale.text(parts[1]),
                        share
                            .map_or_else(|| percent(f64::NAN), |s| percent(s.mean) + &ends(s, percent, lang)),
                    ]
                })
                .collect();
            if !rows.is_empty() {
                self.table(&header.map(str::to_owned), &rows, 4);
            }
        }
        self.note(lang.pick(
            "在同一组随机数下，把每个借款人与参照情景中的自己相比，时点为最后一个月末；余额为按该工具条件发放的贷款，方括号内为 95% 区间；占比的区间超出 0 至 100%，或贷款太少（区间含零）时说不出占比，以“–”表示；“原本就有”指同一借款人在参照情景中也有的贷款。一笔贷款可由几项工具共同支持，各行不能相加；“新增”是整个方案与参照情景之差，不是一项工具单独的作用（单项作用见只含该项措施的方案）。参照情景可能已有同一工具，新增只反映其变化的部分。不改变单笔贷款的工具（如利率、额度考核、减免）不在表中。退出者的贷款不计。",
            "Each borrower is compared with itself in the reference's world under the same luck, at the last month-end. Credit is what stands on the instrument's terms, brackets are 95% intervals; a dash stands where no share can be told: its interval leaves 0 to 100%, or there is too little credit (interval includes zero); deadweight is credit the same borrower has there too. Several instruments may stand behind one loan: rows do not add up, and what is additional is the whole scenario's doing, not one instrument's (see scenarios of one measure). Instruments that change no single loan, such as rates, targets and waivers, have no row. The reference may hold the instrument as well: only what its change adds is additional. Loans of borrowers out of business do not count.",
        ));
    }
}

/// Whether a share of `credit` can be told: there surely is credit, and the share's interval is one of shares.
fn tells(credit: &AdditionalRow, share: &AdditionalRow) -> bool {
    // Without an interval (one pair) comparisons with NaN leave it to the mean.
    let outside = |v: f64| !(0.0..=1.0).contains(&v);
    !(outside(share.mean) || share.ci95_low < 0.0 || share.ci95_high > 1.0 || credit.ci95_low <= 0.0)
}

/// An interval in brackets, or nothing.
fn ends(row: &AdditionalRow, text: impl Fn(f64) -> String, lang: Lang) -> String {
    match row.ci95_low.is_finite() && row.ci95_high.is_finite() {
        true => {
            let (low, high) = (text(row.ci95_low), text(row.ci95_high));
            match lang {
                Lang::Zh => format!("［{low}，{high}］"),
                Lang::En => format!(" [{low}, {high}]"),
            }
        }
        false => String::new(),
    }
}
