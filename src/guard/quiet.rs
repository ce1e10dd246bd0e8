//! Keeps a fault of the guard from quoting the document: a panic's message may hold the text it was about.
//!
//! In: work that could panic. Out: its result, or `None`; the log tells where, and not what about.
//! Not here: what becomes of the document then (`pass`).

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

pub fn quietly<T>(work: impl FnOnce() -> T) -> Option<T> {
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if QUIET.get() {
                let place = panic.location().map(ToString::to_string).unwrap_or_default();
                tracing::error!(target: "outtray", "the guard met a fault of its own at {place}");
            } else {
                usual(panic);
            }
        }));
    });
    let before = QUIET.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(before);
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_ends_the_work_and_nothing_else() {
        assert_eq!(quietly(|| 7), Some(7));
        assert_eq!(quietly(|| "é"[1..].len()), None);
        assert!(!QUIET.get());
    }
}
