//! What holds for every document: spans are sound, placeholders are inert, names and questions reach over messages.

use proptest::prelude::*;

use super::*;

fn one(text: &str) -> Vec<Finding> {
    find(&[Field { pointer: "", text }], &Options::default()).remove(0)
}

fn redacted(text: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    for found in one(text) {
        out.push_str(&text[at..found.span.start]);
        out.extend(["[", found.kind.label(), "]"]);
        at = found.span.end;
    }
    out + &text[at..]
}

/// Pieces that wake detectors, and what makes them stumble.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "phone ",
            "SSN: ",
            "my password is ",
            "user=",
            "born on ",
            "I live at ",
            "住所は",
            "גר ב",
            "IBAN ",
            "plate ",
            "lat: ",
            "@",
            "://",
            "-----BEGIN ",
            "123-45-6789",
            "+49 30 1234567",
            "4111 1111 1111 1111",
            "a@b.co",
            "12 Oak Street, ",
            "OR 97403",
            "eyJhbGciOiJIUzI1NiJ9.",
            "192.0.2.1",
            "3C:22:FB:1A:2b:0c",
            "March 3, 1985",
            "1980年1月2日",
            "48.8584, 2.2945",
            "SW1A 1AA",
            "https://x.com/",
            "[EMAIL]",
            "`",
            "```",
            "\n",
            "\n\n",
            " at ",
            " dot com",
            "°",
            "県",
            "ב-",
            "(",
            ")",
            ".",
            ",",
            "\u{200b}",
            "\u{ad}",
            "\u{a0}",
            "İ",
            "１２",
            "٠١",
            "🦀",
            "e\u{301}",
            "Ann",
            " is ",
            "93",
            "years old",
            "|",
            ";",
        ])
        .prop_map(str::to_string),
        any::<char>().prop_map(|c| c.to_string()),
        "[0-9 .,/()-]{1,12}",
        "[a-zA-Z0-9]{1,20}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn spans_are_sound(text in pieces()) {
        let mut end = 0;
        for found in one(&text) {
            prop_assert!(found.span.start >= end && found.span.start < found.span.end);
            prop_assert!(text.is_char_boundary(found.span.start) && text.is_char_boundary(found.span.end));
            end = found.span.end;
        }
    }

    #[test]
    fn nothing_is_found_in_a_placeholder(text in pieces()) {
        let once = redacted(&text);
        for found in one(&once) {
            let span = &once[found.span.clone()];
            let holds = crate::guard::kind::Kind::ALL.iter().any(|kind| span.contains(&format!("[{}]", kind.label())));
            prop_assert!(!holds, "{span:?} in {once:?}");
        }
    }
}

#[test]
fn hidden_characters_do_not_hide_a_number() {
    let text = "my ssn is 078\u{200b}-05\u{2011}1120";
    let found = one(text);
    assert_eq!(found.iter().map(|found| found.kind).collect::<Vec<_>>(), [Kind::Ssn]);
    assert_eq!(&text[found[0].span.clone()], "078\u{200b}-05\u{2011}1120");
    assert_eq!(one("电话：１３８１２３４５６７８").len(), 1);
}

#[test]
fn an_answer_is_read_with_its_question() {
    let fields = [
        Field { pointer: "/messages/0/content", text: "What is your social security number?" },
        Field { pointer: "/messages/1/content", text: "078051120" },
    ];
    let found = find(&fields, &Options::default());
    assert_eq!(found[1].iter().map(|found| found.kind).collect::<Vec<_>>(), [Kind::Ssn]);
    assert_eq!(one("078051120"), []);
}

#[test]
fn kinds_can_be_left_alone() {
    let options = Options { off: vec![Kind::Email], ..Options::default() };
    let found = find(&[Field { pointer: "", text: "a.lee@example.com +49 30 1234567" }], &options);
    assert_eq!(found[0].iter().map(|found| found.kind).collect::<Vec<_>>(), [Kind::Phone]);
}

#[test]
fn a_redacted_text_stays_as_it_is() {
    let text = "Hi, SSN 078-05-1120, mail ann.lee@example.com, born March 3, 1985, 12 Oak Street, Salem, OR 97301, pw: Tr0ub4dor&3";
    let once = redacted(text);
    assert_eq!(once, "Hi, SSN [SSN], mail [EMAIL], born [BIRTHDATE], [ADDRESS], pw: [PASSWORD]");
    assert_eq!(redacted(&once), once);
}

#[test]
fn a_long_line_without_end_takes_no_longer_than_its_length_says() {
    for piece in ["1 ", "a@", "://", "`", "(", "[A", "12 Oak ", ", ", "北", "AB12 ", "x at y dot "] {
        assert!(one(&piece.repeat(20_000)).len() <= 20_000, "{piece}");
    }
}
