//! Paper: looked at by the tools that a printer's desk has (pdftotext, pdfinfo, zbarimg), and a child that misbehaves.

use super::samples::{cover_job, hostile_cover_job};
use super::*;
use crate::domain::letter::SecurityClass;
use crate::render::labels::Labels;
use crate::render::worker;
use std::process::Command;
use std::time::Duration;

fn set(job: &Job) -> Printed {
    typeset::typeset(job, &Labels::load().unwrap()).unwrap()
}

/// What a tool says about a file.
fn tool(pdf: &[u8], program: &str, before: &[&str], after: &[&str]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.pdf");
    std::fs::write(&path, pdf).unwrap();
    let out =
        Command::new(program).args(before).arg(&path).args(after).output().unwrap_or_else(|_| panic!("{program} is needed"));
    assert!(out.status.success(), "{program}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn text(pdf: &[u8]) -> String {
    tool(pdf, "pdftotext", &["-layout"], &["-"])
}

#[test]
fn a_cover_sheet_says_what_it_must_on_one_a4_page() {
    let pdf = set(&cover_job()).pdf;
    let text = text(&pdf);
    for words in [
        "LEMBAR SAMPUL",
        "TANDA TERIMA",
        "Yth. Lurah Bantarjati Kulon",
        "005/123/Setda",
        "7 Desember 2026",
        "Undangan Rapat Koordinasi",
        "Diantar sebagai cetakan karena belum terdaftar.",
        "1 (satu) berkas",
        "K7M4-Q2KD-9X",
        "Pindai kode QR atau buka surat.sukamaju.example.",
        "Lembar ini bukan bagian dari surat. Surat di baliknya 2 (dua) halaman dan tidak diubah.",
        "Telah diterima surat berikut dalam keadaan tertutup dan utuh.",
        "Mohon bagian ini dikembalikan kepada Meja cetak Sekretariat Daerah.",
        "Gunting di sini",
    ] {
        assert!(text.contains(words), "{words:?} is missing in {text}");
    }
    let info = tool(&pdf, "pdfinfo", &[], &[]);
    assert!(info.contains("A4") && info.lines().any(|line| line.starts_with("Pages:") && line.ends_with(" 1")), "{info}");
    assert!(pdf.windows(22).any(|part| part == b"pdfaid:part>2</pdfaid:"), "no PDF/A-2 mark");
}

#[test]
fn the_qr_code_reads_back() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.pdf");
    std::fs::write(&file, set(&cover_job()).pdf).unwrap();
    let stem = dir.path().join("a");
    assert!(
        Command::new("pdftoppm").args(["-r", "150", "-png", "-singlefile"]).arg(&file).arg(&stem).status().unwrap().success()
    );
    let read = Command::new("zbarimg").args(["-q", "--raw"]).arg(stem.with_extension("png")).output().unwrap();
    assert_eq!(String::from_utf8(read.stdout).unwrap().trim(), "https://surat.sukamaju.example/periksa/K7M4Q2KD9X");
}

#[test]
fn the_address_stands_in_the_window_of_the_envelope() {
    let boxes = tool(&set(&cover_job()).pdf, "pdftotext", &["-bbox"], &["-"]);
    let millimetres = |line: &str, name: &str| -> f64 {
        let value = line.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        value.parse::<f64>().unwrap() * 25.4 / 72.0
    };
    let first = boxes.lines().find(|line| line.contains(">Yth.<")).unwrap();
    let last = boxes.lines().find(|line| line.contains(">17912<")).unwrap();
    assert!(millimetres(first, "xMin") >= 20.0 && millimetres(first, "yMin") >= 45.0, "{first}");
    assert!(millimetres(last, "xMax") <= 110.0 && millimetres(last, "yMax") <= 90.0, "{last}");
    let inside = |line: &str| millimetres(line, "xMin") < 110.0 && (45.0..90.0).contains(&millimetres(line, "yMin"));
    let seen: Vec<&str> = boxes.lines().filter(|line| line.contains("<word") && inside(line)).collect();
    assert_eq!(seen.len(), 13, "something else shows in the window: {seen:?}");
}

