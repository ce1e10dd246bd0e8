//! `outtray demo`: the whole way of a file, on this computer alone, told as it happens.
//!
//! In: nothing. Out: sample conversations that a real engine carries into a real (loopback) S3 in a temporary folder.
//! Not here: the cloud (`cloud`), the engine (`sync`).

use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::failure::of_problems;
use super::failure::{Exit, Failure};
use super::output::{Output, style};
use crate::cloud::{Cloud, Options, Store};
use crate::config::{Config, edit};
use crate::phrase;
use crate::platform::places::{WINDOWS_PATHS, create_private_folder};
use crate::platform::signals::Stop;
use crate::sync::event::{Event, Receipt};
use crate::sync::{self, Setup};

/// What a person may want after that.
const NEXT: &str = "
Next:
  outtray demo --keep   the same, and then you put files into the folder
  outtray setup         your own presigner, your own folder
  outtray --help        all commands";

/// Longer than any computer needs for three small files.
const PATIENCE: Duration = Duration::from_secs(30);

/// Title, then who says what in turn.
const CONVERSATIONS: [(&str, [&str; 2]); 3] = [
    (
        "Names for a boat",
        ["What is a good name for a small red boat?", "How about Paprika? It is short and easy to call."],
    ),
    (
        "Bread without yeast",
        ["Can I bake bread without yeast?", "Yes: soda bread rises with baking soda and buttermilk."],
    ),
    ("The tallest lighthouse", ["How tall can a lighthouse be?", "The tallest ones reach about 130 metres."]),
];

pub async fn run(out: Output, keep: bool) -> Result<Exit, Failure> {
    let place = std::env::temp_dir().join(format!("outtray-demo-{}", std::process::id()));
    let end = play(out, &place, keep).await;
    if keep && end.is_ok() {
        out.note(format!("Everything is still in {}", place.display()));
    } else {
        // What cannot be removed from a temporary folder, the system removes.
        let _ = std::fs::remove_dir_all(&place);
    }
    end
}

async fn play(out: Output, place: &Path, keep: bool) -> Result<Exit, Failure> {
    let (folder, bucket) = (place.join("memory"), place.join("bucket"));
    for folder in [&folder, &bucket, &place.join("state")] {
        create_private_folder(folder).map_err(|error| Failure::io("cannot make a temporary folder", &error))?;
    }
    let cloud = Cloud::start(Options { store: Store::Folder(bucket.clone()), ..Options::default() })
        .map_err(|error| Failure::io("cannot open ports on this computer", &error))?;
    let (handle, engine) = sync::start(setup(place, &folder, &cloud)?)?;
    let mut events = handle.subscribe();
    let tell = |line: &str| if out.json { Ok(()) } else { out.data(line) };

    tell(&style::bold("A presigner and an S3 run on this computer for a moment. Nothing leaves it."))?;

    step(out, 1, "A program writes three conversations into the watched folder.", "")?;
    tell(&format!("   {}\n", folder.display()))?;
    for (number, (title, _)) in CONVERSATIONS.iter().enumerate() {
        let name = produce(&folder, number).map_err(|error| Failure::io("cannot write a sample", &error))?;
        tell(&format!("   {name}  {}", style::dim(&format!("“{title}”"))))?;
    }
    tell("\n   It writes each as .json.tmp and takes .tmp away when the file is whole.")?;

    step(
        out,
        2,
        "OutTray sends them.",
        "It asks the presigner for a URL for each, sends the bytes there with PUT, and\n   \
         compares the checksum that S3 answers with that of the file.",
    )?;
    let mut receipts = Vec::new();
    while receipts.len() < CONVERSATIONS.len() {
        let receipt = next_receipt(&mut events).await?;
        tell(&arrived(&receipt))?;
        receipts.push(receipt);
    }
    let report = handle.sync().await.map_err(|gone| Failure::new(Exit::Failed, "engine.broke", gone.to_string()))?;

    step(out, 3, "Only now the files are marked. Nothing is deleted.", "")?;
    let marked = names(&folder);
    for name in &marked {
        tell(&format!("   {name}"))?;
    }

    step(out, 4, &format!("The bucket holds {}.", phrase::files(cloud.objects().len() as u64)), "")?;
    tell(&listing(&cloud))?;
    if keep {
        play_on(out, &folder, &bucket, &mut events).await?;
    } else {
        tell(NEXT)?;
    }
    if out.json {
        let objects: Vec<_> =
            cloud.objects().iter().map(|object| json!({"key": object.key, "size": object.size})).collect();
        out.object(&json!({"ok": report.failed == 0, "receipts": receipts, "folder": marked, "objects": objects}))?;
    }
    handle.quit().await;
    // A broken engine would have been noticed above.
    let _ = engine.await;
    Ok(if report.failed == 0 { Exit::Done } else { Exit::Failed })
}

