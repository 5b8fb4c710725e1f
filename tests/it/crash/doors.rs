//! `kurir check`: what the administrator is told before the first letter, door by door.

use super::office::{KADIS, Office, seen};
use crate::servers::engines::Engine;
use std::process::Output;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_tries_every_door_and_says_what_to_mend() {
    let office = Office::open(Engine::Sqlite, "").await;
    let good = std::fs::read_to_string(office.folder.join("kurir.toml")).unwrap();
    std::fs::write(office.folder.join("wrong"), "bukan-sandi\n").unwrap();
    std::fs::write(office.folder.join("other-bot"), "1:bukan-token-bot-yang-benar-aaaaaaaaaaa\n").unwrap();
    let checked = office.command("", &["check"]);
    assert_eq!((checked.status.code(), said(&checked).contains("masalah")), (Some(0), false), "{}", said(&checked));
    for door in ["basis data", "bukti", "surel keluar", "surel masuk", "Telegram", "cetak"] {
        assert!(said(&checked).contains(&format!("baik       {door}: ")), "{door}: {}", said(&checked));
    }
    let (domain, closed) = (office.domain.clone(), crate::servers::ports::free());
    let (smtp, imap) = (office.post.postfix.submission_port, office.post.dovecot.imaps_port);
    let faults = [
        (
            format!("port = {smtp}"),
            format!("port = {closed}"),
            "surel keluar: server tidak dapat dihubungi",
            "apakah server itu menyala",
        ),
        ("\"mail\"\nhello".into(), "\"wrong\"\nhello".into(), "surel keluar: nama pengguna atau kata sandi", "berkas kata sandi"),
        // The login may send under its own domain only; the envelope sender of every letter is an address of this one.
        (
            format!("mail_domain = \"{domain}\""),
            "mail_domain = \"c999.tirtasari.example\"".into(),
            "surel keluar: server tidak mengizinkan alamat pengirim kita (553 ",
            "kembali+uji@c999.tirtasari.example",
        ),
        (
            format!("port = {imap}"),
            format!("port = {closed}"),
            "surel masuk: server tidak dapat dihubungi",
            "apakah server itu menyala",
        ),
        (
            "\"mail\"\nca_file".into(),
            "\"wrong\"\nca_file".into(),
            "surel masuk: nama pengguna atau kata sandi",
            "berkas kata sandi",
        ),
        ("\"bot\"".into(), "\"other-bot\"".into(), "Telegram: ", "token bot"),
    ];
    for (from, to, told, remedy) in faults {
        assert!(good.contains(&from), "{from}");
        std::fs::write(office.folder.join("kurir.toml"), good.replacen(&from, &to, 1)).unwrap();
        let checked = office.command("", &["check"]);
        let tried = to.strip_prefix("port = ").map(|port| format!(":{port}."));
        let trouble = said(&checked).lines().filter(|line| line.starts_with("masalah")).collect::<Vec<_>>().join("\n");
        assert_eq!(checked.status.code(), Some(3), "{to}: {}", said(&checked));
        assert!(trouble.contains(told) && trouble.contains(remedy) && trouble.lines().count() == 1, "{to}: {}", said(&checked));
        assert!(tried.is_none_or(|tried| trouble.contains("; yang dicoba ") && trouble.contains(&tried)), "{trouble}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trial_mail_goes_the_way_of_every_letter() {
    let office = Office::open(Engine::Sqlite, "").await;
    let sent = office.command("", &["check", "--send-to", KADIS]);
    assert!(sent.status.success() && said(&sent).contains("baik       uji kirim: 250"), "{}", said(&sent));
    seen("the trial mail is there", || office.mails(KADIS).len() == 1).await;
    office.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_key_is_not_replaced_over_a_record() {
    let office = Office::open(Engine::Sqlite, "").await;
    office.accepted("k-1", "KADIS-KES");
    let (key, aside) = (office.folder.join("keys/vault.key"), office.folder.join("aside"));
    std::fs::rename(&key, &aside).unwrap();
    for command in [["letter", "list"], ["evidence", "verify"]] {
        let refused = office.command("", &command);
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && told.contains("vault.key") && told.contains("Perbaikan: kembalikan"), "{told}");
    }
    assert!(!key.exists(), "no new key was made");
    std::fs::rename(&aside, &key).unwrap();
    assert!(office.command("", &["evidence", "verify"]).status.success());
    office.sound().await;
}
