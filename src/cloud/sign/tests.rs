//! What a signature covers, for both kinds.

use super::*;

fn keys() -> Keys {
    let token = Some("IQoJ+/=".to_owned());
    Keys { access: "ASIAKEY".into(), secret: "secret".into(), token, region: "us-west-2".into() }
}

fn permit(kind: Kind, headers: &[(&str, &str)]) -> Permit {
    Permit {
        kind,
        method: "PUT",
        host: "127.0.0.1:9000".into(),
        bucket: "b".into(),
        key: "uploads/dev 1/ä+~(1)'.json".into(),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        at: Timestamp::from_second(1_770_000_000).unwrap(),
        lifetime: Duration::from_mins(5),
    }
}

/// The request that uses the URL as it should be used.
fn request(permit: &Permit, url: &str) -> Request {
    let mut headers = permit.headers.clone();
    headers.push(("host".into(), permit.host.clone()));
    let target = url.strip_prefix("http://127.0.0.1:9000").unwrap().to_owned();
    Request { method: "PUT".into(), target, headers }
}

fn code(result: Result<(), Refusal>) -> (u16, &'static str) {
    result.map_or_else(|refusal| (refusal.status, refusal.code), |()| (200, ""))
}

const JSON: (&str, &str) = ("content-type", "application/json");
const KINDS: [Kind; 2] = [Kind::SigV4, Kind::SigV2];

#[test]
fn an_honest_request_passes_until_it_is_too_old() {
    for kind in KINDS {
        let permit = permit(kind, &[JSON]);
        let request = request(&permit, &presign(&keys(), &permit));
        let end = permit.at + permit.lifetime;
        assert_eq!(check(&keys(), &request, end), Ok(()), "{kind:?}");
        let late = check(&keys(), &request, end + Duration::from_secs(1)).unwrap_err();
        assert_eq!((late.status, late.code, late.message.as_str()), (403, "AccessDenied", "Request has expired"));
    }
}

#[test]
fn nothing_signed_can_be_changed() {
    for kind in KINDS {
        let permit = permit(kind, &[JSON]);
        let honest = request(&permit, &presign(&keys(), &permit));
        let mut other_key = honest.clone();
        other_key.target = other_key.target.replacen("dev", "dew", 1);
        let mut other_method = honest.clone();
        other_method.method = "GET".into();
        let mut other_type = honest.clone();
        other_type.headers[0].1 = "text/plain".into();
        let mut no_type = honest.clone();
        no_type.headers.remove(0);
        for changed in [other_key, other_method, other_type, no_type] {
            let got = code(check(&keys(), &changed, permit.at));
            assert_eq!(got, (403, "SignatureDoesNotMatch"), "{kind:?} {changed:?}");
        }
    }
}

#[test]
fn loose_headers_are_named() {
    let permit = permit(Kind::SigV4, &[JSON, ("if-none-match", "*")]);
    let mut request = request(&permit, &presign(&keys(), &permit));
    request.headers.push(("x-amz-meta-b".into(), "1".into()));
    request.headers.push(("x-amz-acl".into(), "private".into()));
    request.headers.push(("x-amz-content-sha256".into(), "UNSIGNED-PAYLOAD".into()));
    let refusal = check(&keys(), &request, permit.at).unwrap_err();
    assert_eq!((refusal.status, refusal.code), (403, "AccessDenied"));
    assert_eq!(refusal.details, [("HeadersNotSigned", "x-amz-acl, x-amz-meta-b".to_owned())]);
}

#[test]
fn other_keys_and_tokens_are_refused() {
    for kind in KINDS {
        let permit = permit(kind, &[JSON]);
        let sign_as = |keys: Keys| code(check(&self::keys(), &request(&permit, &presign(&keys, &permit)), permit.at));
        assert_eq!(sign_as(Keys { access: "AKIAOTHER".into(), ..keys() }), (403, "InvalidAccessKeyId"));
        assert_eq!(sign_as(Keys { secret: "other".into(), ..keys() }), (403, "SignatureDoesNotMatch"));
        assert_eq!(sign_as(Keys { token: None, ..keys() }), (400, "InvalidToken"));
    }
}

