//! Measures the guard on a labelled corpus: what it hides, what it misses, what it hides for nothing, and its time.
//!
//! In: a folder with `labels.jsonl` (see `corpus`), or one of texts that hold nothing personal (see `clean`). Out: tables
//! on stdout. Not here: verdicts, and any corpus: what holds made-up secrets stays out of the repository.

mod clean;
mod clock;
mod corpus;
mod marked;
mod report;
mod score;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use outtray::guard::find::{Confidence, Field, Options, find};
use outtray::guard::{Form, Guard, Key, Policy};

use score::Score;

const USAGE: &str = "guard-eval CORPUS [--rules] [--examples N]
guard-eval --clean FOLDER [--rules] [--examples N]
  CORPUS        a folder with labels.jsonl, or a file of marked sentences such as sentences.txt beside this program
  --clean       count what is found in the texts of a folder, all of which should be let through
  --rules       without the tagger
  --examples N  print up to N misses and false alarms of each kind; they are pieces of the corpus";

struct Arguments {
    corpus: PathBuf,
    clean: bool,
    rules: bool,
    examples: usize,
}

fn main() -> ExitCode {
    match arguments().and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("guard-eval: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Arguments> {
    let mut given = std::env::args().skip(1);
    let mut arguments = Arguments { corpus: PathBuf::new(), clean: false, rules: false, examples: 0 };
    while let Some(word) = given.next() {
        match word.as_str() {
            "--rules" => arguments.rules = true,
            "--clean" => arguments.clean = true,
            "--examples" => {
                let number = given.next().context("--examples needs a number")?;
                arguments.examples = number.parse().context("--examples needs a number")?;
            }
            _ if word.starts_with('-') => bail!("there is no option {word}\n\n{USAGE}"),
            _ => arguments.corpus = word.into(),
        }
    }
    if arguments.corpus.as_os_str().is_empty() {
        bail!("which corpus?\n\n{USAGE}");
    }
    Ok(arguments)
}

fn run(arguments: &Arguments) -> Result<()> {
    let min_confidence = if arguments.rules { Confidence::Medium } else { Confidence::Low };
    let options = Options { min_confidence, ..Options::default() };
    // The tables are built at the first document; that is told apart.
    let start = Instant::now();
    find(&[Field { pointer: "", text: "Ann" }], &options);
    let loading = start.elapsed();
    if arguments.clean {
        return clean::run(&arguments.corpus, &options, arguments.examples);
    }

    let documents = corpus::read(&arguments.corpus)?;
    let guard = Guard::new(Policy { min_confidence, ..Policy::default() }, Key([0; 32]));
    let mut score = Score::new(arguments.examples);
    for document in &documents {
        let fields: Vec<Field<'_>> =
            document.strings.iter().map(|string| Field { pointer: &string.ptr, text: &string.text }).collect();
        let (found, time) = clock::best(|| find(&fields, &options));
        score.add(document, &found, time);
        if let Ok(bytes) = std::fs::read(arguments.corpus.join("files").join(&document.file)) {
            let (passed, time) = clock::best(|| guard.pass(&bytes, &document.file, Form::Json, None));
            score.passed(bytes.len(), passed.is_ok(), time);
        }
    }
    report::print(&score, loading);
    Ok(())
}
