//! What is checked on every text: escaping, the rules of the voice, lengths, classes.

use super::*;
use crate::domain::letter::SecurityClass;
use crate::render::context::samples::{HOSTILE, Tone, chats, messages, messages_in, pops};

/// Words that are never said (voice rule 7, and the pronouns of rule 2).
const FORBIDDEN: [&str; 19] = [
    "anda",
    "saudara",
    "kamu",
    "invalid",
    "error",
    "token",
    "internal",
    "submit",
    "ilegal",
    "palsu",
    "pelanggaran",
    "email",
    "e-mail",
    "link",
    "upload",
    "download",
    "password",
    "login",
    "deadline",
];

fn desk() -> Desk {
    Desk::new().unwrap()
}

/// Words in lower case, split at everything that is no letter or hyphen.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '-')).map(str::to_lowercase).collect()
}

/// The text without tags, entities resolved: what a reader sees.
fn visible(html: &str) -> String {
    let tags = regex::Regex::new("<[^>]*>").unwrap();
    let text = tags.replace_all(html, "");
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#x2F;", "/")
        .replace("&amp;", "&")
}

#[test]
fn what_is_stored_is_read_back_as_it_was_said() {
    for (_, message) in messages() {
        let (kind, stored) = (message.kind(), message.to_payload());
        let text = stored.to_string();
        let back = serde_json::from_str(&text).and_then(|stored| Message::read(&kind, &stored));
        assert_eq!(back.as_ref().ok(), Some(&message), "{kind}: {:?} {text}", back.as_ref().err());
        // Derived names stand beside the fields: none may be said twice in one object, the second would hide the first.
        let said = serde_json::to_string(&message).unwrap();
        assert_eq!(said.len(), text.len(), "{kind} says a name twice: {said}");
    }
}

fn assert_voice(name: &str, text: &str) {
    let seen = words(text);
    for word in FORBIDDEN {
        assert!(!seen.iter().any(|one| one == word), "{name} says {word:?}: {text}");
    }
    for phrase in ["klik di sini", "tidak sah", "sistem menolak", "Kepada Yth", "!"] {
        assert!(!text.contains(phrase), "{name} says {phrase:?}: {text}");
    }
    let pleas = seen.iter().filter(|word| *word == "mohon").count();
    assert!(pleas <= 1, "{name} says mohon {pleas} times: {text}");
}

#[test]
fn no_sample_says_a_forbidden_word_or_begs_twice() {
    let desk = desk();
    for tone in [Tone::Short, Tone::Long] {
        for (frame, message) in messages_in(tone) {
            let mail = desk.mail(&frame, &message).unwrap();
            assert_voice(&message.kind(), &format!("{}\n{}", mail.subject, mail.text));
            if message.has_chat() {
                assert_voice(&message.kind(), &visible(&desk.chat(&frame, &message).unwrap().html));
            }
        }
    }
    for chat in chats().iter().take(chats().len() / 3 * 2) {
        assert_voice(&chat.code(), &visible(&desk.say(You::Ibu, chat).unwrap().html));
    }
}

#[test]
fn markup_in_any_field_is_text_in_every_html() {
    let desk = desk();
    for (frame, message) in messages_in(Tone::Hostile) {
        let mail = desk.mail(&frame, &message).unwrap();
        let chat = if message.has_chat() { desk.chat(&frame, &message).unwrap().html } else { String::new() };
        for html in [&mail.html, &chat] {
            assert!(!html.contains("<b>&\""), "{}: {html}", message.kind());
            assert!(!html.contains("<script") && !html.contains("</td><s"), "{}: {html}", message.kind());
            assert!(!html.contains("&amp;lt;"), "{} escapes twice", message.kind());
            assert!(!html.contains('\u{202e}'), "{}", message.kind());
        }
        assert!(mail.html.contains("&lt;b&gt;&amp;&quot;"), "{} shows nothing of it", message.kind());
        assert!(!mail.subject.contains(['\n', '\r']));
    }
    for chat in chats() {
        let html = desk.say(You::Either, &chat).unwrap().html;
        assert!(!html.contains("<b>&\"") && !html.contains("<script"), "{}", chat.code());
    }
}

#[test]
fn every_text_field_of_every_context_reaches_its_template_escaped() {
    // Not the sample but the values are replaced: every string that is no code, at every depth, one desk-wide proof.
    let desk = desk();
    for (frame, message) in messages_in(Tone::Long) {
        let kind = message.kind();
        let mut values = desk.values(&kind, &message, Some(&frame), Medium::Mail).unwrap();
        values.values_mut().for_each(plant);
        values.insert("mail_subject".into(), Value::String(HOSTILE.into()));
        values.insert(
            "blocks".into(),
            serde_json::to_value(fold::blocks(&format!("{HOSTILE}\n\nHal : {HOSTILE}\n\n  {HOSTILE}"))).unwrap(),
        );
        let mail = format!("email/{kind}/body.html");
        let chat = format!("telegram/{kind}.html");
        for name in [mail.as_str(), chat.as_str(), "email/_frame/derived.html", "telegram/_derived.html"] {
            if !desk.tera.contains_template(name) {
                continue;
            }
            let html = desk.render(name, &values).unwrap();
            assert!(!html.contains(HOSTILE), "{name}: {html}");
        }
    }
}

