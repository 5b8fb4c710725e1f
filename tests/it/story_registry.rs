//! The registry imported again: what an empty cell does not do, and what a Plh says of whom he stands in for.

use crate::servers::engines::on_both_engines;
use crate::town::letters::letter;
use crate::town::seen::told;
use crate::town::{Plan, Town};
use jiff::civil::date;
use kurir::domain::delegation::AbsenceReason;
use kurir::domain::delivery::DeliveryState;
use kurir::domain::registry::{TableSummary, read};
use kurir::flow::administer::registry::{Imported, files, import};

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";
const ASEP_NUMBER: &str = "197203091998031910";
const DADANG_NUMBER: &str = "197807072001121935";
const EKA: &str = "eka.nurjanah@kec-mekarwangi.sukamaju.example";

/// The first days of a holder, a stand-in and an operator, put right.
const CORRECTED: &[(&str, &str, &str)] = &[
    ("incumbencies.csv", "plh,2026-12-07,2026-12-11", "plh,2026-12-09,2026-12-11"),
    ("incumbencies.csv", "197203091998031910,definitive,2025-03-01", "197203091998031910,definitive,2025-04-01"),
    ("operators.csv", "199308172018012947,2026-01-05", "199308172018012947,2026-02-05"),
];

/// Rows that an import added, changed and ended, and rows that it missed: of every table together.
fn moved(summary: &[TableSummary]) -> (usize, usize, usize, usize) {
    summary.iter().fold((0, 0, 0, 0), |(added, changed, ended, missed), table| {
        (added + table.added, changed + table.changed, ended + table.ended.len(), missed + table.disappeared.len())
    })
}

on_both_engines! {
    async fn an_empty_cell_takes_no_address_away_and_is_told(database: Database) {
        let town = Town::open(database).await;
        let summary = town.import(&[("officials.csv", ASEP, "")]).await;
        let officials = summary.iter().find(|table| table.table == "officials").unwrap();
        assert_eq!((officials.addresses_kept.as_slice(), officials.changed), (&[ASEP_NUMBER.to_owned()][..], 0));
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter KADIS-KOMINFO email full primary_channel relayed"]);
        // Given to somebody else, it does leave him.
        let summary = town.import(&[("officials.csv", ASEP, ""), ("officials.csv", WAHYU, ASEP)]).await;
        let officials = summary.iter().find(|table| table.table == "officials").unwrap();
        assert_eq!((officials.addresses_kept.len(), officials.changed), (0, 2));
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter KADIS-KOMINFO print full unregistered queued"]);
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// The holder is off duty for the term of his Plh; the reason is not stated.
    async fn whose_post_a_plh_acts_for_is_off_duty(database: Database) {
        let changes = vec![("incumbencies.csv", "plh,2026-12-07,2026-12-11", "plh,2025-04-01,")];
        let town = Town::open_with(database, Plan { registry: changes, ..Plan::default() }).await;
        let mut tx = town.house().store.read().await.unwrap();
        let city = town.house().city(&mut tx).await.unwrap();
        drop(tx);
        let dadang = DADANG_NUMBER.parse().unwrap();
        let away = city.directory.absence(&dadang, date(2026, 12, 8)).expect("his Plh acts");
        assert_eq!((away.reason, away.days.from, away.days.to), (AbsenceReason::Unstated, date(2025, 4, 1), None));
        assert!(city.directory.absence(&dadang, date(2025, 3, 31)).is_none());
        town.finish().await;
    }

    /// A row whose first day was wrong is replaced, not doubled: no power outlives the order that gave it.
    async fn a_corrected_first_day_replaces_the_row_and_the_files_can_be_imported_again(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["CAMAT-MKW"])).await.id;
        town.run_until_idle().await;
        let mail = town.mail_of(EKA);
        assert_eq!(moved(&town.import(CORRECTED).await), (0, 3, 0, 0));
        let mut tx = town.house().store.read().await.unwrap();
        let parts = tx.directory_parts().await.unwrap();
        drop(tx);
        let asep: Vec<_> = parts.incumbencies.iter().filter(|row| row.official.as_str() == ASEP_NUMBER).map(|row| row.days.from).collect();
        let camat: Vec<_> = parts.delegations.iter().filter(|row| row.position.as_str() == "CAMAT-MKW").map(|row| row.days.from).collect();
        let desk: Vec<_> = parts.operators.iter().filter(|row| row.unit.as_str() == "DISKOMINFO").map(|row| row.days.from).collect();
        assert_eq!((asep, camat, desk), (vec![date(2025, 4, 1)], vec![date(2026, 12, 9)], vec![date(2026, 2, 5)]));
        // Her order begins tomorrow: what she answers today is none of the Camat's acts.
        town.official(EKA).reply(&mail, "TL ke Lurah Pasirmulya, lapor Jumat").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "delegate_outside_dates".to_owned()));
        assert!(told(&town.mail_of(EKA)).contains("berlaku Rabu, 9 Desember 2026 sampai dengan Jumat, 11 Desember 2026"), "{}", told(&town.mail_of(EKA)));
        assert_eq!(town.acts(id).await.len(), 0);
        // The same files again, and what kurir itself writes out, change nothing.
        assert_eq!(moved(&town.import(CORRECTED).await), (0, 0, 0, 0));
        let own = read(&files(town.house()).await.unwrap()).unwrap_or_else(|faults| panic!("{faults:#?}"));
        let Imported::Done(summary) = import(town.house(), &own, None).await.unwrap() else { panic!("the own export clashes") };
        assert_eq!(moved(&summary), (0, 0, 0, 0));
        let text = town.database_text().await;
        for corrected in [format!("KADIS-KOMINFO {ASEP_NUMBER} 2025-03-01 > 2025-04-01"), "CAMAT-MKW 198005252008012936 2026-12-07 > 2026-12-09".to_owned()] {
            assert!(text.contains(&corrected), "no evidence of {corrected}");
        }
        town.finish().await;
    }
}
