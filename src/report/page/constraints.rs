//! Which constraint binds where: by sector and by township the most frequent reasons for which loans were not
//! made, and the largest sure moves of each scenario. Numbers are those of `refusals.csv`, last whole year.
//! The table by class and the chart are set in `parts.rs`.

use crate::units::Lang;

use crate::report::flows::RefusalRow;
use crate::report::number::number;

use super::{Page, escaped};

/// Moves told of each scenario and kind of group. They are the largest of a few hundred, so their level is corrected.
const MOST_MOVES: usize = 3;

impl Page<'_> {
    pub(super) fn constraints(&mut self, period: &str) {
        let (view, flows, lang) = (self.view, self.flows, self.lang);
        let m = &view.results.manifest;
        for (kind, zh, en) in [("sector", "行业", "Sector"), ("township", "镇街", "Township")] {
            let of = |scenario: &str| -> Vec<&RefusalRow> {
                let own = |r: &&RefusalRow| {
                    r.scenario_id == scenario && r.period == period && r.group_type == kind && !r.no_need()
                };
                flows.refusals.iter().filter(own).collect()
            };
            for (scenario, _) in view.scenarios().into_iter().filter(|(s, _)| m.reference_of(s) == s.id) {
                let found = of(&scenario.id);
                let mut groups: Vec<&str> = found.iter().map(|r| r.group_id.as_str()).collect();
                groups.dedup();
                let mut rows: Vec<(f64, Vec<String>)> = groups
                    .into_iter()
                    .map(|group| {
                        let mut own: Vec<&&RefusalRow> =
                            found.iter().filter(|r| r.group_id == group).collect();
                        own.sort_by(|a, b| b.count.total_cmp(&a.count));
                        let all: f64 = own.iter().map(|r| r.count).sum();
                        let mut cells = vec![m.group(kind, group, lang).to_owned(), number(all, 0, false)];
                        for k in 0..3 {
                            let reason = own.get(k).filter(|r| r.count > 0.0);
                            cells.push(reason.map_or_else(String::new, |r| {
                                let share = number(r.count / all * 100.0, 0, false);
                                format!("{} {share}%", m.label("refusal", &r.reason, lang))
                            }));
                        }
                        (all, cells)
                    })
                    .collect();
                if rows.is_empty() {
                    continue;
                }
                rows.sort_by(|a, b| b.0.total_cmp(&a.0));
                let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, cells)| cells).collect();
                let title = match lang {
                    Lang::Zh => format!("按{zh}：约束在哪里（{}）", m.title(&scenario.id, lang)),
                    Lang::En => format!(
                        "By {}: which constraint binds ({})",
                        en.to_lowercase(),
                        m.title(&scenario.id, lang)
                    ),
                };
                self.out.push_str(&format!("<h3>{}</h3>\n", escaped(&title)));
                let header = match lang {
                    Lang::Zh => [zh, "未获贷款", "最主要", "其次", "再次"],
                    Lang::En => [en, "Not made", "Most frequent", "Second", "Third"],
                };
                self.table(&header.map(str::to_owned), &rows, 4);
            }
            let (mut items, mut most) = (Vec::new(), 0);
            for (scenario, _) in view.scenarios().into_iter().filter(|(s, _)| m.reference_of(s) != s.id) {
                let mut moves = of(&scenario.id);
                moves.retain(|r| r.diff_count.is_finite() && r.diff_count_ci95_low != r.diff_count_ci95_high);
                let cells = moves.len();
                most = cells.max(most);
                moves.retain(|r| {
                    r.diff_count.abs() >= 0.5
                        && view.is_sure_among((r.diff_count_ci95_low, r.diff_count_ci95_high), cells)
                });
                moves.sort_by(|a, b| b.diff_count.abs().total_cmp(&a.diff_count.abs()));
                moves.truncate(MOST_MOVES);
                if moves.is_empty() {
                    continue;
                }
                let words: Vec<String> = moves
                    .iter()
                    .map(|r| {
                        let (group, reason) =
                            (m.group(kind, &r.group_id, lang), m.label("refusal", &r.reason, lang));
                        let [mean, low, high] = [r.diff_count, r.diff_count_ci95_low, r.diff_count_ci95_high]
                            .map(|v| number(v, 0, true));
                        match lang {
                            Lang::Zh => format!("{group}“{reason}”{mean}［{low}，{high}］"),
                            Lang::En => format!("{group}, {reason}: {mean} [{low}, {high}]"),
                        }
                    })
                    .collect();
                let title = m.title(&scenario.id, lang);
                items.push(match lang {
                    Lang::Zh => format!("“{title}”：{}。", words.join("；")),
                    Lang::En => format!("“{title}”: {}.", words.join("; ")),
                });
            }
            let by = en.to_lowercase();
            let words = match (lang, items.is_empty()) {
                _ if most == 0 => continue,
                (Lang::Zh, true) => {
                    format!("按{zh}与原因看了每个方案至多 {most} 格，按格数校正后，没有一格的变动方向确定。")
                }
                (Lang::En, true) => format!(
                    "By {by} and reason up to {most} cells of each scenario were looked at: corrected for their number, no move is sure."
                ),
                (Lang::Zh, false) => format!(
                    "各方案按{zh}变动最大且方向确定的几项（与参照之差，方括号内为 95% 区间）。每个方案看了至多 {most} 格，凭运气约有二十分之一看似确定，因此只列按格数校正（邦费罗尼）后仍确定的："
                ),
                (Lang::En, false) => format!(
                    "Largest sure moves of each scenario by {by} (difference to its reference, 95% intervals in brackets). Up to {most} cells of each were looked at, of which one in twenty would look sure by luck: listed is only what stays sure when corrected for their number (Bonferroni):"
                ),
            };
            self.paragraph(&words);
            self.list(&items);
        }
    }
}
