//! One block of runs as one Parquet file: written, read back, and told apart from what is torn, foreign or changed.
//! Columns and metadata are those of `docs/sweeps.md`; which runs a block holds is in `layout.rs`, the folder in `folder.rs`.
//!
//! A part carries a seal over all bytes before its footer and over its own metadata, so that validating needs no decoding; the
//! footer is compared with a new encoding of the same rows where the program is the one that wrote it.

use std::fs::File;
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::column::reader::{ColumnReader, get_typed_column_reader};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type};

use super::FORMAT;
use crate::units::Lang;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// INT64, never null.
    Long,
    /// INT32; null only where the column is optional.
    Int,
    /// UTF-8; null only where the column is optional.
    Text,
    /// DOUBLE; NaN stands for null where the column is optional.
    Real,
}

/// One column of every part of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    pub optional: bool,
    /// Unit of its values; empty for what has none.
    pub unit: String,
}

/// Values of a column, row by row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    Long(Vec<i64>),
    Int(Vec<Option<i32>>),
    Text(Vec<Option<Arc<str>>>),
    Real(Vec<f64>),
}

impl Cells {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Cells::Long(v) => v.len(),
            Cells::Int(v) => v.len(),
            Cells::Text(v) => v.len(),
            Cells::Real(v) => v.len(),
        }
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// A cell as text, empty where null.
    pub fn text(&self, row: usize) -> String {
        let number = |v: f64| if v.is_finite() { v.to_string() } else { String::new() };
        match self {
            Cells::Long(v) => v[row].to_string(),
            Cells::Int(v) => v[row].map_or_else(String::new, |v| v.to_string()),
            Cells::Text(v) => v[row].as_deref().unwrap_or("").to_owned(),
            Cells::Real(v) => number(v[row]),
        }
    }
}

/// Columns of a sweep in their order: `x` are factors, `values` indicators, each with its unit.
pub fn columns(x: &[(String, String)], values: &[(String, String)], monthly: bool) -> Vec<Column> {
    let column =
        |name: &str, kind, optional| Column { name: name.to_owned(), kind, optional, unit: String::new() };
    let real = |name: String, optional, unit: &String| Column {
        name,
        kind: Kind::Real,
        optional,
        unit: unit.clone(),
    };
    let mut out = vec![
        column("run", Kind::Long, false),
        column("point", Kind::Int, false),
        column("scenario", Kind::Text, false),
        column("replication", Kind::Int, false),
        column("year", Kind::Int, true),
    ];
    if monthly {
        out.push(column("month", Kind::Int, true));
    }
    out.extend([column("reason", Kind::Text, true), column("record", Kind::Text, true)]);
    out.extend(x.iter().map(|(name, unit)| real(format!("x.{name}"), false, unit)));
    out.extend(values.iter().map(|(name, unit)| real(name.clone(), true, unit)));
    out
}

/// What a part says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub plan: String,
    pub version: String,
    pub code: String,
    pub block: u64,
    pub runs: Range<u64>,
}

/// What is wrong with a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// The disk does not give it out.
    Unreadable(String),
    /// Not begun like a Parquet file.
    NoParquet,
    /// Ends before its end.
    Truncated,
    /// Its end is there but makes no sense.
    Torn(String),
    /// Whole, but of another plan.
    ForeignPlan(String),
    /// Whole, but of another version or other sources.
    ForeignProgram { version: String, code: String },
    /// Whole, but another block of this plan.
    WrongBlock(u64),
    /// Bytes changed since it was written.
    Changed,
    /// Its number is in no block of the plan.
    Stray,
}

