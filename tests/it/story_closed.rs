//! Posts and groups that a city closes: as ever until their last day, afterwards no addressee; and the files stay repeatable.

use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::letters::letter;
use crate::town::office::registry_folder;
use crate::town::seen::{plain, told};
use jiff::SignedDuration;
use kurir::domain::delivery::DeliveryState;
use kurir::domain::ids::LetterId;
use kurir::domain::letter::{Addressee, Letter, RecipientRole};
use kurir::flow::administer::pause_channel;

const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";
const NADIA: &str = "operator@diskominfo.sukamaju.example";
const FILES: [&str; 6] = ["units.csv", "positions.csv", "officials.csv", "incumbencies.csv", "operators.csv", "holidays.csv"];

/// A folder with the files of the town, less the rows that begin with one of these codes, and with the groups of these lines.
fn files(town: &Town, name: &str, without: &[&str], groups: &str) -> String {
    let folder = town.folder.join(name);
    std::fs::create_dir_all(&folder).unwrap();
    for file in FILES {
        let text = std::fs::read_to_string(registry_folder().join(file)).unwrap();
        let gone = |line: &&str| without.iter().any(|code| line.starts_with(&format!("{code},")));
        std::fs::write(folder.join(file), text.split_inclusive('\n').filter(|line| !gone(line)).collect::<String>()).unwrap();
    }
    std::fs::write(folder.join("groups.csv"), format!("name,position_code\n{groups}")).unwrap();
    folder.display().to_string()
}

/// Rows that an import added, changed and ended, of every table together, and the keys of those that ended.
fn imported(town: &Town, folder: &str, more: &[&str]) -> (u64, u64, Vec<String>) {
    let said = town.kurir(&[&["registry", "import", folder, "--json"], more].concat()).json();
    let tables = said[0]["imported"].as_array().unwrap();
    let count = |what: &str| tables.iter().map(|table| table[what].as_u64().unwrap()).sum();
    let ended = tables.iter().flat_map(|table| table["ended"].as_array().unwrap()).map(|key| key.as_str().unwrap().to_owned());
    (count("added"), count("changed"), ended.collect())
}

fn to_group(name: &str) -> Letter {
    let mut letter = letter(&[]);
    let addressee = Addressee::Group { name: name.to_owned(), except: Vec::new() };
    letter.recipients.push(crate::town::letters::recipient(RecipientRole::To, addressee));
    letter
}

/// To whom a letter went.
async fn reached(town: &Town, id: LetterId) -> Vec<String> {
    let lines = town.lines(id).await;
    let mut names: Vec<String> = lines.iter().map(|line| line.split(' ').nth(1).unwrap().to_owned()).collect();
    names.dedup();
    names
}

/// Imports a team of the city's own, then files without it, without a Kasi and without a Lurah, who all end on the 10th.
fn close(town: &Town) {
    let with = files(town, "lama", &[], "tim-banjir,KABID-APTIKA\ntim-banjir,KADIS-PUPR\n");
    let without = files(town, "baru", &["KASI-INFRA", "LURAH-PSK"], "");
    assert_eq!(imported(town, &with, &[]), (1, 0, vec![]));
    let (added, changed, ended) = imported(town, &without, &["--close-missing", "2026-12-10"]);
    assert_eq!((added, changed), (0, 0));
    for key in ["KASI-INFRA", "LURAH-PSK", "tim-banjir"] {
        assert!(ended.contains(&key.to_owned()), "{ended:?}");
    }
}

