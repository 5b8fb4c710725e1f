//! `kurir absence`, `kurir link`, `kurir go-live`.

use super::{record, told as tell};
use crate::domain::codes::EmployeeNumber;
use crate::domain::delegation::{Absence as Away, AbsenceReason, Capacity, Days, Delegation};
use crate::domain::delivery::DeliveryState;
use crate::domain::ids::{AbsenceId, DelegationId};
use crate::flow::House;
use crate::flow::administer::{
    AdministerError, LINK_CODE_MINUTES, add_absence, end_absence, go_live as live, issue_link, mode, revoke_absence, revoke_link,
};
use crate::flow::house::titled;
use crate::runtime::Ended;
use crate::runtime::cli::{Absence, Link};
use crate::runtime::config::Source;
use crate::runtime::words::{line, out, say};
use anyhow::Result;
use jiff::civil::Date;

fn number(text: &str) -> Result<EmployeeNumber, Ended> {
    text.parse().map_err(|_| {
        eprintln!("{}", line("employee_number", &[("employee", text)]));
        Ended::Usage
    })
}

fn told(house: &House, answer: Result<String, AdministerError>) -> Result<Ended> {
    match answer {
        Ok(text) => {
            out!("{text}");
            Ok(Ended::Done)
        }
        Err(AdministerError::Store(error)) => Err(error.into()),
        Err(error) => {
            eprintln!("{}", tell::not_administered(house, &error));
            Ok(Ended::Wanting)
        }
    }
}

/// Runs `kurir absence`.
pub async fn absence(source: &Source, command: Absence) -> Result<Ended> {
    let opened = record(source).await?;
    let house = &opened.house;
    match command {
        Absence::End { employee, on } => {
            let Ok(number) = number(&employee) else { return Ok(Ended::Usage) };
            let ended = end_absence(house, &number, on).await;
            let who = who(house, &number, on).await?;
            told(house, ended.map(|_| line("absence_ended", &[("who", &who), ("on", &tell::day(house, on))])))
        }
        Absence::Revoke { employee, from } => {
            let Ok(number) = number(&employee) else { return Ok(Ended::Usage) };
            let revoked = revoke_absence(house, &number, from).await;
            let who = who(house, &number, from).await?;
            told(house, revoked.map(|_| line("absence_revoked", &[("who", &who), ("from", &tell::day(house, from))])))
        }
        Absence::Add { employee, from, to, reason, delegate, position, order, secret } => {
            let Ok(number) = number(&employee) else { return Ok(Ended::Usage) };
            let Ok(reason) = reason.parse::<AbsenceReason>() else {
                eprintln!("{}", line("absence_reason", &[("reason", &reason)]));
                return Ok(Ended::Usage);
            };
            let named = Named { delegate, position, order, secret };
            let stand_in = match named.stand_in(house, Days { from, to }) {
                Ok(row) => row,
                Err(ended) => return Ok(ended),
            };
            let away = Away { id: AbsenceId::new(house.uuid()), official: number, days: Days { from, to }, reason };
            match add_absence(house, &away, stand_in.as_ref()).await {
                Ok(()) => told(house, Ok(added(house, &away, stand_in.as_ref()).await?)),
                Err(error) => told(house, Err(error)),
            }
        }
    }
}

/// Whom, when, and who stands in as what on which order: what a slip of the hand would show in.
async fn added(house: &House, away: &Away, stand_in: Option<&Delegation>) -> Result<String> {
    let who = who(house, &away.official, away.days.from).await?;
    let from = tell::day(house, away.days.from);
    let days = match away.days.to {
        Some(to) => line("absence_days", &[("from", &from), ("to", &tell::day(house, to))]),
        None => line("absence_open", &[("from", &from)]),
    };
    let Some(row) = stand_in else { return Ok(line("absence_added", &[("who", &who), ("days", &days)])) };
    let city = house.city(&mut house.store.read().await?).await?;
    let name = city.directory.official(&row.delegate).map_or_else(|| row.delegate.to_string(), |person| person.name.clone());
    let post = city.directory.position(&row.position);
    let acting = post.map_or_else(|| row.position.to_string(), |post| titled(post, Some(row.capacity)));
    let secret = if row.includes_secret { line("absence_secret", &[]) } else { String::new() };
    let order = row.order_number.as_str();
    let values =
        [("who", who.as_str()), ("days", &days), ("delegate", &name), ("as", &acting), ("order", order), ("secret", &secret)];
    Ok(line("absence_added_with", &values))
}

