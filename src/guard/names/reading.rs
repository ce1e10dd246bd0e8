//! A view together with what is known of each of its words, read once for all name rules.
//!
//! In: a view and the spans that are taken. Out: [`Reading`]. Not here: deciding anything (`runs`, `east`, `uncased`).

use std::ops::Range;

use super::cues::{self, Around, Inside};
use crate::guard::tables::{Tongues, Word, hash};
use crate::guard::view::{Class, Token, View};

#[derive(Debug)]
pub struct Reading<'v, 'a> {
    pub view: &'v View<'a>,
    pub words: Vec<Word>,
    hashes: Vec<u32>,
    pub around: Vec<Around>,
    pub inside: Vec<Inside>,
    pub tongues: Tongues,
    taken: Vec<bool>,
}

impl<'v, 'a> Reading<'v, 'a> {
    pub fn new(view: &'v View<'a>, taken: &[Range<usize>]) -> Self {
        let tokens = view.tokens();
        let hashes: Vec<u32> = tokens.iter().map(|token| hash(view.word(token))).collect();
        let words: Vec<Word> = hashes.iter().map(|hash| Word::of_hash(*hash)).collect();
        let small = tokens.iter().zip(&words).filter(|(token, _)| token.class == Class::Lower);
        let tongues = Tongues::of(small.map(|(_, word)| *word));
        let (around, inside) = cues::around(view);
        Self { view, around, inside, tongues, taken: overlapped(tokens, taken), words, hashes }
    }

    /// Other spans are taken now; they are sorted.
    pub fn retake(&mut self, taken: &[Range<usize>]) {
        self.taken = overlapped(self.view.tokens(), taken);
    }

    pub fn len(&self) -> usize {
        self.words.len()
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub fn token(&self, at: usize) -> &Token {
        &self.view.tokens()[at]
    }

    pub fn class(&self, at: usize) -> Class {
        self.token(at).class
    }

    pub fn text(&self, at: usize) -> &str {
        self.view.word(self.token(at))
    }

    /// The [`hash`] of a token's word.
    pub fn hash(&self, at: usize) -> u32 {
        self.hashes[at]
    }

    pub fn letters(&self, at: usize) -> usize {
        self.text(at).chars().count()
    }

    /// What stands between a token and the one before it, or before the first.
    pub fn gap(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.token(before).end);
        let end = if at < self.len() { self.token(at).start } else { self.view.text().len() };
        &self.view.text()[start..end]
    }

    /// No other finding lies in these bytes.
    pub fn free_span(&self, span: &Range<usize>) -> bool {
        let first = self.view.token_at(span.start);
        (first..self.len()).take_while(|at| self.token(*at).start < span.end).all(|at| self.free(at))
    }

    /// Not part of another finding.
    pub fn free(&self, at: usize) -> bool {
        !self.taken[at]
    }

    pub fn is_taken(&self, at: usize) -> bool {
        self.taken.get(at).copied().unwrap_or(false)
    }

    pub fn in_code(&self, at: usize) -> bool {
        self.view.in_code(self.token(at).start)
    }

    pub fn common(&self, at: usize) -> bool {
        self.words[at].common(self.tongues)
    }

    /// A given name that is nothing else.
    pub fn good_first(&self, at: usize) -> bool {
        let word = self.words[at];
        word.first() && !self.common(at) && !word.known() && !word.place()
    }

    /// A family name that is nothing else.
    pub fn good_last(&self, at: usize) -> bool {
        let word = self.words[at];
        word.last() && !self.common(at) && !word.known()
    }

    /// A word with a capital where no sentence begins says more than one where a sentence does.
    pub fn opens_sentence(&self, at: usize) -> bool {
        let gap = self.gap(at);
        at == 0
            || gap.contains([
                '!', '?', '\n', ':', '"', '\u{2022}', '>', '|', '(', '*', '#', ';', '\u{2026}', '\u{bf}', '\u{a1}', '/',
            ])
            || (gap.contains('.') && self.letters(at - 1) > 2)
    }

    /// A digit, underscore or the like touches the word: it is part of an identifier.
    pub fn in_identifier(&self, at: usize) -> bool {
        let (bytes, token) = (self.view.text().as_bytes(), self.token(at));
        let odd = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'_' | b'$' | b'\\');
        token.start.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(odd)
            || bytes.get(token.end).is_some_and(odd)
    }
}

fn overlapped(tokens: &[Token], taken: &[Range<usize>]) -> Vec<bool> {
    let mut spans = taken.iter().peekable();
    let overlaps = |token: &Token| {
        while spans.next_if(|span| span.end <= token.start).is_some() {}
        spans.peek().is_some_and(|span| span.start < token.end)
    };
    tokens.iter().map(overlaps).collect()
}
