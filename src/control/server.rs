//! The engine's end of the control socket.
//!
//! In: callers from [`Listener`], one request a line. Out: one answer a line, from the engine's [`Handle`].
//! A caller that says nothing costs a task and harms nobody; one that says nonsense is told so.
//! Not here: reading the configuration for `reload` and showing a window (the host does both, see [`Host`]).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinSet;

use super::lines::Caller;
use super::names::{Outside, in_folder};
use super::protocol::{Request, Show, VERSION, done, refusal, refused};
use crate::platform::endpoint::Listener;
use crate::sync::event::Event;
use crate::sync::sentence::sentence;
use crate::sync::{Gone, Handle, Trouble};

/// Callers at one time. For one more, the caller is let go that has been idle for longest; where none is idle, the new one
/// is turned away with a word.
const CALLERS_MAX: usize = 64;

/// A window that does not take a wish for this long hangs.
const WINDOW_PATIENCE: Duration = Duration::from_secs(5);

/// What a program that hosts an engine gives to its callers.
#[derive(Debug, Clone)]
pub struct Host {
    pub handle: Handle,
    /// Asks the host to read its configuration again; the answer says whether it is good.
    pub reload: mpsc::Sender<oneshot::Sender<Result<(), Trouble>>>,
    /// Asks the host to show its window; `None` where there is none.
    pub show: Option<mpsc::Sender<Show>>,
}

/// Serves callers for as long as it is polled; drop it to stop.
pub async fn serve(mut listener: Listener, host: Host) {
    let mut callers = JoinSet::new();
    let idle = Idle::default();
    let mut events = host.handle.subscribe();
    loop {
        tokio::select! {
            // The engine tells when its state folder is gone, and when there is a new one.
            told = events.recv() => if matches!(told, Ok(Event::State { .. })) { listener.renew() },
            accepted = listener.accept() => match accepted {
                Ok(stream) if callers.len() < CALLERS_MAX || idle.let_one_go() => {
                    // It counts from now on, not only when its task first runs.
                    let place = idle.enter();
                    callers.spawn(converse(stream, host.clone(), idle.clone(), place));
                }
                Ok(stream) => {
                    let answer = refusal("control.busy", "too many callers at once", None);
                    // Best effort: whoever floods the socket may miss the reason.
                    let _ = tokio::time::timeout(Duration::from_millis(100), Caller::new(stream).tell(&answer)).await;
                }
                Err(error) => {
                    tracing::debug!(target: "outtray", "control socket: {error}");
                    // Out of descriptors, most likely; trying again at once would only burn time.
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            },
            Some(_) = callers.join_next() => {}
        }
    }
}

/// The callers that say nothing now, in the order in which they fell silent.
#[derive(Debug, Clone, Default)]
struct Idle(Arc<Mutex<Silent>>);

/// How many places were given, and those that are taken: each with what tells its caller to go.
type Silent = (u64, BTreeMap<u64, Arc<Notify>>);

impl Idle {
    fn list(&self) -> MutexGuard<'_, Silent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on this caller is idle.
    fn enter(&self) -> (u64, Arc<Notify>) {
        let go = Arc::new(Notify::new());
        let mut list = self.list();
        list.0 += 1;
        let place = list.0;
        list.1.insert(place, Arc::clone(&go));
        (place, go)
    }

    /// What `speaks` answers; `None` when this caller has to make room for another.
    async fn until<T>(&self, (place, go): (u64, Arc<Notify>), speaks: impl Future<Output = T>) -> Option<T> {
        let spoken = tokio::select! {
            spoken = speaks => Some(spoken),
            () = go.notified() => None,
        };
        self.list().1.remove(&place);
        spoken
    }

    /// False: none is idle.
    fn let_one_go(&self) -> bool {
        let longest = self.list().1.pop_first();
        longest.inspect(|(_, go)| go.notify_one()).is_some()
    }
}

/// One caller, until it hangs up.
async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin, host: Host, idle: Idle, mut place: (u64, Arc<Notify>)) {
    let mut caller = Caller::new(stream);
    while let Some(Some(request)) = idle.until(place, caller.next()).await {
        if request == Request::Events {
            return stream_events(caller, host.handle).await;
        }
        let answer =
            answer(request, &host).await.unwrap_or_else(|gone| refusal("control.ending", &gone.to_string(), None));
        if caller.tell(&answer).await.is_err() {
            return;
        }
        place = idle.enter();
    }
}

