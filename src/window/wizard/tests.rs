//! The wizard of the window, driven by the names of its controls, against a whole cloud on loopback.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected is to end there")]

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, Ui, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tempfile::TempDir;

mod heard;
mod private;

use super::*;
use crate::cloud::faults::{Fault, Rule};
use crate::cloud::{Cloud, Options};
use crate::control::protocol::{Page as Named, Show};
use crate::paths::Paths;
use crate::setup::enrolment;
use crate::window::theme;

const LONG: Duration = Duration::from_secs(30);

const ADDRESS: &str = "API URL or enrolment line";
const DEVICE: &str = "Device ID";
const FOLDER: &str = "Folder";

struct World {
    place: TempDir,
    home: Home,
    cloud: Cloud,
}

impl World {
    fn new() -> Self {
        rust_i18n::set_locale("en");
        let place = tempfile::tempdir().unwrap();
        let below = |name: &str| place.path().join(name);
        fs::create_dir(below("memory")).unwrap();
        fs::write(below("memory/a.json"), "{}").unwrap();
        let paths = Paths {
            config: below("home/config.toml"),
            machine_config: below("machine.toml"),
            state_dir: below("home/state"),
            log_dir: below("home/logs"),
            named: false,
        };
        Self { home: Home { paths }, cloud: Cloud::spawn_thread(Options::default()).unwrap(), place }
    }

    fn folder(&self) -> PathBuf {
        self.place.path().join("memory")
    }

    fn configured(self, text: &str) -> Self {
        fs::create_dir(self.home.paths.config.parent().unwrap()).unwrap();
        fs::write(&self.home.paths.config, text).unwrap();
        self
    }

    /// Good settings that lead to our cloud.
    fn settings(&self) -> String {
        let (url, folder) = (self.cloud.api_url(), self.folder());
        format!("# mine\napi_url = \"{url}\"\ndevice_id = \"desk-1\"\nwatch_dir = '{}'\n", folder.display())
    }

    fn open(&self) -> Window {
        let draw = |ui: &mut Ui, (wizard, asks): &mut (Wizard, Vec<Ask>)| wizard.draw(ui, asks);
        let builder = Harness::builder().with_size(vec2(800.0, 600.0)).with_context_setup(theme::wear);
        let mut window =
            Window(builder.build_ui_state(draw, (Wizard::new(self.home.clone(), Keychain::missing), Vec::new())));
        window.0.run_steps(3);
        window
    }

    fn config(&self) -> String {
        fs::read_to_string(&self.home.paths.config).unwrap_or_default()
    }
}

