//! Names of people: by trigger, shape and word lists, and remembered through a whole document.
//!
//! In: a view and what is taken already. Out: findings in the view's own offsets. Not here: everything else (`find`).

mod company;
mod credible;
mod cues;
mod east;
mod learnt;
mod reading;
mod runs;
mod shape;
mod small;
mod suspects;
pub mod tagger;
mod uncased;

use std::ops::Range;

use super::kind::{Confidence, Finding, Kind};
use super::tables::Tongues;
pub use learnt::Learnt;
pub use reading::Reading;

/// How much better a name must look to the tagger than no name.
const MARGIN: i32 = 60;

/// Names in one text. Spans are bytes of the view's text and touch nothing that is taken.
pub fn find(reading: &Reading<'_, '_>, memory: &mut Learnt) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (names, detector) in [
        (runs::names(reading, memory), "names.run"),
        (small::names(reading), "names.small"),
        (uncased::names(reading), "names.uncased"),
    ] {
        for name in names {
            memory.learn(reading, name.clone());
            let span = reading.token(name.start).start..reading.token(name.end - 1).end;
            findings.push(person(span, Confidence::Medium, detector));
        }
    }
    for span in east::names(reading, memory) {
        findings.push(person(span, Confidence::Medium, "names.east"));
    }
    merged(findings)
}

/// Remembers a name that was found by other means.
pub fn learn(reading: &Reading<'_, '_>, span: &Range<usize>, memory: &mut Learnt) {
    let first = reading.view.token_at(span.start);
    let behind = (first..reading.len()).find(|at| reading.token(*at).start >= span.end).unwrap_or(reading.len());
    memory.learn(reading, first..behind);
    // It is a name for certain: that it means something in a third language is no reason for care.
    for at in first..behind {
        let word = reading.words[at];
        let everyday = word.common(Tongues::ENGLISH) || word.common(Tongues::GERMAN) || word.known() || word.place();
        if (word.first() || word.last()) && !everyday && !word.stop() && reading.letters(at) > 3 {
            memory.learn_word(reading.text(at), false);
        }
    }
}

/// Names learnt in any text of the document, wherever they stand in this one: the second pass.
pub fn recall(reading: &Reading<'_, '_>, memory: &Learnt) -> Vec<Finding> {
    if memory.is_empty() {
        return Vec::new();
    }
    let held = (0..reading.len()).filter(|at| reading.free(*at) && memory.holds(reading, *at));
    let span = |at: usize| reading.token(at).start..reading.token(at).end;
    let mut findings: Vec<Finding> = held.map(|at| person(span(at), Confidence::Medium, "names.learnt")).collect();
    findings
        .extend(east::recall(reading, memory).into_iter().map(|span| person(span, Confidence::Medium, "names.learnt")));
    merged(findings)
}

/// Names and addresses that only the tagger sees, on lines with capitals that nothing taken explains, of low
/// confidence. What is on a list of names is learnt.
pub fn suspect(reading: &Reading<'_, '_>, memory: &mut Learnt) -> Vec<Finding> {
    let mut findings = Vec::new();
    for line in suspects::lines(reading) {
        for (tokens, kind) in tagger::tag(reading, line, MARGIN) {
            let sound = if kind == Kind::Person { credible::name } else { credible::address };
            if let Some(tokens) = sound(reading, tokens) {
                let span = reading.token(tokens.start).start..reading.token(tokens.end - 1).end;
                if kind == Kind::Person {
                    memory.learn_listed(reading, tokens);
                }
                findings.push(Finding { kind, span, confidence: Confidence::Low, detector: "tagger" });
            }
        }
    }
    findings
}

fn person(span: Range<usize>, confidence: Confidence, detector: &'static str) -> Finding {
    Finding { kind: Kind::Person, span, confidence, detector }
}

/// Sorted, and joined where they overlap.
fn merged(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
    let mut merged: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match merged.last_mut() {
            Some(last) if finding.span.start < last.span.end => last.span.end = last.span.end.max(finding.span.end),
            _ => merged.push(finding),
        }
    }
    merged
}

#[cfg(test)]
mod tests;
