//! `getUpdates` with Telegram's true semantics: asking with an offset confirms what is below it, nothing else does; a
//! newer call ends an older one that still waits; a webhook excludes it.

use super::{Shared, json::Reply, request::Call, world::World};
use serde_json::Value;
use std::time::Duration;

/// Answers at once when something waits, else when something comes, at the latest after `timeout` seconds.
pub(super) async fn updates(shared: &Shared, call: &Call) -> Reply {
    let mut changes = shared.changes.subscribe();
    let mut closed = shared.closed.subscribe();
    let mine = match shared.change(|world| enter(world, call)) {
        Ok(number) => number,
        Err(no) => return no,
    };
    let wait = Duration::from_secs(call.int("timeout").and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(0).min(50));
    let limit = call.int("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100).clamp(1, 100);
    let deadline = tokio::time::sleep(wait);
    tokio::pin!(deadline);
    loop {
        if let Some(reply) = look(&shared.world(), mine, limit) {
            return reply;
        }
        tokio::select! {
            () = &mut deadline => return Reply::ok(Value::Array(Vec::new())),
            _ = closed.wait_for(|closed| *closed) => return Reply::no(502, "Bad Gateway"),
            seen = changes.changed() => if seen.is_err() { return Reply::no(502, "Bad Gateway") },
        }
    }
}

/// Takes the place of whoever waited, and confirms.
fn enter(world: &mut World, call: &Call) -> Result<u64, Reply> {
    if world.webhook.is_some() {
        return Err(Reply::no(
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        ));
    }
    let kinds = call.structure("allowed_updates").and_then(|kinds| kinds.as_array().cloned());
    if let Some(kinds) = kinds {
        world.allowed = kinds.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
    }
    match call.int("offset").unwrap_or(0) {
        offset if offset > 0 => confirm(world, offset),
        offset if offset < 0 => {
            let keep = usize::try_from(-offset).unwrap_or(usize::MAX);
            let from = world.updates.len().saturating_sub(keep);
            if let Some(first) = world.updates.get(from).map(|(id, _)| *id) {
                confirm(world, first);
            }
        }
        _ => {}
    }
    world.poll += 1;
    Ok(world.poll)
}

fn confirm(world: &mut World, offset: i64) {
    world.updates.retain(|(id, _)| *id >= offset);
    world.confirmed = world.confirmed.max(offset - 1);
}

/// An answer, if there is one by now.
fn look(world: &World, mine: u64, limit: usize) -> Option<Reply> {
    if world.poll != mine {
        let words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
        return Some(Reply::no(409, words));
    }
    let waiting: Vec<Value> = world.updates.iter().take(limit).map(|(_, update)| update.clone()).collect();
    (!waiting.is_empty()).then(|| Reply::ok(Value::Array(waiting)))
}
