//! The window as a whole: the list of pages, the page that is on, what came in, closing.
//!
//! In: [`News`] from the link, what a person does. Out: a drawn window, [`Ask`]s to the link.
//! Not here: the pages themselves, opening the window (`begin`).

use std::sync::mpsc::Receiver;

use eframe::egui::{
    Align, Button, CentralPanel, Context, Frame, Id, Key, Layout, Margin, Modal, Modifiers, Panel, RawInput, RichText,
    Theme, Ui, UserAttentionType, ViewportCommand, Visuals,
};
use rust_i18n::t;

use super::link::Link;
use super::parts::{Tone, banner, first_button, roomy, weak};
use super::picture::{AsItIs, Ask, News, Picture, Said};
use super::settings::api_key::KeyRow;
use super::settings::form::Form;
use super::settings::{Decision, Settings};
use super::status::Clock;
use super::theme::{self, APART, GAP, colours};
use super::wizard::Wizard;
use super::{about, saving, settings, status, words};
use crate::config::Problems;
use crate::control::protocol::{Page, Show};
use crate::control::window::Opening;
use crate::host::Home;
use crate::platform::keychain::Keychain;

#[cfg(test)]
mod tests;

/// Below this width the list of pages stands on top. Points.
const NARROW: f32 = 620.0;

const PAGES: [(Page, &str); 4] = [
    (Page::Status, "nav.status"),
    (Page::Settings, "nav.settings"),
    (Page::Setup, "nav.setup"),
    (Page::About, "nav.about"),
];

#[derive(Debug)]
pub struct App {
    home: Home,
    /// `None` in tests.
    link: Option<Link>,
    news: Receiver<News>,
    page: Option<Page>,
    picture: Picture,
    settings: Settings,
    wizard: Wizard,
    key: KeyRow,
    /// The page that was drawn last.
    drawn: Option<Page>,
    said: Option<Said>,
    no_tray: bool,
    /// Somebody wants to close the window, and there is something that was not saved.
    asks_to_close: bool,
    /// A file is to be sent as it is, if that is meant.
    as_it_is: Option<AsItIs>,
    /// What the desktop says where the window system says nothing.
    scheme: Option<Theme>,
}

impl App {
    pub fn new(
        home: Home,
        opening: Opening,
        link: impl Into<Option<Link>>,
        news: Receiver<News>,
        ctx: &Context,
    ) -> Self {
        theme::wear(ctx);
        let mut app = Self {
            settings: read(&home),
            wizard: Wizard::new(home.clone(), Keychain::of_this_user),
            key: KeyRow::default(),
            drawn: None,
            home,
            link: link.into(),
            news,
            page: None,
            picture: Picture::default(),
            said: None,
            no_tray: opening.no_tray,
            asks_to_close: false,
            as_it_is: None,
            scheme: None,
        };
        app.show(opening.show);
        app
    }

    /// Without a page: the one that is on, or the one that this OutTray needs.
    fn show(&mut self, show: Show) {
        let first = if matches!(self.settings, Settings::Missing) { Page::Setup } else { Page::Status };
        self.page = Some(show.page.or(self.page).unwrap_or(first));
        if let (Settings::Form(form), Some(field)) = (&mut self.settings, show.field) {
            form.wanted = Some(field);
        }
    }

