//! Buttons as Telegram takes them.

use super::{json::Reply, request::Call, world::PhoneButton};
use serde_json::Value;

/// Reads `reply_markup`; `None` when the call has none.
pub(super) fn read(call: &Call) -> Result<Vec<Vec<PhoneButton>>, Reply> {
    let Some(given) = call.params.get("reply_markup") else { return Ok(Vec::new()) };
    let markup = call.structure("reply_markup").ok_or_else(|| Reply::bad("can't parse reply keyboard markup JSON object"))?;
    let Some(rows) = markup.get("inline_keyboard") else {
        let known = ["keyboard", "remove_keyboard", "force_reply"].iter().any(|kind| markup.get(*kind).is_some());
        return if known || given.as_str() == Some("") {
            Ok(Vec::new())
        } else {
            Err(Reply::bad("object expected as reply markup"))
        };
    };
    let rows = rows.as_array().ok_or_else(|| Reply::bad("field \"inline_keyboard\" must be of type Array"))?;
    let rows = rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    if rows.iter().map(Vec::len).sum::<usize>() > 100 {
        return Err(Reply::bad("reply markup is too long"));
    }
    Ok(rows.into_iter().filter(|row| !row.is_empty()).collect())
}

fn row(row: &Value) -> Result<Vec<PhoneButton>, Reply> {
    let buttons = row.as_array().ok_or_else(|| Reply::bad("field \"inline_keyboard\" must be an Array of Arrays"))?;
    buttons.iter().map(button).collect()
}

fn button(button: &Value) -> Result<PhoneButton, Reply> {
    let text = |name: &str| button.get(name).and_then(Value::as_str);
    let label = text("text").filter(|label| !label.trim().is_empty());
    let label = label.ok_or_else(|| Reply::bad("can't parse inline keyboard button: Field \"text\" must be non-empty"))?;
    let data = text("callback_data")
        .ok_or_else(|| Reply::bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"))?;
    if data.is_empty() || data.len() > 64 {
        return Err(Reply::bad("BUTTON_DATA_INVALID"));
    }
    Ok(PhoneButton { label: label.to_owned(), data: data.to_owned() })
}
