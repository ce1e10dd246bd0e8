//! The words around a name: introductions, labels, titles, greetings, closings, relations, and what people do.
//!
//! In: a view. Out: for each token, which cues stand right before it, which cover it, which follow it.
//! Not here: the phrases (`cues::phrases`), what they are worth (`runs`).

mod phrases;

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::guard::view::{Class, View};

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
    let (text, tokens) = (view.text(), view.tokens());
    let mut around = vec![Around::default(); tokens.len()];
    let mut inside = Vec::new();
    let lexicon = lexicon();
    for found in lexicon.automaton.find_overlapping_iter(view.lower()) {
        let (start, end) = (found.start(), found.end());
        let cue = lexicon.cues[found.pattern().as_usize()];
        let (first, behind) = (view.token_at(start), tokens.partition_point(|token| token.start < end));
        let Some(token) = tokens.get(first) else { continue };
        if cue.has(Cues::TITLE) && !is_title(text, start, end) {
            continue;
        }
        if cue.has(Cues::LABEL)
            && first > 0
            && &view.lower()[start..end] == "name"
            && names_a_thing(view.word(&tokens[first - 1]))
        {
            continue;
        }
        if behind <= first {
            continue;
        }
        let spaceless = matches!(token.class, Class::Han | Class::Hiragana | Class::Katakana | Class::Hangul);
        let whole = token.start >= start && tokens[behind - 1].end <= end;
        if !(spaceless || whole) {
            continue;
        }
        if spaceless {
            inside.push(Inside { start, end, cue });
        } else {
            tokens[first..behind].iter().zip(&mut around[first..]).for_each(|(_, a)| a.over = a.over.with(cue));
        }
        if let Some(next) = tokens.get(behind).filter(|next| joins(cue, &text[end..next.start])) {
            let place = &mut around[view.token_at(next.start)];
            place.before = place.before.with(cue);
        }
        if let Some(before) = first.checked_sub(1) {
            let gap = &text[tokens[before].end..start];
            if gap == " " || (gap.is_empty() && cue.has(Cues::SUFFIX)) {
                around[before].behind = around[before].behind.with(cue);
            }
        }
    }
    (around, inside)
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

struct Lexicon {
    automaton: AhoCorasick,
    cues: Vec<Cues>,
}

fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| {
        let (mut patterns, mut cues) = (Vec::new(), Vec::new());
        for (cue, list) in phrases::ALL {
            for phrase in list.split('|').map(str::trim) {
                patterns.push(phrase);
                cues.push(*cue);
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&patterns)
            .expect("a few hundred short phrases fit");
        Lexicon { automaton, cues }
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
