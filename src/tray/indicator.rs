//! The objects on the panel: icon and menu. They are changed only where the view changed.
//!
//! In: a [`View`], and the panel it stands on. Out: what a person sees. Main thread only.
//! Not here: what to show (`view`), the menu's lines (`menu`), what a click does (`host`).

use tray_icon::{TrayIcon, TrayIconBuilder};

use super::icons;
use super::menu::{Lines, told};
use super::view::{Icon, View};
use crate::platform::panel::{Panel, has_title};

pub(super) struct Indicator {
    icon: TrayIcon,
    lines: Lines,
    shown: View,
    panel: Panel,
}

impl Indicator {
    pub(super) fn new(view: View, panel: Panel) -> Result<Self, tray_icon::Error> {
        let refused =
            |error: tray_icon::menu::Error| tray_icon::Error::OsError(std::io::Error::other(error.to_string()));
        let lines = Lines::new(&view).map_err(refused)?;
        let (pixels, template) = icons::pixels(view.icon, panel);
        let mut builder = TrayIconBuilder::new().with_id("outtray");
        if has_title() {
            builder = builder.with_title("OutTray");
        }
        #[allow(deprecated, reason = "what replaces it exists on macOS alone")]
        let icon = builder
            .with_tooltip(tooltip(&view))
            .with_icon(pixels)
            .with_icon_as_template(template)
            .with_menu(Box::new(lines.menu.clone()))
            .build()?;
        Ok(Self { icon, lines, shown: view, panel })
    }

    /// Shows a view. Nothing is touched that is the same as before.
    pub(super) fn show(&mut self, view: View) {
        if view == self.shown {
            return;
        }
        if view.icon != self.shown.icon {
            self.draw(view.icon);
        }
        if view.sentence != self.shown.sentence {
            told(self.icon.set_tooltip(Some(tooltip(&view))));
        }
        self.lines.show(&view);
        self.shown = view;
    }

    /// Changes the picture to one for that panel.
    pub(super) fn stand_on(&mut self, panel: Panel) {
        if panel != self.panel {
            self.panel = panel;
            self.draw(self.shown.icon);
        }
    }

    fn draw(&self, icon: Icon) {
        let (pixels, template) = icons::pixels(icon, self.panel);
        // In one call on macOS, where the two halves race; elsewhere that call does nothing.
        #[allow(deprecated, reason = "what replaces it exists on macOS alone")]
        told(if template {
            self.icon.set_icon_with_as_template(Some(pixels), true)
        } else {
            self.icon.set_icon(Some(pixels))
        });
    }
}

/// The name of the program is said once.
fn tooltip(view: &View) -> String {
    if has_title() { view.sentence.clone() } else { view.tooltip() }
}
