//! Files that people sent: `getFile`, and the address under which their bytes are.

use super::{json::Reply, request::Call, world::World};
use serde_json::{Value, json};
use std::sync::Arc;

/// Bytes that a bot may fetch.
const DOWNLOAD: usize = 20 * 1000 * 1000;

/// Where the bytes of a file are.
pub(super) fn get_file(world: &World, call: &Call) -> Result<Value, Reply> {
    let id = call.text("file_id").unwrap_or_default();
    let bytes = world.files.get(id).ok_or_else(|| Reply::bad("wrong file_id or the file is temporarily unavailable"))?;
    if bytes.len() > DOWNLOAD {
        return Err(Reply::bad("file is too big"));
    }
    Ok(json!({
        "file_id": id, "file_unique_id": format!("u{id}"), "file_size": bytes.len(), "file_path": format!("documents/{id}"),
    }))
}

/// The bytes under a path that [`get_file`] gave.
pub(super) fn bytes(world: &World, path: &str) -> Option<Arc<[u8]>> {
    world.files.get(path.strip_prefix("documents/")?).cloned()
}
