//! The answers of S3, with the headers that prove what was stored.
//!
//! In: a refusal, or what was stored. Out: a reply: ETag (the MD5, unless the bucket is sealed with KMS), request ids,
//! the checksum that the client named or else CRC64NVME.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::super::http::{Reply, Request};
use super::super::refusal::Refusal;
use super::super::state::State;
use super::intake::{Received, hex};

const KMS_KEY: &str = "arn:aws:kms:us-west-2:000000000000:key/00000000-0000-4000-8000-000000000000";

/// Two ids that differ from answer to answer.
fn ids(state: &State) -> (String, String) {
    let order = state.next_order().wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let id = format!("{order:016X}");
    let host = BASE64_STANDARD.encode(id.repeat(3));
    (id, host)
}

pub fn refused(state: &State, refusal: &Refusal) -> Reply {
    let (id, host) = ids(state);
    refusal.reply(&id, &host).with("x-amz-request-id", id).with("x-amz-id-2", host).with("server", "AmazonS3")
}

fn base(state: &State) -> Reply {
    let (id, host) = ids(state);
    Reply::new(200).with("x-amz-id-2", host).with("x-amz-request-id", id).with("server", "AmazonS3")
}

pub fn object(state: &State, bytes: &[u8]) -> Reply {
    base(state).with("content-type", "application/json").body(bytes)
}

pub fn stored(state: &State, request: &Request, kept: &Received) -> Reply {
    let mut reply = base(state);
    match &kept.hashes {
        Some((md5, _)) if !state.behaviour().kms => {
            reply.set("ETag", format!("\"{}\"", hex(md5)));
            reply.set("x-amz-server-side-encryption", "AES256");
        }
        _ => {
            // As with KMS the ETag is opaque: it is made of what costs nothing here.
            let opaque = [kept.crc64nvme, kept.size.to_be_bytes()].concat();
            reply.set("ETag", format!("\"{}\"", hex(&opaque)));
            reply.set("x-amz-server-side-encryption", "aws:kms");
            reply.set("x-amz-server-side-encryption-aws-kms-key-id", KMS_KEY);
        }
    }
    match (request.header("x-amz-checksum-sha256"), &kept.hashes) {
        (Some(_), Some((_, sha256))) => reply.set("x-amz-checksum-sha256", BASE64_STANDARD.encode(sha256)),
        // Checks are off: the client is believed.
        (Some(claimed), None) => reply.set("x-amz-checksum-sha256", claimed),
        (None, _) => reply.set("x-amz-checksum-crc64nvme", BASE64_STANDARD.encode(kept.crc64nvme)),
    }
    reply.set("x-amz-checksum-type", "FULL_OBJECT");
    reply
}
