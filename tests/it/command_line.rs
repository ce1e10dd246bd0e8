//! The command line for programs: one JSON value, the promised exit codes, no secret anywhere; and its socket.

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected is to end there")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::process::Command;

use outtray::cloud::faults::{Fault, Rule};
use serde_json::{Value, json};

use crate::support::app::{App, age, ask, below, ended};

fn answer(status: u16) -> Fault {
    Fault::Status { status, headers: vec![], body: br#"{"message":"Forbidden"}"#.to_vec() }
}

/// An error as programs read it.
fn is_error(value: &Value) {
    let error = &value["error"];
    let kind = error["kind"].as_str().unwrap();
    assert!(!kind.is_empty() && kind.chars().all(|c| c.is_ascii_lowercase() || "._".contains(c)), "{value}");
    assert!(error["message"].as_str().is_some_and(|message| message.len() > 5), "{value}");
    assert!(error["hint"].as_str().is_some_and(|hint| hint.ends_with('.') || hint.ends_with('`')), "{value}");
}

#[test]
fn every_command_answers_programs_with_one_value() {
    let app = App::new();
    app.put("a.json", b"{}");
    let commands: [&[&str]; 19] = [
        &["sync"],
        &["status"],
        &["why", "a.json"],
        &["history"],
        &["retry"],
        &["retry", "a.json"],
        &["pause", "2h"],
        &["pause"],
        &["resume"],
        &["config", "path"],
        &["config", "show"],
        &["config", "get", "concurrency"],
        &["config", "set", "concurrency", "3"],
        &["config", "check"],
        &["doctor"],
        &["logs"],
        &["logs", "--path"],
        &["setup", "--export"],
        &["setup", "--device-id", "dev001", "--yes"],
    ];
    for words in commands {
        for words in [[words, &["--json"]].concat(), [&["--json", "-v"], words].concat()] {
            assert!(app.run(&words).ends(0).json().is_object(), "{words:?}");
        }
    }
    // The same from a host that runs.
    let _host = app.start();
    for words in [&["status"][..], &["sync"], &["why", "a.json"], &["retry"], &["pause", "1h"], &["resume"]] {
        assert!(app.run(&[words, &["--json"]].concat()).ends(0).json().is_object(), "{words:?}");
    }
}

#[test]
fn every_failure_has_its_exit_code_and_shape() {
    let app = App::new();
    app.put("broken.json", b"{]");
    let failed = app.run(&["--json", "sync"]).ends(1).json();
    assert_eq!((&failed["failed"], &failed["files"][0]["state"]), (&json!(1), &json!("rejected")));
    is_error(&app.run(&["--json", "why", "/etc/passwd"]).ends(1).json());
    std::fs::remove_file(app.folder.join("broken.json")).unwrap();

    for words in [&["--json", "nonsense"][..], &["--json", "sync", "--no-such"], &["history", "-n", "x", "--json"]] {
        is_error(&app.run(words).ends(2).json());
    }
    let plain = app.run(&["nonsense"]).ends(2);
    assert!(plain.out.is_empty() && plain.err.contains("nonsense"), "{plain:?}");

    app.put("a.json", b"{}");
    for status in [401, 403] {
        let rule = app.cloud.faults().add(Rule::presign(answer(status)).always());
        let refused = app.run(&["--json", "sync"]).ends(6).json();
        assert_eq!(refused["worst"], "refused", "{refused}");
        is_error(&app.run(&["--json", "doctor"]).ends(6).json());
        rule.end();
    }

    let text = app.config();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    app.write_config(&text.replace(&app.cloud.api_url(), &format!("http://{nobody}/x")));
    let unreachable = app.run(&["--json", "sync"]).ends(4).json();
    assert_eq!(unreachable["worst"], "unreachable");
    is_error(&app.run(&["--json", "doctor"]).ends(4).json());
    app.write_config(&text);

    let host = app.start();
    is_error(&app.run(&["--json", "run"]).ends(5).json());
    drop(host);

    std::fs::remove_file(app.home.join("config.toml")).unwrap();
    let words: [&[&str]; 6] = [&["sync"], &["run"], &["history"], &["why", "a.json"], &["pause"], &["doctor"]];
    for words in words {
        is_error(&app.run(&[&["--json"], words].concat()).ends(3).json());
    }
    assert!(!app.home.join("config.toml").exists());
}

#[test]
fn a_half_dead_host_is_told_apart_from_none() {
    let app = App::new();
    assert_eq!(app.start().signal("KILL"), -1);
    // Its socket file is still there, and nobody serves it.
    assert!(app.home.join("state/control.sock").exists());
    app.put("a.json", b"{}");
    assert_eq!(app.json(&["status"])["running"], json!(false));
    app.run(&["sync"]).ends(0);
    let next = app.start();
    assert_eq!(next.status()["synced_total"], json!(1));
}

#[test]
fn no_secret_is_in_logs_state_or_bundle() {
    let app = App::new();
    let private = "kittens-and-passwords";
    app.put("a.json", format!("{{\"secret\":\"{private}\"}}"));
    app.put("b.json", format!("{{\"secret\":\"{private}\"}}"));
    app.put("broken.json", format!("{{\"secret\":\"{private}\""));
    age(&app.folder.join("broken.json"), 3600);
    app.cloud.faults().add(Rule::put(answer(403)).named("b.json").always());
    let proxy = "network.proxy = \"http://clerk:hunter2@proxy.example:8080\"\n";
    app.run(&["-vv", "sync"]);
    app.run(&["doctor"]).ends(0);
    let good = app.config();
    app.write_config(&format!("{proxy}{good}"));
    app.run(&["config", "show"]);
    app.run(&["status"]);
    let zip = app.place.path().join("support.zip");
    app.run(&["bundle", zip.to_str().unwrap()]).ends(0);
    assert_eq!(zip.metadata().unwrap().permissions().mode() & 0o77, 0, "others can read the bundle");

    let url = app.cloud.presigns().iter().find_map(|presign| presign.url.clone()).unwrap();
    let signature = url.split("X-Amz-Signature=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let keys = app.cloud.keys();
    let secrets = [
        "X-Amz-",
        "x-amz-signature=",
        &signature,
        &keys.access,
        &keys.secret,
        "session+token",
        private,
        "hunter2",
        "clerk:",
    ];
    let mut texts: Vec<(String, String)> = below(&app.home)
        .into_iter()
        .filter(|path| path.is_file() && !path.ends_with("config.toml"))
        .map(|path| (path.display().to_string(), String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned()))
        .collect();
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&zip).unwrap()).unwrap();
    for number in 0..archive.len() {
        let mut part = archive.by_index(number).unwrap();
        let (name, mut text) = (part.name().unwrap().into_owned(), String::new());
        part.read_to_string(&mut text).unwrap();
        texts.push((name, text));
    }
    for words in [["status"], ["history"], ["logs"]] {
        texts.push((words[0].into(), app.run(&words).text()));
    }
    for (place, text) in &texts {
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} is in {place}");
        }
    }
    let log = texts.iter().find(|(place, _)| place.starts_with("logs/")).expect("a log is packed");
    assert!(log.1.contains("✅ uploaded: a.json") && log.1.contains("upload failed with status 403"), "{}", log.1);
    assert!(texts.iter().any(|(place, text)| place == "config.txt" && text.contains("dev001")));
}

