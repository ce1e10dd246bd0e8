//! Does what a fault says, at its moment in an exchange.
//!
//! In: a fault and the connection. Out: [`Turn`]: go on honestly, or the exchange is over. The moments: `begin` (head
//! is here, on the presigner's side also the body), `stored`, `dress` and `hold` (an answer is ready), and for the
//! presigner `reshape` (what is signed) and `rewrite` (the JSON).

use std::io;

use serde_json::Value;
use tokio::time;

use super::super::http::{Reply, Wire};
use super::super::presigner::Plan;
use super::{Fault, Lost};

const PORTAL: &str = "<!DOCTYPE html><html><head><title>Guest network</title></head>\
                      <body><form action=\"/login\"><input name=\"room\"></form></body></html>";
/// What an endless answer claims to be long.
const ENDLESS: u64 = 1 << 40;

/// What becomes of an exchange.
#[derive(Debug)]
pub enum Turn {
    Go,
    /// Over, with this status if an answer was sent.
    Over(Option<u16>),
}

impl Fault {
    pub(in super::super) async fn begin(&self, wire: &mut Wire) -> io::Result<Turn> {
        match self {
            Self::Delay(by) => time::sleep(*by).await,
            Self::SlowRead(pace) => wire.read_pace = Some(*pace),
            Self::Trickle(pace) => wire.write_pace = Some(*pace),
            Self::Reset { after } => {
                wire.skip(*after).await?;
                wire.reset();
                return Ok(Turn::Over(None));
            }
            Self::StallRead { after, pause } => {
                wire.skip(*after).await?;
                time::sleep(*pause).await;
                wire.reset();
                return Ok(Turn::Over(None));
            }
            Self::HalfClose(linger) => {
                wire.skip(u64::MAX).await?;
                wire.half_close().await?;
                time::sleep(*linger).await;
                wire.close();
                return Ok(Turn::Over(None));
            }
            Self::Early { status, body, after } => {
                wire.skip(*after).await?;
                let reply = Reply::new(*status).with("content-type", "application/xml").body(body.clone());
                wire.send(&reply.to_bytes(false)).await?;
                wire.close();
                return Ok(Turn::Over(Some(*status)));
            }
            Self::Raw(bytes) => {
                wire.skip(u64::MAX).await?;
                wire.send(bytes).await?;
                wire.close();
                return Ok(Turn::Over(None));
            }
            Self::Status { status, headers, body } => {
                let mut reply = Reply::new(*status).body(body.clone());
                reply.headers.extend(headers.iter().map(|(name, value)| (name.clone().into(), value.clone())));
                return instead(wire, reply).await;
            }
            Self::Portal => {
                return instead(wire, Reply::new(200).with("content-type", "text/html; charset=utf-8").body(PORTAL))
                    .await;
            }
            Self::Redirect { status, location } => {
                return instead(wire, Reply::new(*status).with("location", location).body("moved")).await;
            }
            Self::Endless(pace) => {
                wire.skip(u64::MAX).await?;
                let head = Reply::new(200)
                    .with("content-type", "application/json")
                    .with("content-length", ENDLESS.to_string());
                wire.send(&head.to_bytes(true)).await?;
                let piece = vec![b' '; pace.step.max(1)];
                loop {
                    wire.send(&piece).await?;
                    time::sleep(pace.pause).await;
                }
            }
            Self::Hold(_)
            | Self::LostAnswer(_)
            | Self::WrongEtag
            | Self::WrongChecksum
            | Self::NoProof
            | Self::Corrupt
            | Self::Plan(_)
            | Self::Answer(_) => {}
        }
        Ok(Turn::Go)
    }

    /// S3 keeps nothing of the body, though it says so.
    pub(in super::super) fn drops_object(&self) -> bool {
        matches!(self, Self::WrongEtag | Self::WrongChecksum | Self::NoProof)
    }

    /// S3 keeps other bytes than were sent.
    pub(in super::super) fn alters_body(&self) -> bool {
        matches!(self, Self::Corrupt)
    }

    /// The object is stored; no answer was sent.
    pub(in super::super) async fn stored(&self, wire: &mut Wire) -> io::Result<Turn> {
        let Self::LostAnswer(how) = self else { return Ok(Turn::Go) };
        match how {
            Lost::Reset => wire.reset(),
            Lost::Close => wire.close(),
            Lost::Hang(silence) => {
                time::sleep(*silence).await;
                wire.close();
            }
            Lost::Status(status) => return instead(wire, Reply::new(*status)).await,
        }
        Ok(Turn::Over(None))
    }

    /// An answer of S3 before it is sent.
    pub(in super::super) fn dress(&self, reply: &mut Reply) {
        if reply.status != 200 {
            return;
        }
        match self {
            Self::WrongEtag => {
                reply.headers.retain(|(name, _)| !name.starts_with("x-amz-checksum"));
                reply.set("ETag", format!("\"{}\"", "5f".repeat(16)));
            }
            Self::WrongChecksum => {
                reply.remove("x-amz-checksum-sha256");
                reply.set("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=");
            }
            Self::NoProof => *reply = Reply::new(200),
            _ => {}
        }
    }

    /// Any answer before it is sent.
    pub(in super::super) async fn hold(&self) {
        if let Self::Hold(gate) = self {
            gate.pass().await;
        }
    }

    pub(in super::super) fn reshape(&self, plan: &mut Plan) {
        if let Self::Plan(change) = self {
            change(plan);
        }
    }

    /// The presigner's JSON as it will be sent.
    pub(in super::super) fn rewrite(&self, answer: Value) -> Vec<u8> {
        match self {
            Self::Answer(change) => change(answer),
            _ => answer.to_string().into_bytes(),
        }
    }
}

/// Reads the body, then sends this.
async fn instead(wire: &mut Wire, reply: Reply) -> io::Result<Turn> {
    wire.skip(u64::MAX).await?;
    wire.reply(&reply).await?;
    Ok(Turn::Over(Some(reply.status)))
}
