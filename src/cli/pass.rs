//! What one pass did, file by file: the lines and the JSON of `outtray sync`.
//!
//! In: events of the pass, and the status after it. Out: problems with their hints, a summary, a list for programs.
//! Not here: how it moves on a terminal (`progress`).

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::output::style;
use crate::phrase;
use crate::sync::event::{Event, FileState, PassReport, Receipt, Status, Worst};

/// The last that is known about one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    pub name: String,
    /// `synced`, `failed` or `rejected`.
    pub state: &'static str,
    pub reason: Option<String>,
    pub kind: Option<String>,
    pub hint: Option<String>,
    pub bucket: Option<String>,
    pub key: Option<String>,
}

/// A file that arrived. There may be a hundred thousand of them, so no more than this is kept.
#[derive(Debug)]
struct Synced {
    name: Box<str>,
    /// In [`Pass::buckets`].
    bucket: usize,
    key: Box<str>,
}

/// Collects outcomes while the pass goes on.
#[derive(Debug, Default)]
pub struct Pass {
    /// Whether those that arrived are listed in the end.
    lists: bool,
    synced: Vec<Synced>,
    buckets: Vec<String>,
    /// Those that did not.
    outcomes: BTreeMap<String, Outcome>,
    troubles: Vec<(String, Option<String>)>,
    /// Whether its end was told.
    pub done: bool,
}

impl Pass {
    /// `lists`: the answer names every file.
    pub fn new(lists: bool) -> Self {
        Self { lists, ..Self::default() }
    }

    fn arrived(&mut self, receipt: Receipt) {
        self.outcomes.remove(&receipt.file);
        if self.lists {
            let known = self.buckets.iter().position(|bucket| *bucket == receipt.bucket);
            let bucket = known.unwrap_or_else(|| {
                self.buckets.push(receipt.bucket);
                self.buckets.len() - 1
            });
            self.synced.push(Synced { name: receipt.file.into(), bucket, key: receipt.key.into() });
        }
    }

    pub fn hear(&mut self, event: Event) {
        let bad = |name, state, reason, kind, hint| Outcome {
            name,
            state,
            reason: Some(reason),
            kind: Some(kind),
            hint,
            bucket: None,
            key: None,
        };
        let outcome = match event {
            Event::Uploaded { receipt } => return self.arrived(receipt),
            Event::Failed { file, cause, kind, hint, .. } => bad(file, "failed", cause, kind, hint),
            Event::Rejected { file, reason, kind, hint, .. } => bad(file, "rejected", reason, kind, hint),
            Event::Trouble { message, hint, .. } => {
                if !self.troubles.iter().any(|(known, _)| *known == message) {
                    self.troubles.push((message, hint));
                }
                return;
            }
            Event::PassDone { .. } => {
                self.done = true;
                return;
            }
            Event::State { .. } | Event::Uploading { .. } | Event::Progress { .. } | Event::Settings => return,
        };
        self.outcomes.insert(outcome.name.clone(), outcome);
    }

    /// Adds files that were not tried in this pass, but cannot go as they are.
    pub fn look(&mut self, status: &Status) {
        for file in &status.files {
            let state = match file.state {
                FileState::Rejected => "rejected",
                FileState::Waiting if file.kind.is_some() && file.attempts > 0 => "failed",
                FileState::Waiting | FileState::Uploading => continue,
            };
            self.outcomes.entry(file.name.clone()).or_insert_with(|| Outcome {
                name: file.name.clone(),
                state,
                reason: Some(file.reason.clone()),
                kind: file.kind.clone(),
                hint: None,
                bucket: None,
                key: None,
            });
        }
    }

    /// Every file once, with the last that is known of it: first those that arrived, by name.
    pub fn files(&self) -> impl Serialize {
        Files(self)
    }

    pub fn names_no_problem(&self) -> bool {
        self.troubles.is_empty() && self.outcomes.is_empty()
    }

    /// One line a file that did not go; a hint once below the files that share it.
    pub fn problems(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut by_hint: BTreeMap<Option<&str>, Vec<&Outcome>> = BTreeMap::new();
        for outcome in self.outcomes.values() {
            by_hint.entry(outcome.hint.as_deref()).or_default().push(outcome);
        }
        for (hint, outcomes) in by_hint {
            for outcome in outcomes {
                let reason = outcome.reason.as_deref().unwrap_or("not sent");
                lines.push(format!("{} {}: {reason}", style::red("✗"), outcome.name));
            }
            lines.extend(hint.map(|hint| format!("  {} {hint}", style::dim("hint:"))));
        }
        lines.extend(self.troubles.iter().flat_map(|(message, hint)| trouble(message, hint.as_deref())));
        lines
    }
}

struct Files<'a>(&'a Pass);

