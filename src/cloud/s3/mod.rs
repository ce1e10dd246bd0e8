//! A strict S3: one exchange from its head to its answer.
//!
//! In: requests for `/bucket/key`. Out: what S3 documents, refusals included; a stored object only when the whole body
//! came and everything about it was right. GET and HEAD read an object back. Order: fault, head rules, body, body
//! rules, store. Not here: signatures (`sign`), rules (`rules`), hashing (`intake`), objects (`store`), answers
//! (`answer`).

mod answer;
mod intake;
mod rules;
mod store;

use std::io;
use std::sync::Arc;

pub use store::Object;
pub(super) use store::Objects;

use super::faults::{Fault, Side, Turn};
use super::http::{Reply, Request, Wire};
use super::record::{Entry, Put};
use super::refusal::Refusal;
use super::sign;
use super::state::State;

/// Serves one connection until it ends. Errors are clients that went away: their records tell.
pub async fn serve(state: Arc<State>, mut wire: Wire) {
    while let Ok(Some(request)) = wire.request().await {
        if exchange(&state, &mut wire, request).await.is_err() {
            return;
        }
    }
}

async fn exchange(state: &State, wire: &mut Wire, request: Request) -> io::Result<()> {
    let place = sign::key_of(request.path());
    let (bucket, key) = place.clone().unwrap_or_default();
    let name = state.name_of(&key);
    let fault = state.faults.take(Side::Put, &name);
    let entry = state.puts.open(Put {
        order: state.next_order(),
        name,
        key,
        method: request.method.clone(),
        target: if state.options.checks { request.target.clone() } else { String::new() },
        headers: if state.options.checks { request.headers.clone() } else { Vec::new() },
        faulty: fault.is_some(),
        ..Put::default()
    });
    if !state.options.latency.is_zero() {
        tokio::time::sleep(state.options.latency).await;
    }
    if let Some(fault) = &fault
        && let Turn::Over(status) = fault.begin(wire).await?
    {
        entry.change(|put| put.status = status);
        return Ok(());
    }
    let refusal = match &place {
        None => Some(Refusal::new(400, "InvalidURI", "Couldn't parse the specified URI.")),
        Some(_) => rules::head(state, &request, &bucket).err(),
    };
    let answered = match refusal {
        Some(refusal) => refuse(state, wire, &request, &entry, &refusal).await?,
        None if request.method == "PUT" => put(state, wire, &request, &entry, fault.as_deref()).await?,
        None => Some(read(state, &request)),
    };
    let Some(reply) = answered else { return Ok(()) };
    finish(state, wire, &entry, fault.as_deref(), reply).await
}

/// The last step: what the fault does to the answer, then the answer.
async fn finish(
    state: &State,
    wire: &mut Wire,
    entry: &Entry<'_, Put>,
    fault: Option<&Fault>,
    mut reply: Reply,
) -> io::Result<()> {
    if let Some(fault) = fault {
        fault.dress(&mut reply);
        fault.hold().await;
    }
    if !reply.headers.is_empty() {
        reply.set("date", state.date());
    }
    entry.change(|put| put.status = Some(reply.status));
    wire.reply(&reply).await
}

/// A refusal before the body counts. The body is taken all the same, so that the answer is not lost in a reset; a
/// client that waits for leave to send it is answered at once.
async fn refuse(
    state: &State,
    wire: &mut Wire,
    request: &Request,
    entry: &Entry<'_, Put>,
    refusal: &Refusal,
) -> io::Result<Option<Reply>> {
    entry.change(|put| refusal.code.clone_into(&mut put.code));
    if !wire.awaits_continue() {
        wire.skip(u64::MAX).await?;
    }
    let mut reply = answer::refused(state, refusal);
    if request.method == "HEAD" {
        reply.body.clear();
    }
    Ok(Some(reply))
}

/// `None`: the exchange is over without an answer of ours.
async fn put(
    state: &State,
    wire: &mut Wire,
    request: &Request,
    entry: &Entry<'_, Put>,
    fault: Option<&Fault>,
) -> io::Result<Option<Reply>> {
    let wants_bytes = state.objects.keeps_bytes() || fault.is_some_and(Fault::alters_body);
    let sent = intake::receive(wire, request.length().unwrap_or(0), state.options.checks, wants_bytes).await?;
    entry.change(|put| (put.size, put.sha256) = (sent.size, sent.sha256_hex()));
    let refused = |refusal: Refusal| {
        entry.change(|put| refusal.code.clone_into(&mut put.code));
        Ok(Some(answer::refused(state, &refusal)))
    };
    if state.options.checks
        && let Err(refusal) = rules::body(request, &sent)
    {
        return refused(refusal);
    }
    let kept = match fault {
        Some(fault) if fault.drops_object() => None,
        Some(fault) if fault.alters_body() => Some(sent.with_a_flipped_bit(state.options.checks)),
        _ => Some(sent.clone()),
    };
    if let Some(kept) = &kept {
        let (_, key) = sign::key_of(request.path()).unwrap_or_default();
        let name = state.name_of(&key);
        let only_new = request.header("if-none-match").is_some();
        match state.objects.store(&key, &name, kept, only_new) {
            Ok(()) => entry.change(|put| put.stored = true),
            Err(refusal) => return refused(refusal),
        }
    }
    if let Some(fault) = fault
        && let Turn::Over(status) = fault.stored(wire).await?
    {
        entry.change(|put| put.status = status);
        return Ok(None);
    }
    Ok(Some(answer::stored(state, request, kept.as_ref().unwrap_or(&sent))))
}

/// GET and HEAD.
fn read(state: &State, request: &Request) -> Reply {
    let (_, key) = sign::key_of(request.path()).unwrap_or_default();
    let mut reply = match state.objects.read(&key) {
        Ok(Some(bytes)) => answer::object(state, &bytes),
        Ok(None) => {
            let refusal = Refusal::new(404, "NoSuchKey", "The specified key does not exist.").with("Key", key);
            answer::refused(state, &refusal)
        }
        Err(refusal) => answer::refused(state, &refusal),
    };
    if request.method == "HEAD" {
        reply.set("content-length", reply.body.len().to_string());
        reply.body.clear();
    }
    reply
}
