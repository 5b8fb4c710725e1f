//! One transaction of either engine, with every question and every change that the ledger knows.

use super::engine::{Topic, Wake};
use super::error::StoreError;
use super::pending::Pending;
use super::records::{
    ChannelHealth, DatedRow, StoredAct, StoredAttempt, StoredButton, StoredDelivery, StoredDialog, StoredFact, StoredInbound,
    StoredLetter, StoredMessage, StoredOrder, StoredPrepared, StoredToken, StoredTray,
};
use super::shelf::LetterShelf;
use super::{postgres, sqlite};
use crate::domain::codes::{EmployeeNumber, PositionCode, UnitCode};
use crate::domain::delegation::{Absence, Delegation};
use crate::domain::delivery::{Channel, DeliveryState};
use crate::domain::directory::{
    DirectoryParts, Group, Incumbency, Official, OrgUnit, PersonalChannelState, Position, UnitOperator,
};
use crate::domain::ids::{
    AbsenceId, ActId, AttemptId, DelegationId, DeliveryId, FactId, InboundId, LetterId, LinkId, MessageId, OrderId, TrayId,
};
use crate::domain::letter::LetterFile;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// The transaction of the engine.
#[derive(Debug)]
pub(crate) enum Inner {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// Agenda numbers by unit: (year, number).
pub(super) type Agenda = BTreeMap<UnitCode, (i64, i64)>;

/// A transaction. Dropped without [`Tx::commit`] it leaves nothing behind.
#[derive(Debug)]
pub struct Tx {
    pub(crate) inner: Inner,
    wake: Arc<Wake>,
    topics: Vec<Topic>,
    pub(super) letters: Arc<LetterShelf>,
    /// Version of the directory as this transaction saw it.
    pub(super) directory: Option<i64>,
    /// Agenda numbers of the letter that was asked for last.
    pub(super) agenda: Option<(LetterId, Agenda)>,
    /// Settings that were asked for.
    pub(super) settings: BTreeMap<String, Option<String>>,
    /// Rows that wait to be written together.
    pub(super) pending: Pending,
}

impl Tx {
    pub(crate) fn new(inner: Inner, wake: Arc<Wake>, letters: Arc<LetterShelf>) -> Self {
        let (settings, pending) = (BTreeMap::new(), Pending::default());
        Self { inner, wake, topics: Vec::new(), letters, directory: None, agenda: None, settings, pending }
    }

    /// Wakes who waits for `topic` once this transaction has committed.
    pub fn announce(&mut self, topic: Topic) {
        if !self.topics.contains(&topic) {
            self.topics.push(topic);
        }
    }

