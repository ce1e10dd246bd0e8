//! Promise: the S3 that our tests and `outtray demo` run against answers as AWS documents, and as a real server does.
//!
//! One table of requests is sent to our own cloud, always, and to SeaweedFS when the environment variable
//! `OUTTRAY_TEST_WEED` names its binary. Each case says which status and code come back and whether the object is there
//! afterwards. Where the real server is known to differ from AWS's documentation, the case says how and why.

mod table;

use std::io::{self, Write as _};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use md5::{Digest as _, Md5};
use outtray::cloud::sign::{Keys, Kind, Permit, presign};
use outtray::cloud::{Cloud, Options};
use sha2::Sha256;

use self::table::{After, Case, Wants};
use crate::support::raw_http::{Answer, Ask, Travel, send};
use crate::support::seaweed::{self, Seaweed};

const BUCKET: &str = "conformance";
const BODY: &[u8] = br#"{"body":"as sent"}"#;
const OLDER: &[u8] = br#"{"body":"there before"}"#;
const JSON: (&str, &str) = ("content-type", "application/json");

fn keys() -> Keys {
    let (access, secret) = ("AKIACONFORMANCETEST1".into(), "conformance+test/secret".into());
    Keys { access, secret, token: None, region: "us-west-2".into() }
}

/// A server and the key that one case is about.
struct World {
    host: String,
    key: String,
}

impl World {
    /// A permit to PUT with these headers, for five minutes from now.
    fn permit(&self, headers: &[(&str, &str)]) -> Permit {
        Permit {
            kind: Kind::SigV4,
            method: "PUT",
            host: self.host.clone(),
            bucket: BUCKET.into(),
            key: self.key.clone(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            at: Timestamp::now(),
            lifetime: Duration::from_mins(5),
        }
    }

    /// The request that uses the permit as it is meant.
    fn ask(permit: &Permit) -> Ask {
        let headers = permit.headers.iter().filter(|(name, _)| name != "content-length").cloned().collect();
        Ask { method: permit.method, url: presign(&keys(), permit), headers, body: BODY.into(), travel: Travel::Whole }
    }

    fn put(&self, headers: &[(&str, &str)]) -> Ask {
        Self::ask(&self.permit(headers))
    }

    /// The bytes of the object, if it is there.
    fn object(&self) -> Option<Vec<u8>> {
        let permit = Permit { method: "GET", ..self.permit(&[]) };
        let answer = send(&Ask { body: Vec::new(), ..Self::ask(&permit) }).ok()??;
        (answer.status == 200).then_some(answer.body)
    }
}

/// What is wrong with a server's behaviour in one case.
fn judge(case: &Case, wants: &Wants, world: &World) -> Result<(), String> {
    if case.before {
        let older = Ask { body: OLDER.into(), ..world.put(&[]) };
        let stored = send(&older).map_err(|error| error.to_string())?;
        if stored.map(|answer| answer.status) != Some(200) {
            return Err("the older object could not be stored".into());
        }
    }
    let ask = (case.make)(world);
    let answer = send(&ask).map_err(|error| error.to_string())?;
    let got = (answer.as_ref().map(|answer| answer.status), answer.as_ref().map_or_else(String::new, Answer::code));
    if got != (wants.status, wants.code.to_owned()) {
        let body = answer.map(|answer| String::from_utf8_lossy(&answer.body).into_owned());
        return Err(format!("wanted {:?} {:?}, got {got:?}: {body:?}", wants.status, wants.code));
    }
    if let Some(answer) = answer
        && answer.status == 200
        && ask.method == "PUT"
    {
        prove(&ask, &answer)?;
    }
    let there = world.object();
    let expected = match wants.after {
        After::Absent => None,
        After::Sent => Some(ask.body.as_slice()),
        After::Older => Some(OLDER),
    };
    if there.as_deref() == expected {
        return Ok(());
    }
    Err(format!("afterwards the object is {:?}", there.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())))
}

/// The headers that prove a stored object.
fn prove(ask: &Ask, answer: &Answer) -> Result<(), String> {
    let md5 = Md5::digest(&ask.body).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    if answer.header("etag").map(|tag| tag.trim_matches('"')) != Some(&md5) {
        return Err(format!("the ETag is {:?}, the MD5 is {md5}", answer.header("etag")));
    }
    if answer.header("x-amz-request-id").is_none_or(str::is_empty) {
        return Err("no x-amz-request-id".into());
    }
    let named = ask.headers.iter().any(|(name, _)| name == "x-amz-checksum-sha256");
    let echo = answer.header("x-amz-checksum-sha256");
    if named && echo != Some(&BASE64_STANDARD.encode(Sha256::digest(&ask.body))) {
        return Err(format!("the checksum that was sent comes back as {echo:?}"));
    }
    Ok(())
}

/// Runs the whole table and names every case that fails.
fn run(server: &str, host: &str, wants: impl Fn(&Case) -> &Wants) {
    let cases = table::cases();
    let mut failed = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let world = World { host: host.to_owned(), key: format!("uploads/dev001/case {number} ä+(1).json") };
        if let Err(reason) = judge(case, wants(case), &world) {
            failed.push(format!("  {}: {reason}", case.name));
        }
    }
    assert!(failed.is_empty(), "{} of {} cases differ on {server}:\n{}", failed.len(), cases.len(), failed.join("\n"));
}

#[test]
fn our_cloud_answers_as_aws_documents() {
    let cloud = Cloud::spawn_thread(Options { keys: keys(), bucket: BUCKET.into(), ..Options::default() })
        .expect("loopback ports are free");
    run("our cloud", &cloud.s3_host(), |case| &case.aws);
}

#[test]
fn a_real_server_agrees() {
    let Some(weed) = seaweed::binary() else {
        // Past the test runner's capture: who reads a green run should know what it did not see.
        let _ = writeln!(io::stderr(), "SKIPPED: OUTTRAY_TEST_WEED names no weed binary, so no real S3 was asked");
        return;
    };
    let server = Seaweed::start(&weed, &keys(), |host| {
        let world = World { host: host.to_owned(), key: String::new() };
        // The bucket first; then an object, as the volumes come up later than the S3 port.
        let is_ok = |ask: Ask| send(&ask).ok().flatten().is_some_and(|answer| [200, 409].contains(&answer.status));
        let bucket = Ask { body: Vec::new(), ..world.put(&[]) };
        is_ok(bucket) && is_ok(World { key: "probe".into(), ..world }.put(&[]))
    });
    let server = server.expect("SeaweedFS starts");
    run("SeaweedFS", &server.host, |case| case.seaweed.as_ref().map_or(&case.aws, |(wants, _)| wants));
}
