//! One text under examination: its view, the labels in it, and what has been found so far.
//!
//! In: a view, and what the message before it asked for. Out: which labels speak about a place, nearest first.
//! Not here: what follows from a label (the detectors).

use std::ops::Range;

use super::claims::Claims;
use super::columns;
use super::labels::{Hit, Labels, hits};
use crate::guard::kind::{Confidence, Kind};
use crate::guard::view::View;

#[derive(Debug)]
pub struct Scene<'v, 'a> {
    pub view: &'v View<'a>,
    pub hits: Vec<Hit>,
    pub claims: Claims,
    /// Labels of the question that this text may answer.
    asked: Labels,
}

/// How a word such as `version` or `order id` speaks against a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Veto {
    None,
    /// Somewhere before it in the same clause.
    Loose,
    /// Nothing but filler stands between them.
    Direct,
}

/// What the words before a place say about it.
#[derive(Debug)]
pub struct Near {
    /// Labels with their distance in bytes, the nearest first; none behind a direct veto.
    pub labels: Vec<(Labels, usize)>,
    pub veto: Veto,
    /// What the words with a veto speak of: releases of programs, or things in passing that have no number of their own.
    pub spoken: Labels,
    /// A direct veto with a sign or a word for "number": `order #`, `build: `, `invoice no.`
    pub named: bool,
}

impl Near {
    pub fn has(&self, any: Labels) -> bool {
        self.labels.iter().any(|(labels, _)| labels.has(any))
    }

    /// Whether a word right before it names another thing; `failed` and `page` name nothing.
    pub fn is_denied(&self) -> bool {
        self.veto == Veto::Direct && !self.spoken.has(Labels::Passing)
    }

    /// Whether one of these stands so close.
    pub fn within(&self, any: Labels, bytes: usize) -> bool {
        self.labels.iter().any(|(labels, gap)| labels.has(any) && *gap <= bytes)
    }
}

/// Bytes before a value in which a label may stand.
const REACH: usize = 72;

/// An answer stands at the beginning of its message.
const ANSWER: usize = 48;

impl<'v, 'a> Scene<'v, 'a> {
    pub fn new(view: &'v View<'a>, asked: Labels) -> Self {
        Self { view, hits: hits(view), claims: Claims::default(), asked }
    }

