//! Values as people write them: a number with its unit, in Chinese or English.
//!
//! A value is held as `f64` in the unit's base (share 0.02, yuan, months, plain number). A bare
//! number where a unit is needed is an error that names the remedy.

use std::fmt;

use super::Decimal;

/// What kind of quantity a setting or parameter is, and so which spellings are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Share of something, written with `%`; base: fraction (2% = 0.02).
    Share,
    /// Yearly rate, written with `%`; base: fraction a year.
    RateAnnual,
    /// Monthly rate or hazard, written with `%`; base: fraction a month.
    RateMonthly,
    /// Difference of two percentages, written `3pp`, `3 points` or `3个百分点`; base: fraction.
    Points,
    /// Amount of money, written with its unit (元, 万元, 亿元, yuan, CNY, k/m/bn); base: yuan.
    Money,
    /// Duration, written `6 months`, `6个月`, `4.5 years`, `3年`; base: months.
    Months,
    /// Multiple of another quantity, written `10x` or `10倍`; base: number.
    Multiple,
    /// Plain number without unit (index, ratio, standard deviation).
    Number,
    /// Whole number of things, without unit.
    Count,
    /// `true` or `false`; base: 1 or 0.
    Flag,
    /// One of the named choices; base: its place in the list.
    Choice(&'static [&'static str]),
}

/// Why a text is no value of the unit.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum UnitError {
    #[error("a bare number where a unit is needed: {remedy}")]
    BareNumber { remedy: String },
    #[error("`{text}` is not {expected}")]
    NotAValue { text: String, expected: String },
    #[error("`{text}` is not a finite number")]
    NotFinite { text: String },
    #[error("`{text}` is none of the choices")]
    NoChoice { text: String, choices: &'static [&'static str] },
}

impl Unit {
    /// One line that tells a person what to write.
    pub fn expected(self) -> String {
        match self {
            Unit::Share => "a share such as \"2%\"".into(),
            Unit::RateAnnual => "a yearly rate such as \"3.85%\"".into(),
            Unit::RateMonthly => "a monthly rate such as \"0.5%\"".into(),
            Unit::Points => "a difference in percentage points such as \"3pp\" or \"3个百分点\"".into(),
            Unit::Money => "an amount of money such as \"6500万元\", \"1.5亿元\" or \"65m CNY\"".into(),
            Unit::Months => "a duration such as \"6 months\", \"6个月\" or \"4.5 years\"".into(),
            Unit::Multiple => "a multiple such as \"10x\" or \"10倍\"".into(),
            Unit::Number => "a number without unit".into(),
            Unit::Count => "a whole number".into(),
            Unit::Flag => "true or false".into(),
            Unit::Choice(names) => format!("one of {}", names.join(", ")),
        }
    }

