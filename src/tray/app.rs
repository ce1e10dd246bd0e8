//! The loop of the desktop: waits for the panel and for the host, and never polls.
//!
//! In: views from the host, clicks from the panel. Out: the icon, wishes to the host. Not here: what a wish does (`host`).

use tokio::sync::mpsc;
use tray_icon::menu::MenuEvent;
use tray_icon::{MouseButton, MouseButtonState, TrayIconEvent};
use winit::application::ApplicationHandler;
use winit::event::{StartCause, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoop};
use winit::window::WindowId;

use super::indicator::Indicator;
use super::view::View;
use super::wish::{self, Wish};
use crate::platform::panel::{Panel, panel};

/// What wakes the loop.
#[derive(Debug)]
pub(super) enum Happening {
    View(Box<View>),
    /// The panel has other colours now.
    Panel(Panel),
    /// A line of the menu was clicked.
    Line(String),
    Clicked,
    /// The host has ended.
    Ended,
}

pub(super) struct App {
    view: View,
    panel: Panel,
    indicator: Option<Indicator>,
    wishes: mpsc::Sender<Wish>,
}

impl App {
    pub(super) fn new(view: View, wishes: mpsc::Sender<Wish>) -> Self {
        Self { view, panel: panel(None), indicator: None, wishes }
    }

    /// Until the host has ended.
    pub(super) fn run(mut self, events: EventLoop<Happening>) -> Result<(), winit::error::EventLoopError> {
        let line = events.create_proxy();
        MenuEvent::set_event_handler(Some(move |event: MenuEvent| {
            let _ = line.send_event(Happening::Line(event.id.0)); // the loop may have ended
        }));
        let click = events.create_proxy();
        TrayIconEvent::set_event_handler(Some(move |event| {
            if matches!(
                event,
                TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. }
            ) {
                let _ = click.send_event(Happening::Clicked);
            }
        }));
        events.set_control_flow(ControlFlow::Wait);
        events.run_app(&mut self)
    }

    fn wish(&self, wish: Wish) {
        if self.wishes.try_send(wish).is_err() {
            tracing::warn!(target: "outtray", "too many clicks at once; one is left out");
        }
    }
}

impl ApplicationHandler<Happening> for App {
    fn new_events(&mut self, _: &ActiveEventLoop, cause: StartCause) {
        // The icon must be made when the loop runs (macOS), and only once.
        if cause == StartCause::Init && self.indicator.is_none() {
            match Indicator::new(self.view.clone(), self.panel) {
                Ok(indicator) => self.indicator = Some(indicator),
                Err(error) => tracing::warn!(
                    target: "outtray",
                    "⚠️  there is no tray on this desktop ({error}); OutTray runs on without an icon"
                ),
            }
        }
    }

    fn resumed(&mut self, _: &ActiveEventLoop) {}

    fn window_event(&mut self, _: &ActiveEventLoop, _: WindowId, _: WindowEvent) {}

    fn user_event(&mut self, events: &ActiveEventLoop, happening: Happening) {
        match happening {
            Happening::View(view) => {
                if let Some(indicator) = &mut self.indicator {
                    indicator.show((*view).clone());
                }
                self.view = *view;
            }
            Happening::Panel(panel) => {
                if let Some(indicator) = &mut self.indicator {
                    indicator.stand_on(panel);
                }
                self.panel = panel;
            }
            Happening::Line(name) => {
                if let Some(wish) = wish::of_line(&name) {
                    self.wish(wish);
                }
            }
            Happening::Clicked => self.wish(Wish::Status),
            Happening::Ended => {
                self.indicator = None;
                events.exit();
            }
        }
    }
}
