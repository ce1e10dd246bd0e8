//! The wizard driven from end to end without a window, a terminal, a disk or a network.

use std::path::Path;

use super::*;
use crate::config::{Concurrency, Source, Sources};
use crate::setup::begin::Lock;
use crate::setup::enrolment;
use crate::setup::folder::BadFolder;
use crate::setup::ladder::Rung;

mod private;

const URL: &str = "https://api.example/new";

fn fresh() -> Sources {
    let empty = Sources::of_text("", Path::new("/c/config.toml"));
    Sources { user: None, home: Some("/home/me".into()), ..empty }
}

fn wizard(sources: Sources) -> Wizard {
    Wizard::new(Beginning::of(sources, "device-7k3f".into()).unwrap(), Some(false))
}

fn typed(wizard: &mut Wizard, field: Field, text: &str) -> Option<Wish> {
    wizard.act(Act::Type(field, text.into()))
}

/// Answers the look that was wished for.
fn looked(wizard: &mut Wizard, wish: Option<Wish>, look: Look) {
    let Some(Wish::Look(folder, _)) = wish else { panic!("no look, but {wish:?}") };
    wizard.act(Act::Looked(folder, look));
}

/// At the last step of a first set-up.
fn at_the_end() -> (Wizard, Option<Wish>) {
    let mut wizard = wizard(fresh());
    typed(&mut wizard, Field::Address, URL);
    wizard.act(Act::Forward);
    let wish = wizard.act(Act::Forward);
    assert!(wish.is_none(), "there is no folder yet");
    let wish = typed(&mut wizard, Field::Folder, "~/memory");
    looked(&mut wizard, wish, Look::Good { waiting: 3 });
    wizard.act(Act::Forward);
    let wish = wizard.act(Act::Forward);
    (wizard, wish)
}

fn climbed(wizard: &mut Wizard, run: u32, rung: Rung, next: Option<ladder::Step>) {
    wizard.act(Act::Climbed { run, rung, next });
}

