//! What has been found in one text so far, and what must be left alone.
//!
//! In: spans, in any order. Out: whether a span is free; at the end the findings, sorted, not overlapping.
//! Not here: who decides (the detectors).

use std::ops::Range;

use crate::guard::kind::{Confidence, Finding, Kind};

#[derive(Debug, Default)]
pub struct Claims {
    findings: Vec<Finding>,
    /// Sorted and disjoint: findings, and the harmless things that no detector may touch.
    taken: Vec<Range<usize>>,
    /// The findings that are e-mail addresses, sorted: numbers ask for those near them.
    emails: Vec<Range<usize>>,
}

impl Claims {
    pub fn is_free(&self, span: &Range<usize>) -> bool {
        let next = self.taken.partition_point(|taken| taken.end <= span.start);
        self.taken.get(next).is_none_or(|taken| taken.start >= span.end)
    }

    /// Harmless: an id, a time, a link. Nothing else will be found there.
    pub fn keep(&mut self, span: Range<usize>) {
        self.take(span);
    }

    /// A finding, if its place is free.
    pub fn claim(&mut self, kind: Kind, span: Range<usize>, confidence: Confidence, detector: &'static str) -> bool {
        let free = span.start < span.end && self.is_free(&span);
        if free {
            self.take(span.clone());
            if kind == Kind::Email {
                let place = self.emails.partition_point(|other| other.start < span.start);
                self.emails.insert(place, span.clone());
            }
            self.findings.push(Finding { kind, span, confidence, detector });
        }
        free
    }

    /// A finding that swallows smaller ones inside it, such as the postcode in an address.
    pub fn absorb(&mut self, kind: Kind, span: Range<usize>, confidence: Confidence, detector: &'static str) {
        self.findings.retain(|found| found.span.start < span.start || found.span.end > span.end);
        self.take(span.clone());
        self.findings.push(Finding { kind, span, confidence, detector });
    }

    /// Whether something harmless lies there that is no finding.
    pub fn is_kept(&self, span: &Range<usize>) -> bool {
        let found = |found: &Finding| found.span.start < span.end && found.span.end > span.start;
        !self.is_free(span) && !self.findings.iter().any(found)
    }

    /// E-mail addresses that begin there or later, in order.
    pub fn emails_from(&self, at: usize) -> impl Iterator<Item = &Range<usize>> {
        self.emails[self.emails.partition_point(|email| email.start < at)..].iter()
    }

    pub fn found(&self) -> &[Finding] {
        &self.findings
    }

    pub fn taken(&self) -> &[Range<usize>] {
        &self.taken
    }

    pub fn extend(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            if self.is_free(&finding.span) {
                self.take(finding.span.clone());
                self.findings.push(finding);
            }
        }
    }

    /// Sorted; where two overlap, the surer and longer one stays whole and the other is cut.
    pub fn into_findings(mut self) -> Vec<Finding> {
        self.findings.sort_by_key(|found| (found.span.start, std::cmp::Reverse(found.span.end)));
        let mut sorted: Vec<Finding> = Vec::with_capacity(self.findings.len());
        for mut finding in self.findings {
            if let Some(last) = sorted.last() {
                finding.span.start = finding.span.start.max(last.span.end);
            }
            if finding.span.start < finding.span.end {
                sorted.push(finding);
            }
        }
        sorted
    }

    fn take(&mut self, mut span: Range<usize>) {
        let first = self.taken.partition_point(|taken| taken.end < span.start);
        let behind = self.taken.partition_point(|taken| taken.start <= span.end);
        if first < behind {
            span.start = span.start.min(self.taken[first].start);
            span.end = span.end.max(self.taken[behind - 1].end);
        }
        self.taken.splice(first..behind, [span]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_taken_once() {
        let mut claims = Claims::default();
        claims.keep(10..20);
        assert!(!claims.claim(Kind::Phone, 15..25, Confidence::High, "test"));
        assert!(claims.claim(Kind::Phone, 20..25, Confidence::High, "test"));
        assert!(claims.is_free(&(0..10)) && !claims.is_free(&(9..11)));
        assert_eq!((claims.taken().len(), &claims.taken()[0]), (1, &(10..25)));
    }

    #[test]
    fn an_address_swallows_its_postcode() {
        let mut claims = Claims::default();
        claims.claim(Kind::Phone, 5..8, Confidence::Medium, "test");
        claims.claim(Kind::Email, 18..30, Confidence::High, "test");
        claims.absorb(Kind::Address, 0..20, Confidence::Medium, "test");
        let spans: Vec<_> = claims.into_findings().into_iter().map(|found| (found.kind, found.span)).collect();
        assert_eq!(spans, [(Kind::Address, 0..20), (Kind::Email, 20..30)]);
    }
}
