//! Who may ask, and what is asked beside URLs: a token for a code, and heartbeats.
//!
//! In: a request. Out: its answer, if it is for one of these; a refusal where a key is wanted and not shown.
//! Not here: the presign exchange.

use std::sync::PoisonError;

use serde_json::{Value, json};

use super::super::http::{Reply, Request};
use super::super::state::State;

/// `None`: this is a request for a URL, or for something that is not there.
pub(super) fn answer(state: &State, request: &Request, members: &Value) -> Option<Reply> {
    if request.method != "POST" {
        return None;
    }
    match request.target.as_str() {
        "/devices" => Some(enrol(state, members)),
        "/ingest/heartbeat" => Some(refuse_key(state, request).unwrap_or_else(|| {
            state.heartbeats.lock().unwrap_or_else(PoisonError::into_inner).push(members.clone());
            state.changed.notify_waiters();
            Reply::new(204)
        })),
        _ => None,
    }
}

pub(super) fn refuse_key(state: &State, request: &Request) -> Option<Reply> {
    let wanted = state.behaviour().api_key?;
    let bearer = || request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    match request.header("x-api-key").or_else(bearer) {
        Some(shown) if shown == wanted => None,
        Some(_) => Some(refused(403, "access.refused")),
        None => Some(refused(401, "access.missing")),
    }
}

fn enrol(state: &State, members: &Value) -> Reply {
    let behaviour = state.behaviour();
    match (behaviour.api_key, behaviour.code) {
        (Some(token), Some(code)) if members["code"] == code.as_str() => {
            state.change(|behaviour| behaviour.code = None);
            Reply::json(201, &json!({"deviceId": members["deviceId"], "token": token}))
        }
        (Some(_), _) => refused(403, "access.code"),
        (None, _) => refused(404, "request.not_found"),
    }
}

fn refused(status: u16, kind: &str) -> Reply {
    Reply::json(status, &json!({"error": {"kind": kind, "message": "no"}}))
}
