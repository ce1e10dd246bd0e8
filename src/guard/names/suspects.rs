//! Which lines the tagger should read: those with a capital that nothing explains.
//!
//! In: a reading. Out: ranges of tokens, one a line. Not here: the tagger (`tagger`), whether its answer makes sense (`credible`).

use std::ops::Range;

use super::reading::Reading;
use crate::guard::tables::Tongues;
use crate::guard::view::Class;

/// Longest piece that the tagger reads at once, in tokens.
const LONGEST: usize = 120;

/// The lines that may hold a name or an address which no rule has found.
pub fn lines(reading: &Reading<'_, '_>) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < reading.len() {
        let mut end = start + 1;
        while end < reading.len() && end - start < LONGEST && !reading.gap(end).contains('\n') {
            end += 1;
        }
        if (start..end).any(|at| is_suspicious(reading, at)) {
            lines.push(start..end);
        }
        start = end;
    }
    lines
}

fn is_suspicious(reading: &Reading<'_, '_>, at: usize) -> bool {
    if !reading.free(at) || reading.in_code(at) || reading.in_identifier(at) || reading.letters(at) < 2 {
        return false;
    }
    let word = reading.words[at];
    let named = word.first() || word.last();
    match reading.class(at) {
        Class::Title | Class::Mixed | Class::Upper => {
            let everyday = reading.common(at) || word.known() || word.stop();
            let tongue = reading.tongues.has(Tongues::GERMAN);
            if reading.opens_sentence(at) || tongue { named && !word.stop() || !everyday } else { named || !everyday }
        }
        Class::Lower => word.first() && word.last() && !word.common(Tongues::ALL) && !word.known(),
        Class::Uncased => named && !word.common(Tongues::ALL) && !word.stop(),
        _ => false,
    }
}