on_both_engines! {
    async fn a_post_and_a_group_that_the_files_no_longer_have_end_on_their_last_day(database: Database) {
        let town = Town::open(database).await;
        close(&town);
        // Until the last day all is as ever.
        let id = town.submit(&letter(&["KASI-INFRA"])).await.id;
        let lurah = town.submit(&to_group("semua-lurah")).await.id;
        let team = town.submit(&to_group("tim-banjir")).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter KASI-INFRA email full primary_channel relayed"]);
        assert!(reached(&town, lurah).await.contains(&"LURAH-PSK".to_owned()));
        assert_eq!(reached(&town, team).await, ["KABID-APTIKA", "KADIS-PUPR"]);
        pause_channel(town.house(), "email", true).await.unwrap();
        let waits = town.submit(&letter(&["KASI-INFRA"])).await.id;
        town.after(SignedDuration::from_hours(72)).await;
        // The day after: what waits is for a vacant post, what is new names nobody.
        pause_channel(town.house(), "email", false).await.unwrap();
        town.run_until_idle().await;
        assert_eq!(
            town.lines(waits).await,
            ["letter KASI-INFRA email full primary_channel superseded", "letter KASI-INFRA print full vacant queued"]
        );
        let words = told(&town.mail_of(NADIA));
        assert!(words.contains("Kepala Seksi Infrastruktur Jaringan dicetak karena jabatan kosong"), "{words}");
        for (id, to, what) in [("jabatan", "[\"KASI-INFRA\"]", "KASI-INFRA"), ("tim", "[\"@tim-banjir\"]", "tim-banjir")] {
            let form = town.form(id, to, "");
            let words = [what, "berakhir 2026-12-10", "Perbaikan:"];
            town.submitted(&form).wanting(&words);
            town.kurir(&["letter", "route", &form.0, "--explain"]).wanting(&words);
        }
        let lurah = town.submit(&to_group("semua-lurah")).await.id;
        town.run_until_idle().await;
        let names = reached(&town, lurah).await;
        assert!(names.contains(&"LURAH-PSM".to_owned()) && !names.contains(&"LURAH-PSK".to_owned()), "{names:?}");
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// Nor is it offered or understood as the target of a disposition.
    async fn a_closed_post_is_no_target_of_an_answer(database: Database) {
        let town = Town::open(database).await;
        let wahyu = town.linked(WAHYU, 7002).await;
        close(&town);
        town.after(SignedDuration::from_hours(72)).await;
        let id = town.submit(&letter(&["KABID-APTIKA"])).await.id;
        town.run_until_idle().await;
        let shown = wahyu.last();
        let mail = plain(&town.mail_of(WAHYU));
        assert!(!mail.contains("Kasi Infra"), "no example names it: {mail}");
        town.official(WAHYU).reply(&town.mail_of(WAHYU), "TL ke Kasi Infra, lapor Senin").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("asked".to_owned(), "target_unknown".to_owned()));
        wahyu.press(&shown, "Disposisi").await;
        assert!(!wahyu.screen().contains("Infrastruktur"), "{}", wahyu.screen());
        assert_eq!(town.acts(id).await.len(), 0);
        let posts = town.kurir(&["registry", "show", "--json"]).json();
        let post = posts.iter().find(|post| post["position"] == "KASI-INFRA").unwrap();
        assert_eq!((post["state"].as_str(), post["valid_to"].as_str()), (Some("ended"), Some("2026-12-10")));
        assert!(town.kurir(&["registry", "show"]).done().contains("Kepala Seksi Infrastruktur Jaringan: berakhir 10 Desember 2026"));
        town.finish().await;
    }

    async fn files_that_close_something_can_be_imported_again(database: Database) {
        let town = Town::open(database).await;
        // Only missed, a post and a group stay, and a member stays one of the groups that follow from the titles.
        let with = files(&town, "semua", &[], "tim-banjir,KABID-APTIKA\ntim-banjir,KADIS-PUPR\n");
        let fewer = files(&town, "kurang", &["KASI-INFRA", "LURAH-PSK"], "");
        town.kurir(&["registry", "import", &with]).done();
        let said = town.kurir(&["registry", "import", &fewer]).done();
        for missed in ["jabatan: KASI-INFRA", "jabatan: LURAH-PSK", "kelompok: tim-banjir"] {
            let words = format!("perhatian  {missed} tidak ada lagi dalam berkas. Baris tetap tersimpan; akhiri dengan --close-missing");
            assert!(said.contains(&words), "{said}");
        }
        let nothing = || (0, 0, Vec::new());
        let out = town.folder.join("keluar").display().to_string();
        town.kurir(&["registry", "export", &out]).done();
        assert_eq!(imported(&town, &out, &[]), nothing());
        imported(&town, &fewer, &["--close-missing", "2026-12-10"]);
        town.after(SignedDuration::from_hours(72)).await;
        // The same files, and what kurir writes out itself, change nothing.
        assert_eq!(imported(&town, &fewer, &["--close-missing", "2026-12-10"]), nothing());
        assert!(!town.kurir(&["registry", "import", &fewer]).done().contains("KASI-INFRA"), "what has ended is no news");
        town.kurir(&["registry", "export", &out]).done();
        assert_eq!(imported(&town, &out, &[]), nothing());
        // Back in the files they are addressed again.
        let (added, changed, ended) = imported(&town, &with, &[]);
        assert!(added == 0 && changed >= 3 && ended.is_empty(), "{added} {changed} {ended:?}");
        let team = town.submit(&to_group("tim-banjir")).await.id;
        let id = town.submit(&letter(&["KASI-INFRA"])).await.id;
        town.run_until_idle().await;
        assert_eq!(reached(&town, team).await, ["KABID-APTIKA", "KADIS-PUPR"]);
        assert_eq!(reached(&town, id).await, ["KASI-INFRA"]);
        town.finish().await;
    }

    /// A city may also name the last day itself.
    async fn a_last_day_may_stand_in_the_files(database: Database) {
        let town = Town::open(database).await;
        let folder = files(&town, "tanggal", &[], "");
        let path = |file: &str| std::path::Path::new(&folder).join(file);
        let text = std::fs::read_to_string(path("positions.csv")).unwrap();
        let dated: Vec<String> = text.lines().map(|line| {
            let last = if line.starts_with("KASI-INFRA,") { ",2026-12-10" } else { "," };
            if line.starts_with("code,") { format!("{line},valid_to\r\n") } else { format!("{line}{last}\r\n") }
        }).collect();
        std::fs::write(path("positions.csv"), dated.concat()).unwrap();
        std::fs::write(path("groups.csv"), "name,position_code,valid_to\ntim,KABID-APTIKA,2026-12-10\ntim,KADIS-PUPR,2026-12-09\n").unwrap();
        town.kurir(&["registry", "import", &folder]).wanting(&["groups.csv:3, kolom valid_to: kelompok tim berakhir lain pada baris 2. Perbaikan:"]);
        std::fs::write(path("groups.csv"), "name,position_code,valid_to\ntim,KABID-APTIKA,2026-12-10\ntim,KADIS-PUPR,2026-12-10\n").unwrap();
        assert_eq!(imported(&town, &folder, &[]), (1, 1, vec![]));
        assert_eq!(imported(&town, &folder, &[]), (0, 0, vec![]));
        town.after(SignedDuration::from_hours(72)).await;
        for (id, to) in [("jabatan", "[\"KASI-INFRA\"]"), ("tim", "[\"@tim\"]")] {
            town.submitted(&town.form(id, to, "")).wanting(&["berakhir 2026-12-10"]);
        }
        town.finish().await;
    }
}
