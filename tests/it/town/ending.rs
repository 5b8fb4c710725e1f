//! The end of every story: nothing may be lost, unread or unproven.

use super::Town;
use kurir::domain::delivery::DeliveryState;
use kurir::flow::{evidence, holdings};

impl Town {
    /// Fails if a delivery is unsettled, an inbound item unread or the chain of evidence broken.
    pub async fn finish(self) {
        Box::pin(self.finish_with(&[])).await;
    }

    /// The same; states of deliveries that the story leaves open on purpose are named ("queued": the print queue).
    pub async fn finish_with(mut self, left: &[DeliveryState]) {
        Box::pin(self.run_until_idle()).await;
        let mut wrong = Vec::new();
        let mut tx = self.house().store.read().await.unwrap();
        for state in DeliveryState::ALL.iter().filter(|state| !state.is_settled() && !left.contains(state)) {
            for delivery in tx.deliveries_in(*state, 10_000).await.unwrap() {
                let recipient = tx.message(delivery.message).await.unwrap().unwrap().recipient;
                let tries = tx.attempts_of(delivery.id).await.unwrap();
                let told = tries.iter().map(|one| (&one.code, &one.answer)).collect::<Vec<_>>();
                wrong.push(format!("{recipient}: {} is {state} after {told:?}", delivery.channel));
            }
        }
        for (state, count) in tx.inbound_counts().await.unwrap() {
            if matches!(state.as_str(), "kept" | "dead" | "") && count > 0 {
                wrong.push(format!("{count} inbound items are {state:?}"));
            }
        }
        drop(tx);
        let verified = evidence::verify(self.house()).await.unwrap();
        if verified.broken.is_some() || verified.unsealed > 0 || verified.facts == 0 {
            wrong.push(format!("{verified:?}"));
        }
        let broken = holdings::verify(self.house()).await.unwrap();
        if let Some(broken) = broken.filter(|_| !self.rows_without_facts) {
            wrong.push(format!("{broken:?}"));
        }
        self.finished = true;
        assert!(wrong.is_empty(), "the story ends with {wrong:#?}");
        self.house().store.close().await;
        if let Some(stand_in) = self.stand_in.take() {
            stand_in.close().await;
        }
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        let looked = self.finished || std::thread::panicking();
        assert!(looked, "a story ended without finish(): nobody looked whether anything was lost");
    }
}
