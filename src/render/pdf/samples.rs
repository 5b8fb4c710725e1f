//! Samples of paper: short, and hostile and long.

use super::cover::{CoverCheck, CoverSheet, Letterhead};
use super::job::{Form, Job};
use super::sheet::{ActSheet, SheetActor};
use crate::domain::delivery::PrintReason;
use crate::domain::letter::{SecurityClass, Urgency};
use crate::render::context::{Act, Assurance};
use crate::render::moment::Moment;
use jiff::Timestamp;
use jiff::civil::date;

/// An ordinary sheet.
pub fn cover_job() -> Job {
    job(cover_sheet())
}

fn cover_sheet() -> CoverSheet {
    CoverSheet {
        letterhead: Letterhead {
            government: "PEMERINTAH KOTA SUKAMAJU".to_owned(),
            unit: "SEKRETARIAT DAERAH".to_owned(),
            address: "Balai Kota, Jl. Merdeka No. 1, Sukamaju 17900".to_owned(),
        },
        recipient: ["Lurah Bantarjati Kulon", "Kelurahan Bantarjati Kulon", "Jl. Melati No. 12", "Sukamaju 17912"]
            .map(str::to_owned)
            .to_vec(),
        recipient_line: "Lurah Bantarjati Kulon".to_owned(),
        letter_number: "005/123/Setda".to_owned(),
        letter_date: Moment::day(date(2026, 12, 7)),
        sender: "Sekretaris Daerah".to_owned(),
        subject: "Undangan Rapat Koordinasi".to_owned(),
        urgency: Urgency::Urgent,
        class: SecurityClass::Ordinary,
        pages: 2,
        attachments: 1,
        reason: PrintReason::Unregistered,
        sheet_number: 1,
        copy: None,
        route: "Bantarjati".to_owned(),
        agenda_number: "412/Setda/2026".to_owned(),
        desk: "Meja cetak Sekretariat Daerah".to_owned(),
        check: Some(CoverCheck {
            url: "https://surat.sukamaju.example/periksa/K7M4Q2KD9X".to_owned(),
            host: "surat.sukamaju.example".to_owned(),
            code: "K7M4-Q2KD-9X".to_owned(),
        }),
    }
}

/// A secret one in which every field is too long, markup, or not printable.
pub fn hostile_cover_job() -> Job {
    let mut sheet = cover_sheet();
    let bad = "#eval(\"panic()\") #read(\"/etc/passwd\") #include \"x\" $x$ @ref <label> // /* */ \\ \u{1f600} \u{202e}مرحبا\n";
    sheet.letterhead.unit = bad.repeat(4);
    sheet.recipient = vec![bad.repeat(3), "x".repeat(400), bad.to_owned(), bad.to_owned()];
    sheet.recipient_line = bad.repeat(10);
    sheet.letter_number = "B/512/400.7.8/SETDA/XII/2026/".repeat(4);
    sheet.sender = bad.repeat(8);
    sheet.subject = bad.repeat(100);
    sheet.class = SecurityClass::Secret;
    sheet.copy = Some((2, 5));
    sheet.route = bad.repeat(5);
    sheet.agenda_number = bad.repeat(5);
    sheet.desk = bad.repeat(5);
    sheet.attachments = 1_234;
    sheet.check = None;
    job(sheet)
}

fn job(sheet: CoverSheet) -> Job {
    Job { form: Form::Cover(Box::new(sheet)), ident: "krm-1/1".to_owned(), created: Timestamp::UNIX_EPOCH }
}

/// An ordinary disposition.
pub fn act_sheet() -> ActSheet {
    ActSheet {
        act: Act::Disposition,
        letterhead: Letterhead {
            government: "PEMERINTAH KOTA SUKAMAJU".to_owned(),
            unit: "Kecamatan Mekarwangi".to_owned(),
            address: "Jl. Mekarwangi No. 2, Sukamaju 17921".to_owned(),
        },
        sender: "Sekretaris Daerah".to_owned(),
        letter_number: "005/123/Setda".to_owned(),
        letter_date: Moment::day(date(2026, 12, 7)),
        received: Moment::day(date(2026, 12, 8)),
        agenda_number: "412/KEC-MKW/2026".to_owned(),
        urgency: Urgency::Urgent,
        class: SecurityClass::Ordinary,
        subject: "Rapat Koordinasi Penanganan Banjir".to_owned(),
        targets: ["Lurah Pasirmulya", "Lurah Pasirmukti"].map(str::to_owned).to_vec(),
        instructions: ["follow_up", "report_back"].map(str::to_owned).to_vec(),
        due: Some(Moment::day(date(2026, 12, 11))),
        suggested: None,
        words: "Data titik genangan dilengkapi.\nFoto cukup.".to_owned(),
        files: Vec::new(),
        actor: SheetActor {
            title: "Plh. Camat Mekarwangi".to_owned(),
            name: "Eka Nurjanah, S.AP.".to_owned(),
            rank: "Penata Tingkat I, III/d".to_owned(),
            number: "198005252008012936".to_owned(),
        },
        recorded_at: Moment::day(date(2026, 12, 8)),
        assurance: Assurance::MailFull,
        printed_at: Moment::day(date(2026, 12, 8)),
    }
}

/// The job of a sheet.
pub fn act_job(sheet: ActSheet) -> Job {
    Job { form: Form::Act(Box::new(sheet)), ident: "krm-1/1/act".to_owned(), created: Timestamp::UNIX_EPOCH }
}
