//! The pace on simulated lines.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use proptest::prelude::*;

use super::*;

/// A line with a round trip, a ceiling for all uploads together, and a server that refuses more than so many at once.
#[derive(Debug, Clone, Copy)]
struct Line {
    round_trip: Duration,
    bytes_per_second: f64,
    most: usize,
}

/// What a backlog of equal files did on it for so long.
#[derive(Debug)]
struct Run {
    files_per_second: f64,
    refused: usize,
    width: usize,
}

/// Files share the line evenly: each is charged for its bytes one after the other, and for its round trip alone.
fn run(line: Line, bytes: u64, lasting: Duration) -> Run {
    let mut pace = Pace::default();
    let start = Instant::now();
    let mut now = start;
    let mut line_free = start;
    // The end of each upload, its beginning, and whether it was refused.
    let mut under_way: BinaryHeap<Reverse<(Instant, Instant, bool)>> = BinaryHeap::new();
    let (mut late, mut refused) = (0, 0);
    while now < start + lasting {
        while under_way.len() < pace.width() {
            let is_refused = under_way.len() >= line.most;
            let mut end = now + line.round_trip;
            if !is_refused {
                line_free = line_free.max(now) + Duration::from_secs_f64(bytes as f64 / line.bytes_per_second);
                end = line_free + line.round_trip;
            }
            under_way.push(Reverse((end, now, is_refused)));
        }
        let Some(Reverse((end, began, is_refused))) = under_way.pop() else { unreachable!("a pace is never zero") };
        now = end;
        if is_refused {
            pace.crowded(now);
            refused += 1;
        } else {
            pace.carried(bytes, end - began, now);
            late += usize::from(now > start + lasting / 2);
        }
        assert!((NARROWEST..=WIDEST).contains(&pace.width()));
    }
    Run { files_per_second: late as f64 / (lasting / 2).as_secs_f64(), refused, width: pace.width() }
}

/// What the best fixed width would do.
fn best(line: Line, bytes: u64) -> f64 {
    let transfer = bytes as f64 / line.bytes_per_second;
    let width = line.most.min(WIDEST) as f64;
    (width / (line.round_trip.as_secs_f64() + transfer)).min(1.0 / transfer)
}

#[test]
fn a_far_region_is_used_to_the_full_within_seconds() {
    let line = Line { round_trip: Duration::from_millis(80), bytes_per_second: 1e9, most: 1000 };
    let run = run(line, 4096, Duration::from_secs(4));
    assert_eq!((run.width, run.refused), (WIDEST, 0), "{run:?}");
}

#[test]
fn a_narrow_line_is_not_crowded() {
    let line = Line { round_trip: Duration::from_millis(20), bytes_per_second: 1e6, most: 1000 };
    let run = run(line, 5_000_000, Duration::from_mins(20));
    assert!(run.width <= 8, "{run:?}");
    assert!(run.files_per_second > 0.95 * best(line, 5_000_000), "{run:?}");
}

#[test]
fn many_refusals_at_once_count_as_one() {
    let now = Instant::now();
    let mut pace = Pace { width: 40, ..Pace::default() };
    for millis in 0..40 {
        pace.crowded(now + Duration::from_millis(millis));
    }
    assert_eq!(pace.width(), 20);
    pace.crowded(now + Duration::from_secs(2));
    assert_eq!(pace.width(), 10, "it was still too much");
}

#[test]
fn files_that_come_one_by_one_change_nothing() {
    let mut pace = Pace::default();
    let start = Instant::now();
    for second in 0..1000 {
        pace.carried(4096, Duration::from_millis(100), start + Duration::from_secs(second));
    }
    assert_eq!(pace.width(), FIRST);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Most of what the best fixed width could do, and few refusals on the way to it.
    #[test]
    fn any_line_is_used_well(
        round_trip in 2_u64..300,
        megabytes in 0.2_f64..20.0,
        most in 4_usize..200,
        bytes in prop_oneof![2_000_u64..20_000, 100_000_u64..5_000_000],
    ) {
        let line = Line { round_trip: Duration::from_millis(round_trip), bytes_per_second: megabytes * 1e6, most };
        let best = best(line, bytes);
        // Long enough for several rests, and for what comes between them.
        let seconds = (2_000.0 / best).clamp(200.0, 3600.0);
        let run = run(line, bytes, Duration::from_secs_f64(seconds));
        prop_assert!(run.files_per_second > 0.6 * best, "{:?} of {}", run, best);
        let carried = run.files_per_second * seconds;
        prop_assert!(run.refused as f64 <= 64.0 + 0.02 * carried + seconds, "{:?}", run);
    }
}
