//! What the tray shows, as a function of how things are. Pure.
//!
//! In: a [`Status`], the time, and whether OutTray starts at login. Out: a [`View`]: the icon, the tooltip, every line of
//! the menu and whether it can be clicked. Not here: the objects on the panel (`indicator`).

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::sync::event::{State, Status};
use crate::sync::sentence::sentence;

/// One picture for each state, told apart by shape and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Icon {
    Ready,
    Syncing,
    Paused,
    Offline,
    Attention,
    Setup,
}

/// Everything that is to be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a line of the menu each")]
pub struct View {
    pub icon: Icon,
    /// The first line of the menu, and the tooltip.
    pub sentence: String,
    pub sync_now: bool,
    /// The menu offers to resume, not to pause.
    pub paused: bool,
    pub can_pause: bool,
    pub open_folder: bool,
    /// Files that cannot be sent as they are; the line is there only when there are any.
    pub problems: u64,
    pub device: String,
    pub api: String,
    /// `None` where this cannot be told.
    pub start_at_login: Option<bool>,
    /// A newer version; the line is there only when there is one.
    pub update: Option<String>,
}

/// Longer texts of settings end in an ellipsis.
const WIDEST: usize = 24;

impl Icon {
    pub const ALL: [Self; 6] = [Self::Ready, Self::Syncing, Self::Paused, Self::Offline, Self::Attention, Self::Setup];
}

impl From<State> for Icon {
    fn from(state: State) -> Self {
        match state {
            State::Idle => Self::Ready,
            State::Syncing => Self::Syncing,
            State::Paused => Self::Paused,
            State::Offline => Self::Offline,
            State::Attention => Self::Attention,
            State::SetupNeeded => Self::Setup,
        }
    }
}

impl View {
    pub fn of(status: &Status, now: Timestamp, zone: &TimeZone, start_at_login: Option<bool>) -> Self {
        let works = status.state != State::SetupNeeded && status.running;
        Self {
            icon: status.state.into(),
            sentence: sentence(status, now, zone),
            sync_now: works,
            paused: status.paused_until.is_some(),
            can_pause: works,
            open_folder: !status.watch_dir.is_empty(),
            problems: status.rejected,
            device: format!("Device ID: {}", or_unset(&status.device_id)),
            api: format!("API URL: {}", or_unset(host_of(&status.api_url))),
            start_at_login,
            update: None,
        }
    }

    pub fn tooltip(&self) -> String {
        format!("OutTray – {}", self.sentence)
    }
}

/// The part of an address that a person recognises.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest)
}

fn or_unset(text: &str) -> String {
    if text.is_empty() {
        return "not set…".into();
    }
    match text.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => format!("{text}…"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sync::double;

    fn view(status: &Status) -> View {
        let now = "2026-01-27T12:00:00Z".parse().expect("a time");
        View::of(status, now, &TimeZone::UTC, Some(true))
    }

    #[test]
    fn shows_a_good_day() {
        let status = Status { running: true, ..double::status() };
        let shown = view(&status);
        assert_eq!((shown.icon, shown.sync_now, shown.paused, shown.problems), (Icon::Ready, true, false, 0));
        assert_eq!(shown.tooltip(), "OutTray – All 42 files are sent, the last one at 10:31.");
    }

    #[test]
    fn before_the_set_up_only_the_set_up_works() {
        let status = Status {
            state: State::SetupNeeded,
            running: false,
            device_id: String::new(),
            api_url: String::new(),
            watch_dir: String::new(),
            ..double::status()
        };
        let view = view(&status);
        assert_eq!((view.icon, view.sync_now, view.can_pause, view.open_folder), (Icon::Setup, false, false, false));
        assert_eq!((view.device.as_str(), view.api.as_str()), ("Device ID: not set…", "API URL: not set…"));
    }

    #[test]
    fn long_settings_are_cut_between_letters() {
        assert_eq!(or_unset("laptop-01"), "laptop-01…");
        assert_eq!(or_unset(&"é".repeat(40)), format!("{}…", "é".repeat(WIDEST)));
        assert_eq!(
            host_of("https://abc.execute-api.us-west-2.amazonaws.com/ingest/new"),
            "abc.execute-api.us-west-2.amazonaws.com"
        );
    }

    fn states() -> impl Strategy<Value = State> {
        prop_oneof![
            Just(State::Idle),
            Just(State::Syncing),
            Just(State::Paused),
            Just(State::Offline),
            Just(State::Attention),
            Just(State::SetupNeeded)
        ]
    }

    proptest! {
        /// Whatever else is true, the icon tells the state and nothing but the state.
        #[test]
        fn the_icon_is_a_function_of_the_state(
            state in states(),
            waiting in 0..9_u64,
            rejected in 0..9_u64,
            running: bool,
            text in ".{0,80}",
        ) {
            let (device_id, api_url, last_error) = (text.clone(), text.clone(), Some(text));
            let status = Status { state, running, device_id, api_url, waiting, rejected, last_error, ..double::status() };
            let plain = Status { state, ..double::status() };
            prop_assert_eq!(view(&status).icon, view(&plain).icon);
            prop_assert_eq!(view(&status).problems > 0, rejected > 0);
        }
    }
}
