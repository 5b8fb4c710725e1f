//! The words as the rest of the house gets them: through the desk's public face only.

use kurir::render::context::samples::{Tone, messages, messages_in};
use kurir::render::context::{Message, You};
use kurir::render::desk::Desk;
use std::collections::BTreeSet;

#[test]
fn every_kind_has_samples_and_every_sample_has_both_twins() {
    let desk = Desk::new().unwrap();
    let mut seen = BTreeSet::new();
    for (frame, message) in messages() {
        let mail = desk.mail(&frame, &message).unwrap();
        assert!(!mail.subject.is_empty() && !mail.text.is_empty(), "{}", message.kind());
        assert!(mail.html.starts_with("<!doctype html>") && mail.html.contains("lang=\"id\""), "{}", message.kind());
        assert!(!message.has_chat() || !desk.chat(&frame, &message).unwrap().html.is_empty(), "{}", message.kind());
        seen.insert(message.kind());
    }
    for kind in Message::KINDS {
        assert!(seen.contains(*kind), "{kind} has no sample");
    }
    assert!(seen.iter().filter(|kind| kind.starts_with("refused/")).count() >= 25);
}

#[test]
fn every_folder_of_a_kind_is_used() {
    let used: BTreeSet<String> = messages_in(Tone::Short).iter().map(|(_, message)| message.kind()).collect();
    let folders = |path: &str| -> Vec<String> {
        let dir = format!("{}/templates/email/{path}", env!("CARGO_MANIFEST_DIR"));
        let names = std::fs::read_dir(dir).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap());
        names.filter(|name| !name.starts_with('_') && name != "refused").map(|name| format!("{path}{name}")).collect()
    };
    for kind in folders("").into_iter().chain(folders("refused/")) {
        assert!(used.contains(&kind), "templates/email/{kind} belongs to no message");
    }
}

#[test]
fn both_twins_say_the_same_names_and_numbers() {
    let desk = Desk::new().unwrap();
    for (frame, message) in messages_in(Tone::Short) {
        let mail = desk.mail(&frame, &message).unwrap();
        for number in ["005/123/Setda", "Undangan Rapat Koordinasi", "412/Kominfo/2026"] {
            let in_text = mail.text.contains(number);
            assert_eq!(
                in_text,
                mail.html.split("</title>").nth(1).unwrap().contains(number) && in_text,
                "{}: {number}",
                message.kind()
            );
        }
    }
}

#[test]
fn a_letter_in_the_hand_of_its_reader_reads_as_the_voice_says() {
    let desk = Desk::new().unwrap();
    let (mut frame, message) = messages_in(Tone::Short).into_iter().find(|(_, one)| one.kind() == "letter_ordinary").unwrap();
    frame.you = You::Either;
    let mail = desk.mail(&frame, &message).unwrap();
    assert_eq!(mail.subject, "Undangan Rapat Koordinasi - Sekretariat Daerah - 005/123/Setda");
    assert!(mail.text.starts_with("Yth. Camat Mekarwangi\ndi Sukamaju\n\nNaskah dinas berikut ditujukan kepada Bapak/Ibu.\n"));
    assert!(mail.text.contains("\nSurat lengkap terlampir: undangan.pdf (2 halaman, 412 kB).\n"), "{}", mail.text);
    let chat = desk.chat(&frame, &message).unwrap().html;
    assert_eq!(chat, "<b>Undangan Rapat Koordinasi</b>\nDari: Setda\nNomor: 005/123/Setda, 7 Desember 2026");
}
