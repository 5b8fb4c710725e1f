//! Chat texts and pop-ups.

use super::{Tone, at};
use crate::domain::letter::SecurityClass;
use crate::render::context::{Act, Chat, Pop, You};

/// Every chat text in every tone.
pub fn chats() -> Vec<Chat> {
    Tone::ALL.into_iter().flat_map(|tone| flow(tone).into_iter().chain(notices(tone))).collect()
}

/// Every pop-up in every tone.
pub fn pops() -> Vec<Pop> {
    Tone::ALL.into_iter().flat_map(pops_in).collect()
}

fn flow(tone: Tone) -> Vec<Chat> {
    let targets = || vec![tone.short_title(), tone.short_title(), tone.short_title()];
    let letter_number = || tone.text("005/123/Setda");
    let check = |class| Chat::FlowCheck {
        letter_number: letter_number(),
        subject: tone.text("Undangan Rapat Koordinasi"),
        class,
        agenda_number: tone.text("412"),
        targets: targets(),
        instructions: vec!["follow_up".to_owned(), "report_back".to_owned()],
        due: tone.maybe(at(16)),
        note: tone.prose(),
        acting_as: tone.maybe(tone.position()),
    };
    vec![
        Chat::FlowTargets { letter_number: letter_number() },
        Chat::FlowInstructions { targets: targets() },
        Chat::FlowDue,
        Chat::FlowNote,
        Chat::FlowDone { recorded_at: at(9) },
        Chat::FlowDropped,
        Chat::FlowUnrecorded,
        Chat::ReturnReason { letter_number: letter_number() },
        check(SecurityClass::Ordinary),
        check(SecurityClass::Restricted),
        Chat::WeightyAct {
            act: Act::Approval,
            letter_number: letter_number(),
            class: SecurityClass::Ordinary,
            agenda_number: tone.text("412"),
            acting_as: tone.maybe(tone.position()),
        },
    ]
}

fn notices(tone: Tone) -> Vec<Chat> {
    let link_url = || tone.maybe(tone.text("https://surat.sukamaju.example/saluran"));
    vec![
        Chat::Hello { city: tone.text("Kota Sukamaju"), link_url: link_url() },
        Chat::WrongCode { minutes: 15, link_url: link_url() },
        Chat::TooManyCodes { retry_at: at(10), unit: tone.maybe(tone.unit()) },
        Chat::AlreadyLinked { name: tone.text("Eka Nurjanah, S.AP."), capacity_position: tone.position() },
        Chat::LinkedToAnother,
        Chat::Unlinked { link_url: link_url() },
        Chat::GroupRefused { bot: tone.text("kurir_sukamaju_bot") },
        Chat::Help { unit: tone.unit(), operator_contact: tone.text("0812-0000-0231") },
        Chat::FreeText,
        Chat::MessageEdited,
        Chat::Search,
        Chat::NothingOpen,
        Chat::NothingOverdue,
        Chat::NoDelegation,
    ]
}

fn pops_in(tone: Tone) -> Vec<Pop> {
    vec![
        Pop::Recorded,
        Pop::Undone,
        Pop::AlreadyCarried { time: at(9) },
        Pop::InWork,
        Pop::RecordedBy { actor: tone.position(), recorded_at: at(9) },
        Pop::RecordedAlready { recorded_at: at(9) },
        Pop::Confirmed { you: You::Either },
        Pop::Disowned,
        Pop::MailMissing { unit: tone.unit(), you: You::Ibu },
        Pop::NotRecorded,
        Pop::Declined { why: if tone == Tone::Short { String::new() } else { tone.prose() } },
        Pop::NoPower { holder: if tone == Tone::Short { String::new() } else { tone.position() } },
        Pop::ButtonOld,
        Pop::NotYours,
        Pop::DueInPast { due: at(9) },
    ]
}
