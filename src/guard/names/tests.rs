//! What is a name and what is not, by examples of our own wording; and what holds for every text.

use proptest::prelude::*;

use super::*;
use crate::guard::view::View;

/// The names of the text in brackets, found by the rules.
fn marked(text: &str) -> String {
    let view = View::new(text);
    show(&view, &find(&Reading::new(&view, &[]), &mut Learnt::default()))
}

fn show(view: &View<'_>, findings: &[Finding]) -> String {
    let (mut shown, mut at) = (String::new(), 0);
    for finding in findings {
        shown.push_str(&view.text()[at..finding.span.start]);
        shown.push('[');
        shown.push_str(&view.text()[finding.span.clone()]);
        shown.push(']');
        at = finding.span.end;
    }
    shown + &view.text()[at..]
}

#[test]
fn names_are_found_in_many_languages() {
    for text in [
        "Hello, this is [Wendell Okafor] from accounting.",
        "my name is [wojciech] and I need help",
        "customer: [O'Brien], [Siobhan]",
        "FROM: [JOHN SMITH]",
        "Best regards,\n[Tomasz Zielony]\nAccountant",
        "Herr Dr. [Baumgärtner] und Frau [Kunz] kommen.",
        "J'ai vu Mme [Le Goff] hier.",
        "Hola, soy [Lucía Fernández] y busco piso.",
        "Beste [Annelies], tot morgen.",
        "Cześć, nazywam się [Agnieszka Nowak].",
        "Привет, меня зовут [Сергей Иванов].",
        "שלום, קוראים לי [דוד כהן].",
        "[田中太郎]と申します。",
        "我叫[王秀英],住在北京。",
        "제 이름은 [김민수]입니다.",
    ] {
        assert_eq!(marked(&text.replace(['[', ']'], "")), text);
    }
}

#[test]
fn what_only_looks_like_a_name_is_left_alone() {
    for text in [
        "Rose prices go up in April; hope you can bill me later.",
        "Dear Hiring Manager,\n\nKind regards",
        "The Monte Carlo method and the Black Scholes model.",
        "Visual Studio Code runs on Linux and Windows.",
        "I am Happy with it. Will you mark it in May?",
        "file_name: Config, host name: Server",
        "`let anna = Anna::new();`",
        "Le train part de la Gare de Lyon.",
        "Die Wohnung hat eine Küche und ein Bad.",
        "Flights to North Alison",
    ] {
        assert_eq!(marked(text), text);
    }
}

#[test]
fn firms_towns_and_theorems_are_no_people() {
    for text in [
        "Flores, Peterson and Cooper is hiring",
        "We bought it from Henry S.A. last year.",
        "АО «Гущина Лазарева» сообщает",
        "Flights from North Donna, via Sainte Martine",
        "the Rabin-Karp search",
        "the CustomError type",
        "Oktober\nMai\nNovember",
    ] {
        assert_eq!(marked(text), text);
    }
    for text in ["It was [R. Krishnamurthy] et al.", "I saw [Joe McDonald] and [Lars-Erik Sandberg]."] {
        assert_eq!(marked(&text.replace(['[', ']'], "")), text);
    }
}

#[test]
fn a_name_learnt_once_is_hidden_everywhere_with_care_for_everyday_words() {
    let mut memory = Learnt::default();
    find(&Reading::new(&View::new("My name is Rose Okafor."), &[]), &mut memory);
    let again = |text: &str| {
        let view = View::new(text);
        show(&view, &recall(&Reading::new(&view, &[]), &memory))
    };
    assert_eq!(again("okafor wrote it"), "[okafor] wrote it");
    assert_eq!(again("so Rose came"), "so [Rose] came");
    assert_eq!(again("a rose is a rose"), "a rose is a rose");
    assert_eq!(again("Rose prices fell"), "Rose prices fell");
}

#[test]
fn the_words_of_an_address_of_mail_are_names() {
    let mut memory = Learnt::default();
    memory.note_email("xanthe.quorn@example.com");
    let view = View::new("Tell Xanthe Quorn about it");
    assert_eq!(show(&view, &find(&Reading::new(&view, &[]), &mut memory)), "Tell [Xanthe Quorn] about it");
}

#[test]
fn nothing_taken_is_touched() {
    let text = "Ask Daniel Weber";
    let view = View::new(text);
    let found = find(&Reading::new(&view, &[4..10, 11..16]), &mut Learnt::default());
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_tagger_reads_what_no_rule_explains() {
    let view = View::new("Kowalski emailed me again about the invoice.");
    assert!(find(&Reading::new(&view, &[]), &mut Learnt::default()).is_empty());
    let found = suspect(&Reading::new(&view, &[]), &mut Learnt::default());
    assert_eq!(show(&view, &found), "[Kowalski] emailed me again about the invoice.");
    assert_eq!(found[0].confidence, Confidence::Low);
    let clean = View::new("Install the package, then restart the server. Custom headers are kept.");
    assert!(suspect(&Reading::new(&clean, &[]), &mut Learnt::default()).is_empty());
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic_and_spans_are_whole(
        text in "(\\PC|[A-Z][a-z]{1,6} |my name is |Dear |Mr\\. |Name: |我叫|王|さん|김|님|שלום|ג'|דוד|\n|'|, ){0,40}",
        taken in proptest::collection::vec((0_usize..200, 1_usize..20), 0..4),
    ) {
        let view = View::new(&text);
        let mut taken: Vec<Range<usize>> = taken.into_iter().map(|(start, length)| start..start + length).collect();
        taken.sort_by_key(|span| span.start);
        let mut memory = Learnt::default();
        let mut all = find(&Reading::new(&view, &taken), &mut memory);
        all.extend(suspect(&Reading::new(&view, &taken), &mut memory));
        all.extend(recall(&Reading::new(&view, &taken), &memory));
        for finding in all {
            prop_assert!(view.text().get(finding.span.clone()).is_some_and(|name| !name.is_empty()), "{:?}", finding);
        }
    }
}
