//! The story of the practice room: two letters, a disposition by mail, one by Telegram, a forged reply.

use super::papers;
use super::room::Room;
use crate::demo::letters;
use crate::demo::post_office::Origin;
use crate::demo::telegram::Person;
use crate::domain::codes::EmployeeNumber;
use crate::domain::letter::{Addressee, Letter, LetterKind, Recipient, RecipientRole, SecurityClass, Sender, Urgency};
use crate::flow::accept::{Submission, SubmittedFile, accept};
use crate::flow::administer::issue_link;
use anyhow::{Context as _, Result, bail};
use jiff::civil::{Date, Weekday};

/// Who holds a phone in the story: employee number, chat, name.
const PHONES: [(&str, i64, &str); 2] =
    [("197206092000122905", 701_000_001, "Maharani Puspita"), ("198004302006041918", 701_000_002, "Doni Kurniawan")];
const KADIS_KES: &str = "maharani.puspita@dinkes.tirtasari.example";
const KADIS_KOMINFO: &str = "teguh.santosa@kominfo.tirtasari.example";
/// The stand-in of the Camat of Karangsuji.
const PLH_CHAT: i64 = 701_000_002;

/// Plays everything.
pub async fn play(room: &Room) -> Result<()> {
    first_letter(room).await?;
    answer_by_mail(room).await?;
    answer_by_telegram(room).await?;
    forge(room).await?;
    secret_letter(room).await?;
    Ok(())
}

/// Links the phones and sends the ordinary letter: what a room begins with.
pub async fn first_letter(room: &Room) -> Result<()> {
    for (number, chat, name) in PHONES {
        link(room, number, chat, name).await?;
    }
    let letter = ordinary()?;
    let paper = papers::letter(letters::ORDINARY_HEAD, &letters::ORDINARY_LINES)?;
    send(room, letter, "B-512-SETDA.pdf", &paper).await
}

async fn send(room: &Room, mut letter: Letter, name: &str, pdf: &[u8]) -> Result<()> {
    let known = room.opened.house.store.read().await?.letter_by_caller(&letter.caller_id).await?;
    if known.is_some() {
        // Sent in a former run of this folder, on the date of that day.
        return room.run_until_idle().await;
    }
    letter.letter_date = working_day_before(room.opened.house.today());
    let submission =
        Submission { letter, pdf: SubmittedFile { name: name.into(), bytes: pdf.to_vec() }, attachments: Vec::new() };
    accept(&room.opened.house, submission).await?;
    room.run_until_idle().await
}

/// The last working day before a day: a letter that comes today was signed then.
fn working_day_before(day: Date) -> Date {
    let mut before = day.yesterday().unwrap_or(day);
    while matches!(before.weekday(), Weekday::Saturday | Weekday::Sunday) {
        before = before.yesterday().unwrap_or(day);
    }
    before
}

/// The real way of linking: a code in a signed mail, typed into the phone.
async fn link(room: &Room, number: &str, chat: i64, name: &str) -> Result<()> {
    let number: EmployeeNumber = number.parse()?;
    let email = {
        let mut tx = room.opened.house.store.read().await?;
        let city = room.opened.house.city(&mut tx).await?;
        let person = city.directory.official(&number).context("the practice town lacks a phone's owner")?;
        if person.telegram.is_some() {
            // Linked in a former run of this folder; the phone itself is new.
            room.phone.register(&Person::named(chat, name));
            room.phone.start(chat, None);
            return Ok(());
        }
        person.email.clone().context("the owner has no address")?
    };
    issue_link(&room.opened.house, &number).await?;
    room.run_until_idle().await?;
    let mails = room.post.mails(&email)?;
    let code = mails.iter().rev().find_map(|mail| code_in(&mail.raw)).context("no link code came")?;
    room.phone.register(&Person::named(chat, name));
    room.phone.start(chat, Some(&code));
    room.run_until_idle().await
}

/// A link code: twelve letters and figures that stand alone in a line of the text, or after a label.
fn code_in(raw: &[u8]) -> Option<String> {
    let mail = crate::channel::email::parse::Mail::parse(raw).ok()?;
    let words = mail.text().split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned).collect::<Vec<_>>();
    let looks = |word: &&String| {
        crate::flow::administer::looks_like_link_code(word) && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    words.iter().find(looks).cloned()
}

