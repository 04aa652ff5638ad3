//! The report as one self-contained HTML page: findings, differences, effects, charts, money, what it added, refusals,
//! credibility, how to reproduce. Nothing outside the file is referred to; it prints on A4.
//! Sentences of the finding are in `page/finding.rs`, the other parts in `page/parts.rs`.

mod additional;
mod constraints;
mod finding;
mod fund;
mod losses;
mod parts;

use std::fs;
use std::path::{Path, PathBuf};

use crate::units::Lang;

use super::error::ReportError;
use super::flows::Flows;
use super::read::Results;
use super::sheet::Figure;
use super::view::View;

const STYLE: &str = include_str!("page/style.css");

/// Writes `report-zh.html` or `report-en.html` into a results folder and returns its path.
pub fn write_page(dir: &Path, lang: Lang) -> Result<PathBuf, ReportError> {
    let html = page(dir, lang)?;
    let path = dir.join(file_name(lang));
    super::write_whole(&path, html.as_bytes())
        .map_err(|source| ReportError::Write { path: path.clone(), source })?;
    Ok(path)
}

/// Name of the page in a results folder.
pub fn file_name(lang: Lang) -> String {
    format!("report-{}.html", lang.code())
}

/// The page of a results folder.
pub fn page(dir: &Path, lang: Lang) -> Result<String, ReportError> {
    if fs::metadata(dir).is_ok_and(|m| m.is_file()) {
        return Err(ReportError::NoResults { path: dir.to_owned() });
    }
    let results = Results::read_where(dir, super::is_drawn)?;
    if results.manifest.status != "complete" {
        let (path, status) = (dir.join("manifest.json"), results.manifest.status);
        return Err(ReportError::Unfinished { path, status });
    }
    let flows = Flows::read(dir)?;
    let view = View::of(&results);
    if view.is_empty() {
        let region = results.manifest.region.id.clone();
        return Err(ReportError::NothingToDraw { path: dir.join("summary.csv"), region });
    }
    let figures = super::figures(&view, &flows, lang)?;
    Ok(Page { view: &view, flows: &flows, figures: &figures, lang, out: String::new(), parts: 0 }.write())
}

/// A page being written.
struct Page<'a> {
    view: &'a View<'a>,
    flows: &'a Flows,
    figures: &'a [Figure],
    lang: Lang,
    out: String,
    parts: usize,
}

impl Page<'_> {
    fn write(mut self) -> String {
        let lang = self.lang;
        let manifest = &self.view.results.manifest;
        let region = manifest.region_name(lang);
        let title = match (lang, manifest.only()) {
            (Lang::Zh, None) => format!("{region}普惠金融政策比较报告"),
            (Lang::En, None) => format!("{region}: comparison of inclusive-finance policies"),
            (Lang::Zh, Some(_)) => format!("{region}普惠金融政策推演报告"),
            (Lang::En, Some(_)) => format!("{region}: a projection of inclusive finance"),
        };
        let code = lang.pick("zh-CN", "en");
        let shown = escaped(&title);
        self.out.push_str(&format!(
            "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{shown}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{shown}</h1>\n"
        ));
        self.about();
        self.finding();
        self.differences();
        self.effects();
        self.money();
        self.additional();
        self.refusals();
        self.over_time();
        self.credibility();
        self.reproduce();
        self.out.push_str("</main>\n</body>\n</html>\n");
        self.out
    }

    /// A numbered heading, as official documents number them.
    fn heading(&mut self, zh: &str, en: &str) {
        const NUMBERS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
        let number = NUMBERS.get(self.parts).copied().unwrap_or_default();
        self.parts += 1;
        let words = match self.lang {
            Lang::Zh => format!("{number}、{zh}"),
            Lang::En => format!("{}. {en}", self.parts),
        };
        self.out.push_str(&format!("<h2>{}</h2>\n", escaped(&words)));
    }

    fn paragraph(&mut self, text: &str) {
        self.out.push_str(&format!("<p>{}</p>\n", escaped(text)));
    }

    fn note(&mut self, text: &str) {
        self.out.push_str(&format!("<p class=\"note\">{}</p>\n", escaped(text)));
    }

    fn list(&mut self, items: &[String]) {
        if items.is_empty() {
            return;
        }
        self.out.push_str("<ul>\n");
        for item in items {
            self.out.push_str(&format!("<li>{}</li>\n", escaped(item)));
        }
        self.out.push_str("</ul>\n");
    }

    /// Sets the figures whose name begins so.
    fn figure(&mut self, wanted: impl Fn(&str) -> bool) {
        for figure in self.figures.iter().filter(|f| wanted(&f.name)) {
            self.out.push_str("<figure>\n");
            // The declaration is for files; inside a page it would be an error.
            self.out
                .push_str(figure.svg.trim_start_matches("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").trim());
            self.out.push_str("\n</figure>\n");
        }
    }

    /// A table; cells are text, the last `numbers` columns are numbers.
    fn table(&mut self, header: &[String], rows: &[Vec<String>], numbers: usize) {
        let first = header.len().saturating_sub(numbers);
        let class = |i: usize| if i >= first { " class=\"n\"" } else { "" };
        self.out.push_str("<table>\n<thead><tr>");
        for (i, cell) in header.iter().enumerate() {
            self.out.push_str(&format!("<th{}>{}</th>", class(i), escaped(cell)));
        }
        self.out.push_str("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.out.push_str("<tr>");
            for (i, cell) in row.iter().enumerate() {
                self.out.push_str(&format!("<td{}>{}</td>", class(i), escaped(cell)));
            }
            self.out.push_str("</tr>\n");
        }
        self.out.push_str("</tbody>\n</table>\n");
    }
}

/// Text that cannot be taken for markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