fn plant(value: &mut Value) {
    match value {
        Value::String(text) => {
            let is_code = text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            let is_moment = text.parse::<crate::render::moment::Moment>().is_ok();
            if !is_code && !is_moment {
                *text = HOSTILE.to_owned();
            }
        }
        Value::Array(list) => list.iter_mut().for_each(plant),
        Value::Object(map) => map.values_mut().for_each(plant),
        _ => {}
    }
}

#[test]
fn subjects_fit_their_line_and_keep_the_number() {
    let desk = desk();
    for (frame, message) in messages_in(Tone::Long) {
        let subject = desk.mail(&frame, &message).unwrap().subject;
        let limit = if subject.starts_with("Re: ") { 240 } else { fit::SUBJECT_LINE };
        assert!(subject.chars().count() <= limit, "{}: {subject}", message.kind());
        if let Message::LetterOrdinary(letter) = &message {
            assert!(subject.ends_with(&letter.facts.letter_number), "{subject}");
            assert!(subject.starts_with("[SANGAT SEGERA] Undangan"), "{subject}");
        }
    }
}

#[test]
fn plain_twins_have_72_columns_and_html_stays_small() {
    let desk = desk();
    for (frame, message) in messages() {
        let mail = desk.mail(&frame, &message).unwrap();
        let too_long = mail.text.lines().find(|line| line.chars().count() > fold::COLUMNS && line.trim().contains(' '));
        assert_eq!(too_long, None, "{}", message.kind());
        assert!(mail.html.len() < 30_000, "{}: {} bytes", message.kind(), mail.html.len());
        assert!(!mail.html.contains("<img") && !mail.html.contains("<style"), "{}", message.kind());
        assert!(mail.text.contains("Kurir tidak pernah menanyakan kata sandi"), "{}", message.kind());
    }
}

#[test]
fn chat_texts_fit_and_use_the_listed_tags_only() {
    let desk = desk();
    let tag = regex::Regex::new("</?([a-z]+)>").unwrap();
    let texts = messages_in(Tone::Long)
        .into_iter()
        .filter(|(_, message)| message.has_chat())
        .map(|(frame, message)| (message.kind(), desk.chat(&frame, &message).unwrap()));
    let said = chats().into_iter().map(|chat| (chat.code(), desk.say(You::Either, &chat).unwrap()));
    for (kind, text) in texts.chain(said) {
        let length = visible(&text.html).chars().count();
        assert!(length < 900, "{kind}: {length} characters: {}", text.html);
        assert!(
            tag.captures_iter(&text.html).all(|one| ["b", "i", "s", "code", "blockquote"].contains(&&one[1])),
            "{kind}: {}",
            text.html
        );
        assert!(!text.html.contains("\n\n\n"), "{kind}");
    }
    for pop in pops() {
        assert!(desk.pop(&pop).unwrap().chars().count() <= 200, "{pop:?}");
    }
}

#[test]
fn buttons_have_short_labels_and_belong_to_a_text() {
    let desk = desk();
    for (kind, buttons) in &desk.keyboards {
        assert!(buttons.iter().all(|one| one.label.chars().count() <= 22), "{kind}");
        let base = kind.split_once('/').filter(|(head, _)| *head != "chat").map_or(kind.as_str(), |(head, _)| head);
        assert!(desk.tera.contains_template(&format!("telegram/{base}.html")), "{kind} has no text");
    }
    let (frame, letter) = messages_in(Tone::Short).into_iter().find(|(_, one)| one.kind() == "letter_ordinary").unwrap();
    let labels: Vec<String> = desk.chat(&frame, &letter).unwrap().buttons.into_iter().map(|one| one.label).collect();
    assert_eq!(labels, ["Disposisi", "Teruskan", "Sudah saya terima", "Kembalikan", "Lainnya"]);
    assert_eq!(desk.buttons("letter_ordinary/more").len(), 5);
    assert_eq!(desk.buttons("act_recorded/later").len(), 2);
}

#[test]
fn accounts_and_pages_that_do_not_exist_are_not_named() {
    let desk = desk();
    for (frame, message) in messages_in(Tone::Short) {
        let mail = desk.mail(&frame, &message).unwrap();
        assert!(!mail.text.contains("http"), "{}: {}", message.kind(), mail.text);
        assert!(!mail.text.contains("akun {"), "{}", message.kind());
        assert!(!mail.text.contains("Kode naskah:"), "{}", message.kind());
        assert!(!mail.html.contains("mailto:"), "{}", message.kind());
    }
}

