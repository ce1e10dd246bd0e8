//! The text of an XDG autostart entry, written and read by the Desktop Entry Specification.
//!
//! In: a program, or the text of an entry. Out: the text, or what it starts.
//! Not here: where entries lie (`xdg`).

use std::path::{Path, PathBuf};
use std::str::Chars;

use super::Entry;
use crate::platform::identity::{APP_ID, AT_LOGIN};

/// Runs the program that it is given.
const ENV: &str = "/usr/bin/env";

/// An entry that starts the program; `None` when its path cannot be written in such a file.
pub fn that_starts(program: &Path) -> Option<String> {
    let path = program.to_str()?;
    // Between a program and its arguments, `=` would make it a variable of the environment: the format forbids it.
    if path.contains(['=', '\0']) {
        return None;
    }
    // systemd takes the first word as it is where others read `%%` as `%`; in a second word all agree.
    let through = if path.contains('%') { format!("{ENV} ") } else { String::new() };
    Some(format!(
        "[Desktop Entry]\n\
         Type=Application\n\
         Name=OutTray\n\
         Comment=Sends finished JSON files to S3\n\
         Exec={through}{} {AT_LOGIN}\n\
         TryExec={}\n\
         Icon={APP_ID}\n\
         Terminal=false\n\
         StartupNotify=false\n\
         X-GNOME-Autostart-enabled=true\n\
         X-LXQt-Need-Tray=true\n",
        as_value(&as_argument(path)),
        as_value(path),
    ))
}

/// An entry that starts nothing, and hides one of the same name that is there for everybody.
pub fn that_hides() -> &'static str {
    "[Desktop Entry]\nType=Application\nName=OutTray\nHidden=true\n"
}

/// What an entry starts.
pub fn read(text: &str) -> Entry {
    if value(text, "Hidden").as_deref() == Some("true")
        || value(text, "X-GNOME-Autostart-enabled").as_deref() == Some("false")
    {
        return Entry::Off;
    }
    match value(text, "Exec").as_deref().and_then(program_of) {
        Some(program) => Entry::Starts(PathBuf::from(program)),
        None => Entry::Blocked("the autostart entry of OutTray cannot be read".into()),
    }
}

/// One argument of `Exec`: quoted always, which is never wrong.
fn as_argument(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '`' | '$' | '\\' => quoted.extend(['\\', character]),
            '%' => quoted.push_str("%%"),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// The escapes that every value of the format goes through, before and beside those of `Exec`.
fn as_value(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        match character {
            '\\' => value.push_str("\\\\"),
            '\n' => value.push_str("\\n"),
            '\t' => value.push_str("\\t"),
            '\r' => value.push_str("\\r"),
            ' ' if at == 0 => value.push_str("\\s"),
            _ => value.push(character),
        }
    }
    value
}

/// A value of the main group, its general escapes undone.
fn value(text: &str, wanted: &str) -> Option<String> {
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line.trim_end() == "[Desktop Entry]";
        } else if let Some((_, value)) = line.split_once('=').filter(|(key, _)| inside && key.trim_end() == wanted) {
            return unescape(value.trim_start());
        }
    }
    None
}

fn unescape(value: &str) -> Option<String> {
    let (mut text, mut characters) = (String::with_capacity(value.len()), value.chars());
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next()? {
            's' => text.push(' '),
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            '\\' => text.push('\\'),
            // `\;` and unknown ones stay as they are.
            other => text.extend(['\\', other]),
        }
    }
    Some(text)
}

/// The program of an `Exec` value; `None` when the value is none.
fn program_of(exec: &str) -> Option<String> {
    let mut characters = exec.chars();
    match next_argument(&mut characters)? {
        env if env == ENV => next_argument(&mut characters),
        program => Some(program),
    }
}

fn next_argument(exec: &mut Chars<'_>) -> Option<String> {
    let (mut argument, mut characters) = (String::new(), exec.as_str().trim_start().chars());
    let is_quoted = characters.as_str().starts_with('"');
    if is_quoted {
        characters.next();
    }
    loop {
        match characters.next() {
            Some('"') if is_quoted => break,
            Some('\\') if is_quoted => argument.push(characters.next()?),
            Some('%') if characters.as_str().starts_with('%') => argument.extend(characters.next()),
            Some(character) if is_quoted || !character.is_whitespace() => argument.push(character),
            None if is_quoted => return None,
            _ => break,
        }
    }
    *exec = characters;
    (!argument.is_empty()).then_some(argument)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quotes_as_the_specification_has_it() {
        let exec = |path: &str| {
            let text = that_starts(Path::new(path)).unwrap();
            text.lines().find_map(|line| line.strip_prefix("Exec=")).unwrap().to_owned()
        };
        assert_eq!(exec("/usr/bin/outtray-desktop"), r#""/usr/bin/outtray-desktop" --background"#);
        assert_eq!(exec("/home/me/my apps/x"), r#""/home/me/my apps/x" --background"#);
        assert_eq!(exec("/50%/$a`b"), r#"/usr/bin/env "/50%%/\\$a\\`b" --background"#);
        assert_eq!(exec(r#"/a"b\c"#), r#""/a\\"b\\\\c" --background"#);
        assert_eq!(exec("/a\nb"), r#""/a\nb" --background"#);
        assert_eq!(that_starts(Path::new("/a=b/x")), None);
    }

    #[test]
    fn reads_what_people_and_desktops_write() {
        let starts = |text: &str| read(&format!("# mine\n[Desktop Entry]\n{text}\n[Desktop Action x]\nExec=other\n"));
        assert_eq!(starts("Exec = /opt/x --flag %U"), Entry::Starts("/opt/x".into()));
        assert_eq!(starts("Exec=\"/opt/my x\" a"), Entry::Starts("/opt/my x".into()));
        assert_eq!(starts("Exec=/opt/x\nHidden=true"), Entry::Off);
        assert_eq!(starts("Exec=/opt/x\nHidden=false"), Entry::Starts("/opt/x".into()));
        assert_eq!(starts("Exec=/opt/x\nX-GNOME-Autostart-enabled=false"), Entry::Off);
        assert_eq!(read(that_hides()), Entry::Off);
        for broken in ["", "Exec=", "Exec=\"/never closed", "Exec=\"\""] {
            assert!(matches!(starts(broken), Entry::Blocked(_)), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn every_path_comes_back(path in "/[^\0=]{1,40}") {
            let text = that_starts(Path::new(&path)).unwrap();
            prop_assert_eq!(text.lines().count(), 11, "a path forged a line");
            prop_assert_eq!(read(&text), Entry::Starts(PathBuf::from(path)));
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,60}") {
            read(&format!("[Desktop Entry]\nExec={text}"));
        }
    }
}
