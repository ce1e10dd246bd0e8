//! What two things at one time must not do to the engine: settings against deliveries, passes against producers.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use outtray::cloud::faults::{Fault, Gate, Rule};
use outtray::cloud::{Cloud, Options};
use outtray::config::Config;
use outtray::sync::event::{Event, State, Status};
use outtray::sync::{self, Handle, Setup};

struct Stage {
    cloud: Cloud,
    place: tempfile::TempDir,
}

impl Stage {
    fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        for folder in ["memory", "other", "state"] {
            std::fs::create_dir(place.path().join(folder)).unwrap();
        }
        Self { cloud: Cloud::start(Options::default()).unwrap(), place }
    }

    fn config(&self, folder: &str, more: &str) -> Config {
        let folder = self.place.path().join(folder).display().to_string();
        let api = self.cloud.api_url();
        let text = format!(
            "api_url = {api:?}\ndevice_id = \"dev001\"\nwatch_dir = {folder:?}\nscan_interval_secs = 1\nconcurrency = 2\n{more}"
        );
        Config::parse(&text, &self.place.path().join("config.toml")).expect("good").config
    }

    fn start(&self) -> (Handle, tokio::task::JoinHandle<()>) {
        let config = self.config("memory", "");
        let config_path = self.place.path().join("config.toml");
        let (state_dir, log_dir) = (self.place.path().join("state"), self.place.path().join("logs"));
        sync::start(Setup { config, config_path, state_dir, log_dir, watch: true }).unwrap()
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.place.path().join("memory").join(name)
    }

    fn produce(&self, name: &str, text: &str) {
        produce(&self.path(name), text);
    }
}

fn produce(path: &Path, text: &str) {
    let unfinished = path.with_extension("tmp");
    std::fs::write(&unfinished, text).unwrap();
    std::fs::rename(unfinished, path).unwrap();
}

async fn soon<T>(what: &str, task: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(5), task).await.unwrap_or_else(|_| panic!("{what}"))
}

