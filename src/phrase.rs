//! Small phrases for people: counts, sizes, spans of time.
//!
//! In: numbers. Out: words. Not here: whole sentences about the state (`sync::sentence`).

use jiff::{SignedDuration, Timestamp};

/// `1 file`, `3 files`.
pub fn files(count: u64) -> String {
    if count == 1 { "1 file".into() } else { format!("{count} files") }
}

/// `812 bytes`, `12 KB`, `3.4 MB`: powers of a thousand, as file managers show them.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if count == 1 {
        return "1 byte".into();
    }
    if count < 1000 {
        return format!("{count} bytes");
    }
    let (mut amount, mut unit) = (count as f64 / 1000.0, 0);
    while amount >= 999.5 && unit + 1 < UNITS.len() {
        (amount, unit) = (amount / 1000.0, unit + 1);
    }
    if amount < 9.95 { format!("{amount:.1} {}", UNITS[unit]) } else { format!("{amount:.0} {}", UNITS[unit]) }
}

/// `just now`, `in 40 s`, `5 min ago`, `in 2 h`.
pub fn relative(moment: Timestamp, now: Timestamp) -> String {
    let ahead = moment.duration_since(now);
    match ahead.as_secs() {
        -1..=1 => "just now".into(),
        2.. => format!("in {}", span(ahead)),
        _ => format!("{} ago", span(ahead.abs())),
    }
}

/// When something will happen: `in a moment`, `in 40 s`.
pub fn upcoming(moment: Timestamp, now: Timestamp) -> String {
    if moment.duration_since(now).as_secs() < 2 { "in a moment".into() } else { relative(moment, now) }
}

/// One number and its unit: `40 s`, `5 min`, `2 h`, `3 days`.
pub fn span(length: SignedDuration) -> String {
    let secs = length.as_secs();
    match secs {
        ..=99 => format!("{secs} s"),
        100..=5_999 => format!("{} min", (secs + 30) / 60),
        6_000..=172_799 => format!("{} h", (secs + 1_800) / 3_600),
        _ => format!("{} days", (secs + 43_200) / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_in_a_file_manager() {
        let shown: Vec<_> = [0, 1, 999, 1_000, 9_960, 12_345, 999_499, 999_600, 3_400_000, 2_000_000_000_000_000]
            .into_iter()
            .map(bytes)
            .collect();
        let wanted =
            ["0 bytes", "1 byte", "999 bytes", "1.0 KB", "10 KB", "12 KB", "999 KB", "1.0 MB", "3.4 MB", "2000 TB"];
        assert_eq!(shown, wanted);
    }

    #[test]
    fn moments_read_from_now() {
        let now: Timestamp = "2026-01-27T10:30:00Z".parse().unwrap();
        let from = |text: &str| relative(text.parse().unwrap(), now);
        assert_eq!(from("2026-01-27T10:30:01Z"), "just now");
        assert_eq!(from("2026-01-27T10:30:40Z"), "in 40 s");
        assert_eq!(upcoming(now, now), "in a moment");
        assert_eq!(from("2026-01-27T10:25:00Z"), "5 min ago");
        assert_eq!(from("2026-01-27T12:30:00Z"), "in 2 h");
        assert_eq!(from("2026-01-24T10:30:00Z"), "3 days ago");
    }
}
