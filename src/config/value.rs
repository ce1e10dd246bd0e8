//! Values as they are written: their shapes, how they are read from TOML and from words, how they are shown.
//!
//! In: a TOML value or words of a command line or variable. Out: a [`Value`] of the wanted [`Shape`], within its range.
//! Not here: what a text means (`rules`).

use std::fmt;

use super::keys::Fallback;
use super::problem::{Kind, without_login};

/// What a key may hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    Text,
    /// An address that may carry a password.
    Secret,
    Integer {
        min: i64,
        max: i64,
    },
    /// A whole number, or the one word that stands for "find out".
    IntegerOr {
        word: &'static str,
        min: i64,
        max: i64,
    },
    Number {
        min: f64,
        max: f64,
    },
    Switch,
    Choice(&'static [&'static str]),
    Words,
    /// At most so many whole numbers, each within the range.
    Integers {
        min: i64,
        max: i64,
        most: usize,
    },
}

#[derive(Clone, PartialEq)]
pub enum Value {
    Text(String),
    Secret(String),
    Integer(i64),
    Number(f64),
    Switch(bool),
    Words(Vec<String>),
    Integers(Vec<i64>),
}

/// Why a value cannot be taken: the wrong type, or outside of what is allowed. The text continues `key = value: `.
pub(super) type Refusal = (Kind, String);

impl Shape {
    /// `a whole number from 1 to 256`.
    pub fn allowed(self) -> String {
        match self {
            Self::Text | Self::Secret => "a text in quotes".into(),
            Self::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Self::IntegerOr { word, min, max } => format!("\"{word}\" or a whole number from {min} to {max}"),
            Self::Number { min, max } => format!("a number from {min} to {max}"),
            Self::Switch => "true or false".into(),
            Self::Choice(words) => {
                let quoted: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
                format!("one of {}", quoted.join(", "))
            }
            Self::Words => "a list of texts such as [\"a\", \"b\"]".into(),
            Self::Integers { min, max, most } => {
                format!("a list of at most {most} whole numbers from {min} to {max}")
            }
        }
    }

    pub(super) fn read(self, written: &toml_edit::Value) -> Result<Value, Refusal> {
        let value = match self {
            Self::Text | Self::Choice(_) => written.as_str().map(|text| Value::Text(text.into())),
            Self::Secret => written.as_str().map(|text| Value::Secret(text.into())),
            Self::Integer { .. } => written.as_integer().map(Value::Integer),
            Self::IntegerOr { .. } => {
                let text = || written.as_str().map(|text| Value::Text(text.into()));
                written.as_integer().map(Value::Integer).or_else(text)
            }
            Self::Number { .. } => {
                written.as_float().or_else(|| written.as_integer().map(|whole| whole as f64)).map(Value::Number)
            }
            Self::Switch => written.as_bool().map(Value::Switch),
            Self::Words => list(written, |item| item.as_str().map(str::to_owned)).map(Value::Words),
            Self::Integers { .. } => list(written, toml_edit::Value::as_integer).map(Value::Integers),
        };
        self.within(value)
    }

    /// Reads what a person typed without quotes: `7`, `true`, `*.a,*.b`. A list may also be typed as the file has it.
    pub(super) fn read_words(self, typed: &str) -> Result<Value, Refusal> {
        // A pattern can begin like a list: `[ab]*.json`. It is none of texts.
        if matches!(self, Self::Words | Self::Integers { .. })
            && let Ok(list @ toml_edit::Value::Array(_)) = typed.trim().parse()
            && let Ok(value) = self.read(&list)
        {
            return Ok(value);
        }
        let parts = || typed.split(',').map(str::trim).filter(|part| !part.is_empty());
        let value = match self {
            Self::Text | Self::Choice(_) => Some(Value::Text(typed.into())),
            Self::Secret => Some(Value::Secret(typed.into())),
            Self::IntegerOr { word, .. } if typed.trim() == word => Some(Value::Text(word.into())),
            Self::Integer { .. } | Self::IntegerOr { .. } => typed.trim().parse().ok().map(Value::Integer),
            Self::Number { .. } => typed.trim().parse().ok().map(Value::Number),
            Self::Switch => match typed.trim() {
                "true" | "on" => Some(Value::Switch(true)),
                "false" | "off" => Some(Value::Switch(false)),
                _ => None,
            },
            Self::Words => Some(Value::Words(parts().map(str::to_owned).collect())),
            Self::Integers { .. } => parts().map(|part| part.parse().ok()).collect::<Option<_>>().map(Value::Integers),
        };
        self.within(value)
    }

