//! What the class takes away, and the filled example of the voice word for word.

use super::*;
use crate::domain::letter::SecurityClass;
use crate::render::context::samples::{Tone, messages_in};

fn desk() -> Desk {
    Desk::new().unwrap()
}

/// The message with another class, by way of its values.
fn with_class(desk: &Desk, frame: &Frame, message: &Message, class: SecurityClass, medium: Medium) -> Option<String> {
    let kind = message.kind();
    let mut raw = to_value(&kind, message).ok()?;
    let map = raw.as_object_mut()?;
    map.get("class")?;
    map.insert("class".into(), Value::String(class.to_string()));
    let values = desk.values(&kind, &raw, Some(frame), medium).ok()?;
    let name = match medium {
        Medium::Mail => format!("email/{kind}/body.txt"),
        Medium::Chat => format!("telegram/{kind}.html"),
    };
    let subject = if medium == Medium::Mail { desk.subject(&kind, &values).ok()? } else { String::new() };
    if !desk.tera.contains_template(&name) {
        return None;
    }
    Some(format!("{subject}\n{}", desk.render(&name, &values).ok()?))
}

#[test]
fn a_restricted_letter_shows_no_content_in_a_chat_and_a_closed_one_nowhere() {
    let desk = desk();
    let mut seen = 0;
    for (frame, message) in messages_in(Tone::Long) {
        // The guard's own notices carry the class as their topic.
        if let Some(chat) = with_class(&desk, &frame, &message, SecurityClass::Restricted, Medium::Chat) {
            seen += 1;
            for content in ["Koordinasi", "Pohon tumbang", "Peta kasus", "notula.pdf", "Ruang Rapat"] {
                assert!(!chat.contains(content), "{} tells {content}: {chat}", message.kind());
            }
        }
        for medium in [Medium::Mail, Medium::Chat] {
            let Some(text) = with_class(&desk, &frame, &message, SecurityClass::TopSecret, medium) else { continue };
            for content in ["Rapat Koordinasi", "Pohon tumbang", "Peta kasus", "notula.pdf,", "005/123", "B/512", "undangan.pdf"]
            {
                let own_thread = text.contains("Re: ") || matches!(message, Message::AlreadyRecorded(_));
                assert!(!text.contains(content) || own_thread, "{} tells {content}: {text}", message.kind());
            }
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn a_closed_notice_shows_no_office_and_no_words_of_an_instruction() {
    let desk = desk();
    let (frame, notice) = messages_in(Tone::Long).into_iter().find(|(_, one)| one.kind() == "letter_secret").unwrap();
    assert!(!frame.office.is_empty());
    let html = desk.mail(&frame, &notice).unwrap().html;
    assert!(html.contains("Kurir, pengantar naskah dinas</strong>"), "{html}");
    let (frame, message) = messages_in(Tone::Long).into_iter().find(|(_, one)| one.kind() == "disposition_received").unwrap();
    let chat = with_class(&desk, &frame, &message, SecurityClass::Restricted, Medium::Chat).unwrap();
    assert!(chat.contains("Tindak lanjuti") && !chat.contains("periksa lokasi"), "{chat}");
}

#[test]
fn a_restricted_chat_says_where_the_content_is() {
    let desk = desk();
    let (frame, message) = messages_in(Tone::Long).into_iter().find(|(_, one)| one.kind() == "report_received").unwrap();
    let Message::ReportReceived(mut report) = message else { panic!() };
    report.facts.class = SecurityClass::Restricted;
    let chat = desk.chat(&frame, &Message::ReportReceived(report)).unwrap().html;
    assert!(chat.starts_with("<b>Laporan: Surat terbatas</b>"), "{chat}");
    assert!(chat.ends_with("Isinya ada di surel dinas."), "{chat}");
}

#[test]
fn the_filled_example_of_the_voice_comes_out_word_for_word() {
    let desk = desk();
    let (frame, message) = filled_example();
    let mail = desk.mail(&frame, &message).unwrap();
    assert_eq!(mail.subject, "[SEGERA] Disposisi: Undangan Rapat Koordinasi - 005/123/Setda");
    let expected = "\
Yth. Kepala Bidang Aplikasi Informatika
di Sukamaju

Kepala Dinas Komunikasi dan Informatika memberi disposisi kepada
Bapak/Ibu.

Instruksi   : Tindak lanjuti; Laporkan hasilnya
Batas waktu : Jumat, 27 November 2026

Nomor        : 005/123/Setda
Tanggal      : 23 November 2026
Dari         : Sekretariat Daerah
Hal          : Undangan Rapat Koordinasi
Sifat        : Segera
Nomor agenda : 412/Kominfo/2026

Alur disposisi:
  Kepala Dinas Komunikasi dan Informatika kepada Kepala Bidang Aplikasi
  Informatika: Tindak lanjuti; Laporkan hasilnya, batas Jum, 27 Nov 2026
  (diserahkan ke server surel)

Disposisi ini terbukti lewat tautan rahasia dan alamat terdaftar.

Balas surel ini untuk melapor, memberi disposisi lagi, atau
mengembalikan. Contoh:
  Sudah dilaksanakan, notula terlampir
  Kasi Infra, siapkan bahan, besok
  Kembalikan, bukan tugas bidang kami

-----
";
    assert!(mail.text.starts_with(expected), "{}", mail.text);
}

/// The disposition of voice.md 2.7.
fn filled_example() -> (Frame, Message) {
    use crate::domain::letter::Urgency;
    use crate::render::context::{Assurance, Salutation, TreeLine};
    use jiff::civil::date;
    let (mut frame, message) =
        messages_in(Tone::Short).into_iter().find(|(_, one)| one.kind() == "disposition_received").unwrap();
    let Message::DispositionReceived(mut told) = message else { panic!() };
    let day = |month, day| crate::render::moment::Moment::day(date(2026, month, day));
    frame.you = You::Either;
    frame.salutation = Salutation::Official {
        capacity_position: "Kepala Bidang Aplikasi Informatika".into(),
        place: "Sukamaju".into(),
        person: String::new(),
    };
    (told.file.attached, told.file.letter_url) = (false, None);
    told.giver = "Kepala Dinas Komunikasi dan Informatika".into();
    told.instructions = vec!["follow_up".into(), "report_back".into()];
    told.facts.due = Some(day(11, 27));
    told.facts.letter_date = day(11, 23);
    told.facts.urgency = Urgency::Urgent;
    told.assurance = Assurance::MailFull;
    told.tree = vec![TreeLine {
        depth: 0,
        giver: told.giver.clone(),
        target: "Kepala Bidang Aplikasi Informatika".into(),
        instructions: told.instructions.clone(),
        due: told.facts.due.clone(),
        state: "relayed".into(),
    }];
    (frame, Message::DispositionReceived(told))
}
