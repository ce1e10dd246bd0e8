//! Cuts findings out of a document and puts other words in their place; every other byte stays as it is.
//!
//! In: the document and edits. Out: the new bytes, and a check of its own that nothing else was changed.
//! Not here: choosing the words (`replacement`), reading the document (`json`).

use std::ops::Range;

use super::json::{Lexer, Shape, Token};

/// A part of the document, and what is to stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub span: Range<usize>,
    pub word: String,
}

/// The document with the edits made. They may come in any order, but must not overlap.
pub fn splice(text: &str, edits: &mut [Edit]) -> String {
    edits.sort_by_key(|edit| edit.span.start);
    let grown: usize = edits.iter().map(|edit| edit.word.len()).sum();
    let mut new = String::with_capacity(text.len() + grown);
    let mut at = 0;
    for edit in &*edits {
        new.push_str(&text[at..edit.span.start]);
        new.push_str(&edit.word);
        at = edit.span.end;
    }
    new.push_str(&text[at..]);
    new
}

/// Whether `new` is the same JSON as `old`, token by token and space by space, but for the edited strings.
pub fn is_same_but_for(old: &str, new: &str, edits: &[Edit], many: bool) -> bool {
    let lexer = |text| if many { Lexer::many(text) } else { Lexer::new(text) };
    let (mut before, mut after) = (lexer(old), lexer(new));
    let mut edits = edits.iter().peekable();
    let (mut end_before, mut end_after) = (0, 0);
    loop {
        let (was, is) = match (before.next(), after.next()) {
            (None, None) => break,
            (Some(Ok(was)), Some(Ok(is))) => (was, is),
            _ => return false,
        };
        let mut edited = false;
        while edits.next_if(|edit| edit.span.start < was.span.end).is_some() {
            edited = true;
        }
        let space = old[end_before..was.span.start] == new[end_after..is.span.start];
        let same = if edited {
            may_become(&was, &is)
        } else {
            was.shape == is.shape && old[was.span.clone()] == new[is.span.clone()]
        };
        if !space || !same {
            return false;
        }
        (end_before, end_after) = (was.span.end, is.span.end);
    }
    edits.next().is_none() && old[end_before..] == new[end_after..]
}

fn may_become(was: &Token, is: &Token) -> bool {
    match was.shape {
        Shape::Text | Shape::Key => is.shape == was.shape,
        // A number has no place for a word.
        Shape::Number => is.shape == Shape::Word,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(span: Range<usize>, word: &str) -> Edit {
        Edit { span, word: word.into() }
    }

    #[test]
    fn only_the_edits_change() {
        let old = r#"{ "a": "x SECRET y", "n": 15551234567 }"#;
        let mut edits = [edit(26..37, "null"), edit(10..16, "[X]")];
        let new = splice(old, &mut edits);
        assert_eq!(new, r#"{ "a": "x [X] y", "n": null }"#);
        assert!(is_same_but_for(old, &new, &edits, false));
        for wrong in [
            r#"{ "a": "x [X] y", "n":null }"#,
            r#"{ "a": "x [X] y", "m": null }"#,
            r#"{ "a": "x [X] y", "n": 1 }"#,
            r#"{ "a": "x [X] y", "n": null, "z": 1 }"#,
            r#"{ "a": "x "[X]" y", "n": null }"#,
            r#"{ "a": ["x [X] y"], "n": null }"#,
        ] {
            assert!(!is_same_but_for(old, wrong, &edits, false), "{wrong}");
        }
        assert!(!is_same_but_for(old, &new, &edits[..1], false), "an edit that nobody ordered");
    }
}
