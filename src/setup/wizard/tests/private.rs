//! The key of the presigner and the question about personal data.

use super::*;
use crate::guard::Mode;
use crate::secret::Secret;

fn key(text: &str) -> Secret {
    Secret::parse(text).unwrap()
}

fn page(wizard: &Wizard) -> Finish {
    match wizard.page() {
        Page::Finish(page) => page,
        other => panic!("not the last step: {other:?}"),
    }
}

fn red(kind: &str) -> Rung {
    Rung { ok: false, kind: Some(kind.into()), ..Rung::good(ladder::Step::Device, "no") }
}

fn managed(setting: &str) -> Sources {
    let (table, name) = setting.split_once('.').unwrap();
    let value = if name == "mode" { "block" } else { "" };
    let text = format!("[{table}]\n{name} = \"{value}\"\n[managed]\nlocked = [\"{setting}\"]\nby = \"Lab\"\n");
    Sources { machine: Some(Source { file: "/etc/outtray/config.toml".into(), text }), ..fresh() }
}

fn by_lab() -> Lock {
    Lock::Managed { by: Some("Lab".into()), help: None }
}

/// From the step about personal data backwards, these settings answer everything.
fn at_the_guard(sources: Sources) -> Wizard {
    let mut wizard = wizard(sources);
    typed(&mut wizard, Field::Address, URL);
    typed(&mut wizard, Field::Folder, "/m");
    for _ in 0..3 {
        wizard.act(Act::Forward);
    }
    assert_eq!(wizard.step(), Step::Guard);
    wizard
}

fn written(wizard: &mut Wizard) -> String {
    wizard.act(Act::Forward);
    match wizard.act(Act::Finish) {
        Some(Wish::Write(plan, _)) => plan.text,
        other => panic!("nothing is written, but {other:?}"),
    }
}

#[test]
fn a_key_is_tried_before_it_is_kept_and_kept_with_the_settings() {
    let (mut wizard, wish) = at_the_end();
    assert!(matches!(wish, Some(Wish::Climb { key: None, .. })));
    climbed(&mut wizard, 1, red("presign.forbidden"), None);
    assert!(page(&wizard).key.wanted && !page(&wizard).key.typed);
    let Some(Wish::Climb { run, config, key: tried }) = wizard.act(Act::Key(Some(key("otk_one")))) else {
        panic!("it is not tried")
    };
    assert_eq!((tried, run), (Some(key("otk_one")), 2));
    assert_eq!(config.network.api_key.map(|key| key.header).as_deref(), Some("x-api-key"));
    assert!(!page(&wizard).key.wanted && page(&wizard).key.typed);
    climbed(&mut wizard, 2, Rung::good(ladder::Step::Device, "accepted"), None);
    let Some(Wish::Write(plan, Some(new))) = wizard.act(Act::Finish) else { panic!("the key is not kept") };
    assert_eq!((new.secret, new.config.device_id.as_str()), (key("otk_one"), "device-7k3f"));
    assert!(plan.text.contains("api_key_header = \"x-api-key\"") && !plan.text.contains("otk_one"), "{}", plan.text);
}

#[test]
fn a_key_is_for_one_presigner_and_one_device() {
    for (field, text) in [(Field::Address, "https://other.example/new"), (Field::Device, "desk-9")] {
        let (mut wizard, _) = at_the_end();
        wizard.act(Act::Key(Some(key("otk_one"))));
        while wizard.step() != Step::Connect {
            wizard.act(Act::Back);
        }
        typed(&mut wizard, field, text);
        let mut wish = None;
        while wizard.step() != Step::Finish {
            wish = wizard.act(Act::Forward);
        }
        assert!(matches!(wish, Some(Wish::Climb { key: None, .. })), "{text}");
        assert!(!page(&wizard).key.typed);
    }
    let (mut wizard, _) = at_the_end();
    wizard.act(Act::Key(Some(key("otk_one"))));
    wizard.act(Act::Key(None));
    assert!(matches!(wizard.act(Act::Finish), Some(Wish::Write(_, None))), "it was taken back");
}