/// Who stands in, as the options name it.
struct Named {
    delegate: Option<String>,
    position: Option<String>,
    order: Option<String>,
    secret: bool,
}

impl Named {
    /// The delegation, if one is meant. An option that would do nothing is told, not left out.
    fn stand_in(self, house: &House, days: Days) -> Result<Option<Delegation>, Ended> {
        let Some(delegate) = &self.delegate else {
            let idle = [("--secret", self.secret), ("--position", self.position.is_some()), ("--order", self.order.is_some())];
            let Some((option, _)) = idle.into_iter().find(|(_, given)| *given) else { return Ok(None) };
            eprintln!("{}", line("absence_alone", &[("option", option)]));
            return Err(Ended::Usage);
        };
        let (Some(position), Some(order)) = (&self.position, &self.order) else {
            eprintln!("{}", line("absence_half", &[]));
            return Err(Ended::Usage);
        };
        stand_in(house, (delegate, position), order.trim().to_owned(), (days, self.secret)).map(Some)
    }
}

/// A person by name and post, as of a day.
async fn who(house: &House, number: &EmployeeNumber, day: Date) -> Result<String> {
    let city = house.city(&mut house.store.read().await?).await?;
    let Some(person) = city.directory.official(number) else { return Ok(number.to_string()) };
    let held = city.directory.posts_of(number, day).into_iter().find(|(_, capacity)| !capacity.is_acting());
    let post = held.map(|(post, capacity)| titled(post, Some(capacity)));
    Ok(post.map_or_else(|| person.name.clone(), |post| line("person_at", &[("name", &person.name), ("post", &post)])))
}

fn stand_in(
    house: &House,
    (delegate, position): (&str, &str),
    order_number: String,
    (days, includes_secret): (Days, bool),
) -> Result<Delegation, Ended> {
    let position = position.parse().map_err(|_| {
        eprintln!("{}", line("id_unknown", &[("id", position)]));
        Ended::Usage
    })?;
    Ok(Delegation {
        id: DelegationId::new(house.uuid()),
        position,
        delegate: number(delegate)?,
        capacity: Capacity::Plh,
        days,
        order_number,
        includes_secret,
    })
}

/// Runs `kurir link`.
pub async fn link(source: &Source, command: Link) -> Result<Ended> {
    let opened = record(source).await?;
    let house = &opened.house;
    match command {
        Link::Issue { employee } => {
            let Ok(number) = number(&employee) else { return Ok(Ended::Usage) };
            let issued = issue_link(house, &number).await;
            let mut tx = house.store.read().await?;
            let withheld = match &issued {
                Ok(id) => tx.delivery(*id).await?.is_some_and(|one| one.state == DeliveryState::Withheld),
                Err(_) => false,
            };
            let minutes = LINK_CODE_MINUTES.to_string();
            if withheld {
                eprintln!("{}", line("link_withheld", &[("minutes", &minutes)]));
                return Ok(Ended::Wanting);
            }
            told(house, issued.map(|_| line("link_issued", &[("minutes", &minutes)])))
        }
        Link::Revoke { employee } => {
            let Ok(number) = number(&employee) else { return Ok(Ended::Usage) };
            told(house, revoke_link(house, &number).await.map(|()| line("link_revoked", &[])))
        }
    }
}

/// Runs `kurir go-live`.
pub async fn go_live(source: &Source, yes: bool) -> Result<Ended> {
    let opened = record(source).await?;
    let (is_live, withheld) = mode(&opened.house).await?;
    if is_live {
        say(&line("live_already", &[]));
        return Ok(Ended::Done);
    }
    if !yes {
        say(&line("live_ask", &[("n", &withheld.to_string())]));
        say(&line("destructive", &[]));
        return Ok(Ended::Usage);
    }
    let moved = live(&opened.house).await?;
    say(&line("live_done", &[("n", &moved.to_string())]));
    Ok(Ended::Done)
}