#[test]
fn each_step_shows_its_whole_state() {
    let mut wizard = wizard(fresh());
    insta::assert_debug_snapshot!(wizard.page(), @r#"
    Connect {
        address: Shown {
            text: "",
            lock: None,
            fault: None,
        },
        taken_over: 0,
    }
    "#);
    typed(&mut wizard, Field::Address, &format!(" \"{URL}\"\n"));
    wizard.act(Act::Forward);
    insta::assert_debug_snapshot!(wizard.page(), @r#"
    Computer {
        device: Shown {
            text: "device-7k3f",
            lock: None,
            fault: None,
        },
    }
    "#);
    wizard.act(Act::Forward);
    let wish = typed(&mut wizard, Field::Folder, "~/memory");
    insta::assert_debug_snapshot!(wizard.page(), @r#"
    Folder {
        folder: Shown {
            text: "~/memory",
            lock: None,
            fault: None,
        },
        look: Looking,
    }
    "#);
    looked(&mut wizard, wish, Look::Good { waiting: 3 });
    wizard.act(Act::Forward);
    insta::assert_debug_snapshot!(wizard.page(), @r#"
    Guard(
        Personal {
            mode: Redact,
            lock: None,
            asks_twice: false,
            lacks_word: false,
        },
    )
    "#);
    wizard.act(Act::Forward);
    let page = format!("{:#?}", wizard.page()).replace(r"\\", "/");
    insta::assert_snapshot!(page, @r#"
    Finish(
        Finish {
            address: "https://api.example/new",
            device: "device-7k3f",
            folder: "/home/me/memory",
            file: "/c/config.toml",
            rungs: [],
            under_way: Some(
                Folder,
            ),
            proof: Climbing,
            key: Asked {
                wanted: false,
                typed: false,
                lock: None,
            },
            guard: Redact,
            start_at_login: Some(
                true,
            ),
            notify: Some(
                true,
            ),
            ending: Open,
        },
    )
    "#);
}

#[test]
fn the_end_writes_what_was_answered_and_only_then() {
    let (mut wizard, wish) = at_the_end();
    let Some(Wish::Climb { run, config, .. }) = wish else { panic!("no climb, but {wish:?}") };
    assert_eq!((config.api_url.as_str(), config.watch_dir.as_path()), (URL, Path::new("/home/me/memory")));
    for (at, step) in ladder::STEPS.iter().enumerate() {
        climbed(&mut wizard, run, Rung::good(*step, "fine"), ladder::STEPS.get(at + 1).copied());
    }
    let Page::Finish(page) = wizard.page() else { panic!() };
    assert_eq!((page.proof, page.rungs.len(), page.start_at_login), (Proof::Green, 9, Some(true)));
    wizard.act(Act::Notify(false));
    let Some(Wish::Write(plan, _)) = wizard.act(Act::Forward) else { panic!("nothing is written") };
    assert_eq!((plan.before, plan.start_at_login), (None, Some(true)));
    assert!(plan.text.contains("device_id = \"device-7k3f\"\n") && plan.text.contains("level = \"none\""));
    assert!(wizard.act(Act::Back).is_none() && wizard.act(Act::Finish).is_none(), "it is being written");
    wizard.act(Act::Written(Err(Refused { message: "the disk is full".into(), hint: None })));
    assert!(!wizard.is_done());
    assert!(matches!(wizard.act(Act::Finish), Some(Wish::Write(..))), "it can be tried again");
    let done = Finished { file: plan.file, folder: plan.folder, login_trouble: None, key: None };
    wizard.act(Act::Written(Ok(done)));
    assert!(wizard.is_done());
}

#[test]
fn a_red_rung_is_told_and_can_be_passed() {
    let (mut wizard, _) = at_the_end();
    let red = Rung { ok: false, kind: Some("presign.forbidden".into()), ..Rung::good(ladder::Step::Device, "403") };
    climbed(&mut wizard, 1, red, None);
    let Page::Finish(page) = wizard.page() else { panic!() };
    assert_eq!(page.proof, Proof::Red);
    assert!(matches!(wizard.act(Act::TryAgain), Some(Wish::Climb { run: 2, .. })));
    climbed(&mut wizard, 1, Rung::good(ladder::Step::Rename, "late"), None);
    let Page::Finish(page) = wizard.page() else { panic!() };
    assert_eq!((page.proof, page.rungs.len()), (Proof::Climbing, 0), "an old climb says nothing any more");
    assert!(matches!(wizard.act(Act::Finish), Some(Wish::Write(..))));
}

#[test]
fn nobody_passes_a_bad_answer() {
    let mut wizard = wizard(fresh());
    let fault = |wizard: &Wizard| match wizard.page() {
        Page::Connect { address, .. } => address.fault,
        Page::Computer { device } => device.fault,
        Page::Folder { folder, .. } => folder.fault,
        Page::Guard(_) | Page::Finish(_) => None,
    };
    assert_eq!(fault(&wizard), None, "nobody is told off before they begin");
    wizard.act(Act::Forward);
    assert_eq!((wizard.step(), fault(&wizard)), (Step::Connect, Some(Fault::Empty)));
    for (text, bad) in [
        ("hello", Fault::NoAddress),
        ("api.example/new", Fault::NotSecure),
        ("http://api.example/new", Fault::NotSecure),
        ("ftp://api.example/new", Fault::NotSecure),
        ("https://me:word@api.example/new", Fault::Login),
        ("https://api.example/new#x", Fault::Fragment),
        ("https://api.example/a b", Fault::Respelled { would_be: "/a%20b".into() }),
        ("outtray1.abc.def", Fault::LineDamaged),
        ("outtray7.abc.def", Fault::LineNewer),
    ] {
        typed(&mut wizard, Field::Address, text);
        wizard.act(Act::Forward);
        assert_eq!((wizard.step(), fault(&wizard)), (Step::Connect, Some(bad)), "{text}");
    }
    typed(&mut wizard, Field::Address, URL);
    wizard.act(Act::Forward);
    typed(&mut wizard, Field::Device, "my laptop");
    wizard.act(Act::Forward);
    assert_eq!((wizard.step(), fault(&wizard)), (Step::Computer, Some(Fault::Device)));
    typed(&mut wizard, Field::Device, "desk-1");
    wizard.act(Act::Forward);
    for text in ["memory", "./memory", "..\\x"] {
        assert!(typed(&mut wizard, Field::Folder, text).is_none());
        assert_eq!(fault(&wizard), Some(Fault::Relative), "{text}");
    }
    assert!(typed(&mut wizard, Field::Folder, "C:memory").is_none());
    assert!(matches!(fault(&wizard), Some(Fault::Path(_))));
    let wish = typed(&mut wizard, Field::Folder, "/root/secret");
    let bad = BadFolder::Unreadable { folder: "/root/secret".into(), reason: "permission denied".into() };
    looked(&mut wizard, wish, Look::Bad(bad));
    assert!(wizard.act(Act::Forward).is_none());
    assert_eq!(wizard.step(), Step::Folder);
}

#[test]
fn an_enrolment_line_fills_what_it_holds() {
    let pairs = [("api_url", URL), ("concurrency", "7"), ("device_id", "desk-4"), ("files.include", "*.ndjson")];
    let settings = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let mut wizard = wizard(fresh());
    let line = enrolment::line(&settings);
    let (head, tail) = line.split_at(20);
    typed(&mut wizard, Field::Address, &format!("  {head}\r\n{tail}\n"));
    let Page::Connect { address, taken_over } = wizard.page() else { panic!() };
    assert_eq!((address.text.as_str(), taken_over), (URL, 2));
    wizard.act(Act::Forward);
    let Page::Computer { device } = wizard.page() else { panic!() };
    assert_eq!(device.text, "desk-4");
    wizard.act(Act::Forward);
    typed(&mut wizard, Field::Folder, "/m");
    wizard.act(Act::Forward);
    let Some(Wish::Climb { config, .. }) = wizard.act(Act::Forward) else { panic!("it does not go on") };
    assert_eq!(config.concurrency, Concurrency::Fixed(7));
}

#[test]
fn what_others_have_the_say_over_is_only_shown() {
    let text = format!(
        "api_url = \"{URL}\"\n[managed]\nlocked = [\"api_url\"]\nby = \"Lab\"\nhelp_url = \"https://it.example\"\n"
    );
    let machine = Some(Source { file: "/etc/outtray/config.toml".into(), text });
    let mut wizard = wizard(Sources { machine, ..fresh() });
    typed(&mut wizard, Field::Address, "https://other.example/x");
    let Page::Connect { address, .. } = wizard.page() else { panic!() };
    let lock = Lock::Managed { by: Some("Lab".into()), help: Some("https://it.example".into()) };
    assert_eq!((address.text.as_str(), address.lock, address.fault), (URL, Some(lock), None));
    wizard.act(Act::Forward);
    wizard.act(Act::Forward);
    typed(&mut wizard, Field::Folder, "/m");
    wizard.act(Act::Forward);
    wizard.act(Act::Forward);
    let Some(Wish::Write(plan, _)) = wizard.act(Act::Finish) else { panic!("nothing is written") };
    assert!(!plan.text.lines().any(|line| line.starts_with("api_url")), "{}", plan.text);
}

#[test]
fn a_second_set_up_begins_with_the_first_and_keeps_its_comments() {
    let text =
        format!("# mine\napi_url = \"{URL}\"\ndevice_id = \"desk-1\" # here\nwatch_dir = \"./memory\"\n[log]\n# x\n");
    let sources = Sources { user: Some(Source { file: "/c/config.toml".into(), text: text.clone() }), ..fresh() };
    let mut wizard = wizard(sources);
    wizard.act(Act::Forward);
    wizard.act(Act::Forward);
    let Page::Folder { folder, look } = wizard.page() else { panic!() };
    assert_eq!((folder.text.as_str(), folder.fault, look), ("./memory", None, Looked::Looking));
    wizard.act(Act::Back);
    typed(&mut wizard, Field::Device, "desk-2");
    for _ in 0..3 {
        wizard.act(Act::Forward);
    }
    let Page::Finish(page) = wizard.page() else { panic!() };
    assert_eq!((page.folder.as_path(), page.start_at_login), (Path::new("/c/memory"), Some(false)));
    let Some(Wish::Write(plan, _)) = wizard.act(Act::Finish) else { panic!("nothing is written") };
    assert_eq!((plan.text, plan.before), (text.replace("desk-1", "desk-2"), Some(text)));
}

#[test]
fn going_back_forgets_what_was_found_out() {
    let (mut wizard, _) = at_the_end();
    climbed(&mut wizard, 1, Rung::good(ladder::Step::Folder, "fine"), Some(ladder::Step::HostName));
    wizard.act(Act::Back);
    assert_eq!(wizard.step(), Step::Guard);
    climbed(&mut wizard, 1, Rung::good(ladder::Step::HostName, "late"), None);
    wizard.act(Act::Forward);
    let Page::Finish(page) = wizard.page() else { panic!() };
    assert_eq!((page.rungs.len(), page.under_way), (0, Some(ladder::Step::Folder)));
}
