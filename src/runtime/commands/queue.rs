//! `kurir queue`, `kurir channel`, `kurir status`: what is under way.

use super::{letter_meant, print_json, record, told, unknown};
use crate::domain::delivery::{Channel as Way, DeliveryState};
use crate::domain::ids::DeliveryId;
use crate::flow::House;
use crate::flow::administer::{AdministerError, QueueAct, mode, pause_channel, queue};
use crate::runtime::Ended;
use crate::runtime::cli::{Channel, Queue};
use crate::runtime::config::Source;
use crate::runtime::words::{grouped, line, out, say};
use crate::store::records::StoredDelivery;
use anyhow::Result;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// States in which something is still expected of the carrier.
const OPEN: [DeliveryState; 10] = [
    DeliveryState::Withheld,
    DeliveryState::Queued,
    DeliveryState::Sending,
    DeliveryState::Deferred,
    DeliveryState::Unknown,
    DeliveryState::Claimed,
    DeliveryState::Printed,
    DeliveryState::Enveloped,
    DeliveryState::Dispatched,
    DeliveryState::Returned,
];

/// Which deliveries are meant.
#[derive(Debug, Default)]
struct Filter {
    letter: Option<crate::domain::ids::LetterId>,
    channel: Option<String>,
    reason: Option<String>,
    older: Option<SignedDuration>,
}

/// Runs `kurir queue`.
pub async fn run(source: &Source, command: Queue) -> Result<Ended> {
    let opened = record(source).await?;
    let house = &opened.house;
    match command {
        Queue::List { letter, channel, reason, older, json } => {
            let letter = match &letter {
                Some(text) => match letter_meant(house, text).await? {
                    Some(id) => Some(id),
                    None => return Ok(unknown(text)),
                },
                None => None,
            };
            let older = older.map(|hours| SignedDuration::from_hours(i64::from(hours)));
            list(house, &Filter { letter, channel, reason, older }, json).await
        }
        Queue::Show { id, json } => show(house, &id, json).await,
        Queue::Hold { id } => act(house, &id, QueueAct::Hold).await,
        Queue::Release { id } => act(house, &id, QueueAct::Release).await,
        Queue::Retry { id } => act(house, &id, QueueAct::Retry).await,
        Queue::Cancel { id, yes: true } => act(house, &id, QueueAct::Cancel).await,
        Queue::Cancel { .. } => {
            eprintln!("{}", line("destructive", &[]));
            Ok(Ended::Usage)
        }
    }
}

async fn list(house: &House, filter: &Filter, as_json: bool) -> Result<Ended> {
    let now = house.now();
    let mut tx = house.store.read().await?;
    let mut found = 0;
    for state in OPEN {
        for one in tx.deliveries_in(state, 100_000).await? {
            let age = now.duration_since(one.created_at);
            let meant = filter.letter.is_none_or(|id| one.letter == Some(id))
                && filter.channel.as_deref().is_none_or(|name| name == one.channel.as_str())
                && filter.reason.as_deref().is_none_or(|name| name == one.reason.as_str())
                && filter.older.is_none_or(|least| age >= least);
            if !meant {
                continue;
            }
            found += 1;
            let recipient = tx.message(one.message).await?.map(|message| message.recipient).unwrap_or_default();
            if as_json {
                print_json(&value(&one, &recipient));
            } else {
                out!("{}", row(house, &one, &recipient));
            }
        }
    }
    if found == 0 && !as_json {
        say(&line("queue_empty", &[]));
    }
    Ok(Ended::Done)
}

/// One delivery in words.
fn row(house: &House, one: &StoredDelivery, recipient: &str) -> String {
    let (channel, state) = (told::label(house, "channel", one.channel.as_str()), state_of(house, one));
    format!("{}  {recipient:<18} {channel:<9} {state:<26} {}", one.id, grouped("route_reason", one.reason.as_str(), &[]))
}

/// Paper has words of its own for its states.
fn state_of(house: &House, one: &StoredDelivery) -> String {
    told::label(house, if one.channel == Way::Print { "print_job" } else { "delivery_state" }, one.state.as_str())
}

fn value(one: &StoredDelivery, recipient: &str) -> Value {
    json!({
        "id": one.id, "letter": one.letter, "recipient": recipient, "channel": one.channel, "state": one.state,
        "reason": one.reason, "next_at": one.next_at, "held": one.held, "tries": one.tries, "state_at": one.state_at,
        "created_at": one.created_at,
    })
}

