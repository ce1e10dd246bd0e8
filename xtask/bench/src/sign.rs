//! Presigned PUT URLs that a real S3 accepts (SigV4 in the query, `content-type` signed).
//!
//! Source: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)". Keys here need no escaping.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

const REGION: &str = "us-east-1";
pub const BUCKET: &str = "bench";

#[derive(Debug, Clone)]
pub struct Signer {
    pub access: String,
    pub secret: String,
}

impl Signer {
    /// `endpoint`: scheme, host and port of a path-style store.
    pub fn put(&self, endpoint: &str, key: &str, at: Timestamp) -> String {
        let host = endpoint.split("//").nth(1).unwrap_or_default();
        let (day, time) = (at.strftime("%Y%m%d").to_string(), at.strftime("%Y%m%dT%H%M%SZ").to_string());
        let scope = format!("{day}/{REGION}/s3/aws4_request");
        let query = format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}%2F{}&X-Amz-Date={time}&X-Amz-Expires=300\
             &X-Amz-SignedHeaders=content-type%3Bhost",
            self.access,
            scope.replace('/', "%2F")
        );
        let request = format!(
            "PUT\n/{BUCKET}/{key}\n{query}\ncontent-type:application/json\nhost:{host}\n\ncontent-type;host\nUNSIGNED-PAYLOAD"
        );
        let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hex(&Sha256::digest(request)));
        let mut sum = format!("AWS4{}", self.secret).into_bytes();
        for part in [day.as_str(), REGION, "s3", "aws4_request", &text] {
            let mut mac = Hmac::<Sha256>::new_from_slice(&sum).expect("any length will do");
            mac.update(part.as_bytes());
            sum = mac.finalize().into_bytes().to_vec();
        }
        format!("{endpoint}/{BUCKET}/{key}?{query}&X-Amz-Signature={}", hex(&sum))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _fits = write!(text, "{byte:02x}");
        text
    })
}
