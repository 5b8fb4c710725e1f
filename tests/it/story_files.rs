//! Files that come with an answer go on with it: in the mail, as a document, or by a link that is bound to the delivery.

use crate::servers::StoredMail;
use crate::servers::engines::on_both_engines;
use crate::town::letters::{letter, pdf, pdf_of, submission};
use crate::town::pages::{Pages, look_at};
use crate::town::people::Oddly;
use crate::town::seen::plain;
use crate::town::{Plan, Town};
use kurir::domain::letter::SecurityClass;
use kurir::flow::accept::{SubmittedFile, accept};
use mail_parser::{MessageParser, MimeHeaders as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";
const REPORT: &str = "Laporan: sudah kami tindaklanjuti, notula terlampir.";

fn with(files: &[(&str, &str, &[u8])]) -> Oddly {
    let files = files.iter().map(|(name, kind, bytes)| ((*name).to_owned(), (*kind).to_owned(), bytes.to_vec())).collect();
    Oddly { files, ..Oddly::default() }
}

/// Names and bytes of what a mail brings.
fn attached(mail: &StoredMail) -> Vec<(String, Vec<u8>)> {
    let parsed = MessageParser::default().parse(&mail.raw).unwrap();
    let named = parsed.parts.iter().filter_map(|part| Some((part.attachment_name()?.to_owned(), part.contents().to_vec())));
    named.filter(|(name, _)| name != "smime.p7s").collect()
}

/// The first link to a file in a text, without the host.
fn link(text: &str) -> String {
    let found = text.split_whitespace().find(|word| word.contains("/berkas/")).unwrap_or_else(|| panic!("no link in {text}"));
    found.trim_matches(['<', '>', '.']).strip_prefix("https://kurir.sukamaju.example").unwrap().to_owned()
}

/// What the pages give for a press of the button behind a link.
async fn fetched(town: &Town, path: &str) -> Vec<u8> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let pages = kurir::web::office(town.engine.house.clone(), town.engine.counters());
    let stop = town.engine.stop.child_token();
    let server = tokio::spawn(kurir::runtime::daemon::serve_pages(listener, pages, stop.clone()));
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("POST {path} HTTP/1.1\r\nHost: kurir\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    stop.cancel();
    server.await.unwrap();
    answer
}

/// Down to the Kabid, so that his report can come back.
async fn ordered(town: &Town) -> kurir::domain::ids::LetterId {
    let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
    town.run_until_idle().await;
    town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid Aptika, lapor Jumat").await;
    town.run_until_idle().await;
    id
}

on_both_engines! {
    async fn the_files_of_a_report_go_on_with_it(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let id = ordered(&town).await;
        let (notes, photo) = (b"%PDF-1.4 notula".to_vec(), vec![0xff_u8, 0xd8, 0x0d, 0x0a, 0x00, 0x2e]);
        let files = with(&[("notula rapat.pdf", "application/pdf", &notes), ("lokasi.jpg", "image/jpeg", &photo)]);
        town.official(WAHYU).reply_oddly(&town.mail_of(WAHYU), REPORT, &files).await;
        town.run_until_idle().await;
        let act = town.acts(id).await.pop().unwrap();
        assert_eq!((act.kind.as_str(), act.body["files"][0]["name"].as_str().unwrap()), ("follow_up_report", "notula rapat.pdf"));
        let facts = town.facts(id, "ConsignmentAcceptance").await;
        assert!(facts.last().unwrap().to_string().contains(act.body["files"][1]["sha256"].as_str().unwrap()), "{facts:?}");
        let told = town.mail_of(ASEP);
        town.assert_sealed(&told);
        assert_eq!(attached(&told), [("notula rapat.pdf".to_owned(), notes.clone()), ("lokasi.jpg".to_owned(), photo.clone())]);
        assert!(plain(&told).contains("Berkas terlampir: notula rapat.pdf (1 kB)"), "{}", plain(&told));
        let shown = asep.with("Laporan: ");
        let document = shown.document.as_ref().expect("the first file comes as a document");
        assert_eq!((document.file_name.as_str(), document.bytes.as_ref()), ("notula rapat.pdf", notes.as_slice()));
        let rest = fetched(&town, &link(&shown.text)).await;
        assert!(rest.starts_with(b"HTTP/1.1 200") && rest.ends_with(&photo), "{}", String::from_utf8_lossy(&rest));
        town.finish().await;
    }

    /// Over the cap the report goes with a link that opens its files, and nobody else's.
    async fn a_report_over_the_cap_brings_a_link(database: Database) {
        let more = "[limits]\nfree_disk_bytes = 10000000\nmail_bytes = 400000\n".to_owned();
        let town = Town::open_with(database, Plan { more, ..Plan::default() }).await;
        ordered(&town).await;
        let thick = vec![b'7'; 600_000];
        let files = with(&[("lampiran tebal.pdf", "application/pdf", &thick)]);
        town.official(WAHYU).reply_oddly(&town.mail_of(WAHYU), REPORT, &files).await;
        town.run_until_idle().await;
        let told = town.mail_of(ASEP);
        town.assert_sealed(&told);
        assert_eq!(attached(&told), []);
        let text = plain(&told).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("Berkas: lampiran tebal.pdf (600 kB), dapat diunduh di https://"), "{text}");
        let path = link(&text);
        assert!(fetched(&town, &path).await.ends_with(&thick));
        let beyond = fetched(&town, &path.replace("/1", "/2")).await;
        assert!(beyond.starts_with(b"HTTP/1.1 404"), "{}", String::from_utf8_lossy(&beyond));
        town.finish().await;
    }

    /// One link, one token: the page behind it has a button for the letter and for each of its attachments, and for nothing else.
    async fn every_file_of_a_letter_over_the_cap_has_its_own_button(database: Database) {
        let more = "[limits]\nfree_disk_bytes = 10000000\nmail_bytes = 400000\n".to_owned();
        let town = Town::open_with(database, Plan { more, ..Plan::default() }).await;
        let mut given = submission(&letter(&["KADIS-KOMINFO"]), pdf_of("Surat tebal", 900_000));
        let extra = [("peta genangan.pdf", pdf_of("Peta", 700_000)), ("daftar hadir.pdf", pdf("Daftar"))];
        given.attachments = extra.iter().map(|(name, bytes)| SubmittedFile { name: (*name).to_owned(), bytes: bytes.clone() }).collect();
        let letter_pdf = given.pdf.bytes.clone();
        let id = accept(town.house(), given).await.unwrap().id;
        town.run_until_idle().await;
        let mail = town.mail_of(ASEP);
        assert_eq!(attached(&mail), []);
        let path = link(&plain(&mail));
        let pages = Pages::open(&town).await;
        let (status, page) = pages.get(&path).await;
        assert!(status == 200 && page.contains("3 berkas siap diunduh"), "{page}");
        let actions: Vec<&str> = page.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(actions, [path.clone(), format!("{path}/lampiran/1"), format!("{path}/lampiran/2")]);
        for (name, action) in ["surat.pdf", "peta genangan.pdf", "daftar hadir.pdf"].iter().zip(&actions) {
            assert!(page.contains(&format!("aria-label=\"Unduh {name}\"")), "{page}");
            assert_eq!(pages.get(action).await.0, 200, "each address shows the page");
        }
        assert_eq!(town.facts(id, "NotificationAccessTracking").await.len(), 0, "looking hands nothing out");
        let wanted = [letter_pdf, extra[0].1.clone(), extra[1].1.clone()];
        for (action, bytes) in actions.iter().zip(&wanted) {
            assert!(fetched(&town, action).await.ends_with(bytes), "{action}");
        }
        let proofs = town.facts(id, "NotificationAccessTracking").await;
        let hashes: std::collections::BTreeSet<String> = proofs.iter().map(|fact| fact["detail"]["sha256"].to_string()).collect();
        assert_eq!((proofs.len(), hashes.len()), (3, 3));
        for wrong in [format!("{path}/lampiran/3"), format!("{path}/1"), format!("{path}x")] {
            assert_eq!(pages.get(&wrong).await.0, 404, "{wrong}");
        }
        look_at(&town, &pages, &[&path]);
        pages.close().await;
        town.finish().await;
    }

    /// A disposition brings the letter and what its giver attached; a restricted one tells nothing of it on Telegram.
    async fn the_files_of_a_disposition_go_down_by_class(database: Database) {
        let town = Town::open(database).await;
        let wahyu = town.linked(WAHYU, 7002).await;
        let mut restricted = letter(&["KADIS-KOMINFO"]);
        restricted.class = SecurityClass::Restricted;
        town.submit(&restricted).await;
        town.run_until_idle().await;
        let notes = b"catatan kadis".to_vec();
        let files = with(&[("catatan kadis.txt", "text/plain", &notes)]);
        town.official(ASEP).reply_oddly(&town.mail_of(ASEP), "TL ke Kabid Aptika, lapor Jumat", &files).await;
        town.run_until_idle().await;
        let order = town.mail_of(WAHYU);
        town.assert_sealed(&order);
        let names: Vec<String> = attached(&order).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["surat.pdf", "catatan kadis.txt"]);
        let shown = wahyu.last();
        assert!(shown.document.is_none() && !wahyu.texts().iter().any(|text| text.contains("catatan kadis")), "{:?}", wahyu.texts());
        town.finish().await;
    }

    /// Of too many files none is carried: the words count, and the writer is told.
    async fn too_many_files_are_left_out_and_the_writer_is_told(database: Database) {
        let town = Town::open(database).await;
        let id = ordered(&town).await;
        let one: (&str, &str, &[u8]) = ("foto.jpg", "image/jpeg", b"x");
        town.official(WAHYU).reply_oddly(&town.mail_of(WAHYU), REPORT, &with(&[one; 21])).await;
        town.run_until_idle().await;
        assert_eq!(town.acts(id).await.len(), 2);
        assert_eq!(attached(&town.mail_of(ASEP)), []);
        let told: Vec<String> = town.mails_of(WAHYU).iter().map(plain).collect();
        assert!(told.iter().any(|text| text.contains("Ada 21 lampiran, batasnya 20")), "{told:?}");
        town.finish().await;
    }
}
