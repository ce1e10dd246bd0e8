//! What S3 demands of a request, beside a good signature.
//!
//! In: a head, then a body with its hashes. Out: a refusal with AWS's documented status and code, or nothing.
//! Not here: conditions on what is stored already (`store`).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::super::http::Request;
use super::super::refusal::Refusal;
use super::super::sign;
use super::super::state::State;
use super::intake::Received;

const LONGEST_KEY: usize = 1024;
/// 5 GiB in one PUT.
const LARGEST: u64 = 5 * 1024 * 1024 * 1024;

/// What can be said before the body.
pub fn head(state: &State, request: &Request, bucket: &str) -> Result<(), Refusal> {
    let is_put = request.method == "PUT";
    if is_put && (request.is_chunked() || request.length().is_none()) {
        return Err(Refusal::new(411, "MissingContentLength", "You must provide the Content-Length HTTP header."));
    }
    if !is_put && !["GET", "HEAD"].contains(&request.method.as_str()) {
        let message = "The specified method is not allowed against this resource.";
        return Err(Refusal::new(405, "MethodNotAllowed", message).with("Method", request.method.as_str()));
    }
    if !state.options.checks {
        return Ok(());
    }
    sign::check(&state.options.keys, request, state.clock.now())?;
    if bucket != state.options.bucket {
        return Err(Refusal::new(404, "NoSuchBucket", "The specified bucket does not exist").with("BucketName", bucket));
    }
    let (_, key) = sign::key_of(request.path()).unwrap_or_default();
    if key.len() > LONGEST_KEY {
        let refusal = Refusal::new(400, "KeyTooLongError", "Your key is too long");
        return Err(refusal.with("Size", key.len().to_string()).with("MaxSizeAllowed", LONGEST_KEY.to_string()));
    }
    if request.length().is_some_and(|size| size > LARGEST) {
        let message = "Your proposed upload exceeds the maximum allowed size";
        return Err(Refusal::new(400, "EntityTooLarge", message).with("MaxSizeAllowed", LARGEST.to_string()));
    }
    if let Some(wanted) = request.header("content-md5")
        && BASE64_STANDARD.decode(wanted).map_or(0, |digest| digest.len()) != 16
    {
        return Err(Refusal::new(400, "InvalidDigest", "The Content-MD5 you specified was invalid."));
    }
    checksum_forms(request)?;
    match request.header("if-none-match") {
        Some(value) if is_put && value != "*" => {
            let message = "A header you provided implies functionality that is not implemented";
            Err(Refusal::new(501, "NotImplemented", message).with("Header", "If-None-Match"))
        }
        _ => Ok(()),
    }
}

/// Checksum headers: known algorithms, digests of the right length.
fn checksum_forms(request: &Request) -> Result<(), Refusal> {
    for (name, value) in &request.headers {
        let Some(algorithm) = name.strip_prefix("x-amz-checksum-") else { continue };
        let size = match algorithm {
            "sha256" => 32,
            "crc64nvme" => 8,
            // Real S3 knows more; a client of this one that relied on them would be believed unchecked.
            _ => return Err(Refusal::new(501, "NotImplemented", format!("{name} is not implemented here"))),
        };
        if BASE64_STANDARD.decode(value).map_or(0, |digest| digest.len()) != size {
            return Err(Refusal::new(400, "InvalidRequest", format!("Value for {name} header is invalid.")));
        }
    }
    Ok(())
}

/// What can be said when the body is here.
pub fn body(request: &Request, sent: &Received) -> Result<(), Refusal> {
    let differs = |name: &str, digest: &[u8]| {
        request.header(name).is_some_and(|wanted| BASE64_STANDARD.decode(wanted).ok().as_deref() != Some(digest))
    };
    let bad = |message: &str| Err(Refusal::new(400, "BadDigest", message));
    if let Some((md5, sha256)) = &sent.hashes {
        if differs("content-md5", md5) {
            return bad("The Content-MD5 you specified did not match what we received.");
        }
        if differs("x-amz-checksum-sha256", sha256) {
            return bad("The SHA256 you specified did not match the calculated checksum.");
        }
    }
    if differs("x-amz-checksum-crc64nvme", &sent.crc64nvme) {
        return bad("The CRC64NVME you specified did not match the calculated checksum.");
    }
    Ok(())
}
