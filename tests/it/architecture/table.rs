//! The table "who may import whom" as it stands in the documentation of `src/lib.rs`.
//!
//! Rows read `sync  ->  remote, files, platform::dir`; other words in a row are for people. A second clause such as
//! `; doctor also -> remote` speaks of the files of that name.

use std::collections::BTreeSet;
use std::path::Path;

pub struct Table {
    modules: BTreeSet<String>,
    rows: Vec<Row>,
}

struct Row {
    of: Vec<String>,
    /// In such a clause the row holds only for files of these names.
    also: bool,
    may: Vec<String>,
}

impl Table {
    pub fn read() -> Self {
        let top = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(top.join("src/lib.rs")).expect("the crate has a lib.rs");
        let table = Self::parse(&text);
        assert!(table.rows.len() > 3, "the table in src/lib.rs could not be read");
        table
    }

    fn parse(text: &str) -> Self {
        let declared = text.lines().filter_map(|line| {
            let line = line.trim().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
            line.strip_prefix("mod ")?.strip_suffix(';').map(str::to_string)
        });
        let modules: BTreeSet<String> = declared.collect();
        let rows = text.lines().filter_map(|line| line.strip_prefix("//! ")).filter(|line| line.contains("  ->  "));
        let clauses = rows.flat_map(|row| row.split(';')).filter_map(|clause| clause.split_once("->"));
        let rows = clauses
            .map(|(left, right)| Row {
                of: words(left).filter(|word| word != "also").collect(),
                also: left.contains(" also "),
                may: words(right).filter(|word| modules.contains(first(word))).collect(),
            })
            .collect();
        Self { modules, rows }
    }

    /// Whether the path begins with a module of this crate.
    pub fn knows(&self, named: &str) -> bool {
        self.modules.contains(first(named))
    }

    /// What a module may name, in one of its files; `None` if the table is silent about the module.
    pub fn allowed(&self, module: &str, file: &str) -> Option<Vec<String>> {
        let mut own = self.rows.iter().filter(|row| !row.also && row.of.iter().any(|name| name == module)).peekable();
        own.peek()?;
        let is_meant = |name: &String| file.split(['/', '.']).any(|part| part == name);
        let also = self.rows.iter().filter(|row| row.also && row.of.iter().any(is_meant));
        Some(own.chain(also).flat_map(|row| row.may.clone()).collect())
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
        .map(|word| word.trim_matches(':').to_string())
        .filter(|word| !word.is_empty())
}

fn first(path: &str) -> &str {
    path.split("::").next().unwrap_or(path)
}

#[test]
fn reads_rows_clauses_and_parts() {
    let table = Table::parse(
        "//! bins   ->  cli\n//! cli    ->  sync, error; doctor also -> remote\n//! sync  ->  platform::dir, error, and \
         more of that kind\n//! error, platform  ->  std and crates\npub mod cli;\nmod error;\npub mod platform;\n\
         pub mod remote;\npub mod sync;\n",
    );
    let allowed = |module, file| table.allowed(module, file).map(|names| names.join(" "));
    assert_eq!(allowed("bins", "src/bin/outtray.rs").as_deref(), Some("cli"));
    assert_eq!(allowed("cli", "src/cli/status.rs").as_deref(), Some("sync error"));
    assert_eq!(allowed("cli", "src/cli/doctor/rungs.rs").as_deref(), Some("sync error remote"));
    assert_eq!(allowed("sync", "src/sync/engine.rs").as_deref(), Some("platform::dir error"));
    assert_eq!(allowed("platform", "src/platform/dir.rs").as_deref(), Some(""));
    assert_eq!(allowed("tray", "src/tray/menu.rs"), None);
}
