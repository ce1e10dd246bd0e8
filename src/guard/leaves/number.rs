//! Which numbers of a document can be somebody's, and how they are read.
//!
//! In: a number as it is written, and the name of its field. Out: its text, as long as it was written, or nothing.
//! Not here: what it is (`find`); a number cannot be rewritten, so whoever finds one holds the document (`pass`).

use std::borrow::Cow;

/// Shorter numbers identify nobody.
pub const LONG: usize = 7;

/// Fewer digits behind the point name no place that matters.
const PLACES: usize = 3;

/// Names of fields that hold a latitude, a longitude or a pair of them; in small letters, without signs.
const PLACE_NAMES: [&str; 16] = [
    "lat",
    "lats",
    "latitude",
    "lon",
    "lng",
    "long",
    "longitude",
    "coordinates",
    "coordinate",
    "coords",
    "location",
    "geolocation",
    "geo",
    "geopoint",
    "latlng",
    "latlon",
];

pub fn read<'t>(written: &'t str, name: &str) -> Option<Cow<'t, str>> {
    if written.bytes().all(|byte| byte.is_ascii_digit()) {
        return (written.len() >= LONG).then_some(Cow::Borrowed(written));
    }
    if let Some(digits) = whole(written) {
        // As long as it was written, so that places lead back.
        return Some(Cow::Owned(format!("{digits:<width$}", width = written.len())));
    }
    (is_fraction(written) && is_place(name)).then_some(Cow::Borrowed(written))
}

/// `12125550187.0` and `1.2125550187e10` are whole numbers; one with more digits than are written is a quantity.
fn whole(written: &str) -> Option<String> {
    let (mantissa, exponent) = written.split_once(['e', 'E']).unwrap_or((written, "0"));
    let exponent: usize = exponent.trim_start_matches('+').parse().ok()?;
    let (head, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = head.len() + exponent;
    if !head.bytes().all(|byte| byte.is_ascii_digit()) || fraction.len() > exponent {
        return None;
    }
    (head != "0" && (LONG..=written.len()).contains(&digits)).then(|| format!("{head}{fraction:0<exponent$}"))
}

fn is_fraction(written: &str) -> bool {
    let number = written.strip_prefix('-').unwrap_or(written);
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    number
        .split_once('.')
        .is_some_and(|(head, fraction)| head.len() <= 3 && fraction.len() >= PLACES && digits(head) && digits(fraction))
}

fn is_place(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    PLACE_NAMES.contains(&plain.as_str()) || plain.ends_with("latitude") || plain.ends_with("longitude")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read_however_they_are_written() {
        for (written, as_read) in [
            ("12125550187", "12125550187"),
            ("12125550187.0", "12125550187  "),
            ("1.2125550187e10", "12125550187    "),
            ("1.2125550187E+10", "12125550187     "),
            ("4111111111111111.0", "4111111111111111  "),
            ("123456789.00", "123456789   "),
        ] {
            assert_eq!(read(written, "phone").as_deref(), Some(as_read), "{written}");
        }
        for quantity in
            ["123456", "123456.0", "1e9", "1.5e300", "1e-9", "0.0000001", "1769509800.123", "-12125550187.5"]
        {
            assert_eq!(read(quantity, "phone"), None, "{quantity}");
        }
    }

    #[test]
    fn fractions_are_read_where_a_place_is_named() {
        for name in ["lat", "Lon", "home_latitude", "coordinates", "location"] {
            assert_eq!(read("-52.520008", name).as_deref(), Some("-52.520008"), "{name}");
        }
        for (number, name) in [("52.520008", "score"), ("52.5", "lat"), ("1052.520008", "lat"), ("5.25e-8", "lat")] {
            assert_eq!(read(number, name), None, "{number} {name}");
        }
    }
}
