//! Addresses behind a label: `I live at …`, `Anschrift: …`, `住在…`.
//!
//! In: a scene. Out: spans. Not here: addresses that show themselves (`street`, `postcode`).

use super::{east_asia, run, words};
use crate::guard::find::labels::{Hit, Labels, is_unspaced};
use crate::guard::find::scene::Scene;
use std::ops::Range;

pub fn find(scene: &Scene<'_, '_>) -> Vec<(Range<usize>, &'static str)> {
    let labels = scene.hits.iter().filter(|hit| hit.labels.has(Labels::Address));
    labels.filter_map(|hit| behind(scene, hit)).map(|span| (span, "labelled address")).collect()
}

fn behind(scene: &Scene<'_, '_>, label: &Hit) -> Option<Range<usize>> {
    let start = beginning(scene, label.end)?;
    let first = scene.view.char_after(start)?;
    if is_unspaced(first) {
        return east_asia::behind_label(scene.text(), start);
    }
    let lower = &scene.view.lower()[start..];
    let word = lower.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let caseless = first.is_alphabetic() && !first.is_lowercase() && !first.is_uppercase();
    let opens = first.is_uppercase()
        || first.is_ascii_digit()
        || first == '#'
        || caseless
        || words::is_before_name(word)
        || words::is_unit(word);
    if !opens {
        return None;
    }
    let run = run::follow(scene, start, caseless);
    let verb = &scene.view.lower()[label.start..label.end];
    let moved = [
        "send", "ship", "mail", "write", "post", "forward", "return", "deliver", "meet", "pick", "located", "based",
        "moved", "moving",
    ]
    .iter()
    .any(|begin| verb.starts_with(begin));
    let thin = moved
        && run.numbers == 1
        && run.words == 1
        && !first.is_ascii_digit()
        && !words::is_compound(word)
        && !words::is_before_name(word);
    let real = run.numbers >= 1 && run.words >= 1 && run.end > start && (caseless || !thin);
    real.then_some(start..run.end)
}

/// Where the value begins, behind a colon, a verb, an article.
fn beginning(scene: &Scene<'_, '_>, label_end: usize) -> Option<usize> {
    const SMALL: &[&str] = &[
        "is", "at", "the", "to", "lautet", "ist", "est", "es", "è", "é", "jest", "my", "in", "on", "der", "die", "den",
        "dem", "das", "im", "am", "la", "le", "el", "em", "en", "här", "שלי", "היא", "הוא", "är", "это", "na", "w",
    ];
    let text = scene.text();
    let mut at = label_end;
    for _ in 0..4 {
        at += text[at..].len() - text[at..].trim_start_matches([' ', ':', '=', '"', '*', '-', '→']).len();
        for particle in ["は", "が", "是", "는", "은", "이", "가", "를", "을", "로", "："] {
            at += if text[at..].starts_with(particle) { particle.len() } else { 0 };
        }
        if text[at..].starts_with('\n') && !text[at + 1..].starts_with('\n') && text[label_end..at].contains(':') {
            at += 1;
            continue;
        }
        let word = scene.view.lower()[at..].split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        if word.is_empty() || !SMALL.contains(&word) || !text[at + word.len()..].starts_with([' ', ':']) {
            break;
        }
        at += word.len();
    }
    at += text[at..].len() - text[at..].trim_start_matches([' ', ':', '"']).len();
    (at < text.len()).then_some(at)
}
