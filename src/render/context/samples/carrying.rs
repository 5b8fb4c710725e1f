//! On the way, links, seals.

use super::{Tone, at, day};
use crate::domain::delegation::AbsenceReason;
use crate::domain::delivery::{Channel, DeliveryState, PrintReason};
use crate::domain::letter::SecurityClass;
use crate::render::context::{
    AbsentWithoutDelegate, Alarm, AlarmCleared, ChannelReason, DeliveryDelayed, FallenBackOperator, FallenBackSender,
    ForeignAnswer, HandedOver, LinkCode, Message, NotHandedOver, OutcomeUnknown, PrintNote, PrintWithdrawn, SealNote,
    TelegramLinked, TestSend, TwoFrom, Undeliverable, UnitMail,
};
use jiff::civil::date;

const SUBJECT: &str = "Undangan Rapat Koordinasi Penanganan Banjir di Kecamatan Mekarwangi";

pub(super) fn for_operators(tone: Tone) -> Vec<Message> {
    let number = || tone.text("005/123/Setda");
    let agenda = || tone.text("412/Kominfo/2026");
    let mut out = vec![
        Message::Undeliverable(Undeliverable {
            recipient_short: tone.short_title(),
            letter_number: number(),
            class: SecurityClass::Ordinary,
            agenda_number: agenda(),
            channel_reasons: vec![
                ChannelReason { channel: Channel::Email, cause: tone.text("5.1.1 mailbox unknown") },
                ChannelReason { channel: Channel::Telegram, cause: tone.text("diblokir pemilik") },
            ],
            deadline: at(16),
            tray_url: tone.maybe(tone.text("https://surat.sukamaju.example/tray")),
        }),
        Message::OutcomeUnknown(OutcomeUnknown {
            channel: if tone == Tone::Short { Channel::Telegram } else { Channel::Email },
            recipient_short: tone.short_title(),
            letter_number: number(),
            class: SecurityClass::Ordinary,
            agenda_number: agenda(),
            resolve_by: at(10),
        }),
        Message::TwoFrom(TwoFrom { position: tone.position(), position_short: tone.short_title() }),
        Message::UnitMail(UnitMail {
            addressee: tone.unit(),
            masked_address: tone.maybe(tone.text("war…@provinsi…")).unwrap_or_default(),
            proven: tone == Tone::Short,
            received_at: at(9),
            tray: tone.text("try-018f2a7c00007000800000000000000a"),
        }),
    ];
    out.extend(ended(tone).map(Message::NotHandedOverOperator));
    out.extend(for_every_reason(tone));
    out
}

/// The ways in which a delivery ends with nothing after it.
fn ended(tone: Tone) -> impl Iterator<Item = NotHandedOver> {
    let ways = [
        (Channel::Print, DeliveryState::Refused),
        (Channel::Print, DeliveryState::NotFound),
        (Channel::Print, DeliveryState::Cancelled),
        (Channel::Email, DeliveryState::Cancelled),
        (Channel::Telegram, DeliveryState::Cancelled),
    ];
    ways.into_iter().map(move |(channel, state)| NotHandedOver {
        subject: tone.text(SUBJECT),
        letter_number: tone.text("005/123/Setda"),
        class: SecurityClass::Ordinary,
        agenda_number: tone.text("412/Kominfo/2026"),
        recipient: tone.position(),
        recipient_short: tone.short_title(),
        channel,
        state,
        carried: tone != Tone::Short && channel == Channel::Print,
        remark: tone.maybe(tone.text("kantor sudah pindah")).unwrap_or_default(),
        tray: tone.text("try-018f2a7c00007000800000000000000a"),
        unit: tone.maybe(tone.unit()).unwrap_or_default(),
    })
}

fn for_every_reason(tone: Tone) -> Vec<Message> {
    let mut out = Vec::new();
    out.extend(AbsenceReason::ALL.iter().map(|reason| {
        Message::AbsentWithoutDelegate(AbsentWithoutDelegate {
            position: tone.position(),
            position_short: tone.short_title(),
            absence_reason: *reason,
            from: day(date(2026, 12, 7)),
            to: tone.maybe(day(date(2026, 12, 11))),
            delegate: tone.maybe(tone.position()),
            waiting: 3,
            deadline: at(16),
            unit: tone.unit(),
        })
    }));
    out.extend(PrintReason::ALL.iter().map(|reason| {
        Message::FallenBackOperator(FallenBackOperator {
            recipient_short: tone.short_title(),
            letter_number: tone.text("005/123/Setda"),
            class: SecurityClass::Ordinary,
            agenda_number: tone.text("412/Kominfo/2026"),
            recipient: tone.position(),
            print_reason: *reason,
            position: tone.position(),
            channel_url: tone.maybe(tone.text("https://surat.sukamaju.example/saluran")),
        })
    }));
    out
}

