//! A look at how the writing program writes, with a grade for each habit.
//!
//! In: the traces of a while. Out: [`Grade`]s, each with what to change. Nothing is sent or renamed here, and an engine may
//! run meanwhile: its own renames are told apart by the mark.
//! Not here: the deadline and the screen (`cli::doctor`).

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::time::Duration;

use super::document::{self, Hold, Terms};
use super::scan::name_below;
use super::watch::{Trace, traces};
use crate::config::Config;
use crate::files;
use crate::platform::dir::Dir;

/// One habit of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    pub good: bool,
    pub text: String,
    /// What to change.
    pub advice: Option<&'static str>,
}

/// The folder could not be watched.
#[derive(Debug, thiserror::Error)]
#[error("the folder {folder} cannot be watched: {reason}")]
pub struct Unwatched {
    folder: String,
    reason: String,
}

/// What was seen of one file.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Habit {
    /// Came to be under its final name, instead of by a rename.
    created: bool,
    /// Times that it got its final name by a rename.
    renamed: u32,
    /// Written to after it had got its final name by a rename.
    written_after: bool,
}

/// Watches for `time`, then looks at what is there.
pub async fn watch(config: &Config, time: Duration) -> Result<Vec<Grade>, Unwatched> {
    let folder = &config.watch_dir;
    let unwatched = |reason: String| Unwatched { folder: folder.display().to_string(), reason };
    let dir = Dir::open(folder).map_err(|error| unwatched(error.to_string()))?;
    let (_watch, mut traces) = traces(folder).map_err(|error| unwatched(error.to_string()))?;
    let mut habits: BTreeMap<String, Habit> = BTreeMap::new();
    let deadline = tokio::time::Instant::now() + time;
    while let Ok(Some((path, trace))) = tokio::time::timeout_at(deadline, traces.recv()).await {
        let Some(name) = name_below(folder, &path) else { continue };
        if config.files.patterns.matches(OsStr::new(&name)) {
            note(habits.entry(name).or_default(), trace);
        }
    }
    let broken = habits.keys().filter(|name| is_broken(&dir, name, config)).count();
    Ok(grades(&habits, broken))
}

fn note(habit: &mut Habit, trace: Trace) {
    match trace {
        Trace::Created => habit.created = true,
        Trace::RenamedInto => habit.renamed += 1,
        Trace::Written => habit.written_after |= habit.renamed > 0,
    }
}

fn is_broken(dir: &Dir, name: &str, config: &Config) -> bool {
    config.files.require_json
        && matches!(document::take(dir, OsStr::new(name), &Terms::bare(true)), Err(Hold::Unfinished(_) | Hold::Empty))
}

fn grades(habits: &BTreeMap<String, Habit>, broken: usize) -> Vec<Grade> {
    let count = |which: fn(&Habit) -> bool| habits.values().filter(|habit| which(habit)).count();
    let example = |which: fn(&Habit) -> bool| {
        habits.iter().find(|(_, habit)| which(habit)).map_or_else(String::new, |(name, _)| files::shown(name.as_ref()))
    };
    if habits.is_empty() {
        return vec![Grade {
            good: false,
            text: "No file was finished in this time.".into(),
            advice: Some("Let the program write something, and look again. Check that it writes into this folder."),
        }];
    }
    let mut grades = Vec::new();
    let mut grade = |bad: usize, good: String, text: String, advice: &'static str| {
        let (good, text, advice) = if bad == 0 { (true, good, None) } else { (false, text, Some(advice)) };
        grades.push(Grade { good, text, advice });
    };
    let whole: fn(&Habit) -> bool = |habit| habit.renamed > 0 && !habit.created;
    let in_place: fn(&Habit) -> bool = |habit| habit.created && habit.renamed == 0;
    grade(
        count(in_place),
        format!("{} finished by a rename: whole from the first moment.", files_told(count(whole))),
        format!("{} written under the final name, for example {}.", files_told(count(in_place)), example(in_place)),
        "Write to a name that ends in .tmp, then rename it. Until then OutTray must wait for the file to stand still.",
    );
    let late: fn(&Habit) -> bool = |habit| habit.written_after;
    grade(
        count(late),
        "No file was written to after it was finished.".into(),
        format!("{} written to after the rename, for example {}.", files_told(count(late)), example(late)),
        "Close the file before the rename. What is written later is sent again as newer content.",
    );
    let again: fn(&Habit) -> bool = |habit| habit.renamed > 1;
    grade(
        count(again),
        "Each name was used once.".into(),
        format!(
            "{} replaced by a newer one of the same name, for example {}.",
            files_told(count(again)),
            example(again)
        ),
        "Give each document a name of its own: of two that follow closely, only the newer one may be sent.",
    );
    grade(
        broken,
        "Every file that is still here is whole JSON.".into(),
        format!("{} not whole JSON at the end.", files_told(broken)),
        "Such a file is sent as soon as it is whole, and rejected when it stays broken for a minute.",
    );
    grades
}

