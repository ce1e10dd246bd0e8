//! Fields whose name says what their whole value is: a password, a user name, a key, a date of birth, a part of a name.
//!
//! In: a scene of the value, and its JSON pointer. Out: claims. A value that does not look the part stays: `token` may
//! be a count or a word, `last_name` the text of a form.
//! Not here: names that are only labels (`named`), values that need no name.

use super::{named, plain};
use crate::guard::find::assigned::{is_reference, is_type};
use crate::guard::find::labels::Labels;
use crate::guard::find::scene::Scene;
use crate::guard::find::secrets::is_random;
use crate::guard::kind::{Confidence, Kind};
use crate::guard::tables::{Tongues, Word};

const PASSWORDS: [&str; 7] = ["password", "passwd", "passphrase", "pwd", "passwort", "contraseña", "kennwort"];
const USERS: [&str; 4] = ["username", "login", "loginname", "benutzername"];
const SECRETS: [&str; 11] = [
    "apikey",
    "token",
    "secret",
    "accesskey",
    "secretkey",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "authkey",
    "sessionkey",
    "authorization",
];
/// Places in a list of results, which the next question must repeat.
const PAGES: [&str; 6] = ["next", "page", "pagination", "continuation", "sync", "cursor"];
const FIRST: [&str; 22] = [
    "firstname",
    "givenname",
    "forename",
    "middlename",
    "vorname",
    "prénom",
    "prenom",
    "nombredepila",
    "primernombre",
    "primeironome",
    "nomedebatismo",
    "voornaam",
    "imię",
    "imie",
    "имя",
    "отчество",
    "förnamn",
    "fornamn",
    "שםפרטי",
    "fname",
    "givennames",
    "firstnames",
];
const LAST: [&str; 26] = [
    "lastname",
    "surname",
    "familyname",
    "maidenname",
    "birthname",
    "nachname",
    "familienname",
    "zuname",
    "geburtsname",
    "nomdefamille",
    "apellido",
    "apellidos",
    "cognome",
    "sobrenome",
    "achternaam",
    "nazwisko",
    "фамилия",
    "soyad",
    "soyadı",
    "soyadi",
    "efternamn",
    "שםמשפחה",
    "lname",
    "lastnames",
    "surnames",
    "姓氏",
];

/// Before anything else is looked for: keys, and dates of birth that read as times.
pub fn sure(scene: &mut Scene<'_, '_>, pointer: &str) {
    let text = scene.text();
    let name = plain(pointer);
    if ends(&name, &SECRETS) && !PAGES.iter().any(|page| name.contains(page)) {
        let scheme = ["Bearer ", "Basic ", "Token "].iter().find(|scheme| text.starts_with(**scheme));
        let start = scheme.map_or(0, |scheme| scheme.len());
        if is_key(&text[start..]) {
            scene.claim(Kind::Secret, start..text.len(), Confidence::Medium, "named field");
        }
    } else if is_day(text) && named(pointer).has(Labels::Birth) {
        scene.claim(Kind::Birthdate, 0..text.trim_end().len(), Confidence::Medium, "named field");
    }
}

/// A field that is called like it holds one password, user name or part of a person's name, and nothing else.
pub fn whole(scene: &mut Scene<'_, '_>, pointer: &str) {
    let name = plain(pointer);
    let text = scene.text();
    let kind = match () {
        () if ends(&name, &PASSWORDS) => Kind::Password,
        () if ends(&name, &USERS) => Kind::Username,
        () if (ends(&name, &LAST) || ends(&name, &FIRST)) && is_name(text) => {
            scene.claim(Kind::Person, 0..text.len(), Confidence::Medium, "named field");
            return;
        }
        () => return,
    };
    let said = !text.is_empty() && text.len() <= 128 && !text.contains(char::is_whitespace);
    if said && !matches!(text, "true" | "false" | "null" | "none" | "yes" | "no" | "***" | "********") {
        scene.claim(kind, 0..text.len(), Confidence::Medium, "named field");
    }
}

fn ends(name: &str, words: &[&str]) -> bool {
    words.iter().any(|word| name.ends_with(word))
}

/// Long and mixed, as programs make keys; no word, no number, no id such as a UUID.
fn is_key(text: &str) -> bool {
    let count = |fits: fn(&u8) -> bool| text.bytes().filter(fits).count();
    let (digits, letters) = (count(u8::is_ascii_digit), count(u8::is_ascii_alphabetic));
    let uuid = text.len() == 36 && text.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let key = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-+/=.~:".contains(&b));
    text.len() >= 16
        && key
        && !uuid
        && !is_reference(text)
        && (is_random(text) || (text.len() >= 20 && digits >= 2 && letters > 4 && !text.contains('.')))
}

