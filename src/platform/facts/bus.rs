//! D-Bus: the session's bus for the tray host, the system's bus for sleep, network and session lock.
//!
//! No service is started by asking: only names that somebody owns are asked. A service that comes later, or again, is
//! heard all the same, as signals are matched by name.
//! Not here: what the settings portal says (`scheme`).

use std::cell::Cell;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::{Either, join, select};
use tokio::sync::oneshot;
use zbus::connection::Builder;
use zbus::wire::{OwnedObjectPath, OwnedVariant};
use zbus::{Connection, Message, MessageStream};

use super::{Buses, Fact};

mod scheme;

type Tell<'a> = &'a dyn Fn(Fact);

const BUS: &str = "org.freedesktop.DBus";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const WATCHER_PATH: &str = "/StatusNotifierWatcher";

const LOGIN: &str = "org.freedesktop.login1";
const LOGIN_PATH: &str = "/org/freedesktop/login1";
const LOGIN_MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";

const NETWORK: &str = "org.freedesktop.NetworkManager";
const NETWORK_PATH: &str = "/org/freedesktop/NetworkManager";

/// A panel or service that does not answer for this long counts as absent.
const PATIENCE: Duration = Duration::from_secs(5);

/// Signals that may wait while a question is open. Ours are rare.
const QUEUE: usize = 256;

/// Until told to end, or until both buses are gone.
pub(super) async fn listen(buses: &Buses, tell: Tell<'_>, ended: oneshot::Receiver<()>) {
    let both = join(
        async {
            if let Err(error) = follow_session(buses.session.as_deref(), tell).await {
                tracing::debug!(target: "outtray", "session bus: {error}");
            }
        },
        async {
            if let Err(error) = follow_system(buses.system.as_deref(), tell).await {
                tracing::debug!(target: "outtray", "system bus: {error}");
            }
        },
    );
    if let Either::Right(_) = select(ended, std::pin::pin!(both)).await {
        tracing::debug!(target: "outtray", "no bus tells about this desktop any more");
    }
}

/// Without a session bus nobody shows icons: told once, like the end of one.
async fn follow_session(address: Option<&str>, tell: Tell<'_>) -> zbus::Result<()> {
    let last = Cell::new(None);
    let now = |is_there: bool| {
        if last.replace(Some(is_there)) != Some(is_there) {
            tell(Fact::TrayHost(is_there));
        }
    };
    let mut colours = None;
    let result = async {
        let bus = connect(Builder::session, address).await?;
        let mut signals = signals(
            &bus,
            &[
                format!("type='signal',sender='{BUS}',member='NameOwnerChanged',arg0='{WATCHER}'"),
                format!("type='signal',sender='{WATCHER}',interface='{WATCHER}'"),
                format!("type='signal',sender='{WATCHER}',interface='{PROPERTIES}',arg0='{WATCHER}'"),
                scheme::comings(),
                scheme::changes(),
            ],
        )
        .await?;
        now(has_tray_host(&bus).await);
        scheme::ask(&bus, &mut colours, tell).await;
        while let Some(message) = signals.next().await {
            let message = message?;
            let header = message.header();
            let member = header.member().map(zbus::names::MemberName::as_str);
            if scheme::concerns(&message) {
                scheme::hear(&message, &bus, &mut colours, tell).await;
                continue;
            }
            // Items come and go all the time; they say nothing about the host.
            if matches!(
                member,
                Some(
                    "NameOwnerChanged"
                        | "StatusNotifierHostRegistered"
                        | "StatusNotifierHostUnregistered"
                        | "PropertiesChanged"
                )
            ) {
                now(has_tray_host(&bus).await);
            }
        }
        Ok(())
    }
    .await;
    now(false);
    result
}

async fn has_tray_host(bus: &Connection) -> bool {
    if !is_owned(bus, WATCHER).await {
        return false;
    }
    match property(bus, (WATCHER, WATCHER_PATH, WATCHER), "IsStatusNotifierHostRegistered").await {
        Ok(value) => bool::try_from(value).unwrap_or(true),
        Err(error) => {
            tracing::debug!(target: "outtray", "the tray's watcher does not answer: {error}");
            false
        }
    }
}

