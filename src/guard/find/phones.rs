//! Telephone numbers: which groups of digits are one, with a label, without, and beside an e-mail address.
//!
//! In: a number. Out: a verdict. Not here: the labels (`labelled`).

use std::ops::Range;

use super::labels::is_unspaced;
use super::numbers::{Number, Verdict};
use super::scene::Scene;
use crate::guard::kind::{Confidence, Kind};

/// Behind a label such as `call me at`.
pub fn is_labelled(number: &Number, close: bool, loose: bool) -> bool {
    let digits = &number.digits[..];
    let length = number.len();
    if number.shape == "3-2-4" {
        return false; // as social security numbers are written, and no telephone
    }
    if number.shape.starts_with(['+', '(']) || digits.starts_with(b"00") {
        return (7..=15).contains(&length);
    }
    if number.is_bare() {
        // Ten digits that begin with 1 are seconds since 1970 more often than a phone.
        let time = (length == 10 && digits[0] == b'1') || length == 13;
        return (7..=12).contains(&length) && loose && (close || (!time && length >= 9));
    }
    let decimal = number.shape.matches('.').count() == 1 && !number.shape.contains([' ', '-']);
    let slashes = number.shape.matches('/').count() + number.shape.matches('.').count() / 5;
    (7..=15).contains(&length) && !decimal && slashes <= 1 && (close || length >= 8) && !is_range(number)
}

/// `2010-2020`, `1990 - 2000`.
fn is_range(number: &Number) -> bool {
    matches!(number.shape.as_str(), "4-4" | "4 - 4" | "4/4") && matches!(number.digits[0], b'1' | b'2')
}

/// `x123`, ` ext. 123` behind a number: how long it is.
pub fn extension(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    let word = [" extension ", " ext. ", " ext ", " ext.", " ext", "ext.", "ext", " x ", " x", "x"];
    let Some(word) = word.iter().find(|word| rest.starts_with(**word)) else { return 0 };
    let digits = rest[word.len()..].bytes().take_while(u8::is_ascii_digit).count();
    let closed = !rest[word.len() + digits..].starts_with(|c: char| c.is_alphanumeric());
    if (1..=6).contains(&digits) && closed { word.len() + digits } else { 0 }
}

/// Without a label: shapes that only telephone numbers have.
pub fn by_shape(scene: &Scene<'_, '_>, number: &Number) -> Verdict {
    // `MA 02110-1301`
    let before = scene.text()[..number.span.start].trim_end_matches(' ');
    if number.shape == "5-4"
        && before.as_bytes().rchunks(2).next().is_some_and(|state| state.iter().all(u8::is_ascii_uppercase))
    {
        return None;
    }
    let confidence = if is_international(number) || is_american(number) {
        Confidence::High
    } else if is_phone_shape(number) || is_chinese_mobile(scene, number) || is_beside_contact(scene, number) {
        Confidence::Medium
    } else {
        return None;
    };
    Some((Kind::Phone, confidence, "phone"))
}

/// A shape that is a telephone number in some country, and nothing else.
pub fn is_phone_shape(number: &Number) -> bool {
    is_international(number) || is_american(number) || is_trunk(number) || is_local(number)
}

/// `+49 …`, `+1 (415) …`, `0049 …`.
fn is_international(number: &Number) -> bool {
    let length = number.len();
    let digits = &number.digits[..];
    let dots = number.shape.contains('.') && number.shape.matches('.').count() < 2;
    let plus = number.shape.starts_with('+') || number.shape.starts_with("(+");
    if length < 8 {
        return false;
    }
    (plus && (8..=15).contains(&length) && digits[0] != b'0' && !number.shape.contains('/') && !dots)
        || (digits.starts_with(b"00")
            && digits[2] != b'0'
            && (11..=15).contains(&length)
            && !number.is_bare()
            && !number.shape.contains(['.', '/']))
}

/// North America: area and exchange begin with 2 to 9.
fn is_american(number: &Number) -> bool {
    let digits = match (&number.digits[..], number.shape.as_bytes().first()) {
        ([b'1', rest @ ..], Some(b'1')) if number.len() == 11 => rest,
        (digits, _) => digits,
    };
    let begins = |digit: u8| (b'2'..=b'9').contains(&digit);
    let plan = digits.len() == 10 && begins(digits[0]) && begins(digits[3]) && &digits[1..3] != b"11";
    plan && matches!(
        number.shape.trim_start_matches("1-").trim_start_matches("1 ").trim_start_matches("1."),
        "(3) 3-4"
            | "(3)3-4"
            | "(3)-3-4"
            | "(3) 3 4"
            | "(3) 3.4"
            | "3-3-4"
            | "3.3.4"
            | "3 3 4"
            | "3-3 4"
            | "3 3-4"
            | "3/3-4"
            | "3. 3. 4"
    )
}

/// A leading zero, then groups: most of Europe and Asia.
fn is_trunk(number: &Number) -> bool {
    let length = number.len();
    let digits = &number.digits[..];
    if !(9..=12).contains(&length) || digits[0] != b'0' || digits[1] == b'0' || number.is_bare() {
        return false;
    }
    let groups = group_lengths(number);
    let pairs = number.shape.contains('.') && !(groups.len() == 5 && groups.iter().all(|group| *group == 2));
    let last = groups.last().copied().unwrap_or_default();
    let first = groups[0];
    let optional = number.shape.starts_with('(');
    !pairs
        && (2..=6).contains(&groups.len())
        && last >= 2
        && ((2..=5).contains(&first) || (first == 1 && number.shape.contains(' ')))
        && (optional || groups[1..].iter().all(|group| *group >= 2))
        && number.shape.matches('/').count() <= 1
}

