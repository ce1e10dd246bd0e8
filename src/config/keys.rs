//! The known keys: name, shape, default, unit and one line about each. The single source for every check and listing.
//!
//! In: nothing. Out: [`KEYS`] and the search for the nearest known name.
//! Not here: rules that need more than one value (`check`), the text of the default file (`config.toml`).

use super::value::Shape::{self, Choice, Integer, IntegerOr, Integers, Number, Secret, Switch, Text, Words};
use super::value::Value;

/// One setting.
#[derive(Debug)]
pub struct Key {
    /// Dotted, as in `files.settle_ms`.
    pub name: &'static str,
    pub shape: Shape,
    pub default: Fallback,
    /// Empty when the value counts nothing.
    pub unit: &'static str,
    pub about: &'static str,
}

/// What holds when nobody says anything.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fallback {
    /// There is none: somebody must say it.
    Required,
    Text(&'static str),
    Integer(i64),
    Number(f64),
    Switch(bool),
    Words(&'static [&'static str]),
    Integers(&'static [i64]),
}

impl Key {
    /// The environment variable that overrides this key: `OUTTRAY_FILES_SETTLE_MS`.
    pub fn variable(&self) -> String {
        format!("OUTTRAY_{}", self.name.replace('.', "_").to_uppercase())
    }

    /// What to do about a bad value, beside writing a better one.
    pub(super) fn advice(&self) -> String {
        match Value::of_default(self.default, self.shape) {
            Some(default) => format!("{} Without the setting it is {default}.", self.about),
            None => self.about.into(),
        }
    }

    /// Keys of `[managed]` speak about the others and belong into the machine-wide file alone.
    pub fn is_policy(&self) -> bool {
        table_of(self.name) == Some(MANAGED)
    }
}

/// The table that only an organisation writes.
pub const MANAGED: &str = "managed";

const HOUR_MS: i64 = 3_600_000;
const TEN_MINUTES_MS: i64 = 600_000;
const GIB: i64 = 1_073_741_824;

#[rustfmt::skip]
pub const KEYS: &[Key] = &[
    key("api_url", Text, Fallback::Required, "", "Address of the presigner, used exactly as written."),
    key("device_id", Text, Fallback::Required, "", "Name of this computer, part of every object key."),
    key("watch_dir", Text, Fallback::Required, "", "The folder whose finished files are carried away."),
    key("scan_interval_secs", Integer { min: 1, max: 86_400 }, Fallback::Integer(60), "seconds", "Pause between two full scans; events usually come first."),
    key("concurrency", IntegerOr { word: "auto", min: 1, max: 256 }, Fallback::Integer(2), "uploads", "Uploads side by side; auto finds out how many pay off."),

    key("files.include", Words, Fallback::Words(&["*.json"]), "", "Names that are candidates; letter case does not matter."),
    key("files.exclude", Words, Fallback::Words(&["*.tmp", "*.synced"]), "", "Names that are left alone."),
    key("files.recursive", Switch, Fallback::Switch(false), "", "Whether sub-folders are entered."),
    key("files.settle_ms", Integer { min: 0, max: TEN_MINUTES_MS }, Fallback::Integer(500), "milliseconds", "A file must be unchanged for this long."),
    key("files.require_json", Switch, Fallback::Switch(true), "", "Send only what is one whole JSON value."),
    key("files.keep_synced", Text, Fallback::Text("forever"), "", "How long sent files stay: forever, 30d, delete."),

    key("retry.presign_delays_ms", Integers { min: 0, max: TEN_MINUTES_MS, most: 20 }, Fallback::Integers(&[500, 1200, 2500]), "milliseconds", "Pauses before each further presign call of a round."),
    key("retry.upload_attempts", Integer { min: 1, max: 50 }, Fallback::Integer(5), "attempts", "PUTs of one round."),
    key("retry.upload_base_ms", Integer { min: 1, max: TEN_MINUTES_MS }, Fallback::Integer(700), "milliseconds", "Pause after the first failed PUT."),
    key("retry.factor", Number { min: 1.0, max: 10.0 }, Fallback::Number(1.8), "", "Growth of that pause with every attempt."),
    key("retry.cap_ms", Integer { min: 1, max: HOUR_MS }, Fallback::Integer(30_000), "milliseconds", "Longest pause within a round."),

    key("network.proxy", Secret, Fallback::Text(""), "", "Empty for the system's proxy, none, or an address."),
    key("network.ca_file", Text, Fallback::Text(""), "", "PEM certificates trusted beside those of the system."),
    key("network.connect_timeout_secs", Integer { min: 1, max: 300 }, Fallback::Integer(10), "seconds", "Longest wait for a connection."),
    key("network.stall_timeout_secs", Integer { min: 1, max: 3600 }, Fallback::Integer(60), "seconds", "Longest silence of a running transfer."),
    key("network.upload_limit", Text, Fallback::Text("0"), "", "Ceiling for all uploads together; 0 is none."),
    key("network.allow_insecure_http", Switch, Fallback::Switch(false), "", "Permit plain http to other machines."),
    key("network.bucket_hosts", Words, Fallback::Words(&[]), "", "Hosts beside those of AWS that may receive files."),
    key("network.api_key_header", Text, Fallback::Text(""), "", "Header that carries the API key; empty sends none."),

    key("guard.mode", Choice(&["redact", "report", "block", "off"]), Fallback::Text("redact"), "", "What happens to personal data before sending."),
    key("guard.kinds", Words, Fallback::Words(&["all"]), "", "Kinds of personal data that are looked for."),
    key("guard.min_confidence", Choice(&["low", "medium", "high"]), Fallback::Text("low"), "", "How sure a finding must be."),
    key("guard.allow", Words, Fallback::Words(&[]), "", "Words and /patterns/ that are no personal data."),
    key("guard.deny", Words, Fallback::Words(&[]), "", "Own words and /patterns/ that never leave."),
    key("guard.style", Choice(&["placeholder", "pseudonym"]), Fallback::Text("placeholder"), "", "What stands where personal data stood."),
    key("guard.skip_paths", Words, Fallback::Words(&crate::guard::SKIPPED), "", "Fields that are left alone, as JSON pointers."),
    key("guard.max_findings", Integer { min: 0, max: 1_000_000 }, Fallback::Integer(0), "findings", "A file with more is held back; 0 is no limit."),
    key("guard.max_bytes", Integer { min: 1024, max: GIB }, Fallback::Integer(67_108_864), "bytes", "A larger file is held back."),

    key("notify.level", Choice(&["all", "problems", "none"]), Fallback::Text("all"), "", "Which notifications appear."),
    key("notify.grace_secs", Integer { min: 0, max: 86_400 }, Fallback::Integer(60), "seconds", "A problem must last this long before it is announced."),
    key("notify.repeat_mins", Integer { min: 1, max: 10_080 }, Fallback::Integer(60), "minutes", "The same problem is announced again no sooner."),

    key("log.level", Choice(&["error", "warn", "info", "debug", "trace"]), Fallback::Text("info"), "", "How much the log tells."),
    key("log.keep_days", Integer { min: 1, max: 3650 }, Fallback::Integer(14), "days", "Age at which a day's log is removed."),
    key("log.format", Choice(&["text", "json"]), Fallback::Text("text"), "", "Lines for people or for programs."),

    key("ui.language", Text, Fallback::Text("auto"), "", "auto follows the system; else a tag such as en or de."),
    key("ui.tray", Switch, Fallback::Switch(true), "", "Whether the tray icon appears."),

    key("fleet.heartbeat_mins", Integer { min: 0, max: 1440 }, Fallback::Integer(0), "minutes", "Pause between two heartbeats; 0 sends none."),

    key("update.mode", Choice(&["off", "notify", "auto"]), Fallback::Text("notify"), "", "Whether OutTray looks for newer versions of itself."),

    key("managed.locked", Words, Fallback::Words(&[]), "", "Keys that the user cannot change."),
    key("managed.by", Text, Fallback::Text(""), "", "Who manages this computer."),
    key("managed.help_url", Text, Fallback::Text(""), "", "Where people find help."),
];

