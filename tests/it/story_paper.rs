//! Paper that can be checked: the code on a cover leads to a page that says what may be said, and a clerk can use it in place
//! of an id. And the other pages of an office: its front door, links, and what it says where there is nothing.

use crate::servers::engines::on_both_engines;
use crate::town::letters::{letter, outside, pdf, pdf_of, recipient};
use crate::town::pages::{Pages, look_at};
use crate::town::seen::plain;
use crate::town::{Plan, Town};
use jiff::SignedDuration;
use kurir::domain::check_code::CheckCode;
use kurir::domain::delivery::Channel;
use kurir::domain::ids::{DeliveryId, LetterId};
use kurir::domain::letter::{Letter, RecipientRole, SecurityClass};
use kurir::flow::check_code;
use kurir::flow::handover::{DeskAct, DeskEntry, desk};
use std::path::Path;
use std::process::Command;

const PEOPLE: &str = "Ketua RW 04 Pasirmulya";
const PUBLIC: &str = "https://kurir.sukamaju.example";

/// A letter to a body outside, which has paper only.
fn outward() -> Letter {
    let mut letter = letter(&[]);
    letter.recipients.push(recipient(RecipientRole::To, outside(PEOPLE, "Jl. Kenanga No. 4, Sukamaju 17922")));
    letter
}

fn tool(program: &str, arguments: &[&str], file: &Path) -> String {
    let done = Command::new(program).args(arguments).arg(file).arg("-").output();
    String::from_utf8(done.unwrap_or_else(|_| panic!("{program} is needed")).stdout).unwrap()
}

/// What a phone reads from a printed cover, and what a person reads.
async fn scanned(town: &Town, letter: LetterId, to: &str) -> (String, String) {
    let cover = town.print_entry(letter, to).await.cover;
    let file = town.folder.join("sampul.pdf");
    std::fs::write(&file, cover).unwrap();
    let image = town.folder.join("sampul");
    let drawn = Command::new("pdftoppm").args(["-r", "100", "-png", "-singlefile"]).args([&file, &image]).status().unwrap();
    assert!(drawn.success());
    let read = Command::new("zbarimg").args(["-q", "--raw"]).arg(image.with_extension("png")).output().unwrap();
    (String::from_utf8(read.stdout).unwrap().trim().to_owned(), tool("pdftotext", &["-layout"], &file))
}

async fn step(town: &Town, job: DeliveryId, act: DeskAct) {
    let receiver = if act == DeskAct::Delivered { "Pak Dedi" } else { "" };
    let entry = DeskEntry { act, by: "clerk-1".into(), receiver: receiver.into(), note: String::new() };
    desk(town.house(), &town.engine.doors.print, job, &entry).await.unwrap();
}

