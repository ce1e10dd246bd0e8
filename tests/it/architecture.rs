//! The shape of the source, kept true: who imports whom, one home for each foreign crate, small files with a purpose.
//!
//! In: the files under `src`, `tests` and `xtask`, read as text, and the table in `src/lib.rs`. Out: every breach at
//! once, with its place and the rule. Unit tests inside `src` may import what they like.

mod source;
mod table;

use source::{Source, rust_files};
use table::Table;

/// Where a crate may be named; a home ends in a slash, a dot or a full name, so that `sync/watch` is no prefix by luck.
const HOMES: [(&[&str], &[&str]); 14] = [
    (&["reqwest", "rustls", "http_body"], &["src/remote/", "src/remote.rs"]),
    (&["notify"], &["src/sync/watch.", "src/sync/watch/"]),
    (&["notify_rust"], &["src/platform/notification/"]),
    (&["rusqlite"], &["src/sync/ledger.", "src/sync/ledger/"]),
    (&["clap", "clap_complete", "clap_mangen", "indicatif"], &["src/cli/", "src/cli.rs", "src/bin/"]),
    (&["rustix", "libc", "windows_sys", "windows_registry", "zbus"], &["src/platform/", "src/platform.rs"]),
    (&["aho_corasick", "memchr", "regex_automata"], &["src/guard/"]),
    (
        &[
            "keyring_core",
            "apple_native_keyring_store",
            "windows_native_keyring_store",
            "zbus_secret_service_keyring_store",
        ],
        &["src/platform/keychain."],
    ),
    (&["globset"], &["src/files.rs", "src/files/"]),
    (&["tracing_subscriber", "tracing_appender"], &["src/log.rs", "src/log/"]),
    (&["eframe", "egui", "egui_plot", "rfd", "rust_i18n"], &["src/window/", "src/lib.rs"]),
    (&["sys_locale"], &["src/platform/"]),
    (&["aws_sigv4", "aws_credential_types", "httparse"], &["src/cloud.rs", "src/cloud/"]),
    (&["hmac"], &["src/cloud.rs", "src/cloud/", "src/guard/"]),
];

/// Lines of a file, its tests included.
const LONGEST: usize = 400;

#[test]
fn modules_import_only_what_the_table_allows() {
    let table = Table::read();
    let mut breaches = Vec::new();
    for file in rust_files(&["src"]) {
        let Some(module) = file.module() else { continue };
        let Some(allowed) = table.allowed(&module, &file.path) else {
            breaches.push(format!("{}: `{module}` has no row in the table of src/lib.rs; give it one", file.path));
            continue;
        };
        for (line, named) in file.imports() {
            let own = named == module || named.starts_with(&format!("{module}::"));
            if !own && table.knows(&named) && !allowed.iter().any(|rule| covers(rule, &named)) {
                breaches.push(format!(
                    "{}:{line}: `{module}` may not name `{named}`; src/lib.rs lets it use: {}",
                    file.path,
                    if allowed.is_empty() { "crates alone".into() } else { allowed.join(", ") },
                ));
            }
        }
    }
    none(&breaches);
}

#[test]
fn each_foreign_crate_has_one_home() {
    let mut breaches = Vec::new();
    for file in rust_files(&["src"]) {
        for (crates, homes) in HOMES {
            if homes.iter().any(|home| file.path.starts_with(home)) {
                continue;
            }
            for (line, name) in crates.iter().flat_map(|name| file.uses_of_crate(name)) {
                breaches.push(format!("{}:{line}: `{name}` belongs into {} only", file.path, homes.join(" or ")));
            }
        }
    }
    none(&breaches);
}

#[test]
fn only_platform_asks_for_the_system() {
    let mut breaches = Vec::new();
    // That a program opens no console window can only be said in its main file.
    let asks = |file: &&Source| !file.path.starts_with("src/platform") && file.path != "src/bin/outtray-desktop.rs";
    for file in rust_files(&["src"]).iter().filter(asks) {
        for (line, condition) in file.system_conditions() {
            breaches.push(format!("{}:{line}: `{condition}` belongs into src/platform", file.path));
        }
    }
    none(&breaches);
}

#[test]
fn files_are_small() {
    let long = |file: &Source| {
        let lines = file.text.lines().count();
        (lines > LONGEST).then(|| format!("{}: {lines} lines; split it by idea, {LONGEST} is the limit", file.path))
    };
    none(&rust_files(&["src", "tests", "xtask"]).iter().filter_map(long).collect::<Vec<_>>());
}

#[test]
fn every_file_says_first_what_it_is_for() {
    let silent = |file: &Source| {
        let first = file.text.lines().next().unwrap_or_default();
        (!is_purpose(first)).then(|| {
            format!("{}:1: begin with `//! ` and one sentence that says the file's job, not {first:?}", file.path)
        })
    };
    none(&rust_files(&["src", "tests", "xtask"]).iter().filter_map(silent).collect::<Vec<_>>());
}

fn is_purpose(line: &str) -> bool {
    line.strip_prefix("//! ").is_some_and(|sentence| {
        let begins = sentence.chars().next().is_some_and(|first| first.is_uppercase() || "`\u{201c}\"".contains(first));
        begins && sentence.trim_end_matches(['`', '"', '\u{201d}']).ends_with('.') && sentence.contains(' ')
    })
}

/// A row that names `platform::dir` allows this part alone; one that names `platform` allows all of it.
fn covers(rule: &str, named: &str) -> bool {
    named == rule || named.starts_with(&format!("{rule}::"))
}

fn none(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n\n{} breach(es):\n  {}\n", breaches.len(), breaches.join("\n  "));
}
