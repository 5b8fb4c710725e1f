//! What follows an act.

use super::acts::{act_files, echo, tree};
use super::{Tone, at, day};
use crate::domain::letter::SecurityClass;
use crate::render::context::{
    AboutLetter, AbsenceHint, Corrected, Escalation, Item, KnownCause, Message, Open, Overdue, QuestionPassedOn, Recalled,
    Relation, Reminder, ReportAccepted, ReportSentBack,
};
use jiff::civil::date;

fn about(tone: Tone) -> AboutLetter {
    AboutLetter {
        subject: tone.text("Undangan Rapat Koordinasi Penanganan Banjir di Kecamatan Mekarwangi"),
        letter_number: tone.text("005/123/Setda"),
        class: SecurityClass::Ordinary,
        agenda_number: tone.text("412/Kominfo/2026"),
    }
}

pub(super) fn after_acts(tone: Tone) -> Vec<Message> {
    let empty_or_prose = if tone == Tone::Short { String::new() } else { tone.prose() };
    vec![
        Message::ReportAccepted(ReportAccepted { letter: about(tone), giver: tone.position(), accepted_at: at(9) }),
        Message::ReportSentBack(ReportSentBack {
            letter: about(tone),
            giver: tone.position(),
            note: tone.prose(),
            due: tone.maybe(at(16)),
        }),
        Message::QuestionPassedOn(QuestionPassedOn { letter: about(tone), actor: tone.position(), question_text: tone.prose() }),
        Message::Recalled(Recalled {
            letter: about(tone),
            actor: tone.position(),
            item: Item::Disposition,
            recalled_at: at(9),
            return_reason: empty_or_prose,
        }),
        Message::Corrected(Corrected {
            letter: about(tone),
            actor: tone.position(),
            item: Item::Disposition,
            delivered_at: at(8),
            before: echo(tone),
            after: echo(tone),
            act_files: act_files(tone),
        }),
    ]
}

pub(super) fn of_time(tone: Tone) -> Vec<Message> {
    let mut out = Vec::new();
    for open in Open::ALL {
        out.push(Message::Reminder(Reminder {
            letter: about(tone),
            item: Item::Letter,
            due: at(16),
            open: *open,
            echo: tone.maybe(echo(tone)),
            giver: tone.position(),
        }));
        out.push(Message::Overdue(Overdue {
            letter: about(tone),
            item: Item::Disposition,
            due: at(16),
            open: *open,
            echo: tone.maybe(echo(tone)),
            giver: tone.position(),
            escalate_at: at(17),
        }));
    }
    let time = at(9);
    let causes = [
        KnownCause::NotOpenedSince { time: time.clone() },
        KnownCause::TravelsUntil { time: day(date(2026, 12, 11)) },
        KnownCause::InWork { time },
        KnownCause::Nothing,
    ];
    out.extend(causes.into_iter().zip(Relation::ALL.iter().cycle()).map(|(known_cause, relation)| {
        Message::Escalation(Escalation {
            letter: about(tone),
            item: Item::Disposition,
            target: tone.short_title(),
            due: at(16),
            relation: *relation,
            known_cause,
            tree: tree(tone),
            other_target: tone.text("Kabid Aptika"),
            new_due: day(date(2026, 12, 14)),
        })
    }));
    out
}

pub(super) fn hint(tone: Tone) -> Message {
    Message::AbsenceHint(AbsenceHint {
        position: tone.position(),
        position_short: tone.short_title(),
        time: at(9),
        excerpt: tone.text("Saya sedang cuti sampai 11 Desember."),
        from: tone.maybe(day(date(2026, 12, 7))),
        to: tone.maybe(day(date(2026, 12, 11))),
        delegation_url: tone.maybe(tone.text("https://surat.sukamaju.example/delegasi")),
    })
}
