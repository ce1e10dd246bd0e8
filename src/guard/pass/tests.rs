//! Whole documents on their way: what is hidden, what stays byte for byte, what is held back.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::guard::policy::Style;
use crate::guard::words::Words;

/// Words that are hidden wherever they stand, so that these tests depend on no detector.
const OWN: [&str; 4] = ["tango", "fox trot", "quebec@example.org", "90909090909"];

fn own(list: &[&str]) -> Words {
    Words::new(&list.iter().map(ToString::to_string).collect::<Vec<_>>()).expect("good")
}

fn policy() -> Policy {
    Policy { kinds: Vec::new(), deny: own(&OWN), ..Policy::default() }
}

fn guard(policy: Policy) -> Guard {
    Guard::new(policy, Key([7; 32]))
}

fn sent(passed: &Passed, document: &str) -> String {
    passed.wire.as_deref().map_or(document.to_owned(), |wire| String::from_utf8(wire.to_vec()).expect("text"))
}

fn pass(document: &str) -> Result<(String, Guarded), Blocked> {
    let passed = guard(policy()).pass(document.as_bytes(), "a.json", Form::Json, None)?;
    Ok((sent(&passed, document), passed.guarded))
}

#[test]
fn only_what_is_hidden_changes() {
    let (wire, guarded) =
        pass("\u{feff}{\r\n  \"b\" : \"\\u0074ango\\/x \\ud83d\\ude80 é\",\"b\":\"Fox\\u0020Trot\", \"n\": 1.0e1\t}\n")
            .expect("it may go");
    assert_eq!(wire, "\u{feff}{\r\n  \"b\" : \"[CUSTOM]\\/x \\ud83d\\ude80 é\",\"b\":\"[CUSTOM]\", \"n\": 1.0e1\t}\n");
    assert_eq!((guarded.mode, guarded.findings.total(), guarded.name), (Action::Redact, 2, false));
}

#[test]
fn a_clean_document_stays_as_it_is() {
    let document = br#"{"id":"c1","content":"hello"}"#;
    let passed = guard(policy()).pass(document, "a.json", Form::Json, None).expect("it may go");
    assert_eq!((passed.wire, passed.told), (None, None));
}

#[test]
fn documents_in_strings_stay_documents() {
    let inner = json!({"to": "quebec@example.org", "deep": json!(["say \"tango\""]).to_string()}).to_string();
    let document = json!({"arguments": inner}).to_string();
    let (wire, _) = pass(&document).expect("it may go");
    let wire: Value = serde_json::from_str(&wire).expect("JSON");
    let inner: Value = serde_json::from_str(wire["arguments"].as_str().expect("text")).expect("JSON");
    assert_eq!(inner["to"], "[CUSTOM]");
    assert_eq!(
        serde_json::from_str::<Value>(inner["deep"].as_str().expect("text")).expect("JSON"),
        json!(["say \"[CUSTOM]\""])
    );
}

