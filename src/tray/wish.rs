//! What a person can ask of the tray, and the names of the menu's lines.
//!
//! Not here: who grants it (`host`).

use super::notice::Cause;

/// A click, a button, or a second start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    SyncNow,
    Pause(Length),
    Resume,
    Retry,
    OpenFolder,
    OpenLogs,
    /// The settings, at a field or at the top. Until there is a window they open in an editor.
    Settings,
    /// The page with recent uploads and problems. Until there is a window the log opens.
    Status,
    StartAtLogin,
    /// Version, licence and places. Until there is a window the log opens.
    About,
    /// No more notices of that cause until tomorrow.
    NotToday(Cause),
    /// A page of the network that wants a person to sign in.
    Browser,
    Quit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    Hour,
    UntilTomorrow,
    UntilResumed,
}

/// Each line that can be clicked: its name in the menu, what it says, what it asks for.
pub(super) const LINES: [(&str, &str, Wish); 15] = [
    ("sync", "Sync now", Wish::SyncNow),
    ("pause-hour", "for 1 hour", Wish::Pause(Length::Hour)),
    ("pause-day", "until tomorrow", Wish::Pause(Length::UntilTomorrow)),
    ("pause", "until I resume", Wish::Pause(Length::UntilResumed)),
    ("resume", "Resume", Wish::Resume),
    ("folder", "Open folder", Wish::OpenFolder),
    ("recent", "Recent uploads…", Wish::Status),
    ("problems", "Problems…", Wish::Status),
    ("device", "Device ID…", Wish::Settings),
    ("api", "API URL…", Wish::Settings),
    ("settings", "Settings…", Wish::Settings),
    ("logs", "Open logs", Wish::OpenLogs),
    ("login", "Start at login", Wish::StartAtLogin),
    ("about", concat!("About OutTray ", env!("CARGO_PKG_VERSION")), Wish::About),
    ("quit", "Quit", Wish::Quit),
];

/// What a click on the line of that name asks for.
pub(super) fn of_line(name: &str) -> Option<Wish> {
    LINES.iter().find(|(known, ..)| *known == name).map(|(.., wish)| *wish)
}

pub(super) fn text_of(name: &str) -> &'static str {
    LINES.iter().find(|(known, ..)| *known == name).map_or("", |(_, text, _)| text)
}
