//! `outtray why FILE`: the one rule that holds a file, or its receipt.
//!
//! In: a path or name. Out: one sentence with what happens next; the answer itself with `--json`.
//! Not here: finding the rule (`sync`).

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::failure::{Exit, Failure};
use super::output::{Output, style};
use crate::control::names::in_folder;
use crate::control::protocol::Request;
use crate::guard::Guarded;
use crate::host::Home;
use crate::phrase;
use crate::sync::event::{FileState, Receipt, Status};
use crate::sync::{Why, inspect};

pub async fn run(home: &Home, out: Output, typed: &Path) -> Result<Exit, Failure> {
    let here = current_dir()?;
    let (why, folder) = if let Some(mut client) = home.client().await {
        let status: Status = client.ask_for(&Request::Status).await?;
        let folder = PathBuf::from(status.watch_dir);
        let file = in_folder(typed, &here, &folder)?;
        (client.ask_for::<Why>(&Request::Why { file }).await?, folder)
    } else {
        let setup = home.setup()?;
        let folder = setup.config.watch_dir.clone();
        (inspect::why(&setup, &in_folder(typed, &here, &folder)?)?, folder)
    };
    let value = serde_json::to_value(&why).unwrap_or(Value::Null);
    out.answer(&value, || text(&why, &folder, Timestamp::now(), &TimeZone::system()))?;
    Ok(if matches!(why, Why::Unknown { .. }) { Exit::Failed } else { Exit::Done })
}

pub(super) fn current_dir() -> Result<PathBuf, Failure> {
    std::env::current_dir().map_err(|error| Failure::io("the current folder cannot be found", &error))
}

fn text(why: &Why, folder: &Path, now: Timestamp, zone: &TimeZone) -> String {
    match why {
        Why::Sent { receipt } => sent(receipt, now, zone),
        Why::Held { file } => {
            let mut text = match file.state {
                FileState::Waiting => {
                    format!("{} {} waits: {}.", style::yellow("…"), file.name, sentence(&file.reason))
                }
                FileState::Uploading => {
                    format!("{} {} is being sent: {}.", style::green("↑"), file.name, sentence(&file.reason))
                }
                FileState::Rejected => {
                    format!("{} {} cannot be sent: {}.", style::red("✗"), file.name, sentence(&file.reason))
                }
            };
            if file.attempts > 0 {
                let _ = write!(text, "\n  Failed rounds so far: {}.", file.attempts);
            }
            if let Some(next) = file.next_try {
                let when = phrase::upcoming(next, now);
                let _ = write!(text, "\n  Next try {when}; `outtray retry {}` tries at once.", file.name);
            } else if file.kind.as_deref().is_some_and(|kind| kind.starts_with("guard.")) {
                let name = &file.name;
                let _ = write!(
                    text,
                    "\n  Nothing of it was sent. You decide: `outtray retry {name} --redacted`, or `outtray retry {name} --as-is`.\
                     \n  `outtray guard` shows what was found, and where."
                );
            } else if file.state == FileState::Rejected {
                let _ = write!(text, "\n  It stays as it is until it changes, or until `outtray retry {}`.", file.name);
            }
            text
        }
        Why::Ignored { name, reason } => {
            format!("{} {name} is not one to send: {}.", style::dim("–"), sentence(reason))
        }
        Why::Unknown { name } => {
            format!("There is no {name} in {}, and no file of that name was sent.", folder.display())
        }
    }
}

/// Without its full stop: more words or another stop follow.
fn sentence(reason: &str) -> &str {
    reason.trim_end_matches('.')
}

fn sent(receipt: &Receipt, now: Timestamp, zone: &TimeZone) -> String {
    let when = receipt.time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S");
    [
        format!("{} {} was sent {}.", style::green("✓"), receipt.file, phrase::relative(receipt.time, now)),
        format!("  Where    {}", receipt.place()),
        format!("  When     {when}"),
        format!("  Size     {}", phrase::bytes(receipt.size)),
        format!("  SHA-256  {}", receipt.sha256),
        format!("  Proof    {}", receipt.proof),
    ]
    .into_iter()
    .chain(receipt.guard.as_ref().and_then(Guarded::sentence).map(|told| format!("  Guard    {told}")))
    .collect::<Vec<_>>()
    .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::event::FileStatus;

    fn plain(why: &Why) -> String {
        let now = "2026-01-27T10:34:07Z".parse().unwrap();
        anstream::adapter::strip_str(&text(why, Path::new("/m"), now, &TimeZone::UTC)).to_string()
    }

    #[test]
    fn shows_the_receipt_of_a_sent_file() {
        let receipt = Receipt {
            time: "2026-01-27T10:30:00Z".parse().unwrap(),
            file: "a.json".into(),
            size: 1_234,
            sha256: "ab12".into(),
            bucket: "ingest".into(),
            key: "uploads/dev001/x_a.json".into(),
            guard: None,
            proof: "etag-md5".into(),
        };
        insta::assert_snapshot!(plain(&Why::Sent { receipt }), @r"
        ✓ a.json was sent 4 min ago.
          Where    s3://ingest/uploads/dev001/x_a.json
          When     2026-01-27 10:30:00
          Size     1.2 KB
          SHA-256  ab12
          Proof    etag-md5
        ");
    }

    #[test]
    fn tells_what_holds_a_file() {
        let file = FileStatus {
            name: "a.json".into(),
            state: FileState::Waiting,
            reason: "changed 2 s ago; waits until it has been still for 0.5 s".into(),
            kind: None,
            attempts: 0,
            next_try: None,
            size: 10,
            sent: 0,
        };
        let held = Why::Held { file: file.clone() };
        insta::assert_snapshot!(plain(&held), @"… a.json waits: changed 2 s ago; waits until it has been still for 0.5 s.");
        let rejected =
            FileStatus { state: FileState::Rejected, reason: "it is not whole JSON".into(), attempts: 2, ..file };
        insta::assert_snapshot!(plain(&Why::Held { file: rejected }), @r"
        ✗ a.json cannot be sent: it is not whole JSON.
          Failed rounds so far: 2.
          It stays as it is until it changes, or until `outtray retry a.json`.
        ");
        insta::assert_snapshot!(plain(&Why::Unknown { name: "x.json".into() }), @"There is no x.json in /m, and no file of that name was sent.");
    }
}
