//! Every word of the window, in each language that it speaks; `words/*.yml` hold them.
//!
//! In: a key, a number, a moment. Out: text for a person. `t!("…")` looks a key up; the keys of settings come from
//! [`label`] and [`about`]. Not here: texts that the engine makes (`sync`), which are English.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_i18n::t;

use crate::config::keys::Key;

mod sentence;
#[cfg(test)]
mod tests;

pub use sentence::sentence;

/// A change of these files must be seen by the compiler, which does not look into them otherwise.
const FILES: [(&str, &str); 2] = [("en", include_str!("words/en.yml")), ("de", include_str!("words/de.yml"))];

/// Speaks the language of the setting `ui.language` from now on: `auto`, or a tag such as `de`.
pub fn choose(setting: &str) {
    let system = crate::platform::language::of_this_user();
    rust_i18n::set_locale(nearest(setting, system.as_deref()));
}

fn nearest(setting: &str, system: Option<&str>) -> &'static str {
    let wanted = if setting == "auto" { system.unwrap_or("en") } else { setting };
    let wanted = wanted.split(['-', '_', '.']).next().unwrap_or("en").to_lowercase();
    FILES.iter().find(|(tag, _)| *tag == wanted).map_or("en", |(tag, _)| tag)
}

/// What a setting is called.
pub fn label(key: &Key) -> String {
    t!(format!("label.{}", key.name)).into_owned()
}

/// One line about a setting.
pub fn about(key: &Key) -> String {
    t!(format!("about.{}", key.name)).into_owned()
}

/// Troubles that have a short sentence of their own; the engine's reason says more, in English.
const KINDS: [&str; 22] = [
    "kind.file.empty",
    "kind.file.invalid_json",
    "kind.file.unreadable",
    "kind.file.too_large",
    "kind.network.dns",
    "kind.network.refused",
    "kind.network.unreachable",
    "kind.network.timeout",
    "kind.network.portal",
    "kind.network.tls",
    "kind.network.proxy",
    "kind.presign.unreachable",
    "kind.presign.timeout",
    "kind.presign.unavailable",
    "kind.presign.throttled",
    "kind.presign.forbidden",
    "kind.presign.not_found",
    "kind.put.interrupted",
    "kind.put.stalled",
    "kind.put.server_error",
    "kind.put.forbidden",
    "kind.put.no_bucket",
];

/// What holds a file, in a few words without a jargon word.
pub fn kind(kind: Option<&str>) -> Option<String> {
    let key = format!("kind.{}", kind?);
    KINDS.contains(&key.as_str()).then(|| t!(&key).into_owned())
}

/// `12 KB`.
pub fn bytes(count: u64) -> String {
    match (count, &*rust_i18n::locale()) {
        (0..1000, _) => t!("size.bytes", count = count).into_owned(),
        (_, "de") => crate::phrase::bytes(count).replace('.', ","),
        _ => crate::phrase::bytes(count),
    }
}

/// `3 files`.
pub fn files(count: u64) -> String {
    if count == 1 { t!("files.one").into_owned() } else { t!("files.many", count = count).into_owned() }
}

/// The time of day, with the date when it is another day.
pub fn clock(moment: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (moment, today) = (moment.to_zoned(zone.clone()), now.to_zoned(zone.clone()).date());
    let form = if moment.date() == today { "%H:%M".into() } else { t!("form.moment") };
    moment.strftime(&*form).to_string()
}
