//! What is wrong now, as far as notices go: a [`Status`] reduced to causes with counts.
//!
//! In: a status. Out: a small picture, without paths, reasons or names but one. Not here: when something is said
//! (`notice`), and in what words (`words`).

use std::collections::BTreeMap;

use crate::sync::event::{FileState, FileStatus, Obstacle, State, Status};

/// What can be announced, most pressing first. Each is told of, repeated and replaced by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// There is no configuration yet.
    NotSetUp,
    /// The configuration cannot be read or is wrong.
    Settings,
    /// The watched folder is missing, read-only or in use.
    Folder,
    /// OutTray's own records cannot be kept.
    Ledger,
    /// The server is reached and refuses this device, its key or its uploads; or the key is not there.
    Refused,
    /// The server is reached and does not do what it should.
    SetUp,
    /// The server cannot be reached.
    Offline,
    /// Files that cannot be sent as they are.
    Rejected,
    /// Files that this computer does not let OutTray read or rename.
    Access,
    /// There is a newer version. No problem: told once for each version, and not by `Notices`.
    Update,
}

impl Cause {
    pub const ALL: [Self; 10] = [
        Self::NotSetUp,
        Self::Settings,
        Self::Folder,
        Self::Ledger,
        Self::Refused,
        Self::SetUp,
        Self::Offline,
        Self::Rejected,
        Self::Access,
        Self::Update,
    ];

    /// A stable word for the system, so that a later notice of this cause takes the place of the earlier one.
    pub fn key(self) -> &'static str {
        match self {
            Self::NotSetUp => "not-set-up",
            Self::Settings => "settings",
            Self::Folder => "folder",
            Self::Ledger => "ledger",
            Self::Refused => "refused",
            Self::SetUp => "set-up",
            Self::Offline => "offline",
            Self::Rejected => "rejected",
            Self::Access => "access",
            Self::Update => "update",
        }
    }

    /// Of the way to the server: known only while something is tried.
    pub(super) fn is_of_the_way(self) -> bool {
        matches!(self, Self::Refused | Self::SetUp | Self::Offline)
    }

    /// Nothing is sent while it lasts.
    pub(super) fn holds_all(self) -> bool {
        self.is_of_the_way() || matches!(self, Self::NotSetUp | Self::Folder | Self::Ledger)
    }

    /// About single files; the others go on.
    pub(super) fn is_of_files(self) -> bool {
        matches!(self, Self::Rejected | Self::Access)
    }
}

/// One cause as it is now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detail {
    /// The dotted kind of the failure.
    pub kind: String,
    /// Files concerned, where it is about single files.
    pub count: u64,
    /// One of them, as it may be shown.
    pub file: Option<String>,
    /// What the guard says about that one: kinds and counts, never what it found.
    pub guard: Option<String>,
}

/// The whole of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picture {
    /// Files that are not sent yet and may be, those under way included.
    pub waiting: u64,
    pub rejected: u64,
    pub running: bool,
    /// Nothing is left to send: what was wrong before is certainly over.
    pub quiet: bool,
    /// Nothing is tried now, so nothing is learned about the way to the server.
    pub blind: bool,
    pub causes: BTreeMap<Cause, Detail>,
}

impl Picture {
    pub fn of(status: &Status) -> Self {
        let waiting = status.waiting + status.uploading;
        let mut causes = BTreeMap::new();
        let mut add = |cause, kind: &str| {
            causes.entry(cause).or_insert_with(|| Detail { kind: kind.to_owned(), ..Detail::default() });
        };
        if status.state == State::SetupNeeded {
            add(Cause::NotSetUp, "");
        }
        for obstacle in &status.obstacles {
            add(cause_of(obstacle), &obstacle.kind);
        }
        // Too few failures for an obstacle: the files alone tell.
        if status.state == State::Offline && status.obstacles.is_empty() {
            let failed = status.files.iter().filter_map(|file| file.kind.as_deref());
            if let Some(kind) = failed.clone().find(|kind| !is_of_this_computer(kind)) {
                add(Cause::Offline, kind);
            }
        }
        let held = |file: &&FileStatus| {
            file.state == FileState::Waiting && file.kind.as_deref().is_some_and(is_of_this_computer)
        };
        let rejected = status.files.iter().filter(|file| file.state == FileState::Rejected);
        let of_files = [
            (Cause::Rejected, status.rejected, rejected.clone().next()),
            (Cause::Access, status.files.iter().filter(held).count() as u64, status.files.iter().find(held)),
        ];
        for (cause, count, first) in of_files.into_iter().filter(|(_, count, _)| *count > 0) {
            let kind = first.and_then(|file| file.kind.clone()).unwrap_or_default();
            let guard = first.filter(|_| kind.starts_with("guard.")).map(|file| file.reason.clone());
            causes.insert(cause, Detail { kind, count, file: first.map(|file| file.name.clone()), guard });
        }
        let grounded = !causes.keys().any(|cause| cause.holds_all() && !cause.is_of_the_way());
        Self {
            waiting,
            rejected: status.rejected,
            running: status.running,
            quiet: waiting == 0 && matches!(status.state, State::Idle | State::Attention),
            blind: status.state == State::Paused || !grounded,
            causes,
        }
    }
}

