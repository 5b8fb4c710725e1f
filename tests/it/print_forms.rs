//! Paper from form to folder: a cover is set by a child, examined like any PDF, and lies in the spool beside the letter.

use kurir::channel::print::{Spool, SpoolFile, SpoolJob, Ticket};
use kurir::domain::delivery::{Outcome, PrintReason};
use kurir::domain::ids::DeliveryId;
use kurir::domain::letter::{SecurityClass, Urgency};
use kurir::render::context::samples::tickets;
use kurir::render::desk::Desk;
use kurir::render::pdf::{PdfDesk, WorkerLimits, samples::cover_job};
use kurir::render::pdf_check::{PdfFacts, examine};
use std::time::Duration;

/// The child of this story: this very binary, told to run this one test.
#[test]
#[ignore = "child of the story beside it"]
fn render_worker() {
    kurir::render::worker::run().unwrap();
}

#[tokio::test]
async fn a_letter_for_an_unregistered_lurah_goes_to_paper_untouched() {
    let arguments = ["--ignored", "--exact", "print_forms::render_worker", "--nocapture"];
    let limits = WorkerLimits { timeout: Duration::from_mins(2), jobs: 10 };
    let desk = PdfDesk::new(std::env::current_exe().unwrap(), &arguments, limits);
    let cover = desk.set(&cover_job()).await.unwrap();
    assert_eq!((examine(&cover.pdf), cover.replaced), (Ok(PdfFacts { pages: 1 }), 0));

    let letter = cover.pdf.clone();
    let text = Desk::new().unwrap().ticket(&tickets()[0]).unwrap();
    let job = SpoolJob {
        ticket: Ticket {
            delivery: DeliveryId::new(uuid::Uuid::from_u128(7)),
            sheet_number: 1,
            recipient: "Lurah Bantarjati Kulon".into(),
            address: vec!["Jl. Melati No. 12".into()],
            route: "Bantarjati".into(),
            reason: PrintReason::Unregistered,
            copies: 1,
            urgency: Urgency::Normal,
            class: SecurityClass::Ordinary,
        },
        ticket_text: &text,
        cover: &cover.pdf,
        act: None,
        letter: SpoolFile { name: "surat.pdf", bytes: &letter },
        attachments: Vec::new(),
    };
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::new(dir.path()).unwrap();
    let Outcome::Delivered(receipt) = spool.put(&job) else { panic!() };
    let entry = dir.path().join(receipt.remote_id.unwrap());
    assert_eq!(std::fs::read(entry.join("01-surat.pdf")).unwrap(), letter);
    assert!(std::fs::read_to_string(entry.join("tiket.txt")).unwrap().starts_with("TIKET CETAK\n"));
}

/// Names and addresses as long as the longest of a large city.
fn longest() -> kurir::render::pdf::Job {
    let mut job = cover_job();
    let kurir::render::pdf::Form::Cover(sheet) = &mut job.form else { panic!("a cover") };
    let office =
        "Kepala Bidang Pencegahan dan Pengendalian Penyakit Menular dan Tidak Menular Dinas Kesehatan, Pengendalian Penduduk";
    sheet.recipient = vec![
        format!("Plh. {office}"),
        "Gedung Pusat Pemerintahan Lantai 4 Sayap Timur, Kompleks Perkantoran Blok C Nomor 17, Jl. Raya Ahmad Yani RT 003 RW 012"
            .into(),
        "Kelurahan Pasirmulya Kecamatan Karangsuji, Sukamaju 17922 UJUNGALAMAT".into(),
    ];
    sheet.recipient_line = format!("Plh. {office} UJUNGTANDA");
    sheet.letterhead.unit = "Dinas Pekerjaan Umum, Penataan Ruang, Perumahan Rakyat, dan Kawasan Permukiman UJUNGKOP".into();
    sheet.subject = format!("{} UJUNGHAL", "Undangan Rapat Koordinasi Kewaspadaan Demam Berdarah ".repeat(4).trim());
    (sheet.urgency, sheet.class, sheet.copy) = (Urgency::Immediate, SecurityClass::Restricted, Some((12, 15)));
    sheet.desk = "Meja cetak Bagian Umum Sekretariat Daerah Kabupaten Tulang Bawang Barat UJUNGMEJA".into();
    job
}

#[tokio::test]
async fn the_longest_names_of_a_city_stay_on_their_sheet_and_in_their_window() {
    let arguments = ["--ignored", "--exact", "print_forms::render_worker", "--nocapture"];
    let limits = WorkerLimits { timeout: Duration::from_mins(2), jobs: 10 };
    let desk = PdfDesk::new(std::env::current_exe().unwrap(), &arguments, limits);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("sampul.pdf");
    std::fs::write(&file, desk.set(&longest()).await.unwrap().pdf).unwrap();
    let tool = |program: &str, arguments: &[&str], after: &[&str]| {
        let done = std::process::Command::new(program).args(arguments).arg(&file).args(after).output();
        String::from_utf8(done.unwrap_or_else(|_| panic!("{program} is needed")).stdout).unwrap()
    };
    let text = tool("pdftotext", &["-layout"], &["-"]);
    for end in ["UJUNGALAMAT", "UJUNGTANDA", "UJUNGKOP", "UJUNGHAL", "UJUNGMEJA", "SANGAT SEGERA", "TERBATAS", "12 dari 15"] {
        assert!(text.contains(end), "{end} is cut off: {text}");
    }
    let boxes = tool("pdftotext", &["-bbox"], &["-"]);
    let word = boxes.lines().find(|line| line.contains("UJUNGALAMAT")).unwrap();
    let side = |name: &str| {
        let value = word.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        value.parse::<f64>().unwrap() * 25.4 / 72.0
    };
    assert!(side("xMin") >= 20.0 && side("xMax") <= 110.0 && side("yMax") <= 90.0, "outside the window: {word}");
    let fonts = tool("pdffonts", &[], &[]);
    let embedded = fonts.lines().skip(2).all(|line| line.split_whitespace().rev().nth(4) == Some("yes"));
    assert!(embedded && fonts.lines().count() > 3, "{fonts}");
    assert!(tool("pdfinfo", &[], &[]).lines().any(|line| line.starts_with("Pages:") && line.ends_with(" 1")));
    let image = dir.path().join("sampul");
    let drawn = std::process::Command::new("pdftoppm").args(["-r", "100", "-png", "-singlefile"]).args([&file, &image]).status();
    assert!(drawn.unwrap().success());
    let read = std::process::Command::new("zbarimg").args(["-q", "--raw"]).arg(image.with_extension("png")).output().unwrap();
    assert!(String::from_utf8_lossy(&read.stdout).contains("/periksa/K7M4Q2KD9X"), "a cheap scanner reads it at 100 dpi");
}