/// `1980-02-13T00:00:00Z`, `19800213`: a day of a year in which somebody alive may be born.
fn is_day(text: &str) -> bool {
    let text = text.trim_end();
    let bytes = text.as_bytes();
    let digits =
        |from: usize, length: usize| bytes.get(from..from + length).filter(|d| d.iter().all(u8::is_ascii_digit));
    let dashed = bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    let (month, day) = if dashed { (5, 8) } else { (4, 6) };
    let rest = if dashed { bytes.get(10..) } else { bytes.get(8..).filter(|rest| rest.is_empty()) };
    let clock = |rest: &[u8]| {
        rest.is_empty()
            || matches!(rest[0], b'T' | b' ' | b't') && rest[1..].iter().all(|b| b"0123456789:.+-Zz".contains(b))
    };
    let number =
        |place: Option<&[u8]>| place.map_or(0, |d| d.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')));
    bytes.len() <= 35
        && (1880..=2100).contains(&number(digits(0, 4)))
        && (1..=12).contains(&number(digits(month, 2)))
        && (1..=31).contains(&number(digits(day, 2)))
        && rest.is_some_and(clock)
}

/// One to four words of letters that could be somebody's; not the words of a form, of a schema or of a list.
fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.split([' ', '-', '\'', '.']).filter(|word| !word.is_empty()).collect();
    let letters = |word: &&str| word.chars().all(|c| c.is_alphabetic() || matches!(c as u32, 0x300..=0x36f));
    let small = |word: &&str| word.chars().all(char::is_lowercase);
    let form = ["name", "nom", "nachn", "apellido", "cogn", "naam", "nazw", "имя", "фамил", "namn", "soyad"];
    let lower = text.to_lowercase();
    (1..=5).contains(&words.len())
        && text.len() <= 80
        && words.iter().all(letters)
        && text.chars().count() > 1
        && !(words.len() == 1 && (is_type(text) || lower == "n" || lower == "na"))
        && !form
            .iter()
            .any(|part| lower == *part || lower.ends_with("name") || lower.starts_with(part) && text.len() > 8)
        && !words.iter().all(|word| small(word) && is_everyday(Word::of(word)))
}

fn is_everyday(word: Word) -> bool {
    (word.common(Tongues::ALL) || word.stop()) && !word.last() && !word.first()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::view::View;

    fn found(pointer: &str, text: &str) -> Option<(Kind, std::ops::Range<usize>)> {
        let view = View::new(text);
        let mut scene = Scene::new(&view, Labels::NONE);
        sure(&mut scene, pointer);
        whole(&mut scene, pointer);
        scene.claims.into_findings().pop().map(|found| (found.kind, found.span))
    }

    #[test]
    fn a_password_is_hidden_whole() {
        assert_eq!(found("/db/dbPassword", "hunter2!x"), Some((Kind::Password, 0..9)));
        assert_eq!(found("/user_name", "jdoe42"), Some((Kind::Username, 0..6)));
        for (pointer, text) in
            [("/password", "how do I reset it"), ("/password", ""), ("/hasPassword", "true"), ("/user", "x")]
        {
            assert_eq!(found(pointer, text), None, "{pointer} {text}");
        }
    }

    #[test]
    fn keys_in_fields_that_are_called_so() {
        let key = "p7Qf2Zk9LmX4vB8nR1tY6wC3sD5gH0jA";
        for pointer in ["/api_key", "/apiKey", "/token", "/access_token", "/secret", "/client_secret", "/x-api-key"] {
            assert_eq!(found(pointer, key), Some((Kind::Secret, 0..32)), "{pointer}");
        }
        assert_eq!(found("/headers/Authorization", &format!("Bearer {key}")), Some((Kind::Secret, 7..39)));
        for (pointer, text) in [
            ("/token", "user"),
            ("/token", "internationalisation"),
            ("/usage/tokens", key),
            ("/nextPageToken", key),
            ("/secret", "${CLIENT_SECRET_OF_1}"),
            ("/token", "550e8400-e29b-41d4-a716-446655440000"),
            ("/content", key),
        ] {
            assert_eq!(found(pointer, text), None, "{pointer} {text}");
        }
    }

    #[test]
    fn names_in_fields_that_are_called_so() {
        for pointer in
            ["/last_name", "/lastName", "/surname", "/family_name", "/nachname", "/u/0/apellidos", "/vorname"]
        {
            assert_eq!(found(pointer, "Kowalski"), Some((Kind::Person, 0..8)), "{pointer}");
        }
        assert!(found("/lastName", "van der O'Neil-Şahin").is_some() && found("/last_name", "kowalski").is_some());
        for text in ["Last name", "string", "required", "", "K", "{name}", "Nachname", "user_2", "null"] {
            assert_eq!(found("/last_name", text), None, "{text}");
        }
        for pointer in ["/name", "/filename", "/hostname", "/lastNameRequired"] {
            assert_eq!(found(pointer, "Kowalski"), None, "{pointer}");
        }
    }

    #[test]
    fn dates_of_birth_as_times() {
        for text in ["1980-02-13T00:00:00Z", "1980-02-13 00:00", "19800213", "1980-02-13T00:00:00.000+01:00"] {
            assert_eq!(found("/date_of_birth", text), Some((Kind::Birthdate, 0..text.len())), "{text}");
            assert_eq!(found("/created", text), None, "{text}");
        }
        for text in ["19801350", "1980-02-13T", "1700-01-01T00:00:00Z", "soon"] {
            assert_eq!(found("/dob", text).is_some(), text == "1980-02-13T", "{text}");
        }
    }
}
