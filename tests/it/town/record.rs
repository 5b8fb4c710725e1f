//! What the record says, as a test asks for it.

use super::Town;
use jiff::Timestamp;
use kurir::domain::codes::EmployeeNumber;
use kurir::domain::delivery::{Channel, DeliveryState};
use kurir::domain::ids::LetterId;
use kurir::domain::routing::Address;
use kurir::store::records::{StoredAct, StoredDelivery, StoredInbound, StoredMessage, StoredOrder, StoredTray};
use std::collections::BTreeMap;

/// States of a mail that a mail server took.
const HANDED_OVER: [DeliveryState; 5] = [
    DeliveryState::Relayed,
    DeliveryState::Delivered,
    DeliveryState::Displayed,
    DeliveryState::Acknowledged,
    DeliveryState::Acted,
];

/// One delivery as a line: kind, recipient, channel, content, reason, state.
pub fn told((message, delivery): &(StoredMessage, StoredDelivery)) -> String {
    format!(
        "{} {} {} {} {} {}",
        message.kind, message.recipient, delivery.channel, delivery.content, delivery.reason, delivery.state
    )
}

/// The employee number behind an address.
pub async fn official_number(town: &Town, address: &str) -> EmployeeNumber {
    let mut tx = town.house().store.read().await.unwrap();
    let city = town.house().city(&mut tx).await.unwrap();
    city.directory.official_by_email(address).expect("a registered address").number.clone()
}

impl Town {
    /// Deliveries of a letter with their messages, oldest first.
    pub async fn deliveries(&self, letter: LetterId) -> Vec<(StoredMessage, StoredDelivery)> {
        let mut tx = self.house().store.read().await.unwrap();
        let mut found = Vec::new();
        for delivery in tx.deliveries_of_letter(letter).await.unwrap() {
            found.push((tx.message(delivery.message).await.unwrap().unwrap(), delivery));
        }
        found
    }

    /// The same as lines, sorted; messages that only tell operators and senders are left out.
    pub async fn lines(&self, letter: LetterId) -> Vec<String> {
        let mut lines: Vec<String> =
            self.deliveries(letter).await.iter().filter(|(message, _)| message.role != "notice").map(told).collect();
        lines.sort();
        lines
    }

    /// The one delivery of a letter that fits.
    pub async fn delivery(&self, letter: LetterId, recipient: &str, channel: Channel) -> StoredDelivery {
        let fits = |(message, one): &(StoredMessage, StoredDelivery)| {
            message.recipient == recipient && message.role != "notice" && one.channel == channel
        };
        let mut found: Vec<_> = self.deliveries(letter).await.into_iter().filter(fits).collect();
        let all = found.iter().map(told).collect::<Vec<_>>();
        assert_eq!(found.len(), 1, "{recipient} {channel}: {all:#?}");
        found.remove(0).1
    }

    /// Acts on a letter, oldest first.
    pub async fn acts(&self, letter: LetterId) -> Vec<StoredAct> {
        self.house().store.read().await.unwrap().acts_of(letter).await.unwrap()
    }

    /// Orders of a letter, oldest first.
    pub async fn orders(&self, letter: LetterId) -> Vec<StoredOrder> {
        self.house().store.read().await.unwrap().orders_of(letter).await.unwrap()
    }

    /// Inbound items, newest first; reports of mail servers are left out.
    pub async fn inbounds(&self) -> Vec<StoredInbound> {
        let mut items = self.house().store.read().await.unwrap().inbound_list(10_000).await.unwrap();
        items.retain(|item| item.class != "bounce");
        items
    }

    /// State and reason of the newest inbound item.
    pub async fn last_inbound(&self) -> (String, String) {
        let item = self.inbounds().await.into_iter().next().expect("an inbound item");
        (item.state, item.why)
    }

    /// What lies on the trays.
    pub async fn tray(&self) -> Vec<StoredTray> {
        self.house().store.read().await.unwrap().tray_items(false, 10_000).await.unwrap()
    }