    fn within(self, value: Option<Value>) -> Result<Value, Refusal> {
        let must_be = |kind| (kind, format!("must be {}", self.allowed()));
        let value = value.ok_or_else(|| must_be(Kind::WrongType))?;
        let good = match (&value, self) {
            (Value::Integer(number), Self::Integer { min, max } | Self::IntegerOr { min, max, .. }) => {
                (min..=max).contains(number)
            }
            (Value::Text(text), Self::IntegerOr { word, .. }) if text != word => return Err(must_be(Kind::WrongType)),
            // A comparison with NaN is false.
            (Value::Number(number), Self::Number { min, max }) => (min..=max).contains(number),
            (Value::Text(text), Self::Choice(words)) => words.contains(&text.as_str()),
            (Value::Integers(numbers), Self::Integers { min, max, most }) => {
                numbers.len() <= most && numbers.iter().all(|number| (min..=max).contains(number))
            }
            _ => true,
        };
        if good { Ok(value) } else { Err(must_be(Kind::BadValue)) }
    }
}

fn list<T>(written: &toml_edit::Value, each: impl Fn(&toml_edit::Value) -> Option<T>) -> Option<Vec<T>> {
    written.as_array()?.iter().map(each).collect()
}

impl Value {
    /// None for a required key.
    pub fn of_default(default: Fallback, shape: Shape) -> Option<Self> {
        Some(match default {
            Fallback::Required => return None,
            Fallback::Text(text) if shape == Shape::Secret => Self::Secret(text.into()),
            Fallback::Text(text) => Self::Text(text.into()),
            Fallback::Integer(number) => Self::Integer(number),
            Fallback::Number(number) => Self::Number(number),
            Fallback::Switch(on) => Self::Switch(on),
            Fallback::Words(words) => Self::Words(words.iter().map(ToString::to_string).collect()),
            Fallback::Integers(numbers) => Self::Integers(numbers.to_vec()),
        })
    }

    /// As it is written into a file, passwords included.
    pub(super) fn to_toml(&self) -> toml_edit::Value {
        match self {
            Self::Text(text) | Self::Secret(text) => text.into(),
            Self::Integer(number) => (*number).into(),
            Self::Number(number) => (*number).into(),
            Self::Switch(on) => (*on).into(),
            Self::Words(words) => words.iter().collect(),
            Self::Integers(numbers) => numbers.iter().copied().collect(),
        }
    }

    /// As `config get` prints it and `config set` takes it: bare, lists with commas, a password as `***`.
    pub fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Secret(text) => without_login(text),
            Self::Words(words) => words.join(","),
            Self::Integers(numbers) => numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(","),
            Self::Integer(_) | Self::Number(_) | Self::Switch(_) => self.to_string(),
        }
    }
}

/// As TOML writes it, a password as `***`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = match self {
            Self::Secret(text) => Self::Text(without_login(text)).to_toml(),
            other => other.to_toml(),
        };
        f.write_str(shown.to_string().trim())
    }
}

/// Never shows a password.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_words_take_the_shape_of_the_key() {
        let integer = Shape::Integer { min: 1, max: 9 };
        assert_eq!(integer.read_words("7"), Ok(Value::Integer(7)));
        assert_eq!(integer.read_words("seven").expect_err("not allowed").0, Kind::WrongType);
        assert_eq!(
            integer.read_words("10").expect_err("not allowed"),
            (Kind::BadValue, "must be a whole number from 1 to 9".into())
        );
        let either = Shape::IntegerOr { word: "auto", min: 1, max: 9 };
        assert_eq!(either.read_words(" auto "), Ok(Value::Text("auto".into())));
        assert_eq!(either.read_words("9"), Ok(Value::Integer(9)));
        for (wrong, kind) in [("0", Kind::BadValue), ("Auto", Kind::WrongType)] {
            let refusal = (kind, "must be \"auto\" or a whole number from 1 to 9".to_owned());
            assert_eq!(either.read_words(wrong), Err(refusal.clone()));
            assert_eq!(either.read(&wrong.parse().unwrap_or_else(|_| wrong.into())), Err(refusal));
        }
        assert_eq!(Shape::Switch.read_words("off"), Ok(Value::Switch(false)));
        assert_eq!(Shape::Words.read_words("*.a, *.b"), Ok(Value::Words(vec!["*.a".into(), "*.b".into()])));
        let listed = Value::Words(vec!["*.a".into(), "b, c".into()]);
        assert_eq!(Shape::Words.read_words(r#" ["*.a", "b, c"] "#), Ok(listed));
        assert_eq!(Shape::Words.read_words("[1]*.json"), Ok(Value::Words(vec!["[1]*.json".into()])));
        assert!(Shape::Number { min: 1.0, max: 2.0 }.read_words("NaN").is_err());
    }

    #[test]
    fn a_secret_shows_no_password() {
        let proxy = Value::Secret("http://me:word@proxy:3128".into());
        for text in [proxy.to_string(), format!("{proxy:?}"), proxy.plain()] {
            assert!(text.contains("***@proxy:3128") && !text.contains("word"), "{text}");
        }
    }
}
