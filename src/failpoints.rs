//! Ends this process abruptly at a named step of the delivery protocol, on the order of a test.
//!
//! In: `OUTTRAY_KILL_AT=step` or `step:n` (the n-th time that the step is reached). Out: no process any more, as after
//! `kill -9`. The names are those of the `fail_point!` calls in `sync`.
//!
//! Behind the feature `failpoints`, which cannot be built with optimisations: no release has this module, nor the points.
//! Not here: what must be true afterwards (`tests/it/crash.rs`).

use std::sync::atomic::{AtomicU64, Ordering};

use crate::platform;

#[cfg(not(debug_assertions))]
compile_error!("the feature `failpoints` is for tests and must not get into a release build");

const ORDER: &str = "OUTTRAY_KILL_AT";

/// Takes the order from the environment, if there is one. An order that cannot be read is a defect of the test.
pub fn arm() {
    let Ok(order) = std::env::var(ORDER) else { return };
    let (step, time) = parse(&order).unwrap_or_else(|| panic!("{ORDER} is `step` or `step:n`, not {order:?}"));
    let reached = AtomicU64::new(0);
    let end = move || {
        if reached.fetch_add(1, Ordering::Relaxed) + 1 == time {
            platform::end_abruptly();
        }
    };
    fail::cfg_callback(step, end).expect("a callback needs no parsing");
}

fn parse(order: &str) -> Option<(&str, u64)> {
    let (step, time) = order.split_once(':').unwrap_or((order, "1"));
    let time = time.parse().ok().filter(|time| *time > 0)?;
    (!step.is_empty()).then_some((step, time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_orders() {
        assert_eq!(parse("rename"), Some(("rename", 1)));
        assert_eq!(parse("put_done:3"), Some(("put_done", 3)));
        for odd in ["", ":1", "rename:0", "rename:x"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }
}
