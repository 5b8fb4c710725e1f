//! Who is off duty, and who stands in meanwhile. Both are one act: they are recorded together or not at all, and they end
//! together. Nobody stands in for himself, two never stand in for one post, and there are no chains.

use super::{AdministerError, changed};
use crate::domain::codes::{EmployeeNumber, PositionCode};
use crate::domain::delegation::{Absence, Capacity, Days, Delegation};
use crate::domain::directory::Directory;
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
    changed(house, tx, "absence added", absence.official.as_str()).await?;
    Ok(())
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
