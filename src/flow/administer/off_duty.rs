//! Who is off duty, and who stands in meanwhile. Both are one act: they are recorded together or not at all, and they end
//! together. Nobody stands in for himself, two never stand in for one post, and there are no chains.

use super::{AdministerError, changed, committed};
use crate::domain::codes::{EmployeeNumber, PositionCode};
use crate::domain::delegation::{Absence, Capacity, Days, Delegation};
use crate::domain::directory::Directory;
use crate::domain::evidence::{Fact, FactActor, FactKind};
use crate::domain::words::words;
use crate::flow::house::House;
use crate::store::{StoreError, Tx};
use jiff::civil::Date;

words! {
    /// Why somebody cannot stand in.
    StandInFault {
        /// He would stand in for himself.
        ForHimself = "for_himself",
        /// The post is not held by who is away.
        NotHisPost = "not_his_post",
        /// Somebody else stands in on one of these days.
        Taken = "taken",
        /// Somebody stands in for him, or he is away himself.
        Chain = "chain",
        /// The order that says so has no number.
        NoOrder = "no_order",
    }
}

/// Records that a person is off duty and, where somebody was ordered to, who stands in for his post.
pub async fn add_absence(house: &House, absence: &Absence, stand_in: Option<&Delegation>) -> Result<(), AdministerError> {
    for days in [Some(absence.days), stand_in.map(|row| row.days)].into_iter().flatten() {
        if let Some(to) = days.to.filter(|to| *to < days.from) {
            return Err(AdministerError::Turned { from: days.from, to });
        }
    }
    let mut tx = house.store.write().await?;
    let city = house.city(&mut tx).await?;
    known(&city.directory, &absence.official)?;
    if recorded(&city.directory, absence, stand_in) {
        return Ok(());
    }
    if let Some(row) = stand_in {
        known(&city.directory, &row.delegate)?;
        if city.directory.position(&row.position).is_none() {
            return Err(AdministerError::Unknown(row.position.to_string()));
        }
        fits(&city.directory, absence, row).map_err(AdministerError::StandIn)?;
        tx.put_delegation(row, false).await?;
    }
    tx.put_absence(absence).await?;
    let fact = told(house, "absence added", (&absence.official, absence.days), stand_in.as_slice());
    committed(house, tx, fact).await?;
    Ok(())
}

/// What the evidence says of an absence; the reason stays with the registry.
fn told(house: &House, what: &str, (official, days): (&EmployeeNumber, Days), stand_ins: &[&Delegation]) -> Fact {
    let listed = |name: fn(&Delegation) -> &str| stand_ins.iter().map(|row| name(row)).collect::<Vec<_>>().join(" ");
    house
        .fact(FactKind::Administered, FactActor::administrator())
        .with("what", what)
        .with("about", official.as_str())
        .with("from", days.from.to_string())
        .with("to", days.to.map(|day| day.to_string()).unwrap_or_default())
        .with("delegate", listed(|row| row.delegate.as_str()))
        .with("position", listed(|row| row.position.as_str()))
        .with("order", listed(|row| &row.order_number))
}

/// Who does not know whether he was heard says it again: the same days are the same absence, with the same stand-in.
fn recorded(directory: &Directory, absence: &Absence, stand_in: Option<&Delegation>) -> bool {
    let parts = directory.parts();
    let away = |one: &Absence| (&one.official, one.days, one.reason) == (&absence.official, absence.days, absence.reason);
    let stands = |row: &Delegation| {
        let same = |one: &Delegation| (&one.position, &one.delegate, one.days) == (&row.position, &row.delegate, row.days);
        parts.delegations.iter().any(same)
    };
    parts.absences.iter().any(away) && stand_in.is_none_or(stands)
}

fn known(directory: &Directory, number: &EmployeeNumber) -> Result<(), AdministerError> {
    directory.official(number).map(|_| ()).ok_or_else(|| AdministerError::UnknownOfficial(number.clone()))
}

