//! What a server's refusal means, in a few words for people. The log keeps the words that existing guides quote.
//!
//! In: an obstacle. Out: the beginning of a sentence, with the status that support will ask for. Not here: what to do
//! about it (the obstacle's hint), obstacles on this computer, whose reasons are plain already.

use super::super::event::Obstacle;

pub(super) fn of(obstacle: &Obstacle) -> Option<String> {
    let words = match obstacle.kind.as_str() {
        "presign.forbidden" => "The server does not accept this device",
        "presign.not_found" => "There is no server for uploads at the API URL",
        "presign.redirect" => "The API URL leads somewhere else",
        "presign.bad_reply" => "What answers at the API URL is not the server for uploads",
        "presign.bad_request" => "The server refuses every file",
        "presign.host" => "The server sends the files to a place that is not allowed",
        "presign.policy" => "The server gives permissions that cannot be used safely",
        "put.forbidden" => "The storage refuses the uploads",
        "put.no_bucket" => "The storage has no such bucket",
        "put.redirect" => "The storage sends the uploads elsewhere",
        "put.unsupported" => "The storage does not understand the uploads",
        "put.signature" | "put.unsigned_header" => "Something changes the uploads on their way",
        "put.no_proof" | "put.wrong_proof" => "The storage does not confirm what it was given",
        "network.proxy" => "The proxy asks for a user name and password",
        "network.tls_issuer" => "The server's certificate is not trusted",
        "network.tls_clock" => "The server's certificate is not valid today, or the clock of this computer is wrong",
        "network.tls" => "No secure connection",
        "network.private_address" => "The name of the storage leads into the local network",
        _ => return None,
    };
    Some(match status(&obstacle.reason) {
        Some(status) => format!("{words} ({status})"),
        None => words.to_owned(),
    })
}

/// The status in the known words: `… status 403: …`. An answer that was a success explains nothing.
fn status(reason: &str) -> Option<&str> {
    let (_, rest) = reason.split_once("status ")?;
    rest.get(..3).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()) && !digits.starts_with('2'))
}
