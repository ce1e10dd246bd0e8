//! The rungs of the ladder in the person's language: what each tries, what went wrong, the one thing to do.
//!
//! In: a rung. Out: words. A kind that is not listed speaks for itself, in English, as everywhere.
//! Not here: finding it out (`setup::ladder`).

use rust_i18n::t;

use crate::setup::ladder::{ANSWERS, NEW_FOLDER, Rung, Step};
use crate::window::words::kind as told;

/// What a step is about, before anybody knows how it ends.
pub fn name(step: Step) -> String {
    match step {
        Step::Settings => t!("nav.settings"),
        Step::Folder => t!("setup.folder"),
        Step::HostName => t!("step.host_name"),
        Step::Key => t!("step.key"),
        Step::Connection => t!("step.connection"),
        Step::Clock => t!("step.clock"),
        Step::Presigner => t!("step.presigner"),
        Step::Device => t!("setup.computer"),
        Step::Upload => t!("step.upload"),
        Step::Rename => t!("step.rename"),
    }
    .into_owned()
}

/// What a green rung says.
pub fn good(rung: &Rung) -> String {
    match rung.step {
        Step::Folder if rung.kind.as_deref() == Some(NEW_FOLDER) => t!("setup.folder_new"),
        Step::Presigner if rung.kind.as_deref() == Some(ANSWERS) => t!("rung.presigner_answers"),
        Step::Settings => t!("rung.settings"),
        Step::Folder => t!("rung.folder"),
        Step::HostName => t!("rung.host_name"),
        Step::Key => t!("rung.key"),
        Step::Connection => t!("rung.connection"),
        Step::Clock => t!("rung.clock"),
        Step::Presigner => t!("rung.presigner"),
        Step::Device => t!("rung.device"),
        Step::Upload => t!("rung.upload"),
        Step::Rename => t!("rung.rename"),
    }
    .into_owned()
}

/// Kinds, what happened, and what to do.
const WORDS: &[(&[&str], &str, &str)] = &[
    (&["folder.unreadable"], "wrong.folder", "fix.folder"),
    (&["folder.read_only"], "wrong.read_only", "fix.read_only"),
    (&["network.dns"], "wrong.dns", "fix.dns"),
    (
        &["network.refused", "network.unreachable", "network.timeout", "presign.unreachable", "presign.timeout"],
        "wrong.unreachable",
        "fix.unreachable",
    ),
    (&["network.portal"], "wrong.portal", "fix.portal"),
    (&["network.tls", "network.tls_issuer"], "wrong.tls", "fix.tls"),
    (&["network.tls_name"], "wrong.tls_name", "fix.tls_name"),
    (&["network.tls_clock"], "wrong.tls_clock", "fix.tls_clock"),
    (&["network.proxy"], "wrong.proxy", "fix.proxy"),
    (&["auth.missing"], "wrong.key", "fix.key"),
    (&["auth.locked"], "wrong.key_locked", "fix.key_locked"),
    (&["presign.forbidden"], "wrong.forbidden", "fix.forbidden"),
    (&["presign.not_found", "presign.redirect", "presign.bad_request"], "wrong.not_found", "fix.address"),
    (&["presign.bad_reply"], "wrong.bad_reply", "fix.bad_reply"),
    (&["presign.unavailable", "presign.throttled"], "wrong.unavailable", "fix.unavailable"),
    (&["put.forbidden", "put.no_bucket", "put.redirect"], "wrong.storage", "fix.storage"),
];

/// What to do about a kind, outside of the wizard as well.
pub fn remedy(kind: &str) -> Option<String> {
    let is_here = !kind.starts_with("folder."); // no page to go back to
    let known = WORDS.iter().find(|(kinds, ..)| is_here && kinds.contains(&kind));
    known.map(|(_, _, remedy)| t!(*remedy).into_owned())
}

/// What happened, and one remedy where there is one.
pub fn words(rung: &Rung) -> (String, Option<String>) {
    let kind = rung.kind.as_deref().unwrap_or_default();
    match WORDS.iter().find(|(kinds, ..)| kinds.contains(&kind)) {
        Some((_, what, remedy)) => (t!(*what).into_owned(), Some(t!(*remedy).into_owned())),
        None => (told(Some(kind)).unwrap_or_else(|| rung.detail.clone()), rung.hint.clone()),
    }
}
