//! A settings portal that knows one thing: the colour scheme of applications.
//!
//! In: the address of a bus, and what is chosen: 0 nothing, 1 dark, 2 light. Dropping it takes the portal away.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::StreamExt as _;
use zbus::message::Type;
use zbus::{Connection, MessageStream, Variant, block_on};

const NAME: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const SETTINGS: &str = "org.freedesktop.portal.Settings";
const KEY: (&str, &str) = ("org.freedesktop.appearance", "color-scheme");

pub struct Portal {
    bus: Connection,
    chosen: Arc<AtomicU32>,
    asked: Arc<AtomicU32>,
    answering: Option<std::thread::JoinHandle<()>>,
}

impl Portal {
    pub fn start(address: &str, chosen: u32) -> Self {
        let (chosen, asked) = (Arc::new(AtomicU32::new(chosen)), Arc::new(AtomicU32::new(0)));
        let bus = block_on(zbus::connection::Builder::address(address).build()).unwrap();
        let calls = MessageStream::from(&bus);
        let (answers, scheme, count) = (bus.clone(), Arc::clone(&chosen), Arc::clone(&asked));
        let answering = std::thread::spawn(move || block_on(answer(answers, calls, &scheme, &count)));
        block_on(bus.request_name(NAME)).unwrap();
        Self { bus, chosen, asked, answering: Some(answering) }
    }

    /// How often somebody asked.
    pub fn asked(&self) -> u32 {
        self.asked.load(Ordering::Relaxed)
    }

    /// The person chooses another one.
    pub fn change(&self, to: u32) {
        self.chosen.store(to, Ordering::Relaxed);
        let body = (KEY.0, KEY.1, Variant::U32(to));
        block_on(self.bus.emit_signal(None::<&str>, PATH, SETTINGS, "SettingChanged", &body)).unwrap();
    }
}

async fn answer(bus: Connection, mut calls: MessageStream, chosen: &AtomicU32, asked: &AtomicU32) {
    while let Some(Ok(call)) = calls.next().await {
        if call.message_type() != Type::MethodCall {
            continue;
        }
        let header = call.header();
        let body = call.body();
        let key = body.deserialize::<(String, String)>().unwrap_or_default();
        let answered = if (key.0.as_str(), key.1.as_str()) == KEY {
            // As the portals do it: a value in a value.
            let value = Variant::Variant(Box::new(Variant::U32(chosen.load(Ordering::Relaxed))));
            bus.reply(&header, &value).await
        } else {
            bus.reply_error(&header, "org.freedesktop.portal.Error.NotFound", &"no such setting").await
        };
        answered.unwrap();
        asked.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = block_on(self.bus.clone().close());
        if let Some(answering) = self.answering.take() {
            let _ = answering.join();
        }
    }
}
