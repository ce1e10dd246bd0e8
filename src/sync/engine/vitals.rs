//! The key that the settings ask for, and the few numbers that a heartbeat tells.
//!
//! In: settings with or without a key, the queue. Out: *attention* while the key is not there, and [`Vitals`].
//! Not here: where the key is looked up, when a heart beats (`host` does both).

use std::time::Duration;

use super::super::handle::{Trouble, Vitals};
use super::super::queue::{Item, Phase};
use super::{Engine, ground};
use crate::config::ApiKey;
use crate::error::Explain as _;

/// The trouble of this name holds everything: a request without the key would only be refused.
pub(super) const KEY: &str = "key";

/// A file that was seen for the first time less than this ago is new here, however old its content may be.
const NEW: Duration = Duration::from_mins(1);

impl Engine {
    pub(super) fn look_at_key(&mut self) {
        let unready = match &self.setup.config.network.api_key {
            Some(ApiKey { secret: Err(unready), .. }) => *unready,
            _ => return self.well(KEY),
        };
        let (kind, hint) = (unready.kind().to_owned(), unready.hint());
        self.trouble(KEY, Trouble { kind, message: unready.to_string(), hint });
    }

    /// Whether something is wrong that lets no file be sent.
    pub(super) fn is_held_by_trouble(&self) -> bool {
        self.troubles.contains_key(ground::READ_ONLY) || self.troubles.contains_key(KEY)
    }

    pub(super) fn vitals(&self) -> Vitals {
        let now = Self::now();
        let age = |item: &Item| {
            let seen = now.instant.duration_since(item.since);
            let written = item.identity.map_or(0, |identity| now.wall_ns.saturating_sub(identity.mtime_ns));
            let written = Duration::from_nanos(u64::try_from(written).unwrap_or(0));
            if seen < NEW { seen } else { seen.max(written) }
        };
        let waits = |item: &&Item| !matches!(item.phase, Phase::Rejected { .. });
        let items = || self.queue.iter().map(|(_, item)| item);
        let of_files = items().find_map(|item| match &item.phase {
            Phase::Waiting { held, .. } | Phase::Rejected { held, .. } => held.kind.clone(),
            _ => None,
        });
        Vitals {
            state: self.state(),
            waiting: (items().filter(waits).count() + self.queue.len_beyond()) as u64,
            oldest_waiting: items().filter(waits).map(age).max().unwrap_or_default(),
            last_error_kind: self.obstacles().into_iter().map(|obstacle| obstacle.kind).next().or(of_files),
        }
    }
}
