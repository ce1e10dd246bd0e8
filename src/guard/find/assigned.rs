//! Passwords, user names and keys that a label announces: `password: …`, `login = …`, `api_key="…"`.
//!
//! In: a scene. Out: claims. Not here: secrets that prove themselves (`secrets`), numbers (`labelled`).

mod value;

use std::ops::Range;

use super::labels::{Hit, Labels};
use super::scene::Scene;
use super::secrets::is_random;
use crate::guard::kind::{Confidence, Kind};
use crate::guard::tables::{Tongues, Word};
use value::{Glue, Value};
pub use value::{is_reference, is_type};

pub fn find(scene: &mut Scene<'_, '_>) {
    let wanted = Labels::Password.or(Labels::User).or(Labels::Secret).or(Labels::Code);
    let hits: Vec<Hit> = scene.hits.iter().filter(|hit| hit.labels.has(wanted)).copied().collect();
    for hit in hits {
        // `…XcPin1sO…` is no label.
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let inner = letter(scene.view.char_before(hit.start)) && letter(scene.view.char_after(hit.end));
        if inner || !scene.claims.is_free(&(hit.start..hit.end)) {
            continue;
        }
        let value = value::after(scene, hit.end);
        if hit.labels.has(Labels::Secret.or(Labels::Password)) && secret(scene, value.as_ref()) {
            continue;
        }
        let both = hit.labels.has(Labels::Password) && hit.labels.has(Labels::User);
        let named = both && user(scene, value.as_ref());
        if named {
            password(scene, hit, None);
            continue;
        }
        if hit.labels.has(Labels::Password.or(Labels::Code)) && password(scene, hit, value.as_ref()) {
            continue;
        }
        if hit.labels.has(Labels::User) {
            user(scene, value.as_ref());
        }
    }
}

fn secret(scene: &mut Scene<'_, '_>, value: Option<&Value>) -> bool {
    let Some(value) = value else { return false };
    let text = &scene.text()[value.span.clone()];
    let key = |b: &u8| b.is_ascii_alphanumeric() || b"_-+/=.~".contains(b);
    let word = text.bytes().all(|b| key(&b));
    let fits = match text.len() {
        0..16 => false,
        16..20 => is_random(text),
        _ => {
            is_random(text)
                || (text.bytes().any(|b| b.is_ascii_digit())
                    && text.bytes().filter(u8::is_ascii_alphabetic).count() > 4
                    && value.glue == Glue::Sign
                    && !text.contains('.'))
        }
    };
    word && fits && !is_reference(text) && {
        // Only so much of a long value was judged; it is hidden to its end.
        let cut = text.len() >= value::MOST;
        let more = if cut { scene.bytes()[value.span.end..].iter().take_while(|b| key(b)).count() } else { 0 };
        let whole = value.span.start..value.span.end + more;
        scene.claim(Kind::Secret, whole, Confidence::Medium, "labelled secret")
    }
}

fn password(scene: &mut Scene<'_, '_>, hit: Hit, value: Option<&Value>) -> bool {
    let mut spans: Vec<Range<usize>> = Vec::new();
    if let Some(value) = value {
        let text = &scene.text()[value.span.clone()];
        if is_password(text, value.glue) && !is_reference(text) {
            spans.push(value.span.clone());
        }
    }
    if spans.is_empty() && hit.labels.has(Labels::Password) {
        spans.extend(in_sentence(scene, hit));
    }
    let mut claimed = false;
    for span in spans {
        claimed |= scene.claim(Kind::Password, span, Confidence::Medium, "labelled password");
    }
    claimed
}

/// Letters with digits, a sign, or a capital inside: no word of a language looks so.
fn is_password(text: &str, glue: Glue) -> bool {
    let any = |fits: fn(&u8) -> bool| text.bytes().any(|b| fits(&b));
    let letters = any(u8::is_ascii_alphabetic);
    let digits = any(u8::is_ascii_digit);
    let signs = text.bytes().any(|b| b"!#$%^&*+=~?@|\\".contains(&b));
    let inner = text.bytes().skip(1).any(|b| b.is_ascii_uppercase()) && any(u8::is_ascii_lowercase);
    let length = text.chars().count();
    if value::is_version(text) {
        return false;
    }
    match glue {
        _ if !(4..=64).contains(&length) => false,
        Glue::Sign => (letters || signs) && (digits || signs || inner) && length >= 5,
        Glue::Word => letters && length >= 6 && (digits || signs || inner),
        Glue::None if !digits => {
            letters && (8..=20).contains(&length) && inner && text.bytes().filter(u8::is_ascii_uppercase).count() >= 3
        }
        Glue::None => letters && length >= 6 && (signs || inner || length >= 8),
    }
}

