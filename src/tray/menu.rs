//! The lines of the menu, built once and edited in place.
//!
//! In: a [`View`]. Out: the menu that the panel shows. Some systems run out of menu items when a menu is built again and
//! again, others freeze an open one. Main thread only. Not here: the icon (`indicator`), what a click does (`host`).

use tray_icon::menu::{CheckMenuItem, Error, IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu};

use super::view::View;
use super::wish::text_of;

/// The line that the pause or the resume takes, and the one of the problems.
const PAUSE_AT: usize = 2;
const PROBLEMS_AT: usize = 5;
/// The last lines, above which the one of an update stands.
const ABOUT_AND_QUIT: usize = 2;

pub(super) struct Lines {
    pub(super) menu: Menu,
    sentence: MenuItem,
    sync: MenuItem,
    pause: Submenu,
    resume: MenuItem,
    folder: MenuItem,
    problems: MenuItem,
    device: MenuItem,
    api: MenuItem,
    login: CheckMenuItem,
    update: MenuItem,
    shown: View,
}

impl Lines {
    pub(super) fn new(view: &View) -> Result<Self, Error> {
        let line = |name: &str| MenuItem::with_id(name, text_of(name), true, None);
        let sentence = MenuItem::with_id("sentence", &view.sentence, false, None);
        let (sync, resume, folder) = (line("sync"), line("resume"), line("folder"));
        let pause = Submenu::with_id("pause-menu", "Pause", true);
        let (problems, device, api) = (line("problems"), line("device"), line("api"));
        let login = CheckMenuItem::with_id("login", text_of("login"), true, false, None);
        let menu = Menu::new();
        pause.append_items(&[&line("pause-hour"), &line("pause-day"), &line("pause")])?;
        let (recent, settings, logs) = (line("recent"), line("settings"), line("logs"));
        let (about, quit) = (line("about"), line("quit"));
        let (first, second) = (PredefinedMenuItem::separator(), PredefinedMenuItem::separator());
        let lines: [&dyn IsMenuItem; 14] = [
            &sentence, &sync, &pause, &folder, &recent, &first, &device, &api, &settings, &logs, &second, &login,
            &about, &quit,
        ];
        menu.append_items(&lines)?;
        // As if nothing special had been shown so far; the first view is laid over it.
        let shown = View { paused: false, problems: 0, start_at_login: Some(false), update: None, ..view.clone() };
        let update = line("update");
        let mut lines =
            Self { menu, sentence, sync, pause, resume, folder, problems, device, api, login, update, shown };
        lines.show(view);
        Ok(lines)
    }

    /// Only what differs from what is shown is touched.
    pub(super) fn show(&mut self, view: &View) {
        let shown = &self.shown;
        if view.sentence != shown.sentence {
            self.sentence.set_text(&view.sentence);
        }
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
        match (&shown.update, &view.update) {
            (None, Some(_)) => told(self.menu.insert(&self.update, self.menu.items().len() - ABOUT_AND_QUIT)),
            (Some(_), None) => told(self.menu.remove(&self.update)),
            _ => {}
        }
        if let Some(version) = &view.update
            && view.update != shown.update
        {
            self.update.set_text(format!("Update to {version}…"));
        }
        self.shown = view.clone();
    }
}

/// A panel that refuses a change is no reason to stop; the next change may succeed.
pub(super) fn told<E: std::fmt::Display>(result: Result<(), E>) {
    if let Err(error) = result {
        tracing::debug!(target: "outtray", "the panel refused a change: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::super::view::Icon;
    use super::*;
    use crate::platform::panel::{Panel, panel};

    fn view(number: u64) -> View {
        View {
            icon: Icon::ALL[number as usize % 6],
            sentence: format!("{number} files are sent."),
            sync_now: number.is_multiple_of(2),
            paused: number.is_multiple_of(3),
            can_pause: true,
            open_folder: number.is_multiple_of(5),
            problems: number % 4,
            device: format!("Device ID: laptop-{}…", number % 7),
            api: "API URL: example.org…".into(),
            start_at_login: [None, Some(false), Some(true)][number as usize % 3],
            update: (number.is_multiple_of(7)).then(|| format!("1.{}.0", number % 9)),
        }
    }

    fn names(lines: &Lines) -> Vec<String> {
        lines.menu.items().iter().map(|item| item.id().0.clone()).collect()
    }

    /// Pages of this process, where the system tells.
    fn resident() -> Option<u64> {
        let told = std::fs::read_to_string("/proc/self/statm").ok()?;
        told.split(' ').nth(1)?.parse().ok()
    }

    #[test]
    fn two_hundred_thousand_changes_leave_menu_and_memory_as_they_were() {
        if panel(None) == Panel::Template {
            return; // macOS makes menus on the main thread alone, and that is not a test's
        }
        let mut lines = Lines::new(&view(0)).expect("a menu");
        let mut run = |numbers: std::ops::Range<u64>| {
            numbers.for_each(|number| lines.show(&view(number)));
            lines.show(&view(0));
            names(&lines)
        };
        let (before, pages) = (run(0..1000), resident());
        let after = run(0..200_000);
        assert_eq!(before, after);
        if let (Some(before), Some(after)) = (pages, resident()) {
            assert!(after < before + 256, "{before} pages became {after}");
        }
    }

    #[test]
    fn pause_and_resume_take_turns_and_problems_come_and_go() {
        if panel(None) == Panel::Template {
            return;
        }
        let mut lines = Lines::new(&View { paused: false, problems: 0, ..view(1) }).expect("a menu");
        let has = |lines: &Lines, name: &str| names(lines).iter().any(|line| line == name);
        assert!(has(&lines, "pause-menu") && !has(&lines, "resume") && !has(&lines, "problems"));
        lines.show(&View { paused: true, problems: 2, ..view(1) });
        assert!(!has(&lines, "pause-menu") && has(&lines, "resume") && has(&lines, "problems"));
        assert_eq!(lines.problems.text(), "Problems (2)…");
        assert_eq!(names(&lines)[PROBLEMS_AT], "problems");
    }

    #[test]
    fn an_update_has_a_line_above_the_last_two_while_there_is_one() {
        if panel(None) == Panel::Template {
            return;
        }
        let mut lines = Lines::new(&View { update: Some("1.4.0".into()), ..view(1) }).expect("a menu");
        let end = |lines: &Lines| names(lines)[names(lines).len() - 3..].join(" ");
        assert_eq!((end(&lines), lines.update.text()), ("update about quit".into(), "Update to 1.4.0…".into()));
        lines.show(&View { update: Some("1.5.0".into()), ..view(1) });
        assert_eq!((end(&lines), lines.update.text()), ("update about quit".into(), "Update to 1.5.0…".into()));
        lines.show(&View { update: None, ..view(1) });
        assert_eq!(end(&lines), "login about quit");
        lines.show(&View { update: Some("1.5.0".into()), ..view(1) });
        assert_eq!((end(&lines), lines.update.text()), ("update about quit".into(), "Update to 1.5.0…".into()));
        assert_eq!(super::super::wish::of_line("update"), Some(super::super::wish::Wish::Update));
    }
}
