//! `outtray status`: how things are, from the running engine or from a look at its folder.
//!
//! In: a [`Status`]. Out: the sentence, the facts and the waiting files; the object itself with `--json`.
//! Not here: making the picture (`sync`).

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::failure::{Exit, Failure};
use super::output::{Output, style};
use crate::control::client::Client;
use crate::control::protocol::Request;
use crate::host::Home;
use crate::phrase;
use crate::sync::event::{Event, FileState, FileStatus, State, Status};
use crate::sync::inspect;
use crate::sync::sentence::sentence;

/// Files that are listed without `-v`.
const LISTED: usize = 20;

pub async fn run(home: &Home, out: Output, watch: bool) -> Result<Exit, Failure> {
    if let Some(mut client) = home.client().await {
        let status: Status = client.ask_for(&Request::Status).await?;
        show(&status, out)?;
        return if watch { follow(home, client, out, status).await } else { Ok(Exit::Done) };
    }
    let status = match home.setup() {
        Ok(setup) => inspect::status(&setup)?,
        // A file that was named and is not there is a mistake, and no beginning.
        Err(none) if none.is_first_run() && !home.paths.named => home.unset(),
        Err(error) => return Err(error.into()),
    };
    show(&status, out)?;
    if status.running {
        out.note("A pass is under way here. It cannot be asked, so this is what its folder shows.");
    } else if watch {
        out.note("OutTray is not running, so nothing will change here. Start it with `outtray run`.");
    }
    Ok(Exit::Done)
}

/// A new picture after each event that changes it, until the engine ends.
async fn follow(home: &Home, mut client: Client, out: Output, shown: Status) -> Result<Exit, Failure> {
    let Some(listener) = home.client().await else { return Ok(Exit::Done) };
    let mut events = listener.follow().await?;
    let mut last = shown;
    while let Some(event) = events.next().await {
        if matches!(event, Event::Progress { .. }) {
            continue;
        }
        let status: Status = client.ask_for(&Request::Status).await?;
        if last != status {
            if !out.json {
                out.data("")?;
            }
            show(&status, out)?;
            last = status;
        }
    }
    out.note("OutTray has ended.");
    Ok(Exit::Done)
}

fn show(status: &Status, out: Output) -> Result<(), Failure> {
    let listed = if out.verbose > 0 { usize::MAX } else { LISTED };
    out.answer(status, || text(status, Timestamp::now(), &TimeZone::system(), listed))
}

fn text(status: &Status, now: Timestamp, zone: &TimeZone, listed: usize) -> String {
    let mut text = format!("{} {}\n\n", mark(status), style::bold(&sentence(status, now, zone)));
    if status.state == State::SetupNeeded {
        let _ = write!(text, "  `outtray setup` sets it up. Its settings will be in {}", status.config);
        return text;
    }
    let mut fact = |name: &str, value: &str| {
        let _ = writeln!(text, "  {}{value}", style::dim(&format!("{name:<11}")));
    };
    fact("Device", &status.device_id);
    fact("Folder", &status.watch_dir);
    fact("API URL", &status.api_url);
    fact("Sent", &sent(status, now));
    fact("Waiting", &counts(status));
    // That it does not run stands below, with what to do about it.
    if let Some(error) = status.last_error.as_ref().filter(|error| *error != inspect::NOT_RUNNING) {
        fact("Last error", error);
    }
    fact("Settings", &status.config);
    fact("Running", if status.running { "yes" } else { "no; `outtray run` starts it, `outtray sync` sends once" });
    if !status.files.is_empty() {
        text.push('\n');
    }
    for file in status.files.iter().take(listed) {
        let _ = writeln!(text, "  {}", line(file, now));
    }
    let more = status.files.len().saturating_sub(listed);
    if more > 0 {
        let _ = writeln!(text, "  … and {more} more (`outtray -v status` lists them)");
    }
    text.truncate(text.trim_end().len());
    text
}

fn mark(status: &Status) -> String {
    match status.state {
        State::Idle if status.running => style::green("●"),
        State::Idle | State::Paused => style::dim("●"),
        State::Syncing => style::green("↑"),
        State::Offline => style::yellow("○"),
        State::Attention | State::SetupNeeded => style::red("!"),
    }
}

