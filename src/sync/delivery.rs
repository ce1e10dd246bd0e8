//! The delivery protocol of one file: which step comes next, whatever happened at the last one.
//!
//! In: what was seen at a step ([`Seen`]). Out: the next step to take ([`Step`]). Pure: no file, network, clock or ledger
//! is touched here, so that every interleaving with crashes and producers can be tried in memory (`tests` below).
//! Not here: taking the steps (`courier`), which file's turn it is (`queue`).
//!
//! ```text
//! Read → Intend → Send → Verify(target) → LookBefore → Rename → LookAfter → Close → done
//!                    │        ▲                            │           │ other content stands there now
//!                    │        └───── the name is taken ────┘           └ PutBack → changed, or Orphan: send it from there
//!                    └ held, with a reason          after a crash: LookAgain → LookBefore or LookAfter
//! ```

use super::ledger::{Identity, Intent, Marked, Open, Sha256, Stored};

/// The marked name in a receipt whose file was taken away before it got one: S3 holds it, so the receipt is true anyway.
pub(super) const TAKEN_AWAY: &str = "";

/// What is to be done next. The texts of a step's own data travel with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Open the file, take its bytes once, look whether it may be sent at all.
    Read,
    /// Ledger: this content is about to be sent.
    Intend(Intent),
    /// Presign, PUT, and proof.
    Send(Intent),
    /// Choose a free marked name, and write it to the ledger with the proof, before anything is renamed.
    Verify(Intent, Stored),
    /// After a crash: is the file still under its own name, with the content that was sent?
    LookAgain(Intent, Stored, String),
    /// Is it still the file whose content was sent?
    LookBefore(Intent, Stored, String),
    /// Rename, never over another file.
    Rename(Intent, Stored, String),
    /// Does the marked name hold what was sent? Between look and rename a producer may have replaced the file.
    LookAfter(Intent, Stored, String),
    /// Ledger: the receipt.
    Close(Intent, Stored, String),
    /// The marked name holds content that was never sent: give it its own name back, never over another file.
    PutBack(String),
    /// Its own name is taken by a newer file: ledger: send the content from where it stands.
    Orphan(String),
    /// Ledger: drop the open step.
    Forget(End),
    /// Nothing is left to do.
    End(End),
}

/// How a delivery ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// Sent, proven, marked; the receipt is written.
    Done,
    /// The file is gone, or it is not to be sent (the courier knows why).
    NotSent,
    /// Other content stands under the name: begin anew.
    Changed,
    /// Sent and proven, but the rename was refused: later, and without sending again.
    Unmarked,
    /// The content that was never sent stands under this marked name.
    Orphaned(String),
}

/// What was found out by taking a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    /// Read: these are the bytes.
    Taken(Intent),
    /// Read or Send: not now. The file keeps its name.
    Held,
    /// Send: S3 or the disk say that the bytes are not what was read.
    Differs,
    /// Intend: written; and whether exactly this file was sent before (its rename was lost in a power cut).
    Intended(Option<Box<Marked>>),
    /// Send: proven.
    Stored(Stored),
    /// Verify: written, with this name.
    Chosen(String),
    /// A look at the file: who it is, `None` when it is gone.
    Found(Option<Identity>),
    /// A look at a file whose facts differ from what was sent: who it is, and the hash of its bytes.
    Content(Identity, Sha256),
    /// Rename, put back, ledger: done.
    Well,
    /// Rename or put back: the new name is taken.
    NameTaken,
    /// Rename or put back: the file is not there.
    Gone,
    /// Rename: the system refuses. Put back: likewise.
    Refused,
}

/// One file on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Delivery {
    step: Step,
    /// The content stands under a marked name already, and stays there.
    in_place: Option<String>,
    /// What the producer called it.
    origin: String,
}

#[expect(clippy::match_same_arms, reason = "the table is read step by step")]
impl Delivery {
    /// `name` is relative to the folder. `open` is what the ledger holds of it from an earlier life.
    pub(super) fn begin(name: &str, open: Option<&Open>) -> Self {
        let own = name.to_owned();
        match open {
            None | Some(Open::Intent { .. }) => Self { step: Step::Read, in_place: None, origin: own },
            Some(Open::Verified { intent, stored, target }) => {
                let step = Step::LookAgain(intent.clone(), stored.clone(), target.clone());
                Self { step, in_place: None, origin: own }
            }
            Some(Open::Orphan { origin }) => Self { step: Step::Read, in_place: Some(own), origin: origin.clone() },
        }
    }

