//! Paper and pens: a thin layer over plotters that draws one SVG with the bundled font, and its PNG.
//!
//! Coordinates are logical pixels as `f64`; the SVG is drawn ten times larger inside its viewBox, because
//! plotters rounds to whole units. Same calls, same bytes. No system font is ever consulted.

use std::sync::{Arc, LazyLock};

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, register_font};
use resvg::{tiny_skia, usvg};

use super::error::ReportError;

/// One face for Latin and Chinese: plotters has no fallback between faces.
pub(super) const FONT: &[u8] = include_bytes!("../../assets/fonts/NotoSansSC-Regular-subset.ttf");
const FAMILY: &str = "Noto Sans SC";
/// What a browser tries, in order; every system has one of them.
const FAMILY_STACK: &str =
    "'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', 'WenQuanYi Micro Hei', sans-serif";
/// Units of the viewBox to a logical pixel.
const FINE: f64 = 10.0;
/// PNG pixels to a logical pixel.
const PNG_SCALE: f32 = 2.0;
/// plotters writes `font-size = size / 1.24`.
const PLOTTERS_SIZE: f64 = 1.24;

static FONT_REGISTERED: LazyLock<bool> =
    LazyLock::new(|| register_font(FAMILY, FontStyle::Normal, FONT).is_ok());

static FONT_DATABASE: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
    let mut database = usvg::fontdb::Database::new();
    database.load_font_data(FONT.to_vec());
    Arc::new(database)
});

pub(super) const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
pub(super) const MUTED: RGBColor = RGBColor(0x66, 0x66, 0x66);
/// The reference, in every chart.
pub(super) const REFERENCE: RGBColor = RGBColor(0x80, 0x80, 0x80);
pub(super) const GRID: RGBColor = RGBColor(0xE4, 0xE4, 0xE4);

/// Okabe–Ito without black (the text), grey (the reference) and yellow (too pale for a line).
const SCENARIO_COLOURS: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xB2),
    RGBColor(0xD5, 0x5E, 0x00),
    RGBColor(0x00, 0x9E, 0x73),
    RGBColor(0xCC, 0x79, 0xA7),
    RGBColor(0xE6, 0x9F, 0x00),
    RGBColor(0x56, 0xB4, 0xE9),
];

/// The colour of the `index`-th scenario that is no reference: the same in every chart of a run.
/// Six more are shades of the first six, then it repeats: colour alone never names a scenario.
pub(super) fn scenario_colour(index: usize) -> RGBColor {
    let colour = SCENARIO_COLOURS[index % SCENARIO_COLOURS.len()];
    if (index / SCENARIO_COLOURS.len()).is_multiple_of(2) { colour } else { darker(colour) }
}

/// A shade of a colour, which text needs on white too.
pub(super) fn darker(colour: RGBColor) -> RGBColor {
    let shade = |c: u8| (f64::from(c) * 0.62) as u8;
    RGBColor(shade(colour.0), shade(colour.1), shade(colour.2))
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

/// A sheet being drawn on.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
    chart: &'a str,
}

/// Draws a sheet of `width` × `height` logical pixels and returns the SVG text. `title` and `description`
/// are for screen readers.
pub(super) fn draw(
    chart: &str,
    (width, height): (f64, f64),
    title: &str,
    description: &str,
    paint: impl FnOnce(&Canvas<'_>) -> Result<(), ReportError>,
) -> Result<String, ReportError> {
    if !*FONT_REGISTERED {
        return Err(ReportError::Font);
    }
    let size = (fine(width).max(1) as u32, fine(height).max(1) as u32);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let canvas = Canvas { area, chart };
        canvas.check(canvas.area.fill(&WHITE))?;
        paint(&canvas)?;
        canvas.check(canvas.area.present())?;
    }
    Ok(finish(&svg, size, (width, height), title, description))
}

