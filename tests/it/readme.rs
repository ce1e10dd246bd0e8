//! What README.md and `docs` say is so: commands parse, settings exist, links lead somewhere, exit codes are those of the code.
//!
//! In: the written pages, the real definitions. Out: every wrong word at once, with its page.
//! Not here: whether a command does what the page says of it.

use std::fs;
use std::path::{Path, PathBuf};

use outtray::cli::{self, Exit};
use outtray::config::keys;

/// A page, by its path from the top.
struct Page {
    path: PathBuf,
    text: String,
}

/// A block between fences.
struct Block<'a> {
    language: &'a str,
    lines: Vec<&'a str>,
}

#[test]
fn every_command_parses() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in pages() {
        for line in page.commands() {
            count += 1;
            if let Err(error) = cli::definition().try_get_matches_from(line.split_whitespace())
                && error.exit_code() != 0
            {
                wrong.push(format!("{}: `{line}`: {error}", page.path.display()));
            }
        }
    }
    assert!(count > 30, "only {count} commands were found, so the search is broken");
    none(&wrong);
}

#[test]
fn every_command_is_told() {
    let readme = page("README.md");
    let told: Vec<_> = readme.commands().into_iter().filter_map(|line| line.split_whitespace().nth(1)).collect();
    let definition = cli::definition();
    let commands = definition.get_subcommands().filter(|command| !command.is_hide_set());
    let silent: Vec<_> =
        commands.map(|c| c.get_name().to_owned()).filter(|name| !told.contains(&name.as_str())).collect();
    assert!(silent.is_empty(), "README.md does not show {silent:?}");
}

#[test]
fn every_setting_exists() {
    let mut wrong = Vec::new();
    for page in pages() {
        let in_toml = page.blocks().into_iter().filter(|block| block.language == "toml").flat_map(|block| {
            let table: toml::Table = block.lines.join("\n").parse().expect("a toml block is TOML");
            flat(&table)
        });
        let in_prose = page.code().into_iter().filter_map(setting).map(str::to_owned);
        for name in in_toml.chain(in_prose) {
            if keys::find(&name).is_none() {
                wrong.push(format!("{}: there is no setting {name}", page.path.display()));
            }
        }
        for variable in page.words().filter(|word| word.starts_with("OUTTRAY_") && *word != "OUTTRAY_") {
            let is_known = ["OUTTRAY_HOME", "OUTTRAY_CONFIG", "OUTTRAY_API_KEY", "OUTTRAY_UPDATE_BASE"]
                .contains(&variable)
                || keys::KEYS.iter().any(|key| key.variable() == variable);
            if !is_known {
                wrong.push(format!("{}: there is no variable {variable}", page.path.display()));
            }
        }
    }
    none(&wrong);
}

#[test]
fn every_link_leads_somewhere() {
    let mut wrong = Vec::new();
    for page in pages() {
        for link in page.links() {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                page.path.clone()
            } else {
                page.path.parent().expect("pages lie in folders").join(file)
            };
            let is_good = root().join(&target).exists()
                && (anchor.is_empty() || anchors(&read(&target)).iter().any(|known| known == anchor));
            if !is_good {
                wrong.push(format!("{}: {link} leads nowhere", page.path.display()));
            }
        }
    }
    none(&wrong);
}

