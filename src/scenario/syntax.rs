//! What the TOML parser finds wrong: told once where one slip makes it complain of everything after, and in Chinese.
//! The parser has English words only; by their beginnings they are known here.
//! How the rest of a broken file is read is in `walk.rs`, how mistakes are drawn in `diagnose.rs`.

use std::collections::HashSet;
use std::ops::Range;

/// Where the parser complains, and its words.
type Complaint = (Range<usize>, String);

/// What is worth telling.
pub(super) struct Told {
    pub complaints: Vec<Complaint>,
    /// Where a bracket opens that is never closed: nothing after it was read as it was meant.
    pub silent_from: Option<usize>,
}

/// What is said of a quote that is not closed, instead of all that the parser says for it.
const UNCLOSED: &str = "this quote is not closed";

/// Of all complaints the first of each line, for a quote that is not closed the quote itself, and for a bracket that is
/// never closed the bracket instead of all that comes after it.
pub(super) fn worth_telling(text: &str, mut all: Vec<Complaint>) -> Told {
    let quotes = if all.is_empty() { Vec::new() } else { unclosed(text) };
    let open = all.iter().rev().find_map(|(_, words)| {
        let bracket = match head(words) {
            "unclosed array" => b'[',
            "unclosed inline table" => b'{',
            _ => return None,
        };
        Some((last_open(text, bracket)?, words.clone()))
    });
    let silent_from = open.as_ref().map(|(at, _)| *at);
    if let Some((at, words)) = open {
        all.retain(|(span, _)| span.start < at);
        // A text that runs on to the end of its line may have swallowed what closes the bracket.
        let closes = if text.as_bytes()[at] == b'[' { ']' } else { '}' };
        let swallowed = |q: &&Unclosed| q.line.end > at && text[q.text.clone()].contains(closes);
        match quotes.iter().find(swallowed) {
            Some(quote) => all.push((quote.culprit..quote.culprit + 1, UNCLOSED.to_owned())),
            None => all.push((at..at + 1, words)),
        }
    }
    for (span, words) in &mut all {
        let quote = quotes.get(quotes.partition_point(|q| q.line.end < span.start));
        if let Some(quote) = quote.filter(|q| q.line.start <= span.start) {
            (*span, *words) = (quote.culprit..quote.culprit + 1, UNCLOSED.to_owned());
        }
    }
    all.sort_by_key(|(span, _)| span.start);
    // Lines are counted on from one complaint to the next: a file may be long and full of them.
    let (mut line, mut at) = (0, 0);
    let mut seen = HashSet::new();
    all.retain(|(span, _)| {
        let to = span.start.min(text.len());
        line += text.as_bytes()[at..to].iter().filter(|&&b| b == b'\n').count();
        at = to;
        seen.insert(line)
    });
    Told { complaints: all, silent_from }
}

/// Calls `seen` with every byte outside texts and comments, and with the quote that opens a text of one line, and where
/// that text ends.
fn walk(bytes: &[u8], mut seen: impl FnMut(usize, u8, usize)) {
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        let from = at;
        match b {
            b'#' => at = find(bytes, at, b"\n"),
            b'"' | b'\'' if bytes[at..].starts_with(&[b; 3]) => at = find(bytes, at + 3, &[b; 3]) + 2,
            b'"' | b'\'' => at = end_of_text(bytes, at, b),
            _ => {}
        }
        seen(from, b, at);
        at += 1;
    }
}

/// Where the last bracket of a kind opens that is not closed, outside texts and comments.
fn last_open(text: &str, bracket: u8) -> Option<usize> {
    let mut open: Vec<(usize, u8)> = Vec::new();
    walk(text.as_bytes(), |at, b, _| match b {
        b'[' | b'{' => open.push((at, b)),
        b']' | b'}' => drop(open.pop_if(|(_, o)| *o + 2 == b)),
        _ => {}
    });
    open.into_iter().rev().find(|(_, b)| *b == bracket).map(|(at, _)| at)
}

/// A text that is not closed on its line.
struct Unclosed {
    line: Range<usize>,
    /// From its quote to the end of the line.
    text: Range<usize>,
    /// The quote to blame: that of an earlier text on the line which goes on up to the quote that should have opened the
    /// next (`"2023-03, value = "` before `0.8%`), else its own.
    culprit: usize,
}

/// Lines on which quotes do not pair.
fn unclosed(text: &str) -> Vec<Unclosed> {
    let bytes = text.as_bytes();
    let mut out: Vec<Unclosed> = Vec::new();
    let mut culprit: Option<usize> = None;
    walk(bytes, |at, b, end| match b {
        b'\n' | b'#' => culprit = None,
        b'"' | b'\'' if !bytes[at..].starts_with(&[b; 3]) => {
            if bytes.get(end).is_some_and(|&e| e == b) && end > at {
                let next = bytes.get(end + 1).copied().unwrap_or(b'\n');
                if !next.is_ascii_whitespace() && !b",]}#=.".contains(&next) {
                    culprit.get_or_insert(at);
                }
                return;
            }
            // A quote after a word opens nothing: what is missing stands before it.
            let opens = at == 0 || b" \t\n=[{,".contains(&bytes[at - 1]);
            if let Some(culprit) = culprit.take().or(opens.then_some(at)) {
                let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
                let end = find(bytes, at, b"\n");
                out.push(Unclosed { line: start..end, text: at..end, culprit });
            }
        }
        _ => {}
    });
    out
}