    pub fn text(&self) -> &'v str {
        self.view.text()
    }

    pub fn bytes(&self) -> &'v [u8] {
        self.view.text().as_bytes()
    }

    pub fn claim(&mut self, kind: Kind, span: Range<usize>, confidence: Confidence, detector: &'static str) -> bool {
        self.claims.claim(kind, span, confidence, detector)
    }

    /// What stands before a place, within its clause.
    pub fn near(&self, at: usize) -> Near {
        let mut near = Near { labels: Vec::new(), veto: Veto::None, spoken: Labels::NONE, named: false };
        let behind = self.hits.partition_point(|hit| hit.end <= at);
        // Where the clause begins matters to words within reach alone.
        let reached = behind > 0 && self.hits[behind - 1].start + REACH >= at;
        let floor = if reached { self.clause_start(at, REACH) } else { at };
        for hit in self.hits[..behind].iter().rev().take_while(|hit| hit.start >= floor) {
            // A word inside an address or a link says nothing.
            if !self.claims.is_free(&(hit.start..hit.end)) {
                continue;
            }
            if hit.labels.has(Labels::Plain) {
                if near.labels.is_empty() && is_filler(&self.view.lower()[hit.end..at]) {
                    near.veto = Veto::Direct;
                    near.spoken = hit.labels;
                    near.named = !hit.labels.has(Labels::Passing) && names_a_number(&self.view.lower()[hit.start..at]);
                    return near;
                }
                // A word at the end of the line above says nothing against a line of its own.
                if !self.text()[hit.end..at].contains('\n') {
                    near.veto = near.veto.max(Veto::Loose);
                    near.spoken = near.spoken.or(hit.labels);
                }
            }
            if hit.labels != Labels::Month && !hit.labels.has(Labels::Plain) && hit.labels != Labels::Count {
                near.labels.push((hit.labels, at - hit.end));
            }
        }
        if near.labels.is_empty() {
            let head = columns::labels(self.text(), &self.hits, at);
            if head != Labels::NONE {
                near.labels.push((head, 0));
            }
        }
        if at <= ANSWER && self.asked != Labels::NONE && near.labels.is_empty() {
            near.labels.push((self.asked, at));
        }
        near
    }

    /// Labels that follow a value and name it: `… is my phone number`, `… (mobile)`.
    pub fn after(&self, at: usize) -> Labels {
        let mut labels = Labels::NONE;
        let next = self.hits.partition_point(|hit| hit.start < at);
        for hit in self.hits[next..].iter().take_while(|hit| hit.start <= at + 24) {
            if names_what_was_said(&self.view.lower()[at..hit.start]) {
                labels = labels.or(hit.labels);
            }
        }
        labels
    }

    /// The labels right behind a value: units, `years old`, `生まれ`.
    pub fn unit(&self, at: usize) -> Labels {
        let next = self.hits.partition_point(|hit| hit.start < at);
        let follows = |hit: &&Hit| self.text()[at..hit.start].bytes().all(|b| b == b' ' || b == b'-');
        self.hits.get(next).filter(follows).map_or(Labels::NONE, |hit| hit.labels)
    }

    /// Labels anywhere in the sentence around a span.
    pub fn sentence_has(&self, span: &Range<usize>, any: Labels) -> bool {
        let start = self.clause_start(span.start, 160);
        let end = self.clause_end(span.end, 120);
        let first = self.hits.partition_point(|hit| hit.start < start);
        self.hits[first..].iter().take_while(|hit| hit.end <= end).any(|hit| hit.labels.has(any))
    }

    /// The labels of the last sentence, for the message that may answer it.
    pub fn asks(&self) -> Labels {
        let end = self.text().trim_end().len();
        let floor = self.clause_start(end, 160);
        let wanted = Labels::Plain.or(Labels::Month).or(Labels::Care).or(Labels::Age);
        self.hits.iter().rev().take_while(|hit| hit.start >= floor).find(|hit| !hit.labels.has(wanted)).map_or(
            Labels::NONE,
            |hit| {
                // By a finding, or by what was found and hidden before.
                let answered = self.claims.taken().iter().any(|taken| taken.end > hit.end);
                if answered { Labels::NONE } else { hit.labels }
            },
        )
    }

    /// Where the clause around a place begins: at a blank line, a sentence's end, or a line's end with words behind it.
    pub fn clause_start(&self, at: usize, reach: usize) -> usize {
        let bytes = self.bytes();
        let lowest = at.saturating_sub(reach);
        let (mut words, mut lines) = (false, 0);
        let mut here = at;
        while here > lowest {
            let b = bytes[here - 1];
            match b {
                b'\n' => {
                    lines += 1;
                    if words || lines > 1 {
                        return here;
                    }
                }
                b'.' | b'!' | b'?' if words && is_sentence_end(bytes, here - 1) => return here,
                0x82 if bytes[..here].ends_with("。".as_bytes()) => return here,
                _ => words |= b.is_ascii_alphanumeric() || b >= 0x80,
            }
            here -= 1;
        }
        while !self.text().is_char_boundary(here) {
            here += 1;
        }
        here
    }

    pub fn clause_end(&self, at: usize, reach: usize) -> usize {
        let bytes = self.bytes();
        let highest = (at + reach).min(bytes.len());
        let mut here = at;
        while here < highest {
            match bytes[here] {
                b'\n' => return here,
                b'.' | b'!' | b'?' if is_sentence_end(bytes, here) => return here,
                0xe3 if bytes[here..].starts_with("。".as_bytes()) => return here,
                _ => here += 1,
            }
        }
        while !self.text().is_char_boundary(here) {
            here -= 1;
        }
        here
    }
}

/// A full stop before white space ends a sentence, unless the word before it is short or a number; an exclamation mark
/// does where a capital follows, for passwords may end in one.
fn is_sentence_end(bytes: &[u8], stop: usize) -> bool {
    let rest = &bytes[stop + 1..];
    if rest.first().is_some_and(|next| !next.is_ascii_whitespace()) {
        return false;
    }
    if bytes[stop] != b'.' {
        let next = rest.iter().find(|b| !b.is_ascii_whitespace());
        return next.is_none_or(|b| !b.is_ascii_lowercase());
    }
    let word = bytes[..stop].iter().rev().take_while(|b| b.is_ascii_alphanumeric() || **b >= 0x80).count();
    let number = bytes[..stop].iter().rev().take_while(|b| b.is_ascii_digit()).count();
    if number > 0 { number > 2 } else { word > 3 }
}