pub(super) fn for_clerks(tone: Tone) -> Vec<Message> {
    vec![
        Message::PrintNote(PrintNote {
            desk: tone.unit(),
            count: 1_234,
            urgent_count: if tone == Tone::Short { 0 } else { 2 },
            secret_count: u64::from(tone != Tone::Short),
            routes: vec![tone.text("Balai Kota"), tone.text("Mekarwangi")],
            oldest: at(8),
            desk_url: tone.maybe(tone.text("https://surat.sukamaju.example/cetak")),
        }),
        Message::PrintWithdrawn(PrintWithdrawn {
            recipient_short: tone.short_title(),
            letter_number: tone.text("005/123/Setda"),
            class: SecurityClass::Ordinary,
            agenda_number: tone.text("412"),
            read_at: at(9),
        }),
    ]
}

pub(super) fn for_administrators(tone: Tone) -> Vec<Message> {
    vec![
        Message::Alarm(Alarm {
            what: tone.text("Surel keluar"),
            since: at(8),
            cause: tone.text("server surel tidak menjawab"),
            waiting: 12,
            oldest: tone.maybe(at(8)),
            nothing_lost: tone != Tone::Short,
            remedy: tone.text("periksa jaringan ke server surel"),
        }),
        Message::AlarmCleared(AlarmCleared {
            what: tone.text("Surel keluar"),
            at: at(9),
            duration: tone.text("45 menit"),
            eta: tone.maybe(at(10)),
        }),
        Message::TestSend(TestSend { administrator: tone.text("Rudi Hartono") }),
    ]
}

pub(super) fn for_anybody(tone: Tone) -> Vec<Message> {
    let number = || tone.text("005/123/Setda");
    let mut out = vec![
        Message::DeliveryDelayed(DeliveryDelayed {
            subject: tone.text(SUBJECT),
            letter_number: number(),
            class: SecurityClass::Ordinary,
            agenda_number: tone.text("412"),
            recipient: tone.position(),
            hours: 4,
            cause: tone.text("server surel penerima tidak menjawab"),
            deadline: at(16),
        }),
        Message::FallenBackSender(FallenBackSender {
            subject: tone.text(SUBJECT),
            letter_number: number(),
            class: SecurityClass::Ordinary,
            agenda_number: tone.text("412"),
            recipient: tone.position(),
            desk: tone.unit(),
            queued_at: at(9),
            print_reason: PrintReason::Bounced,
            letter_url: tone.maybe(tone.text("https://surat.sukamaju.example/surat/1")),
        }),
        Message::HandedOverSender(HandedOver {
            subject: tone.text(SUBJECT),
            letter_number: number(),
            class: SecurityClass::Ordinary,
            agenda_number: tone.text("412"),
            receiver_name: tone.text("Eka Nurjanah, S.AP."),
            receiver_position: tone.position(),
            handed_at: at(14),
            evidence_url: tone.maybe(tone.text("https://surat.sukamaju.example/bukti/1")),
        }),
    ];
    out.extend(ended(tone).map(Message::NotHandedOverSender));
    out.extend(links(tone));
    out
}

fn links(tone: Tone) -> Vec<Message> {
    let number = || tone.text("005/123/Setda");
    vec![
        Message::LinkCode(LinkCode {
            code: tone.text("K7M4Q2"),
            expires: at(10),
            bot: tone.text("kurir_sukamaju_bot"),
            capacity_position: tone.position(),
        }),
        Message::TelegramLinked(TelegramLinked {
            name: tone.text("Eka Nurjanah, S.AP."),
            capacity_position: tone.position(),
            telegram_name: tone.text("Eka N"),
            linked_at: at(10),
        }),
        Message::SealNote(SealNote { fingerprint: tone.text("AB:CD:EF"), ca_file: tone.text("kurir-ca.pem") }),
        Message::ForeignAnswer(ForeignAnswer {
            masked_address: tone.text("ase…@diskominfo…"),
            letter_number: number(),
            class: SecurityClass::Ordinary,
            agenda_number: tone.text("412"),
        }),
    ]
}
