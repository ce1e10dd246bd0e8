//! What the program costs when it has nothing to do.

use std::fs;
use std::time::{Duration, Instant};

use super::session::{Session, wait};
use super::world::World;

const WATCHED: Duration = Duration::from_secs(60);
/// Bytes; a debug build is fatter than what people get.
const RSS: u64 = 40 << 20;

#[test]
fn an_idle_minute_with_a_thousand_sent_files() {
    let mut world = World::new(Session::with_panel());
    world.configure(""); // as people have it: a look into the folder each minute
    for number in 0..1000 {
        fs::write(world.folder.join(format!("{number:04}.json.synced")), "{}").unwrap();
    }
    world.start();
    let icon = world.icon();
    wait("the ready icon", || icon.shows("ready"));
    let (ticks, switches, all) = (cpu(world.pid()), switches(world.pid()), all_switches(world.pid()));
    let begin = Instant::now();
    std::thread::sleep(WATCHED); // to wait is the matter itself
    let took = begin.elapsed();
    let (used, woken) = (cpu(world.pid()) - ticks, self::switches(world.pid()) - switches);
    let all = all_switches(world.pid()).saturating_sub(all);
    let rss = memory(world.pid());
    println!(
        "idle for {:.0} s with 1,000 sent files (debug build): {:.1} MB resident, {used} ms of processor time \
         ({:.3} % of a core), the main thread woke {woken} times, all threads {all} times",
        took.as_secs_f64(),
        rss as f64 / 1e6,
        used as f64 / took.as_secs_f64() / 10.0,
    );
    assert!(rss < RSS, "{rss}");
    assert!(used < 600, "{used} ms: something polls");
    // The one look into the folder of this minute wakes a few threads. A pool that looks twice a second for work, as that
    // of `blocking` 1.7.0 does, adds 120.
    assert!(all < 60, "{all}: something polls");
}

/// Milliseconds of processor time so far, to the clock's tick of 10 ms.
fn cpu(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, after) = stat.rsplit_once(')').unwrap();
    let numbers: Vec<&str> = after.split_whitespace().collect();
    [11, 12].iter().map(|at| numbers[*at].parse::<u64>().unwrap() * 10).sum()
}

fn memory(pid: u32) -> u64 {
    1024 * of_status(&format!("/proc/{pid}/status"), "VmRSS:")
}

/// How often the main thread went to sleep.
fn switches(pid: u32) -> u64 {
    of_status(&format!("/proc/{pid}/task/{pid}/status"), "voluntary_ctxt_switches:")
}

/// The same of all threads together.
fn all_switches(pid: u32) -> u64 {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap().filter_map(Result::ok);
    // One that has ended meanwhile wakes nobody any more.
    let statuses = threads.filter_map(|thread| fs::read_to_string(thread.path().join("status")).ok());
    statuses.map(|status| of_text(&status, "voluntary_ctxt_switches:")).sum()
}

fn of_status(file: &str, name: &str) -> u64 {
    of_text(&fs::read_to_string(file).unwrap(), name)
}

fn of_text(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}
