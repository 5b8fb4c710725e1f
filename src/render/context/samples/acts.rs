//! Acts.

use super::letters::{facts, file};
use super::{Tone, at, day};
use crate::domain::letter::SecurityClass;
use crate::render::context::{
    Act, ActFile, ActRecorded, AlreadyRecorded, Assurance, Challenge, ChallengeWhy, Clarify, DayOff, Decided, DispositionCopy,
    DispositionReceived, Echo, Item, Message, Question, ReportOn, ReportReceived, Returned, TreeLine,
};
use jiff::civil::date;

pub(super) fn echo(tone: Tone) -> Echo {
    Echo {
        act: Act::Disposition,
        targets: vec![tone.short_title()],
        instructions: vec!["follow_up".to_owned()],
        due: tone.maybe(day(date(2026, 11, 27))),
        note: if tone == Tone::Short { String::new() } else { tone.prose() },
    }
}

pub(super) fn tree(tone: Tone) -> Vec<TreeLine> {
    let line = |depth, state: &str| TreeLine {
        depth,
        giver: tone.position(),
        target: tone.position(),
        instructions: vec!["follow_up".to_owned(), "report_back".to_owned()],
        due: tone.maybe(day(date(2026, 11, 27))),
        state: state.to_owned(),
    };
    vec![line(0, "read"), line(1, "relayed")]
}

fn targets(tone: Tone) -> Vec<String> {
    tone.list(vec![tone.short_title(), tone.short_title(), tone.short_title(), tone.short_title()])
}

pub(super) fn acts(tone: Tone) -> Vec<Message> {
    let mut out = vec![disposition(tone), returned(tone), already(tone)];
    out.extend(ReportOn::ALL.iter().map(|answers| report(tone, *answers)));
    out.push(copy(tone));
    out.extend([Message::Approved(decided(tone, Item::Letter)), Message::Rejected(decided(tone, Item::Report))]);
    out.extend(Act::ALL.iter().map(|act| recorded(tone, *act)));
    out.extend(questions(tone).into_iter().map(|question| clarify(tone, question)));
    let whys = [
        ChallengeWhy::OutsideService { from_domain: tone.text("diskominfo.sukamaju.example") },
        ChallengeWhy::OriginFailed,
        ChallengeWhy::CodeLineOnly,
    ];
    out.extend(whys.into_iter().map(|why| challenge(tone, why)));
    out
}

fn disposition(tone: Tone) -> Message {
    Message::DispositionReceived(DispositionReceived {
        facts: facts(tone),
        giver: tone.position(),
        giver_short: tone.short_title(),
        acting_as: tone.maybe(tone.position()),
        instructions: vec!["follow_up".to_owned(), tone.text("periksa lokasi")],
        note: if tone == Tone::Short { String::new() } else { tone.prose() },
        other_targets: targets(tone),
        tree: tree(tone),
        assurance: Assurance::Challenge { channel: tone.text("Telegram"), time: at(9) },
        example_2: tone.text("Kasi Infra, siapkan bahan, besok"),
        file: file(tone),
        act_files: act_files(tone),
    })
}

fn recorded(tone: Tone, act: Act) -> Message {
    Message::ActRecorded(ActRecorded {
        thread_subject: tone.text("[SEGERA] Undangan Rapat Koordinasi - Setda - 005/123/Setda"),
        letter_number: tone.text("005/123/Setda"),
        class: SecurityClass::Ordinary,
        agenda_number: tone.text("412/Kominfo/2026"),
        recorded_at: at(10),
        act,
        targets: targets(tone),
        instructions: tone.list(vec!["follow_up".to_owned()]),
        due: tone.maybe(at(16)),
        note: if tone == Tone::Short { String::new() } else { tone.prose() },
        before: if act == Act::Correction { vec![echo(tone)] } else { Vec::new() },
        corrected: if act == Act::Correction { targets(tone) } else { Vec::new() },
        added: if act == Act::Disposition { tone.list(targets(tone)) } else { Vec::new() },
        unchanged: if act == Act::Disposition { tone.list(targets(tone)) } else { Vec::new() },
        due_note: tone.maybe(DayOff { day: day(date(2026, 12, 25)), day_off_name: tone.text("Hari Raya Natal") }),
        capacity_position: tone.position(),
        assurance: Assurance::Clerk { clerk: tone.text("Dewi Lestari") },
        undo_until: tone.maybe(at(11)),
        can_change: true,
    })
}