impl Damage {
    /// One clause in either language.
    pub fn message(&self, lang: Lang) -> String {
        use Damage::{
            Changed, ForeignPlan, ForeignProgram, NoParquet, Stray, Torn, Truncated, Unreadable, WrongBlock,
        };
        let short = |hash: &str| hash.chars().take(8).collect::<String>();
        match (self, lang) {
            (Unreadable(why), Lang::Zh) => format!("无法读取（{why}）"),
            (Unreadable(why), Lang::En) => format!("cannot be read ({why})"),
            (NoParquet, Lang::Zh) => "不是 Parquet 文件".into(),
            (NoParquet, Lang::En) => "is no Parquet file".into(),
            (Truncated, Lang::Zh) => "不完整，结尾缺失".into(),
            (Truncated, Lang::En) => "is cut short, its end is missing".into(),
            (Torn(why), Lang::Zh) => format!("已损坏，结尾无法读懂（{why}）"),
            (Torn(why), Lang::En) => format!("is torn, its end makes no sense ({why})"),
            (ForeignPlan(found), Lang::Zh) => format!("属于另一个计划（{}）", short(found)),
            (ForeignPlan(found), Lang::En) => format!("belongs to another plan ({})", short(found)),
            (ForeignProgram { version, code }, Lang::Zh) => {
                format!("由另一版本的程序写入（{version}，{code}）")
            }
            (ForeignProgram { version, code }, Lang::En) => {
                format!("was written by another program ({version}, {code})")
            }
            (WrongBlock(found), Lang::Zh) => format!("内容是第 {found} 块，与文件名不符"),
            (WrongBlock(found), Lang::En) => format!("holds block {found}, not the one its name says"),
            (Changed, Lang::Zh) => "写入后内容被改动".into(),
            (Changed, Lang::En) => "was changed after it was written".into(),
            (Stray, Lang::Zh) => "不属于计划中的任何一块".into(),
            (Stray, Lang::En) => "belongs to no block of the plan".into(),
        }
    }
}

/// Name of a block's part inside `timeseries/`.
pub fn file_name(block: u64) -> String {
    format!("part-{block:07}.parquet")
}

/// The block a part's name stands for.
pub fn block_of(path: &Path) -> Option<u64> {
    path.file_name()?.to_str()?.strip_prefix("part-")?.strip_suffix(".parquet")?.parse().ok()
}

/// Whether the metadata of a file's own making hold it together.
fn seal(stamp: &Stamp, units: &str, body: &[u8]) -> String {
    let mut h = blake3::Hasher::new();
    let (block, runs) = (stamp.block.to_string(), range(&stamp.runs));
    for text in [FORMAT, &stamp.plan, &stamp.version, &stamp.code, &block, &runs, units] {
        h.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
    }
    h.update(body).finalize().to_hex().to_string()
}

fn range(runs: &Range<u64>) -> String {
    format!("{}..{}", runs.start, runs.end)
}

fn units(columns: &[Column]) -> String {
    let with = columns.iter().filter(|c| !c.unit.is_empty());
    let map: serde_json::Map<String, serde_json::Value> =
        with.map(|c| (c.name.clone(), serde_json::Value::from(c.unit.as_str()))).collect();
    serde_json::Value::Object(map).to_string()
}

/// Writes columns as Parquet, one row group at a time.
pub struct Writer<W: Write + Send>(SerializedFileWriter<W>);

