//! An OutTray that is there and does not answer keeps nobody waiting for ever.

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected is to end there")]

use std::process::{Command, Stdio};

use outtray::cloud::faults::{Fault, Gate, Rule};
use serde_json::json;

use crate::support::app::{App, Running, wait};

fn freeze(host: &Running) {
    let sent = Command::new("kill").args(["-STOP".to_owned(), host.pid().to_string()]).status().unwrap();
    assert!(sent.success());
}

fn sockets(host: &Running) -> usize {
    let open = std::fs::read_dir(format!("/proc/{}/fd", host.pid())).unwrap();
    let links = open.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
    links.filter(|link| link.to_string_lossy().starts_with("socket:")).count()
}

/// What was wrong: `outtray sync` waited for as long as the engine was frozen, while every other command gave up.
#[test]
fn a_pass_is_not_waited_for_where_nobody_answers() {
    let asked_when_frozen = || {
        let app = App::new();
        let host = app.start();
        freeze(&host);
        let answer = app.run(&["--json", "sync"]).ends(5).json();
        assert_eq!(answer["error"]["kind"], json!("control.silent"), "{answer}");
        let hint = answer["error"]["hint"].as_str().unwrap();
        assert!(hint.contains("End ") && hint.contains("`outtray run`"), "{hint}");
        assert!(hint.contains(&format!("process {}", host.pid())), "{hint}");
    };
    let frozen_in_the_pass = || {
        let app = App::new();
        let gate = Gate::default();
        app.cloud.faults().add(Rule::put(Fault::Hold(gate.clone())).always());
        let host = app.start();
        app.put("a.json", b"[1]");
        wait("the upload", || !app.cloud.puts().is_empty());
        let before = sockets(&host);
        let mut asked = app.command(&["--json", "sync"]);
        let asked = asked.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // The second caller comes when the first question is answered; the pass is asked for right after.
        wait("the pass", || sockets(&host) >= before + 2);
        freeze(&host);
        let output = asked.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(5), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("control.silent"), "{output:?}");
        gate.open();
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(frozen_in_the_pass);
        asked_when_frozen();
        other.join().unwrap();
    });
}
