//! Who is off duty and who holds a desk, as the operator and the administrator record it at the command line.

use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::letters::{letter, recipient};
use crate::town::office::registry_folder;
use crate::town::seen::told;
use kurir::domain::delivery::DeliveryState;
use kurir::domain::letter::{Addressee, RecipientRole};
use kurir::flow::administer::pause_channel;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const ASEP_NUMBER: &str = "197203091998031910";
const LILIS: &str = "lilis.suryaningsih@diskominfo.sukamaju.example";
const LILIS_NUMBER: &str = "197507142000122911";
const WAHYU_NUMBER: &str = "198106192006041912";
const IKP: &str = "fitriani.maulida@diskominfo.sukamaju.example";
const NADIA: &str = "operator@diskominfo.sukamaju.example";
const EUIS: &str = "euis.komalasari@diskominfo.sukamaju.example";
const EUIS_NUMBER: &str = "198005162007012915";

/// Records Asep's leave.
const LEAVE: &[&str] = &["absence", "add", ASEP_NUMBER, "--from", "2026-12-08", "--to", "2026-12-18", "--reason", "leave"];
/// And that Lilis stands in.
const STAND_IN: &[&str] = &["--delegate", LILIS_NUMBER, "--position", "KADIS-KOMINFO", "--order", "800/77/SETDA"];

/// Imports the town with changed operators, over the command line.
fn import(town: &Town, operators: &str) -> crate::town::command::Said {
    let folder = town.folder.join("registry");
    std::fs::create_dir_all(&folder).unwrap();
    for file in ["units", "positions", "officials", "incumbencies", "operators", "holidays"] {
        let mut text = std::fs::read_to_string(registry_folder().join(format!("{file}.csv"))).unwrap();
        if file == "operators" {
            let (head, rows) = text.split_once("\r\n").unwrap();
            assert_eq!(head, "unit_code,employee_number,valid_from,order_number");
            let rows = rows.replace("\r\n", ",operator\r\n");
            text = format!("{head},role\r\n{rows}{operators}");
        }
        std::fs::write(folder.join(format!("{file}.csv")), text).unwrap();
    }
    town.kurir(&["registry", "import", &folder.display().to_string()])
}

fn to_unit() -> kurir::domain::letter::Letter {
    let mut letter = letter(&[]);
    letter.recipients.push(recipient(RecipientRole::To, Addressee::Unit("DISKOMINFO".parse().unwrap())));
    letter
}