    /// Commits, then wakes.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.write_pending().await?;
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

/// Writes one delegating method per line: to the same function of the engine's module. `after_pending` writes what waits
/// first, so that the statement sees it; `aside` is for what looks at no row that could wait.
macro_rules! ledger {
    ($when:ident; $($(#[$doc:meta])* $module:ident :: $name:ident ( $($arg:ident : $ty:ty),* $(,)? ) -> $out:ty;)*) => {
        impl Tx {$(
            $(#[$doc])*
            pub async fn $name(&mut self, $($arg: $ty),*) -> Result<$out, StoreError> {
                ledger!(@$when self);
                match &mut self.inner {
                    Inner::Sqlite(tx) => sqlite::$module::$name(&mut **tx, $($arg),*).await,
                    Inner::Postgres(tx) => postgres::$module::$name(&mut **tx, $($arg),*).await,
                }
            }
        )*}
    };
    (@after_pending $tx:ident) => { $tx.write_pending().await? };
    (@aside $tx:ident) => {};
}

pub(crate) use ledger;

ledger! {
    aside;
    /// Those of these tokens that there are, by their hash.
    many::tokens_in(hashes: &[&[u8]]) -> HashMap<Vec<u8>, StoredToken>;
    /// Asks for the version of the directory, for [`Tx::directory_version`].
    directory::ask_directory_version() -> i64;
    /// Raises the version, for [`Tx::bump_directory`].
    directory::raise_directory_version() -> ();
    /// The whole directory.
    directory::directory_parts() -> DirectoryParts;
    /// All holidays.
    directory::holidays() -> BTreeMap<Date, String>;
    /// For [`Tx::setting`].
    directory::ask_setting(name: &str) -> Option<String>;
    /// For [`Tx::set_setting`].
    directory::put_setting(name: &str, value: &str) -> ();
    /// The letter and content hash that the caller's id already stands for.
    letters::letter_by_caller(caller_id: &str) -> Option<(LetterId, Vec<u8>)>;
    /// Agenda numbers of a letter by unit: (year, number).
    letters::ask_agenda(letter: LetterId) -> BTreeMap<UnitCode, (i64, i64)>;
    /// Reads a letter with its files, for [`Tx::letter`].
    letters::read_letter(id: LetterId) -> Option<StoredLetter>;
    /// State of a letter, and since when it is settled.
    letters::letter_state(id: LetterId) -> Option<(String, Option<Timestamp>)>;
    /// Letters by number.
    letters::letters_by_number(number: &str) -> Vec<LetterId>;
    /// Files of a letter.
    letters::files_of(letter: LetterId) -> Vec<LetterFile>;
    /// For [`Tx::message`].
    letters::find_message(id: MessageId) -> Option<StoredMessage>;
    /// For [`Tx::delivery`].
    deliveries::find_delivery(id: DeliveryId) -> Option<StoredDelivery>;
    /// For [`Tx::deliveries_of_message`].
    deliveries::find_deliveries_of(message: MessageId) -> Vec<StoredDelivery>;
    /// For [`Tx::change_state`].
    deliveries::change(id: DeliveryId, from_to: (DeliveryState, DeliveryState), next_at: Option<Timestamp>, now: Timestamp) -> ();
    /// Finds a token by its hash.
    deliveries::token(hash: &[u8]) -> Option<StoredToken>;
    /// Keeps an inbound item; false when it was kept before.
    inbound::keep(item: &StoredInbound, now: Timestamp) -> bool;
    /// Where reading of a source stands: (UIDVALIDITY, position).
    inbound::cursor(source: &str) -> Option<(i64, i64)>;
    /// Moves the reading mark.
    inbound::set_cursor(source: &str, uid_validity: i64, position: i64) -> ();
    /// Raises and returns the number of automatic answers to an address today.
    inbound::count_answer(address_hash: &[u8], day: Date) -> i64;
    /// That number, without raising it.
    inbound::answers_counted(address_hash: &[u8], day: Date) -> i64;
    /// For [`Tx::insert_act`].
    acts::put_act(act: &StoredAct) -> bool;
    /// An act.
    acts::act(id: ActId) -> Option<StoredAct>;
    /// Acts on a letter, oldest first.
    acts::acts_of(letter: LetterId) -> Vec<StoredAct>;
    /// Acts on a letter for one post, oldest first.
    acts::acts_of_post(letter: LetterId, position: &PositionCode) -> Vec<StoredAct>;
    /// For [`Tx::order`].
    acts::find_order(id: OrderId) -> Option<StoredOrder>;
    /// For [`Tx::set_order_state`].
    acts::put_order_state(id: OrderId, state: &str) -> ();
    /// State of all channels.
    channels::channel_states() -> Vec<ChannelHealth>;
}

ledger! {
    after_pending;
    /// Those of these deliveries that there are, in no order.
    deliveries::deliveries_with(ids: &[DeliveryId]) -> Vec<StoredDelivery>;
    /// What was prepared.
    deliveries::prepared(id: DeliveryId) -> Option<StoredPrepared>;
    /// Attempts of a delivery, oldest first.
    deliveries::attempts_of(id: DeliveryId) -> Vec<StoredAttempt>;
    /// Those of these messages that there are, in no order.
    letters::messages_in(ids: &[MessageId]) -> Vec<StoredMessage>;
    /// Adds or changes a unit.
    directory::put_unit(unit: &OrgUnit, place: i64) -> ();
    /// Adds or changes a position.
    posts::put_position(position: &Position, place: i64) -> ();
    /// Gives a position its last day.
    posts::end_position(position: &Position) -> ();
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
    /// Gives a holder, a stand-in or an operator another first day: the row stays the same one, id and all.
    first_days::correct_first_day(row: DatedRow<'_>, first: Date) -> ();
    /// Adds an absence.
    directory::put_absence(row: &Absence) -> ();
    /// Ends an absence on a day.
    directory::end_absence(employee: &EmployeeNumber, last_day: Date) -> u64;
    /// Takes an absence back: its last day lies before its first, so that no day of it counts.
    directory::revoke_absence(id: AbsenceId, before: Date) -> ();
    /// Adds or renames a holiday.
    directory::put_holiday(day: Date, name: &str) -> ();
    /// Replaces a group.
    posts::put_group(group: &Group) -> ();
    /// Sets the state of a person's address.
    directory::set_email_state(employee: &EmployeeNumber, state: PersonalChannelState) -> ();
    /// Order numbers by table (incumbency, operator), code, person and first day, joined by '|'.
    directory::order_numbers() -> BTreeMap<String, String>;
    /// Inserts a letter.
    letters::insert_letter(letter: &StoredLetter) -> ();
    /// The next agenda number of a unit and year, taken for the letter; the first answer again where it has one.
    letters::count_agenda(unit: &UnitCode, year: i64, letter: LetterId) -> i64;
    /// Settles an accepted letter at a moment, or opens a settled one again; false where it is in another state.
    letters::set_settled(id: LetterId, at: Option<Timestamp>) -> bool;
    /// Whether somebody whom the letter was for still owes his last word, or an order under it is open.
    letters::has_open_part(id: LetterId) -> bool;
    /// Newest letters before an id.
    letters::letters(before: Option<LetterId>, limit: i64) -> Vec<LetterId>;
    /// How many letters there are.
    letters::count_letters() -> i64;
    /// Waits until nobody else decides how a message goes on; until the commit nobody does.
    letters::hold_message(id: MessageId) -> ();
    /// Messages about a letter, oldest first.
    letters::messages_of(letter: LetterId) -> Vec<StoredMessage>;
    /// Deliveries of a letter, oldest first.
    deliveries::deliveries_of_letter(letter: LetterId) -> Vec<StoredDelivery>;
    /// Deliveries of any of these messages, oldest first.
    deliveries::deliveries_of_messages(ids: &[MessageId]) -> Vec<StoredDelivery>;
    /// Takes deliveries of a channel that are due under a lease, immediate ones first.
    queue::claim(channel: Channel, now: Timestamp, until: Timestamp, limit: i64) -> Vec<StoredDelivery>;
    /// Writes the outcome of a claimed delivery; stale when the lease went to somebody else.
    queue::settle(id: DeliveryId, lease_no: i64, state_next: (DeliveryState, Option<Timestamp>), now: Timestamp) -> ();
    /// Gives a claimed delivery back until a moment, as if it had not been taken.
    queue::postpone(id: DeliveryId, lease_no: i64, at: Timestamp) -> ();
    /// Gives a lease back with nothing left to do; the state stays.
    queue::let_lie(id: DeliveryId, lease_no: i64) -> ();
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
    /// Writes down how it ended.
    deliveries::finish_attempt(attempt: &StoredAttempt) -> ();
    /// The last attempt of a delivery, if it has no outcome.
    deliveries::open_attempt(id: DeliveryId) -> Option<StoredAttempt>;
    /// Attempts by outcome, for the counters.
    deliveries::attempt_counts() -> Vec<(String, i64)>;
    /// The attempt that an id of the other side belongs to.
    deliveries::attempt(id: AttemptId) -> Option<StoredAttempt>;
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
    /// Adds a step of the print desk.
    deliveries::print_step(id: DeliveryId, state: DeliveryState, by_receiver_note: (&str, &str, &str), now: Timestamp) -> ();
    /// Paper in any of the desk's states and what came back from the door and lies on a tray, oldest first; settled on request.
    queue::print_queue(settled: bool, limit: i64) -> Vec<StoredDelivery>;
    /// Print jobs that nobody is to print any more and that may still lie in the spool folder, after an id, in the order of ids:
    /// each with the moment of its state.
    queue::paper_to_take_out(after: DeliveryId, limit: i64) -> Vec<(DeliveryId, Timestamp)>;
    /// Notes that nothing of these jobs lies in the spool folder any more.
    queue::paper_taken_out(ids: &[DeliveryId]) -> ();
    /// An inbound item.
    inbound::inbound(id: InboundId) -> Option<StoredInbound>;
    /// Items that wait to be judged, oldest first.
    inbound::inbound_due(now: Timestamp, limit: i64) -> Vec<StoredInbound>;
    /// Newest items first.
    inbound::inbound_list(limit: i64) -> Vec<StoredInbound>;
    /// Closes an item that waited on a tray.
    inbound::close_inbound(id: InboundId, now: Timestamp) -> ();
    /// Items by state, for the counters.
    inbound::inbound_counts() -> Vec<(String, i64)>;
    /// Acts that answer a delivery's message, oldest first.
    acts::acts_on_message(message: MessageId) -> Vec<StoredAct>;
    /// Orders of a letter, oldest first.
    acts::orders_of(letter: LetterId) -> Vec<StoredOrder>;
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
    /// Facts without a number, oldest first.
    facts::unsealed(limit: i64) -> Vec<StoredFact>;
    /// Facts that wait to be sealed, oldest first: id and hash.
    facts::sealable(limit: i64) -> Vec<(FactId, Vec<u8>)>;
    /// Facts that cannot be sealed because their id is none, oldest first: bytes and hash.
    facts::unsealable(limit: i64) -> Vec<(Vec<u8>, Vec<u8>)>;
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
    /// Writes the state of a channel; `since` stays while the state stays.
    channels::set_channel_state(health: &ChannelHealth) -> ();
    /// Keeps what was prepared for several.
    many::put_all_prepared(prepared: &[(DeliveryId, &StoredPrepared)], now: Timestamp) -> ();
}
