//! Refusals.

use super::acts::echo;
use super::{Tone, at, day};
use crate::domain::delivery::Channel;
use crate::domain::letter::SecurityClass;
use crate::render::context::{Act, Because, Item, Message, PdfUnreadable, Refused};
use jiff::civil::date;

pub(super) fn refusals(tone: Tone) -> Vec<Message> {
    let mut causes = of_origin(tone);
    causes.extend(of_instruction(tone));
    causes.extend(of_power(tone));
    causes.extend(of_size(tone));
    causes
        .into_iter()
        .map(|because| {
            Message::Refused(Refused {
                thread_subject: tone.text("Undangan Rapat Koordinasi - Setda - 005/123/Setda"),
                class: matches!(because, Because::ClassForbidsChannel { .. }).then_some(SecurityClass::Secret),
                agenda_number: tone.text("412/Kominfo/2026"),
                to_stranger: matches!(because, Because::UnknownSender { .. } | Because::TokenForeign),
                because,
            })
        })
        .collect()
}

fn of_origin(tone: Tone) -> Vec<Because> {
    let letter_number = tone.text("005/123/Setda");
    let confirm_url = tone.maybe(tone.text("https://surat.sukamaju.example/konfirmasi"));
    vec![
        Because::UnknownSender { public_contact: tone.text("loket Balai Kota") },
        Because::TokenMissing,
        Because::UnitMail { addressee: tone.unit() },
        Because::TokenExpired { expired_at: at(9), letter_number: letter_number.clone() },
        Because::TokenForeign,
        Because::TokenUsed { letter_number: letter_number.clone(), recorded_at: at(9), echo: echo(tone) },
        Because::OriginNotChecked { confirm_url: confirm_url.clone() },
        Because::SignatureBroken { confirm_url },
        Because::SignatureOtherSigner { signer: tone.text("Asep Sunandar"), from_name: tone.text("Eka Nurjanah") },
        Because::LetterRecalled { letter_number: letter_number.clone(), sender: tone.unit(), recalled_at: at(9) },
        Because::AlreadySettled { letter_number, actor: tone.position(), closed_at: at(9) },
    ]
}

fn of_instruction(tone: Tone) -> Vec<Because> {
    let understood = tone.text("Tindak lanjuti, Kabid Aptika");
    vec![
        Because::NotAuthorised {
            understood: understood.clone(),
            target: tone.position(),
            capacity_position: tone.position(),
            allowed_targets: tone.list(vec![tone.short_title(), tone.text("Kabid Aptika")]),
        },
        Because::Circular { understood: understood.clone(), item: Item::Disposition, target: tone.position() },
        Because::ToOneself,
        Because::TargetMissing { instructions: vec!["follow_up".to_owned()], example_1: tone.text("TL Kabid Aptika") },
        Because::TargetUnknown {
            understood: understood.clone(),
            text: tone.text("Kabid Aptiko"),
            unit: tone.unit(),
            nearest: tone.list(vec![tone.text("Kabid Aptika")]),
        },
        Because::DueInPast { understood, due: day(date(2026, 12, 1)) },
        Because::Question { unit: Some(tone.unit()) },
        Because::WordNotInUse { intent: "unable_to_attend".to_owned(), unit: (tone == Tone::Long).then(|| tone.unit()) },
        Because::EmptyReply { example_1: tone.text("TL Kabid Aptika"), attachments: tone.list(vec![tone.text("notula.pdf")]) },
        Because::RecordUnreachable { act: Act::Report, system: tone.text("SRIKANDI"), since: at(7) },
    ]
}

fn of_power(tone: Tone) -> Vec<Because> {
    vec![
        Because::DelegateOutsideDates {
            capacity_position: format!("Plh. {}", tone.position()),
            from: day(date(2026, 12, 7)),
            to: tone.maybe(day(date(2026, 12, 11))),
            received_date: day(date(2026, 12, 14)),
            holder: tone.position(),
            unit: tone.unit(),
        },
        Because::AbsentOfficialActing {
            to: tone.maybe(day(date(2026, 12, 11))),
            position: tone.position(),
            delegate: tone.short_title(),
        },
        Because::PowerEnded {
            since: day(date(2026, 12, 1)),
            position: tone.position(),
            holder: if tone == Tone::Short { String::new() } else { tone.position() },
            unit: tone.unit(),
        },
        Because::UnitOperatorActing { unit: tone.unit() },
        Because::ClassForbidsChannel {
            channel: Channel::Telegram,
            letter_url: tone.maybe(tone.text("https://surat.sukamaju.example/surat/1")),
        },
    ]
}

fn of_size(tone: Tone) -> Vec<Because> {
    let file_name = tone.text("lampiran.pdf");
    let upload_url = tone.maybe(tone.text("https://surat.sukamaju.example/unggah"));
    vec![
        Because::AttachmentTooBig {
            recorded: tone == Tone::Long,
            file_name: file_name.clone(),
            size: 120_000_000,
            limit: 100_000_000,
            upload_url: upload_url.clone(),
        },
        Because::AttachmentsTooMany { recorded: tone == Tone::Long, count: 30, limit: 20 },
        Because::PdfEncrypted { file_name: file_name.clone() },
        Because::PdfUnreadable { file_name, fault: PdfUnreadable::Damaged },
        Because::MailTooBig { size: 30_000_000, limit: 25_000_000, upload_url },
        Because::MailTooComplex,
        Because::QuotaExceeded { count: 20, retry_at: at(7) },
    ]
}
