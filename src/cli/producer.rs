//! `outtray doctor --producer`: how the writing program writes, graded.
//!
//! In: the settings, a time to watch. Out: ✓ or ! for each habit with what to change. Exit 1 when something is to change.
//! Not here: the watching and the grades (`sync::producer`).

use std::time::Duration;

use serde_json::json;

use super::failure::{Exit, Failure};
use super::output::{Output, style};
use crate::host::Home;
use crate::sync::producer::{Grade, watch};

pub async fn run(home: &Home, out: Output, time: Duration) -> Result<Exit, Failure> {
    let config = home.setup()?.config;
    out.note(format!("Watching {} for {} s. Let the program write now.", config.watch_dir.display(), time.as_secs()));
    let unwatched = |error: crate::sync::producer::Unwatched| {
        Failure::new(Exit::Failed, "folder.unwatched", error.to_string())
            .hint("Create the folder, or change watch_dir, and try again.")
    };
    let grades = watch(&config, time).await.map_err(unwatched)?;
    let good = grades.iter().all(|grade| grade.good);
    if out.json {
        let told: Vec<_> =
            grades.iter().map(|grade| json!({"ok": grade.good, "text": grade.text, "hint": grade.advice})).collect();
        out.object(&json!({"ok": good, "grades": told}))?;
    } else {
        grades.iter().try_for_each(|grade| out.data(text(grade)))?;
    }
    Ok(if good { Exit::Done } else { Exit::Failed })
}

fn text(grade: &Grade) -> String {
    let mark = if grade.good { style::green("✓") } else { style::yellow("!") };
    let advice = grade.advice.map_or_else(String::new, |advice| format!("\n  {} {advice}", style::dim("→")));
    format!("{mark} {}{advice}", grade.text)
}
