//! A text as detectors see it: look-alike characters folded, invisible ones gone, cut into tokens.
//!
//! In: the text of one string. Out: the folded text with the way back to the original bytes, tokens, code zones.
//! Not here: what the words mean (`find::labels`, `names`).

mod encoded;
mod fold;
mod token;

use std::borrow::Cow;
use std::ops::Range;

pub use token::{Class, Token};

/// One text, folded and cut. Offsets are bytes of [`View::text`] unless a name says "original".
#[derive(Debug)]
pub struct View<'a> {
    text: Cow<'a, str>,
    /// The same text in lower case, byte for byte in the same places.
    lower: String,
    /// For each byte of the folded text and for its end, where it was; empty if the folded text is the original.
    origin: Vec<u32>,
    tokens: Vec<Token>,
    code: Vec<Range<usize>>,
}

impl<'a> View<'a> {
    pub fn new(original: &'a str) -> Self {
        let (text, origin) = fold::fold(original);
        let lower = fold::lower(&text);
        let tokens = token::tokens(&text);
        let code = token::code(&text);
        Self { text, lower, origin, tokens, code }
    }

    /// What cannot be seen is gone; odd spaces, dashes, quotes, full-width letters, letters of formulas, the digits of
    /// other scripts and signs as links and web pages write them are ASCII.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// [`View::text`] in lower case; a letter whose small form has another length stays as it is.
    pub fn lower(&self) -> &str {
        &self.lower
    }

    /// Words and numbers in order; what lies between two tokens is space and punctuation.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The index of the first token that ends behind `at`.
    pub fn token_at(&self, at: usize) -> usize {
        self.tokens.partition_point(|token| token.end <= at)
    }

    pub fn word(&self, token: &Token) -> &str {
        &self.text[token.start..token.end]
    }

    pub fn char_before(&self, at: usize) -> Option<char> {
        self.text[..at].chars().next_back()
    }

    pub fn char_after(&self, at: usize) -> Option<char> {
        self.text[at..].chars().next()
    }

    /// Whether the place lies in a fenced block or between back-ticks.
    pub fn in_code(&self, at: usize) -> bool {
        let behind = self.code.partition_point(|zone| zone.end <= at);
        self.code.get(behind).is_some_and(|zone| zone.start <= at)
    }

    /// Where a span of the folded text lies in the original.
    pub fn original(&self, span: &Range<usize>) -> Range<usize> {
        let at = |offset: usize| self.origin.get(offset).map_or(offset, |origin| *origin as usize);
        at(span.start)..at(span.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_text_is_its_own_view() {
        let view = View::new("Ann is 42");
        assert_eq!(view.text(), "Ann is 42");
        assert!(matches!(view.text, Cow::Borrowed(_)));
        assert_eq!(view.original(&(4..6)), 4..6);
    }

    #[test]
    fn lower_case_keeps_every_place() {
        let view = View::new("İSTANBUL ÉTÉ Телефон");
        assert_eq!(view.lower(), "İstanbul été телефон");
        assert_eq!(view.lower().len(), view.text().len());
    }

    #[test]
    fn hidden_characters_vanish_and_spans_lead_back() {
        let original = "ssn 123\u{200b}-45\u{2011}67\u{00ad}89!";
        let view = View::new(original);
        assert_eq!(view.text(), "ssn 123-45-6789!");
        assert_eq!(&original[view.original(&(4..15))], "123\u{200b}-45\u{2011}67\u{00ad}89");
    }

    #[test]
    fn nothing_that_cannot_be_seen_parts_a_value() {
        let hidden = "\u{34f}\u{61c}\u{115f}\u{17b4}\u{180b}\u{2066}\u{206f}\u{2800}\u{3164}\u{ffa0}\u{fff9}\u{fffc}\
                      \u{e0041}\u{e0100}\u{1d173}\u{0}\u{1b}\u{7f}\u{9b}\u{200b}\u{fe0f}\u{2028}\u{2029}\u{b}\u{85}";
        for c in hidden.chars() {
            let original = format!("at 4111{c}1111!");
            let view = View::new(&original);
            assert_eq!(view.text(), "at 41111111!", "{c:?}");
            assert_eq!(&original[view.original(&(3..11))], &original[3..original.len() - 1], "{c:?}");
        }
        assert_eq!(View::new("one\u{2028}two\u{c}three\tfour\r\n").text(), "one two three\tfour\r\n");
    }

    #[test]
    fn letters_of_formulas_and_of_links_are_read() {
        let view = View::new("𝟒𝟙𝟷 𝐚𝑛𝗇%40𝔁.org a&#64;b");
        assert_eq!(view.text(), "411 ann@x.org a@b");
        assert_eq!(view.original(&(16..17)), 43..44);
        assert_eq!(View::new("100%20 of 5% & more").text(), "100%20 of 5% & more");
    }

    #[test]
    fn other_digits_and_wide_letters_are_read() {
        let view = View::new("٠١٢ ＡＢ１２　x\u{a0}y");
        assert_eq!(view.text(), "012 AB12 x y");
        assert_eq!(view.original(&(4..8)), 7..19);
    }

    #[test]
    fn code_is_known() {
        let view = View::new("a `b` c\n```\nlet d;\n``` e");
        let places: Vec<bool> =
            ["a", "b", "c", "d", "e"].map(|c| view.in_code(view.text().rfind(c).expect("it is there"))).to_vec();
        assert_eq!(places, [false, true, false, true, false]);
    }
}