    /// What the producer called the file; the presigner is told this name.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn step(&self) -> &Step {
        &self.step
    }

    /// Moves on. A `Seen` that cannot belong to the step is a defect of the caller.
    pub(super) fn saw(&mut self, seen: Seen) {
        let step = std::mem::replace(&mut self.step, Step::End(End::NotSent));
        self.step = self.next(step, seen);
    }

    fn next(&self, step: Step, seen: Seen) -> Step {
        match (step, seen) {
            (Step::Read, Seen::Taken(intent)) => Step::Intend(intent),
            (Step::Read, Seen::Gone) => Step::Forget(End::NotSent),
            (Step::Read | Step::Send(_), Seen::Held) => Step::End(End::NotSent),

            (Step::Intend(intent), Seen::Intended(None)) => Step::Send(intent),
            (Step::Intend(intent), Seen::Intended(Some(before))) => self.proven(intent, before.stored),

            (Step::Send(intent), Seen::Stored(stored)) => self.proven(intent, stored),
            (Step::Send(_), Seen::Differs) => Step::Read,

            (Step::Verify(intent, stored), Seen::Chosen(target)) => Step::LookBefore(intent, stored, target),

            (Step::LookAgain(intent, stored, target), Seen::Found(found)) => match found {
                Some(found) if found == intent.identity => Step::LookBefore(intent, stored, target),
                // Renamed already, or replaced by a newer file: the recorded name tells.
                _ => Step::LookAfter(intent, stored, target),
            },
            (Step::LookAgain(mut intent, stored, target), Seen::Content(identity, hash)) => {
                if hash == intent.source_sha256 {
                    intent.identity = identity; // touched, or written again: the bytes are what counts
                    Step::LookBefore(intent, stored, target)
                } else {
                    Step::LookAfter(intent, stored, target)
                }
            }

            (Step::LookBefore(intent, stored, target), Seen::Found(found)) => match found {
                Some(found) if found == intent.identity && self.in_place.is_some() => {
                    Step::Close(intent, stored, target)
                }
                Some(found) if found == intent.identity => Step::Rename(intent, stored, target),
                Some(_) if self.in_place.is_some() => Step::Read,
                Some(_) => Step::Forget(End::Changed),
                None => Step::Close(intent, stored, TAKEN_AWAY.into()),
            },
            (Step::LookBefore(mut intent, stored, target), Seen::Content(identity, hash)) => {
                if hash == intent.source_sha256 {
                    intent.identity = identity;
                    if self.in_place.is_some() {
                        Step::Close(intent, stored, target)
                    } else {
                        Step::Rename(intent, stored, target)
                    }
                } else if self.in_place.is_some() {
                    Step::Read
                } else {
                    Step::Forget(End::Changed)
                }
            }
            (Step::LookAgain(..) | Step::LookBefore(..) | Step::LookAfter(..), Seen::Held) => Step::End(End::Unmarked),

            (Step::Rename(intent, stored, target), Seen::Well) => Step::LookAfter(intent, stored, target),
            (Step::Rename(intent, stored, _), Seen::NameTaken) => Step::Verify(intent, stored),
            (Step::Rename(intent, stored, _), Seen::Gone) => Step::Close(intent, stored, TAKEN_AWAY.into()),
            (Step::Rename(..), Seen::Refused) => Step::End(End::Unmarked),

            (Step::LookAfter(mut intent, stored, target), Seen::Content(identity, hash)) => {
                if hash == intent.source_sha256 {
                    intent.identity = identity; // touched, or copied back: the bytes are what counts
                    Step::Close(intent, stored, target)
                } else {
                    Step::PutBack(target)
                }
            }
            // Either it is what was sent, or somebody took the marked file away. (After a crash: it was never renamed
            // and is gone from its own name, or replaced there, which the next scan sees.) The receipt is true anyway.
            (Step::LookAfter(intent, stored, target), Seen::Found(_)) => Step::Close(intent, stored, target),

            (Step::Close(..), Seen::Well) => Step::End(End::Done),

            (Step::PutBack(_), Seen::Well | Seen::Gone) => Step::Forget(End::Changed),
            (Step::PutBack(target), Seen::NameTaken | Seen::Refused) => Step::Orphan(target),
            (Step::Orphan(target), Seen::Well) => Step::End(End::Orphaned(target)),
            (Step::Forget(end), Seen::Well) => Step::End(end),

            (step, seen) => unreachable!("{seen:?} cannot follow {step:?}"),
        }
    }

    /// S3 holds the content: mark it, unless it stands under a marked name already.
    fn proven(&self, intent: Intent, stored: Stored) -> Step {
        match &self.in_place {
            Some(here) => Step::LookBefore(intent, stored, here.clone()),
            None => Step::Verify(intent, stored),
        }
    }
}

#[cfg(test)]
mod stories;
#[cfg(test)]
mod world;
