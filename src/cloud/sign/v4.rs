//! SigV4 in the query string, by way of AWS's own signing crate.
//!
//! Checking means: take date, life and signed headers from the URL, sign the request that came again, compare.
//! Source of the refusals: S3's error list and "Authenticating Requests: Using Query Parameters".

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningError, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::{Keys, Permit, Refusal, Request, encode};

const LONGEST_LIFE: u64 = 7 * 24 * 3600;
/// How far the signer's clock may be ahead.
const AHEAD: jiff::SignedDuration = jiff::SignedDuration::from_mins(15);
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

pub fn presign(keys: &Keys, permit: &Permit) -> String {
    let uri = format!("http://{}/{}/{}", permit.host, encode::path(&permit.bucket), encode::path(&permit.key));
    let headers: Vec<_> = permit.headers.iter().map(|(name, value)| (name.as_str(), Cow::from(value))).collect();
    let (pairs, _) = signature(keys, permit.method, &uri, &headers, permit.at, permit.lifetime)
        .expect("keys and headers of our own can be signed");
    let query: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", encode::value(value))).collect();
    format!("{uri}?{}", query.join("&"))
}

type Pairs = Vec<(&'static str, Cow<'static, str>)>;

/// What has to be added to the query of `uri`, and the signature by itself.
fn signature(
    keys: &Keys,
    method: &str,
    uri: &str,
    headers: &[(&str, Cow<'_, str>)],
    at: Timestamp,
    lifetime: Duration,
) -> Result<(Pairs, String), SigningError> {
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.excluded_headers = None;
    settings.expires_in = Some(lifetime);
    let identity = Credentials::new(&keys.access, &keys.secret, keys.token.clone(), None, "loopback").into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(&keys.region)
        .name("s3")
        .time(SystemTime::from(at))
        .settings(settings)
        .build()
        .expect("every parameter is given")
        .into();
    let headers = headers.iter().map(|(name, value)| (*name, value.as_ref()));
    let request = SignableRequest::new(method, uri, headers, SignableBody::UnsignedPayload)?;
    let (instructions, signature) = sign(request, &params)?.into_parts();
    Ok((instructions.into_parts().1, signature))
}

/// The authentication part of a query.
struct Claim<'q> {
    credential: &'q str,
    at: Timestamp,
    lifetime: u64,
    signed: Vec<&'q str>,
    signature: &'q str,
    token: Option<&'q str>,
    /// Everything else in the query, encoded again.
    rest: String,
}

fn bad_query(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "AuthorizationQueryParametersError", message)
}

impl<'q> Claim<'q> {
    fn read(query: &'q [(String, String)]) -> Result<Self, Refusal> {
        let mut found = [None; 7];
        let names = ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature", "Security-Token"];
        let mut rest = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in query {
            let place = name.strip_prefix("X-Amz-").and_then(|name| names.iter().position(|known| *known == name));
            match place {
                Some(place) if found[place].is_some() => return Err(bad_query(format!("{name} is given twice"))),
                Some(place) => found[place] = Some(value.as_str()),
                None => drop(rest.append_pair(name, value)),
            }
        }
        let [Some(algorithm), Some(credential), Some(date), Some(expires), Some(signed), Some(signature), token] =
            found
        else {
            return Err(bad_query(
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
                 X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
            ));
        };
        if algorithm != ALGORITHM {
            return Err(bad_query(format!("X-Amz-Algorithm only supports \"{ALGORITHM}\"")));
        }
        let at = moment(date).ok_or_else(|| bad_query("X-Amz-Date must be in the ISO8601 Long Format"))?;
        let lifetime = expires.parse().map_err(|_| bad_query("X-Amz-Expires should be a number"))?;
        if lifetime > LONGEST_LIFE {
            return Err(bad_query("X-Amz-Expires must be less than a week (in seconds); that is, 604800"));
        }
        let signed = signed.split(';').collect();
        Ok(Self { credential, at, lifetime, signed, signature, token, rest: rest.finish() })
    }

