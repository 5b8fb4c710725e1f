//! Letters.

use super::{Tone, at, day};
use crate::domain::letter::SecurityClass;
use crate::render::context::{
    AttachedFile, Forwarded, Invitation, LetterFacts, LetterFileText, LetterText, Message, Purpose, SecretNotice,
};
use jiff::civil::date;

pub(super) fn facts(tone: Tone) -> LetterFacts {
    let long = "Undangan Rapat Koordinasi Penanganan Banjir dan Pohon Tumbang di Wilayah Kecamatan Mekarwangi, Bantarjati, dan \
                Sekitarnya pada Musim Hujan Tahun 2026 dan Awal Tahun 2027";
    LetterFacts {
        letter_number: tone.or_long("005/123/Setda", "B/512/400.7.8/SETDA/XII/2026"),
        letter_date: day(date(2026, 12, 7)),
        sender: tone.or_long("Sekretariat Daerah", super::LONG_POSITION),
        sender_short: tone.or_long("Setda", super::LONG_SHORT),
        subject: tone.or_long("Undangan Rapat Koordinasi", long),
        urgency: tone.urgency(),
        class: SecurityClass::Ordinary,
        due: tone.maybe(at(16)),
        attachments: tone.maybe(AttachedFile { name: tone.text("Peta kasus.pdf"), size: 1_100_000 }).into_iter().collect(),
        agenda_number: tone.or_long("412/Kominfo/2026", "1234/BKPSDM/2026"),
    }
}

pub(super) fn file(tone: Tone) -> LetterFileText {
    LetterFileText {
        file_name: tone.text("undangan.pdf"),
        pages: 2,
        size: 411_500,
        attached: tone != Tone::Long,
        letter_url: tone.maybe(tone.text("https://surat.sukamaju.example/surat/srt-0192")),
    }
}

fn letter(tone: Tone, class: SecurityClass) -> LetterText {
    LetterText {
        facts: LetterFacts { class, ..facts(tone) },
        acting_as: tone.maybe(format!("Plh. {}", tone.position())),
        capacity_position: tone.position(),
        summary: if tone == Tone::Short { String::new() } else { tone.prose() },
        file: file(tone),
        examples: vec![tone.text("TL Kabid Aptika, lapor Jumat"), tone.text("UDK Sekdis"), tone.text("Arsip")],
        masked_mailbox: tone.text("ase…@diskominfo…"),
    }
}

pub(super) fn letters(tone: Tone) -> Vec<Message> {
    vec![
        Message::LetterOrdinary(letter(tone, SecurityClass::Ordinary)),
        Message::LetterRestricted(letter(tone, SecurityClass::Restricted)),
        Message::LetterCc(letter(tone, SecurityClass::Ordinary)),
        Message::LetterSecret(SecretNotice {
            capacity_position: tone.position(),
            class: SecurityClass::Secret,
            agenda_number: tone.text("7/Setda/2026"),
            copy_number: 2,
            copy_count: 5,
            desk: tone.unit(),
            handover_due: at(15),
        }),
        Message::Invitation(Invitation {
            facts: facts(tone),
            acting_as: tone.maybe(tone.position()),
            starts: at(9),
            ends: tone.maybe(at(12)),
            event_place: tone.or_long("Aula Setda", "Ruang Rapat Utama Lantai 3 Balai Kota, Jalan Merdeka Nomor 1"),
            for_unit: false,
            has_calendar: tone != Tone::Short,
            subordinate_example: tone.text("Kabid Aptika"),
            file: file(tone),
        }),
        Message::ForwardReceived(Forwarded {
            facts: facts(tone),
            giver: tone.position(),
            giver_short: tone.short_title(),
            acting_as: tone.maybe(tone.position()),
            purpose: tone.maybe(Purpose::Guidance),
            note: if tone == Tone::Short { String::new() } else { tone.prose() },
            examples: vec![tone.text("TL Kabid Aptika, lapor Jumat")],
            act_files: super::acts::act_files(tone),
            file: file(tone),
        }),
    ]
}