async fn answer(request: Request, host: &Host) -> Result<Value, Gone> {
    let handle = &host.handle;
    Ok(match request {
        Request::Hello => done(json!({
            "program": "outtray", "version": env!("CARGO_PKG_VERSION"), "protocol": VERSION, "pid": std::process::id(),
        })),
        Request::Status => value(&handle.status().await?),
        Request::Sync => done(value(&handle.sync().await?)),
        Request::Pause { secs } => {
            let until = secs.map_or(Timestamp::MAX, from_now);
            handle.pause(until).await?;
            done(json!({"paused_until": until}))
        }
        Request::Resume => {
            handle.resume().await?;
            done(Value::Null)
        }
        Request::Retry { file: None } => done(json!({"files": handle.retry(None).await?})),
        Request::Retry { file: Some(file) } => match name_of(&file, handle).await? {
            Ok(name) => done(json!({"files": handle.retry(Some(name)).await?})),
            Err(outside) => refused(&outside),
        },
        Request::Decide { file, guard } => match name_of(&file, handle).await? {
            Ok(name) => done(json!({"files": handle.decide(name, guard).await?})),
            Err(outside) => refused(&outside),
        },
        Request::Why { file } => match name_of(&file, handle).await? {
            Ok(name) => done(value(&handle.why(name).await?)),
            Err(outside) => refused(&outside),
        },
        Request::Reload => reload(host).await?,
        Request::Quit => {
            handle.quit().await;
            done(Value::Null)
        }
        Request::Show(show) => match &host.show {
            Some(window) => match window.send_timeout(show, WINDOW_PATIENCE).await {
                Ok(()) => done(Value::Null),
                Err(_) => refusal("control.busy", "the window does not answer", None),
            },
            None => refusal("control.no_window", "this OutTray runs without a window", None),
        },
        Request::Restart => refusal("control.no_desktop", "the engine alone is not started again this way", None),
        // Never comes here: the stream takes over the connection.
        Request::Events => Value::Null,
    })
}

/// Callers may name a file by its path.
async fn name_of(file: &str, handle: &Handle) -> Result<Result<String, Outside>, Gone> {
    let folder = handle.status().await?.watch_dir;
    Ok(in_folder(file.as_ref(), folder.as_ref(), folder.as_ref()))
}

async fn reload(host: &Host) -> Result<Value, Gone> {
    let (tell, told) = oneshot::channel();
    host.reload.send(tell).await.map_err(|_| Gone)?;
    Ok(match told.await.map_err(|_| Gone)? {
        Ok(()) => done(Value::Null),
        Err(trouble) => refusal(&trouble.kind, &trouble.message, trouble.hint),
    })
}

fn from_now(secs: u64) -> Timestamp {
    let span = SignedDuration::from_secs(i64::try_from(secs).unwrap_or(i64::MAX));
    Timestamp::now().checked_add(span).unwrap_or(Timestamp::MAX)
}

/// Events until the caller hangs up or the engine ends. The first line tells how things are now.
async fn stream_events(mut caller: Caller<impl AsyncRead + AsyncWrite + Unpin>, handle: Handle) {
    // Subscribed first: nothing that happens after the first line can be missed.
    let mut events = handle.subscribe();
    let Ok(status) = handle.status().await else { return };
    let sentence = sentence(&status, Timestamp::now(), &TimeZone::system());
    drop(handle); // the stream ends with the engine
    let now = Event::State { state: status.state, sentence, waiting: status.waiting, rejected: status.rejected };
    if caller.tell(&value(&now)).await.is_err() {
        return;
    }
    loop {
        let line = tokio::select! {
            event = events.recv() => match event {
                Ok(event) => value(&event),
                Err(RecvError::Lagged(count)) => json!({"event": "missed", "count": count}),
                Err(RecvError::Closed) => return,
            },
            // What a listener says is not heard; that it hangs up is.
            () = caller.hung_up() => return,
        };
        if caller.tell(&line).await.is_err() {
            return;
        }
    }
}

