//! Reading what the user wrote: bytes → text, or the reason why not.
//!
//! Only regular files of at most [`MAX_BYTES`] in UTF-8 are read; a byte-order mark and CRLF line
//! ends are accepted. Other encodings are recognised in order to be named. No meaning lives here.

use std::fs::{self, File};
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use super::mistake::{Encoding, FileKind, Mistake};

/// Largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 1_000_000;

/// One text with the name under which messages speak of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceFile {
    pub name: String,
    pub text: String,
}

impl SourceFile {
    /// Line and column of a byte offset, both from 1; columns count characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[..end];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        (before.bytes().filter(|&b| b == b'\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The span, cut down to what the text has and to whole characters.
    pub fn clamp(&self, span: &Range<usize>) -> Range<usize> {
        let floor = |mut i: usize| {
            i = i.min(self.text.len());
            while !self.text.is_char_boundary(i) {
                i -= 1;
            }
            i
        };
        let start = floor(span.start);
        start..floor(span.end).max(start)
    }
}

/// Why a file is no text, and what stands in it before the first byte that is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Unread {
    pub mistake: Mistake,
    pub before: String,
}

impl From<Mistake> for Unread {
    fn from(mistake: Mistake) -> Unread {
        Unread { mistake, before: String::new() }
    }
}

impl Unread {
    /// Of a file that is no scenario: what a scenario needs is no remedy for it.
    pub fn of_another_kind(mut self) -> Unread {
        if self.mistake == Mistake::Empty {
            self.mistake = Mistake::NoRows;
        }
        self
    }
}

/// Reads a file as text.
///
/// # Errors
/// The one [`Mistake`] that keeps it from being read.
pub fn read(path: &Path) -> Result<String, Unread> {
    let meta = fs::metadata(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Mistake::missing(),
        _ => Mistake::Unreadable { why: e.to_string() },
    })?;
    if meta.is_dir() {
        return Err(Mistake::NotAFile { what: FileKind::Directory }.into());
    }
    if !meta.is_file() {
        return Err(Mistake::NotAFile { what: FileKind::Device }.into());
    }
    if meta.len() > MAX_BYTES {
        return Err(Mistake::TooLarge { bytes: meta.len() }.into());
    }
    let mut bytes = Vec::new();
    // A regular file may still grow, or claim no length (as under /proc).
    let read = File::open(path).and_then(|f| f.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    match read {
        Err(e) => Err(Mistake::Unreadable { why: e.to_string() }.into()),
        Ok(n) if n as u64 > MAX_BYTES => Err(Mistake::TooLarge { bytes: n as u64 }.into()),
        Ok(_) => decode(&bytes),
    }
}

/// Bytes as text without byte-order mark and with plain line ends.
///
/// # Errors
/// [`Mistake::Encoding`] naming the encoding where it is recognised, [`Mistake::Empty`].
pub fn decode(bytes: &[u8]) -> Result<String, Unread> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(Mistake::Encoding(Encoding::Utf16 { marked: true }).into());
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if text.trim().is_empty() => Err(Mistake::Empty.into()),
        _ if looks_like_utf16(bytes) => Err(Mistake::Encoding(Encoding::Utf16 { marked: false }).into()),
        Ok(text) if is_binary(text.as_bytes()) => Err(Mistake::Encoding(Encoding::Binary).into()),
        Ok(text) => Ok(text.replace("\r\n", "\n")),
        Err(e) => {
            let offset = e.valid_up_to();
            let encoding = match (is_binary(bytes), looks_like_gbk(bytes)) {
                (true, _) => return Err(Mistake::Encoding(Encoding::Binary).into()),
                (false, true) => Encoding::Gbk { offset },
                (false, false) => Encoding::Unknown { offset },
            };
            let before = String::from_utf8_lossy(&bytes[..offset]).replace("\r\n", "\n");
            Err(Unread { mistake: Mistake::Encoding(encoding), before })
        }
    }
}

/// Whether it holds control characters that no text of any encoding has.
fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().any(|b| matches!(b, 0x00..=0x08 | 0x0E..=0x1A | 0x1C..=0x1F))
}

/// Whether zeros stand where UTF-16 has them: before or after each Latin letter, hardly ever both.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    even.max(odd) * 5 > bytes.len() && even.min(odd) * 10 < even.max(odd)
}

/// Whether every byte above ASCII belongs to a valid GBK pair.
fn looks_like_gbk(bytes: &[u8]) -> bool {
    let mut pairs = 0usize;
    let mut i = 0;
    while i < bytes.len() {
        match (bytes[i], bytes.get(i + 1)) {
            (0x00..=0x7F, _) => i += 1,
            (0x81..=0xFE, Some(&trail)) if (0x40..=0xFE).contains(&trail) && trail != 0x7F => {
                pairs += 1;
                i += 2;
            }
            _ => return false,
        }
    }
    pairs > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_named() {
        let gbk = b"title = \"\xd3\xc0\xb4\xa8\"\n"; // 永川
        let why = |bytes: &[u8]| decode(bytes).unwrap_err().mistake;
        assert_eq!(why(gbk), Mistake::Encoding(Encoding::Gbk { offset: 9 }));
        assert_eq!(why(b"\xFF\xFEa\0"), Mistake::Encoding(Encoding::Utf16 { marked: true }));
        assert_eq!(why(b"a\0b\0c\0"), Mistake::Encoding(Encoding::Utf16 { marked: false }));
        // In the other byte order, with Chinese characters.
        assert_eq!(
            why(b"\0a\0=\0\"\x62\xc5\x4f\xdd\0\"\0\n"),
            Mistake::Encoding(Encoding::Utf16 { marked: false })
        );
        // Pairs that could be GBK do not make a text of what has control characters.
        assert_eq!(why(b"\xd3\xc0\x01\x02"), Mistake::Encoding(Encoding::Binary));
        assert_eq!(why(b"PK\x03\x04 and so on"), Mistake::Encoding(Encoding::Binary));
        assert_eq!(why(b"a\xFFb"), Mistake::Encoding(Encoding::Unknown { offset: 1 }));
        assert_eq!(decode(b"a = 1\r\nb = \xFF").unwrap_err().before, "a = 1\nb = ");
        assert_eq!(decode(b"\xEF\xBB\xBFa = 1\r\nb = 2\r\n").unwrap(), "a = 1\nb = 2\n");
        assert_eq!(why(b" \r\n\t"), Mistake::Empty);
    }

    #[test]
    fn only_regular_files_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let why = |path: &Path| read(path).unwrap_err().mistake;
        assert_eq!(why(dir.path()), Mistake::NotAFile { what: FileKind::Directory });
        assert_eq!(why(&dir.path().join("none")), Mistake::missing());
        let big = dir.path().join("big.toml");
        fs::write(&big, vec![b'#'; 1_000_001]).unwrap();
        assert_eq!(why(&big), Mistake::TooLarge { bytes: 1_000_001 });
        if cfg!(unix) {
            assert_eq!(why(Path::new("/dev/zero")), Mistake::NotAFile { what: FileKind::Device });
        }
    }

    #[test]
    fn columns_count_characters() {
        let f = SourceFile { name: String::new(), text: "甲 = 1\n乙丙 = 2\n".into() };
        let at = f.text.find('2').unwrap();
        assert_eq!(f.line_column(at), (2, 6));
        assert_eq!(f.line_column(9999), (3, 1));
        assert_eq!(f.clamp(&(1..2)), 0..0);
    }
}
