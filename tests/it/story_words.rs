//! What people read, word for word: the text of every kind of mail, the messages of a phone, the answers of the command line.
//! The snapshots beside this file were read against the house's voice; whoever changes a sentence sees it here.

use crate::servers::StoredMail;
use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::letters::letter;
use crate::town::seen::plain;
use jiff::civil::{date, datetime};
use kurir::domain::delivery::DeliveryState;
use kurir::domain::letter::{Event, Letter, LetterKind, RecipientRole, SecurityClass, Urgency};

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";
/// The letter of the command line.
const NUMBER: &str = "005/0419/SETDA";
const EKA: &str = "eka.nurjanah@kec-mekarwangi.sukamaju.example";

/// A text in which what differs from run to run is replaced by a name. A command's clock is set to the second, so it may say
/// 08.29 when the town's has just become 08.30.
fn steady(text: &str) -> String {
    let replace = [
        (r"k\d+\.sukamaju\.example", "kurir.sukamaju.example"),
        (r"\b[a-z2-7]{26}\b", "TOKEN"),
        (r"\b[A-HJKMNP-Z2-9]{12}\b", "KODE12ANGKA"),
        (r"\b[a-z]{3}-[0-9a-f]{32}\b", "ID"),
        (r"\b08\.(29|3\d)\b", "08.30"),
        (r"\b08\.4\d\b", "08.45"),
        (r"queued as [0-9A-Za-z]+", "queued as QUEUE"),
    ];
    replace.iter().fold(text.to_owned(), |text, (what, by)| regex::Regex::new(what).unwrap().replace_all(&text, *by).into_owned())
}

/// Holds a text against its snapshot.
fn reads(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("snapshots");
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, steady(text)));
}

fn mail(name: &str, mail: &StoredMail) {
    let subject = mail_parser::MessageParser::default().parse(&mail.raw).unwrap().subject().unwrap_or_default().to_owned();
    reads(&format!("mail_{name}"), &format!("Subject: {subject}\n\n{}", plain(mail).replace("\r\n", "\n")));
}

/// Rows of one moment have no order of their own: sorted, and without the numbers of the chain. Sorted after the times are made
/// steady, or a minute that ends during the story would change the order.
fn unordered(text: &str) -> String {
    let numbers = regex::Regex::new(r"(?m)^ +\d+  ").unwrap();
    let mut lines: Vec<String> = numbers.replace_all(&steady(text), "").lines().map(str::to_owned).collect();
    lines.sort();
    lines.join("\n")
}

/// A letter whose number is the same in every run.
fn numbered(number: &str, to: &[&str]) -> Letter {
    let mut letter = letter(to);
    letter.letter_number = number.into();
    letter
}

async fn sent(town: &Town, letter: &Letter) -> kurir::domain::ids::LetterId {
    let id = town.submit(letter).await.id;
    town.run_until_idle().await;
    id
}