async fn until(handle: &Handle, what: &str, so: impl Fn(&Status) -> bool) {
    soon(what, async {
        while !so(&handle.status().await.unwrap()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn another_folder_does_not_make_the_engine_deaf() {
    let stage = Stage::new();
    let gate = Gate::default();
    stage.cloud.faults().add(Rule::put(Fault::Hold(gate.clone())));
    stage.produce("a.json", "{}");
    let (handle, engine) = stage.start();
    gate.arrived(1).await;

    let reloading = tokio::spawn({
        let (handle, config) = (handle.clone(), stage.config("other", ""));
        async move { handle.reload(Ok(config)).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    soon("no status while a PUT of the old folder hangs", handle.status()).await.unwrap();
    gate.open();
    produce(&stage.place.path().join("other/b.json"), "{}");
    soon("the new folder is watched", stage.cloud.wait_until(|cloud| !cloud.objects_of("b.json").is_empty())).await;
    assert!(stage.path("a.json.synced").exists(), "what was under way came to its end");
    reloading.await.unwrap().unwrap().unwrap();
    handle.quit().await;
    engine.await.unwrap();
}

#[tokio::test]
async fn late_writing_is_sent_once_across_a_restart() {
    let stage = Stage::new();
    stage.produce("a.json", "{\"v\":1}");
    let (handle, engine) = stage.start();
    handle.sync().await.unwrap();
    stage.cloud.plug(false).await;
    std::fs::write(stage.path("a.json.synced"), "{\"v\":\"late\"}").unwrap();
    until(&handle, "the late writing is seen", |status| {
        status.files.iter().any(|file| file.attempts > 0 || file.kind.is_some())
    })
    .await;
    handle.quit().await;
    engine.await.unwrap();

    let slow = stage.cloud.faults().add(Rule::presign(Fault::Delay(Duration::from_millis(700))).always());
    stage.cloud.plug(true).await;
    let (handle, engine) = stage.start();
    stage.cloud.wait_until(|cloud| cloud.objects_of("a.json").len() >= 2).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let status = handle.status().await.unwrap();
    assert_eq!((status.waiting, status.uploading, status.rejected), (0, 0, 0), "{status:?}");
    assert_eq!(stage.cloud.objects_of("a.json").len(), 2, "the late writing was sent twice");
    soon("a pass ends", handle.sync()).await.unwrap();
    slow.end();
    handle.quit().await;
    engine.await.unwrap();
}

#[tokio::test]
async fn what_new_settings_leave_out_is_not_sent() {
    let stage = Stage::new();
    let (handle, engine) = stage.start();
    handle.pause(Timestamp::MAX).await.unwrap();
    stage.produce("private_a.json", "{}");
    stage.produce("b.json", "{}");
    until(&handle, "both wait", |status| status.waiting == 2).await;
    let config = stage.config("memory", "[files]\nexclude = [\"private_*\", \"*.tmp\"]\n");
    handle.reload(Ok(config)).await.unwrap().unwrap();
    handle.resume().await.unwrap();
    until(&handle, "all is sent", |status| status.state == State::Idle).await;
    let names: Vec<_> = stage.cloud.objects().into_iter().map(|object| object.name).collect();
    assert_eq!(names, ["b.json"]);
    handle.quit().await;
    engine.await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_name_that_cannot_be_told_stays_rejected() {
    use std::os::unix::ffi::OsStrExt;
    let stage = Stage::new();
    std::fs::write(stage.place.path().join("memory").join(std::ffi::OsStr::from_bytes(b"\xff.json")), "{}").unwrap();
    let (handle, engine) = stage.start();
    until(&handle, "it is rejected", |status| status.rejected == 1).await;
    let mut events = handle.subscribe();
    let end = tokio::time::Instant::now() + Duration::from_secs(7);
    while tokio::time::Instant::now() < end {
        assert_eq!(handle.status().await.unwrap().state, State::Attention);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(events.try_recv().is_err(), "told again");
    handle.quit().await;
    engine.await.unwrap();
}

#[tokio::test]
async fn a_pass_ends_though_the_producer_never_rests() {
    let stage = Stage::new();
    for number in 0..20 {
        stage.produce(&format!("{number}.json"), "{}");
    }
    stage.cloud.faults().add(Rule::put(Fault::Delay(Duration::from_millis(50))).always());
    let (handle, engine) = stage.start();
    let memory = stage.place.path().join("memory");
    let producing = tokio::spawn(async move {
        for number in 100.. {
            produce(&memory.join(format!("{number}.json")), "{}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let report = soon("the pass never ends", handle.sync()).await.unwrap();
    assert!(report.synced >= 20, "{report:?}");
    producing.abort();
    handle.quit().await;
    engine.await.unwrap();
}

#[tokio::test]
async fn a_pause_holds_a_pass_too() {
    let stage = Stage::new();
    for number in 0..200 {
        stage.produce(&format!("{number}.json"), "{}");
    }
    stage.cloud.faults().add(Rule::put(Fault::Delay(Duration::from_millis(50))).always());
    let (handle, engine) = stage.start();
    let syncing = tokio::spawn({
        let handle = handle.clone();
        async move { handle.sync().await }
    });
    stage.cloud.wait_until(|cloud| cloud.objects().len() >= 4).await;
    handle.pause(Timestamp::MAX).await.unwrap();
    let report = soon("the pass ends", syncing).await.unwrap().unwrap();
    assert!(report.synced < 100, "{report:?}");
    handle.quit().await;
    engine.await.unwrap();
}

#[tokio::test]
async fn what_failed_with_old_settings_does_not_hold_new_ones() {
    let (stage, new) = (Stage::new(), Stage::new());
    let gate = Gate::default();
    stage.cloud.faults().add(Rule::presign(Fault::Hold(gate.clone())));
    let (handle, engine) = stage.start();
    let hasty = "[retry]\npresign_delays_ms = [10]\n";
    handle.reload(Ok(stage.config("memory", hasty))).await.unwrap().unwrap();
    stage.produce("a.json", "{}");
    gate.arrived(1).await;

    let config = Config { api_url: new.config("memory", "").api_url, ..stage.config("memory", hasty) };
    handle.reload(Ok(config)).await.unwrap().unwrap();
    let mut events = handle.subscribe();
    stage.cloud.plug(false).await;
    soon("it goes the new way", new.cloud.wait_until(|cloud| !cloud.objects_of("a.json").is_empty())).await;
    until(&handle, "all is sent", |status| status.state == State::Idle).await;
    while let Ok(event) = events.try_recv() {
        let bad = matches!(event, Event::Failed { .. } | Event::State { state: State::Offline, .. });
        assert!(!bad, "{event:?}");
    }
    handle.quit().await;
    engine.await.unwrap();
}

#[tokio::test]
async fn a_pause_is_kept_though_the_ledger_cannot_be_written() {
    let stage = Stage::new();
    let (handle, engine) = stage.start();
    until(&handle, "it is ready", |status| status.state == State::Idle).await;
    let ledger = rusqlite::Connection::open(stage.place.path().join("state/ledger.db")).unwrap();
    // Whoever writes now is turned away, for longer than the ledger waits.
    ledger.execute_batch("BEGIN IMMEDIATE").unwrap();
    let paused = tokio::time::timeout(Duration::from_secs(20), handle.pause(Timestamp::MAX)).await;
    paused.expect("it answers").unwrap();
    ledger.execute_batch("ROLLBACK").unwrap();
    _ = soon("a pass opens the ledger again", handle.sync()).await.unwrap();
    until(&handle, "the ledger is back", |status| status.state == State::Paused).await;
    handle.quit().await;
    engine.await.unwrap();

    let (handle, engine) = stage.start();
    assert!(handle.status().await.unwrap().paused_until.is_some(), "it was not written after all");
    handle.quit().await;
    engine.await.unwrap();
}

#[tokio::test]
async fn a_pass_goes_on_after_a_short_refusal() {
    let stage = Stage::new();
    let (handle, engine) = stage.start();
    let config = stage.config("memory", "[retry]\nupload_attempts = 1\n");
    handle.reload(Ok(config)).await.unwrap().unwrap();
    handle.pause(Timestamp::MAX).await.unwrap();
    stage.cloud.faults().add(Rule::put(Fault::s3_error(503, "SlowDown", "Please reduce your request rate.")).times(10));
    for number in 0..30 {
        stage.produce(&format!("{number}.json"), "{}");
    }
    let report = tokio::time::timeout(Duration::from_secs(30), handle.sync()).await.expect("it ends").unwrap();
    assert!(report.synced >= 20, "{report:?}");
    handle.quit().await;
    engine.await.unwrap();
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_refused() {
    let stage = Stage::new();
    let (handle, engine) = stage.start();
    let config = stage.config("memory", "[network]\nca_file = \"/no/such/file.pem\"\n");
    let refused = handle.reload(Ok(config)).await.unwrap().unwrap_err();
    assert_eq!(refused.kind, "network.setup");
    assert_eq!(handle.status().await.unwrap().state, State::Attention);
    handle.quit().await;
    engine.await.unwrap();
}
