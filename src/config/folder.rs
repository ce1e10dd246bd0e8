//! From the spelling of a folder or file in `config.toml` to an absolute path.
//!
//! In: the text, the folder of its file, the home folder, the system's way with paths. Out: an absolute path without
//! `.` parts; it need not exist, and links in it are left alone.
//! Not here: opening it (`platform::dir`).

use std::path::{Component, Path, PathBuf};

use crate::platform::places;

/// How the system at hand writes paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    Unix,
    Windows,
}

impl Spelling {
    pub fn of_this_system() -> Self {
        if places::WINDOWS_PATHS { Self::Windows } else { Self::Unix }
    }
}

/// Where relative spellings start.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    /// Absolute: the folder that holds the file in which the text stands.
    pub folder: &'a Path,
    pub home: Option<&'a Path>,
    pub spelling: Spelling,
}

impl Start<'_> {
    /// The error continues `watch_dir = "…": `.
    pub fn resolve(&self, text: &str) -> Result<PathBuf, String> {
        if text.is_empty() {
            return Err("must name a folder".into());
        }
        if text.contains('\0') {
            return Err("must not hold a NUL character".into());
        }
        let text = match self.spelling {
            Spelling::Unix => unix(text)?,
            Spelling::Windows => windows(text)?,
        };
        let separator = if self.spelling == Spelling::Unix { '/' } else { '\\' };
        let path = match text.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with(separator) => {
                let home = self.home.ok_or("~ cannot be used: the home folder is not known; write the whole path")?;
                home.join(rest.trim_start_matches(separator))
            }
            Some(_) => return Err("only ~ alone or ~/… is understood; write ./~… for a folder of that name".into()),
            None => self.folder.join(&text),
        };
        // Collecting the parts drops `.` and doubled separators; `..` stays, for a link may stand before it.
        Ok(path.components().filter(|part| *part != Component::CurDir).collect())
    }
}

fn unix(text: &str) -> Result<String, String> {
    if has_drive(text) {
        return Err(
            "is a Windows path with a drive letter; this system has none, write a path such as /home/me/memory".into(),
        );
    }
    if text.starts_with("\\\\") {
        return Err("is a Windows network path; mount it here and write the path of the mount".into());
    }
    Ok(text.replace('\\', "/"))
}

fn windows(text: &str) -> Result<String, String> {
    if text.starts_with("\\\\?\\") {
        // Behind this prefix Windows takes every character as it is.
        return Ok(text.to_owned());
    }
    if has_drive(text) && !text[2..].starts_with(['/', '\\']) {
        return Err(format!("lacks a backslash after the drive; write {}\\{}", &text[..2], &text[2..]));
    }
    Ok(text.replace('/', "\\"))
}

fn has_drive(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn resolve(text: &str) -> Result<PathBuf, String> {
        let home = Some(Path::new("/home/me"));
        Start { folder: Path::new("/etc/box"), home, spelling: Spelling::Unix }.resolve(text)
    }

    #[test]
    fn both_slashes_start_at_the_file() {
        for (text, path) in [
            (".\\memory", "/etc/box/memory"),
            ("./memory", "/etc/box/memory"),
            ("in box", "/etc/box/in box"),
            ("a\\.\\b//c/", "/etc/box/a/b/c"),
            (".", "/etc/box"),
            ("~", "/home/me"),
            ("~\\talks/x", "/home/me/talks/x"),
            ("../up", "/etc/box/../up"),
            ("/srv/./x", "/srv/x"),
        ] {
            assert_eq!(resolve(text).as_deref(), Ok(Path::new(path)), "{text}");
        }
    }

    #[test]
    fn refuses_what_would_become_an_odd_folder() {
        for text in ["C:\\Users\\me", "D:/memory", "c:", "\\\\server\\share", "~bob/x", "", "a\0b"] {
            assert!(resolve(text).is_err(), "{text}");
        }
        let homeless = Start { folder: Path::new("/etc"), home: None, spelling: Spelling::Unix };
        assert!(homeless.resolve("~/x").is_err());
    }

    #[test]
    fn windows_knows_drives_and_both_slashes() {
        assert_eq!(windows("C:/Users/me").as_deref(), Ok("C:\\Users\\me"));
        assert_eq!(windows("./memory").as_deref(), Ok(".\\memory"));
        assert_eq!(windows("\\\\?\\C:\\a/b").as_deref(), Ok("\\\\?\\C:\\a/b"));
        assert_eq!(
            windows("C:memory").expect_err("no backslash"),
            "lacks a backslash after the drive; write C:\\memory"
        );
    }

    proptest! {
        // Without the colon: in the midst of a path Windows' own rules for joining take what stands before it for a drive.
        #[test]
        fn a_result_is_absolute_and_has_no_dots(text in "[a-zA-Z~./\\\\ é]{0,20}") {
            if let Ok(path) = resolve(&text) {
                prop_assert!(path.has_root());
                prop_assert!(!path.to_string_lossy().split('/').any(|part| part == "."));
            }
        }
    }
}
