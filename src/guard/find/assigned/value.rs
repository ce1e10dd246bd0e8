//! The value that a label announces, and what stands between the two.
//!
//! In: a place right behind a label. Out: the value's span and how it is joined. Not here: whether it is a secret.

use std::ops::Range;

use crate::guard::find::labels::is_unspaced;
use crate::guard::find::scene::Scene;

/// How label and value are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glue {
    /// A colon, an equals sign.
    Sign,
    /// `is`, `lautet`, `は`.
    Word,
    /// Nothing but space.
    None,
}

#[derive(Debug)]
pub struct Value {
    pub span: Range<usize>,
    pub glue: Glue,
    pub quoted: bool,
    /// Nothing follows it in its clause.
    pub closed: bool,
}

/// So many bytes of a value are judged. A label may repeat for a whole document without a space.
pub const MOST: usize = 1024;

const VERBS: &[&str] = &[
    "היא", "הוא", "to:", "is", "are", "was", "were", "'s", "ist", "lautet", "lauten", "war", "est", "sont", "es",
    "son", "è", "é", "e", "sono", "são", "to", "jest", "är", "this", "equals", "это", "as", "=", "named", "called",
    "será", "era",
];

const FILLER: &[&str] = &[
    "שלי",
    "mein",
    "meine",
    "min",
    "mi",
    "mon",
    "moje",
    "mój",
    "мой",
    "my",
    "the",
    "this",
    "here",
    "it",
    "its",
    "it's",
    "set",
    "to",
    "be",
    "following",
    "value",
    "of",
    "prod",
    "production",
    "test",
    "new",
    "old",
    "current",
    "currently",
    "now",
    "changed",
    "still",
    "just",
    "literally",
    "simply",
    "one",
    "for",
    "key",
    "number",
    "is",
    "a",
];

pub fn after(scene: &Scene<'_, '_>, label_end: usize) -> Option<Value> {
    let text = scene.text();
    let name = attached(&text[label_end..]);
    // `PasswordHash::new` is code.
    if text[label_end + name..].starts_with("::") {
        return None;
    }
    let mut at = label_end + name;
    let mut glue = Glue::None;
    let mut fillers = 0;
    loop {
        let rest = &text[at..];
        let first = rest.chars().next()?;
        if let Some(width) = sign(rest) {
            glue = Glue::Sign;
            at += width;
        } else if matches!(first, ' ' | '\t' | '"' | '\'' | '`' | ')' | ']' | '*') {
            if is_quote(first) && opens(rest) {
                break;
            }
            at += 1;
        } else if first == '\n' && glue == Glue::Sign && !rest[1..].starts_with('\n') {
            at += 1;
        } else if let Some(particle) =
            ["は", "が", "是", "为", "為", "는", "은", "가", "이"].iter().find(|p| rest.starts_with(**p))
        {
            glue = Glue::Word;
            at += particle.len();
        } else {
            let ends = |c: char| c.is_whitespace() || matches!(c, ':' | '=' | ',');
            let run = rest.char_indices().find(|(at, c)| *at >= MOST || ends(*c)).map_or(rest.len(), |(at, _)| at);
            let word = &scene.view.lower()[at..at + run];
            let verb = VERBS.contains(&word);
            if glue == Glue::Sign || fillers >= 5 || !(verb || FILLER.contains(&word)) {
                break;
            }
            if verb {
                glue = Glue::Word;
            }
            fillers += 1;
            at += run;
        }
    }
    // `password-hash 0.4` is a word of its own; `password-prod = …` is a name.
    if glue != Glue::Sign && text[label_end..].starts_with('-') {
        return None;
    }
    bounded(text, at, glue)
}

/// The rest of a name that holds the label: `SECRET` in `AWS_SECRET_ACCESS_KEY`.
fn attached(rest: &str) -> usize {
    let run = rest.bytes().take(MOST).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
    if rest.starts_with(['_', '-']) || rest.starts_with(|c: char| c.is_ascii_uppercase()) { run } else { 0 }
}

