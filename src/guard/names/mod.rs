//! Names of people: by trigger, shape and word lists, and remembered through a whole document.
//!
//! In: a view and what is taken already. Out: findings in the view's own offsets. Not here: everything else (`find`).

use std::ops::Range;

use super::kind::Finding;
use super::view::View;

/// The names seen so far in one document.
#[derive(Debug, Default)]
pub struct Learnt {}

impl Learnt {
    /// An e-mail address of the document, for example `ann.lee@example.com`: its words may be names.
    pub fn note_email(&mut self, _address: &str) {}
}

/// Names in one text. Spans are bytes of `view.text()` and touch nothing in `taken` (sorted).
pub fn find(_view: &View<'_>, _taken: &[Range<usize>], _memory: &mut Learnt) -> Vec<Finding> {
    Vec::new()
}

/// Names learnt in any text of the document, wherever they stand in this one: the second pass.
pub fn recall(_view: &View<'_>, _taken: &[Range<usize>], _memory: &Learnt) -> Vec<Finding> {
    Vec::new()
}
