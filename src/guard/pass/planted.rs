//! One planted value of each kind, in documents of any shape: none is sent, and nothing else is lost.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{Form, Guard, Key, Kind, Policy, Words};

/// A sentence, and what in it must not be sent.
const PLANTED: [(Kind, &str, &str); 26] = [
    (Kind::Email, "Write to zephyrine.quoxley@planted.example.org today.", "zephyrine.quoxley"),
    (Kind::Phone, "Call me at +1 (415) 555-0137, please.", "555-0137"),
    (Kind::Person, "My name is Marguerite Delacroix and I need help.", "Delacroix"),
    (Kind::Address, "I live at 742 Evergreen Terrace, Springfield, OR 97403.", "742 Evergreen"),
    (Kind::Birthdate, "I was born on 3 May 1986.", "May 1986"),
    (Kind::Date, "She was admitted to the hospital on 12 March 2024.", "March 2024"),
    (Kind::Age, "My grandmother is 97 years old.", "97 years"),
    (Kind::Ssn, "My social security number is 536-80-4398.", "536-80-4398"),
    (Kind::NationalId, "Meine Steuer-ID lautet 86 095 742 719.", "095 742"),
    (Kind::Card, "The card 4556 7375 8689 9855 was charged.", "7375 8689"),
    (Kind::Iban, "IBAN: DE89 3704 0044 0532 0130 00", "0044 0532"),
    (Kind::Account, "My account number is 77120984431.", "77120984431"),
    (Kind::HealthId, "MRN: 88412973", "88412973"),
    (Kind::Licence, "My driver's license number is D4025581.", "D4025581"),
    (Kind::Passport, "Passport number X47120936", "X47120936"),
    (Kind::Vehicle, "The VIN is 1HGCM82633A004352.", "1HGCM82633A004352"),
    (Kind::Device, "Its MAC address is 3c:22:fb:9a:41:07.", "9a:41:07"),
    (Kind::Ip, "It came from 81.174.22.19 again.", "81.174.22.19"),
    (Kind::Geo, "We are at 48.858370, 2.294481 now.", "48.858370"),
    (Kind::Url, "See https://www.linkedin.com/in/marguerite-d-88 for more.", "marguerite-d-88"),
    (Kind::Secret, "token ghp_16C7e42F292c6912E7710c838347Ae178B4a", "ghp_16C7"),
    (Kind::Password, "My password is Bluebird!7741, do not tell.", "Bluebird!7741"),
    (Kind::Username, "My username is mdelacroix_77.", "mdelacroix_77"),
    (Kind::Handle, "Follow me on Instagram: @mdela_paints", "@mdela_paints"),
    (Kind::Crypto, "Send it to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq.", "bc1qar0srrr7"),
    (Kind::Custom, "This is about Operation Kumquat.", "Kumquat"),
];

/// What looks like it and stays.
const HARMLESS: [&str; 7] = [
    "The request id was 550e8400-e29b-41d4-a716-446655440000.",
    "It happened at 2026-01-27T10:30:00.123Z on the server.",
    "epoch 1769509800123",
    "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "version 4.12.881, build 20240501",
    "The price is $1,234.56 without tax.",
    "order number 44719230",
];

fn guard() -> Guard {
    let deny = Words::new(&["operation kumquat".to_owned()]).expect("good");
    Guard::new(Policy { deny, ..Policy::default() }, Key([7; 32]))
}

fn sent(document: &str) -> String {
    let passed = guard().pass(document.as_bytes(), "a.json", Form::Json, None).expect("nothing holds it back");
    passed.wire.map_or_else(|| document.to_owned(), |wire| String::from_utf8(wire).expect("text"))
}

/// The places of the sentences in a document: members, elements, documents inside of strings.
fn placed(sentences: &[&str], shapes: &[u8]) -> Value {
    let messages = sentences.iter().zip(shapes.iter().cycle()).map(|(sentence, shape)| match shape % 4 {
        0 => json!({"role": "user", "content": sentence}),
        1 => json!([1.50, null, sentence, true]),
        2 => json!({"arguments": json!({"note": sentence, "n": 3}).to_string()}),
        _ => json!(format!("Hello,\n\n{sentence}\n\n\u{e9}t\u{e9} \u{1f600} \"quoted\"")),
    });
    json!({"id": "c_01HZX3", "messages": messages.collect::<Vec<_>>()})
}

/// What stands between placeholders, in order.
fn pieces(wire: &str) -> Vec<&str> {
    let labels: Vec<String> = Kind::ALL.iter().map(|kind| format!("[{}", kind.label())).collect();
    let (mut pieces, mut from) = (Vec::new(), 0);
    for (at, _) in wire.match_indices('[') {
        let is_ours = labels
            .iter()
            .any(|label| wire[at..].strip_prefix(label.as_str()).is_some_and(|rest| rest.starts_with([']', '_'])));
        if is_ours {
            pieces.push(&wire[from..at]);
            from = at + wire[at..].find(']').expect("a placeholder is closed") + 1;
        }
    }
    pieces.push(&wire[from..]);
    pieces
}

fn same_shape(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_shape(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|((a, one), (b, other))| a == b && same_shape(one, other))
        }
        (Value::String(_), Value::String(_)) => true,
        _ => one == other,
    }
}

#[test]
fn each_kind_is_planted() {
    let kinds: BTreeSet<Kind> = PLANTED.iter().map(|(kind, ..)| *kind).collect();
    assert_eq!(kinds.len(), Kind::ALL.len());
    for (kind, sentence, value) in PLANTED {
        let found = guard().spots(json!([sentence]).to_string().as_bytes(), Form::Json).expect("read");
        assert!(sentence.contains(value) && found.iter().any(|spot| spot.kind == kind), "{kind:?}: {found:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nothing_planted_is_sent_and_everything_else_is(
        planted in prop::sample::subsequence(PLANTED.to_vec(), 0..=PLANTED.len()).prop_shuffle(),
        harmless in prop::sample::subsequence(HARMLESS.to_vec(), 0..=HARMLESS.len()),
        shapes in prop::collection::vec(any::<u8>(), 1..9),
        pretty in any::<bool>(),
    ) {
        let mut sentences: Vec<&str> = planted.iter().map(|(_, sentence, _)| *sentence).collect();
        for (place, sentence) in harmless.iter().enumerate() {
            sentences.insert((place * 3).min(sentences.len()), sentence);
        }
        let value = placed(&sentences, &shapes);
        let document = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let document = document.expect("JSON");
        let wire = sent(&document);
        for (kind, _, value) in &planted {
            prop_assert!(!wire.contains(value), "{:?} in {}", kind, wire);
        }
        for sentence in &harmless {
            prop_assert!(wire.contains(sentence), "{} is not in {}", sentence, wire);
        }
        prop_assert!(same_shape(&value, &serde_json::from_str(&wire).expect("JSON")));
        prop_assert_eq!(sent(&wire), wire.clone(), "not idempotent");
        let mut rest = &document[..];
        for piece in pieces(&wire) {
            let at = rest.find(piece);
            prop_assert!(at.is_some(), "{:?} is not in {}", piece, document);
            rest = &rest[at.expect("just seen") + piece.len()..];
        }
    }
}
