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

    /// The text of this language, else of the other, else `fallback`.
    pub fn pick_or<'a>(self, zh: &'a str, en: &'a str, fallback: &'a str) -> &'a str {
        let (first, second) = match self {
            Lang::Zh => (zh, en),
            Lang::En => (en, zh),
        };
        [first, second].into_iter().find(|t| !t.is_empty()).unwrap_or(fallback)
    }

    /// `zh` or `en`: the name of the folder under `figures/`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }
}
