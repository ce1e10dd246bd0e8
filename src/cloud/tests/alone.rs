//! The cloud stands alone: it could judge no client whose code it shares.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { sources(&path, found) } else { found.push(path) }
    }
}

/// How many `super` lead from the code of a file to `cloud` itself.
fn depth(below_cloud: &Path) -> usize {
    let parts = below_cloud.components().count();
    if below_cloud.ends_with("mod.rs") { parts - 1 } else { parts }
}

/// The first use of something beyond `cloud`.
fn strays(text: &str, depth: usize) -> Option<&str> {
    let climbs = |line: &str| {
        line.split(|c: char| c != ':' && !c.is_alphanumeric())
            .any(|path| path.split("::").take_while(|part| *part == "super").count() > depth)
    };
    let leaves = |line: &str| line.contains("crate::") && !line.contains("crate::cloud");
    text.lines().map(str::trim).filter(|line| !line.starts_with("//")).find(|line| climbs(line) || leaves(line))
}

#[test]
fn no_source_reaches_beyond_the_cloud() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join("cloud");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 20, "only {} files were looked at", files.len());
    for file in files {
        let below = file.strip_prefix(&root).unwrap();
        // This file speaks of what it looks for.
        if below != Path::new("tests").join("alone.rs") {
            let text = fs::read_to_string(&file).unwrap();
            assert_eq!(strays(&text, depth(below)), None, "{}", file.display());
        }
    }
}

#[test]
fn a_stray_would_be_seen() {
    assert_eq!(depth(Path::new("mod.rs")), 0);
    assert_eq!(depth(Path::new("s3").join("store.rs").as_path()), 2);
    let line = "use super::super::remote::Proof;";
    assert_eq!(strays(&format!("//! doc\n{line}\n"), 1), Some(line));
    assert_eq!(strays(line, 2), None);
    assert_eq!(strays("let x = crate::files::name();", 9), Some("let x = crate::files::name();"));
}