#[test]
fn exit_codes_are_those_of_the_code() {
    // A new variant has to come here, too.
    let known = |exit| match exit {
        Exit::Done | Exit::Failed | Exit::Usage | Exit::Config | Exit::Unreachable | Exit::Held | Exit::Refused => {
            exit as usize
        }
    };
    let all = [Exit::Done, Exit::Failed, Exit::Usage, Exit::Config, Exit::Unreachable, Exit::Held, Exit::Refused];
    let help = cli::definition().get_after_long_help().expect("there is long help").to_string();
    let in_help: Vec<_> = help
        .lines()
        .skip_while(|line| *line != "Exit codes:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .map(|line| line.trim().split_once("  ").expect("a code and its meaning"))
        .collect();
    let readme = page("README.md");
    let rows = readme.text.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    let in_readme: Vec<_> = rows.filter(|(code, _)| code.parse::<u8>().is_ok()).collect();
    assert_eq!(in_readme, in_help);
    let numbers: Vec<usize> = in_readme.iter().map(|(code, _)| code.parse().expect("a number")).collect();
    assert_eq!(numbers, all.map(known));
}

#[test]
fn the_known_words_are_all_explained() {
    let readme = page("README.md");
    let code: String = ["src/remote/failure.rs", "src/config/problem.rs"].map(|path| read(Path::new(path))).concat();
    for words in [
        "reading config.toml",
        "calling presign endpoint",
        "non-200 from presign endpoint",
        "decoding presign response",
        "reading file before upload",
        "PUT to presigned URL",
        "upload failed with status N",
    ] {
        assert!(readme.text.contains(&format!("| `{words}` | ")), "README.md does not explain {words:?}");
        // The number is put there by the code, after its own word.
        assert!(code.contains(words.trim_end_matches(" status N")), "the code does not say {words:?}");
    }
}

#[test]
fn the_tour_names_what_there_is() {
    let readme = page("README.md");
    let tour = readme.blocks().into_iter().find(|block| block.lines.iter().any(|line| line.starts_with("lib.rs ")));
    let named = tour.expect("there is a tour").lines.into_iter().filter_map(|line| line.split_whitespace().next());
    none(&named.filter(|name| !root().join("src").join(name).exists()).map(|n| format!("src/{n}")).collect::<Vec<_>>());
}

impl Page {
    fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for line in self.text.lines() {
            match (line.strip_prefix("```"), &mut open) {
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (Some(language), None) => open = Some(Block { language, lines: Vec::new() }),
                (None, Some(block)) => block.lines.push(line),
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a fence is not closed", self.path.display());
        blocks
    }

    /// Lines of shell blocks, and code within sentences, that call outtray; without comments.
    fn commands(&self) -> Vec<&str> {
        let shell = self.blocks().into_iter().filter(|block| block.language == "sh").flat_map(|block| block.lines);
        // Words in capitals stand for something, except where a value fits.
        let is_pattern = |code: &&str| code.contains("COMMAND");
        let calls = shell.chain(self.code().into_iter().filter(|code| !is_pattern(code)));
        let bare = calls.map(|line| line.split_once(" #").map_or(line, |(command, _)| command).trim());
        bare.filter(|line| line.starts_with("outtray ")).collect()
    }

    /// Code within sentences.
    fn code(&self) -> Vec<&str> {
        let mut in_block = false;
        let prose = self.text.lines().filter(move |line| {
            let is_fence = line.starts_with("```");
            in_block ^= is_fence;
            !is_fence && !in_block
        });
        prose.flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
    }

    /// Targets of links and pictures within the repository.
    fn links(&self) -> impl Iterator<Item = &str> {
        let targets = self.text.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(link, _)| link));
        targets.filter(|link| !link.contains("://"))
    }
}

/// `files.settle_ms` of `files.settle_ms = 0`; nothing of what is no dotted setting.
fn setting(code: &str) -> Option<&str> {
    let name = code.split(' ').next()?;
    let (table, leaf) = name.split_once('.')?;
    (keys::is_table(table) && leaf.bytes().all(|c| c.is_ascii_lowercase() || c == b'_') && !leaf.is_empty())
        .then_some(name)
}

fn flat(table: &toml::Table) -> Vec<String> {
    let names = table.iter().flat_map(|(name, value)| match value {
        toml::Value::Table(inner) => flat(inner).iter().map(|leaf| format!("{name}.{leaf}")).collect(),
        _ => vec![name.clone()],
    });
    names.collect()
}

/// The names that headings have for links.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    headings.map(|heading| heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
}

fn pages() -> Vec<Page> {
    let docs = fs::read_dir(root().join("docs")).expect("there are docs");
    let names = docs.map(|entry| Path::new("docs").join(entry.expect("readable").file_name()));
    let written = names.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    written.chain([PathBuf::from("README.md")]).map(|path| Page { text: read(&path), path }).collect()
}

fn page(path: &str) -> Page {
    Page { text: read(Path::new(path)), path: path.into() }
}

fn read(path: &Path) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n\n{} mistake(s):\n  {}\n", wrong.len(), wrong.join("\n  "));
}
