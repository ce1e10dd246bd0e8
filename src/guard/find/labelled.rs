//! What a label makes of a number: the nearest label whose number this can be decides.
//!
//! In: the labels around a number. Out: a verdict. Not here: numbers that need no label (`numbers`, `phones`).

use super::checks::{self, value};
use super::labels::Labels;
use super::national;
use super::numbers::{Number, Verdict};
use super::phones;
use super::scene::{Near, Scene, is_filler};
use crate::guard::kind::{Confidence, Kind};

/// By the labels before it.
pub fn before(scene: &Scene<'_, '_>, near: &Near, number: &Number) -> Verdict {
    near.labels.iter().find_map(|(labels, gap)| {
        let between = &scene.view.lower()[number.span.start.saturating_sub(*gap)..number.span.start];
        let close = *gap == 0 || is_filler(between);
        let loose = close || (*gap <= 56 && !between.bytes().any(|b| b.is_ascii_digit()));
        by_label(*labels, number, close, loose)
    })
}

/// By a label behind it that names it: `… is my passport number`.
pub fn behind(scene: &Scene<'_, '_>, number: &Number) -> Verdict {
    match scene.after(number.span.end) {
        Labels::NONE => None,
        labels => by_label(labels, number, true, true),
    }
}

/// `close`: nothing but filler between; `loose`: no other number between.
fn by_label(labels: Labels, number: &Number, close: bool, loose: bool) -> Verdict {
    let digits = &number.digits[..];
    let length = number.len();
    let bare = number.is_bare();
    let shape = number.shape.as_str();
    let hyphens = bare || !shape.contains(['.', '/', '(', '+']);
    let rules: [(Labels, bool, Kind, &'static str); 19] = [
        (Labels::Ssn, length == 9 && (national::ssn(digits) || national::itin(digits)), Kind::Ssn, "labelled ssn"),
        (
            Labels::Tax,
            shape == "2-7" || national::itin(digits) || (loose && bare && matches!(length, 9..=14)),
            Kind::NationalId,
            "labelled tax id",
        ),
        (Labels::Cvv, bare && matches!(length, 3 | 4) && loose, Kind::Card, "cvv"),
        (Labels::Expiry, is_expiry(shape, digits), Kind::Card, "expiry"),
        (Labels::Routing, length == 9 && (checks::routing(digits) || close), Kind::Account, "routing number"),
        (Labels::Imei, matches!(length, 14..=16) && (checks::luhn(digits) || close), Kind::Device, "imei"),
        (Labels::Code, bare && matches!(length, 4..=8) && close, Kind::Password, "code"),
        (Labels::Password, bare && matches!(length, 4..=16) && close, Kind::Password, "digits as password"),
        (Labels::Passport, bare && matches!(length, 6..=10) && loose, Kind::Passport, "labelled passport"),
        (Labels::Licence, hyphens && matches!(length, 6..=14) && loose, Kind::Licence, "labelled licence"),
        (Labels::Mrn, hyphens && matches!(length, 5..=12) && loose, Kind::HealthId, "labelled patient number"),
        (
            Labels::Member,
            hyphens && matches!(length, 6..=16) && loose && !phones::is_phone_shape(number),
            Kind::HealthId,
            "labelled member number",
        ),
        (Labels::Postcode, is_postcode(shape) && loose, Kind::Address, "labelled postcode"),
        (
            Labels::NationalId,
            matches!(length, 8..=18) && loose && !shape.contains(['/', '+', '(']) && shape.matches('.').count() != 1,
            Kind::NationalId,
            "labelled national id",
        ),
        (
            Labels::Account,
            hyphens && matches!(length, 6..=24) && loose && !phones::is_phone_shape(number),
            Kind::Account,
            "labelled account",
        ),
        (Labels::Serial, hyphens && matches!(length, 6..=20) && close, Kind::Device, "labelled serial number"),
        (
            Labels::Card,
            matches!(length, 13..=19) && (checks::luhn(digits) || (close && length > 14)),
            Kind::Card,
            "labelled card",
        ),
        (Labels::Plate, hyphens && matches!(length, 4..=8) && close, Kind::Vehicle, "labelled plate"),
        (Labels::Phone, phones::is_labelled(number, close, loose), Kind::Phone, "labelled phone"),
    ];
    let (_, _, kind, detector) = rules.into_iter().find(|(label, fits, ..)| labels.has(*label) && *fits)?;
    Some((kind, Confidence::Medium, detector))
}

/// `09/27`, `9/2027`: a month and a year.
fn is_expiry(shape: &str, digits: &[u8]) -> bool {
    let month = match shape {
        "2/2" | "2-2" | "2/4" | "2-4" | "2 / 2" => &digits[..2],
        "1/2" | "1/4" => &digits[..1],
        _ => return false,
    };
    (1..=12).contains(&value(month))
}

fn is_postcode(shape: &str) -> bool {
    matches!(shape, "4" | "5" | "6" | "7" | "8" | "5-4" | "5-3" | "2-3" | "3 2" | "3-4" | "4-3" | "3 3" | "2 3")
}

#[cfg(test)]
mod tests {
    use crate::guard::find::numbers;
    use crate::guard::find::scene::found_by;
    use crate::guard::kind::Kind;

    fn found(text: &str) -> Vec<(Kind, &str)> {
        found_by(text, numbers::find)
    }

    #[test]
    fn the_nearest_label_decides() {
        for (text, kind, span) in [
            ("my social security number (078 05 1120) was asked", Kind::Ssn, "078 05 1120"),
            ("cvv 123", Kind::Card, "123"),
            ("card expires 09/27", Kind::Card, "09/27"),
            ("Routing number 021000021", Kind::Account, "021000021"),
            ("account number 12345678", Kind::Account, "12345678"),
            ("Passport number 123456789", Kind::Passport, "123456789"),
            ("MRN 123-45-678", Kind::HealthId, "123-45-678"),
            ("member ID 123456789-01", Kind::HealthId, "123456789-01"),
            ("My zip code is 94110", Kind::Address, "94110"),
            ("EIN 12-3456789", Kind::NationalId, "12-3456789"),
            ("Steuer-ID 86095742719", Kind::NationalId, "86095742719"),
            ("マイナンバーは123456789018です", Kind::NationalId, "123456789018"),
            ("IMEI 490154203237518", Kind::Device, "490154203237518"),
            ("my pin is 4821", Kind::Password, "4821"),
            ("text Ann at 4155550123", Kind::Phone, "4155550123"),
            ("123456789 is my passport number", Kind::Passport, "123456789"),
            ("电话是13812345678", Kind::Phone, "13812345678"),
        ] {
            assert_eq!(found(text), [(kind, span)], "{text}");
        }
    }

    #[test]
    fn labels_without_their_number() {
        for harmless in [
            "my passport expires in 2027",
            "the card has 16 digits",
            "call me at 9",
            "phone 3 of 12",
            "zip file of 12 MB",
            "account of 3 people",
            "patient for 12 years",
        ] {
            assert_eq!(found(harmless), [], "{harmless}");
        }
    }
}
