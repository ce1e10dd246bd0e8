//! Numbers with letters: IBAN, VIN, wallets, national ids, plates, and whatever a label announces.
//!
//! In: a scene. Out: claims. Not here: numbers of digits alone (`numbers`), secrets.

use std::ops::Range;

use super::checks;
use super::labels::Labels;
use super::national;
use super::numbers::Verdict;
use super::scene::{Near, Scene, Veto, is_filler};
use super::wallets;
use crate::guard::kind::{Confidence, Kind};

pub fn find(scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let part = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
        let run = bytes[at..].iter().take_while(|b| part(b)).count();
        let end = at + run - bytes[at..at + run].iter().rev().take_while(|b| **b == b'-').count();
        let attached = |b: Option<&u8>| b.is_some_and(|b| *b == b'_' || *b == b'@');
        let word = at..end;
        at += run;
        let (digits, capitals) = bytes[word.clone()].iter().fold((0, 0), |(digits, capitals), b| {
            (digits + usize::from(b.is_ascii_digit()), capitals + usize::from(b.is_ascii_uppercase()))
        });
        let hyphens = memchr::memchr_iter(b'-', &bytes[word.clone()]).count();
        let short = word.len() <= 4 + hyphens && capitals + digits + hyphens == word.len();
        let loud = capitals >= 8 && capitals == word.len();
        if (digits == 0 && !short && !loud)
            || attached(bytes.get(end))
            || attached(word.start.checked_sub(1).map(|at| &bytes[at]))
        {
            continue;
        }
        if let Some((span, (kind, confidence, detector))) = judge(scene, word) {
            at = at.max(span.end);
            scene.claim(kind, span, confidence, detector);
        }
    }
}

/// Where an id stands, which may be more than its first word, and what it is.
type Judged = (Range<usize>, (Kind, Confidence, &'static str));

fn judge(scene: &Scene<'_, '_>, word: Range<usize>) -> Option<Judged> {
    if let Some(end) = iban_end(scene, &word) {
        return Some((word.start..end, (Kind::Iban, Confidence::High, "iban")));
    }
    let near = scene.near(word.start);
    if let Some(span) = plate(scene, &near, &word) {
        return Some((span, (Kind::Vehicle, Confidence::Medium, "labelled plate")));
    }
    let spaced = spaced(scene, word.clone());
    if scene.claims.is_free(&spaced)
        && spaced.end > word.end
        && !near.is_denied()
        && is_nino(&compact(&scene.text()[spaced.clone()]), near.has(Labels::NationalId))
    {
        return Some((spaced, (Kind::NationalId, Confidence::High, "nino")));
    }
    let text = &scene.text()[word.clone()];
    let mixed = text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().any(|b| b.is_ascii_alphabetic());
    if !scene.claims.is_free(&word) {
        return None;
    }
    if !mixed {
        // Some serial numbers have no digit.
        let serial =
            text.len() >= 8 && near.labels.first().is_some_and(|(labels, gap)| labels.has(Labels::Serial) && *gap <= 4);
        return serial.then_some((word, (Kind::Device, Confidence::Medium, "labelled serial number")));
    }
    if let Some(verdict) = proven(text, &near) {
        return Some((word, verdict));
    }
    let label = near.labels.iter().find_map(|(labels, gap)| {
        let between = &scene.view.lower()[word.start.saturating_sub(*gap)..word.start];
        let close = is_filler(between);
        let reach = close || (*gap <= 48 && !between.bytes().any(|b| b.is_ascii_digit()));
        if reach { labelled(*labels, text, close) } else { None }
    });
    let label = label.or_else(|| {
        if near.labels.is_empty() && near.veto == Veto::None {
            labelled(scene.after(word.end), text, true)
        } else {
            None
        }
    });
    label.map(|verdict| (word, verdict))
}

/// An IBAN in one piece or in groups of four.
fn iban_end(scene: &Scene<'_, '_>, word: &Range<usize>) -> Option<usize> {
    let bytes = scene.bytes();
    let head = &bytes[word.start..word.end.min(word.start + 4)];
    let begins =
        head.len() == 4 && head[..2].iter().all(u8::is_ascii_alphabetic) && head[2..].iter().all(u8::is_ascii_digit);
    if !begins {
        return None;
    }
    let text = scene.text();
    let mut end = word.end;
    let mut best = checks::iban(&text[word.clone()]).then_some(end);
    while end - word.start < 44 && matches!(bytes.get(end), Some(b' ' | b'-')) {
        let group = bytes[end + 1..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        if !(1..=7).contains(&group) {
            break;
        }
        end += 1 + group;
        if checks::iban(&text[word.start..end]) {
            best = Some(end);
        }
    }
    best.filter(|end| scene.claims.is_free(&(word.start..*end)))
}

/// A plate behind its label, in up to three parts.
fn plate(scene: &Scene<'_, '_>, near: &Near, word: &Range<usize>) -> Option<Range<usize>> {
    let (_, gap) = near.labels.iter().find(|(labels, _)| labels.has(Labels::Plate)).filter(|(_, gap)| *gap <= 28)?;
    let text = scene.text();
    let between = &text[word.start - gap..word.start];
    let sort = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'-' | b' ');
    let mut end = word.end;
    if !text[word.clone()].bytes().all(sort) || between.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    for _ in 0..2 {
        let rest = &text[end..];
        let part = rest
            .strip_prefix([' ', '-', '.'])
            .map_or(0, |rest| rest.bytes().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit()).count());
        let whole = !text.get(end + 1 + part..).unwrap_or_default().starts_with(|c: char| c.is_lowercase());
        if !(1..=5).contains(&part) || !whole || end + 1 + part - word.start > 11 {
            break;
        }
        end += 1 + part;
    }
    let plate = &text[word.start..end];
    let digits = plate.bytes().filter(u8::is_ascii_digit).count();
    let letters = plate.bytes().filter(u8::is_ascii_uppercase).count();
    ((4..=11).contains(&plate.len()) && digits >= 1 && letters >= 1 && scene.claims.is_free(&(word.start..end)))
        .then_some(word.start..end)
}

/// The word with the short groups of capitals and digits that follow it.
fn spaced(scene: &Scene<'_, '_>, word: Range<usize>) -> Range<usize> {
    let bytes = scene.bytes();
    let mut end = word.end;
    if word.len() != 2 {
        return word;
    }
    while end - word.start < 13 && bytes.get(end) == Some(&b' ') {
        let group = bytes[end + 1..].iter().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit()).count();
        let digits = bytes[end + 1..end + 1 + group].iter().any(u8::is_ascii_digit);
        if group == 0 || group > 7 || (!digits && group > 1) {
            break;
        }
        end += 1 + group;
    }
    word.start..end
}