fn setup(place: &Path, folder: &Path, cloud: &Cloud) -> Result<Setup, Failure> {
    let config_path = place.join("config.toml");
    let text = edit::starter(&cloud.api_url(), "demo-laptop", &folder.display().to_string());
    edit::write_atomically(&config_path, &text).map_err(|problems| of_problems(&problems))?;
    let config = Config::parse(&text, &config_path).map_err(|problems| of_problems(&problems))?.config;
    Ok(Setup { config, config_path, state_dir: place.join("state"), log_dir: place.join("logs"), watch: true })
}

/// As the contract with producers says: a `.tmp` that is renamed when it is whole.
fn produce(folder: &Path, number: usize) -> std::io::Result<String> {
    let (title, turns) = CONVERSATIONS[number];
    let began = Timestamp::now() - SignedDuration::from_mins(5);
    let messages: Vec<_> = turns
        .iter()
        .enumerate()
        .map(|(turn, content)| {
            let role = if turn % 2 == 0 { "user" } else { "assistant" };
            let time = began + SignedDuration::from_secs(20 * turn as i64);
            json!({"id": format!("m{}", turn + 1), "role": role, "content": content, "timestamp": time})
        })
        .collect();
    let id = format!("demo-{}", number + 1);
    let document = json!({"id": id, "title": title, "createdAt": began, "messages": messages});
    let name = format!("conversation_{}.json", number + 1);
    let unfinished = folder.join(format!("{name}.tmp"));
    std::fs::write(&unfinished, format!("{document:#}\n"))?;
    std::fs::rename(unfinished, folder.join(&name))?;
    Ok(name)
}

async fn next_receipt(events: &mut Receiver<Event>) -> Result<Receipt, Failure> {
    let broken = |message: String| Failure::new(Exit::Failed, "demo.failed", message);
    tokio::time::timeout(PATIENCE, async {
        loop {
            match events.recv().await {
                Ok(Event::Uploaded { receipt }) => return Ok(receipt),
                Ok(Event::Failed { file, cause, .. }) => return Err(broken(format!("{file}: {cause}"))),
                Ok(Event::Rejected { file, reason, .. }) => return Err(broken(format!("{file}: {reason}"))),
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Err(broken("the engine ended".into())),
            }
        }
    })
    .await
    .unwrap_or_else(|_| Err(broken(format!("nothing was sent within {} s", PATIENCE.as_secs()))))
}

/// A numbered heading, with what it means below.
fn step(out: Output, number: u8, heading: &str, meaning: &str) -> Result<(), Failure> {
    if out.json {
        return Ok(());
    }
    out.data(format!("\n{}", style::bold(&format!("{number}. {heading}"))))?;
    if meaning.is_empty() { Ok(()) } else { out.data(format!("   {meaning}\n")) }
}

fn arrived(receipt: &Receipt) -> String {
    let proof = style::dim(&format!("{}, proven by {}", phrase::bytes(receipt.size), receipt.proof));
    format!("   {} {}  {proof}", style::green("✓"), receipt.file)
}

/// Keys by folder: each line still fits into 80 columns, and a key is copied as a whole.
fn listing(cloud: &Cloud) -> String {
    let mut lines = Vec::new();
    let mut last = String::new();
    for object in cloud.objects() {
        let (folder, name) = object.key.rsplit_once('/').unwrap_or(("", &object.key));
        if last != folder {
            lines.push(format!("   s3://{}/{folder}/", cloud.bucket()));
            folder.clone_into(&mut last);
        }
        lines.push(format!("   {name}"));
    }
    lines.join("\n")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| crate::files::shown(&entry.file_name())).collect();
    names.sort();
    names
}

/// Until Ctrl-C: whatever the person puts into the folder is told.
async fn play_on(out: Output, folder: &Path, bucket: &Path, events: &mut Receiver<Event>) -> Result<(), Failure> {
    let mut stop = Stop::listen().map_err(|error| Failure::io("cannot listen for Ctrl-C", &error))?;
    out.note(format!("\n{}", style::bold("5. Your turn: put JSON files into the folder, from another terminal.")));
    out.note(format!("   For example:\n\n   {}\n", example(folder)));
    out.note("   Half a JSON file waits until it is whole; after a minute you are told.");
    out.note(format!("   What arrives lies in {}\n   Ctrl-C ends the demo.\n", bucket.display()));
    loop {
        tokio::select! {
            () = stop.next() => return Ok(()),
            event = events.recv() => match event {
                Ok(Event::Uploaded { receipt }) if !out.json => {
                    let key = receipt.key.rsplit('/').next().unwrap_or_default();
                    out.data(format!("{}\n     {key}", arrived(&receipt)))?;
                }
                Ok(Event::Failed { file, cause: why, .. } | Event::Rejected { file, reason: why, .. }) => {
                    out.problem(format!("   {} {file}: {why}", style::red("✗")));
                }
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Ok(()),
            },
        }
    }
}

/// A command that makes one file there, for the shell that this system has.
fn example(folder: &Path) -> String {
    let file = folder.join("hello.json");
    if WINDOWS_PATHS {
        format!("Set-Content '{}' '{{\"hello\": \"world\"}}'", file.display())
    } else {
        format!("echo '{{\"hello\": \"world\"}}' > '{}'", file.display())
    }
}
