//! Every word of the window, in each language that it speaks; `words/*.yml` hold them.
//!
//! The window's own are in `en` and `de`, kinds of trouble and of personal data in `kinds`, keys and personal data in
//! `private`. In: a key, a number, a moment. Out: text for a person. `t!("…")` looks a key up; the keys of settings come from
//! [`label`] and [`about`]. Not here: texts that the engine makes (`sync`), which are English.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_i18n::t;

use crate::config::keys::Key;

mod counts;
mod sentence;
#[cfg(test)]
mod tests;

pub use counts::{counts, guarded, redacted, told_in};
pub use sentence::sentence;

/// A change of these files must be seen by the compiler, which does not look into them otherwise.
const FILES: [(&str, [&str; 3]); 2] = [
    ("en", [include_str!("words/en.yml"), include_str!("words/kinds.en.yml"), include_str!("words/private.en.yml")]),
    ("de", [include_str!("words/de.yml"), include_str!("words/kinds.de.yml"), include_str!("words/private.de.yml")]),
];

/// Kinds whose sentence says how much was found.
const COUNTED: [&str; 4] = ["guard.blocked", "guard.structure", "guard.too_many", "guard.left"];

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

/// What is wrong, in a few words without a jargon word, where there are any.
pub fn kind(kind: Option<&str>) -> Option<String> {
    says(kind?, "")
}

/// The same with what a reason tells besides: how much the guard found.
pub fn trouble(kind: Option<&str>, reason: &str) -> Option<String> {
    let kind = kind?;
    let found = told_in(reason);
    // Without the counts half a sentence would be left.
    if found.is_empty() && COUNTED.contains(&kind) { None } else { says(kind, &counts(&found)) }
}

fn says(kind: &str, found: &str) -> Option<String> {
    let key = format!("kind.{kind}");
    let text = t!(&key, found = found).into_owned();
    // What nobody has words for comes back as its key.
    (!text.ends_with(&key)).then_some(text)
}

/// Whether engine and window speak the same language.
pub fn is_english() -> bool {
    &*rust_i18n::locale() == "en"
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
