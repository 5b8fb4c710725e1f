//! What becomes of an order.

use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::letters::letter;
use kurir::domain::disposition::OrderState;
use kurir::domain::ids::{LetterId, OrderId};
use kurir::store::records::StoredOrder;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";

/// A letter to Asep, answered with orders one after the other.
async fn ordered(town: &Town, words: &[&str]) -> LetterId {
    let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
    town.run_until_idle().await;
    let first = town.mail_of(ASEP);
    for one in words {
        town.official(ASEP).reply(&first, one).await;
        town.run_until_idle().await;
    }
    id
}

on_both_engines! {
    /// Rows are written by a worker that read an older state: whatever comes, an order goes on and never back.
    async fn an_order_goes_on_and_never_back(database: Database) {
        let town = Town::open(database).await;
        let id = ordered(&town, &["TL ke Kabid Aptika, lapor Jumat"]).await;
        let given = town.orders(id).await.remove(0);
        let mut tx = town.house().store.write().await.unwrap();
        for from in OrderState::ALL {
            for to in OrderState::ALL {
                let order = StoredOrder { id: OrderId::new(town.house().uuid()), state: from.as_str().to_owned(), ..given.clone() };
                tx.insert_order(&order).await.unwrap();
                let goes_on = tx.advance_order(order.id, *to).await.unwrap();
                let now = tx.order(order.id).await.unwrap().unwrap().state;
                assert_eq!((goes_on, now.as_str()), (to > from, from.max(to).as_str()), "{from} > {to}");
            }
        }
        drop(tx);
        town.finish().await;
    }
}