#[test]
fn nothing_that_is_shown_holds_the_key() {
    let (mut wizard, _) = at_the_end();
    let wish = wizard.act(Act::Key(Some(key("otk_planted"))));
    let written = wizard.act(Act::Finish);
    let shown = format!("{wizard:?} {wish:?} {written:?} {:?}", wizard.page());
    assert!(!shown.contains("planted"), "{shown}");
}

#[test]
fn a_key_that_may_not_be_sent_or_comes_from_elsewhere_is_not_asked_for() {
    let mut wizard = at_the_guard(managed("network.api_key_header"));
    wizard.act(Act::Forward);
    climbed(&mut wizard, 1, red("presign.forbidden"), None);
    assert_eq!((page(&wizard).key.wanted, page(&wizard).key.lock), (true, Some(by_lab())));
    wizard.act(Act::Key(Some(key("otk_one"))));
    assert!(!page(&wizard).key.typed);
    let beginning = Beginning { key_variable: true, ..Beginning::of(fresh(), "device-7k3f".into()).unwrap() };
    let wizard = Wizard::new(beginning, None);
    assert_eq!(wizard.key_asked().lock, Some(Lock::Variable("OUTTRAY_API_KEY".into())));
}

#[test]
fn the_guard_stays_as_it_is_unless_somebody_says_otherwise() {
    let text = written(&mut at_the_guard(fresh()));
    assert!(!text.lines().any(|line| line.starts_with("mode = ")), "{text}");
    for (mode, name) in [(Mode::Report, "report"), (Mode::Block, "block")] {
        let mut wizard = at_the_guard(fresh());
        wizard.act(Act::Guard(mode));
        assert!(written(&mut wizard).contains(&format!("mode = \"{name}\"")));
        assert_eq!(page(&wizard).guard, mode);
    }
}

#[test]
fn nobody_turns_it_off_by_one_click() {
    let mut wizard = at_the_guard(fresh());
    wizard.act(Act::Guard(Mode::Off));
    let lacks = |wizard: &Wizard| matches!(wizard.page(), Page::Guard(Personal { lacks_word: true, .. }));
    assert!(!lacks(&wizard), "nobody is told off before they begin");
    wizard.act(Act::Forward);
    assert_eq!((wizard.step(), lacks(&wizard)), (Step::Guard, true));
    wizard.act(Act::Agree(true));
    wizard.act(Act::Guard(Mode::Off));
    wizard.act(Act::Forward);
    assert_eq!(wizard.step(), Step::Guard, "another click takes the word back");
    wizard.act(Act::Agree(true));
    assert!(written(&mut wizard).contains("mode = \"off\""));
}

#[test]
fn a_line_of_another_computer_does_not_turn_it_off_by_itself() {
    let pairs = [("api_url", URL), ("guard.mode", "off")];
    let line = enrolment::line(&pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into());
    let mut wizard = wizard(fresh());
    typed(&mut wizard, Field::Address, &line);
    typed(&mut wizard, Field::Folder, "/m");
    for _ in 0..4 {
        wizard.act(Act::Forward);
    }
    let Page::Guard(shown) = wizard.page() else { panic!("it was turned off") };
    assert!(shown.asks_twice && shown.lacks_word);
    wizard.act(Act::Guard(Mode::Redact));
    assert!(!written(&mut wizard).contains("mode = \"off\""));
}

#[test]
fn what_the_organisation_decided_is_only_shown() {
    let mut wizard = at_the_guard(managed("guard.mode"));
    let Page::Guard(shown) = wizard.page() else { panic!() };
    assert_eq!((shown.mode, shown.lock), (Mode::Block, Some(by_lab())));
    wizard.act(Act::Guard(Mode::Off));
    let text = written(&mut wizard);
    assert!(!text.contains("mode = \"off\""), "{text}");
}
