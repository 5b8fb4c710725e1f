//! An invitation brings a calendar file, and a parser that others wrote reads it as a calendar would.

use crate::servers::StoredMail;
use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::letters::letter;
use crate::town::seen::plain;
use jiff::civil::date;
use kurir::domain::letter::{Event, LetterKind};
use mail_parser::{MessageParser, MimeHeaders as _};
use std::path::{Path, PathBuf};
use std::process::Command;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const JOKO: &str = "joko.purnomosidi@dpupr.sukamaju.example";

fn python() -> Option<PathBuf> {
    crate::python::with("icalendar", "so that nobody else reads our calendar files")
}

/// The calendar file of a mail.
fn calendar(mail: &StoredMail) -> Vec<u8> {
    let parsed = MessageParser::default().parse(&mail.raw).unwrap();
    let found = parsed.parts.iter().find(|part| part.attachment_name() == Some("undangan.ics"));
    found.expect("a calendar file").contents().to_vec()
}

on_both_engines! {
    async fn an_invitation_brings_a_calendar_file(database: Database) {
        let town = Town::open(database).await;
        let mut letter = letter(&["KADIS-KOMINFO", "KADIS-PUPR"]);
        letter.kind = LetterKind::Invitation;
        "Undangan rapat koordinasi; banjir, longsor, dan pohon tumbang".clone_into(&mut letter.subject);
        letter.event = Some(Event {
            starts: date(2026, 12, 10).at(9, 0, 0, 0),
            ends: Some(date(2026, 12, 10).at(12, 0, 0, 0)),
            place: "Aula Setda, Balai Kota".to_owned(),
        });
        let id = town.submit(&letter).await.id;
        town.run_until_idle().await;
        let mail = town.mail_of(ASEP);
        town.assert_sealed(&mail);
        assert!(mail.raw.iter().all(u8::is_ascii), "7 bits, as every signed mail");
        assert!(plain(&mail).contains("Berkas kalender terlampir."), "{}", plain(&mail));
        let file = calendar(&mail);
        assert_eq!(file, calendar(&town.mail_of(JOKO)), "one event, whoever is invited");
        if let Some(python) = python() {
            let path = town.folder.join("undangan.ics");
            std::fs::write(&path, &file).unwrap();
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/icalendar/read.py");
            let read = Command::new(python).arg(script).arg(&path).output().unwrap();
            assert!(read.status.success(), "{}\n{}", String::from_utf8_lossy(&read.stderr), String::from_utf8_lossy(&file));
            let shown = String::from_utf8(read.stdout).unwrap();
            let domain = &town.domain;
            assert_eq!(
                shown.lines().collect::<Vec<_>>(),
                [
                    "PUBLISH",
                    &format!("{id}@{domain}"),
                    "2026-12-10T09:00:00+07:00 Asia/Jakarta",
                    "2026-12-10T12:00:00+07:00",
                    letter.subject.as_str(),
                    "Aula Setda, Balai Kota",
                    &format!("Sekretaris Daerah mailto:kurir@{domain}"),
                ]
            );
        }
        town.finish().await;
    }
}