#[test]
fn odd_query_strings_are_refused() {
    let week = Permit { lifetime: Duration::from_secs(604_801), ..permit(Kind::SigV4, &[]) };
    let got = code(check(&keys(), &request(&week, &presign(&keys(), &week)), week.at));
    assert_eq!(got, (400, "AuthorizationQueryParametersError"));

    let permit = permit(Kind::SigV4, &[]);
    let url = presign(&keys(), &permit);
    let early = check(&keys(), &request(&permit, &url), permit.at - Duration::from_hours(1)).unwrap_err();
    assert_eq!(early.message, "Request is not yet valid");
    for (target, wanted) in [
        (url.replace("&X-Amz-Expires=300", ""), (400, "AuthorizationQueryParametersError")),
        (url.replace("us-west-2", "eu-west-1"), (400, "AuthorizationQueryParametersError")),
        (format!("{url}&X-Amz-Expires=9"), (400, "AuthorizationQueryParametersError")),
        (format!("{url}&x-id=PutObject"), (403, "SignatureDoesNotMatch")),
        (url[..url.find('?').unwrap()].to_owned(), (403, "AccessDenied")),
    ] {
        assert_eq!(code(check(&keys(), &request(&permit, &target), permit.at)), wanted, "{target}");
    }
}

/// What botocore 1.44.5 made of the keys and the key above, with `s3v4` and with `s3`, which is SigV2.
const BY_BOTOCORE: [&str; 2] = [
    "/b/uploads/dev%201/%C3%A4%2B~%281%29%27.json?X-Amz-Algorithm=AWS4-HMAC-SHA256&\
    X-Amz-Credential=ASIAKEY%2F20261124%2Fus-west-2%2Fs3%2Faws4_request&X-Amz-Date=20261124T090726Z&\
    X-Amz-Expires=300&\
    X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match%3Bx-amz-checksum-sha256&\
    X-Amz-Security-Token=IQoJ%2B%2F%3D&\
    X-Amz-Signature=82998a7197961ba2a07e83ef8429dc27ace08094ed4c678bfa68b2e1f52dbcb5",
    "/b/uploads/dev%201/%C3%A4%2B~%281%29%27.json?AWSAccessKeyId=ASIAKEY&\
    Signature=N3IeocTRYg7SeCLJFJ6Qc01BqIk%3D&content-type=application%2Fjson&\
    x-amz-security-token=IQoJ%2B%2F%3D&Expires=1795511546",
];
const MADE_AT: i64 = 1_795_511_246;

#[test]
fn urls_of_another_signer_pass() {
    let binds = [
        JSON,
        ("content-length", "5"),
        ("if-none-match", "*"),
        ("x-amz-checksum-sha256", "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="),
    ];
    for (target, kind, headers) in [(BY_BOTOCORE[0], KINDS[0], &binds[..]), (BY_BOTOCORE[1], KINDS[1], &binds[..1])] {
        let permit = permit(kind, headers);
        let request = request(&permit, &format!("http://127.0.0.1:9000{target}"));
        let made = Timestamp::from_second(MADE_AT).unwrap();
        assert_eq!(check(&keys(), &request, made), Ok(()), "{kind:?}");
        assert_eq!(code(check(&keys(), &request, made + Duration::from_secs(301))), (403, "AccessDenied"));
    }
}

#[test]
fn signed_headers_are_listed_in_order() {
    let permit = permit(Kind::SigV4, &[JSON, ("x-amz-checksum-sha256", "eA=="), ("content-length", "5")]);
    let url = presign(&keys(), &permit);
    assert!(url.contains("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bx-amz-checksum-sha256"), "{url}");
}
