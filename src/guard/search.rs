//! What is found in the texts of a document, with the person's own words taken into account.
//!
//! In: texts, and the policy. Out: findings for each text, sorted, not overlapping. Large documents are searched piece
//! by piece, so that memory stays small; names are carried from each piece into all.
//! Not here: the detectors (`find`), what is done about their findings (`pass`).

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::find::{Confidence, Field, Finding, Kind, Options, find};
use super::policy::Policy;

/// Texts of so many bytes are searched together.
const PIECE: usize = 1 << 20;

/// So many bytes before its end a good place is looked for to cut a long text.
const SEAM: usize = 4096;

/// Shorter names stand in too many other words.
const NAME_MIN: usize = 4;

pub fn search(fields: &[Field<'_>], policy: &Policy, threshold: Confidence) -> Vec<Vec<Finding>> {
    let off = Kind::ALL.into_iter().filter(|kind| !policy.kinds.contains(kind)).collect();
    let options = Options { off, min_confidence: threshold };
    let mut all = vec![Vec::new(); fields.len()];
    let mut rest = &parts(fields)[..];
    let is_large = fields.iter().map(|field| field.text.len()).sum::<usize>() > PIECE;
    while !rest.is_empty() {
        let mut bytes = 0;
        let together = rest.iter().take_while(|part| {
            let room = bytes < PIECE;
            bytes += part.text.len();
            room
        });
        let (piece, later) = rest.split_at(together.count());
        let texts: Vec<_> =
            piece.iter().map(|part| Field { pointer: fields[part.field].pointer, text: part.text }).collect();
        for (part, findings) in piece.iter().zip(find(&texts, &options)) {
            all[part.field].extend(
                findings
                    .into_iter()
                    .map(|found| Finding { span: found.span.start + part.from..found.span.end + part.from, ..found }),
            );
        }
        rest = later;
    }
    if is_large {
        carry_names(fields, &mut all);
    }
    for (field, findings) in fields.iter().zip(&mut all) {
        findings.retain(|found| !policy.allow.is(&field.text[found.span.clone()]));
        deny(field.text, policy, findings);
    }
    all
}

/// A part of one text.
struct Part<'a> {
    field: usize,
    from: usize,
    text: &'a str,
}

/// The texts, very long ones cut where a line or a word ends.
fn parts<'a>(fields: &[Field<'a>]) -> Vec<Part<'a>> {
    let mut parts = Vec::with_capacity(fields.len());
    for (field, Field { text, .. }) in fields.iter().enumerate() {
        let mut from = 0;
        while text.len() - from > PIECE + SEAM {
            let end = (from + PIECE..text.len()).find(|at| text.is_char_boundary(*at)).expect("the text ends later");
            let seam = (end - SEAM..=end).find(|at| text.is_char_boundary(*at)).expect("the end is one");
            let last = |mark: &str| text[seam..end].rfind(mark).map(|at| seam + at + mark.len());
            let cut = last("\n").or_else(|| last(". ")).or_else(|| last(" ")).unwrap_or(end);
            parts.push(Part { field, from, text: &text[from..cut] });
            from = cut;
        }
        parts.push(Part { field, from, text: &text[from..] });
    }
    parts
}

/// Names that one piece has taught are hidden in the others, too.
fn carry_names(fields: &[Field<'_>], all: &mut [Vec<Finding>]) {
    let mut names: Vec<&str> = Vec::new();
    for (field, findings) in fields.iter().zip(&*all) {
        let sure = findings.iter().filter(|found| found.kind == Kind::Person && found.confidence > Confidence::Low);
        names.extend(sure.map(|found| &field.text[found.span.clone()]).filter(|name| name.len() >= NAME_MIN));
    }
    names.sort_unstable();
    names.dedup();
    let Ok(known) = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&names) else { return };
    for (field, findings) in fields.iter().zip(all) {
        let places = known.find_iter(field.text).map(|found| found.range()).filter(|place| is_word(field.text, place));
        let new: Vec<_> = places
            .filter(|place| {
                let next = findings.partition_point(|found| found.span.end <= place.start);
                findings.get(next).is_none_or(|found| found.span.start >= place.end)
            })
            .map(|span| Finding { kind: Kind::Person, span, confidence: Confidence::Medium, detector: "carried" })
            .collect();
        findings.extend(new);
        findings.sort_by_key(|found| found.span.start);
    }
}