on_both_engines! {
    async fn the_mails_of_a_letter_and_its_answers(database: Database) {
        let town = Town::open(database).await;
        let mut one = numbered("005/0412/SETDA/2026", &["KADIS-KOMINFO", "CAMAT-MKW", "KABID-BINAMARGA"]);
        one.urgency = Urgency::Urgent;
        one.due = Some(datetime(2026, 12, 15, 12, 0, 0, 0));
        one.recipients.push(crate::town::letters::recipient(RecipientRole::Cc, crate::town::letters::position("INSPEKTUR")));
        sent(&town, &one).await;
        mail("letter", &town.mail_of(ASEP));
        mail("letter_acting", &town.mail_of(EKA));
        mail("letter_cc", &town.mail_of("hendra.wirasena@inspektorat.sukamaju.example"));
        mail("vacant_operator", &town.mail_of("operator@dpupr.sukamaju.example"));

        let brought = town.mail_of(ASEP);
        for (name, words) in [
            ("clarify", "TL ke Kabid, lapor Jumat"),
            ("refused_target_unknown", "TL ke Kabid Pertanian, lapor Jumat"),
            ("refused_not_authorised", "TL ke Kabid SDA, lapor Jumat"),
            ("refused_due_in_past", "TL ke Kabid Aptika, lapor 1 Desember 2026"),
            ("receipt_disposition", "TL ke Kabid Aptika, lapor Jumat. Mohon didahulukan."),
            ("refused_token_used", "TL ke Kabid Aptika, lapor Jumat. Mohon didahulukan."),
        ] {
            town.official(ASEP).reply(&brought, words).await;
            town.run_until_idle().await;
            mail(name, &town.mail_of(ASEP));
        }
        let order = town.mail_of(WAHYU);
        mail("disposition", &order);
        town.official(WAHYU).reply(&order, "Laporan: sudah kami tindaklanjuti, data titik genangan terkumpul 14 lokasi.").await;
        town.run_until_idle().await;
        mail("receipt_report", &town.mail_of(WAHYU));
        mail("report", &town.mail_of(ASEP));
        town.official(EKA).reply(&town.mail_of(EKA), "Kami kembalikan, karena bukan kewenangan kami.").await;
        town.run_until_idle().await;
        mail("returned", &town.mail_of("sekda@sukamaju.example"));
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    async fn the_mails_of_other_letters_and_notices(database: Database) {
        let town = Town::open(database).await;
        let mut invitation = numbered("005/0413/SETDA/2026", &["KADIS-KOMINFO"]);
        invitation.kind = LetterKind::Invitation;
        invitation.event = Some(Event { starts: datetime(2026, 12, 10, 9, 0, 0, 0), ends: None, place: "Ruang Rapat Balai Kota".into() });
        sent(&town, &invitation).await;
        mail("invitation", &town.mail_of(ASEP));
        let mut restricted = numbered("T/0414/SETDA/2026", &["KADIS-KOMINFO"]);
        restricted.class = SecurityClass::Restricted;
        sent(&town, &restricted).await;
        mail("letter_restricted", &town.mail_of(ASEP));
        let mut secret = numbered("R/0415/SETDA/2026", &["KADIS-KOMINFO"]);
        secret.class = SecurityClass::Secret;
        let id = sent(&town, &secret).await;
        mail("letter_secret", &town.mail_of(ASEP));
        reads("ticket_secret", &town.print_entry(id, "KADIS-KOMINFO").await.ticket);
        town.link_code(ASEP).await;
        mail("link_code", &town.mail_of(ASEP));
        town.kurir(&["absence", "add", "197203091998031910", "--from", "2026-12-08", "--to", "2026-12-18", "--reason", "leave"]).done();
        sent(&town, &numbered("005/0416/SETDA/2026", &["KADIS-KOMINFO"])).await;
        mail("absent_operator", &town.mail_of("operator@diskominfo.sukamaju.example"));
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    async fn the_messages_of_a_phone(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let mut one = numbered("005/0417/SETDA/2026", &["KADIS-KOMINFO"]);
        one.urgency = Urgency::Immediate;
        one.due = Some(date(2026, 12, 9).at(16, 0, 0, 0));
        sent(&town, &one).await;
        let shown = asep.with("005/0417");
        asep.press(&shown, "Disposisi").await;
        let step = asep.last();
        let mut seen = vec![asep.screen()];
        for label in ["Kepala Bidang Aplikasi", "Lanjut", "Tindak lanjuti", "Lanjut", "Jumat", "Lewati", "Ya, catat"] {
            asep.press(&step, label).await;
            seen.push(format!("[{label}]\n{}", asep.screen()));
        }
        let mut restricted = numbered("T/0418/SETDA/2026", &["KADIS-KOMINFO"]);
        restricted.class = SecurityClass::Restricted;
        sent(&town, &restricted).await;
        seen.push(asep.screen());
        reads("phone", &seen.join("\n----------\n"));
        town.finish().await;
    }

    async fn the_command_line(database: Database) {
        let town = Town::open(database).await;
        town.submitted(&town.form("0419", "[\"KADIS-KOMINFO\", \"LURAH-PSM\", \"KABID-BINAMARGA\"]", "cc = [\"CAMAT-MKW\"]")).done();
        reads("cli_route_explain", &town.kurir(&["letter", "route", "005/0419/SETDA", "--explain"]).done());
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid Aptika, lapor Jumat").await;
        town.run_until_idle().await;
        for (name, command) in [
            ("cli_letter_show", &["letter", "show", NUMBER][..]),
            ("cli_letter_show_why", &["letter", "show", NUMBER, "--why", "KADIS-KOMINFO"]),
            ("cli_evidence_show", &["evidence", "show", NUMBER]),
        ] {
            reads(name, &unordered(&town.kurir(command).done()));
        }
        town.finish_with(&[DeliveryState::Queued]).await;
    }
}