fn compact(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// United Kingdom: two letters, six digits, a letter from A to D; with a label any letters do.
fn is_nino(text: &str, labelled: bool) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 9
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..8].iter().all(u8::is_ascii_digit)
        && bytes[8].is_ascii_uppercase()
        && (labelled || (matches!(bytes[8], b'A'..=b'D') && !bytes[..2].iter().any(|b| b"DFIQUV".contains(b))))
}

/// By checksum or unmistakable shape.
fn proven(text: &str, near: &Near) -> Verdict {
    use Confidence::{High, Medium};
    if !near.is_denied() && checks::vin(text) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        return Some((Kind::Vehicle, High, "vin"));
    }
    if checks::wallet(text) && (!near.is_denied() || wallets::is_proven(text)) {
        return Some((Kind::Crypto, High, "wallet"));
    }
    if national::italian(text) || national::resident(text) {
        return Some((Kind::NationalId, High, "national id"));
    }
    if is_medicare(&compact(text)) && !near.is_denied() {
        return Some((Kind::HealthId, High, "medicare"));
    }
    if near.veto == Veto::Direct {
        return None;
    }
    if national::spanish(text) {
        return Some((Kind::NationalId, High, "dni"));
    }
    if is_nino(text, false) || is_pan(text) {
        return Some((Kind::NationalId, Medium, "national id"));
    }
    None
}

/// United States, Medicare: letters and digits in fixed places, without S L O I B Z.
fn is_medicare(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_uppercase() && !b"SLOIBZ".contains(&b);
    text.len() == 11
        && text.bytes().zip(*b"1AN9AN9AA99").all(|(b, place)| match place {
            b'1' => (b'1'..=b'9').contains(&b),
            b'9' => b.is_ascii_digit(),
            b'A' => letter(b),
            _ => letter(b) || b.is_ascii_digit(),
        })
}

/// India, tax: five letters of which the fourth names the holder's sort, four digits, a letter.
fn is_pan(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes[..5].iter().all(u8::is_ascii_uppercase)
        && b"PCHFATBLJG".contains(&bytes[3])
        && bytes[5..9].iter().all(u8::is_ascii_digit)
        && bytes[9].is_ascii_uppercase()
}

