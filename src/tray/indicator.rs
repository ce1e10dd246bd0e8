//! The objects on the panel: icon and menu. They are changed only where the view changed.
//!
//! In: a [`View`]. Out: what a person sees. The menu is built once and its texts are edited in place: some systems run
//! out of menu items when a menu is built again and again, others freeze an open one. Main thread only.
//! Not here: what to show (`view`), what a click does (`host`).

use tray_icon::menu::{CheckMenuItem, IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu};
use tray_icon::{TrayIcon, TrayIconBuilder};

use super::icons;
use super::view::View;
use super::wish::text_of;
use crate::platform::panel::{has_title, panel};

/// The line that the pause or the resume takes, and the one of the problems.
const PAUSE_AT: usize = 2;
const PROBLEMS_AT: usize = 5;

pub(super) struct Indicator {
    icon: TrayIcon,
    menu: Menu,
    sentence: MenuItem,
    sync: MenuItem,
    pause: Submenu,
    resume: MenuItem,
    folder: MenuItem,
    problems: MenuItem,
    device: MenuItem,
    api: MenuItem,
    login: CheckMenuItem,
    shown: View,
}

impl Indicator {
    pub(super) fn new(view: View) -> Result<Self, tray_icon::Error> {
        let line = |name: &str| MenuItem::with_id(name, text_of(name), true, None);
        let sentence = MenuItem::with_id("sentence", &view.sentence, false, None);
        let (sync, resume, folder) = (line("sync"), line("resume"), line("folder"));
        let pause = Submenu::with_id("pause-menu", "Pause", true);
        let (problems, device, api) = (line("problems"), line("device"), line("api"));
        let login = CheckMenuItem::with_id("login", text_of("login"), true, false, None);
        let about = MenuItem::with_id("about", concat!("About OutTray ", env!("CARGO_PKG_VERSION")), false, None);
        let menu = Menu::new();
        let refused =
            |error: tray_icon::menu::Error| tray_icon::Error::OsError(std::io::Error::other(error.to_string()));
        pause.append_items(&[&line("pause-hour"), &line("pause-day"), &line("pause")]).map_err(refused)?;
        let (recent, settings, logs, quit) = (line("recent"), line("settings"), line("logs"), line("quit"));
        let (first, second) = (PredefinedMenuItem::separator(), PredefinedMenuItem::separator());
        let lines: [&dyn IsMenuItem; 14] = [
            &sentence, &sync, &pause, &folder, &recent, &first, &device, &api, &settings, &logs, &second, &login,
            &about, &quit,
        ];
        menu.append_items(&lines).map_err(refused)?;
        let (pixels, template) = icons::pixels(view.icon, panel());
        let mut builder = TrayIconBuilder::new().with_id("outtray");
        if has_title() {
            builder = builder.with_title("OutTray");
        }
        #[allow(deprecated, reason = "what replaces it exists on macOS alone")]
        let icon = builder
            .with_tooltip(tooltip(&view))
            .with_icon(pixels)
            .with_icon_as_template(template)
            .with_menu(Box::new(menu.clone()))
            .build()?;
        // As if nothing special had been shown so far; the first view is laid over it.
        let shown = View { paused: false, problems: 0, start_at_login: Some(false), ..view.clone() };
        let mut indicator =
            Self { icon, menu, sentence, sync, pause, resume, folder, problems, device, api, login, shown };
        indicator.lay(&view);
        indicator.shown = view;
        Ok(indicator)
    }

    /// Shows a view. Nothing is touched that is the same as before.
    pub(super) fn show(&mut self, view: View) {
        if view == self.shown {
            return;
        }
        if view.icon != self.shown.icon {
            let (pixels, template) = icons::pixels(view.icon, panel());
            // In one call on macOS, where the two halves race; elsewhere that call does nothing.
            #[allow(deprecated, reason = "what replaces it exists on macOS alone")]
            told(if template {
                self.icon.set_icon_with_as_template(Some(pixels), true)
            } else {
                self.icon.set_icon(Some(pixels))
            });
        }
        if view.sentence != self.shown.sentence {
            self.sentence.set_text(&view.sentence);
            told(self.icon.set_tooltip(Some(tooltip(&view))));
        }
        self.lay(&view);
        self.shown = view;
    }

    /// The lines of the menu that differ from what is shown.
    fn lay(&mut self, view: &View) {
        let shown = &self.shown;
        self.sync.set_enabled(view.sync_now);
        self.pause.set_enabled(view.can_pause);
        self.folder.set_enabled(view.open_folder);
        if view.device != shown.device || self.device.text() != view.device {
            self.device.set_text(&view.device);
        }
        if view.api != shown.api || self.api.text() != view.api {
            self.api.set_text(&view.api);
        }
        self.login.set_enabled(view.start_at_login.is_some());
        self.login.set_checked(view.start_at_login == Some(true));
        if view.paused != shown.paused {
            let (out, into): (&dyn IsMenuItem, &dyn IsMenuItem) =
                if view.paused { (&self.pause, &self.resume) } else { (&self.resume, &self.pause) };
            told(self.menu.remove(out));
            told(self.menu.insert(into, PAUSE_AT));
        }
        match (shown.problems > 0, view.problems > 0) {
            (false, true) => told(self.menu.insert(&self.problems, PROBLEMS_AT)),
            (true, false) => told(self.menu.remove(&self.problems)),
            _ => {}
        }
        if view.problems > 0 && view.problems != shown.problems {
            self.problems.set_text(format!("Problems ({})…", view.problems));
        }
    }
}

/// The name of the program is said once.
fn tooltip(view: &View) -> String {
    if has_title() { view.sentence.clone() } else { view.tooltip() }
}

/// A panel that refuses a change is no reason to stop; the next change may succeed.
fn told<E: std::fmt::Display>(result: Result<(), E>) {
    if let Err(error) = result {
        tracing::debug!(target: "outtray", "the panel refused a change: {error}");
    }
}