/// Words of the person's own list are found whatever else stands there; what they touch goes with them.
fn deny(text: &str, policy: &Policy, findings: &mut Vec<Finding>) {
    if policy.deny.is_empty() {
        return;
    }
    for mut span in policy.deny.places(text).into_iter().filter(|place| !in_placeholder(text, place)) {
        findings.retain(|found| {
            let touched = overlap(&found.span, &span);
            if touched {
                span = span.start.min(found.span.start)..span.end.max(found.span.end);
            }
            !touched
        });
        findings.push(Finding { kind: Kind::Custom, span, confidence: Confidence::High, detector: "own word" });
    }
    findings.sort_by_key(|found| found.span.start);
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

fn is_word(text: &str, place: &Range<usize>) -> bool {
    let edge = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    edge(text[..place.start].chars().next_back()) && edge(text[place.end..].chars().next())
}

/// `[EMAIL]` and its like are our own words.
fn in_placeholder(text: &str, place: &Range<usize>) -> bool {
    let inside = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':');
    let before: usize = text[..place.start].chars().rev().take_while(inside).map(char::len_utf8).sum();
    let after: usize = text[place.end..].chars().take_while(inside).map(char::len_utf8).sum();
    let (from, to) = (place.start - before, place.end + after);
    let label = text[from..to].split(':').next().unwrap_or_default();
    let label = label.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
    text[..from].ends_with('[') && text[to..].starts_with(']') && Kind::from_label(label).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::words::Words;

    fn own(list: &[&str]) -> Words {
        Words::new(&list.iter().map(ToString::to_string).collect::<Vec<_>>()).expect("good")
    }

    #[test]
    fn own_words_are_found_and_take_what_they_touch() {
        let policy = Policy { deny: own(&["tango", "/email/"]), ..Policy::default() };
        let text = "Project Tango: [EMAIL], [EMAIL:7f3a], [emails]";
        let found = search(&[Field { pointer: "", text }], &policy, Confidence::Low);
        let said: Vec<_> = found[0].iter().filter(|f| f.kind == Kind::Custom).map(|f| &text[f.span.clone()]).collect();
        assert_eq!(said, ["Tango", "email"]);
        let mut findings =
            vec![Finding { kind: Kind::Email, span: 0..9, confidence: Confidence::High, detector: "test" }];
        deny("ab@tango.org", &policy, &mut findings);
        assert_eq!(findings.iter().map(|f| (f.kind, f.span.clone())).collect::<Vec<_>>(), [(Kind::Custom, 0..9)]);
    }

    #[test]
    fn long_texts_are_cut_between_words_and_lead_back() {
        let text = format!("{}é\ntango {}tango", "ab ".repeat(PIECE / 3 - 30), "é".repeat(2 * PIECE));
        let fields = ["short", &text].map(|text| Field { pointer: "", text });
        let cut = parts(&fields);
        assert!(cut.len() > 4 && cut.iter().all(|part| part.text.len() <= PIECE + SEAM));
        assert_eq!(cut[1..].iter().map(|part| part.text).collect::<String>(), text);
        assert!(cut[1].text.ends_with("é\n"));
        let policy = Policy { deny: own(&["/tango/"]), kinds: Vec::new(), ..Policy::default() };
        let found = search(&fields, &policy, Confidence::Low);
        assert_eq!(found[1].iter().map(|found| &text[found.span.clone()]).collect::<Vec<_>>(), ["tango", "tango"]);
    }

    #[test]
    fn names_are_carried_into_every_piece() {
        let fields = ["Ann Lee said", "to Ann Lee, not Ann Leeds"].map(|text| Field { pointer: "", text });
        let learnt = Finding { kind: Kind::Person, span: 0..7, confidence: Confidence::Medium, detector: "test" };
        let mut all = vec![vec![learnt], Vec::new()];
        carry_names(&fields, &mut all);
        assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1]);
        assert_eq!(all[1][0].span, 3..10);
    }
}
