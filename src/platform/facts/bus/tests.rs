//! Against a real `dbus-daemon` of the test's own, with a pretended watcher, login1 and NetworkManager.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use zbus::Variant;
use zbus::message::Type;
use zbus::wire::ObjectPath;

use super::super::Facts;
use super::*;
use crate::platform::panel::Scheme;

const OUR_SESSION: &str = "/org/freedesktop/login1/session/_7";

struct Daemon {
    process: Child,
    address: String,
}

impl Daemon {
    fn start() -> Option<Self> {
        let started = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut process) = started else {
            println!("skipped: dbus-daemon is not installed");
            return None;
        };
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Some(Self { process, address: address.trim().into() })
    }

    fn facts(&self) -> (Facts, Receiver<Fact>) {
        let (tell, told) = channel();
        let buses = Buses { session: Some(self.address.clone()), system: Some(self.address.clone()) };
        let facts = Facts::listen(buses, move |fact| {
            let _ = tell.send(fact);
        });
        (facts.unwrap(), told)
    }

    /// Listens before it has its name: who hears of the name asks at once.
    async fn service(&self, name: &'static str) -> (Connection, MessageStream) {
        let bus = Builder::address(self.address.as_str()).build().await.unwrap();
        let calls = MessageStream::from(&bus);
        bus.request_name(name).await.unwrap();
        (bus, calls)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn next(told: &Receiver<Fact>) -> Fact {
    told.recv_timeout(Duration::from_secs(20)).expect("a fact in time")
}

/// Answers `Get` with these properties, and login1's question for a session.
async fn answer((bus, calls): &mut (Connection, MessageStream), properties: &[(&str, Variant<'_>)]) {
    while let Some(Ok(call)) = calls.next().await {
        let header = call.header();
        if call.message_type() != Type::MethodCall {
            continue;
        }
        if header.member().is_some_and(|member| member == "GetSessionByPID") {
            bus.reply(&header, &ObjectPath::try_from(OUR_SESSION).unwrap()).await.unwrap();
            continue;
        }
        let body = call.body();
        let (_, name): (String, String) = body.deserialize().unwrap();
        match properties.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => bus.reply(&header, value).await.unwrap(),
            None => bus.reply_error(&header, "org.freedesktop.DBus.Error.UnknownProperty", &name).await.unwrap(),
        }
    }
}

/// Serves and does the rest meanwhile.
async fn while_answering<T>(
    service: &mut (Connection, MessageStream),
    properties: &[(&str, Variant<'_>)],
    rest: impl Future<Output = T>,
) -> T {
    match select(std::pin::pin!(answer(service, properties)), std::pin::pin!(rest)).await {
        Either::Right((done, _)) => done,
        Either::Left(_) => panic!("the service lost its bus"),
    }
}

/// The next fact, without holding up the services of this thread.
async fn hear(told: Receiver<Fact>) -> (Fact, Receiver<Fact>) {
    let (back, heard) = oneshot::channel();
    std::thread::spawn(move || {
        let fact = next(&told);
        let _ = back.send((fact, told));
    });
    heard.await.expect("a fact")
}

#[test]
fn without_any_bus_nobody_shows_icons() {
    let (tell, told) = channel();
    let nowhere = Some("unix:path=/nonexistent/bus".to_owned());
    let buses = Buses { session: nowhere.clone(), system: nowhere };
    let _facts = Facts::listen(buses, move |fact| {
        let _ = tell.send(fact);
    });
    assert_eq!(next(&told), Fact::TrayHost(false));
    // The thread ends, and with it the only sender.
    assert!(told.recv().is_err());
}

#[test]
fn a_panel_comes_goes_and_comes_again() {
    let Some(daemon) = Daemon::start() else { return };
    let (facts, told) = daemon.facts();
    assert_eq!(next(&told), Fact::TrayHost(false));
    let mut told = Some(told);
    for _ in 0..2 {
        zbus::block_on(async {
            let mut watcher = daemon.service(WATCHER).await;
            let with_host = [("IsStatusNotifierHostRegistered", Variant::from(true))];
            let (fact, back) = while_answering(&mut watcher, &with_host, hear(told.take().unwrap())).await;
            assert_eq!(fact, Fact::TrayHost(true));
            let without = [("IsStatusNotifierHostRegistered", Variant::from(false))];
            let gone =
                watcher.0.emit_signal(None::<&str>, WATCHER_PATH, WATCHER, "StatusNotifierHostUnregistered", &());
            gone.await.unwrap();
            let (fact, back) = while_answering(&mut watcher, &without, hear(back)).await;
            assert_eq!(fact, Fact::TrayHost(false));
            let come = watcher.0.emit_signal(None::<&str>, WATCHER_PATH, WATCHER, "StatusNotifierHostRegistered", &());
            come.await.unwrap();
            let (fact, back) = while_answering(&mut watcher, &with_host, hear(back)).await;
            assert_eq!(fact, Fact::TrayHost(true));
            watcher.0.close().await.unwrap();
            told = Some(back);
        });
        assert_eq!(next(told.as_ref().unwrap()), Fact::TrayHost(false));
    }
    drop(facts);
    assert!(told.unwrap().recv().is_err(), "dropping ends the thread");
}

#[test]
fn tells_wake_network_and_lock_of_our_own_session() {
    let Some(daemon) = Daemon::start() else { return };
    zbus::block_on(async {
        let mut service = daemon.service(LOGIN).await;
        service.0.request_name(NETWORK).await.unwrap();
        let properties = [("LockedHint", Variant::from(true)), ("State", Variant::from(20_u32))];
        let told = while_answering(&mut service, &properties, async {
            let (facts, mut told) = daemon.facts();
            let mut first = Vec::new();
            for _ in 0..3 {
                let (fact, back) = hear(told).await;
                (told, first) = (back, [first, vec![fact]].concat());
            }
            first.sort_by_key(|fact| matches!(fact, Fact::TrayHost(_)));
            assert_eq!(first, [Fact::SessionLocked(true), Fact::NetworkDown, Fact::TrayHost(false)]);
            (facts, told)
        })
        .await;
        let login = &service.0;
        let signal = async |path: &str, interface: &str, member: &str, state: Variant<'_>| {
            let message = match state {
                Variant::Bool(state) => login.emit_signal(None::<&str>, path, interface, member, &state).await,
                Variant::U32(state) => login.emit_signal(None::<&str>, path, interface, member, &state).await,
                _ => panic!("no such signal"),
            };
            message.unwrap();
        };
        let locked = async |path: &str, locked: bool| {
            let changed = HashMap::from([("LockedHint", Variant::from(locked))]);
            let body = (SESSION, changed, Vec::<String>::new());
            login.emit_signal(None::<&str>, path, PROPERTIES, "PropertiesChanged", &body).await.unwrap();
        };
        signal(LOGIN_PATH, LOGIN_MANAGER, "PrepareForSleep", Variant::from(true)).await;
        signal(LOGIN_PATH, LOGIN_MANAGER, "PrepareForSleep", Variant::from(false)).await;
        for state in [40_u32, 70, 60, 30, 20] {
            signal(NETWORK_PATH, NETWORK, "StateChanged", Variant::from(state)).await;
        }
        locked("/org/freedesktop/login1/session/another", false).await;
        locked(OUR_SESSION, true).await;
        locked(OUR_SESSION, false).await;
        let expected = [Fact::Woke, Fact::NetworkUp, Fact::NetworkDown, Fact::SessionLocked(false)];
        let mut told = told;
        for fact in expected {
            let (heard, back) = hear(told.1).await;
            told.1 = back;
            assert_eq!(heard, fact);
        }
        assert!(told.1.try_recv().is_err(), "nothing else is told");
    });
}

#[test]
fn tells_the_colours_of_the_portal_and_their_change() {
    let Some(daemon) = Daemon::start() else { return };
    let (_facts, told) = daemon.facts();
    assert_eq!(next(&told), Fact::TrayHost(false));
    zbus::block_on(async {
        let mut portal = daemon.service("org.freedesktop.portal.Desktop").await;
        let dark = [("color-scheme", Variant::from(1_u32))];
        let (fact, told) = while_answering(&mut portal, &dark, hear(told)).await;
        assert_eq!(fact, Fact::Scheme(Scheme::Dark));
        // Another setting, the same again, and no preference.
        for (key, value) in [("contrast", 0_u32), ("color-scheme", 1), ("color-scheme", 0)] {
            let (path, settings) = ("/org/freedesktop/portal/desktop", "org.freedesktop.portal.Settings");
            let body = ("org.freedesktop.appearance", key, Variant::from(value));
            portal.0.emit_signal(None::<&str>, path, settings, "SettingChanged", &body).await.unwrap();
        }
        let (fact, told) = hear(told).await;
        assert_eq!(fact, Fact::Scheme(Scheme::Light));
        assert!(told.try_recv().is_err(), "nothing else is told");
    });
}
