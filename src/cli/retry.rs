//! `outtray retry`: files that failed or were rejected are tried again.
//!
//! In: paths, names, or nothing for all. Out: how many files that is. Not here: trying (`sync`).

use std::path::PathBuf;

use serde_json::json;

use super::args::RetryArgs;
use super::failure::{Exit, Failure};
use super::output::Output;
use super::why::current_dir;
use crate::control::names::{Outside, in_folder};
use crate::control::protocol::Request;
use crate::host::Home;
use crate::phrase;
use crate::sync::event::Status;
use crate::sync::{Choice, inspect};

pub async fn run(home: &Home, out: Output, args: &RetryArgs) -> Result<Exit, Failure> {
    let typed = &args.files[..];
    let choice = match (args.redacted, args.as_is) {
        (true, _) => Some(Choice::Redact),
        (_, true) => Some(Choice::AsIs),
        _ => None,
    };
    let here = current_dir()?;
    let mut count = 0;
    let client = home.client().await;
    let running = client.is_some();
    if let Some(mut client) = client {
        let status: Status = client.ask_for(&Request::Status).await?;
        for file in wanted(typed, |path| in_folder(path, &here, status.watch_dir.as_ref()))? {
            let request = match (file, choice) {
                (Some(file), Some(guard)) => Request::Decide { file, guard },
                (file, _) => Request::Retry { file },
            };
            let answer = client.ask(&request).await?;
            count += answer["files"].as_u64().unwrap_or_default();
        }
    } else {
        let setup = home.setup()?;
        for file in wanted(typed, |path| in_folder(path, &here, &setup.config.watch_dir))? {
            count += match (file, choice) {
                (Some(file), Some(choice)) => inspect::decide(&setup, &file, choice)?,
                (file, _) => inspect::retry(&setup, file.as_deref())?,
            };
        }
    }
    out.answer(&json!({"ok": true, "files": count, "running": running}), || match (count, running) {
        (0, _) if !typed.is_empty() => {
            let which = if typed.len() == 1 { "That file is not" } else { "None of these files is" };
            format!("{which} held back; `outtray why FILE` tells more.")
        }
        (0, true) => "Nothing was held back.".into(),
        (0, false) => "Nothing is held back: the next pass tries every file, `outtray sync` or `outtray run`.".into(),
        (_, true) => format!("Trying {} again.", phrase::files(count)),
        (_, false) => format!("The next pass tries {} again: `outtray sync` or `outtray run`.", phrase::files(count)),
    })?;
    Ok(Exit::Done)
}

/// One request without a name asks for all.
fn wanted(
    typed: &[PathBuf],
    name: impl Fn(&PathBuf) -> Result<String, Outside>,
) -> Result<Vec<Option<String>>, Failure> {
    if typed.is_empty() {
        return Ok(vec![None]);
    }
    typed.iter().map(|path| Ok(Some(name(path)?))).collect()
}
