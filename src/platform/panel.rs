//! What kind of panel the tray icon stands on.
//!
//! In: what the desktop says about its colours, and its name. Out: the [`Panel`].
//! Not here: which picture fits it (`tray::icons`), hearing that the colours change (`facts`).

/// How the panel shows pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// Bright behind the icon. `scales`: it makes a large picture smaller by itself.
    Light { scales: bool },
    /// Dark behind the icon.
    Dark { scales: bool },
    /// The menu bar of macOS, which colours shapes as it needs them.
    Template,
}

/// Dark text on a bright ground, or the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    Light,
    Dark,
}

/// The panel of this desktop. `told` is what [`super::facts`] heard last.
pub fn panel(told: Option<Scheme>) -> Panel {
    if cfg!(target_os = "macos") {
        return Panel::Template;
    }
    let scales = cfg!(not(windows));
    match scheme(told) {
        Scheme::Light => Panel::Light { scales },
        Scheme::Dark => Panel::Dark { scales },
    }
}

/// Whether the panel puts a title above the tooltip, as those of Linux desktops do. Elsewhere there is none, or (macOS)
/// it would stand beside the icon at all times.
pub fn has_title() -> bool {
    cfg!(not(any(windows, target_os = "macos")))
}

/// The taskbar has a scheme of its own, apart from that of windows. Before Windows 10 1903 it was always dark.
#[cfg(windows)]
fn scheme(told: Option<Scheme>) -> Scheme {
    told.unwrap_or_else(taskbar)
}

/// Where Windows keeps it.
#[cfg(windows)]
pub(super) const PERSONALIZE: &str = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize";

#[cfg(windows)]
pub(super) fn taskbar() -> Scheme {
    let key = windows_registry::CURRENT_USER.open(PERSONALIZE);
    let light = key.and_then(|key| key.get_u32("SystemUsesLightTheme")).is_ok_and(|light| light != 0);
    if light { Scheme::Light } else { Scheme::Dark }
}

#[cfg(not(windows))]
fn scheme(told: Option<Scheme>) -> Scheme {
    behind(&std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default(), told)
}

/// Desktops whose panel takes the scheme of the applications, each with the one it has out of the box.
///
/// The portal tells the scheme of applications and nothing of panels. On all other desktops the two are apart: the top
/// bar of GNOME is black whatever the scheme, those of Ubuntu, Cinnamon, Budgie and Unity are dark by default beside bright
/// windows, Xfce has a switch "dark mode" for its panel that is on, and the bars of window managers are dark as a rule.
/// A person with another taste still sees the sign on the icon, which is made to stand out on both grounds.
#[cfg(not(windows))]
const FOLLOWERS: [(&str, Scheme); 4] =
    [("KDE", Scheme::Light), ("Deepin", Scheme::Light), ("DDE", Scheme::Light), ("COSMIC", Scheme::Dark)];

/// `desktops` is a list with colons, the closest name first.
#[cfg(not(windows))]
fn behind(desktops: &str, told: Option<Scheme>) -> Scheme {
    let follower = FOLLOWERS.iter().find(|(name, _)| desktops.split(':').any(|one| one.eq_ignore_ascii_case(name)));
    follower.map_or(Scheme::Dark, |(_, usual)| told.unwrap_or(*usual))
}

#[cfg(all(test, not(windows)))]
mod tests {
    use super::*;

    #[test]
    fn the_panel_follows_the_scheme_only_where_it_is_one_of_the_applications() {
        use Scheme::{Dark, Light};
        for (desktops, light, dark, untold) in [
            ("KDE", Light, Dark, Light),
            ("COSMIC", Light, Dark, Dark),
            ("deepin:Deepin", Light, Dark, Light),
            ("ubuntu:GNOME", Dark, Dark, Dark),
            ("XFCE", Dark, Dark, Dark),
            ("X-Cinnamon", Dark, Dark, Dark),
            ("sway", Dark, Dark, Dark),
            ("", Dark, Dark, Dark),
        ] {
            let all = [Some(Light), Some(Dark), None].map(|told| behind(desktops, told));
            assert_eq!(all, [light, dark, untold], "{desktops}");
        }
    }
}
