//! What a person can ask of the tray, and the names of the menu's lines.
//!
//! Not here: who grants it (`host`).

use super::notice::Cause;
use crate::control::protocol::{Page, Show};

/// A click, a button, or a second start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    SyncNow,
    Pause(Length),
    Resume,
    Retry,
    OpenFolder,
    OpenLogs,
    /// The settings, from the top.
    Settings,
    /// The settings, at this field.
    DeviceId,
    ApiUrl,
    /// The page with recent uploads and problems.
    Status,
    /// The first steps.
    SetUp,
    /// That page's matter without a window, as there can be none.
    Without(Page),
    StartAtLogin,
    /// Version, licence and places.
    About,
    /// No more notices of that cause until tomorrow.
    NotToday(Cause),
    /// A page of the network that wants a person to sign in.
    Browser,
    /// Install the newer version, or show where it is.
    Update,
    Quit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    Hour,
    UntilTomorrow,
    UntilResumed,
}

/// Each line that can be clicked: its name in the menu, what it says, what it asks for.
pub(super) const LINES: [(&str, &str, Wish); 16] = [
    ("sync", "Sync now", Wish::SyncNow),
    ("pause-hour", "for 1 hour", Wish::Pause(Length::Hour)),
    ("pause-day", "until tomorrow", Wish::Pause(Length::UntilTomorrow)),
    ("pause", "until I resume", Wish::Pause(Length::UntilResumed)),
    ("resume", "Resume", Wish::Resume),
    ("folder", "Open folder", Wish::OpenFolder),
    ("recent", "Recent uploads…", Wish::Status),
    ("problems", "Problems…", Wish::Status),
    ("device", "Device ID…", Wish::DeviceId),
    ("api", "API URL…", Wish::ApiUrl),
    ("settings", "Settings…", Wish::Settings),
    ("logs", "Open logs", Wish::OpenLogs),
    ("login", "Start at login", Wish::StartAtLogin),
    ("update", "Update…", Wish::Update),
    ("about", concat!("About OutTray ", env!("CARGO_PKG_VERSION")), Wish::About),
    ("quit", "Quit", Wish::Quit),
];

impl Wish {
    /// What the window is to show for it; `None` where it needs no window.
    pub(super) fn page(self) -> Option<Show> {
        let at = |page, field: Option<&str>| Some(Show { page: Some(page), field: field.map(str::to_owned) });
        match self {
            Self::Settings => at(Page::Settings, None),
            Self::DeviceId => at(Page::Settings, Some("device_id")),
            Self::ApiUrl => at(Page::Settings, Some("api_url")),
            Self::Status => at(Page::Status, None),
            Self::SetUp => at(Page::Setup, None),
            Self::About => at(Page::About, None),
            _ => None,
        }
    }
}

/// What a click on the line of that name asks for.
pub(super) fn of_line(name: &str) -> Option<Wish> {
    LINES.iter().find(|(known, ..)| *known == name).map(|(.., wish)| *wish)
}

pub(super) fn text_of(name: &str) -> &'static str {
    LINES.iter().find(|(known, ..)| *known == name).map_or("", |(_, text, _)| text)
}
