//! How long a pause lasts, as a person writes it: `90s`, `30m`, `2h`, `1d`, `1h30m`, `today`.
//!
//! In: the word of the command line. Out: a [`Span`], or what is wrong with the word. Pure.
//! Not here: pausing (`pause`).

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp, Zoned};

use crate::control::protocol::PAUSE_MAX_SECS;

/// A length that a person asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Seconds, from 1 to ten years.
    For(u64),
    /// Until midnight on the clock of this computer.
    Today,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSpan {
    #[error("write a number and its unit, for example 30m, 2h or 1d, or the word `today`")]
    NotASpan,
    #[error("a pause of no time at all is none")]
    Zero,
    #[error("that is longer than ten years; leave the time out to pause until `outtray resume`")]
    TooLong,
}

impl FromStr for Span {
    type Err = BadSpan;

    fn from_str(text: &str) -> Result<Self, BadSpan> {
        let text = text.trim().to_ascii_lowercase();
        if text == "today" {
            return Ok(Self::Today);
        }
        let (mut secs, mut rest) = (0_u64, text.as_str());
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or(BadSpan::NotASpan)?;
            let number: u64 = rest[..digits].parse().map_err(|_| BadSpan::NotASpan)?;
            let unit = &rest[digits..];
            let letters = unit.find(|c: char| c.is_ascii_digit()).unwrap_or(unit.len());
            let factor = match &unit[..letters] {
                "s" | "sec" => 1,
                "m" | "min" => 60,
                "h" => 3_600,
                "d" => 86_400,
                "w" => 604_800,
                _ => return Err(BadSpan::NotASpan),
            };
            secs = number.checked_mul(factor).and_then(|more| secs.checked_add(more)).ok_or(BadSpan::TooLong)?;
            rest = &unit[letters..];
        }
        match secs {
            _ if text.is_empty() => Err(BadSpan::NotASpan),
            0 => Err(BadSpan::Zero),
            PAUSE_MAX_SECS.. => Err(BadSpan::TooLong),
            _ => Ok(Self::For(secs)),
        }
    }
}

impl Span {
    /// Seconds from now to its end, at least one.
    pub fn secs(self, now: &Zoned) -> u64 {
        match self {
            Self::For(secs) => secs,
            // A day without a midnight to come does not exist before the year 9999.
            Self::Today => now.tomorrow().and_then(|day| day.start_of_day()).map_or(86_400, |midnight| {
                midnight.timestamp().duration_since(now.timestamp()).as_secs().max(1) as u64
            }),
        }
    }

    pub fn end(self, now: &Zoned) -> Timestamp {
        let length = SignedDuration::from_secs(self.secs(now) as i64);
        now.timestamp().checked_add(length).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (text, secs) in
            [("90s", 90), ("30m", 1_800), ("30min", 1_800), ("2h", 7_200), ("1H30m", 5_400), ("1d", 86_400)]
        {
            assert_eq!(text.parse(), Ok(Span::For(secs)), "{text}");
        }
        assert_eq!("Today".parse(), Ok(Span::Today));
    }

    #[test]
    fn refuses_what_means_nothing() {
        for text in ["", "forever and a day", "2", "h", "-1h", "1.5h", "2 h", "2x", "99999999999999999999h"] {
            assert_eq!(text.parse::<Span>(), Err(BadSpan::NotASpan), "{text}");
        }
        assert_eq!("0s".parse::<Span>(), Err(BadSpan::Zero));
        assert_eq!("20000d".parse::<Span>(), Err(BadSpan::TooLong));
        assert_eq!("18446744073709551615w".parse::<Span>(), Err(BadSpan::TooLong));
    }

    #[test]
    fn today_ends_at_the_local_midnight() {
        let now: Zoned = "2026-01-27T22:30:00+01:00[Europe/Berlin]".parse().unwrap();
        assert_eq!(Span::Today.secs(&now), 5_400);
        assert_eq!(Span::Today.end(&now).to_string(), "2026-01-27T23:00:00Z");
    }
}
