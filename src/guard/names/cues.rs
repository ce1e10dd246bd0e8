//! The words around a name: introductions, labels, titles, greetings, closings, relations, and what people do.
//!
//! In: a view. Out: for each token, which cues stand right before it, which cover it, which follow it.
//! Not here: the phrases (`cues::phrases`), what they are worth (`runs`).

mod phrases;

use std::ops::Range;
use std::sync::OnceLock;

use crate::guard::lexicon::Lexicon;
use crate::guard::view::{Class, Token, View};

/// A set of cues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cues(u16);

impl Cues {
    pub const NONE: Self = Self(0);
    /// "my name is": a name follows, in any case.
    pub const INTRO: Self = Self(1);
    /// "I am", "this is": a name may follow.
    pub const MAYBE_INTRO: Self = Self(1 << 1);
    /// "Patient:", "Author:", `"name":`
    pub const LABEL: Self = Self(1 << 2);
    /// "Mr.", "Frau"
    pub const TITLE: Self = Self(1 << 3);
    /// "Dear", "thanks"
    pub const GREETING: Self = Self(1 << 4);
    /// "Best regards,"
    pub const CLOSING: Self = Self(1 << 5);
    /// "my sister", "boss"
    pub const RELATION: Self = Self(1 << 6);
    /// "told", "says": what only people do; it follows a name.
    pub const DOING: Self = Self(1 << 7);
    /// "ask", "met", "call", "written by", "with": often a person follows.
    pub const TOWARDS: Self = Self(1 << 8);
    /// さん, 님: follows a name without a space.
    pub const SUFFIX: Self = Self(1 << 9);
    /// "in", "near": a place follows rather.
    pub const WHERE: Self = Self(1 << 10);
    /// "Street", "Inc", "University": what stands before it is no person.
    pub const THING: Self = Self(1 << 11);

    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub fn bits(self) -> u16 {
        self.0
    }

    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What stands around one token.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around {
    /// Right before it, with no more than a sign and a space between.
    pub before: Cues,
    /// It belongs to these itself.
    pub over: Cues,
    /// Right behind it.
    pub behind: Cues,
}

/// A cue in a script without spaces, in bytes: it may lie in the midst of a token.
#[derive(Debug, Clone, Copy)]
pub struct Inside {
    pub start: usize,
    pub end: usize,
    pub cue: Cues,
}

/// The cues around each token of the view, and those inside tokens.
pub fn around(view: &View<'_>) -> (Vec<Around>, Vec<Inside>) {
    let lexicon = lexicon();
    let lower = view.lower().as_bytes();
    let mut seen = Seen { view, around: vec![Around::default(); view.tokens().len()], inside: Vec::new() };
    let mut tell = |first: usize, start: usize| {
        for (length, cue) in lexicon.at(&lower[start..]) {
            seen.note(first, start..start + length, cue);
        }
    };
    for (first, token) in view.tokens().iter().enumerate() {
        if is_spaceless(token) {
            // Words of these scripts begin anywhere; bytes inside of a letter begin nothing.
            (token.start..token.end).for_each(|start| tell(first, start));
            continue;
        }
        if lower[..token.start].ends_with(b"& ") {
            tell(first, token.start - 2);
        }
        tell(first, token.start);
    }
    (seen.around, seen.inside)
}

struct Seen<'v, 'a> {
    view: &'v View<'a>,
    around: Vec<Around>,
    inside: Vec<Inside>,
}

impl Seen<'_, '_> {
    /// A phrase that stands here, beginning before the end of the token `first`.
    fn note(&mut self, first: usize, span: Range<usize>, cue: Cues) {
        let (text, tokens) = (self.view.text(), self.view.tokens());
        let Range { start, end } = span;
        let token = tokens[first];
        let behind = first + tokens[first..].iter().take_while(|token| token.start < end).count();
        let spaceless = is_spaceless(&token);
        let whole = behind > first && token.start >= start && tokens[behind - 1].end <= end;
        let thing = cue.has(Cues::LABEL)
            && first > 0
            && &self.view.lower()[start..end] == "name"
            && names_a_thing(self.view.word(&tokens[first - 1]));
        if !(spaceless || whole) || thing || cue.has(Cues::TITLE) && !is_title(text, start, end) {
            return;
        }
        if spaceless {
            self.inside.push(Inside { start, end, cue });
        } else {
            self.around[first..behind].iter_mut().for_each(|around| around.over = around.over.with(cue));
        }
        if tokens.get(behind).is_some_and(|next| joins(cue, &text[end..next.start])) {
            let place = &mut self.around[behind];
            place.before = place.before.with(cue);
        }
        if let Some(before) = first.checked_sub(1) {
            let gap = &text[tokens[before].end..start];
            if gap == " " || (gap.is_empty() && cue.has(Cues::SUFFIX)) {
                self.around[before].behind = self.around[before].behind.with(cue);
            }
        }
    }
}

fn is_spaceless(token: &Token) -> bool {
    matches!(token.class, Class::Han | Class::Hiragana | Class::Katakana | Class::Hangul)
}

/// `file_name`, "host name": the label of something that is no person.
fn names_a_thing(word: &str) -> bool {
    const THINGS: [&str; 38] = [
        "default",
        "file",
        "host",
        "table",
        "module",
        "class",
        "function",
        "variable",
        "package",
        "domain",
        "field",
        "column",
        "branch",
        "tag",
        "event",
        "method",
        "key",
        "project",
        "repo",
        "bucket",
        "device",
        "group",
        "process",
        "service",
        "server",
        "network",
        "brand",
        "product",
        "company",
        "app",
        "image",
        "node",
        "pod",
        "attribute",
        "property",
        "parameter",
        "command",
        "crate",
    ];
    THINGS.iter().any(|thing| word.eq_ignore_ascii_case(thing))
}

/// A short title ("Ms", "Sr") has a capital or a full stop; a single letter ("M.") both.
fn is_title(text: &str, start: usize, end: usize) -> bool {
    let capital = text[start..].chars().next().is_some_and(|first| !first.is_lowercase());
    let dotted = text[end..].starts_with('.');
    match end - start {
        1 => capital && dotted,
        2 | 3 => capital || dotted,
        6.. => !dotted,
        _ => true,
    }
}

/// Whether what stands between a cue and a word leaves them together.
fn joins(cue: Cues, gap: &str) -> bool {
    if gap.len() > 6 {
        return false;
    }
    if cue.has(Cues::LABEL) {
        let signs = gap.bytes().filter(|byte| matches!(byte, b':' | b'=' | b'-' | b'|' | b'>')).count();
        return signs >= 1 && gap.bytes().all(|byte| b" :=-|>\"'\t*`{[\\".contains(&byte));
    }
    if cue.has(Cues::CLOSING) {
        let lines = gap.bytes().filter(|byte| *byte == b'\n').count();
        return (1..=2).contains(&lines) && gap.bytes().all(|byte| b" ,.!\n\r-".contains(&byte));
    }
    let signs: &[u8] = if cue.has(Cues::GREETING) {
        if gap.contains('!') {
            return false;
        }
        b" ,-@"
    } else if cue.has(Cues::TITLE) {
        b" ."
    } else if cue.has(Cues::INTRO) {
        b" :,\"'-*"
    } else if cue.has(Cues::RELATION) {
        b" ,('\":-"
    } else {
        b" \"'("
    };
    gap.bytes().all(|byte| signs.contains(&byte))
}

fn lexicon() -> &'static Lexicon<Cues> {
    static LEXICON: OnceLock<Lexicon<Cues>> = OnceLock::new();
    LEXICON.get_or_init(|| {
        let phrases = |(cue, list): &(Cues, &'static str)| {
            let cue = *cue;
            list.split('|').map(str::trim).map(move |phrase| (phrase.to_string(), cue)).collect::<Vec<_>>()
        };
        Lexicon::new(phrases::ALL.iter().flat_map(phrases))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(text: &str, word: &str) -> Cues {
        let view = View::new(text);
        let at = view.token_at(text.find(word).expect("the word is in the text"));
        around(&view).0[at].before
    }

    #[test]
    fn cues_stand_before_their_word() {
        assert!(before("Hi, my name is Ann", "Ann").has(Cues::INTRO));
        assert!(before("Name: Ann", "Ann").has(Cues::LABEL));
        assert!(before("Sehr geehrte Frau Kunz", "Kunz").has(Cues::TITLE));
        assert!(before("Привет, Анна", "Анна").has(Cues::GREETING));
        assert!(before("Best regards,\nAnn", "Ann").has(Cues::CLOSING));
        assert!(before("My sister Ann", "Ann").has(Cues::RELATION));
        assert!(before("私の名前は田中です", "田中").has(Cues::INTRO));
    }

    #[test]
    fn half_words_and_far_words_are_no_cues() {
        assert_eq!(before("chi Ann", "Ann"), Cues::NONE);
        assert_eq!(before("the name of Ann", "Ann"), Cues::NONE);
        assert_eq!(before("Best regards to all of you. Ann", "Ann"), Cues::NONE);
    }
}