#[test]
fn what_would_break_the_document_holds_it_back_until_somebody_insists() {
    for (document, insisted) in [
        (r#"{"id":"quebec@example.org"}"#, r#"{"id":"[CUSTOM]"}"#),
        (r#"{"a":[90909090909]}"#, r#"{"a":[null]}"#),
        (r#"{"fox trot":1}"#, r#"{"[CUSTOM]":1}"#),
        (r#"{"a":"{\"n\":90909090909,\"s\":\"\"}"}"#, r#"{"a":"{\"n\":null,\"s\":\"\"}"}"#),
        (r#"{"id":"x","id":"to quebec@example.org"}"#, r#"{"id":"x","id":"to [CUSTOM]"}"#),
    ] {
        let held = pass(document).expect_err("it is held back");
        assert!(matches!(&held, Blocked::InStructure(found) if found.total() == 1), "{document}: {held:?}");
        assert!(!held.to_string().contains("quebec"));
        let passed = guard(policy()).pass(document.as_bytes(), "a", Form::Json, Some(Choice::Redact)).expect("chosen");
        assert_eq!(sent(&passed, document), insisted);
        let passed = guard(policy()).pass(document.as_bytes(), "a", Form::Json, Some(Choice::AsIs)).expect("chosen");
        assert_eq!((passed.wire, passed.guarded.mode), (None, Action::AsIs));
    }
    assert!(pass(r#"{"id":"tango","n":90909090909.5,"createdAt":90909090909}"#).is_ok(), "it looks like what it is");
}

#[test]
fn doubt_holds_back() {
    let held = |bytes: &[u8], form| {
        guard(Policy { max_bytes: 40, ..policy() }).pass(bytes, "a", form, None).expect_err("held")
    };
    assert_eq!(held(b"{\"a\":}", Form::Json), Blocked::NotJson(5));
    assert_eq!(held(b"\"\xff\"", Form::Any), Blocked::NotText);
    assert_eq!(held(&[b' '; 41], Form::Any), Blocked::TooLarge { most: 40 });
    let few = guard(Policy { max_findings: Some(1), ..policy() });
    let many = few.pass(b"[\"tango\",\"tango\"]", "a", Form::Json, None).expect_err("too many");
    assert!(matches!(many, Blocked::TooMany { most: 1, .. }));
}

#[test]
fn modes_do_what_they_say() {
    let document = br#"["tango","fox trot"]"#;
    let with = |mode, choice| guard(Policy { mode, ..policy() }).pass(document, "tango.json", Form::Json, choice);
    assert!(matches!(with(Mode::Block, None), Err(Blocked::Found(found)) if found.total() == 3));
    let reported = with(Mode::Report, None).expect("it goes");
    assert_eq!((reported.wire, reported.told, reported.guarded.findings.total()), (None, None, 2));
    let chosen = with(Mode::Block, Some(Choice::Redact)).expect("chosen");
    assert_eq!(chosen.wire.as_deref(), Some(&br#"["[CUSTOM]","[CUSTOM]"]"#[..]));
    assert_eq!(
        (chosen.guarded.mode, chosen.told.map(|told| told.name).as_deref()),
        (Action::Redact, Some("[CUSTOM].json"))
    );
    assert!(guard(Policy { mode: Mode::Block, ..policy() }).pass(b"[1]", "a", Form::Json, None).is_ok());
    let off = guard(Policy { mode: Mode::Off, ..policy() }).pass(b"\xff", "tango", Form::Json, None).expect("it goes");
    assert!(off.wire.is_none() && off.guarded.findings.is_empty());
    assert!(
        with(Mode::Report, None).is_ok()
            && guard(Policy { mode: Mode::Report, ..policy() }).pass(b"\xff", "a", Form::Json, None).is_ok()
    );
}

#[test]
fn text_and_lines_of_json_are_looked_through() {
    let any = |text: &str| {
        let passed = guard(policy()).pass(text.as_bytes(), "a.txt", Form::Any, None)?;
        Ok::<_, Blocked>(sent(&passed, text))
    };
    assert_eq!(any("Dear fox  trot,\ntango?\n").expect("text"), "Dear fox  trot,\n[CUSTOM]?\n");
    assert_eq!(any("{\"a\":\"tango\"}\n{\"a\":2}\n").expect("lines"), "{\"a\":\"[CUSTOM]\"}\n{\"a\":2}\n");
    assert!(matches!(any("{\"a\":1}\n{\"a\":90909090909}\n"), Err(Blocked::InStructure(_))));
}

#[test]
fn the_name_is_hidden_with_the_same_words() {
    let passed = guard(policy()).pass(b"[\"tango\"]", "x/about_tango.json", Form::Json, None).expect("it may go");
    let told = passed.told.expect("hidden");
    assert_eq!(told.name, "about_[CUSTOM].json");
    assert!(passed.guarded.name && passed.guarded.findings.total() == 2);
    let pseudonym = guard(Policy { style: Style::Pseudonym, ..policy() });
    let passed = pseudonym.pass(b"[\"tango\"]", "tango.json", Form::Json, None).expect("it may go");
    let (name, wire) = (passed.told.expect("hidden").name, passed.wire.expect("changed"));
    assert_eq!(format!("[\"{}\"]", name.trim_end_matches(".json").replace('-', ":")).as_bytes(), wire);
}

#[test]
fn a_number_answers_no_question() {
    let guard = guard(Policy::default());
    let document = r#"[{"content":"Here is my phone number:"},{"tokens":1000000,"more":2147483647,"2147483647":""}]"#;
    let passed = guard.pass(document.as_bytes(), "5551234567.json", Form::Json, None).expect("it may go");
    assert_eq!((passed.wire, passed.told), (None, None));
    let document = r#"[{"content":"Here is my phone number:"},{"content":"5551234567"}]"#;
    let passed = guard.pass(document.as_bytes(), "a.json", Form::Json, None).expect("it may go");
    assert_eq!(sent(&passed, document), document.replace("5551234567", "[PHONE]"));
}

#[test]
fn spots_tell_places_in_the_bytes() {
    let document = "\u{feff}{\"a\":\"x \\u0074ango\"}";
    let spots = guard(policy()).spots(document.as_bytes(), Form::Json).expect("read");
    assert_eq!(spots.len(), 1);
    assert_eq!((spots[0].pointer.as_str(), spots[0].said.as_str()), ("/a", "tango"));
    assert_eq!(&document.as_bytes()[spots[0].span.clone()], br"\u0074ango");
}

fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![3 => any::<String>(), 2 => prop::sample::select(&OWN[..]).prop_map(str::to_owned)];
    prop::collection::vec(word, 0..4).prop_map(|words| words.join(" "))
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        text().prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let name = prop_oneof![Just("content".to_owned()), Just("id".to_owned()), "[a-z]{0,6}", any::<String>()];
        let opened = inner.clone().prop_map(|value| Value::from(value.to_string()));
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(name, inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
            opened,
        ]
    })
}

/// Every text of the two is the same where the first says nothing hidden; everything else is the same everywhere.
fn is_alike(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Array(before), Value::Array(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|(before, after)| is_alike(before, after))
        }
        (Value::Object(before), Value::Object(after)) => {
            before.len() == after.len()
                && before.iter().zip(after).all(|((a, before), (b, after))| a == b && is_alike(before, after))
        }
        (Value::String(before), Value::String(after)) => before == after || after.contains("[CUSTOM]"),
        _ => before == after,
    }
}

proptest! {
    #[test]
    fn the_structure_stays_and_nothing_hidden_is_left(value in document(), pretty in any::<bool>()) {
        let document = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.expect("JSON");
        match pass(&document) {
            Err(held) => prop_assert!(matches!(held, Blocked::InStructure(_)), "{:?}", held),
            Ok((wire, guarded)) => {
                let after: Value = serde_json::from_str(&wire).expect("JSON");
                prop_assert!(is_alike(&value, &after));
                prop_assert_eq!(pass(&wire).expect("clean now").0, wire.clone(), "not idempotent");
                prop_assert_eq!(guarded.findings.is_empty(), wire == document);
                // Taken apart by another reader, no value says it any more; ids that look like ids stay.
                let spots = guard(policy()).spots(wire.as_bytes(), Form::Json).expect("read");
                prop_assert!(spots.is_empty(), "{:?}", spots);
            }
        }
    }

    #[test]
    fn arbitrary_bytes_are_sent_whole_or_not_at_all(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        for form in [Form::Json, Form::Any] {
            if let Ok(passed) = guard(Policy::default()).pass(&bytes, "a", form, None) {
                prop_assert!(std::str::from_utf8(&bytes).is_ok());
                prop_assert!(form == Form::Any || serde_json::from_slice::<serde::de::IgnoredAny>(
                    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes)).is_ok());
                prop_assert!(passed.wire.is_none() || !passed.guarded.findings.is_empty());
            }
        }
    }
}