/// The sentence of a password label, searched for a word that can be nothing else.
fn in_sentence(scene: &Scene<'_, '_>, hit: Hit) -> Option<Range<usize>> {
    let text = scene.text();
    let end = scene.clause_end(hit.end, 120);
    let start = scene.clause_start(hit.start, 100);
    let behind = words(text, hit.end..end).take(12);
    let mut before: Vec<Range<usize>> = words(text, start..hit.start).collect();
    before.reverse();
    behind.chain(before.into_iter().take(6)).find(|span| scene.claims.is_free(span) && is_odd(&text[span.clone()]))
}

fn words(text: &str, within: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = within.start;
    text[within].split(char::is_whitespace).filter_map(move |word| {
        let start = at + (word.len() - word.trim_start_matches(['"', '\'', '`', '(', '<', '*', ':', '[']).len());
        let end = at + word.trim_end_matches(['"', '\'', '`', ')', '>', ',', '.', ';', ':', ']']).len();
        at += word.len() + 1;
        // The byte behind a word is white space of one byte in a folded text, or of more in a few scripts.
        (start < end && text.is_char_boundary(start) && text.is_char_boundary(end)).then_some(start..end)
    })
}

/// What a person reads as a password anywhere: long enough, and of three sorts of characters or well mixed.
fn is_odd(word: &str) -> bool {
    let any = |fits: fn(&u8) -> bool| word.bytes().any(|b| fits(&b));
    let inner = &word[..word.len() - word.bytes().rev().take_while(|b| b"?!".contains(b)).count()];
    let signs = inner.bytes().any(|b| b"!#$%^&*+=~?@".contains(&b)) || (word.ends_with('!') && any(u8::is_ascii_digit));
    let sorts = [any(u8::is_ascii_lowercase), any(u8::is_ascii_uppercase), any(u8::is_ascii_digit), signs];
    let count = sorts.iter().filter(|sort| **sort).count();
    let plain = word.is_ascii()
        && !word.starts_with("--")
        && !word.contains("!(")
        && !is_algorithm(word)
        && !word.contains("://")
        && !word.contains("](")
        && !word.contains("=\"")
        && !word.contains("='")
        && !word.contains('(') | signs;
    plain
        && word.len() >= 6
        && (count >= 3 || (word.len() >= 10 && is_random(word)) || (count == 2 && signs && any(u8::is_ascii_digit)))
        && any(u8::is_ascii_digit) | (signs && inner.len() >= 8) | (word.len() >= 10 && is_random(word))
}

/// Of which people speak where they speak of passwords.
fn is_algorithm(word: &str) -> bool {
    const STEMS: [&str; 14] =
        ["argon", "sha", "md", "base", "utf", "ed", "pbkdf", "aes", "rsa", "http", "oauth", "tls", "ipv", "curve"];
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.'));
    stem.len() < word.len() && STEMS.iter().any(|known| stem.eq_ignore_ascii_case(known))
}

fn user(scene: &mut Scene<'_, '_>, value: Option<&Value>) -> bool {
    let Some(value) = value else { return false };
    let text = &scene.text()[value.span.clone()];
    let shape = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    if !shape || letters < 2 || !(3..=40).contains(&text.len()) || text.starts_with(['.', '-']) || is_reference(text) {
        return false;
    }
    let digits = text.bytes().any(|b| b.is_ascii_digit()) && text.as_bytes()[0].is_ascii_alphabetic();
    let joined = text.trim_matches(['.', '_', '-']).contains(['.', '_']) && !has_file_ending(text);
    let lower = !text.bytes().any(|b| b.is_ascii_uppercase());
    let fits = match value.glue {
        Glue::Sign => digits || joined || (lower && value.closed && !is_type(text)),
        Glue::Word => digits || joined || (lower && (value.quoted || has_initial(text))),
        Glue::None => (lower && has_initial(text)) || (digits && letters >= 3 && lower) || (joined && lower),
    };
    fits && scene.claim(Kind::Username, value.span.clone(), Confidence::Medium, "labelled user name")
}

