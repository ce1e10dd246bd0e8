//! E-mail addresses and `@handles`.
//!
//! In: a scene. Out: claims. Not here: links (`links`).

use super::labels::Labels;
use super::scene::Scene;
use crate::guard::kind::{Confidence, Kind};

pub fn find(scene: &mut Scene<'_, '_>) {
    for at in memchr::memchr_iter(b'@', scene.bytes()) {
        if !address(scene, at) {
            handle(scene, at);
        }
    }
    spoken(scene);
}

fn is_local(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"._%+-'".contains(&b)
}

/// `local@domain.tld`, with letters of any script.
fn address(scene: &mut Scene<'_, '_>, at: usize) -> bool {
    let text = scene.text();
    let local =
        |c: char| if c.is_ascii() { is_local(c as u8) } else { c.is_alphabetic() && !super::labels::is_unspaced(c) };
    let start = text[..at].char_indices().rev().take_while(|(_, c)| local(*c)).last().map_or(at, |(start, _)| start);
    let start = start + text[start..at].bytes().take_while(|b| b"._%+-'".contains(b)).count();
    let domain =
        |c: char| if c.is_ascii() { c.is_ascii_alphanumeric() || c == '.' || c == '-' } else { c.is_lowercase() };
    let run = text[at + 1..].find(|c| !domain(c)).unwrap_or(text.len() - at - 1);
    let domain = text[at + 1..at + 1 + run].trim_end_matches(['.', '-']);
    let end = at + 1 + domain.len();
    let Some((name, top)) = domain.rsplit_once('.') else { return false };
    let real = start < at
        && !name.is_empty()
        && top.chars().count() >= 2
        && (top.chars().all(char::is_alphabetic) || top.starts_with("xn--"));
    // `git@github.com:owner/repository` names a machine's account.
    let remote = text[end..].starts_with(':') && text[end + 1..].starts_with(|c: char| c.is_ascii_alphabetic());
    real && !(remote && &text[start..at] == "git") && {
        let end = end - text[start..end].bytes().rev().take_while(|b| *b == b'\'').count();
        scene.claim(Kind::Email, start..end, Confidence::High, "e-mail")
    }
}

/// `@name` where a network is spoken of, or where the name looks like nothing else.
fn handle(scene: &mut Scene<'_, '_>, at: usize) {
    let text = scene.text();
    let bytes = scene.bytes();
    let run = bytes[at + 1..].iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')).count();
    let name = text[at + 1..at + 1 + run].trim_end_matches('.');
    let end = at + 1 + name.len();
    let opens = |c: char| "([\"',:;>=|".contains(c);
    let clear =
        |text: &str| text.chars().next_back().is_none_or(|c| c.is_whitespace() || super::labels::is_unspaced(c));
    let before = &text[..at];
    let alone = clear(before) || clear(before.trim_end_matches(opens));
    if !alone || name.len() < 3 || scene.view.in_code(at) || matches!(bytes.get(end), Some(b'/' | b'(' | b'@' | b'=')) {
        return;
    }
    let social = scene.sentence_has(&(at..end), Labels::Social);
    let odd = name.bytes().any(|b| b.is_ascii_digit() || b == b'_') && name.bytes().any(|b| b.is_ascii_lowercase());
    let begins_line = at == 0 || bytes[at - 1] == b'\n';
    if social || (odd && !begins_line && !name.contains('.')) {
        let confidence = if social { Confidence::Medium } else { Confidence::Low };
        scene.claim(Kind::Handle, at..end, confidence, "handle");
    }
}

/// `ann.lee at example dot com`, `ann (at) example (dot) org`.
fn spoken(scene: &mut Scene<'_, '_>) {
    const AT: [&str; 6] = [" at ", " (at) ", "(at)", " [at] ", "[at]", " arroba "];
    const DOT: [&str; 6] = [" dot ", " (dot) ", "(dot)", " [dot] ", "[dot]", " punto "];
    let text = scene.text();
    let lower = scene.view.lower();
    let words = scene.view.tokens().iter().map(|token| token.start..token.end);
    let signs = words.filter(|word| matches!(&lower[word.clone()], "at" | "arroba"));
    for found in signs.map(|word| word.start).collect::<Vec<_>>() {
        let Some((from, sign)) = AT.iter().find_map(|sign| {
            let from = found.checked_sub(sign.find(['a']).unwrap_or_default())?;
            lower.get(from..)?.starts_with(sign).then_some((from, *sign))
        }) else {
            continue;
        };
        let start = from - text[..from].bytes().rev().take_while(|b| is_local(*b)).count();
        let mut end = from + sign.len();
        let mut dots = 0;
        loop {
            let label = text[end..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'-').count();
            if label == 0 {
                break;
            }
            end += label;
            let literal = text[end..].starts_with('.') && text[end + 1..].starts_with(|c: char| c.is_ascii_lowercase());
            let dot = DOT.iter().find(|dot| lower[end..].starts_with(**dot)).map(|dot| dot.len());
            let Some(length) = dot.or(literal.then_some(1)) else { break };
            dots += usize::from(dot.is_some() || sign != " at ");
            end += length;
        }
        let top = text[..end].bytes().rev().take_while(u8::is_ascii_alphabetic).count();
        if dots > 0 && start < from && (2..=6).contains(&top) {
            scene.claim(Kind::Email, start..end, Confidence::Medium, "spoken e-mail");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::find::scene::found_by;

    fn found(text: &str) -> Vec<(Kind, &str)> {
        found_by(text, find)
    }

    #[test]
    fn addresses() {
        for (text, address) in [
            ("write to ann.lee+x@mail.example.co.uk.", "ann.lee+x@mail.example.co.uk"),
            ("<ann@example.com>", "ann@example.com"),
            ("メールはann@example.jpです", "ann@example.jp"),
            ("jürgen@müller.de,", "jürgen@müller.de"),
            ("it is ann.lee at example dot com", "ann.lee at example dot com"),
            ("ann (at) example.org", "ann (at) example.org"),
        ] {
            assert_eq!(found(text), [(Kind::Email, address)], "{text}");
        }
    }

    #[test]
    fn handles() {
        assert_eq!(found("follow me at @ann_lee!"), [(Kind::Handle, "@ann_lee")]);
        assert_eq!(found("my insta is @annlee"), [(Kind::Handle, "@annlee")]);
    }

    #[test]
    fn other_at_signs() {
        for harmless in [
            "@Override public",
            "import '@scope/pkg'",
            "git@github.com:owner/repo.git",
            "`@app.route('/')`",
            "5 @ 3",
            "nginx@sha256",
            "look at dot com",
            "the cat at home",
        ] {
            assert_eq!(found(harmless), [], "{harmless}");
        }
    }
}
