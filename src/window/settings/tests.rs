//! The settings page, driven by the names of its controls.

use std::path::Path;

use eframe::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable};

use super::*;
use crate::config::{Source, Sources};
use crate::window::words::about;
use crate::window::{cut_off, theme};

const GOOD: &str = "# mine\napi_url = \"https://a.example/new\"\ndevice_id = \"dev\"\nwatch_dir = \"m\"\n\n\
                    [network]\nproxy = \"http://me:word@proxy:3128\"\n";

struct Seen {
    settings: Settings,
    key: KeyRow,
    asks: Vec<Ask>,
    decisions: Vec<Decision>,
}

fn form_of(sources: Sources) -> Settings {
    match Form::of(sources) {
        Ok(form) => Settings::Form(Box::new(form)),
        Err(problems) => Settings::Broken(problems),
    }
}

fn sources(text: &str) -> Sources {
    Sources::of_text(text, Path::new("/h/config.toml"))
}

fn shown(settings: Settings) -> Harness<'static, Seen> {
    rust_i18n::set_locale("en");
    let draw = |ui: &mut egui::Ui, seen: &mut Seen| {
        let decision = draw(ui, &mut seen.settings, &mut seen.key, &mut seen.asks);
        seen.asks.retain(|ask| !matches!(ask, Ask::Key(_)));
        if decision != Decision::None {
            seen.decisions.push(decision);
        }
    };
    let seen = Seen { settings, key: KeyRow::default(), asks: Vec::new(), decisions: Vec::new() };
    let builder = Harness::builder().with_size([800.0, 600.0]).with_context_setup(theme::wear);
    let mut harness = builder.build_ui_state(draw, seen);
    harness.run();
    harness
}

fn form<'a>(page: &'a mut Harness<'static, Seen>) -> &'a mut Form {
    match &mut page.state_mut().settings {
        Settings::Form(form) => form,
        other => panic!("no form: {other:?}"),
    }
}

fn type_into(page: &mut Harness<'static, Seen>, label: &str, text: &str) {
    page.get_by_label(label).focus();
    page.run();
    page.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    page.get_by_label(label).type_text(text);
    page.run();
}

#[test]
fn a_named_field_is_seen_and_has_the_keyboard() {
    let mut page = shown(form_of(sources(GOOD)));
    form(&mut page).wanted = Some("log.keep_days".into());
    page.run();
    let field = page.get_by_role_and_label(egui::accesskit::Role::TextInput, "Keep logs for");
    assert!(field.is_focused());
    assert!(field.rect().top() > 0.0 && field.rect().bottom() < 600.0, "{:?}", field.rect());
}

#[test]
fn a_change_can_be_saved_only_when_it_is_good() {
    let mut page = shown(form_of(sources(GOOD)));
    let can_save = |page: &Harness<'static, Seen>| !page.get_by_label("Save").accesskit_node().is_disabled();
    assert!(!can_save(&page), "nothing is changed");
    type_into(&mut page, "Uploads side by side", "900");
    assert!(page.query_by_label("Must be auto or a whole number from 1 to 256").is_some());
    assert!(!can_save(&page));
    type_into(&mut page, "Uploads side by side", "9");
    assert!(page.query_by_label("Must be auto or a whole number from 1 to 256").is_none());
    assert!(can_save(&page));
    page.get_by_label("Save").click();
    page.run();
    assert_eq!(page.state().decisions, [Decision::Save]);
    assert_eq!(form(&mut page).changes(), [("concurrency", "9".to_owned())]);
}

#[test]
fn switches_choices_and_defaults_are_used_by_name() {
    let mut page = shown(form_of(sources(&format!("concurrency = 7\n{GOOD}"))));
    page.set_size(egui::vec2(800.0, 6000.0));
    page.run();
    page.get_by_label("Sub-folders too").click();
    page.get_by_label("Use the default for Uploads side by side").click();
    page.get_by_role_and_label(egui::accesskit::Role::ComboBox, "How much the log tells").click();
    page.run();
    page.get_by_label("debug").click();
    page.run();
    let mut changes = form(&mut page).changes();
    changes.sort_unstable();
    let wanted = [("concurrency", "2"), ("files.recursive", "true"), ("log.level", "debug")];
    assert_eq!(changes, wanted.map(|(name, text)| (name, text.to_owned())));
}

#[test]
fn every_setting_tells_what_it_is() {
    let mut page = shown(form_of(sources(GOOD)));
    page.set_size(egui::vec2(800.0, 6000.0));
    page.run();
    for field in &form(&mut page).fields.clone() {
        assert!(page.query_all_by_label_contains(&about(field.key)).next().is_some(), "{}", field.key.name);
        assert!(page.query_by_label(field.key.name).is_some(), "{}", field.key.name);
    }
    assert!(page.query_all_by_label_contains("From 1 to 86400 seconds.").next().is_some());
}

#[test]
fn what_is_managed_cannot_be_changed_and_says_by_whom() {
    let mut sources = sources(GOOD);
    let text = "device_id = \"theirs\"\n[managed]\nlocked = [\"device_id\"]\nby = \"Example Ltd\"\nhelp_url = \"https://h.example\"\n";
    sources.machine = Some(Source { file: "/etc/config.toml".into(), text: text.into() });
    let mut page = shown(form_of(sources));
    assert!(page.query_by_label("Managed by Example Ltd.").is_some());
    let field = page.get_by_role_and_label(egui::accesskit::Role::TextInput, "Device ID");
    assert!(field.accesskit_node().is_disabled());
    page.get_by_label("Help").click();
    page.run();
    assert_eq!(page.state().asks, [Ask::OpenWeb("https://h.example".into())]);
}

#[test]
fn a_broken_file_is_told_and_left_alone() {
    let mut page = shown(form_of(sources(&format!("{GOOD}\n[files]\nsettle_ms = \"x\"\n"))));
    assert!(page.query_all_by_label_contains("settle_ms = \"x\"").next().is_some());
    assert!(page.query_by_label("Save").is_none());
    page.get_by_label("Open the settings file").click();
    page.run();
    assert_eq!(page.state().asks, [Ask::OpenSettings]);
}

#[test]
fn nothing_is_cut_off_in_a_small_window() {
    cut_off::nothing_is(7500.0, || shown(form_of(sources(GOOD))));
}