fn recipient(code: &str) -> Result<Recipient> {
    Ok(Recipient { role: RecipientRole::To, addressee: Addressee::Position(code.parse()?) })
}

fn base(caller_id: &str, number: &str, subject: &str, to: &[&str]) -> Result<Letter> {
    let sender = Sender::Position("SEKDA".parse()?);
    let recipients = to.iter().map(|code| recipient(code)).collect::<Result<Vec<_>>>()?;
    Ok(Letter {
        caller_id: caller_id.into(),
        letter_number: number.into(),
        // Set when it is sent.
        letter_date: Date::ZERO,
        kind: LetterKind::OfficialLetter,
        urgency: Urgency::Urgent,
        class: SecurityClass::Ordinary,
        classification_code: "400.7.8".into(),
        subject: subject.into(),
        summary: String::new(),
        sender,
        recipients,
        answers: None,
        event: None,
        due: None,
    })
}

fn ordinary() -> Result<Letter> {
    let to = ["KADIS-KES", "KADIS-KOMINFO", "CAMAT-KRS", "LURAH-KBN"];
    let letter = base("latihan-1", "B/512/400.7.8/SETDA/2026", letters::ORDINARY_SUBJECT, &to)?;
    Ok(Letter { summary: letters::ORDINARY_SUMMARY.into(), ..letter })
}

/// The head of Kominfo has mail only: he answers with one plain sentence.
async fn answer_by_mail(room: &Room) -> Result<()> {
    let mails = room.post.mails(KADIS_KOMINFO)?;
    let mail = mails.last().context("the letter did not reach the head of Kominfo")?;
    room.post.reply(KADIS_KOMINFO, mail, "TL ke Kabid Aptika, lapor Jumat", Origin::Own)?;
    room.run_until_idle().await
}

/// The stand-in of the Camat presses: disposition, target, instruction, due date, confirm.
async fn answer_by_telegram(room: &Room) -> Result<()> {
    for label in ["Disposisi", "Lurah Kebonwaru", "Lanjut", "Tindak lanjuti", "Lanjut", "3 hari kerja", "Lewati", "Ya, catat"] {
        press(room, PLH_CHAT, label).await?;
    }
    Ok(())
}

/// Presses the newest button whose label begins like this.
async fn press(room: &Room, chat: i64, label: &str) -> Result<()> {
    let messages = room.phone.messages(chat);
    let found = messages.iter().rev().filter(|message| message.from_bot).find_map(|message| {
        let button = message.keyboard.iter().flatten().find(|button| button.label.starts_with(label))?;
        Some((message.message_id, button.data.clone()))
    });
    let Some((message, data)) = found else { bail!("no button {label:?} on the phone") };
    room.phone.press_data(chat, message, &data);
    room.run_until_idle().await
}

/// A stranger who saw the letter writes the head's address into From.
async fn forge(room: &Room) -> Result<()> {
    let mails = room.post.mails(KADIS_KES)?;
    let mail = mails.last().context("the letter did not reach the head of health")?;
    room.post.reply(KADIS_KES, mail, "Disetujui, segera cairkan anggarannya.", Origin::Forged)?;
    room.run_until_idle().await
}

/// Content of a secret letter leaves on paper alone.
async fn secret_letter(room: &Room) -> Result<()> {
    let letter = Letter {
        class: SecurityClass::Secret,
        urgency: Urgency::Normal,
        ..base("latihan-2", "R/7/700.1/SETDA/2026", letters::SECRET_SUBJECT, &["INSPEKTUR"])?
    };
    let paper = papers::letter(letters::SECRET_HEAD, &letters::SECRET_LINES)?;
    send(room, letter, "R-7-SETDA.pdf", &paper).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn no_letter_is_dated_on_a_weekend_or_in_the_future() {
        for (today, signed) in [
            (date(2026, 11, 24), date(2026, 11, 23)),
            (date(2026, 11, 23), date(2026, 11, 20)),
            (date(2026, 11, 22), date(2026, 11, 20)),
            (date(2027, 1, 1), date(2026, 12, 31)),
        ] {
            assert_eq!(working_day_before(today), signed, "{today}");
        }
    }
}
