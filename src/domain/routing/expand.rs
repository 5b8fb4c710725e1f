//! The recipients behind one line of a letter.

use super::{LegRecipient, RoutingView};
use crate::domain::codes::PositionCode;
use crate::domain::letter::{Addressee, PostalParty, Recipient};

/// Each recipient, and whether he may be addressed: a post or a group that is closed is as good as unknown. Closed members of a
/// group are left out.
pub fn line(recipient: &Recipient, view: RoutingView<'_>) -> Vec<(LegRecipient, bool)> {
    let directory = view.directory;
    let is_open = |code: &PositionCode| directory.position(code).map(|post| post.is_open(view.day));
    match &recipient.addressee {
        Addressee::Position(code) => vec![(LegRecipient::Position(code.clone()), is_open(code) == Some(true))],
        Addressee::Unit(code) => vec![(LegRecipient::Unit(code.clone()), directory.unit(code).is_some())],
        Addressee::Outside(party) => vec![(LegRecipient::Outside(party.clone()), true)],
        Addressee::Group { name, except } => match directory.group(name).filter(|group| group.is_open(view.day)) {
            Some(group) => group
                .members
                .iter()
                .filter(|code| !except.contains(code) && is_open(code) != Some(false))
                .map(|code| (LegRecipient::Position(code.clone()), is_open(code).is_some()))
                .collect(),
            None => vec![(LegRecipient::Outside(PostalParty { name: name.clone(), address: String::new() }), false)],
        },
    }
}