    /// Codes and desks of the trays.
    pub async fn tray_codes(&self) -> Vec<(String, String)> {
        let items = self.tray().await;
        items.into_iter().map(|item| (item.code, item.unit.unwrap_or_else(|| "-".to_owned()))).collect()
    }

    /// When the next delivery on any channel is due.
    pub async fn next_due(&self) -> Option<Timestamp> {
        let mut tx = self.house().store.read().await.unwrap();
        let mut due = Vec::new();
        for channel in Channel::ALL {
            due.extend(tx.next_due(*channel).await.unwrap());
        }
        due.into_iter().min()
    }

    /// Mails that left and have not come to rest: their report is owed, or they are not in the mailbox yet.
    pub async fn awaited(&self) -> Vec<String> {
        let mut tx = self.house().store.read().await.unwrap();
        let mut open = Vec::new();
        let reports = tx.inbound_list(10_000).await.unwrap();
        let reported = |id| reports.iter().any(|item| item.class == "bounce" && item.delivery == Some(id));
        let mut sent: BTreeMap<String, usize> = BTreeMap::new();
        for state in HANDED_OVER {
            for delivery in tx.deliveries_in(state, 10_000).await.unwrap() {
                let Address::Email(address) = &delivery.address else { continue };
                // @nanti waits for ever on purpose, @hilang has no mailbox.
                if address.ends_with("@nanti.example") {
                    continue;
                }
                let message = tx.message(delivery.message).await.unwrap().unwrap();
                // What is said automatically has no way back for reports.
                if state == DeliveryState::Relayed && message.role != "notice" && !reported(delivery.id) {
                    open.push(format!("report on {} to {address}", message.kind));
                }
                if !address.ends_with("@hilang.example") {
                    *sent.entry(address.clone()).or_default() += 1;
                }
            }
        }
        let missing = sent.into_iter().filter(|(address, count)| self.mails_of(address).len() < *count);
        open.extend(missing.map(|(address, count)| format!("{count} mails in the mailbox of {address}")));
        open
    }

    /// Everything about where the town stands, for the report of a failed test.
    pub async fn state(&self) -> Vec<String> {
        let log = self.post.postfix.log();
        let mut told: Vec<String> = log.lines().filter(|line| line.contains(&self.domain)).map(str::to_owned).collect();
        let items = self.house().store.read().await.unwrap().inbound_list(100).await.unwrap();
        told.extend(
            items.iter().map(|item| format!("{} {} {} {} {}", item.source, item.class, item.state, item.why, item.detail)),
        );
        told.push(format!("in the mailbox: {}", self.post.mails_now(&self.gateway()).len()));
        told
    }

    /// How the attempts of a letter ended, for the report of a failed test.
    pub async fn attempts(&self, letter: LetterId) -> Vec<String> {
        let mut told = Vec::new();
        for (message, delivery) in self.deliveries(letter).await {
            let attempts = self.house().store.read().await.unwrap().attempts_of(delivery.id).await.unwrap();
            told.extend(attempts.iter().map(|one| {
                format!("{} {}: {:?} {:?} {:?}", message.recipient, delivery.channel, one.outcome, one.code, one.answer)
            }));
        }
        told
    }

    /// Facts of a kind about a letter.
    pub async fn facts(&self, letter: LetterId, event: &str) -> Vec<serde_json::Value> {
        let facts = self.house().store.read().await.unwrap().facts_of_letter(letter).await.unwrap();
        facts.iter().filter(|fact| fact.event == event).map(|fact| serde_json::from_slice(&fact.body).unwrap()).collect()
    }

    /// What the administrator and the operators changed, oldest first.
    pub async fn administered(&self) -> Vec<serde_json::Value> {
        let mut facts = self.house().store.read().await.unwrap().latest_facts(10_000).await.unwrap();
        facts.retain(|fact| fact.event == "Administered");
        facts.iter().rev().map(|fact| serde_json::from_slice(&fact.body).unwrap()).collect()
    }
}
