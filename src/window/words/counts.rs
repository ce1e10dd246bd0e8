//! How much personal data it was, in the person's language: kinds and counts, never what was found.
//!
//! In: a [`Tally`], what the guard did, the guard's English reason. Out: words. Not here: finding it (`guard`).

use rust_i18n::t;

use crate::guard::{Action, Guarded, Kind, Tally};

/// `3 e-mail addresses, 2 names and 1 phone number`, the most frequent first.
pub fn counts(tally: &Tally) -> String {
    let mut found: Vec<_> = tally.iter().collect();
    found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut parts: Vec<_> = found.into_iter().map(|(label, count)| format!("{count} {}", noun(label, count))).collect();
    let last = parts.pop().unwrap_or_default();
    if parts.is_empty() { last } else { format!("{} {} {last}", parts.join(", "), t!("list.and")) }
}

/// A kind that a newer version wrote goes by its label.
fn noun(label: &str, count: u64) -> String {
    match Kind::from_label(label) {
        Some(kind) if count == 1 => t!(format!("noun.{}.one", kind.label())).into_owned(),
        Some(kind) => t!(format!("noun.{}.many", kind.label())).into_owned(),
        None => label.to_lowercase(),
    }
}

/// What was done with one document; nothing when nothing was found.
pub fn guarded(guarded: &Guarded) -> Option<String> {
    let what = counts(&guarded.findings);
    Some(
        match (guarded.mode, guarded.findings.total()) {
            (_, 0) => return None,
            (Action::Redact, 1) => t!("guarded.redacted_one", what = what),
            (Action::Redact, _) => t!("guarded.redacted_many", what = what),
            (_, 1) => t!("guarded.sent_one", what = what),
            (_, _) => t!("guarded.sent_many", what = what),
        }
        .into_owned(),
    )
}

/// `3 e-mail addresses were redacted.`; nothing when there was nothing.
pub fn redacted(tally: &Tally) -> Option<String> {
    guarded(&Guarded { mode: Action::Redact, findings: tally.clone(), name: false })
}

/// The counts that an English reason of the guard holds: a reason is kept as text, also over a restart.
pub fn told_in(reason: &str) -> Tally {
    let mut tally = Tally::default();
    for (at, _) in reason.match_indices(|c: char| c.is_ascii_digit()) {
        if reason[..at].ends_with(|c: char| c.is_ascii_alphanumeric()) {
            continue; // within a number or a word
        }
        let digits = reason[at..].find(|c: char| !c.is_ascii_digit()).unwrap_or(reason.len() - at);
        let (number, rest) = reason[at..].split_at(digits);
        if let (Ok(count), Some(rest)) = (number.parse(), rest.strip_prefix(' '))
            && let Some(kind) = kind_of(rest, count)
        {
            tally.join(&Tally::from_iter([kind]), count);
        }
    }
    tally
}

/// The kind whose English noun the text begins with.
fn kind_of(text: &str, count: u64) -> Option<Kind> {
    let begins =
        |noun: &str| text.strip_prefix(noun).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()));
    let noun = |kind: Kind| {
        let (words, number) =
            if count == 1 { (Tally::from_iter([kind]), "1 ") } else { (Tally::from_iter([kind; 2]), "2 ") };
        words.words().strip_prefix(number).map(str::to_owned).unwrap_or_default()
    };
    let fitting = Kind::ALL.into_iter().map(|kind| (kind, noun(kind))).filter(|(_, noun)| begins(noun));
    fitting.max_by_key(|(_, noun)| noun.len()).map(|(kind, _)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::Blocked;

    fn tally(counts: &[(Kind, u64)]) -> Tally {
        let mut all = Tally::default();
        for (kind, count) in counts {
            all.join(&Tally::from_iter([*kind]), *count);
        }
        all
    }

    #[test]
    fn english_is_the_guards_own() {
        rust_i18n::set_locale("en");
        for kind in Kind::ALL {
            for count in [1, 2, 11] {
                let one = tally(&[(kind, count)]);
                assert_eq!(counts(&one), one.words());
            }
        }
        let three = tally(&[(Kind::Phone, 1), (Kind::Email, 3), (Kind::Person, 2)]);
        assert_eq!(counts(&three), three.words());
        for mode in [Action::Redact, Action::Report, Action::AsIs] {
            for count in [0, 1, 2] {
                let done = Guarded { mode, findings: tally(&[(Kind::Email, count)]), name: false };
                let expected = done.sentence().map(|sentence| {
                    format!("{sentence}.")
                        .replace("was found and sent as they stand", "was found and sent as it stands")
                });
                assert_eq!(guarded(&done), expected);
            }
        }
    }

    #[test]
    fn german_has_its_own_words() {
        rust_i18n::set_locale("de");
        let two = tally(&[(Kind::Email, 3), (Kind::Phone, 1)]);
        assert_eq!(counts(&two), "3 E-Mail-Adressen und 1 Telefonnummer");
        assert_eq!(redacted(&two).as_deref(), Some("3 E-Mail-Adressen und 1 Telefonnummer wurden geschwärzt."));
        rust_i18n::set_locale("en");
    }

    #[test]
    fn a_reason_tells_its_counts() {
        for kind in Kind::ALL {
            for count in [1, 2, 30] {
                let found = tally(&[(kind, count), (Kind::Address, 4), (Kind::Card, 1)]);
                for blocked in [
                    Blocked::Found(found.clone()),
                    Blocked::InStructure(found.clone()),
                    Blocked::Left(found.clone()),
                    Blocked::TooMany { found: found.clone(), most: 3 },
                ] {
                    assert_eq!(told_in(&blocked.to_string()), found, "{blocked}");
                }
            }
        }
        assert!(told_in("it is too large for the guard, which reads up to 900 bytes").is_empty());
    }
}
