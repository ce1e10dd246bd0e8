//! Files in the line: who comes first, what is forgotten, what is counted.

use super::*;
use crate::platform::dir::FileId;

const SETTLE: Duration = Duration::from_millis(500);

fn identity(mtime_ns: i64) -> Identity {
    Identity { id: FileId { device: 1, inode: 1 }, size: 1, mtime_ns }
}

fn busy() -> Phase {
    Phase::Busy { sent: remote::Progress::default() }
}

#[test]
fn what_is_in_the_queue_is_not_restored_over() {
    let now = Instant::now();
    let mut queue = Queue::default();
    let orphan = || Open::Orphan { origin: "a.json".into() };
    queue.restore("a.json.synced", None, orphan(), Progress::default(), now);
    queue.set("a.json.synced", busy());
    // The look at marked files finds it while it is being sent.
    queue.restore("a.json.synced", None, orphan(), Progress::default(), now);
    assert!(queue.next_ready().is_none(), "it would be sent twice at one time");
    queue.remove("a.json.synced");
    assert_eq!((queue.len(), queue.busy(), queue.waiting()), (0, 0, 0));
}

#[test]
fn files_that_come_and_go_leave_nothing_behind() {
    let now = Now { instant: Instant::now(), wall_ns: 0 };
    let mut queue = Queue::default();
    for round in 0..100 {
        queue.observe("a.json", identity(round), SETTLE, now);
        queue.set("a.json", Phase::Ready);
        queue.observe("a.json", identity(round + 1000), SETTLE, now);
        queue.vanished("a.json");
    }
    assert!(queue.ready.is_empty() && queue.due.is_empty() && queue.items.is_empty());
}

#[test]
fn panics_are_counted_for_one_content() {
    let now = Now { instant: Instant::now(), wall_ns: 0 };
    let mut queue = Queue::default();
    queue.observe("a.json", identity(1), SETTLE, now);
    assert_eq!([1, 2].map(|_| queue.panicked("a.json")), [1, 2]);
    queue.observe("a.json", identity(1), SETTLE, now);
    assert_eq!(queue.panicked("a.json"), 3, "a look is no new content");
    queue.observe("a.json", identity(2), SETTLE, now);
    assert_eq!(queue.panicked("a.json"), 1);
}

#[test]
fn the_line_is_first_come_first_served() {
    let now = Now { instant: Instant::now(), wall_ns: i64::MAX };
    let mut queue = Queue::default();
    for name in ["b.json", "a.json", "c.json"] {
        queue.observe(name, identity(0), SETTLE, now);
    }
    queue.remove("a.json");
    queue.set("b.json", busy());
    assert_eq!(queue.next_ready().as_deref(), Some("c.json"));
    queue.set("b.json", Phase::Ready);
    queue.set("c.json", busy());
    assert_eq!(queue.next_ready().as_deref(), Some("b.json"));
}