async fn follow_system(address: Option<&str>, tell: Tell<'_>) -> zbus::Result<()> {
    let bus = connect(Builder::system, address).await?;
    let mut signals = signals(
        &bus,
        &[
            format!("type='signal',sender='{LOGIN}',interface='{LOGIN_MANAGER}',member='PrepareForSleep'"),
            format!("type='signal',sender='{LOGIN}',interface='{PROPERTIES}',arg0='{SESSION}'"),
            format!("type='signal',sender='{NETWORK}',interface='{NETWORK}',member='StateChanged'"),
        ],
    )
    .await?;
    let session = own_session(&bus).await;
    let mut is_locked = false;
    if let Some(session) = &session
        && let Ok(value) = property(&bus, (LOGIN, session.as_str(), SESSION), "LockedHint").await
        && bool::try_from(value).unwrap_or(false)
    {
        is_locked = true;
        tell(Fact::SessionLocked(true));
    }
    let mut is_up = None;
    if is_owned(&bus, NETWORK).await
        && let Ok(value) = property(&bus, (NETWORK, NETWORK_PATH, NETWORK), "State").await
    {
        is_up = u32::try_from(value).ok().and_then(is_network_up);
        if is_up == Some(false) {
            tell(Fact::NetworkDown);
        }
    }
    while let Some(message) = signals.next().await {
        let message = message?;
        let header = message.header();
        match header.member().map(zbus::names::MemberName::as_str) {
            // True is told before the sleep, false after it.
            Some("PrepareForSleep") if message.body().deserialize::<bool>().is_ok_and(|before| !before) => {
                tell(Fact::Woke);
            }
            Some("StateChanged") => {
                let state = message.body().deserialize::<u32>().ok().and_then(is_network_up);
                if state.is_some() && state != is_up {
                    is_up = state;
                    tell(if state == Some(true) { Fact::NetworkUp } else { Fact::NetworkDown });
                }
            }
            Some("PropertiesChanged")
                if header.path().map(zbus::ObjectPath::as_str) == session.as_ref().map(|path| path.as_str()) =>
            {
                if let Some(locked) = lock_in(&message).filter(|locked| *locked != is_locked) {
                    is_locked = locked;
                    tell(Fact::SessionLocked(locked));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a state of NetworkManager (`NMState`) means a way to other computers; `None` while it is on its way.
fn is_network_up(state: u32) -> Option<bool> {
    match state {
        10 | 20 => Some(false),
        // A site without the internet may still have its own presigner.
        50 | 60 | 70 => Some(true),
        _ => None,
    }
}

/// The session of this process. One that systemd started for the user belongs to none: then the display's counts.
async fn own_session(bus: &Connection) -> Option<OwnedObjectPath> {
    if !is_owned(bus, LOGIN).await {
        return None;
    }
    let asked =
        bus.call_method(Some(LOGIN), LOGIN_PATH, Some(LOGIN_MANAGER), "GetSessionByPID", &std::process::id()).await;
    if let Ok(answer) = asked {
        return answer.body().deserialize().ok();
    }
    let user = bus.call_method(Some(LOGIN), LOGIN_PATH, Some(LOGIN_MANAGER), "GetUserByPID", &std::process::id()).await;
    let user: OwnedObjectPath = user.ok()?.body().deserialize().ok()?;
    let display = property(bus, (LOGIN, user.as_str(), "org.freedesktop.login1.User"), "Display").await.ok()?;
    let (_, path) = <(String, OwnedObjectPath)>::try_from(display).ok()?;
    (path.as_str() != "/").then_some(path)
}

fn lock_in(message: &Message) -> Option<bool> {
    let body = message.body();
    let (_, changed, _): (String, std::collections::HashMap<String, OwnedVariant>, Vec<String>) =
        body.deserialize().ok()?;
    bool::try_from(changed.get("LockedHint")?.try_clone().ok()?).ok()
}

async fn connect<'a>(usual: fn() -> Builder<'a>, address: Option<&'a str>) -> zbus::Result<Connection> {
    address.map_or_else(usual, Builder::address).method_timeout(PATIENCE).build().await
}

/// One stream for all rules, so that signals come in their order.
async fn signals(bus: &Connection, rules: &[String]) -> zbus::Result<MessageStream> {
    let mut stream = MessageStream::from(bus);
    stream.set_max_queued(std::num::NonZeroUsize::new(QUEUE).expect("it is not zero"));
    for rule in rules {
        bus.call_method(Some(BUS), "/org/freedesktop/DBus", Some(BUS), "AddMatch", rule).await?;
    }
    Ok(stream)
}

async fn is_owned(bus: &Connection, name: &str) -> bool {
    let asked = bus.call_method(Some(BUS), "/org/freedesktop/DBus", Some(BUS), "NameHasOwner", &name).await;
    asked.is_ok_and(|answer| answer.body().deserialize().unwrap_or(false))
}

/// A property of (service, path, interface).
async fn property(bus: &Connection, of: (&str, &str, &str), name: &str) -> zbus::Result<OwnedVariant> {
    let (service, path, interface) = of;
    let answer = bus.call_method(Some(service), path, Some(PROPERTIES), "Get", &(interface, name)).await?;
    answer.body().deserialize()
}

#[cfg(test)]
mod tests;