/// Where `what` comes next, or the end.
fn find(bytes: &[u8], from: usize, what: &[u8]) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.windows(what.len()).position(|w| w == what).map_or(bytes.len(), |n| from + n)
}

/// Where a text in `quote`s that begins at `from` ends: it does not go beyond its line.
fn end_of_text(bytes: &[u8], from: usize, quote: u8) -> usize {
    let mut at = from + 1;
    while let Some(&b) = bytes.get(at) {
        match b {
            b'\\' if quote == b'"' => at += 1,
            b'\n' => return at,
            b if b == quote => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// The parser's words without what it expected instead.
fn head(words: &str) -> &str {
    words.split(", expected ").next().unwrap_or(words)
}

/// Whether something is written twice.
pub(super) fn is_repeated(words: &str) -> bool {
    words.starts_with("duplicate key") || words.starts_with("cannot extend value")
}

/// The complaint in Chinese.
pub(super) fn in_chinese(words: &str) -> &'static str {
    let known = WORDS.iter().find(|(begins, _)| words.starts_with(begins));
    known.map_or("写法不合 TOML 语法", |(_, zh)| zh)
}

/// Beginnings of what the parser says, a longer one before a shorter one that begins it.
const WORDS: &[(&str, &str)] = &[
    ("`_` may only go between digits", "“_”只能写在数字之间"),
    ("cannot extend value", "这个键上面已有值，不能再写它的下级"),
    ("cannot recurse further", "括号嵌套过深"),
    ("carriage return must be followed by newline", "回车符之后缺少换行符"),
    ("duplicate key", "这个名称上面已经写过"),
    ("extra `=`", "多了一个“=”"),
    ("extra assignment", "多了一个“=”"),
    ("extra comma", "多了一个逗号"),
    ("integers with a radix", "整数的写法有误"),
    ("invalid basic string", "引号内的文字有误：缺少右引号，或“\\”用法不对"),
    ("invalid binary number", "整数的写法有误"),
    ("invalid boolean", "只能写 true 或 false；文字要加引号"),
    ("invalid comment character", "注释中有不能使用的控制字符"),
    ("invalid date-time", "日期的写法有误；年月要加引号"),
    ("invalid escape sequence", "“\\”用法不对；路径请用“/”"),
    ("invalid hexadecimal number", "整数的写法有误"),
    ("invalid inline table element", "大括号内应写“键 = 值”"),
    ("invalid key-value pair", "应写“键 = 值”"),
    ("invalid key", "键名有误"),
    ("invalid literal string", "引号内的文字有误：缺少右引号"),
    ("invalid multi-line", "三重引号内的文字有误：缺少右面的三重引号，或“\\”用法不对"),
    ("invalid octal number", "整数的写法有误"),
    ("invalid string", "文字有误：缺少引号"),
    ("invalid table", "表名的写法有误"),
    ("invalid unquoted key", "键名含有不能使用的字符；这样的键名要加引号"),
    // What is left of these is a number: exponent, float, fraction, integer, mantissa.
    ("invalid ", "不是正确的数；带单位的数值要加引号"),
    ("key with no value", "这个键没有值：写“键 = 值”"),
    ("keys cannot be multi-line", "键名不能跨行"),
    ("missing array opening", "缺少左括号“[”"),
    ("missing assignment", "键与值之间缺少“=”"),
    ("missing comma between array elements", "列表各项之间缺少逗号，或列表没有右括号“]”"),
    ("missing comma between key-value pairs", "大括号内各项之间缺少逗号，或缺少右大括号“}”"),
    ("missing comment start", "注释前缺少“#”"),
    ("missing escaped value", "“\\”之后缺少字符；路径请用“/”"),
    ("missing inline table opening", "缺少左大括号“{”"),
    ("missing key for inline table element", "大括号内缺少键名"),
    ("missing opening quote", "缺少左引号"),
    ("missing table open", "缺少左括号“[”"),
    ("missing value", "“=”之后缺少值"),
    ("radix must be lowercase", "整数的写法有误"),
    ("recursion limit", "括号嵌套过深"),
    ("redundant integer number prefix", "整数的写法有误"),
    ("redundant numeric sign", "数的正负号有误"),
    ("string values must be quoted", "文字要加引号"),
    (UNCLOSED, "这个引号没有对应的右引号"),
    ("too few unicode value digits", "“\\u”之后的位数不够"),
    ("unclosed array table", "表名缺少右括号“]]”"),
    ("unclosed array", "列表的括号“[”没有对应的“]”"),
    ("unclosed inline table", "大括号“{”没有对应的“}”"),
    ("unclosed table", "表名缺少右括号“]”"),
    ("unexpected `=` in array", "列表中不应有“=”；列表可能缺少右括号“]”"),
    ("unexpected content", "行末有多余的内容"),
    ("unexpected key or value", "此处不应有内容：一行只写一个“键 = 值”"),
    ("unexpected leading zero", "数的前面多了 0"),
    ("unexpected sign", "数的正负号有误"),
    ("unquoted keys cannot be empty", "键名不能为空"),
];

#[cfg(test)]
mod tests {
    use toml::de::DeTable;

    use super::*;

    fn told(text: &str) -> Told {
        let (_, errors) = DeTable::parse_recoverable(text);
        let all = errors.iter().map(|e| (e.span().unwrap_or(0..0), e.message().to_owned()));
        worth_telling(text, all.collect())
    }

    #[test]
    fn a_bracket_left_open_is_told_once_and_where_it_opens() {
        let rest = "b = \"x]\" # ]\n\n[table]\nc = '''\n]'''\n[[list]]\nd = { e = 1 }\n";
        for (line, bracket) in [("a = [{ from = \"2024\" }", '['), ("a = { b = [1, 2], c = \"}\"", '{')] {
            let text = format!("z = 0\n{line}\n{rest}");
            let told = told(&text);
            let at = text.find(bracket).unwrap();
            assert_eq!(told.silent_from, Some(at), "{text}");
            let places: Vec<usize> = told.complaints.iter().map(|(span, _)| span.start).collect();
            assert_eq!(places, [at], "{text}");
        }
        // What is wrong before it is told too.
        assert_eq!(told("y = 0.8%\na = [1\n").complaints.len(), 2);
    }

    #[test]
    fn a_quote_left_open_is_told_where_it_opens() {
        for (line, blamed) in [
            ("a = { b = \"担保, c = \"d\" }", "\"担"),
            ("a = { b = '担保, c = \"d\" }", "'担"),
            ("a = [{ from = \"2023-03, value = \"0.8%\" }]", "\"2023"),
            ("a = [{ from = \"2023-03\", value = \"0.8% }] # 注", "\"0.8"),
            ("a = \"0.8%", "\"0.8"),
            ("a = [\n  \"b\",\n  \"c,\n]", "\"c"),
        ] {
            let text = format!("z = 0\n{line}\ny = 1\n");
            let told = told(&text);
            let places: Vec<usize> = told.complaints.iter().map(|(span, _)| span.start).collect();
            assert_eq!(places, [text.find(blamed).unwrap()], "{text}");
            assert!(in_chinese(&told.complaints[0].1).contains("这个引号"), "{text}");
        }
        // A file full of them is told line by line, and soon.
        assert_eq!(told(&"a = { b = \"c, d = \"e\" }\n".repeat(20_000)).complaints.len(), 20_000);
        // What lacks its left quote is no open text, and a comment may hold any number of quotes.
        for text in ["a = { b = 0.8%\" }\n", "a = 0.8% # \"it's\n", "a = it's\n", "a = \"\"\"x\ny\"\n"] {
            assert!(told(text).complaints.iter().all(|(_, words)| words != UNCLOSED), "{text}");
        }
    }

    #[test]
    fn a_line_is_complained_of_once() {
        let told = told("a = 0.8% 0.9% x\nb = 1\nb = 2\nc = \"x\n");
        let text: Vec<&str> = told.complaints.iter().map(|(_, words)| in_chinese(words)).collect();
        assert_eq!(text.len(), 3, "{text:?}");
        assert!(text[1].contains("已经写过") && text[2].contains("右引号"), "{text:?}");
        assert_eq!(told.silent_from, None);
    }

    #[test]
    fn every_complaint_has_its_words_in_chinese() {
        let broken = [
            "a = 0.8%",
            "a = 1_",
            "a = \"x",
            "a = 'x",
            "a = \"\"\"x",
            "a = tru",
            "a = x y",
            "a =",
            "a",
            "= 1",
            "a = = 1",
            "a = [1 2]",
            "a = [1,,2]",
            "a = [1",
            "a = {b = 1",
            "a = {b}",
            "a = {b = 1 c = 2}",
            "a = {,}",
            "[a",
            "[[a",
            "[a]\n[a]",
            "a = 1\na = 2",
            "a = 1\na.b = 2",
            "[a] b = 1",
            "a = 1 b = 2",
            "a = 01",
            "a = ++1",
            "a = 0xG",
            "a = 0Xf",
            "a = -0x1",
            "a = \"\\q\"",
            "a = \"\\u12\"",
            "a = 2024-13-01",
            "a! = 1",
            "a = 1e",
            "a = 1.",
            "a = ]",
            "a = }",
            "]",
            "a = {b = }",
            "\"\"\"a\"\"\" = 1",
            ".a = 1",
            "a..b = 1",
            "a = 1\rb = 2",
            "# \u{1}",
            "a = {= 1}",
        ];
        for text in broken {
            let (_, errors) = DeTable::parse_recoverable(text);
            assert!(!errors.is_empty(), "{text} is fine");
            for e in errors {
                let known = WORDS.iter().any(|(begins, _)| e.message().starts_with(begins));
                assert!(known, "{text}: {}", e.message());
            }
        }
    }
}
