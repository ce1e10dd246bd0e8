//! What stands in Windows' Run key: a command line, and whether Task Manager approves of it.
//!
//! In: a program, or a command line and the bytes of `StartupApproved`. Out: the other way round.
//! Not here: reading and writing the registry (`registry`).

use std::path::{Path, PathBuf};

use crate::platform::identity::AT_LOGIN;

/// `None` when the path is not Unicode. No path on Windows holds a quotation mark.
pub fn that_starts(program: &Path) -> Option<String> {
    program.to_str().filter(|path| !path.contains('"')).map(|path| format!("\"{path}\" {AT_LOGIN}"))
}

/// The program of a command line. Without quotation marks the path ends at the first `.exe`, as spaces may be in it.
pub fn program_of(line: &str) -> Option<PathBuf> {
    let line = line.trim_start();
    let path = match line.strip_prefix('"') {
        Some(rest) => rest.split_once('"')?.0,
        None => match line.to_ascii_lowercase().find(".exe") {
            Some(at) => &line[..at + ".exe".len()],
            None => line.split_whitespace().next()?,
        },
    };
    (!path.is_empty()).then(|| PathBuf::from(path))
}

/// An odd first byte means that a person switched the entry off.
pub fn is_approved(bytes: &[u8]) -> bool {
    bytes.first().is_none_or(|first| first % 2 == 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_command_lines_of_others() {
        let program = |line| program_of(line).map(|path| path.to_str().unwrap().to_owned());
        assert_eq!(program(r#""C:\Program Files\OutTray\x.exe" --flag"#).unwrap(), r"C:\Program Files\OutTray\x.exe");
        assert_eq!(program(r"C:\Program Files\OutTray\x.EXE -v").unwrap(), r"C:\Program Files\OutTray\x.EXE");
        assert_eq!(program("outtray-desktop -v").unwrap(), "outtray-desktop");
        assert_eq!((program(""), program(r#""C:\x"#), program(r#""""#)), (None, None, None));
    }

    #[test]
    fn task_manager_has_the_last_word() {
        assert!(is_approved(&[2, 0, 0, 0]) && is_approved(&[6, 0]) && is_approved(&[]));
        assert!(!is_approved(&[3, 0, 0, 0, 1]) && !is_approved(&[7]));
    }

    proptest! {
        #[test]
        fn every_path_comes_back(path in "C:\\\\[^\"\0]{1,40}") {
            prop_assert_eq!(program_of(&that_starts(Path::new(&path)).unwrap()), Some(PathBuf::from(path)));
        }
    }
}