impl Serialize for Files<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(Pass { synced, buckets, outcomes, .. }) = self;
        // The last of a name counts, and none whose newer content did not arrive.
        let last: BTreeMap<&str, &Synced> = synced.iter().map(|one| (&*one.name, one)).collect();
        let arrived = last.into_values().filter(|one| !outcomes.contains_key(&*one.name));
        let arrived = arrived.map(|one| Outcome {
            name: one.name.to_string(),
            state: "synced",
            reason: None,
            kind: None,
            hint: None,
            bucket: Some(buckets[one.bucket].clone()),
            key: Some(one.key.to_string()),
        });
        serializer.collect_seq(arrived.chain(outcomes.values().cloned()))
    }
}

/// What is wrong with OutTray itself, and what to do about it.
pub fn trouble(message: &str, hint: Option<&str>) -> Vec<String> {
    let mut lines = vec![format!("{} {message}", style::red("!"))];
    lines.extend(hint.map(|hint| format!("  {} {hint}", style::dim("hint:"))));
    lines
}

/// `3 files sent (12 KB), nothing waits.`
pub fn summary(report: &PassReport) -> String {
    let mut parts = vec![match report.synced {
        0 => "Nothing sent".into(),
        many => format!("{} sent ({})", phrase::files(many), phrase::bytes(report.bytes)),
    }];
    match report.failed {
        0 => {}
        1 => parts.push("1 file could not be sent and stays where it is".into()),
        many => parts.push(format!("{many} files could not be sent and stay where they are")),
    }
    match report.waiting {
        // Without a look into the folder nobody knows what waits.
        0 if report.failed > 0 || report.worst != Worst::Nothing => {}
        0 => parts.push("nothing waits".into()),
        1 => parts.push("1 file is not finished yet and waits".into()),
        many => parts.push(format!("{many} files are not finished yet and wait")),
    }
    parts.join(", ") + "."
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(file: &str, hint: Option<&str>) -> Event {
        Event::Failed {
            file: file.into(),
            path: format!("/m/{file}"),
            cause: "upload failed with status 403".into(),
            kind: "put.forbidden".into(),
            hint: hint.map(str::to_owned),
            attempts: 1,
            next_try: None,
        }
    }

    #[test]
    fn the_last_word_about_a_file_counts() {
        let mut pass = Pass::default();
        pass.hear(failed("a.json", None));
        pass.hear(Event::Rejected {
            file: "a.json".into(),
            path: "/m/a.json".into(),
            reason: "not JSON".into(),
            kind: "document.not_json".into(),
            hint: None,
        });
        let files = serde_json::to_value(pass.files()).expect("JSON");
        assert_eq!((files.as_array().map(Vec::len), &files[0]["state"]), (Some(1), &"rejected".into()));
    }

    #[test]
    fn those_that_arrived_are_listed_once_and_a_newer_failure_wins() {
        let arrived = |file: &str, key: &str| Event::Uploaded {
            receipt: Receipt {
                time: jiff::Timestamp::UNIX_EPOCH,
                file: file.into(),
                size: 2,
                sha256: String::new(),
                bucket: "bucket".into(),
                key: key.into(),
                guard: None,
                proof: "sha256".into(),
            },
        };
        let mut pass = Pass::new(true);
        for event in [failed("b.json", None), arrived("b.json", "1"), arrived("b.json", "2"), arrived("a.json", "3")] {
            pass.hear(event);
        }
        assert!(pass.names_no_problem());
        pass.hear(failed("a.json", None));
        let files = serde_json::to_value(pass.files()).expect("JSON");
        let told: Vec<_> = files.as_array().expect("a list").iter().map(|one| (&one["name"], &one["state"])).collect();
        assert_eq!(told, [(&"b.json".into(), &"synced".into()), (&"a.json".into(), &"failed".into())]);
        assert_eq!((&files[0]["key"], &files[0]["bucket"]), (&"2".into(), &"bucket".into()));
    }

    #[test]
    fn files_share_their_hint() {
        let mut pass = Pass::default();
        for name in ["a.json", "b.json"] {
            pass.hear(failed(name, Some("Ask for a new key.")));
        }
        let text = anstream::adapter::strip_str(&pass.problems().join("\n")).to_string();
        insta::assert_snapshot!(text, @r"
        ✗ a.json: upload failed with status 403
        ✗ b.json: upload failed with status 403
          hint: Ask for a new key.
        ");
    }

    #[test]
    fn sums_up_in_a_sentence() {
        let said = |synced, failed, waiting| {
            summary(&PassReport { synced, bytes: 12_345, failed, waiting, ..PassReport::default() })
        };
        assert_eq!(said(3, 0, 0), "3 files sent (12 KB), nothing waits.");
        assert_eq!(said(0, 0, 0), "Nothing sent, nothing waits.");
        assert_eq!(said(1, 1, 0), "1 file sent (12 KB), 1 file could not be sent and stays where it is.");
        assert_eq!(
            said(0, 2, 1),
            "Nothing sent, 2 files could not be sent and stay where they are, 1 file is not finished yet and waits."
        );
    }
}
