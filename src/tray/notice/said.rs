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
    let detail = Detail { kind: kind.into(), count, file: Some("conversation_123.json".into()), guard: None };
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
    for kind in ["presign.forbidden", "put.forbidden", "put.signature", "auth.locked", "auth.missing"] {
        all.push(told(Cause::Refused, kind, 12));
    }
    for kind in ["presign.not_found", "presign.bad_request", "put.no_bucket"] {
        all.push(told(Cause::SetUp, kind, 12));
    }
    insta::assert_snapshot!(all.join(""), @r"
    No connection
      Nothing is lost. 12 files wait here. OutTray goes on by itself when the connection is back.
      [Show problem] [Retry now] [Not today]
    This network wants you to sign in
      Nothing is lost. 12 files wait here. Sign in with the web browser; OutTray then goes on by itself.
      [Open browser] [Retry now] [Not today]
    The clock of this computer looks wrong
      Nothing is lost. 12 files wait here. No secure connection is possible until it is right.
      [Show problem] [Retry now] [Not today]
    The proxy lets nothing through
      Nothing is lost. 12 files wait here. Check its address and password.
      [Open settings] [Retry now] [Not today]
    No secure connection
      Nothing is lost. 12 files wait here. Something on this network gets in between. OutTray keeps trying.
      [Show problem] [Retry now] [Not today]
    The server has trouble
      Nothing is lost. 1 file waits here. OutTray keeps trying by itself.
      [Show problem] [Retry now] [Not today]
    The server does not accept this device
      Nothing is lost. 12 files wait here. Check the device ID and key, or ask whoever runs the server.
      [Show problem] [Open settings] [Not today]
    The storage refuses the uploads
      Nothing is lost. 12 files wait here. Tell whoever runs the server.
      [Show problem] [Retry now] [Not today]
    Something changes the uploads on their way
      Nothing is lost. 12 files wait here. Often it is a proxy or a security program.
      [Show problem] [Retry now] [Not today]
    OutTray cannot get at its key
      Nothing is lost. 12 files wait here. Unlock the keychain, or answer its question on the screen.
      [Show problem] [Retry now] [Not today]
    OutTray has no key for the server
      Nothing is lost. 12 files wait here. Store the one you were given: outtray auth set.
      [Show problem] [Open settings] [Not today]
    The API URL seems to be wrong
      Nothing is lost. 12 files wait here. Compare it with the one you were given.
      [Show problem] [Open settings] [Not today]
    The server refuses every file
      Nothing is lost. 12 files wait here. Check the device ID.
      [Show problem] [Open settings] [Not today]
    The server does not do what it should
      Nothing is lost. 12 files wait here. Tell whoever runs it.
      [Show problem] [Retry now] [Not today]
    ");
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
    insta::assert_snapshot!(all.join(""), @r"
    OutTray is not set up yet
      Tell it which folder to watch and where to send its files. It takes a minute.
      [Set up]
    There is a mistake in the settings
      The last good settings stay in force until the file is corrected.
      [Open settings]
    There is a mistake in the settings
      Nothing is sent until the file is corrected. Nothing is lost.
      [Open settings]
    The watched folder is not there
      Connect its drive, or choose another folder. OutTray has deleted nothing and goes on when it is back.
      [Show problem] [Open settings] [Not today]
    OutTray may not change the watched folder
      It has to rename each sent file. Until it may, nothing is sent. Nothing is lost.
      [Show problem] [Open settings] [Not today]
    Another OutTray uses the watched folder
      Quit it, or choose another folder. Until then this one sends nothing.
      [Show problem] [Open settings] [Not today]
    OutTray cannot write its records
      Perhaps the disk is full. Until there is space, nothing is sent. Nothing is lost. 12 files wait here.
      [Show problem] [Retry now] [Not today]
    ");
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
    insta::assert_snapshot!(all.concat(), @r"
    1 file cannot be sent as it is
      conversation_123.json is not a whole JSON document. It stays where it is; other files go on.
      [Show problem] [Not today]
    1 file cannot be sent as it is
      conversation_123.json was not taken by the server. It stays where it is; other files go on.
      [Show problem] [Not today]
    3 files cannot be sent as they are
      conversation_123.json is one of them. They stay where they are; other files go on.
      [Show problem] [Not today]
    1 file cannot be read
      conversation_123.json: Another program may have it open, or OutTray lacks the right. Nothing is lost.
      [Show problem] [Retry now] [Not today]
    2 files cannot be read
      conversation_123.json is one of them. Another program may have it open, or OutTray lacks the right. Nothing is lost.
      [Show problem] [Retry now] [Not today]
    1 file cannot be marked as sent
      conversation_123.json: Safely stored and not sent again. Another program may have it open.
      [Show problem] [Retry now] [Not today]
    ");
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
    insta::assert_snapshot!(all.concat(), @r"
    OutTray is sending again
      Everything is sent.
    OutTray is sending again
      12 files are on the way.
    OutTray is sending again
      1 file is on the way.
    OutTray is sending again
      Everything is sent, except 1 file that cannot be sent as it is.
    The settings are in order again
      They are in force now.
    The folder can be used again
      Everything is sent, except 2 files that cannot be sent as they are.
    OutTray works again
      Everything is sent.
    No file is held back any more
      Everything is sent.
    ");
}

#[test]
fn a_long_file_name_keeps_its_two_ends() {
    let name = format!("conversation_{}_end.json", "x".repeat(200));
    let detail = Detail { kind: "file.empty".into(), count: 1, file: Some(name), guard: None };
    let notice = words::problem(Cause::Rejected, &detail, &Picture::default());
    assert!(notice.body.starts_with("conversation_xxxxxxxxxxx…xxx"), "{}", notice.body);
    assert!(notice.body.contains("_end.json is empty."), "{}", notice.body);
    assert!(notice.body.chars().count() < 120);
}

#[test]
fn what_the_guard_holds_back_is_told_in_counts() {
    let guard = "it holds personal data (2 e-mail addresses and 1 phone number), and guard.mode is \"block\"";
    let detail = |count| Detail {
        kind: "guard.blocked".into(),
        count,
        file: Some("conversation_123.json".into()),
        guard: Some(guard.into()),
    };
    let told = |count| read(&words::problem(Cause::Rejected, &detail(count), &Picture::default()));
    insta::assert_snapshot!(told(1) + &told(3), @r#"
    1 file is held back for your decision
      conversation_123.json: it holds personal data (2 e-mail addresses and 1 phone number), and guard.mode is "block". Nothing was sent of it; other files go on.
      [Show problem] [Not today]
    3 files are held back or cannot be sent
      conversation_123.json: it holds personal data (2 e-mail addresses and 1 phone number), and guard.mode is "block". Nothing was sent of it; other files go on.
      [Show problem] [Not today]
    "#);
}
