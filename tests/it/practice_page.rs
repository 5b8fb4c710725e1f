//! The practice page, driven as a newcomer would: answer, press, print, forge, move the clock, begin anew.

pub mod access;
mod browser;
mod contrast;
pub mod devtools;
mod seal;
mod visitor;

use visitor::{DONI, HEAD_OF_HEALTH, Room, fields};

#[tokio::test]
async fn a_reply_on_the_page_is_on_record_and_its_receipt_comes_back() {
    let room = Room::open().await;
    let page = room.get("/").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("TL ke Kabid P2P dan Kapus Lembahsari, periksa jentik, lapor Kamis"));
    let mail = room.open_mail(HEAD_OF_HEALTH).await;
    let sent = room
        .post(
            "/luar/balas",
            &[("kotak", HEAD_OF_HEALTH), ("surel", &mail), ("teks", "TL ke Kabid P2P dan Kapus Lembahsari, lapor Kamis")],
        )
        .await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let record = room.record_with("disposisi Kadis Kesehatan kepada Kabid P2P, Kapus Lembahsari").await;
    assert!(record.contains("terbukti lewat tautan rahasia dan alamat terdaftar"), "{record}");
    room.record_with("Tanda catat untuk Kadis Kesehatan").await;
    let codes = regex::Regex::new("<span>[^<]*[a-z]_[a-z]").unwrap();
    let received = "Sudah saya terima";
    for (text, words) in [
        ("Mohon ditindaklanjuti", "ditanyakan kembali"),
        (received, "Tercatat: pernyataan terima"),
        (received, "surat ini sudah dijawab lebih dahulu"),
    ] {
        let again = [("kotak", HEAD_OF_HEALTH), ("surel", mail.as_str()), ("teks", text)];
        assert_eq!(room.post("/luar/balas", &again).await.status, 303);
        let record = room.record_with(words).await;
        room.record_with("Jawaban Kurir untuk Kadis Kesehatan").await;
        assert!(!codes.is_match(&record), "a code of the record is shown to people: {record}");
    }
    let mails = room.outside(&format!("kotak={HEAD_OF_HEALTH}")).await;
    let newest = mails.pointer("/mailbox/mails/0/subject").unwrap().as_str().unwrap();
    assert!(newest.starts_with("Re: [SEGERA]"), "{newest}");
    assert_eq!(room.open_mail(HEAD_OF_HEALTH).await, mail, "a reload opens the letter, not its receipt");
    let doni = room.outside("kotak=doni.kurniawan@karangsuji.tirtasari.example").await;
    let mails = doni.pointer("/mailbox/mails").unwrap().as_array().unwrap();
    let code = mails.iter().find(|mail| mail["subject"] == "Kode penautan Telegram").unwrap()["key"].as_str().unwrap();
    let code = room.outside(&format!("kotak=doni.kurniawan@karangsuji.tirtasari.example&surel={code}")).await;
    assert!(code.to_string().contains("kepada @kurir_latihan_bot di Telegram"), "{code}");
    let next = room.outside("kotak=luh.saraswati@dinkes.tirtasari.example").await;
    assert_eq!(next.pointer("/mailbox/address").unwrap(), "luh.saraswati@dinkes.tirtasari.example");
}

/// The record is read from above: first what was done, then what came of it, and who stands in is said of letters, not of receipts.
#[tokio::test]
async fn the_record_tells_an_act_before_what_it_sets_in_motion() {
    let room = Room::open().await;
    let doni = "doni.kurniawan@karangsuji.tirtasari.example";
    let stands_in = |record: &str| record.matches("digantikan Plh.").count();
    let before = stands_in(&room.record_with("digantikan Plh.").await);
    let mail = room.open_mail(doni).await;
    let reply = [("kotak", doni), ("surel", mail.as_str()), ("teks", "TL ke Lurah Kebonwaru, lapor Kamis")];
    assert_eq!(room.post("/luar/balas", &reply).await.status, 303);
    let record = room.record_with("Tanda catat untuk Camat Karangsuji").await;
    let at = |words: &str| record.rfind(words).unwrap_or_else(|| panic!("{words}: {record}"));
    let (act, paper) = (
        at("Tercatat: disposisi Plh. Camat Karangsuji kepada Lurah Kebonwaru"),
        at("Lurah Kebonwaru belum terdaftar, antre cetak"),
    );
    assert_eq!(record.contains("Tercatat: disposisi") && act < paper, oldest_first(&record), "{record}");
    assert_eq!(stands_in(&record), before, "{record}");
}

/// Which way the record runs: the letter was accepted before anything else.
fn oldest_first(record: &str) -> bool {
    record.find("diterima Kurir").unwrap() < record.find("Tanda catat").unwrap()
}

