//! What kind of panel the tray icon stands on.
//!
//! Not here: which picture fits it (`tray::icons`).

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

/// The panel of this desktop, as far as it tells.
#[cfg(target_os = "macos")]
pub fn panel() -> Panel {
    Panel::Template
}

/// The taskbar has a colour scheme of its own.
#[cfg(windows)]
pub fn panel() -> Panel {
    Panel::Dark { scales: false }
}

/// Nothing tells; the panels of most desktops are dark.
#[cfg(not(any(windows, target_os = "macos")))]
pub fn panel() -> Panel {
    Panel::Dark { scales: true }
}

/// Whether the panel puts a title above the tooltip, as those of Linux desktops do. Elsewhere there is none, or (macOS)
/// it would stand beside the icon at all times.
pub fn has_title() -> bool {
    cfg!(not(any(windows, target_os = "macos")))
}
