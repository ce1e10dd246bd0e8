//! Fields that hold a document together: ids, times, roles, versions. They are left alone while they look like it.
//!
//! In: the name of a field, and what it says. Out: whether the name is of that sort, and whether the value fits.
//! Not here: what happens to one that does not fit (`pass`).

/// Names of ids, roles and times that stand for themselves, in small letters without separators.
const NAMES: [&str; 10] = ["id", "ids", "uuid", "uuids", "guid", "guids", "ulid", "role", "timestamp", "checksum"];

/// Names whose value is mostly one word of a list or a number; where it is not, it is a text like any other.
const LOOSE: [&str; 37] = [
    "type",
    "kind",
    "status",
    "state",
    "model",
    "version",
    "lang",
    "language",
    "locale",
    "time",
    "ts",
    "created",
    "updated",
    "modified",
    "expires",
    "hash",
    "sha1",
    "sha256",
    "md5",
    "etag",
    "digest",
    "mime",
    "mimetype",
    "mediatype",
    "contenttype",
    "format",
    "encoding",
    "currency",
    "schema",
    "engine",
    "event",
    "level",
    "unit",
    "timezone",
    "seq",
    "index",
    "parent",
];

/// Endings of names whose beginning says what it is an id or a time of.
const ENDINGS: [&str; 12] =
    ["Id", "Ids", "ID", "IDs", "UUID", "Uuid", "Guid", "At", "Timestamp", "Hash", "Version", "Checksum"];

/// Ids that belong to people are personal data, however they look.
const OF_PEOPLE: [&str; 21] = [
    "national", "tax", "passport", "licen", "member", "patient", "medical", "health", "insur", "driver", "personal",
    "citizen", "social", "gov", "ssn", "mrn", "apple", "email", "phone", "card", "resident",
];

/// What the name of a field says about its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// It holds the document together: it is never rewritten.
    Structure,
    /// It is left alone while it looks like a word of a list.
    Loose,
    Text,
}

pub fn sort(name: &str) -> Sort {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let ends = |ending: &&str| {
        let head = |tail: &str| name.strip_suffix(tail).and_then(|head| head.chars().last());
        // `chatId`, `createdAt`; `chat_id`, `created_at`, `chat-id`.
        head(ending).is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            || head(&ending.to_lowercase()).is_some_and(|c| c == '_' || c == '-')
    };
    let of_people = || OF_PEOPLE.iter().any(|word| plain.contains(word));
    if NAMES.contains(&plain.as_str()) || (ENDINGS.iter().any(ends) && !of_people()) {
        Sort::Structure
    } else if LOOSE.contains(&plain.as_str()) {
        Sort::Loose
    } else {
        Sort::Text
    }
}

/// Whether a text looks like an identifier, a time, a number, or one word of a list.
pub fn fits(text: &str) -> bool {
    text.is_empty() || is_token(text) || is_time(text)
}

/// `msg_01HXYZ`, `gpt-4.1`, `application/json`, a UUID, a hash, digits; but no e-mail address, no number in groups as
/// people write them (`555-12-3456`), no sentence.
fn is_token(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/' | '+' | '=' | '#' | '~');
    if text.len() > 200 || !text.chars().all(plain) {
        return false;
    }
    let letters = text.chars().any(|c| c.is_ascii_alphabetic());
    let groups = text.contains(['-', '.', '/', '+']);
    letters || !groups
}

/// `2026-01-27`, `2026-01-27T10:30:00.123+01:00`, `2026-01-27 10:30:00Z`, `1769509800.123`, `10:30`, `1.2.3`.
fn is_time(text: &str) -> bool {
    let digits =
        |part: &str, most: usize| !part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit());
    let date = |text: &str| {
        let mut parts = text.split('-');
        let shape =
            [4, 2, 2].iter().all(|length| parts.next().is_some_and(|part| part.len() == *length && digits(part, 4)));
        shape && parts.next().is_none()
    };
    if text.is_ascii() && text.len() >= 10 && date(&text[..10]) {
        let rest = &text[10..];
        let clock = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-' | 'Z' | ',');
        return rest.is_empty() || (rest.len() < 30 && rest.starts_with(['T', ' ']) && rest[1..].chars().all(clock));
    }
    let short = text.split(['.', ':']).collect::<Vec<_>>();
    (2..=4).contains(&short.len())
        && short.iter().all(|part| digits(part, 10))
        && short[1..].iter().all(|part| part.len() <= 9)
        && short.iter().map(|part| part.len()).sum::<usize>() <= 19
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_their_values_are() {
        for name in ["id", "_id", "uuid", "role", "createdAt", "created_at", "chatId", "message_ids", "parentID"] {
            assert_eq!(sort(name), Sort::Structure, "{name}");
        }
        for name in ["contentType", "content_type", "model", "status"] {
            assert_eq!(sort(name), Sort::Loose, "{name}");
        }
        for name in ["content", "title", "paid", "grid", "patientId", "passport_id", "chat", "that", "driverId", "key"]
        {
            assert_eq!(sort(name), Sort::Text, "{name}");
        }
    }

    #[test]
    fn values_of_ids_times_and_roles() {
        for value in [
            "",
            "user",
            "assistant",
            "gpt-4.1-mini",
            "msg_01HZX3",
            "550e8400-e29b-41d4-a716-446655440000",
            "123456789",
            "4111111111111111",
            "2026-01-27T10:30:00.123Z",
            "2026-01-27 10:30:00+01:00",
            "2026-01-27",
            "1769509800.123",
            "application/json",
            "sha256:ab12",
            "10:30",
            "1.2.3",
            "en-US",
        ] {
            assert!(fits(value), "{value}");
        }
        for value in [
            "jane@example.com",
            "123-45-6789",
            "+15551234567",
            "Jane Doe",
            "555.123.4567.",
            "call me",
            "١٢٣",
            "4111-1111-1111-1111",
            "(555) 123",
            "x".repeat(300).as_str(),
        ] {
            assert!(!fits(value), "{value}");
        }
    }
}