fn fits(directory: &Directory, absence: &Absence, row: &Delegation) -> Result<(), StandInFault> {
    if row.order_number.trim().is_empty() {
        return Err(StandInFault::NoOrder);
    }
    if row.delegate == absence.official {
        return Err(StandInFault::ForHimself);
    }
    let parts = directory.parts();
    let held = |days: Days, post: &PositionCode, person: &EmployeeNumber| {
        parts.incumbencies.iter().any(|one| &one.position == post && &one.official == person && one.days.overlaps(days))
    };
    if !held(row.days, &row.position, &absence.official) {
        return Err(StandInFault::NotHisPost);
    }
    let same = |one: &Delegation| one.position == row.position && one.delegate == row.delegate && one.days.from == row.days.from;
    let mut others = parts.delegations.iter().filter(|one| !same(one) && one.days.overlaps(row.days));
    if others.clone().any(|one| one.position == row.position) {
        return Err(StandInFault::Taken);
    }
    let away = parts.absences.iter().any(|one| one.official == row.delegate && one.days.overlaps(row.days));
    if away || others.any(|one| one.capacity == Capacity::Plh && held(one.days, &one.position, &row.delegate)) {
        return Err(StandInFault::Chain);
    }
    Ok(())
}

/// Ends a person's absence on a day, and with it who stands in for the days of it: who is back has his letters and powers
/// again. Returns how many absences were ended.
pub async fn end_absence(house: &House, number: &EmployeeNumber, last_day: Date) -> Result<u64, AdministerError> {
    let mut tx = house.store.write().await?;
    let city = house.city(&mut tx).await?;
    known(&city.directory, number)?;
    let ended = tx.end_absence(number, last_day).await?;
    if ended == 0 {
        return Err(AdministerError::NotAbsent(number.clone()));
    }
    end_stand_ins(&mut tx, &city.directory, (number, last_day)).await?;
    changed(house, tx, "absence ended", number.as_str()).await?;
    Ok(ended)
}

async fn end_stand_ins(
    tx: &mut Tx,
    directory: &Directory,
    (number, last_day): (&EmployeeNumber, Date),
) -> Result<(), StoreError> {
    let imported = tx.imported_delegations().await?;
    for row in &directory.parts().delegations {
        let goes_on = row.capacity == Capacity::Plh && row.days.contains(last_day) && row.days.to != Some(last_day);
        let his = directory.incumbent(&row.position, last_day).is_some_and(|(holder, _)| &holder.number == number);
        if goes_on && his {
            let ended = Delegation { days: Days { to: Some(last_day), ..row.days }, ..row.clone() };
            tx.put_delegation(&ended, imported.contains(&row.id)).await?;
        }
    }
    Ok(())
}

/// Takes an absence back that was recorded by mistake, and with it whoever was to stand in: no day of it counts, and what still
/// waits is routed again as if it had never been recorded. Only before it begins or on its first day: what has counted for a day is
/// ended. The rows stay, and the fact says what they were. Returns the days that were taken back.
pub async fn revoke_absence(house: &House, number: &EmployeeNumber, first_day: Date) -> Result<Days, AdministerError> {
    let mut tx = house.store.write().await?;
    let city = house.city(&mut tx).await?;
    known(&city.directory, number)?;
    let parts = city.directory.parts();
    let recorded: Vec<&Absence> =
        parts.absences.iter().filter(|one| &one.official == number && one.days.from == first_day).collect();
    let Some(days) = recorded.first().map(|one| one.days) else {
        return Err(AdministerError::NotAbsentFrom(number.clone(), first_day));
    };
    if first_day < house.today() {
        return Err(AdministerError::AbsenceCounts(number.clone(), first_day));
    }
    let before = first_day.yesterday().unwrap_or(first_day);
    for one in recorded {
        tx.revoke_absence(one.id, before).await?;
    }
    let stand_ins = with_it(&mut tx, &city.directory, (number, first_day)).await?;
    for row in &stand_ins {
        let revoked = Delegation { days: Days { to: Some(before), ..row.days }, ..row.clone() };
        tx.put_delegation(&revoked, false).await?;
    }
    let fact = told(house, "absence revoked", (number, days), &stand_ins.iter().collect::<Vec<_>>());
    committed(house, tx, fact).await?;
    Ok(days)
}

/// Who was recorded as standing in for somebody from a day on. What came with an import is the import's to take away.
async fn with_it(
    tx: &mut Tx,
    directory: &Directory,
    (number, first_day): (&EmployeeNumber, Date),
) -> Result<Vec<Delegation>, StoreError> {
    let imported = tx.imported_delegations().await?;
    let begins = |row: &&Delegation| {
        let his = directory.incumbent(&row.position, first_day).is_some_and(|(holder, _)| &holder.number == number);
        row.capacity == Capacity::Plh && row.days.from == first_day && his && !imported.contains(&row.id)
    };
    Ok(directory.parts().delegations.iter().filter(begins).cloned().collect())
}
