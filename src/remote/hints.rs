//! Advice for people, one sentence or two for each kind of failure.
//!
//! In: a kind. Out: what a person can do about it. Not here: what happened (`failure`), and what OutTray does by
//! itself (`retry`).

/// The advice for a kind, where there is something to do.
pub(super) fn of(kind: &str) -> Option<&'static str> {
    HINTS.iter().find(|(known, _)| *known == kind).map(|(_, hint)| *hint)
}

const HINTS: &[(&str, &str)] = &[
    ("update.interrupted", "The connection broke. Try again; OutTray goes on with the version it has."),
    ("update.not_found", "There is no release there. Try again later; OutTray goes on with the version it has."),
    (
        "update.unavailable",
        "The release server has trouble of its own. Try again later; OutTray goes on with the version it has.",
    ),
    ("update.bad_reply", "Something else than the release server answers. Try again on another network."),
    (
        "network.dns",
        "Check the network connection and the host name in api_url. Nothing is lost; OutTray tries again by itself.",
    ),
    (
        "network.refused",
        "The server, or the proxy on the way to it, is not running or blocked by a firewall. Nothing is lost; OutTray tries again by itself.",
    ),
    ("network.unreachable", "Check the network connection. Nothing is lost; OutTray tries again by itself."),
    (
        "network.timeout",
        "The network is very slow or something on the way drops the connection. Nothing is lost; OutTray tries again by itself.",
    ),
    (
        "network.portal",
        "A sign-in page stands between this computer and the internet. Open a web browser and sign in to the network.",
    ),
    (
        "network.private_address",
        "The name of the storage leads into the local network. If that is meant (a private endpoint), list the host in [network] bucket_hosts.",
    ),
    ("network.tls", "The secure connection could not be made. Ask whoever runs the network whether it inspects HTTPS."),
    (
        "network.tls_issuer",
        "The server's certificate comes from an issuer that this computer does not trust. If a company proxy inspects HTTPS, give its CA certificate in [network] ca_file.",
    ),
    ("network.tls_clock", "The certificate is not valid at this computer's date and time. Check the clock first."),
    (
        "network.tls_name",
        "The certificate belongs to another host. Check api_url; on a guest network sign in with a web browser first.",
    ),
    (
        "network.proxy",
        "The proxy did not let the request through. Check [network] proxy, its user name and its password.",
    ),
    (
        "presign.unreachable",
        "The presigner broke the connection. OutTray tries again by itself; if it goes on, tell whoever runs it.",
    ),
    ("presign.timeout", "The presigner did not answer in time. OutTray tries again by itself."),
    (
        "presign.unavailable",
        "The presigner has trouble of its own. OutTray tries again by itself; if it goes on, tell whoever runs it.",
    ),
    ("presign.throttled", "The presigner asks for fewer requests. OutTray waits and tries again by itself."),
    (
        "presign.forbidden",
        "The presigner does not accept this device or its key. Store the right key with `outtray auth set`, or ask whoever runs it to enrol the device_id.",
    ),
    (
        "enrol.refused",
        "The code is wrong, was used already, is too old, or belongs to another device. Ask whoever runs the presigner for a new one.",
    ),
    (
        "enrol.not_offered",
        "This presigner gives no tokens. If you were given a key, store it with `outtray auth set`; if the address is another one, name it with --url.",
    ),
    ("enrol.no_address", "Name the address that exchanges codes with --url."),
    ("enrol.insecure", "Use an address that begins with https://."),
    ("enrol.bad_reply", "The code may be used up. Check api_url, and ask whoever runs the presigner for a new code."),
    (
        "presign.not_found",
        "There is no presigner at this address. Compare api_url with what you were given, letter by letter.",
    ),
    (
        "presign.bad_request",
        "The presigner refused what was said about this file. If it refuses every file, check device_id.",
    ),
    (
        "presign.too_large",
        "The presigner finds the request too large, usually because of a very long file name. Rename the file.",
    ),
    ("presign.redirect", "api_url leads somewhere else. Ask for the final address and put it into api_url."),
    (
        "presign.bad_reply",
        "What answers at api_url is not a presigner, or it is broken. Check api_url; nothing was sent.",
    ),
    (
        "presign.host",
        "The presigner gave an address that OutTray does not send to. If the storage is not Amazon's, list its host in [network] bucket_hosts; nothing was sent.",
    ),
    (
        "presign.policy",
        "The presigner gave an answer that OutTray does not act upon, to protect your files. Tell whoever runs it; nothing was sent.",
    ),
    ("put.interrupted", "The connection to the storage broke. OutTray sends the file again by itself."),
    (
        "put.stalled",
        "The line stood still for too long. OutTray sends the file again by itself; [network] stall_timeout_secs sets the patience.",
    ),
    ("put.server_error", "The storage has trouble of its own. OutTray sends the file again by itself."),
    ("put.throttled", "The storage asks for fewer requests. OutTray waits and sends the file again by itself."),
    ("put.conflict", "Somebody else is writing the same object. OutTray sends the file again by itself."),
    ("put.expired", "The upload address was too old. OutTray asks for a new one by itself."),
    (
        "put.precondition",
        "The storage already has something under this name, but nothing shows that it is this file. OutTray asks for a new name.",
    ),
    (
        "put.signature",
        "Something between this computer and the storage changes the request, or the presigner signs another content-type than application/json.",
    ),
    (
        "put.unsigned_header",
        "Something on this computer or network adds a header to uploads, usually a proxy or a security agent. Ask for an exception for the storage's host.",
    ),
    (
        "put.forbidden",
        "The storage does not let the presigner write. Whoever runs it should check its role: s3:PutObject on uploads/*, and the KMS key if the bucket has one.",
    ),
    ("put.no_bucket", "The bucket that the presigner names does not exist. Tell whoever runs it."),
    ("put.unsupported", "The storage does not understand this kind of upload. Check that it speaks S3."),
    (
        "put.redirect",
        "The storage sent the upload elsewhere, and OutTray does not follow. The presigner should use the bucket's regional address.",
    ),
    (
        "put.bad_digest",
        "The bytes that arrived are not those that were sent. OutTray reads the file again and sends it once more.",
    ),
    ("put.bad_request", "The storage refused this file. The file stays where it is; `outtray retry` tries again."),
    ("put.too_large", "The file is too large for one upload (5 GB is the limit of S3), or its name is too long."),
    (
        "put.no_proof",
        "The storage did not confirm what it stored, so the file is not marked. The file stays where it is.",
    ),
    (
        "put.wrong_proof",
        "The storage confirmed other bytes than were sent, so the file is not marked. The file stays where it is.",
    ),
    ("file.read", "The file is read again at the next try."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_one_hint() {
        for (number, (kind, hint)) in HINTS.iter().enumerate() {
            assert!(HINTS[number + 1..].iter().all(|(other, _)| other != kind), "{kind} is listed twice");
            assert!(hint.ends_with('.'), "{kind}: advice is made of sentences");
        }
        assert_eq!(of("no.such_kind"), None);
    }
}
