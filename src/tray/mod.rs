//! THE TRAY: what people see of OutTray on their desktop.
//!
//! ```text
//! main thread: app (waits) ──▶ indicator ◀── View          host thread: host ──▶ source: the engine, here or elsewhere
//!        │                        icon, menu     ▲                │  │  ▲
//!        └────────── Wish (clicks) ──────────────┼───────────────▶┘  │  └ facts of the desktop, second starts
//!                                                └───────────────────┴──▶ notice ──▶ announce (its own thread)
//! ```
//!
//! In: clicks, statuses. Out: an icon that shows the state and nothing else, and a few notices.
//! Not here: sending (`sync`), the window (`window`, a process of its own; where there can be none, its lines open the
//! settings file and the log).

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use tokio::sync::mpsc;
use winit::event_loop::EventLoop;

use crate::control::desktop::{Only, Start, Wish as Asked, start};
use crate::control::protocol::{Page, Show};
use crate::host::Home;
use crate::platform::autostart::desktop_program;
use crate::platform::identity::AT_LOGIN;
use crate::platform::open::{Opener, start_program};

pub mod announce;
mod app;
mod desk;
mod host;
mod icons;
mod indicator;
mod memory;
mod menu;
pub mod notice;
mod source;
mod updates;
pub mod view;
mod window;
mod wish;

use app::{App, Happening};
use host::After;
use view::View;

/// Clicks that wait.
const WISHES: usize = 32;

/// Runs the desktop program until it is told to quit.
pub fn main() -> ExitCode {
    let asked = match asked(std::env::args_os().skip(1)) {
        Ok(asked) => asked,
        Err(odd) => {
            eprintln!("outtray-desktop: I do not know {}.\n\n{USAGE}", odd.display());
            return ExitCode::from(2);
        }
    };
    let home = Home::find(None);
    // Now: after an update the system knows this process's program by another name.
    let program = desktop_program().ok();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime.inspect_err(|error| eprintln!("outtray-desktop: {error}")) else {
        return ExitCode::FAILURE;
    };
    // Started again without a wish, it shows itself.
    let wish = asked.clone().unwrap_or(Asked::Show(Show::default()));
    let door = match runtime.block_on(start(&home.paths.state_dir, Only::Program, &wish)) {
        Ok(Start::First(door)) => door,
        Ok(Start::HandedOver) => return ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("outtray-desktop: {}", crate::error::chain(&error));
            return ExitCode::FAILURE;
        }
    };
    if asked == Some(Asked::Quit) {
        return ExitCode::SUCCESS; // nobody was there to be quit
    }
    let (wishes, inbox) = mpsc::channel(WISHES);
    let desk = desk::Desk::new(Opener::new(std::env::var_os("OUTTRAY_OPENER")));
    match EventLoop::<Happening>::with_user_event().build() {
        Ok(events) => {
            let (views, end) = (events.create_proxy(), events.create_proxy());
            let app = App::new(
                View::of(&home.unset(), jiff::Timestamp::now(), &jiff::tz::TimeZone::system(), None),
                wishes.clone(),
            );
            let show = move |shown| {
                let _ = views.send_event(shown); // the loop may have ended
            };
            let work = move || {
                let host = host::Host::new(home, desk, wishes, show);
                let after = runtime.block_on(host.run(door, asked, inbox));
                let _ = end.send_event(Happening::Ended);
                after
            };
            let Ok(thread) = std::thread::Builder::new().name("host".into()).spawn(work) else {
                return ExitCode::FAILURE;
            };
            let ran = app.run(events);
            // The loop ends when the host has, or when the desktop goes away: then the host hears that its wishes end.
            let joined = thread.join();
            match joined {
                Ok(after) => {
                    leave(after, program.as_deref());
                    if ran.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
                }
                Err(_) => ExitCode::FAILURE,
            }
        }
        Err(error) => {
            eprintln!("outtray-desktop: there is no desktop here ({error}); OutTray runs without an icon.");
            let host = host::Host::new(home, desk, wishes, |_| {});
            let after = runtime.block_on(host.run(door, asked, inbox));
            drop(runtime);
            leave(after, program.as_deref());
            ExitCode::SUCCESS
        }
    }
}

/// The newer program is started as at login: whatever this one was asked for, it has done.
fn leave(after: After, program: Option<&Path>) {
    if let (After::StartAgain, Some(program)) = (after, program)
        && let Err(error) = start_program(program, &[AT_LOGIN])
    {
        tracing::error!(target: "outtray", "⚠️  {} cannot be started again: {error}", program.display());
    }
}

const USAGE: &str = "\
Shows OutTray's icon and sends what is finished. Started again, it hands its wish to the one that runs.
  --window             show the status
  --settings [FIELD]   show the settings, at a field such as device_id
  --setup              set OutTray up
  --sync               send everything that waits
  --background         only see to it that it runs, as at login; nothing opens
  --quit               end the one that runs";

fn asked(args: impl Iterator<Item = OsString>) -> Result<Option<Asked>, OsString> {
    let mut asked = None;
    for arg in args {
        let page = |page| Asked::Show(Show { page: Some(page), field: None });
        asked = Some(match arg.to_str() {
            // The word behind it, if it is no option.
            Some(field) if !field.starts_with('-') => match asked {
                Some(Asked::Show(Show { page: Some(Page::Settings), field: None })) => {
                    Asked::Show(Show { page: Some(Page::Settings), field: Some(field.into()) })
                }
                _ => return Err(arg),
            },
            Some("--window") => page(Page::Status),
            Some("--settings") => page(Page::Settings),
            Some("--setup") => page(Page::Setup),
            Some("--sync") => Asked::Sync,
            Some("--quit") => Asked::Quit,
            Some(AT_LOGIN) => Asked::Run,
            _ => return Err(arg),
        });
    }
    Ok(asked)
}