/// By the label before it, and how many characters and digits such an id has.
fn labelled(labels: Labels, text: &str, close: bool) -> Verdict {
    let length = text.len();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let capitals = text.bytes().all(|b| !b.is_ascii_lowercase());
    let id = capitals || close;
    let rules: [(Labels, bool, Kind, &'static str); 13] = [
        (Labels::Passport, (6..=10).contains(&length) && digits >= 5 && id, Kind::Passport, "labelled passport"),
        (Labels::Licence, (5..=20).contains(&length) && digits >= 3 && id, Kind::Licence, "labelled licence"),
        (Labels::Mrn, (5..=14).contains(&length) && digits >= 4 && id, Kind::HealthId, "labelled patient number"),
        (Labels::Member, (6..=18).contains(&length) && digits >= 4 && id, Kind::HealthId, "labelled member number"),
        (Labels::Vin, (11..=17).contains(&length) && capitals && digits >= 3, Kind::Vehicle, "labelled vin"),
        (
            Labels::Serial,
            (6..=24).contains(&length) && capitals && digits >= 1 && close,
            Kind::Device,
            "labelled serial number",
        ),
        (Labels::Serial, (8..=16).contains(&length) && capitals && digits >= 1, Kind::Device, "labelled serial number"),
        (
            Labels::NationalId,
            (7..=18).contains(&length) && digits >= 4 && capitals,
            Kind::NationalId,
            "labelled national id",
        ),
        (Labels::Tax, (8..=16).contains(&length) && digits >= 6 && capitals, Kind::NationalId, "labelled tax id"),
        (Labels::Account, (8..=34).contains(&length) && digits >= 5 && capitals, Kind::Account, "labelled account"),
        (
            Labels::Postcode,
            (5..=8).contains(&length) && digits >= 2 && capitals && close,
            Kind::Address,
            "labelled postcode",
        ),
        (Labels::Imei, (14..=18).contains(&length) && digits >= 12, Kind::Device, "labelled imei"),
        (Labels::Crypto, (26..=64).contains(&length) && digits >= 3 && close, Kind::Crypto, "labelled wallet"),
    ];
    let (_, _, kind, detector) = rules.into_iter().find(|(label, fits, ..)| labels.has(*label) && *fits)?;
    Some((kind, Confidence::Medium, detector))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::find::scene::found_by;

    fn found(text: &str) -> Vec<(Kind, &str)> {
        found_by(text, find)
    }

    #[test]
    fn ids_that_prove_themselves() {
        for (id, kind) in [
            ("DE89 3704 0044 0532 0130 00", Kind::Iban),
            ("GB29NWBK60161331926819", Kind::Iban),
            ("1HGCM82633A004352", Kind::Vehicle),
            ("RSSMRA85T10A562S", Kind::NationalId),
            ("12345678Z", Kind::NationalId),
            ("AB 12 34 56 C", Kind::NationalId),
            ("AB123456C", Kind::NationalId),
            ("ABCPE1234F", Kind::NationalId),
            ("1EG4-TE5-MK73", Kind::HealthId),
            ("0x52908400098527886E0F7030069857D2E4169EE7", Kind::Crypto),
        ] {
            assert_eq!(found(&format!("it is {id}, yes")), [(kind, id)]);
        }
    }

    #[test]
    fn ids_behind_a_label() {
        for (text, kind, id) in [
            ("passport number C12345678 expires", Kind::Passport, "C12345678"),
            ("my driver's license number is D123-4567-8901", Kind::Licence, "D123-4567-8901"),
            ("MRN H12345678", Kind::HealthId, "H12345678"),
            ("Insurance member ID ABC123456789", Kind::HealthId, "ABC123456789"),
            ("A car with license plate 7ABC 123 hit mine", Kind::Vehicle, "7ABC 123"),
            ("Kennzeichen M-AB 1234 parkt", Kind::Vehicle, "M-AB 1234"),
            ("serial number C02ABCDEFGH1", Kind::Device, "C02ABCDEFGH1"),
        ] {
            assert_eq!(found(text), [(kind, id)], "{text}");
        }
    }

    #[test]
    fn ids_of_things() {
        for harmless in [
            "part number LM317",
            "ABC-123 is closed",
            "INV-2024-12345",
            "SN74LS123 chip",
            "RFC 2616",
            "CVE-2024-12345",
            "v1.2-rc3",
            "commit 1HGCM82633A004352",
            "utf8 sha256 base64 x86",
            "B2-1234-C",
            "iPhone15 and 3D",
            "2nd 3pm 4k",
        ] {
            assert_eq!(found(harmless), [], "{harmless}");
        }
    }
}
