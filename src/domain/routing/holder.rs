//! Who receives for a post under a class, and what the operator is told where nobody does.

use super::{NoticeCode, RoutingView};
use crate::domain::directory::{Holder, Position};
use crate::domain::letter::SecurityClass;

/// Secret letters go to the delegate only if his order says so; else to the holder himself, where he is on duty.
pub fn of<'a>(position: &Position, class: SecurityClass, view: RoutingView<'a>) -> Holder<'a> {
    let holder = view.directory.holder(&position.code, view.day);
    let Holder::Held { delegation: Some(delegation), stands_in_for: Some(_), .. } = holder else { return holder };
    if !class.is_closed() || delegation.includes_secret {
        return holder;
    }
    let Some((official, capacity)) = view.directory.incumbent(&position.code, view.day) else { return holder };
    match view.directory.absence(&official.number, view.day) {
        Some(absence) => Holder::Away { official, absence },
        None => Holder::Held { official, capacity, delegation: None, stands_in_for: None },
    }
}

/// What is told of a post whose holder is off duty: somebody stands in and may not have this letter, or nobody does.
pub fn off_duty(position: &Position, view: RoutingView<'_>) -> NoticeCode {
    match view.directory.holder(&position.code, view.day) {
        Holder::Held { .. } => NoticeCode::SecretNotDelegated,
        Holder::Away { .. } | Holder::Vacant => NoticeCode::AbsentWithoutDelegate,
    }
}
