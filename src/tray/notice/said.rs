//! Every notice as a person reads it.

use super::picture::{Cause, Detail, Picture};
use super::words;

fn read(notice: &super::Notice) -> String {
    let buttons: Vec<String> = notice.actions.iter().map(|action| format!("[{}]", action.label())).collect();
    let line = format!("{}\n  {}\n  {}", notice.title, notice.body, buttons.join(" "));
    format!("{}\n", line.trim_end())
}

fn told(cause: Cause, kind: &str, waiting: u64) -> String {
    let detail = Detail { kind: kind.into(), ..Detail::default() };
    read(&words::problem(cause, &detail, &Picture { waiting, running: true, ..Picture::default() }))
}

fn files(cause: Cause, kind: &str, count: u64) -> String {
    let detail = Detail { kind: kind.into(), count, file: Some("conversation_123.json".into()) };
    read(&words::problem(cause, &detail, &Picture { running: true, ..Picture::default() }))
}

fn over(cause: Cause, waiting: u64, rejected: u64) -> String {
    words::over(cause, &Picture { waiting, rejected, ..Picture::default() }).as_ref().map_or_else(String::new, read)
}

#[test]
fn of_the_way_to_the_server() {
    let kinds = ["network.dns", "network.portal", "network.tls_clock", "network.proxy", "network.tls_issuer"];
    let mut all: Vec<String> = kinds.iter().map(|kind| told(Cause::Offline, kind, 12)).collect();
    all.push(told(Cause::Offline, "presign.unavailable", 1));
    for kind in ["presign.forbidden", "put.forbidden", "put.signature"] {
        all.push(told(Cause::Refused, kind, 12));
    }
    for kind in ["presign.not_found", "presign.bad_request", "put.no_bucket"] {
        all.push(told(Cause::SetUp, kind, 12));
    }
    insta::assert_snapshot!(all.join(""), @"");
}

#[test]
fn of_this_computer() {
    let mut all = vec![told(Cause::NotSetUp, "", 0), told(Cause::Settings, "config.bad_value", 0)];
    let stopped = Picture::default();
    all.push(read(&words::problem(Cause::Settings, &Detail::default(), &stopped)));
    for kind in ["folder.missing", "folder.read_only", "instance.held"] {
        all.push(told(Cause::Folder, kind, 0));
    }
    all.push(told(Cause::Ledger, "ledger.broken", 12));
    insta::assert_snapshot!(all.join(""), @"");
}

#[test]
fn of_files() {
    let all = [
        files(Cause::Rejected, "file.invalid_json", 1),
        files(Cause::Rejected, "put.bad_request", 1),
        files(Cause::Rejected, "file.invalid_json", 3),
        files(Cause::Access, "file.unreadable", 1),
        files(Cause::Access, "file.unreadable", 2),
        files(Cause::Access, "file.not_renamed", 1),
    ];
    insta::assert_snapshot!(all.concat(), @"");
}

#[test]
fn of_the_end() {
    let all = [
        over(Cause::Offline, 0, 0),
        over(Cause::Refused, 12, 0),
        over(Cause::SetUp, 1, 0),
        over(Cause::Offline, 0, 1),
        over(Cause::Settings, 4, 0),
        over(Cause::Folder, 0, 2),
        over(Cause::Ledger, 0, 0),
        over(Cause::Rejected, 0, 0),
        over(Cause::NotSetUp, 0, 0),
    ];
    insta::assert_snapshot!(all.concat(), @"");
}

#[test]
fn a_long_file_name_keeps_its_two_ends() {
    let name = format!("conversation_{}_end.json", "x".repeat(200));
    let detail = Detail { kind: "file.empty".into(), count: 1, file: Some(name) };
    let notice = words::problem(Cause::Rejected, &detail, &Picture::default());
    assert!(notice.body.starts_with("conversation_xxxxxxxxxxx…xxx"), "{}", notice.body);
    assert!(notice.body.contains("_end.json is empty."), "{}", notice.body);
    assert!(notice.body.chars().count() < 120);
}
