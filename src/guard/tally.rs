//! How much of each kind was found: for receipts, events and sentences. Never what was found.
//!
//! In: kinds, one by one. Out: counts as an object of labels, and as words: `3 e-mail addresses and 1 phone number`.
//! Not here: the sentences around them (`sync`, `tray`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::kind::Kind;
use super::policy::Mode;

/// Counts by label; labels of a newer version are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tally(BTreeMap<String, u64>);

impl Tally {
    pub fn add(&mut self, kind: Kind) {
        self.add_all(kind.label(), 1);
    }

    pub fn join(&mut self, other: &Self, times: u64) {
        other.0.iter().for_each(|(label, count)| self.add_all(label, count * times));
    }

    fn add_all(&mut self, label: &str, count: u64) {
        *self.0.entry(label.to_owned()).or_default() += count;
    }

    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Labels with their counts, in the order of the alphabet.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(label, count)| (label.as_str(), *count))
    }

    /// `3 e-mail addresses, 2 names and 1 phone number`, the most frequent first; `nothing`.
    pub fn words(&self) -> String {
        let mut counts: Vec<_> = self.0.iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let mut parts: Vec<String> =
            counts.iter().map(|(label, count)| format!("{count} {}", noun(label, **count))).collect();
        let last = parts.pop().unwrap_or_else(|| "nothing".into());
        if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) }
    }
}

impl FromIterator<Kind> for Tally {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        let mut tally = Self::default();
        kinds.into_iter().for_each(|kind| tally.add(kind));
        tally
    }
}

/// What people call it.
fn noun(label: &str, count: u64) -> String {
    let (one, many) = match Kind::from_label(label) {
        Some(Kind::Email) => ("e-mail address", "e-mail addresses"),
        Some(Kind::Phone) => ("phone number", "phone numbers"),
        Some(Kind::Person) => ("name", "names"),
        Some(Kind::Address) => ("address", "addresses"),
        Some(Kind::Birthdate) => ("date of birth", "dates of birth"),
        Some(Kind::Date) => ("date of care", "dates of care"),
        Some(Kind::Age) => ("age", "ages"),
        Some(Kind::Ssn) => ("social security number", "social security numbers"),
        Some(Kind::NationalId) => ("national id", "national ids"),
        Some(Kind::Card) => ("card number", "card numbers"),
        Some(Kind::Iban) => ("IBAN", "IBANs"),
        Some(Kind::Account) => ("account number", "account numbers"),
        Some(Kind::HealthId) => ("health id", "health ids"),
        Some(Kind::Licence) => ("licence number", "licence numbers"),
        Some(Kind::Passport) => ("passport number", "passport numbers"),
        Some(Kind::Vehicle) => ("vehicle number", "vehicle numbers"),
        Some(Kind::Device) => ("device id", "device ids"),
        Some(Kind::Ip) => ("IP address", "IP addresses"),
        Some(Kind::Geo) => ("position", "positions"),
        Some(Kind::Url) => ("personal link", "personal links"),
        Some(Kind::Secret) => ("secret key", "secret keys"),
        Some(Kind::Password) => ("password", "passwords"),
        Some(Kind::Username) => ("user name", "user names"),
        Some(Kind::Handle) => ("handle", "handles"),
        Some(Kind::Crypto) => ("wallet address", "wallet addresses"),
        Some(Kind::Custom) => ("word of your own list", "words of your own list"),
        None => return label.to_lowercase(),
    };
    if count == 1 { one.into() } else { many.into() }
}

/// What the guard did with one document: a member of its receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guarded {
    pub mode: Action,
    pub findings: Tally,
    /// The presigner was told another file name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub name: bool,
}

/// What became of the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// They were replaced in what was sent.
    Redact,
    /// They were sent: the settings say so.
    Report,
    /// There were none, or none that had to be hidden.
    Block,
    /// They were sent: a person said so.
    AsIs,
}

impl From<Mode> for Action {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Redact => Self::Redact,
            Mode::Report | Mode::Off => Self::Report,
            Mode::Block => Self::Block,
        }
    }
}

impl Guarded {
    /// Whether the document is sent as the file has it, by somebody's will.
    pub fn is_as_it_was(&self) -> bool {
        matches!(self.mode, Action::Report | Action::AsIs)
    }

    /// `3 e-mail addresses and 1 phone number were redacted`; `None` when nothing was found.
    pub fn sentence(&self) -> Option<String> {
        let (count, words) = (self.findings.total(), self.findings.words());
        let were = if count == 1 { "was" } else { "were" };
        Some(match self.mode {
            _ if count == 0 => return None,
            Action::Redact => format!("{words} {were} redacted"),
            Action::Report | Action::Block | Action::AsIs => format!("{words} {were} found and sent as they stand"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_told_in_words() {
        let tally: Tally = [Kind::Phone, Kind::Email, Kind::Person, Kind::Email].into_iter().collect();
        assert_eq!(tally.words(), "2 e-mail addresses, 1 name and 1 phone number");
        assert_eq!(Tally::default().words(), "nothing");
        assert_eq!(serde_json::to_string(&tally).expect("JSON"), r#"{"EMAIL":2,"PERSON":1,"PHONE":1}"#);
    }

    #[test]
    fn a_receipt_says_what_was_done() {
        let guarded = |mode, kinds: &[Kind]| Guarded { mode, findings: kinds.iter().copied().collect(), name: false };
        assert_eq!(guarded(Action::Redact, &[]).sentence(), None);
        assert_eq!(
            guarded(Action::Redact, &[Kind::Email]).sentence().as_deref(),
            Some("1 e-mail address was redacted")
        );
        let newer: Guarded = serde_json::from_str(r#"{"mode":"as_is","findings":{"EYE_COLOUR":2}}"#).expect("JSON");
        assert_eq!(newer.sentence().as_deref(), Some("2 eye_colour were found and sent as they stand"));
    }
}