fn sign(rest: &str) -> Option<usize> {
    [":=", "=>", "->", "==", ":", "=", "→"].iter().find(|sign| rest.starts_with(**sign)).map(|sign| sign.len())
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`')
}

/// A quote that opens a word, and does not close the label's own quotes.
fn opens(rest: &str) -> bool {
    rest[1..].starts_with(|c: char| !c.is_whitespace() && !matches!(c, ':' | '=' | ',' | ')' | ']' | '}'))
}

fn bounded(text: &str, at: usize, glue: Glue) -> Option<Value> {
    let quote = text[at..].chars().next().filter(|c| is_quote(*c));
    let start = at + usize::from(quote.is_some());
    let rest = &text[start..];
    let ends = |c: char| match quote {
        Some(quote) => c == quote || c == '\n',
        None => c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>') || is_unspaced(c),
    };
    let run = rest.char_indices().find(|(at, c)| *at >= MOST || ends(*c)).map_or(rest.len(), |(at, _)| at);
    let mut word = &rest[..run];
    if quote.is_none() {
        word = word.trim_end_matches([',', '.', ';', ':']);
        if word.ends_with(')') && !word.contains('(') || word.ends_with('}') && !word.contains('{') {
            word = word[..word.len() - 1].trim_end_matches(['"', ')', ']', '}']);
        }
        word = word.strip_suffix('?').unwrap_or(word);
        // One parameter of several: `user=ann&password=…`
        if glue == Glue::Sign
            && let Some(end) = word.find('&').filter(|end| word[*end..].contains('='))
        {
            word = &word[..end];
        }
    }
    let end = start + word.len();
    let tail = text[end..].trim_start_matches(['"', '\'', '`', ' ', ')', '.', ',']);
    let closed = tail.is_empty() || tail.starts_with(['\n', '/', ';', '}', '|', '&']) || quote.is_some();
    (!word.is_empty()).then_some(Value { span: start..end, glue, quoted: quote.is_some(), closed })
}

/// A variable, a placeholder or a call, not a value.
pub fn is_reference(word: &str) -> bool {
    let masked = word.bytes().all(|b| matches!(b, b'*' | b'x' | b'X' | b'.' | b'_' | b'-'));
    let call = word.find('(').is_some_and(|at| {
        at > 2 && word[..at].bytes().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(&b)) && word.ends_with(')')
    });
    masked
        || call
        || word.starts_with("${")
        || word.starts_with("{{")
        || word.starts_with('<')
        || word.starts_with("%(")
        || word.starts_with("$(")
        || (word.starts_with('$')
            && word[1..].bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
            && word.contains('_'))
        || [
            "process.env",
            "os.environ",
            "os.getenv",
            "env.",
            "self.",
            "this.",
            "request.",
            "config.",
            "settings.",
            "data.",
            "user.",
        ]
        .iter()
        .any(|begin| word.starts_with(begin))
        || word.contains("://")
        || word.contains("[REDACTED")
}

/// `v0.1.2`, `1.2.3-rc.1`
pub fn is_version(word: &str) -> bool {
    let numbers = word.trim_start_matches(['v', 'V', '^', '~', '=']);
    numbers.starts_with(|c: char| c.is_ascii_digit())
        && numbers.split('.').take(2).filter(|part| part.bytes().all(|b| b.is_ascii_digit())).count() == 2
}

/// What stands behind a field's name in a schema.
pub fn is_type(word: &str) -> bool {
    matches!(
        word.to_ascii_lowercase().as_str(),
        "string"
            | "str"
            | "text"
            | "int"
            | "integer"
            | "number"
            | "bool"
            | "boolean"
            | "required"
            | "optional"
            | "null"
            | "none"
            | "true"
            | "false"
            | "varchar"
            | "char"
            | "unknown"
            | "guest"
            | "admin"
            | "root"
            | "anonymous"
            | "test"
            | "user"
            | "username"
            | "name"
            | "uuid"
            | "email"
            | "see"
            | "yes"
            | "here"
            | "there"
            | "below"
    )
}
