//! The colour scheme that people chose for their applications, from the settings portal.
//!
//! In: the session's bus, its messages. Out: [`Fact::Scheme`] when it is another one than before.
//! Not here: whether a panel follows it (`platform::panel`).

use zbus::wire::OwnedVariant;
use zbus::{Connection, Message, Variant};

use super::{BUS, Fact, Tell, is_owned};
use crate::platform::panel::Scheme;

const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PORTAL_PATH: &str = "/org/freedesktop/portal/desktop";
const SETTINGS: &str = "org.freedesktop.portal.Settings";
/// Namespace and key.
const APPEARANCE: &str = "org.freedesktop.appearance";
const SCHEME: &str = "color-scheme";

/// The portal may come after us.
pub(super) fn comings() -> String {
    format!("type='signal',sender='{BUS}',member='NameOwnerChanged',arg0='{PORTAL}'")
}

pub(super) fn changes() -> String {
    format!("type='signal',sender='{PORTAL}',interface='{SETTINGS}',member='SettingChanged',arg0='{APPEARANCE}'")
}

/// Whether the message is about the portal.
pub(super) fn concerns(message: &Message) -> bool {
    match message.header().member().map(zbus::names::MemberName::as_str) {
        Some("SettingChanged") => true,
        Some("NameOwnerChanged") => {
            message.body().deserialize().is_ok_and(|(name, _, _): (String, String, String)| name == PORTAL)
        }
        _ => false,
    }
}

pub(super) async fn hear(message: &Message, bus: &Connection, last: &mut Option<Scheme>, tell: Tell<'_>) {
    if message.header().member().is_some_and(|member| member == "NameOwnerChanged") {
        return ask(bus, last, tell).await;
    }
    let body = message.body();
    if let Ok((space, key, value)) = body.deserialize::<(String, String, OwnedVariant)>()
        && (space.as_str(), key.as_str()) == (APPEARANCE, SCHEME)
    {
        note(meaning(&value), last, tell);
    }
}

/// Nobody may be there to answer; then nothing is known.
pub(super) async fn ask(bus: &Connection, last: &mut Option<Scheme>, tell: Tell<'_>) {
    if !is_owned(bus, PORTAL).await {
        return;
    }
    // `ReadOne` is the newer name; not every portal in use has it.
    let asked = bus.call_method(Some(PORTAL), PORTAL_PATH, Some(SETTINGS), "Read", &(APPEARANCE, SCHEME)).await;
    match asked.and_then(|answer| answer.body().deserialize::<OwnedVariant>()) {
        Ok(value) => note(meaning(&value), last, tell),
        Err(error) => tracing::debug!(target: "outtray", "the settings portal tells no colour scheme: {error}"),
    }
}

fn note(told: Option<Scheme>, last: &mut Option<Scheme>, tell: Tell<'_>) {
    if let Some(scheme) = told.filter(|scheme| last.replace(*scheme) != Some(*scheme)) {
        tell(Fact::Scheme(scheme));
    }
}

/// `Read` wraps its answer once more than the signal does. No preference means bright, as it always was.
fn meaning(value: &Variant<'_>) -> Option<Scheme> {
    match value {
        Variant::Variant(inner) => meaning(inner),
        Variant::U32(1) => Some(Scheme::Dark),
        Variant::U32(_) => Some(Scheme::Light),
        _ => None,
    }
}