/// Shapes of single countries that begin with no zero.
fn is_local(number: &Number) -> bool {
    let digits = &number.digits[..];
    match number.shape.as_str() {
        // Brazil
        "(2) 5-4" | "(2)5-4" | "2 5-4" => digits[2] == b'9',
        // Russia
        "1 3 3 2 2" | "1 3 3-2-2" | "1 (3) 3-2-2" | "1-3-3-2-2" | "1(3)3-2-2" | "1 (3) 3 2 2" => {
            matches!(digits[0], b'7' | b'8') && digits[1] != b'0'
        }
        // Brazil without its ninth digit, Russia without its eight
        "(2) 4-4" | "(2)4-4" | "(3) 3-2-2" | "(3) 3 2 2" => true,
        _ => false,
    }
}

fn group_lengths(number: &Number) -> Vec<usize> {
    number.shape.split(|c: char| !c.is_ascii_digit()).filter_map(|group| group.parse().ok()).collect()
}

/// Eleven digits from 13 to 19 in Chinese text.
fn is_chinese_mobile(scene: &Scene<'_, '_>, number: &Number) -> bool {
    let unspaced = |c: Option<char>| c.is_some_and(|c| is_unspaced(c) || (c as u32) > 0xff00);
    let around = || {
        scene.text()[scene.clause_start(number.span.start, 30)..scene.clause_end(number.span.end, 30)]
            .chars()
            .any(is_unspaced)
    };
    matches!(number.shape.as_str(), "11" | "3 4 4" | "3-4-4")
        && number.digits[0] == b'1'
        && (b'3'..=b'9').contains(&number.digits[1])
        && (unspaced(scene.view.char_before(number.span.start))
            || unspaced(scene.view.char_after(number.span.end))
            || around())
}

/// A line of contacts: an e-mail address stands on the same line, or this line holds the number alone.
fn is_beside_contact(scene: &Scene<'_, '_>, number: &Number) -> bool {
    if !(9..=12).contains(&number.len()) || number.shape.contains(['/', '.']) && group_lengths(number).len() < 4 {
        return false;
    }
    let plausible = match number.shape.as_str() {
        "10" => (b'2'..=b'9').contains(&number.digits[0]) || number.digits[0] == b'0',
        "9" | "12" => false,
        "11" => matches!(number.digits[0], b'0' | b'1' | b'3' | b'7' | b'8'),
        _ => group_lengths(number).iter().all(|group| *group >= 2),
    };
    plausible && has_email(scene, &number.span)
}

fn has_email(scene: &Scene<'_, '_>, span: &Range<usize>) -> bool {
    let near = |other: &Range<usize>| {
        let (left, right) = if other.end <= span.start { (other.end, span.start) } else { (span.end, other.start) };
        let gap = scene.text().get(left..right).unwrap_or("\n\n");
        gap.len() <= 60 && !gap.contains("\n\n") && gap.matches('\n').count() <= 1
    };
    scene.claims.emails_from(span.start.saturating_sub(400)).take_while(|other| other.start < span.end + 80).any(near)
}

#[cfg(test)]
mod tests {
    use crate::guard::find::labels::Labels;
    use crate::guard::find::scene::Scene;
    use crate::guard::find::{emails, numbers};
    use crate::guard::kind::Kind;
    use crate::guard::view::View;

    fn found(text: &str) -> Vec<&str> {
        let view = View::new(text);
        let mut scene = Scene::new(&view, Labels::NONE);
        emails::find(&mut scene);
        numbers::find(&mut scene);
        let findings = scene.claims.into_findings();
        findings.into_iter().filter(|found| found.kind == Kind::Phone).map(|found| &text[found.span]).collect()
    }

    #[test]
    fn phones_without_a_label() {
        for phone in [
            "(415) 555-0123",
            "415-555-0123",
            "415.555.0123",
            "1-415-555-0123",
            "+1 415 555 0123",
            "+14155550123",
            "+44 7700 900123",
            "07700 900123",
            "020 7946 0123",
            "+49 30 1234567",
            "030/1234567",
            "0151 1234567",
            "06 12 34 56 78",
            "06.12.34.56.78",
            "+33 6 12 34 56 78",
            "(11) 91234-5678",
            "+55 21 91234-5678",
            "8 912 345 67 89",
            "+7 (912) 345-67-89",
            "090-1234-5678",
            "010-1234-5678",
            "052-1234567",
            "070-123 45 67",
            "+972 52-123-4567",
            "0 532 123 4567",
            "001-415-555-0123x45",
            "(415)555-0123 ext. 12",
        ] {
            assert_eq!(found(&format!("a {phone} b")), [phone]);
        }
    }

    #[test]
    fn a_bare_number_beside_an_address() {
        assert_eq!(found("Ann,ann@example.com,4155550123"), ["4155550123"]);
        assert_eq!(found("612 345 678\nann@example.com"), ["612 345 678"]);
    }

    #[test]
    fn numbers_that_are_none() {
        for harmless in [
            "612 345 678 people",
            "0-306-40615-2",
            "2010-2020",
            "+5 points",
            "a 1712345678 b",
            "01.02.2024",
            "100 200 300",
        ] {
            assert_eq!(found(harmless), Vec::<&str>::new(), "{harmless}");
        }
    }
}