fn cause_of(obstacle: &Obstacle) -> Cause {
    match obstacle.kind.split('.').next().unwrap_or_default() {
        "config" => Cause::Settings,
        "folder" | "instance" => Cause::Folder,
        "ledger" | "state" => Cause::Ledger,
        _ if obstacle.state == State::Offline => Cause::Offline,
        "auth" => Cause::Refused,
        _ if is_refusal(&obstacle.kind) => Cause::Refused,
        _ => Cause::SetUp,
    }
}

fn is_refusal(kind: &str) -> bool {
    matches!(kind, "presign.forbidden" | "put.forbidden" | "put.unsigned_header" | "put.signature")
}

/// Whether the failure is of the file or its folder. A broken ledger has its own cause.
fn is_of_this_computer(kind: &str) -> bool {
    kind.starts_with("file.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::double;

    fn obstacle(state: State, kind: &str) -> Obstacle {
        Obstacle { state, kind: kind.into(), reason: "no matter".into(), hint: None }
    }

    fn file(name: &str, state: FileState, kind: Option<&str>) -> FileStatus {
        FileStatus {
            name: name.into(),
            state,
            reason: "it is not finished yet".into(),
            kind: kind.map(str::to_owned),
            attempts: 1,
            next_try: None,
            size: 9,
            sent: 0,
        }
    }

    fn causes(status: &Status) -> Vec<(Cause, u64)> {
        Picture::of(status).causes.iter().map(|(cause, detail)| (*cause, detail.count)).collect()
    }

    #[test]
    fn obstacles_have_their_causes() {
        use State::{Attention, Offline};
        for (state, kind, cause) in [
            (Offline, "network.dns", Cause::Offline),
            (Offline, "presign.unavailable", Cause::Offline),
            (Attention, "presign.forbidden", Cause::Refused),
            (Attention, "auth.locked", Cause::Refused),
            (Attention, "presign.not_found", Cause::SetUp),
            (Attention, "folder.missing", Cause::Folder),
            (Attention, "instance.held", Cause::Folder),
            (Attention, "ledger.broken", Cause::Ledger),
            (Attention, "config.bad_value", Cause::Settings),
        ] {
            let status = Status { state, obstacles: vec![obstacle(state, kind)], ..double::status() };
            assert_eq!(causes(&status), [(cause, 0)], "{kind}");
        }
    }

    #[test]
    fn unfinished_files_are_no_problem() {
        let files = vec![file("a.json", FileState::Waiting, None)];
        let status = Status { state: State::Syncing, waiting: 1, files, ..double::status() };
        assert_eq!(causes(&status), []);
    }

    #[test]
    fn files_are_counted_by_what_holds_them() {
        let files = vec![
            file("b.json", FileState::Rejected, Some("file.invalid_json")),
            file("c.json", FileState::Waiting, Some("file.not_renamed")),
            file("d.json", FileState::Waiting, Some("put.server_error")),
        ];
        let status = Status { state: State::Attention, waiting: 2, rejected: 14_000, files, ..double::status() };
        assert_eq!(causes(&status), [(Cause::Rejected, 14_000), (Cause::Access, 1)]);
        let picture = Picture::of(&status);
        assert_eq!(picture.causes[&Cause::Rejected].file.as_deref(), Some("b.json"));
        assert!(!picture.quiet && !picture.blind);
    }

    #[test]
    fn a_lone_failing_file_counts_as_offline_only_when_the_network_failed_it() {
        let offline = |kind| Status {
            state: State::Offline,
            waiting: 1,
            files: vec![file("a.json", FileState::Waiting, Some(kind))],
            ..double::status()
        };
        assert_eq!(causes(&offline("put.server_error")), [(Cause::Offline, 0)]);
        assert_eq!(causes(&offline("file.unreadable")), [(Cause::Access, 1)]);
    }

    #[test]
    fn without_a_folder_or_in_a_pause_nothing_is_known_of_the_way() {
        let paused = Status { state: State::Paused, ..double::status() };
        assert!(Picture::of(&paused).blind);
        let gone = vec![obstacle(State::Attention, "folder.missing")];
        assert!(Picture::of(&Status { state: State::Attention, obstacles: gone, ..double::status() }).blind);
        assert!(!Picture::of(&double::status()).blind);
        assert!(Picture::of(&double::status()).quiet);
    }
}
