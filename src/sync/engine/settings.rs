//! Other settings for a running engine: what they change at once.
//!
//! In: checked settings, or what is wrong with them. Out: the engine goes on with the new ones, or with the last good ones.
//! Not here: reading them (`host`), checking them (`config`).

use std::sync::Arc;

use tokio::sync::watch;

use super::super::event::Event;
use super::super::gate::Gate;
use super::super::handle::Trouble;
use super::super::{StartError, network};
use super::Engine;
use crate::config::Config;
use crate::error::Explain;

impl Engine {
    pub(super) fn reload(&mut self, config: Result<Config, Trouble>) -> Result<(), Trouble> {
        let usable = config.and_then(|config| {
            let means = network::means(&config, &self.budget).map_err(|error| setup(&error))?;
            Ok((means, config))
        });
        let (means, config) = usable.inspect_err(|trouble| self.trouble("config", trouble.clone()))?;
        self.well("config");
        self.means = Arc::new(means);
        self.guarding = self.guarding.with(config.guard.clone());
        let old = std::mem::replace(&mut self.setup.config, config);
        self.look_at_key();
        self.edition += 1;
        // What is under way was read and asked for with the old ones: it goes back to the line before its next request.
        std::mem::replace(&mut self.leave, watch::channel(false).0).send_replace(true);
        self.tell(Event::Settings);
        self.gate = Gate::default();
        if self.needs_new_folder(&old) {
            self.change_folder();
        } else {
            self.look_at_known(); // some may be left out from now on
            self.retry(None);
            self.start_scan(true);
        }
        Ok(())
    }
}

fn setup(error: &StartError) -> Trouble {
    let (kind, hint) = (error.kind().to_owned(), error.hint());
    Trouble { kind, message: error.to_string(), hint }
}
