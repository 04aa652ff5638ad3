//! A table of points from CSV or XLSX: its cells as texts, each with its place.
//!
//! A sheet is laid out as lines of text, row by row, so that a mistake in it is shown like one in a file. What the cells mean
//! is in `tabled.rs`. A byte-order mark and CRLF are accepted; GBK is named.

use std::io::Cursor;
use std::ops::Range;
use std::path::Path;

use calamine::{Data, Reader, Xlsx};

use crate::scenario::{Diagnostics, IllDesigned, Mistake, Place, SourceFile, decode};

/// Largest table, in bytes.
const MAX_BYTES: u64 = 64_000_000;

/// One cell: what stands in it, and where.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    pub text: String,
    pub span: Range<usize>,
}

/// A table whose first row is its header; empty rows are left out.
pub(super) struct Table {
    /// Its number among the sources.
    pub source: usize,
    pub header: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    pub bytes: Vec<u8>,
}

/// Reads a table; what is wrong is said at `at` if it has no place of its own.
pub(super) fn read(
    bag: &mut Diagnostics,
    path: &Path,
    sheet: Option<&(String, Place)>,
    at: &Place,
) -> Option<Table> {
    let bytes = match bytes(path) {
        Ok(bytes) => bytes,
        Err(mistake) => {
            bag.add(at.clone(), "table", mistake);
            return None;
        }
    };
    let name = path.display().to_string();
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    let (name, text, separator) = if ending == "xlsx" {
        match lines_of_sheet(&bytes, sheet.map(|(s, _)| s.as_str())) {
            Ok((found, text)) => (format!("{name} [{found}]"), text, '\t'),
            Err(ill) => {
                let at = sheet.map_or(at, |(_, place)| place);
                bag.add(at.clone(), "table", Mistake::design(ill));
                return None;
            }
        }
    } else {
        match decode(&bytes) {
            Ok(text) => {
                let separator = separator(&text);
                (name, text, separator)
            }
            Err(unread) => {
                bag.add_unread(name, unread.of_another_kind());
                return None;
            }
        }
    };
    let mut records = cells(&text, separator).into_iter();
    let header = records.next().unwrap_or_default();
    let source = bag.source(SourceFile { name, text });
    Some(Table { source, header, rows: records.collect(), bytes })
}

fn bytes(path: &Path) -> Result<Vec<u8>, Mistake> {
    let ill = |why: String| Mistake::design(IllDesigned::NoTable { why });
    let meta = std::fs::metadata(path).map_err(|e| ill(format!("{}: {e}", path.display())))?;
    if !meta.is_file() || meta.len() > MAX_BYTES {
        return Err(ill(format!("{}: {} bytes, at most {MAX_BYTES} of a file", path.display(), meta.len())));
    }
    std::fs::read(path).map_err(|e| ill(format!("{}: {e}", path.display())))
}

/// Comma, or what the header has instead.
fn separator(text: &str) -> char {
    let header = text.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
    [',', ';', '\t'].into_iter().find(|c| header.contains(*c)).unwrap_or(',')
}

/// A sheet's name and its cells as lines, one a row from the first row of the sheet.
fn lines_of_sheet(bytes: &[u8], wanted: Option<&str>) -> Result<(String, String), IllDesigned> {
    let unreadable = |e: calamine::XlsxError| IllDesigned::NoTable { why: e.to_string() };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let known = book.sheet_names();
    let name = match wanted {
        Some(name) => known.iter().find(|n| *n == name).cloned(),
        None => known.first().cloned(),
    };
    let Some(name) = name else {
        return Err(IllDesigned::NoSheet { sheet: wanted.unwrap_or_default().to_owned(), known });
    };
    let range = book.worksheet_range(&name).map_err(unreadable)?;
    let mut text = String::new();
    let (above, left) = range.start().unwrap_or((0, 0));
    (0..above).for_each(|_| text.push('\n'));
    for row in range.rows() {
        let mut line: Vec<String> = vec![String::new(); left as usize];
        line.extend(row.iter().map(|cell| match cell {
            Data::Empty => String::new(),
            Data::String(s) => s.replace(['\t', '\n', '\r'], " "),
            Data::Float(x) => format!("{x}"),
            other => other.to_string(),
        }));
        text += line.join("\t").trim_end_matches('\t');
        text.push('\n');
    }
    Ok((name, text))
}

/// The cells of all rows that are not empty. A cell may stand in quotes, a quote in it doubled.
fn cells(text: &str, separator: char) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    let mut row: Vec<Cell> = Vec::new();
    let (mut start, mut cell, mut quoted) = (0, String::new(), false);
    let mut chars = text.char_indices().peekable();
    let mut ended = |row: &mut Vec<Cell>| {
        let row = std::mem::take(row);
        if row.iter().any(|c| !c.text.is_empty()) {
            rows.push(row);
        }
    };
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if quoted && chars.peek().is_some_and(|(_, next)| *next == '"') => {
                cell.push('"');
                chars.next();
            }
            '"' if quoted || cell.trim().is_empty() => quoted = !quoted,
            c if !quoted && (c == separator || c == '\n') => {
                row.push(Cell { text: std::mem::take(&mut cell).trim().to_owned(), span: start..at });
                start = at + c.len_utf8();
                if c == '\n' {
                    ended(&mut row);
                }
            }
            c => cell.push(c),
        }
    }
    row.push(Cell { text: cell.trim().to_owned(), span: start..text.len() });
    ended(&mut row);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, separator: char) -> Vec<Vec<String>> {
        let rows = cells(text, separator);
        rows.into_iter().map(|r| r.into_iter().map(|c| c.text).collect()).collect()
    }

    #[test]
    fn cells_are_found_with_their_places() {
        assert_eq!(
            texts("a,b\n1, \"2,5\" \n\n,\n3,\"x\"\"y\"", ','),
            [["a", "b"], ["1", "2,5"], ["3", "x\"y"]]
        );
        let rows = cells("费率,b\n1%,22\n", ',');
        assert_eq!(rows[1][1].span, 12..14);
        assert_eq!((separator("a;b"), separator("\na\tb"), separator("a")), (';', '\t', ','));
    }
}