    fn check_scope(&self, keys: &Keys) -> Result<(), Refusal> {
        let parts: Vec<_> = self.credential.split('/').collect();
        let [access, day, region, service, end] = parts[..] else {
            return Err(bad_query("Error parsing the X-Amz-Credential parameter"));
        };
        if access != keys.access {
            return Err(super::unknown_key(access));
        }
        let wrong = |what: &str, is: &str, wanted: &str| {
            let message = format!(
                "Error parsing the X-Amz-Credential parameter; the {what} '{is}' is wrong; expecting '{wanted}'"
            );
            Err(bad_query(message))
        };
        let wanted_day = self.at.strftime("%Y%m%d").to_string();
        match () {
            () if region != keys.region => wrong("region", region, &keys.region),
            () if service != "s3" => wrong("service", service, "s3"),
            () if end != "aws4_request" => wrong("terminal", end, "aws4_request"),
            () if day != wanted_day => wrong("date", day, &wanted_day),
            () => Ok(()),
        }
    }

    fn check_age(&self, now: Timestamp) -> Result<(), Refusal> {
        let end = self.at + Duration::from_secs(self.lifetime);
        if self.at.duration_since(now) > AHEAD {
            let born = self.at.as_millisecond().to_string();
            return Err(super::out_of_time("Request is not yet valid", end, now).with("X-Amz-Date", born));
        }
        if now <= end {
            return Ok(());
        }
        Err(super::out_of_time(super::EXPIRED, end, now).with("X-Amz-Expires", self.lifetime.to_string()))
    }

    /// Nothing that changes what S3 does may come without a signature.
    fn check_headers(&self, request: &Request) -> Result<(), Refusal> {
        let matters = |name: &str| {
            (name.starts_with("x-amz-") && name != "x-amz-content-sha256")
                || ["content-md5", "if-none-match", "if-match"].contains(&name)
        };
        let mut loose: Vec<_> = request.headers.iter().map(|(name, _)| name.as_str()).filter(|n| matters(n)).collect();
        loose.retain(|name| !self.signed.contains(name));
        if !self.signed.contains(&"host") {
            loose.push("host");
        }
        if loose.is_empty() {
            return Ok(());
        }
        loose.sort_unstable();
        let message = "There were headers present in the request which were not signed";
        Err(Refusal::new(403, "AccessDenied", message).with("HeadersNotSigned", loose.join(", ")))
    }
}

pub fn check(keys: &Keys, request: &Request, query: &[(String, String)], now: Timestamp) -> Result<(), Refusal> {
    let claim = Claim::read(query)?;
    claim.check_scope(keys)?;
    if claim.token != keys.token.as_deref() {
        return Err(super::invalid_token());
    }
    claim.check_age(now)?;
    claim.check_headers(request)?;
    let mismatch = || super::mismatch(claim.signature);
    let path = encode::canonical(request.path()).ok_or_else(mismatch)?;
    // The host is among the signed headers, so the one in this address never counts.
    let uri = format!("http://s3{path}?{}", claim.rest);
    let mut headers = Vec::with_capacity(claim.signed.len());
    for name in &claim.signed {
        let values: Vec<_> = request.headers.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect();
        if values.is_empty() {
            return Err(mismatch());
        }
        headers.push((*name, Cow::from(values.join(","))));
    }
    let lifetime = Duration::from_secs(claim.lifetime);
    // What cannot be signed was not signed by anybody.
    let (_, wanted) = signature(keys, &request.method, &uri, &headers, claim.at, lifetime).map_err(|_| mismatch())?;
    if same(wanted.as_bytes(), claim.signature.as_bytes()) { Ok(()) } else { Err(mismatch()) }
}

/// Compares without telling by the time taken where the first difference is.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

fn moment(text: &str) -> Option<Timestamp> {
    let at = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp())
}