const FILLER: [&str; 40] = [
    "is", "was", "are", "were", "no", "nr", "number", "numbers", "id", "ids", "the", "a", "of", "at", "as", "to", "in",
    "from", "and", "ist", "lautet", "est", "es", "era", "code", "value", "was:", "for", "with", "approx", "about",
    "de", "n", "num", "und", "или", "to:", "by", "der", "von",
];

/// Nothing but small words and punctuation.
pub fn is_filler(gap: &str) -> bool {
    gap.len() <= 24
        && !gap.contains([';', '|', '\t', ','])
        && gap
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .all(|word| FILLER.contains(&word) || word.bytes().all(|b| b.is_ascii_digit() || b == b'v'))
}

/// `order #`, `build: `, `invoice no.`: what follows is called so, and is not only spoken of.
fn names_a_number(label: &str) -> bool {
    const NUMBERS: [&str; 12] =
        ["id", "ids", "no", "nr", "num", "number", "numbers", "code", "número", "numero", "numéro", "номер"];
    label.contains(['#', ':', '=', '号', '番', '번', '№', 'º', '°'])
        || label.split(|c: char| !c.is_alphanumeric()).any(|word| NUMBERS.contains(&word))
}

fn names_what_was_said(gap: &str) -> bool {
    let inner = gap.trim();
    let opens =
        matches!(inner, "(" | "[" | "- my" | "= my" | "- " | "(my" | "(his" | "(her" | "as" | "as my" | "as the");
    let says = ["is", "'s", "ist", "est", "es", "è", "é", "to", "är", "—", "это", "was", "are"];
    let owner = [
        "", "my", "the", "his", "her", "our", "their", "mein", "meine", "mon", "ma", "mi", "el", "la", "il", "o", "a",
        "mijn", "mój", "moja", "мой", "min", "mitt", "your", "a valid", "new", "my new",
    ];
    let mut words = inner.splitn(2, ' ');
    let first = words.next().unwrap_or_default();
    opens || says.contains(&first) && owner.contains(&words.next().unwrap_or_default().trim())
}

/// What one detector alone finds in a text that answers no question.
#[cfg(test)]
pub fn found_by(text: &str, find: fn(&mut Scene<'_, '_>)) -> Vec<(Kind, &str)> {
    let view = View::new(text);
    let mut scene = Scene::new(&view, Labels::NONE);
    find(&mut scene);
    scene.claims.into_findings().into_iter().map(|found| (found.kind, &text[found.span])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(text: &str) -> Near {
        let view = View::new(text);
        let at = text.find('#').expect("the place is marked");
        Scene::new(&view, Labels::NONE).near(at)
    }

    #[test]
    fn the_nearest_label_comes_first() {
        let near = near("My SSN, not my phone: #");
        let labels: Vec<Labels> = near.labels.iter().map(|(labels, _)| *labels).collect();
        assert_eq!(labels, [Labels::Phone, Labels::Ssn]);
    }

    #[test]
    fn a_plain_label_vetoes_where_it_stands_directly() {
        assert_eq!(near("phone order id: #").veto, Veto::Direct);
        assert_eq!(near("version two, call me at #").veto, Veto::Loose);
        assert!(near("version two, call me at #").has(Labels::Phone));
    }

    #[test]
    fn labels_do_not_reach_over_a_sentence_or_a_blank_line() {
        assert!(near("I lost my phone yesterday. It cost #").labels.is_empty());
        assert!(near("Phone\n\n#").labels.is_empty());
        assert!(near("Phone:\n#").has(Labels::Phone));
        assert!(near("Phone no. #").has(Labels::Phone));
    }

    #[test]
    fn a_label_may_follow() {
        let view = View::new("415 is my phone number, 416 (mobile)");
        let scene = Scene::new(&view, Labels::NONE);
        assert_eq!(scene.after(3), Labels::Phone);
        assert_eq!(scene.after(27), Labels::Phone);
    }

    #[test]
    fn a_question_is_carried_to_the_answer() {
        let question = View::new("Sure. What is your phone number?");
        let asked = Scene::new(&question, Labels::NONE).asks();
        let answer = View::new("it's 415");
        assert!(Scene::new(&answer, asked).near(5).has(Labels::Phone));
    }
}
