//! What a transaction remembers of its own answers, so that a batch asks once, and what it asks only of rows that are written.

use super::error::StoreError;
use super::records::{StoredAct, StoredDelivery, StoredLetter, StoredMessage, StoredOrder};
use super::tx::{Agenda, Inner, Tx};
use crate::domain::codes::UnitCode;
use crate::domain::delivery::DeliveryState;
use crate::domain::disposition::OrderState;
use crate::domain::ids::{DeliveryId, LetterId, MessageId, OrderId};
use jiff::Timestamp;

impl Tx {
    /// The version of the directory; any change of it raises the number. Asked for once: it changes within a transaction
    /// only by [`Tx::bump_directory`].
    pub async fn directory_version(&mut self) -> Result<i64, StoreError> {
        if let Some(known) = self.directory {
            return Ok(known);
        }
        let version = self.ask_directory_version().await?;
        self.directory = Some(version);
        Ok(version)
    }

    /// Raises the version of the directory.
    pub async fn bump_directory(&mut self) -> Result<(), StoreError> {
        self.directory = None;
        self.raise_directory_version().await
    }

    /// The next agenda number of a unit and year, taken for the letter; the first answer again where it has one.
    pub async fn take_agenda(&mut self, unit: &UnitCode, year: i64, letter: LetterId) -> Result<i64, StoreError> {
        self.agenda = None;
        self.count_agenda(unit, year, letter).await
    }

    /// Agenda numbers of a letter by unit: (year, number).
    pub async fn agenda_of(&mut self, letter: LetterId) -> Result<Agenda, StoreError> {
        if let Some((known, agenda)) = &self.agenda
            && *known == letter
        {
            return Ok(agenda.clone());
        }
        let agenda = self.ask_agenda(letter).await?;
        self.agenda = Some((letter, agenda.clone()));
        Ok(agenda)
    }

    /// A letter with its files. What it says is read once; whether it is there and its state are asked for every time.
    pub async fn letter(&mut self, id: LetterId) -> Result<Option<StoredLetter>, StoreError> {
        if let Some(known) = self.letters.find(id) {
            return Ok(self.letter_state(id).await?.map(|(state, settled_at)| StoredLetter { state, settled_at, ..known }));
        }
        let found = self.read_letter(id).await?;
        if let Some(letter) = &found {
            self.letters.keep(letter);
        }
        Ok(found)
    }

    /// Waits for the sealer's lock: on `PostgreSQL` an advisory lock of the transaction; on `SQLite` the one writer is the lock.
    pub async fn lock_sealer(&mut self) -> Result<(), StoreError> {
        if let Inner::Postgres(tx) = &mut self.inner {
            sqlx::query("SELECT pg_advisory_xact_lock(hashtext('kurir/sealer'))").execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// A setting; asked for once, for it changes within a transaction only by [`Tx::set_setting`].
    pub async fn setting(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        if let Some(known) = self.settings.get(name) {
            return Ok(known.clone());
        }
        let value = self.ask_setting(name).await?;
        self.settings.insert(name.to_owned(), value.clone());
        Ok(value)
    }

    /// Writes a setting.
    pub async fn set_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.settings.remove(name);
        self.put_setting(name, value).await
    }

    /// A message.
    pub async fn message(&mut self, id: MessageId) -> Result<Option<StoredMessage>, StoreError> {
        self.write_pending_of(id.uuid()).await?;
        self.find_message(id).await
    }

    /// A delivery.
    pub async fn delivery(&mut self, id: DeliveryId) -> Result<Option<StoredDelivery>, StoreError> {
        self.write_pending_of(id.uuid()).await?;
        self.find_delivery(id).await
    }

    /// Deliveries of a message, oldest first.
    pub async fn deliveries_of_message(&mut self, message: MessageId) -> Result<Vec<StoredDelivery>, StoreError> {
        self.write_pending_of(message.uuid()).await?;
        self.find_deliveries_of(message).await
    }

    /// Changes the state by hand of a flow, guarded by the state it was in.
    pub async fn change_state(
        &mut self,
        id: DeliveryId,
        from_to: (DeliveryState, DeliveryState),
        next_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_pending_of(id.uuid()).await?;
        self.change(id, from_to, next_at, now).await
    }

    /// An order.
    pub async fn order(&mut self, id: OrderId) -> Result<Option<StoredOrder>, StoreError> {
        self.write_pending_of(id.uuid()).await?;
        self.find_order(id).await
    }

    /// Takes an order on to a state. False where it is as far already, or further: it never goes back.
    pub async fn advance_order(&mut self, id: OrderId, state: OrderState) -> Result<bool, StoreError> {
        self.write_pending_of(id.uuid()).await?;
        self.put_order_on(id, state).await
    }

    /// Inserts an act; false when the same person gave the same answer to the same delivery before.
    pub async fn insert_act(&mut self, act: &StoredAct) -> Result<bool, StoreError> {
        self.write_pending_of(act.delivery.uuid()).await?;
        self.put_act(act).await
    }
}
