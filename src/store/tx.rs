//! One transaction of either engine, with every question and every change that the ledger knows.

use super::engine::{Topic, Wake};
use super::error::StoreError;
use super::records::{
    ChannelHealth, StoredAct, StoredAttempt, StoredButton, StoredDelivery, StoredDialog, StoredFact, StoredInbound, StoredLetter,
    StoredMessage, StoredOrder, StoredPrepared, StoredToken, StoredTray,
};
use super::shelf::LetterShelf;
use super::{postgres, sqlite};
use crate::domain::codes::{EmployeeNumber, PositionCode, UnitCode};
use crate::domain::delegation::{Absence, Delegation};
use crate::domain::delivery::{Channel, DeliveryState};
use crate::domain::directory::{
    DirectoryParts, Group, Incumbency, Official, OrgUnit, PersonalChannelState, Position, UnitOperator,
};
use crate::domain::evidence::Fact;
use crate::domain::ids::{
    ActId, AttemptId, DelegationId, DeliveryId, FactId, InboundId, LetterId, LinkId, MessageId, OrderId, TrayId,
};
use crate::domain::letter::LetterFile;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// The transaction of the engine.
#[derive(Debug)]
pub(crate) enum Inner {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// Agenda numbers by unit: (year, number).
type Agenda = BTreeMap<UnitCode, (i64, i64)>;

/// A transaction. Dropped without [`Tx::commit`] it leaves nothing behind.
#[derive(Debug)]
pub struct Tx {
    pub(crate) inner: Inner,
    wake: Arc<Wake>,
    topics: Vec<Topic>,
    letters: Arc<LetterShelf>,
    /// Version of the directory as this transaction saw it.
    directory: Option<i64>,
    /// Agenda numbers of the letter that was asked for last.
    agenda: Option<(LetterId, Agenda)>,
}

impl Tx {
    pub(crate) const fn new(inner: Inner, wake: Arc<Wake>, letters: Arc<LetterShelf>) -> Self {
        Self { inner, wake, topics: Vec::new(), letters, directory: None, agenda: None }
    }

    /// Wakes who waits for `topic` once this transaction has committed.
    pub fn announce(&mut self, topic: Topic) {
        if !self.topics.contains(&topic) {
            self.topics.push(topic);
        }
    }

    /// Commits, then wakes.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if let Inner::Postgres(tx) = &mut self.inner {
            for topic in &self.topics {
                sqlx::query("SELECT pg_notify('kurir', $1)").bind(topic.as_str()).execute(&mut **tx).await?;
            }
        }
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        self.wake.committed();
        for topic in self.topics {
            self.wake.notify(topic);
        }
        Ok(())
    }
}