fn questions(tone: Tone) -> Vec<Question> {
    let (text, reading_1, reading_2) = (tone.text("kabid"), tone.text("5 Desember"), tone.text("12 Mei"));
    vec![
        Question::SeveralPositions { text: text.clone() },
        Question::TargetMissing,
        Question::InstructionMissing,
        Question::DateTwoWays { text: text.clone() },
        Question::DateMismatch,
        Question::GuidanceFromWhom,
        Question::SeveralReadings { text: text.clone(), reading_1: reading_1.clone(), reading_2: reading_2.clone() },
        Question::DateReadings { text: text.clone(), reading_1, reading_2 },
        Question::NotInCalendar { text },
    ]
}

fn clarify(tone: Tone, question: Question) -> Message {
    Message::Clarify(Clarify {
        thread_subject: tone.text("Undangan Rapat Koordinasi - Setda - 005/123/Setda"),
        letter_number: tone.text("005/123/Setda"),
        class: SecurityClass::Ordinary,
        agenda_number: tone.text("412/Kominfo/2026"),
        question,
        quote: tone.prose(),
        understood: tone.or_long("", "Tindak lanjuti, batas Jumat, 27 November 2026"),
        choices: tone.list(vec![tone.position(), tone.short_title(), tone.text("Kabid Aptika")]),
    })
}

fn challenge(tone: Tone, why: ChallengeWhy) -> Message {
    Message::Challenge(Challenge {
        letter_number: tone.text("005/123/Setda"),
        class: SecurityClass::Ordinary,
        agenda_number: tone.text("412/Kominfo/2026"),
        act: Act::Disposition,
        why,
        echo: echo(tone),
        confirm_url: tone.maybe(tone.text("https://surat.sukamaju.example/konfirmasi")),
        expires: at(16),
    })
}

fn already(tone: Tone) -> Message {
    Message::AlreadyRecorded(AlreadyRecorded {
        thread_subject: tone.text("Undangan Rapat Koordinasi - Setda - 005/123/Setda"),
        class: SecurityClass::Ordinary,
        actor: tone.position(),
        recorded_at: at(9),
        echo: echo(tone),
    })
}

fn returned(tone: Tone) -> Message {
    Message::Returned(Returned {
        facts: facts(tone),
        actor: tone.position(),
        item: Item::Disposition,
        return_reason: tone.prose(),
        act_files: act_files(tone),
        suggested_target: tone.maybe(tone.position()),
        example_1: tone.text("TL Kabid Aptika"),
    })
}

fn report(tone: Tone, answers: ReportOn) -> Message {
    Message::ReportReceived(ReportReceived {
        facts: facts(tone),
        actor: tone.position(),
        actor_short: tone.short_title(),
        answers,
        asked_at: day(date(2026, 12, 7)),
        report_text: tone.prose(),
        act_files: act_files(tone),
        assurance: Assurance::MailFull,
        open_children: targets(tone),
    })
}

fn decided(tone: Tone, item: Item) -> Decided {
    Decided {
        facts: facts(tone),
        actor: tone.position(),
        actor_short: tone.short_title(),
        item,
        note: if tone == Tone::Short { String::new() } else { tone.prose() },
        act_files: act_files(tone),
        assurance: Assurance::MailFull,
    }
}

/// One file in the message, and one behind a link.
pub(super) fn act_files(tone: Tone) -> Vec<ActFile> {
    let file = |name: &str, file_url| ActFile { name: tone.text(name), size: 412_000, file_url };
    let url = "https://surat.sukamaju.example/berkas/abcdefghijklmnopqrstuvwxyz/2".to_owned();
    if tone == Tone::Short { Vec::new() } else { vec![file("notula.pdf", None), file("foto lokasi.zip", Some(url))] }
}

fn copy(tone: Tone) -> Message {
    Message::DispositionCopy(DispositionCopy {
        facts: facts(tone),
        giver: tone.position(),
        giver_short: tone.short_title(),
        targets: if tone == Tone::Short { vec![tone.position()] } else { targets(tone) },
        instructions: vec!["follow_up".to_owned(), "report_back".to_owned()],
        note: if tone == Tone::Short { String::new() } else { tone.prose() },
        act_files: act_files(tone),
        assurance: Assurance::MailFull,
    })
}
