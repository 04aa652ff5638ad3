//! Mistakes with their places: collected over all files, sorted, drawn for people or listed for
//! scripts. What each mistake says is in `mistake.rs`.
//! Nothing is printed here: `cli` decides where a rendered text goes.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity,
    SourceCode, SourceSpan, SpanContents,
};
use serde::Serialize;

use super::mistake::Mistake;
use super::source::{SourceFile, Unread};
use crate::units::Lang;

/// Mistakes that are kept: a file with more is no scenario, and nobody reads on.
pub(super) const MOST: usize = 200;

/// Longest stretch of a line that is drawn, in bytes.
const LONGEST_DRAWN: usize = 4000;

/// Stands for a hyphen while a text is broken into lines: names and options are copied whole.
const UNBROKEN_HYPHEN: &str = "\u{2011}";

/// Where something stands: a source of the [`Diagnostics`] and, if in its text, the byte span.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    pub source: usize,
    pub span: Option<Range<usize>>,
}

/// One mistake at its place; `key` is the dotted key it concerns, or empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub place: Place,
    pub key: String,
    pub mistake: Mistake,
}

/// All mistakes of all files, with the texts they stand in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnostics {
    pub sources: Vec<Arc<SourceFile>>,
    pub items: Vec<Diagnostic>,
}

/// A mistake as scripts and tables want it; line and column from 1, 0 where it concerns the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub severity: &'static str,
    pub code: &'static str,
    pub key: String,
    pub message: String,
    pub help: String,
}

impl Diagnostics {
    /// Adds a source and returns its number.
    pub(crate) fn source(&mut self, file: SourceFile) -> usize {
        self.sources.push(Arc::new(file));
        self.sources.len() - 1
    }

    /// Adds a mistake, once; after [`MOST`] of them says only that there are more.
    pub(crate) fn add(&mut self, place: Place, key: &str, mistake: Mistake) {
        let (place, key, mistake) = match self.items.len() {
            n if n < MOST => (place, key, mistake),
            MOST => (Place { source: place.source, span: None }, "", Mistake::TooMany { most: MOST }),
            _ => return,
        };
        let item = Diagnostic { place, key: key.to_owned(), mistake };
        if !self.items.contains(&item) {
            self.items.push(item);
        }
    }

    /// Adds a mistake about a whole source.
    pub(crate) fn add_file(&mut self, source: usize, mistake: Mistake) {
        self.add(Place { source, span: None }, "", mistake);
    }

    /// Adds a file that could not be read, with the place up to which it could.
    pub(crate) fn add_unread(&mut self, name: String, unread: Unread) {
        let Unread { mistake, before } = unread;
        let at = before.len();
        let span = matches!(mistake, Mistake::Encoding(_)).then_some(at..at);
        let source = self.source(SourceFile { name, text: before });
        self.add(Place { source, span }, "", mistake);
    }

    /// Takes over what another collection found.
    pub(crate) fn absorb(&mut self, other: Diagnostics) {
        let shift = self.sources.len();
        self.sources.extend(other.sources);
        for mut item in other.items {
            item.place.source += shift;
            self.items.push(item);
        }
    }

