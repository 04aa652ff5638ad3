//! Why a sweep's folder cannot be written, gone on with, merged or read, in both languages.
//! Mistakes in a design file are told by `scenario`; what is wrong with one part by `part.rs`.
//! Exit codes follow from the kind in `cli::sweep`.

use std::io;
use std::path::{Path, PathBuf};

use super::part::Damaged;
use crate::units::Lang;

/// What went wrong.
#[derive(Debug)]
pub enum SweepError {
    Io {
        path: PathBuf,
        source: io::Error,
    },
    /// A file stands where a folder is meant.
    NoFolder(PathBuf),
    /// Something that is no sweep of ours.
    Foreign(PathBuf),
    /// No `plan.json` there.
    NoSweep(PathBuf),
    Unreadable {
        path: PathBuf,
        why: String,
    },
    /// The folder's plan is another; by name what differs.
    Differs {
        path: PathBuf,
        names: Vec<String>,
    },
    /// Fewer replications are asked for than the folder has.
    Fewer {
        path: PathBuf,
        stored: u32,
        asked: u32,
    },
    /// The folder is of this plan and not complete, and nobody said `--resume`.
    Incomplete {
        path: PathBuf,
        done: u64,
        blocks: u64,
        damaged: Vec<Damaged>,
    },
    /// Parts that must not be merged or are in the way.
    Damaged(Vec<Damaged>),
    /// Two parts of one block that are not equal.
    Contradiction {
        first: PathBuf,
        second: PathBuf,
    },
    Busy(PathBuf),
    Interrupted {
        path: PathBuf,
        done: u64,
        blocks: u64,
    },
    /// No threads.
    Threads(String),
    /// A part could not be put into its format; a fault of the program.
    Format(String),
}

