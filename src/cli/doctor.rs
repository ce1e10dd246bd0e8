//! `outtray doctor`: every step of the way to S3, in order, until the first that fails.
//!
//! In: settings, the folder, the network. Out: ✓ or ✗ for each step with what to do; the exit code of the first ✗.
//! Not here: the words of failures (each error brings its own), the probe itself (`sync::probe`).

use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::failure::of_problems;
use super::failure::{Exit, Failure};
use super::ladder::Ladder;
use super::output::Output;
use crate::auth::Place;
use crate::config::{Config, Proxy};
use crate::host::{Home, Keys};
use crate::phrase;
use crate::platform::dir::Dir;
use crate::remote::{self, Class, Grant, Stage};
use crate::sync::probe::{self, Probe};

/// A clock that is off by more makes certificates look wrong and times in the history mislead.
const CLOCK_OFF: SignedDuration = SignedDuration::from_mins(5);

/// A locked keychain asks the person who typed the command.
const KEYCHAIN: Duration = Duration::from_mins(1);

/// Where programs name the proxy for this user.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

pub async fn run(home: &Home, out: Output) -> Result<Exit, Failure> {
    let mut ladder = Ladder::new(out);
    let end = climb(home, &mut ladder).await;
    let exit = end.as_ref().map_or_else(|failure| failure.exit, |()| Exit::Done);
    if out.json {
        let mut object = json!({"ok": end.is_ok(), "rungs": ladder.rungs()});
        if let Err(failure) = &end {
            object["error"] = failure.json()["error"].clone();
        }
        out.object(&object)?;
    } else if end.is_ok() {
        out.data("All is well: finished files will be sent.")?;
    }
    Ok(exit)
}

async fn climb(home: &Home, ladder: &mut Ladder) -> Result<(), Failure> {
    let mut config = match home.read() {
        Ok(loaded) => loaded.config,
        Err(problems) => return ladder.bad("Settings", of_problems(&problems)),
    };
    ladder.good("Settings", &home.paths.config.display().to_string())?;
    match try_folder(&config.watch_dir) {
        Ok(()) => {
            let detail = format!("{}: can be read, files can be renamed", config.watch_dir.display());
            ladder.good("Folder", &detail)?;
        }
        Err(failure) => return ladder.bad("Folder", failure),
    }
    match look_up(&config).await {
        Ok(detail) => ladder.good("Host name", &detail)?,
        Err(failure) => return ladder.bad("Host name", failure),
    }
    let mut keys = Keys::new(home.clone());
    keys.equip(&mut config, KEYCHAIN).await;
    let key = match config.network.api_key.as_ref().map(|key| &key.secret) {
        None => None,
        Some(Ok(_)) => keys.place.map(phrase_of),
        Some(Err(unready)) => return ladder.bad("Key", Failure::of(Exit::Refused, unready)),
    };
    if let Some(place) = key {
        ladder.good("Key", place)?;
    }
    let probe = match Probe::new(&config) {
        Ok(probe) => probe,
        Err(error) => return ladder.bad("Connection", error.into()),
    };
    let grant = match probe.presign().await {
        Ok(grant) => grant,
        Err(failure) => return stopped(ladder, &failure),
    };
    ladder.good("Connection", &connection(&config))?;
    clock(ladder, &grant)?;
    ladder.good("Presigner", &presigner(&grant))?;
    let with = if key.is_some() { " with its key" } else { "" };
    ladder.good("Device", &format!("{} is accepted{with}", config.device_id.as_str()))?;
    match probe.put(&grant).await {
        Ok(proof) => {
            let place = format!("s3://{}/{}", grant.bucket(), grant.key());
            ladder.good("Upload", &format!("{} arrived at {place}, proven by {}", probe::NAME, proof.as_str()))
        }
        Err(failure) => ladder.bad("Upload", of_remote(&failure)),
    }
}

fn phrase_of(place: Place) -> &'static str {
    match place {
        Place::Environment => "from the variable OUTTRAY_API_KEY",
        Place::File => "from the file that `outtray auth set --file` wrote",
        Place::Keychain => "from the keychain",
    }
}

/// The presign call tries several steps at once; its failure tells how far it came.
fn stopped(ladder: &mut Ladder, failure: &remote::Failure) -> Result<(), Failure> {
    let told = of_remote(failure);
    if failure.kind == "network.tls_clock" {
        return ladder.bad("Clock", told);
    }
    if failure.stage == Stage::CallPresign {
        return ladder.bad("Connection", told);
    }
    ladder.good("Connection", "somebody answers")?;
    if failure.is_refusal() {
        ladder.good("Presigner", "it answers")?;
        return ladder.bad("Device", told);
    }
    ladder.bad("Presigner", told)
}

