//! The two languages the program speaks.
//!
//! The words themselves are where they are said; here is only the choice between two.

/// Language of messages and reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    /// The text of this language out of a pair.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// This language's half of a text `English｜中文`, parted by a full-width bar; the whole where there is no bar.
    pub fn half(self, both: &str) -> &str {
        both.split_once('｜').map_or(both, |(en, zh)| self.pick(zh, en))
    }

    /// The text of this language, else of the other, else `fallback`.
    pub fn pick_or<'a>(self, zh: &'a str, en: &'a str, fallback: &'a str) -> &'a str {
        let (first, second) = match self {
            Lang::Zh => (zh, en),
            Lang::En => (en, zh),
        };
        [first, second].into_iter().find(|t| !t.is_empty()).unwrap_or(fallback)
    }

    /// What the disk or system refused, in words of this language where it is a common refusal.
    pub fn fault(self, error: &std::io::Error) -> String {
        use std::io::ErrorKind;
        let zh = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "磁盘已满",
            ErrorKind::ReadOnlyFilesystem => "文件系统是只读的",
            ErrorKind::PermissionDenied => "没有权限",
            ErrorKind::NotFound => "路径不存在",
            ErrorKind::FileTooLarge => "超过允许的文件大小",
            ErrorKind::AlreadyExists => "已经存在",
            ErrorKind::NotADirectory => "路径中间是文件，不是文件夹",
            ErrorKind::IsADirectory => "这是文件夹，不是文件",
            ErrorKind::ResourceBusy => "正被占用",
            ErrorKind::InvalidFilename => "名称过长或含有不能使用的字符",
            ErrorKind::TimedOut => "超时",
            _ => match (self, error.raw_os_error()) {
                (Lang::Zh, Some(code)) => return format!("系统错误 {code}"),
                _ => return error.to_string(),
            },
        };
        self.pick(zh, &error.to_string()).to_owned()
    }

    /// `zh` or `en`: the name of the folder under `figures/`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

    #[test]
    fn each_language_has_its_half() {
        let halves = |both| [Lang::Zh, Lang::En].map(|lang| lang.half(both));
        assert_eq!(halves("law｜法"), ["法", "law"]);
        assert_eq!(halves(""), ["", ""]);
        assert_eq!(halves("law"), ["law", "law"]);
    }

    #[test]
    fn a_full_disk_is_said_in_the_readers_language() {
        let full = Error::from(ErrorKind::StorageFull);
        assert_eq!(Lang::Zh.fault(&full), "磁盘已满");
        assert_eq!(Lang::En.fault(&full), full.to_string());
        assert_eq!(Lang::Zh.fault(&Error::other("odd")), "odd");
    }
}