impl<W: Write + Send> Writer<W> {
    /// Begins a file of these columns.
    ///
    /// # Errors
    /// Of the library or of `out`.
    pub fn new(out: W, columns: &[Column]) -> Result<Writer<W>, ParquetError> {
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            // A file is read whole; what a reader may skip by is not worth a second truth.
            .set_statistics_enabled(EnabledStatistics::None)
            .set_offset_index_disabled(true);
        for c in columns.iter().filter(|c| c.kind == Kind::Real && c.optional) {
            // No two outcomes are alike: a dictionary would hold them all.
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(c.name.as_str()), false);
        }
        let fields = columns.iter().map(|c| field(c).map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
        let schema = Type::group_type_builder("puhui").with_fields(fields).build()?;
        SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties.build())).map(Writer)
    }

    /// Writes a row group.
    ///
    /// # Errors
    /// Where `cells` do not fit `columns`, which is a fault of the caller, or of what is written to.
    pub fn group(&mut self, columns: &[Column], cells: &[Cells]) -> Result<(), ParquetError> {
        let mut group = self.0.next_row_group()?;
        for (column, cells) in columns.iter().zip(cells) {
            let mut out = group
                .next_column()?
                .ok_or_else(|| ParquetError::General(format!("no column `{}`", column.name)))?;
            let optional = column.optional;
            macro_rules! put {
                ($type:ty, $values:expr, $levels:expr) => {{
                    let levels: Option<&[i16]> = $levels;
                    out.typed::<$type>().write_batch($values, levels, None)?;
                }};
            }
            match cells {
                Cells::Long(v) => put!(Int64Type, v, None),
                Cells::Int(v) => {
                    let levels: Vec<i16> = v.iter().map(|v| i16::from(v.is_some())).collect();
                    let dense: Vec<i32> = v.iter().filter_map(|v| *v).collect();
                    put!(Int32Type, &dense, optional.then_some(&levels));
                }
                Cells::Text(v) => {
                    let levels: Vec<i16> = v.iter().map(|v| i16::from(v.is_some())).collect();
                    let dense: Vec<ByteArray> = v.iter().flatten().map(|t| ByteArray::from(&**t)).collect();
                    put!(ByteArrayType, &dense, optional.then_some(&levels));
                }
                Cells::Real(v) => {
                    let levels: Vec<i16> = v.iter().map(|v| i16::from(v.is_finite())).collect();
                    let dense: Vec<f64> = match optional {
                        true => v.iter().copied().filter(|v| v.is_finite()).collect(),
                        false => v.clone(),
                    };
                    put!(DoubleType, &dense, optional.then_some(&levels));
                }
            }
            out.close()?;
        }
        group.close().map(drop)
    }

    /// Ends the file with metadata and gives back what it was written to.
    ///
    /// # Errors
    /// Of the library or of what is written to.
    pub fn finish(mut self, kept: &[(&str, String)]) -> Result<W, ParquetError> {
        for (key, value) in kept {
            self.0.append_key_value_metadata(KeyValue::new(format!("puhui.{key}"), value.clone()));
        }
        self.0.into_inner()
    }
}

/// A part as bytes: the same rows give the same bytes.
///
/// # Errors
/// Where `cells` do not fit `columns`; that is a fault of the caller.
pub fn encode(stamp: &Stamp, columns: &[Column], cells: &[Cells]) -> Result<Vec<u8>, ParquetError> {
    let units = units(columns);
    let mut writer = Writer::new(Vec::new(), columns)?;
    writer.group(columns, cells)?;
    writer.0.flush()?;
    let content = seal(stamp, &units, writer.0.inner());
    writer.finish(&[
        ("format", FORMAT.to_owned()),
        ("plan", stamp.plan.clone()),
        ("version", stamp.version.clone()),
        ("code", stamp.code.clone()),
        ("block", stamp.block.to_string()),
        ("runs", range(&stamp.runs)),
        ("units", units),
        ("content", content),
    ])
}

