//! Rust files as text: which modules, crates and systems each one names, and where.
//!
//! Comments are passed over, and so is a file's own `mod tests` and every file called `tests.rs`: they may name anything.

use std::fs;
use std::path::Path;

/// One file, its path written with slashes and relative to the top of the repository.
pub struct Source {
    pub path: String,
    pub text: String,
}

/// All Rust files below these folders, in order.
pub fn rust_files(folders: &[&str]) -> Vec<Source> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in folders {
        collect(top, &top.join(folder), &mut found);
    }
    found.sort_by(|one, two| one.path.cmp(&two.path));
    assert!(!found.is_empty(), "no source files in {folders:?}");
    found
}

fn collect(top: &Path, folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository") {
        let path = entry.expect("it lists").path();
        if path.is_dir() {
            collect(top, &path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("source is UTF-8");
            let path = path.strip_prefix(top).expect("it lies below the top");
            found.push(Source { path: path.to_string_lossy().replace('\\', "/"), text });
        }
    }
}

impl Source {
    /// The top-level module that the file is part of: `bins` for programs; nothing for `lib.rs`, which is the map.
    pub fn module(&self) -> Option<String> {
        let inside = self.path.strip_prefix("src/")?;
        match inside.split(['/', '.']).next()? {
            "lib" => None,
            "bin" => Some("bins".into()),
            name => Some(name.into()),
        }
    }

    /// Lines of code with their numbers.
    fn code(&self) -> Vec<(usize, &str)> {
        if self.path.ends_with("/tests.rs") || self.path.contains("/tests/") {
            return Vec::new();
        }
        let product = match self.text.find("#[cfg(test)]\nmod tests") {
            Some(end) => &self.text[..end],
            None => &self.text,
        };
        let numbered = product.lines().enumerate().map(|(at, line)| (at + 1, line));
        numbered.filter(|(_, line)| !line.trim_start().starts_with("//")).collect()
    }

    /// Every path into this crate, at most two steps of it: `config`, `platform::dir`; with its line.
    pub fn imports(&self) -> Vec<(usize, String)> {
        let code = self.code();
        let mut found = Vec::new();
        for (at, (number, line)) in code.iter().enumerate() {
            for root in ["crate::", "outtray::"] {
                for (start, _) in line.match_indices(root).filter(|(start, _)| begins_word(line, *start)) {
                    let rest = &line[start + root.len()..];
                    let later = code[at + 1..].iter().map(|(_, line)| *line);
                    let whole = std::iter::once(rest).chain(later).collect::<Vec<_>>().join(" ");
                    found.extend(branches(&whole).into_iter().map(|path| (*number, path)));
                }
            }
        }
        found
    }

    /// The lines that name a foreign crate.
    pub fn uses_of_crate(&self, name: &'static str) -> Vec<(usize, &'static str)> {
        let is_use = |line: &str| {
            line.match_indices(name).any(|(start, _)| {
                let after = &line[start + name.len()..];
                let imported = line[..start].trim_end().ends_with("use") && after.starts_with([';', ' ']);
                begins_word(line, start) && (after.starts_with("::") || imported)
            })
        };
        self.code().into_iter().filter(|(_, line)| is_use(line)).map(|(number, _)| (number, name)).collect()
    }

    /// The lines that ask which system this is.
    pub fn system_conditions(&self) -> Vec<(usize, String)> {
        let asks = |line: &&str| {
            let about_system = |condition: &str| {
                let words = condition.split(|c: char| !c.is_alphanumeric() && c != '_');
                words.into_iter().any(|word| matches!(word, "target_os" | "target_family" | "windows" | "unix"))
            };
            let cfg = ["cfg(", "cfg!(", "cfg_attr("]
                .iter()
                .any(|form| line.split_once(form).is_some_and(|(_, condition)| about_system(condition)));
            cfg || ["std::os::unix", "std::os::windows", "std::os::fd"].iter().any(|path| line.contains(path))
        };
        let found = self.code().into_iter().filter(|(_, line)| asks(line));
        found.map(|(number, line)| (number, line.trim().to_string())).collect()
    }
}

/// Whether no longer name or path ends here.
fn begins_word(line: &str, start: usize) -> bool {
    !line[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
}

/// The paths that `a::b::c` or `{a::b, c::{d, e}}` begins with, cut to two steps.
fn branches(text: &str) -> Vec<String> {
    let text = text.trim_start();
    let Some(group) = text.strip_prefix('{') else {
        let name = name_at(text);
        return match text[name.len()..].strip_prefix("::") {
            Some(rest) if rest.starts_with('{') => {
                let inner = members(&rest[1..]);
                inner.into_iter().map(|member| format!("{name}::{}", name_at(member))).collect()
            }
            Some(rest) if !name_at(rest).is_empty() => vec![format!("{name}::{}", name_at(rest))],
            _ => vec![name.to_string()],
        };
    };
    members(group).into_iter().flat_map(branches).collect()
}

/// The parts between the commas of a group, up to its closing brace.
fn members(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' => {
                found.push(group[start..at].trim());
                break;
            }
            ',' if depth == 0 => {
                found.push(group[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.retain(|member| !member.is_empty());
    found
}

fn name_at(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source { path: "src/sync/engine.rs".into(), text: text.into() }
    }

    #[test]
    fn finds_paths_in_groups_over_lines_and_in_code() {
        let text = "use crate::config::Config;\nuse crate::{error::Explain, files, platform::{dir::Dir, lock}};\n\
                    use crate::{\n    remote,\n};\n//! [`crate::cli`]\nfn f() { crate::log::open(mycrate::x) }\n\
                    #[cfg(test)]\nmod tests {\n    use crate::cloud;\n}\n";
        let found: Vec<String> = source(text).imports().into_iter().map(|(_, path)| path).collect();
        let expected =
            ["config::Config", "error::Explain", "files", "platform::dir", "platform::lock", "remote", "log::open"];
        assert_eq!(found, expected);
    }

    #[test]
    fn tells_a_crate_from_a_longer_name() {
        let lines = |text| source(text).uses_of_crate("notify").len();
        assert_eq!(lines("use notify::Watcher;\nuse notify;\nlet x = notify::recommended();\n"), 3);
        assert_eq!(lines("use tray::notify::words;\nuse notify_rust::show;\nself.notify();\n// notify::x\n"), 0);
    }

    #[test]
    fn sees_every_way_to_ask_for_the_system() {
        let text = "#[cfg(target_os = \"linux\")]\nif cfg!(windows) {}\n#[cfg(not(unix))]\n\
                    #[cfg_attr(windows, allow(x))]\nuse std::os::unix::fs::MetadataExt;\n\
                    #[cfg(feature = \"demo\")]\nlet windows = 3;\n";
        let lines: Vec<usize> = source(text).system_conditions().into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5]);
    }
}
