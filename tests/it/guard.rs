//! Personal data does not leave, nor is it kept or told.
//!
//! Planted words of each kind are searched in everything that a cloud received and in everything that is on the disk.
//!
//! In: the real program with a loopback cloud. Not here: how well things are found (`cargo xtask guard-eval`).

use std::fs;
use std::io::Read as _;

use outtray::cloud::{Mode, Options};
use serde_json::{Value, json};

use crate::support::app::{App, ask, below, row};

/// Words that exist nowhere else, one of each kind that proves itself, with a document around them.
const PLANTED: [(&str, &str); 7] = [
    ("EMAIL", "zephyrine.quoxley@maildomainplanted.org"),
    ("SSN", "536-80-4398"),
    ("CARD", "4556 7375 8689 9855"),
    ("IBAN", "DE89 3704 0044 0532 0130 00"),
    ("PHONE", "+1 (415) 555-0199"),
    ("SECRET", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
    ("CUSTOM", "Operation Kumquat"),
];

/// Written by hand, so that every byte is known.
fn document() -> String {
    let [email, ssn, card, iban, phone, secret, own] = PLANTED.map(|(_, value)| value);
    let nested = json!({"to": email, "note": format!("about {own}")}).to_string();
    format!(
        "{{\r\n\t\"id\": \"conversation_01HZX3\", \"createdAt\": \"2026-01-27T10:30:00.123Z\",\n\
         \"model\":\"gpt-4.1\", \"messages\": [ {{\"id\":\"7d444840-9dc0-11d1-b245-5ffdce74fad2\",\"role\":\"user\",\
         \"timestamp\": 1769509800123, \"content\": \"My e-mail is {email}, my SSN is {ssn}.\\nCard number {card}; \
         \\u00e9t\\u00e9 \\/ {own}\"}},\n {{\"role\":\"assistant\", \"content\":\"IBAN {iban}, phone {phone}, \
         token {secret}\", \"price\": 1.50e2, \"args\": {nested}}} ]}}\n",
        nested = Value::from(nested)
    )
}

/// The digits and letters alone: how it is written hides nothing.
fn core(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whatever of the planted words stands in these bytes.
fn leaks(place: &str, bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let plain = core(&text);
    let found = PLANTED.iter().filter(|(_, value)| text.contains(value) || plain.contains(&core(value)));
    found.map(|(kind, _)| format!("{kind} in {place}")).collect()
}

/// Files of the home, unpacked, and what the programs say of it.
fn leaks_at_home(app: &App) -> Vec<String> {
    // The settings name the person's own word.
    let files = below(&app.home).into_iter().filter(|path| path.is_file() && !path.ends_with("config.toml"));
    let mut found: Vec<String> =
        files.flat_map(|path| leaks(&path.display().to_string(), &fs::read(&path).unwrap())).collect();
    for words in [&["status"][..], &["history"], &["status", "--json"], &["history", "--json"], &["logs"]] {
        found.extend(leaks(&words.join(" "), app.run(words).text().as_bytes()));
    }
    let bundle = app.place.path().join("bundle.zip");
    app.run(&["bundle", bundle.to_str().unwrap()]).ends(0);
    let mut zip = zip::ZipArchive::new(fs::File::open(&bundle).unwrap()).unwrap();
    for number in 0..zip.len() {
        let mut part = zip.by_index(number).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        found.extend(leaks(&format!("bundle {name}"), &bytes));
    }
    fs::remove_file(bundle).unwrap();
    found
}

/// Everything that came over the wire.
fn leaks_at_the_cloud(app: &App) -> Vec<String> {
    let mut found = Vec::new();
    for ask in app.cloud.presigns() {
        found.extend(leaks("a presign request", format!("{ask:?}").as_bytes()));
    }
    for put in app.cloud.puts() {
        found.extend(leaks("a PUT", format!("{put:?}").as_bytes()));
    }
    for object in app.cloud.objects() {
        found.extend(leaks("a key", object.key.as_bytes()));
        found.extend(leaks("an object", object.bytes.as_deref().unwrap_or_default()));
    }
    found
}

fn with_own_word(app: &App, more: &str) {
    app.configure(&format!(
        "scan_interval_secs = 1\n[files]\nsettle_ms = 50\n[log]\nlevel = \"trace\"\n[guard]\n\
         deny = [\"operation kumquat\"]\n{more}\n"
    ));
}

#[test]
fn nothing_planted_leaves_and_every_other_byte_does() {
    let mut options = Options::default();
    options.behaviour.mode = Mode::V1;
    let app = App::with(options);
    with_own_word(&app, "");
    let before = document();
    let name = format!("chat with {}.json", PLANTED[0].1);
    let path = app.put(&name, &before);
    let report = app.run(&["sync", "--json"]).ends(0).json();
    assert_eq!(report["synced"], 1);
    assert_eq!(fs::read_to_string(path.with_added_extension("synced")).unwrap(), before, "the local file was changed");

    assert_eq!(leaks_at_the_cloud(&app), Vec::<String>::new());
    let [object] = &app.cloud.objects()[..] else { panic!("one object") };
    assert_eq!(object.name, "chat with [EMAIL].json");
    let wire = String::from_utf8(object.bytes.as_ref().unwrap().to_vec()).unwrap();
    assert_pieces_in_order(&wire);
    let value: Value = serde_json::from_str(&wire).unwrap();
    assert_eq!(value["id"], "conversation_01HZX3");
    assert_eq!(value["messages"][0]["timestamp"], 1_769_509_800_123_u64);
    let nested: Value = serde_json::from_str(value["messages"][1]["args"].as_str().unwrap()).unwrap();
    assert_eq!(nested, json!({"to": "[EMAIL]", "note": "about [CUSTOM]"}));

    let receipt = &app.json(&["history"])["receipts"][0];
    assert_eq!(receipt["sha256"], object.sha256, "the receipt speaks of what was sent");
    assert_eq!((&receipt["guard"]["mode"], &receipt["guard"]["name"]), (&json!("redact"), &json!(true)));
    assert!(receipt["guard"]["findings"]["EMAIL"].as_u64().unwrap() >= 3, "{receipt}");
    assert!(app.log().contains("were redacted"), "{}", app.log());
    assert_eq!(app.json(&["status"])["redacted"], receipt["guard"]["findings"]);
}

/// What stands between the findings is there byte for byte.
fn assert_pieces_in_order(wire: &str) {
    let mut rest = wire;
    for piece in [
        "{\r\n\t\"id\": \"conversation_01HZX3\", \"createdAt\": \"2026-01-27T10:30:00.123Z\",\n\"model\":\"gpt-4.1\", ",
        "\"messages\": [ {\"id\":\"7d444840-9dc0-11d1-b245-5ffdce74fad2\",\"role\":\"user\",\"timestamp\": 1769509800123, ",
        "\"content\": \"My e-mail is [EMAIL], my SSN is [SSN].\\nCard number [CARD]; \\u00e9t\\u00e9 \\/ [CUSTOM]\"},\n ",
        "{\"role\":\"assistant\", \"content\":\"IBAN [IBAN], phone [PHONE], token [SECRET]\", \"price\": 1.50e2, \"args\": ",
    ] {
        let at = rest.find(piece).unwrap_or_else(|| panic!("{piece:?} is not in {wire}"));
        rest = &rest[at + piece.len()..];
    }
    assert!(rest.ends_with("} ]}\n"));
}

#[test]
fn nothing_planted_is_kept_or_told() {
    let app = App::new();
    for mode in ["redact", "block"] {
        with_own_word(&app, &format!("mode = \"{mode}\""));
        app.put(format!("{mode}.json"), document());
        app.put(format!("{mode}_id.json"), json!({"id": PLANTED[0].1, "n": "x"}).to_string());
        app.run(&["sync"]).ends(1);
        assert_eq!(leaks_at_home(&app), Vec::<String>::new(), "{mode}");
    }
    assert_eq!(leaks_at_the_cloud(&app), Vec::<String>::new());
}

/// On the person's own screen a file has its name; what others may read has another.
#[test]
fn the_name_of_a_file_is_hidden_in_log_and_bundle() {
    let app = App::new();
    let email = PLANTED[0].1;
    let name = format!("mail to {email}.json");
    with_own_word(&app, "");
    app.put(&name, "{\"n\": 1}");
    app.put(format!("broken {name}"), json!({"id": email}).to_string());
    app.run(&["sync"]).ends(1);
    assert_eq!(app.json(&["history"])["receipts"][0]["file"], name);
    let (log, bundle) = (app.log(), app.place.path().join("bundle.zip"));
    assert!(log.contains("uploaded: mail to [EMAIL].json") && !log.contains(email), "{log}");
    assert!(log.contains("failed processing") && log.contains("broken mail to [EMAIL].json"), "{log}");
    app.run(&["bundle", bundle.to_str().unwrap()]).ends(0);
    let mut zip = zip::ZipArchive::new(fs::File::open(&bundle).unwrap()).unwrap();
    for number in 0..zip.len() {
        let mut text = String::new();
        let mut part = zip.by_index(number).unwrap();
        part.read_to_string(&mut text).unwrap();
        assert!(!text.contains(email), "{}: {text}", part.name().unwrap());
    }
}

#[test]
fn a_file_that_is_held_back_goes_as_the_person_decides() {
    let app = App::new();
    with_own_word(&app, "mode = \"block\"");
    let before = document();
    for name in ["a.json", "b.json"] {
        app.put(name, &before);
    }
    let host = app.start();
    let status = host.until("both are held back", |status| status["rejected"] == 2);
    let held = row(&status, "a.json").unwrap();
    assert_eq!(held["kind"], "guard.blocked");
    assert!(held["reason"].as_str().unwrap().contains("e-mail address"), "{held}");
    assert_eq!(leaks("the socket", status.to_string().as_bytes()), Vec::<String>::new());
    assert_eq!(app.cloud.objects().len() + app.cloud.presigns().len(), 0);

    let mut caller = host.connect();
    assert_eq!(ask(&mut caller, br#"{"cmd":"retry","file":"a.json","guard":"redact"}"#)["files"], 1);
    host.until("it is sent", |status| status["synced_total"] == 1);
    assert_eq!(leaks_at_the_cloud(&app), Vec::<String>::new());
    app.run(&["retry", "b.json", "--as-is"]).ends(0);
    host.until("it is sent", |status| status["synced_total"] == 2);
    assert_eq!(app.stored("b.json").as_deref(), Some(before.as_bytes()));
    assert_eq!(app.json(&["history"])["receipts"][0]["guard"]["mode"], "as_is");

    // The same file again: it was decided. What was wrong: the same content under another name was taken for decided,
    // and its name went out as it was.
    app.put("b.json", &before);
    app.put(format!("{} +1 415 555 0199.json", PLANTED[0].1), &before);
    app.put("d.json", before.replace("gpt-4.1", "gpt-4.2"));
    host.until("one is sent", |status| status["synced_total"] == 3 && status["rejected"] == 2);
    for asked in app.cloud.presigns() {
        assert_eq!(leaks("a presign request", format!("{asked:?}").as_bytes()), Vec::<String>::new());
    }
    // Settings that let it go are in force without a restart.
    with_own_word(&app, "mode = \"redact\"");
    host.until("both are sent", |status| status["synced_total"] == 5);
    let redacted = app.stored("d.json").unwrap();
    assert_eq!(leaks("d.json", &redacted), Vec::<String>::new());
    assert_eq!(host.signal("TERM"), 0);
}

#[test]
fn a_decision_can_be_made_while_nothing_runs() {
    let app = App::new();
    let document = json!({"id": PLANTED[0].1, "content": "hello"}).to_string();
    app.put("a.json", &document);
    app.run(&["sync"]).ends(1);
    assert_eq!(app.json(&["why", "a.json"])["file"]["kind"], "guard.structure");
    assert!(app.run(&["why", "a.json"]).ends(0).out.contains("`outtray retry a.json --redacted`"));
    assert_eq!(app.json(&["retry", "a.json", "--redacted"])["files"], 1);
    app.run(&["sync"]).ends(0);
    let sent: Value = serde_json::from_slice(&app.stored("a.json").unwrap()).unwrap();
    assert_eq!(sent, json!({"id": "[EMAIL]", "content": "hello"}));
    app.run(&["retry", "--as-is"]).ends(2);
}

#[test]
fn report_counts_and_off_does_not_look() {
    let app = App::new();
    for (mode, guard) in [("report", json!("report")), ("off", Value::Null)] {
        with_own_word(&app, &format!("mode = \"{mode}\""));
        let name = format!("{mode}.json");
        app.put(&name, document());
        app.run(&["sync"]).ends(0);
        assert_eq!(app.stored(&name).as_deref(), Some(document().as_bytes()));
        let receipt = app.json(&["history", "-n", "1"])["receipts"][0].clone();
        assert_eq!(receipt["guard"].get("mode").cloned().unwrap_or_default(), guard);
    }
    assert_eq!(app.json(&["status"])["redacted"], json!({}));
}

#[test]
fn text_and_large_documents_are_looked_through() {
    let app = App::new();
    app.configure("[files]\ninclude = [\"*\"]\nrequire_json = false\nsettle_ms = 50\n[guard]\nmax_bytes = 1000000\n");
    app.put("notes.txt", format!("Write to {} soon.\n", PLANTED[0].1));
    let large = format!("{{\"content\":\"{}\",\"pad\":\"{}\"}}", PLANTED[0].1, "word and ".repeat(60_000));
    app.put("large.json", &large);
    app.put("clean.json", format!("[\"{}\"]", "word and ".repeat(60_000)));
    app.put("binary.dat", b"\xff\xfe\x00\x01");
    app.put("huge.json", format!("[\"{}\"]", "word and ".repeat(120_000)));
    app.run(&["sync"]).ends(1);
    assert_eq!(app.stored("notes.txt").as_deref(), Some(&b"Write to [EMAIL] soon.\n"[..]));
    assert_eq!(app.stored("large.json"), Some(large.replace(PLANTED[0].1, "[EMAIL]").into_bytes()));
    assert!(app.stored("clean.json").is_some());
    for (name, kind) in [("binary.dat", "guard.not_text"), ("huge.json", "guard.too_large")] {
        assert_eq!(
            app.json(&["sync"])["files"].as_array().unwrap().iter().find(|file| file["name"] == name).unwrap()["kind"],
            kind
        );
    }
    let left: Vec<_> = below(&app.home).into_iter().filter(|path| path.to_string_lossy().contains("spool")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_preview_is_what_is_sent() {
    let app = App::new();
    let path = app.put("a.json", document());
    with_own_word(&app, "");
    let wire = app.place.path().join("wire.json");
    let words = ["guard", path.to_str().unwrap(), "--output", wire.to_str().unwrap()];
    let shown = app.run(&words).ends(0).out;
    assert!(shown.contains("would be redacted") && shown.contains("/messages/0/content"), "{shown}");
    assert_eq!(leaks("the preview", shown.as_bytes()), Vec::<String>::new());
    let object = app.run(&[&words[..], &["--json", "--show"]].concat()).ends(0).json();
    assert_eq!(object["would"], "redact");
    assert!(object["findings"].as_array().unwrap().iter().any(|finding| finding["text"] == PLANTED[0].1));
    app.run(&["sync"]).ends(0);
    assert_eq!(app.stored("a.json"), Some(fs::read(&wire).unwrap()));
    let held = app.put("b.json", json!({"id": PLANTED[0].1}).to_string());
    app.run(&["guard", held.to_str().unwrap()]).ends(1);
}

#[cfg(feature = "failpoints")]
#[test]
fn killed_in_the_midst_it_sends_the_same_bytes_under_the_same_key() {
    let mut options = Options::default();
    options.behaviour.mode = Mode::V1;
    let app = App::with(options);
    with_own_word(&app, "style = \"pseudonym\"");
    app.put(format!("for {}.json", PLANTED[0].1), document());
    for step in ["intended:1", "presign_done:1", "put_done:1", "verify:1", "verified:1"] {
        let ended = app.command(&["sync"]).env("OUTTRAY_KILL_AT", step).output().unwrap();
        assert!(!ended.status.success(), "never came to {step}: {ended:?}");
    }
    app.run(&["sync"]).ends(0);
    let objects = app.cloud.objects();
    assert_eq!((objects.len(), objects[0].versions), (1, 1));
    let asked: std::collections::BTreeSet<_> = app.cloud.presigns().into_iter().map(|ask| ask.key).collect();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(leaks_at_the_cloud(&app), Vec::<String>::new());
    let receipt = &app.json(&["history"])["receipts"][0];
    assert!(receipt["guard"]["findings"]["EMAIL"].as_u64().unwrap() >= 3, "kept over the kill: {receipt}");
}