#[test]
fn callers_of_the_socket_harm_nobody() {
    let app = App::new();
    let host = app.start();
    // Nonsense is told so, and the next line is heard.
    let mut caller = host.connect();
    for line in [&b"\x00\xff\xfe"[..], b"[]", b"{\"cmd\":\"format_disk\"}", b"{\"cmd\":\"pause\",\"secs\":-1}"] {
        let answer = ask(&mut caller, line);
        assert_eq!(answer["ok"], false, "{answer}");
        assert!(answer["error"]["kind"].as_str().unwrap().starts_with("control."), "{answer}");
    }
    assert_eq!(ask(&mut caller, br#"{"cmd":"status"}"#)["running"], true);
    // A line of a megabyte is refused before its end.
    let mut long = host.connect();
    // It may hang up before it has read all of that.
    let _ = long.get_mut().write_all(&vec![b'x'; 1 << 20]);
    let mut said = String::new();
    let _ = long.read_line(&mut said);
    assert!(said.is_empty() || said.contains("control.line_too_long"), "{said}");
    // Two hundred callers that say nothing: the engine works on, whoever speaks is heard, and they can hang up.
    let crowd: Vec<_> = (0..200).map(|_| host.connect()).collect();
    app.put("a.json", b"{}");
    for _ in 0..1_000 {
        if ask(&mut host.connect(), br#"{"cmd":"status"}"#)["synced_total"] == 1 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(app.names(), ["a.json.synced"]);
    drop(crowd);
    host.until("new callers are heard", |status| status["running"] == true);
    assert_eq!(ask(&mut host.connect(), br#"{"cmd":"quit"}"#)["ok"], true);
    let mut host = host;
    assert_eq!(host.end(), 0);
}

#[test]
fn another_user_is_refused_at_the_socket() {
    let app = App::new();
    let Some(app) = app.owned_by_nobody() else { return };
    let host = app.start();
    let socket = app.home.join("state/control.sock");
    assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    // Even with the doors open, the caller is looked at.
    std::fs::set_permissions(app.home.join("state"), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o666)).unwrap();
    let stranger = |uid: &str| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", uid, "--regid", uid, "--clear-groups", env!("CARGO_BIN_EXE_outtray"), "--json"]);
        command.args(["status"]).env_clear().env("OUTTRAY_HOME", &app.home);
        ended(&mut command)
    };
    let refused = stranger("65533");
    assert!(!refused.out.contains("\"running\":true"), "{refused:?}");
    assert_eq!(stranger("65534").ends(0).json()["running"], true);
    // Root may do everything anyway.
    let mut root = BufReader::new(UnixStream::connect(&socket).unwrap());
    assert_eq!(ask(&mut root, br#"{"cmd":"hello"}"#)["pid"], json!(host.pid()));
}