on_both_engines! {
    async fn the_code_on_a_cover_leads_to_what_can_be_compared_with_the_paper(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&outward()).await.id;
        town.run_until_idle().await;
        let (url, read) = scanned(&town, id, PEOPLE).await;
        let path = url.strip_prefix(PUBLIC).unwrap_or_else(|| panic!("{url}")).to_owned();
        let code = CheckCode::parse(&url).unwrap();
        assert!(read.contains(&code.grouped()) && read.contains("kurir.sukamaju.example/periksa"), "{read}");
        let pages = Pages::open(&town).await;
        let (status, page) = pages.get(&path).await;
        assert_eq!(status, 200);
        for words in ["Surat ini tercatat", "Rapat koordinasi penanganan banjir", PEOPLE, "7 Desember 2026", "Menunggu dicetak"] {
            assert!(page.contains(words), "{words} is missing in {page}");
        }
        assert!(!page.contains("Jl. Kenanga") && !page.contains("titik genangan"), "an address or the gist is shown: {page}");
        // Typed as on paper, by somebody without a scanner.
        let typed = pages.get(&format!("/periksa?kode={}", code.grouped().to_lowercase())).await;
        assert!(typed.0 == 303 && typed.1.contains(&format!("location: {path}")), "{}", typed.1);
        // What cannot be a code is no guess at one: it shuts the page for nobody, however often it comes.
        for text in std::iter::repeat_n("bukan-kode", 301) {
            let (status, _) = pages.get(&format!("/periksa/{text}")).await;
            assert_eq!(status, 404);
        }
        assert_eq!(pages.get(&path).await.0, 200);
        // The clerk scans it in place of an id.
        let job = check_code::job(town.house(), &url).await.unwrap().unwrap();
        assert_eq!(job, town.delivery(id, PEOPLE, Channel::Print).await.id);
        for act in [DeskAct::Claim, DeskAct::Printed, DeskAct::Dispatched, DeskAct::Delivered] {
            step(&town, job, act).await;
        }
        let (_, page) = pages.get(&path).await;
        assert!(page.contains("Diserahkan, ") && !page.contains("Pak Dedi"), "who took it is not for everybody: {page}");
        assert_eq!(town.facts(id, "ContentAccessTracking").await.len(), 0, "looking at a code is no evidence");
        pages.close().await;
        town.finish().await;
    }

    async fn of_a_restricted_letter_the_page_tells_no_subject_and_of_a_secret_one_nothing(database: Database) {
        let town = Town::open(database).await;
        let restricted = Letter { class: SecurityClass::Restricted, ..outward() };
        let secret = Letter { class: SecurityClass::Secret, ..letter(&["INSPEKTUR"]) };
        let (open, closed) = (town.submit(&restricted).await.id, town.submit(&secret).await.id);
        town.run_until_idle().await;
        let pages = Pages::open(&town).await;
        let (url, _) = scanned(&town, open, PEOPLE).await;
        let (status, page) = pages.get(url.strip_prefix(PUBLIC).unwrap()).await;
        assert!(status == 200 && page.contains(&restricted.letter_number), "{page}");
        assert!(!page.contains(&restricted.subject) && !page.contains("SHA-256"), "{page}");
        let (url, _) = scanned(&town, closed, "INSPEKTUR").await;
        let (status, page) = pages.get(url.strip_prefix(PUBLIC).unwrap()).await;
        assert!(status == 200 && page.contains("Kode ini tercatat"), "{page}");
        for kept in [secret.letter_number.as_str(), secret.subject.as_str(), "Inspektur", "7 Desember"] {
            assert!(!page.contains(kept), "{kept} is told: {page}");
        }
        let job = town.delivery(open, PEOPLE, Channel::Print).await.id;
        step(&town, job, DeskAct::Cancel).await;
        let code = check_code::of(town.house(), job).unwrap();
        let (_, page) = pages.get(&format!("/periksa/{}", code.plain())).await;
        assert!(page.contains("Lembar ini dibatalkan") && !page.contains("Surat ini tercatat"), "{page}");
        pages.close().await;
        town.finish_with(&[kurir::domain::delivery::DeliveryState::Queued]).await;
    }

    async fn an_unknown_code_says_what_to_do_and_guessing_is_stopped(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&outward()).await.id;
        town.run_until_idle().await;
        let job = town.delivery(id, PEOPLE, Channel::Print).await.id;
        let known = format!("/periksa/{}", check_code::of(town.house(), job).unwrap().plain());
        let pages = Pages::open(&town).await;
        for path in ["/periksa/ABCDEFGHJK", "/periksa/kosong", "/periksa?kode=%3Cscript%3E", "/periksa/%3Cscript%3E"] {
            let (status, page) = pages.get(path).await;
            assert!(status == 404 && page.contains("Kode tidak ditemukan"), "{path}: {page}");
            assert!(!page.contains("<script"), "{page}");
        }
        for _ in 0..299 {
            pages.get("/periksa/ABCDEFGHJK").await;
        }
        let (status, page) = pages.get("/periksa/ABCDEFGHJK").await;
        assert!(status == 429 && page.contains("Mohon tunggu sebentar") && page.contains("WIB"), "{page}");
        town.after(SignedDuration::from_secs(61)).await;
        assert_eq!(pages.get(&known).await.0, 200, "a minute later it answers again");
        pages.close().await;
        town.finish_with(&[kurir::domain::delivery::DeliveryState::Queued]).await;
    }

    async fn every_no_of_the_office_is_a_page_in_the_readers_language(database: Database) {
        let more = "[limits]\nfree_disk_bytes = 10000000\nmail_bytes = 400000\n".to_owned();
        let mut town = Town::open_with(database, Plan { more, ..Plan::default() }).await;
        // The letter is settled below without an act, only to see its link end.
        town.rows_without_facts = true;
        let id = town.try_submit(&letter(&["KADIS-KOMINFO"]), pdf_of("Lampiran tebal", 900_000)).await.unwrap().id;
        let paper = town.try_submit(&outward(), pdf("kertas")).await.unwrap().id;
        town.run_until_idle().await;
        let text = plain(&town.mail_of("asep.hidayatulloh@diskominfo.sukamaju.example"));
        let link = text.split_whitespace().find(|word| word.contains("/berkas/")).unwrap().trim_matches(['<', '>']);
        let link = link.strip_prefix(PUBLIC).unwrap().to_owned();
        let pages = Pages::open(&town).await;
        let (status, page) = pages.get(&link).await;
        assert!(status == 200 && page.contains("surat.pdf") && page.contains("kB"), "{page}");
        for (method, path, status, words) in [
            ("GET", "/", 200, "Kurir mengantar naskah dinas"),
            ("GET", "/tidak-ada", 404, "Halaman tidak ditemukan"),
            ("GET", "/berkas/tidakada", 404, "Halaman tidak ditemukan"),
            ("DELETE", "/periksa", 405, "Belum dapat dikerjakan"),
            ("GET", "/static/tidak-ada.css", 404, "Halaman tidak ditemukan"),
        ] {
            let (got, page) = pages.ask(method, path).await;
            assert!(got == status && page.contains(words) && page.contains("lang=\"id\""), "{method} {path}: {got} {page}");
            for header in ["content-security-policy: default-src 'self'", "x-content-type-options: nosniff", "referrer-policy: no-referrer"] {
                assert!(page.to_lowercase().contains(header), "{path} lacks {header}: {page}");
            }
        }
        let (url, _) = scanned(&town, paper, PEOPLE).await;
        look_at(&town, &pages, &["/", &link, url.strip_prefix(PUBLIC).unwrap(), "/periksa"]);
        let mut tx = town.house().store.write().await.unwrap();
        assert!(tx.set_settled(id, Some(town.now())).await.unwrap());
        tx.commit().await.unwrap();
        assert!(pages.get(&link).await.1.contains("Berlaku sampai"));
        town.clock.forward(SignedDuration::from_hours(24 * 30));
        for method in ["GET", "POST"] {
            let (status, page) = pages.ask(method, &link).await;
            assert!(status == 410 && page.contains("Tautan sudah berakhir"), "{method}: {status} {page}");
        }
        assert_eq!(pages.get("/health").await.1.split("\r\n\r\n").nth(1).unwrap().chars().next(), Some('{'), "for programs");
        pages.close().await;
        town.finish_with(&[kurir::domain::delivery::DeliveryState::Queued]).await;
    }
}
