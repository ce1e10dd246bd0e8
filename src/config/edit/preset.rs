//! What an installer knows before anybody opens OutTray: a few values for a file that may lack the rest.
//!
//! In: the sources, and words for some keys. Out: the new text; whatever stands there already stays, and what is still
//! missing is for the set-up to ask. Not here: writing it (`edit`), the command (`cli::preset`).

use toml_edit::DocumentMut;

use super::{known, put, value, with_endings_of};
use crate::config::DEFAULT_TEXT;
use crate::config::keys::{self, Key};
use crate::config::problem::{Kind, Problem, Problems, Spot};
use crate::config::sources::{Source, Sources};
use crate::config::value::Value;

const FOR_EVERYBODY: &str = "\
# OutTray for everybody on this computer. It lies under each user's own config.toml; keys that [managed] locks win over it.

";

/// The user's text with these values in it. All but missing keys must be good; else every problem comes back.
///
/// Where the sources speak of the machine-wide file, the keys of `[managed]` may be given as well.
pub fn preset(sources: &Sources, values: &[(&str, &str)]) -> Result<String, Problems> {
    let file = Spot::File(sources.user_file.clone());
    let wanted: Vec<_> =
        values.iter().map(|(name, words)| read(sources, name, words, &file)).collect::<Result<_, _>>()?;
    let (head, old) = match &sources.user {
        Some(user) => ("", user.text.clone()),
        None if sources.administers => (FOR_EVERYBODY, String::new()),
        None => ("", suggestions(&wanted)),
    };
    // Tells a broken file with every fault, before anything is made of it.
    let Ok(mut document) = old.parse::<DocumentMut>() else {
        return Err(sources.check().expect_err("no TOML, so no configuration"));
    };
    for (key, value) in &wanted {
        put(&mut document, key, value, &file)?;
    }
    let text = format!("{head}{}", with_endings_of(&old, &document.to_string()));
    let user = Some(Source { file: sources.user_file.clone(), text: text.clone() });
    let checked = (Sources { user, overrides: Vec::new(), ..sources.clone() }).check();
    checked.err().and_then(Problems::besides_missing).map_or(Ok(text), Err)
}

fn read(sources: &Sources, name: &str, words: &str, file: &Spot) -> Result<(&'static Key, Value), Problems> {
    let key = match keys::find(name) {
        Some(policy) if policy.is_policy() && sources.administers => policy,
        _ => known(name, file)?,
    };
    Ok((key, value(sources, key, words, file)?))
}

/// The commented default text, in which only the wanted values count.
fn suggestions(wanted: &[(&'static Key, Value)]) -> String {
    let line = |line: &str| match line.split_once(" = ") {
        Some((name, _)) if !name.starts_with('#') => match wanted.iter().find(|(key, _)| key.name == name) {
            Some((_, value)) => format!("{name} = {}\n", value.to_toml()),
            None => format!("# {line}\n"),
        },
        _ => format!("{line}\n"),
    };
    DEFAULT_TEXT.lines().map(line).collect()
}

fn is_missing(problem: &Problem) -> bool {
    matches!(problem.kind, Kind::Missing | Kind::MissingKey)
}

impl Problems {
    /// Nothing is wrong but that values are not there yet: for the set-up to ask, not for a person to mend.
    pub fn is_setup_needed(&self) -> bool {
        self.list().iter().all(is_missing)
    }

    /// What is wrong where a part may be missing.
    pub fn besides_missing(self) -> Option<Self> {
        Self::of(self.list().iter().filter(|problem| !is_missing(problem)).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const URL: (&str, &str) = ("api_url", "https://api.example/new");

    fn no_file() -> Sources {
        Sources { user: None, ..with("") }
    }

    fn with(text: &str) -> Sources {
        Sources { home: Some("/home/me".into()), ..Sources::of_text(text, Path::new("/c/config.toml")) }
    }

    #[test]
    fn a_first_file_says_only_what_was_given() {
        let text = preset(&no_file(), &[URL, ("watch_dir", "~/out")]).unwrap();
        let said: Vec<_> = text.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '['])).collect();
        assert_eq!(said, ["api_url = \"https://api.example/new\"", "watch_dir = \"~/out\""]);
        let problems = with(&text).check().unwrap_err();
        assert!(problems.is_setup_needed() && problems.list().len() == 1, "{problems}");
    }

    #[test]
    fn whatever_stands_there_stays() {
        let old = "# mine\ndevice_id = \"desk-1\" # here\n\n[files]\nsettle_ms = 9\n";
        let text = preset(&with(old), &[URL]).unwrap();
        assert_eq!(text, old.replace("# here\n", "# here\napi_url = \"https://api.example/new\"\n"));
    }

    #[test]
    fn nothing_bad_is_taken() {
        let bad = |sources: &Sources, values: &[(&str, &str)]| preset(sources, values).unwrap_err().first().kind;
        assert_eq!(bad(&no_file(), &[("api_url", "not an address")]), Kind::BadValue);
        assert_eq!(bad(&no_file(), &[("device_id", "a b")]), Kind::BadValue);
        assert_eq!(bad(&no_file(), &[("managed.locked", "api_url")]), Kind::Managed);
        assert_eq!(bad(&with("no toml"), &[URL]), Kind::Syntax);
        assert_eq!(bad(&with("concurency = 3\n"), &[URL]), Kind::UnknownKey);
        let machine = "[managed]\nlocked = [\"api_url\"]\n".to_owned();
        let locked = Sources { machine: Some(Source { file: "/etc/x.toml".into(), text: machine }), ..no_file() };
        assert_eq!(bad(&locked, &[URL]), Kind::Managed);
    }

    #[test]
    fn a_first_file_for_everybody_names_what_is_locked() {
        let sources = Sources { administers: true, ..no_file() };
        let text = preset(&sources, &[URL, ("managed.locked", "api_url, watch_dir")]).unwrap();
        let rest = "api_url = \"https://api.example/new\"\n\n[managed]\nlocked = [\"api_url\", \"watch_dir\"]\n";
        assert_eq!(text, format!("{FOR_EVERYBODY}{rest}"));
        assert!(preset(&sources, &[("managed.locked", "no_such_key")]).is_err());
    }
}