#[tokio::test]
async fn a_forged_reply_is_shown_as_refused_with_the_reason_and_acts_on_nothing() {
    let room = Room::open().await;
    let mail = room.open_mail(HEAD_OF_HEALTH).await;
    let forged = [("kotak", HEAD_OF_HEALTH), ("surel", mail.as_str()), ("teks", "TL Kabid P2P"), ("asal", "palsu")];
    assert_eq!(room.post("/luar/balas", &forged).await.status, 303);
    let record = room.record_with("Balasan dari alamat palsu tidak dicatat sebagai tindakan").await;
    assert!(record.contains("class=\"refused\"") && record.contains("asal surelnya tidak lolos pemeriksaan"), "{record}");
    assert!(!record.contains("Tercatat: disposisi"), "{record}");
    assert!(record.contains("semua cocok"));
}

#[tokio::test]
async fn the_buttons_of_the_phone_lead_to_a_recorded_disposition() {
    let room = Room::open().await;
    for label in ["Disposisi", "Lurah Kebonwaru", "Lanjut", "Tindak lanjuti", "Lanjut", "3 hari kerja", "Lewati", "Ya, catat"] {
        room.press(DONI, label).await;
    }
    let record = room.record_with("disposisi Plh. Camat Karangsuji kepada Lurah Kebonwaru").await;
    assert!(record.contains("terbukti lewat Telegram yang tertaut"), "{record}");
    let typed = room.post("/luar/ketik", &[("ponsel", DONI), ("teks", "Siap, dilaksanakan")]).await;
    assert_eq!(typed.status, 303);
    // Free words without a letter are no act, and the phone says so.
    room.phone_with(DONI, "belum dicatat").await;
}

#[tokio::test]
async fn paper_goes_from_the_queue_into_a_named_hand() {
    let room = Room::open().await;
    let job = room.job().await;
    let cover = room.get(&format!("/latihan/sampul/{job}")).await;
    assert!(cover.status == 200 && cover.body.starts_with("%PDF"), "{}", cover.status);
    for (step, words) in [("cetak", "dicetak"), ("bawa", "dibawa caraka")] {
        assert_eq!(room.post("/latihan/cetak", &[("lembar", &job), ("langkah", step)]).await.status, 303);
        room.record_with(&format!("untuk Lurah Kebonwaru {words}")).await;
    }
    let nameless = room.post("/latihan/cetak", &[("lembar", &job), ("langkah", "serahkan")]).await;
    assert_eq!(nameless.status, 422);
    assert!(nameless.body.contains("Belum dapat dikerjakan"), "{}", nameless.body);
    let taken = [("lembar", job.as_str()), ("langkah", "serahkan"), ("penerima", "Sukardi <Lurah>")];
    assert_eq!(room.post("/latihan/cetak", &taken).await.status, 303);
    room.record_with("diserahkan kepada Sukardi &lt;Lurah&gt;").await;
    // A second press changes nothing and says nothing.
    assert_eq!(room.post("/latihan/cetak", &taken).await.status, 303);
    let desk = room.pieces().await["meja"].as_str().unwrap().to_owned();
    assert!(desk.contains("Antrean, 0 lembar"), "{desk}");
}