const fn key(name: &'static str, shape: Shape, default: Fallback, unit: &'static str, about: &'static str) -> Key {
    Key { name, shape, default, unit, about }
}

/// The key of that dotted name.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// `files` of `files.settle_ms`.
pub fn table_of(name: &str) -> Option<&str> {
    name.split_once('.').map(|(table, _)| table)
}

/// Whether a table of that name is known.
pub fn is_table(name: &str) -> bool {
    KEYS.iter().any(|key| table_of(key.name) == Some(name))
}

/// What to say about a name that nobody knows: the nearest key, else the choice.
pub fn suggestion(unknown: &str) -> String {
    match nearest(unknown) {
        Some(near) if is_table(near) => format!("Did you mean the table [{near}]?"),
        Some(near) => match near.split_once('.') {
            Some((table, leaf)) => format!("Did you mean {leaf} in [{table}], also written {near}?"),
            None => format!("Did you mean {near}?"),
        },
        None => {
            let table = table_of(unknown).filter(|table| is_table(table));
            let known = KEYS.iter().filter(|key| table_of(key.name) == table && !key.is_policy());
            let names: Vec<_> = known.map(|key| key.name.rsplit('.').next().unwrap_or(key.name)).collect();
            let place = table.map_or("at the top level".to_owned(), |table| format!("in [{table}]"));
            format!("Known {place}: {}.", names.join(", "))
        }
    }
}

/// The known key or table that looks most like the name; a key may also be meant by its last part alone.
fn nearest(unknown: &str) -> Option<&'static str> {
    const ALIKE: f64 = 0.7;
    let unknown = unknown.to_lowercase().replace('-', "_");
    let tables = KEYS.iter().filter_map(|key| table_of(key.name));
    let near = |known: &str| strsim::normalized_damerau_levenshtein(&unknown, known);
    let score = |known: &'static str| {
        let leaf = known.rsplit('.').next().unwrap_or(known);
        // The full name wins when both look alike.
        (known, near(known).max(near(leaf) - 0.01))
    };
    let all = KEYS.iter().map(|key| key.name).chain(tables).map(score);
    all.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, score)| *score >= ALIKE).map(|(known, _)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_described() {
        for (number, key) in KEYS.iter().enumerate() {
            assert!(!KEYS[..number].iter().any(|other| other.name == key.name), "{} twice", key.name);
            assert!(key.about.ends_with('.') && key.about.len() < 70, "{}: {}", key.name, key.about);
        }
    }

    #[test]
    fn suggests_the_nearest_name() {
        for (wrong, right) in [
            ("scan_intervall_secs", "scan_interval_secs"),
            ("files.setle_ms", "settle_ms"),
            ("settle_ms", "files.settle_ms"),
            ("Device-ID", "device_id"),
            ("netwrok", "[network]"),
            ("concurency", "concurrency"),
        ] {
            assert!(suggestion(wrong).contains(right), "{wrong}: {}", suggestion(wrong));
        }
        assert!(suggestion("colour").starts_with("Known at the top level: api_url, "));
        assert!(suggestion("log.colour").starts_with("Known in [log]: level, "));
    }

    #[test]
    fn variables_follow_the_names() {
        assert_eq!(find("files.settle_ms").map(Key::variable).as_deref(), Some("OUTTRAY_FILES_SETTLE_MS"));
    }
}
