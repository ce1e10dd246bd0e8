//! Promise: a newer version comes whole, from its publishers and only upwards; whatever goes wrong, what was there runs on.

mod releases;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::Ordering;
use std::time::Duration;

use outtray::remote::{FetchOptions, Fetched, Fetcher, ProxyChoice};
use serde_json::json;

#[cfg(feature = "desktop")]
use crate::support::app::wait;
use crate::support::app::{Ended, ended};
use releases::{Fault, LIST, Releases, foreign_pair, pack};

const NEWER: &str = "900.1.0";
const CONSOLE: &str = "#!/bin/sh\necho outtray 900.1.0\n";
const DESKTOP: &str = "#!/bin/sh\necho \"$@\" >\"$OUTTRAY_HOME/started.part\"\n\
                       mv \"$OUTTRAY_HOME/started.part\" \"$OUTTRAY_HOME/started\"\n";

/// What is wrong, and how it comes about.
type Story = (&'static str, fn(&Installation));

/// A copy of OutTray in a folder of its own, as the script of a release would have put it there.
struct Installation {
    place: tempfile::TempDir,
    releases: Releases,
}

impl Installation {
    fn new() -> Self {
        // Where the programs were built, so that a second name is enough.
        let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let copy = Self { place, releases: Releases::start() };
        for folder in ["bin", "home", "config/outtray"] {
            fs::create_dir_all(copy.at(folder)).unwrap();
        }
        let built = Path::new(env!("CARGO_BIN_EXE_outtray"));
        fs::hard_link(built, copy.at("bin/outtray")).unwrap();
        fs::write(copy.at("bin/outtray-desktop"), "#!/bin/sh\necho old\n").unwrap();
        fs::set_permissions(copy.at("bin/outtray-desktop"), fs::Permissions::from_mode(0o755)).unwrap();
        let receipt = json!({
            "binaries": ["outtray", "outtray-desktop"], "install_layout": "flat", "install_prefix": copy.at("bin"),
            "provider": {"source": "cargo-dist", "version": "0.34.0"}, "version": env!("CARGO_PKG_VERSION"),
        });
        fs::write(copy.at("config/outtray/outtray-receipt.json"), receipt.to_string()).unwrap();
        copy
    }

    fn publish(&self) {
        self.releases.publish(NEWER, &[("outtray", CONSOLE), ("outtray-desktop", DESKTOP)]);
    }

    fn at(&self, path: &str) -> PathBuf {
        self.place.path().join(path)
    }

    fn command(&self, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(self.at("bin").join(program));
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.place.path()).env("XDG_CONFIG_HOME", self.at("config"));
        command.env("OUTTRAY_HOME", self.at("home")).env("OUTTRAY_UPDATE_KEY", self.releases.key());
        command.env("OUTTRAY_UPDATE_BASE", self.releases.server.origin()).args(words);
        command
    }

    fn run(&self, words: &[&str]) -> Ended {
        ended(&mut self.command("outtray", words))
    }

    /// Both are as they were, and nothing lies beside them.
    #[track_caller]
    fn is_as_it_was(&self) {
        let version = self.run(&["--version"]).ends(0).out;
        assert_eq!(version.trim(), concat!("outtray ", env!("CARGO_PKG_VERSION")));
        assert!(fs::read_to_string(self.at("bin/outtray-desktop")).unwrap().contains("echo old"));
        assert_eq!(self.programs(), ["outtray", "outtray-desktop"]);
    }

    fn programs(&self) -> Vec<String> {
        names(&self.at("bin"))
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn says_what_is_there_and_changes_nothing() {
    let copy = Installation::new();
    copy.publish();
    let told = copy.run(&["update", "--check"]).ends(0).out;
    assert!(told.contains("OutTray 900.1.0 of 2026-03-01 is there") && told.contains("outtray update"), "{told}");
    let told = copy.run(&["update", "--check", "--json"]).ends(0).json();
    assert_eq!((&told["newest"], &told["newer"], &told["signed"]), (&json!(NEWER), &json!(true), &json!(true)));
    assert_eq!((&told["installed_by"], &told["by_itself"]), (&json!("script"), &json!(true)));
    copy.is_as_it_was();
    // Who asks is not told, beside the program's name.
    for head in copy.releases.server.heads.lock().unwrap().iter() {
        assert_eq!((head.method.as_str(), head.extra()), ("GET", vec![]), "{head:?}");
        assert_eq!(head.header("user-agent"), Some(concat!("outtray/", env!("CARGO_PKG_VERSION"))));
    }
}

#[test]
fn replaces_both_programs_and_the_newer_ones_run() {
    let copy = Installation::new();
    copy.publish();
    let told = copy.run(&["update", "--json"]).ends(0).json();
    assert_eq!((&told["installed"], &told["old_one_runs"]), (&json!(true), &json!(false)));
    assert_eq!(copy.run(&["--version"]).ends(0).out, "outtray 900.1.0\n");
    assert_eq!(fs::read_to_string(copy.at("bin/outtray-desktop")).unwrap(), DESKTOP);
    assert_eq!(copy.programs(), ["outtray", "outtray-desktop"]);
    for program in ["bin/outtray", "bin/outtray-desktop"] {
        assert_eq!(fs::metadata(copy.at(program)).unwrap().permissions().mode() & 0o777, 0o755);
    }
    let receipt = fs::read_to_string(copy.at("config/outtray/outtray-receipt.json")).unwrap();
    let receipt: serde_json::Value = serde_json::from_str(&receipt).unwrap();
    assert_eq!((&receipt["version"], &receipt["install_layout"]), (&json!(NEWER), &json!("flat")));
    assert_eq!(names(&copy.at("home/state/update")), Vec::<String>::new(), "the download is not kept");
}

#[test]
fn release_servers_may_lead_elsewhere_but_not_outside() {
    let copy = Installation::new();
    copy.publish();
    copy.releases.fault(LIST, Fault::Redirect(Releases::list_of(NEWER)));
    copy.run(&["update", "--check"]).ends(0);
    for away in ["http://release.example/list.json", "ftp://127.0.0.1/list.json", LIST] {
        copy.releases.fault(LIST, Fault::Redirect(away.into()));
        let told = copy.run(&["update", "--check", "--json"]).ends(4).json();
        assert_eq!(told["error"]["kind"], "update.unavailable", "{away}: {told}");
    }
    let archive = Releases::archive_of(NEWER);
    let elsewhere = Installation::new();
    elsewhere.publish();
    elsewhere.releases.fault(&archive, Fault::Redirect(format!("{}{archive}", copy.releases.server.origin())));
    // Another server of this computer has another archive of the same bytes.
    elsewhere.run(&["update"]).ends(0);
    assert!(copy.releases.asked().contains(&archive));
}

#[test]
fn never_the_same_or_an_older_one() {
    for version in [env!("CARGO_PKG_VERSION"), "0.0.9", "0.1.0-rc.7", "900.1.0-rc.1"] {
        let copy = Installation::new();
        copy.releases.publish(version, &[("outtray", CONSOLE), ("outtray-desktop", DESKTOP)]);
        let told = copy.run(&["update", "--json"]).ends(0).json();
        assert_eq!((&told["newer"], &told["signed"]), (&json!(false), &json!(null)), "{version}");
        assert_eq!(copy.releases.asked(), [LIST], "nothing else of it was asked for");
        copy.is_as_it_was();
    }
}

#[test]
fn a_release_that_is_not_the_publishers_is_refused() {
    let programs = [("outtray", CONSOLE), ("outtray-desktop", DESKTOP)];
    let stories: [Story; 4] = [
        ("another key", |copy| copy.releases.publish_signed_by(NEWER, &[("outtray", CONSOLE)], &foreign_pair())),
        ("no signature", |copy| copy.releases.fault(&Releases::signature_of(NEWER), Fault::Status(404))),
        ("no text", |copy| copy.releases.fault(&Releases::signature_of(NEWER), Fault::Instead(vec![0xff; 40]))),
        ("another list", |copy| {
            let list = json!({"version": NEWER, "date": "2026-03-02T10:00:00Z", "files": []}).to_string();
            copy.releases.fault(LIST, Fault::Instead(list.into_bytes()));
        }),
    ];
    for (what, story) in stories {
        let copy = Installation::new();
        copy.releases.publish(NEWER, &programs);
        story(&copy);
        for words in [&["update", "--json"][..], &["update", "--check", "--json"]] {
            let told = copy.run(words).ends(1).json();
            assert_eq!(told["error"]["kind"], "update.not_signed", "{what}: {told}");
        }
        assert!(!copy.releases.asked().contains(&Releases::archive_of(NEWER)), "{what}: it was fetched");
        copy.is_as_it_was();
    }
}

#[test]
fn what_comes_broken_changes_nothing() {
    let good = pack(&[("outtray", CONSOLE), ("outtray-desktop", DESKTOP)]);
    let other = pack(&[("outtray", CONSOLE), ("outtray-desktop", "evil")]);
    let mut turned = good.clone();
    *turned.last_mut().unwrap() ^= 1;
    let (list, archive) = (LIST.to_owned(), Releases::archive_of(NEWER));
    let stories = [
        (&list, Fault::Status(404), 4, "update.not_found"),
        (&list, Fault::Status(500), 4, "update.unavailable"),
        (&list, Fault::Cut(40), 4, "update.interrupted"),
        (&list, Fault::WebPage, 4, "network.portal"),
        (&list, Fault::Instead(b"{}".to_vec()), 1, "update.bad_list"),
        (&list, Fault::Instead(vec![b' '; 300_000]), 4, "update.bad_reply"),
        (&archive, Fault::Status(404), 4, "update.not_found"),
        (&archive, Fault::Status(503), 4, "update.unavailable"),
        (&archive, Fault::Cut(good.len() / 2), 4, "update.interrupted"),
        (&archive, Fault::Instead(turned), 1, "update.damaged"),
        (&archive, Fault::Instead(good[..good.len() - 1].to_vec()), 4, "update.interrupted"),
        (&archive, Fault::Instead([&good[..], &[0; 99]].concat()), 4, "update.bad_reply"),
        (&archive, Fault::Instead(other), 4, ""),
    ];
    let copy = Installation::new();
    for (address, fault, code, kind) in stories {
        copy.publish();
        copy.releases.fault(address, fault.clone());
        let told = copy.run(&["update", "--json"]);
        assert!(told.code == code || kind.is_empty() && [1, 4].contains(&told.code), "{address} {fault:?}: {told:?}");
        let told = told.json();
        assert!(kind.is_empty() || told["error"]["kind"] == kind, "{address} {fault:?}: {told}");
        copy.is_as_it_was();
        copy.releases.well_again(address);
    }
    // Whatever was wrong, the next time it can work.
    copy.run(&["update"]).ends(0);
    assert_eq!(copy.run(&["--version"]).out, "outtray 900.1.0\n");
}

#[test]
fn a_program_that_does_not_run_here_stays_outside() {
    for (programs, kind) in [
        (&[("outtray", "#!/bin/sh\necho outtray 900.0.9\n"), ("outtray-desktop", DESKTOP)][..], "update.does_not_run"),
        (&[("outtray", "\x7fELF of another world"), ("outtray-desktop", DESKTOP)], "update.does_not_run"),
        (&[("outtray", "#!/bin/sh\nexit 3\n"), ("outtray-desktop", DESKTOP)], "update.does_not_run"),
        (&[("outtray", CONSOLE)], "update.archive"),
        (&[], "update.archive"),
    ] {
        let copy = Installation::new();
        copy.releases.publish(NEWER, programs);
        let told = copy.run(&["update", "--json"]).ends(1).json();
        assert_eq!(told["error"]["kind"], kind, "{programs:?}: {told}");
        copy.is_as_it_was();
        copy.releases.publish(NEWER, &[("outtray", CONSOLE), ("outtray-desktop", DESKTOP)]);
        copy.run(&["update"]).ends(0);
        assert_eq!(copy.programs(), ["outtray", "outtray-desktop"]);
    }
}

#[test]
fn without_a_key_it_tells_and_installs_nothing() {
    let copy = Installation::new();
    copy.publish();
    let run =
        |words: &[&str]| ended(copy.command("outtray", words).env("OUTTRAY_UPDATE_KEY", "untrusted comment: none"));
    let told = run(&["update", "--check", "--json"]).ends(0).json();
    assert_eq!((&told["newer"], &told["signed"], &told["by_itself"]), (&json!(true), &json!(false), &json!(false)));
    assert_eq!(run(&["update", "--json"]).ends(1).json()["error"]["kind"], "update.no_key");
    copy.is_as_it_was();
}

#[test]
fn copies_that_others_replace_say_so() {
    let copy = Installation::new();
    copy.publish();
    fs::remove_file(copy.at("config/outtray/outtray-receipt.json")).unwrap();
    let told = copy.run(&["update", "--json"]).ends(1).json();
    assert_eq!(told["error"]["kind"], "update.elsewhere");
    assert!(told["error"]["hint"].as_str().unwrap().contains("built from source"), "{told}");
    assert_eq!(copy.run(&["update", "--check", "--json"]).ends(0).json()["installed_by"], "own_build");
    copy.is_as_it_was();
}

#[test]
fn only_this_computer_may_be_asked_without_encryption() {
    let copy = Installation::new();
    for base in ["http://release.example", "ftp://127.0.0.1", "nonsense"] {
        let run = ended(copy.command("outtray", &["update", "--check"]).env("OUTTRAY_UPDATE_BASE", base));
        assert_eq!(run.code, 3, "{base}: {run:?}");
    }
    assert_eq!(copy.releases.server.connections.load(Ordering::SeqCst), 0);
}

/// The process is killed before, between and after the two renames: both programs run, and the next start ends it.
#[cfg(feature = "failpoints")]
#[test]
fn killed_in_the_middle_it_is_made_good() {
    for (step, replaced) in [("update_ready", 0), ("update_placed", 1), ("update_placed:2", 2)] {
        let copy = Installation::new();
        copy.publish();
        let killed = ended(copy.command("outtray", &["update"]).env("OUTTRAY_KILL_AT", step));
        assert_eq!(killed.code, -1, "{step}: {killed:?}");
        let desktop = fs::read_to_string(copy.at("bin/outtray-desktop")).unwrap();
        assert_eq!(desktop == DESKTOP, replaced > 0, "{step}");
        let version = copy.run(&["--version"]).ends(0).out;
        assert_eq!(version == "outtray 900.1.0\n", replaced > 1, "{step}");
        if replaced < 2 {
            copy.run(&["update"]).ends(0);
            assert_eq!(copy.programs(), ["outtray", "outtray-desktop"], "{step}");
        }
        assert_eq!(copy.run(&["--version"]).ends(0).out, "outtray 900.1.0\n", "{step}");
        assert_eq!(fs::read_to_string(copy.at("bin/outtray-desktop")).unwrap(), DESKTOP);
    }
}

/// The program at the desk ends and starts itself again, as at login; here it has no screen.
#[cfg(feature = "desktop")]
#[test]
fn the_desktop_program_starts_again_by_itself() {
    let copy = Installation::new();
    copy.publish();
    let mut desktop = Desktop::start(&copy);
    Desktop::answers(&copy);
    let told = copy.run(&["update", "--json"]).ends(0).json();
    assert_eq!(
        (&told["installed"], &told["restarted"], &told["old_one_runs"]),
        (&json!(true), &json!(true), &json!(false))
    );
    desktop.has_been_followed(&copy);
}

/// Nobody clicks: it is known that there is one, nothing is being sent, and it may.
#[cfg(feature = "desktop")]
#[test]
fn installs_by_itself_where_it_is_told_to() {
    let settings = |mode: &str| {
        format!(
            "api_url = \"https://presigner.test/ingest/new\"\ndevice_id = \"d\"\nwatch_dir = \"out\"\n\
             [update]\nmode = \"{mode}\"\n"
        )
    };
    let copy = Installation::new();
    copy.publish();
    fs::create_dir_all(copy.at("home/out")).unwrap();
    fs::create_dir_all(copy.at("home/state")).unwrap();
    let known = json!({"asked": jiff::Timestamp::now().to_string(), "newest": NEWER, "told": NEWER});
    fs::write(copy.at("home/state/update.json"), known.to_string()).unwrap();
    fs::write(copy.at("home/config.toml"), settings("notify")).unwrap();
    let mut desktop = Desktop::start(&copy);
    Desktop::answers(&copy);
    let status = |copy: &Installation| copy.run(&["status", "--json"]).json();
    wait("a quiet moment", || status(&copy)["state"] == "idle");
    assert_eq!(copy.releases.asked(), Vec::<String>::new(), "it asks but once a day");
    assert!(!copy.at("home/started").exists());
    fs::write(copy.at("home/config.toml"), settings("auto")).unwrap();
    desktop.has_been_followed(&copy);
    assert_eq!(copy.run(&["--version"]).ends(0).out, "outtray 900.1.0\n");
}

/// Does not outlive a test that fails.
#[cfg(feature = "desktop")]
struct Desktop(std::process::Child);

#[cfg(feature = "desktop")]
impl Desktop {
    /// The real program in the place of the script.
    fn start(copy: &Installation) -> Self {
        fs::remove_file(copy.at("bin/outtray-desktop")).unwrap();
        fs::hard_link(env!("CARGO_BIN_EXE_outtray-desktop"), copy.at("bin/outtray-desktop")).unwrap();
        Self(copy.command("outtray-desktop", &["--background"]).spawn().unwrap())
    }

    fn answers(copy: &Installation) {
        let door = copy.at("home/state/desktop/control.sock");
        wait("the desktop program", || std::os::unix::net::UnixStream::connect(&door).is_ok());
    }

    /// It has ended, and the newer one was started as at login.
    fn has_been_followed(&mut self, copy: &Installation) {
        wait("the newer one", || copy.at("home/started").is_file());
        assert_eq!(fs::read_to_string(copy.at("home/started")).unwrap(), "--background\n");
        assert!(self.0.wait().unwrap().success());
    }
}

#[cfg(feature = "desktop")]
impl Drop for Desktop {
    fn drop(&mut self) {
        let _ = self.0.kill(); // it has ended
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_second_question_is_answered_in_a_word() {
    let copy = Installation::new();
    copy.publish();
    let base: url::Url = copy.releases.server.origin().parse().unwrap();
    let fetcher = Fetcher::new(FetchOptions {
        base: base.clone(),
        proxy: ProxyChoice::None,
        ca_pem: None,
        connect_timeout: Duration::from_secs(10),
        stall_timeout: Duration::from_secs(30),
    })
    .unwrap();
    let list = base.join(LIST).unwrap();
    let Fetched::New { etag: Some(etag), .. } = fetcher.short(list.clone(), 4096, None).await.unwrap() else {
        panic!("a list with a mark");
    };
    assert_eq!(fetcher.short(list.clone(), 4096, Some(&etag)).await.unwrap(), Fetched::Unchanged);
    copy.releases.publish("900.2.0", &[]);
    assert!(matches!(fetcher.short(list, 4096, Some(&etag)).await.unwrap(), Fetched::New { .. }));
}
