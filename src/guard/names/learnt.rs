//! The names of one document, and where they stand again.
//!
//! In: names and e-mail addresses as they are found. Out: words to hide wherever they stand.
//! Not here: finding names in the first place (`runs`, `east`, `uncased`).

use std::collections::{HashMap, HashSet};

use aho_corasick::AhoCorasick;

use super::cues::Cues;
use super::reading::Reading;
use crate::guard::tables::{Tongues, hash};
use crate::guard::view::Class;

/// The names seen so far in one document.
#[derive(Debug, Default)]
pub struct Learnt {
    words: HashMap<u32, Care>,
    mail: HashSet<u32>,
    /// Of scripts without spaces.
    spaceless: HashSet<String>,
    /// Those of them that are looked for, once all are known.
    sought: Option<AhoCorasick>,
}

/// How freely a learnt word may be hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Care {
    /// It is a name and nothing else.
    Free,
    /// It is a name here and an everyday word elsewhere: Will, Rose.
    Careful,
}

impl Learnt {
    /// An e-mail address of the document, for example `ann.lee@example.com`: its words may be names.
    pub fn note_email(&mut self, address: &str) {
        let local = address.split(['@', ' ']).next().unwrap_or_default();
        let words = local.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() >= 3);
        self.mail.extend(words.map(hash));
    }

    /// Whether the word stands in an e-mail address of the document.
    pub fn in_mail(&self, word: &str) -> bool {
        !self.mail.is_empty() && self.mail.contains(&hash(&plain(word)))
    }

    /// Remembers the words of a name that was found.
    pub fn learn(&mut self, reading: &Reading<'_, '_>, tokens: std::ops::Range<usize>) {
        for at in tokens {
            let word = reading.words[at];
            let short = match reading.class(at) {
                Class::Title | Class::Mixed | Class::Upper | Class::Lower => reading.letters(at) < 3,
                Class::Number => true,
                _ => reading.letters(at) < 2,
            };
            let thing = reading.around[at].over.has(Cues::THING) && !word.first();
            if short || thing || word.stop() && reading.class(at) == Class::Lower {
                continue;
            }
            let everyday = word.common(Tongues::ALL) || word.known() || word.place();
            self.learn_word(reading.text(at), everyday);
        }
    }

    /// Remembers those words of a doubtful name that are names and nothing else.
    pub fn learn_listed(&mut self, reading: &Reading<'_, '_>, tokens: std::ops::Range<usize>) {
        for at in tokens {
            let word = reading.words[at];
            let everyday = word.common(Tongues::ALL) || word.known() || word.place();
            if (word.first() || word.last()) && !everyday && reading.letters(at) > 2 {
                self.learn_word(reading.text(at), false);
            }
        }
    }

    /// Remembers one word; `everyday` words are hidden with care.
    pub fn learn_word(&mut self, word: &str, everyday: bool) {
        let care = if everyday { Care::Careful } else { Care::Free };
        let known = self.words.entry(hash(word)).or_insert(care);
        *known = (*known).min(care);
    }

    /// Remembers a name of a script without spaces.
    pub fn learn_spaceless(&mut self, name: &str) {
        if !self.spaceless.contains(name) {
            self.spaceless.insert(name.to_owned());
        }
    }

    /// All names are known now.
    pub fn seal(&mut self) {
        let mut names: Vec<&String> = self.spaceless.iter().filter(|name| name.chars().count() > 1).collect();
        names.sort_unstable();
        self.sought = AhoCorasick::new(names).ok().filter(|sought| sought.patterns_len() > 0);
    }

    /// Where names of scripts without spaces stand; they may overlap.
    pub fn spaceless(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        self.sought.iter().flat_map(|sought| sought.find_overlapping_iter(text).map(|found| found.range())).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.spaceless.is_empty()
    }

    /// Whether the token is a learnt name where it stands.
    pub fn holds(&self, reading: &Reading<'_, '_>, at: usize) -> bool {
        let Some(care) = self.words.get(&reading.hash(at)) else { return false };
        let class = reading.class(at);
        let capital = matches!(class, Class::Title | Class::Mixed) || class == Class::Upper && reading.letters(at) > 3;
        match (care, class) {
            (_, Class::Number) => false,
            (Care::Free, Class::Lower | Class::Upper) => {
                !reading.in_identifier(at) && reading.letters(at) >= if class == Class::Upper { 3 } else { 4 }
            }
            (Care::Free, _) => true,
            (Care::Careful, Class::Title | Class::Mixed | Class::Upper) => {
                capital && !reading.opens_sentence(at) && !reading.tongues.has(Tongues::GERMAN)
                    || reading.around[at].before != Cues::NONE && capital
            }
            (Care::Careful, _) => class != Class::Lower,
        }
    }
}

/// Without accents, as words stand in e-mail addresses.
fn plain(word: &str) -> String {
    let letter = |c: char| -> &'static str {
        match c {
            'á' | 'à' | 'â' | 'ã' | 'å' | 'ä' | 'ą' | 'ă' => "a",
            'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' => "e",
            'í' | 'ì' | 'î' | 'ï' | 'ı' => "i",
            'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ő' | 'ø' => "o",
            'ú' | 'ù' | 'û' | 'ü' | 'ű' | 'ů' => "u",
            'ç' | 'ć' | 'č' => "c",
            'ñ' | 'ń' | 'ň' => "n",
            'ś' | 'š' | 'ş' | 'ș' => "s",
            'ź' | 'ż' | 'ž' => "z",
            'ł' => "l",
            'ř' => "r",
            'ť' | 'ț' => "t",
            'ý' => "y",
            'ğ' => "g",
            _ => "",
        }
    };
    let mut plain = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        match letter(c) {
            "" => plain.push(c),
            other => plain.push_str(other),
        }
    }
    plain
}
