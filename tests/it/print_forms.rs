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