#[test]
fn the_same_job_gives_the_same_bytes() {
    assert_eq!(set(&cover_job()).pdf, set(&cover_job()).pdf);
    let mut later = cover_job();
    later.ident = "krm-1/2".to_owned();
    assert_ne!(set(&cover_job()).pdf, set(&later).pdf);
}

#[test]
fn hostile_values_are_printed_as_text_and_hal_of_a_secret_letter_is_not() {
    let printed = set(&hostile_cover_job());
    assert!(printed.replaced > 0);
    let text = text(&printed.pdf);
    assert!(text.contains("#eval(\"panic()\")") && text.contains("#read(\"/etc/passwd\")"), "{text}");
    assert!(!text.contains("root:"), "{text}");
    assert!(text.contains("RAHASIA") && text.contains("Salinan nomor") && text.contains("2 dari 5"), "{text}");
    assert!(!text.lines().any(|line| line.trim_start().starts_with("Hal ")), "{text}");
    assert!(tool(&printed.pdf, "pdfinfo", &[], &[]).lines().any(|line| line.starts_with("Pages:") && line.ends_with(" 1")));
}

#[test]
fn every_class_and_reason_has_its_words() {
    use crate::domain::delivery::PrintReason;
    let longest = SecurityClass::ALL.len().max(PrintReason::ALL.len());
    for at in 0..longest {
        let mut job = cover_job();
        let Form::Cover(sheet) = &mut job.form else { panic!() };
        sheet.class = SecurityClass::ALL[at % SecurityClass::ALL.len()];
        sheet.reason = PrintReason::ALL[at % PrintReason::ALL.len()];
        let (class, reason) = (sheet.class, sheet.reason);
        let text = text(&set(&job).pdf);
        assert!(!text.contains("karena ."), "{reason} has no words");
        assert!(!text.contains("()"), "{class} has no mark");
        assert_eq!(text.contains("Undangan Rapat Koordinasi"), !class.is_closed(), "{class}");
    }
}

/// The child of the tests below: this very binary, told to run this one test.
#[test]
#[ignore = "child of the tests beside it"]
fn child() {
    worker::confine(worker::Limits { memory: 200 * 1024 * 1024, cpu_seconds: 120 }).unwrap();
    worker::serve(std::io::stdin().lock(), std::io::stdout().lock()).unwrap();
}

fn real(limits: WorkerLimits) -> PdfDesk {
    let arguments = ["--ignored", "--exact", "render::pdf::tests::child", "--nocapture"];
    PdfDesk::new(std::env::current_exe().unwrap(), &arguments, limits)
}

fn script(text: &str, timeout: Duration) -> PdfDesk {
    PdfDesk::new("/bin/sh", &["-c", text], WorkerLimits { timeout, jobs: 5 })
}

#[tokio::test]
async fn a_child_sets_many_jobs_and_is_replaced_after_its_number() {
    let desk = real(WorkerLimits { timeout: Duration::from_mins(1), jobs: 2 });
    assert_eq!(desk.child_id().await, None, "the child is started with the first job");
    let first = desk.set(&cover_job()).await.unwrap();
    assert_eq!(first, set(&cover_job()), "another process sets the same bytes");
    let id = desk.child_id().await;
    assert!(id.is_some());
    assert_eq!(desk.set(&cover_job()).await.unwrap(), first);
    assert_eq!(desk.child_id().await, None, "two jobs were its number");
    assert_eq!(desk.set(&cover_job()).await.unwrap(), first);
    assert_ne!(desk.child_id().await, id);
}