    fn hear(&mut self, ctx: &Context) {
        while let Ok(news) = self.news.try_recv() {
            match news {
                News::Picture(picture) => {
                    if picture.status.config != self.picture.status.config || picture.engine != self.picture.engine {
                        self.renew();
                    }
                    self.picture = *picture;
                }
                News::Progress { file, sent } => {
                    self.picture.progress.insert(file, sent);
                }
                News::Show(show) => {
                    self.show(show);
                    ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
                    ctx.send_viewport_cmd(ViewportCommand::Focus);
                    // Where a window may not come to the front by itself.
                    ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(UserAttentionType::Informational));
                }
                News::Said(said) => self.said = Some(said),
                News::Chosen { field, path } => self.chosen(&field, &path, ctx),
                News::Dark(dark) => self.scheme = Some(if dark { Theme::Dark } else { Theme::Light }),
                News::Key(state) => self.key.hear(state),
                News::Settings => self.renew(),
                News::Quit => {
                    self.settings = Settings::Missing; // nothing is asked any more
                    ctx.send_viewport_cmd(ViewportCommand::Close);
                }
            }
        }
    }

    fn chosen(&mut self, field: &str, path: &std::path::Path, ctx: &Context) {
        self.wizard.chosen(field, path, ctx);
        if let Settings::Form(form) = &mut self.settings
            && let Some(field) = form.field(field)
        {
            field.change(path.display().to_string());
            form.check();
        }
    }

    /// The settings on disk may be others now.
    fn renew(&mut self) {
        self.key.look_again();
        let renewed = match &mut self.settings {
            Settings::Form(form) => saving::sources(&self.home).and_then(|sources| form.renew(sources)).is_ok(),
            Settings::Missing | Settings::Broken(_) => false,
        };
        if !renewed {
            self.settings = read(&self.home);
        }
    }

    fn decide(&mut self, decision: Decision) -> bool {
        let Settings::Form(form) = &mut self.settings else { return true };
        match decision {
            Decision::None => return true,
            Decision::Discard => self.settings = read(&self.home),
            Decision::Save => {
                let changes = form.changes();
                let changes: Vec<_> = changes.iter().map(|(name, text)| (*name, text.as_str())).collect();
                if let Err(problems) = saving::save(&self.home, &changes) {
                    form.show(&problems);
                    self.said = Some(Said { text: t!("settings.not_saved").into_owned(), good: false });
                    return false;
                }
                self.settings = read(&self.home);
                self.key.look_again();
                if let Ok(loaded) = self.home.read() {
                    words::choose(&loaded.config.ui.language);
                }
                self.said = Some(Said { text: t!("settings.saved").into_owned(), good: true });
                self.grant(Ask::Reload);
            }
        }
        true
    }

    fn grant(&self, ask: Ask) {
        if let Some(link) = &self.link {
            link.grant(ask, &self.picture.status);
        }
    }

    fn answer(&mut self, asks: Vec<Ask>, ctx: &Context) {
        for ask in asks {
            match ask {
                Ask::Copy(text) => {
                    ctx.copy_text(text);
                    self.said = Some(Said { text: t!("said.copied").into_owned(), good: true });
                }
                Ask::Go(show) => self.show(show),
                Ask::SendAsItIs(file) => self.as_it_is = Some(file),
                other => self.grant(other),
            }
        }
    }

    fn nav(&mut self, ui: &mut Ui) {
        for (page, name) in PAGES {
            // The wizard is for beginnings; later it is found in the settings of a computer that has none.
            if page == Page::Setup && !matches!(self.settings, Settings::Missing) && self.page != Some(Page::Setup) {
                continue;
            }
            let is_on = self.page == Some(page);
            let text = RichText::new(t!(name));
            let button = Button::selectable(is_on, if is_on { text.strong() } else { text });
            if ui.add(button).clicked() {
                self.page = Some(page);
            }
        }
    }

    /// Everything, from top to bottom.
    pub fn draw(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        let look = colours(ui);
        let mut asks = Vec::new();
        if self.drawn != self.page {
            // A key that was being typed is not kept behind another page.
            self.key.leave(&ctx);
            self.wizard.leave(&ctx);
            self.drawn = self.page;
        }
        let side = Frame::new().fill(look.side).inner_margin(Margin::symmetric(12, 14));
        if ui.available_width() < NARROW {
            Panel::top("pages").frame(side).show(ui, |ui| ui.horizontal_wrapped(|ui| self.nav(ui)));
        } else {
            Panel::left("pages").frame(side).exact_size(176.0).resizable(false).show(ui, |ui| {
                ui.with_layout(Layout::top_down_justified(Align::LEFT), |ui| self.nav(ui));
            });
        }
        self.foot(ui);
        let ground = Frame::new().fill(look.ground);
        CentralPanel::default().frame(ground).show(ui, |ui| {
            if self.no_tray {
                self.hint(ui);
            }
            self.body(ui, &mut asks);
        });
        self.keys(&ctx, &mut asks);
        self.closing(&ctx);
        if let Some(file) = &self.as_it_is
            && status::sure(&ctx, file, &mut asks)
        {
            self.as_it_is = None;
        }
        self.answer(asks, &ctx);
    }

    fn body(&mut self, ui: &mut Ui, asks: &mut Vec<Ask>) {
        match self.page.unwrap_or(Page::Status) {
            Page::Status => status::draw(ui, &self.picture, &Clock::of_this_place(), asks),
            Page::Settings => {
                let decision = settings::draw(ui, &mut self.settings, &mut self.key, asks);
                self.decide(decision);
            }
            Page::Setup => {
                self.wizard.draw(ui, asks);
                if self.wizard.take_finished() {
                    self.renew();
                }
            }
            Page::About => about::draw(ui, &self.home.paths, asks),
        }
    }

    /// Once: why there is a window and no icon.
    fn hint(&mut self, ui: &mut Ui) {
        let margin = Margin { left: APART as i8, right: APART as i8, top: APART as i8, bottom: 0 };
        Frame::new().inner_margin(margin).show(ui, |ui| {
            banner(ui, Tone::Plain, &t!("no_tray"), |ui| {
                if ui.button(&*t!("said.understood")).clicked() {
                    self.no_tray = false;
                }
            });
        });
    }

    /// The last answer, until somebody has read it.
    fn foot(&mut self, ui: &mut Ui) {
        let Some(said) = &self.said else { return };
        let look = colours(ui);
        let (colour, text) = (if said.good { look.text } else { look.error }, said.text.clone());
        let frame = Frame::new().fill(look.card).inner_margin(Margin::symmetric(APART as i8, 8));
        Panel::bottom("said").frame(frame).show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                if ui.button(&*t!("said.close")).clicked() {
                    self.said = None;
                }
                ui.label(RichText::new(text).color(colour));
            });
        });
    }

    /// Ctrl+S saves, Ctrl+1 to 4 turn pages, Ctrl+W closes.
    fn keys(&mut self, ctx: &Context, asks: &mut Vec<Ask>) {
        let pressed = |key| ctx.input_mut(|input| input.consume_key(Modifiers::COMMAND, key));
        if pressed(Key::S) && self.page == Some(Page::Settings) && self.can_save() {
            self.decide(Decision::Save);
        }
        if pressed(Key::W) {
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
        for ((page, _), key) in PAGES.into_iter().zip([Key::Num1, Key::Num2, Key::Num3, Key::Num4]) {
            if pressed(key) {
                asks.push(Ask::Go(Show { page: Some(page), field: None }));
            }
        }
    }

    fn can_save(&self) -> bool {
        matches!(&self.settings, Settings::Form(form) if form.is_changed() && form.is_good())
    }

    /// What was typed and not saved is not lost without a question.
    fn closing(&mut self, ctx: &Context) {
        let unsaved = matches!(&self.settings, Settings::Form(form) if form.is_changed());
        if unsaved && ctx.input(|input| input.viewport().close_requested()) {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.asks_to_close = true;
        }
        if !self.asks_to_close {
            return;
        }
        let modal = Modal::new(Id::unique("unsaved")).show(ctx, |ui| {
            roomy(ui, |ui| {
                ui.set_max_width(360.0);
                super::parts::title(ui, &t!("unsaved.heading"));
                weak(ui, t!("unsaved.text"));
                ui.add_space(GAP);
                ui.horizontal_wrapped(|ui| {
                    if first_button(ui, &t!("settings.save"), self.can_save()).clicked() {
                        self.asks_to_close = false;
                        if self.decide(Decision::Save) {
                            ctx.send_viewport_cmd(ViewportCommand::Close);
                        }
                    }
                    if ui.button(&*t!("unsaved.discard")).clicked() {
                        self.asks_to_close = false;
                        self.decide(Decision::Discard);
                        ctx.send_viewport_cmd(ViewportCommand::Close);
                    }
                    if ui.button(&*t!("unsaved.stay")).clicked() {
                        self.asks_to_close = false;
                    }
                });
            });
        });
        if modal.should_close() {
            self.asks_to_close = false;
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _: &mut eframe::Frame) {
        self.hear(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _: &mut eframe::Frame) {
        self.draw(ui);
    }

    fn clear_color(&self, visuals: &Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32() // nothing shines through at the edges
    }

    fn raw_input_hook(&mut self, _: &Context, input: &mut RawInput) {
        if input.system_theme.is_none() {
            input.system_theme = self.scheme;
        }
    }
}

fn read(home: &Home) -> Settings {
    let broken = |problems: Problems| {
        if problems.is_setup_needed() { Settings::Missing } else { Settings::Broken(problems) }
    };
    saving::sources(home).and_then(Form::of).map_or_else(broken, |form| Settings::Form(Box::new(form)))
}
