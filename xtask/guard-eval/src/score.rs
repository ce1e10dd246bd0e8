//! Counts what the guard found against what had to be found.
//!
//! In: documents and findings. Out: counts. A span counts as hidden only if each of its letters and digits is covered,
//! by whatever kind: a redactor's job is to hide, not to name. Not here: how it is shown (`report`).

use std::collections::BTreeMap;
use std::time::Duration;

use outtray::guard::find::Finding;

use crate::corpus::{Document, Passage};

/// Of how many, how many.
#[derive(Default, Clone, Copy)]
pub struct Share {
    pub of: usize,
    pub hit: usize,
}

impl Share {
    pub fn add(&mut self, hit: bool) {
        self.of += 1;
        self.hit += usize::from(hit);
    }

    pub fn value(self) -> f64 {
        self.hit as f64 / self.of.max(1) as f64
    }
}

#[derive(Default)]
pub struct Score {
    pub all: Share,
    pub structured: Share,
    pub classes: BTreeMap<String, Share>,
    pub kinds: BTreeMap<String, Share>,
    pub languages: BTreeMap<String, Language>,
    pub negatives: BTreeMap<String, Share>,
    pub precision: Share,
    pub false_by_kind: BTreeMap<&'static str, usize>,
    /// Letters and digits outside all marks, and how many of them were hidden.
    pub over: Share,
    pub leak_free: Share,
    pub untouched: Share,
    pub bytes: usize,
    pub files: usize,
    pub time: Duration,
    pub slowest: Duration,
    /// Of whole documents on their way out: bytes, and the time from bytes to bytes.
    pub document_bytes: usize,
    pub document_time: Duration,
    pub held_back: usize,
    pub examples: BTreeMap<String, Vec<String>>,
    most_examples: usize,
}

#[derive(Default)]
pub struct Language {
    pub recall: Share,
    pub precision: Share,
}

/// Classes that rest on context more than on format.
const CONTEXTUAL: [&str; 4] = ["PERSON", "ADDRESS", "DATE", "AGE90"];

impl Score {
    pub fn new(most_examples: usize) -> Self {
        Self { most_examples, ..Self::default() }
    }

    pub fn add(&mut self, document: &Document, found: &[Vec<Finding>], time: Duration) {
        self.files += 1;
        self.time += time;
        self.slowest = self.slowest.max(time);
        let (mut leaks, mut marked, mut touched) = (false, false, false);
        for (text, found) in document.strings.iter().zip(found) {
            self.bytes += text.text.len();
            touched |= !found.is_empty();
            marked |= !text.must.is_empty();
            leaks |= self.string(&document.lang, text, found);
        }
        if marked {
            self.leak_free.add(!leaks);
        } else if document.clean {
            self.untouched.add(!touched);
        }
    }

    /// A whole document went through the guard, or was held back by it.
    pub fn passed(&mut self, bytes: usize, sent: bool, time: Duration) {
        self.document_bytes += bytes;
        self.document_time += time;
        self.held_back += usize::from(!sent);
    }

    /// Whether something stayed open.
    fn string(&mut self, lang: &str, passage: &Passage, found: &[Finding]) -> bool {
        let places: Vec<(usize, char)> = passage.text.char_indices().collect();
        let covered: Vec<bool> =
            places.iter().map(|(at, _)| found.iter().any(|found| found.span.contains(at))).collect();
        let mut mark = vec![Mark::Open; places.len()];
        let mut leak = false;
        for (start, end, ..) in &passage.ignore {
            mark[*start..*end].fill(Mark::Either);
        }
        for (start, end, kind, class) in &passage.must {
            mark[*start..*end].fill(Mark::Must);
            let hidden = (*start..*end).all(|place| covered[place] || !places[place].1.is_alphanumeric());
            leak |= !hidden;
            self.all.add(hidden);
            if !CONTEXTUAL.contains(&class.as_str()) {
                self.structured.add(hidden);
            }
            self.classes.entry(class.clone()).or_default().add(hidden);
            self.kinds.entry(kind.clone()).or_default().add(hidden);
            self.languages.entry(lang.into()).or_default().recall.add(hidden);
            if !hidden {
                self.example(format!("missed {kind}"), &places, *start, *end);
            }
        }
        for (start, end, kind) in &passage.neg {
            let hit = covered[*start..*end].contains(&true);
            self.negatives.entry(kind.clone()).or_default().add(hit);
            if hit {
                self.example(format!("hit {kind}"), &places, *start, *end);
            }
        }
        for ((_, c), (mark, covered)) in places.iter().zip(mark.iter().zip(&covered)) {
            if c.is_alphanumeric() && *mark == Mark::Open {
                self.over.add(*covered);
            }
        }
        for found in found {
            let start = places.partition_point(|(at, _)| *at < found.span.start);
            let end = places.partition_point(|(at, _)| *at < found.span.end);
            if mark[start..end].contains(&Mark::Must) {
                self.precision.add(true);
                self.languages.entry(lang.into()).or_default().precision.add(true);
            } else if !mark[start..end].contains(&Mark::Either) {
                self.precision.add(false);
                self.languages.entry(lang.into()).or_default().precision.add(false);
                *self.false_by_kind.entry(found.kind.label()).or_default() += 1;
                self.example(format!("false {} ({})", found.kind.label(), found.detector), &places, start, end);
            }
        }
        leak
    }

    fn example(&mut self, title: String, places: &[(usize, char)], start: usize, end: usize) {
        if self.most_examples == 0 {
            return;
        }
        let piece = |from: usize, to: usize| -> String {
            places[from..to.min(places.len())].iter().map(|(_, c)| if *c == '\n' { '⏎' } else { *c }).collect()
        };
        let shown = self.examples.entry(title).or_default();
        if shown.len() < self.most_examples {
            shown.push(format!(
                "{}«{}»{}",
                piece(start.saturating_sub(40), start),
                piece(start, end),
                piece(end, end + 20)
            ));
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Open,
    Either,
    Must,
}
