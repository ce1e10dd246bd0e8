//! One connection to the sink: whole requests in, the cheapest answer that a client believes out.
//!
//! In: bytes. Out: a presigned URL for a POST; for a PUT its CRC64NVME, after the wished delay.

use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::{Buf as _, BytesMut};
use crc_fast::{CrcAlgorithm, Digest};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::sink::{Shared, Side, Stored};

const ROOM: usize = 256 * 1024;
/// The device of all measurements.
pub const DEVICE: &str = "bench";

struct Head {
    method: String,
    path: String,
    length: u64,
    waits: bool,
}

pub async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, side: Side, shared: &Shared) -> Result<()> {
    let mut buffer = BytesMut::with_capacity(16 * 1024);
    while let Some(head) = head(&mut stream, &mut buffer).await? {
        let began = Instant::now();
        if head.waits {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        let answer = match side {
            Side::Presigner => {
                while (buffer.len() as u64) < head.length {
                    fill(&mut stream, &mut buffer, 4096).await?;
                }
                granted(&buffer.split_to(head.length as usize), shared)?
            }
            Side::Bucket => stored(&mut stream, &mut buffer, &head).await?,
        };
        if !shared.delay.is_zero() {
            tokio::time::sleep(shared.delay).await;
        }
        stream.write_all(&answer).await?;
        if side == Side::Bucket && head.method == "PUT" {
            let told = shared.stored.lock().expect("nobody panics with it");
            if let Some(told) = told.as_ref() {
                let one = Stored { path: head.path, size: head.length, began, answered: Instant::now() };
                let _unheard = told.send(one);
            }
        }
    }
    Ok(())
}

async fn fill(stream: &mut (impl AsyncRead + Unpin), buffer: &mut BytesMut, room: usize) -> Result<()> {
    buffer.reserve(room);
    if stream.read_buf(buffer).await? == 0 {
        bail!("the client went away");
    }
    Ok(())
}

async fn head(stream: &mut (impl AsyncRead + Unpin), buffer: &mut BytesMut) -> Result<Option<Head>> {
    loop {
        let mut room = [httparse::EMPTY_HEADER; 48];
        let mut request = httparse::Request::new(&mut room);
        if let httparse::Status::Complete(end) = request.parse(buffer)? {
            let mut head = Head {
                method: request.method.unwrap_or_default().to_owned(),
                path: request.path.unwrap_or_default().to_owned(),
                length: 0,
                waits: false,
            };
            for header in request.headers.iter() {
                if header.name.eq_ignore_ascii_case("content-length") {
                    head.length = std::str::from_utf8(header.value)?.parse()?;
                } else if header.name.eq_ignore_ascii_case("expect") {
                    head.waits = true;
                } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
                    bail!("S3 takes no body of unknown length");
                }
            }
            buffer.advance(end);
            return Ok(Some(head));
        }
        buffer.reserve(4096);
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

async fn stored(stream: &mut (impl AsyncRead + Unpin), buffer: &mut BytesMut, head: &Head) -> Result<Vec<u8>> {
    let mut crc = Digest::new(CrcAlgorithm::Crc64Nvme);
    let mut left = head.length;
    while left > 0 {
        if buffer.is_empty() {
            fill(stream, buffer, ROOM.min(left as usize)).await?;
        }
        let piece = buffer.len().min(left as usize);
        crc.update(&buffer[..piece]);
        buffer.advance(piece);
        left -= piece as u64;
    }
    if head.method != "PUT" {
        // Peers look whether something is there: nothing is.
        return Ok(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec());
    }
    let echo = BASE64_STANDARD.encode(crc.finalize().to_be_bytes());
    Ok(format!(
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\netag: \"{:032x}\"\r\nx-amz-server-side-encryption: aws:kms\r\n\
         x-amz-request-id: 0\r\nx-amz-checksum-crc64nvme: {echo}\r\nx-amz-checksum-type: FULL_OBJECT\r\n\r\n",
        head.length
    )
    .into_bytes())
}

fn granted(body: &[u8], shared: &Shared) -> Result<Vec<u8>> {
    let asked: serde_json::Value = serde_json::from_slice(body)?;
    let name = asked.get("filename").and_then(serde_json::Value::as_str).context("no filename")?;
    let now = jiff::Timestamp::now();
    let key = format!("uploads/{DEVICE}/{:016x}_{name}", fastrand::u64(..));
    let url = match &shared.signer {
        Some(signer) => signer.put(&shared.bucket_url, &key, now),
        None => format!(
            "{}/bench/{key}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIABENCH%2F{}%2Fus-east-1%2Fs3%2Faws4_request\
             &X-Amz-Date={}&X-Amz-Expires=300&X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Signature={:064x}",
            shared.bucket_url,
            now.strftime("%Y%m%d"),
            now.strftime("%Y%m%dT%H%M%SZ"),
            fastrand::u128(..)
        ),
    };
    let reply = serde_json::json!({ "url": url, "key": key }).to_string();
    Ok(format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{reply}", reply.len())
        .into_bytes())
}
