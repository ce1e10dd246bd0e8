//! Words that say what stands near them: `phone:`, `Geburtsdatum`, `order id`.
//!
//! In: a view. Out: every such word in it, in order, the longest where several begin alike.
//! Not here: what a detector makes of them; the words themselves stand in `labels/words.txt`.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::guard::lexicon::Lexicon;
use crate::guard::view::{Class, View};

/// A set of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Labels(u64);

macro_rules! labels {
    ($($name:ident = $section:literal),+ $(,)?) => {
        #[derive(Clone, Copy)]
        #[repr(u8)]
        enum Place { $($name),+ }

        #[allow(non_upper_case_globals, reason = "they read as the variants of a set")]
        impl Labels {
            $(pub const $name: Self = Self(1 << Place::$name as u64);)+

            fn section(name: &str) -> Option<Self> {
                match name { $($section => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

labels! {
    Phone = "phone", Ssn = "ssn", Tax = "tax", NationalId = "national_id", Passport = "passport", Licence = "licence",
    Card = "card", Cvv = "cvv", Expiry = "expiry", Account = "account", Routing = "routing", Birth = "birth",
    Care = "care", Age = "age", Mrn = "mrn", Member = "member", Plate = "plate", Vin = "vin", Imei = "imei",
    Serial = "serial", Postcode = "postcode", Address = "address", Password = "password", User = "user",
    Secret = "secret", Geo = "geo", Social = "social", Crypto = "crypto", Network = "network", Plain = "plain",
    Month = "month", Code = "code", Count = "count",
    Release = "release", Passing = "passing",
}

impl Labels {
    pub const NONE: Self = Self(0);

    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the two sets share a label.
    pub const fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }
}

/// A label where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub start: usize,
    pub end: usize,
    pub labels: Labels,
}

/// All labels of a text, sorted, not overlapping.
pub fn hits(view: &View<'_>) -> Vec<Hit> {
    let words = words();
    let (text, lower) = (view.text(), view.lower().as_bytes());
    let mut kept: Vec<Hit> = Vec::new();
    let mut reached = 0;
    for token in view.tokens() {
        // In other tokens no word begins but at their beginning; a byte inside of a letter begins none.
        let inner = !matches!(token.class, Class::Number | Class::Lower | Class::Title | Class::Upper);
        let last = if inner { token.end } else { token.start + 1 };
        for start in token.start..last {
            if start < reached {
                continue;
            }
            let mut here = words.at(&lower[start..]).peekable();
            if here.peek().is_none() || !begins(text, start) {
                continue;
            }
            let hit = here.find_map(|(length, (labels, open))| {
                ending(view, start + length, open).map(|end| Hit { start, end, labels })
            });
            reached = hit.map_or(reached, |hit| hit.end);
            kept.extend(hit);
        }
    }
    kept
}

/// A word begins where no letter stands before it; Hebrew and Arabic put particles there.
fn begins(text: &str, start: usize) -> bool {
    let Some(first) = text[start..].chars().next() else { return false };
    let Some(before) = text[..start].chars().next_back() else { return true };
    if first.is_ascii() && before.is_ascii() {
        return first != ' '
            && (!before.is_ascii_alphanumeric() || (before.is_ascii_lowercase() && first.is_ascii_uppercase()));
    }
    !before.is_alphanumeric()
        || is_unspaced(first)
        || is_unspaced(before)
        || is_semitic(first)
        || (before.is_lowercase() && first.is_uppercase())
}

/// Where the word ends, if it may end there; an open one takes the letters that follow along.
fn ending(view: &View<'_>, end: usize, open: bool) -> Option<usize> {
    let last = view.char_before(end)?;
    let Some(after) = view.char_after(end) else { return Some(end) };
    if !last.is_alphanumeric() || is_unspaced(last) || !after.is_alphabetic() || is_unspaced(after) {
        return Some(end);
    }
    if view.text()[..end].ends_with(" ב") || view.text()[..end].ends_with(" ל") {
        return Some(end);
    }
    if open {
        let rest = &view.text()[end..];
        return Some(end + rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len()));
    }
    (last.is_lowercase() && after.is_uppercase() && after.is_ascii()).then_some(end)
}

/// Scripts written without spaces between words, or with particles at the end of them.
pub fn is_unspaced(c: char) -> bool {
    matches!(c as u32, 0x2e80..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff)
}

fn is_semitic(c: char) -> bool {
    matches!(c as u32, 0x0590..=0x06ff)
}

fn words() -> &'static Lexicon<(Labels, bool)> {
    static WORDS: OnceLock<Lexicon<(Labels, bool)>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut meaning: HashMap<String, (Labels, bool)> = HashMap::new();
        let mut section = Labels::NONE;
        for line in include_str!("labels/words.txt").lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                section = Labels::section(name).expect("every section of words.txt is a label");
                continue;
            }
            for word in line.split(',').map(str::trim).filter(|word| !word.is_empty()) {
                let (word, open) = word.strip_suffix('*').map_or((word, false), |stem| (stem, true));
                for spelling in spellings(word) {
                    let entry = meaning.entry(spelling).or_default();
                    *entry = (entry.0.or(section), entry.1 || open);
                }
            }
        }
        Lexicon::new(meaning)
    })
}

/// The word, and as people type it on a keyboard without its accents.
fn spellings(word: &str) -> Vec<String> {
    let mut all = vec![word.to_string()];
    for german in [false, true] {
        let plain: String = word.chars().map(|c| plain(c, german).map_or_else(|| c.to_string(), Into::into)).collect();
        if !all.contains(&plain) {
            all.push(plain);
        }
    }
    all
}

fn plain(c: char, german: bool) -> Option<&'static str> {
    Some(match c {
        'ä' if german => "ae",
        'ö' if german => "oe",
        'ü' if german => "ue",
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' => "a",
        'è' | 'é' | 'ê' | 'ë' | 'ę' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'ı' => "i",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => "o",
        'ù' | 'ú' | 'û' | 'ü' => "u",
        'ç' | 'ć' => "c",
        'ñ' | 'ń' => "n",
        'ł' => "l",
        'ś' | 'ş' => "s",
        'ğ' => "g",
        'ź' | 'ż' => "z",
        'ß' => "ss",
        'ё' => "е",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<(&str, Labels)> {
        let view = View::new(text);
        let hits = hits(&view);
        hits.iter().map(|hit| (&text[hit.start..hit.end], hit.labels)).collect()
    }

    #[test]
    fn the_longest_label_wins_and_stands_alone() {
        assert_eq!(seen("Mobile Number: 1"), [("Mobile Number", Labels::Phone)]);
        assert_eq!(seen("published telecom microphones"), []);
        assert_eq!(seen("userPassword=1"), [("user", Labels::User), ("Password", Labels::Password)]);
    }

    #[test]
    fn words_of_other_scripts_need_no_space() {
        assert_eq!(seen("我的手机号是"), [("手机号", Labels::Phone)]);
        assert_eq!(seen("по телефону"), [("телефону", Labels::Phone)]);
        assert_eq!(seen("והסיסמה שלי"), [("הסיסמה", Labels::Password)]);
        assert_eq!(seen("전화번호는"), [("전화번호", Labels::Phone)]);
    }

    #[test]
    fn accents_may_be_missing() {
        assert_eq!(seen("telephone fuehrerschein"), [("telephone", Labels::Phone), ("fuehrerschein", Labels::Licence)]);
    }
}