/// Gives plotters' SVG its logical size, its font stack and its words for screen readers.
fn finish(svg: &str, size: (u32, u32), shown: (f64, f64), title: &str, description: &str) -> String {
    let plain = format!("<svg width=\"{}\" height=\"{}\"", size.0, size.1);
    let ours = format!(
        "<svg width=\"{:.0}\" height=\"{:.0}\" role=\"img\" stroke-linejoin=\"round\"",
        shown.0, shown.1
    );
    let mut out = svg
        .replacen(&plain, &ours, 1)
        .replace(&format!("font-family=\"{FAMILY}\""), &format!("font-family=\"{FAMILY_STACK}\""));
    if let Some(end) = out.find(">\n") {
        let words = format!("<title>{}</title>\n<desc>{}</desc>\n", escaped(title), escaped(description));
        out.insert_str(end + 2, &words);
    }
    // Text stands on its own line in plotters' output; the line break would be drawn as a space by some readers.
    let mut joined = String::with_capacity(out.len());
    let mut inside = false;
    for line in out.lines() {
        inside |= line.starts_with("<text");
        joined.push_str(line);
        inside &= line != "</text>";
        if !inside {
            joined.push('\n');
        }
    }
    joined
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The PNG of a finished SVG at twice its size, drawn with the bundled font alone.
pub(super) fn png(chart: &str, svg: &str) -> Result<Vec<u8>, ReportError> {
    let failed = |reason: String| ReportError::Draw { chart: chart.to_owned(), reason };
    let options = usvg::Options {
        font_family: FAMILY.to_owned(),
        fontdb: Arc::clone(&FONT_DATABASE),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options).map_err(|e| failed(e.to_string()))?;
    let width = (tree.size().width() * PNG_SCALE).ceil() as u32;
    let height = (tree.size().height() * PNG_SCALE).ceil() as u32;
    let mut pixels = tiny_skia::Pixmap::new(width, height).ok_or_else(|| failed("empty picture".into()))?;
    let zoom = tiny_skia::Transform::from_scale(PNG_SCALE, PNG_SCALE);
    resvg::render(&tree, zoom, &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| failed(e.to_string()))
}

fn fine(x: f64) -> i32 {
    // The cast saturates and maps NaN to 0, so an absurd value draws at the edge instead of panicking.
    (x * FINE).round().clamp(-1e7, 1e7) as i32
}

fn at((x, y): (f64, f64)) -> (i32, i32) {
    (fine(x), fine(y))
}

/// The width in logical pixels of a text of `size` pixels. plotters measures with the line height as size;
/// 永 is one em wide in this font and gives the ratio.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    if !*FONT_REGISTERED {
        return 0.0;
    }
    let width = |t: &str| {
        let font = FontDesc::new(FontFamily::Name(FAMILY), 1000.0, FontStyle::Normal);
        font.box_size(t).map_or(0.0, |(w, _)| f64::from(w))
    };
    static EM: LazyLock<f64> = LazyLock::new(|| {
        let font = FontDesc::new(FontFamily::Name(FAMILY), 1000.0, FontStyle::Normal);
        font.box_size("永").map_or(700.0, |(w, _)| f64::from(w)).max(1.0)
    });
    width(text) / *EM * size
}

/// Breaks a text into lines no wider than `width`: between Chinese characters or at spaces, never before
/// closing punctuation. More than `max_lines` end in an ellipsis.
pub(super) fn wrap(text: &str, size: f64, width: f64, max_lines: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in words(text) {
        let longer = format!("{line}{word}");
        if !line.is_empty() && text_width(longer.trim_end(), size) > width {
            lines.push(line.trim_end().to_owned());
            line = word;
        } else {
            line = longer;
        }
    }
    if !line.trim().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    if lines.len() > max_lines {
        let rest = lines.split_off(max_lines.saturating_sub(1)).join(" ");
        lines.push(rest);
    }
    for line in &mut lines {
        if text_width(line, size) > width {
            while !line.is_empty() && text_width(&format!("{line}…"), size) > width {
                line.pop();
            }
            line.push('…');
        }
    }
    lines
}

/// One line no wider than `width`. What stands in brackets at the end tells alike names apart: it is kept, and the
/// name before it ends in an ellipsis.
pub(super) fn fit(text: &str, size: f64, width: f64) -> String {
    let bracket = text.rfind(" (").or_else(|| text.rfind('（')).unwrap_or(text.len());
    let (head, tail) = text.split_at(bracket);
    let mut head = head.to_owned();
    while !head.is_empty() && text_width(&format!("{head}…{tail}"), size) > width {
        head.pop();
    }
    match (text_width(text, size) <= width, head.is_empty()) {
        (true, _) => text.to_owned(),
        (false, true) => wrap(text, size, width, 1).swap_remove(0),
        (false, false) => format!("{head}…{tail}"),
    }
}

/// Pieces between which a line may break.
fn words(text: &str) -> Vec<String> {
    let closing = |c: char| "，。；：、）》”’！？%…".contains(c);
    let mut out: Vec<String> = Vec::new();
    let mut may_break = true;
    for c in text.chars() {
        let wide = ('\u{2E80}'..='\u{FFEF}').contains(&c);
        match out.last_mut() {
            Some(last) if !(may_break || wide && !last.ends_with(['“', '（', '《'])) || closing(c) => {
                last.push(c);
            }
            _ => out.push(c.to_string()),
        }
        may_break = c == ' ' || (wide && !"（《".contains(c));
    }
    out
}

