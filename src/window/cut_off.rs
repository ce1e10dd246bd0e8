//! For tests: whether a page shows all of itself in a narrow window, in each language.
//!
//! In: how a page is made. Out: a failed test that names what lies beyond the right edge. Not here: what is on the page.

use eframe::egui::accesskit::Role;
use eframe::egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT as _;

/// Narrow windows, and the language that needs most room in a wide one. Points.
const WINDOWS: [(f32, &str); 4] = [(380.0, "en"), (400.0, "en"), (400.0, "de"), (800.0, "de")];

/// The page is made in English and then drawn at a height that shows all of it.
#[track_caller]
pub fn nothing_is<S>(height: f32, page: impl Fn() -> Harness<'static, S>) {
    for (width, locale) in WINDOWS {
        let mut page = page();
        rust_i18n::set_locale(locale);
        page.set_size(vec2(width, height));
        page.run();
        let beyond: Vec<_> = page
            .root()
            .children_recursive()
            // Long texts within a field move with the cursor.
            .filter(|node| node.accesskit_node().role() != Role::TextRun)
            .filter(|node| node.accesskit_node().bounding_box().is_some_and(|place| place.x1 > f64::from(width) + 1.0))
            .map(|node| format!("{node:?}"))
            .collect();
        rust_i18n::set_locale("en");
        assert!(beyond.is_empty(), "{width} {locale}: {beyond:#?}");
    }
}