on_both_engines! {
    /// Rule h: while he is away his delegate has his letters and powers; the day he is back both are his again.
    async fn a_leave_with_a_delegate_begins_and_ends_by_command(database: Database) {
        let town = Town::open(database).await;
        let said = town.kurir(&[LEAVE, STAND_IN].concat()).done();
        assert!(said.starts_with("Tercatat: Asep Hidayatulloh, S.T., M.Kom. (Kepala Dinas Komunikasi dan Informatika) berhalangan 8 Desember 2026 s.d. 18 Desember 2026. Pejabat pengganti: Lilis"), "{said}");
        let first = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert!(town.mails_of(ASEP).is_empty());
        let mail = town.mail_of(LILIS);
        assert!(told(&mail).starts_with("Yth. Plh. Kepala Dinas Komunikasi dan Informatika"), "{}", told(&mail));
        town.after(jiff::SignedDuration::from_hours(24)).await;
        let said = town.kurir(&["absence", "end", ASEP_NUMBER, "--on", "2026-12-08"]).done();
        assert_eq!(said, "Tercatat: Asep Hidayatulloh, S.T., M.Kom. (Kepala Dinas Komunikasi dan Informatika) berhalangan sampai dengan 8 Desember 2026.\n");
        let second = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(second).await, ["letter KADIS-KOMINFO email full primary_channel relayed"]);
        assert!(told(&town.mail_of(ASEP)).starts_with("Yth. Kepala Dinas Komunikasi dan Informatika"), "{}", told(&town.mail_of(ASEP)));
        // Her token died with the delegation.
        town.official(LILIS).reply(&mail, "TL ke Kabid Aptika, lapor Jumat").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "delegate_outside_dates".to_owned()));
        assert_eq!(town.acts(first).await.len(), 0);
        town.finish().await;
    }

    async fn what_is_wrong_with_an_absence_is_said_and_nothing_is_half_done(database: Database) {
        let town = Town::open(database).await;
        let nobody = "199912312020121999";
        let with = |from: &str, to: &str| LEAVE.iter().chain(STAND_IN).map(|one| if *one == from { to.to_owned() } else { (*one).to_owned() }).collect::<Vec<_>>();
        let run = |arguments: &[String]| town.kurir(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        // Nobody of that number; nor a delegate of that number; nor such a post.
        run(&with(ASEP_NUMBER, nobody)).wanting(&[nobody, "tidak terdaftar"]);
        run(&with(LILIS_NUMBER, nobody)).wanting(&[nobody, "tidak terdaftar"]);
        run(&with("KADIS-KOMINFO", "KADIS-LAIN")).wanting(&["KADIS-LAIN", "tidak ditemukan"]);
        run(&with(ASEP_NUMBER, "123")).refused(2, &["18 angka"]);
        run(&with("leave", "malas")).refused(2, &["malas"]);
        run(&with(LILIS_NUMBER, ASEP_NUMBER)).wanting(&["tidak dapat menggantikan dirinya sendiri"]);
        run(&with("KADIS-KOMINFO", "KADIS-PUPR")).wanting(&["tidak dipegang pejabat yang berhalangan"]);
        let turned = [&LEAVE[..4], &["2026-12-20", "--to", "2026-12-01", "--reason", "leave"]].concat();
        town.kurir(&turned).wanting(&["1 Desember 2026", "20 Desember 2026", "Perbaikan:"]);
        // Eka stands in for the Camat already, and nobody may stand in for who is stood in for.
        run(&with(LILIS_NUMBER, "197807072001121935")).wanting(&["delegasi tidak dapat berantai"]);
        town.kurir(&["absence", "end", ASEP_NUMBER, "--on", "2026-12-08"]).wanting(&["Tidak ada catatan berhalangan", ASEP_NUMBER]);
        // Not half a leave and not half a delegation came of all this.
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter KADIS-KOMINFO email full primary_channel relayed"]);
        assert!(town.mails_of(LILIS).is_empty(), "{:?}", town.lines(id).await);
        // Without a delegate: paper, and the operator is told.
        town.kurir(LEAVE).done();
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter KADIS-KOMINFO print full absent queued"]);
        assert!(told(&town.mail_of(NADIA)).contains("tercatat cuti 8 Desember 2026 s.d. 18 Desember 2026 tanpa pejabat pengganti"), "{}", told(&town.mail_of(NADIA)));
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// Rule b: one operator and at most one deputy; who comes later ends who was before.
    async fn a_later_operator_ends_the_earlier_a_deputy_may_and_a_third_may_not(database: Database) {
        let town = Town::open(database).await;
        let unit = town.submit(&to_unit()).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(unit).await, ["letter DISKOMINFO email full primary_channel relayed"]);
        assert_eq!(town.mails_of(NADIA).len(), 1);
        let later = format!("DISKOMINFO,{EUIS_NUMBER},2026-12-08,800/08-OPR/2026,operator\r\n");
        let deputy = format!("DISKOMINFO,{LILIS_NUMBER},2026-12-08,800/09-OPR/2026,deputy\r\n");
        let third = "DISKOMINFO,198309272008012913,2026-12-08,800/10-OPR/2026,deputy\r\n";
        let said = import(&town, &format!("{later}{deputy}{third}")).wanting(&["operators.csv:20", "Perbaikan:", "Tidak ada yang diimpor; 1 hal perlu diperbaiki."]);
        assert!(!said.contains("Diimpor"), "{said}");
        town.submit(&to_unit()).await;
        town.run_until_idle().await;
        assert_eq!((town.mails_of(NADIA).len(), town.mails_of(EUIS).len()), (2, 0), "a refused import changes nothing");
        let said = import(&town, &format!("{later}{deputy}")).done();
        assert!(said.ends_with("Diimpor: 18 unit, 41 jabatan, 55 pejabat.\n"), "{said}");
        town.submit(&to_unit()).await;
        town.run_until_idle().await;
        assert_eq!((town.mails_of(NADIA).len(), town.mails_of(EUIS).len(), town.mails_of(LILIS).len()), (2, 1, 0));
        // The same files again change nothing; files that know only the earlier one are refused, with what to do.
        import(&town, &format!("{later}{deputy}")).done();
        import(&town, "").wanting(&["unit DISKOMINFO masih ada petugasnya dalam catatan", "--close-missing TANGGAL"]);
        town.submit(&to_unit()).await;
        town.run_until_idle().await;
        assert_eq!(town.mails_of(EUIS).len(), 2);
        town.finish().await;
    }

    async fn a_link_code_is_issued_by_command_to_the_registered_address_only(database: Database) {
        let town = Town::open(database).await;
        let asep = town.phone(7001);
        let said = town.kurir(&["link", "issue", ASEP_NUMBER]).done();
        assert_eq!(said, "Kode penautan dikirim ke alamat terdaftar; berlaku 15 menit, satu kali.\n");
        town.run_until_idle().await;
        let text = told(&town.mail_of(ASEP));
        let code = text.split_whitespace().find(|word| word.len() == 12 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())).expect("a code").to_owned();
        assert!(!said.contains(&code), "the code goes to the official, not to the administrator");
        town.phone.start(7001, Some(&code));
        town.run_until_idle().await;
        assert!(asep.last().text.contains("Telegram ini sudah tertaut"), "{:?}", asep.texts());
        town.kurir(&["link", "issue", "199912312020121999"]).wanting(&["199912312020121999", "tidak terdaftar"]);
        // H. Endang has no mailbox: there is no proven way to him.
        town.kurir(&["link", "issue", "197502121999031937"]).wanting(&["197502121999031937", "alamat surel"]);
        town.kurir(&["link", "revoke", ASEP_NUMBER]).done();
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter KADIS-KOMINFO email full primary_channel relayed"]);
        town.kurir(&["link", "revoke", ASEP_NUMBER]).wanting(&[ASEP_NUMBER]);
        town.finish().await;
    }

    /// However a letter comes to lie on the tray because nobody is there for it, the operator gets a mail.
    async fn the_operator_hears_of_whoever_is_away_whichever_way_a_letter_meets_him(database: Database) {
        let town = Town::open(database).await;
        let away = |number: &str| town.kurir(&["absence", "add", number, "--from", "2026-12-08", "--to", "2026-12-18", "--reason", "leave"]).done();
        let hears = |count: usize, of: &str| {
            let mails = town.mails_of(NADIA);
            assert_eq!(mails.len(), count, "{:#?}", mails.iter().map(told).collect::<Vec<_>>());
            let words = told(mails.last().unwrap());
            assert!(words.contains(of), "{words}");
        };
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let mail = town.mail_of(ASEP);
        // A disposition to somebody who is away, and to somebody who reports when it is the giver who is.
        away(WAHYU_NUMBER);
        town.official(ASEP).reply(&mail, "TL ke Kabid Aptika dan Kabid IKP, lapor Jumat").await;
        town.run_until_idle().await;
        assert_eq!(town.orders(id).await.len(), 2, "{:?}", town.last_inbound().await);
        hears(1, "Kepala Bidang Aplikasi Informatika tercatat cuti 8 Desember 2026 s.d. 18 Desember 2026 tanpa pejabat pengganti");
        // A letter that waits when its reader goes on leave.
        pause_channel(town.house(), "email", true).await.unwrap();
        let waits = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        away(ASEP_NUMBER);
        pause_channel(town.house(), "email", false).await.unwrap();
        town.run_until_idle().await;
        assert_eq!(
            town.lines(waits).await,
            ["letter KADIS-KOMINFO email full primary_channel superseded", "letter KADIS-KOMINFO print full absent queued"]
        );
        hears(2, "Kepala Dinas Komunikasi dan Informatika tercatat cuti");
        // The report to the one who is away.
        town.official(IKP).reply(&town.mail_of(IKP), "Laporan: sudah kami siarkan di radio kota.").await;
        town.run_until_idle().await;
        assert!(town.lines(id).await.contains(&"report_received KADIS-KOMINFO print full absent queued".to_owned()), "{:?}", town.lines(id).await);
        hears(3, "Kepala Dinas Komunikasi dan Informatika tercatat cuti");
        let tray = town.tray_codes().await;
        assert_eq!(tray, vec![("absent_without_delegate".to_owned(), "DISKOMINFO".to_owned()); 3]);
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// Recorded by mistake: taken back before it begins or on its first day, as if it had never counted, with a fact that says so.
    async fn an_absence_recorded_by_mistake_is_taken_back(database: Database) {
        let town = Town::open(database).await;
        let first = ["absence", "revoke", ASEP_NUMBER, "--from", "2026-12-08"];
        town.kurir(&first).wanting(&["Tidak ada catatan berhalangan", "8 Desember 2026", "Perbaikan:"]);
        // Today, without a delegate: the letter of the day waits on paper, and goes by mail once it is taken back.
        town.kurir(LEAVE).done();
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter KADIS-KOMINFO print full absent queued"]);
        town.kurir(&["absence", "end", ASEP_NUMBER, "--on", "2026-12-07"]).wanting(&["Tidak ada catatan berhalangan", "kurir absence revoke"]);
        let said = town.kurir(&first).done();
        assert!(said.starts_with("Dicabut: Asep Hidayatulloh") && said.contains("mulai 8 Desember 2026"), "{said}");
        town.run_until_idle().await;
        assert_eq!(
            town.lines(id).await,
            ["letter KADIS-KOMINFO email full primary_channel relayed", "letter KADIS-KOMINFO print full absent superseded"]
        );
        town.kurir(&first).wanting(&["Tidak ada catatan berhalangan"]);
        // To come, with a delegate: both go, and the same days may be recorded again.
        let later: Vec<&str> = LEAVE.iter().map(|one| if *one == "2026-12-08" { "2026-12-10" } else { one }).chain(STAND_IN.iter().copied()).collect();
        town.kurir(&later).done();
        town.kurir(&["absence", "revoke", ASEP_NUMBER, "--from", "2026-12-10"]).done();
        town.kurir(&later).done();
        town.kurir(&["absence", "revoke", ASEP_NUMBER, "--from", "2026-12-10"]).done();
        town.after(jiff::SignedDuration::from_hours(48)).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter KADIS-KOMINFO email full primary_channel relayed"]);
        assert!(town.mails_of(LILIS).is_empty());
        // What has counted for a day is ended, not taken back.
        town.kurir(&["absence", "add", ASEP_NUMBER, "--from", "2026-12-09", "--reason", "leave"]).done();
        town.kurir(&["absence", "revoke", ASEP_NUMBER, "--from", "2026-12-09"]).wanting(&["sudah berlaku sejak 9 Desember 2026", "kurir absence end"]);
        town.kurir(&["absence", "end", ASEP_NUMBER, "--on", "2026-12-09"]).done();
        // Nothing of it is gone: every step is on record.
        let facts = town.administered().await;
        let revoked: Vec<_> = facts.iter().filter(|fact| fact["detail"]["what"] == "absence revoked").collect();
        assert_eq!(revoked.len(), 3, "{facts:#?}");
        assert_eq!((&revoked[1]["detail"]["from"], &revoked[1]["detail"]["to"], &revoked[1]["detail"]["delegate"]), (&"2026-12-10".into(), &"2026-12-18".into(), &LILIS_NUMBER.into()));
        town.finish().await;
    }

    /// The answer names whom, which post, who stands in and both days; what makes no sense beside the rest is not left out in silence.
    async fn what_is_recorded_of_an_absence_is_said_and_nothing_is_ignored(database: Database) {
        let town = Town::open(database).await;
        let no_number: Vec<&str> = LEAVE.iter().chain(STAND_IN).map(|one| if *one == "800/77/SETDA" { " " } else { one }).collect();
        town.kurir(&no_number).wanting(&["Nomor surat perintah belum diisi", "Perbaikan:"]);
        for alone in [&["--secret"][..], &["--position", "KADIS-KOMINFO"], &["--order", "800/77/SETDA"]] {
            town.kurir(&[LEAVE, alone].concat()).refused(2, &[alone[0], "--delegate", "Perbaikan:"]);
        }
        let said = town.kurir(&[LEAVE, STAND_IN, &["--secret"]].concat()).done();
        for part in [
            "Asep Hidayatulloh", "Kepala Dinas Komunikasi dan Informatika", "8 Desember 2026 s.d. 18 Desember 2026", "Lilis Suryaningsih",
            "Plh. Kepala Dinas Komunikasi dan Informatika", "800/77/SETDA", "termasuk surat rahasia",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        let said = town.kurir(&["absence", "add", "198309272008012913", "--from", "2026-12-08", "--reason", "study"]).done();
        assert!(said.contains("sejak 8 Desember 2026") && said.contains("tanpa pejabat pengganti"), "{said}");
        let said = town.kurir(&["absence", "end", ASEP_NUMBER, "--on", "2026-12-10"]).done();
        assert!(said.contains("Asep Hidayatulloh") && said.contains("sampai dengan 10 Desember 2026"), "{said}");
        town.run_until_idle().await;
        town.finish().await;
    }
}
