//! The icon takes the colours of the panel, as far as the desktop tells them, while it runs.

use super::portal::Portal;
use super::session::{Session, wait};
use super::world::World;

#[test]
fn the_icon_follows_the_scheme_where_the_panel_does() {
    let mut world = World::new(Session::with_panel());
    world.desktop = "KDE";
    let portal = Portal::start(&world.session.bus(), 1);
    world.start_with_icon();
    let icon = world.icon();
    wait("the icon for a dark panel", || icon.shows_on("ready", "dark"));
    portal.change(2);
    wait("the icon for a bright panel", || icon.shows_on("ready", "light"));
    portal.change(1);
    wait("the icon for a dark panel again", || icon.shows_on("ready", "dark"));
    icon.click("until I resume");
    wait("the paused icon for a dark panel", || icon.shows_on("paused", "dark"));
    drop(portal);
    // Another one takes its place, and nobody sends a signal.
    let _portal = Portal::start(&world.session.bus(), 2);
    wait("the icon for a bright panel, from the new portal", || icon.shows_on("paused", "light"));
}

#[test]
fn a_panel_with_colours_of_its_own_keeps_its_icon() {
    let mut world = World::new(Session::with_panel());
    world.desktop = "ubuntu:GNOME";
    let portal = Portal::start(&world.session.bus(), 2);
    world.start_with_icon();
    let icon = world.icon();
    wait("the question", || portal.asked() > 0);
    wait("the ready icon", || icon.shows("ready"));
    portal.change(2);
    icon.click("until I resume");
    wait("the paused icon", || icon.shows("paused"));
}