/// Writes one delegating method per line: to the same function of the engine's module.
macro_rules! ledger {
    ($($(#[$doc:meta])* $module:ident :: $name:ident ( $($arg:ident : $ty:ty),* $(,)? ) -> $out:ty;)*) => {
        impl Tx {$(
            $(#[$doc])*
            pub async fn $name(&mut self, $($arg: $ty),*) -> Result<$out, StoreError> {
                match &mut self.inner {
                    Inner::Sqlite(tx) => sqlite::$module::$name(&mut **tx, $($arg),*).await,
                    Inner::Postgres(tx) => postgres::$module::$name(&mut **tx, $($arg),*).await,
                }
            }
        )*}
    };
}

pub(crate) use ledger;

ledger! {
    /// Asks for the version of the directory, for [`Tx::directory_version`].
    directory::ask_directory_version() -> i64;
    /// Raises the version, for [`Tx::bump_directory`].
    directory::raise_directory_version() -> ();
    /// The whole directory.
    directory::directory_parts() -> DirectoryParts;
    /// All holidays.
    directory::holidays() -> BTreeMap<Date, String>;
    /// Adds or changes a unit.
    directory::put_unit(unit: &OrgUnit, place: i64) -> ();
    /// Adds or changes a position.
    directory::put_position(position: &Position, place: i64) -> ();
    /// Adds or changes a person; the state of the address starts anew when the address is another one.
    directory::put_official(official: &Official) -> ();
    /// Adds or changes a holder; the natural key is position, person and first day.
    directory::put_incumbency(id: uuid::Uuid, row: &Incumbency, order_number: &str) -> ();
    /// Adds or changes a stand-in.
    directory::put_delegation(row: &Delegation, imported: bool) -> ();
    /// Delegations that came with an import.
    directory::imported_delegations() -> Vec<DelegationId>;
    /// Adds or changes an operator.
    directory::put_operator(id: uuid::Uuid, row: &UnitOperator, order_number: &str) -> ();
    /// Adds an absence.
    directory::put_absence(row: &Absence) -> ();
    /// Ends an absence on a day.
    directory::end_absence(employee: &EmployeeNumber, last_day: Date) -> u64;
    /// Adds or renames a holiday.
    directory::put_holiday(day: Date, name: &str) -> ();
    /// Replaces a group.
    directory::put_group(group: &Group) -> ();
    /// Sets the state of a person's address.
    directory::set_email_state(employee: &EmployeeNumber, state: PersonalChannelState) -> ();
    /// Order numbers by table (incumbency, operator), code, person and first day, joined by '|'.
    directory::order_numbers() -> BTreeMap<String, String>;
    /// A setting.
    directory::setting(name: &str) -> Option<String>;
    /// Writes a setting.
    directory::set_setting(name: &str, value: &str) -> ();

    /// The letter and content hash that the caller's id already stands for.
    letters::letter_by_caller(caller_id: &str) -> Option<(LetterId, Vec<u8>)>;
    /// Inserts a letter.
    letters::insert_letter(letter: &StoredLetter) -> ();
    /// The next agenda number of a unit and year, taken for the letter; the first answer again where it has one.
    letters::count_agenda(unit: &UnitCode, year: i64, letter: LetterId) -> i64;
    /// Agenda numbers of a letter by unit: (year, number).
    letters::ask_agenda(letter: LetterId) -> BTreeMap<UnitCode, (i64, i64)>;
    /// Reads a letter with its files, for [`Tx::letter`].
    letters::read_letter(id: LetterId) -> Option<StoredLetter>;
    /// The fields of a letter as they were written down, to the byte.
    letters::letter_text(id: LetterId) -> Option<String>;
    /// State of a letter.
    letters::letter_state(id: LetterId) -> Option<String>;
    /// Letters by number.
    letters::letters_by_number(number: &str) -> Vec<LetterId>;
    /// Newest letters before an id.
    letters::letters(before: Option<LetterId>, limit: i64) -> Vec<LetterId>;
    /// Files of a letter.
    letters::files_of(letter: LetterId) -> Vec<LetterFile>;
    /// How many letters there are.
    letters::count_letters() -> i64;
    /// Inserts a message.
    letters::insert_message(message: &StoredMessage) -> ();
    /// Those of these messages that there are, in no order.
    letters::messages_in(ids: &[MessageId]) -> Vec<StoredMessage>;
    /// A message.
    letters::message(id: MessageId) -> Option<StoredMessage>;
    /// Messages about a letter, oldest first.
    letters::messages_of(letter: LetterId) -> Vec<StoredMessage>;

    /// Inserts a delivery.
    deliveries::insert_delivery(delivery: &StoredDelivery) -> ();
    /// A delivery.
    deliveries::delivery(id: DeliveryId) -> Option<StoredDelivery>;
    /// Deliveries of a letter, oldest first.
    deliveries::deliveries_of_letter(letter: LetterId) -> Vec<StoredDelivery>;
    /// Deliveries of a message, oldest first.
    deliveries::deliveries_of_message(message: MessageId) -> Vec<StoredDelivery>;
    /// Deliveries of any of these messages, oldest first.
    deliveries::deliveries_of_messages(ids: &[MessageId]) -> Vec<StoredDelivery>;
    /// Changes the state by hand of a flow, guarded by the state it was in.
    deliveries::change_state(id: DeliveryId, from_to: (DeliveryState, DeliveryState), next_at: Option<Timestamp>, now: Timestamp) -> ();
    /// Takes deliveries of a channel that are due under a lease, immediate ones first.
    queue::claim(channel: Channel, now: Timestamp, until: Timestamp, limit: i64) -> Vec<StoredDelivery>;
    /// Writes the outcome of a claimed delivery; stale when the lease went to somebody else.
    queue::settle(id: DeliveryId, lease_no: i64, state_next: (DeliveryState, Option<Timestamp>), now: Timestamp) -> ();
    /// Gives a claimed delivery back until a moment, as if it had not been taken.
    queue::postpone(id: DeliveryId, lease_no: i64, at: Timestamp) -> ();
    /// Prolongs the lease of claimed deliveries.
    queue::renew(id: DeliveryId, lease_no: i64, until: Timestamp) -> bool;
    /// When the next delivery of a channel is due.
    queue::next_due(channel: Channel) -> Option<Timestamp>;
    /// Deliveries that are not settled: by channel and state, how many and since when.
    queue::open_counts() -> Vec<(String, String, i64, i64)>;
    /// Deliveries in a state, oldest first.
    queue::deliveries_in(state: DeliveryState, limit: i64) -> Vec<StoredDelivery>;
    /// Holds or releases a delivery.
    queue::set_held(id: DeliveryId, held: bool) -> ();
    /// Makes a delivery due.
    queue::make_due(id: DeliveryId, at: Timestamp) -> ();
    /// Writes down an attempt before its first byte.
    deliveries::start_attempt(attempt: &StoredAttempt, lease_no: i64, wire_sha256: &str) -> ();
    /// Writes down how it ended.
    deliveries::finish_attempt(attempt: &StoredAttempt) -> ();
    /// Attempts of a delivery, oldest first.
    deliveries::attempts_of(id: DeliveryId) -> Vec<StoredAttempt>;
    /// The last attempt of a delivery, if it has no outcome.
    deliveries::open_attempt(id: DeliveryId) -> Option<StoredAttempt>;
    /// Attempts by outcome, for the counters.
    deliveries::attempt_counts() -> Vec<(String, i64)>;
    /// The attempt that an id of the other side belongs to.
    deliveries::attempt(id: AttemptId) -> Option<StoredAttempt>;
    /// Keeps what was prepared.
    deliveries::put_prepared(id: DeliveryId, prepared: &StoredPrepared, now: Timestamp) -> ();
    /// What was prepared.
    deliveries::prepared(id: DeliveryId) -> Option<StoredPrepared>;
    /// Inserts messages.
    many::insert_messages(messages: &[&StoredMessage]) -> ();
    /// Inserts deliveries.
    many::insert_deliveries(deliveries: &[&StoredDelivery]) -> ();
    /// Inserts facts, each with its own hash.
    many::insert_facts(facts: &[&Fact]) -> ();
    /// Binds tokens (hash and kind) to deliveries.
    many::insert_tokens(tokens: &[(&[u8], &'static str, DeliveryId)], now: Timestamp) -> ();
    /// Writes attempts down before their first byte: each with its lease and the hash of what goes out. Returns the deliveries
    /// whose lease still holds; of the others, which somebody closed or took meanwhile, nothing is written.
    many::start_attempts(attempts: &[(&StoredAttempt, i64, &str)]) -> HashSet<DeliveryId>;
    /// Writes down how attempts ended. Returns how many were open until now.
    many::finish_attempts(attempts: &[&StoredAttempt]) -> u64;
    /// Writes the outcomes of claimed deliveries. Returns those whose lease was still the given one.
    many::settle_all(settled: &[(DeliveryId, i64, DeliveryState, Option<Timestamp>)], now: Timestamp) -> HashSet<DeliveryId>;
    /// Forgets what was prepared for deliveries that are settled.
    deliveries::drop_prepared(ids: &[DeliveryId]) -> ();
    /// Binds a token to a delivery.
    deliveries::insert_token(hash: &[u8], kind: &str, delivery: DeliveryId, now: Timestamp) -> ();
    /// Finds a token by its hash.
    deliveries::token(hash: &[u8]) -> Option<StoredToken>;
    /// Lets the tokens of a letter die at a moment.
    deliveries::expire_tokens(letter: LetterId, at: Timestamp) -> u64;
    /// Adds a step of the print desk.
    deliveries::print_step(id: DeliveryId, state: DeliveryState, by_receiver_note: (&str, &str, &str), now: Timestamp) -> ();
    /// Paper deliveries in any of the desk's states, oldest first, settled ones on request.
    queue::print_queue(settled: bool, limit: i64) -> Vec<StoredDelivery>;

    /// Keeps an inbound item; false when it was kept before.
    inbound::keep(item: &StoredInbound, now: Timestamp) -> bool;
    /// An inbound item.
    inbound::inbound(id: InboundId) -> Option<StoredInbound>;
    /// Items that wait to be judged, oldest first.
    inbound::inbound_due(now: Timestamp, limit: i64) -> Vec<StoredInbound>;
    /// Newest items first.
    inbound::inbound_list(limit: i64) -> Vec<StoredInbound>;
    /// Writes what became of an item; only one that still waits can be settled.
    inbound::settle_inbound(item: &StoredInbound, next_at: Option<Timestamp>, now: Timestamp) -> ();
    /// Closes an item that waited on a tray.
    inbound::close_inbound(id: InboundId, now: Timestamp) -> ();
    /// Where reading of a source stands: (UIDVALIDITY, position).
    inbound::cursor(source: &str) -> Option<(i64, i64)>;
    /// Moves the reading mark.
    inbound::set_cursor(source: &str, uid_validity: i64, position: i64) -> ();
    /// Items by state, for the counters.
    inbound::inbound_counts() -> Vec<(String, i64)>;
    /// Raises and returns the number of automatic answers to an address today.
    inbound::count_answer(address_hash: &[u8], day: Date) -> i64;

    /// Inserts an act; false when the same person gave the same answer to the same delivery before.
    acts::insert_act(act: &StoredAct) -> bool;
    /// An act.
    acts::act(id: ActId) -> Option<StoredAct>;
    /// Acts on a letter, oldest first.
    acts::acts_of(letter: LetterId) -> Vec<StoredAct>;
    /// Acts on a letter for one post, oldest first.
    acts::acts_of_post(letter: LetterId, position: &PositionCode) -> Vec<StoredAct>;
    /// Acts that answer a delivery's message, oldest first.
    acts::acts_on_message(message: MessageId) -> Vec<StoredAct>;
    /// Inserts an order.
    acts::insert_order(order: &StoredOrder) -> ();
    /// An order.
    acts::order(id: OrderId) -> Option<StoredOrder>;
    /// Orders of a letter, oldest first.
    acts::orders_of(letter: LetterId) -> Vec<StoredOrder>;
    /// Changes the state of an order.
    acts::set_order_state(id: OrderId, state: &str) -> ();

    /// Issues a link code, known only by its hash; older ones of the person die.
    links::issue_link_code(hash: &[u8], person: &EmployeeNumber, now: Timestamp, expires: Timestamp) -> ();
    /// Uses a link code once: whose it is, if it is good.
    links::use_link_code(hash: &[u8], now: Timestamp) -> Option<EmployeeNumber>;
    /// Binds a chat to a person; older links of both end.
    links::bind_chat(id: LinkId, person: &EmployeeNumber, chat: i64, now: Timestamp) -> ();
    /// Ends or marks the link of a chat.
    links::set_link_state(chat: i64, state: PersonalChannelState, ended: bool, now: Timestamp) -> u64;
    /// Mints a button.
    links::insert_button(button: &StoredButton, now: Timestamp) -> ();
    /// A button by its hash.
    links::button(hash: &[u8]) -> Option<StoredButton>;
    /// Uses a button once; false when somebody was quicker.
    links::use_button(hash: &[u8], answer: &str, now: Timestamp) -> bool;
    /// Kills the unused buttons of a delivery, with what a late press is told.
    links::retire_buttons(delivery: DeliveryId, answer: &str, now: Timestamp) -> u64;
    /// Begins a dialog.
    links::insert_dialog(dialog: &StoredDialog, now: Timestamp) -> ();
    /// A dialog.
    links::dialog(id: uuid::Uuid) -> Option<StoredDialog>;
    /// The open dialog of a chat, the newest.
    links::open_dialog(chat: i64) -> Option<StoredDialog>;
    /// Changes a dialog.
    links::update_dialog(dialog: &StoredDialog, now: Timestamp) -> ();

    /// Puts something on a desk's tray.
    tray::open_tray(item: &StoredTray) -> ();
    /// What lies on the trays, oldest first; closed ones on request.
    tray::tray_items(closed: bool, limit: i64) -> Vec<StoredTray>;
    /// One item.
    tray::tray_item(id: TrayId) -> Option<StoredTray>;
    /// The rows of one inbound item, on whatever trays.
    tray::tray_of_inbound(id: InboundId) -> Vec<StoredTray>;
    /// Closes an item.
    tray::close_tray(id: TrayId, by: &str, outcome: &str, now: Timestamp) -> ();
    /// How many lie open.
    tray::count_tray() -> i64;

    /// Inserts a fact with its own hash.
    facts::insert_fact(fact: &Fact) -> ();
    /// Facts that wait to be sealed, oldest first.
    facts::unsealed(limit: i64) -> Vec<StoredFact>;
    /// Number and link of the last sealed fact.
    facts::last_seal() -> Option<(i64, Vec<u8>)>;
    /// Seals facts: each gets its number and its link, and none may have one already.
    facts::seal(seals: &[(FactId, i64, Vec<u8>)]) -> ();
    /// Sealed facts after a number, in order.
    facts::sealed_after(seq: i64, limit: i64) -> Vec<StoredFact>;
    /// Facts of a letter in the order they were recorded.
    facts::facts_of_letter(letter: LetterId) -> Vec<StoredFact>;
    /// How many facts there are, sealed and not.
    facts::count_facts() -> (i64, i64);
    /// Newest facts first.
    facts::latest_facts(limit: i64) -> Vec<StoredFact>;

    /// State of all channels.
    channels::channel_states() -> Vec<ChannelHealth>;
    /// Writes the state of a channel; `since` stays while the state stays.
    channels::set_channel_state(health: &ChannelHealth) -> ();
}

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
    pub async fn agenda_of(&mut self, letter: LetterId) -> Result<BTreeMap<UnitCode, (i64, i64)>, StoreError> {
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
            return Ok(self.letter_state(id).await?.map(|state| StoredLetter { state, ..known }));
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
}