#[tokio::test]
async fn the_clerks_command_takes_the_code_of_the_envelope() {
    let room = Room::open().await;
    let path = room.check_path().await;
    let folder = room.folder().display().to_string();
    let code = path.trim_start_matches("/periksa/").to_lowercase();
    let known = room.get(&path).await;
    assert!(known.status == 200 && known.body.contains("Lurah Kebonwaru"), "{}", known.body);
    let scanned = format!("{}periksa/{}", room.url(), code.to_uppercase());
    for arguments in [vec!["claim", &scanned], vec!["printed", &code], vec!["delivered", &code, "--to", "Sukardi"]] {
        let all = [vec!["print"], arguments, vec!["--by", "joko", "--dir", &folder]].concat();
        let done = super::servers::kurir::run(&all);
        assert!(done.status.success(), "{all:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
    room.record_with("diserahkan kepada Sukardi").await;
    assert!(room.get(&path).await.body.contains("Diserahkan, "));
    let unknown = super::servers::kurir::run(&["print", "claim", "ABCDEFGHJK", "--dir", &folder]);
    assert_eq!(unknown.status.code(), Some(1));
}

/// "Selasa 24 November 2026", with or without the day of the week.
fn day(text: &str) -> jiff::civil::Date {
    let months = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember";
    let words: Vec<&str> = text.split_whitespace().rev().collect();
    let month = months.split(' ').position(|month| month == words[1]).unwrap();
    jiff::civil::date(words[0].parse().unwrap(), i8::try_from(month + 1).unwrap(), words[2].parse().unwrap())
}

#[tokio::test]
async fn nothing_on_the_page_is_from_the_future_and_every_opened_mail_has_its_seal_counted() {
    let room = Room::open().await;
    let seen = room.outside(&format!("kotak={HEAD_OF_HEALTH}")).await;
    assert_eq!(seen.pointer("/mailbox/open/seal").unwrap(), "sound");
    let page = room.get("/").await.body;
    assert!(page.contains("segelnya diperiksa dan cocok"), "{page}");
    let after = |mark: &str| page.split(mark).nth(1).unwrap().split(['<', ',']).next().unwrap().to_owned();
    let (signed, today) = (day(&after("<dt>Tanggal</dt><dd>")), day(&after("id=\"jam\">")));
    assert!(signed < today && signed.until(today).unwrap().get_days() <= 3, "{signed} {today}");
    let folder = room.folder().join("mail").join(HEAD_OF_HEALTH).join("new");
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        let touched = String::from_utf8(std::fs::read(&file).unwrap()).unwrap().replace("Kepala Dinas", "Kepala Desa");
        std::fs::write(&file, touched).unwrap();
    }
    let page = room.get("/").await.body;
    assert!(page.contains("isi surel berubah sesudah disegel") && !page.contains("segelnya diperiksa dan cocok"), "{page}");
}

#[tokio::test]
async fn tomorrow_is_half_past_seven_and_beginning_anew_leaves_nothing_of_the_old_run() {
    let room = Room::open().await;
    let before = room.get("/").await.body;
    assert_eq!(room.post("/latihan/besok", &[]).await.status, 303);
    let after = room.get("/").await.body;
    let clock = |page: &str| page.split("id=\"jam\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(clock(&after).contains(", 07.3") && clock(&after) != clock(&before), "{}", clock(&after));
    let buttons = |page: &str| fields(page, "tombol");
    assert!(!buttons(&before).is_empty());
    let (old_mail, old_buttons) = (room.open_mail(HEAD_OF_HEALTH).await, buttons(&before));
    assert_eq!(room.post("/latihan/ulang", &[]).await.status, 303);
    let anew = room.get("/").await.body;
    assert_ne!(room.open_mail(HEAD_OF_HEALTH).await, old_mail);
    assert!(buttons(&anew).iter().all(|button| !old_buttons.contains(button)));
    let aside = room.folder().join("lama/1/kurir.db");
    assert!(aside.exists(), "what was there is put aside");
    let verified = super::servers::kurir::run(&["evidence", "verify", "--dir", room.folder().to_str().unwrap()]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}

#[tokio::test]
async fn the_page_lets_nobody_else_act_or_frame_it() {
    let room = Room::open().await;
    let page = room.get("/").await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert!(!page.body.contains(" style=") && !page.body.contains("<style") && !page.body.contains("javascript:"));
    let foreign = room.send("POST", "/latihan/ulang", "Origin: http://kurir.example\r\n", "").await;
    assert_eq!(foreign.status, 403);
    let renamed = room.send("GET", "/", "Host: kurir.example\r\n", "").await;
    assert_eq!(renamed.status, 421);
    let huge = "x".repeat(100_000);
    let big =
        room.send("POST", "/luar/ketik", "Content-Type: application/x-www-form-urlencoded\r\n", &format!("teks={huge}")).await;
    assert_eq!(big.status, 413);
    for strange in ["/luar/lampiran?kotak=..&surel=..%2Fkurir.db&nomor=0", "/latihan/sampul/..%2F..", "/static/..%2Fkurir.css"] {
        assert!(matches!(room.get(strange).await.status, 400 | 404), "{strange}");
    }
}

#[tokio::test]
async fn stylesheet_font_and_script_come_with_a_tag_and_are_not_sent_twice() {
    let room = Room::open().await;
    for (name, kind) in [("kurir.css", "text/css"), ("practice.js", "text/javascript"), ("source-sans-3.woff2", "font/woff2")] {
        let path = format!("/static/{name}");
        let first = room.get(&path).await;
        assert!(first.status == 200 && first.header("content-type").starts_with(kind), "{name}");
        let tag = format!("If-None-Match: {}\r\n", first.header("etag"));
        let second = room.send("GET", &path, &tag, "").await;
        assert!(second.status == 304 && second.body.is_empty(), "{name}");
    }
}

#[test]
fn it_opens_on_this_machine_only() {
    let nest = super::servers::process::Nest::new("practice");
    let folder = nest.text("room");
    let refused = super::servers::kurir::run(&["demo", "--listen", "0.0.0.0:0", "--dir", &folder]);
    assert!(!refused.status.success());
}
