//! The things that can go wrong.
//!
//! Not here: doing them (`act`).

use std::fmt;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

use super::super::presigner::Plan;
use super::super::refusal::Refusal;
use super::Pace;

/// One misbehaviour. Unless it says otherwise the exchange goes on honestly after or around it. "Body" is that of the
/// request; on the presigner's side it was read before.
pub enum Fault {
    // Either side.
    /// Nothing happens for so long, then all is well.
    Delay(Duration),
    /// `after` bytes of the body, then a connection reset.
    Reset { after: u64 },
    /// The body, then the end of the answer without an answer; the connection lingers for so long.
    HalfClose(Duration),
    /// `after` bytes of the body, then at once an answer and the end of the connection.
    Early { status: u16, body: Vec<u8>, after: u64 },
    /// The body, then this answer; nothing is stored or granted.
    Status { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    /// The body, then these bytes instead of an answer, then the end.
    Raw(Vec<u8>),
    /// 200 and a page that asks to log in, as in a hotel.
    Portal,
    /// A redirect to somewhere else.
    Redirect { status: u16, location: String },
    /// The honest answer, in drops.
    Trickle(Pace),
    /// A 200 whose body has no end: `piece` bytes at each pause.
    Endless(Pace),
    /// `after` bytes of the body, then for so long nothing is read, then a reset.
    StallRead { after: u64, pause: Duration },
    /// The body is read in small steps.
    SlowRead(Pace),
    /// Everything is done, but the answer waits for the gate.
    Hold(Gate),

    // S3.
    /// Stored, but the client does not learn it.
    LostAnswer(Lost),
    /// Nothing is stored, and the ETag is the MD5 of other bytes.
    WrongEtag,
    /// Nothing is stored, and the CRC64NVME is that of other bytes.
    WrongChecksum,
    /// Nothing is stored, and a bare 200 comes, as from a middle box.
    NoProof,
    /// One bit flips: other bytes than were sent are stored and confirmed.
    Corrupt,

    // The presigner.
    /// Changes what is signed.
    Plan(Box<dyn Fn(&mut Plan) + Send + Sync>),
    /// Changes the answer.
    Answer(Box<dyn Fn(Value) -> Vec<u8> + Send + Sync>),
}

/// How the answer to a stored object is lost.
#[derive(Debug, Clone, Copy)]
pub enum Lost {
    Reset,
    Close,
    /// Silence for so long, then the end.
    Hang(Duration),
    /// A status that says that it failed.
    Status(u16),
}

impl Fault {
    /// A bare answer with this status.
    pub fn status(status: u16) -> Self {
        Self::Status { status, headers: Vec::new(), body: Vec::new() }
    }

    /// A refusal as an API gateway words it.
    pub fn api_error(status: u16, message: &str) -> Self {
        let body = serde_json::json!({ "message": message }).to_string().into_bytes();
        Self::Status { status, headers: vec![("content-type".into(), "application/json".into())], body }
    }

    /// An answer as S3 itself would give it.
    pub fn s3_error(status: u16, code: &'static str, message: &str) -> Self {
        let body = Refusal::new(status, code, message).reply("0FA117", "fault").body;
        Self::Status { status, headers: vec![("content-type".into(), "application/xml".into())], body }
    }

    /// The same, before the body is read, and the connection ends.
    pub fn early_s3_error(status: u16, code: &'static str, message: &str, after: u64) -> Self {
        Self::Early { status, body: Refusal::new(status, code, message).reply("0FA117", "fault").body, after }
    }

    /// A URL whose life is over before it arrives.
    pub fn expired() -> Self {
        Self::plan(|plan| plan.at -= plan.lifetime + Duration::from_mins(10))
    }

    pub fn plan(change: impl Fn(&mut Plan) + Send + Sync + 'static) -> Self {
        Self::Plan(Box::new(change))
    }

    /// Changes members of the presigner's JSON.
    pub fn answer(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self::answer_text(move |mut answer| {
            change(&mut answer);
            answer.to_string().into_bytes()
        })
    }

    /// Puts any bytes in the place of the presigner's JSON.
    pub fn answer_text(change: impl Fn(Value) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::Answer(Box::new(change))
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delay(by) => write!(f, "Delay({by:?})"),
            Self::Reset { after } => write!(f, "Reset after {after}"),
            Self::HalfClose(_) => f.write_str("HalfClose"),
            Self::Early { status, after, .. } => write!(f, "Early {status} after {after}"),
            Self::Status { status, .. } => write!(f, "Status {status}"),
            Self::Raw(bytes) => write!(f, "Raw({} bytes)", bytes.len()),
            Self::Portal => f.write_str("Portal"),
            Self::Redirect { status, .. } => write!(f, "Redirect {status}"),
            Self::Trickle(pace) => write!(f, "Trickle({pace:?})"),
            Self::Endless(pace) => write!(f, "Endless({pace:?})"),
            Self::StallRead { after, pause } => write!(f, "StallRead after {after} for {pause:?}"),
            Self::SlowRead(pace) => write!(f, "SlowRead({pace:?})"),
            Self::Hold(_) => f.write_str("Hold"),
            Self::LostAnswer(how) => write!(f, "LostAnswer({how:?})"),
            Self::WrongEtag => f.write_str("WrongEtag"),
            Self::WrongChecksum => f.write_str("WrongChecksum"),
            Self::NoProof => f.write_str("NoProof"),
            Self::Corrupt => f.write_str("Corrupt"),
            Self::Plan(_) => f.write_str("Plan"),
            Self::Answer(_) => f.write_str("Answer"),
        }
    }
}

/// Holds answers until it is opened; clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Whether it is open, and how many came to it.
    state: watch::Sender<(bool, u64)>,
}

impl Default for Gate {
    fn default() -> Self {
        Self { state: watch::Sender::new((false, 0)) }
    }
}

impl Gate {
    pub fn open(&self) {
        self.state.send_modify(|(open, _)| *open = true);
    }

    /// Returns when `count` exchanges came to the gate.
    pub async fn arrived(&self, count: u64) {
        // The sender lives in `self`, so this cannot fail.
        let _ = self.state.subscribe().wait_for(|(_, came)| *came >= count).await;
    }

    pub(super) async fn pass(&self) {
        self.state.send_modify(|(_, came)| *came += 1);
        let _ = self.state.subscribe().wait_for(|(open, _)| *open).await;
    }
}