struct Window(Harness<'static, (Wizard, Vec<Ask>)>);

impl Window {
    /// Waits until these words stand somewhere.
    #[track_caller]
    fn shows(&mut self, words: &str) -> &mut Self {
        let until = Instant::now() + LONG;
        while self.0.query_all_by_label_contains(words).next().is_none() {
            assert!(Instant::now() < until, "no {words:?} in\n{}", self.words());
            self.0.step();
            std::thread::sleep(Duration::from_millis(5));
        }
        self.0.run_steps(2);
        self
    }

    fn lacks(&self, words: &str) -> bool {
        self.0.query_all_by_label_contains(words).next().is_none()
    }

    /// Everything that a screen reader can tell, a line each.
    fn words(&self) -> String {
        let root = self.0.root();
        let nodes = root.query_all_by(|_| true);
        let told = nodes.filter_map(|node| {
            let (inner, value) = (node.accesskit_node(), node.value().unwrap_or_default());
            let (role, label) = (inner.role(), inner.label().unwrap_or_default());
            match role {
                Role::Label => Some(value).filter(|value| !value.is_empty()),
                Role::TextInput => Some(format!("{role:?} {label} [{value}]")),
                Role::Button | Role::CheckBox | Role::RadioButton | Role::Image => Some(format!("{role:?} {label}")),
                _ => None,
            }
        });
        let mut lines: Vec<_> = told.collect();
        lines.dedup();
        lines.join("\n")
    }

    /// Replaces what stands in the field that has the keyboard.
    #[track_caller]
    fn types(&mut self, name: &str, text: &str) -> &mut Self {
        let field = self.0.get_by_role_and_label(Role::TextInput, name);
        assert!(field.is_focused(), "the keyboard is not with {name:?}");
        self.0.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.0.event(Event::Paste(text.into()));
        self.0.run_steps(3);
        self
    }

    fn key(&mut self, key: Key) -> &mut Self {
        self.0.key_press(key);
        self.0.run_steps(4);
        self
    }

    #[track_caller]
    fn click(&mut self, button: &str) -> &mut Self {
        // As a screen reader does it: the page may still be scrolling.
        self.0.get_by_role_and_label(Role::Button, button).click_accesskit();
        self.0.run_steps(4);
        self
    }

    fn asks(&self) -> &[Ask] {
        &self.0.state().1
    }

    /// Through the three questions, to the ladder.
    fn answers_all(&mut self, world: &World) -> &mut Self {
        self.types(ADDRESS, &world.cloud.api_url()).key(Key::Enter);
        self.types(DEVICE, "desk-9").key(Key::Enter);
        self.types(FOLDER, &world.folder().display().to_string()).shows("1 file waits there").key(Key::Enter);
        self.personal()
    }

    /// Past the question about personal data, as it is proposed.
    fn personal(&mut self) -> &mut Self {
        self.shows("Hide it (recommended)").key(Key::Enter)
    }
}

#[test]
fn the_keyboard_alone_leads_to_settings_that_work() {
    let world = World::new();
    let mut window = world.open();
    window.answers_all(&world).shows("Everything works").shows("Sent files can be marked");
    assert_eq!(world.config(), "", "nothing is written before the end");
    window.key(Key::Enter).shows("OutTray is set up");
    let loaded = world.home.read().unwrap();
    assert_eq!(loaded.config.device_id.as_str(), "desk-9");
    assert_eq!((loaded.config.api_url.as_str(), loaded.config.watch_dir), (&*world.cloud.api_url(), world.folder()));
    assert!(window.asks().contains(&Ask::Reload));
    assert!(window.0.state_mut().0.take_finished());
    window.click("Show status");
    assert_eq!(window.asks().last(), Some(&Ask::Go(Show { page: Some(Named::Status), field: None })));
    assert_eq!(fs::read_dir(world.folder()).unwrap().count(), 1, "nothing is left in the folder");
}

#[test]
fn a_wrong_address_is_told_while_it_is_typed_or_when_nobody_answers() {
    let world = World::new();
    let mut window = world.open();
    assert!(window.lacks("Something is needed here"), "nobody is told off before they begin");
    window.key(Key::Enter).shows("Something is needed here");
    window.types(ADDRESS, "hello").shows("This is not a web address").key(Key::Enter).shows("Step 1 of 5");
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    window.types(ADDRESS, &format!("http://{nobody}/x")).key(Key::Enter).types(DEVICE, "desk-9").key(Key::Enter);
    window.types(FOLDER, &world.folder().display().to_string()).key(Key::Enter).personal();
    window
        .shows("Nobody answers at this address")
        .shows("Check the network connection")
        .shows("Not everything works yet");
    window.key(Key::Escape).shows("Step 4 of 5").key(Key::Escape).shows("Step 3 of 5");
    assert_eq!(world.config(), "");
}

#[test]
fn a_refused_device_can_be_tried_again_or_passed() {
    let world = World::new();
    let rule = world.cloud.faults().add(Rule::presign(Fault::api_error(403, "Forbidden")).always());
    let mut window = world.open();
    window.answers_all(&world).shows("The server does not accept this computer").shows("tell whoever runs the server");
    window.shows("Not everything works yet").click("Try again").shows("The server does not accept this computer");
    window.click("Finish anyway").shows("OutTray is set up").shows("Not everything works yet");
    assert!(world.config().contains("\"desk-9\""));
    rule.end();
}

#[test]
fn a_sign_in_page_is_told_apart_from_the_server() {
    let world = World::new();
    world.cloud.faults().add(Rule::presign(Fault::Portal).always());
    let mut window = world.open();
    window.answers_all(&world).shows("sign-in page").shows("Open a web browser");
}

#[test]
fn a_folder_that_cannot_be_used_is_told_and_not_passed() {
    let world = World::new();
    fs::write(world.place.path().join("file"), "").unwrap();
    let mut window = world.open();
    window.types(ADDRESS, &world.cloud.api_url()).key(Key::Enter).types(DEVICE, "desk-9").key(Key::Enter);
    let path = |name: &str| world.place.path().join(name).display().to_string();
    window.types(FOLDER, &path("file")).shows("cannot be opened").key(Key::Enter).shows("Step 3 of 5");
    window.types(FOLDER, &path("new")).shows("OutTray makes it when you finish").key(Key::Enter).personal();
    window.shows("Everything works").click("Finish").shows("OutTray is set up");
    assert!(world.place.path().join("new").is_dir());
}

#[test]
fn a_chosen_folder_is_taken_as_if_typed() {
    let world = World::new();
    let mut window = world.open();
    window.types(ADDRESS, &world.cloud.api_url()).key(Key::Enter).types(DEVICE, "desk-9").key(Key::Enter);
    window.click("Choose Folder");
    assert!(matches!(window.asks(), [Ask::Choose { folder: true, field, .. }] if field == super::FOLDER));
    let ctx = window.0.ctx.clone();
    window.0.state_mut().0.chosen(super::FOLDER, &world.folder(), &ctx);
    window.shows("1 file waits there").click("Continue").personal().shows("Everything works");
}

#[test]
fn a_broken_file_is_shown_and_never_touched() {
    let world = World::new().configured("api_url = \n");
    let mut window = world.open();
    window.shows("line 1").click("Open the settings file");
    assert_eq!(window.asks(), [Ask::OpenSettings]);
    assert_eq!(world.config(), "api_url = \n");
    fs::write(&world.home.paths.config, world.settings()).unwrap();
    window.click("Look again").shows("Step 1 of 5");
}

#[test]
fn what_the_organisation_says_is_shown_and_cannot_be_changed() {
    let world = World::new();
    let url = world.cloud.api_url();
    let managed = "[managed]\nlocked = [\"api_url\"]\nby = \"Lab\"\nhelp_url = \"https://it.example\"\n";
    fs::write(&world.home.paths.machine_config, format!("api_url = \"{url}\"\n{managed}")).unwrap();
    let mut window = world.open();
    window.shows("Managed by Lab");
    let field = window.0.get_by_role_and_label(Role::TextInput, ADDRESS);
    assert!(field.accesskit_node().is_disabled() && field.value() == Some(url));
    window.click("Continue").types(DEVICE, "desk-9").key(Key::Enter);
    window.types(FOLDER, &world.folder().display().to_string()).key(Key::Enter).personal().shows("Everything works");
    window.click("Finish").shows("OutTray is set up");
    assert!(!world.config().lines().any(|line| line.starts_with("api_url")), "{}", world.config());
}

#[test]
fn a_line_of_another_computer_fills_what_it_holds() {
    let world = World::new();
    let pairs = [("api_url", world.cloud.api_url()), ("concurrency", "7".into()), ("device_id", "desk-4".into())];
    let line = enrolment::line(&pairs.map(|(key, value)| (key.to_owned(), value)).into());
    let mut window = world.open();
    window.types(ADDRESS, &line[..line.len() - 1]).shows("This line is damaged");
    window.types(ADDRESS, &line).shows("1 further setting").key(Key::Enter);
    let device = window.0.get_by_role_and_label(Role::TextInput, DEVICE);
    assert_eq!(device.value().as_deref(), Some("desk-4"));
    window.key(Key::Enter).types(FOLDER, &world.folder().display().to_string()).key(Key::Enter).personal();
    window.shows("Everything works").click("Finish").shows("OutTray is set up");
    assert_eq!(world.home.read().unwrap().config.concurrency, crate::config::Concurrency::Fixed(7));
}

#[test]
fn settings_that_are_there_are_proposed_and_their_comments_kept() {
    let world = World::new();
    let settings = world.settings();
    let world = world.configured(&settings);
    let mut window = world.open();
    window.key(Key::Enter).types(DEVICE, "desk-2").key(Key::Enter).shows("1 file waits").key(Key::Enter).personal();
    window.shows("Everything works").click("Finish").shows("OutTray is set up");
    assert_eq!(world.config(), settings.replace("desk-1", "desk-2"));
}

#[test]
fn a_file_that_somebody_else_wrote_meanwhile_is_not_overwritten() {
    let world = World::new();
    let mut window = world.open();
    window.answers_all(&world).shows("Everything works");
    let theirs = world.settings();
    let world = world.configured(&theirs);
    window.click("Finish").shows("Nothing was written").shows("changed by somebody else");
    assert_eq!(world.config(), theirs);
    window.click("Begin again").shows("Step 1 of 5").key(Key::Enter);
    let device = window.0.get_by_role_and_label(Role::TextInput, DEVICE);
    assert_eq!(device.value().as_deref(), Some("desk-1"));
}

#[test]
fn every_step_speaks_german_too() {
    let world = World::new();
    rust_i18n::set_locale("de");
    let mut window = world.open();
    window.types("API-Adresse oder Anmeldezeile", &world.cloud.api_url()).key(Key::Enter);
    window.types("Geräte-ID", "desk-9").click("Weiter").types("Ordner", &world.folder().display().to_string());
    window
        .shows("Dort wartet 1 Datei")
        .click("Weiter")
        .shows("Schwärzen (empfohlen)")
        .click("Weiter")
        .shows("Alles funktioniert")
        .click("Abschließen");
    window.shows("OutTray ist eingerichtet");
}