#[test]
fn reply_buttons_carry_address_subject_and_body() {
    let desk = desk();
    let (frame, letter) = messages_in(Tone::Long).into_iter().find(|(_, one)| one.kind() == "letter_ordinary").unwrap();
    let html = desk.mail(&frame, &letter).unwrap().html;
    let start = "mailto:balas+abcdefghijklmnopqrstuvwxyz@kurir.sukamaju.example?subject=Re%3A%20%5BSANGAT%20SEGERA%5D%20Undangan";
    assert!(html.contains(start), "{html}");
    assert!(html.contains("&amp;body=Diteruskan%20kepada%3A%20%0D%0AInstruksi%3A%20%0D%0A"), "{html}");
    assert!(html.contains("body=Sudah%20saya%20terima"), "{html}");
}

#[test]
fn an_unknown_variable_is_an_error_that_names_template_and_place() {
    let mut all = templates();
    let target = all.iter_mut().find(|(name, _)| name == "email/test_send/body.txt").unwrap();
    target.1 = "baris satu\n{{ administratorr }}".to_owned();
    let desk = Desk::load(all).unwrap();
    let (frame, message) = messages_in(Tone::Short).into_iter().find(|(_, one)| one.kind() == "test_send").unwrap();
    let fault = desk.mail(&frame, &message).unwrap_err().to_string();
    assert!(fault.contains("email/test_send/body.txt") && fault.contains("administratorr"), "{fault}");
    let broken = Desk::load(vec![("email/x.txt".to_owned(), "a\n{% if %}".to_owned())]).unwrap_err().to_string();
    assert!(broken.contains("email/x.txt") && broken.contains('2'), "{broken}");
}

#[test]
fn a_condition_on_an_unknown_variable_is_an_error_too() {
    let mut all = templates();
    let target = all.iter_mut().find(|(name, _)| name == "email/test_send/body.txt").unwrap();
    target.1 = "{% if administratorr %}x{% endif %}".to_owned();
    let desk = Desk::load(all).unwrap();
    let (frame, message) = messages_in(Tone::Short).into_iter().find(|(_, one)| one.kind() == "test_send").unwrap();
    assert!(desk.mail(&frame, &message).unwrap_err().to_string().contains("unknown variable administratorr"));
}

#[test]
fn a_ticket_tells_the_clerk_what_to_print_and_how() {
    let desk = desk();
    let told: Vec<String> = samples::tickets().iter().map(|one| desk.ticket(one).unwrap()).collect();
    for words in ["Kepada       : Yth. Camat Mekarwangi", "Alasan cetak : Belum terdaftar", "Jumlah       : 1 rangkap"] {
        assert!(told[0].contains(words), "{}", told[0]);
    }
    assert!(!told[0].contains("sampul rangkap") && !told[0].contains("Salinan"), "{}", told[0]);
    assert!(told[1].contains("sampul rangkap") && told[1].contains("nomor 2 dari 5"), "{}", told[1]);
    assert!(told.iter().all(|one| one.lines().all(|line| line.chars().count() <= fold::COLUMNS || !line.trim().contains(' '))));
    assert_voice("ticket", &told[1]);
}

#[test]
fn every_code_of_the_domain_has_a_label() {
    use crate::domain::{delegation::AbsenceReason, delivery, letter};
    let desk = desk();
    let mut wanted: Vec<(&str, &str)> = Vec::new();
    wanted.extend(letter::LetterKind::ALL.iter().map(|one| ("kind", one.as_str())));
    wanted.extend(letter::Urgency::ALL.iter().flat_map(|one| [("urgency", one.as_str()), ("mark", one.as_str())]));
    wanted.extend(SecurityClass::ALL.iter().map(|one| ("class", one.as_str())));
    wanted.extend(delivery::Channel::ALL.iter().map(|one| ("channel", one.as_str())));
    wanted.extend(delivery::DeliveryState::ALL.iter().map(|one| ("delivery_state", one.as_str())));
    wanted.extend(delivery::PrintReason::ALL.iter().map(|one| ("print_reason", one.as_str())));
    wanted.extend(AbsenceReason::ALL.iter().map(|one| ("absence_reason", one.as_str())));
    for (group, code) in wanted {
        assert!(desk.label(group, code).is_some(), "words.toml lacks {group}.{code}");
    }
}

#[test]
fn a_link_code_never_goes_to_a_chat() {
    let desk = desk();
    let (frame, code) = messages_in(Tone::Short).into_iter().find(|(_, one)| one.kind() == "link_code").unwrap();
    assert!(matches!(desk.chat(&frame, &code), Err(RenderError::NoText { .. })));
    assert!(desk.mail(&frame, &code).unwrap().text.contains("K7M4Q2"));
}

#[test]
fn a_desk_can_be_shared_by_all_workers() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Desk>();
    shared::<crate::render::pdf::PdfDesk>();
}
