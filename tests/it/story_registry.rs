//! The registry imported again: what an empty cell does not do, and what a Plh says of whom he stands in for.

use crate::servers::engines::on_both_engines;
use crate::town::letters::letter;
use crate::town::{Plan, Town};
use jiff::civil::date;
use kurir::domain::delegation::AbsenceReason;
use kurir::domain::delivery::DeliveryState;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";
const ASEP_NUMBER: &str = "197203091998031910";
const DADANG_NUMBER: &str = "197807072001121935";

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
}