/// Our own shapes always serialise: their keys are text.
fn value(shape: &impl Serialize) -> Value {
    serde_json::to_value(shape).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};

    use super::*;
    use crate::control::protocol::{LINE_MAX, Page};
    use crate::sync::double;

    fn host() -> (Host, mpsc::Receiver<oneshot::Sender<Result<(), Trouble>>>) {
        let (reload, asked) = mpsc::channel(1);
        (Host { handle: double::engine(), reload, show: None }, asked)
    }

    fn caller(host: &Host) -> BufReader<DuplexStream> {
        let (ours, theirs) = tokio::io::duplex(256 * 1024);
        let idle = Idle::default();
        let place = idle.enter();
        tokio::spawn(converse(theirs, host.clone(), idle, place));
        BufReader::new(ours)
    }

    async fn ask(caller: &mut BufReader<DuplexStream>, line: &str) -> Value {
        caller.get_mut().write_all(format!("{line}\n").as_bytes()).await.unwrap();
        hear(caller).await
    }

    async fn hear(caller: &mut BufReader<DuplexStream>) -> Value {
        let mut answer = String::new();
        caller.read_line(&mut answer).await.unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    #[tokio::test]
    async fn answers_many_requests_of_one_caller() {
        let (host, _asked) = host();
        let mut caller = caller(&host);
        assert_eq!(ask(&mut caller, r#"{"cmd":"status"}"#).await["synced_total"], 42);
        let report = ask(&mut caller, r#"{"cmd":"sync"}"#).await;
        assert_eq!((&report["ok"], &report["synced"], &report["failed"]), (&true.into(), &3.into(), &0.into()));
        assert_eq!(ask(&mut caller, r#"{"cmd":"retry","file":"a.json"}"#).await["files"], 1);
        // Each line has its answer: a caller that waits for one after a blank line waited for ever.
        for nonsense in ["nonsense", "", " \t"] {
            assert_eq!(ask(&mut caller, nonsense).await["error"]["kind"], "control.not_json");
        }
        assert_eq!(ask(&mut caller, r#"{"cmd":"why","file":"x"}"#).await["answer"], "unknown");
        assert_eq!(ask(&mut caller, r#"{"cmd":"why","file":"/home/me/memory/x"}"#).await["name"], "x");
        assert_eq!(ask(&mut caller, r#"{"cmd":"why","file":"/etc/x"}"#).await["error"]["kind"], "file.outside");
        assert_eq!(ask(&mut caller, r#"{"cmd":"show"}"#).await["error"]["kind"], "control.no_window");
    }

    #[tokio::test]
    async fn pauses_for_a_time_or_until_resumed() {
        let (host, _asked) = host();
        let mut caller = caller(&host);
        ask(&mut caller, r#"{"cmd":"pause","secs":3600}"#).await;
        let until = host.handle.status().await.unwrap().paused_until.unwrap();
        let ahead = until.duration_since(Timestamp::now());
        assert!((3590..=3600).contains(&ahead.as_secs()), "{ahead:?}");
        ask(&mut caller, r#"{"cmd":"pause"}"#).await;
        assert_eq!(host.handle.status().await.unwrap().paused_until, Some(Timestamp::MAX));
        ask(&mut caller, r#"{"cmd":"resume"}"#).await;
        assert_eq!(host.handle.status().await.unwrap().paused_until, None);
    }

    #[tokio::test]
    async fn reload_answers_what_the_host_found() {
        let (host, mut asked) = host();
        let mut caller = caller(&host);
        tokio::spawn(async move {
            asked.recv().await.unwrap().send(Ok(())).unwrap();
            let broken = Trouble { kind: "config.syntax".into(), message: "line 3".into(), hint: None };
            asked.recv().await.unwrap().send(Err(broken)).unwrap();
        });
        assert_eq!(ask(&mut caller, r#"{"cmd":"reload"}"#).await, json!({"ok": true}));
        assert_eq!(ask(&mut caller, r#"{"cmd":"reload"}"#).await["error"]["kind"], "config.syntax");
    }

    #[tokio::test]
    async fn show_tells_the_host_which_page() {
        let (mut host, _asked) = host();
        let (window, mut shown) = mpsc::channel(1);
        host.show = Some(window);
        let mut caller = caller(&host);
        assert_eq!(ask(&mut caller, r#"{"cmd":"show"}"#).await, json!({"ok": true}));
        assert_eq!(shown.recv().await, Some(Show::default()));
        ask(&mut caller, r#"{"cmd":"show","page":"settings","field":"device_id"}"#).await;
        let wanted = Show { page: Some(Page::Settings), field: Some("device_id".into()) };
        assert_eq!(shown.recv().await, Some(wanted));
        let answer = ask(&mut caller, r#"{"cmd":"show","page":"attic"}"#).await;
        assert_eq!(answer["error"]["kind"], "control.bad_member");
        drop(shown);
        assert_eq!(ask(&mut caller, r#"{"cmd":"show"}"#).await["error"]["kind"], "control.busy");
    }

    #[tokio::test]
    async fn events_begin_with_the_present_state() {
        let (host, _asked) = host();
        let mut caller = caller(&host);
        let first = ask(&mut caller, r#"{"cmd":"events"}"#).await;
        assert_eq!((&first["event"], &first["state"]), (&"state".into(), &"idle".into()));
        host.handle.sync().await.unwrap();
        assert_eq!(hear(&mut caller).await["event"], "pass_done");
    }

    #[tokio::test]
    async fn a_line_without_end_is_refused() {
        let (host, _asked) = host();
        let mut caller = caller(&host);
        let answer = ask(&mut caller, &format!("{{\"cmd\":\"{}", "x".repeat(LINE_MAX))).await;
        assert_eq!(answer["error"]["kind"], "control.line_too_long");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn idle_callers_starve_nobody() {
        use crate::control::client::Client;
        use crate::platform::endpoint::Address;

        let folder = tempfile::tempdir().unwrap();
        let address = Address::new(folder.path(), true);
        let (host, _asked) = host();
        tokio::spawn(serve(Listener::bind(&address).unwrap(), host.clone()));
        let mut idle = Vec::new();
        for _ in 0..2 * CALLERS_MAX {
            idle.push(Client::connect(&address).await.unwrap());
        }
        let mut client = Client::connect(&address).await.unwrap();
        let status: crate::sync::event::Status = client.ask_for(&Request::Status).await.unwrap();
        assert_eq!(status.synced_total, 42);
        let mut following = client.follow().await.unwrap();
        assert!(matches!(following.next().await, Some(Event::State { .. })));
        // Who listens to events is not idle, however long nothing happens.
        for _ in 0..2 * CALLERS_MAX {
            idle.push(Client::connect(&address).await.unwrap());
        }
        host.handle.sync().await.unwrap();
        assert!(matches!(following.next().await, Some(Event::PassDone { .. })));
    }
}
