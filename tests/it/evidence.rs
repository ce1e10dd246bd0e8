//! What `docs/reliability.md` and `docs/security.md` point to is there: tests by name, each fault once, `unsafe` where it is told.
//!
//! In: the two pages, the sources. Out: every wrong word at once. Not here: links and commands (`readme`).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const PAGES: [&str; 2] = ["docs/reliability.md", "docs/security.md"];
const FAULTS: usize = 68;

#[test]
fn every_named_test_is_there() {
    let tests = tests();
    assert!(tests.len() > 300, "only {} tests were found, so the search is broken", tests.len());
    let mut wrong = Vec::new();
    for page in PAGES {
        let text = read(Path::new(page));
        let named: Vec<&str> = code(&text).into_iter().filter(|word| looks_like_a_test(word)).collect();
        assert!(named.len() > 20, "{page} names only {} tests", named.len());
        wrong.extend(named.into_iter().filter(|name| !tests.contains(*name)).map(|name| format!("{page}: {name}")));
    }
    assert!(wrong.is_empty(), "there are no such tests:\n  {}", wrong.join("\n  "));
}

#[test]
fn every_fault_has_its_row() {
    let text = read(Path::new(PAGES[0]));
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .map(|row| row.split(" | ").collect::<Vec<_>>())
        .filter(|cells| cells[0].parse::<usize>().is_ok())
        .collect();
    let numbers: Vec<usize> = rows.iter().map(|cells| cells[0].parse().expect("a number")).collect();
    assert_eq!(numbers, (1..=FAULTS).collect::<Vec<_>>());
    for cells in rows {
        assert_eq!(cells.len(), 4, "{cells:?}");
        let shown = cells[3];
        let marks = ["*Windows*", "*macOS*", "*AWS*", "[the soak]"];
        let is_shown =
            code(shown).iter().any(|word| looks_like_a_test(word)) || marks.iter().any(|m| shown.contains(m));
        assert!(is_shown, "fault {} is shown by nothing: {shown}", cells[0]);
    }
}

/// The table counts blocks and `unsafe impl`s, file by file, and tells what for.
#[test]
fn unsafe_code_is_where_the_page_says() {
    let told: BTreeSet<String> = read(Path::new(PAGES[1]))
        .lines()
        .filter_map(|line| line.strip_prefix("| `src/")?.strip_suffix(" |"))
        .filter_map(|row| {
            let [file, count, reason] = row.split(" | ").collect::<Vec<_>>()[..] else { return None };
            assert!(reason.len() > 20, "{file}: what for?");
            Some(format!("src/{} {count}", file.trim_end_matches('`')))
        })
        .collect();
    let marker = concat!("uns", "afe ");
    let found: BTreeSet<String> = sources()
        .into_iter()
        .filter(|path| path.starts_with("src"))
        .filter_map(|path| {
            let text = read(&path);
            let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("//"));
            let count =
                lines.filter(|l| ["{", "impl ", "fn ", "extern "].iter().any(|w| l.contains(&format!("{marker}{w}"))));
            let count = count.count();
            (count > 0).then(|| format!("{} {count}", path.display()))
        })
        .collect();
    assert_eq!(told, found);
}

/// Each says right there why it is sound.
#[test]
fn unsafe_code_says_why_it_is_sound() {
    let marker = concat!("uns", "afe ");
    for path in sources().into_iter().filter(|path| path.starts_with("src")) {
        let text = read(&path);
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for (number, line) in lines.iter().enumerate().filter(|(_, line)| !line.starts_with("//")) {
            if [format!("{marker}{{"), format!("{marker}impl ")].iter().any(|start| line.contains(start)) {
                let before = &lines[number.saturating_sub(8)..number];
                let says = before.iter().any(|line| line.starts_with("// SAFETY: ") && line.len() > 30);
                assert!(says, "{}:{} has no `// SAFETY:` above it", path.display(), number + 1);
            }
        }
    }
}

/// Words such as `a_file_that_is_back`; `watch_dir` is none.
fn looks_like_a_test(word: &str) -> bool {
    let is_name = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
    word.bytes().all(is_name) && word.matches('_').count() >= 2 && word != "scan_interval_secs"
}

/// Names of functions that a test runner runs, in Rust and in Python.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for path in sources() {
        let text = read(&path);
        let mut marked = path.extension().is_some_and(|extension| extension == "py");
        for line in text.lines().map(str::trim_start) {
            if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                marked = true;
            }
            let name = ["fn ", "async fn ", "def "].iter().find_map(|word| line.strip_prefix(word));
            if let Some(name) = name.and_then(|rest| rest.split('(').next())
                && (marked || in_proptest(&text, line))
            {
                names.insert(name.to_owned());
                marked = path.extension().is_some_and(|extension| extension == "py");
            }
        }
    }
    names
}

/// Within `proptest!` the attribute is written by some and left out by others; its arguments are drawn `in` something.
fn in_proptest(text: &str, line: &str) -> bool {
    text.contains("proptest!") && line.contains(" in ")
}

fn code(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = ["src", "tests", "backend", "xtask"].map(PathBuf::from).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).expect("a folder") {
            let entry = entry.expect("readable");
            let path = folder.join(entry.file_name());
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if entry.file_type().expect("known").is_dir() {
                folders.extend((!hidden).then_some(path));
            } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "py") {
                found.push(path);
            }
        }
    }
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
