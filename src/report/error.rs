//! What can go wrong between a results folder and a picture. Nothing is printed here.
//! Messages name the file, so that a reader knows which part of a results folder is at fault.
//! Mistakes in scenario files are told elsewhere, in `scenario`.

use std::path::PathBuf;

use crate::units::Lang;

/// Why a results folder could not be read or its charts not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{} is no results manifest: {source}", path.display())]
    Manifest { path: PathBuf, source: serde_json::Error },
    #[error("{} has format `{found}`; this program reads `{expected}`", path.display())]
    Format { path: PathBuf, found: String, expected: &'static str },
    #[error("{} cannot be read as a table: {source}", path.display())]
    Table { path: PathBuf, source: csv::Error },
    #[error("{} is no results folder of puhui: it has no manifest.json", path.display())]
    NoResults { path: PathBuf },
    #[error("{} was changed since it was written; make the results anew with --force", path.display())]
    Altered { path: PathBuf },
    #[error("{} is incomplete (status `{status}`)", path.display())]
    Unfinished { path: PathBuf, status: String },
    #[error("{} holds no district row (group `all`) of a headline outcome for region `{region}`", path.display())]
    NothingToDraw { path: PathBuf, region: String },
    #[error("the bundled font cannot be used")]
    Font,
    #[error("chart {chart}: {reason}")]
    Draw { chart: String, reason: String },
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
}

impl ReportError {
    /// The message in a language; causes named by libraries stay as they are.
    pub fn message(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.to_string();
        }
        let at = |path: &std::path::Path| path.display().to_string();
        match self {
            ReportError::NoResults { path } => {
                format!("{} 不是 puhui 的结果文件夹：没有 manifest.json", at(path))
            }
            ReportError::Altered { path } => format!("{} 写出后被改动过；请用 --force 重新计算", at(path)),
            ReportError::Unfinished { path, status } => {
                format!("{} 的结果不完整（status 为 `{status}`）", at(path))
            }
            ReportError::Read { path, source } => format!("无法读取 {}：{}", at(path), lang.fault(source)),
            ReportError::Manifest { path, source } => format!(
                "{} 不是结果清单，或已损坏（第 {} 行第 {} 列）",
                at(path),
                source.line(),
                source.column()
            ),
            ReportError::Format { path, found, expected } => {
                format!("{} 的格式是 `{found}`，本程序读取 `{expected}`", at(path))
            }
            ReportError::Table { path, source } => format!("{} 不是可读的表格：{source}", at(path)),
            ReportError::NothingToDraw { path, region } => {
                format!("{} 中没有地区 `{region}` 的主要指标", at(path))
            }
            ReportError::Font => "内置字体不可用".to_owned(),
            ReportError::Draw { chart, reason } => format!("图 {chart}：{reason}"),
            ReportError::Write { path, source } => format!("无法写入 {}：{}", at(path), lang.fault(source)),
        }
    }

    /// The folder named is at fault, not the program or the disk.
    pub fn is_users(&self) -> bool {
        match self {
            ReportError::Read { source, .. } => {
                use std::io::ErrorKind::{InvalidInput, NotADirectory, NotFound};
                matches!(source.kind(), NotFound | NotADirectory | InvalidInput)
            }
            ReportError::Font | ReportError::Draw { .. } | ReportError::Write { .. } => false,
            _ => true,
        }
    }
}