/// `jsmith`: an initial before a surname, told by the surname or by a beginning that no word has.
fn has_initial(word: &str) -> bool {
    const BEGINNINGS: [&str; 40] = [
        "bl", "br", "ch", "cl", "cr", "dr", "dw", "fl", "fr", "gh", "gl", "gn", "gr", "kn", "kr", "ph", "pl", "pr",
        "ps", "qu", "rh", "sc", "sh", "sk", "sl", "sm", "sn", "sp", "sq", "st", "sv", "sw", "th", "tr", "tw", "ts",
        "wh", "wr", "fj", "xx",
    ];
    if word.len() < 5 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return false;
    }
    let vowel = |c: u8| b"aeiouy".contains(&c);
    let begin = word.as_bytes();
    let odd = !vowel(begin[0]) && !vowel(begin[1]) && !BEGINNINGS.iter().any(|known| word.starts_with(known));
    let whole = Word::of(word);
    (odd && word.bytes().any(vowel)) || (Word::of(&word[1..]).last() && !whole.known() && !whole.common(Tongues::ALL))
}

fn has_file_ending(word: &str) -> bool {
    const ENDINGS: [&str; 22] = [
        "rs", "py", "js", "ts", "json", "html", "htm", "php", "txt", "md", "xml", "yml", "yaml", "toml", "csv", "css",
        "png", "jpg", "pdf", "name", "email", "id",
    ];
    word.rsplit('.').next().is_some_and(|ending| ENDINGS.contains(&ending)) && word.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::find::scene::found_by;

    fn found(text: &str) -> Vec<(Kind, &str)> {
        found_by(text, find)
    }

    #[test]
    fn passwords() {
        for (text, password) in [
            ("My password is hunter22 is that ok", "hunter22"),
            ("Passwort: Sommer2024!", "Sommer2024!"),
            ("{\"dbPassword\": \"x^Y9(pq\"}", "x^Y9(pq"),
            ("パスワードはAbc12345です", "Abc12345"),
            ("mot de passe : Azerty99", "Azerty99"),
            ("the wifi password at my mum's place is Bluebird77", "Bluebird77"),
            ("can I use Dragon2020! as my password?", "Dragon2020!"),
            ("I log in with Pizza1984$ and it fails", "Pizza1984$"),
        ] {
            assert_eq!(found(text), [(Kind::Password, password)], "{text}");
        }
    }

    #[test]
    fn user_names() {
        for (text, name) in [
            ("login: ann.lee / x", "ann.lee"),
            ("Reset the account for user alee42", "alee42"),
            ("username=annlee\n", "annlee"),
            ("Benutzername ist lee1975", "lee1975"),
        ] {
            assert_eq!(found(text), [(Kind::Username, name)], "{text}");
        }
    }

    #[test]
    fn keys() {
        let key = "9f86d081884c7d659a2feaa0c55ad015";
        for text in
            [format!("my api key is {key} and"), format!("CLIENT_SECRET={key}"), format!("\"token\": \"{key}\",")]
        {
            assert_eq!(found(&text), [(Kind::Secret, key)], "{text}");
        }
    }

    #[test]
    fn talk_about_them_is_harmless() {
        for harmless in [
            "my password is not working",
            "Password: required",
            "the user asked for more",
            "login: see below",
            "password = os.environ['DB_PASSWORD']",
            "user: what is 5 * 3?",
            "session token format looks like 01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "git config user.name",
            "token = get_token()",
            "password: <your password>",
            "password must have 8 characters",
            "user_id: int",
            "username: string",
            "the secret is patience",
            "SECRET_KEY=${SECRET_KEY}",
            "users/login.php",
        ] {
            assert_eq!(found(harmless), [], "{harmless}");
        }
    }
}
