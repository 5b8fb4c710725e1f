//! Mail to a unit or a post at its own address (`diskominfo@<our domain>`), in answer to no letter: it goes to the tray of the
//! unit that holds the address, whoever wrote it and however large it is. Its operator is told of what people write, and finds what
//! programs write. Nothing of it is ever an act.

use crate::channel::email::parse::Mail;
use crate::domain::codes::UnitCode;
use crate::domain::directory::Directory;
use crate::domain::inbound::{Claims, MailClass};
use crate::domain::letter::Addressee;
use crate::domain::registry::addressee_of;
use crate::domain::tray::{TrayCode, TrayWord};
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

/// A mail that may be for units or posts at their own addresses.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a> {
    /// The mail, or what its head says.
    pub mail: &'a Mail,
    /// What it claims.
    pub claims: &'a Claims,
    /// Why it lies on the tray.
    pub why: TrayCode,
}

impl Post<'_> {
    /// Whether it is for the desks that it names: it bears no token of ours, and we did not write it ourselves.
    const fn is_for_desks(&self) -> bool {
        self.claims.token.is_none() && !matches!(self.claims.class, MailClass::Own)
    }

    /// Whether rows of its kind may be left out on a day that has seen too many: nothing but what programs write.
    const fn may_flood(&self) -> bool {
        matches!(self.why, TrayCode::Word(TrayWord::UnitMailAutomatic | TrayWord::BounceUnmatched))
    }
}

/// Puts the mail on the trays of the desks that it names: one row a tray, however many of its addresses it names. Where no unit
/// up to the top has an operator, the tray is the administrator's. Of what a person wrote the operator is told, and a proven
/// writer where his mail went; what a program wrote is only seen. False where it names no desk.
pub async fn shelve(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    item: &mut StoredInbound,
    post: Post<'_>,
) -> Result<bool, StoreError> {
    let named = desks(post.mail, &house.settings.gateway.domain, &city.directory);
    if named.is_empty() || !post.is_for_desks() {
        return Ok(false);
    }
    let written = post.claims.class.may_act();
    let from = post.claims.from.as_deref().filter(|_| written);
    let known = from.and_then(|from| city.directory.official_by_email(from)).map(|person| person.number.clone());
    item.person = item.person.take().or(known);
    let mut trays: BTreeMap<Option<String>, Vec<&Desk>> = BTreeMap::new();
    for desk in &named {
        trays.entry(tray::desk_of(house, city, &desk.unit)).or_default().push(desk);
    }
    for (unit, desks) in &trays {
        let flood = format!("unit_robot|{}", unit.as_deref().unwrap_or_default());
        if post.may_flood() && !refuse::may_answer(house, tx, &flood).await? {
            continue;
        }
        let codes: Vec<&str> = desks.iter().map(|desk| desk.code.as_str()).collect();
        let row = StoredTray {
            unit: unit.clone(),
            inbound: Some(item.id),
            detail: serde_json::json!({ "addressees": codes, "person": item.person, "origin": post.claims.origin.as_str() }),
            ..tray::item(house, post.why)
        };
        tx.open_tray(&row).await?;
        if let Some(desk) = desks.first().filter(|_| written) {
            tell::unit_mail(house, tx, city, (desk, post.claims, &row)).await?;
        }
    }
    if let Some(desk) = named.first().filter(|_| written && post.claims.origin.is_proven()) {
        refuse::unit_mail(house, tx, city, item, (post.mail, &desk.name)).await?;
    }
    Ok(true)
}

/// How much of what a program wrote is shown with the row; the raw mail has the rest.
const SHOWN: usize = 2_000;

/// What is shown of a mail that nobody reads for an act.
pub fn shown(mail: &Mail) -> serde_json::Value {
    let text: String = mail.text().trim().chars().take(SHOWN).collect();
    serde_json::json!({ "subject": mail.subject, "from": mail.only_from(), "reply": text })
}
