//! What the name of a field says about its value: `"homePhone": "555 0199"`.
//!
//! In: a JSON pointer. Out: the labels of its last name, as if a message before had asked for them.
//! Not here: labels in the text itself (`labels`), fields whose whole value is known for what it is (`whole`).

mod whole;

use super::labels::{Labels, hits};
use crate::guard::view::View;
pub use whole::{sure, whole};

/// Longer names are no labels.
const LONGEST: usize = 48;

/// The name in small letters, without signs: `home_phone` and `homePhone` are `homephone`.
fn plain(pointer: &str) -> String {
    name_of(pointer).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn name_of(pointer: &str) -> &str {
    pointer.rsplit('/').find(|step| !step.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or_default()
}

pub fn named(pointer: &str) -> Labels {
    let name = name_of(pointer);
    if name.is_empty() || name.len() > LONGEST {
        return Labels::NONE;
    }
    if matches!(plain(pointer).as_str(), "geo" | "geopoint" | "latlng" | "latlon" | "lnglat" | "lonlat") {
        return Labels::Geo;
    }
    let words = spaced(name);
    let view = View::new(&words);
    let last = hits(&view).pop();
    let labels = last.filter(|hit| hit.end == view.text().len()).map_or(Labels::NONE, |hit| hit.labels);
    if labels.has(Labels::Plain.or(Labels::Month).or(Labels::Care).or(Labels::Age)) { Labels::NONE } else { labels }
}

/// `homePhone`, `home_phone` → `home phone`.
fn spaced(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut small = false;
    for c in name.chars() {
        if small && c.is_uppercase() {
            words.push(' ');
        }
        small = c.is_lowercase();
        words.push(if matches!(c, '_' | '-' | '.') { ' ' } else { c });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields_are_labels() {
        for name in ["/phone", "/users/0/homePhone", "/phones/3/phone_number", "/contact/Phone-Number"] {
            assert!(named(name).has(Labels::Phone), "{name}");
        }
        assert!(named("/patient/ssn").has(Labels::Ssn));
        for name in ["", "/content", "/messages/0/title", "/version", "/phoneIsValid"] {
            assert_eq!(named(name), Labels::NONE, "{name}");
        }
    }
}
