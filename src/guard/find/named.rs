//! What the name of a field says about its value: `"homePhone": "555 0199"`.
//!
//! In: a JSON pointer. Out: the labels of its last name, as if a message before had asked for them.
//! Not here: labels in the text itself (`labels`).

use super::labels::{Labels, hits};
use super::scene::Scene;
use crate::guard::kind::{Confidence, Kind};
use crate::guard::view::View;

/// Longer names are no labels.
const LONGEST: usize = 48;

fn name_of(pointer: &str) -> &str {
    pointer.rsplit('/').find(|step| !step.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or_default()
}

/// A field that is called like it holds one password or one user name, and nothing else.
pub fn whole(scene: &mut Scene<'_, '_>, pointer: &str) {
    const PASSWORDS: [&str; 7] = ["password", "passwd", "passphrase", "pwd", "passwort", "contraseña", "kennwort"];
    const USERS: [&str; 4] = ["username", "login", "loginname", "benutzername"];
    let name: String = name_of(pointer).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
    let kind = match () {
        () if ends(&PASSWORDS) => Kind::Password,
        () if ends(&USERS) => Kind::Username,
        () => return,
    };
    let text = scene.text();
    let said = !text.is_empty() && text.len() <= 128 && !text.contains(char::is_whitespace);
    if said && !matches!(text, "true" | "false" | "null" | "none" | "yes" | "no" | "***" | "********") {
        scene.claim(kind, 0..text.len(), Confidence::Medium, "named field");
    }
}

pub fn named(pointer: &str) -> Labels {
    let name = name_of(pointer);
    if name.is_empty() || name.len() > LONGEST {
        return Labels::NONE;
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
    fn a_password_is_hidden_whole() {
        let found = |pointer, text| {
            let view = View::new(text);
            let mut scene = Scene::new(&view, Labels::NONE);
            whole(&mut scene, pointer);
            scene.claims.into_findings().pop().map(|found| (found.kind, found.span))
        };
        assert_eq!(found("/db/dbPassword", "hunter2!x"), Some((Kind::Password, 0..9)));
        assert_eq!(found("/user_name", "jdoe42"), Some((Kind::Username, 0..6)));
        for (pointer, text) in
            [("/password", "how do I reset it"), ("/password", ""), ("/hasPassword", "true"), ("/user", "x")]
        {
            assert_eq!(found(pointer, text), None, "{pointer} {text}");
        }
    }

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
