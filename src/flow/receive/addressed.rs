//! Mail to a unit or a post at its own address (`diskominfo@<our domain>`), in answer to no letter: it goes to the tray of the
//! unit that holds the address, whoever wrote it, and its operator is told. Nothing of it is ever an act.

use crate::channel::email::parse::Mail;
use crate::domain::codes::UnitCode;
use crate::domain::directory::Directory;
use crate::domain::inbound::Claims;
use crate::domain::letter::Addressee;
use crate::domain::registry::addressee_of;
use crate::flow::house::{CityView, House};
use crate::flow::{refuse, tell, tray};
use crate::store::records::{StoredInbound, StoredTray};
use crate::store::{StoreError, Tx};
use std::collections::BTreeMap;

/// A unit or a post that a mail was written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// Its code, as people know it.
    pub code: String,
    /// Its name or title.
    pub name: String,
    /// The unit whose operator holds the address.
    pub unit: UnitCode,
}

/// The units and posts among the recipients of a mail, in its order.
pub fn desks(mail: &Mail, domain: &str, directory: &Directory) -> Vec<Desk> {
    let desk = |address: &String| match addressee_of(address, domain, directory)? {
        Addressee::Unit(code) => {
            let unit = directory.unit(&code)?;
            Some(Desk { code: code.to_string(), name: unit.name.clone(), unit: code })
        }
        Addressee::Position(code) => {
            let post = directory.position(&code)?;
            Some(Desk { code: code.to_string(), name: post.title.clone(), unit: post.unit.clone() })
        }
        Addressee::Group { .. } | Addressee::Outside(_) => None,
    };
    mail.recipients.iter().filter_map(desk).collect()
}

/// Puts the mail on the trays of those desks: one row a tray, however many of its addresses the mail names. Where no unit up
/// to the top has an operator, the tray is the administrator's.
pub async fn shelve(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    item: &StoredInbound,
    (mail, claims): (&Mail, &Claims),
) -> Result<(), StoreError> {
    let mut trays: BTreeMap<Option<String>, Vec<&Desk>> = BTreeMap::new();
    let named = desks(mail, &house.settings.gateway.domain, &city.directory);
    for desk in &named {
        trays.entry(tray::desk_of(house, city, &desk.unit)).or_default().push(desk);
    }
    for (unit, desks) in &trays {
        let codes: Vec<&str> = desks.iter().map(|desk| desk.code.as_str()).collect();
        let row = StoredTray {
            unit: unit.clone(),
            inbound: Some(item.id),
            detail: serde_json::json!({ "addressees": codes, "person": item.person, "origin": claims.origin.as_str() }),
            ..tray::item(house, "unit_mail")
        };
        tx.open_tray(&row).await?;
        if let Some(desk) = desks.first() {
            tell::unit_mail(house, tx, city, (desk, claims, &row)).await?;
        }
    }
    match named.first() {
        Some(desk) if claims.origin.is_proven() => refuse::unit_mail(house, tx, city, item, (mail, &desk.name)).await,
        _ => Ok(()),
    }
}