async fn show(house: &House, text: &str, as_json: bool) -> Result<Ended> {
    let Ok(id) = text.parse::<DeliveryId>() else { return Ok(unknown(text)) };
    let mut tx = house.store.read().await?;
    let Some(one) = tx.delivery(id).await? else { return Ok(unknown(text)) };
    let recipient = tx.message(one.message).await?.map(|message| message.recipient).unwrap_or_default();
    let attempts = tx.attempts_of(id).await?;
    if as_json {
        let attempts: Vec<Value> = attempts
            .iter()
            .map(|try_| json!({ "number": try_.number, "started_at": try_.started_at, "outcome": try_.outcome, "code": try_.code, "answer": try_.answer }))
            .collect();
        print_json(&json!({ "delivery": value(&one, &recipient), "attempts": attempts }));
        return Ok(Ended::Done);
    }
    out!("{}", row(house, &one, &recipient));
    let city = house.city(&mut tx).await?;
    for one in attempts {
        let said = |text: Option<String>| text.unwrap_or_default();
        let outcome = grouped("outcome", &said(one.outcome), &[]);
        out!("  {}  {outcome}  {}", told::at(house, &city.calendar, one.started_at), said(one.answer));
    }
    Ok(Ended::Done)
}

async fn act(house: &House, text: &str, what: QueueAct) -> Result<Ended> {
    let Ok(id) = text.parse::<DeliveryId>() else { return Ok(unknown(text)) };
    match queue(house, id, what).await {
        Ok(state) => {
            let done = format!("{what:?}").to_lowercase();
            say(&line("queue_done", &[("id", text), ("what", &grouped("queue_act", &done, &[]))]));
            if what == QueueAct::Release && state == DeliveryState::Withheld {
                say(&line("queue_still_withheld", &[]));
            }
            Ok(Ended::Done)
        }
        Err(AdministerError::Store(error)) => Err(error.into()),
        Err(error) => {
            eprintln!("{}", told::not_administered(house, &error));
            Ok(Ended::Wanting)
        }
    }
}

/// Runs `kurir channel`.
pub async fn channel(source: &Source, command: Channel) -> Result<Ended> {
    let (name, pause) = match command {
        Channel::Pause { channel } => (channel, true),
        Channel::Resume { channel } => (channel, false),
    };
    if name.parse::<Way>().is_err() {
        eprintln!("{}", line("channel_unknown", &[("channel", &name)]));
        return Ok(Ended::Usage);
    }
    let opened = record(source).await?;
    pause_channel(&opened.house, &name, pause).await?;
    let channel = told::label(&opened.house, "channel", &name);
    say(&line(if pause { "channel_paused" } else { "channel_resumed" }, &[("channel", &channel)]));
    Ok(Ended::Done)
}

/// Runs `kurir status`.
pub async fn status(source: &Source, as_json: bool) -> Result<Ended> {
    let opened = record(source).await?;
    let house = &opened.house;
    let (live, withheld) = mode(house).await?;
    let mut tx = house.store.read().await?;
    let channels = tx.channel_states().await?;
    let open = tx.open_counts().await?;
    let (sealed, unsealed) = tx.count_facts().await?;
    let value = json!({
        "live": live, "withheld": withheld, "letters": tx.count_letters().await?, "tray": tx.count_tray().await?,
        "facts": { "sealed": sealed, "unsealed": unsealed },
        "channels": channels.iter().map(|one| json!({ "channel": one.channel, "state": one.state, "cause": one.cause, "since": one.since })).collect::<Vec<_>>(),
        "open": open.iter().map(|(channel, state, count, _)| json!({ "channel": channel, "state": state, "count": count })).collect::<Vec<_>>(),
    });
    if as_json {
        print_json(&value);
    } else {
        say(&if live { line("live_already", &[]) } else { line("status_trial", &[("n", &withheld.to_string())]) });
        let count = |name: &str| value.get(name).map(ToString::to_string).unwrap_or_default();
        let (sealed, unsealed) = (sealed.to_string(), unsealed.to_string());
        let counts = [("letters", count("letters")), ("tray", count("tray")), ("sealed", sealed), ("unsealed", unsealed)];
        say(&line("status_counts", &counts.each_ref().map(|(name, number)| (*name, number.as_str()))));
        let city = house.city(&mut tx).await?;
        for one in &channels {
            let (channel, state) = (door_words(house, &one.channel), grouped("channel_state", &one.state, &[]));
            let since = told::at(house, &city.calendar, one.since);
            say(&line("status_channel", &[("channel", &channel), ("state", &state), ("since", &since), ("cause", &one.cause)]));
        }
        for (channel, state, count, _) in &open {
            let states = if channel == "print" { "print_job" } else { "delivery_state" };
            let (channel, state) = (told::label(house, "channel", channel), told::label(house, states, state));
            say(&line("status_open", &[("channel", &channel), ("state", &state), ("n", &count.to_string())]));
        }
    }
    Ok(Ended::Done)
}

/// A way out by its label, a way in by its own words.
fn door_words(house: &House, channel: &str) -> String {
    house.desk.label("channel", channel).map_or_else(|| grouped("door", channel, &[]), str::to_owned)
}