fn sent(status: &Status, now: Timestamp) -> String {
    let mut text = format!("{}, {}", phrase::files(status.synced_total), phrase::bytes(status.bytes_total));
    if let Some(last) = status.last_success {
        let _ = write!(text, ", last {}", phrase::relative(last, now));
    }
    text
}

fn counts(status: &Status) -> String {
    let mut parts = vec![phrase::files(status.waiting)];
    if status.uploading > 0 {
        parts.push(format!("{} being sent", status.uploading));
    }
    if status.rejected > 0 {
        parts.push(format!("{} rejected", status.rejected));
    }
    parts.join(", ")
}

fn line(file: &FileStatus, now: Timestamp) -> String {
    let mut text = match file.state {
        FileState::Uploading => format!("{} {}  {}", style::green("↑"), file.name, file.reason),
        FileState::Waiting => format!("{} {}  {}", style::yellow("…"), file.name, file.reason),
        FileState::Rejected => format!("{} {}  {}", style::red("✗"), file.name, file.reason),
    };
    if file.state == FileState::Uploading && file.size > 0 {
        let _ = write!(text, " ({} of {})", phrase::bytes(file.sent), phrase::bytes(file.size));
    }
    if file.attempts > 0 {
        let times = if file.attempts == 1 { "once".to_owned() } else { format!("{} times", file.attempts) };
        let _ = write!(text, "; tried {times}");
    }
    if let Some(next) = file.next_try {
        let _ = write!(text, ", next try {}", phrase::upcoming(next, now));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::double;

    fn plain(status: &Status) -> String {
        let now = "2026-01-27T10:34:07Z".parse().unwrap();
        anstream::adapter::strip_str(&text(status, now, &TimeZone::UTC, 2)).to_string()
    }

    fn file(name: &str, state: FileState) -> FileStatus {
        FileStatus {
            name: name.into(),
            state,
            reason: "no connection".into(),
            kind: Some("network.unreachable".into()),
            attempts: 3,
            next_try: Some("2026-01-27T10:34:47Z".parse().unwrap()),
            size: 2_000,
            sent: 1_000,
        }
    }

    #[test]
    fn all_is_well() {
        insta::assert_snapshot!(plain(&double::status()), @r"
        ● All 42 files are sent, the last one at 10:31.

          Device     dev001
          Folder     /home/me/memory
          API URL    https://api.example/new
          Sent       42 files, 901 KB, last 3 min ago
          Waiting    0 files
          Settings   /home/me/config.toml
          Running    yes
        ");
    }

    #[test]
    fn before_the_set_up_it_says_how_to_begin() {
        let status = Status { config: "/home/me/config.toml".into(), ..Status::unset() };
        insta::assert_snapshot!(plain(&status), @r"
        ! OutTray is not set up yet.

          `outtray setup` sets it up. Its settings will be in /home/me/config.toml
        ");
    }

    #[test]
    fn files_are_listed_with_their_reason() {
        let status = Status {
            state: State::Offline,
            waiting: 3,
            rejected: 1,
            last_error: Some("calling presign endpoint: connection refused".into()),
            obstacles: Vec::new(),
            files: vec![
                file("a.json", FileState::Waiting),
                file("b.json", FileState::Waiting),
                file("c.json", FileState::Rejected),
            ],
            running: false,
            ..double::status()
        };
        insta::assert_snapshot!(plain(&status), @r"
        ○ No connection; 3 files wait here, next try at 10:34.

          Device     dev001
          Folder     /home/me/memory
          API URL    https://api.example/new
          Sent       42 files, 901 KB, last 3 min ago
          Waiting    3 files, 1 rejected
          Last error calling presign endpoint: connection refused
          Settings   /home/me/config.toml
          Running    no; `outtray run` starts it, `outtray sync` sends once

          … a.json  no connection; tried 3 times, next try in 40 s
          … b.json  no connection; tried 3 times, next try in 40 s
          … and 1 more (`outtray -v status` lists them)
        ");
    }
}