fn of_remote(failure: &remote::Failure) -> Failure {
    let wrong_address = matches!(failure.kind, "presign.not_found" | "presign.redirect" | "network.private_address");
    let far_away = failure.transport
        || failure.stage == Stage::CallPresign
        || matches!(failure.class, Class::Network | Class::Throttled | Class::Again | Class::AgainSoon)
        || failure.kind.starts_with("network.");
    let exit = if failure.is_refusal() {
        Exit::Refused
    } else if wrong_address {
        Exit::Config
    } else if far_away {
        Exit::Unreachable
    } else {
        Exit::Failed
    };
    Failure::of(exit, failure)
}

/// Makes a file of our own, renames it as sent files are renamed, and removes it.
fn try_folder(folder: &Path) -> Result<(), Failure> {
    let shown = folder.display();
    let dir = Dir::open(folder).map_err(|error| {
        Failure::new(Exit::Config, "folder.unreadable", format!("{shown} cannot be opened: {error}"))
            .hint("Make the folder, or correct watch_dir: `outtray config set watch_dir FOLDER`.")
    })?;
    let number = fastrand::u64(..);
    let (name, renamed) = (format!(".outtray-probe-{number:016x}"), format!(".outtray-probe-{number:016x}.renamed"));
    let denied = |what: &str, error: &std::io::Error| {
        Failure::new(Exit::Failed, "folder.read_only", format!("{what} in {shown}: {error}"))
            .hint("OutTray marks sent files by renaming them: give your user the right to change this folder.")
    };
    dir.list(&mut |_, _| {}).map_err(|error| denied("cannot list the files", &error))?;
    dir.create_new(name.as_ref()).map_err(|error| denied("cannot make a file", &error))?;
    if let Err(error) = dir.rename_new(name.as_ref(), renamed.as_ref()) {
        // It was made a moment ago; should it stay, its name keeps it from being sent.
        let _ = dir.remove(name.as_ref());
        return Err(denied("cannot rename a file", &error));
    }
    dir.remove(renamed.as_ref()).map_err(|error| denied("cannot remove a file", &error))
}

/// Through a proxy, it is the proxy that looks names up.
async fn look_up(config: &Config) -> Result<String, Failure> {
    let (url, role) = match &config.network.proxy {
        Proxy::Url(url) => (url, "proxy"),
        Proxy::System
            if PROXY_VARIABLES.iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty())) =>
        {
            return Ok("left to the proxy that the environment names".into());
        }
        Proxy::System | Proxy::None => (&config.api_url, "presigner"),
    };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = url.port_or_known_default().unwrap_or(443);
    match tokio::net::lookup_host((host, port)).await.map(|mut found| found.next()) {
        Ok(Some(address)) => Ok(format!("{host} is {}", address.ip())),
        Ok(None) | Err(_) => Err(Failure::new(
            Exit::Unreachable,
            "network.dns",
            format!("the name of the {role}, {host}, cannot be found"),
        )
        .hint("Check the network connection, then the spelling of api_url: `outtray config get api_url`.")),
    }
}

fn connection(config: &Config) -> String {
    let how = if config.api_url.scheme() == "https" { "secure" } else { "not encrypted (plain http)" };
    match &config.network.proxy {
        Proxy::Url(url) => format!("{how}, through the proxy {}", url.host_str().unwrap_or_default()),
        Proxy::System | Proxy::None => how.into(),
    }
}

fn clock(ladder: &mut Ladder, grant: &Grant) -> Result<(), Failure> {
    let Some(theirs) = grant.server_time().and_then(|secs| Timestamp::from_second(secs).ok()) else { return Ok(()) };
    let off = Timestamp::now().duration_since(theirs).abs();
    if off < CLOCK_OFF {
        return ladder.good("Clock", "right");
    }
    // Signatures do not depend on it, so sending goes on.
    let hint = "Let the system set its clock from the network: certificates and times in the history depend on it.";
    ladder.odd("Clock", &format!("it differs by {} from the presigner's", phrase::span(off)), hint)
}

fn presigner(grant: &Grant) -> String {
    let mut parts = vec![format!("lets us upload to the bucket {}", grant.bucket())];
    if grant.is_v1() {
        parts.push("binds checksums".into());
    }
    if grant.uses_sigv2() {
        parts.push("uses the older SigV2 signatures".into());
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_folder_is_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.json"), "{}").unwrap();
        assert_eq!(try_folder(folder.path()), Ok(()));
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["a.json"]);
    }

    #[test]
    fn a_missing_folder_is_a_matter_of_settings() {
        let folder = tempfile::tempdir().unwrap();
        let failure = try_folder(&folder.path().join("no")).unwrap_err();
        assert_eq!((failure.exit, failure.kind.as_str()), (Exit::Config, "folder.unreadable"));
    }
}