impl Canvas<'_> {
    fn check<T, E: std::error::Error + Send + Sync>(
        &self,
        drawn: Result<T, DrawingAreaErrorKind<E>>,
    ) -> Result<T, ReportError> {
        drawn.map_err(|e| ReportError::Draw { chart: self.chart.to_owned(), reason: e.to_string() })
    }

    /// Writes a line of text; `y` is its baseline.
    pub fn text(
        &self,
        text: &str,
        (x, y): (f64, f64),
        size: f64,
        colour: RGBColor,
        anchor: Anchor,
    ) -> Result<(), ReportError> {
        let h = match anchor {
            Anchor::Left => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::Right => HPos::Right,
        };
        // plotters' `Top` puts the baseline 0.76 em below; its other anchors hang on `ex`, which readers
        // take from different fonts.
        let top = y - 0.76 * size;
        let style = TextStyle::from((FAMILY, size * FINE * PLOTTERS_SIZE).into_font())
            .color(&colour)
            .pos(Pos::new(h, VPos::Top));
        self.check(self.area.draw(&Text::new(text.to_owned(), at((x, top)), style)))
    }

    pub fn line(&self, points: &[(f64, f64)], colour: RGBColor, width: f64) -> Result<(), ReportError> {
        let style = colour.stroke_width(fine(width).max(1) as u32);
        let points: Vec<_> = points.iter().copied().map(at).collect();
        self.check(self.area.draw(&PathElement::new(points, style)))
    }

    /// A vertical dashed line.
    pub fn dashed(&self, x: f64, y0: f64, y1: f64, colour: RGBColor) -> Result<(), ReportError> {
        let mut y = y0.min(y1);
        let end = y0.max(y1);
        while y < end {
            self.line(&[(x, y), (x, (y + 3.5).min(end))], colour, 1.0)?;
            y += 6.0;
        }
        Ok(())
    }

    /// A filled shape; `alpha` 0–1.
    pub fn area(&self, outline: &[(f64, f64)], colour: RGBColor, alpha: f64) -> Result<(), ReportError> {
        let points: Vec<_> = outline.iter().copied().map(at).collect();
        self.check(self.area.draw(&Polygon::new(points, colour.mix(alpha).filled())))
    }

    /// A disc, or a white one with a coloured rim.
    pub fn dot(&self, centre: (f64, f64), r: f64, colour: RGBColor, full: bool) -> Result<(), ReportError> {
        let r = fine(r);
        let fill = if full { colour } else { WHITE };
        self.check(self.area.draw(&Circle::new(at(centre), r, fill.filled())))?;
        self.check(self.area.draw(&Circle::new(at(centre), r, colour.stroke_width(fine(1.3) as u32))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ab_glyph::Font;

    #[test]
    fn every_label_has_a_glyph() {
        let font = ab_glyph::FontRef::try_from_slice(FONT).unwrap();
        // The sources themselves, so that no message can be forgotten in a list.
        let said = [
            include_str!("lang.rs"),
            include_str!("number.rs"),
            include_str!("canvas.rs"),
            include_str!("analysis/words.rs"),
        ]
        .concat();
        let more = "普惠小微贷款余额增速与全市差涉农首贷户覆盖面综合融资成本不良率风险补偿基金代偿再贷款财政支出\
                    永川区中山路胜利路南大街茶山竹海大安陈食板桥金龙临江何埂松溉仙龙五间来苏宝峰双石红炉三教朱沱吉安青峰永荣卫星湖";
        let missing: String = said
            .chars()
            .chain(more.chars())
            .filter(|c| !c.is_control() && font.glyph_id(*c).0 == 0)
            .collect();
        assert!(missing.is_empty(), "no glyph for {missing}: add to assets/fonts/subset-chars.py");
    }

    #[test]
    fn widths_are_those_of_the_font() {
        assert!((text_width("贷款", 12.0) - 24.0).abs() < 0.1);
        assert!((text_width("0000", 10.0) - 22.2).abs() < 0.1);
    }

    #[test]
    fn lines_break_between_hanzi_and_words() {
        let lines = wrap("支持比例保持不变，2022 年起", 10.0, 62.0, 9);
        assert!(lines.len() > 1 && lines.iter().all(|l| !l.starts_with('，')), "{lines:?}");
        assert_eq!(wrap("one two three", 10.0, 45.0, 9), ["one two", "three"]);
        assert!(wrap("one two three", 10.0, 45.0, 1)[0].ends_with('…'));
        let long = "6500 万元风险补偿基金，放大 10 倍（1.5%）";
        assert_eq!(fit(long, 10.0, 1000.0), long);
        let short = fit(long, 10.0, 120.0);
        assert!(
            short.ends_with("…（1.5%）") && short.starts_with("6500 ") && text_width(&short, 10.0) <= 120.0,
            "{short}"
        );
        assert!(fit("A long name of an option (fee 1.5%)", 10.0, 120.0).ends_with("… (fee 1.5%)"));
        assert!(fit("no brackets anywhere in this name", 10.0, 60.0).ends_with('…'));
        assert_eq!(wrap("", 10.0, 45.0, 2), [""]);
    }
}