    /// Name of the base unit in tables.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Share => "share",
            Unit::RateAnnual => "rate a year",
            Unit::RateMonthly => "rate a month",
            Unit::Points => "percentage points",
            Unit::Money => "yuan",
            Unit::Months => "months",
            Unit::Multiple => "multiple",
            Unit::Number => "number",
            Unit::Count => "count",
            Unit::Flag => "flag",
            Unit::Choice(_) => "choice",
        }
    }

    fn remedy(self, text: &str) -> String {
        let t = text.trim();
        match self {
            Unit::Share | Unit::RateAnnual | Unit::RateMonthly => format!("write \"{t}%\" for {t} percent"),
            Unit::Points => format!("write \"{t}pp\" for {t} percentage points"),
            Unit::Money => format!("write \"{t}元\" or \"{t}万元\""),
            Unit::Months => format!("write \"{t} months\""),
            Unit::Multiple => format!("write \"{t}x\""),
            _ => "quote the value with its unit".into(),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const MONEY_SCALES: &[(&str, f64)] = &[
    ("亿元", 1e8),
    ("万元", 1e4),
    ("千元", 1e3),
    ("元", 1.0),
    ("bn cny", 1e9),
    ("bn yuan", 1e9),
    ("m cny", 1e6),
    ("m yuan", 1e6),
    ("k cny", 1e3),
    ("k yuan", 1e3),
    ("cny", 1.0),
    ("yuan", 1.0),
];
const MONTH_SCALES: &[(&str, f64)] = &[
    ("个月", 1.0),
    ("月", 1.0),
    ("年", 12.0),
    ("months", 1.0),
    ("month", 1.0),
    ("years", 12.0),
    ("year", 12.0),
];
const PERCENT_SCALES: &[(&str, f64)] = &[("%", 0.01), ("％", 0.01)];
const POINT_SCALES: &[(&str, f64)] = &[
    ("个百分点", 0.01),
    ("百分点", 0.01),
    ("points", 0.01),
    ("point", 0.01),
    ("pp", 0.01),
    ("基点", 0.0001),
    ("bp", 0.0001),
];
const MULTIPLE_SCALES: &[(&str, f64)] = &[("x", 1.0), ("倍", 1.0), ("×", 1.0)];

/// Reads `text` as a value of `unit`, in the unit's base.
///
/// # Errors
/// [`UnitError`] with the remedy where one is known.
pub fn parse_value(text: &str, unit: Unit) -> Result<f64, UnitError> {
    read(text, unit).map(|(value, _)| value)
}

/// As [`parse_value`], to the last digit written; what has more digits than a decimal holds is no value.
///
/// # Errors
/// [`UnitError`] with the remedy where one is known.
pub fn parse_exact(text: &str, unit: Unit) -> Result<Decimal, UnitError> {
    let (_, exact) = read(text, unit)?;
    exact.ok_or_else(|| UnitError::NotAValue { text: text.trim().into(), expected: unit.expected() })
}

/// The double nearest to what is written, and the decimal itself where it is not too long.
fn read(text: &str, unit: Unit) -> Result<(f64, Option<Decimal>), UnitError> {
    let scales: &[(&str, f64)] = match unit {
        Unit::Share | Unit::RateAnnual | Unit::RateMonthly => PERCENT_SCALES,
        Unit::Points => POINT_SCALES,
        Unit::Money => MONEY_SCALES,
        Unit::Months => MONTH_SCALES,
        Unit::Multiple => MULTIPLE_SCALES,
        Unit::Number | Unit::Count => &[("", 1.0)],
        Unit::Flag => {
            return match text.trim() {
                "true" | "是" => Ok((1.0, Some(Decimal::whole(1)))),
                "false" | "否" => Ok((0.0, Some(Decimal::ZERO))),
                t => Err(UnitError::NotAValue { text: t.into(), expected: unit.expected() }),
            };
        }
        Unit::Choice(choices) => {
            let t = text.trim();
            return choices
                .iter()
                .position(|c| *c == t)
                .map(|i| (i as f64, Some(Decimal::whole(i as i64))))
                .ok_or_else(|| UnitError::NoChoice { text: t.into(), choices });
        }
    };
    let lower = text.trim().to_lowercase();
    for (suffix, scale) in scales {
        if let Some(number) = lower.strip_suffix(suffix) {
            let number = number.trim().replace(['_', ','], "");
            // Only plain decimals: `inf`, `nan` and hexadecimal are no amounts.
            if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit() || b"+-.e".contains(&b)) {
                continue;
            }
            if let Some((value, exact)) = rescale(&number, *scale) {
                if !value.is_finite() {
                    return Err(UnitError::NotFinite { text: text.trim().into() });
                }
                if unit == Unit::Count && value.fract() != 0.0 {
                    return Err(UnitError::NotAValue { text: text.trim().into(), expected: unit.expected() });
                }
                return Ok((value, exact));
            }
        }
    }
    if lower.parse::<f64>().is_ok_and(f64::is_finite) {
        return Err(UnitError::BareNumber { remedy: unit.remedy(text) });
    }
    Err(UnitError::NotAValue { text: text.trim().into(), expected: unit.expected() })
}

/// Reads a decimal and scales it. The result is the double nearest to what was written: 3.7% is 0.037, which 3.7 / 100
/// is not.
fn rescale(number: &str, scale: f64) -> Option<(f64, Option<Decimal>)> {
    const FACTORS: &[(f64, i128, i32)] = &[
        (1e-4, 1, -4),
        (1e-2, 1, -2),
        (1.0, 1, 0),
        (12.0, 12, 0),
        (1e3, 1, 3),
        (1e4, 1, 4),
        (1e6, 1, 6),
        (1e8, 1, 8),
        (1e9, 1, 9),
    ];
    let factor = FACTORS.iter().find(|(f, ..)| *f == scale);
    let exact = factor.and_then(|&(_, by, power)| Decimal::parse(number)?.scaled(by, power));
    match exact {
        Some(exact) => Some((exact.to_f64(), Some(exact))),
        // Too long for a decimal; powers of ten still shift the exponent of the text.
        None => match factor {
            Some((_, 1, power)) if !number.contains('e') => {
                format!("{number}e{power}").parse().ok().map(|v| (v, None))
            }
            _ => number.parse::<f64>().ok().map(|v| (v * scale, None)),
        },
    }
}

/// Writes a value with its unit so that [`parse_value`] reads the same number back.
pub fn format_value(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Share | Unit::RateAnnual | Unit::RateMonthly => format!("{}%", decimal(value * 100.0)),
        Unit::Points => format!("{}pp", decimal(value * 100.0)),
        Unit::Money if value != 0.0 && value.abs() >= 1e8 => format!("{}亿元", decimal(value / 1e8)),
        Unit::Money if value != 0.0 && value.abs() >= 1e4 => format!("{}万元", decimal(value / 1e4)),
        Unit::Money => format!("{}元", decimal(value)),
        Unit::Months => format!("{} months", decimal(value)),
        Unit::Multiple => format!("{}x", decimal(value)),
        Unit::Number | Unit::Count => decimal(value),
        Unit::Flag => (value != 0.0).to_string(),
        Unit::Choice(names) => names.get(value as usize).copied().unwrap_or("?").to_owned(),
    }
}