impl SweepError {
    /// An error of the disk at a path.
    pub fn io(path: &Path) -> impl Fn(io::Error) -> SweepError + '_ {
        move |source| SweepError::Io { path: path.to_owned(), source }
    }

    /// What was asked for is at fault, not the program or the disk.
    pub fn is_users(&self) -> bool {
        use SweepError::{Busy, Format, Interrupted, Io, Threads};
        !matches!(self, Io { .. } | Busy(_) | Interrupted { .. } | Threads(_) | Format(_))
    }

    /// The message in either language.
    pub fn message(&self, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        match self {
            SweepError::Io { path, source } => {
                let (path, why) = (path.display(), lang.fault(source));
                match (zh, remedy(source, lang)) {
                    (true, remedy) => format!("{path}：无法读写：{why}{remedy}"),
                    (false, remedy) => format!("{path}: {why}{remedy}"),
                }
            }
            SweepError::NoFolder(path) if zh => {
                format!("{} 是文件，不是文件夹；--out 应给出文件夹", path.display())
            }
            SweepError::NoFolder(path) => {
                format!("{} is a file, not a folder; --out names a folder", path.display())
            }
            SweepError::Foreign(path) if zh => {
                format!("{} 已存在且不是本程序的批量实验，未作改动（--out DIR 另存）", path.display())
            }
            SweepError::Foreign(path) => format!(
                "{} exists and holds no sweep of this program; it is left alone (--out DIR writes elsewhere)",
                path.display()
            ),
            SweepError::NoSweep(path) if zh => {
                format!("{} 不是批量实验的文件夹：其中没有 plan.json", path.display())
            }
            SweepError::NoSweep(path) => {
                format!("{} is not the folder of a sweep: it has no plan.json", path.display())
            }
            SweepError::Unreadable { path, why } if zh => format!("无法读取 {}：{why}", path.display()),
            SweepError::Unreadable { path, why } => format!("{} cannot be read: {why}", path.display()),
            SweepError::Differs { path, names } if zh => format!(
                "{} 属于另一个计划，不能继续；不同之处：{}。请改回原样，或用 --out DIR 另存",
                path.display(),
                names.join("、")
            ),
            SweepError::Differs { path, names } => format!(
                "{} belongs to another plan and cannot be gone on with; what differs: {}. Undo the change, or write elsewhere with --out DIR",
                path.display(),
                names.join(", ")
            ),
            SweepError::Fewer { path, stored, asked } if zh => format!(
                "{} 已有 {stored} 次重复，不能减为 {asked} 次；--replications 只能增加",
                path.display()
            ),
            SweepError::Fewer { path, stored, asked } => format!(
                "{} has {stored} replications and cannot shrink to {asked}; --replications only adds",
                path.display()
            ),
            SweepError::Incomplete { path, done, blocks, damaged } => {
                let mut text = match zh {
                    true => format!(
                        "{} 中已有本计划的 {done}/{blocks} 块；加 --resume 从此处继续",
                        path.display()
                    ),
                    false => format!(
                        "{} holds {done} of {blocks} blocks of this plan; --resume goes on from there",
                        path.display()
                    ),
                };
                for one in damaged {
                    text += &format!("\n  {}", one.message(lang));
                }
                if !damaged.is_empty() {
                    text += if zh {
                        "\n（--resume 会重新计算以上各块）"
                    } else {
                        "\n(--resume computes these anew)"
                    };
                }
                text
            }
            SweepError::Damaged(list) => {
                let lines: Vec<String> = list.iter().map(|d| d.message(lang)).collect();
                let remedy = match zh {
                    true => "请移走不属于本计划的文件；其余的在原文件夹用 --resume 重新计算",
                    false => {
                        "move away what is not of this plan; the rest is computed anew by --resume in its folder"
                    }
                };
                format!("{}\n{remedy}", lines.join("\n"))
            }
            SweepError::Contradiction { first, second } if zh => format!(
                "{} 与 {} 是同一块而内容不同；请用 `puhui reproduce` 查明哪一个可信",
                first.display(),
                second.display()
            ),
            SweepError::Contradiction { first, second } => format!(
                "{} and {} are the same block and differ; `puhui reproduce` tells which of them to trust",
                first.display(),
                second.display()
            ),
            SweepError::Busy(path) if zh => {
                format!("{}：另一个程序正在写入，请待其结束后再试", path.display())
            }
            SweepError::Busy(path) => {
                format!("{}: another sweep is at work there; try again when it has ended", path.display())
            }
            SweepError::Interrupted { path, done, blocks } if zh => format!(
                "已中断；{blocks} 块中的 {done} 块已完成，保存在 {}，加 --resume 即从此处继续",
                path.display()
            ),
            SweepError::Interrupted { path, done, blocks } => format!(
                "interrupted; {done} of {blocks} blocks are finished and kept in {}: --resume goes on from there",
                path.display()
            ),
            SweepError::Threads(why) if zh => format!("无法启动线程：{why}"),
            SweepError::Threads(why) => format!("threads cannot be started: {why}"),
            SweepError::Format(why) if zh => format!("无法写成 Parquet：{why}"),
            SweepError::Format(why) => format!("a part cannot be written as Parquet: {why}"),
        }
    }

    /// What the disk said, where the disk is at fault.
    pub fn disk(&self) -> Option<&io::Error> {
        if let SweepError::Io { source, .. } = self { Some(source) } else { None }
    }
}

/// What to do about what the disk said; empty where nobody knows.
fn remedy(source: &io::Error, lang: Lang) -> &'static str {
    use io::ErrorKind::{FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    match source.kind() {
        StorageFull | QuotaExceeded | FileTooLarge => lang.pick(
            "；请腾出空间后再运行同一命令（加 --resume）",
            "; make room and run the same command with --resume",
        ),
        PermissionDenied | ReadOnlyFilesystem => {
            lang.pick("；请换到可写的文件夹（--out DIR 另存）", "; --out DIR writes elsewhere")
        }
        _ => "",
    }
}

impl std::fmt::Display for SweepError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for SweepError {}