fn field(c: &Column) -> Result<Type, ParquetError> {
    let kind = match c.kind {
        Kind::Long => Physical::INT64,
        Kind::Int => Physical::INT32,
        Kind::Text => Physical::BYTE_ARRAY,
        Kind::Real => Physical::DOUBLE,
    };
    let repeated = if c.optional { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    let field = Type::primitive_type_builder(&c.name, kind).with_repetition(repeated);
    match c.kind {
        Kind::Text => {
            field.with_converted_type(ConvertedType::UTF8).with_logical_type(Some(LogicalType::String))
        }
        _ => field,
    }
    .build()
}

/// A part read back.
#[derive(Clone, Debug)]
pub struct Part {
    pub stamp: Stamp,
    pub columns: Vec<Column>,
    pub cells: Vec<Cells>,
}

impl Part {
    /// Cells of a column by name.
    pub fn cells(&self, name: &str) -> Option<&Cells> {
        self.columns.iter().position(|c| c.name == name).map(|at| &self.cells[at])
    }
    /// A column of whole numbers; empty where there is none.
    pub fn ints(&self, name: &str) -> &[Option<i32>] {
        if let Some(Cells::Int(v)) = self.cells(name) { v } else { &[] }
    }
    /// A column of numbers; empty where there is none.
    pub fn reals(&self, name: &str) -> &[f64] {
        if let Some(Cells::Real(v)) = self.cells(name) { v } else { &[] }
    }
    /// A column of texts; empty where there is none.
    pub fn texts(&self, name: &str) -> &[Option<Arc<str>>] {
        if let Some(Cells::Text(v)) = self.cells(name) { v } else { &[] }
    }
    /// The number of each row's run.
    pub fn runs(&self) -> &[i64] {
        if let Some(Cells::Long(v)) = self.cells("run") { v } else { &[] }
    }
}

/// Reads the part at `path` and holds it against what stands there by the plan.
///
/// # Errors
/// What is wrong with it.
pub fn read(path: &Path, expected: &Stamp, columns: &[Column]) -> Result<Part, Damage> {
    let (bytes, reader) = open(path)?;
    let (stamp, units_there) = stamped(&bytes, &reader)?;
    if stamp.plan != expected.plan {
        return Err(Damage::ForeignPlan(stamp.plan));
    }
    if (&stamp.version, &stamp.code) != (&expected.version, &expected.code) {
        return Err(Damage::ForeignProgram { version: stamp.version, code: stamp.code });
    }
    if stamp.block != expected.block {
        return Err(Damage::WrongBlock(stamp.block));
    }
    if stamp.runs != expected.runs || units_there != units(columns) {
        return Err(Damage::Changed);
    }
    let cells = decode(&reader, columns).ok_or(Damage::Changed)?;
    let part = Part { stamp, columns: columns.to_vec(), cells };
    // The seal does not cover the footer; other programs may lay it out otherwise.
    let own = expected.code == super::CODE && expected.version == super::VERSION;
    if own && encode(&part.stamp, columns, &part.cells).ok().as_deref() != Some(&bytes[..]) {
        return Err(Damage::Changed);
    }
    Ok(part)
}

fn open(path: &Path) -> Result<(Vec<u8>, SerializedFileReader<File>), Damage> {
    let io = |e: std::io::Error| Damage::Unreadable(e.to_string());
    let bytes = std::fs::read(path).map_err(io)?;
    let magic = b"PAR1";
    match &bytes[..] {
        b if b.starts_with(magic) && b.len() >= 12 && b.ends_with(magic) => {}
        b if b.is_empty() || magic.starts_with(&b[..b.len().min(4)]) => {
            // A file of full length whose end never reached the disk reads as zeros.
            let torn = b.len() > 12 && b[b.len() - 4..] == [0; 4];
            return Err(if torn { Damage::Torn("0".into()) } else { Damage::Truncated });
        }
        _ => return Err(Damage::NoParquet),
    }
    let file = File::open(path).map_err(io)?;
    let reader = guarded(|| SerializedFileReader::new(file).map_err(|e| e.to_string()))
        .unwrap_or_else(|| Err("?".into()))
        .map_err(Damage::Torn)?;
    Ok((bytes, reader))
}

/// The library may panic over bytes nobody wrote.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).ok()
}