/// Resident memory of a process, in kilobytes.
fn resident(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_child_does_not_grow_with_its_jobs() {
    let desk = real(WorkerLimits { timeout: Duration::from_mins(1), jobs: 1_000 });
    let job = |number: u32| {
        let mut job = cover_job();
        let Form::Cover(sheet) = &mut job.form else { panic!() };
        sheet.letter_number = format!("005/{number}/Setda");
        job
    };
    for number in 0..20 {
        desk.set(&job(number)).await.unwrap();
    }
    let id = desk.child_id().await.unwrap();
    let before = resident(id);
    for number in 20..60 {
        desk.set(&job(number)).await.unwrap();
    }
    // Without eviction the setter keeps about a megabyte a job.
    let grown = resident(id).saturating_sub(before);
    assert!(grown < 15_000, "{grown} kB more after 40 jobs");
}

#[tokio::test]
async fn a_killed_child_costs_nobody_a_job() {
    let desk = real(WorkerLimits { timeout: Duration::from_mins(1), jobs: 100 });
    desk.set(&cover_job()).await.unwrap();
    let id = i32::try_from(desk.child_id().await.unwrap()).unwrap();
    rustix::process::kill_process(rustix::process::Pid::from_raw(id).unwrap(), rustix::process::Signal::KILL).unwrap();
    assert!(desk.set(&cover_job()).await.is_ok(), "a fresh child takes the job over");
    assert_ne!(desk.child_id().await.and_then(|now| i32::try_from(now).ok()), Some(id));
}

#[tokio::test]
async fn a_hanging_child_is_killed_and_the_next_job_gets_another() {
    let desk = script("read job; exec sleep 1000", Duration::from_millis(300));
    assert!(matches!(desk.set(&cover_job()).await, Err(PdfError::Timeout)));
    assert_eq!(desk.child_id().await, None);
    assert!(matches!(desk.set(&cover_job()).await, Err(PdfError::Timeout)));
}

#[tokio::test]
async fn a_child_that_dies_or_talks_nonsense_is_an_error_of_its_own() {
    for text in ["exit 3", "read job; exit 0", "read job; echo 'kurir-pdf {\"done\":1}'", "read job; echo rubbish; exit 1"] {
        let desk = script(text, Duration::from_secs(30));
        assert!(matches!(desk.set(&cover_job()).await, Err(PdfError::ChildDied)), "{text}");
        assert_eq!(desk.child_id().await, None);
    }
}

#[tokio::test]
async fn lines_that_are_no_answers_are_skipped() {
    let desk = script(
        "read job; echo hello; echo 'kurir-pdf {\"done\":{\"ident\":\"krm-1/1\",\"pdf\":\"JVBERg==\",\"replaced\":0}}'; read more",
        Duration::from_secs(30),
    );
    assert_eq!(desk.set(&cover_job()).await.unwrap().pdf, b"%PDF");
}

#[tokio::test]
async fn a_missing_program_is_told() {
    let desk = PdfDesk::new("/nowhere/kurir", &[], WorkerLimits::default());
    assert!(matches!(desk.set(&cover_job()).await, Err(PdfError::Spawn(_))));
}

#[tokio::test]
async fn a_dropped_job_takes_its_child_along() {
    let desk = script("read job; exec sleep 1000", Duration::from_mins(10));
    let dropped = tokio::time::timeout(Duration::from_millis(200), desk.set(&cover_job())).await;
    assert!(dropped.is_err());
    assert_eq!(desk.child_id().await, None);
}

#[test]
fn the_worker_answers_rubbish_with_a_reason_and_goes_on() {
    let mut input = b"rubbish \"rahasia\"\n".to_vec();
    input.extend(serde_json::to_vec(&Ask::Set(cover_job())).unwrap());
    input.push(b'\n');
    let mut output = Vec::new();
    worker::serve(&input[..], &mut output).unwrap();
    let text = String::from_utf8(output).unwrap();
    let answers: Vec<Answer> =
        text.lines().filter_map(|line| line.strip_prefix(worker::ANSWER)).map(|one| serde_json::from_str(one).unwrap()).collect();
    assert!(matches!(&answers[0], Answer::Bad { reason } if !reason.contains("rahasia")));
    assert!(matches!(&answers[1], Answer::Done { .. }));
}

/// A child that wants more memory than it may have: another child of the tests.
#[test]
#[ignore = "child of a test beside it"]
fn hungry_child() {
    worker::confine(worker::Limits { memory: 64 * 1024 * 1024, cpu_seconds: 30 }).unwrap();
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    let hoard: Vec<Vec<u8>> = (0..1_000).map(|_| vec![1; 1024 * 1024]).collect();
    println!("{}{{\"done\":{{\"ident\":\"krm-1/1\",\"pdf\":\"\",\"replaced\":{}}}}}", worker::ANSWER, hoard.len());
}

#[tokio::test]
async fn a_child_that_eats_memory_dies_alone() {
    let arguments = ["--ignored", "--exact", "render::pdf::tests::hungry_child", "--nocapture"];
    let limits = WorkerLimits { timeout: Duration::from_mins(1), jobs: 5 };
    let desk = PdfDesk::new(std::env::current_exe().unwrap(), &arguments, limits);
    assert!(matches!(desk.set(&cover_job()).await, Err(PdfError::ChildDied)));
}

/// A small file whose one object stream unpacks to more memory than a child may have.
fn bomb() -> Vec<u8> {
    use lopdf::{Stream, dictionary};
    let inside = format!("9 0 [{}]", "0 ".repeat(8 * 1024 * 1024));
    let mut packed = Stream::new(dictionary! {}, inside.into_bytes());
    packed.compress().unwrap();
    let mut out = b"%PDF-1.5\n".to_vec();
    let mut offsets = Vec::new();
    let head = format!("<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {}>>stream\n", packed.content.len());
    let stream = [head.as_bytes(), &packed.content, b"\nendstream"].concat();
    let objects = [&b"<</Type/Catalog/Pages 2 0 R>>"[..], b"<</Type/Pages/Kids[]/Count 0>>", &stream];
    for (at, object) in objects.into_iter().enumerate() {
        offsets.push(out.len());
        out.extend([format!("{} 0 obj\n", at + 1).as_bytes(), object, b"\nendobj\n"].concat());
    }
    let start = out.len();
    out.extend(b"xref\n0 4\n0000000000 65535 f \n");
    for offset in &offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(format!("trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
    out
}

#[tokio::test]
async fn files_are_examined_in_the_child_and_a_bomb_takes_only_the_child_along() {
    use crate::render::context::PdfUnreadable;
    use crate::render::pdf_check::{PdfFacts, PdfFault};
    let desk = real(WorkerLimits { timeout: Duration::from_mins(2), jobs: 100 });
    let good = desk.set(&cover_job()).await.unwrap().pdf;
    assert_eq!(desk.examine(&good).await.unwrap(), Ok(PdfFacts { pages: 1 }));
    assert_eq!(desk.examine(b"halo").await.unwrap(), Err(PdfFault::Unreadable(PdfUnreadable::NotPdf)));
    let bomb = bomb();
    assert!(bomb.len() < 200_000, "{}", bomb.len());
    assert_eq!(desk.examine(&bomb).await.unwrap(), Err(PdfFault::Unreadable(PdfUnreadable::TooComplex)));
    assert_eq!(desk.examine(&good).await.unwrap(), Ok(PdfFacts { pages: 1 }), "the next file gets a fresh child");
}

#[tokio::test]
async fn paper_of_another_delivery_is_never_taken() {
    let text = "while read job; do echo 'kurir-pdf {\"done\":{\"ident\":\"krm-2/1\",\"pdf\":\"JVBERg==\",\"replaced\":0}}'; done";
    let desk = script(text, Duration::from_secs(30));
    assert!(matches!(desk.set(&cover_job()).await, Err(PdfError::ChildDied)));
    assert_eq!(desk.child_id().await, None, "such a child is not asked again");
}

#[tokio::test]
async fn values_without_end_are_refused_before_they_reach_the_child() {
    let desk = PdfDesk::new("/nowhere/kurir", &[], WorkerLimits::default());
    let mut job = cover_job();
    let Form::Cover(sheet) = &mut job.form else { panic!() };
    sheet.subject = "x".repeat(2_000_000);
    assert!(matches!(desk.set(&job).await, Err(PdfError::BadForm(_))));
    let line = serde_json::to_vec(&Ask::Set(job)).unwrap();
    let mut output = Vec::new();
    assert!(worker::serve(&line[..], &mut output).is_err());
    assert!(output.is_empty(), "not even half of it is answered");
}
