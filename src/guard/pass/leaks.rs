//! Documents from which something once leaked: each value stays here, and what stands beside it is sent.

use super::super::{Form, Guard, Key, Policy};
use super::{Blocked, Passed};

fn pass(document: &str, name: &str) -> Result<Passed, Blocked> {
    Guard::new(Policy::default(), Key([7; 32])).pass(document.as_bytes(), name, Form::Json, None)
}

fn sent(document: &str) -> String {
    let passed = pass(document, "a.json").expect("it may go");
    passed.wire.map_or(document.to_owned(), |wire| String::from_utf8(wire).expect("text"))
}

const KEY: &str = "p7Qf2Zk9LmX4vB8nR1tY6wC3sD5gH0jA";

#[test]
fn words_before_a_value_do_not_switch_the_guard_off() {
    for (document, wire) in [
        (
            r#"{"text":"Payment failed: 4539 1488 0343 6467 was declined."}"#,
            r#"{"text":"Payment failed: [CARD] was declined."}"#,
        ),
        (r#"{"text":"please page +1 415 639 4471"}"#, r#"{"text":"please page [PHONE]"}"#),
        (r#"{"text":"Login failed from 81.2.69.142"}"#, r#"{"text":"Login failed from [IP]"}"#),
        (r#"{"text":"commit bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"}"#, r#"{"text":"commit [CRYPTO]"}"#),
        (r#"{"text":"order 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"}"#, r#"{"text":"order [CRYPTO]"}"#),
    ] {
        assert_eq!(sent(document), wire);
    }
    let told = pass("{}", "failed 4539148803436467.json").expect("it may go").told.expect("hidden");
    assert_eq!(told.name, "failed [CARD].json");
    let clean = r#"{"text":"build 81.2.69.142, order #4539148803436467, hash d41d8cd98f00b204e9800998ecf8427e"}"#;
    assert_eq!(sent(clean), clean);
}

#[test]
fn the_names_of_fields_speak_for_their_values() {
    let document = format!(
        r#"{{"apiKey":"{KEY}","x-api-key":"{KEY}","last_name":"Kowalski","text":"Kowalski called","token":"user","tokens":512,"date_of_birth":"1980-02-13T00:00:00Z"}}"#
    );
    assert_eq!(
        sent(&document),
        r#"{"apiKey":"[SECRET]","x-api-key":"[SECRET]","last_name":"[PERSON_1]","text":"[PERSON_1] called","token":"user","tokens":512,"date_of_birth":"[BIRTHDATE]"}"#
    );
}

#[test]
fn numbers_that_are_somebodys_hold_the_document() {
    for document in [
        r#"{"phone":12125550187}"#,
        r#"{"phone":12125550187.0}"#,
        r#"{"phone":1.2125550187e10}"#,
        r#"{"card":4111111111111111.0}"#,
        r#"{"ssn":123456789.0}"#,
        r#"{"dob":19800213}"#,
        r#"{"lat":52.520008,"lon":13.404954}"#,
        r#"{"location":[52.520008,13.404954]}"#,
        r#"{"geo":{"coordinates":[13.404954,52.520008]}}"#,
    ] {
        assert!(matches!(pass(document, "a.json"), Err(Blocked::InStructure(_))), "{document}");
    }
    let document = r#"{"score":52.520008,"created":1769509800.0,"size":1.5e9,"lat":52.5,"v":[0.123456,-1.234567]}"#;
    assert_eq!(sent(document), document);
}

#[test]
fn values_as_links_and_pages_write_them() {
    for (document, wire) in [
        (
            r#"{"t":"ann.lee%40example.org or bob&#64;example.org or cy&commat;example.org"}"#,
            r#"{"t":"[EMAIL] or [EMAIL] or [EMAIL]"}"#,
        ),
        (r#"{"t":"https://a.org/?phone=%2B12125550187&x=1"}"#, r#"{"t":"https://a.org/?phone=[PHONE]&x=1"}"#),
        (r#"{"t":"https://a.org/?phone=+12125550187"}"#, r#"{"t":"https://a.org/?phone=[PHONE]"}"#),
        (r#"{"t":"https://a.org/?ssn=536804398&q=2"}"#, r#"{"t":"https://a.org/?ssn=[SSN]&q=2"}"#),
        (r#"{"t":"https://a.org/?password=Hunter22x&q=2"}"#, r#"{"t":"https://a.org/?password=[PASSWORD]&q=2"}"#),
        (
            r#"{"t":"https://a.org/50%25?order=123456789&page=2"}"#,
            r#"{"t":"https://a.org/50%25?order=123456789&page=2"}"#,
        ),
    ] {
        assert_eq!(sent(document), wire);
    }
    let told = pass("{}", "mail ann.lee%40example.org.json").expect("it may go").told.expect("hidden");
    assert!(!told.name.contains("ann"), "{}", told.name);
}

#[test]
fn what_cannot_be_seen_hides_nothing() {
    for hidden in
        ["\u{34f}", "\u{2066}", "\u{2800}", "\u{3164}", "\u{e0041}", "\u{1d173}", "\\u0000", "\\u0081", "\u{2028}"]
    {
        let document = format!(r#"{{"t":"mail ann@{hidden}example.org, card 4539148{hidden}803436467"}}"#);
        assert_eq!(sent(&document), r#"{"t":"mail [EMAIL], card [CARD]"}"#, "{hidden:?}");
    }
    assert_eq!(sent(r#"{"t":"card 𝟒𝟓𝟑𝟗𝟏𝟒𝟖𝟖𝟎𝟑𝟒𝟑𝟔𝟒𝟔𝟕"}"#), r#"{"t":"card [CARD]"}"#);
}

#[test]
#[ignore = "tells times"]
fn growth() {
    const FIRST: [&str; 6] = ["Margaret", "Zoltan", "Priya", "Anders", "Beatriz", "Dmitri"];
    const LAST: [&str; 6] = ["Thatcher", "Kowalski", "Okafor", "Tanaka", "Larsen", "Haddad"];
    for count in [500, 1000, 2000, 4000] {
        let people: Vec<_> = (0..count)
            .map(|n| {
                let name = format!("{} {}-{}{}", FIRST[n % 6], LAST[n / 6 % 6], LAST[n / 36 % 6], ["", "son", "berg"][n / 216 % 3]);
                serde_json::json!({"name": name, "email": format!("user{n}@example{}.org", n % 97), "phone": format!("+1 212 555 {:04}", n % 10000)})
            })
            .collect();
        let document = serde_json::json!({ "contacts": people }).to_string();
        let start = std::time::Instant::now();
        drop(sent(&document));
        println!("contacts {} {:?}", document.len(), start.elapsed());
    }
    for unit in ["password=", "+1 212 555 0187 ", "Anna Maria Schmidt, ", "4111111111111111 ", "1 ", "王小明", "x.com."]
    {
        for size in [12_500, 50_000, 200_000] {
            let document = serde_json::json!({ "t": unit.repeat(size / unit.len()) }).to_string();
            let start = std::time::Instant::now();
            let held = pass(&document, "a.json").is_err();
            println!("{unit} {size} {:?} {held}", start.elapsed());
        }
    }
}