fn files_told(count: usize) -> String {
    if count == 1 { "1 file was".into() } else { format!("{count} files were") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graded(stories: &[(&str, &[Trace])], broken: usize) -> Vec<(bool, String)> {
        let mut habits = BTreeMap::new();
        for (name, traces) in stories {
            let habit: &mut Habit = habits.entry((*name).to_owned()).or_default();
            traces.iter().for_each(|trace| note(habit, *trace));
        }
        grades(&habits, broken).into_iter().map(|grade| (grade.good, grade.text)).collect()
    }

    #[test]
    fn a_well_behaved_program_gets_good_grades() {
        let grades = graded(&[("a.json", &[Trace::RenamedInto]), ("b.json", &[Trace::RenamedInto])], 0);
        assert!(grades.iter().all(|(good, _)| *good), "{grades:?}");
        assert_eq!(grades[0].1, "2 files were finished by a rename: whole from the first moment.");
    }

    #[test]
    fn each_bad_habit_is_named_with_an_example() {
        use Trace::{Created, RenamedInto, Written};
        let stories: [(&str, &[Trace]); 3] = [
            ("in_place.json", &[Created, Written, Written]),
            ("late.json", &[RenamedInto, Written]),
            ("again.json", &[RenamedInto, RenamedInto]),
        ];
        let grades = graded(&stories, 1);
        let bad: Vec<_> = grades.iter().filter(|(good, _)| !good).map(|(_, text)| text.as_str()).collect();
        assert_eq!(
            bad,
            [
                "1 file was written under the final name, for example in_place.json.",
                "1 file was written to after the rename, for example late.json.",
                "1 file was replaced by a newer one of the same name, for example again.json.",
                "1 file was not whole JSON at the end.",
            ]
        );
        assert!(!graded(&[], 0)[0].0, "nothing seen is no good grade");
    }

    #[tokio::test]
    async fn sees_a_rename_and_a_write_in_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let (_watch, mut seen) = traces(folder.path()).expect("watched");
        std::fs::write(folder.path().join("a.json.tmp"), "{}").expect("written");
        std::fs::rename(folder.path().join("a.json.tmp"), folder.path().join("a.json")).expect("renamed");
        std::fs::write(folder.path().join("b.json"), "{}").expect("written");
        let mut habits: BTreeMap<String, Habit> = BTreeMap::new();
        while !habits.contains_key("b.json") {
            let next = tokio::time::timeout(Duration::from_secs(5), seen.recv()).await;
            let (path, trace) = next.expect("in time").expect("told");
            note(habits.entry(name_below(folder.path(), &path).expect("here")).or_default(), trace);
        }
        assert_eq!(habits["a.json"], Habit { renamed: 1, ..Habit::default() });
        assert!(habits["b.json"].created);
    }
}