    /// Whether anything here keeps the program from going on.
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(|d| !d.mistake.is_warning())
    }

    /// Whether a source has an error at a key that begins so.
    pub(crate) fn has_error_in(&self, source: usize, beginning: &str) -> bool {
        let there = |d: &&Diagnostic| d.place.source == source && d.key.starts_with(beginning);
        self.items.iter().filter(there).any(|d| !d.mistake.is_warning())
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Sorts by file and place, so that the order does not hang on how files were walked.
    pub(crate) fn sorted(mut self) -> Self {
        self.items.sort_by_key(|d| (d.place.source, d.place.span.as_ref().map(|s| (s.start, s.end))));
        self
    }

    fn file(&self, place: &Place) -> Option<&Arc<SourceFile>> {
        self.sources.get(place.source)
    }

    /// Name, line and column of a place; zeros where it concerns a whole file.
    pub fn locate(&self, place: &Place) -> (String, usize, usize) {
        let Some(file) = self.file(place) else { return (String::new(), 0, 0) };
        let (line, column) = place.span.as_ref().map_or((0, 0), |s| file.line_column(s.start));
        (file.name.clone(), line, column)
    }

    /// The list for scripts, in the order of files and places.
    pub fn list(&self, lang: Lang) -> Vec<Listed> {
        self.items
            .iter()
            .map(|d| {
                let (file, line, column) = self.locate(&d.place);
                Listed {
                    file,
                    line,
                    column,
                    severity: if d.mistake.is_warning() { "warning" } else { "error" },
                    code: d.mistake.code(),
                    key: d.key.clone(),
                    message: d.mistake.message(lang),
                    help: d.mistake.help(lang).unwrap_or_default(),
                }
            })
            .collect()
    }

    /// Draws all mistakes with the lines they stand in; `width` in terminal columns.
    pub fn render(&self, lang: Lang, width: usize, color: bool) -> String {
        let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(width.max(40)).with_links(false);
        let mut out = String::new();
        for d in &self.items {
            let drawn = Drawn::new(self, d, lang);
            let mut one = String::new();
            if handler.render_report(&mut one, &drawn).is_err() {
                one.clone_from(&drawn.message);
            }
            let one = one.replace(UNBROKEN_HYPHEN, "-");
            // The drawing library knows one language; both words are six columns wide.
            out.push_str(&if lang == Lang::Zh { one.replace("  help: ", "  提示：") } else { one });
            out.push('\n');
        }
        let errors = self.items.iter().filter(|d| !d.mistake.is_warning()).count();
        let warnings = self.items.len() - errors;
        let line = match lang {
            Lang::Zh => format!("共 {errors} 处错误，{warnings} 处提醒\n"),
            Lang::En => format!("{errors} error(s), {warnings} warning(s)\n"),
        };
        out + &line
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for l in self.list(Lang::En) {
            write!(f, "{}:{}:{}: {}[{}]", l.file, l.line, l.column, l.severity, l.code)?;
            let key = if l.key.is_empty() { String::new() } else { format!(" {}:", l.key) };
            writeln!(f, "{key} {}{}{}", l.message, if l.help.is_empty() { "" } else { "; " }, l.help)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// A text to draw from. Columns count characters, as everywhere here and in editors; the drawing library counts bytes.
#[derive(Debug)]
struct Text(Arc<SourceFile>);

impl SourceCode for Text {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let found = self.0.text.read_span(span, before, after)?;
        // With lines before it, what is drawn begins at the start of one.
        let column = if before == 0 { self.0.line_column(span.offset()).1 - 1 } else { found.column() };
        let (name, part, line) = (self.0.name.clone(), *found.span(), found.line());
        let lines = found.line_count();
        Ok(Box::new(MietteSpanContents::new_named(name, found.data(), part, line, column, lines)))
    }
}

/// One mistake as the drawing library wants it.
#[derive(Debug)]
struct Drawn {
    message: String,
    code: &'static str,
    help: Option<String>,
    warning: bool,
    source: Option<Text>,
    label: Option<LabeledSpan>,
}

impl Drawn {
    fn new(all: &Diagnostics, d: &Diagnostic, lang: Lang) -> Self {
        let file = all.file(&d.place);
        let message = d.mistake.message(lang);
        let label = file.and_then(|f| {
            let span = f.clamp(d.place.span.as_ref()?);
            // What is no text cannot be drawn.
            if matches!(d.mistake, Mistake::Encoding(_)) || !drawable(&f.text, span.start) {
                return None;
            }
            // A span over many lines is drawn by its first line: the rest is no news.
            let first = f.text[span.clone()].find('\n').map_or(span.end, |n| span.start + n);
            let text = if d.key.is_empty() { None } else { Some(d.key.clone()) };
            Some(LabeledSpan::new_primary_with_span(text, (span.start, first - span.start)))
        });
        let message = match all.locate(&d.place) {
            (name, ..) if label.is_some() || name.is_empty() => message,
            (name, 0, _) => format!("{name}: {message}"),
            (name, line, column) => format!("{name}:{line}:{column}: {message}"),
        };
        let source = match (&label, file) {
            (Some(_), Some(f)) => Some(Text(Arc::clone(f))),
            _ => None,
        };
        let whole = |text: String| text.replace('-', UNBROKEN_HYPHEN);
        Drawn {
            message: whole(message),
            code: d.mistake.code(),
            help: d.mistake.help(lang).map(whole),
            warning: d.mistake.is_warning(),
            source,
            label,
        }
    }
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawn {}

impl miette::Diagnostic for Drawn {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }
    fn severity(&self) -> Option<Severity> {
        Some(if self.warning { Severity::Warning } else { Severity::Error })
    }
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|h| Box::new(h) as Box<dyn fmt::Display>)
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|s| s as &dyn SourceCode)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.label.clone().into_iter()))
    }
}

/// Whether the line at `offset` and its neighbours are short enough to draw: the drawing library
/// pads lines and breaks down over very long ones.
fn drawable(text: &str, offset: usize) -> bool {
    let before = text[..offset].rsplit('\n').take(2);
    let after = text[offset..].split('\n').take(2);
    before.chain(after).all(|part| part.len() <= LONGEST_DRAWN)
}
