//! OutTray under bad weather for hours: it must neither lose nor grow.
//!
//! In: `--minutes N --out FOLDER [--seed N] [--program FILE]`. Out: `soak.json` and `soak.svg` in that folder, and exit code 0 if every
//! file arrived and nothing grew. Three of them run side by side: two are killed, ended and started again, the third
//! lives through it all, so that growth can be seen. `cargo xtask soak` starts it.
//!
//! Not here: one misfortune at a time (`tests/it`).

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("the soak reads /proc: only on Linux");
}

#[cfg(target_os = "linux")]
mod plot;
#[cfg(target_os = "linux")]
mod site;
#[cfg(target_os = "linux")]
#[path = "../it/support/tray.rs"]
mod tray;
#[cfg(target_os = "linux")]
#[path = "../it/support/wall_clock.rs"]
mod wall_clock;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    use std::time::{Duration, Instant};

    use outtray::cloud::Mode;

    let mut program = std::path::PathBuf::from(env!("CARGO_BIN_EXE_outtray"));
    let mut words = std::env::args().skip(1);
    let (mut minutes, mut out, mut seed) = (1, std::path::PathBuf::from("target/soak"), fastrand::u64(..));
    while let (Some(word), Some(value)) = (words.next(), words.next()) {
        match word.as_str() {
            "--minutes" => minutes = value.parse().expect("--minutes takes a number"),
            "--seed" => seed = value.parse().expect("--seed takes a number"),
            "--program" => program = value.into(),
            "--out" => out = value.into(),
            _ => panic!("what is {word}?"),
        }
    }
    std::fs::create_dir_all(&out).expect("a folder for the result");
    println!("soak: {minutes} min, seed {seed}");
    let (began, time) = (Instant::now(), Duration::from_mins(minutes));
    let plans = [("killed-sigv4", Mode::SigV4, true), ("killed-v1", Mode::V1, true), ("steady", Mode::SigV2, false)];
    let sites: Vec<_> = (0..)
        .zip(plans)
        .map(|(number, (name, mode, mortal))| {
            let (seed, program) = (seed.wrapping_add(number), program.clone());
            std::thread::spawn(move || site::Site::new(name, &program, mode, mortal, seed).live(began, time))
        })
        .collect();
    let lives: Vec<_> = sites.into_iter().map(|site| site.join().expect("a promise was broken")).collect();
    std::fs::write(out.join("soak.json"), plot::json(&lives, began.elapsed(), seed)).expect("written");
    std::fs::write(out.join("soak.svg"), plot::svg(&lives)).expect("written");
    let mut good = true;
    for life in &lives {
        println!("{}", life.summary());
        good &= life.is_flat();
    }
    if good { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}
