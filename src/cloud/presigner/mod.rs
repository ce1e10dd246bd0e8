//! The presigner: one exchange from its head to its answer.
//!
//! In: `POST <api path>` with `deviceId` and `filename`, and more from a newer client. Out: a URL and its key; JSON
//! with a `message` when it refuses. Not here: keys, tokens and heartbeats
//! (`fleet`), what exactly is signed (`plan`), signatures (`sign`).

mod fleet;
mod plan;

use std::io;
use std::sync::Arc;

use serde_json::{Value, json};

pub use plan::Plan;

use super::faults::{Fault, Side, Turn};
use super::http::{Reply, Request, Wire};
use super::options::Mode;
use super::record::{Entry, Presign};
use super::sign;
use super::state::State;

/// More than any request of this protocol needs.
const LARGEST: u64 = 64 * 1024;

/// Serves one connection until it ends. Errors are clients that went away: their records tell.
pub async fn serve(state: Arc<State>, s3: String, mut wire: Wire) {
    while let Ok(Some(request)) = wire.request().await {
        if exchange(&state, &s3, &mut wire, request).await.is_err() {
            return;
        }
    }
}

async fn exchange(state: &State, s3: &str, wire: &mut Wire, request: Request) -> io::Result<()> {
    let body = wire.body(LARGEST).await?;
    let members = body.as_deref().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or(Value::Null);
    if let Some(reply) = fleet::answer(state, &request, &members) {
        return wire.reply(&reply).await;
    }
    let name = members["filename"].as_str().unwrap_or_default().to_owned();
    let fault = state.faults.take(Side::Presign, &name);
    let entry = state.presigns.open(Presign {
        order: state.next_order(),
        name,
        members: members.clone(),
        headers: if state.options.checks { request.headers.clone() } else { Vec::new() },
        faulty: fault.is_some(),
        ..Presign::default()
    });
    if !state.options.latency.is_zero() {
        tokio::time::sleep(state.options.latency).await;
    }
    if let Some(fault) = &fault
        && let Turn::Over(status) = fault.begin(wire).await?
    {
        entry.change(|presign| presign.status = status);
        return Ok(());
    }
    let refusal =
        if body.is_none() { Some(message(413, "Request Too Long")) } else { refuse(state, &request, &members) };
    let mut reply = refusal.unwrap_or_else(|| grant(state, s3, members, &entry, fault.as_deref()));
    reply.set("date", state.date());
    if let Some(fault) = &fault {
        fault.hold().await;
    }
    entry.change(|presign| presign.status = Some(reply.status));
    wire.reply(&reply).await
}

fn grant(state: &State, s3: &str, members: Value, entry: &Entry<'_, Presign>, fault: Option<&Fault>) -> Reply {
    let behaviour = state.behaviour();
    let mut plan = Plan::new(s3, &state.options.bucket, members, &behaviour, state.clock.now());
    if let Some(fault) = fault {
        fault.reshape(&mut plan);
    }
    let url = sign::presign(&state.options.keys, &plan.permit());
    state.name_key(plan.key.clone(), plan.filename.clone());
    entry.change(|presign| (presign.key, presign.url) = (Some(plan.key.clone()), Some(url.clone())));
    let mut answer = json!({ "url": url, "key": plan.key });
    if plan.mode == Mode::V1 {
        let headers: serde_json::Map<_, _> = plan.headers.iter().map(|(n, v)| (n.clone(), v.as_str().into())).collect();
        answer["v"] = 1.into();
        answer["headers"] = headers.into();
        answer["bucket"] = plan.bucket.into();
        answer["expiresIn"] = plan.lifetime.as_secs().into();
    } else if behaviour.names_bucket {
        answer["bucket"] = plan.bucket.into();
    }
    match fault {
        Some(fault) => Reply::new(200).with("content-type", "application/json").body(fault.rewrite(answer)),
        None => Reply::json(200, &answer),
    }
}

fn message(status: u16, text: &str) -> Reply {
    Reply::json(status, &json!({ "message": text }))
}

fn refuse(state: &State, request: &Request, members: &Value) -> Option<Reply> {
    if request.target != state.options.api_path {
        return Some(message(404, "Not Found"));
    }
    if request.method != "POST" {
        return Some(message(405, "Method Not Allowed"));
    }
    if request.header("content-type").and_then(|value| value.split(';').next()) != Some("application/json") {
        return Some(message(415, "Unsupported Media Type"));
    }
    if request.length().is_none() || request.is_chunked() {
        return Some(message(411, "Length Required"));
    }
    if let Some(refusal) = fleet::refuse_key(state, request) {
        return Some(refusal);
    }
    let given = |name: &str| members[name].as_str().is_some_and(|text| !text.is_empty());
    if !given("deviceId") || !given("filename") {
        return Some(message(400, "deviceId and filename are required"));
    }
    let behaviour = state.behaviour();
    let known = |name: &String| ["deviceId", "filename"].contains(&name.as_str());
    if behaviour.strict_members && members.as_object().is_some_and(|members| !members.keys().all(known)) {
        return Some(message(400, "unknown member"));
    }
    if behaviour.mode == Mode::V1 && members["v"] == 1 {
        return plan::fault_of_v1(members).map(|member| message(400, &format!("{member} is not valid")));
    }
    None
}