/// What the part says of itself, if its seal holds.
fn stamped(bytes: &[u8], reader: &SerializedFileReader<File>) -> Result<(Stamp, String), Damage> {
    let kept = reader.metadata().file_metadata().key_value_metadata();
    let of = |key: &str| {
        let found = kept.into_iter().flatten().find(|kv| kv.key.strip_prefix("puhui.") == Some(key));
        found.and_then(|kv| kv.value.clone())
    };
    let Some(content) = of("content") else { return Err(Damage::ForeignPlan(String::new())) };
    let sealed = || {
        let (first, end) = of("runs")?.split_once("..").map(|(a, b)| (a.parse().ok(), b.parse().ok()))?;
        let stamp = Stamp {
            plan: of("plan")?,
            version: of("version")?,
            code: of("code")?,
            block: of("block")?.parse().ok()?,
            runs: first?..end?,
        };
        let units = of("units")?;
        let length = u32::from_le_bytes(bytes[bytes.len() - 8..bytes.len() - 4].try_into().ok()?) as usize;
        let body = &bytes[..bytes.len().checked_sub(length + 8)?];
        (of("format")? == FORMAT && seal(&stamp, &units, body) == content).then_some((stamp, units))
    };
    sealed().ok_or(Damage::Changed)
}

/// All cells; `None` where the file has other columns or cannot be decoded.
fn decode(reader: &SerializedFileReader<File>, columns: &[Column]) -> Option<Vec<Cells>> {
    let there = reader.metadata().file_metadata().schema_descr().columns();
    if there.len() != columns.len() || reader.num_row_groups() != 1 {
        return None;
    }
    guarded(|| {
        let group = reader.get_row_group(0).ok()?;
        let cells = columns.iter().enumerate().map(|(at, column)| {
            let name = there[at].path().parts().concat();
            if name == column.name { cells(group.as_ref(), at, column) } else { None }
        });
        cells.collect::<Option<Vec<Cells>>>()
    })
    .flatten()
}

fn cells(group: &dyn RowGroupReader, at: usize, column: &Column) -> Option<Cells> {
    let rows = usize::try_from(group.metadata().num_rows()).ok()?;
    let reader = group.get_column_reader(at).ok()?;
    Some(match (column.kind, reader) {
        (Kind::Long, r @ ColumnReader::Int64ColumnReader(_)) => {
            Cells::Long(all::<Int64Type>(r, rows, column.optional)?.into_iter().flatten().collect())
        }
        (Kind::Int, r @ ColumnReader::Int32ColumnReader(_)) => {
            Cells::Int(all::<Int32Type>(r, rows, column.optional)?)
        }
        (Kind::Text, r @ ColumnReader::ByteArrayColumnReader(_)) => {
            let text = |b: ByteArray| std::str::from_utf8(b.data()).ok().map(Arc::from);
            let found = all::<ByteArrayType>(r, rows, column.optional)?;
            Cells::Text(found.into_iter().map(|b| b.and_then(text)).collect())
        }
        (Kind::Real, r @ ColumnReader::DoubleColumnReader(_)) => {
            let found = all::<DoubleType>(r, rows, column.optional)?;
            Cells::Real(found.into_iter().map(|v| v.unwrap_or(f64::NAN)).collect())
        }
        _ => return None,
    })
}

/// Every value of a column, null where its level says so.
fn all<T: DataType>(reader: ColumnReader, rows: usize, optional: bool) -> Option<Vec<Option<T::T>>> {
    let mut reader = get_typed_column_reader::<T>(reader);
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    let mut done = 0;
    while done < rows {
        let (records, _, _) = reader.read_records(rows - done, Some(&mut levels), None, &mut values).ok()?;
        if records == 0 {
            return None;
        }
        done += records;
    }
    // Values are dense; levels tell where nulls stand.
    let mut values = values.into_iter();
    Some(match optional {
        true => levels.iter().map(|l| if *l == 0 { None } else { values.next() }).collect(),
        false => values.map(Some).collect(),
    })
}

/// A damaged part, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    pub path: PathBuf,
    pub damage: Damage,
}

impl Damaged {
    /// One line in either language.
    pub fn message(&self, lang: Lang) -> String {
        let path = self.path.display();
        match lang {
            Lang::Zh => format!("{path}：{}", self.damage.message(lang)),
            Lang::En => format!("{path} {}", self.damage.message(lang)),
        }
    }
}