/// Shortest decimal within twelve significant digits: hides the last bits of a unit conversion.
fn decimal(x: f64) -> String {
    if x == 0.0 {
        return "0".into();
    }
    // The exponent as Rust writes it: a logarithm would hang on the machine's.
    let exponent = format!("{x:.11e}").split_once('e').and_then(|(_, e)| e.parse::<i32>().ok()).unwrap_or(0);
    // Nobody counts three hundred zeros.
    if exponent >= 18 {
        let short = format!("{x:.11e}").parse::<f64>().unwrap_or(x);
        return format!("{short:e}");
    }
    let digits = (11 - exponent).clamp(0, 17) as usize;
    let s = format!("{x:.digits$}");
    if s.contains('.') { s.trim_end_matches('0').trim_end_matches('.').to_owned() } else { s }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_money_in_both_languages() {
        for text in ["6500万元", "65m CNY", "0.65亿元", "65_000_000元", "65000000 yuan", "65,000,000 CNY"]
        {
            assert_eq!(parse_value(text, Unit::Money), Ok(65e6), "{text}");
        }
    }

    #[test]
    fn keeps_decimals_exact() {
        assert_eq!(parse_value("3.85%", Unit::RateAnnual), Ok(0.0385));
        assert_eq!(parse_value("3.7%", Unit::RateAnnual), Ok(0.037));
        assert_eq!(parse_value("187.52亿元", Unit::Money), Ok(18_752_000_000.0));
        assert_eq!(parse_value("1e1%", Unit::Share), Ok(0.1));
        assert_eq!(parse_value("25bp", Unit::Points), Ok(0.0025));
        assert_eq!(parse_value("4.5 years", Unit::Months), Ok(54.0));
        assert_eq!(parse_value("10倍", Unit::Multiple), Ok(10.0));
        assert_eq!(parse_value("0.35 years", Unit::Months), Ok(4.2));
        assert_eq!(parse_exact("0.10%", Unit::Share).map(|d| d.to_string()), Ok("0.001".into()));
        assert_eq!(parse_exact("6500万元", Unit::Money), Ok(Decimal::whole(65_000_000)));
        assert_eq!(parse_exact("b", Unit::Choice(&["a", "b"])), Ok(Decimal::whole(1)));
    }

    #[test]
    fn a_bare_number_names_its_remedy() {
        let e = parse_value("80", Unit::Share).unwrap_err();
        assert!(e.to_string().contains("\"80%\""), "{e}");
        assert!(matches!(parse_value("80万", Unit::Share), Err(UnitError::NotAValue { .. })));
        // Half a thing is no count, and no unit would make it one.
        assert!(matches!(parse_value("2.5", Unit::Count), Err(UnitError::NotAValue { .. })));
        for bad in ["nan%", "inf%", "1e999%", "", "%", "0x10%", "--1%"] {
            assert!(parse_value(bad, Unit::Share).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for unit in [Unit::Share, Unit::Points, Unit::Money, Unit::Months, Unit::Multiple, Unit::Number] {
            for v in [0.0, 0.02, 0.0385, 1.0, 3.0, 65e6, 1.5e8, 54.0, 0.888, 1e300, -2.5e40] {
                let text = format_value(v, unit);
                let back = parse_value(&text, unit).unwrap();
                assert!((back - v).abs() <= 1e-12 * v.abs(), "{unit}: {v} -> {text} -> {back}");
                assert!(text.len() < 24, "{text}");
            }
        }
    }
}
